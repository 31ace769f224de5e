//! Plain data that every room of the house shares. No I/O, no clock.

mod assigned;
mod claim_field;
mod entry;
mod export;
mod finding;
mod graph;
mod handwork;
mod offboarding;
mod person;
mod price;
mod product_page;
mod record;
mod report;
mod vocabulary;
mod when;

pub use assigned::Assigned;
pub use claim_field::*;
pub use entry::*;
pub use export::*;
pub use finding::*;
pub use graph::*;
pub use handwork::*;
pub use offboarding::*;
pub use person::*;
pub use price::*;
pub use product_page::*;
pub use record::*;
pub use report::*;
pub use vocabulary::*;
pub use when::When;
