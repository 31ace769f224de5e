//! People who might hold an account that no key matched. Candidates are for a human's eyes: nothing is ever linked by a name.

use super::normalise;
use crate::model::{Identity, Person, PersonIx};
use foldhash::fast::RandomState;
use rapidfuzz::distance::jaro_winkler;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::BuildHasher as _;

/// How many candidates are shown.
const MOST: usize = 3;
/// A block with more people than this says "too common" and proposes only exact names.
const LARGEST_BLOCK: usize = 200;
/// Below this similarity of the whole name, nobody is proposed.
const LEAST: f64 = 0.90;

/// A person who might hold an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The person.
    pub person: PersonIx,
    /// 0 to 100; for ranking only, it is no probability.
    pub score: u8,
    /// What speaks for it.
    pub why: &'static str,
}

/// The people and their records, for a look at who somebody is.
#[derive(Debug, Clone, Copy)]
pub struct People<'d> {
    /// The people.
    pub people: &'d [Person],
    /// The records they were made from.
    pub identities: &'d [Identity],
}

impl<'d> People<'d> {
    fn records(self, ix: PersonIx) -> impl Iterator<Item = &'d Identity> {
        self.people[ix.0 as usize].identities.iter().map(move |i| &self.identities[*i as usize])
    }
}

fn hash(hasher: &RandomState, common: Common, a: &str, b: &str) -> u32 {
    (hasher.hash_one((common as u8, a, b)) >> 32) as u32
}

fn entry(hash: u32, person: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(person)
}

/// What a block of people has in common.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum Common {
    /// The whole name.
    Name,
    /// The family name and the initial.
    Family,
    /// The given name and how the family name begins.
    Given,
    /// The part of an address before the @.
    LocalPart,
}

/// The people's names, blocked so that a look-up touches few of them.
#[derive(Debug)]
pub struct Names {
    /// A short hash of what is common in the upper half, a person in the lower; sorted. Whether the person really is of
    /// the block is looked at when somebody asks.
    entries: Vec<u64>,
    /// Where the entries begin whose hash begins with the bits of the index.
    starts: Vec<u32>,
    /// How many bits of a hash are not used for that.
    shift: u32,
    /// The comparable name of each person.
    names: Vec<Box<str>>,
    hasher: RandomState,
}

/// The first and the last word of a comparable name.
fn ends(name: &str) -> (&str, &str) {
    (name.split(' ').next().unwrap_or(""), name.rsplit(' ').next().unwrap_or(""))
}

/// As much of a text as a block looks at.
fn begins(text: &str, letters: usize) -> &str {
    &text[..text.len().min(letters)]
}

impl Names {
    /// Blocks all people by their names and mailboxes.
    pub fn new(people: &[Person], identities: &[Identity]) -> Self {
        let hasher = RandomState::default();
        let of = |(p, person): (usize, &Person)| {
            let name = normalise::name(&person.name);
            let mut entries = Vec::with_capacity(5);
            let mut add = |common, a: &str, b: &str| entries.push(entry(hash(&hasher, common, a, b), p as u32));
            if !name.is_empty() {
                let (first, last) = ends(&name);
                add(Common::Name, &name, "");
                add(Common::Family, last, begins(first, 1));
                add(Common::Given, first, begins(last, 3));
            }
            let mut out = String::new();
            for identity in person.identities.iter().map(|i| &identities[*i as usize]) {
                if *identity.name != *person.name {
                    let other = normalise::name(&identity.name);
                    if !other.is_empty() {
                        add(Common::Name, &other, "");
                    }
                }
                if normalise::address(&identity.email, &mut out) {
                    add(Common::LocalPart, normalise::local(&out), "");
                }
            }
            (Box::<str>::from(name), entries)
        };
        let (names, entries): (Vec<Box<str>>, Vec<Vec<u64>>) = people.par_iter().enumerate().map(of).unzip();
        let mut entries: Vec<u64> = entries.into_iter().flatten().collect();
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
        Self { entries, starts, shift, names, hasher }
    }

    /// Everybody who may be of a block: with the same short hash.
    fn alike(&self, common: Common, a: &str, b: &str) -> impl Iterator<Item = PersonIx> + Clone + '_ {
        let from = entry(hash(&self.hasher, common, a, b), 0);
        let bucket = (from >> self.shift) as usize;
        let entries = &self.entries[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        let entries = &entries[entries.partition_point(|e| *e < from)..];
        entries.iter().take_while(move |e| *e >> 32 == from >> 32).map(|e| PersonIx(*e as u32))
    }

    /// The people with exactly this (comparable) name, in any of their records.
    pub fn exactly<'n>(&'n self, name: &'n str, all: People<'n>) -> impl Iterator<Item = PersonIx> + 'n {
        self.alike(Common::Name, name, "").filter(move |p| {
            *self.names[p.0 as usize] == *name || all.records(*p).any(|i| normalise::name(&i.name) == name)
        })
    }

    /// The people of a block; nobody if it is so large that it says nothing.
    fn block(&self, common: Common, a: &str, b: &str) -> impl Iterator<Item = PersonIx> + '_ {
        let alike = self.alike(common, a, b);
        let small = alike.clone().nth(LARGEST_BLOCK).is_none();
        alike.filter(move |_| small)
    }

    /// The likeliest people for a name and an address. Somebody from outside is one of ours only by a whole name.
    pub fn candidates(&self, written: &str, email: &str, outside: bool, all: People<'_>) -> Vec<Candidate> {
        let mut found: BTreeMap<PersonIx, (u8, &'static str)> = BTreeMap::new();
        let mut propose = |person: PersonIx, score: u8, why: &'static str| {
            let best = found.entry(person).or_insert((score, why));
            if score > best.0 {
                *best = (score, why);
            }
        };
        let name = if written.contains('@') { String::new() } else { normalise::name(written) };
        if name.contains(' ') {
            self.exactly(&name, all).take(LARGEST_BLOCK).for_each(|p| propose(p, 95, "the same full name"));
        }
        if name.contains(' ') && !outside {
            let (first, last) = ends(&name);
            for p in self.block(Common::Family, last, begins(first, 1)) {
                let (theirs, family) = ends(&self.names[p.0 as usize]);
                if family != last || begins(theirs, 1) != begins(first, 1) {
                    continue;
                }
                if theirs == first {
                    propose(p, 90, "the same given and family name");
                } else if first.len() == 1 {
                    propose(p, 80, "the same family name and initial");
                } else if first.len() >= 3
                    && theirs.len() >= 3
                    && (theirs.starts_with(first) || first.starts_with(theirs))
                {
                    propose(p, 82, "the same family name and a short form of the given name");
                } else if jaro_winkler::similarity(first.bytes(), theirs.bytes()) >= LEAST {
                    propose(p, 78, "the same family name and a similar given name");
                }
            }
            for p in self.block(Common::Given, first, begins(last, 3)) {
                let (given, theirs) = ends(&self.names[p.0 as usize]);
                if given == first
                    && begins(theirs, 3) == begins(last, 3)
                    && theirs != last
                    && jaro_winkler::similarity(last.bytes(), theirs.bytes()) >= LEAST
                {
                    propose(p, 76, "the same given name and a similar family name");
                }
            }
        }
        if !email.is_empty() {
            let local = normalise::local(email);
            if local.len() >= 4 && !outside {
                let mut out = String::new();
                let mut has = |p: &PersonIx| {
                    all.records(*p).any(|i| normalise::address(&i.email, &mut out) && normalise::local(&out) == local)
                };
                self.block(Common::LocalPart, local, "")
                    .filter(|p| has(p))
                    .for_each(|p| propose(p, 70, "the same name before the @ at another domain"));
            }
            let spoken = normalise::name(local);
            if spoken.contains(' ') {
                self.exactly(&spoken, all)
                    .take(LARGEST_BLOCK)
                    .for_each(|p| propose(p, 85, "the address spells the full name"));
            }
        }
        let mut best: Vec<Candidate> =
            found.into_iter().map(|(person, (score, why))| Candidate { person, score, why }).collect();
        let key = |c: &Candidate| &all.people[c.person.0 as usize].key;
        best.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| key(a).cmp(key(b))));
        best.truncate(MOST);
        best
    }
}
