//! SCIM services, and what they say of themselves.

use super::{Desk, State, TOKEN, entries, people};
use crate::fake::{Answer, Asked, Fake};
use serde_json::{Value, json};

fn service(config: Answer, by_cursor: bool, refuses: &'static str) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.header("authorization") != format!("Bearer {TOKEN}") {
            return Answer::error(401, &json!({"detail": "who are you?"}));
        }
        if asked.path == "/ServiceProviderConfig" {
            return config.clone();
        }
        if !refuses.is_empty() && asked.has(refuses) {
            return Answer::error(400, &json!({"scimType": "invalidValue", "detail": "that is not known here"}));
        }
        let user = |p: &super::Person| json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": format!("s{}", p.n), "userName": p.email, "active": p.state == State::Active});
        let all: Vec<Value> = people().iter().map(user).collect();
        let size = asked.number("count", 7).min(13);
        let from = if by_cursor { asked.number("cursor", 0) } else { asked.number("startIndex", 1) - 1 };
        let to = (from + size).min(all.len());
        let mut answer = json!({"totalResults": all.len(), "itemsPerPage": size, "Resources": all[from.min(to)..to]});
        if by_cursor && to < all.len() {
            answer["nextCursor"] = json!(to.to_string());
        }
        Answer::json(&answer)
    })
}

fn asked(config: Answer, by_cursor: bool, refuses: &'static str) -> Vec<String> {
    let (desk, server) = (Desk::new(), service(config, by_cursor, refuses));
    desk.follow("Apps with SCIM", 0, &server);
    desk.pull_whole();
    assert_eq!(entries(&desk, "rosters/framer.jsonl"), 26);
    let lines = server.lines();
    assert_eq!(lines[0], "GET /ServiceProviderConfig");
    lines[1..].iter().map(|line| line.replace("GET /Users?", "")).collect()
}

#[test]
fn a_service_is_asked_as_it_says_that_it_wants_to_be() {
    let index = Answer::json(
        &json!({"filter": {"supported": true, "maxResults": 200}, "pagination": {"index": true, "cursor": false, "maxPageSize": 13}}),
    );
    assert_eq!(asked(index, false, "cursor"), ["startIndex=1&count=13", "count=13&startIndex=14"]);
    let older = Answer::json(&json!({"filter": {"supported": true, "maxResults": 12}}));
    assert_eq!(
        asked(older, false, "cursor"),
        ["startIndex=1&count=12", "count=12&startIndex=13", "count=12&startIndex=25"]
    );
    // The count stays the same from page to page, or the cursor would not hold.
    let cursor = Answer::json(&json!({"pagination": {"index": false, "cursor": true, "maxPageSize": 10}}));
    assert_eq!(asked(cursor, true, "startIndex"), ["count=10&cursor=", "count=10&cursor=10", "count=10&cursor=20"]);
}

#[test]
fn whoever_says_nothing_or_nonsense_is_asked_in_the_plain_way() {
    let plain = ["startIndex=1", "startIndex=8", "startIndex=15", "startIndex=22"];
    for config in [
        Answer::error(404, &json!({"detail": "there is none"})),
        Answer::new(200, "<html>Sign in</html>"),
        Answer::json(&json!({"pagination": "yes", "filter": {"maxResults": -1}})),
        Answer::json(&json!({"pagination": {"cursor": "true", "maxPageSize": 0}})),
        Answer::hang_up(),
    ] {
        assert_eq!(asked(config, false, "cursor"), plain);
    }
}

#[test]
fn what_a_service_wrongly_says_of_itself_costs_one_request() {
    let wrong = Answer::json(&json!({"pagination": {"cursor": true, "index": false, "maxPageSize": 100}}));
    assert_eq!(
        asked(wrong, false, "cursor"),
        ["count=100&cursor=", "startIndex=1", "startIndex=8", "startIndex=15", "startIndex=22"]
    );
    // It ignores the cursor, and pages by index all the same.
    let wrong = Answer::json(&json!({"pagination": {"cursor": true, "index": false, "maxPageSize": 13}}));
    assert_eq!(asked(wrong, false, ""), ["count=13&cursor=", "count=13&startIndex=14"]);
}

#[test]
fn the_guide_gives_the_findings_of_the_pages_saved_by_hand() {
    let (desk, server) = (Desk::new(), service(Answer::error(404, &json!({})), false, ""));
    desk.follow("Apps with SCIM", 0, &server);
    desk.pull_whole();
    let all: Vec<Value> =
        desk.read("rosters/framer.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    desk.write("by-hand.json", &json!({"totalResults": all.len(), "Resources": all}).to_string());
    desk.gives_the_findings_of("rosters/framer.jsonl", "by-hand.json");
}
