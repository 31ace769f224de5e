//! What people are called instead of their given names. English only: the list is another project's (`data/nicknames`).

use super::nearness::fold;
use std::sync::LazyLock;

/// Both directions, folded, sorted.
static PAIRS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let text = include_str!("../../data/nicknames/names.csv");
    let mut pairs = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',').map(|cell| fold(cell.trim()));
        if let (Some(name), Some(_), Some(nickname)) = (cells.next(), cells.next(), cells.next())
            && name != nickname
        {
            pairs.push((name.clone(), nickname.clone()));
            pairs.push((nickname, name));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
});

/// What a (folded) given name may stand for, or be called.
pub(super) fn related(name: &str) -> impl Iterator<Item = &'static str> + '_ {
    let from = PAIRS.partition_point(|(a, _)| a.as_str() < name);
    PAIRS[from..].iter().take_while(move |(a, _)| a == name).map(|(_, b)| b.as_str())
}

/// Whether one of two (folded) given names is a nickname of the other.
pub(super) fn are_related(a: &str, b: &str) -> bool {
    PAIRS.binary_search_by(|(x, y)| (x.as_str(), y.as_str()).cmp(&(a, b))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicknames_go_both_ways() {
        assert!(are_related("robert", "bob") && are_related("bob", "robert"));
        assert!(related("bob").any(|n| n == "robert"));
        assert!(!are_related("robert", "wiliam") && !are_related("robert", "robert"));
    }
}
