//! A leaver's account that lives behind a closed sign-in.

use super::cases::AccountCase;
use super::residual::{Tier, lowered};
use super::residual_login_capable::{ending, leaving_of, listed};
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// Sign-in is closed; the account, its seat and its tokens live.
pub struct ResidualSsoBlocked;

static META: RuleMeta = RuleMeta {
    id: "residual-sso-blocked",
    title: "Leaver's account lives behind closed sign-in",
    severity: Severity::Medium,
    means: "The holder has left and the account still lives in a roster made after that day. Sign-in goes through the \
            identity provider only, and no account of the person there is known to live: all have ended or are suspended, \
            or its lists show none, which the reason calls assumed. So nobody can sign in anew.",
    why: "Tokens, keys, connected programs and open sessions often work on without a sign-in. The seat is still paid \
          for. The day single sign-on is switched off or a password is reset, the door is open again.",
    fix: "End the account in the app itself and revoke its tokens. Export the roster again and keep it as proof.",
    silent: "The account has ended, or nothing shows that sign-in is closed: then it is `residual-login-capable`, \
             also where nobody has explained the status of the person's account at the identity provider. A \
             roster made before the leaving had passed is `residual-undecidable`.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "PS-4"],
    },
};

impl Rule for ResidualSsoBlocked {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(Tier::SsoBlocked(steps)) = &case.tier else { return };
        let Some((_, person)) = case.person() else { return };
        let mut draft = findings
            .draft(&META)
            .case(case)
            .severity(lowered(META.severity, case.record.status))
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("{}", listed(case)));
        for step in steps {
            draft = draft.because(format_args!("{step}"));
        }
        draft.todo(format_args!("{}. Revoke its tokens and keys, and free the seat", ending(case.app)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, idp, left, only, record};
    use super::*;
    use crate::assess::Sso;
    use crate::model::{AccountStatus, Record, SignIn};
    use crate::rules::residual_login_capable::ResidualLoginCapable;

    #[test]
    fn enforced_single_sign_on_closes_the_door_but_not_the_account() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.app.sso = Some(Sso::Enforced);
        let row = |status| record("ann@nordwind.example", status);
        let found = only(setup.account(&ResidualSsoBlocked, &row(AccountStatus::Active)));
        assert_eq!(found.severity, Severity::Medium);
        assert!(found.reason.iter().any(|r| r.contains("single sign-on is enforced")), "{:?}", found.reason);
        assert!(found.reason[3].starts_with("assumed: no account of the person lives"), "{:?}", found.reason);
        let suspended = only(setup.account(&ResidualSsoBlocked, &row(AccountStatus::Suspended)));
        assert_eq!(suspended.severity, Severity::Low);
    }

    #[test]
    fn an_enforcement_that_the_plan_cannot_have_closes_no_door() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.app.sso = Some(Sso::Enforced);
        setup.app.sso_contradicted = Some("single sign-on: Team plan only, the tenant is on Free".to_owned());
        let row = record("ann@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&ResidualSsoBlocked, &row).is_empty());
        let open = only(setup.account(&ResidualLoginCapable, &row));
        assert!(open.reason[2].starts_with("single sign-on: Team plan only"), "{:?}", open.reason);
        let by_roster = Record { sign_in: SignIn::SsoOnly, ..row };
        only(setup.account(&ResidualSsoBlocked, &by_roster));
    }

    #[test]
    fn an_ended_directory_account_needs_no_assumption() {
        let mut setup = Setup::of(vec![left(2), idp(2, "ann@nordwind.example", AccountStatus::Deactivated)]);
        setup.app.sso = Some(Sso::Enforced);
        let found = only(setup.account(&ResidualSsoBlocked, &record("ann@nordwind.example", AccountStatus::Active)));
        assert!(found.reason.iter().all(|r| !r.starts_with("assumed")), "{:?}", found.reason);
    }

    #[test]
    fn a_password_of_the_apps_own_is_another_rules_business() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.app.sso = Some(Sso::Enforced);
        let local = Record { sign_in: SignIn::Local, ..record("ann@nordwind.example", AccountStatus::Active) };
        assert!(setup.account(&ResidualSsoBlocked, &local).is_empty());
        let ended = record("ann@nordwind.example", AccountStatus::Deactivated);
        assert!(setup.account(&ResidualSsoBlocked, &ended).is_empty());
    }
}
