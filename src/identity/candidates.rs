//! People who might hold an account that no key matched. Candidates are for a human's eyes: nothing is ever linked by a name.

use super::normalise;
use crate::model::{Identity, Person, PersonIx};
use rapidfuzz::distance::jaro_winkler;
use std::collections::{BTreeMap, HashMap};

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
    exact: HashMap<Box<str>, Vec<PersonIx>>,
    by_last: HashMap<Box<str>, Vec<PersonIx>>,
    by_first: HashMap<Box<str>, Vec<PersonIx>>,
    by_local: HashMap<Box<str>, Vec<PersonIx>>,
    names: Vec<Box<str>>,
}

/// The first letter of a comparable name.
fn initial(word: &str) -> &str {
    &word[..word.len().min(1)]
}

/// The key of a block: a name's first three letters.
fn block(word: &str) -> &str {
    &word[..word.len().min(3)]
}

impl Names {
    /// Blocks all people by their names and mailboxes.
    pub fn new(people: &[Person], identities: &[Identity]) -> Self {
        let mut all = Self::default();
        let mut out = String::new();
        for (p, person) in people.iter().enumerate() {
            let p = PersonIx(p as u32);
            let name = normalise::name(&person.name);
            if let (Some(first), Some(last)) = (name.split(' ').next(), name.rsplit(' ').next())
                && !name.is_empty()
            {
                all.exact.entry(name.as_str().into()).or_default().push(p);
                all.by_last.entry(format!("{last} {}", initial(first)).into()).or_default().push(p);
                all.by_first.entry(format!("{first} {}", block(last)).into()).or_default().push(p);
            }
            for &i in &person.identities {
                let identity = &identities[i as usize];
                let other = normalise::name(&identity.name);
                if !other.is_empty() && other != name {
                    let people = all.exact.entry(other.into()).or_default();
                    if !people.contains(&p) {
                        people.push(p);
                    }
                }
                if normalise::address(&identity.email, &mut out) {
                    let people = all.by_local.entry(normalise::local(&out).into()).or_default();
                    if !people.contains(&p) {
                        people.push(p);
                    }
                }
            }
            all.names.push(name.into());
        }
        all
    }

    /// The people with exactly this (comparable) name.
    pub fn exactly(&self, name: &str) -> &[PersonIx] {
        self.exact.get(name).map_or(&[], Vec::as_slice)
    }

    /// The likeliest people for a name and an address.
    pub fn candidates(&self, written: &str, email: &str, people: &[Person]) -> Vec<Candidate> {
        let mut found: BTreeMap<PersonIx, (u8, &'static str)> = BTreeMap::new();
        let mut propose = |person: PersonIx, score: u8, why: &'static str| {
            let best = found.entry(person).or_insert((score, why));
            if score > best.0 {
                *best = (score, why);
            }
        };
        let name = if written.contains('@') { String::new() } else { normalise::name(written) };
        if name.contains(' ') {
            self.exactly(&name).iter().for_each(|p| propose(*p, 95, "the same full name"));
            let (first, last) = (name.split(' ').next().unwrap_or(""), name.rsplit(' ').next().unwrap_or(""));
            let same_initial = self.by_last.get(format!("{last} {}", initial(first)).as_str());
            if let Some(block) = same_initial.filter(|b| b.len() <= LARGEST_BLOCK) {
                for p in block {
                    let theirs = self.names[p.0 as usize].split(' ').next().unwrap_or("");
                    if theirs == first {
                        propose(*p, 90, "the same given and family name");
                    } else if theirs.starts_with(first) && first.len() == 1 {
                        propose(*p, 80, "the same family name and initial");
                    } else if first.len() >= 3
                        && theirs.len() >= 3
                        && (theirs.starts_with(first) || first.starts_with(theirs))
                    {
                        propose(*p, 82, "the same family name and a short form of the given name");
                    } else if jaro_winkler::similarity(first.bytes(), theirs.bytes()) >= LEAST {
                        propose(*p, 78, "the same family name and a similar given name");
                    }
                }
            }
            if let Some(block) =
                self.by_first.get(format!("{first} {}", block(last)).as_str()).filter(|b| b.len() <= LARGEST_BLOCK)
            {
                for p in block {
                    let theirs = self.names[p.0 as usize].rsplit(' ').next().unwrap_or("");
                    if theirs != last && jaro_winkler::similarity(last.bytes(), theirs.bytes()) >= LEAST {
                        propose(*p, 76, "the same given name and a similar family name");
                    }
                }
            }
        }
        if !email.is_empty() {
            let local = normalise::local(email);
            if local.len() >= 4
                && let Some(same) = self.by_local.get(local).filter(|b| b.len() <= LARGEST_BLOCK)
            {
                same.iter().for_each(|p| propose(*p, 70, "the same name before the @ at another domain"));
            }
            let spoken = normalise::name(local);
            if spoken.contains(' ') {
                self.exactly(&spoken).iter().for_each(|p| propose(*p, 85, "the address spells the full name"));
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
