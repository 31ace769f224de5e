//! Directory records that HR's numbers and addresses lead to nobody: which of them are one person, and which are somebody's
//! after all whom HR knows, by the keys of that person's directory records.

use super::index::Map as HashMap;
use super::joining::{Rows, aliases, only, own};
use super::people::{Keys, roomy};
use super::same_name;
use crate::model::Identity;
use petgraph::unionfind::UnionFind;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The kinds of keys by which directory records are joined: employee id, the provider's id, an address that is the record's
/// own, and an alias together with a name.
const NUMBER: u8 = 0;
const PROVIDERS: u8 = 1;
const OWN: u8 = 2;
const ALIAS: u8 = 3;

/// A key by which directory records are joined, with its kind.
type DirectoryKey<'k> = (u8, Cow<'k, str>);

/// The aliases of directory records that are not also own addresses of the same record, each with whether only one has it.
pub(super) fn aliased<'k>(identities: &[Identity], keys: &'k [Keys<'_>]) -> HashMap<&'k str, bool> {
    let mut all: HashMap<&str, bool> = HashMap::default();
    for (_, key) in identities.iter().zip(keys).filter(|(identity, _)| !identity.from_hr) {
        for alias in aliases(key) {
            all.entry(alias).and_modify(|is_only| *is_only = false).or_insert(true);
        }
    }
    all
}

impl Rows<'_> {
    /// Records that HR does not know are one person when they share a key, unless their employee ids differ. A record without
    /// one is somebody's whom the others show, if its keys lead to no second one.
    pub(super) fn join_alone(&self, list: &[u32], union: &mut UnionFind<u32>) {
        let (numbered, bare): (Vec<u32>, Vec<u32>) = list.iter().partition(|i| !self.number(**i).is_empty());
        let source = |i: u32| self.identities[i as usize].place.source;
        let mut held: HashMap<DirectoryKey<'_>, u32> = roomy(numbered.len());
        // Holders of one key, one for each source and number, and whether two of them are two people.
        let mut several: HashMap<DirectoryKey<'_>, (Vec<u32>, bool)> = HashMap::default();
        for &i in &numbered {
            for key in self.directory_keys(i) {
                let first = *held.entry(key.clone()).or_insert(i);
                if key.0 == NUMBER {
                    union.union(first, i);
                } else if (source(first), self.number(first)) != (source(i), self.number(i)) {
                    let (all, contested) = several.entry(key).or_insert_with(|| (vec![first], false));
                    let same = |a: &u32| source(*a) == source(i) && self.number(*a) == self.number(i);
                    if !*contested && !all.iter().any(same) {
                        *contested = all.iter().any(|a| self.differ(*a, i));
                        all.push(i);
                    }
                }
            }
        }
        self.join_where_none_differ(&numbered, several.values().filter(|s| !s.1).map(|s| &*s.0), union);
        let mut seen: HashMap<DirectoryKey<'_>, u32> = roomy(bare.len());
        for &i in &bare {
            for key in self.directory_keys(i) {
                union.union(*seen.entry(key).or_insert(i), i);
            }
        }
        let mut led: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for &i in bare.iter().filter(|_| !held.is_empty()) {
            let led = led.entry(union.find_mut(i)).or_default();
            for key in self.directory_keys(i) {
                match (several.get(&key), held.get(&key)) {
                    (Some((all, _)), _) => led.extend(all.iter().map(|a| union.find_mut(*a))),
                    (None, Some(one)) => _ = led.insert(union.find_mut(*one)),
                    (None, None) => {}
                }
            }
        }
        for (group, led) in led {
            if let Some(one) = only(led.into_iter()) {
                union.union(one, group);
            }
        }
    }

    /// Joins records of several systems that share a key, but for those that would make one person of two who differ.
    fn join_where_none_differ<'s>(
        &self,
        numbered: &[u32],
        sharing: impl Iterator<Item = &'s [u32]>,
        union: &mut UnionFind<u32>,
    ) {
        let mut sharing = sharing.peekable();
        if sharing.peek().is_none() {
            return;
        }
        let mut joined = union.clone();
        let mut touched: Vec<u32> = Vec::new();
        for all in sharing {
            all.iter().for_each(|i| _ = joined.union(all[0], *i));
            touched.push(all[0]);
        }
        let mut groups: BTreeMap<u32, Vec<u32>> =
            touched.into_iter().map(|i| (joined.find_mut(i), Vec::new())).collect();
        for &i in numbered {
            if let Some(group) = groups.get_mut(&joined.find_mut(i)) {
                group.push(i);
            }
        }
        for group in groups.into_values().filter(|group| !self.are_several(group.iter().copied())) {
            group.iter().for_each(|i| _ = union.union(group[0], *i));
        }
    }

    /// People whom HR does not know by their records are somebody whom HR knows when their keys lead to exactly one such
    /// person, by the keys of that person's directory records; when they lead to several, nobody guesses.
    pub(super) fn join_led(&self, loose: &[u32], union: &mut UnionFind<u32>) {
        if self.attached.is_empty() {
            return;
        }
        let asked: HashSet<DirectoryKey<'_>, _> =
            HashSet::<_, foldhash::fast::RandomState>::from_iter(loose.iter().flat_map(|i| self.directory_keys(*i)));
        let mut owners: HashMap<DirectoryKey<'_>, BTreeSet<u32>> = HashMap::default();
        for &(root, i) in &self.attached {
            for key in self.directory_keys(i).filter(|key| asked.contains(key)) {
                owners.entry(key).or_default().insert(root);
            }
        }
        let mut groups: BTreeMap<u32, (Vec<u32>, BTreeSet<u32>)> = BTreeMap::new();
        for &i in loose {
            let (members, led) = groups.entry(union.find_mut(i)).or_default();
            members.push(i);
            for key in self.directory_keys(i) {
                led.extend(owners.get(&key).into_iter().flatten());
            }
        }
        let mut joining: BTreeMap<u32, Vec<Vec<u32>>> = BTreeMap::new();
        for (members, led) in groups.into_values() {
            let fits = |root: &u32| !members.iter().any(|i| self.contradicts(*root, *i));
            if let Some(owner) = only(led.into_iter().filter(fits)) {
                joining.entry(owner).or_default().push(members);
            }
        }
        for (owner, groups) in joining {
            // Two people of the directory who differ are not both this one.
            let are_several = self.are_several(groups.iter().flatten().copied());
            let bare = |group: &&Vec<u32>| group.iter().all(|i| self.number(*i).is_empty());
            for group in groups.iter().filter(|group| !are_several || bare(group)) {
                union.union(owner, group[0]);
            }
        }
    }

    /// The keys by which a directory record is joined. An alias is one together with the given name where it is somebody's own
    /// address, else with the whole name: several people can have one.
    fn directory_keys(&self, i: u32) -> impl Iterator<Item = DirectoryKey<'_>> {
        let key = &self.keys[i as usize];
        // A number that is somebody else's, too, says something only together with an address or a provider's id.
        let is_alone = !key.is_shared && !self.refused.contains(&i);
        let others = || {
            let all = [(PROVIDERS, &*key.external_id)].into_iter().chain(own(key).map(|mailbox| (OWN, mailbox)));
            all.filter(|(_, text)| !text.is_empty())
        };
        let number = &*key.employee_id;
        let beside = others().filter(move |_| !is_alone && !number.is_empty());
        let beside = beside.map(move |(_, text)| (NUMBER, Cow::Owned(format!("{number} {text}"))));
        let number = Some((NUMBER, number)).filter(|(_, number)| is_alone && !number.is_empty());
        let ids = number.into_iter().chain(others()).map(|(kind, text)| (kind, Cow::Borrowed(text)));
        let has_aliases = aliases(key).next().is_some() || own(key).any(|mailbox| self.aliased.contains_key(mailbox));
        let named = if has_aliases { self.with_name(i) } else { Vec::new() };
        ids.chain(beside).chain(named)
    }

    /// A record's aliases, and its own addresses that are somebody's alias, with the name that must fit.
    fn with_name(&self, i: u32) -> Vec<DirectoryKey<'_>> {
        let (key, name) = (&self.keys[i as usize], self.name(i));
        let given = same_name::given(&name).unwrap_or_default();
        let with = |mailbox: &str, name: &str| (ALIAS, Cow::Owned(format!("{mailbox} {name}")));
        let mut all: Vec<DirectoryKey<'_>> =
            own(key).filter(|mailbox| self.aliased.contains_key(mailbox)).map(|mailbox| with(mailbox, given)).collect();
        for alias in aliases(key) {
            if !self.owned.contains(alias) {
                all.extend(same_name::forms(&name).map(|form| with(alias, &form)));
                continue;
            }
            all.push(with(alias, given));
            // Without a name only the address under which a record is kept says anything.
            if !given.is_empty() && self.aliased.get(alias) == Some(&true) {
                all.push(with(alias, ""));
            }
        }
        all
    }
}
