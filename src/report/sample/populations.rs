//! The populations of the sample report: whole, doubted, accepted, and with words that bite.

use crate::model::*;
use jiff::civil::date;

fn checked(check: Check, outcome: CheckOutcome, saw: &str) -> Checked {
    Checked { check, outcome, saw: saw.to_owned(), accepted: None }
}

fn fine(records: u64) -> Guard {
    Guard(vec![
        checked(Check::ZeroRows, CheckOutcome::Passed, &format!("{records} records could be read")),
        checked(
            Check::DeclaredTotal,
            CheckOutcome::NotChecked,
            "neither the file nor coverage.yaml says how many records there are",
        ),
        checked(
            Check::RoundCount,
            CheckOutcome::Passed,
            &format!("{records} records is no number where exports break off"),
        ),
        checked(Check::Drop, CheckOutcome::NotChecked, "there is no earlier accepted snapshot"),
    ])
}

pub(super) fn populations() -> Vec<PopulationReport> {
    let sources = super::apps::sources();
    let mut all: Vec<PopulationReport> = (0u32..)
        .zip(&sources)
        .map(|(ix, source)| PopulationReport {
            role: source.role,
            id: source.id.clone(),
            name: if source.id == "evil-app" { super::MARKUP_NAME.to_owned() } else { source.id.clone() },
            sources: vec![ix],
            records: source.records,
            live: source.records * 9 / 10,
            admins: vec![KnownAdmin { account: "id:U1".to_owned(), person: None }],
            guard: fine(source.records),
        })
        .collect();
    all[5].guard.0.push(checked(
        Check::OlderThanLeaving,
        CheckOutcome::Flagged,
        "exports/salesforce-users.csv was made before the newest leaving (2026-11-13) had passed, and lists 2 live \
         accounts of people who have left since",
    ));
    all[6].guard.0[3] = Checked {
        check: Check::Drop,
        outcome: CheckOutcome::Accepted,
        saw: "exports/legacy-roster.csv holds 25 records, 38 % fewer than the 40 of 2026-10-20, and the policy allows 20 %"
            .to_owned(),
        accepted: Some(Acceptance {
            check: Check::Drop,
            because: "=1+1</script><b>the support team moved to another tenant</b>".to_owned(),
            by: "lena.vogt@nordlicht.example".to_owned(),
            on: date(2026, 11, 20),
        }),
    };
    all
}

pub(super) fn exceptions() -> Vec<ExceptionReport> {
    let of = |id: &str, state, fits, marks| ExceptionReport {
        exception: Exception {
            id: id.to_owned(),
            rules: vec!["residual-sso-blocked".to_owned()],
            app: Some("slack".to_owned()),
            account: Some("u*".to_owned()),
            person: None,
            findings: Vec::new(),
            owner: "lena.vogt@nordlicht.example".to_owned(),
            approver: "=ciso@nordlicht.example".to_owned(),
            reason: "<script>alert('reason')</script> the archive is searched until the audit ends".to_owned(),
            compensating_control: Some("signed out everywhere, tokens revoked".to_owned()),
            opened: date(2026, 10, 1),
            expires: date(2026, 12, 31),
            evidence: vec!["GRC-118".to_owned(), "javascript:alert(1)".to_owned()],
            line: 3,
        },
        state,
        fits,
        marks,
        accounts: fits,
        self_approved: false,
    };
    vec![of("EX-2026-04", ExceptionState::Active, 1, 1), of("EX-2025-11", ExceptionState::Expired, 2, 0)]
}
