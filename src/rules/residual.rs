//! The tier of an account whose holder has left: what still lives, and whether somebody can still get in.

use super::cases::{Company, Lives, RosterFacts};
use crate::assess::{AppFacts, Sso};
use crate::identity::Placed;
use crate::model::{AccountKind, AccountStatus, Identity, Person, Record, Severity, SignIn, Situation, Standing};

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

impl Tier {
    /// Whether it is another one where the roster gives another status.
    pub const fn hangs_on_status(&self) -> bool {
        !matches!(self, Self::ActiveAfter | Self::Undecidable(_))
    }
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
    let used_after = record.last_active.zip(since).filter(|(used, since)| used.certainly_after(since, zone));
    let used_after = used_after.map(|(used, _)| (used, roster.made.cannot_know(&used, &company.directory.moment)));
    let before = company.too_old_for(person, &roster.made);
    if let (Some((_, None)), None) = (used_after, before) {
        return Some(Tier::ActiveAfter);
    }
    if lives == Lives::No {
        let moment = &company.directory.moment;
        let may_have_lived = roster.made.may_have_lived(record.ended, moment);
        return Some(may_have_lived.map_or(Tier::Closed, Tier::Undecidable));
    }
    if let Some(before) = before {
        return Some(Tier::Undecidable(format!("the roster was made {before}; it proves nothing about removal")));
    }
    if lives == Lives::Unknown {
        if let Some(why) = roster.made.has_yet_to_end(record.ended, &company.directory.moment) {
            return Some(Tier::Undecidable(why));
        }
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
    let mut tier = way_in(app, record, person, company);
    if let (Tier::LoginCapable(steps) | Tier::SsoBlocked(steps), Some((used, Some(why)))) = (&mut tier, used_after) {
        steps.push(format!("the last use that the roster gives ({used}) is {why}: it is no evidence here"));
    }
    Some(tier)
}

/// Whether something shows that sign-in is closed. Only then the account is not counted as usable.
fn way_in(app: &AppFacts, record: &Record<'_>, person: &Person, company: &Company<'_>) -> Tier {
    let closed_by = match (app.sso, record.sign_in) {
        (_, SignIn::Local) => {
            return Tier::LoginCapable(vec![
                "the roster says that this account signs in without the identity provider".into(),
            ]);
        }
        (Some(Sso::Enforced), _) if app.sso_contradicted.is_none() => {
            "coverage.yaml says that single sign-on is enforced"
        }
        (_, SignIn::SsoOnly) => "the roster says that this account signs in through the identity provider only",
        (Some(Sso::Enforced), _) => {
            let why = app.sso_contradicted.clone().unwrap_or_default();
            return Tier::LoginCapable(vec![why, "assumed: nothing shows that sign-in is closed".into()]);
        }
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
    if let Some(open) = open_directory(person, company) {
        return Tier::LoginCapable(vec![closed_by.into(), open]);
    }
    let exempt = match record {
        _ if record.sign_in == SignIn::SsoOnly => None,
        _ if app.sso_bypass && record.privileged == Some(true) => Some("administrators"),
        _ if app.sso_bypass_guests && record.kind == AccountKind::Guest => Some("guests"),
        _ => None,
    };
    if let Some(exempt) = exempt {
        let exempt = format!("but by the catalog this app exempts {exempt} from it");
        return Tier::LoginCapable(vec![closed_by.into(), exempt]);
    }
    let mut steps = vec![closed_by.to_owned()];
    if !company.directory.identities_of(person).any(|i| !i.from_hr) {
        steps.push("assumed: no account of the person lives in the identity provider (no list of it shows any)".into());
    }
    steps.push("so sign-in is closed, but the account, its seat and its tokens live".into());
    Tier::SsoBlocked(steps)
}

/// What shows that the identity provider still lets a person in, or leaves it open; none if every account there has ended
/// or is suspended.
fn open_directory(person: &Person, company: &Company<'_>) -> Option<String> {
    let of_directory = company.directory.identities_of(person).filter(|i| !i.from_hr);
    of_directory
        .filter_map(|i| open_account(i, person, company))
        .min_by_key(|(certain, _)| !certain)
        .map(|(_, why)| why)
}

/// The same of one account, and whether it is certain.
fn open_account(account: &Identity, person: &Person, company: &Company<'_>) -> Option<(bool, String)> {
    const LIVES: &str = "the person's account in the identity provider still lives";
    let moment = &company.directory.moment;
    let status = account.status;
    let made = company.sources.get(account.place.source as usize).map(|source| &source.made);
    if account.created.zip(made).is_some_and(|(created, made)| made.is_not_yet(&created, moment)) {
        return None;
    }
    let doubt = match status {
        AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked => {
            match made.and_then(|made| company.too_old_for(person, made)) {
                Some(before) => format!("it was {status} in a list made {before}"),
                None => return Some((true, format!("but {LIVES} ({status})"))),
            }
        }
        AccountStatus::Unknown if account.raw_status.is_empty() => "it is listed without a status".to_owned(),
        AccountStatus::Unknown => {
            format!("it has the status `{}`, which nobody has explained yet", account.raw_status)
        }
        AccountStatus::Deactivated | AccountStatus::Archived | AccountStatus::SoftDeleted => {
            made.and_then(|made| made.may_have_lived(account.ended, moment))?
        }
        AccountStatus::Suspended => return None,
    };
    Some((false, format!("assumed: {LIVES} ({doubt})")))
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
