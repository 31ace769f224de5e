//! People from HR and identity providers, their keys, and whose account is whose, with the reason.

mod candidates;
mod directory;
mod index;
mod naming;
mod normalise;
mod people;
mod situation;

pub use candidates::Candidate;
pub use directory::{Directory, Glance, Link, Match, Rival, STRONG, Scratch, SideBySide};
pub use index::{Class, Holder, KeyIndex};
pub use normalise::{AddressRules, address, domain, id, local, name, without_zeros};
pub use people::Moment;
pub use situation::{Declared, Placed, place};
