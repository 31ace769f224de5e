//! An app of which the catalog knows nothing.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// Nobody can say how accounts end in an app that is not in the catalog.
pub struct CatalogMissing;

static META: RuleMeta = RuleMeta {
    id: "catalog-missing",
    title: "App is not in the catalog",
    severity: Severity::Low,
    means: "The app is in use and no entry of the catalog describes it. Its accounts are compared with the people all the \
            same. How an account ends in it, by itself or by hand, and what is left then is not known.",
    why: "An app that nobody has looked up is counted neither as automated nor as handwork, so the share of automated \
          accounts says nothing about it. There are no steps for whoever has to remove a leaver either.",
    fix: "If the catalog knows the product under another id, name it in coverage.yaml under `product`. Otherwise write an \
          entry for it: an ordinary one has about 30 lines, and `coverage catalog lint` says what is wrong with it.",
    silent: "The app has an entry, however little that says. What an entry leaves out is `manual-only-app`, as not decidable.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.9"], pci: &[], nist: &["CM-8", "AC-2"] },
};

impl Rule for CatalogMissing {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        if app.product.is_some() {
            return;
        }
        let mut draft = findings
            .draft(&META)
            .not_evaluable()
            .app(app.ix, &app.id)
            .evidence(case.set_up_at())
            .because(format_args!("no entry of the catalog describes the app"))
            .because(format_args!("so nobody can say how an account is ended in it"));
        if case.live > 0 {
            draft = draft.because_in_passing(format_args!("live accounts in it: {}", case.live));
        }
        draft.todo(format_args!(
            "Write an entry for {} into the catalog, or name its product in coverage.yaml under `{}: product`. Until then \
             plan for handwork. {}",
            app.name,
            app.id,
            app.by_hand()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::model::FindingStatus;

    #[test]
    fn an_app_without_an_entry_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.app.product = None;
        let found = only(setup.app(&CatalogMissing, 7));
        assert_eq!((found.status, found.severity), (FindingStatus::NotEvaluable, Severity::Low));
        assert_eq!(&*found.reason[2], "live accounts in it: 7");
        assert!(found.action.contains("under `tidepool: product`"), "{}", found.action);
    }

    #[test]
    fn an_entry_that_says_nothing_is_an_entry() {
        assert!(Setup::of(vec![]).app(&CatalogMissing, 7).is_empty());
    }
}
