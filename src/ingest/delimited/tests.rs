//! Rows of delimited text, held against those of the `csv` crate.

use super::*;
use proptest::prelude::*;

/// Gives a few bytes at a time, so that rows fall over the ends of what was read.
struct Slow(io::Cursor<Vec<u8>>, usize);

impl Read for Slow {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(self.1);
        self.0.read(&mut buf[..most])
    }
}

fn ours(bytes: &[u8], step: usize) -> Result<Vec<(u32, Vec<String>)>, Diagnostic> {
    let mut rows = Vec::new();
    each("f", Box::new(Slow(io::Cursor::new(bytes.to_vec()), step)), b',', 0, &mut |row: RawRow<'_>| {
        rows.push((row.line, (0..row.cells.len()).map(|i| row.cells.raw(i).to_owned()).collect()));
        Ok(())
    })
    .map(|()| rows)
}

fn theirs(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let cells = |r: csv::ByteRecord| r.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    reader.byte_records().map(|r| cells(r.unwrap())).collect()
}

#[test]
fn rows_know_the_line_they_begin_in() {
    let rows = ours(b"a,b\r\n\r\n\"x\ny\",2\n\n3,4", 3).unwrap();
    let lines: Vec<(u32, &str)> = rows.iter().map(|(l, c)| (*l, c[0].as_str())).collect();
    assert_eq!(lines, [(1, "a"), (3, "x\ny"), (6, "3")]);
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    // The rows are longer than what is read at once, so that its end falls on every byte of a line end.
    let text = "Email,Name,Note\rann,Ann Ray,\r\rbob,Bob Lee,\"first\nsecond\"\rcy,Cy Fox,\r\ndan,\"Dan Oak\",\r\n\r\neve,Eve,";
    for step in [1, 2, 3, 7, 1000] {
        let rows = ours(text.as_bytes(), step).unwrap();
        let lines: Vec<(u32, &str)> = rows.iter().map(|(l, c)| (*l, c[0].as_str())).collect();
        assert_eq!(lines, [(1, "Email"), (2, "ann"), (4, "bob"), (6, "cy"), (7, "dan"), (9, "eve")], "{step}");
    }
}

#[test]
fn rows_behind_a_header_that_a_carriage_return_ends_are_read() {
    let mut rows = Vec::new();
    let text = b"Email,Name\rann,Ann\rbob,\"Lee, Bob\"\r";
    each("f", Box::new(io::Cursor::new(text.to_vec())), b',', 1, &mut |row: RawRow<'_>| {
        rows.push((row.line, row.cells.raw(1).to_owned()));
        Ok(())
    })
    .unwrap();
    assert_eq!(rows, [(2, "Ann".to_owned()), (3, "Lee, Bob".to_owned())]);
}

#[test]
fn a_quote_left_open_between_carriage_returns_swallows_no_rows() {
    let text = "Email,Name,Status\rann,\"Ann,active\rbob,Bob,active\rcy,Cy,active\r";
    let mut none = |_: RawRow<'_>| Ok(());
    let problem = each("f", Box::new(io::Cursor::new(text.as_bytes())), b',', 1, &mut none).unwrap_err();
    assert!(problem.to_string().starts_with("f:2:2: error: a quote opened in cell 2"), "{problem}");
}

#[test]
fn a_cell_that_is_no_text_breaks_its_row_only() {
    let mut broken = Vec::new();
    let bytes = b"a,b\n1,\xff\n\"\xc3\",\"\xa9\"\n2,3\n";
    each("f", Box::new(io::Cursor::new(bytes.to_vec())), b',', 1, &mut |row: RawRow<'_>| {
        broken.push(row.broken);
        Ok(())
    })
    .unwrap();
    assert_eq!(broken, [Some(Broken::NotText(1)), Some(Broken::NotText(0)), None]);
}

proptest! {
    #[test]
    fn rows_are_those_of_the_csv_crate(text in "[a\",\r\n é]{0,60}", step in 1usize..9) {
        if let Ok(rows) = ours(text.as_bytes(), step) {
            prop_assert_eq!(rows.into_iter().map(|(_, cells)| cells).collect::<Vec<_>>(), theirs(text.as_bytes()));
        }
    }

    #[test]
    fn lines_count_line_ends(text in "[a,\n\r]{0,60}", step in 1usize..9) {
        let one_kind = text.replace("\r\n", "\n").replace('\r', "\n");
        let expected: Vec<u32> =
            (1u32..).zip(one_kind.split('\n')).filter(|(_, l)| !l.is_empty()).map(|(n, _)| n).collect();
        let found: Vec<u32> = ours(text.as_bytes(), step).unwrap().into_iter().map(|(line, _)| line).collect();
        prop_assert_eq!(found, expected);
    }
}
