//! What is done to packs, where it takes more than a line.

use super::packs::{Files, bytes_of, edit, packed, text};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;
use zip::write::SimpleFileOptions;

pub fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|w| w == what).unwrap()
}

pub fn sha(bytes: &[u8]) -> String {
    coverage::evidence::sha256(bytes)
}

pub fn drop_row(table: String) -> String {
    table.lines().enumerate().filter(|(n, _)| *n != 1).map(|(_, l)| format!("{l}\n")).collect()
}

pub fn drop_last(table: String) -> String {
    let n = table.lines().count();
    table.lines().take(n - 1).map(|l| format!("{l}\n")).collect()
}

pub fn drop_finding(files: &mut Files) {
    let row = text(bytes_of(files, "report/findings.csv"));
    let (at, id) = row
        .lines()
        .enumerate()
        .skip(1)
        .find(|(_, l)| l.contains(",open,"))
        .map(|(n, l)| (n, l.split(',').next().unwrap().to_owned()))
        .unwrap();
    edit(files, "report/findings.csv", |t| {
        t.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| format!("{l}\n")).collect()
    });
    edit(files, "report/findings.json", |t| {
        let lines: Vec<&str> = t.lines().filter(|l| !l.starts_with(&format!("{{\"id\":\"{id}\""))).collect();
        lines.join("\n").replace(",\n]", "\n]") + "\n"
    });
}

pub fn rename(files: &mut Files, from: &str, to: &str) {
    files.iter_mut().find(|(n, _)| n == from).unwrap().0 = to.to_owned();
}

/// An archive by the usual means, with one option more.
pub fn other(files: &Files, option: fn(SimpleFileOptions, &str) -> SimpleFileOptions) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let plain = SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT).unix_permissions(0o644);
        zip.start_file(name.as_str(), option(plain, name)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn link(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(packed(files))).unwrap();
    zip.add_symlink("zz", "/etc/passwd", SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT))
        .unwrap();
    zip.finish().unwrap().into_inner()
}

pub fn folder(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(packed(files))).unwrap();
    zip.add_directory("zz/", SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT)).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Two files of one name: `VERIFY2txt` is renamed in both places where its name stands.
pub fn twice(bytes: &mut Vec<u8>) {
    let files = [("VERIFY.txt", "one"), ("VERIFY2txt", "two")].map(|(n, t)| (n.to_owned(), t.as_bytes().to_vec()));
    *bytes = packed(&files.to_vec());
    while let Some(at) = bytes.windows(10).position(|w| w == b"VERIFY2txt") {
        bytes[at + 6] = b'.';
    }
}

/// The directory no longer knows the second of three files.
pub fn hidden(bytes: &mut Vec<u8>) {
    let files = ["a", "b", "c"].map(|n| (n.to_owned(), b"text".to_vec()));
    *bytes = packed(&files.to_vec());
    let entries: Vec<usize> = (0..bytes.len() - 4).filter(|at| &bytes[*at..*at + 4] == b"PK\x01\x02").collect();
    bytes.drain(entries[1]..entries[2]);
    let size = (entries[2] - entries[1]) as u32;
    let end = bytes.len() - 22;
    let old = u32::from_le_bytes(bytes[end + 12..end + 16].try_into().unwrap());
    bytes[end + 12..end + 16].copy_from_slice(&(old - size).to_le_bytes());
    for at in [end + 8, end + 10] {
        bytes[at] = 2;
    }
}

pub fn resign(files: &mut Files, keys: &Path, name: &str, namespace: &str) {
    let place = keys.join("to-sign");
    fs::write(&place, bytes_of(files, "statement.json")).unwrap();
    let _ = fs::remove_file(keys.join("to-sign.sig"));
    let done = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-q", "-n", namespace, "-f", name, "to-sign"])
        .current_dir(keys)
        .output()
        .unwrap();
    assert!(done.status.success());
    *bytes_of(files, "statement.json.sig") = fs::read(keys.join("to-sign.sig")).unwrap();
}

pub fn reminisign(files: &mut Files, keys: &Path, name: &str) {
    fs::write(keys.join("to-sign"), bytes_of(files, "statement.json")).unwrap();
    let key = format!("{name}.key");
    let done = Command::new("minisign")
        .args(["-S", "-s", &key, "-m", "to-sign", "-x", "to-sign.mini"])
        .current_dir(keys)
        .output()
        .unwrap();
    assert!(done.status.success());
    *bytes_of(files, "statement.json.minisig") = fs::read(keys.join("to-sign.mini")).unwrap();
}
