//! Excel workbooks: their sheets, and the rows of each as text.

use super::bytes::Input;
use crate::diag::{Diagnostic, cause};
use calamine::{Data, DataRef, Reader, SheetVisible, Xlsx};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The largest unpacked size of a workbook.
const LARGEST: u64 = 1 << 30;
/// How many times larger than the file its content may be.
const RATIO: u64 = 200;
/// Rows and columns that a sheet can have.
const FARTHEST: (u32, u32) = (1 << 20, 1 << 14);
/// Blank cells that may stand before the filled ones, over all rows, in proportion to these.
const BLANKS: usize = 256;

/// Stands where a program has written a formula and no result, which only a spreadsheet program works out. A result that is
/// blank is written as one.
pub(super) const NO_RESULT: &str = "(a formula without its result)";

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading a workbook, whose mistakes are caught and told as a broken file.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Rows with their numbers.
pub type SheetRows = Vec<(u32, Vec<String>)>;

/// A sheet of a workbook.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What stands on its tab.
    pub name: String,
    /// Whether the person who opens the workbook does not see it.
    pub hidden: bool,
}

/// An open workbook.
pub struct Workbook {
    file: String,
    book: Xlsx<Cursor<Vec<u8>>>,
    unpacked: usize,
    sheets: Vec<Sheet>,
}

impl Workbook {
    /// Opens a file.
    ///
    /// # Errors
    /// It is no workbook, or unpacks to more than it should.
    pub fn open(input: &dyn Input) -> Result<Self, Diagnostic> {
        let name = input.name();
        let mut bytes = Vec::new();
        input
            .open()
            .and_then(|mut r| r.read_to_end(&mut bytes))
            .map_err(|e| bad(name, format!("cannot be read: {}", cause(&e))))?;
        let packed = bytes.len() as u64;
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes))
            .map_err(|_| bad(name, "this is a broken or cut ZIP file".into()))?;
        if archive.index_for_name("xl/workbook.xml").is_none() {
            return Err(no_workbook(name, &mut archive));
        }
        let mut unpacked = 0u64;
        for i in 0..archive.len() {
            let file = archive.by_index_raw(i).map_err(|_| bad(name, "this is a broken ZIP file".into()))?;
            unpacked = unpacked.saturating_add(file.size());
        }
        if unpacked > LARGEST || unpacked > packed.saturating_mul(RATIO).max(16 << 20) {
            return Err(Diagnostic::error(name, format!("the workbook would unpack to {} MiB", unpacked >> 20))
                .help("save the list alone, or as CSV"));
        }
        drop(archive);
        let book =
            guarded(name, || Xlsx::new(Cursor::new(bytes)).map_err(|e| format!("the workbook cannot be opened: {e}")))?;
        let sheet = |sheet: &calamine::Sheet| Sheet {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
        };
        let sheets = book.sheets_metadata().iter().map(sheet).collect();
        Ok(Self { file: name.to_owned(), book, unpacked: unpacked as usize, sheets })
    }

    /// Its sheets, as their tabs stand.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The first rows of a sheet that hold anything, so many at most, and how many there are in all. Dates come as ISO text,
    /// whole numbers without a fraction.
    ///
    /// # Errors
    /// The sheet is broken, or holds more than it should.
    pub fn rows(&mut self, sheet: usize, most: usize) -> Result<(SheetRows, usize), Diagnostic> {
        let Self { file, book, unpacked, sheets } = self;
        guarded(file, || rows(book, &sheets[sheet].name, *unpacked, most))
    }
}

/// What an archive is that holds no workbook as it is read here.
fn no_workbook(name: &str, archive: &mut zip::ZipArchive<Cursor<&Vec<u8>>>) -> Diagnostic {
    let mut kind = Vec::new();
    if let Ok(file) = archive.by_name("mimetype") {
        // What cannot be read is no name of a kind.
        let _ = file.take(100).read_to_end(&mut kind);
    }
    let has = |part: &str| archive.index_for_name(part).is_some();
    let (what, help) = if kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
        ("an OpenDocument spreadsheet (.ods), which is not read here", "save it as .xlsx or CSV")
    } else if has("xl/workbook.bin") {
        ("a binary Excel workbook (.xlsb), which is not read here", "save it as .xlsx or CSV")
    } else if has("word/document.xml") {
        (
            "a Word document (.docx), which is not read here",
            "copy its table into a spreadsheet and save that as .xlsx or CSV",
        )
    } else if has("ppt/presentation.xml") {
        ("a PowerPoint presentation (.pptx), which is not read here", "export the list as .xlsx or CSV")
    } else if has("Index/Document.iwa") || has("Index.zip") {
        ("a document of Numbers or its sisters, which is not read here", "export it as .xlsx or CSV")
    } else {
        ("a ZIP archive, not a workbook", "unpack it and name the file inside")
    };
    Diagnostic::error(name, format!("this is {what}")).help(help)
}

fn bad(name: &str, what: String) -> Diagnostic {
    Diagnostic::error(name, what).help("open it in a spreadsheet program and save it as .xlsx or CSV again")
}

/// The parser trusts what a workbook says about itself; one that contradicts itself may make it stumble.
fn guarded<T>(name: &str, read: impl FnOnce() -> Result<T, String>) -> Result<T, Diagnostic> {
    GUARDED.set(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(false);
    match read {
        Ok(read) => read.map_err(|what| bad(name, what)),
        Err(_) => Err(bad(name, "the workbook cannot be read: its parts contradict one another".into())),
    }
}

/// Cell by cell: a sheet with one cell in its farthest corner must not become a table of 17 billion.
fn rows(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    unpacked: usize,
    most: usize,
) -> Result<(SheetRows, usize), String> {
    let failed = |e: calamine::XlsxError| format!("the sheet `{sheet}` cannot be read: {e}");
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok((Vec::new(), 0)),
        Err(e) => return Err(failed(e)),
    };
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut counted = BTreeSet::new();
    let (mut filled, mut blank, mut texts) = (0usize, 0usize, 0usize);
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(failed)? {
        let (row, column) = cell.pos;
        let hidden = cell.formula.is_some() && cell.value == DataRef::Empty;
        let value = if hidden { NO_RESULT.to_owned() } else { text(&Data::from(cell.value)) };
        if value.is_empty() {
            continue;
        }
        if row >= FARTHEST.0 || column >= FARTHEST.1 {
            return Err(format!("the sheet `{sheet}` has a cell where no sheet has one"));
        }
        if rows.len() >= most && !rows.contains_key(&(row + 1)) {
            counted.insert(row);
            continue;
        }
        // Cells share their texts: a long one may be named a million times.
        texts += value.len();
        if texts > unpacked.saturating_mul(4).saturating_add(16 << 20) {
            return Err(format!("the sheet `{sheet}` repeats long texts very often"));
        }
        let row = rows.entry(row + 1).or_default();
        let column = column as usize;
        if row.len() <= column {
            filled += 1;
            blank += column - row.len();
            if blank > (filled + 1000) * BLANKS {
                return Err(format!("the sheet `{sheet}` has next to nothing in very many columns"));
            }
            row.resize(column + 1, String::new());
        }
        row[column] = value;
    }
    let count = rows.len() + counted.len();
    Ok((rows.into_iter().collect(), count))
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Bool(b) => b.to_string(),
        Data::Int(n) => n.to_string(),
        Data::Float(f) if f.fract() == 0.0 && f.abs() < 1e15 => format!("{f:.0}"),
        Data::Float(f) => f.to_string(),
        // A formula that shows a blank cell of another sheet gives nought, which is no day.
        Data::DateTime(d) if d.as_f64() == 0.0 => String::new(),
        Data::DateTime(moment) => {
            let (y, mo, d, h, mi, s, _) = moment.to_ymd_hms_milli();
            if moment.as_f64() < 1.0 {
                // A time without a day.
                format!("{h:02}:{mi:02}:{s:02}")
            } else if (h, mi, s) == (0, 0, 0) {
                format!("{y:04}-{mo:02}-{d:02}")
            } else {
                format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
            }
        }
        // As it is seen and as a CSV has it: a day that went lost is not a day that nobody entered.
        Data::Error(e) => e.to_string(),
    }
}

#[cfg(test)]
mod tests;
