//! The statement of a pack: an in-toto statement (version 1) whose subjects are the pack's files, with a predicate of ours
//! that says what was run, on which inputs, and what came out. docs/evidence.md describes it.

use crate::diag::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What the predicate is. It changes with the predicate's shape.
pub const PREDICATE_TYPE: &str = "urn:coverage:evidence-pack:v1";
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// The whole document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The version of the frame.
    #[serde(rename = "_type")]
    pub kind: String,
    /// Every file of the pack but the statement and its signatures, by name.
    pub subject: Vec<Subject>,
    /// The version of the predicate.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What was run.
    pub predicate: Predicate,
}

/// A file and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name in the pack.
    pub name: String,
    /// Its hashes.
    pub digest: Digest,
}

/// The hashes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// SHA-256, hex.
    pub sha256: String,
}

/// What was run, on what, and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// Name and version of the program, and the version of its catalog.
    pub tool: Value,
    /// The company's name.
    pub company: Value,
    /// The moment that the report speaks about.
    pub as_of: Value,
    /// How it was run.
    pub run: Run,
    /// Whether the inputs are in the pack.
    pub inputs_included: bool,
    /// Whether names and addresses are replaced.
    pub pseudonymized: Option<Veiled>,
    /// Every file that was read, in the order of the run.
    pub inputs: Vec<Input>,
    /// Every complete list that they make.
    pub populations: Vec<Population>,
    /// The headline numbers.
    pub results: Value,
    /// How many findings there are.
    pub findings: u64,
    /// Sizes, and the rows of tables, by name.
    pub files: BTreeMap<String, Size>,
}

/// What the run was told beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// `--as-of`.
    pub as_of: Option<String>,
    /// `--extracted-at`.
    pub extracted_at: Option<String>,
    /// Whether earlier kept runs had a part in it.
    pub kept_runs: bool,
}

/// How names and addresses are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veiled {
    /// The function.
    pub method: String,
    /// Tells keys apart, and says nothing about the key.
    pub key_id: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The file as the workspace names it.
    pub file: String,
    /// What it was read as.
    pub role: String,
    /// The id of the source.
    pub id: String,
    /// SHA-256 of its bytes; in a pseudonymised pack a keyed hash of that.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Its data rows.
    pub rows: u64,
    /// When it was made, and where that time comes from.
    pub extracted_at: String,
    /// `declared`, `file-name` or `file-time`.
    pub extracted_at_basis: String,
}

/// A complete list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// What its files were read as.
    pub role: String,
    /// The id of the source.
    pub id: String,
    /// Its records.
    pub records: u64,
    /// Those that have not ended.
    pub live: u64,
    /// Whether it may be relied upon.
    pub evaluable: bool,
}

/// How large a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Bytes.
    pub bytes: u64,
    /// Rows below the header, of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// A file of a pack, before its statement is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name in the pack.
    pub name: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Rows below the header, of a table.
    pub rows: Option<u64>,
}

/// What the outputs say of the run: from them the predicate is made, and made again when a pack is checked.
#[derive(Debug, Clone)]
pub struct Told<'t> {
    /// manifest.json.
    pub manifest: &'t Value,
    /// The head of findings.json: all of it but its lists.
    pub head: &'t Map<String, Value>,
    /// How many findings are in it.
    pub findings: u64,
}

/// The statement over these files.
///
/// # Errors
/// The manifest is not as the program writes it: what is missing.
pub fn state(
    told: &Told<'_>,
    run: Run,
    inputs_included: bool,
    veiled: Option<Veiled>,
    files: &[File],
) -> Result<Statement, String> {
    let manifest = told.manifest;
    let inputs = list(manifest, "inputs")?.iter().map(input).collect::<Result<_, _>>()?;
    let populations = list(manifest, "populations")?.iter().map(population).collect::<Result<_, _>>()?;
    let subject = files.iter().map(|f| Subject { name: f.name.clone(), digest: Digest { sha256: f.sha256.clone() } });
    let sizes = files.iter().map(|f| (f.name.clone(), Size { bytes: f.bytes, rows: f.rows }));
    Ok(Statement {
        kind: STATEMENT_TYPE.to_owned(),
        subject: subject.collect(),
        predicate_type: PREDICATE_TYPE.to_owned(),
        predicate: Predicate {
            tool: of(manifest, "tool")?.clone(),
            company: of(manifest, "company")?.clone(),
            as_of: of(manifest, "as_of")?.clone(),
            run,
            inputs_included,
            pseudonymized: veiled,
            inputs,
            populations,
            results: told.head.get("summary").cloned().ok_or("findings.json has no `summary`")?,
            findings: told.findings,
            files: sizes.collect(),
        },
    })
}

impl Statement {
    /// Its bytes, as they are signed.
    ///
    /// # Errors
    /// Never in practice.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a statement. One that says the same in another form is refused: its hash would be another.
    ///
    /// # Errors
    /// It is none of ours; where, and why.
    pub fn read(shown: &str, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let read: Result<Self, _> = serde_json::from_slice(bytes);
        let statement = read.map_err(|e| {
            Diagnostic::error(shown, format!("this is no statement of a pack: {e}"))
                .at(e.line() as u64)
                .column(e.column() as u64)
        })?;
        let other = |what: &str| Err(Diagnostic::error(shown, what.to_owned()));
        if statement.kind != STATEMENT_TYPE {
            return other("this is no in-toto statement of version 1");
        }
        if statement.predicate_type != PREDICATE_TYPE {
            return other("its predicate is of another type or version than this program knows")
                .map_err(|d| d.help("check it with the version of coverage that made the pack"));
        }
        if statement.bytes().ok().as_deref() != Some(bytes) {
            return other("the statement is not in the form in which coverage writes it: somebody has edited it");
        }
        if !statement.subject.is_sorted_by(|a, b| a.name < b.name) {
            return other("its files are not in the order of their names, or one stands there twice");
        }
        Ok(statement)
    }
}

fn of<'v>(value: &'v Value, name: &str) -> Result<&'v Value, String> {
    value.get(name).ok_or_else(|| format!("manifest.json has no `{name}`"))
}
fn list<'v>(value: &'v Value, name: &str) -> Result<&'v [Value], String> {
    of(value, name)?.as_array().map(Vec::as_slice).ok_or_else(|| format!("`{name}` of manifest.json is no list"))
}
fn text(value: &Value, name: &str) -> Result<String, String> {
    of(value, name)?.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` in manifest.json is no text"))
}
fn number(value: &Value, name: &str) -> Result<u64, String> {
    of(value, name)?.as_u64().ok_or_else(|| format!("`{name}` in manifest.json is no number"))
}

fn input(value: &Value) -> Result<Input, String> {
    Ok(Input {
        file: text(value, "file")?,
        role: text(value, "role")?,
        id: text(value, "id")?,
        sha256: text(value, "sha256")?,
        bytes: number(value, "bytes")?,
        rows: number(of(value, "rows")?, "read")?,
        extracted_at: text(value, "extracted_at")?,
        extracted_at_basis: text(value, "extracted_at_basis")?,
    })
}

fn population(value: &Value) -> Result<Population, String> {
    Ok(Population {
        role: text(value, "role")?,
        id: text(value, "id")?,
        records: number(value, "records")?,
        live: number(value, "live")?,
        evaluable: of(value, "evaluable")?.as_bool().ok_or("`evaluable` in manifest.json is neither true nor false")?,
    })
}
