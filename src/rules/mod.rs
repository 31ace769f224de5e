//! Rules: one file each, facts in, findings out. Pure.
//!
//! [`ALL`] is the only list. Rosters are streamed, so a rule says at which level it looks; what it does not look at it
//! leaves to the empty default. What several rules need (the tier of a leaver's account, the number of administrators) is
//! gathered once, in [`residual`] and [`cases`].

pub mod cases;
pub mod decide;
mod draft;
pub mod residual;

mod activity_after_leaving;
mod ambiguous_owner;
mod catalog_missing;
mod claim_conflict;
mod claim_stale;
mod dormant_account;
mod duplicate_account;
mod exception_expired;
mod exception_self_approved;
mod exception_too_broad;
mod external_domain_account;
mod idp_active_after_end;
mod last_admin_leaver;
mod link_broken;
mod made;
mod manual_only_app;
mod missing_account;
mod non_human_without_owner;
mod once;
mod orphan_account;
mod owner_departed;
mod owner_unconfirmed;
mod pending_invite_leaver;
mod people_partial;
mod privileged_leaver;
mod reappeared;
mod residual_login_capable;
mod residual_outside_tenant;
mod residual_sso_blocked;
mod residual_undecidable;
mod reused_address;
mod review_in_bulk;
mod review_of_oneself;
mod review_outdated;
mod review_without_reason;
mod revocation_outstanding;
mod roster_missing;
mod roster_partial;
mod roster_stale;
mod rows_rejected;
mod scim_not_enabled;
mod scim_plan_gated;
mod shared_credential_not_rotated;
mod sla_breach;
mod sso_not_enforced;
mod status_conflict;
#[cfg(test)]
mod testing;
mod unassigned_account;
mod unknown_to_hr;

pub use draft::{Draft, Findings, account_key};
pub use made::{Before, Made};

use crate::model::{RuleMeta, Situation, When};
use cases::{
    AccountCase, AppCase, Company, ExceptionCase, PersonCase, PopulationCase, RemovalCase, ReviewCase, RosterCase,
    SourceCase,
};
use std::sync::LazyLock;

/// One rule. Each method looks at one level and adds what it finds.
pub trait Rule: Sync {
    /// What the rule is.
    fn meta(&self) -> &'static RuleMeta;
    /// Whether it looks at accounts of people who have not left, too: nearly all accounts are of that kind.
    fn looks_at_work(&self) -> bool {
        false
    }
    /// Whether it certainly says nothing about such an account that was last used then. Only asked of rules that look.
    fn is_silent(&self, _company: &Company<'_>, _made: &Made, _last_active: &dyn Fn() -> Option<When>) -> bool {
        false
    }
    /// Looks at one account of a roster.
    fn account(&self, _case: &AccountCase<'_>, _findings: &mut Findings) {}
    /// Looks at a whole roster, after its last account.
    fn roster(&self, _case: &RosterCase<'_>, _findings: &mut Findings) {}
    /// Looks at an account of a leaver that is gone since the last accepted roster. Only where runs are kept.
    fn removal(&self, _case: &RemovalCase<'_>, _findings: &mut Findings) {}
    /// Looks at one person.
    fn person(&self, _case: &PersonCase<'_>, _findings: &mut Findings) {}
    /// Looks at one app.
    fn app(&self, _case: &AppCase<'_>, _findings: &mut Findings) {}
    /// Looks at one list of people.
    fn population(&self, _case: &PopulationCase<'_>, _findings: &mut Findings) {}
    /// Looks at one exception, once all other findings are known.
    fn exception(&self, _case: &ExceptionCase<'_>, _findings: &mut Findings) {}
    /// Looks at one review, once all other findings are known.
    fn review(&self, _case: &ReviewCase<'_>, _findings: &mut Findings) {}
    /// Looks at one input file.
    fn source(&self, _case: &SourceCase<'_>, _findings: &mut Findings) {}
}

/// Every rule, by id.
pub static ALL: &[&dyn Rule] = &[
    &activity_after_leaving::ActivityAfterLeaving,
    &ambiguous_owner::AmbiguousOwner,
    &catalog_missing::CatalogMissing,
    &claim_conflict::ClaimConflict,
    &claim_stale::ClaimStale,
    &dormant_account::DormantAccount,
    &duplicate_account::DuplicateAccount,
    &exception_expired::ExceptionExpired,
    &exception_self_approved::ExceptionSelfApproved,
    &exception_too_broad::ExceptionTooBroad,
    &external_domain_account::ExternalDomainAccount,
    &idp_active_after_end::IdpActiveAfterEnd,
    &last_admin_leaver::LastAdminLeaver,
    &link_broken::LinkBroken,
    &manual_only_app::ManualOnlyApp,
    &missing_account::MissingAccount,
    &non_human_without_owner::NonHumanWithoutOwner,
    &orphan_account::OrphanAccount,
    &owner_departed::OwnerDeparted,
    &owner_unconfirmed::OwnerUnconfirmed,
    &pending_invite_leaver::PendingInviteLeaver,
    &people_partial::PeoplePartial,
    &privileged_leaver::PrivilegedLeaver,
    &reappeared::Reappeared,
    &residual_login_capable::ResidualLoginCapable,
    &residual_outside_tenant::ResidualOutsideTenant,
    &residual_sso_blocked::ResidualSsoBlocked,
    &residual_undecidable::ResidualUndecidable,
    &reused_address::ReusedAddress,
    &review_in_bulk::ReviewInBulk,
    &review_of_oneself::ReviewOfOneself,
    &review_outdated::ReviewOutdated,
    &review_without_reason::ReviewWithoutReason,
    &revocation_outstanding::RevocationOutstanding,
    &roster_missing::RosterMissing,
    &roster_partial::RosterPartial,
    &roster_stale::RosterStale,
    &rows_rejected::RowsRejected,
    &scim_not_enabled::ScimNotEnabled,
    &scim_plan_gated::ScimPlanGated,
    &shared_credential_not_rotated::SharedCredentialNotRotated,
    &sla_breach::SlaBreach,
    &sso_not_enforced::SsoNotEnforced,
    &status_conflict::StatusConflict,
    &unassigned_account::UnassignedAccount,
    &unknown_to_hr::UnknownToHr,
];

/// Shows one account to the rules that look at its kind.
pub fn account(case: &AccountCase<'_>, findings: &mut Findings) {
    let rules: &[&dyn Rule] = if is_at_work(case) { &AT_WORK } else { ALL };
    rules.iter().for_each(|rule| rule.account(case, findings));
}

/// Whether no rule says anything about a live account of somebody who has not left, when all that is known of it is when
/// it was last used. What this cannot tell is shown to the rules.
pub fn are_silent(company: &Company<'_>, made: &Made, last_active: impl Fn() -> Option<When>) -> bool {
    AT_WORK.iter().all(|rule| rule.is_silent(company, made, &last_active))
}

static AT_WORK: LazyLock<Vec<&dyn Rule>> =
    LazyLock::new(|| ALL.iter().copied().filter(|rule| rule.looks_at_work()).collect());

/// Whether the holder is known and has not left.
fn is_at_work(case: &AccountCase<'_>) -> bool {
    case.placed.situation == Situation::Linked && case.tier.is_none()
}

/// The rule of an id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|r| r.meta().id == id)
}
