//! Bytes become records: encoding, rows, the declared adapter, status and date vocabularies, and an account of every row.
//!
//! What a product's file looks like is declared in the catalog; no product is named in this code.

mod adapter;
mod bytes;
mod choose;
mod dates;
mod delimited;
mod footer;
mod grouped;
mod json;
mod late;
mod ldif;
mod learnt;
mod misfit;
mod open;
mod plain;
mod ragged;
mod read;
mod recognise;
mod row_dates;
mod row_names;
mod rows;
mod several;
mod sheet;
#[cfg(test)]
mod testing;
mod unread;
mod words;
mod workbook;

pub use adapter::{Plan, Said};
pub use bytes::{Container, InMemory, Input, NotThere, Survey, hex, survey, survey_if_any};
pub use learnt::Learnt;
pub use open::{Opened, Request, date_columns, open, open_surveyed};
pub use plain::{Plain, PlainRows};
pub use read::{Outcome, Outcomes, read};
pub use recognise::{Candidate, Known, Verdict, Wish, nearest};
pub use rows::AHEAD;
pub use rows::Layout;
pub use sheet::is_guarded;
pub use words::header;
