//! Which rows of HR's lists are one person: by the work address or a private one beside the name, and by the employee id.
//!
//! A number is as good as the lists that have it. One list can have one number for several people: a placeholder, or one that
//! was given out again. Two lists can number people alike, or each in its own way: what they have in common shows which. All
//! this is decided by what stands in the rows, never by their order.

use super::index::Map as HashMap;
use super::normalise;
use super::people::{Keys, roomy};
use super::same_name::{are_alike, are_comparable, are_two, forms, is_same_name, may_be_one};
use crate::model::{Attribute, Identity, When};
use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// What became of HR's numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The rows whose number one list has for several people.
    pub(super) shared: Vec<u32>,
    /// Pairs of rows with one number, of which nothing tells whether they are one person.
    pub(super) unsure: Vec<(u32, u32)>,
    /// Pairs of rows of one list that are taken for one person, who has come back with another family name and address.
    pub(super) renamed: Vec<(u32, u32)>,
}

/// With so many names of one address or number each is held against each; beyond, only those that are the same.
const MOST: usize = 50;
/// Whoever comes back under another name after so many seconds may be somebody else with the number.
const AWAY: i64 = 31 * 86_400;
/// So many people of one number whose names have nothing in common show that two lists number people each in its own way.
const MANY: u32 = 10;

/// Joins HR's rows.
pub(super) fn join(identities: &[Identity], keys: &[Keys<'_>], union: &mut UnionFind<u32>) -> Numbers {
    let people = identities.iter().filter(|i| i.from_hr).count();
    let of_hr = || (0..).zip(keys).zip(identities).filter(|(_, identity)| identity.from_hr).map(|(row, _)| row);
    // Private addresses, and then all others beside them.
    let has_private = of_hr().any(|(_, key)| !key.home.is_empty());
    let by_address = || {
        let addresses = of_hr().filter(|(_, key)| !key.email.is_empty());
        repeated(people, addresses.map(|(i, key)| (&*key.email, i)))
    };
    let by_number = || {
        let numbers = of_hr().filter(|(_, key)| !key.employee_id.is_empty());
        repeated(people, numbers.map(|(i, key)| (&*key.employee_id, i)))
    };
    let by_mailbox = || {
        let named = of_hr().filter(|(_, key)| has_private && !key.name.is_empty());
        let all = named.flat_map(|(i, key)| {
            let mailboxes = std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.home);
            mailboxes.map(move |mailbox| ((&**mailbox, &*key.name), i))
        });
        repeated(if has_private { people } else { 0 }, all)
    };
    let (addressed, (numbered, mailboxes)) = rayon::join(by_address, || rayon::join(by_number, by_mailbox));
    let rows = Rows { identities, keys };
    sorted(&mailboxes).for_each(|all| rows.join_by_name(all.iter().copied(), union));
    let groups: Vec<Vec<Entry<'_>>> = sorted(&numbered).map(|all| rows.entries(all)).collect();
    let mut numbers = Numbers::default();
    let alike = Lists::of(&groups);
    for (group, all) in groups.iter().zip(sorted(&numbered)) {
        for entry in group {
            entry.rows.iter().for_each(|i| _ = union.union(entry.rows[0], *i));
            if entry.is_shared {
                numbers.shared.extend(&entry.rows);
            }
            numbers.renamed.extend(entry.renamed);
        }
        rows.join_lists(group, &alike, union, &mut numbers.unsure);
        // Only when all that are alike are joined: what is left over shows whether there is nobody else.
        rows.join_bare(all, union);
    }
    for all in sorted(&addressed) {
        rows.join_by_address(all, union);
    }
    numbers.unsure.retain(|(a, b)| union.find_mut(*a) != union.find_mut(*b));
    numbers
}

/// The rows of each key that several rows have. `room` is how many keys there may be.
fn repeated<K: Copy + Eq + Hash>(room: usize, all: impl Iterator<Item = (K, u32)>) -> HashMap<K, Vec<u32>> {
    let mut first: HashMap<K, u32> = roomy(room);
    let mut several: HashMap<K, Vec<u32>> = HashMap::default();
    for (key, i) in all {
        let first = *first.entry(key).or_insert(i);
        if first != i {
            several.entry(key).or_insert_with(|| vec![first]).push(i);
        }
    }
    several
}

/// The rows of each key, in the order of the keys.
fn sorted<K: Copy + Ord>(rows: &HashMap<K, Vec<u32>>) -> impl Iterator<Item = &[u32]> {
    let mut all: Vec<(K, &[u32])> = rows.iter().map(|(key, rows)| (*key, &rows[..])).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, rows)| rows)
}

struct Rows<'r> {
    identities: &'r [Identity],
    keys: &'r [Keys<'r>],
}

/// The rows of one list that have one number and are one person.
#[derive(Debug, Default)]
struct Entry<'r> {
    source: u32,
    /// The number with all its zeros.
    written: String,
    rows: Vec<u32>,
    names: BTreeSet<(&'r str, &'r str)>,
    addresses: BTreeSet<&'r str>,
    births: BTreeSet<&'r str>,
    /// From when to when the rows are about, in seconds, as far as all of them have a first and a last day.
    first: Option<i64>,
    last: Option<i64>,
    /// Whether the list has the number for somebody else, too.
    is_shared: bool,
    /// Of two who have it: whether they may be one person all the same.
    is_doubtful: bool,
    /// Two of the rows, where these are one person's only because one lies long before the other.
    renamed: Option<(u32, u32)>,
}

impl Entry<'_> {
    fn is_bare(&self) -> bool {
        self.names.is_empty() && self.addresses.is_empty()
    }

    /// Whether a pair of names fits.
    fn named(&self, other: &Self, fit: impl Fn((&str, &str), (&str, &str)) -> bool) -> bool {
        self.names.iter().take(MOST).any(|a| other.names.iter().take(MOST).any(|b| fit(*a, *b)))
    }

    fn meets(&self, other: &Self) -> bool {
        !self.addresses.is_disjoint(&other.addresses)
    }

    /// One name or one address.
    fn is_alike(&self, other: &Self) -> bool {
        self.meets(other) || self.named(other, |(_, a), (_, b)| are_alike(a, b))
    }

    /// Both have names, and these cannot be one person's.
    fn is_named_otherwise(&self, other: &Self) -> bool {
        let have_names = !self.names.is_empty() && !other.names.is_empty();
        let may_be = |a: (&str, &str), b: (&str, &str)| may_be_one(a.1, b.1) || !are_comparable(a.0, b.0);
        have_names && !self.named(other, may_be)
    }

    /// Both have addresses, and none in common.
    fn lives_elsewhere(&self, other: &Self) -> bool {
        !self.addresses.is_empty() && !other.addresses.is_empty() && !self.meets(other)
    }

    fn born_otherwise(&self, other: &Self) -> bool {
        !self.births.is_empty() && !other.births.is_empty() && self.births.is_disjoint(&other.births)
    }

    /// Both have names, and these have nothing in common.
    fn is_called_otherwise(&self, other: &Self) -> bool {
        let may_be = |a: (&str, &str), b: (&str, &str)| !are_two(a.1, b.1) || !are_comparable(a.0, b.0);
        !self.names.is_empty() && !other.names.is_empty() && !self.named(other, may_be)
    }

    /// A given name, and nothing else in common: another family name and another address.
    fn is_namesake(&self, other: &Self) -> bool {
        let alike = |a: (&str, &str), b: (&str, &str)| are_alike(a.1, b.1) || !are_comparable(a.0, b.0);
        let have_names = !self.names.is_empty() && !other.names.is_empty();
        have_names && self.lives_elsewhere(other) && !self.born_alike(other) && !self.named(other, alike)
    }

    fn born_alike(&self, other: &Self) -> bool {
        !self.births.is_disjoint(&other.births)
    }

    /// The seconds between the last day of one and the first day of the other, if these certainly come one after the other.
    fn between(&self, other: &Self) -> Option<i64> {
        let gap = |a: &Self, b: &Self| a.last.zip(b.first).map(|(last, first)| first - last).filter(|gap| *gap >= 0);
        gap(self, other).or_else(|| gap(other, self))
    }

    /// Whether two of one number are two people, although the given name is the same: both were here at one time, as far as
    /// anybody can tell.
    fn stands_beside(&self, other: &Self) -> bool {
        self.is_namesake(other) && self.between(other).is_none()
    }

    /// Whether all that is known of both speaks against one person.
    fn contradicts(&self, other: &Self) -> bool {
        let is_other = self.is_named_otherwise(other) && self.lives_elsewhere(other) && !self.born_alike(other);
        is_other || (self.born_otherwise(other) && !self.is_alike(other))
    }
}

/// How two lists number people.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Numbering {
    /// Most numbers that both have belong to one name or address.
    Alike,
    /// They belong to other people.
    Apart,
    /// They are too few to tell.
    Open,
}

/// What is seen of the numbers that two lists have in common.
#[derive(Debug, Default)]
struct Seen {
    common: u32,
    alike: u32,
    /// Another name and another address.
    differ: u32,
    /// Another name; what the address is, is not known of both.
    unlike: u32,
}

/// How each pair of lists numbers people.
#[derive(Debug, Default)]
struct Lists(BTreeMap<(u32, u32), Seen>);

impl Lists {
    fn of(groups: &[Vec<Entry<'_>>]) -> Self {
        let mut lists = Self::default();
        for group in groups {
            let known: Vec<&Entry<'_>> = group.iter().filter(|e| !e.is_bare() && !e.is_shared).collect();
            if known.len() > MOST {
                continue;
            }
            for (n, b) in known.iter().enumerate() {
                for a in known[..n].iter().filter(|a| a.source != b.source && is_pair(a, b, group)) {
                    let seen = lists.0.entry((a.source.min(b.source), a.source.max(b.source))).or_default();
                    seen.common += 1;
                    if a.is_alike(b) {
                        seen.alike += 1;
                    } else if a.is_named_otherwise(b) {
                        *(if a.lives_elsewhere(b) { &mut seen.differ } else { &mut seen.unlike }) += 1;
                    }
                }
            }
        }
        lists
    }

    fn number(&self, a: u32, b: u32) -> Numbering {
        match self.0.get(&(a.min(b), a.max(b))) {
            Some(seen) if seen.alike * 2 > seen.common => Numbering::Alike,
            Some(seen) if seen.differ > seen.alike => Numbering::Apart,
            Some(seen) if seen.unlike >= MANY && seen.unlike / MANY > seen.alike => Numbering::Apart,
            _ => Numbering::Open,
        }
    }
}

/// Whether nobody else in two lists has the number that these entries have: as it is written, if that is so in both.
fn is_pair(a: &Entry<'_>, b: &Entry<'_>, group: &[Entry<'_>]) -> bool {
    let is_only =
        |of: &Entry<'_>| group.iter().filter(|e| e.source == of.source && !std::ptr::eq(*e, of)).all(Entry::is_bare);
    a.written == b.written || (is_only(a) && is_only(b))
}

impl<'r> Rows<'r> {
    fn entry(&self, source: u32, written: &str, mut rows: Vec<u32>) -> Entry<'r> {
        // The first one is named where nothing tells whose the number is.
        rows.sort_by_key(|i| (&self.identities[*i as usize].name, &self.identities[*i as usize].email, *i));
        let mut entry = Entry { source, written: written.to_owned(), ..Entry::default() };
        for &i in &rows {
            let (identity, key) = (&self.identities[i as usize], &self.keys[i as usize]);
            entry.names.extend(Some((&*identity.name, &*key.name)).filter(|(_, name)| !name.is_empty()));
            entry.addresses.extend(addresses(key));
            entry.births.extend(births(identity));
        }
        let days = |day: fn(&Identity) -> Option<When>| -> Option<Vec<i64>> {
            rows.iter().map(|i| day(&self.identities[*i as usize]).map(|day| day.order().0)).collect()
        };
        entry.first = days(|row| row.start).and_then(|all| all.into_iter().min());
        entry.last = days(|row| row.end).and_then(|all| all.into_iter().max());
        entry.rows = rows;
        entry
    }

    /// The rows of one number, without leading zeros, by list and by how it is written: one entry for each person.
    fn entries(&self, rows: &[u32]) -> Vec<Entry<'r>> {
        let mut lists: BTreeMap<(u32, String), Vec<u32>> = BTreeMap::new();
        for &i in rows {
            let identity = &self.identities[i as usize];
            let mut written = String::new();
            normalise::id(&identity.employee_id, &mut written);
            lists.entry((identity.place.source, written)).or_default().push(i);
        }
        lists.into_iter().flat_map(|((source, written), rows)| self.split(source, &written, rows)).collect()
    }

    /// Rows of one list with one number. They are one person's, who may have taken another name or address meanwhile, unless
    /// some have nothing in common with the others.
    fn split(&self, source: u32, written: &str, rows: Vec<u32>) -> Vec<Entry<'r>> {
        let mut union = UnionFind::<u32>::new(rows.len());
        let mut seen: HashMap<(bool, String), u32> = HashMap::default();
        let mut bare: BTreeSet<u32> = BTreeSet::new();
        for (n, &i) in (0..).zip(&rows) {
            let key = &self.keys[i as usize];
            let shown = forms(&key.name).map(|form| (true, form));
            let shown = shown.chain(addresses(key).map(|address| (false, address.to_owned())));
            let mut is_bare = true;
            for one in shown {
                is_bare = false;
                union.union(*seen.entry(one).or_insert(n), n);
            }
            if is_bare {
                bare.insert(i);
            }
        }
        let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (n, &i) in (0..).zip(&rows) {
            if !bare.contains(&i) {
                parts.entry(union.find_mut(n)).or_default().push(i);
            }
        }
        let mut parts: Vec<Entry<'r>> = parts.into_values().map(|rows| self.entry(source, written, rows)).collect();
        let may_be = |a: &Entry<'_>, b: &Entry<'_>| {
            !a.born_otherwise(b) && !a.stands_beside(b) && a.named(b, |(_, a), (_, b)| may_be_one(a, b))
        };
        let are_other = |a: &Entry<'_>, b: &Entry<'_>| a.contradicts(b) || a.born_otherwise(b);
        let (mut is_doubtful, mut renamed) = (false, None);
        let is_one = match &parts[..] {
            [] | [_] => true,
            [a, b] => {
                let may_be_two = a.stands_beside(b) || (a.is_called_otherwise(b) && !a.born_alike(b));
                is_doubtful = !are_other(a, b) && may_be_two;
                let is_back = a.is_namesake(b) && a.between(b).is_some_and(|gap| gap > AWAY);
                renamed = Some((a.rows[0], b.rows[0])).filter(|_| is_back);
                !are_other(a, b) && !may_be_two
            }
            // Three that have nothing in common are no change of name.
            all => all.len() <= MOST && all.iter().enumerate().all(|(n, a)| all[..n].iter().all(|b| may_be(a, b))),
        };
        if is_one {
            return vec![Entry { renamed, ..self.entry(source, written, rows) }];
        }
        parts.iter_mut().for_each(|part| (part.is_shared, part.is_doubtful) = (true, is_doubtful));
        parts.extend(bare.into_iter().map(|i| self.entry(source, written, vec![i])));
        parts
    }

    /// Joins what lists have under one number, as far as they number people alike or something else fits.
    fn join_lists(&self, group: &[Entry<'_>], lists: &Lists, union: &mut UnionFind<u32>, unsure: &mut Vec<(u32, u32)>) {
        let known: Vec<&Entry<'_>> = group.iter().filter(|e| !e.is_bare()).collect();
        if known.len() > MOST {
            self.join_same(&known, union);
            return;
        }
        for (n, b) in known.iter().enumerate() {
            for a in &known[..n] {
                let (one, other) = (a.rows[0], b.rows[0]);
                if a.source == b.source && a.written == b.written {
                    if a.is_doubtful && b.is_doubtful {
                        unsure.push((one, other));
                    }
                    continue;
                }
                if a.is_alike(b) && !a.born_otherwise(b) {
                    union.union(one, other);
                    continue;
                }
                if a.source == b.source || a.is_shared || b.is_shared || !is_pair(a, b, group) || a.contradicts(b) {
                    continue;
                }
                let says_nothing =
                    (a.names.is_empty() || b.names.is_empty()) && (a.addresses.is_empty() || b.addresses.is_empty());
                match lists.number(a.source, b.source) {
                    Numbering::Alike if a.stands_beside(b) => unsure.push((one, other)),
                    Numbering::Alike => _ = union.union(one, other),
                    Numbering::Open if says_nothing => _ = union.union(one, other),
                    Numbering::Open if !a.lives_elsewhere(b) => unsure.push((one, other)),
                    Numbering::Open | Numbering::Apart => {}
                }
            }
        }
    }

    /// Of so many people with one number only those of the same name or address are one.
    fn join_same(&self, entries: &[&Entry<'_>], union: &mut UnionFind<u32>) {
        let mut seen: HashMap<(bool, String), u32> = HashMap::default();
        for entry in entries {
            let names = entry.names.iter().flat_map(|(_, name)| forms(name)).map(|form| (true, form));
            for one in names.chain(entry.addresses.iter().map(|address| (false, (*address).to_owned()))) {
                union.union(*seen.entry(one).or_insert(entry.rows[0]), entry.rows[0]);
            }
        }
    }

    /// Rows of one employee id without name and address (a list of leavers, say) are those of the only person who has it.
    fn join_bare(&self, rows: &[u32], union: &mut UnionFind<u32>) {
        let is_known = |i: &u32| {
            let key = &self.keys[*i as usize];
            !key.name.is_empty() || !key.email.is_empty()
        };
        let known: BTreeSet<u32> = rows.iter().filter(|i| is_known(i)).map(|i| union.find_mut(*i)).collect();
        if let (Some(&one), true) = (known.first(), known.len() == 1) {
            for &i in rows {
                union.union(one, i);
            }
        }
    }

    /// Rows of one address are one person's if the name is the same and no day of birth differs. Of two people who have both a
    /// row without such a day can be either's.
    fn join_by_name(&self, rows: impl Iterator<Item = u32>, union: &mut UnionFind<u32>) {
        let mut people: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for i in rows {
            let born = births(&self.identities[i as usize]).next().unwrap_or_default();
            union.union(*people.entry((&*self.keys[i as usize].name, born)).or_insert(i), i);
        }
        if people.len() > MOST {
            return;
        }
        let is_same = |a: &str, b: &str| a == b || is_same_name(a, b);
        let are_two = |name: &str| {
            let days = people.keys().filter(|(other, born)| !born.is_empty() && is_same(name, other));
            days.map(|(_, born)| born).collect::<BTreeSet<_>>().len() > 1
        };
        let all: Vec<(&str, &str, u32, bool)> =
            people.iter().map(|((name, born), row)| (*name, *born, *row, are_two(name))).collect();
        for (n, (name, born, row, several)) in all.iter().enumerate() {
            for (_, other_born, other, more) in all[..n].iter().filter(|(other, ..)| is_same(name, other)) {
                let is_unknown = born.is_empty() || other_born.is_empty();
                if if is_unknown { !several && !more } else { born == other_born } {
                    union.union(*row, *other);
                }
            }
        }
    }

    /// Rows of one work address are one person's if the name is the same. One without a name is that of the only person who
    /// has the address, unless their numbers differ.
    fn join_by_address(&self, rows: &[u32], union: &mut UnionFind<u32>) {
        let mut names: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for &i in rows {
            names.entry(&*self.keys[i as usize].name).or_default().push(i);
        }
        let nameless = names.remove("").unwrap_or_default();
        self.join_by_name(names.values().flatten().copied(), union);
        if nameless.is_empty() {
            return;
        }
        let number = |i: &u32| &*self.keys[*i as usize].employee_id;
        let mut known: BTreeSet<u32> = names.values().flatten().map(|i| union.find_mut(*i)).collect();
        let mut numbers: BTreeSet<&str> = names.values().flatten().map(number).collect();
        if known.is_empty() {
            known.extend(nameless.first());
            numbers.extend(nameless.iter().map(number));
        }
        numbers.remove("");
        let fits = |i: &&u32| number(i).is_empty() || numbers.is_empty() || numbers.contains(number(i));
        if let (Some(&one), true) = (known.first(), known.len() == 1)
            && (!names.is_empty() || numbers.len() < 2)
        {
            nameless.iter().filter(fits).for_each(|i| _ = union.union(one, *i));
        }
    }
}

fn addresses<'k>(key: &'k Keys<'_>) -> impl Iterator<Item = &'k str> {
    std::iter::once(&key.email).chain(&key.aliases).chain(&key.home).map(|a| &**a).filter(|a| !a.is_empty())
}

fn births(identity: &Identity) -> impl Iterator<Item = &str> {
    identity.attributes.iter().filter(|(attribute, _)| *attribute == Attribute::BirthDate).map(|(_, day)| &**day)
}
