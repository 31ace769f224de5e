//! JumpCloud's API v1. Public sources: the vendor's API reference and its page on service accounts.

use super::{Desk, TOKEN, bears, given, part};
use crate::fake::{Answer, Asked, Fake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn user(name: &str, first: &str, last: &str, suspended: bool, activated: bool) -> Value {
    json!({
        "_id": format!("65{name}"), "username": name, "email": format!("{name}@lumen.example"), "firstname": first,
        "lastname": last, "displayname": format!("{first} {last}"), "activated": activated, "suspended": suspended,
        "account_locked": false, "state": if suspended { "SUSPENDED" } else if activated { "ACTIVATED" } else { "STAGED" },
        "created": "2020-01-01T08:00:00.000Z", "employeeIdentifier": null,
    })
}

fn users() -> Vec<Value> {
    vec![
        user("ann", "Ann", "Berg", false, true),
        user("bo", "Bo", "Lund", false, true),
        user("cleo", "Cleo", "Fox", true, true),
        user("dan", "Dan", "Holm", true, true),
        user("eva", "Eva", "Iversen", false, false),
    ]
}

fn answer(asked: &Asked) -> Answer {
    if asked.path == "/oauth2/v1/token" {
        let known = asked.header("authorization") == format!("Basic {}", STANDARD.encode(format!("client-id:{TOKEN}")));
        let scope = asked.field("scope") == "api" && asked.field("grant_type") == "client_credentials";
        return if known && scope { given() } else { Answer::error(401, &json!({"error": "invalid_client"})) };
    }
    if asked.header("x-api-key") != TOKEN && !bears(asked) {
        return Answer::error(401, &json!({"message": "Unauthorized"}));
    }
    // More than 100 are never given; here, two stand for them.
    let list = users();
    let size = if asked.number("limit", 10) > 100 { 1 } else { 2 };
    Answer::json(&json!({"totalCount": list.len(), "results": part(&list, asked.number("skip", 0), size)}))
}

const USERS: &str = "  jumpcloud:\n    list: jumpcloud-users\n    secret: {env: JUMPCLOUD_KEY}\n";

#[test]
fn people_are_counted_off_until_all_have_come() {
    let (desk, fake) = (Desk::new(), Fake::new(answer));
    desk.pulls(&fake.url(), USERS);
    assert_eq!(desk.whole("jumpcloud").len(), 5);
    let skips: Vec<String> = fake.asked().iter().map(|a| a.parameter("skip").to_owned()).collect();
    assert_eq!(skips, ["0", "2", "4"]);
    desk.same_as_by_hand("jumpcloud", &json!({"totalCount": 5, "results": users()}), "idp-active-after-end");
}

#[test]
fn somebody_who_is_removed_under_way_makes_the_reading_begin_anew() {
    let mut calls = 0;
    let fake = Fake::new(move |asked: &Asked| {
        calls += 1;
        // After the first page, the first one is gone: the third slips to where nobody looks.
        let list: Vec<Value> = if calls == 1 { users() } else { users().split_off(1) };
        Answer::json(&json!({"totalCount": list.len(), "results": part(&list, asked.number("skip", 0), 2)}))
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), USERS);
    assert_eq!(desk.whole("jumpcloud").len(), 4);
    assert_eq!(desk.note("jumpcloud")["restarts"], 1);
}

#[test]
fn the_guide_works_as_written() {
    let (desk, fake) = (Desk::new(), Fake::new(answer));
    assert_eq!(desk.follows_the_guide("JumpCloud", &fake.url()), 2);
}
