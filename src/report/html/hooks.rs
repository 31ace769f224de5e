//! What links and scripts know findings, people and apps by.

use super::rows::{self, NAME};
use crate::model::{Finding, Person, Report};
use crate::report::text::clip;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The attributes of an element that shows a finding.
#[derive(Clone, Serialize)]
pub(super) struct Hook {
    /// The finding's id.
    pub(super) id: String,
    pub(super) rule: &'static str,
    /// The app's id.
    pub(super) app: String,
    /// The person's key.
    pub(super) person: String,
}

/// The hook of a finding.
pub(super) fn hook(report: &Report, finding: &Finding) -> Hook {
    let app = rows::app_of(report, finding.app).map_or("", |app| &app.id);
    let person = finding.person.and_then(|ix| report.people.get(ix.0 as usize)).map_or("", |p| &*p.key);
    Hook {
        id: finding.id.to_string(),
        rule: finding.rule.id,
        app: clip(app, NAME).into_owned(),
        person: clip(person, NAME).into_owned(),
    }
}

/// The anchor of a person: made of the key, so that a link leads to the same person in the next report, too.
pub(super) fn person(person: &Person) -> String {
    let key = &*person.key;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'@' | b'+');
    if key.len() <= 80 && key.bytes().all(plain) {
        format!("person-{key}")
    } else {
        let hash = Sha256::digest(key.as_bytes());
        let digits: String = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
        format!("person-no-{digits}")
    }
}
