//! What is kept of a run, gathered when its report is finished.

use super::Job;
use super::leavers::UNDECIDED;
use super::memory::person_key;
use super::roster_done::RosterDone;
use crate::assess::AppFacts;
use crate::history::facts_of;
use crate::identity::account_key;
use crate::ingest::hex;
use crate::model::{
    AsOfBasis, Finding, FindingFacts, KeptFinding, KeptHeadline, KeptPopulation, KeptRun, KeptSource, LinkedAccounts,
    PersonNow, PopulationReport, Report, Severity, Snapshot, SourceReport, SourceRole, TimeBasis, When,
};
use crate::workspace::Workspace;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 over everything that a run depends on: the program, the catalog, the moment and the files.
pub fn inputs(job: &Job<'_>, as_of: &When, basis: AsOfBasis, sources: &[SourceReport]) -> String {
    let mut hash = Hash::new("coverage run 1");
    hash.add(env!("CARGO_PKG_VERSION"));
    hash.add(job.catalog.version());
    hash.add(&as_of.to_string());
    hash.add(if basis == AsOfBasis::Declared { "declared" } else { "newest" });
    for source in sources {
        for text in [role(source.role), &source.id, &source.export, &source.sha256, &source.extracted_at] {
            hash.add(text);
        }
    }
    hash.end()
}

const fn role(role: SourceRole) -> &'static str {
    match role {
        SourceRole::Hr => "hr",
        SourceRole::Idp => "idp",
        SourceRole::Roster => "roster",
        SourceRole::Assignments => "assignments",
        SourceRole::Workspace => "workspace",
        SourceRole::Catalog => "catalog",
    }
}

/// Texts one after the other, each with its end.
struct Hash(Sha256);

impl Hash {
    fn new(of: &str) -> Self {
        Self(Sha256::new().chain_update(of).chain_update("\0"))
    }
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
    }
    fn end(self) -> String {
        hex(&self.0.finalize())
    }
}

/// What a snapshot begins with.
pub struct Begin<'a> {
    pub job: &'a Job<'a>,
    pub sources: &'a [SourceReport],
    /// When each source was made at the earliest.
    pub earliest: &'a [i64],
    pub apps: &'a [AppFacts],
    pub populations: &'a [PopulationReport],
    /// Whether the people are known for certain.
    pub people_accepted: bool,
    pub inputs: String,
    pub as_of_second: i64,
    pub followed: Vec<PersonNow>,
}

/// The lists of a run and what they say of the accounts that are followed: enough to see what has become of those.
pub fn begin(begin: Begin<'_>, rosters: &mut [RosterDone]) -> Snapshot {
    let Begin { job, sources, earliest, apps, populations, people_accepted, inputs, as_of_second, followed } = begin;
    let is_people = |s: &SourceReport| matches!(s.role, SourceRole::Hr | SourceRole::Idp);
    let people_files = files_of(sources, &is_people);
    let run = KeptRun { inputs, as_of_second, people_files, people_accepted, ..KeptRun::default() };
    let mut snapshot = Snapshot { run, followed, ..Snapshot::default() };
    let list = |role: SourceRole, id: &str| {
        let known = populations.iter().find(|p| p.role == role && p.id == id);
        let mut list = list(sources, earliest, role, id);
        if let Some(known) = known {
            (list.records, list.live) = (known.records, known.live);
            list.admins.clone_from(&known.admins);
            if let Some(why) = known.guard.not_evaluable() {
                (list.accepted, list.why) = (false, why);
            }
        }
        list
    };
    let people = populations.iter().filter(|p| p.role != SourceRole::Roster);
    snapshot.populations.extend(people.map(|p| list(p.role, &p.id)));
    for (app, roster) in apps.iter().zip(rosters) {
        let mut list = list(SourceRole::Roster, &app.id);
        list.ids = roster.remembered.ids;
        list.set_up = set_up(app);
        list.claims = claims(job, app);
        let remembered = std::mem::take(&mut roster.remembered);
        snapshot.seen.push((app.id.clone(), remembered.seen));
        if list.accepted {
            snapshot.gone.push((app.id.clone(), remembered.gone));
            snapshot.linked.push((app.id.clone(), LinkedAccounts { run: 0, accounts: remembered.linked }));
        }
        snapshot.populations.push(list);
    }
    snapshot
}

/// What is kept beside that.
pub fn finish(snapshot: &mut Snapshot, report: &Report, job: &Job<'_>) {
    snapshot.run.as_of.clone_from(&report.as_of);
    report.tool_version.clone_into(&mut snapshot.run.tool);
    snapshot.run.catalog.clone_from(&report.catalog_version);
    snapshot.run.policy = policy(report, job.workspace);
    snapshot.run.headline = Some(headline(report));
    snapshot.sources = report.sources.iter().map(source).collect();
    snapshot.findings = report.findings.par_iter().map(|f| finding(report, f)).collect();
    snapshot.people = report.people.par_iter().map(|p| person_key(&p.key)).collect();
}

fn files_of(sources: &[SourceReport], wanted: &dyn Fn(&SourceReport) -> bool) -> String {
    let mut hash = Hash::new("files");
    let mut all: Vec<&str> = sources.iter().filter(|s| wanted(s)).map(|s| s.sha256.as_str()).collect();
    all.sort_unstable();
    all.iter().for_each(|sha256| hash.add(sha256));
    hash.end()
}

/// A list as its files show it.
fn list(sources: &[SourceReport], earliest: &[i64], role: SourceRole, id: &str) -> KeptPopulation {
    let mine = |s: &SourceReport| s.role == role && s.id == id;
    let files: Vec<usize> = (0..sources.len()).filter(|ix| mine(&sources[*ix])).collect();
    let newest = files.iter().map(|ix| &sources[*ix]).max_by_key(|s| s.extracted_second);
    KeptPopulation {
        role,
        id: id.to_owned(),
        accepted: !files.is_empty(),
        why: String::new(),
        files: files_of(sources, &mine),
        made_from: files.iter().filter_map(|ix| earliest.get(*ix)).min().copied(),
        made_to: newest.map(|s| s.extracted_second),
        made_at: newest.map_or_else(String::new, |s| s.extracted_at.clone()),
        made_guessed: files.iter().any(|ix| sources[*ix].time_basis == TimeBasis::FileTime),
        records: 0,
        live: 0,
        ids: false,
        admins: Vec::new(),
        set_up: String::new(),
        claims: String::new(),
    }
}

fn source(source: &SourceReport) -> KeptSource {
    KeptSource {
        role: source.role,
        id: source.id.clone(),
        export: source.export.clone(),
        sha256: source.sha256.clone(),
        extracted_at: source.extracted_at.clone(),
        basis: match source.time_basis {
            TimeBasis::Declared => "declared",
            TimeBasis::FileName => "file-name",
            TimeBasis::FileTime => "file-time",
        }
        .to_owned(),
        rows: std::iter::once(source.rows.read).chain(source.rows.by).collect(),
    }
}

fn finding(report: &Report, finding: &Finding) -> KeptFinding {
    let person = finding.person.and_then(|ix| report.people.get(ix.0 as usize));
    let left = person.and_then(|p| p.standing.since()).map_or_else(String::new, |since| since.to_string());
    let account = finding.account.as_deref();
    let text = account.map(|a| a.account().to_owned()).filter(|text| !text.is_empty());
    KeptFinding {
        id: finding.id,
        rule: finding.rule.id.to_owned(),
        app: finding.app.and_then(|ix| report.apps.get(ix as usize)).map(|app| app.id.clone()),
        account_key: text.as_deref().map(account_key),
        email: account.map(|a| a.email().to_owned()).filter(|e| Some(e) != text.as_ref()).unwrap_or_default(),
        account: text,
        person: person.map(|p| p.key.to_string()),
        person_email: person.map(|p| p.email.to_string()).unwrap_or_default(),
        state: FindingFacts {
            severity: finding.severity,
            status: finding.status,
            facts: facts_of(account.map_or("", |a| a.status.word()), &left),
        },
    }
}

/// The numbers at the top of the report.
fn headline(report: &Report) -> KeptHeadline {
    let s = &report.summary;
    let severity = |of: &Severity| s.by_severity.iter().find(|(word, _)| *word == of.word()).map_or(0, |(_, n)| *n);
    KeptHeadline {
        leavers: s.leavers,
        leavers_with_access: s.leavers_with_access,
        live: s.residual.iter().filter(|(tier, _)| *tier != UNDECIDED).map(|(_, n)| n).sum(),
        apps: s.apps,
        apps_evaluated: s.apps_evaluated,
        by_severity: Severity::ALL.iter().map(severity).collect(),
        undecided: s.not_evaluable,
        excepted: s.excepted,
    }
}

/// What `coverage.yaml` says beside files and apps.
fn policy(report: &Report, workspace: &Workspace) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        report.policy.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    all.push(("zone".to_owned(), report.zone_name.clone()));
    if report.domains_declared {
        all.push(("domains".to_owned(), report.domains.join(", ")));
    }
    let company = &workspace.company;
    let aliases: BTreeMap<_, _> = company.domain_aliases.iter().collect();
    all.push(("domain aliases".to_owned(), short(&format!("{aliases:?} {:?} {:?}", company.plus_tags, company.dots))));
    // Exceptions and decisions about accounts stand in files of their own.
    let decisions: Vec<&str> = (report.sources.iter())
        .filter(|s| s.role == SourceRole::Workspace && s.id != "coverage.yaml")
        .map(|s| s.sha256.as_str())
        .collect();
    all.push(("files beside it".to_owned(), format!("{}, {}", decisions.len(), short(&decisions.join("\n")))));
    // Who is meant may be personal; that something has changed is enough.
    let mut declared: Vec<String> = Vec::new();
    declared.extend(workspace.links.iter().map(|l| format!("{} {} {:?} {:?}", l.app, l.account, l.decides, l.rotated)));
    declared.extend(workspace.non_human.iter().map(|n| format!("{} {:?} {:?}", n.pattern, n.app, n.owner)));
    declared.extend(workspace.exclude.iter().map(|e| format!("{} {:?}", e.pattern, e.app)));
    declared.sort();
    all.push(("declared accounts".to_owned(), format!("{}, {}", declared.len(), short(&declared.join("\n")))));
    all
}

fn set_up(app: &AppFacts) -> String {
    let expected = app.expected.map_or_else(|| "not declared".to_owned(), |e| format!("{e:?}").to_lowercase());
    let limit = app.revoke_within.as_ref().map_or_else(|| "not declared".to_owned(), ToString::to_string);
    format!("{}; sign-in: {}; expected: {expected}; revoked within: {limit}", app.set_up, app.sign_in())
}

fn claims(job: &Job<'_>, app: &AppFacts) -> String {
    let entry = app.product.as_deref().and_then(|product| job.catalog.get(product));
    entry.and_then(|entry| serde_json::to_string(entry).ok()).map_or_else(String::new, |text| short(&text))
}

/// The first twelve hex digits of a text's SHA-256.
fn short(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..6])
}
