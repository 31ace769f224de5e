//! People from HR and identity providers, their keys, and whose account is whose, with the reason.

mod addresses;
mod alone;
mod candidates;
mod composite;
mod directory;
mod hr;
mod index;
mod joining;
mod keys;
mod names;
mod naming;
mod nearness;
mod nicknames;
mod normalise;
mod people;
mod same_name;
mod situation;
mod standing;
mod systems;

pub use candidates::{Candidate, MOST, Why};
pub use directory::{CARRIED, Directory, Glance, Link, Match, Rival, Scratch, SideBySide};
pub use index::{AtWork, Class, Holder, Holders, KeyIndex, Keys, Lead, OnKey};
pub use normalise::{AddressRules, account_key, address, domain, id, local, name, without_zeros};
pub use people::Moment;
pub use situation::{Declared, Placed, place};
