//! Pictures of what the report says: their geometry, computed when the report is made. The template draws them as SVG, and says
//! the same in words and numbers beside each.

pub(super) mod ages;
pub(super) mod drawing;
pub(super) mod heat;
pub(super) mod revoke;
pub(super) mod trend;

use crate::report::text::number;
use serde::Serialize;

/// A text within a picture.
#[derive(Serialize)]
pub(super) struct Label {
    x: i64,
    y: i64,
    text: String,
}

/// A mark of an axis: where, and what it says.
#[derive(Serialize)]
pub(super) struct Tick {
    at: i64,
    text: String,
}

/// Round marks from zero to the first at or above `most`, not more than five, as `(value, share of the axis in thousandths)`.
fn scale(most: u64) -> (u64, Vec<u64>) {
    let mut step = 1;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut base = 1;
    while most.div_ceil(step) > 4 {
        let factor = factors.next().unwrap_or(10);
        step = base * factor;
        if factor == 10 {
            base = step;
        }
    }
    let top = most.max(1).div_ceil(step) * step;
    (top, (0..=top / step).map(|n| n * step).collect())
}

/// Marks of an upright axis that goes from `bottom` up to `top`.
fn ticks(most: u64, top: i64, bottom: i64) -> (u64, Vec<Tick>) {
    let (highest, values) = scale(most);
    let tick = |value: u64| Tick { at: bottom - share(value, highest, bottom - top), text: number(value) };
    (highest, values.into_iter().map(tick).collect())
}

/// The part of `length` that `value` is of `whole`.
fn share(value: u64, whole: u64, length: i64) -> i64 {
    i64::try_from(i128::from(value) * i128::from(length) / i128::from(whole.max(1))).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_few_round_marks_and_room_for_the_highest() {
        assert_eq!(scale(0), (1, vec![0, 1]));
        assert_eq!(scale(4), (4, vec![0, 1, 2, 3, 4]));
        assert_eq!(scale(7), (8, vec![0, 2, 4, 6, 8]));
        assert_eq!(scale(14), (15, vec![0, 5, 10, 15]));
        assert_eq!(scale(1_234), (1_500, vec![0, 500, 1_000, 1_500]));
        for most in [1, 99, 100, 101, 3_000_000, u64::MAX / 100] {
            let (top, marks) = scale(most);
            assert!(top >= most && marks.len() <= 6 && marks.last() == Some(&top), "{most}: {marks:?}");
        }
    }
}
