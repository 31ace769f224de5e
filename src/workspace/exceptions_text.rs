//! New entries at the end of an `exceptions.yaml`.

use super::App;
use super::appended::{self, File, remark_of};
use super::exceptions::load_exceptions;
use crate::diag::Diagnostic;
use crate::model::Exception;
use crate::yaml::{quoted, scalar};
use std::fmt::Write as _;

/// How a new file begins.
const HEAD: &str = "# What the company has decided to live with for a time. An exception marks findings and hides none.\n\
                    # `coverage review apply` adds entries at the end; change and remove them by hand.\n";

/// An exception that is to be added, and for people who read the file, what it is about.
#[derive(Debug, Clone)]
pub struct NewException {
    /// The exception; its line is not known yet.
    pub exception: Exception,
    /// What its findings are.
    pub remark: String,
}

/// An `exceptions.yaml` with new entries at its end. `old` is the file as it is, if there is one.
///
/// # Errors
/// The file is faulty, an id is taken, or nothing can be added at the end of the file.
pub fn append_exceptions(
    file: &str,
    old: Option<&[u8]>,
    new: &[NewException],
    apps: &[App],
    rules: &[&str],
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let plain = |exception| NewException { exception, remark: String::new() };
    let load = |bytes: &[u8]| -> Result<Vec<NewException>, Vec<Diagnostic>> {
        Ok(load_exceptions(file, bytes, apps, rules)?.into_iter().map(plain).collect())
    };
    let before = old.map_or(Ok(Vec::new()), load)?;
    let file = File {
        name: file,
        key: "exceptions",
        head: HEAD,
        help: "write the entries under `exceptions:` as items on lines of their own, `- id: …`, with nothing after the \
               list; or add this one by hand, as --dry-run prints it",
        load: &load,
        line: |new: &NewException| new.exception.line,
        text: &exception_text,
        same: |a, b| is_same_exception(&a.exception, &b.exception),
    };
    appended::append(&file, old, &before, new)
}

/// Whether two exceptions say the same, wherever they stand.
pub fn is_same_exception(a: &Exception, b: &Exception) -> bool {
    Exception { line: 0, ..a.clone() } == Exception { line: 0, ..b.clone() }
}

/// An exception as YAML, so far indented.
pub fn exception_text(new: &NewException, indent: usize) -> String {
    let NewException { exception: e, remark } = new;
    let mut text = String::new();
    let mut lead = format!("{}- ", " ".repeat(indent));
    let remark = remark_of(remark);
    let mut line = |key: &str, value: &str, remark: &str| {
        let remark = if remark.is_empty() { String::new() } else { format!("  # {remark}") };
        let _ = writeln!(text, "{lead}{key}: {value}{remark}");
        lead = " ".repeat(indent + 2);
    };
    let list = |texts: &[String]| format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "));
    line("id", &scalar(&e.id), "");
    if !e.rules.is_empty() {
        line("rule", &list(&e.rules), "");
    }
    for (key, value) in [("app", &e.app), ("account", &e.account), ("person", &e.person)] {
        if let Some(value) = value {
            line(key, &quoted(value), "");
        }
    }
    match &e.findings[..] {
        [] => {}
        [one] => line("finding", &quoted(&one.to_string()), &remark),
        several => line("finding", &list(&several.iter().map(ToString::to_string).collect::<Vec<_>>()), &remark),
    }
    line("owner", &scalar(&e.owner), "");
    line("approver", &scalar(&e.approver), "");
    line("reason", &scalar(&e.reason), "");
    if let Some(control) = &e.compensating_control {
        line("compensating-control", &quoted(control), "");
    }
    line("opened", &e.opened.to_string(), "");
    line("expires", &e.expires.to_string(), "");
    if !e.evidence.is_empty() {
        line("evidence", &list(&e.evidence), "");
    }
    text
}
