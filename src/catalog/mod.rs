//! What is known about products: the claims, the exports and the runbooks of `catalog/*.yaml`.

mod claim_lint;
mod conflicts;
mod export_lint;
mod fetchable;
mod lint;
mod matrix;
mod offboarding_lint;
mod overlay;
mod overlay_diff;
mod page;
mod pull_lint;
mod stale;
mod verdict;

pub use conflicts::{Conflict, EffectConflict, SelfContradiction, conflicts, effect_conflicts, self_contradictions};
pub use export_lint::{Exports, export_faults, inherited};
pub use fetchable::{fetchable, offering};
pub use lint::lint;
pub use matrix::{capabilities, matrix, status};
pub use overlay::{additions, merge, overlay};
pub use overlay_diff::overlay_diff;
pub use page::page;
pub use stale::{Stale, stale, stale_claim};
pub use verdict::{Verdict, applies, scope_words, verdict};

use crate::diag::Diagnostic;
use crate::model::{Entry, Export, Role};
use crate::yaml::{self, Located};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/catalog_sources.rs"));

/// The id of the entry that holds a workspace's own exports.
pub const WORKSPACE: &str = "workspace";

/// An entry as build.rs leaves it.
struct Compiled {
    id: &'static str,
    /// JSON of what every run needs.
    slim: &'static str,
    /// JSON of all of it.
    whole: &'static str,
}

impl Compiled {
    #[allow(clippy::expect_used, reason = "build.rs has parsed the entries, and a test reads each of them")]
    fn read(json: &str) -> Entry {
        serde_json::from_str(json).expect("a test reads every compiled entry")
    }
}

/// A set of entries.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The entries, sorted by id.
    pub entries: Vec<Entry>,
    version: String,
}

impl Catalog {
    /// A catalog of these entries. Exports that are `like` another take over what they do not give themselves.
    pub fn new(entries: Vec<Entry>) -> Self {
        let version = version_of("", &entries);
        Self::versioned(entries, version)
    }

    fn versioned(mut entries: Vec<Entry>, version: String) -> Self {
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let all = entries.iter().flat_map(|entry| &entry.exports).map(|export| (export.id.as_str(), export)).collect();
        // A faulty `like` takes over nothing; `lint` tells it.
        let whole =
            |entry: &Entry| entry.exports.iter().map(|e| inherited(e, &all).unwrap_or_else(|_| e.clone())).collect();
        let whole: Vec<Vec<Export>> = entries.iter().map(whole).collect();
        for (entry, exports) in entries.iter_mut().zip(whole) {
            entry.exports = exports;
        }
        Self { entries, version }
    }

    /// The catalog that is compiled into the program.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Catalog> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            let entries = ENTRIES.iter().map(|entry| Compiled::read(entry.whole)).collect();
            Self::versioned(entries, VERSION.to_owned())
        })
    }

    /// The same, without what is claimed of the products: names, plans and exports. A run reads this at every start, and
    /// [`Self::with_claims`] adds the claims about the products in use.
    pub fn embedded_slim() -> &'static Self {
        static SLIM: OnceLock<Catalog> = OnceLock::new();
        SLIM.get_or_init(|| {
            let entries = ENTRIES.iter().map(|entry| Compiled::read(entry.slim)).collect();
            Self::versioned(entries, VERSION.to_owned())
        })
    }

    /// A catalog with all that is known of these products. What has been laid over a built-in entry is whole already.
    #[must_use]
    pub fn with_claims<'a>(mut self, products: impl Iterator<Item = &'a str>) -> Self {
        for id in products {
            let at = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id));
            let whole = ENTRIES.iter().find(|entry| entry.id == id);
            if let (Ok(at), Some(whole)) = (at, whole)
                && self.entries[at].claims.is_empty()
            {
                let exports = std::mem::take(&mut self.entries[at].exports);
                self.entries[at] = Entry { exports, ..Compiled::read(whole.whole) };
            }
        }
        self
    }

    /// The entry with this id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.entries.get(at)
    }

    /// Every export, in the order of the entries' ids.
    pub fn exports(&self) -> impl Iterator<Item = (&Entry, &Export)> {
        self.entries.iter().flat_map(|entry| entry.exports.iter().map(move |export| (entry, export)))
    }

    /// The export with this id.
    pub fn export(&self, id: &str) -> Option<(&Entry, &Export)> {
        self.exports().find(|(_, export)| export.id == id)
    }

    /// The same catalog with a workspace's own exports, in an entry called [`WORKSPACE`] if there are any.
    #[must_use]
    pub fn with_exports(&self, exports: Vec<Export>) -> Self {
        if exports.is_empty() {
            return self.clone();
        }
        let mut entries = self.entries.clone();
        entries.push(Entry {
            id: WORKSPACE.to_owned(),
            name: "This workspace".to_owned(),
            roles: vec![Role::App, Role::IdentityProvider, Role::Hr],
            exports,
            ..Entry::default()
        });
        Self::versioned(entries, self.version.clone())
    }

    /// Number of entries and the start of a SHA-256 over them: `87-0123456789ab`. A workspace's own exports do not count:
    /// the hash of `coverage.yaml` covers them.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// The version of entries that lie over those of another version.
fn version_of(base: &str, entries: &[Entry]) -> String {
    // Entries hold nothing that JSON cannot write.
    let json = serde_json::to_vec(entries).unwrap_or_default();
    let hash = Sha256::new().chain_update(base).chain_update(&json).finalize();
    let hash: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{hash}", entries.len())
}

/// Reads one entry.
///
/// # Errors
/// Every fault in the shape of the file. What is wrong with its contents is found by [`lint`].
pub fn parse_entry(file: &str, bytes: &[u8]) -> Result<Located<Entry>, Vec<Diagnostic>> {
    yaml::load_strictly(file, bytes)
}

/// Reads as much of one entry as has the right shape, so that [`lint`] judges that in the same pass; and every fault in the
/// shape of the file.
pub fn read_entry(file: &str, bytes: &[u8]) -> (Option<Located<Entry>>, Vec<Diagnostic>) {
    yaml::load_in_part(file, bytes)
}

/// The JSON Schema of an entry.
pub fn schema() -> serde_json::Value {
    yaml::schema::<Entry>()
}

#[cfg(test)]
mod tests;
