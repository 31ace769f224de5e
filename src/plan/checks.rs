//! What is held against a plan before any server hears of it: the same plan made anew from the lists as they are now, their
//! age, the log, and how many accounts would end at once.
//!
//! Whoever changes a plan and its hashes with it meets the first of these: a step that today's lists do not give is not taken.

use super::log::{Entry, sent_since};
use super::{List, Plan, Request, Step};
use crate::chain::Linked;
use crate::model::When;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// More accounts than this at once are a mass change.
pub const MOST: u64 = 10;
/// So is more than this share of the live accounts of an app, in percent, if it is more than one.
pub const MOST_PERCENT: u64 = 20;
/// Over so long accounts are counted together: many small plans are a mass change, too.
const TOGETHER: SignedDuration = SignedDuration::from_hours(24);
/// Clocks differ by so much without anything being wrong.
const CLOCKS: SignedDuration = SignedDuration::from_mins(10);

/// By what a plan is judged.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Now.
    pub now: Timestamp,
    /// How old the list of an account may be.
    pub list_age: SignedDuration,
    /// How old the lists may be that say who has left.
    pub people_age: SignedDuration,
    /// How many accounts may end, if somebody has named the number.
    pub accounts: Option<u64>,
    /// Apps of which nobody knows who administers them, and that are named all the same.
    pub unknown_administrators: Vec<String>,
}

/// Why nothing is done: each reason, and what to do about it.
pub fn check(
    plan: &Plan,
    chosen: &[&Step],
    anew: &Plan,
    log: &[Linked<Entry>],
    limits: &Limits,
) -> Vec<(String, &'static str)> {
    let mut refused: Vec<(String, &'static str)> = Vec::new();
    let to_send: Vec<(&Step, &Request)> = chosen.iter().filter_map(|s| Some((*s, s.request.as_ref()?))).collect();
    let today: BTreeMap<&str, &Step> = anew.steps.iter().map(|step| (step.step.as_str(), step)).collect();
    for (step, request) in &to_send {
        let say = |why: String| format!("{} ({}): {why}", step.step, step.named());
        for why in differs(step, request, today.get(step.step.as_str()).copied()) {
            refused.push((say(why), "make a new plan with `coverage plan`, and have it reviewed"));
        }
        if let Some(why) = has_not_left(step, limits.now) {
            refused.push((say(why), "make a new plan from newer lists"));
        }
        if let Some(why) = too_old(&step.list, limits.list_age, limits.now) {
            refused.push((say(why), "fetch it with `coverage pull` and make a new plan; `--list-age` has the limit"));
        }
        if step.account.administrator == "unknown" && !limits.unknown_administrators.contains(&step.app) {
            let why = format!("neither the list nor coverage.yaml says who administers {}", step.app);
            refused.push((
                say(why),
                "name its administrators under `admins` in coverage.yaml, or take the risk with `--unknown-administrators APP`",
            ));
        }
    }
    if !to_send.is_empty() {
        // Who comes back, or leaves, after that moment is not seen by it.
        if let Some(why) = off_the_mark("the moment of the findings", &plan.as_of, limits.list_age, limits.now) {
            refused.push((why, "take `as-of` out of coverage.yaml, fetch the lists anew and make a new plan"));
        }
        if plan.people.is_empty() {
            refused.push(("no list of people is behind the plan".to_owned(), "make a new plan"));
        }
        for list in &plan.people {
            if let Some(why) = too_old(list, limits.people_age, limits.now) {
                let help = "export it anew and make a new plan; `--people-age` has the limit, `extracted-at` in coverage.yaml the time";
                refused.push((why, help));
            }
        }
    }
    refused.extend(mass(&to_send, log, limits));
    refused
}

/// In what a step differs from the one that the lists give now.
fn differs(step: &Step, request: &Request, now: Option<&Step>) -> Vec<String> {
    let Some(now) = now else {
        return vec![format!(
            "the lists as they are now give no such step: the account has ended, {} has not left, or somebody has decided otherwise",
            if step.person.name.is_empty() { &step.person.key } else { &step.person.name }
        )];
    };
    if step.list.sha256 != now.list.sha256 {
        return vec![format!("{} has changed since the plan was made", step.list.file)];
    }
    let mut all = Vec::new();
    if (&step.person, &step.app) != (&now.person, &now.app) {
        all.push("what is known of the person is not what the plan says".to_owned());
    }
    // The same bytes, fetched again later, say the same.
    if (&step.account, &step.list.file, step.line) != (&now.account, &now.list.file, now.line) {
        all.push("the list does not show the account as the plan does".to_owned());
    }
    match &now.request {
        None => {
            let why = now.by_hand.as_ref().map_or("", |by_hand| by_hand.because.as_str());
            all.push(format!("today it is a person's work: {why}"));
        }
        // What the plan allows may be less than what could be allowed, never more.
        Some(today) if *request == (Request { or_put: request.or_put && today.or_put, ..today.clone() }) => {}
        Some(_) => all.push("what would be sent is not what the catalog and pull.yaml give".to_owned()),
    }
    all
}

/// Why the plan itself does not say that the person has left.
fn has_not_left(step: &Step, now: Timestamp) -> Option<String> {
    if step.person.standing != "terminated" {
        return Some(format!("the plan says that the person is `{}`, not that they have left", step.person.standing));
    }
    let since = moment(&step.person.since)?;
    (since > now).then(|| format!("the plan says that the person leaves on {}", step.person.since))
}

/// When a list was made: a day counts from its beginning, so that a list is never taken for younger than it is.
fn moment(text: &str) -> Option<Timestamp> {
    let when = text.parse().map(When::at).or_else(|_| text.parse().map(When::on)).ok()?;
    Timestamp::from_second(when.earliest(&jiff::tz::TimeZone::UTC)).ok()
}

fn too_old(list: &List, most: SignedDuration, now: Timestamp) -> Option<String> {
    if list.made_says == "file-time" {
        return Some(format!("nobody says when {} was made; its time stamp is only a guess", list.file));
    }
    off_the_mark(&list.file, &list.made, most, now)
}

/// Why what was made then may not be taken for what is now.
fn off_the_mark(what: &str, made: &str, most: SignedDuration, now: Timestamp) -> Option<String> {
    let Some(moment) = moment(made) else {
        return Some(format!("nobody can tell how old {what} is"));
    };
    let age = now.duration_since(moment);
    if age < -CLOCKS {
        return Some(format!("{what} is of {made}, which lies ahead; is this machine's clock right?"));
    }
    (age > most).then(|| format!("{what} is {} hours old, and {} are allowed", age.as_hours(), most.as_hours()))
}

/// Too many at once.
fn mass(to_send: &[(&Step, &Request)], log: &[Linked<Entry>], limits: &Limits) -> Option<(String, &'static str)> {
    if to_send.is_empty() {
        return None;
    }
    let mine: BTreeSet<&str> = to_send.iter().map(|(step, _)| step.step.as_str()).collect();
    let since = limits.now.checked_sub(TOGETHER).unwrap_or(limits.now);
    let earlier: Vec<(&str, &str)> =
        sent_since(log, since).into_iter().filter(|(_, step)| !mine.contains(step)).collect();
    let all = (to_send.len() + earlier.len()) as u64;
    let mut whys = Vec::new();
    if all > MOST {
        whys.push(format!("{all} accounts are more than {MOST}"));
    }
    let mut apps: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (step, request) in to_send {
        let of = apps.entry(&step.app).or_insert((0, request.live_accounts));
        of.0 += 1;
        of.1 = of.1.min(request.live_accounts);
    }
    for (app, (count, live)) in apps {
        let before = earlier.iter().filter(|(of, _)| *of == app).count() as u64;
        let count = count + before;
        // What ended earlier today is no longer among the live ones.
        let live = live + before;
        if count > 1 && count * 100 > live * MOST_PERCENT {
            whys.push(format!("{count} of {live} accounts of {app} are more than {MOST_PERCENT} %"));
        }
    }
    if whys.is_empty() || limits.accounts == Some(all) {
        return None;
    }
    let earlier = match earlier.len() {
        0 => String::new(),
        n => format!(" (with {n} of the last 24 hours)"),
    };
    Some((
        format!(
            "this is a mass change: {}{earlier}; if {all} is the number that is meant, say `--accounts {all}`",
            whys.join("; ")
        ),
        "look at the plan again: have that many people left?",
    ))
}
