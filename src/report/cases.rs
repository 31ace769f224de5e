//! Findings put together by leaver: one person, everything that is left of their access, gravest first.

use crate::model::{AccountFacts, Closure, Finding, FindingStatus, Person, PersonIx, Report, Severity};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A person who has left, with the findings about accounts of theirs.
pub(super) struct Case<'a> {
    /// The leaver.
    pub(super) person: &'a Person,
    /// What is left, account by account.
    pub(super) left: Vec<Left<'a>>,
    /// What has ended.
    pub(super) closed: Vec<&'a Closure>,
}

/// One account of a leaver and all that was found about it.
pub(super) struct Left<'a> {
    /// The app, as an index into the report's apps.
    pub(super) app: Option<u32>,
    /// The account.
    pub(super) account: &'a AccountFacts,
    /// The findings, gravest first.
    pub(super) findings: Vec<&'a Finding>,
}

impl Left<'_> {
    /// Whether something stands against the account, rather than that nobody can tell.
    pub(super) fn stands(&self) -> bool {
        self.findings.iter().any(|f| f.status != FindingStatus::NotEvaluable)
    }
}

impl Case<'_> {
    /// How grave it is: nothing if the data cannot decide any of it. What is excepted counts if nothing else stands.
    pub(super) fn severity(&self) -> Option<Severity> {
        self.open().or_else(|| self.worst(FindingStatus::Excepted))
    }
    /// How grave what stands open is, if anything does.
    pub(super) fn open(&self) -> Option<Severity> {
        self.worst(FindingStatus::Open)
    }
    fn worst(&self, status: FindingStatus) -> Option<Severity> {
        self.left.iter().flat_map(|l| &l.findings).filter(|f| f.status == status).map(|f| f.severity).max()
    }
    fn exposed(&self) -> i64 {
        self.left.iter().flat_map(|l| &l.findings).filter_map(|f| f.exposed_days).max().unwrap_or(-1)
    }
}

/// Every leaver with findings about accounts: gravest first, then by number of accounts, then by time since leaving.
pub(super) fn cases(report: &Report) -> Vec<Case<'_>> {
    let mut by_person: HashMap<PersonIx, usize, RandomState> = HashMap::default();
    let mut by_account: HashMap<(usize, Option<u32>, &str), usize, RandomState> = HashMap::default();
    let mut cases: Vec<Case<'_>> = Vec::new();
    for finding in &report.findings {
        let (Some(ix), Some(account)) = (finding.person, finding.account.as_deref()) else { continue };
        let Some(person) = report.people.get(ix.0 as usize).filter(|p| p.standing.has_left()) else { continue };
        let at = *by_person.entry(ix).or_insert_with(|| {
            cases.push(Case { person, left: Vec::new(), closed: Vec::new() });
            cases.len() - 1
        });
        let left = &mut cases[at].left;
        let of_account = *by_account.entry((at, finding.app, account.account())).or_insert_with(|| {
            left.push(Left { app: finding.app, account, findings: Vec::new() });
            left.len() - 1
        });
        left[of_account].findings.push(finding);
    }
    for closure in &report.closures {
        if let Some(&at) = by_person.get(&closure.person) {
            cases[at].closed.push(closure);
        }
    }
    for case in &mut cases {
        case.left.sort_by_key(|l| !l.stands()); // stable: the gravest stay in front
    }
    cases.sort_by_cached_key(|c| {
        let standing = c.left.iter().filter(|l| l.stands()).count();
        (std::cmp::Reverse((c.open(), c.severity(), standing, c.exposed())), &c.person.key)
    });
    cases
}

/// The gravest standing findings that belong to no case: no leaver holds the account, or there is no account.
pub(super) fn others(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().map(|f| &**f).filter(|f| {
        let leaver = f.person.and_then(|ix| report.people.get(ix.0 as usize)).is_some_and(|p| p.standing.has_left());
        f.status == FindingStatus::Open && !(leaver && f.account.is_some())
    })
}

/// How many of the live accounts of leavers somebody has approved to live with.
pub(super) fn excepted(report: &Report) -> u64 {
    let tier = |id: &str| report.summary.residual.iter().any(|(tier, _)| *tier == id);
    report.findings.iter().filter(|f| f.status == FindingStatus::Excepted && tier(f.rule.id)).count() as u64
}

/// Live accounts of leavers by tier, and how many more accounts of leavers nobody can decide about.
pub(super) fn tiers(report: &Report) -> (Vec<(&'static str, u64)>, u64) {
    let stands = |id: &str| {
        let mut of_rule = report.findings.iter().filter(|f| f.rule.id == id).peekable();
        of_rule.peek().is_none() || of_rule.any(|f| f.status != FindingStatus::NotEvaluable)
    };
    let (live, undecided): (Vec<_>, Vec<_>) = report.summary.residual.iter().copied().partition(|(id, _)| stands(id));
    (live, undecided.iter().map(|(_, n)| n).sum())
}
