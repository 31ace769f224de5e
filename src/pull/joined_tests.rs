//! Several lists that become one: for each of several values, and for every entry of another list.

use super::testing::{Memory, Server, page, status};
use super::tests::{host, pull, users};
use super::*;
use crate::model::{Each, Of, Paging, Pull};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn source(pull: &Pull) -> Source<'_> {
    Source { pull, host: host(), with: BTreeMap::new(), patience: Patience::default() }
}

fn each(values: &[&str]) -> Pull {
    Pull {
        each: Some(Each { name: "state".into(), values: values.iter().map(|v| (*v).to_owned()).collect() }),
        query: BTreeMap::from([("status".to_owned(), "{state}".to_owned())]),
        total: Some("/total".into()),
        ..pull(Paging::Offset { send: "offset".into(), from: 0 })
    }
}

fn of() -> Pull {
    let apps = Of {
        name: "app".into(),
        path: "/apps".into(),
        query: BTreeMap::new(),
        items: "/apps".into(),
        items_may_be_missing: false,
        item_id: "/id".into(),
        total: Some("/total".into()),
        paging: Paging::Offset { send: "offset".into(), from: 0 },
        needs: Vec::new(),
        promises: Vec::new(),
        keep: BTreeMap::from([("label".to_owned(), "/label".to_owned())]),
    };
    Pull {
        of: Some(apps),
        path: "/apps/{app}/users".into(),
        total: Some("/total".into()),
        ..pull(Paging::Offset { send: "offset".into(), from: 0 })
    }
}

fn ended(p: &Pull, server: &mut Server<impl FnMut(&Url) -> Result<Reply, Trouble>>, keep: &mut Memory) -> Provenance {
    match fetch(&source(p), server, keep).unwrap() {
        Ended::Complete(p) | Ended::Incomplete(p) => p,
        Ended::Paused(why) => panic!("paused: {why}"),
    }
}

fn offset(url: &Url) -> usize {
    url.query_pairs().find(|(n, _)| n == "offset").map_or(0, |(_, v)| v.parse().unwrap())
}

/// A part of a list, with its whole number.
fn part(key: &str, all: &[Value], url: &Url, size: usize) -> Result<Reply, Trouble> {
    let at = offset(url).min(all.len());
    page(&json!({key: all[at..(at + size).min(all.len())], "total": all.len()}))
}

#[test]
fn a_list_for_each_of_several_values_is_one_list_that_says_the_value() {
    let paged = each(&["active", "pending"]);
    let mut server = Server::new(|url: &Url| {
        let all = if url.query().unwrap().contains("status=active") { users(0..3) } else { users(5..6) };
        part("users", &all, url, 2)
    });
    let mut keep = Memory::default();
    let p = ended(&paged, &mut server, &mut keep);
    assert!(p.complete, "{p:?}");
    assert_eq!(
        (p.entries, p.total, p.pages, p.lists, p.in_pages()),
        (4, Some(4), 3, Some(2), "3 pages of 2 lists".to_owned())
    );
    assert_eq!(p.query[0], ("status".to_owned(), "active|pending".to_owned()));
    assert_eq!(keep.entries[3], r#"{"id":5,"pulled":{"state":"pending"}}"#);
}

#[test]
fn a_value_that_the_server_ignores_is_noticed() {
    let paged = each(&["active", "pending"]);
    let mut server = Server::new(|url: &Url| part("users", &users(0..3), url, 9));
    let p = ended(&paged, &mut server, &mut Memory::default());
    let why = p.why_not.unwrap();
    assert!(why.contains("state pending: entry 1 of page 1 came under another value too"), "{why}");
}

#[test]
fn one_list_that_is_not_whole_makes_all_of_them_a_part() {
    let paged = each(&["active", "pending"]);
    let mut server = Server::new(|url: &Url| {
        let pending = url.query().unwrap().contains("pending");
        page(
            &json!({"users": if offset(url) > 0 { vec![] } else if pending { users(5..6) } else { users(0..2) }, "total": 2}),
        )
    });
    let p = ended(&paged, &mut server, &mut Memory::default());
    assert_eq!(p.why_not.as_deref(), Some("state pending: 1 entries came, and the server says there are 2"));
}

fn apps(n: usize) -> Vec<Value> {
    (0..n).map(|n| json!({"id": format!("a{n}"), "label": format!("App {n}")})).collect()
}

/// The number of the app whose list is asked for.
fn app_of(url: &Url) -> Option<usize> {
    url.path().strip_prefix("/apps/a")?.strip_suffix("/users")?.parse().ok()
}

#[test]
fn every_entry_of_the_other_list_has_its_list_and_one_person_may_be_in_many() {
    let paged = of();
    let mut server = Server::new(|url: &Url| match app_of(url) {
        Some(n) => part("users", &users(0..n as u64), url, 2),
        None => part("apps", &apps(4), url, 3),
    });
    let mut keep = Memory::default();
    let p = ended(&paged, &mut server, &mut keep);
    assert!(p.complete, "{p:?}");
    assert_eq!((p.entries, p.total, p.pages, p.lists), (6, Some(6), 5, Some(4)));
    assert_eq!(p.path, "/apps/{app}/users");
    let of = p.of.clone().unwrap();
    assert_eq!((of.path.as_str(), of.entries, of.pages, of.total), ("/apps", 4, 2, Some(4)));
    assert_eq!(p.in_pages(), "5 pages of 4 lists, one for each of GET /apps (2 pages)");
    assert_eq!(keep.entries[0], r#"{"id":0,"pulled":{"app":"a1","label":"App 1"}}"#);
    assert_eq!(p.requests, 7);
}

#[test]
fn the_other_list_must_be_whole_too() {
    let paged = of();
    let mut server = Server::new(|url: &Url| match app_of(url) {
        Some(_) => part("users", &users(0..1), url, 2),
        None => page(&json!({"apps": if offset(url) > 0 { vec![] } else { apps(2) }, "total": 3})),
    });
    let p = ended(&paged, &mut server, &mut Memory::default());
    assert_eq!(p.why_not.as_deref(), Some("the list /apps: 2 entries came, and the server says there are 3"));
    assert_eq!(p.entries, 0);
}

#[test]
fn an_app_that_goes_away_under_way_starts_the_reading_over() {
    let paged = of();
    let mut gone = false;
    let mut server = Server::new(move |url: &Url| match app_of(url) {
        Some(2) => {
            gone = true;
            status(404, &[], r#"{"errorSummary":"Not found"}"#)
        }
        Some(_) => part("users", &users(0..1), url, 2),
        None => part("apps", &apps(if gone { 2 } else { 3 }), url, 9),
    });
    let p = ended(&paged, &mut server, &mut Memory::default());
    assert!(p.complete, "{p:?}");
    assert_eq!((p.restarts, p.lists), (1, Some(2)));
}

#[test]
fn an_entry_that_already_says_where_it_is_from_is_not_written_over() {
    let paged = each(&["a", "b"]);
    let mut server = Server::new(|_: &Url| page(&json!({"users": [{"id": 1, "pulled": 7}], "total": 1})));
    let p = ended(&paged, &mut server, &mut Memory::default());
    assert!(p.why_not.unwrap().contains("has a `pulled` of its own"));
}

#[test]
fn an_id_of_the_other_list_stays_within_its_place() {
    let paged = of();
    let mut server = Server::new(|url: &Url| match url.path() {
        "/apps" => page(&json!({"apps": [{"id": "../../admin?x=1"}], "total": 1})),
        path => {
            assert_eq!(path, "/apps/..%2F..%2Fadmin%3Fx%3D1/users");
            part("users", &users(0..1), url, 2)
        }
    });
    assert!(ended(&paged, &mut server, &mut Memory::default()).complete);
}

proptest! {
    /// Wherever it is broken off, and however the lists are cut, all entries of all lists come, each once.
    #[test]
    fn broken_off_anywhere_all_lists_come_whole(
        sizes in prop::collection::vec(0u64..7, 0..6),
        cut in 1usize..5,
        crash in prop::collection::vec(0u64..9, 0..3),
        by_value in any::<bool>(),
    ) {
        let names: Vec<String> = (0..sizes.len().max(2)).map(|n| format!("a{n}")).collect();
        let paged = if by_value { each(&names.iter().map(String::as_str).collect::<Vec<_>>()) } else { of() };
        let size = |n: usize| sizes.get(n).copied().unwrap_or(0);
        let serve = |url: &Url| {
            let value = url.query_pairs().find(|(n, _)| n == "status").map(|(_, v)| v[1..].parse().unwrap());
            match value.or_else(|| app_of(url)) {
                // Nobody may be in two lists that differ in a value.
                Some(n) if by_value => part("users", &users(100 * n as u64..100 * n as u64 + size(n)), url, cut),
                Some(n) => part("users", &users(0..size(n)), url, cut),
                None => part("apps", &apps(sizes.len()), url, cut),
            }
        };
        let mut keep = Memory::default();
        for after in crash {
            keep.crash_after = Some(after);
            // It may come to its end before the crash; then it begins anew.
            if fetch(&source(&paged), &mut Server::new(serve), &mut keep).is_ok() {
                keep = Memory::default();
            }
        }
        keep.crash_after = None;
        let p = ended(&paged, &mut Server::new(serve), &mut keep);
        prop_assert!(p.complete, "{:?}", p);
        let total: u64 = sizes.iter().sum();
        prop_assert_eq!((p.entries, keep.entries.len() as u64), (total, total));
        prop_assert_eq!(p.lists, Some(if by_value { names.len() } else { sizes.len() } as u64));
        let different: BTreeSet<&String> = keep.entries.iter().collect();
        prop_assert_eq!(different.len() as u64, total);
        for line in &keep.entries {
            let entry: Value = serde_json::from_str(line).unwrap();
            let mark = entry.pointer(if by_value { "/pulled/state" } else { "/pulled/app" });
            prop_assert!(mark.is_some());
        }
    }
}
