//! A guest's account, or one with another organisation's address.

use super::cases::AccountCase;
use super::owner_unconfirmed::in_words;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation};

/// Somebody from outside has a live account.
pub struct ExternalDomainAccount;

static META: RuleMeta = RuleMeta {
    id: "external-domain-account",
    title: "Account of somebody from outside",
    severity: Severity::Low,
    means: "A live account belongs to a guest, or its address is of a domain that is not the company's. HR and the \
            directories do not say when this person's work with the company ends. With an administrator's rights it is \
            medium.",
    why: "No offboarding starts for people whom HR does not know. Guests stay until somebody remembers them, often long \
          after the project has ended and sometimes after they have changed their employer.",
    fix: "Ask the app's owner who invited the guest and until when. Note a sponsor and an end, or remove the account. If \
          the address is a colleague's private one, link it in coverage.yaml and move it to the work address.",
    silent: "The domain is the company's own, declared or taken from HR's work addresses. The name is so near to a \
             colleague's that it is more likely a private mailbox: then it is `owner-unconfirmed`. The directory itself knows the guest, and the account has no administrator's \
             rights. The account has ended.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18", "A.5.19"],
        pci: &["7.2.4", "8.2.7"],
        nist: &["AC-2", "PS-7"],
    },
};

impl Rule for ExternalDomainAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.placed.situation != Situation::External || !case.lives.lives() {
            return;
        }
        // A guest whom the directory knows has an invitation and an end there.
        if case.placed.person.is_some() && !case.is_privileged() {
            return;
        }
        let mut draft = findings.draft(&META).case(case).because_at_present(format_args!("{}", case.placed.note));
        if !case.email.is_empty() {
            draft = draft.because(format_args!("its address is {}", case.email));
        }
        for candidate in &case.placed.candidates {
            draft = draft.because(format_args!("it may be {}", in_words(candidate, case.company.directory)));
        }
        if let Some(doubt) = case.company.holder_may_be_missing() {
            draft = draft.not_evaluable().because(format_args!("the list of people may lack the holder: {doubt}"));
        }
        if let Some(unread) = case.company.unread_rows() {
            draft = draft.because_at_present(format_args!("{unread}"));
        }
        if case.is_privileged() {
            draft = draft.severity(Severity::Medium).because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "Ask {} who invited this account and until when; note a sponsor and an end. If there is none: {}",
            case.app.owner.as_deref().unwrap_or("the app's administrators"),
            case.app.by_hand().trim_end_matches('.')
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only, record, working};
    use super::*;
    use crate::model::{AccountKind, AccountStatus, Record};

    #[test]
    fn another_organisations_address_and_a_guest_are_found() {
        let setup = Setup::of(vec![working(2)]);
        let stranger = record("pia@atelier.example", AccountStatus::Active);
        let found = only(setup.account(&ExternalDomainAccount, &stranger));
        assert_eq!(found.severity, Severity::Low);
        assert_eq!(&*found.reason[0], "the address is of another domain");
        let admin = Record { privileged: Some(true), ..stranger };
        assert_eq!(only(setup.account(&ExternalDomainAccount, &admin)).severity, Severity::Medium);
        let guest = Record { kind: AccountKind::Guest, ..record("pia@nordwind.example", AccountStatus::Active) };
        only(setup.account(&ExternalDomainAccount, &guest));
    }

    #[test]
    fn own_addresses_private_mailboxes_of_colleagues_and_ended_accounts_are_left_alone() {
        let setup = Setup::of(vec![working(2)]);
        for row in [
            record("zed@nordwind.example", AccountStatus::Active),
            record("bo@nordwind.example", AccountStatus::Active),
            Record { name: "Bo Lund".into(), ..record("bo@mailbox.example", AccountStatus::Active) },
            record("pia@atelier.example", AccountStatus::Deactivated),
        ] {
            assert!(setup.account(&ExternalDomainAccount, &row).is_empty(), "{row:?}");
        }
    }
}
