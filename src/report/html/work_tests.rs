//! What the pages claim, what they ask for first, and in which order: where lists have holes, where nothing could be looked at,
//! and where accounts live in directories.

use super::*;
use crate::model::{AccountFacts, AccountStatus, AccountTexts, AppReport, Finding, RowAccounting, Situation, Summary};
use crate::report::sample;
use std::sync::Arc;

fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap().replace("<bdi>", "").replace("</bdi>", "")
}

fn page_of(report: &Report) -> String {
    text(|to| write(report, Beside::ALL, to))
}

fn sheets_of(report: &Report) -> String {
    text(|to| worksheets::write(report, Beside::ALL, to))
}

fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

fn lede(report: &Report) -> String {
    between(&page_of(report), "<p class=\"lede\">", "</p>").to_owned()
}

/// A company with nothing found: nobody who has left has access.
fn quiet() -> Report {
    let mut report = sample::report();
    report.findings.clear();
    report.apps.iter_mut().for_each(|app| app.not_evaluable = None);
    report.sources.iter_mut().for_each(|s| s.rows = RowAccounting::default());
    let apps = report.apps.len() as u64;
    report.summary = Summary { people: 9, leavers: 3, apps, apps_evaluated: apps, ..Summary::default() };
    report
}

#[test]
fn a_list_with_unreadable_rows_is_not_shown_as_a_pass() {
    let mut report = quiet();
    let list = report.populations.iter().position(|p| p.guard.not_evaluable().is_none()).unwrap();
    let source = report.populations[list].sources[0] as usize;
    for _ in 0..7 {
        report.sources[source].rows.count(Situation::Rejected, 1);
    }
    assert!(lede(&report).ends_with(". 7 rows could not be read."), "{}", lede(&report));
    report.sources[source].of_leavers = 1;
    let page = page_of(&report);
    let unread = "7 rows could not be read, 1 of them with the address of somebody who has left";
    let top = between(&page, "<section id=\"summary\"", "</section>\n\n<section");
    assert!(
        top.contains("In the rows that could be read, no live account of a person who has left was found"),
        "{top}"
    );
    assert_eq!(top.matches(unread).count(), 3, "lede, who still has access, whether the lists are complete");
    assert!(!page.contains("Every row of every file is accounted for"));
    assert!(top.contains("<b>1</b> has unreadable rows."), "{top}");
    assert!(page.contains("No account of a person who has left is known to need work. But 7 rows"));
    let lists = between(&page, "<section id=\"lists\"", "<section id=");
    assert!(lists.contains(">7 rows could not be read<"), "{lists}");
    assert!(sheets_of(&report).contains(&format!("But {unread}")));
    let ipe = text(|to| ipe::write(&report, Beside::ALL, to));
    assert!(ipe.contains("unreadable rows</span>") && ipe.contains(unread), "{ipe}");
}

#[test]
fn accounts_that_may_be_leavers_are_no_pass() {
    let mut report = quiet();
    assert!(page_of(&report).contains("No account of a person who has left needs work, as far as"));
    assert!(sheets_of(&report).contains("There is nothing to end by hand."));
    report.summary.may_be_leavers = 2;
    let but = "is known to need work. But 2 more live accounts may be theirs: look at these first.";
    assert!(page_of(&report).contains(but), "{}", page_of(&report));
    let sheets = sheets_of(&report);
    assert!(
        !sheets.contains("nothing to end") && sheets.contains("But 2 more live accounts may be theirs: the "),
        "{sheets}"
    );
}

#[test]
fn the_headline_says_in_how_many_apps_accounts_are_left_and_how_many_were_looked_at() {
    let mut report = sample::report();
    report.apps.iter_mut().for_each(|app| app.not_evaluable = None);
    let apps = report.apps.len() as u64;
    (report.summary.apps, report.summary.apps_evaluated) = (apps, apps);
    let of = cases::by_app(&report).iter().filter(|(live, _)| *live > 0).count();
    assert!(1 < of && (of as u64) < apps);
    let told = lede(&report);
    assert!(told.ends_with(&format!(" in {of} apps; all {apps} apps were evaluated.")), "{told}");
    (report.summary.apps, report.summary.apps_evaluated) = (of as u64, of as u64);
    assert!(lede(&report).ends_with(&format!(" in all {of} apps.")));
    let mut report = quiet();
    (report.summary.apps, report.summary.apps_evaluated) = (2, 2);
    assert_eq!(lede(&report), "No live account of a person who has left was found in any of the 2 apps.");
}

#[test]
fn where_nothing_could_be_evaluated_what_would_settle_it_comes_first() {
    let mut report = quiet();
    let mut missing = sample::report().findings.iter().find(|f| f.account.is_none()).unwrap().clone();
    (missing.status, missing.action) = (FindingStatus::NotEvaluable, "Export the members of `Notion`".into());
    report.findings.push(missing);
    report.summary.apps_evaluated = 0;
    let page = page_of(&report);
    let first = between(&page, "<section id=\"first\"", "</section>");
    assert!(first.contains("No app could be evaluated, so nobody can say which accounts"), "{first}");
    assert!(first.contains("Export the members of <code>Notion</code>") && first.contains("cannot tell"), "{first}");
    let figures = between(&page, "<dl class=\"figures\">", "</dl>");
    assert!(figures.contains("<dt>Automated</dt><dd><b>not known</b></dd>"), "{figures}");
    assert!(figures.contains("<dt>Their live accounts</dt><dd><b>not known</b></dd>"), "{figures}");
}

#[test]
fn somebody_else_is_made_administrator_before_the_account_of_the_last_one_is_ended() {
    let mut report = sample::report();
    let rule = |id: &str| crate::rules::ALL.iter().map(|r| r.meta()).find(|m| m.id == id).unwrap();
    let live = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap().clone();
    let app = &report.apps[live.app.unwrap() as usize];
    let by_hand = app.handwork.as_ref().unwrap().by_hand(&app.name).unwrap();
    let gist = format!("End it by hand in {} (", app.name);
    let make = |id: &str, severity, action: String| {
        let finding = Finding { rule: rule(id), severity, action: action.into(), ..(*live).clone() };
        Box::new(finding)
    };
    use crate::model::Severity::{Critical, High};
    report.findings = vec![
        make("residual-login-capable", Critical, format!("{by_hand}. Then keep the proof")),
        make("last-admin-leaver", High, "Make somebody an administrator first".to_owned()),
    ];
    let page = page_of(&report);
    let card = between(&page, "<ul class=\"left\">", "</article>").to_owned();
    let at = |text: &str| card.find(text).unwrap_or_else(|| panic!("{text} in {card}"));
    assert!(at("Make somebody an administrator first") < at(&gist) && at(&gist) < at("Then keep the proof"));
}

#[test]
fn accounts_in_directories_stand_in_the_order_of_work_and_have_a_sheet() {
    let report = sample::report();
    let in_list = report.findings.iter().find(|f| f.app.is_none() && f.account.is_some()).unwrap();
    let list = &report.sources[in_list.account.as_deref().unwrap().place.source as usize].id;
    let page = page_of(&report);
    let order = between(&page, "<table class=\"order", "</table>");
    assert!(order.contains(&format!(">{list}</a> <span class=\"soft\">directory</span>")), "{order}");
    let sheets = sheets_of(&report);
    let sheet = between(&sheets, "<section class=\"sheet\" id=\"directory-", "</section>");
    assert!(sheet.contains("1 account to end · ") && sheet.contains("live in a directory"), "{sheet}");
    assert!(!sheet.contains("Nobody has written down"), "{sheet}");
}

#[test]
fn the_order_of_work_goes_by_severity_then_by_how_many_and_then_as_people_count() {
    let mut report = sample::report();
    let seed = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap().clone();
    let template = report.apps[seed.app.unwrap() as usize].clone();
    report.apps.clear();
    report.findings.clear();
    for (ix, (name, accounts)) in [("acme-101", 1), ("acme-18", 1), ("zeta", 2)].into_iter().enumerate() {
        let (id, name) = (name.to_owned(), name.to_owned());
        report.apps.push(AppReport { id, name, not_evaluable: None, ..template.clone() });
        for n in 0..accounts {
            let account = format!("{ix}-{n}");
            let texts = AccountTexts { account: &account, ..AccountTexts::default() };
            let facts = AccountFacts::new(texts, AccountStatus::Active, seed.account.as_deref().unwrap().place);
            let app = Some(ix as u32);
            report.findings.push(Box::new(Finding { app, account: Some(Arc::new(facts)), ..(*seed).clone() }));
        }
    }
    let cases = cases::cases(&report);
    let order: Vec<String> =
        worksheets::by_place(&report, &cases).iter().map(|work| work.place.link(&report).name).collect();
    assert_eq!(order, ["zeta", "acme-18", "acme-101"]);
}

#[test]
fn a_sheet_whose_accounts_are_undecided_asks_to_look_first() {
    let mut report = sample::report();
    let seed = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap().clone();
    let rule = report.rules.iter().find(|r| r.id == "residual-undecidable").unwrap();
    report.findings = vec![Box::new(Finding { rule, status: FindingStatus::NotEvaluable, ..*seed })];
    let sheets = sheets_of(&report);
    let sheet = between(&sheets, "<section class=\"sheet\"", "</section>");
    assert!(sheet.contains("1 account to look at first · ") && sheet.contains("<b>Look first:</b>"), "{sheet}");
    assert!(!sheet.contains("these did not") && !sheet.contains("These are still there"), "{sheet}");
}

#[test]
fn what_fails_for_one_reason_is_said_once_with_all_who_say_so() {
    let mut hand = sample::report().apps.iter().find_map(|app| app.handwork.clone()).unwrap();
    let (_, cite) = hand.fails_for[0].clone();
    let cases = |text: &str| (text.to_owned(), cite.clone());
    hand.fails_for = vec![cases("the owner"), cases("a guest"), cases("the owner ")];
    let told: Vec<(&str, usize)> =
        worksheets::fails_for(&hand).into_iter().map(|(cases, cites)| (cases, cites.len())).collect();
    assert_eq!(told, [("the owner", 2), ("a guest", 1)]);
}

#[test]
fn every_link_to_a_worksheet_leads_somewhere_even_where_there_is_no_room_for_the_sheet() {
    let mut report = sample::large(20_000);
    let (apps, app) = (150, report.apps[0].clone());
    report.apps =
        (0..apps).map(|n| AppReport { id: format!("app-{n}"), name: format!("App {n}"), ..app.clone() }).collect();
    for (n, finding) in report.findings.iter_mut().enumerate() {
        finding.app = finding.app.map(|_| n as u32 % apps);
    }
    let (page, sheets) = (page_of(&report), sheets_of(&report));
    assert!(sheets.contains("There is room for ") && sheets.contains(" to end, without a sheet</span>"));
    let targets: Vec<&str> =
        page.split("href=\"worksheets.html#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(targets.len() >= 100, "{}", targets.len());
    for target in targets {
        assert!(sheets.contains(&format!(" id=\"{target}\"")), "{target}");
    }
}
