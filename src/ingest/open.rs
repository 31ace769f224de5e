//! Opens a file: surveys it, finds its header, recognises the export, and binds the declaration to its columns.

use super::adapter::Plan;
use super::bytes::{Container, Input, Survey, survey};
use super::dates::{OrderEvidence, Zone};
use super::recognise::{Candidate, Known, Verdict, Wish, nearest};
use super::rows::{self, Layout};
use super::{json, ldif, words};
use crate::diag::Diagnostic;
use crate::model::{Columns, DateOrder, Export, Field, Holds, Shape};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How far down a header is looked for.
const HEADER_WITHIN: usize = 40;

/// What the user says about a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// What it must be.
    pub wish: Wish<'a>,
    /// Its encoding.
    pub encoding: Option<&'a str>,
    /// The order of day and month.
    pub date_order: Option<DateOrder>,
}

/// A file that is ready to be read.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The catalog id of its product.
    pub product: &'a str,
    /// The export it was recognised as.
    pub export: &'a Export,
    /// The facts about its bytes.
    pub survey: Survey,
    /// How its rows are found.
    pub layout: Layout,
    /// Its header, as written.
    pub header: Vec<String>,
    /// Line of the header; 1 for JSON and LDIF.
    pub header_line: u32,
    /// First 12 hex digits of the SHA-256 of the normalised header.
    pub fingerprint: String,
    /// The declaration bound to its columns.
    pub plan: Plan,
    /// The order of day and month in its dates.
    pub date_order: Option<DateOrder>,
    /// The zone of its times without one.
    pub zone: Zone,
    /// Remarks.
    pub warnings: Vec<Diagnostic>,
}

/// Opens a file.
///
/// # Errors
/// It cannot be read, is no known export, or is another export than asked for.
pub fn open<'a>(
    input: &dyn Input,
    request: Request<'_>,
    known: &Known<'a>,
    company_zone: &TimeZone,
) -> Result<Opened<'a>, Diagnostic> {
    let name = input.name();
    let mut survey = survey(input, request.encoding)?;
    let found = match survey.container {
        Container::Text => delimited(name, &survey, known, request.wish)?,
        Container::Xlsx => sheet(input, known, request.wish)?,
        Container::Json => whole_json(name, &survey, known, request.wish)?,
        Container::Ldif => {
            let header = ldif::columns(&survey.head);
            let candidate = choose(name, &header, 1, Shape::Ldif, "", known, request.wish)?;
            Found { layout: Layout::Ldif, header, header_line: 1, candidate, warnings: Vec::new() }
        }
    };
    let Found { layout, mut header, header_line, candidate, mut warnings } = found;
    let export = candidate.export;
    if let Some(refuse) = &export.refuse {
        return Err(Diagnostic::error(name, refuse.clone()).at(u64::from(header_line)));
    }
    let seen = header.len();
    if matches!(layout, Layout::Json { .. } | Layout::Ldif) {
        add_declared(export, &mut header);
    }
    let plan = Plan::new(export, &header, seen);
    if survey.encoding_guessed {
        warnings.push(
            Diagnostic::warning(
                name,
                format!("the bytes look like {}, but nothing in the file says so", survey.encoding.name()),
            )
            .help("state `encoding` in coverage.yaml if names come out wrong"),
        );
    }
    twice(name, &header, header_line, &plan, &mut warnings);
    let zone = match export.dates.zone.as_deref() {
        None | Some("unstated") => Zone::Unstated,
        Some("utc") => Zone::Known(TimeZone::UTC),
        Some("company") => Zone::Known(company_zone.clone()),
        Some(iana) => TimeZone::get(iana).map_or(Zone::Unstated, Zone::Known),
    };
    let mut fingerprint = Sha256::new();
    header.iter().for_each(|h| fingerprint.update(format!("{}\n", words::header(h))));
    let fingerprint = super::bytes::hex(&fingerprint.finalize())[..12].to_owned();
    survey.head = String::new();
    Ok(Opened {
        product: candidate.product,
        export,
        survey,
        layout,
        header,
        header_line,
        fingerprint,
        plan,
        date_order: request.date_order.or(export.dates.order),
        zone,
        warnings,
    })
}

struct Found<'k, 'a> {
    layout: Layout,
    header: Vec<String>,
    header_line: u32,
    candidate: &'k Candidate<'a>,
    warnings: Vec<Diagnostic>,
}

fn normalised(row: &[String]) -> Vec<String> {
    row.iter().map(|h| words::header(h)).collect()
}

fn delimited<'k, 'a>(
    name: &str,
    survey: &Survey,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<Found<'k, 'a>, Diagnostic> {
    let mut looked: Vec<(u8, u32, Vec<String>)> = Vec::new();
    for delimiter in rows::delimiters(&survey.head) {
        for (line, row) in rows::head_rows(&survey.head, survey.head_is_all, delimiter, HEADER_WITHIN) {
            let names = normalised(&row);
            if !matches!(known.compare(&names, Shape::Table, "", wish), Verdict::Nothing) && wish.export.is_none() {
                let candidate = choose(name, &row, line, Shape::Table, "", known, wish)?;
                let warnings = drift(name, &names, &row, line, candidate, known, wish);
                return Ok(Found {
                    layout: Layout::Csv { delimiter, header_line: line },
                    header: row,
                    header_line: line,
                    candidate,
                    warnings,
                });
            }
            looked.push((delimiter, line, row));
        }
    }
    let best = looked.into_iter().rev().max_by_key(|(_, line, row)| {
        (known.familiar(&normalised(row), wish), row.len().min(3), std::cmp::Reverse(*line))
    });
    let Some((delimiter, line, row)) = best else {
        return Err(
            Diagnostic::error(name, "no row can be found in the file").help("open it and check that it is a table")
        );
    };
    let candidate = choose(name, &row, line, Shape::Table, "", known, wish)?;
    Ok(Found {
        layout: Layout::Csv { delimiter, header_line: line },
        header: row,
        header_line: line,
        candidate,
        warnings: Vec::new(),
    })
}

fn sheet<'k, 'a>(input: &dyn Input, known: &'k Known<'a>, wish: Wish<'_>) -> Result<Found<'k, 'a>, Diagnostic> {
    let rows = Arc::new(rows::workbook(input)?);
    let head: Vec<&(u32, Vec<String>)> = rows.iter().take(HEADER_WITHIN).collect();
    let fits = |row: &[String]| {
        !matches!(known.compare(&normalised(row), Shape::Table, "", wish), Verdict::Nothing) && wish.export.is_none()
    };
    let best = head.iter().find(|(_, row)| fits(row)).or_else(|| {
        head.iter().rev().max_by_key(|(line, row)| (known.familiar(&normalised(row), wish), std::cmp::Reverse(*line)))
    });
    let Some((line, row)) = best else {
        return Err(Diagnostic::error(input.name(), "the workbook has no rows"));
    };
    let row: Vec<String> = row.iter().map(|c| c.trim_matches(rows::is_space).to_owned()).collect();
    let candidate = choose(input.name(), &row, *line, Shape::Table, "", known, wish)?;
    let header_line = *line;
    Ok(Found {
        layout: Layout::Sheet { rows: Arc::clone(&rows), header_line },
        header: row,
        header_line,
        candidate,
        warnings: Vec::new(),
    })
}

fn whole_json<'k, 'a>(
    name: &str,
    survey: &Survey,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<Found<'k, 'a>, Diagnostic> {
    let head = json::head(&survey.head, !survey.head_is_all, known.lists());
    if head.records == 0 {
        let what = match head.error {
            Some(error) => format!("the JSON is broken: {error}"),
            None if survey.head_is_all => "the JSON holds no records".to_owned(),
            None => "no whole record stands in the first 256 KiB of the JSON".to_owned(),
        };
        return Err(Diagnostic::error(name, what)
            .help("expected an array of objects, one object a line, or an object that holds the list, as the product's API gives it"));
    }
    let candidate = choose(name, &head.columns, 1, Shape::Json, &head.list, known, wish)?;
    Ok(Found {
        layout: Layout::Json { list: head.list },
        header: head.columns,
        header_line: 1,
        candidate,
        warnings: Vec::new(),
    })
}

/// Late records may have fields that the first ones lack: the declared names are looked up in any case.
fn add_declared(export: &Export, header: &mut Vec<String>) {
    let present: BTreeSet<String> = header.iter().map(|h| words::header(h)).collect();
    let decisions = (export.status.iter().map(|d| &d.column))
        .chain(export.person_status.iter().map(|d| &d.column))
        .chain(export.worker.iter().map(|d| &d.column))
        .chain(export.kind.iter().map(|d| &d.column))
        .chain(export.sign_in.iter().map(|d| &d.column))
        .chain(export.privileged.iter().map(|d| &d.column));
    let more = export.fields.values().chain(decisions).flat_map(Columns::names).filter(|n| !n.contains('*'));
    for name in more {
        if !present.contains(&words::header(name)) && !header.contains(name) {
            header.push(name.clone());
        }
    }
}

fn choose<'k, 'a>(
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
            return Err(Diagnostic::error(name, format!("`{id}` is no known export"))
                .help("`coverage catalog list` names them"));
        };
        if candidate.export.shape != shape {
            return Err(Diagnostic::error(
                name,
                format!("{id} is {}, and this file is {shape}", candidate.export.shape),
            ));
        }
        let missing = candidate.missing(&names);
        return match missing.first() {
            None => Ok(candidate),
            Some(first) => Err(at(lacking(name, candidate, &missing, first, row))),
        };
    }
    match known.compare(&names, shape, list, wish) {
        Verdict::Is(candidate) => Ok(candidate),
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
        Verdict::Other(other) => {
            let what = format!("this is {} ({}: {})", other.export.id, other.product_name, other.export.name);
            let (wanted, help) = match (wish.holds, wish.product) {
                (Some(Holds::Employees), _) => {
                    ("not an HR export".to_owned(), "give it as an IdP export or as a roster")
                }
                (Some(Holds::Identities), _) if !other.export.holds.contains(&Holds::Identities) => {
                    ("not an export of an identity provider".to_owned(), "give it as HR or as a roster")
                }
                (Some(Holds::Accounts), _) if !other.export.holds.contains(&Holds::Accounts) => {
                    ("not the roster of an app".to_owned(), "give it as HR or as an IdP export")
                }
                (_, Some(product)) => (
                    format!("not an export of {product}"),
                    "check that the file belongs to this app; name the app by its own id otherwise",
                ),
                _ => ("not what was asked for".to_owned(), "check the file"),
            };
            Err(at(Diagnostic::error(name, format!("{what}, {wanted}")).help(help)))
        }
        Verdict::Nothing => {
            if let Some((candidate, missing)) = known.nearly(&names, shape, wish)
                && let Some(first) = missing.first()
            {
                return Err(at(lacking(name, candidate, &missing, first, row)));
            }
            let seen: Vec<&str> = row.iter().map(String::as_str).filter(|c| !c.is_empty()).take(12).collect();
            let seen = if seen.is_empty() { "none".to_owned() } else { clip(&seen.join(", "), 300) };
            let need = match wish.holds {
                Some(Holds::Employees) => {
                    "an HR list needs an employee id or work address and an end date; name the columns so"
                }
                _ => {
                    "a hand-made list needs a column called Email (or Username), and may have Name, Role, Status, Last active"
                }
            };
            Err(at(Diagnostic::error(name, format!("no known export has these columns: {seen}"))
                .help(format!("{need}; or describe the file under `exports` in coverage.yaml"))))
        }
    }
}

fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

fn lacking(name: &str, candidate: &Candidate<'_>, missing: &[&str], first: &str, row: &[String]) -> Diagnostic {
    let near = nearest(first, row).map_or(String::new(), |n| format!("; the nearest here is `{}`", clip(n, 60)));
    let more = if missing.len() > 1 { format!(" (and {} more)", missing.len() - 1) } else { String::new() };
    Diagnostic::error(name, format!("this looks like {} ({}), but its column `{first}`{more} is missing{near}", candidate.export.name, candidate.export.id))
        .help("export it again with all columns, rename the column, or copy the declaration to `exports` in coverage.yaml and adapt it")
}

/// A file that is read as a hand-made list although one column makes it a product's export deserves a remark. With two
/// columns missing it is rather an ordinary list: many products ask for a name, an address and a date.
fn drift(
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
    let Some((near, missing)) = known.nearly(names, Shape::Table, wish) else { return Vec::new() };
    // Ordinary column names make a hand-made list look like many exports; only a near miss is worth a word.
    if missing.len() > 1 || (wish.product.is_none() && near.recognised_by() < 6) {
        return Vec::new();
    }
    let [first] = missing[..] else { return Vec::new() };
    let mut d = lacking(name, near, &missing, first, row).at(u64::from(line));
    d.level = crate::diag::Level::Warning;
    d.message.push_str(&format!("; it is read as {}", chosen.export.name));
    vec![d]
}

fn twice(name: &str, header: &[String], line: u32, plan: &Plan, warnings: &mut Vec<Diagnostic>) {
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

/// The columns whose cells are dates.
pub fn date_columns(plan: &Plan) -> Vec<usize> {
    [Field::Start, Field::End, Field::Created, Field::LastActive, Field::Ended]
        .iter()
        .flat_map(|f| plan.field(*f).iter().copied())
        .collect()
}

/// Reads all dates with slashes to learn which number is the month.
///
/// # Errors
/// The dates contradict each other, or none of them settles it.
pub fn settle(input: &dyn Input, opened: &Opened<'_>) -> Result<Option<DateOrder>, Diagnostic> {
    let columns = date_columns(&opened.plan);
    if columns.is_empty() {
        return Ok(None);
    }
    let mut seen = OrderEvidence::default();
    let mut first = None;
    let name = input.name();
    rows::each(input, &opened.survey, &opened.layout, &opened.header, &mut |row| {
        for &i in &columns {
            let cell = row.cells.text(i);
            if cell.as_bytes().first().is_some_and(u8::is_ascii_digit) {
                let before = seen.either;
                seen.see(cell, row.line);
                if before.is_none() && seen.either.is_some() {
                    first = Some((row.line, i, clip(cell, 40)));
                }
            }
        }
        Ok(())
    })?;
    match (seen.day_first, seen.month_first, first) {
        (Some(a), Some(b), _) => Err(Diagnostic::error(
            name,
            format!("dates contradict each other: line {a} can only be day/month, line {b} only month/day"),
        )
        .at(u64::from(a.max(b)))
        .help("bring the dates into one form, best YYYY-MM-DD")),
        (Some(_), None, _) => Ok(Some(DateOrder::DayFirst)),
        (None, Some(_), _) => Ok(Some(DateOrder::MonthFirst)),
        (None, None, Some((line, column, cell))) => Err(Diagnostic::error(
            name,
            format!(
                "`{cell}` in column `{}` can be two dates, and no other date in the file settles which",
                clip(&opened.header[column], 60)
            ),
        )
        .at(u64::from(line))
        .column(column as u64 + 1)
        .help("write `date-order: day-first` or `date-order: month-first` beside the file in coverage.yaml")),
        (None, None, None) => Ok(None),
    }
}
