//! A roster too old for what is asked of it.

use super::cases::RosterCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, When};
use jiff::Timestamp;

/// Older than the company allows, or older than leavings it should prove.
pub struct RosterStale;

static META: RuleMeta = RuleMeta {
    id: "roster-stale",
    title: "Roster is too old",
    severity: Severity::Low,
    means: "The roster was made longer ago than `roster-max-age-days` in coverage.yaml allows. Or it was made before the \
            newest leaving had passed, or before a list that says of people that they have left, and not when, and lists \
            leavers' accounts that could not be judged.",
    why: "A list from before a leaving cannot show that access has ended. What has changed in the app since then is not \
          in the report at all.",
    fix: "Export the roster again and run the report again. If this comes back every time, let the export happen on a \
          fixed day before the report.",
    silent: "coverage.yaml gives no limit and every account could be judged. A roster older than the newest leaving is \
             fine as long as none of its accounts hangs on that.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.18"], pci: &["7.2.4", "8.2.5"], nist: &["AC-2"] },
};

impl Rule for RosterStale {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn roster(&self, case: &RosterCase<'_>, findings: &mut Findings) {
        let made = case.roster.made.earliest;
        let age = case.company.directory.moment.now.saturating_sub(made);
        let limit = case.company.limits.roster_max_age_days.filter(|days| age > i64::from(*days) * 86_400);
        let leaving =
            case.company.newest_leaving.filter(|left| made <= *left && (case.undecidable > 0 || case.too_old));
        let leaving = leaving.and_then(|left| Timestamp::from_second(left).ok());
        if limit.is_none() && leaving.is_none() && case.undated == 0 {
            return;
        }
        let mut draft = findings.draft(&META).app(case.app.ix, &case.app.id).evidence(case.roster.place);
        if let Some(days) = limit {
            let full = (age - 1) / 86_400;
            draft = draft.because_at_present(format_args!(
                "the roster is more than {full} {} old at the report's moment, and coverage.yaml allows {days}",
                if full == 1 { "day" } else { "days" }
            ));
        }
        if case.too_old {
            draft = draft.not_evaluable();
        }
        if let Some(left) = leaving {
            let day = When::at(left).day(&case.company.directory.moment.zone);
            draft = draft
                .because_at_present(format_args!("the roster was made before the newest leaving ({day}) had passed"))
                .because(format_args!("accounts of leavers that could not be judged: {}", case.undecidable));
        }
        if case.undated > 0 {
            draft = draft
                .because(format_args!(
                    "the roster was made before a list that says of people that they have left, and not when"
                ))
                .because(format_args!("accounts of theirs that could not be judged: {}", case.undated));
        }
        draft.todo(format_args!("Export the roster of {} again and run the report again", case.app.name));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only, second};
    use super::*;

    fn setup(made: &str) -> Setup {
        let mut setup = Setup::of(vec![]);
        setup.roster_made(made);
        setup.newest_leaving = Some(second("2026-10-31T23:59:59Z"));
        setup
    }

    #[test]
    fn more_days_than_declared_are_too_many() {
        let mut setup = setup("2026-11-02T11:00:00Z");
        setup.limits.roster_max_age_days = Some(14);
        let found = only(setup.roster_case(&RosterStale, |_| ()));
        let said = "the roster is more than 18 days old at the report's moment, and coverage.yaml allows 14";
        assert_eq!(&*found.reason[0], said);
        setup.roster_made("2026-11-06T12:00:00Z");
        assert!(setup.roster_case(&RosterStale, |_| ()).is_empty());
        setup.limits.roster_max_age_days = Some(1);
        setup.roster_made("2026-11-19T11:00:00Z");
        let found = only(setup.roster_case(&RosterStale, |_| ()));
        assert!(found.reason[0].starts_with("the roster is more than 1 day old"), "{:?}", found.reason);
    }

    #[test]
    fn a_roster_older_than_a_word_without_a_day_is_said_to_be_so() {
        let setup = setup("2026-11-02T12:00:00Z");
        let found = only(setup.roster_case(&RosterStale, |case| case.undated = 2));
        assert!(found.reason[0].ends_with("that they have left, and not when"), "{:?}", found.reason);
        assert!(found.reason[1].ends_with(": 2"), "{:?}", found.reason);
    }

    #[test]
    fn a_roster_older_than_a_leaving_counts_only_if_an_account_hangs_on_it() {
        let setup_old = setup("2026-10-30T12:00:00Z");
        let found = only(setup_old.roster_case(&RosterStale, |case| case.undecidable = 3));
        assert_eq!(&*found.reason[0], "the roster was made before the newest leaving (2026-10-31) had passed");
        assert!(found.reason[1].ends_with(": 3"), "{:?}", found.reason);
        assert!(setup_old.roster_case(&RosterStale, |_| ()).is_empty());
        let newer = setup("2026-11-02T12:00:00Z");
        assert!(newer.roster_case(&RosterStale, |case| case.undecidable = 3).is_empty(), "not because of its age");
    }
}
