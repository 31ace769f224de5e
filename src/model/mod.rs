//! Plain data that every room of the house shares. No I/O, no clock.

mod entry;
mod export;
mod finding;
mod graph;
mod person;
mod record;
mod report;
mod vocabulary;
mod when;

pub use entry::*;
pub use export::*;
pub use finding::*;
pub use graph::*;
pub use person::*;
pub use record::*;
pub use report::*;
pub use vocabulary::*;
pub use when::When;
