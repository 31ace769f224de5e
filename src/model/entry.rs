//! One product of the catalog: what is claimed about it, and how its exports are read.
//!
//! These types are the shape of `catalog/*.yaml`; the JSON Schema is generated from them.

use super::vocabulary::{AccountKind, AccountStatus, Operation, PersonStatus, SignIn, Support, WorkerKind, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One product: an app, an identity provider or an HR system.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// Lower-case id with hyphens; equal to the file's stem.
    pub id: String,
    /// The product's name as its vendor writes it.
    pub name: String,
    /// Who makes it, where that is not plain from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What it is to a company. Usually `[app]`.
    pub roles: Vec<Role>,
    /// Domains that belong to this product and to no other entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// Products that are easily taken for this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_to_confuse_with: Vec<LookAlike>,
    /// Plan names, from the smallest to the largest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<String>,
    /// The sources that the claims name, by a short id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Source>,
    /// What is said about the product, claim by claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// What happens to an account when something ends it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deprovision: Vec<Deprovision>,
    /// How a person removes a leaver by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// The files the product writes that `coverage` can read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<Export>,
    /// Remarks for readers of the entry. Nothing is computed from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

words! {
    /// What a product is to a company.
    Role {
        /// People have accounts in it.
        App = "app",
        /// It signs people in elsewhere.
        IdentityProvider = "identity-provider",
        /// It says who works here.
        Hr = "hr",
    }
}

/// A product that is easily taken for this one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LookAlike {
    /// The other product's domain.
    pub domain: String,
    /// How the two differ.
    pub difference: String,
}

words! {
    /// What kind of publisher a source is. Ordered from the strongest to the weakest.
    SourceKind {
        /// A test of the live product by the people who run this program.
        OwnTest = "own-test",
        /// The vendor's API specification or SDK.
        VendorApiSpec = "vendor-api-spec",
        /// The vendor's documentation.
        VendorOfficial = "vendor-official",
        /// The vendor's issue tracker.
        VendorIssueTracker = "vendor-issue-tracker",
        /// An identity provider's documentation of its connector.
        IdpOfficial = "idp-official",
        /// The vendor's community forum.
        VendorCommunity = "vendor-community",
        /// The author of a connector.
        Implementer = "implementer",
        /// A marketplace listing.
        Marketplace = "marketplace",
        /// Anyone else.
        ThirdParty = "third-party",
    }
}

impl SourceKind {
    /// The rank in a conflict; 0 wins. Two kinds may share a rank.
    pub const fn rank(self) -> u8 {
        match self {
            Self::OwnTest => 0,
            Self::VendorApiSpec | Self::VendorOfficial => 1,
            Self::VendorIssueTracker => 2,
            Self::IdpOfficial => 3,
            Self::VendorCommunity => 4,
            Self::Implementer => 5,
            Self::Marketplace => 6,
            Self::ThirdParty => 7,
        }
    }
}

/// A public page, document or test that a claim rests on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Where it can be read.
    pub url: String,
    /// Who publishes it.
    pub publisher: String,
    /// What kind of publisher that is.
    pub kind: SourceKind,
    /// The date the source gives for itself (`YYYY-MM-DD`), if it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub stated_on: Option<String>,
    /// The day somebody read it (`YYYY-MM-DD`).
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub seen_on: String,
    /// What is odd about it: an old page, a staging host, a relative date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One statement about the product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Claim {
    /// What it is about.
    pub field: ClaimField,
    /// For whom or where it holds; everywhere if left out.
    #[serde(default, skip_serializing_if = "Scope::is_everywhere")]
    pub scope: Scope,
    /// What is claimed. Its type depends on the field.
    pub value: ClaimValue,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words on what exactly the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a claim says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ClaimValue {
    /// Yes or no.
    Flag(bool),
    /// One word or name.
    Text(String),
    /// Several words.
    List(Vec<String>),
}

impl std::fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Text(t) => f.write_str(t),
            Self::List(l) => f.write_str(&l.join(", ")),
        }
    }
}

/// Narrows a claim. An empty field does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Scope {
    /// A variant of the product (`organization-scim`, `enterprise-managed-users`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// A level of tenancy (`workspace`, `organization`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenancy: Option<String>,
    /// Whose accounts (`staff`, `site-end-users`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// An identity provider's catalog id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp: Option<String>,
    /// A plan's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// A region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// One operation only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

impl Scope {
    /// Whether it does not narrow anything.
    pub fn is_everywhere(&self) -> bool {
        *self == Self::default()
    }
}

words! {
    /// Everything a claim can be about.
    ClaimField {
        /// `active`, `signups-closed`, `discontinued`.
        Lifecycle = "lifecycle",
        /// Support word: single sign-on.
        SsoStatus = "sso.status",
        /// Name of the smallest plan with single sign-on.
        SsoPlan = "sso.plan",
        /// List of `SAML 2.0`, `OpenID Connect` …
        SsoProtocols = "sso.protocols",
        /// `optional` (can be left off), `enforceable` (an admin can require it), `always`.
        SsoEnforcement = "sso.enforcement",
        /// Flag: some accounts may sign in without it even when it is enforced.
        SsoBypass = "sso.bypass",
        /// Support word: SCIM.
        ScimStatus = "scim.status",
        /// Name of the smallest plan with SCIM.
        ScimPlan = "scim.plan",
        /// List of operations that SCIM does (`list, create, update, deactivate, remove, groups`).
        ScimOperations = "scim.operations",
        /// Flag: SCIM needs single sign-on first.
        ScimRequiresSso = "scim.requires-sso",
        /// `self-serve`, `vendor-assisted`, `support-ticket`, `account-manager`.
        ScimSetup = "scim.setup",
        /// Base URL, or where to find it.
        ScimBaseUrl = "scim.base-url",
        /// Catalog ids or names of identity providers with a documented connector.
        ScimIdps = "scim.idps",
        /// Support word: accounts made at first sign-in.
        JitStatus = "jit.status",
        /// Support word: an API about the members.
        ApiStatus = "api.status",
        /// Name of the smallest plan with that API.
        ApiPlan = "api.plan",
        /// List of operations the API does (`list, create, update, deactivate, remove, groups`).
        ApiOperations = "api.operations",
        /// Base URL of the API.
        ApiBaseUrl = "api.base-url",
        /// How the API authenticates.
        ApiAuth = "api.auth",
        /// Support word: webhooks about members.
        EventsWebhooks = "events.webhooks",
        /// Support word: an audit log that can be read by a program.
        EventsAudit = "events.audit",
        /// Name of the smallest plan with that audit log.
        EventsPlan = "events.plan",
        /// Support word: a member list that can be downloaded.
        ExportStatus = "export.status",
        /// Name of the smallest plan with that download.
        ExportPlan = "export.plan",
        /// Flag: an account can have a password or social login of its own.
        LocalLogin = "local-login",
        /// Flag: the account lives on outside this tenant after its removal.
        AccountOutlivesTenant = "account.outlives-tenant",
    }
}

words! {
    /// What sets a deprovisioning off.
    Trigger {
        /// SCIM sets `active` to false.
        ScimActiveFalse = "scim-active-false",
        /// SCIM deletes the user.
        ScimDelete = "scim-delete",
        /// The app is taken from the person in the identity provider.
        IdpUnassign = "idp-unassign",
        /// The person is switched off in the identity provider.
        IdpDeactivate = "idp-deactivate",
        /// A call of the app's API.
        ApiCall = "api-call",
        /// An administrator in the app.
        AdminUi = "admin-ui",
    }
}

words! {
    /// What a deprovisioning does to the account.
    Effect {
        /// Out of the workspace; the account itself lives elsewhere.
        MembershipRemoved = "membership-removed",
        /// Kept, unusable.
        Deactivated = "deactivated",
        /// Kept, unusable for now.
        Suspended = "suspended",
        /// Kept without a licence.
        LicenceRemoved = "licence-removed",
        /// Gone.
        Deleted = "deleted",
        /// Gone after a time.
        DeletedAfterDelay = "deleted-after-delay",
        /// Signed out; can sign in again.
        SessionEndedOnly = "session-ended-only",
        /// Cannot sign in through the identity provider; the account is untouched.
        SignInBlocked = "sign-in-blocked",
        /// Nothing.
        None = "none",
        /// No source says.
        Undocumented = "undocumented",
    }
}

words! {
    /// What can be left behind.
    Remains {
        /// The account's record in the tenant.
        Account = "account",
        /// Its paid seat.
        Seat = "seat",
        /// API tokens and keys.
        Tokens = "tokens",
        /// Open sessions.
        Sessions = "sessions",
        /// A password or social login.
        LocalLogin = "local-login",
        /// Grants to third-party apps.
        OauthGrants = "oauth-grants",
        /// Workspaces outside the tenant.
        OutsideWorkspaces = "outside-workspaces",
        /// What the person made.
        Content = "content",
    }
}

/// What happens to an account when something ends it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deprovision {
    /// What sets it off.
    pub trigger: Trigger,
    /// What becomes of the account.
    pub effect: Effect,
    /// How soon, as the source puts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<String>,
    /// How it can be undone, as the source puts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<String>,
    /// What is left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<Remains>,
    /// What makes it fail (`the last organization admin`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<String>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a person removes a leaver by hand.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Runbook {
    /// Which role can do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The steps, one sentence each, in order.
    #[schemars(length(min = 1))]
    pub steps: Vec<String>,
    /// What looks like enough and is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_enough: Option<String>,
    /// What to keep as proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

words! {
    /// What the rows of a file are.
    Holds {
        /// Employment records of an HR system.
        Employees = "employees",
        /// Records of an identity provider.
        Identities = "identities",
        /// Accounts in an app.
        Accounts = "accounts",
    }
}

words! {
    /// How a file is built.
    Shape {
        /// Rows and columns: CSV, TSV, semicolons, XLSX.
        Table = "table",
        /// JSON: an array, lines, or an object that holds the list. Nested keys are written with dots (`profile.email`).
        Json = "json",
        /// LDAP Data Interchange Format. Attribute names are the columns.
        Ldif = "ldif",
    }
}

words! {
    /// What one row stands for.
    Grain {
        /// One account or person a row.
        Account = "account",
        /// One membership, group or device a row: rows of the same id (else address) are one account.
        Membership = "membership",
    }
}

/// A file that a product writes, and how to read it. Nothing about a product is coded in the program itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Export {
    /// Unique over the whole catalog; starts with the entry's id.
    pub id: String,
    /// What a person calls this file, and where in the product it is made.
    pub name: String,
    /// Another export, by its id: what is not given here (fields, status, worker, dates …) is read as there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// What its rows are. A directory's user list is both `identities` and `accounts`.
    pub holds: Vec<Holds>,
    /// How it is built.
    #[serde(default = "table")]
    pub shape: Shape,
    /// JSON only: where the list stands in the document (`Resources`, `data`); `""` for the document itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
    /// Columns that, all present, say that a file is this one. Compared without case, spaces, punctuation and `[…]`;
    /// `*` stands for any run of characters.
    pub recognise: Vec<String>,
    /// Columns that say that it is another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<String>,
    /// This file looks like an export and is none (an upload template): what to tell the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuse: Option<String>,
    /// What one row stands for.
    #[serde(default = "account")]
    pub grain: Grain,
    /// Which column feeds which field of a record.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"enum": Field::ALL}))]
    pub fields: BTreeMap<Field, Columns>,
    /// How the account's status is decided: the first rule that says something wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Decide<AccountStatus>>,
    /// HR files: how the person's status is decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub person_status: Vec<Decide<PersonStatus>>,
    /// What kind of worker the person is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worker: Vec<Decide<WorkerKind>>,
    /// Whether a person, a guest or a machine holds the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<Decide<AccountKind>>,
    /// How this one account can sign in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_in: Vec<Decide<SignIn>>,
    /// Whether the account has an administrator's rights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub privileged: Vec<Decide<bool>>,
    /// What the `username` field is good for in matching.
    #[serde(default = "handle", skip_serializing_if = "is_handle")]
    pub username_is: UsernameIs,
    /// Words that mean "never" or "nothing" in date columns of this file, beside the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// How dates are written.
    #[serde(default)]
    pub dates: Dates,
    /// A file name that tells the time of the export, with `%Y %m %d %H %M %S %p` (`User_Download_%d%m%Y_%H%M%S`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// What this list leaves out even when it is complete (`deactivated members`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_out: Option<String>,
    /// Ids from `sources`: where the header and the words were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

impl Export {
    /// Takes over what is not given here from the export that it is like.
    pub fn inherit(&mut self, base: &Self) {
        fn fill<T: Clone>(mine: &mut Vec<T>, base: &[T]) {
            if mine.is_empty() {
                mine.extend_from_slice(base);
            }
        }
        if self.fields.is_empty() {
            self.fields.clone_from(&base.fields);
        }
        fill(&mut self.list, &base.list);
        fill(&mut self.status, &base.status);
        fill(&mut self.person_status, &base.person_status);
        fill(&mut self.worker, &base.worker);
        fill(&mut self.kind, &base.kind);
        fill(&mut self.sign_in, &base.sign_in);
        fill(&mut self.privileged, &base.privileged);
        fill(&mut self.never, &base.never);
        if self.username_is == UsernameIs::Handle {
            self.username_is = base.username_is;
        }
        if self.dates == Dates::default() {
            self.dates = base.dates.clone();
        }
    }
}

fn table() -> Shape {
    Shape::Table
}
fn account() -> Grain {
    Grain::Account
}
fn handle() -> UsernameIs {
    UsernameIs::Handle
}
fn is_handle(u: &UsernameIs) -> bool {
    *u == UsernameIs::Handle
}

words! {
    /// What an export's `username` is.
    UsernameIs {
        /// An address.
        Address = "address",
        /// The login of the directory.
        DirectoryLogin = "directory-login",
        /// A name within the app. No key.
        Handle = "handle",
    }
}

words! {
    /// The fields of a record that a column can feed.
    Field {
        /// The product's own unchanging id.
        Id = "id",
        /// SCIM externalId or the identity provider's object id.
        ExternalId = "external-id",
        /// The main address.
        Email = "email",
        /// More addresses of the same holder at the company. All columns are used.
        Aliases = "aliases",
        /// A private address.
        HomeEmail = "home-email",
        /// The sign-in name.
        Username = "username",
        /// The full name.
        Name = "name",
        /// The given name.
        FirstName = "first-name",
        /// The family name.
        LastName = "last-name",
        /// HR's number of the person.
        EmployeeId = "employee-id",
        /// Roles. All columns are used.
        Role = "role",
        /// When the account was made.
        Created = "created",
        /// When it was last used. All columns are used; the latest counts.
        LastActive = "last-active",
        /// When it was switched off or deleted, or its status last changed.
        Ended = "ended",
        /// First day of the employment.
        Start = "start",
        /// Last day of the employment.
        End = "end",
        /// The manager: id, address or name.
        Manager = "manager",
        /// The department.
        Department = "department",
        /// The job title.
        Title = "title",
    }
}

/// The columns that feed a field.
///
/// For fields with one value the first column with something in it counts, so synonyms and fallbacks are the same thing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    /// One column.
    One(String),
    /// Several columns.
    Several(Vec<String>),
    /// Columns whose cells hold several values.
    Cut(Cut),
}

impl Columns {
    /// The column names as written.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
            Self::Cut(cut) => &cut.columns,
        }
    }
    /// How cells are cut, if they hold several values.
    pub fn cut(&self) -> Option<&Cut> {
        match self {
            Self::Cut(cut) => Some(cut),
            _ => None,
        }
    }
}

/// How cells that hold several values are cut.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cut {
    /// The columns.
    pub columns: Vec<String>,
    /// The text between two values.
    pub split: String,
    /// Taken off the front of each value, without regard to case (`smtp:`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// Values without that prefix are left out (an `x500:` among the proxy addresses).
    #[serde(default)]
    pub only_prefixed: bool,
}

/// One rule of a decision: looks at one column.
///
/// A rule whose column is not in the file, or whose cell is blank while `blank` is not given, says nothing. A cell that
/// is in none of `words` decides `otherwise`; without `otherwise` the answer is "unknown" and the word is reported.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Decide<T> {
    /// The column; synonyms as a list (the first one present).
    pub column: Columns,
    /// What each word means, without regard to case and outer spaces; a trailing `*` stands for anything. `null`: look on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Option<T>>,
    /// What it means that the cell has anything in it (a deletion date). Never-words count as nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present: Option<T>,
    /// What a blank cell means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<T>,
    /// What any other word means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<T>,
}

/// How dates are written in an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Dates {
    /// The order in dates such as `3/4/2026`. Left out: the data must settle it, or the user says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<DateOrder>,
    /// The zone of times that carry none: `utc`, `company`, `unstated` (the default) or an IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

words! {
    /// The order of day and month in a date with slashes.
    DateOrder {
        /// 31/12/2026.
        DayFirst = "day-first",
        /// 12/31/2026.
        MonthFirst = "month-first",
    }
}

/// A typed reading of a support word in a claim.
pub fn support(value: &ClaimValue) -> Option<Support> {
    match value {
        ClaimValue::Text(t) => Support::from_word(t),
        _ => None,
    }
}
