//! Rows of an opened file become records. Every row is accounted for: a record, excluded with a reason, or rejected with one.

use super::adapter::Said;
use super::bytes::Input;
use super::dates::{self, DateError};
use super::open::{Opened, settle};
use super::ragged::ragged;
use super::rows::{self, Broken, Cells, Extra, LONGEST_CELL, Layout, RawRow, SEVERAL};
use super::words::{header, is_never, is_nothing};
use crate::diag::Diagnostic;
use crate::model::{
    AccountKind, AccountStatus, Field, Grain, Holds, PersonStatus, Record, Rejected, SignIn, When, WorkerKind,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What became of a row.
#[derive(Debug)]
pub enum Outcome<'r> {
    /// It is a record, made of so many rows.
    Record(&'r Record<'r>, u64),
    /// It is no record, for a known reason.
    Excluded {
        /// Its line.
        line: u32,
        /// Why.
        reason: &'static str,
    },
    /// It cannot be read.
    Rejected(Rejected),
}

/// What was learnt on the way.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    /// Data rows of the file.
    pub rows: u64,
    /// Status words nobody has explained, with their number.
    pub unknown_words: BTreeMap<String, u64>,
    /// Dates that could not be read and were taken as unknown: how many, and the first one's line, column and text.
    pub unreadable_dates: (u64, Option<(u32, u32, String)>),
    /// How many records the system says there are.
    pub total: Option<u64>,
    /// JSON: columns that the first records did not have.
    pub late_columns: Vec<String>,
    /// Rows of accounts with fewer cells than the header, where the missing ones feed nothing.
    pub short_rows: u64,
}

/// Takes each outcome; an error stops the reading.
pub type OnOutcome<'f> = dyn FnMut(Outcome<'_>) -> Result<(), Diagnostic> + 'f;

/// Reads all rows. `employees` says that the rows are employment records, where a broken date of leaving rejects the row.
///
/// # Errors
/// The file breaks off, or its dates can be read in two ways.
pub fn read(input: &dyn Input, opened: &mut Opened<'_>, on: &mut OnOutcome<'_>) -> Result<Learnt, Diagnostic> {
    let mut learnt = Learnt::default();
    let mut reader = RowReader {
        input,
        width: opened.header.len(),
        several: separators(opened),
        names: opened.header.iter().map(|h| header(h)).collect(),
        employees: opened.export.holds.contains(&Holds::Employees),
        settled: opened.date_order.is_some(),
        blank_is_never: opened.export.never.iter().any(|w| w.trim().is_empty()),
        never: opened.export.never.iter().map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect(),
        object_class: matches!(opened.layout, Layout::Ldif)
            .then(|| opened.header.iter().position(|h| h.eq_ignore_ascii_case("objectClass")))
            .flatten(),
        opened,
    };
    let layout = reader.opened.layout.clone();
    let columns = reader.opened.header.clone();
    let survey = reader.opened.survey.clone();
    let extra: Extra = if reader.opened.export.grain == Grain::Membership {
        let mut groups = super::grouped::Groups::default();
        let extra = rows::each(input, &survey, &layout, &columns, &mut |row| {
            reader.row(row, &mut learnt, &mut |outcome| match outcome {
                Outcome::Record(record, _) => {
                    groups.add(record);
                    Ok(())
                }
                other => on(other),
            })
        })?;
        groups.give(on)?;
        extra
    } else {
        rows::each(input, &survey, &layout, &columns, &mut |row| reader.row(row, &mut learnt, on))?
    };
    learnt.total = extra.total;
    learnt.late_columns = extra.late_columns;
    Ok(learnt)
}

fn separators(opened: &Opened<'_>) -> Vec<char> {
    let mut several = vec![',', ';', '|', SEVERAL];
    several.extend(opened.export.fields.get(&Field::Role).and_then(|c| c.cut()).and_then(|c| c.split.chars().next()));
    several
}

struct RowReader<'o, 'a> {
    input: &'o dyn Input,
    opened: &'o mut Opened<'a>,
    width: usize,
    several: Vec<char>,
    names: Vec<String>,
    employees: bool,
    settled: bool,
    blank_is_never: bool,
    never: Vec<String>,
    object_class: Option<usize>,
}

/// A date cell.
enum Read {
    Blank,
    Never,
    At(When),
}

impl RowReader<'_, '_> {
    fn row(&mut self, row: RawRow<'_>, learnt: &mut Learnt, on: &mut OnOutcome<'_>) -> Result<(), Diagnostic> {
        learnt.rows += 1;
        let cells = row.cells;
        if let Some(outcome) = self.not_a_record(row, learnt) {
            return on(outcome);
        }
        let first = |field: Field| -> &str {
            let bound = self.opened.plan.bound(field);
            let value = |i: &usize| match &bound.cut {
                Some(cut) => parts(cells.text(*i), cut).next().unwrap_or(""),
                None => one(cells.text(*i)),
            };
            bound.columns.iter().map(value).find(|t| !t.is_empty()).unwrap_or("")
        };
        let (id, external_id, email) = (first(Field::Id), first(Field::ExternalId), first(Field::Email));
        let (username, first_name, last_name) =
            (first(Field::Username), first(Field::FirstName), first(Field::LastName));
        let whole = first(Field::Name);
        let name: Cow<'_, str> = match (whole.is_empty(), first_name.is_empty(), last_name.is_empty()) {
            (false, _, _) => whole.into(),
            (true, false, false) => format!("{first_name} {last_name}").into(),
            (true, _, true) => first_name.into(),
            (true, true, false) => last_name.into(),
        };
        let employee_id = first(Field::EmployeeId);
        if id.is_empty()
            && external_id.is_empty()
            && email.is_empty()
            && username.is_empty()
            && name.is_empty()
            && employee_id.is_empty()
        {
            return on(Outcome::Rejected(Rejected {
                line: row.line,
                column: None,
                reason: "has neither id, address, user name nor name".into(),
            }));
        }
        let (manager, department, title) = (first(Field::Manager), first(Field::Department), first(Field::Title));
        let aliases = self.values(Field::Aliases, cells);
        let home_emails = self.values(Field::HomeEmail, cells);
        let role = self.role(cells);

        let mut record = Record {
            line: row.line,
            id,
            external_id,
            email,
            aliases,
            home_emails,
            username,
            name,
            first_name,
            last_name,
            employee_id,
            role,
            status: AccountStatus::Unknown,
            person_status: PersonStatus::Unknown,
            raw_status: "",
            worker: WorkerKind::Unknown,
            kind: AccountKind::Unknown,
            sign_in: SignIn::Unknown,
            privileged: None,
            created: None,
            last_active: None,
            never_active: false,
            ended: None,
            start: None,
            end: None,
            manager,
            department,
            title,
        };
        self.decide(cells, &mut record, learnt);
        if let Err(rejected) = self.dates(row, &mut record, learnt)? {
            return on(Outcome::Rejected(rejected));
        }
        on(Outcome::Record(&record, 1))
    }

    /// Rows that are none: blank, a repeated header, a totals line, too many cells, cells that are no text.
    fn not_a_record<'r>(&self, row: RawRow<'_>, learnt: &mut Learnt) -> Option<Outcome<'r>> {
        let cells = row.cells;
        let line = row.line;
        if row.broken.is_none() && cells.blank() {
            return Some(Outcome::Excluded { line, reason: "blank row" });
        }
        let rejected = |column: Option<usize>, reason: String| {
            Some(Outcome::Rejected(Rejected { line, column: column.map(|c| c as u32 + 1), reason }))
        };
        match row.broken {
            Some(Broken::NotText(i)) => return rejected(Some(i), "the cell is not text in the file's encoding".into()),
            Some(Broken::NoObject) => {
                return rejected(None, "is a single value or a list, not a record (`{…}`)".into());
            }
            None => {}
        }
        if let Some(i) = (0..cells.len()).find(|i| cells.bytes(*i).len() > LONGEST_CELL) {
            return rejected(Some(i), format!("the cell is longer than {} KiB", LONGEST_CELL >> 10));
        }
        if cells.len() > self.width
            && let Some(i) = (self.width..cells.len()).find(|i| !cells.text(*i).is_empty())
        {
            return rejected(
                Some(i),
                format!(
                    "has {} cells, the header has {}: a comma inside a value is probably not quoted",
                    cells.len(),
                    self.width
                ),
            );
        }
        let starts = cells.text(0);
        if self.names.len() > 1
            && starts.eq_ignore_ascii_case(&self.opened.header[0])
            && (0..cells.len().min(self.width)).all(|i| header(cells.text(i)) == self.names[i])
        {
            return Some(Outcome::Excluded { line, reason: "the header repeated" });
        }
        if let Some(classes) = self.object_class.map(|i| cells.text(i).to_lowercase())
            && !classes.is_empty()
            && !["person", "user", "account"].iter().any(|c| classes.contains(c))
        {
            return Some(Outcome::Excluded { line, reason: "a directory entry that is no person's" });
        }
        if is_total(cells) {
            return Some(Outcome::Excluded { line, reason: "totals line" });
        }
        // A workbook leaves the blank cells at the end of a row out.
        if cells.len() < self.width && matches!(cells, Cells::Record(_)) {
            if let Some(reason) = ragged(self.opened, cells) {
                return rejected(Some(cells.len()), reason);
            }
            learnt.short_rows += 1;
        }
        None
    }

    fn values<'c>(&self, field: Field, cells: Cells<'c>) -> Vec<&'c str> {
        let bound = self.opened.plan.bound(field);
        let mut values = Vec::new();
        for &i in &bound.columns {
            let cell = cells.text(i);
            if cell.is_empty() {
                continue;
            }
            match &bound.cut {
                Some(cut) => values.extend(parts(cell, cut)),
                None => values.extend(cell.split(SEVERAL).map(str::trim)),
            }
        }
        values.retain(|v| !v.is_empty());
        values
    }

    fn role<'c>(&self, cells: Cells<'c>) -> Cow<'c, str> {
        let bound = self.opened.plan.bound(Field::Role);
        if let ([column], None) = (&bound.columns[..], &bound.cut) {
            let cell = cells.text(*column);
            if cell.len() > 1 && !cell.contains(SEVERAL) && !is_nothing(cell) {
                return Cow::Borrowed(cell);
            }
        }
        let mut roles: Vec<&'c str> = Vec::new();
        for &i in &bound.columns {
            let cell = cells.text(i);
            let several: &mut dyn Iterator<Item = &'c str> = match &bound.cut {
                Some(cut) => &mut parts(cell, cut),
                None => &mut cell.split(SEVERAL).map(str::trim),
            };
            for role in several {
                if !(role.is_empty() || role.len() > 1 && is_nothing(role) || roles.contains(&role)) {
                    roles.push(role);
                }
            }
        }
        match roles[..] {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(one),
            _ => roles.join(", ").into(),
        }
    }

    fn decide<'c>(&mut self, cells: Cells<'c>, record: &mut Record<'c>, learnt: &mut Learnt) {
        let cell = move |i: usize| cells.text(i);
        let plan = &mut self.opened.plan;
        let header = &self.opened.header;
        let mut unexplained = |said: Option<usize>, raw: &str| {
            if let Some(column) = said
                && (learnt.unknown_words.len() < 50 || learnt.unknown_words.contains_key(raw))
            {
                let word = format!("{}: {}", header[column], raw.chars().take(80).collect::<String>());
                *learnt.unknown_words.entry(word).or_default() += 1;
            }
        };
        if plan.status.is_told() {
            let (said, raw) = plan.status.decide(&cell);
            // That the login is filled in can be all that a list says of the status; its text is no status then.
            let is_name = [record.id, record.email, record.username].contains(&raw);
            record.raw_status = if is_name { "" } else { raw };
            match said {
                Said::Word(word) => record.status = word,
                Said::Unexplained(column) => unexplained(Some(column), raw),
                Said::Nothing => {}
            }
        }
        if plan.person_status.is_told() {
            let (said, raw) = plan.person_status.decide(&cell);
            record.raw_status = raw;
            match said {
                Said::Word(word) => record.person_status = word,
                Said::Unexplained(column) => unexplained(Some(column), raw),
                Said::Nothing => {}
            }
        }
        if let (Said::Word(word), _) = plan.worker.decide(&cell) {
            record.worker = word;
        }
        if let (Said::Word(word), _) = plan.kind.decide(&cell) {
            record.kind = word;
        }
        if let (Said::Word(word), _) = plan.sign_in.decide(&cell) {
            record.sign_in = word;
        }
        if plan.privileged.is_told() {
            record.privileged = plan.privileged.any(&cell, &self.several);
        }
    }

    /// All dates of a row; the inner error rejects the row.
    fn dates(
        &mut self,
        row: RawRow<'_>,
        record: &mut Record<'_>,
        learnt: &mut Learnt,
    ) -> Result<Result<(), Rejected>, Diagnostic> {
        for field in [Field::Created, Field::Ended, Field::Start, Field::End, Field::LastActive] {
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
                        return Ok(Err(rejected));
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
        Ok(Ok(()))
    }

    fn date(&mut self, cell: &str, line: u32, column: usize, day: bool) -> Result<Result<Read, Rejected>, Diagnostic> {
        if cell.is_empty() {
            return Ok(Ok(Read::Blank));
        }
        if !cell.as_bytes()[0].is_ascii_digit()
            || cell.len() < 8
            || cell.starts_with("1970")
            || cell.starts_with('0')
            || cell.len() > 16
        {
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
            Ok(when) => Ok(Read::At(when)),
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

/// The values of a cell that is cut.
fn parts<'c>(cell: &'c str, cut: &crate::model::Cut) -> impl Iterator<Item = &'c str> {
    cell.split(SEVERAL).flat_map(|c| c.split(cut.split.as_str())).map(str::trim).filter_map(|part| {
        let stripped = cut.strip_prefix.as_deref().and_then(|p| {
            part.get(..p.len()).filter(|start| start.eq_ignore_ascii_case(p)).map(|_| part[p.len()..].trim())
        });
        stripped.or((!cut.only_prefixed).then_some(part)).filter(|v| !v.is_empty())
    })
}

/// The first of several values.
fn one(cell: &str) -> &str {
    match memchr::memchr(SEVERAL as u8, cell.as_bytes()) {
        Some(at) => cell[..at].trim(),
        None => cell,
    }
}

/// A line such as `Total: 42 users` at the end of a list.
fn is_total(cells: Cells<'_>) -> bool {
    let Some(first) = (0..cells.len()).map(|i| cells.text(i)).find(|t| !t.is_empty()) else { return false };
    if !matches!(first.as_bytes()[0].to_ascii_lowercase(), b't' | b's' | b'g' | b'i' | b'a') {
        return false;
    }
    let word: String = first.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).take(12).collect();
    if !matches!(
        word.as_str(),
        "total" | "totals" | "sum" | "summe" | "gesamt" | "insgesamt" | "anzahl" | "subtotal" | "totaux"
    ) {
        return false;
    }
    let filled = (0..cells.len()).filter(|i| !cells.text(*i).is_empty()).count();
    filled <= 3
        && (0..cells.len()).all(|i| !cells.text(i).contains('@'))
        && (0..cells.len()).any(|i| cells.text(i).bytes().any(|b| b.is_ascii_digit()))
}
