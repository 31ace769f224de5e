//! Directory records become part of the people whom HR knows, or people of their own.
//!
//! An address can be shared or given on. So two records with different employee ids of one system are two people, whatever
//! address they share, and a private address joins only where the name is the same, too; an alias, where the name fits.

use super::alone;
use super::index::Map as HashMap;
use super::normalise;
use super::people::{GROUP, Keys, Moment, roomy};
use super::same_name::{are_alike, are_comparable, is_same_name, may_be_one};
use super::systems::Systems;
use crate::model::{AccountStatus, Identity};
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

/// Directory rows go to the HR person that their employee id names, else their addresses; what HR does not know is joined
/// among the directories by the same keys. Gives the rows whose number is somebody else's, as all else
/// says, or of which nothing tells whose of several people's it is.
pub(super) fn join_directories(
    identities: &[Identity],
    keys: &[Keys<'_>],
    union: &mut UnionFind<u32>,
    moment: &Moment,
) -> BTreeSet<u32> {
    let people = identities.iter().filter(|i| i.from_hr).count();
    let mut hr: Vec<(u32, u32)> = Vec::with_capacity(people);
    for i in (0..identities.len() as u32).filter(|i| identities[*i as usize].from_hr) {
        hr.push((union.find_mut(i), i));
    }
    let with_keys = || hr.iter().map(|&(root, i)| (root, &keys[i as usize]));
    let by_number = || {
        let mut hr_ids: HashMap<&str, Holders> = roomy(people);
        for (root, key) in with_keys().filter(|(_, key)| !key.employee_id.is_empty()) {
            hr_ids.entry(&key.employee_id).or_default().add(root);
        }
        hr_ids
    };
    let by_address = || {
        let mut hr_mail: HashMap<&str, Holders> = roomy(people);
        let mut hr_home: HashMap<&str, Holders> = HashMap::default();
        for (root, key) in with_keys() {
            for mailbox in std::iter::once(&key.email).filter(|e| !e.is_empty()).chain(&key.aliases) {
                hr_mail.entry(mailbox).or_default().add(root);
            }
            for mailbox in &key.home {
                hr_home.entry(mailbox).or_default().add(root);
            }
        }
        (hr_mail, hr_home)
    };
    let of_directories = || (alone::aliased(identities, keys), alone::shared_homes(identities, keys));
    let ((hr_mail, hr_home), (hr_ids, (aliased, homes))) =
        rayon::join(by_address, || rayon::join(by_number, of_directories));
    hr.sort_unstable();
    let mut rows = Rows {
        identities,
        keys,
        hr,
        attached: Vec::new(),
        numbered: Vec::new(),
        refused: BTreeSet::new(),
        owned: HashSet::default(),
        aliased,
        homes,
        parted: HashMap::default(),
        moment,
        systems: OnceLock::new(),
    };
    if !rows.aliased.is_empty() {
        let directories = keys.iter().zip(identities).filter(|(_, identity)| !identity.from_hr).map(|(key, _)| key);
        rows.owned = directories.flat_map(own).filter(|mailbox| rows.aliased.contains_key(mailbox)).collect();
    }
    let mut by_number: Vec<(u32, u32)> = Vec::new();
    let mut by_mailbox: Vec<(u32, u32)> = Vec::new();
    let mut loose: Vec<u32> = Vec::new();
    let mut former: Vec<u32> = Vec::new();
    let place = |i: u32| {
        let key = &keys[i as usize];
        let holders = hr_ids.get(&*key.employee_id).filter(|_| !key.employee_id.is_empty());
        let by_id = holders.and_then(|holders| {
            let has = |mailbox: &str, root: u32| [&hr_mail, &hr_home].iter().any(|m| has(m, mailbox, root));
            let reaches = |root: &u32| own(key).chain(more(key)).any(|mailbox| has(mailbox, *root));
            let fitting: BTreeSet<u32> = holders.all().filter(|r| rows.may_have(*r, i, reaches(r))).collect();
            match holders {
                Holders::One(root) => Some(*root).filter(|root| fitting.contains(root)),
                _ => only(fitting.iter().copied().filter(reaches))
                    .or_else(|| rows.named_like(&fitting, i))
                    .or_else(|| rows.numbered_as_written(&fitting, i)),
            }
        });
        if let Some(root) = by_id {
            return (Way::Number(root), false);
        }
        let way = match rows.by_mail(i, &hr_mail).or_else(|| rows.by_private_mail(i, &hr_mail, &hr_home)) {
            Some(root) if rows.is_before(root, i) => Way::Former,
            Some(root) => Way::Mailbox(root),
            None => Way::Loose,
        };
        (way, holders.is_some())
    };
    let of_directories: Vec<u32> = (0..identities.len() as u32).filter(|i| !identities[*i as usize].from_hr).collect();
    let ways: Vec<(Way, bool)> = of_directories.par_iter().map(|i| place(*i)).collect();
    for (i, (way, is_refused)) in of_directories.into_iter().zip(ways) {
        if is_refused {
            rows.refused.insert(i);
        }
        match way {
            Way::Number(root) => by_number.push((root, i)),
            Way::Mailbox(root) => by_mailbox.push((root, i)),
            Way::Former => former.push(i),
            Way::Loose => loose.push(i),
        }
    }
    rows.settle(&mut by_mailbox, &mut loose);
    rows.attached = by_number;
    rows.attached.append(&mut by_mailbox);
    rows.attached.sort_unstable();
    let attached = rows.attached.iter().map(|(_, i)| *i);
    rows.parted = alone::parted(identities, keys, loose.iter().chain(&former).copied(), attached);
    for &(root, i) in &rows.attached {
        union.union(root, i);
    }
    // Accounts of people whom HR does not know any more, whose addresses others have today, are joined among themselves
    // and with nobody else.
    rows.join_alone(&former, union);
    rows.join_alone(&loose, union);
    if !loose.is_empty() {
        rows.numbered = rows.attached.iter().copied().filter(|(_, i)| !rows.number(*i).is_empty()).collect();
        let number =
            |&(root, i): &(u32, u32)| (root, identities[i as usize].place.source, &keys[i as usize].employee_id);
        rows.numbered.sort_unstable_by_key(number);
        rows.numbered.dedup_by_key(|row| number(row));
        rows.join_led(&loose, union);
    }
    rows.refused
}

/// How a directory record comes to a person.
enum Way {
    /// By the number of the HR person.
    Number(u32),
    /// By an address of the HR person.
    Mailbox(u32),
    /// By none: HR gave the address to somebody later.
    Former,
    /// By none.
    Loose,
}

/// The addresses that a directory record has for its own.
pub(super) fn own<'k>(key: &'k Keys<'_>) -> impl Iterator<Item = &'k str> {
    [&key.email, &key.username].into_iter().filter(|m| !m.is_empty()).map(|m| &**m)
}

/// Its further addresses: aliases, then private ones.
pub(super) fn more<'k>(key: &'k Keys<'_>) -> impl Iterator<Item = &'k str> {
    key.aliases.iter().chain(&key.home).map(|m| &**m)
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
    fn all(&self) -> impl Iterator<Item = u32> {
        let (one, several) = match self {
            Self::Nobody => (None, None),
            Self::One(one) => (Some(*one), None),
            Self::Several(roots) => (None, Some(roots)),
        };
        one.into_iter().chain(several.into_iter().flatten().copied())
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

fn has(map: &HashMap<&str, Holders>, mailbox: &str, root: u32) -> bool {
    map.get(mailbox).is_some_and(|holders| holders.all().any(|holder| holder == root))
}

/// A record's aliases without its own addresses.
pub(super) fn aliases<'k>(key: &'k Keys<'_>) -> impl Iterator<Item = &'k str> {
    key.aliases.iter().map(|a| &**a).filter(|alias| own(key).all(|mailbox| mailbox != *alias))
}

/// The only one, if there is one and no other.
pub(super) fn only(mut all: impl Iterator<Item = u32>) -> Option<u32> {
    all.next().filter(|_| all.next().is_none())
}

/// All records, and which people they have become so far.
pub(super) struct Rows<'h> {
    pub(super) identities: &'h [Identity],
    pub(super) keys: &'h [Keys<'h>],
    /// HR's rows, each with the person it belongs to, sorted by person.
    hr: Vec<(u32, u32)>,
    /// The directories' rows of these people, sorted by person.
    pub(super) attached: Vec<(u32, u32)>,
    /// Of these, one for each person, source and employee id.
    numbered: Vec<(u32, u32)>,
    /// The directories' rows whose number is somebody else's, or one of several people's.
    pub(super) refused: BTreeSet<u32>,
    /// The aliases of the directories' rows, each with whether only one row has it.
    pub(super) aliased: HashMap<&'h str, bool>,
    /// Those of them that are another row's own address.
    pub(super) owned: HashSet<&'h str>,
    /// Private addresses that another of the directories' rows has, too, in whatever way.
    pub(super) homes: HashSet<&'h str>,
    /// Own addresses of several of them whose names are two people's: to which of these each name belongs.
    pub(super) parted: HashMap<&'h str, BTreeMap<String, String>>,
    moment: &'h Moment,
    systems: OnceLock<Systems>,
}

/// Accounts are made some days ahead of the first one.
pub(super) const AHEAD: i64 = 30 * 86_400;

fn of(rows: &[(u32, u32)], root: u32) -> impl Iterator<Item = u32> {
    let first = rows.partition_point(|(r, _)| *r < root);
    rows[first..].iter().take_while(move |(r, _)| *r == root).map(|(_, i)| *i)
}

impl Rows<'_> {
    fn hr_of(&self, root: u32) -> impl Iterator<Item = u32> {
        of(&self.hr, root)
    }

    pub(super) fn number(&self, i: u32) -> &str {
        &self.keys[i as usize].employee_id
    }

    pub(super) fn name(&self, i: u32) -> String {
        normalise::name(&self.identities[i as usize].name)
    }

    /// The HR person whose work address is one of the record's own addresses. What is an alias for either joins only where the
    /// name fits: the mail of a leaver often arrives at somebody else's.
    fn by_mail(&self, i: u32, hr_mail: &HashMap<&str, Holders>) -> Option<u32> {
        let key = &self.keys[i as usize];
        let mailboxes = own(key).map(|m| (m, true)).chain(aliases(key).map(|a| (a, false)));
        mailboxes.into_iter().find_map(|(mailbox, is_own)| {
            let fits = |root: &u32| self.is_theirs(*root, i, mailbox, is_own) && !self.contradicts(*root, i);
            match hr_mail.get(mailbox)? {
                Holders::Several(roots) if roots.len() > GROUP as usize => None,
                Holders::Several(roots) => {
                    let roots = roots.iter().copied().filter(fits).collect();
                    self.holder_of_name(&roots, i)
                }
                Holders::One(root) => Some(*root).filter(fits),
                Holders::Nobody => None,
            }
        })
    }

    /// Whether an address that a person whom HR knows and a directory record have in common says that they are one: where it
    /// is an alias for either, the name must fit. Without a name only the record's own address says anything.
    fn is_theirs(&self, root: u32, i: u32, mailbox: &str, is_own: bool) -> bool {
        if is_own && self.hr_of(root).any(|row| self.keys[row as usize].email == mailbox) {
            return true;
        }
        let name = self.name(i);
        let mut names = self.hr_of(root).map(|row| &*self.keys[row as usize].name);
        if name.is_empty() { is_own } else { names.any(|theirs| may_be_one(&name, theirs)) }
    }

    /// Whether a person whom HR knows can have a record with their number. A number with other zeros needs a name or an
    /// address beside it; another name and another address speak against the same number.
    fn may_have(&self, root: u32, i: u32, reaches: bool) -> bool {
        if reaches {
            return true;
        }
        let identity = &self.identities[i as usize];
        let name = self.name(i);
        let theirs = || self.hr_of(root).map(|row| (&self.identities[row as usize], &self.keys[row as usize]));
        if theirs().any(|(_, key)| may_be_one(&name, &key.name)) {
            return true;
        }
        let is_known = theirs().any(|(_, key)| !key.name.is_empty() || !key.email.is_empty());
        let number = self.written(i);
        if is_known && !self.hr_of(root).any(|row| self.written(row) == number) {
            return false;
        }
        let has_address =
            own(&self.keys[i as usize]).next().is_some() && theirs().any(|(_, key)| !key.email.is_empty());
        let is_other =
            |(row, key): (&Identity, &Keys<'_>)| !key.name.is_empty() && are_comparable(&row.name, &identity.name);
        name.is_empty() || !has_address || !theirs().any(is_other)
    }

    /// The HR person of the same name with whom the record shares an address that is private for either: families share such
    /// addresses. Without a name only the address under which the record is kept says anything.
    fn by_private_mail(
        &self,
        i: u32,
        hr_mail: &HashMap<&str, Holders>,
        hr_home: &HashMap<&str, Holders>,
    ) -> Option<u32> {
        let key = &self.keys[i as usize];
        let holders = own(key).chain(more(key)).filter_map(|mailbox| hr_home.get(mailbox));
        let mut holders = holders.chain(key.home.iter().filter_map(|mailbox| hr_mail.get(&**mailbox))).peekable();
        holders.peek()?;
        let name = self.name(i);
        let fits = |root: &u32| !self.contradicts(*root, i);
        if name.is_empty() {
            return own(key).find_map(|mailbox| only(hr_home.get(mailbox)?.all())).filter(fits);
        }
        let named = |root: &u32| self.hr_of(*root).any(|row| is_same_name(&name, &self.keys[row as usize].name));
        let roots: BTreeSet<u32> = holders.flat_map(Holders::all).collect();
        only(roots.into_iter().filter(named).filter(fits))
    }

    /// Whether two records have different employee ids of one system.
    pub(super) fn differ(&self, a: u32, b: u32) -> bool {
        let (one, other) = (self.number(a), self.number(b));
        let source = |i: u32| self.identities[i as usize].place.source;
        !one.is_empty()
            && !other.is_empty()
            && one != other
            && self.systems.get_or_init(|| Systems::of(self.identities, self.keys)).are_one(source(a), source(b))
    }

    /// Whether a person has another employee id than a directory record, and not the record's, too. Somebody of the same name
    /// and work address has come back under a new number.
    pub(super) fn contradicts(&self, root: u32, i: u32) -> bool {
        let number = self.number(i);
        let rows = || self.hr_of(root).chain(of(&self.numbered, root));
        !number.is_empty()
            && rows().any(|row| self.differ(row, i))
            && !rows().any(|row| self.number(row) == number)
            && self.likeness(root, i) < 2
    }

    /// Which of name and work address a directory record and a person whom HR knows have in common: none, one or both.
    fn likeness(&self, root: u32, i: u32) -> u8 {
        let (key, name) = (&self.keys[i as usize], self.name(i));
        let alike = |row: u32| {
            let theirs = &self.keys[row as usize];
            let address = !theirs.email.is_empty() && own(key).any(|mailbox| mailbox == theirs.email);
            u8::from(address) + u8::from(are_alike(&name, &theirs.name))
        };
        self.hr_of(root).map(alike).max().unwrap_or(0)
    }

    /// Whether two of these directory records have different employee ids of one system.
    pub(super) fn are_several(&self, records: impl Iterator<Item = u32>) -> bool {
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        for i in records.filter(|i| !self.number(*i).is_empty()) {
            let first = *seen.entry(self.identities[i as usize].place.source).or_insert(i);
            if self.number(first) != self.number(i) {
                return true;
            }
        }
        let all: Vec<u32> = seen.into_values().collect();
        all.iter().enumerate().any(|(n, a)| all[..n].iter().any(|b| self.differ(*a, *b)))
    }

    /// Where HR has no employee ids, records with different ones can have an address of one person: those of the same name and
    /// work address are theirs, else those that are most like them, and where several are so, none.
    fn settle(&self, by_mailbox: &mut Vec<(u32, u32)>, loose: &mut Vec<u32>) {
        by_mailbox.sort_unstable();
        let mut refused: BTreeSet<u32> = BTreeSet::new();
        for group in by_mailbox.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let numbered = || group.iter().map(|(_, i)| *i).filter(|i| !self.number(*i).is_empty());
            if !self.are_several(numbered()) {
                continue;
            }
            let mut likeness: BTreeMap<&str, u8> = BTreeMap::new();
            for i in numbered() {
                let most = likeness.entry(self.number(i)).or_default();
                *most = (*most).max(self.likeness(group[0].0, i));
            }
            let most = likeness.values().copied().max().unwrap_or(0);
            let is_only = likeness.values().filter(|l| **l == most).count() == 1;
            let stays = |i: u32| likeness[self.number(i)] == most && (most == 2 || is_only);
            refused.extend(numbered().filter(|i| !stays(*i)));
        }
        by_mailbox.retain(|(_, i)| !refused.contains(i));
        loose.extend(refused);
    }

    /// Of several HR people who had one address: the only one whose name the directory account bears, on whatever day it was
    /// made, for a former holder's lives on and is made anew when directories change; among several of them, or where it
    /// bears nobody's, the day decides.
    fn holder_of_name(&self, roots: &BTreeSet<u32>, i: u32) -> Option<u32> {
        let name = self.name(i);
        for fits in [are_alike, may_be_one] {
            let is_named = |r: &u32| self.hr_of(*r).any(|row| fits(&name, &self.keys[row as usize].name));
            let named: BTreeSet<u32> = roots.iter().copied().filter(is_named).collect();
            match named.len() {
                0 => {}
                1 => return named.first().copied(),
                _ => return self.holder_then(&named, i),
            }
        }
        self.holder_then(roots, i)
    }

    /// Of several HR people who had one address: the one employed when the directory account was made or, if nothing says
    /// that, when it ended; else the only one who is employed now, if the directory account lives.
    fn holder_then(&self, roots: &BTreeSet<u32>, i: u32) -> Option<u32> {
        let account = &self.identities[i as usize];
        let zone = &self.moment.zone;
        let covers = |root: u32, from: i64, to: i64| {
            self.hr_of(root).map(|i| &self.identities[i as usize]).any(|r| {
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

    /// Whether a directory account that has ended was made or had ended long before the person came who has its address today,
    /// and bears the name of somebody else: the address has been given on.
    fn is_before(&self, root: u32, i: u32) -> bool {
        let account = &self.identities[i as usize];
        if !account.status.is_end_state() {
            return false;
        }
        let zone = &self.moment.zone;
        let name = self.name(i);
        // When it was made says less than when it ended: only beside a whole name.
        let made = account.created.filter(|_| name.contains(' '));
        let Some(then) = account.ended.into_iter().chain(made).map(|day| day.latest(zone)).min() else {
            return false;
        };
        let later = |i: u32| {
            let start = self.identities[i as usize].start;
            start.is_some_and(|start| start.earliest(zone) - AHEAD > then)
        };
        let other = |i: u32| {
            let theirs = &self.keys[i as usize].name;
            !name.is_empty() && !theirs.is_empty() && !may_be_one(&name, theirs)
        };
        self.hr_of(root).all(|i| later(i) && other(i))
    }

    /// The only one of several people whose name can be that of a directory account.
    fn named_like(&self, roots: &BTreeSet<u32>, i: u32) -> Option<u32> {
        let name = self.name(i);
        only(roots.iter().copied().filter(|r| self.hr_of(*r).any(|i| may_be_one(&name, &self.keys[i as usize].name))))
    }

    /// The only one of several people who has the employee id as the directory account has it, with all zeros.
    fn numbered_as_written(&self, roots: &BTreeSet<u32>, i: u32) -> Option<u32> {
        let number = self.written(i);
        only(roots.iter().copied().filter(|r| self.hr_of(*r).any(|i| self.written(i) == number)))
    }

    /// The employee id with all zeros.
    fn written(&self, i: u32) -> String {
        let mut id = String::new();
        normalise::id(&self.identities[i as usize].employee_id, &mut id);
        id
    }
}
