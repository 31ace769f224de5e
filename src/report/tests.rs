//! Each format against the shared sample: the golden file, and one assertion of meaning.

use super::*;
use crate::model::{AccountFacts, DiffRow, Difference, Key, Person, PersonIx, Place, Report, Situation};
use serde_json::Value;

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Compares with `tests/golden/NAME.snap`; `INSTA_UPDATE=always` writes it anew.
macro_rules! golden {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ snapshot_path => "../../tests/golden", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        });
    };
}

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect()
}

/// No cell can be taken for a formula, whatever stood in the input.
fn assert_defused(csv: &str) {
    for row in rows(csv) {
        for cell in &row {
            let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').chars().next();
            assert!(!first.is_some_and(|c| "=+-@＝＋－＠".contains(c)), "{cell:?}");
        }
    }
    assert!(!csv.contains('\r') && !csv.starts_with('\u{feff}'));
}

#[test]
fn findings_csv_holds_every_finding_once() {
    let report = sample::report();
    let csv = written(|to| findings_csv::write(&report, to));
    let rows = rows(&csv);
    assert_eq!(rows.len(), report.findings.len());
    assert!(rows.iter().zip(&report.findings).all(|(row, f)| row[0] == f.id.to_string()), "in the report's order");
    assert_eq!(&rows[0][13], "exports/slack-members.csv:41; exports/hr.csv:12");
    assert_defused(&csv);
    golden!("findings.csv", clipped(&csv));
}

#[test]
fn coverage_csv_has_a_row_for_every_app_and_operation() {
    let mut report = sample::report();
    report.apps[6].operations.clear();
    let csv = written(|to| coverage_csv::write(&report, to));
    assert_eq!(rows(&csv).len(), report.apps.iter().map(|a| a.operations.len().max(1)).sum::<usize>());
    assert_defused(&csv);
    golden!("coverage.csv", csv);
}

#[test]
fn ipe_csv_has_a_row_for_every_file_and_says_what_was_not_declared() {
    let report = sample::report();
    let csv = written(|to| ipe_csv::write(&report, to));
    let rows = rows(&csv);
    assert_eq!(rows.len(), report.sources.len());
    let of =
        |row: usize, column: &str| rows[row][ipe_csv::COLUMNS.iter().position(|c| *c == column).unwrap()].to_owned();
    assert_eq!(of(3, "scope"), "organization nordlicht, without outside collaborators");
    assert_eq!((of(3, "filter"), of(3, "records_declared")), ("not declared".to_owned(), "not declared".to_owned()));
    assert_eq!((of(5, "evaluable"), of(6, "evaluable")), ("no".to_owned(), "yes".to_owned()));
    assert!(of(5, "older_than_leaving").starts_with("flagged: "), "{csv}");
    assert!(of(6, "drop").starts_with("accepted: "), "{csv}");
    assert_defused(&csv);
    golden!("ipe.csv", csv);
}

fn with_account<T>(write: impl FnOnce(&AccountFacts, &[Person], &[String]) -> T) -> T {
    let report = sample::report();
    let files: Vec<String> = report.sources.iter().map(|s| s.file.clone()).collect();
    write(report.findings[5].account.as_deref().unwrap(), &report.people, &files)
}

#[test]
fn a_diff_names_person_place_and_difference() {
    let csv = with_account(|account, people, files| {
        written(|to| {
            let mut diff = diff_csv::DiffWriter::new(to)?;
            let difference = Difference::LeaverActive;
            let place = Some(Place { source: 7, line: 2 });
            let row = DiffRow {
                difference,
                account: Some(account),
                person: Some(PersonIx(3)),
                key: Some(Key::Alias),
                place,
                note: "=1".to_owned(),
            };
            diff.row(&row, people, files)?;
            let nobody = DiffRow {
                difference: Difference::OnlyInIdp,
                account: None,
                key: None,
                place: None,
                note: String::new(),
                ..row
            };
            diff.row(&nobody, people, files)?;
            diff.finish()
        })
    });
    let rows = rows(&csv);
    assert_eq!((&rows[0][0], &rows[0][8], &rows[0][9], &rows[0][11]), ("leaver-active", "terminated", "alias", "2"));
    assert_eq!((&rows[1][0], &rows[1][1], &rows[1][11]), ("only-in-idp", "", ""));
    assert_defused(&csv);
    golden!("diff.csv", csv);
}

#[test]
fn accounts_csv_has_unreadable_rows_too() {
    let csv = with_account(|account, people, files| {
        written(|to| {
            let mut accounts = accounts_csv::AccountsWriter::new(to)?;
            let row = accounts_csv::AccountRow {
                app: "evil-app",
                account: Some(account),
                situation: Situation::Linked,
                person: Some(PersonIx(0)),
                key: Some(Key::Email),
                place: Some(account.place),
                note: "",
            };
            accounts.row(&row, people, files)?;
            let rejected = Situation::Rejected;
            let unread = accounts_csv::AccountRow {
                account: None,
                situation: rejected,
                person: None,
                key: None,
                note: "too few cells",
                ..row
            };
            accounts.row(&unread, people, files)?;
            accounts.finish()
        })
    });
    assert_eq!(&rows(&csv)[1][6], "rejected");
    assert_eq!(&rows(&csv)[1][11], "2");
    assert_defused(&csv);
    golden!("accounts.csv", csv);
}

#[test]
fn findings_json_fits_its_schema_and_has_one_finding_a_line() {
    let report = sample::report();
    let json = written(|to| findings_json::write(&report, to));
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_fits(&findings_json::schema(), &value);
    assert_eq!(value["findings"].as_array().unwrap().len(), report.findings.len());
    assert_eq!(json.lines().filter(|l| l.starts_with("{\"id\":\"v1:")).count(), report.findings.len());
    for source in value["sources"].as_array().unwrap() {
        assert_equation(&source["rows"]);
    }
    golden!("findings.json", clipped(&json));
}

#[test]
fn the_manifest_fits_its_schema_and_its_equations_close() {
    let report = sample::report();
    let outputs = [manifest::Output { name: "findings.csv", sha256: "00ff", bytes: 1234 }];
    let json = written(|to| manifest::write(&report, &outputs, to));
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_fits(&manifest::schema(), &value);
    for input in value["inputs"].as_array().unwrap() {
        assert_equation(&input["rows"]);
        assert_eq!(input["equation_closes"], true);
    }
    assert_eq!(value["outputs"][0]["bytes"], 1234);
    golden!("manifest.json", json);
}

#[test]
fn an_equation_that_does_not_close_is_said_to() {
    let mut report: Report = sample::report();
    report.sources[0].rows.read += 1;
    let json = written(|to| manifest::write(&report, &[], to));
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["inputs"][0]["equation_closes"], false);
}

#[test]
fn the_schemas_are_stable() {
    golden!("findings.schema.json", format!("{:#}", findings_json::schema()));
    golden!("manifest.schema.json", format!("{:#}", manifest::schema()));
}

fn assert_fits(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn assert_equation(rows: &Value) {
    let outcomes = rows.as_object().unwrap().iter().filter(|(name, _)| *name != "read");
    let sum: u64 = outcomes.map(|(_, rows)| rows.as_u64().unwrap()).sum();
    assert_eq!(rows["read"].as_u64(), Some(sum));
}

/// Golden files need not hold ten thousand times the same letters.
fn clipped(text: &str) -> String {
    let long = "Ånna-Lêna ".repeat(sample::LONG_NAME_LENGTH / 10);
    text.replace(long.trim_end(), "[the long name]")
}

#[test]
fn the_summary_counts_apps_that_nobody_could_judge() {
    let report = sample::report();
    let text = written(|to| summary_text::write(&report, to));
    assert!(text.contains("5 of 7 apps evaluated\n  not evaluated: Salesforce, Framer\n"));
    assert!(text.contains(": 9 live accounts\n") && text.contains("1  more cannot be decided"), "{text}");
    assert!(text.chars().all(|c| !c.is_control() || c == '\n'), "nothing that a terminal obeys");
    golden!("summary.txt", text);
}

#[test]
fn what_nobody_knows_is_no_share_of_nothing() {
    let said = |live, automated, unknown| {
        let mut report = sample::report();
        report.summary.live_accounts = live;
        report.summary.automated_accounts = automated;
        report.summary.automation_unknown_accounts = unknown;
        let text = written(|to| summary_text::write(&report, to));
        let page = written(|to| html::write(&report, html::Beside::ALL, to));
        (text, page)
    };
    let (text, page) = said(400, 0, 400);
    assert!(!text.contains(" %") && text.contains("of no live account is it known whether"), "{text}");
    assert!(page.contains("<b>not known</b></dd>") && page.contains("Of none of the 400 live accounts is it known"));
    assert!(!page.contains("0 %</b>"));
    let (text, page) = said(400, 100, 200);
    assert!(
        text.contains("50 % of 200 live accounts are in apps that end access by themselves\n  not known of 200 more")
    );
    assert!(page.contains("<b>50 %</b> of the 200 live accounts of which it is known"));
    assert!(page.contains("100 of 400 live accounts are in apps") && page.contains("Of 200 it is not known."));
    let (text, page) = said(400, 0, 0);
    assert!(text.contains("0 % of live accounts are in apps") && page.contains("<b>0 %</b> of live accounts"));
    let (text, page) = said(3, 1, 2);
    assert!(text.contains("100 % of 1 live account is in apps that end access by themselves"), "{text}");
    assert!(page.contains("of the one live account of which it is known"));
    assert!(said(1, 0, 1).1.contains("Of the one live account it is not known whether"));
    assert!(said(1, 1, 0).1.contains("The one live account is in an app where the identity provider deactivates"));
}

#[test]
fn what_cannot_be_decided_or_is_excepted_is_counted_where_nothing_is_open() {
    let mut report = sample::report();
    report.summary.by_severity.iter_mut().for_each(|(_, n)| *n = 0);
    (report.summary.not_evaluable, report.summary.excepted) = (3, 1);
    let page = written(|to| html::write(&report, html::Beside::ALL, to));
    assert!(page.contains(">0 open findings</h3>") && page.contains(">3 cannot be decided with these files."));
    assert!(page.contains(">1 finding is marked by an "));
}

#[test]
fn a_cut_list_leads_to_the_whole_one_or_says_how_to_get_it() {
    let mut report = sample::large(3_000);
    report.notices = (0..60).map(|n| format!("app-{n}: nobody knows when its roster was made")).collect();
    let page = |beside| {
        written(|to| {
            html::write(&report, beside, &mut *to)?;
            html::worksheets::write(&report, beside, &mut *to)?;
            html::ipe::write(&report, beside, to)
        })
    };
    let all = page(html::Beside::ALL);
    assert!(all.contains("Showing 50 of 60. All are in <a href=\"findings.json\">findings.json</a>."));
    assert!(all.contains("All rows as CSV") && !all.contains("was not asked for"));
    let alone = page(html::Beside { csv: false, json: false });
    for file in ["findings.csv", "coverage.csv", "ipe.csv", "findings.json", "diffs/"] {
        let link = alone.find(&format!("href=\"{file}"));
        assert_eq!(link.map(|at| &alone[at - 150..at + 60]), None, "{file} is not there");
    }
    assert!(
        alone.contains(
            "All are in findings.csv, which <code>--format csv</code> writes; this run was not asked for it."
        )
    );
    assert!(!alone.contains("All rows as CSV"));
    assert!(alone.contains("href=\"worksheets.html\""), "pages come together");
}
