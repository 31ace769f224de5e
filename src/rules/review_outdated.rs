//! An approval of something that has changed since.

use super::cases::ReviewCase;
use super::{Findings, Rule};
use crate::model::{Controls, Outcome, RuleMeta, Severity, Stands};

/// What was approved is not what is there.
pub struct ReviewOutdated;

static META: RuleMeta = RuleMeta {
    id: "review-outdated",
    title: "Approved finding has changed since",
    severity: Severity::Low,
    means: "Somebody has approved a finding (`keep` or `exception`), and the finding says something else by now: \
            another role, another status, another reason. The decision is shown beside it and does not count as one \
            about what is there now.",
    why: "An approval holds for what the reviewer saw. A guest who was approved and is an administrator today has \
            not been approved.",
    fix: "Have the findings decided anew on the report as it is now, and apply the decisions. The last decision \
            about a finding counts.",
    silent: "The finding says what it said when it was approved, or is gone; lines that move in a file, days that pass and the \
             size of what it is not about are no change. Decisions to revoke stay: what is to end \
            is to end, whatever has changed about it.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.18"], pci: &["7.2.4"], nist: &["AC-2", "AC-6"] },
};

impl Rule for ReviewOutdated {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn review(&self, case: &ReviewCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let changed = |o: Outcome| o.stands == Stands::Changed && !o.replaced;
        let approved = report.decided().filter(|(d, o)| changed(*o) && d.verdict.approves());
        let lines: Vec<u64> = approved.map(|(d, _)| d.line).collect();
        let Some(draft) = case.about_decisions(findings, &META, &lines) else { return };
        let who = &report.review.reviewer;
        draft
            .because(format_args!("{who} has approved findings that say something else by now"))
            .because(format_args!("decisions of this kind: {}", lines.len()))
            .todo(format_args!("Have these findings decided anew, on the report as it is now"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{only, review, review_rule};
    use super::*;
    use crate::model::ReviewVerdict;

    #[test]
    fn an_approval_of_what_has_changed_is_told() {
        let mut report = review(3);
        report.outcomes[2].stands = Stands::Changed;
        let found = only(review_rule(&ReviewOutdated, &report, &[]));
        assert_eq!(found.evidence[0].line, 13);
        assert!(found.reason[1].ends_with(": 1"), "{found:?}");
    }

    #[test]
    fn what_stands_as_it_was_or_is_gone_or_is_to_be_revoked_anyway_is_fine() {
        let mut report = review(3);
        report.outcomes[0].stands = Stands::Gone;
        report.outcomes[1].stands = Stands::Changed;
        report.review.decisions[1].verdict = ReviewVerdict::Revoke;
        (report.outcomes[2].stands, report.outcomes[2].replaced) = (Stands::Changed, true);
        assert!(review_rule(&ReviewOutdated, &report, &[]).is_empty());
    }
}
