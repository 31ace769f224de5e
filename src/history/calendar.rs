//! Until when access has to end: hours from the leaving, or business days in the company's zone.

use crate::model::{RevokeLimit, RevokeUnit, Span, Verdict};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The last second at which access may still be there after a leaving.
///
/// Business days are counted from the day after the leaving; the limit is the end of the last of them.
pub fn deadline(limit: &RevokeLimit, zone: &TimeZone, left: i64) -> i64 {
    match limit.unit {
        RevokeUnit::Hours => left.saturating_add(i64::from(limit.count) * 3600),
        RevokeUnit::BusinessDays => business_days(limit, limit.zone.as_ref().map_or(zone, |(_, zone)| zone), left),
    }
}

fn business_days(limit: &RevokeLimit, zone: &TimeZone, left: i64) -> i64 {
    let Ok(at) = Timestamp::from_second(left) else { return i64::MAX };
    let mut day = zone.to_datetime(at).date();
    let mut to_go = limit.count;
    while to_go > 0 {
        let Ok(next) = day.tomorrow() else { return i64::MAX };
        day = next;
        let free = limit.weekend.contains(&day.weekday().to_monday_one_offset()) || limit.holidays.contains(&day);
        to_go -= u32::from(!free);
    }
    let end = day.tomorrow().and_then(|next| next.to_zoned(zone.clone()));
    end.map_or(i64::MAX, |next| next.timestamp().as_second() - 1)
}

/// Whether a limit was kept, as far as the sights of an account tell.
///
/// `alive` is the last moment at which access was certainly there, `gone` the first at which it certainly was not.
pub fn verdict(deadline: Span, alive: Option<i64>, gone: Option<i64>, now: i64) -> Verdict {
    match (alive, gone) {
        (Some(alive), _) if alive > deadline.to => Verdict::Breached,
        (_, Some(gone)) if gone <= deadline.from => Verdict::Kept,
        (_, None) if now <= deadline.from => Verdict::Running,
        _ => Verdict::NotEvaluable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn second(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    fn limit(count: u32, unit: RevokeUnit) -> RevokeLimit {
        RevokeLimit { count, unit, weekend: vec![6, 7], holidays: vec![date(2026, 12, 25)], zone: None }
    }

    fn until(limit: &RevokeLimit, zone: &TimeZone, left: &str) -> String {
        Timestamp::from_second(deadline(limit, zone, second(left))).unwrap().to_string()
    }

    #[test]
    fn hours_are_hours_on_any_day() {
        let day = limit(24, RevokeUnit::Hours);
        assert_eq!(until(&day, &TimeZone::UTC, "2026-12-24T22:59:59Z"), "2026-12-25T22:59:59Z");
    }

    #[test]
    fn business_days_leave_out_weekends_and_holidays_and_end_with_the_day_in_the_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let one = limit(1, RevokeUnit::BusinessDays);
        // Friday: the next business day is Monday.
        assert_eq!(until(&one, &berlin, "2026-11-20T16:00:00Z"), "2026-11-23T22:59:59Z");
        // Thursday before Christmas: Friday is a holiday, then comes the weekend.
        assert_eq!(until(&one, &berlin, "2026-12-24T22:59:59Z"), "2026-12-28T22:59:59Z");
        // Late in the evening in UTC it is the next day in Berlin already.
        assert_eq!(until(&one, &TimeZone::UTC, "2026-11-23T23:30:00Z"), "2026-11-24T23:59:59Z");
        assert_eq!(until(&one, &berlin, "2026-11-23T23:30:00Z"), "2026-11-25T22:59:59Z");
        // The clocks go forward on Sunday; Monday has 24 hours and ends at 22:00 UTC.
        assert_eq!(until(&one, &berlin, "2026-03-27T12:00:00Z"), "2026-03-30T21:59:59Z");
        let none = limit(0, RevokeUnit::BusinessDays);
        assert_eq!(until(&none, &berlin, "2026-11-20T16:00:00Z"), "2026-11-20T22:59:59Z", "by the end of the day");
    }

    #[test]
    fn a_breach_needs_a_sight_after_the_limit_and_a_kept_one_a_sight_of_the_end_before_it() {
        let at = Span { from: 100, to: 100 };
        assert_eq!(verdict(at, Some(101), None, 500), Verdict::Breached);
        assert_eq!(verdict(at, Some(101), Some(300), 500), Verdict::Breached);
        assert_eq!(verdict(at, Some(50), Some(100), 500), Verdict::Kept);
        assert_eq!(verdict(at, None, Some(90), 500), Verdict::Kept);
        assert_eq!(verdict(at, Some(50), Some(300), 500), Verdict::NotEvaluable);
        assert_eq!(verdict(at, None, Some(300), 500), Verdict::NotEvaluable);
        assert_eq!(verdict(at, Some(50), None, 500), Verdict::NotEvaluable);
        assert_eq!(verdict(at, Some(50), None, 99), Verdict::Running);
    }
}
