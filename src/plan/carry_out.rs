//! Carries out one step: reads the account, and if it is as the plan says, sends what the plan says, once; then reads again
//! and reports what really happened. What a server answers to a change is never taken for the change.

use super::address::at;
use super::log::{Book, Event, Fate, Known};
use super::{Request, Step};
use crate::chain::sha256;
use crate::model::{Limits, Method};
use crate::pull::{MOST_TRIES, Patience, Reply, Trouble, Web, after, asked_for, is_worth_another_try, said};
use jiff::Timestamp;
use serde_json::Value;
use std::io;
use std::time::Duration;
use url::Url;

/// So often one change is sent at most, each time after the account was read and found unchanged.
const SENDS: u32 = 3;
/// How long to wait before looking again, where a server shows a change late.
const LOOKS: [u64; 2] = [1, 4];

/// Reads accounts, and waits. Nothing can be sent by it, a list that is asked for by POST no more than a change.
pub trait Look {
    /// Reads.
    ///
    /// # Errors
    /// There is no answer. An HTTP status that says no is an answer.
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble>;
    /// Waits, and says why to whoever looks on.
    fn wait(&mut self, how_long: Duration, why: &str);
    /// The time now.
    fn now(&self) -> Timestamp;
    /// A number from 0 to 1, another one each time.
    fn jitter(&mut self) -> f64;
}

impl<W: Web> Look for W {
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble> {
        Web::get(self, url)
    }
    fn wait(&mut self, how_long: Duration, why: &str) {
        Web::wait(self, how_long, why);
    }
    fn now(&self) -> Timestamp {
        Web::now(self)
    }
    fn jitter(&mut self) -> f64 {
        Web::jitter(self)
    }
}

/// Changes accounts. A pull has none of it.
pub trait Act: Look {
    /// Sends a change, once. `if_match` is the version that was read.
    ///
    /// # Errors
    /// There is no answer: nobody knows whether it was taken. An HTTP status that says no is an answer.
    fn send(&mut self, change: &Change<'_>) -> Result<Reply, Trouble>;
}

/// A change.
#[derive(Debug, Clone, Copy)]
pub struct Change<'c> {
    /// How.
    pub method: Method,
    /// Where.
    pub url: &'c Url,
    /// What the body is.
    pub content_type: &'c str,
    /// What is sent.
    pub body: &'c [u8],
    /// The version that must still be there.
    pub if_match: Option<&'c str>,
}

/// How a step has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What has become of the account.
    pub fate: Fate,
    /// In words.
    pub said: String,
}

/// An account as it was read.
enum Seen {
    // It is there and lives, with all that the plan wants of it.
    AsPlanned {
        // The account.
        account: Value,
        // Its version, if the server tells one.
        version: Option<String>,
    },
    // It is there and has ended.
    Ended,
    // It is not there.
    Gone,
    // It is there, and not as the plan says.
    Other(String),
    // It cannot be read.
    NotKnown(String),
}

fn ended(fate: Fate, said: impl Into<String>) -> Ended {
    Ended { fate, said: said.into() }
}

/// Reads what a step is about, and says how it would end without anything being sent; none if it would be sent. Sends
/// nothing, and cannot.
pub fn rehearse(step: &Step, request: &Request, host: &Url, known: &Known, web: &mut dyn Look) -> Option<Ended> {
    let seen = look(request, host, &Patience::default(), web);
    match before(step, known, seen) {
        Before::Over(over) => Some(over),
        Before::Send { .. } => administrator_stays(request, host, web).err().map(|why| ended(Fate::Refused, why)),
    }
}

/// Carries out a step.
///
/// # Errors
/// The log cannot be written. Nothing more may be sent then.
pub fn carry_out(
    step: &Step,
    request: &Request,
    host: &Url,
    act: &mut dyn Act,
    book: &mut Book<'_>,
) -> io::Result<Ended> {
    let outcome = tried(step, request, host, act, book)?;
    let event = Event::Outcome {
        hash: step.hash.clone(),
        step: step.step.clone(),
        app: step.app.clone(),
        fate: outcome.fate,
        said: outcome.said.clone(),
    };
    book.write(event, act.now())?;
    Ok(outcome)
}

fn tried(step: &Step, request: &Request, host: &Url, act: &mut dyn Act, book: &mut Book<'_>) -> io::Result<Ended> {
    let patience = Patience::default();
    let url = match at(host, &request.path) {
        Ok(url) => url,
        Err(why) => return Ok(ended(Fate::Refused, why)),
    };
    let mut sends = 0;
    loop {
        let seen = look(request, host, &patience, act);
        let (account, version) = match before(step, &book.of(&step.hash), seen) {
            Before::Over(over) => return Ok(over),
            Before::Send { account, version } => (account, version),
        };
        if sends == SENDS {
            return Ok(ended(Fate::Failed, format!("the account lives after {SENDS} tries")));
        }
        if sends == 0
            && let Err(why) = administrator_stays(request, host, act)
        {
            return Ok(ended(Fate::Refused, why));
        }
        sends += 1;
        let change = Change {
            method: request.method,
            url: &url,
            content_type: &request.content_type,
            body: request.body.as_bytes(),
            if_match: None,
        };
        note(step, &change, book, act)?;
        let mut answer = act.send(&change);
        let mut put = false;
        if let Ok(reply) = &answer
            && matches!(reply.status, 405 | 501)
            && request.method == Method::Patch
        {
            if !request.or_put {
                let why = format!("the server cannot change a part of an account: {}", said(reply));
                return Ok(ended(Fate::Failed, format!("{why}; `coverage plan --or-put` plans to send the whole")));
            }
            let Some(body) = whole(request, &account) else {
                return Ok(ended(
                    Fate::Failed,
                    "the account cannot be sent whole: its state stands in no place of its own",
                ));
            };
            let account_url = match at(host, &request.account) {
                Ok(url) => url,
                Err(why) => return Ok(ended(Fate::Refused, why)),
            };
            let change = Change {
                method: Method::Put,
                url: &account_url,
                body: body.as_bytes(),
                if_match: version.as_deref(),
                ..change
            };
            note(step, &change, book, act)?;
            answer = act.send(&change);
            put = true;
        }
        match settle(request, host, answer, put.then_some(&account), act) {
            Settled::Over(over) => return Ok(over),
            Settled::Again(wait, why) if wait <= patience.longest => act.wait(wait, &why),
            Settled::Again(wait, why) => {
                let minutes = wait.as_secs().div_ceil(60);
                return Ok(ended(
                    Fate::Failed,
                    format!("{why}, and the server asks to wait {minutes} minutes; the account lives"),
                ));
            }
        }
    }
}

/// Writes down what is about to be sent.
fn note(step: &Step, change: &Change<'_>, book: &mut Book<'_>, act: &dyn Act) -> io::Result<()> {
    let event = Event::Intent {
        hash: step.hash.clone(),
        step: step.step.clone(),
        app: step.app.clone(),
        account: step.account.id.clone(),
        request: format!("{} {}", change.method, change.url),
        body: sha256(change.body),
    };
    book.write(event, act.now())
}

enum Before {
    Over(Ended),
    Send { account: Value, version: Option<String> },
}

/// What is to be done about an account as it was read, and as the log knows it.
fn before(step: &Step, known: &Known, seen: Seen) -> Before {
    let over = |fate, said: String| Before::Over(ended(fate, said));
    match (seen, known) {
        (Seen::AsPlanned { .. }, Known::Over(fate, when)) if fate.is_good() => over(
            Fate::Refused,
            format!("it was ended at {when} by this plan and lives again: somebody wanted that; make a new plan"),
        ),
        (Seen::AsPlanned { account, version }, _) => Before::Send { account, version },
        (Seen::Ended, Known::Nothing) => over(Fate::EndedBefore, "it had ended already; nothing was sent".to_owned()),
        (Seen::Ended, Known::Open) => {
            over(Fate::Ended, "it has ended; what was sent before the interruption may have done it".to_owned())
        }
        (Seen::Ended, Known::Over(_, when)) => over(Fate::EndedBefore, format!("it has ended; last tried at {when}")),
        (Seen::Gone, Known::Nothing) => {
            over(Fate::Refused, "it is not there any more: the list has changed since; make a new plan".to_owned())
        }
        (Seen::Gone, _) => over(Fate::Gone, "it is not there any more".to_owned()),
        (Seen::Other(why), _) => over(Fate::Refused, why),
        (Seen::NotKnown(why), Known::Open) => {
            over(Fate::NotKnown, format!("{why}; something was sent before, and nobody knows what came of it"))
        }
        (Seen::NotKnown(why), _) => over(Fate::Failed, format!("{why}; nothing was sent for {}", step.step)),
    }
}

enum Settled {
    Over(Ended),
    Again(Duration, String),
}

/// What came of a change, by reading the account.
fn settle(
    request: &Request,
    host: &Url,
    answer: Result<Reply, Trouble>,
    put: Option<&Value>,
    act: &mut dyn Act,
) -> Settled {
    let done = matches!(&answer, Ok(reply) if (200..300).contains(&reply.status));
    let told = match &answer {
        Ok(reply) => format!("the server said {}", said(reply)),
        Err(Trouble::Passing(why) | Trouble::Lasting(why) | Trouble::Credentials(why)) => why.clone(),
    };
    let mut seen = look(request, host, &Patience::default(), act);
    for seconds in LOOKS {
        if !done || !matches!(seen, Seen::AsPlanned { .. }) {
            break;
        }
        act.wait(Duration::from_secs(seconds), &format!("{told}, and the account still lives"));
        seen = look(request, host, &Patience::default(), act);
    }
    let over = |fate, said: String| Settled::Over(ended(fate, said));
    match seen {
        Seen::Ended => match put.and_then(|before| lost(request, before, host, act)) {
            None => over(Fate::Ended, format!("{told}; read again: it has ended")),
            Some(lost) => {
                over(Fate::Failed, format!("{told}; it has ended, but sending it whole changed {lost} as well"))
            }
        },
        Seen::Gone => over(Fate::Gone, format!("{told}; read again: it is not there any more")),
        Seen::Other(why) => over(Fate::NotKnown, format!("{told}; read again: {why}")),
        Seen::NotKnown(why) => over(Fate::NotKnown, format!("{told}; whether it has ended cannot be read: {why}")),
        Seen::AsPlanned { .. } if done => {
            over(Fate::Failed, format!("{told}, and the account still lives: the server did not do what it said"))
        }
        Seen::AsPlanned { .. } => match answer {
            Ok(reply) if is_worth_another_try(&reply, &Limits::default(), act.now()) => {
                let wait = asked_for(&reply, &Limits::default(), act.now()).unwrap_or_else(|| after(2, act.jitter()));
                Settled::Again(wait, told)
            }
            Err(Trouble::Passing(_)) => Settled::Again(after(2, act.jitter()), told),
            _ => over(Fate::Failed, format!("{told}; the account lives")),
        },
    }
}

/// Reads the account.
fn look(request: &Request, host: &Url, patience: &Patience, web: &mut dyn Look) -> Seen {
    let reply = match get(&request.account, host, patience, web) {
        Ok(reply) => reply,
        Err(why) => return Seen::NotKnown(why),
    };
    match reply.status {
        200 => {}
        404 | 410 => return Seen::Gone,
        _ => return Seen::NotKnown(format!("asked for the account, the server says {}", said(&reply))),
    }
    let Ok(answer) = serde_json::from_slice::<Value>(&reply.body) else {
        return Seen::NotKnown("what the server shows of the account is no JSON".to_owned());
    };
    let Some(account) = answer.pointer(&request.item).filter(|account| account.is_object()) else {
        return Seen::NotKnown("the server's answer shows no account".to_owned());
    };
    let state = account.pointer(&request.state);
    let is_ended = state.is_some_and(|state| request.after.contains(state));
    for (at, planned) in &request.before {
        let now = account.pointer(at);
        // Some apps rename what they end; it is known by its id.
        if now == Some(planned) || is_ended && *at != request.id_at {
            continue;
        }
        return Seen::Other(if *at == request.state {
            format!("its `{at}` is {}, which says neither that it lives nor that it has ended", shown(now))
        } else {
            format!(
                "its `{at}` is {}, and the plan says {planned}: it is another account, or has been changed",
                shown(now)
            )
        });
    }
    if is_ended {
        return Seen::Ended;
    }
    let version = reply.header("etag").map(str::to_owned);
    Seen::AsPlanned { account: account.clone(), version }
}

/// A value of a server's, short.
fn shown(value: Option<&Value>) -> String {
    const LONGEST: usize = 100;
    let Some(value) = value else { return "missing".to_owned() };
    let text = value.to_string();
    if text.chars().count() > LONGEST { "something else".to_owned() } else { text }
}

/// Asks until there is an answer that is one.
fn get(path: &str, host: &Url, patience: &Patience, web: &mut dyn Look) -> Result<Reply, String> {
    let url = at(host, path)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let (why, asked) = match web.get(&url) {
            Ok(reply) if is_worth_another_try(&reply, &Limits::default(), web.now()) => {
                let asked = asked_for(&reply, &Limits::default(), web.now());
                (format!("the server says {}", said(&reply)), asked)
            }
            Ok(reply) => return Ok(reply),
            Err(Trouble::Passing(why)) => (why, None),
            Err(Trouble::Lasting(why) | Trouble::Credentials(why)) => return Err(why),
        };
        let wait = asked.unwrap_or_else(|| after(tries, web.jitter()));
        if tries >= MOST_TRIES || wait > patience.longest {
            return Err(why);
        }
        web.wait(wait, &why);
    }
}

/// Whether one of the other administrators still lives. Only asked where an administrator's account is to end.
fn administrator_stays(request: &Request, host: &Url, web: &mut dyn Look) -> Result<(), String> {
    if request.administrators.is_empty() {
        return Ok(());
    }
    let live = request.before.get(&request.state);
    for path in &request.administrators {
        let Ok(reply) = get(path, host, &Patience::default(), web) else { continue };
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let state = answer.pointer(&request.item).and_then(|account| account.pointer(&request.state));
        if reply.status == 200 && state.is_some() && state == live {
            return Ok(());
        }
    }
    Err("it is an administrator's, and none of the other administrators can be seen to be there".to_owned())
}

/// The account as it was read, with its state set to ended and nothing else changed.
fn whole(request: &Request, account: &Value) -> Option<String> {
    let mut account = account.clone();
    *account.pointer_mut(&request.state)? = request.after.first()?.clone();
    Some(account.to_string())
}

/// What is no longer as it was, beside the state and what a server keeps of each change.
fn lost(request: &Request, before: &Value, host: &Url, web: &mut dyn Look) -> Option<String> {
    let reply = get(&request.account, host, &Patience::default(), web).ok()?;
    let answer: Value = serde_json::from_slice(&reply.body).ok()?;
    let now = answer.pointer(&request.item)?.as_object()?;
    let changed = before
        .as_object()?
        .iter()
        .filter(|(key, value)| **key != "meta" && format!("/{key}") != request.state && now.get(*key) != Some(value));
    let names: Vec<String> = changed.map(|(key, _)| format!("`{key}`")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
