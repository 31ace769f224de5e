//! Puts the parts of a run together: order, headline numbers, notices.

use super::Job;
use super::leavers::{Residual, residual};
use super::roster_done::RosterDone;
use super::tally::counted;
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::identity::Directory;
use crate::model::{
    AppReport, AsOfBasis, BulkLimit, CandidateSearch, Check, Checked, Closure, ExceptionReport, Finding, FindingStatus,
    Level, Operation, PopulationReport, Report, Reviewed, Severity, SourceReport, SourceRole, Standing, Summary,
    Threshold, When,
};
use crate::rules;
use crate::workspace::{GuardPolicy, OlderThanLeaving};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Everything a run has produced.
pub struct Parts<'a, 'j> {
    pub job: &'a Job<'j>,
    pub as_of: When,
    pub as_of_basis: AsOfBasis,
    pub own_domains: BTreeSet<String>,
    pub domains_declared: bool,
    pub sources: Vec<SourceReport>,
    pub populations: Vec<PopulationReport>,
    pub exceptions: Vec<ExceptionReport>,
    pub reviewed: Option<Reviewed>,
    /// SHA-256 over everything that the run depends on.
    pub run: String,
    /// Why no app can be evaluated, if the people are not known.
    pub people_unknown: Option<String>,
    pub apps: Vec<AppFacts>,
    pub rosters: Vec<RosterDone>,
    pub directory: Directory,
    pub findings: Vec<Box<Finding>>,
    pub closures: Vec<Closure>,
    pub warnings: &'a [Diagnostic],
}

/// The report of a run.
pub fn report(parts: Parts<'_, '_>) -> Report {
    let Parts {
        job,
        as_of,
        as_of_basis,
        own_domains,
        domains_declared,
        sources,
        populations,
        exceptions,
        reviewed,
        run,
        people_unknown,
        apps,
        rosters,
        directory,
        findings,
        closures,
        warnings,
    } = parts;
    let workspace = job.workspace;
    let company = &workspace.company;
    let mut findings = findings;
    sort(&mut findings, &apps, &directory);
    let has_status: Vec<bool> = rosters.iter().map(RosterDone::has_status).collect();
    let residual = residual(&findings, &has_status);
    let apps: Vec<AppReport> =
        apps.into_iter().zip(rosters).map(|(app, roster)| app_report(app, roster, people_unknown.as_deref())).collect();
    let mut closures = closures;
    closures.par_sort_by(|a, b| {
        (a.person, a.app, a.account.account(), a.account.place).cmp(&(
            b.person,
            b.app,
            b.account.account(),
            b.account.place,
        ))
    });
    let revoke = workspace.policy.revoke_within.as_ref();
    let summary = summary(&apps, &directory, &findings, residual);
    let (accounts, pairs) = directory.searched();
    let candidates = CandidateSearch { accounts, pairs, people: directory.people.len() as u64 };
    let declared =
        |days: Option<u32>| days.map_or_else(|| "not declared".to_owned(), |d| counted(u64::from(d), "day", "days"));
    let mut notices: Vec<String> = warnings.iter().map(notice).collect();
    notices.extend(apps.iter().filter(|a| a.absent_not_listed).map(|a| {
        let absent = a.differences[crate::model::Difference::OnlyInIdp as usize];
        let (id, limit) = (&a.id, workspace.policy.only_in_idp_limit);
        format!("{id}: {absent} people of the directory have no account; more than {limit}, so diffs/{id}.csv leaves them out. `coverage diff --app {id}` lists them.")
    }));
    for population in &populations {
        notices.extend(population.guard.accepted().filter_map(|c| accepted(&population.id, c)));
    }
    notices.sort();
    notices.dedup();
    Report {
        tool_version: env!("CARGO_PKG_VERSION"),
        catalog_version: job.catalog.version().to_owned(),
        run,
        company: company.name.clone().unwrap_or_default(),
        as_of: as_of.to_string(),
        as_of_basis,
        zone: company.zone.clone(),
        zone_name: company.zone_name.clone(),
        domains: own_domains.into_iter().collect(),
        domains_declared,
        policy: vec![
            ("HR systems, most trusted first", precedence(&sources, SourceRole::Hr)),
            ("identity providers, most trusted first", precedence(&sources, SourceRole::Idp)),
            ("dormant after", declared(workspace.policy.dormant_days)),
            ("roster stale after", declared(workspace.policy.roster_max_age_days)),
            ("access ends within", revoke.map_or_else(|| "not declared".to_owned(), ToString::to_string)),
            ("absent people listed up to", workspace.policy.only_in_idp_limit.to_string()),
            ("lists are checked for", guard_words(&workspace.policy.guard)),
            ("accounts of one exception up to", workspace.policy.exception_max_accounts.to_string()),
            ("an exception holds up to", declared(workspace.policy.exception_max_days)),
            ("approvals count as given in bulk", bulk_words(workspace.policy.review_bulk)),
            (
                "first candidate accepted",
                workspace.accept.map_or_else(
                    || "never".to_owned(),
                    |a| format!("with {} things in common and {} points ahead", a.agree, a.lead),
                ),
            ),
            ("fails on", threshold_words(workspace.policy.threshold)),
        ],
        sources,
        populations,
        exceptions,
        reviewed,
        apps,
        identities: directory.identities,
        people: directory.people,
        findings,
        closures,
        rules: rules::ALL.iter().map(|r| r.meta()).collect(),
        summary,
        candidates,
        history: None,
        notices,
    }
}

/// What somebody has accepted about a list, as a sentence of the report.
fn accepted(id: &str, checked: &Checked) -> Option<String> {
    let a = checked.accepted.as_ref()?;
    Some(format!("{id}: {}; accepted by {} on {} ({}): {}", checked.saw, a.by, a.on, a.check, a.because))
}

/// What makes the command fail.
fn threshold_words(threshold: Threshold) -> String {
    let undecided = if threshold.undecided { ", and what cannot be decided" } else { "" };
    threshold.fail_on.map_or_else(|| "not declared".to_owned(), |severity| format!("{severity}{undecided}"))
}

/// The checks of lists that are switched on.
fn guard_words(guard: &GuardPolicy) -> String {
    let on = |check: Check, is: bool| is.then(|| check.word().to_owned());
    let drop = (guard.drop_percent < 100).then(|| format!("{} of more than {} %", Check::Drop, guard.drop_percent));
    let older = match guard.older_than_leaving {
        OlderThanLeaving::Off => None,
        OlderThanLeaving::Accounts => Some(Check::OlderThanLeaving.to_string()),
        OlderThanLeaving::Any => Some(format!("{} (of anybody)", Check::OlderThanLeaving)),
    };
    let checks = [
        on(Check::ZeroRows, guard.zero_rows),
        on(Check::DeclaredTotal, guard.declared_total),
        on(Check::RoundCount, guard.round_count),
        drop,
        on(Check::KnownAdmins, guard.known_admins),
        older,
    ];
    let checks: Vec<String> = checks.into_iter().flatten().collect();
    if checks.is_empty() { "nothing".to_owned() } else { checks.join(", ") }
}

/// When approvals of a review count as given in bulk.
fn bulk_words(limit: BulkLimit) -> String {
    format!("from {} within {} seconds", limit.approvals, limit.seconds)
}

/// The sources of one kind in the order of their precedence.
fn precedence(sources: &[SourceReport], role: SourceRole) -> String {
    let ids: Vec<&str> = sources.iter().filter(|s| s.role == role).map(|s| s.id.as_str()).collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}

/// A remark as a sentence of the report.
fn notice(d: &Diagnostic) -> String {
    let place = match (d.line, d.column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        _ => String::new(),
    };
    let help = d.help.as_deref().map_or(String::new(), |h| format!(". To do: {h}"));
    format!("{}{place}: {}{help}", d.file, d.message)
}

fn app_report(app: AppFacts, roster: RosterDone, people_unknown: Option<&str>) -> AppReport {
    let why = roster.not_evaluable().into_iter().chain(people_unknown.map(str::to_owned)).collect::<Vec<_>>();
    let live = roster.live_for_certain();
    let has_status = roster.has_status();
    AppReport {
        manual_only: app.is_manual_only(),
        sign_in: app.sign_in().to_owned(),
        id: app.id,
        name: app.name,
        product: app.product,
        owner: app.owner,
        sources: roster.sources,
        not_evaluable: (!why.is_empty()).then(|| why.join("; ")),
        rows: roster.rows,
        accounts: roster.accounts,
        has_status,
        live,
        privileged: roster.privileged,
        operations: app.operations,
        set_up: app.set_up,
        handwork: app.handwork,
        deprovision: app.deprovision,
        differences: roster.differences,
        absent_not_listed: roster.absent_not_listed,
    }
}

/// Gravest first; what cannot be decided after what is certain of its severity; then by names, never by rows.
fn sort(findings: &mut [Box<Finding>], apps: &[AppFacts], directory: &Directory) {
    fn account(f: &Finding) -> Option<&str> {
        f.account.as_ref().map(|a| a.account())
    }
    findings.par_sort_unstable_by(|a, b| {
        let app = |f: &Finding| f.app.map(|ix| apps[ix as usize].id.as_str());
        let person = |f: &Finding| f.person.map(|ix| &*directory.person(ix).key);
        // Long texts are compared where they are not the same one.
        let rule = || if std::ptr::eq(a.rule, b.rule) { Ordering::Equal } else { a.rule.id.cmp(b.rule.id) };
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.status.cmp(&b.status))
            .then_with(rule)
            .then_with(|| if a.app == b.app { Ordering::Equal } else { app(a).cmp(&app(b)) })
            .then_with(|| account(a).cmp(&account(b)))
            .then_with(|| person(a).cmp(&person(b)))
            .then_with(|| a.id.cmp(&b.id))
    });
}

fn summary(apps: &[AppReport], directory: &Directory, findings: &[Box<Finding>], residual: Residual) -> Summary {
    let open = |severity: Severity| {
        findings.iter().filter(|f| f.status == FindingStatus::Open && f.severity == severity).count() as u64
    };
    let ends = |a: &AppReport| {
        let level = a.operations.iter().find(|o| o.operation == Operation::Deactivate).map(|o| o.level);
        level.unwrap_or(Level::Unknown)
    };
    let live_at = |level: Level| apps.iter().filter(|a| ends(a) == level).map(|a| a.live).sum();
    Summary {
        people: directory.people.len() as u64,
        leavers: directory.people.iter().filter(|p| p.standing.has_left()).count() as u64,
        unclear: directory.people.iter().filter(|p| matches!(p.standing, Standing::Unclear(_))).count() as u64,
        leavers_with_access: residual.people,
        apps: apps.len() as u64,
        apps_evaluated: apps.iter().filter(|a| a.not_evaluable.is_none()).count() as u64,
        apps_manual_only: apps.iter().filter(|a| a.manual_only).count() as u64,
        accounts: apps.iter().map(|a| a.accounts).sum(),
        residual: residual.tiers.to_vec(),
        may_be_leavers: findings.iter().filter(|f| f.may_be_leavers && f.status != FindingStatus::Excepted).count()
            as u64,
        residual_excepted: residual.excepted,
        by_severity: Severity::ALL.iter().rev().map(|s| (s.word(), open(*s))).collect(),
        not_evaluable: findings.iter().filter(|f| f.status == FindingStatus::NotEvaluable).count() as u64,
        excepted: findings.iter().filter(|f| f.status == FindingStatus::Excepted).count() as u64,
        automated_accounts: live_at(Level::Automated),
        automation_unknown_accounts: live_at(Level::Unknown),
        live_accounts: apps.iter().map(|a| a.live).sum(),
    }
}
