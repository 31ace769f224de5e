//! What a claim can be about, what its value looks like, and how long it is taken for fresh: one table.

use super::vocabulary::{Operation, Support, words};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the value of a claim must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// A word for how far something is there.
    Support,
    /// One word of a list.
    Word(&'static [&'static str]),
    /// Some words of a list.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// Operations on accounts.
    Operations,
    /// Names that no list can hold (protocols, attributes).
    Names,
    /// Catalog ids of identity providers, or `any`.
    Idps,
    /// A plan's name: it and all larger ones. Or a list: exactly these. Or `every-plan`.
    Plan,
    /// Ids from `addons`: one, or a list of which one is enough.
    Addon,
    /// A web address with `{placeholders}`, or `shown-in-settings`.
    Url,
    /// `never`, `chosen`, or a number with a unit.
    Duration,
    /// A number of calls by time.
    Rate,
    /// A day, month or year.
    Day,
    /// A name.
    Text,
}

/// How a claim says that every plan has something.
pub const EVERY_PLAN: &str = "every-plan";
/// How a claim says that any identity provider will do.
pub const ANY_IDP: &str = "any";
/// How a claim says that an address is only shown to the tenant.
pub const SHOWN_IN_SETTINGS: &str = "shown-in-settings";

const LIFECYCLE: &[&str] = &["active", "signups-closed", "discontinued", "restricted-market", "unknown"];
const OWNED_BY: &[&str] = &["person", "organization", "either"];
const ENFORCEMENT: &[&str] = &["optional", "enforceable", "always"];
const SETUP: &[&str] =
    &["self-serve", "self-serve-after-enablement", "vendor-assisted", "support-ticket", "account-manager"];
const DELIVERED_BY: &[&str] = &[
    "native",
    "add-on-product",
    "marketplace-app",
    "idp-connector",
    "self-hosted-bridge",
    "directory-broker",
    "file-drop",
    "vendor-sync",
];
const UNIQUE_ID: &[&str] = &["email", "user-name", "external-id", "id"];
const CREATES: &[&str] = &["account", "invitation", "pending-key"];
const LISTS: &[&str] = &["complete", "managed-only", "one-by-one"];
const EXISTING: &[&str] = &["none", "adopt", "overwrite"];
const BY_HAND: &[&str] = &["allowed", "partly-blocked", "blocked"];
const PROTOCOL: &[&str] = &["rest", "graphql", "soap", "websocket", "cli", "ldap"];
const AUTH: &[&str] = &[
    "api-key",
    "bearer-token",
    "basic",
    "cloud-credentials",
    "oauth2",
    "personal-access-token",
    "service-account",
    "session-token",
    "signed-request",
];
const PAGINATION: &[&str] = &["none", "cursor", "offset", "page", "link-header"];

/// A year, and half of one. Pages about prices and plans are rewritten more often than protocols change.
const YEAR: u16 = 365;
const HALF: u16 = 183;
const TWO_YEARS: u16 = 730;

macro_rules! claim_fields {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $kind:expr, $days:expr;)+) => {
        words! {
            /// Everything a claim can be about.
            ClaimField { $($(#[$doc])* $variant = $word,)+ }
        }
        impl ClaimField {
            /// What the value must be.
            pub const fn kind(self) -> ValueKind {
                use ValueKind::*;
                match self { $(Self::$variant => $kind,)+ }
            }
            /// For how many days after a source was read (or after the date of a page nobody keeps up) it is fresh.
            pub const fn fresh_days(self) -> u16 {
                match self { $(Self::$variant => $days,)+ }
            }
        }
    };
}

claim_fields! {
    /// `active`, `signups-closed`, `discontinued`, `restricted-market`, `unknown`.
    Lifecycle = "lifecycle", Word(LIFECYCLE), YEAR;
    /// The day it ends or has ended.
    LifecycleEndsOn = "lifecycle.ends-on", Day, YEAR;
    /// Name of the product that takes its place.
    LifecycleSuccessor = "lifecycle.successor", Text, YEAR;
    /// Whose an account is: `person` (it lives in many tenants), `organization`, or `either`.
    AccountOwnedBy = "account.owned-by", Word(OWNED_BY), TWO_YEARS;
    /// Flag: the account lives on outside this tenant after its removal.
    AccountOutlivesTenant = "account.outlives-tenant", Flag, TWO_YEARS;
    /// For how long a deleted account can be brought back.
    AccountDeletedRetention = "account.deleted-retention", Duration, TWO_YEARS;
    /// Flag: an account can have a password or social login of its own.
    LocalLogin = "local-login", Flag, YEAR;
    /// Support word: single sign-on.
    SsoStatus = "sso.status", Support, YEAR;
    /// Name of the smallest plan with single sign-on, or the list of the plans that have it.
    SsoPlan = "sso.plan", Plan, HALF;
    /// Id of the add-on that single sign-on needs.
    SsoAddon = "sso.addon", Addon, HALF;
    /// List of `SAML 2.0`, `OpenID Connect` …
    SsoProtocols = "sso.protocols", Names, TWO_YEARS;
    /// `optional` (can be left off), `enforceable` (an admin can require it), `always`.
    SsoEnforcement = "sso.enforcement", Word(ENFORCEMENT), YEAR;
    /// Flag: some accounts may sign in without it even when it is enforced.
    SsoBypass = "sso.bypass", Flag, YEAR;
    /// Who sets it up.
    SsoSetup = "sso.setup", Word(SETUP), YEAR;
    /// Catalog ids (or names) of identity providers with documented single sign-on; `any` for any that speaks the protocol.
    SsoIdps = "sso.idps", Idps, YEAR;
    /// Flag: a verified domain comes first.
    SsoRequiresDomain = "sso.requires-domain", Flag, YEAR;
    /// Flag: the end of the sign-in at the identity provider ends open sessions of the app.
    SsoEndsSessions = "sso.ends-sessions", Flag, YEAR;
    /// Support word: SCIM.
    ScimStatus = "scim.status", Support, YEAR;
    /// Name of the smallest plan with SCIM, or the list of the plans that have it.
    ScimPlan = "scim.plan", Plan, HALF;
    /// Id of the add-on that SCIM needs.
    ScimAddon = "scim.addon", Addon, HALF;
    /// Who delivers it; `native` is the app itself.
    ScimDeliveredBy = "scim.delivered-by", Word(DELIVERED_BY), YEAR;
    /// Versions (`1.1`, `2.0`).
    ScimVersions = "scim.versions", Names, TWO_YEARS;
    /// List of operations that SCIM does (`list, create, update, deactivate, remove, groups`).
    ScimOperations = "scim.operations", Operations, YEAR;
    /// Attributes that follow the directory.
    ScimAttributes = "scim.attributes", Names, TWO_YEARS;
    /// What the app knows a person by.
    ScimUniqueId = "scim.unique-id", Word(UNIQUE_ID), TWO_YEARS;
    /// What provisioning makes: an `account`, an `invitation`, or one that waits for a key (`pending-key`).
    ScimCreates = "scim.creates", Word(CREATES), YEAR;
    /// What its list holds: `complete`, `managed-only` (whoever SCIM made), `one-by-one` (no list).
    ScimLists = "scim.lists", Word(LISTS), YEAR;
    /// What it does with accounts that were there before: leaves them alone, takes them over, or makes the list equal.
    ScimExisting = "scim.existing-accounts", Word(EXISTING), YEAR;
    /// Whether people may still be managed by hand once it is on.
    ScimByHand = "scim.by-hand", Word(BY_HAND), YEAR;
    /// Flag: once on, it can be switched off again.
    ScimReversible = "scim.reversible", Flag, YEAR;
    /// Flag: SCIM needs single sign-on first.
    ScimRequiresSso = "scim.requires-sso", Flag, YEAR;
    /// Flag: SCIM needs a verified domain first.
    ScimRequiresDomain = "scim.requires-domain", Flag, YEAR;
    /// Who sets it up.
    ScimSetup = "scim.setup", Word(SETUP), YEAR;
    /// Base URL; `{placeholders}` for the tenant's parts, or `shown-in-settings`.
    ScimBaseUrl = "scim.base-url", Url, TWO_YEARS;
    /// How it authenticates.
    ScimAuth = "scim.auth", Words(AUTH), TWO_YEARS;
    /// How long its token lives.
    ScimTokenLifetime = "scim.token-lifetime", Duration, YEAR;
    /// Flag: its token ends with the person who made it.
    ScimTokenOwnerBound = "scim.token-owner-bound", Flag, YEAR;
    /// Catalog ids (or names) of identity providers with a documented connector; `any` for any that speaks SCIM 2.0.
    ScimIdps = "scim.idps", Idps, YEAR;
    /// Identity providers that are said not to work.
    ScimIdpsExcluded = "scim.idps-excluded", Idps, YEAR;
    /// Flag: `false` where a source reports that it does not work as documented.
    ScimWorks = "scim.works", Flag, HALF;
    /// Support word: accounts made at first sign-in.
    JitStatus = "jit.status", Support, YEAR;
    /// Name of the smallest plan with that, or the list of the plans that have it.
    JitPlan = "jit.plan", Plan, HALF;
    /// Catalog ids (or names) of identity providers it works with.
    JitIdps = "jit.idps", Idps, YEAR;
    /// Support word: an API about the members.
    ApiStatus = "api.status", Support, YEAR;
    /// Name of the smallest plan with that API, or the list of the plans that have it.
    ApiPlan = "api.plan", Plan, HALF;
    /// Id of the add-on that the API needs.
    ApiAddon = "api.addon", Addon, HALF;
    /// How it is spoken to.
    ApiProtocol = "api.protocol", Word(PROTOCOL), TWO_YEARS;
    /// List of operations the API does (`list, create, update, deactivate, remove, groups`).
    ApiOperations = "api.operations", Operations, YEAR;
    /// Base URL of the API; `{placeholders}` for the tenant's parts. A region's own under `scope: {region: …}`.
    ApiBaseUrl = "api.base-url", Url, TWO_YEARS;
    /// How the API authenticates.
    ApiAuth = "api.auth", Words(AUTH), TWO_YEARS;
    /// Names of the permissions (scopes) that listing or ending accounts needs.
    ApiPermissions = "api.permissions", Names, TWO_YEARS;
    /// How long its token lives.
    ApiTokenLifetime = "api.token-lifetime", Duration, YEAR;
    /// Flag: its token ends with the person who made it.
    ApiTokenOwnerBound = "api.token-owner-bound", Flag, YEAR;
    /// How its list goes on.
    ApiPagination = "api.pagination", Word(PAGINATION), TWO_YEARS;
    /// How many calls it takes (`100 per minute`).
    ApiRateLimit = "api.rate-limit", Rate, YEAR;
    /// What its list holds: `complete`, `managed-only`, `one-by-one` (no list).
    ApiLists = "api.lists", Word(LISTS), YEAR;
    /// Support word: webhooks about members.
    EventsWebhooks = "events.webhooks", Support, YEAR;
    /// Name of the smallest plan with those webhooks, or the list of the plans that have them.
    EventsWebhooksPlan = "events.webhooks-plan", Plan, HALF;
    /// Support word: an audit log that can be read by a program.
    EventsAudit = "events.audit", Support, YEAR;
    /// Name of the smallest plan with that audit log, or the list of the plans that have it.
    EventsPlan = "events.plan", Plan, HALF;
    /// Id of the add-on that the audit log needs.
    EventsAddon = "events.addon", Addon, HALF;
    /// For how long the audit log is kept.
    EventsRetention = "events.retention", Duration, YEAR;
    /// Flag: `false` where a source reports that they do not work as documented.
    EventsWork = "events.work", Flag, HALF;
    /// Support word: a member list that can be downloaded.
    ExportStatus = "export.status", Support, YEAR;
    /// Name of the smallest plan with that download, or the list of the plans that have it.
    ExportPlan = "export.plan", Plan, HALF;
}

impl ClaimField {
    /// What every app's entry says something about, or lists under `not-researched`.
    pub const CORE: [Self; 7] = [
        Self::SsoStatus,
        Self::ScimStatus,
        Self::JitStatus,
        Self::ApiStatus,
        Self::EventsWebhooks,
        Self::EventsAudit,
        Self::ExportStatus,
    ];
}

/// Numbers with a unit, as `Duration` takes them.
const DURATION: &str = r"^(never|chosen|[1-9]\d* (minute|hour|day|week|month|year)s?)$";
const RATE: &str = r"^[1-9]\d* per (second|minute|hour|day)$";
const URL: &str = r"^(shown-in-settings|(https?|wss)://\S+)$";
/// A day, a month or a year, as far as the source goes.
pub(super) const DAY: &str = r"^\d{4}(-\d{2}(-\d{2})?)?$";

impl ValueKind {
    /// The JSON Schema of such a value.
    fn schema(self) -> Value {
        let texts = json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true,
            "description": "A list of names. That there is nothing is the status `none`."});
        let pattern = |pattern: &str, says: &str| json!({"type": "string", "pattern": pattern, "description": says});
        let words = |words: &[&str]| {
            let says =
                format!("A list of some of `{}`. That there is nothing is the status `none`.", words.join("`, `"));
            json!({"type": "array", "items": {"enum": words}, "minItems": 1, "uniqueItems": true, "description": says})
        };
        match self {
            Self::Support => json!({"enum": Support::ALL.iter().filter(|s| **s != Support::NotResearched)
                .map(|s| s.word()).collect::<Vec<_>>()}),
            Self::Word(words) => json!({"enum": words}),
            Self::Words(list) => words(list),
            Self::Flag => json!({"type": "boolean"}),
            Self::Operations => {
                let known = Operation::ALL.iter().filter(|o| **o != Operation::Events);
                words(&known.map(|o| o.word()).collect::<Vec<_>>())
            }
            Self::Names | Self::Idps => texts,
            Self::Plan | Self::Addon => json!({"anyOf": [{"type": "string", "minLength": 1}, texts]}),
            Self::Url => {
                pattern(URL, "A web address, with `{placeholders}` for what differs by tenant, or `shown-in-settings`.")
            }
            Self::Duration => pattern(DURATION, "`never`, `chosen`, or a number with a unit: `90 days`."),
            Self::Rate => pattern(RATE, "A number of calls by time: `100 per minute`."),
            Self::Day => pattern(DAY, "A day as far as it is known: `2026-09-29`, `2026-09` or `2026`."),
            Self::Text => json!({"type": "string", "minLength": 1}),
        }
    }
}

/// That nobody found something is only said of the fields that every entry speaks of. Elsewhere the word would pass for
/// a name, or for a plan of an entry that lists none.
fn gaps_are_left_out() -> Value {
    let takes = |field: &&ClaimField| field.kind() == ValueKind::Support;
    let words = |fields: Vec<&ClaimField>| fields.into_iter().map(|field| field.word()).collect::<Vec<_>>();
    let (with, without): (Vec<_>, Vec<_>) = ClaimField::ALL.iter().partition(takes);
    let says = format!(
        "Leave the field out instead. That pages were read and do not say is claimed of `{}` only, with `undocumented`; that \
         nobody has looked yet stands under `not-researched`.",
        words(with).join("`, `")
    );
    let gap =
        json!({"not": {"enum": [Support::Undocumented.word(), Support::NotResearched.word()], "description": says}});
    let mut value = gap.clone();
    value["items"] = gap;
    json!({
        "if": {"properties": {"field": {"enum": words(without)}}, "required": ["field"]},
        "then": {"properties": {"value": value}},
    })
}

/// Writes into the schema of a claim which values its field takes, so that editors complete them and the loader checks them.
pub(super) fn typed_values(claim: &mut Schema) {
    let mut kinds: Vec<(ValueKind, Vec<&str>)> = Vec::new();
    for field in ClaimField::ALL {
        match kinds.iter_mut().find(|(kind, _)| *kind == field.kind()) {
            Some((_, fields)) => fields.push(field.word()),
            None => kinds.push((field.kind(), vec![field.word()])),
        }
    }
    let mut rules: Vec<Value> = kinds
        .into_iter()
        .map(|(kind, fields)| {
            json!({
                "if": {"properties": {"field": {"enum": fields}}, "required": ["field"]},
                "then": {"properties": {"value": kind.schema()}},
            })
        })
        .collect();
    rules.push(gaps_are_left_out());
    claim.insert("allOf".to_owned(), Value::Array(rules));
}
