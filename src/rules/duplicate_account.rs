//! A second live account of one person in one app.

use super::cases::AccountCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation};

/// One person, two live accounts, one app.
pub struct DuplicateAccount;

static META: RuleMeta = RuleMeta {
    id: "duplicate-account",
    title: "Second account of one person",
    severity: Severity::Low,
    means: "A person holds more than one live account in the same app. Each after the first is a finding, and the first \
            is named beside it.",
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
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(earlier) = case.earlier else { return };
        if case.placed.situation != Situation::Linked || !case.lives.lives() {
            return;
        }
        let Some((_, person)) = case.person() else { return };
        let key = case.placed.key.map_or_else(String::new, |key| format!(" (by its `{key}`)"));
        findings
            .draft(&META)
            .case(case)
            .evidence(earlier)
            .because(format_args!("the account belongs to {}{key}", person.name))
            .because(format_args!("line {} of the roster is another live account of the same person", earlier.line))
            .todo(format_args!(
                "Ask {} which of the two accounts in {} is needed, and remove the other",
                person.name, case.app.name
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only, record, working};
    use super::*;
    use crate::model::{AccountStatus, Place, Record};

    #[test]
    fn a_second_live_account_points_to_the_first() {
        let mut setup = Setup::of(vec![working(2)]);
        setup.earlier = Some(Place { source: 2, line: 4 });
        let row = Record { id: "U2", ..record("bo@nordwind.example", AccountStatus::Active) };
        let found = only(setup.account(&DuplicateAccount, &row));
        assert!(found.evidence.contains(&Place { source: 2, line: 4 }));
        assert_eq!(&*found.reason[0], "the account belongs to Bo Lund (by its `email`)");
    }

    #[test]
    fn the_first_account_and_ended_ones_are_left_alone() {
        let mut setup = Setup::of(vec![working(2)]);
        let live = record("bo@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&DuplicateAccount, &live).is_empty());
        setup.earlier = Some(Place { source: 2, line: 4 });
        let ended = record("bo@nordwind.example", AccountStatus::Deactivated);
        assert!(setup.account(&DuplicateAccount, &ended).is_empty());
    }
}
