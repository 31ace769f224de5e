//! What makes a command fail because of what it has found.

use super::{Finding, FindingStatus, Report, Severity};
use std::collections::BTreeSet;

/// What makes a command end with exit code 3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Threshold {
    /// Findings of this severity or above do. None: none does.
    pub fail_on: Option<Severity>,
    /// What cannot be decided does, too.
    pub undecided: bool,
}

/// What cannot be decided and might be grave if it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubts {
    /// Findings that are not evaluable: those that are grave enough, and all about accounts of leavers.
    pub findings: u64,
    /// People of whom nobody can tell whether they have left.
    pub people: u64,
    /// Apps whose accounts could not be judged, but for those that an exception is about.
    pub apps: u64,
    /// Findings of earlier runs that this one could not look at. Only those runs know how grave they were.
    pub unseen: u64,
}

impl Doubts {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.findings + self.people + self.apps + self.unseen > 0
    }
}

impl Threshold {
    /// Whether a finding is grave enough. Without a severity, every one is.
    pub fn grave(self, finding: &Finding) -> bool {
        self.fail_on.is_none_or(|limit| finding.severity >= limit)
    }

    /// Whether a finding of a report counts.
    pub fn counts(self, report: &Report, finding: &Finding) -> bool {
        match finding.status {
            FindingStatus::Open => self.grave(finding),
            FindingStatus::NotEvaluable => self.undecided && self.is_doubt(report, finding),
            FindingStatus::Excepted => false,
        }
    }

    /// A leaver's account that cannot be decided may be anything, so that its own severity says little.
    fn is_doubt(self, report: &Report, finding: &Finding) -> bool {
        let of_leaver = report.summary.residual.last().is_some_and(|(rule, _)| *rule == finding.rule.id);
        finding.status == FindingStatus::NotEvaluable && (of_leaver || self.grave(finding))
    }

    /// What cannot be decided, whether it counts or not.
    pub fn doubts(self, report: &Report) -> Doubts {
        Doubts {
            findings: report.findings.iter().filter(|f| self.is_doubt(report, f)).count() as u64,
            people: report.summary.unclear,
            apps: unjudged(report).len() as u64,
            unseen: report.history.as_ref().map_or(0, |history| history.unseen),
        }
    }

    /// Whether a report fails the command.
    pub fn reached(self, report: &Report) -> bool {
        self.fail_on.is_some()
            && (report.findings.iter().any(|f| self.counts(report, f)) || self.undecided && self.doubts(report).any())
    }
}

/// The apps whose accounts could not be judged and that no exception is about, which would mean that somebody has approved to live with it.
pub fn unjudged(report: &Report) -> BTreeSet<u32> {
    let mut apps: BTreeSet<u32> =
        (0u32..).zip(&report.apps).filter(|(_, app)| app.not_evaluable.is_some()).map(|(ix, _)| ix).collect();
    for of_itself in report.findings.iter().filter(|f| f.status == FindingStatus::Excepted && f.account.is_none()) {
        of_itself.app.map(|app| apps.remove(&app));
    }
    apps
}
