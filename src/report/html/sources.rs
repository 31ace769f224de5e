//! The files that were read, so that a reader can judge whether the population is complete and accurate.

use super::budget::{Page, Shown};
use super::rows::{NAME, SENTENCE};
use crate::model::{Report, RowAccounting, Situation, SourceReport, SourceRole, TimeBasis};
use crate::report::text::{self, clip, number};
use serde::Serialize;

/// The most files.
const FILES: usize = 400;
/// The most unreadable rows of one file.
const REJECTED: usize = 20;

/// Rows read = the sum of the outcomes.
#[derive(Serialize)]
pub(super) struct Equation {
    read: String,
    /// Outcomes that occur: how often, and the word.
    terms: Vec<(String, &'static str)>,
    /// Outcomes that do not.
    none: String,
    sum: String,
    closes: bool,
}

/// The arithmetic of a file's or an app's rows.
pub(super) fn equation(rows: &RowAccounting) -> Equation {
    let (there, none): (Vec<_>, Vec<_>) = Situation::ALL.iter().partition(|&&s| rows.of(s) > 0);
    Equation {
        read: number(rows.read),
        terms: there.into_iter().map(|&s| (number(rows.of(s)), s.word())).collect(),
        none: none.into_iter().map(|s| s.word()).collect::<Vec<_>>().join(", "),
        sum: number(rows.by.iter().sum()),
        closes: rows.closes(),
    }
}

/// A delimiter as a reader sees it; nothing where there is none.
pub(super) fn delimiter(written: Option<char>) -> String {
    match written {
        Some('\t') => "tab".to_owned(),
        Some(c) => format!("“{c}”"),
        None => String::new(),
    }
}

/// One file.
#[derive(Serialize)]
pub(super) struct File {
    file: String,
    role: &'static str,
    id: String,
    export: String,
    export_name: String,
    sha256: String,
    size: String,
    encoding: &'static str,
    encoding_guessed: bool,
    delimiter: String,
    header_line: u32,
    header_fingerprint: String,
    extracted: String,
    basis: &'static str,
    guessed: bool,
    scope: String,
    leaves_out: String,
    equation: Equation,
    rejected: Shown<Unread>,
    words: Shown<(String, String)>,
}

/// A row that could not be read.
#[derive(Serialize)]
struct Unread {
    place: String,
    reason: String,
}

/// All files together.
#[derive(Serialize)]
pub(super) struct Sum {
    files: String,
    rows: String,
    /// Equations that do not close.
    open: String,
    rejected: String,
    guessed: String,
}

/// All files together, also those that are not shown.
pub(super) fn sum(report: &Report) -> Sum {
    let count = |of: fn(&&SourceReport) -> bool| number(report.sources.iter().filter(of).count() as u64);
    Sum {
        files: number(report.sources.len() as u64),
        rows: number(report.sources.iter().map(|s| s.rows.read).sum()),
        open: count(|s| !s.rows.closes()),
        rejected: number(report.sources.iter().map(|s| s.rows.of(Situation::Rejected)).sum()),
        guessed: count(|s| s.time_basis == TimeBasis::FileTime),
    }
}

/// Every file, as many as fit.
pub(super) fn files(report: &Report, room: &mut Page) -> Shown<File> {
    Shown::new(room.fill(FILES, 300_000, &report.sources, |s| file(report, s)), report.sources.len())
}

fn file(report: &Report, s: &SourceReport) -> File {
    let name = clip(&s.file, 2 * NAME);
    let unread = s.rejected.iter().take(REJECTED).map(|r| Unread {
        place: match r.column {
            Some(column) => format!("{name}:{}:{column}", r.line),
            None => format!("{name}:{}", r.line),
        },
        reason: clip(&r.reason, SENTENCE).into_owned(),
    });
    let words = s.unknown_words.iter().take(REJECTED).map(|(w, n)| (clip(w, NAME).into_owned(), number(*n)));
    let all_rejected = usize::try_from(s.rows.of(Situation::Rejected)).unwrap_or(usize::MAX).max(s.rejected.len());
    File {
        role: match s.role {
            SourceRole::Hr => "HR",
            SourceRole::Idp => "identity provider",
            SourceRole::Roster => "roster",
            SourceRole::Assignments => "assignments",
            SourceRole::Workspace => "settings",
            SourceRole::Catalog => "own catalog",
        },
        id: clip(&s.id, NAME).into_owned(),
        export: clip(&s.export, NAME).into_owned(),
        export_name: clip(&s.export_name, NAME).into_owned(),
        sha256: clip(&s.sha256, 64).into_owned(),
        size: text::size(s.bytes),
        encoding: s.encoding,
        encoding_guessed: s.encoding_guessed,
        delimiter: delimiter(s.delimiter),
        header_line: s.header_line,
        header_fingerprint: clip(&s.header_fingerprint, 64).into_owned(),
        extracted: text::moment(&s.extracted_at, &report.zone),
        basis: match s.time_basis {
            TimeBasis::Declared => "declared",
            TimeBasis::FileName => "from the file’s name",
            TimeBasis::FileTime => "the file’s time stamp",
        },
        guessed: s.time_basis == TimeBasis::FileTime,
        scope: clip(s.provenance.scope.as_deref().unwrap_or_default(), SENTENCE).into_owned(),
        leaves_out: clip(s.leaves_out.as_deref().unwrap_or_default(), SENTENCE).into_owned(),
        equation: equation(&s.rows),
        rejected: Shown::new(unread.collect(), all_rejected),
        words: Shown::new(words.collect(), s.unknown_words.len()),
        file: name.into_owned(),
    }
}
