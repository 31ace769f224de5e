//! `coverage.yaml` as a person writes it: what is read, and what is said about its faults.

use super::*;

fn known() -> Known<'static> {
    static EXPORTS: std::sync::LazyLock<Vec<Export>> = std::sync::LazyLock::new(|| {
        let export = |id: &str| {
            let text =
                format!("exports: [{{id: {id}, name: X, holds: [accounts], recognise: [a], fields: {{email: a}}}}]");
            yaml::load::<raw::RawWorkspace>("x", text.as_bytes()).unwrap().value.exports.remove(0)
        };
        vec![export("slack-members"), export("okta-users")]
    });
    let product = |id: &str, name: &str, plans: &[&str]| Product {
        id: id.into(),
        name: name.into(),
        plans: plans.iter().map(|&plan| plan.into()).collect(),
        ..Product::default()
    };
    let mut slack = product("slack", "Slack", &["Pro", "Business+"]);
    slack.plan_aliases.insert("Business+".into(), vec!["Plus".into()]);
    slack.addons = vec![("guard".into(), "Slack Guard".into())];
    slack.regions = vec!["eu".into(), "uk".into()];
    slack.tenancy = vec!["workspace".into(), "organization".into()];
    let okta = Product { signs_in: true, ..product("okta", "Okta", &[]) };
    Known {
        products: vec![slack, okta],
        exports: EXPORTS.iter().collect(),
        export_faults: |export, _| match export.fields.is_empty() {
            true => (export.clone(), vec![("/fields".into(), "nothing to read".into())]),
            false => (export.clone(), Vec::new()),
        },
    }
}

fn told(problems: &[Diagnostic]) -> String {
    problems.iter().map(|d| format!("{d}\n")).collect()
}

fn load(text: &str) -> (Workspace, String) {
    match Workspace::load("coverage.yaml", text.as_bytes(), &known()) {
        Ok((workspace, warnings)) => (workspace, told(&warnings)),
        Err(problems) => panic!("{}", told(&problems)),
    }
}

fn problems(text: &str) -> String {
    told(&Workspace::load("coverage.yaml", text.as_bytes(), &known()).expect_err("a problem"))
}

#[test]
fn a_full_file_is_read() {
    let (workspace, warnings) = load(
        "company: {name: Acme, domains: [ACME.example, bücher.example, acme.example], zone: europe/berlin,
  domain-aliases: {old.example: acme.example}, plus-tags: [acme.example]}
as-of: 2026-11-22
hr:
  - {file: ./hr//people.csv, id: hr, extracted-at: 2026-11-20T08:00:00+01:00}
idp:
  - file: x/../okta.json
    export: okta-users
apps:
  zoo:
    roster: [a.csv, {file: ../b.csv, extracted-at: 2026-11-19, date-order: day-first, encoding: utf-16le}]
    extracted-at: 2026-11-18
  slack: {roster: slack.csv, plan: business+, sso: off, scim: on, expected: everyone, owner: it@acme.example,
    addons: [slack guard], region: EU, tenancy: workspace, population: guests, idp: okta}
  slack-eu: {product: slack, name: Slack EU, roster: {file: /srv/eu.csv, export: mine}}
  okta:
non-human:
  - {match: 'ci-*', app: slack, reason: builds}
exclude:
  - {match: '*@partner.example', reason: theirs}
policy: {dormant-days: 90, fail-on: high}
exports:
  - {id: mine, name: Mine, holds: [accounts], recognise: [Mail], fields: {email: Mail}}
",
    );
    assert_eq!(warnings, "");
    let company = &workspace.company;
    assert_eq!(company.domains, ["acme.example", "xn--bcher-kva.example"]);
    assert_eq!(company.zone_name, "Europe/Berlin");
    assert_eq!(company.domain_aliases["old.example"], "acme.example");
    assert_eq!(workspace.as_of.unwrap().to_string(), "2026-11-22");
    assert_eq!((workspace.hr[0].file.as_str(), workspace.hr[0].line), ("hr/people.csv", 5));
    assert_eq!(workspace.hr[0].extracted_at.unwrap().to_string(), "2026-11-20T07:00:00Z");
    assert_eq!(workspace.idp[0].file, "okta.json");
    let apps: Vec<_> = workspace.apps.iter().map(|a| (a.id.as_str(), a.product.as_deref(), a.name.as_str())).collect();
    assert_eq!(
        apps,
        [
            ("okta", Some("okta"), "Okta"),
            ("slack", Some("slack"), "Slack"),
            ("slack-eu", Some("slack"), "Slack EU"),
            ("zoo", None, "zoo")
        ]
    );
    let [okta, slack, eu, zoo] = workspace.apps.as_slice() else { panic!() };
    assert!(okta.rosters.is_empty());
    assert_eq!(slack.plan.as_deref(), Some("Business+"));
    assert_eq!(
        (slack.sso, slack.scim, slack.expected),
        (Some(SsoSetting::Off), Some(Switch::On), Some(Expected::Everyone))
    );
    assert_eq!(slack.addons.as_deref(), Some(&["guard".to_owned()][..]), "a name leads to the id");
    let parts = [&slack.region, &slack.tenancy, &slack.idp].map(|part| part.as_deref());
    assert_eq!(parts, [Some("eu"), Some("workspace"), Some("okta")]);
    assert_eq!((slack.population, &eu.addons), (Some(Population::Guests), &None));
    assert_eq!(eu.rosters[0].file, "/srv/eu.csv");
    let dates: Vec<_> = zoo.rosters.iter().map(|r| (r.file.as_str(), r.extracted_at.unwrap().to_string())).collect();
    assert_eq!(dates, [("a.csv", "2026-11-18".to_owned()), ("../b.csv", "2026-11-19".to_owned())]);
    assert!(workspace.non_human[0].pattern.matches("CI-7"));
    assert_eq!((workspace.policy.dormant_days, workspace.policy.only_in_idp_limit), (Some(90), 10_000));
}

#[test]
fn an_empty_file_is_a_workspace() {
    let (workspace, warnings) = load("");
    assert_eq!((workspace.company.zone_name.as_str(), warnings.as_str()), ("UTC", ""));
    assert_eq!(format!("{workspace:?}"), format!("{:?}", Workspace::empty()));
}

#[test]
fn links_belong_into_a_file_of_their_own() {
    let told = problems(
        "links:\n  - {app: slack, account: U1, person: ann@acme.example, by: bo, on: 2026-11-01, reason: r}\n",
    );
    assert!(
        told.contains("coverage.yaml:2:3: error: links: ") && told.contains("Move the list there as it is"),
        "{told}"
    );
}

#[test]
fn seven_faults_of_shape_are_told_in_one_pass() {
    let told = problems(
        "compny: {name: Acme}
hr: people.csv
idp:
  - fiel: okta.csv
apps:
  slack:
    sso: offf
    expected: [everyone]
    roster: {file: a.csv, extracted: 2026-11-20}
policy: {dormant-days: ninety}
",
    );
    assert_eq!(told.lines().filter(|l| l.contains(": error: ")).count(), 8, "{told}");
    for part in [
        "coverage.yaml:1:1: error: there is no key `compny`\n  help: did you mean `company`?",
        "coverage.yaml:2:5: error: hr: expected a list, found `people.csv`",
        "coverage.yaml:4:5: error: idp[0]: the key `file` is missing",
        "coverage.yaml:4:5: error: idp[0]: there is no key `fiel`\n  help: did you mean `file`?",
        "coverage.yaml:7:10: error: apps.slack.sso: `offf` is not one of `enforced`, `optional`, `off`\n  help: did you mean `off`?",
        "coverage.yaml:8:15: error: apps.slack.expected: expected `everyone`, `employees` or `nobody`, found a list",
        "coverage.yaml:9:27: error: apps.slack.roster: there is no key `extracted`\n  help: did you mean `extracted-at`?",
        "coverage.yaml:10:24: error: policy.dormant-days: expected a whole number, found `ninety`",
    ] {
        assert!(told.contains(part), "{part}\nin\n{told}");
    }
}

#[test]
fn every_fault_of_sense_is_told_in_one_pass() {
    let told = problems(
        "company:
  domains: [ann@acme.example, 'https://acme.example', localhost]
  zone: Berlin
  domain-aliases: {a.example: b.example, b.example: c.example}
as-of: 2026-02-30
hr:
  - {file: people.csv, id: hr, extracted-at: 2026-11-20T08:00:00, export: okta-usres}
  - {file: ./people.csv, id: hr, encoding: klingon}
idp:
  - {file: ' ', id: Okta Main, export: nonsense}
apps:
  slcak: {}
  Slack: {product: slak}
  slack: {plan: Gold, roster: [a.csv, a.csv]}
non-human:
  - {match: '', app: slakc}
  - {match: '*'}
exclude:
  - {match: '**', reason: ' '}
exports:
  - {id: okta-users, name: X, holds: [accounts], recognise: [a]}
",
    );
    insta::assert_snapshot!(told);
}

#[test]
fn an_app_that_has_a_products_name_is_told_its_id() {
    let (_, warnings) = load("apps:\n  slack-cloud:\n");
    assert!(warnings.contains("help: if it is `slack`, call it so or write `product: slack`"), "{warnings}");
    let (_, warnings) = load("apps:\n  slack-for-customers:\n");
    assert_eq!(warnings, "", "a word of a name is no proof");
}

#[test]
fn what_may_be_right_is_only_a_warning() {
    let (workspace, warnings) =
        load("apps:\n  slcak:\n  crm:\n  slack: {plan: Gold}\nexclude:\n  - {match: '*', reason: test}\n");
    assert_eq!(
        warnings,
        "coverage.yaml:2:3: warning: the catalog has no product `slcak`\n  \
           help: if it is `slack`, call it so or write `product: slack`\n\
         coverage.yaml:4:17: warning: the catalog knows no plan `Gold` of Slack, so what needs a plan is not judged\n  \
           help: it knows `Pro`, `Business+`\n\
         coverage.yaml:6:13: warning: `*` fits every name: every account is out of scope\n"
    );
    assert_eq!(workspace.apps.len(), 3);
    assert_eq!(workspace.apps[1].plan.as_deref(), Some("Gold"));
}

#[test]
fn what_a_tenant_is_must_be_something_that_the_catalog_tells_apart() {
    let told = problems(
        "idp: [{file: a.csv, id: main}]
apps:
  slack: {plan: Busines+, addons: [guard, gaurd], region: ue, variant: hosted, tenancy: org, idp: mian}
  okta: {addons: [x], population: stuff}
  other: {plan: Gold, addons: [x], region: y}
",
    );
    let stuff = "coverage.yaml:4:35: error: apps.okta.population: `stuff` is not one of";
    assert!(told.contains(stuff), "{stuff}\nin\n{told}");
    let told = problems(
        "idp: [{file: a.csv, id: main}]
apps:
  slack: {plan: Busines+, addons: [guard, gaurd], region: ue, variant: hosted, tenancy: org, idp: mian}
  okta: {addons: [x]}
  other: {plan: Gold, addons: [x], region: y}
",
    );
    assert_eq!(
        told,
        "coverage.yaml:3:17: warning: the catalog knows no plan `Busines+` of Slack, so what needs a plan is not judged\n  \
           help: did you mean `Business+`? it knows `Pro`, `Business+`\n\
         coverage.yaml:3:43: error: the catalog knows no add-on `gaurd` of Slack\n  \
           help: did you mean `guard`? The catalog knows `guard`\n\
         coverage.yaml:3:59: error: the catalog knows no region `ue` of Slack\n  \
           help: did you mean `eu`? The catalog knows `eu`, `uk`\n\
         coverage.yaml:3:72: error: the catalog knows no variant `hosted` of Slack\n  \
           help: the catalog tells none apart; leave it out\n\
         coverage.yaml:3:89: error: the catalog knows no tenancy `org` of Slack\n  \
           help: the catalog knows `workspace`, `organization`\n\
         coverage.yaml:3:99: error: there is no identity provider `mian`\n  \
           help: did you mean `main`?\n\
         coverage.yaml:4:19: error: the catalog knows no add-on `x` of Okta\n  \
           help: the catalog tells none apart; leave it out\n"
    );
}

#[test]
fn a_plan_may_go_by_another_name() {
    let (workspace, warnings) = load("apps:\n  slack: {plan: plus}\n");
    assert_eq!((workspace.apps[0].plan.as_deref(), warnings.as_str()), (Some("Business+"), ""));
}

#[test]
fn the_schema_is_one_for_editors() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["apps"]["description"].is_string());
}
