//! What a company has to have bought before something is open to it: a plan, an add-on; and what that costs.

use super::tenant::Tenant;
use crate::model::{ClaimField, ClaimValue, Names, Operation, Price, PriceKind, PriceUnit};

/// What is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// The plan.
    pub plan: Option<String>,
    /// The add-ons of which one is enough, by id.
    pub addons: Vec<String>,
    /// Both in words: `the Complete plan`.
    pub words: String,
    /// What it costs, each with who says so.
    pub prices: Vec<String>,
    /// Who says that it is needed.
    pub by: String,
}

impl Need {
    /// What it opens, with its price.
    pub fn unlocks(&self, what: &str) -> String {
        match self.prices.is_empty() {
            true => format!("{} unlocks {what} (the catalog has no price)", self.words),
            false => format!("{} unlocks {what} ({})", self.words, self.prices.join("; ")),
        }
    }
}

/// Whether something is open to this tenant, with the steps of the reason.
pub(super) enum Gate {
    Open(Vec<String>),
    Shut(Vec<String>, Need),
    /// `coverage.yaml` says too little. What would settle it.
    Unsure(Vec<String>, String),
}

impl Tenant<'_> {
    /// Whether the plan and the add-ons that the claims ask for are there. `only_on` are plans for which alone it exists.
    pub fn gate(
        &self,
        plan: ClaimField,
        addon: Option<ClaimField>,
        operation: Option<Operation>,
        only_on: Option<&Names>,
    ) -> Gate {
        let (mut steps, mut need, mut hints) = (Vec::new(), Need::default(), Vec::new());
        let mut shut = false;
        let claimed = self.ask(plan, operation);
        let by = claimed.as_ref().map_or(String::new(), |v| self.said_by(&v.winner.sources));
        let exactly = only_on.map(|names| ClaimValue::List(names.iter().map(str::to_owned).collect()));
        if claimed.is_none() && exactly.is_none() && !self.entry.plans.is_empty() {
            steps.push("no source names a plan that it needs".to_owned());
        }
        if let Some(needed) = exactly.as_ref().or(claimed.as_ref().map(|v| &v.winner.value)) {
            match self.plan_reaches(needed) {
                Some(true) => steps.extend(self.plan.iter().map(|have| format!("the tenant's plan has it ({have})"))),
                Some(false) => {
                    shut = true;
                    steps.push(format!("{needed} plan only{}", spoken(&by)));
                    steps.push(format!("the tenant is on {}", self.plan.as_deref().unwrap_or("another plan")));
                    need.plan = self.smallest_of(needed);
                    need.by.clone_from(&by);
                }
                None => {
                    steps.push(match &self.strange_plan {
                        Some(strange) => format!(
                            "needs the {needed} plan{}, and the catalog does not know the plan `{strange}` that coverage.yaml names",
                            spoken(&by)
                        ),
                        None => format!(
                            "needs the {needed} plan{}, and coverage.yaml does not say on which plan the tenant is",
                            spoken(&by)
                        ),
                    });
                    hints.push("say in coverage.yaml on which plan the tenant is".to_owned());
                }
            }
        }
        if let Some(verdict) = addon.and_then(|field| self.ask(field, operation)) {
            let ids: Vec<&str> = match &verdict.winner.value {
                ClaimValue::Text(id) => vec![id],
                ClaimValue::List(ids) => ids.iter().map(String::as_str).collect(),
                ClaimValue::Flag(_) => Vec::new(),
            };
            let name = |id: &str| self.entry.addons.get(id).map_or_else(|| id.to_owned(), |addon| addon.name.clone());
            let names = ids.iter().map(|id| name(id)).collect::<Vec<_>>().join(" or ");
            let by = self.said_by(&verdict.winner.sources);
            match &self.addons {
                _ if ids.is_empty() => {}
                Some(have) => match have.iter().find(|id| ids.contains(&id.as_str())) {
                    Some(id) => steps.push(format!("the tenant has the add-on {}", name(id))),
                    None => {
                        shut = true;
                        steps.push(format!("needs the add-on {names}{}", spoken(&by)));
                        steps.push("coverage.yaml does not have it among the tenant's add-ons".to_owned());
                        need.addons = ids.iter().map(|&id| id.to_owned()).collect();
                        need.by = by;
                    }
                },
                None => {
                    steps.push(format!(
                        "needs the add-on {names}{}, and coverage.yaml does not say which add-ons the tenant has",
                        spoken(&by)
                    ));
                    let addons = need_of(self, None, &ids);
                    hints.push(format!(
                        "say in coverage.yaml under `addons` whether the tenant has {names} ({})",
                        if addons.is_empty() { "the catalog has no price".to_owned() } else { addons.join("; ") }
                    ));
                }
            }
        }
        if shut {
            let addons: Vec<String> = need.addons.clone();
            let names = addons.iter().map(|id| self.entry.addons.get(id).map_or(id.as_str(), |a| a.name.as_str()));
            let names = names.collect::<Vec<_>>().join(" or ");
            need.words = match (&need.plan, addons.is_empty()) {
                (Some(plan), true) => format!("the {plan} plan"),
                (Some(plan), false) => format!("the {plan} plan with the add-on {names}"),
                (None, _) => format!("the add-on {names}"),
            };
            let ids: Vec<&str> = addons.iter().map(String::as_str).collect();
            need.prices = need_of(self, need.plan.as_deref(), &ids);
            return Gate::Shut(steps, need);
        }
        if hints.is_empty() { Gate::Open(steps) } else { Gate::Unsure(steps, hints.join(", and ")) }
    }
}

/// ` (who says so)`, if anybody does.
fn spoken(by: &str) -> String {
    if by.is_empty() { String::new() } else { format!(" ({by})") }
}

/// What a plan and add-ons cost.
fn need_of(tenant: &Tenant<'_>, plan: Option<&str>, addons: &[&str]) -> Vec<String> {
    let about = |price: &&Price| {
        price.plan.as_deref().is_some_and(|p| Some(tenant.entry.plan_named(p)) == plan)
            || price.addon.as_deref().is_some_and(|a| addons.contains(&a))
    };
    tenant.entry.prices.iter().filter(about).map(|price| words(price, &tenant.said_by(&price.sources))).collect()
}

/// A price with its kind and its source.
fn words(price: &Price, by: &str) -> String {
    let range = match (&price.amount, &price.up_to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(amount), None) => amount.clone(),
        (None, Some(to)) => format!("up to {to}"),
        (None, None) => String::new(),
    };
    let unit = match price.unit {
        Some(PriceUnit::UserMonth) => " a person and month",
        Some(PriceUnit::UserYear) => " a person and year",
        Some(PriceUnit::TenantMonth) => " a month for the whole tenant",
        Some(PriceUnit::TenantYear) => " a year for the whole tenant",
        Some(PriceUnit::Once) => " once",
        None => "",
    };
    let amount = match (range.is_empty(), &price.currency) {
        (true, _) => String::new(),
        (false, Some(currency)) => format!(": {range} {currency}{unit}"),
        (false, None) => format!(": {range}{unit}"),
    };
    let kind = match price.kind {
        PriceKind::List => "list price",
        PriceKind::Typical => "what customers are said to pay",
        PriceKind::QuoteOnly => "price on request only",
        PriceKind::ThirdPartyReport => "price by a third party's report",
    };
    format!("{kind}{amount}; {by}").trim_end_matches("; ").to_owned()
}
