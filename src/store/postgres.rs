//! A store on a PostgreSQL server, in a schema of its own.

use super::db::{Done, Fault, Row, Value};
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls};
use std::collections::HashMap;
use std::time::Duration;

pub(super) struct Postgres {
    client: Client,
    prepared: HashMap<String, postgres::Statement>,
}

impl From<postgres::Error> for Fault {
    fn from(e: postgres::Error) -> Self {
        // The driver's own text is only "db error"; what the server says stands behind it.
        let mut text = match e.as_db_error() {
            Some(said) => said.message().to_owned(),
            None => e.to_string(),
        };
        let mut cause = if e.as_db_error().is_some() { None } else { std::error::Error::source(&e) };
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self(text)
    }
}

impl Postgres {
    /// Connects, and makes the schema if that is wanted.
    pub(super) fn open(address: &str, create: bool) -> Done<Self> {
        let mut config: Config = address.parse()?;
        config.application_name("coverage");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(30));
        }
        let mut client = config.connect(NoTls)?;
        if create {
            // IF NOT EXISTS does not spare two beginners the race.
            client.batch_execute(
                "BEGIN; SELECT pg_advisory_xact_lock(7163384755013); CREATE SCHEMA IF NOT EXISTS coverage; COMMIT",
            )?;
        }
        client.batch_execute("SET search_path TO coverage; SET client_min_messages TO warning")?;
        Ok(Self { client, prepared: HashMap::new() })
    }

    pub(super) fn batch(&mut self, sql: &str) -> Done<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn prepared(&mut self, sql: &str) -> Done<postgres::Statement> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn run(&mut self, sql: &str, values: &[Value]) -> Done<()> {
        let statement = self.prepared(sql)?;
        let values = bound(values, statement.params());
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| &**v).collect();
        self.client.execute(&statement, &values)?;
        Ok(())
    }

    pub(super) fn rows(&mut self, sql: &str, values: &[Value], each: &mut dyn FnMut(Row) -> Done<()>) -> Done<()> {
        let statement = self.prepared(sql)?;
        let values = bound(values, statement.params());
        let mut rows = self.client.query_raw(&statement, values.iter().map(|v| &**v as &dyn ToSql))?;
        while let Some(row) = rows.next()? {
            let mut cells = Vec::with_capacity(row.len());
            for (ix, column) in row.columns().iter().enumerate() {
                let cell = match *column.type_() {
                    Type::INT8 => row.try_get::<_, Option<i64>>(ix)?.map(Value::Int),
                    Type::INT4 => row.try_get::<_, Option<i32>>(ix)?.map(|n| Value::Int(n.into())),
                    Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(ix)?.map(Value::Bytes),
                    _ => row.try_get::<_, Option<String>>(ix)?.map(Value::Text),
                };
                cells.push(cell.unwrap_or(Value::Null));
            }
            each(Row::new(cells))?;
        }
        Ok(())
    }
}

/// The values as the statement takes them; what is nothing needs a type, too.
fn bound<'v>(values: &'v [Value], types: &[Type]) -> Vec<Box<dyn ToSql + Sync + 'v>> {
    let types = types.iter().chain(std::iter::repeat(&Type::TEXT));
    let values = values.iter().zip(types).map(|(value, kind)| -> Box<dyn ToSql + Sync> {
        match value {
            Value::Int(n) => Box::new(n),
            Value::Text(text) => Box::new(text),
            Value::Bytes(bytes) => Box::new(bytes),
            Value::Null => match *kind {
                Type::INT8 => Box::new(None::<i64>),
                Type::BYTEA => Box::new(None::<Vec<u8>>),
                _ => Box::new(None::<String>),
            },
        }
    });
    values.collect()
}
