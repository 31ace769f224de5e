//! The report: everything that the output formats show, already decided.

use super::vocabulary::{AccountStatus, Level, Operation, Situation};
use super::{
    AccountFacts, ExceptionReport, Finding, Handwork, History, Holds, Identity, Person, PersonIx, Place,
    PopulationReport, Provenance, Reviewed, RuleMeta, SetAside,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A whole run's result.
#[derive(Debug)]
pub struct Report {
    /// The program's version.
    pub tool_version: &'static str,
    /// The catalog's version.
    pub catalog_version: String,
    /// SHA-256 over everything that the run depends on, hex: the same run twice has the same.
    pub run: String,
    /// The company's name; empty if the workspace has none.
    pub company: String,
    /// The moment the report speaks about, RFC 3339 in UTC.
    pub as_of: String,
    /// Where that moment comes from.
    pub as_of_basis: AsOfBasis,
    /// The company's zone.
    pub zone: jiff::tz::TimeZone,
    /// The zone's name.
    pub zone_name: String,
    /// The company's domains, and whether they were declared or derived.
    pub domains: Vec<String>,
    /// Whether `domains` was declared.
    pub domains_declared: bool,
    /// The policy, as (name, value) in words; "not declared" for what is not.
    pub policy: Vec<(&'static str, String)>,
    /// Every file that was read.
    pub sources: Vec<SourceReport>,
    /// Every complete list that they make: HR systems and identity providers in their order, then the apps' rosters.
    pub populations: Vec<PopulationReport>,
    /// What the company has decided to live with, in the order of its file.
    pub exceptions: Vec<ExceptionReport>,
    /// What people have decided about findings, if anybody has.
    pub reviewed: Option<Reviewed>,
    /// Every app, by id.
    pub apps: Vec<AppReport>,
    /// Every identity record.
    pub identities: Vec<Identity>,
    /// Every person, by key.
    pub people: Vec<Person>,
    /// Every finding, gravest first, then by rule, app, account and person.
    pub findings: Vec<Box<Finding>>,
    /// Accounts of leavers that have ended: evidence of closure.
    pub closures: Vec<Closure>,
    /// Every rule, for the explanations.
    pub rules: Vec<&'static RuleMeta>,
    /// The headline numbers.
    pub summary: Summary,
    /// What the search for candidates cost.
    pub candidates: CandidateSearch,
    /// What earlier runs say, if runs are kept.
    pub history: Option<History>,
    /// Remarks about the run that a reader must know (guessed times, guessed encodings).
    pub notices: Vec<String>,
}

/// What the search for people cost who might hold the accounts that no key matched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CandidateSearch {
    /// Accounts for which candidates were looked for.
    pub accounts: u64,
    /// People with whom these were compared, all together.
    pub pairs: u64,
    /// People there are: comparing everybody would be `accounts` × `people` pairs.
    pub people: u64,
}

/// Where the report's moment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsOfBasis {
    /// `--as-of` or the workspace.
    Declared,
    /// The newest extraction time of the files.
    NewestSource,
}

/// Where the extraction time of a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeBasis {
    /// The workspace or `--extracted-at`.
    Declared,
    /// The file's name, by the product's own pattern.
    FileName,
    /// The file's time stamp: a guess.
    FileTime,
}

/// One file that was read, with the arithmetic of its rows.
#[derive(Debug, Clone)]
pub struct SourceReport {
    /// The file as the user named it.
    pub file: String,
    /// What it was read as: HR, identity provider, or the app's id.
    pub role: SourceRole,
    /// The id of the source (`okta`, `bamboohr`, the app's id).
    pub id: String,
    /// The catalog's export id.
    pub export: String,
    /// The export's name for people.
    pub export_name: String,
    /// What its rows are.
    pub holds: Vec<Holds>,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Its encoding.
    pub encoding: &'static str,
    /// Whether the encoding is a guess.
    pub encoding_guessed: bool,
    /// Its delimiter; none for JSON, LDIF and XLSX.
    pub delimiter: Option<char>,
    /// Line of the header.
    pub header_line: u32,
    /// SHA-256 of the normalised header names, first 12 hex digits.
    pub header_fingerprint: String,
    /// When it was made.
    pub extracted_at: String,
    /// The same as Unix seconds (a day: its end in the company's zone).
    pub extracted_second: i64,
    /// Where that time comes from.
    pub time_basis: TimeBasis,
    /// The first 12 hex digits of the SHA-256 of the description by which it was read.
    pub adapter_version: String,
    /// What its maker says of it.
    pub provenance: Provenance,
    /// What this export leaves out even when complete.
    pub leaves_out: Option<String>,
    /// Rows by outcome.
    pub rows: RowAccounting,
    /// Rows without blank and totals lines.
    pub records: u64,
    /// How many records there are, as the file itself says.
    pub total: Option<u64>,
    /// Rows that were set aside, by reason.
    pub set_aside: Vec<SetAside>,
    /// Unreadable rows, the first hundred of them, with place and reason.
    pub rejected: Vec<Rejected>,
    /// Unreadable rows of which not even that can be told: whom they are about.
    pub of_nobody: u64,
    /// Unreadable rows of a roster with the address of somebody who has left.
    pub of_leavers: u64,
    /// The first of them.
    pub first_of_leavers: Option<Rejected>,
    /// Status words nobody has explained, with how often they occur.
    pub unknown_words: Vec<(String, u64)>,
}

/// What a file was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceRole {
    /// An HR system.
    Hr,
    /// An identity provider.
    Idp,
    /// An app's roster.
    Roster,
    /// Whom an identity provider has given an app.
    Assignments,
    /// The `coverage.yaml` that says what to read and how the apps are set up.
    Workspace,
    /// A file of the company's own catalog.
    Catalog,
}

/// An unreadable row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where it begins.
    pub line: u32,
    /// The column of the table that is to blame, if one is (1-based).
    pub column: Option<u32>,
    /// What is wrong with it. Never quotes the whole row.
    pub reason: String,
}

/// Rows read, by outcome. For rosters the outcomes are the situations; for HR and directories a row is `linked` to the
/// person it helped to make, `excluded` or `rejected`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowAccounting {
    /// Data rows of the file.
    pub read: u64,
    /// By situation, in the order of [`Situation::ALL`].
    pub by: [u64; 9],
}

impl RowAccounting {
    /// Counts `rows` rows in a situation.
    pub fn count(&mut self, situation: Situation, rows: u64) {
        self.read += rows;
        self.by[situation as usize] += rows;
    }
    /// Rows in a situation.
    pub const fn of(&self, situation: Situation) -> u64 {
        self.by[situation as usize]
    }
    /// Whether rows read = the sum of the outcomes.
    pub fn closes(&self) -> bool {
        self.read == self.by.iter().sum::<u64>()
    }
    /// Adds another file's rows.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.by.iter_mut().zip(other.by).for_each(|(a, b)| *a += b);
    }
}

/// One app.
#[derive(Debug, Clone)]
pub struct AppReport {
    /// Its id in the workspace.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its id in the catalog, if it stands there.
    pub product: Option<String>,
    /// The company's owner of the app.
    pub owner: Option<String>,
    /// Indices of its roster files in the report's sources.
    pub sources: Vec<u32>,
    /// Whether its accounts could be judged; if not, why.
    pub not_evaluable: Option<String>,
    /// Rows of all its files by outcome.
    pub rows: RowAccounting,
    /// Accounts (rows of one account count once).
    pub accounts: u64,
    /// Whether its roster has statuses; without any, being listed is having access.
    pub has_status: bool,
    /// Accounts that live: by their status, or because the roster has none.
    pub live: u64,
    /// Live accounts with an administrator's rights.
    pub privileged: u64,
    /// How sign-in is set up, in words.
    pub sign_in: String,
    /// The tenant as the workspace declares it, in words; empty if it says nothing.
    pub set_up: String,
    /// What its lifecycle operations are for this tenant.
    pub operations: Vec<OperationLevel>,
    /// Whether deactivation is a person's work.
    pub manual_only: bool,
    /// How a person removes a leaver, if the catalog has it.
    pub handwork: Option<Handwork>,
    /// What deprovisioning does and leaves, by trigger, in words, with the source's address.
    pub deprovision: Vec<(String, String)>,
    /// Rows of its diff by difference, in the order of [`super::Difference::ALL`].
    pub differences: [u64; 10],
    /// Whether the absent people are counted only, because they are more than the limit.
    pub absent_not_listed: bool,
}

/// One operation of one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationLevel {
    /// The operation.
    pub operation: Operation,
    /// How it is done for this tenant.
    pub level: Level,
    /// Why, step by step.
    pub reason: Vec<String>,
    /// What would unlock the next level, if something would.
    pub unlock: Option<String>,
}

/// An account of a leaver that has ended.
#[derive(Debug, Clone)]
pub struct Closure {
    /// The leaver.
    pub person: PersonIx,
    /// The app, as an index into the report's apps.
    pub app: u32,
    /// The account.
    pub account: Arc<AccountFacts>,
}

/// The headline numbers.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Summary {
    /// People, all.
    pub people: u64,
    /// People who have left.
    pub leavers: u64,
    /// People of whom nobody can tell whether they have left.
    pub unclear: u64,
    /// Leavers with at least one account that lives in an app.
    pub leavers_with_access: u64,
    /// Apps in scope.
    pub apps: u64,
    /// Apps whose accounts could be judged.
    pub apps_evaluated: u64,
    /// Apps whose deactivation is manual.
    pub apps_manual_only: u64,
    /// Accounts, all.
    pub accounts: u64,
    /// Live accounts of people who have left, each counted once, by tier: rule id and count. The last one are those of which
    /// nobody can tell whether they live.
    pub residual: Vec<(&'static str, u64)>,
    /// Live accounts of which it is not settled whose they are, somebody who has left being among those whose they may be.
    /// Those with which somebody has approved to live are not counted.
    pub may_be_leavers: u64,
    /// Live accounts of people who have left with which somebody has approved to live.
    pub residual_excepted: u64,
    /// Findings by severity, gravest first: word and count. Not-evaluable findings are not among them.
    pub by_severity: Vec<(&'static str, u64)>,
    /// Findings that cannot be decided.
    pub not_evaluable: u64,
    /// Findings that somebody has approved to live with. They are not among `by_severity`.
    pub excepted: u64,
    /// Live accounts in apps whose deactivation is automated.
    pub automated_accounts: u64,
    /// Live accounts in apps of which nobody can say whether deactivation is automated.
    pub automation_unknown_accounts: u64,
    /// Live accounts, all.
    pub live_accounts: u64,
}

/// A row of `diffs/APP.csv`.
#[derive(Debug, Clone)]
pub struct DiffRow<'a> {
    /// How IdP and app differ.
    pub difference: super::Difference,
    /// The account; none for people without one.
    pub account: Option<&'a AccountFacts>,
    /// The person.
    pub person: Option<PersonIx>,
    /// The key of the link.
    pub key: Option<super::Key>,
    /// Where it stands.
    pub place: Option<Place>,
    /// Remarks: rivals, candidates, reasons.
    pub note: String,
}

/// Status and counts that a format shows of an account's status.
pub fn status_words(status: AccountStatus, raw: &str) -> String {
    // A moment in milliseconds that has decided the status is no word that anybody could read.
    let is_count = raw.len() > 8 && raw.bytes().all(|b| b.is_ascii_digit());
    if raw.is_empty() || is_count || raw.eq_ignore_ascii_case(status.word()) {
        status.word().to_owned()
    } else {
        format!("{} ({raw})", status.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_the_word_of_the_roster_beside_it_unless_that_is_no_word() {
        let told = |raw| status_words(AccountStatus::Active, raw);
        assert_eq!(told("Enabled"), "active (Enabled)");
        assert_eq!(["", "ACTIVE", "1680593400000"].map(told), ["active"; 3].map(str::to_owned));
        assert_eq!(told("1"), "active (1)", "a short one is a word of the app's");
    }
}
