//! Google's Directory API. Public sources: the discovery document of the vendor's client library and its guides.

use super::{Desk, Keys, Tokens, bears, given, part};
use crate::fake::{Answer, Asked, Fake};
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use serde_json::{Value, json};

fn user(name: &str, whole: &str, suspended: bool, archived: bool) -> Value {
    json!({
        "kind": "admin#directory#user", "id": format!("1{name}"), "primaryEmail": format!("{name}@lumen.example"),
        "name": {"fullName": whole, "givenName": whole.split(' ').next(), "familyName": whole.split(' ').nth(1)},
        "isAdmin": name == "ann", "isDelegatedAdmin": false, "suspended": suspended, "archived": archived,
        "creationTime": "2020-01-01T08:00:00.000Z",
        // Never.
        "lastLoginTime": "1970-01-01T00:00:00.000Z",
        "nonEditableAliases": [format!("{name}@lumen.example.test-google-a.com")],
    })
}

fn users() -> Vec<Value> {
    vec![
        user("ann", "Ann Berg", false, false),
        user("bo", "Bo Lund", false, false),
        user("cleo", "Cleo Fox", true, false),
        user("dan", "Dan Holm", false, true),
        user("eva", "Eva Iversen", false, false),
    ]
}

fn answer(asked: &Asked, tokens: &Tokens) -> Answer {
    if asked.path == "/oauth2/v1/token" {
        let here = format!("http://{}/oauth2/v1/token", asked.header("host"));
        let good = tokens.taken(&asked.field("assertion")).is_some_and(|(header, claims)| {
            header["alg"] == "RS256"
                && header["kid"] == "key1"
                && claims["iss"] == "reader@project.example"
                && claims["sub"] == "admin@nordwind.example"
                && claims["scope"] == "https://www.googleapis.com/auth/admin.directory.user.readonly"
                && claims["aud"] == here
        });
        let grant = asked.field("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer";
        let error = json!({"error": "unauthorized_client", "error_description": "Client is unauthorized to retrieve access tokens using this method"});
        return if good && grant { given() } else { Answer::error(401, &error) };
    }
    if !bears(asked) {
        return Answer::error(401, &json!({"error": {"code": 401, "message": "Login Required."}}));
    }
    if asked.path != "/admin/directory/v1/users" || asked.parameter("customer") != "my_customer" {
        return Answer::error(400, &json!({"error": {"code": 400, "message": "Bad Request"}}));
    }
    let all = match asked.parameter("showDeleted") {
        "true" => {
            vec![json!({"id": "1old", "primaryEmail": "old@lumen.example", "creationTime": "2020-01-01T08:00:00.000Z",
            "deletionTime": "2026-11-15T08:00:00.000Z", "name": {"fullName": "Old One", "givenName": "Old", "familyName": "One"}})]
        }
        _ => users(),
    };
    // 100 is the default, 500 the most; here a page holds a hundredth of it, and an empty one comes in between.
    let size = asked.number("maxResults", 100) / 100 - 3;
    let at: usize = asked.parameter("pageToken").trim_start_matches("~!!~").parse().unwrap_or(0);
    let mut body = json!({"kind": "admin#directory#users", "etag": "\"x\""});
    if asked.parameter("pageToken") == "empty" {
        body["nextPageToken"] = json!("~!!~2");
        return Answer::json(&body);
    }
    body["users"] = json!(part(&all, at, size));
    if at + size < all.len() {
        body["nextPageToken"] = if at == 0 { json!("empty") } else { json!(format!("~!!~{}", at + size)) };
    }
    Answer::json(&body)
}

fn server(keys: &Keys, mut first: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Fake {
    let tokens = Tokens::new(keys, &RSA_PKCS1_2048_8192_SHA256);
    Fake::new(move |asked| first(asked).unwrap_or_else(|| answer(asked, &tokens)))
}

fn desk(keys: &Keys) -> Desk {
    let desk = Desk::new();
    let file = json!({"type": "service_account", "client_email": "reader@project.example", "private_key_id": "key1",
        "private_key": keys.pem, "token_uri": "https://evil.example/token"});
    desk.write("google-key.json", &serde_json::to_string_pretty(&file).unwrap());
    desk
}

const USERS: &str = "  google:\n    list: google-workspace-users\n    with: {admin: admin@nordwind.example}\n    secret: {file: google-key.json}\n";

#[test]
fn people_come_as_an_administrator_sees_them_over_empty_pages_too() {
    let keys = Keys::new();
    let (desk, fake) = (desk(&keys), server(&keys, |_| None));
    desk.pulls(&fake.url(), USERS);
    let all = desk.whole("google");
    assert_eq!(all.len(), 5);
    assert_eq!(desk.note("google")["pages"], 4);
    desk.same_as_by_hand("google", &json!({"kind": "admin#directory#users", "users": users()}), "idp-active-after-end");
    let (found, _) = desk.findings("idp: [{file: pulled/google.jsonl, extracted-at: 2026-11-30}]\napps:\n  google-workspace: {roster: {file: pulled/google.jsonl, extracted-at: 2026-11-30}}\n");
    assert!(!found.iter().any(|(rule, _)| rule == "activity-after-leaving"), "1970 is never: {found:?}");
}

#[test]
fn a_view_that_hides_what_administrators_see_is_noticed() {
    let keys = Keys::new();
    let fake = server(&keys, |asked| {
        (asked.path == "/admin/directory/v1/users")
            .then(|| Answer::json(&json!({"users": [{"id": "1", "primaryEmail": "ann@lumen.example"}]})))
    });
    let desk = desk(&keys);
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("lacks `/suspended`"), "{said}");
}

#[test]
fn a_quota_that_is_used_up_is_told_with_403_and_waited_for() {
    let keys = Keys::new();
    let mut calls = 0;
    let fake = server(&keys, move |asked| {
        calls += u32::from(asked.path.starts_with("/admin"));
        let reason = json!({"error": {"code": 403, "message": "Quota exceeded", "errors": [{"domain": "usageLimits", "reason": "userRateLimitExceeded"}]}});
        (calls == 2 && asked.path.starts_with("/admin")).then(|| Answer::error(403, &reason))
    });
    let desk = desk(&keys);
    desk.pulls(&fake.url(), USERS);
    assert_eq!(desk.whole("google").len(), 5);
    assert_eq!(desk.note("google")["retries"], 1);
    let fake = server(&keys, |asked| {
        let reason = json!({"error": {"code": 403, "message": "Not Authorized", "errors": [{"domain": "global", "reason": "forbidden"}]}});
        asked.path.starts_with("/admin").then(|| Answer::error(403, &reason))
    });
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("may not read this list") && said.contains("domain-wide delegation"), "{said}");
}

#[test]
fn a_token_that_runs_out_early_is_asked_for_again() {
    let keys = Keys::new();
    let mut calls = 0;
    let fake = server(&keys, move |asked| {
        calls += u32::from(asked.path.starts_with("/admin"));
        (calls == 2 && asked.path.starts_with("/admin"))
            .then(|| Answer::error(401, &json!({"error": {"code": 401, "message": "Invalid Credentials"}})))
    });
    let desk = desk(&keys);
    desk.pulls(&fake.url(), USERS);
    assert_eq!(desk.whole("google").len(), 5);
}

#[test]
fn a_service_account_without_delegation_is_told_what_it_lacks() {
    let keys = Keys::new();
    let other = Keys::new();
    let (desk, fake) = (desk(&other), server(&keys, |_| None));
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("unauthorized_client") && said.contains("domain-wide delegation"), "{said}");
    assert!(fake.lines().iter().all(|line| line == "POST /oauth2/v1/token"), "{:?}", fake.lines());
}

#[test]
fn the_guide_works_as_written() {
    let keys = Keys::new();
    let (desk, fake) = (desk(&keys), server(&keys, |_| None));
    assert_eq!(desk.follows_the_guide("Google Workspace", &fake.url()), 2);
    assert_eq!(desk.lines("pulled/google-deleted.jsonl")[0]["deletionTime"], "2026-11-15T08:00:00.000Z");
}
