//! Several addresses in a cell that is for one, and what parts several values.

use super::open::Opened;
use super::rows::SEVERAL;
use super::words::is_nothing;
use crate::model::Field;

/// What such a cell holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Several<'c> {
    /// The first address.
    pub first: &'c str,
    /// The others.
    pub others: Vec<&'c str>,
    /// A part of the cell that is neither an address nor a word for none.
    pub odd: Option<&'c str>,
}

/// The addresses of a cell in which more stands than one; none if it holds one, or what no address can be found in.
pub(super) fn several(cell: &str) -> Option<Several<'_>> {
    // Asked of every row of a roster: one pass without branches over more bytes than separate anything.
    let may_be_between = |found, byte| found | (byte <= b',') | (byte == b';') | (byte == b'|');
    if !cell.bytes().fold(false, may_be_between) || !cell.contains('@') {
        return None;
    }
    let many = cell.matches('@').count() > 1;
    // One address with a name that has a comma in it.
    if !many && cell.contains('<') {
        return None;
    }
    let (mut addresses, mut odd) = (Vec::new(), None);
    for part in cell.split(is_between).map(str::trim).filter(|part| !part.is_empty()) {
        let by_blanks = part.matches('@').count() > 1;
        let words = part.split_whitespace().filter(|_| by_blanks).chain(Some(part).filter(|_| !by_blanks));
        for word in words {
            if is_address(word) {
                addresses.push(word);
            } else if !cell.contains('<') && !is_nothing(word) {
                odd = odd.or(Some(word));
            }
        }
    }
    let mut addresses = addresses.into_iter();
    let first = addresses.next()?;
    let others: Vec<&str> = addresses.collect();
    (many || !others.is_empty() || first.len() < cell.trim().len()).then_some(Several { first, others, odd })
}

const fn is_between(c: char) -> bool {
    matches!(c, ';' | ',' | '|' | '\n')
}

/// Whether a part has the form of one address, with a name before it or without.
fn is_address(part: &str) -> bool {
    let bare = part.rsplit_once('<').map_or(part, |(_, bare)| bare.trim_end_matches('>'));
    let has_form =
        |(local, domain): (&str, &str)| !local.is_empty() && domain.contains('.') && !domain.contains(['@', '<']);
    !bare.contains(char::is_whitespace) && bare.split_once('@').is_some_and(has_form)
}

/// What may stand between several values of a cell.
pub(super) fn separators(opened: &Opened<'_>) -> Vec<char> {
    let mut several = vec![',', ';', '|', SEVERAL];
    several.extend(opened.export.fields.get(&Field::Role).and_then(|c| c.cut()).and_then(|c| c.split.chars().next()));
    several
}

#[cfg(test)]
mod tests {
    use super::several;

    #[test]
    fn every_address_of_a_cell_is_found_and_what_is_none_is_told() {
        for (cell, first, others, odd) in [
            ("a@x.example; b@x.example", "a@x.example", vec!["b@x.example"], None),
            ("a@x.example,b@x.example", "a@x.example", vec!["b@x.example"], None),
            ("a@x.example b@x.example", "a@x.example", vec!["b@x.example"], None),
            ("a@x.example;", "a@x.example", vec![], None),
            ("none; b@x.example", "b@x.example", vec![], None),
            ("a@x.example; see below", "a@x.example", vec![], Some("see below")),
            ("A B <a@x.example>; C <c@x.example>", "A B <a@x.example>", vec!["C <c@x.example>"], None),
        ] {
            let found = several(cell).unwrap();
            assert_eq!((found.first, found.others, found.odd), (first, others, odd), "{cell}");
        }
        for cell in ["a@x.example", "Berg, Ann <a@x.example>", "ann at x, y", "a @x.example", "", "Berg, Ann", "@, @"] {
            assert_eq!(several(cell), None, "{cell}");
        }
    }
}
