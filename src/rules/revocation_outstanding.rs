//! What was to be revoked and is still there.

use super::cases::ReviewCase;
use super::{Findings, Rule};
use crate::history::deadline;
use crate::model::{Controls, FindingStatus, Outcome, ReviewDecision, ReviewVerdict, RuleMeta, Severity, Stands};

use std::sync::Arc;

/// A decision that nobody has carried out.
pub struct RevocationOutstanding;

static META: RuleMeta = RuleMeta {
    id: "revocation-outstanding",
    title: "Revocation decided and not carried out",
    severity: Severity::High,
    means: "A reviewer has decided to revoke, the company's time limit (`revoke-within` in coverage.yaml) has passed \
            since, and a roster made after it still shows what was to end. The limit is counted from the decision, \
            and from the leaving if that came later.",
    why: "A review whose decisions nobody carries out is no control. Auditors look whether what was to be revoked \
            is gone from a list made later.",
    fix: "End the access as the finding below says, export the roster again, and run the report. If the decision \
            was wrong, decide anew: the last decision about a finding counts.",
    silent: "coverage.yaml declares no limit, or it has not passed when the roster was made. The finding is gone, \
            cannot be decided, or belongs to no app.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18"],
        pci: &["7.2.4"],
        nist: &["AC-2", "AC-2(3)"],
    },
};

impl Rule for RevocationOutstanding {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn review(&self, case: &ReviewCase<'_>, findings: &mut Findings) {
        let zone = &case.company.directory.moment.zone;
        let revoked = |(d, o): &(&ReviewDecision, Outcome)| {
            d.verdict == ReviewVerdict::Revoke && !o.replaced && o.stands != Stands::Gone
        };
        let mut wanted: Vec<&ReviewDecision> = case.report.decided().filter(revoked).map(|(d, _)| d).collect();
        if wanted.is_empty() {
            return;
        }
        wanted.sort_by_key(|decision| decision.finding);
        for finding in case.findings {
            let Ok(at) = wanted.binary_search_by_key(&finding.id, |decision| decision.finding) else { continue };
            let decision = wanted[at];
            let Some(ix) = finding.app else { continue };
            let Some(app) = case.apps.get(ix as usize) else { continue };
            let Some(limit) = &app.revoke_within else { continue };
            let Some(made) = case.rosters_made.get(ix as usize).copied().flatten() else { continue };
            // What cannot be decided shows no access.
            let shows = finding.status != FindingStatus::NotEvaluable;
            // Who works here again and leaves once more after the decision, has until then had the access rightly.
            let left = finding.person.and_then(|person| case.company.directory.person(person).standing.since());
            let left = left.map_or(i64::MIN, |left| left.latest(zone));
            if !shows || made <= deadline(limit, zone, decision.at.as_second().max(left)) {
                continue;
            }
            let mut draft = findings.draft(&META).app(ix, &app.id).about(&finding.id.to_string());
            if let Some(account) = &finding.account {
                draft = draft.account(Arc::clone(account), "");
            }
            if let Some(person) = finding.person {
                draft = draft.person(person, case.company.directory);
            }
            draft = draft.evidence(case.place(decision.line));
            for place in &finding.evidence {
                draft = draft.evidence(*place);
            }
            let who = &case.report.review.reviewer;
            draft
                .because(format_args!("{who} decided on {} that it is to be revoked", decision.at))
                .because(format_args!(
                    "coverage.yaml allows {limit}, and a roster made later still shows it ({})",
                    finding.rule.id
                ))
                .todo(format_args!("{}", finding.action));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ROSTER, app_finding, only, review, review_rule_on};
    use super::*;
    use crate::model::{Finding, RevokeLimit, RevokeUnit};

    /// A decision to revoke at nine on 20 November, and a roster made at that time.
    fn told(hours: Option<u32>, made: &str, change: impl Fn(&mut Finding)) -> Vec<Finding> {
        let mut report = review(1);
        report.review.decisions[0].verdict = ReviewVerdict::Revoke;
        let mut finding = app_finding(report.review.decisions[0].finding);
        change(&mut finding);
        let limit = hours.map(|count| RevokeLimit {
            count,
            unit: RevokeUnit::Hours,
            weekend: Vec::new(),
            holidays: Vec::new(),
            zone: None,
        });
        review_rule_on(&RevocationOutstanding, &report, &[finding], limit, made)
    }

    #[test]
    fn what_a_roster_still_shows_after_the_limit_is_told() {
        let found = only(told(Some(24), "2026-11-21T09:00:02Z", |_| {}));
        assert_eq!(found.evidence.iter().map(|p| p.source).collect::<Vec<_>>(), [4, ROSTER.source]);
        assert!(found.reason[0].contains("decided on 2026-11-20T09:00:00Z"), "{found:?}");
        assert!(found.reason[1].starts_with("coverage.yaml allows 24 hours"), "{found:?}");
    }

    #[test]
    fn an_older_roster_no_limit_and_what_cannot_be_decided_prove_nothing() {
        assert!(told(Some(24), "2026-11-21T08:59:00Z", |_| {}).is_empty());
        assert!(told(None, "2027-11-21T09:00:00Z", |_| {}).is_empty());
        assert!(told(Some(24), "2026-12-21T09:00:00Z", |f| f.status = FindingStatus::NotEvaluable).is_empty());
    }
}
