//! Whom an identity provider has given an app.

use super::{PersonIx, Place};

/// The people to whom an app is assigned. A bit for each person of the run: lists can name them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    people: Vec<u64>,
    /// The place that stands for the list as a whole.
    pub place: Place,
    /// The first second at which it can have been made (of several files, of the oldest).
    pub earliest: i64,
    /// Where it names a group, whose members it does not name.
    pub groups: Option<Place>,
    /// Whether nothing shows that it is only a part: every row could be read, somebody is known, no page is missing.
    pub complete: bool,
}

impl Assigned {
    /// A list without anybody, in a run with so many people.
    pub fn none(people: usize, source: u32, earliest: i64) -> Self {
        let place = Place { source, line: 0 };
        Self { people: vec![0; people.div_ceil(64)], place, earliest, groups: None, complete: true }
    }
    /// Adds a person.
    pub fn add(&mut self, person: PersonIx) {
        if let Some(bits) = self.people.get_mut(person.0 as usize / 64) {
            *bits |= 1 << (person.0 % 64);
        }
    }
    /// Whether the app is assigned to a person.
    pub fn has(&self, person: PersonIx) -> bool {
        self.people.get(person.0 as usize / 64).is_some_and(|bits| bits >> (person.0 % 64) & 1 == 1)
    }
    /// Whether somebody who is not in it can be said not to be assigned.
    pub const fn is_whole(&self) -> bool {
        self.complete && self.groups.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_were_added_are_in_it_and_nobody_else() {
        let mut assigned = Assigned::none(130, 3, 0);
        [0, 63, 64, 129].into_iter().for_each(|n| assigned.add(PersonIx(n)));
        let all: Vec<u32> = (0..200).filter(|n| assigned.has(PersonIx(*n))).collect();
        assert_eq!(all, [0, 63, 64, 129]);
        assigned.add(PersonIx(4_000));
        assert!(!assigned.has(PersonIx(4_000)), "there are no more people");
    }
}
