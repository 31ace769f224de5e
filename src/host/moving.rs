//! Files and folders come to their names in one step, and stay there after a crash.

use std::fs;
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

/// Gives another name in one step.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| fs::rename(from, to))
}

/// Takes a step as often as [`shall_try_again`] says.
pub(super) fn patiently(mut step: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    let mut tries = 0;
    loop {
        match step() {
            Err(e) if shall_try_again(&e, &mut tries) => {}
            done => return done,
        }
    }
}

/// Writes a file to the disk and puts it in its place in one step.
pub(super) fn persist(mut file: NamedTempFile, place: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    let mut tries = 0;
    loop {
        match file.persist(place) {
            Ok(_) => return Ok(()),
            Err(e) if shall_try_again(&e.error, &mut tries) => file = e.file,
            Err(e) => return Err(e.error),
        }
    }
}

/// Windows moves and removes nothing that another program has open, and virus scanners and indexers open whatever is new: there it
/// is tried for two seconds. Waits before it says yes.
fn shall_try_again(e: &io::Error, tries: &mut u32) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    // What is removed while it is open goes when it is closed.
    const NOT_EMPTY: i32 = 145;
    let is_open = cfg!(windows) && matches!(e.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION | NOT_EMPTY));
    if !is_open || *tries == 40 {
        return false;
    }
    *tries += 1;
    std::thread::sleep(std::time::Duration::from_millis(50));
    true
}

/// Writes to the disk what a folder holds, so that a file just made is there after a crash.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Windows opens no folders as files, and its file systems write names down by themselves.
#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
