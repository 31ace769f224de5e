//! `links.yaml`: what people have decided about single accounts. Who decided, when and why stands in every entry.

use super::App;
use super::check::day;
use crate::diag::Diagnostic;
use crate::model::NonHumanKind;
use crate::yaml::{self, Located, nearest};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name of the file, beside `coverage.yaml`.
pub const LINKS: &str = "links.yaml";

/// `links.yaml`: what people have decided about single accounts. `coverage link` adds entries at the end.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "links.yaml")]
struct RawLinks {
    /// The decisions, in any order.
    links: Vec<RawEntry>,
}

/// A decision about one account: whose it is (`person`), whose it is not (`not`), what it is if no person holds it (`is`),
/// or that its password was changed (`rotated`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEntry {
    /// The app.
    app: String,
    /// The account's native id if the app's export has one, else its address, its user name or its name.
    account: String,
    /// The address that the account had when this was decided.
    #[serde(default)]
    seen_as: Option<String>,
    /// It belongs to this person: a work address or an employee id.
    #[serde(default)]
    person: Option<String>,
    /// It does not belong to this person: a work address or an employee id.
    #[serde(default)]
    not: Option<String>,
    /// No person holds it; this is what it is.
    #[serde(default)]
    is: Option<NonHumanKind>,
    /// Beside `is`: the work address or employee id of the person who answers for it.
    #[serde(default)]
    owner: Option<String>,
    /// Beside `is`: work addresses or employee ids of other people who know its password.
    #[serde(default)]
    holders: Vec<String>,
    /// The day on which its password was last changed. Beside `is`, or alone to record a later change.
    #[serde(default)]
    rotated: Option<String>,
    /// Who decided.
    by: String,
    /// When (`YYYY-MM-DD`).
    on: String,
    /// Why.
    reason: String,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEntry {
    /// The app.
    pub app: String,
    /// The account's native id, else its address, user name or name.
    pub account: String,
    /// The address that the account had then; empty if that is not written down.
    pub seen_as: String,
    /// What is decided.
    pub decides: Decides,
    /// The day of the last change of the password.
    pub rotated: Option<Date>,
    /// Who decided.
    pub by: String,
    /// When.
    pub on: Date,
    /// Why.
    pub reason: String,
    /// The line of `links.yaml`.
    pub line: u64,
}

/// What is decided about an account. People are named by work address, employee id or key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decides {
    /// It is this person's.
    Person(String),
    /// It is not this person's.
    Not(String),
    /// No person holds it.
    Is {
        /// What it is.
        kind: NonHumanKind,
        /// Who answers for it.
        owner: Option<String>,
        /// Who else knows its password.
        holders: Vec<String>,
    },
    /// Its password was changed.
    Rotated,
}

impl LinkEntry {
    /// What tells the account from others of its app: addresses are one whatever their letter case, ids are not.
    fn account_key(&self) -> String {
        if self.account.contains('@') { self.account.to_lowercase() } else { self.account.clone() }
    }

    /// Whether both are about one account, as far as the file tells.
    pub(super) fn is_about_the_same(&self, other: &Self) -> bool {
        self.app == other.app && self.account_key() == other.account_key()
    }

    /// What it says, in words.
    pub(super) fn says(&self) -> String {
        match &self.decides {
            Decides::Person(person) => format!("is `{person}`'s"),
            Decides::Not(person) => format!("is not `{person}`'s"),
            Decides::Is { kind, .. } => format!("is a {}", kind.words()),
            Decides::Rotated => "had its password changed".to_owned(),
        }
    }

    /// Whether both cannot be true of one account, or say the same twice.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        match (&self.decides, &other.decides) {
            (Decides::Rotated, Decides::Rotated) => self.rotated == other.rotated,
            (Decides::Rotated, Decides::Person(_)) | (Decides::Person(_), Decides::Rotated) => true,
            (Decides::Rotated, _) | (_, Decides::Rotated) => false,
            (Decides::Person(a) | Decides::Not(a), Decides::Not(b)) | (Decides::Not(a), Decides::Person(b)) => {
                same(a, b)
            }
            (Decides::Is { .. }, Decides::Not(_)) | (Decides::Not(_), Decides::Is { .. }) => false,
            (Decides::Person(_) | Decides::Is { .. }, Decides::Person(_) | Decides::Is { .. }) => true,
        }
    }
}

/// Reads a `links.yaml`. `apps` are those of the `coverage.yaml` beside it.
///
/// # Errors
/// Every problem of the file, each at its line; also two entries that contradict each other, with the place of both.
pub fn load_links(file: &str, bytes: &[u8], apps: &[App]) -> Result<Vec<LinkEntry>, Vec<Diagnostic>> {
    let raw = yaml::load_long::<RawLinks>(file, bytes)?;
    let mut check = Check { raw: &raw, apps, problems: Vec::new() };
    let entries: Vec<LinkEntry> =
        raw.value.links.iter().enumerate().filter_map(|(n, entry)| check.entry(n, entry)).collect();
    check.contradictions(&entries);
    let mut problems = check.problems;
    problems.sort_by_key(|d| (d.line, d.column));
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// The JSON Schema of `links.yaml`.
pub fn links_schema() -> serde_json::Value {
    yaml::schema::<RawLinks>()
}

struct Check<'a> {
    raw: &'a Located<RawLinks>,
    apps: &'a [App],
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(&mut self, pointer: &str, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(self.raw.error(pointer, message).help(help));
    }

    /// One entry, if it is good enough to be compared with the others.
    fn entry(&mut self, n: usize, raw: &RawEntry) -> Option<LinkEntry> {
        let at = format!("/links/{n}");
        let before = self.problems.len();
        if !self.apps.iter().any(|app| app.id == raw.app) {
            let help = match nearest(&raw.app, self.apps.iter().map(|app| app.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `apps` in coverage.yaml, or remove this entry".to_owned(),
            };
            self.error(&format!("{at}/app"), format!("there is no app `{}` in coverage.yaml", raw.app), help);
        }
        let texts = [("account", Some(&raw.account)), ("by", Some(&raw.by)), ("reason", Some(&raw.reason))];
        let names = [("person", &raw.person), ("not", &raw.not), ("owner", &raw.owner), ("seen-as", &raw.seen_as)];
        for (what, text) in texts.into_iter().chain(names.map(|(what, text)| (what, text.as_ref()))) {
            if text.is_some_and(|text| text.trim().is_empty()) {
                self.error(&format!("{at}/{what}"), format!("`{what}` is empty"), "write it, or leave the entry out");
            }
        }
        for (i, _) in raw.holders.iter().enumerate().filter(|(_, holder)| holder.trim().is_empty()) {
            self.error(&format!("{at}/holders/{i}"), "a holder is empty", "write a work address or an employee id");
        }
        let on = self.day(&format!("{at}/on"), &raw.on);
        let rotated = raw.rotated.as_ref().and_then(|text| self.day(&format!("{at}/rotated"), text));
        if let (Some(rotated), Some(on)) = (rotated, on)
            && rotated > on
        {
            let message = format!("`{rotated}` is later than the day on which this is recorded ({on})");
            self.error(&format!("{at}/rotated"), message, "record a change of the password once it has happened");
        }
        let decides = self.decides(&at, raw);
        let (on, decides) = (on?, decides?);
        (self.problems.len() == before).then(|| LinkEntry {
            app: raw.app.clone(),
            account: raw.account.trim().to_owned(),
            seen_as: raw.seen_as.as_deref().unwrap_or("").trim().to_owned(),
            decides,
            rotated,
            by: raw.by.trim().to_owned(),
            on,
            reason: raw.reason.trim().to_owned(),
            line: self.raw.key_position(&at).map_or(1, |(line, _)| line),
        })
    }

    fn day(&mut self, pointer: &str, text: &str) -> Option<Date> {
        let read = day(text);
        if read.is_none() {
            self.error(pointer, format!("`{text}` is no date"), "write it like `2026-11-22`");
        }
        read
    }

    fn decides(&mut self, at: &str, raw: &RawEntry) -> Option<Decides> {
        if raw.is.is_none() && (raw.owner.is_some() || !raw.holders.is_empty()) {
            let key = if raw.owner.is_some() { "owner" } else { "holders" };
            let help =
                "write `is: shared-mailbox` or `is: service-account` beside it; a person's account has a `person`";
            self.error(
                &format!("{at}/{key}"),
                format!("`{key}` is only said of an account that no person holds"),
                help,
            );
            return None;
        }
        match (&raw.person, &raw.not, raw.is, &raw.rotated) {
            (Some(person), None, None, None) => Some(Decides::Person(person.trim().to_owned())),
            (None, Some(person), None, None) => Some(Decides::Not(person.trim().to_owned())),
            (None, None, Some(kind), _) => {
                let holders = raw.holders.iter().map(|holder| holder.trim().to_owned()).collect();
                Some(Decides::Is { kind, owner: raw.owner.as_deref().map(|o| o.trim().to_owned()), holders })
            }
            (None, None, None, Some(_)) => Some(Decides::Rotated),
            (None, None, None, None) => {
                let help = "write `person` (whose it is), `not` (whose it is not), `is` (what it is) or `rotated`";
                self.error(at, "the entry decides nothing", help);
                None
            }
            _ => {
                let help = "write one of `person`, `not` and `is`; `rotated` stands beside `is`, or alone";
                self.error(at, "the entry decides several things at once", help);
                None
            }
        }
    }

    fn contradictions(&mut self, entries: &[LinkEntry]) {
        let mut accounts: BTreeMap<(&str, String), Vec<&LinkEntry>> = BTreeMap::new();
        for entry in entries {
            let earlier = accounts.entry((&entry.app, entry.account_key())).or_default();
            if let Some(first) = earlier.iter().find(|first| first.excludes(entry)) {
                let (line, app, account) = (first.line, &entry.app, &entry.account);
                let message = format!("`{account}` in {app} {}, and by line {line} it {}", entry.says(), first.says());
                self.problems.push(
                    Diagnostic::error(self.raw.file.as_str(), message)
                        .at(entry.line)
                        .help(format!("remove one of the two entries, that of line {line} or this one")),
                );
            }
            earlier.push(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apps() -> Vec<App> {
        ["slack", "zoom"].map(|id| App::named(id, id, None)).into()
    }

    fn load(text: &str) -> Vec<LinkEntry> {
        load_links("links.yaml", text.as_bytes(), &apps()).unwrap_or_else(|e| panic!("{e:?}"))
    }

    fn problems(text: &str) -> String {
        let told = load_links("links.yaml", text.as_bytes(), &apps()).unwrap_err();
        told.iter().map(|d| format!("{d}\n")).collect()
    }

    #[test]
    fn each_kind_of_decision_is_read() {
        let read = load(
            "# ours\nlinks:\n  - {app: slack, account: U1, seen-as: a@x.example, person: 007, by: bo, on: 2026-11-01, reason: asked}\n  \
             - {app: slack, account: U1, not: ann@acme.example, by: bo, on: 2026-11-01, reason: asked}\n  \
             - {app: zoom, account: it@acme.example, is: shared-mailbox, owner: E1, holders: [E2, E3], rotated: 2026-10-31, by: bo,\n     \
             on: 2026-11-01, reason: front desk}\n  \
             - {app: zoom, account: it@acme.example, rotated: 2026-11-02, by: bo, on: 2026-11-02, reason: Ann has left}\n",
        );
        assert_eq!(read.iter().map(|e| e.line).collect::<Vec<_>>(), [3, 4, 5, 7]);
        assert_eq!(read[0].decides, Decides::Person("007".to_owned()), "numbers stay as they are written");
        assert_eq!(
            (read[0].seen_as.as_str(), &read[1].decides),
            ("a@x.example", &Decides::Not("ann@acme.example".into()))
        );
        let is = Decides::Is {
            kind: NonHumanKind::SharedMailbox,
            owner: Some("E1".into()),
            holders: vec!["E2".into(), "E3".into()],
        };
        assert_eq!((&read[2].decides, read[2].rotated.unwrap().to_string().as_str()), (&is, "2026-10-31"));
        assert_eq!(read[3].decides, Decides::Rotated);
        assert!(load("").is_empty() && load("links:\n").is_empty());
    }

    #[test]
    fn every_fault_is_told_in_one_pass() {
        let told = problems(
            "links:
  - {app: slakc, account: U1, person: p, by: b, on: 1.11.2026, reason: r}
  - {app: slack, account: ' ', person: p, by: '', on: 2026-11-01T00:00:00, reason: r}
  - {app: slack, account: U2, by: b, on: 2026-11-01, reason: r}
  - {app: slack, account: U3, person: p, not: q, by: b, on: 2026-11-01, reason: r}
  - {app: slack, account: U4, person: p, owner: q, by: b, on: 2026-11-01, reason: r}
  - {app: slack, account: U5, is: service-account, holders: [q, ''], rotated: 2026-12-01, by: b, on: 2026-11-01, reason: r}
",
        );
        insta::assert_snapshot!(told);
        let shape = problems("links:\n  - {app: slack, account: U1, is: robot, by: b, on: 2026-11-01}\nlinsk: []\n");
        assert!(
            shape.contains("links.yaml:2:35: error: links[0].is: ") && shape.contains("`shared-mailbox`"),
            "{shape}"
        );
        assert!(shape.contains("the key `reason` is missing") && shape.contains("there is no key `linsk`"), "{shape}");
    }

    #[test]
    fn entries_that_contradict_each_other_are_refused_with_both_places() {
        let entry = |account: &str, what: &str| {
            format!("  - {{app: slack, account: {account}, {what}, by: b, on: 2026-11-01, reason: r}}\n")
        };
        let both = |a: &str, b: &str| format!("links:\n{}{}", entry("U1", a), entry("U1", b));
        let is = "is: shared-mailbox, owner: o";
        for (a, b) in [
            ("person: p", "person: q"),
            ("person: p", "person: P"),
            ("person: p", "not: p"),
            ("not: p", "person: p"),
            ("not: p", "not: p"),
            ("person: p", is),
            (is, "is: service-account"),
            ("person: p", "rotated: 2026-11-01"),
            ("rotated: 2026-10-01", "rotated: 2026-10-01"),
        ] {
            let told = problems(&both(a, b));
            assert!(
                told.starts_with("links.yaml:3: error: `U1` in slack ") && told.contains("by line 2 it "),
                "{told}"
            );
        }
        for (a, b) in [
            ("person: p", "not: q"),
            ("not: p", "not: q"),
            (is, "not: p"),
            (is, "rotated: 2026-10-01"),
            ("rotated: 2026-10-01", "rotated: 2026-10-02"),
        ] {
            assert_eq!(load(&both(a, b)).len(), 2);
        }
        let two = |a: &str, b: &str| format!("links:\n{}{}", entry(a, "person: p"), entry(b, "person: q"));
        assert_eq!(load(&two("005aB", "005Ab")).len(), 2, "ids that differ in letter case are two accounts");
        assert!(problems(&two("Ann@x.example", "ann@x.example")).contains("by line 2 it is `p`'s"));
    }
}
