//! The days in the names of files and folders: `zoom-users-2026-11-19`, `Members 19.11.2026 07_30`, `2026-Q3`.

use crate::workspace::words_of;
use jiff::civil::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTHS_DE: [(&str, i8); 4] = [("mär", 3), ("mai", 5), ("okt", 10), ("dez", 12)];

/// A name without what says when.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dated {
    /// Its other words.
    pub(super) words: Vec<String>,
    /// The latest day in it that can be only one.
    pub(super) day: Option<Date>,
    /// Whether it is that day, and not only its month or its year.
    pub(super) is_exact: bool,
    /// Which of several downloads it is: `members (2)`.
    pub(super) copy: u32,
}

/// Reads a name, without its ending.
pub(super) fn dated(name: &str) -> Dated {
    let mut this = Dated::default();
    let mut name = name.trim();
    if let Some((before, n)) = name.strip_suffix(')').and_then(|n| n.rsplit_once('('))
        && n.len() <= 3
        && let Ok(n) = n.parse()
    {
        (name, this.copy) = (before, n);
    }
    let words: Vec<String> = words_of(name).into_iter().flat_map(|word| apart(&word)).collect();
    let mut rest = words.as_slice();
    while let Some((word, behind)) = rest.split_first() {
        if let Some((length, day)) = day(rest) {
            let exact = length == 3 || word.len() == 8;
            if day > this.day {
                (this.day, this.is_exact) = (day, exact);
            }
            rest = &rest[length..];
            // A number behind a year may be that of a page.
            if exact {
                rest = &rest[time(rest)..];
            }
        } else {
            if !matches!(word.as_str(), "copy" | "kopie" | "copie" | "copia") {
                this.words.push(word.clone());
            }
            rest = behind;
        }
    }
    this
}

/// `20261119T073000Z` is a day and a time.
fn apart(word: &str) -> Vec<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unzoned = word.strip_suffix('z').filter(|w| w.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(word);
    match unzoned.split_once('t') {
        Some((day, time)) if digits(day) && digits(time) => vec![day.to_owned(), time.to_owned()],
        _ if digits(unzoned) => vec![unzoned.to_owned()],
        _ => vec![word.to_owned()],
    }
}

fn number(word: Option<&String>, widths: &[usize]) -> Option<i16> {
    word.filter(|w| widths.contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn year(word: Option<&String>) -> Option<i16> {
    number(word, &[4]).filter(|y| (2000..2100).contains(y))
}

fn month(word: Option<&String>) -> Option<i8> {
    let word = word.filter(|w| w.chars().all(char::is_alphabetic))?;
    let named = |short: &str| word == short || (word.starts_with(short) && LONG_MONTHS.contains(&word.as_str()));
    let english = MONTHS.iter().position(|m| named(m)).map(|at| at as i8 + 1);
    english.or_else(|| MONTHS_DE.iter().find(|(m, _)| named(m)).map(|(_, n)| *n))
}

const LONG_MONTHS: [&str; 21] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "sept",
    "september",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "mars",
    "marzo",
];

fn of(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A day at the beginning of the words: how many words it takes, and which it is. None where it can be two.
fn day(words: &[String]) -> Option<(usize, Option<Date>)> {
    let word = |at: usize| words.get(at);
    let two = |at: usize| number(word(at), &[1, 2]);
    if let Some(y) = year(word(0)) {
        if let Some(date) = two(1).zip(two(2)).and_then(|(m, d)| of(y, m, d)) {
            return Some((3, Some(date)));
        }
        if let Some(m) = month(word(1)) {
            let date = two(2).and_then(|d| of(y, m.into(), d));
            return Some(date.map_or((2, of(y, m.into(), 1)), |date| (3, Some(date))));
        }
        if let Some(date) = number(word(1), &[2]).and_then(|m| of(y, m, 1)) {
            return Some((2, Some(date)));
        }
        if let Some(q) = quarter(word(1)) {
            return Some((2, of(y, q * 3 - 2, 1)));
        }
        return Some((1, of(y, 1, 1)));
    }
    if let Some((q, y)) = quarter(word(0)).zip(year(word(1))) {
        return Some((2, of(y, q * 3 - 2, 1)));
    }
    if let Some(m) = month(word(0)) {
        if let Some(date) = two(1).zip(year(word(2))).and_then(|(d, y)| of(y, m.into(), d)) {
            return Some((3, Some(date)));
        }
        return year(word(1)).map(|y| (2, of(y, m.into(), 1)));
    }
    if let Some((a, y)) = two(0).zip(year(word(2))) {
        if let Some(date) = month(word(1)).and_then(|m| of(y, m.into(), a)) {
            return Some((3, Some(date)));
        }
        if let Some(b) = two(1) {
            let (day_first, month_first) = (of(y, b, a), of(y, a, b));
            let known = match (day_first, month_first) {
                (Some(x), Some(z)) if x != z => None,
                (x, z) => Some(x.or(z)?),
            };
            return Some((3, known));
        }
    }
    let digits = word(0).filter(|w| w.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |from: usize, to: usize| digits[from..to].parse::<i16>().ok();
    let plausible = |date: &Date| (2000..2100).contains(&date.year());
    match digits.len() {
        8 => {
            let year_first = of(part(0, 4)?, part(4, 6)?, part(6, 8)?).filter(plausible);
            let day_first = of(part(4, 8)?, part(2, 4)?, part(0, 2)?).filter(plausible);
            let month_first = of(part(4, 8)?, part(0, 2)?, part(2, 4)?).filter(plausible);
            let mut all = [year_first, day_first, month_first].into_iter().flatten();
            let first = all.next()?;
            Some((1, all.all(|other| other == first).then_some(first)))
        }
        6 => of(part(0, 4)?, part(4, 6)?, 1).filter(plausible).map(|date| (1, Some(date))),
        _ => None,
    }
}

fn quarter(word: Option<&String>) -> Option<i16> {
    word?.strip_prefix('q')?.parse().ok().filter(|q| (1..=4).contains(q))
}

/// How many words behind a day are the time of day.
fn time(words: &[String]) -> usize {
    // `2030` behind a day is a time, and `2026-11-30` the end of a span.
    let ends_span = day(words).is_some_and(|(length, _)| length > 1);
    if !ends_span && words.first().is_some_and(|w| matches!(w.len(), 4 | 6) && w.bytes().all(|b| b.is_ascii_digit())) {
        return 1;
    }
    let short = words.iter().take(3).take_while(|w| number(Some(w), &[1, 2]).is_some()).count();
    if short < 2 {
        return 0;
    }
    short + usize::from(words.get(short).is_some_and(|w| w == "am" || w == "pm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_taken_out_of_names() {
        let read = |name: &str| {
            let this = dated(name);
            (this.words.join(" "), this.day.map_or_else(String::new, |d| d.to_string()), this.copy)
        };
        for (name, words, day) in [
            ("zoom-users-2026-11-19", "zoom users", "2026-11-19"),
            ("zoom-users-2026-09", "zoom users", "2026-09-01"),
            ("zoom 2026-11-19T07-35-12Z", "zoom", "2026-11-19"),
            ("zoom_20261119T073512Z", "zoom", "2026-11-19"),
            ("20261119 zoom", "zoom", "2026-11-19"),
            ("User_Download_19112026_073512", "user download", "2026-11-19"),
            ("zoom 01022026", "zoom", ""),
            ("Mitglieder 19.11.2026", "mitglieder", "2026-11-19"),
            ("users_7_7_2026 2_49_38 AM", "users", "2026-07-07"),
            ("users_7_8_2026 2_49_38 AM", "users", ""),
            ("zoom Nov 2026", "zoom", "2026-11-01"),
            ("zoom-19-November-2026", "zoom", "2026-11-19"),
            ("zoom may 3 2026", "zoom", "2026-05-03"),
            ("may-users", "may users", ""),
            ("HR Q3 2026", "hr", "2026-07-01"),
            ("zoom 2025", "zoom", "2025-01-01"),
            ("202611", "", "2026-11-01"),
            ("1password", "1password", ""),
            ("Microsoft 365", "microsoft 365", ""),
            ("workspace-9017000042_users", "workspace 9017000042 users", ""),
            ("zoom-2026-11-19-2", "zoom 2", "2026-11-19"),
            ("zoom-2026-11-19-page-2", "zoom page 2", "2026-11-19"),
            ("zoom-users-2026-09-01_2026-11-30", "zoom users", "2026-11-30"),
            ("zoom 2026-11-19 2030", "zoom", "2026-11-19"),
            ("zoom 2026-13-45", "zoom 13 45", "2026-01-01"),
        ] {
            assert_eq!(read(name), (words.to_owned(), day.to_owned(), 0), "{name}");
        }
        assert_eq!(read("export (12)"), ("export".to_owned(), String::new(), 12));
        assert_eq!(read("members - Copy"), ("members".to_owned(), String::new(), 0));
        assert!(dated("zoom 2026-11-19").is_exact && dated("zoom 20261119").is_exact);
        assert!(!dated("zoom 2026-11").is_exact && !dated("zoom 2026").is_exact && !dated("zoom nov 2026").is_exact);
        for odd in ["", "(", "()", "(99999)", "2026-", "é-2026-é", "99999999999999999999", "٢٠٢٦-11"] {
            dated(odd);
        }
    }
}
