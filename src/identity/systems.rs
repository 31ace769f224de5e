//! Which lists number people alike.

use super::normalise;
use super::people::Keys;
use crate::model::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// What the employee ids of several lists have to do with each other. Looked for only where two ids contradict each other.
#[derive(Debug)]
pub(super) struct Systems {
    /// Pairs of lists that have an id in common.
    common: BTreeSet<(u32, u32)>,
    /// Pairs of lists that have somebody of one name and one address under different ids.
    apart: BTreeSet<(u32, u32)>,
}

impl Systems {
    pub(super) fn of(identities: &[Identity], keys: &[Keys<'_>]) -> Self {
        let mut having: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let mut bearing: BTreeMap<(&str, String), BTreeMap<u32, BTreeSet<&str>>> = BTreeMap::new();
        for (identity, key) in identities.iter().zip(keys).filter(|(_, key)| !key.employee_id.is_empty()) {
            let source = identity.place.source;
            having.entry(&key.employee_id).or_default().insert(source);
            let address = if key.email.is_empty() { &key.username } else { &key.email };
            let name = normalise::name(&identity.name);
            if !address.is_empty() && name.contains(' ') {
                bearing.entry((address, name)).or_default().entry(source).or_default().insert(&key.employee_id);
            }
        }
        let mut systems = Self { common: BTreeSet::new(), apart: BTreeSet::new() };
        for sources in having.values() {
            systems.common.extend(pairs(sources.iter().copied()));
        }
        for sources in bearing.values() {
            let differ = |(a, b): &(u32, u32)| sources[a].is_disjoint(&sources[b]);
            systems.apart.extend(pairs(sources.keys().copied()).filter(differ));
        }
        systems
    }

    /// Whether two lists have the employee ids of one system: unless they have none in common, and somebody under two.
    pub(super) fn are_one(&self, a: u32, b: u32) -> bool {
        let pair = (a.min(b), a.max(b));
        a == b || self.common.contains(&pair) || !self.apart.contains(&pair)
    }
}

/// All pairs, the lesser first.
fn pairs(sorted: impl Iterator<Item = u32> + Clone) -> impl Iterator<Item = (u32, u32)> {
    let second = sorted.clone();
    sorted.flat_map(move |a| second.clone().filter(move |b| a < *b).map(move |b| (a, b)))
}
