//! Time to revoke: for each leaver and app, between which bounds access ended after the leaving.
//!
//! Rosters are looked at now and then, so the end of an access lies between the last roster that shows it and the first
//! that does not. Medians and percentiles are therefore bounds, too: those of the lower and those of the upper ends.

use super::calendar::{Verdict, deadline, verdict};
use crate::model::{Gap, GapState, Past, RevokeLimit, RunNo, SourceRole, Span};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// How long one leaver's access to one app lasted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeToRevoke {
    /// The app's id.
    pub app: String,
    /// The person's key.
    pub person: String,
    /// The person's work address.
    pub person_email: String,
    /// When the person left, as the report writes it.
    pub left: String,
    /// At least so many seconds after the leaving.
    pub least: i64,
    /// At most so many; none while access may still be there.
    pub most: Option<i64>,
    /// Whether the app itself says when the access ended, so that the two are as close as it says.
    pub logged: bool,
    /// Accounts.
    pub accounts: usize,
    /// Whether the time limit was kept; none if none is declared.
    pub verdict: Option<Verdict>,
}

/// The last sight of an access and the first of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sights {
    alive: Option<i64>,
    gone: Option<i64>,
    logged: bool,
}

/// The times to revoke of all leavers whose day of leaving is known, by app and person. `now` is the moment of the newest run.
pub fn times(past: &Past, limit: &dyn Fn(&str) -> Option<RevokeLimit>, zone: &TimeZone) -> Vec<TimeToRevoke> {
    let now = past.newest().map_or(i64::MIN, |run| run.as_of_second);
    let mut all = Vec::new();
    for (app, gaps) in &past.gaps {
        let limit = limit(app);
        let mut people: BTreeMap<&str, Vec<&[Gap]>> = BTreeMap::new();
        for account in gaps.chunk_by(|a, b| a.key == b.key && a.person == b.person) {
            people.entry(&account[0].person).or_default().push(account);
        }
        for (person, accounts) in people {
            all.extend(time(past, app, person, &accounts, limit.as_ref(), zone, now));
        }
    }
    all
}

fn time(
    past: &Past,
    app: &str,
    person: &str,
    accounts: &[&[Gap]],
    limit: Option<&RevokeLimit>,
    zone: &TimeZone,
    now: i64,
) -> Option<TimeToRevoke> {
    let sights: Vec<Sights> = accounts.iter().filter_map(|account| sights(past, account)).collect();
    let last = accounts.iter().filter_map(|account| account.last()).max_by_key(|gap| gap.from_run)?;
    let left = last.left_span?;
    if sights.is_empty() {
        return None;
    }
    let alive = sights.iter().filter_map(|s| s.alive).max();
    let gone = sights.iter().map(|s| s.gone).collect::<Option<Vec<i64>>>().and_then(|all| all.into_iter().max());
    let due = limit.map(|limit| Span { from: deadline(limit, zone, left.from), to: deadline(limit, zone, left.to) });
    Some(TimeToRevoke {
        app: app.to_owned(),
        person: person.to_owned(),
        person_email: last.person_email.clone(),
        left: last.left.clone(),
        least: alive.map_or(0, |alive| (alive - left.to).max(0)),
        most: gone.map(|gone| (gone - left.from).max(0)),
        logged: gone.is_some() && sights.iter().all(|s| s.logged),
        accounts: sights.len(),
        verdict: due.map(|due| verdict(due, alive, gone, now)),
    })
}

/// What the states of one account tell; none if its story ended otherwise than by an end of access.
fn sights(past: &Past, states: &[Gap]) -> Option<Sights> {
    let last = states.last()?;
    // What became of it stands under another name, or is no gap any more.
    if matches!(last.state, GapState::Renamed | GapState::AtWork | GapState::OutOfScope) {
        return None;
    }
    let begin = states.iter().rposition(|g| matches!(g.state, GapState::AtWork | GapState::OutOfScope)).map_or(0, |at| at + 1);
    let states = &states[begin..];
    let open = states.iter().rposition(|g| g.state.is_open());
    let alive = open.and_then(|at| last_sight(past, &states[at]));
    let end = states[open.map_or(0, |at| at + 1)..].iter().find(|g| g.state.is_gone());
    let Some(end) = end else { return Some(Sights { alive, gone: None, logged: false }) };
    // What the app says counts where it does not contradict what was seen.
    let logged = end.ended.filter(|e| alive.is_none_or(|alive| e.to >= alive) && e.from <= end.made.to);
    Some(match logged {
        Some(span) => Sights { alive: Some(alive.map_or(span.from, |a| a.max(span.from))), gone: Some(span.to.min(end.made.to)), logged: true },
        None => Sights { alive, gone: Some(end.made.to), logged: false },
    })
}

/// When the last accepted roster was made that shows an account in this state.
pub(super) fn last_sight(past: &Past, gap: &Gap) -> Option<i64> {
    let until = gap.until_run.unwrap_or(RunNo::MAX);
    let rosters = past.populations.get(&(SourceRole::Roster, gap.app.clone()))?;
    let here = rosters.iter().filter(|(no, roster)| roster.accepted && (gap.from_run..until).contains(no));
    here.filter_map(|(_, roster)| roster.made_from).max()
}

/// Bounds of a percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// At least so many seconds.
    pub least: i64,
    /// At most so many; none if access that may still be there is among them.
    pub most: Option<i64>,
}

/// Bounds of a percentile (nearest rank): that of the lower ends and that of the upper ends. Access that is still there has
/// no upper end. None without any time.
pub fn percentile<'t>(times: impl Iterator<Item = &'t TimeToRevoke>, percent: u32) -> Option<Share> {
    let (mut least, mut most): (Vec<i64>, Vec<i64>) = times.map(|t| (t.least, t.most.unwrap_or(i64::MAX))).unzip();
    let rank = (least.len() as u64 * u64::from(percent)).div_ceil(100).max(1) as usize - 1;
    least.sort_unstable();
    most.sort_unstable();
    Some(Share { least: *least.get(rank)?, most: Some(*most.get(rank)?).filter(|most| *most != i64::MAX) })
}
