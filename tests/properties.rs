//! Promises about all inputs, not only about those somebody thought of.

use coverage::catalog::Catalog;
use coverage::diag::Diagnostic;
use coverage::identity::{AddressRules, Directory, Match, Moment, Scratch};
use coverage::ingest::{self, InMemory, Input, Outcome, Request, Wish};
use coverage::model::{
    AccountKind, AccountStatus, DateOrder, Holds, Identity, Key, PersonIx, PersonStatus, Record, Report, Situation,
    UsernameIs, When, WorkerKind,
};
use coverage::run::{Job, Streams, known, run};
use coverage::workspace::{self, App, Workspace};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::OnceLock;

/// The bytes of every fixture and of every export of the sample company.
fn fixtures() -> &'static Vec<(String, Vec<u8>)> {
    static ALL: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders =
            ["tests/fixtures/exports", "samples/nordwind/hr", "samples/nordwind/idp", "samples/nordwind/rosters"];
        let files = folders.iter().flat_map(|f| fs::read_dir(home.join(f)).unwrap()).map(|e| e.unwrap().path());
        let mut all: Vec<_> = files
            .filter(|p| !p.to_str().unwrap().ends_with(".expect.yaml"))
            .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap()))
            .collect();
        all.sort();
        assert!(all.len() >= 70 && all.iter().any(|(name, _)| name.ends_with(".xlsx")), "{} files", all.len());
        all
    })
}

/// What may be asked of a file, besides nothing.
#[derive(Debug, Clone, Default)]
struct Asked {
    holds: Option<Holds>,
    product: Option<&'static str>,
    export: Option<&'static str>,
    encoding: Option<&'static str>,
    date_order: Option<DateOrder>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let exports: Vec<&'static str> = Catalog::embedded().exports().map(|(_, e)| e.id.as_str()).collect();
    let products: Vec<&'static str> = Catalog::embedded().entries.iter().map(|e| e.id.as_str()).collect();
    let encodings = vec!["utf-8", "utf-16le", "utf-16be", "windows-1252", "gbk", "iso-2022-jp", "no such"];
    (
        proptest::option::of(proptest::sample::select(vec![Holds::Employees, Holds::Identities, Holds::Accounts])),
        proptest::option::weighted(0.3, proptest::sample::select(products)),
        proptest::option::weighted(0.2, proptest::sample::select(exports)),
        proptest::option::weighted(0.2, proptest::sample::select(encodings)),
        proptest::option::of(proptest::sample::select(vec![DateOrder::DayFirst, DateOrder::MonthFirst])),
    )
        .prop_map(|(holds, product, export, encoding, date_order)| Asked {
            holds,
            product,
            export,
            encoding,
            date_order,
        })
}

/// Opens and reads bytes; the rows by outcome must add up, and every problem must be fit for a person.
fn read(bytes: Vec<u8>, asked: &Asked) {
    let known = known(Catalog::embedded());
    let file = InMemory { name: "any".into(), bytes };
    let request = Request {
        wish: Wish { holds: asked.holds, product: asked.product, export: asked.export },
        encoding: asked.encoding,
        date_order: asked.date_order,
    };
    let mut opened = match ingest::open(&file, request, &known, &TimeZone::UTC) {
        Ok(opened) => opened,
        Err(problem) => return told(&problem),
    };
    opened.warnings.iter().for_each(told);
    let mut outcomes = 0;
    let learnt = ingest::read(&file, &mut opened, &mut |outcome| {
        outcomes += match outcome {
            Outcome::Record(_, rows) => rows,
            Outcome::Excluded { .. } | Outcome::Rejected(_) => 1,
        };
        Ok(())
    });
    match learnt {
        Ok(learnt) => assert_eq!(learnt.rows, outcomes, "rows read = rows by outcome"),
        Err(problem) => told(&problem),
    }
}

/// A problem names its file, is short, and cannot draw on the terminal.
fn told(problem: &Diagnostic) {
    let text = problem.to_string();
    assert!(text.starts_with("any") && text.len() < 2000, "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(!problem.is_error() || problem.help.is_some(), "nothing says what to do: {text}");
}

/// What happens to a file on its way: bytes overwritten, put in, taken out, cut off.
#[derive(Debug, Clone)]
enum Damage {
    Overwrite(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(vec![0xff, 0xfe]),
        Just(b"{\"a\":[".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, b)| Damage::Overwrite(at, b)),
        (any::<usize>(), piece).prop_map(|(at, b)| Damage::Insert(at, b)),
        (any::<usize>(), 1..40usize).prop_map(|(at, n)| Damage::Remove(at, n)),
        any::<usize>().prop_map(Damage::Cut),
    ]
}

fn damaged(bytes: &[u8], all: &[Damage]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for one in all.iter().filter(|_| !bytes.is_empty()) {
        if out.is_empty() {
            break;
        }
        let n = out.len();
        match one {
            Damage::Overwrite(at, b) => out[at % n] = *b,
            Damage::Insert(at, piece) => {
                out.splice(at % n..at % n, piece.iter().copied());
            }
            Damage::Remove(at, count) => {
                out.drain(at % n..(at % n + count).min(n));
            }
            Damage::Cut(at) => out.truncate(at % n),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), asked in asked()) {
        read(bytes, &asked);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-zA-Z@.,;:\"\\n\\t {}\\[\\]0-9/-]{0,120}") {
        read(format!("Email,Name,Status\n{text}").into_bytes(), &Asked::default());
        read(text.into_bytes(), &Asked::default());
    }

    #[test]
    fn damaged_exports_are_read_or_refused(
        which in any::<usize>(),
        all in proptest::collection::vec(damage(), 1..6),
        asked in asked(),
    ) {
        let (_, bytes) = &fixtures()[which % fixtures().len()];
        read(damaged(bytes, &all), &Asked::default());
        read(damaged(bytes, &all), &asked);
    }

    #[test]
    fn workbooks_with_damaged_parts_are_read_or_refused(
        part in any::<usize>(),
        all in proptest::collection::vec(damage(), 1..6),
    ) {
        let (_, bytes) = fixtures().iter().find(|(name, _)| name.ends_with(".xlsx")).unwrap();
        read(repacked(bytes, part, &all), &Asked::default());
    }
}

/// A workbook in which one part was damaged before it was packed, so that its checksum is right.
fn repacked(bytes: &[u8], which: usize, all: &[Damage]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        to.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
        drop(part);
        let text = if n == which % from.len() { damaged(&text, all) } else { text };
        to.write_all(&text).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// A run over files in memory.
fn reported(files: &BTreeMap<&str, String>, apps: &[&str]) -> Report {
    let mut ws = Workspace::empty();
    let input = |file: &str| workspace::Input {
        id: None,
        file: file.to_owned(),
        export: None,
        extracted_at: Some(When::At("2026-11-20T06:00:00Z".parse().unwrap())),
        encoding: None,
        date_order: None,
        scope: None,
        line: 0,
    };
    ws.hr = vec![input("hr.csv")];
    ws.idp = vec![input("idp.csv")];
    ws.as_of = Some(When::At("2026-11-20T12:00:00Z".parse().unwrap()));
    ws.policy.dormant_days = Some(90);
    for app in apps {
        let rosters = vec![input(&format!("{app}.csv"))];
        ws.apps.push(App { rosters, ..App::named(*app, *app, None) });
    }
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        Box::new(InMemory { name: name.to_owned(), bytes: files[name].clone().into_bytes() })
    };
    let create = |_: &str| -> io::Result<Box<dyn io::Write + Send>> { Ok(Box::new(io::sink())) };
    let job = Job {
        workspace: &ws,
        catalog: Catalog::embedded(),
        own_catalog: Vec::new(),
        settings: None,
        open: &open,
        as_of: None,
        extracted_at: None,
        streams: Streams { create: &create, diffs: true, matched: true, all_absent: true, accounts: true },
        watch: None,
        only_app: None,
        progress: &|_| {},
    };
    run(&job).unwrap_or_else(|all| panic!("{}", all.iter().map(ToString::to_string).collect::<String>())).report
}

/// What a finding says, without the places where it says it from.
fn said(report: &Report) -> Vec<String> {
    let digits = |text: &str| {
        text.split(' ')
            .map(|w| if w.bytes().all(|b| b.is_ascii_digit()) { "N" } else { w })
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut all: Vec<String> = report
        .findings
        .iter()
        .map(|f| {
            let account = f.account.as_ref().map(|a| a.account.clone());
            let person = f.person.map(|p| report.people[p.0 as usize].key.clone());
            let reason: Vec<String> = f.reason.iter().map(|r| digits(r)).collect();
            format!("{} {} {:?} {account:?} {person:?} {:?} {:?} {reason:?}", f.id, f.severity, f.status, f.app, f.key)
        })
        .collect();
    all.sort();
    all
}

/// A small company with collisions of every kind: two people a name, addresses that change hands, rehires, duplicates.
fn company() -> impl Strategy<Value = (Vec<String>, Vec<String>, Vec<String>)> {
    let mail = prop_oneof![Just("ann"), Just("bo"), Just("cleo"), Just("dan"), Just("svc-build"), Just("eve.fox")];
    let domain = prop_oneof![4 => Just("north.example"), 1 => Just("old.example"), 1 => Just("else.example")];
    let address = (mail, domain).prop_map(|(m, d)| format!("{m}@{d}"));
    let name = prop_oneof![Just("Ann Berg"), Just("Bo Lund"), Just("Eve Fox"), Just("Dan Holm")];
    let day =
        prop_oneof![Just("2019-01-01"), Just("2023-05-01"), Just("2026-01-31"), Just("2026-11-19"), Just("2027-03-01")];
    let end = prop_oneof![2 => Just(""), 1 => Just("2022-12-31"), 1 => Just("2026-10-31"), 1 => Just("2027-01-31")];
    let id = prop_oneof![Just("1"), Just("2"), Just("003"), Just("3"), Just("")];
    let status = prop_oneof![Just("Active"), Just("Terminated"), Just("Leave")];
    let hr = (id.clone(), name.clone(), address.clone(), day.clone(), end, status)
        .prop_map(|(id, name, mail, start, end, status)| format!("{id},{name},{mail},{start},{end},{status}"));
    let idp_status = prop_oneof![Just("ACTIVE"), Just("DEPROVISIONED"), Just("SUSPENDED")];
    let idp = (address.clone(), id.clone(), idp_status, day.clone())
        .prop_map(|(mail, id, status, day)| format!("{mail},{mail},{id},{status},{day}T00:00:00Z,{day}T00:00:00Z"));
    let account_status =
        prop_oneof![Just("Active"), Just("Suspended"), Just("Deactivated"), Just("Invited"), Just("Odd")];
    let account = (any::<u16>(), address, name, account_status, day, prop_oneof![Just("Admin"), Just("Member")])
        .prop_map(|(id, mail, name, status, day, role)| format!("{id},{mail},{name},{role},{status},{day}"));
    (
        proptest::collection::vec(hr, 1..8),
        proptest::collection::vec(idp, 1..8),
        proptest::collection::vec(account, 1..12),
    )
}

fn files(hr: &[String], idp: &[String], roster: &[String]) -> BTreeMap<&'static str, String> {
    let file = |header: &str, rows: &[String]| format!("{header}\n{}\n", rows.join("\n"));
    BTreeMap::from([
        ("hr.csv", file("Employee ID,Name,Work email,Start date,End date,Status", hr)),
        ("idp.csv", file("user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange", idp)),
        ("app.csv", file("ID,Email,Name,Role,Status,Created", roster)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_nothing_and_every_row_is_accounted_for(
        (hr, idp, roster) in company(),
        seed in any::<u64>(),
    ) {
        // Two rows of one id are two sightings of one account: which is seen first may tell.
        let mut ids = BTreeSet::new();
        let roster: Vec<String> = roster.into_iter().filter(|r| ids.insert(r.split(',').next().unwrap().to_owned())).collect();
        let shuffled = |rows: &[String]| {
            let mut rows = rows.to_vec();
            let mut state = seed | 1;
            for i in (1..rows.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                rows.swap(i, (state >> 33) as usize % (i + 1));
            }
            rows
        };
        let one = reported(&files(&hr, &idp, &roster), &["app"]);
        let two = reported(&files(&shuffled(&hr), &shuffled(&idp), &roster), &["app"]);
        prop_assert_eq!(said(&one), said(&two), "HR and directory rows in another order");
        let three = reported(&files(&hr, &idp, &shuffled(&roster)), &["app"]);
        prop_assert_eq!(said(&one), said(&three), "roster rows in another order");
        for report in [&one, &two, &three] {
            for source in &report.sources {
                prop_assert!(source.rows.closes());
                prop_assert_eq!(source.rows.read, source.rows.by.iter().sum::<u64>());
            }
            let app = &report.apps[0];
            prop_assert_eq!(app.rows.read, roster.len() as u64);
            prop_assert_eq!(app.rows.of(Situation::Rejected), 0);
        }
    }
}

/// The comparable form of a key, by code of its own: only what these tests make needs to be understood.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The mailbox that an address means: tags go at one domain, and another domain is an old name of it.
fn mailbox(address: &str) -> String {
    let Some((local, domain)) = address.split_once('@') else { return String::new() };
    let local = if domain == "north.example" { local.split('+').next().unwrap() } else { local };
    format!("{local}@{}", if domain == "old.example" { "north.example" } else { domain })
}

/// An employee number without leading zeros.
fn number(id: &str) -> String {
    let id = plain(id);
    let short = id.trim_start_matches('0');
    if !short.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) { short.to_owned() } else { id }
}

/// A record of HR or of a roster, as far as keys go.
#[derive(Debug, Clone)]
struct Holder {
    email: String,
    alias: String,
    username: String,
    employee_id: &'static str,
    external_id: &'static str,
}

fn holder() -> impl Strategy<Value = Holder> {
    let address = prop_oneof![
        1 => Just(String::new()),
        3 => r"[ab]{1,2}@north\.example",
        1 => r"[ab]\+x@north\.example",
        1 => r"[ab]\+x@old\.example",
        1 => r"[ab]{1,2}@old\.example",
        1 => r" [AB]@North\.example",
    ];
    let alias = prop_oneof![2 => Just(String::new()), 1 => address.clone()];
    let numbers = vec!["", "", "7", "07", "007", "8", "0", "00", "7a"];
    let ids = vec!["", "", "", "E1", "e1 ", "E2"];
    (address, alias.clone(), alias, proptest::sample::select(numbers), proptest::sample::select(ids)).prop_map(
        |(email, alias, username, employee_id, external_id)| Holder {
            email,
            alias,
            username,
            employee_id,
            external_id,
        },
    )
}

fn identity(n: usize, holder: &Holder) -> Identity {
    let text = |t: &str| std::sync::Arc::from(t);
    Identity {
        place: coverage::model::Place { source: 0, line: n as u32 + 2 },
        from_hr: true,
        id: text(""),
        external_id: text(holder.external_id),
        email: text(&holder.email),
        aliases: if holder.alias.is_empty() { Vec::new() } else { vec![text(&holder.alias)] },
        home_emails: Vec::new(),
        username: text(&holder.username),
        username_is: UsernameIs::Address,
        // Names differ, so that an address alone does not make two records one person.
        name: text(&format!("Person {}", (b'a' + n as u8) as char)),
        employee_id: text(holder.employee_id),
        status: AccountStatus::Unknown,
        person_status: PersonStatus::Active,
        raw_status: text(""),
        worker: WorkerKind::Employee,
        kind: AccountKind::Unknown,
        created: None,
        last_active: None,
        ended: None,
        start: None,
        end: None,
        department: text(""),
        title: text(""),
    }
}

fn record(holder: &Holder) -> Record<'_> {
    Record {
        line: 1,
        id: "",
        external_id: holder.external_id,
        email: &holder.email,
        aliases: if holder.alias.is_empty() { Vec::new() } else { vec![&holder.alias] },
        home_emails: Vec::new(),
        username: &holder.username,
        name: "".into(),
        first_name: "",
        last_name: "",
        employee_id: holder.employee_id,
        role: "".into(),
        status: AccountStatus::Active,
        person_status: PersonStatus::Unknown,
        raw_status: "",
        worker: WorkerKind::Unknown,
        kind: AccountKind::Unknown,
        sign_in: coverage::model::SignIn::Unknown,
        privileged: None,
        created: None,
        last_active: None,
        never_active: false,
        ended: None,
        start: None,
        end: None,
        manager: "",
        department: "",
        title: "",
    }
}

type People = BTreeSet<PersonIx>;

/// What a slow look at every record says: for each key of the account, everyone it fits, the strongest key first.
fn naive(directory: &Directory, people: &[Holder], account: &Holder) -> Vec<(Key, People)> {
    let who = |fits: &dyn Fn(&Holder) -> bool| -> People {
        let all = directory.people.iter().enumerate();
        all.filter(|(_, p)| p.identities.iter().any(|i| fits(&people[*i as usize])))
            .map(|(i, _)| PersonIx(i as u32))
            .collect()
    };
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    let mut found: BTreeMap<Key, People> = BTreeMap::new();
    let mut add = |key: Key, people: People| {
        let any = !people.is_empty();
        if any {
            found.entry(key).or_default().extend(people);
        }
        any
    };
    add(Key::ExternalId, who(&|h| equal(&plain(h.external_id), &plain(account.external_id))));
    // The number as it is written comes before the number without its zeros.
    let whole = plain(account.employee_id);
    if !add(Key::EmployeeId, who(&|h| equal(&whole, &plain(h.employee_id)) || equal(&whole, &number(h.employee_id)))) {
        add(Key::EmployeeId, who(&|h| equal(&number(account.employee_id), &number(h.employee_id))));
    }
    // An address is looked for as it is, then as the mailbox it means; as a main address, then as any other, then as a login.
    for (key, address) in
        [(Key::Email, &account.email), (Key::Alias, &account.alias), (Key::Username, &account.username)]
    {
        let weaker = |k: Key| if key == Key::Email { k } else { key };
        let address = plain(address);
        for (n, form) in [address.clone(), mailbox(&address)].iter().enumerate() {
            let moved = |text: &str| mailbox(&plain(text)) != plain(text) && equal(form, &mailbox(&plain(text)));
            let other = |h: &Holder| {
                equal(form, &plain(&h.alias)) || [&h.email, &h.alias, &h.username].iter().any(|t| moved(t))
            };
            if add(if n == 0 { key } else { weaker(Key::Alias) }, who(&|h| equal(form, &plain(&h.email))))
                || add(weaker(Key::Alias), who(&other))
                || add(weaker(Key::Username), who(&|h| equal(form, &plain(&h.username))))
            {
                break;
            }
        }
    }
    found.into_iter().collect()
}

/// What follows from that: one person, a dispute among several, a contradiction of two strong keys, or nothing.
#[derive(Debug, PartialEq)]
enum Verdict {
    Linked(PersonIx, Key),
    Disputed(Key, People),
    Collision(People),
    NoKey,
}

fn slow(directory: &Directory, people: &[Holder], account: &Holder) -> Verdict {
    let found = naive(directory, people, account);
    let Some((key, strongest)) = found.first() else { return Verdict::NoKey };
    if strongest.len() > 1 {
        return Verdict::Disputed(*key, strongest.clone());
    }
    let winner = *strongest.first().unwrap();
    let strong = |k: Key| matches!(k, Key::ExternalId | Key::EmployeeId | Key::Email);
    let against = found.iter().filter(|(k, fits)| strong(*key) && strong(*k) && !fits.contains(&winner));
    let mut rivals: People = against.flat_map(|(_, fits)| fits.iter().copied()).collect();
    if rivals.is_empty() {
        return Verdict::Linked(winner, *key);
    }
    rivals.insert(winner);
    Verdict::Collision(rivals)
}

fn fast(directory: &Directory, account: &Holder) -> Verdict {
    let all = |rivals: &[coverage::identity::Rival]| rivals.iter().map(|r| r.person).collect::<People>();
    match directory.match_account(&record(account), UsernameIs::Address, &mut Scratch::default()) {
        Match::Linked(link) => Verdict::Linked(link.person, link.key),
        Match::Disputed(rivals) => Verdict::Disputed(rivals[0].key, all(&rivals)),
        Match::Collision(rivals) => Verdict::Collision(all(&rivals)),
        Match::NoKey => Verdict::NoKey,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn the_indexed_matcher_equals_a_naive_one(
        people in proptest::collection::vec(holder(), 1..7),
        accounts in proptest::collection::vec(holder(), 1..6),
    ) {
        let identities = people.iter().enumerate().map(|(n, h)| identity(n, h)).collect();
        let moment = Moment { now: 1_763_600_000, zone: TimeZone::UTC };
        let rules = AddressRules {
            domain_aliases: BTreeMap::from([("old.example".to_owned(), "north.example".to_owned())]),
            plus_tags: BTreeSet::from(["north.example".to_owned()]),
            ..AddressRules::default()
        };
        let directory = Directory::build(identities, rules, moment);
        for account in &accounts {
            prop_assert_eq!(fast(&directory, account), slow(&directory, &people, account), "{:?}", account);
        }
    }
}
