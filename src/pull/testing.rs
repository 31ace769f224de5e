//! A server and a place to keep things, both in memory.

use super::{Body, Keep, Progress, Provenance, Reply, Trouble, Web};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;
use url::Url;

/// Answers what it is told to, and notes what it was asked.
pub struct Server<F> {
    pub answer: F,
    pub asked: Vec<String>,
    pub waited: Vec<(Duration, String)>,
    pub came: Vec<String>,
    pub now: Timestamp,
    /// What it says of itself as a SCIM service.
    pub config: Option<Reply>,
}

impl<F: FnMut(&Url) -> Result<Reply, Trouble>> Server<F> {
    pub fn new(answer: F) -> Self {
        Self {
            answer,
            asked: Vec::new(),
            waited: Vec::new(),
            came: Vec::new(),
            now: Timestamp::from_second(1_795_000_000).unwrap(),
            config: None,
        }
    }
}

impl<F: FnMut(&Url) -> Result<Reply, Trouble>> Web for Server<F> {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        if url.path().ends_with("/ServiceProviderConfig") {
            return self.config.clone().ok_or_else(|| Trouble::Passing("the connection broke off".to_owned()));
        }
        self.asked.push(url.to_string());
        (self.answer)(url)
    }
    fn post(&mut self, url: &Url, body: &Body) -> Result<Reply, Trouble> {
        self.asked.push(format!("POST {url} {}", String::from_utf8_lossy(&body.bytes)));
        (self.answer)(url)
    }
    fn came(&mut self, how_far: &str) {
        self.came.push(how_far.to_owned());
    }
    fn wait(&mut self, how_long: Duration, why: &str) {
        self.now += how_long;
        self.waited.push((how_long, why.to_owned()));
    }
    fn now(&self) -> Timestamp {
        self.now
    }
    fn jitter(&mut self) -> f64 {
        0.5
    }
}

/// A page of JSON.
pub fn page(body: &serde_json::Value) -> Result<Reply, Trouble> {
    Ok(Reply { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() })
}

/// An answer without a page.
pub fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Reply, Trouble> {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Ok(Reply { status, headers, body: body.as_bytes().to_vec() })
}

/// Answers one after the other.
pub fn in_turn(answers: Vec<Result<Reply, Trouble>>) -> impl FnMut(&Url) -> Result<Reply, Trouble> {
    let mut answers = VecDeque::from(answers);
    move |_| answers.pop_front().expect("one request too many")
}

/// Keeps in memory, and crashes when it is told to.
#[derive(Default)]
pub struct Memory {
    pub progress: Option<Progress>,
    pub entries: Vec<String>,
    pub ended: Option<Provenance>,
    pub crash_after: Option<u64>,
}

impl Keep for Memory {
    fn left_over(&mut self) -> io::Result<Option<(Progress, Vec<String>)>> {
        Ok(self.progress.clone().map(|p| (p, self.entries.clone())))
    }
    fn page(&mut self, entries: &[String], progress: &Progress) -> io::Result<()> {
        if self.crash_after.is_some_and(|after| progress.sum().pages > after) {
            return Err(io::Error::other("the power went out"));
        }
        self.entries.extend_from_slice(entries);
        self.progress = Some(progress.clone());
        Ok(())
    }
    fn start_over(&mut self) -> io::Result<()> {
        self.entries.clear();
        self.progress = None;
        Ok(())
    }
    fn end(&mut self, provenance: Provenance) -> io::Result<()> {
        self.ended = Some(provenance);
        self.progress = None;
        Ok(())
    }
}
