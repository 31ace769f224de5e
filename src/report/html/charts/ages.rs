//! Live accounts of leavers by the time since leaving, and by tier.

use super::{Label, Tick, share, ticks};
use crate::model::{Access, Report};
use crate::report::cases;
use crate::report::text::number;
use serde::Serialize;

/// The longest time of each bucket in days, and its name. The last two are for all that is longer, and for unknown days.
const BUCKETS: [(i64, &str); 7] = [
    (7, "up to 7 days"),
    (30, "8 to 30 days"),
    (90, "31 to 90 days"),
    (180, "91 to 180 days"),
    (365, "181 to 365 days"),
    (i64::MAX, "over a year"),
    (i64::MAX, "unknown"),
];
const LEFT: i64 = 40;
const WIDTH: i64 = 640;
const TOP: i64 = 14;
const BOTTOM: i64 = 190;

/// The picture.
#[derive(Serialize)]
pub(in crate::report::html) struct Ages {
    tiers: Vec<Tier>,
    columns: Vec<Column>,
    ticks: Vec<Tick>,
    total: String,
}

/// A tier, in the legend and the head of the table.
#[derive(Serialize)]
struct Tier {
    class: String,
    title: String,
}

/// A bucket.
#[derive(Serialize)]
struct Column {
    /// Its name in two lines below the column.
    name: &'static str,
    label: Label,
    total: Label,
    counts: Vec<String>,
    parts: Vec<Part>,
}

/// The part of one tier.
#[derive(Serialize)]
struct Part {
    class: String,
    title: String,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

/// The picture; none if no leaver has a live account.
pub(in crate::report::html) fn ages(report: &Report, tiers: &[(&'static str, u64)]) -> Option<Ages> {
    let ids: Vec<&str> = tiers.iter().filter(|(_, n)| *n > 0).map(|(id, _)| *id).collect();
    let mut counts = [const { [0u64; 6] }; BUCKETS.len()];
    for account in cases::counted(report).filter(|account| account.access == Access::Live) {
        let known = tiers.get(account.tier).and_then(|(id, _)| ids.iter().position(|shown| shown == id));
        let Some(tier) = known else { continue };
        let bucket = account.exposed.map_or(BUCKETS.len() - 1, |days| {
            BUCKETS.iter().position(|(most, _)| days <= *most).unwrap_or(BUCKETS.len() - 2)
        });
        counts[bucket][tier.min(5)] += 1;
    }
    let total: u64 = counts.iter().flatten().sum();
    if total == 0 {
        return None;
    }
    let title = |id: &str| report.rules.iter().find(|r| r.id == id).map_or(id, |r| r.title).to_owned();
    let class = |id: &str| {
        let at = tiers.iter().position(|(tier, _)| *tier == id).unwrap_or(0);
        format!("tier-{}", at.min(5))
    };
    let legend: Vec<Tier> = ids.iter().map(|id| Tier { class: class(id), title: title(id) }).collect();
    let most = counts.iter().map(|of| of.iter().sum()).max().unwrap_or(0);
    let (highest, ticks) = ticks(most, TOP, BOTTOM);
    let step = (WIDTH - LEFT) / BUCKETS.len() as i64;
    let columns = BUCKETS.iter().zip(counts).enumerate().map(|(ix, ((_, name), of))| {
        let x = LEFT + step * ix as i64;
        let mut y = BOTTOM;
        let mut parts = Vec::new();
        for (tier, n) in legend.iter().zip(of).filter(|(_, n)| *n > 0) {
            let height = share(n, highest, BOTTOM - TOP).max(2);
            y -= height;
            let title = format!("{name}, {}: {}", tier.title, number(n));
            parts.push(Part { class: tier.class.clone(), title, x: x + 14, y, width: step - 28, height });
        }
        let sum: u64 = of.iter().sum();
        let middle = x + step / 2;
        Column {
            name,
            label: Label { x: middle, y: BOTTOM + 18, text: name.replace(" days", " d").replace("up to", "≤") },
            total: Label { x: middle, y: y - 5, text: if sum == 0 { String::new() } else { number(sum) } },
            counts: of.iter().take(legend.len()).map(|n| number(*n)).chain([number(sum)]).collect(),
            parts,
        }
    });
    Some(Ages { columns: columns.collect(), tiers: legend, ticks, total: number(total) })
}
