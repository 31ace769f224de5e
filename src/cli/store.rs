//! Where a command keeps runs, and how it asks for the earlier ones.

use super::{Failure, tell};
use crate::diag::Diagnostic;
use crate::evidence::measure;
use crate::host::{lies_ahead, open_file};
use crate::model::{FindingId, FindingStatus, Past, Report};
use crate::run::Done;
use crate::store::{Appended, Moment, Place, Store};
use clap::Args;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The store's file in a workspace.
pub const FILE: &str = "coverage-history.sqlite";

/// How often a run is made anew because another one was kept meanwhile.
pub const ATTEMPTS: usize = 5;

/// Where runs are kept.
#[derive(Debug, Default, Args)]
pub struct KeptRuns {
    /// Where runs are kept: a file, or `postgres://…` [default: coverage-history.sqlite beside coverage.yaml].
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub store: Option<String>,
}

impl KeptRuns {
    /// The place of the store.
    fn place(&self, folder: &Path) -> Place {
        self.store.as_deref().map_or_else(|| Place::File(folder.join(FILE)), Place::of)
    }

    /// What the file of the store holds, as a hash: `none` where nothing is kept. None: it cannot be told, as of a server.
    pub fn state(&self, folder: &Path) -> Option<String> {
        let Place::File(file) = self.place(folder) else { return None };
        // Beside it stands what has not been taken over yet.
        let parts = ["", "-wal", "-journal"].map(|end| {
            let mut name = file.clone().into_os_string();
            name.push(end);
            match open_file(Path::new(&name)) {
                Ok(bytes) => {
                    measure("", bytes).ok().map(|part| if part.bytes == 0 { "none".to_owned() } else { part.sha256 })
                }
                Err(e) if e.kind() == ErrorKind::NotFound => Some("none".to_owned()),
                Err(_) => None,
            }
        });
        let parts: Option<Vec<String>> = parts.into_iter().collect();
        Some(format!("{} {}", file.display(), parts?.join(" ")))
    }

    /// Opens the store, and begins one if that is wanted.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn open(&self, folder: &Path, create: bool) -> Result<Shared, Failure> {
        Ok(Shared(Mutex::new(Store::open(&self.place(folder), create)?)))
    }

    /// Opens the store if one is named or stands in the workspace.
    ///
    /// # Errors
    /// It cannot be used.
    #[allow(clippy::disallowed_methods, reason = "whether there is a store decides whether it is opened")]
    pub fn existing(&self, folder: &Path) -> Result<Option<Shared>, Failure> {
        match self.place(folder) {
            Place::File(file) if self.store.is_none() && !file.exists() => Ok(None),
            // What is left of a first run that was killed, or found the disk full.
            Place::File(file) if file.metadata().is_ok_and(|file| file.is_file() && file.len() == 0) => Ok(None),
            _ => self.open(folder, false).map(Some),
        }
    }
}

impl KeptRuns {
    /// Every finding that a kept run has, that of the very same inputs among them, unless it has ended by the report's moment:
    /// what `--only-new` leaves out. What was excepted all the time is news once its exception has run out. Where nothing is kept, nothing is known to be old, and that is told.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn known(&self, folder: &Path, report: &Report) -> Result<HashSet<FindingId>, Failure> {
        let second = report.history.as_ref().map_or(i64::MAX, |history| history.second);
        let kept = match self.existing(folder)? {
            Some(store) => store.with(|store| store.known_findings(second))?,
            None => None,
        };
        if kept.is_none() {
            let first = Diagnostic::warning("--only-new", "no run is kept yet, so every finding counts as new");
            tell(&[first.help("`coverage snapshot` keeps a run; do that after this command")]);
        }
        let excepted = report.findings.iter().filter(|f| f.status == FindingStatus::Excepted);
        let excepted: HashSet<FindingId> = excepted.map(|f| f.id).collect();
        let known = kept.unwrap_or_default().into_iter().filter(|(id, was)| !was || excepted.contains(id));
        Ok(known.map(|(id, _)| id).collect())
    }
}

/// An open store, which a run asks while it goes on.
#[derive(Debug)]
pub struct Shared(Mutex<Store>);

impl Shared {
    /// What the runs before a moment say.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn earlier(&self, inputs: &str, second: i64) -> Result<Past, Diagnostic> {
        self.with(|store| store.past(&Moment::Before { inputs, second }))
    }

    /// Does something with the store.
    pub fn with<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a run. None: another one was kept meanwhile, and this one has to be made anew.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn keep(&self, done: &Done) -> Result<Option<String>, Failure> {
        let Some((snapshot, changes)) = &done.kept else {
            return Err(Diagnostic::error("coverage", "this run was not made to be kept").into());
        };
        // A wrong year would refuse every run until it has come. Zones and clocks differ by less than a day.
        if lies_ahead(snapshot.run.as_of_second.saturating_sub(86_400)) {
            let ahead = format!("this run speaks about {}, which has not come yet: it is not kept", snapshot.run.as_of);
            return Err(Diagnostic::error("coverage", ahead)
                .help("look for a wrong year in --as-of, and in `as-of` and `extracted-at` of coverage.yaml")
                .into());
        }
        match self.with(|store| store.append(snapshot, changes))? {
            Appended::Kept(no) => Ok(Some(format!("Kept as run {no}"))),
            Appended::Already(no) => Ok(Some(format!("The same run is kept already as run {no}; nothing is added"))),
            Appended::Older(no, as_of) => Err(Diagnostic::error(
                "coverage",
                format!(
                    "this run speaks about {}, and run {no} about {as_of} is kept already: history is not written \
                     backwards",
                    snapshot.run.as_of
                ),
            )
            .help("keep runs in the order of their moments; for the past, begin another store with --store")
            .into()),
            Appended::Overtaken => Ok(None),
        }
    }
}

/// What is said when a run could not be kept because others were quicker each time.
pub fn overtaken() -> Failure {
    Diagnostic::error("coverage", format!("{ATTEMPTS} times another run was kept while this one was made"))
        .help("run it again")
        .into()
}
