//! Changes accounts over APIs. A type of its own: what only fetches lists holds an [`Http`] and cannot change anything.

use super::http::Http;
use crate::model::Method;
use crate::plan::{Act, Change, Look};
use crate::pull::{Reply, Trouble, Web};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderValue, IF_MATCH};
use std::time::Duration;
use url::Url;

/// A connection to an API over which accounts may be changed.
pub struct Writer<'t>(Http<'t>);

impl<'t> Writer<'t> {
    /// Over a connection whose credentials may change accounts.
    pub const fn new(http: Http<'t>) -> Self {
        Self(http)
    }
}

impl Look for Writer<'_> {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        Web::get(&mut self.0, url)
    }
    fn wait(&mut self, how_long: Duration, why: &str) {
        Web::wait(&mut self.0, how_long, why);
    }
    fn now(&self) -> Timestamp {
        Web::now(&self.0)
    }
    fn jitter(&mut self) -> f64 {
        Web::jitter(&mut self.0)
    }
}

impl Act for Writer<'_> {
    fn send(&mut self, change: &Change<'_>) -> Result<Reply, Trouble> {
        let header = |text: &str| {
            HeaderValue::from_str(text).map_err(|_| Trouble::Lasting("a header has no plain value".to_owned()))
        };
        let mut headers = vec![(CONTENT_TYPE, header(change.content_type)?)];
        if let Some(version) = change.if_match {
            headers.push((IF_MATCH, header(version)?));
        }
        let method = match change.method {
            Method::Patch => reqwest::Method::PATCH,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        self.0.send(&method, change.url, headers, change.body)
    }
}
