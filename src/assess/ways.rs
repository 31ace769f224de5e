//! The ways to do an operation without a person: SCIM, accounts made at sign-in, the app's API. Each is open, shut for a
//! known reason, or nobody can say; the reasons are written down on the way.

use super::Sso;
use super::gate::Gate;
use super::tenant::{Heard, Tenant};
use crate::model::{ANY_IDP, ClaimField, ClaimValue, Effect, Operation, Support, Trigger};

/// Whether a way is open.
pub(super) enum Way {
    Open,
    /// What would open it.
    Shut(Option<String>),
    /// What would settle whether it is.
    Unsure(Option<String>),
}

/// The reasons, in order.
pub(super) type Why = Vec<String>;

impl Tenant<'_> {
    /// Whether SCIM does it.
    pub fn scim(&self, operation: Operation, why: &mut Why) -> Way {
        let heard = self.support(ClaimField::ScimStatus, Some(operation));
        let on = self.scim == Some(true);
        let Some(heard) = heard.filter(|h| h.support != Support::NotResearched) else {
            why.push("nobody has researched SCIM yet".into());
            return self.unclaimed_scim(why, true);
        };
        if heard.support.absent() {
            let word = if heard.support == Support::None { "does not exist" } else { "was withdrawn" };
            why.push(format!("SCIM {word} ({})", heard.by));
            if on {
                why.push("coverage.yaml says that it is on".into());
                return Way::Unsure(Some(self.correct("plan, add-ons or SCIM")));
            }
            return Way::Shut(None);
        }
        if heard.support == Support::Undocumented {
            why.push(format!("no source documents SCIM (looked for at {})", heard.by));
            return self.unclaimed_scim(why, false);
        }
        why.push(format!("SCIM exists{} ({})", degree(heard.support), heard.by));
        let mut unsure = self.one_case_only(&heard, why).filter(|_| !on);
        if let Some((false, by)) = self.flag(ClaimField::ScimWorks) {
            why.push(format!("but a source reports that it does not work as documented ({by})"));
            unsure.get_or_insert("find out whether it works here, and write what you find into the catalog".into());
        }
        match self.scim_does(operation, why) {
            Way::Open => {}
            other => return other,
        }
        match self.gate(ClaimField::ScimPlan, Some(ClaimField::ScimAddon), Some(operation), heard.only_on) {
            Gate::Open(steps) => why.extend(steps),
            // That it is on shows that it has been bought.
            Gate::Unsure(..) if on => {}
            Gate::Unsure(steps, hint) => {
                why.extend(steps);
                unsure.get_or_insert(hint);
            }
            Gate::Shut(steps, need) => {
                why.extend(steps);
                if on {
                    why.push("but coverage.yaml says that it is on".into());
                    return Way::Unsure(Some(self.correct("plan, add-ons or SCIM")));
                }
                return Way::Shut(Some(format!("{}, and then it has to be switched on", need.unlocks("SCIM"))));
            }
        }
        if on
            && self.sso == Some(Sso::Off)
            && let Some(needs) = self.ask(ClaimField::ScimRequiresSso, None)
            && needs.only_for.is_none()
            && needs.winner.value == ClaimValue::Flag(true)
        {
            let by = self.said_by(&needs.winner.sources);
            why.push(format!("it needs single sign-on first ({by})"));
            why.push("but coverage.yaml says that it is on, and that single sign-on is off".into());
            return Way::Unsure(Some(self.correct("SCIM or single sign-on")));
        }
        let on_request = matches!(heard.support, Support::Pilot | Support::Limited | Support::OnRequest);
        match self.scim {
            Some(true) => {
                why.push("coverage.yaml says that it is on".into());
                let silent = |(effect, _)| effect == Effect::Undocumented;
                if operation == Operation::Deactivate && self.scim_effect().is_some_and(silent) {
                    why.push("no source says what becomes of the account's record and sessions".into());
                }
                if self.text(ClaimField::ScimExisting, None) == Some("none") {
                    why.push("accounts that were there before it are left alone".into());
                }
                match unsure {
                    Some(hint) => Way::Unsure(Some(hint)),
                    None => Way::Open,
                }
            }
            Some(false) => {
                why.push("coverage.yaml says that it is off".into());
                let condition = self.scim_condition(why);
                let ask = if on_request {
                    format!("ask {} for SCIM, which is not open to everyone, then ", self.vendor())
                } else {
                    String::new()
                };
                let first = unsure.map_or(String::new(), |hint| format!("{hint}, and "));
                Way::Shut(Some(format!("{first}{ask}switch SCIM on{}{condition}", self.scim_setup())))
            }
            None => {
                why.push("coverage.yaml does not say whether it is on".into());
                let condition = self.scim_condition(why);
                let hint = format!(
                    "say in coverage.yaml whether SCIM is on; switch it on if it is not{}{condition}",
                    self.scim_setup()
                );
                Way::Unsure(Some(unsure.map_or(hint.clone(), |first| format!("{first}, and {hint}"))))
            }
        }
    }

    /// SCIM of which the catalog says nothing.
    fn unclaimed_scim(&self, why: &mut Why, unknown: bool) -> Way {
        match self.scim {
            Some(true) => {
                why.push("coverage.yaml says that it is on, but no source says what it does".into());
                Way::Unsure(Some("find out what SCIM does here, and write it into the catalog".into()))
            }
            Some(false) => {
                why.push("coverage.yaml says that it is off".into());
                Way::Shut(None)
            }
            None if unknown => Way::Unsure(Some(format!(
                "find out whether {} has SCIM, and say in coverage.yaml whether it is on",
                self.entry.name
            ))),
            None => Way::Shut(None),
        }
    }

    /// Whether SCIM's list of operations, or what is known of its effects, has the operation.
    fn scim_does(&self, operation: Operation, why: &mut Why) -> Way {
        let lists = |operation| self.does(ClaimField::ScimOperations, operation);
        let known = self.ask(ClaimField::ScimOperations, Some(operation)).is_some_and(|v| v.only_for.is_some());
        let does = lists(operation);
        if operation != Operation::Deactivate {
            return match does {
                Some(true) => Way::Open,
                Some(false) if operation == Operation::Groups => {
                    why.push("but it does not set groups or roles".into());
                    Way::Shut(None)
                }
                Some(false) => {
                    why.push(format!("but it does not {operation} accounts"));
                    Way::Shut(None)
                }
                None => self.not_sure(operation, known, why),
            };
        }
        let effect = self.scim_effect();
        let ends = |effect: Effect| {
            matches!(
                effect,
                Effect::Deactivated
                    | Effect::Suspended
                    | Effect::Archived
                    | Effect::Deleted
                    | Effect::DeletedAfterDelay
                    | Effect::MembershipRemoved
            )
        };
        match effect {
            Some((effect, _)) if ends(effect) => Way::Open,
            Some((effect, by)) if effect != Effect::Undocumented => {
                let what = match effect {
                    Effect::LicenceRemoved => "takes the licence and leaves the account",
                    Effect::SessionEndedOnly => "signs the person out and leaves the account",
                    Effect::SignInBlocked => "blocks the sign-in and leaves the account",
                    _ => "leaves the account as it is",
                };
                why.push(format!("but it {what} ({by})"));
                Way::Shut(None)
            }
            _ if does == Some(true) || lists(Operation::Remove) == Some(true) => Way::Open,
            _ if does.is_none() => self.not_sure(operation, known, why),
            _ => {
                why.push("but it does not deactivate accounts".into());
                Way::Shut(None)
            }
        }
    }

    fn not_sure(&self, operation: Operation, listed: bool, why: &mut Why) -> Way {
        if listed {
            why.push(format!("but whether it does `{operation}` hangs on what coverage.yaml does not say"));
            return Way::Unsure(Some(self.say_which()));
        }
        why.push(format!("but no source lists what it does, so `{operation}` is not sure"));
        if self.scim == Some(false) {
            why.push("coverage.yaml says that it is off".into());
            return Way::Shut(None);
        }
        Way::Unsure(Some("find out what SCIM does here, and write it into the catalog".into()))
    }

    /// What SCIM does to a leaver's account: the strongest end that a source describes.
    fn scim_effect(&self) -> Option<(Effect, String)> {
        let by_scim = |t: Trigger| matches!(t, Trigger::ScimActiveFalse | Trigger::ScimDelete);
        let effects = self.entry.deprovision.iter().filter(|d| by_scim(d.trigger) && self.fits(&d.scope));
        // Active=false is what identity providers send; a deletion is the second choice.
        effects
            .filter(|d| d.setting.is_none() || d.effect != Effect::None)
            .min_by_key(|d| (d.effect == Effect::Undocumented, d.trigger, d.evidence))
            .map(|d| (d.effect, self.said_by(&d.sources)))
    }

    /// What else SCIM needs, as the end of an advice.
    fn scim_condition(&self, why: &mut Why) -> String {
        let mut conditions = Vec::new();
        if let Some((true, by)) = self.flag(ClaimField::ScimRequiresSso) {
            match self.sso {
                Some(Sso::Off) => {
                    why.push(format!("it needs single sign-on first ({by}), which is off"));
                    conditions.push("single sign-on comes first");
                }
                None => conditions.push("single sign-on comes first"),
                Some(Sso::Enforced | Sso::Optional) => {}
            }
        }
        if let Some(idps) = &self.scope.idp {
            let named = |field| self.list(field).iter().any(|idp| idps.has(idp));
            let documented = self.list(ClaimField::ScimIdps);
            if named(ClaimField::ScimIdpsExcluded) {
                why.push(format!("a source says that it does not work with {idps}"));
                conditions.push("a source says that it does not work with the identity provider in use");
            } else if !documented.is_empty() && !documented.iter().any(|idp| idp == ANY_IDP || idps.has(idp)) {
                why.push(format!("it is documented for {}, not for {idps}", documented.join(", ")));
                conditions.push("no connector is documented for the identity provider in use");
            }
        }
        if conditions.is_empty() { String::new() } else { format!("; {}", conditions.join("; ")) }
    }

    /// Who switches it on, where that is not the customer alone.
    fn scim_setup(&self) -> String {
        match self.text(ClaimField::ScimSetup, None) {
            Some("vendor-assisted") => " (the vendor helps to set it up)".into(),
            Some("support-ticket") => " (ask the vendor's support)".into(),
            Some("account-manager") => " (ask the account manager)".into(),
            Some("self-serve-after-enablement") => " (the vendor enables it first)".into(),
            _ => String::new(),
        }
    }

    /// Whether accounts are made at the first sign-in.
    pub fn jit(&self, why: &mut Why) -> Way {
        let Some(heard) = self.support(ClaimField::JitStatus, Some(Operation::Create)).filter(|h| h.support.usable())
        else {
            return Way::Shut(None);
        };
        let (unsure, only_on) = (self.one_case_only(&heard, why), heard.only_on);
        match self.gate(ClaimField::JitPlan, None, Some(Operation::Create), only_on) {
            Gate::Shut(steps, need) => {
                why.push(format!("accounts made at first sign-in: {}", steps.join(", ")));
                return Way::Shut(Some(need.unlocks("accounts made at first sign-in")));
            }
            Gate::Unsure(steps, hint) => {
                why.push(format!("accounts made at first sign-in: {}", steps.join(", ")));
                return Way::Unsure(Some(hint));
            }
            Gate::Open(_) => {}
        }
        match self.sso {
            Some(Sso::Enforced | Sso::Optional) => {
                why.push(format!("accounts are made at first sign-in through the identity provider ({})", heard.by));
                unsure.map_or(Way::Open, |hint| Way::Unsure(Some(hint)))
            }
            Some(Sso::Off) => {
                why.push("accounts could be made at first sign-in, but single sign-on is off".into());
                Way::Shut(Some("switch single sign-on on".into()))
            }
            None => {
                why.push(
                    "accounts can be made at first sign-in, if single sign-on is on; coverage.yaml does not say".into(),
                );
                Way::Unsure(Some("say in coverage.yaml how people sign in".into()))
            }
        }
    }

    /// Whether the app's API does it.
    pub fn api(&self, operation: Operation, why: &mut Why) -> Way {
        let heard = self.support(ClaimField::ApiStatus, Some(operation));
        let Some(heard) = heard.filter(|h| h.support != Support::NotResearched) else {
            why.push("nobody has researched a member API yet".into());
            return Way::Unsure(None);
        };
        if !heard.support.usable() {
            why.push(match heard.support {
                Support::None => format!("there is no member API ({})", heard.by),
                Support::Withdrawn => format!("the member API was withdrawn ({})", heard.by),
                _ => format!("no source documents a member API (looked for at {})", heard.by),
            });
            return Way::Shut(None);
        }
        let unsure = self.one_case_only(&heard, why);
        let does = |operation| self.does(ClaimField::ApiOperations, operation);
        let does = match (does(operation), does(Operation::Remove)) {
            (_, Some(true)) if operation == Operation::Deactivate => Some(true),
            (first, _) => first,
        };
        match does {
            Some(true) => {}
            Some(false) => {
                why.push(match operation {
                    Operation::Groups => format!("the member API does not set groups or roles ({})", heard.by),
                    _ => format!("the member API does not {operation} accounts ({})", heard.by),
                });
                return Way::Shut(None);
            }
            None => {
                why.push(format!("a member API exists, but no source lists what it does ({})", heard.by));
                return Way::Unsure(None);
            }
        }
        match self.gate(ClaimField::ApiPlan, Some(ClaimField::ApiAddon), Some(operation), heard.only_on) {
            Gate::Open(_) => {}
            Gate::Shut(steps, need) => {
                why.push(format!("a member API does it: {}", steps.join(", ")));
                return Way::Shut(Some(need.unlocks("the member API")));
            }
            Gate::Unsure(steps, hint) => {
                why.push(format!("a member API does it: {}", steps.join(", ")));
                return Way::Unsure(Some(hint));
            }
        }
        why.push(format!("the member API does it; somebody has to call it ({})", heard.by));
        unsure.map_or(Way::Open, |hint| Way::Unsure(Some(hint)))
    }

    /// Notes that an answer holds for one case only, of which nobody says that it is the tenant's. What would settle it.
    pub fn one_case_only(&self, heard: &Heard<'_>, why: &mut Why) -> Option<String> {
        let case = heard.only_for.as_ref()?;
        why.push(format!("said of {case} only, and coverage.yaml does not say whether the tenant is that"));
        Some(self.say_which())
    }

    /// What to say in `coverage.yaml` so that claims about single cases can be told apart.
    fn say_which(&self) -> String {
        let some: Vec<String> = [
            (
                "variant",
                self.entry.variants.keys().map(String::as_str).collect::<Vec<_>>(),
                self.scope.variant.is_none(),
            ),
            ("tenancy", self.entry.tenancy.iter().map(String::as_str).collect(), self.scope.tenancy.is_none()),
            ("region", self.entry.regions.keys().map(String::as_str).collect(), self.scope.region.is_none()),
            ("plan", self.entry.plans.iter().map(String::as_str).collect(), self.scope.plan.is_none()),
        ]
        .into_iter()
        .filter(|(_, known, open)| *open && !known.is_empty())
        .map(|(part, known, _)| format!("`{part}` ({})", known.join(", ")))
        .collect();
        match some.is_empty() {
            true => "find out which of the cases the tenant is".to_owned(),
            false => format!("say in coverage.yaml which {} the tenant is", some.join(" and ")),
        }
    }

    /// Why, by the catalog, single sign-on cannot be enforced for this tenant although `coverage.yaml` says that it is.
    pub fn sso_contradicted(&self) -> Option<String> {
        let heard = self.support(ClaimField::SsoStatus, None).filter(|_| self.sso == Some(Sso::Enforced))?;
        let why = match heard.support {
            Support::None => format!("single sign-on does not exist ({})", heard.by),
            Support::Withdrawn => format!("single sign-on was withdrawn ({})", heard.by),
            support if support.usable() => {
                match self.gate(ClaimField::SsoPlan, Some(ClaimField::SsoAddon), None, heard.only_on) {
                    Gate::Shut(steps, _) => format!("single sign-on: {}", steps.join(", ")),
                    Gate::Open(_) | Gate::Unsure(..) => return None,
                }
            }
            _ => return None,
        };
        Some(format!("{why}; but coverage.yaml says that it is enforced"))
    }

    /// What to do where the workspace and the catalog contradict each other.
    pub(super) fn correct(&self, what: &str) -> String {
        format!(
            "correct coverage.yaml ({what}); if it is as it says there, put a test of your own into the \
             entry of {}",
            self.entry.name
        )
    }

    fn vendor(&self) -> &str {
        self.entry.vendor.as_deref().unwrap_or(&self.entry.name)
    }
}

/// How far it is there, where that is not all the way.
fn degree(support: Support) -> String {
    match support {
        Support::Available => String::new(),
        Support::Partial => " in part".into(),
        Support::OnRequest => " on request".into(),
        Support::Limited => " for some customers".into(),
        other => format!(" ({other})"),
    }
}
