//! A run that is killed while it is kept leaves the store as it was before, or with the whole run in it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const KILLS: u32 = 60;
const PEOPLE: u32 = 400;

fn write_company(folder: &Path) {
    let mut hr = String::from("Employee ID,Name,Work email,Start date,End date,Status\n");
    let mut roster = String::from("Email,Name,Status,User ID\n");
    for n in 0..PEOPLE {
        let (end, status) = if n % 2 == 0 { ("2025-12-01", "Terminated") } else { ("", "Active") };
        hr.push_str(&format!("E{n},Person {n},p{n}@nordwind.example,2020-01-01,{end},{status}\n"));
        roster.push_str(&format!("p{n}@nordwind.example,Person {n},active,U{n}\n"));
    }
    fs::write(folder.join("hr.csv"), hr).unwrap();
    fs::write(folder.join("roster.csv"), roster).unwrap();
    let apps: String = (0..4)
        .map(|n| format!("  app{n}:\n    roster: {{file: roster.csv, extracted-at: 2026-01-01T06:00:00Z}}\n"))
        .collect();
    let settings = format!("hr:\n  - {{file: hr.csv, extracted-at: 2026-01-01T06:00:00Z}}\napps:\n{apps}");
    fs::write(folder.join("coverage.yaml"), settings).unwrap();
}

fn snapshot(folder: &Path, minute: u32) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coverage"));
    let at = format!("2026-01-{:02}T{:02}:{:02}:00Z", 2 + minute / 1440, minute / 60 % 24, minute % 60);
    command.arg("snapshot").arg(folder).args(["--as-of", &at]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// How many runs there are. Each has all of its findings, and nothing points nowhere.
fn check(file: &Path) -> i64 {
    let db = rusqlite::Connection::open(file).unwrap();
    let text = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    assert_eq!(number("SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    if number("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'run'") == 0 {
        return 0;
    }
    let runs = number("SELECT COUNT(*) FROM run");
    assert_eq!(number("SELECT COALESCE(MAX(no), 0) FROM run"), runs, "numbers without a gap");
    let incomplete = "SELECT COUNT(*) FROM run WHERE findings <> (SELECT COUNT(*) FROM spell \
                      WHERE from_run <= no AND (until_run IS NULL OR until_run > no))";
    assert_eq!(number(incomplete), 0, "a run without all of its findings");
    assert_eq!(number("SELECT COUNT(*) FROM run WHERE no NOT IN (SELECT run FROM population)"), 0);
    assert_eq!(
        number(
            "SELECT COUNT(*) FROM run WHERE 4 <> (SELECT COUNT(*) FROM population WHERE run = no AND role = 'roster')"
        ),
        0
    );
    if runs > 0 {
        let newest = number("SELECT COUNT(*) FROM linked WHERE run = (SELECT MAX(no) FROM run)");
        assert_eq!(newest, 4, "whose accounts were whose belongs to the newest run");
        assert_eq!(number("SELECT COUNT(*) FROM people WHERE run = (SELECT MAX(no) FROM run)"), 1);
    }
    runs
}

#[test]
fn a_killed_run_is_kept_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    write_company(folder.path());
    let file = folder.path().join("coverage-history.sqlite");
    let begin = Instant::now();
    assert!(snapshot(folder.path(), 0).status().unwrap().success());
    let whole = begin.elapsed();
    assert_eq!(check(&file), 1);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let (mut runs, mut lost, mut kept, mut minute) = (1, 0, 0, 1);
    for n in 0..KILLS {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        // A store that is just being begun is killed, too.
        if n % 6 == 5 {
            // On a busy machine none may have come so far since the last time.
            if file.exists() {
                fs::remove_file(&file).unwrap();
            }
            runs = 0;
        }
        let patience = whole.mul_f64((seed % 1_000) as f64 / 1_000.0 * 1.1);
        let mut child = snapshot(folder.path(), minute).spawn().unwrap();
        minute += 1;
        std::thread::sleep(patience);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = if file.exists() { check(&file) } else { 0 };
        assert!(now == runs || now == runs + 1, "{now} runs after {runs}");
        if now == runs {
            lost += 1;
        } else {
            kept += 1;
        }
        runs = now;
    }
    assert!(lost > 0 && lost + kept == KILLS, "{lost} {kept}");
    // Whatever was left behind, the next run finds a store that it can use.
    assert!(snapshot(folder.path(), minute).status().unwrap().success());
    assert_eq!(check(&file), runs + 1);
}
