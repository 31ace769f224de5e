//! `coverage report`: the main job.

use super::selection::{Selection, Sources};
use super::standing::{Before, Said};
use super::store::{ATTEMPTS, KeptRuns, Shared, overtaken};
use super::{Failure, Outcome, batch, tell};
use crate::diag::Diagnostic;
use crate::host::{Progress, Staging};
use crate::model::{Doubts, Finding, FindingStatus, Past, Report, Severity, Threshold};
use crate::report::summary_text;
use crate::run::{Aside, Earlier, Formats, Job, Ledger, Streams, run as go};
use crate::workspace::EXCEPTIONS;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where a report is written if nothing else is said.
pub const REPORT: &str = "coverage-report";

/// Read everything, reconcile it, and write the report.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage report [OPTIONS] [WORKSPACE]\n       \
                            coverage report [OPTIONS] --batch <DIR>")]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    /// Report on many companies: every folder in this one is the workspace of one.
    ///
    /// Each report goes into DIR/FOLDER/coverage-report or, with `--out`, into OUT/FOLDER, where batch.csv and batch.json
    /// have a line for each. What is wrong with one stops no other and is told at the end; then the exit code is 1.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["workspace", "hr", "idp", "roster", "store"])]
    pub batch: Option<PathBuf>,
    #[command(flatten)]
    pub sources: Sources,
    /// Where the report is written [default: coverage-report]. A report that stands there is replaced as a whole.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Exit with 3 if an open finding is of this severity or above.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,
    /// With `--fail-on`: exit with 3, too, if something cannot be decided.
    ///
    /// That is: a finding of this severity or above, an account of somebody who has left, whether somebody has left, all accounts of an app, or
    /// what earlier runs found and this one could not look at. What an exception is about does not count.
    #[arg(long)]
    fail_on_undecided: bool,
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
    pub quiet: bool,
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

/// A report that stands in its place.
pub struct Made {
    /// The report.
    pub report: Report,
    /// What its run has to say.
    pub said: Said,
    /// That the run is kept, if it was to be.
    kept: Option<String>,
    /// What lies beside it and is of no use any more.
    pub left: Vec<Diagnostic>,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    if let Some(folder) = &args.batch {
        return batch::run(args, folder);
    }
    let place = args.out.as_deref().unwrap_or(Path::new(REPORT));
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    // A run that is kept is made: its store has to have all of it.
    let options =
        format!("{:?} {:?} {} {} {}", args.format, args.fail_on, args.fail_on_undecided, args.accounts, args.all);
    let before = if args.keep { None } else { Before::of(&selection, &args.kept, &options) };
    if let Some(stands) = before.as_ref().filter(|_| !args.fresh).and_then(|before| before.stands(place)) {
        stands.tell(place);
        return finished(args, place, &stands.said, None);
    }
    let progress = Progress::start();
    let made = make(args, &selection, place, before.as_ref(), &|what| progress.say(what));
    progress.end();
    let made = made?;
    tell(&made.left);
    let outcome = finished(args, place, &made.said, made.kept.as_deref());
    // The program ends here: a million findings need not be taken apart first.
    std::mem::forget(made);
    outcome
}

/// Says what a run has to say.
fn finished(args: &Args, place: &Path, said: &Said, kept: Option<&str>) -> Outcome {
    tell(&said.warnings());
    let mut out = io::stdout().lock();
    if !args.quiet {
        out.write_all(said.summary.as_bytes())?;
        writeln!(out)?;
    }
    let first = if args.format.contains(&Format::Html) { place.join("report.html") } else { place.to_owned() };
    writeln!(out, "Report: {}", first.display())?;
    if let Some(kept) = kept {
        writeln!(out, "{kept}")?;
    }
    tell(&said.passed_over());
    Ok(said.reached)
}

/// Makes a report and puts it in its place. `before` is what was looked at beforehand, if the report may be left as it is later.
///
/// # Errors
/// Inputs that cannot be used, or a disk that is full. What stood in the place still does.
pub fn make(
    args: &Args,
    selection: &Selection,
    place: &Path,
    before: Option<&Before<'_>>,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Made, Failure> {
    if args.batch.is_some() {
        selection.stays(&selection.folder().join(super::store::FILE))?;
    }
    let store = if args.keep {
        Some(args.kept.open(selection.folder(), true)?)
    } else {
        args.kept.existing(selection.folder())?
    };
    for _ in 0..ATTEMPTS {
        if let Some(made) = attempt(args, selection, place, store.as_ref(), before, say)? {
            return Ok(made);
        }
    }
    Err(overtaken())
}

/// One run with its report. None: it was to be kept, and another one was kept meanwhile.
fn attempt(
    args: &Args,
    selection: &Selection,
    place: &Path,
    store: Option<&Shared>,
    before: Option<&Before<'_>>,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Option<Made>, Failure> {
    let staging = Staging::begin(place)?;
    let create = |name: &str| staging.create(name);
    let ledger = Ledger::new(&create);
    let wants = |f: Format| args.format.contains(&f);
    let threshold = args.threshold(selection)?;
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
        threshold,
    };
    let stream = |name: &str| ledger.create(name);
    let aside = || staging.aside();
    let accounts: Option<&Aside<'_>> = if args.accounts { Some(&aside) } else { None };
    let streams = Streams { create: &stream, diffs: formats.csv, matched: args.all, all_absent: false, accounts };
    let open = |written: &str| selection.open(written);
    let asked = |inputs: &str, second: i64| match store {
        Some(store) => store.earlier(inputs, second),
        None => Ok(Past::default()),
    };
    let earlier: Option<&Earlier<'_>> = if store.is_some() { Some(&asked) } else { None };
    let job: Job<'_> = Job { earlier, keep: args.keep, ..selection.job(&open, streams, say) };
    let done = go(&job)?;
    say("writing");
    ledger.write(&done.report, formats)?;
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
        passed_over(&report, threshold),
        threshold.reached(&report),
    );
    if let Some(before) = before {
        before.note(&args.kept, &report, ledger.sha256_of("manifest.json"), &said, &staging)?;
    }
    let left = staging.finish()?;
    Ok(Some(Made { report, said, kept, left }))
}

/// What might be grave enough for exit code 3 and does not count for it.
fn passed_over(report: &Report, threshold: Threshold) -> Vec<Diagnostic> {
    let Some(limit) = threshold.fail_on else { return Vec::new() };
    let excepted = |f: &Finding| f.status == FindingStatus::Excepted && threshold.grave(f);
    let excepted = report.findings.iter().filter(|f| excepted(f)).count();
    let excepted = (excepted > 0).then(|| {
        let (are, count) = if excepted == 1 { ("finding that is", "counts") } else { ("findings that are", "count") };
        let message = format!("{excepted} {are} {limit} or above {count} for nothing here: excepted");
        Diagnostic::warning(EXCEPTIONS, message)
    });
    let Doubts { findings, people, apps, unseen } = threshold.doubts(report);
    let doubts = [
        (findings, ("finding", "findings")),
        (people, ("person who may have left", "people who may have left")),
        (apps, ("app", "apps")),
        (unseen, ("finding of an earlier run", "findings of earlier runs")),
    ];
    let doubts = doubts.into_iter().filter(|(n, _)| *n > 0 && !threshold.undecided);
    let doubts: Vec<String> =
        doubts.map(|(n, (one, many))| format!("{n} {}", if n == 1 { one } else { many })).collect();
    let undecided = (!doubts.is_empty()).then(|| {
        let message = format!("what cannot be decided counts for nothing here, and is no pass: {}", doubts.join(", "));
        Diagnostic::warning("coverage", message).help("with `--fail-on-undecided` it counts, too")
    });
    excepted.into_iter().chain(undecided).collect()
}

impl Args {
    /// What makes the command fail: as the options say, else as the workspace does.
    fn threshold(&self, selection: &Selection) -> Result<Threshold, Failure> {
        let own = selection.workspace.policy.threshold;
        let threshold =
            Threshold { fail_on: self.fail_on.or(own.fail_on), undecided: self.fail_on_undecided || own.undecided };
        if threshold.undecided && threshold.fail_on.is_none() {
            let message =
                "what cannot be decided counts from a severity on: give `--fail-on`, too, or `fail-on` in the policy";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(threshold)
    }
}

/// For commands that need the same message.
pub fn no_such_app(id: &str, known: &[String]) -> Diagnostic {
    Diagnostic::error("coverage", format!("there is no app `{id}` here"))
        .help(format!("the apps are: {}", known.join(", ")))
}
