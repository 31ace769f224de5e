//! An account that was used after its holder had left.

use super::cases::{AccountCase, Lives};
use super::residual::Tier;
use super::residual_login_capable::{ending, leaving_of};
use super::{Findings, Rule};
use crate::model::{Controls, RuleMeta, Severity, status_words};

/// The last use is later than the leaving.
pub struct ActivityAfterLeaving;

static META: RuleMeta = RuleMeta {
    id: "activity-after-leaving",
    title: "Account used after its holder left",
    severity: Severity::Critical,
    means: "The roster says that the account was last used certainly later than the end of its holder's last day. If the \
            account has ended in the meantime, the use still took place, and the finding stays as high.",
    why: "This is no longer a gap but an event: somebody was in the company's data who should not have been. It may be \
          the leaver, a colleague with the password, or a program that runs on the leaver's token. Each needs another \
          answer.",
    fix: "End the account, its sessions and its tokens. Read the app's audit log from the leaving on, find out who or \
          what used it, and handle it as a security incident until that is known.",
    silent: "The use falls on the last day itself, or its time is so coarse that it may have been before the leaving. It is \
             dated more than a day later than the roster, which is a wrong date; or later than the report's moment, where \
             the roster itself was made more than a day later than that. The roster has no time of last use, or no source gives the day of leaving.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2", "CC6.3", "CC7.2"],
        iso27001: &["A.5.16", "A.5.18", "A.8.16"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "AC-2(12)", "PS-4"],
    },
};

impl Rule for ActivityAfterLeaving {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        if case.tier != Some(Tier::ActiveAfter) {
            return;
        }
        let (Some((_, person)), Some(used)) = (case.person(), case.record.last_active) else { return };
        let ended = case.lives == Lives::No;
        let status = status_words(case.record.status, case.record.raw_status);
        let draft = findings
            .draft(&META)
            .case(case)
            .severity(if ended { Severity::High } else { META.severity })
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!(
                "the roster says that the account was last used on {used}, which is certainly later"
            ));
        if ended {
            return draft.because(format_args!("the account has ended since: the roster shows it as {status}")).todo(
                format_args!(
                    "Find out from {}'s audit log who or what used it after the leaving, and what was done with it",
                    case.app.name
                ),
            );
        }
        let draft = match case.lives {
            Lives::Assumed => draft.because(format_args!(
                "the account is still listed; the roster has no status column: being listed is having access"
            )),
            _ => draft.because(format_args!("the roster shows the account as {status}")),
        };
        draft.todo(format_args!(
            "{}. End its sessions and tokens, and find out from the audit log who or what used it after the leaving",
            ending(case.app)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, left, only, record, when};
    use super::*;
    use crate::model::{AccountStatus, Record};

    fn used(at: &str, status: AccountStatus) -> Record<'static> {
        Record { last_active: Some(when(at)), ..record("ann@nordwind.example", status) }
    }

    #[test]
    fn use_after_the_leaving_is_critical_and_high_once_the_account_has_ended() {
        let setup = Setup::of(vec![left(2)]);
        let live = only(setup.account(&ActivityAfterLeaving, &used("2026-11-02T09:00:00Z", AccountStatus::Active)));
        assert_eq!(live.severity, Severity::Critical);
        assert!(live.reason[1].contains("2026-11-02T09:00:00Z"), "{:?}", live.reason);
        let row = used("2026-11-02T09:00:00Z", AccountStatus::Deactivated);
        let ended = only(setup.account(&ActivityAfterLeaving, &row));
        assert_eq!(ended.severity, Severity::High);
        assert!(ended.reason[2].starts_with("the account has ended since"), "{:?}", ended.reason);
    }

    #[test]
    fn even_an_old_roster_can_show_it() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.roster.has_status = false;
        let row = used("2026-11-02", AccountStatus::Unknown);
        let found = only(setup.account(&ActivityAfterLeaving, &row));
        assert!(found.reason[2].contains("no status column"), "{:?}", found.reason);
    }

    #[test]
    fn use_of_which_the_list_or_the_report_cannot_know_is_no_evidence() {
        let mut setup = Setup::of(vec![left(2)]);
        for status in [AccountStatus::Active, AccountStatus::Deactivated] {
            assert!(setup.account(&ActivityAfterLeaving, &used("2027-09-01", status)).is_empty(), "a wrong date");
        }
        setup.roster_made("2026-12-24T08:00:00Z");
        assert!(setup.account(&ActivityAfterLeaving, &used("2026-12-01", AccountStatus::Active)).is_empty());
        only(setup.account(&ActivityAfterLeaving, &used("2026-11-19", AccountStatus::Active)));
        setup.roster_made("2026-10-31T08:00:00Z");
        let early = used("2026-11-01T01:00:00Z", AccountStatus::Active);
        assert!(setup.account(&ActivityAfterLeaving, &early).is_empty(), "the list is from before the leaving");
    }

    #[test]
    fn use_on_the_last_day_is_no_use_after_it() {
        let setup = Setup::of(vec![left(2)]);
        for at in ["2026-10-31", "2026-10-31T22:59:00Z", "2026-09-01T00:00:00Z"] {
            assert!(setup.account(&ActivityAfterLeaving, &used(at, AccountStatus::Active)).is_empty(), "{at}");
        }
    }
}
