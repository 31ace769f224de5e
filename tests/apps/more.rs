//! Atlassian, Secureframe and Webflow.

use super::{Desk, PAGE, State, TOKEN, people};
use crate::fake::{Answer, Asked, Fake};
use serde_json::{Value, json};

fn atlassian(elsewhere: bool) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.header("authorization") != format!("Bearer {TOKEN}") {
            return Answer::error(401, &json!({"code": 401, "message": "Unauthorized"}));
        }
        let path = "/admin/v1/orgs/4dbb1c2f-0000-4000-8000-000000000001/users";
        if asked.path != path {
            return Answer::error(404, &json!({"message": "no such organization"}));
        }
        let account = |p: &super::Person| {
            json!({"account_id": format!("712020:{}", p.n), "account_type": "atlassian", "access_billable": true,
                "account_status": if p.state == State::Deactivated { "inactive" } else { "active" },
                "name": format!("Person {}", p.n), "email": p.email, "product_access": [], "links": {"self": "x"}})
        };
        let all: Vec<Value> = people().iter().filter(|p| p.state != State::Invited).map(account).collect();
        let from = asked.number("cursor", 0);
        let to = (from + PAGE).min(all.len());
        let mut answer = json!({"data": all[from..to], "meta": {"total": all.len()}, "links": {"self": path}});
        if to < all.len() {
            // The whole address, as the vendor's issue on it says.
            let host = if elsewhere { "evil.example" } else { asked.header("host") };
            answer["links"]["next"] = json!(format!("http://{host}{path}?cursor={to}"));
        }
        Answer::json(&answer)
    })
}

#[test]
fn atlassians_guide_gives_the_findings_of_the_export_of_managed_accounts() {
    let desk = Desk::new();
    desk.follow("Atlassian", 0, &atlassian(false));
    let said = desk.pull_whole();
    assert!(said.contains("atlassian: 23 entries, as many as the server says there are, 3 pages"), "{said}");
    let mut csv =
        "Atlassian ID,Name,Email,Last active,Status,Billable,SAML single sign-on,Two-step verification\n".to_owned();
    for p in people().iter().filter(|p| p.state != State::Invited) {
        let status = if p.state == State::Deactivated { "Deactivated" } else { "Active" };
        csv += &format!("712020:{0},Person {0},{1},,{status},Yes,,\n", p.n, p.email);
    }
    desk.write("by-hand.csv", &csv);
    desk.gives_the_findings_of("rosters/atlassian.jsonl", "by-hand.csv");
}

#[test]
fn a_next_page_at_another_host_is_not_asked_for() {
    let desk = Desk::new();
    desk.follow("Atlassian", 0, &atlassian(true));
    let said = desk.pull_in_vain("rosters/atlassian.jsonl");
    assert!(said.contains("said to be at http://evil.example, and the token is not sent there"), "{said}");
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It gives the first page, whatever page is asked for.
    IgnoresPage,
    /// The key's user may not read people.
    Forbidden,
}

fn person(p: &super::Person) -> Value {
    json!({"id": format!("7f3c0d5e-0000-4000-8000-{:012}", p.n), "type": "user", "attributes": {
        "email": p.email, "name": format!("Person {}", p.n), "active": p.state != State::Deactivated,
        "access_role": if p.admin { json!("admin") } else { Value::Null }, "personnel_status": "not_invited"}})
}

fn secureframe(fault: Fault) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.header("authorization") != format!("KEY1 {TOKEN}") || asked.path != "/users" {
            return Answer::error(401, &json!({"message": "Unauthorized"}));
        }
        if fault == Fault::Forbidden {
            return Answer::error(403, &json!({"message": "Forbidden"}));
        }
        assert_eq!((asked.parameter("per_page"), asked.parameter("sort")), ("100", "id"));
        let all: Vec<Value> = people().iter().map(person).collect();
        let n = if fault == Fault::IgnoresPage { 1 } else { asked.number("page", 1) };
        let (from, to) = (((n - 1) * PAGE).min(all.len()), (n * PAGE).min(all.len()));
        Answer::json(&json!({"data": all[from..to], "meta": {"total": all.len()}, "included": []}))
    })
}

#[test]
fn secureframes_guide_gives_the_findings_of_its_answer_saved_by_hand() {
    let desk = Desk::new();
    desk.follow("Secureframe", 0, &secureframe(Fault::None));
    let said = desk.pull_whole();
    assert!(said.contains("secureframe: 26 entries, as many as the server says there are, 3 pages"), "{said}");
    let all: Vec<Value> = people().iter().map(person).collect();
    desk.write("by-hand.json", &json!({"data": all, "meta": {"total": all.len()}}).to_string());
    desk.gives_the_findings_of("rosters/secureframe.jsonl", "by-hand.json");
}

#[test]
fn pages_that_are_ignored_and_rights_that_are_missing_are_noticed() {
    let desk = Desk::new();
    desk.follow("Secureframe", 0, &secureframe(Fault::IgnoresPage));
    let said = desk.pull_in_vain("rosters/secureframe.jsonl");
    assert!(said.contains("brought nothing but what had come before"), "{said}");
    desk.follow("Secureframe", 0, &secureframe(Fault::Forbidden));
    let said = desk.pull_in_vain("rosters/secureframe.jsonl");
    assert!(said.contains("may not read this list: 403 (Forbidden)") && said.contains("changes nothing"), "{said}");
}

/// `address` is what the field with the address is called: no page says.
fn webflow(address: &'static str) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.header("authorization") != format!("Bearer {TOKEN}")
            || asked.path != "/v2/workspaces/66aa00000000000000000000/members"
        {
            return Answer::error(404, &json!({"message": "Requested resource not found"}));
        }
        let of = |state| people().into_iter().filter(move |p| p.state == state);
        let member = |p: super::Person| json!({"id": format!("{:024x}", p.n), address: p.email, "role": if p.admin { "admin" } else { "member" }, "defaultSiteRole": "designer"});
        let invite = |p: super::Person| json!({"id": format!("{:024x}", p.n), address: p.email, "workspaceRole": "member", "status": "pending"});
        Answer::json(&json!({
            "members": of(State::Active).map(member).collect::<Vec<_>>(),
            "invites": of(State::Invited).map(invite).collect::<Vec<_>>(),
        }))
    })
}

#[test]
fn webflows_guide_gives_the_findings_of_a_list_made_by_hand() {
    let desk = Desk::new();
    desk.follow("Webflow", 0, &webflow("email"));
    let said = desk.pull_whole();
    assert!(said.contains("webflow-members: 19 entries") && said.contains("webflow-invites: 3 entries"), "{said}");
    let mut csv = "Email,Role,Status\n".to_owned();
    for p in people().iter().filter(|p| p.state != State::Deactivated) {
        let (role, status) =
            (if p.admin { "admin" } else { "member" }, if p.state == State::Invited { "invited" } else { "active" });
        csv += &format!("{},{role},{status}\n", p.email);
    }
    desk.write("by-hand.csv", &csv);
    let rules = |found: std::collections::BTreeSet<(String, String)>| {
        found
            .into_iter()
            .filter(|(rule, _)| rule.contains("leaver") || rule.starts_with("residual"))
            .collect::<Vec<_>>()
    };
    let pulled = rules(desk.findings("[rosters/webflow-members.jsonl, rosters/webflow-invites.jsonl]"));
    assert!(pulled.iter().any(|(rule, _)| rule == "pending-invite-leaver"), "{pulled:?}");
    assert_eq!(pulled, rules(desk.findings("by-hand.csv")));
}

#[test]
fn a_field_that_is_called_otherwise_ends_the_pull_with_a_message() {
    let desk = Desk::new();
    desk.follow("Webflow", 0, &webflow("emailAddress"));
    let said = desk.pull_in_vain("rosters/webflow-members.jsonl");
    assert!(said.contains("entry 1 of page 1 lacks `/email`"), "{said}");
}
