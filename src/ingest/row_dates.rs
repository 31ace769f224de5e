//! The dates of a row: which cells hold them, what counts as "never", and what becomes of a cell that is no date.

use super::dates::{self, DateError};
use super::learnt::Learnt;
use super::open::settle;
use super::read::{RowReader, Stands};
use super::rows::RawRow;
use super::words::{is_never, is_nothing, one};
use crate::diag::Diagnostic;
use crate::model::{Field, Record, Rejected, When};

/// A date cell.
enum Read {
    Blank,
    Never,
    At(When),
}

impl RowReader<'_, '_> {
    /// All dates of a row; the inner error rejects the row, which keeps those that could be read. A day that has decided the
    /// status, `by_day`, is the day of the end; one that another rule has overruled is, if nothing else gives that day.
    pub(super) fn dates(
        &mut self,
        row: RawRow<'_>,
        by_day: Option<usize>,
        record: &mut Record<'_>,
        learnt: &mut Learnt,
    ) -> Result<Result<(), Rejected>, Diagnostic> {
        let mut unread = None;
        for field in [Field::Created, Field::Ended, Field::Start, Field::End, Field::LastActive] {
            if matches!(self.stands[field as usize], Stands::Nowhere) {
                continue;
            }
            let mut found = None;
            let mut never = false;
            for n in 0..self.opened.plan.field(field).len() {
                let column = self.opened.plan.field(field)[n];
                let cell = one(row.cells.text(column));
                match self.date(cell, row.line, column, matches!(field, Field::Start | Field::End))? {
                    Ok(Read::At(when)) if field == Field::LastActive => {
                        if found.is_none_or(|f: When| when.order() > f.order()) {
                            found = Some(when);
                        }
                    }
                    Ok(Read::At(when)) => {
                        found = Some(when);
                        break;
                    }
                    Ok(Read::Never) => never = true,
                    Ok(Read::Blank) => never |= self.blank_is_never,
                    Err(rejected) if self.employees && matches!(field, Field::Start | Field::End) => {
                        unread.get_or_insert(rejected);
                    }
                    Err(rejected) => {
                        learnt.unreadable_dates.0 += 1;
                        if learnt.unreadable_dates.1.is_none() {
                            learnt.unreadable_dates.1 = Some((row.line, column as u32 + 1, rejected.reason));
                        }
                    }
                }
            }
            match field {
                Field::Created => record.created = found,
                Field::Ended => record.ended = found,
                Field::Start => record.start = found,
                Field::End => record.end = found,
                _ => {
                    record.last_active = found;
                    record.never_active = never && found.is_none();
                }
            }
        }
        let status = &self.opened.plan.status;
        let day = by_day.or_else(|| record.ended.is_none().then(|| status.day(row.cells)).flatten());
        if let Some(column) = day
            && let Ok(Read::At(when)) = self.date(one(row.cells.text(column)), row.line, column, false)?
        {
            record.ended = Some(when);
        }
        Ok(unread.map_or(Ok(()), Err))
    }

    fn date(&mut self, cell: &str, line: u32, column: usize, day: bool) -> Result<Result<Read, Rejected>, Diagnostic> {
        if cell.is_empty() {
            return Ok(Ok(Read::Blank));
        }
        let bytes = cell.as_bytes();
        let long = bytes.len() > 16 && (bytes[4] != b'-' || !self.never.is_empty());
        if !bytes[0].is_ascii_digit() || bytes.len() < 8 || bytes.starts_with(b"1970") || bytes[0] == b'0' || long {
            if is_never(cell) || (!self.never.is_empty() && self.never.contains(&cell.to_lowercase())) {
                return Ok(Ok(Read::Never));
            }
            if is_nothing(cell) {
                return Ok(Ok(Read::Blank));
            }
        }
        // HR systems write days of employment as midnight of some zone: what they mean is the day as written.
        let read_date = if day { dates::read_day } else { dates::read };
        let mut result = read_date(cell, self.opened.date_order, &self.opened.zone);
        if result == Err(DateError::Ambiguous) && !self.settled {
            self.opened.date_order = settle(self.input, self.opened)?;
            self.settled = true;
            result = read_date(cell, self.opened.date_order, &self.opened.zone);
        }
        Ok(match result {
            Ok(when) if when.is_day_zero() => Ok(Read::Blank),
            Ok(when) => Ok(Read::At(when)),
            // How spreadsheets in American English show it.
            Err(_) if cell.starts_with("1/0/1900") => Ok(Read::Blank),
            Err(_) => Err(Rejected {
                line,
                column: Some(column as u32 + 1),
                reason: format!(
                    "`{}` in column `{}` is no date that can be read",
                    cell.chars().take(40).collect::<String>(),
                    self.opened.header.get(column).map_or("", String::as_str)
                ),
            }),
        })
    }
}
