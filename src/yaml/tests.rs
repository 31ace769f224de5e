//! What is read, what is refused, and how fast; and that every fault is told at its place.

use super::*;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Plan {
    /// What it is called.
    name: Option<String>,
    apps: BTreeMap<String, App>,
    files: Vec<File>,
    roster: Option<OneOrMany>,
    #[schemars(extend("propertyNames" = {"enum": ["enforced", "optional", "off"]}))]
    by_word: BTreeMap<Word, String>,
    seats: Option<u32>,
    value: Option<Anything>,
}

#[derive(Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct App {
    /// How people sign in.
    sso: Option<Word>,
    plan: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Word {
    /// It must be.
    Enforced,
    /// It may be.
    Optional,
    /// It is not.
    Off,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// The file, relative to here.
    file: String,
    #[serde(default)]
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    /// The day (`YYYY-MM-DD`).
    on: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    /// One.
    One(String),
    /// One with settings.
    Set(File),
    /// Many.
    Many(Vec<String>),
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Anything {
    Flag(bool),
    Text(String),
    List(Vec<String>),
}

fn read(text: &str) -> Plan {
    match load("plan.yaml", text.as_bytes()) {
        Ok(located) => located.value,
        Err(faults) => panic!("{}", lines(&faults)),
    }
}

fn lines(faults: &[Diagnostic]) -> String {
    faults.iter().map(|d| format!("{d}\n")).collect()
}

fn faults(text: impl AsRef<[u8]>) -> String {
    lines(&load::<Plan>("plan.yaml", text.as_ref()).expect_err("a fault"))
}

#[test]
fn every_fault_of_a_file_is_told_in_one_pass() {
    let told = faults(
        "nmae: Acme\n\
         apps:\n\
         \x20 slack:\n\
         \x20   sso: enforcd\n\
         \x20   plan: [a]\n\
         \x20 slack:\n\
         \x20   plan: x\n\
         files:\n\
         \x20 - on: 2026-1-1\n\
         roster: {fiel: a.csv, file: b.csv}\n\
         seats: \"12\"\n\
         by-word:\n\
         \x20 of: x\n",
    );
    assert_eq!(
        told,
        "plan.yaml:1:1: error: there is no key `nmae`\n  \
           help: did you mean `name`? The keys are `apps`, `by-word`, `files`, `name`, `roster`, `seats`, `value`\n\
         plan.yaml:4:10: error: apps.slack.sso: `enforcd` is not one of `enforced`, `optional`, `off`\n  \
           help: did you mean `enforced`?\n\
         plan.yaml:5:11: error: apps.slack.plan: expected a text, found a list\n\
         plan.yaml:6:3: error: the key `slack` stands here a second time\n  \
           help: it already stands in line 3\n\
         plan.yaml:9:5: error: files[0]: the key `file` is missing\n  \
           help: `file`: The file, relative to here.\n\
         plan.yaml:9:9: error: files[0].on: `2026-1-1` does not have the expected form\n  \
           help: The day (`YYYY-MM-DD`).\n\
         plan.yaml:10:10: error: roster: there is no key `fiel`\n  \
           help: did you mean `file`? The keys are `file`, `on`\n\
         plan.yaml:11:8: error: seats: expected a whole number, found `12`\n  \
           help: leave the quotation marks out\n\
         plan.yaml:13:3: error: by-word: there is no key `of`\n  \
           help: did you mean `off`? The keys are `enforced`, `optional`, `off`\n"
    );
}

#[test]
fn alternatives_are_told_in_one_line() {
    assert_eq!(
        faults("roster: 3.5\nvalue: {a: b}\n"),
        "plan.yaml:2:8: error: value: expected `true` or `false`, a list or a text, found a mapping\n"
    );
    assert_eq!(faults("value: [a, [b]]\n"), "plan.yaml:1:12: error: value[1]: expected a text, found a list\n");
    assert_eq!(
        faults("apps: {a: {sso: [off]}}\n"),
        "plan.yaml:1:17: error: apps.a.sso: expected `enforced`, `optional` or `off`, found a list\n  \
         help: How people sign in.\n"
    );
    assert_eq!(faults("seats: 5000000000"), "plan.yaml:1:8: error: seats: 5000000000 is more than 4294967295\n");
    assert_eq!(faults("seats: -1"), "plan.yaml:1:8: error: seats: -1 is less than 0\n");
    assert_eq!(faults("- a\n"), "plan.yaml:1:1: error: expected a mapping (`key: value`), found a list\n");
}

#[test]
fn what_has_the_right_shape_is_read_beside_what_has_not() {
    let text = "nmae: Acme
apps:
  a: {sso: enforcd, plan: x}
  b: {sso: off, plan: [y]}
  c: {sso: off, plan: y}
files:
  - {on: 2026-01-01}
  - {file: one.csv, on: 2026-1-1}
  - {file: two.csv, on: 2026-01-01}
value: [a, [b], c]
";
    let (plan, faults) = load_in_part::<Plan>("plan.yaml", text.as_bytes());
    assert_eq!(faults.len(), 6, "{}", lines(&faults));
    let plan = plan.expect("the rest");
    let apps: Vec<_> = plan.value.apps.iter().map(|(id, app)| (id.as_str(), app.sso, app.plan.as_str())).collect();
    assert_eq!(apps, [("a", None, "x"), ("b", Some(Word::Off), ""), ("c", Some(Word::Off), "y")]);
    let files: Vec<_> = plan.value.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(files, ["two.csv"]);
    assert_eq!(plan.value.value, None, "which of several forms was meant is not known, so all of it is out");
    // What is left stands where it stood, and what is not left is known.
    assert_eq!(plan.position("/files/0/file"), Some((9, 12)));
    let lacking = ["/name", "/apps/a/sso", "/apps/a", "/apps", "/apps/b/plan", "/files", "/value", "/roster"];
    let there = ["/apps/a/plan", "/apps/c", "/apps/d"];
    assert!(!plan.is_whole());
    assert_eq!(lacking.map(|pointer| plan.lacks(pointer)), [true; 8]);
    assert_eq!(there.map(|pointer| plan.lacks(pointer)), [false; 3]);
    // A file that is another thing altogether, or none, has no rest.
    for text in ["- a", "a: [", "1", "name: a\nname: b"] {
        let (plan, faults) = load_in_part::<Plan>("plan.yaml", text.as_bytes());
        assert!(plan.is_none() && !faults.is_empty(), "{text}");
    }
}

#[test]
fn scalars_are_read_as_a_person_means_them() {
    let plan = read(
        "name: 1.10\napps:\n  a: {sso: off, plan: 365}\n  b: {plan: no}\n  c: {plan: true}\n  d: {plan: 0012}\n  \
         1.0: {plan: 2026-11-22}\n  e: {plan: .inf}\n  f: {plan: 1_000}\nroster: 12\nvalue: [1.10, no, x]\nseats: 12\n",
    );
    assert_eq!(plan.name.as_deref(), Some("1.10"));
    let plans: Vec<_> = plan.apps.iter().map(|(k, a)| format!("{k}={}", a.plan)).collect();
    assert_eq!(plans, ["1.0=2026-11-22", "a=365", "b=no", "c=true", "d=0012", "e=.inf", "f=1_000"]);
    assert_eq!(plan.apps["a"].sso, Some(Word::Off));
    assert_eq!(plan.roster, Some(OneOrMany::One("12".into())));
    assert_eq!(plan.value, Some(Anything::List(vec!["1.10".into(), "no".into(), "x".into()])));
    assert_eq!(plan.seats, Some(12));
    assert_eq!(read("value: true\n").value, Some(Anything::Flag(true)));
    assert_eq!(read("value: yes\n").value, Some(Anything::Text("yes".into())));
}

#[test]
fn nothing_is_an_empty_mapping_or_list() {
    assert_eq!(read(""), Plan::default());
    assert_eq!(read("# only a comment\n---\n"), Plan::default());
    assert_eq!(read("files:\napps:\n  a:\n").apps["a"], App::default());
    assert_eq!(faults("apps: {a: {plan: }}"), "plan.yaml:1:16: error: apps.a.plan: expected a text, found nothing\n");
}

#[test]
fn a_place_can_be_asked_for() {
    let text = "\u{feff}apps:\n  a/b:\n    plan: ü x\nfiles:\n  - file: a.csv\n";
    let plan: Located<Plan> = load("plan.yaml", text.as_bytes()).expect("a plan");
    assert_eq!(plan.position("/apps/a~1b/plan"), Some((3, 11)));
    assert_eq!(plan.key_position("/apps/a~1b/plan"), Some((3, 5)));
    assert_eq!(plan.key_position("/files/0"), Some((5, 5)));
    assert_eq!(plan.position("/files/1"), None);
    assert_eq!(plan.error("/files/0/on", "x").to_string(), "plan.yaml:5:5: error: x");
}

#[test]
fn surprising_yaml_is_refused() {
    for (text, told) in [
        ("name: *a", "1:7: error: aliases (`*name`) are not read"),
        ("name: &a x", "1:10: error: anchors (`&name`) are not read"),
        ("name: !!str x", "1:7: error: tags (`!name`) are not read"),
        ("apps:\n  <<: {}", "2:3: error: merge keys (`<<`) are not read"),
        ("? [a]\n: b", "1:3: error: a key must be a word, not a list or a mapping"),
        ("name: a\n---\nname: b", "2:1: error: a second document begins here; one file holds one document"),
        ("name: a\nname: b", "2:1: error: the key `name` stands here a second time"),
        ("name: a\n  b: c", "2:4: error: this is not valid YAML: mapping values are not allowed in this context"),
        ("name: [a", "1:7: error: this is not valid YAML:"),
        ("apps:\n\ta: b", "2:2: error: this is not valid YAML:"),
        ("%YAML 1.2\n---\nname: a", "1:1: error: this is not valid YAML:"),
        (": a", "1:1: error: a key is missing before the `:`"),
        ("name: \"\u{1}\"", "1:8: error: this is not valid YAML:"),
    ] {
        let got = faults(text);
        assert!(got.starts_with(&format!("plan.yaml:{told}")), "{text:?}: {got}");
        assert_eq!(got.matches("error:").count(), 1, "{text:?}: {got}");
    }
}

#[test]
fn what_is_no_text_is_refused() {
    assert_eq!(
        faults(b"name: a\nname: \xff"),
        "plan.yaml:2: error: the file is not UTF-8 text\n  help: save it as UTF-8\n"
    );
    assert!(faults(b"\xff\xfen\0a\0").contains("UTF-16"));
    assert!(faults(vec![b' '; (8 << 20) + 1]).contains("larger than 8 MiB"));
}

#[test]
fn hostile_files_are_refused_at_once() {
    let deep = |open: &str, n| open.repeat(n);
    let long_key = "k".repeat(100_000);
    for (name, text) in [
        ("brackets", deep("[", 200_000)),
        ("braces", deep("{a: ", 50_000)),
        ("dashes", deep("- ", 100_000)),
        ("indented", (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("anchors", (1..100_000).map(|n| format!("a{n}: &a{n} x\n")).collect()),
        ("bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n".to_owned()),
        ("keys", format!("? {long_key}\n: x\n")),
        ("unknown keys", (1..100_000).map(|n| format!("a{n}: x\n")).collect()),
        ("wrong items", format!("files: [{}]", "1,".repeat(100_000))),
        ("quotes", "\"".repeat(200_001)),
    ] {
        // A parser that hangs on such a file hangs for minutes; how many milliseconds it takes is no matter of a test.
        let start = Instant::now();
        let told = faults(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(60), "{name}: {took:?}");
        assert!(told.len() < 200_000, "{name}: {} bytes of faults", told.len());
    }
    assert!(faults(deep("[", 200_000)).contains("more than 64 deep"));
}

#[test]
fn what_is_not_too_deep_is_read() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Any {
        #[allow(dead_code, reason = "only whether it can be read matters")]
        a: Value,
    }
    let nested = |n: usize| format!("a: {}{}", "[".repeat(n), "]".repeat(n));
    assert!(load::<Any>("x", nested(63).as_bytes()).is_ok());
    let told = lines(&load::<Any>("x", nested(65).as_bytes()).expect_err("too deep"));
    assert!(told.contains("more than 64 deep"), "{told}");
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(pieces in proptest::collection::vec(
        proptest::sample::select(vec![
            "name", "apps", "files", "roster", ":", ": ", "- ", "\n", "  ", "\t", "[", "]", "{", "}", ",", "\"", "'", "#", "&a ",
            "*a", "!t ", "|", ">", "? ", "---", "...", "%", "~", "null", "1", "0x", "-.5", "\u{feff}", "\u{2028}", "ü", "\0", "\r", "/",
        ]),
        0..40,
    )) {
        let text = pieces.concat();
        let (in_part, told) = load_in_part::<Plan>("plan.yaml", text.as_bytes());
        proptest::prop_assert_eq!(in_part.is_some_and(|plan| plan.is_whole()), told.is_empty(), "{}", lines(&told));
        if let Err(faults) = load::<Plan>("plan.yaml", text.as_bytes()) {
            let lines = 1 + text.matches(['\n', '\r', '\u{2028}']).count() as u64;
            for fault in faults {
                proptest::prop_assert!(fault.line.is_some_and(|line| (1..=lines).contains(&line)), "{fault} of {lines} lines");
            }
        }
    }
}
