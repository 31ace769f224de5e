//! A shared password that somebody who has left still knows.

use super::account_key;
use super::cases::AccountCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule, decide};
use crate::model::{Controls, Named, PersonIx, RuleMeta, Severity, Situation, Standing};
use std::sync::Arc;

/// Somebody who had the credential of a machine or shared account left after it was last changed.
pub struct SharedCredentialNotRotated;

static META: RuleMeta = RuleMeta {
    id: "shared-credential-not-rotated",
    title: "Leaver knows the password of a shared account",
    severity: Severity::Medium,
    means: "The owner or a declared holder of a live machine or shared account has left, and the last declared change of its \
            password is older than that. If no change is declared, nobody can tell. With an administrator's rights it is high.",
    why: "Ending a leaver's own accounts does not take away what they know. A shared password or a service's key works for \
          everybody who has it, from anywhere, and the app's log shows the account and no person.",
    fix: "Change the password and the keys of the account. Record the day with `coverage link APP/ACCOUNT --rotated DAY --by YOU --because WHY`, which \
          writes it to links.yaml.",
    silent: "The password was changed on the day of the leaving or later, or everybody who is named works here. The account has \
             ended, or nobody is declared to know its password: who else does, the program cannot see.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.3"],
        iso27001: &["A.5.17", "A.5.18"],
        pci: &["8.2.2", "8.6.3"],
        nist: &["IA-5", "AC-2(9)", "PS-4"],
    },
};

impl Rule for SharedCredentialNotRotated {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.placed.situation != Situation::NonHuman || !case.lives.lives() {
            return;
        }
        let (Some(decided), Some(by)) = (&case.placed.decided, case.placed.decision()) else { return };
        let owner = decided.owner().and_then(Named::person);
        let mut knowing: Vec<PersonIx> = by.says.named().filter_map(Named::person).chain(owner).collect();
        knowing.sort_unstable();
        knowing.dedup();
        for ix in knowing {
            one(case, ix, owner == Some(ix), findings);
        }
    }
}

/// Looks at one person who knows the password.
fn one(case: &AccountCase<'_>, ix: PersonIx, is_owner: bool, findings: &mut Findings) {
    let directory = case.company.directory;
    let (person, moment) = (directory.person(ix), &directory.moment);
    let Standing::Left { since, .. } = person.standing else { return };
    let rotation = case.placed.decided.as_ref().and_then(|decided| decided.rotated);
    let rotated = rotation.and_then(|decision| decision.rotated);
    let (told, last) = match (rotated, since) {
        (Some(rotated), Some(since)) if rotated >= since.day(&moment.zone) => return,
        (Some(rotated), Some(_)) => (true, format!("its password was last changed on {rotated}, before that")),
        (Some(rotated), None) => {
            (false, format!("its password was last changed on {rotated}, and nobody can tell whether that was before"))
        }
        (None, _) => {
            (false, "no change of its password is declared, so nobody can tell whether it still works".to_owned())
        }
    };
    let role = if is_owner { "answers for it" } else { "knows its password" };
    let mut draft = findings
        .draft(&META)
        .app(case.app.ix, &case.app.id)
        .account(Arc::clone(case.facts()), &account_key(case))
        .person(ix, directory)
        .exposed(since.and_then(|s| s.days_until(moment.now, &moment.zone)))
        .evidence(case.place)
        .because_at_present(format_args!("no person holds it: {}", case.placed.note))
        .because(format_args!("{} {role}: {}", person.name, leaving_of(person)))
        .because(format_args!("{last}"));
    let record = person.identities.first().map(|record| directory.identities[*record as usize].place);
    let declared = case.placed.decided.iter().flat_map(|decided| decided.places());
    for place in record.into_iter().chain(declared).chain(rotation.map(|decision| decision.place)) {
        draft = draft.evidence(place);
    }
    if !told {
        draft = draft.not_evaluable();
    }
    if case.is_privileged() {
        draft = draft.severity(Severity::High).because(format_args!("the account has an administrator's rights"));
    }
    draft.todo(format_args!(
        "Ask {} to change its password and keys, and record the day with {}",
        case.app.owner.as_deref().unwrap_or("the app's administrators"),
        decide::saying(&case.app.id, case.facts().account(), "--rotated DAY")
    ));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, left, named, non_human, only, record, working};
    use super::*;
    use crate::model::{AccountKind, AccountStatus, FindingStatus, Place, Record};

    fn found(owner: u32, holders: &[u32], rotated: Option<&str>, row: &Record<'_>) -> Vec<crate::model::Finding> {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        let holders = holders.iter().map(|ix| named(*ix)).collect();
        setup.declared = Some(decided(non_human(Some(named(owner)), holders, rotated)));
        setup.account(&SharedCredentialNotRotated, row)
    }

    fn mailbox(status: AccountStatus) -> Record<'static> {
        record("it@nordwind.example", status)
    }

    #[test]
    fn a_leaver_who_knows_a_password_that_is_older_is_found() {
        let active = mailbox(AccountStatus::Active);
        for (owner, holders, role) in [(0, &[][..], "answers for it"), (1, &[0, 1], "knows its password")] {
            let found = only(found(owner, holders, Some("2026-10-30"), &active));
            assert_eq!((found.severity, found.status), (Severity::Medium, FindingStatus::Open));
            assert_eq!((found.person, found.exposed_days), (Some(PersonIx(0)), Some(19)));
            assert_eq!(*found.reason[1], format!("Ann Berg {role}: left on 2026-10-31 (HR says so)"));
            assert_eq!(&*found.reason[2], "its password was last changed on 2026-10-30, before that");
            assert!(found.evidence.contains(&Place { source: 3, line: 4 }), "{:?}", found.evidence);
        }
        let admin = Record { privileged: Some(true), ..active };
        assert_eq!(only(found(0, &[], Some("2026-10-30"), &admin)).severity, Severity::High);
    }

    #[test]
    fn without_a_declared_change_or_a_day_of_leaving_nobody_can_tell() {
        let active = mailbox(AccountStatus::Active);
        assert_eq!(only(found(1, &[0], None, &active)).status, FindingStatus::NotEvaluable);
        let mut setup = Setup::of(vec![crate::model::Identity { end: None, ..left(2) }]);
        setup.declared = Some(decided(non_human(Some(named(0)), Vec::new(), Some("2026-11-10"))));
        let found = only(setup.account(&SharedCredentialNotRotated, &active));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
        assert!(found.reason[2].ends_with("nobody can tell whether that was before"), "{:?}", found.reason);
    }

    #[test]
    fn a_change_on_the_last_day_or_later_people_at_work_and_ended_accounts_are_left_alone() {
        let active = mailbox(AccountStatus::Active);
        assert!(found(0, &[], Some("2026-10-31"), &active).is_empty());
        assert!(found(0, &[], Some("2026-11-02"), &active).is_empty());
        assert!(found(1, &[1], None, &active).is_empty());
        assert!(found(0, &[], None, &mailbox(AccountStatus::Deactivated)).is_empty());
        let setup = Setup::of(vec![left(2)]);
        let bot = Record { kind: AccountKind::Bot, ..active };
        assert!(setup.account(&SharedCredentialNotRotated, &bot).is_empty(), "nobody is declared to know anything");
    }
}
