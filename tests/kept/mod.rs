//! A run over files in memory that is kept in a store, as `coverage snapshot` does it.
#![allow(dead_code, reason = "each test uses a part of it")]

use coverage::catalog::Catalog;
use coverage::history::Changes;
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::model::{Past, Provenance, Report, RevokeLimit, Snapshot, When};
use coverage::run::{Job, Streams, run};
use coverage::store::{Appended, Moment, Store};
use coverage::workspace::{self, App, Workspace};
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

/// What a company exports at one moment: HR, the directory and rosters, by app and file name.
#[derive(Debug, Clone, Default)]
pub struct Exports {
    /// The moment of the run and of all files, RFC 3339.
    pub at: String,
    pub hr: String,
    /// When HR's list was made, if that is not the moment of the run.
    pub hr_made: Option<String>,
    pub idp: String,
    /// App, file name, text, and when it was made, if that is not the moment of the run.
    pub rosters: Vec<(String, String, String, Option<String>)>,
    /// Apps without a roster.
    pub dark: Vec<String>,
    pub limit: Option<RevokeLimit>,
    pub dormant_days: Option<u32>,
    /// What else `coverage.yaml` says.
    pub settings: Option<fn(&mut Workspace)>,
}

impl Exports {
    pub fn roster(&mut self, app: &str, file: &str, text: &str) {
        self.rosters.push((app.to_owned(), file.to_owned(), text.to_owned(), None));
    }

    fn workspace(&self) -> (Workspace, BTreeMap<String, Vec<u8>>) {
        let moment = |at: &str| When::at(at.parse().unwrap());
        let input = |file: &str, at: &str| workspace::Input {
            id: None,
            file: file.to_owned(),
            export: None,
            extracted_at: Some(moment(at)),
            encoding: None,
            date_order: None,
            only: BTreeMap::new(),
            provenance: Provenance::default(),
            accept: Vec::new(),
            line: 0,
        };
        let mut ws = Workspace::empty();
        ws.as_of = Some(moment(&self.at));
        ws.hr = vec![input("hr.csv", self.hr_made.as_deref().unwrap_or(&self.at))];
        ws.idp = vec![input("idp.csv", &self.at)];
        ws.policy.revoke_within.clone_from(&self.limit);
        ws.policy.dormant_days = self.dormant_days;
        let mut files: BTreeMap<String, Vec<u8>> =
            [("hr.csv".into(), self.hr.clone().into()), ("idp.csv".into(), self.idp.clone().into())].into();
        for (app, file, text, at) in &self.rosters {
            let rosters = vec![input(file, at.as_deref().unwrap_or(&self.at))];
            ws.apps.push(App { rosters, ..App::named(app, app, None) });
            files.insert(file.clone(), text.clone().into());
        }
        ws.apps.extend(self.dark.iter().map(|app| App::named(app, app, None)));
        ws.apps.sort_by(|a, b| a.id.cmp(&b.id));
        self.settings.inspect(|set| set(&mut ws));
        (ws, files)
    }
}

/// What a run over them says.
pub struct Ran {
    pub report: Report,
    pub kept: Option<(Snapshot, Changes)>,
}

/// A run that asks a store for the earlier ones.
pub fn ran(store: &Mutex<Store>, exports: &Exports, keep: bool) -> Ran {
    let earlier = |inputs: &str, second: i64| store.lock().unwrap().past(&Moment::Before { inputs, second });
    run_with(Some(&earlier), exports, keep)
}

/// A run without a store.
pub fn ran_alone(exports: &Exports) -> Ran {
    run_with(None, exports, false)
}

fn run_with(earlier: Option<&coverage::run::Earlier<'_>>, exports: &Exports, keep: bool) -> Ran {
    let (workspace, files) = exports.workspace();
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        match files.get(name) {
            Some(bytes) => Box::new(InMemory { name: name.to_owned(), bytes: bytes.clone() }),
            None => Box::new(NotThere { name: name.to_owned() }),
        }
    };
    let create = |_: &str| -> io::Result<Box<dyn io::Write + Send>> { Ok(Box::new(io::sink())) };
    let streams = Streams { create: &create, diffs: false, matched: false, all_absent: false, accounts: None };
    let job = Job { earlier, keep, ..Job::over(&workspace, Catalog::embedded(), &open, streams) };
    let done = run(&job).unwrap_or_else(|all| panic!("{}", all.iter().map(ToString::to_string).collect::<String>()));
    Ran { report: done.report, kept: done.kept }
}

/// A run that is kept; its number.
pub fn keep(store: &Mutex<Store>, exports: &Exports) -> u32 {
    match try_to_keep(store, exports) {
        Appended::Kept(no) => no,
        other => panic!("{other:?}"),
    }
}

/// The same, whatever becomes of it.
pub fn try_to_keep(store: &Mutex<Store>, exports: &Exports) -> Appended {
    let (snapshot, changes) = ran(store, exports, true).kept.unwrap();
    store.lock().unwrap().append(&snapshot, &changes).unwrap()
}

/// Everything that a store says of its runs.
pub fn past(store: &Mutex<Store>) -> Past {
    store.lock().unwrap().past(&Moment::Newest).unwrap()
}
