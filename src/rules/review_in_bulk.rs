//! Many approvals within seconds.

use super::cases::ReviewCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// Nobody can have looked at each of them.
pub struct ReviewInBulk;

static META: RuleMeta = RuleMeta {
    id: "review-in-bulk",
    title: "Approvals given in bulk",
    severity: Severity::Low,
    means: "One reviewer has approved many findings (`keep` or `exception`) within a short time: by default ten \
            within a minute, see the policy `review-bulk`. The times are those of the reviewer's own clock.",
    why: "Approval without a look is the first thing that auditors ask about. A review that took a few seconds for \
            each account shows that nobody has looked.",
    fix: "Ask the reviewer what the approvals rest on, and have a sample looked at again by somebody else. If many \
            accounts are approved for one reason, an exception with an owner and a last day says so more honestly.",
    silent: "The approvals took longer, or are fewer. Revocations in bulk are fine: they leave nobody with access.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18", "A.5.36"],
        pci: &["7.2.4"],
        nist: &["AC-2", "CA-7"],
    },
};

impl Rule for ReviewInBulk {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn review(&self, case: &ReviewCase<'_>, findings: &mut Findings) {
        let review = &case.report.review;
        let Some(bulk) = case.report.bulk else { return };
        let line = review.decisions.get(bulk.first).map_or(review.line, |decision| decision.line);
        findings
            .draft(&META)
            .about(&case.key())
            .evidence(case.place(line))
            .because(format_args!(
                "{} has given {} approvals within {} seconds",
                review.reviewer, bulk.approvals, bulk.seconds
            ))
            .because(format_args!(
                "the policy counts {} within {} seconds as given in bulk",
                case.bulk.approvals, case.bulk.seconds
            ))
            .todo(format_args!(
                "Ask {} what these approvals rest on, and have a sample of them looked at again",
                review.reviewer
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{only, review, review_rule};
    use super::*;
    use crate::model::Bulk;

    #[test]
    fn approvals_within_seconds_are_told() {
        let mut report = review(3);
        report.bulk = Some(Bulk { approvals: 12, seconds: 30, first: 1 });
        let found = only(review_rule(&ReviewInBulk, &report, &[]));
        assert_eq!(found.evidence[0].line, 12);
        assert!(found.reason[0].ends_with("has given 12 approvals within 30 seconds"), "{found:?}");
        assert!(found.reason[1].contains("10 within 60 seconds"), "{found:?}");
    }

    #[test]
    fn a_review_that_took_its_time_is_fine() {
        assert!(review_rule(&ReviewInBulk, &review(30), &[]).is_empty());
    }
}
