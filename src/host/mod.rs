//! The only place that touches files, time stamps, the environment and the terminal.
#![allow(clippy::disallowed_methods, reason = "this is the room for them")]

mod applied;
mod files;
mod keyring;
mod last;
mod moving;
mod ours;
mod progress;
mod pulled;
mod scratch;
mod secret;
mod secret_reader;
mod sign;
mod staging;
mod tenants;

pub use applied::{Applied, Standing};
pub use files::{DiskFile, Listing, files_in, read_text, resolve};
pub use last::{LastReport, program, stamp};
pub use ours::RECORD;
pub use progress::Progress;
pub use pulled::Pulled;
pub use scratch::{Fill, Scratch, open_file, refuse_existing, write_new};
pub use secret::Secret;
pub use secret_reader::{secret, without_memory_dumps};
pub use sign::{minisign_sign, ssh_sign, ssh_verify};
pub use staging::{Staging, make_folder, rewrite, write_whole};
pub use tenants::{folders_in, leads_out, same_folder, stays_in};

/// Today, by this machine's clock. Only for checks that are about today, and for the day on which something was decided; no
/// report depends on it.
pub fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Now, by this machine's clock, to the second. Only for events that a command records; no report depends on it.
pub fn now() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// How far the clocks of two machines may differ.
const CLOCKS_DIFFER: i64 = 600;

/// Whether a moment, in Unix seconds, has not come yet by this machine's clock. What is recorded has happened.
pub fn lies_ahead(second: i64) -> bool {
    second > now().as_second() + CLOCKS_DIFFER
}
