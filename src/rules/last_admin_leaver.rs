//! An app whose only administrators have left.

use super::cases::RosterCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, status_words};
use std::sync::Arc;

/// Nobody but leavers administers the app.
pub struct LastAdminLeaver;

static META: RuleMeta = RuleMeta {
    id: "last-admin-leaver",
    title: "The only administrator has left",
    severity: Severity::High,
    means: "Every administrator's account in the app's roster that has not ended belongs to somebody who had left when the \
            roster was made. There is one finding for each of them that the roster shows to have outlived the leaving. \
            If other live accounts have a role that nobody has explained, it is marked as not decidable.",
    why: "Nobody who works here can remove members, change the sign-in or pay the bill. Many products refuse to remove \
          the last administrator, so that an automatic offboarding fails here, or it locks the company out.",
    fix: "Make somebody who works here an administrator first, if need be through the vendor's support with proof of who \
          owns the tenant. Then hand over and end the leaver's account.",
    silent: "At least one administrator has not left, had not when the roster was made, is not known to be anybody, or is \
             excluded in coverage.yaml. The roster does not say who is an administrator, or is not the whole list. The status of the account is not \
             understood and it was not used after the leaving, which `residual-undecidable` says.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18", "A.8.2"],
        pci: &["7.2.4", "8.2.5"],
        nist: &["AC-2", "AC-2(7)", "PS-4"],
    },
};

impl Rule for LastAdminLeaver {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn roster(&self, case: &RosterCase<'_>, findings: &mut Findings) {
        if !case.evaluable || case.other_admins > 0 {
            return;
        }
        let roles = case.other_roles;
        let directory = case.company.directory;
        let moment = &directory.moment;
        for admin in case.departed_admins.iter().filter(|admin| admin.lives) {
            let mut draft = findings
                .draft(&META)
                .app(case.app.ix, &case.app.id)
                .account(Arc::clone(&admin.account), &admin.key)
                .evidence(admin.account.place);
            if let Some(ix) = admin.person {
                let person = directory.person(ix);
                draft = draft
                    .person(ix, directory)
                    .exposed(person.standing.since().and_then(|s| s.days_until(moment.now, &moment.zone)))
                    .because(format_args!("{}", leaving_of(person)));
                if let Some(first) = person.identities.first() {
                    draft = draft.evidence(directory.identities[*first as usize].place);
                }
            }
            let status = status_words(admin.account.status, admin.account.raw_status());
            let others = match case.departed_admins.len() {
                0 | 1 if roles.accounts > 0 => "nobody else in the roster is known to be one".to_owned(),
                0 | 1 => "nobody else in the roster is".to_owned(),
                all => format!("the only others are {} who have left too", all - 1),
            };
            draft = draft.because(format_args!("the account is an administrator's ({status}), and {others}"));
            if roles.accounts > 0 {
                let words: Vec<String> = roles.words.iter().map(|word| format!("`{word}`")).collect();
                let accounts = match roles.accounts {
                    1 => "1 other live account has a role that nobody has".to_owned(),
                    n => format!("{n} other live accounts have roles that nobody has"),
                };
                let more = if roles.accounts > roles.words.len() as u64 { "such as " } else { "" };
                draft
                    .not_evaluable()
                    .because(format_args!("{accounts} explained, and that may be an administrator's: {more}{}", words.join(", ")))
                    .todo(format_args!(
                        "Say in the export's declaration (`exports` in coverage.yaml) whether such a role is an administrator's. If nobody who \
                         works here is an administrator of {}, make somebody one first, then end this account",
                        case.app.name
                    ));
                continue;
            }
            draft
                .because(format_args!(
                    "ending it first can fail, or leave {} without anybody who can administer it",
                    case.app.name
                ))
                .todo(format_args!(
                    "Make somebody who works here an administrator of {} first, then end this account",
                    case.app.name
                ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, admin, left, only, working};
    use super::*;
    use crate::model::{FindingStatus, PersonIx, Place};
    use crate::rules::cases::{Admin, OtherRoles};

    #[test]
    fn the_only_administrator_who_has_left_is_found() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let admins = [admin(9, PersonIx(0))];
        let found = only(setup.roster_case(&LastAdminLeaver, |case| case.departed_admins = &admins));
        assert_eq!(found.evidence, [Place { source: 2, line: 9 }, Place { source: 0, line: 2 }]);
        assert_eq!(&*found.reason[0], "left on 2026-10-31 (HR says so)");
        assert!(found.reason[1].ends_with("nobody else in the roster is"), "{:?}", found.reason);
        let two = [admin(9, PersonIx(0)), admin(10, PersonIx(0))];
        assert_eq!(setup.roster_case(&LastAdminLeaver, |case| case.departed_admins = &two).len(), 2);
    }

    #[test]
    fn an_account_of_which_nobody_knows_whether_it_lives_is_no_finding_but_is_counted() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let unknown = |line| Admin { lives: false, ..admin(line, PersonIx(0)) };
        let alone = [unknown(9)];
        assert!(setup.roster_case(&LastAdminLeaver, |case| case.departed_admins = &alone).is_empty());
        let both = [unknown(9), admin(10, PersonIx(0))];
        let found = only(setup.roster_case(&LastAdminLeaver, |case| case.departed_admins = &both));
        assert_eq!(found.evidence[0].line, 10);
        assert!(found.reason[1].ends_with("the only others are 1 who have left too"), "{:?}", found.reason);
    }

    #[test]
    fn roles_that_nobody_has_explained_leave_it_open() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let admins = [admin(9, PersonIx(0))];
        let found = |accounts, words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned()).collect();
            let roles: &OtherRoles = Box::leak(Box::new(OtherRoles { accounts, words }));
            only(setup.roster_case(&LastAdminLeaver, |case| {
                case.departed_admins = &admins;
                case.other_roles = roles;
            }))
        };
        let one = found(1, &["System Administrator"]);
        assert_eq!(one.status, FindingStatus::NotEvaluable);
        assert!(one.reason[1].ends_with("nobody else in the roster is known to be one"), "{:?}", one.reason);
        assert!(one.reason[2].ends_with("administrator's: `System Administrator`"), "{:?}", one.reason);
        let many = found(7, &["Lead", "Manager"]);
        assert!(many.reason[2].ends_with("such as `Lead`, `Manager`"), "{:?}", many.reason);
        assert_eq!(found(0, &[]).status, FindingStatus::Open);
    }

    #[test]
    fn another_administrator_or_a_roster_that_cannot_be_judged_silences_it() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let admins = [admin(9, PersonIx(0))];
        let with_other = setup.roster_case(&LastAdminLeaver, |case| {
            case.departed_admins = &admins;
            case.other_admins = 1;
        });
        assert!(with_other.is_empty());
        let not_evaluable = setup.roster_case(&LastAdminLeaver, |case| {
            case.departed_admins = &admins;
            case.evaluable = false;
        });
        assert!(not_evaluable.is_empty());
        assert!(setup.roster_case(&LastAdminLeaver, |_| ()).is_empty(), "a roster that names no administrator");
    }
}
