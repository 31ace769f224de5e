//! The directory of people, and what an account's keys say about whose it is.

use super::addresses::add;
use super::candidates::{Candidate, People};
use super::index::{Class, KeyIndex, Keys, Lead, OnKey};
use super::keys::{self, add_keys};
use super::names::{Common, Names};
use super::nearness::fold;
use super::normalise::{self, AddressRules};
use super::people::{self, Moment};
use crate::model::{Accept, Identity, Key, Person, PersonIx, Record, Standing, UsernameIs, WorkerKind};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// All people of a run and the table of their keys.
#[derive(Debug)]
pub struct Directory {
    /// The people, by key.
    pub people: Vec<Person>,
    /// The records they were made from.
    pub identities: Vec<Identity>,
    /// What the workspace says about addresses.
    pub rules: AddressRules,
    /// The moment of the run.
    pub moment: Moment,
    pub(super) index: KeyIndex,
    pub(super) names: Names,
    glances: Vec<Glance>,
    /// When a first candidate is taken for the holder, if the company says so.
    pub accept: Option<Accept>,
    /// For how many accounts candidates were looked for: a sum, whatever order they come in.
    searched: AtomicU64,
    /// With how many people these were compared.
    pairs: AtomicU64,
    knows_hr: bool,
    /// Of HR's rows with one number of which nothing tells whether they are one person: each with the other, by person.
    unsure: Vec<(PersonIx, u32, PersonIx, u32)>,
}

/// What is asked about the holder of every account, close together in memory: most accounts need nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Glance {
    /// What kind of worker.
    pub worker: WorkerKind,
    /// Whether the person has left.
    pub left: bool,
    /// Whether the sources contradict each other about that.
    pub unclear: bool,
    /// Whether the person certainly works here.
    pub works_here: bool,
    /// Whether HR knows the person.
    pub from_hr: bool,
    /// Whether a directory knows the person.
    pub in_directory: bool,
    /// Whether an account in a directory lives.
    pub lives_in_directory: bool,
    /// Whether one of several records, of a directory, is that of a machine.
    pub has_machine: bool,
}

impl Glance {
    /// Whether neither the directory nor an app can have anything against a live account of the person.
    const fn at_work(&self) -> bool {
        !self.left
            && !self.unclear
            && !self.has_machine
            && (self.lives_in_directory || !self.in_directory)
            && !matches!(self.worker, WorkerKind::Guest | WorkerKind::NonHuman)
    }

    fn of(person: &Person, identities: &[Identity]) -> Self {
        let mut glance = Self {
            worker: person.worker,
            left: person.standing.has_left(),
            unclear: matches!(person.standing, Standing::Unclear(_)),
            works_here: person.standing.works_here(),
            from_hr: false,
            in_directory: false,
            lives_in_directory: false,
            has_machine: false,
        };
        for identity in person.identities.iter().map(|i| &identities[*i as usize]) {
            if identity.from_hr {
                glance.from_hr = true;
                continue;
            }
            if person.worker != WorkerKind::NonHuman && identity.says_worker() == WorkerKind::NonHuman {
                glance.has_machine = true;
                continue;
            }
            glance.in_directory = true;
            glance.lives_in_directory |= !identity.status.is_end_state();
        }
        glance
    }
}

/// An accepted match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The person.
    pub person: PersonIx,
    /// The key that decided.
    pub key: Key,
    /// The identity record that holds the key.
    pub identity: u32,
    /// People that weaker or timed-out keys point to.
    pub rivals: Vec<Rival>,
}

/// A person whom a key also fits, and why that did not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rival {
    /// The person.
    pub person: PersonIx,
    /// The key that points there.
    pub key: Key,
    /// The identity record that holds it.
    pub identity: u32,
}

/// What the keys of an account say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// One person.
    Linked(Link),
    /// One key fits several people.
    Disputed(Vec<Rival>),
    /// Strong keys point to different people.
    Collision(Vec<Rival>),
    /// No key fits.
    NoKey,
}

/// Keys that each name one person by themselves.
const STRONG: [Key; 4] = [Key::NativeId, Key::ExternalId, Key::EmployeeId, Key::Email];

/// Those of them that the account itself carries. What an earlier run made of it is no evidence against a person's decision.
pub const CARRIED: [Key; 3] = [Key::ExternalId, Key::EmployeeId, Key::Email];

/// Space that one thread uses again for every account.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The comparable form of the account's address; empty if it has none.
    pub email: String,
    /// Who held the account's native id in an earlier accepted run. Whoever asks for an account says it anew.
    pub earlier: Option<PersonIx>,
    text: String,
    found: Vec<Rival>,
    past: Vec<Rival>,
}

/// Space for [`Directory::at_work`].
#[derive(Debug, Default)]
pub struct SideBySide {
    address: String,
    keys: Keys,
    found: Vec<Lead>,
}

impl Directory {
    /// Builds the people and the table of their keys, from sources that were made at the report's moment.
    pub fn build(identities: Vec<Identity>, rules: AddressRules, moment: Moment) -> Self {
        Self::of_sources(identities, rules, moment, &[])
    }

    /// Builds the people and the table of their keys. `made` has for each source the first second at which it can have
    /// been made: what a status says, it says of that time.
    pub fn of_sources(identities: Vec<Identity>, rules: AddressRules, moment: Moment, made: &[i64]) -> Self {
        let (people, unsure) = people::build(&identities, &rules, &moment, made);
        let unsure = people::with_holders(&unsure, &people);
        let keys_of = |ix: PersonIx, on: &mut OnKey<'_>| {
            let mut out = String::new();
            for &i in &people[ix.0 as usize].identities {
                add_keys(&identities[i as usize], &rules, &mut out, &mut |class, text| on(class, text, i));
            }
        };
        let glances: Vec<Glance> = people.par_iter().map(|p| Glance::of(p, &identities)).collect();
        let index = KeyIndex::build(people.len(), &|ix| glances[ix.0 as usize].at_work(), &keys_of);
        let names = Names::new(&people, &identities);
        let knows_hr = identities.iter().any(|i| i.from_hr);
        let (searched, pairs) = (AtomicU64::new(0), AtomicU64::new(0));
        Self {
            people,
            identities,
            rules,
            moment,
            index,
            names,
            glances,
            unsure,
            knows_hr,
            accept: None,
            searched,
            pairs,
        }
    }

    /// For each address of an account that has no other key: its holder, if that is one person who works here, for the
    /// directory and the app alike. The answers are those of [`Directory::match_account`].
    pub fn at_work<'t>(
        &self,
        addresses: impl Iterator<Item = &'t str>,
        space: &'t mut SideBySide,
    ) -> impl Iterator<Item = Option<PersonIx>> {
        let SideBySide { address, keys, found } = space;
        keys.clear();
        for written in addresses {
            let is_one = normalise::address(written, address);
            keys.push(if is_one { address } else { "" });
        }
        self.index.at_work(keys, found);
        keys.iter().zip(found.iter()).map(|(address, lead)| match lead {
            Lead::AtWork(person) => Some(*person),
            Lead::Other => None,
            Lead::None => self.folded(address),
        })
    }

    /// The same for the other form of an address that nobody holds as it is written.
    fn folded(&self, address: &str) -> Option<PersonIx> {
        let folded = self.rules.fold(address)?;
        let (class, mut holders) = self.index.address(&folded).filter(|(_, holders)| !holders.contested)?;
        let one = holders.next().filter(|_| class != Class::Alias && holders.next().is_none())?;
        Some(one.person).filter(|person| self.glance(*person).at_work())
    }

    /// What most accounts need to know of their holder.
    pub fn glance(&self, ix: PersonIx) -> Glance {
        self.glances[ix.0 as usize]
    }

    /// Whether there is any HR list.
    pub const fn knows_hr(&self) -> bool {
        self.knows_hr
    }

    /// A person.
    pub fn person(&self, ix: PersonIx) -> &Person {
        &self.people[ix.0 as usize]
    }

    /// The records that a person was made from.
    pub fn identities_of<'d>(&'d self, person: &'d Person) -> impl Iterator<Item = &'d Identity> {
        person.identities.iter().map(|ix| &self.identities[*ix as usize])
    }

    /// Where HR's lists have one number, and nothing tells whether for one person: a record of this person, and another
    /// person with the record of theirs. It is this person's, too, who seems to have come back under another name.
    pub fn unsure(&self, ix: PersonIx) -> impl Iterator<Item = (&Identity, PersonIx, &Identity)> {
        let from = self.unsure.partition_point(|(person, ..)| *person < ix);
        let theirs = self.unsure[from..].iter().take_while(move |(person, ..)| *person == ix);
        let record = |i: u32| &self.identities[i as usize];
        theirs.map(move |(_, one, person, other)| (record(*one), *person, record(*other)))
    }

    /// The domains of HR's work addresses and of the directories' members; public mailbox providers are none of them.
    pub fn own_domains(&self) -> BTreeSet<String> {
        keys::own_domains(&self.identities)
    }

    /// Whose account is this? Fills `scratch.email`.
    pub fn match_account(&self, record: &Record<'_>, username_is: UsernameIs, scratch: &mut Scratch) -> Match {
        self.match_account_but(record, username_is, &[], scratch)
    }

    /// Whose account is this, if a person has decided that it is not one of those? A strong key that names one of them and
    /// nobody else holds against the decision; any other key gives way.
    pub fn match_account_but(
        &self,
        record: &Record<'_>,
        username_is: UsernameIs,
        refused: &[PersonIx],
        scratch: &mut Scratch,
    ) -> Match {
        scratch.found.clear();
        scratch.past.clear();
        if !normalise::address(record.email, &mut scratch.email) {
            scratch.email.clear();
        }
        if let Some(link) = self.plain_email(record, username_is, scratch) {
            return Match::Linked(link);
        }
        let Scratch { email, text, found, past, earlier } = scratch;
        if let Some(person) = *earlier
            && let Some(identity) = self.person(person).identities.first()
        {
            found.push(Rival { person, key: Key::NativeId, identity: *identity });
        }
        let ask = |class: Class, text: &str, key: Key, found: &mut Vec<Rival>| {
            add(self.index.holders(class, text), key, found)
        };
        if normalise::id(record.external_id, text) {
            ask(Class::ExternalId, text, Key::ExternalId, found);
        }
        if normalise::id(record.employee_id, text) {
            add(self.index.numbered(text), Key::EmployeeId, found);
        }
        let mut ask_address = |address: &str, key: Key, found: &mut Vec<Rival>| {
            self.ask_address(address, key, (record, refused), found, past);
        };
        if !email.is_empty() {
            ask_address(email, Key::Email, found);
        }
        for alias in &record.aliases {
            if normalise::address(alias, text) {
                ask_address(text, Key::Alias, found);
            }
        }
        match username_is {
            UsernameIs::Address if normalise::address(record.username, text) => {
                ask_address(text, Key::Username, found);
            }
            UsernameIs::DirectoryLogin if normalise::id(record.username, text) => {
                ask(Class::Username, text, Key::Username, found);
            }
            _ => {}
        }
        if !refused.is_empty() {
            let strong_other = found.iter().any(|f| STRONG.contains(&f.key) && !refused.contains(&f.person));
            found.retain(|f| !refused.contains(&f.person) || (CARRIED.contains(&f.key) && !strong_other));
        }
        let mut answer = self.judge(record, found);
        if let Match::Linked(link) = &mut answer {
            let is_new = |p: &&Rival| p.person != link.person && link.rivals.iter().all(|r| r.person != p.person);
            let past: Vec<Rival> = past.iter().filter(is_new).copied().collect();
            link.rivals.extend(past);
            let is_stronger = |f: &Rival| f.key < Key::Email;
            let or_the_next = || self.or_the_next_ones(record, (email, refused), link);
            let rivals = self.or_a_leavers(record, (email, refused), link);
            if let Some(rivals) = rivals.or_else(|| if found.iter().any(is_stronger) { None } else { or_the_next() }) {
                return Match::Disputed(rivals);
            }
        }
        answer
    }

    /// Nearly every account has one address that one person holds, and no other strong key: answered without a detour.
    fn plain_email(&self, record: &Record<'_>, username_is: UsernameIs, scratch: &Scratch) -> Option<Link> {
        let other_keys = scratch.earlier.is_some()
            || !record.external_id.is_empty()
            || !record.employee_id.is_empty()
            || !record.aliases.is_empty()
            || (username_is != UsernameIs::Handle && !record.username.is_empty());
        if scratch.email.is_empty() || other_keys {
            return None;
        }
        let mut holders = self.index.holders(Class::Email, &scratch.email);
        match (holders.next(), holders.next()) {
            // Who else a leaver's address leads to is asked below.
            (Some(one), None) if !holders.contested && !self.glance(one.person).left => {
                Some(Link { person: one.person, key: Key::Email, identity: one.identity, rivals: Vec::new() })
            }
            _ => None,
        }
    }

    /// Somebody of the same whole name, by HR, who has left.
    pub fn leaver_of_the_same_name(&self, ix: PersonIx) -> Option<PersonIx> {
        let leavers = self.leavers_named(&normalise::name(&self.person(ix).name));
        leavers.into_iter().map(|(leaver, _)| leaver).find(|leaver| *leaver != ix)
    }

    /// Who has left and has a (comparable) whole name by HR, each with a record that has it.
    pub(super) fn leavers_named(&self, name: &str) -> Vec<(PersonIx, u32)> {
        if !name.contains(' ') {
            return Vec::new();
        }
        let folded = fold(name);
        let named = self.names.block((Common::Name, &folded, "")).map(PersonIx);
        let left = named.filter(|ix| self.glance(*ix).from_hr && self.glance(*ix).left);
        let bears = |i: &&u32| normalise::name(&self.identities[**i as usize].name) == name;
        left.filter_map(|ix| Some((ix, *self.person(ix).identities.iter().find(bears)?))).collect()
    }

    /// The people, no machines, whose own address this is as it is written, without those it is said not to belong to.
    pub(super) fn people_at(&self, address: &str, refused: &[PersonIx]) -> Vec<Rival> {
        let mut found = Vec::new();
        if !address.is_empty() {
            add(self.index.holders(Class::Email, address), Key::Email, &mut found);
        }
        found.retain(|f| self.glance(f.person).worker != WorkerKind::NonHuman && !refused.contains(&f.person));
        found
    }

    /// From all that the keys point to, strongest first, to one answer.
    fn judge(&self, record: &Record<'_>, found: &[Rival]) -> Match {
        if let Some(first) = found.first()
            && found.iter().all(|f| f.person == first.person)
        {
            let Rival { person, key, identity } = *found.iter().min_by_key(|f| f.key).unwrap_or(first);
            return Match::Linked(Link { person, key, identity, rivals: Vec::new() });
        }
        let mut found = found.to_vec();
        found.sort_by_key(|f| (f.key, f.person));
        // Two addresses of an account that lead to one person by the same kind of key are no two people.
        found.dedup_by_key(|f| (f.key, f.person));
        let Some(first) = found.first().copied() else { return Match::NoKey };
        let strongest: Vec<Rival> = found.iter().copied().filter(|f| f.key == first.key).collect();
        let winner = match strongest[..] {
            [one] => one,
            // Addresses are given on; a number or an id that two people have is a mistake, of whatever day.
            _ => match self.in_time(record, &strongest).filter(|one| self.is_address(record, one)) {
                Some(one) => one,
                None => match by_address(&found, &strongest) {
                    Some(one) => one,
                    None => return Match::Disputed(strongest),
                },
            },
        };
        // Two keys that each name one person are as good as each other: a different answer is a contradiction.
        let contradicts = |f: &&Rival| STRONG.contains(&f.key) && f.key != winner.key && f.person != winner.person;
        if STRONG.contains(&winner.key) {
            let against: Vec<Rival> = found
                .iter()
                .filter(contradicts)
                .filter(|f| !found.iter().any(|o| o.key == f.key && o.person == winner.person))
                .copied()
                .collect();
            if !against.is_empty() {
                return Match::Collision(std::iter::once(winner).chain(against).collect());
            }
        }
        let mut rivals: Vec<Rival> = found.into_iter().filter(|f| f.person != winner.person).collect();
        rivals.dedup_by_key(|r| r.person);
        Match::Linked(Link { person: winner.person, key: winner.key, identity: winner.identity, rivals })
    }

    /// Whether what leads to a person is an address.
    fn is_address(&self, record: &Record<'_>, rival: &Rival) -> bool {
        let logins = || [record.username, &*self.identities[rival.identity as usize].username];
        match rival.key {
            Key::Email | Key::Alias => true,
            Key::Username => logins().iter().any(|login| login.contains('@')),
            _ => false,
        }
    }

    /// People who might hold an account that no key matched, the likeliest first, each with a score and why.
    /// For somebody from outside only a whole name counts.
    pub fn candidates(&self, record: &Record<'_>, email: &str, outside: bool) -> Vec<Candidate> {
        self.candidates_but(record, email, outside, &[])
    }

    /// The same, but for people whose account it is not, as somebody has decided.
    pub fn candidates_but(
        &self,
        record: &Record<'_>,
        email: &str,
        outside: bool,
        refused: &[PersonIx],
    ) -> Vec<Candidate> {
        let (candidates, pairs) = self.names.candidates(record, email, outside, refused, self.all());
        self.searched.fetch_add(1, Ordering::Relaxed);
        self.pairs.fetch_add(pairs, Ordering::Relaxed);
        // Whoever is proposed will be named soon: asked for here, all texts come together.
        for person in candidates.iter().map(|c| self.person(c.person)) {
            let texts = [&person.name, &person.email, &person.employee_id].map(|text| text.as_bytes().first());
            std::hint::black_box((texts, person.identities.first()));
        }
        candidates
    }

    /// For how many accounts candidates were looked for, and with how many people these were compared, all together.
    pub fn searched(&self) -> (u64, u64) {
        (self.searched.load(Ordering::Relaxed), self.pairs.load(Ordering::Relaxed))
    }

    pub(super) fn all(&self) -> People<'_> {
        People { people: &self.people, identities: &self.identities, zone: &self.moment.zone }
    }
}

/// Of several people whom HR gives one number, the only one whose work address the account has, too: what the number leaves
/// open, the address decides. Whose address it is beside them contradicts the number.
fn by_address(found: &[Rival], numbered: &[Rival]) -> Option<Rival> {
    let mut addressed = found.iter().filter(|f| f.key == Key::Email);
    let one = addressed.next().filter(|_| addressed.next().is_none())?;
    let is_numbered =
        numbered.iter().all(|f| f.key == Key::EmployeeId) && numbered.iter().any(|f| f.person == one.person);
    Some(*one).filter(|_| is_numbered)
}
