//! Secrets, from where a person keeps them: the environment, a file, a command's output.

use super::Secret;
use crate::diag::cause;
use crate::workspace::SecretAt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// A secret larger than this is none.
const LARGEST: usize = 64 << 10;

/// Fetches a secret. Files are relative to `folder`.
///
/// # Errors
/// It is not there, or others can read it. The words never hold any of it.
pub fn secret(at: &SecretAt, folder: &Path) -> Result<Secret, String> {
    let text = match at {
        SecretAt::Env(name) => {
            std::env::var(name).map_err(|_| format!("the environment has no `{name}`, or it is no text"))?
        }
        SecretAt::File(written) => of_file(&folder.join(written), written)?,
        SecretAt::Command(words) => of_command(words)?,
    };
    let text = Zeroizing::new(text);
    // A private key (PEM), or a file that holds one (JSON).
    let is_key = text.trim_start().starts_with("-----BEGIN") || text.trim_start().starts_with('{');
    let trimmed = if is_key { text.as_str() } else { text.trim() };
    if trimmed.trim().is_empty() {
        return Err("the secret is empty".to_owned());
    }
    if trimmed.len() > LARGEST || !is_key && trimmed.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' ') {
        return Err("the secret is more than one line".to_owned());
    }
    Ok(Secret::new(trimmed.to_owned()))
}

fn of_file(path: &Path, written: &str) -> Result<String, String> {
    let failed = |e: &std::io::Error| format!("the file `{written}` with the secret cannot be read: {}", cause(e));
    let kind = fs::metadata(path).map_err(|e| failed(&e))?;
    if !kind.is_file() {
        return Err(format!("`{written}` is no regular file"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&kind.permissions()) & 0o077 != 0 {
        return Err(format!("others on this machine can read `{written}`; run `chmod 600` on it"));
    }
    if kind.len() > LARGEST as u64 {
        return Err(format!("`{written}` is too large for a secret"));
    }
    fs::read_to_string(path).map_err(|e| failed(&e))
}

fn of_command(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("the command has no program")?;
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("`{program}` cannot be run: {}", cause(&e)))?;
    if !output.status.success() {
        return Err(format!("`{program}` gives no secret: it ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("what `{program}` prints is no text"))
}

/// From here on a crash of this process leaves no image of its memory.
///
/// # Errors
/// The system refuses.
#[cfg(unix)]
pub fn without_memory_dumps() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: limit.maximum }).map_err(Into::into)
}

/// Nothing is known here that keeps a crash from leaving an image.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn without_memory_dumps() -> std::io::Result<()> {
    Ok(())
}
