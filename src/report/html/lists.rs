//! The complete lists that everything rests on, and what shows whether they are complete: the answer to an auditor's first
//! question, in short. Each list in full stands in ipe.html.

use super::budget::{Page, Shown};
use super::rows::{NAME, SENTENCE};
use crate::model::{Check, CheckOutcome, PopulationReport, Report, RowAccounting, Situation, SourceRole};
use crate::report::text::{self, clip, number};
use serde::Serialize;

/// The most lists.
const LISTS: usize = 500;

/// All lists.
#[derive(Serialize)]
pub(super) struct Lists {
    pub(super) all: Shown<List>,
    /// How many there are of each verdict.
    pub(super) confirmed: u64,
    pub(super) unopposed: u64,
    pub(super) accepted: u64,
    pub(super) doubted: u64,
    /// Those with rows that could not be read, which nothing else speaks against.
    pub(super) unread: u64,
    /// Apps without any list.
    pub(super) missing: Shown<String>,
    pub(super) total: u64,
    /// Equations of rows that do not close.
    pub(super) open_equations: u64,
}

/// One list.
#[derive(Serialize)]
pub(super) struct List {
    anchor: String,
    name: String,
    role: &'static str,
    records: String,
    records_sort: u64,
    made: String,
    closes: bool,
    class: &'static str,
    verdict: String,
    verdict_sort: u8,
    why: Vec<String>,
    passed: String,
    not_checked: String,
}

/// What can be said of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Doubted,
    /// Some of its rows could not be read.
    Unread,
    Accepted,
    Unopposed,
    Confirmed,
}

fn verdict(report: &Report, list: &PopulationReport) -> Verdict {
    let of = |check: Check| list.guard.0.iter().find(|c| c.check == check).map(|c| c.outcome);
    if list.guard.not_evaluable().is_some() {
        Verdict::Doubted
    } else if unread(report, list).0 > 0 {
        Verdict::Unread
    } else if list.guard.accepted().next().is_some() {
        Verdict::Accepted
    } else if of(Check::DeclaredTotal) == Some(CheckOutcome::Passed) {
        Verdict::Confirmed
    } else {
        Verdict::Unopposed
    }
}

/// Rows of a list that could not be read, and how many of them have the address of somebody who has left.
pub(super) fn unread(report: &Report, list: &PopulationReport) -> (u64, u64) {
    let files = list.sources.iter().filter_map(|&s| report.sources.get(s as usize));
    files.fold((0, 0), |(rows, of), s| (rows + s.rows.of(Situation::Rejected), of + s.of_leavers))
}

/// The same in words: `7 rows could not be read`.
pub(super) fn unread_words(rows: u64) -> String {
    format!("{} could not be read", text::counted(rows, "row", "rows"))
}

/// All lists, those in doubt first.
pub(super) fn lists(report: &Report, room: &mut Page) -> Lists {
    let count = |wanted: Verdict| report.populations.iter().filter(|p| verdict(report, p) == wanted).count() as u64;
    let missing: Vec<String> =
        report.apps.iter().filter(|a| a.sources.is_empty()).map(|a| clip(&a.name, NAME).into_owned()).collect();
    let total_missing = missing.len();
    let mut order: Vec<(u8, usize)> =
        report.populations.iter().enumerate().map(|(ix, p)| (verdict(report, p) as u8, ix)).collect();
    order.sort_unstable();
    let all = room.fill(LISTS, 200_000, order, |(_, ix)| list(report, ix, &report.populations[ix]));
    Lists {
        all: Shown::new(all, report.populations.len()),
        confirmed: count(Verdict::Confirmed),
        unopposed: count(Verdict::Unopposed),
        accepted: count(Verdict::Accepted),
        doubted: count(Verdict::Doubted),
        unread: count(Verdict::Unread),
        missing: Shown::new(missing.into_iter().take(40).collect(), total_missing),
        total: report.populations.len() as u64,
        open_equations: report.sources.iter().filter(|s| !s.rows.closes()).count() as u64,
    }
}

fn list(report: &Report, ix: usize, p: &PopulationReport) -> List {
    let files = p.sources.iter().filter_map(|&s| report.sources.get(s as usize));
    let mut rows = RowAccounting::default();
    files.clone().for_each(|s| rows.add(&s.rows));
    let newest = files.max_by_key(|s| s.extracted_second);
    let (verdict, (unread, of_leavers)) = (verdict(report, p), unread(report, p));
    let (class, word) = match verdict {
        Verdict::Confirmed => ("confirmed", "count confirmed".to_owned()),
        Verdict::Unopposed => ("unopposed", "nothing speaks against it".to_owned()),
        Verdict::Accepted => ("accepted", "flagged, and accepted".to_owned()),
        Verdict::Unread => ("doubted", unread_words(unread)),
        Verdict::Doubted => ("doubted", "not to be relied upon".to_owned()),
    };
    let of = |outcome: CheckOutcome| p.guard.0.iter().filter(move |c| c.outcome == outcome);
    let sentence = |text: &str| clip(text, SENTENCE).into_owned();
    let mut why: Vec<String> = of(CheckOutcome::Flagged).map(|c| sentence(&c.saw)).collect();
    why.extend(p.guard.accepted().filter_map(|c| {
        let a = c.accepted.as_ref()?;
        Some(sentence(&format!("{}; accepted by {} on {}: {}", c.saw, a.by, a.on, a.because)))
    }));
    if verdict == Verdict::Doubted && unread > 0 {
        why.push(unread_words(unread));
    }
    if of_leavers > 0 {
        why.push(format!("{} of the unreadable rows with the address of somebody who has left", number(of_leavers)));
    }
    if verdict == Verdict::Confirmed {
        why.extend(of(CheckOutcome::Passed).filter(|c| c.check == Check::DeclaredTotal).map(|c| sentence(&c.saw)));
    }
    let words = |outcome| {
        let all: Vec<&str> = of(outcome).map(|c| check_word(c.check)).collect();
        all.join(", ")
    };
    List {
        anchor: format!("list-{ix}"),
        name: clip(&p.name, NAME).into_owned(),
        role: match p.role {
            SourceRole::Hr => "HR",
            SourceRole::Idp => "directory",
            _ => "roster",
        },
        records: number(p.records),
        records_sort: p.records,
        made: newest.map_or_else(String::new, |s| text::moment(&s.extracted_at, &report.zone)),
        closes: rows.closes(),
        class,
        verdict: word,
        verdict_sort: verdict as u8,
        why,
        passed: words(CheckOutcome::Passed),
        not_checked: words(CheckOutcome::NotChecked),
    }
}

const fn check_word(check: Check) -> &'static str {
    match check {
        Check::ZeroRows => "has records",
        Check::DeclaredTotal => "the system’s own count",
        Check::RoundCount => "no broken-off export",
        Check::Drop => "no drop of records",
        Check::LiveDrop => "no drop of live records",
        Check::KnownAdmins => "known administrators are in it",
        Check::OlderThanLeaving => "newer than the leavings",
        Check::OlderThanAccepted => "not older than the accepted one",
        Check::UnreadSheets => "no list in another sheet",
    }
}
