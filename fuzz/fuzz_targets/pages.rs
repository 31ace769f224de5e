//! What servers of lists answer: JSON, XML, SCIM. The first two bytes choose a list of the catalog. The rest is the answers, each behind a line
//! `=== STATUS`, then headers, a blank line, and the body; they are given in turn, over and over, by a server that never falls silent.
#![no_main]

use coverage::catalog::Catalog;
use coverage::model::Pull;
use coverage::pull::{self, Body, Ended, Keep, Patience, Progress, Provenance, Reply, Source, Trouble, Web};
use coverage::workspace::asked_for;
use coverage_fuzz::{Dice, begin};
use jiff::Timestamp;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;
use url::Url;

/// However a server answers, it is asked no oftener than this for lists as short as these.
const MOST_REQUESTS: u64 = 20_000;

struct Server {
    answers: Vec<Reply>,
    asked: u64,
    now: Timestamp,
}

impl Server {
    fn answer(&mut self) -> Result<Reply, Trouble> {
        self.asked += 1;
        assert!(self.asked < MOST_REQUESTS, "the server is asked for ever");
        match self.answers.get(self.asked as usize % self.answers.len().max(1)) {
            Some(reply) if reply.status < 100 => Err(Trouble::Passing("the connection broke off".to_owned())),
            Some(reply) => Ok(reply.clone()),
            None => Err(Trouble::Passing("the connection broke off".to_owned())),
        }
    }
}

impl Web for Server {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        assert_eq!(url.host_str(), Some("api.acme.example"), "another host is asked");
        self.answer()
    }
    fn post(&mut self, url: &Url, _: &Body) -> Result<Reply, Trouble> {
        assert_eq!(url.host_str(), Some("api.acme.example"), "another host is asked");
        self.answer()
    }
    fn came(&mut self, _: &str) {}
    fn wait(&mut self, how_long: Duration, _: &str) {
        self.now = self.now.checked_add(how_long).unwrap_or(Timestamp::MAX);
    }
    fn now(&self) -> Timestamp {
        self.now
    }
    fn jitter(&mut self) -> f64 {
        0.5
    }
}

#[derive(Default)]
struct Memory {
    entries: Vec<String>,
    ended: bool,
}

impl Keep for Memory {
    fn left_over(&mut self) -> io::Result<Option<(Progress, Vec<String>)>> {
        Ok(None)
    }
    fn page(&mut self, entries: &[String], _: &Progress) -> io::Result<()> {
        assert!(entries.iter().all(|entry| !entry.contains('\n')), "an entry is one line");
        self.entries.extend_from_slice(entries);
        Ok(())
    }
    fn start_over(&mut self) -> io::Result<()> {
        self.entries.clear();
        Ok(())
    }
    fn end(&mut self, _: Provenance) -> io::Result<()> {
        self.ended = true;
        Ok(())
    }
}

fn replies(text: &str) -> Vec<Reply> {
    let one = |part: &str| {
        let (head, body) = part.split_once("\n\n").unwrap_or((part, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.trim().parse().ok()).unwrap_or(200);
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Reply { status, headers, body: body.as_bytes().to_vec() }
    };
    text.split("=== ").filter(|part| !part.is_empty()).take(20).map(one).collect()
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static PULLS: OnceLock<Vec<&'static Pull>> = OnceLock::new();
    begin();
    let pulls = PULLS.get_or_init(|| Catalog::embedded().entries.iter().flat_map(|entry| &entry.pulls).collect());
    let (mut dice, text) = Dice::of(data, 1);
    let pull = pulls[dice.next(pulls.len())];
    let with = asked_for(pull).into_iter().map(|name| (name.to_owned(), "acme".to_owned())).collect();
    let host = Url::parse("https://api.acme.example/v2").unwrap();
    let source =
        Source { pull, host: host.clone(), with, patience: Patience { most_entries: 1000, ..Patience::default() } };
    let answers = replies(&String::from_utf8_lossy(text));
    let now = Timestamp::from_second(1_795_000_000).unwrap();
    if let Some(first) = answers.first() {
        let checks = pull::first_page(&source, &host, first, now).into_iter().chain([pull::scim_says(first)]);
        for check in checks {
            assert!(!check.says.chars().any(char::is_control), "{:?}", check.says);
        }
        let said = pull::said(first);
        assert!(!said.chars().any(char::is_control), "{said:?}");
    }
    let mut server = Server { answers, asked: 0, now };
    let mut keep = Memory::default();
    match pull::fetch(&source, &mut server, &mut keep) {
        Ok(Ended::Complete(provenance)) => {
            assert!(keep.ended && provenance.complete);
            assert_eq!(provenance.entries, keep.entries.len() as u64, "what is said to be whole is what was kept");
        }
        Ok(Ended::Incomplete(provenance)) => assert!(!provenance.complete && provenance.why_not.is_some()),
        Ok(Ended::Paused(why)) => assert!(!why.is_empty()),
        Err(_) => {}
    }
});
