//! An exception whose last day has passed.

use super::cases::ExceptionCase;
use super::{Findings, Rule};
use crate::model::{Controls, ExceptionState, RuleMeta, Severity};

/// What was to be borne for a time is still there.
pub struct ExceptionExpired;

static META: RuleMeta = RuleMeta {
    id: "exception-expired",
    title: "Exception has expired",
    severity: Severity::Medium,
    means: "The last day of an exception in exceptions.yaml has passed. The findings that it was about are not marked any \
            more and stand open. If none of them is left, this is for information only.",
    why: "An exception is a risk that somebody has approved for a time. After that time nobody has approved it, and a list of \
          old exceptions is the first thing an auditor looks at.",
    fix: "Mend what the exception was about, and take it out of the file. If it has to stay, have it approved anew: with a \
          new reason, a new last day, and by somebody who is not its owner.",
    silent: "The exception still holds on the day of the report, or has not begun. That it is about too much is \
             `exception-too-broad`.",
    controls: Controls {
        soc2: &["CC3.2", "CC6.2"],
        iso27001: &["A.5.18", "A.5.36"],
        pci: &["7.2.4"],
        nist: &["AC-2", "CA-5"],
    },
};

impl Rule for ExceptionExpired {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn exception(&self, case: &ExceptionCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let e = &report.exception;
        if report.state != ExceptionState::Expired {
            return;
        }
        let severity = if report.fits > 0 { META.severity } else { Severity::Info };
        let draft = findings.draft(&META).severity(severity).about(&e.id).evidence(case.place);
        let draft = draft
            .because(format_args!("the exception {} ended on {}; its reason was: {}", e.id, e.expires, e.reason))
            .because(format_args!("findings that it is about and that stand open again: {}", report.fits));
        if report.fits > 0 {
            draft.todo(format_args!("Ask {} to have it mended, or to have the exception approved anew", e.owner));
        } else {
            draft.todo(format_args!("Nothing that it is about is left; take {} out of exceptions.yaml", e.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exception, exception_rule, only};
    use super::*;

    #[test]
    fn the_day_after_the_last_one_it_is_told_as_gravely_as_it_matters() {
        let mut report = exception();
        (report.state, report.fits) = (ExceptionState::Expired, 3);
        let found = only(exception_rule(&ExceptionExpired, &report));
        assert_eq!(found.severity, Severity::Medium);
        assert!(found.reason[0].starts_with("the exception EX-1 ended on 2026-12-31; its reason was: "), "{found:?}");
        assert!(found.reason[1].ends_with(": 3"), "{found:?}");
        let id = found.id;
        report.fits = 0;
        let found = only(exception_rule(&ExceptionExpired, &report));
        assert_eq!((found.severity, found.id), (Severity::Info, id));
        assert!(found.action.ends_with("take EX-1 out of exceptions.yaml"), "{found:?}");
    }

    #[test]
    fn one_that_holds_and_one_that_has_not_begun_are_fine() {
        let mut report = exception();
        assert!(exception_rule(&ExceptionExpired, &report).is_empty());
        report.state = ExceptionState::Future;
        assert!(exception_rule(&ExceptionExpired, &report).is_empty());
    }
}
