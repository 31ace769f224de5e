//! `accounts.csv`: every account of every roster with what became of it, so that the row arithmetic can be recounted.

use super::csv_cells::Table;
use super::words::Words;
use crate::model::{AccountFacts, Key, Person, PersonIx, Place, Situation};
use std::io::{self, Write};

/// The columns, in their order.
pub const COLUMNS: [&str; 13] = [
    "app",
    "account",
    "account_email",
    "account_name",
    "account_status",
    "account_role",
    "situation",
    "person",
    "person_email",
    "match",
    "source",
    "line",
    "note",
];

/// One account, or one row that could not be read as one.
#[derive(Debug, Clone, Copy)]
pub struct AccountRow<'a> {
    /// The app's id in the workspace.
    pub app: &'a str,
    /// The account; none for an unreadable row.
    pub account: Option<&'a AccountFacts>,
    /// Where it stands after matching.
    pub situation: Situation,
    /// The person it is linked to.
    pub person: Option<PersonIx>,
    /// The key of the link.
    pub key: Option<Key>,
    /// Where it stands in its file.
    pub place: Option<Place>,
    /// Remarks: rivals, candidates, reasons.
    pub note: &'a str,
}

/// Writes accounts row by row, so that they are never held.
pub struct AccountsWriter<W: Write> {
    table: Table<W>,
    text: Words,
}

impl<W: Write> AccountsWriter<W> {
    /// Writes the header.
    pub fn new(to: W) -> io::Result<Self> {
        Ok(Self { table: Table::new(to, &COLUMNS)?, text: Words::default() })
    }

    /// Writes one row. `people` and `sources` (file names) are those that the row's indices mean.
    pub fn row<S: AsRef<str>>(&mut self, row: &AccountRow<'_>, people: &[Person], sources: &[S]) -> io::Result<()> {
        let (table, account) = (&mut self.table, row.account);
        let person = row.person.and_then(|p| people.get(p.0 as usize));
        table.cell(row.app)?;
        table.cell(account.map_or("", |a| a.account()))?;
        table.cell(account.map_or("", |a| a.email()))?;
        table.cell(account.map_or("", |a| a.name()))?;
        table.cell(account.map_or("", |a| a.status.word()))?;
        table.cell(account.map_or("", |a| a.role()))?;
        table.cell(row.situation.word())?;
        table.cell(person.map_or("", |p| &p.name))?;
        table.cell(person.map_or("", |p| &p.email))?;
        table.cell(row.key.map_or("", |k| k.word()))?;
        table.cell(row.place.and_then(|p| sources.get(p.source as usize)).map_or("", AsRef::as_ref))?;
        table.cell(self.text.put_or_blank(row.place.map(|p| p.line).filter(|&line| line > 0)))?;
        table.cell(row.note)?;
        table.end_row()
    }

    /// Writes out what is still held back. Without it a late error of the disk is lost.
    pub fn finish(self) -> io::Result<()> {
        self.table.finish()
    }
}
