//! `coverage.yaml`: what a company says about itself, its files and its apps.

mod appended;
mod called;
mod check;
mod check_app;
mod check_population;
mod check_revoke;
mod decisions;
mod directories;
mod exceptions;
mod exceptions_text;
mod links;
mod links_text;
mod notify;
mod pattern;
mod pulls;
pub mod raw;
mod reviews_text;
mod secret;

pub use called::{Called, called, words_of};
pub use check::{ID_HELP, is_id};
pub use decisions::{
    DECISIONS_VERSION, Decisions, REVIEWS, decisions_schema, load_decisions, load_reviews, reviews_schema,
};
pub use directories::{DirectoryPull, Encrypted};
pub use exceptions::{EXCEPTIONS, exceptions_schema, load_exceptions};
pub use exceptions_text::{NewException, append_exceptions, exception_text, is_same_exception};
pub use links::{Decides, LINKS, LinkEntry, links_schema, load_links};
pub use links_text::{NewEntry, append, entry_text};
pub use notify::{Mail, MailSecurity, Notify, WebhookFormat};
pub use pattern::Pattern;
pub use pulls::{KnownLists, PULLS, PullSource, Pulls, asked_for, load_pulls, pulls_schema};
pub use raw::{Expected, OlderThanLeaving, SsoSetting, Switch};
pub use reviews_text::{append_review, review_text};
pub use secret::{KeyringItem, SecretAt, SecretPlace};

use crate::diag::{Diagnostic, any_error};
use crate::model::{
    Accept, Acceptance, BulkLimit, DateOrder, Entry, Exception, Export, Population, Provenance, Review, RevokeLimit,
    Role, Threshold, When,
};
use crate::yaml;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// A `coverage.yaml` in which everything fits together.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The company.
    pub company: Company,
    /// The moment the report speaks about, if the file says it.
    pub as_of: Option<When>,
    /// Exports of HR systems, the most trusted first.
    pub hr: Vec<Input>,
    /// Exports of identity providers, the most trusted first.
    pub idp: Vec<Input>,
    /// The apps in use, sorted by id.
    pub apps: Vec<App>,
    /// Accounts that no person holds.
    pub non_human: Vec<NonHuman>,
    /// Accounts out of scope.
    pub exclude: Vec<Exclude>,
    /// Findings that the company lives with for a time, from `exceptions.yaml`, in the order of the file.
    pub exceptions: Vec<Exception>,
    /// What people have decided about findings, from `reviews.yaml`, in the order of the file.
    pub reviews: Vec<Review>,
    /// What people have decided about single accounts, from `links.yaml`, in the order of the file.
    pub links: Vec<LinkEntry>,
    /// When a first candidate is taken for the holder of an account, if ever.
    pub accept: Option<Accept>,
    /// Limits and switches.
    pub policy: Policy,
    /// Where the summary is sent to, if it is sent.
    pub notify: Option<Notify>,
    /// Exports that the catalog does not know, with what they take over from others.
    pub exports: Vec<Export>,
}

/// The company.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its name.
    pub name: Option<String>,
    /// Its mail domains, in lower case and ASCII as all domains here.
    pub domains: Vec<String>,
    /// Former or second domains, and the domain whose mailboxes they mean.
    pub domain_aliases: BTreeMap<String, String>,
    /// Domains where `ann+x@` is `ann@`.
    pub plus_tags: Vec<String>,
    /// Domains where `a.nn@` is `ann@`.
    pub dots: Vec<String>,
    /// The zone in which a leaving date ends.
    pub zone: TimeZone,
    /// That zone's name; `UTC` if the file names none.
    pub zone_name: String,
}

/// One file to read.
#[derive(Debug, Clone)]
pub struct Input {
    /// An id for the report. Left out: the catalog's.
    pub id: Option<String>,
    /// The file, relative to `coverage.yaml`, with `/` between folders and without needless parts.
    pub file: String,
    /// The id of the export, of the catalog or of the workspace.
    pub export: Option<String>,
    /// When it was made.
    pub extracted_at: Option<When>,
    /// The label of its encoding.
    pub encoding: Option<String>,
    /// The order of day and month.
    pub date_order: Option<DateOrder>,
    /// Of its rows, only those with these values, by column.
    pub only: BTreeMap<String, String>,
    /// What its maker says of it.
    pub provenance: Provenance,
    /// What was flagged about its list, and is right.
    pub accept: Vec<Acceptance>,
    /// The line of `coverage.yaml` that names it.
    pub line: u64,
}

/// One app in use.
#[derive(Debug, Clone)]
pub struct App {
    /// Its id in the workspace.
    pub id: String,
    /// Its id in the catalog, if it stands there.
    pub product: Option<String>,
    /// Its name in the report: its own, the product's, or its id.
    pub name: String,
    /// The files that together are its roster.
    pub rosters: Vec<Input>,
    /// The files that together say whom the identity provider has given it.
    pub assignments: Vec<Input>,
    /// The plan the company is on, as the catalog writes it.
    pub plan: Option<String>,
    /// Ids of the add-ons it has bought; none if the file does not say.
    pub addons: Option<Vec<String>>,
    /// The tenant's region, an id of the catalog.
    pub region: Option<String>,
    /// The kind of the product, an id of the catalog.
    pub variant: Option<String>,
    /// The tenant's level, an id of the catalog.
    pub tenancy: Option<String>,
    /// Whose accounts the roster holds.
    pub population: Option<Population>,
    /// The identity provider that people sign in with, as written.
    pub idp: Option<String>,
    /// How people sign in.
    pub sso: Option<SsoSetting>,
    /// Whether SCIM is switched on.
    pub scim: Option<Switch>,
    /// Who should have an account.
    pub expected: Option<Expected>,
    /// The app's owner in the company.
    pub owner: Option<String>,
    /// Until when access has to end here after a leaving, where that is not the company's limit.
    pub revoke_within: Option<RevokeLimit>,
    /// Administrators who must be in the roster.
    pub admins: Vec<String>,
    /// What was flagged about the roster, and is right.
    pub accept: Vec<Acceptance>,
    /// The line of `coverage.yaml` that names it.
    pub line: u64,
}

/// Accounts that no person holds.
#[derive(Debug, Clone)]
pub struct NonHuman {
    /// Address, user name or native id.
    pub pattern: Pattern,
    /// Only in this app.
    pub app: Option<String>,
    /// The address or employee id of the person who answers for it.
    pub owner: Option<String>,
    /// What it is.
    pub reason: Option<String>,
    /// The line of `coverage.yaml`.
    pub line: u64,
}

/// Accounts out of scope.
#[derive(Debug, Clone)]
pub struct Exclude {
    /// Address, user name or native id.
    pub pattern: Pattern,
    /// Only in this app.
    pub app: Option<String>,
    /// Why.
    pub reason: String,
    /// The line of `coverage.yaml`.
    pub line: u64,
}

/// Limits and switches.
#[derive(Debug, Clone)]
pub struct Policy {
    /// An account unused for more than this many days is dormant.
    pub dormant_days: Option<u32>,
    /// A roster older than this many days is stale.
    pub roster_max_age_days: Option<u32>,
    /// Until when access has to end after a leaving.
    pub revoke_within: Option<RevokeLimit>,
    /// What makes `report` exit with 3.
    pub threshold: Threshold,
    /// Up to how many absent people are listed one by one.
    pub only_in_idp_limit: u64,
    /// Which checks make a list not evaluable.
    pub guard: GuardPolicy,
    /// The most accounts that one exception may be about.
    pub exception_max_accounts: u32,
    /// The most days from the first to the last day of an exception.
    pub exception_max_days: Option<u32>,
    /// When approvals of a review count as given in bulk.
    pub review_bulk: BulkLimit,
}

/// Which checks make a list not evaluable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardPolicy {
    /// A list without any record.
    pub zero_rows: bool,
    /// A list with fewer records than there are said to be.
    pub declared_total: bool,
    /// A list with a number of records at which exports break off.
    pub round_count: bool,
    /// By how many per cent a list may be shorter than the last accepted one; 100 is any.
    pub drop_percent: u32,
    /// A roster without administrators it should have.
    pub known_admins: bool,
    /// A roster made before a leaving.
    pub older_than_leaving: OlderThanLeaving,
}

impl Default for GuardPolicy {
    fn default() -> Self {
        Self {
            zero_rows: true,
            declared_total: true,
            round_count: true,
            drop_percent: 20,
            known_admins: true,
            older_than_leaving: OlderThanLeaving::Accounts,
        }
    }
}

/// What a workspace may name: the contents of the catalog, as far as they matter here.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// The products.
    pub products: Vec<Product>,
    /// The catalog's exports.
    pub exports: Vec<&'a Export>,
    /// An export with what it takes over from others, and what is wrong with it: JSON pointers from the export on, and
    /// what is wrong there. It is the catalog's to say, whose rules these are.
    pub export_faults: ExportFaults,
}

/// How exports are judged; the map holds all exports there are.
pub type ExportFaults = fn(&Export, &BTreeMap<&str, &Export>) -> (Export, Vec<(String, String)>);

/// A product of the catalog, as far as an app may name its parts.
#[derive(Debug, Clone, Default)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Other names that its accounts go by.
    pub also_called: Vec<String>,
    /// Its plans.
    pub plans: Vec<String>,
    /// Other names of a plan.
    pub plan_aliases: BTreeMap<String, Vec<String>>,
    /// Its add-ons: id and name.
    pub addons: Vec<(String, String)>,
    /// Its regions, by id.
    pub regions: Vec<String>,
    /// Its kinds, by id.
    pub variants: Vec<String>,
    /// The levels of its tenants.
    pub tenancy: Vec<String>,
    /// Whether people sign in elsewhere with it.
    pub signs_in: bool,
}

impl From<&Entry> for Product {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.clone(),
            name: entry.name.clone(),
            also_called: entry.also_called.clone(),
            plans: entry.plans.clone(),
            plan_aliases: entry.plan_aliases.clone(),
            addons: entry.addons.iter().map(|(id, addon)| (id.clone(), addon.name.clone())).collect(),
            regions: entry.regions.keys().cloned().collect(),
            variants: entry.variants.keys().cloned().collect(),
            tenancy: entry.tenancy.clone(),
            signs_in: entry.roles.contains(&Role::IdentityProvider),
        }
    }
}

/// People listed one by one as absent from an app, if the file gives no limit.
const ONLY_IN_IDP_LIMIT: u64 = 10_000;

/// The most accounts that one exception may be about, if the file gives no limit.
const EXCEPTION_MAX_ACCOUNTS: u32 = 25;

impl App {
    /// An app of which nothing is said but its name.
    pub fn named(id: impl Into<String>, name: impl Into<String>, product: Option<String>) -> Self {
        Self {
            id: id.into(),
            product,
            name: name.into(),
            rosters: Vec::new(),
            assignments: Vec::new(),
            plan: None,
            addons: None,
            region: None,
            variant: None,
            tenancy: None,
            population: None,
            idp: None,
            sso: None,
            scim: None,
            expected: None,
            owner: None,
            revoke_within: None,
            admins: Vec::new(),
            accept: Vec::new(),
            line: 0,
        }
    }
}

impl Workspace {
    /// The folder of the company's own catalog, as a file names it. It is asked for first: what the file may name depends
    /// on what stands there. Faults are told by [`Self::load`].
    pub fn own_catalog(bytes: &[u8]) -> Option<String> {
        yaml::peek(bytes, "/catalog")
    }

    /// A workspace that says nothing, as an empty file does.
    pub fn empty() -> Self {
        Self {
            company: Company {
                name: None,
                domains: Vec::new(),
                domain_aliases: BTreeMap::new(),
                plus_tags: Vec::new(),
                dots: Vec::new(),
                zone: TimeZone::UTC,
                zone_name: "UTC".to_owned(),
            },
            as_of: None,
            hr: Vec::new(),
            idp: Vec::new(),
            apps: Vec::new(),
            non_human: Vec::new(),
            exclude: Vec::new(),
            links: Vec::new(),
            exceptions: Vec::new(),
            reviews: Vec::new(),
            accept: None,
            policy: Policy {
                dormant_days: None,
                roster_max_age_days: None,
                revoke_within: None,
                threshold: Threshold::default(),
                only_in_idp_limit: ONLY_IN_IDP_LIMIT,
                guard: GuardPolicy::default(),
                exception_max_accounts: EXCEPTION_MAX_ACCOUNTS,
                exception_max_days: None,
                review_bulk: BulkLimit::default(),
            },
            notify: None,
            exports: Vec::new(),
        }
    }

    /// Reads and checks a `coverage.yaml`. Returns what it says, and warnings.
    ///
    /// # Errors
    /// Every problem of the file, each at its line. Names, dates and references are only looked at once the file has
    /// the right shape.
    pub fn load(file: &str, bytes: &[u8], known: &Known<'_>) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let raw = yaml::load(file, bytes)?;
        let (workspace, mut problems) = check::check(&raw, known);
        problems.sort_by_key(|d| (d.line, d.column));
        if any_error(&problems) { Err(problems) } else { Ok((workspace, problems)) }
    }
}

/// The JSON Schema of `coverage.yaml`.
pub fn schema() -> serde_json::Value {
    yaml::schema::<raw::RawWorkspace>()
}

#[cfg(test)]
mod tests;
