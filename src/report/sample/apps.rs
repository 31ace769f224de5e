//! The apps of the sample report.

use crate::model::*;

fn rows(by: [u64; 9]) -> RowAccounting {
    RowAccounting { read: by.iter().sum(), by }
}

fn source(role: SourceRole, id: &str, file: &str, export_name: &str, by: [u64; 9]) -> SourceReport {
    let holds = match role {
        SourceRole::Hr => Holds::Employees,
        SourceRole::Idp => Holds::Identities,
        SourceRole::Assignments => Holds::Assignments,
        SourceRole::Roster | SourceRole::Workspace | SourceRole::Catalog => Holds::Accounts,
    };
    SourceReport {
        file: file.to_owned(),
        role,
        id: id.to_owned(),
        export: format!("{id}-export"),
        export_name: export_name.to_owned(),
        holds: vec![holds],
        sha256: format!("{:064x}", 0x5eed_u128 * (file.len() as u128 + 7) * 0xdead_beef_cafe),
        bytes: by.iter().sum::<u64>() * 143 + 211,
        encoding: "UTF-8",
        encoding_guessed: false,
        delimiter: Some(','),
        header_line: 1,
        header_fingerprint: "3f0a91c2b77e".to_owned(),
        extracted_at: "2026-11-20T17:30:00Z".to_owned(),
        extracted_second: 1_795_195_800,
        time_basis: TimeBasis::Declared,
        adapter_version: "77d0c1a2b3e4".to_owned(),
        provenance: Provenance::default(),
        leaves_out: None,
        rows: rows(by),
        records: by.iter().sum(),
        total: None,
        set_aside: vec![],
        rejected: vec![],
        of_nobody: 0,
        of_leavers: 0,
        first_of_leavers: None,
        unknown_words: vec![],
    }
}

pub(super) fn sources() -> Vec<SourceReport> {
    use SourceRole::{Hr, Idp, Roster};
    let mut all = vec![
        source(Hr, "bamboohr", "exports/hr.csv", "Employees report", [418, 0, 0, 0, 0, 0, 0, 3, 0]),
        source(Idp, "okta", "exports/okta-users.csv", "People, CSV", [431, 0, 0, 0, 0, 0, 0, 0, 0]),
        source(Roster, "slack", "exports/slack-members.csv", "Member list", [402, 3, 5, 1, 0, 12, 9, 0, 2]),
        source(Roster, "github", "exports/github.json", "Organization members, API", [118, 4, 2, 0, 1, 6, 0, 0, 0]),
        source(Roster, "figma", "exports/figma_members.csv", "Members", [76, 0, 1, 0, 0, 0, 14, 0, 0]),
        source(Roster, "salesforce", "exports/salesforce-users.csv", "Users report", [61, 0, 0, 0, 0, 4, 0, 0, 0]),
        source(Roster, "zendesk", "exports/legacy-roster.csv", "Team members", [24, 0, 0, 0, 0, 0, 0, 0, 1]),
        source(Roster, "evil-app", "exports/=cmd|' /C calc'!A0.csv", "Users", [3, 0, 0, 0, 0, 0, 0, 0, 0]),
    ];
    all[2].rejected = vec![
        Rejected { line: 219, column: None, reason: "the row has 9 cells, the header has 12".to_owned() },
        Rejected { line: 377, column: Some(4), reason: "<img src=x onerror=alert(1)> is no address".to_owned() },
    ];
    all[3].delimiter = None;
    all[3].provenance.scope = Some("organization nordlicht, without outside collaborators".to_owned());
    all[4].time_basis = TimeBasis::FileTime;
    all[4].unknown_words = vec![("Viewer-restricted".to_owned(), 3), ("on hold".to_owned(), 1)];
    all[5].extracted_at = "2026-09-01".to_owned();
    all[5].leaves_out = Some("users who were frozen".to_owned());
    all[6].encoding = "windows-1252";
    all[6].encoding_guessed = true;
    all[6].time_basis = TimeBasis::FileName;
    all[6].delimiter = Some(';');
    all[6].rejected =
        vec![Rejected { line: 9, column: Some(2), reason: "a quotation mark is never closed".to_owned() }];
    all
}

fn operation(operation: Operation, level: Level, reason: &[&str], unlock: Option<&str>) -> OperationLevel {
    let reason = reason.iter().map(|&r| r.to_owned()).collect();
    OperationLevel { operation, level, reason, unlock: unlock.map(str::to_owned) }
}

fn all_operations(levels: [Level; 7]) -> Vec<OperationLevel> {
    let name = |level| match level {
        Level::Automated => (&["Okta pushes it over SCIM", "SCIM is switched on in the workspace"][..], None),
        Level::Scriptable => (&["the members API does it on plan Business", "nobody calls it yet"][..], None),
        Level::SsoOnly => (
            &["single sign-on is enforced", "no SCIM on plan Business"][..],
            Some("plan Enterprise Grid brings SCIM; then the account ends with the directory's"),
        ),
        Level::Manual => (
            &["no source documents SCIM", "no members API is documented"][..],
            Some("ask the vendor for SCIM at the next renewal"),
        ),
        Level::Unknown => (&["nobody has researched it yet"][..], None),
    };
    Operation::ALL
        .iter()
        .zip(levels)
        .map(|(&op, level)| {
            let (reason, unlock) = name(level);
            operation(op, level, reason, unlock)
        })
        .collect()
}

fn handwork() -> Handwork {
    let cite = |url: &str| Cite {
        publisher: "Tidepool Help".to_owned(),
        url: url.to_owned(),
        seen_on: "2026-11-01".to_owned(),
    };
    let step =
        |text: &str| HandStep { text: text.to_owned(), cites: vec![cite("https://help.example.com/remove?a=1&b=2")] };
    let odd = HandStep {
        cites: vec![cite("javascript:alert(1)")],
        ..step("Hand the person's private channels to their manager.")
    };
    Handwork {
        way: HandWay {
            name: String::new(),
            who: Some("an Organization Owner".to_owned()),
            steps: vec![
                step("Open the member list and search for the address."),
                step("Choose Deactivate account; the member is signed out everywhere."),
                odd,
            ],
        },
        others: vec![HandWay {
            name: "for good".to_owned(),
            who: None,
            steps: vec![step("Choose Delete in place of Deactivate.")],
        }],
        not_enough: Some(
            "Taking the app away in the identity provider: passwords and tokens go on working.".to_owned(),
        ),
        last_admin: Some("Make somebody else owner first.".to_owned()),
        fails_for: vec![("the last owner".to_owned(), cite("https://help.example.com/owners"))],
        survives: vec![Remains::Tokens, Remains::SharedLinks],
        restore: Some("Within 30 days, in the list of removed members.".to_owned()),
        proof: Some("The member list, exported again after the change.".to_owned()),
        note: None,
    }
}

fn app(id: &str, name: &str, sources: &[u32], by: [u64; 9], levels: [Level; 7]) -> AppReport {
    let rows = rows(by);
    AppReport {
        id: id.to_owned(),
        name: name.to_owned(),
        product: Some(id.to_owned()),
        owner: Some("Workplace IT".to_owned()),
        sources: sources.to_vec(),
        not_evaluable: None,
        rows,
        accounts: rows.read,
        has_status: true,
        live: rows.read * 9 / 10,
        privileged: 4,
        sign_in: "single sign-on with Okta, optional; passwords are possible".to_owned(),
        set_up: "plan Business · SCIM off".to_owned(),
        operations: all_operations(levels),
        manual_only: levels[3] == Level::Manual,
        handwork: Some(handwork()),
        deprovision: vec![
            (
                "SCIM sets active to false: the account is deactivated; its content and its API tokens stay".to_owned(),
                "https://help.example.com/deprovision?a=1&b=2".to_owned(),
            ),
            ("an administrator deletes it: gone after 30 days".to_owned(), "javascript:alert(1)".to_owned()),
        ],
        differences: [3, 5, 14, 2, 3, 1, 9, 12, 2, 0],
        absent_not_listed: false,
    }
}

pub(super) fn apps() -> Vec<AppReport> {
    use Level::{Automated as A, Manual as M, Scriptable as S, SsoOnly as O, Unknown as U};
    let mut all = vec![
        app("slack", "Slack", &[2], [402, 3, 5, 1, 0, 12, 9, 0, 2], [S, A, A, O, S, U, S]),
        app("github", "GitHub", &[3], [118, 4, 2, 0, 1, 6, 0, 0, 0], [A, A, A, A, S, S, S]),
        app("figma", "Figma", &[4], [76, 0, 1, 0, 0, 0, 14, 0, 0], [M, M, M, M, M, U, U]),
        app("salesforce", "Salesforce", &[5], [61, 0, 0, 0, 0, 4, 0, 0, 0], [S, S, S, S, U, U, U]),
        app("zendesk", "Zendesk", &[6], [24, 0, 0, 0, 0, 0, 0, 0, 1], [A, A, A, A, A, U, U]),
        app("framer", "Framer", &[], [0; 9], [M, M, M, M, M, M, U]),
        app("evil-app", super::MARKUP_NAME, &[7], [3, 0, 0, 0, 0, 0, 0, 0, 0], [U; 7]),
    ];
    all[2].sign_in = "passwords and Google accounts; no single sign-on".to_owned();
    all[3].not_evaluable = Some("the roster of 1 September 2026 is older than the newest leaving in HR".to_owned());
    all[5].not_evaluable = Some("no roster was given".to_owned());
    all[5].owner = None;
    all[6].product = None;
    all[6].handwork = None;
    all[6].deprovision.clear();
    all[2].absent_not_listed = true;
    all
}
