//! `coverage catalog pulls`: which lists can be fetched, and what each asks for.

use super::Format;
use crate::catalog::{Catalog, fetchable, offering};
use crate::model::{DirectoryList, Entry, Fetched, Pull};
use crate::workspace::asked_for;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The lists of a product.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Lists<'e> {
    /// Its own, over its API.
    pulls: &'e [Pull],
    /// Its own, over LDAP.
    directories: &'e [DirectoryList],
    /// Those of a protocol that it is claimed to speak.
    by_protocol: Vec<Fetched>,
}

impl Lists<'_> {
    fn of<'e>(catalog: &Catalog, entry: &'e Entry) -> Lists<'e> {
        let by_protocol = fetchable(catalog, entry).into_iter().filter(|list| list.because.is_some()).collect();
        Lists { pulls: &entry.pulls, directories: &entry.directories, by_protocol }
    }

    fn is_empty(&self) -> bool {
        self.pulls.is_empty() && self.directories.is_empty() && self.by_protocol.is_empty()
    }
}

/// Writes the lists of these products.
pub(super) fn write(catalog: &Catalog, entries: &[&Entry], format: Format, out: &mut impl Write) -> io::Result<()> {
    let lists = entries.iter().map(|entry| (entry.id.as_str(), Lists::of(catalog, entry)));
    let lists: BTreeMap<&str, Lists<'_>> = lists.filter(|(_, lists)| !lists.is_empty()).collect();
    if format == Format::Json {
        return super::json(&lists, out);
    }
    let mut first = true;
    for (product, lists) in &lists {
        for pull in lists.pulls {
            gap(&mut first, out)?;
            one(catalog, pull, out)?;
        }
        for list in lists.directories {
            gap(&mut first, out)?;
            writeln!(out, "{}: {}", list.id, list.name)?;
            writeln!(out, "  from         your own directory (`url: ldaps://…`), entries with {}", list.filter)?;
            if let Some(missing) = &list.leaves_out {
                writeln!(out, "  leaves out   {missing}")?;
            }
            writeln!(out, "  credentials  {}", list.access)?;
            writeln!(out, "  read as      {}", list.export)?;
        }
        // Whoever asks for all products finds these under the protocol's list.
        for list in lists.by_protocol.iter().filter(|_| entries.len() == 1) {
            gap(&mut first, out)?;
            writeln!(out, "{product} with {}: {}", list.id, list.name)?;
            writeln!(out, "  because      {}", list.because.as_deref().unwrap_or_default())?;
            writeln!(out, "  credentials  {}", list.access)?;
        }
    }
    if lists.is_empty() {
        writeln!(out, "no list can be fetched; `pulls` in an entry of your own can declare one")?;
    }
    Ok(())
}

fn gap(first: &mut bool, out: &mut impl Write) -> io::Result<()> {
    if std::mem::take(first) { Ok(()) } else { writeln!(out) }
}

fn one(catalog: &Catalog, pull: &Pull, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {}", pull.id, pull.name)?;
    writeln!(out, "  from         {}{}", pull.host.as_deref().unwrap_or("your own address (`url`)"), pull.path)?;
    if let Some(of) = &pull.of {
        writeln!(out, "  one each of  {}", of.path)?;
    }
    if let Some(each) = &pull.each {
        writeln!(out, "  one each of  {} {}", each.name, each.values.join(", "))?;
    }
    let asked = asked_for(pull);
    if !asked.is_empty() {
        writeln!(out, "  with         {}", asked.join(", "))?;
    }
    if let Some(missing) = &pull.leaves_out {
        writeln!(out, "  leaves out   {missing}")?;
    }
    writeln!(out, "  credentials  {}", pull.access)?;
    if !pull.other_credentials.is_empty() {
        let ways: Vec<&str> = pull.other_credentials.keys().map(String::as_str).collect();
        writeln!(out, "  other ways   credentials: {}", ways.join(" or "))?;
    }
    let offering: Vec<&str> = offering(catalog, pull).iter().map(|entry| entry.id.as_str()).collect();
    if !offering.is_empty() {
        writeln!(out, "  claimed by   {}", offering.join(", "))?;
    }
    writeln!(out, "  read as      {}", pull.export)
}
