//! Rows of an opened file become records. Every row is accounted for: a record, excluded with a reason, or rejected with one.

use super::adapter::Said;
use super::bytes::Input;
use super::footer::{Footer, Held};
use super::learnt::Learnt;
use super::open::Opened;
use super::plain::{PlainFile, PlainRows};
use super::ragged::{ragged, whom};
use super::rows::{self, Broken, Cells, Extra, LONGEST_CELL, Layout, RawRow, Rows, SEVERAL};
use super::several::{separators, several};
use super::sheet::NO_RESULT;
use super::words::{header, is_no_number, is_nothing, one, parts};
use crate::diag::Diagnostic;
use crate::model::{Attribute, Field, Grain, Holds, Record, Rejected, UsernameIs};
use std::borrow::Cow;

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
    /// It cannot be read. Whom it is about may be told all the same: the record has what could be read, and nothing else.
    Rejected(Rejected, Option<&'r Record<'r>>),
}

/// Takes the rows of a file as what they are.
pub trait Outcomes {
    /// Whether it wants to be shown plain rows ahead.
    fn wants_plain(&self) -> bool {
        false
    }
    /// Is shown the plain ones of the next rows and marks those that it has dealt with; only the others come.
    fn plain(&mut self, _rows: &mut PlainRows<'_>) {}
    /// Takes what became of one row.
    ///
    /// # Errors
    /// Stop reading.
    fn outcome(&mut self, outcome: Outcome<'_>) -> Result<(), Diagnostic>;
}

impl<F: FnMut(Outcome<'_>) -> Result<(), Diagnostic>> Outcomes for F {
    fn outcome(&mut self, outcome: Outcome<'_>) -> Result<(), Diagnostic> {
        self(outcome)
    }
}

/// Takes each outcome; an error stops the reading.
pub type OnOutcome<'f> = dyn Outcomes + 'f;

/// Reads all rows.
///
/// # Errors
/// The file breaks off, or its dates can be read in two ways.
pub fn read(input: &dyn Input, opened: &mut Opened<'_>, on: &mut OnOutcome<'_>) -> Result<Learnt, Diagnostic> {
    let several = separators(opened);
    let reader = RowReader {
        input,
        width: opened.header.len(),
        plain: PlainFile::of(opened, &several).filter(|_| on.wants_plain() && opened.only.is_empty()),
        several,
        names: opened.header.iter().map(|h| header(h)).collect(),
        employees: opened.export.holds.contains(&Holds::Employees),
        settled: opened.date_order.is_some(),
        blank_is_never: opened.export.never.iter().any(|w| w.trim().is_empty()),
        never: opened.export.never.iter().map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect(),
        is_table: matches!(opened.layout, Layout::Csv { .. } | Layout::Sheet { .. }),
        footer: Footer::default(),
        object_class: (matches!(opened.layout, Layout::Ldif) || opened.header.iter().any(|h| h == "DN"))
            .then(|| opened.header.iter().position(|h| h.eq_ignore_ascii_case("objectClass")))
            .flatten(),
        stands: Field::ALL.iter().map(|field| stands(opened, *field)).collect(),
        opened,
    };
    let layout = reader.opened.layout.clone();
    let columns = reader.opened.header.clone();
    let survey = reader.opened.survey.clone();
    let membership = reader.opened.export.grain == Grain::Membership;
    let mut groups = super::grouped::Groups::default();
    let mut grouping = |outcome: Outcome<'_>| match outcome {
        Outcome::Record(record, _) => {
            groups.add(record);
            Ok(())
        }
        other => on.outcome(other),
    };
    let to: &mut OnOutcome<'_> = if membership { &mut grouping } else { on };
    let mut reading = Reading { reader, learnt: Learnt::default(), to };
    let extra: Extra = rows::each(input, &survey, &layout, &columns, &mut reading)?;
    reading.end()?;
    let Reading { reader, mut learnt, .. } = reading;
    learnt.total = extra.total;
    learnt.remarks = extra.remarks;
    reader.opened.breaks_off = extra.breaks_off;
    learnt.remarks.extend(super::late::unread(input.name(), reader.opened.export, &extra.late_columns));
    if membership {
        groups.give(on)?;
    }
    Ok(learnt)
}

/// A file that is being read.
struct Reading<'r, 'o, 'a> {
    reader: RowReader<'o, 'a>,
    learnt: Learnt,
    to: &'r mut OnOutcome<'r>,
}

impl Reading<'_, '_, '_> {
    /// The lines that may be a footer, once nothing follows.
    fn end(&mut self) -> Result<(), Diagnostic> {
        let (held, is_footer) = std::mem::take(&mut self.reader.footer).end();
        for held in held {
            match held {
                _ if is_footer => {
                    self.to.outcome(Outcome::Excluded { line: held.line(), reason: "a footer below the list" })?;
                }
                Held::Rejected(rejected) => self.to.outcome(Outcome::Rejected(rejected, None))?,
                Held::Row { line, cells } => {
                    let row = RawRow { line, cells: Cells::Texts(&cells), broken: None };
                    self.reader.record(row, &mut self.learnt, self.to)?;
                }
            }
        }
        Ok(())
    }
}

impl Rows for Reading<'_, '_, '_> {
    fn ahead(&mut self, rows: &[RawRow<'_>]) -> u32 {
        let Some(file) = &self.reader.plain else { return 0 };
        let mut plain = PlainRows::look(file, rows, &mut self.reader.opened.plan);
        self.to.plain(&mut plain);
        let dealt_with = plain.dealt_with();
        self.learnt.rows += u64::from(dealt_with.count_ones());
        if let Some(last) = dealt_with.checked_ilog2() {
            self.reader.footer.row(rows[last as usize].line);
        }
        dealt_with
    }
    fn row(&mut self, row: RawRow<'_>) -> Result<(), Diagnostic> {
        self.reader.row(row, &mut self.learnt, self.to)
    }
}

/// Where the text of a field stands in the rows of a file, worked out once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stands {
    Nowhere,
    /// In this column, as it is.
    In(usize),
    /// In several columns, or in parts of one.
    Here(Field),
}

fn stands(opened: &Opened<'_>, field: Field) -> Stands {
    let bound = opened.plan.bound(field);
    // The values of a list stand in one cell only where the file is no table.
    let table = matches!(opened.layout, Layout::Csv { .. } | Layout::Sheet { .. });
    match bound.columns[..] {
        [] => Stands::Nowhere,
        [column] if table && bound.cut.is_none() => Stands::In(column),
        _ => Stands::Here(field),
    }
}

pub(super) struct RowReader<'o, 'a> {
    pub(super) input: &'o dyn Input,
    pub(super) opened: &'o mut Opened<'a>,
    /// Where its plain rows have their facts, if they are wanted.
    plain: Option<PlainFile>,
    /// By field.
    pub(super) stands: Vec<Stands>,
    width: usize,
    several: Vec<char>,
    pub(super) names: Vec<String>,
    pub(super) employees: bool,
    pub(super) settled: bool,
    pub(super) blank_is_never: bool,
    pub(super) never: Vec<String>,
    is_table: bool,
    footer: Footer,
    object_class: Option<usize>,
}

impl RowReader<'_, '_> {
    fn row(&mut self, row: RawRow<'_>, learnt: &mut Learnt, on: &mut OnOutcome<'_>) -> Result<(), Diagnostic> {
        learnt.rows += 1;
        let cells = row.cells;
        match self.not_a_record(row, learnt) {
            None if self.is_table && self.footer.keep(row) => return Ok(()),
            None => self.footer.row(row.line),
            Some(Outcome::Rejected(rejected, _)) => match self.footer.take(cells, rejected) {
                Ok(()) => return Ok(()),
                Err(rejected) => return on.outcome(Outcome::Rejected(rejected, whom(row).as_ref())),
            },
            Some(outcome) => return on.outcome(outcome),
        }
        self.record(row, learnt, on)
    }

    fn record(&mut self, row: RawRow<'_>, learnt: &mut Learnt, on: &mut OnOutcome<'_>) -> Result<(), Diagnostic> {
        let cells = row.cells;
        if self.opened.only.iter().any(|(column, value)| cells.text(*column).trim() != value) {
            learnt.not_chosen(cells.text(self.opened.only[0].0).trim());
            return on.outcome(Outcome::Excluded { line: row.line, reason: "not chosen by `only`" });
        }
        let first = |field: Field| self.text(field, cells);
        let number = |field: Field| Some(first(field)).filter(|cell| !is_no_number(cell)).unwrap_or_default();
        let (id, external_id) = (first(Field::Id), number(Field::ExternalId));
        let email = self.without_id(id, Field::Email, first(Field::Email));
        let username = self.without_id(id, Field::Username, first(Field::Username));
        let (first_name, last_name) = (first(Field::FirstName), first(Field::LastName));
        let mut whole = first(Field::Name);
        // Under `User name` some products write who it is. A sign-in name that is meant as an address has no blank in it.
        let by_address = self.opened.export.username_is == UsernameIs::Address;
        let is_name = by_address && username.contains(' ') && !username.contains('@');
        let username = if is_name && whole.is_empty() && first_name.is_empty() && last_name.is_empty() {
            std::mem::replace(&mut whole, username)
        } else {
            username
        };
        let name = self.name(whole, first_name, last_name);
        let employee_id = number(Field::EmployeeId);
        if employee_id.is_empty() {
            learnt.lost_number(first(Field::EmployeeId), row.line);
        }
        if id.is_empty()
            && external_id.is_empty()
            && email.is_empty()
            && username.is_empty()
            && name.is_empty()
            && employee_id.is_empty()
        {
            let reason = "has neither id, address, user name nor name".into();
            return on.outcome(Outcome::Rejected(Rejected { line: row.line, column: None, reason }, None));
        }
        let (manager, department, title) = (first(Field::Manager), first(Field::Department), first(Field::Title));
        let mut aliases = self.values(Field::Aliases, cells);
        let mut email = email;
        if let Some(found) = several(email) {
            email = found.first;
            aliases.extend(found.others);
            if let Some(odd) = found.odd {
                learnt.no_address(odd, row.line);
            }
        }
        let home_emails = self.values(Field::HomeEmail, cells);
        let role = self.role(cells);
        let attributes = Attribute::ALL.iter().map(|a| (*a, first(a.field()))).filter(|(_, t)| !t.is_empty()).collect();

        let mut record = Record {
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
            manager,
            department,
            title,
            attributes,
            ..Record::at(row.line)
        };
        let by_day = self.decide(cells, &mut record, learnt);
        if let Err(rejected) = self.dates(row, by_day, &mut record, learnt)? {
            return on.outcome(Outcome::Rejected(rejected, Some(&record)));
        }
        on.outcome(Outcome::Record(&record, 1))
    }

    /// Rows that are none: blank, a repeated header, a totals line, too many cells, cells that are no text.
    fn not_a_record<'r>(&self, row: RawRow<'_>, learnt: &mut Learnt) -> Option<Outcome<'r>> {
        let cells = row.cells;
        let line = row.line;
        if row.broken.is_none() && cells.blank() {
            return Some(Outcome::Excluded { line, reason: "blank row" });
        }
        let rejected = |column: Option<usize>, reason: String| {
            Some(Outcome::Rejected(Rejected { line, column: column.map(|c| c as u32 + 1), reason }, None))
        };
        match row.broken {
            Some(Broken::NotText(i)) => return rejected(Some(i), "the cell is not text in the file's encoding".into()),
            Some(Broken::NoObject) => {
                return rejected(None, "is a single value or a list, not a record (`{…}`)".into());
            }
            None => {}
        }
        if let Some(i) = cells.longer_than(LONGEST_CELL) {
            return rejected(Some(i), format!("the cell is longer than {} KiB", LONGEST_CELL >> 10));
        }
        if cells.len() > self.width
            && let Some(i) = (self.width..cells.len()).find(|i| !matches!(cells.text(*i), "" | NO_RESULT))
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
        if self.names.len() > 1 && cells.text(0).eq_ignore_ascii_case(&self.opened.header[0]) {
            // A second row of labels names most of the columns, too.
            let filled = || (0..cells.len().min(self.width)).filter(|i| !cells.text(*i).is_empty());
            if filled().filter(|i| header(cells.text(*i)) == self.names[*i]).count() * 2 > filled().count() {
                return Some(Outcome::Excluded { line, reason: "the header repeated" });
            }
        }
        if let Some(classes) = self.object_class.map(|i| cells.text(i).to_lowercase())
            && !classes.is_empty()
            && !["person", "user", "account", "computer"].iter().any(|c| classes.contains(c))
        {
            return Some(Outcome::Excluded { line, reason: "a directory entry that is no person's" });
        }
        if matches!(self.opened.layout, Layout::Sheet { .. })
            && let Some(outcome) = self.without_result(row)
        {
            return Some(outcome);
        }
        if cells.is_total() {
            return Some(Outcome::Excluded { line, reason: "totals line" });
        }
        // A workbook leaves the blank cells at the end of a row out.
        if cells.len() < self.width && matches!(cells, Cells::Line { .. }) {
            if let Some(reason) = ragged(self.opened, cells) {
                return rejected(Some(cells.len()), reason);
            }
            learnt.short_rows += 1;
        }
        None
    }

    /// A row of a workbook of which a formula hides what is looked for.
    fn without_result<'r>(&self, row: RawRow<'_>) -> Option<Outcome<'r>> {
        let (cells, line) = (row.cells, row.line);
        let hidden = |i: &usize| cells.raw(*i) == NO_RESULT;
        (0..cells.len()).find(hidden)?;
        if let Some(i) = (0..cells.len()).filter(hidden).find(|i| !self.opened.plan.unused.contains(i)) {
            let column = super::misfit::clip(&self.opened.header[i], 40);
            let what = format!("`{column}` is a formula without its result");
            let reason = format!("{what}: open the workbook in a spreadsheet program and save it");
            return Some(Outcome::Rejected(Rejected { line, column: Some(i as u32 + 1), reason }, None));
        }
        let blank = (0..cells.len()).all(|i| hidden(&i) || cells.text(i).is_empty());
        blank.then_some(Outcome::Excluded { line, reason: "blank row" })
    }

    /// The first text that a row has for a field; empty if it has none.
    fn text<'c>(&self, field: Field, cells: Cells<'c>) -> &'c str {
        match self.stands[field as usize] {
            Stands::Nowhere => "",
            Stands::In(column) => cells.text(column),
            Stands::Here(field) => {
                let bound = self.opened.plan.bound(field);
                let value = |i: &usize| match &bound.cut {
                    Some(cut) => parts(cells.text(*i), cut).next().unwrap_or(""),
                    None => one(cells.text(*i)),
                };
                let mut filled = bound.columns.iter().map(value).filter(|t| !t.is_empty());
                // Beside the address there may stand a word for "none", or how many addresses there are.
                let address = (field == Field::Email).then(|| filled.clone().find(|t| t.contains('@'))).flatten();
                address.or_else(|| filled.next()).unwrap_or("")
            }
        }
    }

    /// What stands in a field without the row's own id, where the product puts that before it.
    fn without_id<'c>(&self, id: &str, field: Field, text: &'c str) -> &'c str {
        const DIGITS: usize = 32;
        if !self.opened.export.own_id_before.contains(&field) {
            return text;
        }
        let bare: String = id.chars().filter(|c| *c != '-').collect();
        let is_guid = bare.len() == DIGITS && bare.bytes().all(|b| b.is_ascii_hexdigit());
        let before = text.get(..DIGITS).filter(|before| is_guid && before.eq_ignore_ascii_case(&bare));
        before.map_or(text, |_| &text[DIGITS..])
    }

    fn values<'c>(&self, field: Field, cells: Cells<'c>) -> Vec<&'c str> {
        if matches!(self.stands[field as usize], Stands::Nowhere) {
            return Vec::new();
        }
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
        match self.stands[Field::Role as usize] {
            Stands::Nowhere => return Cow::Borrowed(""),
            Stands::In(column) => {
                let cell = cells.text(column);
                return Cow::Borrowed(if cell.len() > 1 && is_nothing(cell) { "" } else { cell });
            }
            Stands::Here(_) => {}
        }
        let bound = self.opened.plan.bound(Field::Role);
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

    /// What the words of a row mean; gives the column of the day that has decided its status, if one has.
    fn decide<'c>(&mut self, cells: Cells<'c>, record: &mut Record<'c>, learnt: &mut Learnt) -> Option<usize> {
        let mut by_day = None;
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
            let (said, raw) = plan.status.decide(cells);
            // That the login is filled in can be all that a list says of the status; its text is no status then.
            let is_name = [record.id, record.email, record.username].contains(&raw);
            record.raw_status = if is_name { "" } else { raw };
            match said {
                Said::Word(word) => record.status = word,
                Said::Day(word, column) => (record.status, by_day) = (word, Some(column)),
                Said::Unexplained(column) => unexplained(Some(column), raw),
                Said::Nothing => {}
            }
        }
        if plan.person_status.is_told() {
            let (said, raw) = plan.person_status.decide(cells);
            record.raw_status = raw;
            match said {
                Said::Word(word) | Said::Day(word, _) => record.person_status = word,
                Said::Unexplained(column) => unexplained(Some(column), raw),
                Said::Nothing => {}
            }
        }
        if let Some(word) = plan.worker.decide(cells).0.word() {
            record.worker = word;
        }
        if let Some(word) = plan.kind.decide(cells).0.word() {
            record.kind = word;
        }
        if let Some(word) = plan.sign_in.decide(cells).0.word() {
            record.sign_in = word;
        }
        if plan.privileged.is_told() {
            record.privileged = plan.privileged.any(cells, &self.several);
        }
        by_day
    }
}
