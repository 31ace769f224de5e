//! What the catalog makes of sources that disagree, of old ones, and of what a company says itself.

use coverage::catalog::{Catalog, lint, overlay, overlay_diff, page, parse_entry, stale, verdict};
use coverage::model::{
    ClaimField, Disagreement, Entry, Level, Names, Operation, Population, ProductPage, Scope, SourceKind,
};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 22);

fn product(id: &str) -> ProductPage {
    page(Catalog::embedded().get(id).unwrap_or_else(|| panic!("{id}")), TODAY)
}

// ---- The disagreements that the catalog exists for.

/// A disagreement: what is said by whom on either side, and how it is decided.
fn disagreement<'a>(page: &'a ProductPage, about: &str, against: &str) -> &'a Disagreement {
    let fits = |d: &&Disagreement| d.about == about && d.against.iter().any(|side| side.what == against);
    page.disagreements.iter().find(fits).unwrap_or_else(|| panic!("{}: {about}, against {against}", page.id))
}

#[test]
fn every_known_disagreement_is_shown_with_both_sides_and_the_reason() {
    let vendor = "the vendor's documentation outranks a third party";
    let api = "the vendor's API specification outranks a third party";
    let found_nothing = "a source that says something outweighs one that found nothing";
    for (id, about, counts, against, why) in [
        ("framer", "scim.status", "pilot", "none", vendor),
        ("secureframe", "api.status", "partial", "none", api),
        ("secureframe", "scim.setup", "self-serve", "account-manager", vendor),
        ("secureframe", "scim.requires-sso", "no", "yes", vendor),
        ("secureframe", "scim.status (operation groups)", "available", "undocumented", found_nothing),
        ("secureframe", "scim.idps", "any", "okta, microsoft-entra-id, onelogin", vendor),
        ("webflow", "api.status (population site-end-users)", "withdrawn", "available", api),
        ("webflow", "api.status (population staff)", "available", "undocumented", found_nothing),
        ("webflow", "scim.setup", "vendor-assisted", "self-serve", vendor),
        ("samepage", "lifecycle", "signups-closed", "active", vendor),
    ] {
        let page = product(id);
        let found = disagreement(&page, about, against);
        assert_eq!(found.counts.what, counts, "{id}: {about}");
        assert!(found.rule.contains(why), "{id}: {about}: {}", found.rule);
        for side in std::iter::once(&found.counts).chain(&found.against) {
            assert!(!side.by.is_empty(), "{id}: {about}: {} has no source", side.what);
            assert!(side.by.iter().all(|s| s.url.starts_with("https://") && !s.seen_on.is_empty()), "{id}: {about}");
        }
    }
    // What the workspace members' API is since when, and until when there was one about visitors.
    let webflow = product("webflow");
    let since = disagreement(&webflow, "api.status (population staff)", "undocumented");
    assert!(since.counts.details.contains(&"since 2026-09-29".to_owned()), "{:?}", since.counts.details);
    let until = disagreement(&webflow, "api.status (population site-end-users)", "available");
    assert!(until.counts.details.contains(&"until 2026-01-29".to_owned()), "{:?}", until.counts.details);
    let third_party = until.against.iter().flat_map(|side| &side.by).find(|s| s.kind == "third-party").unwrap();
    assert!(third_party.stated_on.as_deref() > Some("2026-01-29"), "the later date does not win");
    // Another product of the same name, and a source that contradicts itself.
    assert_eq!(product("samepage").look_alikes[0].0, "samepage.ai");
    let framer = product("framer");
    let own = disagreement(&framer, "the source `stitchflow-api` contradicts itself", "scim.plan Enterprise");
    assert_eq!(own.counts.what, "scim.status none");
}

// ---- Rules.

fn entry(claims: &str) -> Entry {
    let text = format!(
        "id: x
name: X
roles: [hr]
plans: [Free, Team, Huge]
plan-aliases: {{Huge: [Giant]}}
sources:
  test: {{url: T-1, publisher: Us, kind: own-test, seen-on: 2025-01-01}}
  spec: {{url: https://x.example/a, publisher: X, kind: vendor-api-spec, seen-on: 2026-11-20}}
  vendor: {{url: https://x.example/b, publisher: X, kind: vendor-official, seen-on: 2026-11-20}}
  dated: {{url: https://x.example/e, publisher: X, kind: vendor-official, stated-on: 2026-06-01, seen-on: 2026-11-20}}
  odd: {{url: https://x.example/c, publisher: X, kind: vendor-official, seen-on: 2026-11-21, doubt: names another product}}
  copy: {{url: https://copy.example, publisher: C, kind: copy-of-vendor, stated-on: 2026-10, seen-on: 2026-11-20}}
  idp: {{url: https://okta.example, publisher: Okta, kind: idp-official, stated-on: 2026-11-01, seen-on: 2026-11-20}}
  forum: {{url: https://x.example/d, publisher: X, kind: vendor-community, seen-on: 2026-11-20}}
  maker: {{url: https://m.example, publisher: M, kind: implementer, seen-on: 2026-11-20}}
  shop: {{url: https://s.example, publisher: S, kind: marketplace, seen-on: 2026-11-20}}
  blog: {{url: https://b.example, publisher: B, kind: third-party, stated-on: 2026-11-19, seen-on: 2026-11-20}}
claims:
{claims}"
    );
    parse_entry("x.yaml", text.as_bytes()).unwrap_or_else(|e| panic!("{e:?}")).value
}

fn judged(entry: &Entry, field: ClaimField, query: &Scope) -> (String, String) {
    let verdict = verdict(entry, field, query).unwrap();
    (verdict.winner.value.to_string(), verdict.rule)
}

#[test]
fn a_better_kind_of_source_wins_whatever_the_date() {
    let ranks = ["test", "vendor", "copy", "idp", "forum", "maker", "shop", "blog", "odd"];
    for (better, worse) in ranks.iter().zip(&ranks[1..]) {
        for (yes, no) in [("available", "none"), ("none", "available")] {
            let both = |first: (&str, &str), second: (&str, &str)| {
                entry(&format!(
                    "  - {{field: scim.status, value: {}, sources: [{}]}}\n  - {{field: scim.status, value: {}, sources: [{}]}}\n",
                    first.0, first.1, second.0, second.1
                ))
            };
            for entry in [both((yes, better), (no, worse)), both((no, worse), (yes, better))] {
                let (value, rule) = judged(&entry, ClaimField::ScimStatus, &Scope::default());
                assert_eq!(value, yes, "{better} against {worse}");
                assert!(rule.contains("outranks"), "{rule}");
            }
        }
    }
    // The specification and the documentation are peers.
    let peers = entry(
        "  - {field: local-login, value: true, sources: [spec]}\n  - {field: local-login, value: false, sources: [vendor]}\n",
    );
    assert!(judged(&peers, ClaimField::LocalLogin, &Scope::default()).1.starts_with("of equal sources"));
}

#[test]
fn a_reason_calls_every_kind_of_source_by_its_name() {
    let spoken = |kind: SourceKind| match kind {
        SourceKind::OwnTest => "whatever is written about it",
        SourceKind::VendorApiSpec => "the vendor's API specification outranks",
        SourceKind::VendorOfficial => "the vendor's documentation outranks",
        SourceKind::VendorIssueTracker => "the vendor's issue tracker outranks",
        SourceKind::CopyOfVendor => "a copy of the vendor's text outranks",
        SourceKind::IdpOfficial => "an identity provider's documentation outranks",
        SourceKind::VendorCommunity => "the vendor's forum outranks",
        SourceKind::VendorMarketing => "the vendor's advertising outranks",
        SourceKind::IdpCommunity => "an identity provider's forum outranks",
        SourceKind::Implementer => "a connector's author outranks",
        SourceKind::Marketplace => "a marketplace outranks",
        SourceKind::ThirdParty => "a third party outranks",
    };
    for kind in SourceKind::ALL {
        let mut x = entry(
            "  - {field: scim.status, value: none, sources: [odd]}\n  - {field: scim.status, value: available, sources: [vendor]}\n",
        );
        x.sources.get_mut("vendor").unwrap().kind = *kind;
        let (value, rule) = judged(&x, ClaimField::ScimStatus, &Scope::default());
        assert_eq!(value, "available", "{kind}");
        assert!(rule.contains(spoken(*kind)), "{kind}: {rule}");
        if *kind != SourceKind::OwnTest {
            assert!(rule.ends_with("a source that is not to be relied on"), "{kind}: {rule}");
        }
    }
    // Of several sources the best one speaks.
    let x = entry(
        "  - {field: scim.status, value: none, sources: [shop, forum]}\n  - {field: scim.status, value: available, sources: [blog, copy]}\n",
    );
    let rule = judged(&x, ClaimField::ScimStatus, &Scope::default()).1;
    assert_eq!(rule, "a copy of the vendor's text outranks the vendor's forum");
}

#[test]
fn an_own_test_beats_even_a_narrower_claim_and_what_follows_loses_against_what_is_said() {
    let tested = entry(
        "  - {field: scim.status, scope: {idp: okta}, value: available, sources: [vendor]}
  - {field: scim.status, value: none, sources: [test]}
  - {field: jit.status, value: available, evidence: inferred, sources: [vendor]}
  - {field: jit.status, value: none, sources: [spec]}
",
    );
    let okta = Scope { idp: Some("okta".into()), ..Scope::default() };
    assert_eq!(
        judged(&tested, ClaimField::ScimStatus, &okta),
        ("none".to_owned(), "a test of the live product outranks whatever is written about it".to_owned())
    );
    assert_eq!(
        judged(&tested, ClaimField::JitStatus, &Scope::default()),
        ("none".to_owned(), "what a source says comes before what follows from one".to_owned())
    );
}

#[test]
fn what_is_stated_after_the_end_revives_it_and_what_was_stated_before_does_not() {
    let of = |until: &str| {
        let x = entry(&format!(
            "  - {{field: scim.status, value: withdrawn, sources: [spec], until: {until}}}
  - {{field: scim.status, value: available, sources: [dated]}}\n"
        ));
        judged(&x, ClaimField::ScimStatus, &Scope::default())
    };
    assert_eq!(of("2026-05-01"), ("available".to_owned(), "it was stated on 2026-06-01, after the end".to_owned()));
    assert_eq!(of("2026-07-01"), ("withdrawn".to_owned(), "`withdrawn` ends the earlier `available`".to_owned()));
}

#[test]
fn several_names_in_a_scope_mean_any_of_them() {
    let x = entry(
        "  - {field: scim.status, scope: {plan: [Team, Huge]}, value: available, sources: [vendor]}
  - {field: scim.status, scope: {plan: Free}, value: none, sources: [vendor]}
",
    );
    for (plan, value) in [("Free", "none"), ("Team", "available"), ("huge", "available")] {
        let query = Scope { plan: Some(plan.into()), ..Scope::default() };
        assert_eq!(judged(&x, ClaimField::ScimStatus, &query).0, value, "{plan}");
    }
    assert_eq!(x.plan_named("giant"), "Huge", "an alias is the same plan");
    assert_eq!(x.plan_named("Tiny"), "Tiny");
}

#[test]
fn two_statements_about_one_outcome_contradict_and_two_acts_do_not() {
    let text = |trigger: &str| {
        format!(
            "id: x\nname: X\nroles: [hr]\nsources:\n  v: {{url: https://x.example, publisher: X, kind: vendor-official, seen-on: 2026-11-20}}
  i: {{url: https://i.example, publisher: I, kind: idp-official, seen-on: 2026-11-20}}\ndeprovision:
  - {{trigger: {trigger}, effect: deleted, sources: [i]}}\n  - {{trigger: {trigger}, effect: deactivated, sources: [v]}}\n"
        )
    };
    let of = |trigger: &str| page(&parse_entry("x.yaml", text(trigger).as_bytes()).unwrap().value, TODAY);
    let scim = of("scim-active-false");
    assert_eq!(scim.disagreements[0].counts.what, "scim-active-false: deactivated");
    assert_eq!(scim.disagreements[0].rule, "the vendor's documentation outranks an identity provider's documentation");
    assert!(of("admin-ui").disagreements.is_empty(), "an administrator chooses between the two");
}

#[test]
fn two_statements_about_what_becomes_of_one_thing_contradict_too() {
    let of = |second: &str| {
        let text = format!(
            "id: x\nname: X\nroles: [hr]\nsources:\n  v: {{url: https://x.example, publisher: X, kind: vendor-official, seen-on: 2026-11-20}}
  i: {{url: https://i.example, publisher: I, kind: vendor-official, seen-on: 2026-11-20}}\ndeprovision:
  - {{trigger: idp-unassign, effect: deleted, sessions: kept, evidence: inferred, sources: [v]}}
  - {{trigger: idp-unassign, effect: deleted, {second}, sources: [i]}}\n"
        );
        let entry = parse_entry("x.yaml", text.as_bytes()).unwrap();
        let told: Vec<String> =
            lint(std::slice::from_ref(&entry), &[], TODAY).iter().map(|f| f.message.clone()).collect();
        let mut page = page(&entry.value, TODAY);
        (told, page.disagreements.pop().map(|d| (d.counts.details, d.rule)))
    };
    let (told, found) = of("sessions: ended");
    assert_eq!(told, [""; 0], "either is a statement of its own");
    let (details, rule) = found.unwrap();
    assert_eq!(details, ["sessions: ended"]);
    assert_eq!(rule, "what a source says comes before what follows from one");
    for agrees in ["sessions: kept", "content: kept", "sessions: undocumented", "sessions: kept, evidence: inferred"] {
        let (told, found) = of(agrees);
        assert!(found.is_none(), "{agrees}: {found:?}");
        let same = agrees.ends_with("inferred");
        assert_eq!(told, vec!["it says the same as the one in line 8"; usize::from(same)], "{agrees}");
    }
}

#[test]
fn a_member_list_is_of_every_plan_and_read_in_several_forms() {
    let told = |readers: &str, plan: &str| {
        let text = format!(
            "id: x\nname: X\nroles: [hr]\nplans: [Free, Team]\nsources:\n  v: {{url: https://x.example, publisher: X, kind: vendor-official, seen-on: 2026-11-20}}
roster-exports:\n  - {{by: ui, formats: [xml, xls], plan: {plan}, read-by: {readers}, sources: [v]}}
exports:\n  - {{id: x-one, name: One, holds: [accounts], recognise: [a], fields: {{email: a}}}}
  - {{id: x-two, name: Two, holds: [accounts], recognise: [b], fields: {{email: b}}}}\n"
        );
        let faults = lint(&[parse_entry("x.yaml", text.as_bytes()).unwrap()], &[], TODAY);
        faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("x-one", "every-plan"), [""; 0]);
    assert_eq!(told("[x-one, x-two]", "[Free, Team]"), [""; 0]);
    assert_eq!(
        told("[x-one, x-tow]", "any-plan"),
        ["`any-plan` is not one of the plans", "there is no export `x-tow` here"]
    );
}

#[test]
fn lists_contradict_by_what_they_list() {
    for (field, a, b, contradict) in [
        ("scim.idps", "[okta]", "[microsoft-entra-id]", false),
        ("scim.idps", "[any]", "[okta]", true),
        ("scim.plan", "[Team, Huge]", "[Huge]", true),
        ("scim.plan", "Team", "Huge", true),
        ("scim.operations", "[create]", "[create, update]", false),
        ("scim.operations", "[create, list]", "[create, update]", true),
    ] {
        let x = entry(&format!(
            "  - {{field: {field}, value: {a}, sources: [vendor]}}\n  - {{field: {field}, value: {b}, sources: [blog]}}\n"
        ));
        assert_eq!(page(&x, TODAY).disagreements.len(), usize::from(contradict), "{field}: {a} {b}");
    }
}

// ---- Age.

#[test]
fn what_nobody_has_looked_at_for_long_is_old() {
    let x = entry(
        "  - {field: scim.status, value: available, sources: [vendor]}
  - {field: scim.plan, value: Team, sources: [copy]}
  - {field: scim.base-url, value: https://x.example, sources: [copy]}
  - {field: sso.plan, value: Team, sources: [copy, vendor]}
  - {field: local-login, value: true, sources: [test]}
",
    );
    let old =
        |day| stale(&x, day).iter().map(|s| format!("{}: {} days of {}", s.what, s.age, s.limit)).collect::<Vec<_>>();
    assert_eq!(old(TODAY), ["local-login: 690 days of 365"]);
    // A copy of October speaks for October, whenever it was read; a page the vendor keeps up for the day it was read.
    assert_eq!(old(date(2027, 5, 3)), ["scim.plan: 184 days of 183", "local-login: 852 days of 365"]);
    assert_eq!(old(date(2027, 5, 2)), ["local-login: 851 days of 365"]);
    let whole = old(date(2029, 1, 1));
    assert_eq!(whole.len(), 5, "{whole:?}");
    assert!(ClaimField::ALL.iter().all(|field| (90..=730).contains(&field.fresh_days())));
}

#[test]
fn a_beaten_claim_may_be_as_old_as_it_likes() {
    let x = entry(
        "  - {field: scim.status, value: available, sources: [vendor]}\n  - {field: scim.status, value: none, sources: [blog]}\n",
    );
    assert!(stale(&x, date(2027, 11, 20)).is_empty());
    assert_eq!(stale(&x, date(2027, 11, 21)).len(), 1);
}

// ---- A company's own catalog.

fn laid(files: &[(&str, &str)]) -> Result<Catalog, String> {
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    overlay(Catalog::embedded(), &files, TODAY)
        .map(|(catalog, _)| catalog)
        .map_err(|faults| faults.iter().map(|f| format!("{f}\n")).collect())
}

const FRAMER: &str = "id: framer
sources:
  scim: {url: SEC-12, publisher: Nordwind, kind: own-test, seen-on: 2026-11-20}
claims:
  - {field: scim.status, value: available, sources: [scim], note: Switched on for us in November.}
  - {field: scim.operations, scope: {idp: okta}, value: [create, deactivate], sources: [scim]}
  - {field: jit.status, value: available, sources: [scim]}
  - {field: events.audit, value: none, sources: [scim]}
deprovision:
  - {trigger: admin-ui, effect: deactivated, sources: [scim]}
";

#[test]
fn an_own_test_turns_the_verdict_and_the_diff_shows_both_sides() {
    let own = laid(&[("own/framer.yaml", FRAMER)]).unwrap();
    let framer = own.get("framer").unwrap();
    assert_eq!(framer.name, "Framer", "what is not given stays");
    assert_eq!(judged(framer, ClaimField::ScimStatus, &Scope::default()).0, "available");
    // The built-in source of the same id is still that of the built-in claims.
    assert_eq!(framer.sources["scim"].publisher, "Framer");
    assert_eq!(framer.sources["own-scim"].url, "SEC-12");
    let jit: Vec<_> = framer.claims.iter().filter(|c| c.field == ClaimField::JitStatus).collect();
    assert_eq!(jit.len(), 1, "the same statement is one claim");
    assert_eq!(jit[0].sources, ["own-scim", "sso"]);
    assert!(!framer.not_researched.contains(&ClaimField::EventsAudit));

    let changes = overlay_diff(Catalog::embedded(), &own, TODAY);
    assert!(changes.iter().all(|c| c.product == "framer"));
    let of = |what: &str, about: &str| {
        changes
            .iter()
            .find(|c| c.what == what && c.about == about)
            .unwrap_or_else(|| panic!("{what} {about}: {changes:#?}"))
    };
    let turned = of("verdict turned", "scim.status");
    assert_eq!(turned.before.as_ref().unwrap().what, "pilot");
    assert_eq!(turned.after.as_ref().unwrap().by[0].publisher, "Nordwind");
    assert!(turned.rule.as_ref().unwrap().contains("a test of the live product"));
    of("claim added", "scim.status");
    of("sources added", "jit.status");
    of("verdict reached", "events.audit");
    let ends = of("deprovisioning", "admin-ui: deactivated");
    assert!(ends.before.as_ref().is_some_and(|said| said.what == "admin-ui: membership-removed"), "{ends:?}");
    // Laid over a second time it changes nothing.
    assert!(overlay_diff(&own, &own, TODAY).is_empty());
}

#[test]
fn a_product_of_ones_own_is_added_and_a_faulty_one_is_told_at_its_place() {
    let own = laid(&[(
        "own/intranet.yaml",
        "id: intranet\nname: Intranet\nroles: [app]\ndomains: [intranet.nordwind.example]\nsources:
  us: {url: IT-1, publisher: Nordwind, kind: own-test, seen-on: 2026-11-20}\nclaims:
  - {field: scim.status, value: none, sources: [us]}
not-researched: [sso.status, jit.status, api.status, events.webhooks, events.audit, export.status]\n",
    )])
    .unwrap();
    assert_eq!(own.entries.len(), Catalog::embedded().entries.len() + 1);
    assert_ne!(own.version(), Catalog::embedded().version());
    let told = laid(&[
        ("own/framre.yaml", "id: framre\nclaims: []\n"),
        ("own/slack.yaml", "id: slack\nclaims:\n  - {field: scim.plan, value: Hyge, sources: [nobody]}\n"),
        ("own/new.yaml", "id: new\nname: New\nroles: [app]\ndomains: [zoom.us]\n"),
    ])
    .unwrap_err();
    for line in [
        "own/framre.yaml:1:5: error: `framre` is no built-in product, so it needs a `name` and `roles`\n  help: did you mean `framer`?",
        "own/slack.yaml:3:31: error: `Hyge` is not one of the plans",
        "own/slack.yaml:3:47: error: there is no source `nobody`",
        "own/new.yaml:4:11: error: the domain `zoom.us` is already that of the built-in `zoom`",
    ] {
        assert!(told.contains(line), "{line}\n---\n{told}");
    }
}

#[test]
fn an_overlay_cannot_take_anything_away() {
    let own = laid(&[("own/slack.yaml", "id: slack\n")]).unwrap();
    assert!(overlay_diff(Catalog::embedded(), &own, TODAY).is_empty());
    let own = laid(&[("own/framer.yaml", FRAMER)]).unwrap();
    for entry in &Catalog::embedded().entries {
        let now = own.get(&entry.id).unwrap();
        for claim in &entry.claims {
            let same =
                now.claims.iter().find(|c| (c.field, &c.scope, &c.value) == (claim.field, &claim.scope, &claim.value));
            let same = same.unwrap_or_else(|| panic!("{}: {:?} is gone", entry.id, claim.field));
            assert!(claim.sources.iter().all(|s| same.sources.contains(s)));
        }
    }
}

#[test]
fn whose_accounts_are_meant_is_asked_for() {
    let webflow = Catalog::embedded().get("webflow").unwrap();
    let of = |population| Scope { population: Some(population), ..Scope::default() };
    assert_eq!(judged(webflow, ClaimField::ApiStatus, &of(Population::SiteEndUsers)).0, "withdrawn");
    assert_eq!(judged(webflow, ClaimField::ApiStatus, &Scope::default()).0, "available");
    // And so an assessment for staff finds the API of the workspace's members.
    let mut app = coverage::workspace::App::named("webflow", "Webflow", Some("webflow".to_owned()));
    app.plan = Some("Enterprise".to_owned());
    app.scim = Some(coverage::workspace::Switch::Off);
    assert_eq!(coverage::assess::level_of(&app, webflow, None, Operation::Remove), Level::Scriptable);
}

#[test]
fn what_is_said_of_one_identity_provider_or_in_a_newer_text_is_not_said_of_all() {
    let idp = |id: &str| Scope { idp: Some(Names::from(id)), ..Scope::default() };
    let agents = |id: &str| Scope { population: Some(Population::Staff), ..idp(id) };
    let entra = "microsoft-entra-id";
    for (id, field, scope, value) in [
        ("clickup", ClaimField::SsoPlan, idp("google-workspace"), "Business"),
        ("clickup", ClaimField::SsoPlan, idp("okta"), "Enterprise"),
        ("sentry", ClaimField::SsoPlan, idp("google-workspace"), "Team"),
        ("sentry", ClaimField::SsoPlan, idp(entra), "Business"),
        ("vercel", ClaimField::SsoPlan, Scope::default(), "Pro"),
        ("vercel", ClaimField::SsoEnforcement, Scope::default(), "enforceable"),
        ("notion", ClaimField::SsoBypass, Scope::default(), "yes"),
        ("notion", ClaimField::ExportStatus, Scope::default(), "available"),
        ("bitwarden", ClaimField::SsoBypass, Scope::default(), "yes"),
        ("freshservice", ClaimField::ScimStatus, agents("okta"), "none"),
        ("freshservice", ClaimField::ScimStatus, agents(entra), "available"),
        ("box", ClaimField::ScimStatus, idp(entra), "available"),
        ("box", ClaimField::ScimStatus, idp("jumpcloud"), "undocumented"),
        ("dropbox", ClaimField::ScimStatus, idp(entra), "available"),
        ("docusign", ClaimField::ScimOperations, idp(entra), "create, update, deactivate"),
    ] {
        let entry = Catalog::embedded().get(id).unwrap();
        assert_eq!(judged(entry, field, &scope).0, value, "{id}: {field:?} {scope:?}");
    }
    // A company with SCIM on is not told that these do not switch anybody off.
    for (id, level) in [
        ("aws-iam-identity-center", Level::Automated),
        ("tableau-cloud", Level::Automated),
        ("netlify", Level::Unknown),
    ] {
        let mut app = coverage::workspace::App::named(id, id, Some(id.to_owned()));
        app.plan = (id == "netlify").then(|| "Core Enterprise".to_owned());
        app.scim = Some(coverage::workspace::Switch::On);
        let entry = Catalog::embedded().get(id).unwrap();
        let found = coverage::assess::level_of(&app, entry, Some("okta"), Operation::Deactivate);
        assert_eq!(found, level, "{id}");
    }
}
