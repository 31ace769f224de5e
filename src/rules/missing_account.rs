//! Somebody who should have an account and has none.

use super::cases::RosterCase;
use super::{Findings, Rule};
use crate::assess::Expected;
use crate::model::{Controls, Person, RuleMeta, Severity, WorkerKind};

/// A person at work without an account where one is expected.
pub struct MissingAccount;

static META: RuleMeta = RuleMeta {
    id: "missing-account",
    title: "Person at work without an expected account",
    severity: Severity::Info,
    means: "coverage.yaml says that everyone, or every employee, has an account in this app, or the identity provider has \
            given it to this person. The roster has no account that could be linked to the person. People on leave and in \
            their notice period count as at work.",
    why: "It may only mean that the account is still to be made. It can also mean that the person uses the app under \
          another address, which then stands in the report as an account of nobody, or that the export is not complete.",
    fix: "Look for the person among the accounts that nobody holds and link the right one in coverage.yaml. Otherwise make \
          the account, or change `expected` or the assignment if the person does not need one.",
    silent: "coverage.yaml does not say who should have an account, and names no `assignments` with this person. The person started on or after the \
             day the roster was made. Machines and guests of the directory are never expected; where only employees are, \
             neither are contractors, vendors' people and people whom HR does not know.",
    controls: Controls { soc2: &["CC6.2"], iso27001: &["A.5.16", "A.5.18"], pci: &[], nist: &["AC-2"] },
};

impl Rule for MissingAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn roster(&self, case: &RosterCase<'_>, findings: &mut Findings) {
        let who = match case.app.expected {
            Some(Expected::Everyone) => "everyone",
            Some(Expected::Employees) => "every employee",
            Some(Expected::Nobody) | None => "",
        };
        let assigned = case.app.assigned.as_ref();
        if !case.evaluable || (who.is_empty() && assigned.is_none()) {
            return;
        }
        let directory = case.company.directory;
        for (ix, person) in (0u32..).map(crate::model::PersonIx).zip(&directory.people) {
            let given = assigned.filter(|list| list.has(ix));
            let counts = !who.is_empty() && expected(person, case.app.expected == Some(Expected::Employees));
            if !person.standing.works_here()
                || !(counts || given.is_some())
                || started_later(person, case)
                || (case.has_account)(ix)
            {
                continue;
            }
            let mut draft = findings.draft(&META).app(case.app.ix, &case.app.id).person(ix, directory);
            if let Some(first) = person.identities.first() {
                draft = draft.evidence(directory.identities[*first as usize].place);
            }
            draft = draft.evidence(case.roster.place);
            if let Some(list) = given {
                draft = draft
                    .evidence(list.place)
                    .because(format_args!("the identity provider has given {} to this person", case.app.name));
            }
            if counts {
                draft = draft.because(format_args!("coverage.yaml says that {who} has an account here"));
            }
            draft.because(format_args!("no account in the roster could be linked to this person")).todo(format_args!(
                "Look among the accounts of {} that nobody holds; otherwise make one, or change {}",
                case.app.name,
                if counts { "`expected` in coverage.yaml" } else { "the assignment" }
            ));
        }
    }
}

fn expected(person: &Person, employees_only: bool) -> bool {
    match person.worker {
        WorkerKind::Guest | WorkerKind::NonHuman => false,
        WorkerKind::Contractor | WorkerKind::Vendor => !employees_only,
        WorkerKind::Employee | WorkerKind::Intern | WorkerKind::Unknown => {
            // A last day that only a directory holds makes nobody an employee.
            !employees_only || person.employments.iter().any(|e| e.from_hr)
        }
    }
}

/// Whether the roster may be from before the person's first day: then it could not list them yet.
fn started_later(person: &Person, case: &RosterCase<'_>) -> bool {
    let zone = &case.company.directory.moment.zone;
    let mut starts = person.employments.iter().filter_map(|e| e.start).map(|s| s.latest(zone)).peekable();
    starts.peek().is_some() && starts.all(|start| start >= case.roster.made.earliest)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, when, working};
    use super::*;
    use crate::model::{AccountStatus, PersonStatus};

    fn expecting(who: Expected, people: Vec<crate::model::Identity>) -> Setup {
        let mut setup = Setup::of(people);
        setup.app.expected = Some(who);
        setup
    }

    #[test]
    fn a_person_at_work_or_on_leave_without_an_account_is_found() {
        let setup = expecting(Expected::Everyone, vec![left(2), working(3)]);
        let found = only(setup.roster_case(&MissingAccount, |_| ()));
        assert_eq!(found.person.map(|p| &*setup.directory.person(p).name), Some("Bo Lund"));
        let mut row = working(3);
        row.person_status = PersonStatus::Leave;
        only(expecting(Expected::Employees, vec![row]).roster_case(&MissingAccount, |_| ()));
    }

    #[test]
    fn whom_hr_does_not_know_is_no_employee_whatever_day_the_directory_holds() {
        let mut guest = idp(3, "cy@nordwind.example", AccountStatus::Active);
        guest.end = Some(when("2026-12-31"));
        let expected = |who| expecting(who, vec![guest.clone()]).roster_case(&MissingAccount, |_| ()).len();
        assert_eq!((expected(Expected::Employees), expected(Expected::Everyone)), (0, 1));
    }

    #[test]
    fn somebody_to_whom_the_app_is_assigned_is_missed_whoever_is_expected() {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        let mut assigned = crate::model::Assigned::none(2, 3, 0);
        [0, 1].into_iter().for_each(|n| assigned.add(crate::model::PersonIx(n)));
        setup.app.assigned = Some(assigned);
        let found = only(setup.roster_case(&MissingAccount, |_| ()));
        assert_eq!(&*found.reason[0], "the identity provider has given Tidepool to this person");
        assert!(setup.roster_case(&MissingAccount, |case| case.has_account = &|_| true).is_empty());
    }

    #[test]
    fn only_employees_are_expected_where_that_is_declared() {
        let people = || vec![idp(5, "lea@nordwind.example", AccountStatus::Active)];
        only(expecting(Expected::Everyone, people()).roster_case(&MissingAccount, |_| ()));
        assert!(expecting(Expected::Employees, people()).roster_case(&MissingAccount, |_| ()).is_empty());
        let mut contractor = hr(2, "E3", "Lea Holm", "lea@nordwind.example", None);
        contractor.worker = WorkerKind::Contractor;
        assert!(expecting(Expected::Employees, vec![contractor]).roster_case(&MissingAccount, |_| ()).is_empty());
    }

    #[test]
    fn holders_newcomers_and_undeclared_apps_are_left_alone() {
        let setup = expecting(Expected::Everyone, vec![working(2)]);
        assert!(setup.roster_case(&MissingAccount, |case| case.has_account = &|_| true).is_empty());
        assert!(setup.roster_case(&MissingAccount, |case| case.evaluable = false).is_empty());
        let mut newcomer = working(2);
        newcomer.start = Some(when("2026-11-20"));
        assert!(expecting(Expected::Everyone, vec![newcomer]).roster_case(&MissingAccount, |_| ()).is_empty());
        assert!(expecting(Expected::Nobody, vec![working(2)]).roster_case(&MissingAccount, |_| ()).is_empty());
        assert!(Setup::of(vec![working(2)]).roster_case(&MissingAccount, |_| ()).is_empty());
    }
}
