//! What is wrong with the description of a list that can be fetched.

use super::lint::Linter;
use crate::model::{Credentials, DirectoryList, Method, Of, Paging, PostBody, Pull};
use crate::pull::Filter;
use crate::yaml::step;
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
    if let Some(of) = &pull.of {
        faults_of(of, &mut fault);
    }
    let by = [("each", pull.each.as_ref().map(|e| &e.name)), ("of", pull.of.as_ref().map(|o| &o.name))];
    for (part, name) in by.into_iter().filter_map(|(part, name)| Some((part, name?))) {
        let blank = format!("{{{name}}}");
        if !pull.path.contains(&blank) && !pull.query.values().any(|value| value.contains(&blank)) {
            fault(&format!("/{part}/name"), format!("`{blank}` stands neither in `path` nor in `query`"));
        }
    }
    if let Some(each) = &pull.each
        && (each.values.is_empty() || each.values.iter().collect::<BTreeSet<_>>().len() < each.values.len())
    {
        fault("/each/values", "one value or several are needed, each once".to_owned());
    }
    if pull.each.is_some() && pull.of.is_some() {
        fault(
            "/each",
            "a list is read for each of several values, or of the entries of another list, not both".to_owned(),
        );
    }
    let next = match &pull.paging {
        Paging::NextUrl { at } => Some(("/paging/at", at.as_str())),
        _ => None,
    };
    // A total, like a cursor, may stand in a header instead.
    let is_header = |at: &str| at.contains('-') && at.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let places = [
        ("/items", Some(pull.items.as_str())),
        ("/item-id", Some(&pull.item_id)),
        ("/total", pull.total.as_deref().filter(|at| !is_header(at))),
        ("/made", pull.made.as_deref()),
        ("/inside/csv", pull.inside.as_ref().map(|inside| inside.csv.as_str())),
        ("/prepare/at", pull.prepare.as_ref().map(|prepare| prepare.at.as_str())),
        ("/refusals/word", pull.refusals.as_ref().map(|refusals| refusals.word.as_str())),
        ("/refusals/ok", pull.refusals.as_ref().and_then(|refusals| refusals.ok.as_deref())),
    ];
    let places = places.into_iter().filter_map(|(part, at)| Some((part, at?))).chain(next);
    let wanted = pull.needs.iter().map(|at| ("/needs", at.as_str()));
    let wanted = wanted.chain(pull.some_have.iter().map(|at| ("/some-have", at.as_str())));
    for (part, at) in places.chain(wanted).chain(pull.promises.iter().map(|p| ("/promises", p.at.as_str()))) {
        if !at.is_empty() && !at.starts_with('/') {
            fault(part, format!("`{at}` is no JSON pointer; write it like `/profile/login`"));
        }
    }
    // Only what is known to change nothing is asked for in these ways.
    let reads = [
        ("/post/only-reads", pull.post.as_ref().map(|post| &post.only_reads)),
        ("/prepare/only-reads", pull.prepare.as_ref().map(|prepare| &prepare.only_reads)),
    ];
    for (part, source) in reads.into_iter().filter_map(|(part, source)| Some((part, source?))) {
        if !pull.sources.contains(source) {
            let message =
                format!("`{source}` is none of the list's `sources`: which of them says that this only reads?");
            fault(part, message);
        }
    }
    if pull.post.as_ref().is_some_and(|post| post.body == PostBody::Form && !post.with.is_empty()) {
        fault("/post/with", "only JSON takes it; a form's parameters stand under `query`".to_owned());
    }
    for (word, status) in pull.refusals.iter().flat_map(|refusals| &refusals.means) {
        if !(400..600).contains(status) {
            fault(&format!("/refusals/means/{}", step(word)), format!("{status} is no status that says no"));
        }
    }
    if pull.inside.is_some() && (pull.paging != Paging::Whole || pull.each.is_some() || pull.of.is_some()) {
        fault("/inside", "a file comes whole, in one answer".to_owned());
    }
    if pull.item_id.is_empty() {
        fault("/item-id", "without an id nobody notices an entry that comes twice".to_owned());
    }
    let ways = [("/credentials".to_owned(), &pull.credentials)].into_iter();
    let others = pull.other_credentials.iter().map(|(name, way)| (format!("/other-credentials/{}", step(name)), way));
    for (part, way) in ways.chain(others) {
        if let Credentials::Header { value, .. } = way
            && !value.contains("{secret}")
        {
            let message = "nothing stands for the secret; write `{secret}` where it goes";
            fault(&format!("{part}/value"), message.to_owned());
        }
        if way.token_at().is_some_and(|at| !at.starts_with("https://") && !at.starts_with('/')) {
            let message = "tokens are asked for over TLS only: write `https://…`, or a path at the API's host";
            fault(&format!("{part}/token-at"), message.to_owned());
        }
    }
    if let Some(end) = &pull.end {
        for (part, path) in [("/end/path", &end.path), ("/end/account", &end.account)] {
            if !path.starts_with('/') || path.contains(['?', '#']) || !path.contains("{id}") {
                fault(part, format!("`{path}`: a path begins with `/` and has `{{id}}` where the account's id goes"));
            }
        }
        let state = std::iter::once(("/end/state", &end.state)).chain(end.id.iter().map(|at| ("/end/id", at)));
        for (part, at) in state.chain(end.same.iter().map(|at| ("/end/same", at))) {
            if !at.starts_with('/') {
                fault(part, format!("`{at}` is no JSON pointer; write it like `/userName`"));
            }
        }
        if end.same.is_empty() {
            fault("/end/same", "nothing shows that it is still the same person's account".to_owned());
        }
        if end.live.is_empty() || end.ended.is_empty() || end.live.iter().any(|word| end.ended.contains(word)) {
            fault(
                "/end/ended",
                "what shows that the account lives, and that it has ended, are different words".to_owned(),
            );
        }
        if end.or_put && end.method != Method::Patch {
            fault("/end/or-put", "only what is changed in part can be sent whole instead".to_owned());
        }
    }
    faults
}

/// What is wrong with the list of which others are.
fn faults_of(of: &Of, fault: &mut impl FnMut(&str, String)) {
    if !of.path.starts_with('/') || of.path.contains(['?', '#']) {
        fault("/of/path", format!("`{}`: a path begins with `/`; parameters stand under `query`", of.path));
    }
    let places = [of.items.as_str(), of.item_id.as_str(), of.total.as_deref().unwrap_or_default()];
    let places = places.into_iter().chain(of.needs.iter().chain(of.keep.values()).map(String::as_str));
    for at in places.filter(|at| !at.is_empty() && !at.starts_with('/')) {
        fault("/of", format!("`{at}` is no JSON pointer; write it like `/id`"));
    }
    if of.item_id.is_empty() {
        fault("/of/item-id", "nothing tells its entries apart".to_owned());
    }
    if of.keep.contains_key(&of.name) {
        fault("/of/keep", format!("`{}` already says the id of the entry", of.name));
    }
}
