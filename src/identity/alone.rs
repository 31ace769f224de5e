//! Directory records that HR's numbers and addresses lead to nobody: which of them are one person, and which are somebody's
//! after all whom HR knows, by the keys of that person's directory records.

use super::index::Map as HashMap;
use super::joining::{AHEAD, Rows, aliases, more, only, own};
use super::normalise;
use super::people::{Keys, roomy};
use super::same_name;
use crate::model::Identity;
use petgraph::unionfind::UnionFind;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The kinds of keys by which directory records are joined: employee id, the provider's id, an address that is the record's
/// own, an alias together with a name, and a private address together with a whole name.
const NUMBER: u8 = 0;
const PROVIDERS: u8 = 1;
const OWN: u8 = 2;
const ALIAS: u8 = 3;
const HOME: u8 = 4;

/// With so many names of one address each is held against each.
const MOST: usize = 10;

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

/// The private addresses of directory records that another one has, too, in whatever way.
pub(super) fn shared_homes<'k>(identities: &[Identity], keys: &'k [Keys<'_>]) -> HashSet<&'k str> {
    let directories = || (0u32..).zip(identities.iter().zip(keys)).filter(|(_, (identity, _))| !identity.from_hr);
    let mut first: HashMap<&str, (u32, bool)> = HashMap::default();
    for (i, (_, key)) in directories() {
        for home in &key.home {
            first.entry(home).and_modify(|(one, is_shared)| *is_shared |= *one != i).or_insert((i, false));
        }
    }
    if first.is_empty() {
        return HashSet::new();
    }
    for (i, (_, key)) in directories() {
        for mailbox in own(key).chain(aliases(key)) {
            if let Some((one, is_shared)) = first.get_mut(mailbox) {
                *is_shared |= *one != i;
            }
        }
    }
    first.into_iter().filter(|(_, (_, is_shared))| *is_shared).map(|(home, _)| home).collect()
}

/// The own addresses of records that nobody in HR is known by, and of others beside them, whose names are two people's: the
/// address has been given on. To each whole name the one that stands for its bearer.
pub(super) fn parted<'k>(
    identities: &[Identity],
    keys: &'k [Keys<'_>],
    loose: impl Iterator<Item = u32>,
    others: impl Iterator<Item = u32>,
) -> HashMap<&'k str, BTreeMap<String, String>> {
    let mut first: HashMap<&str, u32> = HashMap::default();
    let mut several: HashMap<&str, Vec<u32>> = HashMap::default();
    for i in loose {
        for mailbox in own(&keys[i as usize]) {
            let one = *first.entry(mailbox).or_insert(i);
            if one != i {
                several.entry(mailbox).or_insert_with(|| vec![one]).push(i);
            }
        }
    }
    for i in others {
        for mailbox in own(&keys[i as usize]) {
            if let Some(one) = first.get(mailbox) {
                several.entry(mailbox).or_insert_with(|| vec![*one]).push(i);
            }
        }
    }
    let named = |(mailbox, records): (&'k str, Vec<u32>)| {
        let mut names: BTreeMap<String, Time> = BTreeMap::new();
        for record in records.into_iter().map(|i| &identities[i as usize]).filter(|r| same_name::is_latin(&r.name)) {
            let name = normalise::name(&record.name);
            if same_name::is_whole(&name) {
                let time = Time::of(record);
                names.entry(name).and_modify(|all| *all = all.with(time)).or_insert(time);
            }
        }
        bearers(&names).map(|names| (mailbox, names))
    };
    several.into_iter().filter_map(named).collect()
}

/// From when to when accounts lived, as far as all of them say it and all have ended.
#[derive(Debug, Clone, Copy, Default)]
struct Time {
    made: Option<i64>,
    ended: Option<i64>,
}

impl Time {
    fn of(record: &Identity) -> Self {
        let ended = record.ended.filter(|_| record.status.is_end_state());
        let [made, ended] = [record.created, ended].map(|day| day.map(|day| day.order().0));
        Self { made, ended }
    }

    fn with(self, other: Self) -> Self {
        let both = |a: Option<i64>, b: Option<i64>, of: fn(i64, i64) -> i64| a.zip(b).map(|(a, b)| of(a, b));
        Self { made: both(self.made, other.made, i64::min), ended: both(self.ended, other.ended, i64::max) }
    }

    /// Whether these had ended long before the others were made.
    fn is_before(self, other: Self) -> bool {
        self.ended.zip(other.made).is_some_and(|(ended, made)| ended + AHEAD < made)
    }
}

/// Of the names at one address, which are one person's; none if all may be.
fn bearers(names: &BTreeMap<String, Time>) -> Option<BTreeMap<String, String>> {
    let are_few = names.len() <= MOST;
    let are_two = |(a, then): (&String, &Time), (b, later): (&String, &Time)| {
        let is_given_on = then.is_before(*later) || later.is_before(*then);
        same_name::are_two(a, b) || (is_given_on && !same_name::are_alike(a, b))
    };
    let may_be_one = |one| names.iter().map(|other| !are_two(one, other)).collect::<Vec<bool>>();
    let alike: Vec<Vec<bool>> = if are_few { names.iter().map(may_be_one).collect() } else { Vec::new() };
    if names.len() < 2 || (are_few && alike.iter().flatten().all(|one| *one)) {
        return None;
    }
    let bearer = |(n, name): (usize, &String)| {
        // Whoever may be two people is neither of them.
        let is_one = are_few && alike.iter().zip(&alike[n]).all(|(other, is_alike)| !is_alike || *other == alike[n]);
        let least =
            names.keys().enumerate().find(|(other, _)| is_one && alike[n][*other]).map(|(_, least)| least.clone());
        let apart = || same_name::forms(name).last().map(|form| format!("={form}"));
        (name.clone(), least.or_else(apart).unwrap_or_default())
    };
    Some(names.keys().enumerate().map(bearer).collect())
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
        let others = move || {
            let all = [(PROVIDERS, Cow::Borrowed(&*key.external_id))].into_iter();
            let mine = own(key).filter_map(move |mailbox| Some((OWN, self.as_own(i, mailbox)?)));
            all.chain(mine).filter(|(_, text)| !text.is_empty())
        };
        let number = &*key.employee_id;
        let beside = others().filter(move |_| !is_alone && !number.is_empty());
        let beside = beside.map(move |(_, text)| (NUMBER, Cow::Owned(format!("{number} {text}"))));
        let number = Some((NUMBER, number)).filter(|(_, number)| is_alone && !number.is_empty());
        let ids = number.into_iter().map(|(kind, text)| (kind, Cow::Borrowed(text))).chain(others());
        let has_aliases = aliases(key).next().is_some() || own(key).any(|mailbox| self.aliased.contains_key(mailbox));
        let named = if has_aliases { self.with_name(i) } else { Vec::new() };
        let homes = own(key).chain(more(key)).filter(|mailbox| self.homes.contains(mailbox));
        let homes = homes.flat_map(move |mailbox| self.with_whole_name(i, mailbox));
        ids.chain(beside).chain(named).chain(homes)
    }

    /// An own address as a key. Where it has been given on, together with the name; without one it says nothing.
    fn as_own<'r>(&'r self, i: u32, mailbox: &'r str) -> Option<Cow<'r, str>> {
        match self.parted.get(mailbox) {
            None => Some(Cow::Borrowed(mailbox)),
            Some(bearers) => bearers.get(&self.name(i)).map(|bearer| Cow::Owned(format!("{mailbox} {bearer}"))),
        }
    }

    /// An address that is private for somebody, with the whole name: families share such addresses.
    fn with_whole_name(&self, i: u32, mailbox: &str) -> Vec<DirectoryKey<'static>> {
        let name = self.name(i);
        let forms = same_name::forms(&name).filter(|form| form.contains(' '));
        forms.map(|form| (HOME, Cow::Owned(format!("{mailbox} {form}")))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Option<Vec<(String, String)>> {
        let names = names.iter().map(|name| ((*name).to_owned(), Time::default()));
        bearers(&names.collect()).map(|all| all.into_iter().collect())
    }

    fn pairs(all: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        Some(all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn names_at_one_address_are_parted_only_where_two_of_them_are_two_peoples() {
        assert_eq!(of(&["rosa jansen"]), None);
        assert_eq!(of(&["rosa jansen", "jansen rosa", "rosa maria jansen", "rosa olsen"]), None);
        let two = [("jansen rosa", "jansen rosa"), ("piet olsen", "piet olsen"), ("rosa jansen", "jansen rosa")];
        assert_eq!(of(&["rosa jansen", "piet olsen", "jansen rosa"]), pairs(&two));
    }

    #[test]
    fn a_name_that_may_be_either_of_two_is_that_of_neither() {
        // Rosa may have married, and so may the other Jansen; these two have nothing in common.
        let all = of(&["rosa jansen", "rosa piet olsen", "piet olsen"]).unwrap();
        let bearers: BTreeSet<&String> = all.iter().map(|(_, bearer)| bearer).collect();
        assert_eq!(bearers.len(), 3, "{all:?}");
    }

    #[test]
    fn of_one_given_name_are_two_where_one_account_had_ended_long_before_the_other_was_made() {
        let time = |made: i64, ended: Option<i64>| Time { made: Some(made * AHEAD), ended: ended.map(|n| n * AHEAD) };
        let of = |first: Time, second: Time, name: &str| {
            bearers(&BTreeMap::from([("rosa jansen".to_owned(), first), (name.to_owned(), second)])).is_some()
        };
        assert!(of(time(0, Some(10)), time(20, None), "rosa olsen"));
        assert!(!of(time(0, Some(10)), time(20, None), "rosa maria jansen"));
        for (first, second) in [(time(0, Some(10)), time(11, None)), (time(0, None), time(20, None))] {
            assert!(!of(first, second, "rosa olsen"), "{first:?} {second:?}");
        }
    }

    #[test]
    fn so_many_names_that_nobody_compares_them_all_are_so_many_people() {
        let names: Vec<String> = (0..200).map(|n| format!("a{n} b{n}")).collect();
        let all = of(&names.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert_eq!(all.iter().map(|(_, bearer)| bearer).collect::<BTreeSet<_>>().len(), 200);
    }
}
