//! Long lists, formatted piece by piece on all threads and written in their order.

use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// How many items make a piece.
const PIECE: usize = 1 << 8;
/// How many pieces are in hand at once.
const WAVE: usize = 8;

/// Formats all items into bytes and writes them in their order. `format` gets a piece and the bytes to append to.
///
/// # Errors
/// A piece cannot be formatted, or not be written.
pub(super) fn write<'i, T: Sync>(
    items: &'i [T],
    to: &mut impl Write,
    format: impl Fn(&'i [T], &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let mut buffers: Vec<Vec<u8>> = Vec::new();
    buffers.resize_with(WAVE, Vec::new);
    for wave in items.chunks(PIECE * WAVE) {
        let formatted: Vec<io::Result<()>> = (wave.par_chunks(PIECE).zip(&mut buffers))
            .map(|(piece, buffer)| {
                buffer.clear();
                format(piece, buffer)
            })
            .collect();
        for (result, buffer) in formatted.into_iter().zip(&buffers) {
            result?;
            to.write_all(buffer)?;
        }
    }
    Ok(())
}

/// Writes all items as the members of a JSON array, each on a line of its own, without the brackets.
///
/// # Errors
/// The bytes cannot be written.
pub(super) fn items<'i, T: Sync, J: Serialize>(
    items: &'i [T],
    to: &mut impl Write,
    json: impl Fn(&'i T) -> J + Sync,
) -> io::Result<()> {
    let first = items.first();
    write(items, to, |piece, text| {
        for item in piece {
            let begins = first.is_some_and(|first| std::ptr::eq(item, first));
            text.extend_from_slice(if begins { b"\n" } else { b",\n" });
            json(item).serialize(&mut serde_json::Serializer::new(&mut *text))?;
        }
        Ok(())
    })
}
