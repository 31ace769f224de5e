//! `coverage link --list`: the accounts that wait for somebody to decide whose they are.

use super::Format;
use crate::cli::Outcome;
use crate::cli::report::no_such_app;
use crate::cli::selection::Selection;
use crate::cli::store::KeptRuns;
use crate::diag::visible;
use crate::model::{AccountFacts, PersonIx, Place, Situation, When, status_words};
use crate::rules::cases::{AccountCase, Company};
use crate::rules::decide;
use crate::run::Watch;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The version of the list's shape as JSON.
const SCHEMA_VERSION: &str = "1";

/// Somebody whose account it may be.
struct May {
    person: PersonIx,
    written: String,
    /// 0 to 100; none where a key fits several people.
    score: Option<u8>,
    why: String,
}

struct Waiting {
    app: String,
    account: Arc<AccountFacts>,
    situation: Situation,
    place: Place,
    people: Vec<May>,
    refused: Vec<String>,
}

#[derive(Default)]
struct Review {
    waiting: Mutex<Vec<Waiting>>,
    /// Accounts near which nobody comes.
    nobody: Mutex<u64>,
}

impl Watch for Review {
    fn company(&self, _: &Company<'_>) {}

    fn account(&self, case: &AccountCase<'_>) {
        let placed = case.placed;
        if !case.lives.lives() {
            return;
        }
        let directory = case.company.directory;
        let may = |person: PersonIx, score: Option<u8>, why: String| {
            let written = directory.written(person).to_owned();
            May { person, written, score, why }
        };
        let people: Vec<May> = match placed.situation {
            Situation::Review => {
                placed.candidates.iter().map(|c| may(c.person, Some(c.score), c.why.to_string())).collect()
            }
            Situation::Disputed | Situation::Collision => {
                placed.rivals.iter().map(|r| may(r.person, None, format!("its {} fits", r.key))).collect()
            }
            Situation::Unmatched => {
                *self.nobody.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                return;
            }
            _ => return,
        };
        let refused = placed.decided.iter().flat_map(|d| &d.refusals).map(|refusal| refusal.note.clone()).collect();
        let waiting = Waiting {
            app: case.app.id.clone(),
            account: Arc::clone(case.facts()),
            situation: placed.situation,
            place: case.place,
            people,
            refused,
        };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(waiting);
    }
}

/// The list as other programs read it.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    as_of: &'a str,
    accounts: Vec<AccountJson<'a>>,
    /// Accounts near which nobody comes; they are `orphan-account` findings.
    without_candidates: u64,
}

#[derive(Serialize)]
struct AccountJson<'a> {
    app: &'a str,
    account: &'a str,
    email: &'a str,
    name: &'a str,
    status: &'static str,
    situation: &'static str,
    source: &'a str,
    line: u32,
    candidates: Vec<CandidateJson<'a>>,
    refused: &'a [String],
}

#[derive(Serialize)]
struct CandidateJson<'a> {
    /// What `--to` and `--not` take.
    person: &'a str,
    name: &'a str,
    email: &'a str,
    standing: &'static str,
    leaver_since: Option<String>,
    score: Option<u8>,
    why: &'a str,
}

/// Runs the list.
pub fn run(selection: &Selection, place: Option<&Path>, app: Option<&str>, format: Format) -> Outcome {
    let apps = &selection.workspace.apps;
    if let Some(app) = app.filter(|app| !apps.iter().any(|a| a.id == *app)) {
        let known: Vec<String> = apps.iter().map(|a| a.id.clone()).collect();
        return Err(no_such_app(app, &known).into());
    }
    let review = Review::default();
    let done = selection.watched_in(app, &review, &KeptRuns::default())?;
    let report = &done.report;
    let mut waiting = review.waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
    waiting.sort_by(|a, b| (&a.app, a.account.account(), a.place).cmp(&(&b.app, b.account.account(), b.place)));
    let nobody = review.nobody.into_inner().unwrap_or_else(PoisonError::into_inner);
    let file = |place: Place| report.sources.get(place.source as usize).map_or("", |s| s.file.as_str());
    let mut out = io::BufWriter::new(io::stdout().lock());
    if format == Format::Json {
        let accounts = waiting.iter().map(|w| AccountJson {
            app: &w.app,
            account: w.account.account(),
            email: w.account.email(),
            name: w.account.name(),
            status: w.account.status.word(),
            situation: w.situation.word(),
            source: file(w.place),
            line: w.place.line,
            candidates: w.people.iter().map(|may| candidate(report, may)).collect(),
            refused: &w.refused,
        });
        let document = Document {
            schema_version: SCHEMA_VERSION,
            as_of: &report.as_of,
            accounts: accounts.collect(),
            without_candidates: nobody,
        };
        serde_json::to_writer_pretty(&mut out, &document).map_err(io::Error::from)?;
        writeln!(out)?;
        out.flush()?;
        return Ok(false);
    }
    let workspace = place.map_or_else(String::new, |p| format!("{} ", decide::quoted(&p.display().to_string())));
    for w in &waiting {
        let a = &w.account;
        let mut who = vec![a.name().trim(), a.email().trim()];
        who.retain(|text| !text.is_empty() && *text != a.account());
        let who = if who.is_empty() { String::new() } else { format!(" {}", visible(&who.join(", "))) };
        let status = status_words(a.status, &visible(a.raw_status()));
        let at = format!("{}:{}", visible(file(w.place)), w.place.line);
        writeln!(out, "{} {}{who} ({status}), {} — {at}", visible(&w.app), visible(a.account()), w.situation)?;
        for may in &w.people {
            let person = &report.people[may.person.0 as usize];
            let left = since(person.standing.since()).map_or_else(String::new, |day| format!(", left {day}"));
            let score = may.score.map_or_else(|| "  –".to_owned(), |score| format!("{score:3}"));
            let email = if person.email.is_empty() { String::new() } else { format!(" <{}>", person.email) };
            let named = visible(&format!("{}{email}", person.name));
            writeln!(out, "  {score}  {named}{left}: {}", visible(&may.why))?;
            writeln!(out, "       {}", decide::option("--to", &may.written))?;
        }
        for refused in &w.refused {
            writeln!(out, "    {}", visible(refused))?;
        }
        let target = decide::target(&w.app, a.account());
        writeln!(out, "    coverage link {workspace}{target} --by YOU --because WHY --to …\n")?;
    }
    let wait = match waiting.len() {
        0 => "No account waits for a decision.".to_owned(),
        1 => "One account waits for a decision: say --to whom it belongs, or --not whose it is not.".to_owned(),
        n => format!("{n} accounts wait for a decision: say --to whom each belongs, or --not whose it is not."),
    };
    writeln!(out, "{wait}")?;
    if nobody > 0 {
        let many = if nobody == 1 { "account has" } else { "accounts have" };
        writeln!(out, "{nobody} more {many} nobody who comes near (orphan-account).")?;
    }
    out.flush()?;
    Ok(false)
}

fn since(when: Option<When>) -> Option<String> {
    when.map(|when| when.to_string())
}

fn candidate<'a>(report: &'a crate::model::Report, may: &'a May) -> CandidateJson<'a> {
    let person = &report.people[may.person.0 as usize];
    CandidateJson {
        person: &may.written,
        name: &person.name,
        email: &person.email,
        standing: person.standing.word(),
        leaver_since: since(person.standing.since()),
        score: may.score,
        why: &may.why,
    }
}
