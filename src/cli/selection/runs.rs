//! Runs over a selection of files, for the commands that look at what a report would say and write none.

use super::super::Failure;
use super::super::store::KeptRuns;
use super::Selection;
use crate::host::Progress;
use crate::model::Past;
use crate::run::{Done, Earlier, Job, Streams, Watch};
use std::io::{self, Write};

impl Selection {
    /// A run that writes nothing while it reads, and looks at every account.
    ///
    /// # Errors
    /// Inputs that cannot be used.
    pub fn watched(&self, watch: &dyn Watch, kept: &KeptRuns) -> Result<Done, Failure> {
        self.watched_in(None, watch, kept)
    }

    /// The same, and only the accounts of one app, if one is named.
    ///
    /// # Errors
    /// Inputs that cannot be used.
    pub fn watched_in(&self, only_app: Option<&str>, watch: &dyn Watch, kept: &KeptRuns) -> Result<Done, Failure> {
        self.run(only_app, Some(watch), kept)
    }

    /// A run that writes nothing, for what its report says.
    ///
    /// # Errors
    /// Inputs that cannot be used.
    pub fn reported(&self, kept: &KeptRuns) -> Result<Done, Failure> {
        self.run(None, None, kept)
    }

    fn run(&self, only_app: Option<&str>, watch: Option<&dyn Watch>, kept: &KeptRuns) -> Result<Done, Failure> {
        let store = kept.existing(&self.folder)?;
        let asked = |inputs: &str, second: i64| match &store {
            Some(store) => store.earlier(inputs, second),
            None => Ok(Past::default()),
        };
        let earlier: Option<&Earlier<'_>> = if store.is_some() { Some(&asked) } else { None };
        let open = |written: &str| self.open(written);
        let progress = Progress::start();
        let say = |what: &str| progress.say(what);
        let job = Job { watch, earlier, only_app, ..self.job(&open, NOTHING, &say) };
        let done = crate::run::run(&job);
        progress.end();
        Ok(done?)
    }
}

/// Nothing is written while the rosters are read.
pub const NOTHING: Streams<'static> =
    Streams { create: &nowhere, diffs: false, matched: false, all_absent: false, accounts: None };

fn nowhere(_: &str) -> io::Result<Box<dyn Write + Send>> {
    Ok(Box::new(io::sink()))
}
