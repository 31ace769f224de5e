//! Slack: a list by POST, and noes with the status 200.

use super::{Desk, PAGE, State, TOKEN, entries, people};
use crate::fake::{Answer, Asked, Fake};
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The token lacks a scope.
    MissingScope,
    /// The token has no scope for addresses.
    NoAddresses,
    /// It asks to wait, with the status 200, and has forgotten a cursor.
    Moody,
}

fn members(fault: Fault) -> Vec<Value> {
    let mut all: Vec<Value> = people()
        .iter()
        .map(|p| {
            let mut profile = json!({"real_name": format!("Person {}", p.n), "display_name": ""});
            if fault != Fault::NoAddresses {
                profile["email"] = json!(p.email);
            }
            json!({
                "id": format!("U{:03}", p.n), "team_id": "T1", "name": format!("person{}", p.n),
                "deleted": p.state == State::Deactivated, "is_invited_user": p.state == State::Invited,
                "is_bot": false, "is_admin": p.admin, "is_owner": false, "is_primary_owner": false,
                "is_restricted": false, "is_ultra_restricted": false, "profile": profile,
            })
        })
        .collect();
    // Slackbot is a member and says that it is no bot.
    all.push(json!({"id": "USLACKBOT", "team_id": "T1", "name": "slackbot", "deleted": false, "is_bot": false, "profile": {"real_name": "Slackbot"}}));
    all
}

fn slack(fault: Fault) -> Fake {
    let mut asked_for = 0;
    Fake::new(move |asked: &Asked| {
        let no = |error: &str| Answer::json(&json!({"ok": false, "error": error}));
        asked_for += 1;
        if asked.line() != "POST /api/users.list" || !asked.header("content-type").contains("x-www-form-urlencoded") {
            return Answer::error(404, &json!({}));
        }
        if asked.header("authorization") != format!("Bearer {TOKEN}") {
            return no("invalid_auth");
        }
        match (fault, asked_for) {
            (Fault::MissingScope, _) => return no("missing_scope"),
            (Fault::Moody, 2) => return no("ratelimited").header("retry-after", "1"),
            (Fault::Moody, 3) => return no("invalid_cursor"),
            _ => {}
        }
        // Fewer than asked for may come although there are more.
        assert_eq!(asked.field("limit"), "200");
        let from: usize = asked.field("cursor").trim_end_matches('=').parse().unwrap_or(0);
        let all = members(fault);
        let to = (from + PAGE).min(all.len());
        let next = if to < all.len() { format!("{to}=") } else { String::new() };
        Answer::json(
            &json!({"ok": true, "members": all[from..to], "cache_ts": 1, "response_metadata": {"next_cursor": next}}),
        )
    })
}

#[test]
fn the_guide_gives_the_findings_of_the_member_list_that_slackbot_sends() {
    let (desk, server) = (Desk::new(), slack(Fault::None));
    desk.follow("Slack", 0, &server);
    assert!(desk.pull_whole().contains("slack: 27 entries, 3 pages"));
    assert_eq!(server.asked()[1].text(), "limit=200&cursor=10%3D");
    let note: Value = serde_json::from_str(&desk.read("rosters/slack.pull.json")).unwrap();
    assert_eq!((&note["path"], &note["query"]), (&json!("/api/users.list"), &json!([["limit", "200"]])));
    let mut csv =
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n"
            .to_owned();
    for p in people() {
        let status = match p.state {
            State::Deactivated => "Deactivated",
            State::Invited => "Invited",
            State::Active if p.admin => "Admin",
            State::Active => "Member",
        };
        csv += &format!("person{0},{1},{status},1,0,,U{0:03},Person {0},,\n", p.n, p.email);
    }
    csv += "slackbot,,Bot,0,0,,USLACKBOT,Slackbot,,\n";
    desk.write("by-hand.csv", &csv);
    desk.gives_the_findings_of("rosters/slack.jsonl", "by-hand.csv");
}

#[test]
fn a_no_with_the_status_200_is_a_no() {
    let desk = Desk::new();
    desk.follow("Slack", 0, &slack(Fault::MissingScope));
    let said = desk.pull_in_vain("rosters/slack.jsonl");
    assert!(
        said.contains("the token may not read this list: 403 (missing_scope)") && said.contains("users:read.email"),
        "{said}"
    );
}

#[test]
fn a_list_without_a_single_address_comes_of_a_token_that_may_not_see_them() {
    let desk = Desk::new();
    desk.follow("Slack", 0, &slack(Fault::NoAddresses));
    let said = desk.pull_in_vain("rosters/slack.jsonl");
    assert!(said.contains("none of 27 entries has `/profile/email`"), "{said}");
}

#[test]
fn who_is_asked_to_wait_waits_and_a_forgotten_cursor_means_from_the_beginning() {
    let (desk, server) = (Desk::new(), slack(Fault::Moody));
    desk.follow("Slack", 0, &server);
    let said = desk.pull_whole();
    assert!(said.contains("27 entries") && said.contains("retries: 1"), "{said}");
    let cursors: Vec<String> = server.asked().iter().map(|asked| asked.field("cursor")).collect();
    assert_eq!(cursors, ["", "10=", "10=", "", "10=", "20="]);
    assert_eq!(entries(&desk, "rosters/slack.jsonl"), 27);
    assert!(desk.read("rosters/slack.pull.json").contains("\"asked_by\": \"POST\""));
}

#[test]
fn doctor_asks_in_the_way_in_which_the_list_is_asked_for() {
    let (desk, server) = (Desk::new(), slack(Fault::None));
    desk.follow("Slack", 0, &server);
    let (_, said) = desk.run("doctor");
    assert!(said.contains("the server accepts it"), "{said}");
    assert!(server.lines().iter().all(|line| line == "POST /api/users.list"), "{:?}", server.lines());
    desk.follow("Slack", 0, &slack(Fault::MissingScope));
    let (code, said) = desk.run("doctor");
    assert!(code == 1 && said.contains("it may not read this list: 403 (missing_scope)"), "{said}");
}
