//! What the cases share: people, a desk with a folder, and the guides of docs/pull-apps.md.

mod aws;
mod code;
mod more;
mod scim;
mod slack;
mod zoom;

use crate::fake::Fake;
use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

pub const TOKEN: &str = "t0ken-that-nobody-may-see";
/// How many people there are, and how many stand on a page.
pub const PEOPLE: usize = 26;
pub const PAGE: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Deactivated,
    Invited,
}

/// Somebody with an account. Every third one has left.
pub struct Person {
    pub n: usize,
    pub email: String,
    pub state: State,
    pub admin: bool,
}

pub fn people() -> Vec<Person> {
    let state = |n: usize| match n % 7 {
        3 => State::Deactivated,
        5 => State::Invited,
        _ => State::Active,
    };
    let one =
        |n: usize| Person { n, email: format!("person{n}@lumen.example"), state: state(n), admin: n == 0 || n == 8 };
    (0..PEOPLE).map(one).collect()
}

/// A folder, and the program that works in it.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let mut hr = "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n".to_owned();
        for n in 0..PEOPLE {
            let left = if n.is_multiple_of(3) { "2026-10-01" } else { "" };
            hr += &format!("{n},Person {n},person{n}@lumen.example,2020-01-01,{left}\n");
        }
        desk.write("hr.csv", &hr);
        desk
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Writes what the guide says, with the address of the server here.
    pub fn follow(&self, heading: &str, nth: usize, server: &Fake) {
        let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pull-apps.md")).unwrap();
        let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no guide {heading}"));
        let section = section.split("\n## ").next().unwrap();
        let block = section.split("```yaml\n").nth(nth + 1).unwrap().split("```").next().unwrap();
        let mut yaml = String::new();
        for line in block.lines().filter(|line| !line.trim_start().starts_with("url:")) {
            yaml += line;
            yaml.push('\n');
            if line.starts_with("  ") && !line.starts_with("   ") {
                yaml += &format!("    url: {}\n    without-tls: true\n", server.url());
                if line.trim() == "zoom:" {
                    yaml += &format!("    token-url: {}/oauth/token\n", server.url());
                }
            }
        }
        self.write("pull.yaml", &yaml);
    }

    /// Runs `coverage pull`. Its words never hold the token.
    pub fn pull(&self) -> (i32, String) {
        self.run("pull")
    }

    /// Runs a command that uses `pull.yaml`.
    pub fn run(&self, word: &str) -> (i32, String) {
        let mut command = Command::cargo_bin("coverage").unwrap();
        for name in ["SLACK_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "ATLASSIAN_KEY", "ZOOM_SECRET", "WEBFLOW_TOKEN"] {
            command.env(name, TOKEN);
        }
        command.env("SECUREFRAME_KEY_AND_SECRET", format!("KEY1 {TOKEN}"));
        command.env("AWS_SECRET_ACCESS_KEY", TOKEN).env("FRAMER_SCIM_TOKEN", TOKEN);
        let done = command.args([word, "--workspace"]).arg(self.path()).output().unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert!(!said.contains(TOKEN), "{said}");
        (done.status.code().unwrap_or(-1), said)
    }

    /// Pulls, and says so if it does not come whole.
    pub fn pull_whole(&self) -> String {
        let (code, said) = self.pull();
        assert_eq!(code, 0, "{said}");
        said
    }

    /// Pulls what must not be taken for the whole list, and gives what is said.
    pub fn pull_in_vain(&self, list: &str) -> String {
        let (code, said) = self.pull();
        assert_eq!(code, 1, "{said}");
        assert!(!self.path().join(list).exists(), "{said}");
        said
    }

    /// The findings about accounts of people: the rule, and whom it is about.
    pub fn findings(&self, roster: &str) -> BTreeSet<(String, String)> {
        let yaml = format!(
            "company: {{domains: [lumen.example]}}\nas-of: 2026-12-01\nhr: [{{file: hr.csv, extracted-at: 2026-11-30}}]\n\
             apps:\n  lumen: {{roster: {roster}, extracted-at: 2026-11-30}}\n"
        );
        self.write("coverage.yaml", &yaml);
        let out = self.path().join("out");
        Command::cargo_bin("coverage")
            .unwrap()
            .args(["report", "--quiet", "--format", "json", "--out"])
            .arg(&out)
            .arg(self.path())
            .assert()
            .success();
        let report: Value = serde_json::from_slice(&fs::read(out.join("findings.json")).unwrap()).unwrap();
        let text = |f: &Value, at: &str| f.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let all = report["findings"].as_array().unwrap().iter().filter(|f| f["account"].is_object());
        all.map(|f| (text(f, "/rule"), text(f, "/person/email") + &text(f, "/account/email"))).collect()
    }

    /// What was fetched gives the findings of a list that somebody has exported by hand, and there are some.
    pub fn gives_the_findings_of(&self, pulled: &str, by_hand: &str) {
        let (pulled, by_hand) = (self.findings(pulled), self.findings(by_hand));
        assert!(pulled.iter().any(|(rule, _)| rule.starts_with("residual")), "{pulled:?}");
        assert_eq!(pulled, by_hand);
    }
}

/// How many entries a list has.
pub fn entries(desk: &Desk, list: &str) -> usize {
    desk.read(list).lines().count()
}
