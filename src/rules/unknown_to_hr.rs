//! A directory account of somebody whom HR does not know.

use super::cases::PersonCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{AccountStatus, Controls, Identity, RuleMeta, Severity, WorkerKind, status_words};

/// Nobody will ever say when this person leaves.
pub struct UnknownToHr;

static META: RuleMeta = RuleMeta {
    id: "unknown-to-hr",
    title: "Directory account of somebody whom HR does not know",
    severity: Severity::Low,
    means: "A person has a live account at the identity provider, and no record of HR could be joined to it by employee id \
            or address; where it has a leaver of the same name, that is said. Where the directory itself calls the person a contractor or a supplier's, it is only worth knowing.",
    why: "A leaving begins in HR. Of somebody whom HR does not know, nobody will say when they leave, so that the account \
          and all that hangs on it lives on until somebody happens to look.",
    fix: "Find out who the person is and who in the company answers for them. Enter them in the list of contractors, and \
          name that list under `hr` in coverage.yaml; or correct the employee id or the address in the directory.",
    silent: "HR knows the person. The directory calls the holder a guest or a machine, or holds a last day. The account \
             has ended or is suspended. No HR list was given.",
    controls: Controls {
        soc2: &["CC6.2"],
        iso27001: &["A.5.16", "A.6.1"],
        pci: &["8.2.1", "8.2.4"],
        nist: &["AC-2", "PS-7"],
    },
};

impl Rule for UnknownToHr {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn person(&self, case: &PersonCase<'_>, findings: &mut Findings) {
        let directory = case.company.directory;
        let person = case.person;
        if !directory.knows_hr()
            || directory.glance(case.ix).from_hr
            || !person.employments.is_empty()
            || matches!(person.worker, WorkerKind::Guest | WorkerKind::NonHuman)
        {
            return;
        }
        let records = person.identities.iter().map(|ix| &directory.identities[*ix as usize]);
        let live: Vec<&Identity> = records
            .filter(|i| matches!(i.status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked))
            .collect();
        let Some(first) = live.first() else { return };
        let outside = matches!(person.worker, WorkerKind::Contractor | WorkerKind::Vendor);
        let mut draft = findings.draft(&META).person(case.ix, directory);
        if outside {
            draft = draft.severity(Severity::Info);
        }
        for account in &live {
            draft = draft.evidence(account.place);
        }
        let doubt = case.company.doubts.and_then(|doubts| doubts.hr.as_deref());
        if doubt.is_some() {
            draft = draft.not_evaluable();
        }
        let id = case.company.sources.get(first.place.source as usize).map_or("the directory", |s| &s.called);
        draft = draft
            .because(format_args!(
                "{id} shows the account as {}, and HR has no record with its employee id or one of its addresses",
                status_words(first.status, &first.raw_status)
            ))
            .because(format_args!(
                "{}",
                match outside {
                    true => "the directory calls the person a contractor or a supplier's, and holds no last day",
                    false => "nothing says who the person is to the company",
                }
            ));
        // An account beside the one that was switched off is a leaver's oftener than a namesake's.
        if let Some(leaver) = directory.leaver_of_the_same_name(case.ix) {
            let leaver = directory.person(leaver);
            draft = draft.because(format_args!(
                "HR has somebody of the same name who {}, with {}: it may be theirs",
                leaving_of(leaver),
                if leaver.email.is_empty() { "no work address" } else { &leaver.email }
            ));
            if let Some(record) = directory.identities_of(leaver).next() {
                draft = draft.evidence(record.place);
            }
        }
        if let Some(doubt) = doubt {
            draft = draft.because(format_args!("HR's list may lack the person: {doubt}"));
        }
        draft.todo(format_args!(
            "Find out who answers for the person, and enter them in a list that is read as HR; if HR does know them, \
                 correct the employee id or the address in {id}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, idp, left, only, when, working};
    use super::*;
    use crate::model::{AccountKind, FindingStatus, Place};
    use crate::rules::cases::Doubts;

    fn stranger() -> Identity {
        idp(7, "zed@nordwind.example", AccountStatus::Active)
    }

    /// The people are sorted by key: `email:…` comes before `employee-id:…`.
    fn found(account: Identity) -> Vec<crate::model::Finding> {
        Setup::of(vec![working(2), account]).person(&UnknownToHr, 0)
    }

    #[test]
    fn a_live_account_that_hr_knows_nothing_of_is_found() {
        let one = only(found(stranger()));
        assert_eq!((one.severity, &one.evidence[..]), (Severity::Low, &[Place { source: 1, line: 7 }][..]));
        let mut contractor = stranger();
        contractor.worker = WorkerKind::Contractor;
        assert_eq!(only(found(contractor)).severity, Severity::Info);
    }

    #[test]
    fn a_leaver_of_the_same_name_is_named() {
        let found = |leaver: Identity, name: &str| {
            let mut account = stranger();
            account.name = name.into();
            let one = only(Setup::of(vec![leaver, account]).person(&UnknownToHr, 0));
            (one.reason.iter().any(|step| step.starts_with("HR has somebody")), one.evidence.len())
        };
        assert_eq!(found(left(3), "Ann Berg"), (true, 2));
        assert_eq!(found(left(3), "Berg, Ann"), (true, 2));
        assert_eq!(found(left(3), "Ann Holm"), (false, 1));
        assert_eq!(found(left(3), "Ann"), (false, 1));
        assert_eq!(found(working(3), "Bo Lund"), (false, 1));
    }

    #[test]
    fn whoever_a_doubtful_list_of_hr_lacks_may_be_known_all_the_same() {
        let mut setup = Setup::of(vec![working(2), stranger()]);
        assert_eq!(only(setup.person(&UnknownToHr, 0)).status, FindingStatus::Open);
        setup.doubts = Some(Doubts { hr: Some("hr has lost 10 of 14 records".to_owned()), ..Doubts::default() });
        let one = only(setup.person(&UnknownToHr, 0));
        assert_eq!(one.status, FindingStatus::NotEvaluable);
        assert!(one.reason.iter().any(|step| step.ends_with("hr has lost 10 of 14 records")), "{:?}", one.reason);
    }

    #[test]
    fn guests_machines_last_days_ended_accounts_and_companies_without_hr_are_left_alone() {
        let with = |change: fn(&mut Identity)| {
            let mut account = stranger();
            change(&mut account);
            assert!(found(account).is_empty());
        };
        with(|a| a.worker = WorkerKind::Guest);
        with(|a| a.kind = AccountKind::Guest);
        with(|a| a.kind = AccountKind::Service);
        with(|a| a.end = Some(when("2026-12-31")));
        with(|a| a.status = AccountStatus::Deactivated);
        with(|a| a.status = AccountStatus::Suspended);
        assert!(Setup::of(vec![stranger()]).person(&UnknownToHr, 0).is_empty(), "there is no HR list");
        assert!(Setup::of(vec![working(2), stranger()]).person(&UnknownToHr, 1).is_empty(), "Bo Lund");
    }
}
