//! A machine's account for which nobody answers.

use super::cases::AccountCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule, decide};
use crate::identity::Rival;
use crate::model::{Controls, Decided, RuleMeta, Severity, Situation, Standing, Who};

/// A bot, service or shared account without an owner.
pub struct NonHumanWithoutOwner;

static META: RuleMeta = RuleMeta {
    id: "non-human-without-owner",
    title: "Machine account for which nobody answers",
    severity: Severity::Low,
    means: "A live account belongs to a program, a service or a function, and neither links.yaml nor coverage.yaml says which \
            person answers for it. With an administrator's rights it is medium, and so it is if its address, or the number \
            or address of its record in a directory, is that of somebody who has left: then a person may hold it, whatever it is called.",
    why: "Such accounts have keys and shared passwords that leavers know, and no leaving ends them. Without an owner \
          nobody changes the secret when the person who set it up goes, and nobody notices when it is no longer needed.",
    fix: "Find out what the account is for and who looks after it. Declare it with `coverage link APP/ACCOUNT --service --owner \
          PERSON --by YOU --because WHY`, or many of a kind in coverage.yaml under `non-human`, or remove it if nothing depends on it. If it is the \
          account of the person whose address it has, say so with `coverage link APP/ACCOUNT --to PERSON --by YOU --because \
          WHY`.",
    silent: "links.yaml or coverage.yaml names an owner whom HR or a directory knows; one who has left is `owner-departed`. The account has ended or its status is not \
             understood. A machine that looks like a person, with a person's name and address, is not recognised.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.5", "8.2.2"],
        nist: &["AC-2", "IA-4"],
    },
};

impl Rule for NonHumanWithoutOwner {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let placed = case.placed;
        if placed.situation != Situation::NonHuman || placed.person.is_some() || !case.lives.lives() {
            return;
        }
        let mut draft = findings
            .draft(&META)
            .case(case)
            .because_at_present(format_args!("no person holds it: {}", placed.note))
            .because(format_args!("{}", unowned(placed.decided.as_deref())));
        for place in placed.decided.iter().flat_map(|decided| decided.places()) {
            draft = draft.evidence(place);
        }
        // Of what a key leads to, the person whose number or address the machine's record has.
        let behind = |rival: &&Rival| placed.key.is_none() || Some(rival.identity) == placed.identity;
        for rival in placed.rivals.iter().filter(behind) {
            let person = case.company.directory.person(rival.person);
            let left = match &person.standing {
                Standing::Left { .. } => {
                    draft = draft.severity(Severity::Medium).may_be_leavers(true);
                    format!(", who {}", leaving_of(person))
                }
                Standing::Unclear(why) => format!(", of whom nobody can tell whether they have left: {why}"),
                _ => String::new(),
            };
            let place = case.company.directory.identities[rival.identity as usize].place;
            let has = if placed.key.is_none() { "it" } else { "its record there" };
            let what = if placed.key.is_none() { "the address" } else { "the employee id or an address" };
            draft = draft.because(format_args!("but {has} has {what} of {}{left}", person.name)).evidence(place);
        }
        if case.is_privileged() {
            draft = draft.severity(Severity::Medium).because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "Ask {} what it is for, and declare it with {}, or remove it",
            case.app.owner.as_deref().unwrap_or("the app's administrators"),
            decide::saying(&case.app.id, case.facts().account(), "--service --owner PERSON")
        ));
    }
}

/// Why nobody answers for it.
fn unowned(decided: Option<&Decided<'_>>) -> String {
    let Some(owner) = decided.and_then(Decided::owner) else {
        return "nobody is named who answers for it".to_owned();
    };
    let what = match owner.who {
        Who::Several => "which several people share",
        Who::Nobody | Who::One(_) => "whom neither HR nor a directory knows",
    };
    format!("it is said to be owned by `{}`, {what}", owner.written)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, left, named, non_human, only, record, working};
    use super::*;
    use crate::model::{AccountKind, AccountStatus, Named, Place, Record};

    #[test]
    fn a_bot_without_an_owner_is_found() {
        let setup = Setup::of(vec![working(2)]);
        let bot = Record { kind: AccountKind::Bot, ..record("deploy@nordwind.example", AccountStatus::Active) };
        let found = only(setup.account(&NonHumanWithoutOwner, &bot));
        assert_eq!(found.severity, Severity::Low);
        assert!(found.reason[0].ends_with("the roster says that no person holds it"), "{:?}", found.reason);
        let admin = Record { privileged: Some(true), ..bot };
        assert_eq!(only(setup.account(&NonHumanWithoutOwner, &admin)).severity, Severity::Medium);
    }

    #[test]
    fn an_owner_whom_nobody_knows_is_none_and_the_entry_is_shown() {
        let mut setup = Setup::of(vec![working(2)]);
        let owner = Named { written: "zed@nordwind.example".to_owned(), who: Who::Nobody };
        setup.declared = Some(decided(non_human(Some(owner), Vec::new(), None)));
        let found =
            only(setup.account(&NonHumanWithoutOwner, &record("deploy@nordwind.example", AccountStatus::Active)));
        let said = "it is said to be owned by `zed@nordwind.example`, whom neither HR nor a directory knows";
        assert_eq!(&*found.reason[1], said);
        assert!(found.evidence.contains(&Place { source: 3, line: 4 }));
    }

    #[test]
    fn an_owner_an_end_or_a_person_behind_it_is_enough() {
        let mut setup = Setup::of(vec![working(2)]);
        let bot = |status| Record { kind: AccountKind::Bot, ..record("deploy@nordwind.example", status) };
        assert!(setup.account(&NonHumanWithoutOwner, &bot(AccountStatus::Deactivated)).is_empty());
        let person = record("bo@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&NonHumanWithoutOwner, &person).is_empty());
        setup.declared = Some(decided(non_human(Some(named(0)), Vec::new(), None)));
        assert!(setup.account(&NonHumanWithoutOwner, &bot(AccountStatus::Active)).is_empty());
    }

    #[test]
    fn whose_address_a_machine_has_is_said_and_a_leaver_makes_it_graver() {
        let setup = Setup::of(vec![working(2), left(3)]);
        fn service(email: &str) -> Record<'_> {
            Record { email, kind: AccountKind::Service, ..record("", AccountStatus::Active) }
        }
        let people = &setup.directory.identities;
        let found = only(setup.account(&NonHumanWithoutOwner, &service(&people[1].email)));
        assert_eq!((found.severity, found.may_be_leavers), (Severity::Medium, true));
        let said = format!("but it has the address of {}, who left on 2026-10-31 (HR says so)", people[1].name);
        assert!(found.reason.iter().any(|step| **step == *said), "{:?}", found.reason);
        assert!(found.evidence.contains(&people[1].place));
        let found = only(setup.account(&NonHumanWithoutOwner, &service(&people[0].email)));
        assert_eq!(found.severity, Severity::Low);
        let said = format!("but it has the address of {}", people[0].name);
        assert!(found.reason.iter().any(|step| **step == *said), "{:?}", found.reason);
        let found = only(setup.account(&NonHumanWithoutOwner, &service("deploy@nordwind.example")));
        assert!(!found.reason.iter().any(|step| step.contains("has the address of")), "{:?}", found.reason);
    }
}
