//! `coverage pull` from apps, against servers here that follow the vendors' documents, each trap of theirs a case. What is
//! fetched gives the findings of the same list exported by hand, and what docs/pull-apps.md says to write is written here as
//! it stands there.

mod apps;
mod fake;
