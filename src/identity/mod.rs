//! People from HR and identity providers, their keys, and whose account is whose, with the reason.

mod candidates;
mod composite;
mod directory;
mod index;
mod names;
mod nearness;
mod nicknames;
mod normalise;
mod people;
mod situation;

pub use candidates::{Candidate, MOST, Why};
pub use directory::{Directory, Glance, Link, Match, Rival, Scratch, SideBySide};
pub use index::{Class, Holder, KeyIndex};
pub use normalise::{AddressRules, address, domain, id, local, name, without_zeros};
pub use people::Moment;
pub use situation::{Declared, Placed, place};
