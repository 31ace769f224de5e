//! Zoom: a list for each status, and a token that an app is given.

use super::{Desk, PAGE, State, TOKEN, people};
use crate::fake::{Answer, Asked, Fake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It gives the active users, whatever is asked for.
    IgnoresStatus,
    /// It stops before the end.
    Stops,
}

fn users(state: State) -> Vec<Value> {
    let of_state = |p: &super::Person| {
        let mut user = json!({
            "email": p.email, "type": 1, "verified": 1, "dept": "", "created_at": "2024-05-06T07:08:09Z",
            "status": match state { State::Active => "active", State::Deactivated => "inactive", State::Invited => "pending" },
        });
        // Whoever has not come yet has no id, no name and no role.
        if state != State::Invited {
            user["id"] = json!(format!("z{}", p.n));
            user["first_name"] = json!("Person");
            user["last_name"] = json!(p.n.to_string());
            user["role_id"] = json!(if p.admin { "1" } else { "2" });
        }
        user
    };
    people().iter().filter(|p| p.state == state).map(of_state).collect()
}

fn zoom(fault: Fault) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.line() == "POST /oauth/token" {
            let client = STANDARD.encode(format!("kH0client:{TOKEN}"));
            assert_eq!(asked.header("authorization"), format!("Basic {client}"));
            assert_eq!(
                (asked.field("grant_type"), asked.field("account_id")),
                ("account_credentials".to_owned(), "Q4mZ1nordwind".to_owned())
            );
            return Answer::json(
                &json!({"access_token": "zoom-access-token", "token_type": "bearer", "expires_in": 3600}),
            );
        }
        if asked.header("authorization") != "Bearer zoom-access-token" || asked.path != "/v2/users" {
            return Answer::error(401, &json!({"code": 124, "message": "Invalid access token."}));
        }
        let all = users(match asked.parameter("status") {
            _ if fault == Fault::IgnoresStatus => State::Active,
            "inactive" => State::Deactivated,
            "pending" => State::Invited,
            _ => State::Active,
        });
        let from = asked.number("next_page_token", 0);
        let to = (from + PAGE).min(all.len());
        let ends = to == all.len() || fault == Fault::Stops;
        let next = if ends { String::new() } else { to.to_string() };
        Answer::json(
            &json!({"page_size": 300, "total_records": all.len(), "next_page_token": next, "users": all[from..to]}),
        )
    })
}

#[test]
fn the_guide_gives_the_findings_of_the_file_that_the_web_portal_makes() {
    let (desk, server) = (Desk::new(), zoom(Fault::None));
    desk.follow("Zoom", 0, &server);
    let said = desk.pull_whole();
    assert!(said.contains("zoom: 26 entries, as many as the server says there are, 4 pages of 3 lists"), "{said}");
    assert_eq!(server.lines().iter().filter(|line| line.starts_with("POST")).count(), 1, "one token for all");
    let mut csv = "\u{feff}Email,First Name,Last Name,Department,User Group,IM Group,Last Login(UTC),Last Client Version,Creation Date,Role,User Type,Login Type,User Status\n".to_owned();
    for p in people() {
        let (status, role) = match (p.state, p.admin) {
            (State::Active, true) => ("Active", "Admin"),
            (State::Active, false) => ("Active", "Member"),
            (State::Deactivated, _) => ("Inactive", "Member"),
            (State::Invited, _) => ("Pending", ""),
        };
        csv += &format!("{},Person,{},,,,,,2024-05-06,{role},Basic,,{status}\n", p.email, p.n);
    }
    desk.write("by-hand.csv", &csv);
    desk.gives_the_findings_of("rosters/zoom.jsonl", "by-hand.csv");
}

#[test]
fn a_status_that_is_ignored_is_noticed() {
    let desk = Desk::new();
    desk.follow("Zoom", 0, &zoom(Fault::IgnoresStatus));
    let said = desk.pull_in_vain("rosters/zoom.jsonl");
    assert!(said.contains("came under another value too"), "{said}");
}

#[test]
fn fewer_than_the_total_are_not_the_list() {
    let desk = Desk::new();
    desk.follow("Zoom", 0, &zoom(Fault::Stops));
    let said = desk.pull_in_vain("rosters/zoom.jsonl");
    assert!(said.contains("status active: 10 entries came, and the server says there are 19"), "{said}");
}
