//! Input files on disk.

use crate::diag::Diagnostic;
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
}

impl DiskFile {
    /// A file at `path`, shown as `name`.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into() }
    }
}

impl Input for DiskFile {
    fn name(&self) -> &str {
        &self.name
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
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
        let text = e.to_string();
        Diagnostic::error(
            &shown,
            format!("cannot be read: {}", text.split(" (os error").next().unwrap_or(&text).to_lowercase()),
        )
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
    fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && depth > 0 && !entry.path().join("manifest.json").exists() {
                walk(&entry.path(), depth - 1, found)?;
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, 3, &mut found).map_err(|e| {
        let text = e.to_string();
        Diagnostic::error(
            folder.display().to_string(),
            format!("the folder cannot be listed: {}", text.split(" (os error").next().unwrap_or(&text).to_lowercase()),
        )
        .help("check the path and the folder's permissions")
    })?;
    Ok(found)
}
