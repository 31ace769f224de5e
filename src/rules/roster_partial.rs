//! A roster that is not the whole list.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Check, Controls, RuleMeta, Severity};

/// Who is absent from a part of a list is not gone.
pub struct RosterPartial;

static META: RuleMeta = RuleMeta {
    id: "roster-partial",
    title: "Roster is not the whole list",
    severity: Severity::Medium,
    means: "Something shows that the roster does not hold all accounts. It says itself that there are more, no account can be \
            read from it, it breaks off at a round number, it has lost too many since the last accepted snapshot, \
            administrators are missing, a workbook has a list in another sheet, or it was made before the list that an earlier run has accepted. The accounts that are in it were judged; about all others, and about who has none, \
            nothing is said.",
    why: "The leaver who matters may stand on the page that is missing. A population that is known to be incomplete proves \
          no removal, and an auditor will not accept a sample that was drawn from it.",
    fix: "Fetch all pages, take all filters off, and export the list again; several pages can be named as several roster \
          files of the app. If no row could be read, `coverage inspect FILE` says how the file is read and what to write. If \
          the list is right as it is, say so under `accept` in coverage.yaml, with a reason and a name.",
    silent: "No check of `policy: guard` flags the roster, or somebody has accepted what was flagged. An app without any \
             roster is `roster-missing`, and single rows that cannot be read are `rows-rejected`.",
    controls: Controls { soc2: &["CC2.1", "CC6.2"], iso27001: &["A.5.18"], pci: &["7.2.4"], nist: &["AC-2"] },
};

impl Rule for RosterPartial {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        if case.guard.is_whole() {
            return;
        }
        let name = &case.app.name;
        let flagged = || case.guard.flagged().filter(|c| c.check.is_of_completeness());
        let mut draft = findings.draft(&META).not_evaluable().app(case.app.ix, &case.app.id);
        for place in case.files {
            draft = draft.evidence(*place);
        }
        for checked in flagged() {
            draft = draft.because(format_args!("{}", checked.saw));
        }
        if case.guard.flags(Check::ZeroRows) {
            return draft
                .because(format_args!("an app in use has accounts, so nobody counts as removed or as absent"))
                .todo(format_args!(
                    "Export the members of {name} again and run the report again. `coverage inspect FILE` says how the \
                     file is read"
                ));
        }
        let draft =
            draft.because(format_args!("accounts that are not in it were not judged, and nobody counts as absent"));
        if case.guard.flags(Check::DeclaredTotal) {
            return draft
                .todo(format_args!("Export all members of {name}, page by page if need be, and run the report again"));
        }
        if case.guard.flags(Check::OlderThanAccepted) {
            return draft.todo(format_args!(
                "Export the members of {name} again and run the report again. If the earlier list was given a wrong date, \
                 accept {} in coverage.yaml, with the reason",
                Check::OlderThanAccepted
            ));
        }
        if case.guard.flags(Check::UnreadSheets) {
            return draft.todo(format_args!(
                "Save each sheet that belongs to the members of {name} as a file of its own, name all of them in \
                 coverage.yaml, and run the report again. If none is missing from the sheet that is read, accept {} in \
                 coverage.yaml, with the reason",
                Check::UnreadSheets
            ));
        }
        let checks: Vec<&str> = flagged().map(|c| c.check.word()).collect();
        draft.todo(format_args!(
            "Compare the number of members with what {name} shows, and export the list again if it is not whole. If it is, \
             accept {} in coverage.yaml, with the reason",
            checks.join(" and ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ROSTER, Setup, flagged, only};
    use super::*;
    use crate::model::{CheckOutcome, FindingStatus};

    #[test]
    fn one_page_of_a_longer_list_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.guard = flagged(Check::DeclaredTotal, "tidepool.json holds 100 of 250 records");
        let found = only(setup.app(&RosterPartial, 100));
        assert_eq!((found.status, found.severity), (FindingStatus::NotEvaluable, Severity::Medium));
        assert_eq!((&*found.reason[0], &found.evidence[..]), ("tidepool.json holds 100 of 250 records", &[ROSTER][..]));
        assert!(found.action.starts_with("Export all members of Tidepool"), "{}", found.action);
    }

    #[test]
    fn a_list_without_accounts_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.guard = flagged(Check::ZeroRows, "no account can be read from tidepool.csv");
        let found = only(setup.app(&RosterPartial, 0));
        assert_eq!(&*found.reason[0], "no account can be read from tidepool.csv");
        assert!(found.reason[1].contains("nobody counts as removed"), "{:?}", found.reason);
    }

    #[test]
    fn a_list_that_a_newer_one_has_overtaken_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.guard = flagged(Check::OlderThanAccepted, "tidepool.csv was made before the list of 2026-10-06");
        let found = only(setup.app(&RosterPartial, 40));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
        assert!(found.action.starts_with("Export the members of Tidepool again"), "{}", found.action);
        assert!(found.action.ends_with("accept older-than-accepted in coverage.yaml, with the reason"));
    }

    #[test]
    fn a_workbook_with_a_list_in_another_sheet_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        let unread = "tidepool.xlsx has one more sheet that is a list, which is not read: `US` (2 rows)";
        setup.guard = flagged(Check::UnreadSheets, unread);
        let found = only(setup.app(&RosterPartial, 40));
        assert_eq!((found.status, &*found.reason[0]), (FindingStatus::NotEvaluable, unread));
        assert!(found.action.ends_with("accept unread-sheets in coverage.yaml, with the reason"), "{}", found.action);
    }

    #[test]
    fn a_list_that_has_shrunk_is_doubted_and_may_be_accepted() {
        let mut setup = Setup::of(vec![]);
        setup.guard = flagged(Check::Drop, "tidepool.csv holds 40 records, 60 % fewer than the 100 of 2026-10-01");
        let found = only(setup.app(&RosterPartial, 40));
        assert!(found.action.ends_with("accept drop in coverage.yaml, with the reason"), "{}", found.action);
        // That it is old as well is another finding's to say.
        setup.guard.0.extend(flagged(Check::OlderThanLeaving, "tidepool.csv was made before the newest leaving").0);
        let both = only(setup.app(&RosterPartial, 40));
        assert_eq!((both.reason, both.action), (found.reason, found.action));
        setup.guard.0.pop();
        setup.guard.0[0].outcome = CheckOutcome::Accepted;
        assert!(setup.app(&RosterPartial, 40).is_empty());
    }

    #[test]
    fn a_whole_roster_an_old_one_and_none_are_something_else() {
        let mut setup = Setup::of(vec![]);
        assert!(setup.app(&RosterPartial, 0).is_empty(), "all of a roster may have ended");
        setup.guard = flagged(Check::OlderThanLeaving, "tidepool.csv was made before the newest leaving");
        assert!(setup.app(&RosterPartial, 9).is_empty(), "that is `roster-stale`");
        setup.guard = crate::model::Guard::default();
        setup.without_roster = true;
        assert!(setup.app(&RosterPartial, 0).is_empty(), "that is `roster-missing`");
    }
}
