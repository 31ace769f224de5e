//! A server that forgets, lies and breaks off, a plan for it, and a log in memory.

use super::carry_out::{Act, Change, Look};
use super::log::{Append, Book};
use super::make::Service;
use super::{Account, Holder, List, Plan, Reference, Request, Step, VERSION, hash_of};
use crate::model::{Method, Pull, Severity};
use crate::pull::{Reply, Trouble};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::LazyLock;
use std::time::Duration;
use url::Url;

/// What becomes of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// It is made; this is the status.
    Done(u16),
    /// It is not made; this is the status.
    Not(u16),
    /// It is made, and the answer is lost.
    Unsaid,
    /// It is not made, and there is no answer.
    Unmade,
    /// It is made, and something else goes with it.
    Spoils,
    /// The account is gone with it.
    Deletes,
}

/// A server with accounts by path.
pub struct Fake {
    pub accounts: BTreeMap<String, Value>,
    pub faults: VecDeque<Fault>,
    pub sent: Vec<String>,
    pub read: u32,
    pub waited: Duration,
    /// No reading after so many succeeds.
    pub falls_silent_after: u32,
}

pub fn host() -> Url {
    Url::parse("https://lumen.example/scim/v2").unwrap()
}

pub fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The declaration of the catalog, as it is.
pub fn scim() -> &'static Pull {
    static SCIM: LazyLock<Pull> = LazyLock::new(|| {
        let entries = &crate::catalog::Catalog::embedded().entries;
        entries.iter().flat_map(|e| &e.pulls).find(|p| p.id == "scim-users").unwrap().clone()
    });
    &SCIM
}

pub fn service_at(host: &Url) -> Service<'_> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    Service { name: "lumen", pull: scim(), host, with: &NONE, file: "pulled/lumen.jsonl" }
}

impl Fake {
    pub fn new(faults: &[Fault]) -> Self {
        let account = |n: u32| json!({"id": format!("u{n}"), "userName": format!("person{n}@lumen.example"), "active": true, "title": "Smith"});
        let accounts = (1..30).map(|n| (format!("/scim/v2/Users/u{n}"), account(n))).collect();
        let faults = faults.iter().copied().collect();
        Self { accounts, faults, sent: Vec::new(), read: 0, waited: Duration::ZERO, falls_silent_after: u32::MAX }
    }

    pub fn is_live(&self, n: u32) -> bool {
        self.accounts[&format!("/scim/v2/Users/u{n}")]["active"] == true
    }

    pub fn set(&mut self, n: u32, key: &str, value: Value) {
        self.accounts.get_mut(&format!("/scim/v2/Users/u{n}")).unwrap()[key] = value;
    }
}

impl Look for Fake {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        self.read += 1;
        if self.read > self.falls_silent_after {
            return Err(Trouble::Passing("the connection broke off".to_owned()));
        }
        Ok(match self.accounts.get(url.path()) {
            Some(account) => Reply {
                status: 200,
                headers: vec![("etag".to_owned(), "W/\"7\"".to_owned())],
                body: account.to_string().into_bytes(),
            },
            None => Reply { status: 404, ..Reply::default() },
        })
    }
    fn wait(&mut self, how_long: Duration, _: &str) {
        self.waited += how_long;
    }
    fn now(&self) -> Timestamp {
        now()
    }
    fn jitter(&mut self) -> f64 {
        0.5
    }
}

impl Act for Fake {
    fn send(&mut self, change: &Change<'_>) -> Result<Reply, Trouble> {
        let body = String::from_utf8(change.body.to_vec()).unwrap();
        self.sent.push(format!("{} {} {body} {:?}", change.method, change.url, change.if_match));
        let fault = self.faults.pop_front().unwrap_or(Fault::Done(204));
        let made = !matches!(fault, Fault::Not(_) | Fault::Unmade);
        if let Some(account) = self.accounts.get_mut(change.url.path()).filter(|_| made) {
            if change.method == Method::Put {
                *account = serde_json::from_str(&body).unwrap();
            }
            account["active"] = json!(false);
            if fault == Fault::Spoils {
                account["title"] = json!("");
            }
        }
        if fault == Fault::Deletes {
            self.accounts.remove(change.url.path());
        }
        match fault {
            Fault::Done(status) | Fault::Not(status) => Ok(Reply { status, ..Reply::default() }),
            Fault::Spoils | Fault::Deletes => Ok(Reply { status: 200, ..Reply::default() }),
            Fault::Unsaid | Fault::Unmade => Err(Trouble::Passing("the connection broke off".to_owned())),
        }
    }
}

/// A log in memory. It refuses everything once it is full.
#[derive(Default)]
pub struct Memory {
    pub text: Vec<u8>,
    pub full_after: Option<usize>,
}

impl Append for Memory {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let lines = self.text.iter().filter(|b| **b == b'\n').count();
        if self.full_after.is_some_and(|most| lines >= most) {
            return Err(io::Error::other("the disk is full"));
        }
        self.text.extend_from_slice(line);
        Ok(())
    }
}

pub fn book(memory: &mut Memory) -> Book<'_> {
    let whole = memory.text.clone();
    Book::open("applied.jsonl", &whole, b"", memory, now()).unwrap()
}

pub fn list(file: &str, made: &str) -> List {
    List { file: file.to_owned(), sha256: "ab".repeat(32), made: made.to_owned(), made_says: "declared".to_owned() }
}

/// A step for an account of [`Fake`].
pub fn step(n: u32) -> Step {
    let url = host();
    let service = service_at(&url);
    let end = scim().end.as_ref().unwrap();
    let path = |pattern: &str| super::address::path(&service, pattern, &format!("u{n}")).unwrap();
    let name = format!("person{n}@lumen.example");
    Step {
        step: format!("{n:016x}"),
        approved: "yes".to_owned(),
        app: "lumen".to_owned(),
        person: Holder {
            key: format!("employee-id:{n}"),
            name: format!("Person {n}"),
            email: name.clone(),
            standing: "terminated".to_owned(),
            since: "2026-10-01".to_owned(),
            basis: "hr".to_owned(),
            linked_by: "email".to_owned(),
        },
        account: Account {
            id: format!("u{n}"),
            email: name.clone(),
            name: String::new(),
            role: String::new(),
            status: "active (true)".to_owned(),
            administrator: "no".to_owned(),
        },
        list: list("pulled/lumen.jsonl", "2026-11-22T11:00:00Z"),
        line: n,
        findings: vec![Reference {
            id: format!("v1:{n:032x}"),
            rule: "residual-login-capable".to_owned(),
            severity: Severity::High,
        }],
        why: vec!["left on 2026-10-01 (HR says so)".to_owned()],
        request: Some(Request {
            service: "lumen".to_owned(),
            host: "https://lumen.example".to_owned(),
            account: path(&end.account),
            item: String::new(),
            id_at: "/id".to_owned(),
            before: BTreeMap::from([
                ("/id".to_owned(), json!(format!("u{n}"))),
                ("/userName".to_owned(), json!(name)),
                ("/active".to_owned(), json!(true)),
            ]),
            method: end.method,
            path: path(&end.path),
            content_type: end.content_type.clone(),
            body: end.body.as_ref().unwrap().to_string(),
            or_put: false,
            state: end.state.clone(),
            after: end.ended.clone(),
            live_accounts: 100,
            administrators: Vec::new(),
        }),
        by_hand: None,
        hash: String::new(),
    }
}

/// A plan with these steps, and their hashes.
pub fn plan(steps: Vec<Step>) -> Plan {
    let mut plan = Plan {
        plan: VERSION,
        tool: "coverage 0.1.0".to_owned(),
        catalog: "95-0".to_owned(),
        company: "Lumen".to_owned(),
        as_of: "2026-11-22T11:00:00Z".to_owned(),
        people: vec![list("hr.csv", "2026-11-21T06:00:00Z")],
        left_out: Vec::new(),
        steps,
    };
    let hashes = hash_of(&plan);
    plan.steps.iter_mut().zip(hashes).for_each(|(step, hash)| step.hash = hash);
    plan
}
