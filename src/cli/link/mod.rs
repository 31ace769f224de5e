//! `coverage link`: what a person decides about single accounts goes into `links.yaml`.

mod find;
mod list;
mod write;

pub use find::{Named, who};
pub use write::{contradicted, is_single};

use super::selection::Sources;
use super::{Failure, Outcome, tell};
use crate::model::NonHumanKind;
use jiff::civil::Date;
use std::path::PathBuf;

/// Decide whose an account is, whose it is not, or that no person holds it; the answer goes into links.yaml.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage link [OPTIONS] [WORKSPACE] --list\n       \
                            coverage link [OPTIONS] [WORKSPACE] <APP/ACCOUNT>... <--to|--not|--shared-mailbox|--service|--rotated> --by <WHO> --because <WHY>",
          after_help = EXAMPLES)]
pub struct Args {
    /// Accounts, each as the app's id, a slash, and its native id, address, user name or name; before them, a folder with a
    /// coverage.yaml or the file itself.
    #[arg(value_name = "APP/ACCOUNT")]
    words: Vec<String>,
    /// List the accounts under review, and for each the people whose it may be.
    #[arg(long, conflicts_with_all = ["to", "not", "shared_mailbox", "service", "rotated", "by", "because", "at", "dry_run"])]
    list: bool,
    /// With --list: only this app.
    #[arg(long, requires = "list")]
    app: Option<String>,
    /// With --list: how it is written.
    #[arg(long, value_enum, default_value = "text", requires = "list")]
    format: Format,
    /// It belongs to this person: a work address, an employee id, or a full name that one person has.
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    /// It does not belong to this person (repeatable).
    #[arg(long, value_name = "PERSON")]
    not: Vec<String>,
    /// It is a mailbox or a login that several people use.
    #[arg(long, conflicts_with_all = ["to", "service"])]
    shared_mailbox: bool,
    /// It is a program's account.
    #[arg(long, conflicts_with_all = ["to", "shared_mailbox"])]
    service: bool,
    /// With --shared-mailbox or --service: who answers for it.
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// With --shared-mailbox or --service: who else knows its password (repeatable).
    #[arg(long, value_name = "PERSON")]
    holder: Vec<String>,
    /// Its password was last changed on this day; alone, to record a later change.
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with_all = ["to", "not"])]
    rotated: Option<Date>,
    /// Who decides.
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// Why.
    #[arg(long, value_name = "WHY")]
    because: Option<String>,
    /// When it was decided [default: today].
    #[arg(long, value_name = "DATE", value_parser = day)]
    at: Option<Date>,
    /// Print what would be added, and add nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sources: Sources,
}

const EXAMPLES: &str = "Examples:
  coverage link --list
  coverage link slack/U012AB3CD --to ann@example.com --by it@example.com --because 'asked her'
  coverage link slack/U012AB3CD --not bo@example.com --by it@example.com --because 'he has another account'
  coverage link zoom/info@example.com --shared-mailbox --owner ann@example.com --holder bo@example.com --by it@example.com --because 'front desk'
  coverage link zoom/info@example.com --rotated 2026-11-02 --by it@example.com --because 'Bo has left'";

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn day(text: &str) -> Result<Date, String> {
    let read = text.parse().ok().filter(|_| text.len() == "2026-11-22".len());
    read.ok_or_else(|| "write 2026-11-22".to_owned())
}

/// What is decided, with people as the user wrote them.
enum Wish<'a> {
    /// It is this person's, and not these people's.
    To(&'a str, &'a [String]),
    /// It is not these people's.
    Not(&'a [String]),
    /// No person holds it; whose it is not may be said, too.
    Is(NonHumanKind),
    /// Its password was changed.
    Rotated,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (place, accounts) = words(&args.words, args.list);
    if args.list {
        if let Some(account) = accounts.first() {
            let message = format!("--list takes a workspace and no accounts, not also `{account}`");
            return Err(Failure::Usage(message));
        }
        let (selection, warnings) = args.sources.select(place.as_deref())?;
        tell(&warnings);
        return list::run(&selection, place.as_deref(), args.app.as_deref(), args.format);
    }
    let wish = wish(args)?;
    let said = |name: &str, value: &Option<String>| match value.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(Failure::Usage(format!("say {name}: a decision without it is worth nothing later"))),
    };
    let by = said("who decides with --by", &args.by)?;
    let because = said("why with --because", &args.because)?;
    if accounts.is_empty() {
        return Err(Failure::Usage(
            "name an account as APP/ACCOUNT; `coverage link --list` shows those under review".into(),
        ));
    }
    let (selection, warnings) = args.sources.select(place.as_deref())?;
    tell(&warnings);
    let on = args.at.unwrap_or_else(crate::host::today);
    if args.rotated.is_some_and(|rotated| rotated > on) {
        return Err(Failure::Usage("--rotated is later than the day on which it is recorded (--at)".into()));
    }
    let found = find::find(&selection, accounts, &people(args))?;
    write::run(args, &selection, &wish, &found, &write::Said { by, because, on })
}

/// The workspace, if the first word is one, and the accounts.
#[allow(clippy::disallowed_methods, reason = "the first word is a folder, a file or an account")]
fn words(words: &[String], list: bool) -> (Option<PathBuf>, &[String]) {
    match words {
        [first, rest @ ..] if list || PathBuf::from(first).exists() || !first.contains('/') => {
            (Some(PathBuf::from(first)), rest)
        }
        all => (None, all),
    }
}

fn wish(args: &Args) -> Result<Wish<'_>, Failure> {
    let usage = |message: &str| Err(Failure::Usage(message.to_owned()));
    let kind = match (args.shared_mailbox, args.service) {
        (true, _) => Some(NonHumanKind::SharedMailbox),
        (_, true) => Some(NonHumanKind::ServiceAccount),
        _ => None,
    };
    if kind.is_none() && (args.owner.is_some() || !args.holder.is_empty()) {
        return usage("--owner and --holder belong to --shared-mailbox or --service");
    }
    match (&args.to, kind) {
        (Some(to), _) => Ok(Wish::To(to, &args.not)),
        (None, Some(kind)) => Ok(Wish::Is(kind)),
        (None, None) if !args.not.is_empty() => Ok(Wish::Not(&args.not)),
        (None, None) if args.rotated.is_some() => Ok(Wish::Rotated),
        (None, None) => usage("say what is decided: --to, --not, --shared-mailbox, --service or --rotated"),
    }
}

/// Everybody who is named.
fn people(args: &Args) -> Vec<&str> {
    let one = args.to.iter().chain(&args.owner);
    one.chain(&args.not).chain(&args.holder).map(String::as_str).collect()
}
