//! Sends one document to a web address that somebody has named. The address is a secret: no message repeats more of it than
//! its host.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network")]

use super::asker::deepest;
use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url, redirect};
use std::time::Duration;

/// Redirects that are followed, all on the same host.
const REDIRECTS: usize = 3;
/// The longest that is waited because a server asks for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How patiently something is sent.
#[derive(Debug, Clone)]
pub struct Patience {
    /// How often it is tried.
    pub tries: u32,
    /// How long is waited before the second try; twice as long before each further one.
    pub wait: Duration,
    /// How long a connection may take to come about.
    pub connect_within: Duration,
    /// How long one try may take.
    pub answer_within: Duration,
    /// Whether the proxies count that the environment names.
    pub proxies: bool,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 3,
            wait: Duration::from_secs(1),
            connect_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(30),
            proxies: true,
        }
    }
}

/// What became of one try.
enum Tried {
    Taken,
    /// It will not help to try again.
    Refused(String),
    /// It may.
    Later(String, Option<Duration>),
}

/// Sends JSON. Answers with the host that has taken it.
///
/// # Errors
/// What went wrong, without the address.
pub fn post(address: &str, json: &[u8], patience: &Patience) -> Result<String, String> {
    let url = allowed(address)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let mut client = Client::builder()
        .user_agent(concat!("coverage/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(patience.connect_within)
        .timeout(patience.answer_within);
    if !patience.proxies {
        client = client.no_proxy();
    }
    let client = client.build().map_err(|e| format!("no request can be made from this machine: {}", deepest(&e)))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| format!("the network cannot be used: {e}"))?;
    let mut wait = patience.wait;
    let mut tried = 1;
    let answer = loop {
        match runtime.block_on(send(&client, &url, json, patience)) {
            Tried::Taken => break Ok(host),
            Tried::Refused(why) => break Err(format!("{host}: {why}")),
            Tried::Later(why, _) if tried >= patience.tries => {
                let times = if tried == 1 { "once" } else { &format!("{tried} times") };
                break Err(format!("{host}: {why}; tried {times}"));
            }
            Tried::Later(_, asked) => {
                std::thread::sleep(asked.unwrap_or(wait).min(PATIENCE));
                wait = wait.saturating_mul(2);
                tried += 1;
            }
        }
    };
    runtime.shutdown_background();
    answer
}

/// An address that may be sent to: over TLS, or to this machine.
fn allowed(address: &str) -> Result<Url, String> {
    let url = super::address::read(address)?;
    let here = super::is_here(url.host_str().unwrap_or_default().trim_matches(['[', ']']));
    if url.scheme() == "https" || here {
        Ok(url)
    } else {
        Err("the address begins with http:, so the summary would go over the network in the open; it takes https:"
            .to_owned())
    }
}

async fn send(client: &Client, url: &Url, json: &[u8], patience: &Patience) -> Tried {
    let mut here = url.clone();
    for _ in 0..=REDIRECTS {
        let request = client.post(here.clone()).header(CONTENT_TYPE, "application/json").body(json.to_vec());
        let reply = match request.send().await {
            Ok(reply) => reply,
            Err(e) => {
                let why = cause(&e, patience);
                return if super::is_distrusted(&why) { Tried::Refused(why) } else { Tried::Later(why, None) };
            }
        };
        let status = reply.status();
        match status.as_u16() {
            200..=299 => return Tried::Taken,
            // These two alone say that the same is to be sent elsewhere.
            307 | 308 => {
                let to = reply.headers().get(LOCATION).map(|l| String::from_utf8_lossy(l.as_bytes()).into_owned());
                let next = to.and_then(|to| here.join(&to).ok());
                match next {
                    Some(next) if next.origin() == here.origin() => here = next,
                    Some(next) => {
                        let to = next.host_str().unwrap_or("no host").to_owned();
                        return Tried::Refused(format!("{status} to another place ({to}), which is not followed"));
                    }
                    None => return Tried::Refused(format!("{status} without an address to go to")),
                }
            }
            429 | 500..=599 => {
                let after = reply.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
                return Tried::Later(told(status), after.map(Duration::from_secs));
            }
            _ => return Tried::Refused(told(status)),
        }
    }
    Tried::Refused(format!("it redirects more than {REDIRECTS} times"))
}

/// The body of an answer is not read: it could repeat what was sent.
fn told(status: StatusCode) -> String {
    format!("it answers {status}")
}

fn cause(e: &reqwest::Error, patience: &Patience) -> String {
    match (e.is_connect(), e.is_timeout()) {
        (true, true) => format!("no connection within {:?}", patience.connect_within),
        (true, false) => format!("no connection: {}", deepest(e)),
        (false, true) => format!("no answer within {:?}", patience.answer_within),
        (false, false) => format!("the connection broke off: {}", deepest(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_goes_over_tls_or_stays_here() {
        for address in ["https://hooks.example/x", "http://127.0.0.1:1/x", "http://[::1]/", "http://LOCALHOST/x"] {
            assert!(allowed(address).is_ok(), "{address}");
        }
        for address in
            ["http://hooks.example/s3cret", "http://localhost.example/s3cret", "ftp://h.example/s3cret", "s3cret"]
        {
            let why = allowed(address).unwrap_err();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}
