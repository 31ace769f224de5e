//! Where the sources of an entry contradict each other, or one of them itself. Computed, never typed in.

use super::verdict::{SAID_FIRST, Verdict, decide, parts, speaker, speaker_outranks, words};
use crate::model::{
    ANY_IDP, Claim, ClaimField, ClaimValue, Deprovision, Effect, Entry, Evidence, Scope, Support, Trigger, ValueKind,
    support,
};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Claims of one field and scope that cannot all be true.
#[derive(Debug, Clone)]
pub struct Conflict<'a> {
    /// What they are about.
    pub field: ClaimField,
    /// For whom or where.
    pub scope: &'a Scope,
    /// Which one counts.
    pub verdict: Verdict<'a>,
}

/// Every contradiction between claims, in the order of the entry.
pub fn conflicts(entry: &Entry) -> Vec<Conflict<'_>> {
    let mut seen = BTreeSet::new();
    let mut conflicts = Vec::new();
    for Claim { field, scope, .. } in &entry.claims {
        if !seen.insert((field, scope)) {
            continue;
        }
        let of_field = || entry.claims.iter().filter(|c| c.field == *field);
        let usable = of_field().any(|c| c.scope == *scope && support(&c.value).is_some_and(Support::usable));
        let sides: Vec<&Claim> = of_field()
            // What a narrower claim says is a refinement, unless the broader one says that there is nothing at all.
            .filter(|c| c.scope == *scope || (usable && covers(&c.scope, scope) && absent(c)))
            .collect();
        if sides.iter().any(|a| sides.iter().any(|b| contradict(*field, &a.value, &b.value))) {
            let verdict = decide(entry, sides.into_iter(), scope);
            conflicts.extend(verdict.map(|verdict| Conflict { field: *field, scope, verdict }));
        }
    }
    conflicts
}

fn absent(claim: &Claim) -> bool {
    support(&claim.value).is_some_and(Support::absent)
}

/// Whether `broad` holds for everything that `narrow` holds for, and for more.
fn covers(broad: &Scope, narrow: &Scope) -> bool {
    let holds = |(part, values): (&str, Vec<&str>)| {
        parts(narrow).any(|(other, inner)| other == part && inner.iter().all(|v| values.contains(v)))
    };
    broad != narrow && parts(broad).all(holds)
}

fn contradict(field: ClaimField, a: &ClaimValue, b: &ClaimValue) -> bool {
    match (field.kind(), a, b) {
        // Few sources name every provider; but "any" and a list cannot both be all there is to say.
        (ValueKind::Idps, ClaimValue::List(a), ClaimValue::List(b)) => {
            let any = |list: &[String]| list.iter().any(|idp| idp == ANY_IDP);
            any(a) != any(b)
        }
        // A list of plans names all of them.
        (ValueKind::Plan | ValueKind::Addon, ..) => words(a) != words(b),
        // Of other lists, one that names more is not a contradiction.
        (_, ClaimValue::List(_), ClaimValue::List(_)) => {
            let (a, b) = (words(a), words(b));
            !a.is_subset(&b) && !b.is_subset(&a)
        }
        _ => words(a) != words(b),
    }
}

/// Sources that disagree about what one trigger does to an account.
#[derive(Debug, Clone)]
pub struct EffectConflict<'a> {
    /// What counts.
    pub winner: &'a Deprovision,
    /// What others say, in the order of the entry.
    pub losers: Vec<&'a Deprovision>,
    /// Why the winner counts, in words.
    pub rule: String,
}

/// What decides between statements about one trigger; the smallest counts.
fn weight<'a>(entry: &'a Entry, of: &'a Deprovision) -> (bool, u8, Evidence, Reverse<&'a str>) {
    let rank = entry.cited(&of.sources).map(|(_, s)| s.rank()).min().unwrap_or(u8::MAX);
    let best = entry.cited(&of.sources).filter(|(_, s)| s.rank() == rank);
    let date = best.map(|(_, s)| s.stated_on.as_deref().unwrap_or(&s.seen_on)).max().unwrap_or_default();
    (of.effect == Effect::Undocumented, rank, of.evidence, Reverse(date))
}

/// Every disagreement about what ends an account how, in the order of the entry.
pub fn effect_conflicts(entry: &Entry) -> Vec<EffectConflict<'_>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for of in &entry.deprovision {
        // A person or a program chooses between several acts (suspend, delete); of the others there is one outcome.
        if matches!(of.trigger, Trigger::AdminUi | Trigger::ApiCall)
            || !seen.insert((of.trigger, &of.scope, &of.setting))
        {
            continue;
        }
        let same = |d: &&Deprovision| d.trigger == of.trigger && d.scope == of.scope && d.setting == of.setting;
        let sides = || entry.deprovision.iter().filter(same);
        let Some(winner) = sides().min_by_key(|d| weight(entry, d)) else { continue };
        let losers: Vec<&Deprovision> = sides().filter(|d| d.contradicts(winner)).collect();
        let Some(second) = losers.iter().min_by_key(|d| weight(entry, d)) else { continue };
        let ((_, rank, evidence, date), (silent, other, inferred, older)) =
            (weight(entry, winner), weight(entry, second));
        let who = |d: &Deprovision| speaker(entry.cited(&d.sources).map(|(_, source)| source));
        let rule = match () {
            () if silent => "a source that says something outweighs one that found nothing".to_owned(),
            () if rank < other => speaker_outranks(who(winner), who(second)),
            () if evidence < inferred => SAID_FIRST.to_owned(),
            () if date == older => "of equal sources the one written first counts".to_owned(),
            () => format!("of equal sources the newer one counts ({}, not {})", date.0, older.0),
        };
        found.push(EffectConflict { winner, losers, rule });
    }
    found
}

/// A source that says that something does not exist and goes on to describe it.
#[derive(Debug, Clone)]
pub struct SelfContradiction<'a> {
    /// The source's id.
    pub source: &'a str,
    /// Where it says that there is nothing.
    pub denies: &'a Claim,
    /// Where it describes it all the same.
    pub describes: &'a Claim,
}

/// Every source that contradicts itself, in the order of the entry.
pub fn self_contradictions(entry: &Entry) -> Vec<SelfContradiction<'_>> {
    let mut found = Vec::new();
    for denies in entry.claims.iter().filter(|c| c.field.word().ends_with(".status") && absent(c)) {
        let what = denies.field.word().trim_end_matches("status");
        for source in &denies.sources {
            let describes = entry.claims.iter().find(|c| {
                c.field != denies.field
                    && c.field.word().starts_with(what)
                    && c.scope == denies.scope
                    && c.sources.contains(source)
                    // "There is nothing to switch on" is no description.
                    && c.value != ClaimValue::Flag(false)
            });
            found.extend(describes.map(|describes| SelfContradiction { source, denies, describes }));
        }
    }
    found
}
