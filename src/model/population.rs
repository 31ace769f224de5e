//! Populations: the complete lists that a run rests on, and what shows whether they are complete.
//!
//! A population is all files of one source: of an HR system, of an identity provider, or the roster of an app.

use super::vocabulary::words;
use super::{KnownAdmin, SourceRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// A look at a population that can show that it is not the whole list, or not a recent one.
    Check {
        /// There is a record at all.
        ZeroRows = "zero-rows",
        /// The system has no more records than the files hold, and no file says that it breaks off.
        DeclaredTotal = "declared-total",
        /// The number of records is not one where exports break off.
        RoundCount = "round-count",
        /// Not many fewer records than in the last accepted snapshot.
        Drop = "drop",
        /// Not many fewer live ones than in the last accepted snapshot.
        LiveDrop = "live-drop",
        /// The known administrators are in it.
        KnownAdmins = "known-admins",
        /// The roster was made after the leavings it has to show.
        OlderThanLeaving = "older-than-leaving",
        /// It was not made before the list that an earlier run has accepted.
        OlderThanAccepted = "older-than-accepted",
        /// No sheet of a workbook that is a list as well was left unread.
        UnreadSheets = "unread-sheets",
    }
}

impl Check {
    /// Whether it is about who is missing from the list. The other kind is about when the list was made.
    pub const fn is_of_completeness(self) -> bool {
        !matches!(self, Self::OlderThanLeaving)
    }
}

words! {
    /// What a check came to.
    CheckOutcome {
        /// Nothing speaks against the list.
        Passed = "passed",
        /// The list cannot be relied upon.
        Flagged = "flagged",
        /// It was flagged, and somebody has answered for it.
        Accepted = "accepted",
        /// There is nothing to compare with, or the policy has switched it off.
        NotChecked = "not-checked",
    }
}

/// What somebody has said about a flagged population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// What was accepted.
    pub check: Check,
    /// Why.
    pub because: String,
    /// Who answers for it.
    pub by: String,
    /// The day. It covers files that were made until its end: whoever accepts has seen them.
    pub on: jiff::civil::Date,
}

/// One check of one population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The check.
    pub check: Check,
    /// What it came to.
    pub outcome: CheckOutcome,
    /// What was seen, as a part of a sentence.
    pub saw: String,
    /// Who has answered for it.
    pub accepted: Option<Acceptance>,
}

/// All checks of a population.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard(pub Vec<Checked>);

impl Guard {
    /// What is flagged, and nobody has answered for.
    pub fn flagged(&self) -> impl Iterator<Item = &Checked> {
        self.0.iter().filter(|c| c.outcome == CheckOutcome::Flagged)
    }
    /// What was flagged, and somebody has answered for.
    pub fn accepted(&self) -> impl Iterator<Item = &Checked> {
        self.0.iter().filter(|c| c.outcome == CheckOutcome::Accepted)
    }
    /// Whether the list may be taken for the whole, so that who is absent from it is absent.
    pub fn is_whole(&self) -> bool {
        self.flagged().all(|c| !c.check.is_of_completeness())
    }
    /// Whether a check is flagged.
    pub fn flags(&self, check: Check) -> bool {
        self.flagged().any(|c| c.check == check)
    }
    /// Why the population is not evaluable; none if it is.
    pub fn not_evaluable(&self) -> Option<String> {
        let why: Vec<&str> = self.flagged().map(|c| c.saw.as_str()).collect();
        (!why.is_empty()).then(|| why.join("; "))
    }
}

/// What the user says of a file that the file does not say. What is none was not declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The system and tenant it comes from.
    pub system: Option<String>,
    /// Who is meant to be in it.
    pub scope: Option<String>,
    /// The filter of the query or the screen.
    pub filter: Option<String>,
    /// Who made it.
    pub extracted_by: Option<String>,
    /// How it was made.
    pub method: Option<String>,
    /// How many records the system says there are.
    pub records: Option<u64>,
}

/// One complete list of the run.
#[derive(Debug, Clone)]
pub struct PopulationReport {
    /// What its files were read as.
    pub role: SourceRole,
    /// The id of the source: the HR system, the identity provider or the app.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its files, as indices into the report's sources.
    pub sources: Vec<u32>,
    /// Records that its files hold, without blank and totals lines.
    pub records: u64,
    /// Those that have not ended: accounts that live, people who have not left.
    pub live: u64,
    /// Some of its live administrators, in the order of their keys. None for lists of people.
    pub admins: Vec<KnownAdmin>,
    /// The checks.
    pub guard: Guard,
}

/// Why a row that could be read was set aside, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetAside {
    /// Why.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
}
