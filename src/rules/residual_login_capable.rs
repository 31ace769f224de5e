//! A leaver's account that still opens a door.

use super::cases::{AccountCase, Lives};
use super::residual::{Tier, lowered};
use super::{Findings, Rule};
use crate::assess::AppFacts;
use crate::model::{Basis, Controls, Level, Operation, Person, RuleMeta, Severity, Standing, When, status_words};

/// A usable account of a leaver, with a way in that the identity provider does not close.
pub struct ResidualLoginCapable;

static META: RuleMeta = RuleMeta {
    id: "residual-login-capable",
    title: "Leaver can still sign in",
    severity: Severity::High,
    means: "The holder has left, a roster made after that day still lists the account as usable, and nothing shows that \
            sign-in is closed. The reason says which way in is open, and whether that was known or assumed. With an \
            administrator's rights it is critical; a suspended or locked account counts one step less.",
    why: "A password, a social login or an old session is enough to get back in. Switching off the account at the \
          identity provider does not end it. Auditors take a sample of leavers and look for exactly this.",
    fix: "End the account in the app, together with its sessions, tokens and keys. Hand over what it owns first if the \
          app deletes it. Then export the roster again: only a later roster proves that the account is gone.",
    silent: "The roster shows the account as deactivated, archived or deleted. The roster is older than the leaving or, where \
             nothing gives its day, than the list that says so, which `residual-undecidable` says instead. Single sign-on is \
             known to be enforced and no account of the person at the identity provider is known to live, which is \
             `residual-sso-blocked`.",
    controls: Controls {
        soc2: &["CC6.1", "CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.5"],
        nist: &["AC-2", "AC-2(3)", "PS-4"],
    },
};

impl Rule for ResidualLoginCapable {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(Tier::LoginCapable(steps)) = &case.tier else { return };
        let Some((_, person)) = case.person() else { return };
        let usual = if case.is_privileged() { Severity::Critical } else { META.severity };
        let mut draft = findings
            .draft(&META)
            .case(case)
            .severity(lowered(usual, case.record.status))
            .because(format_args!("{}", leaving_of(person)))
            .because(format_args!("{}", listed(case)));
        for step in steps {
            draft = draft.because(format_args!("{step}"));
        }
        if case.is_privileged() {
            draft = draft.because(format_args!("the account has an administrator's rights"));
        }
        draft.todo(format_args!(
            "{}. End its sessions, tokens and keys too, then export the roster again as proof",
            ending(case.app)
        ));
    }
}

/// When a person left and who says so, as the first step of a reason.
fn leaving(standing: &Standing) -> String {
    match standing {
        Standing::Left { since: Some(since), basis: Basis::Hr } => format!("left on {since} (HR says so)"),
        Standing::Left { since: Some(since), basis: Basis::IdpLastDay } => {
            format!("left on {since} (the directory holds that last day; HR gives none)")
        }
        Standing::Left { since: Some(since), basis: Basis::Idp } => {
            format!("left on {since} (the directory switched the account off then; HR does not know the person)")
        }
        Standing::Left { since: None, basis: Basis::Hr } => "left on a day no source gives (HR says so)".to_owned(),
        Standing::Left { since: None, basis: Basis::Idp | Basis::IdpLastDay } => {
            "left on a day no source gives (the account has ended in the most trusted directory that says whether it has; HR does \
             not know the person)"
                .to_owned()
        }
        Standing::Unclear(why) => format!("whether the person has left is not clear: {why}"),
        other => format!("has not left ({})", other.word()),
    }
}

/// The same of a person: whoever has left may have a day for one employment and none for another.
pub(super) fn leaving_of(person: &Person) -> String {
    let Standing::Left { since: None, basis: Basis::Hr } = person.standing else { return leaving(&person.standing) };
    let ends = person.employments.iter().filter(|e| e.from_hr).filter_map(|e| e.end);
    match ends.max_by_key(When::order) {
        None => leaving(&person.standing),
        Some(end) => format!("left on a day that HR does not give for every employment (the latest it gives is {end})"),
    }
}

/// How the roster shows the account, as the second step of a reason.
pub(super) fn listed(case: &AccountCase<'_>) -> String {
    let dated = case.person().is_some_and(|(_, p)| p.standing.since().is_some());
    let roster = match (dated, case.roster.made.guessed) {
        (true, false) => "the roster made later",
        (true, true) => "the roster, made later if its file's own time stamp is right (a guess),",
        (false, _) => "the roster",
    };
    if case.lives == Lives::Assumed {
        return format!("{roster} still lists the account; it has no status column: being listed is having access");
    }
    format!("{roster} still lists the account as {}", status_words(case.record.status, case.record.raw_status))
}

/// How to end an account in an app: the first sentence of an action, without its full stop.
pub(super) fn ending(app: &AppFacts) -> String {
    let by_hand = app.by_hand();
    let by_hand = by_hand.trim_end_matches('.');
    match app.level(Operation::Deactivate) {
        Level::Automated => format!(
            "The identity provider is set up to end this account and has not: look at its provisioning log. {by_hand}"
        ),
        Level::Scriptable => format!("End it through {}'s member API, or by hand. {by_hand}", app.name),
        Level::SsoOnly | Level::Manual | Level::Unknown => by_hand.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, record, when, working};
    use super::*;
    use crate::assess::Sso;
    use crate::model::{Accept, AccountKind, AccountStatus, Attribute, Identity, Key, PersonIx, Record, SignIn};

    #[test]
    fn that_the_roster_is_later_is_told_as_a_guess_where_only_a_time_stamp_says_so() {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        setup.roster.made.guessed = true;
        let found = only(setup.account(&ResidualLoginCapable, &record("ann@nordwind.example", AccountStatus::Active)));
        let step =
            "the roster, made later if its file's own time stamp is right (a guess), still lists the account as active";
        assert_eq!(&*found.reason[1], step);
    }

    #[test]
    fn a_leavers_usable_account_is_found_and_says_what_was_assumed() {
        let setup = Setup::of(vec![left(2), working(3)]);
        let found = only(setup.account(&ResidualLoginCapable, &record("ann@nordwind.example", AccountStatus::Active)));
        assert_eq!(found.severity, Severity::High);
        assert_eq!(&*found.reason[0], "left on 2026-10-31 (HR says so)");
        assert_eq!(&*found.reason[1], "the roster made later still lists the account as active");
        assert!(found.reason[2].starts_with("assumed: "), "{:?}", found.reason);
        assert_eq!(found.exposed_days, Some(19));
        assert_eq!(found.evidence.len(), 2, "the account's line and HR's line");
        assert!(found.action.starts_with("Remove it in Tidepool's member administration. "), "{}", found.action);
    }

    #[test]
    fn administrators_are_critical_and_suspended_ones_a_step_less() {
        let setup = Setup::of(vec![left(2)]);
        let of = |status| Record { privileged: Some(true), ..record("ann@nordwind.example", status) };
        let active = only(setup.account(&ResidualLoginCapable, &of(AccountStatus::Active)));
        let suspended = only(setup.account(&ResidualLoginCapable, &of(AccountStatus::Suspended)));
        assert_eq!((active.severity, suspended.severity), (Severity::Critical, Severity::High));
    }

    #[test]
    fn being_listed_without_a_status_column_and_leaving_without_a_day_are_said() {
        let mut setup = Setup::of(vec![idp(2, "ann@nordwind.example", AccountStatus::Deactivated)]);
        setup.roster.has_status = false;
        let row = record("ann@nordwind.example", AccountStatus::Unknown);
        let found = only(setup.account(&ResidualLoginCapable, &row));
        assert!(found.reason[0].starts_with("left on a day no source gives"), "{:?}", found.reason);
        assert!(found.reason[1].starts_with("the roster still lists the account; it has no status column"));
    }

    #[test]
    fn ended_accounts_older_rosters_closed_sign_in_and_people_at_work_are_left_alone() {
        let mut setup = Setup::of(vec![left(2), working(3)]);
        let ann = |status| record("ann@nordwind.example", status);
        for status in [AccountStatus::Deactivated, AccountStatus::Archived, AccountStatus::SoftDeleted] {
            assert!(setup.account(&ResidualLoginCapable, &ann(status)).is_empty());
        }
        let bo = record("bo@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&ResidualLoginCapable, &bo).is_empty());
        setup.app.sso = Some(Sso::Enforced);
        assert!(setup.account(&ResidualLoginCapable, &ann(AccountStatus::Active)).is_empty());
        setup.app.sso = None;
        setup.roster_made("2026-10-31T08:00:00Z");
        assert!(setup.account(&ResidualLoginCapable, &ann(AccountStatus::Active)).is_empty());
    }

    #[test]
    fn an_open_account_at_the_identity_provider_opens_enforced_single_sign_on() {
        let mut setup = Setup::of(vec![
            hr(2, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31")),
            idp(2, "ann@nordwind.example", AccountStatus::Active),
        ]);
        setup.app.sso = Some(Sso::Enforced);
        let row = record("ann@nordwind.example", AccountStatus::Active);
        let found = only(setup.account(&ResidualLoginCapable, &row));
        assert!(found.reason.iter().any(|r| r.contains("still lives (active)")), "{:?}", found.reason);
        // What lived before the leaving may have ended since.
        setup.source_made(1, "2026-10-30");
        let found = only(setup.account(&ResidualLoginCapable, &row));
        let said = "assumed: the person's account in the identity provider still lives (it was active in a list made before \
                    the leaving (2026-10-31) had passed)";
        assert_eq!(&*found.reason[3], said);
    }

    #[test]
    fn a_directory_list_of_later_does_not_close_what_was_open_at_the_reports_moment() {
        let mut ended = idp(2, "ann@nordwind.example", AccountStatus::Deactivated);
        ended.ended = Some(when("2026-11-24"));
        let mut setup = Setup::of(vec![left(2), ended]);
        setup.app.sso = Some(Sso::Enforced);
        let row = record("ann@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&ResidualLoginCapable, &row).is_empty(), "a wrong date: the list is of today");
        setup.source_made(1, "2026-11-25");
        let found = only(setup.account(&ResidualLoginCapable, &row));
        assert!(
            found.reason[3]
                .ends_with("(the account ended on 2026-11-24, which is no earlier than the report's moment)")
        );
    }

    #[test]
    fn a_directory_account_that_was_made_after_the_reports_moment_opens_nothing() {
        let again =
            Identity { created: Some(when("2026-11-24")), ..idp(2, "ann@nordwind.example", AccountStatus::Active) };
        let mut setup = Setup::of(vec![left(2), again]);
        setup.app.sso = Some(Sso::Enforced);
        setup.source_made(1, "2026-11-25");
        let row = record("ann@nordwind.example", AccountStatus::Active);
        assert!(setup.account(&ResidualLoginCapable, &row).is_empty());
    }

    #[test]
    fn a_guest_of_the_directory_who_has_left_is_a_leaver() {
        let guest = |status, ended: Option<&str>| {
            let row = idp(2, "pia@agency.example", status);
            Setup::of(vec![working(2), Identity { kind: AccountKind::Guest, ended: ended.map(when), ..row }])
        };
        let row = record("pia@agency.example", AccountStatus::Active);
        let found = only(guest(AccountStatus::Deactivated, Some("2026-10-31")).account(&ResidualLoginCapable, &row));
        assert_eq!(found.person, Some(PersonIx(0)));
        assert!(guest(AccountStatus::Active, None).account(&ResidualLoginCapable, &row).is_empty());
    }

    #[test]
    fn a_private_address_becomes_a_leavers_by_the_companys_own_rule_and_an_address_of_the_company_does_not() {
        let phone = |record: Record<'static>| {
            let attributes = vec![(Attribute::Phone, "+49 170 5304218"), (Attribute::PersonId, "5304218")];
            Record { name: "Ann Mueller".into(), attributes, ..record }
        };
        let kept = vec![(Attribute::Phone, "491705304218".into()), (Attribute::PersonId, "5304218".into())];
        let mut setup =
            Setup::of(vec![Identity { attributes: kept.into(), name: "Ann Müller".into(), ..left(2) }, working(3)]);
        let private = phone(record("anne@mailbox.example", AccountStatus::Active));
        assert!(setup.account(&ResidualLoginCapable, &private).is_empty());
        setup.directory.accept = Some(Accept { agree: 2, lead: 5 });
        assert_eq!(only(setup.account(&ResidualLoginCapable, &private)).key, Some(Key::Composite));
        let own = phone(record("anne@nordwind.example", AccountStatus::Active));
        assert!(setup.account(&ResidualLoginCapable, &own).is_empty(), "nobody has this address of the company");
    }

    #[test]
    fn a_directory_status_that_nobody_has_explained_closes_nothing() {
        for (word, said) in
            [("WEIRD", "it has the status `WEIRD`, which nobody"), ("", "it is listed without a status")]
        {
            let mut unknown = idp(2, "ann@nordwind.example", AccountStatus::Unknown);
            unknown.raw_status = word.into();
            let ended = Identity { id: "00u2".into(), ..idp(3, "ann@nordwind.example", AccountStatus::Deactivated) };
            let mut setup = Setup::of(vec![left(2), unknown, ended]);
            setup.app.sso = Some(Sso::Enforced);
            let row = record("ann@nordwind.example", AccountStatus::Active);
            let found = only(setup.account(&ResidualLoginCapable, &row));
            assert!(found.reason[3].starts_with("assumed: "), "{:?}", found.reason);
            assert!(found.reason[3].contains(said), "{:?}", found.reason);
        }
    }

    #[test]
    fn whom_the_app_exempts_from_enforced_single_sign_on_gets_in_and_nobody_else() {
        let mut setup = Setup::of(vec![left(2)]);
        setup.app.sso = Some(Sso::Enforced);
        let row = |kind, privileged| {
            let active = record("ann@nordwind.example", AccountStatus::Active);
            Record { kind, privileged: Some(privileged), ..active }
        };
        let (guest, admin) = (row(AccountKind::Guest, false), row(AccountKind::Human, true));
        let member = row(AccountKind::Human, false);
        let of = |setup: &Setup, row: &Record<'_>| setup.account(&ResidualLoginCapable, row);
        assert!(of(&setup, &guest).is_empty() && of(&setup, &admin).is_empty(), "the catalog says nothing");
        setup.app.sso_bypass_guests = true;
        let found = only(of(&setup, &guest));
        assert_eq!(&*found.reason[3], "but by the catalog this app exempts guests from it");
        assert!(of(&setup, &admin).is_empty() && of(&setup, &member).is_empty());
        let idp_only = Record { sign_in: SignIn::SsoOnly, ..guest.clone() };
        assert!(of(&setup, &idp_only).is_empty(), "the roster says otherwise of this account");
        setup.app.sso_bypass = true;
        let found = only(of(&setup, &admin));
        assert_eq!(&*found.reason[3], "but by the catalog this app exempts administrators from it");
        assert!(of(&setup, &member).is_empty());
    }
}
