//! Exceptions: findings that a company has decided to live with for a time. One marks its findings and hides none.

use super::FindingId;
use jiff::civil::Date;

/// Index of an exception in the run, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExceptionIx(pub u16);

/// What somebody has decided to live with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its id in the company's register.
    pub id: String,
    /// The rules it is about; all, if none is named.
    pub rules: Vec<String>,
    /// The app it is about.
    pub app: Option<String>,
    /// The accounts it is about, a pattern as written.
    pub account: Option<String>,
    /// The person it is about: a work address, an employee id or a person's key.
    pub person: Option<String>,
    /// The findings it is about.
    pub findings: Vec<FindingId>,
    /// Who answers for what is left open.
    pub owner: String,
    /// Who has approved it.
    pub approver: String,
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub compensating_control: Option<String>,
    /// Its first day.
    pub opened: Date,
    /// Its last day.
    pub expires: Date,
    /// Where more about it stands.
    pub evidence: Vec<String>,
    /// The line of the file.
    pub line: u64,
}

/// Whether an exception holds at the report's moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionState {
    /// It has not begun.
    Future,
    /// It holds.
    Active,
    /// Its last day has passed.
    Expired,
}

impl ExceptionState {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Future => "not yet open",
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }
}

/// An exception and what it has met in a run.
#[derive(Debug, Clone)]
pub struct ExceptionReport {
    /// The exception.
    pub exception: Exception,
    /// Whether it holds.
    pub state: ExceptionState,
    /// Findings that it fits.
    pub fits: u64,
    /// Findings that it marks: it holds, and no earlier one in the file marks them.
    pub marks: u64,
    /// Different accounts among those that it fits.
    pub accounts: u64,
    /// Whether owner and approver are the same.
    pub self_approved: bool,
}
