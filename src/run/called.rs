//! How sentences name the sources: two lists of one product have one id.

use crate::model::SourceReport;
use std::collections::{BTreeMap, BTreeSet};

/// Each source's id, and its file beside it where several files have that id.
pub(super) fn called(reports: &[SourceReport]) -> Vec<String> {
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    reports.iter().for_each(|r| _ = files.entry(&r.id).or_default().insert(&r.file));
    let called =
        |r: &SourceReport| if files[&*r.id].len() > 1 { format!("{} ({})", r.id, r.file) } else { r.id.clone() };
    reports.iter().map(called).collect()
}
