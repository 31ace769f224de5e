//! The people's names, blocked so that a look-up touches few of them.
//!
//! A block is the people who have something in common: the whole name, the family name and the initial, and so on. What
//! blocks there are is said by [`keys_of`] for a person, and in `candidates.rs` for an account.

use super::nearness::{fold, parts};
use super::normalise;
use crate::model::{Identity, Person, PersonIx};
use foldhash::fast::FixedState;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use std::hash::BuildHasher as _;
use std::ops::Range;

/// A block with more people than this says nothing: too common.
pub(super) const LARGEST_BLOCK: usize = 200;
/// Of a person with many family names so many count.
const FAMILY_NAMES: usize = 4;

/// What the people of a block have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Common {
    /// The whole name.
    Name,
    /// A family name and the initial of the given name.
    Family,
    /// The given name and how a family name begins: one letter, or three.
    Given,
    /// The given name and the department; all of the given name, where no department is given.
    Department,
    /// The given name and about when the employment began.
    Started,
    /// The part of an address before the @, where it does not spell the name.
    LocalPart,
    /// A birth date, a phone number or what else there is beside the name.
    Attribute,
}

/// What names a block: what is common, and up to two texts.
pub(super) type BlockKey<'t> = (Common, &'t str, &'t str);

/// The people's names and blocks.
#[derive(Debug)]
pub(super) struct Names {
    /// A short hash of what is common in the upper half, a person in the lower; sorted. Whether the person really is of
    /// the block is looked at when somebody asks.
    entries: Vec<u64>,
    /// Where the entries begin whose hash begins with the bits of the index.
    starts: Vec<u32>,
    /// How many bits of a hash are not used for that.
    shift: u32,
    /// The folded names of all people, one after the other, and behind each person's names the local parts of the
    /// addresses, marked with an `@`: whoever is compared by name is asked about these next. A line end is between them.
    texts: String,
    /// Where each person's end.
    ends: Vec<u32>,
}

/// The names and the addresses' local parts of one person.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoesBy<'n>(&'n str);

impl<'n> GoesBy<'n> {
    /// The folded names.
    pub(super) fn names(self) -> impl Iterator<Item = &'n str> {
        self.lines().filter(|line| !line.starts_with('@'))
    }

    /// What stands before the @ in the addresses.
    pub(super) fn local_parts(self) -> impl Iterator<Item = &'n str> {
        self.lines().filter_map(|line| line.strip_prefix('@'))
    }

    /// Lines are short: looking for their ends byte by byte takes half the time of a search.
    fn lines(self) -> impl Iterator<Item = &'n str> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let end = rest.bytes().position(|b| b == b'\n')?;
            let line = &rest[..end];
            rest = &rest[end + 1..];
            Some(line)
        })
    }
}

/// How many people make one piece of work.
const PIECE: usize = 1 << 10;
/// The last bits of a [`Common::Given`] hash tell how the family name goes on: without them all of one initial are meant.
const GOES_ON: u32 = 0xfff;

pub(super) fn hash(common: Common, a: &str, b: &str) -> u32 {
    // A fixed seed: which block is too large may not differ from run to run. What a flood of like names could do is
    // bounded by the size of a block.
    let of = |texts: (u8, &str, &str)| (FixedState::with_seed(7).hash_one(texts) >> 32) as u32;
    match common {
        Common::Given => {
            let initial = &b[..b.len().min(1)];
            of((common as u8, a, initial)) & !GOES_ON | of((u8::MAX, "", &b[..b.len().min(3)])) & GOES_ON
        }
        _ => of((common as u8, a, b)),
    }
}

/// The bits of its hash that do not count.
pub(super) fn loose((common, _, b): BlockKey<'_>) -> u32 {
    if common == Common::Given && b.len() == 1 { GOES_ON } else { 0 }
}

/// The letters and figures of a text, in lower case: how departments and attributes are compared.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An account is made when its holder starts: from so many days before to so many after.
pub(super) const STARTED: (i64, i64) = (14, 31);
pub(super) const DAY: i64 = 86_400;

/// The stretches of time, as long as that, in which such a start may lie.
pub(super) fn stretch(seconds: i64) -> i64 {
    seconds.div_euclid((STARTED.0 + STARTED.1) * DAY)
}

/// What a local part spells, if it is a name: `anna.berg7` is `anna berg`.
pub(super) fn spelt(local: &str) -> String {
    let letters: String = local.chars().map(|c| if c.is_ascii_digit() { ' ' } else { c }).collect();
    fold(&normalise::name(&letters))
}

/// The family names that count.
pub(super) fn family_names(rest: &str) -> impl Iterator<Item = &str> {
    rest.split(' ').rev().filter(|f| f.len() > 1).take(FAMILY_NAMES)
}

/// The folded names of a person, each once: that of the newest employment first.
pub(super) fn names_of<'d>(person: &'d Person, records: impl Iterator<Item = &'d Identity>) -> Vec<String> {
    let mut names = vec![fold(&normalise::name(&person.name))];
    for record in records.filter(|r| r.name != person.name) {
        let name = fold(&normalise::name(&record.name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The blocks of a person.
pub(super) fn keys_of<'d>(
    person: &'d Person,
    records: impl Iterator<Item = &'d Identity> + Clone,
    names: &[String],
    add: &mut dyn FnMut(BlockKey<'_>),
) {
    for name in names {
        add((Common::Name, name, ""));
        let (given, rest) = parts(name);
        for family in family_names(rest) {
            add((Common::Family, family, &given[..given.len().min(1)]));
            add((Common::Given, given, family));
        }
    }
    if let Some(name) = names.first() {
        add((Common::Department, parts(name).0, ""));
        if !person.department.is_empty() {
            add((Common::Department, parts(name).0, &bare(&person.department)));
        }
        for start in person.employments.iter().filter_map(|e| e.start) {
            add((Common::Started, parts(name).0, &stretch(start.earliest(&TimeZone::UTC)).to_string()));
        }
    }
    let mut address = String::new();
    for record in records {
        if normalise::address(&record.email, &mut address) {
            let local = normalise::local(&address);
            if !names.contains(&spelt(local)) {
                add((Common::LocalPart, local, ""));
            }
        }
        for (attribute, value) in &record.attributes {
            add((Common::Attribute, attribute.word(), value));
        }
    }
}

impl Names {
    /// Blocks all people.
    pub(super) fn new(people: &[Person], identities: &[Identity]) -> Self {
        let piece = |(n, people): (usize, &[Person])| {
            let mut entries: Vec<u64> = Vec::with_capacity(people.len() * 5);
            let mut texts = String::new();
            let mut lengths: Vec<u32> = Vec::with_capacity(people.len());
            let mut address = String::new();
            for (p, person) in people.iter().enumerate() {
                let ix = (n * PIECE + p) as u64;
                let records = person.identities.iter().map(|i| &identities[*i as usize]);
                let names = names_of(person, records.clone());
                keys_of(person, records.clone(), &names, &mut |(common, a, b)| {
                    entries.push(u64::from(hash(common, a, b)) << 32 | ix);
                });
                let before = texts.len();
                for name in &names {
                    texts.push_str(name);
                    texts.push('\n');
                }
                let mut last = texts.len();
                for record in records {
                    if !normalise::address(&record.email, &mut address) {
                        continue;
                    }
                    let local = normalise::local(&address);
                    // HR and the directory mostly hold the same address.
                    if texts[last..].strip_prefix('@').and_then(|l| l.strip_suffix('\n')) != Some(local) {
                        last = texts.len();
                        texts.extend(["@", local, "\n"]);
                    }
                }
                lengths.push((texts.len() - before) as u32);
            }
            (entries, texts, lengths)
        };
        let pieces: Vec<_> = people.par_chunks(PIECE).enumerate().map(piece).collect();
        let mut entries = Vec::with_capacity(pieces.iter().map(|(e, _, _)| e.len()).sum());
        let mut texts = String::with_capacity(pieces.iter().map(|(_, t, _)| t.len()).sum());
        let mut ends = Vec::with_capacity(people.len());
        let mut end = 0u32;
        for (more, text, lengths) in pieces {
            entries.extend(more);
            texts.push_str(&text);
            for length in lengths {
                // Beyond 4 GiB of names people have none, and are proposed to nobody.
                end = end.saturating_add(length);
                ends.push(end);
            }
        }
        entries.par_sort_unstable();
        entries.dedup();
        let bits = entries.len().max(4).ilog2() - 1;
        let shift = 64 - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for entry in &entries {
            starts[(entry >> shift) as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        Self { entries, starts, shift, texts, ends }
    }

    /// What the people go by. Asked for one after the other, each would wait for memory twice.
    pub(super) fn of(&self, people: &[u32]) -> Vec<GoesBy<'_>> {
        let bounds = |&person: &u32| {
            let person = person as usize;
            person.checked_sub(1).map_or(0, |before| self.ends[before] as usize)..self.ends[person] as usize
        };
        let bounds: Vec<Range<usize>> = people.iter().map(bounds).collect();
        bounds.into_iter().map(|bounds| GoesBy(self.texts.get(bounds).unwrap_or_default())).collect()
    }

    /// Everybody who may be of a block: with the same short hash, and with one of those that differ in `loose` bits only.
    fn alike(&self, hash: u32, loose: u32) -> &[u64] {
        let (from, to) = (u64::from(hash & !loose) << 32, u64::from(hash | loose) << 32 | u64::from(u32::MAX));
        let (first, last) = ((from >> self.shift) as usize, (to >> self.shift) as usize);
        let entries = &self.entries[self.starts[first] as usize..self.starts[last + 1] as usize];
        let entries = &entries[entries.partition_point(|e| *e < from)..];
        &entries[..entries.partition_point(|e| *e <= to)]
    }

    /// The people who may be of a block; nobody if it is so large that it says nothing. Of one whole name the first ones,
    /// however many there are.
    pub(super) fn block(&self, key: BlockKey<'_>) -> impl Iterator<Item = u32> {
        let (common, a, b) = key;
        let alike = self.alike(hash(common, a, b), loose(key));
        let most = if common == Common::Name || alike.len() <= LARGEST_BLOCK { LARGEST_BLOCK } else { 0 };
        alike.iter().take(most).map(|entry| *entry as u32)
    }

    /// All people who may have a whole (comparable) name in one of their records.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = PersonIx> {
        self.alike(hash(Common::Name, &fold(name), ""), 0).iter().map(|entry| PersonIx(*entry as u32))
    }
}
