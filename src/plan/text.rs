//! A plan as YAML: the same findings give the same bytes, one fact a line, so that two plans can be compared. What strangers
//! have written is quoted, and signs that show nothing or turn the text are spelt out.

use super::{ByHand, List, Plan, Request, Step};
use crate::yaml::scalar;
use serde_json::Value;
use std::fmt::Write as _;

/// How a plan begins.
const HEAD: &str = "\
# What `coverage apply` may do with this file: the requests below, each as it stands here, and nothing else.
# A reviewer may remove steps, or write `approved: no`. A step in which anything else is changed is refused.
# `coverage apply PLAN` shows what would happen; `--really --approve-by NAME` does it.
";

/// The whole plan.
pub fn written(plan: &Plan) -> String {
    let mut out = HEAD.to_owned();
    let _ = writeln!(out, "plan: {}", plan.plan);
    for (key, text) in
        [("tool", &plan.tool), ("catalog", &plan.catalog), ("company", &plan.company), ("as-of", &plan.as_of)]
    {
        line(&mut out, 0, key, text);
    }
    out.push_str(if plan.people.is_empty() { "people: []\n" } else { "people:\n" });
    for one in &plan.people {
        out.push_str("  - ");
        list(&mut out, 4, one);
    }
    out.push_str(if plan.left_out.is_empty() { "left-out: []\n" } else { "left-out:\n" });
    for one in &plan.left_out {
        let _ = writeln!(out, "  - {{accounts: {}, why: {}}}", one.accounts, flow(&one.why));
    }
    out.push_str(if plan.steps.is_empty() { "steps: []\n" } else { "steps:\n" });
    plan.steps.iter().for_each(|one| step(&mut out, one));
    out
}

fn line(out: &mut String, indent: usize, key: &str, text: &str) {
    let _ = writeln!(out, "{:indent$}{key}: {}", "", scalar(text));
}

/// A text inside braces or brackets.
fn flow(text: &str) -> String {
    crate::yaml::quoted(text)
}

fn list(out: &mut String, indent: usize, of: &List) {
    let _ = writeln!(out, "file: {}", scalar(&of.file));
    let _ = writeln!(out, "{:indent$}sha256: {}", "", flow(&of.sha256));
    line(out, indent, "made", &of.made);
    line(out, indent, "made-says", &of.made_says);
}

fn step(out: &mut String, step: &Step) {
    let _ = writeln!(out, "\n  - step: {}", flow(&step.step));
    let _ = writeln!(out, "    approved: {}", step.approved);
    line(out, 4, "app", &step.app);
    let p = &step.person;
    out.push_str("    person:\n");
    for (key, text) in [
        ("key", &p.key),
        ("name", &p.name),
        ("email", &p.email),
        ("standing", &p.standing),
        ("since", &p.since),
        ("basis", &p.basis),
        ("linked-by", &p.linked_by),
    ] {
        line(out, 6, key, text);
    }
    let a = &step.account;
    out.push_str("    account:\n");
    for (key, text) in [
        ("id", &a.id),
        ("email", &a.email),
        ("name", &a.name),
        ("role", &a.role),
        ("status", &a.status),
        ("administrator", &a.administrator),
    ] {
        line(out, 6, key, text);
    }
    out.push_str("    list:\n      ");
    list(out, 6, &step.list);
    let _ = writeln!(out, "    line: {}", step.line);
    out.push_str(if step.findings.is_empty() { "    findings: []\n" } else { "    findings:\n" });
    for f in &step.findings {
        let _ = writeln!(out, "      - {{id: {}, rule: {}, severity: {}}}", flow(&f.id), scalar(&f.rule), f.severity);
    }
    texts(out, 4, "why", &step.why);
    if let Some(of) = &step.request {
        request(out, of);
    }
    if let Some(of) = &step.by_hand {
        by_hand(out, of);
    }
    let _ = writeln!(out, "    hash: {}", flow(&step.hash));
}

fn texts(out: &mut String, indent: usize, key: &str, texts: &[String]) {
    let _ = writeln!(out, "{:indent$}{key}:{}", "", if texts.is_empty() { " []" } else { "" });
    for text in texts {
        let _ = writeln!(out, "{:indent$}  - {}", "", scalar(text));
    }
}

fn value(of: &Value) -> String {
    match of {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

fn request(out: &mut String, of: &Request) {
    out.push_str("    request:\n");
    line(out, 6, "service", &of.service);
    line(out, 6, "host", &of.host);
    line(out, 6, "account", &of.account);
    line(out, 6, "item", &of.item);
    line(out, 6, "id-at", &of.id_at);
    out.push_str(if of.before.is_empty() { "      before: {}\n" } else { "      before:\n" });
    for (at, what) in &of.before {
        let _ = writeln!(out, "        {}: {}", flow(at), value(what));
    }
    let _ = writeln!(out, "      method: {}", of.method);
    line(out, 6, "path", &of.path);
    line(out, 6, "content-type", &of.content_type);
    let _ = writeln!(out, "      body: {}", literal(&of.body));
    let _ = writeln!(out, "      or-put: {}", of.or_put);
    line(out, 6, "state", &of.state);
    out.push_str(if of.after.is_empty() { "      after: []\n" } else { "      after:\n" });
    for what in &of.after {
        let _ = writeln!(out, "        - {}", value(what));
    }
    let _ = writeln!(out, "      live-accounts: {}", of.live_accounts);
    texts(out, 6, "administrators", &of.administrators);
}

/// JSON within single quotes, where it can be read without thinking of escapes; else as any other text.
fn literal(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\'') {
        format!("'{text}'")
    } else {
        flow(text)
    }
}

fn by_hand(out: &mut String, of: &ByHand) {
    out.push_str("    by-hand:\n");
    line(out, 6, "because", &of.because);
    line(out, 6, "action", &of.action);
    let _ = writeln!(out, "      ways:{}", if of.ways.is_empty() { " []" } else { "" });
    for way in &of.ways {
        let _ = writeln!(out, "        - name: {}", scalar(&way.name));
        line(out, 10, "who", &way.who);
        texts(out, 10, "steps", &way.steps);
    }
    texts(out, 6, "notes", &of.notes);
}
