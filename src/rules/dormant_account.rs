//! An account that nobody has used for long.

use super::cases::{AccountCase, Company};
use super::{Findings, Made, Rule};
use crate::model::{Controls, RuleMeta, Severity, Situation, When};

/// Unused for longer than the company allows.
pub struct DormantAccount;

static META: RuleMeta = RuleMeta {
    id: "dormant-account",
    title: "Account unused for longer than allowed",
    severity: Severity::Low,
    means: "Somebody who works here holds a live account that was last used longer ago than `dormant-days` in \
            coverage.yaml allows, or that was made longer ago than that and never used. The days count up to the making of \
            the roster, which knows of no later use. With an administrator's rights it \
            is medium.",
    why: "Nobody notices when an account is taken over that nobody uses. It keeps its rights and its seat without doing \
          any work. PCI DSS asks for accounts unused for 90 days to be removed or switched off.",
    fix: "Ask the person whether the account is still needed. If not, end it; it can be made again when it is.",
    silent: "coverage.yaml gives no `dormant-days`: there is no hidden default. The roster does not say when the account \
             was last used. The holder has left, which is a graver matter for another rule, or is not known.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.4", "8.2.6"],
        nist: &["AC-2", "AC-2(3)"],
    },
};

impl Rule for DormantAccount {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn looks_at_work(&self) -> bool {
        true
    }
    fn is_silent(&self, company: &Company<'_>, made: &Made, last_active: &dyn Fn() -> Option<When>) -> bool {
        let Some(limit) = limit(company, made) else { return true };
        // In no zone does a day end before it has begun in Greenwich.
        last_active().is_some_and(|used| used.order().0 >= limit)
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(limit) = limit(case.company, &case.roster.made) else { return };
        if case.placed.situation != Situation::Linked || !case.lives.lives() {
            return;
        }
        let moment = &case.company.directory.moment;
        let record = case.record;
        let (idle_since, used) = match (record.last_active, record.created) {
            (Some(used), _) => (used, true),
            (None, Some(made)) if record.never_active => (made, false),
            _ => return,
        };
        if idle_since.latest(&moment.zone) >= limit {
            return;
        }
        let Some((_, person)) = case.person().filter(|(_, p)| p.standing.works_here()) else { return };
        let mut draft = findings.draft(&META).case(case);
        draft = if used {
            draft.because(format_args!("the account was last used on {idle_since}"))
        } else {
            draft.because(format_args!("the account was made on {idle_since} and never used"))
        };
        let days = case.company.limits.dormant_days.unwrap_or_default();
        draft = draft.because(format_args!(
            "coverage.yaml allows {days} {} without use",
            if days == 1 { "day" } else { "days" }
        ));
        if case.is_privileged() {
            draft = draft.severity(Severity::Medium).because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "Ask {} whether the account is still needed. If not: {}",
            person.name,
            case.app.by_hand().trim_end_matches('.')
        ));
    }
}

/// What was last used before this second was not used for long, as far as the roster can know.
fn limit(company: &Company<'_>, made: &Made) -> Option<i64> {
    let days = i64::from(company.limits.dormant_days?);
    Some(made.earliest.min(company.directory.moment.now) - days * 86_400)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, left, only, record, when, working};
    use super::*;
    use crate::model::{AccountStatus, Record};

    fn setup() -> Setup {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        setup.limits.dormant_days = Some(90);
        setup
    }

    fn used(at: &str) -> Record<'static> {
        Record { last_active: Some(when(at)), ..record("bo@nordwind.example", AccountStatus::Active) }
    }

    #[test]
    fn long_unused_and_never_used_accounts_are_found() {
        let found = only(setup().account(&DormantAccount, &used("2026-08-01")));
        assert_eq!(&*found.reason[0], "the account was last used on 2026-08-01");
        let never =
            Record { never_active: true, created: Some(when("2026-01-05")), last_active: None, ..used("2026-08-01") };
        assert!(only(setup().account(&DormantAccount, &never)).reason[0].ends_with("never used"));
        let admin = Record { privileged: Some(true), ..used("2026-08-01") };
        assert_eq!(only(setup().account(&DormantAccount, &admin)).severity, Severity::Medium);
    }

    #[test]
    fn days_that_the_roster_cannot_know_do_not_count() {
        let mut setup = setup();
        setup.roster_made("2026-06-01");
        assert!(setup.account(&DormantAccount, &used("2026-05-31")).is_empty());
        assert!(setup.account(&DormantAccount, &used("2026-03-03")).is_empty());
        only(setup.account(&DormantAccount, &used("2026-03-01")));
        setup.roster_made("2027-06-01");
        only(setup.account(&DormantAccount, &used("2026-08-01")));
        assert!(setup.account(&DormantAccount, &used("2026-09-01")).is_empty(), "nor those after the report's moment");
    }

    #[test]
    fn recent_unknown_and_undeclared_use_and_leavers_are_left_alone() {
        assert!(setup().account(&DormantAccount, &used("2026-09-01")).is_empty());
        // Ninety days before noon of 20 November is noon of 22 August, and that day may have ended later.
        assert!(setup().account(&DormantAccount, &used("2026-08-22")).is_empty());
        let unknown = Record { last_active: None, created: Some(when("2020-01-01")), ..used("2026-08-01") };
        assert!(setup().account(&DormantAccount, &unknown).is_empty());
        let leaver = Record { email: "ann@nordwind.example", ..used("2026-08-01") };
        assert!(setup().account(&DormantAccount, &leaver).is_empty());
        let undeclared = Setup::of(vec![working(2)]);
        assert!(undeclared.account(&DormantAccount, &used("2020-08-01")).is_empty());
    }
}
