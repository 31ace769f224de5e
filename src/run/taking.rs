//! One file of a roster: each row is taken as what it is, and counted.

use super::inputs::SourceInput;
use super::roster::Pass;
use super::tally::Tally;
use crate::diag::{Diagnostic, cause};
use crate::identity::SideBySide;
use crate::ingest::{self, Outcome, Outcomes, PlainRows};
use crate::model::{Export, Situation, UsernameIs};

impl Pass<'_, '_> {
    /// Reads one file to its end.
    pub(super) fn file(&mut self, file: &mut SourceInput<'_>) -> Result<(), Diagnostic> {
        let mut tally = Tally::default();
        let ix = file.ix;
        let Export { username_is, expires, .. } = *file.opened.export;
        let name = file.file.name().to_owned();
        let plain_is_enough = !self.concern
            && self.accounts_csv.is_none()
            && !self.context.job.streams.matched
            && self.context.job.watch.is_none()
            // Of a later list, each account may be one that did not exist yet.
            && !self.roster.made.is_later(&self.context.company.directory.moment);
        let mut taking = Taking {
            pass: self,
            tally: &mut tally,
            source: ix,
            username_is,
            expires,
            name: &name,
            plain_is_enough,
            space: SideBySide::default(),
        };
        let learnt = ingest::read(&*file.file, &mut file.opened, &mut taking)?;
        tally.close(learnt);
        self.done.rows.add(&tally.rows);
        self.done.tallies.push((ix, tally));
        Ok(())
    }
}

/// A file whose rows are being taken.
struct Taking<'t, 'p, 'c> {
    pass: &'t mut Pass<'p, 'c>,
    tally: &'t mut Tally,
    source: u32,
    username_is: UsernameIs,
    expires: bool,
    name: &'t str,
    plain_is_enough: bool,
    space: SideBySide,
}

impl Outcomes for Taking<'_, '_, '_> {
    fn wants_plain(&self) -> bool {
        self.plain_is_enough
    }

    fn plain(&mut self, rows: &mut PlainRows<'_>) {
        let taken = self.pass.at_work(rows, self.source, &mut self.space);
        self.tally.rows.count(Situation::Linked, taken);
    }

    fn outcome(&mut self, outcome: Outcome<'_>) -> Result<(), Diagnostic> {
        let done = match outcome {
            Outcome::Record(record, rows) => {
                let record = self.pass.settle(record, self.expires);
                self.pass.account(&record, rows, self.source, self.username_is, self.tally)
            }
            Outcome::Excluded { line, reason } => {
                self.tally.no_record(reason);
                self.pass.left_out(self.source, line, Situation::Excluded, reason)
            }
            Outcome::Rejected(mut rejected, whom) => {
                if let Some(leaver) = whom.and_then(|record| self.pass.leaver(record, self.username_is)) {
                    rejected.reason = format!("{}; it has the address of {leaver}", rejected.reason);
                    self.tally.of_leaver(&rejected);
                }
                let done = self.pass.unreadable(self.source, &rejected);
                self.tally.reject(rejected);
                done
            }
        };
        done.map_err(|e| Diagnostic::error(self.name, format!("its results cannot be written: {}", cause(&e))))
    }
}
