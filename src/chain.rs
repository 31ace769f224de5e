//! Logs that show when somebody has touched them: JSON lines, each with its number and the hash of the line before.
//!
//! A log that was cut at the end of a line still fits together; whoever keeps the hash of its last line elsewhere notices.

use crate::diag::Diagnostic;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands for the line before the first.
pub const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A line of such a log.
pub trait Line: Serialize + DeserializeOwned {
    /// What the log is called, in a sentence: `a log of sign-offs`.
    const LOG: &'static str;
    /// 1 for the first.
    fn number(&self) -> u64;
    /// SHA-256 of the line before, without its line break.
    fn previous(&self) -> &str;
}

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked<T> {
    /// What it says.
    pub line: T,
    /// Its own SHA-256: what the next line holds.
    pub hash: String,
}

/// Reads a log and checks its chain. `check` looks at each line beside those before it.
///
/// # Errors
/// The first line that does not follow from the one before, or is not as it was written.
pub fn read<T: Line>(
    shown: &str,
    bytes: &[u8],
    check: impl Fn(&T, &[Linked<T>]) -> Result<(), String>,
) -> Result<Vec<Linked<T>>, Diagnostic> {
    let mut all: Vec<Linked<T>> = Vec::new();
    let Some(lines) = bytes.strip_suffix(b"\n") else {
        let what = if bytes.is_empty() { "the log is empty" } else { "its last line breaks off" };
        return Err(Diagnostic::error(shown, what));
    };
    for (n, text) in (1u64..).zip(lines.split(|b| *b == b'\n')) {
        let bad = |what: String| Err(Diagnostic::error(shown, what).at(n));
        let line: T = match serde_json::from_slice(text) {
            Ok(line) => line,
            Err(e) => return bad(format!("this is no entry of {}: {e}", T::LOG)),
        };
        if serde_json::to_vec(&line).ok().as_deref() != Some(text) {
            return bad("the entry is not in the form in which coverage writes it: somebody has edited it".into());
        }
        if line.number() != n {
            return bad(format!(
                "this is entry {} and stands in place {n}: one was removed, added or moved",
                line.number()
            ));
        }
        if line.previous() != all.last().map_or(ZERO, |last| last.hash.as_str()) {
            return bad(
                "it does not hold the hash of the line before: that one was changed, or this one was moved".into()
            );
        }
        if let Err(what) = check(&line, &all) {
            return bad(what);
        }
        all.push(Linked { line, hash: sha256(text) });
    }
    Ok(all)
}

/// A line as it is written, with its line break, and its hash.
///
/// # Errors
/// Never in practice.
pub fn written<T: Line>(line: &T) -> Result<(Vec<u8>, String), serde_json::Error> {
    let mut text = serde_json::to_vec(line)?;
    let hash = sha256(&text);
    text.push(b'\n');
    Ok((text, hash))
}

/// SHA-256 as hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    hex(&Sha256::digest(bytes))
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}
