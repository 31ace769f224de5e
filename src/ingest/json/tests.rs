//! JSON in the shapes that scripts and APIs give it.

use super::super::testing::{Told, told};
use crate::model::Holds;

fn accounts(text: &str) -> Told {
    told(Holds::Accounts, text.as_bytes())
}

/// So many records, and others behind or before them.
fn many(n: usize, before: &str, behind: &str) -> String {
    let user = |i: usize| format!(r#"{{"email":"u{i}@x.example","name":"U{i}"}},"#);
    format!("[{before}{}{behind}]", (0..n).map(user).collect::<String>()).replace(",]", "]")
}

const ANN: &str =
    r#"{"email":"ann@x.example","name":"Ann Ray","disabled":true,"lastLogin":"2026-11-10T00:00:00Z","role":"owner"},"#;

#[test]
fn it_does_not_matter_how_late_a_key_comes_first() {
    // 200 records were once the beginning; 8,000 are more than the 256 KiB that are.
    for n in [1, 200, 8_000] {
        let (first, last) = (accounts(&many(n, ANN, "")), accounts(&many(n, "", ANN)));
        assert!(first.rows[0].ends_with("ann@x.example, Ann Ray, suspended"), "{n}: {}", first.rows[0]);
        assert!(last.rows[n].ends_with("ann@x.example, Ann Ray, suspended"), "{n}: {}", last.rows[n]);
        assert_eq!((first.has_status, last.has_status), (true, true), "{n}");
        let [first, last] = [first, last].map(|told| {
            let mut of: Vec<String> = told.rows.iter().map(|r| r.split_once(": ").unwrap().1.to_owned()).collect();
            of.sort();
            of
        });
        assert_eq!(first, last, "the order of rows says nothing");
    }
}

#[test]
fn an_address_is_found_however_late_and_however_spelt() {
    let users: String = (0..8_000).map(|i| format!("{{\"username\":\"u{i}\",\"full name\":\"U{i}\"}}\n")).collect();
    let told =
        accounts(&format!("{users}{{\"username\":\"ann\",\"E_Mail\":\"ann@x.example\",\"fullName\":\"Ann Ray\"}}\n"));
    assert_eq!(told.rows[8_000], "8001: ann@x.example, Ann Ray, unknown");
}

#[test]
fn where_no_record_has_a_status_none_is_missing() {
    let told = accounts(r#"[{"email":"ann@x.example","name":"Ann Ray"},{"email":"bob@x.example","name":"Bob Lee"}]"#);
    assert_eq!((told.rows.len(), told.has_status), (2, false));
    let told = accounts(r#"[{"email":"ann@x.example","status":"active"},{"email":"bob@x.example"}]"#);
    assert!(told.has_status);
}

const PAGE: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"Resources":[
    {"schemas":["urn:x"],"id":"%","userName":"u%@x.example","active":true}]}"#;

#[test]
fn pages_are_read_one_after_another_and_in_an_array() {
    let (one, two) = (PAGE.replace('%', "1"), PAGE.replace('%', "2"));
    for text in [format!("{one}\n{two}\n"), format!("[{one},\n{two}]")] {
        let told = accounts(&text);
        assert_eq!(told.problem, None, "{text}");
        let who: Vec<&str> = told.rows.iter().map(|r| r.split_once(": ").unwrap().1).collect();
        assert_eq!(who, ["u1@x.example, , active", "u2@x.example, , active"], "{text}");
    }
    // `gh api --paginate --slurp` makes an array of arrays.
    let told = accounts(r#"[[{"email":"ann@x.example"}],[{"email":"bob@x.example"},{"email":"cy@x.example"}]]"#);
    assert_eq!(told.rows.len(), 3, "{told:?}");
}

#[test]
fn a_record_may_have_a_list_under_a_name_that_lists_have() {
    for list in [r#"["a","b"]"#, r#"[{"id":"7"}]"#, "[]", "null"] {
        let line = |who: &str| format!("{{\"email\":\"{who}@x.example\",\"members\":{list},\"name\":\"{who}\"}}\n");
        let told = accounts(&(line("ann") + &line("bob")));
        assert_eq!(told.rows, ["1: ann@x.example, ann, unknown", "2: bob@x.example, bob, unknown"], "{list}");
        assert_eq!(accounts(&line("ann")).rows, ["1: ann@x.example, ann, unknown"], "{list}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    let team = r#"{"email":"lead@x.example","members":[{"id":"U1","team_id":"T","deleted":false,"is_bot":false,"profile":{"real_name":"Ann","email":"ann@x.example"}}]}"#;
    let problem = accounts(&format!("{team}\n{team}\n")).problem.unwrap();
    assert!(
        problem.contains("its objects can be read as accounts, and as pages that hold the accounts under `members`"),
        "{problem}"
    );
    assert!(problem.contains("`jq -c 'del(.members)'` or `jq -c '.members[]'`"), "{problem}");
}
