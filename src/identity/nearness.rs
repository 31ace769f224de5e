//! How near two names come. Pure: what is compared are folded names, and what comes out has a word and a weight.

use super::nicknames;
use rapidfuzz::distance::jaro_winkler::{self, Args};

/// From which similarity on a single name counts as the same one with a slip of the pen.
const SIMILAR: f64 = 0.86;

/// A comparable name in which usual spellings of one sound are one: `Müller` and `Mueller`, `Sergey` and `Sergei`.
pub(super) fn fold(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let next = bytes.get(i + 1).copied();
        let (letter, taken) = match (byte, next) {
            (b'a' | b'o' | b'u', Some(b'e')) => (byte, 2),
            (b'p', Some(b'h')) => (b'f', 2),
            (b'c', Some(b'k')) => (b'k', 2),
            (b't', Some(b'h')) => (b't', 2),
            (b'y', _) => (b'i', 1),
            (b'w', _) => (b'v', 1),
            _ => (byte, 1),
        };
        if letter == b' ' || out.last() != Some(&letter) {
            out.push(letter);
        }
        i += taken;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// How near two names come, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Near {
    /// Letter for letter.
    Full,
    /// After folding.
    Spelt,
    /// A middle name or a second family name is missing.
    GivenAndFamily,
    /// Family name first.
    Reversed,
    Nickname,
    ShortForm,
    Initial,
    SimilarGiven,
    SimilarFamily,
    FamilyInitial,
    BothSimilar,
    /// Says something only beside another sign.
    GivenOnly,
    /// Says something only beside another sign.
    FamilyOnly,
}

impl Near {
    /// What it weighs, of 100. For ranking: it is no probability.
    pub(super) const fn weight(self) -> i32 {
        match self {
            Self::Full => 95,
            Self::Spelt | Self::GivenAndFamily => 90,
            Self::Reversed => 88,
            Self::Nickname => 84,
            Self::ShortForm => 82,
            Self::Initial => 80,
            Self::SimilarGiven => 78,
            Self::SimilarFamily => 76,
            Self::FamilyInitial => 70,
            Self::BothSimilar => 66,
            Self::GivenOnly => 30,
            Self::FamilyOnly => 25,
        }
    }

    /// What the two have in common, after "the same".
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Full => "full name",
            Self::Spelt => "full name in another spelling",
            Self::GivenAndFamily => "given and family name",
            Self::Reversed => "full name the other way round",
            Self::Nickname => "family name and a nickname of the given name",
            Self::ShortForm => "family name and a short form of the given name",
            Self::Initial => "family name and initial",
            Self::SimilarGiven => "family name and a similar given name",
            Self::SimilarFamily => "given name and a similar family name",
            Self::FamilyInitial => "given name and the initial of the family name",
            Self::BothSimilar => "sound of both names, nearly",
            Self::GivenOnly => "given name",
            Self::FamilyOnly => "family name",
        }
    }

    /// Whether it says nothing without another sign.
    pub(super) const fn needs_more(self) -> bool {
        matches!(self, Self::GivenOnly | Self::FamilyOnly)
    }
}

/// How two given names go together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Same,
    Nickname,
    ShortForm,
    Initial,
    Similar,
    Other,
}

fn similar(a: &str, b: &str) -> bool {
    // What is longer by half is no slip of the pen.
    a.len().abs_diff(b.len()) * 3 <= a.len().max(b.len())
        && jaro_winkler::similarity_with_args(a.bytes(), b.bytes(), &Args::default().score_cutoff(SIMILAR)).is_some()
}

fn given(a: &str, b: &str) -> Given {
    let (a_first, b_first) = (a.as_bytes().first(), b.as_bytes().first());
    if a == b {
        Given::Same
    } else if a_first == b_first && (a.len() == 1 || b.len() == 1) {
        Given::Initial
    } else if a.len() >= 3 && b.len() >= 3 && (a.starts_with(b) || b.starts_with(a)) {
        Given::ShortForm
    } else if nicknames::are_related(a, b) {
        Given::Nickname
    } else if similar(a, b) {
        Given::Similar
    } else {
        Given::Other
    }
}

/// The given name and the rest of a name.
pub(super) fn parts(name: &str) -> (&str, &str) {
    name.split_once(' ').unwrap_or((name, ""))
}

/// How near a name comes to a person's. Both are folded; single words are a given name, or all of a name in one.
pub(super) fn near(a: &str, b: &str) -> Option<Near> {
    let ((a_given, a_rest), (b_given, b_rest)) = (parts(a), parts(b));
    if a == b {
        return Some(if a_rest.is_empty() { Near::GivenOnly } else { Near::Spelt });
    }
    if a_rest.is_empty() || b_rest.is_empty() {
        return alone(a, b).or_else(|| (a_given == b_given).then_some(Near::GivenOnly));
    }
    if a_rest == b_given && a_given == b_rest {
        return Some(Near::Reversed);
    }
    let family = a_rest.split(' ').any(|x| x.len() > 1 && b_rest.split(' ').any(|y| x == y));
    let given = given(a_given, b_given);
    if family {
        return Some(match given {
            Given::Same => Near::GivenAndFamily,
            Given::Nickname => Near::Nickname,
            Given::ShortForm => Near::ShortForm,
            Given::Initial => Near::Initial,
            Given::Similar => Near::SimilarGiven,
            Given::Other => Near::FamilyOnly,
        });
    }
    let last = |rest: &str| rest.rsplit(' ').next().map_or(0, |last| rest.len() - last.len());
    let (a_last, b_last) = (&a_rest[last(a_rest)..], &b_rest[last(b_rest)..]);
    let initial = (a_last.len() == 1 || b_last.len() == 1) && a_last.as_bytes().first() == b_last.as_bytes().first();
    if initial && given == Given::Same {
        return Some(Near::FamilyInitial);
    }
    let near = similar(a_last, b_last) || similar(a_rest, b_rest);
    match given {
        Given::Same if near => Some(Near::SimilarFamily),
        Given::Nickname | Given::ShortForm | Given::Similar if near => Some(Near::BothSimilar),
        Given::Same => Some(Near::GivenOnly),
        _ => None,
    }
}

/// A word that may be all of a person's name in one: `johndoe`, `jdoe`, `doej`, `johnd`.
fn alone(word: &str, name: &str) -> Option<Near> {
    let (given, rest) = parts(name);
    let family = rest.rsplit(' ').next().filter(|f| f.len() > 1)?;
    let is = |a: &str, b: &str| word.len() == a.len() + b.len() && word.starts_with(a) && word.ends_with(b);
    if is(given, family) || is(family, given) {
        Some(Near::Spelt)
    } else if is(&given[..1.min(given.len())], family) || is(family, &given[..1.min(given.len())]) {
        Some(Near::Initial)
    } else if is(given, &family[..1]) {
        Some(Near::FamilyInitial)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    fn of(a: &str, b: &str) -> Option<Near> {
        near(&fold(&normalise::name(a)), &fold(&normalise::name(b)))
    }

    #[test]
    fn names_that_one_person_may_go_by_come_near() {
        for (a, b, expected) in [
            ("Jürgen Müller", "Juergen Mueller", Near::Spelt),
            ("Sergey Yakovlev", "Sergei Iakovlev", Near::Spelt),
            ("María García", "María José García López", Near::GivenAndFamily),
            ("Wei Zhang", "Zhang Wei", Near::Reversed),
            ("Bob Smith", "Robert Smith", Near::Nickname),
            ("Alex Smith", "Alexander Smith", Near::ShortForm),
            ("J. Smith", "John Smith", Near::Initial),
            ("Jhon Smith", "John Smith", Near::SimilarGiven),
            ("John Simth", "John Smith", Near::SimilarFamily),
            ("John S.", "John Smith", Near::FamilyInitial),
            ("Anna Berg", "Anna Kowalski", Near::GivenOnly),
            ("Anna Berg", "Tom Berg", Near::FamilyOnly),
            ("jsmith", "John Smith", Near::Initial),
            ("smithj", "John Smith", Near::Initial),
            ("johnsmith", "John Smith", Near::Spelt),
            ("johns", "John Smith", Near::FamilyInitial),
        ] {
            assert_eq!(of(a, b), Some(expected), "{a} and {b}");
        }
    }

    #[test]
    fn other_names_do_not() {
        for (a, b) in [("Anna Berg", "Tom Lund"), ("panda42", "Anna Berg"), ("", "Anna Berg"), ("x", "Anna Berg")] {
            assert_eq!(of(a, b), None, "{a} and {b}");
        }
    }

    #[test]
    fn every_degree_weighs_no_more_than_the_one_before() {
        let all = [
            Near::Full,
            Near::Spelt,
            Near::GivenAndFamily,
            Near::Reversed,
            Near::Nickname,
            Near::ShortForm,
            Near::Initial,
        ];
        assert!(all.windows(2).all(|w| w[0] < w[1] && w[0].weight() >= w[1].weight()));
    }
}
