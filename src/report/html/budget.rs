//! Keeps the page usable: how much of a long list is shown. What is cut is said, and stands in full in the other files.

use crate::report::text::number;
use serde::Serialize;
use std::io::{self, Write};

/// The first part of a list, with the length of the whole.
#[derive(Serialize)]
pub(super) struct Shown<T> {
    /// What is shown.
    pub(super) items: Vec<T>,
    /// How much is shown.
    pub(super) shown: String,
    /// How much there is.
    pub(super) total: String,
    /// Whether something is left out.
    pub(super) cut: bool,
}

impl<T> Shown<T> {
    /// `items` out of `total`.
    pub(super) fn new(items: Vec<T>, total: usize) -> Self {
        let shown = items.len();
        Self { items, shown: number(shown as u64), total: number(total as u64), cut: shown < total }
    }
}

/// The room of the whole page, in bytes. Lists take from it one after another; the longest comes last.
pub(super) struct Page(pub(super) usize);

impl Page {
    /// Shows as much of the front of `source` as `items` and `bytes` and the page's room allow.
    pub(super) fn fill<S, T: Serialize>(
        &mut self,
        items: usize,
        bytes: usize,
        source: impl IntoIterator<Item = S>,
        view: impl Fn(S) -> T,
    ) -> Vec<T> {
        let mut budget = Budget { items, bytes: bytes.min(self.0) };
        let before = budget.bytes;
        let shown = budget.fill(source, view);
        self.0 -= before - budget.bytes;
        shown
    }

    /// Sets room aside for a list that is filled piece by piece.
    pub(super) fn reserve(&mut self, items: usize, bytes: usize) -> Budget {
        let bytes = bytes.min(self.0);
        self.0 -= bytes;
        Budget { items, bytes }
    }

    /// Gives back what such a list did not need.
    pub(super) fn give_back(&mut self, budget: &Budget) {
        self.0 += budget.bytes;
    }
}

/// How many items a list may show, and how many bytes of the page they may take together.
pub(super) struct Budget {
    items: usize,
    bytes: usize,
}

impl Budget {
    /// Shows as much of the front of `source` as there is room for.
    pub(super) fn fill<S, T: Serialize>(
        &mut self,
        source: impl IntoIterator<Item = S>,
        view: impl Fn(S) -> T,
    ) -> Vec<T> {
        let mut shown = Vec::new();
        for thing in source {
            if self.items == 0 {
                break;
            }
            let item = view(thing);
            let weight = weight(&item);
            if weight > self.bytes {
                self.items = 0; // the order is by gravity: nothing lighter may pass what did not fit
                break;
            }
            self.items -= 1;
            self.bytes -= weight;
            shown.push(item);
        }
        shown
    }

    /// The same for one of so many lists that are still to come: each has its share of the room, or `least` bytes where
    /// that is more. What a short list leaves is for the others.
    pub(super) fn fill_share<S, T: Serialize>(
        &mut self,
        (lists, least): (usize, usize),
        source: impl IntoIterator<Item = S>,
        view: impl Fn(S) -> T,
    ) -> Vec<T> {
        let bytes = (self.bytes / lists.max(1)).max(least).min(self.bytes);
        let mut share = Self { items: self.items, bytes };
        let shown = share.fill(source, view);
        self.items -= shown.len();
        self.bytes -= bytes - share.bytes;
        shown
    }
}

/// About how many bytes of HTML the item makes: its text after escaping and with places to break, the names of its
/// fields standing for the markup.
fn weight(item: &impl Serialize) -> usize {
    let mut scales = Scales::default();
    // Nothing is written, so nothing can fail but an item that is no JSON; that weighs what came before.
    let _ = serde_json::to_writer(&mut scales, item);
    scales.bytes * 4 / 3 + scales.longer
}

/// Weighs what would be written.
#[derive(Default)]
struct Scales {
    bytes: usize,
    /// How much longer it gets by escaping.
    longer: usize,
}

impl Write for Scales {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let longer = |b: &u8| matches!(b, b'/' | b'<' | b'>' | b'&' | b'\'' | b'@' | b';');
        self.bytes += text.len();
        self.longer += text.iter().filter(|b| longer(b)).count() * 5;
        Ok(text.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_at_the_count_and_at_the_bytes() {
        let mut page = Page(100);
        assert_eq!(page.fill(3, 90, 0..9, |n| n).len(), 3);
        assert_eq!(page.fill(9, 30, ["aaaaaaaa"; 9], |s| s).len(), 2);
        assert_eq!(page.fill(9, 999, ["a".repeat(200)], |s| s).len(), 0);
        let budget = page.reserve(9, 50);
        assert_eq!(page.fill(9, 999, ["aaaaaaaaaaaaaaaa"; 9], |s| s).len(), 0);
        page.give_back(&budget);
        assert_eq!(page.fill(9, 999, ["aaaaaaaaaaaaaaaa"; 9], |s| s).len(), 2);
    }

    #[test]
    fn no_list_takes_the_room_of_those_after_it() {
        let shown = |least, lists: [usize; 4]| {
            let mut budget = Page(200).reserve(99, 200);
            let left = [4, 3, 2, 1];
            left.into_iter()
                .zip(lists)
                .map(|(left, n)| budget.fill_share((left, least), vec!["aaaaaaaa"; n], |s| s).len())
                .collect::<Vec<_>>()
        };
        // Each item weighs 13.
        assert_eq!(shown(0, [9, 9, 9, 9]), [3, 4, 4, 4]);
        assert_eq!(shown(0, [1, 9, 1, 9]), [1, 4, 1, 9], "what is left goes on");
        assert_eq!(shown(80, [9, 9, 9, 9]), [6, 6, 3, 0], "the first ones have enough to be of use");
    }
}
