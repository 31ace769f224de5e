//! One product of the catalog: what is claimed about it.
//!
//! These types are the shape of `catalog/*.yaml`; the JSON Schema is generated from them.

use super::claim_field::{DAY, typed_values};
use super::vocabulary::{Operation, Support, words};
use super::{Addon, ClaimField, Deprovision, DirectoryList, Export, Price, Pull, RosterExport, Runbook};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One product: an app, an identity provider or an HR system.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "entry of the catalog", extend("required" = ["id", "name", "roles"]))]
pub struct Entry {
    /// Lower-case id with hyphens; equal to the file's stem.
    pub id: String,
    /// The product's name as its vendor writes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Who makes it, where that is not plain from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What it is to a company. Usually `[app]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Domains that belong to this product and to no other entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// Former names, and other products that share its accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_called: Vec<String>,
    /// Products that are easily taken for this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_to_confuse_with: Vec<LookAlike>,
    /// Plan names, from the smallest to the largest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<String>,
    /// Other names of a plan, by its name in `plans` (`Business+: [Plus]`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plan_aliases: BTreeMap<String, Vec<String>>,
    /// Products that are bought beside a plan and open something, by a short id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addons: BTreeMap<String, Addon>,
    /// What plans and add-ons cost, each with who says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// Kinds of the product that differ in what is claimed, by id, with when each applies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: BTreeMap<String, String>,
    /// Units that accounts belong to, from the smallest to the largest (`workspace`, `organization`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenancy: Vec<String>,
    /// Regions that differ in what is claimed, by id, with what each is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub regions: BTreeMap<String, String>,
    /// The sources that the claims name, by a short id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Source>,
    /// What is said about the product, claim by claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Fields that nobody has looked up yet. What was looked for and not found is a claim: `undocumented`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_researched: Vec<ClaimField>,
    /// What happens to an account when something ends it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deprovision: Vec<Deprovision>,
    /// How a person removes a leaver by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// How a member list is had: where, by whom, and what it leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roster_exports: Vec<RosterExport>,
    /// The files the product writes that `coverage` can read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exports: Vec<Export>,
    /// The lists that `coverage pull` can fetch over the product's API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pulls: Vec<Pull>,
    /// The lists that `coverage pull` can fetch over LDAP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directories: Vec<DirectoryList>,
    /// Remarks for readers of the entry. Nothing is computed from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Entry {
    /// The name in `plans` that a plan goes by, whatever the case and under an alias too; the name itself if it is unknown.
    pub fn plan_named<'a>(&'a self, name: &'a str) -> &'a str {
        let is = |known: &str| known.eq_ignore_ascii_case(name.trim());
        let alias = || self.plan_aliases.iter().find(|(_, others)| others.iter().any(|o| is(o))).map(|(plan, _)| plan);
        self.plans.iter().find(|known| is(known)).or_else(alias).map_or(name, String::as_str)
    }

    /// The ids of the sources that are known, in the order of the list.
    pub fn cited<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = (&'a str, &'a Source)> {
        ids.iter().filter_map(|id| Some((id.as_str(), self.sources.get(id)?)))
    }
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
        /// The vendor's own text, read on somebody else's copy.
        CopyOfVendor = "copy-of-vendor",
        /// An identity provider's documentation of its connector.
        IdpOfficial = "idp-official",
        /// The vendor's community forum.
        VendorCommunity = "vendor-community",
        /// The vendor's advertising.
        VendorMarketing = "vendor-marketing",
        /// An identity provider's community forum.
        IdpCommunity = "idp-community",
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
            Self::VendorIssueTracker | Self::CopyOfVendor => 2,
            Self::IdpOfficial => 3,
            Self::VendorCommunity | Self::VendorMarketing => 4,
            Self::Implementer | Self::IdpCommunity => 5,
            Self::Marketplace => 6,
            Self::ThirdParty => 7,
        }
    }

    /// Who speaks, as it stands in a sentence about who outranks whom.
    pub const fn speaker(self) -> &'static str {
        match self {
            Self::OwnTest => "a test of the live product",
            Self::VendorApiSpec => "the vendor's API specification",
            Self::VendorOfficial => "the vendor's documentation",
            Self::VendorIssueTracker => "the vendor's issue tracker",
            Self::CopyOfVendor => "a copy of the vendor's text",
            Self::IdpOfficial => "an identity provider's documentation",
            Self::VendorCommunity => "the vendor's forum",
            Self::VendorMarketing => "the vendor's advertising",
            Self::IdpCommunity => "an identity provider's forum",
            Self::Implementer => "a connector's author",
            Self::Marketplace => "a marketplace",
            Self::ThirdParty => "a third party",
        }
    }

    /// Whether whoever publishes it keeps it up, so that it says on the day of reading what is so on that day. Other
    /// pages speak for the day they were written.
    pub const fn is_kept_up(self) -> bool {
        matches!(self, Self::VendorApiSpec | Self::VendorOfficial | Self::IdpOfficial | Self::Marketplace)
    }
}

/// A public page, document or test that a claim rests on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Where it can be read. For an `own-test` any reference (a ticket's number) will do.
    pub url: String,
    /// Where it would be read if it were not a mirror or a moved page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// Who publishes it.
    pub publisher: String,
    /// What kind of publisher that is.
    pub kind: SourceKind,
    /// The date the source gives for itself (`YYYY-MM-DD`, `YYYY-MM` or `YYYY`), if it gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = DAY))]
    pub stated_on: Option<String>,
    /// The day somebody read it (`YYYY-MM-DD`).
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub seen_on: String,
    /// The version of the product or document that it is about (`GHES 3.14`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
    /// Why it is not to be relied on (the page contradicts itself, or names another product). It then ranks last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// What is odd about it: an old page, a staging host, a relative date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Source {
    /// The rank in a conflict; 0 wins.
    pub const fn rank(&self) -> u8 {
        match self.doubt {
            Some(_) => DOUBTED,
            None => self.kind.rank(),
        }
    }

    /// Who speaks, as it stands in a sentence about who outranks whom.
    pub const fn speaker(&self) -> &'static str {
        match self.doubt {
            Some(_) => "a source that is not to be relied on",
            None => self.kind.speaker(),
        }
    }

    /// The day it speaks for: when it was read, if its publisher keeps it up; else the date it gives for itself.
    pub fn speaks_for(&self) -> &str {
        match &self.stated_on {
            Some(day) if !self.kind.is_kept_up() => day,
            _ => &self.seen_on,
        }
    }
}

/// The rank of a source that is not to be relied on: behind every kind.
const DOUBTED: u8 = 8;

words! {
    /// How a source was read.
    Capture {
        /// At its address, as it stood that day.
        Live = "live",
        /// From a stored copy.
        StoredCopy = "stored-copy",
        /// From another host that shows the same text.
        Mirror = "mirror",
    }
}

/// One statement about the product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(transform = typed_values)]
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
    /// Whether the source says so, or it follows from what it says. What is said comes before what follows.
    #[serde(default = "Evidence::stated", skip_serializing_if = "Evidence::is_stated")]
    pub evidence: Evidence,
    /// The day from which it holds, where the source names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = DAY))]
    pub since: Option<String>,
    /// The day on which what is claimed has ended or will end, where the source names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = DAY))]
    pub until: Option<String>,
    /// One line in our own words on what exactly the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

words! {
    /// How a claim follows from its source.
    Evidence {
        /// The source says it.
        Stated = "stated",
        /// It follows from what the source says.
        Inferred = "inferred",
    }
}

impl Evidence {
    /// What is meant where nothing is written.
    pub(super) const fn stated() -> Self {
        Self::Stated
    }

    /// Whether the source says it.
    pub fn is_stated(&self) -> bool {
        *self == Self::Stated
    }
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

/// One name, or several of which any will do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// Several.
    Several(#[schemars(length(min = 1))] Vec<String>),
}

impl Names {
    /// Each name.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter().map(String::as_str),
            Self::Several(several) => several.iter().map(String::as_str),
        }
    }

    /// Whether the name is one of them, whatever the case.
    pub fn has(&self, name: &str) -> bool {
        self.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl From<&str> for Names {
    fn from(one: &str) -> Self {
        Self::One(one.to_owned())
    }
}

impl std::fmt::Display for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(", "))
    }
}

words! {
    /// Whose accounts.
    Population {
        /// People who work with the product.
        Staff = "staff",
        /// Accounts of staff whose domain or directory the company manages.
        ManagedAccounts = "managed-accounts",
        /// Guests.
        Guests = "guests",
        /// People of other organisations who work along.
        ExternalCollaborators = "external-collaborators",
        /// People who only ask for something, as in a help desk.
        Requesters = "requesters",
        /// Visitors of sites or apps that customers build with it.
        SiteEndUsers = "site-end-users",
        /// Records about employees, who need not have a login.
        PersonnelRecords = "personnel-records",
        /// Customers of the company.
        Customers = "customers",
        /// Machines.
        ServiceAccounts = "service-accounts",
    }
}

impl Population {
    /// Whether the accounts are those of the people this program is about.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Staff | Self::ManagedAccounts)
    }
}

/// Narrows a claim. What is left out does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Scope {
    /// A kind of the product: an id from `variants`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<Names>,
    /// A level of tenancy, from `tenancy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenancy: Option<Names>,
    /// Whose accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<Population>,
    /// An identity provider's catalog id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idp: Option<Names>,
    /// A plan's name, or the names of all plans for which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Names>,
    /// A region: an id from `regions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Names>,
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

/// A typed reading of a support word in a claim.
pub fn support(value: &ClaimValue) -> Option<Support> {
    match value {
        ClaimValue::Text(t) => Support::from_word(t),
        _ => None,
    }
}
