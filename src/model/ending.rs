//! How an account of a fetched list is ended over the same API, and what shows that it has ended. Data of the catalog, as the
//! lists are; `coverage plan` writes what would be sent into a file, and `coverage apply` sends what stands there.

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

words! {
    /// How a change is sent. Nothing is ever deleted: an account that was ended by mistake comes back.
    Method {
        /// A part is changed.
        Patch = "PATCH",
        /// Something is done.
        Post = "POST",
        /// The whole is replaced.
        Put = "PUT",
    }
}

/// How an account of a list is ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ending {
    /// What the account is called in the paths, as a JSON pointer from the entry on. Left out: the list's `item-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How it is sent.
    pub method: Method,
    /// The path, behind the API's address. `{id}` is the account's id; other names in braces are those of the list.
    pub path: String,
    /// What is sent. Left out: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// What `body` is.
    #[serde(default = "json")]
    pub content_type: String,
    /// The path at which one account is read, before and afterwards.
    pub account: String,
    /// Where the entry stands in that answer, as a JSON pointer; left out if the answer is the entry.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What must be as it was in the list, as JSON pointers from the entry on: the sign-in name above all.
    pub same: Vec<String>,
    /// What says whether the account lives, as a JSON pointer from the entry on.
    pub state: String,
    /// What stands there while it lives.
    pub live: Vec<Value>,
    /// What stands there once it has ended. A server that answers "done" and shows anything else has not done it.
    pub ended: Vec<Value>,
    /// Where the server cannot change a part (405, 501), the account may be sent as it was read with `state` set to the first
    /// of `ended`; only if the plan says so.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_put: bool,
    /// How the token is made that may do it, with no further rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
    /// Ids from `sources`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

fn json() -> String {
    "application/json".to_owned()
}

fn is_false(b: &bool) -> bool {
    !b
}
