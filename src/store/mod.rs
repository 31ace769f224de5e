//! Where runs are kept: one SQLite file, or a schema on a PostgreSQL server. Both say the same to the same questions.

#![allow(clippy::disallowed_methods, reason = "this is the room for databases")]

mod append;
mod db;
mod load;
mod postgres;
mod schema;
mod sqlite;
mod stories;

pub use append::Appended;
pub use load::Moment;
pub use stories::Filter;

use crate::diag::Diagnostic;
use crate::model::DoneClaim;
use db::{Access, Db, Done, Fault, Value};
use std::path::PathBuf;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// The address of a database on a PostgreSQL server.
    Server(String),
}

impl Place {
    /// Reads what a user wrote: an address that begins with `postgres://` or `postgresql://`, else a file.
    pub fn of(written: &str) -> Self {
        if written.starts_with("postgres://") || written.starts_with("postgresql://") {
            Self::Server(written.to_owned())
        } else {
            Self::File(PathBuf::from(written))
        }
    }
}

impl std::fmt::Display for Place {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = match self {
            Self::File(path) => return write!(f, "{}", path.display()),
            Self::Server(address) => address,
        };
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let path = rest.find(['/', '?']).unwrap_or(rest.len());
        let host = rest[..path].rsplit_once('@').map_or(0, |(user, _)| user.len() + 1);
        // What follows a `?` may be a password, too.
        let end = rest.find('?').unwrap_or(rest.len());
        write!(f, "{scheme}://{}", rest.get(host..end).unwrap_or_default())
    }
}

/// An open store.
pub struct Store {
    db: Db,
    place: Place,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.place)
    }
}

impl Store {
    /// Opens a store; one of an older version is migrated. Makes a new one if that is wanted.
    ///
    /// # Errors
    /// There is none, it is damaged, it is no store of ours or of a newer version, or nobody answers.
    pub fn open(place: &Place, create: bool) -> Result<Self, Diagnostic> {
        let failed = |fault: Fault| told(place, &fault);
        let mut db = match place {
            Place::File(path) => Db::Sqlite(sqlite::Sqlite::open(path, create).map_err(failed)?),
            Place::Server(address) => {
                Db::Postgres(Box::new(postgres::Postgres::open(address, create).map_err(failed)?))
            }
        };
        migrate(&mut db, create).map_err(failed)?;
        Ok(Self { db, place: place.clone() })
    }

    /// Records what somebody says about a finding.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn claim(&mut self, claim: &DoneClaim) -> Result<(), Diagnostic> {
        let write = |db: &mut Db| {
            let no = db.number("SELECT MAX(no) FROM claim", &[])?.unwrap_or(0) + 1;
            db.run(
                "INSERT INTO claim (no, finding, said_by, ticket, note, said_at, said_second) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    no.into(),
                    (&claim.finding).into(),
                    (&claim.by).into(),
                    (&claim.ticket).into(),
                    (&claim.note).into(),
                    (&claim.at).into(),
                    claim.at_second.into(),
                ],
            )
        };
        self.within(Access::Write, write)
    }

    fn within<T>(&mut self, access: Access, work: impl FnOnce(&mut Db) -> Done<T>) -> Result<T, Diagnostic> {
        let place = &self.place;
        self.db.transaction(access, work).map_err(|fault| told(place, &fault))
    }
}

/// Brings a store to this program's version.
fn migrate(db: &mut Db, create: bool) -> Done<()> {
    if version(db)? == Some(schema::VERSION) {
        return Ok(());
    }
    db.transaction(Access::Write, |db| {
        // Another writer may have been quicker.
        let from = match version(db)? {
            Some(version) => version,
            None if !create => return Err(Fault("there is no store".to_owned())),
            None => {
                if let Db::Sqlite(file) = db
                    && file.has_other_tables()?
                {
                    return Err(Fault("this is a database of another program".to_owned()));
                }
                db.batch("CREATE TABLE store (version BIGINT NOT NULL); INSERT INTO store VALUES (0)")?;
                0
            }
        };
        let Some(steps) = usize::try_from(from).ok().and_then(|from| schema::STEPS.get(from..)) else {
            return Err(Fault(format!(
                "the store is of version {from}, and this program knows versions up to {}",
                schema::VERSION
            )));
        };
        for step in steps {
            db.batch(step)?;
        }
        db.run("UPDATE store SET version = $1", &[Value::Int(schema::VERSION)])
    })
}

/// The version of the store; none if there is no store yet.
fn version(db: &mut Db) -> Done<Option<i64>> {
    let there = match db {
        Db::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'store'",
        Db::Postgres(_) => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'coverage' AND table_name = 'store'"
        }
    };
    if db.number(there, &[])? == Some(0) {
        return Ok(None);
    }
    db.number("SELECT version FROM store", &[])
}

fn told(place: &Place, fault: &Fault) -> Diagnostic {
    let help = match (place, fault.0.as_str()) {
        (_, text) if text.contains("newer than this program") || text.contains("knows versions up to") => {
            "use a newer version of this program"
        }
        (_, "there is no store") => "`coverage snapshot` begins one",
        (Place::File(_), text) if text.contains("unable to open") => "`coverage snapshot` begins one; check the path",
        (Place::File(_), text) if text.contains("no SQLite") || text.contains("another program") => {
            "name another file with --store"
        }
        (Place::File(_), _) => {
            "check the disk and the file's permissions; a backup of the file is a backup of the store"
        }
        (Place::Server(_), _) => "check the address, the server and the user's rights",
    };
    Diagnostic::error(place.to_string(), format!("the store cannot be used: {}", fault.0)).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (written, shown) in [
            (
                "postgres://ann:se@cret@db.nordwind.example:5432/coverage?sslmode=prefer",
                "postgres://db.nordwind.example:5432/coverage",
            ),
            ("postgresql://ann:secret@/coverage?host=/run/postgresql&password=x", "postgresql:///coverage"),
            ("postgres://localhost", "postgres://localhost"),
            ("exports/history.sqlite", "exports/history.sqlite"),
        ] {
            assert_eq!(Place::of(written).to_string(), shown);
        }
    }
}
