//! An entry of the catalog: read, judged, laid over built-in ones, and shown. Also as a company's own.
#![no_main]

use coverage::catalog::{self, Catalog};
use coverage::model::Entry;
use coverage_fuzz::{begin, told};
use jiff::civil::{Date, date};
use std::sync::OnceLock;

const TODAY: Date = date(2026, 11, 20);

/// A few entries instead of all, which would be copied for every input.
fn beside() -> &'static Catalog {
    static FEW: OnceLock<Catalog> = OnceLock::new();
    FEW.get_or_init(|| {
        let all = Catalog::embedded();
        Catalog::new(["zoom", "framer", "okta"].iter().filter_map(|id| all.get(id)).cloned().collect())
    })
}

fn show(entry: &Entry) {
    let _ = catalog::page(entry, TODAY);
    let _ =
        (catalog::conflicts(entry).len(), catalog::effect_conflicts(entry).len(), catalog::stale(entry, TODAY).len());
    let _ = (catalog::self_contradictions(entry).len(), catalog::matrix([entry].into_iter()));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    begin();
    let (entry, faults) = catalog::read_entry("any", data);
    faults.iter().for_each(|fault| drop(told(fault)));
    if let Some(entry) = entry {
        let whole = faults.is_empty();
        assert_eq!(whole, catalog::parse_entry("any", data).is_ok(), "strictly and in part: the same faults");
        let entries = [entry];
        let faults = catalog::lint(&entries, &beside().entries, TODAY);
        faults.iter().for_each(|fault| drop(told(fault)));
        if whole {
            show(&entries[0].value);
        }
    }
    match catalog::overlay(beside(), &[("any".to_owned(), data.to_vec())], TODAY) {
        Ok((laid, warnings)) => {
            warnings.iter().for_each(|warning| drop(told(warning)));
            let _ = catalog::overlay_diff(beside(), &laid, TODAY);
            laid.entries.iter().for_each(show);
        }
        Err(faults) => faults.iter().for_each(|fault| drop(told(fault))),
    }
});
