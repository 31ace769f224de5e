//! Files of a run that hold no records: settings, decisions, exceptions, reviews, and the company's own catalog.

use super::Job;
use super::inputs::Inputs;
use super::settings::SettingsAt;
use crate::diag::Diagnostic;
use crate::ingest::{self, Input};
use crate::model::{Provenance, RowAccounting, SourceReport, SourceRole, TimeBasis};
use crate::workspace;

impl Inputs<'_> {
    /// Enters the company's own catalog, `coverage.yaml` and `links.yaml` among the sources and says where the latter two
    /// are (the first source, where there is none).
    ///
    /// # Errors
    /// One of them cannot be read any more.
    pub fn add_settings(&mut self, job: &Job<'_>) -> Result<SettingsAt, Vec<Diagnostic>> {
        for file in &job.own_catalog {
            self.enter(*file, SourceRole::Catalog, "catalog", "What the company says of products itself")?;
        }
        let mut setting = |file: Option<&dyn Input>, id: &str, what: &str| match file {
            Some(file) => self.enter(file, SourceRole::Workspace, id, what),
            None => Ok(0),
        };
        let what = "What to read, how the apps are set up, and the policy";
        Ok(SettingsAt {
            workspace: setting(job.settings, "coverage.yaml", what)?,
            links: setting(job.links, workspace::LINKS, "What people have decided about single accounts")?,
        })
    }

    /// Enters `exceptions.yaml` among the sources and gives its index.
    ///
    /// # Errors
    /// It cannot be read any more.
    pub fn add_exceptions(&mut self, job: &Job<'_>) -> Result<Option<u32>, Vec<Diagnostic>> {
        let what = "What the company has decided to live with for a time";
        let enter = |file| self.enter(file, SourceRole::Workspace, workspace::EXCEPTIONS, what);
        job.exceptions.map(enter).transpose()
    }

    /// Enters `reviews.yaml` among the sources and gives its index.
    ///
    /// # Errors
    /// It cannot be read any more.
    pub fn add_reviews(&mut self, job: &Job<'_>) -> Result<Option<u32>, Vec<Diagnostic>> {
        let what = "What people have decided about findings";
        let enter = |file| self.enter(file, SourceRole::Workspace, workspace::REVIEWS, what);
        job.reviews.map(enter).transpose()
    }

    /// Enters a file that holds no records.
    pub(super) fn enter(
        &mut self,
        file: &dyn Input,
        role: SourceRole,
        id: &str,
        what: &str,
    ) -> Result<u32, Vec<Diagnostic>> {
        let survey = ingest::survey(file, None).map_err(|d| vec![d])?;
        let ix = self.reports.len() as u32;
        self.reports.push(SourceReport {
            file: file.name().to_owned(),
            role,
            id: id.to_owned(),
            export: String::new(),
            export_name: what.to_owned(),
            holds: Vec::new(),
            sha256: survey.sha256,
            bytes: survey.bytes,
            encoding: survey.encoding.name(),
            encoding_guessed: false,
            delimiter: None,
            header_line: 0,
            header_fingerprint: String::new(),
            extracted_at: String::new(),
            extracted_second: 0,
            time_basis: TimeBasis::Declared,
            adapter_version: String::new(),
            provenance: Provenance::default(),
            leaves_out: None,
            rows: RowAccounting::default(),
            records: 0,
            total: None,
            set_aside: Vec::new(),
            rejected: Vec::new(),
            of_nobody: 0,
            of_leavers: 0,
            first_of_leavers: None,
            unknown_words: Vec::new(),
        });
        Ok(ix)
    }
}
