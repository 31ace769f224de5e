//! Whom an identity provider has given each app, as far as lists of that are named.

use super::inputs::Inputs;
use super::tally::Tally;
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::identity::{Directory, Match, Scratch};
use crate::ingest::{self, Outcome};
use crate::model::{Assigned, Place, Situation, SourceRole};

/// Reads the lists of all apps.
///
/// # Errors
/// A file breaks off.
pub fn read(inputs: &mut Inputs<'_>, apps: &mut [AppFacts], directory: &Directory) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    for app in apps {
        for mut source in inputs.take(SourceRole::Assignments, &app.id) {
            let assigned =
                app.assigned.get_or_insert_with(|| Assigned::none(directory.people.len(), source.ix, source.earliest));
            assigned.earliest = assigned.earliest.min(source.earliest);
            let mut tally = Tally::default();
            let mut scratch = Scratch::default();
            let username_is = source.opened.export.username_is;
            let learnt = ingest::read(&*source.file, &mut source.opened, &mut |outcome: Outcome<'_>| {
                match outcome {
                    Outcome::Record(record, rows) => {
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
                    Outcome::Excluded { .. } => tally.rows.count(Situation::Excluded, 1),
                    Outcome::Rejected(rejected) => tally.reject(rejected),
                }
                Ok(())
            });
            match learnt {
                Ok(learnt) => {
                    assigned.complete &= learnt.total.is_none_or(|total| total <= learnt.rows)
                        && tally.rows.of(Situation::Linked) > 0
                        && tally.rows.of(Situation::Rejected) == 0;
                    tally.learnt = learnt;
                    inputs.tell(source.ix, tally);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
