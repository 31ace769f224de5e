//! Rows of the plainest kind: a table whose accounts are known by one address, words that are explained, and dates in the
//! ISO form. Most rows of most rosters are of this kind, and are shown ahead with the few facts that decide whether there
//! is anything to say about them. What is not plain in any way comes as a record, like every row of every other file.

use super::adapter::{Plan, Said};
use super::dates;
use super::open::Opened;
use super::rows::{AHEAD, Cells, LONGEST_CELL, Layout, RawRow};
use super::several::several;
use crate::model::{AccountStatus, Field, Grain, UsernameIs, When};

/// What a plain row says of its account.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'r> {
    /// Its line.
    pub line: u32,
    /// The address as written; whether it is one has not been looked at.
    pub address: &'r str,
    /// The product's own id; empty if the file has none.
    pub id: &'r str,
    /// The status; unknown if the file tells none.
    pub status: AccountStatus,
    /// Whether it has an administrator's rights.
    pub privileged: Option<bool>,
    last_active: &'r str,
}

impl Plain<'_> {
    /// When it was last used; none if never or not said.
    pub fn last_active(&self) -> Option<When> {
        dates::iso(self.last_active.as_bytes())
    }
}

/// The columns of a file whose rows can be plain.
#[derive(Debug, Clone)]
pub struct PlainFile {
    width: usize,
    email: usize,
    id: Option<usize>,
    dates: Vec<(Field, usize)>,
    several: Vec<char>,
}

impl PlainFile {
    /// Of a table that knows accounts by nothing but an address; none of any other file.
    pub fn of(opened: &Opened<'_>, several: &[char]) -> Option<Self> {
        let column = |field: Field| match opened.plan.bound(field) {
            bound if bound.cut.is_some() => None,
            bound => match bound.columns[..] {
                [] => Some(None),
                [one] => Some(Some(one)),
                _ => None,
            },
        };
        let absent = |field: Field| opened.plan.field(field).is_empty();
        let by_address_only = [Field::ExternalId, Field::EmployeeId, Field::Aliases].into_iter().all(absent)
            && (absent(Field::Username) || opened.export.username_is == UsernameIs::Handle);
        // A word that has the form of a date and means "never".
        let own_never = opened.export.never.iter().any(|word| word.trim().starts_with(|c: char| c.is_ascii_digit()));
        // Words of a person's status are learnt, which the plain facts do not do.
        let table = matches!(opened.layout, Layout::Csv { .. })
            && opened.export.grain == Grain::Account
            && !opened.plan.person_status.is_told();
        if !table || !by_address_only || own_never || opened.export.expires || !opened.export.own_id_before.is_empty() {
            return None;
        }
        let mut dates = Vec::new();
        for field in [Field::Created, Field::Ended, Field::Start, Field::End, Field::LastActive] {
            dates.extend(column(field)?.map(|column| (field, column)));
        }
        Some(Self {
            width: opened.header.len(),
            email: column(Field::Email)??,
            id: column(Field::Id)?,
            dates,
            several: several.to_vec(),
        })
    }

    /// The plain facts of a row; none if anything about it wants a closer look.
    pub fn look<'r>(&self, row: &RawRow<'r>, plan: &mut Plan) -> Option<Plain<'r>> {
        let cells = row.cells;
        let short = matches!(cells, Cells::Line { text, .. } if text.len() <= LONGEST_CELL);
        if !short || cells.len() != self.width || row.broken.is_some() {
            return None;
        }
        let address = cells.text(self.email);
        if several(address).is_some() {
            return None;
        }
        let mut plain = Plain {
            line: row.line,
            address,
            id: self.id.map_or("", |column| cells.text(column)),
            status: AccountStatus::Unknown,
            privileged: None,
            last_active: "",
        };
        for &(field, column) in &self.dates {
            let cell = cells.text(column);
            // The years of the epochs are how some systems write "never".
            if !cell.is_empty()
                && (!dates::is_iso(cell.as_bytes())
                    || cell.starts_with("1970")
                    || cell.starts_with("1900")
                    || cell.starts_with("1899")
                    || cell.starts_with('0'))
            {
                return None;
            }
            if field == Field::LastActive {
                plain.last_active = cell;
            }
        }
        if plan.status.is_told() {
            // A day that ends an account is looked at.
            let (Said::Word(status), _) = plan.status.decide(cells) else { return None };
            plain.status = status;
        }
        if plan.kind.is_told()
            && let Some(kind) = plan.kind.decide(cells).0.word()
            && kind.is_non_human()
        {
            return None;
        }
        if plan.privileged.is_told() {
            plain.privileged = plan.privileged.any(cells, &self.several);
        }
        Some(plain)
    }
}

/// The plain ones among the rows that come next.
#[derive(Debug)]
pub struct PlainRows<'r> {
    rows: Vec<(u8, Plain<'r>)>,
    dealt_with: u32,
}

impl<'r> PlainRows<'r> {
    /// Looks at the rows that come next.
    pub fn look(file: &PlainFile, rows: &[RawRow<'r>], plan: &mut Plan) -> Self {
        let rows = rows.iter().zip(0u8..AHEAD as u8);
        Self { rows: rows.filter_map(|(row, at)| Some((at, file.look(row, plan)?))).collect(), dealt_with: 0 }
    }

    /// The plain rows, each with its number.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Plain<'r>)> + '_ {
        self.rows.iter().enumerate().map(|(n, (_, plain))| (n, plain))
    }

    /// Says that nothing more is to be done about a row of [`PlainRows::iter`]; what is left to do is with its facts.
    pub fn deal_with(&mut self, number: usize) -> Option<Plain<'r>> {
        let (at, plain) = self.rows.get(number)?;
        self.dealt_with |= 1 << at;
        Some(*plain)
    }

    /// A bit for each of the rows that were looked at: whether it is dealt with.
    pub const fn dealt_with(&self) -> u32 {
        self.dealt_with
    }
}
