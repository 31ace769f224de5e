//! What can still be read of a file that has faults, so that the rest of it is judged in the same pass.
//!
//! Whatever is wrong is left out: the item of the list it stands in, or the key. What is left out is remembered, because
//! nothing can be concluded from its absence.

use super::shape::{Shape, adapted};
use super::tree::{Data, Node};
use super::{Located, step};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// How often something is left out. What is left out can make the part around it wrong, and parts are not nested deeper.
const ROUNDS: usize = 12;

/// A part of a file that is not there as it was meant.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lost {
    /// Its JSON pointer.
    pointer: String,
    /// Whether nobody knows its key: it may have been meant for another.
    unknown_key: bool,
}

impl Lost {
    /// Whether the part at `pointer` is concerned; `there` says whether something stands at it.
    pub(super) fn concerns(&self, pointer: &str, there: bool) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let parent = |pointer: &str| pointer.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        within(pointer, &self.pointer)
            || within(&self.pointer, pointer)
            || (self.unknown_key && !there && parent(&self.pointer) == parent(pointer))
    }
}

/// The file without its faulty parts; none if they are the file.
pub(super) fn salvage<T: DeserializeOwned>(file: &str, mut root: Node, shape: &Shape) -> Option<Located<T>> {
    let validator = shape.validator().ok()?;
    let mut lost = BTreeSet::new();
    for _ in 0..ROUNDS {
        let value = adapted(validator, &root, false);
        let mut wrong = BTreeSet::new();
        for error in validator.iter_errors(&value) {
            for part in parts(&error) {
                let pointer = item_around(&root, &part.pointer);
                // A key that the file itself lacks cannot be left out; the reader may do without.
                if root.find(&pointer).is_some() {
                    wrong.insert(pointer.clone());
                }
                lost.insert(Lost { pointer, ..part });
            }
        }
        if wrong.contains("") {
            return None;
        }
        if wrong.is_empty() {
            let value = serde_json::from_value(value).ok()?;
            return Some(Located { value, file: file.to_owned(), root, lost: lost.into_iter().collect() });
        }
        leave_out(&mut root, "", &wrong);
    }
    None
}

/// What an error of the validator makes unusable.
fn parts(error: &ValidationError<'_>) -> Vec<Lost> {
    let at = error.instance_path().as_str();
    let below = |key: &str, unknown_key| Lost { pointer: format!("{at}/{}", step(key)), unknown_key };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected.iter().map(|key| below(key, true)).collect(),
        Kind::PropertyNames { error } => error.instance().as_str().map(|key| below(key, true)).into_iter().collect(),
        Kind::Required { property } if at.is_empty() => {
            property.as_str().map(|key| below(key, false)).into_iter().collect()
        }
        _ => vec![Lost { pointer: at.to_owned(), unknown_key: false }],
    }
}

/// The innermost item of a list that a part stands in; itself, if it stands in none.
fn item_around(root: &Node, pointer: &str) -> String {
    let mut ends: Vec<usize> = pointer.match_indices('/').map(|(at, _)| at).skip(1).collect();
    ends.push(pointer.len());
    let in_list = |end: &&usize| {
        let list = pointer[..**end].rsplit_once('/').and_then(|(list, _)| root.find(list));
        list.is_some_and(|found| matches!(found.node.data, Data::List(_)))
    };
    ends.iter().rev().find(in_list).map_or(pointer, |end| &pointer[..*end]).to_owned()
}

fn leave_out(node: &mut Node, at: &str, wrong: &BTreeSet<String>) {
    let keep = |node: &mut Node, key: &str| {
        let at = format!("{at}/{}", step(key));
        leave_out(node, &at, wrong);
        !wrong.contains(&at)
    };
    match &mut node.data {
        Data::List(items) => {
            let mut n = 0..;
            items.retain_mut(|item| n.next().is_some_and(|n: usize| keep(item, &n.to_string())));
        }
        Data::Map(members) => members.retain(|key, (_, member)| keep(member, key)),
        Data::Plain(_) | Data::Text(_) => {}
    }
}
