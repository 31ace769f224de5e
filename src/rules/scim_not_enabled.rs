//! An app that would end accounts by itself if a switch were set.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::assess::Scim;
use crate::model::{Controls, Operation, RuleMeta, Severity};

/// The tenant's plan has SCIM, SCIM ends accounts, and it is off.
pub struct ScimNotEnabled;

static META: RuleMeta = RuleMeta {
    id: "scim-not-enabled",
    title: "SCIM is there and not switched on",
    severity: Severity::Low,
    means: "By the catalog, the company's plan of this product has SCIM, or no source names a plan that it needs, and SCIM \
            ends accounts there. coverage.yaml says that it is switched off. So leavers stay until somebody removes them, \
            by hand or with a script.",
    why: "Everything is paid for and nothing happens by itself. Each leaver depends on somebody remembering this app, \
          although the identity provider could end the account on the same day.",
    fix: "Set up SCIM between the identity provider and the app, first with a few test users. Look at what it does with \
          accounts that exist already. Then say `scim: on` in coverage.yaml.",
    silent: "The plan does not have it (`scim-plan-gated`), or nobody says whether it is on or on which plan the company is \
             (`manual-only-app`, as not decidable). SCIM is only for customers whom the vendor chooses, or does not end \
             accounts.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2(1)", "PS-4"],
    },
};

impl Rule for ScimNotEnabled {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        let Scim::Off { unlocks, .. } = &app.scim else { return };
        if !app.scim_would_end() {
            return;
        }
        let mut draft = findings.draft(&META).app(app.ix, &app.id).evidence(case.set_up_at());
        let operation = app.operations.iter().find(|o| o.operation == Operation::Deactivate);
        for step in operation.iter().flat_map(|o| &o.reason) {
            draft = draft.because(format_args!("{step}"));
        }
        let unlocks: Vec<&str> = unlocks.iter().map(|o| o.word()).collect();
        draft = draft.because(format_args!("with SCIM these would be automated: {}", unlocks.join(", ")));
        if case.live > 0 {
            draft = draft.because_in_passing(format_args!("live accounts in it: {}", case.live));
        }
        let how = operation.and_then(|o| o.unlock.as_deref()).unwrap_or("switch SCIM on");
        let by_hand = app.by_hand();
        draft.todo(format_args!(
            "To automate it: {}. Then say `scim: on` in coverage.yaml. Until then: {}",
            how.trim_end_matches('.'),
            by_hand.trim_end_matches('.')
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, deactivate, only};
    use super::*;
    use crate::model::{FindingStatus, Level};

    fn setup(scim: Scim) -> Setup {
        let mut setup = Setup::of(vec![]);
        let steps = ["SCIM exists", "coverage.yaml says that it is off"];
        setup.app.operations =
            vec![deactivate(Level::Manual, &steps, Some("switch SCIM on (ask the account manager)"))];
        setup.app.scim = scim;
        setup
    }

    fn off(unlocks: &[Operation]) -> Scim {
        Scim::Off { by: "Tidepool, https://tidepool.example/scim".to_owned(), unlocks: unlocks.to_vec() }
    }

    #[test]
    fn a_switch_that_is_off_is_told_with_what_it_would_do() {
        let found = only(setup(off(&[Operation::Create, Operation::Deactivate])).app(&ScimNotEnabled, 12));
        assert_eq!((found.status, found.severity), (FindingStatus::Open, Severity::Low));
        assert_eq!(&*found.reason[0], "SCIM exists");
        assert_eq!(&*found.reason[2], "with SCIM these would be automated: create, deactivate");
        assert_eq!(&*found.reason[3], "live accounts in it: 12");
        assert!(found.action.starts_with("To automate it: switch SCIM on (ask the account manager). Then"));
    }

    #[test]
    fn scim_that_is_on_or_not_to_be_had_or_ends_nothing_is_left_alone() {
        let gated = Scim::Gated {
            needs: "the Complete plan".to_owned(),
            prices: vec![],
            by: String::new(),
            unlocks: vec![Operation::Deactivate],
        };
        for scim in [Scim::On, Scim::NotOffered, Scim::Unknown, gated, off(&[Operation::Create])] {
            assert!(setup(scim).app(&ScimNotEnabled, 12).is_empty());
        }
    }
}
