//! The situation of one account: what its keys, the workspace and the roster together say about whose it is.

use super::candidates::Candidate;
use super::directory::{Directory, Link, Match, Rival, Scratch};
use super::normalise;
use crate::model::{AccountKind, Key, PersonIx, Record, Situation, UsernameIs, WorkerKind};
use std::collections::BTreeSet;

/// What the workspace declares about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared<'w> {
    /// Out of scope.
    Excluded {
        /// Why.
        reason: &'w str,
    },
    /// No person holds it.
    NonHuman {
        /// Who answers for it.
        owner: Option<PersonIx>,
        /// What it is.
        reason: Option<&'w str>,
    },
    /// It is this person's.
    Link {
        /// The person.
        person: PersonIx,
        /// Who decided, when and why.
        note: &'w str,
    },
}

/// Where an account stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<'w> {
    /// Its situation.
    pub situation: Situation,
    /// Its holder (for non-human accounts: its owner).
    pub person: Option<PersonIx>,
    /// The key of the link.
    pub key: Option<Key>,
    /// The identity record that holds the key.
    pub identity: Option<u32>,
    /// People whom other keys point to; for disputes, all of them.
    pub rivals: Vec<Rival>,
    /// People who might hold it.
    pub candidates: Vec<Candidate>,
    /// What decided, in words, where that is not a key.
    pub note: &'w str,
}

impl Placed<'_> {
    fn plain(situation: Situation) -> Self {
        Self {
            situation,
            person: None,
            key: None,
            identity: None,
            rivals: Vec::new(),
            candidates: Vec::new(),
            note: "",
        }
    }
}

/// Beside a link that rests on the company's own rule.
const ACCEPTED: &str = "linked by the rule `matching.accept` of coverage.yaml: no key fits";

/// Names before the @ that stand for a function, not for a person.
const FUNCTIONS: [&str; 10] = [
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "postmaster",
    "mailer-daemon",
    "abuse",
    "hostmaster",
    "webmaster",
    "root",
];

/// Beginnings of names that stand for a machine.
const MACHINES: [&str; 6] = ["svc-", "svc_", "svc.", "service-", "bot-", "robot-"];

/// Places one account.
pub fn place<'w>(
    directory: &Directory,
    record: &Record<'_>,
    username_is: UsernameIs,
    own_domains: &BTreeSet<String>,
    declared: Option<&Declared<'w>>,
    scratch: &mut Scratch,
) -> Placed<'w> {
    match declared {
        Some(Declared::Excluded { reason }) => return Placed { note: reason, ..Placed::plain(Situation::Excluded) },
        Some(Declared::NonHuman { owner, reason }) => {
            return Placed {
                person: *owner,
                note: reason.unwrap_or("declared in coverage.yaml"),
                ..Placed::plain(Situation::NonHuman)
            };
        }
        Some(Declared::Link { person, note }) => {
            return Placed { person: Some(*person), key: Some(Key::Manual), note, ..Placed::plain(Situation::Linked) };
        }
        None => {}
    }
    if record.kind.is_non_human() {
        return Placed { note: "the roster says that no person holds it", ..Placed::plain(Situation::NonHuman) };
    }
    match directory.match_account(record, username_is, scratch) {
        Match::Linked(link) => linked(directory, link),
        Match::Disputed(rivals) => {
            Placed { key: rivals.first().map(|r| r.key), rivals, ..Placed::plain(Situation::Disputed) }
        }
        Match::Collision(rivals) => Placed { rivals, ..Placed::plain(Situation::Collision) },
        Match::NoKey => {
            let own = own_domains.contains(normalise::domain(&scratch.email));
            match directory.composite(record, own) {
                Match::Linked(link) => linked(directory, link),
                Match::Disputed(rivals) => {
                    Placed { key: rivals.first().map(|r| r.key), rivals, ..Placed::plain(Situation::Disputed) }
                }
                _ => nobody(directory, record, own_domains, own, scratch),
            }
        }
    }
}

fn linked<'w>(directory: &Directory, link: Link) -> Placed<'w> {
    let person = directory.glance(link.person);
    let Link { person: ix, key, identity, rivals } = link;
    let base = Placed { key: Some(key), identity: Some(identity), rivals, ..Placed::plain(Situation::Linked) };
    match person.worker {
        WorkerKind::NonHuman => {
            Placed { situation: Situation::NonHuman, note: "the directory says that no person holds it", ..base }
        }
        WorkerKind::Guest if !person.left => {
            Placed { situation: Situation::External, person: Some(ix), note: "a guest of the directory", ..base }
        }
        _ => Placed { person: Some(ix), ..base },
    }
}

fn nobody<'w>(
    directory: &Directory,
    record: &Record<'_>,
    own_domains: &BTreeSet<String>,
    own: bool,
    scratch: &Scratch,
) -> Placed<'w> {
    let email = scratch.email.as_str();
    let name_of = if email.is_empty() { record.username } else { normalise::local(email) };
    let lower = name_of.to_lowercase();
    if FUNCTIONS.contains(&lower.as_str()) || MACHINES.iter().any(|m| lower.starts_with(m)) {
        return Placed { note: "its name stands for a function or a machine", ..Placed::plain(Situation::NonHuman) };
    }
    let foreign = !email.is_empty() && !own_domains.is_empty() && !own_domains.contains(normalise::domain(email));
    let candidates = directory.candidates(record, email, foreign || record.kind == AccountKind::Guest);
    if let Some(link) = directory.accepted(&candidates).filter(|_| !own) {
        return Placed { note: ACCEPTED, candidates, ..linked(directory, link) };
    }
    // A foreign address with the full name of one of our people is more likely their private mailbox than a stranger's,
    // unless the name is a common one.
    let strong = candidates.first().is_some_and(|c| c.score >= 85 && !c.why.is_common());
    if record.kind == AccountKind::Guest && !strong {
        return Placed { candidates, note: "the roster calls it a guest", ..Placed::plain(Situation::External) };
    }
    if foreign && !strong {
        return Placed { candidates, note: "the address is of another domain", ..Placed::plain(Situation::External) };
    }
    let situation = if candidates.is_empty() { Situation::Unmatched } else { Situation::Review };
    Placed { candidates, ..Placed::plain(situation) }
}
