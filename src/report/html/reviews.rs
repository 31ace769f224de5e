//! What people have decided about findings: beside each, and how far the reviews have come.

use super::budget::{Page, Shown};
use super::rows::{NAME, SENTENCE};
use crate::model::{Finding, Report, ReviewReport, ReviewVerdict, Reviewer, Stands};
use crate::report::review_text;
use crate::report::text::{self, clip, counted, number};
use jiff::tz::TimeZone;
use serde::Serialize;

/// The most reviews.
const REVIEWS: usize = 200;

/// The reviews that were applied, and what a script needs to write decisions about this report.
#[derive(Serialize)]
pub(super) struct Reviews {
    /// How much is decided; empty if no review was applied.
    line: String,
    list: Shown<Row>,
    company: String,
    as_of: String,
    tool: &'static str,
    run: String,
}

/// One review, and how carefully it was made.
#[derive(Serialize)]
pub(super) struct Row {
    reviewer: String,
    /// Why nobody can say whether the decisions are about the reviewer; empty if it can be said.
    unknown: &'static str,
    as_of: String,
    applied: String,
    decisions: String,
    of_self: String,
    without_reason: String,
    changed: String,
    gone: String,
    /// Exceptions whose last day has passed; empty if there is none.
    lapsed: String,
    bulk: String,
}

/// All reviews, as many as fit.
pub(super) fn reviews(report: &Report, room: &mut Page) -> Reviews {
    let all = report.reviewed.as_ref().map_or(&[][..], |reviewed| &reviewed.reviews);
    Reviews {
        line: review_text::line(report).unwrap_or_default(),
        list: Shown::new(room.fill(REVIEWS, 100_000, all, |review| row(review, &report.zone)), all.len()),
        company: report.company.trim().to_owned(),
        as_of: report.as_of.clone(),
        tool: report.tool_version,
        run: report.run.clone(),
    }
}

fn row(report: &ReviewReport, zone: &TimeZone) -> Row {
    let review = &report.review;
    let count =
        |is: &dyn Fn(&crate::model::Outcome) -> bool| number(report.outcomes.iter().filter(|o| is(o)).count() as u64);
    Row {
        reviewer: clip(&review.reviewer, NAME).into_owned(),
        unknown: match report.reviewer {
            Reviewer::One(_) => "",
            Reviewer::Nobody => "neither HR nor a directory knows the reviewer",
            Reviewer::Several => "several people are called so",
        },
        as_of: text::moment(&clip(&review.report.as_of, NAME), zone),
        applied: review.applied.map_or_else(String::new, |at| text::moment(&at.to_string(), zone)),
        decisions: counted(review.decisions.len() as u64, "decision", "decisions"),
        of_self: count(&|o| o.of_self),
        without_reason: number(review.decisions.iter().filter(|d| d.reason.is_empty()).count() as u64),
        changed: count(&|o| o.stands == Stands::Changed && !o.replaced),
        gone: count(&|o| o.stands == Stands::Gone && !o.replaced),
        lapsed: match report.decided().filter(|(_, o)| o.stands == Stands::Lapsed && !o.replaced).count() as u64 {
            0 => String::new(),
            n => counted(n, "exception has run out", "exceptions have run out"),
        },
        bulk: report.bulk.map_or_else(
            || "none".to_owned(),
            |b| format!("{} within {} seconds", number(b.approvals as u64), number(b.seconds.unsigned_abs())),
        ),
    }
}

/// The last decision about a finding.
#[derive(Serialize)]
pub(super) struct Decided {
    /// What is to become of it, in words.
    pub(super) what: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) reason: String,
    /// Whether the finding says something else by now.
    pub(super) changed: bool,
}

/// The last decision about a finding, if anybody has decided.
pub(super) fn decided(report: &Report, finding: &Finding) -> Option<Decided> {
    let (decision, by, stands) = report.reviewed.as_ref()?.about(finding.id)?;
    let person = || decision.person.as_deref().map_or_else(String::new, |person| clip(person, NAME).into_owned());
    Some(Decided {
        what: match decision.verdict {
            ReviewVerdict::Revoke => "to revoke".to_owned(),
            ReviewVerdict::Keep => "kept".to_owned(),
            ReviewVerdict::Exception => match decision.until {
                Some(until) if stands == Stands::Lapsed => format!("exception until {until}, run out"),
                Some(until) => format!("exception until {until}"),
                None => "exception".to_owned(),
            },
            ReviewVerdict::NotThisPerson => format!("not {}", person()),
            ReviewVerdict::AssignTo => format!("is {}", person()),
        },
        by: clip(by, NAME).into_owned(),
        at: text::moment(&decision.at.to_string(), &report.zone),
        reason: clip(&decision.reason, SENTENCE).into_owned(),
        changed: stands == Stands::Changed,
    })
}
