//! The sample company: the report must say exactly what `samples/nordwind/expected.yaml` lists, and nothing more.

use assert_cmd::Command;
use serde_json::Value;
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report(out: &Path) {
    let mut run = Command::cargo_bin("coverage").unwrap();
    run.current_dir(root()).args(["report", "samples/nordwind", "--accounts", "--out"]).arg(out).assert().success();
}

/// The report on the sample company, after one line of its `coverage.yaml` was changed.
fn report_with(line: &str, instead: &str, out: &Path) {
    let company = out.with_extension("company");
    copy(&root().join("samples/nordwind"), &company);
    let text = fs::read_to_string(company.join("coverage.yaml")).unwrap();
    assert_eq!(text.matches(line).count(), 1, "{line}");
    fs::write(company.join("coverage.yaml"), text.replace(line, instead)).unwrap();
    Command::cargo_bin("coverage").unwrap().arg("report").arg(&company).arg("--out").arg(out).assert().success();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// (rule, app, account, person, severity, status) → how often.
type Counted = BTreeMap<[String; 6], u32>;

fn count(all: impl Iterator<Item = [String; 6]>) -> Counted {
    all.fold(Counted::new(), |mut counted, key| {
        *counted.entry(key).or_default() += 1;
        counted
    })
}

#[test]
fn the_planted_cases_are_reported_exactly() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("report");
    report(&out);
    let text = fs::read_to_string(root().join("samples/nordwind/expected.yaml")).unwrap();
    let expected: Vec<BTreeMap<String, Value>> = serde_saphyr::from_str(&text).unwrap();
    let keys = ["rule", "app", "account", "person", "severity", "status"];
    let word = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    let expected = count(expected.iter().map(|e| keys.map(|k| word(&e[k]))));
    let columns = ["rule", "app", "account", "person_email", "severity", "status"];
    let findings = rows(&out.join("findings.csv"));
    let found = count(findings.iter().map(|f| columns.map(|c| f[c].clone())));
    let missing: Vec<_> = expected.iter().filter(|(k, n)| found.get(*k) != Some(n)).collect();
    let more: Vec<_> = found.iter().filter(|(k, n)| expected.get(*k) != Some(n)).collect();
    assert!(missing.is_empty() && more.is_empty(), "missing: {missing:#?}\nmore: {more:#?}");
    assert!(findings.iter().all(|f| !f["evidence"].is_empty() && !f["reason"].is_empty() && !f["action"].is_empty()));
}

#[test]
fn the_readme_of_the_samples_names_every_rule_that_fires() {
    let readme = fs::read_to_string(root().join("samples/README.md")).unwrap();
    let text = fs::read_to_string(root().join("samples/nordwind/expected.yaml")).unwrap();
    let expected: Vec<BTreeMap<String, Value>> = serde_saphyr::from_str(&text).unwrap();
    for finding in expected {
        let rule = finding["rule"].as_str().unwrap();
        assert!(readme.contains(&format!("`{rule}`")), "samples/README.md does not mention {rule}");
    }
}

#[test]
fn every_row_of_every_file_is_accounted_for_and_every_output_is_vouched_for() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("report");
    report(&out);
    let manifest: Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let inputs = manifest["inputs"].as_array().unwrap();
    assert_eq!(
        inputs.len(),
        3 + 15 + 1 + 2,
        "HR, two directories, 15 rosters, a list of assignments, coverage.yaml and links.yaml"
    );
    for input in inputs {
        assert_eq!(input["equation_closes"], true, "{input}");
    }
    let outputs = manifest["outputs"].as_array().unwrap();
    for output in outputs {
        let bytes = fs::read(out.join(output["name"].as_str().unwrap())).unwrap();
        assert_eq!(output["bytes"].as_u64().unwrap(), bytes.len() as u64);
        assert_eq!(output["sha256"], coverage::ingest::hex(&sha2::Sha256::digest(&bytes)));
    }
    let accounts = rows(&out.join("accounts.csv"));
    assert!(accounts.iter().all(|a| !a["situation"].is_empty()));
    assert_eq!(
        accounts.iter().filter(|a| a["situation"] == "excluded" && a["account"].is_empty()).count(),
        1,
        "the totals line"
    );
}

#[test]
fn two_runs_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    report(&one);
    report(&two);
    for name in [
        "report.html",
        "worksheets.html",
        "ipe.html",
        "ipe.csv",
        "findings.csv",
        "findings.json",
        "coverage.csv",
        "accounts.csv",
        "manifest.json",
        "diffs/slack.csv",
    ] {
        assert!(fs::read(one.join(name)).unwrap() == fs::read(two.join(name)).unwrap(), "{name} differs");
    }
}

/// Findings about the apps' set-up, as rule and app.
fn set_up(out: &Path) -> BTreeSet<(String, String)> {
    let about = ["manual-only-app", "scim-not-enabled", "scim-plan-gated"];
    let findings = rows(&out.join("findings.csv"));
    findings
        .into_iter()
        .filter(|f| about.contains(&f["rule"].as_str()))
        .map(|f| (f["rule"].clone(), f["app"].clone()))
        .collect()
}

fn operation(out: &Path, app: &str, operation: &str) -> BTreeMap<String, String> {
    let mut all = rows(&out.join("coverage.csv")).into_iter();
    all.find(|row| row["app"] == app && row["operation"] == operation).unwrap()
}

fn summary(out: &Path, number: &str) -> u64 {
    let json: Value = serde_json::from_slice(&fs::read(out.join("findings.json")).unwrap()).unwrap();
    json["summary"][number].as_u64().unwrap_or_else(|| panic!("{number}: {}", json["summary"]))
}

#[test]
fn a_larger_plan_turns_a_purchase_into_a_switch() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    report_with("plan: Fundamentals", "plan: Fundamentals", &before);
    report_with("plan: Fundamentals", "plan: Complete", &after);

    let pair = |rule: &str| (rule.to_owned(), "secureframe".to_owned());
    let (was, is) = (set_up(&before), set_up(&after));
    assert_eq!(was.difference(&is).collect::<Vec<_>>(), [&pair("scim-plan-gated")]);
    assert_eq!(is.difference(&was).collect::<Vec<_>>(), [&pair("scim-not-enabled")]);

    let (was, is) = (operation(&before, "secureframe", "deactivate"), operation(&after, "secureframe", "deactivate"));
    assert!(was["reason"].contains("Complete plan only") && was["reason"].contains("the tenant is on Fundamentals"));
    assert!(was["unlock"].starts_with("the Complete plan unlocks SCIM"), "{}", was["unlock"]);
    assert!(is["reason"].contains("the tenant's plan has it (Complete)"), "{}", is["reason"]);
    assert!(is["unlock"].starts_with("switch SCIM on"), "{}", is["unlock"]);
    assert_eq!((was["level"].as_str(), is["level"].as_str()), ("sso-only", "sso-only"), "a switch is still off");

    let page = |out: &Path| fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page(&before).contains("the tenant is on Fundamentals"));
    assert!(!page(&after).contains("the tenant is on Fundamentals"));
    assert!(page(&after).contains("the tenant&#x27;s plan has it (Complete)"));

    // Nothing else changes: the other apps' rows are the same.
    let others = |out: &Path| {
        let all = rows(&out.join("coverage.csv")).into_iter();
        all.filter(|row| row["app"] != "secureframe").collect::<Vec<_>>()
    };
    assert_eq!(others(&before), others(&after));
}

#[test]
fn a_plan_that_cannot_have_what_is_switched_on_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    report_with("plan: Business+", "plan: Business+", &before);
    report_with("plan: Business+", "plan: Pro", &after);
    let level = |out: &Path| operation(out, "slack", "deactivate")["level"].clone();
    assert_eq!((level(&before).as_str(), level(&after).as_str()), ("automated", "unknown"));
    let live = rows(&root().join("samples/nordwind/rosters/slack-members.csv")).len() as u64;
    let automated = |out: &Path| summary(out, "automated_accounts");
    let unknown = |out: &Path| summary(out, "automation_unknown_accounts");
    let moved = automated(&before) - automated(&after);
    assert!(moved > 0 && moved <= live, "{moved} of {live}");
    assert_eq!(unknown(&after) - unknown(&before), moved, "they are not known any more, and not lost");
    let told: Vec<_> = set_up(&after).difference(&set_up(&before)).cloned().collect();
    assert_eq!(told, [("manual-only-app".to_owned(), "slack".to_owned())]);
}

#[test]
fn what_a_worksheet_asks_to_have_written_down_is_on_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    report_with("  figma: ", "  pixelhof: ", &before);
    let sheet = |out: &Path| {
        let page = fs::read_to_string(out.join("worksheets.html")).unwrap();
        page.split("id=\"app-pixelhof\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    let asks = sheet(&before);
    assert!(asks.contains("Nobody has written down how an account is ended here."));
    // The lines that the sheet shows are an entry as they stand.
    let entry = asks.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("pixelhof.yaml"), entry).unwrap();
    let company = before.with_extension("company");
    let mut run = Command::cargo_bin("coverage").unwrap();
    run.arg("report").arg(company).arg("--catalog").arg(own).arg("--out").arg(&after).assert().success();
    let sheet = sheet(&after);
    assert!(!sheet.contains("Nobody has written down"), "{sheet}");
    for part in ["First click.", "Second click.", "Role that may do it", "What was kept", "our company"] {
        assert!(sheet.contains(part), "{part}\nin\n{sheet}");
    }
}
