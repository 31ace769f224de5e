//! LDIF exports: one entry after another, each a run of `attribute: value` lines.

use super::rows::{Cells, OnRow, RawRow, SEVERAL, stopped};
use crate::diag::Diagnostic;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};

/// An entry without a blank line for so long is no LDIF.
const MOST_LINES: usize = 100_000;

/// The attributes in the beginning of a file.
pub fn columns(head: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    for line in head.lines().filter(|l| !l.starts_with([' ', '#'])) {
        if let Some((name, _)) = line.split_once(':') {
            let name = name.split(';').next().unwrap_or(name);
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                names.insert(name.to_owned());
            }
        }
    }
    names.into_iter().collect()
}

/// Goes through all entries.
///
/// # Errors
/// A line is no LDIF, or a base64 value is broken.
pub fn each(name: &str, text: Box<dyn Read + Send>, columns: &[String], on: &mut OnRow<'_>) -> Result<(), Diagnostic> {
    let index: HashMap<String, usize> = columns.iter().enumerate().map(|(i, c)| (c.to_ascii_lowercase(), i)).collect();
    let mut cells = vec![String::new(); columns.len()];
    let mut entry: Vec<(u32, String)> = Vec::new();
    let mut reader = BufReader::with_capacity(1 << 16, text);
    let mut raw = Vec::new();
    let mut number = 0u32;
    loop {
        raw.clear();
        let n = reader.by_ref().take(1 << 24).read_until(b'\n', &mut raw).map_err(|e| stopped(name, number + 1, &e))?;
        number += 1;
        let line = std::str::from_utf8(&raw)
            .map_err(|_| {
                Diagnostic::error(name, "this line is not UTF-8")
                    .at(u64::from(number))
                    .help("LDIF writes such values in base64")
            })?
            .trim_end_matches(['\n', '\r']);
        if n == 0 || line.is_empty() {
            if !entry.is_empty() {
                give(name, &entry, &index, &mut cells, on)?;
                entry.clear();
            }
            if n == 0 {
                return Ok(());
            }
        } else if let Some(more) = line.strip_prefix(' ') {
            match entry.last_mut() {
                Some((_, text)) => text.push_str(more),
                None => {
                    return Err(Diagnostic::error(name, "a folded line without a line before it")
                        .at(u64::from(number))
                        .help("lines that begin with a space continue the one before; export the file again"));
                }
            }
        } else {
            entry.push((number, line.to_owned()));
        }
        if entry.len() > MOST_LINES {
            return Err(Diagnostic::error(name, "an entry without an end")
                .at(u64::from(number))
                .help("entries are separated by blank lines"));
        }
    }
}

fn give(
    name: &str,
    entry: &[(u32, String)],
    index: &HashMap<String, usize>,
    cells: &mut [String],
    on: &mut OnRow<'_>,
) -> Result<(), Diagnostic> {
    cells.iter_mut().for_each(String::clear);
    let mut begins = None;
    for (line, text) in entry.iter().filter(|(_, t)| !t.starts_with('#')) {
        let at = u64::from(*line);
        let Some((attribute, rest)) = text.split_once(':') else {
            return Err(Diagnostic::error(name, "this line is no `attribute: value`")
                .at(at)
                .help("the file was probably edited or cut off; export it again"));
        };
        let value = match rest.strip_prefix(':') {
            Some(coded) => {
                let bytes = STANDARD.decode(coded.trim()).map_err(|_| {
                    Diagnostic::error(name, format!("the value of `{attribute}` is broken base64"))
                        .at(at)
                        .help("the file was probably edited or cut off; export it again")
                })?;
                // A binary value (`objectGUID`) stays in its written form: it still tells entries apart.
                String::from_utf8(bytes).unwrap_or_else(|_| coded.trim().to_owned())
            }
            None => rest.trim_start().to_owned(),
        };
        let attribute = attribute.split(';').next().unwrap_or(attribute).to_ascii_lowercase();
        if attribute == "version" && begins.is_none() {
            continue;
        }
        if attribute == "dn" {
            begins = Some(*line);
        }
        if let Some(&i) = index.get(&attribute) {
            if !cells[i].is_empty() {
                cells[i].push(SEVERAL);
            }
            cells[i].push_str(&value);
        }
    }
    match begins {
        Some(line) => on(RawRow { line, cells: Cells::Texts(cells), broken: None }),
        None if entry.iter().all(|(_, t)| {
            t.starts_with('#') || t.starts_with("version:") || t.starts_with("search:") || t.starts_with("result:")
        }) =>
        {
            Ok(())
        }
        None => Err(Diagnostic::error(name, "an entry without a `dn`")
            .at(u64::from(entry[0].0))
            .help("every entry begins with its `dn`, and a blank line ends it; export the file again")),
    }
}
