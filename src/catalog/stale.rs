//! Which statements rest on sources that nobody has looked at for too long.

use super::verdict::{scope_words, verdict};
use crate::model::{Claim, Entry};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Days for which what ends an account, how a person does it, and how a list is had are taken for fresh.
const OFFBOARDING_DAYS: u16 = 365;
/// Days for which a price is.
const PRICE_DAYS: u16 = 183;

/// A statement that rests on old sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// What it is about, and for whom or where.
    pub what: String,
    /// The latest day that one of its sources speaks for.
    pub day: Date,
    /// How many days ago that is.
    pub age: i64,
    /// After how many days it is old.
    pub limit: u16,
    /// The sources, by id.
    pub sources: Vec<String>,
}

/// Whether a claim rests on old sources on that day.
pub fn stale_claim(entry: &Entry, claim: &Claim, as_of: Date) -> Option<Stale> {
    let what = match claim.scope.is_everywhere() {
        true => claim.field.to_string(),
        false => format!("{} ({})", claim.field, scope_words(&claim.scope)),
    };
    judge(entry, what, &claim.sources, claim.field.fresh_days(), as_of)
}

/// Every statement that counts and rests on old sources on that day, in the order of the entry.
pub fn stale(entry: &Entry, as_of: Date) -> Vec<Stale> {
    let mut seen = BTreeSet::new();
    let groups = entry.claims.iter().filter(|c| seen.insert((c.field, &c.scope)));
    // Of a group only what counts: that a beaten claim is old changes nothing.
    let winners = groups.filter_map(|c| verdict(entry, c.field, &c.scope)).map(|v| v.winner);
    let mut told = BTreeSet::new();
    let winners = winners.filter(|c| told.insert(std::ptr::from_ref::<Claim>(c)));
    let mut found: Vec<Stale> = winners.filter_map(|c| stale_claim(entry, c, as_of)).collect();
    let mut more = |what: String, sources: &[String], limit| found.extend(judge(entry, what, sources, limit, as_of));
    for d in &entry.deprovision {
        more(format!("deprovision: {}", d.trigger), &d.sources, OFFBOARDING_DAYS);
    }
    if let Some(runbook) = &entry.runbook {
        more("runbook".to_owned(), &runbook.sources, OFFBOARDING_DAYS);
    }
    for roster in &entry.roster_exports {
        more(format!("roster export: {}", roster.by), &roster.sources, OFFBOARDING_DAYS);
    }
    for price in &entry.prices {
        let of = price.plan.as_deref().or(price.addon.as_deref()).unwrap_or_default();
        more(format!("price: {of}"), &price.sources, PRICE_DAYS);
    }
    found
}

fn judge(entry: &Entry, what: String, sources: &[String], limit: u16, as_of: Date) -> Option<Stale> {
    let day = entry.cited(sources).filter_map(|(_, source)| day(source.speaks_for())).max()?;
    let age = i64::from(as_of.since(day).ok()?.get_days());
    (age > i64::from(limit)).then(|| Stale { what, day, age, limit, sources: sources.to_vec() })
}

/// The last day of what a source gives as its date: a page "of March" may be of the 31st.
fn day(text: &str) -> Option<Date> {
    let date = |text: String| text.parse::<Date>().ok();
    match text.len() {
        4 => date(format!("{text}-12-31")),
        7 => date(format!("{text}-01")).map(Date::last_of_month),
        _ => date(text.to_owned()),
    }
}
