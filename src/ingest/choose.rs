//! Which export a header is: the one that is declared, the one as which the list was fetched, or the one its columns point to.

use super::misfit::{another, form, lacking, unknown};
use super::open::normalised;
use super::recognise::{Candidate, Known, Verdict, Wish};
use crate::diag::Diagnostic;
use crate::model::Shape;

/// Chooses it.
///
/// # Errors
/// None fits, or two do, or what was declared does not.
pub(super) fn choose<'k, 'a>(
    name: &str,
    row: &[String],
    line: u32,
    shape: Shape,
    list: &str,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<&'k Candidate<'a>, Diagnostic> {
    let names = normalised(row);
    let at = |d: Diagnostic| d.at(u64::from(line));
    if let Some(id) = wish.export {
        let Some(candidate) = known.by_id(id) else {
            return Err(no_export(name, id));
        };
        if candidate.export.shape != shape {
            return Err(Diagnostic::error(
                name,
                format!("{id} is {}, and this file is {}", form(candidate.export.shape), form(shape)),
            )
            .help("name another export, or leave it out and the columns decide"));
        }
        let missing = candidate.missing(&names);
        return match missing.first() {
            None => Ok(candidate),
            Some(_) if wish.fetched == Some(id) => Ok(candidate),
            Some(first) => Err(at(lacking(name, "is declared as", candidate, &missing, first, row))),
        };
    }
    let compared = known.compare(&names, shape, list, wish);
    if let Some(id) = wish.fetched {
        return match compared {
            // Who describes the file in coverage.yaml knows better than the catalog.
            Verdict::Is(candidate) if candidate.own => Ok(candidate),
            _ => as_fetched(name, id, &names, shape, known, wish),
        };
    }
    match compared {
        Verdict::Is(candidate) => match known.employees(&names, candidate, wish) {
            Some(people) if shape == Shape::Table => Err(at(another(name, people, wish)).help(format!(
                "give it as an HR export; if it is a roster, write `export: {}` beside the file in coverage.yaml",
                candidate.export.id
            ))),
            _ => Ok(candidate),
        },
        Verdict::Either(a, b) => Err(at(Diagnostic::error(
            name,
            format!(
                "the columns fit two exports: {} ({}) and {} ({})",
                a.export.id, a.export.name, b.export.id, b.export.name
            ),
        )
        .help(format!(
            "write `export: {}` or `export: {}` beside the file in coverage.yaml",
            a.export.id, b.export.id
        )))),
        Verdict::Other(other) if !other.neutral => Err(at(another(name, other, wish))),
        // What is only like a list by hand may be a product's export that has changed.
        like => {
            if let Some((candidate, missing)) = known.nearly(&names, shape, wish)
                && let Some(first) = missing.first()
            {
                return Err(at(lacking(name, "looks like", candidate, &missing, first, row)));
            }
            Err(at(match like {
                Verdict::Other(other) => another(name, other, wish),
                _ => unknown(name, row, shape, wish),
            }))
        }
    }
}

/// The export as which a list was fetched. Columns that only tell it from others may be missing: nobody has to guess what it is.
fn as_fetched<'k, 'a>(
    name: &str,
    id: &str,
    names: &[String],
    shape: Shape,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<&'k Candidate<'a>, Diagnostic> {
    let candidate = known.by_id(id).ok_or_else(|| no_export(name, id))?;
    let foreign = !candidate.neutral && wish.product.is_some_and(|p| p != candidate.product);
    if wish.holds.is_some_and(|h| !candidate.export.holds.contains(&h)) || foreign && known.reads(wish.product) {
        return Err(another(name, candidate, wish));
    }
    let why = if candidate.export.shape != shape {
        format!("that is {}, and this file is {}", form(candidate.export.shape), form(shape))
    } else if !candidate.reads(names) {
        "it has none of the columns by which that tells accounts apart".to_owned()
    } else {
        return Ok(candidate);
    };
    let help = "fetch it again with `coverage pull`, or say with `export` in coverage.yaml what it is";
    Err(Diagnostic::error(name, format!("it was fetched as {id} ({}), and {why}", candidate.export.name)).help(help))
}

pub(super) fn no_export(name: &str, id: &str) -> Diagnostic {
    Diagnostic::error(name, format!("`{id}` is no known export")).help("`coverage catalog list` names them")
}
