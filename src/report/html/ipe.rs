//! `ipe.html`: information produced by the entity. One sheet for each list that the report rests on, for whoever has to say
//! whether it is complete and accurate: where it comes from, who made it and how, its hash, its rows, its checks.

use super::budget::{Page as Room, Shown};
use super::rows::{NAME, SENTENCE};
use super::sources::{self, Equation};
use super::{Beside, Compiled, Template, compile, compiled};
use crate::model::{CheckOutcome, Checked, PopulationReport, Report, Situation, SourceReport, SourceRole, TimeBasis};
use crate::report::text::{self, clip, counted, number};
use minijinja::value::{Serde, Value};
use serde::Serialize;
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("../../../templates/ipe.html");
const STYLE: &str = include_str!("../../../templates/ipe.css");
pub(super) const OWN: [&str; 2] = [TEMPLATE, STYLE];

/// How large the sheets may grow together, in bytes.
const ROOM: usize = 3_000_000;
/// The most sheets.
const SHEETS: usize = 1_000;
/// The most files of one sheet.
const FILES: usize = 100;
/// The most unreadable rows of one file.
const REJECTED: usize = 20;

/// All that the template speaks about.
#[derive(Serialize)]
struct Page<'a> {
    csp: String,
    beside: Beside,
    style: String,
    company: String,
    as_of: String,
    zone: String,
    tool: &'a str,
    catalog: String,
    lists: String,
    files: String,
    rows: String,
    open_equations: String,
    doubted: String,
    accepted: String,
    /// Apps of which there is no list at all.
    missing: Vec<String>,
    settings: Vec<Settings>,
    sheets: Shown<Sheet>,
}

/// A file that holds no records and still has a part in the result.
#[derive(Serialize)]
struct Settings {
    file: String,
    what: String,
    sha256: String,
    size: String,
}

/// One list.
#[derive(Serialize)]
struct Sheet {
    anchor: String,
    role: &'static str,
    id: String,
    name: String,
    /// Why it cannot be relied upon; none if it can.
    doubt: Option<String>,
    /// How many of its rows could not be read; none if all could be.
    unread: Option<String>,
    accepted: bool,
    records: String,
    live: String,
    live_word: &'static str,
    equation: Equation,
    checks: Vec<Check>,
    files: Shown<File>,
}

/// One look at it.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    class: &'static str,
    word: &'static str,
    saw: String,
    accepted: Option<(String, String, String)>,
}

/// One file.
#[derive(Serialize)]
struct File {
    file: String,
    export: String,
    export_name: String,
    adapter_version: String,
    /// What its maker says of it: none where nothing was declared.
    said: Vec<(&'static str, Option<String>)>,
    extracted: String,
    extracted_exact: String,
    basis: &'static str,
    guessed: bool,
    sha256: String,
    size: String,
    bytes: String,
    encoding: &'static str,
    encoding_guessed: bool,
    delimiter: String,
    header_line: u32,
    header_fingerprint: String,
    leaves_out: String,
    equation: Equation,
    total: Option<String>,
    set_aside: Vec<(String, String)>,
    rejected: Shown<(String, String)>,
}

/// Writes the sheets.
pub fn write<W: Write>(report: &Report, beside: Beside, to: W) -> io::Result<()> {
    let style = STYLE.replace('\r', "");
    let lists = &report.populations;
    let sheets = Room(ROOM).fill(SHEETS, ROOM, lists.iter().enumerate(), |(ix, p)| sheet(report, ix, p));
    let read: Vec<&SourceReport> = report.sources.iter().filter(|s| !s.export.is_empty()).collect();
    let count =
        |outcome: CheckOutcome| lists.iter().filter(|p| p.guard.0.iter().any(|c| c.outcome == outcome)).count() as u64;
    let other = report.sources.iter().filter(|s| s.export.is_empty());
    let page = Page {
        csp: super::policy([], &style),
        beside,
        style,
        company: clip(&report.company, NAME).into_owned(),
        as_of: text::moment(&report.as_of, &report.zone),
        zone: clip(&report.zone_name, NAME).into_owned(),
        tool: report.tool_version,
        catalog: clip(&report.catalog_version, NAME).into_owned(),
        lists: counted(lists.len() as u64, "list", "lists"),
        files: counted(read.len() as u64, "file", "files"),
        rows: counted(read.iter().map(|s| s.rows.read).sum(), "row", "rows"),
        open_equations: number(read.iter().filter(|s| !s.rows.closes()).count() as u64),
        doubted: number(count(CheckOutcome::Flagged)),
        accepted: number(count(CheckOutcome::Accepted)),
        missing: (report.apps.iter().filter(|a| a.sources.is_empty()))
            .take(SHEETS)
            .map(|a| clip(&a.name, NAME).into_owned())
            .collect(),
        settings: other.take(FILES).map(settings).collect(),
        sheets: Shown::new(sheets, lists.len()),
    };
    static COMPILED: Compiled = compiled(|| compile(&[Template { name: "ipe.html", text: TEMPLATE }, super::WHOLE]));
    super::render(&COMPILED, "ipe.html", Value::from(Serde(&page)), to)
}

fn settings(s: &SourceReport) -> Settings {
    Settings {
        file: clip(&s.file, 2 * NAME).into_owned(),
        what: clip(&s.export_name, NAME).into_owned(),
        sha256: clip(&s.sha256, 64).into_owned(),
        size: text::size(s.bytes),
    }
}

fn sheet(report: &Report, ix: usize, p: &PopulationReport) -> Sheet {
    let sources = || p.sources.iter().filter_map(|ix| report.sources.get(*ix as usize));
    let mut rows = crate::model::RowAccounting::default();
    sources().for_each(|s| rows.add(&s.rows));
    Sheet {
        anchor: format!("list-{ix}"),
        role: match p.role {
            SourceRole::Hr => "HR system",
            SourceRole::Idp => "identity provider",
            SourceRole::Assignments => "assignments",
            SourceRole::Roster | SourceRole::Workspace | SourceRole::Catalog => "app",
        },
        id: clip(&p.id, NAME).into_owned(),
        name: clip(&p.name, NAME).into_owned(),
        doubt: p.guard.not_evaluable().map(|why| clip(&why, 2 * SENTENCE).into_owned()),
        unread: match super::lists::unread(report, p) {
            (0, _) => None,
            (rows, 0) => Some(super::lists::unread_words(rows)),
            (rows, of) => Some(format!(
                "{}, {} of them with the address of somebody who has left",
                super::lists::unread_words(rows),
                number(of)
            )),
        },
        accepted: p.guard.accepted().next().is_some(),
        records: number(p.records),
        live: number(p.live),
        live_word: match p.role {
            SourceRole::Hr => "people who have not left",
            SourceRole::Assignments => "of people who are known",
            _ => "accounts that have not ended",
        },
        equation: sources::equation(&rows),
        checks: p.guard.0.iter().map(check).collect(),
        files: Shown::new(sources().take(FILES).map(|s| file(report, s)).collect(), p.sources.len()),
    }
}

fn check(c: &Checked) -> Check {
    use crate::model::Check as Of;
    Check {
        name: match c.check {
            Of::ZeroRows => "Holds records",
            Of::DeclaredTotal => "Agrees with a total",
            Of::RoundCount => "Does not break off",
            Of::Drop => "Has not shrunk",
            Of::LiveDrop => "Has not emptied",
            Of::KnownAdmins => "Has its administrators",
            Of::OlderThanLeaving => "Is newer than the leavings",
            Of::OlderThanAccepted => "Is not older than accepted",
            Of::UnreadSheets => "Leaves no sheet unread",
        },
        class: c.outcome.word(),
        word: match c.outcome {
            CheckOutcome::Passed => "passed",
            CheckOutcome::Flagged => "flagged",
            CheckOutcome::Accepted => "accepted",
            CheckOutcome::NotChecked => "not checked",
        },
        saw: clip(&c.saw, SENTENCE).into_owned(),
        accepted: c
            .accepted
            .as_ref()
            .map(|a| (clip(&a.because, SENTENCE).into_owned(), clip(&a.by, NAME).into_owned(), a.on.to_string())),
    }
}

fn file(report: &Report, s: &SourceReport) -> File {
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    let p = &s.provenance;
    let records = p.records.map(number);
    let said = [
        ("Source system", p.system.as_deref()),
        ("Scope", p.scope.as_deref()),
        ("Filter", p.filter.as_deref()),
        ("Extracted by", p.extracted_by.as_deref()),
        ("How", p.method.as_deref()),
        ("Records by the system", records.as_deref()),
    ];
    let name = clip(&s.file, 2 * NAME);
    let unread = s.rejected.iter().take(REJECTED).map(|r| {
        let column = r.column.map_or_else(String::new, |c| format!(":{c}"));
        (format!("{name}:{}{column}", r.line), show(&r.reason))
    });
    let all = usize::try_from(s.rows.of(Situation::Rejected)).unwrap_or(usize::MAX).max(s.rejected.len());
    File {
        export: clip(&s.export, NAME).into_owned(),
        export_name: clip(&s.export_name, NAME).into_owned(),
        adapter_version: clip(&s.adapter_version, 64).into_owned(),
        said: said.into_iter().map(|(what, text)| (what, text.map(show))).collect(),
        extracted: text::moment(&s.extracted_at, &report.zone),
        extracted_exact: clip(&s.extracted_at, NAME).into_owned(),
        basis: match s.time_basis {
            TimeBasis::Declared => "declared",
            TimeBasis::FileName => "from the file’s name",
            TimeBasis::FileTime => "the file’s time stamp",
        },
        guessed: s.time_basis == TimeBasis::FileTime,
        sha256: clip(&s.sha256, 64).into_owned(),
        size: text::size(s.bytes),
        bytes: number(s.bytes),
        encoding: s.encoding,
        encoding_guessed: s.encoding_guessed,
        delimiter: sources::delimiter(s.delimiter),
        header_line: s.header_line,
        header_fingerprint: clip(&s.header_fingerprint, 64).into_owned(),
        leaves_out: s.leaves_out.as_deref().map_or_else(String::new, show),
        equation: sources::equation(&s.rows),
        total: s.total.map(number),
        set_aside: s.set_aside.iter().take(REJECTED).map(|a| (show(&a.reason), number(a.rows))).collect(),
        rejected: Shown::new(unread.collect(), all),
        file: name.into_owned(),
    }
}
