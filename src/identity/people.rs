//! People from the records of HR and identity providers: who is one person, and where that person stands on a day.
//!
//! HR records are joined first, then each directory record goes to the person that its strongest key names. Two people
//! whom HR keeps apart are never joined by a directory. The order of rows decides nothing.

use super::index::Map as HashMap;
use super::normalise::{self, AddressRules};
use super::standing;
use crate::model::{AccountKind, AccountStatus, Identity, Person, WorkerKind};
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
struct Keys<'i> {
    employee_id: Cow<'i, str>,
    external_id: Cow<'i, str>,
    email: Cow<'i, str>,
    /// Empty where it is the address.
    username: Cow<'i, str>,
    aliases: Box<[Cow<'i, str>]>,
    home: Box<[Cow<'i, str>]>,
    /// Of HR's records only: a directory's names join nobody.
    name: Cow<'i, str>,
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
    join_directories(identities, &keys, &mut union, moment);
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
fn roomy<K: Eq + std::hash::Hash, V>(room: usize) -> HashMap<K, V> {
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

/// Directory rows go to the HR person that their employee id names, else their addresses; what HR does not know is joined
/// among the directories by the same keys.
fn join_directories(identities: &[Identity], keys: &[Keys<'_>], union: &mut UnionFind<u32>, moment: &Moment) {
    let people = identities.iter().filter(|i| i.from_hr).count();
    let mut hr_ids: HashMap<&str, Holders> = roomy(people);
    let mut hr_mail: HashMap<&str, Holders> = roomy(people);
    let mut hr_rows: Vec<(u32, u32)> = Vec::with_capacity(people);
    for (i, key) in keys.iter().enumerate().filter(|(i, _)| identities[*i].from_hr) {
        let root = union.find_mut(i as u32);
        hr_rows.push((root, i as u32));
        if !key.employee_id.is_empty() {
            hr_ids.entry(&key.employee_id).or_default().add(root);
        }
        for mailbox in std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.aliases).chain(&key.home) {
            hr_mail.entry(mailbox).or_default().add(root);
        }
    }
    hr_rows.sort_unstable();
    let rows = HrRows { identities, keys, rows: &hr_rows, moment };
    let mut attached: Vec<(u32, u32)> = Vec::new();
    let mut loose: Vec<u32> = Vec::new();
    let mut former: Vec<u32> = Vec::new();
    for i in (0..identities.len() as u32).filter(|i| !identities[*i as usize].from_hr) {
        let key = &keys[i as usize];
        let account = &identities[i as usize];
        let mailboxes = || {
            let own = [&key.email, &key.username].into_iter().filter(|m| !m.is_empty());
            own.chain(&key.aliases).chain(&key.home)
        };
        let by_id = match hr_ids.get(&*key.employee_id).filter(|_| !key.employee_id.is_empty()) {
            Some(Holders::One(root)) => Some(*root),
            Some(Holders::Several(roots)) => {
                let has = |root: &u32| mailboxes().any(|m| hr_mail.get(&**m).is_some_and(|h| h.has(*root)));
                only(roots.iter().copied().filter(has)).or_else(|| rows.named_like(roots, account))
            }
            Some(Holders::Nobody) | None => None,
        };
        let by_mail = || {
            mailboxes().find_map(|m| match hr_mail.get(&**m)? {
                Holders::Several(roots) => rows.holder_then(roots, account),
                Holders::One(root) => Some(*root),
                Holders::Nobody => None,
            })
        };
        match by_id.or_else(by_mail) {
            Some(root) if by_id.is_none() && rows.is_before(root, account) => former.push(i),
            Some(root) => attached.push((i, root)),
            None => loose.push(i),
        }
    }
    join_former(&former, keys, union);
    for &(i, root) in &attached {
        union.union(root, i);
    }
    // Records that HR does not know are one person when they share a key. They are somebody whom HR knows when their
    // keys lead to exactly one such person; when they lead to several, nobody guesses.
    let mut seen: HashMap<(u8, &str), u32> = HashMap::default();
    for &i in &loose {
        for key in directory_keys(&keys[i as usize]) {
            union.union(*seen.entry(key).or_insert(i), i);
        }
    }
    // Which HR people the keys of directory records lead to, as far as a loose record has the same key.
    let mut owners: HashMap<(u8, &str), BTreeSet<u32>> = HashMap::default();
    for &(i, root) in attached.iter().filter(|_| !seen.is_empty()) {
        for key in directory_keys(&keys[i as usize]).filter(|key| seen.contains_key(key)) {
            owners.entry(key).or_default().insert(root);
        }
    }
    let mut groups: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for &i in &loose {
        let led = groups.entry(union.find_mut(i)).or_default();
        for key in directory_keys(&keys[i as usize]) {
            led.extend(owners.get(&key).into_iter().flatten());
        }
    }
    for (group, led) in groups {
        if let (Some(&owner), 1) = (led.first(), led.len()) {
            union.union(owner, group);
        }
    }
}

/// The HR people who have one address.
#[derive(Debug, Default)]
enum Holders {
    #[default]
    Nobody,
    One(u32),
    /// Each once, in order.
    Several(BTreeSet<u32>),
}

impl Holders {
    fn has(&self, root: u32) -> bool {
        match self {
            Self::Nobody => false,
            Self::One(one) => *one == root,
            Self::Several(roots) => roots.contains(&root),
        }
    }
    fn add(&mut self, root: u32) {
        match self {
            Self::Nobody => *self = Self::One(root),
            Self::One(first) if *first != root => *self = Self::Several(BTreeSet::from([*first, root])),
            Self::One(_) => {}
            Self::Several(roots) => {
                roots.insert(root);
            }
        }
    }
}

/// The keys by which directory records are joined, each with the kind it is of.
fn directory_keys<'k>(keys: &'k Keys<'_>) -> impl Iterator<Item = (u8, &'k str)> {
    let ids = [(0, &keys.employee_id), (1, &keys.external_id), (2, &keys.email), (2, &keys.username)];
    let aliases = keys.aliases.iter().map(|a| (2, a));
    ids.into_iter().chain(aliases).map(|(kind, text)| (kind, &**text)).filter(|(_, text)| !text.is_empty())
}

/// The only one, if there is one and no other.
fn only(mut all: impl Iterator<Item = u32>) -> Option<u32> {
    all.next().filter(|_| all.next().is_none())
}

/// Directory accounts of people whom HR does not know any more, whose addresses others have today: they are joined among
/// themselves and with nobody else.
fn join_former(former: &[u32], keys: &[Keys<'_>], union: &mut UnionFind<u32>) {
    let mut seen: HashMap<(u8, &str), u32> = HashMap::default();
    for &i in former {
        for key in directory_keys(&keys[i as usize]) {
            union.union(*seen.entry(key).or_insert(i), i);
        }
    }
}

/// HR's rows, each with the person it belongs to, sorted by person.
struct HrRows<'h> {
    identities: &'h [Identity],
    keys: &'h [Keys<'h>],
    rows: &'h [(u32, u32)],
    moment: &'h Moment,
}

/// Accounts are made some days ahead of the first one.
pub(super) const AHEAD: i64 = 30 * 86_400;

impl HrRows<'_> {
    fn of(&self, root: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.rows.partition_point(|(r, _)| *r < root);
        self.rows[first..].iter().take_while(move |(r, _)| *r == root).map(|(_, i)| *i)
    }

    /// Of several HR people who had one address: the one employed when the directory account was made or, if nothing says
    /// that, when it ended; else the only one who is employed now, if the directory account lives.
    fn holder_then(&self, roots: &BTreeSet<u32>, account: &Identity) -> Option<u32> {
        let zone = &self.moment.zone;
        let covers = |root: u32, from: i64, to: i64| {
            self.of(root).map(|i| &self.identities[i as usize]).any(|r| {
                r.start.is_none_or(|s| s.earliest(zone) - AHEAD <= to) && r.end.is_none_or(|e| e.latest(zone) >= from)
            })
        };
        let (from, to) = match (account.created, account.ended) {
            (Some(then), _) => (then.earliest(zone), then.latest(zone)),
            (None, Some(then)) if account.status.is_end_state() => (then.earliest(zone), then.latest(zone)),
            _ if account.status == AccountStatus::Active => (self.moment.now, self.moment.now),
            _ => return None,
        };
        only(roots.iter().copied().filter(|r| covers(*r, from, to)))
    }

    /// Whether a directory account had ended long before the person came who has its address today, and bears the name
    /// of somebody else: the address has been given on.
    fn is_before(&self, root: u32, account: &Identity) -> bool {
        let Some(ended) = account.ended.filter(|_| account.status.is_end_state()) else { return false };
        let zone = &self.moment.zone;
        let ended = ended.latest(zone);
        let later = |i: u32| {
            let start = self.identities[i as usize].start;
            start.is_some_and(|start| start.earliest(zone) - AHEAD > ended)
        };
        let name = normalise::name(&account.name);
        let other = |i: u32| {
            let theirs = &self.keys[i as usize].name;
            !name.is_empty() && !theirs.is_empty() && !share_a_word(&name, theirs)
        };
        self.of(root).all(|i| later(i) && other(i))
    }

    /// The only one of several people whose name shares a word with that of a directory account.
    fn named_like(&self, roots: &BTreeSet<u32>, account: &Identity) -> Option<u32> {
        let name = normalise::name(&account.name);
        only(roots.iter().copied().filter(|r| self.of(*r).any(|i| share_a_word(&name, &self.keys[i as usize].name))))
    }
}

fn share_a_word(a: &str, b: &str) -> bool {
    a.split(' ').any(|word| word.len() > 1 && b.split(' ').any(|other| other == word))
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
        (b.from_hr, started(b))
            .cmp(&(a.from_hr, started(a)))
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
    let worker = order
        .iter()
        .map(|i| at(i))
        .map(|r| {
            if r.kind.is_non_human() {
                WorkerKind::NonHuman
            } else if r.worker == WorkerKind::Unknown && r.kind == AccountKind::Guest {
                WorkerKind::Guest
            } else {
                r.worker
            }
        })
        .find(|w| *w != WorkerKind::Unknown)
        .unwrap_or(WorkerKind::Unknown);
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
