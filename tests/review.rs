//! From a report to decisions and back: what a reviewer decided marks the findings of the next report and hides none.

mod desk;

use assert_cmd::Command;
use desk::*;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[test]
fn what_was_decided_marks_the_findings_of_the_next_report_and_hides_none() {
    let desk = Desk::new();
    let before = desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let dora = desk.shown("residual-login-capable", "m4");
    let emil = desk.shown("residual-login-capable", "m5");
    let ghost = desk.shown("orphan-account", "m8");
    let spook = desk.shown("orphan-account", "m9");
    let unknown = desk.shown("roster-missing", "osprey");
    let decisions = desk.decisions(
        "bo@north.example",
        &[
            decide(&ann, "revoke", ""),
            decide(&dora, "keep", ", reason: \"she works as a freelancer until the audit ends\""),
            decide(&emil, "exception", ", reason: hands over, until: 2026-12-31"),
            decide(&ghost, "assign-to", ", reason: asked him, person: cleo@north.example"),
            decide(
                &unknown,
                "exception",
                ", reason: gets a roster in January, until: 2027-01-31, person: cleo@north.example",
            ),
            decide(&spook, "keep", ", reason: the test account of the vendor"),
        ],
    );
    let (code, said, told) = desk.apply(&decisions, &["--dry-run"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        said.contains("# links.yaml\n  - app: crm\n    account: m8\n") && said.contains("# reviews.yaml"),
        "{said}"
    );
    assert!(desk.files().values().all(String::is_empty), "a dry run writes nothing");

    let (code, said, told) = desk.apply(&decisions, &[]);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(
        said.starts_with("Applied: 6 decisions by bo@north.example: 1 revoke, 2 keep, 2 exception, 1 assign-to\n"),
        "{said}"
    );
    let after = desk.report();
    let (ids, decided) = findings(&after);
    // The ghost's account is Cleo's now; everything else stands where it stood.
    let gone: Vec<String> = findings(&before).0.into_iter().filter(|id| !ids.contains(id)).collect();
    assert_eq!(gone, [ghost.id.as_str()]);
    let by = |what: &str| decided[what]["decision"].as_str().unwrap().to_owned();
    assert_eq!(by("residual-login-capable m1"), "revoke");
    assert_eq!(by("residual-login-capable m4"), "keep");
    assert_eq!(by("residual-login-capable m5"), "exception");
    assert_eq!(by("orphan-account m9"), "keep");
    assert_eq!(decided["residual-login-capable m4"]["by"], "bo@north.example");
    let status = |id: &str| {
        after["findings"].as_array().unwrap().iter().find(|f| f["id"] == id).unwrap()["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(status(&dora.id), "open", "keeping access is no pass");
    assert_eq!(status(&emil.id), "excepted");
    assert_eq!(status(&unknown.id), "not-evaluable", "what cannot be decided stays so");
    assert_eq!(before["summary"]["leavers_with_access"], after["summary"]["leavers_with_access"]);
    assert_eq!(before["summary"]["not_evaluable"], after["summary"]["not_evaluable"]);
    let csv = desk.read("coverage-report/findings.csv");
    let row = csv.lines().find(|l| l.starts_with(&ann.id)).unwrap();
    assert!(row.contains(",revoke,bo@north.example on 2026-11-20T13:00:00Z"), "{row}");
    let page = desk.read("coverage-report/report.html");
    assert!(page.contains("to revoke") && page.contains("she works as a freelancer"), "the page shows the decisions");

    // The same file again adds nothing.
    let files = desk.files();
    let (code, said, told) = desk.apply(&decisions, &[]);
    assert!(code == 0 && said.starts_with("Nothing to apply"), "{said}{told}");
    assert_eq!(desk.files(), files);
    let (_, said, _) = desk.coverage(&["review", "status"]);
    assert!(
        said.contains("bo@north.example, on the report as of 2026-11-20T12:00:00Z")
            && said.contains("0 about themselves"),
        "{said}"
    );
}

#[test]
fn a_way_that_was_cut_short_is_gone_to_its_end_when_the_file_is_applied_again() {
    let desk = Desk::new();
    desk.report();
    let emil = desk.shown("residual-login-capable", "m5");
    let ghost = desk.shown("orphan-account", "m8");
    let decisions = desk.decisions(
        "bo@north.example",
        &[
            decide(&emil, "exception", ", reason: hands over, until: 2026-12-31"),
            decide(&ghost, "assign-to", ", reason: asked him, person: cleo@north.example"),
        ],
    );
    assert_eq!(desk.apply(&decisions, &[]).0, 0);
    let whole = desk.files();
    // The record comes last: as if the machine had stopped before it.
    fs::remove_file(desk.folder.path().join("reviews.yaml")).unwrap();
    let (code, _, told) = desk.apply(&decisions, &["--skip-changed"]);
    assert_eq!(code, 0, "{told}");
    let again = desk.files();
    assert_eq!((&again["links.yaml"], &again["exceptions.yaml"]), (&whole["links.yaml"], &whole["exceptions.yaml"]));
    assert!(again["reviews.yaml"].contains("decision: exception"));
}

#[test]
fn every_fault_is_told_at_its_place_in_one_pass_and_nothing_is_written() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let dora = desk.shown("residual-login-capable", "m4");
    let emil = desk.shown("residual-login-capable", "m5");
    let ghost = desk.shown("orphan-account", "m8");
    let spook = desk.shown("orphan-account", "m9");
    let missing = desk.shown("roster-missing", "osprey");
    let nobody = Shown { id: format!("v1:{}", "0".repeat(32)), seen: "0".repeat(16) };
    let changed = Shown { id: spook.id.clone(), seen: "0123456789abcdef".to_owned() };
    let text = desk.decisions(
        "bo@north.example",
        &[
            decide(&nobody, "revoke", ""),
            decide(&ann, "keep", ""),
            decide(&ann, "keep", ", reason: twice"),
            decide(&dora, "exception", ", reason: r, until: 2026-11-21"),
            decide(&emil, "exception", ", reason: r, until: 2028-01-01"),
            decide(&ghost, "assign-to", ", reason: r, person: zed@north.example"),
            decide(&changed, "keep", ", reason: r"),
            decide(&missing, "keep", ", reason: r"),
        ],
    );
    let (code, said, told) = desk.apply(&text, &[]);
    assert_eq!((code, said.as_str()), (1, ""));
    for (line, wanted) in [
        (5, "the report has no finding `v1:00000000000000000000000000000000`"),
        (6, "`keep` needs a `reason`"),
        (7, "is decided already in line 6"),
        (8, "`2026-11-21` has passed"),
        (9, "`2028-01-01` is too far: the policy allows 90 days, until 2027-02-18"),
        (10, "neither HR nor a directory knows `zed@north.example`"),
        (11, "says something else than it did when this was decided"),
        (12, "this finding cannot be decided with these files, so nobody can approve it"),
    ] {
        let at = format!("decisions.yaml:{line}:");
        assert!(told.lines().any(|l| l.starts_with(&at) && l.contains(wanted)), "{line}: {wanted}\n{told}");
    }
    assert!(desk.files().values().all(String::is_empty));

    let self_review = desk.decisions("ann@north.example", &[decide(&ann, "keep", ", reason: mine")]);
    let (code, _, told) = desk.apply(&self_review, &[]);
    assert!(
        code == 1 && told.contains("decisions.yaml:5:15: error: ann@north.example decides about their own access"),
        "{told}"
    );
    let holder = desk.decisions("ghost@north.example", &[decide(&ghost, "keep", ", reason: mine")]);
    let (code, _, told) = desk.apply(&holder, &[]);
    assert!(
        code == 1
            && told.contains("decides about their own access")
            && told.contains("neither HR nor a directory knows"),
        "{told}"
    );
    let takes = desk.decisions("bo@north.example", &[decide(&ghost, "assign-to", ", reason: mine, person: '2'")]);
    assert!(desk.apply(&takes, &[]).2.contains("decides about their own access"));
    let owner = desk.decisions("cleo@north.example", &[decide(&emil, "exception", ", reason: r, until: 2026-12-31")]);
    assert!(desk.apply(&owner, &[]).2.contains("would approve an exception that they own"));
    let other =
        desk.decisions("bo@north.example", &[decide(&ann, "revoke", "")]).replace("Northwind Tools", "Southwind");
    let (code, _, told) = desk.apply(&other, &[]);
    assert!(code == 1 && told.contains("decisions.yaml:3:19: error: these decisions are about `Southwind`"), "{told}");
    let early = desk.decisions("bo@north.example", &[decide_at(&ann, "revoke", "", "2026-11-22T10:00:00Z")]);
    assert!(desk.apply(&early, &[]).2.contains("has not come yet"));
    let against = desk
        .decisions("bo@north.example", &[decide(&ann, "not-this-person", ", reason: r, person: dora@north.example")]);
    assert!(desk.apply(&against, &[]).2.contains("the finding is not about Dora Fink"));
    assert!(desk.files().values().all(String::is_empty));
}

#[test]
fn a_decision_against_an_entry_of_links_is_refused_however_the_entry_names_the_person() {
    let desk = Desk::new();
    // By address, where a decision writes the employee id.
    let links = "links:
  - {app: crm, account: m1, person: ann@north.example, by: it@north.example, on: \"2026-11-01\", reason: asked her}
  - {app: crm, account: m8, not: cleo@north.example, by: it@north.example, on: \"2026-11-01\", reason: asked her}
";
    desk.write("links.yaml", links);
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let ghost = desk.shown("orphan-account", "m8");
    let text = desk.decisions(
        "bo@north.example",
        &[
            decide(&ann, "not-this-person", ", reason: says so, person: ann@north.example"),
            decide(&ghost, "assign-to", ", reason: says so, person: cleo@north.example"),
        ],
    );
    for more in [&["--dry-run"][..], &[]] {
        let (code, said, told) = desk.apply(&text, more);
        assert_eq!((code, said.as_str()), (1, ""), "{told}");
        for (line, entry) in [(5, "asked her (links.yaml:2)"), (6, "asked her (links.yaml:3)")] {
            let at = format!("decisions.yaml:{line}:");
            let wanted = format!("in crm it is decided already: {}", if line == 5 { "linked" } else { "not" });
            let is_it = |l: &str| l.starts_with(&at) && l.contains(&wanted) && l.contains(entry);
            assert!(told.lines().any(is_it), "{line}\n{told}");
        }
        assert!(told.contains("remove that entry of links.yaml first"), "{told}");
    }
    assert_eq!((desk.read("links.yaml"), desk.read("reviews.yaml")), (links.to_owned(), String::new()));
    assert_eq!(desk.coverage(&["report", "--quiet"]).0, 0, "the workspace can be used as before");
}

#[test]
fn hostile_yaml_is_refused_with_its_place() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let fine = desk.decisions("bo@north.example", &[decide(&ann, "revoke", "")]);
    let bomb = format!("a: &a [x, x]\nb: &b [*a, *a]\n{fine}");
    for (text, wanted) in [
        (bomb, "decisions.yaml:2:8: error: aliases"),
        (fine.replace("schema-version: \"1\"", "schema-version: \"2\""), "decisions.yaml:1:17: error: schema-version"),
        (fine.replace("decisions:", "decision:"), "there is no key `decision`"),
        (fine.replace("revoke", "delete-all"), "`revoke`"),
        (format!("{fine}---\n{fine}"), "decisions.yaml:"),
        (fine.replace("seen:", "sene:"), "there is no key `sene`"),
        (fine.replace("v1:", "v2:"), "is no id of a finding"),
        ("[".repeat(10_000), "decisions.yaml:1:"),
        (fine.replace(", seen", &format!(", reason: \"{}\", seen", "x".repeat(3000))), "longer than 2000 characters"),
    ] {
        let (code, said, told) = desk.apply(&text, &[]);
        assert_eq!((code, said.as_str()), (1, ""), "{told}");
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(desk.files().values().all(String::is_empty));
    assert_eq!(desk.apply(&fine, &[]).0, 0);
}

#[test]
fn a_hostile_reason_is_written_as_it_was_meant() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let emil = desk.shown("residual-login-capable", "m5");
    let hostile = "- a: \"b\" # c\n'd' \\ {e: [f]} \u{202e}g\u{1f600} =1+1 <script> %x ---";
    let quoted = serde_json::to_string(hostile).unwrap();
    let text = desk.decisions(
        "bo@north.example",
        &[
            decide(&ann, "keep", &format!(", reason: {quoted}")),
            decide(&emil, "exception", &format!(", reason: {quoted}, until: 2026-12-31")),
        ],
    );
    let (code, _, told) = desk.apply(&text, &[]);
    assert_eq!(code, 0, "{told}");
    let report = desk.report();
    assert_eq!(findings(&report).1["residual-login-capable m1"]["reason"], hostile);
    assert_eq!(report["exceptions"][0]["reason"], hostile);
    assert!(!desk.read("coverage-report/report.html").contains("<script> %x"));
}

#[test]
fn decisions_on_what_has_changed_since_are_noticed_before_and_after() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let dora = desk.shown("residual-login-capable", "m4");
    let emil = desk.shown("residual-login-capable", "m5");
    let keep = |on: &Shown| decide(on, "keep", ", reason: hands over");
    let text = desk.decisions("bo@north.example", &[keep(&ann), keep(&dora), keep(&emil)]);
    // Ann is an administrator by now, and Dora's account is gone.
    let crm =
        CRM.replace("Ann Berg,Member", "Ann Berg,Owner").replace("m4,dora@north.example,Dora Fink,Member,active\n", "");
    desk.write("crm.csv", &crm);
    let (code, _, told) = desk.apply(&text, &[]);
    assert_eq!(code, 1);
    assert!(
        told.contains("decisions.yaml:3:") && told.contains("warning: the decisions were made on the report as of"),
        "{told}"
    );
    assert!(told.contains(&format!("the finding `{}` says something else", ann.id)), "{told}");
    assert!(told.contains(&format!("the finding `{}` does not stand any more", dora.id)), "{told}");
    let (code, said, told) = desk.apply(&text, &["--skip-changed"]);
    assert!(code == 0 && said.contains("1 keep") && told.contains("left out"), "{said}{told}");

    // And Emil becomes one after it was applied.
    desk.write("crm.csv", &crm.replace("Emil Gruber,Member", "Emil Gruber,Owner"));
    let report = desk.report();
    let (_, decided) = findings(&report);
    assert_eq!(decided["residual-login-capable m5"]["changed_since"], true);
    let outdated = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "review-outdated").unwrap();
    assert_eq!(outdated["evidence"][0]["file"], "reviews.yaml");
    let row = desk.read("coverage-report/findings.csv");
    assert!(row.contains("(the finding has changed since)"));
}

#[test]
fn an_exception_counts_as_a_decision_until_its_last_day_is_over() {
    let desk = Desk::new();
    desk.report();
    let emil = desk.shown("residual-login-capable", "m5");
    let exception = decide(&emil, "exception", ", reason: hands over, until: 2026-11-30");
    let (code, _, told) = desk.apply(&desk.decisions("bo@north.example", &[exception]), &[]);
    assert_eq!(code, 0, "{told}");
    for (day, decided, line) in [("2026-11-30", 1, "1 stand as decided"), ("2026-12-01", 0, "0 stand as decided")] {
        let settings = SETTINGS.replace("POLICY", "");
        desk.write("coverage.yaml", &settings.replace("2026-11-20T12:00:00Z", &format!("{day}T12:00:00Z")));
        let report = desk.report();
        let high = report["reviewed"]["progress"].as_array().unwrap().iter().find(|p| p["severity"] == "high").unwrap();
        assert_eq!((&high["decided"], &high["excepted"]), (&decided.into(), &0.into()), "{day}");
        let mark = &findings(&report).1["residual-login-capable m5"];
        assert_eq!((&mark["lapsed"], &mark["changed_since"]), (&(decided == 0).into(), &false.into()), "{day}");
        let (_, said, _) = desk.coverage(&["review", "status"]);
        assert!(said.contains(line) && said.contains("1 have run out") == (decided == 0), "{said}");
        let page = desk.read("coverage-report/report.html");
        let hook = page.split('<').find(|tag| tag.contains(&format!("data-finding=\"{}\"", emil.id))).unwrap();
        assert_eq!(hook.contains("data-decided=\"exception\""), decided == 1, "{hook}");
        let row = desk.read("coverage-report/findings.csv");
        assert_eq!(row.contains("(that day has passed)"), decided == 0, "{row}");
    }
}

#[test]
fn days_that_pass_and_lines_that_move_change_no_mark_and_a_role_does() {
    let desk = Desk::new();
    desk.report();
    let mark = |desk: &Desk| desk.shown("residual-login-capable", "m4").seen;
    let before = mark(&desk);
    desk.write(
        "coverage.yaml",
        &SETTINGS.replace("POLICY", "").replace("2026-11-20T12:00:00Z", "2026-11-25T12:00:00Z"),
    );
    desk.report();
    assert_eq!(mark(&desk), before, "days have passed");
    let (head, rows) = CRM.split_once('\n').unwrap();
    desk.write("crm.csv", &format!("{head}\nm0,cleo@north.example,Cleo Brandt,Member,active\n{rows}"));
    desk.report();
    assert_eq!(mark(&desk), before, "it stands on another line");
    desk.write("crm.csv", &CRM.replace("Dora Fink,Member", "Dora Fink,Owner"));
    desk.report();
    assert_ne!(mark(&desk), before, "she is an administrator now");
}

#[test]
fn no_approval_is_outdated_by_days_that_pass_or_rows_that_come() {
    let desk = Desk::with("roster-max-age-days: 30");
    let broken = format!("{CRM},,,Member,active\n");
    desk.write("crm.csv", &broken);
    let seen = |desk: &Desk| {
        desk.report();
        let rules = [("roster-stale", "heron"), ("rows-rejected", "crm"), ("catalog-missing", "crm")];
        rules.map(|(rule, app)| desk.shown(rule, app).seen)
    };
    let before = seen(&desk);
    let settings = SETTINGS.replace("POLICY", "roster-max-age-days: 30");
    desk.write("coverage.yaml", &settings.replace("2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"));
    let (head, rows) = broken.split_once('\n').unwrap();
    desk.write("crm.csv", &format!("{head}\nm0,cleo@north.example,Cleo Brandt,Member,active\n{rows}"));
    assert_eq!(seen(&desk), before);
    desk.write("crm.csv", &format!("{broken},,,Member,active\n"));
    let after = seen(&desk);
    assert_ne!(after[1], before[1], "another row cannot be read");
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
}

#[test]
fn care_is_measured_and_told() {
    let mut crm = CRM.to_owned();
    for n in 20..32 {
        writeln!(crm, "m{n},nobody{n}@north.example,Nobody {n},Member,active").unwrap();
    }
    let desk = Desk::with("review-bulk: {approvals: 5, seconds: 20}");
    desk.write("crm.csv", &crm);
    desk.report();
    let quick: Vec<String> = (20..32)
        .map(|n| {
            let on = desk.shown("orphan-account", &format!("m{n}"));
            decide_at(&on, "keep", ", reason: fine", &format!("2026-11-21T09:00:{n}Z"))
        })
        .collect();
    let (code, _, told) = desk.apply(&desk.decisions("bo@north.example", &quick), &[]);
    assert_eq!(code, 0);
    assert!(
        told.contains("warning: 12 approvals within 11 seconds: the report will say so (`review-in-bulk`)"),
        "{told}"
    );
    // By hand, somebody else's name is written, and a reason is taken out.
    let kept = desk.read("reviews.yaml");
    desk.write(
        "reviews.yaml",
        &kept.replacen("reason: \"fine\"\n", "reason: \"\"\n", 1).replace("bo@north.example", "nobody20@north.example"),
    );
    let report = desk.report();
    let fired = |rule: &str| {
        let of_rule = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == rule);
        of_rule.map(|f| (f["status"].as_str().unwrap().to_owned(), f["reason"].to_string())).collect::<Vec<_>>()
    };
    assert_eq!(fired("review-in-bulk").len(), 1, "{}", report["findings"]);
    assert!(fired("review-without-reason")[0].1.contains("decisions of this kind: 1"));
    assert!(fired("review-of-oneself")[0].1.contains("decisions of this kind: 1"));
    let quality = &report["reviewed"]["reviews"][0];
    assert_eq!(
        (&quality["of_self"], &quality["without_reason"], &quality["bulk"]["approvals"]),
        (&1.into(), &1.into(), &12.into())
    );
    assert_eq!(quality["reviewer_known"], false);
    let (_, said, _) = desk.coverage(&["review", "status"]);
    assert!(
        said.contains("whether about themselves cannot be told; 1 without a reason; 12 approvals within 11 seconds"),
        "{said}"
    );
}

#[test]
fn what_was_to_be_revoked_and_is_still_there_after_the_limit_is_a_finding() {
    let desk = Desk::new();
    desk.report();
    let ann = desk.shown("residual-login-capable", "m1");
    let dora = desk.shown("residual-login-capable", "m4");
    let text = desk.decisions("bo@north.example", &[decide(&ann, "revoke", ""), decide(&dora, "revoke", "")]);
    assert_eq!(desk.apply(&text, &[]).0, 0);
    let outstanding = |report: &Value| {
        let all = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "revocation-outstanding");
        all.map(|f| f["account"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(outstanding(&desk.report()).is_empty(), "the roster is older than the decision");
    let later = SETTINGS.replace("POLICY", "").replace("2026-11-20T12:00:00Z", "2026-11-23T12:00:00Z");
    desk.write("coverage.yaml", &later.replace("2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z"));
    desk.write("crm.csv", &CRM.replace("m4,dora@north.example,Dora Fink,Member,active\n", ""));
    assert_eq!(outstanding(&desk.report()), ["m1"], "Dora's account has ended");
}

#[test]
fn a_pack_with_pseudonyms_tells_neither_who_decided_nor_why() {
    let desk = Desk::new();
    desk.report();
    let dora = desk.shown("residual-login-capable", "m4");
    let ghost = desk.shown("orphan-account", "m8");
    let text = desk.decisions(
        "bo@north.example",
        &[
            decide(&dora, "keep", ", reason: zanzibarically needed"),
            decide(&ghost, "exception", ", reason: quixotically so, until: 2026-12-31, person: cleo@north.example"),
        ],
    );
    assert_eq!(desk.apply(&text, &[]).0, 0);
    let run = {
        desk.report();
        desk.run()
    };
    let (code, _, told) = desk.coverage(&["evidence", "--out", "pack.zip", "--pseudonymize"]);
    assert_eq!(code, 0, "{told}");
    let mut pack = zip::ZipArchive::new(fs::File::open(desk.folder.path().join("pack.zip")).unwrap()).unwrap();
    let mut decided = 0;
    for ix in 0..pack.len() {
        let mut file = pack.by_index(ix).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        for secret in
            ["zanzibarically", "quixotically", "bo@north.example", "cleo@north.example", &dora.id, &dora.seen, &run]
        {
            assert!(!text.contains(secret), "{:?} holds {secret}", file.name());
        }
        decided += text.matches("\"decision\":\"keep\"").count();
    }
    assert_eq!(decided, 1, "what was decided is told");
    let (code, said, told) = desk.coverage(&["verify", "pack.zip"]);
    assert_eq!(code, 0, "{said}{told}");
}

#[test]
fn the_schemas_of_both_files_are_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for of in ["decisions", "reviews"] {
        let done = Command::cargo_bin("coverage").unwrap().current_dir(folder).args(["schema", of]).output().unwrap();
        let schema: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(schema["title"], format!("{of}.yaml"));
    }
}
