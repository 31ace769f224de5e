//! Everything that can be known of a pack without running anything again.

use super::archive::Archive;
use super::csv_rows::reader;
use super::findings;
use super::hashing::measure;
use super::statement::{File, Statement, Told, state};
use super::{MINISIGN_SIGNATURE, SSH_SIGNATURE, STATEMENT};
use crate::diag::{Diagnostic, cause};
use crate::report::coverage_csv;
use crate::report::csv_cells::defuse;
use crate::report::findings_csv::COLUMNS;
use serde_json::Value;
use std::collections::BTreeMap;

/// The largest statement and manifest.
const LARGEST: u64 = 256 << 20;
const MANIFEST: &str = "report/manifest.json";
const FINDINGS_JSON: &str = "report/findings.json";
const FINDINGS_CSV: &str = "report/findings.csv";

/// A pack that agrees with its statement and with itself.
#[derive(Debug)]
pub struct Checked {
    /// The statement.
    pub statement: Statement,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many bytes of files were read.
    pub read: u64,
}

/// Checks every file against the statement, and what the files say against each other. Who vouches for the statement is
/// another question.
///
/// # Errors
/// The first difference, with file and row.
pub fn check(archive: &Archive<'_>) -> Result<Checked, Diagnostic> {
    let bytes = archive.small(STATEMENT, LARGEST)?;
    let statement = Statement::read(&archive.fault(STATEMENT, "").file, &bytes)?;
    order(archive)?;
    same_files(archive, &statement)?;
    let mut read = 0;
    // The two files of findings come first: if one was edited, the other knows the row.
    let mut names: Vec<&str> = statement.subject.iter().map(|s| s.name.as_str()).collect();
    names.sort_by_key(|name| *name != FINDINGS_JSON);
    for name in names {
        read += same_bytes(archive, &statement, name)?;
    }
    let manifest = archive.small(MANIFEST, LARGEST)?;
    let manifest: Value =
        serde_json::from_slice(&manifest).map_err(|e| archive.fault(MANIFEST, format!("this is no JSON: {e}")))?;
    outputs(archive, &statement, &manifest)?;
    inputs(archive, &statement, &manifest)?;
    accounting(archive, &manifest)?;
    let (head, count) = same_findings(archive)?;
    tables(archive, &statement, &manifest, &head, count)?;
    derived(archive, &statement, &manifest, &head, count)?;
    Ok(Checked { statement, bytes, read })
}

/// The statement comes first, then its signatures, then the files in the order of their names.
fn order(archive: &Archive<'_>) -> Result<(), Diagnostic> {
    let rank = |name: &str| [STATEMENT, SSH_SIGNATURE, MINISIGN_SIGNATURE].iter().position(|n| *n == name).unwrap_or(3);
    let items = archive.items();
    match items.iter().zip(items.iter().skip(1)).find(|(a, b)| (rank(&a.name), &a.name) >= (rank(&b.name), &b.name)) {
        Some((_, late)) => {
            Err(archive.fault(&late.name, "the file is not in its place: the archive was put together anew"))
        }
        None => Ok(()),
    }
}

fn same_files(archive: &Archive<'_>, statement: &Statement) -> Result<(), Diagnostic> {
    let stated: BTreeMap<&str, u64> =
        statement.predicate.files.iter().map(|(name, size)| (name.as_str(), size.bytes)).collect();
    for subject in &statement.subject {
        let Some(bytes) = stated.get(subject.name.as_str()) else {
            return Err(archive.fault(STATEMENT, format!("it has no size of `{}`", subject.name)));
        };
        match archive.get(&subject.name) {
            None => {
                return Err(
                    archive.fault(&subject.name, "the statement vouches for this file, and it is not in the pack")
                );
            }
            Some(item) if item.bytes != *bytes => {
                let what = format!("the file has {} bytes; the statement vouches for one of {bytes}", item.bytes);
                return Err(archive.fault(&subject.name, what));
            }
            Some(_) => {}
        }
    }
    if stated.len() != statement.subject.len() {
        return Err(archive.fault(STATEMENT, "it has sizes of files that are not among its subjects"));
    }
    let known =
        |name: &str| stated.contains_key(name) || [STATEMENT, SSH_SIGNATURE, MINISIGN_SIGNATURE].contains(&name);
    match archive.items().iter().find(|item| !known(&item.name)) {
        Some(added) => Err(archive.fault(&added.name, "the file is in the pack, and the statement does not know it")),
        None => Ok(()),
    }
}

fn same_bytes(archive: &Archive<'_>, statement: &Statement, name: &str) -> Result<u64, Diagnostic> {
    let (Some(item), Ok(ix)) = (archive.get(name), statement.subject.binary_search_by(|s| s.name.as_str().cmp(name)))
    else {
        return Err(archive.fault(name, "the file is not in the pack"));
    };
    let read = archive.read(item).and_then(|from| measure(name, from));
    let File { sha256, rows, .. } = read.map_err(|e| archive.fault(name, cause(&e)))?;
    let stated_rows = statement.predicate.files.get(name).and_then(|f| f.rows);
    if sha256 != statement.subject[ix].digest.sha256 {
        let mut what = "the file is not the one that the statement vouches for: its SHA-256 is another".to_owned();
        if let (Some(rows), Some(stated)) = (rows, stated_rows)
            && rows != stated
        {
            what.push_str(&format!("; it has {rows} rows, and the statement says {stated}"));
        }
        if name == FINDINGS_CSV
            && let Err(row) = same_findings(archive)
        {
            return Err(Diagnostic {
                line: row.line,
                message: format!("{what}. {}", row.message),
                ..archive.fault(name, "")
            });
        }
        return Err(archive.fault(name, what));
    }
    if rows != stated_rows {
        let count = |n: Option<u64>| n.map_or_else(|| "no".to_owned(), |n| n.to_string());
        let what = format!("the file has {} rows, and the statement says {}", count(rows), count(stated_rows));
        return Err(archive.fault(name, what));
    }
    Ok(item.bytes)
}

/// The manifest and the statement name the same outputs.
fn outputs(archive: &Archive<'_>, statement: &Statement, manifest: &Value) -> Result<(), Diagnostic> {
    let empty = Vec::new();
    let of_manifest: BTreeMap<String, (&str, u64)> = manifest["outputs"]
        .as_array()
        .unwrap_or(&empty)
        .iter()
        .map(|o| {
            let name = format!("report/{}", o["name"].as_str().unwrap_or_default());
            (name, (o["sha256"].as_str().unwrap_or_default(), o["bytes"].as_u64().unwrap_or_default()))
        })
        .collect();
    for subject in statement.subject.iter().filter(|s| s.name.starts_with("report/") && s.name != MANIFEST) {
        let size = statement.predicate.files.get(&subject.name).map_or(0, |f| f.bytes);
        match of_manifest.get(&subject.name) {
            None => return Err(archive.fault(&subject.name, "the manifest does not know this output")),
            Some((sha256, bytes)) if *sha256 != subject.digest.sha256 || *bytes != size => {
                return Err(archive.fault(&subject.name, "the manifest has another hash or size of this output"));
            }
            Some(_) => {}
        }
    }
    match of_manifest.keys().find(|name| statement.subject.binary_search_by(|s| s.name.cmp(name)).is_err()) {
        Some(lost) => Err(archive.fault(lost, "the manifest names this output, and it is not in the pack")),
        None => Ok(()),
    }
}

/// The inputs in the pack are those that the manifest names.
fn inputs(archive: &Archive<'_>, statement: &Statement, manifest: &Value) -> Result<(), Diagnostic> {
    let mut named: BTreeMap<String, ()> = BTreeMap::new();
    for input in manifest["inputs"].as_array().into_iter().flatten() {
        let name = format!("inputs/{}", input["file"].as_str().unwrap_or_default());
        if !statement.predicate.inputs_included {
            continue;
        }
        let subject = statement.subject.iter().find(|s| s.name == name);
        match subject {
            None => return Err(archive.fault(&name, "the manifest names this input, and it is not in the pack")),
            Some(s) if Some(s.digest.sha256.as_str()) != input["sha256"].as_str() => {
                return Err(archive
                    .fault(&name, "the input is not the one that the manifest says was read: its SHA-256 is another"));
            }
            Some(_) => {}
        }
        named.insert(name, ());
    }
    match statement.subject.iter().find(|s| s.name.starts_with("inputs/") && !named.contains_key(&s.name)) {
        Some(more) => {
            Err(archive.fault(&more.name, "the file stands among the inputs, and the manifest does not know it"))
        }
        None => Ok(()),
    }
}

/// Rows read are the sum of their outcomes, and populations are the sum of their files.
fn accounting(archive: &Archive<'_>, manifest: &Value) -> Result<(), Diagnostic> {
    let all = |name: &str| manifest[name].as_array().cloned().unwrap_or_default();
    let mut records: BTreeMap<String, u64> = BTreeMap::new();
    for input in all("inputs") {
        let file = input["file"].as_str().unwrap_or_default().to_owned();
        let rows = input["rows"].as_object().cloned().unwrap_or_default();
        let read = rows.get("read").and_then(Value::as_u64);
        let sum: u64 = rows.iter().filter(|(name, _)| *name != "read").filter_map(|(_, n)| n.as_u64()).sum();
        if read != Some(sum) || input["equation_closes"] != Value::Bool(true) {
            let what =
                format!("the rows of {file} do not add up: {} read, {sum} accounted for", read.unwrap_or_default());
            return Err(archive.fault(MANIFEST, what));
        }
        records.insert(file, input["records"].as_u64().unwrap_or_default());
    }
    for population in all("populations") {
        let files = population["files"].as_array().cloned().unwrap_or_default();
        let sum: u64 = files.iter().filter_map(Value::as_str).filter_map(|f| records.get(f)).sum();
        let stated = population["records"].as_u64().unwrap_or_default();
        if sum != stated {
            let id = population["id"].as_str().unwrap_or_default();
            return Err(
                archive.fault(MANIFEST, format!("the list of {id} has {stated} records, and its files have {sum}"))
            );
        }
    }
    Ok(())
}

/// Reads findings.json and findings.csv side by side. Gives the head of the first and the number of findings.
fn same_findings(archive: &Archive<'_>) -> Result<(serde_json::Map<String, Value>, u64), Diagnostic> {
    let open = |name: &str| {
        let item = archive.get(name).ok_or_else(|| archive.fault(name, "the file is not in the pack"))?;
        archive.read(item).map_err(|e| archive.fault(name, cause(&e)))
    };
    let mut csv = reader(open(FINDINGS_CSV)?);
    let columns = csv.headers().map_err(|e| archive.fault(FINDINGS_CSV, e.to_string()))?.clone();
    if columns.iter().ne(COLUMNS) {
        return Err(archive.fault(FINDINGS_CSV, "its columns are not those of a list of findings").at(1));
    }
    let mut row = csv::StringRecord::new();
    let mut line = 1;
    let mut tally = Tally::default();
    let mut at_row = 0;
    let read = findings::read(open(FINDINGS_JSON)?, &mut |finding| {
        at_row += 1;
        let there = csv.read_record(&mut row).map_err(|e| e.to_string())?;
        let id = finding["id"].as_str().unwrap_or_default();
        if !there {
            line += 1;
            return Err(format!("row {at_row} is missing: findings.json has the finding {id} there"));
        }
        line = row.position().map_or(0, csv::Position::line);
        for (column, expected) in cells(&finding) {
            let cell = row.get(column).unwrap_or_default();
            if cell != expected {
                let name = COLUMNS[column];
                return Err(format!(
                    "row {at_row} has another `{name}` than the finding {id} of findings.json in that place"
                ));
            }
        }
        tally.see(&finding);
        Ok(())
    });
    let (head, counts) = read.map_err(|what| archive.fault(FINDINGS_CSV, what).at(line))?;
    if csv.read_record(&mut row).map_err(|e| archive.fault(FINDINGS_CSV, e.to_string()))? {
        let line = row.position().map_or(0, csv::Position::line);
        return Err(archive.fault(FINDINGS_CSV, "this row is not among the findings of findings.json").at(line));
    }
    tally.agrees(&head).map_err(|what| archive.fault(FINDINGS_JSON, what))?;
    Ok((head, counts[1]))
}

/// What the cells of a finding's row have to be, by column.
fn cells(finding: &Value) -> Vec<(usize, String)> {
    let text = |v: &Value| match v {
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    };
    let (account, person) = (&finding["account"], &finding["person"]);
    let steps = |v: &Value| v.as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join(" → ");
    let values = [
        text(&finding["id"]),
        text(&finding["rule"]),
        text(&finding["severity"]),
        text(&finding["status"]),
        text(&finding["app"]),
        text(&account["id"]),
        text(&account["email"]),
        text(&account["status"]),
        text(&person["name"]),
        text(&person["email"]),
        text(&person["left_since"]),
        text(&finding["exposed_days"]),
        text(&finding["match"]),
    ];
    let mut cells: Vec<(usize, String)> = values.iter().map(|v| defuse(v).into_owned()).enumerate().collect();
    cells.push((14, defuse(&steps(&finding["reason"])).into_owned()));
    cells.push((15, defuse(&text(&finding["action"])).into_owned()));
    cells.push((16, defuse(&text(&finding["exception"])).into_owned()));
    cells
}

/// Findings, counted anew.
#[derive(Default)]
struct Tally {
    open: BTreeMap<String, u64>,
    status: BTreeMap<String, u64>,
}

impl Tally {
    fn see(&mut self, finding: &Value) {
        let word = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        if word("status") == "open" {
            *self.open.entry(word("severity")).or_default() += 1;
        }
        *self.status.entry(word("status")).or_default() += 1;
    }

    fn agrees(&self, head: &serde_json::Map<String, Value>) -> Result<(), String> {
        let Some(summary) = head.get("summary") else { return Err("it has no summary".into()) };
        for count in summary["by_severity"].as_array().into_iter().flatten() {
            let severity = count["key"].as_str().unwrap_or_default();
            let here = self.open.get(severity).copied().unwrap_or_default();
            if count["count"].as_u64() != Some(here) {
                return Err(format!(
                    "its summary has {} open findings of severity {severity}, and there are {here}",
                    count["count"]
                ));
            }
        }
        for (name, status) in [("not_evaluable", "not-evaluable"), ("excepted", "excepted")] {
            let here = self.status.get(status).copied().unwrap_or_default();
            if summary[name].as_u64() != Some(here) {
                return Err(format!(
                    "its summary has {} findings that are {status}, and there are {here}",
                    summary[name]
                ));
            }
        }
        Ok(())
    }
}

/// coverage.csv says of every operation of every app what findings.json says.
fn same_operations(archive: &Archive<'_>, apps: &[Value]) -> Result<(), Diagnostic> {
    const NAME: &str = "report/coverage.csv";
    let fault = |what: String| archive.fault(NAME, what);
    let item = archive.get(NAME).ok_or_else(|| fault("the file is not in the pack".into()))?;
    let mut csv = reader(archive.read(item).map_err(|e| fault(cause(&e)))?);
    let mut row = csv::StringRecord::new();
    let text = |v: &Value| defuse(v.as_str().unwrap_or_default()).into_owned();
    for app in apps {
        for operation in app["operations"].as_array().into_iter().flatten() {
            if !csv.read_record(&mut row).map_err(|e| fault(e.to_string()))? {
                return Err(fault(format!("rows of the app {} are missing", text(&app["id"]))));
            }
            let steps: Vec<&str> =
                operation["reason"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let expected = [
                text(&app["id"]),
                text(&app["name"]),
                text(&operation["operation"]),
                text(&operation["level"]),
                defuse(&steps.join(" → ")).into_owned(),
                text(&operation["unlock"]),
            ];
            if let Some(column) = (0..expected.len()).find(|ix| row.get(*ix) != Some(expected[*ix].as_str())) {
                let line = row.position().map_or(0, csv::Position::line);
                let what = format!(
                    "the `{}` is not what findings.json says of the app {}",
                    coverage_csv::COLUMNS[column],
                    expected[0]
                );
                return Err(fault(what).at(line));
            }
        }
        if app["operations"].as_array().is_none_or(Vec::is_empty) {
            csv.read_record(&mut row).map_err(|e| fault(e.to_string()))?;
        }
    }
    Ok(())
}

/// The tables have as many rows as the other documents say.
fn tables(
    archive: &Archive<'_>,
    statement: &Statement,
    manifest: &Value,
    head: &serde_json::Map<String, Value>,
    findings: u64,
) -> Result<(), Diagnostic> {
    let apps = head.get("apps").and_then(Value::as_array).cloned().unwrap_or_default();
    same_operations(archive, &apps)?;
    let operations = apps.iter().map(|a| a["operations"].as_array().map_or(1, |o| o.len().max(1)) as u64).sum();
    let files = |p: &Value| p["files"].as_array().map_or(0, |f| f.len() as u64);
    let lists = manifest["populations"].as_array().into_iter().flatten().map(files).sum();
    for (name, expected, what) in [
        (FINDINGS_CSV, findings, "findings in findings.json"),
        ("report/coverage.csv", operations, "operations of apps in findings.json"),
        ("report/ipe.csv", lists, "files of the lists in manifest.json"),
    ] {
        let rows = statement.predicate.files.get(name).and_then(|f| f.rows).unwrap_or_default();
        if rows != expected {
            return Err(archive.fault(name, format!("the table has {rows} rows, and there are {expected} {what}")));
        }
    }
    Ok(())
}

/// The statement says what the outputs say.
fn derived(
    archive: &Archive<'_>,
    statement: &Statement,
    manifest: &Value,
    head: &serde_json::Map<String, Value>,
    findings: u64,
) -> Result<(), Diagnostic> {
    let predicate = &statement.predicate;
    let told = Told { manifest, head, findings };
    let again = state(&told, predicate.run.clone(), predicate.inputs_included, predicate.pseudonymized.clone(), &[]);
    let again = again.map_err(|what| archive.fault(MANIFEST, what))?.predicate;
    let says = |what: &str| {
        let what = format!("the statement's `{what}` is not what the report in the pack says");
        Err(archive.fault(STATEMENT, what))
    };
    for (name, same) in [
        ("tool", again.tool == predicate.tool && head.get("tool") == Some(&predicate.tool)),
        ("company", again.company == predicate.company && head.get("company") == Some(&predicate.company)),
        ("as_of", again.as_of == predicate.as_of && head.get("as_of") == Some(&predicate.as_of)),
        ("inputs", again.inputs == predicate.inputs),
        ("populations", again.populations == predicate.populations),
        ("results", again.results == predicate.results),
        ("findings", again.findings == predicate.findings),
    ] {
        if !same {
            return says(name);
        }
    }
    Ok(())
}
