//! The table of keys: from (kind of key, comparable text) to the people who hold it.
//!
//! One arena for all texts and flat arrays beside it: a million people have three million keys, and a `String` for each
//! would cost more than the text.

use super::normalise;
use crate::model::PersonIx;
use foldhash::fast::RandomState;
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
    /// Employee id without the leading zeros that it is written with.
    ShortId,
}

/// A person who holds a key, and the identity record that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonIx,
    /// Index of the identity record.
    pub identity: u32,
}

/// What an entry begins with: person, identity, length of the text, class, marks.
const HEAD: usize = 12;
/// Entries begin at multiples of this many bytes, so that 32 bits name more of them than a machine can hold.
const STEP: usize = 8;
/// The mark of an entry with further holders.
const SEVERAL: u8 = 1;
/// The mark of an entry whose holder is at work, for the directory and the app alike.
const AT_WORK: u8 = 2;
/// The mark of an address that somebody else, of whom there is more to say, has by a weaker kind of key.
const CONTESTED: u8 = 4;

/// The kinds of keys that an address can be, strongest first.
const ADDRESSES: [Class; 3] = [Class::Email, Class::Alias, Class::Username];

/// A part of the table: the keys whose hashes begin alike. Parts are filled side by side.
///
/// A slot is the upper half of the key's hash and the number of its entry plus one; zero is empty. An entry has all that
/// is asked of a key in one place: a look-up waits for memory twice, once for the slot and once for the entry.
#[derive(Debug, Default)]
struct Part {
    slots: Vec<u64>,
    entries: Vec<u8>,
    count: usize,
    more: Map<u32, Vec<Holder>>,
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

/// What says of a person whether an account of theirs can be plain: somebody at work, for the directory and the app.
pub type AtWork<'f> = dyn Fn(PersonIx) -> bool + Sync + 'f;

impl KeyIndex {
    /// Enters the keys of so many people. Texts longer than any key are left out.
    pub fn build(people: usize, at_work: &AtWork<'_>, keys_of: &(dyn Fn(PersonIx, &mut OnKey<'_>) + Sync)) -> Self {
        let hasher = RandomState::default();
        let mut parts: Vec<Part> = Vec::new();
        parts.resize_with(1 << PART_BITS, Part::default);
        let piece = |from: usize, to: usize| {
            let mut parts: Vec<Part> = Vec::new();
            parts.resize_with(1 << PART_BITS, Part::default);
            // What the person has already: the same address stands in several of their records.
            let mut own: Vec<(Class, usize, u32)> = Vec::new();
            for person in (from as u32..to as u32).map(PersonIx) {
                own.clear();
                let marks = if at_work(person) { AT_WORK } else { 0 };
                keys_of(person, &mut |class, text, identity| {
                    let ix = part_of(hasher.hash_one(text.as_bytes()));
                    let part = &mut parts[ix];
                    let has = |&(c, p, n): &(Class, usize, u32)| {
                        c == class && p == ix && part.entry(n).text == text.as_bytes()
                    };
                    if !own.iter().any(has)
                        && let Some(n) = part.append(class, text.as_bytes(), Holder { person, identity }, marks)
                    {
                        own.push((class, ix, n));
                    }
                });
            }
            parts
        };
        for begin in (0..people).step_by(AT_ONCE) {
            let end = people.min(begin + AT_ONCE);
            let pieces: Vec<usize> = (begin..end).step_by(PIECE).collect();
            let entering: Vec<Vec<Part>> =
                pieces.into_par_iter().map(|from| piece(from, end.min(from + PIECE))).collect();
            parts.par_iter_mut().enumerate().for_each(|(ix, part)| {
                part.entries.reserve(entering.iter().map(|parts| parts[ix].entries.len()).sum());
                for more in entering.iter().map(|parts| &parts[ix]) {
                    part.entries.extend_from_slice(&more.entries);
                    part.count += more.count;
                }
            });
        }
        parts.par_iter_mut().for_each(|part| part.fill(&hasher));
        Self { parts, hasher }
    }

    /// The people who hold a key.
    pub fn holders(&self, class: Class, text: &str) -> Holders<'_> {
        let hash = self.hasher.hash_one(text.as_bytes());
        let part = &self.parts[part_of(hash)];
        Holders::of(part, part.probe(hash).find(|n| part.entry(*n).is(class, text.as_bytes())))
    }

    /// The people who have an employee id as it is written; if nobody has, those who have it but for leading zeros. Somebody
    /// with both can come twice.
    pub fn numbered(&self, id: &str) -> impl Iterator<Item = Holder> {
        let mut written = self.holders(Class::EmployeeId, id).peekable();
        let short = if written.peek().is_some() { None } else { Some(normalise::without_zeros(id).unwrap_or(id)) };
        let alike = move |class| short.into_iter().flat_map(move |short| self.holders(class, short));
        written.chain(alike(Class::EmployeeId)).chain(alike(Class::ShortId))
    }

    /// The people who hold an address, by the strongest kind of key that anybody holds it by.
    pub fn address(&self, text: &str) -> Option<(Class, Holders<'_>)> {
        let hash = self.hasher.hash_one(text.as_bytes());
        let part = &self.parts[part_of(hash)];
        let (class, n) = part.strongest(part.probe(hash), text.as_bytes())?;
        Some((class, Holders::of(part, Some(n))))
    }

    /// For each address, whether it leads to one person only, and that person is at work: then who it is.
    ///
    /// All are looked up side by side, step by step: one after the other each would wait for memory.
    pub fn at_work(&self, addresses: &Keys, found: &mut Vec<Lead>) {
        let hashes: Vec<u64> = addresses.iter().map(|address| self.hasher.hash_one(address.as_bytes())).collect();
        // All wait together for the beginnings of their chains of slots, then for the entries that these lead to.
        let reach = |hash: &u64| self.parts[part_of(*hash)].slot(*hash as usize);
        hashes.iter().for_each(|hash| _ = std::hint::black_box(reach(hash)));
        let slots: Vec<u64> = hashes.iter().map(|hash| self.parts[part_of(*hash)].first(*hash)).collect();
        let marks = |(hash, slot): (&u64, &u64)| self.parts[part_of(*hash)].marks(*slot);
        let marks: Vec<u8> = hashes.iter().zip(&slots).map(marks).collect();
        found.clear();
        found.extend(addresses.iter().zip(hashes).zip(slots.iter().zip(marks)).map(
            |((address, hash), (slot, marks))| {
                if *slot == 0 || address.is_empty() {
                    return Lead::None;
                }
                let part = &self.parts[part_of(hash)];
                // Nearly always the first slot of its hash is the key's own, by its strongest kind.
                if marks == AT_WORK {
                    let entry = part.entry(*slot as u32 - 1);
                    if entry.is(Class::Email, address.as_bytes()) {
                        return Lead::AtWork(entry.holder.person);
                    }
                }
                match part.strongest(part.probe(hash), address.as_bytes()).map(|(class, n)| (class, part.entry(n))) {
                    None => Lead::None,
                    // Of an alias, the name that the account bears has to be asked, too.
                    Some((class, entry)) if entry.marks == AT_WORK && class != Class::Alias => {
                        Lead::AtWork(entry.holder.person)
                    }
                    Some(_) => Lead::Other,
                }
            },
        ));
    }
}

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// To nobody.
    None,
    /// To one person, who is at work for the directory and the app alike.
    AtWork(PersonIx),
    /// To several people, or to somebody of whom there is more to say.
    Other,
}

/// What the table has of one key.
#[derive(Debug, Clone, Copy)]
struct Entry<'e> {
    holder: Holder,
    class: u8,
    marks: u8,
    text: &'e [u8],
}

impl Entry<'_> {
    fn is(&self, class: Class, text: &[u8]) -> bool {
        self.class == class as u8 && self.text == text
    }
}

const fn is_address(class: u8) -> bool {
    class >= Class::Email as u8 && class <= Class::Username as u8
}

const fn part_of(hash: u64) -> usize {
    (hash >> (64 - PART_BITS)) as usize
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
    /// Adds an entry without a slot; none if the text is longer than any key.
    fn append(&mut self, class: Class, text: &[u8], holder: Holder, marks: u8) -> Option<u32> {
        let length = u16::try_from(text.len()).ok()?;
        let n = u32::try_from(self.entries.len() / STEP).ok().filter(|n| *n < u32::MAX)?;
        self.entries.extend_from_slice(&holder.person.0.to_le_bytes());
        self.entries.extend_from_slice(&holder.identity.to_le_bytes());
        self.entries.extend_from_slice(&length.to_le_bytes());
        self.entries.extend_from_slice(&[class as u8, marks]);
        self.entries.extend_from_slice(text);
        self.entries.resize(self.entries.len().next_multiple_of(STEP), 0);
        self.count += 1;
        Some(n)
    }

    /// Gives every entry its slot. Entries of one key become one with several holders.
    fn fill(&mut self, hasher: &RandomState) {
        self.slots = vec![0; (self.count * 2).next_power_of_two().max(2)];
        let mask = self.slots.len() - 1;
        let mut at = 0;
        while at < self.entries.len() {
            let n = (at / STEP) as u32;
            let Entry { holder, class, text, marks } = self.entry(n);
            at += (HEAD + text.len()).next_multiple_of(STEP);
            let hash = hasher.hash_one(text);
            let mut same = None;
            let (mut is_contested, mut contested) = (false, [None; ADDRESSES.len()]);
            for other in self.probe(hash) {
                let entry = self.entry(other);
                if entry.text != text {
                    continue;
                }
                if entry.class == class {
                    same = Some(other);
                } else if entry.holder.person != holder.person && [class, entry.class].iter().all(|c| is_address(*c)) {
                    if entry.class > class {
                        is_contested |= entry.marks & !CONTESTED != AT_WORK;
                    } else if marks != AT_WORK {
                        contested[usize::from(entry.class - Class::Email as u8)] = Some(other);
                    }
                }
            }
            let own = Some(same.unwrap_or(n)).filter(|_| is_contested);
            for entry in contested.into_iter().chain([own]).flatten() {
                self.entries[entry as usize * STEP + HEAD - 1] |= CONTESTED;
            }
            match same {
                Some(first) => {
                    // People are entered one after the other, so a person who holds the key already was the last one.
                    let more = self.more.entry(first).or_default();
                    more.push(holder);
                    self.entries[first as usize * STEP + HEAD - 1] |= SEVERAL;
                }
                None => {
                    let mut free = hash as usize & mask;
                    while self.slots[free] != 0 {
                        free = (free + 1) & mask;
                    }
                    self.slots[free] = hash >> 32 << 32 | u64::from(n + 1);
                }
            }
        }
    }

    fn slot(&self, at: usize) -> u64 {
        self.slots[at & (self.slots.len() - 1)]
    }

    /// The first slot of an entry that may have this hash; zero if there is none.
    fn first(&self, hash: u64) -> u64 {
        let mut slots = (hash as usize..).map(|at| self.slot(at));
        slots.find(|slot| *slot == 0 || slot >> 32 == hash >> 32).unwrap_or(0)
    }

    /// The marks of a slot's entry.
    fn marks(&self, slot: u64) -> u8 {
        if slot == 0 { 0 } else { self.entries[(slot as u32 - 1) as usize * STEP + HEAD - 1] }
    }

    /// The entries that may have this hash.
    fn probe(&self, hash: u64) -> impl Iterator<Item = u32> {
        (hash as usize..)
            .map(|at| self.slot(at))
            .take_while(|slot| *slot != 0)
            .filter(move |slot| slot >> 32 == hash >> 32)
            .map(|slot| slot as u32 - 1)
    }

    /// Of these entries, the one that has the text as an address by the strongest kind of key.
    fn strongest(&self, probe: impl Iterator<Item = u32>, text: &[u8]) -> Option<(Class, u32)> {
        let mut best = None;
        for n in probe {
            let entry = self.entry(n);
            let class = ADDRESSES.iter().copied().find(|class| entry.is(*class, text));
            if class == Some(Class::Email) {
                return Some((Class::Email, n));
            }
            best = class.map(|class| (class, n)).into_iter().chain(best).min();
        }
        best
    }

    fn entry(&self, n: u32) -> Entry<'_> {
        let at = n as usize * STEP;
        let head = &self.entries[at..at + HEAD];
        let number = |i: usize| u32::from_le_bytes([head[i], head[i + 1], head[i + 2], head[i + 3]]);
        let length = usize::from(u16::from_le_bytes([head[8], head[9]]));
        Entry {
            holder: Holder { person: PersonIx(number(0)), identity: number(4) },
            class: head[10],
            marks: head[11],
            text: &self.entries[at + HEAD..at + HEAD + length],
        }
    }
}

/// The people who hold one key, each once.
#[derive(Debug, Clone)]
pub struct Holders<'a> {
    first: Option<Holder>,
    more: &'a [Holder],
    /// Whether somebody else, of whom there is more to say, may have it by a weaker kind of key.
    pub(super) contested: bool,
}

impl<'a> Holders<'a> {
    fn of(part: &'a Part, entry: Option<u32>) -> Self {
        let Some(n) = entry else { return Self { first: None, more: &[], contested: false } };
        let entry = part.entry(n);
        let more = if entry.marks & SEVERAL == 0 { None } else { part.more.get(&n) };
        let contested = entry.marks & CONTESTED != 0;
        Self { first: Some(entry.holder), more: more.map_or(&[], Vec::as_slice), contested }
    }
}

impl Iterator for Holders<'_> {
    type Item = Holder;
    fn next(&mut self) -> Option<Holder> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let (one, rest) = self.more.split_first()?;
        self.more = rest;
        Some(*one)
    }
}
