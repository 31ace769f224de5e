//! Outputs are made beside their place and put there in one step, so that a crash leaves the last complete report.

use super::moving::{persist, rename, sync_folder};
use super::ours::Ours;
use crate::diag::{Diagnostic, cause};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of a folder begins in which a report is written, or in which the last one waits to be removed.
const BESIDE: &str = ".coverage-report-";

/// A report that is being written.
#[derive(Debug)]
pub struct Staging {
    place: PathBuf,
    folder: TempDir,
    /// Held as long as the report is written, so that no other run takes its folder for one that was left behind.
    held: Option<File>,
}

impl Staging {
    /// Begins a report that shall stand at `place`.
    ///
    /// # Errors
    /// Something else stands there already, or the folder around it cannot be written to.
    pub fn begin(place: &Path) -> Result<Self, Diagnostic> {
        let shown = place.display().to_string();
        check_ours(place, &shown)?;
        let around = around(place);
        let failed = |e: io::Error| {
            Diagnostic::error(&shown, format!("the report cannot be written here: {}", cause(&e)))
                .help("name another folder with --out")
        };
        fs::create_dir_all(around).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(BESIDE).tempdir_in(around).map_err(failed)?;
        let held = hold(folder.path());
        Ok(Self { place: place.to_owned(), folder, held })
    }

    /// Makes one file of the report. `name` is relative and may have folders in it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let path = self.folder.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(Box::new(Synced(BufWriter::with_capacity(1 << 17, File::create_new(path)?))))
    }

    /// A nameless file on the same disk, for what has to wait before it can be written. It is gone when it is closed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn aside(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.folder.path())
    }

    /// Puts the report in its place. What stood there before is removed; what could not be, of this run or of an earlier one, is
    /// named.
    ///
    /// # Errors
    /// The place cannot be taken; what stood there still does.
    pub fn finish(self) -> Result<Vec<Diagnostic>, Diagnostic> {
        let Self { place, folder, held } = self;
        let shown = place.display().to_string();
        let last = check_ours(&place, &shown)?;
        let failed =
            |e: io::Error| Diagnostic::error(&shown, format!("the report cannot be put in its place: {}", cause(&e)));
        open_to_readers(folder.path()).map_err(failed)?;
        // It will stand where the new one does now, and its removal takes a moment.
        let last_held = last.as_ref().and_then(|_| hold(&place));
        let made = folder.keep();
        let put = match &last {
            Some(_) => {
                exchange(&made, &place).map(|()| made.clone()).or_else(|_| in_two_steps(&made, &place)).map(Some)
            }
            None => rename(&made, &place).map(|()| None),
        };
        let replaced = put.map_err(|e| {
            let _ = fs::remove_dir_all(&made);
            failed(e)
        })?;
        let around = around(&place);
        let mut remarks = Vec::new();
        // The report stands. Whatever happens to the last one does not change that.
        if let (Some(last), Some(replaced)) = (last, &replaced)
            && let Err(e) = last.remove(replaced)
        {
            let message = format!("the report that was replaced could not be removed: {}", cause(&e));
            let shown = around.join(replaced.file_name().unwrap_or_default());
            remarks.push(Diagnostic::warning(shown.display().to_string(), message).help(DELETE));
        }
        drop((held, last_held));
        let known = [Some(place.as_path()), replaced.as_deref()].map(|path| path.and_then(Path::file_name));
        remarks.extend(left_behind(around, BESIDE, &known));
        let _ = sync_folder(around);
        Ok(remarks)
    }
}

/// What to do about a folder that no run needs any more.
const DELETE: &str = "it holds what a report says of people: look into it, and delete it";

/// The folder that a place is in.
pub(super) fn around(place: &Path) -> &Path {
    place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Holds a folder until this is dropped: whoever else wants to hold it waits, and no run takes it for one that was left
/// behind. Systems that cannot do that do without.
pub(super) fn hold(folder: &Path) -> Option<File> {
    File::open(folder).ok().filter(|folder| folder.lock().is_ok())
}

/// Says which folders earlier runs have left, because they were killed or could not remove them. Nobody can tell whose report it
/// is that lies there, so they are not removed. Their names begin with `begins`; `known` are others.
pub(super) fn left_behind(around: &Path, begins: &str, known: &[Option<&OsStr>]) -> Option<Diagnostic> {
    let entries = fs::read_dir(around).ok()?.filter_map(Result::ok);
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(begins));
    let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|is| is.is_dir());
    let is_filled = |path: &Path| fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    let is_free = |path: &Path| File::open(path).is_ok_and(|folder| folder.try_lock().is_ok());
    // Whoever fills a folder holds it already. Whoever lets go of it has removed it or put it in its place, so it is looked for
    // once more.
    let is_left = |path: &PathBuf| {
        !known.contains(&path.file_name()) && is_folder(path) && is_filled(path) && is_free(path) && is_filled(path)
    };
    let mut left: Vec<PathBuf> = named.map(|entry| entry.path()).filter(is_left).collect();
    left.sort();
    let (first, more) = left.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        1 => ", and one more beside it".to_owned(),
        n => format!(", and {n} more beside it"),
    };
    let message = format!("an earlier run has left this folder behind{more}");
    Some(Diagnostic::warning(first.display().to_string(), message).help(DELETE))
}

/// Makes a folder for outputs, where there is none yet.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(place: &Path) -> Result<(), Diagnostic> {
    fs::create_dir_all(place).map_err(|e| {
        Diagnostic::error(place.display().to_string(), format!("the folder cannot be made: {}", cause(&e)))
            .help("name another folder with --out")
    })
}

/// Writes one file in one step: what stood there is replaced whole or not at all. It keeps its permissions; a new file has
/// those that any new file has.
///
/// # Errors
/// It cannot be written.
pub fn write_whole(place: &Path, bytes: &[u8]) -> io::Result<()> {
    // What is reached through a link is replaced where it is.
    let place = &fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    let mut file = new_beside(around(place))?;
    if let Ok(old) = fs::metadata(place) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    persist(file, place)
}

/// A temporary file with the permissions of any new file.
#[cfg(unix)]
pub(super) fn new_beside(around: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // The system takes away what this user's new files do not have.
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(around)
}

#[cfg(not(unix))]
pub(super) fn new_beside(around: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(around)
}

/// What becomes of a file's bytes; none where there is no file yet.
pub type Change<'c> = dyn FnMut(Option<&[u8]>) -> Result<Vec<u8>, Vec<Diagnostic>> + 'c;

/// Changes one file in one step, as [`write_whole`] does; whoever else changes it this way waits until then. `change` is
/// given what stands there.
///
/// # Errors
/// Those of `change`, after which the file is as it was; or it cannot be read or written.
pub fn rewrite(place: &Path, change: &mut Change<'_>) -> Result<(), Vec<Diagnostic>> {
    // The file itself is replaced, so the folder is what can be held.
    let held = hold(around(place));
    let old = match fs::symlink_metadata(place) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        _ => Some(super::read_text(place).map_err(|d| vec![d])?),
    };
    let new = change(old.as_deref())?;
    let failed = |e: io::Error| {
        vec![
            Diagnostic::error(place.display().to_string(), format!("cannot be written: {}", cause(&e)))
                .help("check the folder's permissions, and whether the disk is full"),
        ]
    };
    let written = write_whole(place, &new).map_err(failed);
    drop(held);
    written
}

/// A temporary folder is private; a report may be read by whoever may read the folder around it.
#[cfg(unix)]
fn open_to_readers(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn open_to_readers(_: &Path) -> io::Result<()> {
    Ok(())
}

/// One step for anyone who looks: before it the old report stands in its place, after it the new one.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(made: &Path, place: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, made, CWD, place, RenameFlags::EXCHANGE)?)
}

/// Other systems have no such step.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Where the system or the file system cannot exchange two folders. Between the steps there is no report in its place; after
/// a crash just then, the old one lies beside it under a name that ends in `.old`. Says where it lies.
fn in_two_steps(made: &Path, place: &Path) -> io::Result<PathBuf> {
    let old = made.with_extension("old");
    rename(place, &old)?;
    if let Err(e) = rename(made, place) {
        rename(&old, place)?;
        return Err(e);
    }
    Ok(old)
}

/// Only a report of ours is replaced, and only if nobody has put anything else into its folder. None: nothing stands there.
fn check_ours(place: &Path, shown: &str) -> Result<Option<Ours>, Diagnostic> {
    let Ok(kind) = fs::symlink_metadata(place) else { return Ok(None) };
    if !kind.is_dir() {
        let what = if kind.is_symlink() { "link" } else { "file" };
        return Err(Diagnostic::error(shown, format!("this is a {what}; the report is a folder"))
            .help("name a folder with --out"));
    }
    Ours::at(place).map(Some)
}

/// Writes to the disk itself before it is closed; an error there must not be lost.
struct Synced(BufWriter<File>);

impl Write for Synced {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ours::MARK;
    use super::*;

    fn report(place: &Path, text: &str) -> Result<Vec<Diagnostic>, Diagnostic> {
        let staging = Staging::begin(place)?;
        for (name, text) in [("diffs/a.csv", text), (MARK, r#"{"outputs":[{"name":"diffs/a.csv"}]}"#)] {
            let mut file = staging.create(name).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.flush().unwrap();
        }
        staging.finish()
    }

    #[test]
    fn a_report_replaces_the_last_one_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        report(&place, "one").unwrap();
        report(&place, "two").unwrap();
        assert_eq!(fs::read_to_string(place.join("diffs/a.csv")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn runs_beside_each_other_do_not_take_each_others_folders_for_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let again_and_again = |place: PathBuf| {
            for round in 0..60 {
                let remarks = report(&place, &format!("round {round}")).unwrap();
                assert!(remarks.is_empty(), "{}", remarks[0]);
            }
        };
        std::thread::scope(|scope| {
            for tenant in ["lantern", "moss", "tidepool", "wren"] {
                let place = folder.path().join(tenant);
                scope.spawn(move || again_and_again(place));
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn a_run_that_stops_half_way_leaves_the_last_report() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        report(&place, "one").unwrap();
        let staging = Staging::begin(&place).unwrap();
        staging.create("diffs/a.csv").unwrap().write_all(b"half").unwrap();
        drop(staging);
        assert_eq!(fs::read_to_string(place.join("diffs/a.csv")).unwrap(), "one");
    }

    #[test]
    fn without_an_exchange_the_new_report_stands_there_after_two_steps_or_the_old_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let (made, place) = (folder.path().join(".made"), folder.path().join("out"));
        for (path, text) in [(&place, "one"), (&made, "two")] {
            fs::create_dir(path).unwrap();
            fs::write(path.join(MARK), text).unwrap();
        }
        let old = in_two_steps(&made, &place).unwrap();
        assert_eq!(fs::read_to_string(place.join(MARK)).unwrap(), "two");
        assert_eq!(fs::read_to_string(old.join(MARK)).unwrap(), "one");
        fs::remove_dir_all(&old).unwrap();
        in_two_steps(&made, &place).unwrap_err();
        assert_eq!(fs::read_to_string(place.join(MARK)).unwrap(), "two", "what cannot be replaced stays");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("coverage.yaml");
        write_whole(&place, b"a long first text").unwrap();
        write_whole(&place, b"short").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"short");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_whole(&folder.path().join("nowhere/coverage.yaml"), b"x").unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_several_change_at_once_keeps_what_each_has_added() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("links.yaml");
        std::thread::scope(|scope| {
            for n in 0..8u8 {
                let place = &place;
                scope.spawn(move || {
                    for _ in 0..20 {
                        let add = &mut |old: Option<&[u8]>| Ok([old.unwrap_or_default(), &[n][..]].concat());
                        rewrite(place, add).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read(&place).unwrap().len(), 160);
        let refused = rewrite(&place, &mut |_| Err(vec![Diagnostic::error("x", "no")])).unwrap_err();
        assert_eq!((refused.len(), fs::read(&place).unwrap().len()), (1, 160));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_permissions_and_a_link_keeps_leading_to_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (place, link) = (folder.path().join("links.yaml"), folder.path().join("link"));
        fs::write(&place, "old").unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.is_symlink());
    }

    #[test]
    fn what_is_put_aside_leaves_no_file_in_the_report() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        let staging = Staging::begin(&place).unwrap();
        staging.aside().unwrap().write_all(b"waits").unwrap();
        staging.finish().unwrap();
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_last_report_that_may_not_be_written_to_is_removed_all_the_same() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        report(&place, "one").unwrap();
        for closed in [place.join("diffs"), place.clone()] {
            fs::set_permissions(closed, fs::Permissions::from_mode(0o555)).unwrap();
        }
        assert_eq!(report(&place, "two").unwrap(), []);
        assert_eq!(fs::read_to_string(place.join("diffs/a.csv")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn what_earlier_runs_have_left_is_named_and_what_others_are_writing_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        let other = Staging::begin(&folder.path().join("other")).unwrap();
        other.create("findings.csv").unwrap();
        assert_eq!(report(&place, "one").unwrap(), []);
        for name in ["b", "a.old", "empty"] {
            fs::create_dir(folder.path().join(format!("{BESIDE}{name}"))).unwrap();
        }
        for name in ["b", "a.old"] {
            fs::write(folder.path().join(format!("{BESIDE}{name}/findings.csv")), "x").unwrap();
        }
        let told = report(&place, "two").unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].file.ends_with("/.coverage-report-a.old") && !told[0].is_error(), "{}", told[0]);
        assert!(told[0].message.ends_with("has left this folder behind, and one more beside it"), "{}", told[0]);
        assert!(folder.path().join(".coverage-report-b/findings.csv").exists());
        assert_eq!(other.finish().unwrap().len(), 1);
    }

    #[test]
    fn a_folder_with_anything_else_in_it_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        report(&place, "one").unwrap();
        fs::write(place.join("my-notes.txt"), "precious").unwrap();
        assert!(report(&place, "two").unwrap_err().file.ends_with("my-notes.txt"));
        let foreign = folder.path().join("foreign");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("thesis.txt"), "precious").unwrap();
        assert!(report(&foreign, "x").unwrap_err().message.contains("something else"));
        assert_eq!(fs::read_to_string(foreign.join("thesis.txt")).unwrap(), "precious");
    }
}
