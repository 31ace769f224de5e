//! What is kept of a run, and what a later run is told about the earlier ones. Never whole rows of an export.

use super::vocabulary::{AccountStatus, FindingStatus, Severity, words};
use super::{FindingId, KeptHeadline, KnownAdmin, SourceRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number of a kept run, from 1 on, in the order in which runs were kept.
pub type RunNo = u32;

/// A comparable name of an account within its app: the first eight bytes of a SHA-256 over its native id, else its address.
pub type AccountKey = u64;

/// A run, as far as all of its parts share it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptRun {
    /// Its number; 0 before it is kept.
    pub no: RunNo,
    /// SHA-256 over everything that the run depended on: the same run twice has the same.
    pub inputs: String,
    /// The moment it speaks about, as its report writes it.
    pub as_of: String,
    /// The same as Unix seconds.
    pub as_of_second: i64,
    /// The program's version.
    pub tool: String,
    /// The catalog's version.
    pub catalog: String,
    /// What `coverage.yaml` says beside files and apps, in words: name and value.
    pub policy: Vec<(String, String)>,
    /// SHA-256 over HR's and the directories' files.
    pub people_files: String,
    /// Whether HR and the directories could be used as populations; if not, nothing is closed by the run.
    pub people_accepted: bool,
    /// Its headline numbers; none if the version of the program that kept it did not keep them.
    pub headline: Option<KeptHeadline>,
}

/// A file of a kept run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSource {
    /// What it was read as.
    pub role: SourceRole,
    /// The id of the source.
    pub id: String,
    /// The catalog's export id.
    pub export: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was made, as the report writes it.
    pub extracted_at: String,
    /// The word for where that time comes from.
    pub basis: String,
    /// Rows read, then rows by outcome in the order of the situations.
    pub rows: Vec<u64>,
}

/// One complete list of a kept run: the roster of an app, or the records of an HR system or a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPopulation {
    /// What it was read as.
    pub role: SourceRole,
    /// Its id.
    pub id: String,
    /// Whether later runs may rely on it.
    pub accepted: bool,
    /// If not, why.
    pub why: String,
    /// SHA-256 over its files.
    pub files: String,
    /// The first second at which its oldest file can have been made; none without a file.
    pub made_from: Option<i64>,
    /// The last second at which its newest file can have been made.
    pub made_to: Option<i64>,
    /// When its newest file was made, as the report writes it.
    pub made_at: String,
    /// Whether that time is a guess.
    pub made_guessed: bool,
    /// Its records.
    pub records: u64,
    /// Those that have not ended.
    pub live: u64,
    /// Whether accounts are named by native ids.
    pub ids: bool,
    /// Some of its live administrators.
    pub admins: Vec<KnownAdmin>,
    /// How the app is set up in `coverage.yaml`, in words.
    pub set_up: String,
    /// SHA-256 over what the catalog says about the app.
    pub claims: String,
}

/// A finding of a kept run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFinding {
    /// Its id.
    pub id: FindingId,
    /// Its rule.
    pub rule: String,
    /// The app's id.
    pub app: Option<String>,
    /// The account: native id, else address or user name, as the roster shows it.
    pub account: Option<String>,
    /// Its comparable name.
    pub account_key: Option<AccountKey>,
    /// Its address, where that is not the account itself.
    pub email: String,
    /// The person's key.
    pub person: Option<String>,
    /// The person's work address.
    pub person_email: String,
    /// How it stands.
    pub state: FindingFacts,
}

/// What may change about a finding from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingFacts {
    /// How grave it is.
    pub severity: Severity,
    /// Whether it stands, or cannot be decided.
    pub status: FindingStatus,
    /// What the data say that it rests on: the account's status and the day of leaving.
    pub facts: String,
}

words! {
    /// How an account of somebody who has left stands in a roster.
    GapState {
        /// It lives.
        Living = "living",
        /// Its status does not say.
        Unclear = "unclear",
        /// It is listed as ended.
        Ended = "ended",
        /// It is not listed any more.
        Absent = "absent",
        /// It lives under somebody else's key now. Whether the leaver still gets in, nobody knows.
        HandedOver = "handed-over",
        /// Its holder works here again.
        AtWork = "at-work",
        /// The list names it otherwise now; what becomes of it stands there.
        Renamed = "renamed",
        /// `coverage.yaml` has taken it out of scope.
        OutOfScope = "out-of-scope",
    }
}

impl GapState {
    /// Whether a roster shows that the access has ended.
    pub const fn is_gone(self) -> bool {
        matches!(self, Self::Ended | Self::Absent)
    }
    /// Whether a roster shows the account as the leaver's, alive.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Living | Self::Unclear)
    }
}

/// An interval of time in which something happened, in Unix seconds, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Not before.
    pub from: i64,
    /// Not after.
    pub to: i64,
}

/// An account of a person who has left, in one state over one or more runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The app's id.
    pub app: String,
    /// The account's comparable name.
    pub key: AccountKey,
    /// The account as a roster shows it; empty if only its comparable name is known.
    pub account: String,
    /// Whether it is named by a native id.
    pub native: bool,
    /// The person's key.
    pub person: String,
    /// The person's work address.
    pub person_email: String,
    /// When the person left, as the report writes it; empty if no source has the day.
    pub left: String,
    /// The same as an interval.
    pub left_span: Option<Span>,
    /// The state.
    pub state: GapState,
    /// The account's status in the common vocabulary.
    pub status: AccountStatus,
    /// When the app itself says that it was switched off.
    pub ended: Option<Span>,
    /// The roster that first shows the state: when it was made.
    pub made: Span,
    /// The first run in this state.
    pub from_run: RunNo,
    /// The first run in another state.
    pub until_run: Option<RunNo>,
}

/// An account as this run's roster shows it, if earlier runs have asked about it or its holder has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAccount {
    /// Its comparable name.
    pub key: AccountKey,
    /// The account as the roster shows it.
    pub account: String,
    /// Whether it is named by a native id.
    pub native: bool,
    /// The one person who holds it.
    pub person: Option<PersonNow>,
    /// If nobody is known to hold it: who did in the last accepted roster and has left. The account lives, so that no end of
    /// the access is shown.
    pub was: Option<PersonNow>,
    /// Whether it is settled whose it is, or that it is nobody's.
    pub settled: bool,
    /// Whether it is out of scope.
    pub excluded: bool,
    /// Whether it lives; none if its status does not say.
    pub lives: Option<bool>,
    /// Its status.
    pub status: AccountStatus,
    /// When the app says that it was switched off.
    pub ended: Option<Span>,
}

/// An account that belonged to somebody at work in the last accepted roster, who has left since, and which is not listed
/// any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneAccount {
    /// Its comparable name; nothing else of it is known.
    pub key: AccountKey,
    /// Its holder.
    pub person: PersonNow,
}

/// Where a person stands in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonNow {
    /// The person's key.
    pub key: String,
    /// The work address.
    pub email: String,
    /// Whether the person has left; none if the sources do not say.
    pub has_left: Option<bool>,
    /// When, as the report writes it; empty if no source has the day.
    pub left: String,
    /// The same as an interval.
    pub left_span: Option<Span>,
}

/// Which accounts of an app belonged to whom in its last accepted roster, and of those that it does not have, in the last one
/// that had them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedAccounts {
    /// The run.
    pub run: RunNo,
    /// Sorted by key.
    pub accounts: Vec<LinkedAccount>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkedAccount {
    /// The account's comparable name.
    pub key: AccountKey,
    /// A short mark of the same, which costs next to nothing to compare.
    pub mark: u32,
    /// The person's index among the people of that run; with [`Self::NOT_LISTED`], if only an older roster has the account.
    pub person: u32,
}

impl LinkedAccount {
    /// Set beside the person of an account that the last accepted roster does not link to anybody.
    pub const NOT_LISTED: u32 = 1 << 31;

    /// Whether the last accepted roster has it.
    pub const fn was_listed(self) -> bool {
        self.person & Self::NOT_LISTED == 0
    }
}

/// Everything that is kept of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The run itself.
    pub run: KeptRun,
    /// Its files.
    pub sources: Vec<KeptSource>,
    /// Its lists.
    pub populations: Vec<KeptPopulation>,
    /// Its findings.
    pub findings: Vec<KeptFinding>,
    /// By app: accounts of leavers, and those about which earlier runs have asked.
    pub seen: Vec<(String, Vec<SeenAccount>)>,
    /// By app, accounts of people who have left since, if the roster is accepted.
    pub gone: Vec<(String, Vec<GoneAccount>)>,
    /// Where the people stand now whose accounts earlier runs have followed.
    pub followed: Vec<PersonNow>,
    /// For each person in order, the comparable name of the key.
    pub people: Vec<u64>,
    /// By app, whose account is whose.
    pub linked: Vec<(String, LinkedAccounts)>,
}

/// That somebody says that a finding is dealt with. It closes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoneClaim {
    /// The finding's id.
    pub finding: String,
    /// Who says so.
    pub by: String,
    /// Where the work was ordered or done.
    pub ticket: String,
    /// A remark.
    pub note: String,
    /// When, as it was written: RFC 3339 in UTC, or a day.
    pub at: String,
    /// The same as Unix seconds (of a day, its end in the company's zone).
    pub at_second: i64,
}
