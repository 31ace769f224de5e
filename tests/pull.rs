//! `coverage pull` as a whole, against a SCIM server that stands here. tests/servers does the same with servers that others wrote.

mod fake;

use assert_cmd::Command;
use fake::{Answer, Asked, Fake};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const SECRET: &str = "t0ken-that-nobody-may-see";
const USERS: usize = 25;
const PAGE: usize = 10;

/// What goes wrong at the server.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It hangs up at every request from the third one on, until it is well again.
    HangsUp,
    /// It hangs up at the second request.
    HangsUpOnce,
    /// It gives two pages and says there are more people.
    StopsAfterTwo,
}

struct Server {
    fake: Fake,
    well: Arc<AtomicBool>,
}

impl Server {
    fn new(fault: Fault) -> Self {
        let well = Arc::new(AtomicBool::new(false));
        let (is_well, mut count) = (Arc::clone(&well), 0);
        let fake = Fake::new(move |asked| {
            if !asked.line().contains("/Users") {
                // What the service says of itself: nothing.
                return answer(asked, fault);
            }
            count += 1;
            let down = fault == Fault::HangsUp && count > 2 && !is_well.load(Ordering::SeqCst);
            if down || fault == Fault::HangsUpOnce && count == 2 {
                return Answer::hang_up();
            }
            answer(asked, fault)
        });
        Self { fake, well }
    }
}

fn user(n: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": format!("u{n:03}"),
        "userName": format!("person{n}@lumen.example"),
        "displayName": format!("Person {n}"),
        "active": !n.is_multiple_of(5),
        "emails": [{"value": format!("person{n}@lumen.example"), "primary": true}],
    })
}

fn answer(asked: &Asked, fault: Fault) -> Answer {
    if asked.line() == "POST /token" {
        assert_eq!(
            asked.text(),
            "grant_type=client_credentials&client_id=coverage&client_secret=client-s3cret&scope=users.read"
        );
        return Answer::json(&json!({"access_token": SECRET, "expires_in": "3599"}));
    }
    if asked.header("authorization") != format!("Bearer {SECRET}") {
        return Answer::error(401, &json!({"detail": "who are you?"}));
    }
    let start = asked.number("startIndex", 1);
    let (first, mut last) = (start - 1, (start - 1 + PAGE).min(USERS));
    if fault == Fault::StopsAfterTwo && first >= 2 * PAGE {
        last = first;
    }
    let list: Vec<Value> = (first..last.max(first)).map(user).collect();
    Answer::json(&json!({"totalResults": USERS, "startIndex": start, "itemsPerPage": PAGE, "Resources": list}))
}

fn workspace(folder: &Path, server: &Server) {
    let port = server.fake.port;
    fs::write(
        folder.join("pull.yaml"),
        format!("pulls:\n  lumen:\n    list: scim-users\n    url: http://127.0.0.1:{port}/scim/v2\n    without-tls: true\n    secret: {{env: LUMEN_TOKEN}}\n"),
    )
    .unwrap();
    let mut hr = "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n".to_owned();
    for n in 0..USERS {
        let left = if n.is_multiple_of(3) { "2026-10-01" } else { "" };
        hr += &format!("{n},Person {n},person{n}@lumen.example,2020-01-01,{left}\n");
    }
    fs::write(folder.join("hr.csv"), hr).unwrap();
}

fn pull(folder: &Path, token: &str) -> (i32, String) {
    let output = Command::cargo_bin("coverage")
        .unwrap()
        .env("LUMEN_TOKEN", token)
        .args(["pull", "--workspace"])
        .arg(folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8(said).unwrap())
}

/// The findings of a report, without where they were read.
fn findings(folder: &Path, roster: &str) -> (Vec<(String, String, String)>, Value) {
    let out = folder.join("out");
    let yaml = format!(
        "company: {{domains: [lumen.example]}}\nas-of: 2026-12-01\nhr: [{{file: hr.csv, extracted-at: 2026-11-30}}]\napps:\n  lumen:\n    roster: {roster}\n"
    );
    fs::write(folder.join("coverage.yaml"), yaml).unwrap();
    Command::cargo_bin("coverage")
        .unwrap()
        .args(["report", "--quiet", "--format", "json", "--out"])
        .arg(&out)
        .arg(folder)
        .assert()
        .success();
    let report: Value = serde_json::from_slice(&fs::read(out.join("findings.json")).unwrap()).unwrap();
    let text = |f: &Value, at: &str| f.pointer(at).map(ToString::to_string).unwrap_or_default();
    let all = report["findings"].as_array().unwrap().iter().filter(|f| f["app"] == "lumen" && f["account"].is_object());
    let all = all.map(|f| (text(f, "/rule"), text(f, "/account/id"), text(f, "/person/email"))).collect();
    (all, serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap())
}

#[test]
fn a_pulled_list_gives_the_findings_of_the_same_list_made_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, &Server::new(Fault::None));
    let (code, said) = pull(folder, SECRET);
    assert_eq!(
        (code, said.trim()),
        (0, "lumen: 25 entries, as many as the server says there are, 3 pages: pulled/lumen.jsonl")
    );
    let (pulled, manifest) = findings(folder, "pulled/lumen.jsonl");
    let roster =
        manifest["inputs"].as_array().unwrap().iter().find(|i| i["file"] == "pulled/lumen.jsonl").unwrap().to_string();
    assert!(roster.contains("GET http://127.0.0.1") && roster.contains("3 pages"), "{roster}");
    assert!(manifest.to_string().contains("pulled/lumen.pull.json"), "the note is an input, too");
    let page = json!({"totalResults": USERS, "Resources": (0..USERS).map(user).collect::<Vec<_>>()});
    fs::write(folder.join("by-hand.json"), page.to_string()).unwrap();
    let (by_hand, _) = findings(folder, "{file: by-hand.json, extracted-at: 2026-11-30}");
    assert!(pulled.iter().any(|(rule, ..)| rule.contains("residual")), "{pulled:?}");
    assert_eq!(pulled, by_hand);
}

#[test]
fn what_is_broken_off_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = Server::new(Fault::HangsUp);
    workspace(folder, &server);
    // The pauses between the tries are real, so the process is killed instead of waiting for its patience to end.
    let mut first = std::process::Command::new(assert_cmd::cargo::cargo_bin("coverage"))
        .env("LUMEN_TOKEN", SECRET)
        .args(["pull", "--workspace"])
        .arg(folder)
        .spawn()
        .unwrap();
    let note = folder.join("pulled/lumen.jsonl.part.json");
    for _ in 0..400 {
        if fs::read_to_string(&note).is_ok_and(|text| text.contains("\"pages\":2")) {
            break;
        }
        thread::sleep(std::time::Duration::from_millis(25));
    }
    // It is patient by itself.
    thread::sleep(std::time::Duration::from_millis(300));
    assert!(first.try_wait().unwrap().is_none());
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!folder.join("pulled/lumen.jsonl").exists(), "a part is no list");
    server.well.store(true, Ordering::SeqCst);
    server.fake.forget();
    let (code, said) = pull(folder, SECRET);
    assert_eq!((code, said.contains("25 entries")), (0, true), "{said}");
    let asked = server.fake.lines();
    assert_eq!(asked, ["GET /scim/v2/Users?startIndex=21"]);
    assert_eq!(fs::read_to_string(folder.join("pulled/lumen.jsonl")).unwrap().lines().count(), USERS);
}

#[test]
fn a_connection_that_breaks_off_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), &Server::new(Fault::HangsUpOnce));
    let (code, said) = pull(folder.path(), SECRET);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 pages, retries: 1"), "{said}");
}

#[test]
fn a_refusal_that_is_compressed_is_waited_for_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    let fake = Fake::new(move |asked| {
        count += u32::from(asked.line().contains("/Users"));
        if asked.line().contains("/Users") && count == 1 {
            return Answer::new(503, vec![0x1f, 0x8b]).header("content-encoding", "gzip").header("retry-after", "1");
        }
        answer(asked, Fault::None)
    });
    workspace(folder.path(), &Server { fake, well: Arc::default() });
    let (code, said) = pull(folder.path(), SECRET);
    assert!(code == 0 && said.contains("3 pages, retries: 1"), "{said}");
}

/// A list of a company's own catalog, asked for with a token that is given to a client.
#[test]
fn a_list_that_a_company_has_declared_is_fetched_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let server = Server::new(Fault::None);
    fs::create_dir(folder.join("own")).unwrap();
    fs::write(
        folder.join("own/lumen.yaml"),
        "id: lumen\nname: Lumen\nroles: [app]\nsources:\n  api: {url: https://lumen.example/api, publisher: Lumen, kind: vendor-official, seen-on: 2026-11-20}\n\
         pulls:\n  - id: lumen-people\n    name: people\n    export: scim-list-response\n    path: /scim/{tenant}/Users\n    items: /Resources\n    item-id: /id\n    total: /totalResults\n    \
         paging: {by: offset, send: startIndex, from: 1}\n    needs: [/active]\n    credentials: {by: client-credentials, token-at: /token, scopes: [users.read]}\n    \
         access: a client with users.read\n    sources: [api]\n",
    )
    .unwrap();
    fs::write(
        folder.join("pull.yaml"),
        format!(
            "pulls:\n  people:\n    list: lumen-people\n    url: http://127.0.0.1:{}\n    without-tls: true\n    user: coverage\n    with: {{tenant: t1}}\n    secret: {{file: client}}\n",
            server.fake.port
        ),
    )
    .unwrap();
    fs::write(folder.join("client"), "client-s3cret\n").unwrap();
    let pull = || {
        let mut command = Command::cargo_bin("coverage").unwrap();
        command.arg("pull").arg("--workspace").arg(folder).arg("--catalog").arg(folder.join("own")).output().unwrap()
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.join("client"), fs::Permissions::from_mode(0o644)).unwrap();
        let refused = pull();
        assert!(String::from_utf8(refused.stderr).unwrap().contains("others on this machine can read `client`"));
        fs::set_permissions(folder.join("client"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let done = pull();
    let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
    assert!(said.contains("people: 25 entries"), "{said}");
    let asked = server.fake.lines();
    assert_eq!(asked[..2], ["POST /token", "GET /scim/t1/Users?startIndex=1"]);
    assert_eq!(asked.len(), 4, "one token for three pages: {asked:?}");
}

#[test]
fn a_part_is_put_aside_and_no_report_takes_it_for_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, &Server::new(Fault::StopsAfterTwo));
    let (code, said) = pull(folder, SECRET);
    assert_eq!(code, 1);
    assert!(said.contains("this is not the whole list: 20 entries came, and the server says there are 25"), "{said}");
    assert!(!folder.join("pulled/lumen.jsonl").exists());
    fs::write(folder.join("coverage.yaml"), "hr: [hr.csv]\n").ok();
    let roster = folder.join("pulled/lumen.incomplete.jsonl");
    assert_eq!(fs::read_to_string(&roster).unwrap().lines().count(), 20);
    let refused = Command::cargo_bin("coverage")
        .unwrap()
        .arg("report")
        .arg("--hr")
        .arg(folder.join("hr.csv"))
        .arg("--roster")
        .arg(format!("lumen={}", roster.display()))
        .arg("--out")
        .arg(folder.join("out"))
        .assert()
        .code(1);
    let said = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(said.contains("is a part of the list"), "{said}");
}

#[test]
fn init_takes_what_was_pulled_for_a_list_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, &Server::new(Fault::StopsAfterTwo));
    assert_eq!(pull(folder, SECRET).0, 1);
    workspace(folder, &Server::new(Fault::None));
    fs::write(folder.join("pulled/wiki.jsonl.part.json"), "{}").unwrap();
    fs::copy(folder.join("pulled/lumen.incomplete.jsonl"), folder.join("part.jsonl")).unwrap();
    assert_eq!(pull(folder, SECRET).0, 0);
    assert!(!folder.join("pulled/lumen.incomplete.jsonl").exists(), "the whole list takes the part's place");
    fs::rename(folder.join("part.jsonl"), folder.join("pulled/old.incomplete.jsonl")).unwrap();
    fs::copy(folder.join("pulled/lumen.pull.json"), folder.join("pulled/old.incomplete.pull.json")).unwrap();
    Command::cargo_bin("coverage").unwrap().arg("init").arg(folder).assert().success();
    let yaml = fs::read_to_string(folder.join("coverage.yaml")).unwrap();
    assert!(yaml.contains("pulled/lumen.jsonl") && !yaml.contains("Not recognised"), "{yaml}");
    assert!(!yaml.contains("incomplete") && !yaml.contains(".pull.json") && !yaml.contains(".part"), "{yaml}");
    let of_lumen = yaml.split("pulled/lumen.jsonl").nth(1).unwrap().split("# product").next().unwrap();
    assert!(!of_lumen.contains("extracted-at"), "its note says when it was fetched: {of_lumen}");
}

#[test]
fn a_list_that_somebody_has_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, &Server::new(Fault::None));
    assert_eq!(pull(folder, SECRET).0, 0);
    let list = folder.join("pulled/lumen.jsonl");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.lines().skip(1).collect::<Vec<_>>().join("\n")).unwrap();
    let refused = Command::cargo_bin("coverage")
        .unwrap()
        .args(["report", "--hr"])
        .arg(folder.join("hr.csv"))
        .arg("--roster")
        .arg(format!("lumen={}", list.display()))
        .arg("--out")
        .arg(folder.join("out"))
        .assert()
        .code(1);
    let said = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(said.contains("is not the file that was fetched"), "{said}");
}

#[test]
fn the_secret_is_in_no_output_log_error_or_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut said = String::new();
    workspace(folder, &Server::new(Fault::StopsAfterTwo));
    said += &pull(folder, SECRET).1;
    workspace(folder, &Server::new(Fault::None));
    said += &pull(folder, SECRET).1;
    said += &pull(folder, &format!("{SECRET}\nx")).1;
    said += &pull(folder, &format!("{SECRET}-wrong")).1;
    assert!(said.contains("more than one line") && said.contains("does not accept the token"), "{said}");
    findings(folder, "pulled/lumen.jsonl");
    let mut texts = vec![said];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                texts.push(String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned());
            }
        }
    }
    assert!(texts.len() > 5);
    assert!(texts.iter().all(|text| !text.contains(SECRET)));
}

#[test]
fn what_is_wrong_in_pull_yaml_is_told_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    for (text, line, what) in [
        (
            "pulls:\n  okta: {list: okta-user, url: https://x.example, secret: {env: T}}\n",
            2,
            "did you mean `okta-users`?",
        ),
        ("pulls:\n  okta-users:\n    secret: {env: T}\n", 2, "`url` is missing"),
        (
            "pulls:\n  okta-users:\n    url: http://x.example\n    secret: {env: T}\n",
            3,
            "without TLS anybody on the way reads the secret",
        ),
        (
            "pulls:\n  okta-users:\n    url: http://x.example\n    without-tls: true\n    secret: {env: T}\n",
            3,
            "only a server on this machine",
        ),
        (
            "pulls:\n  okta-users:\n    url: https://ann:pw@x.example\n    secret: {env: T}\n",
            3,
            "holds a user name or a password",
        ),
        ("pulls:\n  okta-users:\n    url: https://x.example\n", 2, "nothing says where the secret is"),
        (
            "pulls:\n  okta-users:\n    url: https://x.example\n    secret: {env: T}\n    to: ../x.jsonl\n",
            5,
            "leads out of the folder",
        ),
        (
            "pulls:\n  okta-users:\n    url: https://x.example\n    secret: {env: T}\n    to: x.jsonl\n  more:\n    \
             list: okta-users\n    url: https://y.example\n    secret: {env: T}\n    to: ./X.jsonl\n",
            5,
            "`x.jsonl` is already written by `more` as `./X.jsonl`",
        ),
        (
            "pulls:\n  okta-users:\n    url: https://x.example\n    secret: {env: T}\n    with: {org: x}\n",
            5,
            "asks for no `org`",
        ),
    ] {
        fs::write(folder.path().join("pull.yaml"), text).unwrap();
        let (code, said) = pull(folder.path(), SECRET);
        assert_eq!(code, 1, "{text}");
        assert!(said.contains(&format!("pull.yaml:{line}:")) && said.contains(what), "{text}{said}");
        assert!(!said.contains("pw@"), "{said}");
    }
}
