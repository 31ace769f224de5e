//! The files of a report: each written through a hash, so that the manifest can vouch for it.

use crate::diag::{Diagnostic, cause};
use crate::ingest::hex;
use crate::model::{Report, Threshold};
use crate::report::{
    coverage_csv, findings_csv, findings_json, html, ipe_csv, junit, manifest, markdown, ocsf, oscal, sarif, xlsx,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex};

/// Which formats a report has. The manifest is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// `report.html`, `worksheets.html` and `ipe.html`.
    pub html: bool,
    /// `findings.csv`, `coverage.csv`, `ipe.csv`, `diffs/`.
    pub csv: bool,
    /// `findings.json`.
    pub json: bool,
    /// `oscal-assessment-results.json`.
    pub oscal: bool,
    /// `findings.ocsf.jsonl`.
    pub ocsf: bool,
    /// `findings.sarif`.
    pub sarif: bool,
    /// `report.xlsx`.
    pub xlsx: bool,
    /// `report.md`.
    pub markdown: bool,
    /// `junit.xml`.
    pub junit: bool,
    /// What fails a test of `junit.xml`; without a severity, every open finding does.
    pub threshold: Threshold,
}

impl Default for Formats {
    fn default() -> Self {
        Self {
            html: true,
            csv: true,
            json: true,
            oscal: false,
            ocsf: false,
            sarif: false,
            xlsx: false,
            markdown: false,
            junit: false,
            threshold: Threshold::default(),
        }
    }
}

/// How outputs are opened.
pub type Create<'a> = dyn Fn(&str) -> io::Result<Box<dyn Write + Send>> + Sync + 'a;

/// How a nameless file is made, which is gone when it is closed.
pub type Aside<'a> = dyn Fn() -> io::Result<File> + Sync + 'a;

/// The outputs of a run, with their hashes. Outputs are opened through it from many threads.
pub struct Ledger<'a> {
    create: &'a Create<'a>,
    written: Arc<Mutex<Vec<(String, String, u64)>>>,
}

impl<'a> Ledger<'a> {
    /// Over a place where files are made.
    pub fn new(create: &'a Create<'a>) -> Self {
        Self { create, written: Arc::default() }
    }

    /// Opens an output. It is entered into the ledger when it is flushed for the last time (dropped).
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let file = (self.create)(name)?;
        Ok(Box::new(Hashed {
            file,
            hasher: Sha256::new(),
            bytes: 0,
            name: name.to_owned(),
            written: Arc::clone(&self.written),
        }))
    }

    /// Writes the report's files, the manifest last.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, report: &Report, formats: Formats) -> Result<(), Diagnostic> {
        type Format<'r> = (&'r str, bool, &'r (dyn Fn(&Report, &mut (dyn Write + Send)) -> io::Result<()> + Sync));
        let beside = html::Beside { csv: formats.csv, json: formats.json };
        let files: [Format<'_>; 13] = [
            ("findings.csv", formats.csv, &|r, w| findings_csv::write(r, w)),
            ("coverage.csv", formats.csv, &|r, w| coverage_csv::write(r, w)),
            ("ipe.csv", formats.csv, &|r, w| ipe_csv::write(r, w)),
            ("findings.json", formats.json, &|r, w| findings_json::write(r, w)),
            ("report.html", formats.html, &|r, w| html::write(r, beside, w)),
            ("worksheets.html", formats.html, &|r, w| html::worksheets::write(r, beside, w)),
            ("ipe.html", formats.html, &|r, w| html::ipe::write(r, beside, w)),
            ("oscal-assessment-results.json", formats.oscal, &|r, w| oscal::write(r, w)),
            ("findings.ocsf.jsonl", formats.ocsf, &|r, w| ocsf::write(r, w)),
            ("findings.sarif", formats.sarif, &|r, w| sarif::write(r, w)),
            ("report.xlsx", formats.xlsx, &|r, w| xlsx::write(r, w)),
            ("report.md", formats.markdown, &|r, w| markdown::write(r, w)),
            ("junit.xml", formats.junit, &|r, w| junit::write(r, formats.threshold, w)),
        ];
        let write =
            |(name, wanted, format): &Format<'_>| if *wanted { self.one(name, &|w| format(report, w)) } else { Ok(()) };
        files.par_iter().map(write).collect::<Result<(), Diagnostic>>()?;
        let mut outputs = self.written.lock().map(|w| w.clone()).unwrap_or_default();
        outputs.sort();
        let outputs: Vec<manifest::Output<'_>> =
            outputs.iter().map(|(name, sha256, bytes)| manifest::Output { name, sha256, bytes: *bytes }).collect();
        self.one("manifest.json", &|w| manifest::write(report, &outputs, w))
    }

    /// SHA-256 of an output that is written, hex.
    pub fn sha256_of(&self, name: &str) -> Option<String> {
        self.written.lock().ok()?.iter().find(|(written, ..)| written == name).map(|(_, sha256, _)| sha256.clone())
    }

    fn one(&self, name: &str, format: &dyn Fn(&mut (dyn Write + Send)) -> io::Result<()>) -> Result<(), Diagnostic> {
        let write = || {
            let mut to = BufWriter::with_capacity(1 << 16, self.create(name)?);
            format(&mut to)?;
            to.flush()
        };
        write().map_err(|e| {
            // A workbook is made of files that are put aside until it is whole.
            let aside = name.ends_with(".xlsx") && e.kind() == io::ErrorKind::NotFound;
            let help = if aside {
                "is the folder for temporary files there, which TMPDIR names?"
            } else {
                "is the disk full?"
            };
            Diagnostic::error(name, format!("cannot be written: {}", cause(&e))).help(help)
        })
    }
}

/// Counts and hashes what goes through.
struct Hashed {
    file: Box<dyn Write + Send>,
    hasher: Sha256,
    bytes: u64,
    name: String,
    written: Arc<Mutex<Vec<(String, String, u64)>>>,
}

impl Write for Hashed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buf)?;
        self.hasher.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Hashed {
    fn drop(&mut self) {
        if let Ok(mut written) = self.written.lock() {
            let digest = std::mem::take(&mut self.hasher).finalize();
            written.push((std::mem::take(&mut self.name), hex(&digest), self.bytes));
        }
    }
}
