//! `coverage catalog lint --online`: whether the pages that entries cite still answer.

use crate::cli::Failure;
use crate::connect::{Answer, Settings, ask};
use crate::diag::{Diagnostic, visible};
use crate::host::Progress;
use crate::model::{Entry, SourceKind};
use crate::yaml::{Located, step};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What has been heard of the sources.
#[derive(Debug)]
pub struct Heard {
    /// What a source's entry has to be changed for.
    pub warnings: Vec<Diagnostic>,
    answers: BTreeMap<String, Answer>,
    /// Who cites an address: `framer.yaml:12:10`.
    places: BTreeMap<String, Vec<String>>,
}

/// Asks for every cited page once.
///
/// # Errors
/// Not one of them can be reached.
pub fn check(entries: &[Located<Entry>]) -> Result<Heard, Failure> {
    let cited: Vec<Cited<'_>> = entries.iter().flat_map(cited).collect();
    let addresses: BTreeSet<String> = cited.iter().map(|c| c.address.to_owned()).collect();
    let progress = Progress::counting(&format!("of {} addresses asked", addresses.len()));
    let answers = ask(&addresses, &Settings::default(), |address| progress.say(address));
    progress.end();
    let answers = answers.map_err(|why| Diagnostic::error("--online", why))?;
    if let Some(fault) = no_network(&answers) {
        return Err(fault.into());
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for c in &cited {
        places.entry(c.address.to_owned()).or_default().push(c.place());
    }
    let warnings = cited.iter().filter_map(|c| warning(c, answers.get(c.address)?)).collect();
    Ok(Heard { warnings, answers, places })
}

impl Heard {
    /// Lists what says nothing about the sources, and counts.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let (mut answer, mut moved, mut gone) = (0, 0, 0);
        let (mut refused, mut unreachable) = (Vec::new(), Vec::new());
        for (address, heard) in &self.answers {
            match heard {
                Answer::Answers => answer += 1,
                Answer::Moved { .. } => moved += 1,
                Answer::Gone { .. } => gone += 1,
                Answer::Refused { why } => refused.push((address, why)),
                Answer::Unreachable { why } => unreachable.push((address, why)),
                Answer::NoAddress { .. } => {}
            }
        }
        for (title, all) in [
            ("refused or unclear, which says nothing about the page:", &refused),
            ("not reached from here, which says nothing about the page:", &unreachable),
        ] {
            if !all.is_empty() {
                writeln!(out, "{title}")?;
            }
            for (address, why) in all {
                let places = self.places.get(*address).map(|p| p.join(", ")).unwrap_or_default();
                writeln!(out, "  {}: {} ({})", visible(address), visible(why), visible(&places))?;
            }
        }
        let (refused, unreachable) = (refused.len(), unreachable.len());
        let asked = answer + moved + gone + refused + unreachable;
        writeln!(
            out,
            "addresses asked: {asked} ({answer} answer, {moved} moved for good, {gone} gone, {refused} refused or \
             unclear, {unreachable} not reached)"
        )
    }
}

/// A source of an entry, where it stands.
struct Cited<'a> {
    entry: &'a Located<Entry>,
    pointer: String,
    address: &'a str,
    /// Where the entry says that it would be read today.
    canonical: Option<&'a str>,
}

impl Cited<'_> {
    fn place(&self) -> String {
        let (line, column) = self.entry.position(&self.pointer).unwrap_or((1, 1));
        format!("{}:{line}:{column}", self.entry.file)
    }

    fn warning(&self, message: String, help: &str) -> Diagnostic {
        self.entry.warning(&self.pointer, message).help(help)
    }
}

/// The sources of an entry. A company's own test may be named by a ticket, which nobody can ask for.
fn cited(entry: &Located<Entry>) -> impl Iterator<Item = Cited<'_>> {
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    let asked = entry.value.sources.iter().filter(move |(_, s)| s.kind != SourceKind::OwnTest || is_web(&s.url));
    asked.map(move |(id, source)| Cited {
        entry,
        pointer: format!("/sources/{}/url", step(id)),
        address: &source.url,
        canonical: source.canonical_url.as_deref(),
    })
}

/// What the entry has to be changed for.
fn warning(cited: &Cited<'_>, answer: &Answer) -> Option<Diagnostic> {
    const GONE: &str = "read what is there now and cite that with the day you read it, or take the source out";
    const MOVED: &str = "if it says the same there, cite the new address with the day you read it";
    match answer {
        Answer::Answers | Answer::Refused { .. } | Answer::Unreachable { .. } => None,
        Answer::Moved { to, .. } if cited.canonical == Some(to) => None,
        Answer::Moved { to, but } => {
            let but = but.as_ref().map(|status| format!(", which says {status} to this program")).unwrap_or_default();
            Some(cited.warning(format!("the page has moved for good to {to}{but}"), MOVED))
        }
        Answer::Gone { status, at: None } => Some(cited.warning(format!("the page is gone: {status}"), GONE)),
        Answer::Gone { status, at: Some(at) } => {
            Some(cited.warning(format!("the page is gone: it redirects to {at}, which says {status}"), GONE))
        }
        Answer::NoAddress { why } => {
            Some(cited.warning(format!("the page cannot be asked for: {why}"), "write an address that a browser opens"))
        }
    }
}

/// Whether nothing at all answers; a single host that is down is another thing.
fn no_network(answers: &BTreeMap<String, Answer>) -> Option<Diagnostic> {
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in answers.values() {
        match answer {
            Answer::NoAddress { .. } => {}
            Answer::Unreachable { why } => *causes.entry(why).or_default() += 1,
            _ => return None,
        }
    }
    let asked: usize = causes.values().sum();
    let (why, _) = causes.iter().max_by_key(|(_, count)| **count)?;
    let message = if asked == 1 {
        format!("the only address could not be reached: its host is down, or there is no network ({why})")
    } else {
        format!("there seems to be no network: none of {asked} addresses could be reached ({why})")
    };
    Some(Diagnostic::error("--online", message).help(
        "a proxy is taken from HTTPS_PROXY and HTTP_PROXY; without --online, lint needs no network and says nothing of it",
    ))
}
