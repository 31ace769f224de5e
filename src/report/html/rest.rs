//! The findings that have no row of their own in the page: as data, which the page's script makes rows of when they are asked
//! for. Without scripts, the gravest findings stand in the table, and all of them in findings.csv.

use super::exceptions;
use super::rows::{self, FEW, NAME};
use super::{history, hooks, reviews};
use crate::model::{Finding, Report};
use crate::report::text::clip;
use crate::report::words;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// What the page's script is given. Rows name what occurs often by its place in a list.
#[derive(Default, Serialize)]
struct Data {
    rules: Vec<(&'static str, &'static str)>,
    /// Anchor, id, name, owner.
    apps: Vec<(String, String, String, String)>,
    /// Anchor, key, name, standing.
    people: Vec<(String, String, String, String)>,
    files: Vec<String>,
    actions: Vec<super::action::Action>,
    exceptions: Vec<(String, String)>,
    /// Words that occur often: severities, how findings stand, keys, statuses of accounts.
    words: Vec<String>,
    rows: Vec<Line>,
    /// Why, and what earlier runs say, for the first of the rows.
    reasons: Vec<(Vec<String>, String)>,
}

/// One finding: id, rule, severity, status, app, account, person, days, key, places, action, exception, since when, mark for
/// reviews, decision.
#[derive(Serialize)]
struct Line(
    String,
    usize,
    usize,
    usize,
    Option<usize>,
    Option<Account>,
    Option<usize>,
    i64,
    usize,
    Vec<(usize, u32)>,
    usize,
    Option<usize>,
    usize,
    String,
    Option<Decided>,
);

/// The decision that was applied: its word if it is about what the finding says now, then what, by whom, when, why, and whether
/// the finding has changed since.
type Decided = (&'static str, String, String, String, String, bool);

/// An account: main, id, name, role, status.
type Account = (String, String, String, String, usize);

/// Lists in which everything stands once.
#[derive(Default)]
struct Known {
    rules: HashMap<&'static str, usize>,
    apps: HashMap<u32, usize>,
    people: HashMap<u32, usize>,
    files: HashMap<u32, usize>,
    actions: HashMap<(Option<u32>, Arc<str>), usize>,
    exceptions: HashMap<u16, usize>,
    words: HashMap<String, usize>,
}

/// The findings as JSON that can stand between tags, and how many there are: as many of the front as fit into `bytes`.
pub(super) fn rest(report: &Report, findings: &[Box<Finding>], most: usize, bytes: usize) -> (String, usize) {
    let (mut data, mut known) = (Data::default(), Known::default());
    let mut left = bytes;
    for finding in findings.iter().take(most) {
        let before = data.sizes();
        let line = line(report, finding, &mut data, &mut known);
        let cost = length(&line) + data.grown(before);
        if cost > left {
            break;
        }
        left -= cost;
        data.rows.push(line);
    }
    for finding in findings.iter().take(data.rows.len()) {
        let why = (rows::sentences(&finding.reason), history::of_finding(report, finding));
        let cost = length(&why);
        if cost > left {
            break;
        }
        left -= cost;
        data.reasons.push(why);
    }
    let shown = data.rows.len();
    // Within JSON, `<` occurs in texts only; so no text can end the element.
    (serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c"), shown)
}

/// About how many bytes it takes, with its comma and the longer way to write `<`.
fn length(of: &impl Serialize) -> usize {
    let json = serde_json::to_string(of).unwrap_or_default();
    json.len() + 1 + 5 * json.bytes().filter(|b| *b == b'<').count()
}

impl Data {
    fn sizes(&self) -> [usize; 7] {
        [
            self.rules.len(),
            self.apps.len(),
            self.people.len(),
            self.files.len(),
            self.actions.len(),
            self.exceptions.len(),
            self.words.len(),
        ]
    }
    /// What the lists have grown by.
    fn grown(&self, before: [usize; 7]) -> usize {
        let [rules, apps, people, files, actions, exceptions, words] = before;
        self.rules[rules..].iter().map(length).sum::<usize>()
            + self.apps[apps..].iter().map(length).sum::<usize>()
            + self.people[people..].iter().map(length).sum::<usize>()
            + self.files[files..].iter().map(length).sum::<usize>()
            + self.actions[actions..].iter().map(length).sum::<usize>()
            + self.exceptions[exceptions..].iter().map(length).sum::<usize>()
            + self.words[words..].iter().map(length).sum::<usize>()
    }
}

fn line(report: &Report, finding: &Finding, data: &mut Data, known: &mut Known) -> Line {
    let rule = *known.rules.entry(finding.rule.id).or_insert_with(|| {
        data.rules.push((finding.rule.id, finding.rule.title));
        data.rules.len() - 1
    });
    let account = finding.account.as_deref();
    // An account of a directory belongs to no app, and is named by its list.
    let app = rows::place_link(report, finding.app, account).map(|link| {
        let of = finding.app.unwrap_or_else(|| u32::MAX - account.map_or(0, |a| a.place.source));
        *known.apps.entry(of).or_insert_with(|| {
            let hook = hooks::hook(report, finding);
            data.apps.push((link.anchor, hook.app, link.name, hook.review.map_or_else(String::new, |r| r.owner)));
            data.apps.len() - 1
        })
    });
    let person = finding.person.and_then(|ix| {
        let person = report.people.get(ix.0 as usize)?;
        Some(*known.people.entry(ix.0).or_insert_with(|| {
            let cell = rows::person_cell(report, person);
            data.people.push((cell.anchor, clip(&person.key, NAME).into_owned(), cell.name, cell.standing));
            data.people.len() - 1
        }))
    });
    let places = finding.evidence.iter().take(FEW).map(|place| {
        let file = *known.files.entry(place.source).or_insert_with(|| {
            data.files.push(clip(words::file(&report.sources, place.source), 2 * NAME).into_owned());
            data.files.len() - 1
        });
        (file, place.line)
    });
    let places = places.collect();
    let action = *known.actions.entry((finding.app, Arc::clone(&finding.action))).or_insert_with(|| {
        data.actions.push(super::action::action(&finding.action, rows::app_of(report, finding.app)));
        data.actions.len() - 1
    });
    let exception = finding.exception.and_then(|ix| {
        let marked = exceptions::marked(report, finding)?;
        Some(*known.exceptions.entry(ix.0).or_insert_with(|| {
            data.exceptions.push((marked.id, marked.until));
            data.exceptions.len() - 1
        }))
    });
    let review = hooks::hook(report, finding).review;
    let word = review.as_ref().map_or("", |r| r.decided);
    let decided = reviews::decided(report, finding).map(|d| (word, d.what, d.by, d.at, d.reason, d.changed));
    let holder = finding.person.and_then(|ix| report.people.get(ix.0 as usize));
    let mut word = |text: &str| {
        if let Some(at) = known.words.get(text) {
            return *at;
        }
        data.words.push(text.to_owned());
        known.words.insert(text.to_owned(), data.words.len() - 1);
        data.words.len() - 1
    };
    let account = account.map(|a| rows::account(a, holder)).map(|a| (a.main, a.id, a.name, a.role, word(&a.status)));
    Line(
        finding.id.to_string(),
        rule,
        word(finding.severity.word()),
        word(rows::status_word(finding.status)),
        app,
        account,
        person,
        finding.exposed_days.unwrap_or(-1),
        word(finding.key.map_or("", |k| k.word())),
        places,
        action,
        exception,
        word(history::state(report, finding)),
        review.as_ref().map_or_else(String::new, |r| r.seen.clone()),
        decided,
    )
}
