//! A roster that is not the whole list.

use super::cases::{AppCase, Gap};
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// Who is absent from a part of a list is not gone.
pub struct RosterPartial;

static META: RuleMeta = RuleMeta {
    id: "roster-partial",
    title: "Roster is not the whole list",
    severity: Severity::Medium,
    means: "The roster says itself that there are more records than it holds, or no account at all can be read from it. \
            The accounts that are in it were judged. About all others, and about who has none, nothing is said.",
    why: "The leaver who matters may stand on the page that is missing. A population that is known to be incomplete proves \
          no removal, and an auditor will not accept a sample that was drawn from it.",
    fix: "Fetch all pages, take all filters off, and export the list again; several pages can be named as several roster \
          files of the app. If no row could be read, `coverage inspect FILE` says how the file is read and what to write.",
    silent: "The roster holds as many records as it says there are, or does not say how many there are. An app without any \
             roster is `roster-missing`, and single rows that cannot be read are `rows-rejected`.",
    controls: Controls { soc2: &["CC2.1", "CC6.2"], iso27001: &["A.5.18"], pci: &["7.2.4"], nist: &["AC-2"] },
};

impl Rule for RosterPartial {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let Some(gap) = case.gap else { return };
        let mut draft = findings.draft(&META).not_evaluable().app(case.app.ix, &case.app.id);
        for place in gap.places() {
            draft = draft.evidence(place);
        }
        let name = &case.app.name;
        match gap {
            // That is `roster-missing`.
            Gap::NoRoster => {}
            Gap::Partial { .. } => draft
                .because(format_args!("{gap}"))
                .because(format_args!("accounts that are not in it were not judged, and nobody counts as absent"))
                .todo(format_args!("Export all members of {name}, page by page if need be, and run the report again")),
            Gap::NoAccount { .. } => draft
                .because(format_args!("{gap}"))
                .because(format_args!("an app in use has accounts, so nobody counts as removed or as absent"))
                .todo(format_args!(
                    "Export the members of {name} again and run the report again. `coverage inspect FILE` says how the \
                     file is read"
                )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::model::{FindingStatus, Place};

    const FILE: Place = Place { source: 2, line: 0 };

    #[test]
    fn one_page_of_a_longer_list_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.gap = Some(Gap::Partial { files: vec![("tidepool.json".to_owned(), FILE)], rows: 100, total: 250 });
        let found = only(setup.app(&RosterPartial, 100));
        assert_eq!((found.status, found.severity), (FindingStatus::NotEvaluable, Severity::Medium));
        assert_eq!((&*found.reason[0], &found.evidence[..]), ("tidepool.json holds 100 of 250 records", &[FILE][..]));
        assert!(found.action.starts_with("Export all members of Tidepool"), "{}", found.action);
    }

    #[test]
    fn a_list_without_accounts_is_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.gap = Some(Gap::NoAccount { files: vec![("tidepool.csv".to_owned(), FILE)] });
        let found = only(setup.app(&RosterPartial, 0));
        assert_eq!(&*found.reason[0], "no account can be read from tidepool.csv");
    }

    #[test]
    fn a_whole_roster_and_no_roster_are_something_else() {
        let mut setup = Setup::of(vec![]);
        assert!(setup.app(&RosterPartial, 0).is_empty(), "all of a roster may have ended");
        setup.without_roster = true;
        setup.gap = Some(Gap::NoRoster);
        assert!(setup.app(&RosterPartial, 0).is_empty(), "that is `roster-missing`");
    }
}
