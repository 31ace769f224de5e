//! Whether a list could be fetched: what the first page of it says, and what to do where it says no. Pure.

use super::answer::not_it;
use super::directory::Page as DirectoryPage;
use super::fetch::{Source, said};
use super::pages::{Pages, Stop, first_address};
use super::patience::asked_for;
use super::progress::Progress;
use super::{Reply, answer, same_origin};
use crate::model::{DirectoryList, Paging, Pull};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;
use url::Url;

/// A clock that is wrong by more than this, in seconds, is told: signed statements are refused, limits are read wrongly.
const CLOCK: i64 = 60;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Nothing is wrong, or nobody can know; worth reading.
    Note,
    /// The list would not come.
    Wrong,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, one word.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What was seen.
    pub says: String,
    /// What to do, where something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Check {
    /// All is well.
    pub fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::Ok, says: says.into(), help: None }
    }

    /// Worth reading.
    pub fn note(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::Note, says: says.into(), help: None }
    }

    /// Something is wrong, and what to do.
    pub fn wrong(check: &'static str, says: impl Into<String>, help: impl Into<String>) -> Self {
        let help: String = help.into();
        Self { check, state: State::Wrong, says: says.into(), help: Some(help).filter(|h| !h.is_empty()) }
    }
}

/// The list that is read first: the list itself, or the one whose entries each have a list.
fn first_list<'p>(source: &Source<'p>) -> Cow<'p, Pull> {
    match &source.pull.of {
        Some(of) => Cow::Owned(of.as_pull(source.pull)),
        None => Cow::Borrowed(source.pull),
    }
}

/// The address of the first page that a pull asks for.
///
/// # Errors
/// What is missing in the declaration or in what the company has filled in.
pub fn first_asked(source: &Source<'_>) -> Result<Url, String> {
    let mut with = source.with.clone();
    // What has to be made first is only begun: that takes the same rights.
    if let Some(prepare) = &source.pull.prepare {
        let pull = Pull { query: prepare.query.clone(), paging: Paging::Whole, ..source.pull.clone() };
        return first_address(&pull, &source.host, &with);
    }
    if let (None, Some(each)) = (&source.pull.of, &source.pull.each)
        && let Some(value) = each.values.first()
    {
        with.insert(each.name.clone(), value.clone());
    }
    first_address(&first_list(source), &source.host, &with)
}

/// What the first page says.
pub fn first_page(source: &Source<'_>, here: &Url, reply: &Reply, now: Timestamp) -> Vec<Check> {
    let pull = first_list(source);
    let mut checks = Vec::new();
    checks.extend(clock(reply, now));
    let access = &source.pull.access;
    let said = said(reply);
    match reply.status {
        200 if let Err(what) = answer::read(&pull, reply) => checks.push(Check::wrong(
            "token",
            format!("nobody knows whether the server accepts it: it answers with {}", not_it(reply, &what)),
            how(access),
        )),
        200 if pull.prepare.is_some() => {
            checks.push(Check::ok("token", "the server accepts it, and makes the list when it is pulled"));
        }
        200 => {
            checks.push(Check::ok("token", "the server accepts it"));
            checks.extend(list(source, &pull, here, reply, now));
        }
        401 => checks.push(Check::wrong("token", format!("the server does not accept it: {said}"), how(access))),
        403 if asked_for(reply, &pull.limits, now).is_none() => {
            checks.push(Check::ok("token", "the server knows it"));
            checks.push(Check::wrong("rights", format!("it may not read this list: {said}"), how(access)));
        }
        404 | 410 => checks.push(Check::wrong(
            "list",
            format!("there is no {}: {said}", here.path()),
            "is `url` right, with the path that the API has there, and what `with` fills in?",
        )),
        400 | 405 | 406 | 422 => checks.push(Check::wrong(
            "list",
            format!("the server does not understand the question: {said}"),
            "it may be another version of the API than the catalog's; is `url` right?",
        )),
        403 | 429 => checks.push(Check::wrong(
            "limit",
            format!("no request is allowed for now: {said}"),
            asked_for(reply, &pull.limits, now).map_or("try again later".to_owned(), |wait| {
                format!("try again in {} s; a pull waits by itself for 15 minutes at most", wait.as_secs())
            }),
        )),
        300..=399 => checks.push(redirect(source, here, reply)),
        500..=599 => checks.push(Check::wrong("list", format!("the server says {said}"), "try again later")),
        _ => checks.push(Check::wrong("list", format!("the server says {said}"), how(access))),
    }
    checks.extend(left(&pull, reply));
    checks
}

fn how(access: &str) -> String {
    format!("what it needs: {access}")
}

fn clock(reply: &Reply, now: Timestamp) -> Option<Check> {
    let servers = rfc2822::parse(reply.header("date")?).ok()?.timestamp();
    let ahead = now.as_second() - servers.as_second();
    Some(if ahead.abs() <= CLOCK {
        Check::ok("clock", format!("differs from the server's by {} s", ahead.abs()))
    } else {
        let which = if ahead > 0 { "ahead of" } else { "behind" };
        let says = format!("this machine is {} s {which} the server", ahead.abs());
        Check::wrong("clock", says, "set this machine's clock: signed statements and limits are read by it")
    })
}

fn redirect(source: &Source<'_>, here: &Url, reply: &Reply) -> Check {
    match reply.header("location").and_then(|to| here.join(to).ok()) {
        Some(to) if same_origin(&to, &source.host) => {
            Check::note("list", format!("the server redirects to {}, which a pull follows", to.path()))
        }
        Some(to) => Check::wrong(
            "list",
            format!("the server redirects to {}://{}", to.scheme(), to.host_str().unwrap_or("nowhere")),
            "the token is not sent there; if that is right, name it as `url`",
        ),
        None => Check::wrong("list", format!("the server says {} without an address", reply.status), "is `url` right?"),
    }
}

/// What a page with a list says.
fn list(source: &Source<'_>, pull: &Pull, here: &Url, reply: &Reply, now: Timestamp) -> Vec<Check> {
    let first = Source { pull, ..source.clone() };
    let marks = Map::new();
    let mut pages = Pages::new(&first, here, &marks, Progress::new(now), (HashSet::new(), HashSet::new()));
    let came = match pages.page(here, reply) {
        Ok(came) => came.len() as u64,
        Err(Stop::Broken(why) | Stop::StartOver(why)) => {
            // Where a field is missing the token may not see it; else this is another list than was thought.
            let check = if why.contains(" lacks ") { "rights" } else { "list" };
            return vec![Check::wrong(check, why, how(&source.pull.access))];
        }
    };
    let p = &pages.progress;
    let total = p.total.map_or("the server does not say of how many".to_owned(), |total| format!("of {total}"));
    let unseen = pull.some_have.iter().find(|at| !p.seen.contains(*at));
    let mut checks = vec![match unseen {
        _ if came == 0 => Check::note("rights", "no entry came, so nobody knows what the token may see"),
        Some(at) if p.next.is_some() => Check::note(
            "rights",
            format!("no entry of the first page has `{at}`; if none of the others has it, the list is refused"),
        ),
        Some(at) => {
            let says = format!("no entry has `{at}`: it was not asked for, or the token may not see it");
            Check::wrong("rights", says, how(&source.pull.access))
        }
        None => Check::ok("rights", "every entry has what is asked for"),
    }];
    checks.push(Check::ok("list", format!("{came} entries on the first page, {total}")));
    checks.push(match (&p.next, p.total) {
        (None, Some(total)) if came < total => Check::wrong(
            "paging",
            format!("{came} of {total} entries come, and no way to more is given"),
            "the server does not understand the paging of this list; is it the right list of the catalog?",
        ),
        (None, _) => Check::ok("paging", "all on one page"),
        (Some(_), _) => Check::ok("paging", "the server says where the next page is"),
    });
    checks
}

/// How many requests the server still allows.
fn left(pull: &Pull, reply: &Reply) -> Option<Check> {
    let name = pull.limits.remaining.as_ref()?;
    let left = reply.header(&name.to_lowercase())?.trim().parse::<f64>().ok()?;
    Some(if left < 1.0 {
        Check::note("limit", "no request is left for now; a pull would wait")
    } else {
        Check::ok("limit", format!("{left} requests are left for now"))
    })
}

/// Where a SCIM service says what it can do, if the list is one of it.
pub fn scim_config(source: &Source<'_>) -> Option<Url> {
    matches!(source.pull.paging, Paging::Scim).then(|| {
        let mut url = source.host.clone();
        url.set_path(&format!("{}/ServiceProviderConfig", source.host.path().trim_end_matches('/')));
        url
    })
}

/// What a SCIM service says that it can do (RFC 7643, RFC 9865).
pub fn scim_says(reply: &Reply) -> Check {
    let config: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    if reply.status != 200 || !config.is_object() {
        return Check::note("scim", format!("it does not say what it can do ({})", reply.status));
    }
    let yes = |at: &str| config.pointer(at).and_then(Value::as_bool);
    let number = |at: &str| config.pointer(at).and_then(Value::as_u64);
    let mut words = Vec::new();
    words.push(match (yes("/pagination/cursor"), yes("/pagination/index")) {
        (Some(true), Some(true)) => "pages by cursor and by index".to_owned(),
        (Some(true), _) => "pages by cursor".to_owned(),
        (_, Some(true)) => "pages by index".to_owned(),
        _ => "does not say how it pages; by index, then".to_owned(),
    });
    words.extend(number("/pagination/maxPageSize").map(|n| format!("{n} entries to a page at most")));
    words.extend(number("/filter/maxResults").map(|n| format!("{n} results to an answer at most")));
    words.push(match yes("/patch/supported") {
        Some(true) => "can change single attributes".to_owned(),
        _ => "cannot change single attributes".to_owned(),
    });
    Check::ok("scim", words.join(", "))
}

/// What the first page of a directory says.
pub fn directory_page(list: &DirectoryList, base: &str, page: &DirectoryPage) -> Vec<Check> {
    let told = super::directory::said(page);
    let came = page.entries.len();
    match page.code {
        0 => {}
        11 | 12 | 53 if came == 0 => {
            return vec![Check::wrong(
                "paging",
                format!("the server does not page for this account: {told}"),
                format!("what it needs: {}; without pages a limit cuts the list", list.access),
            )];
        }
        32 | 34 => return vec![Check::wrong("list", format!("there is no `{base}`: {told}"), "is `base` right?")],
        _ => return vec![Check::wrong("rights", told, how(&list.access))],
    }
    let lacks = list.needs.iter().find(|wanted| page.entries.iter().any(|entry| !entry.has(wanted)));
    let rights = match lacks {
        _ if came == 0 => Check::wrong(
            "rights",
            format!("nobody is found below `{base}`"),
            format!("is `base` right, and `filter`? {}", how(&list.access)),
        ),
        Some(missing) => Check::wrong("rights", format!("an entry lacks `{missing}`"), how(&list.access)),
        None => Check::ok("rights", "every entry has what is asked for"),
    };
    let paging = match &page.cookie {
        Some(cookie) if !cookie.is_empty() => Check::ok("paging", "the server says where the next page is"),
        Some(_) => Check::ok("paging", "all on one page"),
        None => Check::note("paging", "the server does not page; the list is whole only if it has no limit"),
    };
    vec![rights, Check::ok("list", format!("{came} entries on the first page; LDAP does not say of how many")), paging]
}

/// What kept a connection from coming about.
pub fn no_connection(why: &str) -> Check {
    let lower = why.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let certificate = |says: &str, help: &str| Check::wrong("certificate", format!("{says} ({why})"), help);
    if has(&["unknownissuer", "unknown issuer"]) {
        certificate(
            "nobody here vouches for it",
            "an authority of your own, or a proxy that reads along? Name its certificate under `certificates`",
        )
    } else if has(&["not valid for name", "notvalidforname"]) {
        certificate("it is for another name", "does `url` have the server's own name?")
    } else if has(&["certificate expired", "peer certificate: expired"]) {
        certificate("it has expired", "the server's owner has to renew it; is this machine's clock right?")
    } else if has(&["not valid yet", "notvalidyet"]) {
        certificate("it is not valid yet", "is this machine's clock right?")
    } else if has(&["certificate"]) {
        certificate("it is not good", "ask the server's owner")
    } else if has(&["tls", "invalid content type", "invalidcontenttype", "corrupt message", "handshake"]) {
        Check::wrong("connection", why, "the server does not speak TLS there; are host and port right?")
    } else {
        Check::wrong(
            "connection",
            why,
            "is the server up, is the port right, does a firewall or a proxy stand between?",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{host, pull};
    use super::super::{Patience, testing};
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    /// The checks of a first page, as `state check`.
    fn checked(pull: &Pull, reply: Reply) -> Vec<String> {
        let source = Source { pull, host: host(), with: BTreeMap::new(), patience: Patience::default() };
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let checks = first_page(&source, &first_asked(&source).unwrap(), &reply, now);
        checks.iter().map(|c| format!("{:?} {}: {}", c.state, c.check, c.says)).collect()
    }

    #[test]
    fn what_a_pull_refuses_is_not_said_to_be_well() {
        let mut seen = pull(Paging::Cursor { at: "/next".into(), send: "cursor".into() });
        seen.some_have = vec!["/profile/email".into()];
        let page = |body: Value| testing::page(&body).unwrap();
        let without = checked(&seen, page(json!({"users": [{"id": 1}]})));
        assert!(without[1].starts_with("Wrong rights: no entry has `/profile/email`"), "{without:?}");
        let more = checked(&seen, page(json!({"users": [{"id": 1}], "next": "c"})));
        assert!(more[1].starts_with("Note rights: no entry of the first page has `/profile/email`"), "{more:?}");
        let with = checked(&seen, page(json!({"users": [{"id": 1, "profile": {"email": "ann@acme.example"}}]})));
        assert!(with[1].starts_with("Ok rights"), "{with:?}");
    }

    #[test]
    fn a_page_for_people_says_nothing_of_the_token() {
        let html = testing::status(200, &[], "<!doctype html><title>Sign in</title>").unwrap();
        let said = checked(&pull(Paging::Whole), html);
        assert!(said.len() == 1 && said[0].starts_with("Wrong token: nobody knows"), "{said:?}");
        assert!(said[0].contains("a page for people (HTML)"), "{said:?}");
    }
}
