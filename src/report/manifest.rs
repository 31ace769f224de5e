//! `manifest.json`: what went in and what came out, with hashes, so that a reader can repeat the run and compare.

use super::findings_json::{self, Tool};
use super::public::{self, AsOf, Role, Rows, TimeBasis};
use super::public_lists::{self, Population, Provenance};
use crate::model::{CandidateSearch, Holds, Report, SetAside, SourceReport};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The version of the document's shape.
pub const SCHEMA_VERSION: &str = "1";

/// The inputs and outputs of one run. It holds nothing of the clock or the machine: the same inputs give the same bytes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Manifest<'a> {
    /// The version of this shape.
    pub schema_version: &'static str,
    /// What made the outputs.
    pub tool: Tool<'a>,
    /// SHA-256 over everything that the run depends on: the same run twice has the same. Reviews name it.
    pub run: &'a str,
    /// The company's name; empty if the workspace has none.
    pub company: &'a str,
    /// The moment that the report speaks about.
    pub as_of: AsOf<'a>,
    /// The company's domains.
    pub domains: &'a [String],
    /// Whether the domains were declared (else they were derived from the sources).
    pub domains_declared: bool,
    /// The policy, in words.
    pub policy: Vec<Policy<'a>>,
    /// What the search for candidates cost: for how many accounts, and how many pairs were compared.
    pub candidates: CandidateSearch,
    /// Every file that was read, in the order of the run.
    pub inputs: Vec<Input<'a>>,
    /// Every complete list that the inputs make, with what shows whether it is whole and recent.
    pub populations: Vec<Population<'a>>,
    /// Every file that was written.
    pub outputs: &'a [Output<'a>],
}

/// One line of the policy.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Policy<'a> {
    /// What is ruled.
    pub name: &'static str,
    /// How; `not declared` if the workspace does not say.
    pub value: &'a str,
}

/// A file that was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Input<'a> {
    /// What it was read as.
    pub role: Role,
    /// The id of the source: the HR system, the identity provider or the app.
    pub id: &'a str,
    /// The file as the user named it.
    pub file: &'a str,
    /// The catalog's id of the export.
    pub export: &'a str,
    /// The export's name for people.
    pub export_name: &'a str,
    /// What its rows are.
    pub holds: &'a [Holds],
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// Its size.
    pub bytes: u64,
    /// Its encoding.
    pub encoding: &'static str,
    /// Whether the encoding is a guess.
    pub encoding_guessed: bool,
    /// Its delimiter; absent for JSON, LDIF and XLSX.
    pub delimiter: Option<char>,
    /// The line of its header.
    pub header_line: u32,
    /// The first 12 hex digits of the SHA-256 of its normalised header names.
    pub header_fingerprint: &'a str,
    /// When it was made.
    pub extracted_at: &'a str,
    /// Where that time comes from.
    pub extracted_at_basis: TimeBasis,
    /// Who is meant to be in it, as declared.
    pub scope: Option<&'a str>,
    /// What else its maker says of it.
    pub declared: Provenance<'a>,
    /// The first 12 hex digits of the SHA-256 of the description by which it was read.
    pub adapter_version: &'a str,
    /// What this export leaves out even when it is complete.
    pub leaves_out: Option<&'a str>,
    /// Its rows by outcome.
    pub rows: Rows,
    /// Whether the rows read are the sum of the outcomes.
    pub equation_closes: bool,
    /// Rows without blank and totals lines.
    pub records: u64,
    /// How many records there are, as the file itself says.
    pub total: Option<u64>,
    /// Rows that were set aside, by reason.
    pub set_aside: &'a [SetAside],
    /// Status words that nobody has explained.
    pub unknown_words: Vec<UnknownWord<'a>>,
}

/// A status word that nobody has explained.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnknownWord<'a> {
    /// As the file writes it.
    pub word: &'a str,
    /// In how many rows.
    pub rows: u64,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Output<'a> {
    /// Its name, relative to the manifest.
    pub name: &'a str,
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// Its size.
    pub bytes: u64,
}

/// Writes the manifest of a run that has written `outputs`.
pub fn write<W: Write>(report: &Report, outputs: &[Output<'_>], mut to: W) -> io::Result<()> {
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        tool: findings_json::tool(report),
        run: &report.run,
        company: &report.company,
        as_of: public::as_of(report),
        domains: &report.domains,
        domains_declared: report.domains_declared,
        policy: report.policy.iter().map(|(name, value)| Policy { name, value }).collect(),
        candidates: report.candidates,
        inputs: report.sources.iter().map(input).collect(),
        populations: report.populations.iter().map(|p| public_lists::population(report, p)).collect(),
        outputs,
    };
    serde_json::to_writer_pretty(&mut to, &manifest)?;
    to.write_all(b"\n")?;
    to.flush()
}

/// The JSON Schema (2020-12) of the manifest.
pub fn schema() -> serde_json::Value {
    public::schema_of::<Manifest<'static>>("coverage manifest, version 1")
}

fn input(s: &SourceReport) -> Input<'_> {
    Input {
        role: s.role.into(),
        id: &s.id,
        file: &s.file,
        export: &s.export,
        export_name: &s.export_name,
        holds: &s.holds,
        sha256: &s.sha256,
        bytes: s.bytes,
        encoding: s.encoding,
        encoding_guessed: s.encoding_guessed,
        delimiter: s.delimiter,
        header_line: s.header_line,
        header_fingerprint: &s.header_fingerprint,
        extracted_at: &s.extracted_at,
        extracted_at_basis: s.time_basis.into(),
        scope: s.provenance.scope.as_deref(),
        declared: public_lists::provenance(&s.provenance),
        adapter_version: &s.adapter_version,
        leaves_out: s.leaves_out.as_deref(),
        rows: (&s.rows).into(),
        equation_closes: s.rows.closes(),
        records: s.records,
        total: s.total,
        set_aside: &s.set_aside,
        unknown_words: s.unknown_words.iter().map(|(word, rows)| UnknownWord { word, rows: *rows }).collect(),
    }
}
