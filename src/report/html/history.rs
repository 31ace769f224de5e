//! What earlier runs say, on the page: what has changed, how old findings are, and how long access lasted.

use super::budget::{Page, Shown};
use super::charts::revoke::{Distribution, distribution};
use super::rows::{self, AppLink, Mark, NAME, SENTENCE};
use crate::model::{ClosedFinding, Finding, FindingState, HowEnded, Report, RevokeSummary, Since, Verdict};
use crate::report::status_text::bounds;
use crate::report::text::{self, clip, counted, number};
use serde::Serialize;

/// The most apps of the table of times.
const APPS: usize = 300;
/// The most new findings, and of those that are back.
const NEW: usize = 100;

/// What earlier runs say.
#[derive(Serialize)]
pub(super) struct History {
    runs: String,
    begun: String,
    pub(super) since: Option<Changed>,
    unseen: Option<String>,
    no_limit: bool,
    revoke: Shown<Revoke>,
    distribution: Option<Distribution>,
}

/// What has changed since the newest of them.
#[derive(Serialize)]
pub(super) struct Changed {
    pub(super) as_of: String,
    pub(super) new: u64,
    pub(super) back: u64,
    pub(super) closed: u64,
    pub(super) still: u64,
    counts: Vec<Count>,
    new_findings: Shown<Entry>,
    back_findings: Shown<Entry>,
    closed_findings: Shown<Closed>,
}

/// Findings that the last run and this one have, or have not, in common.
#[derive(Serialize)]
struct Count {
    class: &'static str,
    count: String,
    what: &'static str,
    words: &'static str,
}

/// A finding that is new, or back.
#[derive(Serialize)]
struct Entry {
    anchor: String,
    mark: Mark,
    title: &'static str,
    app: Option<AppLink>,
    account: String,
    person: String,
}

/// A finding that has ended.
#[derive(Serialize)]
struct Closed {
    id: String,
    mark: Mark,
    rule: String,
    app: String,
    account: String,
    person: String,
    how: &'static str,
    verified: bool,
    moved_by: String,
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
pub(super) fn history(report: &Report, room: &mut Page) -> Option<History> {
    let history = report.history.as_ref()?;
    let begun = history.runs.values().next().map(|(as_of, _)| text::moment(as_of, &report.zone));
    let revoke = history.revoke.iter().take(APPS).map(revoke).collect();
    Some(History {
        runs: counted(history.runs.len() as u64, "earlier run", "earlier runs"),
        begun: begun.unwrap_or_default(),
        since: history.since.as_ref().map(|since| changed(report, since, room)),
        unseen: (history.unseen > 0).then(|| counted(history.unseen, "finding", "findings")),
        no_limit: history.revoke.iter().all(|r| r.limit.is_none()),
        revoke: Shown::new(revoke, history.revoke.len()),
        distribution: distribution(history),
    })
}

fn changed(report: &Report, since: &Since, room: &mut Page) -> Changed {
    let count = |class, n: u64, what, words| Count { class, count: number(n), what, words };
    let mut counts = vec![
        count("new", since.new, "new", "no kept run had them"),
        count("back", since.back, "back", "they had ended and hold again"),
        count(
            "closed",
            since.verified,
            "shown to be removed",
            "a later list shows that the account is gone or has ended",
        ),
        count("gone", since.no_longer, "no longer found", "without a list that had to show a removal"),
        count("changed", since.changed, "changed", "another severity, status or fact"),
        count("still", since.still, "still there", "as they were"),
    ];
    counts.retain(|c| c.class != "changed" || since.changed > 0);
    let are = |word, most| -> Vec<&Finding> {
        report.findings.iter().map(|f| &**f).filter(|f| state(report, f) == word).take(most).collect()
    };
    let (new, back) = (are("new", NEW), are("back", NEW));
    let closed = since.verified + since.no_longer;
    Changed {
        as_of: text::moment(&since.as_of, &report.zone),
        new: since.new,
        back: since.back,
        closed,
        still: since.still + since.changed,
        counts,
        new_findings: Shown::new(room.fill(NEW, 60_000, new, |f| entry(report, f)), since.new as usize),
        back_findings: Shown::new(room.fill(NEW, 60_000, back, |f| entry(report, f)), since.back as usize),
        closed_findings: Shown::new(room.fill(2 * NEW, 80_000, &since.closed, |c| ended(report, c)), closed as usize),
    }
}

/// Where a finding stands against the last kept run: `new`, `back`, `old`; nothing where there is none.
pub(super) fn state(report: &Report, finding: &Finding) -> &'static str {
    let Some(history) = report.history.as_ref().filter(|h| !h.runs.is_empty()) else { return "" };
    match history.findings.get(&finding.id) {
        None => "new",
        Some(known) if known.opened_run == history.no => "back",
        Some(_) => "old",
    }
}

fn entry(report: &Report, finding: &Finding) -> Entry {
    let account = finding.account.as_deref();
    let person = finding.person.and_then(|ix| report.people.get(ix.0 as usize));
    let main = account.map_or("", |a| if a.email().is_empty() { a.account() } else { a.email() });
    Entry {
        anchor: format!("finding-{}", finding.id),
        mark: Mark::of_finding(finding),
        title: finding.rule.title,
        app: rows::place_link(report, finding.app, account),
        account: clip(main, NAME).into_owned(),
        person: person.map_or_else(String::new, |p| clip(&p.name, NAME).into_owned()),
    }
}

fn ended(report: &Report, closed: &ClosedFinding) -> Closed {
    let title = report.rules.iter().find(|r| r.id == closed.rule).map_or(closed.rule.as_str(), |r| r.title);
    let app = closed.app.as_deref().unwrap_or_default();
    let name = report.apps.iter().find(|a| a.id == app).map_or(app, |a| &a.name);
    let key = closed.person.as_deref().unwrap_or_default();
    // People are sorted by their keys.
    let person = report.people.binary_search_by(|p| (*p.key).cmp(key)).ok().map(|at| &*report.people[at].name);
    let causes: Vec<&str> = closed.moved_by.iter().map(|cause| cause.word()).collect();
    let verified = closed.how == HowEnded::VerifiedRemoved;
    Closed {
        id: closed.id.to_string(),
        mark: Mark::of(Some(closed.severity)),
        rule: clip(title, NAME).into_owned(),
        app: clip(name, NAME).into_owned(),
        account: clip(&closed.account, NAME).into_owned(),
        person: clip(person.unwrap_or(key), NAME).into_owned(),
        how: if verified { "a list shows that it is gone" } else { "no longer found" },
        verified,
        moved_by: causes.join(" or "),
    }
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
