//! What is wrong with the claims and prices of an entry whose shape is right.

use super::lint::Linter;
use crate::model::{
    ANY_IDP, Claim, ClaimField, ClaimValue, EVERY_PLAN, Price, PriceKind, Role, Support, ValueKind, support,
};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a name. A longer one is a sentence, which belongs under `note`.
const LONGEST_NAME: usize = 80;

pub(super) fn claims(linter: &mut Linter<'_>) {
    let mut seen = BTreeMap::new();
    for (n, claim) in linter.entry.value.claims.iter().enumerate() {
        let pointer = format!("/claims/{n}");
        linter.cites(&pointer, &claim.sources);
        linter.scope(&format!("{pointer}/scope"), &claim.scope);
        value(linter, &format!("{pointer}/value"), claim);
        let mut bound =
            |key: &str, day: &Option<String>| day.as_ref().and_then(|day| linter.day(&format!("{pointer}/{key}"), day));
        if let (Some(since), Some(until)) = (bound("since", &claim.since), bound("until", &claim.until))
            && until < since
        {
            linter.fault(&format!("{pointer}/until"), format!("{until} is before `since`, {since}"));
        }
        let over = claim.until.as_ref().is_some_and(|day| linter.is_past(day));
        if over && support(&claim.value).is_some_and(Support::usable) {
            let message = format!("`{}` has ended", claim.value);
            linter.warn(&pointer, message, "claim that it is `withdrawn`, with the same `until`");
        }
        if let Some(first) = seen.insert((claim.field, &claim.scope, &claim.value), n) {
            let message = format!("the claim says the same as {}", linter.where_stands(&format!("/claims/{first}")));
            linter.fault_with(&pointer, message, "write one claim with the sources of both");
        }
    }
    gaps(linter);
    addons(linter);
    for (n, price) in linter.entry.value.prices.iter().enumerate() {
        one_price(linter, &format!("/prices/{n}"), price);
    }
}

/// What cannot be told from the value alone; its type is a matter of the schema.
fn value<'a>(linter: &mut Linter<'a>, pointer: &str, claim: &'a Claim) {
    let names: Vec<&str> = match &claim.value {
        ClaimValue::Flag(_) => Vec::new(),
        ClaimValue::Text(text) => vec![text],
        ClaimValue::List(list) => list.iter().map(String::as_str).collect(),
    };
    let at = |n: usize| match &claim.value {
        ClaimValue::List(_) => format!("{pointer}/{n}"),
        _ => pointer.to_owned(),
    };
    let mut seen = BTreeSet::new();
    for (n, name) in names.iter().enumerate() {
        if !seen.insert(name.to_lowercase()) {
            linter.fault(&at(n), format!("`{name}` stands here a second time"));
        }
        match claim.field.kind() {
            ValueKind::Plan if *name == EVERY_PLAN => {}
            ValueKind::Plan => linter.plan(&at(n), name),
            ValueKind::Addon => linter.addon(&at(n), name),
            ValueKind::Idps if *name == ANY_IDP => {}
            ValueKind::Idps => {
                let same = |id: &str, known: &str| name.eq_ignore_ascii_case(known) || name.eq_ignore_ascii_case(id);
                match linter.known.idps.iter().find(|(id, known)| same(id, known)) {
                    Some((id, _)) if id == name => {}
                    Some((id, _)) => {
                        let message = format!("`{name}` stands in the catalog as `{id}`");
                        linter.fault_with(&at(n), message, "write its id");
                    }
                    None => sentence(linter, &at(n), name),
                }
            }
            ValueKind::Names | ValueKind::Text => sentence(linter, &at(n), name),
            ValueKind::Day => _ = linter.day(&at(n), name),
            _ => {}
        }
    }
}

/// A prose value can be neither compared nor counted.
fn sentence(linter: &mut Linter<'_>, pointer: &str, text: &str) {
    if text.chars().count() > LONGEST_NAME || text.contains(". ") || text.contains('\n') {
        linter.warn(
            pointer,
            "a sentence stands where a name belongs",
            "give the name alone; the rest goes under `note`",
        );
    }
}

/// What nobody has looked up is said, so that a gap is not taken for a "no".
fn gaps(linter: &mut Linter<'_>) {
    let entry = &linter.entry.value;
    let claimed: BTreeSet<ClaimField> = linter.whole.claims.iter().map(|claim| claim.field).collect();
    let everywhere =
        |field: ClaimField| linter.whole.claims.iter().any(|c| c.field == field && c.scope.is_everywhere());
    let mut seen = BTreeSet::new();
    for (n, field) in entry.not_researched.iter().enumerate() {
        let pointer = format!("/not-researched/{n}");
        if !seen.insert(field) {
            linter.fault(&pointer, format!("`{field}` stands here a second time"));
        } else if everywhere(*field) {
            linter.fault(&pointer, format!("there is a claim about `{field}`, so it has been looked up"));
        }
    }
    // An entry without a domain is no product but a kind of file.
    let whole = linter.whole;
    if linter.entry.is_whole() && whole.roles.contains(&Role::App) && !whole.domains.is_empty() {
        let said = |field: &ClaimField| claimed.contains(field) || whole.not_researched.contains(field);
        let silent = ClaimField::CORE.iter().filter(|field| !said(field));
        let silent: Vec<&str> = silent.map(|field| field.word()).collect();
        if !silent.is_empty() {
            let message = format!("nothing is said about `{}`", silent.join("`, `"));
            linter.warn(
                "/claims",
                message,
                "claim it (`undocumented` with the pages you read), or list it under `not-researched`",
            );
        }
    }
}

fn addons(linter: &mut Linter<'_>) {
    for (id, addon) in &linter.entry.value.addons {
        let pointer = format!("/addons/{}", crate::yaml::step(id));
        linter.cites(&pointer, &addon.sources);
        for (n, plan) in addon.plans.iter().enumerate() {
            linter.plan(&format!("{pointer}/plans/{n}"), plan);
        }
    }
}

fn one_price<'a>(linter: &mut Linter<'a>, pointer: &str, price: &'a Price) {
    linter.cites(pointer, &price.sources);
    match (&price.plan, &price.addon) {
        (Some(plan), None) => linter.plan(&format!("{pointer}/plan"), plan),
        (None, Some(addon)) => linter.addon(&format!("{pointer}/addon"), addon),
        _ => linter.fault(pointer, "a price is that of one `plan` or of one `addon`"),
    }
    let quote = price.kind == PriceKind::QuoteOnly;
    if quote && (price.amount.is_some() || price.up_to.is_some()) {
        linter.fault(pointer, "`quote-only` says that the vendor names no amount, and here is one");
    }
    if !quote && (price.amount.is_none() || price.currency.is_none() || price.unit.is_none()) {
        linter.fault(pointer, "a price has an `amount`, a `currency` and a `unit`");
    }
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    if let (Some(from), Some(to)) = (number(&price.amount), number(&price.up_to))
        && to <= from
    {
        linter.fault(&format!("{pointer}/up-to"), "`up-to` is more than `amount`");
    }
}
