//! `docs/apply.md` as somebody follows it, and plans of the sample company. tests/servers has the rest, against servers by others.

use assert_cmd::Command;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the sample company in it, where nothing in the repository can be touched.
fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    copy(&root().join("samples/nordwind"), &desk.path().join("samples/nordwind"));
    desk
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run(desk: &Path, line: &str) -> (i32, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[0], "coverage");
    let done = Command::cargo_bin("coverage").unwrap().current_dir(desk).args(&words[1..]).output().unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
}

#[test]
fn the_guide_is_followed_as_written() {
    let guide = fs::read_to_string(root().join("docs/apply.md")).unwrap();
    let block = |language: &str| guide.split(&format!("```{language}\n")).nth(1).unwrap().split("```").next().unwrap();
    let desk = desk();
    let mut said = String::new();
    for line in block("sh").lines() {
        let (code, told) = run(desk.path(), line);
        assert_eq!(code, 0, "{line}: {told}");
        said += &told;
    }
    for line in block("text").lines() {
        assert!(said.lines().any(|told| told == line), "{line}\nis not in\n{said}");
    }
}

#[test]
fn the_sample_company_gives_the_same_plan_each_time_and_nothing_that_could_be_sent() {
    let desk = desk();
    let (code, first) = run(desk.path(), "coverage plan samples/nordwind");
    assert_eq!((code, &first), (0, &run(desk.path(), "coverage plan samples/nordwind").1));
    assert!(!first.contains("    request:") && first.matches("\n  - step: ").count() == 15);
    for known in ["approved: yes", "by-hand:", "because: \"it is an account in a directory", "Not enough: "] {
        assert!(first.contains(known), "{known}");
    }
    // Three ways to end an account in Zoom fail for the same people.
    let (mut steps, mut told) = (0, 0);
    for step in first.split("\n  - step: ").skip(1) {
        let fails: Vec<&str> = step.lines().filter(|line| line.contains("It fails for: ")).collect();
        let each: std::collections::BTreeSet<&&str> = fails.iter().collect();
        assert_eq!(each.len(), fails.len(), "{fails:?}");
        (steps, told) = (steps + 1, told + fails.len());
    }
    assert!(steps == 15 && told > 0, "{told}");
    let (_, tasks) = run(desk.path(), "coverage tickets samples/nordwind --format json");
    assert_eq!(tasks.matches("the role, an invitation that was never accepted\"").count(), 1, "{tasks}");
    // Who works here is in no plan.
    let expected = fs::read_to_string(desk.path().join("samples/nordwind/hr/bamboohr.csv")).unwrap();
    assert!(expected.lines().count() > 40, "the sample has people who stay");
    assert_eq!(first.matches("standing: terminated").count(), 15);
}

#[test]
fn a_plan_is_never_replaced_and_really_wants_a_name() {
    let desk = desk();
    let make = "coverage plan samples/nordwind --out plan.yaml";
    assert_eq!(run(desk.path(), make).0, 0);
    let before = fs::read(desk.path().join("plan.yaml")).unwrap();
    let (code, said) = run(desk.path(), make);
    assert!(code == 1 && said.contains("there is something in this place already"), "{said}");
    assert!(said.contains("a plan is never replaced") && !said.contains("pack"), "{said}");
    assert_eq!(fs::read(desk.path().join("plan.yaml")).unwrap(), before);
    let apply = "coverage apply plan.yaml --workspace samples/nordwind";
    assert_eq!(run(desk.path(), &format!("{apply} --really")).0, 2);
    assert_eq!(run(desk.path(), &format!("{apply} --really --dry-run --approve-by Ann")).0, 2);
    let (code, said) = run(desk.path(), &format!("{apply} --really --approve-by Ann"));
    assert!(code == 0 && said.contains("There is nothing to send") && said.matches("by hand ").count() >= 15, "{said}");
    assert!(!desk.path().join("samples/nordwind/applied.jsonl").exists(), "no log is begun for nothing");
}

#[test]
fn a_file_that_is_no_plan_is_told_with_its_place() {
    let desk = desk();
    fs::write(desk.path().join("plan.yaml"), "plan: 1\ntool: x\nsteps:\n  - step: a\n    approved: yes\n    run: rm\n")
        .unwrap();
    let (code, said) = run(desk.path(), "coverage apply plan.yaml --workspace samples/nordwind");
    assert!(code == 1 && said.contains("plan.yaml:6:5: error: "), "{said}");
    fs::write(desk.path().join("plan.yaml"), "").unwrap();
    let (code, said) = run(desk.path(), "coverage apply plan.yaml --workspace samples/nordwind");
    assert!(code == 1 && said.contains("plan.yaml"), "{said}");
}

#[test]
fn what_was_not_reviewed_not_approved_or_has_no_ground_today_is_refused() {
    let desk = desk();
    let (code, made) = run(desk.path(), "coverage plan samples/nordwind --out plan.yaml");
    assert_eq!(code, 0, "{made}");
    let apply = |more: &str| run(desk.path(), &format!("coverage apply plan.yaml --workspace samples/nordwind {more}"));
    let refused = |more: &str, why: &str| {
        let (code, said) = apply(more);
        assert!(code == 1 && said.contains(why) && !said.contains("by hand "), "{more}: {said}");
    };
    let done = |more: &str, steps: usize| {
        let (code, said) = apply(more);
        let told = said.lines().filter(|line| line.starts_with("by hand ")).count();
        assert!(code == 0 && told == steps, "{more}: {said}");
        said
    };
    let digest = made.split("SHA-256 ").nth(1).unwrap().split_whitespace().next().unwrap();
    done(&format!("--plan-sha256 {digest}"), 15);
    refused(&format!("--plan-sha256 {}", "0".repeat(64)), "this is not the plan that was reviewed");
    done(&format!("--log-head {}", "0".repeat(64)), 15);
    refused(&format!("--log-head {}", "1".repeat(64)), "the log does not have the line with this hash");
    for by in ["\u{1}", &"a".repeat(201)] {
        assert_eq!(apply(&format!("--really --approve-by {by}")).0, 2);
    }
    // Steps are named by their ids or by those of their findings, and only approved ones are taken.
    let plan = fs::read_to_string(desk.path().join("plan.yaml")).unwrap();
    let after = |mark: &str| plan.split(mark).nth(1).unwrap().split('"').next().unwrap();
    let (step, finding) = (after("- step: \""), after("- {id: \""));
    done(&format!("--only {step}"), 1);
    done(&format!("--only {finding}"), 1);
    refused("--only v1:0", "no approved step has the id `v1:0`");
    fs::write(desk.path().join("plan.yaml"), plan.replacen("approved: yes", "approved: no", 1)).unwrap();
    assert!(done("", 14).contains("Steps that are not approved, and left alone: 1"));
    refused(&format!("--only {step}"), &format!("no approved step has the id `{step}`"));
    let fetch = tempfile::tempdir().unwrap();
    fetched(fetch.path(), &[user(0, "u0"), user(1, "u1")], "");
    assert_eq!(run(fetch.path(), "coverage plan . --out plan.yaml").0, 0);
    let hr = fs::read_to_string(fetch.path().join("hr.csv")).unwrap();
    fs::write(fetch.path().join("hr.csv"), hr.replace("2026-10-01", "")).unwrap();
    let (code, said) = run(fetch.path(), "coverage apply plan.yaml --workspace .");
    assert!(code == 1 && said.contains("give no such step") && !said.contains("Dry run"), "{said}");
}

const NOW: &str = "2026-11-22T12:00:00Z";

/// A workspace with a SCIM list that was fetched, as `coverage pull` leaves it.
fn fetched(desk: &Path, users: &[Value], further: &str) {
    let list: String = users.iter().map(|user| format!("{user}\n")).collect();
    let sha256: String = Sha256::digest(&list).iter().map(|b| format!("{b:02x}")).collect();
    let note = json!({
        "schema_version": "1", "tool": "coverage 0.1.0", "pull": "scim-users", "export": "scim-list-response",
        "host": "https://lumen.example", "path": "/scim/v2/Users", "query": [["startIndex", "1"]], "began": NOW, "ended": NOW, "pages": 1,
        "requests": 1, "retries": 0, "restarts": 0, "entries": users.len(), "repeats": 0, "total": users.len(),
        "complete": true, "why_not": null, "leaves_out": null, "sha256": sha256, "bytes": list.len(),
    });
    let mut hr = "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n".to_owned();
    for (n, user) in users.iter().enumerate() {
        let left = if n == 0 { "" } else { "2026-10-01" };
        let name = user["displayName"].as_str().unwrap();
        hr += &format!("{n},{name},{},2020-01-01,{left}\n", user["userName"].as_str().unwrap());
    }
    let yaml = format!(
        "company: {{domains: [lumen.example]}}\nhr: [{{file: hr.csv, extracted-at: {NOW}}}]\napps:\n  lumen:\n    roster: pulled/lumen.jsonl\n{further}"
    );
    let pulls =
        "pulls:\n  lumen:\n    list: scim-users\n    url: https://lumen.example/scim/v2\n    secret: {env: LUMEN}\n";
    fs::create_dir_all(desk.join("pulled")).unwrap();
    for (file, text) in [
        ("pulled/lumen.jsonl", list),
        ("pulled/lumen.pull.json", note.to_string()),
        ("hr.csv", hr),
        ("coverage.yaml", yaml),
        ("pull.yaml", pulls.to_owned()),
    ] {
        fs::write(desk.join(file), text).unwrap();
    }
}

fn user(n: usize, id: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": format!("person{n}@lumen.example"),
        "displayName": format!("Person {n}"), "active": true,
    })
}

#[test]
fn hostile_ids_make_no_request_and_odd_ones_stay_one_step_of_the_path() {
    let desk = tempfile::tempdir().unwrap();
    let ids = ["u0", "../Groups/1", "..", "a/b", "%2e%2e", "a\\b", "who?x=1#y", "\u{202e}ann"];
    let users: Vec<Value> = ids.iter().enumerate().map(|(n, id)| user(n, id)).collect();
    fetched(desk.path(), &users, "");
    let (code, plan) = run(desk.path(), "coverage plan .");
    assert_eq!(code, 0, "{plan}");
    assert_eq!((plan.matches("\n    request:").count(), plan.matches("\n    by-hand:").count()), (2, 5), "{plan}");
    assert!(plan.contains("      path: \"/scim/v2/Users/who%3Fx%3D1%23y\"\n"), "{plan}");
    assert!(
        plan.contains("/Users/%E2%80%AEann\"") && plan.contains("id: \"\\u202eann\"") && !plan.contains('\u{202e}')
    );
    assert!(!plan.contains("Groups/1\"\n      content-type") && !plan.contains("path: \"/scim/v2/Groups"));
    assert_eq!(
        plan.matches("because: the account's id ").count() + plan.matches("because: \"the account's id ").count(),
        5
    );
}

#[test]
fn what_is_not_certain_is_a_persons_work() {
    let desk = tempfile::tempdir().unwrap();
    let here = desk.path();
    let users: Vec<Value> = (0..3).map(|n| user(n, &format!("u{n}"))).collect();
    let plan = || run(here, "coverage plan .").1;
    fetched(here, &users, "");
    assert!(plan().matches("\n    request:").count() == 2);
    let pulls = fs::read_to_string(here.join("pull.yaml")).unwrap();
    fs::write(here.join("pull.yaml"), pulls.replace("lumen.example/", "other.example/")).unwrap();
    assert!(plan().contains("was fetched from another service than the one pull.yaml names"));
    // Another tenant behind the same host.
    fs::write(here.join("pull.yaml"), pulls.replace("/scim/v2", "/stage/scim/v2")).unwrap();
    let said = plan();
    assert!(said.contains("was fetched from another service") && !said.contains("\n    request:"), "{said}");
    fs::write(here.join("pull.yaml"), pulls.replace("  lumen:", "  other:")).unwrap();
    assert!(plan().contains("no list of pull.yaml fetches pulled/lumen.jsonl"));
    fs::write(here.join("pull.yaml"), &pulls).unwrap();
    fs::remove_file(here.join("pulled/lumen.pull.json")).unwrap();
    assert!(plan().contains("was not fetched by `coverage pull`"));
    let mut odd = users.clone();
    odd[1]["active"] = json!("TRUE");
    odd[2].as_object_mut().unwrap().remove("active");
    fetched(here, &odd, "");
    assert!(!plan().contains("    request:"));
    // A name that nobody has does not say who the administrators are.
    for admins in ["nobody@lumen.example", "person0@lumen.example, nobody@lumen.example"] {
        fetched(here, &users, &format!("    admins: [{admins}]\n"));
        let said = plan();
        assert!(said.contains("administrator: unknown") && !said.contains("administrator: \"no\""), "{said}");
    }
    fetched(here, &users, "    admins: [person1@lumen.example]\n");
    let said = plan();
    assert!(
        said.contains("it is the last administrator of lumen") && said.matches("\n    request:").count() == 1,
        "{said}"
    );
    fetched(here, &users, "    admins: [person1@lumen.example, person0@lumen.example]\n");
    let said = plan();
    assert!(said.contains("administrators:\n        - \"/scim/v2/Users/u0\""), "{said}");
    assert!(said.contains("administrator: \"yes\"") && said.contains("administrator: \"no\""));
}

/// An API of a vendor: tokens, a list by status, one account, and a call that ends it.
struct Vendor {
    port: u16,
    users: Arc<Mutex<BTreeMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    fn new(users: impl Iterator<Item = Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let users = users.map(|user| (user["id"].as_str().unwrap().to_owned(), user)).collect();
        let vendor = Self { port, users: Arc::new(Mutex::new(users)), asked: Arc::default() };
        let (users, asked) = (Arc::clone(&vendor.users), Arc::clone(&vendor.asked));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(stream, &users, &asked);
            }
        });
        vendor
    }

    fn changes(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|line| line.contains("/status ")).cloned().collect()
    }
}

fn answer(mut stream: TcpStream, users: &Mutex<BTreeMap<String, Value>>, asked: &Mutex<Vec<String>>) {
    let (mut head, mut byte) = (Vec::new(), [0; 1]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let said = head.split("authorization: ").nth(1).unwrap_or("").lines().next().unwrap_or("").to_owned();
    let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    asked.lock().unwrap().push(format!("{line} {} {said}", String::from_utf8_lossy(&body)));
    let mut users = users.lock().unwrap();
    let path = line.split(' ').nth(1).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let status = query.split('&').find_map(|pair| pair.strip_prefix("status=")).unwrap_or_default();
    // The token says what it may.
    let may_end = said.contains("ends") || said.ends_with(&STANDARD.encode("ender:ends"));
    let (code, body) = match path.strip_prefix("/v2/users").map(|rest| rest.trim_start_matches('/')) {
        None => {
            let token = if may_end { "token-that-ends" } else { "token-that-reads" };
            ("200 OK", json!({"access_token": token, "expires_in": 3600}).to_string())
        }
        Some("") => {
            let wanted = |u: &&Value| status.is_empty() || u["status"] == status;
            let list: Vec<&Value> = users.values().filter(wanted).collect();
            ("200 OK", json!({"users": list, "total_records": list.len(), "next_page_token": ""}).to_string())
        }
        Some(call) if line.starts_with("PUT ") && call.ends_with("/status") && may_end => {
            users.get_mut(call.trim_end_matches("/status")).unwrap()["status"] = json!("inactive");
            ("204 No Content", String::new())
        }
        Some(one) if line.starts_with("GET ") => ("200 OK", users[one].to_string()),
        Some(_) => ("403 Forbidden", String::new()),
    };
    let _ = write!(stream, "HTTP/1.1 {code}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
}

/// From the list to the log: one leaver of two people.
fn ends_the_leaver(here: &Path, app: &str, own: &str, vendor: &Vendor, pulls: &str) {
    let hr = "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n0,Ann,p0@tide.example,2020-01-01,\n1,Bo,p1@tide.example,2020-01-01,2026-10-01\n";
    let yaml = format!(
        "{own}company: {{domains: [tide.example]}}\nhr: [{{file: hr.csv, extracted-at: {}}}]\napps:\n  {app}:\n    roster: pulled/{app}-users.jsonl\n    admins: [p0@tide.example]\n",
        jiff::Timestamp::now()
    );
    for (file, text) in [("pull.yaml", pulls), ("coverage.yaml", &yaml), ("hr.csv", hr)] {
        fs::write(here.join(file), text).unwrap();
    }
    let with_secrets = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let mut command = Command::cargo_bin("coverage").unwrap();
        let done = command.current_dir(here).env("READS", "reads").env("ENDS", "ends").args(words).output().unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert_eq!(done.status.code(), Some(0), "{line}: {said}");
        said
    };
    let pull = if own.is_empty() { "coverage pull" } else { "coverage pull --catalog own" };
    with_secrets(pull);
    let said = with_secrets("coverage plan --out plan.yaml");
    assert!(said.contains("1 to send, 0 by hand"), "{said}");
    with_secrets("coverage apply plan.yaml");
    assert!(vendor.asked.lock().unwrap().iter().all(|line| !line.contains("ends") && !line.starts_with("PUT ")));
    let said = with_secrets("coverage apply plan.yaml --really --approve-by Ann");
    assert!(said.contains("1 of 1 accounts have ended"), "{said}");
    let states = |id: &str| vendor.users.lock().unwrap()[id]["status"].clone();
    assert_eq!((states("t0"), states("t1")), (json!("active"), json!("inactive")));
    let log = fs::read_to_string(here.join("applied.jsonl")).unwrap();
    assert!(
        log.contains("\"by\":\"Ann\"")
            && !log.contains("\"ends\"")
            && !log.contains("reads")
            && !log.contains("token-")
    );
    fs::remove_file(here.join("plan.yaml")).unwrap();
    with_secrets(pull);
    let said = with_secrets("coverage plan --out plan.yaml");
    assert!(said.contains("0 to send, 0 by hand, 0 left out"), "{said}");
}

#[test]
fn a_call_of_a_vendor_is_data_of_a_catalog_entry() {
    let desk = tempfile::tempdir().unwrap();
    fs::create_dir(desk.path().join("own")).unwrap();
    let entry = "id: tide\nname: Tide\nroles: [app]\nsources:\n  api: {url: \"https://tide.example/api\", publisher: Tide, kind: vendor-api-spec, seen-on: \"2026-11-22\"}\nexports:\n  - id: tide-users\n    name: users\n    holds: [accounts]\n    shape: json\n    recognise: [id, email, status]\n    fields: {id: id, email: email}\n    status:\n      - column: status\n        words: {active: active, inactive: deactivated}\n    sources: [api]\npulls:\n  - id: tide-users\n    name: users\n    export: tide-users\n    path: /v2/users\n    items: /users\n    item-id: /email\n    total: /total_records\n    paging: {by: whole}\n    credentials: {by: bearer}\n    access: a token\n    end:\n      id: /id\n      method: PUT\n      path: \"/v2/users/{id}/status\"\n      body: {action: deactivate}\n      account: \"/v2/users/{id}\"\n      same: [/email]\n      state: /status\n      live: [active]\n      ended: [inactive]\n      sources: [api]\n    sources: [api]\n";
    fs::write(desk.path().join("own/tide.yaml"), entry).unwrap();
    let vendor = Vendor::new(
        (0..6).map(|n| json!({"id": format!("t{n}"), "email": format!("p{n}@tide.example"), "status": "active"})),
    );
    let pulls = format!(
        "pulls:\n  tide-users:\n    url: http://127.0.0.1:{}\n    without-tls: true\n    secret: {{env: READS}}\n    apply-secret: {{env: ENDS}}\n",
        vendor.port
    );
    ends_the_leaver(desk.path(), "tide", "catalog: own\n", &vendor, &pulls);
    assert_eq!(vendor.changes(), ["PUT /v2/users/t1/status {\"action\":\"deactivate\"} Bearer ends"]);
}

#[test]
fn zooms_call_follows_what_is_written_of_it() {
    let desk = tempfile::tempdir().unwrap();
    let user = |n: usize| {
        json!({
            "id": format!("t{n}"), "email": format!("p{n}@tide.example"), "type": 1, "status": "active", "verified": 1,
            "role_id": if n == 0 { "0" } else { "2" }, "display_name": format!("Person {n}"),
        })
    };
    let vendor = Vendor::new((0..6).map(user));
    let here = format!("http://127.0.0.1:{}", vendor.port);
    let pulls = format!(
        "pulls:\n  zoom-users:\n    url: {here}\n    token-url: {here}/oauth/token\n    without-tls: true\n    user: reader\n    with: {{account: nordwind}}\n    secret: {{env: READS}}\n    apply-user: ender\n    apply-secret: {{env: ENDS}}\n"
    );
    ends_the_leaver(desk.path(), "zoom", "", &vendor, &pulls);
    assert_eq!(vendor.changes(), ["PUT /v2/users/t1/status {\"action\":\"deactivate\"} Bearer token-that-ends"]);
}

#[test]
fn a_directory_that_is_an_app_as_well_and_an_account_of_two_people_give_a_plan_that_can_be_read() {
    let desk = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(desk.path().join(name), text).unwrap();
    write(
        "coverage.yaml",
        "as-of: 2026-11-20T12:00:00Z\nhr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]\n\
         idp: [{file: idp.csv, extracted-at: 2026-11-20T06:00:00Z}]\n\
         apps: {google-workspace: {roster: app.csv, extracted-at: 2026-11-20T07:00:00Z, sso: optional}}\n",
    );
    write(
        "hr.csv",
        "Employee ID,Name,Work email,Start date,End date,Status\n1,Ann Berg,ann@north.example,2022-04-01,2026-10-31,Terminated\n\
         2,Bo Lund,bo@north.example,2022-04-01,2026-10-31,Terminated\n3,Cy Falk,cy@north.example,2022-04-01,,Active\n",
    );
    let head = "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],Last Sign In [READ ONLY],\
                Employee ID\n";
    let ann = "Ann,Berg,ann@north.example,Active,2026/10/18 00:24:13,1\n";
    write("idp.csv", &format!("{head}{ann}Cy,Falk,cy@north.example,Active,2026/11/18 00:24:13,3\n"));
    // One address stands beside the numbers of two people.
    let team = |first: &str, n: u8| format!("{first},Team,team@north.example,Active,2026/10/18 00:24:13,{n}\n");
    write("app.csv", &format!("{head}{ann}{}{}", team("Ann", 1), team("Bo", 2)));
    let (code, said) = run(desk.path(), "coverage plan . --out plan.yaml");
    assert_eq!(code, 0, "{said}");
    let plan = fs::read_to_string(desk.path().join("plan.yaml")).unwrap();
    assert_eq!(plan.matches("\n  - step: ").count(), 3, "{plan}");
    assert!(plan.contains("why: \"another step ends the same account\""), "{plan}");
    let (code, said) = run(desk.path(), "coverage apply plan.yaml --workspace .");
    assert_eq!(code, 0, "{said}");
}
