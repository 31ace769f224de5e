//! Where a finding stands: open, claimed, verified, opened again.

use crate::model::{DoneClaim, FindingState, HowEnded, Past, RunNo, SourceRole, Story, ToldStory};

/// When was looked last, before run `until`, whether a finding holds: the time of the app's last accepted roster, else the
/// moment of the last run. Unix seconds.
pub fn last_look(past: &Past, app: Option<&str>, until: Option<RunNo>) -> Option<i64> {
    let counts = |no: RunNo| until.is_none_or(|until| no < until);
    let roster = app.and_then(|app| {
        let all = past.populations.get(&(SourceRole::Roster, app.to_owned()))?;
        all.iter().filter(|(no, list)| list.accepted && counts(*no)).filter_map(|(_, list)| list.made_from).max()
    });
    roster.or_else(|| past.runs.iter().filter(|run| counts(run.no)).map(|run| run.as_of_second).max())
}

/// What somebody says about a finding: that which counts still, or that which is contradicted, because it was looked at
/// later and the finding still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'c> {
    /// Nothing.
    Nothing,
    /// Nobody has looked since.
    Claimed(&'c DoneClaim),
    /// It was seen later that it still holds.
    Contradicted(&'c DoneClaim),
}

/// The last word on a finding that holds, when was looked at `look`.
pub fn said<'c>(claims: &'c [DoneClaim], finding: &str, look: Option<i64>) -> Said<'c> {
    // The newest word, whenever it was entered; of two of one moment, the one that was entered later.
    match claims.iter().filter(|claim| claim.finding == finding).max_by_key(|claim| claim.at_second) {
        None => Said::Nothing,
        Some(claim) if look.is_some_and(|look| look > claim.at_second) => Said::Contradicted(claim),
        Some(claim) => Said::Claimed(claim),
    }
}

/// Where a finding stands. `open`: it has not ended. `before`: how it ended before, if it did.
pub fn state(open: bool, before: Option<HowEnded>, said: Said<'_>) -> FindingState {
    match (open, before, said) {
        (false, Some(HowEnded::VerifiedRemoved), _) => FindingState::VerifiedRemoved,
        (false, _, _) => FindingState::NoLongerFound,
        (true, _, Said::Claimed(_)) => FindingState::ClaimedRemoved,
        (true, Some(HowEnded::VerifiedRemoved | HowEnded::NoLongerFound), _) => FindingState::Reopened,
        (true, _, _) => FindingState::Open,
    }
}

/// What follows from a finding's story; none if it has none.
pub fn told(past: &Past, story: Story) -> Option<ToldStory> {
    let (first, last) = (story.spells.first()?, story.spells.last()?);
    let open = last.until_run.is_none();
    let app = story.app.as_deref();
    let newest = past.newest()?;
    let end = last.until_run.or(last.unseen_from);
    let last_run = past.runs.iter().rev().map(|run| run.no).find(|no| end.is_none_or(|end| *no < end))?;
    let ended = story.spells.iter().rev().filter_map(|spell| spell.ended_how).find(|how| *how != HowEnded::Changed);
    let said = said(&past.claims, &story.id, last_look(past, app, end));
    let moment = |no: RunNo| past.run(no).map_or(0, |run| run.as_of_second);
    let until = last.until_run.map_or(newest.as_of_second, moment);
    Some(ToldStory {
        state: state(open, ended, said),
        first_run: first.from_run,
        last_run,
        opened_run: last.opened_run,
        ended_run: last.until_run,
        age_days: until.saturating_sub(moment(last.opened_run)).max(0) / 86_400,
        unseen: last.unseen_from.filter(|_| open).map(|_| unseen(past, app)),
        claims: past.claims.iter().filter(|claim| claim.finding == story.id).cloned().collect(),
        contradicted: open && matches!(said, Said::Contradicted(_)),
        story,
    })
}

/// Why the newest run could not look at a finding.
fn unseen(past: &Past, app: Option<&str>) -> String {
    if past.newest().is_some_and(|run| !run.people_accepted) {
        return "HR or a directory could not be used in the newest run".to_owned();
    }
    match app.map(|app| (app, past.latest(SourceRole::Roster, app))) {
        None => "the newest run could not look at it".to_owned(),
        Some((app, None)) => format!("the newest run knows no app `{app}`"),
        Some((app, Some(list))) if list.made_from.is_none() => format!("the newest run has no roster of {app}"),
        Some((app, Some(list))) if !list.accepted => {
            format!("the newest roster of {app} is not accepted: {}", list.why)
        }
        Some((app, Some(_))) => format!("the newest roster of {app} does not tell"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_last_counts_whenever_it_was_entered() {
        let claim = |by: &str, at_second: i64| DoneClaim {
            finding: "v1:1".to_owned(),
            by: by.to_owned(),
            ticket: String::new(),
            note: String::new(),
            at: String::new(),
            at_second,
        };
        let claims = [claim("ann", 50), claim("bo", 10), claim("cleo", 50)];
        assert_eq!(said(&claims[..2], "v1:1", Some(20)), Said::Claimed(&claims[0]));
        assert_eq!(said(&claims, "v1:1", Some(60)), Said::Contradicted(&claims[2]));
        assert_eq!(said(&claims, "v1:2", None), Said::Nothing);
    }
}
