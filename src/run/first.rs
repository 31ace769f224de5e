//! The first account of each person in a roster, so that a second one is noticed.

/// No source: the person has no account.
pub(super) const NOBODY: u32 = u32::MAX;

/// The first live account of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// Where it stands; [`NOBODY`] if there is no account at all.
    pub source: u32,
    /// Its line; 0 if there are only accounts that do not certainly live.
    pub line: u32,
    /// What tells it from another account listed in two files.
    pub mark: u32,
    /// The mark of the account that was the person's in an earlier run; 0 if none is known.
    pub was: u32,
}

impl First {
    pub const NONE: Self = Self { source: NOBODY, line: 0, mark: 0, was: 0 };
}

/// A short mark of an account's own id, else of its address or user name, without regard to letter case.
pub(super) fn mark(account: &str) -> u32 {
    account
        .bytes()
        .fold(0x811c_9dc5, |hash: u32, b| (hash ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}
