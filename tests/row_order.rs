//! In whatever order the rows of the files come and whichever way they go: the findings are the same, and every row is
//! accounted for.

use coverage::catalog::Catalog;
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::model::{AccountStatus, Report, Situation, When};
use coverage::run::{Job, Streams, run};
use coverage::workspace::{self, App, Workspace};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io;

/// A run over files in memory.
fn reported(files: &BTreeMap<&str, String>, apps: &[&str]) -> Report {
    reported_with(files, apps, true)
}

/// A run that takes the long way with every account, because every account is listed; or the short way where it can.
fn reported_with(files: &BTreeMap<&str, String>, apps: &[&str], every_account: bool) -> Report {
    let mut ws = Workspace::empty();
    let input = |file: &str| workspace::Input {
        id: None,
        file: file.to_owned(),
        export: None,
        extracted_at: Some(When::at("2026-11-20T06:00:00Z".parse().unwrap())),
        encoding: None,
        date_order: None,
        only: <_>::default(),
        provenance: Default::default(),
        accept: Vec::new(),
        line: 0,
    };
    ws.hr = vec![input("hr.csv")];
    ws.idp = vec![input("idp.csv")];
    ws.as_of = Some(When::at("2026-11-20T12:00:00Z".parse().unwrap()));
    ws.policy.dormant_days = Some(90);
    for app in apps {
        let rosters = vec![input(&format!("{app}.csv"))];
        ws.apps.push(App { rosters, ..App::named(*app, *app, None) });
    }
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        match files.get(name) {
            Some(text) => Box::new(InMemory { name: name.to_owned(), bytes: text.clone().into_bytes() }),
            None => Box::new(NotThere { name: name.to_owned() }),
        }
    };
    let create = |_: &str| -> io::Result<Box<dyn io::Write + Send>> { Ok(Box::new(io::sink())) };
    let streams = Streams {
        create: &create,
        diffs: true,
        matched: every_account,
        all_absent: true,
        accounts: if every_account { Some(&tempfile::tempfile) } else { None },
    };
    let job = Job::over(&ws, Catalog::embedded(), &open, streams);
    run(&job).unwrap_or_else(|all| panic!("{}", all.iter().map(ToString::to_string).collect::<String>())).report
}

/// What a finding says, without the places where it says it from.
fn said(report: &Report) -> Vec<String> {
    let digits = |text: &str| {
        text.split(' ')
            .map(|w| if w.bytes().all(|b| b.is_ascii_digit()) { "N" } else { w })
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut all: Vec<String> = report
        .findings
        .iter()
        .map(|f| {
            let account =
                f.account.as_ref().map(|a| [a.account(), a.email(), a.status.word(), a.role(), a.name()].join(" "));
            let person = f.person.map(|p| report.people[p.0 as usize].key.clone());
            let reason: Vec<String> = f.reason.iter().map(|r| digits(r)).collect();
            format!("{} {} {:?} {account:?} {person:?} {:?} {:?} {reason:?}", f.id, f.severity, f.status, f.app, f.key)
        })
        .collect();
    all.sort();
    all
}

/// A small company with collisions of every kind: two people a name, addresses that change hands, rehires, duplicates.
fn company() -> impl Strategy<Value = (Vec<String>, Vec<String>, Vec<String>)> {
    let mail = prop_oneof![Just("ann"), Just("bo"), Just("cleo"), Just("dan"), Just("svc-build"), Just("eve.fox")];
    let domain = prop_oneof![4 => Just("north.example"), 1 => Just("old.example"), 1 => Just("else.example")];
    let address = (mail, domain).prop_map(|(m, d)| format!("{m}@{d}"));
    let name = prop_oneof![Just("Ann Berg"), Just("Bo Lund"), Just("Eve Fox"), Just("Dan Holm")];
    let day =
        prop_oneof![Just("2019-01-01"), Just("2023-05-01"), Just("2026-01-31"), Just("2026-11-19"), Just("2027-03-01")];
    let end = prop_oneof![2 => Just(""), 1 => Just("2022-12-31"), 1 => Just("2026-10-31"), 1 => Just("2027-01-31")];
    let id = prop_oneof![Just("1"), Just("2"), Just("003"), Just("3"), Just("")];
    let status = prop_oneof![Just("Active"), Just("Terminated"), Just("Leave")];
    let hr = (id.clone(), name.clone(), address.clone(), day.clone(), end, status)
        .prop_map(|(id, name, mail, start, end, status)| format!("{id},{name},{mail},{start},{end},{status}"));
    let idp_status = prop_oneof![Just("ACTIVE"), Just("DEPROVISIONED"), Just("SUSPENDED")];
    let idp = (address.clone(), id.clone(), idp_status, day.clone())
        .prop_map(|(mail, id, status, day)| format!("{mail},{mail},{id},{status},{day}T00:00:00Z,{day}T00:00:00Z"));
    let account_status =
        prop_oneof![Just("Active"), Just("Suspended"), Just("Deactivated"), Just("Invited"), Just("Odd")];
    let used = prop_oneof![
        Just(""),
        Just("Never"),
        Just("1970-01-01"),
        Just("2026-11-19"),
        Just("2026-08-22"),
        Just("2026-08-21T23:59:59Z"),
        Just("2025-01-01"),
        Just("2027-09-01"),
        Just("3 Nov 2026"),
        Just("soon"),
    ];
    let role = prop_oneof![Just("Admin"), Just("Member"), Just("\"Member, Owner\"")];
    // Some accounts stand in several rows.
    let account = (0..20u8, address, name, account_status, day, role, used).prop_map(
        |(id, mail, name, status, day, role, used)| format!("{id},{mail},{name},{role},{status},{day},{used}"),
    );
    (
        proptest::collection::vec(hr, 1..8),
        proptest::collection::vec(idp, 1..8),
        proptest::collection::vec(account, 1..12),
    )
}

fn files(hr: &[String], idp: &[String], roster: &[String]) -> BTreeMap<&'static str, String> {
    let file = |header: &str, rows: &[String]| format!("{header}\n{}\n", rows.join("\n"));
    BTreeMap::from([
        ("hr.csv", file("Employee ID,Name,Work email,Start date,End date,Status", hr)),
        ("idp.csv", file("user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange", idp)),
        ("app.csv", file("ID,Email,Name,Role,Status,Created,Last active", roster)),
    ])
}

/// Rows in another order.
fn shuffled(rows: &[String], seed: u64) -> Vec<String> {
    let mut rows = rows.to_vec();
    let mut state = seed | 1;
    for i in (1..rows.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        rows.swap(i, (state >> 33) as usize % (i + 1));
    }
    rows
}

/// A row for each membership of an account, which do not all say the same of it.
fn memberships() -> impl Strategy<Value = Vec<String>> {
    let user = prop_oneof![Just("ann"), Just("Ann"), Just("bo"), Just("dan")];
    let mail = prop_oneof![Just("ann@north.example"), Just("Ann@North.example"), Just("dan@old.example"), Just("")];
    let name = prop_oneof![Just("Ann Berg"), Just("Dan Holm"), Just("")];
    let role = prop_oneof![Just("Owner"), Just("Maintainer"), Just("Guest"), Just("Release manager")];
    let status = prop_oneof![Just("approved"), Just("pending"), Just("odd"), Just("Odd")];
    let day = prop_oneof![Just("2019-01-01"), Just("2026-11-19"), Just("")];
    let row =
        (user, mail, name, role, status, day.clone(), day).prop_map(|(user, mail, name, role, status, made, used)| {
            format!("{name},{user},{mail},north/web,Group,{role},{status},direct,north,{made},{used}")
        });
    proptest::collection::vec(row, 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_of_one_account_say_the_same_in_any_order(
        (hr, idp, _) in company(),
        rows in memberships(),
        seed in any::<u64>(),
    ) {
        let report = |rows: &[String]| {
            let header = "Name,Username,Email,Path,Type,Role,Membership status,Membership type,Membership source,Access granted,Last activity";
            let mut files = files(&hr, &idp, &[]);
            files.insert("app.csv", format!("{header}\n{}\n", rows.join("\n")));
            reported(&files, &["app"])
        };
        let (one, two) = (report(&rows), report(&shuffled(&rows, seed)));
        prop_assert_eq!(said(&one), said(&two));
        for report in [&one, &two] {
            prop_assert_eq!(report.apps[0].rows.read, rows.len() as u64);
            prop_assert!(report.sources.iter().all(|source| source.rows.closes()));
        }
        prop_assert_eq!(one.apps[0].accounts, two.apps[0].accounts);
    }

    #[test]
    fn the_order_of_rows_changes_nothing_and_every_row_is_accounted_for(
        (hr, idp, roster) in company(),
        seed in any::<u64>(),
    ) {
        let shuffled = |rows: &[String]| shuffled(rows, seed);
        let one = reported(&files(&hr, &idp, &roster), &["app"]);
        let two = reported(&files(&shuffled(&hr), &shuffled(&idp), &roster), &["app"]);
        prop_assert_eq!(said(&one), said(&two), "HR and directory rows in another order");
        let three = reported(&files(&hr, &idp, &shuffled(&roster)), &["app"]);
        prop_assert_eq!(said(&one), said(&three), "roster rows in another order");
        for report in [&one, &two, &three] {
            for source in &report.sources {
                prop_assert!(source.rows.closes());
                prop_assert_eq!(source.rows.read, source.rows.by.iter().sum::<u64>());
            }
            let app = &report.apps[0];
            prop_assert_eq!(app.rows.read, roster.len() as u64);
            prop_assert_eq!(app.rows.of(Situation::Rejected), 0);
        }
    }

    #[test]
    fn the_short_way_says_what_the_long_way_says((hr, idp, roster) in company()) {
        let files = files(&hr, &idp, &roster);
        let (long, short) = (reported_with(&files, &["app"], true), reported_with(&files, &["app"], false));
        prop_assert_eq!(said(&long), said(&short));
        let numbers = |report: &Report| {
            let app = &report.apps[0];
            (app.rows.by, app.rows.read, app.accounts, app.live, app.privileged, app.differences)
        };
        prop_assert_eq!(numbers(&long), numbers(&short));
        prop_assert_eq!(&long.notices, &short.notices);
    }
}

/// How many accounts the report says that somebody has, and in how many places.
fn duplicates(report: &Report) -> Vec<(String, usize)> {
    let found = report.findings.iter().filter(|f| f.rule.id == "duplicate-account");
    found.map(|f| (f.reason[0].to_string(), f.evidence.len())).collect()
}

#[test]
fn an_account_that_is_listed_again_is_one_account_wherever_it_stands() {
    let hr = ["1,Ann Berg,ann@north.example,2019-01-01,,Active".to_owned()];
    let idp = ["ann@north.example,ann@north.example,1,ACTIVE,2019-01-01T00:00:00Z,2019-01-01T00:00:00Z".to_owned()];
    // A role in quotes keeps a row from the short way.
    let quoted = "7,ann@north.example,Ann Berg,\"Member, Owner\",Active,2023-05-01,2026-11-19";
    let plain = "7,ann@north.example,Ann Berg,Member,Active,2023-05-01,2026-11-19";
    let other = "8,ann@north.example,Ann Berg,Member,Active,2023-05-01,2026-11-19";
    for rows in [
        [quoted, other, quoted],
        [plain, other, quoted],
        [other, quoted, plain],
        [quoted, plain, other],
        [plain, other, plain],
        [other, plain, quoted],
    ] {
        let files = files(&hr, &idp, &rows.map(str::to_owned));
        for every_account in [true, false] {
            let report = reported_with(&files, &["app"], every_account);
            let said = duplicates(&report);
            assert_eq!(said, [("2 live accounts belong to Ann Berg".to_owned(), 2)], "{rows:#?}");
        }
    }
}

#[test]
fn of_an_account_that_is_listed_twice_the_row_that_lives_most_is_shown() {
    let idp = ["cleo@north.example,cleo@north.example,9,ACTIVE,2019-01-01T00:00:00Z,2019-01-01T00:00:00Z".to_owned()];
    // Ann left after the roster was made; one address is Ann's and Bo's.
    let ann = "1,Ann Berg,ann@north.example,2019-01-01,2026-11-20T08:00:00Z,Terminated";
    let both = ["1,Ann Berg,ann@north.example,2019-01-01,,Active", "2,Bo Lund,ann@north.example,2019-01-01,,Active"];
    let row = |status: &str| format!("7,ann@north.example,Ann Berg,Member,{status},2023-05-01,");
    for (rule, hr, a, b, shown) in [
        ("residual-undecidable", &[ann][..], "Odd", "Active", AccountStatus::Active),
        ("residual-undecidable", &[ann], "Odd", "Suspended", AccountStatus::Suspended),
        ("ambiguous-owner", &both, "Suspended", "Active", AccountStatus::Active),
    ] {
        let hr: Vec<String> = hr.iter().map(|&row| row.to_owned()).collect();
        for rows in [[row(a), row(b)], [row(b), row(a)]] {
            let report = reported(&files(&hr, &idp, &rows), &["app"]);
            let found: Vec<_> = report.findings.iter().filter(|f| f.rule.id == rule).collect();
            let status: Vec<_> = found.iter().map(|f| f.account.as_ref().unwrap().status).collect();
            assert_eq!(status, [shown], "{rule} {rows:#?}");
        }
    }
}
