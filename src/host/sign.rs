//! Signatures by the programs that people sign with: `ssh-keygen` and `minisign`.
//!
//! They hold the secret key, ask for its password, talk to agents and to hardware keys; this program never sees any of it.
//! What it hands over is what is to be signed, and what it gets back is a signature.

use crate::diag::{Diagnostic, cause};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SSH: &str = "ssh-keygen";
const MINISIGN: &str = "minisign";

/// A path that no program takes for an option.
fn plain(path: &Path) -> OsString {
    if path.as_os_str().to_string_lossy().starts_with('-') { Path::new(".").join(path).into() } else { path.into() }
}

fn missing(program: &str, e: &io::Error) -> Diagnostic {
    let package = if program == SSH { "OpenSSH" } else { "minisign" };
    let problem = Diagnostic::error(program, format!("the program cannot be run: {}", cause(e)));
    problem.help(format!("install {package}; coverage leaves signing to it, so that it never sees the key"))
}

/// Runs a program with these bytes at its input.
fn fed(mut command: Command, program: &str, bytes: &[u8]) -> Result<Output, Diagnostic> {
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(|e| missing(program, &e))?;
    // The program may end before it has read everything; its exit code says why.
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(bytes);
    }
    child.wait_with_output().map_err(|e| missing(program, &e))
}

/// Makes an SSH signature over some bytes. Prompts and touches are between `ssh-keygen` and the user.
///
/// # Errors
/// `ssh-keygen` is not there, or will not sign.
pub fn ssh_sign(key: &Path, namespace: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    let mut command = Command::new(SSH);
    command.args(["-Y", "sign", "-q", "-n", namespace, "-f"]).arg(plain(key)).stdout(Stdio::piped());
    let done = fed(command, SSH, bytes)?;
    let signature = String::from_utf8(done.stdout).unwrap_or_default();
    if done.status.success() && signature.starts_with("-----BEGIN SSH SIGNATURE-----") {
        return Ok(signature);
    }
    Err(Diagnostic::error(key.display().to_string(), "ssh-keygen has not signed with this key; it has said why")
        .help("name a private key, or a public one whose private key an agent holds"))
}

/// Checks an SSH signature as `ssh-keygen -Y verify` does.
///
/// # Errors
/// The signature does not hold, with the words of `ssh-keygen`; or that cannot be found out.
pub fn ssh_verify(
    allowed: &Path,
    identity: &str,
    namespace: &str,
    signature: &str,
    bytes: &[u8],
) -> Result<Result<(), String>, Diagnostic> {
    let failed =
        |e: io::Error| Diagnostic::error(SSH, format!("the signature cannot be put aside for it: {}", cause(&e)));
    let mut aside = tempfile::NamedTempFile::new().map_err(failed)?;
    aside.write_all(signature.as_bytes()).map_err(failed)?;
    let mut command = Command::new(SSH);
    command
        .args(["-Y", "verify", "-n", namespace, "-f"])
        .arg(plain(allowed))
        .args(["-I", identity, "-s"])
        .arg(aside.path());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let done = fed(command, SSH, bytes)?;
    if done.status.success() {
        return Ok(Ok(()));
    }
    let words = [done.stderr, done.stdout].concat();
    let words = String::from_utf8_lossy(&words);
    let said = words.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("it does not say why");
    Ok(Err(said.trim_end_matches(['.', '\r']).to_owned()))
}

/// Makes a minisign signature over some bytes, which go through a file called `name` in a private folder.
///
/// # Errors
/// `minisign` is not there, or will not sign.
pub fn minisign_sign(key: &Path, name: &str, comment: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    let failed =
        |e: io::Error| Diagnostic::error(MINISIGN, format!("what is to be signed cannot be put aside: {}", cause(&e)));
    let folder = tempfile::tempdir().map_err(failed)?;
    let (file, signature) = (folder.path().join(name), folder.path().join("signature"));
    std::fs::write(&file, bytes).map_err(failed)?;
    // Without a comment of ours, the signature would hold the time at which it was made.
    let mut command = Command::new(MINISIGN);
    command.args(["-S", "-s"]).arg(plain(key)).arg("-m").arg(&file).arg("-x").arg(&signature);
    command.args(["-t", comment, "-c", "signature from coverage"]).stdout(Stdio::null());
    let done = command.status().map_err(|e| missing(MINISIGN, &e))?;
    let made = std::fs::read_to_string(&signature).ok().filter(|_| done.success());
    made.ok_or_else(|| {
        Diagnostic::error(key.display().to_string(), "minisign has not signed with this key; it has said why")
            .help("name the secret key's file, as `minisign -S -s` takes it")
    })
}
