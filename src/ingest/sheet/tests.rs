//! Cells that say less than they seem to, and archives that are no workbooks.

use super::super::testing::told;
use super::*;
use crate::ingest::InMemory;
use crate::model::Holds;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};
use std::io::Write;
use zip::write::SimpleFileOptions;

/// A workbook of people whose last day stands in the fourth column, as that writes it.
fn people(last_day: &dyn Fn(&mut rust_xlsxwriter::Worksheet, u32, u16)) -> Vec<u8> {
    let mut book = Writer::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["Employee ID", "Full name", "Work email", "End date"].iter().enumerate() {
        sheet.write_string(0, column as u16, *name).unwrap();
    }
    for (column, cell) in ["7", "Ann Ray", "ann@x.example"].iter().enumerate() {
        sheet.write_string(1, column as u16, *cell).unwrap();
    }
    last_day(sheet, 1, 3);
    book.save_to_buffer().unwrap()
}

fn rows_of(last_day: &dyn Fn(&mut rust_xlsxwriter::Worksheet, u32, u16)) -> Vec<String> {
    told(Holds::Employees, &people(last_day)).rows
}

#[test]
fn a_day_that_went_lost_is_not_taken_for_none() {
    let lost = rows_of(&|sheet, row, column| {
        sheet.write_formula(row, column, Formula::new("=#REF!").set_result("#REF!")).unwrap();
    });
    assert_eq!(lost.len(), 1);
    assert!(lost[0].starts_with("2: rejected: ") && lost[0].contains("#REF!"), "{lost:?}");
}

#[test]
fn a_formula_whose_result_is_blank_is_blank() {
    let blank = rows_of(&|sheet, row, column| {
        sheet.write_formula(row, column, Formula::new("=\"\"").set_result("")).unwrap();
    });
    assert_eq!(blank, ["2: ann@x.example, Ann Ray, unknown"]);
}

#[test]
fn nought_is_no_day() {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let nought = rows_of(&|sheet, row, column| {
        sheet.write_number_with_format(row, column, 0.0, &day).unwrap();
    });
    assert_eq!(nought, ["2: ann@x.example, Ann Ray, unknown"]);
    let time = rows_of(&|sheet, row, column| {
        sheet.write_number_with_format(row, column, 0.375, &day).unwrap();
    });
    assert!(time[0].starts_with("2: rejected: ") && time[0].contains("09:00:00"), "{time:?}");
    let some = rows_of(&|sheet, row, column| {
        let last = ExcelDateTime::from_ymd(2026, 10, 31).unwrap();
        sheet.write_datetime_with_format(row, column, last, &day).unwrap();
    });
    assert_eq!(some, ["2: ann@x.example, Ann Ray, unknown, left 2026-10-31"]);
}

fn archive(parts: &[(&str, &str)]) -> String {
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        to.start_file(*name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    let bytes = to.finish().unwrap().into_inner();
    let Err(problem) = Workbook::open(&InMemory { name: "f".into(), bytes }) else { panic!("it is no workbook") };
    problem.to_string()
}

#[test]
fn other_spreadsheets_are_told_by_their_names() {
    let ods = archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")]);
    assert!(ods.contains("OpenDocument spreadsheet (.ods)") && ods.contains("save it as .xlsx or CSV"), "{ods}");
    assert!(archive(&[("xl/workbook.bin", "")]).contains("(.xlsb), which is not read here\n  help: save it as .xlsx"));
    assert!(archive(&[("word/document.xml", "")]).contains("a Word document (.docx), which is not read here"));
    assert!(archive(&[("ppt/presentation.xml", "")]).contains("a PowerPoint presentation (.pptx)"));
    assert!(archive(&[("Index/Document.iwa", "")]).contains("Numbers"));
    assert!(archive(&[("list.csv", "Email")]).contains("a ZIP archive, not a workbook\n  help: unpack it"));
}
