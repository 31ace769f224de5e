//! `findings.ocsf.jsonl`: every finding as an OCSF event, one a line, for lakes and SIEMs.
//!
//! The class is Compliance Finding (2003): a rule is a check, it serves controls of standards, and it has a result, one of
//! which is that there was too little to go by. Detection Finding (2004) has no such result, and nobody has attacked.
//! `compliance.status_id` is 3 (fail) for what stands, also where an exception marks it, and 2 (warning: the check gave no
//! result for want of information) for what cannot be decided. 1 (pass) is never written.

use super::{pieces, standards, told, words};
use crate::model::{Finding, FindingState, FindingStatus, Key, Report, Severity};
use serde::Serialize;
use std::io::{self, Write};

/// The version of OCSF.
pub const VERSION: &str = "1.5.0";
const CLASS: u32 = 2003;

#[derive(Serialize)]
struct Event<'a> {
    activity_id: u8,
    activity_name: &'static str,
    category_uid: u8,
    category_name: &'static str,
    class_uid: u32,
    class_name: &'static str,
    type_uid: u32,
    type_name: String,
    time: i64,
    severity_id: u8,
    severity: &'static str,
    status_id: u8,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<&'a str>,
    status_detail: String,
    message: String,
    metadata: Metadata<'a>,
    finding_info: FindingInfo<'a>,
    compliance: Compliance,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    evidences: Vec<Artifact<'a>>,
    remediation: Remediation<'a>,
    unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    version: &'static str,
    product: Product<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    tenant_uid: &'a str,
}

#[derive(Serialize)]
struct Product<'a> {
    name: &'static str,
    vendor_name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct FindingInfo<'a> {
    uid: String,
    title: &'static str,
    desc: &'static str,
    types: [&'static str; 1],
    analytic: Analytic,
    data_sources: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen_time: Option<i64>,
    last_seen_time: i64,
}

#[derive(Serialize)]
struct Analytic {
    uid: &'static str,
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
}

#[derive(Serialize)]
struct Compliance {
    standards: Vec<&'static str>,
    requirements: Vec<String>,
    control: &'static str,
    desc: &'static str,
    status_id: u8,
    status: &'static str,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'a str,
    name: &'a str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner<'a>>,
    data: ResourceData<'a>,
}

#[derive(Serialize)]
struct ResourceData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    status: &'static str,
    raw_status: &'a str,
    role: &'a str,
}

/// Whose account it is.
#[derive(Serialize)]
struct Owner<'a> {
    uid: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email_addr: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
    account: OwnerAccount<'a>,
}

#[derive(Serialize)]
struct OwnerAccount<'a> {
    uid: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
}

#[derive(Serialize)]
struct Artifact<'a> {
    name: String,
    data: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

#[derive(Serialize)]
struct Remediation<'a> {
    desc: &'a str,
}

/// What OCSF has no place for.
#[derive(Serialize)]
struct Unmapped<'a> {
    evaluable: bool,
    reason: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
    /// Where it is none that OCSF takes for an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exposed_days: Option<i64>,
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'a str>,
}

/// Writes every finding, one a line.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let time = told::moment(report).as_millisecond();
    pieces::write(&report.findings, &mut to, |piece, text| {
        for finding in piece {
            event(report, finding, time).serialize(&mut serde_json::Serializer::new(&mut *text))?;
            text.push(b'\n');
        }
        Ok(())
    })?;
    to.flush()
}

fn event<'a>(report: &'a Report, f: &'a Finding, time: i64) -> Event<'a> {
    let past = report.history.as_ref().and_then(|h| Some((h, h.findings.get(&f.id)?)));
    let (activity_id, activity_name) = if past.is_some() { (2, "Update") } else { (1, "Create") };
    let claimed = past.is_some_and(|(_, known)| known.state == FindingState::ClaimedRemoved);
    let (status_id, status) = match f.status {
        FindingStatus::NotEvaluable => (99, "Not evaluable"),
        FindingStatus::Excepted => (3, "Suppressed"),
        FindingStatus::Open if claimed => (2, "In Progress"),
        FindingStatus::Open => (1, "New"),
    };
    let (severity_id, severity) = match f.severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    };
    let exception = f.exception.map(|_| words::exception_id(report, f));
    Event {
        activity_id,
        activity_name,
        category_uid: 2,
        category_name: "Findings",
        class_uid: CLASS,
        class_name: "Compliance Finding",
        type_uid: CLASS * 100 + u32::from(activity_id),
        type_name: format!("Compliance Finding: {activity_name}"),
        time,
        severity_id,
        severity,
        status_id,
        status,
        status_code: exception,
        status_detail: told::status(report, f),
        message: told::line(report, f),
        metadata: Metadata {
            version: VERSION,
            product: Product { name: "coverage", vendor_name: "coverage", version: report.tool_version },
            tenant_uid: &report.company,
        },
        finding_info: FindingInfo {
            uid: f.id.to_string(),
            title: f.rule.title,
            desc: f.rule.means,
            types: [f.rule.id],
            analytic: Analytic { uid: f.rule.id, name: f.rule.title, kind: "Rule", type_id: 1 },
            data_sources: sources(report, f),
            first_seen_time: past
                .and_then(|(h, known)| h.runs.get(&known.first_run))
                .map(|(_, second)| second.saturating_mul(1000)),
            last_seen_time: time,
        },
        compliance: compliance(f),
        resources: resource(report, f).into_iter().collect(),
        evidences: f.evidence.iter().map(|&place| artifact(report, place)).collect(),
        remediation: Remediation { desc: &f.action },
        unmapped: Unmapped {
            evaluable: f.status != FindingStatus::NotEvaluable,
            reason: f.reason.iter().map(AsRef::as_ref).collect(),
            person: told::person(report, f).map(|p| &*p.key),
            person_email: told::person(report, f).map(|p| &*p.email).filter(|e| !e.is_empty() && !is_address(e)),
            exposed_days: f.exposed_days,
            key: f.key,
            exception,
        },
    }
}

/// The files that a finding rests on, each once.
fn sources<'a>(report: &'a Report, f: &Finding) -> Vec<&'a str> {
    let mut files: Vec<&str> = f.evidence.iter().map(|place| words::file(&report.sources, place.source)).collect();
    files.sort_unstable();
    files.dedup();
    files
}

fn compliance(f: &Finding) -> Compliance {
    let serves = |s: &&standards::Standard| !(s.of)(&f.rule.controls).is_empty();
    let (status_id, status) = match f.status {
        FindingStatus::NotEvaluable => (2, "Warning"),
        FindingStatus::Open | FindingStatus::Excepted => (3, "Fail"),
    };
    Compliance {
        standards: standards::ALL.iter().filter(serves).map(|s| s.name).collect(),
        requirements: standards::requirements(f.rule).map(|(s, control)| format!("{}: {control}", s.name)).collect(),
        control: f.rule.id,
        desc: f.rule.why,
        status_id,
        status,
    }
}

fn resource<'a>(report: &'a Report, f: &'a Finding) -> Option<Resource<'a>> {
    let app = f.app.and_then(|ix| report.apps.get(ix as usize));
    let Some(account) = f.account.as_deref() else {
        return app.map(|app| Resource {
            kind: "Application",
            uid: &app.id,
            name: &app.name,
            namespace: &app.id,
            owner: None,
            data: ResourceData { app: Some(&app.name), status: "", raw_status: "", role: "" },
        });
    };
    let name = told::account(f).unwrap_or_default();
    let owner = told::person(report, f).map(|p| Owner {
        uid: &p.key,
        name: &p.name,
        email_addr: if is_address(&p.email) { &p.email } else { "" },
        kind: "User",
        type_id: 1,
        account: OwnerAccount { uid: account.account(), name, kind: "Other", type_id: 99 },
    });
    Some(Resource {
        kind: "Account",
        uid: account.account(),
        name,
        namespace: app.map_or_else(|| told::place(report, f).unwrap_or_default(), |app| &app.id),
        owner,
        data: ResourceData {
            app: app.map(|a| a.name.as_str()),
            status: account.status.word(),
            raw_status: account.raw_status(),
            role: account.role(),
        },
    })
}

fn artifact(report: &Report, place: crate::model::Place) -> Artifact<'_> {
    let file = words::file(&report.sources, place.source);
    let line = Some(place.line).filter(|line| *line > 0);
    Artifact { name: line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}")), data: Place { file, line } }
}

/// Whether OCSF's own pattern takes it for an address: ASCII, and a point in the domain.
fn is_address(text: &str) -> bool {
    let local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-./=?^_`{|}~".contains(&b);
    let domain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && name.bytes().all(local) && host.bytes().all(domain) && host.trim_matches('.').contains('.')
    })
}
