//! What belongs to evidence and plans beside the pack: logs, statements, findings.json, keys and signatures; and filters of directories, and times
//! in names of files. The first byte says which.
#![no_main]

use coverage::evidence::{self, PublicKey, Statement};
use coverage::plan::Book;
use coverage::pull::Filter;
use coverage_fuzz::{Dice, begin, told};

/// SHA-256 of nothing.
const STATEMENT: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    begin();
    let (mut dice, bytes) = Dice::of(data, 1);
    let text = String::from_utf8_lossy(bytes);
    let told_of = match dice.next(6) {
        0 => evidence::read_log("any", bytes, STATEMENT).map(drop),
        1 => Book::entries("any", bytes).map(drop),
        2 => Statement::read("any", bytes).map(|statement| {
            assert!(statement.bytes().is_ok_and(|again| again == bytes), "what is read is in the one form there is");
        }),
        3 => {
            let _ = evidence::head(bytes);
            Ok(())
        }
        4 => {
            let (key, signature) = text.split_once('\0').unwrap_or((&text, ""));
            let _ = evidence::key_of(signature);
            if let Ok(key) = PublicKey::read(key) {
                let _ = evidence::is_signed_by(&key, b"", signature);
            }
            Ok(())
        }
        _ => {
            let (pattern, name) = text.split_once('\0').unwrap_or(("_%Y-%m-%dT%H-%M-%S", &text));
            let _ = (Filter::parse(&text), coverage::run::from_name(pattern, name));
            Ok(())
        }
    };
    if let Err(problem) = told_of {
        told(&problem);
    }
});
