//! The files of a run: opened, recognised, dated, and read into identities or handed to the rosters.

use super::called::called;
use super::extraction::extraction;
use super::guard::Listed;
use super::pulled::{DeclaredBy, Note, opened, with_note};
use super::roster_done::RosterDone;
use super::tally::{Tally, counted};
use super::{Job, declared};
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::identity::Moment;
use crate::ingest::{self, Input, Known, Opened, Outcome, Request, Wish};
use crate::model::{
    AsOfBasis, Check, Export, Holds, Identity, RowAccounting, SetAside, Shared, Situation, SourceReport, SourceRole,
    TimeBasis, When,
};
use crate::rules::Made;
use crate::rules::cases::SourceTime;
use crate::workspace;
use crate::yaml::nearest;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// One opened file with what the workspace says about it.
pub struct SourceInput<'a> {
    /// Its index among the sources.
    pub ix: u32,
    /// The file.
    pub file: Box<dyn Input + Send + Sync>,
    /// What it was recognised as.
    pub opened: Opened<'a>,
    /// When it was made, as written.
    pub written: When,
    /// The same, as rules ask for it.
    pub made: Made,
    /// How many records it should hold, as declared.
    pub declared: Option<u64>,
    /// Who declares it.
    pub declared_by: DeclaredBy,
}

/// All files of a run.
pub struct Inputs<'a> {
    sources: Vec<Option<SourceInput<'a>>>,
    pub(super) reports: Vec<SourceReport>,
    times: Vec<When>,
    warnings: Vec<Diagnostic>,
    products: Vec<&'a str>,
}

struct Asked<'w> {
    input: &'w workspace::Input,
    role: SourceRole,
    id: Option<&'w str>,
    product: Option<&'w str>,
}

impl<'a> Inputs<'a> {
    /// Opens every file. All problems of all files come back together.
    ///
    /// # Errors
    /// Files that cannot be used.
    pub fn open(job: &Job<'a>, zone: &TimeZone) -> Result<Self, Vec<Diagnostic>> {
        let ws = job.workspace;
        let mut asked: Vec<Asked<'_>> = Vec::new();
        asked.extend(ws.hr.iter().map(|input| Asked {
            input,
            role: SourceRole::Hr,
            id: input.id.as_deref(),
            product: None,
        }));
        asked.extend(ws.idp.iter().map(|input| Asked {
            input,
            role: SourceRole::Idp,
            id: input.id.as_deref(),
            product: None,
        }));
        for app in ws.apps.iter().filter(|a| job.only_app.is_none_or(|only| only == a.id)) {
            asked.extend(app.rosters.iter().map(|input| Asked {
                input,
                role: SourceRole::Roster,
                id: Some(&app.id),
                product: app.product.as_deref(),
            }));
        }
        for app in ws.apps.iter().filter(|a| job.only_app.is_none_or(|only| only == a.id)) {
            asked.extend(app.assignments.iter().map(|input| Asked {
                input,
                role: SourceRole::Assignments,
                id: Some(&app.id),
                product: None,
            }));
        }
        let known = known(job.catalog);
        (job.progress)("opening files");
        let opened: Vec<Result<_, Diagnostic>> = asked
            .par_iter()
            .map(|asked| {
                (job.progress)(&asked.input.file);
                let file = (job.open)(&asked.input.file);
                let holds = match asked.role {
                    SourceRole::Hr => Holds::Employees,
                    SourceRole::Idp => Holds::Identities,
                    SourceRole::Assignments => Holds::Assignments,
                    SourceRole::Roster | SourceRole::Workspace | SourceRole::Catalog => Holds::Accounts,
                };
                let export = asked.input.export.as_deref();
                let request = Request {
                    wish: Wish { holds: Some(holds), said: true, product: asked.product, export, fetched: None },
                    encoding: asked.input.encoding.as_deref(),
                    date_order: asked.input.date_order,
                    only: Some(&asked.input.only),
                };
                let (opened, note) = opened(job.open, &*file, request, &known, zone)?;
                Ok((file, opened, note))
            })
            .collect();
        let mut this = Self {
            sources: Vec::new(),
            reports: Vec::new(),
            times: Vec::new(),
            warnings: Vec::new(),
            products: Vec::new(),
        };
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        for (asked, opened) in asked.iter().zip(opened) {
            match opened {
                Ok((file, opened, note)) => {
                    let declared = asked.input.extracted_at.or(note.as_ref().map(|n| n.when));
                    match extraction(job, declared, &*file, &opened) {
                        Ok(made) => {
                            this.add(asked, file, opened, made, note.as_ref(), zone);
                            notes.extend(note);
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        let both = this.reports.iter().enumerate().filter(|(_, r)| r.role == SourceRole::Roster);
        for (i, report) in both.clone() {
            if let Some((_, first)) =
                both.clone().find(|(j, other)| *j < i && other.sha256 == report.sha256 && other.id == report.id)
            {
                problems.push(
                    Diagnostic::error(&report.file, format!("this is the same file as {}", first.file))
                        .help("name each roster file of an app once"),
                );
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // One file may serve many apps.
        let mut entered = BTreeSet::new();
        for note in notes.into_iter().filter(|note| entered.insert(note.file.name().to_owned())) {
            this.enter(&*note.file, SourceRole::Workspace, "pull", "How a list was fetched")?;
        }
        Ok(this)
    }

    fn add(
        &mut self,
        asked: &Asked<'_>,
        file: Box<dyn Input + Send + Sync>,
        mut opened: Opened<'a>,
        (when, basis): (When, TimeBasis),
        note: Option<&Note>,
        zone: &TimeZone,
    ) {
        let ix = self.sources.len() as u32;
        let mut provenance = with_note(&asked.input.provenance, note.map(|n| &n.provenance));
        if !asked.input.only.is_empty() {
            let only: Vec<String> =
                asked.input.only.iter().map(|(column, value)| format!("{column} = {value}")).collect();
            let before = provenance.filter.map_or_else(String::new, |filter| format!("{filter}; "));
            provenance.filter = Some(format!("{before}of its rows only {}", only.join(" and ")));
            // What is noted beside the file counts all of its rows.
            provenance.records = asked.input.provenance.records;
        }
        self.warnings.append(&mut opened.warnings);
        self.times.push(when);
        self.products.push(opened.product);
        self.reports.push(SourceReport {
            file: file.name().to_owned(),
            role: asked.role,
            id: asked.id.unwrap_or(opened.product).to_owned(),
            export: opened.export.id.clone(),
            export_name: opened.export.name.clone(),
            holds: opened.export.holds.clone(),
            sha256: opened.survey.sha256.clone(),
            bytes: opened.survey.bytes,
            encoding: opened.survey.encoding.name(),
            encoding_guessed: opened.survey.encoding_guessed,
            delimiter: match opened.layout {
                ingest::Layout::Csv { delimiter, .. } => Some(char::from(delimiter)),
                _ => None,
            },
            header_line: opened.header_line,
            header_fingerprint: opened.fingerprint.clone(),
            extracted_at: when.to_string(),
            extracted_second: when.latest(zone),
            time_basis: basis,
            adapter_version: version(opened.export),
            provenance: provenance.clone(),
            leaves_out: note.map_or_else(|| opened.export.leaves_out.clone(), |n| n.leaves_out.clone()),
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
        let declared = provenance.records;
        let declared_by = DeclaredBy::of(&asked.input.provenance, note);
        let made = Made::of(when, basis == TimeBasis::FileTime, zone);
        self.sources.push(Some(SourceInput { ix, file, opened, written: when, made, declared, declared_by }));
    }

    /// The moment the report speaks about: asked for, declared, or the newest extraction.
    ///
    /// # Errors
    /// There is no file at all.
    pub fn as_of(&self, job: &Job<'_>, zone: &TimeZone) -> Result<(When, AsOfBasis), Vec<Diagnostic>> {
        if let Some(when) = job.as_of.or(job.workspace.as_of) {
            return Ok((when, declared(true)));
        }
        self.times.iter().max_by_key(|t| t.latest(zone)).map(|t| (*t, declared(false))).ok_or_else(|| {
            vec![
                Diagnostic::error("coverage.yaml", "names no file to read")
                    .help("`coverage init` writes one from the exports in a folder"),
            ]
        })
    }

    /// The product of an app's identity provider: the one it names, by its id here or in the catalog, else the first.
    pub fn idp_of<'n>(&'n self, named: Option<&'n str>) -> Option<&'n str> {
        let is = |report: &SourceReport| report.role == SourceRole::Idp && named.is_none_or(|id| report.id == id);
        self.reports.iter().position(is).map(|i| self.products[i]).or(named)
    }

    /// Reads HR and identity providers, as they stand at a moment. The order of the files is the order of their precedence.
    ///
    /// # Errors
    /// A file breaks off.
    pub fn identities(&mut self, job: &Job<'_>, moment: &Moment) -> Result<Vec<Identity>, Vec<Diagnostic>> {
        let reports = &self.reports;
        let authoritative = |ix: u32| matches!(reports[ix as usize].role, SourceRole::Hr | SourceRole::Idp);
        type Part = (u32, Vec<Identity>, Tally);
        // Rows are hardly shorter; what is too much is never touched.
        let at_most = |bytes: u64| (bytes / 64).min(1 << 22) as usize;
        let lists = || self.sources.iter().flatten().filter(|s| authoritative(s.ix));
        let first = lists().map(|s| s.ix).next();
        let all: u64 = lists().map(|s| s.opened.survey.bytes).sum();
        let parts: Vec<Result<Part, Diagnostic>> = self
            .sources
            .iter_mut()
            .filter_map(|s| s.as_mut().filter(|s| authoritative(s.ix)))
            .par_bridge()
            .map(|source| {
                (job.progress)(source.file.name());
                let from_hr = reports[source.ix as usize].role == SourceRole::Hr;
                let Export { username_is, expires, .. } = *source.opened.export;
                // The first list takes the others in: moving records costs more than reading them.
                let bytes = if first == Some(source.ix) { all } else { source.opened.survey.bytes };
                let mut identities = Vec::with_capacity(at_most(bytes));
                let (mut shared, mut tally) = (Shared::default(), Tally::default());
                let learnt = ingest::read(&*source.file, &mut source.opened, &mut |outcome: Outcome<'_>| {
                    match outcome {
                        Outcome::Record(record, rows) => {
                            tally.rows.count(Situation::Linked, rows);
                            let mut identity = Identity::keep(record, source.ix, from_hr, username_is, &mut shared);
                            if expires {
                                identity.expire(moment.now, &moment.zone);
                            }
                            identities.push(identity);
                        }
                        Outcome::Excluded { reason, .. } => tally.no_record(reason),
                        Outcome::Rejected(rejected, whom) => {
                            let unread = |r| Identity::unread(r, source.ix, from_hr, username_is, &mut shared);
                            tally.of_nobody += u64::from(whom.is_none());
                            identities.extend(whom.map(unread));
                            tally.reject(rejected);
                        }
                    }
                    Ok(())
                })?;
                tally.close(learnt);
                Ok((source.ix, identities, tally))
            })
            .collect();
        let mut problems = Vec::new();
        let mut good: Vec<Part> = Vec::new();
        for part in parts {
            match part {
                Ok(part) => good.push(part),
                Err(problem) => problems.push(problem),
            }
        }
        good.sort_by_key(|(ix, ..)| *ix);
        let mut identities = Vec::new();
        for (ix, mut part, tally) in good {
            if identities.is_empty() {
                identities = part;
            } else {
                identities.append(&mut part);
            }
            self.tell(ix, tally);
        }
        if problems.is_empty() && identities.is_empty() {
            problems.extend(self.people().map(nobody));
        }
        if problems.is_empty() { Ok(identities) } else { Err(problems) }
    }

    fn people(&self) -> impl Iterator<Item = &SourceReport> {
        self.reports.iter().filter(|r| matches!(r.role, SourceRole::Hr | SourceRole::Idp))
    }

    /// Hands the roster files to their apps, in the order of the apps.
    pub fn take_rosters<'f>(&mut self, apps: &'f [AppFacts]) -> Vec<(&'f AppFacts, Vec<SourceInput<'a>>)> {
        apps.iter().map(|app| (app, self.take(SourceRole::Roster, &app.id))).collect()
    }

    /// The files of an app that have a part.
    pub fn take(&mut self, role: SourceRole, app: &str) -> Vec<SourceInput<'a>> {
        let mine = |ix: usize| self.reports[ix].role == role && self.reports[ix].id == app;
        let files: Vec<usize> = (0..self.sources.len()).filter(|ix| mine(*ix)).collect();
        files.into_iter().filter_map(|ix| self.sources[ix].take()).collect()
    }

    /// Takes over what the reading of a roster has counted.
    pub fn finish_rosters(&mut self, roster: &mut RosterDone) {
        for (ix, mut tally) in std::mem::take(&mut roster.tallies) {
            // A page says that there are more records; together with its sisters it may be the whole.
            if !roster.guard.flags(Check::DeclaredTotal) {
                tally.warn_of_total = false;
            }
            self.tell(ix, tally);
        }
    }

    /// Takes over what the reading of a file has counted.
    pub fn tell(&mut self, ix: u32, tally: Tally) {
        let report = &mut self.reports[ix as usize];
        report.rows = tally.rows;
        report.records = tally.records();
        report.total = tally.learnt.total;
        report.set_aside =
            tally.set_aside.iter().map(|(reason, rows)| SetAside { reason: reason.clone(), rows: *rows }).collect();
        report.rejected = tally.rejected;
        report.of_nobody = tally.of_nobody;
        report.of_leavers = tally.of_leavers;
        report.first_of_leavers = tally.first_of_leavers;
        report.unknown_words = tally.learnt.unknown_words.iter().map(|(w, n)| (w.clone(), *n)).collect();
        let file = report.file.clone();
        for (word, n) in &report.unknown_words {
            self.warnings.push(
                Diagnostic::warning(
                    &file,
                    format!(
                        "`{word}` is a word nobody has explained yet; {} the status unknown",
                        counted(*n, "row has", "rows have")
                    ),
                )
                .help("add the word to the export's declaration (`exports` in coverage.yaml)"),
            );
        }
        self.warnings.extend(tally.learnt.remarks_on(&file));
        if report.records == 0 && !tally.learnt.others.is_empty() {
            let others = &tally.learnt.others;
            let wanted = report.provenance.filter.as_deref().unwrap_or_default();
            let wanted = wanted.rsplit("of its rows only ").next().unwrap_or_default();
            let near = nearest(wanted.rsplit(" = ").next().unwrap_or_default(), others.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            self.warnings.push(
                Diagnostic::warning(&file, format!("`only` chooses none of its rows: none has {wanted}{near}"))
                    .help("if nobody is assigned, the list is empty, and says so under `accept`"),
            );
        }
        if let Some(total) = tally.learnt.total
            && tally.warn_of_total
            && total > tally.learnt.rows
        {
            let rows = tally.learnt.rows;
            let said =
                format!("the file says that there are {total} records, and holds {rows}: it is one page of several");
            self.warnings.push(Diagnostic::warning(&file, said).help("fetch all pages"));
        }
    }

    /// A file of people as the population guard looks at it, once it is read.
    pub fn listed(&self, ix: u32) -> Listed {
        let (ix, report) = (ix as usize, &self.reports[ix as usize]);
        let layout = self.sources[ix].as_ref().map(|s| &s.opened.layout);
        Listed {
            name: report.file.clone(),
            rows: report.rows.read,
            rejected: report.rows.of(Situation::Rejected),
            records: report.records,
            total: report.total,
            breaks_off: self.sources[ix].as_ref().is_some_and(|s| s.opened.breaks_off),
            declared: report.provenance.records,
            declared_by: self.sources[ix].as_ref().map_or_else(DeclaredBy::default, |s| s.declared_by),
            answer: matches!(layout, Some(ingest::Layout::Json { .. })),
            unread: self.sources[ix].as_ref().and_then(|s| s.opened.lists_unread()),
            made: self.times[ix],
        }
    }

    /// The product of a source, by its id in the catalog.
    pub fn product_of(&self, ix: u32) -> Option<&str> {
        self.products.get(ix as usize).copied()
    }

    /// When each source was made.
    pub fn times(&self, zone: &TimeZone) -> Vec<SourceTime> {
        let made = |r: &SourceReport, t: &When| Made::of(*t, r.time_basis == TimeBasis::FileTime, zone);
        let times = self.reports.iter().zip(&self.times).zip(called(&self.reports));
        times.map(|((r, t), called)| SourceTime { id: r.id.clone(), called, made: made(r, t) }).collect()
    }

    /// For each source the first second at which it can have been made. A guess is no ground for a doubt: a file whose
    /// time is only that of its time stamp counts as made at the report's moment, `now`.
    pub fn made(&self, zone: &TimeZone, now: i64) -> Vec<i64> {
        let made = |(report, time): (&SourceReport, &When)| match report.time_basis {
            TimeBasis::FileTime => now,
            TimeBasis::Declared | TimeBasis::FileName => time.earliest(zone),
        };
        self.reports.iter().zip(&self.times).map(made).collect()
    }

    /// The reports so far.
    pub fn reports(&self) -> &[SourceReport] {
        &self.reports
    }

    /// All remarks, each once.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let mut all = self.warnings.clone();
        let guessed: Vec<&SourceReport> = self.reports.iter().filter(|r| r.time_basis == TimeBasis::FileTime).collect();
        if let Some(first) = guessed.first() {
            let at = &first.extracted_at;
            let message = match guessed.len() {
                1 => format!("nothing says when it was made; its time stamp ({at}) is taken, which is a guess"),
                n => format!(
                    "nothing says when it and {} were made; their time stamps (its own: {at}) are taken, which is a guess",
                    counted(n as u64 - 1, "other file", "other files")
                ),
            };
            all.push(
                Diagnostic::warning(&first.file, message)
                    .help("write `extracted-at` beside it in coverage.yaml, or give --extracted-at"),
            );
        }
        all
    }

    /// The reports of all sources.
    pub fn into_reports(self) -> Vec<SourceReport> {
        self.reports
    }
}

/// The first 12 hex digits of the SHA-256 of a description: whoever changes how a file is read changes this.
fn version(export: &Export) -> String {
    let text = serde_json::to_vec(export).unwrap_or_default();
    ingest::hex(&Sha256::digest(text))[..12].to_owned()
}

/// That a list of people holds nobody.
fn nobody(report: &SourceReport) -> Diagnostic {
    let (rows, rejected) = (report.rows.read, report.rows.of(Situation::Rejected));
    let first = report.rejected.first().map_or_else(String::new, |first| {
        let column = first.column.map_or_else(String::new, |column| format!(":{column}"));
        format!("; the first in line {}{column}: {}", first.line, first.reason)
    });
    Diagnostic::error(&report.file, format!("no person can be read from it ({rows} rows, {rejected} rejected{first})"))
        .help("a population without people is never right; `coverage inspect FILE` says how the file is read")
}

/// Every export of a catalog, ready to be compared with files.
pub fn known(catalog: &crate::catalog::Catalog) -> Known<'_> {
    let exports = catalog.exports();
    Known::new(
        crate::catalog::WORKSPACE,
        exports.map(|(entry, export)| (entry.id.as_str(), entry.name.as_str(), entry.domains.is_empty(), export)),
    )
}
