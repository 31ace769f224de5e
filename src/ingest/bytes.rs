//! The bytes of one input: hashed, measured, and their encoding found out, before anything is read from them.

use super::ldif;
use crate::diag::{Diagnostic, cause};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// One input file. It is opened twice: once to survey it, once to read it; in between once more, if its encoding has to be guessed.
pub trait Input: Sync {
    /// The file as the user named it.
    fn name(&self) -> &str;
    /// Its bytes from the beginning.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
    /// Its time stamp, if it has one.
    fn modified(&self) -> Option<Timestamp>;
}

/// An input that is already in memory.
#[derive(Debug, Clone)]
pub struct InMemory {
    /// The name to show.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Input for InMemory {
    fn name(&self) -> &str {
        &self.name
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.bytes.clone())))
    }
    fn modified(&self) -> Option<Timestamp> {
        None
    }
}

/// An input that is not there.
#[derive(Debug, Clone)]
pub struct NotThere {
    /// The name to show.
    pub name: String,
}

impl Input for NotThere {
    fn name(&self) -> &str {
        &self.name
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn modified(&self) -> Option<Timestamp> {
        None
    }
}

/// What a file is made of, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Delimited text.
    Text,
    /// JSON, whole or in lines.
    Json,
    /// LDIF.
    Ldif,
    /// An Excel workbook.
    Xlsx,
}

/// The facts about a file's bytes.
#[derive(Debug, Clone)]
pub struct Survey {
    /// SHA-256, hex.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Encoding of its text.
    pub encoding: &'static Encoding,
    /// Whether the encoding was concluded from the look of the bytes only.
    pub encoding_guessed: bool,
    /// What it is made of.
    pub container: Container,
    /// Its beginning, as text.
    pub head: String,
    /// Whether `head` is the whole file.
    pub head_is_all: bool,
}

/// How much of the beginning is looked at to recognise a file.
const HEAD: usize = 256 << 10;
/// How much of a file that is not UTF-8 is shown to the encoding detector.
const DETECT: u64 = 4 << 20;

/// Reads a file once from end to end.
///
/// # Errors
/// The file cannot be opened or read, is empty, or is of a kind that is not read here.
pub fn survey(input: &dyn Input, declared: Option<&str>) -> Result<Survey, Diagnostic> {
    let survey = survey_if_any(input, declared)?;
    if survey.bytes == 0 {
        let help = match input.name().ends_with(".yaml") {
            true => "remove it, or write a line that begins with # into it if it is to stay",
            false => "export it again, and open it once to see that rows are in it",
        };
        return Err(Diagnostic::error(input.name(), "the file is empty").help(help));
    }
    Ok(survey)
}

/// The same of a file that may be empty.
///
/// # Errors
/// As above.
pub fn survey_if_any(input: &dyn Input, declared: Option<&str>) -> Result<Survey, Diagnostic> {
    let name = input.name();
    let failed = |e: io::Error| {
        let help = match e.kind() {
            io::ErrorKind::NotFound => {
                "check the path; it is relative to the folder of coverage.yaml, or to where you are"
            }
            io::ErrorKind::PermissionDenied => "the file exists but may not be read; check its permissions",
            // It could be read, and is not meant to be.
            io::ErrorKind::Unsupported => "copy the file into the folder of coverage.yaml, and name it there",
            io::ErrorKind::IsADirectory => "this is a folder; name the file in it",
            _ => "check that the file is there and readable",
        };
        Diagnostic::error(name, format!("cannot be read: {}", cause(&e))).help(help)
    };
    let mut reader = input.open().map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut head = Vec::new();
    let mut bytes = 0u64;
    let mut utf8 = Utf8Check::default();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(failed(e)),
        };
        let chunk = &buffer[..n];
        hasher.update(chunk);
        if head.len() < HEAD {
            head.extend_from_slice(&chunk[..n.min(HEAD - head.len())]);
        }
        utf8.feed(chunk);
        bytes += n as u64;
    }
    utf8.finish();
    if head.starts_with(OLE) && is_protected(input).map_err(failed)? {
        return Err(Diagnostic::error(name, "this is a workbook that is protected by a password")
            .help("open it with the password, and save it without one, or save the list as CSV"));
    }
    refuse_foreign(name, &head)?;
    let sha256 = hex(&hasher.finalize());
    let head_is_all = bytes as usize <= HEAD;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Survey {
            sha256,
            bytes,
            encoding: UTF_8,
            encoding_guessed: false,
            container: Container::Xlsx,
            head: String::new(),
            head_is_all,
        });
    }
    let (encoding, encoding_guessed) = match declared {
        Some(label) => {
            let known = Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                Diagnostic::error(name, format!("`{label}` is no known encoding"))
                    .help("write one of utf-8, utf-16le, utf-16be, windows-1252, windows-1250, iso-8859-15")
            })?;
            (known, false)
        }
        None => match Encoding::for_bom(&head) {
            Some((encoding, _)) => (encoding, false),
            None => match utf16_without_bom(&head) {
                Some(encoding) => (encoding, true),
                None if utf8.valid && !head.contains(&0) => (UTF_8, false),
                None if head.contains(&0) => return Err(binary(name)),
                None => (looks_like(input).map_err(failed)?, true),
            },
        },
    };
    let cut = if head_is_all { &head[..] } else { &head[..head.len() - head.len() % 4] };
    let mut text = encoding.decode(cut).0.into_owned();
    if !head_is_all {
        let keep = text.trim_end_matches('\u{fffd}').len();
        text.truncate(keep);
    }
    if text.bytes().take(4096).filter(|b| *b < 9 || (14..32).contains(b)).count() > 16 {
        return Err(binary(name));
    }
    Ok(Survey { sha256, bytes, encoding, encoding_guessed, container: container(&text), head: text, head_is_all })
}

/// Which encoding the beginning of a file looks like that is not UTF-8. It is read once more for this: what is shown to the detector may
/// not depend on the pieces in which the bytes came, nor on where the first one stood that is not UTF-8.
fn looks_like(input: &dyn Input) -> io::Result<&'static Encoding> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let mut reader = input.open()?.take(DETECT);
    let mut buffer = vec![0u8; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(detector.guess(None, chardetng::Utf8Detection::Deny)),
            Ok(n) => drop(detector.feed(&buffer[..n], false)),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// The decoded text of a surveyed file, without its byte order mark.
///
/// # Errors
/// The file cannot be opened.
pub fn decoded(input: &dyn Input, survey: &Survey) -> io::Result<Box<dyn Read + Send>> {
    let raw = input.open()?;
    if survey.encoding == UTF_8 {
        return Ok(Box::new(SkipBom { inner: raw, begun: false, first: [0; 3], kept: 0, given: 0 }));
    }
    Ok(Box::new(
        encoding_rs_io::DecodeReaderBytesBuilder::new()
            .encoding(Some(survey.encoding))
            .bom_override(true)
            .strip_bom(true)
            .build(raw),
    ))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// An operating system's message without its number.
fn binary(name: &str) -> Diagnostic {
    Diagnostic::error(name, "the file is not text (it holds binary data)")
        .help("give the export as CSV, JSON, LDIF or XLSX; state `encoding` if it is text in a rare encoding")
}

/// Old Office files, and the envelope of new ones that are encrypted.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Whether such a file has a part called `EncryptedPackage`: its list of parts may stand anywhere in it.
fn is_protected(input: &dyn Input) -> io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let finder = memchr::memmem::Finder::new(&name);
    let mut reader = io::BufReader::with_capacity(1 << 16, input.open()?);
    let mut window = Vec::new();
    loop {
        let n = reader.by_ref().take(1 << 16).read_to_end(&mut window)?;
        if finder.find(&window).is_some() {
            return Ok(true);
        }
        if n == 0 {
            return Ok(false);
        }
        let known = window.len().saturating_sub(name.len());
        window.drain(..known);
    }
}

fn refuse_foreign(name: &str, head: &[u8]) -> Result<(), Diagnostic> {
    let kinds: [(&[u8], &str, &str); 7] = [
        (b"%PDF", "a PDF", "export the list as CSV instead"),
        (b"\x1f\x8b", "a gzip archive", "unpack it first"),
        (OLE, "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
        (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
        (b"\x89PNG", "a picture", "a screenshot cannot be read; export the list as CSV"),
        (b"\xff\xd8\xff", "a picture", "a screenshot cannot be read; export the list as CSV"),
        (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    ];
    for (magic, what, help) in kinds {
        if head.starts_with(magic) {
            return Err(Diagnostic::error(name, format!("this is {what}, not an export that can be read")).help(help));
        }
    }
    let start = String::from_utf8_lossy(&head[..head.len().min(512)])
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_lowercase();
    if ["<!doctype html", "<html", "<table"].iter().any(|tag| start.starts_with(tag)) {
        let has_table = |tag: &[u8]| tag.eq_ignore_ascii_case(b"<table");
        if head.windows(b"<table".len()).any(has_table) {
            return Err(Diagnostic::error(name, "this is a web page with a table in it, not an export that can be read")
                .help("if it is the list, open it in a spreadsheet program and save it as .xlsx or CSV; if not, sign in and download again"));
        }
        return Err(Diagnostic::error(name, "this is a web page, not an export")
            .help("often a sign-in page saved in place of the file: sign in and download again"));
    }
    if start.starts_with("<?xml") {
        return Err(
            Diagnostic::error(name, "this is XML, which is not read here").help("export the list as CSV, JSON or XLSX")
        );
    }
    Ok(())
}

fn container(text: &str) -> Container {
    let start = text.trim_start();
    if start.starts_with('{')
        || (start.starts_with('[')
            && matches!(start[1..].trim_start().chars().next(), Some('{' | ']' | '[' | '"' | '0'..='9' | '-') | None))
    {
        Container::Json
    } else if start.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).take(2).any(ldif::names_entry) {
        Container::Ldif
    } else {
        Container::Text
    }
}

/// UTF-16 text of mostly Latin letters has a zero in every second byte.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096) & !1];
    if sample.len() < 8 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count() * 2;
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > sample.len() * 7 && even * 10 < sample.len() {
        Some(UTF_16LE)
    } else if even * 10 > sample.len() * 7 && odd * 10 < sample.len() {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Checks UTF-8 over chunk borders.
struct Utf8Check {
    valid: bool,
    carry: Vec<u8>,
}

impl Default for Utf8Check {
    fn default() -> Self {
        Self { valid: true, carry: Vec::new() }
    }
}

impl Utf8Check {
    fn feed(&mut self, chunk: &[u8]) {
        if !self.valid {
            return;
        }
        let mut rest = chunk;
        if !self.carry.is_empty() {
            let take = rest.len().min(4);
            self.carry.extend_from_slice(&rest[..take]);
            let had = self.carry.len() - take;
            match std::str::from_utf8(&self.carry) {
                Ok(_) => rest = &rest[take..],
                Err(e) if e.valid_up_to() >= had => rest = &rest[e.valid_up_to() - had..],
                Err(e) if e.error_len().is_none() && take < 4 => return,
                Err(_) => {
                    self.valid = false;
                    return;
                }
            }
            self.carry.clear();
        }
        if let Err(e) = std::str::from_utf8(rest) {
            match e.error_len() {
                None => self.carry = rest[e.valid_up_to()..].to_vec(),
                Some(_) => self.valid = false,
            }
        }
    }
    fn finish(&mut self) {
        self.valid &= self.carry.is_empty();
    }
}

/// Drops the UTF-8 byte order mark.
struct SkipBom {
    inner: Box<dyn Read + Send>,
    begun: bool,
    first: [u8; 3],
    kept: usize,
    given: usize,
}

impl Read for SkipBom {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            self.begun = true;
            while self.kept < 3 {
                match self.inner.read(&mut self.first[self.kept..])? {
                    0 => break,
                    n => self.kept += n,
                }
            }
            if self.first[..self.kept] == *b"\xef\xbb\xbf" {
                self.given = 3;
            }
        }
        if self.given < self.kept {
            let n = (self.kept - self.given).min(buf.len());
            buf[..n].copy_from_slice(&self.first[self.given..self.given + n]);
            self.given += n;
            return Ok(n);
        }
        self.inner.read(buf)
    }
}

#[cfg(test)]
mod tests;
