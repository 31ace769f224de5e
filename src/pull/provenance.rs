//! Where a fetched list comes from, and whether it is all of it: what stands beside it in a file of its own.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a list was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[schemars(title = "provenance of a pull")]
pub struct Provenance {
    /// The version of this format.
    pub schema_version: String,
    /// The program and its version.
    pub tool: String,
    /// The id of the pull in the catalog.
    pub pull: String,
    /// The id of the export as which the entries are read.
    pub export: String,
    /// How it was asked: `GET` or `POST` over HTTP, `search` over LDAP.
    #[serde(default = "get")]
    pub asked_by: String,
    /// The host that was asked.
    pub host: String,
    /// The path of the list.
    pub path: String,
    /// What was asked for: page size, filters, fields.
    pub query: Vec<(String, String)>,
    /// How many lists were read and joined, where it is not one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lists: Option<u64>,
    /// The list for each of whose entries one was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<ListOf>,
    /// When the first page was asked for.
    #[schemars(with = "String")]
    pub began: Timestamp,
    /// When the server made the list, where it says so: it may hand out an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub made: Option<Timestamp>,
    /// When the last one had come.
    #[schemars(with = "String")]
    pub ended: Timestamp,
    /// Pages read.
    pub pages: u64,
    /// Requests made.
    pub requests: u64,
    /// Of these, how many had to be made again.
    pub retries: u64,
    /// How often the reading had to start over.
    pub restarts: u32,
    /// Entries kept, each once.
    pub entries: u64,
    /// Entries that came more than once.
    pub repeats: u64,
    /// How many entries there are in all, as the server says.
    pub total: Option<u64>,
    /// Whether it is the whole list.
    pub complete: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// What it leaves out although it is whole.
    #[serde(default)]
    pub leaves_out: Option<String>,
    /// SHA-256 of the file with the entries.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The list for each of whose entries another one was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct ListOf {
    /// Its path.
    pub path: String,
    /// What was asked for.
    pub query: Vec<(String, String)>,
    /// Pages read.
    pub pages: u64,
    /// Its entries.
    pub entries: u64,
    /// How many there are in all, as the server says.
    pub total: Option<u64>,
}

/// How a directory is asked.
pub const SEARCH: &str = "search";

/// What older notes do not say.
fn get() -> String {
    "GET".to_owned()
}

impl Provenance {
    /// In how many pages it came, and of how many lists, in words.
    pub fn in_pages(&self) -> String {
        let some = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let pages = some(self.pages, "page");
        match (self.lists, &self.of) {
            (Some(lists), Some(of)) => {
                format!(
                    "{pages} of {}, one for each of GET {} ({})",
                    some(lists, "list"),
                    of.path,
                    some(of.pages, "page")
                )
            }
            (Some(lists), None) => format!("{pages} of {}", some(lists, "list")),
            (None, _) => pages,
        }
    }
}

/// What the names of fetched lists end in: one entry of JSON a line, a table, or LDIF.
pub const LISTS_END: [&str; 3] = [".jsonl", ".csv", ".ldif"];

/// The name of a fetched list without its ending, and that ending; none if its name is not that of such a list.
pub fn ending_of(list: &str) -> Option<(&str, &'static str)> {
    LISTS_END.into_iter().find_map(|ending| Some((list.strip_suffix(ending)?, ending)))
}

/// The name of the file beside a list that says where it comes from.
pub fn sidecar_of(list: &str) -> String {
    format!("{}.pull.json", ending_of(list).map_or(list, |(name, _)| name))
}
