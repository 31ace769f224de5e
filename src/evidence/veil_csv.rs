//! The tables that are written while the rosters are read, column by column as what each of them holds.

use super::csv_rows::reader;
use super::pseudonyms::Kind;
use super::veil::{Aliases, Veil};
use crate::report::csv_cells::defuse;
use std::io::{self, Read, Write};

/// Copies `diffs/APP.csv` or `accounts.csv` with pseudonyms in it.
///
/// # Errors
/// It cannot be read or written.
pub fn veil_table(from: impl Read, to: impl Write, aliases: &Aliases, veil: &Veil<'_>) -> io::Result<()> {
    let mut rows = reader(from);
    let mut out = csv::WriterBuilder::new().from_writer(to);
    let columns = rows.headers().map_err(io::Error::other)?.clone();
    out.write_record(&columns).map_err(io::Error::other)?;
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row).map_err(io::Error::other)? {
        for (column, cell) in columns.iter().zip(&row) {
            let veiled = cell_of(column, cell, aliases, veil);
            out.write_field(defuse(&veiled).as_bytes()).map_err(io::Error::other)?;
        }
        out.write_record(None::<&[u8]>).map_err(io::Error::other)?;
    }
    out.flush()
}

/// A cell was made harmless for spreadsheets, which the value is not.
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn cell_of(column: &str, cell: &str, aliases: &Aliases, veil: &Veil<'_>) -> String {
    let app = |id: &str| aliases.apps.iter().find(|(before, _)| before == id).map(|(_, after)| after.clone());
    match column {
        "account" | "account_email" | "person_email" => veil.with.of(Kind::Id, plain(cell)),
        "account_name" | "person" => veil.with.of(Kind::Person, plain(cell)),
        "account_role" => plain(cell).split(", ").map(|role| veil.group(role)).collect::<Vec<_>>().join(", "),
        "source" => aliases.files.get(cell).cloned().unwrap_or_else(|| veil.with.file(cell)),
        "app" => app(cell).unwrap_or_else(|| veil.with.of(Kind::System, cell)),
        "note" => veil.prose(cell),
        // Words of ours, dates and numbers.
        _ => cell.to_owned(),
    }
}
