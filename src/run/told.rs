//! What earlier runs say to the rules and to the report.

use super::roster_done::RosterDone;
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::history::{self, Changes, Said};
use crate::model::{
    FindingHistory, History, Past, PersonIx, Report, RevokeLimit, Snapshot, SourceRole, Standing, TrendPoint,
};
use crate::rules::cases::{Company, RemovalCase};
use crate::rules::{self, Findings};
use crate::workspace::Workspace;
use std::collections::HashMap;

/// Shows the rules each account of a leaver that this run's rosters show gone for the first time.
pub fn removals(
    past: &Past,
    snapshot: &Snapshot,
    company: &Company<'_>,
    apps: &[AppFacts],
    rosters: &[RosterDone],
    findings: &mut Findings,
) {
    let changes = history::advance_gaps(past, snapshot);
    let people: HashMap<&str, u32> = company.directory.people.iter().zip(0..).map(|(p, ix)| (&*p.key, ix)).collect();
    for gap in changes.gaps_opened.iter().filter(|gap| gap.state.is_gone() && gap.until_run.is_none()) {
        let Some(app) = apps.iter().position(|app| app.id == gap.app) else { continue };
        let (Some(roster), Some(person)) = (&rosters[app].facts, people.get(gap.person.as_str())) else { continue };
        let alive = changes.gaps_ended.iter().chain(&changes.gaps_opened).find(|before| {
            (before.key, &before.app, &before.person) == (gap.key, &gap.app, &gap.person)
                && before.until_run.is_some()
                && before.state.is_open()
        });
        let Some(alive) = alive.and_then(|before| {
            // A state that ends just now has been seen in the last accepted roster.
            history::last_sight(past, before)
                .or(past.accepted(SourceRole::Roster, &gap.app).and_then(|(_, l)| l.made_from))
        }) else {
            continue;
        };
        let (app, person) = (&apps[app], PersonIx(*person));
        let case = RemovalCase { company, app, roster, gap, person, alive };
        rules::ALL.iter().for_each(|rule| rule.removal(&case, findings));
    }
}

/// What is to be told of apps that the newest kept run knew and this one does not: nobody looks at their accounts any more.
pub fn dropped(past: &Past, apps: &[AppFacts]) -> Vec<Diagnostic> {
    let Some(newest) = past.newest().map(|run| run.no) else { return Vec::new() };
    let rosters = past.populations.iter().filter(|((role, _), _)| *role == SourceRole::Roster);
    let known = rosters.filter(|(_, all)| all.last().is_some_and(|(no, _)| *no == newest)).map(|((_, id), _)| id);
    let gone = known.filter(|id| apps.iter().all(|app| app.id != **id)).map(|id| {
        let message = format!("the last kept run knew the app `{id}`, and this one does not");
        Diagnostic::warning("coverage.yaml", message).help(
            "what that run found there stands open and is not looked at; name the app again, or note who took it out",
        )
    });
    gone.collect()
}

/// What the report says of earlier runs. `past` becomes what it is when this run is counted in.
pub fn told(
    past: &mut Past,
    snapshot: &Snapshot,
    changes: &Changes,
    report: &Report,
    workspace: &Workspace,
) -> History {
    let linked = past.linked.iter().map(|(app, linked)| (app.clone(), linked.run)).collect();
    let runs = past.runs.iter().map(|run| (run.no, (run.as_of.clone(), run.as_of_second))).collect();
    let mut findings = std::collections::BTreeMap::new();
    for finding in &report.findings {
        let Some(known) = past.finding(finding.id) else { continue };
        let app = finding.app.and_then(|ix| report.apps.get(ix as usize)).map(|app| app.id.as_str());
        let roster =
            app.and_then(|app| snapshot.populations.iter().find(|p| p.role == SourceRole::Roster && p.id == app));
        let look = match roster {
            Some(roster) if roster.accepted => roster.made_from,
            Some(_) => history::last_look(past, app, None),
            None => Some(snapshot.run.as_of_second),
        };
        let id = finding.id.to_string();
        let said = history::said(&past.claims, &id, look);
        findings.insert(
            finding.id,
            FindingHistory {
                first_run: known.first_run,
                opened_run: known.open.as_ref().map_or(changes.no, |open| open.opened_run),
                state: history::state(true, known.ended, said),
                claim: if let Said::Claimed(claim) = said { Some(claim.clone()) } else { None },
                contradicted: if let Said::Contradicted(claim) = said { Some(claim.clone()) } else { None },
            },
        );
    }
    let since = history::since(past, snapshot, changes);
    let trend = past.runs.iter().map(|run| TrendPoint {
        as_of: run.as_of.clone(),
        second: run.as_of_second,
        headline: run.headline.clone(),
    });
    let trend = trend.collect();
    history::apply(past, snapshot, changes);
    let unseen = past.findings.iter().filter_map(|f| f.open.as_ref()).filter(|open| open.unseen_from.is_some()).count();
    let limits = limits(workspace);
    let times = history::times(past, &limits, &workspace.company.zone);
    let revoke = history::summaries(&times, &limits);
    History {
        runs,
        no: changes.no,
        second: snapshot.run.as_of_second,
        findings,
        linked,
        unseen: unseen as u64,
        revoke,
        revoke_buckets: history::buckets(&times),
        since,
        trend,
    }
}

/// The time limits that a workspace declares.
pub fn limits(workspace: &Workspace) -> impl Fn(&str) -> Option<RevokeLimit> {
    |app: &str| {
        let own = workspace.apps.iter().find(|a| a.id == app).and_then(|a| a.revoke_within.as_ref());
        own.or(workspace.policy.revoke_within.as_ref()).cloned()
    }
}

/// Until when a leaver's access to an app has to end, in Unix seconds, as far as a limit is declared and the leaving known.
pub fn due(workspace: &Workspace) -> impl Fn(&str, &Standing) -> Option<i64> {
    let limits = limits(workspace);
    let zone = &workspace.company.zone;
    move |app, standing| Some(history::deadline(&limits(app)?, zone, standing.since()?.latest(zone)))
}
