//! Plain data that every room of the house shares. No I/O, no clock.

mod claim_field;
mod entry;
mod export;
mod finding;
mod graph;
mod handwork;
mod kept;
mod offboarding;
mod past;
mod person;
mod previous;
mod price;
mod product_page;
mod record;
mod report;
mod revoke;
mod vocabulary;
mod when;

pub use claim_field::*;
pub use entry::*;
pub use export::*;
pub use finding::*;
pub use graph::*;
pub use handwork::*;
pub use kept::*;
pub use offboarding::*;
pub use past::*;
pub use person::*;
pub use previous::*;
pub use price::*;
pub use product_page::*;
pub use record::*;
pub use report::*;
pub use revoke::*;
pub use vocabulary::*;
pub use when::When;
