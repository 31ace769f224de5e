//! Whether a tree has the shape that a JSON Schema asks for, and one line for each place where it has not.

use super::nearest::{likest, nearest};
use super::tree::{Data, Node, Place};
use crate::diag::Diagnostic;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// So many words are told whole; of more, those that are like the one written.
const FEW: usize = 16;
/// So many of these.
const LIKE: usize = 6;

/// A JSON Schema ready to judge.
pub(super) struct Shape {
    schema: Value,
    validator: Result<Validator, String>,
}

impl Shape {
    pub(super) fn validator(&self) -> Result<&Validator, &str> {
        self.validator.as_ref().map_err(String::as_str)
    }

    pub(super) fn new(schema: Value) -> Self {
        let validator = jsonschema::draft202012::new(&schema).map_err(|e| e.to_string());
        Self { schema, validator }
    }
}

/// A tree as JSON, adapted where only the notation differs: nothing becomes an empty mapping or list, and `365` a text
/// where a text is wanted, if scalars are taken `as_written`.
pub(super) fn adapted(validator: &Validator, root: &Node, as_written: bool) -> Value {
    let mut value = root.value();
    if value.is_null() {
        value = Value::Object(Map::new());
    }
    let mut notations = Vec::new();
    for error in validator.iter_errors(&value) {
        notation(&error, root, &mut notations);
    }
    for (pointer, replacement) in notations.into_iter().filter(|(_, new)| as_written || !new.is_string()) {
        if let Some(place) = value.pointer_mut(&pointer) {
            *place = replacement;
        }
    }
    value
}

/// Every fault in the shape of `value`, which is `root` as JSON.
pub(super) fn check(file: &str, root: &Node, shape: &Shape, validator: &Validator, value: &Value) -> Vec<Diagnostic> {
    let teller = Teller { file, root, schema: &shape.schema };
    let (mut faults, mut refused) = (Vec::new(), BTreeSet::new());
    for error in validator.iter_errors(value) {
        let pointer = error.instance_path().as_str();
        if matches!(error.kind(), Kind::Not { .. }) {
            refused.insert(pointer.to_owned());
        }
        let mut told = Vec::new();
        teller.tell(&error, &mut told);
        faults.extend(
            told.into_iter().map(|fault| (pointer.to_owned(), matches!(error.kind(), Kind::Not { .. }), fault)),
        );
        if faults.len() > super::MOST {
            break; // the caller says so
        }
    }
    // What is refused by name has had its word; that it is not one of the others either is no news.
    faults.retain(|(pointer, by_name, _)| *by_name || !refused.contains(pointer));
    faults.into_iter().map(|(.., fault)| fault).collect()
}

/// What to put in the place of a value whose notation alone is wrong.
fn notation(error: &ValidationError<'_>, root: &Node, out: &mut Vec<(String, Value)>) {
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            // Inside alternatives "nothing" stays nothing: which of them was meant is not known.
            let mut inner = Vec::new();
            context.iter().flatten().for_each(|e| notation(e, root, &mut inner));
            out.extend(inner.into_iter().filter(|(_, v)| v.is_string()));
        }
        Kind::Type { kind } => {
            let pointer = error.instance_path().as_str();
            let Some(Data::Plain(text)) = root.find(pointer).map(|found| &found.node.data) else { return };
            let replacement = match &**error.instance() {
                Value::Bool(_) | Value::Number(_) if wants(kind, JsonType::String) => Value::String(text.clone()),
                Value::Null if wants(kind, JsonType::Object) => Value::Object(Map::new()),
                Value::Null if wants(kind, JsonType::Array) => Value::Array(Vec::new()),
                _ => return,
            };
            out.push((pointer.to_owned(), replacement));
        }
        _ => {}
    }
}

fn wants(kind: &TypeKind, wanted: JsonType) -> bool {
    match kind {
        TypeKind::Single(one) => *one == wanted,
        TypeKind::Multiple(set) => set.contains(wanted),
    }
}

/// Whether files name secrets there that stand elsewhere: what stands there in the wrong place may be one.
fn is_near_secrets(pointer: &str) -> bool {
    pointer.starts_with("/notify")
        || pointer.starts_with("/pulls/") && pointer.split('/').any(|step| step.ends_with("secret"))
}

struct Teller<'a> {
    file: &'a str,
    root: &'a Node,
    schema: &'a Value,
}

impl Teller<'_> {
    /// Turns one error of the validator into the faults that a person can act on.
    fn tell(&self, error: &ValidationError<'_>, out: &mut Vec<Diagnostic>) {
        let pointer = error.instance_path().as_str();
        let hidden = Value::String("…".to_owned());
        let is_hidden = is_near_secrets(pointer) && (error.instance().is_string() || error.instance().is_number());
        let instance: &Value = if is_hidden { &hidden } else { error.instance() };
        let (message, help) = match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                let fitting = context.iter().filter(|branch| !branch.iter().any(|e| wrong_kind(e, pointer)));
                match fitting.min_by_key(|branch| branch.len()) {
                    Some(branch) => return branch.iter().for_each(|e| self.tell(e, out)),
                    None => self.described(instance, error),
                }
            }
            Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } => self.described(instance, error),
            Kind::AdditionalProperties { unexpected } => {
                let known: Vec<&str> =
                    self.properties(error).map(|p| p.keys().map(String::as_str).collect()).unwrap_or_default();
                out.extend(unexpected.iter().take(super::MOST + 1).map(|key| self.unknown_key(pointer, key, &known)));
                return;
            }
            Kind::PropertyNames { error } => {
                let mut known = Allowed::default();
                known.gather(error);
                let known: Vec<&str> = known.words.iter().map(String::as_str).collect();
                if let Some(key) = error.instance().as_str() {
                    out.push(self.unknown_key(pointer, key, &known));
                }
                return;
            }
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let described = self.properties(error).and_then(|p| p.get(name)).and_then(first_paragraph);
                (format!("the key `{name}` is missing"), described.map(|d| format!("`{name}`: {d}")))
            }
            Kind::Pattern { pattern } => {
                let help = self.description(error).unwrap_or_else(|| format!("it must match `{pattern}`"));
                (format!("{} does not have the expected form", shown(instance)), Some(help))
            }
            Kind::Not { schema } => (format!("{} may not stand here", shown(instance)), first_paragraph(schema)),
            Kind::MinItems { limit: 1 } => ("the list is empty".to_owned(), self.description(error)),
            Kind::Minimum { limit } => (format!("{instance} is less than {limit}"), None),
            Kind::Maximum { limit } => (format!("{instance} is more than {limit}"), None),
            _ => (error.to_string(), self.description(error)),
        };
        let place = self.root.find(pointer).map_or(self.root.place, |found| match error.kind() {
            Kind::Required { .. } => found.key.unwrap_or(found.node.place),
            _ => found.node.place,
        });
        out.push(self.diagnostic(pointer, place, &message, help));
    }

    fn diagnostic(&self, pointer: &str, (line, column): Place, message: &str, help: Option<String>) -> Diagnostic {
        let path = self.root.words(pointer);
        let message = if path.is_empty() { message.to_owned() } else { format!("{path}: {message}") };
        let fault = Diagnostic::error(self.file, message).at(line).column(column);
        match help {
            Some(help) => fault.help(help),
            None => fault,
        }
    }

    fn unknown_key(&self, pointer: &str, key: &str, known: &[&str]) -> Diagnostic {
        let at = self.root.find(&format!("{pointer}/{}", super::step(key))).and_then(|found| found.key);
        let shown = if is_near_secrets(pointer) { "…".to_owned() } else { cut(key) };
        let message = format!("there is no key `{shown}`");
        let list = known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`? The keys are {list}")),
            None => (!known.is_empty()).then(|| format!("the keys are {list}")),
        };
        self.diagnostic(pointer, at.unwrap_or(self.root.place), &message, help)
    }

    /// What may stand here, with what the schema says of the place if there is no better help.
    fn described(&self, instance: &Value, error: &ValidationError<'_>) -> (String, Option<String>) {
        let (message, help) = self.expected(instance, error);
        (message, help.or_else(|| self.description(error)))
    }

    /// One line on what may stand where none of the alternatives fits.
    fn expected(&self, instance: &Value, error: &ValidationError<'_>) -> (String, Option<String>) {
        let mut allowed = Allowed::default();
        allowed.gather(error);
        if instance.is_string() && !allowed.words.is_empty() && allowed.kinds.is_empty() {
            let written = instance.as_str().unwrap_or_default();
            let known = || allowed.words.iter().map(String::as_str);
            let help = nearest(written, known()).map(|n| format!("did you mean `{n}`?"));
            let listed = |words: Vec<&str>| words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
            let message = match allowed.words.len() {
                ..=FEW => format!("{} is not one of {}", shown(instance), listed(known().collect())),
                all => {
                    let like = likest(written, known(), LIKE);
                    let alike = match like.is_empty() {
                        true => String::new(),
                        false => format!("; the most alike are {}", listed(like)),
                    };
                    format!("{} is not one of the {all} words for it{alike}", shown(instance))
                }
            };
            return (message, help);
        }
        let mut kinds: Vec<String> = allowed.kinds.iter().map(|&k| k.to_owned()).collect();
        kinds.extend(allowed.words.iter().map(|w| format!("`{w}`")));
        let quoted = instance.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
        let bare = matches!(instance, Value::Bool(_) | Value::Number(_)) && allowed.kinds.contains(&"a text");
        let help = match (quoted, bare) {
            (true, _) => Some("leave the quotation marks out".to_owned()),
            (_, true) => Some(format!("put it in quotation marks: `\"{instance}\"`")),
            _ => None,
        };
        (format!("expected {}, found {}", either(&kinds), shown(instance)), help)
    }

    /// The schema object that holds the keyword which failed.
    fn holder(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let (holder, _keyword) = error.schema_path().as_str().rsplit_once('/')?;
        self.schema.pointer(holder)
    }

    fn properties(&self, error: &ValidationError<'_>) -> Option<&Map<String, Value>> {
        self.holder(error)?.get("properties")?.as_object()
    }

    fn description(&self, error: &ValidationError<'_>) -> Option<String> {
        self.holder(error).and_then(first_paragraph)
    }
}

fn first_paragraph(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    text.split("\n\n").next().map(|paragraph| paragraph.replace('\n', " "))
}

/// Whether an error says that the value at `pointer` is of another kind altogether.
fn wrong_kind(error: &ValidationError<'_>, pointer: &str) -> bool {
    error.instance_path().as_str() == pointer
        && match error.kind() {
            Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } => true,
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                context.iter().all(|branch| branch.iter().any(|e| wrong_kind(e, pointer)))
            }
            _ => false,
        }
}

/// What a schema would have taken.
#[derive(Default)]
struct Allowed {
    words: Vec<String>,
    kinds: BTreeSet<&'static str>,
}

impl Allowed {
    fn gather(&mut self, error: &ValidationError<'_>) {
        match error.kind() {
            Kind::Constant { expected_value } => self.word(expected_value),
            Kind::Enum { options } => options.as_array().into_iter().flatten().for_each(|option| self.word(option)),
            Kind::Type { kind } => {
                let kinds = [
                    (JsonType::String, "a text"),
                    (JsonType::Integer, "a whole number"),
                    (JsonType::Number, "a number"),
                    (JsonType::Boolean, "`true` or `false`"),
                    (JsonType::Array, "a list"),
                    (JsonType::Object, "a mapping (`key: value`)"),
                ];
                self.kinds.extend(kinds.iter().filter(|(t, _)| wants(kind, *t)).map(|&(_, name)| name));
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                for branch in context {
                    // A word's own branch also says that it is a text.
                    let words = branch.iter().any(|e| matches!(e.kind(), Kind::Constant { .. } | Kind::Enum { .. }));
                    branch
                        .iter()
                        .filter(|e| !words || !matches!(e.kind(), Kind::Type { .. }))
                        .for_each(|e| self.gather(e));
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &Value) {
        match word {
            Value::String(word) if !self.words.contains(word) => self.words.push(word.clone()),
            _ => {}
        }
    }
}

fn either(options: &[String]) -> String {
    match options {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A value as it is named in a message.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("`{n}`"),
        Value::String(s) => format!("`{}`", cut(s)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
