//! The table of keys: from (kind of key, comparable text) to the people who hold it.
//!
//! One arena for all texts and flat arrays beside it: a million people have three million keys, and a `String` for each
//! would cost more than the text.

use crate::model::PersonIx;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// A hash map over texts that strangers chose: quick, and seeded anew in every run.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, RandomState>;

/// What kind of text a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Directory object id, SCIM externalId.
    ExternalId,
    /// Employee id.
    EmployeeId,
    /// Main address.
    Email,
    /// Further address, folded address, private address.
    Alias,
    /// Login.
    Username,
}

/// A person who holds a key, and the identity record that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonIx,
    /// Index of the identity record.
    pub identity: u32,
}

/// A key with its first holder; whoever else holds it stands in a list beside the table.
#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    length: u16,
    class: Class,
    holder: Holder,
    /// Index of the next holder, or [`END`].
    more: u32,
}

const END: u32 = u32::MAX;

/// The table of keys. Its hasher is seeded anew in every run, because strangers choose the keys; no result depends on
/// the seed, since the table is only ever asked, never listed.
#[derive(Debug, Default)]
pub struct KeyIndex {
    slots: HashTable<Slot>,
    texts: String,
    more: Vec<(Holder, u32)>,
    hasher: RandomState,
}

impl KeyIndex {
    fn hash(hasher: &RandomState, class: Class, text: &[u8]) -> u64 {
        hasher.hash_one((class as u8, text))
    }

    fn text<'t>(texts: &'t str, slot: &Slot) -> &'t [u8] {
        &texts.as_bytes()[slot.start as usize..slot.start as usize + usize::from(slot.length)]
    }

    /// Says that a person holds a key. All keys of one person are to be entered together. Texts longer than any key are
    /// left out.
    pub fn insert(&mut self, class: Class, text: &str, holder: Holder) {
        let (Ok(length), Ok(start)) = (u16::try_from(text.len()), u32::try_from(self.texts.len())) else { return };
        let hash = Self::hash(&self.hasher, class, text.as_bytes());
        let texts = &self.texts;
        let same = |s: &Slot| s.class == class && Self::text(texts, s) == text.as_bytes();
        if let Some(slot) = self.slots.find_mut(hash, same) {
            // People are entered one after the other, so a person who holds the key already was the last to be entered.
            if slot.holder.person != holder.person {
                self.more.push((slot.holder, slot.more));
                slot.holder = holder;
                slot.more = self.more.len() as u32 - 1;
            }
            return;
        }
        self.texts.push_str(text);
        let (texts, hasher) = (&self.texts, &self.hasher);
        self.slots.insert_unique(hash, Slot { start, length, class, holder, more: END }, |s| {
            Self::hash(hasher, s.class, Self::text(texts, s))
        });
    }

    /// The people who hold a key.
    pub fn holders(&self, class: Class, text: &str) -> Holders<'_> {
        let hash = Self::hash(&self.hasher, class, text.as_bytes());
        let same = |s: &Slot| s.class == class && Self::text(&self.texts, s) == text.as_bytes();
        Holders { index: self, next: self.slots.find(hash, same).map(|s| (s.holder, s.more)) }
    }
}

/// The people who hold one key, each once.
#[derive(Debug, Clone)]
pub struct Holders<'a> {
    index: &'a KeyIndex,
    next: Option<(Holder, u32)>,
}

impl Iterator for Holders<'_> {
    type Item = Holder;
    fn next(&mut self) -> Option<Holder> {
        let (holder, more) = self.next?;
        self.next = self.index.more.get(more as usize).copied();
        Some(holder)
    }
}
