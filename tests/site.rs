//! The documentation site: complete, without dead links, and what it tells people to type works.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn read(page: &str) -> String {
    fs::read_to_string(docs().join(page)).unwrap_or_else(|e| panic!("docs/{page}: {e}"))
}

fn pages() -> BTreeSet<String> {
    let all = fs::read_dir(docs()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    all.filter(|name| name.ends_with(".md") && name != "SUMMARY.md").collect()
}

/// Where links of a page lead, outside fenced blocks.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect()
}

/// The anchors that the site makes of a page's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let heads = prose
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heads.map(|head| head.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn every_page_is_in_the_summary_once_and_nothing_else_is() {
    let named = links(&read("SUMMARY.md"));
    let once: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(named.len(), once.len(), "a page stands twice in the summary");
    assert_eq!(once, pages());
}

#[test]
fn every_page_begins_with_its_one_title() {
    for page in pages() {
        let text: String = read(&page).split("```").step_by(2).collect();
        assert!(text.starts_with("# "), "{page} begins with a title");
        assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1, "{page}");
    }
}

#[test]
fn every_link_of_the_site_leads_to_a_page_of_it_and_to_a_heading_there() {
    let mut wrong = Vec::new();
    for page in pages() {
        for link in links(&read(&page)) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
            let to = if file.is_empty() { page.as_str() } else { file };
            // Whatever else stands in the repository is not part of the site.
            if !pages().contains(to) && !docs().join(to).is_file() || to.contains("..") {
                wrong.push(format!("{page}: {link}: the site has no such page"));
            } else if anchor.is_some_and(|anchor| !anchors(&read(to)).contains(anchor)) {
                wrong.push(format!("{page}: {link}: there is no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_script_installs_one_version_and_builds_what_the_summary_names() {
    let script = fs::read_to_string(docs().join("build.sh")).unwrap();
    assert!(script.contains("cargo install --locked --version \"$version\"") && script.contains("\nversion=0."));
    let book = read("book.toml");
    assert!(book.contains("src = \".\"") && book.contains("build-dir = \"../target/site\""));
}

/// A line that cannot be run here, and why.
fn not_run(line: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match () {
        () if has(&["--online"]) => Some("it asks other people's servers"),
        () if has(&["v1:56022b16"]) => Some("the id stands for one of the reader's own"),
        () if has(&["decisions.yaml"]) => Some("tests/review.rs applies decisions"),
        () if has(&["own-catalog/", "catalog/", "catalog html"]) => {
            Some("tests/catalog_pages.rs and tests/cli.rs run it")
        }
        () => None,
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// What a page tells its reader to type is typed, in its order, in a folder where `samples/nordwind` is the sample company and
/// `exports/` a copy of it.
#[test]
fn what_the_pages_tell_people_to_type_works() {
    let sample = docs().parent().unwrap().join("samples/nordwind");
    let mut ran = 0;
    for page in ["start.md", "auditor.md", "review.md", "history.md", "catalog.md", "people.md"] {
        let folder = tempfile::tempdir().unwrap();
        copy(&sample, &folder.path().join("samples/nordwind"));
        copy(&sample, &folder.path().join("exports"));
        let text = read(page);
        // `init` writes what the sample has already.
        if text.contains("coverage init exports/") {
            for name in ["coverage.yaml", "links.yaml", "exceptions.yaml"] {
                fs::remove_file(folder.path().join("exports").join(name)).unwrap();
            }
        }
        for block in text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
            for line in
                block.lines().map(|line| line.split(" #").next().unwrap().trim()).filter(|line| !line.is_empty())
            {
                if !line.starts_with("coverage ") || not_run(line).is_some() {
                    continue;
                }
                let program = env!("CARGO_BIN_EXE_coverage");
                let typed = line.replacen("coverage ", &format!("'{program}' "), 1);
                let done = Command::new("sh").arg("-c").arg(&typed).current_dir(folder.path()).output().unwrap();
                let told = String::from_utf8_lossy(&done.stderr);
                assert_eq!(done.status.code(), Some(0), "docs/{page}: `{line}`: {told}");
                ran += 1;
            }
        }
    }
    assert!(ran >= 20, "{ran} lines were run");
}

#[test]
fn manual_pages_are_written_for_every_command_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let man = |name: &str| {
        let to = folder.path().join(name);
        let slash = format!("{}/", to.display());
        let done = Command::new(env!("CARGO_BIN_EXE_coverage")).arg("man").arg(slash).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let first = format!("`man -l {}`", to.join("coverage.1").display());
        assert!(String::from_utf8_lossy(&done.stdout).contains(&first));
        let all = fs::read_dir(&to).unwrap().map(|e| e.unwrap().path());
        let mut all: Vec<(String, Vec<u8>)> =
            all.map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(p).unwrap())).collect();
        all.sort();
        all
    };
    let pages = man("one");
    assert_eq!(pages, man("two"));
    let names: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let headings = read("commands.md")
        .lines()
        .filter_map(|l| l.trim_start_matches('#').strip_prefix(" coverage "))
        .map(|c| format!("coverage-{}.1", c.replace(' ', "-")))
        .collect::<BTreeSet<_>>();
    assert!(headings.len() > 20, "{headings:?}");
    let mut expected: BTreeSet<&str> = headings.iter().map(String::as_str).collect();
    expected.insert("coverage.1");
    assert_eq!(names, expected);
    for (name, page) in &pages {
        let text = String::from_utf8_lossy(page);
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{name}");
    }
}
