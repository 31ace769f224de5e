//! Entries as a person writes them: what is refused where, which claim counts, and that the built-in ones are sound.

use super::*;
use jiff::civil::date;

/// A day after every date of the catalog's tests.
const TODAY: jiff::civil::Date = date(2026, 11, 22);

fn entry(text: &str) -> Located<Entry> {
    parse_entry("catalog/x.yaml", text.as_bytes()).unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

fn told(faults: &[Diagnostic]) -> String {
    faults.iter().map(|d| format!("{d}\n")).collect()
}

#[test]
fn the_compiled_catalog_has_no_error() {
    let mut faults = Vec::new();
    let mut entries = Vec::new();
    for (file, text) in SOURCES {
        match parse_entry(&format!("catalog/{file}"), text.as_bytes()) {
            Ok(entry) => entries.push(entry),
            Err(more) => faults.extend(more),
        }
    }
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    faults.extend(lint(&entries, &[], today));
    assert!(!crate::diag::any_error(&faults), "\n{}", told(&faults));

    // The build reads the same files with another reader; both must have understood the same.
    let compiled = &Catalog::embedded().entries;
    assert_eq!(compiled.len(), entries.len());
    for (compiled, entry) in compiled.iter().zip(Catalog::new(entries.into_iter().map(|e| e.value).collect()).entries) {
        assert_eq!(serde_json::to_value(compiled).unwrap(), serde_json::to_value(&entry).unwrap(), "{}", entry.id);
    }
}

#[test]
fn entries_and_exports_are_found_by_id() {
    let x = entry(
        "id: x\nname: X\nroles: [app]\nexports:\n  - {id: x-members, name: Members, holds: [accounts], \
         recognise: [Email], fields: {email: Email}}\n",
    );
    let mut own = x.value.exports.clone();
    own[0].id = "mine".into();
    let catalog = Catalog::new(vec![x.value]);
    assert!(catalog.get("x").is_some() && catalog.get("y").is_none());
    let with_own = catalog.with_exports(own);
    assert_eq!(with_own.export("mine").unwrap().0.id, WORKSPACE);
    assert_eq!(with_own.export("x-members").unwrap().0.id, "x");
    assert_eq!(with_own.version(), catalog.version());
    assert!(catalog.version().starts_with("1-") && catalog.version().len() == 14, "{}", catalog.version());
}

const SOURCES_OF_X: &str = "
sources:
  vendor: {url: https://x.example/a, publisher: X, kind: vendor-official, seen-on: 2026-11-22}
  spec: {url: https://x.example/b, publisher: X, kind: vendor-api-spec, stated-on: 2026-01-29, seen-on: 2026-11-22}
  old: {url: https://x.example/c, publisher: X, kind: vendor-official, stated-on: 2025-05-01, seen-on: 2026-11-22}
  new: {url: https://x.example/d, publisher: X, kind: vendor-official, stated-on: 2026-10-01, seen-on: 2026-11-22}
  okta: {url: https://okta.example, publisher: Okta, kind: idp-official, seen-on: 2026-11-22}
  blog: {url: https://blog.example, publisher: B, kind: third-party, stated-on: 2026-03-11, seen-on: 2026-11-22}
";

fn claims(claims: &str) -> Located<Entry> {
    entry(&format!("id: x\nname: X\nroles: [app]\n{SOURCES_OF_X}\nclaims:\n{claims}"))
}

fn judge(entry: &Located<Entry>, field: &str, query: Scope) -> String {
    let verdict = verdict(&entry.value, ClaimField::from_word(field).unwrap(), &query).unwrap();
    let losers: Vec<String> = verdict.losers.iter().map(|c| c.value.to_string()).collect();
    let only_for = verdict.only_for.map(|s| format!(" [{s}]")).unwrap_or_default();
    format!("{} over {}{only_for}: {}", verdict.winner.value, losers.join("/"), verdict.rule)
}

use crate::model::{ClaimField, Population, Scope};

#[test]
fn a_third_partys_no_does_not_beat_the_vendors_pilot() {
    let framer = claims(
        "  - {field: scim.status, value: none, sources: [blog]}\n  - {field: scim.status, value: pilot, sources: [vendor]}\n",
    );
    assert_eq!(
        judge(&framer, "scim.status", Scope::default()),
        "pilot over none: the vendor's documentation outranks a third party"
    );
    let found = conflicts(&framer.value);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].verdict.winner.value.to_string(), "pilot");
}

#[test]
fn what_the_vendor_has_withdrawn_stays_withdrawn() {
    let webflow = claims(
        "  - {field: api.status, scope: {population: site-end-users}, value: withdrawn, sources: [spec]}
  - {field: api.status, scope: {population: site-end-users}, value: available, sources: [blog]}
  - {field: api.status, scope: {population: site-end-users}, value: partial, sources: [vendor]}
  - {field: api.status, scope: {population: staff}, value: available, sources: [new]}
  - {field: api.status, scope: {population: staff}, value: undocumented, sources: [vendor]}\n",
    );
    let of = |population| Scope { population: Some(population), ..Scope::default() };
    assert_eq!(
        judge(&webflow, "api.status", of(Population::SiteEndUsers)),
        "withdrawn over available/partial: the vendor's API specification outranks a third party; \
         `withdrawn` ends the earlier `partial`"
    );
    let staff = "available over undocumented: a source that says something outweighs one that found nothing";
    assert_eq!(judge(&webflow, "api.status", of(Population::Staff)), staff);
    // Who asks for nobody asks for staff.
    assert_eq!(judge(&webflow, "api.status", Scope::default()), staff);
    let asked = verdict(&webflow.value, ClaimField::ApiStatus, &Scope::default()).unwrap();
    let elsewhere: Vec<String> = asked.elsewhere.iter().map(|c| c.value.to_string()).collect();
    assert_eq!(
        elsewhere,
        ["withdrawn", "partial"],
        "what is claimed of visitors refines the answer and is not against it"
    );
    assert_eq!(conflicts(&webflow.value).len(), 2);
}

#[test]
fn only_a_dated_statement_revives_what_has_ended() {
    let revived = claims(
        "  - {field: api.status, value: withdrawn, sources: [spec]}\n  - {field: api.status, value: beta, sources: [new]}\n",
    );
    assert_eq!(
        judge(&revived, "api.status", Scope::default()),
        "beta over withdrawn: it was stated on 2026-10-01, after the end"
    );
}

#[test]
fn of_equal_sources_the_newer_counts() {
    let x = claims(
        "  - {field: scim.plan, value: Business, sources: [old]}\n  - {field: scim.plan, value: Enterprise, sources: [new]}\n",
    );
    assert_eq!(
        judge(&x, "scim.plan", Scope::default()),
        "Enterprise over Business: of equal sources the newer one counts (2026-10-01, not 2025-05-01)"
    );
    let same =
        claims("  - {field: scim.plan, value: A, sources: [old]}\n  - {field: scim.plan, value: B, sources: [old]}\n");
    assert!(judge(&same, "scim.plan", Scope::default()).ends_with("of equal sources the one written first counts"));
    let agree = claims(
        "  - {field: local-login, value: true, sources: [old]}\n  - {field: local-login, value: true, sources: [new]}\n",
    );
    assert_eq!(judge(&agree, "local-login", Scope::default()), "yes over : all 2 claims agree");
}

#[test]
fn scopes_narrow_and_are_told() {
    let x = claims(
        "  - {field: scim.operations, value: [create, deactivate], sources: [vendor]}
  - {field: scim.operations, scope: {idp: okta}, value: [create], sources: [okta]}
  - {field: scim.operations, scope: {idp: okta}, value: [list], sources: [blog]}
  - {field: scim.status, scope: {plan: Team}, value: none, sources: [vendor]}
  - {field: scim.status, value: available, sources: [vendor]}
  - {field: jit.status, scope: {region: uk, plan: Team}, value: available, sources: [vendor]}
  - {field: sso.status, scope: {variant: cloud}, value: available, sources: [vendor]}
  - {field: sso.status, value: none, sources: [blog]}\n",
    );
    let okta = Scope { idp: Some("okta".into()), ..Scope::default() };
    assert_eq!(
        judge(&x, "scim.operations", okta),
        "create over create, deactivate/list: it is about exactly this case (identity provider okta)"
    );
    let entra = Scope { idp: Some("microsoft-entra-id".into()), ..Scope::default() };
    assert_eq!(judge(&x, "scim.operations", entra), "create, deactivate over : it is the only claim");
    assert_eq!(judge(&x, "scim.status", Scope::default()), "available over : it is the only claim");
    let team = Scope { plan: Some("team".into()), ..Scope::default() };
    assert!(judge(&x, "scim.status", team.clone()).starts_with("none over available: it is about exactly this case"));
    assert_eq!(judge(&x, "jit.status", team), "available over  [region uk]: it is the only claim");
    // The narrower "no" refines the vendor's "yes"; a general "no" denies a narrow "yes".
    let fields: Vec<String> = conflicts(&x.value).iter().map(|c| c.field.to_string()).collect();
    assert_eq!(fields, ["scim.operations", "sso.status"]);
}

#[test]
fn every_lint_speaks_at_its_line() {
    let x = parse_entry("catalog/y.yaml", include_bytes!("../../tests/malformed/entry.yaml"));
    let told = told(&lint(&[x.unwrap_or_else(|faults| panic!("{}", told(&faults)))], &[], TODAY));
    insta::assert_snapshot!(told);
}

#[test]
fn entries_do_not_share_names() {
    let one = parse_entry("a.yaml", b"id: a\nname: A\nroles: [hr]\ndomains: [x.example]\n").unwrap();
    let two = parse_entry(
        "okta.yaml",
        b"id: okta\nname: B\nroles: [identity-provider]\ndomains: [x.example]\nsources:\n  s: {url: https://x.example, \
         publisher: X, kind: own-test, seen-on: 2026-11-20}\nclaims:\n  - {field: local-login, scope: {idp: otka}, value: \
         true, sources: [s]}\n",
    )
    .unwrap();
    assert_eq!(
        told(&lint(&[one, two], &[], TODAY)),
        "okta.yaml:4:11: error: the domain `x.example` is already that of a.yaml\n  \
         help: if the other is another product, name its domain under `not-to-confuse-with`\n\
         okta.yaml:8:39: error: `otka` is no identity provider of the catalog\n  help: did you mean `okta`?\n"
    );
}

#[test]
fn the_schema_is_one_for_editors() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["properties"]["claims"]["description"].is_string());
}
