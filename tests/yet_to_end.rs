//! An account whose end lies ahead of the list that shows it: nobody can tell whether it lives, and all that is written about it
//! says so.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn company() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "coverage.yaml",
        "as-of: 2026-11-20\nhr: [{file: hr.csv, extracted-at: 2026-11-19}]\n\
         apps: {zoom: {roster: zoom.csv, extracted-at: 2026-11-19}}\n",
    );
    write(
        "hr.csv",
        "Employee ID,Full name,Work email,Start date,End date,Status\n\
         1,Ada Lund,ada.lund@nord.example,2020-01-01,,active\n\
         2,Bo Falk,bo.falk@nord.example,2020-01-01,2026-10-31,terminated\n",
    );
    write(
        "zoom.csv",
        "Email,Name,Deactivated on\nada.lund@nord.example,Ada Lund,\nbo.falk@nord.example,Bo Falk,2027-01-31\n",
    );
    folder
}

#[track_caller]
fn run(folder: &Path, command: &[&str]) -> String {
    let mut run = Command::cargo_bin("coverage").unwrap();
    let output = run.current_dir(folder).env_clear().env("NO_COLOR", "1").args(command).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

#[test]
fn it_is_undecided_in_every_file_and_nowhere_ended() {
    let folder = company();
    let headline = run(folder.path(), &["report", "--out", "out", "--accounts"]);
    assert!(headline.contains("0 live accounts\n        1  more cannot be decided"), "{headline}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let line = |name: &str, start: &str| {
        let text = read(name);
        let line = text.lines().find(|line| line.contains(start) && line.contains("bo.falk@"));
        line.unwrap_or_else(|| panic!("{name}: {text}")).to_owned()
    };
    let found = line("out/findings.csv", "residual-undecidable,medium,not-evaluable,zoom");
    assert!(found.contains("bo.falk@nord.example,unknown,Bo Falk"), "{found}");
    assert!(found.contains("Look up in Zoom whether the account still works"), "{found}");
    let why = "the account ends on 2027-01-31 by the list, which is later than the list itself";
    assert!(found.contains(why), "{found}");
    for row in [line("out/diffs/zoom.csv", "status-differs,"), line("out/accounts.csv", "zoom,")] {
        assert!(row.contains(",Bo Falk,unknown,") && row.ends_with(&format!("\"{why}\"")), "{row}");
    }
    let page = read("out/report.html");
    assert!(!page.contains(">access has ended"), "the card of the leaver");
    assert!(read("out/worksheets.html").contains("Bo Falk"));
    run(folder.path(), &["report", "--out", "words", "--format", "markdown"]);
    let words = read("words/report.md");
    assert!(!words.contains("(has ended)"), "{words}");
    let tickets = run(folder.path(), &["tickets"]);
    assert!(tickets.starts_with("# Find out about 1 account of people who left: Zoom"), "{tickets}");
}

#[test]
fn kept_runs_do_not_take_it_for_an_end() {
    let folder = company();
    run(folder.path(), &["snapshot"]);
    let settings = folder.path().join("coverage.yaml");
    let later = fs::read_to_string(&settings).unwrap().replace("2026-11-20", "2026-11-22").replace("-19", "-21");
    fs::write(settings, later).unwrap();
    run(folder.path(), &["snapshot"]);
    let told = run(folder.path(), &["status"]);
    assert!(told.contains("zoom: 1 leaver, 1 not shown to have ended; median at least 20 days"), "{told}");
}

/// Two exports of one app, of which one shows the account of Bo as living and the other as ended, in either order.
#[test]
fn an_account_that_lives_by_one_export_and_has_ended_by_another_is_undecided() {
    let folder = company();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let list = |bo: &str| {
        format!(
            "User ID,Email,Name,Status\nu1,ada.lund@nord.example,Ada Lund,active\nu2,bo.falk@nord.example,Bo Falk,{bo}\n"
        )
    };
    write("may.csv", &list("active"));
    write("june.csv", &list("deactivated"));
    let found = |first: &str, second: &str| {
        let settings = format!(
            "as-of: 2026-11-20\nhr: [{{file: hr.csv, extracted-at: 2026-11-19}}]\n\
             apps: {{crm: {{roster: [{{file: {first}, extracted-at: 2026-11-18}}, {{file: {second}, extracted-at: 2026-11-19}}]}}}}\n"
        );
        write("coverage.yaml", &settings);
        let headline = run(folder.path(), &["report", "--out", "out", "--accounts"]);
        let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
        (headline, read("findings.csv"), read("accounts.csv"))
    };
    for (first, second) in [("may.csv", "june.csv"), ("june.csv", "may.csv")] {
        let (headline, findings, accounts) = found(first, second);
        assert!(headline.contains("0 live accounts\n        1  more cannot be decided"), "{headline}");
        assert!(headline.contains("Bo Falk, left 31 Oct 2026: 1 account, cannot be decided"), "{headline}");
        assert_eq!(findings.matches("residual-").count(), 1, "{findings}");
        assert!(findings.contains("residual-undecidable,medium,not-evaluable,crm,u2,"), "{findings}");
        let why = "the exports of the app disagree: by may.csv:3 the account lives, by june.csv:3 it has ended";
        assert!(findings.contains(why) && accounts.matches(why).count() == 2, "{findings}\n{accounts}");
    }
    // Both say the same, or the number is that of somebody else in another part of the app.
    write("june.csv", &list("Active"));
    assert!(found("may.csv", "june.csv").1.contains("residual-login-capable,high,open,crm,u2,"));
    write("june.csv", "User ID,Email,Name,Status\nu2,ada.lund@nord.example,Ada Lund,deactivated\n");
    assert!(found("may.csv", "june.csv").1.contains("residual-login-capable,high,open,crm,u2,"));
}
