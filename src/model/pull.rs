//! How a list is fetched over a product's API. Nothing about a product is coded in the program itself: these declarations
//! stand in `catalog/*.yaml`, and adding an endpoint is adding one.
//!
//! What is fetched is kept in the shape in which the server gives it, one entry of the list a line, and read by one of the
//! product's `exports` like a file that somebody has made by hand.

use super::Ending;
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
    /// The path of the list, behind that. `{name}` is filled in by the company (`with` in coverage.yaml).
    pub path: String,
    /// What is asked for: page size, filters, fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    /// Further headers (`Accept`, an API version). No secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Where the list stands in an answer, as a JSON pointer; `""` if the answer is the list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub items: String,
    /// The server leaves the list out where it is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub items_may_be_missing: bool,
    /// What tells one entry from another, as a JSON pointer from the entry on.
    pub item_id: String,
    /// Where an answer says how many entries there are in all, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// How the next part is asked for.
    pub paging: Paging,
    /// What every entry has if it was asked for and may be seen, as JSON pointers. An entry without it is not "false":
    /// nobody was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What the filter in `query` promises of every entry. A server that ignores the filter is noticed by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// What the list leaves out although it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_out: Option<String>,
    /// How the server is told who asks.
    pub credentials: Credentials,
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

fn is_false(b: &bool) -> bool {
    !b
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
    /// A token is asked for first, with the id and the secret of a client (OAuth 2.0, RFC 6749 section 4.4).
    ClientCredentials {
        /// Where, as an address, or as a path at the API's host. `{name}` is filled in by the company.
        token_at: String,
        /// The scopes that are asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<String>,
    },
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
