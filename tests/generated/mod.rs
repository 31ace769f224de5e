//! What the program says of itself, as documents show it.

use super::*;

mod settings;
pub use settings::settings;

pub fn rules() -> String {
    let mut table = String::from("| severity | rules |\n|---|---|\n");
    for severity in Severity::ALL.iter().rev() {
        let rules = coverage::rules::ALL.iter().map(|r| r.meta()).filter(|m| m.severity == *severity);
        let rules: Vec<String> = rules.map(|m| format!("`{}`", m.id)).collect();
        writeln!(table, "| {severity} | {} |", rules.join(" · ")).unwrap();
    }
    table
}

pub fn systems() -> String {
    fn shapes(entry: &Entry) -> String {
        let readable = entry.exports.iter().filter(|e: &&Export| e.refuse.is_none());
        let shapes: BTreeSet<u8> = readable.map(|e| e.shape as u8).collect();
        let words = [(Shape::Table, "table"), (Shape::Json, "JSON"), (Shape::Ldif, "LDIF")];
        let words: Vec<&str> = words.iter().filter(|(s, _)| shapes.contains(&(*s as u8))).map(|(_, w)| *w).collect();
        words.join(", ")
    }
    let mut table = String::from("| as | systems |\n|---|---|\n");
    let all = &Catalog::embedded().entries;
    for (head, role) in [("HR", Role::Hr), ("identity provider", Role::IdentityProvider), ("app", Role::App)] {
        let known = all.iter().filter(|e| e.roles.contains(&role) && !shapes(e).is_empty());
        let known: Vec<String> = known.map(|e| format!("{} ({})", e.name, shapes(e))).collect();
        writeln!(table, "| {head} | {} |", known.join(" · ")).unwrap();
    }
    let bare: Vec<&str> = all.iter().filter(|e| shapes(e).is_empty()).map(|e| e.name.as_str()).collect();
    writeln!(
        table,
        "| app, from a list made by hand: the catalog knows the product, no export | {} |",
        bare.join(" · ")
    )
    .unwrap();
    table
}

pub fn sample() -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let said = coverage(&["report", "samples/nordwind", "--format", "json", "--out", out.to_str().unwrap()]);
    format!("```text\n{}\n```\n", said.split("\n\nFirst:").next().unwrap())
}

/// What stands as a value where it is no word of a list, and the words of a status.
pub fn values() -> String {
    let (mut list, mut named) = (String::new(), BTreeSet::new());
    for kind in ClaimField::ALL.iter().map(|field| field.kind()) {
        if matches!(kind, ValueKind::Word(_) | ValueKind::Words(_) | ValueKind::Operations)
            || !named.insert(kind.name())
        {
            continue;
        }
        writeln!(list, "- *{}*: {}", kind.name(), kind.says()).unwrap();
        for (word, means) in kind.words() {
            writeln!(list, "  - `{word}`: {means}").unwrap();
        }
    }
    list
}

/// Every field of a claim: what it says, what it takes, and how long that is fresh.
pub fn fields() -> String {
    let schema: Value = serde_json::from_str(&coverage(&["catalog", "schema"])).unwrap();
    let described = schema["$defs"]["ClaimField"]["oneOf"].as_array().unwrap();
    assert_eq!(described.len(), ClaimField::ALL.len());
    let mut table = String::from("| field | what it says | value | days |\n|---|---|---|---|\n");
    for (field, described) in ClaimField::ALL.iter().zip(described) {
        assert_eq!(described["const"], field.word());
        let kind = field.kind();
        let words: Vec<String> = kind.words().into_iter().map(|(word, _)| format!("`{word}`")).collect();
        let value = match kind {
            ValueKind::Word(_) => words.join(", "),
            ValueKind::Words(_) | ValueKind::Operations => format!("a list: {}", words.join(", ")),
            _ => format!("*{}*", kind.name()),
        };
        let says = described["description"].as_str().unwrap().replace('\n', " ");
        writeln!(table, "| `{field}` | {says} | {value} | {} |", field.fresh_days()).unwrap();
    }
    table
}

/// Every command as its help tells it, those below others after them.
pub fn commands() -> String {
    fn tell(words: &[&str], text: &mut String) {
        // The help is as wide as a page, whatever terminal the tests run in.
        let help = Command::new(env!("CARGO_BIN_EXE_coverage"))
            .env("COLUMNS", "100")
            .args(words)
            .arg("--help")
            .output()
            .unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let hashes = "#".repeat(words.len() + 1);
        writeln!(text, "{hashes} coverage {}\n\n```text\n{}\n```\n", words.join(" "), help.trim_end()).unwrap();
        for below in listed(&help, "Commands:") {
            tell(&[words, &[below.as_str()]].concat(), text);
        }
    }
    let mut text = String::from("\n");
    for command in listed(&coverage(&["--help"]), "Commands:") {
        tell(&[&command], &mut text);
    }
    text
}

/// Every rule with its texts and controls.
pub fn rule_pages() -> String {
    let mut text = String::from("\n| rule | severity | |\n|---|---|---|\n");
    let all = || coverage::rules::ALL.iter().map(|rule| rule.meta());
    for m in all() {
        writeln!(text, "| [`{0}`](#{0}) | {1} | {2} |", m.id, m.severity, m.title).unwrap();
    }
    for m in all() {
        writeln!(text, "\n## {}\n\n{}. Usually **{}**.\n", m.id, m.title, m.severity).unwrap();
        let texts = [
            ("What it means", m.means),
            ("Why it matters", m.why),
            ("What to do", m.fix),
            ("When it stays silent", m.silent),
        ];
        for (head, said) in texts {
            writeln!(text, "**{head}.** {said}\n").unwrap();
        }
        let c = &m.controls;
        let controls =
            [("SOC 2", c.soc2), ("ISO/IEC 27001:2022", c.iso27001), ("PCI DSS 4.0", c.pci), ("NIST SP 800-53", c.nist)];
        let controls: Vec<String> = (controls.iter().filter(|(_, ids)| !ids.is_empty()))
            .map(|(standard, ids)| format!("{standard} {}", ids.join(", ")))
            .collect();
        writeln!(text, "Controls: {}.", controls.join("; ")).unwrap();
    }
    text.push('\n');
    text
}
