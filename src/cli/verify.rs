//! `coverage verify`: whether a pack is what was made, and who says so.

use super::selection::{Sources, moment};
use super::signoff::log_of;
use super::staged::{Asked, stage};
use super::{Failure, Outcome, tell};
use crate::diag::{Diagnostic, cause, visible};
use crate::evidence::{
    self, Archive, Checked, Entry, MINISIGN_SIGNATURE, PublicKey, SSH_NAMESPACE, SSH_NAMESPACE_OF_SIGNOFFS,
    SSH_SIGNATURE, Signatures, Source, Statement,
};
use crate::host::{Scratch, open_file, read_text, ssh_verify};
use crate::model::When;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::PathBuf;

/// Check that nothing in a pack was touched, and who vouches for it.
///
/// Every file is compared with the statement, the statement with its signature, and what the files say with each other; the
/// log of sign-offs beside the pack is checked, too. The first difference is named, and the exit code is 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pack.
    pack: PathBuf,
    /// SSH keys and whose they are, as `ssh-keygen -Y verify -f` takes them.
    #[arg(long, value_name = "FILE", requires = "identity")]
    ssh_allowed_signers: Option<PathBuf>,
    /// Who has to have signed the pack, by a name of that file.
    #[arg(long, value_name = "NAME", requires = "ssh_allowed_signers")]
    identity: Option<String>,
    /// A minisign public key, or a file with one; repeat it for the keys of sign-offs.
    #[arg(long, value_name = "KEY")]
    minisign_public: Vec<String>,
    /// The log of sign-offs [default: PACK.signoffs.jsonl, if it is there].
    #[arg(long, value_name = "FILE")]
    signoffs: Option<PathBuf>,
    /// A head that `coverage signoff` has printed: the log has to hold that entry still.
    #[arg(long, value_name = "SHA256")]
    signoffs_head: Option<String>,
    /// Run everything again from the inputs in the pack, and compare every output byte by byte.
    #[arg(long)]
    replay: bool,
}

/// Who can vouch for something.
struct Trust {
    ssh: Option<(PathBuf, String)>,
    minisign: Vec<PublicKey>,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let shown = args.pack.display().to_string();
    let trust = trust(args)?;
    let open = || open_file(&args.pack).map(|file| Box::new(file) as Box<dyn Source>);
    let archive = Archive::scan(&shown, &open)?;
    let said = trust.of_statement(&archive)?;
    let checked = evidence::check(&archive)?;
    let log = trust.of_log(args, &checked)?;
    let mut out = io::stdout().lock();
    let statement = &checked.statement;
    let text = |v: &serde_json::Value| visible(v.as_str().unwrap_or_default());
    let predicate = &statement.predicate;
    writeln!(out, "{shown}: {} files, all as the statement says", statement.subject.len())?;
    writeln!(
        out,
        "  {} as of {}, by coverage {} with catalog {}: {} findings, {} inputs{}",
        text(&predicate.company),
        text(&predicate.as_of["at"]),
        text(&predicate.tool["version"]),
        text(&predicate.tool["catalog"]),
        predicate.findings,
        predicate.inputs.len(),
        if predicate.inputs_included { "" } else { ", which are not in the pack" },
    )?;
    writeln!(out, "  statement SHA-256 {}", evidence::sha256(&checked.bytes))?;
    said.iter().chain(&log).try_for_each(|line| writeln!(out, "  {line}"))?;
    out.flush()?;
    if args.replay {
        let same = replay(&archive, statement)?;
        writeln!(out, "  replayed: {same} files came out again byte for byte")?;
    }
    Ok(false)
}

#[allow(clippy::disallowed_methods, reason = "a key is given as itself or as a file")]
fn trust(args: &Args) -> Result<Trust, Failure> {
    let mut minisign = Vec::new();
    for given in &args.minisign_public {
        let path = PathBuf::from(given);
        let text = if path.exists() { String::from_utf8_lossy(&read_text(&path)?).into_owned() } else { given.clone() };
        let wrong = |what: String| Diagnostic::error(given, what).help("give the `.pub` file, or the key in it");
        minisign.push(PublicKey::read(&text).map_err(wrong)?);
    }
    Ok(Trust { ssh: args.ssh_allowed_signers.clone().zip(args.identity.clone()), minisign })
}

impl Trust {
    fn is_empty(&self) -> bool {
        self.ssh.is_none() && self.minisign.is_empty()
    }

    /// Checks the statement's signatures, and says in words who vouches for it.
    fn of_statement(&self, archive: &Archive<'_>) -> Result<Vec<String>, Diagnostic> {
        let statement = archive.small(evidence::STATEMENT, 256 << 20)?;
        let signature = |name: &str| -> Result<Option<String>, Diagnostic> {
            let there = archive.get(name).map(|_| archive.small(name, 1 << 20)).transpose()?;
            there.map(String::from_utf8).transpose().map_err(|_| archive.fault(name, "this is no signature"))
        };
        let (ssh, minisign) = (signature(SSH_SIGNATURE)?, signature(MINISIGN_SIGNATURE)?);
        let mut said = Vec::new();
        if let Some((file, identity)) = &self.ssh {
            let Some(signature) = &ssh else {
                return Err(archive.fault(
                    SSH_SIGNATURE,
                    "there is no SSH signature in the pack: nobody vouches for it with an SSH key",
                ));
            };
            match ssh_verify(file, identity, SSH_NAMESPACE, signature, &statement)? {
                Ok(()) => said.push(format!("signed by {} (SSH key, {})", visible(identity), file.display())),
                Err(why) => {
                    return Err(
                        archive.fault(SSH_SIGNATURE, format!("the signature does not hold for {identity}: {why}"))
                    );
                }
            }
        }
        if !self.minisign.is_empty() {
            let Some(signature) = &minisign else {
                return Err(archive.fault(
                    MINISIGN_SIGNATURE,
                    "there is no minisign signature in the pack: nobody vouches for it with a minisign key",
                ));
            };
            let key = self
                .minisigned(&statement, signature)
                .map_err(|why| archive.fault(MINISIGN_SIGNATURE, format!("the signature does not hold: {why}")))?;
            said.push(format!("signed with the minisign key {key}"));
        }
        if said.is_empty() {
            said.push(
                match (ssh.is_some(), minisign.is_some()) {
                    (false, false) => "not signed: nobody vouches for this pack; it only agrees with itself",
                    _ => "signed, and no key was given to check that with: nobody vouches for this pack yet",
                }
                .to_owned(),
            );
        }
        Ok(said)
    }

    /// The id of the given key that has signed some bytes.
    fn minisigned(&self, bytes: &[u8], signature: &str) -> Result<String, String> {
        let made_by = evidence::key_of(signature).unwrap_or_default();
        match self.minisign.iter().find(|key| key.id == made_by) {
            Some(key) => evidence::is_signed_by(key, bytes, signature).map(|()| key.id.clone()),
            None => Err(format!("it is of the key {made_by}, which was not given")),
        }
    }

    /// Checks the log of sign-offs, and says in words what it holds.
    fn of_log(&self, args: &Args, checked: &Checked) -> Result<Vec<String>, Failure> {
        let place = args.signoffs.clone().unwrap_or_else(|| log_of(&args.pack));
        let shown = place.display().to_string();
        let there = args.signoffs.is_some() || open_file(&place).is_ok();
        if !there {
            return match &args.signoffs_head {
                Some(_) => {
                    Err(Diagnostic::error(&shown, "there is no log of sign-offs, and one with that head was expected")
                        .into())
                }
                None => Ok(Vec::new()),
            };
        }
        let log = read_text(&place)?;
        let entries = evidence::read_log(&shown, &log, &evidence::sha256(&checked.bytes))?;
        let mut said = Vec::new();
        for (n, entry) in (1u64..).zip(&entries) {
            let by = self.of_entry(&shown, n, entry)?;
            let signoff = &entry.signoff;
            let role = signoff.role.as_deref().map_or_else(String::new, |role| format!(", {}", visible(role)));
            said.push(format!("sign-off {n}: {}{role}, {}: {by}", visible(&signoff.by), visible(&signoff.at)));
        }
        match &args.signoffs_head {
            Some(head) if entries.iter().all(|e| e.hash != *head) => {
                let what =
                    "no entry has the head that was kept: the log was cut short, or another one was put in its place";
                return Err(Diagnostic::error(&shown, what).into());
            }
            Some(_) => said.push("the log holds the head that was kept: nothing before it was taken away".to_owned()),
            None => said.push(
                "whether entries are missing at the end of the log cannot be seen without a head that was kept"
                    .to_owned(),
            ),
        }
        Ok(said)
    }

    /// Who vouches for an entry.
    fn of_entry(&self, shown: &str, n: u64, entry: &Entry) -> Result<String, Diagnostic> {
        let wrong = |why: String| Diagnostic::error(shown, why).at(n);
        let bytes = entry.signoff.bytes().map_err(|e| wrong(e.to_string()))?;
        let Signatures { ssh, minisign } = &entry.signatures;
        let mut held = Vec::new();
        if let (Some((file, _)), Some(signature)) = (&self.ssh, ssh) {
            match ssh_verify(file, &entry.signoff.by, SSH_NAMESPACE_OF_SIGNOFFS, signature, &bytes)? {
                Ok(()) => held.push("signed with their SSH key".to_owned()),
                Err(why) => {
                    return Err(wrong(format!("the SSH signature does not hold for {}: {why}", entry.signoff.by)));
                }
            }
        }
        if let (false, Some(signature)) = (self.minisign.is_empty(), minisign) {
            let key = self.minisigned(&bytes, signature);
            held.push(format!(
                "signed with the minisign key {}",
                key.map_err(|why| wrong(format!("the minisign signature does not hold: {why}")))?
            ));
        }
        match (held.is_empty(), self.is_empty()) {
            (false, _) => Ok(held.join(", ")),
            (true, true) => Ok("nobody vouches for it; no key was given".to_owned()),
            (true, false) => Err(wrong(
                "nobody vouches for this sign-off: it has no signature of a kind that the given keys can check".into(),
            )),
        }
    }
}

/// Runs everything again, and compares. Gives the number of files that are the same.
fn replay(archive: &Archive<'_>, statement: &Statement) -> Result<usize, Failure> {
    let refuse = |what: &str, help: &str| Err(Failure::from(archive.fault("", what).help(help)));
    let predicate = &statement.predicate;
    if predicate.pseudonymized.is_some() {
        return refuse(
            "the pack cannot be replayed: names are replaced in it, and its inputs are not in it",
            "only its maker can run it again, from the inputs and with the key",
        );
    }
    if !predicate.inputs_included {
        return refuse(
            "the pack cannot be replayed: its inputs are not in it",
            "only its maker can run it again, from the files with the hashes in statement.json",
        );
    }
    if predicate.run.kept_runs {
        return refuse(
            "the pack cannot be replayed: earlier kept runs had a part in it, and they are not in the pack",
            "a pack made without --with-history can be",
        );
    }
    let made_by = predicate.tool["version"].as_str().unwrap_or_default();
    if made_by != env!("CARGO_PKG_VERSION") {
        let what = format!(
            "the pack was made by coverage {}, and this is {}: another version may say other things",
            visible(made_by),
            env!("CARGO_PKG_VERSION")
        );
        return refuse(&what, "replay it with the version that made it");
    }
    let scratch = Scratch::anywhere()?;
    for input in &predicate.inputs {
        let name = format!("inputs/{}", input.file);
        let failed = |e: io::Error| archive.fault(&name, format!("cannot be unpacked: {}", cause(&e)));
        let item = archive.get(&name).ok_or_else(|| archive.fault(&name, "the file is not in the pack"))?;
        if scratch.open(&name).is_ok() {
            continue;
        }
        let mut to = scratch.create(&name).map_err(failed)?;
        io::copy(&mut archive.read(item).map_err(failed)?, &mut to).and_then(|_| to.flush()).map_err(failed)?;
        drop(to);
        if input.extracted_at_basis == "file-time"
            && let Ok(at) = input.extracted_at.parse()
        {
            scratch.stamp(&name, at).map_err(failed)?;
        }
    }
    let when = |text: &Option<String>| -> Result<Option<When>, Diagnostic> {
        text.as_deref().map(moment).transpose().map_err(|what| archive.fault(evidence::STATEMENT, what))
    };
    let sources = Sources::of_workspace(when(&predicate.run.as_of)?, when(&predicate.run.extracted_at)?);
    let (selection, _) = sources.select(Some(&scratch.path("inputs")))?;
    let asked = Asked { run: predicate.run.clone(), inputs: true, store: None, pseudonyms: None };
    let again = stage(&selection, Scratch::anywhere()?, &asked)?;
    let theirs: Vec<&str> = statement.subject.iter().map(|s| s.name.as_str()).collect();
    let ours: Vec<&str> = again.files.iter().map(|f| f.name.as_str()).collect();
    if let Some(name) = theirs.iter().find(|name| !ours.contains(name)) {
        return Err(archive.fault(name, "the replay has not brought forth this file").into());
    }
    if let Some(name) = ours.iter().find(|name| !theirs.contains(name)) {
        return Err(archive.fault(name, "the replay has brought forth this file, and it is not in the pack").into());
    }
    // The manifest has the hashes of the others: where one differs, it does too, and says less.
    let mut order: Vec<usize> = (0..ours.len()).collect();
    order.sort_by_key(|ix| ours[*ix] == "report/manifest.json");
    for ix in order {
        let (file, subject) = (&again.files[ix], &statement.subject[ix]);
        if file.sha256 != subject.digest.sha256 {
            let item =
                archive.get(&file.name).ok_or_else(|| archive.fault(&file.name, "the file is not in the pack"))?;
            let line = first_line(archive.read(item)?, again.open(&selection, &file.name)?)?;
            return Err(archive
                .fault(&file.name, "the replay has brought forth something else, beginning with this line")
                .at(line)
                .into());
        }
    }
    if again.statement != *statement {
        return Err(archive.fault(evidence::STATEMENT, "the replay states something else").into());
    }
    tell(again.left().as_slice());
    Ok(ours.len())
}

/// The first line in which two texts differ.
fn first_line(one: impl io::Read, other: impl io::Read) -> io::Result<u64> {
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for line in 1.. {
        a.clear();
        b.clear();
        let n = one.read_until(b'\n', &mut a)? + other.read_until(b'\n', &mut b)?;
        if a != b || n == 0 {
            return Ok(line);
        }
    }
    Ok(0)
}
