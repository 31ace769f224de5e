//! Everything that somebody can do to a pack, as a table: each is named, and none goes through.

use super::packs::{Files, company, coverage, good, packed, text, unpack};
use super::signing::{keys, signers};
use super::tampering_cases::CASES;
use std::fs;
use std::path::Path;

/// What is done to a pack.
pub enum Deed {
    /// To its files, before they are put together again.
    Files(fn(&mut Files)),
    /// To the archive.
    Bytes(fn(&mut Vec<u8>)),
    /// To the files, with a hand on the keys' folder.
    Keys(fn(&mut Files, &Path)),
    /// Put together by another program.
    Zip(fn(&Files) -> Vec<u8>),
}

/// How the pack is checked.
#[derive(Clone, Copy, PartialEq)]
pub enum With {
    /// With the SSH key and the minisign key of the one who made it.
    Keys,
    /// With nothing: the pack is not signed.
    Nothing,
    /// With nothing but the inputs in it.
    Replay,
    /// With the keys of another.
    Others,
}

pub type Case = (&'static str, With, Deed, &'static str);

#[test]
fn every_kind_of_tampering_is_named() {
    let signed = signers();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    good(here, &["evidence", "company", "--out", "plain.zip"]);
    if signed {
        keys(here, "ann");
        keys(here, "bea");
        good(here, &["evidence", "company", "--out", "signed.zip", "--ssh-key", "ann", "--minisign-key", "ann.key"]);
    }
    let mut wrong = Vec::new();
    for (what, with, deed, expected) in CASES {
        if !signed && matches!(with, With::Keys | With::Others) {
            continue;
        }
        let pack = if matches!(with, With::Keys | With::Others) { "signed.zip" } else { "plain.zip" };
        let mut files = unpack(&here.join(pack));
        assert_eq!(
            packed(&files),
            fs::read(here.join(pack)).unwrap(),
            "the tests put packs together as the program does"
        );
        let bytes = match deed {
            Deed::Files(change) => {
                change(&mut files);
                packed(&files)
            }
            Deed::Keys(change) => {
                change(&mut files, here);
                packed(&files)
            }
            Deed::Bytes(change) => {
                let mut bytes = packed(&files);
                change(&mut bytes);
                bytes
            }
            Deed::Zip(make) => make(&files),
        };
        fs::write(here.join("pack.zip"), bytes).unwrap();
        let more: &[&str] = match with {
            With::Nothing => &[],
            With::Replay => &["--replay"],
            With::Keys => {
                &["--ssh-allowed-signers", "ann.allowed", "--identity", "ann", "--minisign-public", "ann.mini.pub"]
            }
            With::Others => &["--ssh-allowed-signers", "bea.allowed", "--identity", "bea"],
        };
        // What only a replay shows agrees with itself.
        if *with == With::Replay {
            good(here, &["verify", "pack.zip"]);
        }
        let done = coverage(here, &[&["verify", "pack.zip"], more].concat());
        let said = text(&done.stderr);
        if done.status.code() != Some(1) || !said.contains(expected) {
            wrong.push(format!(
                "{what}: exit {:?}\n  said     {}\n  expected {expected}",
                done.status.code(),
                said.trim()
            ));
        }
    }
    assert!(CASES.len() >= 60);
    assert!(
        wrong.is_empty(),
        "{} of {} went through or were named otherwise:\n{}",
        wrong.len(),
        CASES.len(),
        wrong.join("\n")
    );
}
