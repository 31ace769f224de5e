//! An entry made ready to be shown: verdicts drawn, sources looked up, contradictions set side by side.

use super::conflicts::{conflicts, effect_conflicts, self_contradictions};
use super::stale::{stale, stale_claim};
use super::verdict::{Verdict, scope_words, verdict};
use crate::model::{
    Citation, Claim, ClaimField, Deprovision, Disagreement, Entry, Evidence, Names, Price, ProductPage, RosterExport,
    Runbook, RunbookPage, Said, Scope, Source, Statement, Step, Topic,
};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Topics, by the beginning of the field's word, in the order in which they are shown.
const TOPICS: [(&str, &str); 8] = [
    ("lifecycle", "The product"),
    ("account.", "Accounts"),
    ("sso.", "Single sign-on"),
    ("scim.", "SCIM"),
    ("jit.", "Accounts made at sign-in"),
    ("api.", "Member API"),
    ("events.", "Events and audit log"),
    ("export.", "Member list"),
];

/// Everything an entry says, as of a day.
pub fn page(entry: &Entry, as_of: Date) -> ProductPage {
    let plans = entry.plans.iter().map(|plan| match entry.plan_aliases.get(plan) {
        Some(others) => format!("{plan} (also {})", others.join(", ")),
        None => plan.clone(),
    });
    let mut parts = Vec::new();
    parts.extend(entry.variants.iter().map(|(id, what)| ("variant", id.clone(), what.clone())));
    parts.extend(entry.regions.iter().map(|(id, what)| ("region", id.clone(), what.clone())));
    parts.extend(entry.addons.iter().map(|(id, addon)| {
        let with = if addon.plans.is_empty() { String::new() } else { format!(", with {}", addon.plans.join(", ")) };
        let note = addon.note.as_ref().map_or(String::new(), |note| format!(". {note}"));
        ("add-on", id.clone(), format!("{}{with}{note}", addon.name))
    }));
    ProductPage {
        id: entry.id.clone(),
        name: entry.name.clone(),
        vendor: entry.vendor.clone(),
        roles: entry.roles.iter().map(|role| role.word()).collect(),
        also_called: entry.also_called.clone(),
        domains: entry.domains.clone(),
        look_alikes: entry.not_to_confuse_with.iter().map(|l| (l.domain.clone(), l.difference.clone())).collect(),
        plans: plans.collect(),
        tenancy: entry.tenancy.clone(),
        parts,
        topics: topics(entry, as_of),
        not_researched: not_researched(entry),
        prices: entry.prices.iter().map(|p| price(entry, p)).collect(),
        endings: entry.deprovision.iter().map(|d| ending(entry, d)).collect(),
        runbooks: entry.runbook.iter().flat_map(|r| runbooks(entry, r)).collect(),
        rosters: entry.roster_exports.iter().map(|r| roster(entry, r)).collect(),
        exports: entry.exports.iter().map(|e| (e.id.clone(), e.name.clone(), e.refuse.is_some())).collect(),
        // Lists of protocols stand in other entries: whoever has the whole catalog adds them all.
        fetched: Vec::new(),
        disagreements: disagreements(entry),
        stale: stale(entry, as_of).iter().map(|s| format!("{}: {}", s.what, old(s.day, s.age, s.limit))).collect(),
        sources: entry.sources.iter().map(|(id, source)| citation(id, source)).collect(),
        notes: entry.notes.clone(),
    }
}

fn old(day: Date, age: i64, limit: u16) -> String {
    format!("last confirmed {day}, {age} days ago; looked at again after {limit}")
}

fn not_researched(entry: &Entry) -> Vec<&'static str> {
    let listed = entry.not_researched.iter().copied();
    let silent = ClaimField::CORE.into_iter().filter(|field| entry.claims.iter().all(|c| c.field != *field));
    let all: BTreeSet<ClaimField> = listed.chain(silent).collect();
    all.into_iter().map(ClaimField::word).collect()
}

fn topics(entry: &Entry, as_of: Date) -> Vec<Topic> {
    let mut topics: Vec<Topic> = TOPICS.iter().map(|(_, name)| Topic { name, statements: Vec::new() }).collect();
    for field in ClaimField::ALL {
        let topic = TOPICS.iter().position(|(begin, _)| field.word().starts_with(begin)).unwrap_or(1);
        let mut scopes: Vec<&Scope> = entry.claims.iter().filter(|c| c.field == *field).map(|c| &c.scope).collect();
        // What holds everywhere comes first.
        scopes.sort();
        scopes.dedup();
        for scope in scopes {
            let verdict = verdict(entry, *field, scope);
            topics[topic].statements.extend(verdict.map(|verdict| statement(entry, scope, &verdict, as_of)));
        }
    }
    topics.retain(|topic| !topic.statements.is_empty());
    topics
}

/// What counts for one scope. Where a broader claim wins, what is claimed for the scope alone stands against it.
fn statement(entry: &Entry, scope: &Scope, verdict: &Verdict<'_>, as_of: Date) -> Statement {
    Statement {
        field: verdict.winner.field.word(),
        scope: scope_words(scope),
        counts: said(entry, verdict.winner),
        against: verdict.losers.iter().filter(|c| c.scope == *scope).map(|c| said(entry, c)).collect(),
        rule: verdict.rule.clone(),
        stale: stale_claim(entry, verdict.winner, as_of).map(|s| old(s.day, s.age, s.limit)),
    }
}

pub(super) fn said(entry: &Entry, claim: &Claim) -> Said {
    let mut details: Vec<String> = claim.note.iter().cloned().collect();
    details.extend(inferred(claim.evidence));
    details.extend(claim.since.iter().map(|day| format!("since {day}")));
    details.extend(claim.until.iter().map(|day| format!("until {day}")));
    Said { what: claim.value.to_string(), scope: scope_words(&claim.scope), details, by: cite(entry, &claim.sources) }
}

fn inferred(evidence: Evidence) -> Option<String> {
    (!evidence.is_stated()).then(|| "not said by the source; it follows from what it says".to_owned())
}

fn cite(entry: &Entry, ids: &[String]) -> Vec<Citation> {
    entry.cited(ids).map(|(id, source)| citation(id, source)).collect()
}

fn citation(id: &str, source: &Source) -> Citation {
    let doubt = source.doubt.iter().map(|why| format!("not to be relied on: {why}"));
    let version = source.version.iter().map(|version| format!("about version {version}"));
    let capture = source.capture.iter().map(|how| format!("read as {how}"));
    let proper = source.canonical_url.iter().map(|url| format!("properly at {url}"));
    Citation {
        id: id.to_owned(),
        publisher: source.publisher.clone(),
        kind: source.kind.word(),
        url: source.url.clone(),
        stated_on: source.stated_on.clone(),
        seen_on: source.seen_on.clone(),
        remarks: doubt.chain(version).chain(capture).chain(proper).chain(source.note.iter().cloned()).collect(),
    }
}

fn price(entry: &Entry, price: &Price) -> Said {
    let addon = price.addon.as_ref().map(|id| entry.addons.get(id).map_or(id.as_str(), |addon| addon.name.as_str()));
    let of = price.plan.as_deref().or(addon).unwrap_or_default();
    let currency = price.currency.as_deref().unwrap_or_default();
    let unit = price.unit.map_or(String::new(), |unit| format!(" by {}", unit.word().replace('-', " and ")));
    let amount = match (&price.amount, &price.up_to) {
        (Some(from), Some(to)) => format!("{from} to {to} {currency}{unit}"),
        (Some(amount), None) => format!("{amount} {currency}{unit}"),
        _ => "not public".to_owned(),
    };
    Said {
        what: format!("{of}: {amount} ({})", price.kind.word().replace('-', " ")),
        scope: String::new(),
        details: price.note.iter().cloned().collect(),
        by: cite(entry, &price.sources),
    }
}

fn ending(entry: &Entry, d: &Deprovision) -> Said {
    let mut details = Vec::new();
    let mut say = |what: &str, text: Option<String>| details.extend(text.map(|text| format!("{what}: {text}")));
    say("setting", d.setting.clone());
    say("delay", d.delay.clone());
    say("timing", d.timing.clone());
    say("can be undone", d.reversible.map(|yes| if yes { "yes" } else { "no" }.to_owned()));
    say("how to undo", d.restore.clone());
    say("seat", d.seat.map(|fate| fate.to_string()));
    say("sessions", d.sessions.map(|fate| fate.to_string()));
    say("tokens", d.tokens.map(|fate| fate.to_string()));
    say("content", d.content.map(|fate| fate.to_string()));
    let remains: Vec<&str> = d.remains.iter().map(|r| r.word()).collect();
    say("remains", (!remains.is_empty()).then(|| remains.join(", ")));
    say("fails for", d.fails_for());
    details.extend(d.note.clone());
    details.extend(inferred(d.evidence));
    Said {
        what: format!("{}: {}", d.trigger, d.effect),
        scope: scope_words(&d.scope),
        details,
        by: cite(entry, &d.sources),
    }
}

fn runbooks(entry: &Entry, runbook: &Runbook) -> Vec<RunbookPage> {
    let steps = |steps: &[Step]| {
        let own = |step: &Step| match step {
            Step::Plain(_) => Vec::new(),
            Step::Sourced(step) => cite(entry, &step.sources),
        };
        steps.iter().map(|step| (step.text().to_owned(), own(step))).collect()
    };
    let survives: Vec<&str> = runbook.survives.iter().map(|r| r.word()).collect();
    let remarks = [
        ("not enough", runbook.not_enough.clone()),
        ("the last administrator", runbook.last_admin.clone()),
        ("survives", (!survives.is_empty()).then(|| survives.join(", "))),
        ("undo", runbook.restore.clone()),
        ("proof", runbook.proof.clone()),
        ("note", runbook.note.clone()),
    ];
    let usual = RunbookPage {
        name: String::new(),
        scope: String::new(),
        who: runbook.who.clone(),
        steps: steps(&runbook.steps),
        remarks: remarks.into_iter().filter_map(|(what, text)| Some((what, text?))).collect(),
        by: cite(entry, &runbook.sources),
    };
    let others = runbook.alternatives.iter().map(|way| RunbookPage {
        name: way.name.clone(),
        scope: scope_words(&way.scope),
        who: way.who.clone(),
        steps: steps(&way.steps),
        remarks: Vec::new(),
        by: cite(entry, &way.sources),
    });
    std::iter::once(usual).chain(others).collect()
}

fn roster(entry: &Entry, r: &RosterExport) -> Said {
    let mut details = Vec::new();
    let mut say = |what: &str, text: Option<String>| details.extend(text.map(|text| format!("{what}: {text}")));
    let list = |words: Vec<&str>| (!words.is_empty()).then(|| words.join(", "));
    say("where", r.location.clone());
    say("who", r.who.clone());
    say("plan", r.plan.as_ref().map(Names::to_string));
    say("formats", list(r.formats.iter().map(|f| f.word()).collect()));
    say("columns", list(r.columns.iter().map(String::as_str).collect()));
    say("holds", list(r.includes.iter().map(|p| p.word()).collect()));
    say("leaves out", list(r.leaves_out.iter().map(|p| p.word()).collect()));
    say("arrives by", r.delivery.clone());
    say("its link works for", r.link_lifetime.clone());
    say("read as", r.read_by.as_ref().map(Names::to_string));
    details.extend(r.note.clone());
    Said { what: r.by.to_string(), scope: scope_words(&r.scope), details, by: cite(entry, &r.sources) }
}

fn disagreements(entry: &Entry) -> Vec<Disagreement> {
    let about = |what: &str, scope: &Scope| match scope.is_everywhere() {
        true => what.to_owned(),
        false => format!("{what} ({})", scope_words(scope)),
    };
    let mut all = Vec::new();
    for conflict in conflicts(entry) {
        let Verdict { winner, losers, rule, .. } = conflict.verdict;
        all.push(Disagreement {
            about: about(conflict.field.word(), conflict.scope),
            counts: said(entry, winner),
            against: losers.iter().map(|c| said(entry, c)).collect(),
            rule,
        });
    }
    for conflict in effect_conflicts(entry) {
        all.push(Disagreement {
            about: about(&format!("deprovision: {}", conflict.winner.trigger), &conflict.winner.scope),
            counts: ending(entry, conflict.winner),
            against: conflict.losers.iter().map(|d| ending(entry, d)).collect(),
            rule: conflict.rule,
        });
    }
    for own in self_contradictions(entry) {
        let of = |claim: &Claim| Said {
            what: format!("{} {}", claim.field, claim.value),
            by: cite(entry, &[own.source.to_owned()]),
            ..said(entry, claim)
        };
        all.push(Disagreement {
            about: format!("the source `{}` contradicts itself", own.source),
            counts: of(own.denies),
            against: vec![of(own.describes)],
            rule: "a source that says there is nothing and describes it weighs little; other sources decide".to_owned(),
        });
    }
    all
}
