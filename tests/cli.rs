//! What the commands say: each case is a file in `cmd`, with the command, its exit code and its output.
//!
//! After a wanted change, `TRYCMD=overwrite cargo test --test cli` writes the outputs anew; put the `...` and `[..]` back
//! where the text belongs to the catalog, to a rule, or to the clock.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn coverage() -> Command {
    let mut command = Command::cargo_bin("coverage").unwrap();
    command.env_clear().env("NO_COLOR", "1");
    command
}

fn sample() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/nordwind"))
}

#[test]
fn every_command_says_what_its_file_says() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("COLUMNS", "100").env("TZ", "UTC").env("RUST_BACKTRACE", "0");
    cases.case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}

/// A copy of the sample's exports, without what has been written about them.
fn copied_exports() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let place = to.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &place),
                false => drop(fs::copy(entry.path(), place).unwrap()),
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    ["hr", "idp", "rosters"].iter().for_each(|part| copy(&sample().join(part), &folder.path().join(part)));
    folder
}

#[test]
fn what_init_writes_can_be_used_at_once_and_filled_in() {
    let folder = copied_exports();
    coverage().current_dir(&folder).arg("init").assert().success();
    let file = folder.path().join("coverage.yaml");
    let written = fs::read_to_string(&file).unwrap();
    for text in [
        "hr:\n  - file: \"hr/bamboohr.csv\"\n    export: bamboohr-report-csv\n",
        "  - file: \"idp/okta-users.json\"\n    export: okta-users-api\n",
        "  zoom:\n    roster: {file: \"rosters/zoom-users.csv\", export: zoom-users}\n",
        "    # extracted-at: its name says 2026-11-19T07:35:12 (zone not stated)\n",
    ] {
        assert!(written.contains(text), "`{text}` is not in\n{written}");
    }
    coverage().current_dir(&folder).args(["report", "--out", "out"]).assert().success();
    assert!(folder.path().join("out/manifest.json").exists());

    // The limits stand there as remarks: without their `#` they count.
    let filled =
        written.replace("  # dormant-days: 90", "  dormant-days: 90").replace("  # fail-on: high", "  fail-on: high");
    assert_ne!(filled, written);
    fs::write(&file, filled).unwrap();
    coverage().current_dir(&folder).args(["report", "--out", "out"]).assert().code(3);

    // What a person has written is not lost.
    let before = fs::read(&file).unwrap();
    coverage().current_dir(&folder).arg("init").assert().code(1);
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_directory_that_init_has_found_is_no_app_until_somebody_says_so() {
    let folder = copied_exports();
    coverage().current_dir(&folder).arg("init").assert().success();
    let file = folder.path().join("coverage.yaml");
    let written = fs::read_to_string(&file).unwrap();
    // She has left; the one account she has in Google Workspace is suspended.
    let findings = || -> Vec<(String, String)> {
        coverage()
            .current_dir(&folder)
            .args(["report", "--out", "out", "--as-of", "2026-11-20T12:00:00Z"])
            .assert()
            .success();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join("out/findings.json")).unwrap()).unwrap();
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        let of_her = |f: &&serde_json::Value| f["account"]["email"] == "ludmila.horvathova@nordwind.example";
        let list = json["findings"].as_array().unwrap();
        list.iter().filter(of_her).map(|f| (text(&f["rule"]), text(&f["app"]))).collect()
    };
    let directory = ("idp-active-after-end".to_owned(), String::new());
    assert_eq!(findings(), std::slice::from_ref(&directory));

    let hint = written.lines().find(|l| l.starts_with("#   google-workspace: {roster: ")).unwrap();
    let switched = written.replace(hint, &hint.replacen("# ", "", 1));
    fs::write(&file, switched).unwrap();
    let app = ("residual-login-capable".to_owned(), "google-workspace".to_owned());
    assert_eq!(findings(), [directory, app]);
}

#[test]
fn a_person_is_called_in_the_same_ways_everywhere() {
    let sources = ["--hr", "hr/bamboohr.csv", "--extracted-at", "2026-11-19"];
    let said = |first: &[&str], who: &str, more: &[&str]| {
        let out = coverage().current_dir(sample()).args(first).arg(who).args(sources).args(more).output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{who}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    // With a roster and without any: whoever has no account is a person, too.
    for more in [&["--roster", "framer=rosters/framer-members.csv"][..], &[]] {
        let graph = said(&["graph", "--person"], "raul.ibanez@nordwind.example", more);
        let explained = said(&["explain"], "raul.ibanez@nordwind.example", more);
        assert!(graph.contains("person:employee-id:958") && explained.contains("key        employee-id:958"));
        assert_eq!(graph.contains("account:framer:"), !more.is_empty());
        for who in ["Raúl Ibáñez Soto", "raúl ibáñez  SOTO", "0958", "employee-id:958"] {
            assert_eq!(said(&["graph", "--person"], who, more), graph, "{who}");
            assert_eq!(said(&["explain"], who, more), explained, "{who}");
        }
    }
    // Two people of one name are both meant.
    let both = said(&["graph", "--person"], "Jonas Weber", &[]);
    assert_eq!(both.matches("[class=\"person\", label=\"Jonas Weber\"]").count(), 2);
}

#[test]
fn a_report_has_the_files_that_were_asked_for_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let names = || {
        let mut names: Vec<String> =
            fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        // Each leaves what the next run has to know, too.
        assert_eq!(names.remove(0), ".coverage-run.json");
        names
    };
    let run = |more: &[&str]| {
        coverage().arg("report").arg(sample()).args(["--quiet", "--out"]).arg(&out).args(more).assert().success();
    };
    run(&["--format", "json"]);
    assert_eq!(names(), ["findings.json", "manifest.json"]);
    run(&["--accounts"]);
    let all = [
        "accounts.csv",
        "coverage.csv",
        "diffs",
        "findings.csv",
        "findings.json",
        "ipe.csv",
        "ipe.html",
        "manifest.json",
        "report.html",
        "worksheets.html",
    ];
    assert_eq!(names(), all);
    assert_eq!(fs::read_dir(out.join("diffs")).unwrap().count(), 15);
    run(&["--format", "csv"]);
    assert_eq!(names(), ["coverage.csv", "diffs", "findings.csv", "ipe.csv", "manifest.json"]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the report");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    use std::io::Read as _;
    use std::process::Stdio;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_coverage"))
        .args(["catalog", "schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn a_companys_own_catalog_turns_the_report_and_stands_in_the_manifest() {
    let folder = copied_exports();
    let place = |name: &str| folder.path().join(name);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/own-catalog");
    fs::create_dir(place("own")).unwrap();
    for name in ["framer.yaml", "intranet.yaml"] {
        fs::copy(own.join(name), place("own").join(name)).unwrap();
    }
    let settings = fs::read_to_string(sample().join("coverage.yaml")).unwrap();
    fs::write(place("coverage.yaml"), &settings).unwrap();
    let level = |out: &str| {
        let csv = fs::read_to_string(place(out).join("coverage.csv")).unwrap();
        csv.lines().find(|l| l.starts_with("framer,") && l.contains(",deactivate,")).unwrap().to_owned()
    };
    let report = |out: &str, more: &[&str]| {
        let mut command = coverage();
        command.current_dir(&folder).args(["report", "--quiet", "--out", out]).args(more).assert().success();
    };
    report("plain", &[]);
    report("flag", &["--catalog", "own"]);
    fs::write(place("coverage.yaml"), format!("catalog: own\n{settings}")).unwrap();
    report("named", &[]);

    assert!(level("plain").contains("SCIM exists (pilot) (Framer, https://www.framer.com/"), "{}", level("plain"));
    assert!(level("named").contains("SCIM exists (Nordwind, SEC-123)"), "{}", level("named"));
    assert_eq!(level("flag"), level("named"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(place("named").join("manifest.json")).unwrap()).unwrap();
    let inputs = manifest["inputs"].as_array().unwrap();
    let own: Vec<_> = inputs.iter().filter(|i| i["role"] == "catalog").collect();
    assert_eq!(
        own.iter().map(|i| i["file"].as_str().unwrap()).collect::<Vec<_>>(),
        ["own/framer.yaml", "own/intranet.yaml"]
    );
    assert!(own.iter().all(|i| i["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));

    // A report asks no clock: only the catalog's commands refuse what is dated in the future.
    let framer = fs::read_to_string(place("own/framer.yaml")).unwrap();
    let (head, tail) = framer.split_once("seen-on: ").unwrap();
    let rest = tail.get("2026-11-22".len()..).unwrap();
    fs::write(place("own/framer.yaml"), format!("{head}seen-on: 2999-01-01{rest}")).unwrap();
    report("later", &[]);
    let told = coverage().current_dir(&folder).args(["catalog", "diff", "own"]).assert().code(1);
    let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    assert!(told.contains("own/framer.yaml:") && told.contains("2999-01-01 lies in the future"), "{told}");

    // A fault in it is told at its place, and there is no report that rests on half of it.
    fs::write(place("own/framer.yaml"), "id: framer\nclaims:\n  - {field: scim.statsu, value: none, sources: [x]}\n")
        .unwrap();
    let told = coverage().current_dir(&folder).args(["report", "--out", "faulty"]).assert().code(1);
    let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    assert!(told.contains("own/framer.yaml:3:13: error") && told.contains("did you mean `scim.status`?"), "{told}");
    assert!(!place("faulty").exists());
}

/// A workbook of people who work here, with a sheet more of those who have left.
fn workbook_of_two_sheets() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let header = ["Employee ID", "Full name", "Work email", "End date"];
    for (name, row) in [
        ("Active", ["7", "Ann Ray", "ann@north.example", ""]),
        ("Leavers", ["8", "Bob Lee", "bob@north.example", "2026-09-30"]),
    ] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (n, cells) in [header, row].iter().enumerate() {
            sheet.write_row(n as u32, 0, cells.iter().copied()).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_list_that_goes_on_in_another_sheet_is_not_relied_upon_until_somebody_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("HR.xlsx", &workbook_of_two_sheets());
    put("figma.csv", b"Name,Email,Status\nBob Lee,bob@north.example,active\n");
    let told = |accept: &str| {
        let settings = format!(
            "as-of: 2026-11-20\nhr: [{{file: HR.xlsx, extracted-at: 2026-11-19{accept}}}]\n\
             apps: {{figma: {{roster: figma.csv, extracted-at: 2026-11-19}}}}\n"
        );
        put("coverage.yaml", settings.as_bytes());
        let ran = coverage().current_dir(&folder).args(["report", "--out", "out"]).assert().success();
        let findings = fs::read_to_string(folder.path().join("out/findings.csv")).unwrap();
        (String::from_utf8_lossy(&ran.get_output().stdout).into_owned(), findings)
    };
    let (stdout, findings) = told("");
    assert!(stdout.contains("the people are not known for certain"), "{stdout}");
    let saw = "HR.xlsx has one more sheet that is a list, which is not read: `Leavers` (2 rows)";
    assert!(findings.contains("people-partial") && findings.contains(saw), "{findings}");
    let (stdout, findings) =
        told(", accept: [{check: unread-sheets, by: ann, on: 2026-11-20, because: it is of another company}]");
    assert!(!stdout.contains("not known for certain") && !findings.contains("people-partial"), "{stdout}");
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = coverage();
    command.env("TMPDIR", folder.path().join("nowhere")).args(["report", "--format", "xlsx", "--out"]);
    let ran = command.arg(folder.path().join("out")).arg(sample()).assert().code(1);
    let told = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
    assert!(told.contains("is the folder for temporary files there, which TMPDIR names?"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_no_text_is_to_be_renamed() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"M\xfcnchen.csv");
    fs::write(folder.path().join(name), "Name,Email\nAnn Ray,ann@north.example\n").unwrap();
    fs::write(folder.path().join("figma.csv"), "Name,Email\nAnn Ray,ann@north.example\n").unwrap();
    let ran = coverage().current_dir(&folder).arg("init").assert().success();
    let told = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
    assert!(told.contains("nchen.csv  not recognised: its name is not text in UTF-8"), "{told}");
    let written = fs::read_to_string(folder.path().join("coverage.yaml")).unwrap();
    assert!(written.contains("#     rename the file") && !written.contains("file: \"M"), "{written}");
    let ran = coverage().current_dir(&folder).arg("inspect").arg(name).assert().code(1);
    let told = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
    assert!(told.contains("is not text in UTF-8") && told.contains("rename the file"), "{told}");
}

#[test]
fn a_word_is_told_with_the_column_in_which_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let list = r#"[{"id": "1", "email": "ada@nordwind.example", "type": "MEMBER", "state": "ACTIVE"}]"#;
    fs::write(folder.path().join("op-user-list.json"), list).unwrap();
    let told = coverage().current_dir(folder.path()).args(["inspect", "op-user-list.json"]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("1 × state: `ACTIVE` → active") && told.contains("1 × type: `MEMBER`"), "{told}");
}

#[test]
fn who_answers_for_a_machines_account_does_not_hold_it_in_the_graph() {
    let out =
        coverage().current_dir(sample()).args(["graph", ".", "--app", "slack", "--format", "json"]).output().unwrap();
    let graph = String::from_utf8(out.stdout).unwrap();
    let of_the_bot: Vec<&str> =
        graph.lines().filter(|l| l.contains("U0WTVAPHP19") || l.contains("u0wtvaphp19")).collect();
    let kinds = |kind: &str| of_the_bot.iter().filter(|l| l.contains(&format!("\"kind\":\"{kind}\""))).count();
    assert_eq!((kinds("answers-for"), kinds("holds")), (1, 0), "{of_the_bot:?}");
}
