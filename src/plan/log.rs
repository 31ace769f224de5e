//! What was done, line by line: what is meant before each request and what came of it, each line on the disk before the next
//! thing happens. After a crash it says what nobody knows yet.

use crate::chain::{self, Linked, ZERO};
use crate::diag::Diagnostic;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io;

/// The name of the log, beside coverage.yaml.
pub const LOG: &str = "applied.jsonl";
/// Tells its lines from those of other logs.
const KIND: &str = "coverage apply v1";

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    kind: String,
    number: u64,
    previous: String,
    /// When, by this machine's clock.
    pub at: String,
    /// What.
    pub event: Event,
}

impl chain::Line for Entry {
    const LOG: &'static str = "a log of `coverage apply`";
    fn number(&self) -> u64 {
        self.number
    }
    fn previous(&self) -> &str {
        &self.previous
    }
}

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "what")]
pub enum Event {
    /// Somebody has approved a plan, and it is carried out.
    Begun {
        /// SHA-256 of the plan's file.
        plan: String,
        /// Who has approved it, by their own word.
        by: String,
        /// The program.
        tool: String,
        /// How many steps are to be sent.
        steps: u64,
    },
    /// This is about to be sent.
    Intent {
        /// The hash of the step.
        hash: String,
        /// The step.
        step: String,
        /// The app.
        app: String,
        /// The account.
        account: String,
        /// Method and address.
        request: String,
        /// SHA-256 of what is sent.
        body: String,
    },
    /// This has come of it, by what the server shows of the account afterwards.
    Outcome {
        /// The hash of the step.
        hash: String,
        /// The step.
        step: String,
        /// The app.
        app: String,
        /// What.
        fate: Fate,
        /// In words.
        said: String,
    },
    /// The last line before this one had broken off, and was taken away.
    Torn {
        /// How long it was.
        bytes: u64,
        /// Its SHA-256.
        sha256: String,
    },
    /// All steps were looked at, or one has failed.
    Done {
        /// Accounts that have ended.
        ended: u64,
        /// Steps that have not come to that.
        failed: u64,
    },
}

/// What has become of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was read afterwards and has ended.
    Ended,
    /// It is no longer there.
    Gone,
    /// It had ended before anything was sent.
    EndedBefore,
    /// Nothing was sent: the account is not as the plan says.
    Refused,
    /// It lives.
    Failed,
    /// Nobody knows.
    NotKnown,
}

impl Fate {
    /// Whether the account is out of use.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Ended | Self::Gone | Self::EndedBefore)
    }
}

/// Adds bytes to a file that only grows, and returns when they are on the disk.
pub trait Append {
    /// Adds a line.
    ///
    /// # Errors
    /// It may not be there.
    fn append(&mut self, line: &[u8]) -> io::Result<()>;
}

/// The log of what was done.
pub struct Book<'b> {
    entries: Vec<Linked<Entry>>,
    file: &'b mut dyn Append,
}

impl<'b> Book<'b> {
    /// Reads what stands in the log. `whole` is everything up to the last line break; `torn` what stands behind it after a
    /// crash, and has been taken away.
    ///
    /// # Errors
    /// Somebody has touched it.
    pub fn open(
        shown: &str,
        whole: &[u8],
        torn: &[u8],
        file: &'b mut dyn Append,
        now: Timestamp,
    ) -> Result<Self, Diagnostic> {
        let entries = if whole.is_empty() { Vec::new() } else { Self::entries(shown, whole)? };
        let mut book = Self { entries, file };
        if !torn.is_empty() {
            let event = Event::Torn { bytes: torn.len() as u64, sha256: chain::sha256(torn) };
            book.write(event, now)
                .map_err(|e| Diagnostic::error(shown, format!("cannot be written: {}", crate::diag::cause(&e))))?;
        }
        Ok(book)
    }

    /// Reads a log without opening it for writing.
    ///
    /// # Errors
    /// Somebody has touched it.
    pub fn entries(shown: &str, whole: &[u8]) -> Result<Vec<Linked<Entry>>, Diagnostic> {
        let known = |entry: &Entry, _: &[Linked<Entry>]| {
            let good = entry.kind == KIND && entry.at.parse::<Timestamp>().is_ok();
            if good { Ok(()) } else { Err("this is no entry that this version of coverage knows".to_owned()) }
        };
        chain::read(shown, whole, known).map_err(|d| {
            d.help("nothing is sent while the log does not hold together; keep it as evidence, and find out who has touched it")
        })
    }

    /// Writes a line; it is on the disk when this comes back.
    ///
    /// # Errors
    /// It may not be there.
    pub fn write(&mut self, event: Event, now: Timestamp) -> io::Result<()> {
        let entry = Entry {
            kind: KIND.to_owned(),
            number: self.entries.len() as u64 + 1,
            previous: self.head().to_owned(),
            at: now.to_string(),
            event,
        };
        let (line, hash) = chain::written(&entry)?;
        self.file.append(&line)?;
        self.entries.push(Linked { line: entry, hash });
        Ok(())
    }

    /// The hash of the last line.
    pub fn head(&self) -> &str {
        self.entries.last().map_or(ZERO, |last| last.hash.as_str())
    }

    /// What is known of a step of a plan.
    pub fn of(&self, hash: &str) -> Known {
        known(&self.entries, hash)
    }

    /// The lines.
    pub fn lines(&self) -> &[Linked<Entry>] {
        &self.entries
    }
}

/// What a log knows of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// It was begun, and nobody knows what came of it.
    Open,
    /// It has ended so, then.
    Over(Fate, String),
}

/// What a log knows of a step.
pub fn known(entries: &[Linked<Entry>], of: &str) -> Known {
    let mut last = Known::Nothing;
    for entry in entries {
        match &entry.line.event {
            Event::Intent { hash, .. } if hash == of => last = Known::Open,
            Event::Outcome { hash, fate, .. } if hash == of => {
                // Once ended stays ended: that is what a later look is held against.
                let ended = matches!(&last, Known::Over(fate, _) if fate.is_good());
                if !ended {
                    last =
                        if *fate == Fate::NotKnown { Known::Open } else { Known::Over(*fate, entry.line.at.clone()) };
                }
            }
            _ => {}
        }
    }
    last
}

/// The accounts about which something may have been sent since a moment: app and step, each once.
pub fn sent_since(entries: &[Linked<Entry>], since: Timestamp) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for entry in entries.iter().filter(|e| e.line.at.parse::<Timestamp>().is_ok_and(|at| at >= since)) {
        if let Event::Intent { step, app, .. } = &entry.line.event {
            all.push((app, step));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}
