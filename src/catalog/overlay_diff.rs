//! What an overlay changes: claims added, verdicts that turned, parts that took the place of others.

use super::Catalog;
use super::page::page;
use super::verdict::{Verdict, scope_words, verdict};
use crate::model::{ClaimField, Entry, OverlayChange, ProductPage, Said, Scope};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What differs, product by product.
pub fn overlay_diff(before: &Catalog, after: &Catalog, as_of: Date) -> Vec<OverlayChange> {
    let mut changes = Vec::new();
    for entry in &after.entries {
        match before.get(&entry.id) {
            None => changes.push(OverlayChange {
                product: entry.id.clone(),
                what: "product added",
                about: format!("{}, {} claims", entry.name, entry.claims.len()),
                before: None,
                after: None,
                rule: None,
            }),
            Some(base) => of_entry(base, entry, as_of, &mut changes),
        }
    }
    changes
}

fn of_entry(base: &Entry, entry: &Entry, as_of: Date, changes: &mut Vec<OverlayChange>) {
    let change = |what, about: &str, before: Option<&Said>, after: Option<&Said>, rule| OverlayChange {
        product: entry.id.clone(),
        what,
        about: about.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
        rule,
    };
    for claim in &entry.claims {
        let known =
            base.claims.iter().find(|c| c.field == claim.field && c.scope == claim.scope && c.value == claim.value);
        let what = match known {
            None => "claim added",
            Some(known) if known.sources != claim.sources => "sources added",
            Some(_) => continue,
        };
        let said = super::page::said(entry, claim);
        let before = known.map(|known| super::page::said(base, known));
        changes.push(change(what, claim.field.word(), before.as_ref(), Some(&said), None));
    }
    // What turned, for every case that either of the two speaks of.
    let claims = base.claims.iter().chain(&entry.claims);
    let mut cases: BTreeSet<(ClaimField, Scope)> = claims.map(|c| (c.field, c.scope.clone())).collect();
    cases.extend(cases.clone().into_iter().map(|(field, _)| (field, Scope::default())));
    for (field, scope) in cases {
        let was = verdict(base, field, &scope).map(|v| super::page::said(base, v.winner));
        let Some(Verdict { winner, rule, .. }) = verdict(entry, field, &scope) else { continue };
        let is = super::page::said(entry, winner);
        if was.as_ref().is_none_or(|was| was.what != is.what) {
            let about = match scope.is_everywhere() {
                true => field.to_string(),
                false => format!("{field} ({})", scope_words(&scope)),
            };
            let what = if was.is_some() { "verdict turned" } else { "verdict reached" };
            changes.push(change(what, &about, was.as_ref(), Some(&is), Some(rule)));
        }
    }
    let (old, new) = (page(base, as_of), page(entry, as_of));
    for (part, of) in PARTS {
        let (old, new) = (of(&old), of(&new));
        for said in new.iter().filter(|said| !old.iter().any(|o| same(o, said))) {
            // The same thing was said otherwise, if its first word and scope are the same.
            let was = old.iter().find(|o| head(o) == head(said) && !new.iter().any(|n| same(n, o)));
            changes.push(change(part, &said.what, was, Some(said), None));
        }
    }
    let ways = |page: &ProductPage| page.runbooks.iter().map(|r| (r.who.clone(), r.steps.clone())).collect::<Vec<_>>();
    if ways(&old) != ways(&new) {
        changes.push(change("runbook replaced", "by hand", None, None, None));
    }
    if old.plans != new.plans {
        changes.push(change("plans replaced", &new.plans.join(", "), None, None, None));
    }
    for (id, name, _) in new.exports.iter().filter(|export| !old.exports.contains(export)) {
        changes.push(change("export added", &format!("{id}: {name}"), None, None, None));
    }
}

type Part = fn(&ProductPage) -> &Vec<Said>;
const PARTS: [(&str, Part); 3] =
    [("deprovisioning", |page| &page.endings), ("roster export", |page| &page.rosters), ("price", |page| &page.prices)];

fn same(a: &Said, b: &Said) -> bool {
    (&a.what, &a.scope, &a.details, &a.by) == (&b.what, &b.scope, &b.details, &b.by)
}

fn head(said: &Said) -> (&str, &str) {
    (said.what.split(": ").next().unwrap_or_default(), &said.scope)
}
