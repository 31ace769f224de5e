//! Reads secrets from where a person keeps them: the environment, a file, a command's output, the system's keyring.

use super::files::resolve;
use super::{Secret, keyring};
use crate::diag::{Diagnostic, cause};
use crate::workspace::{SecretAt, SecretPlace};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A secret larger than this is none.
const LARGEST: usize = 64 << 10;
/// How long a command may take to print one. A person may have to unlock something first.
const COMMAND_WITHIN: Duration = Duration::from_secs(120);

/// Why there is no secret, and what to do.
type Refused = (String, &'static str);

/// Fetches a secret. Files are relative to `folder`. From here on a crash leaves no image of the memory.
///
/// # Errors
/// It is not there, or others can read it. The words never hold any of it.
pub fn secret(at: &SecretAt, folder: &Path) -> Result<Secret, Diagnostic> {
    let told = |(what, help): Refused| {
        let error = Diagnostic::error(&at.file, what).at(at.line);
        if help.is_empty() { error } else { error.help(help) }
    };
    without_memory_dumps().map_err(|e| {
        told((format!("a crash would leave the secret on the disk, and that cannot be prevented: {}", cause(&e)), ""))
    })?;
    let bytes = match &at.place {
        SecretPlace::Env(name) => of_environment(name),
        SecretPlace::File(written) => of_file(&resolve(folder, written), written),
        SecretPlace::Command(words) => of_command(words, COMMAND_WITHIN),
        SecretPlace::Keyring(item) => keyring::entry(&item.service, &item.user),
    };
    let place = &at.place;
    text(bytes.map_err(told)?).map_err(|what| {
        told((format!("{place}: {what}"), "a secret is one line, or a key in PEM or JSON, and nothing else"))
    })
}

/// The secret in what was read: one line, or a key of several.
fn text(bytes: Zeroizing<Vec<u8>>) -> Result<Secret, &'static str> {
    let all = std::str::from_utf8(&bytes).map_err(|_| "the secret is no text")?;
    // Some editors begin a file with a mark, which is no part of what stands in it.
    let trimmed = all.strip_prefix('\u{feff}').unwrap_or(all).trim();
    // Keys keep their lines as they are.
    let is_pem = trimmed.starts_with("-----BEGIN ") && trimmed.ends_with("-----");
    let is_json = trimmed.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok();
    if trimmed.is_empty() {
        return Err("the secret is empty");
    }
    if trimmed.len() > LARGEST {
        return Err("this is too large for a secret");
    }
    if !is_pem && !is_json && trimmed.chars().any(|c| c.is_control() || c.is_whitespace() && c != ' ') {
        return Err("the secret is more than one line");
    }
    Ok(Secret::new(if is_pem { format!("{trimmed}\n") } else { trimmed.to_owned() }))
}

fn of_environment(name: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
    match std::env::var(name) {
        Ok(text) => Ok(Zeroizing::new(text.into_bytes())),
        Err(std::env::VarError::NotPresent) => {
            Err((format!("the variable {name} is not set"), "set it where coverage runs"))
        }
        Err(std::env::VarError::NotUnicode(_)) => Err((format!("the variable {name} holds no text"), "")),
    }
}

fn of_file(path: &Path, written: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let failed =
        |e: &std::io::Error| (format!("the file `{written}` with the secret cannot be read: {}", cause(e)), "");
    // Asked before it is opened: opening a pipe would wait for whoever writes into it.
    if !fs::metadata(path).map_err(|e| failed(&e))?.is_file() {
        return Err((format!("`{written}` is no regular file"), "name a file that holds the secret and nothing else"));
    }
    let file = File::open(path).map_err(|e| failed(&e))?;
    if let Some(who) = others_can_read(&file).map_err(|e| failed(&e))? {
        return Err((format!("{who} can read `{written}`"), "let it be yours and run `chmod 600` on it"));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LARGEST + 1));
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    Ok(bytes)
}

#[cfg(unix)]
fn others_can_read(file: &File) -> std::io::Result<Option<&'static str>> {
    use std::os::unix::fs::MetadataExt as _;
    let kind = file.metadata()?;
    let me = rustix::process::geteuid().as_raw();
    Ok(if kind.mode() & 0o077 != 0 {
        Some("others on this machine")
    } else if me != 0 && kind.uid() != me && kind.uid() != 0 {
        Some("its owner, who is somebody else,")
    } else {
        None
    })
}

/// Who may read a file is not asked here: a home folder on Windows is its owner's.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same shape as where it is asked")]
fn others_can_read(_: &File) -> std::io::Result<Option<&'static str>> {
    Ok(None)
}

/// What a command prints. It is given the environment that this process was given, and nothing else.
fn of_command(words: &[String], within: Duration) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let (program, arguments) = words.split_first().ok_or(("the command has no program".to_owned(), ""))?;
    let until = Instant::now() + within;
    let failed =
        |e: std::io::Error| (format!("`{program}` cannot be run: {}", cause(&e)), "is it installed, and on the path?");
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (send, came) = mpsc::channel();
    if let Some(mut out) = child.stdout.take() {
        // What it has started may hold its output open when it has ended: nobody waits for this thread.
        thread::spawn(move || {
            let mut printed = Zeroizing::new(Vec::new());
            let read = out.read_to_end(&mut printed).map(|_| printed);
            let _ = send.send(read);
        });
    }
    let printed = came.recv_timeout(within);
    let status = loop {
        match child.try_wait().map_err(failed)? {
            Some(status) => break Some(status),
            None if Instant::now() >= until => break None,
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let alone = "run the command by itself and see what it wants";
    match (status, printed) {
        (Some(status), _) if !status.success() => {
            Err((format!("`{program}` gives no secret: it ended with {status}"), alone))
        }
        (Some(_), Ok(printed)) => printed.map_err(failed),
        _ => {
            let _ = child.kill();
            let _ = child.wait();
            Err((format!("`{program}` gives no secret: it has not ended after {} s", within.as_secs_f64()), alone))
        }
    }
}

/// From here on a crash of this process leaves no image of its memory, neither as a file nor with a program that the
/// system pipes it to, and other processes of the same user cannot look into it.
///
/// # Errors
/// The system refuses.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn without_memory_dumps() -> std::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    no_core_file()?;
    // The limit does not count where the system pipes the image to a program.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(Into::into)
}

/// From here on a crash of this process leaves no image of its memory.
///
/// # Errors
/// The system refuses.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub fn without_memory_dumps() -> std::io::Result<()> {
    no_core_file()
}

/// Children inherit it: a command that prints a secret leaves none either.
#[cfg(unix)]
fn no_core_file() -> std::io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(place: SecretPlace) -> SecretAt {
        SecretAt { place, file: "pull.yaml".to_owned(), line: 7 }
    }

    fn written(text: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let read = secret(&at(SecretPlace::File("token".to_owned())), folder.path());
        read.map(|s| s.reveal().to_owned()).map_err(|d| d.to_string())
    }

    #[test]
    fn a_file_holds_one_line_or_a_key() {
        assert_eq!(written("  hunter2 \r\n"), Ok("hunter2".to_owned()));
        assert_eq!(written("\u{feff}hunter2\r\n"), Ok("hunter2".to_owned()), "as some editors write it");
        assert!(written("\u{feff}\n").unwrap_err().contains("the secret is empty"));
        let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(written(pem), Ok(pem.to_owned()));
        let json = "{\n  \"private_key\": \"x\"\n}";
        assert_eq!(written(json), Ok(json.to_owned()));
        for (text, why) in [
            ("hunter2\nhunter3\n", "the secret is more than one line"),
            (" \n", "the secret is empty"),
            ("{hunter2\n", ""),
            ("{hunter2\n}", "the secret is more than one line"),
            ("-----BEGIN hunter2\nx", "the secret is more than one line"),
        ] {
            match written(text) {
                Ok(read) => assert_eq!((why, read.as_str()), ("", text.trim())),
                Err(said) => assert!(said.contains(why) && !said.contains("hunter"), "{said}"),
            }
        }
        assert!(written(&"x".repeat(LARGEST + 5)).unwrap_err().contains("too large"));
    }

    #[test]
    fn what_is_not_there_is_told_at_its_line() {
        let none = |place| secret(&at(place), Path::new(".")).unwrap_err().to_string();
        let said = none(SecretPlace::Env("COVERAGE_NO_SUCH_VARIABLE".to_owned()));
        assert!(said.contains("pull.yaml:7") && said.contains("is not set"), "{said}");
        let said = none(SecretPlace::File(".".to_owned()));
        assert!(said.contains("no regular file"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_or_does_not_end_is_told() {
        let said = secret(&at(SecretPlace::Command(vec!["false".to_owned(), "hunter2".to_owned()])), Path::new("."))
            .unwrap_err()
            .to_string();
        assert!(said.contains("`false` gives no secret") && !said.contains("hunter"), "{said}");
        let slow = of_command(&["sleep".to_owned(), "30".to_owned()], Duration::from_millis(50)).unwrap_err();
        assert!(slow.0.contains("`sleep` gives no secret: it has not ended after 0.05 s"), "{}", slow.0);
        let prints = of_command(&["echo".to_owned(), "hunter2".to_owned()], COMMAND_WITHIN);
        assert_eq!(*prints.unwrap(), b"hunter2\n");
    }
}
