//! Shapes of reviews in the public JSON documents. They change only with the schema version.

use crate::model::{self, Report, ReviewVerdict, Reviewer, Severity, Stands};
use schemars::JsonSchema;
use serde::Serialize;

/// What people have decided about the findings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reviewed<'a> {
    /// For each severity that asks for a decision, how much is decided.
    pub progress: Vec<Progress>,
    /// The reviews that were applied, in the order of their file.
    pub reviews: Vec<Review<'a>>,
}

/// How much of what asks for a decision is decided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Progress {
    /// Of findings of this severity.
    pub severity: Severity,
    /// Findings.
    pub findings: u64,
    /// Those with a decision about what they say now, which still holds.
    pub decided: u64,
    /// Of the others, those that an exception marks.
    pub excepted: u64,
}

/// One review, and how carefully it was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Review<'a> {
    /// Who decided, as the file says; nothing proves it.
    pub reviewer: &'a str,
    /// Whether HR or a directory knows exactly one person of that name; if not, `of_self` says nothing.
    pub reviewer_known: bool,
    /// The moment of which the reviewed report speaks.
    pub report_as_of: &'a str,
    /// The reviewed report's SHA-256 over everything that it depends on.
    pub report_run: &'a str,
    /// When it was applied.
    pub applied: Option<String>,
    /// Its decisions.
    pub decisions: u64,
    /// Decisions about the reviewer's own access.
    pub of_self: u64,
    /// Decisions without a reason.
    pub without_reason: u64,
    /// Decisions about findings that say something else by now.
    pub changed: u64,
    /// Decisions about findings that do not stand any more.
    pub gone: u64,
    /// Exceptions whose last day has passed, while their findings say what they said.
    pub lapsed: u64,
    /// Decisions that a later one has replaced.
    pub replaced: u64,
    /// The largest group of approvals within the policy's time, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk: Option<Bulk>,
}

/// Many approvals in a short time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Bulk {
    /// How many.
    pub approvals: u64,
    /// Seconds from the first to the last.
    pub seconds: i64,
}

/// The last decision about a finding. It marks the finding and changes nothing about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decided<'a> {
    /// What.
    pub decision: ReviewVerdict,
    /// Who, as the file says.
    pub by: &'a str,
    /// When, by the reviewer's own clock.
    pub at: String,
    /// Why; empty if nobody says.
    pub reason: &'a str,
    /// Of an exception, its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whose the account is, whose it is not, or who answers for an exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<&'a str>,
    /// Whether the finding says something else by now, so that it asks for a decision again.
    pub changed_since: bool,
    /// Whether the last day of the exception has passed, so that the finding asks for a decision again.
    pub lapsed: bool,
}

pub(super) fn of_report(report: &Report) -> Option<Reviewed<'_>> {
    let reviewed = report.reviewed.as_ref()?;
    let progress = |p: &model::Progress| Progress {
        severity: p.severity,
        findings: p.findings,
        decided: p.decided,
        excepted: p.excepted,
    };
    Some(Reviewed {
        progress: reviewed.progress.iter().map(progress).collect(),
        reviews: reviewed.reviews.iter().map(review).collect(),
    })
}

fn review(report: &model::ReviewReport) -> Review<'_> {
    let review = &report.review;
    let count = |is: &dyn Fn(&model::Outcome) -> bool| report.outcomes.iter().filter(|o| is(o)).count() as u64;
    Review {
        reviewer: &review.reviewer,
        reviewer_known: matches!(report.reviewer, Reviewer::One(_)),
        report_as_of: &review.report.as_of,
        report_run: &review.report.inputs,
        applied: review.applied.map(|at| at.to_string()),
        decisions: review.decisions.len() as u64,
        of_self: count(&|o| o.of_self),
        without_reason: review.decisions.iter().filter(|d| d.reason.is_empty()).count() as u64,
        changed: count(&|o| o.stands == Stands::Changed && !o.replaced),
        gone: count(&|o| o.stands == Stands::Gone && !o.replaced),
        lapsed: count(&|o| o.stands == Stands::Lapsed && !o.replaced),
        replaced: count(&|o| o.replaced),
        bulk: report.bulk.map(|b| Bulk { approvals: b.approvals as u64, seconds: b.seconds }),
    }
}

/// The last decision about a finding, if anybody has decided about it.
pub(super) fn of_finding<'a>(report: &'a Report, finding: &model::Finding) -> Option<Decided<'a>> {
    let (decision, by, stands) = report.reviewed.as_ref()?.about(finding.id)?;
    Some(Decided {
        decision: decision.verdict,
        by,
        at: decision.at.to_string(),
        reason: &decision.reason,
        until: decision.until.map(|day| day.to_string()),
        person: decision.person.as_deref(),
        changed_since: stands == Stands::Changed,
        lapsed: stands == Stands::Lapsed,
    })
}
