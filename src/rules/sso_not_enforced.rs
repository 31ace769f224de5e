//! An app that could be closed by single sign-on and is not.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::assess::Sso;
use crate::model::{Controls, RuleMeta, Severity};

/// Single sign-on exists for this tenant, and people may sign in without it.
pub struct SsoNotEnforced;

static META: RuleMeta = RuleMeta {
    id: "sso-not-enforced",
    title: "Single sign-on exists and is not enforced",
    severity: Severity::Low,
    means: "The catalog has a source that this product offers single sign-on on the company's plan. coverage.yaml says \
            that it is optional or off. If coverage.yaml says nothing about it, or does not name the plan on which it hangs, \
            the finding is marked as not decidable; so it is if coverage.yaml says that it is enforced, and the company's plan \
            does not have it.",
    why: "While another way in exists, ending the account at the identity provider closes nothing here. Each leaver's \
          account stays open until somebody ends it in the app itself.",
    fix: "Enforce single sign-on in the app and keep one emergency account with a guarded password. Then say \
          `sso: enforced` in coverage.yaml.",
    silent: "Single sign-on is enforced. The catalog does not say that it exists, or has it only on a higher plan than \
             the company's.",
    controls: Controls { soc2: &["CC6.1"], iso27001: &["A.8.5"], pci: &[], nist: &["IA-2", "IA-2(10)"] },
};

impl Rule for SsoNotEnforced {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        if let Some(why) = &app.sso_contradicted {
            let draft = findings.draft(&META).app(app.ix, &app.id).evidence(case.set_up_at()).not_evaluable();
            return draft.because(format_args!("{why}")).todo(format_args!(
                "Look up how people sign in to {} and on which plan it is, and correct `sso`, `plan` or `addons` in coverage.yaml",
                app.name
            ));
        }
        let unsure = app.sso_unsure.as_deref().filter(|_| app.sso_exists.is_none());
        if (app.sso_exists != Some(true) && unsure.is_none()) || app.sso == Some(Sso::Enforced) {
            return;
        }
        let source = if app.sso_source.is_empty() { "the catalog" } else { &app.sso_source };
        let draft = findings
            .draft(&META)
            .app(app.ix, &app.id)
            .evidence(case.set_up_at())
            .because(format_args!("{} offers single sign-on ({source})", app.name));
        if let Some(unsure) = unsure {
            return draft.not_evaluable().because(format_args!("it {unsure}")).todo(format_args!(
                "Say in coverage.yaml on which plan {} is, and whether `sso` is enforced, optional or off",
                app.id
            ));
        }
        let said = match app.sso {
            Some(Sso::Off) => "coverage.yaml says that it is off",
            Some(_) => "coverage.yaml says that it is optional, so there is another way in",
            None => {
                return draft
                    .not_evaluable()
                    .because(format_args!("coverage.yaml does not say how people sign in"))
                    .todo(format_args!(
                        "Say in coverage.yaml whether `sso` is enforced, optional or off for {}",
                        app.id
                    ));
            }
        };
        draft.because(format_args!("{said}")).todo(format_args!(
            "Enforce single sign-on in {}, keep one guarded emergency account, and say `sso: enforced` in coverage.yaml",
            app.name
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::model::FindingStatus;

    fn setup(exists: Option<bool>, sso: Option<Sso>) -> Setup {
        let mut setup = Setup::of(vec![]);
        setup.app.sso_exists = exists;
        setup.app.sso_source = "Tidepool, https://tidepool.example/sso".to_owned();
        setup.app.sso = sso;
        setup
    }

    #[test]
    fn optional_and_off_are_found_and_silence_is_not_decided() {
        for sso in [Sso::Optional, Sso::Off] {
            let found = only(setup(Some(true), Some(sso)).app(&SsoNotEnforced, 0));
            assert_eq!(found.status, FindingStatus::Open);
            assert!(found.reason[0].contains("https://tidepool.example/sso"), "{:?}", found.reason);
        }
        let unsaid = only(setup(Some(true), None).app(&SsoNotEnforced, 0));
        assert_eq!(unsaid.status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn a_plan_that_nobody_names_is_not_decided() {
        for sso in [None, Some(Sso::Off)] {
            let mut hangs = setup(None, sso);
            hangs.app.sso_unsure = Some("needs the Team plan, and coverage.yaml does not say on which plan".to_owned());
            let found = only(hangs.app(&SsoNotEnforced, 0));
            assert_eq!(found.status, FindingStatus::NotEvaluable);
            assert!(found.reason[1].starts_with("it needs the Team plan"), "{:?}", found.reason);
        }
    }

    #[test]
    fn an_enforcement_that_the_plan_cannot_have_is_not_decided() {
        let mut setup = setup(Some(true), Some(Sso::Enforced));
        setup.app.sso_contradicted = Some("single sign-on: Team plan only, the tenant is on Free".to_owned());
        let found = only(setup.app(&SsoNotEnforced, 0));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
        assert!(found.reason[0].starts_with("single sign-on: Team plan only"), "{:?}", found.reason);
    }

    #[test]
    fn enforced_or_not_known_to_exist_is_left_alone() {
        assert!(setup(Some(true), Some(Sso::Enforced)).app(&SsoNotEnforced, 0).is_empty());
        for exists in [None, Some(false)] {
            for sso in [None, Some(Sso::Off), Some(Sso::Optional)] {
                assert!(setup(exists, sso).app(&SsoNotEnforced, 0).is_empty());
            }
        }
    }
}
