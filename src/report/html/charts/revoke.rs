//! How long access lasted after the leaving: a distribution, by the lower and by the upper ends of what is known.

use super::{Label, Tick, share, ticks};
use crate::model::History;
use crate::report::text::number;
use serde::Serialize;

const LEFT: i64 = 40;
const WIDTH: i64 = 640;
const TOP: i64 = 14;
const BOTTOM: i64 = 190;

/// The picture.
#[derive(Serialize)]
pub(in crate::report::html) struct Distribution {
    ticks: Vec<Tick>,
    columns: Vec<Column>,
    total: String,
    open: String,
}

/// A bucket: two bars.
#[derive(Serialize)]
struct Column {
    name: String,
    label: Label,
    bars: Vec<Bar>,
    least: String,
    most: String,
}

#[derive(Serialize)]
struct Bar {
    class: &'static str,
    title: String,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    top: Label,
}

/// The picture; none if no time is known.
pub(in crate::report::html) fn distribution(history: &History) -> Option<Distribution> {
    let all = history.revoke.first()?;
    let buckets = &history.revoke_buckets;
    let open = all.open as u64;
    let most = buckets.iter().flat_map(|b| [b.least, b.most]).max()?.max(open);
    let (highest, ticks) = ticks(most, TOP, BOTTOM);
    let step = (WIDTH - LEFT) / (buckets.len() as i64 + 1);
    let bar = |class, title: String, x: i64, width: i64, n: u64| {
        let height = if n == 0 { 0 } else { share(n, highest, BOTTOM - TOP).max(2) };
        let y = BOTTOM - height;
        let text = if n == 0 { String::new() } else { number(n) };
        Bar { class, title, x, y, width, height, top: Label { x: x + width / 2, y: y - 4, text } }
    };
    let mut before = 0;
    let mut columns: Vec<Column> = Vec::new();
    for (ix, bucket) in buckets.iter().enumerate() {
        let name = match bucket.days {
            Some(1) => "up to 1 day".to_owned(),
            Some(days) => format!("{} to {days} days", before + 1),
            None => format!("over {before} days"),
        };
        before = bucket.days.unwrap_or(before);
        let x = LEFT + step * ix as i64;
        let half = (step - 16) / 2;
        let (least, most) = (number(bucket.least), number(bucket.most));
        columns.push(Column {
            label: Label {
                x: x + step / 2,
                y: BOTTOM + 18,
                text: name.replace(" days", " d").replace(" day", " d").replace("up to", "≤").replace("over", ">"),
            },
            bars: vec![
                bar("least", format!("{name} at least: {least}"), x + 8, half, bucket.least),
                bar("most", format!("{name} at most: {most}"), x + 8 + half, half, bucket.most),
            ],
            name,
            least,
            most,
        });
    }
    let x = LEFT + step * buckets.len() as i64;
    columns.push(Column {
        name: "not shown to have ended".to_owned(),
        label: Label { x: x + step / 2, y: BOTTOM + 18, text: "not ended".to_owned() },
        bars: vec![bar("open", format!("not shown to have ended: {}", number(open)), x + 12, step - 24, open)],
        least: String::new(),
        most: number(open),
    });
    Some(Distribution { ticks, columns, total: number(all.count as u64), open: number(open) })
}
