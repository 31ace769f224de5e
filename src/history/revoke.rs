//! Time to revoke: for each leaver and app, between which bounds access ended after the leaving.
//!
//! Rosters are looked at now and then, so the end of an access lies between the last roster that shows it and the first
//! that does not. Medians and percentiles are therefore bounds, too: those of the lower and those of the upper ends.

use super::calendar::{deadline, verdict};
use crate::model::{
    Gap, GapState, Past, RevokeLimit, RevokeSummary, RunNo, Share, SourceRole, Span, TimeToRevoke, Verdict,
};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// The last sight of an access and the first of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sights {
    alive: Option<i64>,
    gone: Option<i64>,
    logged: bool,
}

/// The time limit of an app, if one is declared.
pub type Limits<'l> = dyn Fn(&str) -> Option<RevokeLimit> + 'l;

/// The times to revoke of all leavers whose day of leaving is known, by app and person. `now` is the moment of the newest run.
pub fn times(past: &Past, limit: &Limits<'_>, zone: &TimeZone) -> Vec<TimeToRevoke> {
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
    let begin =
        states.iter().rposition(|g| matches!(g.state, GapState::AtWork | GapState::OutOfScope)).map_or(0, |at| at + 1);
    let states = &states[begin..];
    let open = states.iter().rposition(|g| g.state.is_open());
    let alive = open.and_then(|at| last_sight(past, &states[at]));
    let end = states[open.map_or(0, |at| at + 1)..].iter().find(|g| g.state.is_gone());
    let Some(end) = end else { return Some(Sights { alive, gone: None, logged: false }) };
    // What the app says counts where it does not contradict what was seen.
    let logged = end.ended.filter(|e| alive.is_none_or(|alive| e.to >= alive) && e.from <= end.made.to);
    Some(match logged {
        Some(span) => Sights {
            alive: Some(alive.map_or(span.from, |a| a.max(span.from))),
            gone: Some(span.to.min(end.made.to)),
            logged: true,
        },
        None => Sights { alive, gone: Some(end.made.to), logged: false },
    })
}

/// When the last accepted roster was made that shows an account in this state; or else the one that showed it first.
pub fn last_sight(past: &Past, gap: &Gap) -> Option<i64> {
    let until = gap.until_run.unwrap_or(RunNo::MAX);
    let rosters = past.populations.get(&(SourceRole::Roster, gap.app.clone()))?;
    let here = rosters.iter().filter(|(no, roster)| roster.accepted && (gap.from_run..until).contains(no));
    let first = || rosters.iter().find(|(no, _)| *no == gap.from_run)?.1.made_from;
    here.filter_map(|(_, roster)| roster.made_from).max().or_else(first)
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

/// The times of all apps together, then by app. Nothing, if there are no times.
pub fn summaries(times: &[TimeToRevoke], limit: &Limits<'_>) -> Vec<RevokeSummary> {
    if times.is_empty() {
        return Vec::new();
    }
    let one = |app: Option<&str>, times: &[TimeToRevoke]| {
        let count = |is: &dyn Fn(&TimeToRevoke) -> bool| times.iter().filter(|t| is(t)).count();
        let mut verdicts = [0; 4];
        for (n, verdict) in verdicts.iter_mut().zip(Verdict::ALL) {
            *n = count(&|t| t.verdict == Some(*verdict));
        }
        RevokeSummary {
            app: app.map(str::to_owned),
            count: times.len(),
            open: count(&|t| t.most.is_none()),
            logged: count(&|t| t.logged),
            median: percentile(times.iter(), 50),
            p95: percentile(times.iter(), 95),
            limit: app.and_then(limit).map(|limit| limit.to_string()),
            verdicts,
        }
    };
    let mut all = vec![one(None, times)];
    all.extend(times.chunk_by(|a, b| a.app == b.app).map(|of_app| one(Some(&of_app[0].app), of_app)));
    // All apps together have a limit if they have one and the same.
    let (head, apps) = all.split_at_mut(1);
    if let (Some(head), Some(first)) = (head.first_mut(), apps.first())
        && apps.iter().all(|a| a.limit == first.limit)
    {
        head.limit.clone_from(&first.limit);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(least: i64, most: Option<i64>) -> TimeToRevoke {
        TimeToRevoke {
            app: "tidepool".to_owned(),
            person: String::new(),
            person_email: String::new(),
            left: String::new(),
            least,
            most,
            logged: false,
            accounts: 1,
            verdict: None,
        }
    }

    #[test]
    fn a_percentile_is_as_sure_as_the_times_it_is_made_of() {
        let all = [time(0, Some(10)), time(5, Some(5)), time(40, None), time(3, Some(100))];
        assert_eq!(percentile(all.iter(), 50), Some(Share { least: 3, most: Some(10) }));
        assert_eq!(percentile(all.iter(), 95), Some(Share { least: 40, most: None }));
        assert_eq!(percentile([].iter(), 50), None);
        assert_eq!(percentile(all[1..2].iter(), 95), Some(Share { least: 5, most: Some(5) }));
    }
}
