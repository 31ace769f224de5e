//! Cells that a spreadsheet cannot take for formulas.
//!
//! Names and addresses in a roster are written by strangers, and a person opens our CSV files in a spreadsheet. Every
//! cell of every CSV file passes through [`defuse`].

use std::borrow::Cow;
use std::io::{self, Write};

/// Returns `cell` in a form that no spreadsheet takes for a formula.
///
/// A cell whose first character is one of `= + - @`, a tab, a carriage return or a full-width `＝ ＋ － ＠` gets a `'` in
/// front; white space, zero-width characters and byte-order marks before it do not hide it. A plain number such as `-5`
/// or `-1.5` stays a number. The same characters after a `;`, a tab or a line break are defused too, because a
/// spreadsheet set to another list separator begins a new cell there. Control characters other than tab and line feed
/// are replaced by their pictures (`␀`, `␛`).
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if is_harmless(cell) { Cow::Borrowed(cell) } else { rewrite(cell) }
}

/// The quick answer for nearly every cell: no control characters, and every part that a spreadsheet may take for a cell
/// begins with an ASCII letter, digit or harmless sign.
fn is_harmless(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    // Without a way out of the loop, so that the compiler looks at many bytes at once. 0xC2 leads the C1 controls.
    let odd = bytes.iter().fold(false, |odd, b| odd | (*b < 0x20) | (*b == 0x7f) | (*b == 0xc2));
    let plain = |first: Option<&u8>| match first {
        None => true,
        Some(b) => b.is_ascii_graphic() && !matches!(b, b'=' | b'+' | b'-' | b'@'),
    };
    if odd || !plain(bytes.first()) {
        return false;
    }
    memchr::memchr_iter(b';', bytes).all(|at| plain(bytes[at + 1..].iter().find(|b| **b != b' ')))
}

fn rewrite(cell: &str) -> Cow<'_, str> {
    if is_number(cell) || !needs_rewriting(cell) {
        return Cow::Borrowed(cell);
    }
    let mut out = String::with_capacity(cell.len() + 4);
    let mut leading = true; // only blanks so far
    let mut start = Some(0); // where in `out` a cell begins, while only blanks have come since
    for c in cell.chars() {
        if let Some(mark) = start
            && is_trigger(c)
        {
            out.insert(mark, '\'');
            if leading && mark > 0 {
                out.insert(0, '\'');
            }
            leading = false;
        }
        out.push(picture(c).unwrap_or(c));
        leading &= is_blank(c);
        start = match c {
            ';' | '\t' | '\n' => Some(out.len()),
            c if is_blank(c) && !is_trigger(c) => start,
            _ => None,
        };
    }
    Cow::Owned(out)
}

/// Whether anything in the cell is to be marked or replaced.
fn needs_rewriting(cell: &str) -> bool {
    let mut start = true;
    cell.chars().any(|c| {
        let needed = picture(c).is_some() || (start && is_trigger(c));
        start = matches!(c, ';' | '\t' | '\n') || (start && is_blank(c));
        needed
    })
}

/// Whether `c` can begin a formula (or a cell, for tab and carriage return).
const fn is_trigger(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

/// Whether `c` shows nothing at the beginning of a cell.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What stands for a control character; none for every other character.
fn picture(c: char) -> Option<char> {
    match c {
        '\t' | '\n' => None,
        '\u{7f}' => Some('␡'),
        c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32),
        c if c.is_control() => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

/// `-5`, `-1.5`: a sign, digits, and at most one point between digits.
fn is_number(cell: &str) -> bool {
    let Some(digits) = cell.strip_prefix('-') else { return false };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A CSV writer whose every cell is defused. Lines end with `\n`, text is UTF-8 without a byte-order mark.
pub(super) struct Table<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Begins a table with its header.
    pub(super) fn new(to: W, header: &[&str]) -> io::Result<Self> {
        let mut table = Self::over(to);
        for name in header {
            table.cell(name)?;
        }
        table.end_row()?;
        Ok(table)
    }

    /// Goes on with a table that has its header.
    pub(super) fn over(to: W) -> Self {
        let csv =
            csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).buffer_capacity(1 << 16).from_writer(to);
        Self { csv }
    }

    /// Writes the next cell of the row.
    pub(super) fn cell(&mut self, text: &str) -> io::Result<()> {
        Ok(self.csv.write_field(defuse(text).as_bytes())?)
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) -> io::Result<()> {
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Writes out what is still held back.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_defused() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'␍=1"),
            (" =1", "' =1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{200b} \u{a0}@x", "'\u{200b} \u{a0}@x"),
            ("\n=1", "'\n'=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠a", "'＠a"),
            ("a;=1", "a;'=1"),
            ("a\n=1", "a\n'=1"),
            ("a; \u{200b}+1", "a;' \u{200b}+1"),
            ("\u{0}=1", "'␀=1"),
        ] {
            assert_eq!(defuse(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays() {
        for cell in ["", "ada@example.com", "-5", "-1.5", "a=b", "O'Brien-Smith", "hr.csv:7; okta.csv:12", "Zoë", " x"]
        {
            assert!(matches!(defuse(cell), Cow::Borrowed(c) if c == cell), "{cell:?}");
        }
        assert_eq!(defuse("-1.5.2"), "'-1.5.2");
        assert_eq!(defuse("-"), "'-");
    }

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(defuse("a\u{1b}[2Jb\r\nc\u{7f}\u{9b}"), "a␛[2Jb␍\nc␡\u{fffd}");
    }

    proptest! {
        #[test]
        fn no_text_begins_a_formula_under_any_list_separator(cell in r"(?s)[=+@;\t\r\n\-a0 \u{feff}＝\u{0}.]{0,12}") {
            let safe = defuse(&cell);
            prop_assert!(!safe.chars().any(|c| c.is_control() && c != '\t' && c != '\n'));
            for part in safe.split([';', '\t', '\n']) {
                let first = part.trim_start_matches(is_blank).chars().next();
                prop_assert!(is_number(&cell) || !first.is_some_and(is_trigger), "{safe:?}");
            }
        }

        #[test]
        fn taking_the_marks_away_gives_the_text_back(cell in "[^'\\p{Cc}]{0,40}") {
            prop_assert_eq!(defuse(&cell).replace('\'', ""), cell);
        }
    }
}
