//! One rich report that all format tests share: several apps, leavers of every kind, names that bite.

mod apps;
mod facts;
mod populations;
mod rules;

use crate::model::*;
pub(super) use facts::{LONG_NAME_LENGTH, MARKUP_ACCOUNT, MARKUP_NAME};
use jiff::tz::TimeZone;

/// A company whose exports hold nearly everything that can go wrong.
pub(super) fn report() -> Report {
    let people = facts::people();
    let apps = apps::apps();
    let findings = facts::findings();
    let count = |s| findings.iter().filter(|f| f.status == FindingStatus::Open && f.severity == s).count() as u64;
    let by_severity = Severity::ALL.iter().rev().map(|&s| (s.word(), count(s))).collect();
    let tiers = [
        "activity-after-leaving",
        "residual-login-capable",
        "residual-sso-blocked",
        "pending-invite-leaver",
        "residual-undecidable",
    ];
    let residual = tiers.map(|t| (t, findings.iter().filter(|f| f.rule.id == t).count() as u64)).to_vec();
    let sum = |of: fn(&AppReport) -> u64| apps.iter().map(of).sum::<u64>();
    let summary = Summary {
        people: 412,
        leavers: people.iter().filter(|p| p.standing.has_left()).count() as u64,
        unclear: people.iter().filter(|p| matches!(p.standing, Standing::Unclear(_))).count() as u64,
        leavers_with_access: 6,
        apps: apps.len() as u64,
        apps_evaluated: apps.iter().filter(|a| a.not_evaluable.is_none()).count() as u64,
        apps_manual_only: apps.iter().filter(|a| a.manual_only).count() as u64,
        accounts: sum(|a| a.accounts),
        residual,
        may_be_leavers: findings.iter().filter(|f| f.may_be_leavers).count() as u64,
        residual_excepted: 1,
        by_severity,
        not_evaluable: findings.iter().filter(|f| f.status == FindingStatus::NotEvaluable).count() as u64,
        excepted: findings.iter().filter(|f| f.status == FindingStatus::Excepted).count() as u64,
        automated_accounts: apps[1].live + apps[4].live,
        automation_unknown_accounts: apps[6].live,
        live_accounts: sum(|a| a.live),
    };
    Report {
        tool_version: "0.1.0",
        catalog_version: "2026-11-18".to_owned(),
        run: "5e".repeat(32),
        company: "Nordlicht & Söhne GmbH".to_owned(),
        as_of: "2026-11-20T17:30:00Z".to_owned(),
        as_of_basis: AsOfBasis::NewestSource,
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        zone_name: "Europe/Berlin".to_owned(),
        domains: vec!["nordlicht.example".to_owned(), "nordlicht-labs.example".to_owned()],
        domains_declared: true,
        policy: vec![
            ("access must end within", "1 day after the last day of work".to_owned()),
            ("dormant after", "90 days".to_owned()),
            ("a roster is stale after", "not declared".to_owned()),
        ],
        sources: apps::sources(),
        populations: populations::populations(),
        exceptions: populations::exceptions(),
        reviewed: None,
        apps,
        identities: facts::identities(),
        people,
        findings,
        closures: facts::closures(),
        rules: rules::ALL.to_vec(),
        summary,
        candidates: CandidateSearch { accounts: 3, pairs: 12, people: 400 },
        history: None,
        notices: vec![
            "figma_members.csv: the time of the export is the file's time stamp, a guess; declare `extracted-at`."
                .to_owned(),
            "1 file is read as Windows-1252, a guess: legacy-roster.csv".to_owned(),
        ],
    }
}

/// The same company with `count` open findings, for tests of size.
pub(super) fn large(count: usize) -> Report {
    let mut report = report();
    let seed: Vec<Box<Finding>> = report.findings.iter().filter(|f| f.person.is_some()).cloned().collect();
    let leavers = report.people.len();
    for ix in 0..count / 3 {
        let mut person = report.people[ix % leavers].clone();
        person.key = format!("employee-id:x{ix}").into();
        report.people.push(person);
    }
    let template = report.apps[0].clone();
    for ix in 0..290 {
        let (id, name) = (format!("app-{ix}"), format!("App number {ix}"));
        report.apps.push(AppReport { id, name, ..template.clone() });
    }
    for ix in 0..count {
        let mut finding = seed[ix % seed.len()].clone();
        finding.id.0[..8].copy_from_slice(&(ix as u64).to_be_bytes());
        finding.person = Some(PersonIx((ix / 3) as u32));
        let app = &report.apps[ix % report.apps.len()];
        finding.app = Some((ix % report.apps.len()) as u32);
        finding.action = app.handwork.as_ref().and_then(|hand| hand.by_hand(&app.name)).unwrap_or_default().into();
        report.findings.push(finding);
    }
    report.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    report
}
