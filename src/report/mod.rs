//! One small file per output format. Pure: `&Report` in, bytes out; nothing is decided here.

pub mod accounts_csv;
pub mod coverage_csv;
pub mod csv_cells;
pub mod diff_csv;
pub mod findings_csv;
pub mod findings_json;
pub mod manifest;
mod public;
mod words;

pub use public::{AsOf, AsOfBasis, Evidence, Role, Rows, TimeBasis};
