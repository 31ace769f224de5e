//! People: humans behind the records of HR and identity providers, with their employments.

use super::vocabulary::{PersonStatus, WorkerKind};
use super::{Place, When};
use serde::Serialize;
use std::sync::Arc;

/// Index of a person in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonIx(pub u32);

/// A human (or, where the directory says so, a machine with a directory record).
#[derive(Debug, Clone)]
pub struct Person {
    /// A key that stays the same from run to run: `employee-id:…`, else `email:…`, else `id:…`.
    pub key: Box<str>,
    /// The name to show.
    pub name: Arc<str>,
    /// The work address to show; empty if no source has one.
    pub email: Arc<str>,
    /// HR's number; empty if HR does not know the person.
    pub employee_id: Arc<str>,
    /// What kind of worker.
    pub worker: WorkerKind,
    /// The department; empty if unknown.
    pub department: Arc<str>,
    /// The identity records that make the person, as indices into the run's identities, HR first.
    pub identities: Vec<u32>,
    /// The employments, oldest first.
    pub employments: Vec<Employment>,
    /// Where the person stands at the report's moment.
    pub standing: Standing,
}

/// One employment: an interval, both ends inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employment {
    /// First day, if known.
    pub start: Option<When>,
    /// Last day; none while it is open or unknown.
    pub end: Option<When>,
    /// What the source says of it at extraction.
    pub status: PersonStatus,
    /// What kind of worker.
    pub worker: WorkerKind,
    /// Where it stands.
    pub place: Place,
    /// Whether HR says it; else an identity provider does.
    pub from_hr: bool,
    /// What it is worth beside what more trusted sources say.
    pub counts: Counts,
}

/// What an employment record is worth beside the records of more trusted sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counts {
    /// It speaks for itself.
    Fully,
    /// A more trusted source has the employment, and gives no last day: this one's is taken.
    LastDay,
    /// A more trusted source has the same employment, and says nothing else on this day.
    Agrees,
    /// A more trusted source has the same employment, and says something else.
    Overruled,
}

/// What a date of leaving rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// HR says when the person left.
    Hr,
    /// An identity provider holds a last day of the person, and HR gives none.
    IdpLastDay,
    /// No HR record; every directory account has ended, and this is when it was switched off.
    Idp,
}

/// Why nobody can say where a person stands. What contradicts itself comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The last day had passed when HR said that the person works here.
    DateAgainstWord,
    /// One row says that the employment is over, another says that it is not.
    RowsContradict,
    /// The last day lies before the first.
    EndBeforeStart,
    /// HR says that the person has left, and the first day is yet to come.
    LeftBeforeStart,
    /// HR says that the person has left, gives no day, and said so later than the report's moment.
    LeftOnUnknownDay,
    /// A status word that is not in the export's declaration.
    UnknownWord,
    /// The row could not be read but for whom it is about.
    UnreadRow,
    /// Neither a status nor a date.
    NothingSaid,
    /// The only sign is a suspended directory account.
    OnlySuspended,
    /// The directory account has ended on an unknown day, and was seen later than the report's moment.
    EndedOnUnknownDay,
    /// A status word of the directory that is not in the export's declaration.
    UnknownDirectoryWord,
}

impl Doubt {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DateAgainstWord => "HR gives a day of leaving in the past and says that the person still works here",
            Self::RowsContradict => "HR contradicts itself: by one row the employment is over, by another it goes on",
            Self::EndBeforeStart => "HR gives a last day that lies before the first",
            Self::LeftBeforeStart => "HR says that the person has left, and gives a first day that is yet to come",
            Self::LeftOnUnknownDay => {
                "HR says that the person has left and not when; its list was made after the day that is asked about"
            }
            Self::UnknownWord => "HR says the status in a word that nobody has explained yet",
            Self::UnreadRow => "a row about the person could not be read",
            Self::NothingSaid => "HR says nothing about the employment",
            Self::OnlySuspended => "HR does not know the person, and the directory has only suspended the account",
            Self::EndedOnUnknownDay => {
                "HR does not know the person, and the directory account has ended on a day that no source gives; the \
                 list was made after the day that is asked about"
            }
            Self::UnknownDirectoryWord => "HR does not know the person, and the directory's status is not understood",
        }
    }
    /// Whether records contradict each other, as against saying too little.
    pub const fn is_contradiction(self) -> bool {
        matches!(self, Self::DateAgainstWord | Self::RowsContradict | Self::EndBeforeStart | Self::LeftBeforeStart)
    }
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.words())
    }
}

/// Where a person stands at the report's moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Works here.
    AtWork,
    /// Works here and is on leave.
    OnLeave,
    /// Works here until a known day.
    Notice(When),
    /// Has not started yet.
    PreHire,
    /// Has left.
    Left {
        /// Since when; none if no source has the date.
        since: Option<When>,
        /// Who says so.
        basis: Basis,
    },
    /// The sources contradict each other or say nothing.
    Unclear(Doubt),
}

impl Standing {
    /// Whether the person has left.
    pub const fn has_left(&self) -> bool {
        matches!(self, Self::Left { .. })
    }
    /// Whether the person certainly works here.
    pub const fn works_here(&self) -> bool {
        matches!(self, Self::AtWork | Self::OnLeave | Self::Notice(_))
    }
    /// Since when the person has left, if that is known.
    pub const fn since(&self) -> Option<When> {
        match self {
            Self::Left { since, .. } => *since,
            _ => None,
        }
    }
    /// The status word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AtWork => "active",
            Self::OnLeave => "leave",
            Self::Notice(_) => "notice",
            Self::PreHire => "pre-hire",
            Self::Left { .. } => "terminated",
            Self::Unclear(_) => "unknown",
        }
    }
}
