//! What is left of the access of people who have left, counted by account: one can stand in several rows of a roster, each with
//! a finding of its own.

use crate::model::{Access, Finding, FindingStatus};
use std::collections::BTreeMap;

/// The rules about what is left of a leaver's access, gravest first.
const TIERS: [&str; 5] =
    ["activity-after-leaving", "residual-login-capable", "residual-sso-blocked", "pending-invite-leaver", UNDECIDED];

/// The last of them: accounts of leavers that nobody can judge.
pub const UNDECIDED: &str = "residual-undecidable";

/// What is left.
#[derive(Debug, PartialEq, Eq)]
pub struct Residual {
    /// Live accounts by tier, the last one being those of which nobody can tell whether they live.
    pub tiers: [(&'static str, u64); TIERS.len()],
    /// People with a live one.
    pub people: u64,
    /// Live ones with which somebody has approved to live.
    pub excepted: u64,
}

/// An account, as far as one finding tells: its tier, and whether somebody has approved to live with it.
type Told = (usize, bool);

/// Counts the accounts. `has_status` says of each app whether its roster has statuses.
pub fn residual(findings: &[Box<Finding>], has_status: &[bool]) -> Residual {
    let told = |(ix, finding): (usize, &Finding)| {
        let tier = TIERS.iter().position(|id| *id == finding.rule.id)?;
        let (app, person) = (finding.app?, finding.person?);
        let tier = match finding.access(has_status.get(app as usize).copied().unwrap_or(true))? {
            Access::Live => tier,
            Access::Undecided => TIERS.len() - 1,
        };
        Some((person, app, ix, tier))
    };
    let mut all: Vec<_> = findings.iter().map(|f| &**f).enumerate().filter_map(told).collect();
    all.sort_unstable();
    let mut residual = Residual { tiers: TIERS.map(|id| (id, 0)), people: 0, excepted: 0 };
    for of_person in all.chunk_by(|a, b| a.0 == b.0) {
        let mut any_lives = false;
        let mut count = |(tier, excepted): Told| {
            residual.tiers[tier].1 += 1;
            let lives = tier + 1 < TIERS.len();
            any_lives |= lives;
            residual.excepted += u64::from(lives && excepted);
        };
        for of_app in of_person.chunk_by(|a, b| a.1 == b.1) {
            let told = |&(.., ix, tier): &(_, _, usize, usize)| (tier, findings[ix].status == FindingStatus::Excepted);
            if let [one] = of_app {
                count(told(one));
                continue;
            }
            let mut accounts: BTreeMap<_, Told> = BTreeMap::new();
            for one in of_app {
                let Some(account) = findings[one.2].account.as_deref() else { continue };
                // The gravest says what it is; somebody has to have approved all of them.
                let told = told(one);
                let known = accounts.entry(account.key()).or_insert(told);
                *known = (known.0.min(told.0), known.1 && told.1);
            }
            accounts.into_values().for_each(&mut count);
        }
        residual.people += u64::from(any_lives);
    }
    residual
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountFacts, AccountStatus, AccountTexts, FindingId, Passing, PersonIx, Place, Severity};
    use crate::rules;
    use std::sync::Arc;

    fn finding(tier: usize, person: u32, address: &str, status: AccountStatus) -> Box<Finding> {
        let rule = rules::ALL.iter().map(|rule| rule.meta()).find(|rule| rule.id == TIERS[tier]).unwrap();
        let texts = AccountTexts { account: address, email: address, ..AccountTexts::default() };
        let undecided = tier + 1 == TIERS.len();
        Box::new(Finding {
            id: FindingId([0; 16]),
            rule,
            severity: Severity::High,
            status: if undecided { FindingStatus::NotEvaluable } else { FindingStatus::Open },
            app: Some(0),
            person: Some(PersonIx(person)),
            account: Some(Arc::new(AccountFacts::new(texts, status, Place { source: 0, line: 2 }))),
            exception: None,
            exposed_days: None,
            key: None,
            evidence: Vec::new(),
            reason: Vec::new(),
            may_be_leavers: false,
            passing: Passing::default(),
            action: "".into(),
        })
    }

    fn counts(findings: &[Box<Finding>], has_status: bool) -> ([u64; 5], u64, u64) {
        let Residual { tiers, people, excepted } = residual(findings, &[has_status]);
        (tiers.map(|(_, n)| n), people, excepted)
    }

    #[test]
    fn what_has_ended_is_no_access_and_what_nobody_has_explained_is_undecided() {
        use AccountStatus::{Deactivated, Suspended, Unknown};
        let findings = [finding(0, 0, "ann@x.example", Deactivated), finding(1, 1, "bob@x.example", Suspended)];
        assert_eq!(counts(&findings, true), ([0, 1, 0, 0, 0], 1, 0));
        let unexplained = [finding(0, 2, "dan@x.example", Unknown)];
        assert_eq!(counts(&unexplained, true), ([0, 0, 0, 0, 1], 0, 0));
        // Without statuses, being listed is having access.
        assert_eq!(counts(&unexplained, false), ([1, 0, 0, 0, 0], 1, 0));
    }

    #[test]
    fn an_account_in_several_rows_is_one_and_of_the_gravest_tier() {
        use AccountStatus::{Active, Invited};
        let mut findings = [
            finding(1, 0, "ann@x.example", Active),
            finding(3, 0, "ANN@x.example", Invited),
            finding(1, 0, "a2@x.example", Active),
        ];
        assert_eq!(counts(&findings, true), ([0, 2, 0, 0, 0], 1, 0));
        findings[0].status = FindingStatus::Excepted;
        assert_eq!(counts(&findings, true).2, 0, "one of its findings stands");
        findings[1].status = FindingStatus::Excepted;
        assert_eq!(counts(&findings, true), ([0, 2, 0, 0, 0], 1, 1));
        findings.reverse();
        assert_eq!(counts(&findings, true), ([0, 2, 0, 0, 0], 1, 1));
    }
}
