//! Asks: few at a time, a host never twice at once, and no longer than agreed.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network")]

use super::way::{Reply, Way};
use super::{Answer, address};
use reqwest::header::LOCATION;
use reqwest::{Client, Method, StatusCode, Url, redirect};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::iter::successors;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::task::JoinSet;

/// Who asks, for those who read their servers' logs.
const USER_AGENT: &str = concat!("coverage/", env!("CARGO_PKG_VERSION"), " (asks whether cited pages still answer)");

/// How patient and how polite the questions are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests under way at the same time, each at another host.
    pub at_once: usize,
    /// How long a connection may take to come about.
    pub connect_within: Duration,
    /// How long a request may take, its connection included.
    pub answer_within: Duration,
    /// Whether the proxies count that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    pub proxies: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            at_once: 16,
            connect_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(20),
            proxies: true,
        }
    }
}

/// Asks every address once, and those that differ only behind `#` together. `told` hears of each when it is known.
///
/// # Errors
/// Why nothing can be asked from this machine: it has no certificates to judge servers by, for example.
pub fn ask(
    addresses: &BTreeSet<String>,
    settings: &Settings,
    mut told: impl FnMut(&str),
) -> Result<BTreeMap<String, Answer>, String> {
    let mut answers = BTreeMap::new();
    let mut pages: BTreeMap<Url, Vec<&String>> = BTreeMap::new();
    for address in addresses {
        match address::read(address) {
            Ok(url) => pages.entry(url).or_default().push(address),
            Err(why) => drop(answers.insert(address.clone(), Answer::NoAddress { why })),
        }
    }
    if pages.is_empty() {
        return Ok(answers);
    }
    let asker = Arc::new(Asker::new(settings)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| format!("the network cannot be used: {e}"))?;
    let all = runtime.block_on(async {
        let mut open = JoinSet::new();
        for url in pages.keys().cloned() {
            let asker = Arc::clone(&asker);
            open.spawn(async move { (asker.follow(url.clone()).await, url) });
        }
        while let Some(done) = open.join_next().await {
            let (answer, url) = done.map_err(|e| format!("a request ended before its time: {e}"))?;
            told(url.as_str());
            for address in pages.get(&url).into_iter().flatten() {
                answers.insert((*address).clone(), answer.clone());
            }
        }
        Ok(answers)
    });
    // A look-up of a name that takes too long cannot be broken off; nobody waits for it.
    runtime.shutdown_background();
    all
}

/// The ports of a host that could not be connected to, and why.
type Silent = BTreeMap<Option<u16>, String>;

struct Asker {
    client: Client,
    settings: Settings,
    seats: Semaphore,
    /// Whoever holds a host's turn may ask it.
    hosts: Mutex<BTreeMap<String, Arc<Turn<Silent>>>>,
}

impl Asker {
    fn new(settings: &Settings) -> Result<Self, String> {
        let mut client = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(settings.connect_within)
            .timeout(settings.answer_within)
            // A connection that is used again may have been closed by then, which would look like a fault of the page.
            .pool_max_idle_per_host(0);
        if !settings.proxies {
            client = client.no_proxy();
        }
        let client =
            client.build().map_err(|e| format!("no request can be made from this machine: {}", deepest(&e)))?;
        let seats = Semaphore::new(settings.at_once.max(1));
        Ok(Self { client, settings: settings.clone(), seats, hosts: Mutex::default() })
    }

    async fn follow(&self, start: Url) -> Answer {
        let mut way = Way::new(start);
        loop {
            match self.ask_in_turn(way.here()).await {
                Err(why) => return way.silence(&why),
                Ok(reply) => {
                    if let Some(answer) = way.reply(&reply) {
                        return answer;
                    }
                }
            }
        }
    }

    /// Asks when it is this address's turn. A host that could not be connected to is not tried again.
    async fn ask_in_turn(&self, url: &Url) -> Result<Reply, String> {
        let host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default())
        };
        // The turn comes before the seat: who waits for a host keeps no seat from others.
        let mut silent = host.lock().await;
        let port = url.port_or_known_default();
        if let Some(why) = silent.get(&port) {
            return Err(why.clone());
        }
        let _seat = self.seats.acquire().await.map_err(|e| e.to_string())?;
        let reply = match self.request(Method::HEAD, url).await {
            Ok(reply) if !is_worth_a_second_try(reply.status) => Ok(reply),
            Err(e) if e.is_connect() || e.is_timeout() => Err(e),
            // Not every server knows or allows HEAD, and some close the connection over it.
            _ => self.request(Method::GET, url).await,
        };
        reply.map_err(|e| {
            let why = self.cause(&e);
            if e.is_connect() {
                silent.insert(port, why.clone());
            }
            why
        })
    }

    /// The head of the answer; with it the connection is closed, so that nothing of the body is read.
    async fn request(&self, method: Method, url: &Url) -> Result<Reply, reqwest::Error> {
        let response = self.client.request(method, url.clone()).send().await?;
        let location = response.headers().get(LOCATION).map(|l| String::from_utf8_lossy(l.as_bytes()).into_owned());
        Ok(Reply { status: response.status(), location })
    }

    fn cause(&self, e: &reqwest::Error) -> String {
        match (e.is_connect(), e.is_timeout()) {
            (true, true) => format!("no connection within {:?}", self.settings.connect_within),
            (true, false) => format!("no connection: {}", deepest(e)),
            (false, true) => format!("no answer within {:?}", self.settings.answer_within),
            (false, false) => format!("the connection broke off: {}", deepest(e)),
        }
    }
}

/// Whether GET may say something else than HEAD did. Whoever says that it is asked too often is not asked again.
fn is_worth_a_second_try(status: StatusCode) -> bool {
    !status.is_success() && !status.is_redirection() && status != StatusCode::TOO_MANY_REQUESTS
}

/// What lies at the bottom of an error; what lies above it says "error sending request".
pub(super) fn deepest(e: &reqwest::Error) -> String {
    successors(Some(e as &dyn Error), |&e| e.source()).last().map(ToString::to_string).unwrap_or_default()
}
