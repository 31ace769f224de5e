//! A decision for which nobody says why.

use super::cases::ReviewCase;
use super::{Findings, Rule};
use crate::model::{Controls, ReviewVerdict, RuleMeta, Severity};

/// Nobody knows later what it rested on.
pub struct ReviewWithoutReason;

static META: RuleMeta = RuleMeta {
    id: "review-without-reason",
    title: "Decision without a reason",
    severity: Severity::Low,
    means: "A decision in reviews.yaml leaves access as it is, or says whose an account is, and gives no reason. \
            `coverage review apply` refuses such decisions, so somebody has edited the file by hand.",
    why: "Approvals without a reason are what auditors find most often in access reviews. Nobody can tell later \
            whether they were right.",
    fix: "Write the reason into reviews.yaml, or have the finding decided anew. A ticket or a document that can be \
            looked up is worth more than a word.",
    silent: "Every decision has a reason. A revocation needs none: that access is to end explains itself.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18", "A.5.33"],
        pci: &["7.2.4"],
        nist: &["AC-2", "AU-3"],
    },
};

impl Rule for ReviewWithoutReason {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn review(&self, case: &ReviewCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let blank =
            report.decided().filter(|(d, o)| d.verdict != ReviewVerdict::Revoke && d.reason.is_empty() && !o.replaced);
        let lines: Vec<u64> = blank.map(|(d, _)| d.line).collect();
        let Some(draft) = case.about_decisions(findings, &META, &lines) else { return };
        let who = &report.review.reviewer;
        draft
            .because(format_args!("{who} has left access as it is and does not say why"))
            .because(format_args!("decisions of this kind: {}", lines.len()))
            .todo(format_args!("Have {who} write the reasons, or decide anew"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{only, review, review_rule};
    use super::*;

    #[test]
    fn a_decision_without_a_reason_is_told() {
        let mut report = review(3);
        report.review.decisions[0].reason.clear();
        let found = only(review_rule(&ReviewWithoutReason, &report, &[]));
        assert_eq!(found.evidence[0].line, 11);
        assert!(found.reason[1].ends_with(": 1"), "{found:?}");
    }

    #[test]
    fn a_revocation_needs_none() {
        let mut report = review(3);
        assert!(review_rule(&ReviewWithoutReason, &report, &[]).is_empty());
        report.review.decisions[0].reason.clear();
        report.review.decisions[0].verdict = ReviewVerdict::Revoke;
        assert!(review_rule(&ReviewWithoutReason, &report, &[]).is_empty());
    }
}
