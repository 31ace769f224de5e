//! Whether two names can be one person's. Names are compared as `normalise::name` writes them, the given name first.

use super::nearness::{Near, fold, near};
use super::nicknames::are_related;
use std::collections::BTreeSet;

/// Particles and titles: who share one share nothing.
const NO_NAMES: [&str; 42] = [
    "af", "al", "av", "ben", "bin", "bint", "da", "das", "de", "dei", "del", "della", "den", "der", "di", "dipl",
    "dos", "dr", "du", "el", "frau", "herr", "ibn", "ing", "la", "le", "los", "mag", "mr", "mrs", "ms", "msc", "phd",
    "prof", "st", "te", "ten", "ter", "van", "von", "zu", "zum",
];

/// Whether two names of at least two words each are the same, in any order; one may leave words of the other out.
pub(super) fn is_same_name(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|name| name.split(' ').filter(|word| !word.is_empty()).collect::<BTreeSet<_>>());
    a.len().min(b.len()) > 1 && (a.is_subset(&b) || b.is_subset(&a))
}

/// Whether two names are ways to write one: the same, or one family name with given names of which one is short for the
/// other, or is left out.
pub(super) fn are_alike(a: &str, b: &str) -> bool {
    if is_same_name(a, b) {
        return true;
    }
    let [a, b] = [a, b].map(|name| fold(&words(name).join(" ")));
    let [whole, other_whole] = [&a, &b];
    let [a, b] = [&a, &b].map(|name| words(name));
    match (&a[..], &b[..]) {
        ([], _) | (_, []) => false,
        ([one], [.., family]) | ([.., family], [one]) => one == family && one.len() > 1,
        ([given, rest @ ..], [other, others @ ..]) => {
            let family = rest.iter().any(|word| word.len() > 1 && others.contains(word));
            let short = |a: &str, b: &str| a.len() == 1 && b.starts_with(a);
            let is_short = || short(given, other) || short(other, given) || are_related(given, other);
            (family && is_short()) || is_same_name(whole, other_whole)
        }
    }
}

/// Whether two names can be those of one person: alike, or one given name, with which many take another family name.
pub(super) fn may_be_one(a: &str, b: &str) -> bool {
    let given = |name: &str| Some(fold(given(name)?));
    are_alike(a, b) || given(a).is_some_and(|one| Some(one) == given(b))
}

/// Whether two whole names, both in Latin letters, are those of two people: no ways to write one, and not even the given
/// name sounds alike.
pub(super) fn are_two(a: &str, b: &str) -> bool {
    // Nobody can tell which word of a name is the given one.
    let has_first = |a: &str, b: &str| words(a).first().is_some_and(|first| words(b).contains(first));
    is_whole(a)
        && is_whole(b)
        && !may_be_one(a, b)
        && !has_first(a, b)
        && !has_first(b, a)
        && matches!(near(&fold(a), &fold(b)), None | Some(Near::FamilyOnly))
}

/// Whether a name has two words that tell people apart.
pub(super) fn is_whole(name: &str) -> bool {
    words(name).len() > 1
}

/// The first word of a name that is neither a title nor an initial.
pub(super) fn given(name: &str) -> Option<&str> {
    name.split(' ').find(|word| word.len() > 1 && !NO_NAMES.contains(word))
}

/// The words of a name that tell people apart.
fn words(name: &str) -> Vec<&str> {
    name.split(' ').filter(|word| !word.is_empty() && !NO_NAMES.contains(word)).collect()
}

/// A form that is equal where two names have the same words in any order, or the same first and last one.
pub(super) fn forms(name: &str) -> impl Iterator<Item = String> {
    let words = words(name);
    let sorted = |mut words: Vec<&str>| {
        words.sort_unstable();
        words.join(" ")
    };
    let ends = match words[..] {
        [first, .., last] => Some(sorted(vec![first, last])),
        _ => None,
    };
    [Some(sorted(words)).filter(|all| !all.is_empty()), ends].into_iter().flatten()
}

/// Whether what is written in two names can be compared at all: not where only one is in Latin letters.
pub(super) fn are_comparable(a: &str, b: &str) -> bool {
    is_latin(a) == is_latin(b)
}

/// Whether a name is written in Latin letters.
pub(super) fn is_latin(name: &str) -> bool {
    !name.chars().any(|c| c.is_alphabetic() && c >= '\u{370}' && !('\u{1e00}'..='\u{1eff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_ways_to_write_one_are_alike() {
        for (a, b) in [
            ("anna berg", "berg anna"),
            ("anna berg", "anna maria berg"),
            ("dr anna berg", "anna berg"),
            ("jorg muller", "joerg mueller"),
            ("elizabeth berg", "liz berg"),
            ("a berg", "anna berg"),
            ("berg", "anna berg"),
        ] {
            assert!(are_alike(a, b) && are_alike(b, a), "{a}, {b}");
        }
    }

    #[test]
    fn a_title_a_particle_or_one_word_makes_no_name_alike() {
        for (a, b) in [
            ("jan van dijk", "piet van den berg"),
            ("dr anna berg", "dr dirk ohm"),
            ("eva roth", "eva blau"),
            ("anna", "anna berg"),
            ("jens muller", "julia muller"),
            ("", "anna berg"),
        ] {
            assert!(!are_alike(a, b) && !are_alike(b, a), "{a}, {b}");
        }
        assert!(may_be_one("eva roth", "eva blau") && may_be_one("anna", "anna berg"));
        assert!(!may_be_one("jens muller", "julia muller") && !may_be_one("dr anna berg", "dr dirk ohm"));
    }

    #[test]
    fn two_whole_names_of_which_not_even_the_given_one_sounds_alike_are_two_peoples() {
        assert!(are_two("rosa jansen", "piet olsen") && are_two("jens muller", "julia muller"));
        for (a, b) in [
            ("rosa jansen", "rosa olsen"),
            ("rosa jansen", "jansen rosa"),
            ("jansen rosa", "rosa olsen"),
            ("sergej ivanov", "sergey ivanov"),
            ("jhon smith", "john smith"),
            ("r jansen", "rosa jansen"),
            ("rjansen", "piet olsen"),
            ("", "piet olsen"),
        ] {
            assert!(!are_two(a, b) && !are_two(b, a), "{a}, {b}");
        }
    }

    #[test]
    fn names_in_two_alphabets_cannot_be_compared() {
        assert!(!are_comparable("田中 太郎", "Taro Tanaka") && !are_comparable("Eleni", "Ελένη"));
        assert!(are_comparable("Jörg Müller", "Nguyễn Ánh") && are_comparable("田中 太郎", "Ελένη"));
    }
}
