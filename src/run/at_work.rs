//! The short way for most accounts: live, plainly written, and of somebody who works here. There is nothing to say about
//! them but that they are there.
//!
//! What comes out is what the long way would bring; whatever the short way cannot tell goes the long way.

use super::first::{mark, mark_of_id};
use super::roster::Pass;
use crate::identity::SideBySide;
use crate::ingest::{AHEAD, Plain, PlainRows};
use crate::model::{AccountStatus, Difference, KnownAdmin, PersonIx, Place};
use crate::rules;
use crate::rules::cases::Lives;

impl Pass<'_, '_> {
    /// Deals with those rows that need no more; says how many.
    pub(super) fn at_work(&mut self, rows: &mut PlainRows<'_>, source: u32, space: &mut SideBySide) -> u64 {
        let directory = self.context.company.directory;
        let holders = directory.at_work(rows.iter().map(|(_, plain)| plain.address), space);
        let mut found = [None; AHEAD];
        for (((_, plain), holder), found) in rows.iter().zip(holders).zip(&mut found) {
            *found = holder
                .filter(|_| self.is_live(plain) && self.is_explained(plain))
                .filter(|person| self.is_assigned(*person) && self.is_as_before(*person, plain));
            // The next loop asks for it; asked here, all rows wait for memory together.
            std::hint::black_box(found.map(|person| self.has_account(person)));
        }
        let mut taken = 0;
        for (n, person) in found.into_iter().enumerate() {
            if let Some(person) = person
                && let Some(plain) = rows.deal_with(n)
            {
                self.take(&plain, person, source);
                taken += 1;
            }
        }
        taken
    }

    /// Whether the account certainly lives, and no rule says anything about its use.
    fn is_live(&self, plain: &Plain<'_>) -> bool {
        Lives::of(plain.status, self.roster.has_status).lives()
            && rules::are_silent(self.context.company, &self.roster.made, || plain.last_active())
    }

    /// Whether it is told whether it is an administrator's, as far as it matters.
    fn is_explained(&self, plain: &Plain<'_>) -> bool {
        plain.privileged.is_some() || !self.explains_roles
    }

    /// Whether earlier runs have nothing to say about the account.
    fn is_as_before(&self, person: PersonIx, plain: &Plain<'_>) -> bool {
        let account = if plain.id.is_empty() { plain.address } else { plain.id };
        self.memory.as_ref().is_none_or(|memory| memory.is_as_before(self.was(person), mark(account)))
    }

    /// Whether no list says that the app is not given to the person.
    fn is_assigned(&self, person: PersonIx) -> bool {
        self.app.assigned.as_ref().is_none_or(|assigned| assigned.has(person))
    }

    /// What the long way would do with such an account.
    fn take(&mut self, plain: &Plain<'_>, person: PersonIx, source: u32) {
        self.done.accounts += 1;
        self.done.live += 1;
        self.done.differences[Difference::Matched as usize] += 1;
        let account = if plain.id.is_empty() { plain.address } else { plain.id };
        let lives = Lives::of(plain.status, self.roster.has_status);
        let first = if plain.id.is_empty() { mark(account) } else { mark_of_id(account) };
        self.remember(person, true, first, Place { source, line: plain.line }, lives);
        if let Some(memory) = &mut self.memory {
            memory.link(account, plain.id, mark(account), person);
        }
        if plain.privileged == Some(true) && plain.status != AccountStatus::Invited {
            self.done.privileged += 1;
            self.other_admins += 1;
            let account = match plain.id.trim() {
                "" => format!("email:{}", plain.address.trim().to_lowercase()),
                id => format!("id:{id}"),
            };
            let person = Some(self.context.company.directory.person(person).key.to_string());
            self.done.admins.see(KnownAdmin { account, person });
        }
    }
}
