//! What comes before the first page: a list that the server has to make first, and what a SCIM service says of itself. Pure.

use super::fetch::{Outcome, Source, one_page};
use super::pages::{Pages, first_address, scim_from};
use super::patience::after;
use super::progress::Progress;
use super::{Reply, Trouble, Web, answer};
use crate::model::{Paging, Prepare, Pull};
use serde_json::{Map, Value};
use std::io;
use std::time::Duration;
use url::Url;

/// The most entries that a page is asked for, whatever a service says it can give.
const MOST_A_PAGE: u64 = 1_000;

/// Asks for the list to be made until it is.
pub(super) fn until_ready(
    source: &Source<'_>,
    prepare: &Prepare,
    progress: &mut Progress,
    web: &mut dyn Web,
) -> io::Result<Outcome> {
    let pull =
        Pull { query: prepare.query.clone(), each: None, of: None, paging: Paging::Whole, ..source.pull.clone() };
    let url = first_address(&pull, &source.host, &source.with).map_err(io::Error::other)?;
    let source = Source { pull: &pull, ..source.clone() };
    let mut pages = Pages::new(&source, &url, &Map::new(), Progress::new(progress.began), <_>::default());
    let mut waited = Duration::ZERO;
    let mut tries = 0;
    let outcome = loop {
        let reply = match one_page(&source, &url, &mut pages, web) {
            Ok(reply) => reply,
            Err(outcome) => break outcome,
        };
        let said = answer::read(&pull, &reply).unwrap_or_default();
        match said.pointer(&prepare.at).and_then(Value::as_str) {
            Some(word) if word == prepare.until => break Outcome::Whole,
            Some(word) if prepare.not_yet.iter().any(|not_yet| not_yet == word) => {}
            _ => break Outcome::Broken("the server does not say how far it is with making the list".to_owned()),
        }
        tries += 1;
        let wait = after(tries, web.jitter());
        waited += wait;
        if waited > source.patience.longest {
            break Outcome::Paused("the server is still making the list; run the same command again".to_owned());
        }
        web.wait(wait, "the server is making the list");
    };
    progress.requests += pages.progress.requests;
    progress.retries += pages.progress.retries;
    Ok(outcome)
}

/// The address of the first page of a SCIM list as the service wants to be asked, if it says so (RFC 7643 section 5, RFC 9865):
/// by cursor where that is its way, and for as many entries as it gives at once. Whoever says nothing, or nonsense, is
/// asked in the plain way.
///
/// # Errors
/// No try to ask this server can do better.
pub(super) fn advised(plain: &Url, progress: &mut Progress, web: &mut dyn Web) -> Result<Option<Url>, String> {
    let mut url = plain.clone();
    // It stands beside the list: /scim/v2/Users, /scim/v2/ServiceProviderConfig.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop().push("ServiceProviderConfig");
    }
    url.set_query(None);
    progress.requests += 1;
    match web.get(&url) {
        Ok(reply) if reply.status == 200 => Ok(as_it_says(plain, &reply)),
        Ok(_) | Err(Trouble::Passing(_) | Trouble::Credentials(_)) => Ok(None),
        Err(Trouble::Lasting(why)) => Err(why),
    }
}

fn as_it_says(plain: &Url, reply: &Reply) -> Option<Url> {
    let config: Value = serde_json::from_slice(&reply.body).ok()?;
    let pagination = config.get("pagination");
    let says = |name: &str, otherwise| pagination.and_then(|p| p.get(name)?.as_bool()).unwrap_or(otherwise);
    let first = pagination.and_then(|p| p.get("defaultPaginationMethod")?.as_str());
    let by_cursor = says("cursor", false) && (first == Some("cursor") || !says("index", true));
    let most = pagination.and_then(|p| p.get("maxPageSize")?.as_u64());
    let most = most.or_else(|| config.pointer("/filter/maxResults")?.as_u64()).filter(|most| *most > 0);
    if !by_cursor && most.is_none() {
        return None;
    }
    Some(scim_from(plain, by_cursor, most.map(|most| most.min(MOST_A_PAGE))))
}
