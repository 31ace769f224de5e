//! What a test of the readers needs: bytes are opened and read with the exports of the catalog.

use super::{InMemory, Known, Outcome, Request, Wish, open, read};
use crate::catalog::Catalog;
use crate::model::Holds;
use crate::run::known;
use jiff::tz::TimeZone;
use std::sync::OnceLock;

/// What became of a file.
#[derive(Debug, Default)]
pub struct Told {
    /// `line: address or user name, name, status` of each record, `line: reason` of each other row.
    pub rows: Vec<String>,
    /// Remarks, on opening it and on reading it.
    pub warnings: Vec<String>,
    /// Whether it says of accounts whether they live.
    pub has_status: bool,
    /// Why it cannot be used.
    pub problem: Option<String>,
}

/// The exports of the catalog.
pub fn exports() -> &'static Known<'static> {
    static KNOWN: OnceLock<Known<'static>> = OnceLock::new();
    KNOWN.get_or_init(|| known(Catalog::embedded()))
}

/// Reads a file that must hold that.
pub fn told(holds: Holds, bytes: &[u8]) -> Told {
    let file = InMemory { name: "f".into(), bytes: bytes.to_vec() };
    let wish = Wish { holds: Some(holds), said: true, ..Wish::default() };
    let mut told = Told::default();
    let mut opened = match open(&file, Request { wish, ..Request::default() }, exports(), &TimeZone::UTC) {
        Ok(opened) => opened,
        Err(problem) => return Told { problem: Some(problem.to_string()), ..told },
    };
    told.has_status = opened.tells_status();
    told.warnings = opened.warnings.iter().map(ToString::to_string).collect();
    let rows = &mut told.rows;
    let learnt = read(&file, &mut opened, &mut |outcome: Outcome<'_>| {
        rows.push(match outcome {
            Outcome::Record(r, _) => {
                let end = r.end.map_or(String::new(), |end| format!(", left {end}"));
                let who = if r.email.is_empty() { r.username } else { r.email };
                format!("{}: {who}, {}, {}{end}", r.line, r.name, r.status)
            }
            Outcome::Excluded { line, reason } => format!("{line}: {reason}"),
            Outcome::Rejected(r, _) => format!("{}: rejected: {}", r.line, r.reason),
        });
        Ok(())
    });
    match learnt {
        Ok(learnt) => {
            assert_eq!(learnt.rows, told.rows.len() as u64);
            told.warnings.extend(learnt.remarks.iter().map(ToString::to_string));
        }
        Err(problem) => told.problem = Some(problem.to_string()),
    }
    told
}
