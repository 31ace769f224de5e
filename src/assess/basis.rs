//! What the assessment of one app rests on: claims that other sources contradict, and claims that have grown old.

use super::tenant::Tenant;
use super::{AppFacts, Disputed};
use crate::catalog::{Stale, conflicts, scope_words, stale_claim};
use crate::model::{Claim, ClaimField, Entry, Level, Operation, Support, support};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The claims behind the assessment that were old on that day.
pub(super) fn old(tenant: &Tenant<'_>, as_of: Date) -> Vec<(Stale, String)> {
    let entry = tenant.entry;
    let mut old: Vec<(Stale, String)> = tenant
        .rests()
        .into_iter()
        .filter_map(|claim| Some((stale_claim(entry, claim, as_of)?, tenant.said_by(&claim.sources))))
        .collect();
    old.sort_by(|(a, _), (b, _)| a.what.cmp(&b.what));
    old
}

/// The contradictions that matter here: those where the assessment would come out differently if the other side were right.
pub(super) fn disputed(tenant: &Tenant<'_>, facts: &AppFacts) -> Vec<Disputed> {
    let entry = tenant.entry;
    let mut disputed = Vec::new();
    for conflict in conflicts(entry) {
        let (winner, rule) = (conflict.verdict.winner, &conflict.verdict.rule);
        if !tenant.fits(conflict.scope) {
            continue;
        }
        let mut against: Vec<&Claim> = Vec::new();
        let mut changes: Vec<String> = Vec::new();
        let mut ends_otherwise = false;
        // That a source found nothing contradicts nobody.
        for other in conflict.verdict.losers.iter().filter(|c| !silent(c)) {
            let entry = believing(entry, conflict.field, &conflict.verdict.losers, winner, other);
            let then = super::facts_of(&tenant.of(&entry), &facts.id, &facts.name);
            let differs = differences(facts, &then);
            if differs.is_empty() {
                continue;
            }
            ends_otherwise |= facts.level(Operation::Deactivate) != then.level(Operation::Deactivate);
            against.push(other);
            changes.extend(differs.into_iter().filter(|d| !changes.contains(d)).collect::<Vec<_>>());
        }
        if against.is_empty() {
            continue;
        }
        let side = |claim: &Claim| {
            let note = claim.note.as_deref().map_or(String::new(), |note| format!(": {}", note.trim_end_matches('.')));
            format!("`{}` says {}{note}", claim.value, publishers(entry, claim))
        };
        let scope = scope_words(conflict.scope);
        disputed.push(Disputed {
            field: conflict.field,
            what: if scope.is_empty() { conflict.field.to_string() } else { format!("{} ({scope})", conflict.field) },
            counts: side(winner),
            against: against.into_iter().map(side).collect(),
            rule: rule.clone(),
            changes,
            ends_otherwise,
        });
    }
    disputed
}

fn silent(claim: &Claim) -> bool {
    matches!(support(&claim.value), Some(Support::Undocumented | Support::NotResearched))
}

/// Everyone who says it, each with the day for which that page speaks.
fn publishers(entry: &Entry, claim: &Claim) -> String {
    let one =
        |source: &crate::model::Source| format!("{} ({}, as of {})", source.publisher, source.url, source.speaks_for());
    entry.cited(&claim.sources).map(|(_, source)| one(source)).collect::<Vec<_>>().join(" and ")
}

/// The entry as it would read if one of the beaten claims were right and all that contradict it were not there.
fn believing(entry: &Entry, field: ClaimField, losers: &[&Claim], winner: &Claim, right: &Claim) -> Entry {
    let contradicts = |claim: &Claim| {
        let side = |other: &Claim| claim.scope == other.scope && claim.value == other.value;
        claim.field == field && claim.value != right.value && (side(winner) || losers.iter().any(|l| side(l)))
    };
    let mut entry = entry.clone();
    entry.claims.retain(|claim| !contradicts(claim));
    entry
}

/// What would be otherwise.
fn differences(is: &AppFacts, then: &AppFacts) -> Vec<String> {
    let mut list = Vec::new();
    let mut moved: BTreeMap<(Level, Level), Vec<String>> = BTreeMap::new();
    for (a, b) in is.operations.iter().zip(&then.operations) {
        if a.level != b.level {
            moved.entry((a.level, b.level)).or_default().push(format!("`{}`", a.operation));
        } else if a.operation == Operation::Deactivate && a.unlock.is_some() != b.unlock.is_some() {
            list.push(match b.unlock.is_some() {
                true => "there would be a way to automate the end of accounts".to_owned(),
                false => "there would be no known way to automate the end of accounts".to_owned(),
            });
        }
    }
    let move_words = |((is, then), which): ((Level, Level), Vec<String>)| {
        format!("{} would be {}, not {}", which.join(", "), word(then), word(is))
    };
    list.extend(moved.into_iter().map(move_words));
    if is.sso_exists != then.sso_exists {
        list.push(match then.sso_exists {
            Some(true) => "single sign-on would be there for this tenant".to_owned(),
            Some(false) => "there would be no single sign-on for this tenant".to_owned(),
            None => "whether there is single sign-on for this tenant would not be known".to_owned(),
        });
    }
    if is.sso_contradicted.is_some() != then.sso_contradicted.is_some() {
        list.push(match then.sso_contradicted.is_some() {
            true => "single sign-on could not be enforced for this tenant, as coverage.yaml says it is".to_owned(),
            false => "nothing would speak against the single sign-on that coverage.yaml says is enforced".to_owned(),
        });
    }
    if is.outlives_tenant.is_some() != then.outlives_tenant.is_some() {
        list.push(match then.outlives_tenant.is_some() {
            true => "accounts would live on outside the tenant".to_owned(),
            false => "accounts would not live on outside the tenant".to_owned(),
        });
    }
    if is.sso_bypass != then.sso_bypass {
        list.push(match then.sso_bypass {
            true => "administrators could sign in past the identity provider".to_owned(),
            false => "administrators could not sign in past the identity provider".to_owned(),
        });
    }
    if is.sso_bypass_guests != then.sso_bypass_guests {
        list.push(match then.sso_bypass_guests {
            true => "guests could sign in past the identity provider".to_owned(),
            false => "guests could not sign in past the identity provider".to_owned(),
        });
    }
    list
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::Automated => "automated",
        Level::Scriptable => "a script's work",
        Level::SsoOnly => "handwork after the end of the sign-in",
        Level::Manual => "handwork",
        Level::Unknown => "unknown",
    }
}
