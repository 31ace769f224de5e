//! The way through the house, from input files to a finished report.
//!
//! Identities are held, rosters are streamed: what one account says goes to the rules and to the files, and is forgotten.

mod administrators;
mod assignments;
mod at_work;
mod called;
mod differences;
mod disagreement;
mod exceptions;
mod extraction;
mod first;
mod guard;
mod inputs;
mod inputs_without_records;
mod leavers;
mod memory;
mod outputs;
mod overtaken;
mod people;
mod pulled;
mod reviews;
mod roster;
mod roster_done;
mod settings;
mod sheets;
mod snapshot;
mod summary;
mod taking;
mod tally;
mod told;
mod wanted;

pub use extraction::from_name;
pub use inputs::known;
pub use outputs::{Aside, Create, Formats, Ledger};
pub use pulled::looked_at;
pub use roster::Watch;
pub use told::{due, limits};

use crate::assess::{AppFacts, assess};
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, cause};
use crate::history::{self, Changes};
use crate::identity::{Directory, Moment};
use crate::ingest::Input;
use crate::model::{AsOfBasis, Past, Person, PersonIx, Place, Previous, Report, Snapshot, SourceRole, Standing, When};
use crate::rules::cases::{
    AppCase, Company, ExceptionCase, Limits, PersonCase, PopulationCase, ReviewCase, SourceCase,
};
use crate::rules::{self, Findings};
use crate::workspace::Workspace;
use inputs::Inputs;
use rayon::prelude::*;
use std::io::Write as _;

/// What a run is asked for.
pub struct Job<'a> {
    /// The company's files, apps and policy.
    pub workspace: &'a Workspace,
    /// The catalog, with the workspace's own exports in it.
    pub catalog: &'a Catalog,
    /// The `coverage.yaml` itself, if there is one: an input like the others, and where findings about settings point.
    pub settings: Option<&'a dyn Input>,
    /// The `links.yaml` beside it, if there is one.
    pub links: Option<&'a dyn Input>,
    /// The files of the company's own catalog, which are laid over the built-in one already.
    pub own_catalog: Vec<&'a dyn Input>,
    /// How a file named in the workspace is opened.
    pub open: &'a (dyn Fn(&str) -> Box<dyn Input + Send + Sync> + Sync),
    /// The moment the report speaks about; wins over the workspace.
    pub as_of: Option<When>,
    /// The extraction time of files that have none of their own.
    pub extracted_at: Option<When>,
    /// The `exceptions.yaml` beside it, if there is one.
    pub exceptions: Option<&'a dyn Input>,
    /// The `reviews.yaml` beside it, if there is one.
    pub reviews: Option<&'a dyn Input>,
    /// The last accepted snapshot, where it comes from no store.
    pub previous: Option<&'a Previous>,
    /// What the earlier kept runs say, if runs are kept.
    pub earlier: Option<&'a Earlier<'a>>,
    /// Whether this run is to be kept.
    pub keep: bool,
    /// Which files are written while the rosters are read.
    pub streams: Streams<'a>,
    /// Looks at every account that is placed.
    pub watch: Option<&'a dyn Watch>,
    /// Only this app.
    pub only_app: Option<&'a str>,
    /// Is told what is being done.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// Tells what the runs before this one say. It is given the SHA-256 over all that the run depends on, and its moment in Unix
/// seconds.
pub type Earlier<'a> = dyn Fn(&str, i64) -> Result<Past, Diagnostic> + Sync + 'a;

/// Files that are written while the rosters are read.
#[derive(Clone, Copy)]
pub struct Streams<'a> {
    /// Opens an output by its name.
    pub create: &'a Create<'a>,
    /// Whether to write `diffs/APP.csv`.
    pub diffs: bool,
    /// Whether the diffs show what agrees, too.
    pub matched: bool,
    /// Whether every absent person is listed, however many there are.
    pub all_absent: bool,
    /// Whether to write `accounts.csv`, and where the apps' parts of it wait until all of them are read.
    pub accounts: Option<&'a Aside<'a>>,
}

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// The report.
    pub report: Report,
    /// Remarks about the inputs.
    pub warnings: Vec<Diagnostic>,
    /// What is to be kept of the run and what it changes, if it is to be kept.
    pub kept: Option<(Snapshot, Changes)>,
}

/// Reads everything, matches, judges, and returns the report.
///
/// # Errors
/// Every input that cannot be used, each with its reason; or an output that cannot be written.
pub fn run(job: &Job<'_>) -> Result<Done, Vec<Diagnostic>> {
    let workspace = job.workspace;
    let zone = workspace.company.zone.clone();
    let mut inputs = Inputs::open(job, &zone)?;
    let (as_of, as_of_basis) = inputs.as_of(job, &zone)?;
    let now = as_of.latest(&zone);
    let settings = inputs.add_settings(job)?;
    let exceptions_at = inputs.add_exceptions(job)?;
    let reviews_at = inputs.add_reviews(job)?;
    let depends_on = snapshot::inputs(job, &as_of, as_of_basis, inputs.reports());
    let past = job.earlier.map(|ask| ask(&depends_on, now)).transpose().map_err(|d| vec![d])?;
    let of_store = past.as_ref().and_then(Past::previous);
    let previous = job.previous.or(of_store.as_ref());
    let moment = Moment { now, zone: zone.clone() };

    (job.progress)("reading HR and identity providers");
    let identities = inputs.identities(job, &moment)?;
    let rules_of_addresses = settings::address_rules(workspace);
    let mut directory = Directory::of_sources(identities, rules_of_addresses, moment, &inputs.made(&zone, now));
    directory.accept = workspace.accept;
    let (own_domains, domains_declared) = settings::own_domains(workspace, &directory);
    let declared = settings::Declarations::new(workspace, &directory, settings)?;

    // The day on which a claim is old or fresh.
    let today = jiff::Timestamp::from_second(now).map(|at| at.to_zoned(zone.clone()).date()).ok();
    let names = settings::AppNames::new(workspace);
    let mut apps: Vec<AppFacts> = workspace
        .apps
        .iter()
        .filter(|a| job.only_app.is_none_or(|only| only == a.id))
        .enumerate()
        .map(|(ix, app)| {
            let entry = app.product.as_deref().and_then(|p| job.catalog.get(p));
            let facts = assess(ix as u32, app, entry, inputs.idp_of(app.idp.as_deref()), today);
            let limit = app.revoke_within.as_ref().or(workspace.policy.revoke_within.as_ref());
            AppFacts { revoke_within: limit.cloned(), name: names.of(app), ..facts }
        })
        .collect();

    (job.progress)("reading assignments");
    let assignments = assignments::read(job, previous, &mut inputs, &mut apps, &directory)?;

    let passed = |p: &Person| match &p.standing {
        Standing::Left { since: Some(since), .. } => Some(since.latest(&zone)),
        _ => None,
    };
    let mut populations = people::populations(job, previous, &inputs, &directory);
    let doubts = people::doubts(&populations, inputs.reports());
    let sources = inputs.times(&zone);
    let company = Company {
        directory: &directory,
        doubts: doubts.as_ref(),
        limits: Limits {
            dormant_days: workspace.policy.dormant_days,
            roster_max_age_days: workspace.policy.roster_max_age_days,
        },
        past: past.as_ref(),
        newest_leaving: directory.people.iter().filter_map(passed).max(),
        sources: &sources,
    };

    if let Some(watch) = job.watch {
        watch.company(&company);
    }
    let memory = past.as_ref().map(|past| memory::Memory::new(past, &directory, job.keep));
    let context = roster::Context::new(job, &company, &own_domains, &declared, previous, memory.as_ref());
    // The largest first, and the next to whoever is free: nobody is left with a large one at the end.
    let mut waiting: Vec<(usize, _)> = inputs.take_rosters(&apps).into_iter().enumerate().collect();
    let bytes = |files: &[inputs::SourceInput<'_>]| files.iter().map(|f| f.opened.survey.bytes).sum::<u64>();
    waiting.sort_by_cached_key(|(_, (_, files))| std::cmp::Reverse(bytes(files)));
    let mut read: Vec<(usize, Result<roster_done::RosterDone, Vec<Diagnostic>>)> = waiting
        .into_iter()
        .par_bridge()
        .map(|(ix, (app, files))| {
            (job.progress)(&app.name);
            (ix, context.read(app, files))
        })
        .collect();
    read.sort_unstable_by_key(|(ix, _)| *ix);
    let mut problems = Vec::new();
    let mut rosters = Vec::new();
    for (_, result) in read {
        match result {
            Ok(done) => rosters.push(done),
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }

    (job.progress)("judging");
    let mut findings = Findings::default();
    for roster in &mut rosters {
        inputs.finish_rosters(roster);
    }
    if job.only_app.is_none() {
        let piece = |(n, people): (usize, &[Person])| {
            let mut findings = Findings::default();
            for (ix, person) in (n * PIECE..).zip(people) {
                let case = PersonCase { company: &company, ix: PersonIx(ix as u32), person };
                rules::ALL.iter().for_each(|r| r.person(&case, &mut findings));
            }
            findings
        };
        let pieces: Vec<Findings> = directory.people.par_chunks(PIECE).enumerate().map(piece).collect();
        pieces.into_iter().for_each(|piece| findings.add(piece));
    }
    for (app, roster) in apps.iter().zip(&rosters) {
        let line = workspace.apps.iter().find(|a| a.id == app.id).map_or(0, |a| a.line as u32);
        let case = AppCase {
            company: &company,
            app,
            roster: roster.facts.as_ref(),
            guard: &roster.guard,
            files: &whole(&roster.sources),
            place: Place { source: settings.workspace, line },
            live: roster.live_for_certain(),
            decisions: declared.of_app(&app.id).map_or(&[], |of_app| &of_app.decisions),
            seen: &roster.seen,
        };
        rules::ALL.iter().for_each(|r| r.app(&case, &mut findings));
    }
    for population in &populations {
        let case = PopulationCase { population, files: &whole(&population.sources) };
        rules::ALL.iter().for_each(|r| r.population(&case, &mut findings));
    }
    for (ix, source) in inputs.reports().iter().enumerate() {
        let app = (source.role == SourceRole::Roster).then(|| apps.iter().find(|a| a.id == source.id)).flatten();
        let case = SourceCase { ix: ix as u32, source, app };
        rules::ALL.iter().for_each(|r| r.source(&case, &mut findings));
    }
    let people_unknown = people::nobody_is_certain(&populations);
    for (app, roster) in apps.iter().zip(&mut rosters).filter(|(_, roster)| roster.facts.is_some()) {
        populations.push(roster.population(app, inputs.reports()));
    }
    let kept = past.as_ref().map(|past| {
        let followed = memory.as_ref().map(|memory| memory.followed(&directory)).unwrap_or_default();
        let earliest: Vec<i64> = sources.iter().map(|s| s.made.earliest).collect();
        let begin = snapshot::Begin {
            job,
            sources: inputs.reports(),
            earliest: &earliest,
            apps: &apps,
            populations: &populations,
            people_accepted: people_unknown.is_none(),
            inputs: depends_on.clone(),
            as_of_second: now,
            followed,
        };
        let snapshot = snapshot::begin(begin, &mut rosters);
        told::removals(past, &snapshot, &company, &apps, &rosters, &mut findings);
        snapshot
    });
    if job.streams.accounts.is_some() {
        let written = (job.streams.create)("accounts.csv").and_then(|mut file| {
            for (n, roster) in rosters.iter_mut().filter(|r| r.facts.is_some()).enumerate() {
                roster.append_accounts(&mut *file, n == 0)?;
            }
            file.flush()
        });
        written.map_err(|e| vec![Diagnostic::error("accounts.csv", format!("cannot be written: {}", cause(&e)))])?;
    }
    let mut list = findings.into_list();
    list.reserve_exact(rosters.iter().map(|r| r.findings.len()).sum());
    let mut closures = Vec::with_capacity(rosters.iter().map(|r| r.closures.len()).sum());
    for roster in &mut rosters {
        list.append(&mut roster.findings);
        closures.append(&mut roster.closures);
    }
    populations.extend(assignments);
    let day = today.unwrap_or(jiff::civil::Date::MAX);
    let (exceptions, unused) = exceptions::mark(job, &directory, &apps, day, &mut list)?;
    if let Some(source) = exceptions_at {
        let mut about = Findings::default();
        for report in &exceptions {
            let policy = &workspace.policy;
            let case = ExceptionCase {
                report,
                place: Place { source, line: report.exception.line as u32 },
                max_accounts: policy.exception_max_accounts,
                max_days: policy.exception_max_days,
            };
            rules::ALL.iter().for_each(|r| r.exception(&case, &mut about));
        }
        list.append(&mut about.into_list());
    }
    let reviewed = reviews::judge(job, &directory, &apps, day, &list);
    if let (Some(reviewed), Some(source)) = (&reviewed, reviews_at) {
        let mut about = Findings::default();
        let made: Vec<Option<i64>> =
            rosters.iter().map(|r| r.facts.as_ref().map(|facts| facts.made.earliest)).collect();
        for report in &reviewed.reviews {
            let case = ReviewCase {
                company: &company,
                report,
                source,
                findings: &list,
                apps: &apps,
                rosters_made: &made,
                bulk: workspace.policy.review_bulk,
            };
            rules::ALL.iter().for_each(|r| r.review(&case, &mut about));
        }
        list.append(&mut about.into_list());
    }
    drop(memory);
    let mut warnings = inputs.warnings();
    warnings.extend(unused);
    if job.only_app.is_none() {
        warnings.extend(past.iter().flat_map(|past| told::dropped(past, &apps)));
    }
    warnings.extend(rosters.iter_mut().flat_map(|roster| std::mem::take(&mut roster.remarks)));
    let mut report = summary::report(summary::Parts {
        job,
        as_of,
        as_of_basis,
        own_domains,
        domains_declared,
        sources: inputs.into_reports(),
        populations,
        exceptions,
        reviewed,
        run: depends_on,
        people_unknown,
        apps,
        rosters,
        directory,
        findings: list,
        closures,
        warnings: &warnings,
    });
    // The promise that no row is lost is checked on every run; a report that breaks it is not written.
    let broken: Vec<Diagnostic> = (report.sources.iter().filter(|s| !s.rows.closes()))
        .map(|s| {
            Diagnostic::error(
                &s.file,
                "the rows read are not the sum of their outcomes; this is a mistake of the program",
            )
        })
        .collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let kept = kept.zip(past).map(|(mut snapshot, mut past)| {
        // What has ended can only be told from all findings. The first run has nothing to be held against.
        let whole = job.keep || !past.runs.is_empty();
        if whole {
            snapshot::finish(&mut snapshot, &report, job);
        }
        let changes = if whole { history::advance(&past, &snapshot) } else { history::advance_gaps(&past, &snapshot) };
        report.history = Some(told::told(&mut past, &snapshot, &changes, &report, workspace));
        (snapshot, changes)
    });
    Ok(Done { report, warnings, kept: kept.filter(|_| job.keep) })
}

/// How many people are judged in one go.
const PIECE: usize = 1 << 12;

/// The places that stand for files as a whole.
fn whole(sources: &[u32]) -> Vec<Place> {
    sources.iter().map(|&source| Place { source, line: 0 }).collect()
}

impl<'a> Job<'a> {
    /// A run over the files of a workspace and nothing beside them: no earlier runs, nothing that anybody has decided.
    pub fn over(
        workspace: &'a Workspace,
        catalog: &'a Catalog,
        open: &'a (dyn Fn(&str) -> Box<dyn Input + Send + Sync> + Sync),
        streams: Streams<'a>,
    ) -> Self {
        Self {
            workspace,
            catalog,
            settings: None,
            links: None,
            own_catalog: Vec::new(),
            open,
            as_of: None,
            extracted_at: None,
            exceptions: None,
            reviews: None,
            previous: None,
            earlier: None,
            keep: false,
            streams,
            watch: None,
            only_app: None,
            progress: &|_| {},
        }
    }

    /// The name of a product of the catalog; its id, if it has none.
    fn name_of(&self, product: &str) -> String {
        self.catalog.get(product).map_or_else(|| product.to_owned(), |entry| entry.name.clone())
    }
}

/// The basis of the report's moment, for the shape of [`AsOfBasis`].
pub(crate) const fn declared(is: bool) -> AsOfBasis {
    if is { AsOfBasis::Declared } else { AsOfBasis::NewestSource }
}
