//! Every fixture in `tests/fixtures/exports` is recognised as the export that its `.expect.yaml` names, and every record
//! is read as it says. A fixture is a file as the product writes it, with invented people.

use coverage::catalog::Catalog;
use coverage::ingest::{self, InMemory, Known, Opened, Outcome, Request, Wish};
use coverage::model::{Export, Record};
use coverage::run::known;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports")
}

/// The fixtures: (file, expectation).
fn fixtures() -> Vec<(PathBuf, Value)> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    let expectation = |file: &Path| {
        let stem = file.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
        let text = fs::read_to_string(folder().join(format!("{stem}.expect.yaml")));
        let text = text.unwrap_or_else(|_| panic!("{stem} has no .expect.yaml"));
        serde_saphyr::from_str::<Value>(&text).unwrap_or_else(|e| panic!("{stem}: {e}"))
    };
    all.into_iter()
        .filter(|f| !f.to_str().unwrap().ends_with(".expect.yaml"))
        .map(|f| {
            let expected = expectation(&f);
            (f, expected)
        })
        .collect()
}

fn input(file: &Path) -> InMemory {
    InMemory { name: file.file_name().unwrap().to_str().unwrap().to_owned(), bytes: fs::read(file).unwrap() }
}

/// Opens a file of which nobody says what it is, unless that is the only way to know.
fn open<'a>(file: &InMemory, declared: &Export, known: &Known<'a>) -> Result<Opened<'a>, coverage::diag::Diagnostic> {
    let said = declared.only_if_said;
    let holds = declared.holds.first().copied().filter(|_| said);
    let wish = Wish { holds, said, ..Wish::default() };
    ingest::open(file, Request { wish, ..Request::default() }, known, &TimeZone::UTC)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What was read for one field of a record, in the words of the expectation.
fn read_as(record: &Record<'_>, field: &str) -> String {
    let when = |w: Option<coverage::model::When>| w.map_or(String::new(), |w| w.to_string());
    match field {
        "id" => record.id.to_owned(),
        "external-id" => record.external_id.to_owned(),
        "email" => record.email.to_owned(),
        "aliases" => record.aliases.join(" "),
        "home-email" => record.home_emails.join(" "),
        "username" => record.username.to_owned(),
        "name" => record.name.to_string(),
        "first-name" => record.first_name.to_owned(),
        "last-name" => record.last_name.to_owned(),
        "employee-id" => record.employee_id.to_owned(),
        "role" => record.role.to_string(),
        "created" => when(record.created),
        "last-active" => when(record.last_active),
        "ended" => when(record.ended),
        "start" => when(record.start),
        "end" => when(record.end),
        "manager" => record.manager.to_owned(),
        "department" => record.department.to_owned(),
        "title" => record.title.to_owned(),
        "status" => record.status.to_string(),
        "person-status" => record.person_status.to_string(),
        "worker" => record.worker.to_string(),
        "kind" => record.kind.to_string(),
        "sign-in" => record.sign_in.to_string(),
        "privileged" => record.privileged.map_or(String::new(), |p| p.to_string()),
        other => panic!("`{other}` is no field"),
    }
}

#[test]
fn every_fixture_is_read_as_its_expectation_says() {
    let catalog = Catalog::embedded();
    let known = known(catalog);
    let mut wrong: Vec<String> = Vec::new();
    let all = fixtures();
    assert!(all.len() >= 55, "only {} fixtures", all.len());
    for (path, expected) in all {
        let file = input(&path);
        let name = file.name.clone();
        let export = text(&expected["export"]);
        let declared = catalog.export(&export).unwrap_or_else(|| panic!("{name}: no export {export}")).1;
        let mut opened = match open(&file, declared, &known) {
            Ok(opened) => opened,
            Err(problem) => {
                if declared.refuse.as_deref() != Some(&problem.message) {
                    wrong.push(format!("{name}: {problem}"));
                }
                continue;
            }
        };
        if opened.export.id != export {
            wrong.push(format!("{name}: recognised as {}, not as {export}", opened.export.id));
            continue;
        }
        let (mut records, mut rejected, mut excluded) = (Vec::new(), 0, 0);
        let fields: BTreeSet<String> = expected["records"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|r| r.as_object().unwrap().keys().cloned())
            .collect();
        let learnt = ingest::read(&file, &mut opened, &mut |outcome: Outcome<'_>| {
            match outcome {
                Outcome::Record(record, _) => {
                    records.push(
                        fields.iter().map(|f| (f.clone(), Value::String(read_as(record, f)))).collect::<Map<_, _>>(),
                    );
                }
                Outcome::Excluded { .. } => excluded += 1,
                Outcome::Rejected(..) => rejected += 1,
            }
            Ok(())
        });
        let learnt = match learnt {
            Ok(learnt) => learnt,
            Err(problem) => {
                wrong.push(format!("{name}: {problem}"));
                continue;
            }
        };
        for (what, got, key) in [("rows", learnt.rows, "rows"), ("rejected", rejected, "rejected")] {
            if Some(got) != expected[key].as_u64() {
                wrong.push(format!("{name}: {got} {what}, not {} ({excluded} excluded)", expected[key]));
            }
        }
        let expected = expected["records"].as_array().cloned().unwrap_or_default();
        if expected.len() != records.len() {
            wrong.push(format!("{name}: {} records, not {}", records.len(), expected.len()));
            continue;
        }
        for (n, (expected, got)) in expected.iter().zip(&records).enumerate() {
            for (field, value) in expected.as_object().unwrap() {
                let wanted = match value {
                    Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(" "),
                    other => text(other),
                };
                let got = text(&got[field]);
                if got != wanted {
                    wrong.push(format!("{name}: record {}: {field} is `{got}`, not `{wanted}`", n + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_export_of_the_catalog_has_a_fixture() {
    let covered: BTreeSet<String> = fixtures().iter().map(|(_, e)| text(&e["export"])).collect();
    let missing: Vec<&str> =
        Catalog::embedded().exports().map(|(_, e)| e.id.as_str()).filter(|id| !covered.contains(*id)).collect();
    // The French, German and English forms of a hand-made list differ in their recognising columns only.
    let missing: Vec<&&str> = missing.iter().filter(|id| !id.starts_with("generic-")).collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}");
}
