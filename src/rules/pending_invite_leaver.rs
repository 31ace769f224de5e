//! An invitation of a leaver that nobody has accepted.

use super::cases::AccountCase;
use super::residual::Tier;
use super::residual_login_capable::{leaving_of, listed};
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// An open invitation of somebody who has left.
pub struct PendingInviteLeaver;

static META: RuleMeta = RuleMeta {
    id: "pending-invite-leaver",
    title: "Invitation of a leaver is still open",
    severity: Severity::Medium,
    means: "The app lists an invitation that was never accepted, and the person it was sent to has left. The roster was \
            made after the leaving.",
    why: "Whoever reads that mailbox can still accept: the leaver through a forward or a private address, or the next \
          holder of the address. Invitations are often left out when accounts are switched off.",
    fix: "Withdraw the invitation in the app. If there is no such button, remove the invited member. Then export the \
          roster again.",
    silent: "The invitation was accepted, so the account has another status. The person has not left, or left after the \
             roster was made.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "PS-4"],
    },
};

impl Rule for PendingInviteLeaver {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.tier != Some(Tier::PendingInvite) {
            return;
        }
        let Some((_, person)) = case.person() else { return };
        findings
            .draft(&META)
            .case(case)
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("{}", listed(case)))
            .because(format_args!("nobody has accepted the invitation, and it can still be accepted"))
            .todo(format_args!(
                "Withdraw the invitation. If that cannot be done: {}",
                case.app.by_hand().trim_end_matches('.')
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, left, only, record, working};
    use super::*;
    use crate::model::AccountStatus;

    #[test]
    fn a_leavers_open_invitation_is_found() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let row = record("ann@nordwind.example", AccountStatus::Invited);
        let found = only(setup.account(&PendingInviteLeaver, &row));
        assert_eq!(found.severity, Severity::Medium);
        assert!(found.reason[1].ends_with("as invited"), "{:?}", found.reason);
    }

    #[test]
    fn invitations_of_people_at_work_and_accepted_ones_are_left_alone() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let bo = record("bo@nordwind.example", AccountStatus::Invited);
        assert!(setup.account(&PendingInviteLeaver, &bo).is_empty());
        let accepted = record("ann@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&PendingInviteLeaver, &accepted).is_empty());
    }
}
