//! When a file was made: as declared, by its name, or by its time stamp.

use super::Job;
use crate::diag::Diagnostic;
use crate::ingest::{Input, Opened};
use crate::model::{TimeBasis, When};
use jiff::civil;

/// When a file was made, and where that comes from.
///
/// # Errors
/// Nothing says it.
pub fn extraction(
    job: &Job<'_>,
    declared: Option<When>,
    file: &dyn Input,
    opened: &Opened<'_>,
) -> Result<(When, TimeBasis), Diagnostic> {
    if let Some(when) = declared {
        return Ok((when, TimeBasis::Declared));
    }
    if let Some(when) = opened.export.file_name.as_deref().and_then(|p| from_name(p, file.name())) {
        return Ok((when, TimeBasis::FileName));
    }
    if let Some(when) = job.extracted_at {
        return Ok((when, TimeBasis::Declared));
    }
    match file.modified() {
        Some(at) => Ok((When::at(at), TimeBasis::FileTime)),
        None => Err(Diagnostic::error(file.name(), "nothing says when it was made")
            .help("give --extracted-at, or `extracted-at` in coverage.yaml")),
    }
}

/// The time in a file name, by the product's own pattern (`%Y %m %d %H %M %S %p` and literal text). Its zone is not stated.
pub fn from_name(pattern: &str, path: &str) -> Option<When> {
    let name = path.rsplit(['/', '\\']).next()?;
    let start = pattern.split('%').next()?;
    let mut rest = &name[name.find(start)? + start.len()..];
    let [mut year, mut month, mut day, mut hour, mut minute, mut second] = [0i16, 1, 1, 0, 0, 0];
    let mut afternoon = None;
    for part in pattern[start.len()..].split('%').skip(1) {
        let (what, literal) = (part.get(..1)?, part.get(1..)?);
        if what == "p" {
            let word = rest.get(..2)?;
            afternoon = Some(word.eq_ignore_ascii_case("pm"));
            rest = rest.get(2..)?;
        } else {
            let most = if what == "Y" { 4 } else { 2 };
            let width = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
            let n: i16 = rest.get(..width)?.parse().ok()?;
            match what {
                "Y" => year = n,
                "m" => month = n,
                "d" => day = n,
                "H" | "I" => hour = n,
                "M" => minute = n,
                "S" => second = n,
                _ => return None,
            }
            rest = &rest[width..];
        }
        rest = rest.strip_prefix(literal)?;
    }
    if let Some(afternoon) = afternoon {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let date = civil::Date::new(year, month as i8, day as i8).ok()?;
    let time = civil::Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
    Some(When::local(date.to_datetime(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_tell_the_time_by_the_products_pattern() {
        let at = |pattern, name| from_name(pattern, name).map(|w| w.to_string());
        assert_eq!(
            at("User_Download_%d%m%Y_%H%M%S", "x/User_Download_13042024_215248.csv").as_deref(),
            Some("2024-04-13T21:52:48 (zone not stated)")
        );
        assert_eq!(
            at("users_%m_%d_%Y %H_%M_%S %p", "users_7_7_2026 2_49_38 AM.csv").as_deref(),
            Some("2026-07-07T02:49:38 (zone not stated)")
        );
        assert_eq!(at("User_Download_%d%m%Y_%H%M%S", "users.csv"), None);
    }
}
