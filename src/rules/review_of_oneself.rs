//! Somebody has decided about their own access.

use super::cases::ReviewCase;
use super::{Findings, Rule};
use crate::model::{Controls, Reviewer, RuleMeta, Severity, Stands};

/// The reviewer is the one who is reviewed.
pub struct ReviewOfOneself;

static META: RuleMeta = RuleMeta {
    id: "review-of-oneself",
    title: "Reviewer decided about their own access",
    severity: Severity::Medium,
    means: "A decision in reviews.yaml was made by the person whom the finding is about, or by the holder of the \
            account. If nobody knows the reviewer, it cannot be told whether that is so.",
    why: "A review is worth something because somebody else looks. Auditors discard what people have decided about \
            themselves, and then the whole review is in doubt.",
    fix: "Have somebody else look at these findings and apply their decisions: the last decision about a finding \
            counts. The file only says who decided, so make sure that each reviewer signs in with an account of \
            their own where it is kept.",
    silent: "The decisions are about other people, or somebody else has decided anew. `coverage review apply` refuses \
            such decisions beforehand; this rule is for files that were edited by hand and for links that came to \
            light later.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.3", "A.5.18"],
        pci: &["7.2.4"],
        nist: &["AC-2", "AC-5"],
    },
};

impl Rule for ReviewOfOneself {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn review(&self, case: &ReviewCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let who = &report.review.reviewer;
        let own: Vec<u64> = report.decided().filter(|(_, o)| o.of_self && !o.replaced).map(|(d, _)| d.line).collect();
        if let Some(draft) = case.about_decisions(findings, &META, &own) {
            draft
                .because(format_args!("{who} has decided about their own access"))
                .because(format_args!("decisions of this kind: {}", own.len()))
                .todo(format_args!("Have somebody else than {who} decide about these findings"));
        } else if report.reviewer != Reviewer::Nobody && report.reviewer != Reviewer::Several {
            // Everything is somebody else's.
        } else if report.decided().any(|(_, o)| !o.replaced && o.stands != Stands::Gone) {
            let known = if report.reviewer == Reviewer::Nobody {
                "neither HR nor a directory knows the reviewer"
            } else {
                "several people are called so"
            };
            findings
                .draft(&META)
                .not_evaluable()
                .about(&case.key())
                .evidence(case.place(report.review.line))
                .because(format_args!("the review names {who} as the one who decided"))
                .because(format_args!("{known}, so it cannot be said whether the decisions are about their own access"))
                .todo(format_args!("Write the reviewer's work address or employee id into reviews.yaml"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{only, review, review_rule};
    use super::*;
    use crate::model::FindingStatus;

    #[test]
    fn a_decision_about_oneself_is_told_with_its_lines() {
        let mut report = review(3);
        report.outcomes[1].of_self = true;
        report.outcomes[2].of_self = true;
        let found = only(review_rule(&ReviewOfOneself, &report, &[]));
        assert_eq!(found.evidence.iter().map(|p| p.line).collect::<Vec<_>>(), [12, 13]);
        assert!(found.reason[1].ends_with(": 2") && found.status == FindingStatus::Open, "{found:?}");
    }

    #[test]
    fn of_a_reviewer_whom_nobody_knows_it_cannot_be_told() {
        let mut report = review(3);
        report.reviewer = Reviewer::Nobody;
        let found = only(review_rule(&ReviewOfOneself, &report, &[]));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
        assert!(found.reason[1].starts_with("neither HR nor a directory knows the reviewer"), "{found:?}");
    }

    #[test]
    fn decisions_about_others_and_ones_that_another_has_made_anew_are_fine() {
        let mut report = review(3);
        assert!(review_rule(&ReviewOfOneself, &report, &[]).is_empty());
        (report.outcomes[1].of_self, report.outcomes[1].replaced) = (true, true);
        assert!(review_rule(&ReviewOfOneself, &report, &[]).is_empty());
    }
}
