//! Products × what they can do, as a table for the terminal, CSV, Markdown or a page.

use super::csv_cells::Table;
use super::text::clip;
use crate::model::Matrix;
use std::io::{self, Write};

/// Characters of a cell.
const LONGEST: usize = 60;

/// Writes columns that stand below each other.
pub fn text<W: Write>(matrix: &Matrix, mut to: W) -> io::Result<()> {
    let head = std::iter::once("product").chain(matrix.columns.iter().copied()).map(str::to_owned).collect();
    let row = |row: &crate::model::MatrixRow| {
        let cells = row.cells.iter().map(|cell| clip(&cell.line(), LONGEST).into_owned());
        std::iter::once(clip(&row.id, LONGEST).into_owned()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(matrix.rows.iter().map(row)).collect();
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=matrix.columns.len()).map(width).collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(to, "{}", cells.join("  ").trim_end())?;
    }
    if matrix.rows.iter().any(|row| row.cells.iter().any(|cell| cell.disputed)) {
        writeln!(to, "\n! sources disagree: `coverage catalog conflicts` shows both sides")?;
    }
    Ok(())
}

/// Writes one row a product; condition and dispute have columns of their own.
pub fn csv<W: Write>(matrix: &Matrix, to: W) -> io::Result<()> {
    let mut head = vec!["product".to_owned(), "name".to_owned()];
    for column in &matrix.columns {
        head.extend([(*column).to_owned(), format!("{column}_condition"), format!("{column}_disputed")]);
    }
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut table = Table::new(to, &head)?;
    for row in &matrix.rows {
        table.cell(&row.id)?;
        table.cell(&row.name)?;
        for cell in &row.cells {
            table.cell(&cell.word)?;
            table.cell(&cell.from)?;
            table.cell(if cell.disputed { "yes" } else { "no" })?;
        }
        table.end_row()?;
    }
    table.finish()
}

/// Writes a table of Markdown.
pub fn markdown<W: Write>(matrix: &Matrix, mut to: W) -> io::Result<()> {
    // What would end a cell, begin a tag or a link, is taken for what it is.
    let cell = |text: &str| {
        let text = clip(text, LONGEST);
        let escaped = text.chars().flat_map(|c| {
            let escape = matches!(c, '|' | '\\' | '<' | '>' | '[' | ']' | '*' | '_' | '`' | '!' | '#' | '&');
            escape.then_some('\\').into_iter().chain(std::iter::once(c))
        });
        escaped.collect::<String>()
    };
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(
        to,
        "{}",
        line(std::iter::once("product".to_owned()).chain(matrix.columns.iter().map(|c| cell(c))).collect())
    )?;
    writeln!(to, "{}", line(vec!["---".to_owned(); matrix.columns.len() + 1]))?;
    for row in &matrix.rows {
        let cells = row.cells.iter().map(|c| cell(&c.line()));
        writeln!(to, "{}", line(std::iter::once(cell(&row.name)).chain(cells).collect()))?;
    }
    Ok(())
}
