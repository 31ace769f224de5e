//! The rules' texts are the documentation, and their ids are promises: both are checked here.

use coverage::assess::AppFacts;
use coverage::identity::{AddressRules, Directory, Moment, Scratch, place};
use coverage::model::{
    AccountStatus, Finding, Guard, Identity, Level, Operation, OperationLevel, PersonIx, PersonStatus, Place, Record,
    RuleMeta, UsernameIs, When,
};
use coverage::rules::cases::{AccountCase, AppCase, Company, Limits, Lives, PersonCase, RosterFacts, SourceTime};
use coverage::rules::{ALL, Findings, Made, find, residual};
use jiff::tz::TimeZone;
use std::cell::OnceCell;
use std::path::PathBuf;

fn metas() -> impl Iterator<Item = &'static RuleMeta> {
    ALL.iter().map(|rule| rule.meta())
}

/// Each rule's file, by its id, with its text.
fn files() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().replace('_', "-"), std::fs::read_to_string(path).unwrap())
        })
        .filter(|(_, text)| text.contains("impl Rule for"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_rule_has_a_file_of_its_name_and_every_file_is_listed() {
    let files: Vec<String> = files().into_iter().map(|(id, _)| id).collect();
    let listed: Vec<&str> = metas().map(|m| m.id).collect();
    assert_eq!(files, listed, "`rules::ALL` is the list of the files in src/rules, sorted by id");
}

#[test]
fn ids_are_kebab_case_and_unique_and_find_their_rule() {
    let ids: Vec<&str> = metas().map(|m| m.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "sorted, and none twice: {ids:?}");
    for id in ids {
        assert!(id.split('-').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase())), "{id}");
        assert_eq!(find(id).map(|rule| rule.meta().id), Some(id));
    }
}

#[test]
fn every_file_has_one_rule_and_tests() {
    for (id, text) in files() {
        assert_eq!(text.matches("impl Rule for").count(), 1, "{id}: one file is one rule");
        assert!(text.starts_with("//! "), "{id}: begins with a line about itself");
        assert!(text.matches("#[test]").count() >= 2, "{id}: needs a case that fires and one that must not");
        assert!(text.contains("is_empty()"), "{id}: no test shows when it stays silent");
    }
}

#[test]
fn every_text_is_said_in_a_few_whole_sentences() {
    for meta in metas() {
        assert!(!meta.title.is_empty() && !meta.title.ends_with('.') && meta.title.len() <= 70, "{}: title", meta.id);
        for (what, text) in [("means", meta.means), ("why", meta.why), ("fix", meta.fix), ("silent", meta.silent)] {
            let at = format!("{}: {what}", meta.id);
            assert!(text.ends_with('.'), "{at} ends with a full stop");
            assert!(!text.contains("  ") && !text.contains('\n') && text.trim() == text, "{at} has stray spaces");
            let sentences = text.matches(". ").count() + 1;
            assert!((2..=4).contains(&sentences), "{at} has {sentences} sentences");
            assert_eq!(text.matches('`').count() % 2, 0, "{at} has an open backtick");
        }
    }
}

#[test]
fn rules_that_a_text_names_exist() {
    for meta in metas() {
        for text in [meta.means, meta.why, meta.fix, meta.silent] {
            for named in text.split('`').skip(1).step_by(2).filter(|n| n.matches('-').count() >= 1 && !n.contains(' '))
            {
                let policy = [
                    "dormant-days",
                    "roster-max-age-days",
                    "revoke-within",
                    "non-human",
                    "exception-max-accounts",
                    "exception-max-days",
                    "review-bulk",
                ];
                let source = coverage::model::SourceKind::from_word(named).is_some();
                assert!(find(named).is_some() || policy.contains(&named) || source, "{} names `{named}`", meta.id);
            }
        }
    }
}

#[test]
fn every_rule_serves_a_control_and_controls_look_like_their_standard() {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    for meta in metas() {
        let c = &meta.controls;
        let all = [c.soc2, c.iso27001, c.pci, c.nist];
        assert!(all.iter().any(|list| !list.is_empty()), "{} serves no control", meta.id);
        for list in all {
            let mut seen: Vec<&str> = list.to_vec();
            seen.dedup();
            assert_eq!(seen, list, "{} names a control twice", meta.id);
        }
        for id in c.soc2 {
            assert!(id.strip_prefix("CC").is_some_and(|rest| rest.split('.').all(digits)), "{}: {id}", meta.id);
        }
        for id in c.iso27001 {
            assert!(id.strip_prefix("A.").is_some_and(|rest| rest.split('.').all(digits)), "{}: {id}", meta.id);
        }
        for id in c.pci {
            assert!(id.split('.').all(digits) && id.matches('.').count() >= 2, "{}: {id}", meta.id);
        }
        for id in c.nist {
            let (family, number) = id.split_once('-').unwrap();
            assert!(family.len() == 2 && number.starts_with(|d: char| d.is_ascii_digit()), "{}: {id}", meta.id);
        }
    }
}

// ---- Golden ids: tickets, exceptions and histories hang on them. If one of these fails, every id in the world changes.

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

fn row(line: u32, email: &'static str, status: AccountStatus) -> Record<'static> {
    Record { email, status, ..Record::at(line) }
}

/// Ann Berg has left and lives on in the directory.
fn directory(line: u32) -> Directory {
    let hr = Record {
        employee_id: "E1",
        name: "Ann Berg".into(),
        person_status: PersonStatus::Terminated,
        end: Some(When::on(jiff::civil::date(2026, 10, 31))),
        ..row(line, "ann@nordwind.example", AccountStatus::Unknown)
    };
    let idp = Record { id: "00u1", ..row(line, "ann@nordwind.example", AccountStatus::Active) };
    let identities = vec![
        Identity::keep(&hr, 0, true, UsernameIs::Handle, &mut Default::default()),
        Identity::keep(&idp, 1, false, UsernameIs::Address, &mut Default::default()),
    ];
    let moment = Moment { now: at("2026-11-20T12:00:00Z"), zone: TimeZone::UTC };
    Directory::build(identities, AddressRules::default(), moment)
}

fn tidepool() -> AppFacts {
    AppFacts {
        id: "tidepool".to_owned(),
        name: "Tidepool".to_owned(),
        product: Some("tidepool".to_owned()),
        operations: vec![OperationLevel {
            operation: Operation::Deactivate,
            level: Level::Manual,
            reason: Vec::new(),
            unlock: None,
        }],
        ..AppFacts::default()
    }
}

/// What all rules find in one account of the roster, for the person and for the app.
fn findings(record: &Record<'_>, line: u32) -> Vec<Finding> {
    let directory = directory(line);
    let app = tidepool();
    let made = Made::of("2026-11-20T08:00:00Z".parse().map(When::at).unwrap(), false, &TimeZone::UTC);
    let sources = ["hr", "okta", "tidepool"].map(|id| SourceTime { id: id.to_owned(), called: id.to_owned(), made });
    let company = Company {
        directory: &directory,
        limits: Limits::default(),
        newest_leaving: None,
        past: None,
        doubts: None,
        sources: &sources,
    };
    let roster = RosterFacts { made, has_status: true, place: Place { source: 2, line: 0 } };
    let mut scratch = Scratch::default();
    let own = directory.own_domains();
    let placed = place(&directory, record, UsernameIs::Handle, &own, None, &mut scratch);
    let lives = Lives::of(record.status, true);
    let account = AccountCase {
        company: &company,
        app: &app,
        roster: &roster,
        record,
        place: Place { source: 2, line: record.line },
        email: &scratch.email,
        placed: &placed,
        lives,
        tier: residual::tier(&company, &app, &roster, record, &placed, lives),
        exports_disagree: false,
        facts: OnceCell::new(),
    };
    let ix = PersonIx(0);
    let person = PersonCase { company: &company, ix, person: directory.person(ix) };
    let app = AppCase {
        company: &company,
        app: &app,
        roster: None,
        guard: &Guard::default(),
        files: &[],
        place: Place { source: 0, line: 0 },
        live: 0,
        decisions: &[],
        seen: &[],
    };
    let mut findings = Findings::default();
    for rule in ALL {
        rule.account(&account, &mut findings);
        rule.person(&person, &mut findings);
        rule.app(&app, &mut findings);
    }
    findings.into_list().into_iter().map(|finding| *finding).collect()
}

fn ids(found: &[Finding]) -> Vec<(&'static str, String)> {
    found.iter().map(|f| (f.rule.id, f.id.to_string())).collect()
}

#[test]
fn finding_ids_are_what_they_have_always_been() {
    let leaver = Record { id: "U7", ..row(9, "ann@nordwind.example", AccountStatus::Active) };
    let stranger = row(10, "zed@nordwind.example", AccountStatus::Active);
    let golden = |list: &[(&'static str, &str)]| list.iter().map(|(r, i)| (*r, (*i).to_owned())).collect::<Vec<_>>();
    let found = ids(&findings(&leaver, 2));
    assert_eq!(
        found,
        golden(&[
            ("idp-active-after-end", "v1:42030bac4861fd2eba487c28bb30a450"),
            ("manual-only-app", "v1:578a8e05ac4674281892b6fe506f5661"),
            ("residual-login-capable", "v1:3892fb68b612874c67360f951e824144"),
            ("roster-missing", "v1:eab89685ece75033151980392f6dd99f"),
        ])
    );
    let orphan = ids(&findings(&stranger, 2)).into_iter().find(|(rule, _)| *rule == "orphan-account");
    assert_eq!(orphan, Some(("orphan-account", "v1:4719ae4b3416e34b507375e81f7dbd09".to_owned())));
}

#[test]
fn ids_do_not_hang_on_lines_status_or_letter_case() {
    let now = Record { id: "U7", ..row(9, "ann@nordwind.example", AccountStatus::Active) };
    let later = Record {
        id: "U7",
        raw_status: "Enabled",
        role: "Editor".into(),
        ..row(4711, "Ann@Nordwind.example", AccountStatus::Suspended)
    };
    assert_eq!(ids(&findings(&now, 2)), ids(&findings(&later, 815)));
}
