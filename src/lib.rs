//! Says which SaaS apps and whose accounts outlive an offboarding, with evidence.
//!
//! Data flows one way: exports are read ([`ingest`]), people are built and accounts matched ([`identity`]), the catalog's
//! claims are weighed for this tenant ([`catalog`], [`assess`]), rules turn facts into findings ([`rules`]), and the
//! report is written ([`mod@report`]). [`mod@run`] is that way from end to end. `ARCHITECTURE.md` has the picture.

pub mod assess;
pub mod catalog;
pub mod cli;
pub mod diag;
pub mod host;
pub mod identity;
pub mod ingest;
pub mod model;
pub mod report;
pub mod rules;
pub mod run;
pub mod workspace;
pub mod yaml;
