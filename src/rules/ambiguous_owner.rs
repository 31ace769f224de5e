//! An account whose keys name several people.

use super::cases::AccountCase;
use super::{Findings, Rule, decide};
use crate::identity::Rival;
use crate::model::{Controls, Key, RuleMeta, Severity, Situation, Standing};

/// One key fits several people, or several keys fit different ones.
pub struct AmbiguousOwner;

static META: RuleMeta = RuleMeta {
    id: "ambiguous-owner",
    title: "Account that several people may hold",
    severity: Severity::Medium,
    means: "A live account carries a key that several people have, or two strong keys that name different people. All of \
            them are listed with the key that points to each. Nothing is decided by guessing. Where all of them have left, \
            it is high: whosever it is, it is the live account of somebody who has left.",
    why: "If one of them leaves, nobody can tell whether this account has to end. An address that was given to a new \
          colleague can also let the new one into the old one's account.",
    fix: "Find out who uses the account and correct the wrong key in the app or in HR. If both records are right, decide \
          with `coverage link`, with who decided and why.",
    silent: "The time at which the account was made leaves only one person who worked here then. Only a weak key names \
             somebody else, who is no leaver whose name the account bears. The account has ended or its status is not understood.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.1", "8.2.2"],
        nist: &["AC-2", "IA-4"],
    },
};

/// How many people are named; a mailbox that everybody reads points to thousands.
const NAMED: usize = 20;

impl Rule for AmbiguousOwner {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let what = match case.placed.situation {
            Situation::Disputed => "one key of the account fits several people, and nobody guesses",
            Situation::Collision => "different keys of the account name different people",
            _ => return,
        };
        if !case.lives.lives() {
            return;
        }
        let directory = case.company.directory;
        let mut draft = findings.draft(&META).case(case).because(format_args!("{what}"));
        let left = |rival: &&Rival| directory.glance(rival.person).left;
        let (named, more) = case.placed.rivals.split_at(case.placed.rivals.len().min(NAMED));
        for rival in named {
            let person = directory.person(rival.person);
            let standing = match &person.standing {
                Standing::Left { since: Some(since), .. } => format!("has left on {since}"),
                Standing::Left { since: None, .. } => "has left".to_owned(),
                standing if standing.works_here() => "works here".to_owned(),
                Standing::PreHire => "has not started yet".to_owned(),
                _ => "standing not clear".to_owned(),
            };
            let email = if person.email.is_empty() { String::new() } else { format!(" <{}>", person.email) };
            // Beside an alias the name alone is enough of a rival.
            let by_name = rival.key == Key::Composite && case.placed.key != Some(Key::Composite);
            let by = if by_name { "it bears the name of".to_owned() } else { format!("its `{}` points to", rival.key) };
            draft = draft
                .because(format_args!("{by} {}{email} ({standing})", person.name))
                .evidence(directory.identities[rival.identity as usize].place);
        }
        if !more.is_empty() {
            let (count, gone) = (more.len(), more.iter().filter(left).count());
            draft = draft.because(format_args!("and it points to {count} people more, of whom {gone} have left"));
        }
        draft = draft.may_be_leavers(case.placed.rivals.iter().any(|rival| left(&rival)));
        if !case.placed.note.is_empty() {
            draft = draft.may_be_leavers(true).because(format_args!("{}", case.placed.note));
        }
        let people: Vec<_> = named.iter().map(|rival| rival.person).collect();
        if !named.is_empty() && case.placed.rivals.iter().all(|rival| left(&rival)) {
            draft = draft
                .severity(Severity::High)
                .because(format_args!("all of them have left: whosever it is, somebody who has left still has access"));
        }
        let command = decide::command(&case.app.id, case.facts().account(), &people, directory);
        draft.todo(format_args!(
            "Find out who uses it and correct the wrong key in {} or in HR; if both are right, decide: run {command}",
            case.app.name
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, left, only, record, working};
    use super::*;
    use crate::model::{AccountStatus, FindingStatus, Place, Record};

    #[test]
    fn keys_that_name_different_people_are_listed_with_both() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let row = Record { employee_id: "E1", ..record("bo@nordwind.example", AccountStatus::Active) };
        let found = only(setup.account(&AmbiguousOwner, &row));
        assert_eq!((found.status, found.person, found.may_be_leavers), (FindingStatus::Open, None, true));
        let said = "its `employee-id` points to Ann Berg <ann@nordwind.example> (has left on 2026-10-31)";
        assert_eq!(&*found.reason[1], said);
        assert_eq!(&*found.reason[2], "its `email` points to Bo Lund <bo@nordwind.example> (works here)");
        assert_eq!(found.evidence[1..], [Place { source: 0, line: 2 }, Place { source: 0, line: 3 }]);
    }

    #[test]
    fn of_a_mailbox_that_everybody_reads_some_are_named_and_the_others_counted() {
        let person =
            |n: u32| (n, format!("E{n}"), format!("Ann{n} Berg{n}"), n.is_multiple_of(2).then_some("2026-10-31"));
        let people: Vec<_> = (2..62).map(person).collect();
        let people = people.iter().map(|(n, id, name, end)| {
            let mut row = hr(*n, "", "", "team@nordwind.example", *end);
            (row.id, row.employee_id, row.name) = (id.as_str().into(), id.as_str().into(), name.as_str().into());
            row
        });
        let setup = Setup::of(people.collect());
        let found = only(setup.account(&AmbiguousOwner, &record("team@nordwind.example", AccountStatus::Active)));
        assert_eq!((found.reason.len(), found.may_be_leavers), (NAMED + 2, true));
        assert_eq!(&**found.reason.last().unwrap(), "and it points to 40 people more, of whom 19 have left");
    }

    #[test]
    fn an_address_that_two_people_had_is_disputed() {
        let setup = Setup::of(vec![
            hr(2, "E1", "Ann Berg", "a.berg@nordwind.example", Some("2026-10-31")),
            hr(3, "E9", "Alf Berg", "a.berg@nordwind.example", None),
        ]);
        let row = record("a.berg@nordwind.example", AccountStatus::Active);
        let found = only(setup.account(&AmbiguousOwner, &row));
        assert_eq!(found.reason.len(), 3, "{:?}", found.reason);
        assert_eq!(found.severity, Severity::Medium, "one of the two works here");
        let ended = record("a.berg@nordwind.example", AccountStatus::Archived);
        assert!(setup.account(&AmbiguousOwner, &ended).is_empty());
    }

    #[test]
    fn where_all_have_left_it_is_grave_and_said() {
        let setup = Setup::of(vec![
            hr(2, "E1", "Ann Berg", "a.berg@nordwind.example", Some("2026-10-31")),
            hr(3, "E9", "Alf Berg", "a.berg@nordwind.example", Some("2026-09-30")),
        ]);
        let row = record("a.berg@nordwind.example", AccountStatus::Active);
        let found = only(setup.account(&AmbiguousOwner, &row));
        assert_eq!((found.severity, found.may_be_leavers), (Severity::High, true));
        let said = "all of them have left: whosever it is, somebody who has left still has access";
        assert_eq!(&**found.reason.last().unwrap(), said);
    }

    #[test]
    fn keys_that_agree_are_no_dispute() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let row = Record { employee_id: "E2", ..record("bo@nordwind.example", AccountStatus::Active) };
        assert!(setup.account(&AmbiguousOwner, &row).is_empty());
    }
}
