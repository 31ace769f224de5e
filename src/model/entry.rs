//! One product of the catalog: what is claimed about it.
//!
//! These types are the shape of `catalog/*.yaml`; the JSON Schema is generated from them.

use super::Export;
use super::vocabulary::{Operation, Support, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One product: an app, an identity provider or an HR system.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "entry of the catalog")]
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

impl Runbook {
    /// The steps as they stand in the action of a finding: `By hand in Slack: first; second; third`.
    pub fn by_hand(&self, app: &str) -> String {
        let steps: Vec<&str> = self.steps.iter().map(|s| s.trim().trim_end_matches('.')).collect();
        format!("By hand in {app}: {}", steps.join("; "))
    }
}

/// A typed reading of a support word in a claim.
pub fn support(value: &ClaimValue) -> Option<Support> {
    match value {
        ClaimValue::Text(t) => Support::from_word(t),
        _ => None,
    }
}
