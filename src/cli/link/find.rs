//! The accounts and the people that a decision names, looked up in the rosters and the directory of a run.

use crate::cli::Failure;
use crate::cli::report::no_such_app;
use crate::cli::selection::Selection;
use crate::cli::store::KeptRuns;
use crate::diag::Diagnostic;
use crate::identity::{Directory, address, name};
use crate::model::{Decision, Person, PersonIx, Place, Record};
use crate::rules::account_key;
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use crate::yaml::likest;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// How many names are offered where one is not found.
const NEAREST: usize = 3;
/// How many accounts are listed where several are meant.
const LISTED: usize = 5;

/// An account that a decision is about.
pub struct Account {
    /// The app.
    pub app: String,
    /// How `links.yaml` names it: its native id where there is one.
    pub account: String,
    /// Its address as it is now, unless that is its name already.
    pub seen_as: String,
    /// What has been decided about it before: places, and what was said.
    pub decided: Vec<Decision>,
}

/// A person whom a decision names.
#[derive(Clone)]
pub struct Named {
    pub ix: PersonIx,
    /// How `links.yaml` names them.
    pub written: String,
    /// Name and address, for people.
    pub shown: String,
}

/// What a decision names.
pub struct Found {
    /// In the order in which they were named.
    pub accounts: Vec<Account>,
    /// By the text that named them.
    pub people: BTreeMap<String, Named>,
}

/// An account as the user named it.
struct Target<'a> {
    app: &'a str,
    account: &'a str,
}

/// A row that a target fits.
struct Hit {
    target: usize,
    /// By which field: the least is the strongest.
    field: u8,
    key: String,
    place: Place,
    account: Account,
}

struct Search<'a> {
    targets: &'a [Target<'a>],
    people: &'a [&'a str],
    hits: Mutex<Vec<Hit>>,
    named: OnceLock<Vec<Result<Named, Diagnostic>>>,
}

/// Looks everything up.
///
/// # Errors
/// An app, an account or a person that is not there, or is several.
pub fn find(selection: &Selection, accounts: &[String], people: &[&str]) -> Result<Found, Failure> {
    let targets = targets(selection, accounts)?;
    let search = Search { targets: &targets, people, hits: Mutex::default(), named: OnceLock::new() };
    let first = &targets[0].app;
    let only_app = targets.iter().all(|target| target.app == *first).then_some(*first);
    let done = selection.watched_in(only_app, &search, &KeptRuns::default())?;
    let mut problems = Vec::new();
    let mut found = BTreeMap::new();
    for (text, named) in people.iter().zip(search.named.into_inner().unwrap_or_default()) {
        match named {
            Ok(named) => _ = found.insert((*text).to_owned(), named),
            Err(problem) => problems.push(problem),
        }
    }
    let at = |place: Place| {
        let file = done.report.sources.get(place.source as usize).map_or("", |s| s.file.as_str());
        if place.line == 0 { file.to_owned() } else { format!("{file}:{}", place.line) }
    };
    let mut hits = search.hits.into_inner().unwrap_or_else(PoisonError::into_inner);
    hits.sort_by_key(|hit| (hit.target, hit.field, hit.place));
    let mut accounts = Vec::new();
    let mut missing = Vec::new();
    for (n, target) in targets.iter().enumerate() {
        let strongest = hits.iter().filter(|hit| hit.target == n).map(|hit| hit.field).min();
        let mut fitting: Vec<&Hit> = hits.iter().filter(|h| h.target == n && Some(h.field) == strongest).collect();
        fitting.dedup_by(|a, b| a.key == b.key);
        let mut keys: Vec<&str> = fitting.iter().map(|hit| hit.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        match (fitting.first(), keys.len()) {
            (None, _) => missing.push(n),
            (Some(hit), 1) => accounts.push((n, hit.account.copy())),
            _ => {
                let listed: Vec<String> = fitting
                    .iter()
                    .take(LISTED)
                    .map(|hit| format!("`{}` ({})", hit.account.account, at(hit.place)))
                    .collect();
                let more = fitting.len().saturating_sub(LISTED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                problems.push(
                    Diagnostic::error(
                        "coverage",
                        format!("`{}` is several accounts of {}", target.account, target.app),
                    )
                    .help(format!("name one by its native id or address: {}{more}", listed.join(", "))),
                );
            }
        }
    }
    if !missing.is_empty() {
        problems.extend(nearest_accounts(selection, &targets, &missing)?);
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    Ok(Found { accounts: accounts.into_iter().map(|(_, account)| account).collect(), people: found })
}

impl Account {
    fn copy(&self) -> Self {
        Self {
            app: self.app.clone(),
            account: self.account.clone(),
            seen_as: self.seen_as.clone(),
            decided: self.decided.clone(),
        }
    }
}

fn targets<'a>(selection: &Selection, accounts: &'a [String]) -> Result<Vec<Target<'a>>, Failure> {
    let apps = &selection.workspace.apps;
    let mut targets: Vec<Target<'a>> = Vec::new();
    let mut problems = Vec::new();
    for written in accounts {
        let Some((app, account)) = written.split_once('/').filter(|(_, account)| !account.trim().is_empty()) else {
            let message = format!("`{written}` is no account: write APP/ACCOUNT, such as slack/U012AB3CD");
            return Err(Failure::Usage(message));
        };
        let account = account.trim();
        match apps.iter().find(|a| a.id == app) {
            None => {
                let known: Vec<String> = apps.iter().map(|a| a.id.clone()).collect();
                problems.push(no_such_app(app, &known));
            }
            Some(known) if known.rosters.is_empty() => problems.push(
                Diagnostic::error("coverage", format!("there is no roster of `{app}`, so no account can be looked up"))
                    .help("name its file as `roster` in coverage.yaml"),
            ),
            Some(_) if targets.iter().any(|t| (t.app, t.account) == (app, account)) => {}
            Some(_) => targets.push(Target { app, account }),
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems.into()) }
}

/// By which of its fields a row is what was written; the least is the strongest.
fn field(record: &Record<'_>, written: &str) -> Option<u8> {
    let (mut mine, mut theirs) = (String::new(), String::new());
    let same_address = address(record.email, &mut theirs) && address(written, &mut mine) && mine == theirs;
    let same = |text: &str| !text.trim().is_empty() && text.trim().to_lowercase() == written.to_lowercase();
    match () {
        () if record.id.trim() == written => Some(0),
        () if same_address || same(record.email) => Some(1),
        () if same(record.username) => Some(2),
        () if same(record.employee_id) => Some(3),
        () if same(&record.name) => Some(4),
        () => None,
    }
}

/// How `links.yaml` names an account.
fn written(record: &Record<'_>) -> String {
    let texts = [record.id, record.email, record.username, record.employee_id, &record.name];
    texts.iter().map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or("").to_owned()
}

impl Watch for Search<'_> {
    fn company(&self, company: &Company<'_>) {
        let directory = company.directory;
        self.named.get_or_init(|| self.people.iter().map(|text| who(directory, text)).collect());
    }

    fn account(&self, case: &AccountCase<'_>) {
        let record = case.record;
        for (n, target) in self.targets.iter().enumerate().filter(|(_, target)| target.app == case.app.id) {
            let Some(field) = field(record, target.account) else { continue };
            let account = written(record);
            let email = record.email.trim();
            let decided = case.placed.decided.as_deref();
            let decided = decided.into_iter().flat_map(|d| d.by.iter().chain(&d.refusals).chain(&d.overruled));
            let hit = Hit {
                target: n,
                field,
                key: account_key(case),
                place: case.place,
                account: Account {
                    app: target.app.to_owned(),
                    seen_as: if email == account { String::new() } else { email.to_owned() },
                    account,
                    decided: decided.map(|decision| (*decision).clone()).collect(),
                },
            };
            if let Ok(mut hits) = self.hits.lock() {
                hits.push(hit);
            }
        }
    }
}

fn shown(person: &Person) -> String {
    if person.email.is_empty() { person.name.to_string() } else { format!("{} <{}>", person.name, person.email) }
}

/// The one person a text means.
pub fn who(directory: &Directory, text: &str) -> Result<Named, Diagnostic> {
    let offer = |people: &mut dyn Iterator<Item = PersonIx>| {
        let each = people.map(|ix| format!("`{}` ({})", directory.written(ix), shown(directory.person(ix))));
        each.take(LISTED).collect::<Vec<_>>().join(", ")
    };
    match directory.meant(text)[..] {
        [ix] => {
            let (written, shown) = (directory.written(ix).to_owned(), shown(directory.person(ix)));
            if directory.named(&written)[..] != [ix] {
                let message =
                    format!("nothing names {shown} and nobody else, so a decision could not say who is meant");
                return Err(Diagnostic::error("coverage", message)
                    .help("give the two an employee id or addresses of their own in HR"));
            }
            Ok(Named { ix, written, shown })
        }
        [] => {
            let help = match offer(&mut nearest_people(directory, text).into_iter()) {
                none if none.is_empty() => "give a work address, an employee id or a full name".to_owned(),
                near => format!("did you mean {near}?"),
            };
            Err(Diagnostic::error("coverage", format!("neither HR nor a directory knows `{text}`")).help(help))
        }
        ref several => {
            let help = format!("name one by employee id or address: {}", offer(&mut several.iter().copied()));
            Err(Diagnostic::error("coverage", format!("`{text}` is {} people", several.len())).help(help))
        }
    }
}

/// The people whose address, employee id or name looks most like a text.
fn nearest_people(directory: &Directory, text: &str) -> Vec<PersonIx> {
    let mut by_text: BTreeMap<&str, PersonIx> = BTreeMap::new();
    for (ix, person) in (0u32..).zip(&directory.people) {
        for text in [&person.email, &person.employee_id, &person.name].into_iter().filter(|t| !t.is_empty()) {
            by_text.entry(text).or_insert(PersonIx(ix));
        }
    }
    let mut near: Vec<PersonIx> =
        likest(text, by_text.keys().copied(), NEAREST).iter().filter_map(|text| by_text.get(text).copied()).collect();
    let mut seen = Vec::new();
    near.retain(|ix| {
        !seen.contains(ix) && {
            seen.push(*ix);
            true
        }
    });
    near
}

/// Collects the names of an app's accounts that look most like what was written.
struct Near<'a> {
    targets: &'a [Target<'a>],
    missing: &'a [usize],
    best: Mutex<BTreeMap<usize, Vec<String>>>,
}

impl Watch for Near<'_> {
    fn company(&self, _: &Company<'_>) {}

    fn account(&self, case: &AccountCase<'_>) {
        let record = case.record;
        for &n in self.missing.iter().filter(|n| self.targets[**n].app == case.app.id) {
            let target = self.targets[n].account;
            let texts = [record.id, record.email, record.username, &record.name];
            let texts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
            let Ok(mut best) = self.best.lock() else { return };
            let best = best.entry(n).or_default();
            // Names are compared as people write them, addresses and ids as they are.
            let target = if target.contains('@') { target.to_owned() } else { name(target) };
            let target = if target.is_empty() { self.targets[n].account.to_owned() } else { target };
            let all: Vec<String> = best.drain(..).chain(texts.map(str::to_owned)).collect();
            let mut sorted: Vec<&str> = all.iter().map(String::as_str).collect();
            sorted.sort_unstable();
            sorted.dedup();
            best.extend(likest(&target, sorted.into_iter(), NEAREST).into_iter().map(str::to_owned));
        }
    }
}

fn nearest_accounts(
    selection: &Selection,
    targets: &[Target<'_>],
    missing: &[usize],
) -> Result<Vec<Diagnostic>, Failure> {
    let near = Near { targets, missing, best: Mutex::default() };
    selection.watched_in(None, &near, &KeptRuns::default())?;
    let best = near.best.into_inner().unwrap_or_else(PoisonError::into_inner);
    let told = missing.iter().map(|n| {
        let Target { app, account } = &targets[*n];
        let names: Vec<String> = best.get(n).into_iter().flatten().map(|name| format!("`{app}/{name}`")).collect();
        let help = if names.is_empty() {
            format!("`coverage link --list --app {app}` shows the accounts under review")
        } else {
            format!("did you mean {}?", names.join(" or "))
        };
        Diagnostic::error("coverage", format!("the roster of {app} has no account `{account}`")).help(help)
    });
    Ok(told.collect())
}
