//! The files that people write, key by key, from the schemas that the program prints.

use super::*;

/// What each object of the schemas is called, and where it stands. A new one has to be named here.
const PARTS: [(&str, &str); 30] = [
    ("RawCompany", "company"),
    ("RawInput", "A file"),
    ("RawApp", "An app"),
    ("RawAccept", "accept"),
    ("RawNonHuman", "non-human"),
    ("RawExclude", "exclude"),
    ("RawMatching", "matching"),
    ("RawFirst", "matching.accept"),
    ("RawPolicy", "policy"),
    ("RawCalendar", "calendar"),
    ("RawRevoke", "A time limit"),
    ("RawBulk", "review-bulk"),
    ("RawGuard", "guard"),
    ("RawNotify", "notify"),
    ("RawWebhook", "webhook"),
    ("RawMail", "mail"),
    ("SecretPlace", "A secret"),
    ("KeyringItem", "An entry of the keyring"),
    ("Export", "An export"),
    ("Dates", "Dates of an export"),
    ("Cut", "Cells with several values"),
    ("Decide", "A rule of a decision"),
    ("Decide2", "A rule of a decision"),
    ("Decide3", "A rule of a decision"),
    ("Decide4", "A rule of a decision"),
    ("Decide5", "A rule of a decision"),
    ("Decide6", "A rule of a decision"),
    ("RawException", "An exception"),
    ("RawEntry", "A decision about an account"),
    ("RawPull", "A list to fetch"),
];

fn named(of: &str) -> &'static str {
    PARTS
        .iter()
        .find(|(def, _)| *def == of)
        .unwrap_or_else(|| panic!("tests/generated/settings.rs does not name {of}"))
        .1
}

fn text(node: &Value) -> String {
    let said = node["description"].as_str().unwrap_or_default();
    said.split("\n\n").next().unwrap().replace('\n', " ").replace('|', "\\|")
}

/// The definition that a node refers to.
fn definition(node: &Value) -> Option<&str> {
    node["$ref"].as_str().map(|path| path.rsplit('/').next().unwrap())
}

struct Page<'a> {
    defs: &'a Value,
    /// Parts that are told already, and those still to be told.
    told: &'a mut BTreeSet<&'static str>,
    next: Vec<String>,
    /// What the words of this key mean.
    words: Vec<(String, String)>,
}

impl Page<'_> {
    /// A word and what it means, for each that can stand at a node, unless it says that by itself.
    fn explain(&mut self, words: &Value) {
        for word in words["oneOf"].as_array().unwrap() {
            let (name, says) = (word["const"].as_str().unwrap(), text(word));
            if !says.trim_end_matches('.').eq_ignore_ascii_case(name) && !says.starts_with("Switched o") {
                self.words.push((format!("`{name}`"), says));
            }
        }
    }

    /// A link to the part that tells of a definition, which is told later on.
    fn link(&mut self, def: &str) -> String {
        self.next.push(def.to_owned());
        format!("[{0}](#{1})", named(def), named(def).to_lowercase().replace(' ', "-").replace('.', ""))
    }

    /// What can stand at a node, in words.
    fn value(&mut self, node: &Value) -> String {
        if let Some(def) = definition(node) {
            let meant = self.defs[def].clone();
            if def.starts_with("Decide") {
                let answer = &meant["properties"]["otherwise"]["anyOf"][0];
                if let Some(words) = definition(answer) {
                    let words = self.defs[words].clone();
                    self.explain(&words);
                }
            } else if def == "RawRoster" {
                return format!("a file's name, {}, or a list of these", self.link("RawInput"));
            }
            if meant["properties"].is_object() || def == "SecretPlace" {
                return self.link(def);
            }
            return self.value(&meant);
        }
        if let Some(several) = node["oneOf"].as_array().or(node["anyOf"].as_array()) {
            if several.iter().all(|one| one["const"].is_string()) {
                self.explain(&serde_json::json!({ "oneOf": several }));
                let words: Vec<String> =
                    several.iter().map(|one| format!("`{}`", one["const"].as_str().unwrap())).collect();
                return words.join(", ");
            }
            let several = several.iter().filter(|one| one["type"] != "null");
            let several: Vec<String> = several.map(|one| self.value(one)).collect();
            return several.join(", or ");
        }
        match node["type"].as_str().or(node["type"][0].as_str()).unwrap_or_default() {
            "string" => "text".to_owned(),
            "integer" => "a number".to_owned(),
            "boolean" => "`true`, `false`".to_owned(),
            "array" => match self.value(&node["items"]) {
                several if several.contains(", or ") => format!("a list of ({several})"),
                one => format!("a list of {one}"),
            },
            "object" if node["propertyNames"]["enum"].is_array() => {
                let fields = self.defs["Field"].clone();
                self.explain(&fields);
                format!("by field: {}", self.value(&node["additionalProperties"]))
            }
            "object" => format!("by name: {}", self.value(&node["additionalProperties"])),
            other => panic!("what is {other}: {node}"),
        }
    }

    fn part(&mut self, heading: &str, of: &str, node: &Value, out: &mut String) {
        writeln!(out, "{heading}\n\n{}\n\n| key | value | what it says |\n|---|---|---|", text(node)).unwrap();
        let several = node["oneOf"].as_array();
        let places: Vec<&Value> = several.map_or_else(|| vec![node], |all| all.iter().collect());
        let mut meanings = String::new();
        for place in places {
            let needed: Vec<&str> =
                place["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (key, below) in place["properties"].as_object().unwrap() {
                // A key that is refused, and tells where the thing stands instead.
                if below["not"].is_object() {
                    continue;
                }
                let says = if several.is_some() { text(place) } else { text(below) };
                let star = if needed.contains(&key.as_str()) && several.is_none() { " (needed)" } else { "" };
                // The words of a decision stand where the decision is.
                let value = match key.as_str() {
                    "blank" | "day" | "otherwise" | "present" if of.starts_with("Decide") => "a word".to_owned(),
                    "words" if of.starts_with("Decide") => "by name: a word".to_owned(),
                    _ => self.value(below),
                };
                writeln!(out, "| `{key}`{star} | {value} | {says} |").unwrap();
                let words: Vec<String> =
                    std::mem::take(&mut self.words).into_iter().map(|(word, says)| format!("{word}: {says}")).collect();
                if !words.is_empty() {
                    writeln!(meanings, "- **{key}.** {}", words.join(" ")).unwrap();
                }
            }
        }
        if !meanings.is_empty() {
            writeln!(out, "\nWhat the words mean:\n\n{}", meanings.trim_end()).unwrap();
        }
        out.push('\n');
    }
}

/// Every key of the files that people write.
pub fn settings() -> String {
    let mut out = String::from("\n");
    let mut told = BTreeSet::new();
    let files = [
        ("coverage.yaml", "workspace"),
        ("exceptions.yaml", "exceptions"),
        ("links.yaml", "links"),
        ("pull.yaml", "pulls"),
    ];
    for (file, of) in files {
        let schema: Value = serde_json::from_str(&coverage(&["schema", of])).unwrap();
        let mut page = Page { defs: &schema["$defs"], told: &mut told, next: Vec::new(), words: Vec::new() };
        page.part(&format!("## {file}"), of, &schema, &mut out);
        while !page.next.is_empty() {
            for def in std::mem::take(&mut page.next) {
                if page.told.insert(named(&def)) {
                    let node = page.defs[&def].clone();
                    page.part(&format!("### {}", named(&def)), &def, &node, &mut out);
                }
            }
        }
    }
    out
}
