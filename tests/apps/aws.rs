//! AWS: requests that are signed, a report that is made first, XML, and a cursor in a body. tests/servers does the same with moto.

use super::{Desk, PAGE, State, TOKEN, entries, people};
use crate::fake::{Answer, Asked, Fake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn xml(status: u16, body: &str) -> Answer {
    Answer::new(status, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}"))
        .header("content-type", "text/xml")
}

fn no(status: u16, code: &str) -> Answer {
    xml(
        status,
        &format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}

fn report() -> String {
    let mut csv = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n".to_owned();
    csv += "<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n";
    for p in people().iter().filter(|p| p.state != State::Invited) {
        let on = p.state == State::Active;
        csv += &format!(
            "{0},arn:aws:iam::123456789012:user/{0},2020-01-01T00:00:00+00:00,{on},no_information,2020-01-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n",
            p.email
        );
    }
    csv
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The policy lacks an action.
    Denied,
    /// The report is not what it should be.
    Cut,
}

fn iam(fault: Fault) -> Fake {
    let mut states = ["STARTED", "INPROGRESS", "COMPLETE"].into_iter();
    let mut early = true;
    Fake::new(move |asked: &Asked| {
        let signed = asked.header("authorization");
        let scope = "/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=";
        if !signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/") || !signed.contains(scope) {
            return no(403, "SignatureDoesNotMatch");
        }
        assert_eq!((asked.method.as_str(), asked.parameter("Version")), ("GET", "2010-05-08"));
        let result = |action: &str, body: &str| {
            xml(
                200,
                &format!(
                    "<{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{action}Result>{body}</{action}Result></{action}Response>"
                ),
            )
        };
        match asked.parameter("Action") {
            _ if fault == Fault::Denied => no(403, "AccessDenied"),
            "GenerateCredentialReport" => {
                result("GenerateCredentialReport", &format!("<State>{}</State>", states.next().unwrap_or("COMPLETE")))
            }
            "GetCredentialReport" if std::mem::take(&mut early) => no(404, "ReportInProgress"),
            "GetCredentialReport" => {
                let mut csv = report();
                if fault == Fault::Cut {
                    csv.truncate(csv.len() - 40);
                }
                let made = "<GeneratedTime>2026-11-30T09:30:00Z</GeneratedTime><ReportFormat>text/csv</ReportFormat>";
                result("GetCredentialReport", &format!("<Content>{}</Content>{made}", STANDARD.encode(csv)))
            }
            _ => no(400, "InvalidAction"),
        }
    })
}

#[test]
fn the_guide_gives_the_report_as_it_is_and_the_time_when_it_was_made() {
    let (desk, server) = (Desk::new(), iam(Fault::None));
    desk.follow("AWS IAM", 0, &server);
    let said = desk.pull_whole();
    assert!(said.contains("aws: 24 entries, 1 page, retries: 1: rosters/aws.csv"), "{said}");
    assert_eq!(desk.read("rosters/aws.csv"), report());
    let note: Value = serde_json::from_str(&desk.read("rosters/aws.pull.json")).unwrap();
    assert_eq!((&note["made"], &note["requests"]), (&json!("2026-11-30T09:30:00Z"), &json!(5)));
    desk.write("by-hand.csv", &report());
    desk.gives_the_findings_of("rosters/aws.csv", "by-hand.csv");
    // Without a time of its own in coverage.yaml, the list is as old as the report, not as the pull.
    let yaml = desk.read("coverage.yaml").replace("by-hand.csv, extracted-at: 2026-11-30", "rosters/aws.csv");
    desk.write("coverage.yaml", &yaml);
    let mut report = assert_cmd::Command::cargo_bin("coverage").unwrap();
    report
        .args(["report", "--quiet", "--format", "json", "--out"])
        .arg(desk.path().join("out"))
        .arg(desk.path())
        .assert()
        .success();
    let manifest = desk.read("out/manifest.json");
    assert!(manifest.contains("2026-11-30T09:30:00Z"), "{manifest}");
}

#[test]
fn a_policy_that_lacks_an_action_and_a_report_that_is_cut_are_no_list() {
    let desk = Desk::new();
    desk.follow("AWS IAM", 0, &iam(Fault::Denied));
    let said = desk.pull_in_vain("rosters/aws.csv");
    assert!(said.contains("403 (AccessDenied)") && said.contains("iam:GenerateCredentialReport"), "{said}");
    desk.follow("AWS IAM", 0, &iam(Fault::Cut));
    let said = desk.pull_in_vain("rosters/aws.csv");
    assert!(said.contains("the file is no CSV from line 25 on"), "{said}");
}

#[test]
fn keys_that_end_by_themselves_come_from_the_vendors_program() {
    let (desk, server) = (Desk::new(), iam(Fault::None));
    desk.follow("AWS IAM", 0, &server);
    let printed = format!(
        r#"{{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "{TOKEN}", "SessionToken": "session-1"}}"#
    );
    desk.write("printed.json", &printed);
    let yaml = desk.read("pull.yaml").replace("    user: AKIAIOSFODNN7EXAMPLE\n", "");
    let yaml = yaml.replace(
        "{env: AWS_SECRET_ACCESS_KEY}",
        &format!("{{command: [cat, '{}']}}", desk.path().join("printed.json").display()),
    );
    desk.write("pull.yaml", &yaml);
    // The fake knows keys without a session alone, and says so; the token is sent and signed.
    let said = desk.pull_in_vain("rosters/aws.csv");
    assert!(said.contains("401 (SignatureDoesNotMatch)"), "{said}");
    let asked = server.asked();
    assert_eq!(asked[0].header("x-amz-security-token"), "session-1");
    assert!(asked[0].header("authorization").contains("SignedHeaders=host;x-amz-date;x-amz-security-token"));
}

fn store(statuses: bool) -> Fake {
    let mut refused = false;
    Fake::new(move |asked: &Asked| {
        let signed = asked.header("authorization");
        let scope = "/eu-central-1/identitystore/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=";
        if asked.line() != "POST /"
            || asked.header("x-amz-target") != "AWSIdentityStore.ListUsers"
            || !signed.contains(scope)
        {
            return Answer::error(400, &json!({"__type": "InvalidSignatureException", "message": "no"}));
        }
        let body = asked.json();
        assert_eq!(asked.header("content-type"), "application/x-amz-json-1.1");
        assert_eq!((&body["IdentityStoreId"], &body["MaxResults"]), (&json!("d-1234567890"), &json!(100)));
        let from: usize = body["NextToken"].as_str().map_or(0, |token| token.parse().unwrap());
        if from == PAGE && !std::mem::replace(&mut refused, true) {
            return Answer::error(
                400,
                &json!({"__type": "com.amazonaws.identitystore#ThrottlingException", "Message": "slower"}),
            );
        }
        let user = |p: &super::Person| {
            let mut user = json!({"IdentityStoreId": "d-1234567890", "UserId": format!("u-{}", p.n), "UserName": p.email,
                "DisplayName": format!("Person {}", p.n), "Emails": [{"Value": p.email, "Primary": true}]});
            if statuses {
                user["UserStatus"] = json!(if p.state == State::Deactivated { "DISABLED" } else { "ENABLED" });
            }
            user
        };
        let all: Vec<Value> = people().iter().map(user).collect();
        let to = (from + PAGE).min(all.len());
        let next = if to < all.len() { json!(to.to_string()) } else { Value::Null };
        Answer::json(&json!({"Users": all[from..to], "NextToken": next}))
    })
}

#[test]
fn identity_centers_guide_sends_the_cursor_in_the_body() {
    let (desk, server) = (Desk::new(), store(true));
    desk.follow("AWS IAM Identity Center", 0, &server);
    let said = desk.pull_whole();
    assert!(said.contains("aws-people: 26 entries, 3 pages, retries: 1"), "{said}");
    let tokens: Vec<Value> = server.asked().iter().map(|asked| asked.json()["NextToken"].clone()).collect();
    assert_eq!(tokens, [Value::Null, json!("10"), json!("10"), json!("20")]);
    assert_eq!(entries(&desk, "rosters/aws-people.jsonl"), 26);
    let mut csv = "Email,Status\n".to_owned();
    for p in people() {
        csv += &format!("{},{}\n", p.email, if p.state == State::Deactivated { "suspended" } else { "active" });
    }
    desk.write("by-hand.csv", &csv);
    let rules = |found: std::collections::BTreeSet<(String, String)>| {
        found.into_iter().filter(|(rule, _)| rule.starts_with("residual")).collect::<Vec<_>>()
    };
    let pulled = rules(desk.findings("rosters/aws-people.jsonl"));
    assert!(!pulled.is_empty());
    assert_eq!(pulled, rules(desk.findings("by-hand.csv")));
}

#[test]
fn without_the_young_attribute_nobody_knows_whether_a_user_is_switched_off() {
    let desk = Desk::new();
    desk.follow("AWS IAM Identity Center", 0, &store(false));
    desk.pull_whole();
    let found = desk.findings("rosters/aws-people.jsonl");
    assert!(found.iter().any(|(rule, _)| rule == "residual-undecidable"), "{found:?}");
    assert!(!found.iter().any(|(rule, _)| rule == "residual-login-capable"), "{found:?}");
}

#[test]
fn doctor_begins_what_has_to_be_made_first() {
    let (desk, server) = (Desk::new(), iam(Fault::None));
    desk.follow("AWS IAM", 0, &server);
    let (_, said) = desk.run("doctor");
    assert!(said.contains("the server accepts it, and makes the list when it is pulled"), "{said}");
    assert_eq!(server.lines(), ["GET /?Action=GenerateCredentialReport&Version=2010-05-08"]);
}
