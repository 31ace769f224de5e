//! The apps: whether they could be judged, what ends access in them, what a person has to do.

use super::budget::{Page, Shown};
use super::charts::{drawing, heat};
use super::markup;
use super::rows::{self, AppLink, FEW, Mark, NAME, SENTENCE};
use super::sources::{self, Equation};
use super::worksheets::{InPlace, Place};
use crate::model::{AppReport, Difference, Finding, FindingStatus, Level, Operation, OperationLevel, Report, Severity};
use crate::report::access;
use crate::report::cases;
use crate::report::text::{self, clip, counted, number};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The most apps with a section of their own.
const SECTIONS: usize = 400;
/// The most lines of the overview.
const LINES: usize = 1_500;
/// The most apps with a drawing.
const DRAWINGS: usize = 40;
/// The most findings below one app.
const FINDINGS: usize = 200;
/// So many bytes of findings an app has in any case, as long as there is room: some three of them.
const LEAST_ROOM: usize = 6_000;

/// One line of the overview.
#[derive(Serialize)]
pub(super) struct Line {
    link: AppLink,
    /// Whether the app has a section to link to.
    has_section: bool,
    evaluated: bool,
    live: String,
    live_sort: u64,
    leavers: String,
    leavers_sort: u64,
    worst: Option<Mark>,
    open: String,
    open_sort: u64,
    levels: Vec<Chip>,
}

/// A level as a chip.
#[derive(Serialize)]
pub(super) struct Chip {
    pub(super) operation: &'static str,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) short: &'static str,
}

/// One app's section.
#[derive(Serialize)]
pub(super) struct App {
    link: AppLink,
    id: String,
    product: Option<String>,
    owner: Option<String>,
    not_evaluable: Option<String>,
    accounts: String,
    live: String,
    leavers_text: String,
    privileged: String,
    sign_in: String,
    set_up: String,
    manual_only: bool,
    worst: Option<Mark>,
    deactivate: Option<Chip>,
    operations: Vec<Work>,
    runbook: Option<Steps>,
    /// How many accounts of leavers have a worksheet.
    worksheet: Option<String>,
    deprovision: Vec<(String, Option<String>)>,
    equation: Equation,
    differences: Vec<(String, &'static str)>,
    absent_not_listed: bool,
    files: Vec<(String, String)>,
    diff: Option<String>,
    findings: Shown<String>,
    drawing: Option<drawing::Drawing>,
}

/// Operations that are done in the same way for the same reason.
#[derive(Serialize)]
struct Work {
    operations: String,
    chip: Chip,
    reason: Vec<String>,
    unlock: String,
}

/// How a person removes a leaver.
#[derive(Serialize)]
struct Steps {
    who: String,
    steps: Vec<String>,
    not_enough: String,
    last_admin: String,
    proof: String,
}

/// Overview and sections.
#[derive(Serialize)]
pub(super) struct Apps {
    lines: Shown<Line>,
    sections: Shown<App>,
    heat: Option<heat::Heat>,
    /// The apps that have a section.
    #[serde(skip)]
    pub(super) with_section: BTreeSet<u32>,
    operations: Vec<&'static str>,
}

/// The findings of one app, in the report's order.
#[derive(Default)]
struct OfApp<'a> {
    first: Vec<&'a Finding>,
    /// Live accounts of leavers, and how many more nobody can judge.
    leavers: (u64, u64),
    all: usize,
    open: u64,
    worst: Option<Severity>,
    undecided: bool,
}

/// All apps, those with the gravest findings first.
pub(super) fn apps(report: &Report, work: &[InPlace<'_, '_>], room: &mut Page) -> Apps {
    let sheets: BTreeMap<Place, usize> = work.iter().enumerate().map(|(at, work)| (work.place, at)).collect();
    let leavers = cases::by_app(report);
    let mut found: Vec<OfApp<'_>> = leavers.into_iter().map(|leavers| OfApp { leavers, ..OfApp::default() }).collect();
    for finding in &report.findings {
        let Some(of) = finding.app.and_then(|ix| found.get_mut(ix as usize)) else { continue };
        of.all += 1;
        if of.first.len() < FINDINGS {
            of.first.push(finding);
        }
        if finding.status == FindingStatus::Open {
            of.open += 1;
            of.worst = of.worst.max(Some(finding.severity));
        }
        of.undecided |= finding.status == FindingStatus::NotEvaluable;
    }
    let mut order: Vec<u32> = (0..report.apps.len() as u32).collect();
    order.sort_by_cached_key(|&ix| {
        let (app, of) = (&report.apps[ix as usize], &found[ix as usize]);
        (Reverse((of.worst, of.leavers, of.all > 0)), text::natural(&app.name))
    });
    let (mut rows, mut sections) = (room.reserve(1_500, 250_000), room.reserve(SECTIONS, 850_000));
    let mut drawn = room.reserve(DRAWINGS, 110_000);
    let mut left = found.iter().filter(|of| of.all > 0).count();
    let share = (1_500 / left.max(1)).clamp(3, FINDINGS);
    let shown = order.iter().map_while(|&ix| {
        let of = &found[ix as usize];
        let lefts = sheets.get(&Place::App(ix)).map(|at| &work[*at].lefts[..]);
        let section = sections.fill([ix], |ix| section(report, ix, of, lefts.map(<[_]>::len))).pop()?;
        let few = rows.fill_share((left, LEAST_ROOM), of.first.iter().take(share), |f| rows::short_row(report, f));
        left -= usize::from(of.all > 0);
        let few = few.iter().map(markup::short_row).collect();
        let drawing = drawn.fill(lefts, |lefts| drawing::of_app(report, ix, lefts)).pop().flatten();
        Some(App { findings: Shown::new(few, of.all), drawing, ..section })
    });
    let shown = Shown::new(shown.collect(), order.len());
    room.give_back(&rows);
    room.give_back(&sections);
    room.give_back(&drawn);
    let with_section = shown.items.len();
    let numbered = order.iter().enumerate();
    let lines =
        room.fill(LINES, 220_000, numbered, |(at, &ix)| line(report, ix, &found[ix as usize], at < with_section));
    Apps {
        lines: Shown::new(lines, order.len()),
        heat: heat::heat(report, &order),
        sections: shown,
        with_section: order.iter().take(with_section).copied().collect(),
        operations: Operation::ALL.iter().map(|&o| operation_word(o)).collect(),
    }
}

/// The gravest open finding; that nobody can tell; or that somebody has approved all there is.
fn mark(of: &OfApp<'_>) -> Option<Mark> {
    match of.worst {
        None if of.all == 0 => None,
        None if !of.undecided => Some(Mark::EXCEPTED),
        worst => Some(Mark::of(worst)),
    }
}

pub(super) fn link(app: &AppReport, ix: u32) -> AppLink {
    AppLink { name: clip(&app.name, NAME).into_owned(), anchor: rows::anchor(&app.id, ix) }
}

fn line(report: &Report, ix: u32, of: &OfApp<'_>, has_section: bool) -> Line {
    let app = &report.apps[ix as usize];
    let level = |&operation| {
        let level = app.operations.iter().find(|o| o.operation == operation).map_or(Level::Unknown, |o| o.level);
        chip(operation, level)
    };
    Line {
        link: link(app, ix),
        has_section,
        evaluated: app.not_evaluable.is_none(),
        live: number(app.live),
        live_sort: app.live,
        leavers: leavers(report, ix, of.leavers),
        leavers_sort: of.leavers.0,
        worst: mark(of),
        open: number(of.open),
        open_sort: of.open,
        levels: Operation::ALL.iter().map(level).collect(),
    }
}

/// How many live accounts of leavers an app has, as a cell of a table: a question mark where nobody can tell.
pub(super) fn leavers(report: &Report, ix: u32, (live, undecided): (u64, u64)) -> String {
    match (report.apps[ix as usize].not_evaluable.is_none(), live, undecided) {
        (false, ..) => "?".to_owned(),
        (true, 0, 0) if access::unknown(&report.summary).is_some() => "?".to_owned(),
        (true, n, 0) => number(n),
        (true, 0, more) => format!("{}?", number(more)),
        (true, n, more) => format!("{} + {}?", number(n), number(more)),
    }
}

fn section(report: &Report, ix: u32, of: &OfApp<'_>, to_end: Option<usize>) -> App {
    let app = &report.apps[ix as usize];
    let sentence = |text: &Option<String>| clip(text.as_deref().unwrap_or_default(), SENTENCE).into_owned();
    let runbook = app.handwork.as_ref().filter(|hand| !hand.way.steps.is_empty()).map(|hand| Steps {
        who: sentence(&hand.way.who),
        steps: hand.way.steps.iter().take(30).map(|s| clip(&s.text, SENTENCE).into_owned()).collect(),
        not_enough: sentence(&hand.not_enough),
        last_admin: sentence(&hand.last_admin),
        proof: sentence(&hand.proof),
    });
    let differences = Difference::ALL.iter().filter(|&&d| app.differences[d as usize] > 0);
    let files = app.sources.iter().take(FEW).filter_map(|&s| report.sources.get(s as usize));
    App {
        link: link(app, ix),
        id: clip(&app.id, NAME).into_owned(),
        product: app.product.clone(),
        owner: app.owner.as_ref().map(|o| clip(o, NAME).into_owned()),
        not_evaluable: app.not_evaluable.as_ref().map(|why| clip(why, SENTENCE).into_owned()),
        accounts: number(app.accounts),
        live: number(app.live),
        leavers_text: match of.leavers {
            (0, 0) if access::unknown(&report.summary).is_some() => "accounts of leavers not known".to_owned(),
            (0, 0) => "no live account of a leaver".to_owned(),
            (0, n) => format!("{} cannot be judged", counted(n, "account of a leaver", "accounts of leavers")),
            (n, 0) => counted(n, "live account of a leaver", "live accounts of leavers"),
            (n, more) => {
                let live = counted(n, "live account of a leaver", "live accounts of leavers");
                format!("{live}, {} more cannot be judged", number(more))
            }
        },
        privileged: number(app.privileged),
        sign_in: clip(&app.sign_in, SENTENCE).into_owned(),
        set_up: clip(&app.set_up, SENTENCE).into_owned(),
        manual_only: app.manual_only,
        worst: mark(of),
        deactivate: app
            .operations
            .iter()
            .find(|o| o.operation == Operation::Deactivate)
            .map(|o| chip(o.operation, o.level)),
        operations: app
            .operations
            .chunk_by(|a, b| a.level == b.level && a.reason == b.reason && a.unlock == b.unlock)
            .map(work)
            .collect(),
        runbook,
        worksheet: to_end.map(|n| counted(n as u64, "account", "accounts")),
        deprovision: app
            .deprovision
            .iter()
            .take(2 * FEW)
            .map(|(what, url)| (clip(what, SENTENCE).into_owned(), web_address(url)))
            .collect(),
        equation: sources::equation(&app.rows),
        differences: differences
            .map(|&d| (number(app.differences[d as usize]), difference_words(d, app.differences[d as usize] == 1)))
            .collect(),
        absent_not_listed: app.absent_not_listed,
        files: files
            .map(|s| (clip(&s.file, 2 * NAME).into_owned(), text::moment(&s.extracted_at, &report.zone)))
            .collect(),
        diff: (!app.sources.is_empty()).then(|| format!("diffs/{}.csv", path_segment(&app.id))),
        findings: Shown::new(Vec::new(), of.all),
        drawing: None,
    }
}

fn work(alike: &[OperationLevel]) -> Work {
    let first = &alike[0]; // chunks are never empty
    Work {
        operations: alike.iter().map(|o| operation_word(o.operation)).collect::<Vec<_>>().join(", "),
        chip: chip(first.operation, first.level),
        reason: rows::sentences(&first.reason),
        unlock: clip(first.unlock.as_deref().unwrap_or_default(), SENTENCE).into_owned(),
    }
}

/// The address, if a browser should follow it.
pub(super) fn web_address(url: &str) -> Option<String> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    (web && url.len() < 600 && !url.contains(|c: char| c.is_whitespace() || c.is_control())).then(|| url.to_owned())
}

/// An id as one step of a relative address.
fn path_segment(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for b in id.bytes().take(300) {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(b as char),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

pub(super) fn chip(operation: Operation, level: Level) -> Chip {
    let short = match level {
        Level::Automated => "auto",
        Level::Scriptable => "API",
        Level::SsoOnly => "SSO",
        Level::Manual => "hand",
        Level::Unknown => "?",
    };
    Chip { operation: operation_word(operation), class: level.word(), word: level_word(level), short }
}

pub(super) const fn level_word(level: Level) -> &'static str {
    match level {
        Level::Automated => "automated",
        Level::Scriptable => "scriptable",
        Level::SsoOnly => "sign-in only",
        Level::Manual => "by hand",
        Level::Unknown => "unknown",
    }
}

pub(super) const fn operation_word(operation: Operation) -> &'static str {
    match operation {
        Operation::List => "List",
        Operation::Create => "Create",
        Operation::Update => "Update",
        Operation::Deactivate => "Deactivate",
        Operation::Remove => "Remove",
        Operation::Groups => "Groups",
        Operation::Events => "Events",
    }
}

const fn difference_words(difference: Difference, one: bool) -> &'static str {
    match difference {
        Difference::LeaverActive if one => "live account of a leaver",
        Difference::LeaverActive => "live accounts of leavers",
        Difference::OnlyInApp => "only in the app",
        Difference::OnlyInIdp if one => "person at work without an account",
        Difference::OnlyInIdp => "people at work without an account",
        Difference::StatusDiffers => "with another status",
        Difference::Review => "with candidates to review",
        Difference::Disputed => "disputed",
        Difference::External => "external",
        Difference::NonHuman => "non-human",
        Difference::Rejected if one => "unreadable row",
        Difference::Rejected => "unreadable rows",
        Difference::Matched => "without a difference",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_told_as_many() {
        let told = |difference| [true, false].map(|one| difference_words(difference, one));
        assert_eq!(told(Difference::LeaverActive), ["live account of a leaver", "live accounts of leavers"]);
        assert_eq!(
            told(Difference::OnlyInIdp),
            ["person at work without an account", "people at work without an account"]
        );
        assert_eq!(told(Difference::Rejected), ["unreadable row", "unreadable rows"]);
    }
}
