//! Rows of delimited text, each with the line where it begins.
//!
//! Nearly every line of an export holds no quote: it is cut at the delimiter where it stands in the buffer. Whatever has
//! a quote or a carriage return inside goes through `csv-core`, so that both ways agree with the `csv` crate. A line ends with a
//! line feed, or with a carriage return that no line feed follows: so old programs and Excel's "CSV (Macintosh)" end theirs.

use super::rows::{AHEAD, Broken, Cells, LONGEST_ROW, OnRow, RawRow, stopped};
use crate::diag::Diagnostic;
use csv_core::ReadRecordResult;
use std::io::{self, Read};
use std::ops::Range;

/// How much is asked of the file at once.
const CHUNK: usize = 1 << 17;

/// Where a cell stands in the text of its row.
pub type Bound = (u32, u32);

/// Goes through all rows below the header's line.
///
/// # Errors
/// The file cannot be read on, a row is too long, or a quote is left open.
pub fn each(
    name: &str,
    text: Box<dyn Read + Send>,
    delimiter: u8,
    header_line: u32,
    on: &mut OnRow<'_>,
) -> Result<(), Diagnostic> {
    let mut lines = Lines::new(text);
    let mut quoted = Quoted::new(delimiter);
    let mut block: Vec<Ahead> = Vec::with_capacity(AHEAD);
    let mut bounds: Vec<Bound> = Vec::new();
    let mut width = None;
    loop {
        block.clear();
        bounds.clear();
        while block.len() < AHEAD
            && let Some(row) = lines.cut(delimiter, &mut bounds)
        {
            if row.line > header_line {
                block.push(row);
            } else if row.line == header_line {
                width = Some(row.cells.len());
            }
        }
        if !block.is_empty() {
            let rows = raws(&lines.buffer, &block, &bounds);
            let dealt_with = on.ahead(&rows);
            for (at, row) in rows.into_iter().enumerate() {
                if dealt_with & (1 << at) == 0 {
                    on.row(row)?;
                }
            }
            continue;
        }
        // A row with a quote in it, one that is not yet in hand to its end, or none.
        let failed = |line: u32, e: &io::Error| broken(name, line, e);
        let line = match lines.begin() {
            Ok(false) => return Ok(()),
            Ok(true) => lines.line,
            Err(e) => return Err(failed(lines.line, &e)),
        };
        if lines.plain().map_err(|e| failed(line, &e))? {
            continue;
        }
        quoted.read(&mut lines).map_err(|e| failed(line, &e))?;
        if line <= header_line && !quoted.unclosed {
            if line == header_line {
                width = Some(quoted.bounds.len());
            }
            continue;
        }
        if let Some(cell) = quoted.open_quote(width) {
            let message = format!(
                "a quote opened in cell {} is not closed where the cell ends; what follows is inside it",
                cell + 1
            );
            return Err(Diagnostic::error(name, message)
                .at(u64::from(line))
                .column(cell as u64 + 1)
                .help("close or double the quote in that line, or export the file again"));
        }
        let row = raw(line, &quoted.text, &quoted.bounds);
        if on.ahead(&[row]) == 0 {
            on.row(row)?;
        }
    }
}

/// A row that is cut and has not been handed out.
struct Ahead {
    line: u32,
    /// Where it stands in the buffer.
    text: Range<usize>,
    /// Where its cells stand in the list of bounds.
    cells: Range<usize>,
}

/// Rows that follow each other, as text: their bytes are checked once for all.
fn raws<'r>(buffer: &'r [u8], block: &[Ahead], bounds: &'r [Bound]) -> Vec<RawRow<'r>> {
    let (Some(first), Some(last)) = (block.first(), block.last()) else { return Vec::new() };
    let begin = first.text.start;
    let text = std::str::from_utf8(&buffer[begin..last.text.end]).ok();
    let row = |row: &Ahead| {
        let cells = &bounds[row.cells.clone()];
        match text.and_then(|text| text.get(row.text.start - begin..row.text.end - begin)) {
            // Rows and cells end at ASCII, so in text they end between characters.
            Some(text) => RawRow { line: row.line, cells: Cells::Line { text, bounds: cells }, broken: None },
            None => raw(row.line, &buffer[row.text.clone()], cells),
        }
    };
    block.iter().map(row).collect()
}

/// A row as text; its bytes are checked once for all cells.
fn raw<'r>(line: u32, bytes: &'r [u8], bounds: &'r [Bound]) -> RawRow<'r> {
    let whole = |t: &&str| bounds.iter().all(|(_, end)| t.is_char_boundary(*end as usize));
    match std::str::from_utf8(bytes).ok().filter(whole) {
        Some(text) => RawRow { line, cells: Cells::Line { text, bounds }, broken: None },
        None => {
            let odd =
                bounds.iter().position(|(from, to)| std::str::from_utf8(&bytes[*from as usize..*to as usize]).is_err());
            RawRow { line, cells: Cells::Texts(&[]), broken: Some(Broken::NotText(odd.unwrap_or(0))) }
        }
    }
}

/// The part of a file that is in hand.
struct Lines {
    from: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Where the next row begins.
    at: usize,
    end: usize,
    /// Whether the file has been read to its end.
    ended: bool,
    /// The line of `at`.
    line: u32,
    /// Whether a carriage return stands before `at` that has been counted as the end of a line.
    returned: bool,
    /// Whether a carriage return alone has ended a line: then it is looked for, too, where rows are cut.
    returns: bool,
}

impl Lines {
    fn new(from: Box<dyn Read + Send>) -> Self {
        let buffer = vec![0; CHUNK];
        Self { from, buffer, at: 0, end: 0, ended: false, line: 1, returned: false, returns: false }
    }

    /// Goes to the next row over blank lines; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.skip() {
                return Ok(true);
            }
            if !self.more()? {
                return Ok(false);
            }
        }
    }

    /// Goes over line ends; false if there is nothing but them in hand.
    fn skip(&mut self) -> bool {
        while self.at < self.end {
            match self.buffer[self.at] {
                b'\n' => self.line += u32::from(!std::mem::take(&mut self.returned)),
                b'\r' => {
                    self.returns |= self.returned;
                    self.returned = true;
                    self.line += 1;
                }
                _ => {
                    self.returns |= std::mem::take(&mut self.returned);
                    return true;
                }
            }
            self.at += 1;
        }
        false
    }

    /// Cuts the next row and goes behind it, if it is in hand to its end and has neither quote nor carriage return inside.
    fn cut(&mut self, delimiter: u8, bounds: &mut Vec<Bound>) -> Option<Ahead> {
        if !self.skip() {
            return None;
        }
        let mut rest = &self.buffer[self.at..self.end];
        let first = bounds.len();
        let mut from = 0;
        let mut end = self.ended.then_some(rest.len());
        if self.returns
            && let Some(stop) = memchr::memchr2(b'\n', b'\r', rest)
        {
            self.returned = rest[stop] == b'\r';
            rest = &rest[..stop];
            end = Some(stop);
        }
        for at in memchr::memchr3_iter(delimiter, b'\n', b'"', rest) {
            match rest[at] {
                b'\n' => {
                    end = Some(at);
                    break;
                }
                b'"' => {
                    end = None;
                    break;
                }
                _ => {
                    bounds.push((from, at as u32));
                    from = at as u32 + 1;
                }
            }
        }
        let Some(end) = end else {
            self.returned = false;
            bounds.truncate(first);
            return None;
        };
        let row = &rest[..end];
        let row = if end < rest.len() { row.strip_suffix(b"\r").unwrap_or(row) } else { row };
        if memchr::memchr(b'\r', row).is_some() {
            bounds.truncate(first);
            return None;
        }
        bounds.push((from, row.len() as u32));
        let ahead = Ahead { line: self.line, text: self.at..self.at + row.len(), cells: first..bounds.len() };
        self.at = (self.at + end + 1).min(self.end);
        self.line += 1;
        Some(ahead)
    }

    /// Reads on until the row is in hand to its end; false if it has a quote or a carriage return inside.
    fn plain(&mut self) -> io::Result<bool> {
        loop {
            let rest = &self.buffer[self.at..self.end];
            let stop = if self.returns { memchr::memchr2(b'\n', b'\r', rest) } else { memchr::memchr(b'\n', rest) };
            let (end, known) = match stop {
                Some(end) => (end, true),
                None => (rest.len(), self.ended),
            };
            if let Some(odd) = memchr::memchr2(b'"', b'\r', &rest[..end])
                && !(known && rest[odd] == b'\r' && odd + 1 == end && end < rest.len())
            {
                return Ok(false);
            }
            if known {
                return Ok(true);
            }
            if rest.len() as u64 > LONGEST_ROW {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            self.more()?;
        }
    }

    /// Reads on behind what is in hand; false at the end of the file.
    fn more(&mut self) -> io::Result<bool> {
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end * 2, 0);
        }
        loop {
            match self.from.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    self.ended |= n == 0;
                    return Ok(n > 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

/// A row with quotes in it, with the quotes taken away.
struct Quoted {
    /// Made for the first such row: its table of states costs as much as some hundred rows. (A clone of one made before
    /// would not do: version 0.1.13 leaves parts of the table out.)
    core: Option<csv_core::Reader>,
    delimiter: u8,
    text: Vec<u8>,
    ends: Vec<usize>,
    bounds: Vec<Bound>,
    /// Whether the file ends inside its last cell.
    unclosed: bool,
}

impl Quoted {
    fn new(delimiter: u8) -> Self {
        Self { core: None, delimiter, text: Vec::new(), ends: vec![0; 64], bounds: Vec::new(), unclosed: false }
    }

    fn read(&mut self, lines: &mut Lines) -> io::Result<()> {
        let delimiter = self.delimiter;
        let core = self.core.get_or_insert_with(|| csv_core::ReaderBuilder::new().delimiter(delimiter).build());
        core.reset();
        self.text.resize(self.text.capacity().max(1 << 10), 0);
        let (mut written, mut cells, mut taken) = (0, 0, 0);
        let mut last = 0;
        let by_end = loop {
            let input = &lines.buffer[lines.at..lines.end];
            let at_end = input.is_empty();
            let (result, used, out, ended) =
                core.read_record(input, &mut self.text[written..], &mut self.ends[cells..]);
            let passed = &input[..used];
            lines.line += memchr::memchr_iter(b'\n', passed).count() as u32;
            last = passed.iter().rev().find(|b| !b.is_ascii_whitespace()).copied().unwrap_or(last);
            lines.at += used;
            taken += used;
            written += out;
            cells += ended;
            if taken as u64 > LONGEST_ROW {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            match result {
                ReadRecordResult::InputEmpty if lines.ended && lines.at == lines.end => {}
                ReadRecordResult::InputEmpty => {
                    lines.more()?;
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => {
                    lines.returned = passed.last() == Some(&b'\r');
                    lines.line += u32::from(lines.returned);
                    break at_end;
                }
            }
        };
        self.text.truncate(written);
        self.bounds.clear();
        let mut from = 0;
        for end in &self.ends[..cells] {
            self.bounds.push((from, *end as u32));
            from = *end as u32;
        }
        // It holds what only a quoted cell can hold, and the file does not end with a quote.
        let inside = |cell: &[u8]| memchr::memchr3(b'\n', b'\r', self.delimiter, cell).is_some();
        self.unclosed = by_end && last != b'"' && self.cells().next_back().is_some_and(inside);
        Ok(())
    }

    fn cells(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.bounds.iter().map(|(from, to)| &self.text[*from as usize..*to as usize])
    }

    /// The cell whose quote nothing closes, if there is one.
    fn open_quote(&self, width: Option<usize>) -> Option<usize> {
        match width {
            _ if self.unclosed => Some(self.bounds.len() - 1),
            Some(width) if memchr::memchr2(b'\n', b'\r', &self.text).is_some() => self.runaway(width),
            _ => None,
        }
    }

    /// A cell that has swallowed whole rows: one of its inner lines has as many delimiters as a row. Where the quote of a
    /// later row has closed it in the same column, the row looks complete: then a quote is left over in the cell, and its
    /// lines have just the delimiters of the rows they are made of.
    fn runaway(&self, width: usize) -> Option<usize> {
        if width < 3 {
            return None;
        }
        let delimiters = |line: &[u8]| memchr::memchr_iter(self.delimiter, line).count();
        self.cells().enumerate().position(|(i, cell)| {
            let line_end = if cell.contains(&b'\n') { b'\n' } else { b'\r' };
            let mut lines = cell.split(|b| *b == line_end);
            let Some(first) = lines.next() else { return false };
            let Some(last) = lines.next_back() else { return false };
            if self.bounds.len() < width {
                return delimiters(last) >= width - 1 || lines.any(|l| delimiters(l) >= width - 1);
            }
            cell.contains(&b'"')
                && delimiters(first) == width - 1 - i.min(width - 1)
                && delimiters(last) == i
                && lines.all(|l| delimiters(l) == width - 1)
        })
    }
}

fn broken(name: &str, line: u32, e: &io::Error) -> Diagnostic {
    if e.kind() == io::ErrorKind::FileTooLarge {
        return Diagnostic::error(name, format!("the row that begins here is longer than {} MiB", LONGEST_ROW >> 20))
            .at(u64::from(line))
            .help("a quote was probably left open in it, or the file is not a table");
    }
    stopped(name, line, e)
}

#[cfg(test)]
mod tests;
