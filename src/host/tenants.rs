//! Folders of many companies: which there are, and that what one of them names lies in its own.

use super::DiskFile;
use crate::diag::{Diagnostic, cause};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The folders in a folder and links to some, in the order of their names. Hidden ones are left out, and so is `but`, where
/// outputs go.
///
/// # Errors
/// The folder cannot be listed.
pub fn folders_in(folder: &Path, but: Option<&Path>) -> Result<Vec<PathBuf>, Diagnostic> {
    let failed = |e: std::io::Error| {
        Diagnostic::error(folder.display().to_string(), format!("the folder cannot be listed: {}", cause(&e)))
            .help("check the path and the folder's permissions")
    };
    let but = but.and_then(|but| fs::canonicalize(but).ok());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_output = || but.is_some() && fs::canonicalize(&path).ok() == but;
        if !hidden && path.is_dir() && !is_output() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Whether two paths lead to the same folder. One that is not there leads nowhere.
pub fn same_folder(a: &Path, b: &Path) -> bool {
    fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
}

/// Whether a path in a folder leads to something outside of it, by `..`, as an absolute path or through links.
pub fn leads_out(folder: &Path, path: &Path) -> bool {
    let mut at = folder.to_owned();
    // Most paths have no links and no `..`: then one look at each part of them is enough.
    let plain = path.strip_prefix(folder).is_ok_and(|within| {
        within.components().all(|part| match part {
            Component::Normal(name) => {
                at.push(name);
                fs::symlink_metadata(&at).is_ok_and(|kind| !kind.is_symlink())
            }
            Component::CurDir => true,
            _ => false,
        })
    });
    if plain {
        return false;
    }
    match (fs::canonicalize(folder), fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => !path.starts_with(folder),
        // What is not there leads nowhere, and its reader says that it is not there.
        _ => fs::symlink_metadata(path).is_ok(),
    }
}

/// That a file of a workspace lies outside of its folder, if it does.
///
/// # Errors
/// It does.
pub fn stays_in(folder: &Path, path: &Path) -> Result<(), Diagnostic> {
    if leads_out(folder, path) {
        return Err(Diagnostic::error(path.display().to_string(), LEADS_OUT).help("copy the file into the folder"));
    }
    Ok(())
}

/// Why a file that lies elsewhere is not read.
const LEADS_OUT: &str = "lies outside of the workspace's folder; with --batch, no workspace reads the files of another";

impl DiskFile {
    /// The same file, which is not read if it lies outside of a folder.
    #[must_use]
    pub fn only_in(self, folder: &Path) -> Self {
        if leads_out(folder, self.path()) { self.refused(LEADS_OUT) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Input as _;

    #[test]
    fn folders_come_by_name_and_outputs_and_hidden_ones_are_none_of_them() {
        let all = tempfile::tempdir().unwrap();
        for name in ["b", "a", ".git", "out"] {
            fs::create_dir(all.path().join(name)).unwrap();
        }
        fs::write(all.path().join("read.me"), "x").unwrap();
        let found = folders_in(all.path(), Some(&all.path().join("./out"))).unwrap();
        assert_eq!(found, [all.path().join("a"), all.path().join("b")]);
        assert!(folders_in(&all.path().join("read.me"), None).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_another_company_is_not_read_however_it_is_named() {
        use std::os::unix::fs::symlink;
        let all = tempfile::tempdir().unwrap();
        let (mine, other) = (all.path().join("mine"), all.path().join("other"));
        fs::create_dir_all(mine.join("rosters")).unwrap();
        fs::create_dir(&other).unwrap();
        for file in [mine.join("hr.csv"), mine.join("rosters/zoom.csv"), other.join("hr.csv")] {
            fs::write(file, "x").unwrap();
        }
        symlink(other.join("hr.csv"), mine.join("link.csv")).unwrap();
        symlink(&other, mine.join("linked")).unwrap();
        symlink("hr.csv", mine.join("own.csv")).unwrap();
        for inside in ["hr.csv", "./hr.csv", "rosters/zoom.csv", "rosters/../hr.csv", "own.csv", "missing.csv"] {
            assert!(stays_in(&mine, &mine.join(inside)).is_ok(), "{inside}");
        }
        let absolute = other.join("hr.csv").display().to_string();
        for outside in ["../other/hr.csv", "link.csv", "linked/hr.csv", "rosters/../../other/hr.csv", &absolute] {
            let path = mine.join(outside);
            assert!(stays_in(&mine, &path).is_err(), "{outside}");
            assert!(DiskFile::new(outside, &path).open().is_ok(), "{outside} can be read but for the folder");
            let refused = DiskFile::new(outside, &path).only_in(&mine).open().err().unwrap();
            assert_eq!(refused.to_string(), LEADS_OUT);
        }
        assert!(same_folder(&mine, &other.join("../mine")) && !same_folder(&mine, &other));
    }
}
