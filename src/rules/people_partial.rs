//! A list of people that is not the whole list.

use super::cases::PopulationCase;
use super::{Findings, Rule};
use crate::model::{Check, Controls, RuleMeta, Severity, SourceRole};

/// Who is missing from HR or from a directory has not left.
pub struct PeoplePartial;

static META: RuleMeta = RuleMeta {
    id: "people-partial",
    title: "List of people is not the whole list",
    severity: Severity::High,
    means: "Something shows that the export of an HR system or of an identity provider does not hold everybody, that \
            too many have left in it at once, that a workbook has a list in another sheet, or that it was made before the list that an earlier run has accepted. Nobody is taken for a leaver because of that, and no account is taken for \
            nobody's. No app counts as evaluated while the people are not known.",
    why: "Everything else rests on the list of people. A leaver who is not in it is not looked for, and a list that has lost \
          a third of its rows would turn a third of the accounts into strangers'.",
    fix: "Compare the number of people with what the system shows, and export the list again without filters and with former \
          employees. If the list is right as it is, say so under `accept` in coverage.yaml, with a reason and a name.",
    silent: "No check of `policy: guard` flags the list, or somebody has accepted what was flagged. Rosters of apps are \
             `roster-partial`, and single rows that cannot be read are `rows-rejected`.",
    controls: Controls {
        soc2: &["CC2.1", "CC6.2"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.4", "8.2.5"],
        nist: &["AC-2", "PS-4"],
    },
};

impl Rule for PeoplePartial {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn population(&self, case: &PopulationCase<'_>, findings: &mut Findings) {
        let population = case.population;
        let flagged: Vec<_> = population.guard.flagged().collect();
        if flagged.is_empty() {
            return;
        }
        let role = if population.role == SourceRole::Hr { "hr" } else { "idp" };
        let mut draft = findings.draft(&META).not_evaluable().about(role).about(&population.id);
        for place in case.files {
            draft = draft.evidence(*place);
        }
        for checked in &flagged {
            draft = draft.because(format_args!("{}", checked.saw));
        }
        if population.guard.flags(Check::LiveDrop) {
            draft = draft.because(format_args!("whoever has left by this list may not have left"));
        }
        if flagged.iter().any(|c| c.check != Check::LiveDrop) {
            draft = draft.because(format_args!("whoever is missing from it may be anybody whom nobody knows here"));
        }
        if population.guard.flags(Check::OlderThanAccepted) {
            return draft.because(format_args!("whoever has left since it was made is not in it as a leaver")).todo(
                format_args!(
                    "Export the list of {} again and run the report again. If the earlier list was given a wrong date, \
                     accept {} in coverage.yaml, with the reason",
                    population.name,
                    Check::OlderThanAccepted
                ),
            );
        }
        if population.guard.flags(Check::UnreadSheets) {
            return draft.todo(format_args!(
                "Save each sheet that belongs to the list of {} as a file of its own, name all of them in coverage.yaml, and \
                 run the report again. If none is missing from the sheet that is read, accept {} in coverage.yaml, with the \
                 reason",
                population.name,
                Check::UnreadSheets
            ));
        }
        let checks: Vec<&str> = flagged.iter().map(|c| c.check.word()).collect();
        draft.todo(format_args!(
            "Compare the number of people with what {} shows, and export the list again if it is not whole. If it is, accept \
             {} in coverage.yaml, with the reason",
            population.name,
            checks.join(" and ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{flagged, only, population, population_rule};
    use super::*;
    use crate::model::{CheckOutcome, FindingStatus, Guard};

    #[test]
    fn a_list_that_has_lost_a_third_of_the_people_is_not_decided() {
        let shrunk = flagged(Check::Drop, "hr.csv holds 40 records, 33 % fewer than the 60 of 2026-10-01");
        let found = only(population_rule(&PeoplePartial, &population(shrunk)));
        assert_eq!((found.status, found.severity), (FindingStatus::NotEvaluable, Severity::High));
        assert!(found.reason[0].contains("33 % fewer"), "{:?}", found.reason);
        assert!(found.action.ends_with("accept drop in coverage.yaml, with the reason"), "{}", found.action);
        assert_eq!(found.evidence.len(), 1);
    }

    #[test]
    fn a_list_from_before_the_accepted_one_is_not_decided() {
        let old = flagged(Check::OlderThanAccepted, "hr.csv was made before the list of 2026-10-05");
        let found = only(population_rule(&PeoplePartial, &population(old)));
        assert!(found.reason.iter().any(|r| r.starts_with("whoever has left since it was made")), "{:?}", found.reason);
        assert!(found.action.ends_with("accept older-than-accepted in coverage.yaml, with the reason"));
    }

    #[test]
    fn a_workbook_with_a_list_in_another_sheet_is_not_decided() {
        let unread = "HR.xlsx has one more sheet that is a list, which is not read: `Leavers` (3 rows)";
        let found = only(population_rule(&PeoplePartial, &population(flagged(Check::UnreadSheets, unread))));
        assert_eq!((found.status, &*found.reason[0]), (FindingStatus::NotEvaluable, unread));
        assert!(found.action.starts_with("Save each sheet that belongs to the list"), "{}", found.action);
        assert!(found.action.ends_with("accept unread-sheets in coverage.yaml, with the reason"));
    }

    #[test]
    fn many_leavings_at_once_are_doubted() {
        let left = flagged(Check::LiveDrop, "hr.csv holds 30 live records, 50 % fewer than the 60 of 2026-10-01");
        let found = only(population_rule(&PeoplePartial, &population(left)));
        assert!(found.reason.iter().any(|r| r.contains("may not have left")), "{:?}", found.reason);
    }

    #[test]
    fn a_list_that_nothing_speaks_against_or_that_was_accepted_is_fine() {
        assert!(population_rule(&PeoplePartial, &population(Guard::default())).is_empty());
        let mut accepted = flagged(Check::RoundCount, "hr.csv holds exactly 1000 records");
        accepted.0[0].outcome = CheckOutcome::Accepted;
        assert!(population_rule(&PeoplePartial, &population(accepted)).is_empty());
    }
}
