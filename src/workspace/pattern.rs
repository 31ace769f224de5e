//! Patterns in which `*` stands for any run of characters.

/// A pattern for addresses, user names and ids. Compared without case; `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    /// The pieces between the stars, in lower case.
    pieces: Vec<String>,
}

impl Pattern {
    /// The pattern that `text` writes.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), pieces: text.to_lowercase().split('*').map(str::to_owned).collect() }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for every name there is.
    pub fn matches_everything(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().all(String::is_empty)
    }

    /// Whether `name` fits.
    pub fn matches(&self, name: &str) -> bool {
        self.matches_lower(&name.to_lowercase())
    }

    /// Whether a name that is in lower case already fits. No piece is looked for twice, so the time grows with the
    /// lengths of name and pattern, not with their product.
    pub fn matches_lower(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            // Without a star there is one piece, and a pattern always has one.
            return self.pieces.first().is_some_and(|only| *only == name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            // The earliest place leaves the most for the pieces after it.
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, by trying every length of every star.
    fn naive(pattern: &[char], name: &[char]) -> bool {
        match pattern {
            [] => name.is_empty(),
            ['*', rest @ ..] => (0..=name.len()).any(|n| naive(rest, &name[n..])),
            [c, rest @ ..] => name.first() == Some(c) && naive(rest, &name[1..]),
        }
    }

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, fits, fits_not) in [
            ("*@bots.example", "ci@bots.example", "ci@bots.example.org"),
            ("svc-*", "SVC-deploy", "my-svc-deploy"),
            ("*bot*", "RoBot@x.example", "bt"),
            ("ann@x.example", "Ann@X.example", "ann@x.exampl"),
            ("a*a", "aa", "a"),
            ("a*b*c", "a-b-b-c", "a-c-b"),
            ("*", "", "\0never"),
            ("ÄRGER*", "ärger@x.example", "arger@x.example"),
        ] {
            assert!(Pattern::new(pattern).matches(fits), "{pattern} {fits}");
            assert!(pattern == "*" || !Pattern::new(pattern).matches(fits_not), "{pattern} {fits_not}");
        }
        assert!(Pattern::new("**").matches_everything() && !Pattern::new("").matches_everything());
        assert!(Pattern::new("").matches("") && !Pattern::new("").matches("a"));
    }

    #[test]
    fn many_stars_cost_nothing() {
        let pattern = Pattern::new(&"a*".repeat(5_000));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(4_999))));
        assert!(pattern.matches(&"a".repeat(5_000)));
    }

    proptest! {
        #[test]
        fn it_says_what_the_definition_says(pattern in "[ab*]{0,7}", name in "[ab]{0,9}") {
            let wanted = naive(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>());
            prop_assert_eq!(Pattern::new(&pattern).matches(&name), wanted);
        }
    }
}
