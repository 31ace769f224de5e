//! `coverage report`: the main job.

use super::selection::{Selection, Sources};
use super::store::{ATTEMPTS, KeptRuns, Shared, overtaken};
use super::{Failure, Outcome, tell};
use crate::diag::Diagnostic;
use crate::host::{Progress, Staging};
use crate::model::{FindingStatus, Past, Severity};
use crate::report::summary_text;
use crate::run::{Aside, Earlier, Formats, Job, Ledger, Streams, run as go};
use crate::workspace::EXCEPTIONS;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Read everything, reconcile it, and write the report.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    /// Where the report is written. A report that stands there is replaced as a whole.
    #[arg(long, value_name = "DIR", default_value = "coverage-report")]
    out: PathBuf,
    /// Exit with 3 if there is a finding of this severity or above.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,
    /// What to write, separated by commas.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_enum, default_value = "html,csv,json")]
    format: Vec<Format>,
    /// Write accounts.csv, too: every account with its situation.
    #[arg(long)]
    accounts: bool,
    /// List what agrees in the diffs, too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    kept: KeptRuns,
    /// Keep the result of this run, as `coverage snapshot` does.
    #[arg(long)]
    keep: bool,
    /// Say nothing on stdout but the report's place.
    #[arg(long, short)]
    quiet: bool,
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// report.html, worksheets.html and ipe.html
    Html,
    /// findings.csv, coverage.csv, ipe.csv and diffs/
    Csv,
    /// findings.json
    Json,
    /// oscal-assessment-results.json: OSCAL, for GRC tools
    Oscal,
    /// findings.ocsf.jsonl: OCSF events, for SIEMs
    Ocsf,
    /// findings.sarif: SARIF, for code hosts
    Sarif,
    /// report.xlsx: a workbook with a sheet per app
    Xlsx,
    /// report.md: a summary for a pull request or a ticket
    Markdown,
    /// junit.xml: JUnit, for the test view of a CI system
    Junit,
}

/// Reads a severity.
///
/// # Errors
/// The word is none.
pub fn severity(word: &str) -> Result<Severity, String> {
    Severity::from_word(word).ok_or_else(|| {
        format!("write one of {}", Severity::ALL.iter().map(|s| s.word()).collect::<Vec<_>>().join(", "))
    })
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    let store = if args.keep {
        Some(args.kept.open(selection.folder(), true)?)
    } else {
        args.kept.existing(selection.folder())?
    };
    for _ in 0..ATTEMPTS {
        if let Some(reached) = attempt(args, &selection, store.as_ref())? {
            return Ok(reached);
        }
    }
    Err(overtaken())
}

/// One run with its report. None: it was to be kept, and another one was kept meanwhile.
fn attempt(args: &Args, selection: &Selection, store: Option<&Shared>) -> Result<Option<bool>, Failure> {
    let staging = Staging::begin(&args.out)?;
    let create = |name: &str| staging.create(name);
    let ledger = Ledger::new(&create);
    let wants = |f: Format| args.format.contains(&f);
    let limit = args.fail_on.or(selection.workspace.policy.fail_on);
    let formats = Formats {
        html: wants(Format::Html),
        csv: wants(Format::Csv),
        json: wants(Format::Json),
        oscal: wants(Format::Oscal),
        ocsf: wants(Format::Ocsf),
        sarif: wants(Format::Sarif),
        xlsx: wants(Format::Xlsx),
        markdown: wants(Format::Markdown),
        junit: wants(Format::Junit),
        fail_on: limit,
    };
    let stream = |name: &str| ledger.create(name);
    let aside = || staging.aside();
    let accounts: Option<&Aside<'_>> = if args.accounts { Some(&aside) } else { None };
    let streams = Streams { create: &stream, diffs: formats.csv, matched: args.all, all_absent: false, accounts };
    let open = |written: &str| selection.open(written);
    let progress = Progress::start();
    let say = |what: &str| progress.say(what);
    let asked = |inputs: &str, second: i64| match store {
        Some(store) => store.earlier(inputs, second),
        None => Ok(Past::default()),
    };
    let earlier: Option<&Earlier<'_>> = if store.is_some() { Some(&asked) } else { None };
    let job: Job<'_> = Job { earlier, keep: args.keep, ..selection.job(&open, streams, &say) };
    let done = go(&job).and_then(|done| {
        progress.say("writing");
        ledger.write(&done.report, formats).map_err(|d| vec![d])?;
        Ok(done)
    });
    progress.end();
    let done = done?;
    let kept = match store.filter(|_| args.keep).map(|store| store.keep(&done)) {
        None => None,
        Some(kept) => match kept? {
            Some(said) => Some(said),
            None => return Ok(None),
        },
    };
    staging.finish()?;
    tell(&done.warnings);
    let report = done.report;
    let mut out = io::stdout().lock();
    if !args.quiet {
        summary_text::write(&report, &mut out)?;
        writeln!(out)?;
    }
    let first = if formats.html { args.out.join("report.html") } else { args.out.clone() };
    writeln!(out, "Report: {}", first.display())?;
    if let Some(kept) = kept {
        writeln!(out, "{kept}")?;
    }
    let excepted =
        |limit| report.findings.iter().filter(|f| f.status == FindingStatus::Excepted && f.severity >= limit).count();
    if let Some((limit, n)) = limit.map(|limit| (limit, excepted(limit))).filter(|(_, n)| *n > 0) {
        let (are, count) = if n == 1 { ("finding that is", "counts") } else { ("findings that are", "count") };
        let message = format!("{n} {are} {limit} or above {count} for nothing here: excepted");
        tell(&[Diagnostic::warning(EXCEPTIONS, message)]);
    }
    let reached = |limit| report.findings.iter().any(|f| f.status == FindingStatus::Open && f.severity >= limit);
    let reached = limit.is_some_and(reached);
    // The program ends here: a million findings need not be taken apart first.
    std::mem::forget(report);
    Ok(Some(reached))
}

/// For commands that need the same message.
pub fn no_such_app(id: &str, known: &[String]) -> Diagnostic {
    Diagnostic::error("coverage", format!("there is no app `{id}` here"))
        .help(format!("the apps are: {}", known.join(", ")))
}
