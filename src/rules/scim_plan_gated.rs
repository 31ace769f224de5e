//! An app that would end accounts by itself if a larger plan or an add-on were bought.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::assess::Scim;
use crate::model::{Controls, Level, Operation, RuleMeta, Severity};

/// SCIM ends accounts in this product, and the tenant's plan does not have it.
pub struct ScimPlanGated;

static META: RuleMeta = RuleMeta {
    id: "scim-plan-gated",
    title: "SCIM needs a larger plan or an add-on",
    severity: Severity::Low,
    means: "By the catalog, SCIM ends accounts in this product, and the company has not bought what it needs: a larger plan \
            or an add-on. The finding says what that is, what it would automate, and what it costs, as far as a source \
            says so. It is info instead of low if a script can end accounts through the app's API.",
    why: "Whether the price is worth it is the company's decision, and one that auditors ask about. Without it each leaver \
          is removed by a person or a script, and that has to be somebody's task.",
    fix: "Compare the price with the handwork and the risk, and decide. Ask the vendor for a quote where the price is only \
          a third party's report. If the answer is no, put the app on the leaver's checklist.",
    silent: "The company has the plan (`scim-not-enabled` if it is switched off). coverage.yaml does not name the plan or \
             the add-ons, or says that SCIM is on: then `manual-only-app` says that it cannot be decided. SCIM does not end \
             accounts.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2(1)", "PS-4"],
    },
};

impl Rule for ScimPlanGated {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        let Scim::Gated { needs, prices, by, unlocks } = &app.scim else { return };
        if !app.scim_would_end() {
            return;
        }
        let scripted = app.level(Operation::Deactivate) == Level::Scriptable;
        let mut draft = findings
            .draft(&META)
            .severity(if scripted { Severity::Info } else { Severity::Low })
            .app(app.ix, &app.id)
            .evidence(case.set_up_at());
        let operation = app.operations.iter().find(|o| o.operation == Operation::Deactivate);
        for step in operation.iter().flat_map(|o| &o.reason) {
            draft = draft.because(format_args!("{step}"));
        }
        let by = if by.is_empty() { String::new() } else { format!(" ({by})") };
        let unlocks: Vec<&str> = unlocks.iter().map(|o| o.word()).collect();
        draft = draft.because(format_args!("{needs} would bring SCIM{by}; automated would be: {}", unlocks.join(", ")));
        for price in prices {
            draft = draft.because(format_args!("{price}"));
        }
        if prices.is_empty() {
            draft = draft.because(format_args!("the catalog has no price for it"));
        }
        if case.live > 0 {
            draft = draft.because_in_passing(format_args!("live accounts in it: {}", case.live));
        }
        let by_hand = app.by_hand();
        draft.todo(format_args!(
            "Decide whether {needs} is worth it for {}. Until then: {}",
            app.name,
            by_hand.trim_end_matches('.')
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, deactivate, only};
    use super::*;
    use crate::model::FindingStatus;

    fn setup(level: Level, scim: Scim) -> Setup {
        let mut setup = Setup::of(vec![]);
        let steps = ["SCIM exists", "Complete plan only", "the tenant is on Team"];
        setup.app.operations = vec![deactivate(level, &steps, None)];
        setup.app.scim = scim;
        setup
    }

    fn gated(prices: &[&str], unlocks: &[Operation]) -> Scim {
        Scim::Gated {
            needs: "the Complete plan".to_owned(),
            prices: prices.iter().map(|&p| p.to_owned()).collect(),
            by: "A Blog, https://blog.example/t".to_owned(),
            unlocks: unlocks.to_vec(),
        }
    }

    #[test]
    fn the_price_comes_with_its_kind_and_with_what_it_buys() {
        let price = "price by a third party's report: 16 USD a person and month; A Blog, https://blog.example/t";
        let found = only(setup(Level::Manual, gated(&[price], &[Operation::Deactivate])).app(&ScimPlanGated, 12));
        assert_eq!((found.status, found.severity), (FindingStatus::Open, Severity::Low));
        assert_eq!(
            &*found.reason[3],
            "the Complete plan would bring SCIM (A Blog, https://blog.example/t); automated would be: deactivate"
        );
        assert_eq!((&*found.reason[4], &*found.reason[5]), (price, "live accounts in it: 12"));
        let scripted = only(setup(Level::Scriptable, gated(&[], &[Operation::Deactivate])).app(&ScimPlanGated, 0));
        assert_eq!(scripted.severity, Severity::Info);
        assert_eq!(&*scripted.reason[4], "the catalog has no price for it");
    }

    #[test]
    fn a_plan_that_has_it_and_scim_that_ends_nothing_are_left_alone() {
        let off = Scim::Off { by: String::new(), unlocks: vec![Operation::Deactivate] };
        for scim in [off, Scim::On, Scim::Unknown, Scim::NotOffered, gated(&[], &[Operation::Create])] {
            assert!(setup(Level::Manual, scim).app(&ScimPlanGated, 12).is_empty());
        }
    }
}
