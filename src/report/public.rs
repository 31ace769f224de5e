//! Shapes that both public JSON documents share. They change only with the schema version.

use super::words;
use crate::model::{self, Report, Situation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// A place in a source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Evidence<'a> {
    /// The file, as it was named on the command line or in the workspace.
    pub file: &'a str,
    /// The 1-based line where the row begins; absent if the file as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The evidence at `place`.
pub(super) fn evidence(report: &Report, place: model::Place) -> Evidence<'_> {
    Evidence { file: words::file(&report.sources, place.source), line: Some(place.line).filter(|&line| line > 0) }
}

/// The moment that the document speaks about.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AsOf<'a> {
    /// RFC 3339, UTC.
    pub at: &'a str,
    /// `declared` by the user, or the extraction time of the `newest-source`.
    pub basis: AsOfBasis,
    /// The company's time zone.
    pub zone: &'a str,
}

/// Where the moment comes from.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AsOfBasis {
    /// The command line or the workspace.
    Declared,
    /// The newest extraction time of the files.
    NewestSource,
}

/// The report's moment.
pub(super) fn as_of(report: &Report) -> AsOf<'_> {
    let basis = match report.as_of_basis {
        model::AsOfBasis::Declared => AsOfBasis::Declared,
        model::AsOfBasis::NewestSource => AsOfBasis::NewestSource,
    };
    AsOf { at: &report.as_of, basis, zone: &report.zone_name }
}

/// What a file was read as.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An HR system.
    Hr,
    /// An identity provider.
    Idp,
    /// An app's roster.
    Roster,
    /// Whom an identity provider has given an app.
    Assignments,
    /// The `coverage.yaml` of the run.
    Workspace,
    /// A file of the company's own catalog.
    Catalog,
}

impl From<model::SourceRole> for Role {
    fn from(role: model::SourceRole) -> Self {
        match role {
            model::SourceRole::Hr => Self::Hr,
            model::SourceRole::Idp => Self::Idp,
            model::SourceRole::Roster => Self::Roster,
            model::SourceRole::Assignments => Self::Assignments,
            model::SourceRole::Workspace => Self::Workspace,
            model::SourceRole::Catalog => Self::Catalog,
        }
    }
}

/// Where an extraction time comes from.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeBasis {
    /// The user says so.
    Declared,
    /// The file's name, by the product's own pattern.
    FileName,
    /// The file's time stamp: a guess.
    FileTime,
}

impl From<model::TimeBasis> for TimeBasis {
    fn from(basis: model::TimeBasis) -> Self {
        match basis {
            model::TimeBasis::Declared => Self::Declared,
            model::TimeBasis::FileName => Self::FileName,
            model::TimeBasis::FileTime => Self::FileTime,
        }
    }
}

/// The rows of a file by outcome. `read` is the sum of the others, unless `equation_closes` says that it is not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rows {
    /// Data rows of the file.
    pub read: u64,
    /// Belong to one person.
    pub linked: u64,
    /// No key fits, but there are candidates.
    pub review: u64,
    /// Nobody, and no candidate.
    pub unmatched: u64,
    /// One key fits several people.
    pub disputed: u64,
    /// Different keys point to different people.
    pub collision: u64,
    /// Bots, service and shared accounts.
    pub non_human: u64,
    /// Guests and other organisations' addresses.
    pub external: u64,
    /// Out of scope, with a reason.
    pub excluded: u64,
    /// Unreadable.
    pub rejected: u64,
}

impl From<&model::RowAccounting> for Rows {
    fn from(rows: &model::RowAccounting) -> Self {
        Self {
            read: rows.read,
            linked: rows.of(Situation::Linked),
            review: rows.of(Situation::Review),
            unmatched: rows.of(Situation::Unmatched),
            disputed: rows.of(Situation::Disputed),
            collision: rows.of(Situation::Collision),
            non_human: rows.of(Situation::NonHuman),
            external: rows.of(Situation::External),
            excluded: rows.of(Situation::Excluded),
            rejected: rows.of(Situation::Rejected),
        }
    }
}

/// Writes JSON that is compact and still one thing a line: the document's members and the items of its lists each begin
/// a line, so that a line-based tool can read, compare and cut it.
#[derive(Default)]
pub(super) struct Lines {
    depth: u32,
    empty: bool,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        writer.write_all(bracket)
    }
    fn item<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool, on_own_line: bool) -> io::Result<()> {
        self.empty = false;
        writer.write_all(match (first, on_own_line) {
            (true, true) => b"\n",
            (true, false) => b"",
            (false, true) => b",\n",
            (false, false) => b",",
        })
    }
    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, on_own_line: bool, bracket: &[u8]) -> io::Result<()> {
        if on_own_line && !self.empty {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        self.empty = false;
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.item(writer, first, self.depth == 2)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, self.depth == 2, b"]")
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.item(writer, first, self.depth == 1)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, self.depth == 1, if self.depth == 1 { b"}\n" } else { b"}" })
    }
}

/// The schema of `T`, with a title and an address of its own.
pub(super) fn schema_of<T: JsonSchema>(title: &str) -> serde_json::Value {
    let mut schema =
        schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}
