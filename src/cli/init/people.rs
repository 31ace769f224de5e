//! Who stands in lists of people that may be versions of one list. Of September's leavers none stands among October's.

use super::Found;
use crate::host::DiskFile;
use crate::ingest::{self, Known, Outcome, Request, Wish};
use crate::model::Holds;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use std::path::Path;

/// Of the people of a list so many in a hundred stand in another one at most, if that is no newer version of it.
const MOST: usize = 10;

/// Reads the people of every list that may be a version of another.
pub(super) fn read(folder: &Path, found: &mut [Found], known: &Known<'_>) {
    let lists: Vec<Option<(String, String)>> =
        found.iter().map(|f| f.is_hr().then(|| (f.export.clone(), f.name.list.clone()))).collect();
    for (at, list) in lists.iter().enumerate().filter(|(_, list)| list.is_some()) {
        if lists.iter().filter(|other| *other == list).count() > 1 {
            found[at].people = people(&DiskFile::new(&found[at].file, folder.join(&found[at].file)), known);
        }
    }
}

/// By what each person is known: the number, and the address or else the name. Nobody, if the list cannot be read.
fn people(file: &DiskFile, known: &Known<'_>) -> Vec<Vec<String>> {
    let wish = Wish { holds: Some(Holds::Employees), ..Wish::default() };
    let Ok(mut opened) = ingest::open(file, Request { wish, ..Request::default() }, known, &TimeZone::UTC) else {
        return Vec::new();
    };
    let mut people = Vec::new();
    let read = ingest::read(file, &mut opened, &mut |outcome: Outcome<'_>| {
        if let Outcome::Record(record, _) = outcome {
            let name = if record.email.is_empty() { &*record.name } else { record.email };
            let texts = [record.employee_id, name].into_iter().filter(|text| !text.is_empty());
            people.push(texts.map(str::to_lowercase).collect());
        }
        Ok(())
    });
    if read.is_ok() { people } else { Vec::new() }
}

/// Whether next to nobody of the older list stands in the newer one, so that both are read.
pub(super) fn are_others(older: &Found, newer: &Found) -> bool {
    if older.people.is_empty() || newer.people.is_empty() {
        return false;
    }
    let there: HashSet<&String> = newer.people.iter().flatten().collect();
    let common = older.people.iter().filter(|person| person.iter().any(|text| there.contains(text))).count();
    common * 100 <= older.people.len() * MOST
}
