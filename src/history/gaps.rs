//! How the accounts of people who have left move from state to state.
//!
//! Only an accepted roster that was made later than the last accepted one shows that an account has gone. Any roster made later
//! shows that one lives again. What a run does not show stays as it was.

use super::Changes;
use crate::model::{
    AccountKey, AccountStatus, Gap, GapState, KeptPopulation, Past, PersonNow, RunNo, SeenAccount, Snapshot,
    SourceRole, Span,
};
use std::collections::BTreeMap;

/// The rosters of a run, beside those that were accepted last.
pub(super) struct Rosters<'a> {
    apps: BTreeMap<&'a str, App<'a>>,
}

struct App<'a> {
    now: &'a KeptPopulation,
    last: Option<&'a (RunNo, KeptPopulation)>,
    /// Those of all kept runs.
    all: &'a [(RunNo, KeptPopulation)],
    seen: BTreeMap<AccountKey, &'a SeenAccount>,
}

impl<'a> Rosters<'a> {
    pub(super) fn new(past: &'a Past, snapshot: &'a Snapshot) -> Self {
        let rosters = snapshot.populations.iter().filter(|p| p.role == SourceRole::Roster);
        let mut apps: BTreeMap<&str, App<'_>> = rosters
            .map(|now| {
                let last = past.accepted(SourceRole::Roster, &now.id);
                let all = past.populations.get(&(SourceRole::Roster, now.id.clone())).map_or(&[][..], Vec::as_slice);
                (now.id.as_str(), App { now, last, all, seen: BTreeMap::new() })
            })
            .collect();
        for (app, accounts) in &snapshot.seen {
            if let Some(app) = apps.get_mut(app.as_str()) {
                app.seen.extend(accounts.iter().map(|account| (account.key, account)));
            }
        }
        Self { apps }
    }

    /// Whether later runs may rely on the app's roster.
    pub(super) fn is_accepted(&self, app: &str) -> bool {
        self.apps.get(app).is_some_and(|app| app.now.accepted)
    }

    /// Whether the roster was certainly made later than the one that was accepted last.
    pub(super) fn is_later(&self, app: &str) -> bool {
        self.apps.get(app).is_some_and(App::is_later)
    }

    /// Whether it names accounts as the roster of that run did.
    pub(super) fn names_alike(&self, app: &str, run: RunNo) -> bool {
        self.apps.get(app).is_some_and(|app| app.names_alike(run))
    }

    /// The account, if the roster has it.
    pub(super) fn seen(&self, app: &str, key: AccountKey) -> Option<&'a SeenAccount> {
        self.apps.get(app)?.seen.get(&key).copied()
    }
}

impl App<'_> {
    fn is_later(&self) -> bool {
        self.now.accepted && self.is_made_later()
    }

    fn is_made_later(&self) -> bool {
        let last = self.last.and_then(|(_, last)| last.made_to);
        self.now.made_from.is_some_and(|made| last.is_none_or(|last| made > last))
    }

    /// Whether accounts are named as in the last accepted roster and in that of the run that showed an account. An account
    /// that is not listed under the name that it had there may stand under another one, now or in between.
    fn names_alike(&self, run: RunNo) -> bool {
        let shown = self.all.iter().find(|(no, _)| *no == run).map(|(_, shown)| shown);
        shown.into_iter().chain(self.last.map(|(_, last)| last)).all(|list| list.ids == self.now.ids)
    }

    fn made(&self) -> Span {
        let from = self.now.made_from.unwrap_or_default();
        Span { from, to: self.now.made_to.unwrap_or(from) }
    }

    /// Whether a list that is made later, if only a part of it, shows an account alive of somebody of whom one is gone.
    fn lives_on(&self, past: &Past, app: &str, seen: &SeenAccount, person: &PersonNow) -> bool {
        let gone = |gap: &Gap| gap.until_run.is_none() && gap.person == person.key && gap.state.is_gone();
        seen.lives == Some(true) && self.is_made_later() && past.gaps.get(app).is_some_and(|all| all.iter().any(gone))
    }

    /// Whether a person has an account here that is new, and may be an old one under another name.
    fn may_be_renamed(&self, past: &Past, gap: &Gap) -> bool {
        self.seen.values().any(|seen| {
            seen.person.as_ref().is_some_and(|p| p.key == gap.person)
                && seen.lives != Some(false)
                && !(gap.native && seen.native)
                && !past.last_gaps(&gap.app, seen.key).any(|known| known.person == gap.person)
        })
    }
}

/// Enters into `changes` what becomes of leavers' accounts.
pub(super) fn advance(past: &Past, snapshot: &Snapshot, rosters: &Rosters<'_>, changes: &mut Changes) {
    let standing: BTreeMap<&str, &PersonNow> = snapshot.followed.iter().map(|p| (p.key.as_str(), p)).collect();
    let mut moves = Moves { no: changes.no, as_of: snapshot.run.as_of_second, changes };
    // What was known before.
    for gap in past.gaps.values().flatten().filter(|gap| gap.until_run.is_none()) {
        let app = rosters.apps.get(gap.app.as_str());
        let person = standing.get(gap.person.as_str()).copied();
        if let Some(next) = next(past, snapshot, gap, app, person) {
            moves.to(gap, next, app);
        }
    }
    // What is seen for the first time.
    for (name, app) in &rosters.apps {
        if !snapshot.run.people_accepted {
            continue;
        }
        for seen in app.seen.values() {
            let mine = seen.person.as_ref().filter(|p| p.has_left == Some(true));
            // With one account gone, a part that shows another one alive shows that access has not ended.
            let tells = app.now.accepted || mine.is_some_and(|p| app.lives_on(past, name, seen, p));
            if !tells {
                continue;
            }
            // It lives, and nobody else is known to hold it: what its holder could do there has not ended.
            let was = seen.was.as_ref().filter(|_| !seen.excluded);
            let Some(person) = mine.or(was) else { continue };
            if !past.last_gaps(name, seen.key).any(|gap| gap.person == person.key) {
                let first = first(name, seen.key, person, moves.no, app.made());
                let state = state_of(seen);
                moves.changes.gaps_opened.push(Gap {
                    account: seen.account.clone(),
                    native: seen.native,
                    state,
                    status: seen.status,
                    ended: seen.ended,
                    ..first
                });
            }
        }
    }
    if snapshot.run.people_accepted {
        for (name, accounts) in &snapshot.gone {
            let Some(app) = rosters.apps.get(name.as_str()).filter(|app| app.is_later()) else { continue };
            if app.last.is_some_and(|(run, _)| !app.names_alike(*run)) {
                continue;
            }
            for gone in accounts {
                moves.gone_since_at_work(past, name, app, gone.key, &gone.person);
            }
        }
    }
}

/// A state of which nothing is known but whose account it is.
fn first(app: &str, key: AccountKey, person: &PersonNow, from_run: RunNo, made: Span) -> Gap {
    Gap {
        app: app.to_owned(),
        key,
        account: String::new(),
        native: false,
        person: person.key.clone(),
        person_email: person.email.clone(),
        left: person.left.clone(),
        left_span: person.left_span,
        state: GapState::Living,
        status: AccountStatus::Unknown,
        ended: None,
        made,
        from_run,
        until_run: None,
    }
}

fn state_of(seen: &SeenAccount) -> GapState {
    match seen.lives {
        Some(true) => GapState::Living,
        Some(false) => GapState::Ended,
        None => GapState::Unclear,
    }
}

/// What is new about a known account; none if this run says nothing new.
struct Next<'s> {
    state: GapState,
    seen: Option<&'s SeenAccount>,
    person: Option<&'s PersonNow>,
}

fn next<'s>(
    past: &Past,
    snapshot: &'s Snapshot,
    gap: &Gap,
    app: Option<&App<'s>>,
    person: Option<&'s PersonNow>,
) -> Option<Next<'s>> {
    use GapState as S;
    if !snapshot.run.people_accepted {
        return None;
    }
    let to = |state, seen| Some(Next { state, seen, person });
    let may_end = gap.state.is_open() || gap.state == S::HandedOver;
    let works_here = person.is_some_and(|p| p.has_left == Some(false));
    if works_here && gap.state.is_open() {
        return to(S::AtWork, None);
    }
    let app = app?;
    if !app.now.accepted {
        // What a part of a list lacks may be there all the same; what it has is there, and has not ended.
        let back = app.seen.get(&gap.key).copied().filter(|seen| {
            let mine = seen.person.as_ref().is_some_and(|p| p.key == gap.person && p.has_left == Some(true));
            mine && seen.lives == Some(true) && gap.state.is_gone() && app.is_made_later()
        });
        return back.and_then(|seen| to(S::Living, Some(seen)));
    }
    if let Some(seen) = app.seen.get(&gap.key).copied() {
        let holder = seen.person.as_ref();
        let mine = holder.is_some_and(|p| p.key == gap.person);
        let shows_end = app.is_later() || !gap.state.is_open();
        let heir = holder.filter(|_| !mine && may_end);
        return match seen.lives {
            // It ends under the new name.
            Some(false) if gap.state == S::Renamed && !mine => None,
            Some(false) if shows_end => to(S::Ended, Some(seen)),
            Some(false) => None,
            _ if mine && holder.is_some_and(|p| p.has_left == Some(true)) => to(state_of(seen), Some(seen)),
            _ if mine => None,
            _ if seen.excluded && may_end => to(S::OutOfScope, Some(seen)),
            _ if heir.is_some() => {
                heir.and_then(|heir| inherits(gap, heir, person)).and_then(|state| to(state, Some(seen)))
            }
            _ if gap.state == S::AtWork && !seen.excluded && seen.was.as_ref().is_some_and(|p| p.key == gap.person) => {
                to(state_of(seen), Some(seen))
            }
            // It lives, and nobody else is known to hold it: what was known stands.
            _ => None,
        };
    }
    if !may_end {
        return None;
    }
    if app.may_be_renamed(past, gap) {
        return to(S::Renamed, None);
    }
    // Without a native id, an account of somebody whom no source knows any more may stand there under its new holder.
    let can_tell = person.is_some() || gap.native;
    if app.is_later() && app.names_alike(gap.from_run) && can_tell { to(S::Absent, None) } else { None }
}

/// What becomes of a leaver's account that lives with another key of a person; none if that cannot be told. `person`: the
/// leaver, if a source knows the old key still.
fn inherits(gap: &Gap, heir: &PersonNow, person: Option<&PersonNow>) -> Option<GapState> {
    let same_address = person.is_none() && !heir.email.is_empty() && heir.email == gap.person_email;
    match heir.has_left {
        // A leaver's it is still: what becomes of it stands under the new key.
        Some(true) => Some(GapState::Renamed),
        None if same_address => None,
        _ => Some(GapState::HandedOver),
    }
}

struct Moves<'c> {
    no: RunNo,
    as_of: i64,
    changes: &'c mut Changes,
}

impl Moves<'_> {
    fn to(&mut self, gap: &Gap, next: Next<'_>, app: Option<&App<'_>>) {
        let person = next.person.filter(|p| p.has_left == Some(true));
        let made = app.map_or(Span { from: self.as_of, to: self.as_of }, App::made);
        let now = Gap {
            app: gap.app.clone(),
            key: gap.key,
            account: next.seen.map_or_else(|| gap.account.clone(), |s| s.account.clone()),
            native: next.seen.map_or(gap.native, |s| s.native),
            person: gap.person.clone(),
            person_email: person.map_or_else(|| gap.person_email.clone(), |p| p.email.clone()),
            left: person.map_or_else(|| gap.left.clone(), |p| p.left.clone()),
            left_span: person.map_or(gap.left_span, |p| p.left_span),
            state: next.state,
            status: next.seen.map_or(gap.status, |s| s.status),
            ended: next.seen.map_or(gap.ended, |s| s.ended),
            made,
            from_run: self.no,
            until_run: None,
        };
        let same = |a: &Gap, b: &Gap| (a.state, a.status, a.ended, &a.left) == (b.state, b.status, b.ended, &b.left);
        if same(gap, &now) {
            return;
        }
        self.changes.gaps_ended.push(Gap { until_run: Some(self.no), ..gap.clone() });
        self.changes.gaps_opened.push(now);
    }

    /// Somebody was at work with an account in the last accepted roster, has left since, and the account is gone.
    fn gone_since_at_work(&mut self, past: &Past, name: &str, app: &App<'_>, key: AccountKey, person: &PersonNow) {
        let Some((run, last)) = app.last else { return };
        let known = past.last_gaps(name, key).find(|gap| gap.person == person.key);
        if known.is_some_and(|gap| gap.state != GapState::AtWork) {
            return;
        }
        let from = last.made_from.unwrap_or_default();
        let native = last.ids;
        let made = Span { from, to: last.made_to.unwrap_or(from) };
        let at_work = Gap { native, ..first(name, key, person, *run, made) };
        if app.may_be_renamed(past, &at_work) {
            return;
        }
        if let Some(known) = known {
            self.changes.gaps_ended.push(Gap { until_run: Some(self.no), ..known.clone() });
        } else {
            self.changes.gaps_opened.push(Gap { until_run: Some(self.no), ..at_work.clone() });
        }
        let account = known.map_or(String::new(), |gap| gap.account.clone());
        let state = GapState::Absent;
        self.changes.gaps_opened.push(Gap { account, state, made: app.made(), from_run: self.no, ..at_work });
    }
}
