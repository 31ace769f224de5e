//! Which sheet of a workbook is the list: the first that is one, and rather one that is seen than a hidden one.
//!
//! The others are named: a list that goes on in a second sheet must not end with the first in silence.

use super::bytes::Input;
use super::choose::choose;
use super::misfit::clip;
use super::open::{Found, HEADER_WITHIN, normalised};
use super::recognise::{Known, Verdict, Wish};
use super::rows::{self, Layout};
use super::sheet::{SheetRows, Workbook};
use crate::diag::Diagnostic;
use crate::model::Shape;
use std::cmp::Reverse;
use std::sync::Arc;

/// So many sheets are named at most.
const NAMED: usize = 8;

/// What a look at a sheet shows.
struct Looked {
    name: String,
    hidden: bool,
    /// Rows that hold anything; none if it cannot be read.
    rows: Option<usize>,
    /// Whether its header is that of what is looked for, and whether rows stand below it.
    list: bool,
    goes_on: bool,
}

impl Looked {
    /// What is read rather than others, apart from the order of the tabs.
    fn rank(&self) -> (bool, bool, bool) {
        (self.list, !self.hidden, self.goes_on)
    }
    fn size(&self) -> String {
        match self.rows {
            None => "cannot be read".to_owned(),
            Some(1) => "1 row".to_owned(),
            Some(n) => format!("{n} rows"),
        }
    }
    fn lines(&self) -> String {
        format!("`{}` ({})", clip(&self.name, 40), self.size())
    }
    fn told(&self) -> String {
        let rows = self.size();
        let list = if self.list { ", a list as well" } else { "" };
        let hidden = if self.hidden { ", hidden" } else { "" };
        format!("`{}` ({rows}{list}{hidden})", clip(&self.name, 40))
    }
}

/// Finds the sheet that is read, and the header in it. What is a list only because somebody says so comes after all others.
pub(super) fn sheet<'k, 'a>(
    input: &dyn Input,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<Found<'k, 'a>, Diagnostic> {
    match find(input, known, Wish { said: false, ..wish }) {
        Err(_) if wish.said => find(input, known, wish),
        found => found,
    }
}

fn find<'k, 'a>(input: &dyn Input, known: &'k Known<'a>, wish: Wish<'_>) -> Result<Found<'k, 'a>, Diagnostic> {
    let name = input.name();
    let mut book = Workbook::open(input)?;
    let (mut looked, mut read) = (Vec::new(), None);
    let mut order: Vec<usize> = (0..book.sheets().len()).collect();
    order.sort_by_key(|at| book.sheets()[*at].hidden);
    // The rows of one sheet are in memory at a time.
    for at in &order {
        let most = if read.is_some() { HEADER_WITHIN } else { usize::MAX };
        let (rows, count) = match book.rows(*at, most) {
            Ok((rows, count)) => (rows, Some(count)),
            Err(_) if read.is_some() => (Vec::new(), None),
            Err(problem) => return Err(problem),
        };
        let header = list(name, &rows, known, wish);
        let sheet = book.sheets()[*at].clone();
        looked.push(Looked {
            name: sheet.name,
            hidden: sheet.hidden,
            rows: count,
            list: header.is_some(),
            goes_on: rows.last().is_some_and(|(last, _)| header.map_or(rows.len() > 1, |line| *last > line)),
        });
        let surely = looked.last().is_some_and(|l| l.rank() == (true, true, true));
        if read.is_none() && (surely || order.len() == 1) {
            read = Some((looked.len() - 1, rows));
        }
    }
    let filled = |l: &Looked| l.rows != Some(0);
    let (chosen, rows) = match read {
        Some(read) => read,
        None => {
            let best =
                (0..looked.len()).filter(|i| filled(&looked[*i])).max_by_key(|i| (looked[*i].rank(), Reverse(*i)));
            let Some(best) = best else { return Err(no_rows(name)) };
            (best, book.rows(order[best], usize::MAX)?.0)
        }
    };
    let others: Vec<&Looked> =
        (0..looked.len()).filter(|i| *i != chosen).map(|i| &looked[i]).filter(|l| filled(l)).collect();
    let chosen = &looked[chosen];
    let lists = others.iter().filter(|l| l.list && l.goes_on).map(|l| l.lines()).collect();
    let mut found = below(name, rows, lists, known, wish).map_err(|problem| in_sheet(problem, chosen, &others))?;
    found.warnings.extend(unread(name, chosen, &others));
    Ok(found)
}

fn no_rows(name: &str) -> Diagnostic {
    Diagnostic::error(name, "the workbook has no rows")
        .help("open it, and save the sheet with the list as .xlsx or CSV")
}

fn trimmed(row: &[String]) -> Vec<String> {
    row.iter().map(|c| c.trim_matches(rows::is_space).to_owned()).collect()
}

fn fits(row: &[String], known: &Known<'_>, wish: Wish<'_>) -> bool {
    wish.export.is_none() && !matches!(known.compare(&normalised(row), Shape::Table, "", wish), Verdict::Nothing)
}

/// The number of the row that is the header of what is looked for.
fn list(name: &str, rows: &SheetRows, known: &Known<'_>, wish: Wish<'_>) -> Option<u32> {
    let is_header = |(line, row): &&(u32, Vec<String>)| {
        (wish.export.is_some() || fits(row, known, wish))
            && choose(name, &trimmed(row), *line, Shape::Table, "", known, wish).is_ok()
    };
    rows.iter().take(HEADER_WITHIN).find(is_header).map(|(line, _)| *line)
}

/// The sheet's list, from its header on.
fn below<'k, 'a>(
    name: &str,
    rows: SheetRows,
    unread: Vec<String>,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<Found<'k, 'a>, Diagnostic> {
    let head: Vec<&(u32, Vec<String>)> = rows.iter().take(HEADER_WITHIN).collect();
    let best = head.iter().find(|(_, row)| fits(row, known, wish)).or_else(|| {
        head.iter().rev().max_by_key(|(line, row)| (known.familiar(&normalised(row), wish), Reverse(*line)))
    });
    let Some((line, row)) = best else { return Err(no_rows(name)) };
    let (header_line, header) = (*line, trimmed(row));
    let candidate = choose(name, &header, header_line, Shape::Table, "", known, wish)?;
    let layout = Layout::Sheet { rows: Arc::new(rows), header_line, unread };
    Ok(Found { layout, header, header_line, candidate, warnings: Vec::new() })
}

fn named(others: &[&Looked]) -> String {
    let mut names: Vec<String> = others.iter().take(NAMED).map(|l| l.told()).collect();
    if others.len() > NAMED {
        names.push(format!("and {} more", others.len() - NAMED));
    }
    names.join(", ")
}

/// None of several sheets is a list that is known: says in which one the header was looked for.
fn in_sheet(mut problem: Diagnostic, chosen: &Looked, others: &[&Looked]) -> Diagnostic {
    if !others.is_empty() {
        problem.message = format!(
            "in the sheet `{}` {}; the workbook also has {}",
            clip(&chosen.name, 40),
            problem.message,
            named(others)
        );
        let help = problem.help.unwrap_or_default();
        problem.help = Some(format!("save the sheet with the list as a file of its own; {help}"));
    }
    problem
}

fn unread(name: &str, chosen: &Looked, others: &[&Looked]) -> Vec<Diagnostic> {
    let read = clip(&chosen.name, 40);
    let mut warnings = Vec::new();
    if !others.is_empty() {
        warnings.push(
            Diagnostic::warning(
                name,
                format!("only the sheet `{read}` of the workbook is read; not read: {}", named(others)),
            )
            .help("save each sheet that belongs to the list as a file of its own, and name these files"),
        );
    }
    if chosen.hidden {
        warnings.push(
            Diagnostic::warning(name, format!("the sheet `{read}`, which is read, is hidden in the workbook"))
                .help("save the sheet with the list as a file of its own, so that nothing is read that nobody sees"),
        );
    }
    warnings
}

#[cfg(test)]
mod tests;
