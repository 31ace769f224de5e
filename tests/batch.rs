//! `coverage report --batch`: many companies in one run, and nothing of one in what is said of another.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn coverage() -> Command {
    let mut command = Command::cargo_bin("coverage").unwrap();
    command.env_clear().env("NO_COLOR", "1");
    command
}

/// A company whose every text carries its mark: a leaver who still has an account, and a stranger.
fn company(all: &Path, name: &str, mark: &str) -> PathBuf {
    let folder = all.join(name);
    fs::create_dir_all(folder.join("rosters")).unwrap();
    let write = |file: &str, text: String| fs::write(folder.join(file), text).unwrap();
    write(
        "coverage.yaml",
        format!(
            "company: {{name: {mark} Ltd, domains: [{mark}.example]}}\nas-of: 2026-11-20T09:00:00Z\n\
             hr: [{{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}]\napps:\n  figma:\n    \
             roster: {{file: rosters/{mark}.csv, extracted-at: 2026-11-20T07:00:00Z}}\n    owner: owner@{mark}.example\n  \
             {mark}-app:\n    roster: {{file: rosters/own.csv, extracted-at: 2026-11-20T07:00:00Z}}\n\
             exclude:\n  - {{match: \"*@test.{mark}.example\", reason: {mark} tests}}\n"
        ),
    );
    write(
        "hr.csv",
        format!(
            "Employee ID,First name,Last name,Work email,Start date,End date,Status,Type\n\
             {mark}1,Ann,{mark}son,ann@{mark}.example,2020-01-01,2026-03-31,Terminated,Employee\n\
             {mark}2,Bo,{mark}sen,bo@{mark}.example,2021-01-01,,Active,Employee\n"
        ),
    );
    let roster = format!(
        "Email,Name,Role,Status,Last active,ID\nann@{mark}.example,Ann {mark}son,Owner,Active,2026-11-01,{mark}-9\n\
         zoe@{mark}.example,Zoe {mark},Member,Active,2026-11-01,{mark}-8\n"
    );
    write(&format!("rosters/{mark}.csv"), roster.clone());
    write("rosters/own.csv", roster.replace("-9", "-7").replace("-8", "-6"));
    folder
}

/// Every file of a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.file_name() != Some(".coverage-run.json".as_ref()) {
                // That is no output: a run of its own notes there what the next one need not do again.
                found.insert(path.strip_prefix(root).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const MARKS: [&str; 4] = ["quillow", "brandik", "morvane", "tessaly"];

#[test]
fn each_report_is_that_of_a_run_of_its_own_and_holds_nothing_of_another_company() {
    let folder = tempfile::tempdir().unwrap();
    let (all, out) = (folder.path().join("all"), folder.path().join("out"));
    for (n, mark) in MARKS.iter().enumerate() {
        company(&all, &format!("tenant-{n}"), mark);
    }
    let nordwind = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/nordwind");
    for (name, bytes) in files(&nordwind) {
        let place = all.join("tenant-5").join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    let batch = |threads: &str, more: &[&str]| {
        let done =
            coverage().env("RAYON_NUM_THREADS", threads).args(["report", "--batch"]).arg(&all).args(more).unwrap();
        text(&done.stdout)
    };
    let to = |name: &str| folder.path().join(name).display().to_string();
    let said = batch("2", &["--out", &to("out"), "--accounts"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "tenant-0  1 of 1 leaver with access, 2 live accounts; 2 critical, 4 high, 2 medium; 3 cannot be decided",
        "{said}"
    );
    assert_eq!(lines.len(), MARKS.len() + 4, "{said}");
    assert_eq!(lines[MARKS.len() + 2], "5 of 5 tenants reported");

    for n in [0, 1, 2, 3, 5] {
        let name = format!("tenant-{n}");
        let single = folder.path().join("single");
        coverage().arg("report").arg(all.join(&name)).arg("--out").arg(&single).arg("--accounts").assert().success();
        let (theirs, ours) = (files(&single), files(&out.join(&name)));
        assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>());
        for (file, bytes) in &theirs {
            assert!(bytes == &ours[file], "{name}/{file} is not what a run of its own writes");
        }
        for (file, bytes) in &ours {
            // What waits in a workbook or an archive would be hidden; the default outputs are plain text.
            let text = text(bytes).to_lowercase();
            for (m, mark) in MARKS.iter().enumerate() {
                assert!(m == n || !text.contains(mark), "{name}/{file} speaks of {mark}");
            }
            assert!(n == 5 || !text.contains("nordwind"), "{name}/{file} speaks of Nordwind");
        }
        let own = MARKS.get(n).copied().unwrap_or("nordwind");
        assert!(text(&ours["findings.csv"]).to_lowercase().contains(own), "{name}: its own mark is where it belongs");
    }

    // The number of threads and a second run change nothing; nor does it matter where the reports stand.
    assert_eq!(batch("1", &["--out", &to("again"), "--accounts"]).replace("again", "out"), said);
    assert_eq!(files(&folder.path().join("again")), files(&out));
    batch("3", &["--out", &to("out"), "--accounts"]);
    assert_eq!(files(&folder.path().join("again")), files(&out));
    batch("2", &["--quiet"]);
    let beside = files(&all.join("tenant-1/coverage-report"));
    assert_eq!(beside["report.html"], files(&out.join("tenant-1"))["report.html"]);
    assert!(!all.join("batch.csv").exists());

    let csv = text(&fs::read(out.join("batch.csv")).unwrap());
    assert!(csv.contains("\ntenant-2,no,morvane Ltd,2026-11-20T09:00:00Z,2,1,1,2,0,2,4,2,0,0,3,0,2,2,no,\n"), "{csv}");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(out.join("batch.json")).unwrap()).unwrap();
    let tenants = json["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), 5);
    assert_eq!(tenants[1]["summary"]["residual_accounts"], 2);
    assert_eq!((&tenants[1]["problems"], &tenants[1]["tenant"]), (&serde_json::json!([]), &"tenant-1".into()));
}

#[test]
fn what_is_wrong_with_one_company_stops_no_other_and_is_named_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (all, out) = (folder.path().join("all"), folder.path().join("out"));
    let [good, yaml, missing, binary, workbook, other] =
        ["a-good", "b-yaml", "c-missing", "d-binary", "e-workbook", "f-other"]
            .map(|name| company(&all, name, &name[2..]));
    company(&all, "z-good", "zebulo");
    let report = |code: i32| {
        let done = coverage().args(["report", "--batch"]).arg(&all).arg("--out").arg(&out).assert().code(code);
        (text(&done.get_output().stdout), text(&done.get_output().stderr))
    };
    report(0);
    let last_good = files(&out.join("b-yaml"));

    fs::write(yaml.join("coverage.yaml"), "apps: {figma: {rooster: x.csv}}\nhr: [hr.csv\n").unwrap();
    fs::remove_file(missing.join("rosters/own.csv")).unwrap();
    fs::write(binary.join("hr.csv"), [0u8, 159, 146, 150, 0, 1, 2, 3].repeat(400)).unwrap();
    // The beginning of a ZIP file and nothing after it.
    fs::write(workbook.join("rosters/own.csv"), b"PK\x03\x04broken").unwrap();
    let settings = fs::read_to_string(other.join("coverage.yaml")).unwrap();
    fs::write(other.join("coverage.yaml"), settings.replace("{file: hr.csv", "{file: ../a-good/hr.csv")).unwrap();
    fs::create_dir(all.join("g-empty")).unwrap();
    #[cfg(unix)]
    {
        let linked = company(&all, "h-linked", "linked");
        fs::remove_file(linked.join("hr.csv")).unwrap();
        std::os::unix::fs::symlink(good.join("hr.csv"), linked.join("hr.csv")).unwrap();
        let settings = company(&all, "i-settings", "settings").join("coverage.yaml");
        fs::remove_file(&settings).unwrap();
        std::os::unix::fs::symlink(good.join("coverage.yaml"), settings).unwrap();
    }
    let (said, told) = report(1);
    let failed = if cfg!(unix) { 8 } else { 6 };
    for name in ["a-good", "z-good"] {
        assert!(said.contains(&format!("{name}      1 of 1 leaver")), "{said}");
        assert!(out.join(name).join("report.html").exists());
    }
    assert!(said.contains(&format!("2 of {} tenants reported, {failed} failed", failed + 2)), "{said}");
    let place = |name: &str| all.join(name).display().to_string();
    for (name, why) in [
        ("b-yaml", "/coverage.yaml:2:"),
        ("c-missing", "/rosters/own.csv: error: cannot be read: no such file"),
        ("d-binary", "/hr.csv"),
        ("e-workbook", "/rosters/own.csv: error: "),
        ("f-other", "/../a-good/hr.csv: error: cannot be read: lies outside of the workspace's folder"),
        ("g-empty", "/coverage.yaml: error: there is no such file"),
        ("h-linked", "/hr.csv: error: cannot be read: lies outside of the workspace's folder"),
        ("i-settings", "/coverage.yaml: error: lies outside of the workspace's folder"),
    ] {
        if cfg!(unix) || name < "h" {
            assert!(told.contains(&format!("{}{why}", place(name))), "{name}: {told}");
            assert!(said.contains(name) && said.contains("named at the end"), "{said}");
        }
    }
    assert!(
        told.contains("help: copy the file into the folder of coverage.yaml") && !told.contains("permissions"),
        "{told}"
    );
    assert!(!told.contains("goodson") && !told.contains('\u{0}'), "no row is told: {told}");
    assert_eq!(files(&out.join("b-yaml")), last_good, "the last good report stands");
    let csv = text(&fs::read(out.join("batch.csv")).unwrap());
    assert!(csv.contains("\ng-empty,yes,,,,,,,,,,,,,,,,,,\"coverage.yaml: error: there is no such file"), "{csv}");
    let hidden =
        fs::read_dir(&out).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "nothing half-made is left");
    // Findings at the limit fail a batch, too; what has failed weighs more.
    let fails = |code: i32| {
        coverage()
            .args(["report", "--fail-on", "high", "--batch"])
            .arg(&all)
            .arg("--out")
            .arg(&out)
            .assert()
            .code(code);
    };
    fails(1);
    for name in ["b-yaml", "c-missing", "d-binary", "e-workbook", "f-other", "g-empty", "h-linked", "i-settings"] {
        let _ = fs::remove_dir_all(all.join(name));
    }
    fails(3);
}

#[test]
fn a_company_may_name_its_own_files_in_any_way_and_a_shared_catalog_comes_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/own-catalog");
    for name in ["one", "two"] {
        let place = company(&all, name, name);
        let settings = fs::read_to_string(place.join("coverage.yaml")).unwrap();
        let settings = settings.replace("{file: hr.csv", "{file: rosters/../hr.csv").replace("figma", "framer");
        fs::write(place.join("coverage.yaml"), settings).unwrap();
    }
    let out = folder.path().join("out");
    let run = |out: &Path| {
        let mut command = coverage();
        command.args(["report", "--catalog"]).arg(&own).arg("--out").arg(out);
        command
    };
    run(&out).arg("--batch").arg(&all).assert().success();
    for name in ["one", "two"] {
        let single = folder.path().join("single");
        run(&single).arg(all.join(name)).assert().success();
        assert!(files(&single) == files(&out.join(name)));
        assert!(text(&fs::read(single.join("coverage.csv")).unwrap()).contains("SCIM exists (Nordwind, SEC-123)"));
    }
    // A catalog of one company that lies with another is not read.
    let two = all.join("two/coverage.yaml");
    fs::write(&two, format!("catalog: ../one\n{}", fs::read_to_string(&two).unwrap())).unwrap();
    let told = coverage().args(["report", "--batch"]).arg(&all).assert().code(1);
    assert!(text(&told.get_output().stderr).contains("one: error: lies outside of the workspace's folder"));
}

#[test]
fn runs_are_kept_with_each_company() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    for name in ["one", "two"] {
        company(&all, name, name);
    }
    coverage().args(["report", "--keep", "--batch"]).arg(&all).assert().success();
    for name in ["one", "two"] {
        let told = coverage().arg("status").arg(all.join(name)).assert().success();
        let said = text(&told.get_output().stdout);
        assert!(said.contains(&format!("{name} Ltd")) && said.contains("1 run"), "{said}");
    }
}

#[test]
fn what_makes_no_sense_with_a_batch_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    company(&all, "one", "one");
    let run = |args: &[&str]| {
        coverage().current_dir(&folder).args(["report", "--batch", "all"]).args(args).assert().get_output().clone()
    };
    for wrong in [
        &["all/one"][..],
        &["--hr", "all/one/hr.csv"],
        &["--idp", "all/one/hr.csv"],
        &["--roster", "all/one/rosters/own.csv"],
        &["--store", "runs.sqlite"],
        &["--out", "all"],
        &["--out", "all/one/.."],
    ] {
        let done = run(wrong);
        assert_eq!(done.status.code(), Some(2), "{wrong:?}: {}", text(&done.stderr));
    }
    assert!(!all.join("one/coverage-report").exists());
    for (place, why) in
        [("all/one", "is the workspace of one company"), ("all/one/rosters", "there is no folder in it")]
    {
        let told = coverage().current_dir(&folder).args(["report", "--batch", place]).assert().code(1);
        assert!(text(&told.get_output().stderr).contains(why), "{place}");
    }
    // Outputs among the companies are none of them.
    for _ in 0..2 {
        assert_eq!(run(&["--out", "all/reports"]).status.code(), Some(0));
    }
    // What stands in a report's place and is none is not touched.
    fs::create_dir_all(folder.path().join("mixed/one")).unwrap();
    fs::write(folder.path().join("mixed/one/thesis.txt"), "precious").unwrap();
    let done = run(&["--out", "mixed"]);
    assert_eq!(done.status.code(), Some(1));
    let told = text(&done.stderr);
    assert!(told.contains("mixed/one: error: the folder holds something else than a report"), "{told}");
    assert!(!told.contains("all/one/mixed"), "{told}");
    assert_eq!(fs::read_to_string(folder.path().join("mixed/one/thesis.txt")).unwrap(), "precious");
}
