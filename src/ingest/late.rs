//! What late records have and the first ones lack. In JSON and LDIF a record names its own columns, and the beginning of a file
//! need not have them all.

use super::bytes::{Input, Survey};
use super::misfit::clip;
use super::rows::{self, Layout, RawRow};
use super::words::{self, HeaderName};
use crate::diag::Diagnostic;
use crate::model::{Columns, Export};
use std::collections::BTreeSet;

/// All names of columns that a declaration has.
fn declared(export: &Export) -> impl Iterator<Item = &String> {
    let decisions = (export.status.iter().map(|d| &d.column))
        .chain(export.person_status.iter().map(|d| &d.column))
        .chain(export.worker.iter().map(|d| &d.column))
        .chain(export.kind.iter().map(|d| &d.column))
        .chain(export.sign_in.iter().map(|d| &d.column))
        .chain(export.privileged.iter().map(|d| &d.column));
    export.fields.values().chain(decisions).flat_map(Columns::names)
}

/// The declared names are looked up in any case.
pub(super) fn add_declared(export: &Export, header: &mut Vec<String>) {
    let mut present: BTreeSet<String> = header.iter().map(|h| words::header(h)).collect();
    for name in declared(export).filter(|n| !n.contains('*')) {
        if present.insert(words::header(name)) {
            header.push(name.clone());
        }
    }
}

/// Looks through the whole file, and moves the columns that it has to those that were seen in its beginning.
pub(super) fn move_up(input: &dyn Input, survey: &Survey, layout: &Layout, header: &mut Vec<String>, seen: &mut usize) {
    let mut met = vec![false; header.len()];
    let mut look = |row: RawRow<'_>| {
        for (i, met) in met.iter_mut().enumerate().skip(*seen) {
            *met |= !row.cells.raw(i).is_empty();
        }
        Ok(())
    };
    // What is broken in it is told when it is read.
    let _ = rows::each(input, survey, layout, header, &mut look);
    let (mut has, lacks): (Vec<_>, Vec<_>) = (*seen..header.len()).partition(|i| met[*i]);
    let found = has.len();
    has.extend(lacks);
    let behind: Vec<String> = has.into_iter().map(|i| std::mem::take(&mut header[i])).collect();
    header.truncate(*seen);
    header.extend(behind);
    *seen += found;
}

/// A name with a star stands for columns that the file must have in its beginning: what came later is not read.
pub(super) fn unread(name: &str, export: &Export, late: &[String]) -> Option<Diagnostic> {
    let stars: Vec<HeaderName<'_>> = declared(export).filter(|n| n.contains('*')).map(|n| HeaderName::new(n)).collect();
    let is_lost = |key: &&String| stars.iter().any(|star| star.fits(&words::header(key)));
    let lost: Vec<String> = late.iter().filter(is_lost).take(8).map(|key| clip(key, 60)).collect();
    (!lost.is_empty()).then(|| {
        Diagnostic::warning(name, format!("no record in the first 256 KiB has `{}`: it is not read", lost.join("`, `")))
            .help("name the column without a star in the declaration, or put a record that has it first")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::exports;
    use super::*;

    #[test]
    fn what_a_star_would_have_stood_for_is_told() {
        let export = exports().by_id("atlassian-users").unwrap().export;
        let late = ["Last seen in Jira".to_owned(), "favourite colour".to_owned()];
        let told = unread("f", export, &late).unwrap().to_string();
        assert!(told.contains("no record in the first 256 KiB has `Last seen in Jira`: it is not read"), "{told}");
        assert_eq!(unread("f", export, &late[1..]), None);
    }
}
