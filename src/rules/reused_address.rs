//! A leaver's address that somebody else has today.

use super::cases::PersonCase;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::identity::address;
use crate::model::{Controls, Identity, RuleMeta, Severity, Standing};

/// The mail of a leaver arrives at somebody else's.
pub struct ReusedAddress;

static META: RuleMeta = RuleMeta {
    id: "reused-address",
    title: "Address of a leaver that somebody else has today",
    severity: Severity::Low,
    means: "An address that HR or a directory gives for somebody who has left, as their own, as an alias or as a login, is \
            also that of another person, who has not. For the time before the change it is no key to the new holder: an \
            account from then is the leaver's.",
    why: "Whoever reads the mail of an address can ask any app for a new password. Every account that the leaver opened \
          with it opens for the new holder, with the leaver's rights, and looks like the new holder's own.",
    fix: "End every account under this address that is not the new holder's, before the address is used on. Better, give \
          newcomers an address that nobody has had, and let a leaver's address run into a mailbox of its own.",
    silent: "The other holder has left too. Both records are of one person, who came back. Only a private address is \
             shared, as in a family. More than ten people at work have the address: it is a group's.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2"],
        iso27001: &["A.5.16", "A.5.17"],
        pci: &["8.2.1"],
        nist: &["IA-4", "AC-2"],
    },
};

/// An address of more people than these is a group's.
const GROUP: usize = 10;

impl Rule for ReusedAddress {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn person(&self, case: &PersonCase<'_>, findings: &mut Findings) {
        if !case.person.standing.has_left() {
            return;
        }
        let directory = case.company.directory;
        let records: Vec<&Identity> =
            case.person.identities.iter().map(|ix| &directory.identities[*ix as usize]).collect();
        let mut seen: Vec<String> = Vec::new();
        let own = records.iter().flat_map(|r| [(r, &r.email), (r, &r.username)]);
        let all = own.chain(records.iter().flat_map(|r| r.aliases.iter().map(move |alias| (r, alias))));
        for (record, written) in all {
            let mut text = String::new();
            if !address(written, &mut text) || seen.contains(&text) {
                continue;
            }
            let others = directory.others_with(case.ix, written);
            // What leads to so many was given to nobody: it is a group's mailbox.
            if others.is_empty() || others.len() > GROUP {
                continue;
            }
            let mut draft = findings
                .draft(&META)
                .person(case.ix, directory)
                .about(&text)
                .evidence(record.place)
                .because(format_args!("{text} was this person's, who {}", leaving_of(case.person)));
            for other in others {
                let (holder, says) = (directory.person(other.person), &directory.identities[other.identity as usize]);
                let since = holder.employments.iter().rev().find_map(|e| e.start);
                let lies_ahead = holder.standing == Standing::PreHire;
                let word = if lies_ahead { "here from" } else { "here since" };
                let since = since.map_or_else(String::new, |day| format!(", {word} {day}"));
                draft = draft
                    .because(format_args!("today it leads to {} ({}{since})", holder.name, holder.standing.word()))
                    .evidence(says.place);
            }
            draft.todo(format_args!(
                "End every account under {text} that is from before the change; in apps without a member list, ask for \
                 the address"
            ));
            seen.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, working};
    use super::*;
    use crate::model::{AccountStatus, Place};

    const SHARED: &str = "a.berg@nordwind.example";

    fn found(people: Vec<Identity>) -> Vec<crate::model::Finding> {
        let setup = Setup::of(people);
        (0..setup.directory.people.len() as u32).flat_map(|ix| setup.person(&ReusedAddress, ix)).collect()
    }

    #[test]
    fn an_address_that_a_newcomer_has_got_is_found_once() {
        let one = only(found(vec![
            hr(2, "E1", "Ann Berg", SHARED, Some("2026-10-31")),
            hr(3, "E9", "Alf Berg", SHARED, None),
        ]));
        assert_eq!(one.evidence, [Place { source: 0, line: 2 }, Place { source: 0, line: 3 }]);
        assert_eq!(&*one.reason[0], "a.berg@nordwind.example was this person's, who left on 2026-10-31 (HR says so)");
        assert_eq!(&*one.reason[1], "today it leads to Alf Berg (active, here since 2022-04-01)");
    }

    #[test]
    fn somebody_who_has_yet_to_come_is_not_said_to_be_here() {
        let mut newcomer = hr(3, "E9", "Alf Berg", SHARED, None);
        newcomer.start = Some(super::super::testing::when("2026-12-01"));
        let one = only(found(vec![hr(2, "E1", "Ann Berg", SHARED, Some("2026-10-31")), newcomer]));
        assert_eq!(&*one.reason[1], "today it leads to Alf Berg (pre-hire, here from 2026-12-01)");
    }

    #[test]
    fn an_address_that_has_become_an_alias_is_found() {
        let mut manager = idp(7, "bo@nordwind.example", AccountStatus::Active);
        manager.aliases = ["ann@nordwind.example".into()].into();
        let one = only(found(vec![left(2), working(3), manager]));
        assert!(one.reason[1].starts_with("today it leads to Bo Lund"), "{:?}", one.reason);
    }

    #[test]
    fn a_groups_mailbox_was_given_to_nobody() {
        let of = |others: u32| {
            let others = (0..others).map(|n| {
                let mut row = hr(n + 3, "", "", SHARED, None);
                let text = format!("E{n}");
                (row.id, row.employee_id, row.name) =
                    (text.as_str().into(), text.as_str().into(), format!("B{n} C{n}").into());
                row
            });
            found([hr(2, "E1x", "Ann Berg", SHARED, Some("2026-10-31"))].into_iter().chain(others).collect()).len()
        };
        assert_eq!((of(GROUP as u32), of(GROUP as u32 + 1)), (1, 0));
    }

    #[test]
    fn aliases_and_logins_of_a_leaver_are_looked_at_too() {
        let newcomer = hr(3, "E9", "Alf Berg", SHARED, None);
        let mut account = idp(7, "ann@nordwind.example", AccountStatus::Deactivated);
        account.aliases = [SHARED.into()].into();
        let one = only(found(vec![left(2), newcomer.clone(), account.clone()]));
        assert!(one.reason[0].starts_with("a.berg@nordwind.example was this person's"), "{:?}", one.reason);
        assert_eq!(one.evidence, [Place { source: 1, line: 7 }, Place { source: 0, line: 3 }]);
        account.aliases = [].into();
        account.username = SHARED.into();
        assert_eq!(only(found(vec![left(2), newcomer, account])).evidence, one.evidence);
    }

    #[test]
    fn people_who_came_back_former_holders_and_private_mailboxes_are_left_alone() {
        let gone = |line, id, name| hr(line, id, name, SHARED, Some("2026-10-31"));
        assert!(found(vec![gone(2, "E1", "Ann Berg"), gone(3, "E9", "Alf Berg")]).is_empty());
        let mut back = hr(3, "E1", "Ann Berg", SHARED, None);
        back.start = Some(super::super::testing::when("2026-11-10"));
        assert!(found(vec![gone(2, "E1", "Ann Berg"), back]).is_empty());
        let (mut ann, mut bo) = (left(2), working(3));
        ann.home_emails = ["family@mailbox.example".into()].into();
        bo.home_emails = ["family@mailbox.example".into()].into();
        assert!(found(vec![ann, bo]).is_empty());
    }
}
