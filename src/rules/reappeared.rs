//! An account of a leaver that was gone and is back.

use super::cases::AccountCase;
use super::residual_login_capable::{leaving_of, listed};
use super::{Findings, Rule};
use crate::identity::account_key;
use crate::model::{Controls, RuleMeta, Severity};
use crate::rules::cases::account_text;
use jiff::Timestamp;

/// An account that an earlier accepted roster showed gone or ended.
pub struct Reappeared;

static META: RuleMeta = RuleMeta {
    id: "reappeared",
    title: "Leaver's account is back",
    severity: Severity::High,
    means: "An earlier kept run had an accepted roster that showed this account of a leaver gone or ended. Now it is listed \
            as living again, and the person has not worked here since. Suspended accounts are back, too: they come on at the \
            flick of a switch.",
    why: "Somebody or something makes the account anew: a restored backup, a provisioning rule that still has the person \
          in a group, an invitation sent again, or an administrator. The removal that a ticket proves does not hold.",
    fix: "Find out what brought the account back, and end that first: group membership, provisioning assignment, \
          invitation link, directory sync. Then remove the account again and export the roster as proof.",
    silent: "No runs are kept, or no kept run had shown the account gone. The person came back to work and has left again \
             since: then the account is a new gap and not an old one.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3", "CC7.2"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "PS-4"],
    },
};

impl Rule for Reappeared {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let (Some(past), Some((_, person))) = (case.company.past, case.person()) else { return };
        if case.tier.is_none() || !case.lives.lives() || !person.standing.has_left() {
            return;
        }
        let key = account_key(&account_text(case.record));
        let zone = &case.company.directory.moment.zone;
        let since = person.standing.since().map(|since| since.latest(zone));
        let gone = past.gone(&case.app.id, key, &person.key);
        // Whoever has left again since then has had the account for the second time.
        let Some(gone) = gone.filter(|gone| since.is_none_or(|since| since <= gone.made.to)) else { return };
        let Some(run) = past.run(gone.from_run) else { return };
        let made = Timestamp::from_second(gone.made.to).map_or_else(|_| String::new(), |at| at.to_string());
        let how = if gone.state == crate::model::GapState::Ended { "as ended" } else { "no longer" };
        findings
            .draft(&META)
            .case(case)
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("the roster of {made} listed the account {how} (kept run {}, as of {})", run.no, run.as_of))
            .because(format_args!("{}", listed(case)))
            .todo(format_args!(
                "Find out what brings the account back in {} and end that; then remove the account again and export the \
                 roster as proof",
                case.app.name
            ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, gone_account, left, named, non_human, only, record};
    use super::*;
    use crate::model::{AccountStatus, GapState, Identity, PersonStatus};

    fn setup(state: GapState, made: &str) -> Setup {
        let mut setup = Setup::of(vec![left(2)]);
        setup.past = Some(gone_account("ann@nordwind.example", "employee-id:e1", state, made));
        setup
    }

    #[test]
    fn an_account_that_was_gone_is_back() {
        for (state, how) in [(GapState::Absent, "no longer"), (GapState::Ended, "as ended")] {
            let setup = setup(state, "2026-11-05T08:00:00Z");
            let found = only(setup.account(&Reappeared, &record("Ann@Nordwind.example", AccountStatus::Active)));
            assert!(
                found.reason[1].starts_with(&format!("the roster of 2026-11-05T08:00:00Z listed the account {how}"))
            );
        }
    }

    #[test]
    fn what_was_there_all_the_time_is_ended_or_has_a_new_leaving_is_no_return() {
        let row = |status| record("ann@nordwind.example", status);
        let gone = setup(GapState::Absent, "2026-11-05T08:00:00Z");
        assert!(gone.account(&Reappeared, &row(AccountStatus::Deactivated)).is_empty());
        assert!(gone.account(&Reappeared, &record("bo@nordwind.example", AccountStatus::Active)).is_empty());
        let living = setup(GapState::Living, "2026-11-05T08:00:00Z");
        assert!(living.account(&Reappeared, &row(AccountStatus::Active)).is_empty());
        // It was gone before the person left on 31 October: the person has worked here since.
        let earlier = setup(GapState::Absent, "2026-07-05T08:00:00Z");
        assert!(earlier.account(&Reappeared, &row(AccountStatus::Active)).is_empty());
        assert!(
            Setup::of(vec![left(2)]).account(&Reappeared, &row(AccountStatus::Active)).is_empty(),
            "without a store"
        );
        let mut robots = setup(GapState::Absent, "2026-11-05T08:00:00Z");
        robots.declared = Some(decided(non_human(Some(named(0)), Vec::new(), None)));
        assert!(
            robots.account(&Reappeared, &row(AccountStatus::Active)).is_empty(),
            "a service's, owned by the leaver"
        );
        // HR has a day of leaving for her and says that she works here.
        let unclear = Identity { person_status: PersonStatus::Active, ..left(2) };
        let unclear = Setup { past: robots.past.take(), ..Setup::of(vec![unclear]) };
        assert!(unclear.account(&Reappeared, &row(AccountStatus::Active)).is_empty());
    }
}
