//! What has become of the decisions of reviews: how each finding stands now, who decided, and with how much care.

use super::Job;
use crate::assess::AppFacts;
use crate::identity::Directory;
use crate::model::{
    Bulk, BulkLimit, Finding, FindingId, FindingStatus, Outcome, PersonIx, Progress, Review, ReviewDecision,
    ReviewReport, ReviewVerdict, Reviewed, Reviewer, Severity, Stands,
};
use crate::report::seen::seen;
use foldhash::fast::RandomState;
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// What a run without `reviews.yaml` has to do: nothing.
pub fn judge(
    job: &Job<'_>,
    directory: &Directory,
    apps: &[AppFacts],
    today: Date,
    findings: &[Box<Finding>],
) -> Option<Reviewed> {
    let reviews = &job.workspace.reviews;
    if reviews.is_empty() {
        return None;
    }
    let mut wanted: HashMap<FindingId, Option<usize>, RandomState> = HashMap::default();
    wanted.extend(reviews.iter().flat_map(|review| &review.decisions).map(|d| (d.finding, None)));
    let found: Vec<usize> =
        (0..findings.len()).into_par_iter().filter(|ix| wanted.contains_key(&findings[*ix].id)).collect();
    for ix in found {
        wanted.insert(findings[ix].id, Some(ix));
    }
    let mut marks: HashMap<FindingId, String, RandomState> = HashMap::default();
    marks.extend(wanted.values().flatten().map(|ix| (findings[*ix].id, mark(directory, apps, &findings[*ix]))));
    let last = last(reviews);
    let judged = reviews.iter().enumerate().map(|(n, review)| {
        let reviewer = reviewer(directory, &review.reviewer);
        let outcome = |(d, decision): (usize, &ReviewDecision)| {
            let finding = wanted.get(&decision.finding).copied().flatten().map(|ix| &*findings[ix]);
            Outcome {
                stands: match finding {
                    None => Stands::Gone,
                    Some(finding) if marks.get(&finding.id) != Some(&decision.seen) => Stands::Changed,
                    // Who agreed to live with it until a day has agreed to nothing after that day.
                    Some(_) if decision.until.is_some_and(|until| until < today) => Stands::Lapsed,
                    Some(_) => Stands::AsSeen,
                },
                of_self: of_self(directory, review, reviewer, decision, finding),
                replaced: last.get(&decision.finding) != Some(&(n as u32, d as u32)),
            }
        };
        let outcomes = review.decisions.iter().enumerate().map(outcome).collect();
        let bulk = bulk(&review.decisions, job.workspace.policy.review_bulk);
        ReviewReport { review: review.clone(), reviewer, outcomes, bulk }
    });
    let mut reviewed = Reviewed { reviews: judged.collect(), ..Reviewed::default() };
    let stands = |(id, (review, decision)): (FindingId, (u32, u32))| {
        wanted.get(&id).copied().flatten().map(|_| (id, review, decision))
    };
    reviewed.last = last.into_iter().filter_map(stands).collect();
    reviewed.progress = progress(&reviewed, findings);
    Some(reviewed)
}

fn mark(directory: &Directory, apps: &[AppFacts], finding: &Finding) -> String {
    let app = finding.app.and_then(|ix| apps.get(ix as usize)).map_or("", |app| app.id.as_str());
    seen(finding, app, finding.person.map(|ix| directory.person(ix)))
}

/// The last decision about each finding, by finding: by the time of the decision, then by its place in the file.
fn last(reviews: &[Review]) -> BTreeMap<FindingId, (u32, u32)> {
    let mut last: BTreeMap<FindingId, (jiff::Timestamp, u32, u32)> = BTreeMap::new();
    for (n, review) in (0u32..).zip(reviews) {
        for (d, decision) in (0u32..).zip(&review.decisions) {
            let this = (decision.at, n, d);
            last.entry(decision.finding).and_modify(|other| *other = (*other).max(this)).or_insert(this);
        }
    }
    last.into_iter().map(|(id, (_, n, d))| (id, (n, d))).collect()
}

fn reviewer(directory: &Directory, text: &str) -> Reviewer {
    match directory.named(text)[..] {
        [one] => Reviewer::One(one),
        [] => Reviewer::Nobody,
        _ => Reviewer::Several,
    }
}

/// Whether a decision is about the one who makes it.
fn of_self(
    directory: &Directory,
    review: &Review,
    reviewer: Reviewer,
    decision: &ReviewDecision,
    finding: Option<&Finding>,
) -> bool {
    let same = |text: &str| {
        let text = text.trim();
        let written = !text.is_empty() && text.to_lowercase() == review.reviewer.trim().to_lowercase();
        let person: Option<PersonIx> = match directory.named(text)[..] {
            [one] => Some(one),
            _ => None,
        };
        written || matches!((reviewer, person), (Reviewer::One(me), Some(one)) if me == one)
    };
    let concerned = finding.is_some_and(|finding| {
        let person = matches!((finding.person, reviewer), (Some(person), Reviewer::One(me)) if person == me);
        // Whose an account is may be open; an address says enough.
        person || finding.account.as_ref().is_some_and(|a| same(a.email()) || same(a.account()))
    });
    let gets_it = decision.verdict == ReviewVerdict::AssignTo && decision.person.as_deref().is_some_and(same);
    concerned || gets_it
}

/// The largest group of approvals that are at least as many as the limit says within its time.
pub fn bulk(decisions: &[ReviewDecision], limit: BulkLimit) -> Option<Bulk> {
    let mut approvals: Vec<(jiff::Timestamp, usize)> = (decisions.iter().enumerate())
        .filter(|(_, decision)| decision.verdict.approves())
        .map(|(n, decision)| (decision.at, n))
        .collect();
    approvals.sort_unstable();
    let mut best: Option<Bulk> = None;
    let mut from = 0;
    for to in 0..approvals.len() {
        let seconds = |from: usize| approvals[to].0.as_second() - approvals[from].0.as_second();
        while seconds(from) > limit.seconds {
            from += 1;
        }
        let group = Bulk { approvals: to + 1 - from, seconds: seconds(from), first: approvals[from].1 };
        if group.approvals >= limit.approvals && best.is_none_or(|best| group.approvals > best.approvals) {
            best = Some(group);
        }
    }
    best
}

/// How much of what asks for a decision is decided. What is for information only asks for none.
fn progress(reviewed: &Reviewed, findings: &[Box<Finding>]) -> Vec<Progress> {
    let asking = Severity::ALL.iter().rev().copied().filter(|severity| *severity > Severity::Info);
    let count = |severity: Severity| {
        let of: Vec<&Box<Finding>> = findings.par_iter().filter(|f| f.severity == severity).collect();
        let decided = |f: &Finding| reviewed.about(f.id).is_some_and(|(_, _, stands)| stands == Stands::AsSeen);
        let mut progress = Progress { severity, findings: of.len() as u64, decided: 0, excepted: 0 };
        for finding in of {
            if decided(finding) {
                progress.decided += 1;
            } else if finding.status == FindingStatus::Excepted {
                progress.excepted += 1;
            }
        }
        progress
    };
    asking.map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(verdict: ReviewVerdict, at: &str) -> ReviewDecision {
        ReviewDecision {
            finding: FindingId([0; 16]),
            verdict,
            reason: "looked at it".to_owned(),
            until: None,
            person: None,
            at: at.parse().unwrap(),
            seen: String::new(),
            line: 1,
        }
    }

    #[test]
    fn the_largest_group_of_quick_approvals_is_found_whatever_their_order() {
        let limit = BulkLimit { approvals: 3, seconds: 10 };
        let keep = |second: u32| decision(ReviewVerdict::Keep, &format!("2026-11-22T09:00:{second:02}Z"));
        let mut decisions = vec![keep(40), keep(0), keep(5), keep(44), keep(46), keep(50)];
        assert_eq!(bulk(&decisions, limit), Some(Bulk { approvals: 4, seconds: 10, first: 0 }));
        decisions.rotate_left(2);
        assert_eq!(bulk(&decisions, limit).map(|b| b.approvals), Some(4));
    }

    #[test]
    fn slow_approvals_and_quick_revocations_are_no_bulk() {
        let limit = BulkLimit { approvals: 3, seconds: 10 };
        let at = |verdict, n: u32| decision(verdict, &format!("2026-11-22T09:{n:02}:00Z"));
        assert_eq!(bulk(&[0, 1, 2, 3].map(|n| at(ReviewVerdict::Keep, n)), limit), None);
        let quick = [0, 1, 2, 3].map(|n| decision(ReviewVerdict::Revoke, &format!("2026-11-22T09:00:0{n}Z")));
        assert_eq!(bulk(&quick, limit), None);
        assert_eq!(bulk(&[], limit), None);
    }
}
