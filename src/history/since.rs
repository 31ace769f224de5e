//! What a new run changes against the one before it, in numbers, and the gravest of what has ended.

use super::advance::Changes;
use crate::model::{ClosedFinding, HowEnded, Past, RevokeBucket, Since, Snapshot, TimeToRevoke};
use std::cmp::Reverse;

/// How many ended findings are told one by one.
const CLOSED: usize = 200;
/// The bounds of the buckets of times to revoke, in days.
const DAYS: [u32; 6] = [1, 3, 7, 30, 90, 365];

/// What has changed since the newest earlier run; none if there is none. `past` is what it was before this run.
pub fn since(past: &Past, snapshot: &Snapshot, changes: &Changes) -> Option<Since> {
    let last = past.newest()?;
    let mut since = Since { as_of: last.as_of.clone(), new: changes.new.len() as u64, ..Since::default() };
    let mut closed = Vec::new();
    for ended in &changes.ended {
        match ended.how {
            HowEnded::Changed => since.changed += 1,
            HowEnded::VerifiedRemoved => since.verified += 1,
            HowEnded::NoLongerFound => since.no_longer += 1,
        }
        let Some(finding) = past.finding(ended.id).filter(|_| ended.how != HowEnded::Changed) else { continue };
        let Some(open) = &finding.open else { continue };
        closed.push((Reverse(open.state.severity), ended.id, ended, finding));
    }
    let opened_now = changes.opened.iter().filter(|opened| opened.opened_run == changes.no).count() as u64;
    since.back = opened_now.saturating_sub(since.new);
    since.still = (snapshot.findings.len() as u64).saturating_sub(opened_now + since.changed);
    closed.sort_unstable_by_key(|(severity, id, ..)| (*severity, *id));
    let closed = closed.into_iter().take(CLOSED).map(|(Reverse(severity), id, ended, finding)| ClosedFinding {
        id,
        rule: finding.rule.to_string(),
        app: finding.app.as_deref().map(str::to_owned),
        account: finding.account.to_string(),
        person: finding.person.clone(),
        severity,
        how: ended.how,
        moved_by: ended.moved_by.clone(),
    });
    since.closed = closed.collect();
    Some(since)
}

/// How the times to revoke are distributed. What may still be there is in the last bucket by its upper end: nobody knows how
/// long it will have lasted. Nothing, if there are no times.
pub fn buckets(times: &[TimeToRevoke]) -> Vec<RevokeBucket> {
    if times.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<RevokeBucket> =
        DAYS.iter().map(|days| RevokeBucket { days: Some(*days), least: 0, most: 0 }).collect();
    all.push(RevokeBucket { days: None, least: 0, most: 0 });
    let bucket = |seconds: i64| DAYS.iter().position(|days| seconds <= i64::from(*days) * 86_400).unwrap_or(DAYS.len());
    for time in times {
        all[bucket(time.least)].least += 1;
        if let Some(most) = time.most {
            all[bucket(most)].most += 1;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_counts_by_both_of_its_ends_and_one_without_an_end_by_one() {
        const DAY: i64 = 86_400;
        let time = |least, most| TimeToRevoke {
            app: "tidepool".to_owned(),
            person: String::new(),
            person_email: String::new(),
            left: String::new(),
            least,
            most,
            logged: false,
            accounts: 1,
            verdict: None,
        };
        let all = buckets(&[
            time(0, Some(DAY)),
            time(DAY, Some(DAY + 1)),
            time(400 * DAY, None),
            time(2 * DAY, Some(9 * DAY)),
        ]);
        let counts: Vec<_> = all.iter().map(|b| (b.days.unwrap_or(0), b.least, b.most)).collect();
        assert_eq!(counts, [(1, 2, 1), (3, 1, 1), (7, 0, 0), (30, 0, 1), (90, 0, 0), (365, 0, 0), (0, 1, 0)]);
        assert_eq!(buckets(&[]), []);
    }
}
