//! Promises about all inputs, not only about those somebody thought of.

use coverage::catalog::Catalog;
use coverage::identity::{AddressRules, Directory, Match, Moment, Scratch};
use coverage::ingest::{self, InMemory, Input, Outcome, Request};
use coverage::model::{
    AccountKind, AccountStatus, Identity, PersonIx, PersonStatus, Record, Report, Situation, When, WorkerKind,
};
use coverage::run::{Job, Streams, known, run};
use coverage::workspace::{self, App, Workspace};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

/// Every fixture's bytes.
fn fixtures() -> &'static Vec<(String, Vec<u8>)> {
    static ALL: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports");
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| !p.to_str().unwrap().ends_with(".expect.yaml"))
            .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap()))
            .collect();
        all.sort();
        all
    })
}

/// Opens and reads bytes; the rows by outcome must add up.
fn read(bytes: Vec<u8>) {
    let catalog = Catalog::embedded();
    let known = known(catalog);
    let file = InMemory { name: "any".into(), bytes };
    let Ok(mut opened) = ingest::open(&file, Request::default(), &known, &TimeZone::UTC) else { return };
    let mut outcomes = 0;
    let learnt = ingest::read(&file, &mut opened, &mut |outcome| {
        outcomes += match outcome {
            Outcome::Record(_, rows) => rows,
            Outcome::Excluded { .. } | Outcome::Rejected(_) => 1,
        };
        Ok(())
    });
    if let Ok(learnt) = learnt {
        assert_eq!(learnt.rows, outcomes, "rows read = rows by outcome");
    }
}

/// What happens to a file on its way: bytes overwritten, put in, taken out, cut off.
#[derive(Debug, Clone)]
enum Damage {
    Overwrite(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Cut(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(vec![0xff, 0xfe]),
        Just(b"{\"a\":[".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, b)| Damage::Overwrite(at, b)),
        (any::<usize>(), piece).prop_map(|(at, b)| Damage::Insert(at, b)),
        (any::<usize>(), 1..40usize).prop_map(|(at, n)| Damage::Remove(at, n)),
        any::<usize>().prop_map(Damage::Cut),
    ]
}

fn damaged(bytes: &[u8], all: &[Damage]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for one in all.iter().filter(|_| !bytes.is_empty()) {
        if out.is_empty() {
            break;
        }
        let n = out.len();
        match one {
            Damage::Overwrite(at, b) => out[at % n] = *b,
            Damage::Insert(at, piece) => {
                out.splice(at % n..at % n, piece.iter().copied());
            }
            Damage::Remove(at, count) => {
                out.drain(at % n..(at % n + count).min(n));
            }
            Damage::Cut(at) => out.truncate(at % n),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-zA-Z@.,;:\"\\n\\t {}\\[\\]0-9/-]{0,120}") {
        read(format!("Email,Name,Status\n{text}").into_bytes());
        read(text.into_bytes());
    }

    #[test]
    fn damaged_exports_are_read_or_refused(which in any::<usize>(), all in proptest::collection::vec(damage(), 1..6)) {
        let (_, bytes) = &fixtures()[which % fixtures().len()];
        read(damaged(bytes, &all));
    }
}

/// A run over files in memory.
fn reported(files: &BTreeMap<&str, String>, apps: &[&str]) -> Report {
    let mut ws = Workspace::empty();
    let input = |file: &str| workspace::Input {
        id: None,
        file: file.to_owned(),
        export: None,
        extracted_at: Some(When::At("2026-11-20T06:00:00Z".parse().unwrap())),
        encoding: None,
        date_order: None,
        scope: None,
        line: 0,
    };
    ws.hr = vec![input("hr.csv")];
    ws.idp = vec![input("idp.csv")];
    ws.as_of = Some(When::At("2026-11-20T12:00:00Z".parse().unwrap()));
    ws.policy.dormant_days = Some(90);
    for app in apps {
        let rosters = vec![input(&format!("{app}.csv"))];
        let (id, name) = ((*app).to_owned(), (*app).to_owned());
        ws.apps.push(App {
            id,
            product: None,
            name,
            rosters,
            plan: None,
            sso: None,
            scim: None,
            expected: None,
            owner: None,
            line: 0,
        });
    }
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        Box::new(InMemory { name: name.to_owned(), bytes: files[name].clone().into_bytes() })
    };
    let create = |_: &str| -> io::Result<Box<dyn io::Write + Send>> { Ok(Box::new(io::sink())) };
    let job = Job {
        workspace: &ws,
        catalog: Catalog::embedded(),
        settings: None,
        open: &open,
        as_of: None,
        extracted_at: None,
        streams: Streams { create: &create, diffs: true, matched: true, all_absent: true, accounts: true },
        watch: None,
        only_app: None,
        progress: &|_| {},
    };
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
            let account = f.account.as_ref().map(|a| a.account.clone());
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
    let account = (any::<u16>(), address, name, account_status, day, prop_oneof![Just("Admin"), Just("Member")])
        .prop_map(|(id, mail, name, status, day, role)| format!("{id},{mail},{name},{role},{status},{day}"));
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
        ("app.csv", file("ID,Email,Name,Role,Status,Created", roster)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_nothing_and_every_row_is_accounted_for(
        (hr, idp, roster) in company(),
        seed in any::<u64>(),
    ) {
        // Two rows of one id are two sightings of one account: which is seen first may tell.
        let mut ids = BTreeSet::new();
        let roster: Vec<String> = roster.into_iter().filter(|r| ids.insert(r.split(',').next().unwrap().to_owned())).collect();
        let shuffled = |rows: &[String]| {
            let mut rows = rows.to_vec();
            let mut state = seed | 1;
            for i in (1..rows.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                rows.swap(i, (state >> 33) as usize % (i + 1));
            }
            rows
        };
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
}

/// The comparable form of an address, by code of its own: only what these tests make needs to be understood.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

fn identity(n: u32, email: &str, alias: &str, employee_id: &str, id: &str) -> Identity {
    let text = |t: &str| std::sync::Arc::from(t);
    Identity {
        place: coverage::model::Place { source: 0, line: n + 2 },
        from_hr: true,
        id: text(""),
        external_id: text(id),
        email: text(email),
        aliases: if alias.is_empty() { Vec::new() } else { vec![text(alias)] },
        home_emails: Vec::new(),
        username: text(""),
        username_is: coverage::model::UsernameIs::Handle,
        // Names differ, so that an address alone does not make two records one person.
        name: text(&format!("Person {}", (b'a' + (n % 26) as u8) as char)),
        employee_id: text(employee_id),
        status: AccountStatus::Unknown,
        person_status: PersonStatus::Active,
        raw_status: text(""),
        worker: WorkerKind::Employee,
        kind: AccountKind::Unknown,
        created: None,
        last_active: None,
        ended: None,
        start: None,
        end: None,
        department: text(""),
        title: text(""),
    }
}

/// What a slow look at every identity says: the strongest key that fits anybody, and everyone it fits.
fn naive(
    directory: &Directory,
    email: &str,
    alias: &str,
    employee_id: &str,
    external_id: &str,
) -> Vec<(u8, BTreeSet<PersonIx>)> {
    let zeros = |id: &str| {
        let id = plain(id);
        let short = id.trim_start_matches('0').to_owned();
        if !short.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) { short } else { id }
    };
    let who = |fits: &dyn Fn(&Identity) -> bool| -> BTreeSet<PersonIx> {
        let people = directory.people.iter().enumerate();
        people
            .filter(|(_, p)| p.identities.iter().any(|i| fits(&directory.identities[*i as usize])))
            .map(|(i, _)| PersonIx(i as u32))
            .collect()
    };
    let main = |mail: &str| who(&|i| !mail.is_empty() && plain(&i.email) == plain(mail));
    let other = |mail: &str| who(&|i| !mail.is_empty() && i.aliases.iter().any(|a| plain(a) == plain(mail)));
    let mut found = vec![
        (0, who(&|i| !external_id.is_empty() && plain(&i.external_id) == plain(external_id))),
        (1, who(&|i| !employee_id.is_empty() && zeros(&i.employee_id) == zeros(employee_id))),
    ];
    let by_main = main(email);
    let mut by_alias = BTreeSet::new();
    if by_main.is_empty() {
        by_alias.extend(other(email));
    }
    let mine = main(alias);
    by_alias.extend(if mine.is_empty() { other(alias) } else { mine });
    found.push((2, by_main));
    found.push((3, by_alias));
    found.retain(|(_, people)| !people.is_empty());
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn the_indexed_matcher_equals_a_naive_one(
        people in proptest::collection::vec(
            ("[ab]{1,2}", prop_oneof![Just(""), Just("x"), Just("y")], prop_oneof![Just(""), Just("7"), Just("07"), Just("8")], prop_oneof![Just(""), Just("E1"), Just("E2")]),
            1..7,
        ),
        accounts in proptest::collection::vec(
            ("[abAB]{0,2}", prop_oneof![Just(""), Just("x"), Just("a"), Just("Y ")], prop_oneof![Just(""), Just("007"), Just("8"), Just("9")], prop_oneof![Just(""), Just("e1"), Just("E2")]),
            1..6,
        ),
    ) {
        let mail = |local: &str| if local.is_empty() { String::new() } else { format!("{}@north.example", local.trim()) };
        let identities = people.iter().enumerate().map(|(n, (m, a, e, x))| identity(n as u32, &mail(m), &mail(a), e, x)).collect();
        let moment = Moment { now: 1_763_600_000, zone: TimeZone::UTC };
        let directory = Directory::build(identities, AddressRules::default(), moment);
        for (email, alias, employee_id, external_id) in &accounts {
            let (email, alias) = (mail(email), mail(alias));
            let blank = identity(0, "", "", "", "");
            let record = Record {
                line: 1, id: "", external_id, email: &email, aliases: if alias.is_empty() { vec![] } else { vec![&alias] }, home_emails: vec![],
                username: "", name: "".into(), first_name: "", last_name: "", employee_id, role: "".into(), status: AccountStatus::Active,
                person_status: blank.person_status, raw_status: "", worker: WorkerKind::Unknown, kind: AccountKind::Unknown,
                sign_in: coverage::model::SignIn::Unknown, privileged: None, created: None, last_active: None, never_active: false, ended: None,
                start: None, end: None, manager: "", department: "", title: "",
            };
            let slow = naive(&directory, &email, &alias, employee_id, external_id);
            let fast = directory.match_account(&record, coverage::model::UsernameIs::Handle, &mut Scratch::default());
            let people = |rivals: &[coverage::identity::Rival]| rivals.iter().map(|r| r.person).collect::<BTreeSet<_>>();
            match slow.first() {
                None => prop_assert_eq!(fast, Match::NoKey),
                Some((_, strongest)) if strongest.len() > 1 => match fast {
                    Match::Disputed(rivals) => prop_assert_eq!(&people(&rivals), strongest),
                    other => prop_assert!(false, "{:?} is no dispute among {:?}", other, strongest),
                },
                Some((key, strongest)) => {
                    let winner = *strongest.first().unwrap();
                    let against: BTreeSet<PersonIx> = slow
                        .iter()
                        .filter(|(k, fits)| *key < 3 && *k < 3 && k != key && !fits.contains(&winner))
                        .flat_map(|(_, fits)| fits.iter().copied())
                        .collect();
                    match fast {
                        Match::Linked(link) => {
                            prop_assert!(against.is_empty(), "linked although {:?} contradict", against);
                            prop_assert_eq!(link.person, winner);
                        }
                        Match::Collision(rivals) => {
                            let mut all = against.clone();
                            all.insert(winner);
                            prop_assert!(!against.is_empty());
                            prop_assert_eq!(people(&rivals), all);
                        }
                        other => prop_assert!(false, "{:?} although {:?} fits", other, winner),
                    }
                }
            }
        }
    }
}
