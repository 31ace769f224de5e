//! A leaver's account about which the data cannot decide.

use super::cases::{AccountCase, Lives};
use super::residual::Tier;
use super::residual_login_capable::leaving_of;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, Standing};

/// Nobody can tell whether a leaver's access has ended.
pub struct ResidualUndecidable;

static META: RuleMeta = RuleMeta {
    id: "residual-undecidable",
    title: "Roster cannot say whether a leaver's access has ended",
    severity: Severity::Medium,
    means: "An account belongs to somebody who has left or seems to have left, and the data does not decide whether it \
            still gives access. The roster is older than the leaving or, where no source gives its day, was made on an \
            earlier day than the list that says so; its status word is not understood; the account ends on a day to come; it is later than the day that \
            is asked about, shows the account as ended and does not say since when; of two exports of the app one shows the account as living and the \
            other as ended; or the sources contradict each other about the person. It is never counted as ended, and never as open.",
    why: "An old list that shows the account proves nothing, and one that does not show it would prove nothing either. \
          For an auditor an untested leaver is not a passed one.",
    fix: "Export the roster again after the leaving. Have an unknown status word explained in the description of the \
          export, or settle in HR whether the person has left. Then run the report again.",
    silent: "The account has ended by its status, in a roster of the report's moment or with a date that lies before it. The roster is newer than the leaving and its status is understood: then \
             one of the other residual rules speaks.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.18"], pci: &["8.2.5"], nist: &["AC-2", "PS-4"] },
};

impl Rule for ResidualUndecidable {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(Tier::Undecidable(why)) = &case.tier else { return };
        let Some((_, person)) = case.person() else { return };
        let draft = findings.draft(&META).not_evaluable().case(case);
        let draft = draft.because(format_args!("{}", leaving_of(person)));
        match &person.standing {
            _ if case.company.leaving_is_doubtful(person).is_some() => draft
                .because(format_args!("{why}"))
                .todo(format_args!("Have the list of people put right or accepted, and run the report again")),
            Standing::Unclear(_) => draft
                .todo(format_args!("Settle in HR whether the person has left, export again, and run the report again")),
            _ if case.exports_disagree => draft.because(format_args!("{why}")).todo(format_args!(
                "Look up in {} whether the account still works; leave the export out of coverage.yaml that no longer holds, and \
                 run the report again",
                case.app.name
            )),
            _ if case.lives == Lives::No => draft.because(format_args!("{why}")).todo(format_args!(
                "Look up in {} whether and since when the account has ended, or run the report as of the day of the roster",
                case.app.name
            )),
            _ if case.roster_too_old().is_some() => draft.because(format_args!("{why}")).todo(format_args!(
                "Export the roster of {} again, now that the leaving has passed, and run the report again",
                case.app.name
            )),
            _ if case.has_yet_to_end() => draft.because(format_args!("{why}")).todo(format_args!(
                "Look up in {} whether the account still works, end it if it does, export again, and run the report again",
                case.app.name
            )),
            _ => draft.because(format_args!("{why}")).todo(format_args!(
                "Look the account up in {} and say what the status means in the description of the export",
                case.app.name
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, record};
    use super::*;
    use crate::model::{AccountStatus, FindingStatus, PersonStatus, Record};

    #[test]
    fn a_roster_older_than_the_leaving_decides_nothing() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.roster_made("2026-10-31T08:00:00Z");
        let row = record("ann@nordwind.example", AccountStatus::Active);
        let found = only(setup.account(&ResidualUndecidable, &row));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
        assert!(found.reason[1].contains("it proves nothing about removal"), "{:?}", found.reason);
        assert!(found.action.starts_with("Export the roster of Tidepool again"), "{}", found.action);
    }

    #[test]
    fn a_roster_older_than_the_word_that_somebody_has_left_decides_nothing() {
        let mut row = hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"));
        row.end = None;
        let by_hr = Setup::of(vec![row]);
        let by_directory = Setup::of(vec![idp(2, "ann@nordwind.example", AccountStatus::Deactivated)]);
        let row = record("ann@nordwind.example", AccountStatus::Active);
        for (mut setup, source) in [(by_hr, 0), (by_directory, 1)] {
            assert!(setup.account(&ResidualUndecidable, &row).is_empty(), "made on one day");
            setup.roster_made("2026-11-19T23:00:00Z");
            let found = only(setup.account(&ResidualUndecidable, &row));
            assert!(found.reason[1].starts_with("the roster was made before the list that says"), "{:?}", found.reason);
            assert!(found.action.starts_with("Export the roster of Tidepool again"), "{}", found.action);
            setup.sources[source].made.guessed = true;
            assert!(setup.account(&ResidualUndecidable, &row).is_empty(), "a time stamp is no ground for a doubt");
        }
    }

    #[test]
    fn an_unknown_word_and_an_unclear_person_ask_for_different_things() {
        let setup = Setup::of(vec![left(2)]);
        let row = Record { raw_status: "on hold", ..record("ann@nordwind.example", AccountStatus::Unknown) };
        let word = only(setup.account(&ResidualUndecidable, &row));
        assert!(word.reason[1].contains("`on hold`"), "{:?}", word.reason);
        assert!(word.action.starts_with("Look the account up"), "{}", word.action);
        let mut row = hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"));
        row.person_status = PersonStatus::Active;
        let setup = Setup::of(vec![row]);
        let unclear = only(setup.account(&ResidualUndecidable, &record("ann@nordwind.example", AccountStatus::Active)));
        assert!(unclear.reason[0].starts_with("whether the person has left is not clear"), "{:?}", unclear.reason);
        assert_eq!(unclear.reason.len(), 1);
    }

    #[test]
    fn an_ended_account_needs_no_decision() {
        let mut setup = Setup::of(vec![left(2)]);
        let ended = record("ann@nordwind.example", AccountStatus::Deactivated);
        assert!(setup.account(&ResidualUndecidable, &ended).is_empty());
        setup.roster_made("2026-10-01T08:00:00Z");
        assert!(setup.account(&ResidualUndecidable, &ended).is_empty());
    }
}
