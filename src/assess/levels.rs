//! The level of each operation, with the chain of reasons; and what would come of another set-up.

use super::gate::{Gate, Need};
use super::tenant::Tenant;
use super::ways::{Way, Why};
use super::{Scim, Sso};
use crate::model::{ClaimField, Level, Operation, OperationLevel, Support};

/// Keeps what would open a way that is not open.
#[derive(Default)]
struct Hints {
    list: Vec<String>,
    unsure: bool,
}

impl Hints {
    fn is_open(&mut self, way: Way) -> bool {
        let hint = match way {
            Way::Open => return true,
            Way::Shut(hint) => hint,
            Way::Unsure(hint) => {
                self.unsure = true;
                hint
            }
        };
        self.list.extend(hint.filter(|hint| !self.list.contains(hint)));
        false
    }

    fn unlock(self, level: Level) -> Option<String> {
        (level != Level::Automated && !self.list.is_empty()).then(|| self.list.join("; "))
    }
}

impl Tenant<'_> {
    /// The level of every operation.
    pub fn levels(&self) -> Vec<OperationLevel> {
        Operation::ALL.iter().map(|operation| self.level(*operation)).collect()
    }

    /// The level of one operation.
    pub fn level(&self, operation: Operation) -> OperationLevel {
        if operation == Operation::Events {
            return self.events();
        }
        let (mut reason, mut hints) = (Why::new(), Hints::default());
        let scim = self.scim(operation, &mut reason);
        let mut level = hints.is_open(scim).then_some(Level::Automated);
        if level.is_none() && operation == Operation::Create {
            let jit = self.jit(&mut reason);
            level = hints.is_open(jit).then_some(Level::Automated);
        }
        // Whether it is automated is not known: that a program could do it besides does not settle it.
        let may_be_automated = hints.unsure;
        if level.is_none() {
            let api = self.api(operation, &mut reason);
            level = hints.is_open(api).then_some(Level::Scriptable);
        }
        let level = match level {
            Some(Level::Scriptable) if may_be_automated => Level::Unknown,
            Some(level) => level,
            None if hints.unsure => Level::Unknown,
            None if operation == Operation::Deactivate
                && let Some(why) = self.sso_contradicted() =>
            {
                reason.push(why);
                hints.list.push(self.correct("plan, add-ons or single sign-on"));
                Level::Unknown
            }
            None if operation == Operation::Deactivate && self.sso == Some(Sso::Enforced) => {
                reason.push(
                    "single sign-on is enforced, so sign-in ends with the identity provider; the account stays".into(),
                );
                Level::SsoOnly
            }
            None => {
                reason.push(match operation {
                    Operation::List => self.list_by_hand(),
                    _ => "a person does it in the app".into(),
                });
                Level::Manual
            }
        };
        OperationLevel { operation, level, reason, unlock: hints.unlock(level) }
    }

    fn list_by_hand(&self) -> String {
        match self.support(ClaimField::ExportStatus, Some(Operation::List)) {
            Some(heard) if heard.support.usable() => format!("a person downloads the member list ({})", heard.by),
            Some(heard) if heard.support != Support::NotResearched => {
                "a person reads the member list on the screen; no source documents a download".into()
            }
            _ => "a person looks into the app".into(),
        }
    }

    fn events(&self) -> OperationLevel {
        let operation = Operation::Events;
        let (mut reason, mut hints) = (Why::new(), Hints::default());
        for (field, plan, addon, what) in [
            (ClaimField::EventsWebhooks, ClaimField::EventsWebhooksPlan, None, "webhooks about members"),
            (
                ClaimField::EventsAudit,
                ClaimField::EventsPlan,
                Some(ClaimField::EventsAddon),
                "an audit log that programs can read",
            ),
        ] {
            let way = self.event(field, plan, addon, what, &mut reason);
            if hints.is_open(way) {
                return OperationLevel { operation, level: Level::Scriptable, reason, unlock: None };
            }
        }
        let level = if hints.unsure { Level::Unknown } else { Level::Manual };
        OperationLevel { operation, level, reason, unlock: hints.unlock(level) }
    }

    fn event(&self, field: ClaimField, plan: ClaimField, addon: Option<ClaimField>, what: &str, why: &mut Why) -> Way {
        let operation = Some(Operation::Events);
        let Some(heard) = self.support(field, operation).filter(|h| h.support != Support::NotResearched) else {
            why.push(format!("{what}: nobody has researched any yet"));
            return Way::Unsure(None);
        };
        if !heard.support.usable() {
            let absent = heard.support.absent();
            why.push(match absent {
                true => format!("{what}: do not exist ({})", heard.by),
                false => format!("{what}: no source documents any (looked for at {})", heard.by),
            });
            return Way::Shut(None);
        }
        if let Some(hint) = self.one_case_only(&heard, why) {
            return Way::Unsure(Some(hint));
        }
        match self.gate(plan, addon, operation, heard.only_on) {
            Gate::Open(_) => {
                why.push(format!("{what}: there; a program has to listen ({})", heard.by));
                Way::Open
            }
            Gate::Shut(steps, need) => {
                why.push(format!("{what}: {}", steps.join(", ")));
                Way::Shut(Some(need.unlocks(what)))
            }
            Gate::Unsure(steps, hint) => {
                why.push(format!("{what}: {}", steps.join(", ")));
                Way::Unsure(Some(hint))
            }
        }
    }

    /// Where SCIM stands, as far as ending accounts goes.
    pub fn offer(&self) -> Scim {
        if self.scim == Some(true) {
            return Scim::On;
        }
        let Some(heard) = self.support(ClaimField::ScimStatus, Some(Operation::Deactivate)) else {
            return Scim::Unknown;
        };
        let for_all =
            matches!(heard.support, Support::Available | Support::Partial | Support::Beta | Support::Deprecated);
        if !for_all {
            return Scim::NotOffered;
        }
        let mut on = self.clone();
        on.scim = Some(true);
        // What has to be switched on first can be, too.
        on.sso = on.sso.filter(|sso| *sso != Sso::Off);
        let ends = |tenant: &Tenant<'_>| matches!(tenant.scim(Operation::Deactivate, &mut Why::new()), Way::Open);
        if ends(&on) && heard.only_for.is_none() {
            // Whether the plan has it may be unknown, which being on would have settled.
            return match self.scim {
                Some(false) if self.scim_gate_is_open() => Scim::Off { by: heard.by, unlocks: self.gained(&on) },
                _ => Scim::Unknown,
            };
        }
        let Some(need) = self.scim_need() else { return Scim::NotOffered };
        let mut larger = on;
        if let Some(plan) = &need.plan {
            larger.on_plan(plan);
        }
        if !need.addons.is_empty() {
            larger.addons.get_or_insert_default().extend(need.addons.iter().cloned());
        }
        match ends(&larger) {
            true => {
                let unlocks = self.gained(&larger);
                Scim::Gated { needs: need.words, prices: need.prices, by: need.by, unlocks }
            }
            false => Scim::NotOffered,
        }
    }

    fn scim_gate(&self) -> Gate {
        let operation = Some(Operation::Deactivate);
        let only_on = self.support(ClaimField::ScimStatus, operation).and_then(|h| h.only_on);
        self.gate(ClaimField::ScimPlan, Some(ClaimField::ScimAddon), operation, only_on)
    }

    fn scim_gate_is_open(&self) -> bool {
        matches!(self.scim_gate(), Gate::Open(_))
    }

    fn scim_need(&self) -> Option<Need> {
        match self.scim_gate() {
            Gate::Shut(_, need) => Some(need),
            Gate::Open(_) | Gate::Unsure(..) => None,
        }
    }

    /// What would be automated with another set-up and is not today.
    fn gained(&self, other: &Tenant<'_>) -> Vec<Operation> {
        let automated = |t: &Tenant<'_>, o: Operation| t.level(o).level == Level::Automated;
        Operation::ALL.iter().copied().filter(|o| automated(other, *o) && !automated(self, *o)).collect()
    }
}
