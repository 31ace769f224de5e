//! `docs/apply.md` as somebody follows it, and plans of the sample company. tests/servers has the rest, against servers by others.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

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
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
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
    assert_eq!(fs::read(desk.path().join("plan.yaml")).unwrap(), before);
    let apply = "coverage apply plan.yaml --workspace samples/nordwind";
    assert_eq!(run(desk.path(), &format!("{apply} --really")).0, 2);
    assert_eq!(run(desk.path(), &format!("{apply} --really --dry-run --approve-by Ann")).0, 2);
    let (code, said) = run(desk.path(), &format!("{apply} --really --approve-by Ann"));
    assert!(code == 0 && said.contains("There is nothing to send") && said.matches("by hand ").count() >= 15, "{said}");
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
