//! How the people of a directory are fetched over LDAP. Nothing about a product is coded in the program itself: these
//! declarations stand in `catalog/*.yaml`.
//!
//! What is fetched is written as LDIF, and read by one of the product's `exports` like a file of `ldapsearch`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A list that can be fetched over LDAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DirectoryList {
    /// Unique over the whole catalog; starts with the entry's id.
    pub id: String,
    /// What it fetches, in a few words.
    pub name: String,
    /// The id of the export as which the entries are read.
    pub export: String,
    /// Which entries are people (RFC 4515). A company can name another one.
    pub filter: String,
    /// The attributes that are asked for, by name: operational ones come in no other way.
    pub attributes: Vec<String>,
    /// What every entry has if it may be seen. An entry without it is not "no": nobody was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Entries to a page; servers refuse or cut pages larger than they like.
    pub page_size: u32,
    /// What the list leaves out although it is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_out: Option<String>,
    /// Which account reads it, with which rights.
    pub access: String,
    /// Ids from `sources`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}
