//! `coverage catalog lint --online`: whether the pages that entries cite still answer.

use crate::cli::Failure;
use crate::connect::{Answer, Settings, ask};
use crate::diag::{Diagnostic, visible};
use crate::host::Progress;
use crate::model::{Entry, SourceKind};
use crate::yaml::{Located, step};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// What has been heard of the sources.
#[derive(Debug)]
pub struct Heard {
    /// What a source's entry has to be changed for. Nothing, if the network is not to be trusted.
    pub warnings: Vec<Diagnostic>,
    /// Why what has been heard may not be the pages' own word.
    doubt: Option<Diagnostic>,
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
    let of = match addresses.len() {
        1 => "of 1 address asked".to_owned(),
        n => format!("of {n} addresses asked"),
    };
    let progress = Progress::counting(&of, &of);
    let answers = ask(&addresses, &Settings::default(), |address| progress.say(address));
    progress.end();
    let answers = answers.map_err(|why| Diagnostic::error("--online", why))?;
    let doubt = match network(&answers) {
        Network::Open => None,
        Network::Filtered(doubt) => Some(doubt),
        Network::None(fault) => return Err(fault.into()),
    };
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for c in &cited {
        places.entry(c.address.to_owned()).or_default().push(c.place());
    }
    let trusted = cited.iter().filter(|_| doubt.is_none());
    let warnings = trusted.filter_map(|c| warning(c, answers.get(c.address)?)).collect();
    Ok(Heard { warnings, doubt, answers, places })
}

impl Heard {
    /// Lists what says nothing about the sources, and counts.
    ///
    /// # Errors
    /// Most could not be reached.
    pub fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
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
        )?;
        self.doubt.clone().map_or(Ok(()), |doubt| Err(doubt.into()))
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

/// What the answers say about the network they came through.
enum Network {
    Open,
    /// Most addresses cannot be reached. In such a network, what answers for the rest is often a filter or a mirror.
    Filtered(Diagnostic),
    None(Diagnostic),
}

fn network(answers: &BTreeMap<String, Answer>) -> Network {
    const HELP: &str = "a proxy is taken from HTTPS_PROXY and HTTP_PROXY; without --online, lint needs no network";
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reached = 0;
    for answer in answers.values() {
        match answer {
            Answer::NoAddress { .. } => {}
            Answer::Unreachable { why } => *causes.entry(why).or_default() += 1,
            _ => reached += 1,
        }
    }
    let silent: usize = causes.values().sum();
    let Some((why, _)) = causes.iter().max_by_key(|(_, count)| **count).filter(|_| silent > reached) else {
        return Network::Open;
    };
    let fault = |message: String| Diagnostic::error("--online", message).help(HELP);
    match (reached, silent) {
        (0, 1) => Network::None(fault(format!(
            "the only address could not be reached, so nothing is known of its page or of the network ({why})"
        ))),
        (0, _) => Network::None(fault(format!(
            "there seems to be no network: none of {silent} addresses could be reached ({why})"
        ))),
        _ => Network::Filtered(fault(format!(
            "the network seems to be closed or filtered: {silent} of {} addresses could not be reached ({why}); what the \
             others say may not be the pages' own word and is not held against an entry",
            reached + silent
        ))),
    }
}
