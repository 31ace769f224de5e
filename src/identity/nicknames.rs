//! What people are called instead of their given names. English only: the list is another project's (`data/nicknames`).

use super::nearness::fold;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Of each name, folded, those that stand for it: in both directions, sorted.
static RELATED: LazyLock<HashMap<String, Vec<String>, FixedState>> = LazyLock::new(|| {
    let text = include_str!("../../data/nicknames/names.csv");
    let mut related: HashMap<String, Vec<String>, FixedState> = HashMap::default();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',').map(|cell| fold(cell.trim()));
        if let (Some(name), Some(_), Some(nickname)) = (cells.next(), cells.next(), cells.next())
            && name != nickname
        {
            for (of, other) in [(&name, &nickname), (&nickname, &name)] {
                let others = related.entry(of.clone()).or_default();
                if let Err(place) = others.binary_search(other) {
                    others.insert(place, other.clone());
                }
            }
        }
    }
    related
});

/// What a (folded) given name may stand for, or be called.
pub(super) fn related(name: &str) -> impl Iterator<Item = &'static str> {
    RELATED.get(name).into_iter().flatten().map(String::as_str)
}

/// The first letters of those names, each once.
pub(super) fn initials(name: &str) -> impl Iterator<Item = &'static str> {
    let mut last = "";
    // They are sorted.
    related(name).map(|n| &n[..1]).filter(move |initial| std::mem::replace(&mut last, initial) != *initial)
}

/// Whether one of two (folded) given names is a nickname of the other.
pub(super) fn are_related(a: &str, b: &str) -> bool {
    related(a).any(|other| other == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicknames_go_both_ways() {
        assert!(are_related("robert", "bob") && are_related("bob", "robert"));
        assert!(related("bob").any(|n| n == "robert"));
        let initials: Vec<&str> = initials(&fold("elizabeth")).collect();
        assert!(
            initials.len() > 2 && initials.is_sorted() && initials.windows(2).all(|w| w[0] != w[1]),
            "{initials:?}"
        );
        assert!(!are_related("robert", "wiliam") && !are_related("robert", "robert"));
    }
}
