//! One small file per output format. Pure: `&Report` in, bytes out; nothing is decided here.

mod access;
pub mod accounts_csv;
pub mod batch;
mod cases;
pub mod catalog_html;
pub mod coverage_csv;
pub mod csv_cells;
pub mod diff_csv;
pub mod findings_csv;
pub mod findings_json;
pub mod graph;
mod history_json;
pub mod html;
pub mod ipe_csv;
pub mod junit;
pub mod manifest;
pub mod markdown;
mod marked;
pub mod matrix;
pub mod notice;
pub mod ocsf;
pub mod oscal;
mod pieces;
mod plantuml;
pub mod product_text;
mod public;
mod public_lists;
mod review_json;
pub mod review_text;
pub mod sarif;
pub mod seen;
mod standards;
pub mod status_json;
pub mod status_text;
pub mod summary_text;
mod text;
pub mod tickets;
mod to_end;
mod told;
mod uri;
mod uuids;
mod words;
pub mod xlsx;

pub use html::worksheets::fails_for;
pub use public::{AsOf, AsOfBasis, Evidence, Role, Rows, TimeBasis};
pub use to_end::{State, ToEnd, survivors, to_end};

#[cfg(test)]
mod exchange_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
