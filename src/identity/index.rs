//! The table of keys: from (kind of key, comparable text) to the people who hold it.
//!
//! One arena for all texts and flat arrays beside it: a million people have three million keys, and a `String` for each
//! would cost more than the text.

use crate::model::PersonIx;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use rayon::prelude::*;
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
    hash: u32,
    start: u32,
    length: u16,
    class: Class,
    holder: Holder,
    /// Index of the next holder, or [`END`].
    more: u32,
}

const END: u32 = u32::MAX;

/// A part of the table: the keys whose hashes begin alike. Parts are filled side by side.
#[derive(Debug, Default)]
struct Part {
    slots: HashTable<Slot>,
    texts: Vec<u8>,
    more: Vec<(Holder, u32)>,
}

/// How many bits of a hash tell the part.
const PART_BITS: u32 = 3;
/// How many people are entered in one go: bounds the memory that the entering takes.
const AT_ONCE: usize = 1 << 16;
/// How many of them make one piece of work.
const PIECE: usize = 1 << 10;

/// The table of keys. Its hasher is seeded anew in every run, because strangers choose the keys; no result depends on
/// the seed, since the table is only ever asked, never listed.
#[derive(Debug)]
pub struct KeyIndex {
    parts: Vec<Part>,
    hasher: RandomState,
}

/// Takes the keys of one person: class, comparable text, and the record that has it.
pub type OnKey<'f> = dyn FnMut(Class, &str, u32) + 'f;

/// Keys on their way into one part.
#[derive(Debug, Default)]
struct Entering {
    slots: Vec<Slot>,
    texts: Vec<u8>,
}

impl KeyIndex {
    /// Enters the keys of so many people. Texts longer than any key are left out.
    pub fn build(people: usize, keys_of: &(dyn Fn(PersonIx, &mut OnKey<'_>) + Sync)) -> Self {
        let hasher = RandomState::default();
        let mut parts: Vec<Part> = Vec::new();
        parts.resize_with(1 << PART_BITS, Part::default);
        let piece = |from: usize, to: usize| {
            let mut entering: Vec<Entering> = Vec::new();
            entering.resize_with(1 << PART_BITS, Entering::default);
            for person in (from as u32..to as u32).map(PersonIx) {
                keys_of(person, &mut |class, text, identity| {
                    let Ok(length) = u16::try_from(text.len()) else { return };
                    let hash = short_hash(&hasher, class, text.as_bytes());
                    let Entering { slots, texts } = &mut entering[(hash >> (32 - PART_BITS)) as usize];
                    let start = texts.len() as u32;
                    slots.push(Slot { hash, start, length, class, holder: Holder { person, identity }, more: END });
                    texts.extend_from_slice(text.as_bytes());
                });
            }
            entering
        };
        for begin in (0..people).step_by(AT_ONCE) {
            let end = people.min(begin + AT_ONCE);
            let pieces: Vec<usize> = (begin..end).step_by(PIECE).collect();
            let entering: Vec<Vec<Entering>> =
                pieces.into_par_iter().map(|from| piece(from, end.min(from + PIECE))).collect();
            parts.par_iter_mut().enumerate().for_each(|(ix, part)| {
                for Entering { slots, texts } in entering.iter().map(|parts| &parts[ix]) {
                    slots.iter().for_each(|slot| part.insert(*slot, text(texts, slot)));
                }
            });
        }
        Self { parts, hasher }
    }

    /// The people who hold a key.
    pub fn holders(&self, class: Class, text: &str) -> Holders<'_> {
        let hash = short_hash(&self.hasher, class, text.as_bytes());
        let part = &self.parts[(hash >> (32 - PART_BITS)) as usize];
        let found = part.slots.find(spread(hash), part.same(hash, class, text.as_bytes()));
        Holders { part, next: found.map(|s| (s.holder, s.more)) }
    }
}

impl KeyIndex {
    /// The only holder of each key, or none if nobody or more than one person holds it.
    ///
    /// All keys are looked up side by side, step by step: one after the other each would wait for memory.
    pub fn only_holders(&self, class: Class, keys: &Keys, found: &mut Vec<Option<Holder>>) {
        let hashes = keys.iter().map(|key| short_hash(&self.hasher, class, key.as_bytes()));
        let slots: Vec<Option<(&Part, Slot)>> = hashes
            .map(|hash| {
                let part = &self.parts[(hash >> (32 - PART_BITS)) as usize];
                part.slots.find(spread(hash), |s| s.hash == hash && s.class == class).map(|s| (part, *s))
            })
            .collect();
        found.clear();
        found.extend(keys.iter().zip(&slots).map(|(key, slot)| {
            let (part, slot) = slot.as_ref()?;
            (slot.more == END && text(&part.texts, slot) == key.as_bytes()).then_some(slot.holder)
        }));
    }
}

/// Texts side by side.
#[derive(Debug, Default)]
pub struct Keys {
    text: String,
    ends: Vec<usize>,
}

impl Keys {
    /// Without any.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
    /// Adds one at the end.
    pub fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
    }
    /// All, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut from = 0;
        self.ends.iter().map(move |end| &self.text[std::mem::replace(&mut from, *end)..*end])
    }
}

impl Part {
    fn same(&self, hash: u32, class: Class, key: &[u8]) -> impl Fn(&Slot) -> bool {
        move |s| s.hash == hash && s.class == class && text(&self.texts, s) == key
    }

    fn insert(&mut self, slot: Slot, key: &[u8]) {
        let Ok(start) = u32::try_from(self.texts.len()) else { return };
        let Self { slots, texts, more } = self;
        let same = |s: &Slot| s.hash == slot.hash && s.class == slot.class && text(texts, s) == key;
        if let Some(held) = slots.find_mut(spread(slot.hash), same) {
            // People are entered one after the other, so a person who holds the key already was the last to be entered.
            if held.holder.person != slot.holder.person {
                more.push((held.holder, held.more));
                held.holder = slot.holder;
                held.more = more.len() as u32 - 1;
            }
            return;
        }
        texts.extend_from_slice(key);
        slots.insert_unique(spread(slot.hash), Slot { start, ..slot }, |s| spread(s.hash));
    }
}

fn text<'t>(texts: &'t [u8], slot: &Slot) -> &'t [u8] {
    &texts[slot.start as usize..slot.start as usize + usize::from(slot.length)]
}

fn short_hash(hasher: &RandomState, class: Class, key: &[u8]) -> u32 {
    (hasher.hash_one((class as u8, key)) >> 32) as u32
}

/// A short hash over all the bits that the table looks at.
const fn spread(hash: u32) -> u64 {
    (hash as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The people who hold one key, each once.
#[derive(Debug, Clone)]
pub struct Holders<'a> {
    part: &'a Part,
    next: Option<(Holder, u32)>,
}

impl Iterator for Holders<'_> {
    type Item = Holder;
    fn next(&mut self) -> Option<Holder> {
        let (holder, more) = self.next?;
        self.next = self.part.more.get(more as usize).copied();
        Some(holder)
    }
}
