//! How a list is asked for that is not asked for by GET, and how answers are read that are not plain JSON with a status.

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A list that is asked for by POST: the parameters of `query` and of the paging stand in the body, not in the address. Only
/// for requests that change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Post {
    /// How the body is written.
    pub body: PostBody,
    /// JSON only: what else the body holds (numbers, objects).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// The id of the source that says that this request only reads.
    pub only_reads: String,
}

words! {
    /// How the body of a request is written.
    PostBody {
        /// As a form (`application/x-www-form-urlencoded`).
        Form = "form",
        /// As a JSON object.
        Json = "json",
    }
}

words! {
    #[derive(Default)]
    /// What a server answers in.
    Answers {
        /// JSON.
        #[default]
        Json = "json",
        /// XML. JSON pointers lead through the names of its elements, from the outermost on; attributes are not read.
        Xml = "xml",
    }
}

/// Answers that say no in words, some of them with the status 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusals {
    /// Where every answer says whether it is one, as a JSON pointer: anything but `true` there is a no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ok: Option<String>,
    /// Where the word stands that says what is wrong, as a JSON pointer. An answer that has it is a no, whatever its status.
    pub word: String,
    /// The HTTP status with which other services would say the same: 429 asks to wait, 503 to try again, 401 means the token,
    /// 403 its rights, 410 that the place in the list is forgotten. Any other word ends the reading.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub means: BTreeMap<String, u16>,
}

/// A list that the server has to make before it can be asked for. The request for it changes nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prepare {
    /// What is asked for, at the path of the list.
    pub query: BTreeMap<String, String>,
    /// Where the answer says how far it is, as a JSON pointer.
    pub at: String,
    /// What it says there when the list is ready.
    pub until: String,
    /// What it says there while it is not. Anything else ends the reading.
    pub not_yet: Vec<String>,
    /// The id of the source that says that this request changes nothing.
    pub only_reads: String,
}

/// A list that stands as a CSV file within the answer. It is kept as it is; `item-id`, `needs` and `promises` speak of its
/// columns (`/arn`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Inside {
    /// Where, as a JSON pointer.
    pub csv: String,
    /// Whether it is written in Base64.
    #[serde(default, skip_serializing_if = "is_false")]
    pub base64: bool,
}

fn is_false(b: &bool) -> bool {
    !b
}
