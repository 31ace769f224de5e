//! A company out of numbers: its files as text, always the same for the same size.

use coverage::catalog::Catalog;
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::model::{Report, When};
use coverage::run::{Job, Streams, run};
use coverage::workspace::{self, App, Workspace};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

const GIVEN: [&str; 16] = [
    "Anna",
    "Bernd",
    "Carla",
    "David",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katherine",
    "Lars",
    "María",
    "Nils",
    "Søren",
    "Łukasz",
];
const FAMILY: [&str; 12] = [
    "Ackerman",
    "Bergfors",
    "Dahl",
    "Engström",
    "Feldhain",
    "Granberg",
    "Holm",
    "Jungbach",
    "Lindqvist",
    "Marković",
    "Nordlund",
    "Ostrup",
];

/// Numbers that look like chance (Knuth's MMIX constants).
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
    /// A number below `of`.
    pub const fn below(&mut self, of: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % of
    }
    /// Whether something that happens so often in a thousand times happens.
    pub const fn happens(&mut self, in_a_thousand: usize) -> bool {
        self.below(1000) < in_a_thousand
    }
}

pub fn name(person: usize) -> (&'static str, String) {
    let family = FAMILY[person / GIVEN.len() % FAMILY.len()];
    (
        GIVEN[person % GIVEN.len()],
        format!("{family}{}", if person < 192 { String::new() } else { letters(person / 192) }),
    )
}

fn letters(mut n: usize) -> String {
    let mut out = String::new();
    while n > 0 {
        out.push((b'a' + (n % 26) as u8) as char);
        n /= 26;
    }
    out
}

pub fn address(person: usize) -> String {
    format!("person{person}@acme.example")
}

/// The files of a company by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// People at HR and at the identity provider, one in twelve of whom has left.
pub fn people(count: usize) -> Files {
    let mut hr = String::from("Employee ID,Name,Work email,Start date,End date,Status\n");
    let mut idp =
        String::from("user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\n");
    for person in 0..count {
        let (given, family) = name(person);
        let address = address(person);
        let left = person % 12 == 5;
        let (end, status) = if left { ("2026-08-31", "Terminated") } else { ("", "Active") };
        let _ = writeln!(hr, "{person},{given} {family},{address},2021-03-01,{end},{status}");
        let status = if left { "DEPROVISIONED" } else { "ACTIVE" };
        let _ = writeln!(idp, "{address},{address},{person},{status},2021-03-01T08:00:00Z,2026-09-01T08:00:00Z");
    }
    [("hr.csv", hr), ("idp.csv", idp)].map(|(name, text)| (name.to_owned(), text.into_bytes())).into()
}

/// The address of an account as apps write it: mostly the plain one.
pub fn written(person: usize, chance: &mut Chance) -> String {
    let plain = address(person);
    match chance.below(100) {
        0..8 => plain.to_uppercase(),
        8..10 => plain.replace('@', "+app@"),
        10 => format!(" mailto:{plain} "),
        11 => format!("{}@gone.example", letters(person + 1)),
        12 => format!("persön{person}@acme.example"),
        _ => plain,
    }
}

/// A roster. Some accounts are nobody's.
pub fn roster(people: usize, rows: usize, seed: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed);
    let mut text = String::from("ID,Email,Name,Role,Status,Created,Last active\n");
    for row in 0..rows {
        let person = chance.below(people);
        let (given, family) = name(person);
        let address = written(person, &mut chance);
        let role = if chance.happens(20) { "Admin" } else { "Member" };
        let status = if chance.happens(100) { "Suspended" } else { "Active" };
        let comma = if chance.happens(30) { format!("\"{family}, {given}\"") } else { format!("{given} {family}") };
        let _ =
            writeln!(text, "u{row},{address},{comma},{role},{status},2022-05-01,2026-11-{:02}", 1 + chance.below(18));
    }
    text.into_bytes()
}

/// A company with so many apps.
pub fn company(identities: usize, apps: usize, rows: usize) -> Files {
    let mut files = people(identities);
    files.extend((0..apps).map(|n| (format!("app{n}.csv"), roster(identities, rows / apps, n as u64 + 1))));
    files
}

/// A run over it. What is written while the rosters are read is thrown away.
pub fn report(files: &Files) -> Report {
    let input = |file: &str| workspace::Input {
        id: None,
        file: file.to_owned(),
        export: None,
        extracted_at: Some(When::at("2026-11-20T06:00:00Z".parse().unwrap())),
        encoding: None,
        date_order: None,
        only: BTreeMap::new(),
        provenance: Default::default(),
        accept: Vec::new(),
        line: 0,
    };
    let mut ws = Workspace::empty();
    ws.hr = vec![input("hr.csv")];
    ws.idp = vec![input("idp.csv")];
    ws.as_of = Some(When::at("2026-11-20T12:00:00Z".parse().unwrap()));
    ws.policy.dormant_days = Some(90);
    for file in files.keys().filter(|file| file.starts_with("app")) {
        let id = file.trim_end_matches(".csv");
        ws.apps.push(App { rosters: vec![input(file)], ..App::named(id, id, None) });
    }
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        match files.get(name) {
            Some(bytes) => Box::new(InMemory { name: name.to_owned(), bytes: bytes.clone() }),
            None => Box::new(NotThere { name: name.to_owned() }),
        }
    };
    let create = |_: &str| -> io::Result<Box<dyn io::Write + Send>> { Ok(Box::new(io::sink())) };
    let streams = Streams { create: &create, diffs: true, matched: false, all_absent: false, accounts: None };
    let job = Job::over(&ws, Catalog::embedded(), &open, streams);
    run(&job).unwrap_or_else(|all| panic!("{}", all.iter().map(ToString::to_string).collect::<String>())).report
}
