//! What a pull has fetched so far, on disk: a file that grows page by page, and a note of how far it is.

use super::moving::{persist, rename};
use crate::pull::{Keep, Progress, Provenance, ending_of, sidecar_of};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A reading that was broken off longer ago than this begins anew: too much may have changed since.
const STALE: SignedDuration = SignedDuration::from_hours(12);

/// The place of a list that is being fetched. Only one process at a time may hold it.
#[derive(Debug)]
pub struct Pulled {
    target: PathBuf,
    part: PathBuf,
    note: PathBuf,
    /// What is being fetched: another declaration or another host is another list.
    fingerprint: String,
    now: Timestamp,
    file: File,
    bytes: u64,
}

/// How far a reading is, and of what.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Note {
    fingerprint: String,
    bytes: u64,
    progress: Progress,
}

impl Pulled {
    /// Opens the place of a list. `fingerprint` says what is fetched from where.
    ///
    /// # Errors
    /// It cannot be written, or another process is fetching it.
    pub fn open(target: &Path, fingerprint: &str, now: Timestamp) -> io::Result<Self> {
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = |suffix: &str| {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(suffix);
            target.with_file_name(name)
        };
        let (part, note) = (beside(".part"), beside(".part.json"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // Real people's data: nobody else on this machine reads it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part)?;
        if let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
            return Err(io::Error::other("another `coverage pull` is fetching it"));
        }
        Ok(Self {
            target: target.to_owned(),
            part,
            note,
            fingerprint: Sha256::digest(fingerprint).iter().map(|b| format!("{b:02x}")).collect(),
            now,
            file,
            bytes: 0,
        })
    }

    /// The note of an earlier reading, if it fits.
    fn noted(&self) -> io::Result<Option<Note>> {
        let bytes = match fs::read(&self.note) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let note: Option<Note> = serde_json::from_slice(&bytes).ok();
        let fits = |n: &Note| n.fingerprint == self.fingerprint && self.now.duration_since(n.progress.began) < STALE;
        Ok(note.filter(fits))
    }

    fn write_note(&self, progress: &Progress) -> io::Result<()> {
        let note = Note { fingerprint: self.fingerprint.clone(), bytes: self.bytes, progress: progress.clone() };
        write_private(&self.note, &serde_json::to_vec(&note)?)
    }
}

/// Writes a small file as a whole or not at all, for its owner only.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    persist(file, path)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

impl Keep for Pulled {
    fn left_over(&mut self) -> io::Result<Option<(Progress, Vec<String>)>> {
        let Some(note) = self.noted()?.filter(|n| self.file.metadata().is_ok_and(|m| m.len() >= n.bytes)) else {
            self.start_over()?;
            return Ok(None);
        };
        // What was written behind the last note is half a page.
        self.file.set_len(note.bytes)?;
        self.file.seek(SeekFrom::Start(0))?;
        let entries: Option<Vec<String>> = BufReader::new(&self.file).lines().collect::<io::Result<_>>().ok();
        self.bytes = note.bytes;
        self.file.seek(SeekFrom::End(0))?;
        match entries {
            Some(entries) => Ok(Some((note.progress, entries))),
            None => {
                self.start_over()?;
                Ok(None)
            }
        }
    }

    fn page(&mut self, entries: &[String], progress: &Progress) -> io::Result<()> {
        let mut text = String::with_capacity(entries.iter().map(|e| e.len() + 1).sum());
        for entry in entries {
            text.push_str(entry);
            text.push('\n');
        }
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.bytes += text.len() as u64;
        self.write_note(progress)
    }

    fn start_over(&mut self) -> io::Result<()> {
        remove(&self.note)?;
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.bytes = 0;
        Ok(())
    }

    fn end(&mut self, mut provenance: Provenance) -> io::Result<()> {
        self.file.sync_all()?;
        self.file.seek(SeekFrom::Start(0))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut size = 0;
        loop {
            let n = self.file.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            size += n as u64;
        }
        provenance.sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        provenance.bytes = size;
        let named = |name: &str| self.target.with_file_name(name);
        let file_name = self.target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (bare, ending) = ending_of(&file_name).unwrap_or((&file_name, ".jsonl"));
        let aside = format!("{bare}.incomplete{ending}");
        let list = if provenance.complete { file_name } else { aside.clone() };
        // First the list, then what is said of it: a list without its note says of itself that it is unproven.
        rename(&self.part, &named(&list))?;
        let mut text = serde_json::to_vec_pretty(&provenance)?;
        text.push(b'\n');
        write_private(&named(&sidecar_of(&list)), &text)?;
        if provenance.complete {
            remove(&named(&aside))?;
            remove(&named(&sidecar_of(&aside)))?;
        }
        remove(&self.note)
    }
}
