//! Packs for tests: made by the program, taken apart, changed, and put together again as somebody who wants to deceive would.

use coverage::evidence::{self, FileOut, STATEMENT, Statement, Told};
use serde_json::Value;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Files by name, in their order.
pub type Files = Vec<(String, Vec<u8>)>;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program.
pub fn coverage(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coverage")).args(args).current_dir(folder).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs the program, which has to succeed.
pub fn good(folder: &Path, args: &[&str]) -> String {
    let done = coverage(folder, args);
    assert!(done.status.success(), "coverage {args:?}: {}", text(&done.stderr));
    text(&done.stdout)
}

/// Runs the program, which has to fail with 1, and gives its words.
pub fn bad(folder: &Path, args: &[&str]) -> String {
    let done = coverage(folder, args);
    assert_eq!(done.status.code(), Some(1), "coverage {args:?}: {}{}", text(&done.stdout), text(&done.stderr));
    text(&done.stderr)
}

/// A small company, and a pack of it in the same folder.
pub fn company(folder: &Path) {
    let file = |name: &str, text: &str| {
        let path = folder.join("company").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("hr/people.csv", PEOPLE);
    file("idp/okta.csv", OKTA);
    file("rosters/zoom.csv", ZOOM);
    file("coverage.yaml", WORKSPACE);
}

const PEOPLE: &str = "\
Employee ID,Name,Email,Status,Start date,End date
1001,Ada Amberley,ada.amberley@corp.example,active,2020-01-01,
1002,Bodo Brinkmann,bodo.brinkmann@corp.example,terminated,2019-03-01,2026-08-31
1003,Chloé Castagnier,chloe.castagnier@corp.example,terminated,2021-05-01,2026-09-30
1004,Dov Dreyfus,dov.dreyfus@corp.example,active,2022-02-01,
";
const OKTA: &str = "\
user.email,user.secondEmail,user.status,user.created,user.activation,user.statusChange,user.lastLogin,user.lastUpdate
ada.amberley@corp.example,,ACTIVE,2023-02-01T08:00:00.000Z,2023-02-01T09:10:00.000Z,2023-02-01T09:10:00.000Z,2026-08-20T06:31:05.000Z,2026-10-02T07:00:00.000Z
bodo.brinkmann@corp.example,,DEPROVISIONED,2023-02-01T08:00:00.000Z,2023-02-01T09:10:00.000Z,2023-02-01T09:10:00.000Z,2026-08-20T06:31:05.000Z,2026-10-02T07:00:00.000Z
chloe.castagnier@corp.example,,DEPROVISIONED,2023-02-01T08:00:00.000Z,2023-02-01T09:10:00.000Z,2023-02-01T09:10:00.000Z,2026-08-20T06:31:05.000Z,2026-10-02T07:00:00.000Z
dov.dreyfus@corp.example,,ACTIVE,2023-02-01T08:00:00.000Z,2023-02-01T09:10:00.000Z,2023-02-01T09:10:00.000Z,2026-08-20T06:31:05.000Z,2026-10-02T07:00:00.000Z
";
const ZOOM: &str = "\
Name,Email,Status,Role
Ada Amberley,ada.amberley@corp.example,active,Admin
Bodo Brinkmann,bodo.brinkmann@corp.example,active,Member
Chloé Castagnier,chloe.castagnier@corp.example,active,Member
Egon Eberwein,egon@elsewhere.example,active,Member
";
const WORKSPACE: &str = "\
as-of: 2026-11-20T12:00:00Z
company: {name: Corp, domains: [corp.example], zone: UTC}
hr: [{file: hr/people.csv, extracted-at: 2026-11-20T06:00:00Z}]
idp: [{id: okta, file: idp/okta.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps:
  zoom: {roster: rosters/zoom.csv, extracted-at: 2026-11-20T06:00:00Z, sso: optional, owner: ada.amberley@corp.example}
";

/// The files of a pack.
pub fn unpack(pack: &Path) -> Files {
    let mut archive = zip::ZipArchive::new(fs::File::open(pack).unwrap()).unwrap();
    let mut files = Files::new();
    for ix in 0..archive.len() {
        let mut file = archive.by_index(ix).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    files
}

/// An archive of these files, as the program writes archives.
pub fn packed(files: &Files) -> Vec<u8> {
    let out = |(name, bytes): &'_ (String, Vec<u8>)| {
        let bytes: &'static [u8] = Box::leak(bytes.clone().into_boxed_slice());
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        let open = move || Ok(Box::new(Cursor::new(bytes)) as Box<dyn std::io::Read>);
        FileOut { name, bytes: bytes.len() as u64, sha256: None, open: Box::new(open) }
    };
    let all: Vec<FileOut<'_>> = files.iter().map(out).collect();
    evidence::write_pack(&all, Cursor::new(Vec::new())).unwrap().into_inner()
}

pub fn bytes_of<'f>(files: &'f mut Files, name: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1
}

pub fn edit(files: &mut Files, name: &str, change: impl FnOnce(String) -> String) {
    let bytes = bytes_of(files, name);
    let new = change(text(bytes)).into_bytes();
    assert!(*bytes != new, "{name}: nothing was changed");
    *bytes = new;
}

pub fn json(files: &mut Files, name: &str, change: impl FnOnce(&mut Value)) {
    edit(files, name, |text| {
        let mut value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        serde_json::to_string_pretty(&value).unwrap()
    });
}

/// Makes the manifest and the statement fit what the files have become, as far as anybody can who has no key.
pub fn mend(files: &mut Files) {
    let measured: Vec<evidence::File> =
        files.iter().map(|(name, bytes)| evidence::measure(name, Cursor::new(bytes)).unwrap()).collect();
    let mut manifest: Value = serde_json::from_slice(bytes_of(files, "report/manifest.json")).unwrap();
    for output in manifest["outputs"].as_array_mut().unwrap() {
        let name = format!("report/{}", output["name"].as_str().unwrap());
        if let Some(file) = measured.iter().find(|f| f.name == name) {
            output["sha256"] = file.sha256.clone().into();
            output["bytes"] = file.bytes.into();
        }
    }
    *bytes_of(files, "report/manifest.json") = serde_json::to_vec_pretty(&manifest).unwrap();
    restate(files);
}

/// Makes the statement fit.
pub fn restate(files: &mut Files) {
    let manifest: Value = serde_json::from_slice(bytes_of(files, "report/manifest.json")).unwrap();
    let (head, findings) = evidence::head(Cursor::new(bytes_of(files, "report/findings.json").clone())).unwrap();
    let old = Statement::read(STATEMENT, bytes_of(files, STATEMENT)).unwrap().predicate;
    let mut measured: Vec<evidence::File> = files
        .iter()
        .filter(|(name, _)| !name.starts_with("statement.json"))
        .map(|(name, bytes)| {
            let mut file = evidence::measure(name, Cursor::new(bytes)).unwrap();
            file.rows = file.rows.filter(|_| name.starts_with("report/"));
            file
        })
        .collect();
    measured.sort_by(|a, b| a.name.cmp(&b.name));
    let told = Told { manifest: &manifest, head: &head, findings };
    let new = evidence::state(&told, old.run, old.inputs_included, old.pseudonymized, &measured).unwrap();
    *bytes_of(files, STATEMENT) = new.bytes().unwrap();
}
