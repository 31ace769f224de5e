//! Reviews: what a person has decided about single findings. A decision marks its finding and hides nothing.

use super::vocabulary::words;
use super::{FindingId, PersonIx, Severity};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What a reviewer decides about a finding.
    ReviewVerdict {
        /// The access has to end.
        Revoke = "revoke",
        /// It stays as it is.
        Keep = "keep",
        /// The company lives with it until a day.
        Exception = "exception",
        /// The account does not belong to the person of the finding.
        NotThisPerson = "not-this-person",
        /// The account belongs to somebody else.
        AssignTo = "assign-to",
    }
}

impl ReviewVerdict {
    /// Whether it leaves access as it is.
    pub const fn approves(self) -> bool {
        matches!(self, Self::Keep | Self::Exception)
    }
}

/// The report on which a review was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewedReport {
    /// The company's name.
    pub company: String,
    /// The moment of which the report speaks.
    pub as_of: String,
    /// The program's version.
    pub tool: String,
    /// SHA-256 over everything that the report depends on.
    pub inputs: String,
}

/// What one person has decided about the findings of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who: a work address or an employee id. The file says so; nothing proves it.
    pub reviewer: String,
    /// On what.
    pub report: ReviewedReport,
    /// When it was applied; none before it is.
    pub applied: Option<Timestamp>,
    /// The decisions, in their order.
    pub decisions: Vec<ReviewDecision>,
    /// The line at which it begins.
    pub line: u64,
}

/// One decision of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDecision {
    /// About which finding.
    pub finding: FindingId,
    /// What.
    pub verdict: ReviewVerdict,
    /// Why; empty if nobody says.
    pub reason: String,
    /// Of an exception, its last day.
    pub until: Option<Date>,
    /// Whose the account is, whose it is not, or who answers for an exception.
    pub person: Option<String>,
    /// When, by the reviewer's own clock.
    pub at: Timestamp,
    /// What the finding said then: see [`super::Finding`] and `report::seen`.
    pub seen: String,
    /// The line.
    pub line: u64,
}

/// Who a reviewer is in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reviewer {
    /// One person.
    One(PersonIx),
    /// Neither HR nor a directory knows them: whether they decided about themselves cannot be told.
    Nobody,
    /// Several people share the text.
    Several,
}

/// What has become of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How its finding stands in this run.
    pub stands: Stands,
    /// Whether it is about the reviewer: the person of the finding, the account's holder, or who gets the account.
    pub of_self: bool,
    /// Whether a later one is about the same finding.
    pub replaced: bool,
}

/// How the finding of a decision stands in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// As it was shown.
    AsSeen,
    /// As it was shown, but the last day of the exception that was decided has passed.
    Lapsed,
    /// Otherwise than it was shown.
    Changed,
    /// It is not among the findings.
    Gone,
}

/// Many approvals in a short time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// How many.
    pub approvals: usize,
    /// Seconds from the first to the last.
    pub seconds: i64,
    /// The first of them, as an index into the review's decisions.
    pub first: usize,
}

/// When approvals count as given in bulk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkLimit {
    /// This many approvals …
    pub approvals: usize,
    /// … within this many seconds.
    pub seconds: i64,
}

impl Default for BulkLimit {
    /// Ten approvals in a minute: six seconds for each.
    fn default() -> Self {
        Self { approvals: 10, seconds: 60 }
    }
}

/// A review, and what has become of it.
#[derive(Debug, Clone)]
pub struct ReviewReport {
    /// The review.
    pub review: Review,
    /// Who made it.
    pub reviewer: Reviewer,
    /// For each decision.
    pub outcomes: Vec<Outcome>,
    /// The largest group of approvals that were given in bulk, if there is one.
    pub bulk: Option<Bulk>,
}

impl ReviewReport {
    /// Its decisions with what has become of each.
    pub fn decided(&self) -> impl Iterator<Item = (&ReviewDecision, Outcome)> {
        self.review.decisions.iter().zip(self.outcomes.iter().copied())
    }
}

/// What needs a decision, and how much of it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Of findings of this severity.
    pub severity: Severity,
    /// Findings.
    pub findings: u64,
    /// Of them, those with a decision about what they say now, which still holds.
    pub decided: u64,
    /// Of the others, those that an exception marks.
    pub excepted: u64,
}

/// What people have decided about the findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Reviewed {
    /// The reviews in the order of their file.
    pub reviews: Vec<ReviewReport>,
    /// For each severity that asks for a decision, gravest first.
    pub progress: Vec<Progress>,
    /// The last decision about each finding that stands, by finding: indices of review and decision.
    pub last: Vec<(FindingId, u32, u32)>,
}

impl Reviewed {
    /// The last decision about a finding, by whom, and whether it still holds for what the finding says now.
    pub fn about(&self, finding: FindingId) -> Option<(&ReviewDecision, &str, Stands)> {
        let at = self.last.binary_search_by_key(&finding, |(id, ..)| *id).ok()?;
        let (_, review, decision) = self.last[at];
        let review = self.reviews.get(review as usize)?;
        let stands = review.outcomes.get(decision as usize)?.stands;
        Some((review.review.decisions.get(decision as usize)?, &review.review.reviewer, stands))
    }
}
