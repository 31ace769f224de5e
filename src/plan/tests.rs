//! What a plan promises, against a server that does what it likes.

use super::checks::{Limits, check};
use super::log::{Book, Event, Fate, Known, known};
use super::testing::{Fake, Fault, Memory, book, host, list, now, plan, step};
use super::{Ended, Plan, Step, carry_out, hash_of, read, rehearse, written};
use crate::model::Method;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;
use std::time::Duration;

fn run(fake: &mut Fake, memory: &mut Memory, step: &Step) -> Ended {
    let mut book = book(memory);
    carry_out(step, step.request.as_ref().unwrap(), &host(), fake, &mut book).unwrap()
}

fn once(faults: &[Fault]) -> (Fake, Ended) {
    let mut fake = Fake::new(faults);
    let ended = run(&mut fake, &mut Memory::default(), &step(3));
    (fake, ended)
}

#[test]
fn what_is_sent_is_what_the_plan_says_and_what_counts_is_what_is_read_afterwards() {
    let (fake, ended) = once(&[Fault::Done(204)]);
    assert_eq!((ended.fate, fake.is_live(3)), (Fate::Ended, false));
    assert_eq!(
        fake.sent,
        [
            "PATCH https://lumen.example/scim/v2/Users/u3 {\"Operations\":[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}],\
          \"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]} None"
        ]
    );
    assert!((1..30).filter(|n| *n != 3).all(|n| fake.is_live(n)));
    let (_, ended) = once(&[Fault::Deletes]);
    assert_eq!(ended.fate, Fate::Gone, "404 afterwards is gone");
}

#[test]
fn done_without_an_effect_is_a_failure_and_is_not_sent_again() {
    let (fake, ended) = once(&[Fault::Not(200)]);
    assert_eq!((ended.fate, fake.sent.len(), fake.read), (Fate::Failed, 1, 4));
    assert!(ended.said.ends_with("the server did not do what it said"), "{}", ended.said);
    assert_eq!(fake.waited, Duration::from_secs(5), "some servers show a change late");
}

#[test]
fn a_change_without_an_answer_is_read_and_only_then_sent_again() {
    let (fake, ended) = once(&[Fault::Unsaid]);
    assert_eq!((ended.fate, fake.sent.len()), (Fate::Ended, 1));
    let (fake, ended) = once(&[Fault::Unmade]);
    assert_eq!((ended.fate, fake.sent.len(), fake.read), (Fate::Ended, 2, 4));
    let (fake, ended) = once(&[Fault::Unmade; 9]);
    assert_eq!((ended.fate, fake.sent.len(), fake.is_live(3)), (Fate::Failed, 3, true));
    let mut silent = Fake::new(&[Fault::Unsaid]);
    silent.falls_silent_after = 1;
    let mut memory = Memory::default();
    assert_eq!(run(&mut silent, &mut memory, &step(3)).fate, Fate::NotKnown);
    silent.falls_silent_after = u32::MAX;
    let again = run(&mut silent, &mut memory, &step(3));
    assert_eq!(
        (again.fate, silent.sent.len()),
        (Fate::Ended, 1),
        "the next call reads what became of it: {}",
        again.said
    );
}

#[test]
fn a_refusal_is_told_and_an_overload_waited_for() {
    for status in [400, 401, 403, 404, 409, 412, 301] {
        let (fake, ended) = once(&[Fault::Not(status)]);
        assert_eq!((ended.fate, fake.sent.len()), (Fate::Failed, 1), "{status}: {}", ended.said);
        assert!(ended.said.contains(&status.to_string()) && ended.said.ends_with("the account lives"));
    }
    for status in [429, 500, 503] {
        let (fake, ended) = once(&[Fault::Not(status)]);
        assert_eq!((ended.fate, fake.sent.len()), (Fate::Ended, 2), "{status}");
        assert!(fake.waited > Duration::ZERO);
    }
    let (_, ended) = once(&[Fault::Done(500)]);
    assert_eq!(ended.fate, Fate::Ended, "a server that says no and has done it");
}

#[test]
fn what_is_not_as_planned_is_refused_and_nothing_is_sent() {
    let changed = [
        ("userName", json!("somebody.else@lumen.example")),
        ("id", json!("u4")),
        ("active", json!("perhaps")),
        ("active", json!(null)),
    ];
    for (key, value) in changed {
        let mut fake = Fake::new(&[]);
        fake.set(3, key, value);
        let ended = run(&mut fake, &mut Memory::default(), &step(3));
        assert_eq!((ended.fate, fake.sent.len()), (Fate::Refused, 0), "{key}: {}", ended.said);
    }
    let mut fake = Fake::new(&[]);
    fake.accounts.clear();
    assert_eq!(run(&mut fake, &mut Memory::default(), &step(3)).fate, Fate::Refused);
    let mut fake = Fake::new(&[]);
    fake.set(3, "active", json!(false));
    fake.set(3, "userName", json!("person3@lumen.example.deactivated"));
    let ended = run(&mut fake, &mut Memory::default(), &step(3));
    assert_eq!((ended.fate, fake.sent.len()), (Fate::EndedBefore, 0));
}

#[test]
fn what_was_ended_and_lives_again_is_left_alone() {
    let (mut fake, mut memory) = (Fake::new(&[]), Memory::default());
    assert_eq!(run(&mut fake, &mut memory, &step(3)).fate, Fate::Ended);
    fake.set(3, "active", json!(true));
    let again = run(&mut fake, &mut memory, &step(3));
    assert_eq!((again.fate, fake.sent.len()), (Fate::Refused, 1));
    assert!(again.said.contains("somebody wanted that"));
    let once_more = run(&mut fake, &mut memory, &step(3));
    assert_eq!((once_more.fate, fake.sent.len()), (Fate::Refused, 1), "a refusal does not make it new");
}

#[test]
fn the_intent_is_on_the_disk_before_anything_is_sent() {
    let mut memory = Memory { full_after: Some(0), ..Memory::default() };
    let mut fake = Fake::new(&[]);
    let one = step(3);
    let failed = carry_out(&one, one.request.as_ref().unwrap(), &host(), &mut fake, &mut book(&mut memory));
    assert!(failed.is_err() && fake.sent.is_empty() && fake.is_live(3));
    let mut memory = Memory { full_after: Some(1), ..Memory::default() };
    let failed = carry_out(&one, one.request.as_ref().unwrap(), &host(), &mut fake, &mut book(&mut memory));
    assert!(failed.is_err() && fake.sent.len() == 1);
    memory.full_after = None;
    assert_eq!(book(&mut memory).of(&one.hash), Known::Open);
    assert_eq!(run(&mut fake, &mut memory, &one).fate, Fate::Ended);
    assert_eq!(fake.sent.len(), 1);
}

#[test]
fn an_administrator_ends_only_while_another_one_is_seen() {
    let mut one = step(3);
    one.request.as_mut().unwrap().administrators = vec!["/scim/v2/Users/u8".to_owned(), "/scim/v2/Users/u9".to_owned()];
    let mut fake = Fake::new(&[]);
    fake.accounts.remove("/scim/v2/Users/u8");
    fake.set(9, "active", json!(false));
    let ended = run(&mut fake, &mut Memory::default(), &one);
    assert_eq!((ended.fate, fake.sent.len()), (Fate::Refused, 0), "{}", ended.said);
    fake.set(9, "active", json!(true));
    assert_eq!(run(&mut fake, &mut Memory::default(), &one).fate, Fate::Ended);
}

#[test]
fn the_whole_account_is_sent_only_if_the_plan_says_so_and_must_lose_nothing() {
    let mut one = step(3);
    let mut fake = Fake::new(&[Fault::Not(501)]);
    let ended = run(&mut fake, &mut Memory::default(), &one);
    assert_eq!((ended.fate, fake.sent.len()), (Fate::Failed, 1));
    one.request.as_mut().unwrap().or_put = true;
    let mut fake = Fake::new(&[Fault::Not(501)]);
    assert_eq!(run(&mut fake, &mut Memory::default(), &one).fate, Fate::Ended);
    assert!(
        fake.sent[1].starts_with(
            "PUT https://lumen.example/scim/v2/Users/u3 {\"active\":false,\"id\":\"u3\",\"title\":\"Smith\""
        )
    );
    assert!(fake.sent[1].ends_with("Some(\"W/\\\"7\\\"\")"), "only that version: {}", fake.sent[1]);
    let mut fake = Fake::new(&[Fault::Not(405), Fault::Spoils]);
    let ended = run(&mut fake, &mut Memory::default(), &one);
    assert_eq!(ended.fate, Fate::Failed);
    assert!(ended.said.contains("changed `title` as well"), "{}", ended.said);
}

#[test]
fn a_dry_run_only_reads() {
    let mut fake = Fake::new(&[]);
    let one = step(3);
    let request = one.request.as_ref().unwrap();
    assert_eq!(rehearse(&one, request, &host(), &Known::Nothing, &mut fake), None);
    fake.set(3, "userName", json!("x"));
    assert_eq!(rehearse(&one, request, &host(), &Known::Nothing, &mut fake).unwrap().fate, Fate::Refused);
    assert!(fake.sent.is_empty());
}

fn limits() -> Limits {
    Limits {
        now: now(),
        list_age: SignedDuration::from_hours(24),
        people_age: SignedDuration::from_hours(168),
        accounts: None,
        unknown_administrators: Vec::new(),
    }
}

fn refused(plan: &Plan, anew: &Plan, limits: &Limits) -> Vec<String> {
    let chosen: Vec<&Step> = plan.steps.iter().collect();
    check(plan, &chosen, anew, &[], limits).into_iter().map(|(why, _)| why).collect()
}

#[test]
fn whoever_changes_a_plan_and_its_hashes_gets_no_further_than_the_lists_of_today() {
    let anew = plan(vec![step(1), step(2)]);
    assert_eq!(refused(&anew, &anew, &limits()), Vec::<String>::new());
    let changes: [&dyn Fn(&mut Step); 9] = [
        &|s| s.request.as_mut().unwrap().path = "/scim/v2/Users/u9".to_owned(),
        &|s| s.request.as_mut().unwrap().host = "https://evil.example".to_owned(),
        &|s| s.request.as_mut().unwrap().body = "{}".to_owned(),
        &|s| s.request.as_mut().unwrap().method = Method::Put,
        &|s| s.request.as_mut().unwrap().or_put = true,
        &|s| s.request.as_mut().unwrap().before.clear(),
        &|s| s.account.id = "u9".to_owned(),
        &|s| s.person.key = "employee-id:9".to_owned(),
        &|s| s.step = "0123456789abcdef".to_owned(),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut steps = vec![step(1), step(2)];
        change(&mut steps[0]);
        let other = plan(steps);
        // The hashes fit: it reads as a plan that nobody has touched.
        assert_eq!(
            read("plan.yaml", written(&other).as_bytes()).map_err(|d| d[0].to_string()),
            Ok(other.clone()),
            "{n}"
        );
        assert_eq!(refused(&other, &anew, &limits()).len(), 1, "change {n}");
    }
    let mut newer = vec![step(1), step(2)];
    newer[0].list.sha256 = "cd".repeat(32);
    let said = refused(&anew, &plan(newer), &limits());
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("pulled/lumen.jsonl has changed since the plan was made"), "{said:?}");
    let mut again = anew.clone();
    again.steps.iter_mut().for_each(|s| s.list.made = "2026-11-22T11:59:00Z".to_owned());
    assert!(refused(&anew, &again, &limits()).is_empty(), "the same list, fetched again");
    let mut less = anew.clone();
    less.steps[0].request.as_mut().unwrap().or_put = false;
    let mut more = anew.clone();
    more.steps[0].request.as_mut().unwrap().or_put = true;
    assert!(refused(&less, &more, &limits()).is_empty(), "a plan may allow less than could be allowed");
}

#[test]
fn old_lists_and_lists_of_the_future_are_refused() {
    let of = |made: &str, says: &str| {
        let mut one = step(1);
        one.list = list("pulled/lumen.jsonl", made);
        one.list.made_says = says.to_owned();
        let all = plan(vec![one]);
        refused(&all, &all, &limits()).concat()
    };
    assert_eq!(of("2026-11-22T11:00:00Z", "declared"), "");
    assert!(of("2026-11-21T11:00:00Z", "declared").contains("25 hours old, and 24 are allowed"));
    assert!(of("2026-11-21", "declared").contains("36 hours old"), "a day is as old as its beginning");
    assert!(of("2026-11-22T11:00:00Z", "file-time").contains("only a guess"));
    assert!(of("2026-11-23T11:00:00Z", "declared").contains("lies ahead"));
    assert!(of("once", "declared").contains("nobody can tell"));
    let mut people = plan(vec![step(1)]);
    people.people = vec![list("hr.csv", "2026-11-01")];
    assert!(refused(&people, &people, &limits()).concat().contains("hr.csv is 516 hours old, and 168 are allowed"));
    people.people.clear();
    assert!(refused(&people, &people, &limits()).concat().contains("no list of people"));
    let mut past = plan(vec![step(1)]);
    past.as_of = "2026-11-20T12:00:00Z".to_owned();
    assert!(refused(&past, &past, &limits()).concat().contains("the moment of the findings is 48 hours old"));
    past.as_of = "2027-01-01".to_owned();
    assert!(refused(&past, &past, &limits()).concat().contains("lies ahead"));
}

#[test]
fn who_works_here_and_whom_nobody_knows_as_administrators_stop_it() {
    let of = |change: &dyn Fn(&mut Step)| {
        let mut one = step(1);
        change(&mut one);
        let all = plan(vec![one]);
        refused(&all, &all, &limits()).concat()
    };
    assert!(of(&|s| s.person.standing = "active".to_owned()).contains("not that they have left"));
    assert!(of(&|s| s.person.since = "2026-11-30".to_owned()).contains("leaves on 2026-11-30"));
    assert!(of(&|s| s.account.administrator = "unknown".to_owned()).contains("who administers lumen"));
    let mut one = step(1);
    one.account.administrator = "unknown".to_owned();
    let all = plan(vec![one]);
    let risky = Limits { unknown_administrators: vec!["lumen".to_owned()], ..limits() };
    assert!(refused(&all, &all, &risky).is_empty());
}

#[test]
fn a_mass_change_wants_its_number() {
    let all = plan((1..=11).map(step).collect());
    let said = refused(&all, &all, &limits());
    assert!(said.len() == 1 && said[0].contains("11 accounts are more than 10") && said[0].contains("`--accounts 11`"));
    assert!(refused(&all, &all, &Limits { accounts: Some(11), ..limits() }).is_empty());
    assert_eq!(refused(&all, &all, &Limits { accounts: Some(12), ..limits() }).len(), 1, "only that number");
    let small = |count: u32, live: u64| {
        let mut steps: Vec<Step> = (1..=count).map(step).collect();
        steps.iter_mut().for_each(|s| s.request.as_mut().unwrap().live_accounts = live);
        let all = plan(steps);
        refused(&all, &all, &limits())
    };
    assert!(small(1, 2).is_empty(), "one account is no mass");
    assert!(small(2, 10).is_empty() && small(3, 10).len() == 1);
    // Ten small plans are one large one.
    let mut memory = Memory::default();
    let mut fake = Fake::new(&[]);
    let done = plan((12..=21).map(step).collect());
    for step in &done.steps {
        run(&mut fake, &mut memory, step);
    }
    let one = plan(vec![step(1)]);
    let entries = Book::entries("applied.jsonl", &memory.text).unwrap();
    let said = check(&one, &[&one.steps[0]], &one, &entries, &limits());
    assert!(said.len() == 1 && said[0].0.contains("with 10 of the last 24 hours"), "{said:?}");
    let later =
        Limits { now: "2026-11-23T12:00:01Z".parse().unwrap(), list_age: SignedDuration::from_hours(48), ..limits() };
    assert!(check(&one, &[&one.steps[0]], &one, &entries, &later).is_empty());
}

#[test]
fn any_change_of_a_plan_is_seen_but_for_what_a_reviewer_may_do() {
    let text = written(&plan(vec![step(1), step(2)]));
    assert_eq!(written(&read("plan.yaml", text.as_bytes()).unwrap()), text);
    let no = read("plan.yaml", text.replacen("approved: yes", "approved: no", 1).as_bytes()).unwrap();
    assert_eq!(no.steps.iter().map(Step::is_approved).collect::<Vec<_>>(), [false, true]);
    let second = text.rfind("\n  - step: ").unwrap();
    assert_eq!(read("plan.yaml", &text.as_bytes()[..second]).unwrap().steps.len(), 1);
    let remark = text.replacen("    approved: yes", "    # Asked Bea, she agrees.\n    approved: yes", 1);
    assert!(read("plan.yaml", remark.as_bytes()).is_ok());
    // Every other line, with one sign changed in its value.
    let mut tried = 0;
    for (n, line) in text.lines().enumerate() {
        let Some(at) = line.rfind(|c: char| c.is_ascii_alphanumeric()) else { continue };
        if line.trim_start().starts_with('#') || line.contains("approved") || line.ends_with(':') {
            continue;
        }
        let other = if line.as_bytes()[at] == b'7' { "8" } else { "7" };
        let changed = format!("{}{other}{}", &line[..at], &line[at + 1..]);
        let all: Vec<&str> = text.lines().enumerate().map(|(m, l)| if m == n { changed.as_str() } else { l }).collect();
        assert!(read("plan.yaml", all.join("\n").as_bytes()).is_err(), "{changed}");
        tried += 1;
    }
    assert!(tried > 60);
    let other = plan(vec![step(3)]);
    let mut foreign = plan(vec![step(1)]);
    foreign.as_of = "2026-11-01T00:00:00Z".to_owned();
    foreign.steps = other.steps;
    assert!(read("plan.yaml", written(&foreign).as_bytes()).is_err(), "a step of another plan");
}

#[test]
fn a_log_shows_when_it_was_touched() {
    let (mut fake, mut memory) = (Fake::new(&[]), Memory::default());
    let all = plan((1..4).map(step).collect());
    for step in &all.steps {
        run(&mut fake, &mut memory, step);
    }
    let lines: Vec<&[u8]> = memory.text.split_inclusive(|b| *b == b'\n').collect();
    assert_eq!(lines.len(), 6);
    let last: usize = lines[..5].iter().map(|l| l.len()).sum();
    for at in 0..last {
        let mut other = memory.text.clone();
        other[at] ^= 1;
        assert!(Book::entries("applied.jsonl", &other).is_err(), "byte {at}");
    }
    assert!(Book::entries("applied.jsonl", &[lines[0], lines[2]].concat()).is_err());
    assert!(!String::from_utf8_lossy(&memory.text).contains("Person"), "no names");
    let whole = memory.text.clone();
    let mut log = Book::open("applied.jsonl", &whole, b"{\"kind", &mut memory, now()).unwrap();
    assert!(matches!(&log.lines().last().unwrap().line.event, Event::Torn { bytes: 6, .. }));
    log.write(Event::Done { ended: 3, failed: 0 }, now()).unwrap();
    assert!(matches!(known(log.lines(), &all.steps[0].hash), Known::Over(Fate::Ended, _)));
}

proptest! {
    #[test]
    fn whatever_strangers_have_written_a_plan_is_read_as_it_was_written(
        name in "\\PC{0,20}|.{0,12}", id in ".{0,20}", role in "[\\x00-\\x7f\u{85}\u{2028}\u{202e}\u{feff}]{0,12}"
    ) {
        let mut one = step(1);
        one.person.name = name;
        one.account.id = id.clone();
        one.account.role = role;
        one.why = vec![id.clone(), "- {a: b} # c".to_owned()];
        one.request.as_mut().unwrap().before.insert("/userName".to_owned(), json!(id));
        let all = plan(vec![one]);
        let text = written(&all);
        prop_assert_eq!(read("plan.yaml", text.as_bytes()).map_err(|d| d[0].to_string()), Ok(all));
        let turns = |c: char| ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control() && !turns(c)), "{}", text);
    }

    #[test]
    fn whatever_a_server_does_only_an_account_that_is_seen_to_have_ended_counts(
        faults in proptest::collection::vec(0usize..10, 0..6), silent in 1u32..12, live in any::<bool>()
    ) {
        let all = [
            Fault::Done(200), Fault::Done(204), Fault::Done(500), Fault::Not(200), Fault::Not(429), Fault::Not(403),
            Fault::Unsaid, Fault::Unmade, Fault::Spoils, Fault::Deletes,
        ];
        let faults: Vec<Fault> = faults.into_iter().map(|n| all[n]).collect();
        let mut fake = Fake::new(&faults);
        fake.falls_silent_after = silent;
        fake.set(3, "active", json!(live));
        let mut memory = Memory::default();
        let ended = run(&mut fake, &mut memory, &step(3));
        let gone = !fake.accounts.contains_key("/scim/v2/Users/u3");
        prop_assert!(!ended.fate.is_good() || gone || !fake.is_live(3), "{:?}", ended);
        prop_assert!(ended.fate != Fate::Refused || fake.sent.is_empty());
        prop_assert!(fake.sent.len() <= 3 && (live || fake.sent.is_empty()));
        let intents = String::from_utf8_lossy(&memory.text).matches("\"what\":\"intent\"").count();
        prop_assert_eq!(intents, fake.sent.len());
        prop_assert!((1..30).filter(|n| *n != 3).all(|n| fake.is_live(n)));
    }
}

#[test]
fn hashes_rest_on_everything_but_the_approval() {
    let all = plan(vec![step(1)]);
    let mut no = all.clone();
    no.steps[0].approved = "no".to_owned();
    assert_eq!(hash_of(&all), hash_of(&no));
    no.company = "Limen".to_owned();
    assert_ne!(hash_of(&all), hash_of(&no));
}
