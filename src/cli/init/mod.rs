//! `coverage init`: a `coverage.yaml` from the exports that lie in a folder.

mod dated;
mod gather;
mod group;
mod naming;
mod ours;
mod people;
mod text;

use super::Outcome;
use super::selection::FILE;
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, visible};
use crate::host::{read_text, write_whole};
use crate::model::{Holds, When};
use crate::rules::decide;
use group::{App, Aside, Lists, apps, newest};
use jiff::Timestamp;
use naming::Name;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Look at the exports in a folder and write a coverage.yaml for them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Replace a coverage.yaml that is there.
    #[arg(long)]
    force: bool,
}

/// One file and what it was recognised as.
#[derive(Debug)]
struct Found {
    file: String,
    product: String,
    export: String,
    holds: Vec<Holds>,
    neutral: bool,
    sha256: String,
    /// What its path says.
    name: Name,
    /// Its note says when it was fetched.
    pulled: bool,
    /// The column that says which of several things a line is about, where lists were joined.
    about: Option<String>,
    time: Option<Timestamp>,
    said: Option<When>,
    /// Of a list of people that may be a version of another: the texts by which each is known.
    people: Vec<Vec<String>>,
    /// What made the recognition doubtful.
    doubts: Vec<Diagnostic>,
    /// Why a report could not use it as it is.
    problem: Option<Diagnostic>,
}

impl Found {
    fn is_hr(&self) -> bool {
        self.holds.contains(&Holds::Employees)
    }
    fn is_idp(&self) -> bool {
        !self.is_hr() && self.holds.contains(&Holds::Identities)
    }
    fn is_of_an_app(&self) -> bool {
        !self.is_hr() && !self.is_idp() && self.holds.contains(&Holds::Accounts)
    }
}

/// What lies in a folder.
#[derive(Debug, Default)]
struct Gathered {
    found: Vec<Found>,
    /// Files that are not recognised.
    unknown: Vec<(String, Diagnostic)>,
    /// Files that this program has written, and what they are.
    ours: Vec<(String, &'static str)>,
    /// What is not looked at, and why.
    passed: Vec<(String, &'static str)>,
}

/// What each file is taken for.
struct Sorted<'f> {
    hr: Lists<'f>,
    idp: Lists<'f>,
    apps: Vec<App<'f>>,
}

/// What follows where there is neither an HR list nor a directory.
const NOBODY: &str = "nobody will be known to have left, and no account can be found to be a leaver's";

impl<'f> Sorted<'f> {
    /// Whether there is neither an HR list nor a directory.
    const fn knows_nobody(&self) -> bool {
        self.hr.read.is_empty() && self.idp.read.is_empty()
    }

    fn new(found: &'f [Found]) -> Self {
        let of = |is: fn(&Found) -> bool| newest(&found.iter().filter(|f| is(f)).collect::<Vec<_>>());
        let of_apps = found.iter().filter(|f| f.is_of_an_app());
        Self { hr: of(Found::is_hr), idp: of(Found::is_idp), apps: apps(of_apps) }
    }

    /// The files that are not read because others are.
    fn aside(&self) -> impl Iterator<Item = &Aside<'f>> {
        let lists = [&self.hr, &self.idp].into_iter().chain(self.apps.iter().map(|app| &app.lists));
        lists.flat_map(|lists| &lists.aside)
    }

    /// What has been made of a file beside others, in words.
    fn said_of(&self, file: &Found) -> Option<String> {
        if let Some(aside) = self.aside().find(|aside| std::ptr::eq(aside.file, file)) {
            return Some(format!("not read: {}", aside.text()));
        }
        if let Some(part) = self.hr.parts.iter().find(|part| std::ptr::eq(part.file, file)) {
            return Some(part.text());
        }
        let app = self.apps.iter().find(|app| app.lists.read.iter().any(|read| std::ptr::eq(*read, file)))?;
        let first = app.lists.read.first().filter(|first| !std::ptr::eq(**first, file));
        if app.unnamed {
            return Some(format!("no name says which app this is: it is `{}` until you name it", app.id));
        }
        first.map(|first| format!("read together with {} as one list of `{}`", first.file, app.id))
    }
}

/// Runs the command.
#[allow(clippy::disallowed_methods, reason = "a coverage.yaml that is there is not written over")]
pub fn run(args: &Args) -> Outcome {
    let place = args.folder.join(FILE);
    if place.exists() && !args.force {
        return Err(is_there(&place, &args.folder, Catalog::embedded_slim())?.into());
    }
    let catalog = Catalog::embedded_slim();
    let gathered = gather::gather(&args.folder, catalog)?;
    if gathered.found.is_empty() && gathered.unknown.is_empty() {
        return Err(Diagnostic::error(args.folder.display().to_string(), "no export lies in this folder")
            .help("put CSV, XLSX, JSON or LDIF exports into it, in folders of its own if you like")
            .into());
    }
    // A coverage.yaml that names nothing would only stand in the way of the next try.
    if gathered.found.is_empty() && gathered.unknown.iter().all(|(file, _)| gather::is_refused(file)) {
        return Err(gathered.unknown.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>().into());
    }
    let sorted = Sorted::new(&gathered.found);
    write_whole(&place, text::write(catalog, &gathered, &sorted).as_bytes())?;
    let mut out = io::stdout().lock();
    tell(&mut out, &gathered, &sorted)?;
    writeln!(
        out,
        "\nWritten: {}\nNext: look it over, then `coverage report {}`",
        visible(&place.display().to_string()),
        decide::quoted(&args.folder.display().to_string())
    )?;
    Ok(false)
}

/// That there is a coverage.yaml, and which files it does not name.
fn is_there(place: &Path, folder: &Path, catalog: &Catalog) -> Result<Diagnostic, Diagnostic> {
    let text = String::from_utf8_lossy(&read_text(place)?).into_owned();
    let gather::NotNamed { files, passed } = gather::not_named(folder, &text)?;
    let gathered = if files.is_empty() { Gathered::default() } else { gather::gather(folder, catalog)? };
    let sorted = Sorted::new(&gathered.found);
    let (mut new, mut older) = (Vec::new(), Vec::new());
    for name in &files {
        match sorted.aside().find(|aside| aside.file.file == *name) {
            Some(aside) => older.push(format!("`{}` ({})", visible(name), visible(&aside.text()))),
            None => new.push(format!("`{}`", visible(name))),
        }
    }
    let mut message = match (&*new, &*older) {
        ([], []) => "is there already, and names every export that was found in this folder".to_owned(),
        ([], _) => "is there already, and names the newest export of each list".to_owned(),
        _ => format!("is there already, and does not name {}", some_of(&new)),
    };
    if !older.is_empty() {
        message.push_str(&format!("; rightly not named: {}", some_of(&older)));
    }
    if !passed.is_empty() {
        let passed: Vec<String> = passed.iter().map(|(name, why)| format!("`{}` ({why})", visible(name))).collect();
        message.push_str(&format!("; not looked at: {}", some_of(&passed)));
    }
    Ok(Diagnostic::error(place.display().to_string(), message).help(match new.is_empty() {
        true => "--force writes it anew, without what has been filled in",
        false => {
            "write each in place of the older file of its list, or as a list of its own; \
             --force writes all anew, without what has been filled in"
        }
    }))
}

/// As many of these as a message can hold.
fn some_of(names: &[String]) -> String {
    const NAMED: usize = 20;
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
}

/// A line for each file, and what is to be known of it.
fn tell(out: &mut impl Write, gathered: &Gathered, sorted: &Sorted<'_>) -> io::Result<()> {
    for f in &gathered.found {
        let holds: Vec<&str> = f.holds.iter().map(|h| h.word()).collect();
        writeln!(out, "{}  {} ({})", visible(&f.file), f.export, holds.join(", "))?;
        if let Some(said) = sorted.said_of(f) {
            writeln!(out, "    {}", visible(&said))?;
        }
        if let Some(problem) = &f.problem {
            writeln!(out, "    cannot be used as it is: {}", visible(&problem.message))?;
        }
        for doubt in &f.doubts {
            writeln!(out, "    look at it: {}", visible(&doubt.message))?;
        }
    }
    for (file, problem) in &gathered.unknown {
        writeln!(out, "{}  not recognised: {}", visible(file), visible(&problem.message))?;
    }
    for (file, kind) in &gathered.ours {
        writeln!(out, "{}  left out: {kind}, which this program has written", visible(file))?;
    }
    for (file, why) in &gathered.passed {
        writeln!(out, "{}  not looked at: {why}", visible(file))?;
    }
    if sorted.knows_nobody() {
        writeln!(out, "\nNo HR list and no directory is among them: {NOBODY}.")?;
    }
    Ok(())
}
