//! What a claim comes to for one tenant: the same entry, another plan, switch, add-on, provider.

use super::*;
use crate::workspace::{SsoSetting, Switch};

/// A product with every kind of condition.
const TIDEPOOL: &str = r#"
id: tidepool
name: Tidepool
vendor: Tidepool Inc.
roles: [app]
plans: [Free, Team, Complete]
plan-aliases: {Team: [Plus]}
addons: {guard: {name: Tidepool Guard, sources: [help]}}
prices:
  - {plan: Complete, kind: third-party-report, amount: "16", up-to: "20", currency: USD, unit: user-month, sources: [blog]}
  - {plan: Complete, kind: quote-only, sources: [help]}
  - {addon: guard, kind: list, amount: "4", currency: EUR, unit: user-month, sources: [help]}
variants: {hosted: Ours, server: Yours}
sources:
  help: {url: "https://help.tidepool.example/a", publisher: Tidepool, kind: vendor-official, seen-on: 2026-11-01}
  blog: {url: "https://blog.example/t", publisher: A Blog, kind: third-party, stated-on: 2026-03, seen-on: 2026-11-01}
claims:
  - {field: sso.status, value: available, sources: [help]}
  - {field: sso.plan, value: Team, sources: [help]}
  - {field: scim.status, value: available, sources: [help]}
  - {field: scim.plan, value: Complete, sources: [blog]}
  - {field: scim.operations, value: [create, update, deactivate, groups], sources: [help]}
  - {field: scim.plan, scope: {operation: groups}, value: [Free], sources: [help]}
  - {field: scim.idps, value: [okta], sources: [help]}
  - {field: scim.setup, value: self-serve, sources: [help]}
  - {field: api.status, value: available, sources: [help]}
  - {field: api.addon, value: guard, sources: [help]}
  - {field: api.operations, value: [list, remove], sources: [help]}
  - {field: events.webhooks, value: none, sources: [help]}
  - {field: events.audit, value: available, sources: [help]}
  - {field: events.plan, value: Team, sources: [help]}
  - {field: export.status, value: available, sources: [help]}
not-researched: [jit.status]
deprovision:
  - {trigger: admin-ui, scope: {variant: server}, effect: deleted, sources: [help]}
  - {trigger: admin-ui, effect: deactivated, remains: [tokens], blocked-by: [last-admin], sources: [help]}
runbook:
  who: Owner
  steps: [Open Members., {do: Choose End., sources: [blog]}]
  survives: [shared-links]
  alternatives:
    - {name: on a server, scope: {variant: server}, steps: [Call the server.], sources: [help]}
  sources: [help]
"#;

/// Tidepool, with these claims more.
fn entry(more: &[&str]) -> Entry {
    let more: String = more.iter().map(|claim| format!("  - {{{claim}, sources: [help]}}\n")).collect();
    let text = TIDEPOOL.replace("not-researched:", &format!("{more}not-researched:"));
    crate::yaml::load::<Entry>("tidepool.yaml", text.as_bytes()).unwrap_or_else(|f| panic!("{f:?}")).value
}

/// The same, with nothing else about whether there is SCIM.
fn scim_is(said: &[&str]) -> Entry {
    let said: Vec<String> = said.iter().map(|said| format!("field: scim.status, {said}")).collect();
    let mut entry = entry(&said.iter().map(String::as_str).collect::<Vec<_>>());
    let first = entry.claims.iter().position(|claim| claim.field == ClaimField::ScimStatus).unwrap();
    entry.claims.remove(first);
    entry
}

/// A tenant in the shape of `coverage.yaml`: `plan Complete, scim on, sso enforced, addons guard`.
fn app(words: &str) -> App {
    let mut app = App::named("tidepool", "Tidepool", Some("tidepool".to_owned()));
    for word in words.split(", ").filter(|w| !w.is_empty()) {
        let (key, value) = word.split_once(' ').unwrap_or((word, ""));
        match key {
            "plan" => app.plan = Some(value.to_owned()),
            "scim" => app.scim = Some(if value == "on" { Switch::On } else { Switch::Off }),
            "sso" => {
                app.sso = Some(match value {
                    "enforced" => SsoSetting::Enforced,
                    "optional" => SsoSetting::Optional,
                    _ => SsoSetting::Off,
                });
            }
            "addons" => app.addons = Some(value.split(' ').filter(|a| !a.is_empty()).map(str::to_owned).collect()),
            "variant" => app.variant = Some(value.to_owned()),
            other => panic!("{other}"),
        }
    }
    app
}

const DAY: Option<Date> = Some(jiff::civil::date(2026, 11, 20));

fn facts(entry: &Entry, words: &str) -> AppFacts {
    assess(0, &app(words), Some(entry), Some("okta"), DAY)
}

fn of(facts: &AppFacts, operation: Operation) -> (Level, String, &str) {
    let found = facts.operations.iter().find(|o| o.operation == operation).unwrap();
    (found.level, found.reason.join(" → "), found.unlock.as_deref().unwrap_or_default())
}

fn ends(words: &str) -> (Level, String, String) {
    let facts = facts(&entry(&[]), words);
    let (level, reason, unlock) = of(&facts, Operation::Deactivate);
    (level, reason, unlock.to_owned())
}

#[test]
fn a_plan_that_lacks_scim_leaves_handwork_and_says_what_the_larger_one_costs() {
    let (level, reason, unlock) = ends("plan Team, scim off, addons ");
    assert_eq!(level, Level::Manual);
    assert!(
        reason.starts_with(
            "SCIM exists (Tidepool, https://help.tidepool.example/a) → Complete plan only (A Blog, https://blog.example/t) \
             → the tenant is on Team → "
        ),
        "{reason}"
    );
    assert!(reason.ends_with("a person does it in the app"), "{reason}");
    assert_eq!(
        unlock,
        "the Complete plan unlocks SCIM (price by a third party's report: 16 to 20 USD a person and month; A Blog, \
         https://blog.example/t; price on request only; Tidepool, https://help.tidepool.example/a), and then it has to be \
         switched on; the add-on Tidepool Guard unlocks the member API (list price: 4 EUR a person and month; Tidepool, \
         https://help.tidepool.example/a)"
    );
    assert_eq!(ends("plan Team, scim off, addons , sso enforced").0, Level::SsoOnly);
    assert_eq!(ends("plan plus, scim off, addons ").0, Level::Manual, "an alias is the plan");
}

#[test]
fn the_larger_plan_leaves_a_switch_and_the_switch_ends_the_handwork() {
    let (level, reason, unlock) = ends("plan Complete, scim off, addons ");
    assert_eq!(level, Level::Manual);
    assert!(reason.contains("the tenant's plan has it (Complete) → coverage.yaml says that it is off"), "{reason}");
    assert!(unlock.starts_with("switch SCIM on; the add-on"), "{unlock}");
    let (level, reason, unlock) = ends("plan Complete, scim on");
    assert_eq!((level, unlock.as_str()), (Level::Automated, ""));
    assert!(reason.ends_with("coverage.yaml says that it is on"), "{reason}");
}

#[test]
fn what_the_workspace_leaves_out_is_unknown_and_asked_for() {
    for (said, hint) in [
        ("plan Complete, addons ", "say in coverage.yaml whether SCIM is on"),
        ("addons ", "say in coverage.yaml on which plan the tenant is, and say in coverage.yaml whether SCIM is on"),
        (
            "plan Team, scim off",
            "say in coverage.yaml under `addons` whether the tenant has Tidepool Guard (list price",
        ),
        ("plan Platinum, addons ", "say in coverage.yaml on which plan the tenant is"),
    ] {
        let (level, _, unlock) = ends(said);
        assert_eq!(level, Level::Unknown, "{said}");
        assert!(unlock.contains(hint), "{said}: {unlock}");
    }
    let strange = ends("plan Platinum").1;
    assert!(strange.contains("the catalog does not know the plan `Platinum` that coverage.yaml names"), "{strange}");
    // That it is on shows that the plan has it; that it is off, that nothing ends by itself.
    assert_eq!(ends("scim on").0, Level::Automated);
    assert_eq!(ends("scim off, addons ").0, Level::Manual);
}

#[test]
fn a_workspace_that_contradicts_the_catalog_is_not_believed_and_not_refuted() {
    let (level, reason, unlock) = ends("plan Team, scim on, addons ");
    assert_eq!(level, Level::Unknown);
    assert!(reason.contains("the tenant is on Team → but coverage.yaml says that it is on"), "{reason}");
    assert!(
        unlock.starts_with("correct coverage.yaml (plan, add-ons or SCIM); if it is as it says there, put a test"),
        "{unlock}"
    );
    let none = scim_is(&["value: none"]);
    assert_eq!(of(&facts(&none, "plan Complete, scim on, addons "), Operation::Deactivate).0, Level::Unknown);
}

#[test]
fn single_sign_on_that_the_plan_cannot_have_closes_nothing() {
    let of_entry = |entry: &Entry, words: &str| facts(entry, words);
    let base = entry(&[]);
    let free = of_entry(&base, "plan Free, scim off, sso enforced, addons ");
    let (level, reason, unlock) = of(&free, Operation::Deactivate);
    assert_eq!(level, Level::Unknown);
    assert!(reason.contains("the tenant is on Free; but coverage.yaml says that it is enforced"), "{reason}");
    assert!(
        unlock.contains("correct coverage.yaml (plan, add-ons or single sign-on); if it is as it says"),
        "{unlock}"
    );
    assert!(free.sso_contradicted.is_some());
    for fine in ["plan Team, scim off, sso enforced, addons ", "scim off, sso enforced, addons "] {
        let fine = of_entry(&base, fine);
        assert_eq!((of(&fine, Operation::Deactivate).0, &fine.sso_contradicted), (Level::SsoOnly, &None));
    }
    assert_eq!(of_entry(&base, "plan Free, scim off, sso optional, addons ").sso_contradicted, None);
    let automated = of_entry(&base, "plan Complete, scim on, sso enforced");
    assert_eq!(automated.sso_contradicted, None);
    // Where SCIM ends accounts, nothing else tells the two sides of this apart.
    let both = entry(&["field: sso.status, value: none"]);
    let told = of_entry(&both, "plan Complete, scim on, sso enforced").disputed;
    let told: Vec<&str> = told.iter().flat_map(|d| &d.changes).map(String::as_str).collect();
    assert!(
        told.iter()
            .any(|what| what.contains("that coverage.yaml says is enforced") || what.contains("could not be enforced")),
        "{told:?}"
    );
}

#[test]
fn scim_that_needs_single_sign_on_does_nothing_certain_without_it() {
    let needs = entry(&["field: scim.requires-sso, value: true"]);
    let level = |words: &str| {
        let facts = facts(&needs, words);
        let (level, reason, unlock) = of(&facts, Operation::Deactivate);
        (level, reason, unlock.to_owned())
    };
    let (unsure, reason, unlock) = level("plan Complete, scim on, sso off, addons ");
    assert_eq!(unsure, Level::Unknown);
    assert!(reason.contains("coverage.yaml says that it is on, and that single sign-on is off"), "{reason}");
    assert!(unlock.starts_with("correct coverage.yaml (SCIM or single sign-on); if"), "{unlock}");
    for fine in
        ["plan Complete, scim on, sso optional", "plan Complete, scim on, sso enforced", "plan Complete, scim on"]
    {
        assert_eq!(level(fine).0, Level::Automated, "{fine}");
    }
    assert_eq!(ends("plan Complete, scim on, sso off").0, Level::Automated, "where nothing says that it is needed");
    let off = facts(&needs, "plan Complete, scim off, sso off, addons ");
    assert!(matches!(off.scim, Scim::Off { .. }), "both can be switched on: {:?}", off.scim);
}

#[test]
fn an_add_on_opens_the_api_and_its_lack_shuts_it() {
    let facts = |words: &str| facts(&entry(&[]), words);
    let has = facts("plan Team, scim off, addons guard");
    assert_eq!(of(&has, Operation::Deactivate).0, Level::Scriptable, "removing ends an account, too");
    assert_eq!(of(&has, Operation::List).0, Level::Scriptable);
    let (level, reason, _) = of(&has, Operation::Update);
    assert_eq!(level, Level::Manual);
    assert!(reason.contains("the member API does not update accounts"), "{reason}");
    let lacks = facts("plan Team, scim off, addons ");
    let (level, reason, _) = of(&lacks, Operation::List);
    assert_eq!(level, Level::Manual);
    assert!(reason.contains("a person downloads the member list (Tidepool, "), "{reason}");
}

#[test]
fn a_plan_can_hang_on_the_operation() {
    let facts = facts(&entry(&[]), "plan Free, scim on, addons ");
    assert_eq!(of(&facts, Operation::Groups).0, Level::Automated);
    assert_eq!(of(&facts, Operation::Deactivate).0, Level::Unknown);
}

#[test]
fn what_is_said_of_one_case_holds_for_a_tenant_that_is_that_case() {
    let cases = scim_is(&["scope: {variant: hosted}, value: available", "scope: {variant: server}, value: none"]);
    let level = |words: &str| of(&facts(&cases, words), Operation::Deactivate).0;
    assert_eq!(level("plan Complete, scim off, addons , variant hosted"), Level::Manual);
    assert_eq!(level("plan Complete, addons , variant hosted"), Level::Unknown);
    assert_eq!(level("plan Complete, addons , variant server"), Level::Manual, "it has none, whatever the switch");
    let open = facts(&cases, "plan Complete, addons ");
    let (level, reason, unlock) = of(&open, Operation::Deactivate);
    assert_eq!(level, Level::Unknown);
    assert!(reason.contains("said of variant hosted only"), "{reason}");
    assert!(unlock.contains("which `variant` (hosted, server)"), "{unlock}");
}

#[test]
fn nobody_has_looked_is_not_there_is_none() {
    let unknown = scim_is(&[]);
    assert_eq!(of(&facts(&unknown, "plan Team, addons "), Operation::Deactivate).0, Level::Unknown);
    assert_eq!(of(&facts(&unknown, "plan Team, scim off, addons "), Operation::Deactivate).0, Level::Manual);
    let looked = scim_is(&["value: undocumented"]);
    let facts = facts(&looked, "plan Team, addons ");
    let (level, reason, _) = of(&facts, Operation::Deactivate);
    assert_eq!(level, Level::Manual);
    assert!(reason.starts_with("no source documents SCIM (looked for at Tidepool, "), "{reason}");
}

#[test]
fn events_hang_on_the_plan() {
    let level = |words: &str| of(&facts(&entry(&[]), words), Operation::Events).0;
    assert_eq!(level("plan Team"), Level::Scriptable);
    assert_eq!(level("plan Free"), Level::Manual);
    assert_eq!(level(""), Level::Unknown);
}

#[test]
fn scim_stands_where_the_plan_and_the_switch_put_it() {
    let scim = |words: &str| facts(&entry(&[]), words).scim;
    let Scim::Gated { needs, prices, by, unlocks } = scim("plan Team, scim off, addons ") else { panic!() };
    assert_eq!((needs.as_str(), prices.len(), by.as_str()), ("the Complete plan", 2, "A Blog, https://blog.example/t"));
    assert_eq!(unlocks, [Operation::Create, Operation::Update, Operation::Deactivate]);
    assert!(matches!(scim("plan Team"), Scim::Gated { .. }), "however it is switched");
    let Scim::Off { unlocks, .. } = scim("plan Complete, scim off") else { panic!() };
    assert!(unlocks.contains(&Operation::Groups) || unlocks.contains(&Operation::Deactivate));
    assert_eq!(scim("plan Complete, scim on"), Scim::On);
    assert_eq!(scim("plan Complete"), Scim::Unknown);
    assert_eq!(scim("scim off"), Scim::Unknown, "which plan, nobody says");
    let pilot = scim_is(&["value: pilot"]);
    let asked = facts(&pilot, "plan Complete, scim off, addons ");
    assert_eq!(asked.scim, Scim::NotOffered);
    assert!(
        of(&asked, Operation::Deactivate).2.starts_with("ask Tidepool Inc. for SCIM, which is not open to everyone")
    );
}

#[test]
fn scim_that_leaves_the_account_ends_nothing() {
    let mut leaves = entry(&[]);
    let text = "- {trigger: scim-active-false, effect: session-ended-only, sources: [help]}";
    leaves.deprovision.extend(crate::yaml::load::<Vec<crate::model::Deprovision>>("x", text.as_bytes()).unwrap().value);
    let facts = facts(&leaves, "plan Complete, scim on, addons ");
    let (level, reason, _) = of(&facts, Operation::Deactivate);
    assert_eq!(level, Level::Manual);
    assert!(reason.contains("but it signs the person out and leaves the account"), "{reason}");
    assert_eq!(of(&facts, Operation::Update).0, Level::Automated);
}

#[test]
fn only_contradictions_that_would_change_something_are_told() {
    let both =
        "sources: [blog], note: Found no page.}\n  - {field: scim.setup, value: support-ticket, sources: [blog]}\n";
    let text =
        TIDEPOOL.replace("not-researched:", &format!("  - {{field: scim.status, value: none, {both}not-researched:"));
    let both = crate::yaml::load::<Entry>("tidepool.yaml", text.as_bytes()).unwrap().value;
    let told = facts(&both, "plan Complete, scim on").disputed;
    let [one] = told.as_slice() else { panic!("{told:#?}") };
    assert_eq!((one.what.as_str(), one.ends_otherwise), ("scim.status", true));
    assert_eq!(
        (one.counts.as_str(), one.against.as_slice()),
        (
            "`available` says Tidepool (https://help.tidepool.example/a, as of 2026-11-01)",
            &["`none` says A Blog (https://blog.example/t, as of 2026-03): Found no page".to_owned()][..]
        )
    );
    assert_eq!(one.rule, "the vendor's documentation outranks a third party");
    assert!(
        one.changes.iter().any(|c| c.contains("`deactivate`") && c.ends_with("would be unknown, not automated")),
        "{:?}",
        one.changes
    );
    assert!(facts(&entry(&[]), "plan Complete, scim on").disputed.is_empty());
    // Whoever has neither the plan nor the switch has handwork on both sides; what differs is whether money would help.
    let gated = facts(&both, "plan Team, scim off, addons guard").disputed;
    assert!(gated.iter().all(|d| !d.ends_otherwise), "{gated:#?}");
}

#[test]
fn a_claim_is_old_after_its_fields_limit_and_only_if_the_assessment_asks_for_it() {
    // The blog speaks for March 2026; plans are fresh for half a year.
    let old = |words: &str, day| {
        let facts = assess(0, &app(words), Some(&entry(&[])), Some("okta"), Some(day));
        facts.old.iter().map(|(stale, by)| (stale.what.clone(), by.clone())).collect::<Vec<_>>()
    };
    let team = "plan Team, scim off, addons ";
    assert_eq!(old(team, jiff::civil::date(2026, 9, 30)), [], "the last day on which it is fresh");
    let aged = old(team, jiff::civil::date(2026, 10, 1));
    assert_eq!(aged, [("scim.plan".to_owned(), "A Blog, https://blog.example/t".to_owned())]);
    let none = scim_is(&["value: none"]);
    let facts = assess(0, &app(team), Some(&none), None, DAY);
    assert_eq!(facts.old, [], "nobody asks for the plan of what does not exist");
}

#[test]
fn handwork_is_that_of_the_tenant() {
    let hand = facts(&entry(&[]), "variant hosted").handwork.unwrap();
    let texts: Vec<(&str, &str)> =
        hand.way.steps.iter().map(|s| (s.text.as_str(), s.cites[0].publisher.as_str())).collect();
    assert_eq!(texts, [("Open Members.", "Tidepool"), ("Choose End.", "A Blog")]);
    assert!(hand.others.is_empty(), "the other way is for servers");
    assert_eq!(hand.survives, [crate::model::Remains::Tokens, crate::model::Remains::SharedLinks]);
    assert_eq!(hand.fails_for[0].0, "the last administrator");
    assert_eq!(facts(&entry(&[]), "variant server").handwork.unwrap().others.len(), 1);
    assert_eq!(facts(&entry(&[]), "variant hosted").deprovision.len(), 1);
    assert_eq!(
        facts(&entry(&[]), "plan Team, variant hosted, scim off, addons ").set_up,
        "plan Team · add-ons none · variant hosted · SCIM off"
    );
}

#[test]
fn an_app_outside_the_catalog_is_unknown_throughout() {
    let facts = assess(0, &app("plan Team, scim on"), None, None, DAY);
    assert!(facts.product.is_none() && facts.operations.iter().all(|o| o.level == Level::Unknown));
}

#[test]
fn who_may_pass_by_single_sign_on_is_said_of_administrators_and_of_guests_apart() {
    const BYPASS: &str = "field: sso.bypass, value: true";
    const OF_GUESTS: &str = "field: sso.bypass, scope: {population: guests}, value: true";
    let of = |claims: &[&str]| {
        let facts = facts(&entry(claims), "plan Team");
        (facts.sso_bypass, facts.sso_bypass_guests)
    };
    assert_eq!(of(&[]), (false, false));
    assert_eq!(of(&[BYPASS]), (true, false));
    assert_eq!(of(&[OF_GUESTS]), (false, true));
    assert_eq!(of(&[BYPASS, OF_GUESTS]), (true, true));
    assert_eq!(of(&["field: sso.bypass, scope: {plan: Complete, population: guests}, value: true"]), (false, false));
}

#[test]
fn a_list_of_operations_that_only_follows_from_a_source_denies_nothing() {
    use crate::model::{ClaimValue, Evidence};
    let listed = |evidence: Evidence| {
        let mut entry = entry(&[]);
        for claim in &mut entry.claims {
            let one = match claim.field {
                ClaimField::ScimOperations => "create",
                ClaimField::ApiOperations => "list",
                _ => continue,
            };
            (claim.value, claim.evidence) = (ClaimValue::List(vec![one.to_owned()]), evidence);
        }
        move |words: &str| facts(&entry, &format!("plan Complete, addons guard, {words}"))
    };
    let stated = listed(Evidence::Stated)("scim on");
    for (operation, denied) in [
        (Operation::Deactivate, "but it does not deactivate accounts"),
        (Operation::Update, "but it does not update accounts"),
        (Operation::Groups, "but it does not set groups or roles"),
    ] {
        let (level, reason, _) = of(&stated, operation);
        assert_eq!((level, reason.contains(denied)), (Level::Manual, true), "{reason}");
    }
    let listed = listed(Evidence::Inferred);
    let inferred = listed("scim on");
    for operation in [Operation::Deactivate, Operation::Update, Operation::Groups] {
        let (level, reason, _) = of(&inferred, operation);
        assert_eq!(level, Level::Unknown, "{reason}");
        assert!(!reason.contains("does not"), "{reason}");
        assert!(
            reason.contains(&format!("but no source lists what it does, so `{operation}` is not sure")),
            "{reason}"
        );
    }
    assert_eq!(of(&inferred, Operation::Create).0, Level::Automated, "what the list has, it has");
    assert_eq!(of(&inferred, Operation::List).0, Level::Unknown, "SCIM may list them, and the API does");
    let off = listed("scim off");
    assert_eq!(of(&off, Operation::List).0, Level::Scriptable, "what is off does nothing, whatever it could do");
}
