//! The shape of `coverage.yaml`, as a person writes it.

use crate::model::{Check, DateOrder, Export, Population, Severity};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `coverage.yaml`: which files to read, which apps are in use and how they are set up, and the company's policy.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "coverage.yaml")]
pub struct RawWorkspace {
    /// The company.
    pub company: RawCompany,
    /// The moment the report speaks about (`2026-11-22` or `2026-11-22T09:00:00Z`); `--as-of` wins.
    pub as_of: Option<String>,
    /// A folder with entries of your own, relative to this `coverage.yaml`: products that the catalog lacks, and claims
    /// that correct it. `--catalog` wins.
    pub catalog: Option<String>,
    /// Exports of HR systems, the most trusted first.
    pub hr: Vec<RawInput>,
    /// Exports of identity providers, the most trusted first.
    pub idp: Vec<RawInput>,
    /// The apps in use, by an id of your own or of the catalog.
    pub apps: BTreeMap<String, RawApp>,
    /// Accounts that no person holds.
    pub non_human: Vec<RawNonHuman>,
    /// Accounts out of scope.
    pub exclude: Vec<RawExclude>,
    /// Not here: what people have decided about single accounts stands in `links.yaml` beside this file. Move the list
    /// there as it is, its key `links:` too; `coverage link` adds to it.
    #[schemars(schema_with = "elsewhere")]
    pub links: Option<serde_json::Value>,
    /// How far accounts may be linked without a key. Left out: not at all, candidates are for people to look at.
    pub matching: RawMatching,
    /// Limits and switches. A limit that is left out is not judged.
    pub policy: RawPolicy,
    /// Where `coverage notify` sends the summary. Left out: nowhere.
    pub notify: Option<super::notify::RawNotify>,
    /// Descriptions of exports that the catalog does not know, as in the catalog's `exports`.
    pub exports: Vec<Export>,
}

/// A key that once stood in this file. Nothing fits it, so that whoever writes it reads where it belongs.
fn elsewhere(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"not": {
        "description": "What people have decided about single accounts stands in `links.yaml` beside this file. Move the \
                        list there as it is, with its key `links:`; `coverage link` adds to it.",
    }})
}

/// The company.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawCompany {
    /// Its name, for the report's title.
    pub name: Option<String>,
    /// Its mail domains. Left out: the domains of HR's work addresses and of the directory's members.
    pub domains: Vec<String>,
    /// Former or second domains whose addresses mean the same mailbox: `old.example: new.example`.
    pub domain_aliases: BTreeMap<String, String>,
    /// Domains where `ann+x@` is `ann@`.
    pub plus_tags: Vec<String>,
    /// Domains where `a.nn@` is `ann@`.
    pub dots: Vec<String>,
    /// The zone in which a leaving date ends, an IANA name. Left out: UTC.
    pub zone: Option<String>,
}

/// One file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawInput {
    /// The file, relative to this `coverage.yaml`.
    pub file: String,
    /// An id for the report (`okta`); left out: the catalog's id.
    #[serde(default)]
    pub id: Option<String>,
    /// The id of the export in the catalog, where the header alone does not say it.
    #[serde(default)]
    pub export: Option<String>,
    /// When the file was made (`2026-11-20T08:00:00Z` or `2026-11-20`). Left out: its name or its time stamp, as a guess.
    #[serde(default)]
    pub extracted_at: Option<String>,
    /// Its encoding, where it is guessed wrongly (`windows-1252`, `utf-16le`).
    #[serde(default)]
    pub encoding: Option<String>,
    /// The order of day and month, where the data does not settle it.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Who is meant to be in it, in the words of who made it. Shown in the report.
    #[serde(default)]
    pub scope: Option<String>,
    /// The system and tenant it comes from (`nordwind.okta.example, production`). Shown in the report.
    #[serde(default)]
    pub system: Option<String>,
    /// The filter of the query or the screen; `none` if there was none. Shown in the report.
    #[serde(default)]
    pub filter: Option<String>,
    /// Who made it. Shown in the report.
    #[serde(default)]
    pub extracted_by: Option<String>,
    /// How it was made: the screen, the report or the call. Shown in the report.
    #[serde(default)]
    pub method: Option<String>,
    /// Of a file that speaks of several things, only the rows with these values: `{pulled.label: Slack}`.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// How many records the system says there are. A file with fewer is not the whole list.
    #[serde(default)]
    pub records: Option<u64>,
    /// What was flagged about the list that this file belongs to, and is right.
    #[serde(default)]
    pub accept: Vec<RawAccept>,
}

/// That a list is right although a check has flagged it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawAccept {
    /// What was flagged.
    pub check: Check,
    /// Why it is right.
    pub because: String,
    /// Who answers for it.
    pub by: String,
    /// When (`YYYY-MM-DD`). It covers files made until the end of that day, and no later ones.
    pub on: String,
}

/// One app in use.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawApp {
    /// Its id in the catalog, where it differs from the key (two tenants of one product).
    pub product: Option<String>,
    /// Its name in the report.
    pub name: Option<String>,
    /// Its roster, or several files that together are the roster. Left out: there is none yet.
    pub roster: Option<RawRoster>,
    /// Whom the identity provider has given this app: a file, or several that together are the list. Left out: nobody
    /// compares.
    pub assignments: Option<RawRoster>,
    /// When all its roster files were made.
    pub extracted_at: Option<String>,
    /// The plan the company is on.
    pub plan: Option<String>,
    /// What the company has bought beside the plan: ids or names of the product's add-ons in the catalog. An empty list
    /// says that it has none; left out, nobody knows.
    pub addons: Option<Vec<String>>,
    /// The region of the tenant, where the catalog knows several.
    pub region: Option<String>,
    /// The kind of the product (`organization`, `self-managed`), where the catalog knows several.
    pub variant: Option<String>,
    /// The level of the tenant (`workspace`, `organization`), where the catalog knows several.
    pub tenancy: Option<String>,
    /// Whose accounts the roster holds, where it is not those of staff.
    pub population: Option<Population>,
    /// The identity provider that people sign in with here: an id of this file, or of the catalog. Left out: the first.
    pub idp: Option<String>,
    /// How people sign in: `enforced`, `optional`, `off`.
    pub sso: Option<SsoSetting>,
    /// Whether SCIM is switched on.
    pub scim: Option<Switch>,
    /// Who should have an account.
    pub expected: Option<Expected>,
    /// The app's owner in the company, an address or a name.
    pub owner: Option<String>,
    /// Until when a leaver's access has to end here, where that is not the company's limit.
    pub revoke_within: Option<RawRevoke>,
    /// Administrators who must be in the roster: work addresses or employee ids of people, else addresses, user names or
    /// native ids of accounts. A roster that lacks one of them is not the whole list.
    pub admins: Vec<String>,
    /// What was flagged about the roster, and is right.
    pub accept: Vec<RawAccept>,
}

/// One roster file or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawRoster {
    /// A file name.
    File(String),
    /// Several files. Stands before the settings of one, for which serde would take a list of their values, too.
    Files(Vec<RawRosterFile>),
    /// A file with its settings.
    Input(Box<RawInput>),
}

/// One of several roster files.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawRosterFile {
    /// A file name.
    File(String),
    /// A file with its settings.
    Input(Box<RawInput>),
}

/// How people sign in to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SsoSetting {
    /// Only through the identity provider.
    Enforced,
    /// Through the identity provider or otherwise.
    Optional,
    /// Never through the identity provider.
    Off,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// Switched on.
    On,
    /// Switched off.
    Off,
}

/// Who should have an account in an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Every person at work.
    Everyone,
    /// Every employee at work (no contractors, vendors, guests).
    Employees,
    /// Nobody in particular.
    Nobody,
}

/// Accounts that no person holds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawNonHuman {
    /// Address, user name or native id; `*` stands for any run of characters.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Only in this app.
    #[serde(default)]
    pub app: Option<String>,
    /// The address or employee id of the person who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// What it is.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Accounts out of scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawExclude {
    /// Address, user name or native id; `*` stands for any run of characters.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Only in this app.
    #[serde(default)]
    pub app: Option<String>,
    /// Why. Shown beside every excluded account.
    pub reason: String,
}

/// How far accounts may be linked without a key.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawMatching {
    /// Link an account to its first candidate if both have so much in common. A decision of the company's; every such link
    /// says in the report that it rests on it.
    pub accept: Option<RawFirst>,
}

/// When a first candidate is taken for the holder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawFirst {
    /// How many things both must have in common. The name, also a similar one, is one; department, job title, day of birth,
    /// phone number, personal number and postal code are one each. A name alone never is enough.
    #[schemars(range(min = 2, max = 8))]
    pub agree: u8,
    /// By how many points of the score the second candidate must be behind.
    #[schemars(range(min = 1, max = 99))]
    pub lead: u8,
}

/// Limits and switches.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawPolicy {
    /// An account unused for more than this many days is dormant. Left out: not judged.
    pub dormant_days: Option<u32>,
    /// A roster older than this many days is stale. Left out: only rosters older than a leaving are.
    pub roster_max_age_days: Option<u32>,
    /// Until when a leaver's access has to end. Left out: no limit is declared, and none is judged.
    pub revoke_within: Option<RawRevoke>,
    /// Which days are business days.
    pub calendar: RawCalendar,
    /// `report` exits with 3 at findings of this severity or above; `--fail-on` wins.
    pub fail_on: Option<Severity>,
    /// What cannot be decided, or could not be looked at, counts there, too. Default: false.
    pub fail_on_undecided: bool,
    /// Up to how many absent people `diffs/APP.csv` lists as `only-in-idp`. Default 10,000; above it they are counted,
    /// and `coverage diff --app APP` lists them.
    pub only_in_idp_limit: Option<u64>,
    /// Which checks of the lists make one not evaluable.
    pub guard: RawGuard,
    /// The most accounts that one exception may be about. Default: 25.
    pub exception_max_accounts: Option<u32>,
    /// The most days that one exception may hold. Left out: not judged.
    pub exception_max_days: Option<u32>,
    /// When approvals of a review count as given in bulk.
    pub review_bulk: RawBulk,
}

/// When approvals of a review (`keep`, `exception`) count as given in bulk. What is left out has its default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawBulk {
    /// So many approvals of one reviewer. Default: 10.
    #[schemars(range(min = 2))]
    pub approvals: Option<u32>,
    /// Within so many seconds. Default: 60.
    pub seconds: Option<u32>,
}

/// Which checks of the lists make one not evaluable. What is left out has its default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawGuard {
    /// A list without any record. Default: on.
    pub zero_rows: Option<Switch>,
    /// A list with fewer records than the file itself, or `records` beside it, says there are. Default: on.
    pub declared_total: Option<Switch>,
    /// A list with a number of records at which exports break off (1,000; 5,000; 10,000 …). Default: on.
    pub round_count: Option<Switch>,
    /// By how many per cent the records, or the live ones among them, may be fewer than in the last accepted snapshot.
    /// Fewer than five never count. Default: 20; 100 switches it off.
    #[schemars(range(min = 1, max = 100))]
    pub drop_percent: Option<u32>,
    /// A roster that lacks an administrator named under `admins`, or all those of the last accepted snapshot who have
    /// not left. Default: on.
    pub known_admins: Option<Switch>,
    /// A roster made before somebody left. Default: accounts.
    pub older_than_leaving: Option<OlderThanLeaving>,
}

/// When a roster made before a leaving is not evaluable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OlderThanLeaving {
    /// If it lists a live account of somebody who has left since.
    Accounts,
    /// If anybody has left since.
    Any,
    /// Never.
    Off,
}

/// A time limit: `{hours: 24}` or `{business-days: 1}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawRevoke {
    /// Hours from the leaving on, day and night.
    pub hours: Option<u32>,
    /// Business days after the day of leaving; access has to end by the end of the last one.
    pub business_days: Option<u32>,
}

/// Which days are business days.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawCalendar {
    /// Days of the week without work. Left out: Saturday and Sunday.
    pub weekend: Option<Vec<Weekday>>,
    /// Further days without work (`YYYY-MM-DD`).
    pub holidays: Vec<String>,
    /// The zone in which days begin and end, an IANA name. Left out: the company's.
    pub zone: Option<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weekday {
    /// Monday.
    Monday = 1,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}
