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
}

/// What a date of leaving rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// HR says when the person left.
    Hr,
    /// No HR record; every directory account has ended, and this is when it was switched off.
    Idp,
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
    Unclear(&'static str),
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
