//! Evidence packs. An archive is taken as it is. Otherwise the first byte names a file of a good pack, and the rest is what somebody has put in its
//! place, with all hashes and counts made to fit: so the checks behind the hashes are reached, too. COVERAGE_FUZZ_PACK is that pack.
#![no_main]

use coverage::evidence::{self, Archive, FileOut, STATEMENT, Source, Statement, Told};
use coverage_fuzz::{Dice, begin, told};
use serde_json::Value;
use std::io::{self, Cursor, Read as _};
use std::sync::OnceLock;

type Files = Vec<(String, Vec<u8>)>;

const EDITED: [&str; 5] =
    ["report/findings.csv", "report/findings.json", "report/manifest.json", "report/ipe.csv", "report/coverage.csv"];
const MANIFEST: &str = "report/manifest.json";

fn good() -> &'static Files {
    static GOOD: OnceLock<Files> = OnceLock::new();
    GOOD.get_or_init(|| {
        let path = std::env::var("COVERAGE_FUZZ_PACK").expect("fuzz/run.sh says where a good pack is");
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut files = Files::new();
        for ix in 0..archive.len() {
            let mut file = archive.by_index(ix).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            files.push((file.name().unwrap().into_owned(), bytes));
        }
        let bytes = packed(&files);
        checked(&bytes).expect("the good pack is good");
        files
    })
}

fn packed(files: &Files) -> Vec<u8> {
    let all: Vec<FileOut<'_>> = files
        .iter()
        .map(|(name, bytes)| FileOut {
            name,
            bytes: bytes.len() as u64,
            sha256: None,
            open: Box::new(move || Ok(Box::new(bytes.as_slice()) as Box<dyn io::Read>)),
        })
        .collect();
    evidence::write_pack(&all, Cursor::new(Vec::new())).unwrap().into_inner()
}

fn checked(bytes: &[u8]) -> Result<(), String> {
    let bytes = bytes.to_vec();
    let open = move || -> io::Result<Box<dyn Source>> { Ok(Box::new(Cursor::new(bytes.clone()))) };
    let checked = Archive::scan("any", &open).and_then(|archive| evidence::check(&archive));
    checked.map(drop).map_err(|problem| told(&problem))
}

fn find<'f>(files: &'f mut Files, name: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(n, _)| n == name).unwrap().1
}

/// Makes the manifest and the statement fit what the files have become; none if the edited files say nothing that can be stated.
fn mended(files: &mut Files) -> Option<()> {
    let measure = |(name, bytes): &(String, Vec<u8>)| evidence::measure(name, Cursor::new(bytes));
    let measured: Vec<evidence::File> = files.iter().map(measure).collect::<Result<_, _>>().ok()?;
    let mut manifest: Value = serde_json::from_slice(find(files, MANIFEST)).ok()?;
    for output in manifest.get_mut("outputs")?.as_array_mut()? {
        let name = format!("report/{}", output.get("name")?.as_str()?);
        if let Some(file) = measured.iter().find(|f| f.name == name) {
            let output = output.as_object_mut()?;
            output.insert("sha256".to_owned(), file.sha256.clone().into());
            output.insert("bytes".to_owned(), file.bytes.into());
        }
    }
    *find(files, MANIFEST) = serde_json::to_vec_pretty(&manifest).ok()?;
    let (head, findings) = evidence::head(find(files, "report/findings.json").as_slice()).ok()?;
    let old = Statement::read(STATEMENT, find(files, STATEMENT)).ok()?.predicate;
    let all = files.iter().filter(|(name, _)| !name.starts_with(STATEMENT));
    let mut measured: Vec<evidence::File> = all.map(measure).collect::<Result<_, _>>().ok()?;
    for file in &mut measured {
        file.rows = file.rows.filter(|_| file.name.starts_with("report/"));
    }
    measured.sort_by(|a, b| a.name.cmp(&b.name));
    let told = Told { manifest: &manifest, head: &head, findings };
    let new = evidence::state(&told, old.run, old.inputs_included, old.pseudonymized, &measured).ok()?;
    *find(files, STATEMENT) = new.bytes().ok()?;
    Some(())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    begin();
    if data.starts_with(b"PK") {
        let _ = checked(data);
        return;
    }
    let (mut dice, bytes) = Dice::of(data, 1);
    let mut files = good().clone();
    *find(&mut files, EDITED[dice.next(EDITED.len())]) = bytes.to_vec();
    if mended(&mut files).is_some() {
        let _ = checked(&packed(&files));
    }
});
