//! Accounts of people who have left that live, or may: what tasks hand out and plans are made of.

use super::cases::{Case, Left, cases};
use super::html::worksheets;
use crate::model::{Access, AccountFacts, AppReport, Finding, FindingStatus, Person, Report};

/// What is to be done about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// End it.
    Open,
    /// Find out whether it lives.
    Undecided,
    /// Nothing: somebody has approved to live with it.
    Excepted,
}

/// One account of a leaver.
#[derive(Debug)]
pub struct ToEnd<'a> {
    /// Who has left.
    pub person: &'a Person,
    /// The app; none for an account in a directory.
    pub app: Option<&'a AppReport>,
    /// The account.
    pub account: &'a AccountFacts,
    /// What was found about it, gravest first.
    pub findings: Vec<&'a Finding>,
    /// What is to be done.
    pub state: State,
}

/// Every account of a leaver that lives, or may; the leaver with the gravest finding first.
pub fn to_end(report: &Report) -> Vec<ToEnd<'_>> {
    let mut all = Vec::new();
    for Case { person, left, .. } in cases(report) {
        for left in left.into_iter().filter(|left| lives(left)) {
            let app = left.app.and_then(|ix| report.apps.get(ix as usize));
            let state = state(&left);
            all.push(ToEnd { person, app, account: left.account, findings: left.findings, state });
        }
    }
    all
}

/// Whether the account lives, or may.
pub(super) fn lives(left: &Left<'_>) -> bool {
    left.access.is_some() || (left.app.is_none() && !left.account.status.is_end_state())
}

pub(super) fn state(left: &Left<'_>) -> State {
    let any = |status| left.findings.iter().any(|f| f.status == status);
    if any(FindingStatus::Open) && left.access != Some(Access::Undecided) {
        State::Open
    } else if any(FindingStatus::Open) || any(FindingStatus::NotEvaluable) {
        State::Undecided
    } else {
        State::Excepted
    }
}

/// What is still there after an account of the app has ended, in words.
pub fn survivors(app: &AppReport) -> Vec<&'static str> {
    worksheets::survivors(app)
}
