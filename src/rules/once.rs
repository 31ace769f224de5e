//! Lists in which everything stands once, in the order in which it came, however long they get.

use foldhash::fast::RandomState;
use std::collections::HashSet;
use std::hash::Hash;

/// So many are quicker looked through than looked up.
const FEW: usize = 16;

/// What stands in a list already. It is kept beside the list, and only once that is long: one finding can have a place for
/// every row of a roster.
#[derive(Debug)]
pub struct Once<T> {
    known: HashSet<T, RandomState>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { known: HashSet::default() }
    }
}

impl<T: Copy + Eq + Hash> Once<T> {
    /// Adds an item, if it is not there yet. It is always the same list that is given.
    pub fn push(&mut self, list: &mut Vec<T>, item: T) {
        if list.len() < FEW {
            if !list.contains(&item) {
                list.push(item);
            }
            return;
        }
        if self.known.is_empty() {
            self.known.extend(list.iter().copied());
        }
        if self.known.insert(item) {
            list.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::hash::Hasher;

    thread_local! { static COMPARED: Cell<u64> = const { Cell::new(0) }; }

    /// Counts how often it is compared.
    #[derive(Debug, Clone, Copy)]
    struct Counted(u64);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.with(|n| n.set(n.get() + 1));
            self.0 == other.0
        }
    }
    impl Eq for Counted {}
    impl Hash for Counted {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    #[test]
    fn a_long_list_costs_as_many_comparisons_an_item_as_a_short_one() {
        let compared = |items: u64| {
            COMPARED.with(|n| n.set(0));
            let (mut list, mut once) = (Vec::new(), Once::default());
            // Each comes twice.
            for item in (0..items).chain(0..items) {
                once.push(&mut list, Counted(item));
            }
            assert!(list.iter().map(|c| c.0).eq(0..items));
            COMPARED.with(Cell::get)
        };
        assert!(compared(100_000) <= 2 * 200_000, "{} comparisons", compared(100_000));
    }

    #[test]
    fn each_item_stands_where_it_came_first() {
        for n in [1, FEW - 1, FEW, FEW + 1, 100] {
            let (mut list, mut once) = (Vec::new(), Once::default());
            for item in (0..n).chain([0, n - 1]).chain((0..n).rev()) {
                once.push(&mut list, item);
            }
            assert!(list.iter().copied().eq(0..n), "{n}");
        }
    }
}
