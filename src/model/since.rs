//! What has changed since the last kept run, and how the headline numbers went over the runs.

use super::vocabulary::Severity;
use super::{Cause, FindingId, HowEnded};
use serde::{Deserialize, Serialize};

/// The headline numbers of a kept run, as its report showed them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHeadline {
    /// People who have left.
    pub leavers: u64,
    /// Those of them with at least one account that lives.
    pub leavers_with_access: u64,
    /// Live accounts of theirs.
    pub live: u64,
    /// Apps in scope.
    pub apps: u64,
    /// Apps whose accounts could be judged.
    pub apps_evaluated: u64,
    /// Open findings by severity, in the order of [`Severity::ALL`].
    pub by_severity: Vec<u64>,
    /// Findings that cannot be decided.
    pub undecided: u64,
    /// Findings that somebody has approved to live with.
    pub excepted: u64,
}

/// An earlier run in the trend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    /// Its moment, as its report writes it.
    pub as_of: String,
    /// The same as Unix seconds.
    pub second: i64,
    /// Its numbers; none if it was kept by a version of the program that did not keep them.
    pub headline: Option<KeptHeadline>,
}

/// What has changed since the newest of the earlier runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// The moment of that run, as its report writes it.
    pub as_of: String,
    /// Findings that no run had before.
    pub new: u64,
    /// Findings that had ended and hold again.
    pub back: u64,
    /// Findings that stand on with another severity, status or facts.
    pub changed: u64,
    /// Findings that stand on as they did.
    pub still: u64,
    /// Findings of which an accepted roster shows that the account is gone or has ended.
    pub verified: u64,
    /// Findings that no longer hold without a roster that had to show a removal.
    pub no_longer: u64,
    /// Those that have ended, gravest first, as many as a reader wants to see.
    pub closed: Vec<ClosedFinding>,
}

/// A finding that held in the last kept run and holds no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedFinding {
    /// Its id.
    pub id: FindingId,
    /// The rule's id.
    pub rule: String,
    /// The app's id.
    pub app: Option<String>,
    /// The account as the roster showed it; empty if the finding was about none.
    pub account: String,
    /// The person's key.
    pub person: Option<String>,
    /// How grave it was.
    pub severity: Severity,
    /// How it ended.
    pub how: HowEnded,
    /// What ended it: any of these.
    pub moved_by: Vec<Cause>,
}

/// How many times to revoke lie within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokeBucket {
    /// Up to so many days after the leaving; none for all that is longer.
    pub days: Option<u32>,
    /// Times that are at least as long as this bucket says, if the lower ends of their bounds are taken.
    pub least: u64,
    /// The same if the upper ends are taken.
    pub most: u64,
}
