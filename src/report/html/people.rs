//! Leavers: what is left of their access, and what has ended.

use super::action::{Action, action};
use super::budget::{Page, Shown};
use super::charts::drawing;
use super::exceptions::{self, Marked};
use super::hooks::{self, Hook, hook};
use super::markup::{self, Piece};
use super::reviews::{self, Decided};
use super::rows::{self, Account, AppLink, FEW, Mark, NAME};
use crate::model::{Basis, Closure, Person, Report, Standing, WorkerKind};
use crate::report::cases::{Case, Left};
use crate::report::text::{self, clip, counted};
use serde::Serialize;

/// The most leavers with a card.
const CARDS: usize = 200;
/// The most leavers with a drawing.
const DRAWINGS: usize = 60;
/// The most accounts of one card.
const ACCOUNTS: usize = 12;
/// The most closed accounts in the table of closures.
const CLOSURES: usize = 500;

/// A leaver and what is left.
#[derive(Serialize)]
pub(super) struct Card {
    pub(super) anchor: String,
    pub(super) name: String,
    email: String,
    /// Department, kind of worker, number: what there is.
    about: Vec<String>,
    left: String,
    basis: &'static str,
    pub(super) mark: Mark,
    /// Whether one of the accounts is access for certain.
    has_access: bool,
    accounts: Shown<Piece<Remnant>>,
    closed: Shown<Closed>,
    pub(super) count: String,
    records: Vec<String>,
    drawing: Option<drawing::Drawing>,
}

/// One account that is left.
#[derive(Serialize)]
pub(super) struct Remnant {
    pub(super) app: Option<AppLink>,
    pub(super) account: Account,
    pub(super) days: String,
    pub(super) key: &'static str,
    pub(super) found: Vec<Found>,
    pub(super) evidence: Vec<String>,
    pub(super) actions: Vec<Action>,
}

/// One thing that was found about it.
#[derive(Serialize)]
pub(super) struct Found {
    pub(super) hook: Hook,
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) mark: Mark,
    pub(super) reason: Vec<String>,
    pub(super) exception: Option<Marked>,
    pub(super) decided: Option<Decided>,
}

/// One account that has ended.
#[derive(Serialize)]
pub(super) struct Closed {
    pub(super) person: String,
    pub(super) left: String,
    pub(super) app: Option<AppLink>,
    pub(super) account: Account,
    pub(super) evidence: String,
}

/// The cards, gravest first.
pub(super) fn cards(report: &Report, cases: &[Case<'_>], room: &mut Page) -> Shown<Card> {
    let mut shown = room.fill(CARDS, 750_000, cases.iter().enumerate(), |(at, case)| card(report, case, at < DRAWINGS));
    for account in shown.iter_mut().flat_map(|card| &mut card.accounts.items) {
        account.write(markup::remnant);
    }
    Shown::new(shown, cases.len())
}

fn card(report: &Report, case: &Case<'_>, drawn: bool) -> Card {
    let p = case.person;
    let mut about = Vec::new();
    if !p.department.is_empty() {
        about.push(clip(&p.department, NAME).into_owned());
    }
    if p.worker != WorkerKind::Unknown {
        about.push(p.worker.word().to_owned());
    }
    if !p.employee_id.is_empty() {
        about.push(format!("no. {}", clip(&p.employee_id, 40)));
    }
    let (left, basis) = leaving(report, &p.standing);
    let standing = case.left.iter().filter(|l| l.stands()).count() as u64;
    let records = p.identities.iter().take(FEW).filter_map(|&ix| report.identities.get(ix as usize));
    Card {
        anchor: hooks::person(p),
        name: clip(&p.name, NAME).into_owned(),
        email: clip(&p.email, NAME).into_owned(),
        about,
        left,
        basis,
        mark: Mark::of(case.severity()),
        has_access: case.left.iter().any(Left::is_access),
        accounts: Shown::new(
            case.left.iter().take(ACCOUNTS).map(|l| Piece::Data(remnant(report, p, l))).collect(),
            case.left.len(),
        ),
        closed: Shown::new(case.closed.iter().take(FEW).map(|c| closed(report, c)).collect(), case.closed.len()),
        count: match standing {
            0 if case.left.iter().all(Left::has_ended) => "access has ended".to_owned(),
            0 => "cannot tell".to_owned(),
            n => format!("{} left", counted(n, "account", "accounts")),
        },
        records: records.map(|i| rows::place(report, i.place)).collect(),
        drawing: drawn.then(|| drawing::of_person(report, case)),
    }
}

/// Since when somebody is gone, and who says so.
pub(super) fn leaving(report: &Report, standing: &Standing) -> (String, &'static str) {
    let Standing::Left { since, basis } = standing else { return (standing.word().to_owned(), "") };
    let date = since.map(|s| text::when(&s, &report.zone));
    match (basis, date) {
        (Basis::Hr, Some(date)) => (format!("Left {date}"), "according to HR"),
        (Basis::Hr, None) => ("Has left".to_owned(), "according to HR, which gives no date"),
        (Basis::Idp, Some(date)) => {
            (format!("Switched off {date}"), "according to the identity provider; HR has no record of this person")
        }
        (Basis::IdpLastDay, Some(date)) => {
            (format!("Left {date}"), "according to the identity provider, which holds a last day; HR gives none")
        }
        (Basis::Idp | Basis::IdpLastDay, None) => (
            "Switched off".to_owned(),
            "according to the identity provider, which gives no date; HR has no record of this person",
        ),
    }
}

fn remnant(report: &Report, person: &Person, left: &Left<'_>) -> Remnant {
    let found = left.findings.iter().take(FEW).map(|f| Found {
        hook: hook(report, f),
        rule: f.rule.id,
        title: f.rule.title,
        mark: Mark::of_finding(f),
        reason: rows::sentences(&f.reason),
        exception: exceptions::marked(report, f),
        decided: reviews::decided(report, f),
    });
    let mut evidence = Vec::new();
    let mut actions = Vec::new();
    for finding in left.in_order_of_work().into_iter().take(FEW) {
        let action = action(&finding.action, rows::app_of(report, finding.app));
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    for finding in left.findings.iter().take(FEW) {
        for place in rows::places(report, &finding.evidence) {
            if !evidence.contains(&place) {
                evidence.push(place);
            }
        }
    }
    Remnant {
        app: rows::place_link(report, left.app, Some(left.account)),
        account: rows::account(left.account, Some(person)),
        days: left.findings.iter().find_map(|f| f.exposed_days).map_or_else(String::new, text::days),
        key: left.findings.iter().find_map(|f| f.key).map_or("", |k| k.word()),
        found: found.collect(),
        evidence,
        actions,
    }
}

/// The accounts of leavers that have ended.
pub(super) fn closures(report: &Report, room: &mut Page) -> Shown<String> {
    let shown = room.fill(CLOSURES, 130_000, &report.closures, |c| closed(report, c));
    Shown::new(shown.iter().map(markup::closed).collect(), report.closures.len())
}

fn closed(report: &Report, closure: &Closure) -> Closed {
    let person = report.people.get(closure.person.0 as usize);
    Closed {
        person: person.map_or_else(String::new, |p| clip(&p.name, NAME).into_owned()),
        left: person.map_or_else(String::new, |p| leaving(report, &p.standing).0),
        app: rows::app_link(report, Some(closure.app)),
        account: rows::account(&closure.account, person),
        evidence: rows::place(report, closure.account.place),
    }
}
