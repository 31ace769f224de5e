//! The catalog as it is read: pages that need no network and run nothing of what an entry says, tables, the skeleton.

use base64::Engine as _;
use coverage::catalog::{Catalog, lint, matrix, overlay, page, parse_entry};
use coverage::report::{catalog_html, matrix as tables, product_text};
use jiff::civil::{Date, date};
use sha2::{Digest as _, Sha256};
use std::process::Command;

const TODAY: Date = date(2026, 11, 22);

/// A company's own entry whose texts try to break out of whatever they are written into.
const HOSTILE: &str = r#"id: evil
name: "</title><script>alert(1)</script> =cmd|' /C calc'!A1"
vendor: "\"><img src=x onerror=alert(2)>"
roles: [app]
domains: [evil.example]
also-called: ["{{ 7*7 }}", "\u202Egnp.exe"]
not-to-confuse-with: [{domain: other.example, difference: "<b>bold</b>"}]
plans: ["Free|Team](https://evil.example)", "\e[31mRed"]
sources:
  s: {url: "javascript:alert(3)", publisher: "<svg onload=alert(4)>", kind: own-test, seen-on: 2026-11-20, note: "</script>"}
  t: {url: "https://evil.example/\"onmouseover=\"alert(5)", publisher: T, kind: third-party, seen-on: 2026-11-20}
claims:
  - {field: scim.status, value: none, sources: [s], note: "<script>alert(6)</script>"}
  - {field: scim.status, value: available, sources: [t]}
  - {field: scim.plan, value: "Free|Team](https://evil.example)", sources: [t]}
not-researched: [sso.status, jit.status, api.status, events.webhooks, events.audit, export.status]
runbook: {steps: ["<style>*{display:none}</style>"], sources: [s]}
notes: ["--> <iframe src=https://evil.example></iframe>"]
"#;

fn own() -> Catalog {
    let files = [("own/evil.yaml".to_owned(), HOSTILE.as_bytes().to_vec())];
    overlay(Catalog::embedded(), &files, TODAY).unwrap_or_else(|e| panic!("{e:?}")).0
}

/// Both kinds of pages of a catalog with the hostile entry in it.
fn pages() -> Vec<(String, String)> {
    let catalog = own();
    let pages: Vec<_> = catalog.entries.iter().map(|entry| page(entry, TODAY)).collect();
    let mut index = Vec::new();
    catalog_html::index(&pages, &matrix(catalog.entries.iter()), "2026-11-22", "1-x", &mut index).unwrap();
    let mut all = vec![("index.html".to_owned(), String::from_utf8(index).unwrap())];
    for page in &pages {
        let mut bytes = Vec::new();
        catalog_html::product(page, "2026-11-22", "1-x", &mut bytes).unwrap();
        all.push((catalog_html::file_of(&page.id), String::from_utf8(bytes).unwrap()));
    }
    all
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

#[test]
fn a_page_runs_and_loads_nothing_but_its_own_style_and_script() {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    for (name, html) in pages() {
        let (scripts, styles) = (between(&html, "<script>", "</script>"), between(&html, "<style>", "</style>"));
        assert_eq!((scripts.len(), styles.len()), (1, 1), "{name}");
        let policy = between(&html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
        assert!(policy.starts_with("default-src 'none'"), "{name}: {policy}");
        assert!(policy.contains(&format!("script-src 'sha256-{}'", hash(scripts[0]))), "{name}: {policy}");
        assert!(policy.contains(&format!("style-src 'sha256-{}'", hash(styles[0]))), "{name}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{name}: {policy}");
        let first = html.find("<meta http-equiv").unwrap();
        assert!(
            !html[..first].contains("<script") && !html[..first].contains("<title"),
            "{name}: the policy comes first"
        );
        for tag in ["<img", "<iframe", "<svg", "<link", "<object", "<embed", "<form", "<base", "<script src"] {
            assert!(!html.contains(tag), "{name}: {tag}");
        }
        for href in between(&html, "href=\"", "\"") {
            let inside = href == "../index.html" || href.starts_with("products/");
            assert!(inside || href.starts_with("https://") || href.starts_with("http://"), "{name}: {href}");
        }
    }
}

#[test]
fn what_an_entry_says_stays_text() {
    let all = pages();
    let evil = &all.iter().find(|(name, _)| name == "products/evil.html").unwrap().1.replace("&#x2f;", "/");
    for text in [
        "&lt;script&gt;alert(6)&lt;/script&gt;",
        "&lt;svg onload=alert(4)&gt;",
        "&lt;style&gt;*{display:none}&lt;/style&gt;",
        "--&gt; &lt;iframe",
        "{{ 7*7 }}",
        "javascript:alert(3)",
    ] {
        assert!(evil.contains(text), "{text}");
    }
    for (name, html) in &all {
        for text in ["<script>alert", "href=\"javascript", " onmouseover=", "onerror=alert(2)>", "\u{202e}", "\u{1b}"] {
            let plain = html.replace("&quot;onmouseover=&quot;", "");
            assert!(!plain.replace("&gt;", "").contains(text), "{name}: {text:?}");
        }
    }
    // Both sides stand beside each other, each with its source and date.
    assert!(evil.contains("What counts") && evil.contains("What others say"));
    assert!(evil.contains("a test of the live product outranks whatever is written about it"));

    let mut shown = Vec::new();
    product_text::write(&page(own().get("evil").unwrap(), TODAY), &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
}

#[test]
fn a_table_holds_no_formula_and_no_markup() {
    let catalog = own();
    let table = matrix(catalog.entries.iter());
    let written = |write: fn(&coverage::model::Matrix, &mut Vec<u8>) -> std::io::Result<()>| {
        let mut bytes = Vec::new();
        write(&table, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let csv = written(|m, to| tables::csv(m, to));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.as_bytes()).into_records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), table.rows.len());
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '@', '\t'])));
    let framer = rows.iter().find(|row| &row[0] == "framer").unwrap();
    assert_eq!((&framer[5], &framer[6], &framer[7]), ("pilot", "Enterprise", "yes"));

    let markdown = written(|m, to| tables::markdown(m, to));
    let columns = table.columns.len() + 2;
    for line in markdown.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(bars, columns, "{line}");
        assert!(!line.contains("](https"), "{line}");
    }
    assert!(markdown.contains("\\<script\\>"));

    let text = written(|m, to| tables::text(m, to));
    assert!(text.contains("pilot (Enterprise) !"));
    assert!(text.lines().any(|line| line.starts_with("! sources disagree")));
}

fn coverage(args: &[&str]) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_coverage")).args(args).output().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8_lossy(&done.stderr))
}

#[test]
fn the_skeleton_lints_as_it_is_printed_and_with_every_comment_taken_off() {
    let (ok, text) = coverage(&["catalog", "new", "acme-desk", "--name", "Acme: \"Desk\"", "--domain", "Desk.Example"]);
    assert!(ok, "{text}");
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let told = |text: &str| match parse_entry("acme-desk.yaml", text.as_bytes()) {
        Ok(entry) => lint(&[entry], &Catalog::embedded().entries, today).iter().map(|f| format!("{f}\n")).collect(),
        Err(faults) => faults.iter().map(|f| format!("{f}\n")).collect::<String>(),
    };
    assert_eq!(told(&text), "");
    let entry = parse_entry("acme-desk.yaml", text.as_bytes()).unwrap().value;
    assert_eq!((entry.name.as_str(), entry.domains[0].as_str()), ("Acme: \"Desk\"", "desk.example"));

    // The examples in its comments are true, too: keys stand behind `# `, what belongs to them behind `#  `.
    let mut full = String::new();
    for line in text.lines() {
        let shown = match line {
            "sources: {}" => "sources:",
            "claims: []" => "claims:",
            _ if line.starts_with("not-researched") => {
                "not-researched: [api.status, events.webhooks, events.audit, export.status]"
            }
            _ if ["plans: [", "variants: {", "deprovision:", "runbook:", "roster-exports:"]
                .iter()
                .any(|key| line[2.min(line.len())..].starts_with(key)) =>
            {
                &line[2..]
            }
            _ if line.starts_with("#  ") => &line[1..],
            _ => line,
        };
        full.push_str(shown);
        full.push('\n');
    }
    assert_eq!(told(&full), "", "\n{full}");
    assert_eq!(parse_entry("acme-desk.yaml", full.as_bytes()).unwrap().value.claims.len(), 5, "{full}");
}

/// A path to a schema that is not there would be a fault in every editor.
#[test]
fn the_skeleton_names_the_schema_where_there_is_one() {
    let elsewhere = tempfile::tempdir().unwrap();
    let new = |folder: &std::path::Path| {
        let done = Command::new(env!("CARGO_BIN_EXE_coverage"))
            .args(["catalog", "new", "acme-desk"])
            .current_dir(folder)
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    let here = new(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    let schema = between(&here, "# yaml-language-server: $schema=../", "\n");
    assert_eq!(here.lines().next().unwrap(), format!("# yaml-language-server: $schema=../{}", schema[0]));
    assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(schema[0]).is_file());
    let own = new(elsewhere.path());
    assert!(own.lines().all(|line| !line.starts_with("# yaml-language-server")), "{own}");
    assert!(own.starts_with("# An editor completes it if `coverage catalog schema > catalog.json`"), "{own}");
    let rest = |text: &str| text.split_once("\n# Check it: ").unwrap().1.to_owned();
    assert_eq!(rest(&own), rest(&here), "nothing else differs");
}

#[test]
fn products_are_chosen_by_what_they_have() {
    let ids = |args: &[&str]| {
        let (ok, out) = coverage(&[&["catalog", "list", "--format", "json"], args].concat());
        assert!(ok, "{args:?}: {out}");
        let all: serde_json::Value = serde_json::from_str(&out).unwrap();
        all.as_array().unwrap().iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let has = |args: &[&str], yes: &[&str], no: &[&str]| {
        let ids = ids(args);
        assert!(yes.iter().all(|id| ids.iter().any(|i| i == id)), "{args:?}: {ids:?}");
        assert!(no.iter().all(|id| ids.iter().all(|i| i != id)), "{args:?}: {ids:?}");
    };
    has(&["--capability", "scim"], &["framer", "slack"], &["samepage"]);
    has(&["--capability", "scim", "--status", "pilot"], &["framer"], &["slack", "samepage"]);
    has(&["--capability", "scim", "--status", "none"], &["samepage"], &["framer"]);
    has(&["--level", "automated"], &["slack", "webflow", "secureframe"], &["samepage"]);
    has(&["--level", "manual", "--operation", "remove"], &["samepage"], &["webflow"]);
    has(&["--idp", "okta"], &["framer", "clickup"], &["slack"]);
    has(&["--role", "hr"], &["bamboohr", "personio"], &["slack", "okta"]);
    has(&["--text", "slackbot DELIVERS"], &["slack"], &["framer"]);
    has(&["--role", "app", "--capability", "audit", "--text", "webflow"], &["webflow"], &["slack"]);
    for (args, told) in [
        (vec!["--capability", "telepathy"], "write one of sso, scim, jit, api, webhooks, audit, export"),
        (vec!["--status", "none"], "says nothing without --capability"),
        (vec!["--operation", "remove"], "says nothing without --level"),
        (vec!["--idp", "slack"], "is no identity provider"),
        (vec!["--idp", "otka"], "did you mean `okta`?"),
        (vec!["--level", "magic"], "write one of automated"),
    ] {
        let (ok, out) = coverage(&[&["catalog", "list"], &args[..]].concat());
        assert!(!ok && out.contains(told), "{args:?}: {out}");
    }
}

#[test]
fn pages_are_put_into_their_place_in_one_step_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pages");
    let args = ["catalog", "html", "--as-of", "2026-11-22", "--out", out.to_str().unwrap()];
    let (ok, told) = coverage(&args);
    assert!(ok, "{told}");
    let index = std::fs::read_to_string(out.join("index.html")).unwrap();
    for href in between(&index, "href=\"products/", "\"") {
        assert!(out.join("products").join(href).is_file(), "{href}");
    }
    assert!(coverage(&args).0, "its own pages are replaced");
    assert_eq!(std::fs::read_to_string(out.join("index.html")).unwrap(), index);
    std::fs::write(out.join("mine.txt"), "x").unwrap();
    let (ok, told) = coverage(&args);
    assert!(!ok && told.contains("mine.txt"), "{told}");
}
