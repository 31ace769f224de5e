//! What people have decided about findings: beside each, and how far the reviews have come.

use super::rows::{NAME, SENTENCE};
use crate::model::{Finding, Report, ReviewVerdict, Stands};
use crate::report::text::clip;
use serde::Serialize;

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
                Some(until) => format!("exception until {until}"),
                None => "exception".to_owned(),
            },
            ReviewVerdict::NotThisPerson => format!("not {}", person()),
            ReviewVerdict::AssignTo => format!("is {}", person()),
        },
        by: clip(by, NAME).into_owned(),
        at: decision.at.to_string(),
        reason: clip(&decision.reason, SENTENCE).into_owned(),
        changed: stands == Stands::Changed,
    })
}
