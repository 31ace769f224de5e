//! Excel workbooks. An archive is taken as it is. Anything else is the XML of a sheet's rows, behind a NUL that of the shared texts, and behind
//! another that of the number formats: a workbook is made of them whose checksums are right.
#![no_main]

use coverage_fuzz::{Asked, read};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn workbook(data: &[u8]) -> Option<Vec<u8>> {
    let mut parts = data.splitn(3, |b| *b == 0);
    let mut part = || parts.next().unwrap_or_default();
    let around = |before: String, part: &[u8], after: &str| [before.as_bytes(), part, after.as_bytes()].concat();
    let files = [
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>"#
            )
            .into_bytes(),
        ),
        (
            "xl/workbook.xml",
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>"#)
                .into_bytes(),
        ),
        (
            "xl/worksheets/sheet1.xml",
            around(format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#), part(), "</sheetData></worksheet>"),
        ),
        ("xl/sharedStrings.xml", around(format!(r#"<sst xmlns="{MAIN}">"#), part(), "</sst>")),
        ("xl/styles.xml", around(format!(r#"<styleSheet xmlns="{MAIN}">"#), part(), "</styleSheet>")),
    ];
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        to.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).ok()?;
        to.write_all(&bytes).ok()?;
    }
    Some(to.finish().ok()?.into_inner())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        read(data, Asked::default(), 7);
    } else if let Some(bytes) = workbook(data) {
        read(&bytes, Asked::default(), 61);
    }
});
