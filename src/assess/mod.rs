//! What each app's lifecycle operations really are for this tenant: the catalog's claims × the tenant's set-up.
//!
//! Every level comes with the chain of reasons that led to it, and with what would unlock the next one.

mod basis;
mod gate;
mod handwork;
mod levels;
mod tenant;
#[cfg(test)]
mod tests;
mod ways;

pub use crate::catalog::Stale;
use crate::model::{Assigned, ClaimField, Entry, Handwork, Level, Operation, OperationLevel, Population, RevokeLimit};
use crate::workspace::App;
pub use crate::workspace::Expected;
use gate::Gate;
use jiff::civil::Date;
use tenant::Tenant;

/// How people sign in, as the workspace declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sso {
    /// Only through the identity provider.
    Enforced,
    /// Through the identity provider or otherwise.
    Optional,
    /// Never through it.
    Off,
}

/// Where SCIM stands for this tenant, as far as ending accounts goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scim {
    /// The catalog or the workspace says too little.
    #[default]
    Unknown,
    /// The workspace says that it is on.
    On,
    /// Nobody can simply buy it or switch it on, or it does not end accounts.
    NotOffered,
    /// The tenant has it, and it is switched off.
    Off {
        /// Who says that it is there.
        by: String,
        /// What would be automated with it.
        unlocks: Vec<Operation>,
    },
    /// It needs something that the tenant has not bought.
    Gated {
        /// What: `the Complete plan`.
        needs: String,
        /// What that costs, each with its kind and source; empty if the catalog has no price.
        prices: Vec<String>,
        /// Who says that it is needed.
        by: String,
        /// What would be automated with it.
        unlocks: Vec<Operation>,
    },
}

/// Claims that contradict each other, where the assessment would come out differently if the other side were right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// What they are about.
    pub field: ClaimField,
    /// The same, with the scope.
    pub what: String,
    /// The side that counts: what it says, and who.
    pub counts: String,
    /// The other sides.
    pub against: Vec<String>,
    /// Why the one counts.
    pub rule: String,
    /// What would be otherwise.
    pub changes: Vec<String>,
    /// Whether accounts would end in another way.
    pub ends_otherwise: bool,
}

/// One app as the rules see it.
#[derive(Debug, Clone, Default)]
pub struct AppFacts {
    /// Its index in the run.
    pub ix: u32,
    /// Its id in the workspace.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its id in the catalog.
    pub product: Option<String>,
    /// The company's owner of it.
    pub owner: Option<String>,
    /// How people sign in; none if the workspace does not say.
    pub sso: Option<Sso>,
    /// Who should have an account; none if the workspace does not say.
    pub expected: Option<Expected>,
    /// Whether the catalog says that single sign-on exists for this tenant; none if nothing is known.
    pub sso_exists: Option<bool>,
    /// Why nobody can say whether the tenant's plan has single sign-on, which the product offers.
    pub sso_unsure: Option<String>,
    /// Where the catalog has that from.
    pub sso_source: String,
    /// Why, by the catalog, single sign-on cannot be enforced here, although the workspace says that it is.
    pub sso_contradicted: Option<String>,
    /// Whether, by the catalog, administrators may sign in without single sign-on although it is enforced.
    pub sso_bypass: bool,
    /// The same for guests.
    pub sso_bypass_guests: bool,
    /// The tenant as the workspace declares it, in words; empty if it says nothing.
    pub set_up: String,
    /// Where SCIM stands.
    pub scim: Scim,
    /// The claim that an account lives on outside the tenant: who says so, and where.
    pub outlives_tenant: Option<String>,
    /// The operations.
    pub operations: Vec<OperationLevel>,
    /// How a person removes a leaver.
    pub handwork: Option<Handwork>,
    /// What deprovisioning does and leaves, and where that is said.
    pub deprovision: Vec<(String, String)>,
    /// Contradictions on which the assessment hangs.
    pub disputed: Vec<Disputed>,
    /// Until when access has to end after a leaving; none if no limit is declared.
    pub revoke_within: Option<RevokeLimit>,
    /// Old claims on which it rests, each with who says so.
    pub old: Vec<(Stale, String)>,
    /// Whom the identity provider has given the app; none if no list of that is named.
    pub assigned: Option<Assigned>,
}

impl AppFacts {
    /// The level of an operation.
    pub fn level(&self, operation: Operation) -> Level {
        self.operations.iter().find(|o| o.operation == operation).map_or(Level::Unknown, |o| o.level)
    }
    /// Whether ending an account is a person's work.
    pub fn is_manual_only(&self) -> bool {
        matches!(self.level(Operation::Deactivate), Level::Manual | Level::SsoOnly)
    }
    /// Whether SCIM would end accounts here, if it were switched on or bought.
    pub fn scim_would_end(&self) -> bool {
        match &self.scim {
            Scim::Off { unlocks, .. } | Scim::Gated { unlocks, .. } => unlocks.contains(&Operation::Deactivate),
            Scim::Unknown | Scim::On | Scim::NotOffered => false,
        }
    }
    /// How sign-in is set up, in words.
    pub fn sign_in(&self) -> &'static str {
        match self.sso {
            Some(Sso::Enforced) => "single sign-on enforced",
            Some(Sso::Optional) => "single sign-on optional",
            Some(Sso::Off) => "no single sign-on",
            None => "not declared",
        }
    }
    /// What to do to end an account by hand: the first sentence of an action.
    pub fn by_hand(&self) -> String {
        let known = self.handwork.as_ref().and_then(|hand| hand.by_hand(&self.name));
        known.unwrap_or_else(|| format!("Remove it in {}'s member administration", self.name))
    }
}

/// Assesses one app for this tenant. `idp` is the catalog's id of the identity provider that people sign in with.
pub fn assess(ix: u32, app: &App, entry: Option<&Entry>, idp: Option<&str>, as_of: Option<Date>) -> AppFacts {
    let mut facts = match entry {
        None => uncatalogued(app),
        Some(entry) => {
            let tenant = Tenant::new(app, entry, idp);
            let mut facts = facts_of(&tenant, &app.id, &app.name);
            facts.old = as_of.map(|day| basis::old(&tenant, day)).unwrap_or_default();
            facts.disputed = basis::disputed(&tenant, &facts);
            facts.handwork = handwork::handwork(&tenant);
            facts.deprovision = handwork::after_words(&tenant);
            facts.product = Some(entry.id.clone());
            facts
        }
    };
    facts.ix = ix;
    facts.sso = sso(app);
    facts.set_up = set_up(app);
    facts.expected = app.expected;
    facts.owner.clone_from(&app.owner);
    facts
}

/// What the assessment rests on, as the workspace declares it.
fn set_up(app: &App) -> String {
    let mut parts = Vec::new();
    let mut part = |name: &str, value: Option<&str>| parts.extend(value.map(|value| format!("{name} {value}")));
    part("plan", app.plan.as_deref());
    let addons = app.addons.as_ref().map(|ids| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") });
    part("add-ons", addons.as_deref());
    part("variant", app.variant.as_deref());
    part("tenancy", app.tenancy.as_deref());
    part("region", app.region.as_deref());
    part("accounts of", app.population.map(Population::word));
    part("identity provider", app.idp.as_deref());
    part("SCIM", app.scim.map(|scim| if scim == crate::workspace::Switch::On { "on" } else { "off" }));
    parts.join(" · ")
}

/// The level of one operation for a tenant, where nothing else is asked.
pub fn level_of(app: &App, entry: &Entry, idp: Option<&str>, operation: Operation) -> Level {
    Tenant::new(app, entry, idp).level(operation).level
}

fn sso(app: &App) -> Option<Sso> {
    use crate::workspace::SsoSetting;
    app.sso.map(|sso| match sso {
        SsoSetting::Enforced => Sso::Enforced,
        SsoSetting::Optional => Sso::Optional,
        SsoSetting::Off => Sso::Off,
    })
}

fn uncatalogued(app: &App) -> AppFacts {
    let unknown = |operation: &Operation| OperationLevel {
        operation: *operation,
        level: Level::Unknown,
        reason: vec!["the app is not in the catalog".to_owned()],
        unlock: Some("add it to the catalog, or name its product in coverage.yaml".to_owned()),
    };
    AppFacts {
        id: app.id.clone(),
        name: app.name.clone(),
        operations: Operation::ALL.iter().map(unknown).collect(),
        ..AppFacts::default()
    }
}

/// What the claims come to for a tenant.
fn facts_of(tenant: &Tenant<'_>, id: &str, name: &str) -> AppFacts {
    let (sso_exists, sso_unsure, sso_source) = single_sign_on(tenant);
    AppFacts {
        id: id.to_owned(),
        name: name.to_owned(),
        sso_exists,
        sso_unsure,
        sso_source,
        sso_contradicted: tenant.sso_contradicted(),
        sso_bypass: tenant.flag(ClaimField::SsoBypass).is_some_and(|(bypass, _)| bypass),
        sso_bypass_guests: tenant.flag_of(ClaimField::SsoBypass, Population::Guests) == Some(true),
        scim: tenant.offer(),
        outlives_tenant: tenant.flag(ClaimField::AccountOutlivesTenant).filter(|(lives, _)| *lives).map(|(_, by)| by),
        operations: tenant.levels(),
        ..AppFacts::default()
    }
}

/// Whether there is single sign-on for this tenant; if that hangs on what nobody says, on what; and who says so.
fn single_sign_on(tenant: &Tenant<'_>) -> (Option<bool>, Option<String>, String) {
    let Some(heard) = tenant.support(ClaimField::SsoStatus, None) else { return (None, None, String::new()) };
    if heard.support.absent() {
        return (Some(false), None, heard.by);
    }
    if !heard.support.usable() {
        return (None, None, heard.by);
    }
    if matches!(tenant.sso, Some(Sso::Enforced | Sso::Optional)) {
        return (Some(true), None, heard.by);
    }
    match tenant.gate(ClaimField::SsoPlan, Some(ClaimField::SsoAddon), None, heard.only_on) {
        Gate::Open(_) => (Some(true), None, heard.by),
        Gate::Shut(..) => (Some(false), None, heard.by),
        Gate::Unsure(steps, _) => (None, Some(steps.join(", ")), heard.by),
    }
}
