//! `coverage.csv`: how every lifecycle operation of every app is done for this tenant.

use super::csv_cells::Table;
use super::words::Words;
use crate::model::{Level, Report};
use std::io::{self, Write};

/// The columns, in their order.
pub const COLUMNS: [&str; 8] = ["app", "name", "operation", "level", "reason", "unlock", "manual_only", "evaluated"];

/// Writes one row per app and operation. An app of which nothing is known still has its row.
pub fn write<W: Write>(report: &Report, to: W) -> io::Result<()> {
    let mut table = Table::new(to, &COLUMNS)?;
    let mut text = Words::default();
    for app in &report.apps {
        let nothing = app.operations.is_empty().then_some(None);
        for operation in app.operations.iter().map(Some).chain(nothing) {
            table.cell(&app.id)?;
            table.cell(&app.name)?;
            table.cell(operation.map_or("", |o| o.operation.word()))?;
            table.cell(operation.map_or(Level::Unknown, |o| o.level).word())?;
            table.cell(operation.map_or("", |o| text.steps(&o.reason)))?;
            table.cell(operation.and_then(|o| o.unlock.as_deref()).unwrap_or_default())?;
            table.cell(yes_no(app.manual_only))?;
            table.cell(yes_no(app.not_evaluable.is_none()))?;
            table.end_row()?;
        }
    }
    table.finish()
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
