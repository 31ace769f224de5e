//! What the last accepted snapshot says, as far as a new run is held against it.

use super::SourceRole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The last accepted snapshot. A run without a store has none, and then nothing is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Previous {
    /// The moment it speaks about, as its report writes it.
    pub as_of: String,
    /// Its populations: what stands for an app's roster is all files of the app together, and likewise for a system whose
    /// records come in several files.
    pub populations: BTreeMap<(SourceRole, String), PreviousPopulation>,
}

/// One complete list of the last accepted snapshot, by role and source id (`hr`, `okta`, the app's id).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreviousPopulation {
    /// Records that its files held, without blank and totals lines.
    pub records: u64,
    /// Those that had not ended: accounts that live, people who have not left.
    pub live: u64,
    /// When its newest file was made, as the report writes it.
    pub extracted_at: String,
    /// The first second at which its oldest file can have been made; none if that is not known.
    pub made_from: Option<i64>,
    /// Some of its live administrators, in the order of their keys. None for lists of people.
    pub admins: Vec<KnownAdmin>,
}

/// An account with an administrator's rights that a list should still have, unless its holder has left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KnownAdmin {
    /// The account's key, as in the ids of findings: `id:…`, else `email:…`, `username:…` or `name:…`.
    pub account: String,
    /// The key of its holder, if that is known.
    pub person: Option<String>,
}
