//! What the cases share: a desk with a folder, keys, and the guides of docs/pull.md.

mod declared;
mod google;
mod graph;
mod jumpcloud;
mod okta;
mod onelogin;

use crate::fake::{Answer, Asked};
use assert_cmd::Command;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub const TOKEN: &str = "t0ken-that-nobody-may-see";

/// A folder, and the program that works in it.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// A pull.yaml with these lists, each with where its server is.
    pub fn pulls(&self, url: &str, lists: &str) {
        self.write("pull.yaml", &at_the_fake(&format!("pulls:\n{lists}"), url));
    }

    /// Runs `coverage pull`. Its words never hold the token.
    pub fn pull(&self) -> (i32, String) {
        let mut command = Command::cargo_bin("coverage").unwrap();
        for name in ["OKTA_TOKEN", "JUMPCLOUD_KEY", "GRAPH_SECRET", "ONELOGIN_SECRET", "SECRET"] {
            command.env(name, TOKEN);
        }
        let done = command.args(["pull", "--workspace"]).arg(self.path()).output().unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert!(!said.contains(TOKEN) && !said.contains("BEGIN"), "{said}");
        (done.status.code().unwrap_or(-1), said)
    }

    /// The only list is fetched whole.
    pub fn whole(&self, name: &str) -> Vec<Value> {
        let (code, said) = self.pull();
        assert_eq!(code, 0, "{said}");
        self.lines(&format!("pulled/{name}.jsonl"))
    }

    pub fn lines(&self, file: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn note(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path().join(format!("pulled/{name}.pull.json"))).unwrap()).unwrap()
    }

    /// The findings of a report, and what it says on the way. `rest` is what coverage.yaml says beside the HR list.
    pub fn findings(&self, rest: &str) -> (Vec<(String, String)>, String) {
        let hr = "Employee Number,Full Name,Work Email,Hire Date,Termination Date\n\
            1,Ann Berg,ann@lumen.example,2020-01-01,\n\
            2,Bo Lund,bo@lumen.example,2020-01-01,2026-10-01\n\
            3,Cleo Fox,cleo@lumen.example,2020-01-01,2026-10-01\n\
            4,Dan Holm,dan@lumen.example,2020-01-01,2026-10-01\n\
            5,Eva Iversen,eva@lumen.example,2020-01-01,\n";
        self.write("hr.csv", hr);
        let top =
            "company: {domains: [lumen.example]}\nas-of: 2026-12-01\nhr: [{file: hr.csv, extracted-at: 2026-11-30}]\n";
        self.write("coverage.yaml", &format!("{top}{rest}"));
        let done = Command::cargo_bin("coverage")
            .unwrap()
            .args(["report", "--format", "json", "--out"])
            .arg(self.path().join("out"))
            .arg(self.path())
            .output()
            .unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        assert_eq!(done.status.code(), Some(0), "{said}");
        let report: Value = serde_json::from_slice(&fs::read(self.path().join("out/findings.json")).unwrap()).unwrap();
        let text = |f: &Value, at: &str| f.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let line = |f: &Value| {
            (text(f, "/rule"), format!("{}{} {}", text(f, "/app"), text(f, "/account/id"), text(f, "/person/email")))
        };
        let mut all: Vec<(String, String)> = report["findings"].as_array().unwrap().iter().map(line).collect();
        all.sort();
        (all, said)
    }

    /// What a report finds in a fetched list is what it finds in the list as the vendor's export.
    pub fn same_as_by_hand(&self, pulled: &str, by_hand: &Value, among: &str) {
        self.write("by-hand.json", &by_hand.to_string());
        let idp = |file: &str| format!("idp: [{{file: {file}, extracted-at: 2026-11-30}}]\n");
        let (of_pull, _) = self.findings(&idp(&format!("pulled/{pulled}.jsonl")));
        let (of_hand, _) = self.findings(&idp("by-hand.json"));
        assert!(of_pull.iter().any(|(rule, _)| rule == among), "{of_pull:?}");
        assert_eq!(of_pull, of_hand);
        let inspected = Command::cargo_bin("coverage")
            .unwrap()
            .arg("inspect")
            .arg(self.path().join(format!("pulled/{pulled}.jsonl")))
            .output()
            .unwrap();
        assert!(inspected.status.success(), "{}", String::from_utf8_lossy(&inspected.stderr));
    }

    /// Does what a chapter of docs/pull.md says, but for the address: every list of it comes whole.
    pub fn follows_the_guide(&self, chapter: &str, url: &str) -> usize {
        let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pull.md")).unwrap();
        let text = guide.split(&format!("\n### {chapter}\n")).nth(1).unwrap_or_else(|| panic!("no chapter {chapter}"));
        let text = text.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
        let blocks: Vec<&str> =
            text.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
        let mut lists = 0;
        for block in blocks.iter().filter(|block| block.starts_with("pulls:\n")) {
            self.write("pull.yaml", &at_the_fake(block, url));
            let (code, said) = self.pull();
            assert_eq!(code, 0, "{block}{said}");
            lists += said.lines().filter(|line| line.contains(" entries")).count();
        }
        assert!(lists > 0, "{chapter} has no pull.yaml");
        lists
    }
}

/// A pull.yaml whose lists are at a server of this machine, which also gives the tokens.
fn at_the_fake(yaml: &str, url: &str) -> String {
    let mut out = String::new();
    let lines: Vec<&str> = yaml.lines().filter(|line| !line.trim_start().starts_with("url:")).collect();
    // Only lists that ask for a token may say where.
    let asks = |lines: &[&str]| {
        lines.iter().take_while(|l| l.starts_with("    ")).any(|l| {
            let l = l.trim_start();
            l.starts_with("user:") || l.starts_with("with:") || l.starts_with("credentials:")
        })
    };
    for (n, line) in lines.iter().enumerate() {
        out += &format!("{line}\n");
        if line.starts_with("  ") && !line.starts_with("   ") && line.trim_end().ends_with(':') {
            out += &format!("    url: {url}\n    without-tls: true\n");
            if asks(&lines[n + 1..]) {
                out += &format!("    token-url: {url}/oauth2/v1/token\n");
            }
        }
    }
    out
}

/// A key pair: the private half as PEM, the public one to verify with.
pub struct Keys {
    pub pem: String,
    pub public: Vec<u8>,
    /// Bytes that stand for a certificate of the key.
    pub certificate: Vec<u8>,
}

impl Keys {
    pub fn new() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public = pair.public_key().as_ref().to_vec();
        let certificate = [b"certificate of ".as_slice(), &public].concat();
        Self { pem: pem("PRIVATE KEY", der.as_ref()), public, certificate }
    }

    /// The key with its certificate.
    pub fn with_certificate(&self) -> String {
        format!("{}{}", self.pem, pem("CERTIFICATE", &self.certificate))
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Where tokens are given: takes each statement once, as servers do.
#[derive(Clone)]
pub struct Tokens {
    pub public: Vec<u8>,
    pub algorithm: &'static dyn VerificationAlgorithm,
    seen: Arc<Mutex<BTreeSet<String>>>,
}

impl Tokens {
    pub fn new(keys: &Keys, algorithm: &'static dyn VerificationAlgorithm) -> Self {
        Self { public: keys.public.clone(), algorithm, seen: Arc::default() }
    }

    /// Header and claims of a statement, if it is signed and new.
    pub fn taken(&self, statement: &str) -> Option<(Value, Value)> {
        let parts: Vec<&str> = statement.split('.').collect();
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let signed = format!("{}.{}", parts.first()?, parts.get(1)?);
        let key = UnparsedPublicKey::new(self.algorithm, &self.public);
        key.verify(signed.as_bytes(), &bytes(parts.get(2)?)?).ok()?;
        let json = |text: &str| serde_json::from_slice::<Value>(&bytes(text)?).ok();
        let (header, claims) = (json(parts[0])?, json(parts[1])?);
        let new = self.seen.lock().unwrap().insert(claims["jti"].to_string());
        let short = claims["exp"].as_i64()? - claims["iat"].as_i64()? <= 3600;
        (new && short).then_some((header, claims))
    }

    pub fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// A token, good for an hour.
pub fn given() -> Answer {
    Answer::json(&json!({"token_type": "Bearer", "access_token": TOKEN, "expires_in": 3600}))
}

/// The part of a list that begins there.
pub fn part(all: &[Value], at: usize, size: usize) -> &[Value] {
    let at = at.min(all.len());
    &all[at..(at + size).min(all.len())]
}

/// Whether the request has the token.
pub fn bears(asked: &Asked) -> bool {
    asked.header("authorization") == format!("Bearer {TOKEN}")
}
