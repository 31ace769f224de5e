//! From one page to the next, and whether all pages together are the list. Pure.

use super::fetch::Source;
use super::lists::Ids;
use super::progress::Progress;
use super::{Reply, answer, same_origin};
use crate::model::{MARK, Paging, Pull};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use url::Url;

/// So many pages one after the other may bring nothing new, if the server says that there is more.
const EMPTY_PAGES: u32 = 20;
/// An entry whose id is longer is taken for garbage.
const LONGEST_ID: usize = 1_000;

/// Why the reading ends before the list does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It is not the whole list, and a second reading would be no better.
    Broken(String),
    /// The list changed under way, or the place was lost: it has to be read from the beginning.
    StartOver(String),
}

/// The address of the first page.
///
/// # Errors
/// What is missing in the declaration or in what the company has filled in.
pub fn first_address(pull: &Pull, host: &Url, with: &BTreeMap<String, String>) -> Result<Url, String> {
    let mut url = host.clone();
    let path = filled(&pull.path, with)?;
    url.set_path(&format!("{}{path}", host.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    let query = queried(pull, with)?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// The parameters of the first page.
pub(super) fn queried(pull: &Pull, with: &BTreeMap<String, String>) -> Result<Vec<(String, String)>, String> {
    let mut query: Vec<(String, String)> = Vec::new();
    for (name, value) in &pull.query {
        query.push((name.clone(), if value.contains('{') { plain_filled(value, with)? } else { value.clone() }));
    }
    match &pull.paging {
        Paging::Page { send, from } | Paging::Offset { send, from } => query.push((send.clone(), from.to_string())),
        Paging::Scim => query.push(("startIndex".to_owned(), "1".to_owned())),
        Paging::Whole | Paging::Link | Paging::NextUrl { .. } | Paging::Cursor { .. } => {}
    }
    Ok(query)
}

/// Fills in `{name}`; what is filled in stays within one step of the path.
///
/// # Errors
/// What is not given, or leads out of its place.
pub fn filled(text: &str, with: &BTreeMap<String, String>) -> Result<String, String> {
    fill(text, with, |value| {
        // However they are written, addresses take these two for steps of their own.
        if matches!(value, "." | "..") {
            return Err(format!("`{value}` cannot stand in the path of an address"));
        }
        Ok(url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20"))
    })
}

/// Fills in `{name}` as it is, where it is no part of a path.
///
/// # Errors
/// What is not given.
pub fn plain_filled(text: &str, with: &BTreeMap<String, String>) -> Result<String, String> {
    fill(text, with, |value| Ok(value.to_owned()))
}

fn fill(
    text: &str,
    with: &BTreeMap<String, String>,
    write: impl Fn(&str) -> Result<String, String>,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}').ok_or_else(|| format!("`{text}` has a `{{` without a `}}`"))?;
        let value = with.get(name).ok_or_else(|| format!("`{name}` is not given; write it under `with`"))?;
        out.push_str(before);
        out.push_str(&write(value)?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// Reads the pages of a list one after the other.
#[derive(Debug)]
pub(super) struct Pages<'p> {
    pull: &'p Pull,
    /// The host that may be asked.
    host: Url,
    first: Url,
    ids: HashSet<String>,
    /// The ids of lists that are joined with this one, none of which may come again.
    others: HashSet<String>,
    /// Marks and addresses that have been followed: one that comes again leads in a circle.
    followed: BTreeSet<String>,
    /// What every line says of where it comes from.
    marks: Map<String, Value>,
    pub(super) progress: Progress,
}

impl<'p> Pages<'p> {
    /// Goes on from where `progress` stands. `ids` are those of the entries that it has, `others` those of the lists before.
    pub(super) fn new(
        source: &Source<'p>,
        first: &Url,
        marks: &Map<String, Value>,
        mut progress: Progress,
        (ids, others): Ids,
    ) -> Self {
        if progress.next.is_none() && progress.pages == 0 {
            progress.next = Some(first.to_string());
        }
        Self {
            pull: source.pull,
            host: source.host.clone(),
            first: first.clone(),
            ids,
            others,
            followed: BTreeSet::new(),
            marks: marks.clone(),
            progress,
        }
    }

    /// The ids that came, with those of the lists before.
    pub(super) fn into_ids(self) -> (Progress, HashSet<String>) {
        let mut ids = self.others;
        ids.extend(self.ids);
        (self.progress, ids)
    }

    /// Takes a page: its new entries, one line each.
    pub(super) fn page(&mut self, here: &Url, reply: &Reply) -> Result<Vec<String>, Stop> {
        let pull = self.pull;
        let page = self.progress.pages + 1;
        let answer = answer::read(pull, reply).map_err(|what| Stop::Broken(format!("page {page} is {what}")))?;
        let file = match &pull.inside {
            Some(inside) => Some(answer::file(inside, &answer).map_err(Stop::Broken)?),
            None => None,
        };
        let total = match pull.total.as_deref() {
            Some(at) => told(&answer, reply, at).as_ref().and_then(whole_number),
            None => self.scim_total(&answer).and_then(whole_number),
        };
        if let Some(total) = total {
            self.progress.total_moved |= self.progress.total.is_some_and(|before| before != total);
            self.progress.total = Some(total);
        }
        if let Some(at) = &pull.made {
            let made = answer.pointer(at).and_then(Value::as_str).and_then(|text| text.parse().ok());
            let unsaid = || Stop::Broken("the server does not say when it made the list".to_owned());
            self.progress.made = Some(made.ok_or_else(unsaid)?);
        }
        let items = match answer.pointer(self.items_at()) {
            _ if let Some(file) = &file => file.rows.as_slice(),
            Some(Value::Array(items)) => items.as_slice(),
            Some(Value::Null) | None if pull.items_may_be_missing || self.progress.total == Some(0) => &[],
            None if matches!(pull.paging, Paging::Scim) && self.progress.total == Some(self.progress.entries) => &[],
            _ => {
                let place = if pull.items.is_empty() { "the answer".to_owned() } else { format!("`{}`", pull.items) };
                return Err(Stop::Broken(format!(
                    "page {page} has no list: {place} is {}",
                    kind(answer.pointer(self.items_at()))
                )));
            }
        };
        let mut fresh = Vec::with_capacity(items.len());
        let mut on_this_page = HashSet::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let place = || format!("entry {} of page {page}", n + 1);
            let id = id_of(item, &pull.item_id)
                .ok_or_else(|| Stop::Broken(format!("{} has no id at `{}`", place(), pull.item_id)))?;
            if let Some(missing) = pull.needs.iter().find(|at| item.pointer(at).is_none()) {
                return Err(Stop::Broken(format!(
                    "{} lacks `{missing}`: it was not asked for, or the token may not see it; that is not the same as \"no\"",
                    place()
                )));
            }
            if let Some(promise) = pull.promises.iter().find(|p| !kept(p.one_of.as_slice(), item.pointer(&p.at))) {
                return Err(Stop::Broken(format!(
                    "{} is not what the filter asks for (`{}`): the server ignores the filter",
                    place(),
                    promise.at
                )));
            }
            if self.others.contains(&id) {
                return Err(Stop::StartOver(format!(
                    "{} came under another value too: the server ignores what tells the lists apart, or they changed",
                    place()
                )));
            }
            for at in pull.some_have.iter().filter(|at| item.pointer(at).is_some_and(|value| !value.is_null())) {
                if !self.progress.seen.contains(at) {
                    self.progress.seen.insert(at.clone());
                }
            }
            let came_on_this_page = !on_this_page.insert(id.clone());
            if self.ids.insert(id) {
                fresh.push(self.marked(item).ok_or_else(|| {
                    Stop::Broken(format!(
                        "{} has a `{MARK}` of its own, so it cannot be said where it is from",
                        place()
                    ))
                })?);
            } else {
                self.progress.repeats += 1;
                self.progress.slipped |= !came_on_this_page;
            }
        }
        self.progress.pages = page;
        if file.is_some() && self.progress.repeats > 0 {
            return Err(Stop::Broken("two rows of the file have the same id".to_owned()));
        }
        self.progress.entries += fresh.len() as u64;
        self.progress.barren = if fresh.is_empty() { self.progress.barren + 1 } else { 0 };
        let next = self.next(here, reply, &answer, items.len() as u64, fresh.len() as u64)?;
        self.progress.next = next.map(|url| url.to_string());
        Ok(file.map_or(fresh, |file| file.lines))
    }

    /// The entry as a line, with what is said of where it comes from.
    fn marked(&self, item: &Value) -> Option<String> {
        if self.marks.is_empty() {
            return Some(item.to_string());
        }
        let mut entry = item.as_object()?.clone();
        let own = entry.insert(MARK.to_owned(), Value::Object(self.marks.clone()));
        own.is_none().then(|| Value::Object(entry).to_string())
    }

    fn items_at(&self) -> &str {
        if matches!(self.pull.paging, Paging::Scim) && self.pull.items.is_empty() {
            "/Resources"
        } else {
            &self.pull.items
        }
    }

    fn scim_total<'v>(&self, answer: &'v Value) -> Option<&'v Value> {
        matches!(self.pull.paging, Paging::Scim).then(|| answer.pointer("/totalResults")).flatten()
    }

    fn next(&mut self, here: &Url, reply: &Reply, answer: &Value, got: u64, fresh: u64) -> Result<Option<Url>, Stop> {
        if got > 0 && fresh == 0 {
            // Servers that begin anew beyond the end do this, and those that ignore the paging.
            return if self.progress.total == Some(self.progress.entries) {
                Ok(None)
            } else {
                Err(Stop::Broken(format!(
                    "page {} brought nothing but what had come before: the server starts again, or ignores the paging",
                    self.progress.pages
                )))
            };
        }
        if self.progress.total.is_some_and(|total| self.progress.entries > total) {
            // Whatever else there is, these are not so many as the server says. Some would go on for ever.
            self.verdict()?;
        }
        if self.progress.barren > EMPTY_PAGES {
            return Err(Stop::Broken(format!(
                "{EMPTY_PAGES} pages in a row were empty, and the server says there is more"
            )));
        }
        let reached = self.progress.total.is_some_and(|total| self.progress.entries >= total);
        let next = match &self.pull.paging {
            Paging::Whole => None,
            Paging::Link => self.linked(here, reply)?,
            Paging::NextUrl { at } => match answer.pointer(at) {
                Some(Value::String(next)) if !next.is_empty() => Some(self.address(here, next)?),
                _ => None,
            },
            Paging::Cursor { at, send } => {
                let mark = told(answer, reply, at).as_ref().and_then(scalar);
                mark.filter(|m| !m.is_empty()).map(|mark| with_query(&self.first, &[(send, &mark)]))
            }
            Paging::Page { send, .. } if got > 0 && !reached => Some(counted(here, send, 1)),
            Paging::Offset { send, .. } if got > 0 && !reached => Some(counted(here, send, got)),
            Paging::Page { .. } | Paging::Offset { .. } => None,
            Paging::Scim => match answer.pointer("/nextCursor").and_then(scalar).filter(|m| !m.is_empty()) {
                Some(mark) => Some(with_query(&without(here, "startIndex"), &[("cursor", &mark)])),
                // The entries that came count, not what `itemsPerPage` says: some servers echo what was asked for.
                None if got > 0 && !reached && self.progress.total.is_some() => {
                    let at = if here.query_pairs().any(|(name, _)| name == "startIndex") { got } else { got + 1 };
                    Some(counted(&without(here, "cursor"), "startIndex", at))
                }
                None => None,
            },
        };
        if let Some(next) = &next
            && !self.followed.insert(next.to_string())
        {
            return Err(Stop::Broken("the server leads in a circle: it names a page that was read before".to_owned()));
        }
        Ok(next)
    }

    fn linked(&self, here: &Url, reply: &Reply) -> Result<Option<Url>, Stop> {
        for header in reply.headers_of("link") {
            for link in links(header) {
                if link.1.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("next")) {
                    return self.address(here, link.0).map(Some);
                }
            }
        }
        Ok(None)
    }

    /// An address that the server names. It may not lead elsewhere: the token goes with it.
    fn address(&self, here: &Url, text: &str) -> Result<Url, Stop> {
        let url = here.join(text).map_err(|e| Stop::Broken(format!("the address of the next page is none: {e}")))?;
        if same_origin(&url, &self.host) {
            return Ok(url);
        }
        let host = url.host_str().unwrap_or("nowhere");
        Err(Stop::Broken(format!(
            "the next page is said to be at {}://{host}, and the token is not sent there",
            url.scheme()
        )))
    }

    /// At the end: why what came is not the whole list.
    pub(super) fn verdict(&self) -> Result<(), Stop> {
        let p = &self.progress;
        let counted = matches!(self.pull.paging, Paging::Page { .. } | Paging::Offset { .. } | Paging::Scim);
        match p.total {
            Some(total) if total != p.entries => {
                let why = format!("{} entries came, and the server says there are {total}", p.entries);
                Err(if p.total_moved || p.repeats > 0 { Stop::StartOver(why) } else { Stop::Broken(why) })
            }
            // Without a number to hold it against: what has moved behind a place that was read may have moved before one, too.
            total if p.slipped && total.is_none() || counted && (p.repeats > 0 || p.total_moved) => {
                Err(Stop::StartOver(
                    "the list changed while it was read: entries may have slipped between two pages".to_owned(),
                ))
            }
            None if matches!(self.pull.paging, Paging::Scim) => {
                Err(Stop::Broken("the server does not say how many entries there are (`totalResults`)".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

fn kept(one_of: &[Value], value: Option<&Value>) -> bool {
    value.is_some_and(|value| one_of.contains(value))
}

/// What stands in the answer, or in a header where no JSON pointer is given.
fn told(answer: &Value, reply: &Reply, at: &str) -> Option<Value> {
    if at.is_empty() || at.starts_with('/') {
        return answer.pointer(at).cloned();
    }
    reply.header(&at.to_lowercase()).map(Value::from)
}

fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

pub(super) fn id_of(item: &Value, at: &str) -> Option<String> {
    // A number with a fraction, or of more than 64 bits, is not exact: two of them may look like one.
    let exact = |id: &&Value| !id.is_f64();
    item.pointer(at).filter(exact).and_then(scalar).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "true or false",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a text",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}

/// The address with parameters set: those of the same name go.
fn with_query(url: &Url, set: &[(&str, &str)]) -> Url {
    let mut pairs: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !set.iter().any(|(n, _)| n == name)).collect();
    pairs.extend(set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

fn without(url: &Url, name: &str) -> Url {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(n, _)| n != name).collect();
    let mut url = url.clone();
    if pairs.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url
}

/// The first address of a SCIM list: by cursor or by index, with or without a wish how many entries a page has.
pub(super) fn scim_from(plain: &Url, by_cursor: bool, count: Option<u64>) -> Url {
    let count = count.map(|count| count.to_string());
    let mut set: Vec<(&str, &str)> = count.iter().map(|count| ("count", count.as_str())).collect();
    if by_cursor {
        set.push(("cursor", ""));
        return with_query(&without(plain, "startIndex"), &set);
    }
    with_query(plain, &set)
}

/// The address with a counting parameter moved on.
fn counted(url: &Url, name: &str, by: u64) -> Url {
    let at: u64 = url.query_pairs().find(|(n, _)| n == name).and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    with_query(url, &[(name, &at.saturating_add(by).to_string())])
}

/// The links of a `Link` header (RFC 8288): address and relation. Commas also stand within addresses.
fn links(header: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = header;
    while let Some((_, behind)) = rest.split_once('<') {
        let Some((address, behind)) = behind.split_once('>') else { break };
        let end = behind.find('<').unwrap_or(behind.len());
        let parameters = &behind[..end];
        let rel = parameters.split(';').find_map(|p| {
            let (name, value) = p.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_end_matches(',').trim().trim_matches('"'))
        });
        found.push((address, rel.unwrap_or("")));
        rest = &behind[end..];
    }
    found
}
