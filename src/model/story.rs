//! The whole story of a finding over the kept runs.

use super::kept::{DoneClaim, RunNo};
use super::vocabulary::{FindingStatus, Severity};
use super::{FindingState, HowEnded};

/// A finding over all runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// The app's id.
    pub app: Option<String>,
    /// The account as a roster shows it.
    pub account: Option<String>,
    /// The account's address, where that is not the account itself.
    pub email: String,
    /// The person's key.
    pub person: Option<String>,
    /// The person's work address.
    pub person_email: String,
    /// The times in which it stood unchanged, oldest first.
    pub spells: Vec<Spell>,
}

/// A time in which a finding stood unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spell {
    /// The first run.
    pub from_run: RunNo,
    /// The run in which the finding was opened, changed since or not.
    pub opened_run: RunNo,
    /// The first run after it; none if it stands so in the newest run.
    pub until_run: Option<RunNo>,
    /// The first run that could not look whether it still holds.
    pub unseen_from: Option<RunNo>,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it stands, cannot be decided, or is excepted.
    pub status: FindingStatus,
    /// The data it rests on.
    pub facts: String,
    /// What moved it there.
    pub moved_by: Vec<String>,
    /// How it ended.
    pub ended_how: Option<HowEnded>,
    /// What ended it.
    pub ended_by: Vec<String>,
}

/// A story with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldStory {
    /// The story.
    pub story: Story,
    /// Where it stands.
    pub state: FindingState,
    /// The run that first had it.
    pub first_run: RunNo,
    /// The run that had it last.
    pub last_run: RunNo,
    /// The run in which it was opened last.
    pub opened_run: RunNo,
    /// The run in which it ended, if it has.
    pub ended_run: Option<RunNo>,
    /// Whole days from the moment of the run that opened it to that of the run that ended it, or to the newest one's.
    pub age_days: i64,
    /// Why the newest run could not look at it, if it could not.
    pub unseen: Option<String>,
    /// What people have said about it, oldest first.
    pub claims: Vec<DoneClaim>,
    /// Whether the last of it is contradicted by what was seen later.
    pub contradicted: bool,
}
