//! The formats that other programs read: valid by their publishers' schemas, whatever the names; nothing that cannot be
//! decided is ever a pass, and what is excepted is marked, not hidden.

use super::*;
use crate::model::{Finding, FindingStatus, Report, Severity, Threshold};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn bytes(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    bytes
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    String::from_utf8(bytes(write)).unwrap()
}

fn validator(schema: &str) -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(schema);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn assert_fits(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).take(5).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Companies of every kind: the hostile one, one without any finding, one whose findings cannot be decided, and one whose
/// findings are all excepted.
fn companies() -> Vec<Report> {
    let all = sample::report();
    let with = |keep: &dyn Fn(&Finding) -> bool| {
        let mut report = sample::report();
        report.findings.retain(|f| keep(f));
        report
    };
    let mut empty = with(&|_| false);
    empty.apps.clear();
    empty.sources.clear();
    empty.company = " ".to_owned();
    empty.as_of = "2026-11-20".to_owned();
    vec![
        all,
        with(&|f| f.status == FindingStatus::NotEvaluable),
        with(&|f| f.status == FindingStatus::Excepted),
        with(&|_| false),
        empty,
    ]
}

fn ids(report: &Report, status: FindingStatus) -> BTreeSet<String> {
    report.findings.iter().filter(|f| f.status == status).map(|f| f.id.to_string()).collect()
}

// ---- OSCAL.

fn oscal_of(report: &Report) -> Value {
    serde_json::from_str(&written(|to| oscal::write(report, to))).unwrap()
}

/// Every value of a member of this name, wherever it stands.
fn members<'v>(value: &'v Value, name: &str, into: &mut Vec<&'v str>) {
    match value {
        Value::Object(all) => all.iter().for_each(|(key, value)| match value {
            Value::String(text) if key == name => into.push(text),
            other => members(other, name, into),
        }),
        Value::Array(all) => all.iter().for_each(|value| members(value, name, into)),
        _ => {}
    }
}

fn property<'v>(of: &'v Value, name: &str) -> &'v str {
    let props = of["props"].as_array().unwrap();
    props.iter().find(|p| p["name"] == name).map_or("", |p| p["value"].as_str().unwrap())
}

#[test]
fn oscal_fits_nists_schema_and_all_its_references_lead_somewhere() {
    let validator = validator("oscal-complete-1.2.3.json");
    for report in companies() {
        let document = oscal_of(&report);
        assert_fits(&validator, &document);
        let mut made = Vec::new();
        members(&document, "uuid", &mut made);
        let unique: BTreeSet<&str> = made.iter().copied().collect();
        assert_eq!(unique.len(), made.len(), "every UUID names one thing");
        for name in ["observation-uuid", "risk-uuid", "subject-uuid", "actor-uuid", "component-uuid"] {
            let mut used = Vec::new();
            members(&document, name, &mut used);
            assert!(used.iter().all(|uuid| unique.contains(uuid)), "{name}");
        }
        let mut links = Vec::new();
        members(&document, "href", &mut links);
        assert!(links.iter().filter_map(|l| l.strip_prefix('#')).all(|uuid| unique.contains(uuid)));
    }
}

#[test]
fn oscal_never_says_that_a_control_is_satisfied() {
    for report in companies() {
        let document = oscal_of(&report);
        let mut states = Vec::new();
        members(&document["assessment-results"]["results"][0]["findings"], "state", &mut states);
        assert!(states.iter().all(|state| *state == "not-satisfied"), "{states:?}");
        let mut reasons = Vec::new();
        members(&document, "reason", &mut reasons);
        assert!(!reasons.contains(&"pass"));
        let open = !ids(&report, FindingStatus::Open).is_empty();
        assert_eq!(reasons.contains(&"fail"), open, "nothing fails that is not open");
        assert_eq!(reasons.is_empty(), report.findings.is_empty());
    }
}

#[test]
fn oscal_has_no_risk_that_nobody_knows_of_and_marks_what_is_excepted() {
    let report = sample::report();
    let document = oscal_of(&report);
    let result = &document["assessment-results"]["results"][0];
    let of = |list: &str, name: &str, value: &str| -> BTreeSet<String> {
        let all = result[list].as_array().unwrap();
        let is = |v: &&Value| v[name] == value || (v["props"].is_array() && property(v, name) == value);
        all.iter().filter(is).map(|v| property(v, "finding-id").to_owned()).collect()
    };
    assert_eq!(of("observations", "status", "not-evaluable"), ids(&report, FindingStatus::NotEvaluable));
    assert_eq!(of("risks", "status", "open"), ids(&report, FindingStatus::Open));
    assert_eq!(of("risks", "status", "deviation-approved"), ids(&report, FindingStatus::Excepted));
    assert_eq!(result["risks"].as_array().unwrap().len(), of("risks", "status", "open").len() + 1);
}

#[test]
fn the_same_findings_have_the_same_uuids() {
    let report = sample::report();
    let mut later = sample::report();
    later.as_of = "2026-12-20T17:30:00Z".to_owned();
    let of = |report: &Report| oscal_of(report)["assessment-results"]["results"][0]["observations"][0]["uuid"].clone();
    assert_eq!(of(&report), of(&later));
    let whole = |report: &Report| oscal_of(report)["assessment-results"]["uuid"].clone();
    assert_ne!(whole(&report), whole(&later));
}

// ---- OCSF.

fn events(report: &Report) -> Vec<Value> {
    written(|to| ocsf::write(report, to)).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn ocsf_events_fit_the_published_class() {
    let validator = validator("ocsf-compliance-finding-1.5.0.json");
    for report in companies() {
        let events = events(&report);
        assert_eq!(events.len(), report.findings.len());
        events.iter().for_each(|event| assert_fits(&validator, event));
    }
}

#[test]
fn no_ocsf_event_says_pass_and_what_cannot_be_decided_says_so() {
    let report = sample::report();
    for (event, finding) in events(&report).iter().zip(&report.findings) {
        let result = event["compliance"]["status_id"].as_u64().unwrap();
        let status = event["status_id"].as_u64().unwrap();
        let expected = match finding.status {
            FindingStatus::Open => (3, 1),
            FindingStatus::NotEvaluable => (2, 99),
            FindingStatus::Excepted => (3, 3),
        };
        assert_eq!((result, status), expected, "{}", finding.id);
        assert_eq!(event["unmapped"]["evaluable"], finding.status != FindingStatus::NotEvaluable);
        assert_eq!(event["status_code"].is_string(), finding.status == FindingStatus::Excepted);
    }
}

// ---- SARIF.

fn sarif_of(report: &Report) -> Value {
    serde_json::from_str(&written(|to| sarif::write(report, to))).unwrap()
}

#[test]
fn sarif_fits_its_schema_and_every_result_has_a_place() {
    let validator = validator("sarif-2.1.0.json");
    for report in companies() {
        let document = sarif_of(&report);
        assert_fits(&validator, &document);
        let results = document["runs"][0]["results"].as_array().unwrap();
        for (result, finding) in results.iter().zip(&report.findings) {
            assert_eq!(result["partialFingerprints"]["coverageFindingId/v1"], finding.id.to_string());
            let place = &result["locations"][0]["physicalLocation"];
            let file = place["artifactLocation"]["index"].as_u64().unwrap();
            assert_eq!(
                place["artifactLocation"]["uri"],
                document["runs"][0]["artifacts"][file as usize]["location"]["uri"]
            );
            assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
            let rule = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(document["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        }
        assert_eq!(results.len(), report.findings.len());
    }
}

#[test]
fn no_sarif_result_passes_and_an_exception_is_a_suppression() {
    let report = sample::report();
    let document = sarif_of(&report);
    for (result, finding) in document["runs"][0]["results"].as_array().unwrap().iter().zip(&report.findings) {
        let suppressed = result["suppressions"].as_array().unwrap();
        match finding.status {
            FindingStatus::NotEvaluable => {
                assert_eq!((&result["kind"], &result["level"]), (&"open".into(), &"none".into()));
            }
            FindingStatus::Open => assert!(result["kind"] == "fail" && suppressed.is_empty()),
            FindingStatus::Excepted => {
                assert!(result["kind"] == "fail" && result["level"] != "none");
                assert_eq!(
                    (&suppressed[0]["kind"], &suppressed[0]["status"]),
                    (&"external".into(), &"accepted".into())
                );
                assert!(suppressed[0]["justification"].as_str().unwrap().starts_with("excepted until "));
            }
        }
    }
}

// ---- JUnit.

/// The opening tags of an element, by name.
fn tags<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let begin = format!("<{name} ");
    xml.split(begin.as_str()).skip(1).map(|rest| rest.split('>').next().unwrap()).collect()
}

#[test]
fn junit_passes_nothing_but_that_an_app_could_be_judged() {
    for report in companies() {
        let limits = [None, Some(Severity::High), Some(Severity::Critical)];
        let thresholds =
            limits.into_iter().flat_map(|fail_on| [false, true].map(|undecided| Threshold { fail_on, undecided }));
        for threshold in thresholds {
            let xml = written(|to| junit::write(&report, threshold, to));
            assert!(xml.chars().all(|c| !c.is_control() || c == '\n'));
            let passed: Vec<&str> = tags(&xml, "testcase").into_iter().filter(|tag| tag.ends_with('/')).collect();
            assert!(passed.iter().all(|tag| tag.contains(" name=\"accounts could be judged\" ")), "{passed:?}");
            let judged = report.apps.iter().filter(|a| a.not_evaluable.is_none()).count();
            assert_eq!(passed.len(), judged);
            let of_leaver = |f: &Finding| f.rule.id == "residual-undecidable";
            let undecided = |f: &Finding| threshold.undecided && f.status == FindingStatus::NotEvaluable;
            let grave = |f: &Finding| threshold.fail_on.is_none_or(|limit| f.severity >= limit);
            let fails =
                |f: &Finding| grave(f) && f.status == FindingStatus::Open || undecided(f) && (grave(f) || of_leaver(f));
            let failing: BTreeSet<_> =
                report.findings.iter().filter(|f| fails(f)).map(|f| (f.app, f.rule.id)).collect();
            let all: BTreeSet<_> = report.findings.iter().map(|f| (f.app, f.rule.id)).collect();
            // No exception is about an app in these.
            let unjudged = report.apps.len() - judged;
            let unclear = usize::from(report.summary.unclear > 0);
            let failures = failing.len() + if threshold.undecided { unjudged + unclear } else { 0 };
            let total = all.len() + report.apps.len() + unclear;
            assert_eq!(tags(&xml, "failure").len(), failures);
            assert_eq!(tags(&xml, "skipped").len(), total - failures - judged);
            let total = format!("tests=\"{total}\" failures=\"{failures}\"");
            assert!(tags(&xml, "testsuites")[0].contains(&total), "{total}");
        }
    }
}

#[test]
fn junit_says_that_earlier_findings_could_not_be_looked_at() {
    let mut report = sample::report();
    let tests = |report: &Report, threshold| tags(&written(|to| junit::write(report, threshold, to)), "testcase").len();
    let undecided = Threshold { fail_on: Some(Severity::Critical), undecided: true };
    let before = tests(&report, undecided);
    report.history.get_or_insert_default().unseen = 2;
    assert_eq!(tests(&report, undecided), before + 1);
    let why = "message=\"not evaluable: 2 findings of earlier runs could not be looked at: they stand open\"";
    for (undecided, element) in [(true, "failure"), (false, "skipped")] {
        let xml = written(|to| junit::write(&report, Threshold { undecided, ..Threshold::default() }, to));
        assert!(xml.contains(&format!("<{element} {why}")), "{xml}");
    }
    report.findings.clear();
    assert!(undecided.reached(&report) && !Threshold { undecided: false, ..undecided }.reached(&report));
}

#[test]
fn junit_names_every_finding_of_a_small_run_and_is_short_for_a_large_one() {
    let report = sample::report();
    let xml = written(|to| junit::write(&report, Threshold::default(), to));
    assert!(report.findings.iter().all(|f| xml.contains(&f.id.to_string())));
    assert!(xml.contains("[excepted until "), "what is excepted is not hidden");
    let xml = written(|to| junit::write(&sample::large(60_000), Threshold::default(), to));
    assert!(
        xml.len() < 40_000_000 && xml.contains("findings more: open; findings.csv (--format csv) has them all"),
        "{}",
        xml.len()
    );
}

// ---- Markdown.

#[test]
fn the_summary_fits_into_a_comment_however_many_findings_there_are() {
    for report in companies().into_iter().chain([sample::large(30_000)]) {
        let page = written(|to| markdown::write(&report, to));
        assert!(page.len() <= markdown::MOST, "{}", page.len());
        assert!(page.trim_end().ends_with("`findings.json` (`--format csv,json`)."), "the end is never cut");
    }
    let page = written(|to| markdown::write(&sample::large(30_000), to));
    assert!(
        page.contains(" more findings: see `findings.csv` (`--format csv`)")
            && page.contains(" more people: see `findings.csv` (`--format csv`)")
    );
}

#[test]
fn nothing_in_the_summary_is_marked_up_by_a_stranger() {
    let page = written(|to| markdown::write(&sample::report(), to));
    let mut outside = String::new();
    let mut rest = page.as_str();
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let after = &rest[at + fence.len()..];
        // A span ends at the next run of exactly as many marks.
        let mut end = 0;
        loop {
            let next = end + after[end..].find('`').expect("a code span is never closed");
            let run = after[next..].chars().take_while(|c| *c == '`').count();
            end = next + run;
            if run == fence.len() {
                break;
            }
        }
        rest = &after[end..];
    }
    outside.push_str(rest);
    for sign in ["<", "](", "@", "http", "Evil", "alert"] {
        assert!(!outside.contains(sign), "{sign} in {outside}");
    }
    assert!(page.contains("| no") || page.contains("**no**: "), "an app that could not be judged says so");
    assert!(
        page.contains("### Excepted") && page.contains("1 cannot be decided") || page.contains("2 cannot be decided")
    );
    assert!(page.lines().filter(|l| l.starts_with('|')).all(|l| l.ends_with('|')));
}
