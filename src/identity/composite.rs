//! The weakest key: a full name, and something else beside it. A name alone links nobody.

use super::candidates::{Candidate, same};
use super::directory::{Directory, Link, Match, Rival};
use super::normalise;
use crate::model::{Attribute, Identity, Key, PersonIx, Record};

impl Directory {
    /// Full name and a second attribute that together fit one person only. An address of the company that nobody holds
    /// speaks against every namesake: then a human looks. `refused` are people whose it is not, as somebody has decided.
    pub fn composite(&self, record: &Record<'_>, own_address: bool, refused: &[PersonIx]) -> Match {
        if own_address
            || record.name.is_empty()
            || (record.title.is_empty() && record.department.is_empty() && record.attributes.is_empty())
        {
            return Match::NoKey;
        }
        let name = normalise::name(&record.name);
        if !name.contains(' ') {
            return Match::NoKey;
        }
        let all = self.all();
        let mut namesakes: Vec<PersonIx> = self.names.named(&name).filter(|p| !refused.contains(p)).collect();
        namesakes.retain(|p| all.records(*p).any(|r| normalise::name(&r.name) == name));
        let alone = namesakes.len() == 1;
        let mut fitting = Vec::new();
        for person in namesakes {
            let records = self.person(person).identities.iter().map(|i| (*i, &self.identities[*i as usize]));
            let mut shared = Shared::default();
            let mut holder = None;
            for (identity, kept) in records {
                if shared.look(record, kept) {
                    holder.get_or_insert(identity);
                }
            }
            // What many share tells two people of one name apart only with something else.
            let enough = shared.personal > 0 || shared.common > 1 || (shared.common == 1 && alone && !shared.differs());
            if let Some(identity) = holder.filter(|_| enough && !shared.contradicts) {
                fitting.push(Rival { person, key: Key::Composite, identity });
            }
        }
        match fitting[..] {
            [one] => Match::Linked(Link {
                person: one.person,
                key: Key::Composite,
                identity: one.identity,
                rivals: Vec::new(),
            }),
            [] => Match::NoKey,
            _ => Match::Disputed(fitting),
        }
    }

    /// The link to the first candidate, if the company has declared that so much in common is enough.
    pub fn accepted(&self, candidates: &[Candidate]) -> Option<Link> {
        let (accept, first) = (self.accept?, candidates.first()?);
        let behind = candidates.get(1).map_or(i32::MAX, |second| first.weight - second.weight);
        let enough = first.why.agreements() >= u32::from(accept.agree) && behind >= i32::from(accept.lead);
        let identity = *self.person(first.person).identities.first()?;
        enough.then(|| Link { person: first.person, key: Key::Composite, identity, rivals: Vec::new() })
    }
}

/// What an account and a record of a person have in common beside the name.
#[derive(Debug, Default)]
struct Shared {
    /// What hardly two people share: a day of birth, a phone number, a personal number.
    personal: u32,
    /// What many share: department, job title, postal code. Each counts once.
    common: u32,
    seen: [bool; 3],
    /// Which of these is another one in a record.
    other: [bool; 3],
    contradicts: bool,
}

impl Shared {
    /// Whether something that both show is another one.
    fn differs(&self) -> bool {
        self.other.iter().zip(&self.seen).any(|(other, seen)| *other && !*seen)
    }

    /// Whether the record shares anything.
    fn look(&mut self, record: &Record<'_>, kept: &Identity) -> bool {
        let before = self.personal + self.common;
        let mut common = |at: usize, ours: &str, theirs: &str| {
            let shares = same(ours, theirs);
            self.other[at] |= !shares && !ours.trim().is_empty() && !theirs.trim().is_empty();
            if shares && !self.seen[at] {
                self.seen[at] = true;
                self.common += 1;
            }
        };
        common(0, record.department, &kept.department);
        common(1, record.title, &kept.title);
        for (attribute, text) in &record.attributes {
            let value = attribute.comparable(text);
            for (_, theirs) in kept.attributes.iter().filter(|(a, _)| a == attribute) {
                match attribute {
                    Attribute::Postcode => common(2, &value, theirs),
                    // Half a company may sit in one town.
                    Attribute::Location => {}
                    Attribute::BirthDate | Attribute::PersonId if value != **theirs => self.contradicts = true,
                    _ => self.personal += u32::from(value == **theirs),
                }
            }
        }
        self.personal + self.common > before
    }
}
