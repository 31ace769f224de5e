//! What a workspace gives a plan: its findings, the services of pull.yaml, what was fetched from them, and who administers
//! what. `coverage plan` writes it down; `coverage apply` holds a plan against it.

use super::Failure;
use super::own_catalog::Own;
use super::pull_list;
use super::selection::Selection;
use super::store::KeptRuns;
use crate::diag::{Diagnostic, cause};
use crate::model::PersonIx;
use crate::plan::{Administrator, Fetched, Material, OfApp, Plan, Service, make, wanted};
use crate::pull::{Provenance, sidecar_of};
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use crate::workspace::{PULLS, PullSource, Pulls, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A note larger than this is none.
const LARGEST_NOTE: u64 = 1 << 20;

/// A plan, as the lists are now.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What pull.yaml says, if there is one.
    pub pulls: Option<Pulls>,
    /// Remarks about the inputs.
    pub warnings: Vec<Diagnostic>,
}

/// Makes the plan of a workspace.
///
/// # Errors
/// Inputs that cannot be used.
pub fn planned(selection: &Selection, kept: &KeptRuns, or_put: bool) -> Result<Planned, Failure> {
    let pulls = pulls(selection)?;
    let watch = Administrators { workspace: &selection.workspace, declared: OnceLock::new(), apps: Mutex::default() };
    let done = selection.watched(&watch, kept)?;
    let report = &done.report;
    let files: Vec<(String, &PullSource)> =
        pulls.iter().flat_map(|p| &p.sources).map(|source| (plain(&source.to), source)).collect();
    let services: Vec<Service<'_>> = files
        .iter()
        .map(|(file, source)| Service {
            name: &source.name,
            pull: &source.pull,
            host: &source.host,
            with: &source.with,
            file,
        })
        .collect();
    let mut fetched = BTreeMap::new();
    for (file, lines) in wanted(report, &services) {
        let sha256 = report.sources.iter().find(|s| s.file == file).map_or("", |s| s.sha256.as_str());
        if let Some(read) = fetch(selection, &file, &lines, sha256)? {
            fetched.insert(file, read);
        }
    }
    let apps = watch.found(|source| report.sources.get(source as usize).map(|s| s.file.clone()).unwrap_or_default());
    let plan = make(&Material { report, services: &services, fetched: &fetched, apps: &apps, or_put });
    Ok(Planned { plan, pulls, warnings: done.warnings })
}

#[allow(clippy::disallowed_methods, reason = "a workspace may have no pull.yaml")]
fn pulls(selection: &Selection) -> Result<Option<Pulls>, Failure> {
    let there = selection.beside(PULLS).is_some_and(|path| path.exists() || path.is_symlink());
    if !there {
        return Ok(None);
    }
    // A run's catalog has the whole of those products alone that are in use, unless a company has laid its own over it.
    let whole = if selection.own_catalog().next().is_none() { Some(Own::default().load()?) } else { None };
    let catalog = whole.as_ref().map_or(&selection.catalog, |whole| whole.catalog.as_ref());
    pull_list::read(selection.folder(), catalog).map(Some)
}

/// A file name as coverage.yaml has it: without needless parts.
fn plain(file: &str) -> String {
    file.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// Lines of a fetched list; none if it was not fetched.
fn fetch(
    selection: &Selection,
    file: &str,
    wanted: &BTreeSet<u32>,
    sha256: &str,
) -> Result<Option<Fetched>, Diagnostic> {
    let beside = sidecar_of(file);
    let mut text = Vec::new();
    match selection.input(&beside).open().and_then(|from| from.take(LARGEST_NOTE).read_to_end(&mut text)) {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Diagnostic::error(&beside, format!("cannot be read: {}", cause(&e)))),
    }
    let note: Provenance = serde_json::from_slice(&text).map_err(|e| {
        Diagnostic::error(&beside, format!("is no note of a pull: line {}, column {}", e.line(), e.column()))
    })?;
    if note.sha256 != sha256 {
        return Err(Diagnostic::error(file, "it has changed while it was read").help("run the command again"));
    }
    let failed = |e: &std::io::Error| Diagnostic::error(file, format!("cannot be read: {}", cause(e)));
    let from = selection.input(file).open().map_err(|e| failed(&e))?;
    let mut lines = BTreeMap::new();
    for (n, line) in (1u32..).zip(BufReader::new(from).lines()) {
        let line = line.map_err(|e| failed(&e))?;
        if wanted.contains(&n)
            && let Ok(entry) = serde_json::from_str(&line)
        {
            lines.insert(n, entry);
        }
    }
    Ok(Some(Fetched { note, lines }))
}

/// Gathers who administers what, as the lists and coverage.yaml say.
struct Administrators<'w> {
    workspace: &'w Workspace,
    declared: OnceLock<BTreeMap<&'w str, Declared>>,
    apps: Mutex<BTreeMap<String, Seen>>,
}

/// Administrators whom coverage.yaml names.
#[derive(Default)]
struct Declared {
    people: BTreeSet<PersonIx>,
    texts: BTreeSet<String>,
}

impl Declared {
    /// Whether somebody is named, and everybody who is has a live account. A name that nobody has says nothing of the others.
    fn are_found(&self, seen: &Self) -> bool {
        let are_named = !self.people.is_empty() || !self.texts.is_empty();
        are_named && self.people.is_subset(&seen.people) && self.texts.is_subset(&seen.texts)
    }
}

#[derive(Default)]
struct Seen {
    live: u64,
    silent: u64,
    declared: Declared,
    administrators: Vec<(String, u32, bool)>,
}

impl Administrators<'_> {
    fn found(self, file: impl Fn(u32) -> String) -> BTreeMap<String, OfApp> {
        let declared = self.declared.into_inner().unwrap_or_default();
        let apps = self.apps.into_inner().unwrap_or_else(PoisonError::into_inner);
        let of = |(app, seen): (String, Seen)| {
            let named = declared.get(app.as_str()).is_some_and(|d| d.are_found(&seen.declared));
            let mut administrators: Vec<Administrator> = (seen.administrators.into_iter())
                .map(|(account, source, left)| Administrator { account, file: file(source), left })
                .collect();
            // Lists are read side by side.
            administrators.sort();
            (app, OfApp { live: seen.live, administrators_known: named || seen.silent == 0, administrators })
        };
        apps.into_iter().map(of).collect()
    }
}

impl Watch for Administrators<'_> {
    fn company(&self, company: &Company<'_>) {
        self.declared.get_or_init(|| {
            let mut all: BTreeMap<&str, Declared> = BTreeMap::new();
            for app in &self.workspace.apps {
                let declared = all.entry(app.id.as_str()).or_default();
                for text in &app.admins {
                    match company.directory.named(text)[..] {
                        [one] => drop(declared.people.insert(one)),
                        _ => drop(declared.texts.insert(text.trim().to_lowercase())),
                    }
                }
            }
            all
        });
    }

    fn account(&self, case: &AccountCase<'_>) {
        if !case.lives.lives() {
            return;
        }
        let declared = self.declared.get().and_then(|all| all.get(case.app.id.as_str()));
        let texts = [case.record.id, case.record.email, case.record.username].map(|text| text.trim().to_lowercase());
        let person = case.placed.person.filter(|ix| declared.is_some_and(|d| d.people.contains(ix)));
        let texts = texts.into_iter().filter(|text| declared.is_some_and(|d| d.texts.contains(text)));
        let texts: Vec<String> = texts.collect();
        let is_declared = person.is_some() || !texts.is_empty();
        let stays = case.person().is_none_or(|(_, person)| person.standing.works_here());
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = apps.entry(case.app.id.clone()).or_default();
        seen.live += 1;
        seen.declared.people.extend(person);
        seen.declared.texts.extend(texts);
        seen.silent += u64::from(case.record.privileged.is_none());
        if is_declared || case.is_privileged() {
            seen.administrators.push((case.facts().account().to_owned(), case.place.source, !stays));
        }
    }
}
