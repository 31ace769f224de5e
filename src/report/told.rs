//! What the exchange formats say of a finding in words: one line, in the order a reader asks.

use super::text::clip;
use super::words;
use crate::model::{Finding, FindingStatus, Person, Report, SourceReport, When};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How long a name may be in a sentence.
pub(super) const NAME: usize = 120;

/// The person of a finding.
pub(super) fn person<'r>(report: &'r Report, finding: &Finding) -> Option<&'r Person> {
    finding.person.and_then(|ix| report.people.get(ix.0 as usize))
}

/// The name of the app of a finding; of the directory, for an account in one.
pub(super) fn place<'r>(report: &'r Report, finding: &Finding) -> Option<&'r str> {
    match (finding.app, &finding.account) {
        (Some(app), _) => report.apps.get(app as usize).map(|a| a.name.as_str()),
        (None, Some(account)) => report.sources.get(account.place.source as usize).map(|s| s.id.as_str()),
        (None, None) => None,
    }
}

/// How an account is called: its address, else its id.
pub(super) fn account(finding: &Finding) -> Option<&str> {
    let account = finding.account.as_deref()?;
    Some(if account.email().is_empty() { account.account() } else { account.email() })
}

/// `Leaver can still sign in: Slack, ann@example.com (Ann Berg)`.
pub(super) fn line(report: &Report, finding: &Finding) -> String {
    let mut out = finding.rule.title.to_owned();
    let name = |text: &str| clip(text, NAME).trim().to_owned();
    let place = place(report, finding).map(name);
    let account = account(finding).map(name);
    let parts: Vec<String> = [place, account].into_iter().flatten().filter(|t| !t.is_empty()).collect();
    if !parts.is_empty() {
        out.push_str(": ");
        out.push_str(&parts.join(", "));
    }
    if let Some(person) = person(report, finding).map(|p| name(&p.name)).filter(|p| !p.is_empty()) {
        out.push_str(&format!(" ({person})"));
    }
    out
}

/// What a status means, for readers who know only "open" and "closed".
pub(super) fn status(report: &Report, finding: &Finding) -> String {
    match finding.status {
        FindingStatus::Open => "open".to_owned(),
        FindingStatus::NotEvaluable => "not evaluable: the data cannot decide, which is no pass".to_owned(),
        FindingStatus::Excepted => excepted(report, finding),
    }
}

fn excepted(report: &Report, finding: &Finding) -> String {
    let exception = finding.exception.and_then(|ix| report.exceptions.get(usize::from(ix.0))).map(|e| &e.exception);
    match exception {
        Some(e) => format!(
            "excepted until {} by {} ({}): {}",
            e.expires,
            clip(&e.approver, NAME),
            clip(&e.id, NAME),
            clip(&e.reason, 400)
        ),
        None => "excepted".to_owned(),
    }
}

/// `exports/hr.csv, line 12`; without a line, the file as a whole.
pub(super) fn evidence(sources: &[SourceReport], place: crate::model::Place) -> String {
    let file = clip(words::file(sources, place.source), 400);
    if place.line > 0 { format!("{file}, line {}", place.line) } else { file.into_owned() }
}

/// The report's moment. A day is meant to its end.
pub(super) fn moment(report: &Report) -> Timestamp {
    let when = match report.as_of.parse::<Timestamp>() {
        Ok(at) => Some(When::at(at)),
        Err(_) => report.as_of.parse().ok().map(When::on),
    };
    at(when.map_or(0, |when| when.latest(&report.zone)))
}

/// A Unix second, within the years that every format can write.
pub(super) fn at(second: i64) -> Timestamp {
    const FIRST: i64 = 0;
    const LAST: i64 = 32_503_679_999; // the end of 2999
    Timestamp::from_second(second.clamp(FIRST, LAST)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The same as RFC 3339 in UTC.
pub(super) fn rfc3339(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
