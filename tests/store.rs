//! What a store promises, held against both of its kinds by the same cases: a SQLite file, and a PostgreSQL server that the test
//! starts itself.

mod kept;
mod postgres_server;

use coverage::history::{self, Said};
use coverage::model::{Cause, DoneClaim, FindingState, GapState, HowEnded, Key, Past};
use coverage::store::{Appended, Filter, Place, Store};
use coverage::workspace::{Exclude, NonHuman, Pattern, Workspace};
use kept::{Exports, keep, past, ran, ran_alone, try_to_keep};
use postgres_server::Server;
use std::sync::Mutex;
use std::{fs, thread};

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status\n\
    E1,Ann Berg,ann@nordwind.example,2020-01-01,2026-01-10,Terminated\n\
    E2,Bo Lund,bo@nordwind.example,2020-01-01,,Active\n\
    E3,Cleo Ray,cleo@nordwind.example,2020-01-01,2026-01-12,Terminated\n";
const IDP: &str = "user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\n\
    ann@nordwind.example,ann@nordwind.example,E1,DEPROVISIONED,2020-01-01T00:00:00Z,2026-01-10T00:00:00Z\n\
    bo@nordwind.example,bo@nordwind.example,E2,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z\n\
    cleo@nordwind.example,cleo@nordwind.example,E3,DEPROVISIONED,2020-01-01T00:00:00Z,2026-01-12T00:00:00Z\n";
const HEAD: &str =
    "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n";

fn row(id: &str, email: &str, status: &str) -> String {
    format!("{id},{email},{status},1,0,0,{id},Somebody,,\n")
}

/// A month's exports with these rows in Slack's list.
fn month(at: &str, rows: &[(&str, &str, &str)]) -> Exports {
    let mut all = Exports { at: at.to_owned(), hr: HR.to_owned(), idp: IDP.to_owned(), ..Exports::default() };
    let rows: String = rows.iter().map(|(id, email, status)| row(id, email, status)).collect();
    all.roster("slack", "slack.csv", &format!("{HEAD}{rows}"));
    all
}

const ANN: (&str, &str, &str) = ("U1", "ann@nordwind.example", "Member");
const BO: (&str, &str, &str) = ("U2", "bo@nordwind.example", "Member");
const CLEO: (&str, &str, &str) = ("U3", "cleo@nordwind.example", "Member");

/// The state of the finding about an account of Slack, and how its times ended.
fn story(store: &Mutex<Store>, account: &str) -> (FindingState, Vec<HowEnded>, Vec<String>) {
    let past = past(store);
    let stories = store.lock().unwrap().stories(&Filter { app: Some("slack".into()), ..Filter::default() }).unwrap();
    let mine =
        stories.into_iter().find(|s| s.account.as_deref() == Some(account) && s.rule == "residual-login-capable");
    let told = history::told(&past, mine.unwrap()).unwrap();
    let ended = told.story.spells.iter().filter_map(|s| s.ended_how).collect();
    let by = told.story.spells.last().unwrap().moved_by.clone();
    (told.state, ended, by)
}

fn open_again(place: &Place) -> Mutex<Store> {
    Mutex::new(Store::open(place, false).unwrap())
}

type Case = (&'static str, fn(&Place));

const CASES: [Case; 11] = [
    ("the_same_run_twice_adds_nothing", the_same_run_twice_adds_nothing),
    ("history_is_not_written_backwards", history_is_not_written_backwards),
    ("only_a_later_accepted_roster_verifies_a_removal", only_a_later_accepted_roster_verifies_a_removal),
    ("a_list_that_was_overtaken_ends_nothing", a_list_that_was_overtaken_ends_nothing),
    ("a_claim_alone_closes_nothing", a_claim_alone_closes_nothing),
    ("a_renamed_account_stays_the_same", a_renamed_account_stays_the_same),
    ("an_account_that_changes_hands_is_no_guess", an_account_that_changes_hands_is_no_guess),
    ("access_that_may_still_be_there_has_no_end", access_that_may_still_be_there_has_no_end),
    ("what_moved_a_finding_is_told", what_moved_a_finding_is_told),
    ("a_run_that_was_overtaken_keeps_nothing", a_run_that_was_overtaken_keeps_nothing),
    ("names_of_all_kinds_come_back_as_they_were", names_of_all_kinds_come_back_as_they_were),
];

fn the_same_run_twice_adds_nothing(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    let exports = month("2026-01-28T06:00:00Z", &[ANN, BO]);
    assert_eq!(keep(&store, &exports), 1);
    let before = format!("{:?}", past(&store));
    assert_eq!(try_to_keep(&store, &exports), Appended::Already(1));
    assert_eq!(keep(&store, &month("2026-02-28T06:00:00Z", &[ANN, BO])), 2);
    assert_eq!(try_to_keep(&store, &exports), Appended::Already(1), "an older one is known, too");
    let again = open_again(place);
    assert_eq!(past(&again).runs.len(), 2);
    // What a run is told of the earlier ones does not depend on whether it is kept itself.
    let first = ran(&again, &exports, true).kept.unwrap();
    assert_eq!(first.1.no, 1);
    assert_eq!(first.1.opened.len(), first.0.findings.len());
    assert!(before.contains("residual-login-capable") || !before.is_empty());
}

fn history_is_not_written_backwards(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-02-28T06:00:00Z", &[ANN, BO]));
    let older = try_to_keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO]));
    assert_eq!(older, Appended::Older(1, "2026-02-28T06:00:00Z".to_owned()));
    // Other settings at the same moment are another run.
    let mut other = month("2026-02-28T06:00:00Z", &[ANN, BO]);
    other.dark.push("zoom".to_owned());
    other.hr.push('\n');
    assert_eq!(keep(&store, &other), 2);
}

fn only_a_later_accepted_roster_verifies_a_removal(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO, CLEO]));
    // The roster is missing.
    let mut missing = month("2026-02-10T06:00:00Z", &[]);
    missing.rosters.clear();
    missing.dark.push("slack".to_owned());
    keep(&store, &missing);
    assert_eq!(story(&store, "U1").0, FindingState::Open);
    // The roster lacks the account, and is not later than the one that has it.
    let mut same_day = month("2026-02-11T06:00:00Z", &[BO, CLEO]);
    same_day.rosters[0].3 = Some("2026-01-28T06:00:00Z".to_owned());
    keep(&store, &same_day);
    assert_eq!(story(&store, "U1").0, FindingState::Open);
    // It lacks the account, and is older.
    let mut older = month("2026-02-12T06:00:00Z", &[BO, CLEO]);
    older.rosters[0].3 = Some("2026-01-20T06:00:00Z".to_owned());
    keep(&store, &older);
    assert_eq!(story(&store, "U1").0, FindingState::Open);
    let dark = past(&store);
    let list = dark.latest(coverage::model::SourceRole::Roster, "slack").unwrap();
    assert!(!list.accepted && list.why.contains("made before the list of 2026-01-28"), "{list:?}");
    // The app has been taken out of coverage.yaml.
    let mut gone = month("2026-02-13T06:00:00Z", &[BO]);
    gone.rosters[0].0 = "tidepool".to_owned();
    keep(&store, &gone);
    assert_eq!(story(&store, "U1").0, FindingState::Open);
    // Now it is later, and shows one account gone and the other ended.
    keep(&store, &month("2026-02-28T06:00:00Z", &[BO, ("U3", "cleo@nordwind.example", "Deactivated")]));
    for account in ["U1", "U3"] {
        assert_eq!(story(&store, account), (FindingState::VerifiedRemoved, vec![HowEnded::VerifiedRemoved], vec![]));
    }
    // And back.
    let back = month("2026-03-28T06:00:00Z", &[ANN, BO]);
    let report = ran(&store, &back, false).report;
    assert_eq!(report.findings.iter().filter(|f| f.rule.id == "reappeared").count(), 1);
    let alone = ran_alone(&back).report;
    assert!(alone.history.is_none() && !alone.findings.iter().any(|f| f.rule.id == "reappeared"));
    keep(&store, &back);
    assert_eq!(story(&store, "U1").0, FindingState::Reopened);
    assert_eq!(story(&store, "U3").0, FindingState::VerifiedRemoved);
}

fn a_list_that_was_overtaken_ends_nothing(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO]));
    // HR is put back to a list in which nobody has left yet.
    let mut hr = month("2026-02-10T06:00:00Z", &[ANN, BO]);
    hr.hr = HR.replace("2026-01-10,Terminated", ",Active").replace("2026-01-12,Terminated", ",Active");
    hr.hr_made = Some("2026-01-05T06:00:00Z".to_owned());
    // The roster is put back to one that does not have the account yet.
    let mut roster = month("2026-02-11T06:00:00Z", &[BO]);
    roster.rosters[0].3 = Some("2026-01-05T06:00:00Z".to_owned());
    for (older, rule, why) in [
        (hr, "people-partial", "hr.csv (2026-01-05T06:00:00Z) was made before the list of 2026-01-28"),
        (roster, "roster-partial", "slack.csv (2026-01-05T06:00:00Z) was made before the list of 2026-02-10"),
    ] {
        let report = ran(&store, &older, false).report;
        assert_eq!((report.summary.apps, report.summary.apps_evaluated), (1, 0), "{rule}");
        let found = report.findings.iter().find(|f| f.rule.id == rule).unwrap();
        assert!(found.reason[0].starts_with(why), "{:?}", found.reason);
        assert_eq!(ran_alone(&older).report.summary.apps_evaluated, 1, "there is no earlier list");
        keep(&store, &older);
        assert_eq!(story(&store, "U1").0, FindingState::Open, "{rule}");
    }
    keep(&store, &month("2026-02-28T06:00:00Z", &[BO]));
    assert_eq!(story(&store, "U1").0, FindingState::VerifiedRemoved);
}

fn a_claim_alone_closes_nothing(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO]));
    let id = {
        let stories =
            store.lock().unwrap().stories(&Filter { app: Some("slack".into()), ..Filter::default() }).unwrap();
        stories.into_iter().find(|s| s.account.as_deref() == Some("U1")).unwrap().id
    };
    let claim = |at: &str| DoneClaim {
        finding: id.clone(),
        by: "bo".to_owned(),
        ticket: "OPS-1".to_owned(),
        note: String::new(),
        at: at.to_owned(),
        at_second: at.parse::<jiff::Timestamp>().unwrap().as_second(),
    };
    store.lock().unwrap().claim(&claim("2026-02-01T09:00:00Z")).unwrap();
    assert_eq!(story(&store, "U1").0, FindingState::ClaimedRemoved);
    // A later roster still has it: the claim is contradicted.
    keep(&store, &month("2026-02-28T06:00:00Z", &[ANN, BO]));
    assert_eq!(story(&store, "U1").0, FindingState::Open);
    let known = past(&store);
    assert!(matches!(
        history::said(&known.claims, &id, history::last_look(&known, Some("slack"), None)),
        Said::Contradicted(_)
    ));
    // Somebody says it again, and now it is so.
    store.lock().unwrap().claim(&claim("2026-03-01T09:00:00Z")).unwrap();
    assert_eq!(story(&store, "U1").0, FindingState::ClaimedRemoved);
    let mut missing = month("2026-03-10T06:00:00Z", &[]);
    missing.rosters.clear();
    missing.dark.push("slack".to_owned());
    keep(&store, &missing);
    assert_eq!(story(&store, "U1").0, FindingState::ClaimedRemoved, "nobody has looked");
    keep(&store, &month("2026-03-28T06:00:00Z", &[BO]));
    assert_eq!(story(&store, "U1").0, FindingState::VerifiedRemoved);
}

fn a_renamed_account_stays_the_same(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO]));
    let renamed = month("2026-02-28T06:00:00Z", &[("U1", "ex-user@elsewhere.example", "Member"), BO]);
    let report = ran(&store, &renamed, false).report;
    let found = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap();
    assert_eq!(found.key, Some(Key::NativeId));
    assert!(!ran_alone(&renamed).report.findings.iter().any(|f| f.rule.id == "residual-login-capable"));
    keep(&store, &renamed);
    let (state, ended, _) = story(&store, "U1");
    assert_eq!((state, ended), (FindingState::Open, vec![]));
    // It is not listed for a while, and comes back under the strange address.
    keep(&store, &month("2026-03-28T06:00:00Z", &[BO]));
    keep(&store, &month("2026-04-28T06:00:00Z", &[BO]));
    keep(&store, &month("2026-05-28T06:00:00Z", &[("U1", "ex-user@elsewhere.example", "Member"), BO]));
    assert_eq!(story(&store, "U1").0, FindingState::Reopened);
}

fn an_account_that_changes_hands_is_no_guess(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN]));
    // Ann's account has Bo's address now. Whose it is, nobody knows, and Ann's gap is not closed by that.
    let handed = month("2026-02-28T06:00:00Z", &[("U1", "bo@nordwind.example", "Member")]);
    let report = ran(&store, &handed, false).report;
    assert_eq!(report.apps[0].rows.of(coverage::model::Situation::Collision), 1);
    keep(&store, &handed);
    assert_eq!(story(&store, "U1").0, FindingState::Open);
}

fn access_that_may_still_be_there_has_no_end(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    let works = HR.replace("2026-01-10,Terminated", ",Active");
    let first = Exports { hr: works.clone(), ..month("2026-01-02T06:00:00Z", &[ANN, BO]) };
    keep(&store, &first);
    let before = past(&store);
    // She has left since. What a run over the newest roster says of the time until she could not get in any more.
    let then = |rows: &[(&str, &str, &str)], settings: Option<fn(&mut Workspace)>| {
        let exports = Exports { settings, ..month("2026-02-28T06:00:00Z", rows) };
        let (snapshot, changes) = ran(&store, &exports, true).kept.unwrap();
        let mut past = before.clone();
        history::apply(&mut past, &snapshot, &changes);
        let times = history::times(&past, &|_| None, &jiff::tz::TimeZone::UTC);
        let mut states = past.gaps.get("slack").into_iter().flatten().map(|gap| gap.state);
        (states.next_back(), times.first().map(|time| time.most.is_some()))
    };
    assert_eq!(then(&[BO], None), (Some(GapState::Absent), Some(true)));
    let ended = ("U1", "bo@nordwind.example", "Deactivated");
    assert_eq!(
        then(&[ended, BO], None),
        (Some(GapState::Absent), Some(true)),
        "it has another's address and has ended"
    );
    let collides = ("U1", "bo@nordwind.example", "Member");
    assert_eq!(then(&[collides, BO], None), (Some(GapState::Living), Some(false)));
    let machine = |ws: &mut Workspace| {
        ws.non_human.push(NonHuman { pattern: Pattern::new("U1"), app: None, owner: None, reason: None, line: 3 });
    };
    assert_eq!(then(&[ANN, BO], Some(machine)), (Some(GapState::Living), Some(false)));
    let out = |ws: &mut Workspace| {
        let reason = "not ours".to_owned();
        ws.exclude.push(Exclude { pattern: Pattern::new("U1"), app: None, reason, line: 3 });
    };
    assert_eq!(then(&[ANN, BO], Some(out)), (None, None), "what is out of scope is not measured");
    // Once it is known as a leaver's, it stays so, until somebody else holds it or it is gone.
    keep(&store, &month("2026-02-28T06:00:00Z", &[ANN, BO]));
    let declared = Exports { settings: Some(machine), ..month("2026-03-28T06:00:00Z", &[ANN, BO]) };
    keep(&store, &declared);
    assert_eq!(past(&store).gaps["slack"].last().unwrap().state, GapState::Living);
    keep(&store, &month("2026-04-28T06:00:00Z", &[BO]));
    assert_eq!(past(&store).gaps["slack"].last().unwrap().state, GapState::Absent);
}

fn what_moved_a_finding_is_told(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    let hr = HR.to_owned();
    let with = |at: &str, status: &str, days: Option<u32>| {
        let mut all = Exports {
            at: at.to_owned(),
            hr: hr.clone(),
            idp: IDP.to_owned(),
            dormant_days: days,
            ..Exports::default()
        };
        let text = format!(
            "Email,Name,Status,Last active\nann@nordwind.example,Ann,{status},2025-11-01\nbo@nordwind.example,Bo,active,2025-11-01\n"
        );
        all.roster("slack", "slack.csv", &text);
        all.rosters[0].3 = Some("2026-01-28T06:00:00Z".to_owned());
        all
    };
    keep(&store, &with("2026-01-28T06:00:00Z", "active", None));
    keep(&store, &with("2026-01-28T07:00:00Z", "active", Some(30)));
    let causes = |rule: &str| {
        let stories = store.lock().unwrap().stories(&Filter { rule: Some(rule.into()), ..Filter::default() }).unwrap();
        let spells = stories.into_iter().flat_map(|s| s.spells);
        spells.map(|s| (s.from_run, s.moved_by, s.ended_how, s.ended_by)).collect::<Vec<_>>()
    };
    let word = |cause: Cause| vec![cause.word().to_owned()];
    assert_eq!(causes("dormant-account"), [(2, word(Cause::Policy), None, vec![])]);
    // The policy is taken back.
    keep(&store, &with("2026-01-28T08:00:00Z", "active", None));
    assert_eq!(
        causes("dormant-account"),
        [(2, word(Cause::Policy), Some(HowEnded::NoLongerFound), word(Cause::Policy))]
    );
    // The same account in another state: the data.
    keep(&store, &with("2026-01-28T09:00:00Z", "suspended", None));
    let moved = causes("residual-login-capable");
    assert_eq!(moved.len(), 2);
    assert_eq!((moved[0].2, &moved[1].1), (Some(HowEnded::Changed), &word(Cause::Data)));
}

fn a_run_that_was_overtaken_keeps_nothing(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    let slow = ran(&store, &month("2026-02-28T06:00:00Z", &[BO]), true).kept.unwrap();
    keep(&store, &month("2026-01-28T06:00:00Z", &[ANN, BO]));
    assert_eq!(store.lock().unwrap().append(&slow.0, &slow.1).unwrap(), Appended::Overtaken);
    assert_eq!(past(&store).runs.len(), 1);
    keep(&store, &month("2026-02-28T06:00:00Z", &[BO]));
    assert_eq!(story(&store, "U1").0, FindingState::VerifiedRemoved);
}

fn names_of_all_kinds_come_back_as_they_were(place: &Place) {
    let store = Mutex::new(Store::open(place, true).unwrap());
    let odd = "'; DROP TABLE run; -- \\ \u{202e}ænn 🎉 $1 % _";
    let mut exports = month("2026-01-28T06:00:00Z", &[BO]);
    let text = format!("Email,Name,Status,User ID\nann@nordwind.example,Ann,active,\"{odd}\"\n");
    exports.rosters[0].2 = text;
    keep(&store, &exports);
    let stories = store.lock().unwrap().stories(&Filter::default()).unwrap();
    assert!(stories.iter().any(|s| s.account.as_deref() == Some(odd)), "{stories:#?}");
    let claim = DoneClaim {
        finding: stories[0].id.clone(),
        by: odd.to_owned(),
        ticket: format!("{odd}\0"),
        note: "\n".to_owned(),
        at: "2026-02-01".to_owned(),
        at_second: 7,
    };
    store.lock().unwrap().claim(&claim).unwrap();
    let known: Past = past(&open_again(place));
    assert_eq!(
        (known.claims[0].by.as_str(), known.claims[0].ticket.as_str()),
        (odd, format!("{odd}\u{fffd}").as_str())
    );
}

#[test]
fn a_file_keeps_every_promise() {
    for (name, case) in CASES {
        println!("{name}");
        let folder = tempfile::tempdir().unwrap();
        case(&Place::File(folder.path().join("store.sqlite")));
    }
    println!("several_writers_at_once");
    let folder = tempfile::tempdir().unwrap();
    several_writers_at_once(&Place::File(folder.path().join("store.sqlite")));
}

#[test]
fn a_server_keeps_every_promise() {
    let Some(server) = Server::start() else { return };
    for (name, case) in CASES {
        println!("{name}");
        case(&server.database(name));
    }
    println!("several_writers_at_once");
    several_writers_at_once(&server.database("several_writers"));
    println!("a_store_of_the_first_version_is_migrated");
    first_version(&server.database("first_version"), |sql| {
        server.psql("first_version", &format!("CREATE SCHEMA coverage; SET search_path TO coverage; {sql}"));
    });
    println!("a_password_is_asked_for_and_never_told");
    let wrong = Place::Server(server.address("nowhere").replace("postgres://", "postgres://nobody:hush@"));
    let told = Store::open(&wrong, true).unwrap_err().to_string();
    assert!(!told.contains("hush") && told.contains("the store cannot be used"), "{told}");
}

/// Writers that know nothing of each other: every run and every claim is there once, in one order.
fn several_writers_at_once(place: &Place) {
    thread::scope(|scope| {
        for writer in 0..6 {
            let place = place.clone();
            scope.spawn(move || {
                let store = Mutex::new(Store::open(&place, true).unwrap());
                for month_no in 1..=4 {
                    // Half of the writers bring the same runs.
                    let second = if writer % 2 == 0 { 0 } else { writer };
                    let exports = month(&format!("2026-0{month_no}-28T06:00:0{second}Z"), &[ANN, BO]);
                    for attempt in 0.. {
                        assert!(attempt < 50, "a writer starves");
                        match try_to_keep(&store, &exports) {
                            Appended::Overtaken => {}
                            Appended::Kept(_) | Appended::Already(_) | Appended::Older(..) => break,
                        }
                    }
                    let stories = store.lock().unwrap().stories(&Filter::default()).unwrap();
                    let claim = DoneClaim {
                        finding: stories[0].id.clone(),
                        by: format!("writer {writer}"),
                        ticket: format!("T-{month_no}"),
                        note: String::new(),
                        at: "2026-02-01".to_owned(),
                        at_second: 0,
                    };
                    store.lock().unwrap().claim(&claim).unwrap();
                }
            });
        }
    });
    let known = past(&open_again(place));
    let numbers: Vec<u32> = known.runs.iter().map(|r| r.no).collect();
    assert!(numbers.len() >= 4 && numbers.iter().zip(1..).all(|(no, n)| *no == n), "{numbers:?}");
    assert!(known.runs.windows(2).all(|w| w[0].as_of_second <= w[1].as_of_second));
    assert_eq!(known.claims.len(), 24);
    assert_eq!(story(&open_again(place), "U1"), (FindingState::Open, vec![], vec![]), "one story, whoever wrote it");
}

// ---- A store of the first version.

/// What the first version of the program left behind: one run with a leaver's account.
const FIRST: &str = include_str!("kept/version-1.sql");

fn first_version(place: &Place, execute: impl Fn(&str)) {
    execute(FIRST);
    let store = open_again(place);
    let known = past(&store);
    assert_eq!((known.runs.len(), known.claims.len(), known.linked.len()), (1, 0, 0));
    assert!(!known.populations.values().flatten().any(|(_, list)| list.made_guessed));
    // The history goes on as if nothing had happened.
    assert_eq!(keep(&store, &month("2026-02-28T06:00:00Z", &[BO])), 2);
    assert_eq!(story(&store, "U1"), (FindingState::VerifiedRemoved, vec![HowEnded::VerifiedRemoved], vec![]));
    let claim = DoneClaim {
        finding: "v1:00000000000000000000000000000001".to_owned(),
        by: "bo".to_owned(),
        ticket: "1".to_owned(),
        note: String::new(),
        at: "2026-02-01".to_owned(),
        at_second: 0,
    };
    assert!(store.lock().unwrap().claim(&claim).is_err(), "a claim about nothing is refused by the database itself");
}

#[test]
fn a_file_of_the_first_version_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.sqlite");
    let place = Place::File(file.clone());
    first_version(&place, |sql| rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap());
}

#[test]
fn a_newer_store_a_foreign_database_and_a_text_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let told =
        |file: &str, create| Store::open(&Place::File(folder.path().join(file)), create).unwrap_err().to_string();
    let sql = |file: &str, sql: &str| {
        rusqlite::Connection::open(folder.path().join(file)).unwrap().execute_batch(sql).unwrap();
    };
    sql("newer", "CREATE TABLE store (version BIGINT NOT NULL); INSERT INTO store VALUES (99)");
    assert!(told("newer", true).contains("the store is of version 99, and this program knows versions up to"));
    sql("foreign", "CREATE TABLE songs (title TEXT)");
    assert!(told("foreign", true).contains("this is a database of another program"));
    fs::write(folder.path().join("text"), "Dear diary, this is no database at all, and it is long enough. ".repeat(20))
        .unwrap();
    assert!(told("text", true).contains("this file is no SQLite database"));
    assert!(told("nothing", false).contains("`coverage snapshot` begins one"), "{}", told("nothing", false));
    assert!(!folder.path().join("nothing").exists());
}
