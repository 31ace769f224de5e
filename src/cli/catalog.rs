//! `coverage catalog`: what is known of which product.

use super::{Failure, Outcome, tell};
use crate::catalog::{self, Catalog, Verdict, lint, parse_entry, verdict};
use crate::diag::{Diagnostic, any_error};
use crate::host::{files_in, read_text, today};
use crate::model::{ClaimField, Entry, Scope};
use crate::yaml::nearest;
use std::io::{self, Write};
use std::path::PathBuf;

/// Look into the catalog of products.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// All products, with the exports that can be read.
    List,
    /// What is claimed about a product, what counts, and why.
    Show {
        /// The product's id.
        id: String,
    },
    /// Check catalog files; without files, the catalog that is built in.
    Lint {
        /// Files or folders.
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of an entry.
    Schema,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    match &args.command {
        Command::List => list(&mut out)?,
        Command::Show { id } => {
            let catalog = Catalog::embedded();
            let Some(entry) = catalog.get(id) else {
                let near = nearest(id, catalog.entries.iter().map(|e| e.id.as_str()));
                let hint = near
                    .map_or("`coverage catalog list` names them".to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(Failure::Usage(format!("there is no product `{id}`; {hint}")));
            };
            show(entry, &mut out)?;
        }
        Command::Lint { files } => return lint_files(files, &mut out),
        Command::Schema => {
            serde_json::to_writer_pretty(&mut out, &catalog::schema()).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(false)
}

fn list(out: &mut impl Write) -> io::Result<()> {
    let catalog = Catalog::embedded();
    let width = catalog.entries.iter().map(|e| e.id.len()).max().unwrap_or(0);
    for entry in &catalog.entries {
        let roles: Vec<&str> = entry.roles.iter().map(|r| r.word()).collect();
        writeln!(out, "{:width$}  {} ({}), {} claims", entry.id, entry.name, roles.join(", "), entry.claims.len())?;
        for export in entry.exports.iter().filter(|e| e.refuse.is_none()) {
            writeln!(out, "{:width$}    {}: {}", "", export.id, export.name)?;
        }
    }
    writeln!(out, "\ncatalog {}", catalog.version())
}

fn show(entry: &Entry, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} ({})", entry.name, entry.id)?;
    if !entry.plans.is_empty() {
        writeln!(out, "plans, from the smallest: {}", entry.plans.join(", "))?;
    }
    for other in &entry.not_to_confuse_with {
        writeln!(out, "not to be confused with {}: {}", other.domain, other.difference)?;
    }
    writeln!(out, "\nClaims")?;
    for field in ClaimField::ALL {
        let Some(Verdict { winner, losers, rule, only_for, date, elsewhere: _ }) =
            verdict(entry, *field, &Scope::default())
        else {
            continue;
        };
        let only = only_for.map_or(String::new(), |o| format!(" (for {o})"));
        writeln!(out, "  {field}: {}{only}, {date}", winner.value)?;
        writeln!(out, "    {}", sources(entry, &winner.sources))?;
        if let Some(note) = &winner.note {
            writeln!(out, "    {note}")?;
        }
        for loser in &losers {
            writeln!(out, "    against: {}, says {}", loser.value, sources(entry, &loser.sources))?;
        }
        if !losers.is_empty() {
            writeln!(out, "    {rule}")?;
        }
    }
    if !entry.deprovision.is_empty() {
        writeln!(out, "\nWhen access ends")?;
        for d in &entry.deprovision {
            let remains: Vec<&str> = d.remains.iter().map(|r| r.word()).collect();
            let remains = if remains.is_empty() { String::new() } else { format!("; remains: {}", remains.join(", ")) };
            let blocked = d.fails_for().map_or(String::new(), |cases| format!("; fails for: {cases}"));
            writeln!(out, "  {}: {}{remains}{blocked}\n    {}", d.trigger, d.effect, sources(entry, &d.sources))?;
        }
    }
    if let Some(runbook) = &entry.runbook {
        writeln!(out, "\nBy hand{}", runbook.who.as_deref().map_or(String::new(), |w| format!(" (as {w})")))?;
        runbook.steps.iter().enumerate().try_for_each(|(i, step)| writeln!(out, "  {}. {}", i + 1, step.text()))?;
        if let Some(not_enough) = &runbook.not_enough {
            writeln!(out, "  not enough: {not_enough}")?;
        }
    }
    if !entry.exports.is_empty() {
        writeln!(out, "\nExports that can be read")?;
        for export in &entry.exports {
            let refused = if export.refuse.is_some() { " (recognised and refused)" } else { "" };
            writeln!(
                out,
                "  {}: {}{refused}\n    recognised by: {}",
                export.id,
                export.name,
                export.recognise.join(", ")
            )?;
        }
    }
    entry.notes.iter().try_for_each(|n| writeln!(out, "\n{n}"))
}

fn sources(entry: &Entry, ids: &[String]) -> String {
    let said: Vec<String> =
        ids.iter().filter_map(|id| entry.sources.get(id)).map(|s| format!("{} <{}>", s.publisher, s.url)).collect();
    said.join("; ")
}

#[allow(clippy::disallowed_methods, reason = "an argument is a folder or a file")]
fn lint_files(files: &[PathBuf], out: &mut impl Write) -> Outcome {
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    if files.is_empty() {
        texts.extend(catalog::SOURCES.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    }
    for file in files {
        let inside = if file.is_dir() { files_in(file)? } else { vec![file.clone()] };
        for path in
            inside.into_iter().filter(|p| !file.is_dir() || p.extension().is_some_and(|e| e == "yaml" || e == "yml"))
        {
            texts.push((path.display().to_string(), read_text(&path)?));
        }
    }
    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut entries = Vec::new();
    for (name, bytes) in &texts {
        match parse_entry(name, bytes) {
            Ok(entry) => entries.push(entry),
            Err(more) => problems.extend(more),
        }
    }
    // A built-in entry that is being changed may be faulty itself; it is told of when it is linted.
    let built_in = catalog::SOURCES.iter().filter(|_| !files.is_empty());
    let built_in: Vec<Entry> =
        built_in.filter_map(|(name, text)| Some(parse_entry(name, text.as_bytes()).ok()?.value)).collect();
    problems.extend(lint(&entries, &built_in, today()));
    if any_error(&problems) {
        return Err(Failure::Inputs(problems));
    }
    tell(&problems);
    writeln!(out, "{} entries, {} warnings", entries.len(), problems.len())?;
    Ok(false)
}
