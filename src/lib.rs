//! Says which SaaS apps and whose accounts outlive an offboarding, with evidence.
//!
//! Data flows one way: exports are read ([`ingest`]), people are built and accounts matched ([`identity`]), the catalog's
//! claims are weighed for this tenant ([`catalog`], [`assess`]), rules turn facts into findings ([`rules`]), and the
//! report is written ([`mod@report`]). [`mod@run`] is that way from end to end. `ARCHITECTURE.md` has the picture.
#![cfg_attr(
    not(test),
    warn(
        clippy::disallowed_methods, // see clippy.toml
        clippy::expect_used,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unreachable,
        clippy::unwrap_used,
        reason = "the program touches the outside in one room, and bad input ends in a message, never in a panic"
    )
)]

pub mod assess;
pub mod catalog;
pub mod chain;
pub mod cli;
pub mod connect;
pub mod diag;
pub mod evidence;
pub mod history;
pub mod host;
pub mod identity;
pub mod ingest;
pub mod model;
pub mod plan;
pub mod pull;
pub mod report;
pub mod rules;
pub mod run;
pub mod store;
pub mod workspace;
pub mod yaml;
