//! What a finding said when somebody decided about it, as a short mark: a decision about a finding that says something else
//! by now is noticed.

use crate::model::{Finding, FindingStatus, Passes, Person};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The mark of a finding: the first 16 hex digits of a SHA-256 over what its reader decides by. Lines of files and days that
/// pass have no part in it, as the rules tell of them, and neither has the exception that marks it.
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
    // That it is linked, not by which key: later runs know an account by its id.
    add(finding.key.map_or("", |_| "email"));
    for (n, step) in finding.reason.iter().enumerate() {
        match finding.passing.of(n) {
            None => add(step),
            Some(Passes::Numbers) => add(&without_numbers(step)),
            Some(Passes::Whole) => {}
        }
    }
    let digest = hash.finalize();
    digest[..8].iter().fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

/// A text whose numbers are not told: of each, one sign is left.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Controls, FindingId, Passing, RuleMeta, Severity};

    static RULE: RuleMeta = RuleMeta {
        id: "rows-rejected",
        title: "",
        severity: Severity::Medium,
        means: "",
        why: "",
        fix: "",
        silent: "",
        controls: Controls { soc2: &[], iso27001: &[], pci: &[], nist: &[] },
    };

    /// The mark of a finding with a step that lasts, one whose numbers change by themselves, and one that changes as a whole.
    fn mark(steps: [&str; 3]) -> String {
        let mut passing = Passing::default();
        passing.note(1, Passes::Numbers);
        passing.note(2, Passes::Whole);
        let finding = Finding {
            id: FindingId([0; 16]),
            rule: &RULE,
            severity: Severity::Medium,
            status: FindingStatus::Open,
            exception: None,
            app: None,
            account: None,
            person: None,
            exposed_days: None,
            key: None,
            may_be_leavers: false,
            evidence: Vec::new(),
            reason: steps.iter().map(|&step| step.into()).collect(),
            passing,
            action: "".into(),
        };
        seen(&finding, "tidepool", None)
    }

    #[test]
    fn lines_days_and_sizes_that_change_by_themselves_have_no_part_in_it() {
        let said = mark(["rows: 1", "at line 9, column 10: no address", "42 rows"]);
        assert_eq!(said, mark(["rows: 1", "at line 123, column 4: no address", "1 row"]));
        assert_ne!(said, mark(["rows: 2", "at line 9, column 10: no address", "42 rows"]));
        assert_ne!(said, mark(["rows: 1", "at line 9, column 10: no day", "42 rows"]));
    }

    #[test]
    fn of_many_steps_the_first_can_be_told_to_pass() {
        let mut passing = Passing::default();
        for step in [0, 31, 32, 63, 64] {
            passing.note(step, Passes::Whole);
        }
        assert_eq!(
            [0, 1, 31, 32, 63, 64].map(|step| passing.of(step).is_some()),
            [true, false, true, false, false, false]
        );
    }
}
