//! What the targets share: how a file is read and what must hold of every reading.

use coverage::catalog::Catalog;
use coverage::diag::Diagnostic;
use coverage::identity::address;
use coverage::ingest::{self, Input, Known, Outcome, Outcomes, PlainRows, Request, Wish};
use coverage::model::{DateOrder, Holds, Record, Rejected};
use coverage::run::known;
use jiff::{Timestamp, tz::TimeZone};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Once, OnceLock};

/// Panics are faults, but for those of the library for workbooks, which the program catches and tells as a broken file.
pub fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !ingest::is_guarded() {
                hook(panic);
            }
        }));
    });
}

/// Numbers for choices out of the front of an input; zeros behind its end.
pub struct Dice<'d>(&'d [u8]);

impl<'d> Dice<'d> {
    /// Takes so many bytes of an input for choices; the rest is what is read.
    pub fn of(data: &'d [u8], count: usize) -> (Self, &'d [u8]) {
        let (dice, rest) = data.split_at(count.min(data.len()));
        (Self(dice), rest)
    }

    /// One of so many.
    pub fn next(&mut self, of: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % of
    }
}

/// What is asked of a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    pub holds: Option<Holds>,
    pub export: Option<&'static str>,
    pub encoding: Option<&'static str>,
    pub date_order: Option<DateOrder>,
}

impl Asked {
    /// Without wishes for an export or an encoding. Zeros ask for nothing.
    pub fn roll(dice: &mut Dice<'_>) -> Self {
        Self {
            holds: [None, Some(Holds::Accounts), Some(Holds::Identities), Some(Holds::Employees)][dice.next(4)],
            date_order: [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)][dice.next(3)],
            ..Self::default()
        }
    }
}

fn exports() -> &'static Known<'static> {
    static KNOWN: OnceLock<Known<'static>> = OnceLock::new();
    KNOWN.get_or_init(|| known(Catalog::embedded()))
}

/// A file that comes in pieces of a size.
struct Pieces<'b> {
    bytes: &'b [u8],
    size: usize,
}

struct Piecewise {
    bytes: io::Cursor<Vec<u8>>,
    size: usize,
}

impl Read for Piecewise {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = to.len().min(self.size);
        self.bytes.read(&mut to[..most])
    }
}

impl Input for Pieces<'_> {
    fn name(&self) -> &str {
        "any"
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Piecewise { bytes: io::Cursor::new(self.bytes.to_vec()), size: self.size }))
    }
    fn modified(&self) -> Option<Timestamp> {
        None
    }
}

/// Collects what became of the rows, and holds what was shown ahead against it.
#[derive(Default)]
struct Seen {
    ahead: bool,
    rows: u64,
    outcomes: Vec<String>,
    plain: BTreeMap<u32, (String, String, String, Option<bool>, Option<String>)>,
}

fn facts(record: &Record<'_>) -> (String, String, String, Option<bool>, Option<String>) {
    (
        record.email.to_owned(),
        record.id.to_owned(),
        format!("{:?}", record.status),
        record.privileged,
        record.last_active.map(|w| format!("{w:?}")),
    )
}

impl Outcomes for Seen {
    fn wants_plain(&self) -> bool {
        self.ahead
    }
    fn plain(&mut self, rows: &mut PlainRows<'_>) {
        for (_, row) in rows.iter() {
            let last_active = row.last_active().map(|w| format!("{w:?}"));
            let facts =
                (row.address.to_owned(), row.id.to_owned(), format!("{:?}", row.status), row.privileged, last_active);
            self.plain.insert(row.line, facts);
        }
    }
    fn outcome(&mut self, outcome: Outcome<'_>) -> Result<(), Diagnostic> {
        self.rows += match &outcome {
            Outcome::Record(record, rows) => {
                if let Some(plain) = self.plain.remove(&record.line) {
                    assert_eq!(plain, facts(record), "what was shown ahead = what came");
                }
                *rows
            }
            Outcome::Excluded { line, .. } | Outcome::Rejected(Rejected { line, .. }, _) => {
                // What is no account may be shown ahead, but not as one that somebody could be found for.
                if let Some((written, ..)) = self.plain.remove(line) {
                    assert!(!address(&written, &mut String::new()), "shown ahead as an account: {outcome:?}");
                }
                1
            }
        };
        self.outcomes.push(format!("{outcome:?}"));
        Ok(())
    }
}

/// Everything that a reading says.
#[derive(PartialEq, Debug)]
struct Said {
    outcomes: Vec<String>,
    told: Vec<String>,
}

fn reading(bytes: &[u8], asked: Asked, size: usize, ahead: bool) -> Said {
    let file = Pieces { bytes, size };
    let request = Request {
        wish: Wish { holds: asked.holds, product: None, export: asked.export, said: asked.holds.is_some(), fetched: None },
        encoding: asked.encoding,
        date_order: asked.date_order,
        only: None,
    };
    let mut opened = match ingest::open(&file, request, exports(), &TimeZone::UTC) {
        Ok(opened) => opened,
        Err(problem) => return Said { outcomes: Vec::new(), told: vec![told(&problem)] },
    };
    let mut all: Vec<String> = opened.warnings.iter().map(told).collect();
    let mut seen = Seen { ahead, ..Seen::default() };
    match ingest::read(&file, &mut opened, &mut seen) {
        Ok(learnt) => {
            assert_eq!(learnt.rows, seen.rows, "rows read = rows by outcome");
            assert!(seen.plain.is_empty(), "shown ahead, and it never came: {:?}", seen.plain);
            all.push(format!("{learnt:?}"));
        }
        Err(problem) => all.push(told(&problem)),
    }
    Said { outcomes: seen.outcomes, told: all }
}

/// Opens and reads a file: no row is lost, every problem is fit for a person, it does not matter in which pieces the bytes come, and rows shown
/// ahead are what they turn out to be.
pub fn read(bytes: &[u8], asked: Asked, size: usize) {
    begin();
    let whole = reading(bytes, asked, usize::MAX, true);
    if !whole.outcomes.is_empty() {
        assert_eq!(whole, reading(bytes, asked, size.max(1), false), "the same in pieces of {size} bytes");
    }
}

/// A problem names its file, is short, and cannot draw on the terminal.
pub fn told(problem: &Diagnostic) -> String {
    let text = problem.to_string();
    assert!(text.starts_with("any") && text.len() < 4000, "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    text
}
