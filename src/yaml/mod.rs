//! YAML files that a person writes: read fast, refused early, with every fault named at its line.
//!
//! The text becomes a tree that knows its places, the JSON Schema of the target type judges the tree's shape, and only
//! then is the value built. The schema is the one that editors get, so both say the same.

mod nearest;
mod salvage;
mod shape;
mod tree;
mod write;

pub use nearest::{likest, nearest};
pub use write::{is_unseen, quoted, scalar};

use crate::diag::Diagnostic;
use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::transform_subschemas};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Faults that are told of one file. A file with more is the wrong file.
const MOST: usize = 200;

/// Values a file may hold: scalars, lists and mappings. `coverage.yaml` of a large company has some ten thousand.
const VALUES: usize = 100_000;
/// Values a file may hold that is one list and grows, as `links.yaml` does. Its size ends it first.
const VALUES_OF_A_LIST: usize = 4_000_000;
/// Values a file may hold that describes one thing, as an entry of the catalog does. A long one has a thousand.
const VALUES_OF_ONE: usize = 20_000;

/// A value read from a file, and where each part of it stands.
#[derive(Debug)]
pub struct Located<T> {
    /// What was read.
    pub value: T,
    /// The file as the user named it.
    pub file: String,
    root: tree::Node,
    /// What stands in the file and is too faulty to be read.
    lost: Vec<salvage::Lost>,
}

impl<T> Located<T> {
    /// Whether all of the file could be read.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty()
    }

    /// Whether something at a JSON pointer, in it or around it was too faulty to be read, so that its absence says nothing.
    pub fn lacks(&self, pointer: &str) -> bool {
        let there = self.root.find(pointer).is_some();
        self.lost.iter().any(|lost| lost.concerns(pointer, there))
    }

    /// The same places around another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), file: self.file, root: self.root, lost: self.lost }
    }

    /// 1-based line and column of the value at a JSON pointer (`/apps/slack/plan`).
    pub fn position(&self, pointer: &str) -> Option<(u64, u64)> {
        self.root.find(pointer).map(|found| found.node.place)
    }

    /// 1-based line and column of the key at a JSON pointer; of the value, where it stands in a list.
    pub fn key_position(&self, pointer: &str) -> Option<(u64, u64)> {
        self.root.find(pointer).map(|found| found.key.unwrap_or(found.node.place))
    }

    /// An error at a JSON pointer: at the scalar, or at the key of a list or mapping. At the nearest part around it, if
    /// nothing is written there.
    pub fn error(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        self.place(Diagnostic::error(self.file.as_str(), message), pointer)
    }

    /// A warning, placed like an error.
    pub fn warning(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        self.place(Diagnostic::warning(self.file.as_str(), message), pointer)
    }

    fn place(&self, diagnostic: Diagnostic, pointer: &str) -> Diagnostic {
        let around = std::iter::successors(Some(pointer), |p| p.rsplit_once('/').map(|(parent, _)| parent));
        let (line, column) =
            around.into_iter().find_map(|p| self.root.find(p)).map_or(self.root.place, |found| found.spot());
        diagnostic.at(line).column(column)
    }
}

/// One step of a JSON pointer, escaped.
pub fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reads a YAML file. An empty one is read as an empty mapping.
///
/// Plain scalars follow YAML 1.2 (`on`, `off`, `yes` and `no` are words); where a text is wanted, numbers and
/// booleans are taken as they are written (`plan: 365`). A key without a value is an empty mapping or list where one of
/// those is wanted.
///
/// # Errors
/// Every fault of the file, each at its line. A text that is no YAML, is too large or too deep, or uses YAML's more
/// surprising parts (anchors, aliases, tags, merge keys, several documents) is refused before its shape is judged.
pub fn load<T: DeserializeOwned + JsonSchema + 'static>(
    file: &str,
    bytes: &[u8],
) -> Result<Located<T>, Vec<Diagnostic>> {
    let read = read(file, bytes, VALUES, true);
    read.map_err(|(faults, _)| faults)
}

/// Reads a YAML file that is one list of any length.
///
/// # Errors
/// As [`load`].
pub fn load_long<T: DeserializeOwned + JsonSchema + 'static>(
    file: &str,
    bytes: &[u8],
) -> Result<Located<T>, Vec<Diagnostic>> {
    let read = read(file, bytes, VALUES_OF_A_LIST, true);
    read.map_err(|(faults, _)| faults)
}

/// Reads a YAML file about one thing that other programs read too: a text that looks like a number or like `true` has to be quoted.
///
/// # Errors
/// As [`load`], and at each such text.
pub fn load_strictly<T: DeserializeOwned + JsonSchema + 'static>(
    file: &str,
    bytes: &[u8],
) -> Result<Located<T>, Vec<Diagnostic>> {
    let read = read(file, bytes, VALUES_OF_ONE, false);
    read.map_err(|(faults, _)| faults)
}

/// Reads like [`load_strictly`] as much of a file as has the right shape, so that the contents of the rest can be judged
/// in the same pass. Nothing comes back of a file that is no plain YAML, is faulty all over, or lacks what its kind cannot do
/// without.
pub fn load_in_part<T: DeserializeOwned + JsonSchema + 'static>(
    file: &str,
    bytes: &[u8],
) -> (Option<Located<T>>, Vec<Diagnostic>) {
    match read(file, bytes, VALUES_OF_ONE, false) {
        Ok(whole) => (Some(whole), Vec::new()),
        Err((faults, root)) => {
            let root = root.filter(|_| faults.len() <= MOST);
            (root.and_then(|root| salvage::salvage(file, root, &shape_of::<T>())), faults)
        }
    }
}

/// Every fault of a file, and its tree if all of the file is in it.
type Faulty = (Vec<Diagnostic>, Option<tree::Node>);

fn read<T: DeserializeOwned + JsonSchema + 'static>(
    file: &str,
    bytes: &[u8],
    most: usize,
    as_written: bool,
) -> Result<Located<T>, Faulty> {
    let (root, mut faults) = tree::parse(file, bytes, most).map_err(|fault| (vec![fault], None))?;
    // A key that stands twice has lost one of its values already.
    let complete = faults.is_empty();
    let shape = shape_of::<T>();
    let validator = shape.validator().map_err(|e| {
        let fault = Diagnostic::error(file, format!("the schema of this file is faulty: {e}"));
        (vec![fault], None)
    })?;
    let value = shape::adapted(validator, &root, as_written);
    faults.extend(shape::check(file, &root, &shape, validator, &value));
    if !faults.is_empty() {
        faults.sort_by_key(|d| (d.line, d.column));
        if faults.len() > MOST {
            faults.truncate(MOST);
            faults.push(Diagnostic::error(file, "and more: only the first faults are listed"));
        }
        return Err((faults, Some(root).filter(|_| complete)));
    }
    match serde_json::from_value(value) {
        Ok(value) => Ok(Located { value, file: file.to_owned(), root, lost: Vec::new() }),
        Err(e) => Err((vec![Diagnostic::error(file, format!("the file cannot be used: {e}"))], None)),
    }
}

/// The text at a JSON pointer of a file that will be read whole later; none if it is not there, or the file is faulty.
pub fn peek(bytes: &[u8], pointer: &str) -> Option<String> {
    let (root, _) = tree::parse("", bytes, VALUES).ok()?;
    match &root.find(pointer)?.node.data {
        tree::Data::Plain(text) | tree::Data::Text(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// The shape of `T`, compiled once: a folder has many files of one kind.
fn shape_of<T: JsonSchema + 'static>() -> Arc<shape::Shape> {
    static COMPILED: Mutex<BTreeMap<TypeId, Arc<shape::Shape>>> = Mutex::new(BTreeMap::new());
    // Whoever panicked while holding it has left whole shapes behind.
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(shape::Shape::new(schema::<T>()))).clone()
}

/// The JSON Schema of a file that is read as `T`.
pub fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .with_transform(bound_integers)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Writes the limits of `u32` into the schema, which schemars leaves to the `format` that no validator reads.
fn bound_integers(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str) == Some("uint32") {
        schema.insert("maximum".to_owned(), u32::MAX.into());
    }
    transform_subschemas(&mut bound_integers, schema);
}

#[cfg(test)]
mod tests;
