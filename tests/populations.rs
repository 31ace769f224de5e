//! Lists that are not whole are no mass leaving: whatever is missing from a list, nobody counts as gone because of it.

mod company;

use company::{Company, Ran};
use coverage::model::{Check, CheckOutcome, FindingStatus, PopulationReport, SourceRole};
use std::fmt::Write as _;

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status";
const IDP: &str = "user.id,user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange";
const ROSTER: &str = "ID,Email,Name,Role,Status";

fn hr(people: impl Iterator<Item = u32>, left: impl Fn(u32) -> bool) -> String {
    people.fold(format!("{HR}\n"), |mut all, n| {
        let (end, status) = if left(n) { ("2026-11-01", "Terminated") } else { ("", "Active") };
        writeln!(all, "{n},Person {n},p{n}@north.example,2020-01-01,{end},{status}").unwrap();
        all
    })
}

fn idp(people: impl Iterator<Item = u32>, gone: impl Fn(u32) -> bool) -> String {
    people.fold(format!("{IDP}\n"), |mut all, n| {
        let status = if gone(n) { "DEPROVISIONED" } else { "ACTIVE" };
        let mail = format!("p{n}@north.example");
        writeln!(all, "00u{n},{mail},{mail},{n},{status},2020-01-01T00:00:00Z,2026-11-01T00:00:00Z").unwrap();
        all
    })
}

fn roster(people: impl Iterator<Item = u32>, role: impl Fn(u32) -> &'static str) -> String {
    people.fold(format!("{ROSTER}\n"), |mut all, n| {
        writeln!(all, "U{n},p{n}@north.example,Person {n},{},active", role(n)).unwrap();
        all
    })
}

/// HR, a directory and one app. `more` goes below the app, `hr_more` beside the HR file, `policy` into the policy.
fn company(more: &str, hr_more: &str, policy: &str) -> Company {
    Company::of(&format!(
        "company: {{domains: [north.example]}}
hr:
  - {{file: hr.csv, id: people, extracted-at: 2026-11-20T06:00:00Z{hr_more}}}
idp:
  - {{file: idp.csv, id: okta, extracted-at: 2026-11-20T06:00:00Z}}
apps:
  tidepool:
    roster: roster.csv
    extracted-at: 2026-11-20T06:00:00Z
    sso: optional
    expected: everyone
    {more}
policy: {{{policy}}}
exports:
  - id: tidepool-members
    name: Members
    holds: [accounts]
    recognise: [ID, Email, Name, Role, Status]
    fields: {{id: ID, email: Email, name: Name, role: Role}}
    status: [{{column: Status, words: {{active: active, ended: deactivated}}}}]
    privileged: [{{column: Role, words: {{Admin: true}}, otherwise: false}}]
"
    ))
}

fn member(_: u32) -> &'static str {
    "Member"
}

/// Sixty people at work, in HR, in the directory and in the app.
fn whole() -> Company {
    company("", "", "")
        .file("hr.csv", &hr(1..=60, |_| false))
        .file("idp.csv", &idp(1..=60, |_| false))
        .file("roster.csv", &roster(1..=60, member))
}

fn run(company: &Company) -> Ran {
    company.report("2026-11-20T12:00:00Z")
}

fn list(ran: &Ran, role: SourceRole) -> &PopulationReport {
    ran.report.populations.iter().find(|p| p.role == role).unwrap()
}

fn outcome(ran: &Ran, role: SourceRole, check: Check) -> CheckOutcome {
    list(ran, role).guard.0.iter().find(|c| c.check == check).unwrap().outcome
}

/// How many findings of a rule there are, open ones and those that nobody can decide.
fn count(ran: &Ran, rule: &str) -> (usize, usize) {
    let of = |status| ran.report.findings.iter().filter(|f| f.rule.id == rule && f.status == status).count();
    (of(FindingStatus::Open), of(FindingStatus::NotEvaluable))
}

const ACCEPT: &str = "accept: [{check: drop, because: the office in Leiden was sold, by: ann@north.example, on: 2026-11-20}, \
                      {check: live-drop, because: the office in Leiden was sold, by: ann@north.example, on: 2026-11-20}]";

#[test]
fn an_hr_list_that_has_lost_a_third_of_the_people_makes_no_leavers_and_no_orphans() {
    let before = run(&whole()).report;
    assert_eq!((before.summary.apps_evaluated, before.summary.leavers), (1, 0));
    // Ten of those who are missing from HR are switched off in the directory: on leave, for all anybody knows.
    let lost = |accept: &str| {
        company("", accept, "")
            .file("hr.csv", &hr(1..=40, |_| false))
            .file("idp.csv", &idp(1..=60, |n| n > 50))
            .file("roster.csv", &roster(1..=65, member))
            .after(&before)
    };
    let ran = run(&lost(""));
    assert_eq!(count(&ran, "people-partial"), (0, 1));
    assert_eq!(ran.report.summary.apps_evaluated, 0, "nothing that hangs on the people is evaluated");
    assert_eq!(ran.report.summary.leavers_with_access, 0);
    assert_eq!(count(&ran, "residual-login-capable"), (0, 0));
    assert_eq!(count(&ran, "residual-undecidable"), (0, 10));
    let nobodys = ["orphan-account", "owner-unconfirmed"].map(|rule| count(&ran, rule));
    assert_eq!(nobodys.map(|(open, _)| open), [0, 0], "an account of nobody's may be that of somebody who is missing");
    assert_eq!(nobodys.iter().map(|(_, undecided)| undecided).sum::<usize>(), 5);
    let why = ran.report.apps[0].not_evaluable.as_deref().unwrap();
    assert!(why.contains("hr.csv holds 40 records, 33 % fewer than the 60 of "), "{why}");

    let accepted = run(&lost(&format!(", {ACCEPT}")));
    assert_eq!(count(&accepted, "people-partial"), (0, 0));
    assert_eq!(outcome(&accepted, SourceRole::Hr, Check::Drop), CheckOutcome::Accepted);
    assert_eq!(count(&accepted, "residual-login-capable"), (10, 0), "now those switched off are leavers");
    assert!(accepted.report.notices.iter().any(|n| n.contains("accepted by ann@north.example on 2026-11-20 (drop)")));
}

#[test]
fn the_directory_alone_can_be_the_list_that_lacks_people() {
    let before = run(&whole()).report;
    let ran = run(&whole().file("idp.csv", &idp(1..=45, |_| false)).after(&before));
    assert_eq!(outcome(&ran, SourceRole::Idp, Check::Drop), CheckOutcome::Flagged);
    assert_eq!((count(&ran, "people-partial"), ran.report.summary.apps_evaluated), ((0, 1), 0));
}

#[test]
fn many_leavings_at_once_are_doubted_until_somebody_answers_for_them() {
    let before = run(&whole()).report;
    let left = |accept: &str| {
        let all = company("", accept, "").file("hr.csv", &hr(1..=60, |n| n > 40));
        all.file("idp.csv", &idp(1..=60, |_| false)).file("roster.csv", &roster(1..=60, member)).after(&before)
    };
    let ran = run(&left(""));
    assert_eq!(outcome(&ran, SourceRole::Hr, Check::Drop), CheckOutcome::Passed);
    assert_eq!(outcome(&ran, SourceRole::Hr, Check::LiveDrop), CheckOutcome::Flagged);
    assert_eq!((count(&ran, "residual-login-capable"), count(&ran, "residual-undecidable")), ((0, 0), (0, 20)));
    assert_eq!(count(&ran, "idp-active-after-end"), (0, 20));
    assert_eq!(ran.report.summary.leavers_with_access, 0, "no mass leaving");
    let accepted = run(&left(&format!(", {ACCEPT}")));
    assert_eq!(count(&accepted, "residual-login-capable"), (20, 0));
    assert_eq!(accepted.report.summary.apps_evaluated, 1);
}

#[test]
fn a_roster_that_has_shrunk_is_not_evaluable_and_what_is_in_it_is_judged() {
    let base = company("", "", "")
        .file("hr.csv", &hr(1..=60, |n| n == 1))
        .file("idp.csv", &idp(1..=60, |n| n == 1))
        .file("roster.csv", &roster(1..=60, member));
    let before = run(&base).report;
    let shrunk = base.file("roster.csv", &roster(1..=45, member)).after(&before);
    let ran = run(&shrunk);
    assert_eq!((count(&ran, "roster-partial"), ran.report.summary.apps_evaluated), ((0, 1), 0));
    assert_eq!(count(&ran, "missing-account"), (0, 0), "nobody counts as absent");
    assert_eq!(count(&ran, "residual-login-capable"), (1, 0), "the leaver in it has access all the same");
    assert_eq!(list(&ran, SourceRole::Roster).records, 45);
    // The same list with a policy that allows it.
    let allowed = company("", "", "guard: {drop-percent: 25}")
        .file("hr.csv", &hr(1..=60, |n| n == 1))
        .file("idp.csv", &idp(1..=60, |n| n == 1))
        .file("roster.csv", &roster(1..=45, member))
        .after(&before);
    let ran = run(&allowed);
    assert_eq!((count(&ran, "roster-partial"), count(&ran, "missing-account")), ((0, 0), (15, 0)));
}

#[test]
fn administrators_who_were_there_and_have_not_left_must_be_there() {
    let admins = |n: u32| if n <= 3 { "Admin" } else { "Member" };
    let base = whole().file("roster.csv", &roster(1..=60, admins));
    let before = run(&base).report;
    assert_eq!(list(&run(&base), SourceRole::Roster).admins.len(), 3);
    let with =
        |people: &str, roster: &str| run(&whole().file("hr.csv", people).file("roster.csv", roster).after(&before));
    let all = hr(1..=60, |_| false);
    let without = with(&all, &roster(4..=60, admins));
    assert_eq!(outcome(&without, SourceRole::Roster, Check::KnownAdmins), CheckOutcome::Flagged);
    assert_eq!((count(&without, "roster-partial"), without.report.summary.apps_evaluated), ((0, 1), 0));
    let one_left = with(&all, &roster(3..=60, admins));
    assert_eq!(outcome(&one_left, SourceRole::Roster, Check::KnownAdmins), CheckOutcome::Passed);
    let no_longer = with(&all, &roster(1..=60, member));
    assert_eq!(outcome(&no_longer, SourceRole::Roster, Check::KnownAdmins), CheckOutcome::Passed, "they are in it");
    // Who has left may be gone: that is what the report is for.
    let gone = with(&hr(1..=60, |n| n <= 3), &roster(4..=60, admins));
    assert_eq!(outcome(&gone, SourceRole::Roster, Check::KnownAdmins), CheckOutcome::NotChecked);
}

#[test]
fn administrators_that_coverage_yaml_names_must_all_be_there() {
    let with = |admins: &str| {
        let base = company(&format!("admins: [{admins}]"), "", "").file("hr.csv", &hr(1..=60, |_| false));
        let list = roster(1..=9, member) + "root,,Root account,Admin,active\n";
        run(&base.file("idp.csv", &idp(1..=60, |_| false)).file("roster.csv", &list))
    };
    for (admins, expected) in [
        ("p3@north.example, ROOT", CheckOutcome::Passed),
        ("'3'", CheckOutcome::Passed),
        ("p3@north.example, p30@north.example", CheckOutcome::Flagged),
        ("backup-root", CheckOutcome::Flagged),
    ] {
        assert_eq!(outcome(&with(admins), SourceRole::Roster, Check::KnownAdmins), expected, "{admins}");
    }
    let why = list(&with("backup-root"), SourceRole::Roster).guard.not_evaluable().unwrap();
    assert_eq!(why, "roster.csv lacks the administrators backup-root, whom coverage.yaml names");
}

#[test]
fn a_round_number_of_accounts_is_doubted_and_a_declared_total_settles_it() {
    let with = |records: &str| {
        let settings = company("", "", "").file("hr.csv", &hr(1..=9, |_| false));
        let text = format!("roster: {{file: roster.csv{records}}}");
        settings
            .with("roster: roster.csv", &text)
            .file("idp.csv", &idp(1..=9, |_| false))
            .file("roster.csv", &roster(1..=1000, member))
    };
    let ran = run(&with(""));
    let why = list(&ran, SourceRole::Roster).guard.not_evaluable().unwrap();
    assert_eq!(why, "roster.csv holds exactly 1000 records, where exports break off");
    assert_eq!(ran.report.summary.apps_evaluated, 0);
    assert_eq!(run(&with(", records: 1000")).report.summary.apps_evaluated, 1);
    let more = run(&with(", records: 1204"));
    assert!(more.report.apps[0].not_evaluable.as_deref().unwrap().contains("1000 of the 1204 records"));
}

#[test]
fn rows_are_counted_by_the_reader_and_every_row_set_aside_has_its_reason() {
    let rows = roster(1..=5, member) + ",,,,\nID,Email,Name,Role,Status\nU9,p9@north.example,a,b,active,one too many\n";
    let base = company("", "", "").with("policy:", "exclude: [{match: U5, reason: test account}]\npolicy:");
    let ran = run(&base
        .file("hr.csv", &hr(1..=9, |_| false))
        .file("idp.csv", &idp(1..=9, |_| false))
        .file("roster.csv", &rows));
    let source = ran.report.sources.iter().find(|s| s.role == SourceRole::Roster).unwrap();
    assert_eq!((source.rows.read, source.records), (8, 6), "blank lines and a second header are no records");
    assert!(source.rows.closes());
    let aside: Vec<(&str, u64)> = source.set_aside.iter().map(|a| (a.reason.as_str(), a.rows)).collect();
    assert_eq!(aside, [("blank row", 1), ("test account", 1), ("the header repeated", 1)]);
    assert_eq!(source.adapter_version.len(), 12);
}

/// Ann has left, Bo works here. `more` goes below the app and to the end of the file, `rows` into the roster.
fn small(more: &str, declared: &str, rows: &str) -> Company {
    let settings = format!(
        "company: {{domains: [north.example]}}
hr: [{{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}]
apps:
  crm: {{roster: crm.csv, extracted-at: 2026-11-20T07:00:00Z{more}}}
{declared}"
    );
    let people = "1,Ann Berg,ann@north.example,2020-01-01,2026-10-31,Terminated
        2,Bo Lund,bo@north.example,2020-01-01,,Active";
    Company::of(&settings)
        .file("hr.csv", &format!("{HR}\n{people}"))
        .file("crm.csv", &format!("User ID,Email,Name,Role,Status\n{rows}"))
}

#[test]
fn the_only_administrator_is_said_to_be_so_where_that_is_known() {
    let ann = "u1,ann@north.example,Ann,Admin,active";
    let told = |declared: &str, rows: &str| {
        let company = small("", declared, &format!("{ann}\n{rows}"));
        let [long, short] = [company.clone(), company.the_short_way()].map(|company| {
            let ran = company.report("2026-11-20");
            let found = ran.report.findings.iter().filter(|f| f.rule.id == "last-admin-leaver");
            found.map(|f| (f.status, f.reason.get(2).map(ToString::to_string))).collect::<Vec<_>>()
        });
        assert_eq!(long, short, "{rows}");
        long
    };
    let status = |all: &[(FindingStatus, Option<String>)]| all.iter().map(|(status, _)| *status).collect::<Vec<_>>();
    let bo = |role: &str| format!("u2,bo@north.example,Bo,{role},active");
    assert_eq!(status(&told("", &bo("Member"))), [FindingStatus::Open]);
    assert_eq!(status(&told("", &bo(""))), [FindingStatus::Open], "whoever has no role administers nothing");
    assert_eq!(status(&told("", &bo("Owner"))), []);
    let open = told("", &bo("Chief Administrator"));
    assert_eq!(status(&open), [FindingStatus::NotEvaluable]);
    assert!(open[0].1.as_ref().unwrap().contains("administrator's: `Chief Administrator`"), "{open:?}");
    assert_eq!(status(&told("", "u2,bo@north.example,Bo,Manager,deactivated")), [FindingStatus::Open], "it has ended");
    let excluded = "exclude: [{match: u3, app: crm, reason: the emergency account}]\n";
    assert_eq!(status(&told(excluded, "u3,glass@north.example,Glass,Admin,active")), []);
    assert_eq!(status(&told(excluded, "u3,glass@north.example,Glass,Admin,deactivated")), [FindingStatus::Open]);
}

#[test]
fn an_administrator_who_has_left_is_not_missing_from_the_roster() {
    let bo = "u2,bo@north.example,Bo,Admin,active";
    let ran = |admins: &str, rows: &str| small(&format!(", admins: [{admins}]"), "", rows).report("2026-11-20");
    let fine = ran("ann@north.example, bo@north.example", bo);
    assert_eq!(fine.report.apps[0].not_evaluable, None);
    assert!(fine.found("roster-partial").is_empty());
    let notices = fine.report.notices.join("\n");
    assert!(notices.contains("`admins` names ann@north.example, who has left"), "{notices}");
    let other = ran("bo@north.example", "u1,ann@north.example,Ann,Member,active");
    assert!(other.report.apps[0].not_evaluable.is_some(), "somebody who works here is missing");
}

#[test]
fn accounts_without_an_address_and_ids_that_differ_in_letter_case_are_several() {
    let several = |head: &str, rows: &str, declared: &str| {
        let mut company = small("", "", "").file("crm.csv", &format!("{head}\n{rows}"));
        if !declared.is_empty() {
            company = company.with("roster: crm.csv", "roster: {file: crm.csv, export: generic-roster-username}");
            company = company.file("links.yaml", declared);
        }
        company.report("2026-11-20").found("duplicate-account").len()
    };
    let numbers = "Username,Name,Status,Role,Employee ID";
    assert_eq!(several(numbers, ",Bo A,active,Member,2\n,Bo B,active,Member,2", ""), 1);
    assert_eq!(several(numbers, ",Bo A,active,Member,2\n,Bo A,deactivated,Member,2", ""), 0);
    let ids = "User ID,Email,Name,Status";
    assert_eq!(several(ids, "abC,bo@north.example,Bo,active\nabc,bo@north.example,Bo,active", ""), 1);
    assert_eq!(several(ids, "abc,bo@north.example,Bo,active\nabc,bo@north.example,Bo,active", ""), 0);
    let link = |name: &str| {
        format!("- {{app: crm, account: {name}, by: it, on: 2026-11-02, reason: asked, person: bo@north.example}}\n")
    };
    let links = format!("links:\n{}{}", link("Bo One"), link("Bo Two"));
    assert_eq!(several("Username,Name,Status,Role", ",Bo One,active,Member\n,Bo Two,active,Member", &links), 1);
}
