//! Findings put together by leaver: one person, everything that is left of their access, gravest first.

use crate::model::{
    Access, AccountFacts, AccountStatus, Closure, Finding, FindingStatus, Person, PersonIx, Report, Severity,
};
use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

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
    /// Whether it lives in an app, as the headline counts it; none if it has ended, or is no app's.
    pub(super) access: Option<Access>,
}

impl<'a> Left<'a> {
    /// Whether the account is left, as far as anybody can tell: something is found against it, and nothing leaves open whether
    /// it lives.
    pub(super) fn stands(&self) -> bool {
        self.access != Some(Access::Undecided) && self.is_charged()
    }
    /// Whether something is found that the data decides, against an account that has not ended. Of one that was used after the
    /// leaving nobody may be able to tell whether it still lives.
    pub(super) fn is_charged(&self) -> bool {
        !self.has_ended() && self.findings.iter().any(|f| f.status != FindingStatus::NotEvaluable)
    }
    /// Whether it is no access any more: its status says so, or all that is found is how long it took. Against an account that
    /// lives, or may, more is found than that.
    pub(super) fn has_ended(&self) -> bool {
        self.account.status.is_end_state() || self.findings.iter().all(|f| is_of_the_limit(f))
    }
    /// The findings in the order in which what they ask for is best done. Ended before somebody else is one, the account of the
    /// last administrator locks everybody out.
    pub(super) fn in_order_of_work(&self) -> Vec<&'a Finding> {
        let mut findings = self.findings.clone();
        findings.sort_by_key(|f| !is_of_the_last_admin(f)); // stable: the gravest stay in front
        findings
    }
    /// Whether it lives in an app for certain, so that it is access.
    pub(super) fn is_access(&self) -> bool {
        self.access == Some(Access::Live)
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
    let mut by_account: HashMap<(usize, Place<'_>, Cow<'_, str>), usize, RandomState> = HashMap::default();
    let mut cases: Vec<Case<'_>> = Vec::new();
    for finding in &report.findings {
        let (Some(ix), Some(account)) = (finding.person, finding.account.as_deref()) else { continue };
        let Some(person) = report.people.get(ix.0 as usize).filter(|p| p.standing.has_left()) else { continue };
        let at = *by_person.entry(ix).or_insert_with(|| {
            cases.push(Case { person, left: Vec::new(), closed: Vec::new() });
            cases.len() - 1
        });
        let left = &mut cases[at].left;
        let of_account = *by_account.entry((at, place(report, finding, account), account.key())).or_insert_with(|| {
            left.push(Left { app: finding.app, account, findings: Vec::new(), access: None });
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
        for left in &mut case.left {
            // Of several rows of one account, the one that says that it lives stands for it; what earlier runs have seen of it
            // only if there is no row.
            let first = left.findings.iter().filter_map(|f| Some((f, f.account.as_deref()?)));
            let first = first.min_by_key(|(f, account)| {
                (is_of_the_limit(f), account.status.is_end_state(), account.status == AccountStatus::Unknown)
            });
            left.account = first.map_or(left.account, |(_, account)| account);
            left.access = left.findings.iter().filter_map(|f| access(report, f)).min();
        }
        case.left.sort_by_key(|l| !l.is_charged()); // stable: the gravest stay in front
    }
    cases.sort_by_cached_key(|c| {
        let standing = c.left.iter().filter(|l| l.stands()).count();
        (std::cmp::Reverse((c.open(), c.severity(), standing, c.exposed())), &c.person.key)
    });
    cases
}

/// Where an account lives: the app, or else the directory's list. Directories know one person by the same address.
type Place<'a> = (Option<u32>, Option<&'a str>);

fn place<'a>(report: &'a Report, finding: &Finding, account: &AccountFacts) -> Place<'a> {
    let source = || report.sources.get(account.place.source as usize).map(|s| s.id.as_str());
    (finding.app, if finding.app.is_none() { source() } else { None })
}

/// Whether a finding is about the time that the end of access took. It may be all that is left to say of an account that is
/// gone, and has the facts of the last roster that showed it then.
fn is_of_the_limit(finding: &Finding) -> bool {
    finding.rule.id == "sla-breach"
}

/// The gravest standing findings that belong to no case: no leaver holds the account, or there is no account.
pub(super) fn others(report: &Report) -> impl Iterator<Item = &Finding> {
    of_no_case(report, FindingStatus::Open)
}

/// Those of them that cannot be decided, and ask for something.
pub(super) fn undecided(report: &Report) -> impl Iterator<Item = &Finding> {
    of_no_case(report, FindingStatus::NotEvaluable).filter(|f| !f.action.is_empty())
}

fn of_no_case(report: &Report, status: FindingStatus) -> impl Iterator<Item = &Finding> {
    report.findings.iter().map(|f| &**f).filter(move |f| {
        let leaver = f.person.and_then(|ix| report.people.get(ix.0 as usize)).is_some_and(|p| p.standing.has_left());
        f.status == status && !(leaver && f.account.is_some())
    })
}

/// Whether a finding says that nobody but people who have left administers the app.
pub(super) fn is_of_the_last_admin(finding: &Finding) -> bool {
    finding.rule.id == "last-admin-leaver"
}

/// Live accounts of leavers by tier, and of how many more accounts of leavers nobody can tell whether they live.
pub(super) fn tiers(report: &Report) -> (Vec<(&'static str, u64)>, u64) {
    let (undecided, live) = report.summary.residual.split_last().map_or((0, &[][..]), |((_, n), live)| (*n, live));
    (live.to_vec(), undecided)
}

/// What a finding says of access to an app, by the rule of the headline; nothing if it is not about what is left of it.
fn access(report: &Report, finding: &Finding) -> Option<Access> {
    let app = report.apps.get(finding.app? as usize)?;
    tier(report, finding)?;
    finding.access(app.has_status)
}

/// The place of the finding's rule among the tiers.
fn tier(report: &Report, finding: &Finding) -> Option<usize> {
    report.summary.residual.iter().position(|(id, _)| *id == finding.rule.id)
}

/// An account that the headline counts.
pub(super) struct Counted {
    /// The app, as an index into the report's apps.
    pub(super) app: u32,
    pub(super) access: Access,
    /// The place of its gravest rule among the tiers.
    pub(super) tier: usize,
    /// Days since the leaving.
    pub(super) exposed: Option<i64>,
}

/// The accounts that the headline counts, each once.
pub(super) fn counted(report: &Report) -> impl Iterator<Item = Counted> {
    let mut all: HashMap<(u32, PersonIx, Cow<'_, str>), Counted, RandomState> = HashMap::default();
    for finding in &report.findings {
        let Some((access, tier)) = access(report, finding).zip(tier(report, finding)) else { continue };
        let (Some(app), Some(person), Some(account)) = (finding.app, finding.person, finding.account.as_deref()) else {
            continue;
        };
        let one = Counted { app, access, tier, exposed: finding.exposed_days };
        match all.entry((app, person, account.key())) {
            Entry::Vacant(place) => drop(place.insert(one)),
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.exposed = known.exposed.max(one.exposed);
                // The gravest says what it is.
                (known.access, known.tier) = (known.access, known.tier).min((one.access, one.tier));
            }
        }
    }
    all.into_values()
}

/// Live accounts of leavers by app, and of how many more accounts nobody can tell whether they live.
pub(super) fn by_app(report: &Report) -> Vec<(u64, u64)> {
    let mut apps = vec![(0, 0); report.apps.len()];
    for account in counted(report) {
        match account.access {
            Access::Live => apps[account.app as usize].0 += 1,
            Access::Undecided => apps[account.app as usize].1 += 1,
        }
    }
    apps
}

/// Accounts of leavers that live in a directory.
pub(super) fn in_directories(report: &Report) -> u64 {
    let live = live_in_directories(report);
    live.map(|(_, account)| (account.place.source, account.key())).collect::<HashSet<_, RandomState>>().len() as u64
}

/// Leavers with an account that lives in a directory: those with one that lives in an app as well, and all others.
pub(super) fn people_in_directories(report: &Report) -> (u64, u64) {
    let people: HashSet<PersonIx, RandomState> = live_in_directories(report).map(|(person, _)| person).collect();
    if people.is_empty() {
        return (0, 0);
    }
    let live = report.findings.iter().filter(|f| access(report, f) == Some(Access::Live));
    let with_access: HashSet<PersonIx, RandomState> = live.filter_map(|f| f.person).collect();
    let as_well = people.intersection(&with_access).count();
    (as_well as u64, (people.len() - as_well) as u64)
}

fn live_in_directories(report: &Report) -> impl Iterator<Item = (PersonIx, &AccountFacts)> {
    let stands = report.findings.iter().filter(|f| f.app.is_none() && f.status != FindingStatus::NotEvaluable);
    let of_leaver = stands.filter_map(|f| {
        let person = f.person.filter(|ix| report.people.get(ix.0 as usize).is_some_and(|p| p.standing.has_left()))?;
        Some((person, f.account.as_deref()?))
    });
    of_leaver.filter(|(_, account)| !account.status.is_end_state())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::AccountTexts;
    use std::sync::Arc;

    #[test]
    fn an_account_is_one_however_its_address_is_spelt_and_the_row_that_lives_stands_for_it() {
        let mut report = sample::report();
        let count = |report: &Report| cases(report).iter().map(|case| case.left.len()).sum::<usize>();
        let before = count(&report);
        let of_leaver = |ix: PersonIx| report.people[ix.0 as usize].standing.has_left();
        let found = report.findings.iter().find(|f| f.app.is_some() && f.person.is_some_and(of_leaver));
        let mut twins = [(); 2].map(|()| found.unwrap().clone());
        for (twin, (address, status)) in twins
            .iter_mut()
            .zip([("ANN@x.example", AccountStatus::Deactivated), ("ann@x.example", AccountStatus::Active)])
        {
            let texts = AccountTexts { account: address, email: address, ..AccountTexts::default() };
            let place = twin.account.as_deref().unwrap().place;
            twin.account = Some(Arc::new(AccountFacts::new(texts, status, place)));
        }
        report.findings.extend(twins);
        assert_eq!(count(&report), before + 1);
        let cases = cases(&report);
        let left = cases.iter().flat_map(|case| &case.left).find(|left| left.account.key() == "ann@x.example").unwrap();
        assert_eq!((left.account.account(), left.findings.len()), ("ann@x.example", 2));
        assert!(left.is_access());
        let mut undecided = 0;
        for (status, is_access) in [(AccountStatus::Deactivated, false), (AccountStatus::Unknown, false)] {
            for twin in report.findings.iter_mut().rev().take(2) {
                let texts =
                    AccountTexts { account: "ann@x.example", email: "ann@x.example", ..AccountTexts::default() };
                let place = twin.account.as_deref().unwrap().place;
                twin.account = Some(Arc::new(AccountFacts::new(texts, status, place)));
            }
            let cases = super::cases(&report);
            let left =
                cases.iter().flat_map(|case| &case.left).find(|left| left.account.key() == "ann@x.example").unwrap();
            assert_eq!((left.is_access(), left.stands()), (is_access, false), "{status}");
            undecided += u64::from(left.is_charged());
        }
        assert_eq!(undecided, 1, "what nobody has explained is not shown as ended");
    }

    #[test]
    fn two_directories_that_know_a_leaver_by_one_address_have_an_account_each() {
        let mut report = sample::report();
        let count = |report: &Report| cases(report).iter().map(|case| case.left.len()).sum::<usize>();
        let (before, live) = (count(&report), in_directories(&report));
        let of_leaver = |ix: PersonIx| report.people[ix.0 as usize].standing.has_left();
        let found = report.findings.iter().find(|f| f.app.is_some() && f.person.is_some_and(of_leaver));
        let in_list = |source: u32| {
            let mut twin = found.unwrap().clone();
            let texts = AccountTexts { account: "ann@x.example", email: "ann@x.example", ..AccountTexts::default() };
            let place = crate::model::Place { source, ..twin.account.as_deref().unwrap().place };
            twin.account = Some(Arc::new(AccountFacts::new(texts, AccountStatus::Active, place)));
            twin.app = None;
            twin.status = FindingStatus::Open;
            twin
        };
        let twins = [0, 1, 1].map(in_list);
        report.findings.extend(twins);
        assert_eq!((count(&report), in_directories(&report)), (before + 2, live + 2));
    }

    #[test]
    fn an_account_of_which_only_the_time_that_its_end_took_is_found_is_not_left() {
        let mut report = sample::report();
        let of_leaver = |f: &Finding| {
            f.app.is_some() && f.person.is_some_and(|ix| report.people[ix.0 as usize].standing.has_left())
        };
        let of = |rule: &str, address: &str, status| {
            let mut finding = report.findings.iter().find(|f| of_leaver(f)).unwrap().clone();
            finding.rule = crate::rules::ALL.iter().map(|r| r.meta()).find(|m| m.id == rule).unwrap();
            finding.status = FindingStatus::Open;
            let texts = AccountTexts { account: address, email: address, ..AccountTexts::default() };
            let place = finding.account.as_deref().unwrap().place;
            finding.account = Some(Arc::new(AccountFacts::new(texts, status, place)));
            finding
        };
        use AccountStatus::{Active, Deactivated};
        let found = [
            of("sla-breach", "gone@x.example", Active),
            of("sla-breach", "lives@x.example", Active),
            of("residual-login-capable", "lives@x.example", Active),
            // What an earlier run has seen does not outweigh what the roster says now.
            of("sla-breach", "used@x.example", Active),
            of("activity-after-leaving", "used@x.example", Deactivated),
        ];
        report.findings.extend(found);
        let cases = cases(&report);
        let lefts: Vec<_> = cases.iter().flat_map(|case| &case.left).collect();
        let told = ["gone@x.example", "lives@x.example", "used@x.example"].map(|key| {
            let left = lefts.iter().find(|left| left.account.key() == key).unwrap();
            (left.has_ended(), left.stands(), left.is_access())
        });
        assert_eq!(told, [(true, false, false), (false, true, true), (true, false, false)]);
    }
}
