//! The rows of one file by outcome.

use super::guard::Listed;
use super::inputs::SourceInput;
use crate::ingest::Learnt;
use crate::model::{Rejected, RowAccounting, Situation};
use std::collections::BTreeMap;

/// How many unreadable rows are kept with their reason.
const REJECTED: usize = 100;

/// Rows of one file by outcome, and what was learnt.
#[derive(Debug, Default)]
pub struct Tally {
    /// Rows by outcome.
    pub rows: RowAccounting,
    /// Rows that are no records: blank ones, totals lines.
    pub no_records: u64,
    /// Rows that were set aside, by reason.
    pub set_aside: BTreeMap<String, u64>,
    /// Unreadable rows of which nobody can tell whom they are about.
    pub of_nobody: u64,
    /// Unreadable rows with the address of somebody who has left.
    pub of_leavers: u64,
    /// The first of them.
    pub first_of_leavers: Option<Rejected>,
    /// The first unreadable rows.
    pub rejected: Vec<Rejected>,
    /// What was learnt.
    pub learnt: Learnt,
    /// Whether a total that is larger than the file deserves a remark.
    pub warn_of_total: bool,
}

impl Tally {
    /// Takes over what the reader has counted itself: that its rows are the sum of the outcomes is checked at the end.
    pub fn close(&mut self, learnt: Learnt) {
        self.rows.read = learnt.rows;
        self.learnt = learnt;
        self.warn_of_total = true;
    }

    /// Counts a row that is no record.
    pub fn no_record(&mut self, reason: &str) {
        self.rows.count(Situation::Excluded, 1);
        self.no_records += 1;
        self.set_aside(reason, 1);
    }

    /// Notes why rows were set aside.
    pub fn set_aside(&mut self, reason: &str, rows: u64) {
        match self.set_aside.get_mut(reason) {
            Some(n) => *n += rows,
            None => _ = self.set_aside.insert(reason.to_owned(), rows),
        }
    }

    /// Counts an unreadable row.
    pub fn reject(&mut self, rejected: Rejected) {
        self.rows.count(Situation::Rejected, 1);
        if self.rejected.len() < REJECTED {
            self.rejected.push(rejected);
        }
    }

    /// Notes that an unreadable row has the address of somebody who has left.
    pub fn of_leaver(&mut self, rejected: &Rejected) {
        self.of_leavers += 1;
        if self.first_of_leavers.is_none() {
            self.first_of_leavers = Some(rejected.clone());
        }
    }

    /// Rows without blank and totals lines.
    pub fn records(&self) -> u64 {
        self.learnt.rows.saturating_sub(self.no_records)
    }

    /// The file as the population guard looks at it.
    pub fn listed(&self, file: &SourceInput<'_>, answer: bool) -> Listed {
        Listed {
            name: file.file.name().to_owned(),
            rows: self.learnt.rows,
            rejected: self.rows.of(Situation::Rejected),
            records: self.records(),
            total: self.learnt.total,
            breaks_off: file.opened.breaks_off,
            declared: file.declared,
            declared_by: file.declared_by,
            answer,
            unread: file.opened.lists_unread(),
            made: file.written,
        }
    }
}

/// `1 row`, `2 rows`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
