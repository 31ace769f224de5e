//! Microsoft Graph. Public sources: the vendor's reference on GitHub and its page on certificate credentials.

use super::{Desk, Keys, TOKEN, Tokens, bears, given, part};
use crate::fake::{Answer, Asked, Fake};
use aws_lc_rs::signature::RSA_PSS_2048_8192_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

const DEFAULT: &str = "businessPhones,displayName,givenName,id,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,userPrincipalName";

fn user(name: &str, whole: &str, enabled: bool) -> Value {
    json!({
        "id": format!("id-{name}"), "userPrincipalName": format!("{name}@lumen.example"), "displayName": whole,
        "mail": format!("{name}@lumen.example"), "accountEnabled": enabled, "userType": "Member", "employeeId": null,
        "proxyAddresses": [format!("SMTP: {name}@lumen.example"), format!("smtp:{name}.b@lumen.example")],
        "createdDateTime": if name == "ann" { Value::Null } else { json!("2020-01-01T08:00:00Z") },
    })
}

fn users() -> Vec<Value> {
    let mut all = vec![
        user("ann", "Ann Berg", true),
        user("bo", "Bo Lund", true),
        user("cleo", "Cleo Fox", false),
        user("dan", "Dan Holm", false),
        user("eva", "Eva Iversen", true),
    ];
    // Failed attempts count in one of the two; who has none may have signed in long ago.
    all[1]["signInActivity"] =
        json!({"lastSignInDateTime": "2026-11-20T08:00:00Z", "lastSuccessfulSignInDateTime": "2026-09-01T08:00:00Z"});
    all
}

/// What was asked for with `$select`, and nothing else: null where there is none, but for the last sign-in, which is absent.
fn selected(asked: &Asked, one: &Value) -> Value {
    let fields = if asked.has("$select") { asked.parameter("$select") } else { DEFAULT };
    let mut out = Map::new();
    for field in fields.split(',') {
        if field != "signInActivity" || one.get(field).is_some() {
            out.insert(field.to_owned(), one[field].clone());
        }
    }
    Value::Object(out)
}

fn page(asked: &Asked, all: &[Value]) -> Answer {
    let most = if asked.parameter("$select").contains("signInActivity") { 500 } else { 999 };
    if asked.number("$top", 100) > most || asked.has("$skip") {
        return Answer::error(400, &json!({"error": {"code": "BadRequest", "message": "Invalid page size specified"}}));
    }
    let at: usize = asked.parameter("$skiptoken").trim_start_matches("m~").parse().unwrap_or(0);
    let list: Vec<Value> = part(all, at, 2).iter().map(|one| selected(asked, one)).collect();
    let mut body = json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": list});
    if at + 2 < all.len() {
        let select = asked.parameter("$select");
        let next = format!(
            "http://{}{}?$select={select}&$top={}&$skiptoken=m~{}",
            asked.header("host"),
            asked.path,
            asked.parameter("$top"),
            at + 2
        );
        body["@odata.nextLink"] = json!(next);
    }
    Answer::json(&body)
}

fn deleted() -> Vec<Value> {
    let mut gone = user("dan", "Dan Holm", false);
    gone["deletedDateTime"] = json!("2026-10-05T08:00:00Z");
    // The name is made free for others.
    gone["userPrincipalName"] = json!("0f0f0f0fdan@lumen.example");
    vec![gone]
}

fn assigned(name: &str, kind: &str) -> Value {
    json!({"id": format!("a-{name}"), "principalId": format!("id-{name}"), "principalType": kind, "principalDisplayName": name,
        "resourceId": "sp", "resourceDisplayName": "x", "appRoleId": "00000000-0000-0000-0000-000000000000", "createdDateTime": "2024-01-01T00:00:00Z"})
}

fn answer(asked: &Asked, tokens: Option<&Tokens>, certificate: &[u8]) -> Answer {
    if asked.path == "/oauth2/v1/token" {
        let by_secret =
            asked.field("client_id") == "5f0c1d2e-0000-4000-8000-000000000001" && asked.field("client_secret") == TOKEN;
        let here = format!("http://{}/oauth2/v1/token", asked.header("host"));
        let by_key = tokens.and_then(|t| t.taken(&asked.field("client_assertion"))).is_some_and(|(header, claims)| {
            header["alg"] == "PS256"
                && header["x5t#S256"] == URL_SAFE_NO_PAD.encode(Sha256::digest(certificate))
                && claims["iss"] == "5f0c1d2e-0000-4000-8000-000000000001"
                && claims["aud"] == here
        });
        let scope = asked.field("scope") == "https://graph.microsoft.com/.default";
        return if scope && (by_secret || by_key) {
            given()
        } else {
            Answer::error(401, &json!({"error": "invalid_client", "error_description": "AADSTS7000215"}))
        };
    }
    if !bears(asked) {
        return Answer::error(
            401,
            &json!({"error": {"code": "InvalidAuthenticationToken", "message": "Access token is empty."}}),
        );
    }
    match asked.path.as_str() {
        "/v1.0/users" => page(asked, &users()),
        "/v1.0/directory/deletedItems/microsoft.graph.user" => page(asked, &deleted()),
        "/v1.0/servicePrincipals" => page(asked, json!([
            {"id": "sp-crm", "appId": "1", "displayName": "CRM", "accountEnabled": true, "servicePrincipalType": "Application"},
            {"id": "sp-mi", "appId": "2", "displayName": "a robot", "accountEnabled": true, "servicePrincipalType": "ManagedIdentity"},
            {"id": "sp-wiki", "appId": "3", "displayName": "Wiki", "accountEnabled": false, "servicePrincipalType": "Application"},
        ]).as_array().unwrap()),
        "/v1.0/servicePrincipals/sp-crm/appRoleAssignedTo" => Answer::json(&json!({"value": [assigned("ann", "User"), assigned("cleo", "User")]})),
        "/v1.0/servicePrincipals/sp-mi/appRoleAssignedTo" => Answer::json(&json!({"value": []})),
        "/v1.0/servicePrincipals/sp-wiki/appRoleAssignedTo" => Answer::json(&json!({"value": [assigned("Sales", "Group")]})),
        _ => Answer::error(404, &json!({"error": {"code": "ResourceNotFound", "message": "no such resource"}})),
    }
}

fn plain(mut answer: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Fake {
    Fake::new(move |asked| answer(asked).unwrap_or_else(|| self::answer(asked, None, &[])))
}

fn list(list: &str) -> String {
    format!(
        "  graph:\n    list: microsoft-entra-id-{list}\n    user: 5f0c1d2e-0000-4000-8000-000000000001\n    with: {{tenant: t1}}\n    secret: {{env: GRAPH_SECRET}}\n"
    )
}

#[test]
fn what_has_to_be_asked_for_by_name_is_asked_for() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), &list("users"));
    let all = desk.whole("graph");
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|u| u["accountEnabled"].is_boolean()), "{all:?}");
    assert!(fake.lines().last().unwrap().ends_with("$skiptoken=m~4"), "{:?}", fake.lines());
    desk.same_as_by_hand("graph", &json!({"value": all}), "idp-active-after-end");
}

#[test]
fn what_the_server_leaves_out_all_the_same_is_not_taken_for_no() {
    let fake = plain(|asked| {
        (asked.path == "/v1.0/users").then(|| {
            Answer::json(
                &json!({"value": [{"id": "1", "userPrincipalName": "ann@lumen.example", "displayName": "Ann"}]}),
            )
        })
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), &list("users"));
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("lacks `/accountEnabled`: it was not asked for"), "{said}");
}

#[test]
fn a_next_page_at_another_host_is_refused() {
    let mut full = user("ann", "Ann", true);
    full["employeeId"] = json!("1");
    let fake = plain(move |asked| {
        (asked.path == "/v1.0/users").then(|| {
            Answer::json(
                &json!({"value": [full], "@odata.nextLink": "https://graph.evil.example/v1.0/users?$skiptoken=1"}),
            )
        })
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), &list("users"));
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("https://graph.evil.example, and the token is not sent there"), "{said}");
}

#[test]
fn with_the_last_sign_in_pages_are_smaller_and_who_has_none_is_not_never() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), &list("users-with-sign-ins"));
    let all = desk.whole("graph");
    assert_eq!(fake.asked().iter().find(|a| a.path == "/v1.0/users").unwrap().parameter("$top"), "500");
    assert_eq!(all.iter().filter(|u| u.get("signInActivity").is_some()).count(), 1);
    let by_hand = json!({"value": all});
    desk.same_as_by_hand("graph", &by_hand, "idp-active-after-end");
    let (found, _) = desk.findings("idp: [{file: pulled/graph.jsonl, extracted-at: 2026-11-30}]\napps:\n  microsoft-entra-id: {roster: {file: pulled/graph.jsonl, extracted-at: 2026-11-30}}\n");
    assert!(!found.iter().any(|(rule, _)| rule == "dormant-account"), "{found:?}");
    assert!(!found.iter().any(|(rule, _)| rule == "activity-after-leaving"), "the failed attempt is none: {found:?}");
}

#[test]
fn a_right_that_is_missing_is_named() {
    let fake = plain(|asked| {
        (asked.path == "/v1.0/users").then(|| Answer::error(403, &json!({"error": {"code": "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "message": "Neither tenant is B2C or tenant doesn't have premium license"}})))
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), &list("users-with-sign-ins"));
    let (code, said) = desk.pull();
    assert!(code == 1 && said.contains("premium license") && said.contains("AuditLog.Read.All"), "{said}");
}

#[test]
fn deleted_users_are_a_list_of_their_own() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), &list("deleted-users"));
    let all = desk.whole("graph");
    assert_eq!(all.len(), 1);
    let gone = |file: &str| {
        format!(
            "apps:\n  microsoft-entra-id: {{roster: {{file: {file}, extracted-at: 2026-11-30, accept: [{{check: count-drop, because: only the deleted, by: ann@lumen.example, at: 2026-11-30}}]}}}}\n"
        )
    };
    desk.write("by-hand.json", &json!({"value": all}).to_string());
    let plain = |text: String| {
        text.replace(
            ", accept: [{check: count-drop, because: only the deleted, by: ann@lumen.example, at: 2026-11-30}]",
            "",
        )
    };
    assert_eq!(desk.findings(&plain(gone("pulled/graph.jsonl"))).0, desk.findings(&plain(gone("by-hand.json"))).0);
}

#[test]
fn assignments_come_for_all_applications_and_a_group_is_not_its_members() {
    let (desk, fake) = (Desk::new(), plain(|_| None));
    desk.pulls(&fake.url(), &list("app-assignments"));
    let all = desk.whole("graph");
    assert_eq!(all.iter().map(|l| l["pulled"]["label"].as_str().unwrap()).collect::<Vec<_>>(), ["CRM", "CRM", "Wiki"]);
    assert_eq!(desk.note("graph")["of"]["entries"], 3);
}

#[test]
fn a_server_that_asks_for_patience_gets_it_also_where_tokens_are_given() {
    let mut refused = 0;
    let fake = plain(move |_| {
        refused += 1;
        (refused == 1 || refused == 3)
            .then(|| Answer::error(429, &json!({"error": {"code": "TooManyRequests"}})).header("retry-after", "1"))
    });
    let desk = Desk::new();
    desk.pulls(&fake.url(), &list("users"));
    assert_eq!(desk.whole("graph").len(), 5);
}

#[test]
fn the_guide_works_as_written() {
    let keys = Keys::new();
    let (tokens, certificate) = (Tokens::new(&keys, &RSA_PSS_2048_8192_SHA256), keys.certificate.clone());
    let fake = Fake::new(move |asked| answer(asked, Some(&tokens), &certificate));
    let desk = Desk::new();
    desk.write("graph-key.pem", &keys.with_certificate());
    assert_eq!(desk.follows_the_guide("Microsoft Entra ID", &fake.url()), 4);
}
