//! What the company has decided to live with: each exception, what it is about, and what it marks.

use super::budget::{Page, Shown};
use super::rows::{FEW, NAME, SENTENCE};
use crate::model::{Exception, ExceptionReport, ExceptionState, Finding, Report};
use crate::report::text::{self, clip, number};
use serde::Serialize;

/// The most exceptions.
const EXCEPTIONS: usize = 500;

/// One exception.
#[derive(Serialize)]
pub(super) struct Row {
    id: String,
    about: Vec<(&'static str, String)>,
    owner: String,
    approver: String,
    reason: String,
    control: String,
    opened: String,
    expires: String,
    evidence: Vec<String>,
    state: &'static str,
    active: bool,
    marks: String,
    fits: String,
}

/// An exception beside a finding that it marks.
#[derive(Serialize)]
pub(super) struct Marked {
    pub(super) id: String,
    pub(super) until: String,
    pub(super) anchor: String,
}

/// All exceptions, as many as fit.
pub(super) fn exceptions(report: &Report, room: &mut Page) -> Shown<Row> {
    Shown::new(room.fill(EXCEPTIONS, 150_000, &report.exceptions, row), report.exceptions.len())
}

/// The exception that marks a finding.
pub(super) fn marked(report: &Report, finding: &Finding) -> Option<Marked> {
    let e = &report.exceptions.get(usize::from(finding.exception?.0))?.exception;
    let anchor = "exceptions".to_owned();
    Some(Marked { id: clip(&e.id, NAME).into_owned(), until: text::date(e.expires), anchor })
}

fn row(report: &ExceptionReport) -> Row {
    let e = &report.exception;
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    Row {
        id: clip(&e.id, NAME).into_owned(),
        about: about(e),
        owner: clip(&e.owner, NAME).into_owned(),
        approver: clip(&e.approver, NAME).into_owned(),
        reason: show(&e.reason),
        control: e.compensating_control.as_deref().map_or_else(String::new, show),
        opened: text::date(e.opened),
        expires: text::date(e.expires),
        evidence: e.evidence.iter().take(FEW).map(|x| show(x)).collect(),
        state: report.state.word(),
        active: report.state == ExceptionState::Active,
        marks: number(report.marks),
        fits: number(report.fits),
    }
}

/// What it names, each with its kind.
fn about(e: &Exception) -> Vec<(&'static str, String)> {
    let show = |text: &str| clip(text, NAME).into_owned();
    let mut about = Vec::new();
    if !e.rules.is_empty() {
        about.push(("rule", show(&e.rules.join(", "))));
    }
    for (what, text) in [("app", &e.app), ("account", &e.account), ("person", &e.person)] {
        about.extend(text.as_deref().map(|text| (what, show(text))));
    }
    if !e.findings.is_empty() {
        about.push(("findings", number(e.findings.len() as u64)));
    }
    about
}
