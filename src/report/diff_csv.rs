//! `diffs/APP.csv`: how one app's roster differs from the identity provider, row by row.

use super::csv_cells::Table;
use super::words::Words;
use crate::model::{DiffRow, Person};
use std::io::{self, Write};

/// The columns, in their order.
pub const COLUMNS: [&str; 13] = [
    "difference",
    "account",
    "account_email",
    "account_name",
    "account_status",
    "account_role",
    "person",
    "person_email",
    "person_status",
    "match",
    "source",
    "line",
    "note",
];

/// Writes a diff row by row, so that it is never held.
pub struct DiffWriter<W: Write> {
    table: Table<W>,
    text: Words,
}

impl<W: Write> DiffWriter<W> {
    /// Writes the header.
    pub fn new(to: W) -> io::Result<Self> {
        Ok(Self { table: Table::new(to, &COLUMNS)?, text: Words::default() })
    }

    /// Writes one row. `people` and `sources` (file names) are those that the row's indices mean.
    pub fn row<S: AsRef<str>>(&mut self, row: &DiffRow<'_>, people: &[Person], sources: &[S]) -> io::Result<()> {
        let (table, account) = (&mut self.table, row.account);
        let person = row.person.and_then(|p| people.get(p.0 as usize));
        table.cell(row.difference.word())?;
        table.cell(account.map_or("", |a| a.account()))?;
        table.cell(account.map_or("", |a| a.email()))?;
        table.cell(account.map_or("", |a| a.name()))?;
        table.cell(account.map_or("", |a| a.status.word()))?;
        table.cell(account.map_or("", |a| a.role()))?;
        table.cell(person.map_or("", |p| &p.name))?;
        table.cell(person.map_or("", |p| &p.email))?;
        table.cell(person.map_or("", |p| p.standing.word()))?;
        table.cell(row.key.map_or("", |k| k.word()))?;
        table.cell(row.place.and_then(|p| sources.get(p.source as usize)).map_or("", AsRef::as_ref))?;
        table.cell(self.text.put_or_blank(row.place.map(|p| p.line).filter(|&line| line > 0)))?;
        table.cell(&row.note)?;
        table.end_row()
    }

    /// Writes out what is still held back. Without it a late error of the disk is lost.
    pub fn finish(self) -> io::Result<()> {
        self.table.finish()
    }
}
