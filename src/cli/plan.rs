//! `coverage plan`: what could be done about leavers' accounts, as a file to review.

use super::planned::planned;
use super::selection::Sources;
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::chain::sha256;
use crate::diag::visible;
use crate::host::write_new;
use crate::plan::written;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Write down, step by step, how the accounts of people who have left would be ended. Nothing is sent anywhere.
///
/// A step is a request, where the list was fetched by `coverage pull` and the catalog says how an account is ended over the
/// same API; else what a person does. `coverage apply` carries out what stands in the file, and nothing else.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    /// The file; none is ever replaced [default: standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Allow to send an account whole, with its state changed, where a server cannot change a part of it.
    #[arg(long)]
    or_put: bool,
    #[command(flatten)]
    kept: KeptRuns,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = Sources::of_workspace(None, None).select(args.workspace.as_deref())?;
    tell(&warnings);
    let planned = planned(&selection, &args.kept, args.or_put)?;
    tell(&planned.warnings);
    let text = written(&planned.plan);
    let Some(out) = &args.out else {
        io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(false);
    };
    write_new(
        out,
        "a plan is never replaced, for somebody may have reviewed and approved it",
        Box::new(|mut file| {
            file.write_all(text.as_bytes())?;
            Ok(file)
        }),
    )
    .map_err(Failure::from)?;
    let steps = &planned.plan.steps;
    let requests = steps.iter().filter(|step| step.request.is_some()).count();
    let left_out: u64 = planned.plan.left_out.iter().map(|one| one.accounts).sum();
    let mut to = io::stdout().lock();
    let shown = visible(&out.display().to_string());
    writeln!(to, "{shown}: {requests} to send, {} by hand, {left_out} left out", steps.len() - requests)?;
    writeln!(to, "SHA-256 {}", sha256(text.as_bytes()))?;
    Ok(false)
}
