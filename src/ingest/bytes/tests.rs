//! What a file is made of, told by its bytes.

use super::*;

fn of(bytes: &[u8]) -> Result<Survey, Diagnostic> {
    survey(&InMemory { name: "f".into(), bytes: bytes.to_vec() }, None)
}

#[test]
fn encodings_are_told_apart() {
    assert_eq!(of("a,b\nä,c\n".as_bytes()).unwrap().encoding, UTF_8);
    let utf16: Vec<u8> = "Email,Name\nann@x.example,Ann\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let s = of(&utf16).unwrap();
    assert_eq!((s.encoding, s.encoding_guessed), (UTF_16LE, true));
    assert!(s.head.starts_with("Email,Name"));
    let mut with_bom = vec![0xff, 0xfe];
    with_bom.extend(&utf16);
    assert!(!of(&with_bom).unwrap().encoding_guessed);
    let s = of(b"Name;E-Mail\nJ\xf6rg M\xfcller;j@x.example\n").unwrap();
    assert_eq!((s.encoding.name(), s.encoding_guessed), ("windows-1252", true));
    assert!(s.head.contains("Jörg Müller"));
}

/// A file whose bytes come in pieces of a size, as out of a pipe.
struct Pieces(Vec<u8>, usize);

impl Input for Pieces {
    fn name(&self) -> &'static str {
        "f"
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let (size, mut rest) = (self.1, io::Cursor::new(self.0.clone()));
        let mut pieces: Box<dyn Read + Send> = Box::new(io::empty());
        while rest.position() < self.0.len() as u64 {
            let mut piece = Vec::new();
            rest.by_ref().take(size as u64).read_to_end(&mut piece)?;
            pieces = Box::new(pieces.chain(io::Cursor::new(piece)));
        }
        Ok(pieces)
    }
    fn modified(&self) -> Option<Timestamp> {
        None
    }
}

#[test]
fn in_which_pieces_a_file_comes_says_nothing_about_its_encoding() {
    // Found by fuzzing: the piece with the first byte that is not UTF-8, looked at alone, is taken for Arabic.
    let mut text = b"Employee ID,Name,Hire date\n1003,S\xc3\xb6ren Sturm,2022-03-04\n".repeat(8);
    text.extend(b"1002\xff\xff\xff\xff\xff\xff\xff,Olaf Orkan,2023-02-01\n");
    let whole = of(&text).unwrap();
    for size in [1, 7, 61, 200] {
        let pieces = survey(&Pieces(text.clone(), size), None).unwrap();
        assert_eq!(pieces.encoding, whole.encoding, "in pieces of {size}");
        assert_eq!((pieces.sha256, pieces.head), (whole.sha256.clone(), whole.head.clone()));
    }
}

#[test]
fn what_is_no_export_is_named() {
    assert!(of(b"").unwrap_err().message.contains("empty"));
    assert!(of(b"%PDF-1.7 x").unwrap_err().message.contains("PDF"));
    assert!(of(b"<!DOCTYPE html><html>").unwrap_err().message.contains("web page"));
    let table = of(b"<html xmlns:x=\"urn:x\"><body><TABLE border=1><tr><td>Email</td></tr>").unwrap_err();
    assert!(table.message.contains("a web page with a table in it"), "{table}");
    assert!(table.to_string().contains("save it as .xlsx or CSV"), "{table}");
    assert!(of(b"\x00\x01\x02\x03\x00\x00\x00\x07\x01").unwrap_err().message.contains("binary"));
}

#[test]
fn a_character_over_a_chunk_border_is_still_utf8() {
    let mut check = Utf8Check::default();
    for byte in "aä€😀".bytes() {
        check.feed(&[byte]);
    }
    check.finish();
    assert!(check.valid);
    check.feed(&[0xc3]);
    check.finish();
    assert!(!check.valid);
}

#[test]
fn a_workbook_with_a_password_is_not_called_old() {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // The list of parts may stand anywhere, over the ends of what is looked at together, too.
    for before in [508, (1 << 16) - 20, (1 << 20) + 3] {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.resize(before, 0);
        bytes.extend(&name);
        bytes.resize(before + 4096, 0);
        let problem = of(&bytes).unwrap_err().to_string();
        assert!(problem.contains("protected by a password") && problem.contains("save it without one"), "{problem}");
    }
    let old = of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on").unwrap_err();
    assert!(old.message.contains("an old Excel workbook (.xls)"), "{old}");
}

#[test]
fn an_entry_of_a_directory_may_begin_without_a_space() {
    for text in ["dn: uid=ann", "dn:uid=ann", "dn:: dWlkPWFubg==", "DN: uid=ann", "# a\nversion: 1\n\ndn:uid=ann"] {
        assert_eq!(of(text.as_bytes()).unwrap().container, Container::Ldif, "{text}");
    }
    assert_eq!(of(b"dn,mail\nuid=ann,ann@x.example").unwrap().container, Container::Text);
}
