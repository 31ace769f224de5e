//! The whole of `findings.csv`, byte for byte, against a naive reconciler that was written for this test alone.
//!
//! It shares no code with the program: it looks at every person for every account, knows each rule in a sentence, and writes the file with
//! the csv crate. So the companies are of the kind that can be decided in sentences: names and addresses that no two people
//! share, keys that do not contradict each other, dates of one form, apps that the catalog does not know. What is odd about keys is
//! held against a naive matcher in `matching.rs`, what is odd about rows and their order in `row_order.rs`.

#[path = "company/mod.rs"]
mod company;

use company::Company;
use coverage::report::findings_csv;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::fmt::Write as _;

const SETTINGS: &str = "as-of: 2026-11-20T12:00:00Z
company: {domains: [north.example], zone: UTC}
hr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]
idp: [{file: idp.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps:
  crm: {roster: crm.csv, extracted-at: 2026-11-20T06:00:00Z}
  wiki: {roster: wiki.csv, extracted-at: 2026-11-18T06:00:00Z}
policy: {dormant-days: 90}
";
/// The apps, and the last day that had passed when the roster was made.
const APPS: [(&str, &str); 2] = [("crm", "2026-11-19"), ("wiki", "2026-11-17")];
const AS_OF: &str = "2026-11-20";
/// Days on or after which use is no reason to call an account dormant, for each app: ninety days before its roster was made.
const USED_LATELY: [&str; 2] = ["2026-08-22", "2026-08-20"];

const PEOPLE: [(&str, &str); 8] = [
    ("Ann", "Berg"),
    ("Boleslaw", "Lundqvist"),
    ("Cleopatra", "Marchetti"),
    ("Dagfinn", "Holm"),
    ("Euphemia", "Sorensen"),
    ("Farouk", "Abdelaziz"),
    ("Gwendolyn", "Tshabalala"),
    ("Hiroshi", "Wakabayashi"),
];

/// Somebody of [`PEOPLE`], by place.
#[derive(Debug, Clone)]
struct Person {
    /// What HR says: nothing, or the last day, if there is one.
    hr: Option<&'static str>,
    /// The directory's status; none without an account there.
    idp: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Account {
    app: usize,
    /// Whose address it has: somebody's, a stranger's of this company, or one of elsewhere.
    of: Of,
    status: &'static str,
    admin: bool,
    used: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Address(usize, fn(&str) -> String),
    Login(usize),
    Stranger,
    Elsewhere,
}

#[derive(Debug, Clone)]
struct Whole {
    people: Vec<Person>,
    accounts: Vec<Account>,
}

fn address(person: usize) -> String {
    format!("{}.{}@north.example", PEOPLE[person].0, PEOPLE[person].1).to_lowercase()
}

fn login(person: usize) -> String {
    format!("k{}7@north.example", ["xq", "zv", "wj", "qy", "vx", "jz", "yw", "zk"][person])
}

fn whole() -> impl Strategy<Value = Whole> {
    let last_day = vec!["", "", "", "2026-10-31", "2026-11-10", "2026-11-18", "2027-03-31"];
    let person = (proptest::option::weighted(0.85, select(last_day)), 0..5usize).prop_map(|(hr, idp)| {
        // Whom HR has at work is not switched off in the directory: sources that contradict each other are a chapter of their own.
        let at_work = hr.is_some_and(|end| end.is_empty() || end > AS_OF);
        let words = if at_work { [Some("ACTIVE"), None] } else { [Some("SUSPENDED"), Some("DEPROVISIONED")] };
        let idp = if hr.is_none() {
            [Some("ACTIVE"), Some("DEPROVISIONED")][idp % 2]
        } else {
            [Some("ACTIVE"), None, words[0], words[1], Some("ACTIVE")][idp]
        };
        Person { hr, idp }
    });
    let written: Vec<fn(&str) -> String> =
        vec![str::to_owned, str::to_owned, str::to_uppercase, |address| format!("mailto:{address}"), |address| {
            format!("A <{address}>")
        }];
    let of = (0..10usize, any::<u8>(), select(written)).prop_map(|(kind, who, written)| match kind {
        0 => Of::Stranger,
        1 => Of::Elsewhere,
        2 => Of::Login(usize::from(who)),
        _ => Of::Address(usize::from(who), written),
    });
    let status = select(vec!["Active", "Active", "Active", "Suspended", "Deactivated", "Invited", "Odd"]);
    let used = select(vec![
        "",
        "2026-11-17",
        "2026-11-01",
        "2026-10-31",
        "2026-08-23",
        "2026-08-20",
        "2025-01-01",
        "2027-09-01",
    ]);
    let account = (0..APPS.len(), of, status, proptest::bool::weighted(0.2), used)
        .prop_map(|(app, of, status, admin, used)| Account { app, of, status, admin, used });
    (proptest::collection::vec(person, 1..=PEOPLE.len()), proptest::collection::vec(account, 1..30)).prop_map(
        |(mut people, mut accounts)| {
            // No list is empty: that it may be cut is the guard's to say.
            people[0] = Person { hr: Some(""), idp: Some("ACTIVE") };
            accounts.extend((0..APPS.len()).map(|app| {
                let of = Of::Address(0, str::to_owned);
                Account { app, of, status: "Active", admin: false, used: "2026-11-01" }
            }));
            // A login is only known of whom the directory has.
            for account in &mut accounts {
                account.of = match account.of {
                    Of::Address(who, written) => Of::Address(who % people.len(), written),
                    Of::Login(who) if people[who % people.len()].idp.is_some() => Of::Login(who % people.len()),
                    Of::Login(_) => Of::Stranger,
                    other => other,
                };
            }
            Whole { people, accounts }
        },
    )
}

/// The files, and for each person and account the line where it stands.
#[derive(Default)]
struct Files {
    hr: String,
    idp: String,
    rosters: [String; 2],
    hr_lines: Vec<u32>,
    idp_lines: Vec<u32>,
    account_lines: Vec<u32>,
}

fn shown(of: Of, n: usize) -> String {
    match of {
        Of::Address(who, written) => written(&address(who)),
        Of::Login(who) => login(who),
        Of::Stranger => format!("qqzxj{n}@north.example"),
        Of::Elsewhere => format!("vvkwq{n}@else.example"),
    }
}

fn files(whole: &Whole) -> Files {
    let roster = || "ID,Email,Name,Role,Status,Created,Last active\n".to_owned();
    let mut files = Files {
        hr: "Employee ID,Name,Work email,Start date,End date,Status\n".to_owned(),
        idp: "user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\n".to_owned(),
        rosters: [roster(), roster()],
        ..Files::default()
    };
    let next = |text: &str| text.lines().count() as u32 + 1;
    for (n, person) in whole.people.iter().enumerate() {
        files.hr_lines.push(next(&files.hr));
        files.idp_lines.push(next(&files.idp));
        if let Some(end) = person.hr {
            let status = if !end.is_empty() && end < AS_OF { "Terminated" } else { "Active" };
            let (given, family) = PEOPLE[n];
            writeln!(files.hr, "{},{given} {family},{},2019-01-01,{end},{status}", n + 1, address(n)).unwrap();
        }
        if let Some(status) = person.idp {
            let rest = "2019-01-01T00:00:00Z,2026-09-01T00:00:00Z";
            writeln!(files.idp, "{},{},{},{status},{rest}", address(n), login(n), n + 1).unwrap();
        }
    }
    for (n, account) in whole.accounts.iter().enumerate() {
        let roster = &mut files.rosters[account.app];
        files.account_lines.push(next(roster));
        let role = if account.admin { "Admin" } else { "Member" };
        let Account { status, used, .. } = account;
        writeln!(roster, "a{n},{},,{role},{status},2019-05-01,{used}", shown(account.of, n)).unwrap();
    }
    files
}

/// When somebody has left, as it is shown, as a day, and who says so.
struct Left {
    since: String,
    day: &'static str,
    says: &'static str,
}

fn left(person: &Person) -> Option<Left> {
    match (person.hr, person.idp) {
        (Some(end), _) if !end.is_empty() && end < AS_OF => {
            Some(Left { since: end.to_owned(), day: end, says: "HR says so" })
        }
        (None, Some("DEPROVISIONED")) => Some(Left {
            since: "2026-09-01T00:00:00Z".to_owned(),
            day: "2026-08-31",
            says: "the directory switched the account off then; HR does not know the person",
        }),
        _ => None,
    }
}

/// A row of the file, and what comes before its id in the order of rows.
struct Row {
    severity: usize,
    undecided: bool,
    rule: &'static str,
    app: &'static str,
    account: Option<(String, String, String)>,
    person: Option<usize>,
    exposed: bool,
    key: &'static str,
    evidence: Vec<String>,
    reason: Vec<String>,
    action: String,
    subject: String,
}

const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];

fn person_key(person: usize) -> String {
    format!("employee-id:{}", person + 1)
}

fn id(row: &Row) -> String {
    let digest = Sha256::digest(format!("coverage finding v1\0{}{}", row.rule, row.subject));
    digest.iter().take(16).fold("v1:".to_owned(), |mut id, byte| {
        write!(id, "{byte:02x}").unwrap();
        id
    })
}

/// The days from the end of one to noon of the day of the report.
fn days_since(day: &str) -> String {
    let [from, to] = [day, AS_OF].map(|d| d.parse::<Date>().unwrap());
    (from.until(to).unwrap().get_days() - 1).to_string()
}

#[path = "naive/rules.rs"]
mod rules;

/// The file as it must be.
fn expected(whole: &Whole, files: &Files) -> String {
    let mut rows = rules::all(whole, files);
    rows.sort_by_cached_key(|row| {
        let account = row.account.as_ref().map(|(account, ..)| account.clone());
        let app = Some(row.app).filter(|app| !app.is_empty());
        (Reverse(row.severity), row.undecided, row.rule, app, account, row.person.map(person_key), id(row))
    });
    let mut table = csv::Writer::from_writer(Vec::new());
    table
        .write_record(
            "id rule severity status app account account_email account_status person person_email leaver_since \
             exposed_days match evidence reason action exception decision decision_note"
                .split(' '),
        )
        .unwrap();
    for row in &rows {
        let (account, email, status) = row.account.clone().unwrap_or_default();
        let person = row.person.map(|n| (n, left(&whole.people[n])));
        let name = person.as_ref().map(|(n, _)| name(whole, *n)).unwrap_or_default();
        let since = person.as_ref().and_then(|(_, left)| left.as_ref());
        table
            .write_record([
                id(row).as_str(),
                row.rule,
                SEVERITIES[row.severity],
                if row.undecided { "not-evaluable" } else { "open" },
                row.app,
                &account,
                &email,
                &status,
                &name,
                &person.as_ref().map(|(n, _)| address(*n)).unwrap_or_default(),
                since.map_or("", |left| left.since.as_str()),
                &since.filter(|_| row.exposed).map(|left| days_since(left.day)).unwrap_or_default(),
                row.key,
                &row.evidence.join("; "),
                &row.reason.join(" → "),
                &row.action,
                "",
                "",
                "",
            ])
            .unwrap();
    }
    String::from_utf8(table.into_inner().unwrap()).unwrap()
}

/// Only HR gives names.
fn name(whole: &Whole, person: usize) -> String {
    let (given, family) = PEOPLE[person];
    whole.people[person].hr.map(|_| format!("{given} {family}")).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_findings_are_those_of_a_naive_reconciler_byte_for_byte(whole in whole()) {
        let files = files(&whole);
        let company = Company::of(SETTINGS).with_settings().file("hr.csv", &files.hr).file("idp.csv", &files.idp);
        let company = company.file("crm.csv", &files.rosters[0]).file("wiki.csv", &files.rosters[1]);
        let expected = expected(&whole, &files);
        for company in [company.clone().the_short_way(), company] {
            let mut written = Vec::new();
            findings_csv::write(&company.report("2026-11-20T12:00:00Z").report, &mut written).unwrap();
            let written = String::from_utf8(written).unwrap();
            let differ = expected.lines().zip(written.lines()).find(|(a, b)| a != b);
            prop_assert!(
                written == expected,
                "expected\n{}\nwritten\n{}\n{expected}\n{written}\n{}\n{}\n{}\n{}",
                differ.map_or("", |d| d.0), differ.map_or("", |d| d.1),
                files.hr, files.idp, files.rosters[0], files.rosters[1],
            );
        }
    }
}
