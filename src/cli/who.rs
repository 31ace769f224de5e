//! Whom a command is asked about.

use crate::model::PersonIx;
use crate::rules::cases::Company;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What a user wrote for a person, and the people who are meant by it.
pub struct Who<'a> {
    /// As written.
    pub written: &'a str,
    people: OnceLock<BTreeSet<PersonIx>>,
}

impl<'a> Who<'a> {
    /// Nobody is found yet.
    pub fn new(written: &'a str) -> Self {
        Self { written, people: OnceLock::new() }
    }

    /// Looks among the people of a run: by address, employee id or key, and if that is nobody's, by the full name.
    pub fn look(&self, company: &Company<'_>) {
        self.people.get_or_init(|| company.directory.meant(self.written).into_iter().collect());
    }

    /// Whether this person is meant.
    pub fn means(&self, person: PersonIx) -> bool {
        self.people.get().is_some_and(|people| people.contains(&person))
    }

    /// The people who are meant.
    pub fn people(self) -> BTreeSet<PersonIx> {
        self.people.into_inner().unwrap_or_default()
    }
}
