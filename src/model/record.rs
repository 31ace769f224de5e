//! Records as `ingest` reads them, before anything is matched.

use super::export::Field;
use super::vocabulary::{AccountKind, AccountStatus, PersonStatus, SignIn, WorkerKind, words};
use super::{UsernameIs, When};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// Where a fact stands: a source of the run and a 1-based line of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index into the run's sources.
    pub source: u32,
    /// Line of the file; for tables the line where the row begins, for JSON the line where the object begins.
    pub line: u32,
}

/// One row of a file, mapped to the fields of the field list. Text that is absent is empty.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Line of the file.
    pub line: u32,
    /// The product's own unchanging id.
    pub id: &'a str,
    /// SCIM externalId or directory object id.
    pub external_id: &'a str,
    /// The main address, as written.
    pub email: &'a str,
    /// Further addresses of the company.
    pub aliases: Vec<&'a str>,
    /// Private addresses.
    pub home_emails: Vec<&'a str>,
    /// The sign-in name.
    pub username: &'a str,
    /// The full name; put together from its parts where the file has only those.
    pub name: Cow<'a, str>,
    /// The given name.
    pub first_name: &'a str,
    /// The family name.
    pub last_name: &'a str,
    /// HR's number of the person.
    pub employee_id: &'a str,
    /// Roles, joined with `, `.
    pub role: Cow<'a, str>,
    /// The account's status.
    pub status: AccountStatus,
    /// HR: the person's status.
    pub person_status: PersonStatus,
    /// The status as the file says it.
    pub raw_status: &'a str,
    /// What kind of worker.
    pub worker: WorkerKind,
    /// What kind of holder.
    pub kind: AccountKind,
    /// How this account can sign in.
    pub sign_in: SignIn,
    /// Whether it has an administrator's rights; none if the file does not say.
    pub privileged: Option<bool>,
    /// When the account was made.
    pub created: Option<When>,
    /// When it was last used. None if never or not said: see `never_active`.
    pub last_active: Option<When>,
    /// The file says that it was never used.
    pub never_active: bool,
    /// When it was switched off, or when its status last changed.
    pub ended: Option<When>,
    /// First day of the employment.
    pub start: Option<When>,
    /// Last day of the employment.
    pub end: Option<When>,
    /// The manager.
    pub manager: &'a str,
    /// The department.
    pub department: &'a str,
    /// The job title.
    pub title: &'a str,
    /// What else tells people of one name apart, as written.
    pub attributes: Vec<(Attribute, &'a str)>,
}

words! {
    /// What tells people of one name apart, beside the name and the job.
    Attribute {
        /// The day of birth.
        BirthDate = "birth-date",
        /// A phone number.
        Phone = "phone",
        /// Another number of the person: of a badge, the payroll, a state.
        PersonId = "person-id",
        /// The postal code of the home or the office.
        Postcode = "postcode",
        /// The town or the office.
        Location = "location",
    }
}

impl Attribute {
    /// The column that feeds it.
    pub const fn field(self) -> Field {
        match self {
            Self::BirthDate => Field::BirthDate,
            Self::Phone => Field::Phone,
            Self::PersonId => Field::PersonId,
            Self::Postcode => Field::Postcode,
            Self::Location => Field::Location,
        }
    }

    /// A value as it is compared: letters and figures, of a phone number the last nine. Empty if it says nothing.
    pub fn comparable(self, text: &str) -> String {
        let mut plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if self == Self::Phone {
            plain.retain(|c| c.is_ascii_digit());
            // The number without the country's prefix, which some write and some do not.
            plain.drain(..plain.len().saturating_sub(9));
        }
        plain
    }
}

impl Record<'_> {
    /// A row of which nothing is known but where it stands.
    pub const fn at(line: u32) -> Self {
        Self {
            line,
            id: "",
            external_id: "",
            email: "",
            aliases: Vec::new(),
            home_emails: Vec::new(),
            username: "",
            name: Cow::Borrowed(""),
            first_name: "",
            last_name: "",
            employee_id: "",
            role: Cow::Borrowed(""),
            status: AccountStatus::Unknown,
            person_status: PersonStatus::Unknown,
            raw_status: "",
            worker: WorkerKind::Unknown,
            kind: AccountKind::Unknown,
            sign_in: SignIn::Unknown,
            privileged: None,
            created: None,
            last_active: None,
            never_active: false,
            ended: None,
            start: None,
            end: None,
            manager: "",
            department: "",
            title: "",
            attributes: Vec::new(),
        }
    }
}

/// When a company takes the first candidate for the holder of an account that no key fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept {
    /// How many things both must have in common, the name being one.
    pub agree: u8,
    /// By how many points the second candidate must be behind.
    pub lead: u8,
}

/// A record of a person in an authoritative source, kept for the whole run.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Where it stands.
    pub place: Place,
    /// Whether an HR system wrote it (else an identity provider did).
    pub from_hr: bool,
    /// The source's own id of the record.
    pub id: Arc<str>,
    /// Directory object id or SCIM externalId.
    pub external_id: Arc<str>,
    /// The main address, as written.
    pub email: Arc<str>,
    /// Further addresses of the company, as written.
    pub aliases: Box<[Arc<str>]>,
    /// Private addresses, as written.
    pub home_emails: Box<[Arc<str>]>,
    /// The sign-in name.
    pub username: Arc<str>,
    /// What the sign-in name is good for.
    pub username_is: UsernameIs,
    /// The full name.
    pub name: Arc<str>,
    /// HR's number of the person.
    pub employee_id: Arc<str>,
    /// Whether the row could not be read but for whom it is about.
    pub is_unread: bool,
    /// Directories: the account's status.
    pub status: AccountStatus,
    /// HR: the person's status.
    pub person_status: PersonStatus,
    /// The status as the file says it.
    pub raw_status: Arc<str>,
    /// What kind of worker.
    pub worker: WorkerKind,
    /// What kind of holder.
    pub kind: AccountKind,
    /// When the record was made.
    pub created: Option<When>,
    /// When it was last used.
    pub last_active: Option<When>,
    /// When it was switched off, or when its status last changed.
    pub ended: Option<When>,
    /// First day of the employment.
    pub start: Option<When>,
    /// Last day of the employment.
    pub end: Option<When>,
    /// The department.
    pub department: Arc<str>,
    /// The job title.
    pub title: Arc<str>,
    /// What else tells people of one name apart, comparable, each value once.
    pub attributes: Box<[(Attribute, Arc<str>)]>,
}

/// For accounts that stop working by themselves on the day in `ended`: has that day passed at `now` (Unix seconds), the
/// account has ended then; before it, there is no end.
fn expire(status: &mut AccountStatus, ended: &mut Option<When>, now: i64, zone: &TimeZone) {
    if !ended.is_some_and(|day| day.passed(now, zone)) {
        *ended = None;
    } else if !status.is_end_state() {
        *status = AccountStatus::Deactivated;
    }
}

impl Record<'_> {
    /// See [`Identity::expire`].
    pub fn expire(&mut self, now: i64, zone: &TimeZone) {
        expire(&mut self.status, &mut self.ended, now, zone);
    }
}

impl Identity {
    /// For accounts that stop working by themselves on the day in `ended`: has that day passed at `now` (Unix seconds), the
    /// account has ended then; before it, there is no end.
    pub fn expire(&mut self, now: i64, zone: &TimeZone) {
        expire(&mut self.status, &mut self.ended, now, zone);
    }

    /// Keeps what could be read of a row that was rejected.
    pub fn unread(
        record: &Record<'_>,
        source: u32,
        from_hr: bool,
        username_is: UsernameIs,
        shared: &mut Shared,
    ) -> Self {
        Self { is_unread: true, ..Self::keep(record, source, from_hr, username_is, shared) }
    }

    /// What kind of worker the record says its holder is, in a word of its own or by the kind of account.
    pub fn says_worker(&self) -> WorkerKind {
        match (self.worker, self.kind) {
            (_, kind) if kind.is_non_human() => WorkerKind::NonHuman,
            (WorkerKind::Unknown, AccountKind::Guest) => WorkerKind::Guest,
            (worker, _) => worker,
        }
    }

    /// Keeps a record of an authoritative source. Texts that many records share are kept once in `shared`.
    pub fn keep(record: &Record<'_>, source: u32, from_hr: bool, username_is: UsernameIs, shared: &mut Shared) -> Self {
        let id: Arc<str> = shared.text(record.id, &[]);
        let email = shared.text(record.email, &[]);
        Self {
            place: Place { source, line: record.line },
            from_hr,
            external_id: shared.text(record.external_id, &[&id]),
            username: shared.text(record.username, &[&email]),
            id,
            email,
            aliases: record.aliases.iter().map(|&a| a.into()).collect(),
            home_emails: record.home_emails.iter().map(|&a| a.into()).collect(),
            username_is,
            name: shared.text(&record.name, &[]),
            employee_id: shared.text(record.employee_id, &[]),
            is_unread: false,
            status: record.status,
            person_status: record.person_status,
            raw_status: shared.word(record.raw_status),
            worker: record.worker,
            kind: record.kind,
            created: record.created,
            last_active: record.last_active,
            ended: record.ended,
            start: record.start,
            end: record.end,
            department: shared.word(record.department),
            title: shared.word(record.title),
            attributes: record
                .attributes
                .iter()
                .map(|&(attribute, text)| (attribute, attribute.comparable(text)))
                .filter(|(_, value)| !value.is_empty())
                .map(|(attribute, value)| (attribute, shared.word(&value)))
                .collect(),
        }
    }
}

/// Texts that many records share. A million empty texts are one.
#[derive(Debug)]
pub struct Shared {
    words: HashSet<Arc<str>>,
    empty: Arc<str>,
}

/// How many different words are kept; a column with more of them is no vocabulary.
const VOCABULARY: usize = 10_000;

impl Default for Shared {
    fn default() -> Self {
        Self { words: HashSet::new(), empty: Arc::from("") }
    }
}

impl Shared {
    /// A text of its own, unless it is empty or one of `same`.
    fn text(&self, text: &str, same: &[&Arc<str>]) -> Arc<str> {
        if text.is_empty() {
            return Arc::clone(&self.empty);
        }
        same.iter().find(|s| &****s == text).map_or_else(|| text.into(), |s| Arc::clone(s))
    }
    /// A word that probably occurs again.
    fn word(&mut self, word: &str) -> Arc<str> {
        if let Some(kept) = self.words.get(word) {
            return Arc::clone(kept);
        }
        let kept = self.text(word, &[]);
        if self.words.len() < VOCABULARY {
            self.words.insert(Arc::clone(&kept));
        }
        kept
    }
}
