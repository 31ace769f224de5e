//! An app in which only a person can end an account.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Controls, Level, Operation, RuleMeta, Severity};

/// Ending an account is handwork here, or nobody can say.
pub struct ManualOnlyApp;

static META: RuleMeta = RuleMeta {
    id: "manual-only-app",
    title: "Leavers are removed by hand only",
    severity: Severity::Low,
    means: "In this app, as the company has set it up, neither the identity provider nor an API ends an account: a person \
            has to do it in the app. At best the sign-in ends with the identity provider while the account stays. If the \
            catalog or coverage.yaml says too little, the finding is marked as not decidable.",
    why: "Every leaver depends on somebody remembering this app. That is where accounts are left over, and where the \
          evidence of removal is missing later.",
    fix: "Do what the action names to automate it, if that is worth the price. Otherwise put the app on the leaver's \
          checklist with a person in charge, and export its roster regularly as proof.",
    silent: "SCIM is known to be on and to end accounts, or the app has a member API that does; whether somebody really \
             calls that API is not known here. Where a switch or a purchase would bring SCIM, `scim-not-enabled` or \
             `scim-plan-gated` says so instead, and an app without an entry is `catalog-missing`.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2(1)", "PS-4"],
    },
};

impl Rule for ManualOnlyApp {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        if app.scim_would_end() || app.product.is_none() {
            return;
        }
        let level = app.level(Operation::Deactivate);
        let what = match level {
            Level::Manual => "ending an account here is a person's work",
            Level::SsoOnly => "ending an account here is a person's work; only the sign-in ends by itself",
            Level::Unknown => "nobody can say how an account is ended here",
            Level::Automated | Level::Scriptable => return,
        };
        let operation = app.operations.iter().find(|o| o.operation == Operation::Deactivate);
        let unlock = operation.and_then(|o| o.unlock.as_deref()).map(|u| u.trim_end_matches('.'));
        let by_hand = app.by_hand();
        let by_hand = by_hand.trim_end_matches('.');
        let mut draft = findings.draft(&META).app(app.ix, &app.id).evidence(case.set_up_at());
        draft = draft.because(format_args!("{what}"));
        for step in operation.iter().flat_map(|o| &o.reason) {
            draft = draft.because(format_args!("{step}"));
        }
        if case.live > 0 {
            draft = draft.because_in_passing(format_args!("live accounts in it: {}", case.live));
        }
        match (level, unlock) {
            (Level::Unknown, Some(unlock)) => draft.not_evaluable().todo(format_args!(
                "To settle it: {unlock}. Until then plan for handwork. {by_hand}"
            )),
            (Level::Unknown, None) => draft.not_evaluable().todo(format_args!(
                "Say in coverage.yaml which plan {} is on, and whether `sso` and `scim` are on; add to its catalog entry \
                 what is missing there. Until then plan for handwork. {by_hand}",
                app.name
            )),
            (_, Some(unlock)) => draft.todo(format_args!("To automate it: {unlock}. Until then: {by_hand}")),
            (_, None) => draft.todo(format_args!("Put it on the leaver's checklist. {by_hand}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, deactivate, only};
    use super::*;
    use crate::assess::Scim;
    use crate::model::FindingStatus;

    fn setup(level: Level, unlock: Option<&str>) -> Setup {
        let mut setup = Setup::of(vec![]);
        setup.app.operations = vec![deactivate(level, &["SCIM exists", "Enterprise plan only"], unlock)];
        setup
    }

    #[test]
    fn handwork_comes_with_its_chain_and_its_way_out() {
        let found = only(setup(Level::Manual, Some("the Enterprise plan unlocks it")).app(&ManualOnlyApp, 12));
        assert_eq!((found.status, found.severity), (FindingStatus::Open, Severity::Low));
        assert_eq!(&*found.reason[1], "SCIM exists");
        assert_eq!(&*found.reason[3], "live accounts in it: 12");
        assert!(found.action.starts_with("To automate it: the Enterprise plan unlocks it. Until then: "));
        let sso_only = only(setup(Level::SsoOnly, None).app(&ManualOnlyApp, 0));
        assert!(sso_only.action.starts_with("Put it on the leaver's checklist."), "{}", sso_only.action);
    }

    #[test]
    fn what_nobody_can_say_is_not_decided() {
        let unsure =
            only(setup(Level::Unknown, Some("say in coverage.yaml whether SCIM is on")).app(&ManualOnlyApp, 0));
        assert_eq!(unsure.status, FindingStatus::NotEvaluable);
        assert!(unsure.action.starts_with("To settle it: say in coverage.yaml"), "{}", unsure.action);
        let nothing_known = only(Setup::of(vec![]).app(&ManualOnlyApp, 0));
        assert_eq!(nothing_known.status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn what_another_rule_says_better_is_left_to_it() {
        let mut gated = setup(Level::Manual, None);
        let unlocks = vec![Operation::Deactivate];
        gated.app.scim = Scim::Gated { needs: "the Team plan".into(), prices: vec![], by: String::new(), unlocks };
        assert!(gated.app(&ManualOnlyApp, 3).is_empty(), "that is `scim-plan-gated`");
        let mut off = setup(Level::SsoOnly, None);
        off.app.scim = Scim::Off { by: String::new(), unlocks: vec![Operation::Deactivate] };
        assert!(off.app(&ManualOnlyApp, 3).is_empty(), "that is `scim-not-enabled`");
        off.app.scim = Scim::Off { by: String::new(), unlocks: vec![Operation::Create] };
        assert_eq!(off.app(&ManualOnlyApp, 3).len(), 1, "SCIM that ends nothing does not help");
        let mut unlisted = setup(Level::Unknown, None);
        unlisted.app.product = None;
        assert!(unlisted.app(&ManualOnlyApp, 3).is_empty(), "that is `catalog-missing`");
    }

    #[test]
    fn automated_and_scriptable_apps_are_left_alone() {
        for level in [Level::Automated, Level::Scriptable] {
            assert!(setup(level, None).app(&ManualOnlyApp, 3).is_empty());
        }
    }
}
