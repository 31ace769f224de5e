//! People from the records of HR and identity providers: who is one person, and where that person stands on a day.
//!
//! HR records are joined first, then each directory record goes to the person that its strongest key names. Two people
//! whom HR keeps apart are never joined by a directory. The order of rows decides nothing.

use super::index::Map as HashMap;
use super::normalise::{self, AddressRules};
use super::same_name::{are_alike, may_be_one};
use super::{hr, joining, standing};
use crate::model::{Identity, Person, PersonIx, WorkerKind};
use foldhash::fast::RandomState;
use jiff::tz::TimeZone;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The moment and zone that standings are judged in.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Unix seconds.
    pub now: i64,
    /// The company's zone.
    pub zone: TimeZone,
}

/// The comparable keys of one identity record. What is written in its comparable form already is not copied.
#[derive(Debug, Default)]
pub(super) struct Keys<'i> {
    pub(super) employee_id: Cow<'i, str>,
    pub(super) external_id: Cow<'i, str>,
    pub(super) email: Cow<'i, str>,
    /// Empty where it is the address.
    pub(super) username: Cow<'i, str>,
    pub(super) aliases: Box<[Cow<'i, str>]>,
    pub(super) home: Box<[Cow<'i, str>]>,
    /// Of HR's records only: of the few directory records where it is asked, it is made then.
    pub(super) name: Cow<'i, str>,
    /// Whether the employee id is somebody else's, too: a placeholder, say.
    pub(super) is_shared: bool,
}

fn keys<'i>(identity: &'i Identity, rules: &AddressRules, as_written: &BTreeSet<String>) -> Keys<'i> {
    let mut out = String::new();
    let mut keys = Keys::default();
    if normalise::id(&identity.employee_id, &mut out) {
        keys.employee_id = kept(&identity.employee_id, normalise::without_zeros(&out).unwrap_or(&out));
    }
    if normalise::id(&identity.external_id, &mut out) {
        keys.external_id = kept(&identity.external_id, &out);
    }
    let folded = |text: &'i str, out: &str| {
        let form = rules.fold(out).filter(|_| !as_written.contains(out));
        form.map_or_else(|| kept(text, out), Cow::Owned)
    };
    if normalise::address(&identity.email, &mut out) {
        keys.email = folded(&identity.email, &out);
    }
    if identity.username != identity.email && normalise::address(&identity.username, &mut out) {
        keys.username = folded(&identity.username, &out);
    }
    let list = |from: &'i [Arc<str>], out: &mut String| -> Box<[Cow<'i, str>]> {
        let mut all: Vec<Cow<'i, str>> =
            from.iter().filter_map(|a| if normalise::address(a, out) { Some(folded(a, out)) } else { None }).collect();
        all.sort();
        all.dedup();
        all.into()
    };
    keys.aliases = list(&identity.aliases, &mut out);
    keys.home = list(&identity.home_emails, &mut out);
    if identity.from_hr {
        keys.name = normalise::name(&identity.name).into();
    }
    keys
}

/// An address that so many records have is a group's, or a placeholder.
pub(super) const GROUP: u32 = 50;

/// A further address that very many records have says nothing of any of them, and comparing all of them would take for ever.
fn leave_groups_out(keys: &mut [Keys<'_>]) {
    let mut held: HashMap<&str, u32> = HashMap::default();
    for address in keys.iter().flat_map(|key| key.aliases.iter().chain(&key.home)) {
        *held.entry(address).or_default() += 1;
    }
    let groups: BTreeSet<String> =
        held.into_iter().filter(|(_, records)| *records > GROUP).map(|(address, _)| address.to_owned()).collect();
    if groups.is_empty() {
        return;
    }
    let without = |all: &[Cow<'_, str>]| all.iter().any(|address| groups.contains(&**address));
    for key in keys {
        for all in [&mut key.aliases, &mut key.home].into_iter().filter(|all| without(all)) {
            *all = std::mem::take(all).into_iter().filter(|address| !groups.contains(&**address)).collect();
        }
    }
}

/// Addresses that stand for nothing but themselves: the mailbox that they would mean is another person's own address.
fn as_written(identities: &[Identity], rules: &AddressRules) -> BTreeSet<String> {
    if rules.domain_aliases.is_empty() && rules.plus_tags.is_empty() && rules.dots.is_empty() {
        return BTreeSet::new();
    }
    let address = |identity: &Identity| {
        let mut out = String::new();
        normalise::address(&identity.email, &mut out).then_some(out)
    };
    let meant = |identity: &Identity| {
        let address = address(identity)?;
        rules.fold(&address).map(|form| (form, address))
    };
    let folding: BTreeMap<String, BTreeSet<String>> = identities
        .par_iter()
        .filter_map(meant)
        .fold(BTreeMap::new, |mut all: BTreeMap<_, BTreeSet<_>>, (form, address)| {
            all.entry(form).or_default().insert(address);
            all
        })
        .reduce(BTreeMap::new, |mut all, more| {
            more.into_iter().for_each(|(form, addresses)| all.entry(form).or_default().extend(addresses));
            all
        });
    if folding.is_empty() {
        return BTreeSet::new();
    }
    let asked: BTreeSet<&String> = folding.iter().flat_map(|(form, all)| all.iter().chain([form])).collect();
    let mut names: BTreeMap<String, BTreeSet<(bool, String)>> = BTreeMap::new();
    for identity in identities {
        if let Some(address) = address(identity).filter(|address| asked.contains(address)) {
            names.entry(address).or_default().insert((identity.from_hr, normalise::name(&identity.name)));
        }
    }
    let are_two = |form: &String, address: &String| {
        let Some((a, b)) = names.get(form).zip(names.get(address)) else { return false };
        // Between two names that HR has, a given name is not enough.
        let by_hr = [a, b].iter().all(|names| names.iter().any(|(from_hr, _)| *from_hr));
        let fits = |a: &str, b: &str| if by_hr { are_alike(a, b) } else { may_be_one(a, b) };
        let [a, b] = [a, b].map(|all| all.iter().filter(|(from_hr, _)| *from_hr || !by_hr).map(|(_, name)| name));
        let is_other = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && !fits(a, b);
        a.clone().any(|a| b.clone().all(|b| is_other(a, b)))
    };
    let two = |(form, all): (&String, &BTreeSet<String>)| {
        all.iter().filter(|address| are_two(form, address)).cloned().collect::<Vec<_>>()
    };
    folding.iter().flat_map(two).collect()
}

/// The comparable form of a text: the text itself, where it is that.
fn kept<'i>(text: &'i str, comparable: &str) -> Cow<'i, str> {
    if text == comparable { Cow::Borrowed(text) } else { Cow::Owned(comparable.to_owned()) }
}

/// Which identity records are one person, and the standing of each.
///
/// The people come sorted by their key; `identities` keeps its order. `made` tells for each source when it was made. Beside
/// them stand pairs of HR's rows with one number of which nothing tells whether they are one person: two people's, or one's who
/// has come back under another name.
pub fn build(
    identities: &[Identity],
    rules: &AddressRules,
    moment: &Moment,
    made: &[i64],
) -> (Vec<Person>, Vec<(u32, u32)>) {
    let as_written = as_written(identities, rules);
    let mut keys: Vec<Keys<'_>> = identities.par_iter().map(|i| keys(i, rules, &as_written)).collect();
    leave_groups_out(&mut keys);
    let mut union = UnionFind::<u32>::new(identities.len());
    let hr::Numbers { shared, mut unsure, renamed } = hr::join(identities, &keys, &mut union);
    let several: BTreeSet<Box<str>> = shared.iter().map(|i| (*keys[*i as usize].employee_id).into()).collect();
    if !several.is_empty() {
        keys.iter_mut().for_each(|key| key.is_shared = several.contains(&*key.employee_id));
    }
    for refused in joining::join_directories(identities, &keys, &mut union, moment) {
        keys[refused as usize].is_shared = true;
    }
    unsure.retain(|(a, b)| union.find_mut(*a) != union.find_mut(*b));
    unsure.extend(renamed);
    let mut members: Vec<(u32, u32)> = (0..identities.len() as u32).map(|i| (union.find_mut(i), i)).collect();
    members.par_sort_unstable();
    let groups: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
    let mut people: Vec<Person> =
        groups.par_iter().map(|group| person(group, identities, &keys, moment, made)).collect();
    // Whoever is alike in everything is told apart by the first row.
    people.par_sort_unstable_by(|a, b| {
        let by_content = || content(a, identities).cmp(&content(b, identities));
        a.key.cmp(&b.key).then_with(by_content).then_with(|| a.identities.cmp(&b.identities))
    });
    // A key that two people share (an id that an HR system used twice) stays apart by its rank among equals.
    let mut rank = 0;
    for i in 1..people.len() {
        let same = people[i].key.split('#').next() == people[i - 1].key.split('#').next();
        rank = if same { rank + 1 } else { 0 };
        if same {
            people[i].key = format!("{}#{}", people[i].key, rank + 1).into();
        }
    }
    (people, unsure)
}

/// Pairs of records with the people they are of: each in both directions, sorted.
pub(super) fn with_holders(pairs: &[(u32, u32)], people: &[Person]) -> Vec<(PersonIx, u32, PersonIx, u32)> {
    let mut holders: BTreeMap<u32, PersonIx> =
        pairs.iter().flat_map(|(a, b)| [*a, *b]).map(|i| (i, PersonIx(u32::MAX))).collect();
    for (ix, person) in (0..).zip(people).filter(|_| !pairs.is_empty()) {
        for i in &person.identities {
            holders.entry(*i).and_modify(|holder| *holder = PersonIx(ix));
        }
    }
    let turned = pairs.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    let mut all: Vec<_> = turned.map(|(a, b)| (holders[&a], a, holders[&b], b)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What tells people of one key apart without a look at where their rows stand.
fn content<'p>(person: &'p Person, identities: &'p [Identity]) -> impl Ord + use<'p> {
    let days = person.employments.iter().map(|e| {
        let [start, end] = [e.start, e.end].map(|day| day.map(|day| day.order()));
        (e.place.source, start, end, e.status, e.worker)
    });
    let texts = person.identities.iter().map(|i| {
        let r = &identities[*i as usize];
        let days = [r.created, r.ended].map(|day| day.map(|day| day.order()));
        let lower = |all: &[Arc<str>]| all.iter().map(|text| text.to_lowercase()).collect::<Vec<_>>();
        let ids = [&r.id, &r.employee_id, &r.external_id, &r.username].map(|id| id.to_lowercase());
        let keys = (ids, lower(&r.aliases), lower(&r.home_emails));
        (keys, &r.department, &r.title, r.status, days)
    });
    // However the letters of an address are written, it is the same one.
    let mut address = String::new();
    if !normalise::address(&person.email, &mut address) {
        address = person.email.to_lowercase();
    }
    let written = person.identities.iter().map(|i| {
        let r = &identities[*i as usize];
        (&r.name, &r.email, &r.id, &r.employee_id, &r.external_id, &r.username, &r.aliases, &r.home_emails)
    });
    let alike = (normalise::name(&person.name), address, days.collect::<Vec<_>>(), texts.collect::<BTreeSet<_>>());
    // Only where all that is alike.
    (alike, (&person.name, &person.email, written.collect::<BTreeSet<_>>()))
}

/// A map that need not grow before it holds so much.
pub(super) fn roomy<K: Eq + std::hash::Hash, V>(room: usize) -> HashMap<K, V> {
    HashMap::with_capacity_and_hasher(room, RandomState::default())
}

fn person(group: &[(u32, u32)], identities: &[Identity], keys: &[Keys<'_>], moment: &Moment, made: &[i64]) -> Person {
    let at = |i: &u32| &identities[*i as usize];
    let mut members: Vec<u32> = group.iter().map(|(_, i)| *i).collect();
    members.sort_by_key(|i| (!at(i).from_hr, at(i).place.source, at(i).place.line));
    let (employments, standing) = standing::of(&members, identities, moment, made);
    // What to show comes from the newest employment, then from the directories in the order of their precedence.
    let newest = |a: &&u32, b: &&u32| {
        let (a, b) = (at(a), at(b));
        let started = |r: &Identity| r.start.map(|s| s.order());
        let is_person = |r: &Identity| r.says_worker() != WorkerKind::NonHuman;
        (b.from_hr, is_person(b), started(b))
            .cmp(&(a.from_hr, is_person(a), started(a)))
            .then_with(|| (a.place.source, &a.name, &a.email).cmp(&(b.place.source, &b.name, &b.email)))
            .then_with(|| shown(a).cmp(&shown(b)))
    };
    let mut order: Vec<&u32> = members.iter().rev().collect();
    order.sort_by(newest);
    // The same texts as the records', not copies: the last one, if all are empty.
    let first = |get: &dyn Fn(&Identity) -> &Arc<str>| -> Arc<str> {
        let mut all = order.iter().map(|i| get(at(i)));
        let last = all.clone().next_back();
        all.find(|t| !t.is_empty()).or(last).cloned().unwrap_or_default()
    };
    let employee_id = first(&|r| &r.employee_id);
    let email = first(&|r| &r.email);
    let worker = worker(order.iter().map(|i| at(i)));
    Person {
        key: stable_key(&order, identities, keys).into(),
        name: first(&|r| &r.name),
        email,
        employee_id,
        worker,
        department: first(&|r| &r.department),
        identities: members,
        employments,
        standing,
    }
}

/// What kind of worker a person is, from the records in the order in which they are shown. A directory's record of a machine
/// or a guest speaks for itself alone: it can carry the number or address of somebody whom HR, or another record, knows.
fn worker<'i>(records: impl Iterator<Item = &'i Identity> + Clone) -> WorkerKind {
    let is_apart = |r: &Identity| matches!(r.says_worker(), WorkerKind::NonHuman | WorkerKind::Guest);
    let any_person = records.clone().any(|r| r.from_hr || !is_apart(r));
    let mut said = records.filter(|r| r.from_hr || !any_person || !is_apart(r)).map(Identity::says_worker);
    said.find(|w| *w != WorkerKind::Unknown).unwrap_or(WorkerKind::Unknown)
}

/// What is shown of a record, for an order that its line has no part in.
fn shown(r: &Identity) -> impl Ord + '_ {
    (&r.employee_id, &r.id, r.worker, r.kind, &r.department, r.end.map(|end| end.order()))
}

fn stable_key(order: &[&u32], identities: &[Identity], keys: &[Keys<'_>]) -> String {
    let least = |get: &dyn for<'k> Fn(&'k Keys<'_>) -> &'k str| {
        order.iter().map(|i| get(&keys[**i as usize])).filter(|t| !t.is_empty()).min().map(str::to_owned)
    };
    if let Some(id) = least(&|k| if k.is_shared { "" } else { &k.employee_id }) {
        return format!("employee-id:{id}");
    }
    if let Some(email) = least(&|k| &k.email).or_else(|| least(&|k| &k.username)) {
        return format!("email:{email}");
    }
    let least_id = order.iter().map(|i| identities[**i as usize].id.as_ref()).filter(|t| !t.is_empty()).min();
    format!("id:{}", least_id.unwrap_or_else(|| &identities[*order[0] as usize].name))
}
