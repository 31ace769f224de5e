//! GitHub and GitLab: addresses of the next page in a header, lists that say little about people.

use super::{Desk, PAGE, State, TOKEN, entries, people};
use crate::fake::{Answer, Asked, Fake};
use serde_json::{Value, json};

/// A page of a list, with the header that leads on as both services write it.
fn page(asked: &Asked, all: &[Value]) -> Answer {
    let n = asked.number("page", 1);
    let (from, last) = (((n - 1) * PAGE).min(all.len()), all.len().div_ceil(PAGE).max(1));
    let answer = Answer::json(&json!(all[from..(from + PAGE).min(all.len())]));
    if n >= last {
        return answer;
    }
    let to = |n: usize| {
        let kept =
            asked.query.iter().filter(|(name, _)| name != "page").map(|(name, value)| format!("{name}={value}&"));
        format!("<http://{}{}?{}page={n}>", asked.header("host"), asked.path, kept.collect::<String>())
    };
    answer.header("link", format!("{}; rel=\"prev\", {}; rel=\"next\", {}; rel=\"last\"", to(1), to(n + 1), to(last)))
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    /// It says that it is asked too often, in its own way.
    Secondary,
    /// It gives everybody, whatever role is asked for.
    IgnoresRole,
}

fn login(n: usize) -> Value {
    json!({"login": format!("login-{n}"), "id": 1000 + n, "node_id": "MDQ6", "type": "User", "site_admin": false})
}

fn github(fault: Fault) -> Fake {
    let mut refused = false;
    Fake::new(move |asked: &Asked| {
        if asked.header("authorization") != format!("Bearer {TOKEN}")
            || asked.header("x-github-api-version") != "2022-11-28"
        {
            return Answer::error(401, &json!({"message": "Bad credentials"}));
        }
        if fault == Fault::Secondary && !refused && asked.number("page", 1) == 2 {
            refused = true;
            let message = json!({"message": "You have exceeded a secondary rate limit."});
            return Answer::error(403, &message).header("retry-after", "1");
        }
        let everybody = people();
        let members = |role: &str| {
            let of = everybody.iter().filter(|p| p.state == State::Active);
            of.filter(|p| fault == Fault::IgnoresRole || p.admin == (role == "admin"))
                .map(|p| login(p.n))
                .collect::<Vec<_>>()
        };
        let invited = |p: &super::Person| {
            json!({"id": 50 + p.n, "login": null, "node_id": "I", "email": p.email, "role": "direct_member",
                "created_at": "2026-10-05T08:00:00Z", "inviter": login(0), "invitation_teams_url": "https://api.github.com/x"})
        };
        match asked.path.as_str() {
            "/orgs/nordwind/members" => page(asked, &members(asked.parameter("role"))),
            "/orgs/nordwind/outside_collaborators" => page(asked, &[login(500), login(501)]),
            "/orgs/nordwind/invitations" => {
                let all: Vec<Value> = everybody.iter().filter(|p| p.state == State::Invited).map(invited).collect();
                page(asked, &all)
            }
            _ => Answer::error(404, &json!({"message": "Not Found"})),
        }
    })
}

const GITHUB: &str = "[rosters/github-members.jsonl, rosters/github-outside.jsonl, rosters/github-invitations.jsonl]";

#[test]
fn githubs_guide_gives_logins_that_a_person_has_to_link_and_invitations_that_link_themselves() {
    let (desk, server) = (Desk::new(), github(Fault::Secondary));
    desk.follow("GitHub", 0, &server);
    let said = desk.pull_whole();
    assert!(said.contains("github-members: 19 entries, 3 pages of 2 lists, retries: 1"), "{said}");
    assert!(said.contains("github-outside: 2 entries") && said.contains("github-invitations: 3 entries"), "{said}");
    let list = desk.read("rosters/github-members.jsonl");
    assert_eq!(list.matches("\"pulled\":{\"role\":\"admin\"}").count(), 2, "{list}");
    // A login alone links nobody, and nobody is said to be somebody else.
    let without = desk.findings(GITHUB);
    assert!(!without.iter().any(|(rule, _)| rule.starts_with("residual")), "{without:?}");
    let invited: Vec<&str> =
        without.iter().filter(|(rule, _)| rule == "pending-invite-leaver").map(|(_, who)| who.as_str()).collect();
    assert_eq!(invited.len(), 1, "{without:?}");
    assert!(invited[0].starts_with("person12@"), "{without:?}");
    // Whoever says whose they are gets the findings of a list with addresses.
    let mut links = "links:\n".to_owned();
    for p in people().iter().filter(|p| p.state == State::Active) {
        links += &format!(
            "  - {{app: lumen, account: \"{}\", person: {}, by: ann, on: 2026-11-01, reason: asked}}\n",
            1000 + p.n,
            p.email
        );
    }
    desk.write("links.yaml", &links);
    let mut with: Vec<String> = desk
        .findings(GITHUB)
        .into_iter()
        .filter(|(rule, _)| rule == "residual-login-capable")
        .map(|(_, who)| who)
        .collect();
    with.sort();
    let mut left: Vec<String> =
        people().iter().filter(|p| p.state == State::Active && p.n % 3 == 0).map(|p| p.email.clone()).collect();
    left.sort();
    assert_eq!(with.len(), left.len(), "{with:?}");
    assert!(with.iter().zip(&left).all(|(a, b)| a.contains(b.as_str())), "{with:?} {left:?}");
}

#[test]
fn a_role_that_is_ignored_is_noticed() {
    let desk = Desk::new();
    desk.follow("GitHub", 0, &github(Fault::IgnoresRole));
    let said = desk.pull_in_vain("rosters/github-members.jsonl");
    assert!(said.contains("role member: entry 1 of page 1 came under another value too"), "{said}");
    assert!(desk.path().join("rosters/github-outside.jsonl").exists(), "the other lists are whole");
}

fn gitlab(total: usize, administrator: bool) -> Fake {
    Fake::new(move |asked: &Asked| {
        if asked.header("private-token") != TOKEN {
            return Answer::error(401, &json!({"message": "401 Unauthorized"}));
        }
        let words = |p: &super::Person| match p.state {
            State::Deactivated => ("blocked", "active"),
            State::Invited => ("active", "awaiting"),
            State::Active => ("active", "active"),
        };
        let user = |p: &super::Person| {
            let mut user = json!({"id": p.n + 1, "username": format!("person{}", p.n), "name": format!("Person {}", p.n),
                "state": words(p).0, "web_url": "https://gitlab.example/x"});
            if asked.path == "/api/v4/users" {
                if administrator {
                    user["email"] = json!(p.email);
                    user["is_admin"] = json!(p.admin);
                }
                return user;
            }
            user["email"] = json!(p.email);
            user["access_level"] = json!(if p.admin { 50 } else { 5 });
            user["membership_state"] = json!(words(p).1);
            user
        };
        let all: Vec<Value> = people().iter().map(user).collect();
        match asked.path.as_str() {
            "/api/v4/groups/nordwind/members/all" => page(asked, &all).header("x-total", total.to_string()),
            // By keyset there is no total.
            "/api/v4/users" if asked.parameter("pagination") == "keyset" => page(asked, &all),
            _ => Answer::error(404, &json!({"message": "404 Group Not Found"})),
        }
    })
}

#[test]
fn gitlabs_guide_gives_the_findings_of_the_members_export() {
    let desk = Desk::new();
    desk.follow("GitLab", 0, &gitlab(26, false));
    let said = desk.pull_whole();
    assert!(said.contains("gitlab: 26 entries, as many as the server says there are, 3 pages"), "{said}");
    let mut csv = "Name,Username,Email,Path,Group or project name,Type,Role,Role type,Membership type,Membership status,Membership source,Access granted,Access expiration,Last activity\n".to_owned();
    for p in people().iter().filter(|p| p.state != State::Deactivated) {
        let (role, status) = (
            if p.admin { "Owner" } else { "Minimal Access" },
            if p.state == State::Invited { "pending" } else { "approved" },
        );
        csv += &format!(
            "Person {0},person{0},{1},nordwind,Nordwind,group,{role},default,direct,{status},direct,,,\n",
            p.n, p.email
        );
    }
    desk.write("by-hand.csv", &csv);
    // The export has no word for a blocked user; the rest is the same.
    let by_hand = desk.findings("by-hand.csv");
    let pulled = desk.findings("rosters/gitlab.jsonl");
    assert!(
        by_hand.iter().any(|(rule, _)| rule == "residual-login-capable") && by_hand.is_subset(&pulled),
        "{pulled:?} {by_hand:?}"
    );
    let more: Vec<&(String, String)> = pulled.difference(&by_hand).collect();
    assert!(
        more.iter().all(|(_, who)| ["person3@", "person10@", "person17@", "person24@"].iter().any(|p| who.contains(p))),
        "{more:?}"
    );
}

#[test]
fn a_total_in_a_header_counts() {
    let desk = Desk::new();
    desk.follow("GitLab", 0, &gitlab(27, false));
    let said = desk.pull_in_vain("rosters/gitlab.jsonl");
    assert!(said.contains("26 entries came, and the server says there are 27"), "{said}");
}

#[test]
fn an_instance_shows_its_users_to_administrators() {
    let desk = Desk::new();
    desk.follow("GitLab", 1, &gitlab(0, true));
    desk.pull_whole();
    assert_eq!(entries(&desk, "rosters/gitlab.jsonl"), 26);
    let found = desk.findings("rosters/gitlab.jsonl");
    assert!(found.iter().any(|(rule, who)| rule == "privileged-leaver" && who.starts_with("person0@")), "{found:?}");
    let desk = Desk::new();
    desk.follow("GitLab", 1, &gitlab(0, false));
    let said = desk.pull_in_vain("rosters/gitlab.jsonl");
    assert!(said.contains("lacks `/email`: it was not asked for, or the token may not see it"), "{said}");
}
