//! Workbooks with several sheets.

use super::super::testing::{Told, told};
use crate::model::Holds;
use rust_xlsxwriter::Workbook;

/// A workbook of sheets: name, whether it is hidden, and its rows.
fn workbook(sheets: &[(&str, bool, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    let shown = sheets.iter().position(|(_, hidden, _)| !hidden);
    for (at, (name, hidden, rows)) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        if Some(at) == shown {
            sheet.set_active(true);
        }
        sheet.set_hidden(*hidden);
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn accounts(sheets: &[(&str, bool, &[&[&str]])]) -> Told {
    told(Holds::Accounts, &workbook(sheets))
}

const ACTIVE: &[&[&str]] = &[&["Email", "Name", "Status"], &["bob@x.example", "Bob Lee", "active"]];
const LEAVERS: &[&[&str]] = &[&["Email", "Name", "Status"], &["ann@x.example", "Ann Ray", "inactive"]];
const NOTES: &[&[&str]] = &[&["How to read this file"], &["Ask the service desk"], &["It is made every night"]];

#[test]
fn a_sheet_that_is_not_read_is_told() {
    let told = accounts(&[("Active", false, ACTIVE), ("Leavers", false, LEAVERS), ("Notes", false, NOTES)]);
    assert_eq!(told.rows, ["2: bob@x.example, Bob Lee, active"]);
    assert_eq!(
        told.warnings,
        ["f: warning: only the sheet `Active` of the workbook is read; not read: `Leavers` (2 rows, a list as well), \
          `Notes` (3 rows)\n  help: save each sheet that belongs to the list as a file of its own, and name these files"]
    );
}

#[test]
fn the_only_filled_sheet_is_no_matter_for_a_remark() {
    let told = accounts(&[("Users", false, ACTIVE), ("Sheet2", false, &[]), ("Sheet3", false, &[])]);
    assert_eq!((told.rows.len(), told.warnings), (1, Vec::new()));
}

#[test]
fn notes_before_the_list_are_passed_over() {
    let told = accounts(&[("Read me", false, NOTES), ("Users", false, ACTIVE)]);
    assert_eq!(told.rows, ["2: bob@x.example, Bob Lee, active"]);
    assert!(told.warnings[0].contains("only the sheet `Users` of the workbook is read; not read: `Read me` (3 rows)"));
}

#[test]
fn a_list_that_is_seen_comes_before_a_hidden_one() {
    let told = accounts(&[("Old", true, LEAVERS), ("Users", false, ACTIVE)]);
    assert_eq!(told.rows, ["2: bob@x.example, Bob Lee, active"]);
    assert!(told.warnings[0].contains("not read: `Old` (2 rows, a list as well, hidden)"), "{told:?}");
}

#[test]
fn a_list_that_is_hidden_is_not_read_in_silence() {
    let told = accounts(&[("Users", true, ACTIVE), ("Summary", false, NOTES)]);
    assert_eq!(told.rows, ["2: bob@x.example, Bob Lee, active"]);
    assert!(told.warnings[1].contains("the sheet `Users`, which is read, is hidden in the workbook"), "{told:?}");
}

#[test]
fn a_list_with_rows_comes_before_an_empty_form() {
    let told = accounts(&[("Form", false, &[&["Email", "Name"]]), ("Users", false, ACTIVE)]);
    assert_eq!(told.rows, ["2: bob@x.example, Bob Lee, active"]);
    let told = accounts(&[("Form", false, &[&["Email", "Name"]]), ("Sheet2", false, &[])]);
    assert_eq!((told.rows.len(), told.problem), (0, None));
}

#[test]
fn where_no_sheet_is_a_list_all_are_named() {
    let told = accounts(&[("Read me", false, NOTES), ("Cost centres", false, &[&["Centre", "Head"], &["12", "Kim"]])]);
    let problem = told.problem.unwrap();
    assert!(problem.contains("in the sheet `Read me` no known export has these columns"), "{problem}");
    assert!(problem.contains("the workbook also has `Cost centres` (2 rows)"), "{problem}");
    assert!(problem.contains("save the sheet with the list as a file of its own; "), "{problem}");
}

#[test]
fn the_sheet_of_what_was_asked_for_is_read() {
    let people: &[&[&str]] =
        &[&["Employee ID", "Full name", "Work email", "End date"], &["7", "Ann Ray", "ann@x.example", "2026-10-31"]];
    let bytes = workbook(&[("Accounts", false, ACTIVE), ("Staff", false, people)]);
    assert_eq!(told(Holds::Employees, &bytes).rows, ["2: ann@x.example, Ann Ray, unknown, left 2026-10-31"]);
    assert_eq!(told(Holds::Accounts, &bytes).rows, ["2: bob@x.example, Bob Lee, active"]);
}
