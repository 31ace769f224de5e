//! An account that belongs to nobody the company knows.

use super::cases::{AccountCase, account_text};
use super::{Findings, Rule, decide};
use crate::identity::account_key;
use crate::model::{Controls, Gap, GapState, RuleMeta, Severity, Situation};

/// No key fits anybody, and nobody's name is near.
pub struct OrphanAccount;

static META: RuleMeta = RuleMeta {
    id: "orphan-account",
    title: "Account that nobody holds",
    severity: Severity::Medium,
    means: "A live account has no key that names anybody in HR or in a directory, and no name or address comes near \
            anybody either. It is not a guest and not recognised as a machine. With an administrator's rights it is high, \
            and where a kept run knew it as that of somebody who has left. \
            Where the roster shows neither a name nor an address, it cannot be decided.",
    why: "Nobody will ask for it to be closed when its holder leaves, because nobody knows the holder. Old test users, \
          accounts of people who left before the records begin, and unwanted visitors all look like this.",
    fix: "Ask the app's owner who uses it. Then link it to its person with `coverage link`, declare it as a shared mailbox or a \
          service's account with somebody who answers for it, or remove it.",
    silent: "The account has ended or its status is not understood. Somebody's name is near: then it is \
             `owner-unconfirmed`. The address is of another organisation: then it is `external-domain-account`.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.4", "8.2.1"],
        nist: &["AC-2", "AC-2(3)"],
    },
};

impl Rule for OrphanAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.placed.situation != Situation::Unmatched || !case.lives.lives() {
            return;
        }
        let mut draft = findings.draft(&META).case(case);
        draft = if case.email.is_empty() {
            draft.because(format_args!("the account has no address, and none of its other keys names anybody"))
        } else {
            draft.because(format_args!("nobody in HR or in a directory has the address {}", case.email))
        };
        // Where nothing is shown by which anybody could be known, that nobody comes near says nothing.
        if case.email.is_empty() && case.record.name.trim().is_empty() {
            draft = draft
                .because(format_args!("the roster shows no name either, so that nobody could be recognised"))
                .not_evaluable();
        } else {
            draft = draft.because(format_args!("nobody has a name or an address that comes near"));
        }
        if let Some(gap) = leavers(case) {
            let who = if gap.person_email.is_empty() { &gap.person } else { &gap.person_email };
            let left = if gap.left.is_empty() { "on a day that no source gave" } else { &format!("on {}", gap.left) };
            draft = draft.severity(Severity::High).may_be_leavers(true).because(format_args!(
                "it was that of {who}, who left {left} (kept run {}), and no end of it has been seen since",
                gap.from_run
            ));
        }
        if let Some(doubt) = case.company.holder_may_be_missing() {
            draft = draft.not_evaluable().because(format_args!("the list of people may lack the holder: {doubt}"));
        }
        if let Some(unread) = case.company.unread_rows() {
            draft = draft.because_at_present(format_args!("{unread}"));
        }
        if case.is_privileged() {
            draft = draft.severity(Severity::High).because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "Ask {} who uses it. A person: {}; no person: with `--service --owner PERSON` in place of `--to PERSON`. If nobody does: {}",
            case.app.owner.as_deref().unwrap_or("the app's administrators"),
            decide::saying(&case.app.id, case.facts().account(), "--to PERSON"),
            case.app.by_hand().trim_end_matches('.')
        ));
    }
}

/// What the kept runs say of the account, if it was a leaver's and nothing has shown its end.
fn leavers<'a>(case: &AccountCase<'a>) -> Option<&'a Gap> {
    let may_live = |gap: &&Gap| gap.state.is_open() || gap.state == GapState::HandedOver;
    case.company.past?.last_gaps(&case.app.id, account_key(&account_text(case.record))).find(may_live)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, gone_account, hr, only, record, working};
    use super::*;
    use crate::model::{AccountStatus, Record};

    #[test]
    fn a_live_account_of_nobody_is_found_and_an_administrators_is_high() {
        let setup = Setup::of(vec![working(2)]);
        let plain = record("zed@nordwind.example", AccountStatus::Active);
        let found = only(setup.account(&OrphanAccount, &plain));
        assert_eq!((found.severity, found.person), (Severity::Medium, None));
        assert!(found.reason[0].contains("zed@nordwind.example"), "{:?}", found.reason);
        let command = "`coverage link tidepool/zed@nordwind.example --to PERSON --by YOU --because WHY`";
        assert!(found.action.contains(command), "{}", found.action);
        let admin = Record { privileged: Some(true), ..plain };
        assert_eq!(only(setup.account(&OrphanAccount, &admin)).severity, Severity::High);
    }

    #[test]
    fn where_no_address_of_the_company_is_known_none_is_a_strangers() {
        let setup = Setup::of(vec![hr(2, "E2", "Bo Lund", "", None)]);
        let found = only(setup.account(&OrphanAccount, &record("zed@elsewhere.example", AccountStatus::Active)));
        assert_eq!(found.person, None);
    }

    #[test]
    fn a_leavers_account_stays_high_when_no_source_knows_the_leaver_any_more() {
        let mut setup = Setup::of(vec![working(2)]);
        let row = record("ann@nordwind.example", AccountStatus::Active);
        let past = |state| Some(gone_account("ann@nordwind.example", "employee-id:e1", state, "2026-11-05T08:00:00Z"));
        setup.past = past(GapState::Living);
        let found = only(setup.account(&OrphanAccount, &row));
        assert_eq!((found.severity, found.may_be_leavers), (Severity::High, true));
        assert!(found.reason.iter().any(|step| step.starts_with("it was that of ")), "{:?}", found.reason);
        setup.past = past(GapState::Absent);
        assert_eq!(only(setup.account(&OrphanAccount, &row)).severity, Severity::Medium);
    }

    #[test]
    fn known_people_ended_accounts_strangers_and_near_names_are_left_alone() {
        let setup = Setup::of(vec![working(2)]);
        for row in [
            record("bo@nordwind.example", AccountStatus::Active),
            record("zed@nordwind.example", AccountStatus::Deactivated),
            record("zed@nordwind.example", AccountStatus::Unknown),
            record("zed@elsewhere.example", AccountStatus::Active),
            record("noreply@nordwind.example", AccountStatus::Active),
            record("svc-backup@nordwind.example", AccountStatus::Active),
            Record { name: "Bo Lund".into(), ..record("blu@nordwind.example", AccountStatus::Active) },
        ] {
            assert!(setup.account(&OrphanAccount, &row).is_empty(), "{row:?}");
        }
    }
}
