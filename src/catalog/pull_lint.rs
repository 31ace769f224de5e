//! What is wrong with the description of a list that can be fetched.

use super::lint::Linter;
use crate::model::{Credentials, DirectoryList, Paging, Pull};
use crate::pull::Filter;
use std::collections::BTreeSet;

/// Lints the lists of an entry.
pub(super) fn pulls(linter: &mut Linter<'_>) {
    let entry = &linter.entry.value;
    let mut ids = BTreeSet::new();
    for (n, pull) in entry.pulls.iter().enumerate() {
        let pointer = format!("/pulls/{n}");
        linter.cites(&pointer, &pull.sources);
        if !pull.id.strip_prefix(entry.id.as_str()).is_some_and(|rest| rest.starts_with('-')) {
            linter.fault(&format!("{pointer}/id"), format!("a list's id begins with its entry's: `{}-…`", entry.id));
        }
        if !ids.insert(&pull.id) {
            linter.fault(&format!("{pointer}/id"), format!("the list `{}` stands here a second time", pull.id));
        }
        if !linter.known.exports.contains_key(pull.export.as_str()) {
            let message = format!("there is no export `{}`", pull.export);
            let known: Vec<&str> = linter.known.exports.keys().copied().collect();
            linter.no_such(&format!("{pointer}/export"), message, &pull.export, known.into_iter());
        }
        for (part, message) in faults(pull) {
            linter.fault(&format!("{pointer}{part}"), message);
        }
    }
}

/// Lints the lists over LDAP of an entry.
pub(super) fn directories(linter: &mut Linter<'_>) {
    let entry = &linter.entry.value;
    let mut ids: BTreeSet<&str> = entry.pulls.iter().map(|pull| pull.id.as_str()).collect();
    for (n, list) in entry.directories.iter().enumerate() {
        let pointer = format!("/directories/{n}");
        linter.cites(&pointer, &list.sources);
        if !list.id.strip_prefix(entry.id.as_str()).is_some_and(|rest| rest.starts_with('-')) {
            linter.fault(&format!("{pointer}/id"), format!("a list's id begins with its entry's: `{}-…`", entry.id));
        }
        if !ids.insert(&list.id) {
            linter.fault(&format!("{pointer}/id"), format!("the list `{}` stands here a second time", list.id));
        }
        if !linter.known.exports.contains_key(list.export.as_str()) {
            let message = format!("there is no export `{}`", list.export);
            let known: Vec<&str> = linter.known.exports.keys().copied().collect();
            linter.no_such(&format!("{pointer}/export"), message, &list.export, known.into_iter());
        }
        for (part, message) in directory_faults(list) {
            linter.fault(&format!("{pointer}{part}"), message);
        }
    }
}

/// What is wrong with a list over LDAP by itself.
fn directory_faults(list: &DirectoryList) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if let Err(why) = Filter::parse(&list.filter) {
        faults.push(("/filter", format!("this is no filter: {why}")));
    }
    let is_name = |name: &String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if let Some(name) = list.attributes.iter().find(|name| !is_name(name)) {
        faults.push(("/attributes", format!("`{name}` is no name of an attribute; each is asked for by its own")));
    }
    if let Some(name) = list.needs.iter().find(|name| !list.attributes.contains(name)) {
        faults.push(("/needs", format!("`{name}` is not among the attributes, so no entry has it")));
    }
    if list.page_size == 0 || list.page_size > 1000 {
        faults.push(("/page-size", "a page has 1 to 1000 entries: larger ones are cut by some servers".to_owned()));
    }
    faults
}

/// What is wrong with a list by itself: JSON pointers from it on, and what is wrong there.
fn faults(pull: &Pull) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |part: &str, message: String| faults.push((part.to_owned(), message));
    if !pull.path.starts_with('/') || pull.path.contains(['?', '#']) {
        fault("/path", format!("`{}`: a path begins with `/`; parameters stand under `query`", pull.path));
    }
    if pull.host.as_ref().is_some_and(|host| !host.starts_with("https://")) {
        fault("/host", "a host is asked over TLS only: write `https://…`".to_owned());
    }
    let next = match &pull.paging {
        Paging::NextUrl { at } => Some(("/paging/at", at.as_str())),
        _ => None,
    };
    let places =
        [("/items", Some(pull.items.as_str())), ("/item-id", Some(&pull.item_id)), ("/total", pull.total.as_deref())];
    let places = places.into_iter().filter_map(|(part, at)| Some((part, at?))).chain(next);
    let wanted = pull.needs.iter().map(|at| ("/needs", at.as_str()));
    for (part, at) in places.chain(wanted).chain(pull.promises.iter().map(|p| ("/promises", p.at.as_str()))) {
        if !at.is_empty() && !at.starts_with('/') {
            fault(part, format!("`{at}` is no JSON pointer; write it like `/profile/login`"));
        }
    }
    if pull.item_id.is_empty() {
        fault("/item-id", "without an id nobody notices an entry that comes twice".to_owned());
    }
    if let Credentials::Header { value, .. } = &pull.credentials
        && !value.contains("{secret}")
    {
        fault("/credentials/value", "nothing stands for the secret; write `{secret}` where it goes".to_owned());
    }
    faults
}
