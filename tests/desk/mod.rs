//! A company whose report is reviewed, and the ways of a reviewer.
#![allow(dead_code, reason = "each test uses a part of it")]

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

pub const SETTINGS: &str = "as-of: 2026-11-20T12:00:00Z
company: {name: Northwind Tools, domains: [north.example]}
hr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps:
  crm: {roster: crm.csv, extracted-at: 2026-11-20T07:00:00Z, sso: optional, owner: cleo@north.example}
  heron: {roster: heron.csv, extracted-at: 2026-10-01T07:00:00Z}
  osprey: {}
policy: {exception-max-days: 90, revoke-within: {hours: 24}, POLICY}
exports:
  - id: members
    name: Our members
    holds: [accounts]
    recognise: [Member, Mail, Full name, Role, State]
    fields: {id: Member, email: Mail, name: Full name, role: Role}
    status: [{column: State, words: {active: active, closed: deactivated}}]
    privileged: [{column: Role, words: {owner: true, member: false}}]
";

pub const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status
1,Ann Berg,ann@north.example,2022-04-01,2026-10-31,Terminated
2,Bo Lund,bo@north.example,2022-04-01,,Active
3,Cleo Brandt,cleo@north.example,2022-04-01,,Active
4,Dora Fink,dora@north.example,2022-04-01,2026-10-30,Terminated
5,Emil Gruber,emil@north.example,2022-04-01,2026-10-29,Terminated
";

pub const CRM: &str = "Member,Mail,Full name,Role,State
m1,ann@north.example,Ann Berg,Member,active
m4,dora@north.example,Dora Fink,Member,active
m5,emil@north.example,Emil Gruber,Member,active
m8,ghost@north.example,A Ghost,Member,active
m9,spook@north.example,A Spook,Member,active
";

/// A company on disk.
pub struct Desk {
    pub folder: TempDir,
}

/// One finding, as its reviewer sees it.
pub struct Shown {
    pub id: String,
    pub seen: String,
}

impl Desk {
    pub fn new() -> Self {
        Self::with("")
    }

    pub fn with(policy: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.write("coverage.yaml", &SETTINGS.replace("POLICY", policy));
        desk.write("hr.csv", HR);
        desk.write("crm.csv", CRM);
        desk.write("heron.csv", "Member,Mail,Full name,Role,State\nh1,ann@north.example,Ann Berg,Member,active\n");
        desk
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    pub fn coverage(&self, args: &[&str]) -> (i32, String, String) {
        let done = Command::cargo_bin("coverage").unwrap().current_dir(self.folder.path()).args(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
    }

    pub fn report(&self) -> Value {
        let (code, _, told) = self.coverage(&["report", "--quiet"]);
        assert_eq!(code, 0, "{told}");
        serde_json::from_str(&self.read("coverage-report/findings.json")).unwrap()
    }

    pub fn run(&self) -> String {
        let manifest: Value = serde_json::from_str(&self.read("coverage-report/manifest.json")).unwrap();
        manifest["run"].as_str().unwrap().to_owned()
    }

    /// The finding of a rule about an account or an app, as the page shows it.
    pub fn shown(&self, rule: &str, account: &str) -> Shown {
        let report: Value = serde_json::from_str(&self.read("coverage-report/findings.json")).unwrap();
        let about = |f: &&Value| {
            f["rule"] == rule && (f["account"]["id"] == account || (f["account"].is_null() && f["app"] == account))
        };
        let id = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(about)
            .unwrap_or_else(|| panic!("{rule} {account}"))["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let page = self.read("coverage-report/report.html");
        let tags = page.split('<').filter(|tag| tag.contains(&format!("data-finding=\"{id}\"")));
        let seen = tags.filter_map(|tag| tag.split("data-seen=\"").nth(1)).next();
        let seen = seen.unwrap_or_else(|| panic!("the page does not let anybody decide about {id}"))[..16].to_owned();
        Shown { id, seen }
    }

    /// A `decisions.yaml` on the report as it is.
    pub fn decisions(&self, reviewer: &str, decisions: &[String]) -> String {
        format!(
            "schema-version: \"1\"\nreviewer: {reviewer}\nreport: {{company: Northwind Tools, as-of: \"2026-11-20T12:00:00Z\", tool: 0.1.0, \
             inputs: {}}}\ndecisions:\n{}",
            self.run(),
            decisions.concat()
        )
    }

    /// Applies decisions: the exit code, what it says, and what it complains about.
    pub fn apply(&self, text: &str, more: &[&str]) -> (i32, String, String) {
        self.write("decisions.yaml", text);
        let args = [&["review", "apply", "decisions.yaml", "--at", "2026-11-22T09:00:00Z"], more].concat();
        self.coverage(&args)
    }

    pub fn files(&self) -> BTreeMap<&'static str, String> {
        ["links.yaml", "exceptions.yaml", "reviews.yaml"].map(|name| (name, self.read(name))).into()
    }
}

/// One decision.
pub fn decide(on: &Shown, what: &str, more: &str) -> String {
    decide_at(on, what, more, "2026-11-20T13:00:00Z")
}

pub fn decide_at(on: &Shown, what: &str, more: &str, at: &str) -> String {
    format!("  - {{finding: \"{}\", decision: {what}, at: \"{at}\", seen: \"{}\"{more}}}\n", on.id, on.seen)
}

/// The findings without what decisions change about them, and the decisions.
pub fn findings(report: &Value) -> (Vec<String>, BTreeMap<String, Value>) {
    let list = report["findings"].as_array().unwrap();
    let decided = list.iter().filter(|f| !f["decision"].is_null());
    let decided = decided.map(|f| {
        (
            format!("{} {}", f["rule"].as_str().unwrap(), f["account"]["id"].as_str().unwrap_or("-")),
            f["decision"].clone(),
        )
    });
    (list.iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect(), decided.collect())
}
