//! From what is known of the earlier runs and a new one to what changes.

use super::causes::{Facts, causes};
use super::gaps::{self, Rosters};
use crate::model::{
    AccountKey, Cause, FindingId, Gap, HowEnded, KeptFinding, OpenSpell, Past, PastFinding, RunNo, SeenAccount,
    Snapshot,
};
use std::collections::{BTreeMap, BTreeSet};

/// The rule about accounts of leavers that cannot be judged.
const UNDECIDED: &str = "residual-undecidable";

/// What a new run changes in what is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The run's number.
    pub no: RunNo,
    /// Findings that no run had before, as indices into the snapshot's findings.
    pub new: Vec<usize>,
    /// Findings that begin, begin again, or stand on differently.
    pub opened: Vec<Opened>,
    /// Findings that end, or stand on differently.
    pub ended: Vec<Ended>,
    /// Findings that this run could not look at: id and the run in which they began to stand as they do.
    pub unseen: Vec<(FindingId, RunNo)>,
    /// Findings that are seen again unchanged.
    pub seen_again: Vec<(FindingId, RunNo)>,
    /// States of leavers' accounts that end: `until_run` is set.
    pub gaps_ended: Vec<Gap>,
    /// States of leavers' accounts that begin. One that has ended already was seen at work in an earlier run.
    pub gaps_opened: Vec<Gap>,
}

/// A finding that begins to stand in some way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Index into the snapshot's findings.
    pub finding: usize,
    /// The run in which it was opened; an earlier one if it was open all the time.
    pub opened_run: RunNo,
    /// What moved it: any of these. None in the first run.
    pub moved_by: Vec<Cause>,
}

/// A finding that stands no longer as it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The finding.
    pub id: FindingId,
    /// The run in which it began to stand so.
    pub from_run: RunNo,
    /// How it ended.
    pub how: HowEnded,
    /// What moved it: any of these.
    pub moved_by: Vec<Cause>,
}

/// What a new run changes in the states of leavers' accounts alone.
pub fn advance_gaps(past: &Past, snapshot: &Snapshot) -> Changes {
    let no = past.newest().map_or(1, |run| run.no + 1);
    let mut changes = Changes { no, ..Changes::default() };
    gaps::advance(past, snapshot, &Rosters::new(past, snapshot), &mut changes);
    changes
}

/// What a new run changes. The snapshot's own number is not looked at: it is the next one.
pub fn advance(past: &Past, snapshot: &Snapshot) -> Changes {
    let mut changes = advance_gaps(past, snapshot);
    let no = changes.no;
    let rosters = Rosters::new(past, snapshot);
    let mut found: Vec<(FindingId, usize)> = snapshot.findings.iter().enumerate().map(|(ix, f)| (f.id, ix)).collect();
    found.sort_unstable();
    for (id, ix) in &found {
        let finding = &snapshot.findings[*ix];
        let app = finding.app.as_deref();
        match past.finding(*id) {
            None => {
                changes.new.push(*ix);
                let moved_by = causes(past, snapshot, app, Facts::Unknown);
                changes.opened.push(Opened { finding: *ix, opened_run: no, moved_by });
            }
            Some(PastFinding { open: None, .. }) => {
                let moved_by = causes(past, snapshot, app, Facts::Unknown);
                changes.opened.push(Opened { finding: *ix, opened_run: no, moved_by });
            }
            Some(PastFinding { open: Some(open), .. }) if open.state != finding.state => {
                let same = open.state.facts == finding.state.facts;
                let moved_by = causes(past, snapshot, app, if same { Facts::Same } else { Facts::Differ });
                let how = HowEnded::Changed;
                changes.ended.push(Ended { id: *id, from_run: open.from_run, how, moved_by: moved_by.clone() });
                changes.opened.push(Opened { finding: *ix, opened_run: open.opened_run, moved_by });
            }
            Some(PastFinding { open: Some(open), .. }) if open.unseen_from.is_some() => {
                changes.seen_again.push((*id, open.from_run));
            }
            Some(_) => {}
        }
    }
    let judge =
        Judge { past, snapshot, rosters: &rosters, undecided: undecided(&snapshot.findings), gone: gone(&changes) };
    let (mut ended, mut unseen) = (Vec::new(), Vec::new());
    for finding in &past.findings {
        let Some(open) = &finding.open else { continue };
        if found.binary_search_by_key(&finding.id, |(id, _)| *id).is_ok() {
            continue;
        }
        match judge.end(finding) {
            Some((how, facts)) => {
                let moved_by = causes(past, snapshot, finding.app.as_deref(), facts);
                ended.push(Ended { id: finding.id, from_run: open.from_run, how, moved_by });
            }
            None if open.unseen_from.is_none() => unseen.push((finding.id, open.from_run)),
            None => {}
        }
    }
    changes.ended.append(&mut ended);
    changes.unseen = unseen;
    changes
}

/// Accounts of which the run itself says that it cannot judge what is left of them.
fn undecided(findings: &[KeptFinding]) -> BTreeSet<(&str, AccountKey)> {
    let undecided = findings.iter().filter(|f| f.rule == UNDECIDED);
    undecided.filter_map(|f| Some((f.app.as_deref()?, f.account_key?))).collect()
}

/// What this run says of leavers' accounts that it has moved.
fn gone(changes: &Changes) -> BTreeMap<(&str, AccountKey, &str), crate::model::GapState> {
    changes.gaps_opened.iter().map(|gap| ((gap.app.as_str(), gap.key, gap.person.as_str()), gap.state)).collect()
}

struct Judge<'a> {
    past: &'a Past,
    snapshot: &'a Snapshot,
    rosters: &'a Rosters<'a>,
    undecided: BTreeSet<(&'a str, AccountKey)>,
    gone: BTreeMap<(&'a str, AccountKey, &'a str), crate::model::GapState>,
}

impl Judge<'_> {
    /// How a finding that is not there any more has ended; none if this run cannot tell.
    fn end(&self, finding: &PastFinding) -> Option<(HowEnded, Facts)> {
        let no_longer = |facts| Some((HowEnded::NoLongerFound, facts));
        if finding.person.is_some() && !self.snapshot.run.people_accepted {
            return None;
        }
        let Some(app) = finding.app.as_deref() else { return no_longer(Facts::Unknown) };
        let Some(key) = finding.account_key else {
            // What a rule says of a person and an app hangs on the roster; what it says of an app alone, on its settings.
            let hangs = finding.person.is_some() && !self.rosters.is_accepted(app);
            return if hangs { None } else { no_longer(Facts::Unknown) };
        };
        if self.undecided.contains(&(app, key)) || !self.rosters.is_accepted(app) {
            return None;
        }
        if let Some(seen) = self.rosters.seen(app, key) {
            return self.still_listed(finding, app, seen);
        }
        if let Some(person) = &finding.person {
            use crate::model::GapState as S;
            let now = self.gone.get(&(app, key, person.as_str())).copied();
            let before = || self.past.last_gaps(app, key).find(|gap| gap.person == *person).map(|gap| gap.state);
            match now.or_else(before) {
                Some(S::Renamed | S::AtWork | S::OutOfScope) => return no_longer(Facts::Differ),
                Some(state) if state.is_gone() => return Some((HowEnded::VerifiedRemoved, Facts::Differ)),
                Some(_) => return None,
                None => {}
            }
        }
        let shown = finding.open.as_ref().map_or(0, |open| open.from_run);
        (self.rosters.is_later(app) && self.rosters.names_alike(app, shown))
            .then_some((HowEnded::VerifiedRemoved, Facts::Differ))
    }

    fn still_listed(&self, finding: &PastFinding, app: &str, seen: &SeenAccount) -> Option<(HowEnded, Facts)> {
        match seen.lives {
            Some(false) if self.rosters.is_later(app) => Some((HowEnded::VerifiedRemoved, Facts::Differ)),
            Some(false) => Some((HowEnded::NoLongerFound, Facts::Unknown)),
            None => None,
            Some(true) => {
                let holder = seen.person.as_ref().map(|p| p.key.as_str());
                let facts = match (holder, finding.person.as_deref()) {
                    // Whose it is, is not settled: it may well be the leaver's.
                    (None, Some(_)) if !seen.settled => return None,
                    (now, before) if now != before => Facts::Differ,
                    _ => match &seen.person {
                        Some(person) if person.has_left.is_none() => return None,
                        Some(person) => self.same_facts(finding, seen, &person.left),
                        None => Facts::Unknown,
                    },
                };
                Some((HowEnded::NoLongerFound, facts))
            }
        }
    }

    /// Whether the account and its holder stand as they did, so that no datum about them has moved the finding.
    fn same_facts(&self, finding: &PastFinding, seen: &SeenAccount, left: &str) -> Facts {
        let before = finding.open.as_ref().map_or("", |open| open.state.facts.as_str());
        if before == facts_of(seen.status.word(), left) { Facts::Same } else { Facts::Differ }
    }
}

/// The facts on which a finding about a person's account rests, in words.
pub fn facts_of(status: &str, left: &str) -> String {
    match (status.is_empty(), left.is_empty()) {
        (_, true) => status.to_owned(),
        (true, false) => format!("left {left}"),
        (false, false) => format!("{status}, left {left}"),
    }
}

/// Enters a run and its changes into what is known, so that it can be asked as if the run were kept.
pub fn apply(past: &mut Past, snapshot: &Snapshot, changes: &Changes) {
    let no = changes.no;
    let mut run = snapshot.run.clone();
    run.no = no;
    past.runs.push(run);
    for population in &snapshot.populations {
        let all = past.populations.entry((population.role, population.id.clone())).or_default();
        all.push((no, population.clone()));
    }
    for gap in &changes.gaps_ended {
        let all = past.gaps.entry(gap.app.clone()).or_default();
        let same = |g: &&mut Gap| (g.key, &g.person, g.from_run) == (gap.key, &gap.person, gap.from_run);
        if let Some(open) = all.iter_mut().find(same) {
            open.until_run = gap.until_run;
        }
    }
    for gap in &changes.gaps_opened {
        past.gaps.entry(gap.app.clone()).or_default().push(gap.clone());
    }
    for all in past.gaps.values_mut() {
        all.sort_by(|a, b| (a.key, &a.person, a.from_run).cmp(&(b.key, &b.person, b.from_run)));
    }
    for ix in &changes.new {
        let finding = &snapshot.findings[*ix];
        past.findings.push(PastFinding {
            id: finding.id,
            first_run: no,
            rule: finding.rule.as_str().into(),
            app: finding.app.as_deref().map(Into::into),
            account: finding.account.as_deref().unwrap_or_default().into(),
            account_key: finding.account_key,
            person: finding.person.clone(),
            open: None,
            ended: None,
        });
    }
    past.findings.sort_by_key(|f| f.id);
    let at = |past: &Past, id: FindingId| past.findings.binary_search_by_key(&id, |f| f.id).ok();
    for ended in &changes.ended {
        if let Some(at) = at(past, ended.id) {
            past.findings[at].open = None;
            past.findings[at].ended = Some(ended.how);
        }
    }
    for opened in &changes.opened {
        let finding = &snapshot.findings[opened.finding];
        if let Some(at) = at(past, finding.id) {
            past.findings[at].open = Some(OpenSpell {
                from_run: no,
                opened_run: opened.opened_run,
                unseen_from: None,
                state: finding.state.clone(),
            });
        }
    }
    let marks = changes.unseen.iter().map(|(id, _)| (id, Some(no)));
    for (id, mark) in marks.chain(changes.seen_again.iter().map(|(id, _)| (id, None))) {
        if let Some(open) = at(past, *id).and_then(|at| past.findings[at].open.as_mut()) {
            open.unseen_from = mark;
        }
    }
}
