//! The log of what was sent to servers, on disk: it only grows, nobody else reads it, and only one process writes it.

use super::moving::sync_folder;
use super::staging::around;
use crate::diag::{Diagnostic, cause};
use crate::plan::Append;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// A log larger than this is read by nobody.
const LARGEST: u64 = 256 << 20;

/// A log that is held open.
#[derive(Debug)]
pub struct Applied {
    file: File,
}

/// What stands in a log.
#[derive(Debug, Default)]
pub struct Standing {
    /// Everything up to the last line break.
    pub whole: Vec<u8>,
    /// What stands behind it: a line that a crash has cut.
    pub torn: Vec<u8>,
}

impl Standing {
    fn of(bytes: Vec<u8>) -> Self {
        let end = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let mut whole = bytes;
        let torn = whole.split_off(end);
        Self { whole, torn }
    }
}

fn failed(place: &Path, e: &io::Error) -> Diagnostic {
    Diagnostic::error(place.display().to_string(), format!("cannot be used: {}", cause(e)))
        .help("nothing is sent without a log; check the folder's permissions, and whether the disk is full")
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
        // What stands at the end of a link is somebody else's file.
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
    }
    options
}

/// Reads what a file of ours holds, if nobody else can.
fn standing(place: &Path, file: &mut File) -> Result<Standing, Diagnostic> {
    let failed = |e: io::Error| failed(place, &e);
    let kind = file.metadata().map_err(failed)?;
    let bad = |what: &str, help: &str| Err(Diagnostic::error(place.display().to_string(), what).help(help));
    if !kind.is_file() {
        return bad("is no regular file", "move it away");
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&kind.permissions()) & 0o077 != 0 {
        return bad("others on this machine can read or change it", "run `chmod 600` on it");
    }
    if kind.len() > LARGEST {
        return bad("the log is too large", "move it away and keep it; a new one is begun");
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes)).map_err(failed)?;
    Ok(Standing::of(bytes))
}

impl Applied {
    /// Opens the log, and begins one if there is none. A line that a crash has cut is taken away; the caller writes that down.
    ///
    /// # Errors
    /// Another process holds it, others can read it, or it cannot be written.
    pub fn open(place: &Path) -> Result<(Self, Standing), Diagnostic> {
        let failed = |e: io::Error| failed(place, &e);
        // Not to append: what is opened so can be cut by no Windows, and nobody else writes while it is held.
        let mut file = options().write(true).create(true).truncate(false).open(place).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "another `coverage apply` is at work in this workspace";
                return Err(Diagnostic::error(place.display().to_string(), message).help("wait for its end"));
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        let standing = standing(place, &mut file)?;
        if !standing.torn.is_empty() {
            file.set_len(standing.whole.len() as u64).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        // That the file is there has to be on the disk, too.
        sync_folder(around(place)).map_err(failed)?;
        Ok((Self { file }, standing))
    }

    /// Looks into the log without changing anything; empty if there is none.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn look(place: &Path) -> Result<Standing, Diagnostic> {
        match options().open(place) {
            Ok(mut file) => standing(place, &mut file),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Standing::default()),
            Err(e) => Err(failed(place, &e)),
        }
    }
}

impl Append for Applied {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.write_all(line)?;
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_grows_is_private_and_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("applied.jsonl");
        assert!(Applied::look(&place).unwrap().whole.is_empty() && !place.exists(), "looking makes nothing");
        let (mut log, standing) = Applied::open(&place).unwrap();
        assert!(standing.whole.is_empty() && standing.torn.is_empty());
        log.append(b"one\n").unwrap();
        assert!(Applied::open(&place).unwrap_err().message.contains("another `coverage apply`"));
        log.append(b"tw").unwrap();
        drop(log);
        let (mut log, standing) = Applied::open(&place).unwrap();
        assert_eq!((&*standing.whole, &*standing.torn), (&b"one\n"[..], &b"tw"[..]));
        log.append(b"three\n").unwrap();
        drop(log);
        assert_eq!(std::fs::read(&place).unwrap(), b"one\nthree\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_log_that_others_can_read_and_a_link_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("applied.jsonl");
        drop(Applied::open(&place).unwrap());
        assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Applied::open(&place).unwrap_err().message.contains("others on this machine"));
        assert!(Applied::look(&place).is_err());
        let link = folder.path().join("link.jsonl");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
        assert!(Applied::open(&link).is_err() && !folder.path().join("elsewhere").exists());
    }
}
