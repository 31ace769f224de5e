//! A company's own entries: products that the built-in catalog lacks, and claims beside or parts in place of its own.
//!
//! What a file of the overlay says is merged with the built-in entry of the same id: claims are added to the built-in
//! ones, and a claim with the same field, scope and value joins its sources to theirs. So the usual ranking decides
//! between both, and a company's own test of the live product (`own-test`) outranks everything. What has no ranking is
//! put in the place of its counterpart: a deprovisioning of the same trigger, scope and setting, an export of the same
//! id, a price of the same plan and kind, the runbook, the lists. Nothing is taken away.

use super::Catalog;
use super::lint::lint_whole;
use crate::diag::{Diagnostic, any_error};
use crate::model::{ClaimField, Entry};
use crate::yaml::{self, Located};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An entry of which only the id has to be given.
#[derive(Deserialize)]
#[serde(transparent)]
struct Addition(Entry);

impl JsonSchema for Addition {
    fn schema_name() -> Cow<'static, str> {
        "entry of a company's own catalog".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Entry::json_schema(generator);
        schema.insert("required".to_owned(), serde_json::json!(["id"]));
        schema
    }
}

/// Reads the files of an overlay and lays them over a catalog.
///
/// # Errors
/// Every fault of every file. Warnings are returned beside the catalog.
pub fn overlay(
    built_in: &Catalog,
    files: &[(String, Vec<u8>)],
    today: Date,
) -> Result<(Catalog, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (additions, mut faults) = read(files);
    let wholes: Vec<Entry> = additions.iter().map(|addition| whole(built_in, &addition.value)).collect();
    faults.extend(lint_whole(&additions, &wholes, &built_in.entries, today));
    if any_error(&faults) {
        return Err(faults);
    }
    let mut entries: BTreeMap<&str, &Entry> = built_in.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    entries.extend(wholes.iter().map(|entry| (entry.id.as_str(), entry)));
    Ok((Catalog::new(entries.into_values().cloned().collect()), faults))
}

/// What the files of an overlay say themselves, each with its places.
///
/// # Errors
/// Every fault in the shape of a file.
pub fn additions(files: &[(String, Vec<u8>)]) -> Result<Vec<Located<Entry>>, Vec<Diagnostic>> {
    match read(files) {
        (additions, faults) if faults.is_empty() => Ok(additions),
        (_, faults) => Err(faults),
    }
}

fn read(files: &[(String, Vec<u8>)]) -> (Vec<Located<Entry>>, Vec<Diagnostic>) {
    let (mut additions, mut faults) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let (addition, more) = yaml::load_in_part::<Addition>(name, bytes);
        additions.extend(addition.map(|addition| addition.map(|Addition(entry)| entry)));
        faults.extend(more);
    }
    (additions, faults)
}

fn whole(built_in: &Catalog, addition: &Entry) -> Entry {
    built_in.get(&addition.id).map_or_else(|| addition.clone(), |base| merge(base, addition))
}

/// A built-in entry with what a company says of the same product.
pub fn merge(base: &Entry, own: &Entry) -> Entry {
    let Entry {
        id: _,
        name,
        vendor,
        roles,
        domains,
        also_called,
        not_to_confuse_with,
        plans,
        plan_aliases,
        addons,
        prices,
        variants,
        tenancy,
        regions,
        sources,
        claims,
        not_researched,
        deprovision,
        runbook,
        roster_exports,
        exports,
        pulls,
        directories,
        notes,
    } = own.clone();
    let mut all = base.clone();
    // A source of the company may carry the id of a built-in one; the built-in claims keep theirs.
    let renamed = |id: &str| {
        if base.sources.contains_key(id) && own.sources.contains_key(id) { format!("own-{id}") } else { id.to_owned() }
    };
    let cited = |ids: &mut Vec<String>| ids.iter_mut().for_each(|id| *id = renamed(id));

    replace_text(&mut all.name, name);
    all.vendor = vendor.or(all.vendor);
    replace(&mut all.roles, roles);
    replace(&mut all.plans, plans);
    replace(&mut all.tenancy, tenancy);
    add(&mut all.domains, domains, |a, b| a == b);
    add(&mut all.also_called, also_called, |a, b| a == b);
    add(&mut all.not_to_confuse_with, not_to_confuse_with, |a, b| a.domain == b.domain);
    all.plan_aliases.extend(plan_aliases);
    all.variants.extend(variants);
    all.regions.extend(regions);
    all.sources.extend(sources.into_iter().map(|(id, source)| (renamed(&id), source)));
    all.addons.extend(addons.into_iter().map(|(id, mut addon)| {
        cited(&mut addon.sources);
        (id, addon)
    }));
    for mut claim in claims {
        cited(&mut claim.sources);
        let same =
            all.claims.iter_mut().find(|c| c.field == claim.field && c.scope == claim.scope && c.value == claim.value);
        match same {
            Some(same) => {
                let theirs = std::mem::replace(&mut same.sources, claim.sources);
                add(&mut same.sources, theirs, |a, b| a == b);
                same.note = claim.note.or(same.note.take());
            }
            None => all.claims.push(claim),
        }
    }
    let claimed: Vec<ClaimField> = all.claims.iter().filter(|c| c.scope.is_everywhere()).map(|c| c.field).collect();
    add(&mut all.not_researched, not_researched, |a, b| a == b);
    all.not_researched.retain(|field| !claimed.contains(field));

    let with_sources = |mut d: crate::model::Deprovision| {
        cited(&mut d.sources);
        d
    };
    add(&mut all.deprovision, deprovision.into_iter().map(with_sources).collect(), |a, b| {
        a.trigger == b.trigger && a.scope == b.scope && a.setting == b.setting
    });
    let mut prices = prices;
    prices.iter_mut().for_each(|price| cited(&mut price.sources));
    add(&mut all.prices, prices, |a, b| a.plan == b.plan && a.addon == b.addon && a.kind == b.kind);
    let mut exports = exports;
    exports.iter_mut().for_each(|export| cited(&mut export.sources));
    add(&mut all.exports, exports, |a, b| a.id == b.id);
    let mut pulls = pulls;
    for pull in &mut pulls {
        cited(&mut pull.sources);
        let post = pull.post.as_mut().map(|post| &mut post.only_reads);
        for only_reads in post.into_iter().chain(pull.prepare.as_mut().map(|prepare| &mut prepare.only_reads)) {
            *only_reads = renamed(only_reads);
        }
    }
    add(&mut all.pulls, pulls, |a, b| a.id == b.id);
    let mut directories = directories;
    directories.iter_mut().for_each(|list| cited(&mut list.sources));
    add(&mut all.directories, directories, |a, b| a.id == b.id);
    let mut rosters = roster_exports;
    rosters.iter_mut().for_each(|roster| cited(&mut roster.sources));
    replace(&mut all.roster_exports, rosters);
    if let Some(mut runbook) = runbook {
        cited(&mut runbook.sources);
        let others = runbook.alternatives.iter_mut().flat_map(|way| {
            cited(&mut way.sources);
            &mut way.steps
        });
        for step in runbook.steps.iter_mut().chain(others) {
            if let crate::model::Step::Sourced(step) = step {
                cited(&mut step.sources);
            }
        }
        all.runbook = Some(runbook);
    }
    all.notes.extend(notes);
    all
}

fn replace_text(base: &mut String, own: String) {
    if !own.is_empty() {
        *base = own;
    }
}

fn replace<T>(base: &mut Vec<T>, own: Vec<T>) {
    if !own.is_empty() {
        *base = own;
    }
}

/// Adds what is new; what has a counterpart takes its place.
fn add<T>(base: &mut Vec<T>, own: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    for item in own {
        match base.iter_mut().find(|known| same(known, &item)) {
            Some(known) => *known = item,
            None => base.push(item),
        }
    }
}
