//! Points in time as exports write them: to the second, to the day, or without a zone.
//!
//! A comparison between two of them answers only when it is certain; the rest is "cannot tell".

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Serialize, Serializer};

/// A point in time with the precision that its source gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// An instant.
    At(Timestamp),
    /// A whole day of the company's zone.
    Day(civil::Date),
    /// A wall-clock time whose zone the source does not state.
    Local(civil::DateTime),
}

/// Hours by which an unstated zone may lie behind UTC at most.
const WEST: i64 = 12 * 3600;
/// Hours by which an unstated zone may lie ahead of UTC at most.
const EAST: i64 = 14 * 3600;

impl When {
    /// The first second it can mean, as Unix seconds. `zone` is the company's.
    pub fn earliest(&self, zone: &TimeZone) -> i64 {
        match self {
            Self::At(t) => t.as_second(),
            Self::Day(d) => start_of(*d, zone),
            Self::Local(t) => utc_seconds(*t) - EAST,
        }
    }

    /// The last second it can mean, as Unix seconds. A day counts to its end.
    pub fn latest(&self, zone: &TimeZone) -> i64 {
        match self {
            Self::At(t) => t.as_second(),
            Self::Day(d) => d.tomorrow().map_or(i64::MAX, |next| start_of(next, zone) - 1),
            Self::Local(t) => utc_seconds(*t) + WEST,
        }
    }

    /// Whether it certainly lies after `other`.
    pub fn certainly_after(&self, other: &Self, zone: &TimeZone) -> bool {
        self.earliest(zone) > other.latest(zone)
    }

    /// Whether it has certainly passed at `now` (Unix seconds): a day has passed when it has ended.
    pub fn passed(&self, now: i64, zone: &TimeZone) -> bool {
        self.latest(zone) < now
    }

    /// Whole days from its end to `now` (Unix seconds), none if it has not passed.
    pub fn days_until(&self, now: i64, zone: &TimeZone) -> Option<i64> {
        let from = self.latest(zone);
        (from <= now).then(|| now.saturating_sub(from) / 86_400)
    }

    /// Whether it is the day that spreadsheets make of a zero, which is how they write "none".
    pub fn is_day_zero(&self) -> bool {
        matches!(self.day(&TimeZone::UTC).year(), 1899 | 1900)
    }

    /// The day it falls on in the company's zone (an unstated zone is taken as written).
    pub fn day(&self, zone: &TimeZone) -> civil::Date {
        match self {
            Self::At(t) => zone.to_datetime(*t).date(),
            Self::Day(d) => *d,
            Self::Local(t) => t.date(),
        }
    }

    /// A key for sorting: by earliest meaning in UTC, then by precision.
    pub fn order(&self) -> (i64, u8) {
        (
            self.earliest(&TimeZone::UTC),
            match self {
                Self::At(_) => 0,
                Self::Local(_) => 1,
                Self::Day(_) => 2,
            },
        )
    }
}

fn start_of(day: civil::Date, zone: &TimeZone) -> i64 {
    match day.to_zoned(zone.clone()) {
        Ok(t) => t.timestamp().as_second(),
        Err(_) if day.year() < 0 => i64::MIN / 2,
        Err(_) => i64::MAX / 2,
    }
}

fn utc_seconds(t: civil::DateTime) -> i64 {
    TimeZone::UTC.to_timestamp(t).map_or(0, Timestamp::as_second)
}

impl std::fmt::Display for When {
    /// As precise as the source was: `2026-03-01`, `2026-03-01T09:00:00Z`, `2026-03-01T09:00:00 (zone not stated)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(t) => write!(f, "{t:.0}"),
            Self::Day(d) => write!(f, "{d}"),
            Self::Local(t) => write!(f, "{t:.0} (zone not stated)"),
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn a_day_counts_to_its_end_in_the_companys_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let left = When::Day(date(2026, 3, 31));
        let next_morning = When::At("2026-03-31T21:59:59Z".parse().unwrap());
        let later = When::At("2026-03-31T22:00:00Z".parse().unwrap());
        assert!(!next_morning.certainly_after(&left, &berlin), "still the last day in Berlin");
        assert!(later.certainly_after(&left, &berlin));
    }

    #[test]
    fn a_time_without_zone_is_after_only_when_every_zone_says_so() {
        let left = When::At("2026-03-31T12:00:00Z".parse().unwrap());
        assert!(!When::Local(datetime(2026, 4, 1, 1, 0, 0, 0)).certainly_after(&left, &TimeZone::UTC));
        assert!(When::Local(datetime(2026, 4, 1, 3, 0, 0, 0)).certainly_after(&left, &TimeZone::UTC));
    }
}
