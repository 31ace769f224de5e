//! The files of a folder, and what each is recognised as.

use super::naming::name;
use super::ours::ours;
use super::{Found, Gathered};
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::host::{DiskFile, files_in};
use crate::ingest::{Input, Request, Wish};
use crate::model::{Holds, MARK};
use crate::plan::LOG;
use crate::pull::{LISTS_END, sidecar_of};
use crate::run::{known, looked_at};
use crate::workspace::Product;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Looks at every file of a folder that may be an export.
///
/// # Errors
/// The folder cannot be listed.
pub(super) fn gather(folder: &Path, catalog: &Catalog) -> Result<Gathered, Diagnostic> {
    let known = known(catalog);
    let products: Vec<Product> = catalog.entries.iter().map(Product::from).collect();
    let mut this = Gathered::default();
    let (files, beside) = candidates(folder)?;
    for (shown, path) in files {
        let file = DiskFile::new(&shown, &path);
        if let Some(kind) = ours(&file) {
            this.ours.push((shown, kind));
            continue;
        }
        // An employee list has columns that a member list has, too: who works here is asked first.
        let wish = |holds| Request { wish: Wish { holds, ..Wish::default() }, ..Request::default() };
        let at = |name: &str| -> Box<dyn Input + Send + Sync> { Box::new(DiskFile::new(name, folder.join(name))) };
        let open = |holds| looked_at(&at, &file, wish(holds), &known, &TimeZone::UTC);
        let opened = open(None);
        let opened = match opened {
            Ok(o) if catalog.get(o.product).is_some_and(|e| e.domains.is_empty()) => {
                open(Some(Holds::Employees)).or(Ok(o))
            }
            other => other,
        };
        match opened {
            Ok(opened) => {
                let said = opened.export.file_name.as_deref().and_then(|p| crate::run::from_name(p, &shown));
                this.found.push(Found {
                    name: name(&shown, &products),
                    file: shown,
                    product: opened.product.to_owned(),
                    export: opened.export.id.clone(),
                    holds: opened.export.holds.clone(),
                    neutral: catalog.get(opened.product).is_some_and(|e| e.domains.is_empty()),
                    sha256: opened.survey.sha256,
                    pulled: beside.contains(Path::new(&sidecar_of(&path.to_string_lossy()))),
                    about: about(&opened.header),
                    time: file.modified(),
                    said,
                    doubts: opened.warnings,
                });
            }
            Err(problem) => this.unknown.push((shown, problem)),
        }
    }
    Ok(this)
}

/// The files that may be exports, each with its name in the folder, and those that only go with them.
type Candidates = (Vec<(String, PathBuf)>, BTreeSet<PathBuf>);

fn candidates(folder: &Path) -> Result<Candidates, Diagnostic> {
    let files = files_in(folder)?;
    let beside = beside_pulled(&files);
    let may_be = files.into_iter().filter(|path| is_candidate(path) && !beside.contains(path));
    let named = may_be.map(|path| (within(folder, &path), path)).collect();
    Ok((named, beside))
}

/// The files that may be exports and whose names do not stand in the text of a coverage.yaml, not even in a remark.
///
/// # Errors
/// The folder cannot be listed.
pub(super) fn not_named(folder: &Path, text: &str) -> Result<Vec<String>, Diagnostic> {
    let (files, _) = candidates(folder)?;
    let new = files
        .into_iter()
        .filter(|(shown, path)| !stands_in(shown, text) && ours(&DiskFile::new(shown, path)).is_none());
    Ok(new.map(|(shown, _)| shown).collect())
}

/// Whether a file's name stands in a text, and not as the end of another's.
fn stands_in(name: &str, text: &str) -> bool {
    let of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let ends = |before: &str| !before.trim_end_matches("./").ends_with(of_a_name);
    let written = serde_json::to_string(name).unwrap_or_default();
    text.contains(&written) || text.match_indices(name).any(|(at, _)| ends(&text[..at]))
}

/// The column by which the lines of joined lists are told apart: a name that people know, if there is one.
fn about(header: &[String]) -> Option<String> {
    let marks: Vec<&String> = header.iter().filter(|h| h.starts_with(&format!("{MARK}."))).collect();
    let named = |h: &&&String| h.ends_with(".label") || h.ends_with(".name");
    marks.iter().find(named).or(marks.first()).map(|h| (**h).clone())
}

/// The name of a file in a folder. Only what separates folders becomes `/`: where a `\` does not, it may belong to a name.
fn within(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Kinds of files that can be read.
const READ: [&str; 9] = ["csv", "tsv", "txt", "xlsx", "json", "jsonl", "ndjson", "ldif", "ldf"];
/// Kinds that people export and that are refused, each with a word of advice.
const REFUSED: [&str; 14] =
    ["xls", "xlsm", "xlsb", "ods", "numbers", "pdf", "zip", "gz", "tgz", "7z", "rar", "xml", "html", "htm"];

fn is_one_of(path: &Path, kinds: &[&str]) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| kinds.contains(&e.to_lowercase().as_str()))
}

/// Whether no file of that name can be read, whatever is declared about it.
pub(super) fn is_refused(file: &str) -> bool {
    is_one_of(Path::new(file), &REFUSED)
}

fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("").to_lowercase();
    // Excel keeps `~$name.xlsx` beside a workbook that is open.
    let is_aside = name.starts_with("readme") || name.starts_with("~$");
    !is_aside && (is_one_of(path, &READ) || is_one_of(path, &REFUSED))
}

/// What `coverage pull` keeps beside its lists: notes of where they come from, parts that are no lists, and how far it is;
/// and the log of `coverage apply`.
fn beside_pulled(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let named = |path: &Path, end: &str| path.to_string_lossy().ends_with(end);
    let mut beside = BTreeSet::new();
    for end in LISTS_END {
        let noted = files.iter().filter(|path| named(path, end)).map(|path| {
            let note = PathBuf::from(sidecar_of(&path.to_string_lossy()));
            (path, note)
        });
        for (list, note) in noted.filter(|(_, note)| files.contains(note)) {
            if named(list, &format!(".incomplete{end}")) {
                beside.insert(list.clone());
            }
            beside.insert(note);
        }
        beside.extend(files.iter().filter(|path| named(path, &format!("{end}.part.json"))).cloned());
    }
    beside.extend(files.iter().filter(|path| path.file_name().is_some_and(|name| name == LOG)).cloned());
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_export_is_looked_at_and_what_programs_keep_beside_it_is_not() {
        for name in ["a.csv", "a.XLSX", "a.xls", "a.pdf", "a.zip", "a.xml", "a.ods", "a.html", "a.csv.gz"] {
            assert!(is_candidate(Path::new(name)), "{name}");
        }
        for name in ["~$a.xlsx", "README.txt", "coverage.yaml", "a.py", "a"] {
            assert!(!is_candidate(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_name_stands_in_a_text_as_a_whole() {
        let text = "roster: [old-users.csv, a/b.csv, \"x \\\"y.csv\"]\n# ./c.csv: not recognised\n";
        for name in ["old-users.csv", "a/b.csv", "x \"y.csv", "c.csv"] {
            assert!(stands_in(name, text), "{name}");
        }
        for name in ["users.csv", "b.csv", "y.csvs"] {
            assert!(!stands_in(name, text), "{name}");
        }
    }

    #[test]
    fn a_name_is_written_as_it_is() {
        assert_eq!(within(Path::new("all"), &Path::new("all").join("hr").join("a.csv")), "hr/a.csv");
        #[cfg(unix)]
        assert_eq!(within(Path::new("all"), Path::new("all/q\\x.csv")), "q\\x.csv");
    }
}
