//! Words for a file that is not what it should be: another export, nearly one, or none that is known.

use super::adapter::Plan;
use super::recognise::{Candidate, Known, Verdict, Wish, nearest};
use super::words::header;
use crate::diag::Diagnostic;
use crate::model::{Field, Holds, Shape};

/// The file is something else than it was given for.
pub(super) fn another(name: &str, other: &Candidate<'_>, wish: Wish<'_>) -> Diagnostic {
    let what = format!("this is {} ({}: {})", other.export.id, other.product_name, other.export.name);
    let holds = |h| other.export.holds.contains(&h);
    let wanted = match (wish.holds, wish.product) {
        (Some(Holds::Employees), _) if !holds(Holds::Employees) => "an HR export",
        (Some(Holds::Identities), _) if !holds(Holds::Identities) => "an export of an identity provider",
        (Some(Holds::Accounts), _) if !holds(Holds::Accounts) => "the roster of an app",
        (Some(Holds::Assignments), _) if !holds(Holds::Assignments) => "a list of whom an app is assigned to",
        (_, Some(product)) => {
            return Diagnostic::error(name, format!("{what}, not an export of {product}"))
                .help("check that the file belongs to this app; name the app by its own id otherwise");
        }
        _ => "what was asked for",
    };
    let places = [
        (Holds::Employees, "as an HR export"),
        (Holds::Identities, "as an export of an identity provider"),
        (Holds::Accounts, "as a roster"),
        (Holds::Assignments, "as the `assignments` of an app"),
    ];
    let places: Vec<&str> = places.iter().filter(|(h, _)| holds(*h)).map(|(_, place)| *place).collect();
    Diagnostic::error(name, format!("{what}, not {wanted}"))
        .help(format!("give it {}; or say in coverage.yaml with `export` what it is", places.join(" or ")))
}

/// No export has these columns.
pub(super) fn unknown(name: &str, row: &[String], shape: Shape, wish: Wish<'_>) -> Diagnostic {
    let seen: Vec<&str> = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).take(12).collect();
    let need = match (shape, wish.holds) {
        (Shape::Table, Some(Holds::Employees)) => {
            "an HR list needs an employee id, a work address or a name, and an end date or a status; name the columns so"
        }
        (Shape::Table, _) => {
            "a hand-made list needs a column called Email (or Username), and may have Name, Role, Status, Last active"
        }
        (Shape::Json, Some(Holds::Employees | Holds::Identities)) => "save the answer of the product's API as it is",
        (Shape::Json, _) => {
            "save the answer of the product's API as it is, or give an array of objects with `email` (or `username`), which may \
             have `name`, `role`, `status`, `lastActive`"
        }
        (Shape::Ldif, _) => "save the entries of people with all their attributes",
    };
    let what = if seen.is_empty() {
        "no columns can be found in the file".to_owned()
    } else if shape == Shape::Table && seen.iter().any(|c| c.contains('@')) {
        // What stands here belongs to somebody and is not for the terminal.
        "no header can be found: the first row holds data, not the names of columns".to_owned()
    } else {
        format!("no known export has these columns: {}", clip(&seen.join(", "), 300))
    };
    Diagnostic::error(name, what).help(format!("{need}; or describe the file under `exports` in coverage.yaml, which `coverage inspect --workspace DIR` reads, too"))
}

/// What happened where a program that separates cells by another sign has saved a table: each line is one quoted cell.
pub(super) fn quoted_as_one(
    name: &str,
    row: &[String],
    line: u32,
    known: &Known<'_>,
    wish: Wish<'_>,
) -> Option<Diagnostic> {
    let [one] = row else { return None };
    let is_header = |sign: &char| {
        let cells: Vec<String> = one.split(*sign).map(header).collect();
        cells.len() > 1 && !matches!(known.compare(&cells, Shape::Table, "", wish), Verdict::Nothing)
    };
    let sign = [',', ';', '\t', '|'].into_iter().find(is_header)?;
    let sign = if sign == '\t' { "tabs".to_owned() } else { format!("`{sign}`") };
    let what = format!("each line is one quoted cell, in which the values stand with {sign} between them");
    Some(Diagnostic::error(name, what).at(u64::from(line)).help(format!(
        "the file was opened and saved by a spreadsheet program that separates cells by another sign: export it again and \
         give it as it is, or split its one column at {sign} (Data, Text to Columns) and save it as .xlsx"
    )))
}

pub(super) const fn form(shape: Shape) -> &'static str {
    match shape {
        Shape::Table => "a table",
        Shape::Json => "JSON",
        Shape::Ldif => "LDIF",
    }
}

pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

pub(super) fn lacking(
    name: &str,
    how: &str,
    candidate: &Candidate<'_>,
    missing: &[&str],
    first: &str,
    row: &[String],
) -> Diagnostic {
    let near = nearest(first, row).map_or(String::new(), |n| format!("; the nearest here is `{}`", clip(n, 60)));
    let more = if missing.len() > 1 { format!(" (and {} more)", missing.len() - 1) } else { String::new() };
    Diagnostic::error(name, format!("this {how} {} ({}), but its column `{first}`{more} is missing{near}", candidate.export.id, candidate.export.name))
        .help(match candidate.export.shape {
            // Answers of many products look alike.
            Shape::Json => "ask for it again with all fields; of another product's answer give the list alone, an array of objects \
                with `email`, or describe it under `exports` in coverage.yaml",
            _ => "export it again with all columns, rename the column, or copy the declaration to `exports` in coverage.yaml and adapt it",
        })
}

/// A file that is read as a hand-made list although one column makes it a product's export deserves a remark. With two
/// columns missing it is rather an ordinary list: many products ask for a name, an address and a date.
pub(super) fn drift(
    name: &str,
    names: &[String],
    row: &[String],
    line: u32,
    chosen: &Candidate<'_>,
    known: &Known<'_>,
    wish: Wish<'_>,
) -> Vec<Diagnostic> {
    if !chosen.neutral {
        return Vec::new();
    }
    let shape = chosen.export.shape;
    let members = chosen.export.holds.contains(&Holds::Accounts);
    let chosen = format!("; it is read as {} ({})", chosen.export.id, chosen.export.name);
    if let Some(other) = known.foreign(names, shape, wish) {
        let mut d = another(name, other, wish).at(u64::from(line));
        d.level = crate::diag::Level::Warning;
        d.message.push_str(&chosen);
        return vec![d];
    }
    let Some((near, missing)) = known.nearly(names, shape, wish) else { return Vec::new() };
    // Ordinary column names make a hand-made list look like many exports; only a near miss is worth a word. A file that
    // was given for the product is likelier to be its export with other headings.
    // Taking a list of people for an app's members hides every leaver, so less is enough there.
    let of_people = members && [Holds::Employees, Holds::Identities].iter().any(|h| near.export.holds.contains(h));
    if wish.product.is_none() && (missing.len() > 1 || near.recognised_by() < if of_people { 4 } else { 6 }) {
        return Vec::new();
    }
    let Some(first) = missing.first() else { return Vec::new() };
    let mut d = lacking(name, "looks like", near, &missing, first, row).at(u64::from(line));
    d.level = crate::diag::Level::Warning;
    d.message.push_str(&chosen);
    vec![d]
}

pub(super) fn twice(name: &str, header: &[String], line: u32, plan: &Plan, warnings: &mut Vec<Diagnostic>) {
    for (field, bound) in plan.fields() {
        if matches!(field, Field::Aliases | Field::Role | Field::LastActive) {
            continue;
        }
        for (n, &i) in bound.columns.iter().enumerate() {
            if let Some(&j) = bound.columns[n + 1..].iter().find(|j| header[**j].eq_ignore_ascii_case(&header[i])) {
                warnings.push(
                    Diagnostic::warning(
                        name,
                        format!(
                            "the column `{}` occurs twice ({} and {}); the first with a value counts",
                            clip(&header[i], 60),
                            i + 1,
                            j + 1
                        ),
                    )
                    .at(u64::from(line))
                    .column(j as u64 + 1),
                );
            }
        }
    }
}
