//! `coverage review`: what a reviewer has decided in the report's page goes into the files beside `coverage.yaml`.

mod check;
mod effects;

use super::selection::{Selection, Sources, moment};
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::diag::{Diagnostic, any_error, visible};
use crate::host::{now, read_text, rewrite};
use crate::model::{Review, ReviewVerdict, When};
use crate::report::review_text;
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use crate::workspace::{EXCEPTIONS, LINKS, REVIEWS, load_decisions};
use jiff::Timestamp;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Take over what a reviewer has decided in the report, and say how far reviews have come.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check a decisions.yaml and take it over: the next report shows who decided what.
    ///
    /// Every fault is told at its line, and nothing is written if there is one. An exception goes into exceptions.yaml, whose
    /// an account is or is not into links.yaml, and every decision into reviews.yaml beside coverage.yaml. No finding is
    /// hidden. Who decided is what the file says: nothing can prove who sat before the page.
    Apply(Apply),
    /// Say how much of what asks for a decision is decided, by whom, and with how much care.
    Status(Status),
}

/// Check a decisions.yaml and take it over.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage review apply [OPTIONS] [WORKSPACE] <DECISIONS>")]
struct Apply {
    /// The file that the report's page wrote; before it, a folder with a coverage.yaml.
    #[arg(required = true, num_args = 1..=2, value_name = "DECISIONS")]
    words: Vec<PathBuf>,
    /// Leave out decisions whose finding is gone or says something else by now, instead of refusing the file.
    #[arg(long)]
    skip_changed: bool,
    /// Check everything, print what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// When it is applied, `2026-11-22` or `2026-11-22T09:00:00Z` [default: now].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    at: Option<When>,
    #[command(flatten)]
    kept: KeptRuns,
    #[command(flatten)]
    sources: Sources,
}

/// Say how much of what asks for a decision is decided.
#[derive(Debug, clap::Args)]
struct Status {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    kept: KeptRuns,
    #[command(flatten)]
    sources: Sources,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Apply(args) => apply(args),
        Command::Status(args) => {
            let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
            tell(&warnings);
            let done = selection.watched(&Nobody, &args.kept)?;
            review_text::write(&done.report, io::stdout().lock())?;
            Ok(false)
        }
    }
}

/// Looks at nothing.
struct Nobody;

impl Watch for Nobody {
    fn company(&self, _: &Company<'_>) {}
    fn account(&self, _: &AccountCase<'_>) {}
}

fn apply(args: &Apply) -> Outcome {
    let (place, file) = match &args.words[..] {
        [place, file, ..] => (Some(place.as_path()), file),
        [file] => (None, file),
        [] => return Ok(false),
    };
    let (mut selection, warnings) = args.sources.select(place)?;
    tell(&warnings);
    let shown = file.display().to_string();
    let mut decisions = load_decisions(&shown, &read_text(file)?)?;
    let zone = selection.workspace.company.zone.clone();
    let at = match args.at {
        None => now(),
        Some(at) => Timestamp::from_second(at.latest(&zone)).map_err(|e| Failure::Usage(e.to_string()))?,
    };
    // What becomes of the decisions is worked out as the next report does it.
    let earlier = selection.workspace.reviews.clone();
    selection.workspace.reviews.push(decisions.review.clone());
    let names = check::Names::of(&decisions.review, &selection.workspace);
    let done = selection.watched(&names, &args.kept)?;
    let checked = check::Checked { at, zone, skip_changed: args.skip_changed, earlier: &earlier };
    let effects = checked.all(&mut decisions, &names.found(), &done.report, &selection.workspace);
    let mut problems = std::mem::take(&mut decisions.problems);
    problems.sort_by_key(|d| (d.line, d.column));
    if any_error(&problems) {
        return Err(problems.into());
    }
    tell(&problems);
    let review = Review { applied: Some(at), ..decisions.review };
    if review.decisions.is_empty() {
        writeln!(io::stdout().lock(), "Nothing to apply: {shown} holds no decision that is not applied already")?;
        return Ok(false);
    }
    write(args, &selection, &effects, &review)
}

/// Writes what follows from the decisions, the record of them last: if the way is cut short, applying the file again goes on.
fn write(args: &Apply, selection: &Selection, effects: &effects::Effects, review: &Review) -> Outcome {
    let files = effects.files(selection, review)?;
    let mut out = io::stdout().lock();
    if args.dry_run {
        for file in &files {
            write!(out, "# {}\n{}", file.name, file.added)?;
        }
        return Ok(false);
    }
    for file in &files {
        let shown = file.place.display().to_string();
        rewrite(&file.place, &mut |old| {
            if old != file.old {
                let message = "somebody has changed the file in the meantime; nothing was added to it";
                return Err(vec![Diagnostic::error(&shown, message).help("apply the decisions again")]);
            }
            Ok(file.new.clone())
        })?;
    }
    let count = |verdict: ReviewVerdict| review.decisions.iter().filter(|d| d.verdict == verdict).count();
    let counts: Vec<String> = (ReviewVerdict::ALL.iter())
        .map(|verdict| (count(*verdict), verdict.word()))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    let what = if review.decisions.len() == 1 { "decision" } else { "decisions" };
    writeln!(
        out,
        "Applied: {} {what} by {}: {}",
        review.decisions.len(),
        visible(&review.reviewer),
        counts.join(", ")
    )?;
    for file in &files {
        writeln!(out, "Written: {}", file.place.display())?;
    }
    let workspace = selection.folder();
    let workspace = if workspace == Path::new("") { Path::new(".") } else { workspace };
    writeln!(out, "`coverage report {}` shows who decided what", workspace.display())?;
    Ok(false)
}

/// The files beside `coverage.yaml` that decisions may change, in the order in which they are written.
const FILES: [&str; 3] = [LINKS, EXCEPTIONS, REVIEWS];
