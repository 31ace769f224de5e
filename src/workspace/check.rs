//! From a `coverage.yaml` of the right shape to one in which everything fits together. Every problem is told, none
//! stops.

use super::raw::{RawInput, RawWorkspace};
use super::{Company, Exclude, Input, Known, NonHuman, Pattern, Policy, Workspace};
use crate::diag::Diagnostic;
use crate::model::{Accept, BulkLimit, Export, Threshold, When};
use crate::yaml::{Located, nearest, step};
use encoding_rs::Encoding;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// Checks a file. The workspace is only good for use if no problem is an error.
pub(super) fn check<'a>(raw: &'a Located<RawWorkspace>, known: &'a Known<'a>) -> (Workspace, Vec<Diagnostic>) {
    let exports = known.exports.iter().map(|export| (export.id.as_str(), *export)).collect();
    let mut check = Check { raw, known, exports, problems: Vec::new() };
    let RawWorkspace { as_of, hr, idp, apps, matching, policy, .. } = &raw.value;
    let exports = check.exports();
    let company = check.company();
    check.calendar();
    let as_of = as_of.as_ref().and_then(|text| check.moment("/as-of", text));
    let mut ids = BTreeMap::new();
    let hr = check.inputs("/hr", hr, &mut ids);
    let idp = check.inputs("/idp", idp, &mut ids);
    let apps = apps.iter().map(|(id, app)| check.app(id, app)).collect();
    let bulk = BulkLimit::default();
    let workspace = Workspace {
        company,
        as_of,
        hr,
        idp,
        apps,
        non_human: check.non_human(),
        exclude: check.exclude(),
        exceptions: Vec::new(),
        reviews: Vec::new(),
        accept: matching.accept.as_ref().map(|a| Accept { agree: a.agree, lead: a.lead }),
        policy: Policy {
            dormant_days: policy.dormant_days,
            roster_max_age_days: policy.roster_max_age_days,
            revoke_within: policy.revoke_within.as_ref().and_then(|raw| check.revoke("/policy/revoke-within", raw)),
            threshold: Threshold { fail_on: policy.fail_on, undecided: policy.fail_on_undecided },
            only_in_idp_limit: policy.only_in_idp_limit.unwrap_or(super::ONLY_IN_IDP_LIMIT),
            guard: super::check_population::guard(&policy.guard),
            exception_max_accounts: policy.exception_max_accounts.unwrap_or(super::EXCEPTION_MAX_ACCOUNTS),
            exception_max_days: policy.exception_max_days,
            review_bulk: BulkLimit {
                approvals: policy.review_bulk.approvals.map_or(bulk.approvals, |n| n as usize),
                seconds: policy.review_bulk.seconds.map_or(bulk.seconds, i64::from),
            },
        },
        links: Vec::new(),
        notify: raw.value.notify.as_ref().and_then(|notify| check.notify(notify)),
        exports,
    };
    (workspace, check.problems)
}

pub(super) struct Check<'a> {
    pub(super) raw: &'a Located<RawWorkspace>,
    pub(super) known: &'a Known<'a>,
    /// All exports by id, the catalog's and the workspace's.
    exports: BTreeMap<&'a str, &'a Export>,
    pub(super) problems: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    pub(super) fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(self.raw.error(pointer, message));
    }

    pub(super) fn error_with(&mut self, pointer: &str, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(self.raw.error(pointer, message).help(help));
    }

    pub(super) fn line(&self, pointer: &str) -> u64 {
        self.raw.key_position(pointer).map_or(1, |(line, _)| line)
    }

    fn exports(&mut self) -> Vec<Export> {
        let own = &self.raw.value.exports;
        for (n, export) in own.iter().enumerate() {
            if self.exports.insert(&export.id, export).is_some() {
                let message = format!("there already is an export called `{}`", export.id);
                self.error(&format!("/exports/{n}/id"), message);
            }
        }
        let mut all = Vec::new();
        for (n, export) in own.iter().enumerate() {
            let pointer = format!("/exports/{n}");
            let (whole, faults) = (self.known.export_faults)(export, &self.exports);
            for (part, message) in faults {
                self.error(&format!("{pointer}{part}"), message);
            }
            all.push(whole);
        }
        all
    }

    fn company(&mut self) -> Company {
        let company = &self.raw.value.company;
        let mut domain_aliases = BTreeMap::new();
        for (former, current) in &company.domain_aliases {
            let pointer = format!("/company/domain-aliases/{}", step(former));
            let domains = (self.domain(&pointer, former), self.domain(&pointer, current));
            if let (Some(former), Some(current)) = domains {
                domain_aliases.insert(former, current);
            }
        }
        for (former, current) in &domain_aliases {
            if former == current || domain_aliases.contains_key(current) {
                let pointer = format!("/company/domain-aliases/{}", step(former));
                let help = "name the domain where the mail arrives today";
                self.error_with(&pointer, format!("`{current}` is itself a former domain"), help);
            }
        }
        let (zone, zone_name) = self.zone("/company/zone", company.zone.as_deref().unwrap_or("UTC"));
        Company {
            name: company.name.clone(),
            domains: self.domains("/company/domains", &company.domains),
            domain_aliases,
            plus_tags: self.domains("/company/plus-tags", &company.plus_tags),
            dots: self.domains("/company/dots", &company.dots),
            zone,
            zone_name,
        }
    }

    pub(super) fn zone(&mut self, pointer: &str, name: &str) -> (TimeZone, String) {
        let Ok(zone) = TimeZone::get(name) else {
            let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            // People write the city alone.
            let city =
                zones.iter().find(|zone| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name)));
            let near = city.map(String::as_str).or_else(|| nearest(name, zones.iter().map(String::as_str)));
            let help = near
                .map_or("write an IANA name such as `Europe/Berlin`".to_owned(), |n| format!("did you mean `{n}`?"));
            self.error_with(pointer, format!("`{name}` is no time zone"), help);
            return (TimeZone::UTC, "UTC".to_owned());
        };
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        (zone, name)
    }

    fn domains(&mut self, pointer: &str, domains: &[String]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let domains = domains.iter().enumerate().filter_map(|(n, text)| self.domain(&format!("{pointer}/{n}"), text));
        domains.filter(|domain| seen.insert(domain.clone())).collect()
    }

    /// A domain in lower case and ASCII.
    fn domain(&mut self, pointer: &str, text: &str) -> Option<String> {
        let ascii = idna::domain_to_ascii(text).unwrap_or_default();
        let label = |l: &str| {
            let inner = l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            inner && (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-')
        };
        if ascii.contains('.') && ascii.split('.').all(label) {
            return Some(ascii);
        }
        let host = text.rsplit(['@', '/']).next().unwrap_or_default();
        let help = format!("write it like `{}`", if host.contains('.') && host != text { host } else { "example.com" });
        self.error_with(pointer, format!("`{text}` is no domain"), help);
        None
    }

    /// An instant or a day.
    pub(super) fn moment(&mut self, pointer: &str, text: &str) -> Option<When> {
        if let Some(day) = day(text) {
            return Some(When::on(day));
        }
        let message = match text.parse::<Timestamp>() {
            Ok(instant) => return Some(When::at(instant)),
            Err(_) if text.parse::<jiff::civil::DateTime>().is_ok() => format!("`{text}` does not say its zone"),
            Err(_) => format!("`{text}` is no date"),
        };
        self.error_with(pointer, message, "write `2026-11-22`, `2026-11-22T09:00:00Z` or `2026-11-22T09:00:00+01:00`");
        None
    }

    fn inputs(&mut self, pointer: &str, inputs: &[RawInput], ids: &mut BTreeMap<String, u64>) -> Vec<Input> {
        let inputs: Vec<Input> =
            inputs.iter().enumerate().map(|(n, input)| self.input(&format!("{pointer}/{n}"), input)).collect();
        for (n, input) in inputs.iter().enumerate() {
            let Some(id) = &input.id else { continue };
            if let Some(first) = ids.insert(id.clone(), input.line) {
                self.error(&format!("{pointer}/{n}/id"), format!("the id `{id}` is already that of line {first}"));
            }
        }
        self.once(pointer, &inputs);
        inputs
    }

    /// Names files that are given twice: their rows would count twice.
    pub(super) fn once(&mut self, pointer: &str, inputs: &[Input]) {
        let mut files = BTreeMap::new();
        for (n, input) in inputs.iter().enumerate() {
            if let Some(first) = files.insert((&input.file, &input.only), input.line) {
                self.error(&format!("{pointer}/{n}"), format!("`{}` is already named in line {first}", input.file));
            }
        }
    }

    pub(super) fn input(&mut self, pointer: &str, input: &RawInput) -> Input {
        let file = normal(&input.file);
        if file.is_empty() {
            self.error(&format!("{pointer}/file"), "the name of the file is empty");
        }
        if let Some(id) = &input.id {
            self.id(&format!("{pointer}/id"), id);
        }
        if let Some(export) = &input.export
            && !self.exports.contains_key(export.as_str())
        {
            let help = match nearest(export, self.exports.keys().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "leave it out and the header decides, or describe the file under `exports`".to_owned(),
            };
            self.error_with(&format!("{pointer}/export"), format!("there is no export `{export}`"), help);
        }
        if let Some(label) = &input.encoding
            && Encoding::for_label(label.as_bytes()).is_none()
        {
            let help = "write `utf-8`, `utf-16le`, `windows-1252`, `iso-8859-15` …";
            self.error_with(&format!("{pointer}/encoding"), format!("`{label}` is no encoding"), help);
        }
        let extracted_at = input.extracted_at.as_ref();
        Input {
            id: input.id.clone(),
            file,
            export: input.export.clone(),
            extracted_at: extracted_at.and_then(|text| self.moment(&format!("{pointer}/extracted-at"), text)),
            encoding: input.encoding.clone(),
            date_order: input.date_order,
            only: input.only.clone(),
            provenance: super::check_population::provenance(input),
            accept: self.accepted(pointer, &input.accept),
            line: self.line(pointer),
        }
    }

    pub(super) fn id(&mut self, pointer: &str, id: &str) {
        if !is_id(id) {
            self.error_with(pointer, format!("`{id}` cannot be an id"), format!("{ID_HELP}; `name` can be anything"));
        }
    }

    /// Whether an app that is referred to is declared.
    fn declared(&mut self, pointer: &str, app: &str) {
        let apps = &self.raw.value.apps;
        if !apps.contains_key(app) {
            let help = match nearest(app, apps.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `apps`".to_owned(),
            };
            self.error_with(pointer, format!("there is no app `{app}` in this file"), help);
        }
    }

    fn pattern(&mut self, pointer: &str, text: &str) -> Pattern {
        let text = text.trim();
        if text.is_empty() {
            self.error(&format!("{pointer}/match"), "an empty pattern fits nothing");
        }
        Pattern::new(text)
    }

    fn non_human(&mut self) -> Vec<NonHuman> {
        let mut list = Vec::new();
        for (n, raw) in self.raw.value.non_human.iter().enumerate() {
            let pointer = format!("/non-human/{n}");
            raw.app.iter().for_each(|app| self.declared(&format!("{pointer}/app"), app));
            let pattern = self.pattern(&pointer, &raw.pattern);
            self.everything(&pointer, &pattern, "no person holds any account");
            let (app, owner, reason) = (raw.app.clone(), raw.owner.clone(), raw.reason.clone());
            list.push(NonHuman { pattern, app, owner, reason, line: self.line(&pointer) });
        }
        list
    }

    fn exclude(&mut self) -> Vec<Exclude> {
        let mut list = Vec::new();
        for (n, raw) in self.raw.value.exclude.iter().enumerate() {
            let pointer = format!("/exclude/{n}");
            raw.app.iter().for_each(|app| self.declared(&format!("{pointer}/app"), app));
            let pattern = self.pattern(&pointer, &raw.pattern);
            self.everything(&pointer, &pattern, "every account is out of scope");
            self.said(&format!("{pointer}/reason"), "reason", &raw.reason);
            let (app, reason) = (raw.app.clone(), raw.reason.clone());
            list.push(Exclude { pattern, app, reason, line: self.line(&pointer) });
        }
        list
    }

    fn everything(&mut self, pointer: &str, pattern: &Pattern, effect: &str) {
        if pattern.matches_everything() {
            let warning =
                self.raw.warning(&format!("{pointer}/match"), format!("`{pattern}` fits every name: {effect}"));
            self.problems.push(warning);
        }
    }

    pub(super) fn said(&mut self, pointer: &str, what: &str, text: &str) {
        if text.trim().is_empty() {
            self.error(pointer, format!("`{what}` is empty"));
        }
    }
}

/// A day as `2026-11-22`.
/// What an id is.
pub const ID_HELP: &str = "an id has up to 64 lower-case letters, digits and `-`, `_`, `.`";

/// Whether a text can be the id of an app or of a directory. Ids become file names and columns of the report.
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    text.chars().all(fits) && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.len() <= 64
}

pub(super) fn day(text: &str) -> Option<Date> {
    // Jiff would also take the date of a time.
    text.parse().ok().filter(|_| text.len() == "2026-11-22".len())
}

/// A file name without needless parts: `./a//b/../c` is `a/c`. Nothing is looked up, so links do not matter.
fn normal(file: &str) -> String {
    let file = file.trim();
    let root = if file.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if !root.is_empty() => {}
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}
