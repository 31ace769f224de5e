//! What is left of a roster after it has been read: counts, findings, and its part of the list of accounts.

use super::guard::Admins;
use super::memory::Remembered;
use super::tally::Tally;
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::model::{Closure, Finding, Guard, PopulationReport, RowAccounting, SourceReport, SourceRole};
use crate::rules::cases::{RosterFacts, SeenAs};
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
    /// Accounts that have not ended.
    pub live: u64,
    /// Those of them of which nobody can tell whether they live: their status is not explained.
    pub unexplained: u64,
    /// Live administrators.
    pub privileged: u64,
    /// Some of its live administrators.
    pub admins: Admins,
    /// What shows whether it is whole and recent.
    pub guard: Guard,
    /// Differences by kind.
    pub differences: [u64; 10],
    /// Whether absent people were counted only.
    pub absent_not_listed: bool,
    /// What was found.
    pub findings: Vec<Box<Finding>>,
    /// Ended accounts of leavers.
    pub closures: Vec<Closure>,
    /// What a user should know of the settings that are about it.
    pub remarks: Vec<Diagnostic>,
    /// What later runs are told.
    pub remembered: Remembered,
    /// For each decision about an account of this app: what it fits.
    pub seen: Vec<SeenAs>,
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
            unexplained: 0,
            privileged: 0,
            admins: Admins::default(),
            guard: Guard::default(),
            differences: [0; 10],
            absent_not_listed: false,
            findings: Vec::new(),
            closures: Vec::new(),
            remarks: Vec::new(),
            remembered: Remembered::default(),
            seen: Vec::new(),
            part: None,
        }
    }

    /// Its roster as a population.
    pub fn population(&mut self, app: &AppFacts, sources: &[SourceReport]) -> PopulationReport {
        PopulationReport {
            role: SourceRole::Roster,
            id: app.id.clone(),
            name: app.name.clone(),
            sources: self.sources.clone(),
            records: self.sources.iter().map(|ix| sources[*ix as usize].records).sum(),
            live: self.live,
            admins: std::mem::take(&mut self.admins).into_list(),
            guard: self.guard.clone(),
        }
    }

    /// Whether it has statuses at all.
    pub fn has_status(&self) -> bool {
        self.facts.is_some_and(|facts| facts.has_status)
    }

    /// Accounts that live by their status, or because being listed is having access.
    pub fn live_for_certain(&self) -> u64 {
        self.live.saturating_sub(self.unexplained)
    }

    /// Why its accounts cannot be judged as a whole; none if they can.
    pub fn not_evaluable(&self) -> Option<String> {
        if self.facts.is_none() {
            return Some("no roster was given".to_owned());
        }
        self.guard.not_evaluable()
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
