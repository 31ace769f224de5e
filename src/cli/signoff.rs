//! `coverage signoff`: somebody has looked at a pack and answers for it.

use super::evidence::Keys;
use super::{Outcome, not_come_yet, tell};
use crate::diag::Diagnostic;
use crate::evidence::{self, Archive, SSH_NAMESPACE_OF_SIGNOFFS, STATEMENT, Source, Words};
use crate::host::{lies_ahead, now, open_file, rewrite};
use jiff::Timestamp;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Append a sign-off to the log beside a pack.
///
/// The log is PACK.signoffs.jsonl: each line holds the hash of the line before and of the pack's statement. The pack itself
/// stays as it is. `coverage verify` checks both.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pack.
    pack: PathBuf,
    /// Who signs off. With --ssh-key: the name under which the key stands in the verifier's list of allowed signers.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// As what: system owner, head of IT, auditor.
    #[arg(long)]
    role: Option<String>,
    /// What is to be said about it.
    #[arg(long)]
    comment: Option<String>,
    /// When, `2026-11-22T09:00:00Z` [default: now].
    #[arg(long, value_name = "TIMESTAMP")]
    at: Option<Timestamp>,
    #[command(flatten)]
    keys: Keys,
}

/// Where the log of a pack is.
pub fn log_of(pack: &Path) -> PathBuf {
    let mut name = pack.as_os_str().to_owned();
    name.push(".signoffs.jsonl");
    name.into()
}

/// The statement of a pack whose files are all as it says.
pub fn checked(pack: &Path) -> Result<evidence::Checked, Diagnostic> {
    let open = || open_file(pack).map(|file| Box::new(file) as Box<dyn Source>);
    let archive = Archive::scan(&pack.display().to_string(), &open)?;
    evidence::check(&archive)
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let statement = evidence::sha256(&checked(&args.pack)?.bytes);
    if let Some(at) = args.at.filter(|at| lies_ahead(at.as_second())) {
        return Err(not_come_yet(&at).into());
    }
    let at = args.at.unwrap_or_else(now);
    let words = Words { by: &args.by, role: args.role.as_deref(), comment: args.comment.as_deref(), at };
    let place = log_of(&args.pack);
    let shown = place.display().to_string();
    let mut done = None;
    rewrite(&place, &mut |old| {
        let entries = match old {
            Some(log) => evidence::read_log(&shown, log, &statement).map_err(|d| vec![d])?,
            None => Vec::new(),
        };
        let next = evidence::next(&shown, &entries, &statement, words).map_err(|d| vec![d])?;
        let failed = |e: serde_json::Error| vec![Diagnostic::error(&shown, e.to_string())];
        let bytes = next.bytes().map_err(failed)?;
        let signatures = args.keys.sign(SSH_NAMESPACE_OF_SIGNOFFS, STATEMENT, &bytes).map_err(|d| vec![d])?;
        let signed = signatures.ssh.is_some() || signatures.minisign.is_some();
        let number = next.number;
        let (log, hash) = evidence::append(old.unwrap_or_default(), next, signatures).map_err(failed)?;
        done = Some((number, hash, signed));
        Ok(log)
    })?;
    let Some((number, hash, signed)) = done else { return Ok(false) };
    if !signed {
        let warning =
            Diagnostic::warning(&shown, "the sign-off is not signed: whoever can write the log could have written it");
        tell(&[warning.help("give --ssh-key or --minisign-key")]);
    }
    let mut out = io::stdout().lock();
    writeln!(out, "Sign-off {number} by {} in {shown}", crate::diag::visible(&args.by))?;
    writeln!(out, "head {hash}")?;
    writeln!(
        out,
        "Keep the head in another place: with it, `coverage verify --signoffs-head` notices a log that was cut short."
    )?;
    Ok(false)
}
