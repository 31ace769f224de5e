//! What servers do, one trap after the other.

use super::testing::{Memory, Server, in_turn, page, status};
use super::*;
use crate::model::{Answers, Credentials, Limits, Paging, Promise, Pull, ResetIs};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn pull(paging: Paging) -> Pull {
    Pull {
        id: "acme-users".into(),
        name: "users".into(),
        export: "acme".into(),
        host: None,
        path: "/users".into(),
        each: None,
        of: None,
        query: BTreeMap::new(),
        post: None,
        prepare: None,
        answers: Answers::Json,
        refusals: None,
        inside: None,
        headers: BTreeMap::new(),
        items: if matches!(paging, Paging::Scim) { String::new() } else { "/users".into() },
        items_may_be_missing: false,
        item_id: "/id".into(),
        total: None,
        made: None,
        paging,
        needs: Vec::new(),
        some_have: Vec::new(),
        promises: Vec::new(),
        leaves_out: None,
        credentials: Credentials::Bearer,
        other_credentials: BTreeMap::new(),
        limits: Limits::default(),
        end: None,
        access: "a token with users.read".into(),
        sources: Vec::new(),
    }
}

pub(super) fn host() -> Url {
    Url::parse("https://api.acme.example").unwrap()
}

fn run<F: FnMut(&Url) -> Result<Reply, Trouble>>(pull: &Pull, server: &mut Server<F>, keep: &mut Memory) -> Ended {
    let source = Source { pull, host: host(), with: BTreeMap::new(), patience: Patience::default() };
    fetch(&source, server, keep).unwrap()
}

/// How it ended, in a word and the reason, and the ids that were kept.
fn end(pull: &Pull, answers: Vec<Result<Reply, Trouble>>) -> (String, Vec<String>) {
    let mut keep = Memory::default();
    let ended = run(pull, &mut Server::new(in_turn(answers)), &mut keep);
    let word = match ended {
        Ended::Complete(_) => "complete".to_owned(),
        Ended::Incomplete(p) => format!("incomplete: {}", p.why_not.unwrap()),
        Ended::Paused(why) => format!("paused: {why}"),
    };
    let id = |line: &String| serde_json::from_str::<Value>(line).unwrap()["id"].to_string();
    (word, keep.entries.iter().map(id).collect())
}

pub(super) fn users(ids: std::ops::Range<u64>) -> Vec<Value> {
    ids.map(|id| json!({"id": id})).collect()
}

fn scim(total: u64, ids: std::ops::Range<u64>) -> Result<Reply, Trouble> {
    page(&json!({"totalResults": total, "itemsPerPage": 1000, "Resources": users(ids)}))
}

#[test]
fn a_list_in_one_answer_is_whole() {
    let (word, ids) = end(&pull(Paging::Whole), vec![page(&json!({"users": users(0..3)}))]);
    assert_eq!((word.as_str(), ids.len()), ("complete", 3));
}

#[test]
fn links_are_followed_as_they_stand_and_never_to_another_host() {
    let paged = pull(Paging::Link);
    let with = |link: &str, ids| {
        let mut reply = page(&json!({"users": users(ids)})).unwrap();
        reply.headers.push(("link".into(), "<https://api.acme.example/users?self>; rel=\"self\"".into()));
        reply.headers.push(("link".into(), link.into()));
        Ok(reply)
    };
    let mut server = Server::new(in_turn(vec![
        with("</users?after=a,b%3D>; rel=\"next\", <https://x>; rel=last", 0..2),
        page(&json!({"users": users(2..3)})),
    ]));
    let mut keep = Memory::default();
    assert!(matches!(run(&paged, &mut server, &mut keep), Ended::Complete(_)));
    assert_eq!(server.asked, ["https://api.acme.example/users", "https://api.acme.example/users?after=a,b%3D"]);
    for elsewhere in
        ["https://evil.example/users", "http://api.acme.example/users", "https://api.acme.example:444/users"]
    {
        let (word, _) = end(&paged, vec![with(&format!("<{elsewhere}>; rel=next"), 0..2)]);
        assert!(word.contains("the token is not sent there"), "{elsewhere}: {word}");
    }
}

#[test]
fn a_circle_of_addresses_is_noticed() {
    let paged = pull(Paging::NextUrl { at: "/next".into() });
    let next = |ids, to: &str| page(&json!({"users": users(ids), "next": to}));
    let (word, _) = end(&paged, vec![next(0..1, "/users?2"), next(1..2, "/users?3"), next(2..3, "/users?2")]);
    assert!(word.contains("leads in a circle"), "{word}");
}

#[test]
fn cursors_go_back_from_body_or_header() {
    let mut server = Server::new(in_turn(vec![
        page(&json!({"users": users(0..2), "meta": {"cursor": "dXNlcg=="}})),
        page(&json!({"users": users(2..3), "meta": {"cursor": ""}})),
    ]));
    let paged = pull(Paging::Cursor { at: "/meta/cursor".into(), send: "cursor".into() });
    assert!(matches!(run(&paged, &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.asked[1], "https://api.acme.example/users?cursor=dXNlcg%3D%3D");

    let mut first = page(&json!({"users": users(0..2)})).unwrap();
    first.headers.push(("after-cursor".into(), "m2".into()));
    let mut server = Server::new(in_turn(vec![Ok(first), page(&json!({"users": users(2..3)}))]));
    let paged = pull(Paging::Cursor { at: "After-Cursor".into(), send: "cursor".into() });
    assert!(matches!(run(&paged, &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.asked[1], "https://api.acme.example/users?cursor=m2");
}

#[test]
fn numbered_pages_end_with_an_empty_one_or_at_the_total() {
    let mut paged = pull(Paging::Page { send: "page".into(), from: 1 });
    let some = |ids| page(&json!({"users": users(ids), "total": 3}));
    // A page that is shorter than asked for is not the last: servers cap what they give.
    let (word, ids) = end(&paged, vec![some(0..2), some(2..3), some(3..3)]);
    assert_eq!((word.as_str(), ids.len()), ("complete", 3));
    paged.total = Some("/total".into());
    let (word, ids) = end(&paged, vec![some(0..2), some(2..3)]);
    assert_eq!((word.as_str(), ids.len()), ("complete", 3));
    // A cap on pages: the server has nothing more to give, and there is more.
    let (word, _) = end(&paged, vec![some(0..2), some(2..2)]);
    assert_eq!(word, "incomplete: 2 entries came, and the server says there are 3");
}

#[test]
fn scim_reads_on_although_a_page_is_capped_and_echoes_what_was_asked_for() {
    let mut server = Server::new(in_turn(vec![scim(5, 0..2), scim(5, 2..4), scim(5, 4..5)]));
    assert!(matches!(run(&pull(Paging::Scim), &mut server, &mut Memory::default()), Ended::Complete(_)));
    let starts: Vec<&str> = server.asked.iter().map(|u| u.rsplit('=').next().unwrap()).collect();
    assert_eq!(starts, ["1", "3", "5"]);
}

#[test]
fn scim_without_resources_is_an_empty_list_only_if_the_total_says_so() {
    assert_eq!(end(&pull(Paging::Scim), vec![page(&json!({"totalResults": 0}))]).0, "complete");
    let (word, _) = end(&pull(Paging::Scim), vec![page(&json!({"totalResults": 4}))]);
    assert_eq!(word, "incomplete: page 1 has no list: `/Resources` is missing".replace("`/Resources`", "the answer"));
    let (word, _) = end(&pull(Paging::Scim), vec![page(&json!({"Resources": users(0..2)}))]);
    assert!(word.contains("does not say how many entries"), "{word}");
}

#[test]
fn scim_takes_cursors_where_the_server_prefers_them() {
    let cursor = |total, ids, next: Option<&str>| {
        page(&json!({"totalResults": total, "Resources": users(ids), "nextCursor": next}))
    };
    let mut server = Server::new(in_turn(vec![cursor(3, 0..2, Some("c1")), cursor(3, 2..3, None)]));
    assert!(matches!(run(&pull(Paging::Scim), &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.asked[1], "https://api.acme.example/users?cursor=c1");
    // The cursor has expired: from the beginning.
    let expired = status(400, &[], r#"{"scimType":"expiredCursor","detail":"too old"}"#);
    let (word, ids) = end(
        &pull(Paging::Scim),
        vec![cursor(3, 0..2, Some("c1")), expired, cursor(3, 0..2, Some("c2")), cursor(3, 2..3, None)],
    );
    assert_eq!((word.as_str(), ids.len()), ("complete", 3));
}

#[test]
fn a_server_that_starts_again_beyond_the_end_does_not_run_for_ever() {
    let paged = pull(Paging::Page { send: "page".into(), from: 0 });
    let again = || page(&json!({"users": users(0..2)}));
    let (word, ids) = end(&paged, vec![again(), again()]);
    assert!(word.contains("nothing but what had come before"), "{word}");
    assert_eq!(ids.len(), 2);
    let (word, _) = end(&pull(Paging::Scim), vec![scim(9, 0..2), scim(9, 0..2)]);
    assert!(word.starts_with("incomplete"), "{word}");
}

#[test]
fn a_list_without_an_end_is_left_at_some_point() {
    let paged = pull(Paging::Cursor { at: "/next".into(), send: "cursor".into() });
    let mut n = 0;
    let mut server = Server::new(|_: &Url| {
        n += 1;
        page(&json!({"users": users(n * 3..n * 3 + 3), "next": n}))
    });
    let bounded = Patience { most_entries: 10, ..Patience::default() };
    let source = Source { pull: &paged, host: host(), with: BTreeMap::new(), patience: bounded };
    let Ended::Incomplete(p) = fetch(&source, &mut server, &mut Memory::default()).unwrap() else { panic!("it ends") };
    assert_eq!(p.why_not.as_deref(), Some("more than 10 entries came: the server does not end"));
    assert_eq!((p.entries, server.came.len()), (12, 4));
}

#[test]
fn whoever_looks_on_is_told_how_far_and_how_fast() {
    let mut server = Server::new(in_turn(vec![status(429, &[("retry-after", "4")], ""), scim(8, 0..5), scim(8, 5..8)]));
    assert!(matches!(run(&pull(Paging::Scim), &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.came, ["5 of 8 entries, 1 a second", "8 of 8 entries, 2 a second"]);
}

#[test]
fn endless_empty_pages_end() {
    let paged = pull(Paging::Cursor { at: "/next".into(), send: "cursor".into() });
    let mut n = 0;
    let mut server = Server::new(|_: &Url| {
        n += 1;
        page(&json!({"users": [], "next": format!("c{n}")}))
    });
    let ended = run(&paged, &mut server, &mut Memory::default());
    assert!(
        matches!(&ended, Ended::Incomplete(p) if p.why_not.as_deref().unwrap().contains("in a row were empty")),
        "{ended:?}"
    );
    assert!(server.asked.len() < 30);
}

#[test]
fn a_list_that_changes_under_way_is_read_again_and_then_called_incomplete() {
    // Somebody was removed: an entry slipped to the page before.
    let (word, ids) = end(&pull(Paging::Scim), vec![scim(4, 0..2), scim(3, 3..4), scim(3, 0..2), scim(3, 2..3)]);
    assert_eq!((word.as_str(), ids.len()), ("complete", 3));
    let moving = || vec![scim(4, 0..2), scim(3, 3..4)];
    let (word, _) = end(&pull(Paging::Scim), [moving(), moving(), moving()].concat());
    assert!(word.starts_with("incomplete") && word.contains("2 times"), "{word}");
}

#[test]
fn what_was_not_asked_for_is_not_no() {
    let mut paged = pull(Paging::Whole);
    paged.needs = vec!["/accountEnabled".into()];
    let (word, _) = end(&paged, vec![page(&json!({"users": [{"id": 1, "accountEnabled": null}, {"id": 2}]}))]);
    assert!(word.contains("entry 2 of page 1 lacks `/accountEnabled`"), "{word}");
}

#[test]
fn an_ignored_filter_is_noticed() {
    let mut paged = pull(Paging::Whole);
    paged.promises = vec![Promise { at: "/active".into(), one_of: vec![json!(false)] }];
    let (word, _) = end(&paged, vec![page(&json!({"users": [{"id": 1, "active": true}]}))]);
    assert!(word.contains("ignores the filter"), "{word}");
}

#[test]
fn garbage_and_cut_answers_are_asked_for_again_and_then_left() {
    let cut = || status(200, &[], r#"{"users": [{"id"#);
    let (word, _) = end(&pull(Paging::Whole), vec![cut(), page(&json!({"users": users(0..1)}))]);
    assert_eq!(word, "complete");
    let (word, _) = end(&pull(Paging::Whole), (0..MOST_TRIES).map(|_| cut()).collect());
    assert!(word.starts_with("paused: the answer is no JSON") && word.contains("run the same command again"), "{word}");
    for body in [json!({"users": 7}), json!([]), json!({"users": [{}]}), json!({"users": [7]})] {
        let (word, _) = end(&pull(Paging::Whole), vec![page(&body)]);
        assert!(word.starts_with("incomplete"), "{body}: {word}");
    }
}

#[test]
fn a_server_that_asks_for_patience_gets_as_much_as_it_asks_for() {
    let mut paged = pull(Paging::Whole);
    paged.limits = Limits {
        remaining: Some("X-Rate-Limit-Remaining".into()),
        reset: Some("X-Rate-Limit-Reset".into()),
        reset_is: ResetIs::Epoch,
        said: Vec::new(),
    };
    let good = || page(&json!({"users": users(0..1)}));
    let waits = |first: Result<Reply, Trouble>| {
        let mut server = Server::new(in_turn(vec![first, good()]));
        assert!(matches!(run(&paged, &mut server, &mut Memory::default()), Ended::Complete(_)));
        server.waited[0].0.as_millis()
    };
    assert_eq!(waits(status(429, &[("retry-after", "7")], "")), 7_000);
    // The server's clock counts, and of several times the soonest.
    let date = ("date", "Wed, 18 Nov 2026 11:00:00 GMT");
    assert_eq!(waits(status(429, &[date, ("retry-after", "Wed, 18 Nov 2026 11:00:09 GMT")], "")), 9_000);
    let at = jiff::civil::date(2026, 11, 18).at(11, 0, 0, 0).in_tz("UTC").unwrap().timestamp().as_second();
    let (late, soon) = ((at + 60).to_string(), (at + 20).to_string());
    assert_eq!(waits(status(429, &[date, ("x-rate-limit-reset", &late), ("x-rate-limit-reset", &soon)], "")), 21_000);
    // Nothing said: a second and more each time, never in step with others.
    assert_eq!(waits(status(503, &[], "")), 750);
    assert_eq!(waits(Err(Trouble::Passing("the connection broke off".into()))), 750);
    let (word, _) = end(&paged, vec![status(429, &[("retry-after", "7200")], "")]);
    assert!(word.contains("asks to wait 120 minutes"), "{word}");
}

#[test]
fn whoever_has_used_up_what_is_allowed_waits_before_asking_again() {
    let mut paged = pull(Paging::Cursor { at: "/next".into(), send: "cursor".into() });
    paged.limits = Limits {
        remaining: Some("Left".into()),
        reset: Some("Reset".into()),
        reset_is: ResetIs::Seconds,
        said: Vec::new(),
    };
    let mut first = page(&json!({"users": users(0..1), "next": "c"})).unwrap();
    first.headers.extend([("left".into(), "0".into()), ("reset".into(), "12".into())]);
    let mut server = Server::new(in_turn(vec![Ok(first), page(&json!({"users": users(1..2)}))]));
    assert!(matches!(run(&paged, &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.waited, [(Duration::from_secs(12), "the server allows no more requests for now".to_owned())]);
}

#[test]
fn a_refusal_that_only_says_in_words_that_too_much_was_asked_is_waited_for() {
    let mut paged = pull(Paging::Whole);
    paged.limits.said = vec!["secondary rate limit".into()];
    let left = [("x-ratelimit-remaining", "4000")];
    let refused = || status(403, &left, r#"{"message": "You have exceeded a secondary rate limit."}"#);
    let mut server = Server::new(in_turn(vec![refused(), page(&json!({"users": users(0..1)}))]));
    assert!(matches!(run(&paged, &mut server, &mut Memory::default()), Ended::Complete(_)));
    assert_eq!(server.waited[0].0, Duration::from_secs(60));
    let (word, _) = end(&paged, vec![status(403, &left, r#"{"message": "Forbidden"}"#)]);
    assert!(word.contains("the token may not read this list"), "{word}");
    let github = crate::catalog::Catalog::embedded().entries.iter().find(|e| e.id == "github").unwrap();
    assert!(github.pulls.iter().all(|p| p.limits.said == paged.limits.said), "it says so in these words");
}

#[test]
fn a_page_for_people_is_told_at_once_and_a_mark_before_the_json_is_no_fault() {
    let (word, _) = end(&pull(Paging::Whole), vec![status(200, &[], "\n<!DOCTYPE html><title>Sign in</title>")]);
    assert!(word.starts_with("paused: the answer is a page for people (HTML), and no list: is `url` right?"), "{word}");
    assert!(!word.contains("is kept"), "{word}");
    let (word, ids) = end(&pull(Paging::Whole), vec![status(200, &[], "\u{feff}{\"users\": [{\"id\": 1}]}")]);
    assert_eq!((word.as_str(), ids.len()), ("complete", 1));
}

#[test]
fn what_may_be_wrong_is_asked_of_what_pull_yaml_says() {
    let mut paged = pull(Paging::Whole);
    let mut word = |named: bool, path: &str| {
        paged.host = named.then(|| "https://api.acme.example".into());
        paged.path = path.into();
        let source = Source {
            pull: &paged,
            host: host(),
            with: BTreeMap::from([("org".to_owned(), "acme".to_owned())]),
            patience: Patience::default(),
        };
        let ended = fetch(&source, &mut Server::new(|_: &Url| status(404, &[], "")), &mut Memory::default()).unwrap();
        let Ended::Paused(why) = ended else { panic!("{ended:?}") };
        why
    };
    assert!(word(false, "/users").ends_with("is `url` right?"));
    assert!(word(true, "/orgs/{org}/users").ends_with("is what stands under `with` right?"));
    assert!(word(false, "/orgs/{org}/users").ends_with("is `url` right, and what stands under `with`?"));
}

#[test]
fn entries_that_come_again_on_a_later_page_mean_that_others_were_passed_over() {
    let cursor = || Paging::Cursor { at: "/next".into(), send: "cursor".into() };
    let some = |ids: &[u64], next: Option<&str>| {
        let users: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        page(&json!({"users": users, "next": next}))
    };
    let moved = || vec![some(&[1, 2, 3], Some("b")), some(&[3, 6], None)];
    let again = vec![some(&[2, 3, 4], Some("b")), some(&[5, 6], None)];
    let (word, ids) = end(&pull(cursor()), [moved(), again].concat());
    assert_eq!((word.as_str(), ids.join(" ").as_str()), ("complete", "2 3 4 5 6"), "read a second time");
    let (word, _) = end(&pull(cursor()), (0..4).flat_map(|_| moved()).collect());
    assert!(word.starts_with("incomplete: the list changed while it was read"), "{word}");
    let (word, _) = end(&pull(cursor()), vec![some(&[1, 1, 2], Some("b")), some(&[3], None)]);
    assert_eq!(word, "complete", "twice on one page, nothing has moved");
    let total = Pull { total: Some("/total".into()), ..pull(cursor()) };
    let with = |ids: &[u64], next: Option<&str>| {
        let users: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        page(&json!({"users": users, "next": next, "total": 4}))
    };
    let (word, _) = end(&total, vec![with(&[1, 2, 3], Some("b")), with(&[3, 6], None)]);
    assert_eq!(word, "complete", "as many as the server says there are");
}

#[test]
fn a_number_that_is_not_exact_is_no_id() {
    let huge = r#"{"users": [{"id": 123456789012345678901}, {"id": 123456789012345678902}]}"#;
    for body in [huge, r#"{"users": [{"id": 1.5}]}"#] {
        let (word, _) = end(&pull(Paging::Whole), vec![status(200, &[], body)]);
        assert!(word.starts_with("incomplete: entry 1 of page 1 has no id at `/id`"), "{word}");
    }
    let (word, _) = end(&pull(Paging::Whole), vec![status(200, &[], r#"{"users": [{"id": 18446744073709551615}]}"#)]);
    assert_eq!(word, "complete");
}

#[test]
fn a_storm_of_429_passes() {
    let mut answers: Vec<_> = (0..6).map(|_| status(429, &[("retry-after", "30")], "")).collect();
    answers.push(page(&json!({"users": users(0..1)})));
    assert_eq!(end(&pull(Paging::Whole), answers).0, "complete");
}

#[test]
fn redirects_stay_within_the_host_and_end() {
    let to = |target: &str| status(302, &[("location", target)], "");
    let (word, _) = end(&pull(Paging::Whole), vec![to("/v2/users"), page(&json!({"users": users(0..1)}))]);
    assert_eq!(word, "complete");
    let (word, _) = end(&pull(Paging::Whole), vec![to("https://evil.example/users")]);
    assert!(word.contains("redirects to https://evil.example, and the token is not sent there"), "{word}");
    let (word, _) = end(&pull(Paging::Whole), (0..6).map(|_| to("/users")).collect());
    assert!(word.contains("more than 5 times"), "{word}");
}

#[test]
fn a_refused_token_is_told_with_how_to_make_one_and_nothing_of_the_body_but_its_message() {
    let body = r#"{"errorSummary":"Invalid token provided","secret":"abc"}"#;
    let (word, _) = end(&pull(Paging::Whole), vec![status(401, &[], body)]);
    assert_eq!(
        word,
        "paused: the server does not accept the token: 401 (Invalid token provided). How it is made: a token with users.read"
    );
}

#[test]
fn after_a_crash_the_reading_goes_on_where_it_was() {
    let paged = pull(Paging::Scim);
    let source = Source { pull: &paged, host: host(), with: BTreeMap::new(), patience: Patience::default() };
    let mut keep = Memory { crash_after: Some(1), ..Memory::default() };
    let mut server = Server::new(in_turn(vec![scim(5, 0..2), scim(5, 2..4)]));
    assert!(fetch(&source, &mut server, &mut keep).is_err());
    keep.crash_after = None;
    let mut server = Server::new(in_turn(vec![scim(5, 2..4), scim(5, 4..5)]));
    let Ended::Complete(p) = fetch(&source, &mut server, &mut keep).unwrap() else { panic!("incomplete") };
    assert_eq!((p.entries, p.pages), (5, 3));
    assert!(server.asked[0].ends_with("startIndex=3"));
}

#[test]
fn what_the_company_fills_in_stays_within_its_place() {
    let mut paged = pull(Paging::Whole);
    paged.path = "/orgs/{org}/members".into();
    let with = BTreeMap::from([("org".to_owned(), "a/../../b?x#y".to_owned())]);
    let url = first_address(&paged, &Url::parse("https://api.acme.example/v3/").unwrap(), &with).unwrap();
    assert_eq!(url.as_str(), "https://api.acme.example/v3/orgs/a%2F..%2F..%2Fb%3Fx%23y/members");
    assert!(first_address(&paged, &host(), &BTreeMap::new()).unwrap_err().contains("`org` is not given"));
}

proptest! {
    /// However a good server cuts its list, all of it comes, once.
    #[test]
    fn every_way_to_cut_a_list_gives_the_whole(total in 0u64..60, sizes in prop::collection::vec(1u64..9, 1..8), by in 0u8..4) {
        let paged = match by {
            0 => pull(Paging::Scim),
            1 => Pull { total: Some("/total".into()), ..pull(Paging::Offset { send: "offset".into(), from: 0 }) },
            2 => pull(Paging::Offset { send: "offset".into(), from: 0 }),
            _ => pull(Paging::Cursor { at: "/next".into(), send: "cursor".into() }),
        };
        let (mut n, from) = (0, u64::from(by == 0));
        let mut server = Server::new(|url: &Url| {
            let at: u64 = url.query_pairs().find(|(n, _)| n == "startIndex" || n == "offset" || n == "cursor").map_or(0, |(_, v)| v.parse::<u64>().unwrap() - from);
            n += 1;
            let end = (at + sizes[n % sizes.len()]).min(total);
            let list = users(at.min(end)..end);
            let next = (end < total).then(|| end.to_string());
            if by == 0 { page(&json!({"totalResults": total, "Resources": list})) } else { page(&json!({"users": list, "total": total, "next": next})) }
        });
        let mut keep = Memory::default();
        let ended = run(&paged, &mut server, &mut keep);
        prop_assert!(matches!(&ended, Ended::Complete(p) if p.entries == total), "{ended:?}");
        prop_assert_eq!(keep.entries.len() as u64, total);
    }

    /// Whatever a server says, it ends, and without a panic.
    #[test]
    fn no_answer_brings_it_down(body in prop::collection::vec(any::<u8>(), 0..200), code in prop::sample::select(vec![200u16, 204, 301, 400, 429, 500]), by in 0u8..3) {
        let paged = match by { 0 => pull(Paging::Scim), 1 => pull(Paging::Link), _ => pull(Paging::Whole) };
        let text = String::from_utf8_lossy(&body).into_owned();
        let mut server = Server::new(|_: &Url| status(code, &[("link", &text), ("location", &text), ("retry-after", &text)], &text));
        let ended = run(&paged, &mut server, &mut Memory::default());
        prop_assert!(!matches!(ended, Ended::Complete(_)) || text.contains('['));
    }
}
