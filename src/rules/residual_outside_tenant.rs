//! An account that lives on outside the company's tenant.

use super::cases::AccountCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation, status_words};

/// By the catalog, removing a member does not remove the member's account with the product.
pub struct ResidualOutsideTenant;

static META: RuleMeta = RuleMeta {
    id: "residual-outside-tenant",
    title: "Leaver's account outlives the company's tenant",
    severity: Severity::Info,
    means: "In this product the account belongs to the person and the company's tenant only has it as a member. The \
            catalog has a source for that. Removing the member leaves the account and its private workspaces.",
    why: "What the leaver copied or made in a private workspace under the work address stays out of the company's reach. \
          The company cannot close that account; it can only make sure that nothing of its own is left in it.",
    fix: "Before the membership ends, move company files out of private workspaces and take ownership of shared ones. \
          Ask the leaver to change the address of the account, and revoke links that were shared with it.",
    silent: "The catalog has no claim that accounts outlive the tenant, which does not mean that they do not. It is also \
             silent about people who have not left, or of whom that is not clear.",
    controls: Controls { soc2: &["CC6.7"], iso27001: &["A.5.11", "A.6.5"], pci: &[], nist: &["PS-4"] },
};

impl Rule for ResidualOutsideTenant {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(source) = &case.app.outlives_tenant else { return };
        if case.placed.situation != Situation::Linked {
            return;
        }
        let Some((_, person)) = case.person().filter(|(_, p)| p.standing.has_left()) else { return };
        let named = if source.is_empty() { "the catalog".to_owned() } else { format!("the catalog, from {source}") };
        findings
            .draft(&META)
            .case(case)
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("an account in {} lives on outside the tenant ({named})", case.app.name))
            .because(format_args!(
                "in the tenant its status is {}",
                status_words(case.record.status, case.record.raw_status)
            ))
            .todo(format_args!(
                "Check that nothing of the company's is left in private workspaces of {}, and ask the leaver to move the \
                 account to a private address",
                case.app.name
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, left, only, record, working};
    use super::*;
    use crate::model::{AccountStatus, PersonStatus};

    fn setup() -> Setup {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        setup.app.outlives_tenant = Some("Tidepool, https://tidepool.example/help".to_owned());
        setup
    }

    #[test]
    fn it_speaks_about_ended_accounts_too_and_names_its_source() {
        for status in [AccountStatus::Active, AccountStatus::Deactivated] {
            let row = record("ann@nordwind.example", status);
            let found = only(setup().account(&ResidualOutsideTenant, &row));
            assert_eq!(found.severity, Severity::Info);
            assert!(found.reason[1].contains("https://tidepool.example/help"), "{:?}", found.reason);
        }
    }

    #[test]
    fn people_at_work_unclear_people_and_products_without_the_claim_are_left_alone() {
        let bo = record("bo@nordwind.example", AccountStatus::Active);
        assert!(setup().account(&ResidualOutsideTenant, &bo).is_empty());
        let ann = record("ann@nordwind.example", AccountStatus::Active);
        let plain = Setup::of(vec![left(2)]);
        assert!(plain.account(&ResidualOutsideTenant, &ann).is_empty());
        let mut row = hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"));
        row.person_status = PersonStatus::Active;
        let unclear = Setup { app: setup().app, ..Setup::of(vec![row]) };
        assert!(unclear.account(&ResidualOutsideTenant, &ann).is_empty());
    }
}
