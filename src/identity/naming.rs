//! Whom a text means that a person wrote into a file, and how a person is written there so that nobody else is meant, now and
//! after a change of name.

use super::index::Class;
use super::{Directory, normalise};
use crate::model::{Person, PersonIx};
use std::collections::BTreeSet;

impl Directory {
    /// The people whom one text could mean as an address, an employee id or a person's key. For what a person wrote in the
    /// workspace.
    pub fn named(&self, text: &str) -> Vec<PersonIx> {
        let mut out = String::new();
        let mut found = BTreeSet::new();
        if normalise::address(text, &mut out) {
            let folded = self.rules.fold(&out);
            for form in std::iter::once(out.as_str()).chain(folded.as_deref()) {
                for class in [Class::Email, Class::Alias, Class::Username] {
                    found.extend(self.index.holders(class, form).map(|h| h.person));
                }
                if !found.is_empty() {
                    break;
                }
            }
        } else if normalise::id(text, &mut out) {
            found.extend(self.index.numbered(&out).map(|h| h.person));
            found.extend(self.index.holders(Class::ExternalId, &out).map(|h| h.person));
        }
        if found.is_empty() {
            // People stand in the order of their keys.
            let from = self.people.partition_point(|p| *p.key < *text);
            let same = self.people[from..].iter().take_while(|p| *p.key == *text).count();
            found.extend((from as u32..(from + same) as u32).map(PersonIx));
        }
        found.into_iter().collect()
    }

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
