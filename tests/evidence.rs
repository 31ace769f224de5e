//! Evidence packs: what is in one, who can check it with what, that every kind of tampering is named, and that a pseudonymised
//! one tells nobody's name.
//!
//! The signatures are made and checked by the programs that people use: `ssh-keygen` and `minisign`. Where one is not
//! installed, the tests that need it say so and pass; COVERAGE_NEEDS_SIGNERS makes that a failure.

#[path = "evidence/deeds.rs"]
mod deeds;
#[path = "evidence/packs.rs"]
mod packs;
#[path = "evidence/pseudonyms.rs"]
mod pseudonyms;
#[path = "evidence/signing.rs"]
mod signing;
#[path = "evidence/tampering.rs"]
mod tampering;
#[path = "evidence/tampering_cases.rs"]
mod tampering_cases;
#[path = "evidence/tampering_logs.rs"]
mod tampering_logs;
#[path = "evidence/whole.rs"]
mod whole;
