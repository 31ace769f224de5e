//! Records as `ingest` reads them, before anything is matched.

use super::vocabulary::{AccountKind, AccountStatus, PersonStatus, SignIn, WorkerKind};
use super::{UsernameIs, When};
use std::borrow::Cow;

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
}

/// A record of a person in an authoritative source, kept for the whole run.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Where it stands.
    pub place: Place,
    /// Whether an HR system wrote it (else an identity provider did).
    pub from_hr: bool,
    /// The source's own id of the record.
    pub id: Box<str>,
    /// Directory object id or SCIM externalId.
    pub external_id: Box<str>,
    /// The main address, as written.
    pub email: Box<str>,
    /// Further addresses of the company, as written.
    pub aliases: Vec<Box<str>>,
    /// Private addresses, as written.
    pub home_emails: Vec<Box<str>>,
    /// The sign-in name.
    pub username: Box<str>,
    /// What the sign-in name is good for.
    pub username_is: UsernameIs,
    /// The full name.
    pub name: Box<str>,
    /// The given name.
    pub first_name: Box<str>,
    /// The family name.
    pub last_name: Box<str>,
    /// HR's number of the person.
    pub employee_id: Box<str>,
    /// Directories: the account's status.
    pub status: AccountStatus,
    /// HR: the person's status.
    pub person_status: PersonStatus,
    /// The status as the file says it.
    pub raw_status: Box<str>,
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
    pub department: Box<str>,
    /// The job title.
    pub title: Box<str>,
}

impl Identity {
    /// Keeps a record of an authoritative source.
    pub fn keep(record: &Record<'_>, source: u32, from_hr: bool, username_is: UsernameIs) -> Self {
        Self {
            place: Place { source, line: record.line },
            from_hr,
            id: record.id.into(),
            external_id: record.external_id.into(),
            email: record.email.into(),
            aliases: record.aliases.iter().map(|&a| a.into()).collect(),
            home_emails: record.home_emails.iter().map(|&a| a.into()).collect(),
            username: record.username.into(),
            username_is,
            name: record.name.as_ref().into(),
            first_name: record.first_name.into(),
            last_name: record.last_name.into(),
            employee_id: record.employee_id.into(),
            status: record.status,
            person_status: record.person_status,
            raw_status: record.raw_status.into(),
            worker: record.worker,
            kind: record.kind,
            created: record.created,
            last_active: record.last_active,
            ended: record.ended,
            start: record.start,
            end: record.end,
            department: record.department.into(),
            title: record.title.into(),
        }
    }
}
