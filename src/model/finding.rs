//! Findings: what a rule saw, where it saw it, why it thinks so, and what to do.

use super::vocabulary::{AccountStatus, FindingStatus, Key, Severity};
use super::{ExceptionIx, PersonIx, Place};
use std::borrow::Cow;
use std::sync::Arc;

/// What a rule is: the same text for the report, `coverage rules show` and the docs.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case id, never reused.
    pub id: &'static str,
    /// One line for tables.
    pub title: &'static str,
    /// The severity it usually has.
    pub severity: Severity,
    /// What it means that the rule fires.
    pub means: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// When it stays silent although it looks as if it should fire.
    pub silent: &'static str,
    /// The controls it serves.
    pub controls: Controls,
}

/// The controls that a rule serves, by standard.
#[derive(Debug)]
pub struct Controls {
    /// AICPA Trust Services Criteria.
    pub soc2: &'static [&'static str],
    /// ISO/IEC 27001:2022, Annex A.
    pub iso27001: &'static [&'static str],
    /// PCI DSS 4.0.
    pub pci: &'static [&'static str],
    /// NIST SP 800-53 revision 5.
    pub nist: &'static [&'static str],
}

/// The account a finding is about, as its roster shows it. Findings can be millions, so its texts are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    texts: Box<str>,
    /// Where the address, the name, the roles and the status begin.
    begins: [u32; 4],
    /// The status in the common vocabulary.
    pub status: AccountStatus,
    /// Where it stands.
    pub place: Place,
}

/// The texts of [`AccountFacts`]; empty where the roster has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountTexts<'t> {
    /// The app's native id where the export has one, else the address (or user name) as written.
    pub account: &'t str,
    /// The address as written.
    pub email: &'t str,
    /// The holder's name as written.
    pub name: &'t str,
    /// The roles as written.
    pub role: &'t str,
    /// The status as written.
    pub raw_status: &'t str,
}

impl AccountFacts {
    /// Keeps what a roster shows of an account.
    pub fn new(texts: AccountTexts<'_>, status: AccountStatus, place: Place) -> Self {
        let parts = [texts.account, texts.email, texts.name, texts.role, texts.raw_status];
        let mut begins = [0; 4];
        let mut length = 0;
        for (begin, part) in begins.iter_mut().zip(parts) {
            length += part.len();
            *begin = length as u32;
        }
        Self { texts: parts.concat().into(), begins, status, place }
    }
    /// The app's native id where the export has one, else the address (or user name) as written.
    pub fn account(&self) -> &str {
        &self.texts[..self.begins[0] as usize]
    }
    /// The same for every row that shows the account: an address without regard to the case of its letters.
    pub fn key(&self) -> Cow<'_, str> {
        let account = self.account().trim();
        let is_address = self.account() == self.email();
        if is_address && account.chars().any(char::is_uppercase) {
            Cow::Owned(account.to_lowercase())
        } else {
            Cow::Borrowed(account)
        }
    }
    /// The address as written; empty if the roster has none.
    pub fn email(&self) -> &str {
        &self.texts[self.begins[0] as usize..self.begins[1] as usize]
    }
    /// The holder's name as written.
    pub fn name(&self) -> &str {
        &self.texts[self.begins[1] as usize..self.begins[2] as usize]
    }
    /// The roles as written.
    pub fn role(&self) -> &str {
        &self.texts[self.begins[2] as usize..self.begins[3] as usize]
    }
    /// The status as written.
    pub fn raw_status(&self) -> &str {
        &self.texts[self.begins[3] as usize..]
    }
}

/// A finding's stable identity: `v1:` and 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(pub [u8; 16]);

impl FindingId {
    /// Reads what [`std::fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("v1:").filter(|d| d.len() == 32 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        Some(Self(u128::from_str_radix(digits, 16).ok()?.to_be_bytes()))
    }
}

impl std::fmt::Display for FindingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = *b"v1:00000000000000000000000000000000";
        for (pair, b) in text[3..].chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Which steps of a reason change from run to run although nothing has happened to what they are about. What a decision was
/// about does not hang on them. So many steps can be told; later ones are taken for lasting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passing {
    numbers: u32,
    whole: u32,
}

/// How much of a step changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passes {
    /// Its numbers: lines of files, days that pass, sizes of what it is not about.
    Numbers,
    /// All of it.
    Whole,
}

impl Passing {
    /// Takes note of a step.
    pub fn note(&mut self, step: usize, passes: Passes) {
        let bit = u32::try_from(step).ok().and_then(|step| 1u32.checked_shl(step)).unwrap_or(0);
        match passes {
            Passes::Numbers => self.numbers |= bit,
            Passes::Whole => self.whole |= bit,
        }
    }
    /// What changes of a step; nothing, if it lasts.
    pub fn of(self, step: usize) -> Option<Passes> {
        let has =
            |bits: u32| u32::try_from(step).ok().and_then(|step| bits.checked_shr(step)).is_some_and(|b| b & 1 == 1);
        match (has(self.whole), has(self.numbers)) {
            (true, _) => Some(Passes::Whole),
            (_, true) => Some(Passes::Numbers),
            _ => None,
        }
    }
}

/// What a rule saw.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The same from run to run while the facts it is about are the same.
    pub id: FindingId,
    /// The rule.
    pub rule: &'static RuleMeta,
    /// How grave it is here.
    pub severity: Severity,
    /// Whether it stands or cannot be decided.
    pub status: FindingStatus,
    /// The exception that marks it.
    pub exception: Option<ExceptionIx>,
    /// The app, as an index into the report's apps.
    pub app: Option<u32>,
    /// The account.
    pub account: Option<Arc<AccountFacts>>,
    /// The person.
    pub person: Option<PersonIx>,
    /// Whole days between the leaving and the report's moment.
    pub exposed_days: Option<i64>,
    /// The key that links account and person.
    pub key: Option<Key>,
    /// Whether it is not settled whose the account is, and somebody who has left is among those whose it may be.
    pub may_be_leavers: bool,
    /// Where the facts stand: at least one place, or a file as a whole (line 0).
    pub evidence: Vec<Place>,
    /// Why, step by step.
    pub reason: Vec<Arc<str>>,
    /// Which steps change by themselves.
    pub passing: Passing,
    /// What to do.
    pub action: Arc<str>,
}

/// What a finding about an account of a leaver says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// It lives.
    Live,
    /// Nobody can tell whether it lives.
    Undecided,
}

impl Finding {
    /// Whether the account lives, by its row and by what the finding could decide; nothing if there is no account or it has
    /// ended. `has_status` says whether its roster has statuses. What has been used after the leaving and has ended since is
    /// no access any more, and of what is in a state that nobody has explained nobody can tell, used or not.
    pub fn access(&self, has_status: bool) -> Option<Access> {
        match self.account.as_deref()?.status {
            status if status.is_end_state() => None,
            AccountStatus::Unknown if has_status => Some(Access::Undecided),
            _ if self.status == FindingStatus::NotEvaluable => Some(Access::Undecided),
            _ => Some(Access::Live),
        }
    }
}
