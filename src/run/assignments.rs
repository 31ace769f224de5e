//! Whom an identity provider has given each app, as far as lists of that are named.

use super::Job;
use super::guard::{Facts, Listed, guard};
use super::inputs::Inputs;
use super::tally::Tally;
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::identity::{Directory, Match, Scratch};
use crate::ingest::{self, Outcome};
use crate::model::{Acceptance, Assigned, Export, Place, PopulationReport, Previous, Situation, SourceRole};

/// Reads the lists of all apps, and looks whether each may be taken for the whole.
///
/// # Errors
/// A file breaks off.
pub fn read(
    job: &Job<'_>,
    previous: Option<&Previous>,
    inputs: &mut Inputs<'_>,
    apps: &mut [AppFacts],
    directory: &Directory,
) -> Result<Vec<PopulationReport>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut populations = Vec::new();
    for app in apps {
        let (mut sources, mut read, mut known) = (Vec::new(), 0, 0);
        for mut source in inputs.take(SourceRole::Assignments, &app.id) {
            let assigned = app
                .assigned
                .get_or_insert_with(|| Assigned::none(directory.people.len(), source.ix, source.made.earliest));
            assigned.earliest = assigned.earliest.min(source.made.earliest);
            let mut tally = Tally::default();
            let mut scratch = Scratch::default();
            let Export { username_is, expires, .. } = *source.opened.export;
            let made = source.made;
            let learnt = ingest::read(&*source.file, &mut source.opened, &mut |outcome: Outcome<'_>| {
                match outcome {
                    Outcome::Record(record, rows) => {
                        let record = &*made.settle(record, expires, &directory.moment);
                        read += 1;
                        let found = match directory.match_account(record, username_is, &mut scratch) {
                            // Of a group nobody knows here who is in it.
                            _ if record.kind.is_non_human() => {
                                let place = Place { source: source.ix, line: record.line };
                                assigned.groups.get_or_insert(place);
                                Situation::NonHuman
                            }
                            Match::Linked(link) => {
                                if !record.status.is_end_state() {
                                    assigned.add(link.person);
                                }
                                Situation::Linked
                            }
                            Match::Disputed(rivals) | Match::Collision(rivals) => {
                                // Each may be meant: that one of them is not assigned cannot be said.
                                rivals.iter().for_each(|rival| assigned.add(rival.person));
                                Situation::Disputed
                            }
                            Match::NoKey => Situation::Unmatched,
                        };
                        tally.rows.count(found, rows);
                    }
                    Outcome::Excluded { reason, .. } => tally.no_record(reason),
                    Outcome::Rejected(rejected, _) => tally.reject(rejected),
                }
                Ok(())
            });
            match learnt {
                Ok(learnt) => {
                    known += tally.rows.of(Situation::Linked);
                    assigned.complete &= tally.rows.of(Situation::Rejected) == 0;
                    tally.close(learnt);
                    inputs.tell(source.ix, tally);
                    sources.push(source.ix);
                }
                Err(problem) => problems.push(problem),
            }
        }
        let Some(assigned) = app.assigned.as_mut() else { continue };
        let files: Vec<Listed> = sources.iter().map(|&ix| inputs.listed(ix)).collect();
        let named = job.workspace.apps.iter().filter(|a| a.id == app.id).flat_map(|a| &a.assignments);
        let accept: Vec<&Acceptance> = named.flat_map(|input| &input.accept).collect();
        let facts = Facts {
            role: SourceRole::Assignments,
            id: &app.id,
            files: &files,
            read,
            live: known,
            roster: None,
            accept,
        };
        let guard = guard(&job.workspace.policy.guard, &facts, previous, &directory.moment.zone);
        assigned.complete &= known > 0 && guard.not_evaluable().is_none();
        populations.push(PopulationReport {
            role: SourceRole::Assignments,
            id: app.id.clone(),
            name: app.name.clone(),
            records: facts.records(),
            live: known,
            admins: Vec::new(),
            guard,
            sources,
        });
    }
    if problems.is_empty() { Ok(populations) } else { Err(problems) }
}
