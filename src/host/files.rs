//! Input files on disk.

use crate::diag::{Diagnostic, cause};
use crate::ingest::Input;
use jiff::Timestamp;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file on disk, shown under the name the user gave it.
#[derive(Debug, Clone)]
pub struct DiskFile {
    name: String,
    path: PathBuf,
    /// Why it is not read, if it is not.
    refused: Option<&'static str>,
}

impl DiskFile {
    /// A file at `path`, shown as `name`.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into(), refused: None }
    }

    /// Where it stands.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The same file, which is not read.
    pub(super) fn refused(self, why: &'static str) -> Self {
        Self { refused: Some(why), ..self }
    }
}

impl Input for DiskFile {
    fn name(&self) -> &str {
        &self.name
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if let Some(why) = self.refused {
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        let kind = fs::metadata(&self.path)?;
        if kind.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        if !kind.is_file() {
            // A named pipe would block for ever, and a second reading would find it empty.
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
        }
        Ok(Box::new(fs::File::open(&self.path)?))
    }
    fn modified(&self) -> Option<Timestamp> {
        if self.refused.is_some() {
            return None;
        }
        Timestamp::try_from(fs::metadata(&self.path).ok()?.modified().ok()?).ok()
    }
}

/// A path in a workspace file, relative to the workspace's folder.
pub fn resolve(folder: &Path, written: &str) -> PathBuf {
    folder.join(written)
}

/// Reads a small text file such as `coverage.yaml`.
///
/// # Errors
/// It cannot be read, or is larger than 8 MiB.
pub fn read_text(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    const LARGEST: u64 = 8 << 20;
    let shown = path.display().to_string();
    let failed = |e: &io::Error| {
        Diagnostic::error(&shown, format!("cannot be read: {}", cause(e)))
            .help("check the path and the file's permissions")
    };
    // A named pipe would block for ever.
    let kind = fs::metadata(path).map_err(|e| failed(&e))?;
    if !kind.is_file() {
        let what = if kind.is_dir() { "is a folder" } else { "is no regular file" };
        return Err(Diagnostic::error(&shown, format!("cannot be read: {what}")).help("name a file"));
    }
    let file = fs::File::open(path).map_err(|e| failed(&e))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Diagnostic::error(&shown, "the file is larger than 8 MiB").help("is this the right file?"));
    }
    Ok(bytes)
}

/// The files of a folder and of its folders down to three levels, in the order of their names. Hidden ones are left out.
///
/// # Errors
/// The folder cannot be listed.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
        let failed = |e: io::Error| unlisted(folder, &e);
        let mut entries: Vec<_> = fs::read_dir(folder).map_err(failed)?.collect::<io::Result<_>>().map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && depth > 0 && !entry.path().join("manifest.json").exists() {
                walk(&entry.path(), depth - 1, found)?;
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, 3, &mut found)?;
    Ok(found)
}

/// That this folder cannot be listed, and why. The folder is the one that refused, which may lie inside the one named.
pub(super) fn unlisted(folder: &Path, e: &io::Error) -> Diagnostic {
    Diagnostic::error(folder.display().to_string(), format!("the folder cannot be listed: {}", cause(e)))
        .help("check the path and the folder's permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_may_not_be_listed_is_named_with_the_reason() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let told = unlisted(Path::new("exports/hr"), &refused).to_string();
        assert!(
            told.starts_with("exports/hr: error: the folder cannot be listed: permission denied\n  help: "),
            "{told}"
        );
    }

    #[test]
    fn a_folder_that_refuses_is_told_and_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.csv"), "x").unwrap();
        assert_eq!(files_in(folder.path()).unwrap().len(), 1);
        // A file cannot be listed either, whoever asks.
        let told = files_in(&folder.path().join("a.csv")).unwrap_err();
        assert!(told.file.ends_with("a.csv") && told.message.starts_with("the folder cannot be listed: "), "{told}");
    }
}
