//! Controls: which the rules look at, and what was found against each.

use super::super::standards::{self, Standard};
use super::super::text::counted;
use super::super::uuids::of as uuid;
use super::{NAMESPACE, of_finding};
use crate::model::{Finding, FindingStatus, Report};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Every control that some rule serves, by standard.
fn controls(report: &Report) -> Vec<(&'static Standard, Vec<&'static str>)> {
    let of = |standard: &'static Standard| {
        let all: BTreeSet<&'static str> =
            report.rules.iter().flat_map(|rule| (standard.of)(&rule.controls).iter().copied()).collect();
        (standard, all.into_iter().collect())
    };
    standards::ALL.iter().map(of).collect()
}

/// The controls that were looked at: one selection per standard.
pub(super) fn reviewed(report: &Report) -> Value {
    let selections: Vec<Value> = controls(report)
        .into_iter()
        .filter(|(_, controls)| !controls.is_empty())
        .map(|(standard, controls)| {
            let ids: Vec<Value> =
                controls.iter().map(|c| json!({"control-id": standards::token(standard, c)})).collect();
            json!({"description": standard.name, "include-controls": ids})
        })
        .collect();
    json!({
        "description": "The controls that the rules serve. Not each rule looks at all that its controls ask for.",
        "control-selections": selections,
    })
}

/// How many findings touch a control, by status.
#[derive(Default)]
struct Against {
    open: u64,
    undecided: u64,
    excepted: u64,
}

impl Against {
    fn count(&mut self, finding: &Finding) {
        match finding.status {
            FindingStatus::Open => self.open += 1,
            FindingStatus::NotEvaluable => self.undecided += 1,
            FindingStatus::Excepted => self.excepted += 1,
        }
    }

    fn any(&self) -> bool {
        self.open + self.undecided + self.excepted > 0
    }

    /// `fail` only where something stands open.
    fn reason(&self) -> &'static str {
        if self.open > 0 { "fail" } else { "other" }
    }

    fn remarks(&self) -> String {
        let mut parts = Vec::new();
        if self.open > 0 {
            parts.push(counted(self.open, "finding stands open", "findings stand open"));
        }
        if self.undecided > 0 {
            let many = "cannot be decided from the data, which is no pass";
            parts.push(counted(self.undecided, &format!("finding {many}"), &format!("findings {many}")));
        }
        if self.excepted > 0 {
            parts.push(counted(self.excepted, "finding is excepted", "findings are excepted"));
        }
        parts.join("; ")
    }
}

/// One OSCAL finding for every control that a finding touches.
pub(super) fn findings(report: &Report, to: &mut impl Write) -> io::Result<()> {
    let mut first = true;
    for (standard, controls) in controls(report) {
        for control in controls {
            let touches = |f: &Finding| (standard.of)(&f.rule.controls).contains(&control);
            let mut against = Against::default();
            report.findings.iter().filter(|f| touches(f)).for_each(|f| against.count(f));
            if against.any() {
                to.write_all(if first { b",\n\"findings\":[\n" } else { b",\n" })?;
                first = false;
                finding(report, (standard, control), &against, to)?;
            }
        }
    }
    if first { Ok(()) } else { to.write_all(b"\n]") }
}

/// Lists of millions of observations are written one by one.
fn finding(
    report: &Report,
    (standard, control): (&'static Standard, &'static str),
    against: &Against,
    to: &mut impl Write,
) -> io::Result<()> {
    let id = standards::token(standard, control);
    let title = format!("{}: {control}", standard.name);
    let status = json!({"state": "not-satisfied", "reason": against.reason(), "remarks": against.remarks()});
    let head = json!({
        "uuid": uuid("control", &format!("{id}\n{}\n{}", report.company, report.as_of)),
        "title": title,
        "description": against.remarks(),
        "props": [{"name": "standard", "ns": NAMESPACE, "value": standard.name}],
        "target": {"type": "statement-id", "target-id": format!("{id}_smt"), "title": title, "status": status},
    });
    let head = head.to_string();
    to.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
    let touching = || report.findings.iter().filter(|f| (standard.of)(&f.rule.controls).contains(&control));
    related(to, "related-observations", "observation-uuid", touching().map(|f| of_finding("observation", f)))?;
    let risks = touching().filter(|f| f.status != FindingStatus::NotEvaluable);
    related(to, "related-risks", "risk-uuid", risks.map(|f| of_finding("risk", f)))?;
    to.write_all(b"}")
}

fn related(to: &mut impl Write, list: &str, name: &str, ids: impl Iterator<Item = String>) -> io::Result<()> {
    let mut first = true;
    for id in ids {
        if first {
            write!(to, ",\"{list}\":[")?;
        } else {
            to.write_all(b",")?;
        }
        write!(to, "{{\"{name}\":\"{id}\"}}")?;
        first = false;
    }
    if first { Ok(()) } else { to.write_all(b"]") }
}
