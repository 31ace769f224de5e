//! What people have decided about accounts: entries of `links.yaml`, and what `coverage.yaml` says no person holds.

use super::vocabulary::words;
use super::{PersonIx, Place};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What an account is that no person holds.
    NonHumanKind {
        /// A mailbox, or a login, that several people use.
        SharedMailbox = "shared-mailbox",
        /// A program's account.
        ServiceAccount = "service-account",
    }
}

impl NonHumanKind {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SharedMailbox => "shared mailbox",
            Self::ServiceAccount => "service account",
        }
    }
}

/// A person as a decision names them, and who that is in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As written: a work address, an employee id, or a person's key.
    pub written: String,
    /// Who is meant.
    pub who: Who,
}

/// Who is meant by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// One person.
    One(PersonIx),
    /// Neither HR nor a directory knows such a person.
    Nobody,
    /// Several people share it.
    Several,
}

impl Named {
    /// The person, if it is one.
    pub const fn person(&self) -> Option<PersonIx> {
        match self.who {
            Who::One(ix) => Some(ix),
            Who::Nobody | Who::Several => None,
        }
    }
}

/// What a decision says about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// It is this person's.
    Holder(Named),
    /// It is not this person's.
    NotHolder(Named),
    /// No person holds it.
    NonHuman {
        /// Who answers for it.
        owner: Option<Named>,
        /// Who else knows its password, or has it in hand.
        holders: Vec<Named>,
    },
    /// Its password was changed: see [`Decision::rotated`].
    Rotated,
}

impl Says {
    /// Everybody who is named.
    pub fn named(&self) -> impl Iterator<Item = &Named> {
        let (one, more): (Option<&Named>, &[Named]) = match self {
            Self::Holder(named) | Self::NotHolder(named) => (Some(named), &[]),
            Self::NonHuman { owner, holders } => (owner.as_ref(), holders),
            Self::Rotated => (None, &[]),
        };
        one.into_iter().chain(more)
    }
}

/// A decision about an account, or about those that fit a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Where it stands.
    pub place: Place,
    /// The account as the decision names it; for a pattern, the pattern.
    pub account: String,
    /// The address that the account had when it was decided; empty if that was not written down.
    pub seen_as: String,
    /// What it says.
    pub says: Says,
    /// The day of the last declared change of the password, if this decision declares one.
    pub rotated: Option<Date>,
    /// Who decided, when and why, in words.
    pub note: String,
}

/// What has been decided about one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided<'w> {
    /// What decides: a holder, or that no person holds it.
    pub by: Option<&'w Decision>,
    /// Where what decides says that no person holds it and not who answers for it: the pattern that does.
    pub owner: Option<&'w Decision>,
    /// Whose account it is not.
    pub refusals: Vec<&'w Decision>,
    /// Decisions that name the account by a weaker field than the one that decides, and say something else.
    pub overruled: Vec<&'w Decision>,
    /// The decision with the last declared change of the password.
    pub rotated: Option<&'w Decision>,
}

impl<'w> Decided<'w> {
    /// Who answers for an account that no person holds, as far as anybody is named.
    pub fn owner(&self) -> Option<&'w Named> {
        let named = |decision: Option<&'w Decision>| match &decision?.says {
            Says::NonHuman { owner, .. } => owner.as_ref(),
            _ => None,
        };
        named(self.by).or_else(|| named(self.owner))
    }
    /// Where it stands what decides, and who answers for the account.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.by.into_iter().chain(self.owner).map(|decision| decision.place)
    }
    /// Whether somebody has decided that it is not this person's.
    pub fn refuses(&self, person: PersonIx) -> bool {
        self.refusal(person).is_some()
    }
    /// The decision that the account is not this person's.
    pub fn refusal(&self, person: PersonIx) -> Option<&Decision> {
        let is = |d: &&&Decision| matches!(&d.says, Says::NotHolder(n) if n.person() == Some(person));
        self.refusals.iter().find(is).copied()
    }
}
