//! Tasks for people: complete, stable, and harmless whatever the names.

use super::*;
use crate::model::{RowAccounting, Situation, SourceReport};
use crate::report::sample;
use serde_json::Value;

const FORMATS: [Format; 3] = [Format::Markdown, Format::JiraCsv, Format::Json];

/// The sample with owners: two of one spelling, one that tries to break out, and apps without one.
fn company() -> Report {
    let mut report = sample::report();
    for (app, owner) in report.apps.iter_mut().zip([
        Some("lena.vogt@nordlicht.example"),
        Some(" Lena.Vogt@nordlicht.example"),
        Some("=cmd|'/C calc'!A0 {color:red}[~admin]</td><script>"),
        None,
        Some("nils@nordlicht.example"),
    ]) {
        app.owner = owner.map(str::to_owned);
    }
    report
}

fn nothing_due(_: &str, _: &Standing) -> Option<i64> {
    None
}

fn written(report: &Report, wanted: &Wanted, format: Format) -> String {
    let mut bytes = Vec::new();
    write(report, &nothing_due, wanted, format, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn json_of(report: &Report, wanted: &Wanted) -> Value {
    serde_json::from_str(&written(report, wanted, Format::Json)).unwrap()
}

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn the_json_fits_its_schema_and_has_every_account_that_lives_or_may() {
    let report = company();
    let value = json_of(&report, &Wanted::default());
    let schema = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut named = BTreeSet::new();
    let mut owners = Vec::new();
    for task in value["tasks"].as_array().unwrap() {
        owners.push(task["owner"].as_str());
        for app in task["apps"].as_array().unwrap() {
            for account in app["accounts"].as_array().unwrap() {
                named.insert((app["id"].as_str().unwrap().to_owned(), account["account"].as_str().unwrap().to_owned()));
            }
        }
    }
    let tiers: Vec<&str> = report.summary.residual.iter().map(|(id, _)| *id).collect();
    let lives = report.findings.iter().filter(|f| tiers.contains(&f.rule.id) && f.status != FindingStatus::Excepted);
    for finding in lives {
        let app = report.apps[finding.app.unwrap() as usize].id.clone();
        assert!(named.contains(&(app, finding.account.as_ref().unwrap().account().to_owned())), "{finding:?}");
    }
    assert_eq!(owners.iter().filter(|o| o.is_some_and(|o| o.contains("ogt"))).count(), 1, "one owner is one task");
    assert_eq!(owners.iter().filter(|o| o.is_none()).count(), 1);
    assert_eq!(owners.last(), Some(&None), "what is nobody's comes last");
}

#[test]
fn what_cannot_be_decided_is_to_be_found_out_and_what_is_excepted_is_left() {
    let report = company();
    let value = json_of(&report, &Wanted::default());
    let tasks = value["tasks"].as_array().unwrap();
    let accounts =
        tasks.iter().flat_map(|t| t["apps"].as_array().unwrap()).flat_map(|a| a["accounts"].as_array().unwrap());
    let mut seen = BTreeSet::new();
    for account in accounts {
        let statuses: BTreeSet<&str> =
            account["findings"].as_array().unwrap().iter().map(|f| f["status"].as_str().unwrap()).collect();
        let expected = if statuses.contains("open") {
            "end"
        } else if statuses.contains("not-evaluable") {
            "find-out"
        } else {
            "excepted"
        };
        assert_eq!(account["what"], expected);
        seen.insert(expected);
    }
    assert!(seen.contains("end") && seen.contains("find-out"));
    let page = written(&report, &Wanted::default(), Format::Markdown);
    assert!(page.contains("- [ ] **find out**: ") && page.contains("which is no pass"));
}

#[test]
fn where_all_is_excepted_there_is_no_task_and_beside_work_it_is_marked() {
    let mut report = company();
    let blocked = report.findings.iter().position(|f| f.status == FindingStatus::Excepted).unwrap();
    let excepted = report.findings[blocked].clone();
    let app = excepted.app;
    report.findings.retain(|f| f.app != app);
    report.findings.push(excepted.clone());
    let owner = report.apps[app.unwrap() as usize].owner.clone();
    let tasks = json_of(&report, &Wanted { owner: owner.clone(), known: None });
    let names = |v: &Value| {
        v["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|t| t["apps"].as_array().unwrap().clone())
            .map(|a| a["id"].clone())
            .collect::<Vec<_>>()
    };
    let id = Value::from(report.apps[app.unwrap() as usize].id.as_str());
    let before = names(&tasks).contains(&id);
    // The same account, open as well: now there is work, and nothing is hidden.
    let mut open = excepted;
    open.status = FindingStatus::Open;
    open.exception = None;
    open.id.0[0] ^= 1;
    open.person = Some(crate::model::PersonIx(0));
    report.findings.push(open);
    let page = written(&report, &Wanted { owner, known: None }, Format::Markdown);
    assert!(!before && page.contains("**excepted, leave it**: ") && page.contains("**end it**: "), "{page}");
}

#[test]
fn a_task_has_the_same_id_in_every_run_and_findings_are_its_labels() {
    let report = company();
    let mut later = company();
    later.as_of = "2027-01-01T00:00:00Z".to_owned();
    later.findings.reverse();
    later.findings.truncate(12);
    let ids = |report: &Report| -> BTreeMap<String, String> {
        let of = |t: &Value| (t["owner"].to_string(), t["label"].to_string());
        json_of(report, &Wanted::default())["tasks"].as_array().unwrap().iter().map(of).collect()
    };
    let (first, second) = (ids(&report), ids(&later));
    assert!(!second.is_empty() && second.iter().all(|(owner, id)| first[owner] == *id));
    let csv = written(&report, &Wanted::default(), Format::JiraCsv);
    let value = json_of(&report, &Wanted::default());
    for (row, task) in rows(&csv)[1..].iter().zip(value["tasks"].as_array().unwrap()) {
        let labels: Vec<&str> = row.iter().skip(jira_csv::COLUMNS.len()).filter(|l| !l.is_empty()).collect();
        assert_eq!(labels[..2], ["coverage", task["label"].as_str().unwrap()]);
        assert!(
            labels[2..]
                .iter()
                .all(|l| l.starts_with("v1:") && task["findings"].as_array().unwrap().contains(&Value::from(*l)))
        );
        assert!(labels.iter().all(|l| !l.contains(' ') && l.len() < 255), "Jira takes no blanks in a label");
    }
}

#[test]
fn jira_gets_the_columns_that_it_knows_and_no_more_than_it_takes() {
    for report in [company(), sample::large(20_000)] {
        let csv = written(&report, &Wanted::default(), Format::JiraCsv);
        let rows = rows(&csv);
        let header: Vec<&str> = rows[0].iter().collect();
        assert_eq!(header[..6], jira_csv::COLUMNS);
        assert!(header[6..].iter().all(|name| *name == "Labels") && header.len() <= 6 + 52);
        for row in &rows[1..] {
            assert!(row[0].chars().count() <= 255 && !row[0].contains('\n'));
            assert!(row[5].chars().count() <= 32_767);
            assert!(row[3].is_empty() || row[3].contains('@'), "somebody whom Jira cannot find stops the import");
            for cell in row {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
            }
        }
    }
    let csv = written(&company(), &Wanted::default(), Format::JiraCsv);
    for bad in ["{color", "[~", "<img", "!A0 "] {
        let mut rest = csv.as_str();
        while let Some(at) = rest.find(bad) {
            assert!(rest[..at].ends_with('\\'), "{bad} is not escaped: {}", &rest[at.saturating_sub(40)..at + 20]);
            rest = &rest[at + 1..];
        }
    }
}

#[test]
fn the_limit_of_the_company_is_the_day_on_which_it_is_due() {
    let report = company();
    let due = |app: &str, standing: &Standing| {
        let since = standing.since()?.latest(&report.zone);
        Some(since + if app == report.apps[0].id { 86_400 } else { 10 * 86_400 })
    };
    let mut bytes = Vec::new();
    write(&report, &due, &Wanted::default(), Format::Json, &mut bytes).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    for task in value["tasks"].as_array().unwrap() {
        let accounts = task["apps"].as_array().unwrap().iter().flat_map(|a| a["accounts"].as_array().unwrap());
        let days: BTreeSet<&str> = accounts.filter_map(|a| a["due"].as_str()).collect();
        assert_eq!(task["due"].as_str(), days.first().copied(), "the first of them");
    }
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"due\": \"2026-10-01\""), "Marta left on 30 September, and Slack has one day");
}

#[test]
fn only_what_is_not_known_is_new() {
    let report = company();
    let count = |known| {
        let value = json_of(&report, &Wanted { owner: None, known });
        let apps = value["tasks"].as_array().unwrap().iter().flat_map(|t| t["apps"].as_array().unwrap().clone());
        apps.map(|a| a["accounts"].as_array().unwrap().len()).sum::<usize>()
    };
    let all: HashSet<FindingId> = report.findings.iter().map(|f| f.id).collect();
    let new = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap().id;
    let but_one = all.iter().copied().filter(|id| *id != new).collect();
    assert_eq!((count(Some(all)), count(Some(but_one))), (0, 1));
    assert_eq!(count(Some(HashSet::new())), count(None), "where nothing is known, all is new");
}

#[test]
fn no_name_marks_anything_up_in_markdown() {
    let page = written(&company(), &Wanted::default(), Format::Markdown);
    let outside: String = page.split('`').step_by(2).collect();
    assert!(!outside.contains("<script") && !outside.contains("<img") && !outside.contains("]("), "{outside}");
    for format in FORMATS {
        let text = written(&company(), &Wanted::default(), format);
        assert!(text.chars().all(|c| !c.is_control() || c == '\n'));
        assert!(!text.contains('\u{202e}') || format == Format::Json);
    }
}

#[test]
fn nothing_to_do_is_said_in_words() {
    let mut report = company();
    report.findings.clear();
    let at = report.sources.iter().position(|s| s.rows.of(Situation::Rejected) > 0).unwrap();
    let unread = report.sources.remove(at);
    report.sources.retain(|s| s.rows.of(Situation::Rejected) == 0);
    let page = written(&report, &Wanted::default(), Format::Markdown);
    assert_eq!(page, "There is nothing to do about accounts of people who have left, as far as the lists show.\n");
    assert_eq!(rows(&written(&report, &Wanted::default(), Format::JiraCsv)).len(), 1);
    assert!(json_of(&report, &Wanted::default()).get("unknown").is_none());
    report.summary.may_be_leavers = 2;
    let page = written(&report, &Wanted::default(), Format::Markdown);
    assert!(!page.contains("nothing to do") && page.contains("2 more live accounts may be theirs"), "{page}");
    assert!(page.contains("`ambiguous-owner`"), "{page}");
    report.summary.may_be_leavers = 0;
    report.sources.push(SourceReport { of_leavers: 1, ..unread });
    let page = written(&report, &Wanted::default(), Format::Markdown);
    assert!(!page.contains("nothing to do") && page.contains("`rows-rejected`"), "{page}");
    assert!(page.contains(" could not be read, 1 of them with the address of somebody who has left.\n"), "{page}");
    report.sources.pop();
    (report.summary.leavers_with_access, report.summary.apps_evaluated) = (0, 0);
    let page = written(&report, &Wanted::default(), Format::Markdown);
    assert!(page.starts_with("No app could be evaluated: nothing can be said about the access of "), "{page}");
    assert_eq!(json_of(&report, &Wanted::default())["unknown"], "No app could be evaluated");
    // Where nothing is known, a part of it is not known either.
    for part in [
        Wanted { owner: Some("ann@x.example".to_owned()), known: None },
        Wanted { owner: None, known: Some(HashSet::new()) },
    ] {
        assert_eq!(written(&report, &part, Format::Markdown), page);
    }
}

#[test]
fn where_none_of_the_wanted_tasks_is_there_it_is_not_said_that_there_is_none() {
    let mut report = company();
    report.apps[4].not_evaluable = Some("the roster breaks off".to_owned());
    let dark = report.apps[4].name.clone();
    report.sources.iter_mut().for_each(|s| s.rows = RowAccounting::default());
    let known = Some(report.findings.iter().map(|f| f.id).collect());
    let only_new = Wanted { owner: None, known: known.clone() };
    let said = written(&report, &only_new, Format::Markdown);
    assert!(said.starts_with("There is nothing to do that a kept run does not have already about accounts"), "{said}");
    assert!(said.contains("Could not be judged: ") && said.contains(&dark), "{said}");
    let of_one = |owner: &str| Wanted { owner: Some(owner.to_owned()), known: known.clone() };
    let said = written(&report, &of_one(" Nils@nordlicht.example"), Format::Markdown);
    assert!(said.starts_with("There is nothing to do for this owner that a kept run does not have already"), "{said}");
    assert!(said.ends_with(&format!(" Could not be judged: {dark}.\n")), "{said}");
}

#[test]
fn what_must_be_done_before_the_last_administrator_goes_stands_before_the_steps() {
    let mut report = company();
    let found = report.findings.iter().find(|f| f.rule.id == "residual-login-capable" && f.app == Some(0));
    let found = (**found.unwrap()).clone();
    let rule = crate::rules::ALL.iter().map(|r| r.meta()).find(|m| m.id == "last-admin-leaver").unwrap();
    let action = "Make somebody who works here an administrator first".into();
    report.findings.push(Box::new(crate::model::Finding { rule, action, ..found }));
    let page = written(&report, &Wanted::default(), Format::Markdown);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    assert!(at("**First**: Make somebody who works here") < at("### By hand"), "{page}");
}

#[test]
fn what_could_not_be_looked_at_is_counted_in_every_format_and_in_messages() {
    let mut report = company();
    let all = |report: &Report| {
        let wanted = Wanted::default();
        let csv = rows(&written(report, &wanted, Format::JiraCsv));
        let told = |text: &str| text.contains("2 findings of earlier runs could not be looked at: they stand open");
        let notice: Value = serde_json::from_str(&super::super::notice::notice(report, false).json).unwrap();
        let rows = csv.iter().skip(1).filter(|row| told(&row[5])).count();
        (json_of(report, &wanted)["unseen"].as_u64(), notice["unseen"].as_u64(), rows, csv.len() - 1)
    };
    let (tasks, message, told, rows) = all(&report);
    assert_eq!((tasks, message, told), (None, None, 0));
    report.history.get_or_insert_default().unseen = 2;
    assert_eq!(all(&report), (Some(2), Some(2), rows, rows));
}
