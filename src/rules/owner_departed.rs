//! A machine's or a shared account whose owner has left.

use super::cases::AccountCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation, Standing};

/// Whoever answered for a bot, a service or a shared account works here no more.
pub struct OwnerDeparted;

static META: RuleMeta = RuleMeta {
    id: "owner-departed",
    title: "Owner of a machine or shared account has left",
    severity: Severity::Medium,
    means: "links.yaml or coverage.yaml names somebody who answers for a live account that no person holds, and that person \
            has left. With an administrator's rights it is high.",
    why: "No leaving ends such an account, and now nobody looks after it. The one who did usually knows its password or has \
          made its keys.",
    fix: "Name a new owner in links.yaml or coverage.yaml, and change the password and the keys. Remove the account if \
          nothing depends on it.",
    silent: "The owner works here, or the account has ended or its status is not understood. Nobody is named, or nobody of \
             that name is known: then it is `non-human-without-owner`.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.9", "A.5.16", "A.5.18"],
        pci: &["7.2.5", "8.2.2"],
        nist: &["AC-2", "PS-4"],
    },
};

impl Rule for OwnerDeparted {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.placed.situation != Situation::NonHuman || !case.lives.lives() {
            return;
        }
        let Some((_, owner)) = case.person() else { return };
        let standing = match &owner.standing {
            Standing::Left { .. } => leaving_of(owner),
            Standing::Unclear(why) => format!("nobody can tell whether they have left: {why}"),
            _ => return,
        };
        let mut draft = findings
            .draft(&META)
            .case(case)
            .because_at_present(format_args!("no person holds it: {}", case.placed.note))
            .because(format_args!("{} answers for it: {standing}", owner.name));
        for place in case.placed.decided.iter().flat_map(|decided| decided.places()) {
            draft = draft.evidence(place);
        }
        if !owner.standing.has_left() {
            draft = draft.not_evaluable();
        }
        if case.is_privileged() {
            draft = draft.severity(Severity::High).because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "Ask {} who looks after it now and name them as its owner, change its password and keys, or remove it",
            case.app.owner.as_deref().unwrap_or("the app's administrators")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, hr, left, named, non_human, only, record, working};
    use super::*;
    use crate::identity::Declared;
    use crate::model::{AccountStatus, Decided, Decision, FindingStatus, Named, Place, Record, Who};

    fn owned_by(owner: Option<Named>) -> Setup {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        setup.declared = Some(decided(non_human(owner, Vec::new(), None)));
        setup
    }

    #[test]
    fn an_account_whose_owner_has_left_is_found_with_the_place_that_names_them() {
        let row = record("it@nordwind.example", AccountStatus::Active);
        let found = only(owned_by(Some(named(0))).account(&OwnerDeparted, &row));
        assert_eq!(
            (found.severity, found.status, found.exposed_days),
            (Severity::Medium, FindingStatus::Open, Some(19))
        );
        let places = [Place { source: 2, line: 9 }, Place { source: 0, line: 2 }, Place { source: 3, line: 4 }];
        assert_eq!(found.evidence, places);
        assert_eq!(&*found.reason[1], "Ann Berg answers for it: left on 2026-10-31 (HR says so)");
        let admin = Record { privileged: Some(true), ..row };
        assert_eq!(only(owned_by(Some(named(0))).account(&OwnerDeparted, &admin)).severity, Severity::High);
    }

    #[test]
    fn an_entry_that_says_what_it_is_leaves_the_owner_whom_a_pattern_names() {
        let row = record("it@nordwind.example", AccountStatus::Active);
        let found = |owner, pattern| {
            let by: &Decision = Box::leak(Box::new(non_human(owner, Vec::new(), None)));
            let pattern =
                Decision { place: Place { source: 4, line: 7 }, ..non_human(Some(pattern), Vec::new(), None) };
            let mut setup = Setup::of(vec![left(2), working(3)]);
            let owner = Some(&*Box::leak(Box::new(pattern)));
            setup.declared = Some(Declared::Decided(Decided { by: Some(by), owner, ..Decided::default() }));
            setup.account(&OwnerDeparted, &row)
        };
        let places = [(2, 9), (0, 2), (3, 4), (4, 7)].map(|(source, line)| Place { source, line });
        assert_eq!(only(found(None, named(0))).evidence, places);
        assert!(found(Some(named(1)), named(0)).is_empty(), "the entry names somebody who works here");
    }

    #[test]
    fn an_owner_of_whom_nobody_can_tell_is_not_evaluable() {
        let mut contradicting = hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"));
        contradicting.person_status = crate::model::PersonStatus::Active;
        let mut setup = Setup::of(vec![contradicting]);
        setup.declared = Some(decided(non_human(Some(named(0)), Vec::new(), None)));
        let found = only(setup.account(&OwnerDeparted, &record("it@nordwind.example", AccountStatus::Active)));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn owners_at_work_nobody_known_ended_accounts_and_people_are_left_alone() {
        let row = |status| record("it@nordwind.example", status);
        assert!(owned_by(Some(named(1))).account(&OwnerDeparted, &row(AccountStatus::Active)).is_empty());
        assert!(owned_by(None).account(&OwnerDeparted, &row(AccountStatus::Active)).is_empty());
        let nobody = Named { written: "zed".to_owned(), who: Who::Nobody };
        assert!(owned_by(Some(nobody)).account(&OwnerDeparted, &row(AccountStatus::Active)).is_empty());
        assert!(owned_by(Some(named(0))).account(&OwnerDeparted, &row(AccountStatus::Deactivated)).is_empty());
        let plain = Setup::of(vec![left(2), working(3)]);
        assert!(plain.account(&OwnerDeparted, &record("ann@nordwind.example", AccountStatus::Active)).is_empty());
    }
}
