//! Whether an app's rosters hold all of its accounts, as far as the files themselves say.

use super::inputs::Tally;
use crate::model::Place;
use crate::rules::cases::Gap;
use std::collections::BTreeMap;

/// What the files of an app leave open, once all of them are read. `names` are the names of all sources by index.
pub fn gap(names: &[String], tallies: &[(u32, Tally)], accounts: u64) -> Option<Gap> {
    let name = |ix: u32| names.get(ix as usize).cloned().unwrap_or_default();
    // Pages of one list name the same total; together they may be the whole.
    let mut lists: BTreeMap<u64, (u64, Vec<u32>)> = BTreeMap::new();
    for (ix, tally) in tallies {
        if let Some(total) = tally.learnt.total.filter(|total| *total > tally.learnt.rows) {
            let list = lists.entry(total).or_default();
            list.0 += tally.learnt.rows;
            list.1.push(*ix);
        }
    }
    if let Some((total, (rows, pages))) = lists.into_iter().find(|(total, (rows, _))| total > rows) {
        return Some(Gap::Partial { files: pages.into_iter().map(|ix| (name(ix), at(ix))).collect(), rows, total });
    }
    (accounts == 0).then(|| Gap::NoAccount { files: tallies.iter().map(|(ix, _)| (name(*ix), at(*ix))).collect() })
}

/// The place that stands for a file as a whole.
fn at(source: u32) -> Place {
    Place { source, line: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(Option<u64>, u64)], accounts: u64) -> Option<String> {
        let names: Vec<String> = (0..files.len()).map(|n| format!("{n}.json")).collect();
        let tally = |(total, rows): &(Option<u64>, u64)| {
            let mut tally = Tally::default();
            (tally.learnt.total, tally.learnt.rows) = (*total, *rows);
            tally
        };
        let tallies: Vec<(u32, Tally)> = (0u32..).zip(files.iter().map(tally)).collect();
        gap(&names, &tallies, accounts).map(|gap| gap.to_string())
    }

    #[test]
    fn one_page_of_several_is_a_part() {
        assert_eq!(said(&[(Some(250), 100)], 100).unwrap(), "0.json holds 100 of 250 records");
        assert_eq!(said(&[(Some(3), 3), (Some(250), 100)], 103).unwrap(), "1.json holds 100 of 250 records");
        assert_eq!(said(&[(Some(250), 100), (Some(250), 99)], 199).unwrap(), "0.json, 1.json hold 199 of 250 records");
    }

    #[test]
    fn all_pages_together_are_the_whole_and_so_is_a_list_that_says_nothing() {
        assert_eq!(said(&[(Some(250), 100), (Some(250), 100), (Some(250), 50)], 250), None);
        assert_eq!(said(&[(Some(2), 2), (None, 7)], 9), None);
        assert_eq!(said(&[(None, 0), (None, 7)], 7), None, "an empty file beside a full one");
    }

    #[test]
    fn no_account_at_all_is_no_whole() {
        assert_eq!(said(&[(None, 0)], 0).unwrap(), "no account can be read from 0.json");
        assert_eq!(said(&[(None, 0), (None, 0)], 0).unwrap(), "no account can be read from 0.json, 1.json");
    }
}
