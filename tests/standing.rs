//! A report that stands is left as it is only where a run would make the same bytes: every kind of input is changed by one byte,
//! every other thing that has a part in a report, and every file of the report itself.

use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const STANDS: &str = "nothing has changed";

/// A company with everything that can stand beside it: a catalog of its own, reviews, a list that was fetched, and one
/// whose date is only its time stamp.
struct Company {
    folder: TempDir,
    anew: RefCell<Option<(State, Ran)>>,
}

const FILES: [(&str, &str); 10] = [
    (
        "coverage.yaml",
        "# A company.
as-of: 2026-11-20T12:00:00Z
company: {name: Nordwind, domains: [nordwind.example]}
hr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]
idp: [{id: okta, file: okta.json, extracted-at: 2026-11-20T06:00:00Z}]
apps:
  crm: {roster: crm.csv, extracted-at: 2026-11-20T07:00:00Z, assignments: given.json, owner: bo@nordwind.example}
  fetched: {roster: fetched.csv}
  undated: {roster: undated.csv}
",
    ),
    (
        "hr.csv",
        "Employee ID,Name,Work email,Start date,End date,Status
1,Ann Berg,ann@nordwind.example,2022-04-01,2026-10-31,Terminated
2,Bo Lund,bo@nordwind.example,2022-04-01,,Active
3,Cleo Brandt,cleo@nordwind.example,2022-04-01,,Active
",
    ),
    (
        "okta.json",
        r#"[{"id":"00u1","status":"ACTIVE","created":"2022-04-01T08:00:00.000Z","statusChanged":null,"lastLogin":null,"profile":{"login":"bo@nordwind.example","email":"bo@nordwind.example","firstName":"Bo","lastName":"Lund"}}]"#,
    ),
    ("crm.csv", "Email,Name,Status,Role\nann@nordwind.example,Ann Berg,active,owner\nspook@nordwind.example,A Spook,active,\n"),
    (
        "given.json",
        r#"[{"id": "00u1", "scope": "USER", "status": "ACTIVE", "syncState": "DISABLED", "credentials": {"userName": "bo@nordwind.example"}}]"#,
    ),
    ("fetched.csv", "Email,Name,Status\nann@nordwind.example,Ann Berg,active\n"),
    ("undated.csv", "Email,Name,Status\nbo@nordwind.example,Bo Lund,active\nann@nordwind.example,Ann Berg,active\n"),
    (
        "links.yaml",
        "links:
  - {app: crm, account: spook@nordwind.example, person: ann@nordwind.example, by: bo@nordwind.example, on: \"2026-03-02\", reason: told us in person}
",
    ),
    (
        "exceptions.yaml",
        "# Reviewed every quarter.
exceptions:
  - {id: EX-1, rule: residual-login-capable, app: undated, person: ann@nordwind.example, owner: bo@nordwind.example, approver: cleo@nordwind.example, reason: it is needed, opened: 2026-11-02, expires: 2026-12-18}
",
    ),
    ("reviews.yaml", "# Nothing yet.\nreviews: []\n"),
];

/// The options, the time stamp of the undated list, and all files.
type State = (String, [SystemTime; 1], BTreeMap<PathBuf, Vec<u8>>);

#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: i32,
    stdout: String,
    remarks: String,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Company {
    fn new() -> Self {
        let company = Self { folder: tempfile::tempdir().unwrap(), anew: RefCell::default() };
        fs::create_dir_all(company.path("ws/own")).unwrap();
        for (name, text) in FILES {
            company.write(&format!("ws/{name}"), text);
        }
        company.note(&company.read("ws/fetched.csv"), 1);
        company
    }

    /// The same with a catalog of its own, which takes longer to read.
    fn with_catalog() -> Self {
        let company = Self::new();
        company.write("ws/coverage.yaml", &format!("catalog: own\n{}", company.read("ws/coverage.yaml")));
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/own-catalog");
        for name in ["framer.yaml", "intranet.yaml"] {
            fs::copy(own.join(name), company.path("ws/own").join(name)).unwrap();
        }
        company
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }
    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// What `coverage pull` notes beside a list.
    fn note(&self, list: &str, requests: u8) {
        let sha256: String = Sha256::digest(list).iter().map(|b| format!("{b:02x}")).collect();
        let note = serde_json::json!({
            "schema_version": "1", "tool": "coverage 0.1.0", "pull": "users", "export": "generic-roster-email", "host": "api.nordwind.example",
            "path": "/users", "query": [], "began": "2026-11-19T08:00:00Z", "ended": "2026-11-19T08:00:01Z", "pages": 1,
            "requests": requests, "retries": 0, "restarts": 0, "entries": 1, "repeats": 0, "total": 1, "complete": true,
            "why_not": null, "sha256": sha256, "bytes": list.len(),
        });
        self.write("ws/fetched.pull.json", &note.to_string());
    }

    /// Changes a byte of a file, and says that it did.
    fn change(&self, name: &str, from: &str, to: &str) {
        let old = self.read(name);
        assert!(from.len() == to.len() && old.contains(from), "{name}");
        self.write(name, &old.replacen(from, to, 1));
    }

    fn report(&self, out: &str, options: &[&str]) -> (Ran, bool) {
        self.run(&["ws", "--out", out], options)
    }

    fn run(&self, args: &[&str], options: &[&str]) -> (Ran, bool) {
        let out = args[args.iter().position(|a| *a == "--out").unwrap() + 1];
        let done = Command::new(env!("CARGO_BIN_EXE_coverage"))
            .current_dir(self.folder.path())
            .arg("report")
            .args(args)
            .args(options)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (said, mut remarks) = (text(&done.stderr), Vec::new());
        let mut lines = said.lines();
        while let Some(line) = lines.next() {
            if line.contains(STANDS) { _ = lines.next() } else { remarks.push(line) }
        }
        let mut files = BTreeMap::new();
        if self.path(out).is_dir() {
            gather(&self.path(out), &self.path(out), &mut files);
        }
        let stdout = text(&done.stdout).replace(&format!("Report: {out}"), "Report: ");
        let remarks = remarks.join("\n").replace(&format!("{out}/"), "").replace(&format!("{out}:"), ":");
        (Ran { code: done.status.code().unwrap(), stdout, remarks, files }, said.contains(STANDS))
    }

    /// A run over the report that stands must make what a run that begins anew makes; `stands` says whether it may be left.
    fn check(&self, what: &str, options: &[&str], stands: bool) {
        let (run, stood) = self.report("out", options);
        // Made once for each state of the company.
        let (mut state, mut anew) = (BTreeMap::new(), self.anew.borrow_mut());
        gather(&self.path("ws"), &self.path("ws"), &mut state);
        let times = [fs::metadata(self.path("ws/undated.csv")).unwrap().modified().unwrap()];
        let state = (options.join(" "), times, state);
        if anew.as_ref().is_none_or(|(of, _)| *of != state) {
            let _ = fs::remove_dir_all(self.path("anew"));
            let (made, never) = self.report("anew", options);
            assert!(!never, "{what}");
            *anew = Some((state, made));
        }
        assert!(
            anew.as_ref().is_some_and(|(_, anew)| run == *anew),
            "{what}: another report than one that is made anew"
        );
        assert!(run.code == 0 || run.code == 3, "{what}: {}", run.remarks);
        assert_eq!(stood, stands, "{what}");
    }
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            gather(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

#[test]
fn each_kind_of_input_changed_by_one_byte_makes_a_new_report() {
    let company = Company::with_catalog();
    company.check("the first run", &[], false);
    company.check("nothing has changed", &[], true);
    let changes = [
        ("coverage.yaml", "company.", "Company."),
        ("exceptions.yaml", "every quarter", "every Quarter"),
        ("links.yaml", "in person}", "in Person}"),
        ("reviews.yaml", "Nothing", "nothing"),
        ("own/framer.yaml", "A correction", "a correction"),
        ("own/intranet.yaml", "Nordwind Intranet", "Nordwind intranet"),
        ("hr.csv", "Bo Lund", "Bo Lunt"),
        ("okta.json", "Bo", "bo"),
        ("crm.csv", "A Spook", "B Spook"),
        ("given.json", "bo@", "ba@"),
        ("undated.csv", "Bo Lund", "Bo Lunt"),
    ];
    for (file, from, to) in changes {
        company.change(&format!("ws/{file}"), from, to);
        company.check(file, &[], false);
    }
    company.check("once made, the new report stands", &[], true);
    // The note of a list, and the list with its note.
    let list = company.read("ws/fetched.csv");
    company.note(&list, 2);
    company.check("the note of a fetched list", &[], false);
    let list = list.replace("Berg", "Borg");
    company.write("ws/fetched.csv", &list);
    company.note(&list, 2);
    company.check("a fetched list", &[], false);
    company.check("nothing has changed", &[], true);
}

#[test]
fn files_that_come_and_go_make_a_new_report() {
    let company = Company::with_catalog();
    company.check("the first run", &[], false);
    for file in ["ws/links.yaml", "ws/exceptions.yaml", "ws/reviews.yaml", "ws/own/framer.yaml", "ws/fetched.pull.json"]
    {
        let text = company.read(file);
        fs::remove_file(company.path(file)).unwrap();
        company.check(&format!("without {file}"), &[], false);
        company.write(file, &text);
        company.check(&format!("with {file}"), &[], false);
    }
    let roster = company.read("ws/undated.csv");
    fs::remove_file(company.path("ws/undated.csv")).unwrap();
    let (run, stood) = company.report("out", &[]);
    assert!(!stood && run.code == 1 && run.remarks.contains("undated.csv"), "{}", run.remarks);
    company.write("ws/undated.csv", &roster);
    company.check("the roster is there again, with another time stamp", &[], false);
}

#[test]
fn a_time_stamp_counts_where_nothing_else_says_when_a_file_was_made() {
    let company = Company::new();
    let stamp = |file: &str, days: u64| {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + days * 86_400);
        fs::File::options().write(true).open(company.path(file)).unwrap().set_modified(at).unwrap();
    };
    stamp("ws/undated.csv", 1);
    company.check("the first run", &[], false);
    stamp("ws/hr.csv", 2);
    stamp("ws/coverage.yaml", 2);
    company.check("a dated file is touched", &[], true);
    stamp("ws/undated.csv", 2);
    company.check("an undated file is touched", &[], false);
    stamp("ws/undated.csv", 1);
    company.check("and has its time again, but the report is another one", &[], false);
    let dated = ["--extracted-at", "2026-11-19"];
    company.check("dated for all", &dated, false);
    stamp("ws/undated.csv", 3);
    company.check("dated for all, and touched", &dated, true);
}

#[test]
fn each_option_that_has_a_part_in_the_report_makes_a_new_one() {
    let company = Company::new();
    company.check("the first run", &[], false);
    let options: [&[&str]; 7] = [
        &["--as-of", "2026-11-21"],
        &["--format", "csv,json"],
        &["--format", "html,csv,json,junit"],
        &["--format", "html,csv,json,junit", "--fail-on", "critical"],
        &["--accounts"],
        &["--all"],
        &[],
    ];
    for options in options {
        company.check(&options.join(" "), options, false);
        company.check(&format!("{options:?} again"), options, true);
    }
    let (loud, _) = company.report("out", &[]);
    let (quiet, stood) = company.report("out", &["--quiet"]);
    assert!(stood && quiet.stdout == "Report: /report.html\n" && quiet.files == loud.files, "{}", quiet.stdout);
    let (_, stood) = company.report("out", &["--fresh"]);
    assert!(!stood, "--fresh");
    // The same threshold is reached again.
    let (first, _) = company.report("out", &["--fail-on", "critical"]);
    let (again, stood) = company.report("out", &["--fail-on", "critical"]);
    assert!(stood && first == again && again.code == 3);
    assert!(again.remarks.contains("undated.csv: warning"), "{}", again.remarks);
}

#[test]
fn a_report_that_somebody_has_touched_is_made_anew() {
    let company = Company::new();
    company.check("the first run", &[], false);
    for file in ["findings.json", "diffs/crm.csv", ".coverage-run.json"] {
        let place = company.path("out").join(file);
        let whole = fs::read(&place).unwrap();
        let mut touched = whole.clone();
        let middle = touched.len() / 2;
        touched[middle] ^= 1;
        for (what, bytes) in
            [("a bit", touched), ("the end", whole[..whole.len() - 1].to_vec()), ("more", [&whole[..], b" "].concat())]
        {
            fs::write(&place, bytes).unwrap();
            company.check(&format!("{file}: {what}"), &[], false);
        }
        fs::remove_file(&place).unwrap();
        company.check(&format!("{file} is gone"), &[], false);
    }
    company.check("whole again", &[], true);
    // A manifest that is half there is no manifest: nobody knows what the folder is, and nothing in it is replaced.
    let manifest = company.path("out/manifest.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, &whole[..whole.len() / 2]).unwrap();
    let (run, stood) = company.report("out", &[]);
    assert!(!stood && run.code == 1 && run.remarks.contains("something else than a report"), "{}", run.remarks);
    // One of another version is one, and is replaced.
    fs::write(&manifest, whole.replacen("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"", 1)).unwrap();
    assert_ne!(fs::read_to_string(&manifest).unwrap(), whole);
    company.check("the manifest of another version", &[], false);
    // What was noted of another report proves nothing of this one.
    company.report("other", &["--as-of", "2026-11-21"]);
    fs::copy(company.path("other/.coverage-run.json"), company.path("out/.coverage-run.json")).unwrap();
    company.check("the record of another report", &[], false);
    fs::write(company.path("out/notes.txt"), "mine").unwrap();
    let (run, stood) = company.report("out", &[]);
    assert!(!stood && run.code == 1 && run.remarks.contains("notes.txt"), "{}", run.remarks);
}

#[test]
fn another_program_makes_a_new_report() {
    let company = Company::new();
    company.check("the first run", &[], false);
    let twin = company.path("coverage-twin");
    fs::copy(env!("CARGO_BIN_EXE_coverage"), &twin).unwrap();
    let run = || {
        // A process that another test starts at this moment holds what is being written until it runs its own program.
        let done = loop {
            let mut twin = Command::new(&twin);
            match twin.current_dir(company.folder.path()).args(["report", "ws", "--out", "out"]).output() {
                Err(e) if e.kind() == ErrorKind::ExecutableFileBusy => std::thread::sleep(Duration::from_millis(5)),
                done => break done.unwrap(),
            }
        };
        String::from_utf8(done.stderr).unwrap().contains(STANDS)
    };
    assert!(!run(), "the same version in another place may be another build");
    assert!(run());
    std::thread::sleep(Duration::from_millis(20));
    fs::remove_file(&twin).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_coverage"), &twin).unwrap();
    assert!(!run(), "another build in the same place");
}

#[test]
fn kept_runs_are_a_part_of_the_proof() {
    let company = Company::new();
    let coverage = |args: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_coverage")).current_dir(company.folder.path()).args(args).output();
        assert!(done.unwrap().status.success(), "{args:?}");
    };
    company.check("the first run", &[], false);
    coverage(&["snapshot", "ws", "--as-of", "2026-11-19T12:00:00Z"]);
    company.check("the first kept run", &[], false);
    company.check("nothing has changed", &[], true);
    let findings: serde_json::Value = serde_json::from_str(&company.read("out/findings.json")).unwrap();
    let id = findings["findings"][0]["id"].as_str().unwrap().to_owned();
    coverage(&["claim", "ws", &id, "--by", "ann", "--ticket", "OPS-7", "--at", "2026-11-19T13:00:00Z"]);
    company.check("a claim", &[], false);
    // What is said has been said, and stands on one line.
    for (by, at, why) in [
        ("ann", "2999-01-01", "`2999-01-01` has not come yet"),
        ("ann", "2999-01-01T00:00:00Z", "has not come yet"),
        ("ann\u{1b}[2J", "2026-11-19", "control character"),
        ("ann\nbo", "2026-11-19", "control character"),
    ] {
        let args = ["claim", "ws", &id, "--by", by, "--ticket", "OPS-7", "--at", at];
        let mut claim = Command::new(env!("CARGO_BIN_EXE_coverage"));
        let done = claim.current_dir(company.folder.path()).args(args).output().unwrap();
        assert!(!done.status.success() && String::from_utf8_lossy(&done.stderr).contains(why), "{done:?}");
    }
    company.check("nothing has changed", &[], true);
    // A run that is kept is always made.
    let (_, stood) = company.report("out", &["--keep"]);
    assert!(!stood);
    company.check("after a second kept run", &[], false);
}

#[test]
fn files_on_the_command_line_are_proven_the_same_way() {
    let company = Company::new();
    let all = ["--hr", "ws/hr.csv", "--idp", "ws/okta.json", "--roster"];
    let run =
        |roster: &str| company.run(&[&all[..], &[roster, "--out", "out", "--as-of", "2026-11-20"]].concat(), &[]).1;
    assert!(!run("framer=ws/crm.csv"));
    assert!(run("framer=ws/crm.csv"));
    assert!(!run("figma=ws/crm.csv"), "another app");
    assert!(!run("framer=ws/crm.csv"));
    let text = company.read("ws/crm.csv");
    company.write("ws/crm.csv", &format!("{text}\n"));
    assert!(!run("framer=ws/crm.csv"));
}
