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
