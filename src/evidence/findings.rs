//! findings.json, read as a stream: its head is kept, its findings are shown one by one.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;
use std::io::{BufReader, Read};

/// Takes findings in their order; an error stops the reading.
pub type OnFinding<'f> = dyn FnMut(Value) -> Result<(), String> + 'f;

/// The lists that can be long. They are not part of the head.
const LISTS: [&str; 3] = ["leavers", "findings", "closures"];

/// Reads the document: the head, and how many items each of its lists has, in the order of [`LISTS`].
///
/// # Errors
/// It is no JSON, or `on` has stopped it.
pub fn read(from: impl Read, on: &mut OnFinding<'_>) -> Result<(Map<String, Value>, [u64; 3]), String> {
    let mut from = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, from));
    let mut stopped = None;
    let read = Document { on, stopped: &mut stopped }.deserialize(&mut from).and_then(|read| from.end().map(|()| read));
    match stopped {
        Some(why) => Err(why),
        None => read.map_err(|e| e.to_string()),
    }
}

/// The head of the document, and how many findings it has.
///
/// # Errors
/// It is no JSON.
pub fn head(from: impl Read) -> Result<(Map<String, Value>, u64), String> {
    read(from, &mut |_| Ok(())).map(|(head, counts)| (head, counts[1]))
}

struct Document<'d, 'f> {
    on: &'d mut OnFinding<'f>,
    stopped: &'d mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = (Map<String, Value>, [u64; 3]);
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = (Map<String, Value>, [u64; 3]);
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Document { on, stopped } = self;
        let (mut head, mut counts) = (Map::new(), [0; 3]);
        while let Some(name) = map.next_key::<String>()? {
            match LISTS.iter().position(|list| *list == name) {
                Some(1) => counts[1] = map.next_value_seed(Findings { on: &mut *on, stopped: &mut *stopped })?,
                Some(list) => counts[list] = map.next_value_seed(Counted)?,
                None => {
                    let value = map.next_value()?;
                    if head.insert(name.clone(), value).is_some() {
                        return Err(serde::de::Error::custom(format!("`{name}` stands there twice")));
                    }
                }
            }
        }
        Ok((head, counts))
    }
}

struct Findings<'d, 'f> {
    on: &'d mut OnFinding<'f>,
    stopped: &'d mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Findings<'_, '_> {
    type Value = u64;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u64, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Findings<'_, '_> {
    type Value = u64;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of findings")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut n = 0;
        while let Some(finding) = list.next_element::<Value>()? {
            if let Err(why) = (self.on)(finding) {
                *self.stopped = Some(why);
                return Err(serde::de::Error::custom("stopped"));
            }
            n += 1;
        }
        Ok(n)
    }
}

/// A list of which only the length is wanted.
struct Counted;

impl<'de> DeserializeSeed<'de> for Counted {
    type Value = u64;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u64, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Counted {
    type Value = u64;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut n = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            n += 1;
        }
        Ok(n)
    }
}
