//! What the reading of a file shows beside its records, and the remarks that follow from it.

use crate::diag::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// What was learnt on the way.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    /// Data rows of the file.
    pub rows: u64,
    /// Status words nobody has explained, with their number.
    pub unknown_words: BTreeMap<String, u64>,
    /// Dates that could not be read and were taken as unknown: how many, and the first one's line, column and text.
    pub unreadable_dates: (u64, Option<(u32, u32, String)>),
    /// Numbers of people of which a spreadsheet has left an error or rounded figures: how many, and the first one's line and text.
    pub lost_numbers: (u64, Option<(u32, String)>),
    /// Parts of cells for an address that are none, beside others that are: how many, and the first one's line and text.
    pub no_addresses: (u64, Option<(u32, String)>),
    /// How many records the system says there are.
    pub total: Option<u64>,
    /// Remarks that only reading the whole file gives rise to.
    pub remarks: Vec<Diagnostic>,
    /// Where rows are chosen: some of the values that were not, in the first column by which they are.
    pub others: BTreeSet<String>,
    /// Rows of accounts with fewer cells than the header, where the missing ones feed nothing.
    pub short_rows: u64,
}

/// So many other values are remembered, to name the nearest.
const OTHERS: usize = 500;

impl Learnt {
    pub(super) fn not_chosen(&mut self, value: &str) {
        if self.others.len() < OTHERS && !self.others.contains(value) {
            self.others.insert(value.chars().take(80).collect());
        }
    }

    /// Takes a cell into account that holds no number where one should stand. What merely says "none" is no loss.
    pub(super) fn lost_number(&mut self, cell: &str, line: u32) {
        if cell.starts_with('#') || cell.contains("E+") {
            self.lost_numbers.0 += 1;
            self.lost_numbers.1.get_or_insert_with(|| (line, cell.chars().take(40).collect()));
        }
    }

    /// Takes a part of an address cell into account that is no address.
    pub(super) fn no_address(&mut self, part: &str, line: u32) {
        self.no_addresses.0 += 1;
        self.no_addresses.1.get_or_insert_with(|| (line, part.chars().take(40).collect()));
    }

    /// What a user should know of the file once it is read.
    pub fn remarks_on(&self, file: &str) -> Vec<Diagnostic> {
        let mut remarks = Vec::new();
        if let (n, Some((line, column, reason))) = &self.unreadable_dates {
            let counts = if *n == 1 { "1 such cell counts".to_owned() } else { format!("{n} such cells count") };
            remarks.push(
                Diagnostic::warning(file, format!("{reason}; {counts} as unknown"))
                    .at(u64::from(*line))
                    .column(u64::from(*column)),
            );
        }
        remarks.extend(self.remarks_but_dates(file));
        remarks
    }

    /// The same without a word about dates.
    pub fn remarks_but_dates(&self, file: &str) -> Vec<Diagnostic> {
        let mut remarks = self.remarks.clone();
        if let (n, Some((line, cell))) = &self.lost_numbers {
            let people = if *n == 1 { "1 row has".to_owned() } else { format!("{n} rows have") };
            let what =
                format!("`{cell}` is what a spreadsheet has left of an employee number; {people} none therefore");
            remarks.push(
                Diagnostic::warning(file, what)
                    .at(u64::from(*line))
                    .help("export it again, and do not open it in a spreadsheet before it is read"),
            );
        }
        if let (n, Some((line, part))) = &self.no_addresses {
            let parts = if *n == 1 { "1 such part is".to_owned() } else { format!("{n} such parts are") };
            let what = format!("`{part}` stands beside an address and is none; {parts} left out");
            remarks.push(
                Diagnostic::warning(file, what)
                    .at(u64::from(*line))
                    .help("write nothing but addresses there, with semicolons between them"),
            );
        }
        if self.short_rows > 0 {
            let rows =
                if self.short_rows == 1 { "1 row has".to_owned() } else { format!("{} rows have", self.short_rows) };
            let what = format!("{rows} fewer cells than the header; nothing is read from the missing ones");
            remarks.push(Diagnostic::warning(file, what));
        }
        remarks
    }
}
