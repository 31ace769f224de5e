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
