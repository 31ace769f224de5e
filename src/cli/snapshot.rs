//! `coverage snapshot`: a run that is kept and writes no report.

use super::selection::{NOTHING, Sources};
use super::store::{ATTEMPTS, KeptRuns, overtaken};
use super::{Outcome, counted, tell};
use crate::host::Progress;
use crate::run::{Job, run as go};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Read everything, reconcile it, and keep the result beside those of earlier runs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kept: KeptRuns,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    let store = args.kept.open(selection.folder(), true)?;
    let open = |written: &str| selection.open(written);
    let earlier = |inputs: &str, second: i64| store.earlier(inputs, second);
    for _ in 0..ATTEMPTS {
        let progress = Progress::start();
        let say = |what: &str| progress.say(what);
        let job = Job { earlier: Some(&earlier), keep: true, ..selection.job(&open, NOTHING, &say) };
        let done = go(&job);
        progress.end();
        let done = done?;
        if let Some(said) = store.keep(&done)? {
            tell(&done.warnings);
            let summary = &done.report.summary;
            let mut out = io::stdout().lock();
            writeln!(
                out,
                "{said}: as of {}, {} of {} evaluated, {}",
                done.report.as_of,
                summary.apps_evaluated,
                counted(summary.apps as usize, "app"),
                counted(done.report.findings.len(), "finding")
            )?;
            return Ok(false);
        }
    }
    Err(overtaken())
}
