//! A second live account of one person in one app.

use super::cases::RosterCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// One person, two live accounts, one app.
pub struct DuplicateAccount;

static META: RuleMeta = RuleMeta {
    id: "duplicate-account",
    title: "Several accounts of one person",
    severity: Severity::Low,
    means: "A person holds more than one live account in the same app. One finding names the person and every line of the \
            roster where one of these accounts stands.",
    why: "Offboarding usually ends the account that the directory knows. The second one, made with an old address or for \
          an administrator's work, is forgotten and lives on. It also costs a seat.",
    fix: "Decide which account the person needs. Move what the other one owns and remove it. If both are needed, for \
          example an administrator's beside an everyday one, note that in the leaver's checklist.",
    silent: "Only one of the accounts lives. In exports with a row for each membership, the rows of one account are one \
             account. The second account carries no key that names the person.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.16"], pci: &["7.2.4"], nist: &["AC-2", "IA-4"] },
};

impl Rule for DuplicateAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn roster(&self, case: &RosterCase<'_>, findings: &mut Findings) {
        let directory = case.company.directory;
        for several in case.several {
            let person = directory.person(several.person);
            let mut draft = findings.draft(&META).app(case.app.ix, &case.app.id).person(several.person, directory);
            for place in &several.places {
                draft = draft.evidence(*place);
            }
            draft.because(format_args!("{} live accounts belong to {}", several.places.len(), person.name)).todo(
                format_args!(
                    "Ask {} which of the accounts in {} is needed, and remove what is not",
                    person.name, case.app.name
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::Several;
    use super::super::testing::{Setup, only, working};
    use super::*;
    use crate::model::{PersonIx, Place};

    #[test]
    fn two_live_accounts_of_one_person_are_one_finding() {
        let setup = Setup::of(vec![working(2)]);
        let places = vec![Place { source: 2, line: 4 }, Place { source: 2, line: 9 }];
        let several = [Several { person: PersonIx(0), places: places.clone() }];
        let found = only(setup.roster_case(&DuplicateAccount, |case| case.several = Box::leak(Box::new(several))));
        assert_eq!(found.evidence, places);
        assert_eq!(&*found.reason[0], "2 live accounts belong to Bo Lund");
    }

    #[test]
    fn one_account_each_is_as_it_should_be() {
        let setup = Setup::of(vec![working(2)]);
        assert!(setup.roster_case(&DuplicateAccount, |_| {}).is_empty());
    }
}
