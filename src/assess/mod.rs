//! What each app's lifecycle operations really are for this tenant: the catalog's claims × the tenant's set-up.
//!
//! Every level comes with the chain of reasons that led to it, and with what would unlock the next one.

mod levels;

use crate::catalog::{Verdict, verdict};
use crate::model::{
    ClaimField, ClaimValue, EVERY_PLAN, Effect, Entry, Level, Names, Operation, OperationLevel, Runbook, Scope,
    Support, support,
};
pub use crate::workspace::Expected;
use crate::workspace::{App, SsoSetting, Switch};

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

/// One app as the rules see it.
#[derive(Debug, Clone)]
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
    /// Where the catalog has that from.
    pub sso_source: String,
    /// Whether, by the catalog, administrators may sign in without single sign-on although it is enforced.
    pub sso_bypass: bool,
    /// The claim that an account lives on outside the tenant: who says so, and where.
    pub outlives_tenant: Option<String>,
    /// The operations.
    pub operations: Vec<OperationLevel>,
    /// How a person removes a leaver.
    pub runbook: Option<Runbook>,
    /// What deprovisioning does and leaves, and where that is said.
    pub deprovision: Vec<(String, String)>,
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
        match &self.runbook {
            Some(runbook) => {
                let steps: Vec<&str> = runbook.steps.iter().map(|s| s.text().trim().trim_end_matches('.')).collect();
                format!("By hand in {}: {}", self.name, steps.join("; "))
            }
            None => format!("Remove it in {}'s member administration", self.name),
        }
    }
}

/// The claims about one product, asked for one tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claims<'a> {
    entry: Option<&'a Entry>,
    scope: &'a Scope,
}

impl<'a> Claims<'a> {
    fn ask(&self, field: ClaimField) -> Option<Verdict<'a>> {
        verdict(self.entry?, field, self.scope)
    }
    fn support(&self, field: ClaimField) -> Option<(Support, Verdict<'a>)> {
        let verdict = self.ask(field)?;
        Some((support(&verdict.winner.value)?, verdict))
    }
    fn text(&self, field: ClaimField) -> Option<&'a str> {
        match &self.ask(field)?.winner.value {
            ClaimValue::Text(text) => Some(text),
            _ => None,
        }
    }
    fn flag(&self, field: ClaimField) -> Option<bool> {
        match self.ask(field)?.winner.value {
            ClaimValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }
    fn list(&self, field: ClaimField) -> &'a [String] {
        match self.ask(field).map(|v| &v.winner.value) {
            Some(ClaimValue::List(list)) => list,
            _ => &[],
        }
    }
    /// Who says what a verdict rests on.
    fn said_by(&self, verdict: &Verdict<'_>) -> String {
        let cited = self.entry.into_iter().flat_map(|entry| entry.cited(&verdict.winner.sources));
        // The best of several; of equals the first.
        let source = cited.map(|(_, source)| source).min_by_key(|source| source.rank());
        source.map_or(String::new(), |s| format!("{}, {}", s.publisher, s.url))
    }
    /// The names of the add-ons of which one is needed.
    fn addon(&self, field: ClaimField) -> Option<String> {
        let entry = self.entry?;
        let name = |id: &String| entry.addons.get(id).map_or(id.clone(), |addon| addon.name.clone());
        match &self.ask(field)?.winner.value {
            ClaimValue::Text(id) => Some(name(id)),
            ClaimValue::List(ids) => Some(ids.iter().map(name).collect::<Vec<_>>().join(" or ")),
            ClaimValue::Flag(_) => None,
        }
    }
    /// The plan that a field names: the smallest one, or all those that have it.
    fn plan(&self, field: ClaimField) -> Option<&'a ClaimValue> {
        self.ask(field).map(|verdict| &verdict.winner.value)
    }
    /// Whether the tenant's plan is one of those that `needed` names; none if that cannot be told.
    fn plan_reaches(&self, plan: Option<&str>, needed: &ClaimValue) -> Option<bool> {
        let entry = self.entry?;
        match needed {
            ClaimValue::Text(every) if every == EVERY_PLAN => Some(true),
            ClaimValue::Text(smallest) => {
                let (have, need) = (entry.plan_named(plan?), entry.plan_named(smallest));
                let at = |name: &str| entry.plans.iter().position(|p| p == name);
                if have == need {
                    return Some(true);
                }
                Some(at(have)? >= at(need)?)
            }
            ClaimValue::List(exactly) => {
                let have = entry.plan_named(plan?);
                Some(exactly.iter().any(|one| entry.plan_named(one) == have))
            }
            ClaimValue::Flag(_) => None,
        }
    }
}

/// Assesses one app for this tenant.
pub fn assess(ix: u32, app: &App, entry: Option<&Entry>, idp: Option<&str>) -> AppFacts {
    let scope = Scope { idp: idp.map(Names::from), ..Scope::default() };
    let claims = Claims { entry, scope: &scope };
    let sso = app.sso.map(|s| match s {
        SsoSetting::Enforced => Sso::Enforced,
        SsoSetting::Optional => Sso::Optional,
        SsoSetting::Off => Sso::Off,
    });
    let sso_verdict = claims.support(ClaimField::SsoStatus);
    let sso_exists = sso_verdict.as_ref().and_then(|(support, _)| {
        if support.absent() {
            return Some(false);
        }
        if !support.usable() {
            return None;
        }
        match claims.plan(ClaimField::SsoPlan) {
            Some(needed) if app.plan.is_some() => claims.plan_reaches(app.plan.as_deref(), needed),
            _ => Some(true),
        }
    });
    let tenant = levels::Tenant { claims, plan: app.plan.as_deref(), sso, scim: app.scim.map(|s| s == Switch::On) };
    AppFacts {
        ix,
        id: app.id.clone(),
        name: app.name.clone(),
        product: entry.map(|e| e.id.clone()),
        owner: app.owner.clone(),
        sso,
        expected: app.expected,
        sso_exists,
        sso_source: sso_verdict.map_or(String::new(), |(_, v)| claims.said_by(&v)),
        sso_bypass: claims.flag(ClaimField::SsoBypass) == Some(true),
        outlives_tenant: (claims.flag(ClaimField::AccountOutlivesTenant) == Some(true))
            .then(|| claims.ask(ClaimField::AccountOutlivesTenant).map_or(String::new(), |v| claims.said_by(&v))),
        operations: Operation::ALL.iter().map(|o| tenant.level(*o)).collect(),
        runbook: entry.and_then(|e| e.runbook.clone()),
        deprovision: entry.map(after_words).unwrap_or_default(),
    }
}

/// What deprovisioning does and leaves, one line a trigger.
fn after_words(entry: &Entry) -> Vec<(String, String)> {
    entry
        .deprovision
        .iter()
        .map(|d| {
            let trigger = d.trigger.word().replace('-', " ");
            let mut text = match d.effect {
                Effect::Undocumented => format!("{trigger}: no source says what happens"),
                Effect::None => format!("{trigger}: nothing happens to the account"),
                effect => format!("{trigger}: {}", effect.word().replace('-', " ")),
            };
            if let Some(timing) = &d.timing {
                text.push_str(&format!(" ({timing})"));
            }
            if !d.remains.is_empty() {
                let remains: Vec<String> = d.remains.iter().map(|r| r.word().replace('-', " ")).collect();
                text.push_str(&format!("; what remains: {}", remains.join(", ")));
            }
            if let Some(cases) = d.fails_for() {
                text.push_str(&format!("; fails for: {cases}"));
            }
            if let Some(restore) = &d.restore {
                text.push_str(&format!("; can be undone: {restore}"));
            }
            if let Some(note) = &d.note {
                text.push_str(&format!(". {note}"));
            }
            let source = d.sources.iter().find_map(|id| entry.sources.get(id)).map_or(String::new(), |s| s.url.clone());
            (text, source)
        })
        .collect()
}
