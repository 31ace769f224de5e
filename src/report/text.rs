//! How numbers, dates and strangers' words are shown to people.

use crate::model::{Summary, When, Written};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned, civil};
use std::borrow::Cow;

/// A stranger's text, fit for one line of a page or a terminal: control and direction-changing characters are replaced,
/// line breaks are spaces, and what is longer than `longest` characters is cut.
pub(super) fn clip(text: &str, longest: usize) -> Cow<'_, str> {
    // Without a way out of the loop, so that the compiler looks at many bytes at once.
    if text.len() <= longest && text.bytes().fold(true, |plain, b| plain & (b' '..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let fits = text.len() <= longest || text.chars().nth(longest).is_none();
    if fits && text.chars().all(|c| tame(c) == c) {
        return Cow::Borrowed(text);
    }
    let kept = if fits { usize::MAX } else { longest.saturating_sub(1) };
    let mut out: String = text.chars().take(kept).map(tame).collect();
    if !fits {
        out.push('…');
    }
    Cow::Owned(out)
}

/// The character, or what stands for one that moves the cursor or turns the direction of the text around it.
fn tame(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// A key that orders names as people do: whatever their capital letters, and numbers in them by their value.
pub(super) fn natural(name: &str) -> Vec<(u128, String)> {
    let mut key: Vec<(u128, String)> = Vec::new();
    let lower = name.to_lowercase();
    let mut rest = lower.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(30);
        let (number, after) = rest.split_at(digits);
        let (word, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        key.push((number.parse().unwrap_or(u128::MAX), word.to_owned()));
        rest = after;
    }
    key
}

/// `1,234,567`.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 account`, `2 accounts`.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `1.4 MB`.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return counted(bytes, "byte", "bytes"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    if tenths < 100 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", number(tenths / 10))
    }
}

/// A share in per cent; none of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Option<String> {
    let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2).checked_div(u128::from(whole))?;
    Some(if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    })
}

/// How much of the live accounts is in apps that end access by themselves.
pub(super) enum Automated {
    /// There are none.
    NoAccounts,
    /// Nobody can say of any of them.
    Unknown,
    /// This share.
    Share(String),
    /// This share of those of which it is known, which are so many.
    Partly { share: String, known: u64 },
}

/// What nobody knows is neither in the share nor in what it is a share of.
pub(super) fn automated(s: &Summary) -> Automated {
    let known = s.live_accounts.saturating_sub(s.automation_unknown_accounts);
    match percent(s.automated_accounts, known) {
        None if s.live_accounts == 0 => Automated::NoAccounts,
        None => Automated::Unknown,
        Some(share) if known == s.live_accounts => Automated::Share(share),
        Some(share) => Automated::Partly { share, known },
    }
}

/// `50 % of 200 live accounts are in apps that end access by themselves`, where it is known of so many.
pub(super) fn partly(share: &str, known: u64) -> String {
    match known {
        1 => format!("{share} of 1 live account is in apps that end access by themselves"),
        n => format!("{share} of {} live accounts are in apps that end access by themselves", number(n)),
    }
}

/// `31 Mar 2026`, with the time of day if the source has one.
pub(super) fn when(when: &When, zone: &TimeZone) -> String {
    match when.written() {
        Written::Day(day) => date(day),
        Written::At(t) => instant(t, zone),
        Written::Local(t) => format!("{}, {} (zone not stated)", date(t.date()), t.strftime("%H:%M")),
    }
}

/// A time in text (RFC 3339, or a day), shown in the company's zone; what cannot be read is shown as it is.
pub(super) fn moment(text: &str, zone: &TimeZone) -> String {
    if let Ok(t) = text.parse::<Timestamp>() {
        instant(t, zone)
    } else if let Ok(day) = text.parse::<civil::Date>() {
        date(day)
    } else {
        clip(text, 60).into_owned()
    }
}

fn instant(t: Timestamp, zone: &TimeZone) -> String {
    let local = Zoned::new(t, zone.clone());
    format!("{}, {}", date(local.date()), local.strftime("%H:%M"))
}

/// `31 Mar 2026`.
pub(super) fn date(day: civil::Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// `51 days`.
pub(super) fn days(days: i64) -> String {
    match days {
        0 => "less than a day".to_owned(),
        n => counted(n.unsigned_abs(), "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 999, 1_449, 24_000, 12_345_678].map(size), ["1 byte", "999 bytes", "1.4 kB", "24 kB", "12 MB"]);
        assert_eq!(percent(1, 8).as_deref(), Some("12.5 %"));
        assert_eq!(percent(3, 3).as_deref(), Some("100 %"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn names_are_ordered_as_people_do() {
        let mut names = ["app-101", "App-18", "app", "beta 2", "app-18b", "Beta 10", "007"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["007", "app", "App-18", "app-18b", "app-101", "beta 2", "Beta 10"]);
        assert_eq!(natural(&"9".repeat(90)).len(), 3);
    }

    #[test]
    fn times_are_shown_in_the_companys_zone_and_as_precisely_as_they_are_known() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(moment("2026-11-20T23:30:00Z", &berlin), "21 Nov 2026, 00:30");
        assert_eq!(moment("2026-09-01", &berlin), "1 Sep 2026");
        assert_eq!(moment("yesterday", &berlin), "yesterday");
        assert_eq!(
            when(&When::local(civil::datetime(2026, 3, 1, 9, 0, 0, 0)), &berlin),
            "1 Mar 2026, 09:00 (zone not stated)"
        );
    }

    #[test]
    fn text_that_misleads_or_never_ends_is_tamed() {
        assert_eq!(clip("\u{202e}abc\u{1b}[2J", 20), "\u{fffd}abc\u{fffd}[2J");
        assert_eq!(clip("aaaa", 4), "aaaa");
        assert_eq!(clip("aaaaa", 4), "aaa…");
        assert!(matches!(clip("Zoë", 10), Cow::Borrowed("Zoë")));
    }
}
