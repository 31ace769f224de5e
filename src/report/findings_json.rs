//! `findings.json`: the whole result for other programs, with structs and a version of its own.
//!
//! Nothing here is the model: what the program calls its facts inside may change, this document only with its version.

use super::public::{self, AsOf, Evidence, Lines, Role, Rows, TimeBasis};
use super::{history_json, pieces, public_lists, public_lists::ExceptionEntry, review_json, words};
use crate::model::{self, FindingStatus, Key, Level, Operation, Report, Severity, When, WorkerKind};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The version of the document's shape.
pub const SCHEMA_VERSION: &str = "1";

/// Everything that `coverage` found in one run.
#[derive(Serialize, JsonSchema)]
pub struct Document<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// The people who have left.
    leavers: Vec<Leaver<'a>>,
    /// Every finding, gravest first.
    findings: Vec<Finding<'a>>,
    /// Accounts of people who have left that have ended.
    closures: Vec<Closure<'a>>,
}

/// What the run was, and its headline.
#[derive(Serialize, JsonSchema)]
struct Head<'a> {
    /// The version of this shape.
    schema_version: &'static str,
    /// What made the document.
    tool: Tool<'a>,
    /// The company's name; empty if the workspace has none.
    company: &'a str,
    /// The moment that the document speaks about.
    as_of: AsOf<'a>,
    /// The headline numbers.
    summary: Summary,
    /// What earlier runs say; absent where no runs are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<history_json::History<'a>>,
    /// What a reader must know about the run.
    notices: &'a [String],
    /// The rules that looked.
    rules: Vec<public_lists::Rule>,
    /// Every file that was read.
    sources: Vec<Source<'a>>,
    /// What the company has decided to live with for a time.
    exceptions: Vec<ExceptionEntry<'a>>,
    /// What people have decided about the findings; absent where no review was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed: Option<review_json::Reviewed<'a>>,
    /// Every app in scope.
    apps: Vec<App<'a>>,
}

/// What made the document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The version of the app catalog.
    pub catalog: &'a str,
}

/// A word and how often it holds.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Count {
    /// A rule's id or a severity.
    pub key: &'static str,
    /// How many.
    pub count: u64,
}

/// The headline numbers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// People, all.
    pub people: u64,
    /// People who have left.
    pub leavers: u64,
    /// People of whom nobody can tell whether they have left.
    pub unclear_people: u64,
    /// Leavers with at least one account that lives in an app.
    pub leavers_with_access: u64,
    /// Apps in scope.
    pub apps: u64,
    /// Apps whose accounts could be judged.
    pub apps_evaluated: u64,
    /// Apps whose deactivation is a person's work.
    pub apps_manual_only: u64,
    /// Accounts, all.
    pub accounts: u64,
    /// Accounts that live: by their status, or because the roster has none and being listed is having access.
    pub live_accounts: u64,
    /// Live accounts in apps whose deactivation is automated.
    pub automated_accounts: u64,
    /// Live accounts in apps of which it is not known whether deactivation is automated.
    pub automation_unknown_accounts: u64,
    /// Live accounts of people who have left, each counted once, by the rule that names their tier; under
    /// `residual-undecidable` those of which nobody can tell whether they live.
    pub residual: Vec<Count>,
    /// Live accounts of which it is not settled whose they are, somebody who has left being among those whose they may be.
    pub may_be_leavers_accounts: u64,
    /// Open findings by severity, gravest first.
    pub by_severity: Vec<Count>,
    /// Findings that the data cannot decide. They are not among `by_severity`.
    pub not_evaluable: u64,
    /// Findings that an exception marks and that would stand open without it. They are not among `by_severity`.
    pub excepted: u64,
}

/// A file that was read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Source<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// What it was read as.
    pub role: Role,
    /// The id of the source: the HR system, the identity provider or the app.
    pub id: &'a str,
    /// The catalog's id of the export.
    pub export: &'a str,
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// When it was made.
    pub extracted_at: &'a str,
    /// Where that time comes from.
    pub extracted_at_basis: TimeBasis,
    /// Its rows by outcome.
    pub rows: Rows,
    /// Whether the rows read are the sum of the outcomes.
    pub equation_closes: bool,
}

/// An app in scope.
#[derive(Debug, Serialize, JsonSchema)]
pub struct App<'a> {
    /// Its id in the workspace.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its id in the catalog, if it stands there.
    pub product: Option<&'a str>,
    /// The company's owner of the app.
    pub owner: Option<&'a str>,
    /// Whether its accounts could be judged.
    pub evaluated: bool,
    /// Why not, if not.
    pub not_evaluable: Option<&'a str>,
    /// Its accounts.
    pub accounts: u64,
    /// Those that live: by their status, or because the roster has none and being listed is having access.
    pub live_accounts: u64,
    /// Live accounts with an administrator's rights.
    pub privileged_accounts: u64,
    /// How sign-in is set up.
    pub sign_in: &'a str,
    /// Whether deactivation is a person's work.
    pub manual_only: bool,
    /// How its lifecycle operations are done for this tenant.
    pub operations: Vec<AppOperation<'a>>,
    /// The rows of all its files by outcome.
    pub rows: Rows,
}

/// How an operation is done for this tenant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AppOperation<'a> {
    /// The operation.
    pub operation: Operation,
    /// How it is done.
    pub level: Level,
    /// Why, step by step.
    pub reason: &'a [String],
    /// What would unlock the next level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlock: Option<&'a str>,
}

/// Who says that a person has left.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// HR.
    Hr,
    /// The identity provider holds a last day of the person; HR gives none.
    IdpLastDay,
    /// The identity provider: when the last directory account was switched off.
    Idp,
}

/// A person who has left.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Leaver<'a> {
    /// Stays the same from run to run.
    pub key: &'a str,
    /// The name.
    pub name: &'a str,
    /// The work address; empty if no source has one.
    pub email: &'a str,
    /// HR's number; empty if HR does not know the person.
    pub employee_id: &'a str,
    /// What kind of worker.
    pub worker: WorkerKind,
    /// The department; empty if unknown.
    pub department: &'a str,
    /// Since when: a day of the company's zone, or an instant. Absent if no source has the date.
    #[schemars(with = "Option<String>")]
    pub since: Option<When>,
    /// Who says so.
    pub basis: Basis,
    /// Where the person's records stand.
    pub evidence: Vec<Evidence<'a>>,
}

/// A person that a finding or closure is about.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PersonRef<'a> {
    /// Stays the same from run to run; leads to `leavers` if the person has left.
    pub key: &'a str,
    /// The name.
    pub name: &'a str,
    /// The work address; empty if no source has one.
    pub email: &'a str,
    /// Where the person stands: `active`, `leave`, `notice`, `pre-hire`, `terminated`, `unknown`.
    pub status: &'static str,
    /// Since when the person has left, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub left_since: Option<When>,
}

/// An account as its roster shows it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Account<'a> {
    /// The app's native id, or the address or user name where the roster has none.
    pub id: &'a str,
    /// The address as written; empty if the roster has none.
    pub email: &'a str,
    /// The holder's name as written.
    pub name: &'a str,
    /// The roles as written.
    pub role: &'a str,
    /// The status in the common vocabulary.
    pub status: model::AccountStatus,
    /// The status as written.
    pub raw_status: &'a str,
}

/// What a rule saw.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Finding<'a> {
    /// The same from run to run while the facts it is about are the same.
    pub id: String,
    /// The rule's id.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it stands, or the data cannot decide.
    pub status: FindingStatus,
    /// The app's id.
    pub app: Option<&'a str>,
    /// The account.
    pub account: Option<Account<'a>>,
    /// The person.
    pub person: Option<PersonRef<'a>>,
    /// Whole days between the leaving and `as_of`.
    pub exposed_days: Option<i64>,
    /// The key that links account and person.
    #[serde(rename = "match")]
    pub key: Option<Key>,
    /// Where the facts stand.
    pub evidence: Vec<Evidence<'a>>,
    /// Why, step by step.
    pub reason: Vec<&'a str>,
    /// What to do.
    pub action: &'a str,
    /// The id of the exception that marks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<&'a str>,
    /// The last decision of a review about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<review_json::Decided<'a>>,
    /// What earlier runs say of it; absent where no runs are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) history: Option<history_json::FindingHistory<'a>>,
}

/// An account of a person who has left that has ended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Closure<'a> {
    /// The app's id.
    pub app: &'a str,
    /// The person.
    pub person: Option<PersonRef<'a>>,
    /// The account.
    pub account: Account<'a>,
    /// Where it stands.
    pub evidence: Evidence<'a>,
}

/// Writes the document: compact, one finding a line, without holding it.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let mut text = Vec::new();
    head(report).serialize(&mut serde_json::Serializer::with_formatter(&mut text, Lines::default()))?;
    to.write_all(text.strip_suffix(b"\n}\n").unwrap_or(&text))?;
    let leavers: Vec<&model::Person> = report.people.iter().filter(|p| p.standing.has_left()).collect();
    list(&mut to, "leavers", &leavers, |p| leaver(report, p))?;
    list(&mut to, "findings", &report.findings, |f| finding(report, f))?;
    list(&mut to, "closures", &report.closures, |c| closure(report, c))?;
    to.write_all(b"\n}\n")?;
    to.flush()
}

/// A list of the document, each item on a line of its own.
fn list<'a, T: Sync, J: Serialize>(
    to: &mut impl Write,
    name: &str,
    items: &'a [T],
    json: impl Fn(&'a T) -> J + Sync,
) -> io::Result<()> {
    write!(to, ",\n\"{name}\":[")?;
    pieces::items(items, to, json)?;
    to.write_all(if items.is_empty() { b"]" } else { b"\n]" })
}

/// The JSON Schema (2020-12) of the document.
pub fn schema() -> serde_json::Value {
    public::schema_of::<Document<'static>>("coverage findings, version 1")
}

fn head(report: &Report) -> Head<'_> {
    Head {
        schema_version: SCHEMA_VERSION,
        tool: tool(report),
        company: &report.company,
        as_of: public::as_of(report),
        summary: summary(&report.summary),
        history: history_json::of_report(report),
        notices: &report.notices,
        rules: report.rules.iter().map(|rule| public_lists::rule(rule)).collect(),
        sources: report.sources.iter().map(source).collect(),
        exceptions: report.exceptions.iter().map(public_lists::exception).collect(),
        reviewed: review_json::of_report(report),
        apps: report.apps.iter().map(app).collect(),
    }
}

/// The program and its catalog.
pub(super) fn tool(report: &Report) -> Tool<'_> {
    Tool { name: "coverage", version: report.tool_version, catalog: &report.catalog_version }
}

fn summary(s: &model::Summary) -> Summary {
    let counts = |list: &[(&'static str, u64)]| list.iter().map(|&(key, count)| Count { key, count }).collect();
    Summary {
        people: s.people,
        leavers: s.leavers,
        unclear_people: s.unclear,
        leavers_with_access: s.leavers_with_access,
        apps: s.apps,
        apps_evaluated: s.apps_evaluated,
        apps_manual_only: s.apps_manual_only,
        accounts: s.accounts,
        live_accounts: s.live_accounts,
        automated_accounts: s.automated_accounts,
        automation_unknown_accounts: s.automation_unknown_accounts,
        residual: counts(&s.residual),
        may_be_leavers_accounts: s.may_be_leavers,
        by_severity: counts(&s.by_severity),
        not_evaluable: s.not_evaluable,
        excepted: s.excepted,
    }
}

fn source(s: &model::SourceReport) -> Source<'_> {
    Source {
        file: &s.file,
        role: s.role.into(),
        id: &s.id,
        export: &s.export,
        sha256: &s.sha256,
        extracted_at: &s.extracted_at,
        extracted_at_basis: s.time_basis.into(),
        rows: (&s.rows).into(),
        equation_closes: s.rows.closes(),
    }
}

fn app(a: &model::AppReport) -> App<'_> {
    let operations = a.operations.iter().map(|o| AppOperation {
        operation: o.operation,
        level: o.level,
        reason: &o.reason,
        unlock: o.unlock.as_deref(),
    });
    App {
        id: &a.id,
        name: &a.name,
        product: a.product.as_deref(),
        owner: a.owner.as_deref(),
        evaluated: a.not_evaluable.is_none(),
        not_evaluable: a.not_evaluable.as_deref(),
        accounts: a.accounts,
        live_accounts: a.live,
        privileged_accounts: a.privileged,
        sign_in: &a.sign_in,
        manual_only: a.manual_only,
        operations: operations.collect(),
        rows: (&a.rows).into(),
    }
}

fn leaver<'a>(report: &'a Report, p: &'a model::Person) -> Option<Leaver<'a>> {
    let model::Standing::Left { since, basis } = p.standing else { return None };
    let records = p.identities.iter().filter_map(|&ix| report.identities.get(ix as usize));
    Some(Leaver {
        key: &p.key,
        name: &p.name,
        email: &p.email,
        employee_id: &p.employee_id,
        worker: p.worker,
        department: &p.department,
        since,
        basis: match basis {
            model::Basis::Hr => Basis::Hr,
            model::Basis::IdpLastDay => Basis::IdpLastDay,
            model::Basis::Idp => Basis::Idp,
        },
        evidence: records.map(|i| public::evidence(report, i.place)).collect(),
    })
}

fn person(report: &Report, ix: model::PersonIx) -> Option<PersonRef<'_>> {
    let p = report.people.get(ix.0 as usize)?;
    let (status, left_since) = (p.standing.word(), p.standing.since());
    Some(PersonRef { key: &p.key, name: &p.name, email: &p.email, status, left_since })
}

fn account(a: &model::AccountFacts) -> Account<'_> {
    Account {
        id: a.account(),
        email: a.email(),
        name: a.name(),
        role: a.role(),
        status: a.status,
        raw_status: a.raw_status(),
    }
}

fn finding<'a>(report: &'a Report, f: &'a model::Finding) -> Finding<'a> {
    Finding {
        id: f.id.to_string(),
        rule: f.rule.id,
        severity: f.severity,
        status: f.status,
        app: f.app.map(|_| words::app_id(report, f.app)),
        account: f.account.as_deref().map(account),
        person: f.person.and_then(|ix| person(report, ix)),
        exposed_days: f.exposed_days,
        key: f.key,
        evidence: f.evidence.iter().map(|&place| public::evidence(report, place)).collect(),
        reason: f.reason.iter().map(AsRef::as_ref).collect(),
        action: &f.action,
        exception: f.exception.map(|_| words::exception_id(report, f)),
        decision: review_json::of_finding(report, f),
        history: history_json::of_finding(report, f),
    }
}

fn closure<'a>(report: &'a Report, c: &'a model::Closure) -> Closure<'a> {
    Closure {
        app: words::app_id(report, Some(c.app)),
        person: person(report, c.person),
        account: account(&c.account),
        evidence: public::evidence(report, c.account.place),
    }
}
