//! Writes the archive: the same files give the same bytes.

use super::hashing::Hashing;
use std::io::{self, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Files of this size and above are written with room for large numbers. Packed data can be a little longer than the file.
const LARGE: u64 = 0xf000_0000;

/// Opens a file that is to be packed.
pub type Opens<'f> = dyn Fn() -> io::Result<Box<dyn Read + 'f>> + 'f;

/// A file that goes into a pack.
pub struct FileOut<'f> {
    /// Its name in the pack.
    pub name: &'f str,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, hex, if it is known already: what is packed has to have it.
    pub sha256: Option<&'f str>,
    /// Opens it.
    pub open: Box<Opens<'f>>,
}

/// Writes the files in the order in which they come, without holding any of them: no clock, no user, no machine.
///
/// # Errors
/// A file cannot be read, has changed its size, or the archive cannot be written.
pub fn write<W: Write + Seek>(files: &[FileOut<'_>], to: W) -> io::Result<W> {
    write_from(files, to, LARGE)
}

/// The same, with files of this size and above taken for large.
fn write_from<W: Write + Seek>(files: &[FileOut<'_>], to: W, large: u64) -> io::Result<W> {
    let mut zip = ZipWriter::new(to);
    for file in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .system(System::Unix)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .large_file(file.bytes >= large);
        zip.start_file(file.name, options).map_err(io::Error::other)?;
        let mut from = Hashing::over((file.open)()?);
        let copied = io::copy(&mut from, &mut zip)?;
        if copied != file.bytes || file.sha256.is_some_and(|sha256| sha256 != from.digest()) {
            let what = format!("{} has changed while it was packed", file.name);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
    }
    zip.finish().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Archive;
    use std::io::Cursor;

    fn packed(files: &[(&'static str, &'static str)]) -> Vec<u8> {
        let file = |(name, text): &(&'static str, &'static str)| {
            let open = {
                let text = *text;
                move || Ok(Box::new(Cursor::new(text)) as Box<dyn Read>)
            };
            FileOut { name, bytes: text.len() as u64, sha256: None, open: Box::new(open) }
        };
        let files: Vec<FileOut<'_>> = files.iter().map(file).collect();
        write(&files, Cursor::new(Vec::new())).unwrap().into_inner()
    }

    #[test]
    fn what_is_written_is_read_and_the_same_files_give_the_same_bytes() {
        let files = [("statement.json", "{}"), ("report/übersicht.csv", "a,b\n"), ("report/leer.csv", "")];
        let bytes = packed(&files);
        assert_eq!(bytes, packed(&files));
        let open = || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn crate::evidence::Source>);
        let archive = Archive::scan("pack.zip", &open).unwrap();
        for (name, text) in files {
            assert_eq!(archive.small(name, 100).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn large_files_and_very_many_are_read_as_they_are_written() {
        let open = || Ok(Box::new(Cursor::new("text")) as Box<dyn Read>);
        let file = |name| FileOut { name, bytes: 4, sha256: None, open: Box::new(open) };
        let large = write_from(&[file("a"), file("b")], Cursor::new(Vec::new()), 4).unwrap().into_inner();
        let names: Vec<String> = (0..66_000).map(|n| format!("{n:05}")).collect();
        let many: Vec<FileOut<'_>> = names.iter().map(|name| file(name)).collect();
        let many = write(&many, Cursor::new(Vec::new())).unwrap().into_inner();
        for (bytes, count, last) in [(large, 2, "b"), (many, 66_000, "65999")] {
            let open = || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn crate::evidence::Source>);
            let archive = Archive::scan("pack.zip", &open).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(archive.items().len(), count);
            assert_eq!(archive.small(last, 100).unwrap(), b"text");
        }
    }

    #[test]
    fn a_byte_anywhere_in_the_archive_is_noticed() {
        let bytes = packed(&[("a.csv", "one,two,three\n"), ("b.csv", "four,five,six\n")]);
        // The small values make lengths that are too short for what they are the length of.
        let values = |was: u8| [was ^ 0x41, 1, 2, 3].into_iter().filter(move |to| *to != was);
        for (at, to) in bytes.iter().enumerate().flat_map(|(at, was)| values(*was).map(move |to| (at, to))) {
            let mut other = bytes.clone();
            other[at] = to;
            let open = || Ok(Box::new(Cursor::new(other.clone())) as Box<dyn crate::evidence::Source>);
            let read = Archive::scan("pack.zip", &open).and_then(|archive| {
                let names: Vec<String> = archive.items().iter().map(|i| i.name.clone()).collect();
                names.iter().map(|n| archive.small(n, 100)).collect::<Result<Vec<_>, _>>()
            });
            assert!(read.is_err(), "byte {at} became {to}, and that goes through");
        }
    }
}
