//! The files of a pack, made from a workspace: for `coverage evidence`, and again for `coverage verify --replay`.

use super::Failure;
use super::selection::Selection;
use super::store::Shared;
use super::veiled;
use crate::diag::{Diagnostic, cause};
use crate::evidence::{self, File, Pseudonyms, Run, Statement, Told, Veil, Veiled};
use crate::host::{Progress, Scratch};
use crate::model::{Past, Report};
use crate::run::{Aside, Earlier, Formats, Job, Ledger, Streams, run as go};
use crate::workspace::Input;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};

/// What the pack shall be.
pub struct Asked<'a> {
    /// What the run is told beside its files.
    pub run: Run,
    /// Whether the inputs go into the pack.
    pub inputs: bool,
    /// Earlier kept runs, if they have a part in it.
    pub store: Option<&'a Shared>,
    /// What replaces names, addresses and ids, if something shall.
    pub pseudonyms: Option<&'a Pseudonyms>,
}

/// A pack before it is put together.
pub struct Staged {
    scratch: Scratch,
    /// Its files, in the order of their names.
    pub files: Vec<File>,
    /// The inputs among them, with their names in the run.
    inputs: BTreeMap<String, String>,
    /// The statement over them.
    pub statement: Statement,
    /// Remarks about the inputs.
    pub warnings: Vec<Diagnostic>,
}

/// How a pack can be checked, for whoever has nothing but the pack.
pub const VERIFY: &str = include_str!("../../data/evidence-verify.txt");

/// The outputs of the run.
const MANIFEST: &str = "report/manifest.json";
const FINDINGS: &str = "report/findings.json";

impl Staged {
    /// What earlier runs have left beside it.
    pub fn left(&self) -> Option<Diagnostic> {
        self.scratch.left()
    }

    /// Opens a file of the pack.
    ///
    /// # Errors
    /// It is not there any more.
    pub fn open(&self, selection: &Selection, name: &str) -> io::Result<Box<dyn Read + Send>> {
        match self.inputs.get(name) {
            Some(file) => selection.input(file).open(),
            None => Ok(Box::new(self.scratch.open(name)?)),
        }
    }
}

/// Makes the files and the statement. Nothing is written but into `scratch`.
///
/// # Errors
/// Inputs that cannot be used or may not stand in a pack, or a disk that is full.
pub fn stage(selection: &Selection, scratch: Scratch, asked: &Asked<'_>) -> Result<Staged, Failure> {
    names_fit(selection)?;
    if let Some(pseudonyms) = asked.pseudonyms {
        return veiled(selection, scratch, asked, pseudonyms);
    }
    let create = |name: &str| scratch.create(&format!("report/{name}"));
    let ledger = Ledger::new(&create);
    let stream = |name: &str| ledger.create(name);
    let aside = || scratch.aside();
    let accounts: &Aside<'_> = &aside;
    let streams = Streams { create: &stream, diffs: true, matched: false, all_absent: false, accounts: Some(accounts) };
    let open = |written: &str| selection.open(written);
    let progress = Progress::start();
    let say = |what: &str| progress.say(what);
    let earlier = |inputs: &str, second: i64| match asked.store {
        Some(store) => store.earlier(inputs, second),
        None => Ok(Past::default()),
    };
    let earlier: Option<&Earlier<'_>> = if asked.store.is_some() { Some(&earlier) } else { None };
    let job: Job<'_> = Job { earlier, ..selection.job(&open, streams, &say) };
    let done = go(&job).and_then(|done| {
        progress.say("writing");
        ledger.write(&done.report, Formats::default()).map_err(|d| vec![d])?;
        Ok(done)
    });
    progress.end();
    let done = done?;
    beside(selection, &scratch, &done.report)?;
    let (files, inputs, statement) = gather(&scratch, asked)?;
    Ok(Staged { scratch, files, inputs, statement, warnings: done.warnings })
}

/// The same with pseudonyms. What is made while the rosters are read waits in a folder of its own.
fn veiled(selection: &Selection, scratch: Scratch, asked: &Asked<'_>, with: &Pseudonyms) -> Result<Staged, Failure> {
    let raw = Scratch::beside(&scratch.path("raw"))?;
    let progress = Progress::start();
    let say = |what: &str| progress.say(what);
    let run = veiled::run(selection, &raw, &say);
    progress.end();
    let veiled::Ran { mut report, lexicon, public } = run?;
    let create = |name: &str| scratch.create(&format!("report/{name}"));
    let ledger = Ledger::new(&create);
    let aliases = evidence::veil(&mut report, &lexicon, with, &public);
    let veil = Veil { lexicon: &lexicon, with, public: &public };
    for name in raw.names()? {
        let app = name.strip_prefix("diffs/").and_then(|name| name.strip_suffix(".csv"));
        let alias = aliases.apps.iter().find(|(before, _)| Some(before.as_str()) == app);
        let to = alias.map_or(name.clone(), |(_, after)| format!("diffs/{after}.csv"));
        evidence::veil_table(raw.open(&name)?, ledger.create(&to)?, &aliases, &veil)?;
    }
    ledger.write(&report, Formats::default())?;
    drop(raw);
    beside(selection, &scratch, &report)?;
    veiled::search(&scratch, &lexicon)?;
    let (files, inputs, statement) = gather(&scratch, asked)?;
    // Remarks name files and cells; they are for whoever has these.
    Ok(Staged { scratch, files, inputs, statement, warnings: Vec::new() })
}

/// Every file that the workspace names can stand in a pack under its own name.
fn names_fit(selection: &Selection) -> Result<(), Failure> {
    let workspace = &selection.workspace;
    let apps = workspace.apps.iter().flat_map(|app| app.rosters.iter().chain(&app.assignments));
    let named = workspace.hr.iter().chain(&workspace.idp).chain(apps);
    let own = selection.texts().map(|(name, _)| name).chain(selection.own_catalog()).map(|name| (name, 0));
    let mut problems = Vec::new();
    let mut twins: BTreeMap<String, &str> = BTreeMap::new();
    for (name, line) in own.chain(named.map(|Input { file, line, .. }| (file.as_str(), *line))) {
        let why = match (evidence::refused(name), twins.insert(evidence::twin(name), name)) {
            (Some(why), _) => why.to_owned(),
            (None, Some(other)) if other != name => format!("some systems take it for the same as `{other}`"),
            _ => continue,
        };
        let message = format!("`{name}` cannot stand in a pack under its name: {why}");
        let problem = Diagnostic::error(super::selection::FILE, message)
            .help("put the file into the workspace's folder and name it relative to it, in the shortest way");
        problems.push(if line > 0 { problem.at(line) } else { problem });
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// What stands in a pack beside the outputs and the inputs: the claims that were used, the policy, and how to check it all.
fn beside(selection: &Selection, scratch: &Scratch, report: &Report) -> io::Result<()> {
    let json = |name: &str, value: &Value| {
        let mut to = scratch.create(name)?;
        serde_json::to_writer_pretty(&mut to, value)?;
        to.write_all(b"\n")?;
        to.flush()
    };
    for app in &report.apps {
        // Two apps can be of one product.
        let entry = app.product.as_deref().and_then(|id| selection.catalog.get(id));
        let first = report.apps.iter().find(|a| a.product == app.product).is_some_and(|a| a.id == app.id);
        if let Some(entry) = entry.filter(|_| first) {
            json(&format!("catalog/{}.json", entry.id), &serde_json::to_value(entry)?)?;
        }
    }
    let policy = report.policy.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value}));
    json("policy.json", &Value::Array(policy.collect()))?;
    let mut to = scratch.create("VERIFY.txt")?;
    to.write_all(VERIFY.as_bytes())?;
    to.flush()
}

type Gathered = (Vec<File>, BTreeMap<String, String>, Statement);

/// Hashes everything, and states it.
fn gather(scratch: &Scratch, asked: &Asked<'_>) -> Result<Gathered, Failure> {
    let told = |name: &str, what: String| Failure::from(Diagnostic::error(name, what));
    let open = |name: &str| scratch.open(name).map_err(|e| told(name, format!("cannot be read: {}", cause(&e))));
    let manifest: Value =
        serde_json::from_reader(io::BufReader::new(open(MANIFEST)?)).map_err(|e| told(MANIFEST, e.to_string()))?;
    let (head, findings) = evidence::head(open(FINDINGS)?).map_err(|what| told(FINDINGS, what))?;
    let mut files = Vec::new();
    for name in scratch.names()? {
        files.push(evidence::measure(&name, open(&name)?).map_err(|e| told(&name, cause(&e)))?);
    }
    let mut inputs = BTreeMap::new();
    for input in manifest["inputs"].as_array().into_iter().flatten().filter(|_| asked.inputs) {
        let file = input["file"].as_str().unwrap_or_default();
        let name = format!("inputs/{file}");
        if inputs.insert(name.clone(), file.to_owned()).is_none() {
            let (sha256, bytes) = (input["sha256"].as_str().unwrap_or_default(), input["bytes"].as_u64());
            files.push(File { name, sha256: sha256.to_owned(), bytes: bytes.unwrap_or_default(), rows: None });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let told_by = Told { manifest: &manifest, head: &head, findings };
    let veiled = asked.pseudonyms.map(|p| Veiled { method: "HMAC-SHA-256".to_owned(), key_id: p.key_id() });
    let statement = evidence::state(&told_by, asked.run.clone(), asked.inputs, veiled, &files);
    Ok((files, inputs, statement.map_err(|what| told(MANIFEST, what))?))
}
