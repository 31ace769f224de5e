//! YAML text to a tree whose every key and value knows its place.

use crate::diag::{Diagnostic, visible};
use serde_json::Value;
use serde_saphyr::granit_parser::{self, ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Bytes a file may have. A catalog entry has some thousand.
const LARGEST: usize = 8 << 20;
/// Lists and mappings that may stand in one another.
const DEEPEST: usize = 64;
/// Characters a key may have.
const LONGEST_KEY: usize = 1000;

/// 1-based line and column.
pub(super) type Place = (u64, u64);

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) data: Data,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum Data {
    /// An unquoted scalar as written. What it stands for is decided late, so that `1.10` can stay `1.10`.
    Plain(String),
    /// A quoted or block scalar: text for certain.
    Text(String),
    List(Vec<Node>),
    /// Keys with their places. Sorted, so that a file of many keys is searched fast.
    Map(BTreeMap<String, (Place, Node)>),
}

/// A node found by its pointer.
pub(super) struct Found<'a> {
    pub(super) key: Option<Place>,
    pub(super) node: &'a Node,
}

impl Found<'_> {
    /// Where a person looks first: at a scalar, or at the key of what holds more or nothing.
    pub(super) fn spot(&self) -> Place {
        match (&self.node.data, self.key) {
            (Data::Plain(text), Some(key)) if plain(text).is_null() => key,
            (Data::List(_) | Data::Map(_), Some(key)) => key,
            _ => self.node.place,
        }
    }
}

impl Node {
    /// The node at a JSON pointer.
    pub(super) fn find(&self, pointer: &str) -> Option<Found<'_>> {
        let mut found = Found { key: None, node: self };
        for step in pointer.split('/').skip(1) {
            found = match &found.node.data {
                Data::List(items) => Found { key: None, node: items.get(step.parse::<usize>().ok()?)? },
                Data::Map(members) => {
                    let (key, node) = members.get(&unescape(step))?;
                    Found { key: Some(*key), node }
                }
                _ => return None,
            };
        }
        Some(found)
    }

    /// The path of a JSON pointer as a person writes it: `apps.slack.roster[0].file`.
    pub(super) fn words(&self, pointer: &str) -> String {
        let mut words = String::new();
        let mut node = Some(self);
        for step in pointer.split('/').skip(1) {
            match node.map(|n| &n.data) {
                Some(Data::List(_)) => words.push_str(&format!("[{step}]")),
                _ => {
                    let key = unescape(step);
                    let dot = if words.is_empty() { "" } else { "." };
                    let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
                    let quote = if bare { "" } else { "\"" };
                    words.push_str(&format!("{dot}{quote}{key}{quote}"));
                }
            }
            node = node.and_then(|n| n.find(&format!("/{step}"))).map(|found| found.node);
        }
        words
    }

    /// The same as JSON, plain scalars read as YAML 1.2 (core schema) reads them.
    pub(super) fn value(&self) -> Value {
        match &self.data {
            Data::Plain(text) => plain(text),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => Value::Array(items.iter().map(Self::value).collect()),
            Data::Map(members) => Value::Object(members.iter().map(|(k, (_, n))| (k.clone(), n.value())).collect()),
        }
    }
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// What an unquoted scalar stands for. `on`, `off`, `yes`, `no` and dates are text; so are numbers JSON cannot hold.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    if let Some(octal) = text.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Value::from);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Value::from);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Rust's own parser also takes `inf`, `nan` and `infinity`, which are words here.
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !digits.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
}

/// Parses a file that may hold so many values.
///
/// # Errors
/// The first fault that leaves the rest without meaning. Faults that do not (a key given twice, an anchor, a tag) are
/// returned beside the tree.
pub(super) fn parse(file: &str, bytes: &[u8], most: usize) -> Result<(Node, Vec<Diagnostic>), Diagnostic> {
    if bytes.len() > LARGEST {
        let mib = LARGEST >> 20;
        return Err(
            Diagnostic::error(file, format!("the file is larger than {mib} MiB")).help("is this the right file?")
        );
    }
    let text = std::str::from_utf8(bytes).map_err(|e| not_utf8(file, bytes, e.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
        disallow_directives: true,
    };
    let events = Parser::new_from_str_with_options(text, options);
    Reader { file, events, faults: Vec::new(), most, values: 0 }.document()
}

fn not_utf8(file: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let line = 1 + bytes[..valid].iter().filter(|&&b| b == b'\n').count() as u64;
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = if utf16 { "the file is UTF-16, not UTF-8" } else { "the file is not UTF-8 text" };
    Diagnostic::error(file, message).at(line).help("save it as UTF-8")
}

struct Reader<'f, I> {
    file: &'f str,
    events: I,
    faults: Vec<Diagnostic>,
    /// How many values there may be, and how many there are so far.
    most: usize,
    values: usize,
}

impl<'i, I: Iterator<Item = Result<(Event<'i>, Span), ScanError>>> Reader<'_, I> {
    fn document(mut self) -> Result<(Node, Vec<Diagnostic>), Diagnostic> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_some() => {
                    let message = "a second document begins here; one file holds one document";
                    return Err(self.fault(span.start, message).help("put it into a file of its own"));
                }
                Event::DocumentStart(..) => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
        let nothing = || Node { place: (1, 1), data: Data::Plain(String::new()) };
        Ok((root.unwrap_or_else(nothing), self.faults))
    }

    fn next(&mut self) -> Result<(Event<'i>, Span), Diagnostic> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(e)) if *e.kind() == ErrorKind::RecursionLimitExceeded => Err(self.too_deep(*e.marker())),
            Some(Err(e)) => Err(self.fault(*e.marker(), format!("this is not valid YAML: {}", e.info().trim_end()))),
            None => Err(Diagnostic::error(self.file, "this is not valid YAML: it ends too early")),
        }
    }

    fn fault(&self, at: Marker, message: impl Into<String>) -> Diagnostic {
        let (line, column) = place(at);
        Diagnostic::error(self.file, message).at(line).column(column)
    }

    fn too_deep(&self, at: Marker) -> Diagnostic {
        self.fault(at, format!("lists and mappings stand more than {DEEPEST} deep in one another"))
    }

    /// Notes an anchor or a tag; what carries it is read as if it were not there.
    fn refuse_extras(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor != 0 {
            let fault = self.fault(span.start, "anchors (`&name`) are not read");
            self.faults.push(fault.help("write the value out where it is needed"));
        }
        if tagged {
            let fault = self.fault(span.tag_start().unwrap_or(span.start), "tags (`!name`) are not read");
            self.faults.push(fault.help("quote the value if it begins with `!`"));
        }
    }

    fn node(&mut self, event: Event<'i>, span: Span, depth: usize) -> Result<Node, Diagnostic> {
        if depth > DEEPEST {
            return Err(self.too_deep(span.start));
        }
        self.values += 1;
        if self.values > self.most {
            let fault = self.fault(span.start, format!("the file holds more than {} values", self.most));
            return Err(fault.help("is this the right file?"));
        }
        let data = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                if style == ScalarStyle::Plain { Data::Plain(text.into_owned()) } else { Data::Text(text.into_owned()) }
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                self.list(depth)?
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                self.map(depth)?
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => return Err(self.alias(span)),
            _ => return Err(self.fault(span.start, "this is not valid YAML: a value is missing")),
        };
        Ok(Node { place: place(span.start), data })
    }

    fn alias(&self, span: Span) -> Diagnostic {
        let fault = self.fault(span.start, "aliases (`*name`) are not read");
        fault.help("quote the text if it begins with `*`: `\"*@bots.example\"`")
    }

    fn list(&mut self, depth: usize) -> Result<Data, Diagnostic> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Data::List(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Data, Diagnostic> {
        let mut members = BTreeMap::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Data::Map(members));
            }
            let key = self.key(event, at)?;
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            match members.entry(key) {
                Entry::Vacant(free) => _ = free.insert((place(at.start), node)),
                Entry::Occupied(taken) => {
                    let message = format!("the key `{}` stands here a second time", taken.key());
                    let first = format!("it already stands in line {}", taken.get().0.0);
                    let fault = self.fault(at.start, message).help(first);
                    self.faults.push(fault);
                }
            }
        }
    }

    fn key(&mut self, event: Event<'i>, span: Span) -> Result<String, Diagnostic> {
        match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<" => {
                let fault = self.fault(span.start, "merge keys (`<<`) are not read");
                Err(fault.help("write the keys out where they are needed"))
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty() || text == "~" => {
                Err(self.fault(span.start, "a key is missing before the `:`"))
            }
            Event::Scalar(text, ..) if text.chars().count() > LONGEST_KEY => {
                let start: String = text.chars().take(20).collect();
                Err(self.fault(span.start, format!("the key `{}…` is too long", visible(&start))))
            }
            Event::Scalar(text, _, anchor, tag) => {
                self.refuse_extras(anchor, tag.is_some(), span);
                Ok(text.into_owned())
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(self.alias(span)),
            _ => {
                let fault = self.fault(span.start, "a key must be a word, not a list or a mapping");
                Err(fault.help("quote a text that begins with `[` or `{`"))
            }
        }
    }
}

/// The parser counts lines from 1 and columns from 0.
fn place(at: Marker) -> Place {
    (at.line() as u64, at.col() as u64 + 1)
}
