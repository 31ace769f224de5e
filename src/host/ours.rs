//! What a report's folder may hold: the files that its manifest names, and the folders around them. Only such a folder is
//! replaced, and only such files are removed.

use super::files::unlisted;
use super::moving::patiently;
use crate::diag::Diagnostic;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// The file that says that a folder is a report of ours.
pub(super) const MARK: &str = "manifest.json";

/// The file in a report's folder that holds what is needed to see that a run would make the same report again. Its name begins
/// with a full stop: it is no output, and says nothing that a reader of the report needs.
pub const RECORD: &str = ".coverage-run.json";

/// What a file manager leaves in a folder that somebody has looked into. It is nobody's work, and goes with the folder.
const BY_THE_SYSTEM: &str = ".DS_Store";

/// A manifest grows with the files of a run. What is larger is not read.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// So many strangers are looked for: whoever names a large folder by mistake is not to wait for all of it.
const SOUGHT: usize = 100;
/// So many of them are named.
const NAMED: usize = 5;

/// A report that stands in a place, and nothing else with it.
#[derive(Debug, Default)]
pub(super) struct Ours {
    /// Its manifest; empty where the folder is.
    pub(super) manifest: Vec<u8>,
    /// Its files, relative to the place.
    files: BTreeSet<PathBuf>,
    /// The folders around them, the outer ones first.
    folders: BTreeSet<PathBuf>,
}

/// As much of a manifest as says what is ours.
#[derive(Deserialize)]
struct Listed {
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    name: String,
}

/// Whether a folder is a report of ours, whatever else lies in it.
pub(super) fn is_report(folder: &Path) -> bool {
    bounded(&folder.join(MARK), LARGEST_MANIFEST).and_then(Ours::listed).is_some()
}

impl Ours {
    /// What stands in a folder, which is there.
    ///
    /// # Errors
    /// It holds something else, or cannot be listed.
    pub(super) fn at(place: &Path) -> Result<Self, Diagnostic> {
        let mut entries = fs::read_dir(place).map_err(|e| unlisted(place, &e))?;
        if entries.next().is_none() {
            return Ok(Self::default());
        }
        let ours = bounded(&place.join(MARK), LARGEST_MANIFEST).and_then(Self::listed).ok_or_else(|| {
            Diagnostic::error(place.display().to_string(), "the folder holds something else than a report")
                .help("name an empty or a new folder with --out")
        })?;
        let strangers = ours.strangers(place)?;
        let Some((first, more)) = strangers.split_first() else { return Ok(ours) };
        let message = match more.len() {
            0 => "this is not of the report that would be replaced here".to_owned(),
            n => {
                let named: Vec<String> = more.iter().take(NAMED - 1).map(|p| format!("`{}`", p.display())).collect();
                let rest = if strangers.len() >= SOUGHT {
                    format!("{} or more things", strangers.len())
                } else {
                    format!("this and {n} more")
                };
                let among = if n < NAMED { "" } else { "among them " };
                format!("{rest} are not of the report that would be replaced here: {among}{}", named.join(", "))
            }
        };
        let it = if more.is_empty() { "it" } else { "them" };
        Err(Diagnostic::error(place.join(first).display().to_string(), message)
            .help(format!("move {it} away, or name another folder with --out")))
    }

    fn listed(manifest: Vec<u8>) -> Option<Self> {
        let listed: Listed = serde_json::from_slice(&manifest).ok()?;
        // A name that leads elsewhere names nothing in the folder.
        let inside = |name: &Path| name.components().all(|part| matches!(part, Component::Normal(_)));
        let outputs = listed.outputs.into_iter().map(|output| PathBuf::from(output.name)).filter(|name| inside(name));
        let files: BTreeSet<PathBuf> = outputs.chain([MARK, RECORD].map(PathBuf::from)).collect();
        let around = files.iter().flat_map(|file| file.ancestors().skip(1)).filter(|f| !f.as_os_str().is_empty());
        let folders = around.map(Path::to_owned).collect();
        Some(Self { manifest, files, folders })
    }

    /// What lies in the folder and is not of the report, by name. No folder is looked into but those of the report, and all ends
    /// when enough is found.
    fn strangers(&self, place: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut found = Vec::new();
        let mut open = vec![PathBuf::new()];
        'all: while let Some(folder) = open.pop() {
            let here = place.join(&folder);
            let failed = |e: io::Error| unlisted(&here, &e);
            for entry in fs::read_dir(&here).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let name = folder.join(entry.file_name());
                // What a link leads to is not of the report, whatever the link is called.
                let kind = entry.file_type().map_err(failed)?;
                if kind.is_dir() && self.folders.contains(&name) {
                    open.push(name);
                } else if !kind.is_file() || !(self.files.contains(&name) || by_the_system(&name)) {
                    found.push(name);
                    if found.len() >= SOUGHT {
                        break 'all;
                    }
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Removes the report from a folder where it stands or has been moved to, and the folder. Whatever else has come into it
    /// meanwhile stays, and so does the folder.
    ///
    /// # Errors
    /// Something could not be removed.
    pub(super) fn remove(&self, folder: &Path) -> io::Result<()> {
        match self.try_to_remove(folder) {
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
                for ours in self.around(folder).rev() {
                    make_writable(&ours);
                }
                self.try_to_remove(folder)
            }
            done => done,
        }
    }

    fn try_to_remove(&self, folder: &Path) -> io::Result<()> {
        let by_the_system = self.around(folder).map(|ours| ours.join(BY_THE_SYSTEM));
        for file in self.files.iter().map(|file| folder.join(file)).chain(by_the_system) {
            if_there(patiently(|| fs::remove_file(&file)))?;
        }
        self.around(folder).try_for_each(|ours| if_there(patiently(|| fs::remove_dir(&ours))))
    }

    /// The folders of the report and the one around all, the innermost first.
    fn around<'a>(&'a self, folder: &'a Path) -> impl DoubleEndedIterator<Item = PathBuf> + 'a {
        self.folders.iter().rev().map(|ours| folder.join(ours)).chain([folder.to_owned()])
    }
}

fn by_the_system(name: &Path) -> bool {
    name.file_name() == Some(OsStr::new(BY_THE_SYSTEM))
}

fn if_there(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

/// Nothing can be removed from a folder that may not be written to. Whose folder it is may change that.
#[cfg(unix)]
fn make_writable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if let Ok(is) = fs::symlink_metadata(folder)
        && is.is_dir()
    {
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(is.permissions().mode() | 0o700));
    }
}

#[cfg(not(unix))]
fn make_writable(_: &Path) {}

/// A regular file, if it is no larger than that.
pub(super) fn bounded(path: &Path, largest: u64) -> Option<Vec<u8>> {
    let kind = fs::symlink_metadata(path).ok()?;
    if !kind.is_file() || kind.len() > largest {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(largest + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= largest).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report with a file in a folder.
    fn report() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("diffs")).unwrap();
        for (name, text) in [
            ("diffs/a.csv", ""),
            ("findings.csv", ""),
            (RECORD, ""),
            (MARK, r#"{"outputs":[{"name":"diffs/a.csv"},{"name":"findings.csv"},{"name":"../b"},{"name":"2026"}]}"#),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn refused(folder: &Path) -> String {
        Ours::at(folder).unwrap_err().to_string()
    }

    #[test]
    fn a_report_and_what_a_file_manager_leaves_in_it_are_ours() {
        let folder = report();
        Ours::at(folder.path()).unwrap();
        for place in ["", "diffs"] {
            fs::write(folder.path().join(place).join(BY_THE_SYSTEM), "x").unwrap();
        }
        let ours = Ours::at(folder.path()).unwrap();
        fs::remove_file(folder.path().join("findings.csv")).unwrap();
        let ours = Ours::at(folder.path()).map(|_| ours).unwrap();
        ours.remove(folder.path()).unwrap();
        assert!(!folder.path().exists());
    }

    #[test]
    fn whatever_else_lies_in_the_folder_is_not() {
        for name in
            [".git/config", ".notes.txt", "diffs/.hidden", "diffs/1/2/3/4/deep.txt", "b", "october/manifest.json"]
        {
            let folder = report();
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "precious").unwrap();
            let told = refused(folder.path());
            assert!(told.contains("this is not of the report that would be replaced here"), "{name}: {told}");
        }
        for empty in ["2025", "diffs/old", "2026", BY_THE_SYSTEM] {
            let folder = report();
            fs::create_dir(folder.path().join(empty)).unwrap();
            let path = empty.split('/').fold(folder.path().to_owned(), |path, part| path.join(part));
            assert!(refused(folder.path()).starts_with(&path.display().to_string()), "{empty}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_of_the_report_whatever_it_is_called() {
        use std::os::unix::fs::symlink;
        let elsewhere = report();
        for (name, to) in [("link", "findings.csv"), ("findings.csv", "findings.csv"), ("diffs", "diffs"), (MARK, MARK)]
        {
            let folder = report();
            let path = folder.path().join(name);
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir_all(&path);
            symlink(elsewhere.path().join(to), &path).unwrap();
            Ours::at(folder.path()).unwrap_err();
        }
    }

    #[test]
    fn the_first_strangers_are_named_and_a_large_folder_is_not_read_to_its_end() {
        let folder = report();
        for name in ["c.txt", "a.txt", "b.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let told = refused(folder.path());
        assert!(told.starts_with(&folder.path().join("a.txt").display().to_string()), "{told}");
        assert!(told.contains("this and 2 more are not of the report that would be replaced here: `b.txt`, `c.txt`\n"));
        assert!(told.ends_with("move them away, or name another folder with --out"), "{told}");
        for n in 0..SOUGHT * 2 {
            fs::write(folder.path().join(n.to_string()), "").unwrap();
        }
        let told = refused(folder.path());
        assert!(told.contains(": error: 100 or more things are not of the report"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn what_has_come_meanwhile_stays_and_a_folder_of_ours_is_made_writable() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = report();
        let ours = Ours::at(folder.path()).unwrap();
        let late = folder.path().join("diffs/late.txt");
        fs::write(&late, "precious").unwrap();
        ours.remove(folder.path()).unwrap_err();
        assert_eq!(fs::read_to_string(&late).unwrap(), "precious");
        fs::remove_file(&late).unwrap();
        let folder = report();
        for closed in ["diffs", ""] {
            fs::set_permissions(folder.path().join(closed), fs::Permissions::from_mode(0o555)).unwrap();
        }
        let ours = Ours::at(folder.path()).unwrap();
        ours.remove(folder.path()).unwrap();
        assert!(!folder.path().exists());
    }
}
