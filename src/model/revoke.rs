//! The company's time limit for ending a leaver's access.

use super::vocabulary::words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What a time limit is counted in.
    RevokeUnit {
        /// Hours from the leaving on, day and night.
        Hours = "hours",
        /// Business days after the day of leaving; the limit is the end of the last one.
        BusinessDays = "business-days",
    }
}

/// Until when access has to end after a leaving.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeLimit {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: RevokeUnit,
    /// Days of the week that are no business days: 1 is Monday, 7 is Sunday.
    pub weekend: Vec<i8>,
    /// Days that are none either.
    pub holidays: Vec<Date>,
    /// The zone in which days are counted, with its name, where it is not the company's.
    pub zone: Option<(String, TimeZone)>,
}

impl std::fmt::Display for RevokeLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { count, unit, holidays, zone, .. } = self;
        let one = *count == 1;
        match unit {
            RevokeUnit::Hours => write!(f, "{count} {}", if one { "hour" } else { "hours" }),
            RevokeUnit::BusinessDays => {
                write!(f, "{count} business {}", if one { "day" } else { "days" })?;
                if let Some((name, _)) = zone {
                    write!(f, " in {name}")?;
                }
                match holidays.len() {
                    0 => Ok(()),
                    1 => f.write_str(", 1 holiday"),
                    n => write!(f, ", {n} holidays"),
                }
            }
        }
    }
}

words! {
    /// What can be said of a time limit.
    Verdict {
        /// Access certainly ended in time.
        Kept = "kept",
        /// Access was certainly there after the limit.
        Breached = "breached",
        /// Access is there, and the limit has not come yet.
        Running = "running",
        /// The limit lies between the last sight of the access and the first of its end.
        NotEvaluable = "not-evaluable",
    }
}

/// How long one leaver's access to one app lasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeToRevoke {
    /// The app's id.
    pub app: String,
    /// The person's key.
    pub person: String,
    /// The person's work address.
    pub person_email: String,
    /// When the person left, as the report writes it.
    pub left: String,
    /// At least so many seconds after the leaving.
    pub least: i64,
    /// At most so many; none while access may still be there.
    pub most: Option<i64>,
    /// Whether the app itself says when the access ended, so that the two are as close as it says.
    pub logged: bool,
    /// Accounts.
    pub accounts: usize,
    /// Whether the time limit was kept; none if none is declared.
    pub verdict: Option<Verdict>,
}

/// Bounds of a percentile of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// At least so many seconds.
    pub least: i64,
    /// At most so many; none if access that may still be there is among them.
    pub most: Option<i64>,
}

/// The times to revoke of an app, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeSummary {
    /// The app's id; none for all apps together.
    pub app: Option<String>,
    /// Leavers and apps counted: one leaver in two apps counts twice.
    pub count: usize,
    /// Those whose access may still be there.
    pub open: usize,
    /// Those whose end the app itself says.
    pub logged: usize,
    /// Bounds of the median.
    pub median: Option<Share>,
    /// Bounds of the 95th percentile.
    pub p95: Option<Share>,
    /// The time limit in words; none if none is declared.
    pub limit: Option<String>,
    /// How many by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [usize; 4],
}
