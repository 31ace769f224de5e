//! The tier of an account whose holder has left: what still lives, and whether somebody can still get in.

use super::cases::{Company, Lives, RosterFacts};
use crate::assess::{AppFacts, Sso};
use crate::identity::Placed;
use crate::model::{AccountStatus, Person, Record, Severity, SignIn, Situation, Standing};

/// What is left of an account after the leaving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tier {
    /// Used after the leaving.
    ActiveAfter,
    /// Usable, and a way in exists that the identity provider does not close. The steps of the reason.
    LoginCapable(Vec<String>),
    /// Alive, and sign-in is closed. The steps of the reason.
    SsoBlocked(Vec<String>),
    /// An invitation nobody has accepted.
    PendingInvite,
    /// The data cannot decide. Why.
    Undecidable(String),
    /// Ended.
    Closed,
}

/// The tier of an account; none if its holder has not left.
pub fn tier(
    company: &Company<'_>,
    app: &AppFacts,
    roster: &RosterFacts,
    record: &Record<'_>,
    placed: &Placed<'_>,
    lives: Lives,
) -> Option<Tier> {
    if placed.situation != Situation::Linked {
        return None;
    }
    let glance = company.directory.glance(placed.person?);
    if !glance.left && !glance.unclear {
        return None;
    }
    let person = company.directory.person(placed.person?);
    let zone = &company.directory.moment.zone;
    let since = match &person.standing {
        Standing::Left { since, .. } => *since,
        Standing::Unclear(why) if lives != Lives::No => return Some(Tier::Undecidable(why.to_string())),
        _ => return None,
    };
    if lives != Lives::No
        && let Some(doubt) = company.leaving_is_doubtful(person)
    {
        return Some(Tier::Undecidable(format!("whether the person has left is not certain: {doubt}")));
    }
    if let (Some(active), Some(since)) = (record.last_active, since)
        && active.certainly_after(&since, zone)
    {
        return Some(Tier::ActiveAfter);
    }
    if lives == Lives::No {
        return Some(Tier::Closed);
    }
    match since {
        Some(since) if roster.extracted_earliest <= since.latest(zone) => {
            return Some(Tier::Undecidable(format!(
                "the roster was made before the leaving ({since}) had passed; it proves nothing about removal"
            )));
        }
        _ => {}
    }
    if lives == Lives::Unknown {
        let word = if record.raw_status.is_empty() {
            "is blank".to_owned()
        } else {
            format!("is `{}`, which nobody has explained yet", record.raw_status)
        };
        return Some(Tier::Undecidable(format!("the account's status {word}")));
    }
    if record.status == AccountStatus::Invited {
        return Some(Tier::PendingInvite);
    }
    Some(way_in(app, record, person, company))
}

/// Whether something shows that sign-in is closed. Only then the account is not counted as usable.
fn way_in(app: &AppFacts, record: &Record<'_>, person: &Person, company: &Company<'_>) -> Tier {
    let open_idp = person.identities.iter().map(|i| &company.directory.identities[*i as usize]).find(|i| {
        !i.from_hr && matches!(i.status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked)
    });
    let closed_by = match (app.sso, record.sign_in) {
        (_, SignIn::Local) => {
            return Tier::LoginCapable(vec![
                "the roster says that this account signs in without the identity provider".into(),
            ]);
        }
        (Some(Sso::Enforced), _) => "coverage.yaml says that single sign-on is enforced",
        (_, SignIn::SsoOnly) => "the roster says that this account signs in through the identity provider only",
        (Some(Sso::Optional), _) => {
            return Tier::LoginCapable(vec![
                "single sign-on is optional here, so a password of the app's own can still work".into(),
            ]);
        }
        (Some(Sso::Off), _) => return Tier::LoginCapable(vec!["the app does not use single sign-on".into()]),
        (None, _) => {
            return Tier::LoginCapable(vec![
                "assumed: nothing shows that sign-in is closed (coverage.yaml does not say how people sign in)".into(),
            ]);
        }
    };
    if let Some(idp) = open_idp {
        return Tier::LoginCapable(vec![
            closed_by.into(),
            format!("but the person's account in the identity provider still lives ({})", idp.status),
        ]);
    }
    if app.sso_bypass && record.privileged == Some(true) && record.sign_in != SignIn::SsoOnly {
        return Tier::LoginCapable(vec![
            closed_by.into(),
            "but by the catalog this app exempts administrators from it".into(),
        ]);
    }
    Tier::SsoBlocked(vec![
        closed_by.into(),
        "so sign-in is closed, but the account, its seat and its tokens live".into(),
    ])
}

/// A suspended or locked account comes back at the flick of a switch, but not by itself: one step less grave.
pub fn lowered(severity: Severity, status: AccountStatus) -> Severity {
    if !matches!(status, AccountStatus::Suspended | AccountStatus::Locked) {
        return severity;
    }
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}
