//! Whom the identity provider has given an app, held against who has an account in it.

mod company;

use company::Company;

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status
    1,Ann Berg,ann@north.example,2019-01-01,,Active
    2,Bo Lund,bo@north.example,2019-01-01,,Active
    3,Cleo Fox,cleo@north.example,2019-01-01,,Active
    4,Dan Holm,dan@north.example,2019-01-01,2026-10-31,Terminated";

const ROSTER: &str = "ID,Email,Status,Created
    u1,ann@north.example,Active,2020-01-01
    u2,bo@north.example,Active,2020-01-01
    u4,dan@north.example,Active,2020-01-01";

fn company(assignments: &str, text: &str) -> Company {
    let settings = format!(
        "company: {{domains: [north.example]}}
hr:
  - {{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}
apps:
  crm:
    roster: {{file: crm.csv, extracted-at: 2026-11-20T06:10:00Z}}
    assignments: {{file: {assignments}, extracted-at: 2026-11-20T06:05:00Z}}
"
    );
    Company::of(&settings).file("hr.csv", HR).file("crm.csv", ROSTER).file(assignments, text)
}

#[test]
fn who_has_an_account_and_no_assignment_is_found_and_who_has_an_assignment_and_no_account() {
    let okta = r#"[
      {"id": "00u1", "scope": "USER", "status": "ACTIVE", "syncState": "DISABLED", "credentials": {"userName": "ann@north.example"}},
      {"id": "00u2", "scope": "USER", "status": "UNASSIGNED", "syncState": "DISABLED", "credentials": {"userName": "bo@north.example"}},
      {"id": "00u3", "scope": "GROUP", "status": "PROVISIONED", "syncState": "DISABLED", "credentials": {"userName": "cleo@north.example"}},
      {"id": "00u9", "scope": "USER", "status": "ACTIVE", "syncState": "DISABLED", "credentials": {"userName": "nobody@else.example"}}]"#;
    let ran = company("okta.json", okta).report("2026-11-20");
    assert_eq!(ran.found("unassigned-account"), ["u2"], "Bo's was taken away; Dan has left, which other rules say");
    assert_eq!(ran.found("missing-account"), ["Cleo Fox"]);
    assert_eq!(ran.found("residual-login-capable"), ["u4"]);
    let source = ran.report.sources.iter().find(|s| s.file == "okta.json").unwrap();
    assert!(source.rows.closes());
    assert_eq!((source.rows.read, source.rows.of(coverage::model::Situation::Unmatched)), (4, 1));
}

#[test]
fn a_list_made_by_hand_does_as_well_and_one_with_groups_cannot_decide() {
    let by_hand = company("given.csv", "Email,Name\nann@north.example,Ann Berg\nbo@north.example,Bo Lund");
    assert!(by_hand.report("2026-11-20").found("unassigned-account").is_empty());
    let entra = r#"{"value": [
      {"id": "a", "principalId": "e1", "principalDisplayName": "Sales", "principalType": "Group", "resourceId": "r", "createdDateTime": null}]}"#;
    let ran = company("graph.json", entra).report("2026-11-20");
    let findings: Vec<_> = ran.report.findings.iter().filter(|f| f.rule.id == "unassigned-account").collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].status, coverage::model::FindingStatus::NotEvaluable);
}

#[test]
fn without_such_a_list_nobody_compares() {
    let company = Company::of(
        "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
apps:
  crm: {roster: {file: crm.csv, extracted-at: 2026-11-20T06:10:00Z}}
",
    );
    let ran = company.file("hr.csv", HR).file("crm.csv", ROSTER).report("2026-11-20");
    assert!(ran.found("unassigned-account").is_empty() && ran.found("missing-account").is_empty());
}

/// One list of all apps' assignments, as a pull fetches it, serves every app.
#[test]
fn one_list_for_all_apps_serves_each_with_its_own_rows() {
    let line = |id: &str, user: &str, app: &str| {
        format!(
            r#"{{"id":"{id}","scope":"USER","status":"ACTIVE","syncState":"DISABLED","credentials":{{"userName":"{user}@north.example"}},"pulled":{{"app":"0oa{app}","label":"{app}"}}}}"#
        )
    };
    let all = [line("00u1", "ann", "CRM"), line("00u2", "bo", "Wiki"), line("00u1", "ann", "Wiki")].join("\n");
    let settings = |label: &str| {
        format!(
            "company: {{domains: [north.example]}}
hr:
  - {{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}
apps:
  crm:
    roster: {{file: crm.csv, extracted-at: 2026-11-20T06:10:00Z}}
    assignments: {{file: all.json, only: {{pulled.label: {label}}}, extracted-at: 2026-11-20T06:05:00Z}}
  wiki:
    roster: {{file: wiki.csv, extracted-at: 2026-11-20T06:10:00Z}}
    assignments: {{file: all.json, only: {{pulled.label: Wiki}}, extracted-at: 2026-11-20T06:05:00Z}}
"
        )
    };
    let company = |label: &str| {
        let files = Company::of(&settings(label)).file("hr.csv", HR).file("crm.csv", ROSTER);
        files
            .file("wiki.csv", &ROSTER.replace("u2", "w2").replace("u1", "w1").replace("u4", "w4"))
            .file("all.json", &all)
    };
    let ran = company("CRM").report("2026-11-20");
    assert_eq!(ran.found("unassigned-account"), ["u2"], "Bo is given the wiki, and not the CRM");
    let sources: Vec<_> = ran.report.sources.iter().filter(|s| s.file == "all.json").collect();
    assert_eq!(sources.iter().map(|s| (s.records, s.rows.read)).collect::<Vec<_>>(), [(1, 3), (2, 3)]);
    assert!(sources.iter().all(|s| s.rows.closes()));
    assert_eq!(sources[0].provenance.filter.as_deref(), Some("of its rows only pulled.label = CRM"));

    let ran = company("Crm").report("2026-11-20");
    let unassigned = ran.report.findings.iter().filter(|f| f.rule.id == "unassigned-account");
    assert!(
        unassigned.into_iter().all(|f| f.status == coverage::model::FindingStatus::NotEvaluable),
        "an empty list proves nothing"
    );
}
