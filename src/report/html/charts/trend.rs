//! How the headline numbers went over the kept runs.

use super::{Label, Tick, share, ticks};
use crate::model::{KeptHeadline, Report};
use crate::report::text::{self, number};
use serde::Serialize;

/// The most runs, the newest of them.
const RUNS: usize = 60;
const LEFT: i64 = 44;
const RIGHT: i64 = 620;
const TOP: i64 = 14;
const BOTTOM: i64 = 190;

/// The picture.
#[derive(Serialize)]
pub(in crate::report::html) struct Trend {
    ticks: Vec<Tick>,
    days: Vec<Label>,
    lines: Vec<Line>,
    rows: Vec<Run>,
    /// Earlier runs whose numbers were not kept.
    unknown: Option<String>,
    /// Earlier runs that are not shown.
    older: Option<String>,
    /// What has become of the first number since the last run that has one, in words.
    moved: Option<String>,
    better: bool,
    worse: bool,
}

#[derive(Serialize)]
struct Line {
    class: &'static str,
    name: &'static str,
    /// Whether its marks are small squares, which show upon the other line's dots: both lines may have the same numbers.
    square: bool,
    points: String,
    dots: Vec<(i64, i64, String)>,
}

/// A run in the table.
#[derive(Serialize)]
struct Run {
    as_of: String,
    leavers: String,
    with_access: String,
    live: String,
    findings: String,
    undecided: String,
    evaluated: String,
}

/// The picture; none where no earlier run has numbers.
pub(in crate::report::html) fn trend(report: &Report, live: u64) -> Option<Trend> {
    let history = report.history.as_ref()?;
    let s = &report.summary;
    let now = KeptHeadline {
        leavers: s.leavers,
        leavers_with_access: s.leavers_with_access,
        live,
        apps: s.apps,
        apps_evaluated: s.apps_evaluated,
        by_severity: s.by_severity.iter().map(|(_, n)| *n).collect(),
        undecided: s.not_evaluable,
        excepted: s.excepted,
    };
    let known = history.trend.iter().filter_map(|p| Some((p.second, p.as_of.as_str(), p.headline.as_ref()?)));
    let mut points: Vec<(i64, &str, &KeptHeadline)> = known.collect();
    let unknown = (history.trend.len() - points.len()) as u64;
    let before = points.last()?.2.leavers_with_access;
    points.push((history.second, &report.as_of, &now));
    let older = points.len().saturating_sub(RUNS);
    let points = &points[older..];
    let (first, last) = (points.first()?.0, points.last()?.0);
    let x = |second: i64| {
        let span = u64::try_from(last - first).unwrap_or(0);
        LEFT + share(u64::try_from(second - first).unwrap_or(0), span, RIGHT - LEFT)
    };
    let most = points.iter().map(|(.., h)| h.live.max(h.leavers_with_access)).max()?;
    let (highest, ticks) = ticks(most, TOP, BOTTOM);
    let line = |class, name, of: fn(&KeptHeadline) -> u64| {
        let dots = points.iter().map(|(second, as_of, h)| {
            let title = format!("{}, {name}: {}", text::moment(as_of, &report.zone), number(of(h)));
            (x(*second), BOTTOM - share(of(h), highest, BOTTOM - TOP), title)
        });
        let dots: Vec<(i64, i64, String)> = dots.collect();
        let path: Vec<String> = dots.iter().map(|(x, y, _)| format!("{x},{y}")).collect();
        Line { class, name, square: class == "live", points: path.join(" "), dots }
    };
    let day = |as_of: &str| {
        let moment = text::moment(as_of, &report.zone);
        moment.split(',').next().unwrap_or_default().to_owned()
    };
    let mut days: Vec<Label> = Vec::new();
    for (second, as_of, _) in points {
        let at = x(*second);
        let room = days.last().is_none_or(|before| at - before.x >= 86) && RIGHT - at >= 86;
        if room || *second == last {
            days.push(Label { x: at, y: BOTTOM + 18, text: day(as_of) });
        }
    }
    let run = |(_, as_of, h): &(i64, &str, &KeptHeadline)| Run {
        as_of: text::moment(as_of, &report.zone),
        leavers: number(h.leavers),
        with_access: number(h.leavers_with_access),
        live: number(h.live),
        findings: number(h.by_severity.iter().sum()),
        undecided: number(h.undecided),
        evaluated: format!("{} of {}", number(h.apps_evaluated), number(h.apps)),
    };
    let now_open = now.leavers_with_access;
    Some(Trend {
        ticks,
        days,
        lines: vec![
            line("people", "leavers with access", |h| h.leavers_with_access),
            line("live", "live accounts of leavers", |h| h.live),
        ],
        rows: points.iter().rev().map(run).collect(),
        unknown: (unknown > 0).then(|| text::counted(unknown, "earlier run", "earlier runs")),
        older: (older > 0).then(|| text::counted(older as u64, "older run", "older runs")),
        moved: Some(match now_open.cmp(&before) {
            std::cmp::Ordering::Equal => "as many as in the last kept run".to_owned(),
            std::cmp::Ordering::Less => format!("{} fewer than in the last kept run", number(before - now_open)),
            std::cmp::Ordering::Greater => format!("{} more than in the last kept run", number(now_open - before)),
        }),
        better: now_open < before,
        worse: now_open > before,
    })
}
