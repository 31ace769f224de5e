//! Exceptions mark findings and hide none: whatever `exceptions.yaml` says, every finding is still there.

mod company;

use company::{Company, Ran};
use coverage::model::{ExceptionState, Finding, FindingStatus};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status";

/// Thirty leavers with live accounts in two apps, and two people at work who can own and approve.
fn company(policy: &str) -> Company {
    let mut hr = format!(
        "{HR}\n900,Ann Owner,ann@north.example,2020-01-01,,Active\n901,Bo Boss,bo@north.example,2020-01-01,,Active\n"
    );
    let mut roster = "ID,Email,Name,Role,Status\n".to_owned();
    for n in 1..=30 {
        writeln!(hr, "{n},Person {n},p{n}@north.example,2020-01-01,2026-10-31,Terminated").unwrap();
        writeln!(roster, "U{n},p{n}@north.example,Person {n},Member,active").unwrap();
    }
    let settings = format!(
        "company: {{domains: [north.example]}}
hr: [{{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}]
apps:
  tidepool: {{roster: tidepool.csv, extracted-at: 2026-11-20T06:00:00Z, sso: optional}}
  heron: {{roster: heron.csv, extracted-at: 2026-11-20T06:00:00Z, sso: optional}}
  osprey: {{}}
policy: {{{policy}}}
exports:
  - id: some-members
    name: Members
    holds: [accounts]
    recognise: [ID, Email, Name, Role, Status]
    fields: {{id: ID, email: Email, name: Name, role: Role}}
    status: [{{column: Status, words: {{active: active}}}}]
"
    );
    Company::of(&settings).file("hr.csv", &hr).file("tidepool.csv", &roster).file("heron.csv", &roster)
}

/// One exception with this much more in it.
fn entry(id: &str, more: &str) -> String {
    format!(
        "{{id: {id}, owner: ann@north.example, approver: bo@north.example, reason: wanted, opened: 2026-10-01, \
         expires: 2027-03-31, {more}}},\n"
    )
}

fn run(exceptions: &[String]) -> Ran {
    company("")
        .file("exceptions.yaml", &format!("exceptions: [\n{}]", exceptions.concat()))
        .report("2026-11-20T12:00:00Z")
}

fn marked(ran: &Ran) -> Vec<&Finding> {
    ran.report.findings.iter().map(|f| &**f).filter(|f| f.exception.is_some()).collect()
}

/// The findings without what exceptions change.
fn ids(ran: &Ran) -> BTreeSet<String> {
    ran.report.findings.iter().filter(|f| !f.rule.id.starts_with("exception-")).map(|f| f.id.to_string()).collect()
}

#[test]
fn an_exception_marks_what_it_is_about_and_hides_nothing() {
    let bare = company("").report("2026-11-20T12:00:00Z");
    let all = ids(&bare);
    assert_eq!(bare.report.summary.excepted, 0);
    for (more, expected) in [
        ("rule: residual-login-capable, app: tidepool", 30),
        ("rule: [residual-login-capable, roster-missing]", 61),
        ("app: heron, account: u1", 1),
        ("account: P1@NORTH.example", 2),
        ("account: u1*, app: tidepool", 11),
        ("person: p7@north.example", 2),
        ("person: '7', app: heron", 1),
        ("app: osprey, rule: roster-missing", 1),
    ] {
        let ran = run(&[entry("EX-1", more)]);
        assert_eq!(ids(&ran), all, "{more}: none is hidden, none is new");
        assert_eq!(marked(&ran).len(), expected, "{more}");
        assert_eq!(ran.report.exceptions[0].marks as usize, expected, "{more}");
        let open = |ran: &Ran| {
            ran.report
                .findings
                .iter()
                .filter(|f| f.status == FindingStatus::Open && !f.rule.id.starts_with("exception-"))
                .count()
        };
        let excepted = ran.report.summary.excepted as usize;
        assert_eq!(open(&ran) + excepted, open(&bare), "{more}");
        assert_eq!(ran.report.summary.leavers_with_access, 30, "{more}: they have access all the same");
    }
    let one = bare.report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap();
    let ran = run(&[entry("EX-1", &format!("finding: '{}'", one.id))]);
    assert_eq!(marked(&ran).iter().map(|f| f.id).collect::<Vec<_>>(), [one.id]);
}

#[test]
fn what_cannot_be_decided_is_marked_and_stays_undecided() {
    let ran = run(&[entry("EX-1", "app: osprey, rule: roster-missing")]);
    let found = marked(&ran)[0];
    assert_eq!((found.rule.id, found.status), ("roster-missing", FindingStatus::NotEvaluable));
    assert_eq!((ran.report.summary.excepted, ran.report.exceptions[0].marks), (0, 1));
    assert_eq!(ran.report.summary.apps_evaluated, 2, "and its app is not evaluated");
}

#[test]
fn an_expired_one_and_one_that_has_not_begun_mark_nothing() {
    let turned = |from: &str, to: &str| entry("EX-1", "app: tidepool").replace(from, to);
    let expired = run(&[turned("2027-03-31", "2026-11-19")]);
    assert_eq!((expired.report.exceptions[0].state, marked(&expired).len()), (ExceptionState::Expired, 0));
    let found = expired.report.findings.iter().find(|f| f.rule.id == "exception-expired").unwrap();
    assert!(found.reason[1].ends_with(&format!(": {}", expired.report.exceptions[0].fits)), "{:?}", found.reason);
    let place = found.evidence[0];
    assert_eq!((expired.report.sources[place.source as usize].file.as_str(), place.line), ("exceptions.yaml", 2));
    let last_day = run(&[turned("2027-03-31", "2026-11-20")]);
    assert!(!marked(&last_day).is_empty() && last_day.found("exception-expired").is_empty());
    let future = run(&[turned("2026-10-01", "2026-11-21")]);
    assert_eq!((future.report.exceptions[0].state, marked(&future).len()), (ExceptionState::Future, 0));
}

#[test]
fn the_first_that_holds_marks_and_every_one_is_counted() {
    let ran = run(&[
        entry("EX-0", "app: tidepool").replace("2027-03-31", "2026-11-01"),
        entry("EX-1", "app: tidepool, account: u1"),
        entry("EX-2", "app: tidepool, rule: residual-login-capable"),
    ]);
    let met: Vec<(u64, u64)> = ran.report.exceptions.iter().map(|e| (e.fits, e.marks)).collect();
    assert_eq!((met[0].1, met[1], met[2]), (0, (1, 1), (30, 29)));
}

#[test]
fn too_much_and_self_approval_are_found_and_cannot_be_excepted() {
    let broad = run(&[entry("EX-1", "rule: residual-login-capable, app: tidepool")]);
    let found = broad.report.findings.iter().find(|f| f.rule.id == "exception-too-broad").unwrap();
    assert_eq!(&*found.reason[0], "the exception EX-1 fits 30 accounts, and the policy allows 25");
    let limit = |policy| {
        let text = format!("exceptions: [\n{}]", entry("EX-1", "rule: residual-login-capable, app: tidepool"));
        company(policy).file("exceptions.yaml", &text).report("2026-11-20T12:00:00Z").found("exception-too-broad").len()
    };
    assert_eq!((limit("exception-max-accounts: 30"), limit("exception-max-accounts: 29")), (0, 1));
    assert_eq!(limit("exception-max-accounts: 30, exception-max-days: 100"), 1, "too long");
    // The same person by address and by number.
    let own = run(&[entry("EX-1", "app: tidepool, account: u1").replace("bo@north.example", "'900'")]);
    assert_eq!(own.found("exception-self-approved").len(), 1);
    let two = run(&[entry("EX-1", "app: tidepool, account: u1")]);
    assert!(two.found("exception-self-approved").is_empty());
    let everything = run(&[entry("EX-1", "account: '*@north.example'"), entry("EX-2", "app: tidepool")]);
    assert!(marked(&everything).iter().all(|f| !f.rule.id.starts_with("exception-")));
    assert!(!everything.found("exception-too-broad").is_empty());
}

#[test]
fn one_that_fits_nothing_is_told_with_its_line() {
    let ran = run(&[entry("EX-1", "app: tidepool, account: gone"), entry("EX-2", "person: nobody@north.example")]);
    let told: Vec<&String> = ran.report.notices.iter().filter(|n| n.starts_with("exceptions.yaml")).collect();
    assert!(told[0].starts_with("exceptions.yaml:2: the exception EX-1 fits no finding"), "{told:?}");
    assert!(
        told[1].contains("EX-2 fits no finding: neither HR nor a directory knows `nobody@north.example`"),
        "{told:?}"
    );
}

/// A workspace: Ann has left, and her account lives.
fn leaver_with_an_account(write: &dyn Fn(&str, &str)) {
    write(
        "hr.csv",
        &format!(
            "{HR}\n1,Ann,ann@north.example,2020-01-01,2026-10-31,Terminated\n2,Bo,bo@north.example,2020-01-01,,Active\n"
        ),
    );
    write(
        "list.csv",
        "ID,Email,Name,Role,Status\nU1,ann@north.example,Ann,Member,active\nU2,bo@north.example,Bo,Member,active\n",
    );
    write(
        "coverage.yaml",
        "as-of: 2026-11-20\nhr: [{file: hr.csv, extracted-at: 2026-11-20}]\napps:\n  tidepool: {roster: list.csv, \
         extracted-at: 2026-11-20, sso: optional}\n",
    );
}

/// The exit code and stderr of `report --fail-on high`.
fn failing_on(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_coverage"));
    let done = run.current_dir(folder).args(["report", "--quiet", "--fail-on", "high"]).args(more).output().unwrap();
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn fail_on_says_what_cannot_be_decided_and_counts_it_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    leaver_with_an_account(&write);
    let list = std::fs::read_to_string(folder.path().join("coverage.yaml")).unwrap();
    // The list is older than the leaving: whether the account still lives, nobody knows.
    write("coverage.yaml", &list.replace("list.csv, extracted-at: 2026-11-20", "list.csv, extracted-at: 2026-10-20"));
    let (code, told) = failing_on(folder.path(), &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("what cannot be decided counts for nothing here, and is no pass: 1 finding, 1 app"),
        "{told}"
    );
    assert!(told.contains("`--fail-on-undecided`"), "{told}");
    let (code, told) = failing_on(folder.path(), &["--fail-on-undecided"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(!told.contains("no pass"), "{told}");
    let (code, told) = failing_on(folder.path(), &["--fail-on-undecided", "--fail-on", "critical"]);
    assert_eq!(code, Some(2), "an option is given once: {told}");
    write(
        "coverage.yaml",
        &format!(
            "{}policy: {{fail-on: high, fail-on-undecided: true}}\n",
            &std::fs::read_to_string(folder.path().join("coverage.yaml")).unwrap()
        ),
    );
    assert_eq!(failing_on(folder.path(), &[]).0, Some(3), "the policy says so");
}

#[test]
fn fail_on_counts_no_excepted_finding_and_says_how_many_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    leaver_with_an_account(&write);
    let report = || failing_on(folder.path(), &[]);
    assert_eq!(report().0, Some(3));
    let text = entry("EX-1", "app: tidepool, account: u1").replace("ann@north.example", "carol@north.example");
    write("exceptions.yaml", &format!("exceptions: [{text}]\n"));
    let (code, told) = report();
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("1 finding that is high or above counts for nothing here: excepted"), "{told}");
    let csv = std::fs::read_to_string(folder.path().join("coverage-report/findings.csv")).unwrap();
    assert!(csv.lines().any(|l| l.contains(",excepted,") && l.ends_with(",EX-1,,")), "{csv}");
    let manifest = std::fs::read_to_string(folder.path().join("coverage-report/manifest.json")).unwrap();
    assert!(manifest.contains("\"file\": \"exceptions.yaml\""), "its hash is among the inputs");
    write("exceptions.yaml", "exceptions: [{id: EX-1}]\n");
    let (code, told) = report();
    assert_eq!(code, Some(1));
    assert!(told.contains("exceptions.yaml:1:14: error: "), "{told}");
}

#[test]
fn patterns_are_compared_with_addresses_however_these_are_written() {
    let people = format!("{HR}\n1,Cy Eng,cy@north.example,2020-01-01,,Active");
    let roster = "ID,Email,Name,Role,Status
        U1,Info Desk <info@north.example>,Info,Member,active
        U2,mailto:qa@north.example,QA,Member,active
        U3,Shop <SHOP@north.example>,Shop,Member,active
        U4,desk@north.example,Desk,Member,active";
    let ran = Company::of(
        "company: {domains: [north.example]}
hr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps: {heron: {roster: heron.csv, extracted-at: 2026-11-20T06:00:00Z}}
non-human: [{match: info@north.example, owner: cy@north.example, reason: desk}, {match: 'Desk <desk@north.example>', reason: desk}]
exclude: [{match: qa@*, reason: test account}]
exports:
  - id: some-members
    name: Members
    holds: [accounts]
    recognise: [ID, Email, Name, Role, Status]
    fields: {id: ID, email: Email, name: Name, role: Role}
    status: [{column: Status, words: {active: active}}]
",
    )
    .file("hr.csv", &people)
    .file("heron.csv", roster)
    .file(
        "exceptions.yaml",
        &format!("exceptions: [\n{}]", entry("shop", "account: shop@north.example, app: heron").replace("ann@", "cy@")),
    )
    .report("2026-11-20T12:00:00Z");
    let accounts = ran.accounts();
    let situations: Vec<&str> = accounts.iter().map(|row| row.split(' ').nth(1).unwrap()).collect();
    assert_eq!(situations, ["non-human", "excluded", "unmatched", "non-human"], "{accounts:#?}");
    let all = marked(&ran);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].account.as_ref().unwrap().account(), "U3");
}
