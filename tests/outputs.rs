//! Promises about what is written, whatever the inputs: the same bytes in every run, the same findings in whatever order the
//! rows come, and no cell that a spreadsheet would run.

use coverage::catalog::{Catalog, export_faults};
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::run::{Formats, Job, Ledger, Streams, run};
use coverage::workspace::{Known, Product, Workspace};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

type Files = BTreeMap<String, Vec<u8>>;

/// A file of the report, kept in memory when it is closed.
struct Kept {
    name: String,
    bytes: Vec<u8>,
    all: Arc<Mutex<Files>>,
}

impl Write for Kept {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.bytes.write(buf)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        assert!(self.all.lock().unwrap().insert(self.name.clone(), bytes).is_none(), "{} is written twice", self.name);
    }
}

/// Everything that a run over files in memory writes.
fn outputs(files: &Files) -> Files {
    let catalog = Catalog::embedded();
    let known = Known {
        products: catalog.entries.iter().map(Product::from).collect(),
        exports: catalog.exports().map(|(_, export)| export).collect(),
        export_faults,
    };
    let told = |all: Vec<coverage::diag::Diagnostic>| all.iter().map(|d| format!("{d}\n")).collect::<String>();
    let (workspace, _) =
        Workspace::load("coverage.yaml", &files["coverage.yaml"], &known).unwrap_or_else(|all| panic!("{}", told(all)));
    let catalog = catalog.with_exports(workspace.exports.clone());
    let file = |name: &str| InMemory { name: name.to_owned(), bytes: files[name].clone() };
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        if files.contains_key(name) { Box::new(file(name)) } else { Box::new(NotThere { name: name.to_owned() }) }
    };
    let settings = file("coverage.yaml");
    let all: Arc<Mutex<Files>> = Arc::default();
    let create = |name: &str| -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(Kept { name: name.to_owned(), bytes: Vec::new(), all: Arc::clone(&all) }))
    };
    let ledger = Ledger::new(&create);
    let stream = |name: &str| ledger.create(name);
    let streams =
        Streams { create: &stream, diffs: true, matched: true, all_absent: true, accounts: Some(&tempfile::tempfile) };
    let job = Job { settings: Some(&settings), ..Job::over(&workspace, &catalog, &open, streams) };
    let done = run(&job).unwrap_or_else(|all| panic!("{}", told(all)));
    ledger.write(&done.report, Formats::default()).unwrap();
    std::mem::take(&mut all.lock().unwrap())
}

/// The sample company's files, by their names in its coverage.yaml.
fn sample() -> Files {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/nordwind");
    let mut files = Files::from([("coverage.yaml".to_owned(), fs::read(home.join("coverage.yaml")).unwrap())]);
    for folder in ["hr", "idp", "rosters"] {
        for entry in fs::read_dir(home.join(folder)).unwrap().map(Result::unwrap) {
            let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn table(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

#[test]
fn two_runs_over_the_same_files_write_the_same_bytes() {
    let files = sample();
    let first = outputs(&files);
    for name in [
        "accounts.csv",
        "coverage.csv",
        "findings.csv",
        "findings.json",
        "ipe.csv",
        "ipe.html",
        "manifest.json",
        "report.html",
        "worksheets.html",
    ] {
        assert!(first.get(name).is_some_and(|b| b.len() > 1000), "{name}");
    }
    for _ in 0..3 {
        let again = outputs(&files);
        assert!(first.keys().eq(again.keys()));
        for (name, bytes) in &first {
            assert!(again[name] == *bytes, "{name} differs from run to run");
        }
    }
}

/// The rows of a table in another order, its header where it was. The sample's cells have no line ends in them.
fn shuffled(bytes: &[u8], seed: &mut u64) -> Vec<u8> {
    let text_end = if bytes.ends_with(b"\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<&[u8]> =
        bytes.strip_suffix(text_end.as_bytes()).unwrap_or(bytes).split(|b| *b == b'\n').collect();
    lines.iter_mut().for_each(|l| *l = l.strip_suffix(b"\r").unwrap_or(l));
    for i in (2..lines.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        lines.swap(i, 1 + (*seed >> 33) as usize % i);
    }
    let mut out = lines.join(text_end.as_bytes());
    out.extend(text_end.as_bytes());
    out
}

/// The findings without the places they were read from: lines change with the order of the rows, nothing else does.
fn said(outputs: &Files) -> Vec<String> {
    let without_lines = |text: &str| {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("line ") {
            let (before, after) = rest.split_at(at + 5);
            out.push_str(before);
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        out + rest
    };
    let mut all: Vec<String> = table(&outputs["findings.csv"])
        .into_iter()
        .map(|mut finding| {
            finding.remove("evidence");
            finding.into_iter().map(|(column, cell)| format!("{column}={} ", without_lines(&cell))).collect()
        })
        .collect();
    all.sort();
    all
}

#[test]
fn the_order_of_the_rows_changes_no_finding_of_the_sample() {
    let files = sample();
    let first = said(&outputs(&files));
    assert!(first.len() > 40);
    let mut seed = 7;
    for _ in 0..6 {
        let mut other = files.clone();
        for (_, bytes) in other.iter_mut().filter(|(name, _)| name.ends_with(".csv")) {
            *bytes = shuffled(bytes, &mut seed);
        }
        assert_ne!(other, files);
        assert_eq!(said(&outputs(&other)), first);
    }
}

/// Text as a stranger may write it into a roster.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        r"(?s)[=+@;,\-\t\r\n a0'<>&\u{22}\u{feff}＝＋\u{200b}\u{1b}\u{202e}%]{0,10}",
        Just("=HYPERLINK(\"http://x.example\",\"x\")".to_owned()),
        Just("@SUM(1+1)*cmd|' /C calc'!A0".to_owned()),
        Just("a;=1+1".to_owned()),
        Just("\t=1".to_owned()),
        Just("<script>alert(1)</script>".to_owned()),
        Just("-5".to_owned()),
    ]
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let mut to = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| to.write_record(row).unwrap());
    to.into_inner().unwrap()
}

/// Whether a spreadsheet, set to any list separator, would take a part of a cell for a formula. Code of its own.
fn runs(cell: &str) -> bool {
    let nothing = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || c == '\u{feff}'
            || c == '\u{ad}'
    };
    let number = cell.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok());
    let begins =
        |part: &str| part.trim_start_matches(nothing).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    !number && cell.split([';', '\t', '\n']).any(begins)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_cell_of_any_table_begins_a_formula(
        people in proptest::collection::vec((hostile(), "[a-c]{1,2}", hostile(), any::<bool>()), 1..5),
        accounts in proptest::collection::vec(
            (hostile(), prop_oneof!["[=+@-]?[a-c]{1,2}@(north|else)\\.example", hostile()], hostile(), hostile(), hostile()),
            1..8,
        ),
    ) {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let mut hr = vec![row(&["Employee ID", "Full name", "Work email", "Start date", "End date", "Status", "Department"])];
        for (n, (name, mail, department, left)) in people.iter().enumerate() {
            let (end, status) = if *left { ("2026-10-31", "terminated") } else { ("", "active") };
            let mail = format!("{mail}@north.example");
            hr.push(row(&[&format!("{n}{}", name.trim()), name, &mail, "2020-01-01", end, status, department]));
        }
        hr.push(row(&["9", "Ada Lund", "ada@north.example", "2020-01-01", "", "active", ""]));
        let mut roster = vec![row(&["ID", "Email", "Name", "Role", "Status"])];
        roster.extend(accounts.iter().map(|(id, mail, name, role, status)| row(&[id, mail, name, role, status])));
        let workspace = "as-of: 2026-11-20\nhr: [{file: =hr.csv, extracted-at: 2026-11-19, scope: '=1+1'}]\n\
            apps:\n  one: {name: '=2+2', roster: '@list.csv', extracted-at: 2026-11-19, owner: '+49 30 1'}\n";
        let files = Files::from([
            ("coverage.yaml".to_owned(), workspace.as_bytes().to_vec()),
            ("=hr.csv".to_owned(), written(&hr)),
            ("@list.csv".to_owned(), written(&roster)),
        ]);
        let outputs = outputs(&files);
        let mut tables = 0;
        for (name, bytes) in outputs.iter().filter(|(name, _)| name.ends_with(".csv")) {
            tables += 1;
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
            for record in reader.records() {
                for cell in &record.unwrap() {
                    prop_assert!(!runs(cell), "{name}: {cell:?}");
                    prop_assert!(!cell.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{name}: {cell:?}");
                }
            }
        }
        prop_assert_eq!(tables, 5, "findings, coverage, ipe, accounts and one diff");
        for page in ["report.html", "worksheets.html", "ipe.html"] {
            let html = String::from_utf8(outputs[page].clone()).unwrap();
            prop_assert!(!html.contains("<script>alert(1)"), "markup of a stranger in {page}");
        }
        serde_json::from_slice::<serde_json::Value>(&outputs["findings.json"]).unwrap();
    }
}

/// A company of two leavers and one who works there, with one app, whose rows are given.
fn two_leavers(rows: &str) -> Files {
    let at = "extracted-at: 2026-11-20T12:00:00Z";
    let settings = format!(
        "as-of: 2026-11-20T12:00:00Z\ncompany: {{domains: [harbour.example], zone: UTC}}\nhr: [{{file: hr.csv, {at}}}]\n\
         apps:\n  wiki: {{roster: wiki.csv, {at}}}\n"
    );
    let hr = "Employee ID,Name,Work email,Start date,End date,Status,Type\n\
              E1,Ada Vos,ada@harbour.example,2019-01-01,2026-09-01,Inactive,Employee\n\
              E2,Ben Ito,ben@harbour.example,2019-01-01,,Active,Employee\n\
              E3,Cleo Fox,cleo@harbour.example,2019-01-01,2026-09-01,Inactive,Employee\n";
    let roster = format!("Name,Email,Role,Status,Last active\n{rows}");
    let files = [("coverage.yaml", settings.as_str()), ("hr.csv", hr), ("wiki.csv", &roster)];
    files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
}

fn text<'a>(outputs: &'a Files, name: &str) -> &'a str {
    std::str::from_utf8(&outputs[name]).unwrap()
}

#[test]
fn an_account_used_after_the_leaving_in_a_state_that_nobody_explains_is_undecided_everywhere() {
    let outputs = outputs(&two_leavers("Ada Vos,ada@harbour.example,member,Provisional,2026-11-01\n"));
    assert!(text(&outputs, "findings.json").contains(r#"{"key":"residual-undecidable","count":1}"#));
    let page = text(&outputs, "report.html");
    assert!(page.contains("; 1 account of a leaver cannot be judged.</p>"), "the first sentence");
    assert!(page.contains(r#"<span class="soft">1 account of a leaver cannot be judged</span>"#), "the app's heading");
    assert!(page.contains(r#">1?</td>"#), "the app's row");
    assert!(!page.contains("no live account of a leaver"), "it may live");
    assert!(!page.contains("h-ages"), "nothing that is known to live has an age");
    assert!(text(&outputs, "worksheets.html").contains("cannot tell whether this account still lives"));
}

#[test]
fn two_apps_of_one_name_are_told_apart_by_their_ids_wherever_people_act() {
    let mut files = two_leavers("Ada Vos,ada@harbour.example,member,active,2026-08-01\n");
    let settings = String::from_utf8(files["coverage.yaml"].clone()).unwrap();
    let apps = ["eu", "us"]
        .map(|id| format!("  chat-{id}: {{name: Chat, roster: wiki.csv, extracted-at: 2026-11-20T12:00:00Z}}\n"));
    files.insert("coverage.yaml".to_owned(), format!("{settings}{}", apps.concat()).into_bytes());
    let outputs = outputs(&files);
    for (name, before, after) in [("report.html", "<h4><bdi>", "</bdi></h4>"), ("worksheets.html", "<bdi>", "</bdi>")] {
        let page = text(&outputs, name);
        for id in ["eu", "us"] {
            assert!(page.contains(&format!("{before}Chat (chat-{id}){after}")), "{name}: {id}");
        }
        assert!(!page.contains(&format!("{before}Chat{after}")), "{name}");
    }
    assert!(
        text(&outputs, "findings.csv").contains("in Chat (chat-us)'s member administration"),
        "what to do names it, too"
    );
    assert!(text(&outputs, "report.html").contains("<h4><bdi>wiki</bdi></h4>"), "a name of its own is enough");
}

#[test]
fn the_ages_of_live_accounts_are_those_of_the_headline_each_once() {
    let outputs = outputs(&two_leavers(
        "Ada Vos,ada@harbour.example,member,active,2026-11-01\n\
         Ada Vos,Ada@harbour.example,owner,active,2026-11-01\n\
         Cleo Fox,cleo@harbour.example,member,deactivated,2026-11-01\n",
    ));
    let json = text(&outputs, "findings.json");
    assert!(json.contains(r#"{"key":"activity-after-leaving","count":1}"#), "one lives, the other has ended");
    let page = text(&outputs, "report.html");
    let table = page.split_once("Table: live accounts of leavers by time since leaving").unwrap().1;
    let table = table.split_once("</table>").unwrap().0;
    let months = table.split_once("31 to 90 days").unwrap().1.split_once("</tr>").unwrap().0;
    assert!(months.ends_with(r#"<td class="n">1</td><td class="n">1</td>"#), "{months}");
    assert!(page.contains(r#"<span class="soft">1 live account of a leaver</span>"#));
}
