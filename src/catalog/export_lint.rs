//! What is wrong with the description of an export, be it of the catalog or of a workspace.

use crate::model::{AnyOf, Columns, Decide, Export, Field, Grain, Holds, Shape};
use crate::yaml::{nearest, step};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// All exports there are, by id.
pub type Exports<'a> = BTreeMap<&'a str, &'a Export>;

/// An export with what it takes over from the one that it is like, and from those that this one is like.
///
/// # Errors
/// What is wrong with `like`.
pub fn inherited(export: &Export, all: &Exports<'_>) -> Result<Export, String> {
    let mut whole = export.clone();
    let mut passed = vec![export.id.as_str()];
    let mut like = export.like.as_deref();
    while let Some(id) = like {
        let Some(base) = all.get(id) else {
            let near =
                nearest(id, all.keys().copied()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("there is no export `{id}`{near}"));
        };
        if passed.contains(&id) {
            return Err(format!("`{id}` is in the end like itself"));
        }
        passed.push(id);
        whole.inherit(base);
        like = base.like.as_deref();
    }
    Ok(whole)
}

/// An export with what it takes over from others, and what is wrong with it: JSON pointers from the export on, and
/// what is wrong there.
pub fn export_faults(export: &Export, all: &Exports<'_>) -> (Export, Vec<(String, String)>) {
    match inherited(export, all) {
        Ok(whole) => {
            let faults = faults(&whole);
            (whole, faults)
        }
        Err(fault) => (export.clone(), vec![("/like".to_owned(), fault)]),
    }
}

fn faults(export: &Export) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, message: String| faults.push((pointer.to_owned(), message));

    if export.id.is_empty() || !export.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        fault("/id", format!("`{}`: an id has lower-case letters, digits and hyphens", export.id));
    }
    if export.holds.is_empty() {
        fault("/holds", "say what its rows are: `employees`, `identities`, `accounts`, `assignments`".to_owned());
    }
    if export.recognise.is_empty() {
        fault("/recognise", "without columns to recognise it by, every file would be this one".to_owned());
    }
    if export.recognise.iter().any(|any| any.names().is_empty()) {
        fault("/recognise", "an empty list names no column".to_owned());
    }
    let recognising = || export.recognise.iter().flat_map(AnyOf::names);
    let names = recognising().map(|n| ("/recognise", n)).chain(export.unlike.iter().map(|n| ("/unlike", n)));
    for (pointer, column) in names.filter(|(_, column)| !column.chars().any(char::is_alphanumeric)) {
        fault(pointer, format!("`{column}` names no column"));
    }
    if let Some(column) = export.unlike.iter().find(|column| recognising().any(|other| other == *column)) {
        fault("/unlike", format!("`{column}` cannot both be this file's and another's"));
    }
    if !export.list.is_empty() && export.shape != Shape::Json {
        fault("/list", "only a JSON file has a place where the list stands".to_owned());
    }
    match &export.refuse {
        Some(_) => refused(export, &mut fault),
        None => read(export, &mut fault),
    }
    if let Some(name) = &export.file_name {
        let mut rest = name.split('%').skip(1);
        if rest.any(|part| !part.starts_with(['Y', 'm', 'd', 'H', 'M', 'S', 'p'])) {
            fault("/file-name", "the time is written with %Y %m %d %H %M %S %p".to_owned());
        }
    }
    if let Some(zone) = export.dates.zone.as_deref()
        && !["utc", "company", "unstated"].contains(&zone)
        && TimeZone::get(zone).is_err()
    {
        fault("/dates/zone", format!("`{zone}` is not `utc`, `company`, `unstated` or a zone such as `Europe/Berlin`"));
    }
    faults
}

/// A file that is no export is only recognised.
fn refused(export: &Export, fault: &mut impl FnMut(&str, String)) {
    let decides = !export.status.is_empty() || !export.person_status.is_empty() || !export.worker.is_empty();
    if !export.fields.is_empty() || decides || !export.kind.is_empty() || !export.privileged.is_empty() {
        fault("/refuse", "the file is refused, so nothing of it is read; leave fields and words out".to_owned());
    }
}

fn read(export: &Export, fault: &mut impl FnMut(&str, String)) {
    let holds = |what| export.holds.contains(&what);
    let keys = [Field::Id, Field::ExternalId, Field::Email, Field::Username, Field::EmployeeId];
    if !keys.iter().any(|key| export.fields.contains_key(key)) {
        fault(
            "/fields",
            "no field says whose row it is: `id`, `email`, `username`, `employee-id` or `external-id`".to_owned(),
        );
    }
    if export.grain == Grain::Membership
        && !export.fields.contains_key(&Field::Id)
        && !export.fields.contains_key(&Field::Email)
    {
        fault("/grain", "memberships are put together by `id` or `email`, and neither is read".to_owned());
    }
    for (field, columns) in &export.fields {
        self::columns(&format!("/fields/{field}"), columns, fault);
    }
    if holds(Holds::Employees) && export.holds.len() == 1 && !export.status.is_empty() {
        fault("/status", "`status` is that of accounts; write `person-status`".to_owned());
    }
    let of_people = !export.person_status.is_empty() || !export.worker.is_empty();
    if of_people && !holds(Holds::Employees) && !holds(Holds::Identities) {
        fault("/person-status", "only HR files and directories say what becomes of a person".to_owned());
    }
    decisions("/status", &export.status, fault);
    decisions("/person-status", &export.person_status, fault);
    decisions("/worker", &export.worker, fault);
    decisions("/kind", &export.kind, fault);
    decisions("/sign-in", &export.sign_in, fault);
    decisions("/privileged", &export.privileged, fault);
}

fn columns(pointer: &str, columns: &Columns, fault: &mut impl FnMut(&str, String)) {
    if columns.names().is_empty() {
        fault(pointer, "name at least one column".to_owned());
    }
    let mut seen = BTreeSet::new();
    for name in columns.names() {
        if name.trim().is_empty() {
            fault(pointer, "a column's name is empty".to_owned());
        } else if !seen.insert(name) {
            fault(pointer, format!("the column `{name}` stands here a second time"));
        }
    }
    if columns.cut().is_some_and(|cut| cut.split.is_empty()) {
        fault(pointer, "`split` is the text between two values and cannot be empty".to_owned());
    }
}

fn decisions<T>(pointer: &str, rules: &[Decide<T>], fault: &mut impl FnMut(&str, String)) {
    for (n, rule) in rules.iter().enumerate() {
        let pointer = format!("{pointer}/{n}");
        columns(&format!("{pointer}/column"), &rule.column, fault);
        let answers = [&rule.present, &rule.day, &rule.blank, &rule.otherwise];
        if rule.words.is_empty() && answers.iter().all(|answer| answer.is_none()) {
            let missing = "the rule decides nothing: give `words`, `present`, `day`, `blank` or `otherwise`";
            fault(&pointer, missing.to_owned());
        }
        if rule.present.is_some() && rule.day.is_some() {
            fault(&pointer, "give `present` or `day`: anything that stands there, or a day".to_owned());
        }
        for (key, names) in [("unless", &rule.unless), ("address-beside", &rule.address_beside)] {
            for name in names.keys().filter(|name| !rule.column.names().contains(name)) {
                fault(&format!("{pointer}/{key}/{}", step(name)), format!("`{name}` is no name of this `column`"));
            }
        }
        let mut seen = BTreeSet::new();
        for word in rule.words.keys() {
            let at = format!("{pointer}/words/{}", step(word));
            if word.trim().is_empty() {
                fault(&at, "what a blank cell means is said by `blank`".to_owned());
            }
            if word.strip_suffix('*').unwrap_or(word).contains('*') {
                fault(&at, format!("`{word}`: `*` stands only at the end of a word"));
            }
            if !seen.insert(word.trim().to_lowercase()) {
                fault(&at, format!("`{word}` stands here a second time: words are compared without case"));
            }
        }
    }
}
