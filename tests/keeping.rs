//! What the commands say over kept runs: about what they cannot see any more, and what they do not keep.

mod desk;

use desk::*;
use serde_json::Value;

/// Runs a command that has to succeed: what it says, and what it warns of.
fn good(desk: &Desk, args: &[&str]) -> (String, String) {
    let (code, said, told) = desk.coverage(args);
    assert_eq!(code, 0, "{args:?}: {said}{told}");
    (said, told)
}

#[test]
fn an_app_that_drops_out_of_the_settings_does_not_take_its_findings_with_it_in_silence() {
    let desk = Desk::new();
    good(&desk, &["report", "--keep"]);
    let settings = desk.read("coverage.yaml");
    let without: Vec<&str> = settings.lines().filter(|line| !line.starts_with("  crm:")).collect();
    desk.write(
        "coverage.yaml",
        &(without.join("\n")
            + "\nnotify: {mail: {host: mail.north.example, from: a@north.example, to: [b@north.example]}}\n"),
    );
    let (said, told) = good(&desk, &["report", "--format", "json,markdown", "--fresh"]);
    assert!(told.contains("warning: the last kept run knew the app `crm`"), "{told}");
    let stands = "could not be looked at: they stand open";
    assert!(said.contains(stands), "{said}");
    assert!(desk.read("coverage-report/report.md").contains(stands));
    assert!(good(&desk, &["notify", "--dry-run"]).0.contains(stands));
    let (tickets, told) = good(&desk, &["tickets"]);
    assert!(tickets.contains(stands) && told.contains("`crm`"), "{tickets}{told}");
    // Once it has been kept so, that is known.
    good(&desk, &["report", "--keep"]);
    let (said, told) = good(&desk, &["report", "--as-of", "2026-11-21T12:00:00Z"]);
    assert!(said.contains(stands) && !told.contains("knew the app"), "{said}{told}");
}

#[test]
fn a_decision_stands_when_an_account_is_known_by_its_id_instead_of_its_address() {
    let desk = Desk::new();
    good(&desk, &["report", "--keep"]);
    let ann = desk.shown("residual-login-capable", "m1");
    let text = desk.decisions("bo@north.example", &[decide(&ann, "keep", ", reason: hands over")]);
    assert_eq!(desk.apply(&text, &[]).0, 0);
    let (_, told) = good(&desk, &["report", "--as-of", "2026-11-21T12:00:00Z"]);
    let report: Value = serde_json::from_str(&desk.read("coverage-report/findings.json")).unwrap();
    let all = report["findings"].as_array().unwrap();
    let mine = all.iter().find(|f| f["id"] == ann.id.as_str()).unwrap();
    assert_eq!(mine["match"], "native-id", "{mine}");
    assert!(all.iter().all(|f| f["rule"] != "review-outdated"), "{told}");
    assert_eq!(desk.shown("residual-login-capable", "m1").seen, ann.seen);
}

#[test]
fn an_account_whose_exception_runs_out_is_handed_out() {
    let desk = Desk::new();
    desk.write(
        "exceptions.yaml",
        "exceptions:\n  - {id: EX-1, rule: residual-login-capable, app: crm, person: ann@north.example, owner: cleo@north.example, \
         approver: bo@north.example, reason: hands over, opened: 2026-11-01, expires: 2026-11-20}\n",
    );
    good(&desk, &["report", "--keep"]);
    let only_new = |day: &str| good(&desk, &["tickets", "--only-new", "--as-of", day]).0;
    let before = only_new("2026-11-20T13:00:00Z");
    assert!(!before.contains("Ann Berg"), "{before}");
    let after = only_new("2026-11-22T12:00:00Z");
    assert!(after.contains("Ann Berg") && !after.contains("Dora Fink"), "{after}");
}

#[test]
fn a_run_about_a_time_that_has_not_come_yet_is_not_kept() {
    let desk = Desk::new();
    for args in [["snapshot", "--as-of", "2962-11-20", "--quiet"], ["report", "--keep", "--as-of", "2962-11-20"]] {
        let args: Vec<&str> = args.into_iter().filter(|arg| *arg != "--quiet").collect();
        let (code, said, told) = desk.coverage(&args);
        assert_eq!(code, 1, "{said}");
        assert!(told.contains("which has not come yet: it is not kept"), "{told}");
    }
    good(&desk, &["snapshot"]);
}

#[test]
fn an_empty_file_is_no_store_yet() {
    let desk = Desk::new();
    desk.write("coverage-history.sqlite", "");
    good(&desk, &["report"]);
    assert_eq!(desk.coverage(&["status"]).0, 1);
    good(&desk, &["report", "--keep"]);
    assert!(good(&desk, &["status"]).0.contains("1 run kept"));
}

#[test]
fn an_empty_file_of_decisions_is_told_as_what_it_is() {
    let desk = Desk::new();
    desk.write("exceptions.yaml", "");
    let (code, _, told) = desk.coverage(&["report"]);
    assert_eq!(code, 1);
    assert!(told.contains("the file is empty") && told.contains("remove it") && !told.contains("export"), "{told}");
    desk.write("exceptions.yaml", "# nothing yet\n");
    good(&desk, &["report"]);
}

#[test]
fn a_revocation_is_outstanding_only_after_the_leaving() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let text = desk.decisions("bo@north.example", &[decide_at(&ann, "revoke", "", "2026-11-05T13:00:00Z")]);
    assert_eq!(desk.apply(&text, &[]).0, 0);
    let outstanding = || {
        let report = desk.report();
        report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "revocation-outstanding").count()
    };
    assert_eq!(outstanding(), 1);
    // She has come back after the decision, and has left once more.
    desk.write("hr.csv", &HR.replace("2026-10-31,Terminated", "2026-11-19,Terminated"));
    assert_eq!(outstanding(), 0);
}

#[test]
fn the_history_tells_what_is_excepted_as_excepted_and_when_in_the_companys_zone() {
    let desk = Desk::new();
    let settings = desk.read("coverage.yaml");
    desk.write(
        "coverage.yaml",
        &settings.replace("{name: Northwind Tools,", "{name: Northwind Tools, zone: Asia/Tokyo,"),
    );
    desk.write(
        "exceptions.yaml",
        "exceptions:\n  - {id: EX-1, rule: residual-login-capable, app: crm, person: ann@north.example, owner: cleo@north.example, \
         approver: bo@north.example, reason: hands over, opened: 2026-11-01, expires: 2026-12-20}\n",
    );
    good(&desk, &["report", "--keep"]);
    let (ann, dora) = (desk.shown("residual-login-capable", "m1").id, desk.shown("residual-login-capable", "m4").id);
    good(&desk, &["claim", &dora, "--by", "bo", "--ticket", "OPS-7", "--at", "2026-11-20T20:00:00Z"]);
    let said = good(&desk, &["history", &ann]).0;
    assert!(said.contains("first seen, high, excepted (") && !said.contains("cannot be decided"), "{said}");
    let said = good(&desk, &["history", &dora]).0;
    assert!(
        said.contains("first seen, high (") && said.contains("  21 Nov 2026, 05:00: bo says that it is done"),
        "{said}"
    );
}
