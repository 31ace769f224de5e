//! The command line: one file per command, and the only module that knows all the others.
//!
//! Results go to stdout, progress and messages to stderr. Exit codes: 0 done; 1 the tool failed or an input could not be
//! used; 2 wrong usage; 3 findings at or above `--fail-on` or, with `--fail-on-undecided`, something that cannot be decided.

mod apply;
mod batch;
mod catalog;
mod claim;
mod diff;
mod doctor;
mod evidence;
mod explain;
mod graph;
mod init;
mod inspect;
mod link;
mod man;
mod notify;
mod own_catalog;
mod plan;
mod planned;
mod pull;
mod pull_list;
mod report;
mod review;
mod rules;
mod selection;
mod signoff;
mod snapshot;
mod staged;
mod standing;
mod status;
mod store;
mod tickets;
mod veiled;
mod verify;
mod who;

use crate::diag::Diagnostic;
use anstyle::{AnsiColor, Style};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Says which SaaS apps and whose accounts outlive an offboarding, with evidence.
///
/// Reads exports of HR systems, identity providers and apps, and works offline: nothing leaves this machine. Only
/// `coverage pull`, `coverage doctor`, `coverage apply`, `coverage notify`, `coverage catalog lint --online` and
/// `--store postgres://…` open network connections.
#[derive(Debug, Parser)]
#[command(name = "coverage", version, max_term_width = 120, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 the tool failed or an input could not be used; 2 wrong usage; \
3 findings at or above --fail-on or, with --fail-on-undecided, something that cannot be decided.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Read everything, reconcile it, and write the report.
    Report(report::Args),
    /// Keep the result of a run beside those of earlier ones.
    Snapshot(snapshot::Args),
    /// Say how findings stand over the kept runs, and how long leavers' access lasted.
    Status(status::Args),
    /// Tell findings over the kept runs: when they came, changed and went, and what moved them.
    History(status::HistoryArgs),
    /// Record that somebody says that a finding is dealt with.
    Claim(claim::Args),
    /// Fetch member lists over the APIs of identity providers and apps, as pull.yaml says.
    Pull(pull::Args),
    /// Check whether the lists of pull.yaml could be fetched, and say what to do.
    Doctor(doctor::Args),
    /// Write down, step by step, how the accounts of people who have left would be ended.
    Plan(plan::Args),
    /// Carry out a plan that somebody has approved; without `--really`, show what it would do.
    Apply(apply::Args),
    /// Print one task per app owner, with their apps' leavers and the steps to take.
    Tickets(tickets::Args),
    /// Send the summary to a webhook or by mail, as `notify:` in coverage.yaml says.
    Notify(notify::Args),
    /// Run everything, and pack report, inputs and a statement over all of it into one archive.
    Evidence(evidence::Args),
    /// Check that nothing in a pack was touched, and who vouches for it.
    Verify(verify::Args),
    /// Append a sign-off to the log beside a pack.
    Signoff(signoff::Args),
    /// Look at the exports in a folder and write a coverage.yaml for them.
    Init(init::Args),
    /// Say how a file is read: system, encoding, columns, status words, dates, rows.
    Inspect(inspect::Args),
    /// Print how the users of one app differ from the identity provider, as CSV.
    Diff(diff::Args),
    /// Explain a person, an account or a finding: keys, links, rivals, employment, accounts, findings.
    Explain(explain::Args),
    /// Decide whose an account is, whose it is not, or that no person holds it.
    ///
    /// The answer goes into links.yaml beside coverage.yaml, and every later run uses it. Entries are added at the end; what
    /// is in the file already, remarks too, stays as it is. To take a decision back, remove its entry by hand.
    Link(link::Args),
    /// Take over what a reviewer has decided in the report, and say how far reviews have come.
    Review(review::Args),
    /// Print the identity graph.
    Graph(graph::Args),
    /// Look into the catalog of products.
    Catalog(catalog::Args),
    /// List the rules, or explain one.
    Rules(rules::Args),
    /// Print the JSON Schema of an output or input format.
    Schema {
        /// Which format.
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Write the manual pages, one for each command, into a folder.
    Man(man::Args),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// A format with a schema.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SchemaOf {
    /// findings.json
    Findings,
    /// manifest.json
    Manifest,
    /// batch.json of `coverage report --batch`
    Batch,
    /// The JSON of `coverage status` and `coverage history`
    Status,
    /// The JSON of `coverage tickets`
    Tickets,
    /// coverage.yaml
    Workspace,
    /// exceptions.yaml
    Exceptions,
    /// links.yaml
    Links,
    /// pull.yaml
    Pulls,
    /// What `coverage plan` writes
    Plan,
    /// decisions.yaml, which the report's page writes for a reviewer
    Decisions,
    /// reviews.yaml, where `coverage review apply` keeps what was decided
    Reviews,
    /// An entry of the catalog
    Catalog,
}

/// How a command ended without doing what it was asked.
#[derive(Debug)]
enum Failure {
    /// Inputs that cannot be used.
    Inputs(Vec<Diagnostic>),
    /// Wrong usage.
    Usage(String),
    /// Something outside: the disk, the terminal.
    Io(io::Error),
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(all: Vec<Diagnostic>) -> Self {
        Self::Inputs(all)
    }
}
impl From<Diagnostic> for Failure {
    fn from(one: Diagnostic) -> Self {
        Self::Inputs(vec![one])
    }
}
impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

/// What a command that did its work says: true if there are findings at or above the threshold.
type Outcome = Result<bool, Failure>;

/// Runs the program.
pub fn main() -> ExitCode {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // What is caught is told as a problem of the file.
        if !crate::ingest::is_guarded() && !batch::is_guarded(panic) {
            print(panic);
        }
    }));
    let parsed = Cli::command().try_get_matches().and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match cli.command {
        Command::Report(args) => report::run(&args),
        Command::Snapshot(args) => snapshot::run(&args),
        Command::Status(args) => status::run(&args),
        Command::History(args) => status::history(&args),
        Command::Claim(args) => claim::run(&args),
        Command::Pull(args) => pull::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Tickets(args) => tickets::run(&args),
        Command::Notify(args) => notify::run(&args),
        Command::Evidence(args) => evidence::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Signoff(args) => signoff::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Review(args) => review::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Catalog(args) => catalog::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Schema { of } => schema(of),
        Command::Man(args) => man::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "coverage", &mut script);
            io::stdout().write_all(&script).map(|()| false).map_err(Failure::Io)
        }
    };
    match outcome {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(3),
        Err(Failure::Inputs(all)) => {
            tell(&all);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            let _ = usage(&matches, message).print();
            ExitCode::from(2)
        }
        // Somebody closed the pipe: `coverage diff | head` is no failure.
        Err(Failure::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Io(e)) => {
            tell(&[Diagnostic::error("coverage", e.to_string())]);
            ExitCode::from(1)
        }
    }
}

/// Wrong usage of the command that was given, with the usage of that command.
fn usage(matches: &ArgMatches, message: String) -> clap::Error {
    let (mut command, mut matches) = (Cli::command(), matches);
    command.build();
    while let Some((name, of)) = matches.subcommand() {
        let Some(sub) = command.find_subcommand(name).cloned() else { break };
        (command, matches) = (sub, of);
    }
    command.error(clap::error::ErrorKind::ValueValidation, message)
}

/// `1 input`, `2 inputs`.
fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A moment that is recorded lies ahead.
fn not_come_yet(at: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error("--at", format!("`{at}` has not come yet")).help("leave --at out if it is now")
}

/// Writes problems to stderr, in colour where that is wanted.
fn tell(all: &[Diagnostic]) {
    let mut err = anstream::stderr().lock();
    let style = |d: &Diagnostic| {
        Style::new().bold().fg_color(Some(if d.is_error() { AnsiColor::Red } else { AnsiColor::Yellow }.into()))
    };
    for d in all {
        let text = d.to_string();
        let word = if d.is_error() { "error:" } else { "warning:" };
        let s = style(d);
        let _ = match text.split_once(word) {
            Some((before, after)) => writeln!(err, "{before}{s}{word}{s:#}{after}"),
            None => writeln!(err, "{text}"),
        };
    }
}

fn schema(of: SchemaOf) -> Outcome {
    let schema = match of {
        SchemaOf::Findings => crate::report::findings_json::schema(),
        SchemaOf::Manifest => crate::report::manifest::schema(),
        SchemaOf::Batch => crate::report::batch::schema(),
        SchemaOf::Status => crate::report::status_json::schema(),
        SchemaOf::Tickets => crate::report::tickets::schema(),
        SchemaOf::Workspace => crate::workspace::schema(),
        SchemaOf::Exceptions => crate::workspace::exceptions_schema(),
        SchemaOf::Links => crate::workspace::links_schema(),
        SchemaOf::Plan => crate::plan::schema(),
        SchemaOf::Pulls => crate::workspace::pulls_schema(),
        SchemaOf::Decisions => crate::workspace::decisions_schema(),
        SchemaOf::Reviews => crate::workspace::reviews_schema(),
        SchemaOf::Catalog => crate::catalog::schema(),
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schema).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn wrong_usage_shows_the_usage_of_the_command_that_was_given() {
        let told = |args: &[&str]| {
            let matches = Cli::command().try_get_matches_from(args).unwrap();
            usage(&matches, "what is wrong".to_owned()).to_string()
        };
        let diff = told(&["coverage", "diff", "--app", "slack"]);
        assert!(diff.contains("error: what is wrong") && diff.contains("Usage: coverage diff "), "{diff}");
        let show = told(&["coverage", "catalog", "show", "slack"]);
        assert!(show.contains("Usage: coverage catalog show "), "{show}");
    }

    /// What stands between backticks and is a whole command line.
    fn commands(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2).filter(|piece| piece.starts_with("coverage "))
    }

    #[test]
    fn the_command_lines_that_rules_give_can_be_run() {
        // Placeholders stand for what only the reader knows.
        let parses = |line: &str| {
            let line = line.replace("--rotated DAY", "--rotated 2026-11-02");
            Cli::command().try_get_matches_from(line.split(' ')).map(drop).map_err(|e| format!("{line}: {e}"))
        };
        let mut seen = 0;
        for rule in crate::rules::ALL {
            for line in commands(rule.meta().fix).filter(|line| line.contains(" --")) {
                assert_eq!(parses(line), Ok(()), "{}", rule.meta().id);
                assert!(!line.starts_with("coverage link ") || line.contains(" --by "), "{line}");
                seen += 1;
            }
        }
        assert!(seen >= 3, "{seen}");
    }

    /// The words of a line as a shell takes them, as far as actions quote.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the report of the sample company is read again")]
    fn the_command_lines_in_what_to_do_can_be_run() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report").display().to_string();
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/nordwind");
        let line = ["coverage", "report", sample, "--out", &out, "--format", "json"];
        let Command::Report(args) = Cli::try_parse_from(line).unwrap().command else { panic!("another command") };
        report::run(&args).unwrap();
        let findings = std::fs::read(folder.path().join("report/findings.json")).unwrap();
        let findings: serde_json::Value = serde_json::from_slice(&findings).unwrap();
        let mut seen = 0;
        for finding in findings["findings"].as_array().unwrap() {
            for line in commands(finding["action"].as_str().unwrap()) {
                let parsed = Cli::try_parse_from(words(&line.replace("--rotated DAY", "--rotated 2026-11-02")));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                assert!(!line.starts_with("coverage link ") || line.contains(" --because "), "{line}");
                seen += 1;
            }
        }
        assert!(seen >= 3, "{seen}");
    }
}
