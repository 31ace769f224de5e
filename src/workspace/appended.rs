//! New items at the end of a list in a YAML file that people write, too. What stands there, remarks as well, stays as it is
//! byte for byte, and what comes out has been read again before anybody sees it.

use crate::diag::Diagnostic;
use std::fmt::Write as _;

/// The longest remark, in characters.
const REMARK: usize = 100;

/// How the items of a file are read.
pub(super) type Load<'f, T> = dyn Fn(&[u8]) -> Result<Vec<T>, Vec<Diagnostic>> + 'f;

/// A file that is one list.
pub(super) struct File<'f, T> {
    /// Its name for messages.
    pub name: &'f str,
    /// The key of the list.
    pub key: &'static str,
    /// How a new file begins.
    pub head: &'static str,
    /// What is to be written instead, where nothing can be added.
    pub help: &'static str,
    /// Reads it.
    pub load: &'f Load<'f, T>,
    /// The line of an item.
    pub line: fn(&T) -> u64,
    /// An item as YAML, so far indented.
    pub text: &'f dyn Fn(&T, usize) -> String,
    /// Whether two items say the same, wherever they stand.
    pub same: fn(&T, &T) -> bool,
}

/// The file with these items at its end. `old` is what stands there, and `before` what it says.
///
/// # Errors
/// Nothing can be added at the end of the file.
pub(super) fn append<T>(
    of: &File<'_, T>,
    old: Option<&[u8]>,
    before: &[T],
    new: &[T],
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let mut bytes = old.map_or_else(|| of.head.as_bytes().to_vec(), <[u8]>::to_vec);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let indent = indent(&text, before.first().map(of.line));
    let key = format!("{}:", of.key);
    let mut added = String::new();
    if !text.is_empty() && !text.ends_with('\n') {
        added.push_str(end);
    }
    if before.is_empty() && !text.lines().any(|line| line.trim_start_matches('\u{feff}').starts_with(&key)) {
        added.push_str(&key);
        added.push_str(end);
    }
    for item in new {
        added.push_str(&(of.text)(item, indent).replace('\n', end));
    }
    bytes.extend_from_slice(added.as_bytes());
    let told = match (of.load)(&bytes) {
        Ok(after) => {
            let expected = before.iter().chain(new);
            if after.len() == before.len() + new.len() && after.iter().zip(expected).all(|(a, b)| (of.same)(a, b)) {
                return Ok(bytes);
            }
            None
        }
        Err(faults) => faults.first().map(|d| d.message.clone()),
    };
    let cause = told.map_or_else(String::new, |told| format!(" ({told})"));
    let message = format!("an entry at the end of the file would not be read as one of its list{cause}");
    Err(vec![Diagnostic::error(of.name, message).help(of.help)])
}

/// How far the items of the list are indented.
fn indent(text: &str, first: Option<u64>) -> usize {
    let first = first.and_then(|line| text.lines().nth(line.saturating_sub(1) as usize));
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    first.filter(|line| line.trim_start().starts_with('-')).map_or(2, blanks)
}

/// A text as a YAML scalar: plain where no reader of YAML could take it for anything else, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+' | '/');
    let spaced = |word: &str| !word.is_empty() && word.chars().all(inner);
    // Words that some reader of YAML takes for a truth value or for nothing.
    const ODD: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let odd = ODD.iter().any(|word| text.eq_ignore_ascii_case(word));
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && !odd && text.split(' ').all(spaced) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text in double quotes. Whatever a terminal, an editor or a reader of YAML could trip over is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if is_unseen(c) => {
                let code = u32::from(c);
                let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a character shows nothing, breaks a line or turns the direction of the text.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A remark that stays on its line.
pub(super) fn remark_of(text: &str) -> String {
    let shown: String = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).take(REMARK).collect();
    shown.trim().to_owned()
}
