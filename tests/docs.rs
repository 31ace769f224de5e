//! What the documents say is true: commands, columns, rules, files and examples are compared with the program.
//!
//! Between `<!-- generated: NAME -->` and `<!-- end -->` README.md and pages in docs hold what the program says; after a
//! change, `UPDATE_DOCS=1 cargo test --test docs` writes it anew.

mod generated;

use coverage::catalog::Catalog;
use coverage::model::{
    AccountStatus, ClaimField, Difference, Entry, Export, FindingStatus, Level, Operation, Role, Severity, Shape,
    Situation, ValueKind,
};
use coverage::report::{accounts_csv, coverage_csv, diff_csv, findings_csv, ipe_csv};
use coverage::workspace::{Known, Product, Workspace};
use generated::{commands, fields, rule_pages, rules, sample, settings, systems, values};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DOCUMENTS: [&str; 28] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/apply.md",
    "docs/batch.md",
    "docs/catalog.md",
    "docs/evidence.md",
    "docs/followup.md",
    "docs/formats.md",
    "docs/history.md",
    "docs/people.md",
    "docs/pull.md",
    "docs/pull-ldap.md",
    "docs/pull-apps.md",
    "docs/auditor.md",
    "docs/commands.md",
    "docs/data-protection.md",
    "docs/index.md",
    "docs/limits.md",
    "docs/report.md",
    "docs/review.md",
    "docs/rules.md",
    "docs/settings.md",
    "docs/start.md",
    "docs/tables.md",
    "samples/README.md",
    "benches/README.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What the program prints.
fn coverage(args: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_coverage")).args(args).current_dir(root()).output().unwrap();
    assert!(done.status.success(), "coverage {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The names that a help text lists under a heading.
fn listed(help: &str, heading: &str) -> BTreeSet<String> {
    let lines = help.lines().skip_while(|l| *l != heading).skip(1).take_while(|l| !l.is_empty());
    let names = lines.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    names.filter_map(|l| l.split_whitespace().next()).filter(|n| *n != "help").map(str::to_owned).collect()
}

/// The lines inside fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// What stands between single backticks, outside fenced blocks.
fn quoted(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every command line of `coverage` that a document shows, without its comment.
fn command_lines(text: &str) -> Vec<String> {
    let shown = blocks(text, "sh").into_iter().flat_map(|b| b.lines().map(str::to_owned).collect::<Vec<_>>());
    let lines = shown.chain(quoted(text)).map(|l| l.split(" #").next().unwrap().trim().to_owned());
    let lines = lines.map(|l| l.replace("cargo run --release -- ", "coverage ").replace("target/release/", ""));
    lines.filter(|l| l.starts_with("coverage ")).collect()
}

// ---- README and the two commands of a newcomer.

#[test]
fn readme_has_at_most_200_lines() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 200, "README.md has {lines} lines");
}

#[test]
fn the_two_commands_of_a_newcomer_come_first_and_are_what_ci_runs() {
    let shown: Vec<String> = blocks(&read("README.md"), "sh").iter().map(|b| b.trim().to_owned()).collect();
    assert_eq!(shown[..2], ["cargo run --release -- report samples/nordwind", "cargo test"]);
    let script = read(".ci/run");
    // The check runs the first one as it is built for the tests: optimising everything takes minutes more.
    for command in shown[..2].iter().map(|c| c.replace(" --release", "")) {
        assert!(script.lines().any(|l| l == command), ".ci/run has no line `{command}`");
    }
    assert_eq!(script.lines().rfind(|l| !l.is_empty()), Some("cargo test"), "the tests come last, for all to see");
}

// ---- Commands.

#[test]
fn every_command_and_option_that_is_named_exists() {
    let commands = listed(&coverage(&["--help"]), "Commands:");
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        for line in command_lines(&read(document)) {
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let command = words[0];
            if command.starts_with('-') {
                continue;
            }
            if !commands.contains(command) {
                wrong.push(format!("{document}: `{line}`: there is no command `{command}`"));
                continue;
            }
            let mut help = coverage(&[command, "--help"]);
            let below = listed(&help, "Commands:");
            if !below.is_empty() {
                match words.get(1) {
                    Some(sub) if below.contains(*sub) => help = coverage(&[command, sub, "--help"]),
                    Some(other) => wrong.push(format!("{document}: `{line}`: {command} has no `{other}`")),
                    None => {}
                }
            }
            for option in words.iter().filter(|w| w.starts_with("--")) {
                if !help.split(|c: char| c.is_whitespace() || c == ',').any(|w| w == *option) {
                    wrong.push(format!("{document}: `{line}`: {command} has no option {option}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readme_shows_every_command() {
    let shown: BTreeSet<String> = command_lines(&read("README.md"))
        .iter()
        .filter_map(|l| l.split_whitespace().nth(1).map(str::to_owned))
        .collect();
    let missing: Vec<String> = listed(&coverage(&["--help"]), "Commands:").difference(&shown).cloned().collect();
    assert!(missing.is_empty(), "README.md does not show {missing:?}");
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let plain = |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let help = plain(&coverage(&["--help"]));
    let said = &help[help.find("Exit codes:").expect("the help names them")..];
    assert!(plain(&read("README.md")).contains(said), "README.md does not say: {said}");
}

// ---- Files, columns, formats.

#[test]
fn columns_of_a_batch_are_those_that_are_written() {
    let page = read("docs/batch.md");
    let table = page.split("| column of `batch.csv` |").nth(1).unwrap().split("\n\n").next().unwrap();
    let named: Vec<String> = table.lines().skip(2).flat_map(|l| quoted(l.split('|').nth(1).unwrap())).collect();
    assert_eq!(named, coverage::report::batch::COLUMNS);
}

#[test]
fn columns_are_those_that_are_written() {
    let readme = read("README.md");
    let tables: [(&str, &[&str]); 4] = [
        ("findings.csv", &findings_csv::COLUMNS),
        ("coverage.csv", &coverage_csv::COLUMNS),
        ("diffs/APP.csv", &diff_csv::COLUMNS),
        ("accounts.csv", &accounts_csv::COLUMNS),
    ];
    for (file, columns) in tables {
        let row = readme.lines().find(|l| l.starts_with(&format!("| `{file}` |"))).unwrap_or_else(|| panic!("{file}"));
        let named: Vec<String> = quoted(row).into_iter().skip(1).filter(|w| !w.starts_with("--")).collect();
        assert_eq!(named, columns, "{file}");
    }
}

/// What the first column of a section's table names.
fn named_in(page: &str, heading: &str) -> Vec<String> {
    let start = page.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let rows = page[start..].lines().skip_while(|l| !l.starts_with("|---")).skip(1).take_while(|l| l.starts_with('|'));
    rows.flat_map(|l| quoted(l.split('|').nth(1).unwrap())).collect()
}

#[test]
fn the_page_of_tables_tells_every_column_and_every_word() {
    let page = read("docs/tables.md");
    let tables: [(&str, &[&str]); 5] = [
        ("findings.csv", &findings_csv::COLUMNS),
        ("coverage.csv", &coverage_csv::COLUMNS),
        ("diffs/APP.csv", &diff_csv::COLUMNS),
        ("accounts.csv", &accounts_csv::COLUMNS),
        ("ipe.csv", &ipe_csv::COLUMNS),
    ];
    for (file, columns) in tables {
        assert_eq!(named_in(&page, &format!("## {file}")), columns, "{file}");
    }
    let words = |all: Vec<&'static str>, heading: &str| assert_eq!(named_in(&page, &format!("### {heading}")), all);
    words(FindingStatus::ALL.iter().map(|w| w.word()).collect(), "Status of a finding");
    words(AccountStatus::ALL.iter().map(|w| w.word()).collect(), "Status of an account");
    words(Situation::ALL.iter().map(|w| w.word()).collect(), "Situation");
    words(Difference::ALL.iter().map(|w| w.word()).collect(), "Difference");
    words(Operation::ALL.iter().map(|w| w.word()).collect(), "Operation");
    words(Level::ALL.iter().map(|w| w.word()).collect(), "Level");
}

const RECORD: &str = ".coverage-run.json";

/// The files of a report. What a run notes for the next one is none of them; docs/report.md has it.
fn written(out: &Path) -> BTreeSet<String> {
    let mut all: BTreeSet<String> =
        fs::read_dir(out).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(all.remove(RECORD) && read("docs/report.md").contains(&format!("`{RECORD}`")));
    all
}

#[test]
fn a_run_writes_the_files_that_readme_lists() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let said = coverage(&["report", "samples/nordwind", "--accounts", "--out", out.to_str().unwrap()]);
    assert!(said.ends_with(&format!("Report: {}\n", out.join("report.html").display())), "{said}");
    let mut written = written(&out);
    assert!(written.remove("diffs"), "no folder of diffs");
    written.insert("diffs/APP.csv".to_owned());
    let readme = read("README.md");
    let table = readme.split("\n## ").find(|s| s.starts_with("What comes out")).unwrap();
    let rows = table.lines().filter(|l| l.starts_with("| `"));
    let listed: BTreeSet<String> = rows.map(|l| quoted(l).remove(0)).collect();
    assert_eq!(written, listed, "what is written, and what README.md lists");
}

#[test]
fn the_other_formats_write_the_files_that_their_page_lists() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let help = coverage(&["report", "--help"]);
    let page = read("docs/formats.md");
    let rows: Vec<Vec<String>> = page.lines().filter(|l| l.starts_with("| `") && l.contains(".")).map(quoted).collect();
    let listed: BTreeSet<(String, String)> =
        rows.into_iter().filter(|q| q[0].contains('.')).map(|q| (q[0].clone(), q[1].clone())).collect();
    let formats: Vec<&str> = listed.iter().map(|(_, format)| format.as_str()).collect();
    coverage(&["report", "samples/nordwind", "--format", &formats.join(","), "--out", out.to_str().unwrap()]);
    let written = written(&out);
    let mut expected: BTreeSet<String> = listed.iter().map(|(file, _)| file.clone()).collect();
    expected.insert("manifest.json".to_owned());
    assert_eq!(written, expected, "what is written, and what docs/formats.md lists");
    // Every format of the program is named in README.md, and its file is the one that the help names.
    for line in help.lines().filter_map(|l| l.trim().strip_prefix("- ")) {
        let (format, says) = line.split_once(':').unwrap();
        let named = quoted(&read("README.md"))
            .iter()
            .filter_map(|q| q.strip_prefix("--format ").map(str::to_owned))
            .any(|q| q.split(',').any(|f| f == format));
        assert!(named, "README.md does not name the format {format}");
        if let Some((file, _)) = listed.iter().find(|(_, f)| f == format) {
            assert!(says.trim().starts_with(file.as_str()), "{line}");
        }
    }
}

#[test]
fn the_formats_named_exist() {
    let help = coverage(&["report", "--help"]);
    let named: Vec<String> = quoted(&read("README.md")).into_iter().filter(|q| q.starts_with("--format ")).collect();
    assert!(!named.is_empty(), "README.md names the formats");
    for format in named.iter().flat_map(|n| n["--format ".len()..].split(',')) {
        assert!(help.contains(&format!("- {format}:")), "report has no format {format}");
    }
}

#[test]
fn the_example_of_a_workspace_is_one() {
    let catalog = Catalog::embedded();
    let known = Known {
        products: catalog.entries.iter().map(Product::from).collect(),
        exports: catalog.exports().map(|(_, e)| e).collect(),
        export_faults: coverage::catalog::export_faults,
    };
    for document in ["README.md", "docs/followup.md"] {
        let examples = blocks(&read(document), "yaml");
        assert_eq!(examples.len(), 1, "{document}");
        match Workspace::load(document, examples[0].as_bytes(), &known) {
            Ok((_, warnings)) => assert!(warnings.is_empty(), "{warnings:?}"),
            Err(problems) => panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        }
    }
}

// ---- Names and links.

/// Every word that the formats, the rules and the catalog know.
fn vocabulary() -> BTreeSet<String> {
    fn strings(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => drop(into.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|v| strings(v, into)),
            Value::Object(members) => members.iter().for_each(|(key, v)| {
                into.insert(key.clone());
                strings(v, into);
            }),
            _ => {}
        }
    }
    let mut words = BTreeSet::new();
    for of in ["findings", "manifest", "workspace", "catalog", "decisions"] {
        strings(&serde_json::from_str(&coverage(&["schema", of])).unwrap(), &mut words);
    }
    words.extend(coverage::rules::ALL.iter().map(|r| r.meta().id.to_owned()));
    words.extend(Catalog::embedded().entries.iter().map(|e| e.id.clone()));
    words.extend(Catalog::embedded().exports().map(|(_, e)| e.id.clone()));
    words
}

#[test]
fn words_with_hyphens_are_rules_exports_or_words_of_a_format() {
    let words = vocabulary();
    let kebab = |w: &String| {
        w.contains('-') && w.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let mut wrong = Vec::new();
    for document in &DOCUMENTS[..4] {
        let text = read(document);
        wrong.extend(quoted(&text).into_iter().filter(kebab).filter(|w| !words.contains(w)).map(|w| (document, w)));
    }
    assert!(wrong.is_empty(), "neither a rule nor a word of any format: {wrong:?}");
}

/// The end of a command line that shows one rule or one product.
#[test]
fn what_a_command_line_shows_is_there() {
    for document in DOCUMENTS {
        for line in command_lines(&read(document)) {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["coverage", what @ ("rules" | "catalog"), "show", id]
                    if id.bytes().any(|b| b.is_ascii_lowercase()) =>
                {
                    coverage(&[what, "show", id]);
                }
                ["coverage", "schema", of] => {
                    coverage(&["schema", of]);
                }
                _ => {}
            }
        }
    }
}

/// The anchors of a page's headings.
fn headings(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let heads = prose.lines().filter(|l| l.starts_with('#')).map(|l| l.trim_start_matches('#').trim().to_lowercase());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heads.map(|head| head.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn links_and_paths_lead_somewhere() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        let from = Path::new(document).parent().unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned());
        for link in links.filter(|l| !l.starts_with("http")) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let to = if file.is_empty() { root().join(document) } else { root().join(from).join(file) };
            let there = if heading.is_empty() {
                to.exists()
            } else {
                fs::read_to_string(&to).is_ok_and(|text| headings(&text).contains(heading))
            };
            if !there {
                wrong.push(format!("{document}: {link}"));
            }
        }
        let rooms = ["src/", "tests/", "catalog/", "samples/", "templates/", "benches/", ".ci/"];
        let paths = quoted(&text).into_iter().filter(|q| rooms.iter().any(|r| q.starts_with(r)));
        // `tests/fixtures/exports/ID.csv` and `catalog/*.yaml` stand for many files.
        let plain = paths.filter(|p| !p.contains(['*', '…', ' ']) && !p.contains(|c: char| c.is_ascii_uppercase()));
        wrong.extend(plain.filter(|p| !root().join(p).exists()).map(|p| format!("{document}: `{p}`")));
    }
    assert!(wrong.is_empty(), "no such file:\n{}", wrong.join("\n"));
}

// ---- What the program says of itself.

/// Compares a document with what it should be, or writes it.
fn fresh(document: &str, parts: &[(&str, String)]) {
    let before = read(document);
    let mut text = before.clone();
    for (name, part) in parts {
        let open = format!("<!-- generated: {name} -->\n");
        let start = text.find(&open).unwrap_or_else(|| panic!("{document} has no part {name}")) + open.len();
        let end = start + text[start..].find("<!-- end -->").expect("it ends");
        text.replace_range(start..end, part);
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        // In one step: the other tests are reading it.
        let new = root().join(format!("{document}.new"));
        fs::write(&new, text).unwrap();
        fs::rename(new, root().join(document)).unwrap();
        return;
    }
    let (is, should): (Vec<&str>, Vec<&str>) = (before.lines().collect(), text.lines().collect());
    let differ = is.iter().zip(&should).position(|(a, b)| a != b);
    if let Some(at) = differ {
        panic!(
            "{document}:{}: is\n  {}\nand should be\n  {}\nUPDATE_DOCS=1 cargo test --test docs writes it",
            at + 1,
            is[at],
            should[at]
        );
    }
    assert_eq!(is.len(), should.len(), "UPDATE_DOCS=1 cargo test --test docs writes {document} anew");
}

#[test]
fn generated_parts_are_fresh() {
    fresh("README.md", &[("sample", sample()), ("rules", rules()), ("systems", systems())]);
    fresh("docs/commands.md", &[("commands", commands())]);
    fresh("docs/rules.md", &[("list", rule_pages())]);
    fresh("docs/settings.md", &[("settings", settings())]);
    fresh("docs/catalog.md", &[("values", values()), ("fields", fields())]);
}

/// The schema stands in the repository so that an editor completes an entry without the program being built.
#[test]
fn the_committed_schema_of_an_entry_is_the_programs_own() {
    let own = coverage(&["catalog", "schema"]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let fresh = root().join("schemas/catalog.json.new");
        fs::write(&fresh, own).unwrap();
        fs::rename(fresh, root().join("schemas/catalog.json")).unwrap();
    } else {
        assert!(
            read("schemas/catalog.json") == own,
            "UPDATE_DOCS=1 cargo test --test docs writes schemas/catalog.json anew"
        );
    }
}

#[test]
fn the_changelog_begins_with_what_is_not_released() {
    let text = read("CHANGELOG.md");
    assert_eq!(text.lines().find(|l| l.starts_with("## ")), Some("## Unreleased"));
}
