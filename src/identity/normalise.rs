//! Makes keys comparable. What is done here is safe for every company; folding that is not is done only where declared.

use deunicode::deunicode;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

/// What the workspace says about addresses.
#[derive(Debug, Clone, Default)]
pub struct AddressRules {
    /// Former or second domain → the domain whose mailboxes it names.
    pub domain_aliases: BTreeMap<String, String>,
    /// Domains where `ann+x@` is `ann@`.
    pub plus_tags: BTreeSet<String>,
    /// Domains where `a.nn@` is `ann@`.
    pub dots: BTreeSet<String>,
}

/// Providers that document that they ignore dots and plus tags.
const IGNORES_DOTS_AND_TAGS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The bytes of an address that is written plainly.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut b = 0;
    while b < 128 {
        plain[b] = (b as u8).is_ascii_alphanumeric() || matches!(b as u8, b'.' | b'-' | b'_' | b'@' | b'+' | b'\'');
        b += 1;
    }
    plain
};

/// Writes the comparable form of an address into `out`; false if it is no address.
///
/// Wrappers (`mailto:`, `Ann <ann@x>`), invisible characters and letter case go, international domains become ASCII, and a
/// directory's guest name (`ann_home.example#EXT#@tenant`) becomes the address it was made from.
pub fn address(text: &str, out: &mut String) -> bool {
    out.clear();
    let text = trimmed(text);
    if text.bytes().all(|b| PLAIN[usize::from(b)]) {
        out.push_str(text);
        out.make_ascii_lowercase();
        return is_address(out);
    }
    let mut text = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text,
    };
    if let Some(start) = text.get(..7)
        && start.eq_ignore_ascii_case("mailto:")
    {
        text = &text[7..];
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '"'));
    let clean: String = text.nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).nfkc().collect();
    let clean = clean.trim();
    if clean.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    if let Some(at) = clean.find("#ext#") {
        let guest = &clean[..at];
        let Some(mark) = guest.rfind('_') else { return false };
        out.push_str(&guest[..mark]);
        out.push('@');
        out.push_str(&guest[mark + 1..]);
        return is_address(out);
    }
    let Some((local, domain)) = clean.rsplit_once('@') else { return false };
    out.push_str(local);
    out.push('@');
    if domain.is_ascii() {
        out.push_str(domain);
    } else {
        match idna::domain_to_ascii(domain) {
            Ok(ascii) => out.push_str(&ascii),
            Err(_) => return false,
        }
    }
    is_address(out)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_address(text: &str) -> bool {
    let Some(at) = memchr::memrchr(b'@', text.as_bytes()) else { return false };
    let domain = &text.as_bytes()[at + 1..];
    at > 0
        && text.len() <= 320
        && domain.len() >= 3
        && domain.contains(&b'.')
        && !domain.starts_with(b".")
        && !domain.ends_with(b".")
}

/// The domain of a comparable address.
pub fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, d)| d)
}

/// The local part of a comparable address.
pub fn local(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(l, _)| l)
}

impl AddressRules {
    /// The form of a comparable address after what the workspace or the provider declares; none if that changes nothing.
    pub fn fold(&self, address: &str) -> Option<String> {
        let (mut local, domain) = address.rsplit_once('@')?;
        let target = if domain == "googlemail.com" {
            Some("gmail.com")
        } else {
            self.domain_aliases.get(domain).map(String::as_str)
        };
        // A former domain means the mailboxes of today's, and folds as that does.
        let of_either =
            |declared: &BTreeSet<String>| [Some(domain), target].iter().flatten().any(|d| declared.contains(*d));
        let known = IGNORES_DOTS_AND_TAGS.contains(&domain);
        let plus = known || of_either(&self.plus_tags);
        let dots = known || of_either(&self.dots);
        if target.is_none() && !(plus && local.contains('+')) && !(dots && local.contains('.')) {
            return None;
        }
        if plus && let Some((head, _)) = local.split_once('+') {
            local = head;
        }
        let folded = if dots && local.contains('.') { local.replace('.', "") } else { local.to_owned() };
        let folded = format!("{folded}@{}", target.unwrap_or(domain));
        (folded != address && is_address(&folded)).then_some(folded)
    }
}

/// The comparable form of an id or a login: no outer spaces, one letter case.
pub fn id(text: &str, out: &mut String) -> bool {
    out.clear();
    if text.is_ascii() {
        out.push_str(trimmed(text));
        out.make_ascii_lowercase();
    } else {
        out.extend(text.trim().nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase));
    }
    !out.is_empty()
}

/// A comparable name of an account within its app: of its native id, else of its address, user name or name. Native ids keep
/// their letter case, which some products tell apart.
pub fn account_key(text: &str) -> u64 {
    /// As much of it as reports show.
    const MOST: usize = 500;
    let text = match text.char_indices().nth(MOST) {
        Some((at, _)) if text.len() > MOST => &text[..at],
        _ => text,
    };
    let mut comparable = String::new();
    let text = if text.contains('@') && address(text, &mut comparable) { comparable.as_str() } else { text.trim() };
    let digest = Sha256::digest(text.as_bytes());
    digest[..8].iter().fold(0, |key, b| key << 8 | u64::from(*b))
}

/// An employee id without leading zeros, if it is a number that has some (`00042` and `42` are one person's).
pub fn without_zeros(id: &str) -> Option<&str> {
    let short = id.trim_start_matches('0');
    (short.len() < id.len() && !short.is_empty() && id.bytes().all(|b| b.is_ascii_digit())).then_some(short)
}

/// A name for comparison: transliterated, lower case, letters only, given name first, single spaces.
pub fn name(text: &str) -> String {
    let turned = text.split_once(',').filter(|(last, first)| !first.trim().is_empty() && !last.trim().is_empty());
    let (first, last) = turned.map_or((text, ""), |(last, first)| (first, last));
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        add_words(first, &mut out);
        add_words(last, &mut out);
    } else {
        // As a whole: how a character is transliterated can depend on what stands before it.
        add_words(&deunicode(&first.chars().chain([' ']).chain(last.chars()).nfkc().collect::<String>()), &mut out);
    }
    out
}

/// Adds the words of an ASCII text.
fn add_words(text: &str, out: &mut String) {
    let mut between = true;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            if between && !out.is_empty() {
                out.push(' ');
            }
            between = false;
            out.push(char::from(byte.to_ascii_lowercase()));
        } else {
            between |= char::from(byte).is_whitespace() || matches!(byte, b'-' | b'.' | b'_');
        }
    }
}

/// A text without outer spaces: at once, where it plainly has none.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        let mut out = String::new();
        address(text, &mut out).then_some(out)
    }

    #[test]
    fn one_mailbox_has_one_form() {
        for written in [
            "ann@nordwind.example",
            " Ann@Nordwind.Example ",
            "mailto:ann@nordwind.example",
            "Ann Berg <ann@nordwind.example>",
            "ann\u{200b}@nordwind.example",
            "\u{a0}ann@nordwind.example",
            "ａｎｎ@nordwind.example",
        ] {
            assert_eq!(of(written).as_deref(), Some("ann@nordwind.example"), "{written:?}");
        }
        assert_eq!(of("jörg@müller.example").as_deref(), Some("jörg@xn--mller-kva.example"));
        assert_eq!(
            of("pia.lund_atelier.example#EXT#@nordwind.onmicrosoft.com").as_deref(),
            Some("pia.lund@atelier.example")
        );
    }

    #[test]
    fn what_is_no_address_is_none() {
        for written in ["", "ann", "ann@", "@x.example", "ann@localhost", "a b@x.example", "ann@.example"] {
            assert_eq!(of(written), None, "{written:?}");
        }
    }

    #[test]
    fn tags_and_dots_fold_only_where_declared() {
        let mut rules = AddressRules::default();
        assert_eq!(rules.fold("ann+x@nordwind.example"), None);
        rules.plus_tags.insert("nordwind.example".into());
        assert_eq!(rules.fold("ann+x@nordwind.example").as_deref(), Some("ann@nordwind.example"));
        assert_eq!(rules.fold("a.nn@gmail.com").as_deref(), Some("ann@gmail.com"));
        rules.domain_aliases.insert("labs.example".into(), "nordwind.example".into());
        assert_eq!(rules.fold("ann@labs.example").as_deref(), Some("ann@nordwind.example"));
        assert_eq!(rules.fold("ann+x@labs.example").as_deref(), Some("ann@nordwind.example"));
    }

    #[test]
    fn names_compare_across_alphabets_and_orders() {
        assert_eq!(name("Søndergaard, Åse-Marie"), "ase marie sondergaard");
        assert_eq!(name("  Łukasz   O'Brien "), "lukasz obrien");
        assert_eq!(without_zeros("00042"), Some("42"));
        assert_eq!(without_zeros("0"), None);
        assert_eq!(without_zeros("00a"), None);
    }
}
