//! The house is as `ARCHITECTURE.md` says: its table of rooms and arrows is read here, so that there is only one list.

mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use tokens::{Token, closing, texts, tokens, without_tests};

// ---- What the page says.

/// What a room may import.
#[derive(Debug, PartialEq, Eq)]
enum Doors {
    /// These rooms.
    Only(BTreeSet<String>),
    /// Every room but these.
    AllBut(BTreeSet<String>),
}

impl Doors {
    fn allow(&self, room: &str) -> bool {
        match self {
            Self::Only(rooms) => rooms.contains(room),
            Self::AllBut(rooms) => !rooms.contains(room),
        }
    }
}

/// The words in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The table under the heading "Rooms and doors": the room first, what it may import last.
fn table(page: &str) -> BTreeMap<String, Doors> {
    let section = page.split("\n## ").find(|s| s.starts_with("Rooms and doors")).expect("the section is there");
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (room, doors) = (quoted(cells[0]), *cells.last().unwrap());
        assert_eq!(room.len(), 1, "one room a row: {row}");
        let doors = match doors {
            "–" => Doors::Only(BTreeSet::new()),
            all if all.starts_with("all") => Doors::AllBut(quoted(all)),
            some => Doors::Only(quoted(some)),
        };
        (room.into_iter().next().unwrap(), doors)
    })
    .collect()
}

// ---- What the code says.

/// A source file that is no test.
struct File {
    /// Its path, from the project's folder.
    path: String,
    /// Its modules, `["report", "html", "rows"]`; none for `lib.rs` and `main.rs`.
    module: Vec<String>,
    tokens: Vec<Token>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every file of `src` that is no test.
fn sources() -> Vec<File> {
    let src = root().join("src");
    let (mut files, mut tests) = (Vec::new(), BTreeSet::new());
    for path in rust_files(&src) {
        let mut module: Vec<String> = path
            .strip_prefix(&src)
            .unwrap()
            .with_extension("")
            .iter()
            .map(|p| p.to_str().unwrap().to_owned())
            .collect();
        if module.last().is_some_and(|m| m == "mod") || module == ["lib"] || module == ["main"] {
            module.pop();
        }
        let (tokens, modules) = without_tests(&tokens(&fs::read_to_string(&path).unwrap()));
        tests.extend(modules.into_iter().map(|m| [module.as_slice(), &[m]].concat()));
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        files.push(File { path, module, tokens });
    }
    files.retain(|f| !tests.iter().any(|t| f.module.starts_with(t)));
    files
}

/// One use of another room.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
    place: String,
}

impl fmt::Display for Arrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} uses {}", self.place, self.from, self.to)
    }
}

/// Every path that leads into a room: `crate::…`, `coverage::…`, and `super::…` as far as it leaves its own.
fn arrows(file: &File) -> Vec<Arrow> {
    let (tokens, mut found) = (&file.tokens, Vec::new());
    let from = file.module.first().map_or(file.path.as_str(), String::as_str);
    let mut blocks: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let text = tokens[at].text.as_str();
        match text {
            "{" => blocks.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => drop(blocks.pop()),
            _ => {}
        }
        let starts = at == 0 || tokens[at - 1].text != "::";
        if !(starts && matches!(text, "crate" | "coverage" | "super") && texts(tokens, at + 1, 1) == ["::"]) {
            at += 1;
            continue;
        }
        let mut ups = 0;
        let mut next = at;
        while texts(tokens, next, 2) == ["super", "::"] {
            (ups, next) = (ups + 1, next + 2);
        }
        let depth = file.module.len() + blocks.iter().filter(|is_module| **is_module).count();
        if text != "super" {
            next += 2;
        } else if ups < depth {
            at = next;
            continue;
        }
        for first in heads(tokens, next) {
            let place = format!("{}:{}", file.path, first.line);
            found.push(Arrow { from: from.to_owned(), to: first.text.clone(), place });
        }
        // Not past the braces: what stands in them is read on, its `crate` and `super` too.
        at = next;
    }
    found.retain(|a| a.from != a.to);
    found
}

/// The first words of a path's end: `model` of `model::Person`, both of `{diag::Diagnostic, model::{self, Person}}`.
fn heads(tokens: &[Token], at: usize) -> Vec<Token> {
    let Some(first) = tokens.get(at) else { return Vec::new() };
    if first.text != "{" {
        return vec![first.clone()];
    }
    let (end, mut depth, mut found) = (closing(tokens, at), 0, Vec::new());
    for here in at..end {
        match tokens[here].text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 1 && matches!(tokens[here].text.as_str(), "{" | ",") && tokens[here + 1].text != "}" {
            found.push(tokens[here + 1].clone());
        }
    }
    found
}

// ---- The comparison.

fn page() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}

/// Wherever something is said against the house, everything is said at once.
#[track_caller]
fn none(what: &str, mut wrong: Vec<String>) {
    wrong.sort();
    assert!(wrong.is_empty(), "{what}:\n  {}", wrong.join("\n  "));
}

#[test]
fn the_table_names_every_room_and_no_other() {
    let listed: BTreeSet<String> = table(&page()).into_keys().collect();
    let there: BTreeSet<String> = sources().into_iter().filter_map(|f| f.module.first().cloned()).collect();
    assert_eq!(listed, there, "the rooms of ARCHITECTURE.md, and those of src");
}

#[test]
fn no_arrow_leads_where_the_table_has_none() {
    let table = table(&page());
    let mut wrong = Vec::new();
    for file in sources() {
        for arrow in arrows(&file) {
            let allowed = match table.get(&arrow.from) {
                Some(doors) => doors.allow(&arrow.to),
                // `main.rs` has one line; `lib.rs` only lists the rooms.
                None => arrow.from == "src/main.rs" && arrow.to == "cli",
            };
            if !allowed {
                wrong.push(format!("{arrow}, which ARCHITECTURE.md does not allow"));
            }
        }
    }
    none("arrows against the house", wrong);
}

#[test]
fn no_door_of_the_table_is_unused() {
    let used: BTreeSet<(String, String)> = sources().iter().flat_map(arrows).map(|a| (a.from, a.to)).collect();
    let mut wrong = Vec::new();
    for (room, doors) in table(&page()) {
        let Doors::Only(rooms) = doors else { continue };
        let unused = rooms.into_iter().filter(|to| !used.contains(&(room.clone(), to.clone())));
        wrong.extend(unused.map(|to| format!("{room} may import {to} and does not")));
    }
    none("ARCHITECTURE.md allows more than there is; take it out", wrong);
}

#[test]
fn no_two_rooms_import_each_other() {
    let table = table(&page());
    let to =
        |room: &str| -> Vec<String> { table.keys().filter(|k| *k != room && table[room].allow(k)).cloned().collect() };
    for start in table.keys() {
        let (mut seen, mut open) = (BTreeSet::new(), to(start));
        while let Some(next) = open.pop() {
            assert_ne!(&next, start, "the table leads from {start} back to it");
            if seen.insert(next.clone()) {
                open.extend(to(&next));
            }
        }
    }
}

#[test]
fn no_module_is_named_after_nothing() {
    let named = |f: &File| {
        f.module.iter().any(|m| ["utils", "util", "helpers", "common", "types", "misc"].contains(&m.as_str()))
    };
    none("name what is in it", sources().iter().filter(|f| named(f)).map(|f| f.path.clone()).collect());
}

#[test]
fn no_file_has_more_than_500_lines() {
    let files = rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("tests")));
    let lines = files.map(|p| (fs::read_to_string(&p).unwrap().lines().count(), p));
    let long = lines.filter(|(n, _)| *n > 500).map(|(n, path)| format!("{}: {n} lines", path.display()));
    none("what are their two names?", long.collect());
}

#[test]
fn every_source_file_begins_by_saying_what_it_is() {
    let files = rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("tests")));
    let mute = files.filter(|p| !fs::read_to_string(p).unwrap().starts_with("//! "));
    none("files without a first line `//! …`", mute.map(|p| p.display().to_string()).collect());
}

#[test]
fn nothing_is_left_to_be_done_and_nothing_panics_at_will() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (at, token) in file.tokens.iter().enumerate() {
            let stub =
                ["todo", "unimplemented"].contains(&token.text.as_str()) && texts(&file.tokens, at + 1, 1) == ["!"];
            let unwrap = texts(&file.tokens, at, 4) == [".", "unwrap", "(", ")"];
            if stub || unwrap {
                wrong.push(format!("{}:{}: {}", file.path, token.line, texts(&file.tokens, at, 3).concat()));
            }
        }
    }
    none("outside tests", wrong);
}

#[test]
fn the_network_is_known_in_one_room_and_used_by_four_commands() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| f.module.first().is_none_or(|room| room != "connect")) {
        for token in &file.tokens {
            // The driver of the one database server that `--store` names.
            if file.path == "src/store/postgres.rs" {
                continue;
            }
            let network = ["reqwest", "lettre", "tokio", "tokio_postgres", "postgres", "TcpStream", "UdpSocket"]
                .contains(&token.text.as_str());
            // The module of that name.
            let network = network && !(token.text == "postgres" && file.path.starts_with("src/store/"));
            let asks = token.text == "connect"
                && ![
                    "src/cli/apply.rs",
                    "src/cli/catalog/online.rs",
                    "src/cli/doctor.rs",
                    "src/cli/notify.rs",
                    "src/cli/pull.rs",
                    "src/lib.rs",
                ]
                .contains(&file.path.as_str());
            if network || asks {
                wrong.push(format!("{}:{}: {}", file.path, token.line, token.text));
            }
        }
    }
    none(
        "README promises that the program is offline but for `pull`, `apply`, `notify`, `catalog lint --online` and `--store postgres://…`",
        wrong,
    );
}

#[test]
fn only_apply_can_change_anything_at_a_server() {
    let mut wrong = Vec::new();
    for file in
        sources().iter().filter(|f| f.path != "src/cli/apply.rs" && f.module.first().is_none_or(|m| m != "connect"))
    {
        let has = |word: &str| file.tokens.iter().find(|t| t.text == word);
        if let (Some(writer), Some(_)) = (has("Writer"), has("connect")) {
            wrong.push(format!("{}:{}", file.path, writer.line));
        }
    }
    none("what sends changes stands where lists are fetched", wrong);
}

#[test]
fn no_test_is_skipped() {
    let mut wrong = Vec::new();
    for path in ["src", "tests", "benches"].iter().flat_map(|f| rust_files(&root().join(f))) {
        let tokens = tokens(&fs::read_to_string(&path).unwrap());
        for (at, token) in tokens.iter().enumerate() {
            if texts(&tokens, at, 3) == ["#", "[", "ignore"] {
                wrong.push(format!("{}:{}", path.display(), token.line));
            }
        }
    }
    none("skipped tests", wrong);
}

// ---- The reader itself: a check that cannot fail is none.

fn file(path: &str, module: &[&str], text: &str) -> File {
    let (tokens, _) = without_tests(&tokens(text));
    File { path: path.to_owned(), module: module.iter().map(|m| (*m).to_owned()).collect(), tokens }
}

fn seen(module: &[&str], text: &str) -> Vec<String> {
    arrows(&file("f.rs", module, text)).iter().map(|a| format!("{}:{}", a.place, a.to)).collect()
}

#[test]
fn arrows_are_seen_in_every_way_of_writing_them() {
    let text = "use crate::{diag::Diagnostic, model::{self, Person}};\n\
                fn f() { crate::host::today(); super::super::cli::main(); super::near(); }\n\
                impl Into<crate::run::Job> for coverage::ingest::Record {}\n\
                mod inner { use super::super::super::report; use super::super::own; }";
    let expected =
        ["f.rs:1:diag", "f.rs:1:model", "f.rs:2:host", "f.rs:2:cli", "f.rs:3:run", "f.rs:3:ingest", "f.rs:4:report"];
    assert_eq!(seen(&["rules", "draft"], text), expected);
}

#[test]
fn comments_texts_and_tests_are_no_arrows() {
    let text = "//! [`crate::cli`]\n/* crate::cli /* crate::cli */ crate::cli */\n\
                const A: &str = \"crate::cli \\\" crate::cli\"; const B: &str = r#\"crate::cli \" \"#; const C: char = '\"';\n\
                #[cfg(test)]\nuse crate::cli::{A, B};\n#[cfg(test)]\n#[allow(x)]\nmod tests { use crate::cli; }\n\
                #[cfg(test)]\nmod sample;\nfn f<'a>(_: &'a str) -> char { crate::model::x(); '\\u{2014}' }";
    assert_eq!(seen(&["rules"], text), ["f.rs:11:model"]);
    assert_eq!(without_tests(&tokens(text)).1, ["sample"]);
}
