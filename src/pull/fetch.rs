//! Fetches a list from the first page to the last.

use super::answer::{self, quoted};
use super::body::posted;
use super::lists::{Ids, known, lists};
use super::pages::{Pages, Stop, plain_filled, queried};
use super::patience::{MOST_TRIES, Patience, after, asked_for, is_worth_another_try};
use super::prepare::until_ready;
use super::progress::Progress;
use super::provenance::{ListOf, Provenance};
use super::{Keep, Reply, Trouble, Web, same_origin};
use crate::model::{Paging, Pull};
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::time::Duration;
use url::Url;

/// So often a list that changes while it is read is read from the beginning.
const RESTARTS: u32 = 2;
/// Redirects within the host that are followed for one page.
const REDIRECTS: u32 = 5;

/// What is fetched, and where.
#[derive(Debug, Clone)]
pub struct Source<'p> {
    /// What is fetched.
    pub pull: &'p Pull,
    /// The host, with the path that the API has there.
    pub host: Url,
    /// What the company has filled in.
    pub with: BTreeMap<String, String>,
    /// How long to wait.
    pub patience: Patience,
}

/// How a pull ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// With the whole list.
    Complete(Provenance),
    /// With a part of it, put aside.
    Incomplete(Provenance),
    /// For now: what has come so far is kept, and the next try goes on there.
    Paused(String),
}

/// Fetches a list. Entries are handed over page by page.
///
/// # Errors
/// The declaration or what was filled in is no address, or what came cannot be kept.
pub fn fetch(source: &Source<'_>, web: &mut dyn Web, keep: &mut dyn Keep) -> io::Result<Ended> {
    let mut restarts = 0;
    let mut left = None;
    if let Some((progress, lines)) = keep.left_over()? {
        let next = progress.next.as_deref().map(Url::parse).transpose();
        let here = next.is_ok_and(|url| url.is_none_or(|url| same_origin(&url, &source.host)));
        left = known(source, &progress, &lines).ok().filter(|_| here).map(|ids| (progress, ids));
        if left.is_none() {
            keep.start_over()?;
        }
    }
    let (mut progress, mut ids) = left.unwrap_or_else(|| (Progress::new(web.now()), <_>::default()));
    let why_not = loop {
        match all_lists(source, &mut progress, ids, web, keep)? {
            Outcome::Whole => break None,
            Outcome::Broken(why) => break Some(why),
            Outcome::Paused(why) => return Ok(Ended::Paused(why)),
            Outcome::StartOver(why) if restarts == RESTARTS => {
                break Some(format!("{why}; read from the beginning {restarts} times, with the same outcome"));
            }
            Outcome::StartOver(why) => {
                restarts += 1;
                keep.start_over()?;
                let wait = after(restarts, web.jitter());
                web.wait(wait, &format!("{why}: reading from the beginning"));
                let (requests, retries) = (progress.requests, progress.retries);
                progress = Progress { requests, retries, ..Progress::new(web.now()) };
                ids = <_>::default();
            }
        }
    };
    let provenance = provenance(source, &progress, restarts, web, why_not).map_err(io::Error::other)?;
    keep.end(provenance.clone())?;
    Ok(if provenance.complete { Ended::Complete(provenance) } else { Ended::Incomplete(provenance) })
}

pub(super) enum Outcome {
    Whole,
    Broken(String),
    StartOver(String),
    Paused(String),
}

impl Outcome {
    /// Says of which of several lists it speaks.
    pub(super) fn told(self, of: &str) -> Self {
        let told = |why: String| if of.is_empty() { why } else { format!("{of}: {why}") };
        match self {
            Self::Whole => Self::Whole,
            Self::Broken(why) => Self::Broken(told(why)),
            Self::StartOver(why) => Self::StartOver(told(why)),
            Self::Paused(why) => Self::Paused(told(why)),
        }
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Broken(why) => Self::Broken(why),
            Stop::StartOver(why) => Self::StartOver(why),
        }
    }
}

/// Reads all lists, each to its end.
fn all_lists(
    source: &Source<'_>,
    progress: &mut Progress,
    mut ids: Ids,
    web: &mut dyn Web,
    keep: &mut dyn Keep,
) -> io::Result<Outcome> {
    if let Some(prepare) = &source.pull.prepare
        && progress.sum().pages == 0
    {
        let outcome = until_ready(source, prepare, progress, web)?;
        if !matches!(outcome, Outcome::Whole) {
            return Ok(outcome);
        }
    }
    let lists = match lists(source, progress, web)? {
        Ok(lists) => lists,
        Err(outcome) => return Ok(outcome),
    };
    while let Some(list) = lists.get(progress.done.lists as usize) {
        let more = progress.done.lists as usize + 1 < lists.len();
        let mut pages = Pages::new(source, &list.first, &list.marks, progress.clone(), ids);
        let mut outcome = all_pages(source, &mut pages, more, web, keep)?;
        if let (Outcome::Broken(_), Some(plain), 0) = (&outcome, &list.plain, pages.progress.pages) {
            // What the service says of itself is not so.
            pages.progress.next = Some(plain.to_string());
            outcome = all_pages(source, &mut pages, more, web, keep)?;
        }
        let (now, came) = pages.into_ids();
        *progress = now;
        if !matches!(outcome, Outcome::Whole) {
            return Ok(outcome.told(&list.named()));
        }
        progress.close();
        // In lists of different things, the same person may stand in each.
        ids = (HashSet::new(), if source.pull.each.is_some() { came } else { HashSet::new() });
    }
    let unseen = source.pull.some_have.iter().find(|at| !progress.seen.contains(*at));
    Ok(match unseen.filter(|_| progress.done.entries > 0) {
        None => Outcome::Whole,
        Some(at) => Outcome::Broken(format!(
            "none of {} entries has `{at}`: it was not asked for, or the token may not see it. What it needs: {}",
            progress.done.entries, source.pull.access
        )),
    })
}

/// Reads a list page by page. `more` says that another one is read behind it.
pub(super) fn all_pages(
    source: &Source<'_>,
    pages: &mut Pages<'_>,
    more: bool,
    web: &mut dyn Web,
    keep: &mut dyn Keep,
) -> io::Result<Outcome> {
    let (since, before) = (web.now(), pages.progress.entries);
    while let Some(next) = pages.progress.next.clone() {
        let Ok(url) = Url::parse(&next) else { return Ok(Outcome::Broken("the next address is none".to_owned())) };
        let reply = match one_page(source, &url, pages, web) {
            Ok(reply) => reply,
            Err(outcome) => return Ok(outcome),
        };
        match pages.page(&url, &reply) {
            Ok(fresh) => keep.page(&fresh, &pages.progress)?,
            Err(stop) => return Ok(stop.into()),
        }
        let seconds = web.now().duration_since(since).as_secs_f64();
        web.came(&how_far(&pages.progress, pages.progress.entries - before, seconds));
        if pages.progress.sum().entries > source.patience.most_entries {
            let most = source.patience.most_entries;
            return Ok(Outcome::Broken(format!("more than {most} entries came: the server does not end")));
        }
        // Whoever has used up what is allowed waits before asking again, not after being told off.
        if (more || pages.progress.next.is_some())
            && let Some(wait) = asked_for(&reply, &source.pull.limits, web.now())
        {
            if wait > source.patience.longest {
                return Ok(Outcome::Paused(too_long(wait)));
            }
            web.wait(wait, "the server allows no more requests for now");
        }
    }
    Ok(pages.verdict().map_or_else(Outcome::from, |()| Outcome::Whole))
}

/// How far a reading is, and how fast it is going in this list and run.
fn how_far(progress: &Progress, in_this_run: u64, seconds: f64) -> String {
    let sum = progress.sum();
    let of = match progress.total {
        Some(total) if progress.done.lists == 0 => format!(" of {total}"),
        _ => String::new(),
    };
    let list = if progress.done.lists > 0 { format!(", list {}", sum.lists) } else { String::new() };
    let rate = if seconds > 0.0 { format!(", {:.0} a second", in_this_run as f64 / seconds) } else { String::new() };
    format!("{}{of} entries{list}{rate}", sum.entries)
}

fn too_long(wait: Duration) -> String {
    format!(
        "the server asks to wait {} minutes; run the same command again then, it goes on from here",
        wait.as_secs().div_ceil(60)
    )
}

/// Asks for a page in the way in which the list is asked for.
///
/// # Errors
/// There is no answer. One that says no, in a status or in words, is an answer with such a status.
pub fn ask(pull: &Pull, page: &Url, web: &mut dyn Web) -> Result<Reply, Trouble> {
    let reply = match &pull.post {
        None => web.get(page)?,
        Some(post) => {
            let (url, body) = posted(pull, post, page);
            web.post(&url, &body)?
        }
    };
    Ok(answer::judged(pull, reply))
}

/// One page, asked for until it comes or nothing speaks for another try.
pub(super) fn one_page(
    source: &Source<'_>,
    url: &Url,
    pages: &mut Pages<'_>,
    web: &mut dyn Web,
) -> Result<Reply, Outcome> {
    let mut here = url.clone();
    let mut redirects = 0;
    let mut tries = 0;
    loop {
        tries += 1;
        pages.progress.requests += 1;
        let (why, asked) = match ask(source.pull, &here, web) {
            Ok(reply) if reply.status == 200 => match answer::read(source.pull, &reply) {
                Ok(_) => return Ok(reply),
                Err(what) if answer::is_for_people(source.pull, &reply) => {
                    let what = answer::not_it(&reply, &what);
                    let is_right = is_right(source.pull);
                    return Err(Outcome::Paused(format!(
                        "the answer is {what}: {is_right} and does the token still hold?"
                    )));
                }
                // An answer that was cut off looks like this, too.
                Err(what) => (format!("the answer is {what}"), None),
            },
            Ok(reply) if matches!(reply.status, 301 | 302 | 303 | 307 | 308) => {
                redirects += 1;
                here = redirected(source, &here, &reply, redirects)?;
                tries -= 1;
                continue;
            }
            Ok(reply) if is_worth_another_try(&reply, &source.pull.limits, web.now()) => {
                let asked = asked_for(&reply, &source.pull.limits, web.now());
                (format!("the server says {}", said(&reply)), asked)
            }
            Ok(reply) => return Err(refused(source.pull, &reply, pages.progress.pages)),
            Err(Trouble::Passing(why)) => (why, None),
            Err(Trouble::Lasting(why)) => return Err(Outcome::Broken(why)),
            Err(Trouble::Credentials(why)) => {
                return Err(Outcome::Paused(format!("{why}. How the credentials are made: {}", source.pull.access)));
            }
        };
        if tries >= MOST_TRIES {
            let then = if pages.progress.sum().pages > 0 {
                "what has come is kept: run the same command again, it goes on from here"
            } else {
                "run the same command again later"
            };
            return Err(Outcome::Paused(format!("{why}, {tries} times in a row; {then}")));
        }
        let wait = asked.unwrap_or_else(|| after(tries, web.jitter()));
        if wait > source.patience.longest {
            return Err(Outcome::Paused(too_long(wait)));
        }
        pages.progress.retries += 1;
        web.wait(wait, &why);
    }
}

/// Where a redirect leads, if that is at the same host.
fn redirected(source: &Source<'_>, here: &Url, reply: &Reply, redirects: u32) -> Result<Url, Outcome> {
    if source.pull.post.is_some() {
        return Err(Outcome::Broken(
            "the server redirects what is asked for by POST, which is not followed".to_owned(),
        ));
    }
    if redirects > REDIRECTS {
        return Err(Outcome::Broken(format!("the server redirects more than {REDIRECTS} times")));
    }
    let target = reply.header("location").and_then(|to| here.join(to).ok());
    let Some(target) = target else {
        return Err(Outcome::Broken(format!("the server says {} without an address to go to", reply.status)));
    };
    if !same_origin(&target, &source.host) {
        let host = target.host_str().unwrap_or("nowhere");
        return Err(Outcome::Broken(format!(
            "the server redirects to {}://{host}, and the token is not sent there; if that is right, name it as `url`",
            target.scheme()
        )));
    }
    Ok(target)
}

/// What of pull.yaml leads to the list.
fn is_right(pull: &Pull) -> &'static str {
    match (pull.host.is_some(), pull.path.contains('{')) {
        (true, true) => "is what stands under `with` right?",
        (true, false) => "is it the right list of the catalog?",
        (false, true) => "is `url` right, and what stands under `with`?",
        (false, false) => "is `url` right?",
    }
}

/// What an answer says that is none.
fn refused(pull: &Pull, reply: &Reply, pages: u64) -> Outcome {
    let said = said(reply);
    match reply.status {
        401 => {
            Outcome::Paused(format!("the server does not accept the token: {said}. How it is made: {}", pull.access))
        }
        403 => Outcome::Paused(format!("the token may not read this list: {said}. What it needs: {}", pull.access)),
        404 | 410 if pages == 0 && pull.of.is_some() => {
            Outcome::StartOver(format!("what the list is of is no longer there: {said}"))
        }
        404 | 410 if pages == 0 => Outcome::Paused(format!("there is no such list: {said}; {}", is_right(pull))),
        // The place in the list is forgotten: cursors get old.
        400 | 404 | 410
            if pages > 0
                && matches!(
                    pull.paging,
                    Paging::Cursor { .. } | Paging::Scim | Paging::Link | Paging::NextUrl { .. }
                ) =>
        {
            Outcome::StartOver(format!("the server has forgotten where the reading stood: {said}"))
        }
        _ => Outcome::Broken(format!("the server says {said}")),
    }
}

/// The status, and what the body says of it where it says so in one of the usual places. Never the whole body.
pub fn said(reply: &Reply) -> String {
    const LONGEST: usize = 200;
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let places = ["/detail", "/errorSummary", "/error_description", "/error/message", "/message", "/error"];
    let told = places.iter().find_map(|at| body.pointer(at)?.as_str());
    match told {
        None => reply.status.to_string(),
        Some(told) => format!("{} ({})", reply.status, quoted(told, LONGEST)),
    }
}

fn provenance(
    source: &Source<'_>,
    progress: &Progress,
    restarts: u32,
    web: &dyn Web,
    why_not: Option<String>,
) -> Result<Provenance, String> {
    let pull = source.pull;
    let (path, query) = asked(pull, &source.host, &source.with)?;
    let of = match (&pull.of, &progress.of) {
        (Some(of), Some(read)) => {
            let (path, query) = asked(&of.as_pull(pull), &source.host, &source.with)?;
            Some(ListOf { path, query, pages: read.pages, entries: read.entries, total: read.total })
        }
        _ => None,
    };
    let sum = progress.sum();
    Ok(Provenance {
        schema_version: "1".to_owned(),
        tool: concat!("coverage ", env!("CARGO_PKG_VERSION")).to_owned(),
        pull: pull.id.clone(),
        export: pull.export.clone(),
        asked_by: if pull.post.is_some() { "POST" } else { "GET" }.to_owned(),
        host: source.host.origin().ascii_serialization(),
        path,
        query,
        lists: (pull.each.is_some() || pull.of.is_some()).then_some(sum.lists),
        of,
        began: progress.began,
        made: progress.made,
        ended: web.now(),
        pages: sum.pages,
        requests: progress.requests,
        retries: progress.retries,
        restarts,
        entries: sum.entries,
        repeats: sum.repeats,
        total: (sum.lists > 0 && sum.with_total == sum.lists).then_some(sum.total),
        complete: why_not.is_none(),
        why_not,
        leaves_out: pull.leaves_out.clone(),
        // Known when the file is.
        sha256: String::new(),
        bytes: 0,
    })
}

/// The path of a list and what is asked for, as they are noted: what differs from list to list stands as it is declared.
///
/// # Errors
/// What is missing in the declaration or in what the company has filled in.
pub fn asked(
    pull: &Pull,
    host: &Url,
    with: &BTreeMap<String, String>,
) -> Result<(String, Vec<(String, String)>), String> {
    let mut with = with.clone();
    if let Some(each) = &pull.each {
        with.insert(each.name.clone(), each.values.join("|"));
    }
    if let Some(of) = &pull.of {
        with.insert(of.name.clone(), format!("{{{}}}", of.name));
    }
    let path = format!("{}{}", host.path().trim_end_matches('/'), plain_filled(&pull.path, &with)?);
    Ok((path, queried(pull, &with)?))
}
