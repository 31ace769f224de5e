//! Plans: what `coverage apply` may do, step by step, in a file that people read, cut down and approve. Made of findings here,
//! written, read, checked and carried out; the network and the files are somebody else's ([`Act`], [`Append`]).
//!
//! A plan can do nothing but what it shows, and nothing that the catalog does not declare: whoever edits one can only make it
//! do less.

mod address;
mod carry_out;
mod checks;
mod log;
mod make;
mod read;
mod text;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use carry_out::{Act, Change, Ended, Look, carry_out, rehearse};
pub use checks::{Limits, MOST, MOST_PERCENT, check};
pub use log::{Append, Book, Entry, Event, Fate, Known, LOG, known};
pub use make::{Administrator, Fetched, Material, OfApp, Service, make, wanted};
pub use read::{hash_of, read, schema};
pub use text::written;

use crate::model::{Method, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the shape.
pub const VERSION: u32 = 1;

/// What is to be done, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "coverage plan, version 1")]
pub struct Plan {
    /// The version of this shape.
    pub plan: u32,
    /// What made it.
    pub tool: String,
    /// The catalog that it was made with.
    pub catalog: String,
    /// The company's name; empty if the workspace has none.
    #[serde(default)]
    pub company: String,
    /// The moment of which the findings speak.
    pub as_of: String,
    /// The lists that say who has left.
    #[serde(default)]
    pub people: Vec<List>,
    /// Accounts of people who have left about which nothing is planned.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// The steps, one for each account. A reviewer may remove some, or mark them `approved: no`.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A file that something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct List {
    /// The file, as coverage.yaml names it.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// When it was made.
    pub made: String,
    /// Who says when: `declared` (coverage.yaml, or the note of `coverage pull`), `file-name`, or `file-time`, which is a guess.
    pub made_says: String,
}

/// Accounts about which nothing is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeftOut {
    /// Why.
    pub why: String,
    /// How many.
    pub accounts: u64,
}

/// What is to be done about one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Made of the app and the account: the same in every plan.
    pub step: String,
    /// `yes`, or `no` if a reviewer does not want it. The only value that may be changed.
    pub approved: String,
    /// The app's id; that of the directory, where it is no app.
    pub app: String,
    /// Whose account.
    pub person: Holder,
    /// The account, as its list shows it.
    pub account: Account,
    /// The list, and where in it.
    pub list: List,
    /// The line of the list.
    pub line: u32,
    /// What was found, gravest first.
    pub findings: Vec<Reference>,
    /// Why, step by step.
    pub why: Vec<String>,
    /// What is sent, if something can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// What a person does, if nothing can be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
    /// SHA-256 over the head of the plan and all of this step but `approved`.
    pub hash: String,
}

/// The person who holds an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Holder {
    /// The key of the person.
    pub key: String,
    /// The name.
    pub name: String,
    /// The work address.
    pub email: String,
    /// Where the person stands: `terminated`.
    pub standing: String,
    /// Since when; empty if no list says it.
    pub since: String,
    /// Who says so: `hr`, `idp` or `idp-last-day`.
    pub basis: String,
    /// The key that links person and account.
    pub linked_by: String,
}

/// An account as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Account {
    /// The app's id of it, or the address or user name where the list has none.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The roles.
    pub role: String,
    /// Its status, in coverage's words and the list's.
    pub status: String,
    /// Whether it has an administrator's rights: `yes`, `no` or `unknown`.
    pub administrator: String,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reference {
    /// Its id.
    pub id: String,
    /// Its rule.
    pub rule: String,
    /// How grave it is.
    pub severity: Severity,
}

/// What is sent, what must be so before, and what has to be so afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Request {
    /// The list in pull.yaml whose service is asked.
    pub service: String,
    /// Scheme, host and port. The secret goes there and nowhere else.
    pub host: String,
    /// The path at which the account is read.
    pub account: String,
    /// Where the account stands in that answer, as a JSON pointer; empty if the answer is the account.
    #[serde(default)]
    pub item: String,
    /// Where its id stands in it, as a JSON pointer.
    pub id_at: String,
    /// What must stand in the account just before, as JSON pointers and values. Otherwise nothing is sent.
    pub before: BTreeMap<String, Value>,
    /// How it is sent.
    pub method: Method,
    /// Where.
    pub path: String,
    /// What `body` is.
    pub content_type: String,
    /// What is sent, byte for byte; empty if nothing is.
    pub body: String,
    /// Whether the account may be sent whole, with nothing changed but its state, where the server cannot change a part.
    #[serde(default)]
    pub or_put: bool,
    /// What says whether the account lives, as a JSON pointer.
    pub state: String,
    /// What must stand there afterwards: one of these.
    pub after: Vec<Value>,
    /// Live accounts of the app in its list.
    pub live_accounts: u64,
    /// For an administrator's account: the paths of administrators who stay. One of them is read first.
    #[serde(default)]
    pub administrators: Vec<String>,
}

/// What a person does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ByHand {
    /// Why nothing is sent.
    pub because: String,
    /// What the finding asks for.
    pub action: String,
    /// The ways to do it, the usual one first.
    #[serde(default)]
    pub ways: Vec<Way>,
    /// What is good to know beside.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One way to do it by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Way {
    /// What it is for; empty for the usual way.
    pub name: String,
    /// Which role can do it; empty if nobody has written it down.
    pub who: String,
    /// What to do, in order.
    pub steps: Vec<String>,
}

impl Step {
    /// Whether a reviewer wants it.
    pub fn is_approved(&self) -> bool {
        matches!(self.approved.as_str(), "yes" | "true")
    }

    /// Whose account it is about, in one line for people.
    pub fn named(&self) -> String {
        let address = if self.account.email.is_empty() { &self.account.id } else { &self.account.email };
        let name = if self.person.name.is_empty() { &self.person.key } else { &self.person.name };
        format!("{}: {address}, {name}", self.app)
    }
}
