//! Asks APIs for pages, with credentials that go to one host and nowhere else.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network")]

use super::credentials::Signer;
use crate::pull::{Body, Reply, Trouble, Web, is_this_machine, same_origin};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Certificate, Client, Method, Request, RequestBuilder, redirect};
use std::collections::BTreeMap;
use std::error::Error;
use std::hash::{BuildHasher as _, RandomState};
use std::iter::successors;
use std::time::Duration;
use tokio::runtime::Runtime;
use url::Url;

/// The largest answer that is read.
const LARGEST: usize = 64 << 20;
/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// How long a server may be silent in the middle of an answer.
const SILENT: Duration = Duration::from_secs(60);
/// How long an answer may take in all.
const ANSWER_WITHIN: Duration = Duration::from_secs(300);

/// What there is to tell while something takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'n> {
    /// A page has come; how far the reading is.
    Came(&'n str),
    /// There is a pause, and why.
    Waiting(&'n str),
}

/// Who is told.
pub type Told<'t> = Box<dyn FnMut(News<'_>) + 't>;

/// How requests are made.
pub struct Settings<'s> {
    /// The host that may be asked, and that alone.
    pub host: Url,
    /// Further headers of the catalog's.
    pub headers: &'s BTreeMap<String, String>,
    /// Further certificates (PEM) that servers are judged by.
    pub certificates: Option<Vec<u8>>,
    /// Whether a server on this machine may be asked without TLS.
    pub without_tls: bool,
}

/// A connection to an API.
pub struct Http<'t> {
    client: Client,
    runtime: Runtime,
    host: Url,
    headers: HeaderMap,
    signer: Signer,
    told: Told<'t>,
    without_tls: bool,
}

impl<'t> Http<'t> {
    /// Prepares to ask.
    ///
    /// # Errors
    /// Why nothing can be asked: a header that is none, certificates that cannot be read.
    pub fn new(settings: Settings<'_>, signer: Signer, told: Told<'t>) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("coverage/", env!("CARGO_PKG_VERSION"))));
        for (name, value) in settings.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no header"))?;
            let value = HeaderValue::from_str(value).map_err(|_| format!("the header `{name}` has no plain value"))?;
            headers.insert(name, value);
        }
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(SILENT)
            .timeout(ANSWER_WITHIN);
        if settings.without_tls {
            // What is on this machine is not asked by way of another.
            client = client.no_proxy();
        } else {
            client = client.https_only(true);
        }
        if let Some(pem) = &settings.certificates {
            let all = Certificate::from_pem_bundle(pem).map_err(|e| format!("the certificates cannot be read: {e}"))?;
            if all.is_empty() {
                return Err("there is no certificate in the file".to_owned());
            }
            client = client.tls_certs_merge(all);
        }
        let client =
            client.build().map_err(|e| format!("no request can be made from this machine: {}", deepest(&e)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| format!("the network cannot be used: {e}"))?;
        Ok(Self { client, runtime, host: settings.host, headers, signer, told, without_tls: settings.without_tls })
    }

    /// Whether the credentials may go there.
    fn may_be_asked(&self, url: &Url) -> bool {
        same_origin(url, &self.host) && (url.scheme() == "https" || self.without_tls && is_this_machine(url))
    }
}

/// Sends a request and reads its answer, as much as may be.
pub(super) async fn answer(request: RequestBuilder) -> Result<Reply, Trouble> {
    let passing = |e: &reqwest::Error| {
        let what = match (e.is_connect(), e.is_timeout()) {
            (true, true) => "no connection in time".to_owned(),
            (true, false) => format!("no connection: {}", deepest(e)),
            (false, true) => "no answer in time".to_owned(),
            (false, false) => format!("the connection broke off: {}", deepest(e)),
        };
        // A server that cannot prove who it is cannot a second later either.
        if super::is_distrusted(&what) { Trouble::Credentials(what) } else { Trouble::Passing(what) }
    };
    let mut response = request.send().await.map_err(|e| passing(&e))?;
    let status = response.status().as_u16();
    let headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let packed =
        response.headers().get(CONTENT_ENCODING).is_some_and(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity"));
    if packed && !response.status().is_success() {
        // The status says enough.
        return Ok(Reply { status, headers, body: Vec::new() });
    }
    if packed {
        return Err(Trouble::Lasting("the answer is compressed, which nobody has asked for".to_owned()));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|e| passing(&e))? {
        if body.len() + piece.len() > LARGEST {
            return Err(Trouble::Lasting(format!("an answer is larger than {} MiB", LARGEST >> 20)));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Reply { status, headers, body })
}

impl Http<'_> {
    fn ask(&mut self, url: &Url, body: Option<&Body>) -> Result<Reply, Trouble> {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        // The catalog's own word for what the body is counts.
        let kind = body.map(|body| HeaderValue::from_static(body.kind));
        let kind = kind.filter(|_| !self.headers.contains_key(CONTENT_TYPE)).map(|kind| (CONTENT_TYPE, kind));
        let bytes = body.map(|body| body.bytes.as_slice());
        let reply = self.request(&method, url, kind.into_iter().collect(), bytes)?;
        if !self.signer.is_repeated_in(&reply) {
            return Ok(reply);
        }
        if reply.status == 200 {
            return Err(Trouble::Lasting("the answer repeats the secret, so none of it is kept".to_owned()));
        }
        // The status says enough.
        Ok(Reply { status: reply.status, ..Reply::default() })
    }

    /// Sends a change, once. [`super::Writer`] alone does that.
    pub(super) fn send(
        &mut self,
        method: &Method,
        url: &Url,
        further: Vec<(HeaderName, HeaderValue)>,
        body: &[u8],
    ) -> Result<Reply, Trouble> {
        let reply = self.request(method, url, further, Some(body))?;
        // What was done is known by its status, whatever else the answer holds.
        Ok(if self.signer.is_repeated_in(&reply) { Reply { status: reply.status, ..Reply::default() } } else { reply })
    }

    /// One request; where the token had run out, it was not taken, and goes with a new one.
    fn request(
        &mut self,
        method: &Method,
        url: &Url,
        further: Vec<(HeaderName, HeaderValue)>,
        body: Option<&[u8]>,
    ) -> Result<Reply, Trouble> {
        if !self.may_be_asked(url) {
            return Err(Trouble::Lasting("the address is not at the host that was named".to_owned()));
        }
        let request = || {
            let mut request = Request::new(method.clone(), url.clone());
            request.headers_mut().clone_from(&self.headers);
            request.headers_mut().extend(further.clone());
            *request.body_mut() = body.map(|bytes| bytes.to_vec().into());
            request
        };
        let (client, signer) = (&self.client, &mut self.signer);
        self.runtime.block_on(async {
            let mut first = request();
            signer.sign(client, &mut first).await?;
            let reply = answer(RequestBuilder::from_parts(client.clone(), first)).await?;
            // A token may have run out earlier than it was said to.
            if reply.status != 401 || !signer.forget() {
                return Ok(reply);
            }
            let mut second = request();
            signer.sign(client, &mut second).await?;
            answer(RequestBuilder::from_parts(client.clone(), second)).await
        })
    }
}

impl Web for Http<'_> {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        self.ask(url, None)
    }

    fn post(&mut self, url: &Url, body: &Body) -> Result<Reply, Trouble> {
        self.ask(url, Some(body))
    }

    fn came(&mut self, how_far: &str) {
        (self.told)(News::Came(how_far));
    }

    fn wait(&mut self, how_long: Duration, why: &str) {
        (self.told)(News::Waiting(&format!("{why}; waiting {} s", how_long.as_secs_f64().ceil())));
        // The pause is made where the runtime's clock runs.
        self.runtime.block_on(async { tokio::time::sleep(how_long).await });
    }

    fn now(&self) -> Timestamp {
        crate::host::now()
    }

    fn jitter(&mut self) -> f64 {
        // Seeded anew by the system each time; nothing but a pause hangs on it.
        (RandomState::new().hash_one(0u8) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// What lies at the bottom of an error; what lies above it names the address.
fn deepest(e: &reqwest::Error) -> String {
    successors(Some(e as &dyn Error), |&e| e.source()).last().map(ToString::to_string).unwrap_or_default()
}
