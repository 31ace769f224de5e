//! An assessment that hangs on a claim which other sources contradict.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// The sources disagree, and it matters here.
pub struct ClaimConflict;

static META: RuleMeta = RuleMeta {
    id: "claim-conflict",
    title: "Sources disagree, and the assessment hangs on it",
    severity: Severity::Info,
    means: "Sources of the catalog contradict each other about this app. One side counts, by a rule that is named; if the \
            other side were right, what the report says of this company's tenant would be different. The finding is \
            low instead of info if accounts would then end in another way.",
    why: "What counts is the better source, which can still be wrong. A plan for offboarding should not rest on a claim \
          that another page denies without anybody having looked.",
    fix: "Look into the tenant, or ask the vendor. Then write what you have seen into the entry as a source of the kind \
          `own-test`, which outranks all others.",
    silent: "The sources agree, or only one speaks. They contradict each other about something on which nothing hangs for \
             this tenant; `coverage catalog show` lists that as well.",
    controls: Controls { soc2: &["CC2.1"], iso27001: &["A.5.9"], pci: &[], nist: &["CM-8"] },
};

impl Rule for ClaimConflict {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        for dispute in &app.disputed {
            let mut draft = findings
                .draft(&META)
                .severity(if dispute.ends_otherwise { Severity::Low } else { Severity::Info })
                .app(app.ix, &app.id)
                .about(&dispute.what)
                .evidence(case.set_up_at())
                .because(format_args!("{}: {}", dispute.what, dispute.counts));
            for other in &dispute.against {
                draft = draft.because(format_args!("against it: {other}"));
            }
            draft = draft.because(format_args!("the first counts: {}", dispute.rule));
            for change in &dispute.changes {
                draft = draft.because(format_args!("if the other were right: {change}"));
            }
            draft.todo(format_args!(
                "Find out about {} in {}: look into the tenant or ask the vendor, and write what you see into its entry as \
                 a source of the kind `own-test`",
                dispute.what, app.name
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::assess::Disputed;
    use crate::model::{ClaimField, FindingStatus};

    fn disputed(what: &str, ends_otherwise: bool) -> Disputed {
        Disputed {
            field: ClaimField::ScimStatus,
            what: what.to_owned(),
            counts: "`pilot` says Tidepool (https://tidepool.example/scim, as of 2026-11-22)".to_owned(),
            against: vec!["`none` says A Blog (https://blog.example/t, as of 2026-03)".to_owned()],
            rule: "the vendor's documentation outranks a third party".to_owned(),
            changes: vec!["`deactivate` would be handwork, not automated".to_owned()],
            ends_otherwise,
        }
    }

    #[test]
    fn both_sides_are_shown_with_the_reason_for_the_verdict() {
        let mut setup = Setup::of(vec![]);
        setup.app.disputed = vec![disputed("scim.status", true)];
        let found = only(setup.app(&ClaimConflict, 0));
        assert_eq!((found.status, found.severity), (FindingStatus::Open, Severity::Low));
        assert!(found.reason[0].starts_with("scim.status: `pilot` says Tidepool"), "{:?}", found.reason);
        assert!(found.reason[1].starts_with("against it: `none` says A Blog"), "{:?}", found.reason);
        assert!(found.reason[2].ends_with("the vendor's documentation outranks a third party"), "{:?}", found.reason);
        assert!(found.reason[3].ends_with("`deactivate` would be handwork, not automated"), "{:?}", found.reason);
    }

    #[test]
    fn each_thing_that_is_disputed_is_a_finding_of_its_own() {
        let mut setup = Setup::of(vec![]);
        setup.app.disputed = vec![disputed("scim.status", false), disputed("api.status", false)];
        let found = setup.app(&ClaimConflict, 0);
        assert_eq!(found.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Info, Severity::Info]);
        assert_ne!(found[0].id, found[1].id);
    }

    #[test]
    fn what_changes_nothing_here_is_left_to_the_catalog() {
        assert!(Setup::of(vec![]).app(&ClaimConflict, 0).is_empty());
    }
}
