//! Rows with fewer cells than the header.
//!
//! A missing quote makes one cell of two and moves all others to the left; a file that was cut off ends in half a row. Then a
//! day of leaving stands under another heading, or nowhere, and a leaver would be taken for somebody at work. So the row of
//! a person must be whole. The row of an account may lack cells that feed nothing, if no quote is left over in the others.

use super::open::Opened;
use super::rows::{Cells, RawRow};
use crate::model::{Holds, Record};

/// Why such a row cannot be read; none if it can.
pub fn ragged(opened: &Opened<'_>, cells: Cells<'_>) -> Option<String> {
    let holds = &opened.export.holds;
    let whole = holds.contains(&Holds::Employees)
        || holds.contains(&Holds::Identities)
        || (0..cells.len()).any(|i| cells.raw(i).contains('"'));
    let feeds_nothing = |i: &usize| opened.plan.unused.binary_search(i).is_ok();
    let missing = (cells.len()..opened.header.len())
        .filter(|i| !opened.header[*i].trim().is_empty())
        .find(|i| whole || !feeds_nothing(i))?;
    Some(format!(
        "has {} cells, the header has {}, so nothing stands under `{}`: a quote is missing, or the row was cut off",
        cells.len(),
        opened.header.len(),
        opened.header[missing]
    ))
}

/// Whom a row is about of which the cells do not stand where they should: it holds one address and no other.
pub(super) fn whom(row: RawRow<'_>) -> Option<Record<'_>> {
    let cells = row.cells;
    let is_address =
        |text: &&str| text.bytes().filter(|b| *b == b'@').count() == 1 && !text.contains(char::is_whitespace);
    let mut addresses =
        (0..cells.len()).map(|i| cells.text(i)).filter(|text| text.len() <= LONGEST_ADDRESS).filter(is_address);
    let email = addresses.next()?;
    let alone = addresses.all(|other| other.eq_ignore_ascii_case(email));
    alone.then(|| Record { email, ..Record::at(row.line) })
}

/// No address is longer.
const LONGEST_ADDRESS: usize = 320;
