//! What is left of a roster after it has been read: counts, findings, and its part of the list of accounts.

use super::inputs::Tally;
use super::memory::Remembered;
use crate::model::{Closure, Finding, RowAccounting};
use crate::rules::cases::{Gap, RosterFacts};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write};

/// A roster that has been read.
pub struct RosterDone {
    /// What stands for it, if there is one.
    pub facts: Option<RosterFacts>,
    /// Indices of its files.
    pub sources: Vec<u32>,
    /// Rows of all files by outcome.
    pub rows: RowAccounting,
    /// Each file's rows.
    pub tallies: Vec<(u32, Tally)>,
    /// Accounts.
    pub accounts: u64,
    /// Accounts that live.
    pub live: u64,
    /// Live administrators.
    pub privileged: u64,
    /// Why its accounts cannot be judged.
    pub not_evaluable: Option<Gap>,
    /// Differences by kind.
    pub differences: [u64; 10],
    /// Whether absent people were counted only.
    pub absent_not_listed: bool,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Ended accounts of leavers.
    pub closures: Vec<Closure>,
    /// What later runs are told.
    pub remembered: Remembered,
    /// This app's part of `accounts.csv`.
    pub part: Option<File>,
}

impl RosterDone {
    /// Of an app without a roster.
    pub fn missing() -> Self {
        Self {
            facts: None,
            sources: Vec::new(),
            rows: RowAccounting::default(),
            tallies: Vec::new(),
            accounts: 0,
            live: 0,
            privileged: 0,
            not_evaluable: Some(Gap::NoRoster),
            differences: [0; 10],
            absent_not_listed: false,
            findings: Vec::new(),
            closures: Vec::new(),
            remembered: Remembered::default(),
            part: None,
        }
    }

    /// Appends this app's part to `accounts.csv`; the first part brings the header.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn append_accounts(&mut self, to: &mut dyn Write, header: bool) -> io::Result<()> {
        let Some(mut part) = self.part.take() else { return Ok(()) };
        part.rewind()?;
        let mut reader = io::BufReader::new(part);
        if !header {
            let mut byte = [0u8];
            while reader.read(&mut byte)? == 1 && byte[0] != b'\n' {}
        }
        io::copy(&mut reader, to).map(|_| ())
    }
}
