//! Opens a file: surveys it, finds its header, recognises the export, and binds the declaration to its columns.

use super::adapter::Plan;
use super::bytes::{Container, Input, Survey, survey};
use super::choose::{choose, no_export};
use super::dates::{OrderEvidence, Zone};
use super::misfit::{clip, drift, quoted_as_one, twice};
use super::recognise::{Candidate, Known, Verdict, Wish};
use super::rows::{self, Layout};
use super::unread::unread;
use super::{json, late, ldif, words, workbook};
use crate::diag::Diagnostic;
use crate::model::{DateOrder, Export, Field, Shape};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// How far down a header is looked for.
pub(super) const HEADER_WITHIN: usize = 40;

/// What the user says about a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// What it must be.
    pub wish: Wish<'a>,
    /// Its encoding.
    pub encoding: Option<&'a str>,
    /// The order of day and month.
    pub date_order: Option<DateOrder>,
    /// Of its rows, only those with these values, by column.
    pub only: Option<&'a BTreeMap<String, String>>,
}

/// A file that is ready to be read.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The catalog id of its product.
    pub product: &'a str,
    /// Whether somebody has made it by hand: it has the columns that it has.
    pub by_hand: bool,
    /// The export it was recognised as.
    pub export: &'a Export,
    /// The facts about its bytes.
    pub survey: Survey,
    /// How its rows are found.
    pub layout: Layout,
    /// Its header, as written.
    pub header: Vec<String>,
    /// How many columns were seen in it. Those behind them are only declared: late records may have them.
    pub seen: usize,
    /// Line of the header; 1 for JSON and LDIF.
    pub header_line: u32,
    /// First 12 hex digits of the SHA-256 of the normalised header.
    pub fingerprint: String,
    /// The declaration bound to its columns.
    pub plan: Plan,
    /// Only rows with these values in these columns are its rows.
    pub only: Vec<(usize, String)>,
    /// The order of day and month in its dates.
    pub date_order: Option<DateOrder>,
    /// The zone of its times without one.
    pub zone: Zone,
    /// Whether it says itself, at its end, that it is not the whole list. Known once it is read.
    pub breaks_off: bool,
    /// Remarks.
    pub warnings: Vec<Diagnostic>,
}

impl Opened<'_> {
    /// Whether the file says of accounts whether they live. Of a list by hand, a column that is only declared says nothing;
    /// a product's answer is known to have one, and to leave it out where the product is older.
    pub fn tells_status(&self) -> bool {
        self.plan.status.columns().any(|column| column < self.seen || !self.by_hand)
    }

    /// Of a workbook, the other sheets that are such a list as well, and are not read.
    pub fn lists_unread(&self) -> Option<Vec<String>> {
        match &self.layout {
            Layout::Sheet { unread, .. } => Some(unread.clone()),
            _ => None,
        }
    }
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
    open_surveyed(input, survey(input, request.encoding)?, request, known, company_zone)
}

/// Opens a file that has been surveyed.
///
/// # Errors
/// It is no known export, or is another export than asked for.
pub fn open_surveyed<'a>(
    input: &dyn Input,
    mut survey: Survey,
    request: Request<'_>,
    known: &Known<'a>,
    company_zone: &TimeZone,
) -> Result<Opened<'a>, Diagnostic> {
    let name = input.name();
    let found = match survey.container {
        _ if survey.bytes == 0 => nothing(name, known, request.wish),
        Container::Text => delimited(name, &survey, known, request.wish),
        Container::Xlsx => workbook::sheet(input, known, request.wish),
        Container::Json => whole_json(name, &survey, known, request.wish),
        Container::Ldif => {
            let header = ldif::columns(&survey.head);
            choose(name, &header, 1, Shape::Ldif, "", known, request.wish).map(|candidate| Found {
                layout: Layout::Ldif,
                header,
                header_line: 1,
                candidate,
                warnings: Vec::new(),
            })
        }
    };
    let found = found.map_err(|mut d| {
        if let Some(declared) = request.encoding {
            d.message = format!("read as {declared}, as declared: {}", d.message);
        }
        d
    })?;
    let Found { layout, mut header, header_line, candidate, mut warnings } = found;
    let export = candidate.export;
    if let Some(refuse) = &export.refuse {
        return Err(Diagnostic::error(name, refuse.clone())
            .at(u64::from(header_line))
            .help("give an export of the accounts themselves"));
    }
    let mut seen = header.len();
    if matches!(layout, Layout::Json { .. } | Layout::Ldif) {
        late::add_declared(export, &mut header);
        // Whether accounts have a status may not hang on where the first one stands that has.
        let status = Plan::new(export, &header, seen, &|_, _| true).status;
        if !survey.head_is_all && status.is_told() && status.columns().all(|column| column >= seen) {
            late::move_up(input, &survey, &layout, &mut header, &mut seen);
        }
    }
    let has_word =
        |columns: &[usize], words: &BTreeSet<String>| has_word(input, &survey, &layout, &header, columns, words);
    let plan = Plan::new(export, &header, seen, &has_word);
    warnings.extend(plan.status.addresses().iter().filter(|column| **column < seen).map(|&column| {
        let what = format!(
            "`{}` stands beside a postal address and never holds a word for a status: it is taken for a part of the address, \
             and says nothing of accounts",
            clip(header[column].trim(), 60)
        );
        Diagnostic::warning(name, what).at(u64::from(header_line)).column(column as u64 + 1).help(
            "if it is the status of the account, name it `Status`, or explain its words under `exports` in coverage.yaml",
        )
    }));
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
    warnings.extend(unread(name, &header, header_line, candidate, known, &plan)?);
    let only = request.only.into_iter().flatten().map(|(column, value)| {
        let at = header.iter().position(|h| words::header(h) == words::header(column)).ok_or_else(|| {
            let near = header.iter().map(String::as_str).filter(|h| h.split('.').next() == column.split('.').next());
            let near: Vec<&str> = near.take(8).collect();
            let has = if near.is_empty() { header.iter().map(String::as_str).take(8).collect() } else { near };
            Diagnostic::error(name, format!("`only` speaks of a column `{column}`, and the file has none of that name"))
                .help(format!("it has `{}`", has.join("`, `")))
        })?;
        Ok((at, value.trim().to_owned()))
    });
    let only = only.collect::<Result<Vec<_>, Diagnostic>>()?;
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
        by_hand: candidate.is_by_hand(),
        export,
        survey,
        layout,
        header,
        seen,
        header_line,
        fingerprint,
        plan,
        only,
        date_order: request.date_order.or(export.dates.order),
        zone,
        breaks_off: false,
        warnings,
    })
}

/// What a file is found to be, and where its header stands.
pub(super) struct Found<'k, 'a> {
    pub(super) layout: Layout,
    pub(super) header: Vec<String>,
    pub(super) header_line: u32,
    pub(super) candidate: &'k Candidate<'a>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// The names of a header, and after them what stands in brackets behind any of them: `[READ ONLY]` tells a product's `Status` from others.
pub(super) fn normalised(row: &[String]) -> Vec<String> {
    let mut names: Vec<String> = row.iter().map(|h| words::header(h)).collect();
    for mark in row.iter().filter_map(|h| words::mark(h)) {
        if !names.contains(&mark) {
            names.push(mark);
        }
    }
    names
}

/// A fetched list of nobody: what it would be says how it was fetched.
fn nothing<'k, 'a>(name: &str, known: &'k Known<'a>, wish: Wish<'_>) -> Result<Found<'k, 'a>, Diagnostic> {
    let id = wish.export.or(wish.fetched).unwrap_or_default();
    let candidate = known.by_id(id).ok_or_else(|| no_export(name, id))?;
    let layout = match candidate.export.shape {
        Shape::Json => Layout::Json { list: String::new(), pages: false },
        Shape::Ldif => Layout::Ldif,
        Shape::Table => return Err(Diagnostic::error(name, "the table has no heading").help("fetch it again")),
    };
    Ok(Found { layout, header: Vec::new(), header_line: 1, candidate, warnings: Vec::new() })
}

fn delimited<'k, 'a>(
    name: &str,
    survey: &Survey,
    known: &'k Known<'a>,
    wish: Wish<'_>,
) -> Result<Found<'k, 'a>, Diagnostic> {
    let mut looked: Vec<(u8, u32, Vec<String>)> = Vec::new();
    // The first line that is a header with any delimiter. Lists with commas in a file with semicolons make headers of data.
    let mut header: Option<(u8, u32, Vec<String>)> = None;
    for delimiter in rows::delimiters(&survey.head) {
        for (line, row) in rows::head_rows(&survey.head, survey.head_is_all, delimiter, HEADER_WITHIN) {
            let fits = || !matches!(known.compare(&normalised(&row), Shape::Table, "", wish), Verdict::Nothing);
            if wish.export.or(wish.fetched).is_none()
                && header.as_ref().is_none_or(|(_, first, _)| line < *first)
                && fits()
            {
                header = Some((delimiter, line, row));
                break;
            }
            looked.push((delimiter, line, row));
        }
    }
    if let Some((delimiter, line, row)) = header {
        let candidate = choose(name, &row, line, Shape::Table, "", known, wish)?;
        let warnings = drift(name, &normalised(&row), &row, line, candidate, known, wish);
        return Ok(Found {
            layout: Layout::Csv { delimiter, header_line: line },
            header: row,
            header_line: line,
            candidate,
            warnings,
        });
    }
    let best = looked.into_iter().rev().max_by_key(|(_, line, row)| {
        (known.familiar(&normalised(row), wish), row.len().min(3), std::cmp::Reverse(*line))
    });
    let Some((delimiter, line, row)) = best.filter(|(_, _, row)| row.iter().any(|c| !c.trim().is_empty())) else {
        let fault = rows::delimiters(&survey.head).into_iter().find_map(|d| rows::fault(name, &survey.head, d));
        return Err(fault.filter(|_| survey.head_is_all).unwrap_or_else(|| {
            Diagnostic::error(name, "no row can be found in the file").help("open it and check that it is a table")
        }));
    };
    let candidate = choose(name, &row, line, Shape::Table, "", known, wish)
        .map_err(|problem| quoted_as_one(name, &row, line, known, wish).unwrap_or(problem))?;
    Ok(Found {
        layout: Layout::Csv { delimiter, header_line: line },
        header: row,
        header_line: line,
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
    let (head, pages) = way(name, survey, known, wish)?;
    if head.records == 0 {
        let problem = match head.error {
            Some((error, line, column)) => {
                Diagnostic::error(name, format!("the JSON is broken: {error}")).at(line).column(column)
            }
            None if survey.head_is_all => Diagnostic::error(name, "the JSON holds no records"),
            None => Diagnostic::error(name, "no whole record stands in the first 256 KiB of the JSON"),
        };
        return Err(problem
            .help("expected an array of objects, one object a line, or an object that holds the list, as the product's API gives it"));
    }
    let candidate = choose(name, &head.columns, 1, Shape::Json, &head.list, known, wish)?;
    let names = normalised(&head.columns);
    let warnings = match wish.export.or(wish.fetched) {
        None => drift(name, &names, &head.columns, 1, candidate, known, wish),
        Some(_) => Vec::new(),
    };
    let layout = Layout::Json { list: head.list, pages };
    Ok(Found { layout, header: head.columns, header_line: 1, candidate, warnings })
}

/// How the documents of a file are read, and whether they stand in an array: with their list under a known name; each as a record,
/// which may well have a list under such a name; or as the elements of an array, as `jq -s` makes one file of several pages.
fn way(name: &str, survey: &Survey, known: &Known<'_>, wish: Wish<'_>) -> Result<(json::Head, bool), Diagnostic> {
    let look = |lists: &BTreeSet<String>, pages| json::head(&survey.head, !survey.head_is_all, lists, pages);
    let is_known = |head: &json::Head| {
        let names = normalised(&head.columns);
        head.records > 0
            && match wish.export.and_then(|id| known.by_id(id)) {
                Some(candidate) => candidate.missing(&names).is_empty(),
                None => !matches!(known.compare(&names, Shape::Json, &head.list, wish), Verdict::Nothing),
            }
    };
    // One entry after the other, whatever an entry holds.
    if wish.fetched.is_some_and(|id| wish.export.is_none_or(|export| export == id)) {
        return Ok((look(&BTreeSet::new(), false), false));
    }
    let head = look(known.lists(), false);
    if is_known(&head) && (head.list.is_empty() || head.objects < 2) {
        return Ok((head, false));
    }
    let records = Some(look(&BTreeSet::new(), false)).filter(is_known);
    match records {
        Some(_) if is_known(&head) => {
            return Err(Diagnostic::error(
                name,
                format!(
                    "its objects can be read as accounts, and as pages that hold the accounts under `{}`",
                    clip(&head.list, 60)
                ),
            )
            .help(format!("leave one of them: `jq -c 'del(.{0})'` or `jq -c '.{0}[]'`", clip(&head.list, 60))));
        }
        Some(records) => return Ok((records, false)),
        None if is_known(&head) => return Ok((head, false)),
        None => {}
    }
    let pages = look(known.lists(), true);
    if survey.head.trim_start().starts_with('[') && is_known(&pages) { Ok((pages, true)) } else { Ok((head, false)) }
}

/// Whether any row has one of these words in one of these columns.
fn has_word(
    input: &dyn Input,
    survey: &Survey,
    layout: &Layout,
    header: &[String],
    columns: &[usize],
    words: &BTreeSet<String>,
) -> bool {
    let mut found = false;
    // What is broken in it is told when it is read.
    let _ = rows::each(input, survey, layout, header, &mut |row: rows::RawRow<'_>| {
        found |= columns.iter().any(|column| words.contains(&row.cells.text(*column).trim().to_lowercase()));
        Ok(())
    });
    found
}

/// The columns whose cells are dates.
pub fn date_columns(plan: &Plan) -> Vec<usize> {
    [Field::Start, Field::End, Field::Created, Field::LastActive, Field::Ended]
        .iter()
        .flat_map(|f| plan.field(*f).iter().copied())
        .chain(plan.status.day_columns())
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
    rows::each(input, &opened.survey, &opened.layout, &opened.header, &mut |row: rows::RawRow<'_>| {
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
