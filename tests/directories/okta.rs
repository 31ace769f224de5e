//! Okta. Public sources: the vendor's SDK 3.4.6 and its help pages; where they differ from servers is said in catalog/okta.yaml.

use super::{Desk, Keys, TOKEN, Tokens, bears, given, part};
use crate::fake::{Answer, Asked, Fake};
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const PEOPLE: [(&str, &str, &str); 5] = [
    ("ann", "Ann Berg", "ACTIVE"),
    ("bo", "Bo Lund", "ACTIVE"),
    ("cleo", "Cleo Fox", "SUSPENDED"),
    ("dan", "Dan Holm", "DEPROVISIONED"),
    ("eva", "Eva Iversen", "STAGED"),
];

fn users() -> Vec<Value> {
    let user = |(name, whole, status): &(&str, &str, &str)| {
        json!({
            "id": format!("00u{name}"), "status": status, "created": "2020-01-01T08:00:00.000Z",
            "statusChanged": "2026-01-01T08:00:00.000Z", "lastLogin": "2026-11-20T08:00:00.000Z",
            "profile": {"login": format!("{name}@lumen.example"), "email": format!("{name}@lumen.example"),
                "displayName": whole, "firstName": whole.split(' ').next(), "lastName": whole.split(' ').nth(1)},
        })
    };
    PEOPLE.iter().map(user).collect()
}

fn app_user(name: &str, status: &str) -> Value {
    json!({"id": format!("00u{name}"), "scope": "USER", "status": status, "syncState": "DISABLED",
        "created": "2024-02-01T08:00:00.000Z", "statusChanged": "2024-02-01T08:00:00.000Z",
        "credentials": {"userName": format!("{name}@lumen.example")}, "profile": {}})
}

/// The part of a list, with links as the vendor writes them: absolute, and each in a line of its own or all in one.
fn page(asked: &Asked, all: &[Value], most: usize, one_line: bool) -> Answer {
    let at: usize = asked.parameter("after").trim_start_matches("c,;=").parse().unwrap_or(0);
    let size = asked.number("limit", most).min(most);
    let answer = Answer::json(&json!(part(all, at, size)))
        .header("x-rate-limit-limit", "600")
        .header("x-rate-limit-remaining", "599")
        .header("x-rate-limit-reset", "1790000000");
    let here = format!("http://{}{}", asked.header("host"), asked.target);
    let own = format!("<{here}>; rel=\"self\"");
    if at + size >= all.len() {
        return answer.header("link", own);
    }
    // The mark is opaque: it holds what also separates links.
    let mut kept: Vec<String> =
        asked.query.iter().filter(|(n, _)| n != "after").map(|(n, v)| format!("{n}={}", v.replace(' ', "+"))).collect();
    kept.push(format!("after=c,;%3D{}", at + size));
    let next = format!("<http://{}{}?{}>; rel=\"next\"", asked.header("host"), asked.path, kept.join("&"));
    if one_line {
        answer.header("link", format!("{own}, {next}"))
    } else {
        answer.header("link", own).header("link", next)
    }
}

fn known(asked: &Asked) -> bool {
    bears(asked) || asked.header("authorization") == format!("SSWS {TOKEN}")
}

fn invalid() -> Answer {
    Answer::error(401, &json!({"errorCode": "E0000011", "errorSummary": "Invalid token provided", "errorCauses": []}))
}

fn answer(asked: &Asked, tokens: &Tokens) -> Answer {
    if asked.path == "/oauth2/v1/token" {
        let here = format!("http://{}/oauth2/v1/token", asked.header("host"));
        let good = tokens.taken(&asked.field("client_assertion")).is_some_and(|(header, claims)| {
            header["alg"] == "RS256"
                && claims["iss"] == "0oaclient"
                && claims["sub"] == "0oaclient"
                && claims["aud"] == here
        });
        let asks = asked.field("grant_type") == "client_credentials"
            && asked.field("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && asked.field("scope").ends_with(".read");
        return if good && asks { given() } else { Answer::error(401, &json!({"error": "invalid_client"})) };
    }
    if !known(asked) {
        return invalid();
    }
    match asked.path.as_str() {
        "/api/v1/users" => {
            let all = users();
            let asks = asked.has("search") || asked.has("filter");
            let all: Vec<Value> = all.into_iter().filter(|u| asks || u["status"] != "DEPROVISIONED").collect();
            page(asked, &all, 2, false)
        }
        "/api/v1/apps" => {
            let apps = json!([
                {"id": "0oacrm", "label": "CRM", "name": "crm", "status": "ACTIVE"},
                {"id": "0oaold", "label": "Old wiki", "name": "bookmark", "status": "INACTIVE"},
                {"id": "0oawiki", "label": "Wiki", "name": "wiki", "status": "ACTIVE"},
            ]);
            page(asked, apps.as_array().unwrap(), 2, true)
        }
        "/api/v1/apps/0oacrm/users" => {
            let all = ["ann", "cleo", "eva"].map(|name| app_user(name, "ACTIVE"));
            page(asked, &all, 2, false)
        }
        "/api/v1/apps/0oaold/users" => page(asked, &[], 2, false),
        "/api/v1/apps/0oawiki/users" => page(asked, &[app_user("ann", "PROVISIONED")], 2, false),
        "/api/v1/groups" => {
            let groups = json!([
                {"id": "00gcrm", "type": "OKTA_GROUP", "profile": {"name": "CRM users", "description": null}},
                {"id": "00gall", "type": "BUILT_IN", "profile": {"name": "Everyone", "description": null}},
            ]);
            page(asked, groups.as_array().unwrap(), 1, false)
        }
        "/api/v1/groups/00gall/users" => page(asked, &users()[..3], 2, true),
        "/api/v1/groups/00gcrm/users" => page(asked, &users()[..1], 2, true),
        _ => Answer::error(404, &json!({"errorCode": "E0000007", "errorSummary": "Not found: Resource not found"})),
    }
}

fn server(keys: &Keys) -> Fake {
    let tokens = Tokens::new(keys, &RSA_PKCS1_2048_8192_SHA256);
    Fake::new(move |asked| answer(asked, &tokens))
}

/// Without the checks of a token's server.
fn plain(mut answer: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Fake {
    let tokens = Tokens::new(
        &Keys { pem: String::new(), public: Vec::new(), certificate: Vec::new() },
        &RSA_PKCS1_2048_8192_SHA256,
    );
    Fake::new(move |asked| answer(asked).unwrap_or_else(|| self::answer(asked, &tokens)))
}

const USERS: &str = "  okta:\n    list: okta-users\n    secret: {env: OKTA_TOKEN}\n";

#[test]
fn people_of_every_status_come_over_links_that_are_followed_as_they_stand() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), USERS);
    let all = desk.whole("okta");
    assert_eq!(all.iter().filter(|u| u["status"] == "DEPROVISIONED").count(), 1, "the deactivated are in it");
    assert_eq!(all.len(), PEOPLE.len());
    assert_eq!(
        fake.lines(),
        [
            "GET /api/v1/users?limit=200&search=id+pr",
            "GET /api/v1/users?limit=200&search=id+pr&after=c,;%3D2",
            "GET /api/v1/users?limit=200&search=id+pr&after=c,;%3D4",
        ]
    );
    desk.same_as_by_hand("okta", &json!(users()), "idp-active-after-end");
}

#[test]
fn a_refused_token_is_told_with_how_to_make_one() {
    let (desk, fake) = (Desk::new(), plain(|_| Some(invalid())));
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert_eq!(code, 1);
    assert!(said.contains("Invalid token provided") && said.contains("Read-only Administrator"), "{said}");
}

#[test]
fn whoever_asks_too_often_waits_as_long_as_the_two_headers_say() {
    let mut refused = false;
    let fake = plain(move |_| {
        // Several times: the soonest counts. The server's clock is far from ours.
        (!std::mem::replace(&mut refused, true)).then(|| {
            Answer::error(429, &json!({"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit"}))
                .header("date", "Wed, 18 Nov 2026 11:00:00 GMT")
                .header("x-rate-limit-remaining", "0")
                .header("x-rate-limit-reset", "1795003260")
                .header("x-rate-limit-reset", "1794999600")
        })
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), USERS);
    let began = std::time::Instant::now();
    assert_eq!(desk.whole("okta").len(), PEOPLE.len());
    let waited = began.elapsed().as_secs_f64();
    assert!((1.0..20.0).contains(&waited), "{waited}");
    assert_eq!(desk.note("okta")["retries"], 1);
}

#[test]
fn a_list_that_hides_the_status_is_no_list() {
    let fake = plain(|asked| {
        (asked.path == "/api/v1/users").then(|| Answer::json(&json!([{"id": "1", "profile": {"login": "a"}}])))
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), USERS);
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("lacks `/status`"), "{said}");
}

#[test]
fn a_private_key_signs_each_request_for_a_token_anew() {
    let keys = Keys::new();
    let tokens = Tokens::new(&keys, &RSA_PKCS1_2048_8192_SHA256);
    let (theirs, mut tries) = (tokens.clone(), 0);
    let fake = Fake::new(move |asked| {
        if asked.path == "/oauth2/v1/token" {
            tries += 1;
            // The first one is taken, and its answer is lost: the same statement would be refused from here on.
            if tries == 1 {
                theirs.taken(&asked.field("client_assertion")).unwrap();
                return Answer::error(503, &json!({"errorSummary": "later"}));
            }
        }
        answer(asked, &theirs)
    });
    let desk = Desk::new();
    desk.write("okta-key.pem", &keys.pem);
    desk.pulls(&fake.url(), "  okta:\n    list: okta-users\n    credentials: key\n    user: 0oaclient\n    with: {key-id: k1}\n    secret: {file: okta-key.pem}\n");
    assert_eq!(desk.whole("okta").len(), PEOPLE.len());
    assert_eq!(tokens.seen(), 2, "another statement each time");
}

#[test]
fn a_demand_for_proof_of_possession_says_what_to_switch_off() {
    let keys = Keys::new();
    for error in ["use_dpop_nonce", "invalid_dpop_proof"] {
        let fake = plain(move |asked| {
            (asked.path == "/oauth2/v1/token").then(|| {
                Answer::error(
                    400,
                    &json!({"error": error, "error_description": "The DPoP proof JWT header is missing."}),
                )
                .header("dpop-nonce", "n1")
            })
        });
        let desk = Desk::new();
        desk.write("okta-key.pem", &keys.pem);
        desk.pulls(&fake.url(), "  okta:\n    list: okta-users\n    credentials: key\n    user: 0oaclient\n    secret: {file: okta-key.pem}\n");
        let (code, said) = desk.pull();
        assert_eq!(code, 1);
        assert!(
            said.contains("DPoP") && said.contains("switch it off") && said.contains("no demand for DPoP"),
            "{said}"
        );
    }
}

#[test]
fn what_an_app_is_given_comes_for_all_apps_at_once_and_each_takes_its_own() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), "  given:\n    list: okta-app-users\n    secret: {env: OKTA_TOKEN}\n");
    let all = desk.whole("given");
    let of: Vec<String> = all
        .iter()
        .map(|l| format!("{} {}", l["pulled"]["label"].as_str().unwrap(), l["id"].as_str().unwrap()))
        .collect();
    assert_eq!(of, ["CRM 00uann", "CRM 00ucleo", "CRM 00ueva", "Wiki 00uann"]);
    let note = desk.note("given");
    assert_eq!(
        (&note["lists"], &note["pages"], &note["of"]["entries"], &note["of"]["pages"]),
        (&json!(3), &json!(4), &json!(3), &json!(2))
    );
    assert_eq!((&note["path"], &note["of"]["path"]), (&json!("/api/v1/apps/{app}/users"), &json!("/api/v1/apps")));
    desk.write("crm.csv", "ID,Email,Status,Created\nu1,ann@lumen.example,Active,2020-01-01\nu5,eva@lumen.example,Active,2020-01-01\nu2,bo@lumen.example,Active,2020-01-01\n");
    let rest = |given: &str, wiki: &str| {
        format!(
            "apps:\n  crm:\n    roster: {{file: crm.csv, extracted-at: 2026-11-30}}\n    assignments: {given}\n  wiki:\n    roster: {{file: crm.csv, extracted-at: 2026-11-30}}\n    assignments: {wiki}\n"
        )
    };
    let chosen = |label: &str| {
        format!("{{file: pulled/given.jsonl, extracted-at: 2026-11-30, only: {{pulled.label: {label}}}}}")
    };
    let (of_pull, _) = desk.findings(&rest(&chosen("CRM"), &chosen("Wiki")));
    let by_hand = |names: &[&str]| json!(names.iter().map(|n| app_user(n, "ACTIVE")).collect::<Vec<_>>()).to_string();
    desk.write("crm-given.json", &by_hand(&["ann", "cleo", "eva"]));
    desk.write("wiki-given.json", &by_hand(&["ann"]));
    let file = |name: &str| format!("{{file: {name}, extracted-at: 2026-11-30}}");
    let (of_hand, _) = desk.findings(&rest(&file("crm-given.json"), &file("wiki-given.json")));
    assert!(of_pull.contains(&("unassigned-account".to_owned(), "wikiu5 eva@lumen.example".to_owned())), "{of_pull:?}");
    assert!(!of_pull.contains(&("unassigned-account".to_owned(), "crmu5 eva@lumen.example".to_owned())), "{of_pull:?}");
    assert_eq!(of_pull, of_hand);
    let (_, said) = desk.findings(&rest(&chosen("Crm"), &chosen("Wiki")));
    assert!(
        said.contains("`only` chooses none of its rows: none has pulled.label = Crm; did you mean `CRM`?"),
        "{said}"
    );
    let wrong = "{file: pulled/given.jsonl, only: {pulled.labl: CRM}}";
    desk.write("coverage.yaml", &format!("hr: [{{file: hr.csv}}]\n{}", rest(wrong, wrong)));
    let refused = assert_cmd::Command::cargo_bin("coverage").unwrap().arg("report").arg(desk.path()).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    fs::remove_file(desk.path().join("coverage.yaml")).unwrap();
    assert_cmd::Command::cargo_bin("coverage").unwrap().arg("init").arg(desk.path()).assert().success();
    let begun = fs::read_to_string(desk.path().join("coverage.yaml")).unwrap();
    assert!(
        begun.contains("pulled/given.jsonl\", export: okta-app-users-api, only: {pulled.label: \"its name there\"}}"),
        "{begun}"
    );
    assert!(said.contains("`only` speaks of a column `pulled.labl`") && said.contains("`pulled.label`"), "{said}");
}

#[test]
fn what_is_broken_off_between_two_apps_goes_on_there() {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let fake = plain(move |asked| {
        let down = asked.path.ends_with("0oawiki/users") && !is_well.load(Ordering::SeqCst);
        down.then(Answer::hang_up)
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), "  given:\n    list: okta-app-users\n    secret: {env: OKTA_TOKEN}\n");
    let mut first = std::process::Command::new(assert_cmd::cargo::cargo_bin("coverage"))
        .env("OKTA_TOKEN", TOKEN)
        .args(["pull", "--workspace"])
        .arg(desk.path())
        .spawn()
        .unwrap();
    for _ in 0..400 {
        if fake.lines().iter().any(|line| line.contains("0oawiki")) {
            break;
        }
        thread::sleep(Duration::from_millis(25));
    }
    assert!(first.try_wait().unwrap().is_none(), "it is patient");
    first.kill().unwrap();
    first.wait().unwrap();
    well.store(true, Ordering::SeqCst);
    fake.forget();
    assert_eq!(desk.whole("given").len(), 4);
    let asked: Vec<String> = fake.asked().iter().map(|a| a.path.clone()).collect();
    assert_eq!(
        asked,
        ["/api/v1/apps", "/api/v1/apps", "/api/v1/apps/0oawiki/users"],
        "what was read is not read again"
    );
}

#[test]
fn app_users_without_their_status_are_not_taken() {
    let fake = plain(|asked| {
        asked.path.ends_with("0oawiki/users").then(|| Answer::json(&json!([{"id": "00uann", "scope": "USER"}])))
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), "  given:\n    list: okta-app-users\n    secret: {env: OKTA_TOKEN}\n");
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("app 0oawiki") && said.contains("lacks `/status`"), "{said}");
    assert!(!desk.path().join("pulled/given.jsonl").exists());
}

#[test]
fn the_members_of_every_group_come_and_one_group_can_stand_for_an_app() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), "  groups:\n    list: okta-group-users\n    secret: {env: OKTA_TOKEN}\n");
    assert_eq!(desk.whole("groups").len(), 4);
    desk.write(
        "crm.csv",
        "ID,Email,Status,Created\nu1,ann@lumen.example,Active,2020-01-01\nu5,eva@lumen.example,Active,2020-01-01\n",
    );
    let (found, _) = desk.findings(
        "apps:\n  crm:\n    roster: {file: crm.csv, extracted-at: 2026-11-30}\n    assignments: {file: pulled/groups.jsonl, extracted-at: 2026-11-30, only: {pulled.name: CRM users}}\n",
    );
    assert!(found.contains(&("unassigned-account".to_owned(), "crmu5 eva@lumen.example".to_owned())), "{found:?}");
}

#[test]
fn the_guide_works_as_written() {
    let keys = Keys::new();
    let (desk, fake) = (Desk::new(), server(&keys));
    desk.write("okta-key.pem", &keys.pem);
    assert_eq!(desk.follows_the_guide("Okta", &fake.url()), 4);
}
