//! `coverage claim`: somebody says that a finding is dealt with. It closes nothing; only a later roster does.

use super::selection::{moment, workspace_at};
use super::status::is_id;
use super::store::KeptRuns;
use super::{Failure, Outcome, not_come_yet, tell};
use crate::diag::Diagnostic;
use crate::host::{self, lies_ahead};
use crate::model::{DoneClaim, FindingState, Story, When};
use crate::store::{Filter, Moment, Store};
use crate::workspace::Workspace;
use crate::{history, yaml};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Record that somebody says that a finding is dealt with. Only a later roster verifies it.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage claim [OPTIONS] --by <WHO> --ticket <TICKET> [WORKSPACE] <FINDING>")]
pub struct Args {
    /// A finding's id (`v1:…`, or its beginning); before it, a folder with a coverage.yaml.
    #[arg(required = true, num_args = 1..=2, value_name = "FINDING")]
    words: Vec<String>,
    /// Who says so.
    #[arg(long, value_name = "WHO", value_parser = said)]
    by: String,
    /// Where the work was ordered or done.
    #[arg(long, value_parser = said)]
    ticket: String,
    /// A remark.
    #[arg(long, default_value = "", value_parser = one_line)]
    note: String,
    /// When it was said, `2026-11-22` or `2026-11-22T09:00:00Z` [default: now].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    at: Option<When>,
    #[command(flatten)]
    kept: KeptRuns,
}

/// A text with something in it.
fn said(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("write who or what it is".to_owned()),
        text => one_line(text),
    }
}

/// A text that is shown on one line of a terminal.
fn one_line(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("it has a line break or another control character in it".to_owned());
    }
    Ok(text.to_owned())
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (place, written) = match &args.words[..] {
        [place, finding, ..] => (Some(PathBuf::from(place)), finding),
        [finding] => (None, finding),
        [] => return Ok(false),
    };
    if !is_id(written) {
        return Err(Failure::Usage(format!(
            "`{}` is no finding's id; ids begin with `v1:`",
            crate::diag::visible(written)
        )));
    }
    let (workspace, folder, warnings) = workspace_at(place.as_deref())?;
    tell(&warnings);
    let workspace = workspace.unwrap_or_else(Workspace::empty);
    if let Some(at) = args.at.filter(|at| lies_ahead(at.earliest(&workspace.company.zone))) {
        return Err(not_come_yet(&at).into());
    }
    let store = args.kept.open(&folder, false)?;
    let story = store.with(|store| find(store, written))?;
    let id = story.id.clone();
    let past = store.with(|store| store.past(&Moment::Newest))?;
    let told = history::told(&past, story);
    match told.as_ref().map(|told| (told.state, told.ended_run)) {
        Some((FindingState::VerifiedRemoved | FindingState::NoLongerFound, Some(run))) => {
            let as_of = past.run(run).map_or("", |run| run.as_of.as_str());
            return Err(Diagnostic::error(
                "coverage",
                format!("{id} does not stand any more since run {run} ({as_of})"),
            )
            .help(format!("`coverage history {id}` tells its story"))
            .into());
        }
        Some(_) => {}
        None => return Err(Diagnostic::error("coverage", format!("no run has {id}")).into()),
    }
    let at = args.at.unwrap_or_else(|| When::at(host::now()));
    let claim = DoneClaim {
        finding: id.clone(),
        by: args.by.clone(),
        ticket: args.ticket.clone(),
        note: args.note.trim().to_owned(),
        at: at.to_string(),
        at_second: at.latest(&workspace.company.zone),
    };
    store.with(|store| store.claim(&claim))?;
    let mut out = io::stdout().lock();
    writeln!(out, "Recorded: {} says that {id} is done ({}).", claim.by, claim.ticket)?;
    writeln!(out, "It stays open until a later roster shows that it is so: export it and run `coverage snapshot`.")?;
    Ok(false)
}

/// The one finding whose id begins so.
fn find(store: &mut Store, written: &str) -> Result<Story, Diagnostic> {
    let written = written.to_ascii_lowercase();
    let mut found = store.stories(&Filter { finding: Some(written.clone()), ..Filter::default() })?;
    match (found.pop(), found.pop()) {
        (Some(one), None) => Ok(one),
        (Some(one), Some(other)) => {
            Err(Diagnostic::error("coverage", format!("several findings begin with `{written}`"))
                .help(format!("they are {}, {} …; write more of the id", other.id, one.id)))
        }
        (None, _) => {
            let all = store.stories(&Filter::default())?;
            let near = yaml::nearest(&written, all.iter().map(|s| s.id.as_str()));
            let help =
                near.map_or("`coverage status` lists those that stand".to_owned(), |n| format!("did you mean `{n}`?"));
            Err(Diagnostic::error("coverage", format!("no kept run has a finding `{written}`")).help(help))
        }
    }
}
