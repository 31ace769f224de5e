//! The situation of one account: what its keys, the workspace and the roster together say about whose it is.

use super::candidates::Candidate;
use super::directory::{Directory, Link, Match, Rival, Scratch};
use super::normalise;
use crate::model::{
    AccountKind, Decided, Decision, Key, Named, PersonIx, Record, Says, Situation, UsernameIs, WorkerKind,
};
use std::collections::BTreeSet;

/// What the workspace declares about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared<'w> {
    /// Out of scope.
    Excluded {
        /// Why.
        reason: &'w str,
    },
    /// What people have decided about it.
    Decided(Decided<'w>),
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
    /// People whom other keys point to; for disputes, all of them; for what a roster calls non-human, whose address it has.
    pub rivals: Vec<Rival>,
    /// People who might hold it.
    pub candidates: Vec<Candidate>,
    /// What decided, in words, where that is not a key.
    pub note: &'w str,
    /// What people have decided about it. Few accounts have that.
    pub decided: Option<Box<Decided<'w>>>,
}

impl<'w> Placed<'w> {
    fn plain(situation: Situation) -> Self {
        Self {
            situation,
            person: None,
            key: None,
            identity: None,
            rivals: Vec::new(),
            candidates: Vec::new(),
            note: "",
            decided: None,
        }
    }

    /// Out of scope, whosever it is.
    pub fn set_aside(why: &'w str) -> Self {
        Self { note: why, ..Self::plain(Situation::Excluded) }
    }

    /// The decision that says what the account is.
    pub fn decision(&self) -> Option<&'w Decision> {
        self.decided.as_ref().and_then(|decided| decided.by)
    }
}

/// Beside a link that rests on the company's own rule.
const ACCEPTED: &str = "linked by the rule `matching.accept` of coverage.yaml: no key fits";

/// Of an account of which a directory's record says so.
const MACHINE: &str = "the directory says that no person holds it";

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

/// Places one account. Fills `scratch.email`.
pub fn place<'w>(
    directory: &Directory,
    record: &Record<'_>,
    username_is: UsernameIs,
    own_domains: &BTreeSet<String>,
    declared: Option<&Declared<'w>>,
    scratch: &mut Scratch,
) -> Placed<'w> {
    let decided = match declared {
        Some(Declared::Excluded { reason }) => {
            fill(record, scratch);
            return Placed { note: reason, ..Placed::plain(Situation::Excluded) };
        }
        Some(Declared::Decided(decided)) => Some(decided),
        None => None,
    };
    let boxed = decided.map(|decided| Box::new(decided.clone()));
    let refused: Vec<PersonIx> = decided
        .map_or_else(Vec::new, |d| d.refusals.iter().flat_map(|d| d.says.named()).filter_map(Named::person).collect());
    let by = decided.and_then(|decided| decided.by);
    match by.map(|by| &by.says) {
        Some(Says::NonHuman { .. }) => {
            let person = decided.and_then(Decided::owner).and_then(Named::person);
            let note = by.map_or("", |by| by.note.as_str());
            fill(record, scratch);
            return Placed { person, note, decided: boxed, ..Placed::plain(Situation::NonHuman) };
        }
        Some(Says::Holder(named)) if named.person().is_some() => {
            let person = named.person();
            // What the keys would have said stays in sight.
            let rivals = match directory.match_account_but(record, username_is, &refused, scratch) {
                Match::Linked(Link { person, key, identity, rivals }) => {
                    std::iter::once(Rival { person, key, identity }).chain(rivals).collect()
                }
                Match::Disputed(rivals) | Match::Collision(rivals) => rivals,
                Match::NoKey => Vec::new(),
            };
            let rivals = rivals.into_iter().filter(|rival| Some(rival.person) != person).collect();
            let note = by.map_or("", |by| by.note.as_str());
            let base = Placed::plain(Situation::Linked);
            return Placed { person, key: Some(Key::Manual), rivals, note, decided: boxed, ..base };
        }
        _ => {}
    }
    if record.kind.is_non_human() {
        let note = "the roster says that no person holds it";
        fill(record, scratch);
        // The roster's word stands, but whose work address it is stays in sight: a leaver may hold it after all.
        let rivals = directory.people_at(&scratch.email, &refused);
        return Placed { rivals, note, decided: boxed, ..Placed::plain(Situation::NonHuman) };
    }
    let placed = match directory.match_account_but(record, username_is, &refused, scratch) {
        Match::Linked(link) => linked(directory, link),
        Match::Disputed(rivals) => {
            Placed { key: rivals.first().map(|r| r.key), rivals, ..Placed::plain(Situation::Disputed) }
        }
        Match::Collision(rivals) => Placed { rivals, ..Placed::plain(Situation::Collision) },
        Match::NoKey => {
            let own = own_domains.contains(normalise::domain(&scratch.email));
            match directory.composite(record, own, &refused) {
                Match::Linked(link) => linked(directory, link),
                Match::Disputed(rivals) => {
                    Placed { key: rivals.first().map(|r| r.key), rivals, ..Placed::plain(Situation::Disputed) }
                }
                _ => nobody(directory, record, own_domains, own, &refused, scratch),
            }
        }
    };
    Placed { decided: boxed, ..placed }
}

/// Fills `scratch.email` where no key is asked for: what the last account left there is none of this one's.
fn fill(record: &Record<'_>, scratch: &mut Scratch) {
    if !normalise::address(record.email, &mut scratch.email) {
        scratch.email.clear();
    }
}

fn linked<'w>(directory: &Directory, link: Link) -> Placed<'w> {
    let person = directory.glance(link.person);
    let Link { person: ix, key, identity, rivals } = link;
    let record = &directory.identities[identity as usize];
    // Whose number or address a machine's record has stays in sight.
    if !record.from_hr && person.has_machine && record.says_worker() == WorkerKind::NonHuman {
        let rivals = std::iter::once(Rival { person: ix, key, identity }).chain(rivals).collect();
        let base = Placed { key: Some(key), identity: Some(identity), rivals, ..Placed::plain(Situation::NonHuman) };
        return Placed { note: MACHINE, ..base };
    }
    let base = Placed { key: Some(key), identity: Some(identity), rivals, ..Placed::plain(Situation::Linked) };
    match person.worker {
        WorkerKind::NonHuman => Placed { situation: Situation::NonHuman, note: MACHINE, ..base },
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
    refused: &[PersonIx],
    scratch: &Scratch,
) -> Placed<'w> {
    let email = scratch.email.as_str();
    let name_of = if email.is_empty() { record.username } else { normalise::local(email) };
    let lower = name_of.to_lowercase();
    if FUNCTIONS.contains(&lower.as_str()) || MACHINES.iter().any(|m| lower.starts_with(m)) {
        return Placed { note: "its name stands for a function or a machine", ..Placed::plain(Situation::NonHuman) };
    }
    let foreign = !email.is_empty() && !own_domains.is_empty() && !own_domains.contains(normalise::domain(email));
    let outside = foreign || record.kind == AccountKind::Guest;
    let candidates = directory.candidates_but(record, email, outside, refused);
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
