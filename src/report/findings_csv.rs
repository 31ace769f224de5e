//! `findings.csv`: one row per finding, gravest first.

use super::csv_cells::Table;
use super::pieces;
use super::words::{self, Words};
use crate::model::{Finding, Report};
use std::io::{self, Write};

/// The columns, in their order.
pub const COLUMNS: [&str; 19] = [
    "id",
    "rule",
    "severity",
    "status",
    "app",
    "account",
    "account_email",
    "account_status",
    "person",
    "person_email",
    "leaver_since",
    "exposed_days",
    "match",
    "evidence",
    "reason",
    "action",
    "exception",
    "decision",
    "decision_note",
];

/// Writes every finding of the report.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    Table::new(&mut to, &COLUMNS)?.finish()?;
    pieces::write(&report.findings, &mut to, |piece, text| {
        let mut table = Table::over(text);
        let mut words = Words::default();
        piece.iter().try_for_each(|finding| row(report, finding, &mut table, &mut words))?;
        table.finish()
    })?;
    to.flush()
}

fn row<W: Write>(report: &Report, finding: &Finding, table: &mut Table<W>, text: &mut Words) -> io::Result<()> {
    let account = finding.account.as_deref();
    let person = finding.person.and_then(|p| report.people.get(p.0 as usize));
    table.cell(text.put(finding.id))?;
    table.cell(finding.rule.id)?;
    table.cell(finding.severity.word())?;
    table.cell(finding.status.word())?;
    table.cell(words::app_id(report, finding.app))?;
    table.cell(account.map_or("", |a| a.account()))?;
    table.cell(account.map_or("", |a| a.email()))?;
    table.cell(account.map_or("", |a| a.status.word()))?;
    table.cell(person.map_or("", |p| &p.name))?;
    table.cell(person.map_or("", |p| &p.email))?;
    table.cell(text.put_or_blank(person.and_then(|p| p.standing.since())))?;
    table.cell(text.put_or_blank(finding.exposed_days))?;
    table.cell(finding.key.map_or("", |k| k.word()))?;
    table.cell(text.places(&finding.evidence, &report.sources))?;
    table.cell(text.steps(&finding.reason))?;
    table.cell(&finding.action)?;
    table.cell(words::exception_id(report, finding))?;
    let decided = report.reviewed.as_ref().and_then(|reviewed| reviewed.about(finding.id));
    table.cell(decided.map_or("", |(decision, ..)| decision.verdict.word()))?;
    table.cell(text.put_or_blank(decided.map(words::Decided)))?;
    table.end_row()
}
