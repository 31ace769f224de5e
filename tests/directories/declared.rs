//! Lists that a company declares itself: read for each of several values, or of the entries of another list; what is wrong with a
//! declaration or in pull.yaml is told.

use super::{Desk, TOKEN, given, part};
use crate::fake::{Answer, Asked, Fake};
use assert_cmd::Command;
use serde_json::{Value, json};

const OWN: &str = "id: lumen\nname: Lumen\nroles: [app]\nsources:\n  api: {url: https://lumen.example/api, publisher: Lumen, kind: vendor-official, seen-on: 2026-11-20}\npulls:\n";

fn lint(desk: &Desk, pulls: &str) -> String {
    desk.write("own/lumen.yaml", &format!("{OWN}{pulls}"));
    let done = Command::cargo_bin("coverage")
        .unwrap()
        .args(["catalog", "lint"])
        .arg(desk.path().join("own/lumen.yaml"))
        .output()
        .unwrap();
    String::from_utf8([done.stdout, done.stderr].concat()).unwrap()
}

fn pull(desk: &Desk) -> (i32, String) {
    let mut command = Command::cargo_bin("coverage").unwrap();
    command.env("SECRET", TOKEN).arg("pull").arg("--workspace").arg(desk.path());
    let done = command.arg("--catalog").arg(desk.path().join("own")).output().unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
}

const REST: &str = "    export: scim-list-response\n    items: /users\n    item-id: /id\n    paging: {by: page, send: page, from: 1}\n    access: a token\n    sources: [api]\n";

#[test]
fn what_is_wrong_with_a_declaration_is_told() {
    let desk = Desk::new();
    let of = "{name: team, path: /teams, item-id: /id, paging: {by: whole}, keep: {label: label}}";
    for (what, list) in [
        (
            "`{state}` stands neither in `path` nor in `query`",
            "path: /users\n    each: {name: state, values: [a, b]}\n    credentials: {by: bearer}",
        ),
        (
            "one value or several are needed, each once",
            "path: /users\n    query: {s: \"{state}\"}\n    each: {name: state, values: [a, a]}\n    credentials: {by: bearer}",
        ),
        (
            "not both",
            "path: \"/{team}/users\"\n    query: {s: \"{state}\"}\n    each: {name: state, values: [a, b]}\n    of: {name: team, path: /teams, item-id: /id, paging: {by: whole}}\n    credentials: {by: bearer}",
        ),
        (
            "`label` is no JSON pointer",
            &format!("path: \"/{{team}}/users\"\n    of: {of}\n    credentials: {{by: bearer}}"),
        ),
        (
            "tokens are asked for over TLS only",
            "path: /users\n    credentials: {by: client-credentials, token-at: \"http://x.example/token\"}",
        ),
        (
            "nothing stands for the secret",
            "path: /users\n    credentials: {by: bearer}\n    other-credentials: {key: {by: header, name: X-Key, value: abc}}",
        ),
    ] {
        let said = lint(&desk, &format!("  - id: lumen-users\n    name: users\n    {list}\n{REST}"));
        assert!(said.contains(what), "{what}: {said}");
    }
}

/// Lists as some vendors have them: one status at a time, and a token for an account that a form names.
#[test]
fn a_list_for_each_status_is_fetched_with_a_token_for_an_account() {
    let fake = Fake::new(|asked: &Asked| {
        if asked.path == "/token" {
            let known = asked.header("authorization").starts_with("Basic ")
                && asked.field("grant_type") == "account_credentials"
                && asked.field("account_id") == "acc/1";
            return if known { given() } else { Answer::error(400, &json!({"error": "unsupported_grant_type"})) };
        }
        let user = |n: usize| json!({"id": format!("{}{n}", asked.parameter("status")), "email": format!("{n}@lumen.example"), "name": "X Y"});
        let count = if asked.parameter("status") == "active" { 3 } else { 1 };
        let all: Vec<Value> = (0..count).map(user).collect();
        Answer::json(&json!({"users": part(&all, (asked.number("page", 1) - 1) * 2, 2), "total": count}))
    });
    let desk = Desk::new();
    let list = "path: /users\n    total: /total\n    query: {status: \"{state}\"}\n    each: {name: state, values: [active, inactive, pending]}\n    credentials: {by: client-credentials, token-at: /token, send: basic, grant: account_credentials, fields: {account_id: \"{account}\"}}";
    let said = lint(&desk, &format!("  - id: lumen-users\n    name: users\n    {list}\n{REST}"));
    assert!(!said.contains("error"), "{said}");
    let lists = format!(
        "pulls:\n  lumen-users:\n    url: {}\n    without-tls: true\n    user: client\n    with: {{account: acc/1}}\n    secret: {{env: SECRET}}\n",
        fake.url()
    );
    desk.write("pull.yaml", &lists);
    let (code, said) = pull(&desk);
    assert_eq!(
        (code, said.trim()),
        (
            0,
            "lumen-users: 5 entries, as many as the server says there are, 4 pages of 3 lists: pulled/lumen-users.jsonl"
        )
    );
    let lines = desk.lines("pulled/lumen-users.jsonl");
    assert_eq!((&lines[2]["id"], &lines[2]["pulled"]["state"]), (&json!("active2"), &json!("active")));
    assert_eq!(&desk.note("lumen-users")["query"][0], &json!(["status", "active|inactive|pending"]));
    desk.write("pull.yaml", &lists.replace("acc/1", "acc/2"));
    let (code, said) = pull(&desk);
    assert!(code == 1 && said.contains("unsupported_grant_type: the server gives no tokens in this way"), "{said}");
}

#[test]
fn what_is_wrong_about_credentials_in_pull_yaml_is_told_at_its_line() {
    let desk = Desk::new();
    for (line, what, list) in [
        (4, "`okta-users` knows no credentials `keys`", "list: okta-users\n    credentials: keys"),
        (2, "`user` is missing", "list: okta-users\n    credentials: key"),
        (4, "`okta-users` asks for no token", "list: okta-users\n    token-url: https://x.example/token"),
        (
            4,
            "without TLS anybody on the way reads the secret",
            "list: onelogin-users\n    token-url: http://x.example/token\n    user: u",
        ),
        (
            4,
            "`token-url` holds a user name or a password",
            "list: onelogin-users\n    token-url: https://a:b@x.example/token\n    user: u",
        ),
        (2, "`tenant` is missing under `with`", "list: microsoft-entra-id-users\n    user: u"),
        (4, "asks for no `tennant`", "list: okta-users\n    with: {tennant: x}"),
    ] {
        desk.write("own/lumen.yaml", OWN.trim_end_matches("pulls:\n"));
        desk.write(
            "pull.yaml",
            &format!("pulls:\n  one:\n    {list}\n    url: https://x.example\n    secret: {{env: SECRET}}\n"),
        );
        let (code, said) = pull(&desk);
        assert_eq!(code, 1, "{list}");
        assert!(said.contains(&format!("pull.yaml:{line}:")) && said.contains(what), "{what}: {said}");
        assert!(!said.contains("a:b@"), "{said}");
    }
    desk.write("pull.yaml", "pulls:\n  google:\n    list: google-workspace-users\n    with: {admin: a@x.example}\n    secret: {env: SECRET}\n");
    let (_, said) = pull(&desk);
    assert!(said.contains("no private key in PEM") && !said.contains(TOKEN), "{said}");
}

#[test]
fn the_catalog_says_which_lists_there_are() {
    let done = Command::cargo_bin("coverage").unwrap().args(["catalog", "pulls", "okta"]).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("okta-app-users: whom each app is assigned to, for all apps\n  from         your own address (`url`)/api/v1/apps/{app}/users\n  one each of  /api/v1/apps\n"), "{said}");
    assert!(said.contains("  other ways   credentials: key\n"), "{said}");
    let done = Command::cargo_bin("coverage").unwrap().args(["catalog", "pulls", "--format", "json"]).output().unwrap();
    let all: Value = serde_json::from_slice(&done.stdout).unwrap();
    let entra = all["microsoft-entra-id"]["pulls"].as_array().unwrap();
    assert!(entra.iter().any(|pull| pull["id"] == "microsoft-entra-id-users"));
}
