//! Fetches the people of a directory over LDAP: all of them, or none. Pure; [`Directory`] asks the server.
//!
//! LDAP says nowhere how many entries there are, and a search that reaches a limit of the server ends with an error behind
//! entries that look like a list. So every page must end well, and a second search over the names alone must find the same.

use super::answer::quoted;
use super::fetch::Ended;
use super::patience::after;
use super::{Filter, Keep, Progress, Provenance, SEARCH, Trouble};
use crate::model::DirectoryList;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::time::Duration;

/// So often a list is read from the beginning, after a connection that broke off or a change under way.
const MOST_TRIES: u32 = 4;
/// So many pages in a row may be empty.
const EMPTY_PAGES: u32 = 20;
/// A directory with more entries is taken for one without an end.
const MOST_ENTRIES: u64 = 20_000_000;
/// Lines of LDIF are folded here.
pub(super) const FOLD_AT: usize = 76;

/// What is fetched, and where.
#[derive(Debug, Clone)]
pub struct DirectorySource<'d> {
    /// What is fetched.
    pub list: &'d DirectoryList,
    /// The server, as an address: `ldaps://ldap.example:636`.
    pub host: String,
    /// Where in the directory the search begins.
    pub base: String,
    /// Which entries are wanted, as it is written.
    pub filter_text: String,
    /// The same, read.
    pub filter: Filter,
}

/// One search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'s> {
    /// Where it begins; everything below counts.
    pub base: &'s str,
    /// Which entries.
    pub filter: &'s Filter,
    /// Which attributes.
    pub attributes: &'s [String],
    /// Entries to a page, and where the last one ended; none: all at once.
    pub page: Option<(u32, &'s [u8])>,
}

/// An entry as the server gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its name.
    pub dn: String,
    /// Its attributes, in the server's order.
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl DirectoryEntry {
    /// Whether it has a value of an attribute.
    pub fn has(&self, wanted: &str) -> bool {
        self.attributes.iter().any(|(name, values)| {
            name.split(';').next().unwrap_or(name).eq_ignore_ascii_case(wanted) && !values.is_empty()
        })
    }
}

/// How a page ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<DirectoryEntry>,
    /// Other servers, where parts of the directory are.
    pub elsewhere: Vec<String>,
    /// The result (RFC 4511): 0 is success.
    pub code: u32,
    /// What the server says to it.
    pub message: String,
    /// Where the next page begins; empty at the end, none if the server does not page.
    pub cookie: Option<Vec<u8>>,
}

/// Asks a directory.
pub trait Directory {
    /// Connects anew, and says who asks.
    ///
    /// # Errors
    /// There is no connection, or the server does not know who asks.
    fn sign_in(&mut self) -> Result<(), Trouble>;
    /// Asks for a page.
    ///
    /// # Errors
    /// There is no answer. A result that says no is an answer.
    fn search(&mut self, search: &Search<'_>) -> Result<Page, Trouble>;
    /// Says how far it is.
    fn came(&mut self, how_far: &str);
    /// Waits, and says why to whoever looks on.
    fn wait(&mut self, how_long: Duration, why: &str);
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Why a reading ends.
enum Stop {
    /// It is not the whole list, and a second reading would be no better.
    Broken(String),
    /// Nothing was read, and somebody has to do something first.
    Paused(String),
    /// Another reading may do better.
    Again(String),
    /// What came cannot be kept.
    Lost(io::Error),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Passing(why) => Self::Again(why),
            Trouble::Lasting(why) => Self::Broken(why),
            Trouble::Credentials(why) => Self::Paused(why),
        }
    }
}

/// Fetches a list. A place in it lives and dies with the connection, so a reading that breaks off begins anew.
///
/// # Errors
/// What came cannot be kept.
pub fn fetch_directory(source: &DirectorySource<'_>, at: &mut dyn Directory, keep: &mut dyn Keep) -> io::Result<Ended> {
    let mut tries = 1;
    let mut requests = 0;
    loop {
        // What an earlier run has left cannot be gone on with either.
        keep.start_over()?;
        let mut reading = Reading::new(source, at.now(), requests);
        let why_not = match reading.all(at, keep) {
            Ok(()) => None,
            Err(Stop::Lost(e)) => return Err(e),
            Err(Stop::Paused(why)) => return Ok(Ended::Paused(why)),
            Err(Stop::Broken(why)) => Some(why),
            Err(Stop::Again(why)) if tries < MOST_TRIES => {
                at.wait(after(tries, 0.5), &format!("{why}: reading from the beginning"));
                tries += 1;
                requests = reading.progress.requests;
                continue;
            }
            Err(Stop::Again(why)) if reading.progress.entries == 0 => {
                return Ok(Ended::Paused(format!("{why}, {tries} times in a row")));
            }
            Err(Stop::Again(why)) => Some(format!("{why}; read from the beginning {tries} times, to the same end")),
        };
        let provenance = reading.provenance(tries - 1, at.now(), why_not);
        keep.end(provenance.clone())?;
        return Ok(if provenance.complete { Ended::Complete(provenance) } else { Ended::Incomplete(provenance) });
    }
}

/// Takes an entry, and gives what is kept of it.
type Take<'f, 'd> = dyn FnMut(&mut Reading<'d>, &DirectoryEntry) -> Result<Option<String>, Stop> + 'f;
/// Takes what a page has brought.
type Kept<'f, 'd> = dyn FnMut(&mut Reading<'d>, &[String]) -> Result<(), Stop> + 'f;

struct Reading<'d> {
    source: &'d DirectorySource<'d>,
    names: HashSet<String>,
    elsewhere: BTreeSet<String>,
    paged: bool,
    progress: Progress,
}

impl<'d> Reading<'d> {
    fn new(source: &'d DirectorySource<'d>, began: Timestamp, requests: u64) -> Self {
        let mut progress = Progress::new(began);
        progress.requests = requests;
        Self { source, names: HashSet::new(), elsewhere: BTreeSet::new(), paged: true, progress }
    }

    fn all(&mut self, at: &mut dyn Directory, keep: &mut dyn Keep) -> Result<(), Stop> {
        at.sign_in()?;
        let source = self.source;
        self.pages(at, &source.list.attributes, &mut |reading, entry| reading.entry(entry), &mut |reading, fresh| {
            keep.page(fresh, &reading.progress).map_err(Stop::Lost)
        })?;
        // The same search once more, for the names alone.
        let mut again = 0u64;
        let mut strangers = 0u64;
        let names_only = ["1.1".to_owned()];
        let pages = self.progress.pages;
        self.pages(
            at,
            &names_only,
            &mut |reading, entry| {
                again += 1;
                strangers += u64::from(!reading.names.contains(&key(&entry.dn)));
                Ok(None)
            },
            &mut |_, _| Ok(()),
        )?;
        self.progress.pages = pages;
        self.progress.total = Some(again);
        if strangers > 0 || again != self.progress.entries {
            return Err(Stop::Again(format!(
                "{} entries came, and a second search finds {again}, {strangers} of them others: the directory changed \
                 while it was read",
                self.progress.entries
            )));
        }
        Ok(())
    }

    /// All pages of a search. `take` takes an entry and gives what is kept of it, `kept` takes what a page has brought.
    fn pages(
        &mut self,
        at: &mut dyn Directory,
        attributes: &[String],
        take: &mut Take<'_, 'd>,
        kept: &mut Kept<'_, 'd>,
    ) -> Result<(), Stop> {
        let source = self.source;
        let mut cookie = Vec::new();
        let mut barren = 0;
        let mut taken = 0u64;
        loop {
            let page = self.paged.then_some((source.list.page_size, cookie.as_slice()));
            let search = Search { base: &source.base, filter: &source.filter, attributes, page };
            self.progress.requests += 1;
            let page = at.search(&search)?;
            let mut fresh = Vec::with_capacity(page.entries.len());
            for entry in &page.entries {
                fresh.extend(take(self, entry)?);
            }
            taken += page.entries.len() as u64;
            self.elsewhere.extend(page.elsewhere.iter().cloned());
            // Servers that do not page, or not for everybody, say so at once (OpenLDAP: 11). Then all is asked for at once, and a limit is seen.
            if self.paged && taken == 0 && cookie.is_empty() && matches!(page.code, 11 | 12 | 53) {
                self.paged = false;
                continue;
            }
            self.progress.pages += 1;
            if !fresh.is_empty() {
                kept(self, &fresh)?;
            }
            self.judge(&page, taken)?;
            at.came(&format!("{taken} entries"));
            if taken > MOST_ENTRIES {
                return Err(Stop::Broken(format!("more than {MOST_ENTRIES} entries: the list has no end")));
            }
            match page.cookie {
                Some(next) if !next.is_empty() && self.paged => {
                    barren = if page.entries.is_empty() { barren + 1 } else { 0 };
                    if barren > EMPTY_PAGES {
                        let why = format!("{EMPTY_PAGES} pages in a row were empty, and the server says there is more");
                        return Err(Stop::Broken(why));
                    }
                    cookie = next;
                }
                _ => return Ok(()),
            }
        }
    }

    /// What the server says at the end of a page.
    fn judge(&self, page: &Page, came: u64) -> Result<(), Stop> {
        let said = said(page);
        let base = &self.source.base;
        let ways = if self.paged { "even in pages" } else { "and the server refuses to page" };
        Err(match page.code {
            0 => return Ok(()),
            4 | 11 => Stop::Broken(format!(
                "the server stops at its limit after {came} entries, {ways}: {said}. Ask for an account that may read all \
                 (OpenLDAP: `limits`, `size.prtotal=unlimited`)"
            )),
            3 => Stop::Broken(format!("the server stops at its time limit after {came} entries: {said}")),
            10 => Stop::Broken(format!(
                "`{base}` is at another server, and the password is not sent there: {}; if that is right, name it as `url`",
                page.elsewhere.first().map_or("it does not say where", String::as_str)
            )),
            32 | 34 => Stop::Paused(format!("there is no `{base}`, or it may not be seen: {said}; is `base` right?")),
            1 | 2 | 18 | 21 | 53 => Stop::Broken(format!("the server does not do this search: {said}")),
            8 | 13 | 48 | 49 | 50 => Stop::Paused(format!(
                "the account may not read this: {said}. What it needs: {}",
                self.source.list.access
            )),
            51 | 52 | 80 => Stop::Again(format!("the server says {said}")),
            _ => Stop::Broken(format!("the server says {said}")),
        })
    }

    /// An entry of the list, as LDIF.
    fn entry(&mut self, entry: &DirectoryEntry) -> Result<Option<String>, Stop> {
        let number = self.names.len() + 1;
        for (name, _) in &entry.attributes {
            if let Some((attribute, range)) = name.split_once(";range=")
                && !range.ends_with('*')
            {
                return Err(Stop::Broken(format!(
                    "entry {number} has more values of `{attribute}` than the server gives at once"
                )));
            }
        }
        if let Some(missing) = self.source.list.needs.iter().find(|wanted| !entry.has(wanted)) {
            return Err(Stop::Broken(format!(
                "entry {number} lacks `{missing}`: the account may not see it; that is not the same as \"no\""
            )));
        }
        if !self.names.insert(key(&entry.dn)) {
            self.progress.repeats += 1;
            return Err(Stop::Again(format!("entry {number} came twice: the directory changed while it was read")));
        }
        self.progress.entries += 1;
        Ok(Some(ldif(entry)))
    }

    fn provenance(&self, restarts: u32, ended: Timestamp, why_not: Option<String>) -> Provenance {
        let (source, p) = (self.source, &self.progress);
        let mut query = vec![
            ("scope".to_owned(), "sub".to_owned()),
            ("filter".to_owned(), source.filter_text.clone()),
            ("attributes".to_owned(), source.list.attributes.join(",")),
        ];
        if self.paged {
            query.push(("page-size".to_owned(), source.list.page_size.to_string()));
        }
        let servers: Vec<&str> = self.elsewhere.iter().take(5).map(String::as_str).collect();
        let elsewhere = (!servers.is_empty()).then(|| {
            format!("what the directory says is at other servers, which were not asked: {}", servers.join(", "))
        });
        let left_out: Vec<String> = source.list.leaves_out.iter().cloned().chain(elsewhere).collect();
        Provenance {
            schema_version: "1".to_owned(),
            tool: concat!("coverage ", env!("CARGO_PKG_VERSION")).to_owned(),
            pull: source.list.id.clone(),
            export: source.list.export.clone(),
            asked_by: SEARCH.to_owned(),
            host: source.host.clone(),
            path: source.base.clone(),
            query,
            lists: None,
            of: None,
            began: p.began,
            made: None,
            ended,
            pages: p.pages,
            requests: p.requests,
            retries: 0,
            restarts,
            entries: p.entries,
            repeats: p.repeats,
            total: p.total,
            complete: why_not.is_none(),
            why_not,
            leaves_out: (!left_out.is_empty()).then(|| left_out.join("; ")),
            // Known when the file is.
            sha256: String::new(),
            bytes: 0,
        }
    }
}

/// Names of entries are the same in any case.
fn key(dn: &str) -> String {
    dn.to_lowercase()
}

/// The result in words, and what the server says to it.
pub(super) fn said(page: &Page) -> String {
    const LONGEST: usize = 200;
    let name = match page.code {
        1 => "operations error",
        2 => "protocol error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        8 | 13 => "stronger authentication required",
        10 => "referral",
        11 => "administrative limit exceeded",
        12 => "unavailable critical extension",
        32 => "no such object",
        34 => "invalid name",
        49 => "invalid credentials",
        50 => "insufficient access rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling to perform",
        _ => "no",
    };
    let told = quoted(&page.message, LONGEST);
    if told.is_empty() { format!("{name} ({})", page.code) } else { format!("{name} ({}: {told})", page.code) }
}

/// An entry as LDIF (RFC 2849).
pub(super) fn ldif(entry: &DirectoryEntry) -> String {
    let mut out = String::new();
    line(&mut out, "dn", entry.dn.as_bytes());
    for (name, values) in &entry.attributes {
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-;.=*".contains(&b));
        // Nobody has asked for it, and a name with a line break would be another line.
        if !is_name {
            continue;
        }
        for value in values {
            line(&mut out, name, value);
        }
    }
    out
}

fn line(out: &mut String, name: &str, value: &[u8]) {
    let plain = value.iter().all(|&b| (0x20..0x7f).contains(&b))
        && !value.first().is_some_and(|b| b" :<".contains(b))
        && value.last() != Some(&b' ');
    let text = match std::str::from_utf8(value) {
        Ok(text) if plain => format!("{name}: {text}"),
        _ => format!("{name}:: {}", STANDARD.encode(value)),
    };
    // All of it is ASCII.
    let (mut rest, mut room) = (text.as_str(), FOLD_AT);
    while rest.len() > room {
        let (now, later) = rest.split_at(room);
        out.push_str(now);
        out.push_str("\n ");
        (rest, room) = (later, FOLD_AT - 1);
    }
    out.push_str(rest);
    out.push('\n');
}
