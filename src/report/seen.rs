//! What a finding said when somebody decided about it, as a short mark: a decision about a finding that says something else
//! by now is noticed.

use crate::model::{Finding, FindingStatus, Person};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The mark of a finding: the first 16 hex digits of a SHA-256 over what its reader decides by. Lines of files and days that
/// pass have no part in it, and neither has the exception that marks it.
pub fn seen(finding: &Finding, app: &str, person: Option<&Person>) -> String {
    let mut hash = Sha256::new_with_prefix("coverage seen 1\0");
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    add(finding.rule.id);
    add(finding.severity.word());
    add(if finding.status == FindingStatus::NotEvaluable { "not-evaluable" } else { "open" });
    add(app);
    if let Some(a) = &finding.account {
        for text in [a.account(), a.email(), a.name(), a.role(), a.raw_status(), a.status.word()] {
            add(text);
        }
    }
    if let Some(person) = person {
        add(&person.key);
        add(person.standing.word());
        add(&person.standing.since().map_or_else(String::new, |since| since.to_string()));
    }
    add(finding.key.map_or("", |key| key.word()));
    finding.reason.iter().for_each(|step| add(step));
    let digest = hash.finalize();
    digest[..8].iter().fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}
