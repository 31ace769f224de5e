//! `coverage notify` against a web server that stands here. Mail, and TLS, are tried in `tests/consumers/servers.py`, against
//! real servers.

use assert_cmd::Command;
use coverage::connect::{Letter, Patience, Protection, post, send};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What must never be seen anywhere but in the request itself.
const SECRET: &str = "T0K3N-0f-the-webhook";
const PASSWORD: &str = "P4SSW0RD-0f-the-mailbox";

/// A request: its first line, its head, its body.
type Request = (String, String, String);

/// A server on loopback that answers with these, one after the other; the last one for ever.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    fn new(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let seen = Arc::clone(&server.seen);
        let answers: Vec<String> = answers.iter().map(|a| a.replace("PORT", &server.port.to_string())).collect();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let before = seen.lock().unwrap().len();
                let answer = &answers[before.min(answers.len() - 1)];
                if let Some(request) = read(&stream) {
                    seen.lock().unwrap().push(request);
                    // The body of an answer repeats the secret: it must not be shown.
                    let body = format!("you have sent {SECRET} {PASSWORD}");
                    let head = format!(
                        "HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = (&stream).write_all(head.as_bytes());
                }
            }
        });
        server
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head).ok()? > 2 && !head.ends_with("\r\n\r\n") {}
    let length = head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head.lines().next()?.to_owned(), head.clone(), String::from_utf8(body).ok()?))
}

fn hasty() -> Patience {
    Patience {
        wait: Duration::from_millis(5),
        answer_within: Duration::from_secs(5),
        proxies: false,
        ..Patience::default()
    }
}

/// The sample company with these lines in its coverage.yaml.
fn company(notify: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "coverage.yaml",
        &format!(
            "as-of: 2026-11-20T12:00:00Z\ncompany: {{name: \"Nord <!channel> @here\", domains: [nord.example]}}\n\
             hr: [{{file: hr.csv, extracted-at: 2026-11-20}}]\n\
             apps: {{slack: {{roster: slack.csv, extracted-at: 2026-11-20}}, notion: {{}}}}\n{notify}"
        ),
    );
    write(
        "hr.csv",
        "Employee ID,First name,Last name,Work email,Start date,End date,Status\n\
         1,Gerda,Geheim,gerda.geheim@nord.example,2020-01-01,2026-09-30,Terminated\n\
         2,Wanda,Works,wanda@nord.example,2020-01-01,,Active\n",
    );
    write(
        "slack.csv",
        "Member ID,Full name,E-mail address,Role,Status\nm1,Gerda Geheim,gerda.geheim@nord.example,Member,Active\n\
         m2,Wanda Works,wanda@nord.example,Owner,Active\n",
    );
    folder
}

fn coverage(folder: &tempfile::TempDir, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("coverage").unwrap();
    command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(["notify"]).args(more);
    command
}

/// What the command says, on both ways, and that none of it is secret.
#[track_caller]
fn said(command: &mut Command, code: i32) -> (String, String) {
    let output = command.assert().code(code).get_output().clone();
    let text = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for secret in [SECRET, PASSWORD] {
        assert!(!text.0.contains(secret) && !text.1.contains(secret), "{text:?}");
    }
    text
}

const HOOK: &str = "notify: {webhook: {url: {env: HOOK}}}\n";

// ---- What is sent.

#[test]
fn a_webhook_gets_numbers_and_apps_and_nobodys_name() {
    let server = Server::new(&["200 OK"]);
    let folder = company(HOOK);
    let (out, _) = said(coverage(&folder, &[]).env("HOOK", server.at(&format!("/{SECRET}"))), 0);
    assert_eq!(out, "Sent to the webhook at 127.0.0.1\n");
    let seen = server.seen();
    let [(line, head, body)] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(line, &format!("POST /{SECRET} HTTP/1.1"));
    assert!(head.to_lowercase().contains("content-type: application/json\r\n"), "{head}");
    let value: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&value["leavers_with_access"], &value["apps_evaluated"]), (&1.into(), &1.into()));
    assert_eq!(value["not_evaluated"], serde_json::json!(["Notion"]));
    assert!(value["not_evaluable"].as_u64().unwrap() >= 1);
    assert!(value["text"].as_str().unwrap().contains("cannot be decided: unknown, not a pass"));
    assert!(value["by_app"].as_array().unwrap().iter().any(|a| a["app"] == "Slack"));
    assert!(value["people"].is_null());
    for name in ["Gerda", "Geheim", "gerda", "Wanda", "m1"] {
        assert!(!body.contains(name), "{name} in {body}");
    }
}

#[test]
fn people_are_named_if_the_company_asks_for_it() {
    let server = Server::new(&["204 No Content"]);
    let folder = company("notify: {details: true, webhook: {url: {env: HOOK}}}\n");
    said(coverage(&folder, &[]).env("HOOK", server.at("/")), 0);
    let value: Value = serde_json::from_str(&server.seen()[0].2).unwrap();
    assert_eq!(value["people"][0]["email"], "gerda.geheim@nord.example");
}

#[test]
fn a_chat_gets_a_text_that_calls_nobody() {
    let server = Server::new(&["200 OK"]);
    let folder = company("notify: {webhook: {url: {file: secrets/hook}, format: text}}\n");
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    std::fs::write(folder.path().join("secrets/hook"), server.at(&format!("/{SECRET}\n"))).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let only_mine = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.path().join("secrets/hook"), only_mine(0o640)).unwrap();
        let (_, err) = said(&mut coverage(&folder, &[]), 1);
        assert!(err.starts_with("coverage.yaml:5: error: others on this machine can read `secrets/hook`"), "{err}");
        std::fs::set_permissions(folder.path().join("secrets/hook"), only_mine(0o600)).unwrap();
    }
    said(&mut coverage(&folder, &[]), 0);
    let value: Value = serde_json::from_str(&server.seen()[0].2).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 1);
    let text = value["text"].as_str().unwrap();
    assert!(text.starts_with("Nord &lt;!channel&gt; @\u{200b}here, as of 20 Nov 2026"), "{text}");
}

#[test]
fn a_dry_run_sends_nothing_and_needs_no_secret() {
    let server = Server::new(&["200 OK"]);
    let mail =
        "mail: {host: mail.nord.example, from: c@nord.example, to: [it@nord.example], user: c, password: {env: PASS}}";
    let folder = company(&format!("notify: {{webhook: {{url: {{env: HOOK}}}}, {mail}}}\n"));
    let (without, _) = said(&mut coverage(&folder, &["--dry-run"]), 0);
    let mut command = coverage(&folder, &["--dry-run"]);
    let (with, _) = said(command.env("HOOK", server.at(SECRET)).env("PASS", PASSWORD), 0);
    assert_eq!(without, with);
    assert!(
        with.starts_with("Webhook, its address in $HOOK:\n{\"") && with.contains("\nTo: it@nord.example\n"),
        "{with}"
    );
    assert!(server.seen().is_empty());
}

#[test]
fn where_nothing_is_new_nothing_is_sent() {
    let server = Server::new(&["200 OK", "200 OK"]);
    let folder = company(HOOK);
    let at = ["--as-of", "2026-11-21"];
    let new = || said(coverage(&folder, &["--only-new", at[0], at[1]]).env("HOOK", server.at("/")), 0);
    let run =
        |command: &[&str]| said(Command::cargo_bin("coverage").unwrap().current_dir(&folder).args(command).args(at), 0);
    // The first night.
    for told in [new().1, run(&["tickets", "--only-new"]).1] {
        assert!(told.contains("no run is kept yet, so every finding counts as new"), "{told}");
    }
    assert_eq!(server.seen().len(), 1);
    run(&["snapshot"]);
    // A night with the same files: the kept run is the very same one.
    assert_eq!(new(), ("No finding is new: nothing is sent\n".to_owned(), String::new()));
    assert_eq!(server.seen().len(), 1);
    assert!(run(&["tickets"]).0.starts_with("# "), "there is work");
    assert!(run(&["tickets", "--only-new"]).0.starts_with("There is nothing to do"));
    let roster = folder.path().join("slack.csv");
    let more = std::fs::read_to_string(&roster).unwrap() + "m3,Nobody,nobody@nord.example,Member,Active\n";
    std::fs::write(&roster, more).unwrap();
    new();
    let value: Value = serde_json::from_str(&server.seen()[1].2).unwrap();
    assert!(value["new_findings"].as_u64().unwrap() > 0);
}

#[test]
fn who_leaves_a_second_time_is_new_again() {
    let server = Server::new(&["200 OK", "200 OK"]);
    let folder = company(HOOK);
    let hr = folder.path().join("hr.csv");
    let left = std::fs::read_to_string(&hr).unwrap();
    let at_work = left.replace("2026-09-30,Terminated", ",Active");
    let run = |command: &[&str], day: &str| {
        let mut run = Command::cargo_bin("coverage").unwrap();
        said(run.current_dir(&folder).args(command).args(["--as-of", day]).env("HOOK", server.at("/")), 0).0
    };
    run(&["snapshot"], "2026-11-20");
    std::fs::write(&hr, at_work).unwrap();
    run(&["snapshot"], "2026-11-21");
    std::fs::write(&hr, left).unwrap();
    for day in ["2026-11-20", "2026-11-22"] {
        let (new, tickets) = (run(&["notify", "--only-new"], day), run(&["tickets", "--only-new"], day));
        if day == "2026-11-20" {
            assert_eq!(new, "No finding is new: nothing is sent\n", "it had not ended by then");
            assert!(tickets.starts_with("There is nothing to do that a kept run does not have already"), "{tickets}");
        } else {
            assert!(new.starts_with("Sent to the webhook"), "{new}");
            assert!(tickets.starts_with("# End 1 account"), "{tickets}");
        }
    }
    run(&["snapshot"], "2026-11-22");
    assert_eq!(run(&["notify", "--only-new"], "2026-11-22"), "No finding is new: nothing is sent\n");
}

// ---- What goes wrong.

#[test]
fn a_server_that_stumbles_is_asked_again_and_not_for_ever() {
    let server = Server::new(&["503 Service Unavailable", "429 Too Many Requests\r\nRetry-After: 0", "200 OK"]);
    assert_eq!(post(&server.at("/"), b"{}", &hasty()), Ok("127.0.0.1".to_owned()));
    assert_eq!(server.seen().len(), 3);
    let server = Server::new(&["500 Internal Server Error"]);
    let why = post(&server.at(&format!("/{SECRET}")), b"{}", &hasty()).unwrap_err();
    assert_eq!(why, "127.0.0.1: it answers 500 Internal Server Error; tried 3 times");
    assert_eq!(server.seen().len(), 3);
    let server = Server::new(&["403 Forbidden"]);
    assert_eq!(post(&server.at("/"), b"{}", &hasty()), Err("127.0.0.1: it answers 403 Forbidden".to_owned()));
    assert_eq!(server.seen().len(), 1, "it would say the same again");
}

#[test]
fn a_redirect_is_followed_on_the_same_host_and_to_no_other() {
    let server = Server::new(&["308 Permanent Redirect\r\nLocation: /new", "200 OK"]);
    assert!(post(&server.at("/old"), b"{\"a\":1}", &hasty()).is_ok());
    let seen = server.seen();
    assert_eq!((seen[1].0.as_str(), seen[1].2.as_str()), ("POST /new HTTP/1.1", "{\"a\":1}"));
    let other = Server::new(&["200 OK"]);
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        // Another port is another place.
        let server = Server::new(&[&format!("{status}\r\nLocation: {}", other.at(&format!("/{SECRET}")))]);
        let why = post(&server.at("/"), b"{}", &hasty()).unwrap_err();
        assert_eq!(why, format!("127.0.0.1: {status} to another place (127.0.0.1), which is not followed"));
    }
    assert!(other.seen().is_empty());
    let server = Server::new(&["302 Found\r\nLocation: /elsewhere"]);
    assert_eq!(post(&server.at("/"), b"{}", &hasty()), Err("127.0.0.1: it answers 302 Found".to_owned()));
    let server = Server::new(&["307 Temporary Redirect\r\nLocation: /"]);
    assert_eq!(post(&server.at("/"), b"{}", &hasty()), Err("127.0.0.1: it redirects more than 3 times".to_owned()));
}

#[test]
fn nothing_goes_over_the_network_in_the_open() {
    let folder = company(HOOK);
    let (out, err) = said(coverage(&folder, &[]).env("HOOK", format!("http://hooks.example/{SECRET}")), 1);
    assert!(out.is_empty() && err.contains("over the network in the open"), "{err}");
    let to = ["a@b.example".to_owned()];
    let letter = Letter {
        host: "mail.example",
        port: 25,
        protection: Protection::None,
        user: None,
        from: "a@b.example",
        to: &to,
        subject: "",
        text: "",
    };
    assert!(send(&letter, &hasty()).unwrap_err().contains("in the open"));
}

#[test]
fn no_secret_is_in_any_error() {
    let folder = company(HOOK);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for address in [
        format!("http://127.0.0.1:{closed}/{SECRET}"),
        format!("{SECRET} is no address"),
        format!("ftp://127.0.0.1/{SECRET}"),
        format!("https://ann:{SECRET}@hooks.example/"),
    ] {
        let (out, err) = said(coverage(&folder, &[]).env("HOOK", &address), 1);
        assert!(out.is_empty() && err.starts_with("webhook: error: the summary could not be sent: "), "{err}");
    }
    let two_lines = format!("http://127.0.0.1:{closed}/a b\n{SECRET}");
    let (_, err) = said(coverage(&folder, &[]).env("HOOK", two_lines), 1);
    assert!(err.contains("$HOOK: the secret is more than one line"), "{err}");
    let server = Server::new(&["401 Unauthorized"]);
    let (_, err) = said(coverage(&folder, &[]).env("HOOK", server.at(&format!("/{SECRET}"))), 1);
    assert!(err.contains("127.0.0.1: it answers 401 Unauthorized"), "the body of an answer is not shown: {err}");
    let (_, err) = said(&mut coverage(&folder, &[]), 1);
    assert!(err.contains("the variable HOOK is not set"), "{err}");
}

/// A secret that somebody has written into coverage.yaml is refused, and not repeated.
#[test]
fn a_secret_does_not_belong_into_the_workspace() {
    for notify in [
        format!("notify: {{webhook: {{url: \"https://hooks.example/{SECRET}\"}}}}\n"),
        format!("notify: {{webhook: {{url: {{env: \"https://hooks.example/{SECRET}\"}}}}}}\n"),
        format!("notify: {{webhook: {{url: {{file: \"https://hooks.example/{SECRET}\"}}}}}}\n"),
        format!("notify: {{webhook: \"https://hooks.example/{SECRET}\"}}\n"),
        format!("notify: {{mail: {{host: h, from: a@b.example, to: [a@b.example], user: a, password: {PASSWORD}}}}}\n"),
        format!(
            "notify: {{mail: {{host: h, from: a@b.example, to: [a@b.example], user: a, password: {{env: \"{PASSWORD}\"}}}}}}\n"
        ),
    ] {
        let folder = company(&notify);
        let (_, err) = said(&mut coverage(&folder, &["--dry-run"]), 1);
        assert!(err.starts_with("coverage.yaml:5:"), "{err}");
    }
}

#[test]
fn what_is_wrong_under_notify_is_told_at_its_place() {
    for (notify, problem) in [
        ("notify: {details: true}\n", "nobody is notified"),
        ("notify: {webhook: {}}\n", "nothing says where the url is"),
        ("notify: {webhook: {url: {env: A, file: b}}}\n", ""),
        ("notify: {mail: {host: m.example, security: none, from: a@b.example, to: [a@b.example]}}\n", "in the open"),
        ("notify: {mail: {host: m.example, from: a, to: [a@b.example]}}\n", "`a` is no address"),
        ("notify: {mail: {host: m.example, from: a@b.example, to: []}}\n", "nobody gets the mail"),
        (
            "notify: {mail: {host: m.example, from: a@b.example, to: [a@b.example], password: {env: X}}}\n",
            "nobody who signs in",
        ),
        ("notify: {mail: {host: m.example, from: a@b.example, to: [a@b.example], user: x}}\n", "where the password is"),
        ("notify: {mail: {host: \"m.example/x\", from: a@b.example, to: [a@b.example]}}\n", "no name of a server"),
    ] {
        let folder = company(notify);
        let (_, err) = said(&mut coverage(&folder, &["--dry-run"]), 1);
        assert!(err.starts_with("coverage.yaml:5:") && err.contains(problem), "{notify}: {err}");
    }
    let folder = company("");
    assert!(said(&mut coverage(&folder, &[]), 1).1.contains("it does not say whom to notify"));
}
