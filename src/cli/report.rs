//! `coverage report`: the main job.

use super::selection::{Selection, Sources};
use super::standing::{Before, Said};
use super::store::{ATTEMPTS, KeptRuns, Shared, overtaken};
use super::{Failure, Outcome, tell};
use crate::diag::Diagnostic;
use crate::host::{Progress, Staging};
use crate::model::{FindingStatus, Past, Report, Severity};
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
    /// Make everything anew, even if nothing has changed since the report that stands there.
    #[arg(long)]
    fresh: bool,
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
    // A run that is kept is made: its store has to have all of it.
    let options = format!("{:?} {:?} {} {}", args.format, args.fail_on, args.accounts, args.all);
    let before = if args.keep { None } else { Before::of(&selection, &args.kept, &options) };
    if let Some(stands) = before.as_ref().filter(|_| !args.fresh).and_then(|before| before.stands(&args.out)) {
        stands.tell(&args.out);
        return finished(args, &stands.said, None);
    }
    let store = if args.keep {
        Some(args.kept.open(selection.folder(), true)?)
    } else {
        args.kept.existing(selection.folder())?
    };
    for _ in 0..ATTEMPTS {
        if let Some(reached) = attempt(args, &selection, store.as_ref(), before.as_ref())? {
            return Ok(reached);
        }
    }
    Err(overtaken())
}

/// One run with its report. None: it was to be kept, and another one was kept meanwhile.
fn attempt(
    args: &Args,
    selection: &Selection,
    store: Option<&Shared>,
    before: Option<&Before<'_>>,
) -> Result<Option<bool>, Failure> {
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
    let report = done.report;
    let mut summary = Vec::new();
    summary_text::write(&report, &mut summary)?;
    let said = Said::new(
        String::from_utf8_lossy(&summary).into_owned(),
        &done.warnings,
        excepted(&report, limit).as_ref(),
        reached(&report, limit),
    );
    if let Some(before) = before {
        before.note(&args.kept, &report, ledger.sha256_of("manifest.json"), &said, &staging)?;
    }
    staging.finish()?;
    // The program ends here: a million findings need not be taken apart first.
    std::mem::forget(report);
    finished(args, &said, kept.as_deref()).map(Some)
}

/// That findings at or above the threshold do not count because they are excepted.
fn excepted(report: &Report, limit: Option<Severity>) -> Option<Diagnostic> {
    let limit = limit?;
    let n = report.findings.iter().filter(|f| f.status == FindingStatus::Excepted && f.severity >= limit).count();
    let (are, count) = if n == 1 { ("finding that is", "counts") } else { ("findings that are", "count") };
    let message = format!("{n} {are} {limit} or above {count} for nothing here: excepted");
    (n > 0).then(|| Diagnostic::warning(EXCEPTIONS, message))
}

/// Whether a finding reaches the threshold.
fn reached(report: &Report, limit: Option<Severity>) -> bool {
    let reaches = |limit| report.findings.iter().any(|f| f.status == FindingStatus::Open && f.severity >= limit);
    limit.is_some_and(reaches)
}

/// Says what a run has to say.
fn finished(args: &Args, said: &Said, kept: Option<&str>) -> Outcome {
    tell(&said.warnings());
    let mut out = io::stdout().lock();
    if !args.quiet {
        out.write_all(said.summary.as_bytes())?;
        writeln!(out)?;
    }
    let html = args.format.contains(&Format::Html);
    let first = if html { args.out.join("report.html") } else { args.out.clone() };
    writeln!(out, "Report: {}", first.display())?;
    if let Some(kept) = kept {
        writeln!(out, "{kept}")?;
    }
    tell(&said.excepted().into_iter().collect::<Vec<_>>());
    Ok(said.reached)
}

/// For commands that need the same message.
pub fn no_such_app(id: &str, known: &[String]) -> Diagnostic {
    Diagnostic::error("coverage", format!("there is no app `{id}` here"))
        .help(format!("the apps are: {}", known.join(", ")))
}
