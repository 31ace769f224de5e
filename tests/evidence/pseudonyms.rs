//! A pseudonymised pack tells nobody's name, and says of everybody what the other one says.

use super::packs::{Files, bad, company, good, root, text, unpack};
use coverage::evidence::first_forbidden;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Words as they are compared.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// Columns and fields that identify somebody, in the sample's files.
const IDENTIFYING: [&str; 40] = [
    "employee #",
    "employee id",
    "employeeid",
    "first name",
    "last name",
    "name",
    "display name",
    "displayname",
    "full name",
    "email",
    "e-mail",
    "work email",
    "home email",
    "personal email",
    "user name",
    "username",
    "login",
    "user",
    "arn",
    "userprincipalname",
    "id",
    "user id",
    "external id",
    "externalid",
    "mail",
    "proxyaddresses",
    "secondemail",
    "firstname",
    "lastname",
    "givenname",
    "surname",
    "manager",
    "supervisor",
    "userid",
    "value",
    "formatted",
    "familyname",
    "email address [required]",
    "first name [required]",
    "last name [required]",
];

/// Every identifying cell of the sample.
fn identifying(folder: &Path, values: &mut BTreeSet<String>) {
    let wanted = |name: &str| {
        let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
        // When somebody signed in last is no name of theirs.
        let moment =
            ["last", "date", "time", "zuletzt", "letzter"].iter().any(|w| name.contains(w)) && name.contains("login");
        let named = ["mail", "login", "user name", "employee"].iter().any(|w| name.contains(w));
        !moment && (named || IDENTIFYING.contains(&name.as_str()))
    };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            identifying(&path, values);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let content = encoding_rs_like(&bytes);
        match path.extension().and_then(|e| e.to_str()) {
            Some("csv") => {
                let first = content.lines().next().unwrap_or_default();
                let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
                let mut rows =
                    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(content.as_bytes());
                let columns: Vec<bool> = rows.headers().unwrap().iter().map(wanted).collect();
                for row in rows.records() {
                    let row = row.unwrap();
                    values.extend(
                        row.iter().zip(&columns).filter(|(_, wanted)| **wanted).map(|(cell, _)| cell.trim().to_owned()),
                    );
                }
            }
            Some("json") => json(&serde_json::from_str(&content).unwrap(), "", &wanted, values),
            _ => {}
        }
    }
}

/// The sample has a file that a German Excel has saved; what matters is that names come out whole.
fn encoding_rs_like(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect())
}

fn json(value: &Value, name: &str, wanted: &dyn Fn(&str) -> bool, values: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, v)| json(v, name, wanted, values)),
        Value::Array(items) => items.iter().for_each(|v| json(v, name, wanted, values)),
        Value::String(text) if wanted(name) => drop(values.insert(text.trim().to_owned())),
        _ => {}
    }
}

/// Words that identify nobody: those of the products in the catalog and of our own texts.
fn ordinary() -> BTreeSet<String> {
    fn of(folder: &Path, ordinary: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                of(&path, ordinary);
            } else if path.to_str().is_some_and(|p| p.ends_with("tests.rs") || p.ends_with("testing.rs")) {
                // Nor have files that are only for tests.
            } else if let Ok(text) = fs::read_to_string(&path) {
                // Tests have invented people in them.
                ordinary.extend(words(text.split("#[cfg(test)]").next().unwrap()));
            }
        }
    }
    let mut all = BTreeSet::new();
    for folder in ["catalog", "templates", "src/report/html", "src/rules", "src/run", "src/assess", "src/model"] {
        of(&root().join(folder), &mut all);
    }
    all
}

/// A text as it stands and as it reads, in small letters.
fn readings(text: &str) -> String {
    let plain = text.to_lowercase();
    let marks = [
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("%40", "@"),
        ("%20", " "),
        ("&#64;", "@"),
        ("&#x2f;", "/"),
        ("\\\"", "\""),
    ];
    let read = marks.iter().fold(plain.clone(), |text, (mark, means)| text.replace(mark, means));
    if read == plain { plain } else { format!("{plain}\n{read}") }
}

#[test]
fn no_name_no_address_and_no_id_of_the_sample_is_in_a_pseudonymised_pack() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let sample = root().join("samples/nordwind");
    fs::write(here.join("key"), "0123456789abcdef0123456789abcdef").unwrap();
    good(here, &["evidence", sample.to_str().unwrap(), "--out", "pack.zip", "--pseudonymize", "--key-file", "key"]);
    assert!(good(here, &["verify", "pack.zip"]).contains("all as the statement says"));
    let files = unpack(&here.join("pack.zip"));
    let mut values = BTreeSet::new();
    for part in ["hr", "idp", "rosters"] {
        identifying(&sample.join(part), &mut values);
    }
    // The workbook's people, and those whom only the settings name.
    for settings in ["coverage.yaml", "links.yaml", "exceptions.yaml", "expected.yaml"] {
        let text = fs::read_to_string(sample.join(settings)).unwrap();
        let addresses = text
            .split(|c: char| c.is_whitespace() || "\"',{}[]()".contains(c))
            .filter(|w| w.contains('@') && !w.starts_with('@'));
        values.extend(addresses.map(|a| a.trim_end_matches([':', '.']).to_owned()));
    }
    values.extend(
        [
            "Nordwind Instruments",
            "nordwind.example",
            "nordwind-labs.example",
            "chiamaka-obi-nwi",
            "nordwind-ci",
            "EX-2026-07",
        ]
        .map(str::to_owned),
    );
    assert!(values.len() > 400, "only {} values", values.len());
    let ordinary = ordinary();
    let parts: BTreeSet<String> = values
        .iter()
        .flat_map(|v| words(v))
        .filter(|w| {
            w.chars().count() >= 4 && !ordinary.contains(w) && (w.len() >= 6 || !w.chars().all(|c| c.is_ascii_digit()))
        })
        .collect();
    for sure in
        ["hartmann", "viktor", "popescu", "okafor", "nordwind", "dokafor", "bakesson", "tsakalidou", "u00wd1f8qr3"]
    {
        assert!(parts.contains(sure), "{sure} is not looked for");
    }
    assert!(parts.len() > 250, "only {} parts", parts.len());
    let forbidden: BTreeSet<&str> = parts.iter().map(String::as_str).collect();
    for (name, bytes) in &files {
        assert!(words(name).iter().all(|w| !parts.contains(w)), "{name} has a name in its name");
        let found = first_forbidden(&bytes[..], &forbidden).unwrap();
        assert!(found.is_none(), "{name}: {found:?}");
        let all = readings(&text(bytes));
        for value in &values {
            // What is one ordinary word is no name of anybody; a number is one only as a whole cell.
            // One word is looked for as a word, above: Ines is in `lines`.
            let several = value.chars().any(|c| !c.is_alphanumeric());
            let long = several && value.chars().count() >= 4 && !words(value).iter().all(|w| ordinary.contains(w));
            let number = value.chars().all(|c| c.is_ascii_digit());
            let folded = value.to_lowercase();
            assert!(!(long && !number && all.contains(&folded)), "{name} has {value:?}");
            if number && !value.is_empty() {
                for cell in
                    [format!("\"{folded}\""), format!("--to {folded}"), format!("id:{folded}\""), format!("#{folded}<")]
                {
                    assert!(!all.contains(&cell), "{name} has {cell:?}");
                }
            }
        }
    }
}

/// Findings by rule, severity, status and app.
fn tally(files: &Files) -> (BTreeMap<String, u64>, Value) {
    let file = files.iter().find(|(n, _)| n == "report/findings.json").unwrap();
    let document: Value = serde_json::from_slice(&file.1).unwrap();
    let mut tally = BTreeMap::new();
    for f in document["findings"].as_array().unwrap() {
        *tally.entry(format!("{} {} {} {}", f["rule"], f["severity"], f["status"], f["exposed_days"])).or_default() +=
            1;
    }
    (tally, document["summary"].clone())
}

#[test]
fn it_says_of_everybody_what_the_plain_pack_says_and_the_same_key_gives_the_same_pseudonyms() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let sample = root().join("samples/nordwind");
    let sample = sample.to_str().unwrap();
    fs::write(here.join("key"), "0123456789abcdef0123456789abcdef").unwrap();
    fs::write(here.join("other"), "fedcba9876543210fedcba9876543210").unwrap();
    good(here, &["evidence", sample, "--out", "plain.zip"]);
    for (out, key) in [("a.zip", "key"), ("b.zip", "key"), ("c.zip", "other")] {
        good(here, &["evidence", sample, "--out", out, "--pseudonymize", "--key-file", key]);
    }
    let [plain, a, b, c] = ["plain.zip", "a.zip", "b.zip", "c.zip"].map(|p| unpack(&here.join(p)));
    assert_eq!(tally(&plain), tally(&a));
    assert_eq!(a, b);
    assert_eq!(tally(&a), tally(&c));
    let ids = |files: &Files| -> BTreeSet<String> {
        let (_, bytes) = files.iter().find(|(n, _)| n == "report/findings.csv").unwrap();
        text(bytes)
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .filter(|w| w.starts_with("person-"))
            .map(str::to_owned)
            .collect()
    };
    assert!(ids(&a).len() > 10 && ids(&a).is_disjoint(&ids(&c)));
    // What one file calls a person, all files do.
    let person = ids(&a).into_iter().next().unwrap();
    for name in ["report/findings.json", "report/report.html"] {
        let (_, bytes) = a.iter().find(|(n, _)| n == name).unwrap();
        assert!(text(bytes).contains(&person), "{name} does not know {person}");
    }
    // The plain hash of an input is nowhere.
    let (_, manifest) = plain.iter().find(|(n, _)| n == "report/manifest.json").unwrap();
    let manifest: Value = serde_json::from_slice(manifest).unwrap();
    for input in manifest["inputs"].as_array().unwrap() {
        let sha = input["sha256"].as_str().unwrap();
        assert!(a.iter().all(|(_, bytes)| !text(bytes).contains(sha)), "the hash of {} is in the pack", input["file"]);
    }
    // Nor is an id of a finding, which is a hash of who it is about.
    let (_, findings) = plain.iter().find(|(n, _)| n == "report/findings.csv").unwrap();
    for id in text(findings).lines().skip(1).filter_map(|l| l.split(',').next()) {
        assert!(a.iter().all(|(_, bytes)| !text(bytes).contains(id)), "{id} is in the pack");
    }
}

#[test]
fn a_key_is_made_and_forgotten_or_long_enough_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    fs::write(here.join("short"), "too short").unwrap();
    let said = bad(here, &["evidence", "company", "--out", "x.zip", "--pseudonymize", "--key-file", "short"]);
    assert!(said.contains("the key is shorter than 32 bytes") && !said.contains("too short"), "{said}");
    good(here, &["evidence", "company", "--out", "one.zip", "--pseudonymize"]);
    good(here, &["evidence", "company", "--out", "two.zip", "--pseudonymize"]);
    assert_ne!(fs::read(here.join("one.zip")).unwrap(), fs::read(here.join("two.zip")).unwrap());
    assert!(good(here, &["verify", "one.zip"]).contains("all as the statement says"));
    assert!(bad(here, &["verify", "one.zip", "--replay"]).contains("only its maker can run it again"));
    let key = "0123456789abcdef0123456789abcdef";
    fs::write(here.join("key"), key).unwrap();
    good(here, &["evidence", "company", "--out", "three.zip", "--pseudonymize", "--key-file", "key"]);
    assert!(unpack(&here.join("three.zip")).iter().all(|(_, bytes)| !text(bytes).contains(key)));
}

#[test]
fn hostile_names_are_replaced_like_others() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    let long = "Xq".repeat(3000);
    let names = [
        "=HYPERLINK(\"\"http://evil.example\"\")",
        "<script>alert('Zwingli')</script>",
        "O'Brannigan, Séan",
        "\u{202e}Tannhauser",
        long.as_str(),
    ];
    let roster = here.join("company/rosters/zoom.csv");
    let mut table = fs::read_to_string(&roster).unwrap();
    for (n, name) in names.iter().enumerate() {
        table.push_str(&format!("\"{name}\",zzuser{n}@corp.example,active,Member\n"));
    }
    fs::write(&roster, table).unwrap();
    good(here, &["evidence", "company", "--out", "pack.zip", "--pseudonymize"]);
    assert!(good(here, &["verify", "pack.zip"]).contains("all as the statement says"));
    let forbidden: BTreeSet<&str> =
        ["zwingli", "brannigan", "séan", "tannhauser", "evil", "brinkmann", "castagnier", "zzuser0", "elsewhere"]
            .into();
    for (name, bytes) in unpack(&here.join("pack.zip")) {
        let found = first_forbidden(&bytes[..], &forbidden).unwrap();
        assert!(found.is_none(), "{name}: {found:?}");
        assert!(!text(&bytes).contains("XqXqXq"), "{name}");
    }
}

#[test]
fn reviews_and_exceptions_go_into_a_pack_and_name_nobody_in_a_pseudonymised_one() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    good(here, &["report", "company", "--out", "report"]);
    let read = |name: &str| -> Value { serde_json::from_str(&fs::read_to_string(here.join(name)).unwrap()).unwrap() };
    let (findings, manifest) = (read("report/findings.json"), read("report/manifest.json"));
    let about = |f: &&Value| f["rule"] == "residual-login-capable" && f["person"]["name"] == "Bodo Brinkmann";
    let id = findings["findings"].as_array().unwrap().iter().find(about).unwrap()["id"].as_str().unwrap().to_owned();
    let page = fs::read_to_string(here.join("report/report.html")).unwrap();
    let tag = page
        .split('<')
        .find(|tag| tag.contains(&format!("data-finding=\"{id}\"")) && tag.contains("data-seen"))
        .unwrap();
    let seen = &tag.split("data-seen=\"").nth(1).unwrap()[..16];
    let decisions = format!(
        "schema-version: \"1\"\nreviewer: ada.amberley@corp.example\nreport: {{company: Corp, as-of: \"2026-11-20T12:00:00Z\", tool: {}, \
         inputs: {}}}\ndecisions:\n  - {{finding: \"{id}\", decision: keep, reason: Bodo still writes the handbook, at: \
         \"2026-11-20T13:00:00Z\", seen: \"{seen}\"}}\n",
        env!("CARGO_PKG_VERSION"),
        manifest["run"].as_str().unwrap()
    );
    fs::write(here.join("company/decisions.yaml"), decisions).unwrap();
    good(&here.join("company"), &["review", "apply", "decisions.yaml", "--at", "2026-11-22T09:00:00Z"]);
    fs::write(
        here.join("company/exceptions.yaml"),
        "exceptions:\n  - {id: EX-Castagnier, rule: residual-login-capable, app: zoom, person: chloe.castagnier@corp.example, owner: \
         ada.amberley@corp.example, approver: dov.dreyfus@corp.example, reason: Chloé hands over, opened: 2026-11-01, expires: 2026-12-01}\n",
    )
    .unwrap();
    good(here, &["evidence", "company", "--out", "plain.zip"]);
    good(here, &["evidence", "company", "--out", "veiled.zip", "--pseudonymize"]);
    let said = good(here, &["verify", "plain.zip", "--replay"]);
    assert!(said.contains("byte for byte"), "{said}");
    good(here, &["verify", "veiled.zip"]);
    let (plain, veiled) = (unpack(&here.join("plain.zip")), unpack(&here.join("veiled.zip")));
    assert!(plain.iter().any(|(name, _)| name == "inputs/reviews.yaml"));
    assert_eq!(tally(&plain), tally(&veiled));
    let decided = |files: &Files| {
        let (_, bytes) = files.iter().find(|(n, _)| n == "report/findings.json").unwrap();
        let document: Value = serde_json::from_slice(bytes).unwrap();
        document["findings"].as_array().unwrap().iter().filter(|f| f["decision"].is_object()).count()
    };
    assert_eq!((decided(&plain), decided(&veiled)), (1, 1));
    let forbidden: BTreeSet<&str> =
        ["bodo", "brinkmann", "chloé", "chloe", "castagnier", "amberley", "dreyfus", "handbook", "corp"].into();
    for (name, bytes) in veiled {
        let found = first_forbidden(&bytes[..], &forbidden).unwrap();
        assert!(found.is_none(), "{name}: {found:?}");
        assert!(!text(&bytes).contains(seen), "{name} has what a plain page shows to a reviewer");
    }
}

#[test]
fn names_that_are_words_of_ours_are_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    // Words of JSON, of CSS, of VERIFY.txt, of headings, of an export's name, of a sentence and of a pseudonym.
    let ours =
        ["import", "generic", "matrix", "worker", "match", "custom", "reports", "according", "comma", "diffs", "addr"];
    let people = here.join("company/hr/people.csv");
    let mut rows = fs::read_to_string(&people).unwrap();
    for (n, word) in ours.iter().enumerate() {
        rows.push_str(&format!("{},Lieselotte {word},{word}.y@corp.example,active,2020-01-01,\n", 300_000 + n));
    }
    fs::write(people, rows).unwrap();
    good(here, &["evidence", "company", "--out", "veiled.zip", "--pseudonymize"]);
}
