//! A run for a pack with pseudonyms: what it reads is remembered as what must not be told.

use super::Failure;
use super::selection::Selection;
use super::staged::VERIFY;
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::evidence::{self, Kind, Lexicon, Public};
use crate::host::Scratch;
use crate::model::{Provenance, Report, SourceRole};
use crate::report::{coverage_csv, findings_csv, findings_json, html, ipe_csv, manifest};
use crate::rules::cases::{AccountCase, Company};
use crate::run::{Aside, Job, Streams, Watch, run as go};
use crate::workspace::{Decides, Workspace};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::sync::Mutex;

/// How long the heading of a table is at most.
const HEADING: u64 = 1 << 14;

/// What is said only between values, and what pseudonyms begin with.
const BETWEEN: &str = "according to; addr; comma, semicolon, tab, space, pipe; diffs";

/// A finished run, what in it identifies somebody, and what everybody knows.
pub struct Ran {
    /// The report, as it is.
    pub report: Report,
    /// What must not be told.
    pub lexicon: Lexicon,
    /// Names of products, which may.
    pub public: Public,
}

/// Remembers every record.
struct Remember(Mutex<Lexicon>);

impl Remember {
    fn with(&self, add: impl FnOnce(&mut Lexicon)) {
        if let Ok(mut lexicon) = self.0.lock() {
            add(&mut lexicon);
        }
    }
}

impl Watch for Remember {
    fn company(&self, company: &Company<'_>) {
        self.with(|lexicon| {
            for i in &company.directory.identities {
                for id in [&i.id, &i.external_id, &i.email, &i.username, &i.employee_id] {
                    lexicon.add(Kind::Id, id);
                }
                i.aliases.iter().chain(&i.home_emails).for_each(|a| lexicon.add(Kind::Id, a));
                lexicon.add(Kind::Person, &i.name);
                lexicon.add(Kind::Group, &i.department);
                lexicon.add(Kind::Group, &i.title);
                i.attributes.iter().for_each(|(_, value)| lexicon.add(Kind::Text, value));
            }
        });
    }

    fn account(&self, case: &AccountCase<'_>) {
        let r = case.record;
        self.with(|lexicon| {
            for id in [r.id, r.external_id, r.email, r.username, r.employee_id] {
                lexicon.add(Kind::Id, id);
            }
            r.aliases.iter().chain(&r.home_emails).for_each(|a| lexicon.add(Kind::Id, a));
            for name in [&r.name, r.first_name, r.last_name, r.manager] {
                lexicon.add(Kind::Person, name);
            }
            for group in [r.department, r.title].into_iter().chain(r.role.split(", ")) {
                lexicon.add(Kind::Group, group);
            }
            r.attributes.iter().for_each(|(_, value)| lexicon.add(Kind::Text, value));
        });
    }
}

/// Runs everything. What is written while the rosters are read goes into `raw`, with all names in it.
///
/// # Errors
/// Inputs that cannot be used, or that could not be kept free of names.
pub fn run(selection: &Selection, raw: &Scratch, say: &(dyn Fn(&str) + Sync)) -> Result<Ran, Failure> {
    if let Some(own) = selection.own_catalog().next() {
        let problem = Diagnostic::error(
            own,
            "a catalog of the company's own can name anything: a pack with it cannot be kept free of names",
        );
        return Err(problem
            .help("leave `catalog` out of coverage.yaml for this pack, or make it without --pseudonymize")
            .into());
    }
    let mut lexicon = Lexicon::default();
    declared(&selection.workspace, &mut lexicon);
    let remember = Remember(Mutex::new(lexicon));
    let stream = |name: &str| raw.create(name);
    let aside = || raw.aside();
    let accounts: &Aside<'_> = &aside;
    let streams = Streams { create: &stream, diffs: true, matched: false, all_absent: false, accounts: Some(accounts) };
    let open = |written: &str| selection.open(written);
    let job: Job<'_> = Job { watch: Some(&remember), ..selection.job(&open, streams, say) };
    let mut report = go(&job)?.report;
    let mut lexicon = remember.0.into_inner().unwrap_or_default();
    for source in report.sources.iter().filter(|s| s.role != SourceRole::Workspace) {
        lexicon.add(Kind::File, &source.file);
    }
    report.domains.iter().for_each(|domain| lexicon.add(Kind::Domain, domain));
    ordinary(selection, raw, &mut report, &mut lexicon)?;
    let mut public = Public::default();
    for entry in &Catalog::embedded().entries {
        public.words.extend([entry.id.clone(), entry.name.clone()]);
        public.words.extend(entry.exports.iter().flat_map(|e| [e.id.clone(), e.name.clone()]));
    }
    for (app, name) in report.apps.iter().map(|a| (&a.id, &a.name)) {
        for word in [app, name].into_iter().filter(|word| !public.words.contains(*word)) {
            lexicon.add(Kind::System, word);
        }
    }
    Ok(Ran { report, lexicon, public })
}

/// What the company has written in its own words, and whom it names.
fn declared(workspace: &Workspace, lexicon: &mut Lexicon) {
    let company = &workspace.company;
    lexicon.add(Kind::Company, company.name.as_deref().unwrap_or_default());
    let aliases = company.domain_aliases.iter().flat_map(|(a, b)| [a, b]);
    company.domains.iter().chain(aliases).for_each(|domain| lexicon.add(Kind::Domain, domain));
    let text = |lexicon: &mut Lexicon, text: Option<&str>| lexicon.add(Kind::Text, text.unwrap_or_default());
    let id = |lexicon: &mut Lexicon, id: Option<&str>| lexicon.add(Kind::Id, id.unwrap_or_default());
    let apps = workspace.apps.iter().flat_map(|app| app.rosters.iter().chain(&app.assignments));
    for input in workspace.hr.iter().chain(&workspace.idp).chain(apps) {
        let Provenance { system, scope, filter, extracted_by, method, records: _ } = &input.provenance;
        [system, scope, filter, method].into_iter().for_each(|said| text(lexicon, said.as_deref()));
        id(lexicon, extracted_by.as_deref());
        for accept in &input.accept {
            text(lexicon, Some(&accept.because));
            id(lexicon, Some(&accept.by));
        }
    }
    for app in &workspace.apps {
        id(lexicon, app.owner.as_deref());
        app.admins.iter().for_each(|admin| id(lexicon, Some(admin)));
        for accept in &app.accept {
            text(lexicon, Some(&accept.because));
            id(lexicon, Some(&accept.by));
        }
    }
    for declared in &workspace.non_human {
        id(lexicon, Some(&declared.pattern.to_string()));
        id(lexicon, declared.owner.as_deref());
        text(lexicon, declared.reason.as_deref());
    }
    for declared in &workspace.exclude {
        id(lexicon, Some(&declared.pattern.to_string()));
        text(lexicon, Some(&declared.reason));
    }
    for e in &workspace.exceptions {
        [Some(&e.id), e.account.as_ref(), e.person.as_ref(), Some(&e.owner), Some(&e.approver)]
            .into_iter()
            .for_each(|value| id(lexicon, value.map(String::as_str)));
        text(lexicon, Some(&e.reason));
        text(lexicon, e.compensating_control.as_deref());
        e.evidence.iter().for_each(|said| text(lexicon, Some(said)));
    }
    for entry in &workspace.links {
        id(lexicon, Some(&entry.account));
        id(lexicon, Some(&entry.by));
        id(lexicon, Some(&entry.seen_as));
        text(lexicon, Some(&entry.reason));
        match &entry.decides {
            Decides::Person(person) | Decides::Not(person) => id(lexicon, Some(person)),
            Decides::Is { owner, holders, .. } => {
                id(lexicon, owner.as_deref());
                holders.iter().for_each(|holder| id(lexicon, Some(holder)));
            }
            Decides::Rotated => {}
        }
    }
    for review in &workspace.reviews {
        id(lexicon, Some(&review.reviewer));
        for decision in &review.decisions {
            id(lexicon, decision.person.as_deref());
            text(lexicon, Some(&decision.reason));
        }
    }
    for export in &workspace.exports {
        lexicon.add(Kind::System, &export.id);
        text(lexicon, Some(&export.name));
    }
}

/// Learns the words of our own texts: those of a report about nobody, of the rules and of the catalog.
fn ordinary(selection: &Selection, raw: &Scratch, report: &mut Report, lexicon: &mut Lexicon) -> io::Result<()> {
    for rule in &report.rules {
        for text in [rule.id, rule.title, rule.means, rule.why, rule.fix, rule.silent] {
            lexicon.add_ordinary(text);
        }
    }
    for app in &report.apps {
        if let Some(entry) = app.product.as_deref().and_then(|id| selection.catalog.get(id)) {
            lexicon.add_ordinary(&serde_json::to_string(entry)?);
        }
    }
    // What stands in a file only where there is something to say: keys and words of JSON, parts of pages.
    for schema in [findings_json::schema(), manifest::schema()] {
        lexicon.add_ordinary(&schema.to_string());
    }
    for export in Catalog::embedded().exports().map(|(_, export)| export) {
        if report.sources.iter().any(|source| source.export == export.id) {
            [&export.id, &export.name].into_iter().for_each(|text| lexicon.add_ordinary(text));
        }
    }
    html::own_texts().chain([VERIFY, BETWEEN]).for_each(|text| lexicon.add_ordinary(text));
    for name in raw.names()? {
        let mut heading = Vec::new();
        BufReader::new(raw.open(&name)?).take(HEADING).read_until(b'\n', &mut heading)?;
        lexicon.add_ordinary(&String::from_utf8_lossy(&heading));
    }
    let people = std::mem::take(&mut report.people);
    let identities = std::mem::take(&mut report.identities);
    let findings = std::mem::take(&mut report.findings);
    let closures = std::mem::take(&mut report.closures);
    let sources = std::mem::take(&mut report.sources);
    let populations = std::mem::take(&mut report.populations);
    let exceptions = std::mem::take(&mut report.exceptions);
    let reviewed = std::mem::take(&mut report.reviewed);
    let apps = std::mem::take(&mut report.apps);
    let notices = std::mem::take(&mut report.notices);
    let company = std::mem::take(&mut report.company);
    let domains = std::mem::take(&mut report.domains);
    let mut bytes = Vec::new();
    html::write(report, html::Beside::ALL, &mut bytes)?;
    html::worksheets::write(report, html::Beside::ALL, &mut bytes)?;
    html::ipe::write(report, html::Beside::ALL, &mut bytes)?;
    findings_json::write(report, &mut bytes)?;
    manifest::write(report, &[], &mut bytes)?;
    findings_csv::write(report, &mut bytes)?;
    coverage_csv::write(report, &mut bytes)?;
    ipe_csv::write(report, &mut bytes)?;
    lexicon.add_ordinary(&String::from_utf8_lossy(&bytes));
    report.people = people;
    report.identities = identities;
    report.findings = findings;
    report.closures = closures;
    report.sources = sources;
    report.populations = populations;
    report.exceptions = exceptions;
    report.reviewed = reviewed;
    report.apps = apps;
    report.notices = notices;
    report.company = company;
    report.domains = domains;
    Ok(())
}

/// Looks for every name, address and id in everything that was made, and refuses it if one is there.
///
/// # Errors
/// Something was found: in which file and line.
pub fn search(scratch: &Scratch, lexicon: &Lexicon) -> Result<(), Failure> {
    let forbidden = lexicon.forbidden();
    for name in scratch.names()? {
        if let Some((line, _)) = evidence::first_forbidden(scratch.open(&name)?, &forbidden)? {
            let what = "a part of a name, an address or an id still stands here, so no pack was written";
            let problem = Diagnostic::error(&name, what).at(line);
            return Err(problem
                .help("this is a mistake of the program; please report it with an invented example")
                .into());
        }
    }
    Ok(())
}
