//! What a file has and its declaration does not read. A list that is recognised by a column and does not read that column
//! would say of everybody that nothing is known, without a word.

use super::adapter::Plan;
use super::misfit::clip;
use super::recognise::{Candidate, Known, nearest};
use super::words::header;
use crate::diag::Diagnostic;
use crate::model::{Columns, Field, Holds, Shape};

/// The fields by which accounts and people are told apart.
const KEYS: [Field; 6] =
    [Field::Email, Field::Username, Field::EmployeeId, Field::ExternalId, Field::Aliases, Field::HomeEmail];

/// Remarks about columns that are not read, where something should have been.
///
/// # Errors
/// Without them the file says nothing of whom it is about, or of who has left.
pub(super) fn unread(
    name: &str,
    row: &[String],
    line: u32,
    candidate: &Candidate<'_>,
    known: &Known<'_>,
    plan: &Plan,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let export = candidate.export;
    if export.shape != Shape::Table {
        return Ok(Vec::new());
    }
    let at = |d: Diagnostic, column: Option<usize>| match column {
        Some(column) => d.at(u64::from(line)).column(column as u64 + 1),
        None => d.at(u64::from(line)),
    };
    let shown = |column: usize| clip(row[column].trim(), 60);
    let names: Vec<String> = row.iter().map(|h| header(h)).collect();
    let unread: Vec<usize> = candidate.recognised_only(&names, &plan.unused);
    let employees = export.holds.contains(&Holds::Employees);
    // What is a directory's list, too, serves without it.
    let of_leavers = employees && (candidate.neutral || export.holds.len() == 1);
    let mut remarks = Vec::new();
    if of_leavers && plan.field(Field::End).is_empty() && !plan.person_status.is_told() {
        let near = || nearest("Termination date", row).and_then(|near| row.iter().position(|h| h == near));
        let column = unread.first().copied().or_else(near).filter(|column| plan.unused.contains(column));
        let what = match column {
            Some(column) => format!(
                "nothing says who has left: the column `{}` has no name under which a leaving date is looked for",
                shown(column)
            ),
            None => {
                "nothing says who has left: no column has a name under which a leaving date or a status is looked for"
                    .to_owned()
            }
        };
        let help = "name the column of the last day of employment `End date`, or map it (`end`) under `exports` in coverage.yaml";
        if !candidate.own {
            return Err(at(Diagnostic::error(name, what).help(help), column));
        }
        remarks.push(at(Diagnostic::warning(name, what).help(help), column));
    }
    if !candidate.neutral {
        return Ok(remarks);
    }
    // Of whom a status says that they have left, the day may stand there all the same.
    if of_leavers && plan.field(Field::End).is_empty() && plan.person_status.is_told() && !candidate.own {
        for &column in plan.unused.iter().filter(|column| may_be_a_leaving(&names[**column])) {
            let what =
                format!("the column `{}` is not read, although it may say when somebody has left", shown(column));
            let help = "if it is the last day of employment, name it `End date`, or map it (`end`) under `exports` in coverage.yaml";
            remarks.push(at(Diagnostic::warning(name, what), Some(column)).help(help));
        }
    }
    // A date alone is blank for who has left without one.
    if employees && !plan.person_status.is_told() {
        for &column in plan.unused.iter().filter(|column| may_be_a_status(&names[**column])) {
            let what = format!("the column `{}` is not read, although it may say who has left", shown(column));
            let help = "if it does, name it `Employment status` (Active, Leave, Terminated) or `Active` (yes, no), or map it \
                (`person-status`) under `exports` in coverage.yaml";
            remarks.push(at(Diagnostic::warning(name, what), Some(column)).help(help));
        }
    }
    let nobody = KEYS.iter().all(|field| plan.field(*field).is_empty());
    // Whoever declares a file may recognise it by a column that is of no use.
    for &column in unread.iter().filter(|_| !candidate.own) {
        let what =
            format!("the column `{}`, by which the file was recognised, has no name that is read", shown(column));
        if nobody {
            let what = format!("nothing says whose the rows are: {what}");
            return Err(at(Diagnostic::error(name, what), Some(column)).help(RENAME));
        }
        remarks.push(at(Diagnostic::warning(name, what), Some(column)).help(RENAME));
    }
    // What is taken over from a product's export may be there or not.
    let taken_over = |field: &Field| {
        let base = export.like.as_deref().and_then(|id| known.by_id(id)).and_then(|base| base.export.fields.get(field));
        base.map(Columns::names) == export.fields.get(field).map(Columns::names)
    };
    if candidate.own {
        let asked = KEYS.iter().chain(&[Field::Id, Field::Name, Field::End, Field::LastActive]);
        let absent = asked
            .filter(|f| plan.field(**f).is_empty() && !taken_over(f))
            .filter_map(|field| Some((field, export.fields.get(field)?)));
        for (field, columns) in absent {
            let Some(first) = columns.names().first() else { continue };
            let near =
                nearest(first, row).map_or_else(String::new, |n| format!("; the nearest here is `{}`", clip(n, 60)));
            let what = format!(
                "`{}` is declared to stand in `{first}`, a column that the file does not have{near}",
                field.word()
            );
            remarks.push(
                at(Diagnostic::warning(name, what), None).help("correct the name under `exports` in coverage.yaml"),
            );
        }
    }
    Ok(remarks)
}

/// Whether a column of an employee list, by its normalised name, may say who works here and who does not.
fn may_be_a_status(name: &str) -> bool {
    const OTHERS: &str =
        "marital civil family visa tax military veteran citizen immigration exempt flsa disability vaccin background";
    let is_one = name.ends_with("status")
        || name.starts_with("status")
        || ["active", "inactive", "terminated", "employed", "left", "leaver", "former"]
            .iter()
            .any(|word| name == *word || name.strip_prefix("is") == Some(word));
    is_one && !name.ends_with("date") && !OTHERS.split(' ').any(|other| name.contains(other))
}

/// Whether a column of an employee list, by its normalised name, may say when somebody has left.
fn may_be_a_leaving(name: &str) -> bool {
    const LEAVING: [&str; 7] = ["leaving", "lastday", "lastwork", "exit", "separation", "resignation", "release"];
    LEAVING.iter().any(|word| name.contains(word)) && !["reason", "type", "code"].iter().any(|end| name.ends_with(end))
}

/// What to do about a column whose name is not known.
const RENAME: &str = "if it holds the holder's address, name it `Email` (a number `Employee ID`, a name `Full name`); \
    or map it under `exports` in coverage.yaml";
