//! The sample company: the report must say exactly what `samples/nordwind/expected.yaml` lists, and nothing more.

use assert_cmd::Command;
use serde_json::Value;
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report(out: &Path) {
    let mut run = Command::cargo_bin("coverage").unwrap();
    run.current_dir(root()).args(["report", "samples/nordwind", "--accounts", "--out"]).arg(out).assert().success();
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
    assert_eq!(inputs.len(), 3 + 15 + 1, "HR, two directories, 15 rosters, and coverage.yaml");
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
