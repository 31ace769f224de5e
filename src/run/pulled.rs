//! What `coverage pull` has noted beside a list: when it was fetched, from where, and that it is all of it.

use super::Job;
use crate::diag::{Diagnostic, cause};
use crate::ingest::Input;
use crate::model::{self, When};
use crate::pull::{Provenance, SEARCH, ending_of, sidecar_of};
use std::io::{ErrorKind, Read as _};

/// A note larger than this is none.
const LARGEST: u64 = 1 << 20;

/// What is noted of a list.
pub struct Note {
    /// When it was asked for.
    pub when: When,
    /// Where it comes from.
    pub provenance: model::Provenance,
    /// What it leaves out although it is whole.
    pub leaves_out: Option<String>,
    /// The file that says so.
    pub file: Box<dyn Input + Send + Sync>,
}

/// The note beside a list, if it was fetched.
///
/// # Errors
/// The list is only a part, or is not the one that the note speaks of.
pub fn note(job: &Job<'_>, list: &str, sha256: &str) -> Result<Option<Note>, Diagnostic> {
    if ending_of(list).is_none() {
        return Ok(None);
    }
    let name = sidecar_of(list);
    let file = (job.open)(&name);
    let failed = |what: String| Diagnostic::error(&name, what);
    let mut text = Vec::new();
    match file.open().and_then(|from| from.take(LARGEST + 1).read_to_end(&mut text)) {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(format!("cannot be read: {}", cause(&e)))),
    }
    let again =
        format!("fetch the list again with `coverage pull`; if {list} was made in another way, remove this file");
    let said: Provenance = serde_json::from_slice(&text)
        .map_err(|e| failed(format!("is no note of a pull: line {}, column {}", e.line(), e.column())).help(&again))?;
    if said.sha256 != sha256 {
        return Err(failed(format!("{list} is not the file that was fetched: its SHA-256 is another one")).help(&again));
    }
    if !said.complete {
        let why = said.why_not.unwrap_or_default();
        return Err(
            failed(format!("{list} is a part of the list and stands for nobody who is not in it: {why}")).help(&again)
        );
    }
    let query: Vec<String> = said.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let provenance = model::Provenance {
        system: Some(said.host.clone()),
        scope: None,
        filter: Some(if query.is_empty() { "none".to_owned() } else { query.join("&") }),
        extracted_by: None,
        method: Some(if said.asked_by == SEARCH {
            format!("{}: search of {} at {}, {}", said.tool, said.path, said.host, said.in_pages())
        } else {
            format!("{}: {} {}{}, {}", said.tool, said.asked_by, said.host, said.path, said.in_pages())
        }),
        records: Some(said.total.unwrap_or(said.entries)),
    };
    Ok(Some(Note { when: When::At(said.made.unwrap_or(said.began)), provenance, leaves_out: said.leaves_out, file }))
}

/// What the workspace declares of a file, and where it says nothing, what is noted beside it.
pub fn with_note(declared: &model::Provenance, noted: Option<&model::Provenance>) -> model::Provenance {
    let mut all = declared.clone();
    if let Some(noted) = noted {
        let fill = |mine: &mut Option<String>, theirs: &Option<String>| {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        };
        fill(&mut all.system, &noted.system);
        fill(&mut all.filter, &noted.filter);
        fill(&mut all.method, &noted.method);
        all.records = all.records.or(noted.records);
    }
    all
}
