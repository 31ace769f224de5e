//! Rows of a file, whatever it is made of: a header and cells, each row with its line.

use super::bytes::{Input, Survey, decoded};
use super::delimited::{self, Bound};
use super::sheet::SheetRows;
use super::{json, ldif};
use crate::diag::{Diagnostic, cause};
use std::io;

/// Stands between the values of a cell that holds several (JSON arrays, repeated LDIF attributes).
pub const SEVERAL: char = '\u{1f}';
/// The longest row; beyond it a quote was left open or the file is no table.
pub const LONGEST_ROW: u64 = 16 << 20;
/// The longest cell that is taken as a value.
pub const LONGEST_CELL: usize = 1 << 16;

/// The cells of one row.
#[derive(Debug, Clone, Copy)]
pub enum Cells<'a> {
    /// Of delimited text.
    Line {
        /// The row without what encloses its cells.
        text: &'a str,
        /// Where the cells stand in it.
        bounds: &'a [Bound],
    },
    /// Of anything else.
    Texts(&'a [String]),
}

impl<'a> Cells<'a> {
    /// How many cells there are.
    pub fn len(self) -> usize {
        match self {
            Self::Line { bounds, .. } => bounds.len(),
            Self::Texts(t) => t.len(),
        }
    }
    /// A cell as it stands; empty beyond the end.
    pub fn raw(self, i: usize) -> &'a str {
        match self {
            Self::Line { text, bounds } => {
                bounds.get(i).and_then(|(from, to)| text.get(*from as usize..*to as usize)).unwrap_or_default()
            }
            Self::Texts(t) => t.get(i).map_or("", String::as_str),
        }
    }
    /// The first cell that is longer than that.
    pub fn longer_than(self, most: usize) -> Option<usize> {
        match self {
            Self::Line { text, .. } if text.len() <= most => None,
            _ => (0..self.len()).find(|i| self.raw(*i).len() > most),
        }
    }
    /// A cell without outer spaces; empty beyond the end. `="007"`, by which spreadsheets are made to keep zeros, is `007`.
    pub fn text(self, i: usize) -> &'a str {
        let raw = self.raw(i);
        match raw.as_bytes() {
            [] => raw,
            [b'=', b'"', .., b'"'] if raw.len() > 2 => raw[2..raw.len() - 1].trim_matches(is_space),
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
            _ => raw.trim_matches(is_space),
        }
    }
    /// A line such as `Total: 42 users` at the end of a list.
    pub fn is_total(self) -> bool {
        let Some(first) = (0..self.len()).map(|i| self.text(i)).find(|t| !t.is_empty()) else { return false };
        if !matches!(first.as_bytes()[0].to_ascii_lowercase(), b't' | b's' | b'g' | b'i' | b'a') {
            return false;
        }
        let (word, after) = first.split_at(first.find(|c: char| !c.is_alphabetic()).unwrap_or(first.len()));
        const WORDS: [&str; 9] =
            ["total", "totals", "sum", "summe", "gesamt", "insgesamt", "anzahl", "subtotal", "totaux"];
        // `total2` and `sum01` are user names.
        let ends = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '('));
        if !ends || !WORDS.iter().any(|w| word.eq_ignore_ascii_case(w)) {
            return false;
        }
        let filled = || (0..self.len()).map(|i| self.text(i)).filter(|t| !t.is_empty());
        let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'%'));
        (filled().count() <= 3 || filled().skip(1).all(is_number))
            && filled().all(|t| !t.contains('@'))
            && filled().any(|t| t.bytes().any(|b| b.is_ascii_digit()))
    }
    /// Whether all of them are blank.
    pub fn blank(self) -> bool {
        (0..self.len()).all(|i| self.raw(i).bytes().all(|b| b.is_ascii_whitespace()))
    }
}

/// Spaces that exports put around values, with those that look like none.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct RawRow<'a> {
    /// The line where it begins.
    pub line: u32,
    /// Its cells.
    pub cells: Cells<'a>,
    /// Why the row has no cells, if it is broken.
    pub broken: Option<Broken>,
}

/// What makes a row unreadable as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The bytes of this cell are no text.
    NotText(usize),
    /// JSON: it is no object.
    NoObject,
}

/// Takes the rows of a file.
pub trait Rows {
    /// Is shown rows of a large file before they come, [`AHEAD`] at most, and says which it has dealt with (a bit for
    /// each, the first row's the lowest); only the others come.
    fn ahead(&mut self, _rows: &[RawRow<'_>]) -> u32 {
        0
    }
    /// Takes one row.
    ///
    /// # Errors
    /// Stop reading.
    fn row(&mut self, row: RawRow<'_>) -> Result<(), Diagnostic>;
}

/// How many rows are shown ahead at most.
pub const AHEAD: usize = 32;

impl<F: FnMut(RawRow<'_>) -> Result<(), Diagnostic>> Rows for F {
    fn row(&mut self, row: RawRow<'_>) -> Result<(), Diagnostic> {
        self(row)
    }
}

/// What to do with each row.
pub type OnRow<'f> = dyn Rows + 'f;

/// How the rows of a file are found.
#[derive(Debug, Clone)]
pub enum Layout {
    /// Delimited text.
    Csv {
        /// The delimiter.
        delimiter: u8,
        /// Line of the header.
        header_line: u32,
    },
    /// JSON.
    Json {
        /// Where the list stands; empty for the document itself.
        list: String,
        /// Whether the file is an array of such documents.
        pages: bool,
    },
    /// LDIF.
    Ldif,
    /// An Excel workbook, read whole.
    Sheet {
        /// Its rows with their numbers.
        rows: std::sync::Arc<SheetRows>,
        /// Number of the header's row.
        header_line: u32,
        /// The other sheets that are such a list as well, and are not read.
        unread: Vec<String>,
    },
}

/// Goes through all data rows of a file. `columns` are the header names as they are looked up in JSON and LDIF.
///
/// # Errors
/// The file cannot be read on, or its form breaks off.
pub fn each(
    input: &dyn Input,
    survey: &Survey,
    layout: &Layout,
    columns: &[String],
    on: &mut OnRow<'_>,
) -> Result<Extra, Diagnostic> {
    let open = || {
        decoded(input, survey).map_err(|e| {
            Diagnostic::error(input.name(), format!("cannot be opened again: {}", cause(&e)))
                .help("leave the files as they are while they are read, and run it again")
        })
    };
    match layout {
        Layout::Csv { delimiter, header_line } => {
            delimited::each(input.name(), open()?, *delimiter, *header_line, on).map(|()| Extra::default())
        }
        Layout::Json { list, pages } => json::each(input.name(), open()?, (list, *pages), columns, on),
        Layout::Ldif => ldif::each(input.name(), open()?, columns, on),
        Layout::Sheet { rows, header_line, .. } => {
            for (line, cells) in rows.iter().filter(|(line, _)| line > header_line) {
                on.row(RawRow { line: *line, cells: Cells::Texts(cells), broken: None })?;
            }
            Ok(Extra::default())
        }
    }
}

/// What a file says beside its rows.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    /// How many records the system had in all, where the file says so (SCIM `totalResults`).
    pub total: Option<u64>,
    /// Columns that occurred but were not in the header taken from the beginning of the file.
    pub late_columns: Vec<String>,
    /// Remarks about it.
    pub remarks: Vec<Diagnostic>,
    /// Whether it says itself that it is not the whole list.
    pub breaks_off: bool,
}

/// That the system stopped in the middle of a file.
pub fn stopped(name: &str, line: u32, e: &io::Error) -> Diagnostic {
    Diagnostic::error(name, format!("cannot be read on: {}", cause(e)))
        .at(u64::from(line))
        .help("see whether the disk or the share is well; copy the file, and run it again with the copy")
}

/// The first rows of a file under a delimiter, with their lines. The last one is left out if the text was cut there.
pub fn head_rows(head: &str, head_is_all: bool, delimiter: u8, most: usize) -> Vec<(u32, Vec<String>)> {
    let mut rows = Vec::new();
    let text = Box::new(io::Cursor::new(head.as_bytes().to_vec()));
    let mut take = |row: RawRow<'_>| {
        let cells = (0..row.cells.len()).map(|i| row.cells.text(i).to_owned()).collect();
        rows.push((row.line, cells));
        // Enough: stop the reader by an error that nobody sees.
        if rows.len() > most { Err(Diagnostic::error("", "")) } else { Ok(()) }
    };
    // A broken row further down is reported when the file is read; here only the beginning matters.
    let _ = delimited::each("", text, delimiter, 0, &mut take);
    if !head_is_all && rows.len() <= most && rows.len() > 1 {
        rows.pop();
    }
    rows.truncate(most);
    rows
}

/// What is wrong with the rows of a whole text, if anything is.
pub fn fault(name: &str, text: &str, delimiter: u8) -> Option<Diagnostic> {
    delimited::each(
        name,
        Box::new(io::Cursor::new(text.as_bytes().to_vec())),
        delimiter,
        0,
        &mut |_: RawRow<'_>| Ok(()),
    )
    .err()
}

/// The delimiters that the text's first lines suggest, the likeliest first.
pub fn delimiters(head: &str) -> Vec<u8> {
    let mut counts: Vec<(usize, u8)> = b",;\t|"
        .iter()
        .map(|d| (head.lines().take(40).map(|l| l.bytes().filter(|b| b == d).count()).max().unwrap_or(0), *d))
        .collect();
    counts.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let found: Vec<u8> = counts.iter().filter(|(n, _)| *n > 0).map(|(_, d)| *d).collect();
    if found.is_empty() { vec![b','] } else { found }
}
