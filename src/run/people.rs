//! The lists of people as populations: whether HR and the directories hold everybody, and whether their leavings are some.

use super::Job;
use super::guard::{Facts, Listed, guard};
use super::inputs::Inputs;
use super::tally::counted;
use crate::identity::Directory;
use crate::model::{
    Acceptance, Check, CheckOutcome, Identity, PersonStatus, PopulationReport, Previous, SourceReport, SourceRole,
};
use crate::rules::cases::Doubts;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Every list of people, looked at, in the order of the files.
pub fn populations(
    job: &Job<'_>,
    previous: Option<&Previous>,
    inputs: &Inputs<'_>,
    directory: &Directory,
) -> Vec<PopulationReport> {
    let moment = &directory.moment;
    let mut live: BTreeMap<u32, u64> = BTreeMap::new();
    let mut read: BTreeMap<u32, u64> = BTreeMap::new();
    for run in directory.identities.chunk_by(|a, b| a.place.source == b.place.source) {
        let source = run[0].place.source;
        let records = || run.iter().filter(|identity| !identity.is_unread);
        *read.entry(source).or_default() += records().count() as u64;
        *live.entry(source).or_default() += records().filter(|i| lives(i, moment.now, &moment.zone)).count() as u64;
    }
    let reports = inputs.reports();
    let mut lists: Vec<(&SourceReport, Vec<u32>)> = Vec::new();
    for (ix, report) in (0u32..).zip(reports) {
        if !matches!(report.role, SourceRole::Hr | SourceRole::Idp) {
            continue;
        }
        match lists.iter_mut().find(|(first, _)| (first.role, &first.id) == (report.role, &report.id)) {
            Some((_, sources)) => sources.push(ix),
            None => lists.push((report, vec![ix])),
        }
    }
    let population = |(first, sources): (&SourceReport, Vec<u32>)| {
        let sum = |of: &BTreeMap<u32, u64>| sources.iter().filter_map(|ix| of.get(ix)).sum();
        let files: Vec<Listed> = sources.iter().map(|&ix| inputs.listed(ix)).collect();
        let named = if first.role == SourceRole::Hr { &job.workspace.hr } else { &job.workspace.idp };
        let accept: Vec<&Acceptance> =
            named.iter().filter(|i| files.iter().any(|f| f.name == i.file)).flat_map(|i| &i.accept).collect();
        let facts = Facts {
            role: first.role,
            id: &first.id,
            files: &files,
            read: sum(&read),
            live: sum(&live),
            roster: None,
            accept,
        };
        PopulationReport {
            role: first.role,
            id: first.id.clone(),
            name: inputs.product_of(sources[0]).map_or_else(|| first.id.clone(), |id| job.name_of(id)),
            records: facts.records(),
            live: facts.live,
            admins: Vec::new(),
            guard: guard(&job.workspace.policy.guard, &facts, previous, &moment.zone),
            sources,
        }
    };
    lists.into_iter().map(population).collect()
}

/// Whether a record of a person has not ended.
fn lives(identity: &Identity, now: i64, zone: &TimeZone) -> bool {
    if identity.from_hr {
        identity.person_status != PersonStatus::Terminated && !identity.end.is_some_and(|end| end.passed(now, zone))
    } else {
        !identity.status.is_end_state()
    }
}

/// What is doubtful about the people; nothing, if all lists may be relied upon.
pub fn doubts(populations: &[PopulationReport], reports: &[SourceReport]) -> Option<Doubts> {
    let mut doubts = Doubts::default();
    let of_people = |r: &&SourceReport| matches!(r.role, SourceRole::Hr | SourceRole::Idp) && r.of_nobody > 0;
    let unread = reports.iter().filter(of_people).map(|report| {
        let rows = counted(report.of_nobody, "row", "rows");
        format!("{rows} of {} could not be read, and nobody can tell whom they are about", report.file)
    });
    doubts.unread = unread.reduce(|all, one| format!("{all}; {one}"));
    let mut missing = Vec::new();
    for population in populations {
        for checked in population.guard.flagged() {
            if checked.check != Check::LiveDrop {
                missing.push(checked.saw.as_str());
                if population.role == SourceRole::Hr {
                    doubts.hr = Some(checked.saw.clone());
                }
                continue;
            }
            for source in &population.sources {
                doubts.leavings.insert(*source, checked.saw.clone());
            }
        }
    }
    if !missing.is_empty() {
        doubts.people = Some(missing.join("; "));
    }
    let any = populations.iter().any(|p| p.guard.0.iter().any(|c| c.outcome == CheckOutcome::Flagged));
    (any || doubts.unread.is_some()).then_some(doubts)
}

/// Why no app can be evaluated, if the people are not known.
pub fn nobody_is_certain(populations: &[PopulationReport]) -> Option<String> {
    let flagged: Vec<&str> =
        populations.iter().flat_map(|p| p.guard.flagged()).map(|checked| checked.saw.as_str()).collect();
    (!flagged.is_empty()).then(|| format!("the people are not known for certain: {}", flagged.join("; ")))
}
