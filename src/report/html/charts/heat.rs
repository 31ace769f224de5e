//! The coverage matrix as a heat map: apps by lifecycle operations.

use crate::model::{Level, Operation, Report};
use crate::report::html::apps;
use crate::report::text::clip;
use serde::Serialize;

/// The most apps.
const APPS: usize = 60;
/// The longest name beside a row, in characters.
const NAME: usize = 24;
const ROW: usize = 24;
const TOP: usize = 30;

/// The picture.
#[derive(Serialize)]
pub(in crate::report::html) struct Heat {
    height: usize,
    heads: Vec<(i64, &'static str)>,
    rows: Vec<Row>,
    shown: usize,
    total: usize,
    /// How many apps of those shown have deactivation at each level: class, word, count.
    sums: Vec<(&'static str, &'static str, usize)>,
}

/// One app.
#[derive(Serialize)]
struct Row {
    y: usize,
    base: usize,
    name: String,
    cells: Vec<Cell>,
}

/// One operation.
#[derive(Serialize)]
struct Cell {
    x: i64,
    class: &'static str,
    title: String,
    short: &'static str,
}

/// The picture of the first apps in this order; none without an app.
pub(in crate::report::html) fn heat(report: &Report, order: &[u32]) -> Option<Heat> {
    let level = |ix: u32, operation: Operation| {
        let app = &report.apps[ix as usize];
        app.operations.iter().find(|o| o.operation == operation).map_or(Level::Unknown, |o| o.level)
    };
    let rows = order.iter().take(APPS).enumerate().map(|(at, &ix)| {
        let app = &report.apps[ix as usize];
        let y = TOP + at * ROW;
        let name = clip(&app.name, NAME).into_owned();
        let cells = Operation::ALL.iter().enumerate().map(|(column, &operation)| {
            let chip = apps::chip(operation, level(ix, operation));
            let title = format!("{name}, {}: {}", chip.operation, chip.word);
            Cell { x: 190 + 64 * column as i64, class: chip.class, title, short: chip.short }
        });
        Row { y, base: y + 16, cells: cells.collect(), name }
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return None;
    }
    let sums = Level::ALL.iter().map(|&wanted| {
        let n = order.iter().filter(|&&ix| level(ix, Operation::Deactivate) == wanted).count();
        (wanted.word(), apps::level_word(wanted), n)
    });
    let heads = Operation::ALL.iter().enumerate();
    Some(Heat {
        height: TOP + rows.len() * ROW + 4,
        heads: heads.map(|(ix, &o)| (190 + 64 * ix as i64 + 31, apps::operation_word(o))).collect(),
        shown: rows.len(),
        total: order.len(),
        rows,
        sums: sums.filter(|(.., n)| *n > 0).collect(),
    })
}
