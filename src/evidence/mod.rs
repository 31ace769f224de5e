//! Evidence packs: one archive with a run's outputs, its inputs and a statement that vouches for every file of it; what shows
//! that nobody has touched it since; and the log of those who have signed it off.
//!
//! Nothing here opens a file or runs a program: archives come as something to read, and who signs is somebody else's business.

mod archive;
mod chain;
mod check;
mod csv_rows;
mod findings;
mod hashing;
mod minisigned;
mod names;
mod pack;
mod prose;
mod pseudonyms;
mod search;
mod statement;
mod veil;
mod veil_csv;

use crate::chain::hex;
pub use crate::chain::{ZERO, sha256};
pub use archive::{Archive, Item, Open, Source};
pub use chain::{Entry, SignOff, Signatures, Words, append, next, read as read_log};
pub use check::{Checked, check};
pub use findings::head;
pub use hashing::measure;
pub use minisigned::{PublicKey, is_signed_by, key_of};
pub use names::{refused, twin};
pub use pack::{FileOut, write as write_pack};
pub use prose::Lexicon;
pub use pseudonyms::{Kind, Pseudonyms};
pub use search::first_forbidden;
pub use statement::{File, PREDICATE_TYPE, Run, Statement, Told, Veiled, state};

pub use veil::{Aliases, Public, Veil, veil};
pub use veil_csv::veil_table;

/// The statement over every other file of the pack.
pub const STATEMENT: &str = "statement.json";
/// Its detached SSH signature.
pub const SSH_SIGNATURE: &str = "statement.json.sig";
/// Its detached minisign signature.
pub const MINISIGN_SIGNATURE: &str = "statement.json.minisig";
/// What an SSH signature over a statement is made for: a signature for anything else does not count.
pub const SSH_NAMESPACE: &str = "coverage-evidence-v1";
/// The same for an entry of the log of sign-offs.
pub const SSH_NAMESPACE_OF_SIGNOFFS: &str = "coverage-signoff-v1";
