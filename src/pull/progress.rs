//! How far a reading has come: what is noted beside what came, so that it can go on after a crash.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How far the reading of a list has come. Where several lists are joined, `next` and what follows speak of the one that is
/// being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Progress {
    /// When the reading began.
    pub began: jiff::Timestamp,
    /// Requests made.
    pub requests: u64,
    /// Of these, how many had to be made again.
    pub retries: u64,
    /// The list whose entries each have a list, as it was when they were begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<ReadOf>,
    /// What came of the lists that have been read to their end.
    pub done: Sum,
    /// The address of the next page; none at the end.
    pub next: Option<String>,
    /// Pages read.
    pub pages: u64,
    /// Entries kept.
    pub entries: u64,
    /// Entries that came more than once.
    pub repeats: u64,
    /// Whether one came again on a later page.
    #[serde(default)]
    pub slipped: bool,
    /// How many entries there are in all, as the newest page says.
    pub total: Option<u64>,
    /// Whether pages have told different totals.
    pub total_moved: bool,
    /// What at least one entry must have, and one of them had.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub seen: BTreeSet<String>,
    /// When the server made the list, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<jiff::Timestamp>,
    /// Pages without anything new, since the last that had something.
    pub barren: u32,
}

/// What came of several lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sum {
    /// How many lists.
    pub lists: u64,
    /// Pages read.
    pub pages: u64,
    /// Entries kept.
    pub entries: u64,
    /// Entries that came more than once.
    pub repeats: u64,
    /// The sum of what the server says there is.
    pub total: u64,
    /// Of how many lists it says so.
    pub with_total: u64,
}

/// What the list was whose entries each have a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReadOf {
    /// A hash over its entries: when it is read again, it is the same or it is not.
    pub sha256: String,
    /// Pages read.
    pub pages: u64,
    /// Its entries.
    pub entries: u64,
    /// How many the server says there are.
    pub total: Option<u64>,
}

impl Progress {
    pub(super) fn new(began: jiff::Timestamp) -> Self {
        Self {
            began,
            requests: 0,
            retries: 0,
            of: None,
            done: Sum::default(),
            next: None,
            pages: 0,
            entries: 0,
            repeats: 0,
            total: None,
            slipped: false,
            total_moved: false,
            seen: BTreeSet::new(),
            made: None,
            barren: 0,
        }
    }

    /// All lists so far, with the one that is being read.
    pub fn sum(&self) -> Sum {
        let done = self.done;
        Sum {
            lists: done.lists + u64::from(self.next.is_some() || self.pages > 0),
            pages: done.pages + self.pages,
            entries: done.entries + self.entries,
            repeats: done.repeats + self.repeats,
            total: done.total + self.total.unwrap_or(0),
            with_total: done.with_total + u64::from(self.total.is_some()),
        }
    }

    /// The list is read; the next one begins there.
    pub(super) fn close(&mut self) {
        *self = Self {
            requests: self.requests,
            retries: self.retries,
            of: self.of.take(),
            done: self.sum(),
            seen: std::mem::take(&mut self.seen),
            made: self.made,
            ..Self::new(self.began)
        };
    }
}
