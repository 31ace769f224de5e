//! What is wrong with the description of a list that can be fetched.

use super::lint::Linter;
use crate::model::{Credentials, Method, Paging, Pull};
use std::collections::BTreeSet;

/// Lints the lists of an entry.
pub(super) fn pulls(linter: &mut Linter<'_>) {
    let entry = &linter.entry.value;
    let mut ids = BTreeSet::new();
    for (n, pull) in entry.pulls.iter().enumerate() {
        let pointer = format!("/pulls/{n}");
        linter.cites(&pointer, &pull.sources);
        if let Some(end) = &pull.end {
            linter.cites(&format!("{pointer}/end"), &end.sources);
        }
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
    if let Some(end) = &pull.end {
        for (part, path) in [("/end/path", &end.path), ("/end/account", &end.account)] {
            if !path.starts_with('/') || path.contains(['?', '#']) || !path.contains("{id}") {
                fault(part, format!("`{path}`: a path begins with `/` and has `{{id}}` where the account's id goes"));
            }
        }
        let state = std::iter::once(("/end/state", &end.state));
        for (part, at) in state.chain(end.same.iter().map(|at| ("/end/same", at))) {
            if !at.starts_with('/') {
                fault(part, format!("`{at}` is no JSON pointer; write it like `/userName`"));
            }
        }
        if end.same.is_empty() {
            fault("/end/same", "nothing shows that it is still the same person's account".to_owned());
        }
        if end.live.is_empty() || end.ended.is_empty() || end.live.iter().any(|word| end.ended.contains(word)) {
            fault("/end/ended", "what shows that the account lives, and that it has ended, are different words".to_owned());
        }
        if end.or_put && end.method != Method::Patch {
            fault("/end/or-put", "only what is changed in part can be sent whole instead".to_owned());
        }
    }
    faults
}
