//! XML as if it were JSON: an element is an object of its elements, or a text; elements of one name are a list. Pure.

use super::answer::quoted;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// Elements that stand within each other.
const DEEPEST: usize = 64;
/// Characters of what is wrong: names of elements are the server's.
const LONGEST: usize = 200;

/// Reads a document. Attributes are left out, and so are prefixes of names.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    let text = str::from_utf8(bytes).map_err(|_| "no XML (it is no UTF-8)")?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, Map<String, Value>, String)> = vec![(String::new(), Map::new(), String::new())];
    loop {
        let at = reader.buffer_position();
        let fault = |what: &str| format!("no XML ({}, byte {at})", quoted(what, LONGEST));
        match reader.read_event().map_err(|e| fault(&e.to_string()))? {
            Event::Eof => break,
            Event::Start(element) => {
                if open.len() > DEEPEST {
                    return Err(fault("elements stand too deep within each other"));
                }
                open.push((element.local_name().as_ref().to_owned(), Map::new(), String::new()));
            }
            Event::Empty(element) => {
                let name = element.local_name().as_ref().to_owned();
                if let Some((_, parent, _)) = open.last_mut() {
                    add(parent, name, Value::String(String::new()));
                }
            }
            Event::End(_) => {
                let (Some((name, elements, text)), Some((_, parent, _))) = (open.pop(), open.last_mut()) else {
                    return Err(fault("an element ends that has not begun"));
                };
                let value =
                    if elements.is_empty() { Value::String(text.trim().to_owned()) } else { Value::Object(elements) };
                add(parent, name, value);
            }
            Event::Text(text) => push(&mut open, &text),
            Event::CData(text) => push(&mut open, &text),
            Event::GeneralRef(of) => {
                let given = match &*of {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => of.resolve_char_ref().map_err(|e| fault(&e.to_string()))?,
                };
                // Entities of a document's own can be made to grow without end.
                let given = given.ok_or_else(|| fault("an entity of its own"))?;
                push(&mut open, given.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(fault("it declares a document type")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    match open.pop() {
        Some((_, elements, _)) if open.is_empty() && !elements.is_empty() => Ok(Value::Object(elements)),
        _ => Err("no whole XML".to_owned()),
    }
}

fn push(open: &mut [(String, Map<String, Value>, String)], text: &str) {
    if let Some((_, _, all)) = open.last_mut() {
        all.push_str(text);
    }
}

fn add(parent: &mut Map<String, Value>, name: String, value: Value) {
    match parent.get_mut(&name) {
        None => drop(parent.insert(name, value)),
        Some(Value::Array(all)) => all.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn elements_are_objects_lists_and_texts() {
        let text = br#"<?xml version="1.0"?><a xmlns="urn:x"><p:b k="v">1 &lt; 2 &#x26; 3</p:b><c/><d>x</d><d><e><![CDATA[<y>]]></e></d></a>"#;
        let value = read(text).unwrap();
        assert_eq!(value, json!({"a": {"b": "1 < 2 & 3", "c": "", "d": ["x", {"e": "<y>"}]}}));
    }

    #[test]
    fn documents_that_are_cut_or_hostile_are_refused() {
        let deep = "<a>".repeat(100);
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>"#;
        for text in ["", "hello", "<a><b></b>", "<a></b>", "<a>&own;</a>", bomb, deep.as_str()] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_what_could_draw_on_a_terminal() {
        let long = format!("<a></{}>", "b".repeat(5_000));
        for text in ["<a></U\0s\u{1b}[2J>", "<a></\u{202e}b>", "<a>&\u{7}x;</a>", &long] {
            let wrong = read(text.as_bytes()).unwrap_err();
            assert!(!wrong.contains(|c: char| c.is_control() || c == '\u{202e}'), "{wrong:?}");
            assert!(wrong.len() < 400, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[<>/a&;!\\[\\]-]{0,80}") {
            let _ = (read(&bytes), read(text.as_bytes()));
        }
    }
}
