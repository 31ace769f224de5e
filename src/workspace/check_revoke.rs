//! The time limit for ending access, and the calendar it is counted with.

use super::check::{Check, day};
use super::raw::{RawRevoke, Weekday};
use crate::model::{RevokeLimit, RevokeUnit};
use std::collections::BTreeSet;

/// More hours or days than any company means.
const MOST: u32 = 8760;

impl Check<'_> {
    pub(super) fn revoke(&mut self, pointer: &str, raw: &RawRevoke) -> Option<RevokeLimit> {
        let (count, unit) = match (raw.hours, raw.business_days) {
            (Some(hours), None) => (hours, RevokeUnit::Hours),
            (None, Some(days)) => (days, RevokeUnit::BusinessDays),
            _ => {
                let help = "write `{hours: 24}` or `{business-days: 1}`";
                self.error_with(pointer, "a time limit is given in hours or in business days", help);
                return None;
            }
        };
        if count > MOST {
            self.error_with(pointer, format!("{count} is more than a year"), "write the limit that the company has");
        }
        let calendar = &self.raw.value.policy.calendar;
        let weekend = calendar.weekend.clone().unwrap_or_else(|| vec![Weekday::Saturday, Weekday::Sunday]);
        let weekend: BTreeSet<i8> = weekend.into_iter().map(|day| day as i8).collect();
        let holidays = calendar.holidays.iter().filter_map(|text| day(text)).collect();
        let zone = calendar.zone.as_deref().and_then(|name| {
            let zone = jiff::tz::TimeZone::get(name).ok()?;
            Some((name.to_owned(), zone))
        });
        Some(RevokeLimit { count, unit, weekend: weekend.into_iter().collect(), holidays, zone })
    }

    /// The calendar is looked at once, whoever uses it.
    pub(super) fn calendar(&mut self) {
        let calendar = &self.raw.value.policy.calendar;
        for (n, text) in calendar.holidays.iter().enumerate().filter(|(_, text)| day(text).is_none()) {
            let pointer = format!("/policy/calendar/holidays/{n}");
            self.error_with(&pointer, format!("`{text}` is no date"), "write it like `2026-12-25`");
        }
        let days: BTreeSet<i8> = calendar.weekend.iter().flatten().map(|day| *day as i8).collect();
        if days.len() == 7 {
            self.error("/policy/calendar/weekend", "a week without a business day has no end of a time limit");
        }
        if let Some(name) = &calendar.zone {
            self.zone("/policy/calendar/zone", name);
        }
    }
}
