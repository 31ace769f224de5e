//! Everything that somebody can do to a log of sign-offs.

use super::packs::{company, coverage, good, text};
use super::signing::{keys, signers};
use coverage::evidence::{Entry, append, read_log, sha256};
use std::fs;
use std::path::Path;

type Change = fn(Vec<String>) -> Vec<String>;

/// What is done to the lines of a log of three entries, with what it is checked, and what is said.
const CASES: &[(&str, bool, Change, &str)] = &[
    (
        "two entries change places",
        false,
        |mut l| {
            l.swap(0, 1);
            l
        },
        "jsonl:1: error: this is entry 2 and stands in place 1",
    ),
    ("the first entry is removed", false, |l| l[1..].to_vec(), "jsonl:1: error: this is entry 2 and stands in place 1"),
    (
        "an entry in the middle is removed",
        false,
        |l| vec![l[0].clone(), l[2].clone()],
        "jsonl:2: error: this is entry 3 and stands in place 2",
    ),
    (
        "an entry stands there twice",
        false,
        |l| vec![l[0].clone(), l[0].clone(), l[1].clone()],
        "jsonl:2: error: this is entry 1 and stands in place 2",
    ),
    (
        "an entry is edited",
        false,
        |mut l| {
            l[0] = l[0].replace("fine", "poor");
            l
        },
        "jsonl:2: error: it does not hold the hash of the line before",
    ),
    (
        "a number is mended after a removal",
        false,
        |l| vec![l[0].clone(), l[2].replace("\"number\":3", "\"number\":2")],
        "jsonl:2: error: it does not hold the hash of the line before",
    ),
    (
        "the form of an entry is changed",
        false,
        |mut l| {
            l[2] = l[2].replace(",\"at\"", ", \"at\"");
            l
        },
        "jsonl:3: error: the entry is not in the form",
    ),
    (
        "an entry gets a field",
        false,
        |mut l| {
            l[2] = l[2].replace("{\"kind\"", "{\"also\":1,\"kind\"");
            l
        },
        "jsonl:3: error: this is no entry of a log",
    ),
    ("an entry is about another pack", false, other_pack, "jsonl:1: error: it is about another pack"),
    (
        "the last line breaks off",
        false,
        |mut l| {
            l[2].truncate(90);
            l
        },
        "jsonl:3: error: this is no entry of a log",
    ),
    (
        "the last entry is edited under its signature",
        true,
        |mut l| {
            l[2] = l[2].replace("fine", "poor");
            l
        },
        "jsonl:3: error: the SSH signature does not hold for ann",
    ),
    (
        "an entry is edited and everything chained anew",
        true,
        chained_anew,
        "jsonl:1: error: the SSH signature does not hold for ann",
    ),
    ("a signature is taken away", true, unsigned, "jsonl:3: error: nobody vouches for this sign-off"),
    ("an entry is added by somebody without a key", true, added, "jsonl:4: error: nobody vouches for this sign-off"),
    ("a signature is another entry's", true, lent, "jsonl:3: error: the SSH signature does not hold for ann"),
    (
        "another name stands on an entry",
        true,
        |mut l| {
            l[2] = l[2].replace("\"by\":\"ann\"", "\"by\":\"bea\"");
            l
        },
        "jsonl:3: error: the SSH signature does not hold for bea",
    ),
    ("the log is cut short", true, |l| l[..2].to_vec(), "no entry has the head that was kept: the log was cut short"),
    ("the log is emptied", true, |_| Vec::new(), "the log is empty"),
];

fn other_pack(lines: Vec<String>) -> Vec<String> {
    let begin = lines[0].find("\"statement\":\"").unwrap() + 13;
    let mut first = lines[0].clone();
    first.replace_range(begin..begin + 64, &sha256(b"another"));
    [vec![first], lines[1..].to_vec()].concat()
}

fn entries(lines: &[String]) -> Vec<Entry> {
    let statement = lines[0].split("\"statement\":\"").nth(1).unwrap()[..64].to_owned();
    read_log("log", format!("{}\n", lines.join("\n")).as_bytes(), &statement).unwrap()
}

/// The log of these entries, numbered and chained.
fn chain(entries: Vec<Entry>) -> Vec<String> {
    let (mut log, mut previous) = (Vec::new(), coverage::evidence::ZERO.to_owned());
    for (n, mut entry) in (1..).zip(entries) {
        entry.signoff.number = n;
        entry.signoff.previous = previous;
        (log, previous) = append(&log, entry.signoff, entry.signatures).unwrap();
    }
    text(&log).lines().map(str::to_owned).collect()
}

fn chained_anew(lines: Vec<String>) -> Vec<String> {
    let mut all = entries(&lines);
    all[0].signoff.comment = Some("poor".into());
    chain(all)
}

fn unsigned(lines: Vec<String>) -> Vec<String> {
    let mut all = entries(&lines);
    all[2].signatures = coverage::evidence::Signatures::default();
    chain(all)
}

fn added(lines: Vec<String>) -> Vec<String> {
    let mut all = entries(&lines);
    let mut more = all[2].clone();
    more.signatures = coverage::evidence::Signatures::default();
    all.push(more);
    chain(all)
}

fn lent(lines: Vec<String>) -> Vec<String> {
    let mut all = entries(&lines);
    all[2].signatures = all[1].signatures.clone();
    chain(all)
}

fn verify(here: &Path, head: Option<&str>, keys: bool) -> std::process::Output {
    let mut args = vec!["verify", "pack.zip"];
    if keys {
        args.extend(["--ssh-allowed-signers", "ann.allowed", "--identity", "ann"]);
    }
    args.extend(head.iter().flat_map(|head| ["--signoffs-head", head]));
    coverage(here, &args)
}

#[test]
fn every_change_of_a_log_is_named() {
    if !signers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    keys(here, "ann");
    keys(here, "bea");
    let both = [fs::read(here.join("ann.allowed")).unwrap(), fs::read(here.join("bea.allowed")).unwrap()].concat();
    fs::write(here.join("ann.allowed"), both).unwrap();
    good(here, &["evidence", "company", "--out", "pack.zip", "--ssh-key", "ann"]);
    let mut head = String::new();
    for day in ["21", "22", "23"] {
        let at = format!("2026-11-{day}T09:00:00Z");
        let said =
            good(here, &["signoff", "pack.zip", "--by", "ann", "--comment", "fine", "--at", &at, "--ssh-key", "ann"]);
        head = said.lines().find_map(|l| l.strip_prefix("head ")).unwrap().to_owned();
    }
    let log = here.join("pack.zip.signoffs.jsonl");
    let lines: Vec<String> = fs::read_to_string(&log).unwrap().lines().map(str::to_owned).collect();
    assert!(verify(here, Some(&head), true).status.success());
    let mut wrong = Vec::new();
    for (what, keys, change, expected) in CASES {
        let new: String = change(lines.clone()).iter().map(|l| format!("{l}\n")).collect();
        fs::write(&log, new).unwrap();
        let done = verify(here, keys.then_some(head.as_str()), *keys);
        let said = text(&done.stderr);
        if done.status.code() != Some(1) || !said.contains(expected) {
            wrong.push(format!(
                "{what}: exit {:?}\n  said     {}\n  expected {expected}",
                done.status.code(),
                said.trim()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A log that was cut short is whole for whoever has kept nothing, and that is said.
    fs::write(&log, format!("{}\n{}\n", lines[0], lines[1])).unwrap();
    let done = verify(here, None, true);
    assert!(done.status.success() && text(&done.stdout).contains("cannot be seen without a head that was kept"));
    // And one that has gone altogether is missed by whoever has.
    fs::remove_file(&log).unwrap();
    assert!(text(&verify(here, Some(&head), true).stderr).contains("there is no log of sign-offs"));
}
