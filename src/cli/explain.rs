//! `coverage explain`: everything the run knows about a person, an account or a finding, each fact with file and line.

use super::selection::{FILE, Sources};
use super::status::is_id;
use super::store::KeptRuns;
use super::who::Who;
use super::{Failure, Outcome, tell};
use crate::diag::{Diagnostic, visible};
use crate::identity::{AddressRules, Candidate, Rival, address, id, name, without_zeros};
use crate::model::{
    AccountFacts, Basis, Counts, Decided, Finding, FindingStatus, Identity, Key, Named, PersonIx, Place, Record,
    Report, Situation, Standing,
};
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// How every finding's id begins.
const BEGIN: &str = "v1:";

/// Explain a person, an account or a finding.
#[derive(Debug, clap::Args)]
#[command(override_usage = "coverage explain [OPTIONS] [WORKSPACE] <WHO>")]
pub struct Args {
    /// An address, employee id, name, account id, or a finding's id (`v1:…`) or its beginning; before it, a folder with a coverage.yaml.
    #[arg(required = true, num_args = 1..=2, value_name = "WHO")]
    words: Vec<String>,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kept: KeptRuns,
}

/// An account that was asked for, or that belongs to a person who was.
struct Seen {
    app: String,
    app_name: String,
    account: Arc<AccountFacts>,
    situation: Situation,
    person: Option<PersonIx>,
    key: Option<Key>,
    identity: Option<u32>,
    rivals: Vec<Rival>,
    candidates: Vec<Candidate>,
    note: String,
    /// What else has been decided about it, in words.
    decided: Vec<String>,
    /// The decision that links it: the account as it is named there, and where.
    entry: Option<(String, Place)>,
    fits: Option<Fits>,
}

/// What the account and the identity record have in common: as each has it, and as the two were compared.
struct Fits {
    written: String,
    theirs: String,
    compared: String,
}

/// The texts that made a key fit.
fn fits(record: &Record<'_>, theirs: &Identity, key: Key, rules: &AddressRules) -> Fits {
    let plain = |mine: &str, theirs: &str, how: &dyn Fn(&str) -> String| Fits {
        written: mine.to_owned(),
        theirs: theirs.to_owned(),
        compared: how(mine),
    };
    let as_id = |text: &str| {
        let mut out = String::new();
        id(text, &mut out);
        out
    };
    match key {
        Key::ExternalId => {
            let same = |t: &&Arc<str>| as_id(t) == as_id(record.external_id);
            let id = [&theirs.external_id, &theirs.id].into_iter().find(same).unwrap_or(&theirs.id);
            return plain(record.external_id, id, &as_id);
        }
        Key::EmployeeId => {
            let mine = as_id(record.employee_id);
            let compared = if mine == as_id(&theirs.employee_id) {
                mine
            } else {
                without_zeros(&mine).map(str::to_owned).unwrap_or(mine)
            };
            return plain(record.employee_id, &theirs.employee_id, &|_| compared.clone());
        }
        Key::Composite => return plain(&record.name, &theirs.name, &name),
        Key::NativeId => return plain(record.id, "", &as_id),
        Key::Manual | Key::Email | Key::Alias | Key::Username => {}
    }
    // An address of one kind may fit one of another kind, as it is or as the mailbox that it means.
    let mine = [record.email, record.username].into_iter().chain(record.aliases.iter().copied());
    let mine: Vec<&str> = mine.filter(|t| !t.is_empty()).collect();
    let others = [&theirs.email, &theirs.username].into_iter().chain(&theirs.aliases).chain(&theirs.home_emails);
    let others: Vec<&str> = others.map(|t| &**t).filter(|t| !t.is_empty()).collect();
    let normal = |text: &str| {
        let mut out = String::new();
        if address(text, &mut out) { out } else { as_id(text) }
    };
    let folded = |text: &str| {
        let normal = normal(text);
        rules.fold(&normal).unwrap_or(normal)
    };
    for how in [&normal as &dyn Fn(&str) -> String, &folded] {
        for &mine in &mine {
            if let Some(theirs) = others.iter().find(|theirs| how(theirs) == how(mine)) {
                return plain(mine, theirs, how);
            }
        }
    }
    plain(record.email, &theirs.email, &normal)
}

/// What has been decided about an account beside what decides.
fn besides(decided: &Decided<'_>) -> Vec<String> {
    let refused = decided.refusals.iter().map(|d| d.note.clone());
    let overruled = decided.overruled.iter().map(|d| format!("overruled: {}", d.note));
    let rotated = decided.rotated.filter(|d| decided.by != Some(*d)).map(|d| d.note.clone());
    refused.chain(overruled).chain(rotated).collect()
}

struct Search<'a> {
    who: Who<'a>,
    seen: Mutex<Vec<Seen>>,
}

impl Watch for Search<'_> {
    fn company(&self, company: &Company<'_>) {
        self.who.look(company);
    }
    fn account(&self, case: &AccountCase<'_>) {
        let record = case.record;
        let written = self.who.written;
        let names_it = [record.id, record.email, record.username, record.employee_id, &record.name]
            .iter()
            .any(|t| !t.is_empty() && t.trim().eq_ignore_ascii_case(written.trim()));
        let placed = case.placed;
        let concerns = placed.person.is_some_and(|p| self.who.means(p))
            || placed.rivals.iter().any(|r| self.who.means(r.person))
            || placed.candidates.iter().any(|c| self.who.means(c.person))
            || placed.decided.as_ref().is_some_and(|decided| {
                let all = decided.by.iter().chain(&decided.refusals).chain(&decided.overruled);
                all.flat_map(|d| d.says.named()).filter_map(Named::person).any(|p| self.who.means(p))
            });
        if !names_it && !concerns && !is_id(written) {
            return;
        }
        let seen = Seen {
            app: case.app.id.clone(),
            app_name: case.app.name.clone(),
            account: Arc::clone(case.facts()),
            situation: placed.situation,
            person: placed.person,
            key: placed.key,
            identity: placed.identity,
            rivals: placed.rivals.clone(),
            candidates: placed.candidates.clone(),
            note: placed.note.to_owned(),
            decided: placed.decided.iter().flat_map(|d| besides(d)).collect(),
            entry: placed.decision().map(|decision| (decision.account.clone(), decision.place)),
            fits: placed.key.zip(placed.identity).map(|(key, identity)| {
                let directory = case.company.directory;
                fits(record, &directory.identities[identity as usize], key, &directory.rules)
            }),
        };
        if let Ok(mut all) = self.seen.lock() {
            all.push(seen);
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (place, who) = match &args.words[..] {
        [who] => (None, as_copied(who)),
        [place, who, ..] => (Some(PathBuf::from(place)), as_copied(who)),
        [] => return Ok(false),
    };
    if place.is_none() && is_workspace(who) {
        return Err(Failure::Usage(format!(
            "`{}` is a workspace: write after it whom or what to explain",
            visible(who)
        )));
    }
    let (selection, warnings) = args.sources.select(place.as_deref())?;
    tell(&warnings);
    let search = Search { who: Who::new(who), seen: Mutex::default() };
    let done = selection.watched(&search, &args.kept)?;
    let report = done.report;
    let mut seen = search.seen.into_inner().unwrap_or_default();
    seen.sort_by(|a, b| {
        (&a.app, a.account.account(), a.account.place).cmp(&(&b.app, b.account.account(), b.account.place))
    });
    let finding = if is_id(who) { the_finding(&report, who)? } else { None };
    if let Some(finding) = finding {
        seen.retain(|s| {
            finding.account.as_ref().is_some_and(|a| a.place == s.account.place)
                || (finding.person.is_some() && s.person == finding.person)
        });
    } else if is_id(who) {
        seen.clear();
    }
    let mut people = search.who.people();
    people.extend(finding.and_then(|f| f.person));
    if people.is_empty() {
        people.extend(seen.iter().filter_map(|s| s.person));
    }
    // An account that is gone is known to what was decided about it.
    let names_account = |f: &Finding| f.account.as_ref().is_some_and(|a| a.account().eq_ignore_ascii_case(who.trim()));
    let nothing = people.is_empty() && seen.is_empty() && !report.findings.iter().any(|f| names_account(f));
    if finding.is_none() && nothing && who.starts_with(BEGIN) && !is_id(who) {
        let written: String = who.chars().take(100).collect();
        return Err(Diagnostic::error("coverage", format!("`{written}` is no finding's id"))
            .help(
                "an id is `v1:` and up to 32 digits from 0 to 9 and a to f, as reports write it; its beginning will do",
            )
            .into());
    }
    if finding.is_none() && nothing {
        return Err(Diagnostic::error(
            "coverage",
            format!("nobody and nothing is called `{}` here", who.chars().take(100).collect::<String>()),
        )
        .help("give a work address, an employee id, a full name, an account's id or address, or a finding's id")
        .into());
    }
    let mut out = io::stdout().lock();
    if let Some(finding) = finding {
        show_finding(&report, finding, &mut out)?;
        writeln!(out)?;
    }
    for ix in &people {
        show_person(&report, *ix, &mut out)?;
    }
    if !seen.is_empty() {
        writeln!(out, "Accounts")?;
        seen.iter().try_for_each(|s| show_account(&report, s, &mut out))?;
        writeln!(out)?;
    }
    let about = |f: &Finding| {
        f.person.is_some_and(|p| people.contains(&p))
            || names_account(f)
            || f.account.as_ref().is_some_and(|a| seen.iter().any(|s| s.account.place == a.place))
    };
    let findings: Vec<&Finding> = if finding.is_some() {
        Vec::new()
    } else {
        report.findings.iter().map(|f| &**f).filter(|f| about(f)).collect()
    };
    if finding.is_none() {
        writeln!(out, "Findings")?;
        if findings.is_empty() {
            writeln!(out, "  none")?;
        }
        findings.iter().try_for_each(|f| show_finding(&report, f, &mut out))?;
    }
    Ok(false)
}

/// A finding's id without what stands behind it where a list of ids was copied from.
fn as_copied(who: &str) -> &str {
    if who.starts_with(BEGIN) { who.trim_end_matches([',', '.', '…', ' ']) } else { who }
}

/// Whether a word is the place of a workspace rather than somebody's name.
#[allow(clippy::disallowed_methods, reason = "the argument is a folder or a file")]
fn is_workspace(word: &str) -> bool {
    let place = Path::new(word);
    place.join(FILE).is_file() || (place.is_file() && place.extension().is_some_and(|e| e == "yaml" || e == "yml"))
}

/// The one finding whose id begins so.
fn the_finding<'r>(report: &'r Report, written: &str) -> Result<Option<&'r Finding>, Diagnostic> {
    let begins = written.to_ascii_lowercase();
    let mut found = report.findings.iter().map(|f| &**f).filter(|f| f.id.to_string().starts_with(&begins));
    match (found.next(), found.next()) {
        (Some(one), Some(other)) if one.id != other.id => {
            Err(Diagnostic::error("coverage", format!("several findings begin with `{begins}`"))
                .help(format!("they are {}, {} …; write more of the id", one.id, other.id)))
        }
        (one, _) => Ok(one),
    }
}

fn at(report: &Report, place: Place) -> String {
    let file = report.sources.get(place.source as usize).map_or("", |s| s.file.as_str());
    if place.line == 0 { visible(file) } else { format!("{}:{}", visible(file), place.line) }
}

fn who_is(report: &Report, ix: PersonIx) -> String {
    let p = &report.people[ix.0 as usize];
    visible(&if p.email.is_empty() { p.name.to_string() } else { format!("{} <{}>", p.name, p.email) })
}

fn show_person(report: &Report, ix: PersonIx, out: &mut impl Write) -> io::Result<()> {
    let person = &report.people[ix.0 as usize];
    writeln!(out, "{}", who_is(report, ix))?;
    writeln!(out, "  key        {}", visible(&person.key))?;
    let standing = match &person.standing {
        Standing::Left { since, basis } => {
            let dated = *basis == Basis::Hr && person.employments.iter().any(|e| e.from_hr && e.end.is_some());
            let unknown =
                if dated { "on a day HR does not give for every employment" } else { "on a day no source gives" };
            let since = since.map_or(unknown.to_owned(), |s| s.to_string());
            let basis = match basis {
                Basis::Hr => "HR says so",
                Basis::IdpLastDay => "the directory holds that last day; HR gives none",
                Basis::Idp => "the directory switched the account off then; HR does not know the person",
            };
            format!("left {since} ({basis})")
        }
        Standing::Notice(end) => format!("leaves {end}"),
        Standing::Unclear(why) => format!("unclear: {why}"),
        other => other.word().to_owned(),
    };
    writeln!(out, "  standing   {standing}, as of {}", report.as_of)?;
    writeln!(out, "  kind       {}", person.worker)?;
    for employment in &person.employments {
        let day = |w: Option<crate::model::When>| w.map_or("…".to_owned(), |w| w.to_string());
        writeln!(
            out,
            "  employment {} to {} ({}{}; {})",
            day(employment.start),
            day(employment.end),
            employment.status,
            worth(employment.counts),
            at(report, employment.place)
        )?;
    }
    for &i in &person.identities {
        let r = &report.identities[i as usize];
        let source = &report.sources[r.place.source as usize];
        let mut keys = Vec::new();
        let texts = [("id", &r.id), ("employee id", &r.employee_id), ("address", &r.email), ("login", &r.username)];
        keys.extend(texts.iter().filter(|(_, t)| !t.is_empty()).map(|(n, t)| format!("{n} {t}")));
        keys.extend(r.aliases.iter().map(|a| format!("alias {a}")));
        keys.extend(r.home_emails.iter().map(|a| format!("private {a}")));
        let status = if r.from_hr { r.person_status.word() } else { r.status.word() };
        let raw = if r.raw_status.is_empty() { String::new() } else { format!(" ({})", r.raw_status) };
        writeln!(
            out,
            "  record     {}: {}, status {status}{} — {}",
            source.id,
            visible(&keys.join(", ")),
            visible(&raw),
            at(report, r.place)
        )?;
    }
    writeln!(out)
}

/// What a record of an employment is worth beside those of more trusted sources.
const fn worth(counts: Counts) -> &'static str {
    match counts {
        Counts::Fully => "",
        Counts::LastDay => "; gives the last day, which a more trusted source leaves open",
        Counts::Agrees => "; the same as a more trusted source",
        Counts::Overruled => "; overruled by a more trusted source",
    }
}

fn show_account(report: &Report, seen: &Seen, out: &mut impl Write) -> io::Result<()> {
    let a = &seen.account;
    writeln!(
        out,
        "  {} {} ({}), {} — {}",
        visible(&seen.app_name),
        visible(a.account()),
        crate::model::status_words(a.status, &visible(a.raw_status())),
        seen.situation,
        at(report, a.place)
    )?;
    if let Some(ix) = seen.person {
        let key = seen.key.map_or(String::new(), |k| format!(" by {k}"));
        write!(
            out,
            "    {} {}{key}",
            if seen.situation == Situation::NonHuman { "answered for by" } else { "linked to" },
            who_is(report, ix)
        )?;
        if seen.key == Some(Key::NativeId) {
            let run = report.history.as_ref().and_then(|history| history.linked.get(&seen.app));
            let run = run.map_or(String::new(), |run| format!(" (run {run} or before)"));
            let written = seen.fits.as_ref().map_or("", |fits| &fits.written);
            write!(out, ": `{}` was linked to them in an earlier kept run{run}", visible(written))?;
        } else if let Some((identity, fits)) = seen.identity.zip(seen.fits.as_ref()) {
            let r = &report.identities[identity as usize];
            write!(out, ": `{}` = `{}`", visible(&fits.written), visible(&fits.theirs))?;
            if fits.compared != fits.written || fits.compared != fits.theirs {
                write!(out, " (compared as `{}`)", visible(&fits.compared))?;
            }
            write!(out, " at {}", at(report, r.place))?;
        } else if let Some((named, place)) = &seen.entry {
            write!(out, ": `{}` at {}", visible(named), at(report, *place))?;
        }
        writeln!(out)?;
    }
    if !seen.note.is_empty() {
        writeln!(out, "    because {}", visible(&seen.note))?;
    }
    for decided in &seen.decided {
        writeln!(out, "    {}", visible(decided))?;
    }
    let open = matches!(seen.situation, Situation::Disputed | Situation::Collision);
    for rival in &seen.rivals {
        let place = at(report, report.identities[rival.identity as usize].place);
        writeln!(
            out,
            "    {} {} by {} ({place}){}",
            match seen.situation {
                _ if open => "fits",
                Situation::NonHuman if seen.key.is_none() => "has the address of",
                Situation::NonHuman if seen.key == Some(rival.key) => "its record has the number or an address of",
                _ => "rival that lost:",
            },
            who_is(report, rival.person),
            rival.key,
            if !open && seen.situation != Situation::NonHuman && seen.key.is_some_and(|key| rival.key <= key) {
                ", who was not here when the account was made"
            } else {
                ""
            }
        )?;
    }
    for c in &seen.candidates {
        writeln!(out, "    candidate {} ({}: {})", who_is(report, c.person), c.score, c.why)?;
    }
    Ok(())
}

fn show_finding(report: &Report, f: &Finding, out: &mut impl Write) -> io::Result<()> {
    let status = match f.status {
        FindingStatus::Open => "",
        FindingStatus::NotEvaluable => ", not evaluable",
        FindingStatus::Excepted => ", excepted",
    };
    writeln!(out, "  {} {} ({}{status})", f.id, f.rule.id, f.severity)?;
    if let Some(report) = f.exception.and_then(|ix| report.exceptions.get(usize::from(ix.0))) {
        let e = &report.exception;
        let (id, approver, reason) = (visible(&e.id), visible(&e.approver), visible(&e.reason));
        writeln!(out, "    marked by the exception {id}, approved by {approver} until {}: {reason}", e.expires)?;
    }
    if let Some(app) = f.app {
        let account = f.account.as_ref().map_or(String::new(), |a| format!(" {}", visible(a.account())));
        writeln!(out, "    in {}{account}", visible(&report.apps[app as usize].name))?;
    }
    for step in &f.reason {
        writeln!(out, "    → {}", visible(step))?;
    }
    writeln!(out, "    do: {}", visible(&f.action))?;
    let places: Vec<String> = f.evidence.iter().map(|p| at(report, *p)).collect();
    writeln!(out, "    see {}", places.join("; "))
}
