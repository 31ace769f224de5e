//! `coverage apply`: carries out what a plan says and somebody has approved, one account after the other.

use super::planned::{Planned, planned};
use super::pull::signer;
use super::selection::{Selection, Sources};
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::chain::{Linked, ZERO, sha256};
use crate::connect::{Http, HttpSettings, News, Writer};
use crate::diag::{Diagnostic, visible};
use crate::host::{Applied, Progress, now, read_text, resolve, without_memory_dumps};
use crate::plan::{self, Book, ByHand, Ended, Entry, Event, Fate, LOG, Limits, Plan, Request, Step};
use crate::workspace::{PULLS, PullSource};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Carry out a plan: each request as it stands there, and nothing else. Without `--really` nothing is sent.
///
/// Everything is held against the lists as they are now, and each account is read just before and afterwards. Nobody is ever
/// deleted, and nothing happens without a name. What was sent, and what came of it, stands in applied.jsonl.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plan.
    plan: PathBuf,
    /// The folder with coverage.yaml and pull.yaml from which it was made [default: this folder].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Read each account, and say what would be sent; the default.
    #[arg(long, conflicts_with = "really")]
    dry_run: bool,
    /// Send it.
    #[arg(long, requires = "approve_by")]
    really: bool,
    /// Who has looked at the plan and answers for it.
    #[arg(long, value_name = "NAME")]
    approve_by: Option<String>,
    /// Only these steps, by their own ids or those of their findings.
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    /// Only if the plan has this SHA-256: that of the file which was reviewed.
    #[arg(long, value_name = "HEX")]
    plan_sha256: Option<String>,
    /// How many accounts are meant, where they are so many that nothing is sent otherwise.
    #[arg(long, value_name = "N")]
    accounts: Option<u64>,
    /// Apps in which accounts may end although nobody knows who administers them.
    #[arg(long, value_name = "APP", num_args = 1..)]
    unknown_administrators: Vec<String>,
    /// How many hours old the list of an account may be.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..))]
    list_age: u32,
    /// How many hours old the lists may be that say who has left.
    #[arg(long, value_name = "HOURS", default_value_t = 168, value_parser = clap::value_parser!(u32).range(1..))]
    people_age: u32,
    /// Go on after a step that has failed.
    #[arg(long)]
    keep_going: bool,
    /// Only if the log ends with this line, or has it: the head that was printed last time.
    #[arg(long, value_name = "HEX")]
    log_head: Option<String>,
    #[command(flatten)]
    kept: KeptRuns,
}

/// A plan, and what it is held against.
struct Case {
    shown: String,
    plan: Plan,
    sha256: String,
    planned: Planned,
    folder: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    without_memory_dumps().map_err(Failure::Io)?;
    if let Some(by) = &args.approve_by
        && (by.trim().is_empty() || by.len() > 200 || by.chars().any(char::is_control))
    {
        return Err(Failure::Usage("--approve-by wants the name of a person".to_owned()));
    }
    let shown = args.plan.display().to_string();
    let bytes = read_text(&args.plan)?;
    let digest = sha256(&bytes);
    if args.plan_sha256.as_ref().is_some_and(|wanted| wanted.trim().to_lowercase() != digest) {
        let message = format!("this is not the plan that was reviewed: its SHA-256 is {digest}");
        return Err(Diagnostic::error(shown, message).help("nothing is sent; find out who has changed it").into());
    }
    let plan = plan::read(&shown, &bytes)?;
    let folder = args.workspace.clone().unwrap_or_else(|| PathBuf::from("."));
    let (selection, warnings) = Sources::of_workspace(None, None).select(Some(&folder))?;
    tell(&warnings);
    let place = place_of_log(&selection)?;
    // Whoever sends holds the log from here on, so that no other does anything meanwhile. Where there is nothing to send, none
    // is begun.
    let sends = meant(args, &plan).any(|step| step.request.is_some());
    let (mut file, standing) = if args.really && sends {
        let (file, standing) = Applied::open(&place)?;
        (Some(file), standing)
    } else {
        (None, Applied::look(&place)?)
    };
    let log = place.display().to_string();
    let entries = if standing.whole.is_empty() { Vec::new() } else { Book::entries(&log, &standing.whole)? };
    has_head(args, &log, &entries)?;
    let planned = planned(&selection, &args.kept, true)?;
    tell(&planned.warnings);
    let case = Case { shown, plan, sha256: digest, planned, folder: selection.folder().to_owned() };
    let chosen = chosen(args, &case)?;
    let limits = Limits {
        now: now(),
        list_age: SignedDuration::from_hours(i64::from(args.list_age)),
        people_age: SignedDuration::from_hours(i64::from(args.people_age)),
        accounts: args.accounts,
        unknown_administrators: args.unknown_administrators.clone(),
    };
    let refused = plan::check(&case.plan, &chosen, &case.planned.plan, &entries, &limits);
    if !refused.is_empty() {
        let told = refused.into_iter().map(|(why, help)| Diagnostic::error(&case.shown, why).help(help));
        return Err(Failure::Inputs(told.collect()));
    }
    let mut out = io::stdout().lock();
    let unapproved = case.plan.steps.iter().filter(|step| !step.is_approved()).count();
    if unapproved > 0 {
        writeln!(out, "Steps that are not approved, and left alone: {unapproved}")?;
    }
    let to_send: Vec<(&Step, &Request)> = chosen.iter().filter_map(|s| Some((*s, s.request.as_ref()?))).collect();
    let failed = match (&mut file, &args.approve_by) {
        (Some(file), Some(by)) => {
            let mut book = Book::open(&log, &standing.whole, &standing.torn, file, now())?;
            really(args, &case, by, &to_send, &mut book, &mut out)?
        }
        _ if args.really => {
            writeln!(out, "There is nothing to send")?;
            Vec::new()
        }
        _ => rehearse(&case, &to_send, &entries, &mut out)?,
    };
    let by_hand = chosen.iter().filter_map(|step| Some((*step, step.by_hand.as_ref()?)));
    by_hand.into_iter().try_for_each(|(step, by_hand)| told_by_hand(step, by_hand, &mut out))?;
    out.flush()?;
    if failed.is_empty() { Ok(false) } else { Err(Failure::Inputs(failed)) }
}

fn place_of_log(selection: &Selection) -> Result<PathBuf, Failure> {
    selection.beside(LOG).ok_or_else(|| Failure::Usage("--workspace wants a folder with a coverage.yaml".to_owned()))
}

/// Whether the log still has the line that somebody has kept the hash of.
fn has_head(args: &Args, log: &str, entries: &[Linked<Entry>]) -> Result<(), Diagnostic> {
    let Some(head) = args.log_head.as_ref().map(|head| head.trim().to_lowercase()) else { return Ok(()) };
    if head == ZERO || entries.iter().any(|entry| entry.hash == head) {
        return Ok(());
    }
    Err(Diagnostic::error(log, "the log does not have the line with this hash: it was cut short, or replaced")
        .help("nothing is sent; find out who has touched it"))
}

/// The steps that are meant: approved ones, and of these those that were named.
fn chosen<'c>(args: &Args, case: &'c Case) -> Result<Vec<&'c Step>, Failure> {
    for id in &args.only {
        let known = case.plan.steps.iter().any(|step| step.is_approved() && is_meant(step, id));
        if !known {
            let message = format!("no approved step has the id `{}`", visible(id));
            return Err(Diagnostic::error(&case.shown, message).help("`step` in the plan has the id").into());
        }
    }
    Ok(meant(args, &case.plan).collect())
}

/// The approved steps, and of these those that were named, if any was.
fn meant<'p>(args: &Args, plan: &'p Plan) -> impl Iterator<Item = &'p Step> {
    let named = |step: &&Step| args.only.is_empty() || args.only.iter().any(|id| is_meant(step, id));
    plan.steps.iter().filter(|step| step.is_approved()).filter(named)
}

fn is_meant(step: &Step, id: &str) -> bool {
    step.step == id || step.findings.iter().any(|finding| finding.id == id)
}

/// Says what would happen, and reads each account for it.
fn rehearse(
    case: &Case,
    to_send: &[(&Step, &Request)],
    entries: &[Linked<Entry>],
    out: &mut impl io::Write,
) -> Result<Vec<Diagnostic>, Failure> {
    writeln!(out, "Dry run: nothing is sent. The plan has the SHA-256 {}", case.sha256)?;
    let progress = Progress::start();
    let mut connections: BTreeMap<&str, Http<'_>> = BTreeMap::new();
    let mut failed = Vec::new();
    for (step, request) in to_send {
        let source = source(case, request)?;
        let http = match connections.entry(&request.service) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => free.insert(http(case, source, &progress)?),
        };
        let known = plan::known(entries, &step.hash);
        match plan::rehearse(step, request, &source.host, &known, http) {
            None => {
                writeln!(out, "would send    {} ({})", step.step, visible(&step.named()))?;
                writeln!(out, "              {} {}{}", request.method, request.host, request.path)?;
                writeln!(out, "              {}", visible(&request.body))?;
                if request.or_put {
                    writeln!(out, "              or, where it cannot be changed in part, the whole account by PUT")?;
                }
            }
            Some(ended) => tell_ended(case, step, &ended, out, &mut failed)?,
        }
    }
    progress.end();
    Ok(failed)
}

/// Sends, one step after the other.
fn really(
    args: &Args,
    case: &Case,
    by: &str,
    to_send: &[(&Step, &Request)],
    book: &mut Book<'_>,
    out: &mut impl io::Write,
) -> Result<Vec<Diagnostic>, Failure> {
    let mut failed = Vec::new();
    let progress = Progress::start();
    // Secrets are read before anything is written down or sent: what is missing stops everything.
    let mut connections: BTreeMap<&str, Writer<'_>> = BTreeMap::new();
    for (_, request) in to_send {
        if !connections.contains_key(request.service.as_str()) {
            let source = source(case, request)?;
            let Some(secret) = &source.apply_secret else {
                let message = format!("`{}` has no `apply-secret`, so nothing may be changed there", source.name);
                let access = source.pull.end.as_ref().and_then(|end| end.access.as_deref());
                let access = access.map_or_else(String::new, |access| format!("; what it needs: {access}"));
                let help = format!("name the secret that may end accounts under `apply-secret`{access}");
                return Err(Diagnostic::error(format!("{PULLS}:{}", source.line), message).help(help).into());
            };
            let (secret, user) = (Some(secret.clone()), source.apply_user.clone());
            let allowed = PullSource { secret, user, ..source.clone() };
            connections.insert(&request.service, Writer::new(http(case, &allowed, &progress)?));
        }
    }
    let unwritten = |e: io::Error| {
        Diagnostic::error(LOG, format!("cannot be written: {}", crate::diag::cause(&e)))
            .help("nothing more is sent; the next call reads what became of the last account")
    };
    let begun = Event::Begun {
        plan: case.sha256.clone(),
        by: by.trim().to_owned(),
        tool: concat!("coverage ", env!("CARGO_PKG_VERSION")).to_owned(),
        steps: to_send.len() as u64,
    };
    book.write(begun, now()).map_err(unwritten)?;
    let mut good = 0;
    for (n, (step, request)) in to_send.iter().enumerate() {
        let Some(writer) = connections.get_mut(request.service.as_str()) else { continue };
        let host = source(case, request)?.host.clone();
        let ended = plan::carry_out(step, request, &host, writer, book).map_err(unwritten)?;
        good += u64::from(ended.fate.is_good());
        tell_ended(case, step, &ended, out, &mut failed)?;
        out.flush()?;
        if !ended.fate.is_good() && !args.keep_going {
            let rest = to_send.len() - n - 1;
            if rest > 0 {
                writeln!(out, "stopped       steps that were not looked at: {rest}")?;
            }
            break;
        }
    }
    progress.end();
    let done = Event::Done { ended: good, failed: failed.len() as u64 };
    book.write(done, now()).map_err(unwritten)?;
    writeln!(out, "{good} of {} accounts have ended; {LOG} has the head {}", to_send.len(), book.head())?;
    writeln!(out, "Keep the head elsewhere; `coverage pull` and `coverage report` show what is left")?;
    Ok(failed)
}

/// One step that is over.
fn tell_ended(
    case: &Case,
    step: &Step,
    ended: &Ended,
    out: &mut impl io::Write,
    failed: &mut Vec<Diagnostic>,
) -> io::Result<()> {
    let word = match ended.fate {
        Fate::Ended => "ended",
        Fate::Gone => "gone",
        Fate::EndedBefore => "ended before",
        Fate::Refused => "refused",
        Fate::Failed => "failed",
        Fate::NotKnown => "not known",
    };
    if !ended.fate.is_good() {
        let message = format!("{word}: {} ({}): {}", step.step, step.named(), ended.said);
        failed.push(Diagnostic::error(&case.shown, message));
    }
    writeln!(out, "{word:13} {} ({}): {}", step.step, visible(&step.named()), visible(&ended.said))
}

/// One step that a person does.
fn told_by_hand(step: &Step, by_hand: &ByHand, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, "by hand       {} ({}): {}", step.step, visible(&step.named()), visible(&by_hand.because))?;
    if by_hand.ways.is_empty() {
        writeln!(out, "              - {}", visible(&by_hand.action))?;
    }
    for way in &by_hand.ways {
        let who = if way.who.is_empty() { String::new() } else { format!(" ({})", way.who) };
        let name = if way.name.is_empty() { "by hand" } else { &way.name };
        writeln!(out, "              {}{}", visible(name), visible(&who))?;
        for (n, text) in way.steps.iter().enumerate() {
            writeln!(out, "              {}. {}", n + 1, visible(text))?;
        }
    }
    for note in &by_hand.notes {
        writeln!(out, "              - {}", visible(note))?;
    }
    Ok(())
}

/// The service of a request. What pull.yaml says was held against the plan already.
fn source<'c>(case: &'c Case, request: &Request) -> Result<&'c PullSource, Diagnostic> {
    let sources = case.planned.pulls.iter().flat_map(|pulls| &pulls.sources);
    sources
        .into_iter()
        .find(|source| source.name == request.service)
        .ok_or_else(|| Diagnostic::error(PULLS, format!("it names no list `{}`", request.service)))
}

fn http<'t>(case: &Case, source: &PullSource, progress: &'t Progress) -> Result<Http<'t>, Diagnostic> {
    let at = |why: String| Diagnostic::error(format!("{PULLS}:{}", source.line), format!("{}: {why}", source.name));
    let folder: &Path = &case.folder;
    let certificates = case.planned.pulls.as_ref().and_then(|pulls| pulls.certificates.as_ref());
    let certificates = certificates.map(|file| read_text(&resolve(folder, file))).transpose()?;
    let name = source.name.clone();
    let told = Box::new(move |news: News<'_>| match news {
        News::Came(how_far) => progress.say(&format!("{name}: {how_far}")),
        News::Waiting(why) => progress.wait(&format!("{name}: {why}")),
    });
    let settings = HttpSettings {
        host: source.host.clone(),
        headers: &source.pull.headers,
        certificates,
        without_tls: source.without_tls,
    };
    Http::new(settings, signer(source, folder)?, told).map_err(at)
}
