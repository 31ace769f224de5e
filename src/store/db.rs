//! One connection of either kind, spoken to in the SQL that both understand.
//!
//! Parameters are written `$1`, and every column is a whole number, a text or bytes.

use super::postgres::Postgres;
use super::sqlite::Sqlite;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What went wrong, in the words of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub String);

pub(super) type Done<T> = Result<T, Fault>;

/// How a transaction works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Sees one state of the store throughout.
    Read,
    /// Is the only one that writes.
    Write,
}

/// A connection.
pub(super) enum Db {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Db {
    /// Does something in one transaction: all of it or nothing.
    pub(super) fn transaction<T>(&mut self, access: Access, work: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        let begin = match (&*self, access) {
            (Self::Sqlite(_), Access::Read) => "BEGIN",
            (Self::Sqlite(_), Access::Write) => "BEGIN IMMEDIATE",
            (Self::Postgres(_), Access::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // The number is ours by convention only; whoever else writes here asks for it, too.
            (Self::Postgres(_), Access::Write) => "BEGIN; SELECT pg_advisory_xact_lock(7163384755013)",
        };
        self.batch(begin)?;
        match work(self) {
            Ok(done) => self.batch("COMMIT").map(|()| done),
            Err(fault) => {
                // The first fault is the one to tell.
                let _ = self.batch("ROLLBACK");
                Err(fault)
            }
        }
    }

    /// Runs statements without parameters.
    pub(super) fn batch(&mut self, sql: &str) -> Done<()> {
        match self {
            Self::Sqlite(db) => db.batch(sql),
            Self::Postgres(db) => db.batch(sql),
        }
    }

    /// Runs a statement.
    pub(super) fn run(&mut self, sql: &str, values: &[Value]) -> Done<()> {
        match self {
            Self::Sqlite(db) => db.run(sql, values),
            Self::Postgres(db) => db.run(sql, values),
        }
    }

    /// Asks, and looks at each row of the answer.
    pub(super) fn rows(&mut self, sql: &str, values: &[Value], each: &mut dyn FnMut(Row) -> Done<()>) -> Done<()> {
        match self {
            Self::Sqlite(db) => db.rows(sql, values, each),
            Self::Postgres(db) => db.rows(sql, values, each),
        }
    }

    /// The first whole number of the first row of an answer.
    pub(super) fn number(&mut self, sql: &str, values: &[Value]) -> Done<Option<i64>> {
        let mut found = None;
        self.rows(sql, values, &mut |mut row| {
            found = found.or(row.maybe_int()?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Enters rows into a table, many with one statement. `columns` are its columns in the order of the values.
    pub(super) fn insert(&mut self, table: &str, columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> Done<()> {
        /// PostgreSQL takes no more than 65,535 parameters, SQLite 32,766.
        const MOST: usize = 12_000;
        let at_once = (MOST / columns.len()).max(1);
        let mut values: Vec<Value> = Vec::new();
        let mut count = 0;
        let mut rows = rows.peekable();
        while let Some(row) = rows.next() {
            values.extend(row);
            count += 1;
            if count == at_once || rows.peek().is_none() {
                let sql = insert(table, columns, count);
                self.run(&sql, &values)?;
                values.clear();
                count = 0;
            }
        }
        Ok(())
    }
}

fn insert(table: &str, columns: &[&str], rows: usize) -> String {
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            let comma = if column == 0 { "" } else { ", " };
            sql.push_str(&format!("{comma}${}", row * columns.len() + column + 1));
        }
        sql.push(')');
    }
    sql
}

/// A row of an answer; its cells are taken one after the other.
pub(super) struct Row {
    cells: std::vec::IntoIter<Value>,
}

impl Row {
    pub(super) fn new(cells: Vec<Value>) -> Self {
        Self { cells: cells.into_iter() }
    }
    pub(super) fn maybe_int(&mut self) -> Done<Option<i64>> {
        match self.cells.next() {
            Some(Value::Int(n)) => Ok(Some(n)),
            Some(Value::Null) => Ok(None),
            other => Err(odd("a whole number", other.as_ref())),
        }
    }
    pub(super) fn int(&mut self) -> Done<i64> {
        self.maybe_int()?.ok_or_else(|| odd("a whole number", None))
    }
    pub(super) fn maybe_text(&mut self) -> Done<Option<String>> {
        match self.cells.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            other => Err(odd("a text", other.as_ref())),
        }
    }
    pub(super) fn text(&mut self) -> Done<String> {
        self.maybe_text()?.ok_or_else(|| odd("a text", None))
    }
    pub(super) fn bytes(&mut self) -> Done<Vec<u8>> {
        match self.cells.next() {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            other => Err(odd("bytes", other.as_ref())),
        }
    }
    /// A number of a run, an index or a count.
    pub(super) fn small(&mut self) -> Done<u32> {
        let n = self.int()?;
        u32::try_from(n).map_err(|_| Fault(format!("the store is damaged: {n} is no number of a run")))
    }
    pub(super) fn yes(&mut self) -> Done<bool> {
        Ok(self.int()? != 0)
    }
    /// A word of a closed list.
    pub(super) fn word<T>(&mut self, of: impl Fn(&str) -> Option<T>) -> Done<T> {
        let word = self.text()?;
        of(&word)
            .ok_or_else(|| Fault(format!("the store is damaged or newer than this program: `{word}` is unknown here")))
    }
    pub(super) fn span(&mut self) -> Done<Option<crate::model::Span>> {
        let (from, to) = (self.maybe_int()?, self.maybe_int()?);
        Ok(from.zip(to).map(|(from, to)| crate::model::Span { from, to }))
    }
}

fn odd(wanted: &str, found: Option<&Value>) -> Fault {
    let found = match found {
        None | Some(Value::Null) => "nothing",
        Some(Value::Int(_)) => "a whole number",
        Some(Value::Text(_)) => "a text",
        Some(Value::Bytes(_)) => "bytes",
    };
    Fault(format!("the store is damaged: {wanted} was expected, and there is {found}"))
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<u32> for Value {
    fn from(n: u32) -> Self {
        Self::Int(n.into())
    }
}
impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Int(yes.into())
    }
}
impl From<u64> for Value {
    /// Bit by bit: keys use all 64.
    fn from(n: u64) -> Self {
        Self::Int(n.cast_signed())
    }
}
impl From<&str> for Value {
    /// No database keeps a zero character in a text.
    fn from(text: &str) -> Self {
        Self::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() })
    }
}
impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}
