//! What `coverage pull` has noted beside a list: when it was fetched, from where, and that it is all of it.

use crate::diag::{Diagnostic, cause};
use crate::ingest::{self, Input, Known, Opened, Request, Survey, Wish, survey, survey_if_any};
use crate::model::{self, When};
use crate::pull::{Provenance, SEARCH, ending_of, sidecar_of};
use jiff::tz::TimeZone;
use std::io::{ErrorKind, Read as _};

/// Opens a file by its name.
type Open<'o> = dyn Fn(&str) -> Box<dyn Input + Send + Sync> + 'o;

/// A note larger than this is none.
const LARGEST: u64 = 1 << 20;

/// What is noted of a list.
pub struct Note {
    /// When it was asked for.
    pub when: When,
    /// Where it comes from.
    pub provenance: model::Provenance,
    /// Who counted its records.
    counted_by: DeclaredBy,
    /// What it leaves out although it is whole.
    pub leaves_out: Option<String>,
    /// The file that says so.
    pub file: Box<dyn Input + Send + Sync>,
}

/// Who says how many records a list has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeclaredBy {
    /// coverage.yaml.
    #[default]
    Workspace,
    /// The server from which it was fetched.
    Server,
    /// Whoever fetched it, and counted what came.
    Pull,
}

impl DeclaredBy {
    /// What coverage.yaml says counts before what is noted.
    pub fn of(declared: &model::Provenance, note: Option<&Note>) -> Self {
        match note {
            Some(note) if declared.records.is_none() => note.counted_by,
            _ => Self::Workspace,
        }
    }

    /// Before the number.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Workspace => "coverage.yaml declares",
            Self::Server => "the server said that there were",
            Self::Pull => "`coverage pull` counted",
        }
    }

    /// Behind "the records that".
    pub const fn of_these(self) -> &'static str {
        match self {
            Self::Server => "the server said there were",
            Self::Workspace | Self::Pull => self.says(),
        }
    }
}

/// A note as it stands beside a list. Whether it speaks of that list is not yet known.
struct Beside {
    said: Provenance,
    file: Box<dyn Input + Send + Sync>,
}

impl Beside {
    /// Whether it says that the whole list is nobody, so that an empty file is no accident.
    fn is_of_nobody(&self) -> bool {
        self.said.complete && self.said.entries == 0 && self.said.bytes == 0
    }

    fn survey(&self, list: &dyn Input, encoding: Option<&str>) -> Result<Survey, Diagnostic> {
        if self.is_of_nobody() { survey_if_any(list, encoding) } else { survey(list, encoding) }
    }
}

/// Opens a file: as what it was fetched as, where that is noted beside it.
///
/// # Errors
/// It cannot be used, or is not the whole list that the note speaks of.
pub fn opened<'a>(
    open: &Open<'_>,
    file: &dyn Input,
    request: Request<'_>,
    known: &Known<'a>,
    zone: &TimeZone,
) -> Result<(Opened<'a>, Option<Note>), Diagnostic> {
    let Some(beside) = beside(open, file.name())? else {
        return Ok((ingest::open(file, request, known, zone)?, None));
    };
    let survey = beside.survey(file, request.encoding)?;
    let export = beside.said.export.clone();
    let note = note(beside, file.name(), &survey.sha256)?;
    let request = Request { wish: Wish { fetched: Some(&export), ..request.wish }, ..request };
    Ok((ingest::open_surveyed(file, survey, request, known, zone)?, Some(note)))
}

/// The same for whoever only looks at a file: a part of a list will do, and a note that speaks of another file says nothing.
///
/// # Errors
/// It cannot be used.
pub fn looked_at<'a>(
    open: &Open<'_>,
    file: &dyn Input,
    request: Request<'_>,
    known: &Known<'a>,
    zone: &TimeZone,
) -> Result<Opened<'a>, Diagnostic> {
    let Ok(Some(beside)) = beside(open, file.name()) else { return ingest::open(file, request, known, zone) };
    let survey = beside.survey(file, request.encoding)?;
    let fetched = (beside.said.sha256 == survey.sha256).then_some(beside.said.export.as_str());
    let request = Request { wish: Wish { fetched, ..request.wish }, ..request };
    ingest::open_surveyed(file, survey, request, known, zone)
}

/// The note beside a list, if it was fetched.
///
/// # Errors
/// What stands there is none.
fn beside(open: &Open<'_>, list: &str) -> Result<Option<Beside>, Diagnostic> {
    if ending_of(list).is_none() {
        return Ok(None);
    }
    let name = sidecar_of(list);
    let file = open(&name);
    let failed = |what: String| Diagnostic::error(&name, what);
    let mut text = Vec::new();
    match file.open().and_then(|from| from.take(LARGEST + 1).read_to_end(&mut text)) {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(format!("cannot be read: {}", cause(&e)))),
    }
    let said: Provenance = serde_json::from_slice(&text).map_err(|e| {
        failed(format!("is no note of a pull: line {}, column {}", e.line(), e.column())).help(again(list))
    })?;
    Ok(Some(Beside { said, file }))
}

fn again(list: &str) -> String {
    format!("fetch the list again with `coverage pull`; if {list} was made in another way, remove this file")
}

/// What a note says of a list.
///
/// # Errors
/// The list is only a part, or is not the one that the note speaks of.
fn note(Beside { said, file }: Beside, list: &str, sha256: &str) -> Result<Note, Diagnostic> {
    let failed = |what: String| Diagnostic::error(file.name(), what).help(again(list));
    if said.sha256 != sha256 {
        return Err(failed(format!("{list} is not the file that was fetched: its SHA-256 is another one")));
    }
    if !said.complete {
        let why = said.why_not.unwrap_or_default();
        return Err(failed(format!("{list} is a part of the list and stands for nobody who is not in it: {why}")));
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
    let counted_by = if said.total.is_some() { DeclaredBy::Server } else { DeclaredBy::Pull };
    let when = When::at(said.made.unwrap_or(said.began));
    Ok(Note { when, provenance, counted_by, leaves_out: said.leaves_out, file })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::ingest::{InMemory, NotThere, hex};
    use crate::model::Holds;
    use crate::run::known;
    use serde_json::json;
    use sha2::{Digest as _, Sha256};

    /// Opens a list with a note beside it.
    fn fetched(
        pull: (&str, &str),
        list: &str,
        more: &serde_json::Value,
        export: Option<&str>,
    ) -> Result<String, String> {
        let mut note = json!({
            "schema_version": "1", "tool": "coverage 0.1.0", "pull": pull.0, "export": pull.1, "host": "https://lumen.example",
            "path": "/Users", "query": [], "began": "2026-11-20T06:00:00Z", "ended": "2026-11-20T06:00:01Z", "pages": 1,
            "requests": 1, "retries": 0, "restarts": 0, "entries": list.lines().count(), "repeats": 0, "total": null,
            "complete": true, "why_not": null, "sha256": hex(&Sha256::digest(list)), "bytes": list.len(),
        });
        for (name, value) in more.as_object().unwrap() {
            note[name] = value.clone();
        }
        let memory = |name: &str, text: &str| InMemory { name: name.into(), bytes: text.as_bytes().to_vec() };
        let open = |name: &str| -> Box<dyn Input + Send + Sync> {
            if name == "lumen.pull.json" {
                Box::new(memory(name, &note.to_string()))
            } else {
                Box::new(NotThere { name: name.to_owned() })
            }
        };
        let catalog = Catalog::embedded();
        let wish = Wish { holds: Some(Holds::Accounts), product: Some("figma"), export, ..Wish::default() };
        let request = Request { wish, ..Request::default() };
        let file = memory("lumen.jsonl", list);
        let (mut opened, _) =
            opened(&open, &file, request, &known(catalog), &TimeZone::UTC).map_err(|d| d.to_string())?;
        let mut told = opened.export.id.clone();
        ingest::read(&file, &mut opened, &mut |outcome: ingest::Outcome<'_>| {
            if let ingest::Outcome::Record(r, _) = outcome {
                told += &format!(" {} {}", r.email, r.status);
            }
            Ok(())
        })
        .map_err(|d| d.to_string())?;
        Ok(told)
    }

    const SCIM: (&str, &str) = ("scim-users", "scim-list-response");

    #[test]
    fn a_fetched_list_is_read_as_what_it_was_fetched_as() {
        let user = r#"{"id": "s1", "userName": "bob", "emails": [{"value": "bob@lumen.example", "primary": true}], "active": true}"#;
        let read = fetched(SCIM, user, &json!({}), None);
        assert_eq!(read.unwrap(), "scim-list-response bob@lumen.example active", "without `schemas`");
        let with_a_list = user.replace("\"id\"", "\"value\": [{\"id\": 1, \"email\": \"no@lumen.example\"}], \"id\"");
        let read = fetched(SCIM, &with_a_list, &json!({}), None);
        assert_eq!(read.unwrap(), "scim-list-response bob@lumen.example active", "an entry may hold lists");
        let member = r#"{"id": "m1", "email": "bob@lumen.example", "role": "admin"}"#;
        let webflow = ("webflow-members", "webflow-members-api");
        assert!(
            fetched(webflow, member, &json!({}), None).unwrap().starts_with("webflow-members-api bob@lumen.example")
        );
    }

    #[test]
    fn an_export_that_is_declared_wins_over_what_is_noted() {
        let member = r#"{"id": "s1", "email": "bob@lumen.example", "userName": "bob"}"#;
        let read = fetched(SCIM, member, &json!({}), Some("generic-roster-json"));
        assert!(read.unwrap().starts_with("generic-roster-json bob@lumen.example"));
    }

    #[test]
    fn a_fetched_list_that_cannot_be_read_as_noted_is_refused() {
        let no_user = r#"{"email": "bob@lumen.example", "status": "active"}"#;
        let why = fetched(("okta-app-users", "okta-app-users-api"), no_user, &json!({}), None).unwrap_err();
        assert!(why.contains("this is okta-app-users-api") && why.contains("not the roster of an app"), "{why}");
        let why = fetched(SCIM, r#"{"who": "bob"}"#, &json!({}), None).unwrap_err();
        assert!(why.contains("it was fetched as scim-list-response") && why.contains("none of the columns"), "{why}");
        let why = fetched(("x", "no-such-export"), no_user, &json!({}), None).unwrap_err();
        assert!(why.contains("`no-such-export` is no known export"), "{why}");
        let why = fetched(("x", "github-members-csv"), no_user, &json!({}), None).unwrap_err();
        assert!(why.contains("no known export") || why.contains("is a table"), "{why}");
        let why = fetched(SCIM, no_user, &json!({"sha256": "0"}), None).unwrap_err();
        assert!(why.contains("is not the file that was fetched"), "{why}");
    }

    #[test]
    fn an_empty_file_is_a_list_of_nobody_only_where_the_note_says_so() {
        assert_eq!(fetched(SCIM, "", &json!({}), None).unwrap(), "scim-list-response");
        let github = ("github-outside-collaborators", "github-outside-collaborators-api");
        assert_eq!(fetched(github, "", &json!({}), Some(github.1)).unwrap(), github.1);
        for more in [json!({"entries": 3}), json!({"complete": false}), json!({"bytes": 7})] {
            let why = fetched(SCIM, "", &more, None).unwrap_err();
            assert!(why.contains("the file is empty"), "{why}");
        }
    }

    #[test]
    fn who_counted_the_records_is_told() {
        use super::super::guard::{Facts, Listed, guard};
        use crate::model::{Check, SourceRole};
        let said = |declared_by, records| {
            let made = When::at("2026-11-20T06:00:00Z".parse().unwrap());
            let file = Listed {
                declared: Some(2),
                declared_by,
                answer: true,
                ..Listed::of("lumen.jsonl".to_owned(), records, made)
            };
            let files = [file];
            let (role, id) = (SourceRole::Roster, "lumen");
            let facts =
                Facts { role, id, files: &files, read: records, live: records, roster: None, accept: Vec::new() };
            let guard = guard(&<_>::default(), &facts, None, &TimeZone::UTC);
            let saw = guard.0.iter().find(|c| c.check == Check::DeclaredTotal).unwrap();
            saw.saw.clone()
        };
        assert_eq!(said(DeclaredBy::Server, 2), "lumen.jsonl holds 2 records, and the server said that there were 2");
        assert_eq!(said(DeclaredBy::Pull, 2), "lumen.jsonl holds 2 records, and `coverage pull` counted 2");
        assert_eq!(said(DeclaredBy::Workspace, 2), "lumen.jsonl holds 2 records, and coverage.yaml declares 2");
        assert_eq!(said(DeclaredBy::Server, 1), "lumen.jsonl holds 1 of the 2 records that the server said there were");
        assert_eq!(said(DeclaredBy::Pull, 1), "lumen.jsonl holds 1 of the 2 records that `coverage pull` counted");
    }
}
