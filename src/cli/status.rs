//! `coverage status` and `coverage history`: what the kept runs say. No export is read.

use super::selection::workspace_at;
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::diag::Diagnostic;
use crate::history;
use crate::model::{SourceRole, Status};
use crate::report::{status_json, status_text};
use crate::run::limits;
use crate::store::{Filter, Moment};
use crate::workspace::Workspace;
use std::io;
use std::path::PathBuf;

/// Say how findings stand over the kept runs, and how long leavers' access lasted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    kept: KeptRuns,
    /// How to write it.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Tell findings over the kept runs: when they came, changed and went, and what moved them.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage history [OPTIONS] [WORKSPACE] [FINDING]")]
pub struct HistoryArgs {
    /// A finding's id (`v1:…`, or its beginning); before it, a folder with a coverage.yaml.
    #[arg(num_args = 0..=2, value_name = "FINDING")]
    words: Vec<String>,
    #[command(flatten)]
    kept: KeptRuns,
    /// Only findings in this app.
    #[arg(long)]
    app: Option<String>,
    /// Only findings about this person: a work address, or the key that findings.json shows.
    #[arg(long)]
    person: Option<String>,
    /// Only findings of this rule.
    #[arg(long)]
    rule: Option<String>,
    /// How to write it.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How to write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs; see `coverage schema status`.
    Json,
}

/// Runs `status`.
pub fn run(args: &Args) -> Outcome {
    let status = status(args.workspace.as_deref(), &args.kept, &Filter::default())?;
    let out = io::stdout().lock();
    match args.format {
        Format::Text => status_text::status(&status, out)?,
        Format::Json => status_json::write(&status, out)?,
    }
    Ok(false)
}

/// Runs `history`.
pub fn history(args: &HistoryArgs) -> Outcome {
    let (place, finding) = match &args.words[..] {
        [] => (None, None),
        [one] if is_id_or_longer(one) => (None, Some(one.as_str())),
        [one] => (Some(PathBuf::from(one)), None),
        [place, finding, ..] => (Some(PathBuf::from(place)), Some(finding.as_str())),
    };
    let mut filter =
        Filter { app: args.app.clone(), person: args.person.clone(), rule: args.rule.clone(), finding: None };
    if let Some(written) = finding {
        filter.finding = Some(written.to_owned());
    }
    let mut status = status(place.as_deref(), &args.kept, &filter)?;
    if status.stories.is_empty() && filter != Filter::default() {
        return Err(Diagnostic::error("coverage", "no kept run has such a finding")
            .help("`coverage history` without conditions tells all; `coverage status` says what is kept")
            .into());
    }
    // What is not asked for is not told: the times are those of all leavers.
    status.times.clear();
    status.revoke.clear();
    let out = io::stdout().lock();
    match args.format {
        Format::Text => status_text::history(&status, out)?,
        Format::Json => status_json::write(&status, out)?,
    }
    Ok(false)
}

/// Whether a word is a finding's id or the beginning of one.
pub fn is_id(word: &str) -> bool {
    word.len() <= "v1:".len() + 32 && is_id_or_longer(word)
}

fn is_id_or_longer(word: &str) -> bool {
    word.strip_prefix("v1:").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What the kept runs say.
///
/// # Errors
/// There is no store, or the workspace is faulty.
fn status(place: Option<&std::path::Path>, kept: &KeptRuns, filter: &Filter) -> Result<Status, Failure> {
    let (workspace, folder, warnings) = workspace_at(place)?;
    tell(&warnings);
    let workspace = workspace.unwrap_or_else(Workspace::empty);
    let store = kept.open(&folder, false)?;
    let (past, stories) =
        store.with(|store| Ok::<_, Diagnostic>((store.past(&Moment::Newest)?, store.stories(filter)?)))?;
    let newest = past.newest().map_or(0, |run| run.no);
    let mut lists = Vec::new();
    for all in past.populations.values() {
        lists.extend(all.iter().filter(|(no, _)| *no == newest).map(|(_, list)| list.clone()));
    }
    lists.sort_by_key(|list| (list.role != SourceRole::Roster, list.role, list.id.clone()));
    let limits = limits(&workspace);
    let zone = workspace.company.zone.clone();
    let times = history::times(&past, &limits, &zone);
    Ok(Status {
        company: workspace.company.name.clone().unwrap_or_default(),
        zone,
        zone_name: workspace.company.zone_name.clone(),
        lists,
        stories: stories.into_iter().filter_map(|story| history::told(&past, story)).collect(),
        revoke: history::summaries(&times, &limits),
        times,
        runs: past.runs,
    })
}
