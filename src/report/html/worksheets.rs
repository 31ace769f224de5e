//! `worksheets.html`: for each app in which accounts of leavers live, a sheet that whoever ends them by hand prints and
//! fills in. What nobody has written down is said, and asked for.

use super::budget::{Page as Room, Shown};
use super::rows::{self, Account, AppLink, FEW, Mark, NAME, SENTENCE};
use super::{Beside, Compiled, Template, compile, compiled, people};
use crate::model::{AppReport, Cite, HandWay, Level, Operation, Remains, Report};
use crate::report::access;
use crate::report::cases::{self, Case, Left};
use crate::report::text::{self, clip, counted};
use minijinja::value::{Serde, Value};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("../../../templates/worksheets.html");
const STYLE: &str = include_str!("../../../templates/worksheets.css");
pub(super) const OWN: [&str; 2] = [TEMPLATE, STYLE];

/// How large the sheets may grow together, in bytes. The lines to fill in are more than half of the page.
const ROOM: usize = 2_500_000;
/// The most sheets.
const SHEETS: usize = 400;
/// The most accounts of one sheet.
const ACCOUNTS: usize = 300;
/// The most steps of one way.
const STEPS: usize = 30;

/// All that the template speaks about.
#[derive(Serialize)]
struct Page<'a> {
    csp: String,
    style: String,
    company: String,
    as_of: String,
    /// Its day, as files write it.
    day: String,
    zone: String,
    tool: &'a str,
    catalog: String,
    beside: Beside,
    accounts: String,
    /// How many of them may have ended.
    undecided: Option<String>,
    /// Why nothing can be said, if nothing can.
    unknown_access: Option<&'static str>,
    sheets: Shown<Sheet>,
}

/// One app.
#[derive(Serialize)]
struct Sheet {
    link: AppLink,
    id: String,
    product: Option<String>,
    owner: Option<String>,
    class: &'static str,
    how: &'static str,
    why: Vec<String>,
    unlock: String,
    ways: Vec<Way>,
    not_enough: String,
    last_admin: String,
    /// In what cases it fails, and the numbers of the sources that say so.
    fails_for: Vec<(String, Vec<usize>)>,
    survives: Vec<&'static str>,
    restore: String,
    proof: String,
    note: String,
    sources: Vec<Source>,
    count: String,
    accounts: Shown<Task>,
}

/// One way to do it.
#[derive(Serialize)]
struct Way {
    name: String,
    who: String,
    steps: Vec<Step>,
}

/// One thing to do.
#[derive(Serialize)]
struct Step {
    text: String,
    /// The numbers of the sources that say so.
    sources: Vec<usize>,
}

/// Who says so.
#[derive(Serialize, PartialEq, Eq)]
struct Source {
    publisher: String,
    url: Option<String>,
    seen_on: String,
}

/// One account to end.
#[derive(Serialize)]
struct Task {
    person: String,
    email: String,
    left: String,
    days: String,
    account: Account,
    marks: Vec<(Mark, &'static str)>,
    /// Nobody can tell whether it still lives.
    undecided: bool,
    last_admin: bool,
    evidence: Vec<String>,
}

/// Accounts of leavers that live, or may, by app; the apps with the gravest first.
pub(super) fn by_app<'a, 'r>(report: &Report, cases: &'a [Case<'r>]) -> Vec<(u32, Vec<(&'a Case<'r>, &'a Left<'r>)>)> {
    let mut apps: BTreeMap<u32, Vec<(&Case<'_>, &Left<'_>)>> = BTreeMap::new();
    for case in cases {
        for left in &case.left {
            if let Some(app) = left.app.filter(|app| left.access.is_some() && (*app as usize) < report.apps.len()) {
                apps.entry(app).or_default().push((case, left));
            }
        }
    }
    let mut apps: Vec<_> = apps.into_iter().collect();
    apps.sort_by_cached_key(|(app, lefts)| {
        let open = |left: &Left<'_>| left.findings.iter().filter(|_| left.is_charged()).map(|f| f.severity).max();
        let worst = lefts.iter().filter_map(|(_, left)| open(left)).max();
        (Reverse(worst), report.apps[*app as usize].name.to_lowercase())
    });
    apps
}

/// Writes the sheets.
pub fn write<W: Write>(report: &Report, beside: Beside, to: W) -> io::Result<()> {
    let style = STYLE.replace('\r', "");
    let cases = cases::cases(report);
    let apps = by_app(report, &cases);
    let (total, accounts) = (apps.len(), apps.iter().map(|(_, lefts)| lefts.len() as u64).sum());
    let undecided = apps.iter().flat_map(|(_, lefts)| lefts).filter(|(_, left)| !left.stands()).count() as u64;
    let sheets = Room(ROOM).fill(SHEETS, ROOM, &apps, |(app, lefts)| sheet(report, *app, lefts));
    let page = Page {
        csp: super::policy([], &style),
        style,
        company: clip(&report.company, NAME).into_owned(),
        as_of: text::moment(&report.as_of, &report.zone),
        day: report.as_of.chars().take("2026-11-22".len()).collect(),
        zone: clip(&report.zone_name, NAME).into_owned(),
        tool: report.tool_version,
        catalog: clip(&report.catalog_version, NAME).into_owned(),
        beside,
        accounts: counted(accounts, "account", "accounts"),
        undecided: (undecided > 0).then(|| text::number(undecided)),
        unknown_access: access::unknown(&report.summary),
        sheets: Shown::new(sheets, total),
    };
    static COMPILED: Compiled =
        compiled(|| compile(&[Template { name: "worksheets.html", text: TEMPLATE }, super::WHOLE]));
    super::render(&COMPILED, "worksheets.html", Value::from(Serde(&page)), to)
}

fn sheet(report: &Report, ix: u32, lefts: &[(&Case<'_>, &Left<'_>)]) -> Sheet {
    let app = &report.apps[ix as usize];
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    let said = |text: Option<&String>| text.map_or_else(String::new, |text| show(text));
    let operation = app.operations.iter().find(|o| o.operation == Operation::Deactivate);
    let (class, how) = how(operation.map_or(Level::Unknown, |o| o.level));
    let hand = app.handwork.as_ref();
    let ways = hand.into_iter().flat_map(|h| std::iter::once(&h.way).chain(&h.others));
    let mut cited = Cited::default();
    let ways = ways.filter(|way| !way.steps.is_empty()).take(FEW).map(|w| way(w, &mut cited)).collect();
    let fails_for = hand.map_or_else(Vec::new, |h| {
        h.fails_for.iter().take(FEW).map(|(cases, cite)| (show(cases), vec![cited.number(cite)])).collect()
    });
    let tasks = lefts.iter().take(ACCOUNTS).map(|(case, left)| task(report, case, left)).collect();
    Sheet {
        link: super::apps::link(app, ix),
        id: clip(&app.id, NAME).into_owned(),
        product: app.product.clone(),
        owner: app.owner.as_ref().map(|o| clip(o, NAME).into_owned()),
        class,
        how,
        why: operation.map_or_else(Vec::new, |o| rows::sentences(&o.reason)),
        unlock: said(operation.and_then(|o| o.unlock.as_ref())),
        ways,
        not_enough: said(hand.and_then(|h| h.not_enough.as_ref())),
        last_admin: said(hand.and_then(|h| h.last_admin.as_ref())),
        fails_for,
        survives: survivors(app),
        restore: said(hand.and_then(|h| h.restore.as_ref())),
        proof: said(hand.and_then(|h| h.proof.as_ref())),
        note: said(hand.and_then(|h| h.note.as_ref())),
        sources: cited.0,
        count: counted(lefts.len() as u64, "account", "accounts"),
        accounts: Shown::new(tasks, lefts.len()),
    }
}

const fn how(level: Level) -> (&'static str, &'static str) {
    let how = match level {
        Level::Automated => {
            "Accounts should end by themselves here, and these did not. Find out why: whoever comes next is left over, too. \
             Then end them by hand."
        }
        Level::Scriptable => {
            "A program can end accounts here through the app’s API. These are still there, so none does, or it has missed \
             them. End them by hand."
        }
        Level::SsoOnly => "The sign-in ends with the identity provider; the account stays until a person ends it.",
        Level::Manual => "A person ends accounts here.",
        Level::Unknown => "How accounts end here is not known. Plan for handwork.",
    };
    (level.word(), how)
}

/// The sources of a sheet, each once, by number.
#[derive(Default)]
struct Cited(Vec<Source>);

impl Cited {
    fn number(&mut self, cite: &Cite) -> usize {
        let source = source(cite);
        let at = self.0.iter().position(|known| *known == source).unwrap_or_else(|| {
            self.0.push(source);
            self.0.len() - 1
        });
        at + 1
    }
}

fn way(way: &HandWay, cited: &mut Cited) -> Way {
    let step = |s: &crate::model::HandStep| Step {
        text: clip(&s.text, SENTENCE).into_owned(),
        sources: s.cites.iter().take(FEW).map(|cite| cited.number(cite)).collect(),
    };
    Way {
        name: clip(&way.name, NAME).into_owned(),
        who: clip(way.who.as_deref().unwrap_or_default(), SENTENCE).into_owned(),
        steps: way.steps.iter().take(STEPS).map(step).collect(),
    }
}

fn source(cite: &Cite) -> Source {
    Source {
        publisher: clip(&cite.publisher, NAME).into_owned(),
        url: super::apps::web_address(&cite.url),
        seen_on: clip(&cite.seen_on, 20).into_owned(),
    }
}

fn task(report: &Report, case: &Case<'_>, left: &Left<'_>) -> Task {
    let mut evidence = Vec::new();
    for finding in left.findings.iter().take(FEW) {
        evidence.extend(
            rows::places(report, &finding.evidence).into_iter().filter(|p| !evidence.contains(p)).collect::<Vec<_>>(),
        );
    }
    evidence.truncate(FEW);
    Task {
        person: clip(&case.person.name, NAME).into_owned(),
        email: clip(&case.person.email, NAME).into_owned(),
        left: people::leaving(report, &case.person.standing).0,
        days: left.findings.iter().find_map(|f| f.exposed_days).map_or_else(String::new, text::days),
        account: rows::account(left.account, Some(case.person)),
        marks: left.findings.iter().take(FEW).map(|f| (Mark::of_finding(f), f.rule.title)).collect(),
        undecided: !left.stands(),
        last_admin: left.findings.iter().any(|f| f.rule.id == "last-admin-leaver"),
        evidence,
    }
}

/// What to look for afterwards.
pub(in crate::report) fn survivors(app: &AppReport) -> Vec<&'static str> {
    let survives = app.handwork.iter().flat_map(|hand| &hand.survives);
    survives
        .map(|remains| match remains {
            Remains::Account => "the account’s record",
            Remains::Seat => "the paid seat",
            Remains::Tokens => "API tokens and keys",
            Remains::Sessions => "open sessions",
            Remains::LocalLogin => "a password or social login",
            Remains::OauthGrants => "grants to third-party apps",
            Remains::OutsideWorkspaces => "workspaces outside the tenant",
            Remains::OtherMemberships => "memberships in other parts of the tenant",
            Remains::GuestAccess => "access to single items as a guest",
            Remains::SharedLinks => "links that open without an account",
            Remains::Automations => "automations that run in the person’s name",
            Remains::Devices => "copies on the person’s devices",
            Remains::Content => "what the person made",
        })
        .collect()
}
