//! An account whose holder can only be guessed.

use super::cases::AccountCase;
use super::{Findings, Rule, decide};
use crate::identity::{Candidate, Directory};
use crate::model::{Controls, RuleMeta, Severity, Situation};
use std::fmt;

/// No key fits, but somebody's name or address is near.
pub struct OwnerUnconfirmed;

static META: RuleMeta = RuleMeta {
    id: "owner-unconfirmed",
    title: "Account whose holder is only a guess",
    severity: Severity::Low,
    means: "No key of a live account names anybody, but up to five people have a name, an address or something else that \
            comes near. A name alone never links an account. If one of them has left, or if so \
            little speaks for all of them that it may as well be nobody's, it is medium.",
    why: "A leaver with a private or former address in the app is missed by every search for the work address. Until a \
          person has looked, nobody knows whether this account has to end when one of the candidates leaves.",
    fix: "Look at the candidates and ask them. Then record the answer with `coverage link`, with who decided and why: whose it \
          is, or whose it is not. Or change the account's address in the app to the work address.",
    silent: "A key names one person, so that no guess is needed, or several: then it is `ambiguous-owner`. Nobody comes \
             near: then it is `orphan-account`. The account has ended or its status is not understood.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.4", "8.2.1"],
        nist: &["AC-2", "IA-4"],
    },
};

impl Rule for OwnerUnconfirmed {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.placed.situation != Situation::Review || !case.lives.lives() {
            return;
        }
        let directory = case.company.directory;
        let candidates = &case.placed.candidates;
        let one_left = candidates.iter().any(|c| directory.person(c.person).standing.has_left());
        // Too little to take a weight from it: it may as well be an orphan.
        let weak = candidates.iter().all(Candidate::is_weak);
        let mut draft = findings
            .draft(&META)
            .case(case)
            .may_be_leavers(one_left)
            .severity(if one_left || weak { Severity::Medium } else { META.severity })
            .because(format_args!("no key of the account names anybody"));
        for candidate in candidates {
            draft = draft.because(format_args!("it may be {}", in_words(candidate, directory)));
            if let Some(ix) = directory.person(candidate.person).identities.first() {
                draft = draft.evidence(directory.identities[*ix as usize].place);
            }
        }
        if let Some(doubt) = case.company.holder_may_be_missing() {
            draft = draft.not_evaluable().because(format_args!("the list of people may lack the holder: {doubt}"));
        }
        let people: Vec<_> = candidates.iter().map(|c| c.person).collect();
        let action = match people[..] {
            [one] => format!("Ask whether it is {}'s", directory.person(one).name),
            _ => "Find out which of the candidates it belongs to, if any".to_owned(),
        };
        let command = decide::command(&case.app.id, case.facts().account(), &people, directory);
        draft.todo(format_args!("{action}. Then run {command}; for each whose it is not, with `--not` for `--to`"));
    }
}

/// A candidate with the score and what speaks for it.
pub(super) fn in_words(candidate: &Candidate, directory: &Directory) -> impl fmt::Display {
    fmt::from_fn(|f| {
        let person = directory.person(candidate.person);
        f.write_str(&person.name)?;
        if !person.email.is_empty() {
            write!(f, " <{}>", person.email)?;
        }
        write!(f, " ({}: {}", candidate.score, candidate.why)?;
        match (person.standing.has_left(), person.standing.since()) {
            (true, Some(since)) => write!(f, "; has left on {since})"),
            (true, None) => f.write_str("; has left)"),
            (false, _) => f.write_str(")"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, left, only, record, working};
    use super::*;
    use crate::model::{AccountKind, AccountStatus, Record};

    fn named(name: &'static str, status: AccountStatus) -> Record<'static> {
        Record { name: name.into(), ..record("private@mailbox.example", status) }
    }

    #[test]
    fn candidates_are_listed_and_a_leaver_among_them_weighs_more() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let bo = only(setup.account(&OwnerUnconfirmed, &named("Bo Lund", AccountStatus::Active)));
        assert_eq!((bo.severity, bo.person), (Severity::Low, None));
        assert_eq!(&*bo.reason[1], "it may be Bo Lund <bo@nordwind.example> (95: the same full name)");
        let ann = only(setup.account(&OwnerUnconfirmed, &named("Ann Berg", AccountStatus::Active)));
        assert_eq!((ann.severity, ann.may_be_leavers, bo.may_be_leavers), (Severity::Medium, true, false));
        assert!(ann.reason[1].ends_with("; has left on 2026-10-31)"), "{:?}", ann.reason);
        // That the app calls the account a guest's makes no stranger of her.
        let guest = Record { kind: AccountKind::Guest, ..named("Ann Berg", AccountStatus::Active) };
        assert!(only(setup.account(&OwnerUnconfirmed, &guest)).may_be_leavers);
    }

    #[test]
    fn linked_ended_and_unlike_accounts_are_left_alone() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let linked = Record { name: "Bo Lund".into(), ..record("bo@nordwind.example", AccountStatus::Active) };
        assert!(setup.account(&OwnerUnconfirmed, &linked).is_empty());
        assert!(setup.account(&OwnerUnconfirmed, &named("Bo Lund", AccountStatus::Deactivated)).is_empty());
        assert!(setup.account(&OwnerUnconfirmed, &named("Zed Quist", AccountStatus::Active)).is_empty());
    }
}
