//! Dates of every form: each line is one cell, in a roster and in an HR list. The first byte chooses the order of day and month.
#![no_main]

use coverage::model::{DateOrder, Holds};
use coverage_fuzz::{Asked, Dice, read};
use std::fmt::Write as _;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (mut dice, text) = Dice::of(data, 1);
    let date_order = [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)][dice.next(3)];
    let text = String::from_utf8_lossy(text);
    let mut roster = String::from("ID,Email,Name,Role,Status,Created,Last active\n");
    let mut people = String::from("Employee ID,Name,Work email,Start date,End date,Status\n");
    for (n, cell) in text.lines().enumerate() {
        let cell = cell.replace('"', "\"\"");
        let _ = writeln!(roster, "{n},a{n}@x.example,Ann {n},Member,Active,\"{cell}\",\"{cell}\"");
        let _ = writeln!(people, "{n},Ann {n},a{n}@x.example,\"{cell}\",\"{cell}\",Active");
    }
    let asked = Asked { date_order, encoding: Some("utf-8"), ..Asked::default() };
    read(roster.as_bytes(), Asked { holds: Some(Holds::Accounts), ..asked }, 61);
    read(people.as_bytes(), Asked { holds: Some(Holds::Employees), ..asked }, 61);
});
