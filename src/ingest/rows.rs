//! Rows of a file, whatever it is made of: a header and cells, each row with its line.

use super::bytes::{Input, Survey, decoded};
use super::{json, ldif, sheet};
use crate::diag::{Diagnostic, cause};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

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
    Record(&'a csv::StringRecord),
    /// Of anything else.
    Texts(&'a [String]),
}

impl<'a> Cells<'a> {
    /// How many cells there are.
    pub fn len(self) -> usize {
        match self {
            Self::Record(r) => r.len(),
            Self::Texts(t) => t.len(),
        }
    }
    fn raw(self, i: usize) -> &'a str {
        match self {
            Self::Record(r) => r.get(i).unwrap_or_default(),
            Self::Texts(t) => t.get(i).map_or("", String::as_str),
        }
    }
    /// A cell's bytes; empty beyond the end.
    pub fn bytes(self, i: usize) -> &'a [u8] {
        self.raw(i).as_bytes()
    }
    /// A cell without outer spaces; empty beyond the end.
    pub fn text(self, i: usize) -> &'a str {
        let raw = self.raw(i);
        match raw.as_bytes() {
            [] => raw,
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => raw,
            _ => raw.trim_matches(is_space),
        }
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

/// What to do with each row.
pub type OnRow<'f> = dyn FnMut(RawRow<'_>) -> Result<(), Diagnostic> + 'f;

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
    },
    /// LDIF.
    Ldif,
    /// An Excel workbook, read whole.
    Sheet {
        /// Its rows with their numbers.
        rows: std::sync::Arc<Vec<(u32, Vec<String>)>>,
        /// Number of the header's row.
        header_line: u32,
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
            csv_rows(input.name(), open()?, *delimiter, *header_line, on).map(|()| Extra::default())
        }
        Layout::Json { list } => json::each(input.name(), open()?, list, columns, on),
        Layout::Ldif => ldif::each(input.name(), open()?, columns, on).map(|()| Extra::default()),
        Layout::Sheet { rows, header_line } => {
            for (line, cells) in rows.iter().filter(|(line, _)| line > header_line) {
                on(RawRow { line: *line, cells: Cells::Texts(cells), broken: None })?;
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
}

fn csv_rows(
    name: &str,
    text: Box<dyn Read + Send>,
    delimiter: u8,
    header_line: u32,
    on: &mut OnRow<'_>,
) -> Result<(), Diagnostic> {
    let watch = Rc::new(RefCell::new(Watch::default()));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(Watched { inner: text, watch: Rc::clone(&watch) });
    let mut record = csv::ByteRecord::new();
    let mut width = None;
    loop {
        watch.borrow_mut().since = 0;
        let begin = reader.position().byte();
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(e) => return Err(broken(name, watch.borrow_mut().line_at(begin), &e)),
        }
        let inner = memchr::memchr_iter(b'\n', record.as_slice()).count() as u32;
        let unclosed = watch.borrow().ended && never_closed(&record, delimiter, watch.borrow().last);
        // The last byte of a row is its line end; of a row that ends with the file, the line end may be inside it.
        let within = u32::from(unclosed && record.as_slice().ends_with(b"\n"));
        let last = watch.borrow_mut().line_at(reader.position().byte().saturating_sub(1));
        let line = (last + within).saturating_sub(inner).max(1);
        if line <= header_line && !unclosed {
            if line == header_line {
                width = Some(record.len());
            }
            continue;
        }
        let runaway = match width {
            _ if unclosed => Some(record.len() - 1),
            Some(width) if inner > 0 => runaway(&record, delimiter, width),
            _ => None,
        };
        if let Some(cell) = runaway {
            let message = format!(
                "a quote opened in cell {} is not closed where the cell ends; what follows is inside it",
                cell + 1
            );
            return Err(Diagnostic::error(name, message)
                .at(u64::from(line))
                .column(cell as u64 + 1)
                .help("close or double the quote in that line, or export the file again"));
        }
        // Checked once for the whole row; `text` keeps the memory of both records.
        let bytes = std::mem::take(&mut record);
        match csv::StringRecord::from_byte_record(bytes) {
            Ok(text) => {
                on(RawRow { line, cells: Cells::Record(&text), broken: None })?;
                record = text.into_byte_record();
            }
            Err(e) => {
                let broken = Some(Broken::NotText(e.utf8_error().field()));
                record = e.into_byte_record();
                on(RawRow { line, cells: Cells::Texts(&[]), broken })?;
            }
        }
    }
}

/// A cell that has swallowed whole rows: one of its inner lines has as many delimiters as a row. Where the quote of a later
/// row has closed it in the same column, the row looks complete: then a quote is left over in the cell, and its lines have
/// just the delimiters of the rows they are made of.
fn runaway(record: &csv::ByteRecord, delimiter: u8, width: usize) -> Option<usize> {
    if width < 3 {
        return None;
    }
    let delimiters = |line: &[u8]| memchr::memchr_iter(delimiter, line).count();
    record.iter().enumerate().position(|(i, cell)| {
        let mut lines = cell.split(|b| *b == b'\n');
        let Some(first) = lines.next() else { return false };
        let Some(last) = lines.next_back() else { return false };
        if record.len() < width {
            return delimiters(last) >= width - 1 || lines.any(|l| delimiters(l) >= width - 1);
        }
        cell.contains(&b'"')
            && delimiters(first) == width - 1 - i.min(width - 1)
            && delimiters(last) == i
            && lines.all(|l| delimiters(l) == width - 1)
    })
}

/// Whether the last cell of a file was opened by a quote that nothing closes: it holds what only a quoted cell can hold,
/// and the file does not end with a quote.
fn never_closed(record: &csv::ByteRecord, delimiter: u8, last: u8) -> bool {
    last != b'"' && record.iter().next_back().is_some_and(|cell| cell.contains(&b'\n') || cell.contains(&delimiter))
}

fn broken(name: &str, line: u32, e: &csv::Error) -> Diagnostic {
    let message = match e.kind() {
        csv::ErrorKind::Io(io) if io.kind() == io::ErrorKind::FileTooLarge => {
            return Diagnostic::error(
                name,
                format!("the row that begins here is longer than {} MiB", LONGEST_ROW >> 20),
            )
            .at(u64::from(line))
            .help("a quote was probably left open in it, or the file is not a table");
        }
        csv::ErrorKind::Io(io) => return stopped(name, line, io),
        _ => e.to_string(),
    };
    Diagnostic::error(name, message).at(u64::from(line))
}

/// That the system stopped in the middle of a file.
pub fn stopped(name: &str, line: u32, e: &io::Error) -> Diagnostic {
    Diagnostic::error(name, format!("cannot be read on: {}", cause(e)))
        .at(u64::from(line))
        .help("see whether the disk or the share is well; copy the file, and run it again with the copy")
}

/// What is known of the bytes that the CSV reader has taken. It reads ahead, and its own line numbers lag behind in
/// files with CRLF or blank lines, so the line ends are kept here until the reader has passed them.
#[derive(Default)]
struct Watch {
    /// Bytes handed out.
    given: u64,
    /// Bytes handed out since the last row began.
    since: u64,
    /// Line ends that lie before the row in hand.
    lines: u32,
    /// Offsets of the line ends after it.
    ahead: VecDeque<u64>,
    /// The last byte that is no white space.
    last: u8,
    /// Whether the file has been read to its end.
    ended: bool,
}

impl Watch {
    /// The line of the byte at `offset`. Offsets only grow.
    fn line_at(&mut self, offset: u64) -> u32 {
        while self.ahead.front().is_some_and(|end| *end < offset) {
            self.ahead.pop_front();
            self.lines += 1;
        }
        self.lines + 1
    }
}

/// Ends a row that would fill the memory, and notes line ends.
struct Watched {
    inner: Box<dyn Read + Send>,
    watch: Rc<RefCell<Watch>>,
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let mut watch = self.watch.borrow_mut();
        if watch.since > LONGEST_ROW {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let base = watch.given;
        watch.ahead.extend(memchr::memchr_iter(b'\n', &buf[..n]).map(|i| base + i as u64));
        watch.given += n as u64;
        watch.since += n as u64;
        watch.ended |= n == 0 && !buf.is_empty();
        watch.last = buf[..n].iter().rev().find(|b| !b.is_ascii_whitespace()).copied().unwrap_or(watch.last);
        Ok(n)
    }
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
    let _ = csv_rows("", text, delimiter, 0, &mut take);
    if !head_is_all && rows.len() <= most && rows.len() > 1 {
        rows.pop();
    }
    rows.truncate(most);
    rows
}

/// What is wrong with the rows of a whole text, if anything is.
pub fn fault(name: &str, text: &str, delimiter: u8) -> Option<Diagnostic> {
    csv_rows(name, Box::new(io::Cursor::new(text.as_bytes().to_vec())), delimiter, 0, &mut |_| Ok(())).err()
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

/// The rows of a workbook.
///
/// # Errors
/// It is no workbook, too large, or encrypted.
pub fn workbook(input: &dyn Input) -> Result<Vec<(u32, Vec<String>)>, Diagnostic> {
    sheet::rows(input)
}
