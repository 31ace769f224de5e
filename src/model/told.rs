//! What the report says of earlier runs, where runs are kept.

use super::kept::{DoneClaim, KeptPopulation, KeptRun, RunNo};
use super::vocabulary::words;
use super::{FindingId, RevokeBucket, RevokeSummary, Since, TimeToRevoke, ToldStory, TrendPoint};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Where a finding stands over all runs.
    FindingState {
        /// It holds, or nothing has shown that it does not.
        Open = "open",
        /// Somebody says that it is dealt with, and nobody has looked since.
        ClaimedRemoved = "claimed-removed",
        /// A later accepted roster shows that the account is gone or has ended.
        VerifiedRemoved = "verified-removed",
        /// It had ended and holds again.
        Reopened = "reopened",
        /// It no longer holds, and no roster had to show a removal for that.
        NoLongerFound = "no-longer-found",
    }
}

/// What earlier runs say to a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The moments of the earlier runs, by number.
    pub runs: BTreeMap<RunNo, (String, i64)>,
    /// The report's own number: the next one, whether it is kept or not.
    pub no: RunNo,
    /// The report's moment, in Unix seconds.
    pub second: i64,
    /// Of the report's findings, those that are not new.
    pub findings: BTreeMap<FindingId, FindingHistory>,
    /// By app, the run whose roster says whose an account was that is named by a native id.
    pub linked: BTreeMap<String, RunNo>,
    /// Findings of earlier runs that this run could not look at.
    pub unseen: u64,
    /// The times to revoke: of all apps together, then by app. Empty if there are none.
    pub revoke: Vec<RevokeSummary>,
    /// How the times to revoke are distributed, the shortest first. Empty if there are none.
    pub revoke_buckets: Vec<RevokeBucket>,
    /// What has changed since the newest of the earlier runs; none if there is none.
    pub since: Option<Since>,
    /// The earlier runs and their headline numbers, oldest first.
    pub trend: Vec<TrendPoint>,
}

/// The past of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingHistory {
    /// The run that first had it.
    pub first_run: RunNo,
    /// The run in which it was opened last.
    pub opened_run: RunNo,
    /// Where it stands.
    pub state: FindingState,
    /// What was said last about it, if nothing has contradicted it since.
    pub claim: Option<DoneClaim>,
    /// What was said last, and what is contradicted by what was seen later.
    pub contradicted: Option<DoneClaim>,
}

/// Everything that the kept runs say, for `coverage status` and `coverage history`.
#[derive(Debug)]
pub struct Status {
    /// The company's name; empty if it is not known.
    pub company: String,
    /// The company's zone.
    pub zone: TimeZone,
    /// Its name.
    pub zone_name: String,
    /// The runs, oldest first.
    pub runs: Vec<KeptRun>,
    /// The lists of the newest run.
    pub lists: Vec<KeptPopulation>,
    /// The findings, those first seen first.
    pub stories: Vec<ToldStory>,
    /// The times to revoke: of all apps together, then by app.
    pub revoke: Vec<RevokeSummary>,
    /// The times to revoke one by one, by app and person.
    pub times: Vec<TimeToRevoke>,
}

impl History {
    /// The moment of an earlier run.
    pub fn as_of(&self, no: RunNo) -> Option<&str> {
        self.runs.get(&no).map(|(as_of, _)| as_of.as_str())
    }

    /// Whole days from an earlier run to the report's moment.
    pub fn age_days(&self, no: RunNo) -> i64 {
        self.runs.get(&no).map_or(0, |(_, second)| self.second.saturating_sub(*second).max(0) / 86_400)
    }
}
