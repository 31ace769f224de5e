//! `ipe.csv`: information produced by the entity, one row per file that was read. What an auditor asks of a list: where it
//! comes from, who made it and how, whether it is whole, and what became of its rows.

use super::csv_cells::Table;
use super::public::Rows;
use super::words::Words;
use crate::model::{Check, CheckOutcome, PopulationReport, Report, SourceReport, SourceRole, TimeBasis};
use std::io::{self, Write};

/// What stands where nobody has said anything.
pub const NOT_DECLARED: &str = "not declared";

/// The columns, in their order.
pub const COLUMNS: [&str; 45] = [
    "role",
    "source",
    "name",
    "file",
    "system",
    "scope",
    "filter",
    "extracted_by",
    "method",
    "extracted_at",
    "extracted_at_basis",
    "sha256",
    "bytes",
    "encoding",
    "delimiter",
    "header_line",
    "header_fingerprint",
    "adapter",
    "adapter_version",
    "leaves_out",
    "rows_read",
    "linked",
    "review",
    "unmatched",
    "disputed",
    "collision",
    "non_human",
    "external",
    "excluded",
    "rejected",
    "equation_closes",
    "set_aside",
    "records",
    "records_by_the_file",
    "records_declared",
    "evaluable",
    "zero_rows",
    "declared_total",
    "round_count",
    "drop",
    "live_drop",
    "known_admins",
    "older_than_leaving",
    "older_than_accepted",
    "unread_sheets",
];

/// The word for what a file was read as.
pub fn role_word(role: SourceRole) -> &'static str {
    match role {
        SourceRole::Hr => "hr",
        SourceRole::Idp => "idp",
        SourceRole::Roster => "roster",
        SourceRole::Assignments => "assignments",
        SourceRole::Workspace => "settings",
        SourceRole::Catalog => "own catalog",
    }
}

/// Writes one row per file that holds records.
pub fn write<W: Write>(report: &Report, to: W) -> io::Result<()> {
    let mut table = Table::new(to, &COLUMNS)?;
    let mut text = Words::default();
    for population in &report.populations {
        for source in population.sources.iter().filter_map(|ix| report.sources.get(*ix as usize)) {
            row(population, source, &mut table, &mut text)?;
        }
    }
    table.finish()
}

fn row<W: Write>(
    population: &PopulationReport,
    s: &SourceReport,
    table: &mut Table<W>,
    text: &mut Words,
) -> io::Result<()> {
    let p = &s.provenance;
    let said = |text: &Option<String>| text.as_deref().unwrap_or(NOT_DECLARED).to_owned();
    table.cell(role_word(s.role))?;
    table.cell(&s.id)?;
    table.cell(&population.name)?;
    table.cell(&s.file)?;
    for declared in [&p.system, &p.scope, &p.filter, &p.extracted_by, &p.method] {
        table.cell(&said(declared))?;
    }
    table.cell(&s.extracted_at)?;
    table.cell(match s.time_basis {
        TimeBasis::Declared => "declared",
        TimeBasis::FileName => "file-name",
        TimeBasis::FileTime => "file-time (a guess)",
    })?;
    table.cell(&s.sha256)?;
    table.cell(text.put(s.bytes))?;
    table.cell(&if s.encoding_guessed { format!("{} (a guess)", s.encoding) } else { s.encoding.to_owned() })?;
    table.cell(&match s.delimiter {
        Some('\t') => "tab".to_owned(),
        Some(';') => "semicolon".to_owned(),
        Some(',') => "comma".to_owned(),
        Some('|') => "bar".to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    })?;
    table.cell(text.put(s.header_line))?;
    table.cell(&s.header_fingerprint)?;
    table.cell(&s.export)?;
    table.cell(&s.adapter_version)?;
    table.cell(s.leaves_out.as_deref().unwrap_or_default())?;
    let rows = Rows::from(&s.rows);
    let outcomes = [
        rows.linked,
        rows.review,
        rows.unmatched,
        rows.disputed,
        rows.collision,
        rows.non_human,
        rows.external,
        rows.excluded,
        rows.rejected,
    ];
    table.cell(text.put(rows.read))?;
    outcomes.iter().try_for_each(|n| table.cell(text.put(n)))?;
    table.cell(yes_no(s.rows.closes()))?;
    let aside: Vec<String> = s.set_aside.iter().map(|a| format!("{}: {}", a.reason, a.rows)).collect();
    table.cell(&aside.join("; "))?;
    table.cell(text.put(s.records))?;
    table.cell(text.put_or_blank(s.total))?;
    match p.records {
        Some(records) => table.cell(text.put(records))?,
        None => table.cell(NOT_DECLARED)?,
    }
    table.cell(yes_no(population.guard.flagged().next().is_none()))?;
    for check in Check::ALL {
        let checked = population.guard.0.iter().find(|c| c.check == *check);
        table.cell(&checked.map_or_else(String::new, |c| match &c.accepted {
            Some(a) => format!("accepted: {}; {} by {} on {}", c.saw, a.because, a.by, a.on),
            None => format!("{}: {}", word(c.outcome), c.saw),
        }))?;
    }
    table.end_row()
}

const fn word(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::NotChecked => "not checked",
        other => other.word(),
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
