//! People from the records of HR and identity providers: who is one person, and where that person stands on a day.
//!
//! HR records are joined first, then each directory record goes to the person that its strongest key names. Two people
//! whom HR keeps apart are never joined by a directory. The order of rows decides nothing.

use super::index::Map as HashMap;
use super::normalise::{self, AddressRules};
use crate::model::{
    AccountKind, AccountStatus, Basis, Employment, Identity, Person, PersonStatus, Standing, When, WorkerKind,
};
use jiff::tz::TimeZone;
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
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

/// The comparable keys of one identity record.
#[derive(Debug, Default)]
struct Keys {
    employee_id: Box<str>,
    external_id: Box<str>,
    email: Box<str>,
    /// Empty where it is the address.
    username: Box<str>,
    aliases: Box<[Box<str>]>,
    home: Box<[Box<str>]>,
    /// Of HR's records only: a directory's names join nobody.
    name: Box<str>,
}

fn keys(identity: &Identity, rules: &AddressRules) -> Keys {
    let mut out = String::new();
    let mut keys = Keys::default();
    if normalise::id(&identity.employee_id, &mut out) {
        keys.employee_id = normalise::without_zeros(&out).unwrap_or(&out).into();
    }
    if normalise::id(&identity.external_id, &mut out) {
        keys.external_id = out.as_str().into();
    }
    let folded = |out: &str| rules.fold(out).map_or_else(|| out.into(), String::into_boxed_str);
    if normalise::address(&identity.email, &mut out) {
        keys.email = folded(&out);
    }
    if identity.username != identity.email && normalise::address(&identity.username, &mut out) {
        keys.username = folded(&out);
    }
    let list = |from: &[Arc<str>], out: &mut String| -> Box<[Box<str>]> {
        let mut all: Vec<Box<str>> =
            from.iter().filter_map(|a| if normalise::address(a, out) { Some(folded(out)) } else { None }).collect();
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

/// Which identity records are one person, and the standing of each.
///
/// The people come sorted by their key; `identities` keeps its order.
pub fn build(identities: &[Identity], rules: &AddressRules, moment: &Moment) -> Vec<Person> {
    let keys: Vec<Keys> = identities.par_iter().map(|i| keys(i, rules)).collect();
    let mut union = UnionFind::<u32>::new(identities.len());
    join_hr(identities, &keys, &mut union);
    join_directories(identities, &keys, &mut union, moment);
    let mut members: Vec<(u32, u32)> = (0..identities.len() as u32).map(|i| (union.find_mut(i), i)).collect();
    members.par_sort_unstable();
    let groups: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
    let mut people: Vec<Person> = groups.par_iter().map(|group| person(group, identities, &keys, moment)).collect();
    people.par_sort_by(|a, b| a.key.cmp(&b.key).then_with(|| a.name.cmp(&b.name)).then_with(|| a.email.cmp(&b.email)));
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

/// HR rows are one person when they share the employee id; or the work address or a private one, and the name.
/// An address alone does not join: it may have been given to somebody new.
fn join_hr(identities: &[Identity], keys: &[Keys], union: &mut UnionFind<u32>) {
    let mut by_id: HashMap<&str, u32> = HashMap::default();
    let mut by_mailbox: HashMap<(&str, &str), u32> = HashMap::default();
    for (i, key) in keys.iter().enumerate().filter(|(i, _)| identities[*i].from_hr) {
        let i = i as u32;
        if !key.employee_id.is_empty() {
            union.union(*by_id.entry(&key.employee_id).or_insert(i), i);
        }
        if !key.name.is_empty() {
            let mailboxes = std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.home);
            for mailbox in mailboxes {
                union.union(*by_mailbox.entry((mailbox, &key.name)).or_insert(i), i);
            }
        }
    }
}

/// Directory rows go to the HR person that their employee id names, else their addresses; what HR does not know is joined
/// among the directories by the same keys.
fn join_directories(identities: &[Identity], keys: &[Keys], union: &mut UnionFind<u32>, moment: &Moment) {
    let mut hr_ids: HashMap<&str, u32> = HashMap::default();
    let mut hr_mail: HashMap<&str, Holders> = HashMap::default();
    let mut hr_rows: Vec<(u32, u32)> = Vec::new();
    for (i, key) in keys.iter().enumerate().filter(|(i, _)| identities[*i].from_hr) {
        let root = union.find_mut(i as u32);
        hr_rows.push((root, i as u32));
        if !key.employee_id.is_empty() {
            hr_ids.insert(&key.employee_id, root);
        }
        for mailbox in std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.aliases).chain(&key.home) {
            hr_mail.entry(mailbox).or_default().add(root);
        }
    }
    hr_rows.sort_unstable();
    let mut attached: Vec<(u32, u32)> = Vec::new();
    let mut loose: Vec<u32> = Vec::new();
    for i in (0..identities.len() as u32).filter(|i| !identities[*i as usize].from_hr) {
        let key = &keys[i as usize];
        let by_id = hr_ids.get(&*key.employee_id).copied().filter(|_| !key.employee_id.is_empty());
        let by_mail = || {
            let mailboxes = [&key.email, &key.username].into_iter().filter(|m| !m.is_empty());
            mailboxes.chain(&key.aliases).chain(&key.home).find_map(|m| match hr_mail.get(&**m)? {
                Holders::Several(roots) => holder_then(identities, roots, &hr_rows, &identities[i as usize], moment),
                Holders::One(root) => Some(*root),
                Holders::Nobody => None,
            })
        };
        match by_id.or_else(by_mail) {
            Some(root) => attached.push((i, root)),
            None => loose.push(i),
        }
    }
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
fn directory_keys(keys: &Keys) -> impl Iterator<Item = (u8, &str)> {
    let ids = [(0, &keys.employee_id), (1, &keys.external_id), (2, &keys.email), (2, &keys.username)];
    let aliases = keys.aliases.iter().map(|a| (2, a));
    ids.into_iter().chain(aliases).map(|(kind, text)| (kind, &**text)).filter(|(_, text)| !text.is_empty())
}

/// Of several HR people who had one address: the one employed when the directory account was made; else the only one
/// who is employed now, if the directory account lives.
fn holder_then(
    identities: &[Identity],
    roots: &BTreeSet<u32>,
    hr_rows: &[(u32, u32)],
    account: &Identity,
    moment: &Moment,
) -> Option<u32> {
    let rows = |root: u32| {
        let first = hr_rows.partition_point(|(r, _)| *r < root);
        hr_rows[first..].iter().take_while(move |(r, _)| *r == root).map(|(_, i)| &identities[*i as usize])
    };
    let covers = |root: u32, from: i64, to: i64| {
        rows(root).any(|r| {
            r.start.is_none_or(|s| s.earliest(&moment.zone) - 30 * 86_400 <= to)
                && r.end.is_none_or(|e| e.latest(&moment.zone) >= from)
        })
    };
    let fitting: Vec<u32> = match account.created {
        Some(made) => {
            let (from, to) = (made.earliest(&moment.zone), made.latest(&moment.zone));
            roots.iter().copied().filter(|r| covers(*r, from, to)).collect()
        }
        None if account.status == AccountStatus::Active => {
            roots.iter().copied().filter(|r| covers(*r, moment.now, moment.now)).collect()
        }
        None => Vec::new(),
    };
    match fitting[..] {
        [one] => Some(one),
        _ => None,
    }
}

fn person(group: &[(u32, u32)], identities: &[Identity], keys: &[Keys], moment: &Moment) -> Person {
    let at = |i: &u32| &identities[*i as usize];
    let mut members: Vec<u32> = group.iter().map(|(_, i)| *i).collect();
    members.sort_by_key(|i| (!at(i).from_hr, at(i).place.source, at(i).place.line));
    let mut employments: Vec<Employment> = members
        .iter()
        .map(at)
        .filter(|r| r.from_hr)
        .map(|r| Employment {
            start: r.start,
            end: r.end.or(ended_word(r)),
            status: r.person_status,
            worker: r.worker,
            place: r.place,
        })
        .collect();
    employments
        .sort_by_key(|e| (e.start.map(|s| s.order()), e.end.is_none(), e.end.map(|s| s.order()), e.status, e.place));
    let standing = if employments.is_empty() {
        by_directory(&members, identities)
    } else {
        by_hr(&employments, identities, &members, moment)
    };
    // What to show comes from the newest employment, then from the directories in the order of their precedence.
    let newest = |a: &&u32, b: &&u32| {
        let (a, b) = (at(a), at(b));
        let started = |r: &Identity| r.start.map(|s| s.order());
        (b.from_hr, started(b))
            .cmp(&(a.from_hr, started(a)))
            .then_with(|| (a.place.source, &a.name, &a.email).cmp(&(b.place.source, &b.name, &b.email)))
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

fn stable_key(order: &[&u32], identities: &[Identity], keys: &[Keys]) -> String {
    let least = |get: &dyn Fn(&Keys) -> &str| {
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

/// HR says "terminated" and gives the day only as the day the status changed.
fn ended_word(r: &Identity) -> Option<When> {
    if r.person_status == PersonStatus::Terminated { r.ended } else { None }
}

fn by_hr(employments: &[Employment], identities: &[Identity], members: &[u32], moment: &Moment) -> Standing {
    let zone = &moment.zone;
    let mut current: Vec<&Employment> = Vec::new();
    let mut past: Vec<&Employment> = Vec::new();
    let mut future = false;
    for e in employments {
        let raw =
            members.iter().map(|i| &identities[*i as usize]).find(|r| r.place == e.place).map_or("", |r| &r.raw_status);
        let over = e.end.is_some_and(|end| end.passed(moment.now, zone));
        match e.status {
            PersonStatus::Active
            | PersonStatus::Leave
            | PersonStatus::Notice
            | PersonStatus::Rehired
            | PersonStatus::PreHire
                if over =>
            {
                return Standing::Unclear(
                    "HR gives a day of leaving in the past and says that the person still works here",
                );
            }
            PersonStatus::Terminated if e.end.is_none() => past.push(e),
            _ if over => past.push(e),
            _ if e.start.is_some_and(|s| s.earliest(zone) > moment.now) => future = true,
            PersonStatus::Unknown if !raw.is_empty() && e.end.is_none() => {
                return Standing::Unclear("HR says the status in a word that nobody has explained yet");
            }
            _ => current.push(e),
        }
    }
    let contradicts = |c: &&Employment| c.start.is_some() && past.iter().any(|p| p.start == c.start);
    if current.iter().any(contradicts) {
        return Standing::Unclear("two HR rows of one employment contradict each other");
    }
    if !current.is_empty() {
        if let Some(end) = current.iter().map(|c| c.end).min_by_key(|e| (e.is_none(), e.map(|e| e.order()))).flatten()
            && current.iter().all(|c| c.end.is_some())
        {
            let last = current.iter().filter_map(|c| c.end).max_by_key(When::order).unwrap_or(end);
            return Standing::Notice(last);
        }
        return if current.iter().any(|c| c.status == PersonStatus::Leave) {
            Standing::OnLeave
        } else {
            Standing::AtWork
        };
    }
    if past.is_empty() {
        return if future { Standing::PreHire } else { Standing::Unclear("HR says nothing about the employment") };
    }
    let undated = past.iter().any(|p| p.end.is_none());
    let since = if undated { None } else { past.iter().filter_map(|p| p.end).max_by_key(|e| e.latest(zone)) };
    Standing::Left { since, basis: Basis::Hr }
}

fn by_directory(members: &[u32], identities: &[Identity]) -> Standing {
    let accounts: Vec<&Identity> = members.iter().map(|i| &identities[*i as usize]).collect();
    if accounts.iter().all(|a| a.status.is_end_state()) {
        let since = if accounts.iter().any(|a| a.ended.is_none()) {
            None
        } else {
            accounts.iter().filter_map(|a| a.ended).max_by_key(When::order)
        };
        return Standing::Left { since, basis: Basis::Idp };
    }
    if accounts
        .iter()
        .any(|a| matches!(a.status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked))
    {
        return Standing::AtWork;
    }
    if accounts.iter().any(|a| a.status == AccountStatus::Suspended) {
        return Standing::Unclear("HR does not know the person, and the directory has only suspended the account");
    }
    if accounts.iter().all(|a| a.raw_status.is_empty()) {
        return Standing::AtWork;
    }
    Standing::Unclear("HR does not know the person, and the directory's status is not understood")
}
