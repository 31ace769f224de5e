//! Findings as the page shows them: in the table of all, below their app, and beside a leaver.

use super::action::{Action, action};
use super::exceptions::{self, Marked};
use super::history;
use super::hooks::{self, Hook, hook};
use super::reviews::{self, Decided};
use crate::model::{AccountFacts, AppReport, Finding, FindingStatus, Person, Place, Report, Severity, status_words};
use crate::report::text::{self, clip};
use crate::report::words;
use serde::Serialize;

/// The longest name or address, in characters.
pub(super) const NAME: usize = 90;
/// The longest sentence, in characters.
pub(super) const SENTENCE: usize = 360;
/// The most places, steps or words of one cell.
pub(super) const FEW: usize = 8;

/// One finding.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) hook: Hook,
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) mark: Mark,
    /// The severity, also where nobody can tell.
    pub(super) severity: &'static str,
    /// Whether it stands.
    pub(super) status: &'static str,
    pub(super) app: Option<AppLink>,
    pub(super) account: Option<Account>,
    pub(super) person: Option<PersonCell>,
    pub(super) days: String,
    pub(super) days_sort: i64,
    pub(super) key: &'static str,
    pub(super) evidence: Vec<String>,
    pub(super) reason: Vec<String>,
    pub(super) action: Action,
    pub(super) exception: Option<Marked>,
    /// The last decision of a review about it.
    pub(super) decided: Option<Decided>,
    /// What earlier runs say of it; empty where no runs are kept.
    pub(super) history: String,
    /// `new`, `back` or `old` against the last kept run; nothing without one.
    pub(super) since: &'static str,
}

/// A severity, or that nobody can tell.
#[derive(Clone, Serialize)]
pub(super) struct Mark {
    /// The class: a severity's word or `undecided`.
    pub(super) class: &'static str,
    /// What is written.
    pub(super) word: &'static str,
    /// For sorting: the gravest is the greatest.
    pub(super) sort: u8,
}

impl Mark {
    /// All that was found is excepted.
    pub(super) const EXCEPTED: Self = Self { class: "excepted", word: "excepted", sort: 0 };
    pub(super) fn of(severity: Option<Severity>) -> Self {
        match severity {
            Some(s) => Self { class: s.word(), word: s.word(), sort: 1 + s as u8 },
            None => Self { class: "undecided", word: "cannot tell", sort: 0 },
        }
    }
    pub(super) fn of_finding(finding: &Finding) -> Self {
        Self::of((finding.status != FindingStatus::NotEvaluable).then_some(finding.severity))
    }
}

/// An app and where the page speaks about it.
#[derive(Clone, Serialize)]
pub(super) struct AppLink {
    pub(super) name: String,
    pub(super) anchor: String,
}

/// The app at an index.
pub(super) fn app_of(report: &Report, app: Option<u32>) -> Option<&AppReport> {
    report.apps.get(app? as usize)
}

/// The app at an index, and where the page speaks about it.
pub(super) fn app_link(report: &Report, app: Option<u32>) -> Option<AppLink> {
    let found = app_of(report, app)?;
    Some(AppLink { name: clip(&found.name, NAME).into_owned(), anchor: anchor(&found.id, app?) })
}

/// The app, or the directory where an account stands that belongs to no app.
pub(super) fn place_link(report: &Report, app: Option<u32>, account: Option<&AccountFacts>) -> Option<AppLink> {
    app_link(report, app).or_else(|| {
        let source = report.sources.get(account?.place.source as usize)?;
        Some(AppLink { name: clip(&source.id, NAME).into_owned(), anchor: "sources".to_owned() })
    })
}

/// An anchor made of an id that may hold anything; of every id that an app can be given, so that it stays the same.
pub(super) fn anchor(id: &str, ix: u32) -> String {
    let plain = !id.is_empty() && id.len() <= 64;
    if plain && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        format!("app-{id}")
    } else {
        format!("app-no-{ix}")
    }
}

/// An account.
#[derive(Serialize)]
pub(super) struct Account {
    /// The address if there is one, else the id.
    pub(super) main: String,
    /// The id, if it is something else.
    pub(super) id: String,
    /// The name that the app has, if it is neither the person's nor shown already.
    pub(super) name: String,
    pub(super) role: String,
    pub(super) status: String,
}

pub(super) fn account(a: &AccountFacts, person: Option<&Person>) -> Account {
    let show = |text: &str| clip(text, NAME).into_owned();
    let same = |other: &str| a.name().trim().to_lowercase() == other.trim().to_lowercase();
    let told = same(a.email()) || same(a.account()) || person.is_some_and(|p| same(&p.name));
    let (main, id) = match () {
        () if a.email().is_empty() => (show(a.account()), String::new()),
        () if a.email() == a.account() => (show(a.email()), String::new()),
        () => (show(a.email()), show(a.account())),
    };
    let name = if told { String::new() } else { show(a.name()) };
    Account { main, id, name, role: show(a.role()), status: show(&status_words(a.status, a.raw_status())) }
}

/// A person of a finding.
#[derive(Serialize)]
pub(super) struct PersonCell {
    pub(super) anchor: String,
    /// Whether the person has a card that the anchor leads to.
    pub(super) linked: bool,
    pub(super) name: String,
    pub(super) email: String,
    /// Where the person stands, in words.
    pub(super) standing: String,
}

fn person_of<'r>(report: &'r Report, finding: &Finding) -> Option<&'r Person> {
    report.people.get(finding.person?.0 as usize)
}

/// A person of a finding.
pub(super) fn person_cell(report: &Report, p: &Person) -> PersonCell {
    let standing = match p.standing.since() {
        Some(since) => format!("left {}", text::when(&since, &report.zone)),
        None if p.standing.has_left() => "left, date unknown".to_owned(),
        None => p.standing.word().to_owned(),
    };
    let (name, email) = (clip(&p.name, NAME).into_owned(), clip(&p.email, NAME).into_owned());
    PersonCell { anchor: hooks::person(p), linked: false, name, email, standing }
}

/// The word for whether a finding stands.
pub(super) const fn status_word(status: FindingStatus) -> &'static str {
    match status {
        FindingStatus::Open => "open",
        FindingStatus::NotEvaluable => "cannot tell",
        FindingStatus::Excepted => "excepted",
    }
}

/// `file:line` for the first few places.
pub(super) fn places(report: &Report, places: &[Place]) -> Vec<String> {
    let mut shown: Vec<String> = places.iter().take(FEW).map(|&p| place(report, p)).collect();
    if places.len() > FEW {
        shown.push(format!("and {} more", text::number((places.len() - FEW) as u64)));
    }
    shown
}

/// `file:line`, or the file as a whole.
pub(super) fn place(report: &Report, place: Place) -> String {
    let file = clip(words::file(&report.sources, place.source), 2 * NAME);
    if place.line == 0 { file.into_owned() } else { format!("{file}:{}", place.line) }
}

/// The first few sentences of a list.
pub(super) fn sentences<S: AsRef<str>>(steps: &[S]) -> Vec<String> {
    let mut shown: Vec<String> = steps.iter().take(FEW).map(|s| clip(s.as_ref(), SENTENCE).into_owned()).collect();
    if steps.len() > FEW {
        shown.push(format!("and {} more", text::number((steps.len() - FEW) as u64)));
    }
    shown
}

/// A finding as a row.
pub(super) fn row(report: &Report, finding: &Finding) -> Row {
    Row {
        hook: hook(report, finding),
        rule: finding.rule.id,
        title: finding.rule.title,
        mark: Mark::of_finding(finding),
        severity: finding.severity.word(),
        app: place_link(report, finding.app, finding.account.as_deref()),
        account: finding.account.as_deref().map(|a| account(a, person_of(report, finding))),
        status: status_word(finding.status),
        person: person_of(report, finding).map(|p| person_cell(report, p)),
        days: finding.exposed_days.map_or_else(String::new, text::days),
        days_sort: finding.exposed_days.unwrap_or(-1),
        key: finding.key.map_or("", |k| k.word()),
        evidence: places(report, &finding.evidence),
        reason: sentences(&finding.reason),
        action: action(&finding.action, app_of(report, finding.app)),
        exception: exceptions::marked(report, finding),
        decided: reviews::decided(report, finding),
        history: history::of_finding(report, finding),
        since: history::state(report, finding),
    }
}

/// A finding below its app: without the reasons, which stand in the table of all.
#[derive(Serialize)]
pub(super) struct ShortRow {
    pub(super) hook: Hook,
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) mark: Mark,
    pub(super) account: Option<Account>,
    pub(super) person: Option<PersonCell>,
    pub(super) days: String,
    pub(super) days_sort: i64,
    pub(super) evidence: Vec<String>,
    pub(super) action: String,
    pub(super) exception: Option<Marked>,
}

pub(super) fn short_row(report: &Report, finding: &Finding) -> ShortRow {
    ShortRow {
        hook: hooks::bare(report, finding),
        rule: finding.rule.id,
        title: finding.rule.title,
        mark: Mark::of_finding(finding),
        account: finding.account.as_deref().map(|a| account(a, person_of(report, finding))),
        person: person_of(report, finding).map(|p| person_cell(report, p)),
        days: finding.exposed_days.map_or_else(String::new, text::days),
        days_sort: finding.exposed_days.unwrap_or(-1),
        evidence: places(report, &finding.evidence),
        action: action(&finding.action, app_of(report, finding.app)).in_short(),
        exception: exceptions::marked(report, finding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_anchor_of_an_app_is_the_same_wherever_the_app_stands() {
        let longest = "a".repeat(64);
        assert!(crate::workspace::is_id(&longest));
        assert_eq!((anchor(&longest, 3), anchor(&longest, 9)), (format!("app-{longest}"), format!("app-{longest}")));
        assert_eq!(anchor("=1+1", 3), "app-no-3");
    }
}
