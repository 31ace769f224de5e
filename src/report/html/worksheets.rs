//! `worksheets.html`: for each app or directory in which accounts of leavers live, a sheet that whoever ends them by hand prints and
//! fills in. What nobody has written down is said, and asked for.

use super::budget::{Page as Room, Shown};
use super::rows::{self, Account, AppLink, FEW, Mark, NAME, SENTENCE};
use super::{Beside, Compiled, Template, compile, compiled, people};
use crate::model::{AppReport, Cite, HandWay, Handwork, Level, Operation, Remains, Report};
use crate::report::access;
use crate::report::cases::{self, Case, Left};
use crate::report::text::{self, clip, counted, natural};
use crate::report::to_end;
use minijinja::value::{Serde, Value};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("../../../templates/worksheets.html");
const STYLE: &str = include_str!("../../../templates/worksheets.css");
pub(super) const OWN: [&str; 2] = [TEMPLATE, STYLE];

/// How large the sheets may grow together, in bytes. The lines to fill in are more than half of the page.
const ROOM: usize = 2_500_000;
/// How large the list of places without a sheet may grow, in bytes.
const REST: usize = 300_000;
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
    /// How many rows could not be read, some with the address of somebody who has left; none if there are no such ones.
    unread: Option<String>,
    /// How many live accounts may be theirs; none if none may.
    perhaps: Option<String>,
    sheets: Shown<Sheet>,
    /// The places for whose sheets there is no room: the report leads here for them, too.
    rest: Vec<Rest>,
}

/// An app or a directory without a sheet.
#[derive(Serialize)]
struct Rest {
    anchor: String,
    name: String,
    count: String,
}

/// One app, or one directory.
#[derive(Serialize)]
struct Sheet {
    /// Where the report speaks about it.
    link: AppLink,
    anchor: String,
    /// Of a directory: what to do there. Nobody writes down the clicks of one.
    directory: Option<Vec<String>>,
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
    /// How many there are, and what is to be done about them.
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

/// Accounts of leavers that live, or may, in one place.
pub(super) struct InPlace<'a, 'r> {
    pub(super) place: Place,
    pub(super) lefts: Vec<(&'a Case<'r>, &'a Left<'r>)>,
}

/// Where they live.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In an app, by its index.
    App(u32),
    /// In a directory, by the index of its file.
    Directory(u32),
}

impl Place {
    /// How it is called, and where the report speaks about it.
    pub(super) fn link(self, report: &Report) -> AppLink {
        match self {
            Self::App(ix) => super::apps::link(&report.apps[ix as usize], ix),
            Self::Directory(_) => {
                AppLink { name: clip(self.name(report), NAME).into_owned(), anchor: "sources".to_owned() }
            }
        }
    }
    fn name(self, report: &Report) -> &str {
        match self {
            Self::App(ix) => &report.apps[ix as usize].name,
            Self::Directory(ix) => report.sources.get(ix as usize).map_or("", |source| &source.id),
        }
    }
    /// Where its sheet stands.
    pub(super) fn sheet(self, report: &Report) -> String {
        match self {
            Self::App(_) => self.link(report).anchor,
            Self::Directory(ix) => format!("directory-{ix}"),
        }
    }
}

/// Accounts of leavers that live, or may, by app and directory: first where the gravest are, then where most are that grave.
pub(super) fn by_place<'a, 'r>(report: &Report, cases: &'a [Case<'r>]) -> Vec<InPlace<'a, 'r>> {
    let mut places: BTreeMap<Place, Vec<(&Case<'_>, &Left<'_>)>> = BTreeMap::new();
    for case in cases {
        for left in case.left.iter().filter(|left| to_end::lives(left)) {
            let place = match left.app {
                Some(app) if (app as usize) < report.apps.len() => Place::App(app),
                Some(_) => continue,
                None => Place::Directory(first_file(report, left.account.place.source)),
            };
            places.entry(place).or_default().push((case, left));
        }
    }
    let mut all: Vec<_> = places.into_iter().map(|(place, lefts)| InPlace { place, lefts }).collect();
    all.sort_by_cached_key(|work| {
        let open = |left: &Left<'_>| left.findings.iter().filter(|_| left.is_charged()).map(|f| f.severity).max();
        let worst = work.lefts.iter().filter_map(|(_, left)| open(left)).max();
        let many = work.lefts.iter().filter(|(_, left)| worst.is_some() && open(left) == worst).count();
        (Reverse((worst, many, work.lefts.len())), natural(work.place.name(report)), work.place)
    });
    all
}

/// The first of the files of a directory: several may be one list.
fn first_file(report: &Report, source: u32) -> u32 {
    let Some(known) = report.sources.get(source as usize) else { return source };
    let first = report.sources.iter().position(|s| s.role == known.role && s.id == known.id);
    first.map_or(source, |ix| ix as u32)
}

/// Writes the sheets.
pub fn write<W: Write>(report: &Report, beside: Beside, to: W) -> io::Result<()> {
    let style = STYLE.replace('\r', "");
    let cases = cases::cases(report);
    let all = by_place(report, &cases);
    let (total, accounts) = (all.len(), all.iter().map(|work| work.lefts.len() as u64).sum());
    let undecided = all.iter().flat_map(|work| &work.lefts).filter(|(_, left)| !left.stands()).count() as u64;
    let sheets = Room(ROOM).fill(SHEETS, ROOM, &all, |work| match work.place {
        Place::App(app) => sheet(report, app, work),
        Place::Directory(_) => directory(report, work),
    });
    let rest = Room(REST).fill(total, REST, &all[sheets.len()..], |work| Rest {
        anchor: work.place.sheet(report),
        name: work.place.link(report).name,
        count: to_do(&work.lefts),
    });
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
        unread: access::unread(report).filter(|_| access::unread_of_leavers(report) > 0),
        perhaps: access::perhaps_in_words(&report.summary),
        sheets: Shown::new(sheets, total),
        rest,
    };
    static COMPILED: Compiled =
        compiled(|| compile(&[Template { name: "worksheets.html", text: TEMPLATE }, super::WHOLE]));
    super::render(&COMPILED, "worksheets.html", Value::from(Serde(&page)), to)
}

fn sheet(report: &Report, ix: u32, work: &InPlace<'_, '_>) -> Sheet {
    let (app, lefts) = (&report.apps[ix as usize], &work.lefts);
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    let said = |text: Option<&String>| text.map_or_else(String::new, |text| show(text));
    let operation = app.operations.iter().find(|o| o.operation == Operation::Deactivate);
    let (class, how) = how(operation.map_or(Level::Unknown, |o| o.level), doubt(lefts));
    let hand = app.handwork.as_ref();
    let ways = hand.into_iter().flat_map(|h| std::iter::once(&h.way).chain(&h.others));
    let mut cited = Cited::default();
    let ways = ways.filter(|way| !way.steps.is_empty()).take(FEW).map(|w| way(w, &mut cited)).collect();
    let fails = hand.map_or_else(Vec::new, fails_for);
    let fails = fails.into_iter().take(FEW).map(|(cases, cites)| {
        let mut numbers: Vec<usize> = cites.into_iter().take(FEW).map(|cite| cited.number(cite)).collect();
        numbers.dedup();
        (show(cases), numbers)
    });
    let fails_for = fails.collect();
    Sheet {
        link: work.place.link(report),
        anchor: work.place.sheet(report),
        directory: None,
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
        count: to_do(lefts),
        accounts: tasks(report, lefts),
    }
}

/// A directory: what the findings ask for stands in place of clicks.
fn directory(report: &Report, work: &InPlace<'_, '_>) -> Sheet {
    let asked = work.lefts.iter().flat_map(|(_, left)| left.in_order_of_work()).map(|f| &*f.action);
    let mut seen = BTreeSet::new();
    let asked = asked.filter(|action| !action.is_empty() && seen.insert(*action)).take(FEW);
    let link = work.place.link(report);
    Sheet {
        anchor: work.place.sheet(report),
        directory: Some(asked.map(|action| clip(action, SENTENCE).into_owned()).collect()),
        id: link.name.clone(),
        link,
        product: None,
        owner: None,
        class: "",
        how: "These accounts live in a directory. Whoever has one may sign in to every app that trusts it: end them first.",
        why: Vec::new(),
        unlock: String::new(),
        ways: Vec::new(),
        not_enough: String::new(),
        last_admin: String::new(),
        fails_for: Vec::new(),
        survives: Vec::new(),
        restore: String::new(),
        proof: String::new(),
        note: String::new(),
        sources: Vec::new(),
        count: to_do(&work.lefts),
        accounts: tasks(report, &work.lefts),
    }
}

fn tasks(report: &Report, lefts: &[(&Case<'_>, &Left<'_>)]) -> Shown<Task> {
    Shown::new(lefts.iter().take(ACCOUNTS).map(|(case, left)| task(report, case, left)).collect(), lefts.len())
}

/// `2 accounts to end`, `1 account to look at first`, or both.
fn to_do(lefts: &[(&Case<'_>, &Left<'_>)]) -> String {
    let ends = lefts.iter().filter(|(_, left)| left.stands()).count() as u64;
    let accounts = |n| counted(n, "account", "accounts");
    match (ends, lefts.len() as u64 - ends) {
        (0, n) => format!("{} to look at first", accounts(n)),
        (n, 0) => format!("{} to end", accounts(n)),
        (n, more) => format!("{} to end, {} to look at first", accounts(n), text::number(more)),
    }
}

/// Of how many accounts it is open whether they live.
#[derive(Clone, Copy)]
enum Doubt {
    None,
    Some,
    All,
}

fn doubt(lefts: &[(&Case<'_>, &Left<'_>)]) -> Doubt {
    match lefts.iter().filter(|(_, left)| left.stands()).count() {
        0 => Doubt::All,
        n if n == lefts.len() => Doubt::None,
        _ => Doubt::Some,
    }
}

const fn how(level: Level, doubt: Doubt) -> (&'static str, &'static str) {
    let how = match (level, doubt) {
        (Level::Automated, Doubt::None) => {
            "Accounts should end by themselves here, and these did not. Find out why: whoever comes next is left over, too. \
             Then end them by hand."
        }
        (Level::Automated, Doubt::Some) => {
            "Accounts should end by themselves here, and not all of these did. Find out why: whoever comes next is left over, \
             too. Then end by hand what still lives."
        }
        (Level::Automated, Doubt::All) => {
            "Accounts should end by themselves here. Whether these did, the files cannot tell: look first, and end by hand what \
             still lives."
        }
        (Level::Scriptable, Doubt::None) => {
            "A program can end accounts here through the app’s API. These are still there, so none does, or it has missed \
             them. End them by hand."
        }
        (Level::Scriptable, Doubt::Some) => {
            "A program can end accounts here through the app’s API. Some of these are still there, so none does, or it has \
             missed them. End by hand what still lives."
        }
        (Level::Scriptable, Doubt::All) => {
            "A program can end accounts here through the app’s API. Whether these have ended, the files cannot tell: look first, \
             and end by hand what still lives."
        }
        (Level::SsoOnly, _) => "The sign-in ends with the identity provider; the account stays until a person ends it.",
        (Level::Manual, _) => "A person ends accounts here.",
        (Level::Unknown, _) => "How accounts end here is not known. Plan for handwork.",
    };
    (level.word(), how)
}

/// In what cases ending an account fails, each once, with all who say so.
pub fn fails_for(hand: &Handwork) -> Vec<(&str, Vec<&Cite>)> {
    let mut all: Vec<(&str, Vec<&Cite>)> = Vec::new();
    for (cases, cite) in &hand.fails_for {
        match all.iter_mut().find(|(known, _)| *known == cases.trim()) {
            Some((_, cites)) => cites.push(cite),
            None => all.push((cases.trim(), vec![cite])),
        }
    }
    all
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
        last_admin: left.findings.iter().any(|f| cases::is_of_the_last_admin(f)),
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
