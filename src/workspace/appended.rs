//! New items at the end of a list in a YAML file that people write, too. What stands there, remarks as well, stays as it is
//! byte for byte, and what comes out has been read again before anybody sees it.

use crate::diag::Diagnostic;
use crate::yaml::is_unseen;

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

/// A remark that stays on its line.
pub(super) fn remark_of(text: &str) -> String {
    let shown: String = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).take(REMARK).collect();
    shown.trim().to_owned()
}
