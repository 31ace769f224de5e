//! What makes a command fail because of what it has found.

use super::{Finding, FindingStatus, Report, Severity};

/// Which findings make a command end with exit code 3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Threshold {
    /// Those of this severity or above do. None: none does.
    pub fail_on: Option<Severity>,
    /// What cannot be decided counts, too: findings that are not evaluable, and those of earlier runs that this one could not look at.
    pub undecided: bool,
}

impl Threshold {
    /// Whether a finding is grave enough. Without a severity, every one is.
    pub fn grave(self, finding: &Finding) -> bool {
        self.fail_on.is_none_or(|limit| finding.severity >= limit)
    }

    /// Whether a finding that is grave enough counts as it stands.
    pub const fn counts(self, status: FindingStatus) -> bool {
        match status {
            FindingStatus::Open => true,
            FindingStatus::NotEvaluable => self.undecided,
            FindingStatus::Excepted => false,
        }
    }

    /// Whether a report fails the command. Of a finding that could not be looked at, only an earlier run knows how grave it was:
    /// each of them counts.
    pub fn reached(self, report: &Report) -> bool {
        let unseen = || self.undecided && report.history.as_ref().is_some_and(|h| h.unseen > 0);
        self.fail_on.is_some() && (report.findings.iter().any(|f| self.counts(f.status) && self.grave(f)) || unseen())
    }
}
