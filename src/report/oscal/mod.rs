//! `oscal-assessment-results.json`: NIST's OSCAL assessment results, for GRC tools.
//!
//! One observation per finding, one risk per finding that stands or is excepted, one OSCAL finding per control that any of
//! them touches. The state `satisfied` is never written: the program sees what speaks against a control, and never all that
//! would have to speak for it. What cannot be decided makes a control `not-satisfied` with the reason `other`. UUIDs are
//! made of the ids of findings, apps and files, so that the same input gives the same document.

mod control;
mod parts;

use super::text::counted;
use super::uuids::of as uuid;
use super::{access, marked, pieces, told, uri, words};
use crate::model::{Finding, FindingStatus, Report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parts::{
    Actor, Characterization, Component, Evidence, Facet, Observation, Origin, Property, Related, Resource, Response,
    Risk, State, Subject,
};
use serde_json::json;
use std::io::{self, Write};

/// The version of OSCAL.
pub const VERSION: &str = "1.2.1";
/// What the names of our own properties belong to.
const NAMESPACE: &str = "urn:coverage:oscal:1";
/// How long a name or a sentence may be.
const LONGEST: usize = 2_000;

/// The UUID of one of the three parts that a finding has.
fn of_finding(kind: &str, finding: &Finding) -> String {
    uuid(kind, &finding.id.to_string())
}

/// A line of text without mark-up; never empty.
fn text(words: &str) -> String {
    let shown = marked::escaped(words, LONGEST);
    if shown.is_empty() { "–".to_owned() } else { shown }
}

/// A property, if the value says anything.
fn property(name: &'static str, value: &str) -> Option<Property> {
    let value = super::text::clip(value, LONGEST).trim().to_owned();
    (!value.is_empty()).then_some(Property { name, ns: NAMESPACE, value })
}

/// Writes the document, one observation, risk and finding after the other.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let moment = told::rfc3339(told::moment(report));
    // Two documents are the same if program, company, moment and inputs are.
    let inputs: Vec<&str> = report.sources.iter().map(|s| s.sha256.as_str()).collect();
    let run = [report.tool_version, &report.company, &report.as_of, &inputs.join(" ")].join("\n");
    let plan = uuid("plan", &run);
    writeln!(to, "{{\"assessment-results\":{{\n\"uuid\":{},", json!(uuid("results", &run)))?;
    writeln!(to, "\"metadata\":{},", metadata(report, &moment))?;
    writeln!(to, "\"import-ap\":{},", json!({"href": format!("#{plan}")}))?;
    let started = report.sources.iter().map(|s| s.extracted_second).min();
    let started = started.map_or_else(|| moment.clone(), |second| told::rfc3339(told::at(second)).min(moment.clone()));
    write!(
        to,
        "\"results\":[{{\n\"uuid\":{},\n\"title\":{},\n\"description\":{},\n\"start\":{},\n\"end\":{},\n",
        json!(uuid("result", &run)),
        json!("Accounts that outlive an offboarding"),
        json!(description(report)),
        json!(started),
        json!(moment)
    )?;
    writeln!(to, "\"local-definitions\":{},", definitions(report))?;
    write!(to, "\"reviewed-controls\":{}", control::reviewed(report))?;
    if !report.findings.is_empty() {
        to.write_all(b",\n\"observations\":[")?;
        pieces::items(&report.findings, &mut to, |f| observation(report, f, &moment))?;
        to.write_all(b"\n]")?;
    }
    risks(report, &mut to)?;
    control::findings(report, &mut to)?;
    write!(to, "\n}}],\n\"back-matter\":{{\"resources\":[\n{}", serde_json::to_string(&plan_resource(report, plan))?)?;
    for source in 0..report.sources.len() {
        write!(to, ",\n{}", serde_json::to_string(&resource(report, source))?)?;
    }
    to.write_all(b"\n]}}}\n")?;
    to.flush()
}

fn metadata(report: &Report, moment: &str) -> serde_json::Value {
    let company = if report.company.trim().is_empty() { String::new() } else { format!("{}: ", text(&report.company)) };
    json!({
        "title": format!("{company}access of people who have left"),
        "last-modified": moment,
        "version": moment,
        "oscal-version": VERSION,
        "props": [
            {"name": "tool-version", "ns": NAMESPACE, "value": report.tool_version},
            {"name": "catalog-version", "ns": NAMESPACE, "value": report.catalog_version},
            {"name": "zone", "ns": NAMESPACE, "value": report.zone_name},
        ],
    })
}

fn description(report: &Report) -> String {
    let s = &report.summary;
    let access = match access::unknown(s) {
        Some(why) => format!("{why}: nothing can be said about the access of people who left"),
        None => access::still_have(report),
    };
    let access = [vec![access], access::beside(report)].concat().join(". ");
    format!(
        "{access}. {} of {} could be evaluated. {} cannot be decided, {} excepted. No state in this document says that a \
         control is satisfied: the lists show what speaks against it.",
        s.apps_evaluated,
        counted(s.apps, "app", "apps"),
        counted(s.not_evaluable, "finding", "findings"),
        counted(s.excepted, "is", "are")
    )
}

fn definitions(report: &Report) -> serde_json::Value {
    let apps: Vec<Component> = report
        .apps
        .iter()
        .map(|app| {
            let evaluated = match &app.not_evaluable {
                None => property("evaluated", "yes"),
                Some(why) => property("evaluated", &format!("no: {why}")),
            };
            let owner = app.owner.as_deref().and_then(|owner| property("owner", owner));
            Component {
                uuid: uuid("app", &app.id),
                kind: "software",
                title: text(&app.name),
                description: format!("{}, {} of them live", counted(app.accounts, "account", "accounts"), app.live),
                props: [property("app-id", &app.id), evaluated, owner].into_iter().flatten().collect(),
                status: State { state: "operational" },
            }
        })
        .collect();
    let tool = Component {
        uuid: uuid("tool", report.tool_version),
        kind: "software",
        title: "coverage".to_owned(),
        description: format!("coverage {}, catalog {}", report.tool_version, text(&report.catalog_version)),
        props: property("version", report.tool_version).into_iter().collect(),
        status: State { state: "operational" },
    };
    let platform = json!({
        "uuid": uuid("platform", report.tool_version),
        "title": "Reconciliation of exported lists",
        "uses-components": [{"component-uuid": tool.uuid}],
    });
    let mut all = json!({"assessment-assets": {"components": [tool], "assessment-platforms": [platform]}});
    if !apps.is_empty() {
        all["components"] = json!(apps);
    }
    all
}

fn origin(report: &Report) -> Origin {
    Origin { actors: [Actor { kind: "tool", actor_uuid: uuid("tool", report.tool_version) }] }
}

fn observation(report: &Report, f: &Finding, moment: &str) -> Observation {
    let second = f.evidence.iter().filter_map(|place| report.sources.get(place.source as usize));
    let second = second.map(|s| s.extracted_second).max();
    let account = f.account.as_deref();
    let person = told::person(report, f);
    let props = [
        property("finding-id", &f.id.to_string()),
        property("rule", f.rule.id),
        property("severity", f.severity.word()),
        property("status", f.status.word()),
        account.and_then(|a| property("account", a.account())),
        account.and_then(|a| property("account-status", a.status.word())),
        person.and_then(|p| property("person", &p.key)),
        f.exposed_days.and_then(|days| property("exposed-days", &days.to_string())),
        property("exception", words::exception_id(report, f)),
    ];
    let subject = f.app.and_then(|ix| report.apps.get(ix as usize));
    let mut why = text(&told::line(report, f));
    for step in &f.reason {
        why.push_str("; ");
        why.push_str(&text(step));
    }
    Observation {
        uuid: of_finding("observation", f),
        title: f.rule.title,
        description: why,
        props: props.into_iter().flatten().collect(),
        methods: ["EXAMINE"],
        types: ["finding"],
        origins: [origin(report)],
        subjects: subject
            .map(|app| Subject { subject_uuid: uuid("app", &app.id), kind: "component" })
            .into_iter()
            .collect(),
        relevant_evidence: f
            .evidence
            .iter()
            .map(|&place| Evidence {
                href: format!("#{}", source_uuid(report, place.source as usize)),
                description: text(&told::evidence(&report.sources, place)),
            })
            .collect(),
        collected: second.map_or_else(|| moment.to_owned(), |second| told::rfc3339(told::at(second))),
        remarks: (f.status != FindingStatus::Open).then(|| text(&told::status(report, f))),
    }
}

/// What stands, or stood open without an exception, is a risk. What cannot be decided is not known to be one.
fn risks(report: &Report, to: &mut impl Write) -> io::Result<()> {
    let risks = |f: &Finding| f.status != FindingStatus::NotEvaluable;
    let Some(first) = report.findings.iter().find(|f| risks(f)) else { return Ok(()) };
    to.write_all(b",\n\"risks\":[")?;
    pieces::write(&report.findings, to, |piece, bytes| {
        for finding in piece.iter().filter(|f| risks(f)) {
            bytes.extend_from_slice(if std::ptr::eq(finding, first) { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut *bytes, &risk(report, finding))?;
        }
        Ok(())
    })?;
    to.write_all(b"\n]")
}

fn risk(report: &Report, f: &Finding) -> Risk {
    let excepted = f.status == FindingStatus::Excepted;
    Risk {
        uuid: of_finding("risk", f),
        title: text(&told::line(report, f)),
        description: text(f.rule.means),
        statement: text(f.rule.why),
        props: property("finding-id", &f.id.to_string()).into_iter().collect(),
        status: if excepted { "deviation-approved" } else { "open" },
        origins: [origin(report)],
        characterizations: [Characterization {
            origin: origin(report),
            facets: [Facet { name: "severity", system: NAMESPACE, value: f.severity.word() }],
        }],
        remediations: [Response {
            uuid: of_finding("remediation", f),
            lifecycle: "recommendation",
            title: if excepted { "If the exception ends" } else { "What to do" },
            description: text(&f.action),
            remarks: excepted.then(|| text(&told::status(report, f))),
        }],
        related_observations: [Related { observation_uuid: of_finding("observation", f) }],
    }
}

fn source_uuid(report: &Report, source: usize) -> String {
    let of = report.sources.get(source);
    uuid("source", &of.map_or_else(String::new, |s| format!("{source} {} {}", s.file, s.sha256)))
}

fn resource(report: &Report, source: usize) -> Resource {
    let of = &report.sources[source];
    let file = super::text::clip(&of.file, LONGEST).into_owned();
    Resource {
        uuid: source_uuid(report, source),
        title: text(&file),
        description: format!(
            "{}: {} read, made {}",
            text(&of.export_name),
            counted(of.rows.read, "row", "rows"),
            text(&of.extracted_at)
        ),
        rlinks: [json!({
            "href": uri::of_file(&of.file),
            "hashes": [{"algorithm": "SHA-256", "value": of.sha256}],
        })],
    }
}

/// OSCAL wants a plan. What was planned is the policy.
fn plan_resource(report: &Report, uuid: String) -> serde_json::Value {
    let policy: Vec<String> = report.policy.iter().map(|(name, value)| format!("- {name}: {}", text(value))).collect();
    let rules: Vec<String> = report.rules.iter().map(|rule| format!("- {}: {}", rule.id, text(rule.title))).collect();
    let plan = format!("# Policy\n\n{}\n\n# Rules\n\n{}\n", policy.join("\n"), rules.join("\n"));
    json!({
        "uuid": uuid,
        "title": "What was looked for",
        "description": "There is no assessment plan in OSCAL. This is the policy of the run, and the rules that looked.",
        "base64": {"filename": "plan.md", "media-type": "text/markdown", "value": STANDARD.encode(plan)},
    })
}
