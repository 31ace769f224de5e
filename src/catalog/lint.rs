//! What is wrong with the contents of an entry whose shape is right.

use super::export_lint::{Exports, export_faults};
use crate::diag::Diagnostic;
use crate::model::{Claim, ClaimField, ClaimValue, Entry, Operation, Role, Scope, Support};
use crate::yaml::{Located, nearest};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Lints the entries of a catalog one by one and against each other. `today` bounds their dates.
pub fn lint(entries: &[Located<Entry>], today: Date) -> Vec<Diagnostic> {
    let all_exports = entries.iter().flat_map(|entry| &entry.value.exports);
    let all_exports: Exports<'_> = all_exports.map(|export| (export.id.as_str(), export)).collect();
    let mut faults: Vec<Diagnostic> = entries.iter().flat_map(|entry| one(entry, &all_exports, today)).collect();
    let mut ids = BTreeMap::new();
    let mut exports = BTreeMap::new();
    let mut domains = BTreeMap::new();
    for entry in entries {
        let mut claim = |taken: &mut BTreeMap<String, String>, what: &str, name: &str, pointer: &str| {
            if let Some(other) = taken.insert(name.to_lowercase(), entry.file.clone()).filter(|f| *f != entry.file) {
                faults.push(entry.error(pointer, format!("the {what} `{name}` is already that of {other}")));
            }
        };
        claim(&mut ids, "id", &entry.value.id, "/id");
        for (n, export) in entry.value.exports.iter().enumerate() {
            claim(&mut exports, "export id", &export.id, &format!("/exports/{n}/id"));
        }
        for (n, domain) in entry.value.domains.iter().enumerate() {
            claim(&mut domains, "domain", domain, &format!("/domains/{n}"));
        }
    }
    let idps: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.value.roles.contains(&Role::IdentityProvider))
        .map(|entry| entry.value.id.as_str())
        .collect();
    for entry in entries {
        for (n, Claim { scope, .. }) in entry.value.claims.iter().enumerate() {
            if let Some(idp) = scope.idp.as_deref().filter(|idp| !idps.contains(idp)) {
                let message = format!("`{idp}` is no identity provider of the catalog");
                let fault = entry.error(&format!("/claims/{n}/scope/idp"), message);
                faults.push(did_you_mean(fault, idp, idps.iter().copied()));
            }
        }
    }
    faults
}

fn one<'a>(entry: &'a Located<Entry>, all_exports: &'a Exports<'a>, today: Date) -> Vec<Diagnostic> {
    let mut linter = Linter { entry, all_exports, today, used: BTreeSet::new(), faults: Vec::new() };
    linter.names();
    linter.claims();
    linter.deprovision();
    linter.exports();
    // Last: by now the sources in use are known.
    linter.sources();
    linter.faults.sort_by_key(|d| (d.line, d.column));
    linter.faults
}

fn did_you_mean<'a>(fault: Diagnostic, word: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    match nearest(word, known) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault,
    }
}

/// What the value of a field must be.
enum Expect {
    Words(&'static [&'static str]),
    Support,
    Flag,
    Operations,
    List,
    Plan,
    Text,
}

fn expect(field: ClaimField) -> Expect {
    use ClaimField as F;
    match field {
        F::SsoStatus | F::ScimStatus | F::JitStatus | F::ApiStatus | F::ExportStatus => Expect::Support,
        F::EventsWebhooks | F::EventsAudit => Expect::Support,
        F::Lifecycle => Expect::Words(&["active", "signups-closed", "discontinued"]),
        F::SsoEnforcement => Expect::Words(&["optional", "enforceable", "always"]),
        F::ScimSetup => Expect::Words(&["self-serve", "vendor-assisted", "support-ticket", "account-manager"]),
        F::SsoBypass | F::ScimRequiresSso | F::LocalLogin | F::AccountOutlivesTenant => Expect::Flag,
        F::ScimOperations | F::ApiOperations => Expect::Operations,
        F::SsoProtocols | F::ScimIdps => Expect::List,
        F::SsoPlan | F::ScimPlan | F::ApiPlan | F::EventsPlan | F::ExportPlan => Expect::Plan,
        F::ScimBaseUrl | F::ApiBaseUrl | F::ApiAuth => Expect::Text,
    }
}

struct Linter<'a> {
    entry: &'a Located<Entry>,
    all_exports: &'a Exports<'a>,
    today: Date,
    used: BTreeSet<&'a str>,
    faults: Vec<Diagnostic>,
}

impl<'a> Linter<'a> {
    fn fault(&mut self, pointer: &str, message: impl Into<String>) {
        self.faults.push(self.entry.error(pointer, message));
    }

    fn names(&mut self) {
        let entry = &self.entry.value;
        let file = self.entry.file.rsplit(['/', '\\']).next().unwrap_or_default();
        if !entry.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') || entry.id.is_empty() {
            self.fault("/id", format!("`{}`: an id has lower-case letters, digits and hyphens", entry.id));
        } else if file != format!("{}.yaml", entry.id) {
            self.fault("/id", format!("the file of `{}` must be called {}.yaml", entry.id, entry.id));
        }
        if entry.roles.is_empty() {
            self.fault("/roles", "a product has at least one role");
        }
        let mut own = BTreeSet::new();
        for (n, domain) in entry.domains.iter().enumerate() {
            let pointer = format!("/domains/{n}");
            self.domain(&pointer, domain);
            if !own.insert(domain) {
                self.fault(&pointer, format!("the domain `{domain}` stands here a second time"));
            }
        }
        for (n, look_alike) in entry.not_to_confuse_with.iter().enumerate() {
            let pointer = format!("/not-to-confuse-with/{n}/domain");
            self.domain(&pointer, &look_alike.domain);
            if own.contains(&look_alike.domain) {
                self.fault(&pointer, format!("`{}` is the product's own domain", look_alike.domain));
            }
        }
        let mut plans = BTreeSet::new();
        for (n, plan) in entry.plans.iter().enumerate() {
            if !plans.insert(plan.to_lowercase()) {
                self.fault(&format!("/plans/{n}"), format!("the plan `{plan}` stands here a second time"));
            }
        }
    }

    fn domain(&mut self, pointer: &str, domain: &str) {
        let label = |l: &str| !l.is_empty() && l.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
        if !domain.contains('.') || !domain.split('.').all(label) {
            self.fault(pointer, format!("`{domain}` is no domain such as `example.com`, in lower case"));
        }
    }

    fn claims(&mut self) {
        let mut seen = BTreeMap::new();
        for (n, claim) in self.entry.value.claims.iter().enumerate() {
            let pointer = format!("/claims/{n}");
            self.cites(&pointer, &claim.sources);
            self.value(&format!("{pointer}/value"), claim);
            if let Some(plan) = &claim.scope.plan {
                self.plan(&format!("{pointer}/scope/plan"), plan);
            }
            let Scope { variant, tenancy, population, idp, plan, region, operation: _ } = &claim.scope;
            if [variant, tenancy, population, idp, plan, region]
                .into_iter()
                .flatten()
                .any(|part| part.trim().is_empty())
            {
                self.fault(&format!("{pointer}/scope"), "an empty word narrows nothing");
            }
            if let Some(first) = seen.insert((claim.field, &claim.scope, &claim.value), n) {
                let message = format!("the claim says the same as claim {} above", first + 1);
                let fault = self.entry.error(&pointer, message).help("write one claim with the sources of both");
                self.faults.push(fault);
            }
        }
    }

    fn value(&mut self, pointer: &str, claim: &Claim) {
        let field = claim.field;
        let word_of = |linter: &mut Self, known: Vec<&'static str>| match &claim.value {
            ClaimValue::Text(word) if known.contains(&word.as_str()) => {}
            other => {
                let fault = format!("{field}: `{other}` is not one of `{}`", known.join("`, `"));
                let fault = linter.entry.error(pointer, fault);
                linter.faults.push(did_you_mean(fault, &other.to_string(), known.into_iter()));
            }
        };
        match (expect(field), &claim.value) {
            (Expect::Support, _) => word_of(self, Support::ALL.iter().map(|s| s.word()).collect()),
            (Expect::Words(words), _) => word_of(self, words.to_vec()),
            (Expect::Plan, ClaimValue::Text(plan)) => self.plan(pointer, plan),
            (Expect::Operations, ClaimValue::List(list)) => {
                let known: Vec<&str> =
                    Operation::ALL.iter().filter(|o| **o != Operation::Events).map(|o| o.word()).collect();
                for (n, word) in list.iter().enumerate().filter(|(_, word)| !known.contains(&word.as_str())) {
                    let fault = format!("{field}: `{word}` is not one of `{}`", known.join("`, `"));
                    let fault = self.entry.error(&format!("{pointer}/{n}"), fault);
                    self.faults.push(did_you_mean(fault, word, known.iter().copied()));
                }
                self.distinct(pointer, list);
            }
            (Expect::List, ClaimValue::List(list)) => self.distinct(pointer, list),
            (Expect::Flag, ClaimValue::Flag(_)) => {}
            (Expect::Text, ClaimValue::Text(text)) if !text.trim().is_empty() => {}
            (Expect::Flag, _) => self.fault(pointer, format!("{field}: the value is `true` or `false`")),
            (Expect::Operations | Expect::List, _) => self.fault(pointer, format!("{field}: the value is a list")),
            (Expect::Plan, _) => self.fault(pointer, format!("{field}: the value is the name of one plan")),
            (Expect::Text, _) => self.fault(pointer, format!("{field}: the value is a text")),
        }
    }

    fn distinct(&mut self, pointer: &str, list: &[String]) {
        let mut seen = BTreeSet::new();
        if list.is_empty() {
            self.fault(pointer, "the list is empty; a claim that there is nothing is the status `none`");
        }
        for (n, word) in list.iter().enumerate() {
            if !seen.insert(word.to_lowercase()) {
                self.fault(&format!("{pointer}/{n}"), format!("`{word}` stands here a second time"));
            }
        }
    }

    fn plan(&mut self, pointer: &str, plan: &str) {
        let plans = &self.entry.value.plans;
        if !plans.is_empty() && !plans.iter().any(|known| known == plan) {
            let message = format!("`{plan}` is not one of the plans `{}`", plans.join("`, `"));
            let fault = did_you_mean(self.entry.error(pointer, message), plan, plans.iter().map(String::as_str));
            self.faults.push(fault);
        }
    }

    fn deprovision(&mut self) {
        for (n, deprovision) in self.entry.value.deprovision.iter().enumerate() {
            self.cites(&format!("/deprovision/{n}"), &deprovision.sources);
        }
        if let Some(runbook) = &self.entry.value.runbook {
            self.cites("/runbook", &runbook.sources);
        }
    }

    fn exports(&mut self) {
        let entry = &self.entry.value;
        let mut ids = BTreeSet::new();
        for (n, export) in entry.exports.iter().enumerate() {
            let pointer = format!("/exports/{n}");
            self.cites(&pointer, &export.sources);
            let rest = export.id.strip_prefix(entry.id.as_str());
            if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
                self.fault(
                    &format!("{pointer}/id"),
                    format!("an export's id begins with its entry's: `{}-…`", entry.id),
                );
            }
            if !ids.insert(&export.id) {
                self.fault(
                    &format!("{pointer}/id"),
                    format!("the export id `{}` stands here a second time", export.id),
                );
            }
            for (part, message) in export_faults(export, self.all_exports).1 {
                self.fault(&format!("{pointer}{part}"), message);
            }
        }
    }

    /// Notes the sources in use and names those that are not there.
    fn cites(&mut self, pointer: &str, cited: &'a [String]) {
        let known = &self.entry.value.sources;
        for (n, id) in cited.iter().enumerate() {
            self.used.insert(id);
            if !known.contains_key(id) {
                let fault = self.entry.error(&format!("{pointer}/sources/{n}"), format!("there is no source `{id}`"));
                self.faults.push(did_you_mean(fault, id, known.keys().map(String::as_str)));
            }
        }
    }

    fn sources(&mut self) {
        for (id, source) in &self.entry.value.sources {
            let pointer = format!("/sources/{}", crate::yaml::step(id));
            if !self.used.contains(id.as_str()) {
                let unused = self.entry.warning(&pointer, format!("nothing rests on the source `{id}`"));
                self.faults.push(unused.help("name it at a claim, or take it out"));
            }
            if !["https://", "http://"].iter().any(|scheme| source.url.starts_with(scheme)) {
                self.fault(&format!("{pointer}/url"), format!("`{}` is no web address", source.url));
            }
            let seen = self.date(&format!("{pointer}/seen-on"), &source.seen_on);
            let stated = source.stated_on.as_ref().and_then(|day| self.date(&format!("{pointer}/stated-on"), day));
            if let (Some(seen), Some(stated)) = (seen, stated)
                && stated > seen
            {
                self.fault(&format!("{pointer}/stated-on"), format!("{stated} is after the day it was read, {seen}"));
            }
        }
    }

    fn date(&mut self, pointer: &str, text: &str) -> Option<Date> {
        match text.parse::<Date>() {
            Ok(day) if day > self.today => self.fault(pointer, format!("{text} lies in the future")),
            Ok(day) => return Some(day),
            Err(_) => self.fault(pointer, format!("`{text}` is no day of the calendar")),
        }
        None
    }
}
