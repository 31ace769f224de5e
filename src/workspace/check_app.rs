//! One app of `coverage.yaml`: what it says of itself must be something that the catalog can tell apart.

use super::check::Check;
use super::raw::{RawApp, RawInput, RawRoster, RawRosterFile};
use super::{App, Called, Input, Product, called, words_of};
use crate::yaml::{nearest, step};
use std::collections::BTreeMap;

impl<'a> Check<'a> {
    pub(super) fn app(&mut self, id: &str, raw: &RawApp) -> App {
        let pointer = format!("/apps/{}", step(id));
        self.id(&pointer, id);
        let product = self.product(&pointer, id, raw);
        App {
            id: id.to_owned(),
            product: product.map(|p| p.id.clone()),
            name: raw.name.clone().or_else(|| product.map(|p| p.name.clone())).unwrap_or_else(|| id.to_owned()),
            rosters: self.rosters(&pointer, raw),
            assignments: self.files(&format!("{pointer}/assignments"), raw.assignments.as_ref()),
            plan: raw.plan.as_ref().map(|plan| self.plan(&format!("{pointer}/plan"), plan, product)),
            addons: raw.addons.as_ref().map(|addons| self.addons(&format!("{pointer}/addons"), addons, product)),
            region: self.part(&pointer, "region", raw.region.as_ref(), product.map(|p| (p, p.regions.as_slice()))),
            variant: self.part(&pointer, "variant", raw.variant.as_ref(), product.map(|p| (p, p.variants.as_slice()))),
            tenancy: self.part(&pointer, "tenancy", raw.tenancy.as_ref(), product.map(|p| (p, p.tenancy.as_slice()))),
            population: raw.population,
            idp: raw.idp.as_ref().map(|idp| self.signs_in(&format!("{pointer}/idp"), idp)),
            sso: raw.sso,
            scim: raw.scim,
            expected: raw.expected,
            owner: raw.owner.clone(),
            revoke_within: raw.revoke_within.as_ref().and_then(|r| self.revoke(&format!("{pointer}/revoke-within"), r)),
            admins: raw.admins.iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect(),
            accept: self.accepted(&pointer, &raw.accept),
            line: self.line(&pointer),
        }
    }

    fn product(&mut self, pointer: &str, id: &str, raw: &RawApp) -> Option<&'a Product> {
        let products = &self.known.products;
        let wanted = raw.product.as_deref().unwrap_or(id);
        let found = products.iter().find(|product| product.id == wanted);
        if found.is_none() {
            // `atlassian-cloud` has as few other letters from `elastic-cloud` as a typing mistake: names go before letters.
            let near = match called(&words_of(wanted), products) {
                Some(Called::Is(id)) => Some(id),
                _ => nearest(wanted, products.iter().map(|product| product.id.as_str())),
            };
            match (&raw.product, near) {
                (Some(_), near) => {
                    let help = near.map_or("leave it out if the catalog does not know the app".to_owned(), |n| {
                        format!("did you mean `{n}`?")
                    });
                    self.error_with(
                        &format!("{pointer}/product"),
                        format!("the catalog has no product `{wanted}`"),
                        help,
                    );
                }
                // An app may well be unknown to the catalog. Almost the name of a product is rather a typing mistake.
                (None, Some(near)) => {
                    let warning = self.raw.warning(pointer, format!("the catalog has no product `{id}`"));
                    let warning = warning.help(format!("if it is `{near}`, call it so or write `product: {near}`"));
                    self.problems.push(warning);
                }
                (None, None) => {}
            }
        }
        found
    }

    /// A plan under the catalog's name for it. Vendors rename plans faster than catalogs follow, so one that is not known
    /// is only a warning; what hangs on it is then not known either.
    fn plan(&mut self, pointer: &str, plan: &str, product: Option<&Product>) -> String {
        let Some(product) = product.filter(|product| !product.plans.is_empty()) else { return plan.to_owned() };
        let is = |known: &String| known.to_lowercase() == plan.trim().to_lowercase();
        let alias = || product.plan_aliases.iter().find(|(_, others)| others.iter().any(is)).map(|(plan, _)| plan);
        if let Some(known) = product.plans.iter().find(|known| is(known)).or_else(alias) {
            return known.clone();
        }
        let aliases = product.plan_aliases.values().flatten();
        let near = nearest(plan, product.plans.iter().chain(aliases).map(String::as_str));
        let known = format!("it knows `{}`", product.plans.join("`, `"));
        let help = near.map_or(known.clone(), |near| format!("did you mean `{near}`? {known}"));
        let message =
            format!("the catalog knows no plan `{plan}` of {}, so what needs a plan is not judged", product.name);
        self.problems.push(self.raw.warning(pointer, message).help(help));
        plan.to_owned()
    }

    /// The ids of add-ons, which may be given by their names, too.
    fn addons(&mut self, pointer: &str, addons: &[String], product: Option<&Product>) -> Vec<String> {
        let Some(product) = product else { return addons.to_vec() };
        let mut ids = Vec::new();
        for (n, written) in addons.iter().enumerate() {
            let is = |known: &str| known.to_lowercase() == written.trim().to_lowercase();
            if let Some((id, _)) = product.addons.iter().find(|(id, name)| is(id) || is(name)) {
                ids.push(id.clone());
                continue;
            }
            let known: Vec<&str> = product.addons.iter().map(|(id, _)| id.as_str()).collect();
            let names = product.addons.iter().map(|(_, name)| name.as_str());
            let near = nearest(written, known.iter().copied().chain(names));
            let message = format!("the catalog knows no add-on `{written}` of {}", product.name);
            self.error_with(&format!("{pointer}/{n}"), message, choice(near, &known));
        }
        ids
    }

    /// A region, variant or level of tenancy. These words have no meaning outside the catalog.
    fn part(
        &mut self,
        pointer: &str,
        what: &str,
        written: Option<&String>,
        known: Option<(&Product, &[String])>,
    ) -> Option<String> {
        let written = written?;
        let Some((product, known)) = known else { return Some(written.clone()) };
        if let Some(found) = known.iter().find(|known| known.to_lowercase() == written.trim().to_lowercase()) {
            return Some(found.clone());
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("the catalog knows no {what} `{written}` of {}", product.name);
        self.error_with(&format!("{pointer}/{what}"), message, choice(nearest(written, known.iter().copied()), &known));
        None
    }

    /// An identity provider of this file or of the catalog.
    fn signs_in(&mut self, pointer: &str, written: &str) -> String {
        let own = self.raw.value.idp.iter().filter_map(|idp| idp.id.as_deref());
        let products = self.known.products.iter().filter(|p| p.signs_in).map(|p| p.id.as_str());
        let known: Vec<&str> = own.chain(products).collect();
        if !known.contains(&written) {
            let near = nearest(written, known.iter().copied());
            let help = near.map_or_else(
                || "name the `id` of a file under `idp`, or an identity provider of the catalog".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.error_with(pointer, format!("there is no identity provider `{written}`"), help);
        }
        written.to_owned()
    }

    fn rosters(&mut self, pointer: &str, raw: &RawApp) -> Vec<Input> {
        let extracted_at =
            raw.extracted_at.as_ref().and_then(|text| self.moment(&format!("{pointer}/extracted-at"), text));
        let mut rosters = self.files(&format!("{pointer}/roster"), raw.roster.as_ref());
        for roster in &mut rosters {
            roster.extracted_at = roster.extracted_at.or(extracted_at);
        }
        rosters
    }

    /// One file or several, none of them twice.
    fn files(&mut self, pointer: &str, written: Option<&RawRoster>) -> Vec<Input> {
        let files = match written {
            None => Vec::new(),
            Some(RawRoster::File(file)) => vec![self.input(pointer, &named(file))],
            Some(RawRoster::Input(input)) => vec![self.input(pointer, input)],
            Some(RawRoster::Files(files)) => {
                let input = |(n, file): (usize, &RawRosterFile)| match file {
                    RawRosterFile::File(file) => self.input(&format!("{pointer}/{n}"), &named(file)),
                    RawRosterFile::Input(input) => self.input(&format!("{pointer}/{n}"), input),
                };
                files.iter().enumerate().map(input).collect()
            }
        };
        self.once(pointer, &files);
        files
    }
}

/// What can be written instead.
fn choice(near: Option<&str>, known: &[&str]) -> String {
    match near {
        _ if known.is_empty() => "the catalog tells none apart; leave it out".to_owned(),
        Some(near) => format!("did you mean `{near}`? The catalog knows `{}`", known.join("`, `")),
        None => format!("the catalog knows `{}`", known.join("`, `")),
    }
}

fn named(file: &str) -> RawInput {
    let file = file.to_owned();
    RawInput {
        file,
        id: None,
        export: None,
        extracted_at: None,
        encoding: None,
        date_order: None,
        scope: None,
        system: None,
        filter: None,
        extracted_by: None,
        method: None,
        only: BTreeMap::new(),
        records: None,
        accept: Vec::new(),
    }
}
