//! The catalog's files: what an editor sees of them through the committed JSON Schema, and what must hold over all of them.

use coverage::catalog::{Catalog, SOURCES, lint, parse_entry, read_entry};
use coverage::model::{Claim, ClaimField, Entry};
use coverage::yaml::Located;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The schema as it stands in the repository, where an editor reads it.
fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/catalog.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A file as any YAML 1.2 program reads it, an editor too.
fn as_editors_read(text: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

fn entries() -> Vec<Located<Entry>> {
    let read = |(name, text): &(&str, &str)| parse_entry(name, text.as_bytes()).unwrap_or_else(|e| panic!("{e:?}"));
    SOURCES.iter().map(read).collect()
}

fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

// ---- The schema.

#[test]
fn every_entry_is_valid_for_an_editor() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (name, text) in SOURCES {
        let value = as_editors_read(text);
        let faults: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{name}: {}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Breaks one thing in an entry; `None` if the entry has no such thing.
type Break = fn(&mut Value) -> Option<()>;

const BREAKS: &[(&str, Break)] = &[
    ("no id", |e| e.as_object_mut()?.remove("id").map(|_| ())),
    ("no roles", |e| e.as_object_mut()?.remove("roles").map(|_| ())),
    ("an unknown key", |e| put(e, "exprots", json!([]))),
    ("an unknown role", |e| put(e, "roles", json!(["ap"]))),
    ("a domain that is a number", |e| put(e, "domains", json!([5]))),
    ("a field that does not exist", |e| set(e, "/claims/0/field", json!("scim.statuss"))),
    ("a value of another field", |e| set(e, "/claims/0/value", json!({"plan": "Team"}))),
    ("a support word that does not exist", |e| {
        let claims = e["claims"].as_array_mut()?;
        let status = claims.iter_mut().find(|c| c["field"].as_str().is_some_and(|f| f.ends_with(".status")))?;
        put(status, "value", json!("yes"))
    }),
    ("a list where a word belongs", |e| {
        let claims = e["claims"].as_array_mut()?;
        let status = claims.iter_mut().find(|c| c["field"].as_str().is_some_and(|f| f.ends_with(".status")))?;
        put(status, "value", json!(["available"]))
    }),
    ("an operation that does not exist", |e| {
        let claims = e["claims"].as_array_mut()?;
        let does = claims.iter_mut().find(|c| c["field"].as_str().is_some_and(|f| f.ends_with(".operations")))?;
        put(does, "value", json!(["delete"]))
    }),
    ("a claim without a source", |e| set(e, "/claims/0/sources", json!([]))),
    ("a scope that is a text", |e| put(e["claims"].as_array_mut()?.first_mut()?, "scope", json!("okta"))),
    ("a population that does not exist", |e| {
        put(e["claims"].as_array_mut()?.first_mut()?, "scope", json!({"population": "everybody"}))
    }),
    ("a day written otherwise", |e| {
        let source = e["sources"].as_object_mut()?.values_mut().next()?;
        put(source, "seen-on", json!("22.11.2026"))
    }),
    ("a kind of source that does not exist", |e| {
        let source = e["sources"].as_object_mut()?.values_mut().next()?;
        put(source, "kind", json!("vendor"))
    }),
    ("an effect that does not exist", |e| set(e, "/deprovision/0/effect", json!("gone"))),
    ("a blocker in prose", |e| {
        put(e["deprovision"].as_array_mut()?.first_mut()?, "blocked-by", json!(["the last admin"]))
    }),
    ("a runbook without steps", |e| set(e, "/runbook/steps", json!([]))),
];

fn put(place: &mut Value, key: &str, value: Value) -> Option<()> {
    place[key] = value;
    Some(())
}

fn set(entry: &mut Value, pointer: &str, value: Value) -> Option<()> {
    entry.pointer_mut(pointer).map(|place| *place = value)
}

#[test]
fn what_is_broken_in_any_entry_is_seen_by_an_editor_and_by_the_loader() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (what, break_it) in BREAKS {
        let mut broken = 0;
        for (name, text) in SOURCES {
            let mut value = as_editors_read(text);
            if break_it(&mut value).is_none() {
                continue;
            }
            broken += 1;
            assert!(!validator.is_valid(&value), "{name}: {what} passes an editor");
            // JSON is YAML, so the loader reads the same.
            let written = serde_json::to_string_pretty(&value).unwrap();
            let faults = parse_entry(name, written.as_bytes()).expect_err(what);
            assert!(faults.iter().all(|f| f.line.is_some() && f.column.is_some()), "{name}: {what}: {faults:?}");
        }
        assert!(broken > 5, "{what}: only {broken} entries could be broken so");
    }
}

/// Every property and every word of the schema, with whether an editor has something to show beside it.
fn described(schema: &Value, path: &str, out: &mut Vec<(String, bool)>) {
    let says = |schema: &Value| schema["description"].as_str().is_some_and(|text| text.len() > 3);
    if let Some(properties) = schema["properties"].as_object() {
        for (name, property) in properties {
            out.push((format!("{path}.{name}"), says(property)));
        }
    }
    for word in schema["oneOf"].as_array().into_iter().flatten().filter(|word| word.get("const").is_some()) {
        out.push((format!("{path}={}", word["const"]), says(word)));
    }
}

#[test]
fn an_editor_has_a_word_to_say_about_every_key_and_every_word() {
    let schema = schema();
    let mut all = Vec::new();
    described(&schema, "entry", &mut all);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        described(definition, name, &mut all);
    }
    assert!(all.len() > 300, "{} keys and words", all.len());
    let silent: Vec<&str> = all.iter().filter(|(_, says)| !says).map(|(path, _)| path.as_str()).collect();
    assert!(silent.is_empty(), "without a description: {}", silent.join(", "));
    // What an editor offers after `value:` depends on the field.
    let rules = schema["$defs"]["Claim"]["allOf"].as_array().unwrap();
    let offered = |field: &str| {
        let rule =
            rules.iter().find(|r| r["if"]["properties"]["field"]["enum"].as_array().unwrap().contains(&json!(field)));
        rule.unwrap_or_else(|| panic!("{field}"))["then"]["properties"]["value"].clone()
    };
    let pilot = json!({"const": "pilot", "description": "For selected customers.", "type": "string"});
    assert!(offered("scim.status")["oneOf"].as_array().unwrap().contains(&pilot));
    assert!(offered("scim.operations")["items"]["oneOf"].to_string().contains("\"deactivate\""));
    assert!(offered("scim.setup")["oneOf"].to_string().contains("\"support-ticket\""));
    assert_eq!(offered("scim.requires-sso")["type"], "boolean");
    for field in schema["$defs"]["ClaimField"]["oneOf"].as_array().unwrap() {
        let field = field["const"].as_str().unwrap();
        let value = offered(field);
        assert!(value["description"].as_str().is_some_and(|says| says.ends_with('.')), "{field}: {value}");
        let lists = [&value["oneOf"], &value["items"]["oneOf"]];
        for word in lists.iter().filter_map(|list| list.as_array()).flatten() {
            assert!(word["description"].as_str().is_some_and(|means| means.ends_with('.')), "{field}: {word}");
        }
    }
}

#[test]
fn a_wrong_file_is_told_whole_with_places_and_the_nearest_names() {
    let faults = parse_entry(
        "x.yaml",
        b"id: x
name: X
rols: [app]
sources:
  a: {url: https://x.example, publisher: X, kind: vendor-oficial, seen-on: 2026-11-20, version: 3.14}
claims:
  - {field: scim.statsu, value: available, sources: [a]}
  - {field: scim.status, value: availabel, sources: [a]}
  - {field: api.auth, value: OAuth 2.0 by a partner app, sources: [a]}
  - {field: scim.base-url, value: ask support, sources: [a]}
  - {field: scim.requires-sso, value: \"yes\", sources: [a]}
  - {field: scim.token-lifetime, value: half a year, sources: []}
",
    )
    .expect_err("faults");
    let told: String = faults.iter().map(|d| format!("{d}\n")).collect();
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_wrong_in_form_and_in_reference_is_told_in_one_pass_and_nothing_follows_from_what_was_not_read() {
    let text = "id: x
name: X
roles: [app]
domains: [x.example]
plans: [Free, Team]
variants: {cloud: The hosted edition}
sources:
  a: {url: https://x.example, publisher: X, kind: vendor-official, seen-on: \"2026-11-20\"}
  b: {url: https://x.example, publisher: X, kind: vendor-oficial, seen-on: \"2026-11-20\"}
  c: {url: https://x.example, publisher: X, kind: vendor-official, seen-on: \"2026-02-30\"}
addons:
  guard: {name: Guard, plan: Team, sources: [a]}
claims:
  - {field: scim.status, scope: {variant: cloud}, value: availabel, sources: [a]}
  - {field: scim.plan, value: Taem, sources: [a]}
  - {field: scim.addon, value: guard, sources: [b]}
  - {field: sso.status, value: available, sources: [aa, c]}
  - {field: local-login, value: true, sources: [a]}
  - {field: local-login, value: true, sources: [b]}
deprovision:
  - {trigger: admin-ui, effect: gone, sources: [a]}
  - {trigger: idp-unassign, scope: {idp: otka}, effect: deleted, sources: [a]}
";
    let told = |text: &str| {
        let (entry, mut faults) = read_entry("x.yaml", text.as_bytes());
        let beside: Vec<Entry> = Catalog::embedded().entries.clone();
        faults.extend(lint(&entry.into_iter().collect::<Vec<_>>(), &beside, today()));
        faults.sort_by_key(|fault| (fault.line, fault.column));
        let told: Vec<String> = faults.iter().map(|d| d.to_string().lines().next().unwrap().to_owned()).collect();
        told
    };
    insta::assert_snapshot!(told(text).join("\n"));
    // A key that nobody knows may have been meant for any that is missing.
    let before = told(text);
    for key in ["sources", "plans", "variants", "addons", "name", "roles"] {
        let now = told(&text.replace(&format!("\n{key}:"), &format!("\n{key}x:")));
        for still in ["`otka` is no identity provider", "`availabel` is not one of"] {
            assert!(now.iter().any(|fault| fault.contains(still)), "{key}: {now:?}");
        }
        let new: Vec<&String> = now.iter().filter(|fault| !before.contains(fault)).collect();
        let own = [format!("there is no key `{key}x`"), format!("the key `{key}` is missing")];
        assert!(new.iter().all(|fault| own.iter().any(|own| fault.contains(own))), "{key}: {new:?}");
    }
}

#[test]
fn undocumented_is_taken_by_the_fields_that_every_entry_speaks_of_and_by_no_other() {
    let editor = jsonschema::draft202012::new(&schema()).unwrap();
    for field in ClaimField::ALL {
        let takes = ClaimField::CORE.contains(field);
        for (gap, allowed) in
            [("undocumented", takes), ("not-researched", false), ("[undocumented]", false), ("[not-researched]", false)]
        {
            let text = format!(
                "id: x\nname: X\nroles: [app]\nsources:\n  a: {{url: https://x.example, publisher: X, kind: third-party, \
                 seen-on: \"2026-11-20\"}}\nclaims:\n  - {{field: {field}, value: {gap}, sources: [a]}}\n"
            );
            assert_eq!(editor.is_valid(&as_editors_read(&text)), allowed, "{field}: {gap}, for an editor");
            match parse_entry("x.yaml", text.as_bytes()) {
                Ok(_) => assert!(allowed, "{field}: {gap}"),
                Err(faults) => {
                    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    assert!(!allowed && told.len() <= 2, "{field}: {gap}: {told:?}");
                    if !takes {
                        let left_out = "may not stand here\n  help: Leave the field out instead. That pages were read and do not \
                                        say is claimed of `sso.status`, `scim.status`, `jit.status`, `api.status`, \
                                        `events.webhooks`, `events.audit`, `export.status` only";
                        assert!(told.iter().any(|t| t.contains(left_out)), "{field}: {gap}: {told:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn hostile_entries_are_refused_at_once() {
    let mib8 = 8 << 20;
    let head = "id: x\nname: X\nroles: [app]\n";
    let of = |start: &str, item: &str| format!("{head}{start}{}", item.repeat(mib8 / item.len() - 100));
    let bomb: String = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |bomb, n| {
        format!("{bomb}a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))
    });
    for (name, text, told) in [
        ("200 KB of brackets", "[".repeat(200_000), "more than 64 deep"),
        ("deep mappings", "{a: ".repeat(50_000), "more than 64 deep"),
        ("deep blocks", (0..3000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), "more than 64 deep"),
        ("a bomb of aliases", bomb, "aliases (`*name`) are not read"),
        ("an anchor", format!("{head}notes: [&a x]\n"), "anchors (`&name`) are not read"),
        ("a merge key", format!("{head}sources: {{<<: {{}}}}\n"), "merge keys (`<<`) are not read"),
        ("a key twice", format!("{head}name: Y\n"), "the key `name` stands here a second time"),
        ("two documents", format!("{head}---\n{head}"), "a second document begins here"),
        ("8 MiB of numbers", format!("{}]", of("notes: [", "1,")), "more than 20000 values"),
        (
            "8 MiB of keys",
            format!("{head}{}", (0..560_000).map(|n| format!("k{n}: x\n")).collect::<String>()),
            "more than 20000 values",
        ),
        ("8 MiB of claims", of("claims:\n", "  - {field: x, value: y, sources: [z]}\n"), "more than 20000 values"),
        ("8 MiB of dashes", of("notes:\n", "- "), "more than 64 deep"),
        ("8 MiB of quotes", format!("{head}notes: [\"{}", "\\u0041".repeat(mib8 / 6 - 20)), "not valid YAML"),
        ("8 MiB in one key", format!("{head}{}: x", "k".repeat(mib8 - 60)), "not valid YAML"),
        ("more than 8 MiB", "#".repeat(mib8 + 1), "larger than 8 MiB"),
        (
            "thousands of wrong claims",
            format!("{head}claims:\n{}", "  - {field: x, value: y, sources: []}\n".repeat(3000)),
            "and more",
        ),
        ("not UTF-8", String::from_utf8_lossy(b"id: x").into_owned() + "\u{0}", "not valid YAML"),
    ] {
        let start = Instant::now();
        let faults = parse_entry("x.yaml", text.as_bytes()).expect_err(name);
        let took = start.elapsed();
        let all: String = faults.iter().map(|d| format!("{d}\n")).collect();
        assert!(all.contains(told), "{name}: {}", all.chars().take(300).collect::<String>());
        assert!(all.len() < 300_000, "{name}: {} bytes of messages", all.len());
        // Built for debugging and beside other tests; the program itself takes a tenth of this.
        assert!(
            took < Duration::from_millis(if name.starts_with("thousands") { 10_000 } else { 5_000 }),
            "{name}: {took:?}"
        );
    }
}

// ---- All entries together.

#[test]
fn the_built_in_catalog_has_neither_error_nor_warning() {
    let told: String = lint(&entries(), &[], today()).iter().map(|d| format!("{d}\n")).collect();
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn every_statement_has_a_source_that_is_dated_and_not_in_the_future() {
    let today = today();
    for entry in entries() {
        let Entry { id, sources, .. } = &entry.value;
        let rests = |what: &str, cited: &[String]| {
            assert!(!cited.is_empty(), "{id}: {what} has no source");
            assert!(cited.iter().all(|source| sources.contains_key(source)), "{id}: {what}: {cited:?}");
        };
        for Claim { field, sources, .. } in &entry.value.claims {
            rests(field.word(), sources);
        }
        entry.value.deprovision.iter().for_each(|d| rests(d.trigger.word(), &d.sources));
        entry.value.runbook.iter().for_each(|r| rests("the runbook", &r.sources));
        entry.value.roster_exports.iter().for_each(|r| rests("a roster export", &r.sources));
        entry.value.prices.iter().for_each(|p| rests("a price", &p.sources));
        entry.value.addons.values().for_each(|a| rests(&a.name, &a.sources));
        for (name, source) in sources {
            let day: jiff::civil::Date = source.seen_on.parse().unwrap_or_else(|e| panic!("{id}: {name}: {e}"));
            assert!(day <= today, "{id}: {name}: {day}");
            let stated = source.stated_on.as_deref().unwrap_or_default();
            assert!(stated <= source.seen_on.as_str(), "{id}: {name}: {stated}");
        }
    }
}

#[test]
fn ids_are_unique_and_a_domain_belongs_to_one_product() {
    let mut ids = BTreeSet::new();
    let mut domains: BTreeMap<String, String> = BTreeMap::new();
    for entry in &Catalog::embedded().entries {
        assert!(ids.insert(entry.id.to_lowercase()), "{} stands in the catalog twice", entry.id);
        for domain in &entry.domains {
            let other = domains.insert(domain.to_lowercase(), entry.id.clone());
            assert_eq!(other, None, "{domain} is also that of {}", entry.id);
        }
        for other in &entry.not_to_confuse_with {
            assert!(!entry.domains.contains(&other.domain), "{}: {} is its own", entry.id, other.domain);
        }
    }
    let claimed = Catalog::embedded().entries.iter().flat_map(|e| &e.exports).map(|e| &e.id);
    let mut exports = BTreeSet::new();
    claimed.for_each(|id| assert!(exports.insert(id), "{id} stands in the catalog twice"));
}

/// What a run costs before it reads its first file, built for debugging as here. The limit leaves room for a busy machine.
#[test]
fn the_catalog_is_there_at_once() {
    let start = Instant::now();
    let catalog = Catalog::embedded_slim().with_exports(Vec::new()).with_claims(["slack", "webflow"].into_iter());
    let took = start.elapsed();
    assert!(took < Duration::from_millis(200), "{took:?}");
    eprintln!("{took:?} for {} entries", catalog.entries.len());
    // Nothing that a run asks for is missing in it.
    let whole = Catalog::embedded();
    assert_eq!(catalog.version(), whole.version());
    for (slim, whole) in catalog.entries.iter().zip(&whole.entries) {
        let json = |entry: &Entry| serde_json::to_value(entry).unwrap();
        match ["slack", "webflow"].contains(&whole.id.as_str()) {
            true => assert_eq!(json(slim), json(whole), "{}", whole.id),
            false => {
                assert!(slim.claims.is_empty() && slim.sources.is_empty());
                assert_eq!((&slim.id, &slim.name, &slim.roles), (&whole.id, &whole.name, &whole.roles));
                assert_eq!((&slim.domains, &slim.plans), (&whole.domains, &whole.plans));
                let parts = |e: &Entry| format!("{:?}", coverage::workspace::Product::from(e));
                assert_eq!(parts(slim), parts(whole), "what a workspace may name");
                assert_eq!(json(slim)["exports"], json(whole)["exports"], "{}", whole.id);
            }
        }
    }
}
