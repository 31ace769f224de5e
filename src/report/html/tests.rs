//! The page of the sample report: what it says, what it hides from no reader, and what it never lets through.

use super::*;
use crate::model::{
    AppReport, Cause, ClosedFinding, DoneClaim, Finding, FindingHistory, FindingId, FindingState, History, HowEnded,
    KeptHeadline, RevokeBucket, RevokeSummary, RowAccounting, Severity, Since, Summary, TrendPoint,
};
use crate::report::sample;
use base64::Engine;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

fn sheets_of(report: &Report) -> String {
    let mut bytes = Vec::new();
    worksheets::write(report, Beside::ALL, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn lists_of(report: &Report) -> String {
    let mut bytes = Vec::new();
    ipe::write(report, Beside::ALL, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn page_of(report: &Report) -> String {
    let mut bytes = Vec::new();
    write(report, Beside::ALL, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

/// The page's tags: names and attributes, without the texts of style and script.
fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut page = page.replace(between(page, "<style>", "</style>"), "");
    for script in page.clone().split("<script").skip(1) {
        let text = script.split_once('>').unwrap().1.split("</script>").next().unwrap();
        page = if text.is_empty() { page } else { page.replace(text, "") };
    }
    let mut tags = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split_once('>').expect("a tag is never closed").0;
        let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while !rest.trim().is_empty() {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let (attribute, after) = rest.split_at(end);
            let value = after.strip_prefix("=\"").map(|v| v.split_once('"').expect("a value is never closed"));
            attributes.push((attribute.to_owned(), value.map_or_else(String::new, |v| v.0.to_owned())));
            rest = value.map_or(after, |v| v.1);
        }
        tags.push((name.to_owned(), attributes));
    }
    tags
}

#[test]
fn the_policy_allows_exactly_the_style_and_the_script_that_stand_in_the_page() {
    let page = page_of(&sample::report());
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let scripts: Vec<&str> =
        page.split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect();
    let script = scripts.iter().map(|script| format!("'sha256-{}'", hash(script))).collect::<Vec<_>>().join(" ");
    let style = hash(between(&page, "<style>", "</style>"));
    let sources = format!("default-src 'none'; script-src {script}; style-src 'sha256-{style}'; ");
    assert!(policy.starts_with(&sources), "{policy}");
    assert!(
        page[..page.find("Content-Security-Policy").unwrap()]
            .ends_with("<meta charset=\"utf-8\">\n<meta http-equiv=\"")
    );
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (scripts.len(), 1));
}

/// Only tags that the templates write, no attribute that runs or fetches, and the hostile names as text.
fn is_tame(page: &str) {
    let known = "!doctype a article aside b bdi body br button caption circle code dd desc details div dl dt figcaption figure footer form g h1 h2 h3 h4 h5 \
                 head header html input label li line main meta nav ol option output p path polyline pre rect section select span \
                 style script summary svg table tbody td text th thead title tr ul wbr";
    let known: BTreeSet<&str> = known.split(' ').collect();
    for (name, attributes) in tags(page) {
        assert!(known.contains(name.trim_start_matches('/')), "<{name}>");
        for (attribute, value) in attributes {
            assert!(!attribute.starts_with("on") && attribute != "style" && attribute != "src", "{attribute}");
            let value = value.replace("&#x2f;", "/");
            let starts = ["#", "diffs/", "worksheets.html", "ipe.html", "report.html", "https://"];
            assert!(attribute != "href" || starts.iter().any(|start| value.starts_with(start)), "{value}");
        }
    }
    assert!(!page.contains(['\u{202e}', '\u{202d}', '\u{1b}']));
    assert!(page.contains("&lt;script&gt;alert("));
}

#[test]
fn names_bring_no_tags_and_nothing_runs_or_is_fetched() {
    is_tame(&page_of(&sample::report()));
    let sheets = sheets_of(&sample::report());
    is_tame(&sheets);
    let lists = lists_of(&sample::report());
    is_tame(&lists);
    assert!(!sheets.contains("<script") && !lists.contains("<script"), "the sheets need none");
    assert!(sheets.contains("default-src &#x27;none&#x27;; script-src") || sheets.contains("script-src 'none'"));
}

#[test]
fn a_worksheet_says_what_to_do_who_says_so_and_what_nobody_has_written_down() {
    let report = sample::report();
    let sheets = sheets_of(&report);
    let sheet = |id: &str| {
        let from = format!("<section class=\"sheet\" id=\"app-{id}\"");
        between(&sheets, &from, "</section>").to_owned()
    };
    let slack = sheet("slack");
    for part in [
        "an Organization Owner",
        "Choose Deactivate account; the member is signed out everywhere.",
        "Otherwise, <bdi>for good</bdi>",
        "Make somebody else owner first.",
        "It fails for <bdi>the last owner</bdi>.",
        "links that open without an account",
        "exported again after the change",
        "Within 30 days",
        "<dt>Ticket</dt>",
    ] {
        assert!(slack.contains(part), "{part}\nin\n{slack}");
    }
    assert!(slack.contains(">Tidepool Help</bdi></a>, read on 2026-11-01"), "a page that a browser may open");
    assert!(slack.contains("[2]</span>") && !slack.contains("javascript:"), "and one that it may not");
    let evil = sheet("evil-app");
    assert!(evil.contains("Nobody has written down how an account is ended here.") && evil.contains("runbook:"));
    assert!(!sheets.contains("id=\"app-framer\""), "no account of a leaver lives there");
}

#[test]
fn every_worksheet_is_linked_from_its_app_and_leads_back() {
    let report = sample::report();
    let (page, sheets) = (page_of(&report), sheets_of(&report));
    let ids = |page: &str, tag: &str| {
        let open = format!("<{tag} class=\"{}\" id=\"", if tag == "section" { "sheet" } else { "app hit" });
        page.split(&open).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let of = ids(&sheets, "section");
    assert!(!of.is_empty());
    let (apps, directories): (BTreeSet<String>, BTreeSet<_>) = of.into_iter().partition(|id| id.starts_with("app-"));
    for id in apps.iter().chain(&directories) {
        assert!(page.contains(&format!("href=\"worksheets.html#{id}\"")), "{id}");
        let of = if directories.contains(id) { "sources" } else { id };
        assert!(sheets.contains(&format!("href=\"report.html#{of}\"")), "{id}");
    }
    assert!(apps.is_subset(&ids(&page, "details")));
    assert_eq!(
        page.matches("href=\"worksheets.html#").count(),
        2 * apps.len() + directories.len(),
        "in the order of work, and below the app"
    );
}

#[test]
fn worksheets_stay_printable_however_many_there_are() {
    let sheets = sheets_of(&sample::large(60_000));
    assert!(sheets.len() < 5_000_000, "{} bytes", sheets.len());
    assert!(
        sheets.contains("All accounts are in <a href=\"findings.csv\">findings.csv</a>"),
        "what is left out is said"
    );
}

#[test]
fn an_accounts_name_is_shown_where_it_is_not_the_persons_and_stays_text() {
    let mut report = sample::report();
    let shown = sample::MARKUP_ACCOUNT.replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#x27;");
    let page = page_of(&report);
    assert!(!page.contains(sample::MARKUP_ACCOUNT));
    let cell = format!("<span class=\"meta\"><bdi>{shown}</bdi> · <b>");
    // Beside the leaver, in the table of all findings, and below the app.
    assert_eq!(page.matches(&cell).count(), 3, "{shown}");
    let ix =
        report.findings.iter().position(|f| f.account.as_ref().is_some_and(|a| a.name() == sample::MARKUP_ACCOUNT));
    let holder = report.findings[ix.unwrap()].person.unwrap().0 as usize;
    report.people[holder].name = format!(" {} ", sample::MARKUP_ACCOUNT.to_uppercase()).into();
    assert!(!page_of(&report).contains(&cell), "the person's name is not said twice");
}

#[test]
fn every_link_within_the_page_leads_somewhere_and_ids_are_unique() {
    let page = page_of(&sample::report());
    let tags = tags(&page);
    let of = |wanted| {
        tags.iter().flat_map(|(_, a)| a).filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let ids: Vec<&str> = of("id").collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for target in of("href").filter_map(|h| h.strip_prefix('#')) {
        assert!(unique.contains(target), "{target}");
    }
    assert!(sample::report().findings.iter().all(|f| unique.contains(format!("finding-{}", f.id).as_str())));
}

#[test]
fn every_equation_is_shown_with_its_verdict() {
    let mut report = sample::report();
    let closing = page_of(&report);
    let with_rows = report.apps.iter().filter(|a| !a.sources.is_empty()).count();
    assert_eq!(closing.matches("✓ closes").count(), report.sources.len() + with_rows);
    assert!(closing.contains("434 rows read = <b>402</b> linked + <b>3</b> review"));
    report.sources[2].rows.read += 1;
    assert!(page_of(&report).contains("✗ does not close: the outcomes are 434"));
}

#[test]
fn what_is_left_out_is_said_and_the_page_stays_small() {
    let report = sample::large(60_000);
    let page = page_of(&report);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let cards = page.matches("<article class=\"card hit ").count();
    assert!((100..=200).contains(&cards) && page.contains(&format!("Showing {cards} of ")), "{cards} leavers");
    let all = text::number(report.findings.len() as u64);
    assert!(
        page.contains(&format!(" of {all}, the gravest first. All are in <a href=\"findings.csv\">findings.csv</a>")),
        "findings"
    );
    let rows = page.matches("<tr id=\"finding-v1:").count();
    assert!(rows >= 200, "{rows} findings have a row");
    let rest: serde_json::Value = serde_json::from_str(between(&page, "id=\"rest\">", "</script>")).unwrap();
    let data = rest["rows"].as_array().unwrap();
    assert!(rows + data.len() >= 7_000 && rows + data.len() <= SEARCHABLE, "{} findings can be searched", data.len());
    assert!(
        page.contains(&format!("The table has the gravest {} of {all}.", text::number((rows + data.len()) as u64))),
        "that is said"
    );
    // They follow each other, and each has what the script needs.
    for (line, finding) in data.iter().zip(&report.findings[rows..]) {
        assert_eq!(line[0], finding.id.to_string());
        assert_eq!(rest["rules"][line[1].as_u64().unwrap() as usize][0], finding.rule.id);
        let person = &report.people[finding.person.unwrap().0 as usize];
        assert_eq!(rest["people"][line[6].as_u64().unwrap() as usize][0], hooks::person(person));
    }
}

#[test]
fn what_stands_as_data_cannot_end_its_element() {
    let mut report = sample::large(2_000);
    for p in &mut report.people {
        p.name = "</script><script>alert(1)</script><!--".into();
    }
    let page = page_of(&report);
    let rest = page.split("id=\"rest\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(rest).unwrap();
    assert_eq!(data["people"][0][2], "</script><script>alert(1)</script><!--");
    assert!(!rest.contains('<'));
    assert_eq!(page.matches("alert(1)</script>").count(), 0);
}

/// A report with a long past.
fn with_history(report: &mut Report) {
    let app = report.apps[0].id.clone();
    let closed = |n: u8| ClosedFinding {
        id: FindingId([n; 16]),
        rule: "residual-login-capable".to_owned(),
        app: Some(app.clone()),
        account: format!("closed-{n}@nordlicht.example"),
        person: Some(report.people[0].key.to_string()),
        severity: Severity::High,
        how: if n.is_multiple_of(2) { HowEnded::VerifiedRemoved } else { HowEnded::NoLongerFound },
        moved_by: vec![Cause::Data],
    };
    let headline =
        |n: u64| KeptHeadline { leavers: 20, leavers_with_access: n, live: n + 3, ..KeptHeadline::default() };
    let second = 1_760_000_000;
    let trend = (0..100).map(|n| TrendPoint {
        as_of: format!("2026-{:02}-{:02}T12:00:00Z", 1 + n / 28, 1 + n % 28),
        second: second + n * 86_400,
        headline: (n > 2).then(|| headline(40 - n.unsigned_abs() / 4)),
    });
    let known = |f: &Finding, opened_run| FindingHistory {
        first_run: 1,
        opened_run,
        state: FindingState::Open,
        claim: None,
        contradicted: (f.id.0[15] == 0).then(|| DoneClaim {
            finding: f.id.to_string(),
            by: "ann".to_owned(),
            ticket: "OPS-7".to_owned(),
            note: String::new(),
            at: "2026-01-03".to_owned(),
            at_second: second,
        }),
    };
    // Of three findings, one is new, one is back, one is old.
    let findings = report
        .findings
        .iter()
        .enumerate()
        .filter(|(ix, _)| ix % 3 != 0)
        .map(|(ix, f)| (f.id, known(f, if ix % 3 == 1 { 101 } else { 1 })));
    let third = report.findings.len() as u64 / 3;
    report.history = Some(History {
        runs: (1..=100)
            .map(|no| {
                (
                    no,
                    (
                        format!("2026-{:02}-{:02}T12:00:00Z", 1 + (no - 1) / 28, 1 + (no - 1) % 28),
                        second + i64::from(no) * 86_400,
                    ),
                )
            })
            .collect(),
        no: 101,
        second: second + 101 * 86_400,
        findings: findings.collect(),
        revoke: vec![RevokeSummary {
            app: None,
            count: 9,
            open: 2,
            logged: 0,
            median: None,
            p95: None,
            limit: None,
            verdicts: [0; 4],
        }],
        revoke_buckets: vec![
            RevokeBucket { days: Some(1), least: 5, most: 3 },
            RevokeBucket { days: None, least: 4, most: 4 },
        ],
        since: Some(Since {
            as_of: "2026-04-16T12:00:00Z".to_owned(),
            new: third,
            back: third,
            still: third,
            verified: 100,
            no_longer: 100,
            closed: (0..200).map(closed).collect(),
            ..Since::default()
        }),
        trend: trend.collect(),
        ..History::default()
    });
}

#[test]
fn what_has_changed_since_the_last_kept_run_is_said_and_drawn() {
    let mut report = sample::report();
    with_history(&mut report);
    let page = page_of(&report);
    let top = between(&page, "<section aria-labelledby=\"q-changes\">", "</section>");
    assert!(top.contains("Since 16 Apr 2026") && top.contains(">200</b> closed"), "{top}");
    let changes = between(&page, "<section id=\"changes\"", "</section>\n\n<section");
    assert!(changes.contains("<b>100</b> shown to be removed") && changes.contains("closed-4@"), "{changes}");
    assert!(changes.contains("a list shows that it is gone") && changes.contains("moved by data"));
    assert!(changes.contains("id=\"c-trend-t\"") && changes.contains("id=\"c-revoke-t\""), "both are drawn");
    assert!(
        changes.contains("3 earlier runs") && changes.contains("older runs not shown"),
        "what is not drawn is said"
    );
    assert_eq!(page.matches("data-n=\"new\"").count(), report.findings.len().div_ceil(3));
    let without = page_of(&sample::report());
    assert!(without.contains("no earlier run is kept") && !without.contains("c-trend-t"), "nothing is made up");
}

#[test]
fn the_page_stays_small_with_a_long_past_and_very_many_findings() {
    let mut report = sample::large(60_000);
    with_history(&mut report);
    let page = page_of(&report);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
}

#[test]
fn hostile_text_cannot_make_the_page_large() {
    let mut report = sample::large(20_000);
    let bad = "</@;'\"&".repeat(1_500);
    let name: Arc<str> = bad.as_str().into();
    for f in &mut report.findings {
        f.reason = vec![name.clone(); 30];
        f.action = name.clone();
    }
    for p in &mut report.people {
        p.name = bad.as_str().into();
        p.email = bad.as_str().into();
    }
    for s in &mut report.sources {
        s.file = bad.clone();
    }
    for a in &mut report.apps {
        a.name = bad.clone();
        a.id = bad.clone();
        a.operations.iter_mut().for_each(|o| o.reason = vec![bad.clone(); 30]);
        a.deprovision = vec![(bad.clone(), bad.clone()); 60];
    }
    report.notices = vec![bad.clone(); 500];
    with_history(&mut report);
    for closed in &mut report.history.as_mut().unwrap().since.as_mut().unwrap().closed {
        closed.account.clone_from(&bad);
        closed.person = Some(bad.clone());
    }
    let page = page_of(&report);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
}

#[test]
fn a_run_that_saw_nothing_claims_nothing() {
    let mut report = sample::report();
    report.findings.clear();
    report.closures.clear();
    report.people.clear();
    report.sources.clear();
    report.notices.clear();
    report.company.clear();
    report.summary = Summary { people: 1, apps: 1, ..Summary::default() };
    report.apps.truncate(1);
    let nothing = Some("no roster was given".to_owned());
    report.apps[0] = AppReport {
        not_evaluable: nothing,
        sources: vec![],
        rows: RowAccounting::default(),
        operations: vec![],
        ..report.apps[0].clone()
    };
    let page = page_of(&report);
    assert!(page.contains("No app could be evaluated, so nothing can be said"));
    assert!(page.contains("Not evaluated: 1 app<"));
    assert!(!page.contains("No live account"));
    assert!(page.contains("<dt>Leavers with access</dt><dd><b>not known</b>"));
    report.summary = Summary { apps: 1, apps_evaluated: 1, ..Summary::default() };
    report.apps[0].not_evaluable = None;
    let page = page_of(&report);
    assert!(page.contains("Nobody is known from HR or a directory, so nothing can be said"));
    assert!(!page.contains("No live account") && page.contains("<b>not known</b>"));
}

/// The words of the page, one block a line: what a reader reads, whatever the markup.
#[test]
fn the_words_of_the_page_are_stable() {
    let page = page_of(&sample::report());
    let body = between(&page, "<body>", "<script>");
    let mut words = String::new();
    for tag in body.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        let inline = ["a", "b", "bdi", "code", "span", "wbr", "br"].contains(&name);
        words.push_str(if inline { "" } else { "\n" });
        words.push_str(text);
    }
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    insta::with_settings!({ snapshot_path => "../../../tests/golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("report.html.txt", lines.join("\n"));
    });
}

#[test]
fn an_ipe_sheet_says_what_is_known_of_a_list_and_what_nobody_has_declared() {
    let report = sample::report();
    let page = lists_of(&report);
    let sheet = |ix: usize| {
        let from = format!("<section class=\"sheet\" id=\"list-{ix}\"");
        between(&page, &from, "</section>").to_owned()
    };
    let github = sheet(3);
    assert!(github.contains("organization nordlicht, without outside collaborators"), "{github}");
    assert_eq!(github.matches("not declared").count(), 5, "system, filter, who, how, total");
    assert!(github.contains("131 rows read = ") && github.contains("✓ closes"), "{github}");
    assert!(github.contains(&report.sources[3].sha256) && github.contains("description 77d0c1a2b3e4"));
    let salesforce = sheet(5);
    assert!(salesforce.contains("<b>Not evaluable:</b>") && salesforce.contains("flagged"), "{salesforce}");
    let zendesk = sheet(6);
    assert!(zendesk.contains("by <bdi>lena.vogt@nordlicht.example</bdi> on 2026-11-20"), "{zendesk}");
    assert!(zendesk.contains("from the file’s name") && zendesk.contains("a quotation mark is never closed"));
    assert!(page.contains("No list at all:</b> <bdi>Framer</bdi>"));
}

#[test]
fn an_exception_is_shown_beside_its_finding_which_stays() {
    let report = sample::report();
    let page = page_of(&report);
    let marked = report.findings.iter().filter(|f| f.exception.is_some()).count();
    assert_eq!(marked, 1);
    let all = between(&page, "<section id=\"findings\"", "</section>");
    assert_eq!(all.matches("<tr id=\"finding-v1:").count(), report.findings.len(), "none is hidden");
    assert_eq!(all.matches("<bdi>EX-2026-04</bdi> until 31 Dec 2026").count(), 1);
    let list = between(&page, "<section id=\"exceptions\"", "</section>");
    assert!(list.contains("signed out everywhere") && list.contains("<b>expired</b>"), "{list}");
    assert!(between(&page, "<section id=\"first\"", "</section>").contains("excepted until 31 Dec 2026"));
}
