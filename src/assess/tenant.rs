//! A product as one company has it, and what the catalog answers to its questions.

use super::Sso;
use crate::catalog::{Verdict, applies, verdict};
use crate::model::{
    Cite, Claim, ClaimField, ClaimValue, EVERY_PLAN, Entry, Names, Operation, Population, Scope, Support, support,
};
use crate::workspace::{App, Switch};
use std::cell::RefCell;

/// One company's tenant of one product.
#[derive(Debug, Clone)]
pub(super) struct Tenant<'a> {
    pub entry: &'a Entry,
    /// What is asked of every claim.
    pub scope: Scope,
    /// The plan, if it is one that the entry knows.
    pub plan: Option<String>,
    /// The plan as `coverage.yaml` writes it, if the entry does not know it.
    pub strange_plan: Option<String>,
    /// Ids of the add-ons; none if nobody says.
    pub addons: Option<Vec<String>>,
    pub sso: Option<Sso>,
    pub scim: Option<bool>,
    /// Claims that had a part in an answer.
    rests: RefCell<Vec<&'a Claim>>,
}

/// An answer of the catalog about something that is there or is not.
pub(super) struct Heard<'a> {
    pub support: Support,
    /// Who says so.
    pub by: String,
    /// The case for which alone it holds, where `coverage.yaml` does not say whether the tenant is that case.
    pub only_for: Option<String>,
    /// The plans for which alone it holds, none of which is the tenant's.
    pub only_on: Option<&'a Names>,
}

impl<'a> Tenant<'a> {
    pub fn new(app: &App, entry: &'a Entry, idp: Option<&str>) -> Self {
        let named = app.plan.as_deref().map(|plan| entry.plan_named(plan));
        let known = named.filter(|plan| entry.plans.iter().any(|p| p == plan)).map(str::to_owned);
        let one = |text: &Option<String>| text.as_deref().map(Names::from);
        Self {
            entry,
            scope: Scope {
                variant: one(&app.variant),
                tenancy: one(&app.tenancy),
                population: app.population,
                idp: idp.map(Names::from),
                plan: one(&known),
                region: one(&app.region),
                operation: None,
            },
            strange_plan: app.plan.clone().filter(|_| known.is_none()),
            plan: known,
            addons: app.addons.clone(),
            sso: super::sso(app),
            scim: app.scim.map(|scim| scim == Switch::On),
            rests: RefCell::default(),
        }
    }

    /// The same tenant of a product about which something else is said.
    pub fn of<'b>(&self, entry: &'b Entry) -> Tenant<'b> {
        Tenant {
            entry,
            scope: self.scope.clone(),
            plan: self.plan.clone(),
            strange_plan: self.strange_plan.clone(),
            addons: self.addons.clone(),
            sso: self.sso,
            scim: self.scim,
            rests: RefCell::default(),
        }
    }

    /// The same tenant on another plan.
    pub fn on_plan(&mut self, plan: &str) {
        self.plan = Some(plan.to_owned());
        self.strange_plan = None;
        self.scope.plan = Some(Names::from(plan));
    }

    /// Every claim that had a part in an answer so far.
    pub fn rests(&self) -> Vec<&'a Claim> {
        self.rests.borrow().clone()
    }

    fn verdict(&self, field: ClaimField, scope: &Scope) -> Option<Verdict<'a>> {
        let verdict = verdict(self.entry, field, scope)?;
        let whose = verdict.winner.scope.population;
        // Where nobody says whose accounts, those of staff are meant, and other people's claims are none.
        if scope.population.is_none() && !whose.is_none_or(Population::is_staff) {
            return None;
        }
        self.rest_on(verdict.winner);
        Some(verdict)
    }

    fn rest_on(&self, claim: &'a Claim) {
        let mut rests = self.rests.borrow_mut();
        if !rests.iter().any(|known| std::ptr::eq(*known, claim)) {
            rests.push(claim);
        }
    }

    /// What counts for this tenant, and for an operation if it is about one.
    pub fn ask(&self, field: ClaimField, operation: Option<Operation>) -> Option<Verdict<'a>> {
        self.verdict(field, &Scope { operation, ..self.scope.clone() })
    }

    /// Whether something is there, as far as anybody says.
    pub fn support(&self, field: ClaimField, operation: Option<Operation>) -> Option<Heard<'a>> {
        let (verdict, other_plan) = match self.ask(field, operation) {
            Some(verdict) => (verdict, false),
            // What is said of other plans alone says that those plans have it.
            None => (self.verdict(field, &Scope { operation, plan: None, ..self.scope.clone() })?, true),
        };
        Some(Heard {
            support: support(&verdict.winner.value)?,
            by: self.said_by(&verdict.winner.sources),
            only_on: verdict.winner.scope.plan.as_ref().filter(|_| other_plan),
            only_for: verdict.only_for.filter(|_| !other_plan),
        })
    }

    pub fn text(&self, field: ClaimField, operation: Option<Operation>) -> Option<&'a str> {
        match &self.ask(field, operation)?.winner.value {
            ClaimValue::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn flag(&self, field: ClaimField) -> Option<(bool, String)> {
        let verdict = self.ask(field, None)?;
        match verdict.winner.value {
            ClaimValue::Flag(flag) => Some((flag, self.said_by(&verdict.winner.sources))),
            _ => None,
        }
    }

    /// What is said of the accounts of these people, and not of everybody's.
    pub fn flag_of(&self, field: ClaimField, population: Population) -> Option<bool> {
        let verdict = verdict(self.entry, field, &Scope { population: Some(population), ..self.scope.clone() })?;
        verdict.winner.scope.population?;
        self.rest_on(verdict.winner);
        match verdict.winner.value {
            ClaimValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    pub fn list(&self, field: ClaimField) -> &'a [String] {
        match self.ask(field, None).map(|v| &v.winner.value) {
            Some(ClaimValue::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether a list of operations has this one: none if no source lists any, if the list is only what follows from a
    /// source, which speaks of what it has and not of what it lacks, or if that hangs on what `coverage.yaml` leaves open.
    pub fn does(&self, field: ClaimField, operation: Operation) -> Option<bool> {
        let verdict = self.ask(field, Some(operation))?;
        let has = |value: &ClaimValue| match value {
            ClaimValue::List(list) => list.iter().any(|word| word == operation.word()),
            _ => false,
        };
        let here = has(&verdict.winner.value);
        let open = verdict.only_for.is_some() && verdict.elsewhere.iter().any(|claim| has(&claim.value) != here);
        let whole = verdict.winner.evidence.is_stated();
        (!open && (here || whole)).then_some(here)
    }

    /// Whether something with this scope may be about this tenant.
    pub fn fits(&self, scope: &Scope) -> bool {
        let staff = self.scope.population.is_some() || scope.population.is_none_or(Population::is_staff);
        staff && applies(scope, &self.scope)
    }

    /// The best of the sources: who says so, and where.
    pub fn said_by(&self, sources: &[String]) -> String {
        let best = self.entry.cited(sources).map(|(_, source)| source).min_by_key(|source| source.rank());
        best.map_or(String::new(), |source| format!("{}, {}", source.publisher, source.url))
    }

    /// The pages behind ids of sources.
    pub fn cites(&self, sources: &[String]) -> Vec<Cite> {
        let cite = |source: &crate::model::Source| Cite {
            publisher: source.publisher.clone(),
            url: source.url.clone(),
            seen_on: source.seen_on.clone(),
        };
        self.entry.cited(sources).map(|(_, source)| cite(source)).collect()
    }

    /// Whether the tenant's plan is one of those that `needed` names; none if that cannot be told.
    pub fn plan_reaches(&self, needed: &ClaimValue) -> Option<bool> {
        match needed {
            ClaimValue::Text(every) if every == EVERY_PLAN => Some(true),
            ClaimValue::Text(smallest) => {
                let have = self.plan.as_deref()?;
                let need = self.entry.plan_named(smallest);
                let at = |name: &str| self.entry.plans.iter().position(|p| p == name);
                Some(have == need || at(have)? >= at(need)?)
            }
            ClaimValue::List(exactly) => {
                let have = self.plan.as_deref()?;
                Some(exactly.iter().any(|one| self.entry.plan_named(one) == have))
            }
            ClaimValue::Flag(_) => None,
        }
    }

    /// The smallest plan above the tenant's that has it, by the order of the entry.
    pub fn smallest_of(&self, needed: &ClaimValue) -> Option<String> {
        let at = |name: &str| self.entry.plans.iter().position(|p| p == name);
        let have = self.plan.as_deref().and_then(at);
        match needed {
            ClaimValue::Text(one) => Some(self.entry.plan_named(one).to_owned()),
            ClaimValue::List(some) => {
                let mut plans: Vec<&str> = some.iter().map(|one| self.entry.plan_named(one)).collect();
                plans.sort_by_key(|plan| (at(plan) <= have, at(plan)));
                plans.first().map(|plan| (*plan).to_owned())
            }
            ClaimValue::Flag(_) => None,
        }
    }
}
