//! `coverage evidence`: a pack of everything that a run rests on and has brought forth.

use super::selection::{Selection, Sources, moment};
use super::staged::{Asked, Staged, stage};
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::diag::Diagnostic;
use crate::evidence::{self, FileOut, MINISIGN_SIGNATURE, Pseudonyms, Run, SSH_NAMESPACE, SSH_SIGNATURE, STATEMENT};
use crate::host::{Scratch, minisign_sign, read_text, refuse_existing, ssh_sign, write_new};
use crate::model::When;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

/// Run everything, and pack report, inputs and a statement over all of it into one archive.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    /// The archive to write. A pack that is there already is never replaced.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The moment to speak about, `2026-11-22` or `2026-11-22T09:00:00Z` [default: when the newest file was made].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    as_of: Option<When>,
    /// When files were made that carry no date [default: their time stamp, as a guess].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    extracted_at: Option<When>,
    /// Leave the inputs out; the pack then holds their hashes only, and nobody can replay it.
    #[arg(long)]
    no_inputs: bool,
    /// Let earlier kept runs have a part, as in `coverage report`; nobody can replay such a pack.
    #[arg(long)]
    with_history: bool,
    #[command(flatten)]
    kept: KeptRuns,
    /// Replace names, addresses and ids by keyed hashes. The inputs are left out.
    #[arg(long, conflicts_with = "with_history")]
    pseudonymize: bool,
    /// A file with the key for that, of 32 bytes or more: with it, packs of different days use the same pseudonyms [default: a
    /// key that is made for this pack and forgotten].
    #[arg(long, value_name = "FILE", requires = "pseudonymize")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    keys: Keys,
}

/// Keys that sign. The programs that own them ask for passwords; coverage never reads a key.
#[derive(Debug, clap::Args)]
pub struct Keys {
    /// Sign with this SSH key: a private key, or a public one whose private key an agent or a hardware key holds.
    #[arg(long, value_name = "FILE")]
    ssh_key: Option<PathBuf>,
    /// Sign with this minisign secret key.
    #[arg(long, value_name = "FILE")]
    minisign_key: Option<PathBuf>,
}

impl Keys {
    /// Signs some bytes with the keys that were given.
    ///
    /// # Errors
    /// A key does not sign.
    pub fn sign(&self, namespace: &str, name: &str, bytes: &[u8]) -> Result<evidence::Signatures, Diagnostic> {
        Ok(evidence::Signatures {
            ssh: self.ssh_key.as_deref().map(|key| ssh_sign(key, namespace, bytes)).transpose()?,
            minisign: self.minisign_key.as_deref().map(|key| minisign_sign(key, name, namespace, bytes)).transpose()?,
        })
    }
}

/// Why a pack that is there stays.
const NEVER: &str = "a pack is never replaced, for others may have signed it off";

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    refuse_existing(&args.out, NEVER)?;
    let (selection, warnings) =
        Sources::of_workspace(args.as_of, args.extracted_at).select(args.workspace.as_deref())?;
    tell(&warnings);
    let store = if args.with_history { args.kept.existing(selection.folder())? } else { None };
    let pseudonyms = if args.pseudonymize { Some(pseudonyms(args.key_file.as_deref())?) } else { None };
    let words = |when: Option<When>| when.map(|w| w.to_string());
    let asked = Asked {
        run: Run { as_of: words(args.as_of), extracted_at: words(args.extracted_at), kept_runs: store.is_some() },
        inputs: !args.no_inputs && pseudonyms.is_none(),
        store: store.as_ref(),
        pseudonyms: pseudonyms.as_ref(),
    };
    let staged = stage(&selection, Scratch::beside(&args.out)?, &asked)?;
    let statement = staged.statement.bytes().map_err(io::Error::from)?;
    let signatures = args.keys.sign(SSH_NAMESPACE, STATEMENT, &statement)?;
    let signed = [("an SSH key", &signatures.ssh), ("a minisign key", &signatures.minisign)];
    let signed: Vec<&str> = signed.iter().filter(|(_, s)| s.is_some()).map(|(by, _)| *by).collect();
    pack(&args.out, &selection, &staged, &statement, &signatures)?;
    tell(&staged.warnings);
    tell(staged.left().as_slice());
    let mut out = io::stdout().lock();
    writeln!(out, "Pack: {}", args.out.display())?;
    writeln!(
        out,
        "{} files and the statement over them; statement SHA-256 {}",
        staged.files.len(),
        evidence::sha256(&statement)
    )?;
    match signed[..] {
        [] => writeln!(out, "not signed: it shows that it agrees with itself, and nobody vouches for it")?,
        _ => writeln!(out, "signed with {}", signed.join(" and "))?,
    }
    Ok(false)
}

/// The key of a file, or one that nobody will ever know.
fn pseudonyms(file: Option<&Path>) -> Result<Pseudonyms, Diagnostic> {
    let problem = |what: &str| Diagnostic::error(file.map_or_else(String::new, |f| f.display().to_string()), what);
    let key = match file {
        Some(file) => {
            let key = read_text(file)?;
            // A line end or spaces make no key longer.
            if key.trim_ascii().len() < 32 {
                let short = problem("the key is shorter than 32 bytes: it could be guessed, and with it every name");
                return Err(short.help("`head -c 32 /dev/urandom | base64` makes one; keep it as you keep the names"));
            }
            key
        }
        // Among random bytes any may be a space.
        None => {
            let mut key = vec![0; 32];
            getrandom::fill(&mut key).map_err(|_| problem("this machine gives no random numbers for a key"))?;
            key
        }
    };
    Pseudonyms::new(&key).map_err(|what| problem(&what))
}

/// Puts the archive together.
fn pack(
    place: &Path,
    selection: &Selection,
    staged: &Staged,
    statement: &[u8],
    signatures: &evidence::Signatures,
) -> Result<(), Failure> {
    let front = [
        (STATEMENT, Some(statement)),
        (SSH_SIGNATURE, signatures.ssh.as_deref().map(str::as_bytes)),
        (MINISIGN_SIGNATURE, signatures.minisign.as_deref().map(str::as_bytes)),
    ];
    let mut files: Vec<FileOut<'_>> = Vec::new();
    for (name, bytes) in front.into_iter().filter_map(|(name, bytes)| Some((name, bytes?))) {
        let open = move || Ok(Box::new(io::Cursor::new(bytes)) as Box<dyn Read + '_>);
        files.push(FileOut { name, bytes: bytes.len() as u64, sha256: None, open: Box::new(open) });
    }
    for file in &staged.files {
        let open = || staged.open(selection, &file.name).map(|from| from as Box<dyn Read + '_>);
        files.push(FileOut { name: &file.name, bytes: file.bytes, sha256: Some(&file.sha256), open: Box::new(open) });
    }
    Ok(write_new(place, NEVER, Box::new(|to| evidence::write_pack(&files, to)))?)
}
