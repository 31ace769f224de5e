//! `coverage catalog pulls`: which lists can be fetched over APIs, and what each asks for.

use super::Format;
use crate::catalog::{Catalog, offering};
use crate::model::Pull;
use crate::workspace::asked_for;
use std::io::{self, Write};

/// Writes these lists.
pub(super) fn write(catalog: &Catalog, pulls: &[&Pull], format: Format, out: &mut impl Write) -> io::Result<()> {
    if format == Format::Json {
        return super::json(&pulls, out);
    }
    for (n, pull) in pulls.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
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
        writeln!(out, "  read as      {}", pull.export)?;
        let offering: Vec<&str> = offering(catalog, pull).iter().map(|entry| entry.id.as_str()).collect();
        if !offering.is_empty() {
            writeln!(out, "  offered by   {}, as the catalog has it", offering.join(", "))?;
        }
    }
    if pulls.is_empty() {
        writeln!(out, "no list can be fetched; `pulls` in an entry of your own can declare one")?;
    }
    Ok(())
}
