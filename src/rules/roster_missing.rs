//! An app in use of which there is no list of accounts.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// Nothing can be said about an app without a roster.
pub struct RosterMissing;

static META: RuleMeta = RuleMeta {
    id: "roster-missing",
    title: "App without a roster",
    severity: Severity::Medium,
    means: "coverage.yaml names the app as in use, and there is no list of its accounts to read. Nothing is said about \
            anybody's access to it, neither good nor bad.",
    why: "A report that leaves out an app looks clean. An auditor first asks whether the lists are complete, and an app \
          that nobody looks at is where access is left over.",
    fix: "Export the app's members and name the file in coverage.yaml under `roster`. If the app cannot export, write a \
          short table by hand with address, status and role, and say so under `scope`.",
    silent: "A roster is named and was read, however old it is. An app that coverage.yaml does not name is not known here.",
    controls: Controls { soc2: &["CC6.2", "CC6.3"], iso27001: &["A.5.9", "A.5.18"], pci: &["7.2.4"], nist: &["AC-2"] },
};

impl Rule for RosterMissing {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        if case.roster.is_some() {
            return;
        }
        findings
            .draft(&META)
            .not_evaluable()
            .app(case.app.ix, &case.app.id)
            .evidence(case.place)
            .because(format_args!("coverage.yaml names the app as in use"))
            .because(format_args!("there is no list of its accounts to read, so nobody's access to it was judged"))
            .todo(format_args!(
                "Export the members of {} and name the file in coverage.yaml under `{}: roster`",
                case.app.name, case.app.id
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::model::FindingStatus;

    #[test]
    fn an_app_without_a_roster_is_named_and_not_decided() {
        let mut setup = Setup::of(vec![]);
        setup.without_roster = true;
        let found = only(setup.app(&RosterMissing, 0));
        assert_eq!((found.status, found.severity), (FindingStatus::NotEvaluable, Severity::Medium));
        assert!(found.action.ends_with("under `tidepool: roster`"), "{}", found.action);
    }

    #[test]
    fn a_roster_is_enough() {
        assert!(Setup::of(vec![]).app(&RosterMissing, 0).is_empty());
    }
}
