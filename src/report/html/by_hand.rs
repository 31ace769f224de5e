//! Which apps a person has to offboard, and in which order the accounts that are left are to be ended.

use super::apps::{self, Chip};
use super::budget::{Page, Shown};
use super::rows::{AppLink, Mark, NAME, SENTENCE};
use super::worksheets::{InPlace, Place};
use crate::model::{Level, Operation, Report};
use crate::report::cases;
use crate::report::text::{clip, counted, number};
use serde::Serialize;
use std::cmp::Reverse;

/// The most apps of the order of work.
const ORDER: usize = 100;
/// The most apps that a person has to offboard.
const APPS: usize = 400;

/// One app or directory in the order of work.
#[derive(Serialize)]
pub(super) struct Job {
    link: AppLink,
    /// Where its worksheet stands.
    sheet: String,
    is_directory: bool,
    mark: Mark,
    accounts: String,
    accounts_sort: usize,
    people: String,
    /// How accounts end there; none for a directory, from which apps are told.
    end: Option<Chip>,
    who: String,
    owner: String,
}

/// One app that a person has to offboard.
#[derive(Serialize)]
pub(super) struct App {
    link: AppLink,
    has_section: bool,
    end: Chip,
    end_sort: u8,
    what: &'static str,
    who: String,
    owner: String,
    live: String,
    live_sort: u64,
    leavers: String,
    written: bool,
}

/// The apps that no program offboards.
#[derive(Serialize)]
pub(super) struct ByHand {
    apps: Shown<App>,
    /// The apps by what they take; those in which a person has to do everything come first.
    groups: Vec<Group>,
}

/// Apps that end access in the same way.
#[derive(Serialize)]
pub(super) struct Group {
    what: &'static str,
    count: String,
    names: Vec<AppLink>,
    more: Option<String>,
}

/// What a person has to do in an app, and its place in the order of the list; none where accounts end by themselves.
fn needs(report: &Report, ix: u32) -> Option<(&'static str, u8)> {
    match level(report, ix) {
        Level::Automated => None,
        Level::SsoOnly => Some(("the sign-in ends by itself; a person removes the account", 0)),
        _ if report.apps[ix as usize].manual_only => Some(("a person ends the account in the app", 0)),
        Level::Manual => Some(("a person ends the account in the app", 0)),
        Level::Scriptable => Some(("the app has an API, and someone has to call it", 1)),
        Level::Unknown => Some(("nobody has said; plan for handwork", 2)),
    }
}

fn level(report: &Report, ix: u32) -> Level {
    let operations = &report.apps[ix as usize].operations;
    operations.iter().find(|o| o.operation == Operation::Deactivate).map_or(Level::Unknown, |o| o.level)
}

fn who(report: &Report, ix: u32) -> String {
    let way = report.apps[ix as usize].handwork.as_ref().map(|hand| &hand.way);
    clip(way.and_then(|way| way.who.as_deref()).unwrap_or_default(), SENTENCE).into_owned()
}

fn owner(report: &Report, ix: u32) -> String {
    clip(report.apps[ix as usize].owner.as_deref().unwrap_or_default(), NAME).into_owned()
}

/// The apps and directories with accounts of leavers, in the order in which they are best worked off: the gravest first.
pub(super) fn order(report: &Report, work: &[InPlace<'_, '_>], room: &mut Page) -> Shown<Job> {
    let job = |InPlace { place, lefts }: &InPlace<'_, '_>| {
        let app = match place {
            Place::App(ix) => Some(*ix),
            Place::Directory(_) => None,
        };
        let charged = lefts.iter().filter(|(_, left)| left.is_charged());
        let worst = charged.flat_map(|(_, left)| &left.findings).map(|f| Mark::of_finding(f)).max_by_key(|m| m.sort);
        let mut people: Vec<&str> = lefts.iter().map(|(case, _)| &*case.person.key).collect();
        people.sort_unstable();
        people.dedup();
        Job {
            link: place.link(report),
            sheet: place.sheet(report),
            is_directory: app.is_none(),
            mark: worst.unwrap_or_else(|| Mark::of(None)),
            accounts: number(lefts.len() as u64),
            accounts_sort: lefts.len(),
            people: number(people.len() as u64),
            end: app.map(|ix| apps::chip(Operation::Deactivate, level(report, ix))),
            who: app.map_or_else(String::new, |ix| who(report, ix)),
            owner: app.map_or_else(String::new, |ix| owner(report, ix)),
        }
    };
    Shown::new(room.fill(ORDER, 80_000, work, job), work.len())
}

/// The apps whose accounts do not end by themselves.
pub(super) fn by_hand(report: &Report, with_section: &dyn Fn(u32) -> bool, room: &mut Page) -> ByHand {
    let mut all: Vec<(u8, Reverse<u64>, u32)> = Vec::new();
    for ix in 0..report.apps.len() as u32 {
        if let Some((_, place)) = needs(report, ix) {
            all.push((place, Reverse(report.apps[ix as usize].live), ix));
        }
    }
    all.sort_unstable();
    let group = |(place, what): (u8, &'static str)| {
        let of: Vec<u32> = all.iter().filter(|(of, ..)| *of == place).map(|(.., ix)| *ix).collect();
        (!of.is_empty()).then(|| Group {
            what,
            count: counted(of.len() as u64, "app", "apps"),
            names: of.iter().take(12).map(|&ix| apps::link(&report.apps[ix as usize], ix)).collect(),
            more: (of.len() > 12).then(|| number(of.len() as u64 - 12)),
        })
    };
    let words = [
        (0, "A person has to do it in"),
        (1, "Somebody has to call the API of"),
        (2, "Nobody has said how it is done in"),
    ];
    let groups = words.into_iter().filter_map(group);
    let groups = groups.collect();
    let total = all.len();
    let leavers = cases::by_app(report);
    let app = |(place, live, ix): (u8, Reverse<u64>, u32)| {
        let app = &report.apps[ix as usize];
        App {
            link: apps::link(app, ix),
            has_section: with_section(ix),
            end: apps::chip(Operation::Deactivate, level(report, ix)),
            end_sort: place,
            what: needs(report, ix).map_or("", |(what, _)| what),
            who: who(report, ix),
            owner: owner(report, ix),
            live: number(live.0),
            live_sort: live.0,
            leavers: apps::leavers(report, ix, leavers[ix as usize]),
            written: app.handwork.as_ref().is_some_and(|hand| !hand.way.steps.is_empty()),
        }
    };
    ByHand { apps: Shown::new(room.fill(APPS, 110_000, all, app), total), groups }
}
