//! A product of the catalog as a page for the terminal: every value with who says it and when.

use super::text::clip;
use crate::model::{Citation, Disagreement, OverlayChange, ProductPage, Said};
use std::io::{self, Write};

/// Columns of a line. A web address is never broken.
const WIDTH: usize = 110;
/// Characters of one text. Nothing in the catalog is nearly as long.
const LONGEST: usize = 4000;

/// Writes the page.
pub fn write<W: Write>(page: &ProductPage, mut to: W) -> io::Result<()> {
    let out = &mut to;
    let by = page.vendor.as_ref().map_or(String::new(), |vendor| format!(", by {vendor}"));
    text(out, 0, &format!("{} ({}){by}", page.name, page.id))?;
    let lists = [
        ("is", page.roles.join(", ")),
        ("also called", page.also_called.join(", ")),
        ("domains", page.domains.join(", ")),
        ("plans, from the smallest", page.plans.join(", ")),
        ("tenancy, from the smallest", page.tenancy.join(", ")),
    ];
    for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        text(out, 0, &format!("{what}: {list}"))?;
    }
    for (what, id, meaning) in &page.parts {
        text(out, 0, &format!("{what} {id}: {meaning}"))?;
    }
    for (domain, difference) in &page.look_alikes {
        text(out, 0, &format!("not to be confused with {domain}: {difference}"))?;
    }
    for topic in &page.topics {
        writeln!(out, "\n{}", topic.name)?;
        for statement in &topic.statements {
            let scope = scope(&statement.scope);
            text(out, 2, &format!("{}{scope}: {}", statement.field, statement.counts.what))?;
            details(out, 4, &statement.counts)?;
            for other in &statement.against {
                text(out, 4, &format!("against: {}", other.what))?;
                details(out, 6, other)?;
            }
            if !statement.against.is_empty() {
                text(out, 4, &format!("which counts: {}", statement.rule))?;
            }
            if let Some(stale) = &statement.stale {
                text(out, 4, &format!("old: {stale}"))?;
            }
        }
    }
    if !page.not_researched.is_empty() {
        text(out, 0, "")?;
        text(out, 0, &format!("Not researched: {}", page.not_researched.join(", ")))?;
    }
    for (heading, list) in
        [("When access ends", &page.endings), ("How the member list is had", &page.rosters), ("Prices", &page.prices)]
    {
        if !list.is_empty() {
            writeln!(out, "\n{heading}")?;
        }
        for said in list {
            text(out, 2, &format!("{}{}", said.what, scope(&said.scope)))?;
            details(out, 4, said)?;
        }
    }
    for runbook in &page.runbooks {
        let who = runbook.who.as_ref().map_or(String::new(), |who| format!(" (as {who})"));
        let name = if runbook.name.is_empty() { String::new() } else { format!(", {}", runbook.name) };
        writeln!(out)?;
        text(out, 0, &format!("By hand{name}{}{who}", scope(&runbook.scope)))?;
        for (n, (step, by)) in runbook.steps.iter().enumerate() {
            text(out, 2, &format!("{}. {step}", n + 1))?;
            cite(out, 5, by)?;
        }
        for (what, remark) in &runbook.remarks {
            text(out, 2, &format!("{what}: {remark}"))?;
        }
        cite(out, 2, &runbook.by)?;
    }
    if !page.exports.is_empty() {
        writeln!(out, "\nExports that can be read")?;
        for (id, name, refused) in &page.exports {
            let refused = if *refused { " (recognised and refused)" } else { "" };
            text(out, 2, &format!("{id}: {name}{refused}"))?;
        }
    }
    if !page.fetched.is_empty() {
        writeln!(out, "\nLists that `coverage pull` can fetch")?;
        for list in &page.fetched {
            let because = list.because.as_ref().map_or(String::new(), |because| format!(" ({because})"));
            text(out, 2, &format!("{}: {}{because}", list.id, list.name))?;
            text(out, 4, &format!("the secret: {}", list.access))?;
        }
    }
    for note in &page.notes {
        writeln!(out)?;
        text(out, 0, note)?;
    }
    Ok(())
}

/// Writes the contradictions of one product.
pub fn disagreements<W: Write>(name: &str, list: &[Disagreement], mut to: W) -> io::Result<()> {
    let out = &mut to;
    text(out, 0, name)?;
    for disagreement in list {
        text(out, 2, &disagreement.about)?;
        text(out, 4, &format!("counts: {}{}", disagreement.counts.what, scope(&disagreement.counts.scope)))?;
        details(out, 6, &disagreement.counts)?;
        for other in &disagreement.against {
            text(out, 4, &format!("against: {}{}", other.what, scope(&other.scope)))?;
            details(out, 6, other)?;
        }
        text(out, 4, &format!("why: {}", disagreement.rule))?;
    }
    Ok(())
}

/// Writes what a company's own catalog changes.
pub fn changes<W: Write>(list: &[OverlayChange], mut to: W) -> io::Result<()> {
    let out = &mut to;
    for change in list {
        text(out, 0, &format!("{}: {}: {}", change.product, change.what, change.about))?;
        for (side, said) in [("built in", &change.before), ("own", &change.after)] {
            if let Some(said) = said {
                text(out, 2, &format!("{side}: {}{}", said.what, scope(&said.scope)))?;
                details(out, 4, said)?;
            }
        }
        if let Some(rule) = &change.rule {
            text(out, 2, &format!("why: {rule}"))?;
        }
    }
    Ok(())
}

fn scope(scope: &str) -> String {
    if scope.is_empty() { String::new() } else { format!(" ({scope})") }
}

fn details(out: &mut impl Write, indent: usize, said: &Said) -> io::Result<()> {
    said.details.iter().try_for_each(|detail| text(out, indent, detail))?;
    cite(out, indent, &said.by)
}

fn cite(out: &mut impl Write, indent: usize, by: &[Citation]) -> io::Result<()> {
    for source in by {
        let remarks =
            if source.remarks.is_empty() { String::new() } else { format!("; {}", source.remarks.join("; ")) };
        text(
            out,
            indent,
            &format!("[{}, {}, {}{remarks}] {}", source.publisher, source.kind, source.dated(), source.url),
        )?;
    }
    Ok(())
}

/// Writes a text in lines that fit, each indented. What a terminal would act on is made visible.
///
/// # Errors
/// It cannot be written.
pub fn text(out: &mut impl Write, indent: usize, text: &str) -> io::Result<()> {
    let text = clip(text, LONGEST);
    let mut line = String::new();
    let mut depth = indent;
    for word in text.split_whitespace() {
        if !line.is_empty() && depth + line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{:depth$}{line}", "")?;
            line.clear();
            depth = indent + 2;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{:depth$}{line}", "")
}
