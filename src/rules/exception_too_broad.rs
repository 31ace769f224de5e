//! An exception that covers more than the policy allows.

use super::cases::ExceptionCase;
use super::{Findings, Rule};
use crate::model::{Controls, ExceptionState, RuleMeta, Severity};

/// A way to switch a report off.
pub struct ExceptionTooBroad;

static META: RuleMeta = RuleMeta {
    id: "exception-too-broad",
    title: "Exception covers too much",
    severity: Severity::High,
    means: "An exception in exceptions.yaml fits more accounts than `exception-max-accounts` allows, or is to hold for more \
            days than `exception-max-days`. Its findings are marked all the same. It also covers accounts that will be \
            found later and that nobody has looked at.",
    why: "Whoever approves an exception approves single accounts that somebody has looked at. One that fits whatever comes \
          switches the report off, and nobody would see the leaver who matters.",
    fix: "Write the exception for the accounts, people or findings that are meant, one by one if need be, and give it an end \
          that somebody will remember. If the policy is too strict, change the policy, and have that approved.",
    silent: "The exception fits no more accounts than the policy allows: 25, if coverage.yaml gives no number. Without \
             `exception-max-days` no length is too long. An expired one is `exception-expired`.",
    controls: Controls { soc2: &["CC3.2", "CC6.3"], iso27001: &["A.5.18", "A.5.36"], pci: &["7.2.4"], nist: &["AC-2"] },
};

impl Rule for ExceptionTooBroad {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn exception(&self, case: &ExceptionCase<'_>, findings: &mut Findings) {
        let report = case.report;
        let e = &report.exception;
        if report.state == ExceptionState::Expired {
            return;
        }
        let accounts = (report.accounts > u64::from(case.max_accounts)).then_some(report.accounts);
        let days = e.opened.until(e.expires).map_or(0, |span| i64::from(span.get_days())) + 1;
        let days = case.max_days.filter(|most| days > i64::from(*most)).map(|most| (days, most));
        if accounts.is_none() && days.is_none() {
            return;
        }
        let mut draft = findings.draft(&META).about(&e.id).evidence(case.place);
        if let Some(accounts) = accounts {
            draft = draft.because(format_args!(
                "the exception {} fits {accounts} accounts, and the policy allows {}",
                e.id, case.max_accounts
            ));
        }
        if let Some((days, most)) = days {
            draft = draft
                .because(format_args!("the exception {} holds for {days} days, and the policy allows {most}", e.id));
        }
        draft.todo(format_args!("Ask {} to narrow {} to what was looked at", e.owner, e.id));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exception, exception_rule, only};
    use super::*;

    #[test]
    fn more_accounts_than_the_policy_allows_are_too_many() {
        let mut report = exception();
        report.accounts = 26;
        let found = only(exception_rule(&ExceptionTooBroad, &report));
        assert_eq!(&*found.reason[0], "the exception EX-1 fits 26 accounts, and the policy allows 25");
        report.accounts = 25;
        assert!(exception_rule(&ExceptionTooBroad, &report).is_empty());
    }

    #[test]
    fn longer_than_the_policy_allows_is_too_long() {
        let mut report = exception();
        report.exception.expires = jiff::civil::date(2027, 10, 2);
        let found = only(exception_rule(&ExceptionTooBroad, &report));
        assert_eq!(&*found.reason[0], "the exception EX-1 holds for 367 days, and the policy allows 366");
        report.exception.expires = jiff::civil::date(2027, 10, 1);
        assert!(exception_rule(&ExceptionTooBroad, &report).is_empty());
        report.exception.expires = jiff::civil::date(2030, 10, 1);
        report.state = ExceptionState::Expired;
        assert!(exception_rule(&ExceptionTooBroad, &report).is_empty(), "that is `exception-expired`");
    }
}
