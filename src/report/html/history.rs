//! What earlier runs say, on the page: how old findings are, what has closed, and how long it took.

use super::budget::Shown;
use super::rows::{NAME, SENTENCE};
use crate::model::{Finding, FindingState, Report, RevokeSummary, Verdict};
use crate::report::status_text::bounds;
use crate::report::text::{self, clip, counted, number};
use serde::Serialize;

/// The most apps of the table of times.
const APPS: usize = 300;

/// What earlier runs say.
#[derive(Serialize)]
pub(super) struct History {
    runs: String,
    since: String,
    /// Findings by state, in words.
    states: Vec<String>,
    unseen: Option<String>,
    no_limit: bool,
    revoke: Shown<Revoke>,
}

/// The times to revoke of an app.
#[derive(Serialize)]
struct Revoke {
    app: String,
    count: String,
    open: String,
    median: String,
    p95: String,
    limit: String,
}

/// What earlier runs say to the report; none where no runs are kept.
pub(super) fn history(report: &Report) -> Option<History> {
    let history = report.history.as_ref()?;
    let since = history.runs.values().next().map(|(as_of, _)| text::moment(as_of, &report.zone));
    let mut counts = [0u64; FindingState::ALL.len()];
    for known in history.findings.values() {
        counts[known.state as usize] += 1;
    }
    let new = report.findings.len() as u64 - history.findings.len() as u64;
    let mut states = vec![format!("{} new", number(new))];
    let known = FindingState::ALL.iter().zip(counts).filter(|(_, n)| *n > 0);
    states.extend(known.map(|(state, n)| match state {
        FindingState::Open => format!("{} open before", number(n)),
        state => format!("{} {state}", number(n)),
    }));
    let revoke = history.revoke.iter().take(APPS).map(revoke).collect();
    Some(History {
        runs: counted(history.runs.len() as u64, "earlier run", "earlier runs"),
        since: since.unwrap_or_default(),
        states,
        unseen: (history.unseen > 0).then(|| counted(history.unseen, "finding", "findings")),
        no_limit: history.revoke.iter().all(|r| r.limit.is_none()),
        revoke: Shown::new(revoke, history.revoke.len()),
    })
}

fn revoke(summary: &RevokeSummary) -> Revoke {
    let limit = summary.limit.as_ref().map_or_else(
        || "no limit declared".to_owned(),
        |limit| {
            let all = Verdict::ALL.iter().zip(summary.verdicts).filter(|(_, n)| *n > 0);
            let all: Vec<String> = all.map(|(verdict, n)| format!("{} {verdict}", number(n as u64))).collect();
            format!("{}: {}", clip(limit, SENTENCE), all.join(", "))
        },
    );
    Revoke {
        app: summary.app.as_deref().map_or_else(|| "All apps".to_owned(), |app| clip(app, NAME).into_owned()),
        count: number(summary.count as u64),
        open: number(summary.open as u64),
        median: summary.median.map(bounds).unwrap_or_default(),
        p95: summary.p95.map(bounds).unwrap_or_default(),
        limit,
    }
}

/// What earlier runs say of a finding, in one sentence; empty where no runs are kept.
pub(super) fn of_finding(report: &Report, finding: &Finding) -> String {
    let Some(history) = &report.history else { return String::new() };
    let Some(known) = history.findings.get(&finding.id) else { return "New in this run.".to_owned() };
    let as_of = |no| history.as_of(no).map_or_else(|| "in this run".to_owned(), |at| text::moment(at, &report.zone));
    let age = text::days(history.age_days(known.opened_run));
    let mut said = format!("First seen {}, open for {age}.", as_of(known.first_run));
    if known.state == FindingState::Reopened {
        said.push_str(&format!(" It had ended, and is back since {}.", as_of(known.opened_run)));
    }
    for (claim, but) in [(&known.claim, "nobody has looked since"), (&known.contradicted, "it was still there later")] {
        if let Some(claim) = claim {
            said.push_str(&format!(
                " On {} {} said that it is done ({}); {but}.",
                text::moment(&claim.at, &report.zone),
                clip(&claim.by, NAME),
                clip(&claim.ticket, NAME)
            ));
        }
    }
    said
}
