//! OneLogin's API v2. Public sources: the vendor's pages on users, query parameters and tokens, and its SDK 4.0.1.

use super::{Desk, TOKEN, bears, given, part};
use crate::fake::{Answer, Asked, Fake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

fn user(n: u64, name: &str, whole: &str, status: u64, state: u64) -> Value {
    json!({
        "id": n, "username": name, "email": format!("{name}@lumen.example"), "firstname": whole.split(' ').next(),
        "lastname": whole.split(' ').nth(1), "status": status, "state": state, "activated_at": "2020-01-01T08:00:00.000Z",
        "last_login": "2026-11-01T08:00:00.000Z", "created_at": "2020-01-01T08:00:00.000Z", "external_id": null,
        "title": null, "department": null,
    })
}

fn users() -> Vec<Value> {
    vec![
        user(1, "ann", "Ann Berg", 1, 1),
        user(2, "bo", "Bo Lund", 1, 1),
        // Active, and without a licence: nobody signs in with it.
        user(3, "cleo", "Cleo Fox", 1, 3),
        user(4, "dan", "Dan Holm", 2, 1),
        user(5, "eva", "Eva Iversen", 1, 1),
    ]
}

fn answer(asked: &Asked) -> Answer {
    if asked.path == "/oauth2/v1/token" {
        let basic = format!("Basic {}", STANDARD.encode(format!("client-id:{TOKEN}")));
        let known = asked.header("authorization") == basic
            || asked.field("client_id") == "client-id" && asked.field("client_secret") == TOKEN;
        let grant = asked.field("grant_type") == "client_credentials";
        return if known && grant { given() } else { Answer::error(401, &json!({"error": "invalid_client"})) };
    }
    if !bears(asked) || asked.path != "/api/2/users" {
        return Answer::error(401, &json!({"statusCode": 401, "name": "Unauthorized", "message": "Unauthorized"}));
    }
    let few = "id,username,email,firstname,lastname,activated_at,external_id";
    let fields = if asked.has("fields") { asked.parameter("fields") } else { few };
    let at: usize = asked.parameter("cursor").trim_start_matches("bGltaXQ9=").parse().unwrap_or(0);
    let one = |user: &Value| {
        let known = fields.split(',').filter_map(|f| Some((f.to_owned(), user.get(f)?.clone())));
        Value::Object(known.collect::<Map<_, _>>())
    };
    let all = users();
    let list: Vec<Value> = part(&all, at, 2).iter().map(one).collect();
    let answer = Answer::json(&json!(list)).header("total-count", "5").header("x-ratelimit-remaining", "4990");
    if at + 2 < all.len() { answer.header("after-cursor", format!("bGltaXQ9={}", at + 2)) } else { answer }
}

const USERS: &str = "  onelogin:\n    list: onelogin-users\n    user: client-id\n    secret: {env: ONELOGIN_SECRET}\n";

#[test]
fn status_and_state_are_asked_for_and_marks_in_headers_are_followed() {
    let (desk, fake) = (Desk::new(), Fake::new(answer));
    desk.pulls(&fake.url(), USERS);
    let all = desk.whole("onelogin");
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|u| u["state"].is_number()), "{all:?}");
    let note = desk.note("onelogin");
    assert_eq!((&note["total"], &note["pages"]), (&json!(5), &json!(3)));
    assert!(fake.asked()[2].has("fields"), "with every page");
    desk.same_as_by_hand("onelogin", &json!(users()), "idp-active-after-end");
}

#[test]
fn the_token_is_also_asked_for_with_basic() {
    let (desk, fake) = (Desk::new(), Fake::new(answer));
    desk.pulls(&fake.url(), &format!("{USERS}    credentials: basic\n"));
    assert_eq!(desk.whole("onelogin").len(), 5);
    let token = &fake.asked()[0];
    assert!(token.header("authorization").starts_with("Basic ") && !token.text().contains(TOKEN));
}

#[test]
fn a_list_without_the_status_is_none_and_neither_is_one_with_fewer_than_there_are() {
    let fake = Fake::new(|asked: &Asked| {
        let mut without = asked.clone();
        without.query.retain(|(name, _)| name != "fields");
        answer(&without)
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("lacks `/status`"), "{said}");
    let fake = Fake::new(|asked: &Asked| {
        if asked.has("cursor") { Answer::json(&json!([])).header("total-count", "5") } else { answer(asked) }
    });
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("2 entries came, and the server says there are 5"), "{said}");
}

#[test]
fn the_guide_works_as_written() {
    let (desk, fake) = (Desk::new(), Fake::new(answer));
    assert_eq!(desk.follows_the_guide("OneLogin", &fake.url()), 1);
}
