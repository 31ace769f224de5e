//! `coverage init` and `coverage report` on a folder that holds one export of every kind.

use assert_cmd::Command;
use coverage::catalog::Catalog;
use coverage::model::{Export, Holds};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn init_recognises_one_export_of_each_kind_and_report_accepts_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports");
    let mut copied = BTreeSet::new();
    for entry in fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Of the plainest employee list nobody can tell what it is, unless somebody says so.
        if !name.ends_with(".expect.yaml") && name != "generic-hr-list-said.csv" {
            fs::copy(&path, folder.join(&name)).unwrap();
            copied.insert(name);
        }
    }
    assert!(copied.len() >= 60);
    let init = Command::cargo_bin("coverage").unwrap().arg("init").arg(folder).assert().success();
    let said = String::from_utf8(init.get_output().stdout.clone()).unwrap();
    let unknown: Vec<&str> = said.lines().filter(|l| l.contains("not recognised")).collect();
    let refused = ["google-workspace-upload-template.csv", "okta-recent-unassignments.csv"];
    assert_eq!(unknown.len(), refused.len(), "{unknown:?}");
    for (file, told) in refused.iter().zip(&unknown) {
        assert!(told.starts_with(file), "only what looks like a list and is none is refused: {unknown:?}");
    }
    let written = fs::read_to_string(folder.join("coverage.yaml")).unwrap();
    for file in refused {
        assert!(written.contains(&format!("#   {file}: ")), "what was not recognised is listed");
    }

    let out = folder.join("out");
    Command::cargo_bin("coverage").unwrap().arg("report").arg(folder).arg("--out").arg(&out).assert().success();
    let manifest: Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let mut exports = BTreeSet::new();
    let mut read_as = BTreeMap::new();
    for input in manifest["inputs"].as_array().unwrap() {
        let (file, export) = (input["file"].as_str().unwrap(), input["export"].as_str().unwrap());
        if export.is_empty() {
            continue;
        }
        let expected = fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/fixtures/exports")
                .join(format!("{}.expect.yaml", file.split('.').next().unwrap())),
        )
        .unwrap();
        assert!(expected.lines().any(|l| l == format!("export: {export}")), "{file} was read as {export}");
        assert_eq!(input["equation_closes"], true, "{file}");
        exports.insert(export.to_owned());
        let role = input["role"].as_str().unwrap();
        assert!(read_as.insert(file, role).is_none(), "{file} is read twice");
        copied.remove(file);
    }
    copied.retain(|file| !refused.contains(&file.as_str()));
    // Which app a list of assignments is about no file says: `init` names it for a person to place.
    copied.retain(|file| !written.contains(&format!("#   assignments: {{file: \"{file}\"")));
    assert!(copied.is_empty(), "not read: {copied:?}");
    let of_records = |x: &Export| x.refuse.is_none() && x.holds != [Holds::Assignments];
    let readable =
        Catalog::embedded().exports().filter(|(e, x)| of_records(x) && !e.id.starts_with("generic-")).count();
    let read = exports.iter().filter(|e| !e.starts_with("generic-")).count();
    assert_eq!(read, readable, "every kind of export that can be read was read");
}
