//! Looks for what must not be there: every word of every file, plain or written in the ways of HTML, JSON and addresses.

use super::pseudonyms::fold;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read};

/// How much of a file without line breaks is looked at in one piece.
const PIECE: u64 = 1 << 20;

/// The first forbidden word of a file, with its line.
///
/// # Errors
/// The file cannot be read.
pub fn first_forbidden(from: impl Read, forbidden: &BTreeSet<&str>) -> io::Result<Option<(u64, String)>> {
    let mut from = BufReader::with_capacity(1 << 16, from);
    let mut bytes = Vec::new();
    let mut line = 1;
    loop {
        let kept = bytes.len();
        if from.by_ref().take(PIECE).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let whole = bytes.ends_with(b"\n") || bytes.len() - kept < PIECE as usize;
        let text = String::from_utf8_lossy(&bytes);
        for form in forms(&text) {
            let found =
                form.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\u{300}'..='\u{36f}')).find_map(|word| {
                    let folded = fold(word);
                    forbidden.get(folded.as_str()).map(|word| (*word).to_owned())
                });
            if let Some(word) = found {
                return Ok(Some((line, word)));
            }
        }
        // A word may go on in the next piece.
        let keep = if whole { 0 } else { bytes.len().min(512) };
        bytes.drain(..bytes.len() - keep);
        line += u64::from(whole);
    }
}

/// A text as it stands, and as it reads in HTML, in JSON and in an address.
fn forms(text: &str) -> Vec<Cow<'_, str>> {
    let mut all = vec![Cow::Borrowed(text)];
    if text.contains('&') {
        all.push(Cow::Owned(decoded(text, "&#", html)));
    }
    if text.contains("\\u") {
        all.push(Cow::Owned(decoded(text, "\\u", json)));
    }
    if text.contains('%') {
        all.push(Cow::Owned(percent(text)));
    }
    all
}

/// Replaces what begins with a mark by what it stands for.
fn decoded(text: &str, mark: &str, one: fn(&str) -> Option<(usize, char)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        out.push_str(&rest[..at]);
        rest = &rest[at + mark.len()..];
        match one(rest) {
            Some((length, c)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => out.push(' '),
        }
    }
    out.push_str(rest);
    out
}

fn html(rest: &str) -> Option<(usize, char)> {
    let end = rest.find(';').filter(|end| *end < 9)?;
    let code = rest.get(..end)?;
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    Some((end + 1, char::from_u32(number)?))
}

fn json(rest: &str) -> Option<(usize, char)> {
    let code = rest.get(..4)?;
    Some((4, char::from_u32(u32::from_str_radix(code, 16).ok()?)?))
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_whatever_way_it_is_written() {
        let forbidden = BTreeSet::from(["fernández", "okafor"]);
        for text in [
            "x\nLucía Fernández",
            "x\nFERNA\u{301}NDEZ",
            "x\nd.okafor@x",
            "x\nFern&#225;ndez",
            "x\nFern&#xe1;ndez",
            "x\nFern\\u00e1ndez",
            "x\nFern%C3%A1ndez",
        ] {
            let found = first_forbidden(text.as_bytes(), &forbidden).unwrap();
            assert_eq!(found.map(|(line, _)| line), Some(2), "{text}");
        }
        assert_eq!(first_forbidden("okaforx fernandes".as_bytes(), &forbidden).unwrap(), None);
    }

    #[test]
    fn a_word_across_two_pieces_is_found() {
        let text = format!("{}okafor", " ".repeat(PIECE as usize - 3));
        let forbidden = BTreeSet::from(["okafor"]);
        assert!(first_forbidden(text.as_bytes(), &forbidden).unwrap().is_some());
    }
}
