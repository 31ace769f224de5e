//! The first account of each person in a roster, so that a second one is noticed.

use crate::model::Record;

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

/// A short mark of an account, which tells it from another one of the same person.
pub(super) fn mark_of(record: &Record<'_>) -> u32 {
    match [record.id, record.email, record.username].into_iter().find(|t| !t.is_empty()) {
        Some(id) if id == record.id => mark_of_id(id),
        Some(text) => mark(text),
        // Whoever is known by a number or a name alone: of two names, each is an account.
        None => mark(&record.name).rotate_left(1) ^ mark(record.employee_id),
    }
}

/// The same of a native id. Some differ in letter case alone; how a UUID is written is a matter of taste.
pub(super) fn mark_of_id(id: &str) -> u32 {
    let is_uuid = matches!(id.len(), 32 | 36) && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_uuid { mark(id) } else { fold(id.bytes()) }
}

/// A short mark of an account's own id, else of its address or user name, without regard to letter case.
pub(super) fn mark(account: &str) -> u32 {
    fold(account.bytes().map(|b| b.to_ascii_lowercase()))
}

fn fold(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash: u32, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_accounts_of_one_person_have_two_marks_and_one_account_has_one() {
        let row = |id, email, employee_id, name: &'static str| Record {
            id,
            email,
            employee_id,
            name: name.into(),
            ..Record::at(2)
        };
        let same = |a, b| mark_of(&a) == mark_of(&b);
        assert!(!same(row("", "", "1", "Ann A"), row("", "", "1", "Ann B")), "only a number and a name");
        assert!(same(row("", "", "1", "Ann A"), row("", "", "1", "ann a")));
        assert!(!same(row("", "", "", "Bo One"), row("", "", "", "Bo Two")));
        assert!(!same(row("abC", "bo@t.example", "", ""), row("abc", "bo@t.example", "", "")));
        let uuid = "5F0C1D3A-0001-4B6E-9A11-2F6B0A7C0001";
        let lower: &'static str = uuid.to_lowercase().leak();
        assert!(same(row(uuid, "", "", ""), row(lower, "", "", "")));
        assert!(same(row("", "Bo@t.example", "", ""), row("", "bo@t.example", "", "Bo")));
    }
}
