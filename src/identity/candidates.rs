//! People who might hold an account that no key matched. Candidates are for a human's eyes: nothing is ever linked by a name.

use super::index::{Class, Holder, KeyIndex};
use super::normalise;
use crate::model::{Identity, Person, PersonIx};
use rapidfuzz::distance::jaro_winkler;
use std::collections::BTreeMap;

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

/// The people's names, blocked so that a look-up touches few of them.
#[derive(Debug, Default)]
pub struct Names {
    index: KeyIndex,
    /// The comparable name of each person.
    names: Vec<Box<str>>,
}

/// The first and the last word of a comparable name.
fn ends(name: &str) -> (&str, &str) {
    (name.split(' ').next().unwrap_or(""), name.rsplit(' ').next().unwrap_or(""))
}

/// The block of people with one family name and one initial.
fn family_block(first: &str, last: &str) -> String {
    format!("{last} {}", &first[..first.len().min(1)])
}

/// The block of people with one given name whose family names begin alike.
fn given_block(first: &str, last: &str) -> String {
    format!("{first} {}", &last[..last.len().min(3)])
}

impl Names {
    /// Blocks all people by their names and mailboxes.
    pub fn new(people: &[Person], identities: &[Identity]) -> Self {
        let mut all = Self::default();
        let mut out = String::new();
        for (p, person) in people.iter().enumerate() {
            let name = normalise::name(&person.name);
            let of = |identity: u32| Holder { person: PersonIx(p as u32), identity };
            let first_record = of(person.identities.first().copied().unwrap_or(0));
            if !name.is_empty() {
                let (first, last) = ends(&name);
                all.index.insert(Class::FullName, &name, first_record);
                all.index.insert(Class::FamilyName, &family_block(first, last), first_record);
                all.index.insert(Class::GivenName, &given_block(first, last), first_record);
            }
            for &i in &person.identities {
                let identity = &identities[i as usize];
                if *identity.name != *person.name {
                    let other = normalise::name(&identity.name);
                    if !other.is_empty() {
                        all.index.insert(Class::FullName, &other, of(i));
                    }
                }
                if normalise::address(&identity.email, &mut out) {
                    all.index.insert(Class::LocalPart, normalise::local(&out), of(i));
                }
            }
            all.names.push(name.into());
        }
        all
    }

    /// The people with exactly this (comparable) name.
    pub fn exactly(&self, name: &str) -> impl Iterator<Item = PersonIx> + '_ {
        self.index.holders(Class::FullName, name).map(|h| h.person)
    }

    /// The people of a block; nobody if it is so large that it says nothing.
    fn block(&self, class: Class, key: &str) -> impl Iterator<Item = PersonIx> + '_ {
        let holders = self.index.holders(class, key);
        let small = holders.clone().nth(LARGEST_BLOCK).is_none();
        holders.filter(move |_| small).map(|h| h.person)
    }

    /// The likeliest people for a name and an address. Somebody from outside is one of ours only by a whole name.
    pub fn candidates(&self, written: &str, email: &str, outside: bool, people: &[Person]) -> Vec<Candidate> {
        let mut found: BTreeMap<PersonIx, (u8, &'static str)> = BTreeMap::new();
        let mut propose = |person: PersonIx, score: u8, why: &'static str| {
            let best = found.entry(person).or_insert((score, why));
            if score > best.0 {
                *best = (score, why);
            }
        };
        let name = if written.contains('@') { String::new() } else { normalise::name(written) };
        if name.contains(' ') {
            self.exactly(&name).take(LARGEST_BLOCK).for_each(|p| propose(p, 95, "the same full name"));
        }
        if name.contains(' ') && !outside {
            let (first, last) = ends(&name);
            for p in self.block(Class::FamilyName, &family_block(first, last)) {
                let theirs = ends(&self.names[p.0 as usize]).0;
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
            for p in self.block(Class::GivenName, &given_block(first, last)) {
                let theirs = ends(&self.names[p.0 as usize]).1;
                if theirs != last && jaro_winkler::similarity(last.bytes(), theirs.bytes()) >= LEAST {
                    propose(p, 76, "the same given name and a similar family name");
                }
            }
        }
        if !email.is_empty() {
            let local = normalise::local(email);
            if local.len() >= 4 && !outside {
                self.block(Class::LocalPart, local)
                    .for_each(|p| propose(p, 70, "the same name before the @ at another domain"));
            }
            let spoken = normalise::name(local);
            if spoken.contains(' ') {
                self.exactly(&spoken)
                    .take(LARGEST_BLOCK)
                    .for_each(|p| propose(p, 85, "the address spells the full name"));
            }
        }
        let mut all: Vec<Candidate> =
            found.into_iter().map(|(person, (score, why))| Candidate { person, score, why }).collect();
        all.sort_by(|a, b| {
            b.score.cmp(&a.score).then_with(|| people[a.person.0 as usize].key.cmp(&people[b.person.0 as usize].key))
        });
        all.truncate(MOST);
        all
    }
}
