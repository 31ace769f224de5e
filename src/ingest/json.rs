//! JSON exports: an array, a document that holds the list, or one object a line; several such documents, one after another or in
//! an array. Read as a stream.

use super::rows::{self, Cells, Extra, OnRow, RawRow, SEVERAL};
use super::words;
use crate::diag::Diagnostic;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

/// How deep a record is unfolded.
const DEEPEST: usize = 16;
/// How many columns of late records are remembered.
const LATE: usize = 200;
/// How many keys that are no column's spelling are remembered.
const OTHERS: usize = 10_000;

/// What the beginning of a JSON file shows.
#[derive(Debug, Default)]
pub struct Head {
    /// Where its list stands; empty for the document itself.
    pub list: String,
    /// The dotted names in its first records.
    pub columns: Vec<String>,
    /// How many records were seen.
    pub records: usize,
    /// How many objects stand outside of every list: whole documents, or one a line.
    pub objects: u32,
    /// What is wrong with the beginning, if that is not merely that it was cut; with line and column.
    pub error: Option<(String, u64, u64)>,
}

/// Looks at the beginning. `lists` are the names under which a list may stand; `pages` says that each element of the outermost
/// array is a document of its own.
pub fn head(text: &str, cut: bool, lists: &BTreeSet<String>, pages: bool) -> Head {
    let found = RefCell::new((String::new(), 0));
    let mut names = BTreeSet::new();
    let seen = Rc::new(Seen::default());
    let mut emit = |value: Value, list: &str, _: u32| {
        let mut found = found.borrow_mut();
        list.clone_into(&mut found.0);
        if value.is_object() {
            found.1 += 1;
            unfold(&value, &mut |name, _| {
                if !names.contains(name) {
                    names.insert(name.to_owned());
                }
            });
        }
        Ok(())
    };
    let is_list = |name: &str| Key::of(name, lists.iter().map(String::as_str));
    let result = walk(text.as_bytes(), &seen, Ways { is_list: &is_list, pages }, &mut emit, &mut |_, _| {});
    let (list, records) = found.into_inner();
    let error = match result {
        Err(Broken::Json(e)) if !(cut && e.is_eof()) => Some((strip_place(&e), e.line() as u64, e.column() as u64)),
        _ => None,
    };
    Head { list, columns: names.into_iter().collect(), records, objects: seen.objects.get(), error }
}

/// The columns in which keys stand: under their own spelling, else under one that is the same name. Records need not have all
/// keys, and the spelling of one that only a late record has is not known from the beginning of the file.
struct Keys<'c> {
    columns: HashMap<&'c str, usize>,
    names: HashMap<String, usize>,
    /// Keys that are no column's spelling, with the column of that name.
    others: HashMap<String, Option<usize>>,
}

impl<'c> Keys<'c> {
    fn of(columns: &'c [String]) -> Self {
        let mut names = HashMap::new();
        for (i, column) in columns.iter().enumerate() {
            names.entry(words::header(column)).or_insert(i);
        }
        Self {
            columns: columns.iter().enumerate().map(|(i, c)| (c.as_str(), i)).collect(),
            names,
            others: HashMap::new(),
        }
    }

    fn column(&mut self, key: &str) -> Option<usize> {
        if let Some(&column) = self.columns.get(key) {
            return Some(column);
        }
        if let Some(&known) = self.others.get(key) {
            return known;
        }
        let column = self.names.get(&words::header(key)).copied();
        if self.others.len() < OTHERS {
            self.others.insert(key.to_owned(), column);
        }
        column
    }
}

/// Goes through all records.
///
/// # Errors
/// The document breaks off or is no JSON.
pub fn each(
    name: &str,
    text: Box<dyn Read + Send>,
    (list, pages): (&str, bool),
    columns: &[String],
    on: &mut OnRow<'_>,
) -> Result<Extra, Diagnostic> {
    let mut keys = Keys::of(columns);
    let mut cells = vec![String::new(); columns.len()];
    let mut late = BTreeSet::new();
    let mut total = None;
    let seen = Rc::new(Seen::default());
    let is_list = |key: &str| Key::of(key, Some(list).into_iter());
    let mut emit = |value: Value, _: &str, line: u32| {
        cells.iter_mut().for_each(String::clear);
        let record = if value.is_object() { &value } else { &Value::Object(serde_json::Map::new()) };
        unfold(record, &mut |key, text| match keys.column(key) {
            Some(i) => {
                if !cells[i].is_empty() {
                    cells[i].push(SEVERAL);
                }
                cells[i].push_str(text);
            }
            None if late.len() < LATE && !late.contains(key) => {
                late.insert(key.to_owned());
            }
            None => {}
        });
        on.row(RawRow {
            line,
            cells: Cells::Texts(&cells),
            broken: (!value.is_object()).then_some(rows::Broken::NoObject),
        })
    };
    let mut beside = |key: &str, value: &Value| {
        if matches!(words::header(key).as_str(), "totalresults" | "totalcount" | "total" | "odatacount") {
            total = value.as_u64();
        }
    };
    match walk(text, &seen, Ways { is_list: &is_list, pages }, &mut emit, &mut beside) {
        Ok(()) => Ok(Extra { total, late_columns: late.into_iter().collect(), ..Extra::default() }),
        Err(Broken::Stopped(d)) => Err(d),
        Err(Broken::Json(e)) if e.io_error_kind() == Some(io::ErrorKind::FileTooLarge) => {
            let what = format!("the record that begins here is longer than {} MiB", rows::LONGEST_ROW >> 20);
            Err(Diagnostic::error(name, what).at(u64::from(seen.begins.get())).help("this is no list of accounts"))
        }
        Err(Broken::Json(e)) if e.is_io() => Err(rows::stopped(name, seen.begins.get(), &e.into())),
        Err(Broken::Json(e)) => Err(Diagnostic::error(name, format!("the JSON is broken: {}", strip_place(&e)))
            .at(e.line() as u64)
            .column(e.column() as u64)
            .help("the file is probably cut off; export it again")),
    }
}

fn strip_place(e: &serde_json::Error) -> String {
    let text = e.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

enum Broken {
    Json(serde_json::Error),
    Stopped(Diagnostic),
}

type Emit<'f> = dyn FnMut(Value, &str, u32) -> Result<(), Diagnostic> + 'f;

/// What stands under a key of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// A list of records.
    List,
    /// An object that holds one (`data` of `data.users`, as GraphQL answers).
    Leads,
    /// Anything else.
    Other,
}

impl Key {
    fn of<'l>(key: &str, mut lists: impl Iterator<Item = &'l str> + Clone) -> Self {
        let below = |list: &str| list.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        if !key.is_empty() && lists.clone().any(|list| list == key) {
            Self::List
        } else if lists.any(below) {
            Self::Leads
        } else {
            Self::Other
        }
    }
}

/// How documents are read.
#[derive(Clone, Copy)]
struct Ways<'w> {
    /// Whether a list stands under a key, or below it.
    is_list: &'w dyn Fn(&str) -> Key,
    /// Whether the elements of an outermost array are documents, as `jq -s` makes one of several.
    pages: bool,
}

struct Walk<'w, 'f> {
    seen: &'w Seen,
    is_list: &'w dyn Fn(&str) -> Key,
    emit: &'w mut Emit<'f>,
    beside: &'w mut dyn FnMut(&str, &Value),
    stopped: &'w mut Option<Diagnostic>,
}

fn walk(
    text: impl Read,
    seen: &Rc<Seen>,
    ways: Ways<'_>,
    emit: &mut Emit<'_>,
    beside: &mut dyn FnMut(&str, &Value),
) -> Result<(), Broken> {
    let counting = Counting { inner: BufReader::with_capacity(1 << 16, text), seen: Rc::clone(seen) };
    let mut de = serde_json::Deserializer::from_reader(counting);
    loop {
        if de.end().is_ok() {
            return Ok(());
        }
        let mut stopped = None;
        let mut walk = Walk { seen, is_list: ways.is_list, emit, beside, stopped: &mut stopped };
        let result = Top { walk: &mut walk, pages: ways.pages }.deserialize(&mut de);
        if let Some(d) = stopped {
            return Err(Broken::Stopped(d));
        }
        result.map_err(Broken::Json)?;
    }
}

/// A whole document, or one of many.
struct Top<'a, 'w, 'f> {
    walk: &'a mut Walk<'w, 'f>,
    pages: bool,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        self.walk.seen.begin();
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records, or an object that holds one")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.pages {
            while seq.next_element_seed(Top { walk: &mut *self.walk, pages: false })?.is_some() {}
            return Ok(());
        }
        self.walk.records(seq, "")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let line = self.walk.seen.line();
        self.walk.seen.objects.set(self.walk.seen.objects.get().saturating_add(1));
        let mut rest = serde_json::Map::new();
        let mut held = false;
        while let Some(key) = map.next_key::<String>()? {
            if (self.walk.is_list)(&key) != Key::Other {
                held |= map.next_value_seed(List { walk: &mut *self.walk, name: &key })?;
            } else {
                let value: Value = map.next_value()?;
                (self.walk.beside)(&key, &value);
                rest.insert(key, value);
            }
        }
        if held {
            return Ok(());
        }
        self.walk.give(Value::Object(rest), "", line)
    }
}

/// The value under a list's name; true if it is a list.
struct List<'a, 'w, 'f> {
    walk: &'a mut Walk<'w, 'f>,
    name: &'a str,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = bool;
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        if (self.walk.is_list)(self.name) != Key::List {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(false);
        }
        self.walk.records(seq, self.name).map(|()| true)
    }
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut held = false;
        while let Some(key) = map.next_key::<String>()? {
            let name = format!("{}.{key}", self.name);
            if (self.walk.is_list)(&name) == Key::Other {
                map.next_value::<IgnoredAny>()?;
            } else {
                held |= map.next_value_seed(List { walk: &mut *self.walk, name: &name })?;
            }
        }
        Ok(held)
    }
    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
}

impl Walk<'_, '_> {
    fn records<'de, A: SeqAccess<'de>>(&mut self, mut seq: A, name: &str) -> Result<(), A::Error> {
        while let Some((value, line)) = seq.next_element_seed(Element(self.seen))? {
            self.give(value, name, line)?;
        }
        Ok(())
    }
    fn give<E: serde::de::Error>(&mut self, value: Value, name: &str, line: u32) -> Result<(), E> {
        (self.emit)(value, name, line).map_err(|d| {
            *self.stopped = Some(d);
            E::custom("stopped")
        })
    }
}

/// One element with the line where it begins.
struct Element<'a>(&'a Seen);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = (Value, u32);
    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(Value, u32), D::Error> {
        self.0.begin();
        let line = self.0.line();
        serde::Deserialize::deserialize(d).map(|value| (value, line))
    }
}

/// How far the reading has come.
#[derive(Debug, Default)]
struct Seen {
    /// Line ends so far.
    ends: Cell<u32>,
    /// The line where the record in hand begins.
    begins: Cell<u32>,
    /// Bytes since then.
    since: Cell<u64>,
    /// Objects outside of every list.
    objects: Cell<u32>,
}

impl Seen {
    fn line(&self) -> u32 {
        self.ends.get().saturating_add(1)
    }
    fn begin(&self) {
        self.begins.set(self.line());
        self.since.set(0);
    }
}

/// Counts the lines that have been read, and ends a record that would fill the memory.
struct Counting<R> {
    inner: BufReader<R>,
    seen: Rc<Seen>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.seen.since.get() > rows::LONGEST_ROW {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let n = self.inner.read(buf)?;
        let new = buf[..n].iter().filter(|b| **b == b'\n').count();
        self.seen.ends.set(self.seen.ends.get().saturating_add(new as u32));
        self.seen.since.set(self.seen.since.get() + n as u64);
        Ok(n)
    }
}

/// Gives every scalar of a record under its dotted name; elements marked `primary` come first.
fn unfold(value: &Value, give: &mut dyn FnMut(&str, &str)) {
    fn into(value: &Value, name: &mut String, depth: usize, give: &mut dyn FnMut(&str, &str)) {
        match value {
            Value::Null => give(name, ""),
            Value::Bool(b) => give(name, if *b { "true" } else { "false" }),
            Value::Number(n) => give(name, &n.to_string()),
            Value::String(s) => give(name, s),
            _ if depth == DEEPEST => {}
            Value::Array(list) => {
                let primary = |v: &&Value| v.get("primary").and_then(Value::as_bool) == Some(true);
                for item in list.iter().filter(primary).chain(list.iter().filter(|v| !primary(v))) {
                    into(item, name, depth + 1, give);
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    let length = name.len();
                    if length > 0 {
                        name.push('.');
                    }
                    name.push_str(key);
                    into(item, name, depth + 1, give);
                    name.truncate(length);
                }
            }
        }
    }
    into(value, &mut String::new(), 0, give);
}

#[cfg(test)]
mod tests;
