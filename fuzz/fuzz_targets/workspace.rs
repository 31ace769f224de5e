//! `coverage.yaml`.
#![no_main]

use coverage::catalog::{Catalog, export_faults};
use coverage::workspace::{Known, Product, Workspace};
use coverage_fuzz::{begin, told};
use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static KNOWN: OnceLock<Known<'static>> = OnceLock::new();
    begin();
    let known = KNOWN.get_or_init(|| {
        let catalog = Catalog::embedded();
        Known {
            products: catalog.entries.iter().map(Product::from).collect(),
            exports: catalog.exports().map(|(_, export)| export).collect(),
            export_faults,
        }
    });
    let _ = Workspace::own_catalog(data);
    match Workspace::load("any", data, known) {
        Ok((_, warnings)) => warnings.iter().for_each(|warning| drop(told(warning))),
        Err(faults) => {
            assert!(!faults.is_empty());
            faults.iter().for_each(|fault| drop(told(fault)));
        }
    }
});
