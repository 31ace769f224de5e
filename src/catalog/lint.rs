//! What is wrong with the contents of entries whose shape is right: names, sources, and entries against each other.

use super::claim_lint::claims;
use super::export_lint::{Exports, export_faults};
use super::offboarding_lint::offboarding;
use super::pull_lint::{directories, pulls};
use crate::diag::Diagnostic;
use crate::model::{Entry, Names, Role, Scope, SourceKind};
use crate::yaml::{Located, nearest, step};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Lints entries one by one, against each other and against `beside`: entries that are there too and not judged. One
/// that has the id of a judged entry does not count. `today` bounds the dates.
pub fn lint(entries: &[Located<Entry>], beside: &[Entry], today: Date) -> Vec<Diagnostic> {
    let wholes: Vec<Entry> = entries.iter().map(|entry| entry.value.clone()).collect();
    lint_whole(entries, &wholes, beside, today)
}

/// Lints what files say; `wholes` are the entries of which each is a part.
pub(super) fn lint_whole(
    entries: &[Located<Entry>],
    wholes: &[Entry],
    beside: &[Entry],
    today: Date,
) -> Vec<Diagnostic> {
    let judged: BTreeSet<&str> = entries.iter().map(|entry| entry.value.id.as_str()).collect();
    // What a faulty file says of exports and roles may not be all of it; what is built in is not missing then.
    let in_part: BTreeSet<&str> = entries.iter().filter(|e| !e.is_whole()).map(|e| e.value.id.as_str()).collect();
    let again = beside.iter().filter(|entry| in_part.contains(entry.id.as_str()));
    let others = || beside.iter().filter(|entry| !judged.contains(entry.id.as_str()));
    let all = || again.clone().chain(others()).chain(wholes);
    let known = Known {
        exports: all().flat_map(|entry| &entry.exports).map(|export| (export.id.as_str(), export)).collect(),
        idps: all()
            .filter(|entry| entry.roles.contains(&Role::IdentityProvider))
            .map(|entry| (entry.id.as_str(), entry.name.as_str()))
            .collect(),
        built_in: others().map(|entry| entry.id.as_str()).collect(),
        today,
    };
    let mut faults: Vec<Diagnostic> =
        entries.iter().zip(wholes).flat_map(|(entry, whole)| one(entry, whole, &known)).collect();

    let mut taken: BTreeMap<(&str, String), String> = BTreeMap::new();
    for entry in others() {
        let whose = || format!("the built-in `{}`", entry.id);
        taken.extend(entry.domains.iter().map(|domain| (("domain", domain.to_lowercase()), whose())));
        taken.extend(entry.exports.iter().map(|export| (("export id", export.id.to_lowercase()), whose())));
    }
    for entry in entries {
        let mut claim = |what: &'static str, name: &str, pointer: &str| {
            let other = taken.insert((what, name.to_lowercase()), entry.file.clone());
            if let Some(other) = other.filter(|file| *file != entry.file) {
                let fault = entry.error(pointer, format!("the {what} `{name}` is already that of {other}"));
                faults.push(match what {
                    "domain" => {
                        fault.help("if the other is another product, name its domain under `not-to-confuse-with`")
                    }
                    _ => fault,
                });
            }
        };
        claim("id", &entry.value.id, "/id");
        for (n, export) in entry.value.exports.iter().enumerate() {
            claim("export id", &export.id, &format!("/exports/{n}/id"));
        }
        for (n, domain) in entry.value.domains.iter().enumerate() {
            claim("domain", domain, &format!("/domains/{n}"));
        }
    }
    faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    faults
}

/// What an entry may name that stands outside it.
pub(super) struct Known<'a> {
    pub exports: Exports<'a>,
    /// Identity providers: id and name.
    pub idps: BTreeMap<&'a str, &'a str>,
    /// Ids of entries that are there too.
    built_in: Vec<&'a str>,
    today: Date,
}

fn one<'a>(entry: &'a Located<Entry>, whole: &'a Entry, known: &'a Known<'a>) -> Vec<Diagnostic> {
    let mut linter = Linter { entry, whole, known, used: BTreeSet::new(), scoped: BTreeSet::new(), faults: Vec::new() };
    names(&mut linter);
    claims(&mut linter);
    offboarding(&mut linter);
    exports(&mut linter);
    pulls(&mut linter);
    directories(&mut linter);
    linter.sources();
    // Last: by now it is known what is in use, if all of it could be read.
    if entry.is_whole() {
        linter.unused();
    }
    linter.faults
}

/// The linter of one entry.
pub(super) struct Linter<'a> {
    pub entry: &'a Located<Entry>,
    /// The entry with what is built in, if the file is a part of it.
    pub whole: &'a Entry,
    pub known: &'a Known<'a>,
    /// Sources that something rests on.
    used: BTreeSet<&'a str>,
    /// What scopes and values name: `variants`, `tenancy`, `regions`, `addons`, and the name.
    scoped: BTreeSet<(&'static str, &'a str)>,
    faults: Vec<Diagnostic>,
}

impl<'a> Linter<'a> {
    pub fn fault(&mut self, pointer: &str, message: impl Into<String>) {
        self.faults.push(self.entry.error(pointer, message));
    }

    pub fn fault_with(&mut self, pointer: &str, message: impl Into<String>, help: &str) {
        self.faults.push(self.entry.error(pointer, message).help(help));
    }

    pub fn warn(&mut self, pointer: &str, message: impl Into<String>, help: &str) {
        self.faults.push(self.entry.warning(pointer, message).help(help));
    }

    /// A fault about a name that is not one of `known`, with the nearest one.
    pub fn no_such<'n>(&mut self, pointer: &str, message: String, name: &str, known: impl Iterator<Item = &'n str>) {
        let known: Vec<&str> = known.collect();
        let fault = self.entry.error(pointer, message);
        self.faults.push(match nearest(name, known.iter().copied()) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => fault,
            None => fault.help(format!("there are `{}`", known.join("`, `"))),
        });
    }

    /// Where something stands that is spoken of elsewhere.
    pub fn where_stands(&self, pointer: &str) -> String {
        self.entry.position(pointer).map_or("another".to_owned(), |(line, _)| format!("the one in line {line}"))
    }

    /// Whether a name of one of the entry's mappings stands in the file and could not be read.
    fn lost(&self, list: &str, name: &str) -> bool {
        let list = format!("/{list}");
        self.entry.lacks(&format!("{list}/{}", step(name)))
            || (self.entry.position(&list).is_none() && self.entry.lacks(&list))
    }

    /// Notes the sources in use and names those that are not there.
    pub fn cites(&mut self, pointer: &str, cited: &'a [String]) {
        let known = &self.whole.sources;
        for (n, id) in cited.iter().enumerate() {
            self.used.insert(id);
            let pointer = format!("{pointer}/sources/{n}");
            if !known.contains_key(id) && !self.lost("sources", id) {
                self.no_such(&pointer, format!("there is no source `{id}`"), id, known.keys().map(String::as_str));
            } else if cited[..n].contains(id) {
                self.fault(&pointer, format!("the source `{id}` stands here a second time"));
            }
        }
    }

    /// A plan's name; where the entry lists none, any will do.
    pub fn plan(&mut self, pointer: &str, plan: &str) {
        let plans = &self.whole.plans;
        if self.entry.lacks("/plans") {
            return;
        }
        if !plans.is_empty() && !plans.iter().any(|known| known == plan) {
            let message = format!("`{plan}` is not one of the plans");
            self.no_such(pointer, message, plan, plans.iter().map(String::as_str));
        }
    }

    pub fn addon(&mut self, pointer: &str, addon: &'a str) {
        let known = &self.whole.addons;
        self.scoped.insert(("addons", addon));
        if !known.contains_key(addon) && !self.lost("addons", addon) {
            let message = format!("there is no add-on `{addon}` under `addons`");
            self.no_such(pointer, message, addon, known.keys().map(String::as_str));
        }
    }

    /// An identity provider's id.
    pub fn idp(&mut self, pointer: &str, idp: &str) {
        if !self.known.idps.contains_key(idp) {
            let message = format!("`{idp}` is no identity provider of the catalog");
            self.no_such(pointer, message, idp, self.known.idps.keys().copied());
        }
    }

    /// What a scope names is declared once in the entry, so that two spellings do not pass for two things.
    pub fn scope(&mut self, pointer: &str, scope: &'a Scope) {
        let entry = self.whole;
        for (part, list, names) in [
            ("variant", "variants", &scope.variant),
            ("tenancy", "tenancy", &scope.tenancy),
            ("region", "regions", &scope.region),
        ] {
            let known: Vec<&str> = match list {
                "variants" => entry.variants.keys().map(String::as_str).collect(),
                "tenancy" => entry.tenancy.iter().map(String::as_str).collect(),
                _ => entry.regions.keys().map(String::as_str).collect(),
            };
            for name in names.iter().flat_map(Names::iter) {
                self.scoped.insert((list, name));
                let lost = if list == "tenancy" { self.entry.lacks("/tenancy") } else { self.lost(list, name) };
                if !known.contains(&name) && !lost {
                    let message = format!("`{name}` is not declared under `{list}`");
                    self.no_such(&format!("{pointer}/{part}"), message, name, known.iter().copied());
                }
            }
        }
        for plan in scope.plan.iter().flat_map(Names::iter) {
            self.plan(&format!("{pointer}/plan"), plan);
        }
        for idp in scope.idp.iter().flat_map(Names::iter) {
            self.idp(&format!("{pointer}/idp"), idp);
        }
    }

    fn domain(&mut self, pointer: &str, domain: &str) {
        let label = |l: &str| !l.is_empty() && l.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
        if !domain.contains('.') || !domain.split('.').all(label) {
            self.fault(pointer, format!("`{domain}` is no domain such as `example.com`, in lower case"));
        }
    }

    /// What is declared and never used is a leftover or a typing mistake elsewhere.
    fn unused(&mut self) {
        let entry = &self.entry.value;
        for id in entry.sources.keys().filter(|id| !self.used.contains(id.as_str())).collect::<Vec<_>>() {
            let message = format!("nothing rests on the source `{id}`");
            self.warn(&format!("/sources/{}", step(id)), message, "name it at a claim, or take it out");
        }
        let declared = [
            ("variants", entry.variants.keys().collect::<Vec<_>>()),
            ("regions", entry.regions.keys().collect()),
            ("addons", entry.addons.keys().collect()),
        ];
        for (list, names) in declared {
            for name in names {
                if !self.scoped.contains(&(list, name.as_str())) {
                    let pointer = format!("/{list}/{}", step(name));
                    self.warn(
                        &pointer,
                        format!("nothing refers to `{name}`"),
                        "name it where it matters, or take it out",
                    );
                }
            }
        }
    }

    fn sources(&mut self) {
        for (id, source) in &self.entry.value.sources {
            let pointer = format!("/sources/{}", step(id));
            let web = |url: &str| ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
            if !web(&source.url) && source.kind != SourceKind::OwnTest {
                self.fault(&format!("{pointer}/url"), format!("`{}` is no web address", source.url));
            }
            if let Some(url) = source.canonical_url.as_ref().filter(|url| !web(url)) {
                self.fault(&format!("{pointer}/canonical-url"), format!("`{url}` is no web address"));
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

    /// A date that is not in the future.
    fn date(&mut self, pointer: &str, text: &str) -> Option<Date> {
        match self.day(pointer, text) {
            Some(day) if day > self.known.today => self.fault(pointer, format!("{text} lies in the future")),
            day => return day,
        }
        None
    }

    /// Whether that day, month or year is behind us.
    pub fn is_past(&self, day: &str) -> bool {
        let today = self.known.today.to_string();
        today.get(..day.len()).is_some_and(|today| day < today)
    }

    /// The first day of a day, month or year of the calendar.
    pub fn day(&mut self, pointer: &str, text: &str) -> Option<Date> {
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        let day = whole.parse::<Date>().ok();
        if day.is_none() {
            self.fault(pointer, format!("`{text}` is no day of the calendar"));
        }
        day
    }
}

fn names(linter: &mut Linter<'_>) {
    let entry = &linter.entry.value;
    let file = linter.entry.file.rsplit(['/', '\\']).next().unwrap_or_default();
    if !entry.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') || entry.id.is_empty() {
        linter.fault("/id", format!("`{}`: an id has lower-case letters, digits and hyphens", entry.id));
    } else if file != format!("{}.yaml", entry.id) {
        linter.fault("/id", format!("the file of `{}` must be called {}.yaml", entry.id, entry.id));
    }
    let lacks = |key| linter.entry.lacks(key);
    if linter.whole.name.is_empty() && !lacks("/name") {
        let message = format!("`{}` is no built-in product, so it needs a `name` and `roles`", entry.id);
        let near = nearest(&entry.id, linter.known.built_in.iter().copied());
        match near {
            Some(near) => linter.fault_with("/id", message, &format!("did you mean `{near}`?")),
            None => linter.fault("/id", message),
        }
    } else if linter.whole.roles.is_empty() && !lacks("/roles") {
        linter.fault("/roles", "a product has at least one role");
    }
    let mut own = BTreeSet::new();
    for (n, domain) in entry.domains.iter().enumerate() {
        let pointer = format!("/domains/{n}");
        linter.domain(&pointer, domain);
        if !own.insert(domain) {
            linter.fault(&pointer, format!("the domain `{domain}` stands here a second time"));
        }
    }
    for (n, look_alike) in entry.not_to_confuse_with.iter().enumerate() {
        let pointer = format!("/not-to-confuse-with/{n}/domain");
        linter.domain(&pointer, &look_alike.domain);
        if own.contains(&look_alike.domain) {
            linter.fault(&pointer, format!("`{}` is the product's own domain", look_alike.domain));
        }
    }
    for (list, names) in [("plans", &entry.plans), ("tenancy", &entry.tenancy), ("also-called", &entry.also_called)] {
        let mut seen = BTreeSet::new();
        for (n, name) in names.iter().enumerate() {
            if !seen.insert(name.to_lowercase()) {
                let what = list.strip_suffix('s').unwrap_or("name");
                linter.fault(&format!("/{list}/{n}"), format!("the {what} `{name}` stands here a second time"));
            }
        }
    }
    for (plan, others) in &entry.plan_aliases {
        let pointer = format!("/plan-aliases/{}", step(plan));
        linter.plan(&pointer, plan);
        for other in others.iter().filter(|other| entry.plans.iter().any(|known| known.eq_ignore_ascii_case(other))) {
            linter.fault(&pointer, format!("`{other}` is a plan of its own in `plans`"));
        }
    }
}

fn exports(linter: &mut Linter<'_>) {
    if linter.entry.lacks("/exports") {
        return;
    }
    let entry = &linter.entry.value;
    let mut ids = BTreeSet::new();
    for (n, export) in entry.exports.iter().enumerate() {
        let pointer = format!("/exports/{n}");
        linter.cites(&pointer, &export.sources);
        let at_id = format!("{pointer}/id");
        let rest = export.id.strip_prefix(entry.id.as_str());
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
            linter.fault(&at_id, format!("an export's id begins with its entry's: `{}-…`", entry.id));
        }
        if !ids.insert(&export.id) {
            linter.fault(&at_id, format!("the export id `{}` stands here a second time", export.id));
        }
        for (part, message) in export_faults(export, &linter.known.exports).1 {
            linter.fault(&format!("{pointer}{part}"), message);
        }
    }
}
