//! People from the records of HR and identity providers: who is one person, and where that person stands on a day.
//!
//! HR records are joined first, then each directory record goes to the person that its strongest key names. Two people
//! whom HR keeps apart are never joined by a directory. The order of rows decides nothing.

use super::index::Map as HashMap;
use super::normalise::{self, AddressRules};
use super::{joining, standing};
use crate::model::{Identity, Person, WorkerKind};
use foldhash::fast::RandomState;
use jiff::tz::TimeZone;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
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
}

fn keys<'i>(identity: &'i Identity, rules: &AddressRules) -> Keys<'i> {
    let mut out = String::new();
    let mut keys = Keys::default();
    if normalise::id(&identity.employee_id, &mut out) {
        keys.employee_id = kept(&identity.employee_id, normalise::without_zeros(&out).unwrap_or(&out));
    }
    if normalise::id(&identity.external_id, &mut out) {
        keys.external_id = kept(&identity.external_id, &out);
    }
    let folded = |text: &'i str, out: &str| rules.fold(out).map_or_else(|| kept(text, out), Cow::Owned);
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

/// The comparable form of a text: the text itself, where it is that.
fn kept<'i>(text: &'i str, comparable: &str) -> Cow<'i, str> {
    if text == comparable { Cow::Borrowed(text) } else { Cow::Owned(comparable.to_owned()) }
}

/// Which identity records are one person, and the standing of each.
///
/// The people come sorted by their key; `identities` keeps its order. `made` tells for each source when it was made.
pub fn build(identities: &[Identity], rules: &AddressRules, moment: &Moment, made: &[i64]) -> Vec<Person> {
    let keys: Vec<Keys<'_>> = identities.par_iter().map(|i| keys(i, rules)).collect();
    let mut union = UnionFind::<u32>::new(identities.len());
    join_hr(identities, &keys, &mut union);
    joining::join_directories(identities, &keys, &mut union, moment);
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
    people
}

/// What tells people of one key apart without a look at where their rows stand.
fn content<'p>(person: &'p Person, identities: &'p [Identity]) -> impl Ord + use<'p> {
    let days = person.employments.iter().map(|e| {
        let [start, end] = [e.start, e.end].map(|day| day.map(|day| day.order()));
        (e.place.source, start, end, e.status, e.worker)
    });
    let texts = person.identities.iter().map(|i| {
        let r = &identities[*i as usize];
        (&r.id, &r.external_id, &r.username, &r.aliases, &r.home_emails, &r.department, &r.title, r.status)
    });
    (&person.name, &person.email, days.collect::<Vec<_>>(), texts.collect::<BTreeSet<_>>())
}

/// A map that need not grow before it holds so much.
pub(super) fn roomy<K: Eq + std::hash::Hash, V>(room: usize) -> HashMap<K, V> {
    HashMap::with_capacity_and_hasher(room, RandomState::default())
}

/// HR rows are one person when they share the employee id; or the work address or a private one, and the name.
/// An address alone does not join: it may have been given to somebody new.
fn join_hr(identities: &[Identity], keys: &[Keys<'_>], union: &mut UnionFind<u32>) {
    let people = identities.iter().filter(|i| i.from_hr).count();
    let mut by_id: HashMap<&str, u32> = roomy(people);
    let mut repeated: HashMap<&str, Vec<u32>> = HashMap::default();
    let mut by_mailbox: HashMap<(&str, &str), u32> = roomy(people);
    for (i, key) in keys.iter().enumerate().filter(|(i, _)| identities[*i].from_hr) {
        let i = i as u32;
        if !key.employee_id.is_empty() {
            let first = *by_id.entry(&key.employee_id).or_insert(i);
            if first != i {
                repeated.entry(&key.employee_id).or_insert_with(|| vec![first]).push(i);
            }
        }
        if !key.name.is_empty() {
            let mailboxes = std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.home);
            for mailbox in mailboxes {
                union.union(*by_mailbox.entry((mailbox, &key.name)).or_insert(i), i);
            }
        }
    }
    repeated.values().for_each(|rows| join_by_id(rows, identities, keys, union));
    // Only when all that are alike are joined: what is left over shows whether there is nobody else.
    repeated.values().for_each(|rows| join_bare(rows, keys, union));
}

/// Rows of one employee id. Within a system the number as it is written is one person's. Two systems can have given one
/// number to two people, and so can one system with `7` and `007`: such rows are one person if they share a word of the
/// name or an address.
fn join_by_id(rows: &[u32], identities: &[Identity], keys: &[Keys<'_>], union: &mut UnionFind<u32>) {
    let mut written: HashMap<(u32, String), u32> = HashMap::default();
    let mut shared: HashMap<&str, u32> = HashMap::default();
    for &i in rows {
        let (identity, key) = (&identities[i as usize], &keys[i as usize]);
        let mut id = String::new();
        normalise::id(&identity.employee_id, &mut id);
        union.union(*written.entry((identity.place.source, id)).or_insert(i), i);
        let addresses = std::iter::once(&key.email).chain(&key.aliases).chain(&key.home).map(|a| &**a);
        for text in addresses.chain(key.name.split(' ')).filter(|text| text.len() > 1) {
            union.union(*shared.entry(text).or_insert(i), i);
        }
    }
}

/// Rows of one employee id without name and address (a list of leavers, say) are those of the only person who has it.
fn join_bare(rows: &[u32], keys: &[Keys<'_>], union: &mut UnionFind<u32>) {
    let is_known = |i: &u32| {
        let key = &keys[*i as usize];
        !key.name.is_empty() || !key.email.is_empty()
    };
    let known: BTreeSet<u32> = rows.iter().filter(|i| is_known(i)).map(|i| union.find_mut(*i)).collect();
    if let (Some(&one), true) = (known.first(), known.len() == 1) {
        for &i in rows {
            union.union(one, i);
        }
    }
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
    if let Some(id) = least(&|k| &k.employee_id) {
        return format!("employee-id:{id}");
    }
    if let Some(email) = least(&|k| &k.email).or_else(|| least(&|k| &k.username)) {
        return format!("email:{email}");
    }
    let least_id = order.iter().map(|i| identities[**i as usize].id.as_ref()).filter(|t| !t.is_empty()).min();
    format!("id:{}", least_id.unwrap_or_else(|| &identities[*order[0] as usize].name))
}
