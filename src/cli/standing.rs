//! Whether the report that stands in its place is the one that a run would make now. If that is proven, nothing is made anew.
//!
//! Proven means: every input and every output has the SHA-256 that it had, and whatever else has a part in a report is the same:
//! the program, the catalog, the options, the kept runs, the time stamps of files that carry no date. What cannot be told is
//! taken for changed.

use super::counted;
use super::selection::Selection;
use super::store::KeptRuns;
use crate::chain::sha256;
use crate::diag::{Diagnostic, Level};
use crate::evidence::measure;
use crate::host::{LastReport, RECORD, Staging, program, stamp};
use crate::model::{Report, SourceReport, SourceRole, TimeBasis, When};
use crate::pull::{ending_of, sidecar_of};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// The version of the record's shape and of what its key is made of.
const FORMAT: u32 = 2;

/// What a run has said beside its files, so that it can be said again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The summary on stdout.
    pub summary: String,
    /// Remarks, before the summary.
    warnings: Vec<Remark>,
    /// What is said after it of findings that count for nothing at the threshold.
    passed_over: Vec<Remark>,
    /// Whether the threshold is reached.
    pub reached: bool,
}

impl Said {
    /// Of a finished run.
    pub fn new(summary: String, warnings: &[Diagnostic], passed_over: Vec<Diagnostic>, reached: bool) -> Self {
        let warnings = warnings.iter().map(Remark::of).collect();
        Self { summary, warnings, passed_over: passed_over.iter().map(Remark::of).collect(), reached }
    }

    /// The remarks before the summary.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.warnings.iter().map(Remark::told).collect()
    }

    /// The remarks after it.
    pub fn passed_over(&self) -> Vec<Diagnostic> {
        self.passed_over.iter().map(Remark::told).collect()
    }
}

/// A remark about an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remark {
    error: bool,
    file: String,
    line: Option<u64>,
    column: Option<u64>,
    message: String,
    help: Option<String>,
}

impl Remark {
    fn of(d: &Diagnostic) -> Self {
        let Diagnostic { level, file, line, column, message, help } = d.clone();
        Self { error: level == Level::Error, file, line, column, message, help }
    }
    fn told(&self) -> Diagnostic {
        let Self { error, file, line, column, message, help } = self.clone();
        let level = if error { Level::Error } else { Level::Warning };
        Diagnostic { level, file, line, column, message, help }
    }
}

/// An input as it was.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    file: String,
    sha256: String,
    bytes: u64,
    /// Its time stamp, where nothing else says when it was made.
    stamped: Option<String>,
}

/// What is noted of a run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    format: u32,
    key: String,
    inputs: Vec<Read>,
    manifest: String,
    said: Said,
}

/// The same with a hash over it: a record that is half there, or that somebody has edited, is none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed<N> {
    seal: String,
    noted: N,
}

/// The outputs, as the manifest has them.
#[derive(Debug, Deserialize)]
struct Outputs {
    outputs: Vec<Output>,
}

#[derive(Debug, Deserialize)]
struct Output {
    name: String,
    sha256: String,
    bytes: u64,
}

/// A report that still stands.
pub struct Stands {
    /// What its run has said.
    pub said: Said,
    inputs: usize,
    outputs: usize,
}

impl Stands {
    /// Says so, and what proves it.
    pub fn tell(&self, out: &Path) {
        let Self { inputs, outputs, .. } = self;
        let (out, inputs) = (out.display().to_string(), counted(*inputs, "input"));
        let outputs = counted(*outputs, "output");
        let _ = writeln!(
            anstream::stderr(),
            "{}: nothing has changed, so this report stands: {inputs} and {outputs} have the SHA-256 that its manifest \
             states, and program, catalog and options are the same\n  `--fresh` makes it anew",
            crate::diag::visible(&out)
        );
    }
}

/// Everything but the contents of the lists that a report will depend on, as it is before the run.
pub struct Before<'s> {
    selection: &'s Selection,
    key: String,
    names: BTreeSet<String>,
    /// Of each list, what changes when somebody writes to it.
    stamps: BTreeMap<String, String>,
    /// The kept runs.
    state: String,
}

impl<'s> Before<'s> {
    /// Looks at it. `options` are those of the command, in words. None: something cannot be told, so that nothing can be proven.
    pub fn of(selection: &'s Selection, kept: &KeptRuns, options: &str) -> Option<Self> {
        let state = kept.state(selection.folder())?;
        let lists: BTreeSet<&str> = lists(selection).collect();
        let own: BTreeSet<&str> = selection.texts().map(|(name, _)| name).chain(selection.own_catalog()).collect();
        if !lists.is_disjoint(&own) {
            return None;
        }
        let mut watched: BTreeSet<String> = lists.iter().map(|name| (*name).to_owned()).collect();
        for list in lists.iter().filter(|list| ending_of(list).is_some()) {
            let note = sidecar_of(list);
            match selection.input(&note).open() {
                Ok(_) => _ = watched.insert(note),
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(_) => return None,
            }
        }
        let stamps = stamps(selection, &watched)?;
        let (as_of, extracted_at) = selection.moments();
        let workspace = &selection.workspace;
        let mut key = vec![
            format!("coverage record {FORMAT}"),
            env!("CARGO_PKG_VERSION").to_owned(),
            program()?,
            selection.catalog.version().to_owned(),
            format!("{as_of:?} {extracted_at:?}"),
            options.to_owned(),
            state.clone(),
            // Where there is no coverage.yaml, this is what the options name.
            format!("{:?} {:?} {:?}", workspace.hr, workspace.idp, workspace.apps),
        ];
        for (name, bytes) in selection.texts() {
            key.push(format!("{name} {}", sha256(bytes)));
        }
        let key = sha256(&serde_json::to_vec(&key).ok()?);
        let names = watched.into_iter().chain(own.into_iter().map(str::to_owned)).collect();
        Some(Self { selection, key, names, stamps, state })
    }

    /// Whether the report that stands in a place is the one that a run would make.
    pub fn stands(&self, out: &Path) -> Option<Stands> {
        let last = LastReport::at(out)?;
        let Sealed::<Noted> { noted, .. } = serde_json::from_slice(&last.record).ok()?;
        let whole = sealed(&noted)? == last.record && noted.format == FORMAT;
        if !whole || noted.key != self.key || noted.manifest != sha256(&last.manifest) {
            return None;
        }
        let named: BTreeSet<&str> = noted.inputs.iter().map(|read| read.file.as_str()).collect();
        if !self.names.iter().map(String::as_str).eq(named) {
            return None;
        }
        let stamped =
            |read: &Read| read.stamped.as_ref().is_none_or(|at| self.stamped(&read.file).as_ref() == Some(at));
        if !noted.inputs.iter().all(stamped) {
            return None;
        }
        let Outputs { outputs } = serde_json::from_slice(&last.manifest).ok()?;
        let same = |from: io::Result<Box<dyn io::Read + Send>>, bytes: u64, hash: &str| {
            from.and_then(|from| measure("", from)).is_ok_and(|is| is.bytes == bytes && is.sha256 == hash)
        };
        // Inputs first: the next run reads them in any case.
        let inputs =
            noted.inputs.par_iter().all(|read| same(self.selection.input(&read.file).open(), read.bytes, &read.sha256));
        let output = |file: &Output| last.open(&file.name, file.bytes).map(|from| Box::new(from) as Box<_>);
        let is_whole = || outputs.par_iter().all(|file| same(output(file), file.bytes, &file.sha256));
        (inputs && is_whole()).then_some(Stands {
            inputs: noted.inputs.len(),
            outputs: outputs.len(),
            said: noted.said,
        })
    }

    /// The time stamp of a file as a report writes it.
    fn stamped(&self, file: &str) -> Option<String> {
        Some(When::at(self.selection.input(file).modified()?).to_string())
    }

    /// Notes in a report that is about to be put in its place what it was made of. Nothing is noted where something has changed
    /// meanwhile; then the next run makes everything anew.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn note(
        &self,
        kept: &KeptRuns,
        report: &Report,
        manifest: Option<String>,
        said: &Said,
        to: &Staging,
    ) -> io::Result<()> {
        let Some(manifest) = manifest else { return Ok(()) };
        let Some(inputs) = self.inputs(&report.sources) else { return Ok(()) };
        let lists = self.stamps.keys().cloned().collect();
        if stamps(self.selection, &lists).as_ref() != Some(&self.stamps)
            || kept.state(self.selection.folder()).as_ref() != Some(&self.state)
        {
            return Ok(());
        }
        let noted = Noted { format: FORMAT, key: self.key.clone(), inputs, manifest, said: said.clone() };
        let Some(sealed) = sealed(&noted) else { return Ok(()) };
        // Not flushed to the disk itself: if a crash takes a part of it, the seal is broken, and the next run makes all anew.
        to.create(RECORD)?.write_all(&sealed)
    }

    /// The files of a run, each once. None: they are not those that were looked at before it.
    fn inputs(&self, sources: &[SourceReport]) -> Option<Vec<Read>> {
        let mut inputs: BTreeMap<&str, Read> = BTreeMap::new();
        for source in sources {
            let guess = source.time_basis == TimeBasis::FileTime;
            let stamped = guess.then(|| source.extracted_at.clone());
            let settings = matches!(source.role, SourceRole::Workspace | SourceRole::Catalog);
            let read = Read {
                file: source.file.clone(),
                sha256: source.sha256.clone(),
                bytes: source.bytes,
                stamped: stamped.filter(|_| !settings),
            };
            match inputs.get_mut(source.file.as_str()) {
                // One file of several apps can have a date in one and none in the other.
                Some(other)
                    if other.sha256 == read.sha256 && (other.stamped == read.stamped || read.stamped.is_none()) => {}
                Some(other) if other.sha256 == read.sha256 && other.stamped.is_none() => *other = read,
                Some(_) => return None,
                None => _ = inputs.insert(&source.file, read),
            }
        }
        let same = inputs.keys().copied().eq(self.names.iter().map(String::as_str));
        same.then(|| inputs.into_values().collect())
    }
}

/// A record with its seal, as it is written.
fn sealed(noted: &Noted) -> Option<Vec<u8>> {
    let seal = sha256(&serde_json::to_vec(noted).ok()?);
    serde_json::to_vec(&Sealed { seal, noted }).ok()
}

/// The lists of a workspace, as they are named there.
fn lists(selection: &Selection) -> impl Iterator<Item = &str> {
    let workspace = &selection.workspace;
    let apps = workspace.apps.iter().flat_map(|app| app.rosters.iter().chain(&app.assignments));
    workspace.hr.iter().chain(&workspace.idp).chain(apps).map(|input| input.file.as_str())
}

fn stamps(selection: &Selection, files: &BTreeSet<String>) -> Option<BTreeMap<String, String>> {
    files.iter().map(|file| Some((file.clone(), stamp(&selection.place_of(file))?))).collect()
}
