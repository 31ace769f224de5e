//! `coverage tickets`: the work for whoever follows up, a task for each owner of apps.

use super::selection::Sources;
use super::store::KeptRuns;
use super::{Outcome, tell};
use crate::diag::Diagnostic;
use crate::report::tickets::{self, Wanted};
use crate::run::due;
use std::io;
use std::path::PathBuf;

/// Print one task per app owner, with their apps' leavers and the steps to take.
///
/// A task has the same id in every run, and the ids of its findings as labels: whoever makes tickets of it can see which are
/// there already. Apps without an owner are one task that says so.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kept: KeptRuns,
    /// How it is written.
    #[arg(long, value_enum, default_value = "markdown")]
    format: Format,
    /// Only the task of this owner, as coverage.yaml writes it; `--owner ""`: that of the apps without one.
    #[arg(long)]
    owner: Option<String>,
    /// Only accounts with a finding that no kept run has.
    #[arg(long)]
    only_new: bool,
}

/// How tasks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Markdown, one section per task.
    Markdown,
    /// CSV for Jira's importer, one row per task.
    Csv,
    /// For programs; see `coverage schema tickets`.
    Json,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    let done = selection.reported(&args.kept)?;
    tell(&done.warnings);
    let report = &done.report;
    if let Some(owner) = args.owner.as_deref().map(str::trim).filter(|o| !o.is_empty())
        && !report
            .apps
            .iter()
            .any(|a| a.owner.as_deref().is_some_and(|o| o.trim().to_lowercase() == owner.to_lowercase()))
    {
        return Err(Diagnostic::error("--owner", format!("no app in coverage.yaml has the owner `{owner}`")).into());
    }
    let known = args.only_new.then(|| args.kept.known(selection.folder(), report)).transpose()?;
    let wanted = Wanted { owner: args.owner.clone(), known };
    let format = match args.format {
        Format::Markdown => tickets::Format::Markdown,
        Format::Csv => tickets::Format::JiraCsv,
        Format::Json => tickets::Format::Json,
    };
    let out = io::BufWriter::new(io::stdout().lock());
    tickets::write(report, &due(&selection.workspace), &wanted, format, out)?;
    Ok(false)
}
