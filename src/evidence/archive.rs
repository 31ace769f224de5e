//! A ZIP archive, read as strictly as it can be.
//!
//! Programs that unpack archives are forgiving: they take the last of two files of one name, pass over bytes between files,
//! and believe a directory that says something else than the files' own headers. So two programs can see two different
//! packs in one file. Here an archive is what [`super::write_pack`] writes, byte for byte around the packed data, or it is
//! refused with the reason. That is why it is read here and not by a library, whose merit is to be forgiving.

use super::names;
use crate::diag::{Diagnostic, cause};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

/// Something with bytes at places.
pub trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// How an archive is opened, as often as it is asked for.
pub type Open<'o> = dyn Fn() -> io::Result<Box<dyn Source>> + Sync + 'o;

/// How many files a pack may have, and how large its directory may be.
const MOST_FILES: u64 = 200_000;
const LARGEST_DIRECTORY: u64 = 96 << 20;

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its size, as the archive says.
    pub bytes: u64,
    packed: u64,
    crc: u32,
    deflated: bool,
    /// Where its packed data begin.
    data: u64,
}

/// An archive whose structure has been looked through.
pub struct Archive<'o> {
    open: &'o Open<'o>,
    shown: String,
    items: Vec<Item>,
    by_name: BTreeMap<String, usize>,
}

/// What is wrong with an archive, before anybody has said which.
enum Wrong {
    Io(io::Error),
    /// In a file of the archive, or in none.
    What(Option<String>, String),
}

impl From<io::Error> for Wrong {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

fn wrong<T>(what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::What(None, what.into()))
}

/// Numbers out of bytes, lowest first.
struct Cut<'b>(&'b [u8]);

impl<'b> Cut<'b> {
    fn take(&mut self, n: usize) -> Result<&'b [u8], Wrong> {
        match self.0.split_at_checked(n) {
            Some((first, rest)) => {
                self.0 = rest;
                Ok(first)
            }
            None => wrong("its directory breaks off"),
        }
    }
    fn number(&mut self, n: usize) -> Result<u64, Wrong> {
        Ok(self.take(n)?.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)))
    }
    /// The next numbers are these.
    fn are(&mut self, fixed: &[(usize, u64, &str)]) -> Result<(), Wrong> {
        for (size, expected, what) in fixed {
            if self.number(*size)? != *expected {
                return wrong(*what);
            }
        }
        Ok(())
    }

    /// The head of a field that holds the numbers which are too large for their places, and nothing behind it but them.
    fn large_numbers(&mut self, otherwise: &str) -> Result<(), Wrong> {
        self.are(&[(2, 1, otherwise)])?;
        if self.number(2)? != self.0.len() as u64 {
            return wrong(otherwise);
        }
        Ok(())
    }
}

/// The tail of an archive: how many files, and where its directory is.
struct Tail {
    files: u64,
    directory: u64,
    size: u64,
}

/// The versions of the format that our archives need, without and with large numbers, and the system that they are for.
const VERSIONS: [u64; 2] = [20, 45];
const UNIX: u64 = 3;
const MAX32: u64 = 0xffff_ffff;
const OTHER: &str = "it is not written as `coverage evidence` writes archives";

impl<'o> Archive<'o> {
    /// Looks through the structure of an archive: every byte of it belongs to a file, a header or the directory, and these
    /// agree. The files' contents are not read yet.
    ///
    /// # Errors
    /// It is no archive of ours, with the reason.
    pub fn scan(shown: &str, open: &'o Open<'o>) -> Result<Self, Diagnostic> {
        let told = |wrong: Wrong| match wrong {
            Wrong::Io(e) => Diagnostic::error(shown, format!("cannot be read: {}", cause(&e))),
            Wrong::What(Some(file), what) => {
                Diagnostic::error(format!("{shown}: {}", crate::diag::visible(&file)), what)
            }
            Wrong::What(None, what) => Diagnostic::error(shown, what),
        };
        let items = items(open).map_err(told)?;
        let mut by_name = BTreeMap::new();
        let mut twins: BTreeMap<String, &str> = BTreeMap::new();
        for (ix, item) in items.iter().enumerate() {
            let at = |what: String| told(Wrong::What(Some(item.name.clone()), what));
            if by_name.insert(item.name.clone(), ix).is_some() {
                return Err(at("the archive holds this file twice".into()));
            }
            if let Some(why) = names::refused(&item.name) {
                return Err(at(format!("the name may not stand in a pack: {why}")));
            }
            if let Some(other) = twins.insert(names::twin(&item.name), &item.name) {
                return Err(at(format!("some systems take this name for the same as `{other}`")));
            }
        }
        Ok(Self { open, shown: shown.to_owned(), items, by_name })
    }

    /// Its files, in their order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// A file by its name.
    pub fn get(&self, name: &str) -> Option<&Item> {
        self.by_name.get(name).and_then(|ix| self.items.get(*ix))
    }

    /// What is wrong with a file of the archive.
    pub fn fault(&self, name: &str, what: impl Into<String>) -> Diagnostic {
        // Some faults are those of the archive, and of no file in it.
        let place = if name.is_empty() { self.shown.clone() } else { format!("{}: {name}", self.shown) };
        Diagnostic::error(place, what)
    }

    /// Opens a file. Reading it fails if it is not exactly as long as the archive says, or not what its checksum says.
    ///
    /// # Errors
    /// The archive cannot be opened any more.
    pub fn read(&self, item: &Item) -> io::Result<Box<dyn Read + Send>> {
        let mut source = (self.open)()?;
        source.seek(SeekFrom::Start(item.data))?;
        let packed = source.take(item.packed);
        let from = if item.deflated { Unpack::Deflated(DeflateDecoder::new(packed)) } else { Unpack::Stored(packed) };
        Ok(Box::new(Exact {
            from,
            left: item.bytes,
            packed: item.packed,
            crc: Crc::new(),
            expected: item.crc,
            done: false,
        }))
    }

    /// A whole file that should be small.
    ///
    /// # Errors
    /// It is not there, larger, or damaged.
    pub fn small(&self, name: &str, largest: u64) -> Result<Vec<u8>, Diagnostic> {
        let item = self.get(name).ok_or_else(|| self.fault(name, "the file is not in the archive"))?;
        if item.bytes > largest {
            return Err(self.fault(name, format!("the file is larger than {largest} bytes")));
        }
        let mut bytes = Vec::new();
        let read = self.read(item).and_then(|mut from| from.read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|e| self.fault(name, cause(&e)))
    }
}

fn items(open: &Open<'_>) -> Result<Vec<Item>, Wrong> {
    let mut source = open()?;
    let length = source.seek(SeekFrom::End(0))?;
    let tail = tail(&mut *source, length)?;
    if tail.files > MOST_FILES || tail.size > LARGEST_DIRECTORY {
        return wrong("its directory is larger than that of any pack");
    }
    let directory = bytes_at(&mut *source, tail.directory, tail.size as usize)?;
    let mut cut = Cut(&directory);
    let mut items = Vec::new();
    let mut next = 0;
    for _ in 0..tail.files {
        let (item, header, raw) = of_directory(&mut cut)?;
        let named = |w: Wrong| match w {
            Wrong::What(None, what) => Wrong::What(Some(item.name.clone()), what),
            other => other,
        };
        if header != next {
            return Err(named(Wrong::What(None, "bytes that belong to no file stand before it in the archive".into())));
        }
        let data = local(&mut *source, header, tail.directory, &raw).map_err(named)?;
        next = data
            .checked_add(item.packed)
            .filter(|end| *end <= tail.directory)
            .ok_or_else(|| named(Wrong::What(None, "it reaches into the directory of the archive".into())))?;
        items.push(Item { data, ..item });
    }
    if !cut.0.is_empty() {
        return wrong("its directory has more in it than its files");
    }
    if next != tail.directory {
        return wrong("bytes that belong to no file stand before its directory");
    }
    Ok(items)
}

fn bytes_at(source: &mut dyn Source, at: u64, n: usize) -> Result<Vec<u8>, Wrong> {
    source.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    source.take(n as u64).read_to_end(&mut bytes)?;
    if bytes.len() == n { Ok(bytes) } else { wrong("it breaks off") }
}

fn tail(source: &mut dyn Source, length: u64) -> Result<Tail, Wrong> {
    const END: usize = 22;
    const LOCATOR: usize = 20;
    const END64: usize = 56;
    if length < END as u64 {
        return wrong("it is no ZIP archive, or the rest of one");
    }
    let end = length - END as u64;
    let bytes = bytes_at(source, end, END)?;
    let mut cut = Cut(&bytes);
    if cut.take(4)? != b"PK\x05\x06" {
        return wrong(
            "it does not end where an archive ends: it is cut off, or there are bytes or a comment after its end",
        );
    }
    cut.are(&[(2, 0, OTHER), (2, 0, OTHER)])?;
    let (files, same) = (cut.number(2)?, cut.number(2)?);
    let (size, directory) = (cut.number(4)?, cut.number(4)?);
    cut.are(&[(2, 0, "it has a comment")])?;
    if files != same {
        return wrong(OTHER);
    }
    let needs64 = files == 0xffff || size == MAX32 || directory == MAX32;
    if !needs64 {
        return ends_at(Tail { files, directory, size }, end);
    }
    let locator = end.checked_sub(LOCATOR as u64).map_or_else(|| wrong(OTHER), Ok)?;
    let bytes = bytes_at(source, locator, LOCATOR)?;
    let mut cut = Cut(&bytes);
    let end64 = locator.checked_sub(END64 as u64).map_or_else(|| wrong(OTHER), Ok)?;
    cut.are(&[(4, 0x0706_4b50, OTHER), (4, 0, OTHER), (8, end64, OTHER), (4, 1, OTHER)])?;
    let bytes = bytes_at(source, end64, END64)?;
    let mut cut = Cut(&bytes);
    cut.are(&[(4, 0x0606_4b50, OTHER), (8, END64 as u64 - 12, OTHER)])?;
    cut.take(4)?;
    cut.are(&[(4, 0, OTHER), (4, 0, OTHER)])?;
    let (files, same) = (cut.number(8)?, cut.number(8)?);
    let (size, directory) = (cut.number(8)?, cut.number(8)?);
    if files != same {
        return wrong(OTHER);
    }
    ends_at(Tail { files, directory, size }, end64)
}

fn ends_at(tail: Tail, end: u64) -> Result<Tail, Wrong> {
    if tail.directory.checked_add(tail.size) == Some(end) {
        Ok(tail)
    } else {
        wrong("its directory is not where its end says: it is cut off, or something was put in")
    }
}

/// What the header of a file has to repeat of the directory: flags, method, time, checksum, sizes and name.
struct Raw {
    needed: u64,
    head: Vec<u8>,
    bytes: u64,
    packed: u64,
    name: Vec<u8>,
}

/// One entry of the directory, and where the file's header is.
fn of_directory(cut: &mut Cut<'_>) -> Result<(Item, u64, Raw), Wrong> {
    cut.are(&[(4, 0x0201_4b50, "its directory is damaged")])?;
    let (version, system, needed) = (cut.number(1)?, cut.number(1)?, cut.number(2)?);
    let head = cut.take(12)?.to_vec(); // flags, method, time, checksum
    let (mut packed, mut bytes) = (cut.number(4)?, cut.number(4)?);
    let (name, extra) = (cut.number(2)? as usize, cut.number(2)? as usize);
    let (comment, disk, internal) = (cut.number(2)?, cut.number(2)?, cut.number(2)?);
    let attributes = cut.number(4)?;
    let mut header = cut.number(4)?;
    let raw_name = cut.take(name)?.to_vec();
    let mut extra = Cut(cut.take(extra)?);
    let Ok(name) = String::from_utf8(raw_name.clone()) else {
        return wrong("a name in it is no text");
    };
    let at = |what: &str| Err(Wrong::What(Some(name.clone()), what.to_owned()));
    if comment != 0 {
        return at("the file has a comment in the archive");
    }
    match attributes >> 16 & 0o170_000 {
        0o100_000 => {}
        0o120_000 => return at("this is a symbolic link, not a file"),
        0o040_000 => return at("this is a folder, not a file"),
        _ => return at(OTHER),
    }
    if attributes >> 16 & 0o7777 != 0o644 || attributes & 0xffff != 0 || disk != 0 || internal != 0 {
        return at(OTHER);
    }
    if system != UNIX || version != needed || !VERSIONS.contains(&needed) {
        return at(OTHER);
    }
    let mut fixed = Cut(&head);
    let flags = fixed.number(2)?;
    let method = fixed.number(2)?;
    let time = fixed.number(4)?;
    let crc = fixed.number(4)? as u32;
    // Names that are not ASCII say that they are UTF-8.
    if flags != if name.is_ascii() { 0 } else { 0x800 } {
        return at("the file is encrypted or written in another way than `coverage evidence` does");
    }
    if !matches!(method, 0 | 8) || time != 0x0021_0000 {
        return at("the file has a time or a compression that `coverage evidence` does not write");
    }
    if !extra.0.is_empty() {
        extra.large_numbers(OTHER)?;
        for field in [&mut bytes, &mut packed, &mut header] {
            if *field == MAX32 && !extra.0.is_empty() {
                *field = extra.number(8)?;
            }
        }
        if !extra.0.is_empty() {
            return at(OTHER);
        }
    }
    let raw = Raw { needed, head, bytes, packed, name: raw_name };
    Ok((Item { name, bytes, packed, crc, deflated: method == 8, data: 0 }, header, raw))
}

/// Compares a file's own header with the directory, and says where its data begin.
fn local(source: &mut dyn Source, at: u64, limit: u64, raw: &Raw) -> Result<u64, Wrong> {
    const SIZE: usize = 30;
    if at.checked_add(SIZE as u64).is_none_or(|end| end > limit) {
        return wrong("its header is not in the archive");
    }
    let bytes = bytes_at(source, at, SIZE)?;
    let mut cut = Cut(&bytes);
    const DIFFERS: &str = "its header and the directory of the archive say different things";
    cut.are(&[(4, 0x0403_4b50, DIFFERS)])?;
    if cut.number(2)? != raw.needed || cut.take(12)? != raw.head {
        return wrong(DIFFERS);
    }
    let (mut packed, mut size) = (cut.number(4)?, cut.number(4)?);
    let (name, extra) = (cut.number(2)? as usize, cut.number(2)? as usize);
    let rest = bytes_at(source, at + SIZE as u64, name + extra)?;
    let mut cut = Cut(&rest);
    if cut.take(name)? != raw.name {
        return wrong(DIFFERS);
    }
    if extra > 0 {
        cut.large_numbers(DIFFERS)?;
        for field in [&mut size, &mut packed] {
            if *field == MAX32 && !cut.0.is_empty() {
                *field = cut.number(8)?;
            }
        }
        if !cut.0.is_empty() {
            return wrong(DIFFERS);
        }
    }
    if (packed, size) != (raw.packed, raw.bytes) {
        return wrong(DIFFERS);
    }
    Ok(at + (SIZE + name + extra) as u64)
}

enum Unpack {
    Stored(io::Take<Box<dyn Source>>),
    Deflated(DeflateDecoder<io::Take<Box<dyn Source>>>),
}

/// Reads a file, and fails if it is longer or shorter than the archive says, or has another checksum.
struct Exact {
    from: Unpack,
    left: u64,
    packed: u64,
    crc: Crc,
    expected: u32,
    done: bool,
}

impl Read for Exact {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let bad = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        if self.done || buf.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.from {
            Unpack::Stored(from) => from.read(buf),
            Unpack::Deflated(from) => from.read(buf),
        };
        let n = match read {
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => return Err(e),
            Err(_) => return bad("its packed data are damaged"),
        };
        if n as u64 > self.left {
            return bad("it unpacks to more bytes than the archive says");
        }
        self.left -= n as u64;
        self.crc.update(&buf[..n]);
        if n == 0 {
            self.done = true;
            if self.left > 0 {
                return bad("it is shorter than the archive says");
            }
            let used = match &self.from {
                Unpack::Stored(from) => self.packed - from.limit(),
                Unpack::Deflated(from) => from.total_in(),
            };
            if used != self.packed {
                return bad("bytes that belong to no file stand after its packed data");
            }
            if self.crc.sum() != self.expected {
                return bad("its checksum in the archive is another one: it is damaged");
            }
        }
        Ok(n)
    }
}
