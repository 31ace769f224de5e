//! Which lists number people alike.

use super::normalise;
use super::people::{GROUP, Keys};
use super::same_name::may_be_one;
use crate::model::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// What the employee ids of several lists have to do with each other. Looked for only where two ids contradict each other.
#[derive(Debug)]
pub(super) struct Systems {
    /// Pairs of lists that have an id in common.
    common: BTreeSet<(u32, u32)>,
    /// Pairs of lists without, that have addresses of one person under different ids.
    apart: BTreeSet<(u32, u32)>,
}

/// Addresses that two lists have under different ids.
#[derive(Debug, Default)]
struct Shared {
    /// The name can be one person's.
    of_one: usize,
    /// A name is missing.
    unknown: usize,
    /// The names are two people's: the address was given on.
    of_two: usize,
}

impl Systems {
    pub(super) fn of(identities: &[Identity], keys: &[Keys<'_>]) -> Self {
        let numbered = || (0..).zip(identities.iter().zip(keys)).filter(|(_, (_, key))| !key.employee_id.is_empty());
        let mut numbers: Vec<(&str, u32)> =
            numbered().map(|(_, (i, key))| (&*key.employee_id, i.place.source)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let of_number = numbers.chunk_by(|a, b| a.0 == b.0).filter(|sources| sources.len() > 1);
        let common: BTreeSet<(u32, u32)> =
            of_number.flat_map(|all| pairs(all.iter().map(|(_, source)| *source))).collect();
        drop(numbers);

        let address =
            |(_, (_, key)): &(usize, (&Identity, &Keys<'_>))| !key.email.is_empty() || !key.username.is_empty();
        let mut rows: Vec<(&str, u32, usize)> = numbered()
            .filter(address)
            .map(|(i, (row, key))| {
                (if key.email.is_empty() { &*key.username } else { &*key.email }, row.place.source, i)
            })
            .collect();
        rows.sort_unstable();
        let mut shared: BTreeMap<(u32, u32), Shared> = BTreeMap::new();
        let few = |rows: &&[(&str, u32, usize)]| rows.len() > 1 && rows.len() <= GROUP as usize;
        for of_address in rows.chunk_by(|a, b| a.0 == b.0).filter(few) {
            let lists: Vec<&[(&str, u32, usize)]> = of_address.chunk_by(|a, b| a.1 == b.1).collect();
            for (n, list) in lists.iter().enumerate() {
                for other in lists[n + 1..].iter().filter(|other| !common.contains(&(list[0].1, other[0].1))) {
                    let name = |i: usize| normalise::name(&identities[i].name);
                    let known = |rows: &[(&str, u32, usize)]| {
                        rows.iter().map(|(.., i)| name(*i)).filter(|name| !name.is_empty()).collect::<Vec<_>>()
                    };
                    let seen = shared.entry((list[0].1, other[0].1)).or_default();
                    match (known(list), known(other)) {
                        (a, b) if a.is_empty() || b.is_empty() => seen.unknown += 1,
                        (a, b) if a.iter().any(|a| b.iter().any(|b| may_be_one(a, b))) => seen.of_one += 1,
                        _ => seen.of_two += 1,
                    }
                }
            }
        }
        let apart = shared.into_iter().filter(|(_, seen)| seen.of_one > 0 || seen.unknown > seen.of_two);
        Self { common, apart: apart.map(|(pair, _)| pair).collect() }
    }

    /// Whether two lists have the employee ids of one system: unless they have none in common, and addresses of one person
    /// under two.
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
