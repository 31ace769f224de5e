//! Exports of one app that contradict each other about an account: by one it lives, by another it has ended.
//!
//! Which of them is right, nobody can tell: the later one may be the list of another part of the app. So the files of an app that
//! has several with a status are read once more, before its accounts are judged one by one. Accounts of people at work of whom
//! an address is enough are passed over, as there is nothing to judge.

use super::inputs::SourceInput;
use super::roster::{Context, Pass};
use crate::diag::Diagnostic;
use crate::identity::{Directory, SideBySide};
use crate::ingest::{self, Outcome, Outcomes, PlainRows};
use crate::model::{Place, Record};
use crate::rules::Made;
use crate::rules::cases::Lives;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::BuildHasher as _;

/// The first and the last place where an account is shown so.
type Places = Option<(Place, Place)>;

/// Where an account is shown as living, and where as ended.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    lives: Places,
    ended: Places,
}

impl Shown {
    /// One file that shows it as living, and another one that shows it as ended.
    fn contradiction(&self) -> Option<(Place, Place)> {
        let ((first, last), (begin, end)) = (self.lives?, self.ended?);
        let pairs = [(first, begin), (first, end), (last, begin), (last, end)];
        pairs.into_iter().find(|(lives, ended)| lives.source != ended.source)
    }
}

/// The accounts about which the exports of an app disagree.
#[derive(Debug, Default)]
pub struct Disagreements {
    shown: HashMap<u64, Shown, RandomState>,
}

impl Disagreements {
    /// Which file shows the account as living, and which as ended, if any do.
    pub fn about(&self, record: &Record<'_>) -> Option<(Place, Place)> {
        if self.shown.is_empty() {
            return None;
        }
        self.shown.get(&self.key(record)?)?.contradiction()
    }

    /// The account's own id and its address together, since parts of an app can have numbers of their own; what an account
    /// without an id is called.
    fn key(&self, record: &Record<'_>) -> Option<u64> {
        let called = [record.email, record.username].into_iter().map(str::trim).find(|text| !text.is_empty());
        let id = record.id.trim();
        if id.is_empty() && called.is_none() {
            return None;
        }
        Some(self.shown.hasher().hash_one((id, called.unwrap_or_default().to_lowercase())))
    }

    fn see(&mut self, record: &Record<'_>, here: Place) {
        let lives = Lives::of(record.status, true);
        if !matches!(lives, Lives::Yes | Lives::No) {
            return;
        }
        let Some(key) = self.key(record) else { return };
        let shown = self.shown.entry(key).or_default();
        let places = if lives == Lives::Yes { &mut shown.lives } else { &mut shown.ended };
        *places = Some(places.map_or((here, here), |(first, last)| (first.min(here), last.max(here))));
    }
}

impl Context<'_> {
    /// Looks through the files of an app before they are judged, if it has several that say a status.
    pub(super) fn disagreements(&self, files: &mut [SourceInput<'_>], made: &Made) -> Disagreements {
        let mut all = Disagreements::default();
        if files.iter().filter(|file| file.opened.tells_status()).count() < 2 {
            return all;
        }
        let directory = self.company.directory;
        for file in files.iter_mut().filter(|file| file.opened.tells_status()) {
            let mut looking = Looking {
                all: &mut all,
                directory,
                made,
                source: file.ix,
                expires: file.opened.export.expires,
                space: SideBySide::default(),
            };
            // What is wrong with a file is told when it is judged.
            let _ = ingest::read(&*file.file, &mut file.opened, &mut looking);
        }
        all.shown.retain(|_, shown| shown.contradiction().is_some());
        all
    }
}

impl Pass<'_, '_> {
    /// Which of the app's files shows an account as living, and which as ended, if they disagree.
    pub(super) fn disagreement(&self, record: &Record<'_>) -> Option<String> {
        let (lives, ended) = self.disagreements.about(record)?;
        let named = |place: Place| format!("{}:{}", self.names[place.source as usize], place.line);
        Some(format!(
            "the exports of the app disagree: by {} the account lives, by {} it has ended",
            named(lives),
            named(ended)
        ))
    }
}

/// A file that is looked through.
struct Looking<'l> {
    all: &'l mut Disagreements,
    directory: &'l Directory,
    made: &'l Made,
    source: u32,
    expires: bool,
    space: SideBySide,
}

impl Outcomes for Looking<'_> {
    fn wants_plain(&self) -> bool {
        true
    }

    fn plain(&mut self, rows: &mut PlainRows<'_>) {
        let holders = self.directory.at_work(rows.iter().map(|(_, plain)| plain.address), &mut self.space);
        let at_work: Vec<bool> = holders.map(|holder| holder.is_some()).collect();
        for (n, _) in at_work.into_iter().enumerate().filter(|(_, at_work)| *at_work) {
            rows.deal_with(n);
        }
    }

    fn outcome(&mut self, outcome: Outcome<'_>) -> Result<(), Diagnostic> {
        if let Outcome::Record(record, _) = outcome {
            let record = self.made.settle(record, self.expires, &self.directory.moment);
            self.all.see(&record, Place { source: self.source, line: record.line });
        }
        Ok(())
    }
}
