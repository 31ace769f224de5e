//! Input files on disk.

use super::ours::is_report;
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

/// What lies in a folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Its files, and those of its folders.
    pub files: Vec<PathBuf>,
    /// What is not looked into, and why.
    pub passed: Vec<(PathBuf, &'static str)>,
}

/// The files of a folder and of its folders down to three levels, in the order of their names. Hidden ones and reports of this
/// program are left out.
///
/// # Errors
/// The folder cannot be listed.
pub fn files_in(folder: &Path) -> Result<Listing, Diagnostic> {
    fn walk(folder: &Path, depth: usize, found: &mut Listing) -> Result<(), Diagnostic> {
        let failed = |e: io::Error| unlisted(folder, &e);
        let mut entries: Vec<_> = fs::read_dir(folder).map_err(failed)?.collect::<io::Result<_>>().map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_file() {
                found.files.push(entry.path());
            } else if kind.is_symlink() {
                found.passed.push((entry.path(), "a link, which is not followed"));
            } else if kind.is_dir() && is_report(&entry.path()) {
                // Nobody misses it.
            } else if kind.is_dir() && depth == 0 {
                found.passed.push((entry.path(), "a folder more than three levels deep, which is not looked into"));
            } else if kind.is_dir() {
                walk(&entry.path(), depth - 1, found)?;
            }
        }
        Ok(())
    }
    let mut found = Listing::default();
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

    #[cfg(unix)]
    #[test]
    fn only_a_report_of_ours_is_left_out_and_what_is_not_looked_into_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let place = folder.path().join(name);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        };
        put("takeout/manifest.json", r#"{"files": ["asana.csv"]}"#);
        put("takeout/asana.csv", "x");
        put("report/manifest.json", r#"{"outputs": [{"name": "findings.csv"}]}"#);
        put("report/findings.csv", "x");
        put("it/2026/q4/notion.csv", "x");
        put("it/2026/q4/apps/figma.csv", "x");
        std::os::unix::fs::symlink("takeout/asana.csv", folder.path().join("linked.csv")).unwrap();
        let Listing { files, passed } = files_in(folder.path()).unwrap();
        let within = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
        let files: Vec<String> = files.iter().map(|path| within(path)).collect();
        assert_eq!(files, ["it/2026/q4/notion.csv", "takeout/asana.csv", "takeout/manifest.json"]);
        let passed: Vec<String> = passed.iter().map(|(path, why)| format!("{}: {why}", within(path))).collect();
        let deep = "it/2026/q4/apps: a folder more than three levels deep, which is not looked into";
        assert_eq!(passed, [deep, "linked.csv: a link, which is not followed"]);
    }

    #[test]
    fn a_folder_that_refuses_is_told_and_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.csv"), "x").unwrap();
        assert_eq!(files_in(folder.path()).unwrap().files.len(), 1);
        // A file cannot be listed either, whoever asks.
        let told = files_in(&folder.path().join("a.csv")).unwrap_err();
        assert!(told.file.ends_with("a.csv") && told.message.starts_with("the folder cannot be listed: "), "{told}");
    }
}
