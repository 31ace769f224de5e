//! What earlier runs say, as `findings.json` has it where runs are kept.

use super::status_json::{self, Revoke};
use crate::model::{self, DoneClaim, FindingState, Report};
use schemars::JsonSchema;
use serde::Serialize;

/// What earlier runs say. Only where runs are kept.
#[derive(Serialize, JsonSchema)]
pub(super) struct History<'a> {
    /// How many earlier runs there are.
    runs: usize,
    /// The moment of the oldest; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    /// Findings of earlier runs that could not be looked at in this one.
    unseen: u64,
    /// Times to revoke in seconds: of all apps together, then by app.
    time_to_revoke: Vec<Revoke<'a>>,
}

/// The past of a finding. Only where runs are kept.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FindingHistory<'a> {
    /// Where it stands.
    state: FindingState,
    /// The moment of the run that first had it.
    first_seen: &'a str,
    /// The moment of the run in which it was opened last.
    opened: &'a str,
    /// Whole days since then.
    age_days: i64,
    /// Who says that it is done, if nobody has looked since.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<&'a DoneClaim>,
    /// Who says that it is done, although it was seen later that it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradicted_claim: Option<&'a DoneClaim>,
}

/// What earlier runs say to a report.
pub(super) fn of_report(report: &Report) -> Option<History<'_>> {
    let history = report.history.as_ref()?;
    Some(History {
        runs: history.runs.len(),
        since: history.runs.values().next().map(|(as_of, _)| as_of.as_str()),
        unseen: history.unseen,
        time_to_revoke: status_json::revoke(&history.revoke),
    })
}

/// What earlier runs say of a finding.
pub(super) fn of_finding<'a>(report: &'a Report, finding: &model::Finding) -> Option<FindingHistory<'a>> {
    let history = report.history.as_ref()?;
    let Some(known) = history.findings.get(&finding.id) else {
        let (state, now) = (FindingState::Open, report.as_of.as_str());
        let none = (None, None);
        return Some(FindingHistory {
            state,
            first_seen: now,
            opened: now,
            age_days: 0,
            claim: none.0,
            contradicted_claim: none.1,
        });
    };
    Some(FindingHistory {
        state: known.state,
        first_seen: history.as_of(known.first_run).unwrap_or(&report.as_of),
        opened: history.as_of(known.opened_run).unwrap_or(&report.as_of),
        age_days: history.age_days(known.opened_run),
        claim: known.claim.as_ref(),
        contradicted_claim: known.contradicted.as_ref(),
    })
}
