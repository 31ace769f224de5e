//! The level of one operation, with the chain of reasons.

use super::{Claims, Sso};
use crate::model::{ClaimField, Effect, Level, Operation, OperationLevel, Support, Trigger};

/// A product as one tenant has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tenant<'a> {
    pub claims: Claims<'a>,
    pub plan: Option<&'a str>,
    pub sso: Option<Sso>,
    pub scim: Option<bool>,
}

/// A way to do an operation: open, closed for a known reason, or nobody can say.
enum Way {
    Open,
    Closed { unlock: Option<String> },
    Unsure { unlock: Option<String> },
}

impl Tenant<'_> {
    /// The level of one operation.
    pub fn level(&self, operation: Operation) -> OperationLevel {
        let mut reason = Vec::new();
        if self.claims.entry.is_none() {
            reason.push("the app is not in the catalog".to_owned());
            let unlock = Some("add it to the catalog, or name its product in coverage.yaml".to_owned());
            return OperationLevel { operation, level: Level::Unknown, reason, unlock };
        }
        if operation == Operation::Events {
            return self.events(reason);
        }
        let mut unlock = None;
        let mut unsure = false;
        let mut note = |way: Way, level: Level, unsure: &mut bool| match way {
            Way::Open => Some(level),
            Way::Closed { unlock: hint } => {
                unlock = unlock.take().or(hint);
                None
            }
            Way::Unsure { unlock: hint } => {
                unlock = unlock.take().or(hint);
                *unsure = true;
                None
            }
        };
        let scim = self.scim(operation, &mut reason);
        let mut found = note(scim, Level::Automated, &mut unsure);
        if found.is_none() && operation == Operation::Create {
            let jit = self.jit(&mut reason);
            found = note(jit, Level::Automated, &mut unsure);
        }
        if found.is_none() {
            let api = self.api(operation, &mut reason);
            found = note(api, Level::Scriptable, &mut unsure);
        }
        let level = match found {
            Some(Level::Scriptable) if unsure => Level::Unknown,
            Some(level) => level,
            None if unsure => Level::Unknown,
            None if operation == Operation::Deactivate && self.sso == Some(Sso::Enforced) => {
                reason.push(
                    "single sign-on is enforced, so sign-in ends with the identity provider; the account stays".into(),
                );
                Level::SsoOnly
            }
            None => {
                reason.push("a person does it in the app".into());
                Level::Manual
            }
        };
        if level == Level::Automated {
            unlock = None;
        }
        OperationLevel { operation, level, reason, unlock }
    }

    fn scim(&self, operation: Operation, reason: &mut Vec<String>) -> Way {
        let Some((support, verdict)) = self.claims.support(ClaimField::ScimStatus) else {
            reason.push("no claim about SCIM".into());
            return Way::Closed { unlock: None };
        };
        let by = self.claims.said_by(&verdict);
        if !support.usable() {
            reason.push(match support {
                Support::None => format!("SCIM does not exist ({by})"),
                Support::Withdrawn => format!("SCIM was withdrawn ({by})"),
                Support::Undocumented => "no source documents SCIM".to_owned(),
                _ => "nobody has researched SCIM yet".to_owned(),
            });
            return Way::Closed { unlock: None };
        }
        let word = if support == Support::Available { String::new() } else { format!(" ({support})") };
        reason.push(format!("SCIM exists{word} ({by})"));
        let operations = self.claims.list(ClaimField::ScimOperations);
        let does = |o: Operation| operations.iter().any(|w| w == o.word());
        let ends = matches!(operation, Operation::Deactivate) && (does(Operation::Remove) || self.scim_ends());
        if operation == Operation::Groups
            && self.claims.support(ClaimField::ScimStatus).is_some()
            && !operations.is_empty()
            && !does(operation)
        {
            reason.push("but it does not set groups or roles".into());
            return Way::Closed { unlock: None };
        }
        if operations.is_empty() && !ends {
            reason.push(format!("but no source lists what it does, so `{operation}` is not sure"));
            return Way::Unsure { unlock: None };
        }
        if !operations.is_empty() && !does(operation) && !ends {
            reason.push(format!("but it does not {operation} accounts"));
            return Way::Closed { unlock: None };
        }
        if let Some(needed) = self.claims.plan(ClaimField::ScimPlan) {
            match self.claims.plan_reaches(self.plan, needed) {
                Some(true) => reason.push(format!(
                    "the tenant's plan has it ({})",
                    self.plan.map_or_else(|| needed.to_string(), str::to_owned)
                )),
                Some(false) => {
                    let plan = self.plan.unwrap_or("a smaller plan");
                    reason.push(format!("{needed} plan only"));
                    reason.push(format!("the tenant is on {plan}"));
                    return Way::Closed { unlock: Some(format!("the {needed} plan unlocks it")) };
                }
                None if self.scim == Some(true) => {}
                None => reason.push(format!(
                    "needs the {needed} plan, and coverage.yaml does not say on which plan the tenant is"
                )),
            }
        }
        if let Some(addon) = self.claims.addon(ClaimField::ScimAddon) {
            reason.push(format!("needs the add-on {addon}"));
        }
        let setup = self.claims.text(ClaimField::ScimSetup).filter(|s| *s != "self-serve").map(|s| s.replace('-', " "));
        let how = setup.map_or(String::new(), |s| format!(" (set up by: {s})"));
        match self.scim {
            Some(true) => {
                reason.push("coverage.yaml says that it is on".into());
                Way::Open
            }
            Some(false) => {
                reason.push("coverage.yaml says that it is off".into());
                Way::Closed { unlock: Some(format!("switch SCIM on{how}")) }
            }
            None => {
                reason.push("coverage.yaml does not say whether it is on".into());
                Way::Unsure {
                    unlock: Some(format!("say in coverage.yaml whether SCIM is on; switch it on if it is not{how}")),
                }
            }
        }
    }

    /// Whether SCIM or the identity provider ends the account by what is known of its effects.
    fn scim_ends(&self) -> bool {
        let Some(entry) = self.claims.entry else { return false };
        entry.deprovision.iter().any(|d| {
            matches!(d.trigger, Trigger::ScimActiveFalse | Trigger::ScimDelete)
                && matches!(
                    d.effect,
                    Effect::Deactivated
                        | Effect::Suspended
                        | Effect::Deleted
                        | Effect::DeletedAfterDelay
                        | Effect::MembershipRemoved
                )
        })
    }

    fn jit(&self, reason: &mut Vec<String>) -> Way {
        match self.claims.support(ClaimField::JitStatus) {
            Some((support, verdict)) if support.usable() => {
                let by = self.claims.said_by(&verdict);
                match self.sso {
                    Some(Sso::Enforced | Sso::Optional) => {
                        reason.push(format!("accounts are made at first sign-in through the identity provider ({by})"));
                        Way::Open
                    }
                    Some(Sso::Off) => {
                        reason.push("accounts could be made at first sign-in, but single sign-on is off".into());
                        Way::Closed { unlock: Some("switch single sign-on on".into()) }
                    }
                    None => {
                        reason.push("accounts can be made at first sign-in, if single sign-on is on; coverage.yaml does not say".into());
                        Way::Unsure { unlock: Some("say in coverage.yaml how people sign in".into()) }
                    }
                }
            }
            _ => Way::Closed { unlock: None },
        }
    }

    fn api(&self, operation: Operation, reason: &mut Vec<String>) -> Way {
        let Some((support, verdict)) = self.claims.support(ClaimField::ApiStatus) else {
            reason.push("no claim about a member API".into());
            return Way::Closed { unlock: None };
        };
        let by = self.claims.said_by(&verdict);
        if !support.usable() {
            reason.push(match support {
                Support::None => format!("there is no member API ({by})"),
                Support::Withdrawn => format!("the member API was withdrawn ({by})"),
                Support::Undocumented => "no source documents a member API".to_owned(),
                _ => "nobody has researched a member API yet".to_owned(),
            });
            return Way::Closed { unlock: None };
        }
        let operations = self.claims.list(ClaimField::ApiOperations);
        let does = |o: Operation| operations.iter().any(|w| w == o.word());
        if operations.is_empty() {
            reason.push(format!("a member API exists, but no source lists what it does ({by})"));
            return Way::Closed { unlock: None };
        }
        if !(does(operation) || operation == Operation::Deactivate && does(Operation::Remove)) {
            reason.push(format!("the member API does not {operation} accounts ({by})"));
            return Way::Closed { unlock: None };
        }
        if let Some(needed) = self.claims.plan(ClaimField::ApiPlan)
            && self.claims.plan_reaches(self.plan, needed) == Some(false)
        {
            reason.push(format!(
                "the member API is on the {needed} plan only, and the tenant is on {}",
                self.plan.unwrap_or("a smaller one")
            ));
            return Way::Closed { unlock: Some(format!("the {needed} plan unlocks the member API")) };
        }
        if let Some(addon) = self.claims.addon(ClaimField::ApiAddon) {
            reason.push(format!("the member API needs the add-on {addon}, and nobody says whether the tenant has it"));
            return Way::Unsure { unlock: Some(format!("the add-on {addon} unlocks the member API")) };
        }
        reason.push(format!("the member API does it; somebody has to call it ({by})"));
        Way::Open
    }

    fn events(&self, mut reason: Vec<String>) -> OperationLevel {
        let operation = Operation::Events;
        let mut known = false;
        for (field, what) in [
            (ClaimField::EventsWebhooks, "webhooks about members"),
            (ClaimField::EventsAudit, "an audit log for programs"),
        ] {
            match self.claims.support(field) {
                Some((support, verdict)) if support.usable() => {
                    let by = self.claims.said_by(&verdict);
                    if let Some(needed) = self.claims.plan(ClaimField::EventsPlan)
                        && self.claims.plan_reaches(self.plan, needed) == Some(false)
                    {
                        reason.push(format!("{what}: on the {needed} plan only ({by})"));
                        known = true;
                        continue;
                    }
                    reason.push(format!("{what}: available ({by})"));
                    return OperationLevel { operation, level: Level::Scriptable, reason, unlock: None };
                }
                Some((support, _)) if support.absent() => {
                    reason.push(format!("a source says that there are no {}", what.trim_start_matches("an ")));
                    known = true;
                }
                Some(_) => reason.push(format!("{what}: no source documents any")),
                None => reason.push(format!("{what}: no claim")),
            }
        }
        let level = if known { Level::Manual } else { Level::Unknown };
        OperationLevel { operation, level, reason, unlock: None }
    }
}
