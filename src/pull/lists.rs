//! Which lists are read and joined: one, one for each of several values, or one for every entry of another list.

use super::answer::quoted;
use super::fetch::{Outcome, Source, all_pages};
use super::pages::{Pages, first_address, id_of};
use super::prepare::advised;
use super::progress::{Progress, ReadOf};
use super::{Keep, Provenance, Web};
use crate::model::{MARK, Of, Paging};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::io;
use url::Url;

/// A list that is read to its end.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) first: Url,
    /// What is asked instead if that is refused.
    pub(super) plain: Option<Url>,
    /// What its lines say of where they come from.
    pub(super) marks: Map<String, Value>,
}

impl List {
    /// Which of several lists it is, in words.
    pub(super) fn named(&self) -> String {
        let told: Vec<String> = self.marks.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
        told.join(", ")
    }
}

/// A value in a message: short, and without what could be taken for something else.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    quoted(&text, 60)
}

/// The lists in the order in which they are read. The list of which they are is read first, and anew after every crash: it
/// is short beside them, and if it is no longer the same, neither are they.
pub(super) fn lists(
    source: &Source<'_>,
    progress: &mut Progress,
    web: &mut dyn Web,
) -> io::Result<Result<Vec<List>, Outcome>> {
    let pull = source.pull;
    let list = |name: &str, value: &str, marks| {
        let mut with = source.with.clone();
        with.insert(name.to_owned(), value.to_owned());
        Ok(List { first: first_address(pull, &source.host, &with)?, plain: None, marks })
    };
    if let Some(each) = &pull.each {
        let one = |value: &String| list(&each.name, value, Map::from_iter([(each.name.clone(), json!(value))]));
        return each.values.iter().map(one).collect::<Result<_, String>>().map(Ok).map_err(io::Error::other);
    }
    let Some(of) = &pull.of else {
        let first = first_address(pull, &source.host, &source.with).map_err(io::Error::other)?;
        let begun = progress.pages > 0;
        let advised = (matches!(pull.paging, Paging::Scim) && !begun).then(|| advised(&first, progress, web));
        let advised = match advised.transpose() {
            Ok(advised) => advised.flatten(),
            Err(why) => return Ok(Err(Outcome::Broken(why))),
        };
        let (first, plain) = advised.map_or((first.clone(), None), |advised| (advised, Some(first)));
        return Ok(Ok(vec![List { first, plain, marks: Map::new() }]));
    };
    let entries = match entries_of(source, of, progress, web)? {
        Ok(entries) => entries,
        Err(outcome) => return Ok(Err(outcome)),
    };
    // An id that leads elsewhere is the server's doing.
    let lists = entries.into_iter().map(|(id, marks)| list(&of.name, &id, marks)).collect::<Result<_, String>>();
    Ok(lists.map_err(|why| Outcome::Broken(format!("the list {}: {why}", of.path))))
}

/// Entries by their ids, with what is kept of them.
type Entries = BTreeMap<String, Map<String, Value>>;

/// The entries that each have a list: their ids, and what is kept of them. In the order of the ids, so that a server which
/// shuffles them does not shuffle what has come.
fn entries_of(
    source: &Source<'_>,
    of: &Of,
    progress: &mut Progress,
    web: &mut dyn Web,
) -> io::Result<Result<Entries, Outcome>> {
    let pull = of.as_pull(source.pull);
    let first = first_address(&pull, &source.host, &source.with).map_err(io::Error::other)?;
    let source = Source { pull: &pull, ..source.clone() };
    let mut pages = Pages::new(&source, &first, &Map::new(), Progress::new(progress.began), Ids::default());
    let mut held = Held::default();
    let outcome = all_pages(&source, &mut pages, true, web, &mut held)?;
    progress.requests += pages.progress.requests;
    progress.retries += pages.progress.retries;
    if !matches!(outcome, Outcome::Whole) {
        return Ok(Err(outcome.told(&format!("the list {}", of.path))));
    }
    let mut entries = BTreeMap::new();
    for line in &held.0 {
        let entry: Value = serde_json::from_str(line)?;
        let id = id_of(&entry, &of.item_id).unwrap_or_default();
        let kept = |at: &String| entry.pointer(at).cloned().unwrap_or_default();
        let mut marks: Map<String, Value> = of.keep.iter().map(|(name, at)| (name.clone(), kept(at))).collect();
        marks.insert(of.name.clone(), json!(id));
        entries.insert(id, marks);
    }
    let sha256: String = Sha256::digest(serde_json::to_vec(&entries)?).iter().map(|b| format!("{b:02x}")).collect();
    let p = &pages.progress;
    let read = ReadOf { sha256, pages: p.pages, entries: p.entries, total: p.total };
    if progress.of.replace(read.clone()).is_some_and(|before| before.sha256 != read.sha256) {
        return Ok(Err(Outcome::StartOver(format!("the list {} has changed since the reading began", of.path))));
    }
    Ok(Ok(entries))
}

/// The ids of a list that is being read, and those of the lists before it, where none may come twice.
pub(super) type Ids = (HashSet<String>, HashSet<String>);

/// The ids of what an earlier try has left: those of the list that was being read, and those of the lists before it, where
/// none may come twice.
///
/// # Errors
/// What it left does not fit together.
pub(super) fn known(source: &Source<'_>, progress: &Progress, lines: &[String]) -> Result<Ids, String> {
    let (pull, sum) = (source.pull, progress.sum());
    if lines.len() as u64 != sum.entries {
        return Err(format!("{} entries instead of {}", lines.len(), sum.entries));
    }
    let ids = |lines: &[String]| {
        let mut ids = HashSet::with_capacity(lines.len());
        for line in lines {
            let entry: Value = serde_json::from_str(line).map_err(|_| "an entry that is no JSON".to_owned())?;
            if (pull.each.is_some() || pull.of.is_some()) && entry.get(MARK).is_none() {
                return Err("an entry that does not say where it is from".to_owned());
            }
            if !ids.insert(id_of(&entry, &pull.item_id).ok_or("an entry without its id")?) {
                return Err("an entry twice".to_owned());
            }
        }
        Ok(ids)
    };
    let (before, here) = lines.split_at(progress.done.entries as usize);
    Ok((ids(here)?, if pull.each.is_some() { ids(before)? } else { HashSet::new() }))
}

/// Holds a list that is not kept.
#[derive(Debug, Default)]
struct Held(Vec<String>);

impl Keep for Held {
    fn left_over(&mut self) -> io::Result<Option<(Progress, Vec<String>)>> {
        Ok(None)
    }
    fn page(&mut self, entries: &[String], _: &Progress) -> io::Result<()> {
        self.0.extend_from_slice(entries);
        Ok(())
    }
    fn start_over(&mut self) -> io::Result<()> {
        self.0.clear();
        Ok(())
    }
    fn end(&mut self, _: Provenance) -> io::Result<()> {
        Ok(())
    }
}
