//! The log of sign-offs beside a pack: JSON lines, each with the hash of the line before and of the pack's statement.

use crate::chain::{self, ZERO};
use crate::diag::Diagnostic;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Tells what is signed from everything else that a key may sign.
const KIND: &str = "coverage sign-off v1";
/// The longest text that somebody may write into an entry.
const LONGEST: usize = 2000;

/// That somebody has signed a pack off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    kind: String,
    /// 1 for the first.
    pub number: u64,
    /// SHA-256 of the line before, without its line break.
    pub previous: String,
    /// SHA-256 of the pack's statement.
    pub statement: String,
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What they have to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// The signatures over an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatures {
    /// Of an SSH key, armoured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh: Option<String>,
    /// Of a minisign key: the four lines of a `.minisig` file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minisign: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: SignOff,
    signatures: Signatures,
}

impl chain::Line for Line {
    const LOG: &'static str = "a log of sign-offs";
    fn number(&self) -> u64 {
        self.entry.number
    }
    fn previous(&self) -> &str {
        &self.entry.previous
    }
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was signed off.
    pub signoff: SignOff,
    /// Who vouches for it.
    pub signatures: Signatures,
    /// SHA-256 of its line: what the next entry holds.
    pub hash: String,
}

impl SignOff {
    /// What a signature is made over: the entry as compact JSON.
    ///
    /// # Errors
    /// Never in practice.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

/// What is said by whom.
#[derive(Debug, Clone, Copy)]
pub struct Words<'w> {
    /// Who.
    pub by: &'w str,
    /// As what.
    pub role: Option<&'w str>,
    /// What they have to say.
    pub comment: Option<&'w str>,
    /// When.
    pub at: Timestamp,
}

/// The entry that comes next in a log.
///
/// # Errors
/// The words cannot stand there, or the moment lies before that of the entry before.
pub fn next(shown: &str, log: &[Entry], statement: &str, words: Words<'_>) -> Result<SignOff, Diagnostic> {
    let Words { by, role, comment, at } = words;
    for (what, text) in [("--by", Some(by)), ("--role", role), ("--comment", comment)] {
        let Some(text) = text else { continue };
        let bad = |why: &str| Err(Diagnostic::error("coverage signoff", format!("{what} {why}")));
        if text.trim().is_empty() {
            return bad("is blank");
        }
        if text.len() > LONGEST {
            return bad("is longer than 2000 bytes");
        }
        if text.chars().any(char::is_control) {
            return bad("has a line break or another control character in it");
        }
    }
    let last = log.last();
    if let Some(last) = last
        && last.signoff.at.parse::<Timestamp>().is_ok_and(|before| at < before)
    {
        let message = format!("{at} lies before the last sign-off, which is of {}", last.signoff.at);
        return Err(Diagnostic::error(shown, message).help("the entries of a log are in the order of their times"));
    }
    Ok(SignOff {
        kind: KIND.to_owned(),
        number: log.len() as u64 + 1,
        previous: last.map_or_else(|| ZERO.to_owned(), |e| e.hash.clone()),
        statement: statement.to_owned(),
        at: at.to_string(),
        by: by.to_owned(),
        role: role.map(str::to_owned),
        comment: comment.map(str::to_owned),
    })
}

/// The log with an entry more, and the hash of its line.
///
/// # Errors
/// Never in practice.
pub fn append(log: &[u8], signoff: SignOff, signatures: Signatures) -> Result<(Vec<u8>, String), serde_json::Error> {
    let (line, hash) = chain::written(&Line { entry: signoff, signatures })?;
    let mut all = log.to_vec();
    all.extend_from_slice(&line);
    Ok((all, hash))
}

/// Reads a log and checks its chain.
///
/// # Errors
/// The first line that does not follow from the one before, or is not as it was written.
pub fn read(shown: &str, bytes: &[u8], statement: &str) -> Result<Vec<Entry>, Diagnostic> {
    let check = |line: &Line, before: &[chain::Linked<Line>]| {
        let entry = &line.entry;
        if entry.kind != KIND {
            return Err("this is no sign-off that this version of coverage knows".to_owned());
        }
        if entry.statement != statement {
            return Err("it is about another pack: it does not hold the hash of this pack's statement".to_owned());
        }
        let Ok(at) = entry.at.parse::<Timestamp>() else { return Err(format!("`{}` is no moment", entry.at)) };
        let last = before.last().and_then(|last| last.line.entry.at.parse::<Timestamp>().ok());
        if last.is_some_and(|last| at < last) {
            return Err("it is earlier than the entry before".to_owned());
        }
        Ok(())
    };
    let lines = chain::read(shown, bytes, check)?.into_iter();
    let entry = |of: chain::Linked<Line>| {
        let Line { entry, signatures } = of.line;
        Entry { signoff: entry, signatures, hash: of.hash }
    };
    Ok(lines.map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = "aa";

    fn log(names: &[&str]) -> Vec<u8> {
        let mut log = Vec::new();
        for (n, by) in names.iter().enumerate() {
            let entries = if log.is_empty() { Vec::new() } else { read("log", &log, STATEMENT).unwrap() };
            let at = Timestamp::from_second(1_800_000_000 + n as i64).unwrap();
            let signoff = next("log", &entries, STATEMENT, Words { by, role: None, comment: Some("ü"), at }).unwrap();
            log = append(&log, signoff, Signatures::default()).unwrap().0;
        }
        log
    }

    #[test]
    fn what_is_appended_is_read() {
        let entries = read("log", &log(&["ada", "grace", "edsger"]), STATEMENT).unwrap();
        assert_eq!(entries.iter().map(|e| e.signoff.by.as_str()).collect::<Vec<_>>(), ["ada", "grace", "edsger"]);
        assert_eq!(entries[1].signoff.previous, entries[0].hash);
    }

    #[test]
    fn any_byte_that_is_changed_breaks_the_chain_but_in_the_last_line() {
        let whole = log(&["ada", "grace", "edsger"]);
        let last = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap();
        for at in 0..last {
            let mut other = whole.clone();
            other[at] ^= 0x01;
            assert!(read("log", &other, STATEMENT).is_err(), "byte {at}");
        }
    }

    #[test]
    fn an_entry_before_the_last_is_refused() {
        let entries = read("log", &log(&["ada"]), STATEMENT).unwrap();
        let words = |by, at| Words { by, role: None, comment: None, at: Timestamp::from_second(at).unwrap() };
        assert!(next("log", &entries, STATEMENT, words("grace", 1)).unwrap_err().message.contains("before the last"));
        assert!(next("log", &entries, STATEMENT, words(" ", 1_900_000_000)).is_err());
        assert!(next("log", &entries, STATEMENT, words("a\nb", 1_900_000_000)).is_err());
    }
}
