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
    /// A comparable full name. Proposes candidates, never links.
    FullName,
    /// A family name and an initial.
    FamilyName,
    /// A given name and the beginning of a family name.
    GivenName,
    /// The part of an address before the @.
    LocalPart,
}

/// A person who holds a key, and the identity record that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonIx,
    /// Index of the identity record.
    pub identity: u32,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    length: u16,
    class: Class,
    first: u32,
}

const END: u32 = u32::MAX;

/// The table of keys. Its hasher is seeded anew in every run, because strangers choose the keys; no result depends on
/// the seed, since the table is only ever asked, never listed.
#[derive(Debug)]
pub struct KeyIndex {
    slots: HashTable<Slot>,
    texts: String,
    holders: Vec<(Holder, u32)>,
    hasher: RandomState,
}

impl Default for KeyIndex {
    fn default() -> Self {
        Self { slots: HashTable::new(), texts: String::new(), holders: Vec::new(), hasher: RandomState::default() }
    }
}

impl KeyIndex {
    fn hash(hasher: &RandomState, class: Class, text: &str) -> u64 {
        hasher.hash_one((class as u8, text.as_bytes()))
    }

    /// Says that a person holds a key. All keys of one person are to be entered together. Texts longer than any key are
    /// left out.
    pub fn insert(&mut self, class: Class, text: &str, holder: Holder) {
        let (Ok(length), Ok(start)) = (u16::try_from(text.len()), u32::try_from(self.texts.len())) else { return };
        let hash = Self::hash(&self.hasher, class, text);
        let texts = &self.texts;
        let same =
            |s: &Slot| s.class == class && &texts[s.start as usize..s.start as usize + s.length as usize] == text;
        if let Some(slot) = self.slots.find_mut(hash, same) {
            // People are entered one after the other, so a person who holds the key already was the last to be entered.
            if self.holders[slot.first as usize].0.person == holder.person {
                return;
            }
            self.holders.push((holder, slot.first));
            slot.first = self.holders.len() as u32 - 1;
            return;
        }
        self.texts.push_str(text);
        self.holders.push((holder, END));
        let slot = Slot { start, length, class, first: self.holders.len() as u32 - 1 };
        let (texts, hasher) = (&self.texts, &self.hasher);
        self.slots.insert_unique(hash, slot, |s| {
            Self::hash(hasher, s.class, &texts[s.start as usize..s.start as usize + s.length as usize])
        });
    }

    /// The people who hold a key.
    pub fn holders(&self, class: Class, text: &str) -> Holders<'_> {
        let hash = Self::hash(&self.hasher, class, text);
        let same =
            |s: &Slot| s.class == class && &self.texts[s.start as usize..s.start as usize + s.length as usize] == text;
        Holders { index: self, at: self.slots.find(hash, same).map_or(END, |s| s.first) }
    }
}

/// The people who hold one key, each once.
#[derive(Debug, Clone)]
pub struct Holders<'a> {
    index: &'a KeyIndex,
    at: u32,
}

impl Iterator for Holders<'_> {
    type Item = Holder;
    fn next(&mut self) -> Option<Holder> {
        if self.at == END {
            return None;
        }
        let (holder, next) = self.index.holders[self.at as usize];
        self.at = next;
        Some(holder)
    }
}
