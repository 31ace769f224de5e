//! A directory account that lives on after HR's day of leaving.

use super::cases::{PersonCase, SourceTime};
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{
    AccountFacts, AccountStatus, AccountTexts, Basis, Controls, Counts, Employment, Identity, Place, RuleMeta,
    Severity, Standing, When, status_words,
};
use std::sync::Arc;

/// HR says that the person has left; the identity provider still lets them in.
pub struct IdpActiveAfterEnd;

static META: RuleMeta = RuleMeta {
    id: "idp-active-after-end",
    title: "Directory account lives on after the leaving",
    severity: Severity::High,
    means: "HR, or a last day that the directory itself holds, says that the person has left. A directory export made \
            after that day still shows the person's account as active, invited or locked. A suspended one is medium, \
            because an administrator can switch it on again.",
    why: "The directory account is the key to every app behind single sign-on. While it lives, enforced single sign-on \
          closes nothing, and each app that relies on it is open too.",
    fix: "Deactivate the account in the directory, end its sessions and revoke its tokens and factors. If the person does \
          still work here, correct HR: one of the two is wrong.",
    silent: "The export is from before the end of the last day or, where nothing gives that, from an earlier day than the list \
             that says that the person has left. The account has ended in the directory. HR does not know \
             the person and the directory holds no last day, so that nothing says when the person left.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "PS-4"],
    },
};

impl Rule for IdpActiveAfterEnd {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn person(&self, case: &PersonCase<'_>, findings: &mut Findings) {
        let Standing::Left { since, basis: Basis::Hr | Basis::IdpLastDay } = case.person.standing else { return };
        let directory = case.company.directory;
        for identity in case.person.identities.iter().map(|ix| &directory.identities[*ix as usize]) {
            let severity = match identity.status {
                _ if identity.from_hr => continue,
                AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked => META.severity,
                AccountStatus::Suspended => Severity::Medium,
                _ => continue,
            };
            let Some(source) = case.company.sources.get(identity.place.source as usize) else { continue };
            let not_yet = |made: When| source.made.is_not_yet(&made, &directory.moment);
            if !identity.created.is_some_and(not_yet) && case.company.too_old_for(case.person, &source.made).is_none() {
                report(case, identity, source, since, severity, findings);
            }
        }
    }
}

fn report(
    case: &PersonCase<'_>,
    identity: &Identity,
    source: &SourceTime,
    since: Option<When>,
    severity: Severity,
    findings: &mut Findings,
) {
    let facts = facts(identity);
    let key = if identity.id.is_empty() {
        format!("email:{}", facts.account().trim().to_lowercase())
    } else {
        format!("id:{}", facts.account().trim())
    };
    let moment = &case.company.directory.moment;
    let made = if since.is_some() { "the export made later" } else { "the export" };
    let mut draft = findings
        .draft(&META)
        .severity(severity)
        .about(&source.id)
        .account(Arc::new(facts), &key)
        .person(case.ix, case.company.directory)
        .exposed(since.and_then(|s| s.days_until(moment.now, &moment.zone)))
        .evidence(identity.place);
    if let Some(doubt) = case.company.leaving_is_doubtful(case.person) {
        draft = draft.not_evaluable().because(format_args!("whether the person has left is not certain: {doubt}"));
    }
    if let Some(place) = employment(case, since) {
        draft = draft.evidence(place);
    }
    draft
        .because(format_args!("{}", leaving_of(case.person)))
        .because(format_args!(
            "{made} of {} still shows the account as {}",
            source.called,
            status_words(identity.status, &identity.raw_status)
        ))
        .todo(format_args!(
            "Deactivate the account in {}, end its sessions and revoke its tokens. If the person still works here, \
             correct HR",
            source.id
        ));
}

/// Where it is said that the person has left.
fn employment(case: &PersonCase<'_>, since: Option<When>) -> Option<Place> {
    let all = &case.person.employments;
    // The record that gives the day itself, before one that has taken it over.
    let gives = |e: &&Employment| e.end == since && e.counts == Counts::LastDay;
    let any = |e: &&Employment| e.end == since && e.counts == Counts::Fully;
    all.iter().find(gives).or_else(|| all.iter().rev().find(any)).or(all.last()).map(|e| e.place)
}

fn facts(identity: &Identity) -> AccountFacts {
    let account = [&identity.id, &identity.email, &identity.username].into_iter().find(|t| !t.is_empty());
    let texts = AccountTexts {
        account: account.map_or("", |a| a),
        email: &identity.email,
        name: &identity.name,
        role: "",
        raw_status: &identity.raw_status,
    };
    AccountFacts::new(texts, identity.status, identity.place)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, when};
    use super::*;

    fn setup(status: AccountStatus) -> Setup {
        Setup::of(vec![left(2), idp(7, "ann@nordwind.example", status)])
    }

    #[test]
    fn an_open_directory_account_of_a_leaver_is_found_with_both_places() {
        for status in [AccountStatus::Active, AccountStatus::Invited, AccountStatus::Locked] {
            let found = only(setup(status).person(&IdpActiveAfterEnd, 0));
            assert_eq!(found.severity, Severity::High);
            assert_eq!(found.evidence, [Place { source: 1, line: 7 }, Place { source: 0, line: 2 }]);
            assert_eq!(found.app, None);
            assert_eq!(found.exposed_days, Some(19));
        }
        let suspended = only(setup(AccountStatus::Suspended).person(&IdpActiveAfterEnd, 0));
        assert_eq!(suspended.severity, Severity::Medium);
    }

    #[test]
    fn a_leaving_without_a_day_is_enough() {
        let mut row = hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"));
        row.end = None;
        let mut setup = Setup::of(vec![row, idp(7, "ann@nordwind.example", AccountStatus::Active)]);
        setup.source_made(1, "2026-11-20");
        let found = only(setup.person(&IdpActiveAfterEnd, 0));
        assert!(found.reason[0].starts_with("left on a day no source gives"), "{:?}", found.reason);
        assert_eq!(found.exposed_days, None);
        // What was exported on an earlier day than HR's list may be from a time when Ann still worked here.
        setup.source_made(1, "2026-11-19");
        assert!(setup.person(&IdpActiveAfterEnd, 0).is_empty());
        setup.sources[0].made.guessed = true;
        assert_eq!(setup.person(&IdpActiveAfterEnd, 0).len(), 1, "a time stamp is no ground for a doubt");
    }

    #[test]
    fn an_account_that_was_made_after_the_reports_moment_did_not_exist() {
        let mut account = idp(7, "ann@nordwind.example", AccountStatus::Active);
        account.created = Some(when("2026-11-23"));
        let mut setup = Setup::of(vec![left(2), account]);
        setup.source_made(1, "2026-11-25");
        assert!(setup.person(&IdpActiveAfterEnd, 0).is_empty());
        setup.source_made(1, "2026-11-20");
        assert_eq!(setup.person(&IdpActiveAfterEnd, 0).len(), 1, "a wrong date: the list is of today");
    }

    #[test]
    fn ended_accounts_older_exports_and_people_at_work_are_left_alone() {
        assert!(setup(AccountStatus::Deactivated).person(&IdpActiveAfterEnd, 0).is_empty());
        assert!(setup(AccountStatus::Unknown).person(&IdpActiveAfterEnd, 0).is_empty());
        let mut older = setup(AccountStatus::Active);
        older.source_made(1, "2026-10-31T23:59:59Z");
        assert!(older.person(&IdpActiveAfterEnd, 0).is_empty());
        let at_work = Setup::of(vec![
            hr(2, "E1", "Ann Berg", "ann@nordwind.example", None),
            idp(7, "ann@nordwind.example", AccountStatus::Active),
        ]);
        assert!(at_work.person(&IdpActiveAfterEnd, 0).is_empty());
    }
}
