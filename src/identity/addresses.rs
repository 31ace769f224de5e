//! Whose an address is: by the kinds of keys that it is for people, and by the day on which the account was made.

use super::directory::{Directory, Link, Rival};
use super::index::{Class, Holder};
use super::same_name::{are_alike, may_be_one};
use super::{joining, normalise};
use crate::model::{Counts, Key, PersonIx, PersonStatus, Record, When};
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// What else an address can be of somebody whose main one is another, the stronger kind first.
const BESIDE_THE_MAIN_ONE: [(Class, Key); 2] = [(Class::Alias, Key::Alias), (Class::Username, Key::Username)];

impl Directory {
    /// Asks for an address in all forms; stops at the strongest that somebody holds. Whoever came to it only after the account
    /// was made, a leaver's by a weaker key, is none of those found, but of the past.
    pub(super) fn ask_address(
        &self,
        address: &str,
        key: Key,
        (record, refused): (&Record<'_>, &[PersonIx]),
        found: &mut Vec<Rival>,
        past: &mut Vec<Rival>,
    ) {
        let mut folded = String::new();
        let (class, holders, as_written) = match self.index.address(address) {
            Some((class, holders)) => (class, holders, true),
            None => {
                let Some(form) = self.rules.fold(address) else { return };
                folded = form;
                let Some((class, holders)) = self.index.address(&folded) else { return };
                (class, holders, false)
            }
        };
        let by = match (key, class) {
            (Key::Email, Class::Username) => Key::Username,
            (Key::Email, Class::Alias) => Key::Alias,
            (Key::Email, _) if !as_written => Key::Alias,
            (key, _) => key,
        };
        let before = found.len();
        let contested = holders.contested;
        add(holders, by, found);
        if contested {
            let form = if as_written { address } else { &folded };
            match self.former(form, class, key, (record, refused), &found[before..]) {
                Some((former, true)) => {
                    past.extend(found.drain(before..));
                    found.push(former);
                    return;
                }
                // Who left on no known day may have left before, and nobody else who is known can have made it: a dispute.
                Some((former, false)) => {
                    found.push(Rival { key: by, ..former });
                    return;
                }
                None => {}
            }
        }
        // The mail of a leaver often arrives at somebody else's today, as an alias: a rival that loses, and worth naming. So is a
        // leaver whose alias or login somebody has today, unless the account was made when the leaver was not here.
        let all_left = found[before..].iter().all(|f| self.glance(f.person).left);
        if key == Key::Email && as_written && (all_left || contested) {
            for (weaker, by) in BESIDE_THE_MAIN_ONE {
                if weaker > class {
                    let holders = self.index.holders(weaker, address);
                    add(holders.filter(|one| all_left || self.may_be_left_behind(one.person, record)), by, found);
                }
            }
        }
    }

    /// Whether somebody has left who can have been here when an account was made.
    fn may_be_left_behind(&self, ix: PersonIx, record: &Record<'_>) -> bool {
        self.glance(ix).left && record.created.is_none_or(|made| self.was_here(ix, made, Unknown::CAN))
    }

    /// Who may hold an account that an address gives to somebody at work, if it bears the name of a leaver, who can have made
    /// it, and not the other's: a leaver to whom another key leads, or, where the address is only an alias, any of that whole
    /// name. The mail of a leaver whose own records are gone arrives at a colleague's. The holder by the address comes first.
    pub(super) fn or_a_leavers(
        &self,
        record: &Record<'_>,
        (email, refused): (&str, &[PersonIx]),
        link: &Link,
    ) -> Option<Vec<Rival>> {
        let is_address = matches!(link.key, Key::Email | Key::Alias | Key::Username);
        let is_alias = || {
            let folded = || self.index.address(&self.rules.fold(email)?).map(|(class, _)| class);
            let class = self.index.address(email).map(|(class, _)| class).or_else(folded);
            link.key == Key::Alias && class == Some(Class::Alias)
        };
        if !is_address
            || record.name.is_empty()
            || self.glance(link.person).left
            || (link.rivals.is_empty() && !is_alias())
        {
            return None;
        }
        let name = normalise::name(&record.name);
        let goes_by = |ix: PersonIx, fits: fn(&str, &str) -> bool| {
            let names = self.identities_of(self.person(ix)).map(|row| &row.name).filter(|name| !name.is_empty());
            names.map(|theirs| fits(&name, &normalise::name(theirs))).reduce(|a, b| a || b)
        };
        // Of whom no name is known, nobody can tell that it is another.
        if goes_by(link.person, may_be_one) != Some(false) {
            return None;
        }
        let is_theirs = |rival: &&Rival| {
            self.may_be_left_behind(rival.person, record) && goes_by(rival.person, are_alike) == Some(true)
        };
        let mut all = vec![Rival { person: link.person, key: link.key, identity: link.identity }];
        all.extend(link.rivals.iter().filter(is_theirs));
        if is_alias() {
            let others = self.leavers_named(&name).into_iter().filter(|(ix, _)| {
                !refused.contains(ix)
                    && self.may_be_left_behind(*ix, record)
                    && link.rivals.iter().all(|r| r.person != *ix)
            });
            all.extend(others.map(|(person, identity)| Rival { person, key: Key::Composite, identity }));
        }
        Some(all).filter(|all| all.len() > 1)
    }

    /// Who may hold an account with the address of a leaver that was made when the leaver had gone: the leaver, for whom a directory
    /// can still have made it, or somebody at work who was here then and has the address as an alias or a login. An account that
    /// bears the leaver's name is the leaver's.
    pub(super) fn or_the_next_ones(
        &self,
        record: &Record<'_>,
        (email, refused): (&str, &[PersonIx]),
        link: &Link,
    ) -> Option<Vec<Rival>> {
        let made = record.created?;
        let was_here = || self.was_here(link.person, made, Unknown::CAN);
        if link.key != Key::Email || !self.glance(link.person).left || was_here() {
            return None;
        }
        let name = normalise::name(&record.name);
        let names = self.identities_of(self.person(link.person)).map(|row| &row.name);
        if !name.is_empty() && names.into_iter().any(|theirs| are_alike(&name, &normalise::name(theirs))) {
            return None;
        }
        let mut all = vec![Rival { person: link.person, key: link.key, identity: link.identity }];
        for (weaker, by) in BESIDE_THE_MAIN_ONE {
            let holders = self.index.holders(weaker, email).filter(|holder| {
                let glance = self.glance(holder.person);
                !glance.left
                    && !refused.contains(&holder.person)
                    && self.was_here(holder.person, made, Unknown::CERTAIN)
            });
            add_to(&mut all, 0, holders, by);
        }
        Some(all).filter(|all| all.len() > 1)
    }

    /// The leaver who has an address by a weaker key than those found, if that one was here when the account was made and
    /// certainly nobody else who has it; and whether that is certain, because the day of leaving is known.
    fn former(
        &self,
        address: &str,
        class: Class,
        key: Key,
        (record, refused): (&Record<'_>, &[PersonIx]),
        found: &[Rival],
    ) -> Option<(Rival, bool)> {
        let mut all = found.to_vec();
        for (weaker, by) in BESIDE_THE_MAIN_ONE {
            let holders = self.index.holders(weaker, address).filter(|_| weaker > class);
            let by = if key == Key::Email { by } else { key };
            add_to(&mut all, 0, holders.filter(|holder| !refused.contains(&holder.person)), by);
        }
        let made = record.created?;
        // Whose beginning nobody knows may have been here.
        let mut possible = all[found.len()..].iter().filter(|r| self.was_here(r.person, made, Unknown::CAN));
        let former = possible.next().filter(|_| possible.next().is_none())?;
        let had_begun = self.was_here(former.person, made, Unknown { start: false, end: true });
        let is_only = || !found.iter().any(|r| self.was_here(r.person, made, Unknown::CAN));
        let is_former = self.glance(former.person).left && had_begun && is_only();
        is_former.then(|| (*former, self.was_here(former.person, made, Unknown::CERTAIN)))
    }

    /// The people at work, or about to be, who have an address of this person's today, with the record that says so.
    pub fn others_with(&self, ix: PersonIx, address: &str) -> Vec<Holder> {
        let mut text = String::new();
        let mut others: Vec<Holder> = Vec::new();
        if normalise::address(address, &mut text) {
            for class in [Class::Email, Class::Alias, Class::Username] {
                let is_another = |holder: &Holder| holder.person != ix && !self.glance(holder.person).left;
                others.extend(self.index.holders(class, &text).filter(is_another));
            }
        }
        others.sort_by_key(|holder| holder.person);
        others.dedup_by_key(|holder| holder.person);
        others
    }

    /// Of several holders of one key, the one who can have had it when the account was made; nobody if that is not plain.
    /// Whose first day nobody knows may have been here, and who has left on no known day may have left before.
    pub(super) fn in_time(&self, record: &Record<'_>, holders: &[Rival]) -> Option<Rival> {
        let made = record.created?;
        let mut possible = holders.iter().filter(|r| self.was_here(r.person, made, Unknown::CAN));
        let one = possible.next().filter(|_| possible.next().is_none())?;
        Some(*one).filter(|one| self.was_here(one.person, made, Unknown::CERTAIN))
    }

    /// Whether somebody can have worked here at a time: by their employments, whose accounts are made some days ahead;
    /// of somebody whom HR does not know, by when the directory's accounts were made and ended. `unknown` has the answers where
    /// a day is not known.
    fn was_here(&self, ix: PersonIx, then: When, unknown: Unknown) -> bool {
        let zone = &self.moment.zone;
        let (from, to) = (then.earliest(zone), then.latest(zone));
        let covers = |start: Option<When>, end: Option<When>, is_over: bool, ahead: i64| {
            start.map_or(unknown.start, |start| start.earliest(zone) - ahead <= to)
                && end.map_or(!is_over || unknown.end, |end| end.latest(zone) >= from)
        };
        let person = self.person(ix);
        if !person.employments.is_empty() {
            let mut counted = person.employments.iter().filter(|e| e.counts == Counts::Fully).peekable();
            return if counted.peek().is_none() {
                unknown.start
            } else {
                counted.any(|e| covers(e.start, e.end, e.status == PersonStatus::Terminated, joining::AHEAD))
            };
        }
        let records = person.identities.iter().map(|i| &self.identities[*i as usize]);
        records.into_iter().any(|r| {
            let has_ended = r.status.is_end_state();
            covers(r.created, r.ended.filter(|_| has_ended), has_ended, 0)
        })
    }
}

/// Whether somebody was here at a time where the day is not known that decides it.
#[derive(Clone, Copy)]
struct Unknown {
    /// Of the beginning.
    start: bool,
    /// Of an end that has been.
    end: bool,
}

impl Unknown {
    /// Who can have been here.
    const CAN: Self = Self { start: true, end: true };
    /// Who certainly was here.
    const CERTAIN: Self = Self { start: false, end: false };
}

/// Adds the people that a key points to; says whether there are any.
pub(super) fn add(holders: impl Iterator<Item = Holder>, key: Key, found: &mut Vec<Rival>) -> bool {
    let before = found.len();
    add_to(found, before, holders, key);
    found.len() > before
}

/// Adds people, each once from a place of the list on. Of a mailbox that a whole company reads, all of these have the address.
fn add_to(found: &mut Vec<Rival>, from: usize, holders: impl Iterator<Item = Holder>, key: Key) {
    let mut many: HashSet<PersonIx, RandomState> = HashSet::default();
    for Holder { person, identity } in holders {
        if found.len() - from < FEW {
            if found[from..].iter().any(|f| f.person == person) {
                continue;
            }
        } else {
            if many.is_empty() {
                many.extend(found[from..].iter().map(|f| f.person));
            }
            if !many.insert(person) {
                continue;
            }
        }
        found.push(Rival { person, key, identity });
    }
}

/// So few are compared one by one.
const FEW: usize = 16;
