//! The other files that a person writes or reviews: links, exceptions, decisions, reviews, pulls, plans. The first byte says which.
#![no_main]

use coverage::catalog::Catalog;
use coverage::diag::Diagnostic;
use coverage::workspace::{App, KnownLists, load_decisions, load_exceptions, load_links, load_pulls, load_reviews};
use coverage::{plan, rules};
use coverage_fuzz::{Dice, begin, told};
use std::sync::OnceLock;

fn read(which: usize, text: &[u8]) -> Result<(), Vec<Diagnostic>> {
    static KNOWN: OnceLock<KnownLists<'static>> = OnceLock::new();
    let apps = ["slack", "zoom", "wiki"].map(|id| App::named(id, id, None));
    match which {
        0 => load_links("any", text, &apps).map(drop),
        1 => {
            let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id).collect();
            load_exceptions("any", text, &apps, &ids).map(drop)
        }
        2 => load_decisions("any", text).map(drop),
        3 => load_reviews("any", text).map(drop),
        4 => load_pulls("any", text, KNOWN.get_or_init(|| KnownLists::of(&Catalog::embedded().entries))).map(drop),
        _ => plan::read("any", text).map(drop),
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    begin();
    let (mut dice, text) = Dice::of(data, 1);
    if let Err(faults) = read(dice.next(6), text) {
        assert!(!faults.is_empty());
        faults.iter().for_each(|fault| drop(told(fault)));
    }
});
