//! An exception that its owner has approved.

use super::cases::ExceptionCase;
use super::{Findings, Rule};
use crate::model::{Controls, ExceptionState, RuleMeta, Severity};

/// Nobody else has looked at it.
pub struct ExceptionSelfApproved;

static META: RuleMeta = RuleMeta {
    id: "exception-self-approved",
    title: "Exception approved by its owner",
    severity: Severity::Medium,
    means: "The owner and the approver of an exception in exceptions.yaml are the same person. Its findings are marked all the \
            same, but nobody besides the one who wants the exception has agreed to it.",
    why: "Approval by a second person is the control. Auditors look for exceptions that people have granted themselves, and \
          do not count them as approved.",
    fix: "Have the exception approved by somebody who does not answer for what is left open, best by whoever answers for the \
          data. Then write that person under `approver`.",
    silent: "Owner and approver are two people, also when one of them is not known to HR or a directory. An expired exception \
             is `exception-expired`, whoever has approved it.",
    controls: Controls {
        soc2: &["CC3.2", "CC6.3"],
        iso27001: &["A.5.3", "A.5.18"],
        pci: &["7.2.4"],
        nist: &["AC-2", "AC-5"],
    },
};

impl Rule for ExceptionSelfApproved {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn exception(&self, case: &ExceptionCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let e = &report.exception;
        if !report.self_approved || report.state == ExceptionState::Expired {
            return;
        }
        let mut draft = findings
            .draft(&META)
            .about(&e.id)
            .evidence(case.place)
            .because(format_args!("the exception {} is owned by {} and approved by {}", e.id, e.owner, e.approver));
        draft = draft.because(format_args!("findings that it marks: {}", report.marks));
        draft.todo(format_args!("Have {} approved by somebody who does not own it", e.id));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exception, exception_rule, only};
    use super::*;

    #[test]
    fn owner_and_approver_in_one_person_are_told() {
        let mut report = exception();
        (report.self_approved, report.marks) = (true, 2);
        let found = only(exception_rule(&ExceptionSelfApproved, &report));
        assert!(found.reason[1].ends_with(": 2"), "{found:?}");
        assert!(found.action.starts_with("Have EX-1 approved by somebody"), "{found:?}");
    }

    #[test]
    fn two_people_are_fine_and_an_expired_one_is_something_else() {
        let mut report = exception();
        assert!(exception_rule(&ExceptionSelfApproved, &report).is_empty());
        (report.self_approved, report.state) = (true, ExceptionState::Expired);
        assert!(exception_rule(&ExceptionSelfApproved, &report).is_empty());
    }
}
