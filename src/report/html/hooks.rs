//! What links and scripts know findings, people and apps by.

use super::rows::{self, NAME};
use crate::model::{Finding, Person, Report, Stands};
use crate::report::seen::seen;
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
    /// What a decision about it needs to know, where one can be made.
    pub(super) review: Option<Review>,
}

/// What a decision about a finding needs to know.
#[derive(Clone, Serialize)]
pub(super) struct Review {
    /// What the finding says, as a mark: see `report::seen`.
    pub(super) seen: String,
    pub(super) severity: &'static str,
    /// Its status: what cannot be decided cannot be kept, and what is excepted is decided.
    pub(super) status: &'static str,
    /// Whether it is about an account of an app, so that its holder can be put right.
    pub(super) held: bool,
    /// Who answers for the app.
    pub(super) owner: String,
    /// The decision that was applied, if it is about what the finding says now.
    pub(super) decided: &'static str,
}

/// The hook of a finding where nothing is decided.
pub(super) fn bare(report: &Report, finding: &Finding) -> Hook {
    let app = rows::app_of(report, finding.app).map_or("", |app| &app.id);
    let holder = finding.person.and_then(|ix| report.people.get(ix.0 as usize));
    let person = holder.map_or("", |p| &*p.key);
    Hook {
        id: finding.id.to_string(),
        rule: finding.rule.id,
        app: clip(app, NAME).into_owned(),
        person: clip(person, NAME).into_owned(),
        review: None,
    }
}

/// The hook of a finding.
pub(super) fn hook(report: &Report, finding: &Finding) -> Hook {
    let app = rows::app_of(report, finding.app).map_or("", |app| &app.id);
    let holder = finding.person.and_then(|ix| report.people.get(ix.0 as usize));
    let owner = rows::app_of(report, finding.app).and_then(|app| app.owner.as_deref());
    let about = report.reviewed.as_ref().and_then(|reviewed| reviewed.about(finding.id));
    let about = about.filter(|(_, _, stands)| *stands == Stands::AsSeen);
    Hook {
        review: Some(Review {
            seen: seen(finding, app, holder),
            severity: finding.severity.word(),
            status: finding.status.word(),
            held: finding.account.is_some() && finding.app.is_some(),
            owner: owner.map_or_else(String::new, |owner| clip(owner, NAME).into_owned()),
            decided: about.map_or("", |(decision, ..)| decision.verdict.word()),
        }),
        ..bare(report, finding)
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
