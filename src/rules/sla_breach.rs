//! Access that outlasted the company's own time limit.

use super::cases::{AccountCase, Lives, RemovalCase};
use super::residual_login_capable::{ending, leaving_of, listed};
use super::{Findings, Rule};
use crate::history::{deadline, verdict};
use crate::model::{
    AccountFacts, AccountTexts, Controls, GapState, RevokeLimit, RuleMeta, Severity, Span, Standing, Verdict,
};
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;

/// An account of a leaver that was certainly there after the time limit.
pub struct SlaBreach;

static META: RuleMeta = RuleMeta {
    id: "sla-breach",
    title: "Access outlasted the time limit",
    severity: Severity::Medium,
    means: "A roster made after the company's time limit (`revoke-within` in coverage.yaml) still shows the leaver's \
            account alive. Where runs are kept, an account that has gone since the last run counts, too: as a breach if it \
            was seen after the limit; as not evaluable if the limit lies between the last roster that shows it and the \
            first that does not.",
    why: "Auditors take a sample of leavers and hold the time to revoke against the limit that the company has set \
          itself. Rosters only show intervals: what is called a breach here is one even at the lower bound.",
    fix: "End the access, and note in the ticket why it took longer. If not evaluable cases are many, export rosters more \
          often, or take exports that say when an account was switched off.",
    silent: "coverage.yaml declares no limit: then nothing is a breach. The limit has not come yet, or the access ended in \
             time. The day of leaving is not known. Gaps that an earlier kept run already showed closed stand in \
             `coverage status`.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2(3)", "PS-4"],
    },
};

impl Rule for SlaBreach {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(limit) = &case.app.revoke_within else { return };
        if case.tier.is_none() || case.lives == Lives::No {
            return;
        }
        let Some((_, person)) = case.person() else { return };
        let moment = &case.company.directory.moment;
        let Some(due) = due(limit, &person.standing, &moment.zone) else { return };
        // A status that nobody understands shows no access.
        let alive = case.lives.lives().then_some(case.roster.made.earliest.min(moment.now));
        let verdict = verdict(due, alive, None, moment.now);
        let draft = findings.draft(&META).case(case).because(format_args!("{}", leaving_of(person)));
        let draft = draft.because(format_args!("{}", until(limit, due)));
        match verdict {
            Verdict::Breached => draft
                .because(format_args!("{}", listed(case)))
                .todo(format_args!("{}. Note in the ticket why it took longer", ending(case.app))),
            Verdict::NotEvaluable => draft
                .not_evaluable()
                .because(format_args!("no roster made after the limit says whether the account still lives"))
                .todo(format_args!("Export the roster of {} again and run the report again", case.app.name)),
            Verdict::Kept | Verdict::Running => {}
        }
    }

    fn removal(&self, case: &RemovalCase<'_>, findings: &mut Findings) {
        let Some(limit) = &case.app.revoke_within else { return };
        let directory = case.company.directory;
        let person = directory.person(case.person);
        let moment = &directory.moment;
        let Some(due) = due(limit, &person.standing, &moment.zone) else { return };
        let gap = case.gap;
        // What the app says of the end counts where it does not contradict what was seen.
        let logged = gap.ended.filter(|ended| ended.to >= case.alive && ended.from <= gap.made.to);
        let alive = logged.map_or(case.alive, |ended| ended.from.max(case.alive));
        let gone = logged.map_or(gap.made.to, |ended| ended.to.min(gap.made.to));
        let verdict = verdict(due, Some(alive), Some(gone), moment.now);
        if matches!(verdict, Verdict::Kept | Verdict::Running) {
            return;
        }
        let mut draft = findings.draft(&META).app(case.app.ix, &case.app.id).evidence(case.roster.place);
        draft = if gap.account.is_empty() {
            draft.about(&format!("{:016x}", gap.key))
        } else {
            draft.account(Arc::new(facts(case)), &account(gap.native, &gap.account))
        };
        draft = draft.person(case.person, directory);
        if let Some(first) = person.identities.first() {
            draft = draft.evidence(directory.identities[*first as usize].place);
        }
        let ended = if gap.state == GapState::Ended {
            "lists it as ended"
        } else {
            "does not list it as the leaver's any more"
        };
        draft = draft
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("{}", until(limit, due)))
            .because(format_args!("a kept run saw the account alive in the roster of {}", shown(case.alive)));
        draft = match logged {
            Some(span) => draft.because(format_args!("the app says that it was switched off {}", between(span))),
            None => draft.because(format_args!("the roster of {} {ended}", shown(gap.made.to))),
        };
        if verdict == Verdict::Breached {
            draft.todo(format_args!("The access has ended. Note in the ticket why it took longer"));
        } else {
            draft.not_evaluable().because(format_args!("so the access ended before or after the limit")).todo(
                format_args!("Look up in {} when the account was removed, and note it in the ticket", case.app.name),
            );
        }
    }
}

/// When access has to have ended, as far as the leaving is known.
fn due(limit: &RevokeLimit, standing: &Standing, zone: &TimeZone) -> Option<Span> {
    let since = standing.since()?;
    let to = since.latest(zone);
    let from = if since.is_local() { since.earliest(zone) } else { to };
    Some(Span { from: deadline(limit, zone, from), to: deadline(limit, zone, to) })
}

fn until(limit: &RevokeLimit, due: Span) -> String {
    format!("access has to end within {limit}, here until {}", shown(due.to))
}

fn shown(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| "an unknown time".to_owned(), |at| at.to_string())
}

fn between(span: Span) -> String {
    if span.from == span.to {
        format!("at {}", shown(span.from))
    } else {
        format!("between {} and {}", shown(span.from), shown(span.to))
    }
}

/// The account as the last rosters have shown it.
fn facts(case: &RemovalCase<'_>) -> AccountFacts {
    let texts = AccountTexts { account: &case.gap.account, ..AccountTexts::default() };
    AccountFacts::new(texts, case.gap.status, case.roster.place)
}

/// The account's part of the finding's id, as of an account that is listed.
fn account(native: bool, text: &str) -> String {
    let mut address = String::new();
    if native {
        format!("id:{}", text.trim())
    } else if crate::identity::address(text, &mut address) {
        format!("email:{address}")
    } else {
        format!("username:{}", text.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, gone_account, left, only, record, second};
    use super::*;
    use crate::model::{AccountStatus, FindingStatus, PersonIx, RevokeUnit};

    fn setup(hours: u32) -> Setup {
        let mut setup = Setup::of(vec![left(2)]);
        let limit =
            RevokeLimit { count: hours, unit: RevokeUnit::Hours, weekend: vec![], holidays: vec![], zone: None };
        setup.app.revoke_within = Some(limit);
        setup
    }

    fn row(status: AccountStatus) -> crate::model::Record<'static> {
        record("ann@nordwind.example", status)
    }

    #[test]
    fn a_living_account_after_the_limit_is_a_breach() {
        let found = only(setup(24).account(&SlaBreach, &row(AccountStatus::Active)));
        assert_eq!(found.status, FindingStatus::Open);
        assert_eq!(&*found.reason[1], "access has to end within 24 hours, here until 2026-11-01T23:59:59Z");
    }

    #[test]
    fn without_a_limit_before_it_and_of_ended_accounts_there_is_nothing_to_say() {
        assert!(Setup::of(vec![left(2)]).account(&SlaBreach, &row(AccountStatus::Active)).is_empty());
        assert!(setup(24).account(&SlaBreach, &row(AccountStatus::Deactivated)).is_empty());
        assert!(setup(24 * 30).account(&SlaBreach, &row(AccountStatus::Active)).is_empty(), "the limit has not come");
    }

    #[test]
    fn a_roster_older_than_the_limit_cannot_tell_once_the_limit_has_come() {
        let mut setup = setup(24);
        setup.roster_made("2026-11-01T12:00:00Z");
        let found = only(setup.account(&SlaBreach, &row(AccountStatus::Active)));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn a_roster_later_than_the_reports_moment_breaks_no_limit_that_is_still_to_come() {
        let mut setup = setup(24 * 30);
        setup.roster_made("2026-12-24T08:00:00Z");
        assert!(setup.account(&SlaBreach, &row(AccountStatus::Active)).is_empty());
    }

    #[test]
    fn an_account_that_is_gone_is_judged_by_the_rosters_around_its_end() {
        let breach = |alive: &str, gone: &str, hours| {
            let setup = setup(hours);
            let past = gone_account("ann@nordwind.example", "employee-id:e1", GapState::Absent, gone);
            let gap = past.gaps["tidepool"][0].clone();
            setup.removal(&SlaBreach, &gap, PersonIx(0), second(alive)).first().map(|f| f.status)
        };
        let (alive, gone) = ("2026-11-05T08:00:00Z", "2026-11-12T08:00:00Z");
        assert_eq!(breach(alive, gone, 24), Some(FindingStatus::Open));
        assert_eq!(breach(alive, gone, 24 * 7), Some(FindingStatus::NotEvaluable));
        assert_eq!(breach(alive, gone, 24 * 14), None);
    }

    #[test]
    fn the_finding_is_the_same_while_the_account_lives_and_when_it_is_gone() {
        let setup = setup(24);
        let living = only(setup.account(&SlaBreach, &row(AccountStatus::Active)));
        let past = gone_account("ann@nordwind.example", "employee-id:e1", GapState::Absent, "2026-11-12T08:00:00Z");
        let gap = past.gaps["tidepool"][0].clone();
        let gone = only(setup.removal(&SlaBreach, &gap, PersonIx(0), second("2026-11-05T08:00:00Z")));
        assert_eq!(gone.id, living.id);
    }
}
