//! A leaver whose account has an administrator's rights.

use super::cases::AccountCase;
use super::residual::lowered;
use super::residual_login_capable::{leaving_of, listed};
use super::{Findings, Rule};
use crate::model::{AccountStatus, Controls, RuleMeta, Severity};

/// What an administrator has set up outlives the account.
pub struct PrivilegedLeaver;

static META: RuleMeta = RuleMeta {
    id: "privileged-leaver",
    title: "Leaver with an administrator's rights",
    severity: Severity::High,
    means: "The holder has left, a roster made after that day still lists the account as alive or says that it was used after \
            the leaving, whatever its status, and it has an administrator's rights. It fires beside the finding that says how open the account is, even where sign-in is \
            closed: an administrator leaves more behind than an account.",
    why: "Keys, integrations, webhooks and further accounts that an administrator has made work on without the \
          administrator, and an administrator can have seen the secrets of others. Ending the account ends none of that.",
    fix: "Take the rights away and end the account. Then go through what it could do: replace keys and shared secrets it \
          could read, look at integrations and accounts it made, and give its duties to somebody who works here.",
    silent: "The roster does not say who is an administrator. The account has ended, was never accepted, or the roster is \
             older than the leaving, which `residual-undecidable` says. The holder works here or is not known.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2", "CC6.3"],
        iso27001: &["A.5.18", "A.8.2"],
        pci: &["7.2.4", "8.2.5", "8.3.9"],
        nist: &["AC-2", "AC-2(7)", "AC-6(5)", "PS-4"],
    },
};

impl Rule for PrivilegedLeaver {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let invited = case.record.status == AccountStatus::Invited;
        if !case.outlived_the_leaving() || invited || !case.is_privileged() {
            return;
        }
        let Some((_, person)) = case.person() else { return };
        let role = case.facts().role().to_owned();
        let role = if role.is_empty() { String::new() } else { format!(" ({role})") };
        findings
            .draft(&META)
            .case(case)
            .severity(lowered(META.severity, case.record.status))
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("{}", listed(case)))
            .because(format_args!("the account has an administrator's rights{role}"))
            .todo(format_args!(
                "Take the rights away and end the account; then replace the keys and shared secrets of {} that it could \
                 read, and look at the integrations and accounts it made",
                case.app.name
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, left, only, record, when, working};
    use super::*;
    use crate::assess::Sso;
    use crate::model::Record;

    fn owner(email: &'static str, status: AccountStatus) -> Record<'static> {
        Record { privileged: Some(true), role: "Owner".into(), ..record(email, status) }
    }

    #[test]
    fn an_administrator_who_has_left_is_found_even_behind_closed_sign_in() {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        let row = owner("ann@nordwind.example", AccountStatus::Active);
        let open = only(setup.account(&PrivilegedLeaver, &row));
        assert_eq!((open.severity, open.evidence.len()), (Severity::High, 2));
        assert_eq!(&*open.reason[2], "the account has an administrator's rights (Owner)");
        setup.app.sso = Some(Sso::Enforced);
        let closed = only(setup.account(&PrivilegedLeaver, &row));
        assert_eq!((closed.severity, closed.id), (Severity::High, open.id));
        let suspended = owner("ann@nordwind.example", AccountStatus::Suspended);
        assert_eq!(only(setup.account(&PrivilegedLeaver, &suspended)).severity, Severity::Medium);
    }

    #[test]
    fn a_status_that_nobody_has_explained_counts_if_the_account_was_used_after_the_leaving() {
        let setup = Setup::of(vec![left(2)]);
        let row = owner("ann@nordwind.example", AccountStatus::Unknown);
        assert!(setup.account(&PrivilegedLeaver, &row).is_empty());
        let used = Record { last_active: Some(when("2026-11-02")), ..row };
        only(setup.account(&PrivilegedLeaver, &used));
    }

    #[test]
    fn members_ended_accounts_invitations_older_rosters_and_people_at_work_are_left_alone() {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        let silent = |setup: &Setup, row: &Record<'_>| assert!(setup.account(&PrivilegedLeaver, row).is_empty());
        silent(&setup, &record("ann@nordwind.example", AccountStatus::Active));
        silent(&setup, &owner("ann@nordwind.example", AccountStatus::Deactivated));
        silent(&setup, &owner("ann@nordwind.example", AccountStatus::Invited));
        silent(&setup, &owner("bo@nordwind.example", AccountStatus::Active));
        silent(&setup, &owner("zed@nordwind.example", AccountStatus::Active));
        setup.roster_made("2026-10-31T08:00:00Z");
        silent(&setup, &owner("ann@nordwind.example", AccountStatus::Active));
    }
}
