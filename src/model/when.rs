//! Points in time as exports write them: to the second, to the day, or without a zone.
//!
//! A comparison between two of them answers only when it is certain; the rest is "cannot tell".

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Serialize, Serializer};
use std::num::NonZeroU64;

/// A point in time with the precision that its source gave, to the second.
///
/// It is one word, because every record of a person has five of them: what it says stands above its three lowest bits, the first of
/// which is always set (so that none costs nothing), and the others say how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When(NonZeroU64);

/// How a point in time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// An instant.
    At(Timestamp),
    /// A whole day of the company's zone.
    Day(civil::Date),
    /// A wall-clock time whose zone the source does not state.
    Local(civil::DateTime),
}

const AT: u64 = 0;
const DAY: u64 = 1;
const LOCAL: u64 = 2;

/// Hours by which an unstated zone may lie behind UTC at most.
const WEST: i64 = 12 * 3600;
/// Hours by which an unstated zone may lie ahead of UTC at most.
const EAST: i64 = 14 * 3600;

impl When {
    /// An instant; fractions of its second are not kept.
    pub fn at(instant: Timestamp) -> Self {
        Self::packed(AT, instant.as_second() - i64::from(instant.subsec_nanosecond() < 0))
    }

    /// A whole day of the company's zone.
    pub fn on(day: civil::Date) -> Self {
        Self::packed(DAY, figures(day.to_datetime(civil::Time::midnight())))
    }

    /// A wall-clock time whose zone the source does not state; fractions of its second are not kept.
    pub fn local(time: civil::DateTime) -> Self {
        Self::packed(LOCAL, figures(time))
    }

    /// How it was written.
    pub fn written(self) -> Written {
        let said = self.0.get().cast_signed() >> 3;
        match self.0.get() >> 1 & 3 {
            AT => Written::At(Timestamp::from_second(said).unwrap_or_default()),
            DAY => Written::Day(of_figures(said).date()),
            _ => Written::Local(of_figures(said)),
        }
    }

    fn packed(kind: u64, said: i64) -> Self {
        Self(NonZeroU64::MIN | kind << 1 | (said << 3).cast_unsigned())
    }

    /// Whether the source gives the time and not the zone.
    pub fn is_local(self) -> bool {
        matches!(self.written(), Written::Local(_))
    }

    /// The first second it can mean, as Unix seconds. `zone` is the company's.
    pub fn earliest(&self, zone: &TimeZone) -> i64 {
        match self.written() {
            Written::At(t) => t.as_second(),
            Written::Day(d) => start_of(d, zone),
            Written::Local(t) => utc_seconds(t) - EAST,
        }
    }

    /// The last second it can mean, as Unix seconds. A day counts to its end.
    pub fn latest(&self, zone: &TimeZone) -> i64 {
        match self.written() {
            Written::At(t) => t.as_second(),
            Written::Day(d) => d.tomorrow().map_or(i64::MAX, |next| start_of(next, zone) - 1),
            Written::Local(t) => utc_seconds(t) + WEST,
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
        match self.written() {
            Written::At(t) => zone.to_datetime(t).date(),
            Written::Day(d) => d,
            Written::Local(t) => t.date(),
        }
    }

    /// A key for sorting: by earliest meaning in UTC, then by precision.
    pub fn order(&self) -> (i64, u8) {
        (
            self.earliest(&TimeZone::UTC),
            match self.written() {
                Written::At(_) => 0,
                Written::Local(_) => 1,
                Written::Day(_) => 2,
            },
        )
    }
}

/// A date and a time as one number that sorts as they do.
fn figures(t: civil::DateTime) -> i64 {
    [(t.month(), 4), (t.day(), 5), (t.hour(), 5), (t.minute(), 6), (t.second(), 6)]
        .into_iter()
        .fold(i64::from(t.year()), |all, (part, bits)| (all << bits) | i64::from(part))
}

/// The date and the time of [`figures`].
fn of_figures(all: i64) -> civil::DateTime {
    let part = |behind: u32, bits: u32| (all >> behind & ((1 << bits) - 1)) as i8;
    let year = (all >> 26) as i16;
    civil::DateTime::new(year, part(22, 4), part(17, 5), part(12, 5), part(6, 6), part(0, 6), 0).unwrap_or_default()
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
        match self.written() {
            Written::At(t) => write!(f, "{t:.0}"),
            Written::Day(d) => write!(f, "{d}"),
            Written::Local(t) => write!(f, "{t:.0} (zone not stated)"),
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
        let left = When::on(date(2026, 3, 31));
        let next_morning = When::at("2026-03-31T21:59:59Z".parse().unwrap());
        let later = When::at("2026-03-31T22:00:00Z".parse().unwrap());
        assert!(!next_morning.certainly_after(&left, &berlin), "still the last day in Berlin");
        assert!(later.certainly_after(&left, &berlin));
    }

    #[test]
    fn one_word_holds_whatever_a_date_can_be() {
        assert_eq!(size_of::<Option<When>>(), 8);
        for day in [
            civil::Date::MIN,
            date(-1, 12, 31),
            civil::Date::ZERO,
            date(1, 1, 1),
            date(1969, 12, 31),
            date(2024, 2, 29),
            civil::Date::MAX,
        ] {
            assert_eq!(When::on(day).written(), Written::Day(day));
            for time in [civil::Time::midnight(), civil::time(23, 59, 59, 0)] {
                let time = day.to_datetime(time);
                assert_eq!(When::local(time).written(), Written::Local(time));
            }
        }
        for second in [Timestamp::MIN.as_second(), -86_401, -1, 0, 1, 1_790_000_000, Timestamp::MAX.as_second()] {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(When::at(at).written(), Written::At(at));
        }
        let shown = |text: &str| When::at(text.parse().unwrap()).to_string();
        assert_eq!(shown("2026-03-01T09:00:00.999Z"), "2026-03-01T09:00:00Z");
        assert_eq!(shown("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_time_without_zone_is_after_only_when_every_zone_says_so() {
        let left = When::at("2026-03-31T12:00:00Z".parse().unwrap());
        assert!(!When::local(datetime(2026, 4, 1, 1, 0, 0, 0)).certainly_after(&left, &TimeZone::UTC));
        assert!(When::local(datetime(2026, 4, 1, 3, 0, 0, 0)).certainly_after(&left, &TimeZone::UTC));
    }
}
