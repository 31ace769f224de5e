//! The report that stands in its place, and what shows that nobody has touched a file since.

use super::ours::{Ours, RECORD, bounded};
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

/// A record is small. What is larger is not read.
const LARGEST_RECORD: u64 = 8 << 20;

/// A report of an earlier run.
#[derive(Debug)]
pub struct LastReport {
    place: PathBuf,
    /// What was noted of its run.
    pub record: Vec<u8>,
    /// Its manifest.
    pub manifest: Vec<u8>,
}

impl LastReport {
    /// The report in a place. None: there is none, it holds what is not of it, or nothing was noted of its run.
    pub fn at(place: &Path) -> Option<Self> {
        // Asked first, because it is cheap and nearly always the answer of a first run.
        let record = bounded(&place.join(RECORD), LARGEST_RECORD)?;
        let manifest = Ours::at(place).ok()?.manifest;
        Some(Self { place: place.to_owned(), record, manifest })
    }

    /// Opens one of its files, which has to be as long as it should be.
    ///
    /// # Errors
    /// It is not there, is longer or shorter, or its name leads out of the report.
    pub fn open(&self, name: &str, bytes: u64) -> io::Result<File> {
        let odd = || io::Error::from(io::ErrorKind::InvalidInput);
        let mut path = self.place.clone();
        for part in Path::new(name).components() {
            let Component::Normal(part) = part else { return Err(odd()) };
            path.push(part);
            // What a link leads to can be changed without a trace in the report.
            if fs::symlink_metadata(&path)?.is_symlink() {
                return Err(odd());
            }
        }
        let kind = fs::metadata(&path)?;
        if !kind.is_file() || kind.len() != bytes {
            return Err(odd());
        }
        File::open(path)
    }
}

/// What changes whenever somebody writes a file or puts another one in its place: the file itself, its size, and the time of
/// its last change, which no program can set at will. None where the system does not tell these.
#[cfg(unix)]
pub fn stamp(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let is = fs::metadata(path).ok()?;
    let (dev, ino, size) = (is.dev(), is.ino(), is.size());
    Some(format!("{dev} {ino} {size} {}.{} {}.{}", is.mtime(), is.mtime_nsec(), is.ctime(), is.ctime_nsec()))
}

/// Elsewhere nobody knows.
#[cfg(not(unix))]
pub fn stamp(_: &Path) -> Option<String> {
    None
}

/// The program that runs: its place and its stamp. Two builds of one version are not the same program.
pub fn program() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(format!("{} {}", path.display(), stamp(&path)?))
}

#[cfg(test)]
mod tests {
    use super::super::ours::MARK;
    use super::*;

    #[test]
    fn a_file_outside_the_report_or_behind_a_link_is_not_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        fs::create_dir_all(place.join("diffs")).unwrap();
        fs::write(folder.path().join("secret"), "abc").unwrap();
        fs::write(place.join("diffs/a.csv"), "abc").unwrap();
        fs::write(place.join(MARK), r#"{"outputs":[{"name":"diffs/a.csv"}]}"#).unwrap();
        assert!(LastReport::at(&place).is_none(), "nothing was noted");
        fs::write(place.join(RECORD), "{}").unwrap();
        let last = LastReport::at(&place).unwrap();
        last.open("diffs/a.csv", 3).unwrap();
        for (name, bytes) in
            [("diffs/a.csv", 4), ("../secret", 3), ("diffs/../../secret", 3), ("/etc/passwd", 3), ("", 3)]
        {
            last.open(name, bytes).unwrap_err();
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret"), place.join("diffs/b.csv")).unwrap();
            last.open("diffs/b.csv", 3).unwrap_err();
        }
        fs::write(place.join("note.txt"), "mine").unwrap();
        assert!(LastReport::at(&place).is_none(), "something else is in the folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_stamp_changes_with_the_file_even_if_its_time_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "abc").unwrap();
        let (before, time) = (stamp(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
        assert_eq!(stamp(&path).unwrap(), before);
        std::thread::sleep(std::time::Duration::from_millis(20));
        fs::write(&path, "abd").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        assert_ne!(stamp(&path).unwrap(), before);
    }
}
