//! Rows of a table, counted while it streams by.

use std::io::{self, Read};

/// Rows below the header.
///
/// # Errors
/// It cannot be read.
pub fn count(from: impl Read) -> io::Result<u64> {
    let mut rows = reader(from);
    let mut record = csv::ByteRecord::new();
    let mut n = 0;
    while rows.read_byte_record(&mut record).map_err(io::Error::other)? {
        n += 1;
    }
    Ok(n)
}

/// A reader of the tables that we write. Rows of other lengths are the check's business.
pub(super) fn reader<R: Read>(from: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 16).from_reader(from)
}
