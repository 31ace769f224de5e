//! `report.xlsx`: a workbook with an overview and a sheet per app, for whoever filters and ticks off in a spreadsheet.
//!
//! Every cell that holds words is a text cell: none is ever a formula. Rows go to the disk one by one, through files
//! without names, so that a large workbook needs no more memory than a small one.

use super::text::clip;
use super::words::{self, Words};
use super::{access, csv_cells, told};
use crate::model::{AppReport, Finding, FindingStatus, Report, Severity};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The most rows that a sheet can have.
const ROWS: usize = 1_048_576;
/// The most characters that a cell can have, with some room: a character may count twice.
const CELL: usize = 16_000;
/// The most sheets for single apps; each is an open file while the workbook is written.
const SHEETS: usize = 150;
/// The longest name of a sheet, in UTF-16 units.
const NAME: usize = 31;

/// The columns of a sheet with findings, and their widths.
const COLUMNS: [(&str, f64); 17] = [
    ("severity", 10.0),
    ("status", 14.0),
    ("finding", 34.0),
    ("app", 14.0),
    ("account", 22.0),
    ("account_email", 30.0),
    ("account_status", 14.0),
    ("person", 24.0),
    ("person_email", 30.0),
    ("leaver_since", 13.0),
    ("exposed_days", 13.0),
    ("action", 50.0),
    ("reason", 50.0),
    ("evidence", 40.0),
    ("exception", 14.0),
    ("rule", 26.0),
    ("id", 37.0),
];

/// How the workbook's cells look.
struct Formats {
    head: Format,
    title: Format,
    text: Format,
    /// For text that would begin a formula if somebody edited the cell.
    quoted: Format,
    number: Format,
}

/// The findings of a sheet, as indices into the report's.
struct Sheet<'a> {
    name: String,
    findings: Vec<u32>,
    app: Option<&'a AppReport>,
    /// Whether it is for the apps that are too many.
    joint: bool,
}

/// Writes the workbook.
pub fn write<W: Write + Send>(report: &Report, to: W) -> io::Result<()> {
    write_with(report, to, ROWS, SHEETS)
}

fn write_with<W: Write + Send>(report: &Report, to: W, rows: usize, most: usize) -> io::Result<()> {
    let of = |e: XlsxError| match e {
        XlsxError::IoError(e) | XlsxError::TempFileError(_, e) => e,
        other => io::Error::other(other.to_string()),
    };
    workbook(report, to, rows, most).map_err(of)
}

fn workbook<W: Write + Send>(report: &Report, to: W, rows: usize, most: usize) -> Result<(), XlsxError> {
    let formats = Formats {
        head: Format::new().set_bold().set_text_wrap(),
        title: Format::new().set_bold().set_font_size(14),
        text: Format::new(),
        quoted: Format::new().set_quote_prefix(),
        number: Format::new().set_num_format("#,##0"),
    };
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(told::moment(report).as_second())?;
    let company = clip(&report.company, 200).into_owned();
    let title = DocProperties::new().set_title("Access of people who have left").set_company(company);
    book.set_properties(&title.set_creation_datetime(&made));
    let sheets = sheets(report, most);
    let overview_sheet = book.add_worksheet_with_constant_memory()?;
    overview_sheet.set_name("Overview")?;
    overview(report, &sheets, overview_sheet, &formats)?;
    for sheet in &sheets {
        let page = book.add_worksheet_with_constant_memory()?;
        page.set_name(&sheet.name)?;
        findings(report, sheet, page, rows, &formats)?;
    }
    book.save_to_writer(to)
}

/// A sheet for every app with findings, one for what is no app's, and one for the apps that are too many.
fn sheets(report: &Report, most: usize) -> Vec<Sheet<'_>> {
    let mut by_app: Vec<Vec<u32>> = Vec::new();
    by_app.resize_with(report.apps.len(), Vec::new);
    let mut none = Vec::new();
    for (ix, finding) in report.findings.iter().enumerate() {
        finding.app.and_then(|app| by_app.get_mut(app as usize)).unwrap_or(&mut none).push(ix as u32);
    }
    let mut taken = BTreeSet::from(["overview".to_owned(), "history".to_owned()]);
    let mut sheets = Vec::new();
    if !none.is_empty() {
        sheets.push(Sheet { name: sheet_name("Company", &mut taken), findings: none, app: None, joint: false });
    }
    let mut rest = Vec::new();
    for (app, findings) in report.apps.iter().zip(by_app).filter(|(_, findings)| !findings.is_empty()) {
        if sheets.len() < most {
            sheets.push(Sheet { name: sheet_name(&app.name, &mut taken), findings, app: Some(app), joint: false });
        } else {
            rest.extend(findings);
        }
    }
    if !rest.is_empty() {
        rest.sort_unstable();
        sheets.push(Sheet { name: sheet_name("Further apps", &mut taken), findings: rest, app: None, joint: true });
    }
    sheets
}

/// A name that a sheet may have, and no other sheet has: without `[ ] : * ? / \`, no longer than allowed.
fn sheet_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = clip(name, 200)
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { '-' } else { c })
        .collect();
    let plain = plain.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let plain = if plain.is_empty() { "App" } else { plain };
    let mut n = 1;
    loop {
        let end = if n == 1 { String::new() } else { format!(" ({n})") };
        let mut room = NAME - end.len();
        let fits = |c: &char| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        };
        let cut: String = plain.chars().take_while(fits).collect();
        let name = format!("{}{end}", cut.trim_end_matches(|c: char| c == '\'' || c.is_whitespace()));
        // Spreadsheets do not tell capital letters from small ones here.
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        n += 1;
    }
}

/// Writes words. What would begin a formula is marked as text for good, so that editing the cell changes nothing.
fn text(page: &mut Worksheet, row: u32, column: u16, words: &str, formats: &Formats) -> Result<(), XlsxError> {
    if words.is_empty() {
        return Ok(());
    }
    let words = clip(words, CELL);
    let plain = csv_cells::defuse(&words) == words;
    page.write_string_with_format(row, column, words, if plain { &formats.text } else { &formats.quoted })?;
    Ok(())
}

fn head(page: &mut Worksheet, row: u32, columns: &[(&str, f64)], formats: &Formats) -> Result<(), XlsxError> {
    for (column, (name, width)) in columns.iter().enumerate() {
        page.set_column_width(column as u16, *width)?;
        page.write_string_with_format(row, column as u16, *name, &formats.head)?;
    }
    Ok(())
}

/// What is open, by severity, and what else there is, of every app.
fn counts(report: &Report) -> Vec<[u64; 7]> {
    let mut counts = vec![[0; 7]; report.apps.len()];
    for finding in &report.findings {
        let Some(of) = finding.app.and_then(|app| counts.get_mut(app as usize)) else { continue };
        of[match finding.status {
            FindingStatus::Open => Severity::ALL.len() - 1 - finding.severity as usize,
            FindingStatus::NotEvaluable => 5,
            FindingStatus::Excepted => 6,
        }] += 1;
    }
    counts
}

fn overview(report: &Report, sheets: &[Sheet<'_>], page: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, f64); 15] = [
        ("app", 30.0),
        ("sheet", 30.0),
        ("owner", 26.0),
        ("judged", 9.0),
        ("why not", 40.0),
        ("accounts", 11.0),
        ("live", 11.0),
        ("administrators", 15.0),
        ("critical", 10.0),
        ("high", 10.0),
        ("medium", 10.0),
        ("low", 10.0),
        ("info", 10.0),
        ("cannot be decided", 18.0),
        ("excepted", 10.0),
    ];
    let s = &report.summary;
    page.write_string_with_format(0, 0, "Access of people who have left", &formats.title)?;
    text(page, 1, 0, &report.company, formats)?;
    text(
        page,
        2,
        0,
        &format!("as of {} ({})", super::text::moment(&report.as_of, &report.zone), report.zone_name),
        formats,
    )?;
    let lines = [
        ("people who left", Some(s.leavers).filter(|_| s.people > 0)),
        ("of them with access", Some(s.leavers_with_access).filter(|_| access::unknown(s).is_none())),
        ("accounts that may be theirs, not settled whose", Some(s.may_be_leavers).filter(|_| s.people > 0)),
        ("apps", Some(s.apps)),
        ("of them judged", Some(s.apps_evaluated)),
        ("findings that cannot be decided", Some(s.not_evaluable)),
        ("findings that are excepted", Some(s.excepted)),
    ];
    let mut row = 3;
    for (what, count) in lines {
        page.write_string(row, 0, what)?;
        match count {
            Some(count) => page.write_number_with_format(row, 1, count as f64, &formats.number)?,
            None => page.write_string(row, 1, "not known")?,
        };
        row += 1;
    }
    page.write_string(row, 0, "What cannot be decided is unknown, not a pass.")?;
    row += 2;
    let first = row;
    head(page, row, &COLUMNS, formats)?;
    let own = |app: &AppReport| sheets.iter().find(|s| s.app.is_some_and(|of| std::ptr::eq(of, app)));
    let joint = sheets.last().filter(|s| s.joint);
    for (app, counts) in report.apps.iter().zip(counts(report)) {
        row += 1;
        let found = counts.iter().any(|n| *n > 0);
        let name = own(app).or(joint.filter(|_| found)).map_or("", |s| &s.name);
        text(page, row, 0, &app.name, formats)?;
        text(page, row, 1, name, formats)?;
        text(page, row, 2, app.owner.as_deref().unwrap_or_default(), formats)?;
        text(page, row, 3, if app.not_evaluable.is_none() { "yes" } else { "no" }, formats)?;
        text(page, row, 4, app.not_evaluable.as_deref().unwrap_or_default(), formats)?;
        let numbers = [app.accounts, app.live, app.privileged].into_iter().chain(counts);
        for (column, number) in (5..).zip(numbers) {
            page.write_number_with_format(row, column, number as f64, &formats.number)?;
        }
    }
    page.autofilter(first, 0, row, COLUMNS.len() as u16 - 1)?;
    page.set_freeze_panes(first + 1, 1)?;
    Ok(())
}

fn findings(
    report: &Report,
    sheet: &Sheet<'_>,
    page: &mut Worksheet,
    rows: usize,
    formats: &Formats,
) -> Result<(), XlsxError> {
    head(page, 0, &COLUMNS, formats)?;
    // One row is the header, and one is kept for the note.
    let room = rows.saturating_sub(2);
    let shown = if sheet.findings.len() < rows { sheet.findings.len() } else { room };
    let mut words = Words::default();
    let all = sheet.findings.iter().filter_map(|ix| report.findings.get(*ix as usize));
    for (row, finding) in (1..).zip(all.take(shown)) {
        line(report, finding, page, row, &mut words, formats)?;
    }
    let last = shown as u32;
    let left = sheet.findings.len() - shown;
    if left > 0 {
        let left = super::text::counted(left as u64, "finding more", "findings more");
        text(
            page,
            last + 1,
            0,
            &format!("{left}: a sheet has no more rows; findings.csv (--format csv) has them all"),
            formats,
        )?;
    }
    page.autofilter(0, 0, last.max(1), COLUMNS.len() as u16 - 1)?;
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

fn line(
    report: &Report,
    f: &Finding,
    page: &mut Worksheet,
    row: u32,
    buffer: &mut Words,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let account = f.account.as_deref();
    let person = told::person(report, f);
    let mut put = |column: u16, words: &str| text(page, row, column, words, formats);
    put(0, f.severity.word())?;
    put(1, f.status.word())?;
    put(2, f.rule.title)?;
    put(3, words::app_id(report, f.app))?;
    put(4, account.map_or("", |a| a.account()))?;
    put(5, account.map_or("", |a| a.email()))?;
    put(6, account.map_or("", |a| a.status.word()))?;
    put(7, person.map_or("", |p| &p.name))?;
    put(8, person.map_or("", |p| &p.email))?;
    put(9, buffer.put_or_blank(person.and_then(|p| p.standing.since())))?;
    put(11, &f.action)?;
    put(12, buffer.steps(&f.reason))?;
    put(13, buffer.places(&f.evidence, &report.sources))?;
    put(14, words::exception_id(report, f))?;
    put(15, f.rule.id)?;
    put(16, buffer.put(f.id))?;
    if let Some(days) = f.exposed_days {
        page.write_number_with_format(row, 10, days as f64, &formats.number)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use calamine::{Data, Reader as _, Xlsx};
    use std::io::Cursor;

    fn book(report: &Report, rows: usize, most: usize) -> (Vec<u8>, Xlsx<Cursor<Vec<u8>>>) {
        let mut bytes = Vec::new();
        write_with(report, &mut bytes, rows, most).unwrap();
        (bytes.clone(), Xlsx::new(Cursor::new(bytes)).unwrap())
    }

    fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
        book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn every_finding_stands_in_the_sheet_of_its_app() {
        let report = sample::report();
        let (_, mut book) = book(&report, ROWS, SHEETS);
        let names = book.sheet_names();
        assert_eq!(names[..2], ["Overview", "Company"]);
        let mut seen = BTreeSet::new();
        for name in &names[1..] {
            let rows = cells(&mut book, name);
            assert_eq!(rows[0][16], Data::String("id".to_owned()));
            for row in &rows[1..] {
                assert!(seen.insert(row[16].to_string()), "once");
                let finding = report.findings.iter().find(|f| f.id.to_string() == row[16].to_string()).unwrap();
                assert_eq!(row[1].to_string(), finding.status.word());
                assert_eq!(row[14].to_string().is_empty(), finding.exception.is_none());
            }
        }
        assert_eq!(seen.len(), report.findings.len());
    }

    #[test]
    fn the_overview_says_which_apps_could_not_be_judged() {
        let report = sample::report();
        let (_, mut book) = book(&report, ROWS, SHEETS);
        let rows = cells(&mut book, "Overview");
        let head = rows.iter().position(|row| row[0] == Data::String("app".to_owned())).unwrap();
        for (row, app) in rows[head + 1..].iter().zip(&report.apps) {
            assert_eq!(row[3].to_string(), if app.not_evaluable.is_some() { "no" } else { "yes" });
            assert_eq!(row[4].to_string().is_empty(), app.not_evaluable.is_none());
        }
        let sum = |column: usize| -> f64 {
            rows[head + 1..].iter().filter_map(|r| r[column].to_string().parse::<f64>().ok()).sum()
        };
        let of = |status| report.findings.iter().filter(|f| f.app.is_some() && f.status == status).count() as f64;
        assert!((sum(13) - of(FindingStatus::NotEvaluable)).abs() < 0.1);
        assert!((sum(14) - of(FindingStatus::Excepted)).abs() < 0.1);
    }

    #[test]
    fn no_cell_is_a_formula_and_the_same_report_gives_the_same_bytes() {
        let report = sample::report();
        let again = book(&report, ROWS, SHEETS).0;
        let (bytes, mut book) = book(&report, ROWS, SHEETS);
        assert_eq!(bytes, again);
        let mut hostile = 0;
        for name in book.sheet_names() {
            assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}");
            for cell in cells(&mut book, &name).into_iter().flatten() {
                assert!(matches!(cell, Data::String(_) | Data::Float(_) | Data::Empty), "{cell:?}");
                hostile += usize::from(cell.to_string().starts_with(['=', '+', '-', '@']));
            }
        }
        assert!(hostile >= 3, "the sample has names that look like formulas, and they are kept as they are");
    }

    #[test]
    fn a_sheet_that_is_too_long_is_cut_and_says_where_the_rest_is() {
        let report = sample::large(90);
        let slack = |book: &mut Xlsx<_>| cells(book, "Slack");
        let whole = slack(&mut book(&report, ROWS, SHEETS).1).len();
        let count = report.findings.iter().filter(|f| f.app == Some(0)).count();
        assert_eq!(whole, count + 1);
        assert_eq!(slack(&mut book(&report, whole, SHEETS).1).len(), whole, "it just fits");
        let rows = slack(&mut book(&report, 4, SHEETS).1);
        assert_eq!(rows.len(), 4);
        assert_eq!(
            rows[3][0].to_string(),
            format!("{} findings more: a sheet has no more rows; findings.csv (--format csv) has them all", count - 2)
        );
    }

    #[test]
    fn apps_that_are_too_many_share_a_sheet() {
        let report = sample::large(900);
        let (_, mut book) = book(&report, ROWS, 20);
        assert_eq!(book.sheet_names().len(), 22);
        let rest = cells(&mut book, "Further apps").len() - 1;
        let all: usize = book.sheet_names()[1..].to_vec().iter().map(|name| cells(&mut book, name).len() - 1).sum();
        assert!(rest > 500 && all == report.findings.len());
    }

    #[test]
    fn sheets_have_names_that_a_spreadsheet_takes() {
        let mut taken = BTreeSet::from(["overview".to_owned(), "history".to_owned()]);
        let mut name = |text: &str| sheet_name(text, &mut taken);
        assert_eq!(name("a[b]:c*d?e/f\\g"), "a-b--c-d-e-f-g");
        assert_eq!(name("'quoted'"), "quoted");
        assert_eq!(name("OVERVIEW"), "OVERVIEW (2)");
        assert_eq!(name("History"), "History (2)");
        assert_eq!(name(""), "App");
        assert_eq!(name(" ''' "), "App (2)");
        let long = "A very long name of an app, production";
        assert_eq!(name(long), "A very long name of an app, pro");
        assert_eq!(name(long), "A very long name of an app, (2)");
        let wide = "😀".repeat(40);
        assert_eq!(name(&wide).encode_utf16().count(), 30);
        assert_eq!(name(&wide).chars().count(), 17, "13 signs of two units each, and ` (2)`");
    }
}
