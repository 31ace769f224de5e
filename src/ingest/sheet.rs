//! Excel workbooks: the first sheet with something in it, as text.

use super::bytes::Input;
use crate::diag::Diagnostic;
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

/// The largest unpacked size of a workbook.
const LARGEST: u64 = 1 << 30;
/// How many times larger than the file its content may be.
const RATIO: u64 = 200;

/// The rows with their numbers. Dates come as ISO text, whole numbers without a fraction.
///
/// # Errors
/// The file is no workbook, is locked, or unpacks to more than it should.
pub fn rows(input: &dyn Input) -> Result<Vec<(u32, Vec<String>)>, Diagnostic> {
    let name = input.name();
    let bad = |what: String| {
        Diagnostic::error(name, what).help("open it in a spreadsheet program and save it as .xlsx or CSV again")
    };
    let mut bytes = Vec::new();
    input.open().and_then(|mut r| r.read_to_end(&mut bytes)).map_err(|e| bad(format!("cannot be read: {e}")))?;
    let packed = bytes.len() as u64;
    let mut archive =
        zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|_| bad("this is a broken or cut ZIP file".into()))?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(
            Diagnostic::error(name, "this is a ZIP archive, not a workbook").help("unpack it and name the file inside")
        );
    }
    let mut unpacked = 0u64;
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).map_err(|_| bad("this is a broken ZIP file".into()))?;
        unpacked = unpacked.saturating_add(file.size());
    }
    if unpacked > LARGEST || unpacked > packed.saturating_mul(RATIO).max(16 << 20) {
        return Err(Diagnostic::error(name, format!("the workbook would unpack to {} MiB", unpacked >> 20))
            .help("save the list alone, or as CSV"));
    }
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|e| bad(format!("the workbook cannot be opened: {e}")))?;
    let names = book.sheet_names();
    for sheet in &names {
        let range = book.worksheet_range(sheet).map_err(|e| bad(format!("the sheet `{sheet}` cannot be read: {e}")))?;
        let Some((first_row, first_column)) = range.start() else { continue };
        if range.get_size().0 < 2 && names.len() > 1 {
            continue;
        }
        return Ok(range
            .rows()
            .enumerate()
            .map(|(i, row)| {
                let pad = (0..first_column).map(|_| String::new());
                (first_row + i as u32 + 1, pad.chain(row.iter().map(text)).collect())
            })
            .collect());
    }
    Err(bad("the workbook has no rows".into()))
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Bool(b) => b.to_string(),
        Data::Int(n) => n.to_string(),
        Data::Float(f) if f.fract() == 0.0 && f.abs() < 1e15 => format!("{f:.0}"),
        Data::Float(f) => f.to_string(),
        Data::DateTime(d) => {
            let (y, mo, d, h, mi, s, _) = d.to_ymd_hms_milli();
            if (h, mi, s) == (0, 0, 0) {
                format!("{y:04}-{mo:02}-{d:02}")
            } else {
                format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
            }
        }
        Data::Error(_) => String::new(),
    }
}
