//! The identity graph: people, their records, their accounts, the apps and the files, and what joins them.

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What a node stands for.
    NodeKind {
        /// A human, or a machine with a directory record.
        Person = "person",
        /// A record in HR or an identity provider.
        Identity = "identity",
        /// An account in an app.
        Account = "account",
        /// An app.
        App = "app",
        /// A file that was read.
        Source = "source",
    }
}

words! {
    /// What joins two nodes.
    EdgeKind {
        /// Person to identity: the record is about the person.
        Record = "record",
        /// Person to account: an accepted match.
        Holds = "holds",
        /// Person to account: nobody holds it, and this person answers for it.
        AnswersFor = "answers-for",
        /// Person to account: a proposal for a human's eyes, not a match.
        Candidate = "candidate",
        /// Account to app.
        In = "in",
        /// Identity or account to source.
        ReadFrom = "read-from",
    }
}

/// A graph; its edges name nodes by their index.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// One node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Unique in the graph and the same from run to run.
    pub id: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// What to show.
    pub label: String,
    /// What else is known of it.
    pub attributes: Vec<(&'static str, String)>,
}

/// One edge.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Index of the node it begins at.
    pub from: u32,
    /// Index of the node it ends at.
    pub to: u32,
    /// What it says.
    pub kind: EdgeKind,
    /// What to show: the key of a match, the score of a candidate; may be empty.
    pub label: String,
}

impl Graph {
    /// Adds a node and returns its index.
    pub fn add(&mut self, id: String, kind: NodeKind, label: String, attributes: Vec<(&'static str, String)>) -> u32 {
        self.nodes.push(Node { id, kind, label, attributes });
        (self.nodes.len() - 1) as u32
    }

    /// Joins two nodes.
    pub fn join(&mut self, from: u32, to: u32, kind: EdgeKind, label: impl Into<String>) {
        self.edges.push(Edge { from, to, kind, label: label.into() });
    }
}
