//! What a claim can be about, what its value looks like, and how long it is taken for fresh: one table.

use super::vocabulary::{Operation, Support, words};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the value of a claim must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueKind {
    /// A word for how far something is there.
    Support,
    /// One word of a list.
    Word(&'static [Word]),
    /// Some words of a list.
    Words(&'static [Word]),
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

/// A word that a value may be, and what it means.
pub type Word = (&'static str, &'static str);

const LIFECYCLE: &[Word] = &[
    ("active", "It is sold and kept up."),
    ("signups-closed", "Nobody new gets it; who has it keeps it for now."),
    ("discontinued", "It has ended or is about to."),
    ("restricted-market", "It is sold to one trade or one region only."),
    ("unknown", "The source cannot say whether it is still there."),
];
const OWNED_BY: &[Word] = &[
    ("person", "The account is the person's own and lives in many tenants."),
    ("organization", "The account is the company's."),
    ("either", "There are accounts of both kinds."),
];
const ENFORCEMENT: &[Word] = &[
    ("optional", "Whoever wants to can sign in without it."),
    ("enforceable", "An administrator can require it."),
    ("always", "There is no other way in."),
];
const SETUP: &[Word] = &[
    ("self-serve", "An administrator of the company."),
    ("self-serve-after-enablement", "An administrator, once the vendor has switched it on."),
    ("vendor-assisted", "The vendor, together with an administrator."),
    ("support-ticket", "The vendor's support, when asked."),
    ("account-manager", "The vendor's account manager."),
];
const DELIVERED_BY: &[Word] = &[
    ("native", "The app itself."),
    ("add-on-product", "Another product of the vendor that is bought beside it."),
    ("marketplace-app", "An app from a marketplace."),
    ("idp-connector", "A connector of the identity provider, which calls the app's API."),
    ("self-hosted-bridge", "A program that the company runs."),
    ("directory-broker", "A service between directory and app."),
    ("file-drop", "Files that are put somewhere."),
    ("vendor-sync", "The vendor reads the directory itself."),
];
const UNIQUE_ID: &[Word] = &[
    ("email", "The address."),
    ("user-name", "SCIM's userName."),
    ("external-id", "SCIM's externalId: the id that the directory gives."),
    ("id", "The id that the app gives."),
];
const CREATES: &[Word] = &[
    ("account", "An account that can be used at once."),
    ("invitation", "An invitation that the person has to accept."),
    ("pending-key", "An account that waits for a key."),
];
const LISTS: &[Word] = &[
    ("complete", "Every account."),
    ("managed-only", "Only accounts that SCIM made or the company manages."),
    ("one-by-one", "There is no list; each account is asked for."),
];
const EXISTING: &[Word] = &[
    ("none", "It leaves them alone."),
    ("adopt", "It takes them over."),
    ("overwrite", "It makes the list equal to the directory's."),
];
const BY_HAND: &[Word] = &[
    ("allowed", "As before."),
    ("partly-blocked", "Some of it is refused, or the next sync undoes it."),
    ("blocked", "Everything is done in the directory."),
];
const PROTOCOL: &[Word] = &[
    ("rest", "HTTP with JSON, resource by resource."),
    ("graphql", "GraphQL."),
    ("soap", "SOAP."),
    ("websocket", "A web socket."),
    ("cli", "A command line."),
    ("ldap", "LDAP."),
];
const AUTH: &[Word] = &[
    ("api-key", "A key that the app gives out."),
    ("bearer-token", "A token that an administrator makes and pastes."),
    ("basic", "User name and password, or what stands in their place."),
    ("cloud-credentials", "The credentials of a cloud account."),
    ("oauth2", "OAuth 2.0."),
    ("personal-access-token", "A token of one person."),
    ("service-account", "An account that nobody holds."),
    ("session-token", "A token that a sign-in gives."),
    ("signed-request", "Each call is signed."),
];
const PAGINATION: &[Word] = &[
    ("none", "It comes whole."),
    ("cursor", "Each part names a mark for the next."),
    ("offset", "By the number of rows to skip."),
    ("page", "By the number of the page."),
    ("link-header", "The next part's address stands in the answer's `Link` header."),
];

/// A year, and half of one. Pages about prices and plans are rewritten more often than protocols change.
const YEAR: u16 = 365;
const HALF: u16 = 183;
const TWO_YEARS: u16 = 730;

macro_rules! claim_fields {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $kind:expr, $days:expr;)+) => {
        words! {
            /// Everything a claim can be about. `docs/catalog.md` lists it, with what each field takes.
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
    /// Whether the product is sold and kept up.
    Lifecycle = "lifecycle", Word(LIFECYCLE), YEAR;
    /// The day it ends or has ended.
    LifecycleEndsOn = "lifecycle.ends-on", Day, YEAR;
    /// Name of the product that takes its place.
    LifecycleSuccessor = "lifecycle.successor", Text, YEAR;
    /// Whose an account is.
    AccountOwnedBy = "account.owned-by", Word(OWNED_BY), TWO_YEARS;
    /// The account lives on outside this tenant after its removal.
    AccountOutlivesTenant = "account.outlives-tenant", Flag, TWO_YEARS;
    /// For how long a deleted account can be brought back.
    AccountDeletedRetention = "account.deleted-retention", Duration, TWO_YEARS;
    /// An account can have a password or social login of its own.
    LocalLogin = "local-login", Flag, YEAR;
    /// Single sign-on.
    SsoStatus = "sso.status", Support, YEAR;
    /// Name of the smallest plan with single sign-on, or the list of the plans that have it.
    SsoPlan = "sso.plan", Plan, HALF;
    /// Id of the add-on that single sign-on needs.
    SsoAddon = "sso.addon", Addon, HALF;
    /// Its protocols (`SAML 2.0`, `OpenID Connect`).
    SsoProtocols = "sso.protocols", Names, TWO_YEARS;
    /// Whether people have to sign in with it.
    SsoEnforcement = "sso.enforcement", Word(ENFORCEMENT), YEAR;
    /// Administrators may sign in without it even when it is enforced; under `scope: {population: guests}`, guests may.
    SsoBypass = "sso.bypass", Flag, YEAR;
    /// Who sets it up.
    SsoSetup = "sso.setup", Word(SETUP), YEAR;
    /// Identity providers with documented single sign-on; `any` for any that speaks the protocol.
    SsoIdps = "sso.idps", Idps, YEAR;
    /// A verified domain comes first.
    SsoRequiresDomain = "sso.requires-domain", Flag, YEAR;
    /// The end of the sign-in at the identity provider ends open sessions of the app.
    SsoEndsSessions = "sso.ends-sessions", Flag, YEAR;
    /// SCIM.
    ScimStatus = "scim.status", Support, YEAR;
    /// Name of the smallest plan with SCIM, or the list of the plans that have it.
    ScimPlan = "scim.plan", Plan, HALF;
    /// Id of the add-on that SCIM needs.
    ScimAddon = "scim.addon", Addon, HALF;
    /// Who delivers it.
    ScimDeliveredBy = "scim.delivered-by", Word(DELIVERED_BY), YEAR;
    /// Its versions (`1.1`, `2.0`).
    ScimVersions = "scim.versions", Names, TWO_YEARS;
    /// What SCIM can do with accounts.
    ScimOperations = "scim.operations", Operations, YEAR;
    /// Attributes that follow the directory.
    ScimAttributes = "scim.attributes", Names, TWO_YEARS;
    /// What the app knows a person by.
    ScimUniqueId = "scim.unique-id", Word(UNIQUE_ID), TWO_YEARS;
    /// What provisioning makes.
    ScimCreates = "scim.creates", Word(CREATES), YEAR;
    /// What its list holds.
    ScimLists = "scim.lists", Word(LISTS), YEAR;
    /// What it does with accounts that were there before.
    ScimExisting = "scim.existing-accounts", Word(EXISTING), YEAR;
    /// Whether people may still be managed by hand once it is on.
    ScimByHand = "scim.by-hand", Word(BY_HAND), YEAR;
    /// Once on, it can be switched off again.
    ScimReversible = "scim.reversible", Flag, YEAR;
    /// SCIM needs single sign-on first.
    ScimRequiresSso = "scim.requires-sso", Flag, YEAR;
    /// SCIM needs a verified domain first.
    ScimRequiresDomain = "scim.requires-domain", Flag, YEAR;
    /// Who sets it up.
    ScimSetup = "scim.setup", Word(SETUP), YEAR;
    /// Base URL; `{placeholders}` for the tenant's parts, or `shown-in-settings`.
    ScimBaseUrl = "scim.base-url", Url, TWO_YEARS;
    /// How it authenticates.
    ScimAuth = "scim.auth", Words(AUTH), TWO_YEARS;
    /// How long its token lives.
    ScimTokenLifetime = "scim.token-lifetime", Duration, YEAR;
    /// Its token ends with the person who made it.
    ScimTokenOwnerBound = "scim.token-owner-bound", Flag, YEAR;
    /// Identity providers with a documented connector; `any` for any that speaks SCIM 2.0.
    ScimIdps = "scim.idps", Idps, YEAR;
    /// Identity providers that are said not to work.
    ScimIdpsExcluded = "scim.idps-excluded", Idps, YEAR;
    /// It works as documented; `false` where a source reports that it does not.
    ScimWorks = "scim.works", Flag, HALF;
    /// Accounts made at first sign-in.
    JitStatus = "jit.status", Support, YEAR;
    /// Name of the smallest plan with that, or the list of the plans that have it.
    JitPlan = "jit.plan", Plan, HALF;
    /// Identity providers it works with.
    JitIdps = "jit.idps", Idps, YEAR;
    /// An API about the members.
    ApiStatus = "api.status", Support, YEAR;
    /// Name of the smallest plan with that API, or the list of the plans that have it.
    ApiPlan = "api.plan", Plan, HALF;
    /// Id of the add-on that the API needs.
    ApiAddon = "api.addon", Addon, HALF;
    /// How it is spoken to.
    ApiProtocol = "api.protocol", Word(PROTOCOL), TWO_YEARS;
    /// What the API can do with accounts.
    ApiOperations = "api.operations", Operations, YEAR;
    /// Base URL of the API; `{placeholders}` for the tenant's parts. A region's own under `scope: {region: …}`.
    ApiBaseUrl = "api.base-url", Url, TWO_YEARS;
    /// How the API authenticates.
    ApiAuth = "api.auth", Words(AUTH), TWO_YEARS;
    /// Names of the permissions (scopes) that listing or ending accounts needs.
    ApiPermissions = "api.permissions", Names, TWO_YEARS;
    /// How long its token lives.
    ApiTokenLifetime = "api.token-lifetime", Duration, YEAR;
    /// Its token ends with the person who made it.
    ApiTokenOwnerBound = "api.token-owner-bound", Flag, YEAR;
    /// How its list goes on.
    ApiPagination = "api.pagination", Word(PAGINATION), TWO_YEARS;
    /// How many calls it takes (`100 per minute`).
    ApiRateLimit = "api.rate-limit", Rate, YEAR;
    /// What its list holds.
    ApiLists = "api.lists", Word(LISTS), YEAR;
    /// Webhooks about members.
    EventsWebhooks = "events.webhooks", Support, YEAR;
    /// Name of the smallest plan with those webhooks, or the list of the plans that have them.
    EventsWebhooksPlan = "events.webhooks-plan", Plan, HALF;
    /// An audit log that can be read by a program.
    EventsAudit = "events.audit", Support, YEAR;
    /// Name of the smallest plan with that audit log, or the list of the plans that have it.
    EventsPlan = "events.plan", Plan, HALF;
    /// Id of the add-on that the audit log needs.
    EventsAddon = "events.addon", Addon, HALF;
    /// For how long the audit log is kept.
    EventsRetention = "events.retention", Duration, YEAR;
    /// They work as documented; `false` where a source reports that they do not.
    EventsWork = "events.work", Flag, HALF;
    /// A member list that can be downloaded.
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
    /// What such a value is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Support => "a status",
            Self::Word(_) => "a word",
            Self::Words(_) | Self::Operations => "words",
            Self::Flag => "yes or no",
            Self::Names => "names",
            Self::Idps => "identity providers",
            Self::Plan => "a plan",
            Self::Addon => "an add-on",
            Self::Url => "an address",
            Self::Duration => "a time",
            Self::Rate => "a rate",
            Self::Day => "a day",
            Self::Text => "a name",
        }
    }

    /// What the value must be, in a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Support => "How far it is there, in a word.",
            Self::Word(_) => "One of the words.",
            Self::Words(_) | Self::Operations => {
                "A list of some of the words. That there is nothing is the status `none`."
            }
            Self::Flag => "`true` or `false`, without quotation marks.",
            Self::Names => "A list of names. That there is nothing is the status `none`.",
            Self::Idps => "A list of catalog ids, or of names where the catalog lacks a provider.",
            Self::Plan => "A plan's name: it and all larger ones have it. A list: exactly these. Or `every-plan`.",
            Self::Addon => "An id from `addons`, or a list of which one is enough.",
            Self::Url => "A web address, with `{placeholders}` for what differs by tenant, or `shown-in-settings`.",
            Self::Duration => "`never`, `chosen`, or a number with a unit: `90 days`.",
            Self::Rate => "A number of calls by time: `100 per minute`.",
            Self::Day => "A day as far as it is known: `2026-09-29`, `2026-09` or `2026`.",
            Self::Text => "A name.",
        }
    }

    /// The words that are taken, each with what it means; none where names or numbers stand.
    pub fn words(self) -> Vec<(String, String)> {
        let own = |list: &[Word]| list.iter().map(|(word, means)| ((*word).to_owned(), (*means).to_owned())).collect();
        // The words of the other lists are explained where they are declared.
        let declared = |schema: Schema, left_out: &str| {
            let words = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
            let text = |word: &Value, key: &str| word[key].as_str().unwrap_or_default().to_owned();
            let words = words.map(|word| (text(word, "const"), text(word, "description")));
            words.filter(|(word, _)| word != left_out).collect()
        };
        let mut generator = SchemaGenerator::default();
        match self {
            Self::Support => declared(Support::json_schema(&mut generator), Support::NotResearched.word()),
            Self::Operations => declared(Operation::json_schema(&mut generator), Operation::Events.word()),
            Self::Word(list) | Self::Words(list) => own(list),
            _ => Vec::new(),
        }
    }

    /// The JSON Schema of such a value.
    fn schema(self) -> Value {
        let word = |(word, means): (String, String)| json!({"const": word, "description": means, "type": "string"});
        let words = || self.words().into_iter().map(word).collect::<Vec<_>>();
        let mut schema = match self {
            Self::Support | Self::Word(_) => json!({"oneOf": words()}),
            Self::Words(_) | Self::Operations => {
                json!({"type": "array", "items": {"oneOf": words()}, "minItems": 1, "uniqueItems": true})
            }
            Self::Flag => json!({"type": "boolean"}),
            Self::Names | Self::Idps => {
                json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true})
            }
            Self::Plan | Self::Addon => json!({"anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true},
            ]}),
            Self::Url => json!({"type": "string", "pattern": URL}),
            Self::Duration => json!({"type": "string", "pattern": DURATION}),
            Self::Rate => json!({"type": "string", "pattern": RATE}),
            Self::Day => json!({"type": "string", "pattern": DAY}),
            Self::Text => json!({"type": "string", "minLength": 1}),
        };
        schema["description"] = match self {
            // Where a list is missing, the words are not told by what stands there.
            Self::Words(_) | Self::Operations => {
                let words: Vec<String> = self.words().into_iter().map(|(word, _)| word).collect();
                format!("{} The words are `{}`.", self.says(), words.join("`, `")).into()
            }
            _ => self.says().into(),
        };
        schema
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
