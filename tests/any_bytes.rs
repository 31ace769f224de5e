//! Whatever bytes a file is made of: it is read or refused, no row is lost, and the refusal is fit for a person.

use coverage::catalog::Catalog;
use coverage::diag::Diagnostic;
use coverage::ingest::{self, InMemory, Outcome, Outcomes, PlainRows, Request, Wish};
use coverage::model::{DateOrder, Holds};
use coverage::run::known;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::OnceLock;

/// The bytes of every fixture and of every export of the sample company.
fn fixtures() -> &'static Vec<(String, Vec<u8>)> {
    static ALL: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders =
            ["tests/fixtures/exports", "samples/nordwind/hr", "samples/nordwind/idp", "samples/nordwind/rosters"];
        let files = folders.iter().flat_map(|f| fs::read_dir(home.join(f)).unwrap()).map(|e| e.unwrap().path());
        let mut all: Vec<_> = files
            .filter(|p| !p.to_str().unwrap().ends_with(".expect.yaml"))
            .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap()))
            .collect();
        all.sort();
        assert!(all.len() >= 70 && all.iter().any(|(name, _)| name.ends_with(".xlsx")), "{} files", all.len());
        all
    })
}

/// What may be asked of a file, besides nothing.
#[derive(Debug, Clone, Default)]
struct Asked {
    holds: Option<Holds>,
    product: Option<&'static str>,
    export: Option<&'static str>,
    encoding: Option<&'static str>,
    date_order: Option<DateOrder>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let exports: Vec<&'static str> = Catalog::embedded().exports().map(|(_, e)| e.id.as_str()).collect();
    let products: Vec<&'static str> = Catalog::embedded().entries.iter().map(|e| e.id.as_str()).collect();
    let encodings = vec!["utf-8", "utf-16le", "utf-16be", "windows-1252", "gbk", "iso-2022-jp", "no such"];
    (
        proptest::option::of(proptest::sample::select(vec![Holds::Employees, Holds::Identities, Holds::Accounts])),
        proptest::option::weighted(0.3, proptest::sample::select(products)),
        proptest::option::weighted(0.2, proptest::sample::select(exports)),
        proptest::option::weighted(0.2, proptest::sample::select(encodings)),
        proptest::option::of(proptest::sample::select(vec![DateOrder::DayFirst, DateOrder::MonthFirst])),
    )
        .prop_map(|(holds, product, export, encoding, date_order)| Asked {
            holds,
            product,
            export,
            encoding,
            date_order,
        })
}

/// Opens and reads bytes; the rows by outcome must add up, and every problem must be fit for a person.
fn read(bytes: Vec<u8>, asked: &Asked) {
    let known = known(Catalog::embedded());
    let file = InMemory { name: "any".into(), bytes };
    let request = Request {
        wish: Wish {
            holds: asked.holds,
            product: asked.product,
            export: asked.export,
            said: asked.holds.is_some(),
            fetched: None,
        },
        encoding: asked.encoding,
        date_order: asked.date_order,
        only: None,
    };
    let mut opened = match ingest::open(&file, request, &known, &TimeZone::UTC) {
        Ok(opened) => opened,
        Err(problem) => return told(&problem),
    };
    opened.warnings.iter().for_each(told);
    let mut outcomes = 0;
    let learnt = ingest::read(&file, &mut opened, &mut |outcome: Outcome<'_>| {
        outcomes += match outcome {
            Outcome::Record(_, rows) => rows,
            Outcome::Excluded { .. } | Outcome::Rejected(..) => 1,
        };
        Ok(())
    });
    match learnt {
        Ok(learnt) => assert_eq!(learnt.rows, outcomes, "rows read = rows by outcome"),
        Err(problem) => told(&problem),
    }
}

/// A problem names its file, is short, and cannot draw on the terminal.
fn told(problem: &Diagnostic) {
    let text = problem.to_string();
    assert!(text.starts_with("any") && text.len() < 2000, "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(!problem.is_error() || problem.help.is_some(), "nothing says what to do: {text}");
}

/// What happens to a file on its way: bytes overwritten, put in, taken out, cut off.
#[derive(Debug, Clone)]
enum Damage {
    Overwrite(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(vec![0xff, 0xfe]),
        Just(b"{\"a\":[".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, b)| Damage::Overwrite(at, b)),
        (any::<usize>(), piece).prop_map(|(at, b)| Damage::Insert(at, b)),
        (any::<usize>(), 1..40usize).prop_map(|(at, n)| Damage::Remove(at, n)),
        any::<usize>().prop_map(Damage::Cut),
    ]
}

fn damaged(bytes: &[u8], all: &[Damage]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for one in all.iter().filter(|_| !bytes.is_empty()) {
        if out.is_empty() {
            break;
        }
        let n = out.len();
        match one {
            Damage::Overwrite(at, b) => out[at % n] = *b,
            Damage::Insert(at, piece) => {
                out.splice(at % n..at % n, piece.iter().copied());
            }
            Damage::Remove(at, count) => {
                out.drain(at % n..(at % n + count).min(n));
            }
            Damage::Cut(at) => out.truncate(at % n),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), asked in asked()) {
        read(bytes, &asked);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-zA-Z@.,;:\"\\n\\t {}\\[\\]0-9/-]{0,120}") {
        read(format!("Email,Name,Status\n{text}").into_bytes(), &Asked::default());
        read(text.into_bytes(), &Asked::default());
    }

    #[test]
    fn damaged_exports_are_read_or_refused(
        which in any::<usize>(),
        all in proptest::collection::vec(damage(), 1..6),
        asked in asked(),
    ) {
        let (_, bytes) = &fixtures()[which % fixtures().len()];
        read(damaged(bytes, &all), &Asked::default());
        read(damaged(bytes, &all), &asked);
    }

    #[test]
    fn workbooks_with_damaged_parts_are_read_or_refused(
        part in any::<usize>(),
        all in proptest::collection::vec(damage(), 1..6),
    ) {
        let (_, bytes) = fixtures().iter().find(|(name, _)| name.ends_with(".xlsx")).unwrap();
        read(repacked(bytes, part, &all), &Asked::default());
    }
}

/// A workbook in which one part was damaged before it was packed, so that its checksum is right.
fn repacked(bytes: &[u8], which: usize, all: &[Damage]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut part = from.by_index(n).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        to.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
        drop(part);
        let text = if n == which % from.len() { damaged(&text, all) } else { text };
        to.write_all(&text).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// Shown rows ahead, it keeps their addresses.
#[derive(Default)]
struct ShownAhead(Vec<String>);

impl Outcomes for ShownAhead {
    fn wants_plain(&self) -> bool {
        true
    }
    fn plain(&mut self, rows: &mut PlainRows<'_>) {
        self.0.extend(rows.iter().map(|(_, row)| row.address.to_owned()));
    }
    fn outcome(&mut self, _: Outcome<'_>) -> Result<(), Diagnostic> {
        Ok(())
    }
}

/// Found by the fuzzer: the whole cell had been shown ahead as the address.
#[test]
fn a_cell_with_more_than_an_address_is_not_shown_ahead() {
    let text = "Email,Name,Status\nann@x.example;;[ntern,Ann,active\na@x.example b@x.example,A,active\nbo@x.example,Bo,active\n";
    let known = known(Catalog::embedded());
    let file = InMemory { name: "any".into(), bytes: text.into() };
    let wish =
        Wish { holds: Some(Holds::Accounts), product: None, export: Some("generic-roster-email"), ..Wish::default() };
    let request = Request { wish, encoding: None, date_order: None, only: None };
    let mut opened = ingest::open(&file, request, &known, &TimeZone::UTC).unwrap();
    let mut shown = ShownAhead::default();
    ingest::read(&file, &mut opened, &mut shown).unwrap();
    assert_eq!(shown.0, ["bo@x.example"]);
}
