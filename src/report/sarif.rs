//! `findings.sarif`: SARIF 2.1.0 for code hosts: every finding at its line of the input file.
//!
//! What the data cannot decide has the kind `open` ("insufficient information to decide"), whose level is `none`, never
//! the kind `pass`. What an exception marks stays a failure and carries an accepted suppression.

use super::{pieces, standards, told, uri, words};
use crate::model::{Finding, FindingStatus, Place, Report, RuleMeta, Severity, SourceReport};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The id of the folder to which the names of the files are relative.
const BASE: &str = "WORKSPACE";
/// How long a text for people may be.
const LONGEST: usize = 2_000;

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    #[serde(rename = "semanticVersion")]
    semantic_version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<String>,
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
    precision: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

impl Text {
    fn sentence(text: &str) -> Self {
        let mut text = super::text::clip(text, LONGEST).trim().to_owned();
        if !text.ends_with(['.', '!', '?', '…']) {
            text.push('.');
        }
        Self { text }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact<'a> {
    location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    hashes: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultOf<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    suppressions: Vec<Suppression>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Fingerprint {
    #[serde(rename = "coverageFindingId/v1")]
    id: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    severity: Severity,
    status: FindingStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

/// Writes every finding of the report.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let driver = Driver {
        name: "coverage",
        version: report.tool_version,
        semantic_version: report.tool_version,
        rules: report.rules.iter().map(|rule| rule_of(rule)).collect(),
    };
    to.write_all(
        b"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n",
    )?;
    writeln!(to, "\"tool\":{{\"driver\":{}}},", serde_json::to_string(&driver)?)?;
    to.write_all(b"\"automationDetails\":{\"id\":\"coverage/\"},\n\"columnKind\":\"unicodeCodePoints\",\n")?;
    let base = "{\"description\":{\"text\":\"The folder of coverage.yaml, or the one in which coverage was run.\"}}";
    writeln!(to, "\"originalUriBaseIds\":{{\"{BASE}\":{base}}},")?;
    let artifacts: Vec<Artifact<'_>> = report.sources.iter().map(artifact).collect();
    writeln!(to, "\"artifacts\":{},", serde_json::to_string(&artifacts)?)?;
    to.write_all(b"\"results\":[")?;
    let index: BTreeMap<&str, usize> = report.rules.iter().enumerate().map(|(ix, rule)| (rule.id, ix)).collect();
    pieces::items(&report.findings, &mut to, |finding| result(report, finding, &index))?;
    to.write_all(b"\n]}]}\n")?;
    to.flush()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn rule_of(rule: &RuleMeta) -> Rule {
    let mut name = String::new();
    for word in rule.id.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    let mut tags = vec!["security".to_owned(), "offboarding".to_owned()];
    tags.extend(standards::requirements(rule).map(|(standard, control)| format!("{}: {control}", standard.name)));
    Rule {
        id: rule.id,
        // A name that only repeats the id is one too many.
        name: Some(name).filter(|name| !name.eq_ignore_ascii_case(rule.id)),
        short_description: Text::sentence(rule.title),
        full_description: Text::sentence(rule.means),
        help: Text::sentence(rule.fix),
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags,
            // The bounds at which code hosts speak of low, medium, high and critical.
            security_severity: match rule.severity {
                Severity::Critical => "9.5",
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "2.0",
                Severity::Info => "0.0",
            },
            precision: "high",
        },
    }
}

fn location(sources: &[SourceReport], source: u32) -> ArtifactLocation {
    let uri = uri::of_file(words::file(sources, source));
    let relative = !uri.starts_with("file:");
    ArtifactLocation { uri, uri_base_id: relative.then_some(BASE), index: Some(source) }
}

fn artifact(source: &SourceReport) -> Artifact<'_> {
    Artifact {
        location: ArtifactLocation { index: None, ..location(std::slice::from_ref(source), 0) },
        length: Some(source.bytes),
        hashes: BTreeMap::from([("sha-256", source.sha256.as_str())]),
    }
}

fn result<'a>(report: &'a Report, f: &'a Finding, index: &BTreeMap<&str, usize>) -> ResultOf<'a> {
    let undecided = f.status == FindingStatus::NotEvaluable;
    let mut places = f.evidence.iter().enumerate().map(|(ix, place)| location_of(report, ix, *place));
    let first = places.next();
    let mut message = Text::sentence(&told::line(report, f)).text;
    if undecided {
        message.push_str(" Not evaluable: the data cannot decide, which is no pass.");
    }
    for part in f.reason.iter().map(AsRef::as_ref).chain([&*f.action]) {
        let sentence = Text::sentence(part).text;
        if sentence.len() > 1 {
            message.push(' ');
            message.push_str(&sentence);
        }
    }
    let suppressed = f.status == FindingStatus::Excepted;
    let suppression = || Suppression { kind: "external", status: "accepted", justification: told::status(report, f) };
    let known = report.history.as_ref().map(|h| if h.findings.contains_key(&f.id) { "unchanged" } else { "new" });
    ResultOf {
        rule_id: f.rule.id,
        rule_index: index.get(f.rule.id).copied(),
        kind: if undecided { "open" } else { "fail" },
        level: if undecided { "none" } else { level(f.severity) },
        message: Text { text: placeholders(&message) },
        locations: first.into_iter().collect(),
        related_locations: places.collect(),
        partial_fingerprints: Fingerprint { id: f.id.to_string() },
        baseline_state: known,
        suppressions: suppressed.then(suppression).into_iter().collect(),
        properties: Properties {
            severity: f.severity,
            status: f.status,
            app: f.app.map(|_| words::app_id(report, f.app)),
            exception: f.exception.map(|_| words::exception_id(report, f)),
        },
    }
}

/// Braces and brackets have a meaning in a message: placeholders and links.
fn placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            '[' | ']' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Code hosts want a line. A file as a whole is shown at its first, and said to be meant.
fn location_of(report: &Report, ix: usize, place: Place) -> Location {
    let whole = || Text { text: "The file as a whole.".to_owned() };
    Location {
        id: Some(ix).filter(|ix| *ix > 0),
        physical_location: Physical {
            artifact_location: location(&report.sources, place.source),
            region: Region { start_line: place.line.max(1) },
        },
        message: (place.line == 0).then(whole),
    }
}
