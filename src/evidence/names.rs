//! Names of files in a pack: such as unpack anywhere to where they seem to lead, and nowhere else.

use unicode_normalization::UnicodeNormalization as _;

/// The longest name.
const LONGEST: usize = 240;

/// Why a name may not stand in a pack; none if it may.
pub fn refused(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.len() > LONGEST {
        return Some("it is longer than 240 bytes");
    }
    if name.starts_with('/') {
        return Some("it begins at the root of a disk");
    }
    if name.chars().any(|c| c == '\\' || c == ':') {
        return Some("it has a `\\` or a `:` in it, which lead elsewhere on some systems");
    }
    if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Some("it has characters in it that do not show");
    }
    name.split('/').find_map(|part| match part {
        ".." => Some("it leads out of the folder"),
        "" | "." => Some("it is not in its shortest form"),
        part if part.ends_with(['.', ' ']) || part.starts_with(' ') => {
            Some("a part of it begins or ends with a space or ends with a dot, which some systems drop")
        }
        part if is_device(part) => Some("some systems take a part of it for a device"),
        _ => None,
    })
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

/// What two names have in common that some file systems take for one: letters of either case, and in either way of writing
/// an accent.
pub fn twin(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_lead_elsewhere_is_refused() {
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            "a/.",
            "C:/x",
            "a\\b",
            "a\nb",
            "a\u{202e}vsc.exe",
            "a ",
            "a.",
            "nul.csv",
            "x/COM1",
            " a",
        ] {
            assert!(refused(name).is_some(), "{name:?}");
        }
        for name in [
            "statement.json",
            "inputs/hr/people.csv",
            "report/diffs/zoom.csv",
            "inputs/Übersicht 2.xlsx",
            "a/..b",
            "commerce.csv",
        ] {
            assert_eq!(refused(name), None, "{name:?}");
        }
        assert!(refused(&"x".repeat(241)).is_some());
    }

    #[test]
    fn names_that_a_file_system_could_take_for_one_are_twins() {
        assert_eq!(twin("Report/A.csv"), twin("report/a.CSV"));
        assert_eq!(twin("u\u{308}.csv"), twin("\u{fc}.csv"));
        assert_ne!(twin("a.csv"), twin("b.csv"));
    }
}
