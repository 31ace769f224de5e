//! How a list is fetched over a product's API. Nothing about a product is coded in the program itself: these declarations
//! stand in `catalog/*.yaml`, and adding an endpoint is adding one.
//!
//! What is fetched is kept in the shape in which the server gives it, one entry of the list a line, and read by one of the
//! product's `exports` like a file that somebody has made by hand.

use super::Ending;
use super::pull_ask::{Answers, Inside, Post, Prepare, Refusals};
use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A list that can be fetched, and what shows that all of it has been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pull {
    /// Unique over the whole catalog; starts with the entry's id.
    pub id: String,
    /// What it fetches, in a few words.
    pub name: String,
    /// The id of the export as which the entries are read.
    pub export: String,
    /// Where the API is, if that is the same for every customer (`https://graph.microsoft.com`). Left out: every company
    /// has an address of its own and names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path of the list, behind that. `{name}` is filled in by the company (`with` in pull.yaml).
    pub path: String,
    /// The list is read once for each of several values, and what comes is one list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    /// The list is read once for every entry of another list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Of>,
    /// What is asked for: page size, filters, fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    /// Further headers (`Accept`, an API version). No secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// It is asked for by POST. Left out: by GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// It has to be made by the server first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepare: Option<Prepare>,
    /// What answers are written in.
    #[serde(default, skip_serializing_if = "is_json")]
    pub answers: Answers,
    /// How answers say no in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusals: Option<Refusals>,
    /// It stands as a file within the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
    /// Where the list stands in an answer, as a JSON pointer; `""` if the answer is the list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub items: String,
    /// The server leaves the list out where it is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub items_may_be_missing: bool,
    /// What tells one entry from another, as a JSON pointer from the entry on.
    pub item_id: String,
    /// Where an answer says how many entries there are in all, as a JSON pointer; or in a header, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Where an answer says when the list was made, as a JSON pointer, if that is not when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// How the next part is asked for.
    pub paging: Paging,
    /// What every entry has if it was asked for and may be seen, as JSON pointers. An entry without it is not "false":
    /// nobody was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What at least one entry of a list has that has any, if it was asked for and may be seen, as JSON pointers. A list of
    /// people without a single address comes of a token that may not see addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub some_have: Vec<String>,
    /// What the filter in `query` promises of every entry. A server that ignores the filter is noticed by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// What the list leaves out although it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_out: Option<String>,
    /// How the server is told who asks.
    pub credentials: Credentials,
    /// Other ways to tell it, by a short name; pull.yaml chooses one with `credentials: NAME`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_credentials: BTreeMap<String, Credentials>,
    /// What the server says about how often it may be asked, beside `Retry-After`.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// How an account of the list is ended over the same API, if it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Ending>,
    /// How the token is made, with which read-only rights.
    pub access: String,
    /// Ids from `sources`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// What `with` may hold for every signed statement: the id that the server knows the key by.
pub const KEY_ID: &str = "key-id";

/// The key under which a line of a joined list says which of the lists it comes from.
pub const MARK: &str = "pulled";

/// A list that is read once for each of several values. Each entry may be in one of the lists only: one that is in two shows
/// that the server ignores the value, or that the list changed. Every line says its value (`pulled.NAME`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Each {
    /// What is filled in where `path` and `query` write `{name}`.
    pub name: String,
    /// The values, in the order in which the lists are read. One alone marks the lines of a list that looks like another.
    pub values: Vec<String>,
}

/// The list whose entries each have a list of their own: apps, groups. It is at the same host, and asked with the same
/// credentials. Its entries are not kept; every line says which of them it belongs to (`pulled.NAME`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Of {
    /// The id of an entry is filled in where the list's own `path` and `query` write `{name}`.
    pub name: String,
    /// Its path.
    pub path: String,
    /// What is asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    /// Where it stands in an answer, as a JSON pointer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub items: String,
    /// The server leaves it out where it is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub items_may_be_missing: bool,
    /// What tells one entry from another, as a JSON pointer from the entry on.
    pub item_id: String,
    /// Where an answer says how many entries there are in all, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// How the next part is asked for.
    pub paging: Paging,
    /// What every entry has if it was asked for and may be seen, as JSON pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What the filter in `query` promises of every entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// What each line says beside the id of the entry it belongs to, each as a JSON pointer from that entry on
    /// (`app-label: /label` becomes `pulled.app-label`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keep: BTreeMap<String, String>,
}

impl Of {
    /// It, as a list like any other: fetched as `pull` is.
    pub fn as_pull(&self, pull: &Pull) -> Pull {
        Pull {
            path: self.path.clone(),
            query: self.query.clone(),
            items: self.items.clone(),
            items_may_be_missing: self.items_may_be_missing,
            item_id: self.item_id.clone(),
            total: self.total.clone(),
            paging: self.paging.clone(),
            needs: self.needs.clone(),
            promises: self.promises.clone(),
            each: None,
            of: None,
            post: None,
            prepare: None,
            inside: None,
            made: None,
            some_have: Vec::new(),
            ..pull.clone()
        }
    }
}

fn is_false(b: &bool) -> bool {
    !b
}

fn is_json(answers: &Answers) -> bool {
    *answers == Answers::Json
}

impl Pull {
    /// How the name of a file ends in which it is kept.
    pub fn ending(&self) -> &'static str {
        if self.inside.is_some() { ".csv" } else { ".jsonl" }
    }
}

/// How the next part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "by")]
pub enum Paging {
    /// Not at all: one answer holds everything.
    Whole,
    /// By the address in the header `Link` with `rel="next"`.
    Link,
    /// By an address in the answer.
    NextUrl {
        /// Where it stands, as a JSON pointer.
        at: String,
    },
    /// By a mark that is sent back.
    Cursor {
        /// Where it stands in the answer, as a JSON pointer; or in a header, by its name.
        at: String,
        /// The parameter with which it is sent.
        send: String,
    },
    /// By the number of the page. Ends with an empty page, or when the total is reached.
    Page {
        /// The parameter.
        send: String,
        /// The number of the first page.
        from: u64,
    },
    /// By how many entries came before. Ends with an empty part, or when the total is reached.
    Offset {
        /// The parameter.
        send: String,
        /// The number of the first entry.
        from: u64,
    },
    /// As SCIM 2.0 does (RFC 7644), by index, or by cursor where the server gives one (RFC 9865).
    Scim,
}

/// What every entry of a filtered list must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Promise {
    /// Where, as a JSON pointer from the entry on.
    pub at: String,
    /// One of these values.
    pub one_of: Vec<serde_json::Value>,
}

/// How the server is told who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "by")]
pub enum Credentials {
    /// `Authorization: Bearer …`.
    Bearer,
    /// A header of its own; `{secret}` in `value` is the secret.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A user's name, or a key's id, and the secret (`Authorization: Basic …`). The name is `user` in coverage.yaml.
    Basic,
    /// A token is asked for first, with the id and the secret of a client (OAuth 2.0, RFC 6749 section 4.4). The id is `user`
    /// in pull.yaml.
    ClientCredentials {
        /// Where, as an address, or as a path at the API's host. `{name}` is filled in by the company.
        token_at: String,
        /// The scopes that are asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
        /// Where id and secret stand in that request.
        #[serde(default)]
        send: SendSecret,
        /// The `grant_type`, where it is another one than `client_credentials`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grant: Option<String>,
        /// Further fields of that request. `{name}` is filled in by the company.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<String, String>,
    },
    /// A token is asked for first, with a statement that a private key has signed (RFC 7523). The secret is the key (PEM), or
    /// a file that holds it with whose it is (JSON with `client_email` and `private_key`).
    SignedStatement {
        /// Where, as an address, or as a path at the API's host. `{name}` is filled in by the company.
        token_at: String,
        /// The scopes that are asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
        /// What the statement stands for.
        stands_for: StandsFor,
        /// On whose behalf, where it is not the client itself. `{name}` is filled in by the company.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        /// How an RSA key signs. A P-256 key signs as ES256.
        #[serde(default)]
        rsa: RsaSigns,
        /// The statement names the certificate that goes with the key, which stands in the same PEM file (`x5t#S256`).
        #[serde(default, skip_serializing_if = "is_false")]
        names_certificate: bool,
    },
    /// Every request is signed with an access key of AWS (Signature Version 4). The key's id is `user` in pull.yaml; the
    /// secret is the key itself, or what `aws configure export-credentials` prints.
    AwsSignature {
        /// The name of the service (`iam`).
        service: String,
        /// The region. `{name}` is filled in by the company.
        region: String,
    },
}

impl Credentials {
    /// Where a token is asked for first, if one is.
    pub fn token_at(&self) -> Option<&str> {
        match self {
            Self::ClientCredentials { token_at, .. } | Self::SignedStatement { token_at, .. } => Some(token_at),
            Self::Bearer | Self::Header { .. } | Self::Basic | Self::AwsSignature { .. } => None,
        }
    }

    /// The texts in which `{name}` is filled in by the company.
    pub fn blanks(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.token_at().into_iter().collect();
        match self {
            Self::ClientCredentials { fields, .. } => texts.extend(fields.values().map(String::as_str)),
            Self::SignedStatement { subject, .. } => texts.extend(subject.as_deref()),
            Self::AwsSignature { region, .. } => texts.push(region),
            Self::Bearer | Self::Header { .. } | Self::Basic => {}
        }
        texts
    }

    /// Whether a name or an id goes with the secret. A key's file may hold its own.
    pub fn wants_user(&self) -> bool {
        match self {
            Self::Basic | Self::ClientCredentials { .. } => true,
            Self::SignedStatement { stands_for, .. } => *stands_for == StandsFor::Client,
            // What the vendor's tool prints has the id in it.
            Self::Bearer | Self::Header { .. } | Self::AwsSignature { .. } => false,
        }
    }
}

words! {
    #[derive(Default)]
    /// Where a client's id and secret stand in the request for a token.
    SendSecret {
        /// In the form: `client_id`, `client_secret`.
        #[default]
        Form = "form",
        /// In the header `Authorization: Basic …`.
        Basic = "basic",
    }
}

words! {
    /// What a signed statement stands for.
    StandsFor {
        /// For the client's secret (`client_assertion`, RFC 7523 section 2.2).
        Client = "client",
        /// For a permission (`grant_type` jwt-bearer, RFC 7523 section 2.1).
        Grant = "grant",
    }
}

words! {
    #[derive(Default)]
    /// How an RSA key signs.
    RsaSigns {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        #[default]
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
    }
}

/// What a server's headers say about how often it may be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Limits {
    /// The header with the number of requests that are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<String>,
    /// The header that says when there are new ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// What that header holds.
    pub reset_is: ResetIs,
    /// Words in the body of a 403 that say that too much was asked, where no header says so. The server is then left alone for
    /// a minute.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
}

impl Limits {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

words! {
    #[derive(Default)]
    /// What the header holds that says when a server may be asked again.
    ResetIs {
        /// Seconds since 1970.
        #[default]
        Epoch = "epoch",
        /// Seconds from now.
        Seconds = "seconds",
    }
}
