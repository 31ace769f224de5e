//! Shapes of rules, populations and exceptions in the public JSON documents. They change only with the schema version.

use super::public::Role;
use super::words;
use crate::model::{self, Check, CheckOutcome, Report, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// A complete list: all files of an HR system, of an identity provider, or the roster of an app.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Population<'a> {
    /// What its files were read as.
    pub role: Role,
    /// The id of the source.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its files.
    pub files: Vec<&'a str>,
    /// Records that its files hold, without blank and totals lines.
    pub records: u64,
    /// Those that have not ended.
    pub live: u64,
    /// Whether it may be relied upon.
    pub evaluable: bool,
    /// What was looked at.
    pub checks: Vec<Checked<'a>>,
}

/// One look at a population.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checked<'a> {
    /// What was looked at.
    pub check: Check,
    /// What it came to.
    pub outcome: CheckOutcome,
    /// What was seen.
    pub saw: &'a str,
    /// Who has answered for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted<'a>>,
}

/// Who has answered for what was flagged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Accepted<'a> {
    /// Why it is right.
    pub because: &'a str,
    /// Who says so.
    pub by: &'a str,
    /// The day.
    pub on: String,
}

/// What the maker of a file says of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Provenance<'a> {
    /// The system and tenant it comes from.
    pub system: Option<&'a str>,
    /// The filter of the query or the screen.
    pub filter: Option<&'a str>,
    /// Who made it.
    pub extracted_by: Option<&'a str>,
    /// How it was made.
    pub method: Option<&'a str>,
    /// How many records the system says there are.
    pub records: Option<u64>,
}

/// Something that the company has decided to live with for a time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExceptionEntry<'a> {
    /// Its id in the company's register.
    pub id: &'a str,
    /// The rules it is about; any, if there are none.
    pub rules: &'a [String],
    /// The app it is about.
    pub app: Option<&'a str>,
    /// The accounts it is about; `*` stands for any run of characters.
    pub account: Option<&'a str>,
    /// The person it is about.
    pub person: Option<&'a str>,
    /// The findings it is about.
    pub findings: Vec<String>,
    /// Who answers for what is left open.
    pub owner: &'a str,
    /// Who has approved it.
    pub approver: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What is done instead.
    pub compensating_control: Option<&'a str>,
    /// Its first day.
    pub opened: String,
    /// Its last day.
    pub expires: String,
    /// Where more about it stands.
    pub evidence: &'a [String],
    /// `active`, `expired` or `not yet open`.
    pub state: &'static str,
    /// Findings that it fits.
    pub fits: u64,
    /// Findings that it marks.
    pub marks: u64,
    /// Different accounts among those that it fits.
    pub accounts: u64,
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rule {
    /// Its id, never reused.
    pub id: &'static str,
    /// One line.
    pub title: &'static str,
    /// The severity it usually has.
    pub severity: Severity,
    /// SOC 2: Trust Services Criteria.
    pub soc2: &'static [&'static str],
    /// ISO/IEC 27001:2022, Annex A.
    pub iso27001: &'static [&'static str],
    /// PCI DSS 4.0.
    pub pci: &'static [&'static str],
    /// NIST SP 800-53 revision 5.
    pub nist: &'static [&'static str],
}

pub(super) fn population<'a>(report: &'a Report, p: &'a model::PopulationReport) -> Population<'a> {
    Population {
        role: p.role.into(),
        id: &p.id,
        name: &p.name,
        files: p.sources.iter().map(|&ix| words::file(&report.sources, ix)).collect(),
        records: p.records,
        live: p.live,
        evaluable: p.guard.flagged().next().is_none(),
        checks: p.guard.0.iter().map(checked).collect(),
    }
}

fn checked(c: &model::Checked) -> Checked<'_> {
    let accepted = c.accepted.as_ref().map(|a| Accepted { because: &a.because, by: &a.by, on: a.on.to_string() });
    Checked { check: c.check, outcome: c.outcome, saw: &c.saw, accepted }
}

pub(super) fn provenance(p: &model::Provenance) -> Provenance<'_> {
    Provenance {
        system: p.system.as_deref(),
        filter: p.filter.as_deref(),
        extracted_by: p.extracted_by.as_deref(),
        method: p.method.as_deref(),
        records: p.records,
    }
}

pub(super) fn exception(report: &model::ExceptionReport) -> ExceptionEntry<'_> {
    let e = &report.exception;
    ExceptionEntry {
        id: &e.id,
        rules: &e.rules,
        app: e.app.as_deref(),
        account: e.account.as_deref(),
        person: e.person.as_deref(),
        findings: e.findings.iter().map(ToString::to_string).collect(),
        owner: &e.owner,
        approver: &e.approver,
        reason: &e.reason,
        compensating_control: e.compensating_control.as_deref(),
        opened: e.opened.to_string(),
        expires: e.expires.to_string(),
        evidence: &e.evidence,
        state: report.state.word(),
        fits: report.fits,
        marks: report.marks,
        accounts: report.accounts,
    }
}

pub(super) fn rule(rule: &model::RuleMeta) -> Rule {
    let model::Controls { soc2, iso27001, pci, nist } = rule.controls;
    Rule { id: rule.id, title: rule.title, severity: rule.severity, soc2, iso27001, pci, nist }
}
