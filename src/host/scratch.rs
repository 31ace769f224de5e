//! A private folder for files that are on their way, and files that are made once and never replaced.

use super::staging::{around, hold, left_behind};
use crate::diag::{Diagnostic, cause};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of a folder begins in which a pack is made.
const BESIDE: &str = ".coverage-evidence-";
/// How that of one begins in which a pack is made again.
const ANYWHERE: &str = "coverage-replay-";

/// A private folder that is gone when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    /// How its name begins.
    begins: &'static str,
    /// Held as long as it is needed, so that no other run takes it for one that was left behind.
    _held: Option<File>,
}

impl Scratch {
    /// Beside the place where the result shall stand, which may be on a disk with more room.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn beside(place: &Path) -> Result<Self, Diagnostic> {
        let around = around(place);
        let failed = |e: io::Error| {
            Diagnostic::error(place.display().to_string(), format!("nothing can be written here: {}", cause(&e)))
                .help("name another place")
        };
        fs::create_dir_all(around).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(BESIDE).tempdir_in(around).map_err(failed)?;
        Ok(Self::holding(folder, BESIDE))
    }

    /// Where this machine puts such folders.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn anywhere() -> Result<Self, Diagnostic> {
        let folder = tempfile::Builder::new().prefix(ANYWHERE).tempdir();
        let folder =
            folder.map_err(|e| Diagnostic::error("temporary folder", format!("cannot be made: {}", cause(&e))))?;
        Ok(Self::holding(folder, ANYWHERE))
    }

    fn holding(folder: TempDir, begins: &'static str) -> Self {
        let held = hold(folder.path());
        Self { folder, begins, _held: held }
    }

    /// Says which of such folders earlier runs have left in the same place, because they were killed.
    pub fn left(&self) -> Option<Diagnostic> {
        left_behind(around(self.folder.path()), self.begins, &[self.folder.path().file_name()])
    }

    /// Where a file of it is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a file.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(Box::new(BufWriter::with_capacity(1 << 17, File::create_new(path)?)))
    }

    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(&self, name: &str) -> io::Result<File> {
        File::open(self.path(name))
    }

    /// The names of its files, in their order.
    ///
    /// # Errors
    /// A folder of it cannot be listed.
    pub fn names(&self) -> io::Result<Vec<String>> {
        fn walk(folder: &Path, before: &str, found: &mut Vec<String>) -> io::Result<()> {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = format!("{before}{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    walk(&entry.path(), &format!("{name}/"), found)?;
                } else {
                    found.push(name);
                }
            }
            Ok(())
        }
        let mut found = Vec::new();
        walk(self.folder.path(), "", &mut found)?;
        found.sort();
        Ok(found)
    }

    /// A nameless file on the same disk.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn aside(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.folder.path())
    }

    /// Gives a file a time stamp.
    ///
    /// # Errors
    /// It cannot be given one.
    pub fn stamp(&self, name: &str, at: jiff::Timestamp) -> io::Result<()> {
        File::options().write(true).open(self.path(name))?.set_modified(at.into())
    }
}

/// What writes a new file.
pub type Fill<'f> = dyn FnOnce(File) -> io::Result<File> + 'f;

/// Makes one file in one step, and only where there is none yet.
///
/// # Errors
/// There is one, which `never` says why it stays; or it cannot be written.
pub fn write_new(place: &Path, never: &str, fill: Box<Fill<'_>>) -> Result<(), Diagnostic> {
    let shown = place.display().to_string();
    let failed = |e: io::Error| {
        Diagnostic::error(&shown, format!("cannot be written: {}", cause(&e)))
            .help("check the folder's permissions, and whether the disk is full")
    };
    refuse_existing(place, never)?;
    let file = super::staging::new_beside(around(place)).map_err(failed)?;
    let written = fill(file.reopen().map_err(failed)?).and_then(|file| file.sync_all());
    written.map_err(failed)?;
    file.persist_noclobber(place).map(|_| ()).map_err(|e| failed(e.error))
}

/// Says so early if there is something in a place already. `never` says why it is not replaced.
///
/// # Errors
/// There is.
pub fn refuse_existing(place: &Path, never: &str) -> Result<(), Diagnostic> {
    match fs::symlink_metadata(place) {
        Ok(_) => Err(Diagnostic::error(place.display().to_string(), "there is something in this place already")
            .help(format!("{never}: name another file with --out"))),
        Err(_) => Ok(()),
    }
}

/// Opens a file for reading.
///
/// # Errors
/// It cannot be opened, or is no regular file.
pub fn open_file(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
    }
    File::open(path)
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_a_killed_run_has_left_is_named_and_what_another_is_writing_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("pack.zip");
        let other = Scratch::beside(&pack).unwrap();
        other.create("accounts.csv").unwrap();
        let this = Scratch::beside(&pack).unwrap();
        this.create("accounts.csv").unwrap();
        assert_eq!(this.left(), None);
        let left = folder.path().join(".coverage-evidence-x1");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("accounts.csv"), "x").unwrap();
        let told = this.left().unwrap();
        assert!(told.file.ends_with("/.coverage-evidence-x1") && !told.is_error(), "{told}");
        drop((this, other));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what is not needed any more is gone");
    }
}
