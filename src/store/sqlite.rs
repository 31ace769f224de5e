//! A store in one SQLite file.

use super::db::{Done, Fault, Row, Value};
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::Path;
use std::time::Duration;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Sqlite(Connection);

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as E;
        Self(match e.sqlite_error_code() {
            Some(E::NotADatabase) => "this file is no SQLite database".to_owned(),
            Some(E::DatabaseBusy | E::DatabaseLocked) => {
                "another program has been writing to it for a minute".to_owned()
            }
            Some(E::ReadOnly) => "it may not be written to".to_owned(),
            _ => e.to_string(),
        })
    }
}

impl Sqlite {
    /// Opens a file, and makes it if that is wanted.
    pub(super) fn open(path: &Path, create: bool) -> Done<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(PATIENCE)?;
        // A run that is killed leaves a journal beside the file; whoever opens it next rolls back.
        db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        Ok(Self(db))
    }

    pub(super) fn batch(&self, sql: &str) -> Done<()> {
        Ok(self.0.execute_batch(&sql.replace("BYTEA", "BLOB"))?)
    }

    pub(super) fn run(&self, sql: &str, values: &[Value]) -> Done<()> {
        let mut statement = self.0.prepare(&sql.replace('$', "?"))?;
        statement.execute(params_from_iter(values))?;
        Ok(())
    }

    pub(super) fn rows(&self, sql: &str, values: &[Value], each: &mut dyn FnMut(Row) -> Done<()>) -> Done<()> {
        let mut statement = self.0.prepare(&sql.replace('$', "?"))?;
        let width = statement.column_count();
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let mut cells = Vec::with_capacity(width);
            for column in 0..width {
                cells.push(match row.get_ref(column)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(n) => Value::Int(n),
                    ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                    ValueRef::Real(_) => return Err(Fault("the store is damaged: it holds a fraction".to_owned())),
                });
            }
            each(Row::new(cells))?;
        }
        Ok(())
    }

    /// Whether tables of other programs stand in the file.
    pub(super) fn has_other_tables(&self) -> Done<bool> {
        let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'";
        Ok(self.0.query_row(sql, [], |row| row.get::<_, i64>(0))? > 0)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Cell::Null),
            Self::Int(n) => ToSqlOutput::Owned(Cell::Integer(*n)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
