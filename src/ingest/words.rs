//! Words in cells: header names made comparable, cells that hold several values, and the many ways to write "nothing".

use super::rows::SEVERAL;

/// A header name without what products change about it: case, spaces, punctuation (but not `#`), and a trailing `[READ ONLY]` or `(UTC)`.
pub fn header(name: &str) -> String {
    // Nearly all names: a run compares every column of every file with all names that the catalog knows.
    if name.bytes().all(|b| b.is_ascii() && !matches!(b, b']' | b')')) {
        let kept = name.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'#'));
        let mut out = String::with_capacity(name.len());
        out.extend(kept.map(|b| char::from(b.to_ascii_lowercase())));
        return out;
    }
    let mut rest = name.trim();
    loop {
        let open = match rest.chars().next_back() {
            Some(']') => rest.rfind('['),
            Some(')') => rest.rfind('('),
            _ => None,
        };
        match open {
            Some(at) if at > 0 => rest = rest[..at].trim_end(),
            _ => break,
        }
    }
    rest.chars().filter(|c| c.is_alphanumeric() || matches!(c, '*' | '#')).flat_map(char::to_lowercase).collect()
}

/// What a product has put in brackets behind a name: `readonly` of `Status [READ ONLY]`.
pub fn mark(name: &str) -> Option<String> {
    let name = name.trim_end();
    let open = name.ends_with(']').then(|| name.rfind('[')).flatten().filter(|at| *at > 0)?;
    Some(header(&name[open..])).filter(|mark| !mark.is_empty())
}

/// A header name of an export's declaration; `*` stands for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderName<'e> {
    written: &'e str,
    normalised: String,
    /// Where its first `*` is.
    star: Option<usize>,
}

impl<'e> HeaderName<'e> {
    /// From the declaration.
    pub fn new(written: &'e str) -> Self {
        let normalised = header(written);
        Self { written, star: normalised.find('*'), normalised }
    }
    /// As declared.
    pub const fn written(&self) -> &'e str {
        self.written
    }
    /// Whether a normalised header name is this one.
    pub fn fits(&self, normalised: &str) -> bool {
        let Some(star) = self.star else { return normalised == self.normalised };
        let (first, rest) = (&self.normalised[..star], &self.normalised[star + 1..]);
        let Some(mut left) = normalised.strip_prefix(first) else { return false };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        for part in middle.split('*') {
            match left.find(part) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        left.ends_with(last)
    }
}

/// Whether a cell says nothing: blank, or one of the words that exports write for "none" and "never".
pub fn is_nothing(cell: &str) -> bool {
    let text = cell.trim();
    match text.len() {
        0 => return true,
        1 => return matches!(text, "0" | "-"),
        2..=27 => {}
        _ => return false,
    }
    // Dashes of typesetters, and how databases write it.
    if matches!(text, "–" | "—" | "\\N") {
        return true;
    }
    // What every word below begins with: nearly all cells end here.
    if !matches!(text.as_bytes()[0], b'n' | b'N' | b'j' | b'J' | b'0' | b'1' | b'9') {
        return false;
    }
    const WORDS: [&str; 18] = [
        "never",
        "never logged in",
        "never accessed",
        "never active",
        "n/a",
        "na",
        "nan",
        "null",
        "none",
        "no_information",
        "not_supported",
        "nunca",
        "nie",
        "jamais",
        "0000-00-00",
        "00.00.0000",
        "00/00/0000",
        "9223372036854775807",
    ];
    if WORDS.iter().any(|w| text.eq_ignore_ascii_case(w)) {
        return true;
    }
    text.starts_with("1970-01-01") || text.starts_with("0000-00-00") || text.starts_with("0001-01-01")
}

/// Whether a cell in which a number of somebody should stand holds none: it says nothing, or is what a spreadsheet shows
/// in place of one (`#N/A`, `1.23457E+11`). Taken for numbers, such cells would make one person of many.
pub fn is_no_number(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    match bytes {
        [] => true,
        [b'#', ..] => ["#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!"]
            .iter()
            .any(|error| cell.eq_ignore_ascii_case(error)),
        [b'0'..=b'9', b'.' | b',' | b'E', ..] => {
            let Some((digits, power)) = cell.split_once("E+") else { return false };
            digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
                && !power.is_empty()
                && power.bytes().all(|b| b.is_ascii_digit())
        }
        _ => is_nothing(cell) || cell == "?" || is_word_for_none(cell),
    }
}

/// Words that people write where a number is missing.
fn is_word_for_none(cell: &str) -> bool {
    ["tbd", "tba", "unknown", "unbekannt", "n.a.", "k.a.", "keine", "aucun"]
        .iter()
        .any(|w| cell.eq_ignore_ascii_case(w))
}

/// Whether a cell says "never" in so many words (and not merely nothing).
pub fn is_never(cell: &str) -> bool {
    let text = cell.trim();
    text.get(..5).is_some_and(|t| t.eq_ignore_ascii_case("never"))
        || ["nunca", "nie", "jamais"].iter().any(|w| text.eq_ignore_ascii_case(w))
        || text.starts_with("1970-01-01")
}

/// The values of a cell that is cut.
pub fn parts<'c>(cell: &'c str, cut: &crate::model::Cut) -> impl Iterator<Item = &'c str> {
    cell.split(SEVERAL).flat_map(|c| c.split(cut.split.as_str())).map(str::trim).filter_map(|part| {
        let stripped = cut.strip_prefix.as_deref().and_then(|p| {
            part.get(..p.len()).filter(|start| start.eq_ignore_ascii_case(p)).map(|_| part[p.len()..].trim())
        });
        stripped.or((!cut.only_prefixed || !part.contains(':')).then_some(part)).filter(|v| !v.is_empty())
    })
}

/// The first of several values.
pub fn one(cell: &str) -> &str {
    match memchr::memchr(SEVERAL as u8, cell.as_bytes()) {
        Some(at) => cell[..at].trim(),
        None => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_survive_what_products_do_to_them() {
        assert_eq!(header("Email Address [Required]"), "emailaddress");
        assert_eq!(header("Last Login(UTC)"), "lastlogin");
        assert_eq!(header("Last active (Desktop) (UTC)"), "lastactive");
        assert_eq!(header("github_com_login"), header("GitHub com login"));
        assert_eq!(header("Kündigungsdatum"), "kündigungsdatum");
        assert_eq!(header(" Last-Seen * at #2\t"), "lastseen*at#2");
    }

    #[test]
    fn what_stands_in_brackets_behind_a_name_is_told_apart() {
        assert_eq!(mark("Status [READ ONLY] ").as_deref(), Some("readonly"));
        assert_eq!(HeaderName::new("[READ ONLY]").normalised, "readonly");
        for none in ["Status", "[READ ONLY]", "Status []", "Last login (UTC)", "Status]"] {
            assert_eq!(mark(none), None, "{none}");
        }
    }

    #[test]
    fn a_star_stands_for_the_name_of_a_site() {
        let seen = HeaderName::new("Last seen in * - *");
        assert!(seen.fits(&header("Last seen in Jira - nordwind")));
        assert!(!seen.fits(&header("First seen in Jira")));
        assert!(HeaderName::new("* owner").fits(&header("acme-corp owner")));
        assert!(!HeaderName::new("* owner").fits(&header("owner since")));
        assert!(HeaderName::new("email").fits("email"));
    }

    #[test]
    fn what_stands_in_place_of_a_number_is_none() {
        for cell in
            ["", "0", "-", "N/A", "#N/A", "#REF!", "1.23457E+11", "1,23457E+11", "2E+10", "null", "none", "TBD", "—"]
        {
            assert!(is_no_number(cell), "{cell}");
        }
        for cell in ["1", "007", "0x1", "#42", "E+1", "1E10", "A-1", "12.5", "1.2E+x", "N-1", "na-7", "10E+"] {
            assert!(!is_no_number(cell), "{cell}");
        }
    }

    #[test]
    fn nothing_has_many_words() {
        for word in [
            "",
            " ",
            "Never logged in",
            "Never Accessed",
            "N/A",
            "no_information",
            "NaN",
            "1970-01-01T00:00:00.000Z",
            "0000-00-00",
            "00.00.0000",
            "00/00/0000",
            "0",
        ] {
            assert!(is_nothing(word), "{word}");
        }
        for word in ["Nora", "01", "2024-01-01", "None of your business, it is a name"] {
            assert!(!is_nothing(word), "{word}");
        }
    }
}
