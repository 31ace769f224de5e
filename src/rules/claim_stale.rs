//! An assessment that rests on claims nobody has looked at for too long.

use super::cases::AppCase;
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity};

/// A claim behind the assessment is older than its kind of claim keeps.
pub struct ClaimStale;

static META: RuleMeta = RuleMeta {
    id: "claim-stale",
    title: "Assessment rests on old claims",
    severity: Severity::Info,
    means: "A claim of the catalog, on which the assessment of this app rests, was older than the limit for its kind of \
            claim on the day of the report. Claims about plans keep for half a year, those about what a product does for \
            a year, technical details for two. What counts is the newest day for which any of its sources speaks.",
    why: "Vendors move features between plans and change what a deactivation does. A report that looks certain because a \
          page said so once is worse than one that says how old its knowledge is.",
    fix: "Read the page that is named again, and bring the entry of the catalog up to date: the value if it has changed, \
          and the day on which you saw it in any case. Newer versions of the program bring newer claims.",
    silent: "All claims behind the assessment are fresh. Old claims of the entry on which nothing hangs for this tenant do \
             not count here.",
    controls: Controls { soc2: &["CC2.1"], iso27001: &["A.5.9"], pci: &[], nist: &["CM-8"] },
};

impl Rule for ClaimStale {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let app = case.app;
        if app.old.is_empty() {
            return;
        }
        let mut draft = findings.draft(&META).app(app.ix, &app.id).evidence(case.set_up_at());
        for (stale, by) in &app.old {
            draft = draft.because_at_present(format_args!(
                "{}: {by} speaks for {}, {} days before this report; such a claim is fresh for {} days",
                stale.what, stale.day, stale.age, stale.limit
            ));
        }
        let what: Vec<&str> = app.old.iter().map(|(stale, _)| stale.what.as_str()).collect();
        draft.todo(format_args!(
            "Read the sources about {} of {} again, and write the day on which you did, and what has changed, into its entry",
            what.join(", "),
            app.name
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, only};
    use super::*;
    use crate::assess::Stale;
    use crate::model::FindingStatus;

    fn old(what: &str) -> (Stale, String) {
        let day = jiff::civil::date(2026, 3, 31);
        let stale = Stale { what: what.to_owned(), day, age: 234, limit: 183, sources: vec!["blog".to_owned()] };
        (stale, "A Blog, https://blog.example/t".to_owned())
    }

    #[test]
    fn old_claims_are_one_finding_with_their_ages() {
        let mut setup = Setup::of(vec![]);
        setup.app.old = vec![old("scim.plan"), old("sso.plan")];
        let found = only(setup.app(&ClaimStale, 0));
        assert_eq!((found.status, found.severity), (FindingStatus::Open, Severity::Info));
        assert_eq!(
            &*found.reason[0],
            "scim.plan: A Blog, https://blog.example/t speaks for 2026-03-31, 234 days before this report; such a claim is \
             fresh for 183 days"
        );
        assert!(found.action.contains("about scim.plan, sso.plan of Tidepool"), "{}", found.action);
    }

    #[test]
    fn fresh_claims_are_left_alone() {
        assert!(Setup::of(vec![]).app(&ClaimStale, 0).is_empty());
    }
}
