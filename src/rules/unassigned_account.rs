//! An account of somebody to whom the identity provider has not given the app.

use super::cases::{AccountCase, Company, RosterCase};
use super::{Findings, Made, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation, When};

/// A live account beside the identity provider.
pub struct UnassignedAccount;

static META: RuleMeta = RuleMeta {
    id: "unassigned-account",
    title: "Account that the identity provider did not give",
    severity: Severity::Low,
    means: "The app's roster has a live account of somebody who works here, and the list of people to whom the identity \
            provider has given the app does not have that person. If the list names groups and not their members, or is \
            only a part, it cannot decide, which is said once for the app.",
    why: "Such an account was made in the app itself, or outlived the assignment. Whoever takes the app away at the identity \
          provider does not reach it, so it stays when the person leaves or changes jobs.",
    fix: "If the person needs the app, assign it at the identity provider, so that the account ends with the assignment. \
          Otherwise end the account in the app.",
    silent: "coverage.yaml names no `assignments` for the app. The account was made after that list, has ended, or is not \
             linked to anybody. The holder has left, which other rules say.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.15", "A.5.18"],
        pci: &["7.2.4", "8.2.4"],
        nist: &["AC-2", "AC-6"],
    },
};

impl Rule for UnassignedAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn looks_at_work(&self) -> bool {
        true
    }
    /// An account of somebody who is not in the list never takes the short way.
    fn is_silent(&self, _company: &Company<'_>, _made: &Made, _last_active: &dyn Fn() -> Option<When>) -> bool {
        true
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(assigned) = case.app.assigned.as_ref().filter(|list| list.is_whole()) else { return };
        let Some((ix, person)) = case.person() else { return };
        let linked = case.placed.situation == Situation::Linked && person.standing.works_here();
        let zone = &case.company.directory.moment.zone;
        let later = case.record.created.is_some_and(|made| made.latest(zone) >= assigned.earliest);
        if !linked || later || !case.lives.lives() || assigned.has(ix) {
            return;
        }
        let name = &case.app.name;
        findings
            .draft(&META)
            .case(case)
            .evidence(assigned.place)
            .because(format_args!("the roster has a live account of {}, who works here", person.name))
            .because(format_args!("the list of those to whom {name} is assigned does not have this person"))
            .todo(format_args!(
                "Assign {name} to the person at the identity provider, or end the account in {name}: taking the app \
                 away there does not reach it"
            ));
    }
    fn roster(&self, case: &RosterCase<'_>, findings: &mut Findings) {
        let Some(assigned) = case.app.assigned.as_ref().filter(|list| !list.is_whole()) else { return };
        let why = match assigned.groups {
            Some(_) => "the list names a group, and not who is in it",
            None => "the list is not whole, or nobody in it is known",
        };
        findings
            .draft(&META)
            .app(case.app.ix, &case.app.id)
            .not_evaluable()
            .evidence(assigned.groups.unwrap_or(assigned.place))
            .because(format_args!("{why}; that somebody is not assigned cannot be told from it"))
            .todo(format_args!(
                "Export the assignments of {} with the people of its groups, one a row, and all pages",
                case.app.name
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, left, named, non_human, only, record, second, when, working};
    use super::*;
    use crate::model::{AccountStatus, Assigned, FindingStatus, PersonIx, Place, Record};

    /// Ann has left, Bo and Cleo work here; Cleo has the app.
    fn setup() -> Setup {
        let cleo = super::super::testing::hr(4, "E3", "Cleo Fox", "cleo@nordwind.example", None);
        let mut setup = Setup::of(vec![left(2), working(3), cleo]);
        let mut assigned = Assigned::none(3, 3, second("2026-11-20T07:00:00Z"));
        assigned.add(PersonIx(2));
        setup.app.assigned = Some(assigned);
        setup
    }

    fn row(email: &'static str) -> Record<'static> {
        record(email, AccountStatus::Active)
    }

    #[test]
    fn a_live_account_of_somebody_who_is_not_in_the_list_is_found() {
        let found = only(setup().account(&UnassignedAccount, &row("bo@nordwind.example")));
        assert_eq!(found.evidence.last(), Some(&Place { source: 3, line: 0 }));
        assert_eq!(found.status, FindingStatus::Open);
        assert!(setup().roster_case(&UnassignedAccount, |_| {}).is_empty());
    }

    #[test]
    fn a_list_with_groups_or_without_its_other_pages_cannot_decide() {
        let mut setup = setup();
        setup.app.assigned.as_mut().unwrap().groups = Some(Place { source: 3, line: 8 });
        assert!(setup.account(&UnassignedAccount, &row("bo@nordwind.example")).is_empty());
        let found = only(setup.roster_case(&UnassignedAccount, |_| {}));
        assert_eq!(
            (found.status, &found.evidence[..]),
            (FindingStatus::NotEvaluable, &[Place { source: 3, line: 8 }][..])
        );
        let list = setup.app.assigned.as_mut().unwrap();
        (list.groups, list.complete) = (None, false);
        assert_eq!(only(setup.roster_case(&UnassignedAccount, |_| {})).status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn those_who_have_the_app_leavers_ended_and_later_accounts_are_left_alone() {
        let setup = setup();
        let silent = |row: &Record<'_>| assert!(setup.account(&UnassignedAccount, row).is_empty(), "{row:?}");
        silent(&row("cleo@nordwind.example"));
        silent(&row("ann@nordwind.example"));
        silent(&row("zed@nordwind.example"));
        silent(&record("bo@nordwind.example", AccountStatus::Deactivated));
        silent(&record("bo@nordwind.example", AccountStatus::Unknown));
        silent(&Record { created: Some(when("2026-11-20T07:30:00Z")), ..row("bo@nordwind.example") });
        let mut of_bo = self::setup();
        of_bo.declared = Some(decided(non_human(Some(named(1)), Vec::new(), None)));
        assert!(
            of_bo.account(&UnassignedAccount, &row("robot@nordwind.example")).is_empty(),
            "a service's, owned by Bo"
        );
        let mut without = self::setup();
        without.app.assigned = None;
        assert!(without.account(&UnassignedAccount, &row("bo@nordwind.example")).is_empty());
    }
}
