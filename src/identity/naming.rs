//! How a person is written in a file so that nobody else is meant, now and after a change of name.

use super::Directory;
use super::normalise;
use crate::model::{Person, PersonIx};

impl Directory {
    /// A text that means this person and nobody else, as [`Directory::named`] reads it: the employee id, else the work
    /// address, else the person's key. An employee id outlives a change of name.
    pub fn written(&self, ix: PersonIx) -> &str {
        let person = self.person(ix);
        let texts: [&str; 3] = [&person.employee_id, &person.email, &person.key];
        let is_theirs = |text: &&str| !text.is_empty() && self.named(text)[..] == [ix];
        texts.into_iter().find(is_theirs).unwrap_or(&person.key)
    }

    /// The people whom a text could mean: as an address, an employee id or a key, and if that is nobody's, as a full name.
    pub fn meant(&self, text: &str) -> Vec<PersonIx> {
        let found = self.named(text);
        let name = normalise::name(text);
        if !found.is_empty() || !name.contains(' ') {
            return found;
        }
        let has = |person: &Person| normalise::name(&person.name) == name;
        (0u32..).zip(&self.people).filter(|(_, person)| has(person)).map(|(ix, _)| PersonIx(ix)).collect()
    }
}
