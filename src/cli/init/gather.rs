//! The files of a folder, and what each is recognised as.

use super::naming::name;
use super::ours::ours;
use super::{Found, Gathered};
use crate::catalog::Catalog;
use crate::cli::inspect::NOT_TEXT;
use crate::diag::Diagnostic;
use crate::host::{DiskFile, Listing, files_in};
use crate::ingest::{self, Input, Outcome, Request, Wish};
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
    let Candidates { files, beside, passed } = candidates(folder)?;
    this.passed = passed;
    for (shown, path) in files {
        if path.to_str().is_none() {
            this.unknown.push((shown.clone(), not_text(&shown)));
            continue;
        }
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
            Ok(mut opened) => {
                // What stops a report is told now, and not only then.
                let problem = ingest::read(&file, &mut opened, &mut |_: Outcome<'_>| Ok(())).err();
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
                    people: Vec::new(),
                    doubts: opened.warnings,
                    problem,
                });
            }
            Err(problem) => this.unknown.push((shown, problem)),
        }
    }
    super::people::read(folder, &mut this.found, &known);
    Ok(this)
}

/// That a file has a name that no text can give.
fn not_text(shown: &str) -> Diagnostic {
    Diagnostic::error(shown, NOT_TEXT.0).help(NOT_TEXT.1)
}

/// What lies in a folder, each with its name in it.
struct Candidates {
    /// The files that may be exports.
    files: Vec<(String, PathBuf)>,
    /// Those that only go with them.
    beside: BTreeSet<PathBuf>,
    /// What is not looked at, and why.
    passed: Vec<(String, &'static str)>,
}

fn candidates(folder: &Path) -> Result<Candidates, Diagnostic> {
    let Listing { files, passed } = files_in(folder)?;
    let beside = beside_pulled(&files);
    let mut this = Candidates { files: Vec::new(), beside, passed: Vec::new() };
    this.passed.extend(passed.into_iter().map(|(path, why)| (within(folder, &path), why)));
    for path in files.into_iter().filter(|path| !this.beside.contains(path)) {
        let shown = within(folder, &path);
        if is_candidate(&path) {
            this.files.push((shown, path));
        } else if !is_aside(&path) {
            this.passed.push((shown, "its name does not end as that of an export does"));
        }
    }
    Ok(this)
}

/// The files that may be exports and whose names do not stand in the text of a coverage.yaml, not even in a remark.
///
/// # Errors
/// The folder cannot be listed.
pub(super) fn not_named(folder: &Path, text: &str) -> Result<NotNamed, Diagnostic> {
    let Candidates { files, passed, .. } = candidates(folder)?;
    let new = files
        .into_iter()
        .filter(|(shown, path)| !stands_in(shown, text) && ours(&DiskFile::new(shown, path)).is_none());
    let passed = passed.into_iter().filter(|(shown, _)| !stands_in(shown, text));
    Ok(NotNamed { files: new.map(|(shown, _)| shown).collect(), passed: passed.collect() })
}

/// What a coverage.yaml does not name.
pub(super) struct NotNamed {
    /// Files that may be exports.
    pub(super) files: Vec<String>,
    /// What is not looked at, and why.
    pub(super) passed: Vec<(String, &'static str)>,
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
const READ: [&str; 10] = ["csv", "tsv", "tab", "txt", "xlsx", "json", "jsonl", "ndjson", "ldif", "ldf"];
/// Kinds that people export and that are refused, each with a word of advice.
const REFUSED: [&str; 15] =
    ["xls", "xlsm", "xlsb", "ods", "numbers", "pdf", "zip", "gz", "tgz", "7z", "rar", "xml", "html", "htm", "docx"];

fn is_one_of(path: &Path, kinds: &[&str]) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| kinds.contains(&e.to_lowercase().as_str()))
}

/// Whether no file of that name can be read, whatever is declared about it.
pub(super) fn is_refused(file: &str) -> bool {
    is_one_of(Path::new(file), &REFUSED)
}

fn is_candidate(path: &Path) -> bool {
    !is_aside(path) && (is_one_of(path, &READ) || is_one_of(path, &REFUSED))
}

/// Whether a file is surely none: a text about the others, what Excel keeps as `~$name.xlsx` beside a workbook that is open,
/// and what somebody has decided.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    stem == "readme" || name.starts_with("~$") || is_one_of(path, &["yaml", "yml"])
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
        for name in
            ["a.csv", "a.XLSX", "a.xls", "a.pdf", "a.zip", "a.xml", "a.ods", "a.html", "a.csv.gz", "a.tab", "a.docx"]
                .into_iter()
                .chain(["README slack.csv"])
        {
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
