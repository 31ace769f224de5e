//! What `coverage notify` sends: the numbers and the names of apps, as text and as JSON. People are named only if the company
//! has asked for it.

use super::access;
use super::cases;
use super::text::{self, clip, counted, number};
use super::{findings_json, public};
use crate::model::{Finding, FindingStatus, Report, Severity};
use serde::Serialize;
use std::fmt::Write as _;

/// How many apps are named.
const APPS: usize = 20;
/// How many people are named.
const PEOPLE: usize = 20;
/// How long a name may be.
const NAME: usize = 60;

/// What is sent.
#[derive(Debug)]
pub struct Notice {
    /// One line.
    pub subject: String,
    /// The whole as plain text.
    pub text: String,
    /// The whole as JSON, the text in it.
    pub json: String,
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    source: &'static str,
    text: &'a str,
    company: String,
    as_of: public::AsOf<'a>,
    leavers: u64,
    leavers_with_access: u64,
    apps: u64,
    apps_evaluated: u64,
    open: Vec<findings_json::Count>,
    not_evaluable: u64,
    excepted: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_findings: Option<u64>,
    /// How many findings of earlier kept runs could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    unseen: Option<u64>,
    by_app: Vec<App>,
    not_evaluated: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<Vec<Person>>,
}

#[derive(Serialize)]
struct App {
    app: String,
    open: u64,
    not_evaluable: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    gravest: Option<Severity>,
}

#[derive(Serialize)]
struct Person {
    name: String,
    email: String,
    accounts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    gravest: Option<Severity>,
}

/// The text as a chat takes it: what it could take for a mention or a link is written otherwise.
pub fn chat(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // With nothing visible after it, the sign calls nobody.
    serde_json::json!({"text": plain.replace('@', "@\u{200b}")}).to_string()
}

/// What is to be said. With `details`, people are named.
pub fn notice(report: &Report, details: bool) -> Notice {
    let s = &report.summary;
    let new = report
        .history
        .as_ref()
        .filter(|history| !history.runs.is_empty())
        .map(|history| report.findings.iter().filter(|f| !history.findings.contains_key(&f.id)).count() as u64);
    let by_app = by_app(report);
    let dark = report.apps.iter().filter(|a| a.not_evaluable.is_some()).map(|a| name(&a.name));
    let dark: Vec<String> = dark.take(APPS).collect();
    let people = details.then(|| people(report));
    let subject = format!(
        "{}{}{}{}, {} open",
        Some(name(&report.company))
            .filter(|c| !c.is_empty())
            .map_or_else(String::new, |company| format!("{company}: ")),
        access::in_short(s),
        access::perhaps_in_short(s),
        access::unread_in_short(report),
        counted(s.by_severity.iter().map(|(_, n)| n).sum(), "finding", "findings")
    );
    let text = words(report, new, &by_app, &dark, people.as_deref());
    let json = serde_json::json!(Document {
        schema_version: "1",
        source: "coverage",
        text: &text,
        company: name(&report.company),
        as_of: public::as_of(report),
        leavers: s.leavers,
        leavers_with_access: s.leavers_with_access,
        apps: s.apps,
        apps_evaluated: s.apps_evaluated,
        open: s.by_severity.iter().map(|&(key, count)| findings_json::Count { key, count }).collect(),
        not_evaluable: s.not_evaluable,
        excepted: s.excepted,
        new_findings: new,
        unseen: access::unseen(report).map(|(n, _)| n),
        by_app,
        not_evaluated: dark,
        people,
    })
    .to_string();
    Notice { subject, text, json }
}

fn name(text: &str) -> String {
    clip(text, NAME).trim().to_owned()
}

/// The apps with something open or undecided, the gravest first.
fn by_app(report: &Report) -> Vec<App> {
    let mut all: Vec<(Option<Severity>, u64, u64)> = vec![(None, 0, 0); report.apps.len()];
    let of = |f: &Finding| f.app.map(|ix| ix as usize);
    for finding in &report.findings {
        let Some(app) = of(finding).and_then(|ix| all.get_mut(ix)) else { continue };
        match finding.status {
            FindingStatus::Open => *app = (app.0.max(Some(finding.severity)), app.1 + 1, app.2),
            FindingStatus::NotEvaluable => app.2 += 1,
            FindingStatus::Excepted => {}
        }
    }
    let mut apps: Vec<_> = report.apps.iter().zip(all).filter(|(_, (_, open, dark))| open + dark > 0).collect();
    apps.sort_by_key(|(_, (gravest, open, _))| std::cmp::Reverse((*gravest, *open)));
    let app = |(app, (gravest, open, not_evaluable)): (&crate::model::AppReport, _)| App {
        app: name(&app.name),
        open,
        not_evaluable,
        gravest,
    };
    apps.into_iter().take(APPS).map(app).collect()
}

fn people(report: &Report) -> Vec<Person> {
    let cases = cases::cases(report);
    let of = |case: &cases::Case<'_>| Person {
        name: name(&case.person.name),
        email: name(&case.person.email),
        accounts: case.left.iter().filter(|left| !left.has_ended()).count(),
        gravest: case.open(),
    };
    cases.iter().take(PEOPLE).map(of).collect()
}

fn words(report: &Report, new: Option<u64>, by_app: &[App], dark: &[String], people: Option<&[Person]>) -> String {
    let s = &report.summary;
    let mut out = String::new();
    let company = name(&report.company);
    let of = if company.is_empty() { String::new() } else { format!("{company}, ") };
    let _ = writeln!(out, "{of}as of {} ({})", text::moment(&report.as_of, &report.zone), name(&report.zone_name));
    let _ = writeln!(out, "{}", access::claim(report));
    for more in access::beside(report) {
        let _ = writeln!(out, "{more}");
    }
    let open: Vec<String> =
        s.by_severity.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{} {word}", number(*n))).collect();
    let _ = writeln!(out, "open findings: {}", if open.is_empty() { "none".to_owned() } else { open.join(", ") });
    if s.not_evaluable > 0 {
        let _ =
            writeln!(out, "{} cannot be decided: unknown, not a pass", counted(s.not_evaluable, "finding", "findings"));
    }
    if s.excepted > 0 {
        let _ = writeln!(out, "{} excepted", counted(s.excepted, "finding is", "findings are"));
    }
    if let Some(new) = new {
        let _ = writeln!(out, "{} no earlier run has", counted(new, "finding that", "findings that"));
    }
    let _ = writeln!(out, "{} of {} evaluated", number(s.apps_evaluated), counted(s.apps, "app", "apps"));
    if !dark.is_empty() {
        let _ = writeln!(out, "not evaluated: {}", dark.join(", "));
    }
    if !by_app.is_empty() {
        let _ = writeln!(out, "\nBy app:");
    }
    for app in by_app {
        let gravest = app.gravest.map_or(String::new(), |s| format!(", gravest {s}"));
        let dark =
            if app.not_evaluable > 0 { format!(", {} cannot be decided", app.not_evaluable) } else { String::new() };
        let _ = writeln!(out, "- {}: {} open{gravest}{dark}", app.app, number(app.open));
    }
    if let Some(people) = people.filter(|p| !p.is_empty()) {
        let _ = writeln!(out, "\nPeople who left:");
        for person in people {
            let gravest = person.gravest.map_or("cannot be decided or excepted", |s| s.word());
            let accounts = counted(person.accounts as u64, "account", "accounts");
            let _ = writeln!(out, "- {} {}: {accounts}, {gravest}", person.name, person.email);
        }
    }
    out
}
