//! `coverage catalog lint --online`, and what lies under it, against servers that stand here: no test needs a network.

use assert_cmd::Command;
use coverage::connect::{Answer, Settings, ask};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

// ---- The servers.

/// What a server does with a request; `HEAD /path` is the request.
enum Act {
    /// Answers with this status, and with this header if it is not empty.
    Say(u16, String),
    /// Takes its time, then says 200.
    Slow(Duration),
    /// Says nothing, and keeps the connection open.
    Hang,
    /// Closes the connection without a word.
    Close,
}

fn say(status: u16) -> Act {
    Act::Say(status, String::new())
}
fn to(status: u16, location: impl AsRef<str>) -> Act {
    Act::Say(status, format!("Location: {}", location.as_ref()))
}

/// What a server has seen.
#[derive(Default)]
struct Seen {
    /// The heads of the requests.
    heads: Mutex<Vec<String>>,
    /// Requests that wait for their answer, and the most there were at once.
    open: AtomicUsize,
    most: AtomicUsize,
}

/// A server on loopback, for as long as the test runs.
struct Server {
    port: u16,
    seen: Arc<Seen>,
}

impl Server {
    fn new(act: impl Fn(&str, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let (seen, act) = (Arc::clone(&server.seen), Arc::new(act));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, act) = (Arc::clone(&seen), Arc::clone(&act));
                thread::spawn(move || serve(stream, &seen, &*act));
            }
        });
        server
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn heads(&self) -> Vec<String> {
        self.seen.heads.lock().unwrap().clone()
    }

    /// The first lines of the requests, sorted.
    fn requests(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.heads().iter().map(|h| line(h)).collect();
        lines.sort();
        lines
    }

    fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

fn line(head: &str) -> String {
    head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned()
}

/// Reads a request and does with it what is asked for. Ends when the other side has gone away.
fn serve(mut stream: TcpStream, seen: &Seen, act: &impl Fn(&str, &str) -> Act) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    let Ok(head) = String::from_utf8(head) else { return };
    let first = line(&head);
    let Some((method, path)) = first.split_once(' ') else { return };
    seen.heads.lock().unwrap().push(head);
    seen.most.fetch_max(seen.open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    let (status, header) = match act(method, path) {
        Act::Say(status, header) if header.is_empty() => (status, header),
        Act::Say(status, header) => (status, header + "\r\n"),
        Act::Slow(time) => {
            thread::sleep(time);
            (200, String::new())
        }
        Act::Hang => return drop(stream.read(&mut byte)),
        Act::Close => return drop(stream.shutdown(Shutdown::Both)),
    };
    // Before it is written: the other side may be quicker than this thread.
    seen.open.fetch_sub(1, Ordering::SeqCst);
    // The page is promised and never comes: whoever waits for it does not come back in time.
    let _ = write!(stream, "HTTP/1.1 {status} \r\n{header}Content-Length: 1000000\r\nConnection: close\r\n\r\n");
    let _ = stream.read(&mut byte);
}

/// A server that closes every connection at once, and how many it has seen.
fn door_slammer() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (port, count)
}

fn settings() -> Settings {
    Settings {
        at_once: 8,
        connect_within: Duration::from_secs(5),
        answer_within: Duration::from_secs(5),
        // Whatever this machine's environment says.
        proxies: false,
    }
}

fn answers(addresses: &[String], settings: &Settings) -> Vec<Answer> {
    let set: BTreeSet<String> = addresses.iter().cloned().collect();
    let all = ask(&set, settings, |_| {}).unwrap();
    assert_eq!(all.keys().collect::<Vec<_>>(), set.iter().collect::<Vec<_>>(), "each has its answer");
    addresses.iter().map(|a| all[a].clone()).collect()
}

fn answer(address: impl Into<String>) -> Answer {
    answers(&[address.into()], &settings()).remove(0)
}

fn gone(status: &str) -> Answer {
    Answer::Gone { status: status.to_owned(), at: None }
}
fn refused(why: &str) -> Answer {
    Answer::Refused { why: why.to_owned() }
}
fn moved(to: String) -> Answer {
    Answer::Moved { to, but: None }
}
#[track_caller]
fn is_unreachable(answer: &Answer, how: &str) {
    assert!(matches!(answer, Answer::Unreachable { why } if why.contains(how)), "{answer:?} is not: {how}");
}

/// A port that nobody listens at.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

// ---- What is asked, and what is made of the answers.

#[test]
fn a_page_is_asked_for_by_its_head_alone() {
    let server = Server::new(|_, _| say(200));
    assert_eq!(answer(server.at("/page?x=1#part")), Answer::Answers);
    assert_eq!(server.requests(), ["HEAD /page?x=1"]);
    let head = server.heads()[0].to_lowercase();
    assert!(head.contains(&format!("user-agent: coverage/{} (", env!("CARGO_PKG_VERSION"))), "{head}");
    for secret in ["cookie", "referer", "authorization"] {
        assert!(!head.contains(secret), "{head}");
    }
}

#[test]
fn a_server_that_refuses_head_is_asked_with_get_and_its_page_is_not_read() {
    let server = Server::new(|method, path| match (method, path) {
        ("GET", "/gone") => say(404),
        ("GET", _) => say(200),
        (_, "/405") => say(405),
        (_, "/403") => say(403),
        (_, "/501") => say(501),
        (_, "/closes") => Act::Close,
        _ => say(404),
    });
    for path in ["/405", "/403", "/501", "/closes", "/a-lie"] {
        assert_eq!(answer(server.at(path)), Answer::Answers, "{path}");
        let asked: Vec<String> =
            std::mem::take(&mut *server.seen.heads.lock().unwrap()).iter().map(|h| line(h)).collect();
        assert_eq!(asked, [format!("HEAD {path}"), format!("GET {path}")]);
    }
    assert_eq!(answer(server.at("/gone")), gone("404 Not Found"));
}

#[test]
fn each_status_means_what_it_says() {
    let server = Server::new(|_, path| say(path[1..].parse().unwrap()));
    assert_eq!(answer(server.at("/404")), gone("404 Not Found"));
    assert_eq!(answer(server.at("/410")), gone("410 Gone"));
    assert_eq!(answer(server.at("/401")), refused("401 Unauthorized"));
    assert_eq!(answer(server.at("/403")), refused("403 Forbidden"));
    assert_eq!(answer(server.at("/500")), refused("500 Internal Server Error"));
    let before = server.requests().len();
    assert_eq!(answer(server.at("/429")), refused("429 Too Many Requests"));
    assert_eq!(server.requests().len(), before + 1, "who is asked too often is not asked again");
}

#[test]
fn permanent_redirects_are_followed_to_their_end_also_on_another_host() {
    let other = Server::new(|_, path| if path == "/here" { say(200) } else { say(404) });
    let (here, nothing) = (format!("http://localhost:{}/here", other.port), other.at("/nothing"));
    let (goes_here, goes_nowhere) = (here.clone(), nothing.clone());
    let server = Server::new(move |_, path| match path {
        "/1" => to(301, "/2"),
        "/2" => to(308, &goes_here),
        "/for-now" => to(302, &goes_here),
        "/nowhere" => to(301, &goes_nowhere),
        _ => say(404),
    });
    assert_eq!(answer(server.at("/1")), moved(here));
    assert_eq!(answer(server.at("/for-now")), Answer::Answers);
    assert_eq!(answer(server.at("/nowhere")), Answer::Gone { status: "404 Not Found".into(), at: Some(nothing) });
    let heads = other.heads().join("").to_lowercase();
    assert!(!heads.contains("referer") && !heads.contains("cookie"), "{heads}");
}

#[test]
fn redirects_without_an_end_and_out_of_the_web_are_not_followed() {
    let server = Server::new(|_, path| match path {
        "/a" => to(301, "/b"),
        "/b" => to(301, "/a"),
        "/file" => to(301, "file:///etc/passwd"),
        "/login" => to(301, "http://ann:hunter2@127.0.0.1/"),
        _ => to(302, format!("{path}0")),
    });
    assert_eq!(answer(server.at("/a")), refused("it redirects in a circle"));
    assert_eq!(server.requests(), ["HEAD /a", "HEAD /b"]);
    assert_eq!(answer(server.at("/on")), refused("it redirects more than 5 times"));
    assert_eq!(server.requests().len(), 2 + 6);
    assert_eq!(answer(server.at("/file")), refused("its redirect: `file:` is not asked, only http and https"));
    let login = answer(server.at("/login"));
    assert_eq!(login, refused("its redirect: it holds a user name or a password, which is never sent"));
}

#[test]
fn whoever_does_not_answer_is_told_apart_from_what_is_gone() {
    let server = Server::new(|_, path| if path == "/close" { Act::Close } else { Act::Hang });
    is_unreachable(&answer(server.at("/close")), "the connection broke off: ");
    let hasty = Settings { answer_within: Duration::from_millis(150), ..settings() };
    let begun = Instant::now();
    is_unreachable(&answers(&[server.at("/hang")], &hasty)[0], "no answer within 150ms");
    assert!(begun.elapsed() < Duration::from_secs(4));
    is_unreachable(&answer(format!("http://127.0.0.1:{}/", closed_port())), "no connection: ");
    // A name with a part that is too long fails before anybody is asked for it.
    is_unreachable(&answer(format!("http://{}.example/", "a".repeat(64))), "no connection: ");
    let (port, _) = door_slammer();
    is_unreachable(&answer(format!("http://127.0.0.1:{port}/")), "the connection broke off: ");
    is_unreachable(&answer(format!("https://127.0.0.1:{port}/")), "no connection: ");
}

#[test]
fn what_is_no_web_address_is_not_asked() {
    for address in ["gopher://a.example/", "file:///etc/passwd", "SEC-123", "http://ann:hunter2@127.0.0.1:1/"] {
        let Answer::NoAddress { why } = answer(address) else { panic!("{address} was asked") };
        assert!(!why.contains("hunter2"), "{why}");
    }
}

#[test]
fn an_address_is_asked_once_and_a_host_never_twice_at_the_same_time() {
    let server = Server::new(|_, _| Act::Slow(Duration::from_millis(20)));
    let mut all: Vec<String> = (0..12).map(|n| server.at(&format!("/{n}"))).collect();
    all.extend([server.at("/0#one"), server.at("/0#two")]);
    assert!(answers(&all, &settings()).iter().all(|a| *a == Answer::Answers));
    assert_eq!(server.requests().len(), 12);
    assert_eq!(server.most(), 1);
}

#[test]
fn different_hosts_are_asked_side_by_side_but_not_more_than_agreed() {
    let most = |at_once, time| {
        let server = Server::new(move |_, _| Act::Slow(Duration::from_millis(time)));
        let all: Vec<String> =
            ["127.0.0.1", "localhost"].iter().map(|host| format!("http://{host}:{}/", server.port)).collect();
        assert_eq!(answers(&all, &Settings { at_once, ..settings() }), [Answer::Answers, Answer::Answers]);
        server.most()
    };
    assert_eq!((most(1, 100), most(2, 1000)), (1, 2));
}

#[test]
fn a_host_that_cannot_be_reached_is_tried_once() {
    let (port, count) = door_slammer();
    let all: Vec<String> = (0..20).map(|n| format!("https://127.0.0.1:{port}/{n}")).collect();
    let told = answers(&all, &settings());
    is_unreachable(&told[0], "no connection: ");
    assert!(told.iter().all(|a| *a == told[0]), "{told:?}");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[test]
fn the_order_of_the_answers_does_not_matter() {
    let server = Server::new(|_, path| match path.len() % 3 {
        0 => Act::Slow(Duration::from_millis(30)),
        1 => say(404),
        _ => say(403),
    });
    let all: Vec<String> = (0..9).map(|n| server.at(&format!("/{}", "x".repeat(n)))).collect();
    let backwards: Vec<String> = all.iter().rev().cloned().collect();
    let mut second = answers(&backwards, &settings());
    second.reverse();
    assert_eq!(answers(&all, &settings()), second);
}

// ---- The command.

fn lint(folder: &tempfile::TempDir, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("coverage").unwrap();
    command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(["catalog", "lint"]).args(more);
    command
}

/// An entry that rests on these addresses.
fn entry(id: &str, addresses: &[(&str, String)]) -> String {
    let mut text = format!("id: {id}\nname: {id}\nroles: [app]\nsources:\n");
    for (name, address) in addresses {
        text += &format!(
            "  {name}:\n    url: {address}\n    publisher: Nobody\n    kind: third-party\n    seen-on: \"2026-11-20\"\n"
        );
    }
    text += "claims:\n";
    let names: Vec<&str> = addresses.iter().map(|(name, _)| *name).collect();
    text += &format!("  - {{field: scim.status, value: none, sources: [{}]}}\n", names.join(", "));
    text
}

fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[track_caller]
fn told(command: &mut Command, code: i32) -> (String, String) {
    let output = command.assert().code(code).get_output().clone();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn lint_warns_of_what_is_gone_or_has_moved_and_lists_the_rest() {
    let server = Server::new(|_, path| match path {
        "/old" => to(301, "/new"),
        "/gone" => say(410),
        "/private" => say(403),
        _ => say(200),
    });
    let at = |path: &str| server.at(path);
    let dead = format!("http://127.0.0.1:{}/", closed_port());
    let sources = [("fine", at("/")), ("gone", at("/gone")), ("old", at("/old")), ("private", at("/private"))];
    let beta = entry("beta", &[("dead", dead.clone()), ("same", at("/gone"))]);
    let folder = folder(&[("alpha.yaml", entry("alpha", &sources)), ("beta.yaml", beta)]);

    let plain = told(&mut lint(&folder, &["alpha.yaml", "beta.yaml"]), 0);
    assert_eq!(plain, ("2 entries, 0 warnings\n".to_owned(), String::new()));
    assert!(server.requests().is_empty(), "without --online nobody is asked");

    let (out, err) = told(&mut lint(&folder, &["alpha.yaml", "beta.yaml", "--online"]), 0);
    let gone = "warning: the page is gone: 410 Gone\n  help: read what is there now and cite that with the day you read it, or take the source out\n";
    let moved = format!(
        "warning: the page has moved for good to {}\n  help: if it says the same there, cite the new address with the day you read it\n",
        at("/new")
    );
    assert_eq!(err, format!("alpha.yaml:11:10: {gone}alpha.yaml:16:10: {moved}beta.yaml:11:10: {gone}"));
    let expected = format!(
        "refused or unclear, which says nothing about the page:\n  {}: 403 Forbidden (alpha.yaml:21:10)\n\
         not reached from here, which says nothing about the page:\n  {dead}: no connection: Connection refused (os error 111) (beta.yaml:6:10)\n\
         addresses asked: 5 (1 answer, 1 moved for good, 1 gone, 1 refused or unclear, 1 not reached)\n\
         2 entries, 3 warnings\n",
        at("/private")
    );
    let without_number = |text: &str| text.replace(" (os error 111)", "").replace(" (os error 61)", "");
    assert_eq!(without_number(&out), without_number(&expected));
    assert_eq!(server.requests().iter().filter(|r| *r == "HEAD /gone").count(), 1, "two entries cite it");
}

#[test]
fn a_companys_own_entries_are_asked_for_too() {
    let server = Server::new(|_, _| say(404));
    let text = format!(
        "id: framer\nsources:\n  page: {{url: \"{}\", publisher: X, kind: third-party, seen-on: \"2026-11-20\"}}\n  \
         test: {{url: SEC-123, publisher: X, kind: own-test, seen-on: \"2026-11-20\"}}\nclaims:\n  \
         - {{field: scim.status, value: available, sources: [page, test]}}\n",
        server.at("/x")
    );
    let folder = folder(&[("framer.yaml", text)]);
    let (out, err) = told(&mut lint(&folder, &["--catalog", ".", "--online"]), 0);
    assert!(err.starts_with("./framer.yaml:3:15: warning: the page is gone: 404 Not Found\n"), "{err}");
    assert!(out.starts_with("addresses asked: 1 (0 answer, 0 moved for good, 1 gone,"), "{out}");
    assert_eq!(server.requests(), ["GET /x", "HEAD /x"]);
}

#[test]
fn without_a_network_there_is_one_message() {
    let port = closed_port();
    let at = |n: u8| format!("http://127.0.0.1:{port}/{n}");
    let folder = folder(&[
        ("alpha.yaml", entry("alpha", &[("a", at(1)), ("b", at(2))])),
        ("beta.yaml", entry("beta", &[("a", at(3))])),
    ]);
    let (out, err) = told(&mut lint(&folder, &["alpha.yaml", "--online"]), 1);
    assert_eq!(out, "");
    assert!(
        err.starts_with(
            "--online: error: there seems to be no network: none of 2 addresses could be reached (no connection: "
        ),
        "{err}"
    );
    assert_eq!(err.matches("error:").count(), 1, "{err}");
    let (_, err) = told(&mut lint(&folder, &["beta.yaml", "--online"]), 1);
    assert!(err.starts_with("--online: error: the only address could not be reached, so nothing is known "), "{err}");
}

#[test]
fn what_a_filtered_network_says_is_not_held_against_an_entry() {
    let server = Server::new(|_, _| say(404));
    let dead = |n: u8| format!("http://127.0.0.1:{}/{n}", closed_port());
    let half = [("dead", dead(1)), ("here", server.at("/"))];
    let most = [("dead", dead(1)), ("dead-too", dead(2)), ("here", server.at("/"))];
    let folder = folder(&[("alpha.yaml", entry("alpha", &half)), ("beta.yaml", entry("beta", &most))]);
    let (_, err) = told(&mut lint(&folder, &["alpha.yaml", "--online"]), 0);
    assert!(err.starts_with("alpha.yaml:11:10: warning: the page is gone: 404 Not Found\n"), "{err}");
    let (out, err) = told(&mut lint(&folder, &["beta.yaml", "--online"]), 1);
    assert!(out.contains("(beta.yaml:6:10)\n") && out.contains("(beta.yaml:11:10)\n"), "{out}");
    assert!(out.ends_with("(0 answer, 0 moved for good, 1 gone, 0 refused or unclear, 2 not reached)\n"), "{out}");
    assert!(
        err.starts_with("--online: error: the network seems to be closed or filtered: 2 of 3 addresses could not be"),
        "{err}"
    );
    assert!(!err.contains("warning"), "{err}");
}

#[test]
fn faulty_files_are_told_before_anybody_is_asked() {
    let server = Server::new(|_, _| say(200));
    let folder = folder(&[("alpha.yaml", entry("beta", &[("a", server.at("/"))]))]);
    let (_, err) = told(&mut lint(&folder, &["alpha.yaml", "--online"]), 1);
    assert!(err.contains("must be called beta.yaml"), "{err}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let proxy = Server::new(|_, _| say(200));
    let folder = folder(&[("alpha.yaml", entry("alpha", &[("a", "http://nowhere.example/page".to_owned())]))]);
    let (out, _) = told(lint(&folder, &["alpha.yaml", "--online"]).env("http_proxy", proxy.at("")), 0);
    assert!(out.starts_with("addresses asked: 1 (1 answer,"), "{out}");
    assert_eq!(proxy.requests(), ["HEAD http://nowhere.example/page"]);
}
