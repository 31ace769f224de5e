//! `coverage inspect`: how a file is read, and what to write if it is read wrongly.

use super::own_catalog::Own;
use super::selection::FILE;
use super::{Failure, Outcome};
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, visible};
use crate::host::{DiskFile, read_text};
use crate::ingest::{self, Input, Layout, Opened, Outcome as Row, Request, Said, Wish, date_columns, header};
use crate::model::{DateOrder, Grain, Holds, Rejected, Situation};
use crate::run::{known, looked_at};
use crate::workspace::Workspace;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Say how a file is read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The files.
    #[arg(required = true)]
    files: Vec<OsString>,
    /// Read them as this export of the catalog.
    #[arg(long, value_name = "ID")]
    export: Option<String>,
    /// Their encoding.
    #[arg(long)]
    encoding: Option<String>,
    /// The order of day and month in dates with slashes.
    #[arg(long, value_name = "ORDER", value_parser = order)]
    date_order: Option<DateOrder>,
    /// A folder whose coverage.yaml describes further exports.
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

fn order(word: &str) -> Result<DateOrder, String> {
    DateOrder::from_word(word).ok_or_else(|| "write day-first or month-first".to_owned())
}

/// What is said of a file whose name is no text, and what to do.
pub(super) const NOT_TEXT: (&str, &str) =
    ("its name is not text in UTF-8, so that coverage.yaml cannot name it", "rename the file");

/// Runs the command.
#[allow(clippy::disallowed_methods, reason = "the argument is a folder or a file")]
pub fn run(args: &Args) -> Outcome {
    let mut catalog = Catalog::embedded_slim().with_exports(Vec::new());
    let mut zone = TimeZone::UTC;
    if let Some(place) = &args.workspace {
        let file = if place.is_dir() { place.join(FILE) } else { place.clone() };
        let bytes = read_text(&file)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let loaded = super::selection::catalog_of(&bytes, folder, &Own::default(), &|_| Ok(()))?;
        super::tell(&loaded.warnings);
        let known = super::selection::known_to_workspaces(&loaded.catalog);
        let (workspace, _) = Workspace::load(&file.display().to_string(), &bytes, &known)?;
        zone = workspace.company.zone.clone();
        catalog = loaded.catalog.with_exports(workspace.exports);
    }
    let mut out = io::stdout().lock();
    let mut problems = Vec::new();
    for (n, given) in args.files.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let name = &*given.to_string_lossy();
        let file = DiskFile::new(name, Path::new(given));
        writeln!(out, "{}", visible(name))?;
        if given.to_str().is_none() {
            writeln!(out, "  cannot be used: {}", NOT_TEXT.0)?;
            problems.push(Diagnostic::error(name, NOT_TEXT.0).help(NOT_TEXT.1));
            continue;
        }
        if let Err(problem) = one(&file, args, &catalog, &zone, &mut out)? {
            writeln!(out, "  cannot be used: {}", visible(&problem.message))?;
            problems.push(problem);
        }
    }
    if problems.is_empty() { Ok(false) } else { Err(Failure::Inputs(problems)) }
}

/// What a pass over a file counts.
#[derive(Default)]
struct Counts {
    records: u64,
    rows: u64,
    excluded: BTreeMap<&'static str, u64>,
    rejected: Vec<Rejected>,
    rejected_all: u64,
}

fn one(
    file: &DiskFile,
    args: &Args,
    catalog: &Catalog,
    zone: &TimeZone,
    out: &mut impl Write,
) -> io::Result<Result<(), Diagnostic>> {
    let request = Request {
        wish: Wish { export: args.export.as_deref(), ..Wish::default() },
        encoding: args.encoding.as_deref(),
        date_order: args.date_order,
        only: None,
    };
    let known = known(catalog);
    let mut opened =
        match looked_at(&|name| Box::new(DiskFile::new(name, Path::new(name))), file, request, &known, zone) {
            Ok(opened) => opened,
            Err(problem) => return Ok(Err(problem)),
        };
    let mut counts = Counts::default();
    let read = ingest::read(file, &mut opened, &mut |row: Row<'_>| {
        match row {
            Row::Record(_, rows) => {
                counts.records += 1;
                counts.rows += rows;
            }
            Row::Excluded { reason, .. } => *counts.excluded.entry(reason).or_default() += 1,
            Row::Rejected(rejected, _) => {
                counts.rejected_all += 1;
                if counts.rejected.len() < 20 {
                    counts.rejected.push(rejected);
                }
            }
        }
        Ok(())
    });
    about_file(file, &opened, catalog, out)?;
    about_columns(&opened, out)?;
    about_words(&opened, out)?;
    let learnt = match read {
        Ok(learnt) => learnt,
        Err(problem) => return Ok(Err(problem)),
    };
    about_dates(&opened, &learnt, out)?;
    let Counts { records, rows, excluded, rejected, rejected_all } = counts;
    writeln!(
        out,
        "  rows       {} read = {rows} {} + {} {} + {rejected_all} {}",
        learnt.rows,
        if records == rows { "records".to_owned() } else { format!("of {records} accounts") },
        excluded.values().sum::<u64>(),
        Situation::Excluded,
        Situation::Rejected
    )?;
    for (reason, n) in &excluded {
        writeln!(out, "             {n} excluded: {reason}")?;
    }
    for r in &rejected {
        let column = r.column.map_or(String::new(), |c| format!(":{c}"));
        writeln!(out, "             rejected line {}{column}: {}", r.line, visible(&r.reason))?;
    }
    if rejected_all as usize > rejected.len() {
        writeln!(out, "             … and {} more rejected", rejected_all as usize - rejected.len())?;
    }
    if let Some(total) = learnt.total.filter(|t| *t > learnt.rows) {
        writeln!(out, "             the file says that there are {total} records: it is one page of several")?;
    }
    for warning in opened.warnings.iter().chain(&learnt.remarks_but_dates(file.name())) {
        writeln!(out, "  note       {}", visible(&warning.message))?;
        if let Some(help) = &warning.help {
            writeln!(out, "             {}", visible(help))?;
        }
    }
    advice(file, &opened, &learnt, out)?;
    Ok(Ok(()))
}

fn about_file(file: &DiskFile, opened: &Opened<'_>, catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
    let system = catalog.get(opened.product).map_or(opened.product, |e| e.name.as_str());
    let holds: Vec<&str> = opened.export.holds.iter().map(|h| h.word()).collect();
    writeln!(out, "  system     {system} ({})", opened.product)?;
    writeln!(out, "  adapter    {}: {}", opened.export.id, opened.export.name)?;
    let row = match opened.export.grain {
        Grain::Account if opened.export.holds.contains(&Holds::Employees) => "employment".to_owned(),
        grain => grain.to_string(),
    };
    writeln!(out, "  holds      {}; one row is one {row}", holds.join(" and "))?;
    let guessed = if opened.survey.encoding_guessed { ", guessed from the bytes" } else { "" };
    writeln!(out, "  bytes      {}, SHA-256 {}", opened.survey.bytes, opened.survey.sha256)?;
    match &opened.layout {
        Layout::Csv { delimiter, .. } => {
            let delimiter =
                if *delimiter == b'\t' { "tab".to_owned() } else { format!("`{}`", char::from(*delimiter)) };
            writeln!(
                out,
                "  text       {}{guessed}; delimiter {delimiter}; header in line {}",
                opened.survey.encoding.name(),
                opened.header_line
            )?;
        }
        Layout::Json { list, pages } => {
            let list = match (list.is_empty(), pages) {
                (true, false) => "the document itself".to_owned(),
                (true, true) => "in the documents of an array".to_owned(),
                (false, false) => format!("under `{list}`"),
                (false, true) => format!("under `{list}` in the documents of an array"),
            };
            writeln!(out, "  text       {}{guessed}; JSON; the list is {list}", opened.survey.encoding.name())?;
        }
        Layout::Ldif => writeln!(out, "  text       {}{guessed}; LDIF", opened.survey.encoding.name())?,
        Layout::Sheet { .. } => writeln!(out, "  text       an Excel workbook; header in row {}", opened.header_line)?,
    }
    if let Some(leaves_out) = &opened.export.leaves_out {
        writeln!(out, "  leaves out {leaves_out}")?;
    }
    if let Some(when) = file.modified() {
        writeln!(out, "  time stamp {when:.0} (used as the extraction time only if nothing better says it)")?;
    }
    Ok(())
}

fn about_columns(opened: &Opened<'_>, out: &mut impl Write) -> io::Result<()> {
    let name = |i: usize| visible(opened.header.get(i).map_or("", String::as_str));
    writeln!(out, "  columns")?;
    for (field, bound) in opened.plan.fields() {
        let columns: Vec<String> = bound.columns.iter().filter(|i| **i < opened.seen).map(|i| name(*i)).collect();
        if !columns.is_empty() {
            writeln!(out, "    {field:13} ← {}", columns.join(", "))?;
        }
    }
    let plan = &opened.plan;
    let decided: [(&str, Vec<usize>); 6] = [
        ("status", plan.status.columns().collect()),
        ("person status", plan.person_status.columns().collect()),
        ("worker", plan.worker.columns().collect()),
        ("kind", plan.kind.columns().collect()),
        ("sign-in", plan.sign_in.columns().collect()),
        ("privileged", plan.privileged.columns().collect()),
    ];
    for (what, columns) in decided {
        let mut columns: Vec<String> = columns.into_iter().filter(|i| *i < opened.seen).map(name).collect();
        columns.dedup();
        if !columns.is_empty() {
            writeln!(out, "    {what:13} ← {}", columns.join(", "))?;
        }
    }
    let unused: Vec<String> = plan.unused.iter().map(|i| name(*i)).filter(|n| !n.is_empty()).collect();
    if !unused.is_empty() {
        writeln!(out, "    not mapped    {}", unused.join(", "))?;
    }
    Ok(())
}

fn about_words(opened: &Opened<'_>, out: &mut impl Write) -> io::Result<()> {
    fn table<'o, T: std::fmt::Display + Copy + 'o>(
        title: &str,
        opened: &Opened<'_>,
        seen: impl Iterator<Item = (usize, &'o str, Option<Said<T>>, u64)>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        // Where columns are only declared, a blank one says nothing of the file.
        let seen: Vec<_> =
            seen.filter(|(_, word, ..)| !word.is_empty() || opened.seen == opened.header.len()).collect();
        // A word that one rule explains is not asked about because another one does not.
        let is_word = |said: &Option<Said<T>>| matches!(said, Some(Said::Word(_) | Said::Day(..)));
        let explained: BTreeSet<(usize, &str)> =
            seen.iter().filter(|(.., said, _)| is_word(said)).map(|(column, word, ..)| (*column, *word)).collect();
        let mut rows: Vec<(String, u64)> = seen
            .into_iter()
            .filter(|(column, word, said, _)| is_word(said) || !explained.contains(&(*column, *word)))
            .map(|(column, word, said, n)| {
                let meaning = match said {
                    Some(Said::Word(word) | Said::Day(word, _)) => word.to_string(),
                    Some(Said::Unexplained(_)) => "unknown: nobody has explained this word yet".to_owned(),
                    Some(Said::Nothing) | None => "says nothing".to_owned(),
                };
                let word = if word.is_empty() { "(blank)".to_owned() } else { format!("`{}`", visible(word)) };
                (format!("{}: {word} → {meaning}", visible(&opened.header[column])), n)
            })
            .collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if !rows.is_empty() {
            writeln!(out, "  {title}")?;
        }
        rows.iter().take(40).try_for_each(|(text, n)| writeln!(out, "    {n:>8} × {text}"))
    }
    table("status words", opened, opened.plan.status.seen(), out)?;
    table("person status words", opened, opened.plan.person_status.seen(), out)?;
    table("kinds of holders", opened, opened.plan.kind.seen(), out)?;
    table("kinds of workers", opened, opened.plan.worker.seen(), out)?;
    table("ways to sign in", opened, opened.plan.sign_in.seen(), out)?;
    table("administrators", opened, opened.plan.privileged.seen(), out)
}

fn about_dates(opened: &Opened<'_>, learnt: &ingest::Learnt, out: &mut impl Write) -> io::Result<()> {
    let mut columns = date_columns(&opened.plan);
    columns.retain(|i| *i < opened.seen);
    if columns.is_empty() {
        return Ok(());
    }
    let names: Vec<String> =
        columns.iter().map(|i| visible(opened.header.get(*i).map_or("", String::as_str))).collect();
    let order = opened.date_order.map_or("no date with slashes has been met, or none was needed", |o| match o {
        DateOrder::DayFirst => "31/12/2026: the day comes first",
        DateOrder::MonthFirst => "12/31/2026: the month comes first",
    });
    let zone = opened.export.dates.zone.as_deref().unwrap_or("unstated");
    writeln!(out, "  dates      in {}; {order}; times without a zone: {zone}", names.join(", "))?;
    if let (n, Some((line, column, reason))) = &learnt.unreadable_dates {
        writeln!(
            out,
            "             {n} unreadable, counted as unknown; the first in line {line}:{column}: {}",
            visible(reason)
        )?;
    }
    Ok(())
}

/// What to write to change how the file is read: how it is read now, to be corrected.
fn advice(file: &DiskFile, opened: &Opened<'_>, learnt: &ingest::Learnt, out: &mut impl Write) -> io::Result<()> {
    let path = Path::new(file.name());
    let within = match path.parent().is_some_and(|folder| !folder.as_os_str().is_empty()) {
        true => " (a path in it begins at its own folder)",
        false => "",
    };
    writeln!(out, "  if this is wrong, write in coverage.yaml, beside the file, and correct it{within}:")?;
    writeln!(
        out,
        "    {{file: {}, export: {}, encoding: {}{}}}",
        visible(&path.file_name().unwrap_or_default().to_string_lossy()),
        opened.export.id,
        opened.survey.encoding.name().to_lowercase(),
        opened.date_order.map_or(String::new(), |order| format!(", date-order: {}", order.word()))
    )?;
    writeln!(out, "  or describe the file yourself, taking over what fits (`inspect --workspace DIR` reads it so):")?;
    writeln!(
        out,
        "    exports:\n      - id: my-export\n        name: …\n        like: {}\n        holds: [{}]",
        opened.export.id,
        opened.export.holds.first().map_or("accounts", |h| h.word())
    )?;
    let recognise: Vec<String> =
        opened.header[..opened.seen].iter().filter(|h| !h.is_empty()).take(4).map(|h| format!("{h:?}")).collect();
    writeln!(out, "        recognise: [{}]", recognise.join(", "))?;
    if let Some((word, _)) = learnt.unknown_words.iter().next()
        && let Some((column, word)) = word.split_once(": ")
    {
        let of_people = opened.export.person_status.iter().flat_map(|decide| decide.column.names());
        let field = match of_people.map(|name| header(name)).any(|name| name == header(column)) {
            true => "person-status",
            false => "status",
        };
        writeln!(
            out,
            "        {field}:\n          - {{column: {column:?}, words: {{{word:?}: active}}}}   # and the other words"
        )?;
    }
    Ok(())
}
