//! Dates as exports write them. A form is recognised by its shape; the order of day and month is never guessed.

use crate::model::{DateOrder, When, Written};
use jiff::{Timestamp, civil, tz::TimeZone};

/// Why a cell gives no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// It has the shape of no known form, or names a day that does not exist.
    Unreadable,
    /// Day and month could be either way round.
    Ambiguous,
}

/// The zone of times that carry none.
#[derive(Debug, Clone)]
pub enum Zone {
    /// Known.
    Known(TimeZone),
    /// The source does not state it.
    Unstated,
}

/// What a column of slash dates says about its order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderEvidence {
    /// Line of the first date whose first number is above 12.
    pub day_first: Option<u32>,
    /// Line of the first date whose second number is above 12.
    pub month_first: Option<u32>,
    /// Line of the first date that could be either.
    pub either: Option<u32>,
}

impl OrderEvidence {
    /// Takes one cell into account. `4/4/2026` is one day either way round.
    pub fn see(&mut self, cell: &str, line: u32) {
        if let Some((a, b)) = slashed(cell).filter(|(a, b)| a != b) {
            let slot = match (a > 12, b > 12) {
                (true, false) => &mut self.day_first,
                (false, true) => &mut self.month_first,
                _ => &mut self.either,
            };
            slot.get_or_insert(line);
        }
    }
}

/// The first two numbers of `N/N/YYYY` or `N-N-YYYY`.
fn slashed(cell: &str) -> Option<(u32, u32)> {
    let mut scan = Scan(cell.trim().as_bytes());
    let (a, n) = scan.number()?;
    let mark = scan.next()?;
    if n > 2 || !matches!(mark, b'/' | b'-') {
        return None;
    }
    let (b, m) = scan.number()?;
    if m > 2 || scan.next()? != mark {
        return None;
    }
    scan.number().map(|_| (a, b))
}

/// Reads one cell. Blank cells and never-words are the caller's business.
///
/// # Errors
/// The cell is no date, or could be two.
pub fn read(cell: &str, order: Option<DateOrder>, zone: &Zone) -> Result<When, DateError> {
    if let Some(when) = iso(cell.as_bytes()) {
        return Ok(when);
    }
    let text = cell.trim();
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 {
        return Err(DateError::Unreadable);
    }
    // Browsers put a narrow space that does not break before AM and PM.
    if text.contains(['\u{202f}', '\u{a0}']) {
        return read(&text.replace(['\u{202f}', '\u{a0}'], " "), order, zone);
    }
    if bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.' || *b == b'Z')
        && let Some(when) = digits(text)
    {
        return Ok(when);
    }
    let mut scan = Scan(bytes);
    let date = if bytes[0].is_ascii_digit() { numeric(&mut scan, order)? } else { named(&mut scan)? };
    if scan.0.is_empty() {
        return Ok(When::on(date));
    }
    let time = clock(&mut scan).ok_or(DateError::Unreadable)?;
    let local = date.to_datetime(time.0);
    let offset = if time.1 { Some(0) } else { offset(&mut scan)? };
    if !scan.0.is_empty() {
        return Err(DateError::Unreadable);
    }
    match offset {
        Some(seconds) => {
            let utc = TimeZone::UTC.to_timestamp(local).map_err(|_| DateError::Unreadable)?;
            let second = utc.as_second() - seconds;
            Timestamp::from_second(second).map(When::at).map_err(|_| DateError::Unreadable)
        }
        None => Ok(match zone {
            Zone::Known(zone) => When::at(zone.to_timestamp(local).map_err(|_| DateError::Unreadable)?),
            Zone::Unstated => When::local(local),
        }),
    }
}

/// Reads a day of employment: a time of exactly midnight is only how a system writes the day.
///
/// # Errors
/// The cell is no date, or could be two.
pub fn read_day(cell: &str, order: Option<DateOrder>, zone: &Zone) -> Result<When, DateError> {
    let when = read(cell, order, zone)?;
    let mut scan = Scan(cell.trim().as_bytes());
    if matches!(when.written(), Written::Day(_)) || !scan.0.first().is_some_and(u8::is_ascii_digit) {
        return Ok(when);
    }
    match numeric(&mut scan, order) {
        Ok(date) if clock(&mut scan).is_some_and(|(time, _)| time == civil::Time::midnight()) => Ok(When::on(date)),
        _ => Ok(when),
    }
}

/// Whether [`iso`] reads it: told from the digits alone where that is enough, as it is for nearly all.
pub fn is_iso(bytes: &[u8]) -> bool {
    let digits = |at: &[usize]| at.iter().all(|i| bytes[*i].is_ascii_digit());
    let two = |at: usize| (bytes[at] & 15) * 10 + (bytes[at + 1] & 15);
    let day = bytes.len() >= 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(&[0, 1, 2, 3, 5, 6, 8, 9])
        && matches!(two(5), 1..=12)
        && matches!(two(8), 1..=28)
        && bytes[..4] != *b"0000";
    (day && bytes.len() == 10) || iso(bytes).is_some()
}

/// `2026-11-20`, `2026-11-20T07:43:00Z` and `2026-11-20T07:43:00.000Z`: nearly all dates of exports, read at once.
pub fn iso(bytes: &[u8]) -> Option<When> {
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0i16, |n, b| b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')))
    };
    let small = |from: usize| number(from, from + 2).map(|n| n as i8);
    if !matches!(bytes.len(), 10 | 20 | 24) || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let date = civil::Date::new(number(0, 4)?, small(5)?, small(8)?).ok()?;
    if bytes.len() == 10 {
        return Some(When::on(date));
    }
    let marks = bytes[10] == b'T' && bytes[13] == b':' && bytes[16] == b':' && bytes.last() == Some(&b'Z');
    if !marks || (bytes.len() == 24 && (bytes[19] != b'.' || number(20, 23).is_none())) {
        return None;
    }
    let time = civil::Time::new(small(11)?, small(14)?, small(17)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok().map(When::at)
}

/// Numbers alone: epoch seconds and milliseconds, FILETIME, generalized time, `YYYYMMDD`.
fn digits(text: &str) -> Option<When> {
    let (whole, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    let zulu = text.ends_with('Z');
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i64 = whole.parse().ok()?;
    let at = |second| Timestamp::from_second(second).ok().map(When::at);
    match (whole.len(), zulu) {
        (14, _) => {
            let part = |from: usize, to: usize| whole[from..to].parse::<i16>().ok();
            let date = civil::Date::new(part(0, 4)?, part(4, 6)? as i8, part(6, 8)? as i8).ok()?;
            let time = civil::Time::new(part(8, 10)? as i8, part(10, 12)? as i8, part(12, 14)? as i8, 0).ok()?;
            TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok().map(When::at)
        }
        (8, false) if fraction.is_empty() => {
            civil::Date::new((n / 10_000) as i16, (n / 100 % 100) as i8, (n % 100) as i8).ok().map(When::on)
        }
        (9 | 10, false) => at(n),
        (12 | 13, false) if fraction.is_empty() => at(n / 1000),
        (17 | 18, false) if fraction.is_empty() => at(n / 10_000_000 - 11_644_473_600),
        _ => None,
    }
}

/// `2024-01-03`, `2024/01/03`, `3 Jan 2024`, `03-Jan-2024`, `3. January 2024`, `31.12.2024`, `1/2/2024`.
fn numeric(scan: &mut Scan<'_>, order: Option<DateOrder>) -> Result<civil::Date, DateError> {
    let bad = || DateError::Unreadable;
    let (a, width) = scan.number().ok_or_else(bad)?;
    let mark = scan.next().ok_or_else(bad)?;
    if width == 4 && matches!(mark, b'-' | b'/' | b'.') {
        let (month, _) = scan.number().ok_or_else(bad)?;
        if scan.next() != Some(mark) {
            return Err(bad());
        }
        let (day, _) = scan.number().ok_or_else(bad)?;
        return day_of(a, month, day);
    }
    if width > 2 {
        return Err(bad());
    }
    if mark == b'.' {
        scan.skip(b" ");
    }
    if matches!(mark, b' ' | b'-' | b'.') && scan.0.first().is_some_and(u8::is_ascii_alphabetic) {
        let month = scan.month().ok_or_else(bad)?;
        scan.skip(b"-, ");
        let (year, width) = scan.number().ok_or_else(bad)?;
        scan.skip(b",");
        return if width == 4 { day_of(year, month, a) } else { Err(bad()) };
    }
    if !matches!(mark, b'/' | b'-' | b'.') {
        return Err(bad());
    }
    let (b, width) = scan.number().ok_or_else(bad)?;
    if width > 2 || scan.next() != Some(mark) {
        return Err(bad());
    }
    let (year, width) = scan.number().ok_or_else(bad)?;
    if width != 4 {
        return Err(bad());
    }
    scan.skip(b",");
    match (mark, order) {
        (b'.', _) | (_, Some(DateOrder::DayFirst)) => day_of(year, b, a),
        (_, Some(DateOrder::MonthFirst)) => day_of(year, a, b),
        (_, None) if a > 12 && b > 12 => Err(bad()),
        (_, None) if a == b => day_of(year, a, b),
        (_, None) => Err(DateError::Ambiguous),
    }
}

/// `Jan 3, 2024`, `Wed, 3 Jan 2024`.
fn named(scan: &mut Scan<'_>) -> Result<civil::Date, DateError> {
    let bad = || DateError::Unreadable;
    if let Some(month) = scan.month() {
        scan.skip(b". ");
        let (day, width) = scan.number().ok_or_else(bad)?;
        scan.skip(b", ");
        let (year, year_width) = scan.number().ok_or_else(bad)?;
        scan.skip(b",");
        return if width <= 2 && year_width == 4 { day_of(year, month, day) } else { Err(bad()) };
    }
    let word = scan.word();
    if word.len() < 3
        || !["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .any(|d| word[..3].eq_ignore_ascii_case(d.as_bytes()))
    {
        return Err(bad());
    }
    scan.skip(b", ");
    if scan.0.first().is_some_and(u8::is_ascii_digit) { numeric(scan, None) } else { Err(bad()) }
}

fn day_of(year: u32, month: u32, day: u32) -> Result<civil::Date, DateError> {
    let (Ok(y), Ok(m), Ok(d)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return Err(DateError::Unreadable);
    };
    civil::Date::new(y, m, d).map_err(|_| DateError::Unreadable)
}

/// A time of day; true if it ends in `Z`.
fn clock(scan: &mut Scan<'_>) -> Option<(civil::Time, bool)> {
    if !matches!(scan.next()?, b'T' | b't' | b' ') {
        return None;
    }
    scan.skip(b" ");
    let (mut hour, _) = scan.number()?;
    if scan.next()? != b':' {
        return None;
    }
    let (minute, _) = scan.number()?;
    let mut second = 0;
    if scan.0.first() == Some(&b':') {
        scan.next();
        second = scan.number()?.0;
        if matches!(scan.0.first(), Some(b'.' | b',')) {
            scan.next();
            scan.number_any();
        }
    }
    let before = scan.0;
    scan.skip(b" ");
    let word = scan.word();
    if word.eq_ignore_ascii_case(b"am") || word.eq_ignore_ascii_case(b"pm") {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if word[0].eq_ignore_ascii_case(&b'p') { 12 } else { 0 };
    } else {
        scan.0 = before;
    }
    let time = civil::Time::new(hour.min(99) as i8, minute.min(99) as i8, second.min(99) as i8, 0).ok()?;
    let zulu = matches!(scan.0.first(), Some(b'Z' | b'z')) && scan.0.len() == 1;
    if zulu {
        scan.next();
    }
    Some((time, zulu))
}

/// `+02:00`, `+0200`, `+02`, ` UTC`, ` GMT`, ` Z`, nothing.
fn offset(scan: &mut Scan<'_>) -> Result<Option<i64>, DateError> {
    scan.skip(b" ");
    match scan.0.first() {
        None => Ok(None),
        Some(b'+' | b'-') => {
            let sign = if scan.next() == Some(b'-') { -1 } else { 1 };
            let (n, width) = scan.number().ok_or(DateError::Unreadable)?;
            let (hours, minutes) = match width {
                1 | 2 if scan.0.first() == Some(&b':') => {
                    scan.next();
                    (n, scan.number().ok_or(DateError::Unreadable)?.0)
                }
                1 | 2 => (n, 0),
                4 => (n / 100, n % 100),
                _ => return Err(DateError::Unreadable),
            };
            if hours > 15 || minutes > 59 {
                return Err(DateError::Unreadable);
            }
            // Go writes the zone twice: `+0000 UTC`.
            if n == 0 && minutes == 0 {
                scan.skip(b" ");
                if scan.0.eq_ignore_ascii_case(b"utc") {
                    scan.0 = &[];
                }
            }
            Ok(Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
        }
        Some(_) => {
            let word = scan.word();
            if [&b"utc"[..], b"gmt", b"z"].iter().any(|w| word.eq_ignore_ascii_case(w)) {
                Ok(Some(0))
            } else {
                Err(DateError::Unreadable)
            }
        }
    }
}

/// A cursor over the bytes of a cell.
struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
    /// A number of at most four digits and its width.
    fn number(&mut self) -> Option<(u32, usize)> {
        let width = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if width == 0 || width > 4 {
            return None;
        }
        let n = self.0[..width].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        self.0 = &self.0[width..];
        Some((n, width))
    }
    fn number_any(&mut self) {
        let width = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        self.0 = &self.0[width..];
    }
    fn word(&mut self) -> &'a [u8] {
        let width = self.0.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let (word, rest) = self.0.split_at(width);
        self.0 = rest;
        word
    }
    fn skip(&mut self, any_of: &[u8]) {
        while self.0.first().is_some_and(|b| any_of.contains(b)) {
            self.0 = &self.0[1..];
        }
    }
    /// An English month, short or whole. Stays where it is if there is none.
    fn month(&mut self) -> Option<u32> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let before = self.0;
        let word = self.word();
        let found = MONTHS
            .iter()
            .position(|m| (3..=m.len()).contains(&word.len()) && m.as_bytes()[..word.len()].eq_ignore_ascii_case(word));
        if found.is_none() {
            self.0 = before;
        }
        found.map(|i| i as u32 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(cell: &str, order: Option<DateOrder>, zone: &Zone) -> String {
        match read(cell, order, zone) {
            Ok(when) => when.to_string(),
            Err(e) => format!("{e:?}"),
        }
    }

    #[test]
    fn every_form_that_real_exports_use() {
        for (cell, expected) in [
            ("2024-01-03", "2024-01-03"),
            ("2016/04/04 00:24:13", "2016-04-04T00:24:13 (zone not stated)"),
            ("2022-03-18 19:49:35Z", "2022-03-18T19:49:35Z"),
            ("2020-08-11T21:59:23+0000", "2020-08-11T21:59:23Z"),
            ("2023-06-15T09:22:14+02:00", "2023-06-15T07:22:14Z"),
            ("2024-03-15T14:30:00.000+0000", "2024-03-15T14:30:00Z"),
            ("2024-03-15 14:30:00 UTC", "2024-03-15T14:30:00Z"),
            ("3 Jan 2024", "2024-01-03"),
            ("03-Jan-2024", "2024-01-03"),
            ("Mar 3, 2024", "2024-03-03"),
            ("September 3, 2024", "2024-09-03"),
            ("Wed, 03 Jan 2024 10:00:00 GMT", "2024-01-03T10:00:00Z"),
            ("31.12.2024", "2024-12-31"),
            ("1704276000", "2024-01-03T10:00:00Z"),
            ("1704276000000", "2024-01-03T10:00:00Z"),
            ("133487496000000000", "2024-01-03T10:00:00Z"),
            ("20240102030405.0Z", "2024-01-02T03:04:05Z"),
            ("20240102", "2024-01-02"),
            ("2024-02-30", "Unreadable"),
            ("soon", "Unreadable"),
            ("03/04/2024", "Ambiguous"),
            ("31/31/2024", "Unreadable"),
            ("4/4/2026", "2026-04-04"),
            ("4/4/2026 0:24", "2026-04-04T00:24:00 (zone not stated)"),
            ("Nov 10, 2026, 10:00 AM", "2026-11-10T10:00:00 (zone not stated)"),
            ("10 Nov 2026, 10:00", "2026-11-10T10:00:00 (zone not stated)"),
            ("Nov 10, 2026, 10:00\u{202f}PM", "2026-11-10T22:00:00 (zone not stated)"),
            ("2026-11-10 10:00:00.123456 +0000 UTC", "2026-11-10T10:00:00Z"),
            ("1. November 2026", "2026-11-01"),
            ("3/4/24", "Unreadable"),
        ] {
            assert_eq!(show(cell, None, &Zone::Unstated), expected, "{cell}");
        }
    }

    #[test]
    fn midnight_is_a_day_of_employment_in_whatever_zone_it_is_written() {
        let day = |cell| read_day(cell, None, &Zone::Unstated).map(|w| w.to_string());
        assert_eq!(day("2026-03-31T00:00:00+02:00").as_deref(), Ok("2026-03-31"));
        assert_eq!(day("2026-03-31T17:00:00+02:00").as_deref(), Ok("2026-03-31T15:00:00Z"));
        assert_eq!(day("31.03.2026").as_deref(), Ok("2026-03-31"));
    }

    #[test]
    fn order_and_zone_are_taken_from_the_declaration() {
        let utc = Zone::Known(TimeZone::UTC);
        assert_eq!(show("8/9/2021 1:25:31 PM", Some(DateOrder::MonthFirst), &utc), "2021-08-09T13:25:31Z");
        assert_eq!(show("8/9/2021", Some(DateOrder::DayFirst), &utc), "2021-09-08");
        assert_eq!(show("12/31/2021 12:00:00 AM", Some(DateOrder::MonthFirst), &utc), "2021-12-31T00:00:00Z");
    }

    #[test]
    fn the_data_settles_the_order_or_it_does_not() {
        let mut seen = OrderEvidence::default();
        seen.see("04/04/2024", 1);
        seen.see("03/04/2024", 2);
        assert_eq!(seen, OrderEvidence { either: Some(2), ..OrderEvidence::default() });
        seen.see("03/25/2024", 3);
        assert_eq!(seen.month_first, Some(3));
        seen.see("2024-01-01", 4);
        assert_eq!(seen.day_first, None);
    }

    proptest! {
        #[test]
        fn no_cell_panics(cell in ".{0,40}") {
            let _ = read(&cell, None, &Zone::Unstated);
            let _ = read(&cell, Some(DateOrder::DayFirst), &Zone::Known(TimeZone::UTC));
            OrderEvidence::default().see(&cell, 1);
        }
        #[test]
        fn no_number_panics(cell in "[0-9./: TZ+-]{0,24}") {
            let _ = read(&cell, Some(DateOrder::MonthFirst), &Zone::Unstated);
        }
    }
}
