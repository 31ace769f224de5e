//! `coverage diff`: one app against the identity provider, as CSV on stdout.

use super::report::no_such_app;
use super::selection::Sources;
use super::{Outcome, tell};
use crate::host::Progress;
use crate::run::{Job, Streams, run as go};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Print how the users of one app differ from the identity provider.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    /// The app.
    #[arg(long)]
    app: String,
    /// List what agrees, too.
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    let known: Vec<String> = selection.workspace.apps.iter().map(|a| a.id.clone()).collect();
    let Some(app) = selection.workspace.apps.iter().find(|a| a.id == args.app) else {
        return Err(no_such_app(&args.app, &known).into());
    };
    if app.rosters.is_empty() {
        return Err(no_roster(&args.app).into());
    }
    // Nothing is printed before everything has been read: a diff that breaks off in the middle would look complete.
    let text = Arc::new(Mutex::new(Vec::new()));
    let create = |_: &str| -> io::Result<Box<dyn Write + Send>> { Ok(Box::new(Shared(Arc::clone(&text)))) };
    let streams = Streams { create: &create, diffs: true, matched: args.all, all_absent: true, accounts: None };
    let open = |written: &str| selection.open(written);
    let progress = Progress::start();
    let say = |what: &str| progress.say(what);
    let job = Job { only_app: Some(&args.app), ..selection.job(&open, streams, &say) };
    let done = go(&job);
    progress.end();
    tell(&done?.warnings);
    let text = text.lock().map(|t| t.clone()).unwrap_or_default();
    io::stdout().write_all(&text)?;
    Ok(false)
}

fn no_roster(app: &str) -> crate::diag::Diagnostic {
    crate::diag::Diagnostic::error("coverage", format!("there is no roster of `{app}`"))
        .help("name its file as `roster` in coverage.yaml")
}

struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self.0.lock() {
            Ok(mut text) => text.write(buf),
            Err(_) => Err(io::Error::other("another thread failed")),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
