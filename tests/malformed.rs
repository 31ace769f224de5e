//! Every input that is broken in a way seen in practice ends in a message that says where, what and what to do.
//!
//! `malformed/cases.yaml` is the table; its head says how a case is written. In every case, whatever it expects: nothing
//! panics, no row of an input is printed as a whole, no path of this machine appears, it takes less than ten seconds, and
//! with exit code 1 the report that stood there before is the same byte for byte and nothing is left beside it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(10);

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed")
}

fn coverage(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coverage"));
    command.current_dir(folder).env_clear().env("NO_COLOR", "1").env("TZ", "UTC").stdin(Stdio::null());
    command
}

fn read_table() -> Value {
    let text = fs::read_to_string(home().join("cases.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("cases.yaml: {e}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("`{value}` is no text"))
}

fn list(value: &Value) -> Vec<&str> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

/// A small generator, so that large and binary files need not be kept.
fn write(part: &Value, to: &mut dyn Write) {
    match part {
        Value::String(text) => to.write_all(text.as_bytes()).unwrap(),
        Value::Array(parts) => parts.iter().for_each(|p| write(p, to)),
        Value::Object(map) => {
            let (kind, value) = map.iter().find(|(k, _)| !["times", "rows"].contains(&k.as_str())).unwrap();
            match kind.as_str() {
                "hex" => {
                    let digits: Vec<u8> = text(value).bytes().filter(|b| !b.is_ascii_whitespace()).collect();
                    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
                    to.write_all(&digits.chunks(2).map(byte).collect::<Vec<u8>>()).unwrap();
                }
                "utf16le" => text(value).encode_utf16().for_each(|u| to.write_all(&u.to_le_bytes()).unwrap()),
                "latin1" => text(value).chars().for_each(|c| to.write_all(&[c as u32 as u8]).unwrap()),
                "cell" => (1..=map["rows"].as_u64().unwrap()).for_each(|row| {
                    write!(to, "<row r=\"{row}\">{}</row>", text(value).replace("{}", &row.to_string())).unwrap();
                }),
                "repeat" => (0..map["times"].as_u64().unwrap()).for_each(|_| write(value, to)),
                "xlsx" => to.write_all(&workbook(value)).unwrap(),
                other => panic!("there is no part `{other}`"),
            }
        }
        other => panic!("`{other}` is no part of a file"),
    }
}

/// A workbook: `sheet` is the XML inside `sheetData`, `text` the length of the one shared text, `padding` so many spaces
/// more, `cut` so many bytes less, `lie` writes a small unpacked size into the directory, `without` leaves the workbook
/// part out.
fn workbook(value: &Value) -> Vec<u8> {
    let flag = |name: &str| value[name].as_bool().unwrap_or_default();
    let options = zip::write::SimpleFileOptions::default();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006";
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{links}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
    ];
    for (name, xml) in parts.iter().filter(|(name, _)| !(flag("without") && *name == "xl/workbook.xml")) {
        to.start_file(*name, options).unwrap();
        to.write_all(xml.as_bytes()).unwrap();
    }
    to.start_file("xl/sharedStrings.xml", options).unwrap();
    let shared = "x".repeat(value["text"].as_u64().unwrap_or(1) as usize);
    write!(to, r#"<sst xmlns="{main}"><si><t>{shared}</t></si></sst>"#).unwrap();
    to.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    write!(to, r#"<worksheet xmlns="{main}"><sheetData>"#).unwrap();
    write(&value["sheet"], &mut to);
    let spaces = [b' '; 1 << 16];
    (0..value["padding"].as_u64().unwrap_or(0) >> 16).for_each(|_| to.write_all(&spaces).unwrap());
    to.write_all(b"</sheetData></worksheet>").unwrap();
    let mut bytes = to.finish().unwrap().into_inner();
    if flag("lie") {
        // The last entry of the central directory is the sheet: its unpacked size stands 24 bytes in.
        let at = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
        bytes[at + 24..at + 28].copy_from_slice(&100u32.to_le_bytes());
    }
    bytes.truncate(bytes.len() - value["cut"].as_u64().unwrap_or(0) as usize);
    bytes
}

/// Puts one input into a case's folder.
fn put(folder: &Path, name: &str, value: &Value) {
    let place = folder.join(name);
    if place.symlink_metadata().is_ok_and(|m| m.is_file()) {
        fs::remove_file(&place).unwrap();
    }
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match value {
        Value::Null => {}
        Value::Object(map) if map.contains_key("folder") => {
            fs::create_dir_all(&place).unwrap();
            for (name, inner) in map["folder"].as_object().unwrap() {
                put(&place, name, inner);
            }
        }
        #[cfg(unix)]
        Value::Object(map) if map.contains_key("link") => {
            std::os::unix::fs::symlink(text(&map["link"]), &place).unwrap();
        }
        #[cfg(unix)]
        Value::Object(map) if map.contains_key("pipe") => {
            assert!(Command::new("mkfifo").arg(&place).status().unwrap().success());
        }
        Value::Object(map) if map.contains_key("locked") => {
            put(folder, name, &map["locked"]);
            #[cfg(unix)]
            fs::set_permissions(&place, std::os::unix::fs::PermissionsExt::from_mode(0o0)).unwrap();
        }
        parts => {
            let mut to = BufWriter::new(File::create(&place).unwrap());
            write(parts, &mut to);
            to.flush().unwrap();
        }
    }
}

/// All files under a folder with their bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            all.extend(contents(&entry.path()));
        } else if entry.file_type().unwrap().is_file() {
            all.insert(entry.path(), fs::read(entry.path()).unwrap_or_default());
        }
    }
    all
}

/// Runs until the end, but not for ever. Gives the peak of its memory in MiB, where the system tells it.
fn finish(mut command: Command, longest: Duration) -> (Option<Output>, Duration, u64) {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |from: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    };
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(&mut out));
        let err = scope.spawn(move || read(&mut err));
        let mut peak = 0;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if let Ok(text) = fs::read_to_string(format!("/proc/{}/status", child.id())) {
                let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
                let kib = line.and_then(|l| l.trim().split(' ').next()).and_then(|n| n.parse::<u64>().ok());
                peak = peak.max(kib.unwrap_or(0) >> 10);
            }
            if begin.elapsed() > longest {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let (stdout, stderr) = (out.join().unwrap(), err.join().unwrap());
        (status.map(|status| Output { status, stdout, stderr }), begin.elapsed(), peak)
    })
}

/// Rows of the inputs that are long enough to be told from a message. Headers may be quoted by one.
fn rows(inputs: &serde_json::Map<String, Value>) -> Vec<String> {
    let texts = inputs.iter().filter(|(name, _)| !name.ends_with(".yaml")).filter_map(|(_, v)| v.as_str());
    let lines = texts.flat_map(|t| t.lines().skip(1)).map(str::trim);
    lines.filter(|l| l.len() >= 25 && l.contains([',', ';', '\t'])).map(str::to_owned).collect()
}

struct Case<'a> {
    name: &'a str,
    case: &'a Value,
    base: &'a serde_json::Map<String, Value>,
    report: &'a BTreeMap<PathBuf, Vec<u8>>,
}

impl Case<'_> {
    /// What is wrong with the behaviour; nothing if all is well.
    fn run(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (name, value) in self.base {
            put(folder, name, value);
        }
        let nothing = serde_json::Map::new();
        let files = self.case["files"].as_object().unwrap_or(&nothing);
        for (name, value) in files {
            put(folder, name, value);
        }
        if !files.keys().any(|k| k == "out" || k.starts_with("out/")) {
            for (name, bytes) in self.report {
                let place = folder.join("out").join(name);
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::write(place, bytes).unwrap();
            }
        }
        // Whoever may read everything cannot test a locked file.
        let locked = files.iter().filter(|(_, v)| v.get("locked").is_some());
        if locked.into_iter().any(|(name, _)| File::open(folder.join(name)).is_ok()) {
            return Vec::new();
        }
        let before = contents(folder);
        let run = self.case["run"].as_str().unwrap_or("report --out out");
        let mut command = coverage(folder);
        command.args(run.split_whitespace());
        let (output, took, _) = finish(command, LONGEST);
        let Some(output) = output else { return vec![format!("has not ended after {LONGEST:?}")] };
        let after = contents(folder);
        let mut wrong = Vec::new();
        let mut say = |what: String| wrong.push(what);

        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let wanted = self.case["exit"].as_i64().unwrap_or(1) as i32;
        if output.status.code() != Some(wanted) {
            say(format!("exit code {:?}, not {wanted}", output.status.code()));
        }
        for (stream, fragments) in [(&stderr, "stderr"), (&stdout, "stdout")] {
            for fragment in list(&self.case[fragments]) {
                if !stream.contains(fragment) {
                    say(format!("{fragments} lacks `{fragment}`"));
                }
            }
        }
        for (file, fragments) in self.case["outputs"].as_object().unwrap_or(&nothing) {
            let bytes = after.get(&folder.join("out").join(file)).cloned().unwrap_or_default();
            let bytes = String::from_utf8_lossy(&bytes);
            for fragment in list(fragments) {
                let (absent, fragment) = fragment.strip_prefix("not ").map_or((false, fragment), |f| (true, f));
                if bytes.contains(fragment) == absent {
                    let shown: String = bytes.chars().take(600).collect();
                    say(format!("{file} {} `{fragment}`:\n{shown}", if absent { "has" } else { "lacks" }));
                }
            }
        }
        for fragment in list(&self.case["silent"]) {
            if stderr.contains(fragment) {
                say(format!("stderr says `{fragment}`"));
            }
        }
        if wanted == 1 {
            if !stderr.contains("error:") {
                say("no error is told".to_owned());
            }
            if !stderr.contains("\n  help: ") && self.case["help"] != Value::Bool(false) {
                say("nothing says what to do".to_owned());
            }
            if !stdout.is_empty() && self.case["stdout"].is_null() {
                say(format!("stdout is not empty: {stdout}"));
            }
            for (path, bytes) in &before {
                if after.get(path) != Some(bytes) {
                    say(format!("{} has been touched", path.display()));
                }
            }
            for path in after.keys().filter(|p| !before.contains_key(*p)) {
                say(format!("{} has been left behind", path.display()));
            }
        }
        for bad in ["panicked", "RUST_BACKTRACE", "os error", "thread '", "Error(", "Diagnostic {", "\u{1b}", "src/"] {
            if stderr.contains(bad) || stdout.contains(bad) {
                say(format!("a message has `{bad}` in it"));
            }
        }
        for row in rows(self.base).into_iter().chain(rows(files)) {
            if stderr.contains(&row) || stdout.contains(&row) {
                say(format!("a whole row is printed: {row}"));
            }
        }
        if stderr.contains(&*folder.to_string_lossy()) {
            say("a message names a folder of this machine".to_owned());
        }
        if stderr.len() > 4000 {
            say(format!("{} bytes of messages are too many to read", stderr.len()));
        }
        if took > LONGEST {
            say(format!("took {took:?}"));
        }
        if std::env::var_os("SHOW_MESSAGES").is_some() {
            println!("--- {}\n{stderr}{}", self.name, if wanted == 0 { "" } else { &*stdout });
        }
        if !wrong.is_empty() {
            wrong.push(format!("  stderr was:\n{stderr}"));
        }
        wrong
    }
}

/// A report of the good files, to stand where a bad run would write.
fn good_report(base: &serde_json::Map<String, Value>) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in base {
        put(folder.path(), name, value);
    }
    let output = coverage(folder.path()).args(["report", "--out", "out"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "the good files are not good: {stderr}");
    let out = folder.path().join("out");
    contents(&out).into_iter().map(|(p, bytes)| (p.strip_prefix(&out).unwrap().to_owned(), bytes)).collect()
}

#[test]
fn every_broken_input_is_told_and_harms_nothing() {
    let table = read_table();
    let base = table["base"].as_object().unwrap();
    let report = good_report(base);
    assert!(report.len() >= 5, "{:?}", report.keys());
    let all = table["cases"].as_object().unwrap();
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    let only = std::env::var("CASE").ok();
    let next = AtomicUsize::new(0);
    let failed: Mutex<BTreeMap<usize, String>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(name) = names.get(n) else { return };
                    if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
                        continue;
                    }
                    let wrong = Case { name, case: &all[*name], base, report: &report }.run();
                    if !wrong.is_empty() {
                        failed.lock().unwrap().insert(n, format!("{name}\n  {}", wrong.join("\n  ")));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    let told: Vec<&str> = failed.values().map(String::as_str).collect();
    assert!(failed.is_empty(), "{} of {} cases:\n\n{}", failed.len(), names.len(), told.join("\n\n"));
    assert!(names.len() >= 80 || only.is_some(), "only {} cases", names.len());
}

/// A report over one roster; what it says, how long it took, and the peak of its memory in MiB.
fn report_on(
    name: &str,
    begin: &str,
    filler: &[u8],
    megabytes: usize,
    end: &str,
) -> (Option<i32>, String, Duration, u64) {
    let table = read_table();
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "hr.csv", &table["base"]["hr.csv"]);
    let mut to = BufWriter::new(File::create(folder.path().join(name)).unwrap());
    to.write_all(begin.as_bytes()).unwrap();
    let block = filler.repeat((1 << 20) / filler.len());
    (0..megabytes).for_each(|_| to.write_all(&block).unwrap());
    to.write_all(end.as_bytes()).unwrap();
    to.into_inner().unwrap().sync_all().unwrap();
    let mut command = coverage(folder.path());
    command.args(["report", "--hr", "hr.csv", "--out", "out", "--as-of", "2026-11-20", "--extracted-at", "2026-11-19"]);
    command.arg("--roster").arg(format!("figma={name}"));
    let (output, took, peak) = finish(command, Duration::from_secs(60));
    let Some(output) = output else { return (None, "has not ended".to_owned(), took, peak) };
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!folder.path().join("out").exists() || output.status.success(), "a report was written");
    (output.status.code(), stderr, took, peak)
}

const HEADER: &str = "Email,Name,Role,Status\nada.lund@nordwind.example,Ada,Member,active\n";
const SCIM: &str =
    "{\"Resources\": [\n{\"schemas\": [\"urn:x\"], \"id\": \"1\", \"userName\": \"ada.lund@nordwind.example\"}";

#[test]
fn one_endless_cell_does_not_fill_the_memory() {
    let row: &[u8] = b"bo.falk@nordwind.example,Bo,Member,active\n";
    type Case<'c> = (&'c str, usize, String, &'c [u8], &'c str, &'c str);
    let cases: [Case<'_>; 5] = [
        ("wide.csv", 100, format!("{HEADER}bo@nordwind.example,"), b"abcdefgh", ",Member,active\n", "the row"),
        ("open.csv", 40, format!("{HEADER}bo@nordwind.example,\"Bo,Member,active\n"), row, "", "the row"),
        ("lines.csv", 40, format!("{HEADER}bo@nordwind.example,\""), b"\n", "", "the row"),
        ("commas.csv", 40, format!("{HEADER}bo@nordwind.example"), b",", "\n", "the row"),
        ("long.json", 40, format!("{SCIM},\n{{\"id\": \"2\", \"title\": \""), b"abcdefgh", "\"}]}", "the record"),
    ];
    for (name, megabytes, begin, filler, end, what) in cases {
        let (code, stderr, took, peak) = report_on(name, &begin, filler, megabytes, end);
        let seen = format!("{name}: exit {code:?}, {took:?}, {peak} MiB, {stderr}");
        assert_eq!(code, Some(1), "{seen}");
        assert!(stderr.contains(&format!("{name}:3: error: {what} that begins here is longer than 16 MiB")), "{seen}");
        assert!(took < Duration::from_secs(20) && peak < 320, "{seen}");
        assert!(stderr.len() < 400, "{seen}");
    }
}
