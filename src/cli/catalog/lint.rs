//! `coverage catalog lint`.

use super::online;
use crate::catalog::{self, additions, lint, parse_entry, read_entry};
use crate::cli::own_catalog::{Own, entries_in};
use crate::cli::{Failure, Outcome, counted, tell};
use crate::diag::{Diagnostic, any_error};
use crate::host::{read_text, today};
use crate::model::Entry;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Lints files and folders as entries of the catalog, or a company's own catalog as what lies over it.
#[allow(clippy::disallowed_methods, reason = "an argument is a folder or a file")]
pub fn run(files: &[PathBuf], own: &Own, online: bool, out: &mut impl Write) -> Outcome {
    if let Some(folder) = &own.catalog {
        if !files.is_empty() {
            return Err(Failure::Usage("give either files or --catalog".into()));
        }
        // Faults end the loading; warnings are told by it.
        let loaded = own.load()?;
        if online {
            let texts: Vec<_> = entries_in(folder)?.iter().map(|path| text(path)).collect::<Result<_, _>>()?;
            let heard = online::check(&additions(&texts)?)?;
            tell(&heard.warnings);
            heard.write(out)?;
        }
        let n = loaded.files.len();
        writeln!(out, "{n} {} the catalog", if n == 1 { "entry of your own fits" } else { "entries of your own fit" })?;
        return Ok(false);
    }
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    if files.is_empty() {
        texts.extend(catalog::SOURCES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    }
    for file in files {
        let inside = if file.is_dir() { entries_in(file)? } else { vec![file.clone()] };
        for path in inside {
            texts.push(text(&path)?);
        }
    }
    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut entries = Vec::new();
    for (name, bytes) in &texts {
        let (entry, faults) = read_entry(name, bytes);
        entries.extend(entry);
        problems.extend(faults);
    }
    // A built-in entry that is being changed may be faulty itself; it is told of when it is linted.
    let built_in = catalog::SOURCES.iter().filter(|_| !files.is_empty());
    let built_in: Vec<Entry> =
        built_in.filter_map(|(name, text)| Some(parse_entry(name, text.as_bytes()).ok()?.value)).collect();
    problems.extend(lint(&entries, &built_in, today()));
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    if any_error(&problems) {
        return Err(Failure::Inputs(problems));
    }
    let heard = match online.then(|| online::check(&entries)).transpose() {
        Ok(heard) => heard,
        Err(failure) => {
            tell(&problems);
            return Err(failure);
        }
    };
    problems.extend(heard.iter().flat_map(|heard| heard.warnings.clone()));
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    tell(&problems);
    if let Some(heard) = &heard {
        heard.write(out)?;
    }
    let n = entries.len();
    writeln!(out, "{n} {}, {}", if n == 1 { "entry" } else { "entries" }, counted(problems.len(), "warning"))?;
    Ok(false)
}

/// A file with its name.
fn text(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    Ok((path.display().to_string(), read_text(path)?))
}
