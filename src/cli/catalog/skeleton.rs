//! `coverage catalog new`: a commented entry to begin with.

use crate::cli::Failure;
use crate::host::today;
use std::io::Write;
use std::path::Path;

/// Where this repository keeps the schema for editors. An entry of its catalog names it from a folder beside.
const SCHEMA: &str = "schemas/catalog.json";

/// Writes an entry that lints as it stands: everything is still to be looked up, and says so.
#[allow(clippy::disallowed_methods, reason = "whether this is the repository is asked of the folder")]
pub fn write(id: &str, name: Option<&str>, domain: Option<&str>, out: &mut impl Write) -> Result<(), Failure> {
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(Failure::Usage(format!("`{id}`: an id has lower-case letters, digits and hyphens")));
    }
    // JSON's quotation is YAML's.
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let name = quoted(name.unwrap_or(id));
    let domain = quoted(&domain.map_or_else(|| format!("{id}.example"), str::to_lowercase));
    let today = today();
    let id = quoted(id);
    let editor = match Path::new(SCHEMA).is_file() {
        true => format!("# yaml-language-server: $schema=../{SCHEMA}"),
        false => "# An editor completes it if `coverage catalog schema > catalog.json` has been run in its folder and the first line reads
# `# yaml-language-server: $schema=catalog.json`"
            .to_owned(),
    };
    write!(
        out,
        r#"{editor}
# Check it: coverage catalog lint FILE. What a claim can be about: docs/catalog.md, or coverage catalog schema.
id: {id}
name: {name}
# app, identity-provider, hr: one or several.
roles: [app]
# Every domain of the product, and of no other. Others of the same name stand under not-to-confuse-with.
domains: [{domain}]
# From the smallest to the largest. Claims, scopes and prices name them.
# plans: [Free, Team, Enterprise]
# Kinds of the product, or ways to set it up, that differ in what is claimed: an id, and when it applies.
# variants: {{without-provisioning: A company that signs in through an identity provider and sends no leavers}}

# What you have read. kind: vendor-official, vendor-api-spec, vendor-issue-tracker, copy-of-vendor, idp-official,
# vendor-community, implementer, marketplace, third-party … or own-test, which outranks them all.
sources: {{}}
#  help:
#    url: https://help.example.com/scim
#    publisher: Example
#    kind: vendor-official
#    stated-on: 2026-01-31        # only if the page has a date of its own; "Last validated" is one
#    seen-on: {today}          # the day you read it
#    capture: live                # or stored-copy, mirror (canonical-url then says where it belongs)

# One field, one value, the sources that say so. Sources that disagree get a claim each; which one counts is computed.
# Words for a status: available, partial, pilot, beta, limited, on-request, deprecated, withdrawn, none (a source says
# that it does not exist), undocumented (you have looked, and name the pages that do not say).
claims: []
#  - {{field: sso.status, value: available, sources: [help]}}
#  - {{field: scim.status, value: available, sources: [help]}}
#  - {{field: scim.plan, value: Enterprise, sources: [help]}}
#  - {{field: scim.operations, value: [create, update, deactivate], sources: [help]}}
#  - {{field: jit.status, scope: {{idp: okta}}, value: available, sources: [help], note: Only with this provider.}}

# What nobody has looked up yet, of these seven. Take a field out when you claim it; leave any other field out.
not-researched: [sso.status, scim.status, jit.status, api.status, events.webhooks, events.audit, export.status]

# What each trigger does to an account, and what remains.
# deprovision:
#  - {{trigger: scim-active-false, effect: deactivated, seat: ended, remains: [account, content], sources: [help]}}
#  - {{trigger: idp-deactivate, scope: {{variant: without-provisioning}}, effect: sign-in-blocked, sessions: kept, sources: [help]}}
#  - {{trigger: admin-ui, effect: deleted, blocked-by: [last-owner], sources: [help]}}

# How a person removes a leaver by hand, in your own words.
# runbook:
#   who: Owner
#   steps:
#     - Open Settings, then Members, and choose Deactivate at the person.
#   not-enough: What looks like enough and is not.
#   proof: What to keep.
#   sources: [help]

# How a member list is had. How a file is read stands under exports (CONTRIBUTING.md, "Add an export").
# roster-exports:
#   - {{by: ui, where: "Settings, Members, Export", formats: [csv], leaves-out: [invited], sources: [help]}}
"#
    )?;
    Ok(())
}
