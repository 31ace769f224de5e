//! Hashes and sizes of files that stream by.

use super::csv_rows::count;
use super::hex;
use super::statement::File;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};

/// Hashes what goes through.
pub(super) struct Hashing<R> {
    from: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    /// Over something to read.
    pub(super) fn over(from: R) -> Self {
        Self { from, hash: Sha256::new(), bytes: 0 }
    }
    /// SHA-256 of what has gone through, hex.
    pub(super) fn digest(&self) -> String {
        hex(&self.hash.clone().finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buf)?;
        self.hash.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

/// A file as a statement speaks of it. Rows are counted in the tables among the outputs.
///
/// # Errors
/// It cannot be read.
pub fn measure(name: &str, from: impl Read) -> io::Result<File> {
    let mut from = Hashing::over(from);
    let table = name.starts_with("report/") && name.ends_with(".csv");
    let rows = if table { Some(count(&mut from)?) } else { None };
    // A large piece at a time: inputs and outputs have gigabytes.
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(File { name: name.to_owned(), sha256: from.digest(), bytes: from.bytes, rows })
}
