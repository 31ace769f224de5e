//! LDIF exports: one entry after another, each a run of `attribute: value` lines.

use super::misfit::clip;
use super::rows::{Cells, Extra, OnRow, RawRow, SEVERAL, stopped};
use crate::diag::Diagnostic;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};

/// An entry without a blank line for so long is no LDIF.
const MOST_LINES: usize = 100_000;
/// What `ldapsearch` writes of its answer besides the entries.
const BESIDE: [&str; 8] =
    ["version:", "search:", "result:", "matchedDN:", "text:", "ref:", "control:", "pagedresults:"];

/// Whether a line is the first of an entry.
pub fn names_entry(line: &str) -> bool {
    line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("dn:"))
}

/// The attributes in the beginning of a file. Their case says nothing.
pub fn columns(head: &str) -> Vec<String> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for line in head.lines().filter(|l| !l.starts_with([' ', '#'])) {
        if let Some((name, _)) = line.split_once(':') {
            let name = name.split(';').next().unwrap_or(name);
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                let spelling = names.entry(name.to_ascii_lowercase()).or_insert(name);
                *spelling = name.min(spelling);
            }
        }
    }
    let names: BTreeSet<&str> = names.into_values().collect();
    names.into_iter().map(str::to_owned).collect()
}

/// What is said of a file besides its entries.
#[derive(Debug, Default)]
struct Remarks {
    /// Where it says that the answer breaks off, and how.
    cut: Option<(u32, String)>,
    /// The first entry that no blank line parts from the one before, and how many there are.
    joined: Option<(u32, u64)>,
}

impl Remarks {
    fn told(self, name: &str) -> Extra {
        let breaks_off = self.cut.is_some();
        let cut = self.cut.map(|(line, result)| {
            Diagnostic::warning(name, format!("the directory itself says that its answer is not whole: `{}`", clip(&result, 80)))
                .at(u64::from(line))
                .help("ask for it in pages (`ldapsearch -E pr=500/noprompt`), or as a user without such a limit, and export it again")
        });
        let joined = self.joined.map(|(line, n)| {
            let what = match n {
                1 => "1 entry begins without a blank line before it; it is read as one".to_owned(),
                n => format!("{n} entries begin without a blank line before them; each is read as one"),
            };
            Diagnostic::warning(name, what)
                .at(u64::from(line))
                .help("see whether the file was edited; export it again if so")
        });
        Extra { remarks: cut.into_iter().chain(joined).collect(), breaks_off, ..Extra::default() }
    }
}

/// The code with which a directory ends its answer says that there is more: `result: 4 Size limit exceeded`.
fn breaks_off(line: &str) -> Option<&str> {
    let result = line.strip_prefix("# ").unwrap_or(line);
    let code = result.strip_prefix("result:")?.split_whitespace().next()?;
    code.parse::<u32>().is_ok_and(|code| code != 0).then_some(result)
}

/// Goes through all entries.
///
/// # Errors
/// A line is no LDIF, or a base64 value is broken.
pub fn each(
    name: &str,
    text: Box<dyn Read + Send>,
    columns: &[String],
    on: &mut OnRow<'_>,
) -> Result<Extra, Diagnostic> {
    let index: HashMap<String, usize> = columns.iter().enumerate().map(|(i, c)| (c.to_ascii_lowercase(), i)).collect();
    let mut cells = vec![String::new(); columns.len()];
    let mut entry: Vec<(u32, String)> = Vec::new();
    let mut reader = BufReader::with_capacity(1 << 16, text);
    let mut raw = Vec::new();
    let mut number = 0u32;
    let mut named = false;
    let mut remarks = Remarks::default();
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
                give(name, &entry, &index, &mut cells, &mut remarks, on)?;
                entry.clear();
            }
            named = false;
            if n == 0 {
                return Ok(remarks.told(name));
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
            if names_entry(line) && std::mem::replace(&mut named, true) {
                // The line between them is not quite blank, or it is missing.
                give(name, &entry, &index, &mut cells, &mut remarks, on)?;
                entry.clear();
                remarks.joined.get_or_insert((number, 0)).1 += 1;
            }
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
    remarks: &mut Remarks,
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
        Some(line) => on.row(RawRow { line, cells: Cells::Texts(cells), broken: None }),
        None if entry.iter().all(|(_, t)| t.starts_with('#') || BESIDE.iter().any(|b| t.starts_with(b))) => {
            let cut = entry.iter().find_map(|(line, t)| breaks_off(t).map(|result| (*line, result.to_owned())));
            remarks.cut = remarks.cut.take().or(cut);
            Ok(())
        }
        None => Err(Diagnostic::error(name, "an entry without a `dn`")
            .at(u64::from(entry[0].0))
            .help("every entry begins with its `dn`, and a blank line ends it; export the file again")),
    }
}

#[cfg(test)]
mod tests;
