//! What an answer says: read as the list declares it, and a no taken for a no whatever its status. Pure.

use super::{Reply, xml};
use crate::model::{Answers, Inside, Pull};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// The longest word of a server's that is repeated.
const LONGEST_WORD: usize = 80;

/// A server's words in a message: few, on one line, and without what could be taken for something else.
pub(super) fn quoted(words: &str, longest: usize) -> String {
    let draws = |c: &char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    words.chars().filter(|c| !draws(c)).take(longest).collect()
}

/// Reads an answer.
///
/// # Errors
/// What it is instead.
pub(super) fn read(pull: &Pull, reply: &Reply) -> Result<Value, String> {
    match pull.answers {
        // Some begin a text with a mark, which is no part of it.
        Answers::Json => serde_json::from_slice(reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body))
            .map_err(|e| format!("no JSON (line {}, column {})", e.line(), e.column())),
        Answers::Xml => xml::read(&reply.body),
    }
}

/// Whether an answer is a page for people.
pub(super) fn is_for_people(pull: &Pull, reply: &Reply) -> bool {
    let begins = reply.body.trim_ascii_start();
    pull.answers == Answers::Json && begins.starts_with(b"<") && !begins.starts_with(b"<?xml")
}

/// What an answer is instead, in words.
pub(super) fn not_it(reply: &Reply, what: &str) -> String {
    if reply.body.trim_ascii_start().starts_with(b"<") {
        "a page for people (HTML), and no list".to_owned()
    } else {
        what.to_owned()
    }
}

/// The answer, with the status that its words mean. Of a no in words the word alone is kept as the body.
pub(super) fn judged(pull: &Pull, mut reply: Reply) -> Reply {
    let Some(refusals) = &pull.refusals else { return reply };
    let Ok(said) = read(pull, &reply) else { return reply };
    let word = said.pointer(&refusals.word).and_then(Value::as_str);
    let no = refusals.ok.as_ref().is_some_and(|at| said.pointer(at) != Some(&Value::Bool(true)));
    if word.is_none() && !no {
        return reply;
    }
    // Some write the name of a schema before it: `com.amazonaws.identitystore#ThrottlingException`.
    let word = word.map_or("", |word| word.rsplit('#').next().unwrap_or(word));
    reply.status = match refusals.means.get(word) {
        Some(means) => *means,
        None if reply.status == 200 => 400,
        None => reply.status,
    };
    let word: String = word.chars().filter(char::is_ascii_graphic).take(LONGEST_WORD).collect();
    reply.body = json!({"error": if word.is_empty() { "no reason" } else { &word }}).to_string().into_bytes();
    reply
}

/// A file within an answer: its rows as objects, and its lines as they are, the heading first.
pub(super) struct File {
    pub(super) rows: Vec<Value>,
    pub(super) lines: Vec<String>,
}

/// Takes the file out of an answer.
///
/// # Errors
/// Why there is none.
pub(super) fn file(inside: &Inside, answer: &Value) -> Result<File, String> {
    let text = answer.pointer(&inside.csv).and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("the answer has no file at `{}`", inside.csv))?;
    let text = if inside.base64 {
        let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(packed).map_err(|_| "the file is no Base64")?;
        String::from_utf8(bytes).map_err(|_| "the file is no text")?
    } else {
        text.to_owned()
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |e: csv::Error| match e.position() {
        Some(at) => format!("the file is no CSV from line {} on", at.line()),
        None => "the file is no CSV".to_owned(),
    };
    let heading = reader.headers().map_err(broken)?.clone();
    if heading.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cells = heading.iter().zip(&record).map(|(name, cell)| (name.to_owned(), Value::from(cell)));
        rows.push(Value::Object(cells.collect::<Map<_, _>>()));
    }
    Ok(File { rows, lines: text.lines().map(str::to_owned).collect() })
}
