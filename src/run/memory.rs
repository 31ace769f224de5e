//! What a run keeps in mind of earlier ones while it reads the rosters: whose an account was, and which accounts have been
//! asked about.
//!
//! Most accounts cost next to nothing: a short mark beside their holder says that they are whose they were. Whatever is new,
//! or has been asked about, goes the long way.

use crate::assess::AppFacts;
use crate::identity::{Directory, Placed, Rival, account_key};
use crate::model::{
    AccountKey, Gap, GapState, GoneAccount, Key, LinkedAccount, Past, PersonIx, PersonNow, SeenAccount, Situation,
    Span, Standing, When,
};
use crate::rules::cases::{AccountCase, Lives, account_text};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const NOBODY: u32 = u32::MAX;
/// A mark that no account has: all accounts of the person go the long way.
const LOOK: u32 = u32::MAX;

/// Keeps a mark apart from those that mean something else.
const fn fit(mark: u32) -> u32 {
    match mark {
        0 => 1,
        LOOK => LOOK - 1,
        mark => mark,
    }
}

/// What a run keeps in mind.
#[derive(Debug)]
pub struct Memory<'p> {
    past: &'p Past,
    /// Whether the run itself is to be kept.
    keep: bool,
    /// For each run whose people are kept: the index of each of them among the people of this run.
    people: BTreeMap<u32, Vec<u32>>,
    watched: BTreeMap<&'p str, BTreeSet<AccountKey>>,
    /// Native ids that were a leaver's whom no source knows any more, by app.
    lost: BTreeMap<&'p str, BTreeSet<AccountKey>>,
    /// People whose accounts have been asked about, by app.
    looked_at: BTreeMap<&'p str, BTreeSet<PersonIx>>,
}

/// The comparable name of a person's key.
pub fn person_key(key: &str) -> u64 {
    let digest = Sha256::digest(key.as_bytes());
    digest[..8].iter().fold(0, |n, b| n << 8 | u64::from(*b))
}

impl<'p> Memory<'p> {
    /// Over the people of a run.
    pub fn new(past: &'p Past, directory: &Directory, keep: bool) -> Self {
        let keys: Vec<u64> = directory.people.par_iter().map(|p| person_key(&p.key)).collect();
        let here: HashMap<u64, u32> = keys.iter().zip(0u32..).map(|(key, ix)| (*key, ix)).collect();
        let people = past
            .people
            .iter()
            .map(|(run, keys)| (*run, keys.iter().map(|key| here.get(key).copied().unwrap_or(NOBODY)).collect()));
        let mut watched: BTreeMap<&str, BTreeSet<AccountKey>> = BTreeMap::new();
        let mut looked_at: BTreeMap<&str, BTreeSet<PersonIx>> = BTreeMap::new();
        let open = past.findings.iter().filter(|f| f.open.is_some());
        let findings = open.filter_map(|f| Some((f.app.as_deref()?, f.account_key?, f.person.as_deref())));
        let gaps = past.gaps.values().flatten().filter(|gap| gap.until_run.is_none());
        for (app, key, person) in findings.chain(gaps.map(|g| (g.app.as_str(), g.key, Some(g.person.as_str())))) {
            watched.entry(app).or_default().insert(key);
            if let Some(person) = person.and_then(|p| here.get(&person_key(p))) {
                looked_at.entry(app).or_default().insert(PersonIx(*person));
            }
        }
        let mut lost: BTreeMap<&str, BTreeSet<AccountKey>> = BTreeMap::new();
        let is_lost = |gap: &&Gap| {
            let may_live = gap.state.is_open() || gap.state == GapState::HandedOver;
            gap.native && gap.until_run.is_none() && may_live && !here.contains_key(&person_key(&gap.person))
        };
        for gap in past.gaps.values().flatten().filter(is_lost) {
            lost.entry(&gap.app).or_default().insert(gap.key);
        }
        Self { past, keep, people: people.collect(), watched, lost, looked_at }
    }

    /// What concerns one app.
    pub fn of(&self, app: &AppFacts) -> AppMemory<'_> {
        let linked = self.past.linked.get(&app.id);
        AppMemory {
            accounts: linked.map_or(&[], |l| l.accounts.as_slice()),
            people: linked.and_then(|l| self.people.get(&l.run)).map_or(&[], Vec::as_slice),
            knows: linked.is_some(),
            watched: self.watched.get(app.id.as_str()),
            lost: self.lost.get(app.id.as_str()),
            looked_at: self.looked_at.get(app.id.as_str()),
            keep: self.keep,
            ids: false,
            seen: Vec::new(),
            linked: Vec::new(),
        }
    }

    /// Where the people stand whose accounts are followed.
    pub fn followed(&self, directory: &Directory) -> Vec<PersonNow> {
        let keys: BTreeSet<&str> = self.past.gaps.values().flatten().map(|gap| gap.person.as_str()).collect();
        let found = keys.into_iter().filter_map(|key| {
            let at = directory.people.binary_search_by(|p| (*p.key).cmp(key)).ok()?;
            Some(person_now(directory, PersonIx(at as u32)))
        });
        found.collect()
    }
}

/// What concerns one app, and what its roster says about it.
#[derive(Debug)]
pub struct AppMemory<'m> {
    /// Whose the accounts were in the last accepted roster, by key.
    accounts: &'m [LinkedAccount],
    /// The people of that run, by their indices in this one.
    people: &'m [u32],
    /// Whether there is such a roster.
    knows: bool,
    watched: Option<&'m BTreeSet<AccountKey>>,
    lost: Option<&'m BTreeSet<AccountKey>>,
    looked_at: Option<&'m BTreeSet<PersonIx>>,
    keep: bool,
    ids: bool,
    seen: Vec<SeenAccount>,
    linked: Vec<LinkedAccount>,
}

/// What a roster says to later runs.
#[derive(Debug, Default)]
pub struct Remembered {
    /// Accounts of leavers, those that were theirs, and those that have been asked about.
    pub seen: Vec<SeenAccount>,
    /// Accounts of people who have left since, which are not there any more.
    pub gone: Vec<GoneAccount>,
    /// Whose account is whose, by key; empty if the run is not kept.
    pub linked: Vec<LinkedAccount>,
    /// Whether accounts are named by native ids.
    pub ids: bool,
}

impl AppMemory<'_> {
    /// Enters for each person the mark of the account that was theirs; of several, that all have to be looked at.
    pub fn enter_marks<T>(&self, people: &mut [T], was: fn(&mut T) -> &mut u32) {
        let mut enter = |person: PersonIx, mark: u32| {
            let was = was(&mut people[person.0 as usize]);
            *was = if *was == 0 || *was == mark { mark } else { LOOK };
        };
        for account in self.accounts.iter().filter(|account| account.was_listed()) {
            if let Some(person) = self.person(*account) {
                enter(person, fit(account.mark));
            }
        }
        self.looked_at.into_iter().flatten().for_each(|person| enter(*person, LOOK));
    }

    fn person(&self, account: LinkedAccount) -> Option<PersonIx> {
        let at = account.person & !LinkedAccount::NOT_LISTED;
        self.people.get(at as usize).copied().filter(|ix| *ix != NOBODY).map(PersonIx)
    }

    /// Whether an account of somebody at work is certainly the one that was theirs before, or nothing is known of before,
    /// so that there is nothing to look up. `was` is what [`Self::enter_marks`] has entered for the person.
    pub fn is_as_before(&self, was: u32, mark: u32) -> bool {
        was == if self.knows { fit(mark) } else { 0 }
    }

    /// The person who held a native id in the last accepted roster that has it.
    pub fn holder(&self, id: &str) -> Option<PersonIx> {
        if id.is_empty() || self.accounts.is_empty() {
            return None;
        }
        let key = account_key(id);
        let at = self.accounts.binary_search_by_key(&key, |account| account.key).ok()?;
        self.person(self.accounts[at])
    }

    /// Whether a native id was a leaver's whom no source knows any more. Its address may be somebody else's by now.
    fn is_lost(&self, id: &str) -> bool {
        self.lost.is_some_and(|lost| !id.is_empty() && lost.contains(&account_key(id)))
    }

    /// What an account is whose address, but not whose native id, leads to somebody who works here.
    pub fn doubted<'w>(&self, id: &str, placed: Placed<'w>, directory: &Directory) -> Placed<'w> {
        let by = placed.key.filter(|key| !matches!(key, Key::Manual | Key::ExternalId | Key::EmployeeId));
        let (Some(person), Some(key), Some(identity), true) = (placed.person, by, placed.identity, self.is_lost(id))
        else {
            return placed;
        };
        if placed.situation != Situation::Linked || !directory.glance(person).works_here {
            return placed;
        }
        let mut rivals = vec![Rival { person, key, identity }];
        rivals.extend(placed.rivals);
        let (situation, note) = (Situation::Collision, "its id was that of a leaver whom no source knows any more");
        Placed { situation, person: None, key: None, identity: None, rivals, note, ..placed }
    }

    /// The person whose account it was in the last accepted roster, and who has left since.
    fn left_behind(&self, key: AccountKey, directory: &Directory) -> Option<PersonIx> {
        let at = self.accounts.binary_search_by_key(&key, |account| account.key).ok()?;
        let account = Some(self.accounts[at]).filter(|account| account.was_listed())?;
        self.person(account).filter(|person| directory.glance(*person).left)
    }

    /// Notes whose an account is.
    pub fn link(&mut self, account: &str, id: &str, mark: u32, person: PersonIx) {
        self.ids |= !id.is_empty();
        if self.keep {
            self.linked.push(LinkedAccount { key: account_key(account), mark, person: person.0 });
        }
    }

    /// Looks at an account that went the long way.
    pub fn see(&mut self, case: &AccountCase<'_>, mark: u32) {
        let record = case.record;
        let text = account_text(record);
        let placed = case.placed;
        self.ids |= !record.id.is_empty();
        if let (Some(person), Situation::Linked, Some(by)) = (placed.person, placed.situation, placed.key)
            // A name and a second attribute are too little to stand for an id from now on. What a person has decided stands in
            // links.yaml, and ends when it is taken out there.
            && !matches!(by, Key::Composite | Key::Manual)
        {
            self.link(&text, record.id, mark, person);
        }
        let key = account_key(&text);
        let directory = case.company.directory;
        let holder = placed.person.filter(|_| placed.situation == Situation::Linked);
        let was = if holder.is_none() && case.lives != Lives::No { self.left_behind(key, directory) } else { None };
        if case.tier.is_none() && was.is_none() && !self.watched.is_some_and(|watched| watched.contains(&key)) {
            return;
        }
        self.seen.push(SeenAccount {
            key,
            account: text.into_owned(),
            native: !record.id.is_empty(),
            person: holder.map(|ix| person_now(directory, ix)),
            was: was.map(|ix| person_now(directory, ix)),
            settled: matches!(placed.situation, Situation::Linked | Situation::NonHuman | Situation::External),
            excluded: placed.situation == Situation::Excluded,
            lives: match case.lives {
                Lives::Yes | Lives::Assumed => Some(true),
                Lives::Unknown => None,
                Lives::No => Some(false),
            },
            status: record.status,
            ended: record.ended.filter(|_| case.lives == Lives::No).map(|at| span(&at, directory)),
        });
    }

    /// After the last account.
    pub fn end(mut self, directory: &Directory) -> Remembered {
        // An account that is listed several times lives if any of its rows does; which row came first must not tell.
        let rank = |seen: &SeenAccount| match seen.lives {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        };
        self.seen.sort_by(|a, b| {
            let order = |s: &SeenAccount| (s.key, rank(s), s.person.as_ref().map(|p| p.key.clone()), s.status, s.ended);
            order(a).cmp(&order(b)).then_with(|| a.account.cmp(&b.account))
        });
        self.seen.dedup_by_key(|seen| seen.key);
        let listed = self.accounts.iter().filter(|account| account.was_listed());
        let gone = listed.filter_map(|account| {
            let person = self.person(*account)?;
            let gone =
                directory.glance(person).left && self.seen.binary_search_by_key(&account.key, |s| s.key).is_err();
            gone.then(|| GoneAccount { key: account.key, person: person_now(directory, person) })
        });
        let gone = gone.collect();
        self.linked.sort_unstable();
        // One id that two people hold is nobody's.
        let twice: BTreeSet<AccountKey> = self
            .linked
            .windows(2)
            .filter(|w| w[0].key == w[1].key && w[0].person != w[1].person)
            .map(|w| w[0].key)
            .collect();
        self.linked.retain(|account| !twice.contains(&account.key));
        self.linked.dedup_by_key(|account| account.key);
        if self.keep {
            // An id stays whose it was, even if it is not listed for a while or its new address is nobody's.
            let mine = |account: &LinkedAccount| self.linked.binary_search_by_key(&account.key, |l| l.key).is_err();
            let old = self.accounts.iter().filter(|account| mine(account) && !twice.contains(&account.key));
            let kept = old.filter_map(|account| {
                let person = self.person(*account)?.0 | LinkedAccount::NOT_LISTED;
                Some(LinkedAccount { person, ..*account })
            });
            let kept: Vec<LinkedAccount> = kept.collect();
            self.linked.extend(kept);
            self.linked.sort_unstable();
        }
        Remembered { seen: self.seen, gone, linked: self.linked, ids: self.ids }
    }
}

/// Where a person stands.
pub fn person_now(directory: &Directory, ix: PersonIx) -> PersonNow {
    let person = directory.person(ix);
    let since = person.standing.since();
    PersonNow {
        key: person.key.to_string(),
        email: person.email.to_string(),
        has_left: match person.standing {
            Standing::Left { .. } => Some(true),
            Standing::Unclear(_) => None,
            _ => Some(false),
        },
        left: since.map_or_else(String::new, |since| since.to_string()),
        left_span: since.map(|since| {
            let to = since.latest(&directory.moment.zone);
            // A day counts to its end; only a time without a zone is not sure.
            let from = if since.is_local() { since.earliest(&directory.moment.zone) } else { to };
            Span { from, to }
        }),
    }
}

fn span(at: &When, directory: &Directory) -> Span {
    let zone = &directory.moment.zone;
    Span { from: at.earliest(zone), to: at.latest(zone) }
}
