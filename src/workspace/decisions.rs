//! `decisions.yaml`, which a reviewer downloads from the report, and `reviews.yaml`, where `coverage review apply` keeps
//! what was decided. One shape for both, so that nothing is lost on the way.

use super::check::day;
use crate::diag::Diagnostic;
use crate::model::{FindingId, Review, ReviewDecision, ReviewVerdict, ReviewedReport};
use crate::yaml::{self, Located};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name of the file beside `coverage.yaml`.
pub const REVIEWS: &str = "reviews.yaml";

/// The version of the shape of `decisions.yaml`.
pub const DECISIONS_VERSION: &str = "1";

/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 2000;

/// `decisions.yaml`: what one person has decided about the findings of one report. The report's page writes it;
/// `coverage review apply` checks it and takes it over.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "decisions.yaml")]
pub struct RawDecisions {
    /// The version of this shape.
    schema_version: RawVersion,
    /// Who decides: a work address or an employee id.
    reviewer: String,
    /// The report that was reviewed.
    report: RawReport,
    /// The decisions, one for each finding that was decided.
    #[serde(default)]
    decisions: Vec<RawDecision>,
}

/// The version of this shape.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
enum RawVersion {
    /// The first.
    #[serde(rename = "1")]
    One,
}

/// `reviews.yaml`: the reviews that were applied. `coverage review apply` adds one at the end.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "reviews.yaml")]
pub struct RawReviews {
    /// The reviews, in the order in which they were applied.
    reviews: Vec<RawReview>,
}

/// One review that was applied.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawReview {
    /// Who decided: a work address or an employee id.
    reviewer: String,
    /// When it was applied.
    applied: String,
    /// The report that was reviewed.
    report: RawReport,
    /// The decisions.
    #[serde(default)]
    decisions: Vec<RawDecision>,
}

/// The report that was reviewed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawReport {
    /// The company's name; empty if the report has none.
    #[serde(default)]
    company: String,
    /// The moment of which it speaks.
    as_of: String,
    /// The version of the program that made it.
    tool: String,
    /// SHA-256 over everything that it depends on, as its manifest says it.
    inputs: String,
}

/// A decision about one finding.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawDecision {
    /// The finding's id: `v1:` and 32 hex digits.
    finding: String,
    /// What is decided.
    decision: ReviewVerdict,
    /// Why. Only a revocation may do without.
    #[serde(default)]
    reason: Option<String>,
    /// Of an exception, its last day (`YYYY-MM-DD`).
    #[serde(default)]
    until: Option<String>,
    /// A work address, an employee id or a person's key: whose the account is (`assign-to`), whose it is not
    /// (`not-this-person`), or who answers for what is left open (`exception`; the app's owner, if it is left out).
    #[serde(default)]
    person: Option<String>,
    /// When it was decided, by the reviewer's clock (RFC 3339).
    at: String,
    /// What the finding said then: 16 hex digits, as the report shows them. Another value now means that it has changed.
    seen: String,
}

/// A `decisions.yaml` that was read, and what is wrong with it so far.
#[derive(Debug)]
pub struct Decisions {
    /// What it says, as far as it is right.
    pub review: Review,
    /// For each decision of `review`, its number in the file.
    numbers: Vec<usize>,
    /// Everything that is wrong.
    pub problems: Vec<Diagnostic>,
    raw: Located<RawDecisions>,
}

impl Decisions {
    /// Something wrong with the file at a JSON pointer.
    pub fn error(&mut self, pointer: &str, message: String, help: &str) {
        self.problems.push(self.raw.error(pointer, message).help(help));
    }
    /// Something to know about the file at a JSON pointer.
    pub fn warning(&mut self, pointer: &str, message: String, help: &str) {
        self.problems.push(self.raw.warning(pointer, message).help(help));
    }
    /// The JSON pointer of a part of a decision of `review`.
    pub fn pointer(&self, decision: usize, part: &str) -> String {
        let number = self.numbers.get(decision).copied().unwrap_or_default();
        format!("/decisions/{number}/{part}")
    }
    /// Takes decisions out.
    pub fn leave_out(&mut self, decisions: &[usize]) {
        let stays = |n: &usize| !decisions.contains(n);
        let keep: Vec<usize> = (0..self.review.decisions.len()).filter(stays).collect();
        self.review.decisions = keep.iter().map(|n| self.review.decisions[*n].clone()).collect();
        self.numbers = keep.iter().map(|n| self.numbers[*n]).collect();
    }
}

/// Reads a `decisions.yaml`.
///
/// # Errors
/// Every fault of its shape, each at its place. What is wrong with what it says stands in [`Decisions::problems`], so that
/// the rest can be checked in the same pass.
pub fn load_decisions(file: &str, bytes: &[u8]) -> Result<Decisions, Vec<Diagnostic>> {
    let raw = yaml::load_long::<RawDecisions>(file, bytes)?;
    let mut check = Check { problems: Vec::new(), error: &|pointer, message| raw.error(pointer, message) };
    let RawDecisions { reviewer, report, decisions, schema_version: RawVersion::One } = &raw.value;
    check.text("/reviewer", "reviewer", reviewer, true);
    let mut read = Vec::new();
    let mut numbers = Vec::new();
    let mut first: BTreeMap<FindingId, u64> = BTreeMap::new();
    for (n, decision) in decisions.iter().enumerate() {
        let at = format!("/decisions/{n}");
        let line = raw.key_position(&at).map_or(1, |(line, _)| line);
        check.whole(&at, decision);
        let Some(one) = check.decision(&at, decision, line) else { continue };
        if let Some(line) = first.insert(one.finding, line) {
            let message = format!("about `{}` it is decided already in line {line}", one.finding);
            check.problem(&format!("{at}/finding"), message, "keep one of the two decisions");
            continue;
        }
        read.push(one);
        numbers.push(n);
    }
    let report = check.report("/report", report);
    let review = Review { reviewer: reviewer.trim().to_owned(), report, applied: None, decisions: read, line: 1 };
    let problems = check.problems;
    Ok(Decisions { review, numbers, problems, raw })
}

/// Reads a `reviews.yaml`. What a review lacks in care (reasons, distance) is for the report to tell.
///
/// # Errors
/// Every problem of the file, each at its line.
pub fn load_reviews(file: &str, bytes: &[u8]) -> Result<Vec<Review>, Vec<Diagnostic>> {
    let raw = yaml::load_long::<RawReviews>(file, bytes)?;
    let mut check = Check { problems: Vec::new(), error: &|pointer, message| raw.error(pointer, message) };
    let mut reviews = Vec::new();
    for (n, review) in raw.value.reviews.iter().enumerate() {
        let at = format!("/reviews/{n}");
        check.text(&format!("{at}/reviewer"), "reviewer", &review.reviewer, true);
        let applied = check.instant(&format!("{at}/applied"), &review.applied);
        let report = check.report(&format!("{at}/report"), &review.report);
        let decisions = review.decisions.iter().enumerate().filter_map(|(d, decision)| {
            let at = format!("{at}/decisions/{d}");
            let line = raw.key_position(&at).map_or(1, |(line, _)| line);
            check.decision(&at, decision, line)
        });
        reviews.push(Review {
            reviewer: review.reviewer.trim().to_owned(),
            decisions: decisions.collect(),
            report,
            applied,
            line: raw.key_position(&at).map_or(1, |(line, _)| line),
        });
    }
    let mut problems = check.problems;
    problems.sort_by_key(|d| (d.line, d.column));
    if problems.is_empty() { Ok(reviews) } else { Err(problems) }
}

/// The JSON Schema of `decisions.yaml`.
pub fn decisions_schema() -> serde_json::Value {
    yaml::schema::<RawDecisions>()
}

/// The JSON Schema of `reviews.yaml`.
pub fn reviews_schema() -> serde_json::Value {
    yaml::schema::<RawReviews>()
}

struct Check<'a> {
    problems: Vec<Diagnostic>,
    error: &'a dyn Fn(&str, String) -> Diagnostic,
}

impl Check<'_> {
    fn problem(&mut self, pointer: &str, message: String, help: &str) {
        self.problems.push((self.error)(pointer, message).help(help));
    }

    fn text(&mut self, pointer: &str, what: &str, text: &str, needed: bool) {
        if needed && text.trim().is_empty() {
            self.problem(pointer, format!("`{what}` is empty"), "write it");
        }
        if text.chars().count() > LONGEST_TEXT {
            let message = format!("`{what}` is longer than {LONGEST_TEXT} characters");
            self.problem(pointer, message, "write it shorter, and name a document for the rest");
        }
    }

    fn instant(&mut self, pointer: &str, text: &str) -> Option<Timestamp> {
        let read = text.parse().ok();
        if read.is_none() {
            let help = "write a moment with its zone, such as `2026-11-22T09:00:00Z`";
            self.problem(pointer, format!("`{text}` is no moment"), help);
        }
        read
    }

    fn report(&mut self, pointer: &str, raw: &RawReport) -> ReviewedReport {
        if !is_hex(&raw.inputs, 64) {
            let help = "copy it from the report's manifest.json: `run`, 64 hex digits";
            self.problem(&format!("{pointer}/inputs"), "this is no SHA-256".to_owned(), help);
        }
        ReviewedReport {
            company: raw.company.trim().to_owned(),
            as_of: raw.as_of.trim().to_owned(),
            tool: raw.tool.trim().to_owned(),
            inputs: raw.inputs.to_ascii_lowercase(),
        }
    }

    /// What a decision needs before it can be taken over.
    fn whole(&mut self, at: &str, raw: &RawDecision) {
        use ReviewVerdict as V;
        let verdict = raw.decision;
        let none = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
        let mut lacks = |what: &str, help: &str| {
            self.problem(&format!("{at}/{what}"), format!("`{verdict}` needs a `{what}`"), help);
        };
        if verdict != V::Revoke && none(&raw.reason) {
            lacks("reason", "write why; only `revoke` may do without");
        }
        if verdict == V::Exception && none(&raw.until) {
            lacks("until", "write the last day on which the exception holds, such as `2027-01-31`");
        }
        match verdict {
            V::AssignTo if none(&raw.person) => {
                lacks("person", "write the work address or employee id of the person whose account it is");
            }
            V::NotThisPerson if none(&raw.person) => {
                lacks("person", "write the person whose account it is not, as the report shows them");
            }
            _ => {}
        }
        if verdict != V::Exception && raw.until.is_some() {
            let help = "take it out, or decide `exception`";
            self.problem(&format!("{at}/until"), format!("`{verdict}` has no last day"), help);
        }
        if matches!(verdict, V::Revoke | V::Keep) && raw.person.is_some() {
            let help = "take it out; whose the account is, `assign-to` says";
            self.problem(&format!("{at}/person"), format!("`{verdict}` names nobody"), help);
        }
    }

    fn decision(&mut self, at: &str, raw: &RawDecision, line: u64) -> Option<ReviewDecision> {
        let reason = raw.reason.as_deref().unwrap_or_default();
        self.text(&format!("{at}/reason"), "reason", reason, false);
        let person = raw.person.as_deref().map(str::trim).filter(|p| !p.is_empty());
        self.text(&format!("{at}/person"), "person", person.unwrap_or_default(), false);
        let finding = FindingId::parse(raw.finding.trim());
        if finding.is_none() {
            let help = "copy it from the report or findings.csv: `v1:` and 32 hex digits";
            self.problem(&format!("{at}/finding"), format!("`{}` is no id of a finding", raw.finding), help);
        }
        let seen = raw.seen.trim().to_ascii_lowercase();
        if !is_hex(&seen, 16) {
            let help = "copy it from the report's page; it says what the finding said";
            self.problem(&format!("{at}/seen"), "this is no mark of a finding: 16 hex digits".to_owned(), help);
        }
        let until = raw.until.as_deref().map(|text| {
            let read = day(text.trim());
            if read.is_none() {
                self.problem(&format!("{at}/until"), format!("`{text}` is no date"), "write it like `2027-01-31`");
            }
            read
        });
        let moment = self.instant(&format!("{at}/at"), &raw.at);
        Some(ReviewDecision {
            finding: finding?,
            verdict: raw.decision,
            reason: reason.trim().to_owned(),
            until: until.flatten(),
            person: person.map(str::to_owned),
            at: moment?,
            seen,
            line,
        })
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit())
}
