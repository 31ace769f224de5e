//! The identity graph around a leaver, or around an app, as a drawing in three columns. Its layout follows from the order of
//! what is drawn alone, so the same report draws the same.

use crate::model::{Person, Report};
use crate::report::cases::{Case, Left};
use crate::report::html::rows::{self, Mark, NAME};
use crate::report::html::{hooks, people};
use crate::report::text::{clip, counted};
use crate::report::words;
use serde::Serialize;

/// The most boxes of one column.
const BOXES: usize = 8;
/// The longest text of a line in a box, in characters.
const LINE: usize = 23;
const BOX: i64 = 196;
const HIGH: i64 = 42;
const GAP: i64 = 12;
const COLUMNS: [i64; 3] = [2, 262, 522];

/// A drawing.
#[derive(Serialize)]
pub(in crate::report::html) struct Drawing {
    /// Part of the ids of its title and description.
    id: String,
    title: String,
    /// The same in words.
    words: String,
    heads: [&'static str; 3],
    height: i64,
    boxes: Vec<Node>,
    lines: Vec<Line>,
    /// What is left out, if something is.
    cut: Option<String>,
}

#[derive(Serialize)]
struct Node {
    x: i64,
    y: i64,
    class: &'static str,
    main: String,
    below: String,
    title: String,
}

#[derive(Serialize)]
struct Line {
    path: String,
    x: i64,
    y: i64,
    /// The key that links the two, if one does.
    word: &'static str,
}

/// What is to be in a box: class, main line, line below.
struct Content(&'static str, String, String);

/// A leaver in the middle, the records of HR and directories on the left, the accounts on the right.
pub(in crate::report::html) fn of_person(report: &Report, case: &Case<'_>) -> Drawing {
    let person = case.person;
    let name = clip(&person.name, NAME).into_owned();
    let records: Vec<&u32> = person.identities.iter().take(BOXES).collect();
    let left = records.iter().filter_map(|&&ix| {
        let identity = report.identities.get(ix as usize)?;
        let id = report.sources.get(identity.place.source as usize).map_or("", |s| &s.id);
        let word = if identity.from_hr { identity.person_status.word() } else { identity.status.word() };
        let known = if identity.email.is_empty() { &identity.id } else { &identity.email };
        Some(Content("record", format!("{id}, {word}"), known.to_string()))
    });
    let right = case.left.iter().take(BOXES).map(|left| content(report, left, person));
    let keys = case.left.iter().take(BOXES).map(key);
    let middle = Content("person", name.clone(), people::leaving(report, &person.standing).0);
    let over = (person.identities.len().saturating_sub(BOXES), case.left.len().saturating_sub(BOXES));
    let cut = (over.0 + over.1 > 0).then(|| {
        let (records, accounts) =
            (counted(over.0 as u64, "record", "records"), counted(over.1 as u64, "account", "accounts"));
        format!("{records} and {accounts} more are not drawn")
    });
    let (left, keys): (Vec<Content>, Vec<&'static str>) = (left.collect(), keys.collect());
    let edges_left = (0..left.len()).map(|ix| (ix, 0, "")).collect();
    let edges_right = keys.iter().enumerate().map(|(ix, key)| (0, ix, *key)).collect();
    let columns = [left, vec![middle], right.collect()];
    let heads = ["Records", "Person", "Accounts"];
    let title = format!("{name}: records, person and accounts");
    draw(hooks::person(person), title, heads, &columns, [edges_left, edges_right], cut)
}

/// An app on the right, accounts of leavers in it in the middle, their holders on the left.
pub(in crate::report::html) fn of_app(report: &Report, ix: u32, lefts: &[(&Case<'_>, &Left<'_>)]) -> Option<Drawing> {
    let app = report.apps.get(ix as usize)?;
    let shown = &lefts[..lefts.len().min(BOXES)];
    let mut people: Vec<&Person> = Vec::new();
    let mut edges_left = Vec::new();
    for (at, (case, left)) in shown.iter().enumerate() {
        let known = people.iter().position(|p| std::ptr::eq(*p, case.person));
        let person = known.unwrap_or_else(|| {
            people.push(case.person);
            people.len() - 1
        });
        edges_left.push((person, at, key(left)));
    }
    let left = people
        .iter()
        .map(|p| Content("person", clip(&p.name, NAME).into_owned(), people::leaving(report, &p.standing).0));
    let middle = shown.iter().map(|(case, left)| {
        let Content(class, ..) = content(report, left, case.person);
        let account = rows::account(left.account, Some(case.person));
        Content(class, account.main, account.status)
    });
    let middle: Vec<Content> = middle.collect();
    let name = clip(&app.name, NAME).into_owned();
    let right = Content("app", name.clone(), counted(app.live, "live account", "live accounts"));
    let edges_right = (0..middle.len()).map(|ix| (ix, 0, "")).collect();
    let over = lefts.len() - shown.len();
    let cut = (over > 0).then(|| format!("{} more are not drawn", counted(over as u64, "account", "accounts")));
    let columns = [left.collect(), middle, vec![right]];
    let heads = ["Leavers", "Accounts", "App"];
    let title = format!("{name}: accounts of leavers and their holders");
    Some(draw(rows::anchor(&app.id, ix), title, heads, &columns, [edges_left, edges_right], cut))
}

fn key(left: &Left<'_>) -> &'static str {
    left.findings.iter().find_map(|f| f.key).map_or("", |key| key.word())
}

fn content(report: &Report, left: &Left<'_>, person: &Person) -> Content {
    let decided = left.is_charged() || left.has_ended();
    let worst = left.findings.iter().filter(|_| decided).map(|f| Mark::of_finding(f)).max_by_key(|m| m.sort);
    let account = rows::account(left.account, Some(person));
    let place = rows::place_link(report, left.app, Some(left.account)).map_or_else(
        || clip(words::file(&report.sources, left.account.place.source), NAME).into_owned(),
        |link| link.name,
    );
    Content(worst.map_or("undecided", |mark| mark.class), place, format!("{}, {}", account.status, account.main))
}

/// Boxes in columns, each column in the middle of the height; lines from column to column.
fn draw(
    id: String,
    title: String,
    heads: [&'static str; 3],
    columns: &[Vec<Content>; 3],
    edges: [Vec<(usize, usize, &'static str)>; 2],
    cut: Option<String>,
) -> Drawing {
    let most = columns.iter().map(Vec::len).max().unwrap_or(1).max(1) as i64;
    let (top, step) = (24, HIGH + GAP);
    let height = top + most * step;
    let y = |column: usize, ix: usize| {
        let own = columns[column].len() as i64 * step;
        top + (most * step - own) / 2 + ix as i64 * step
    };
    let mut boxes = Vec::new();
    let mut said = Vec::new();
    for (column, contents) in columns.iter().enumerate() {
        for (ix, Content(class, main, below)) in contents.iter().enumerate() {
            boxes.push(Node {
                x: COLUMNS[column],
                y: y(column, ix),
                class,
                main: clip(main, LINE).into_owned(),
                below: clip(below, LINE + 7).into_owned(),
                title: clip(&format!("{main}; {below}"), 2 * NAME).into_owned(),
            });
        }
        let names: Vec<&str> = contents.iter().map(|Content(_, main, _)| main.as_str()).collect();
        said.push(format!("{}: {}", heads[column], names.join(", ")));
    }
    let mut lines = Vec::new();
    for (column, of) in edges.iter().enumerate() {
        let (from, to) = (COLUMNS[column] + BOX, COLUMNS[column + 1]);
        let middle = i64::midpoint(from, to);
        for (a, b, word) in of {
            let (a, b) = (y(column, *a) + HIGH / 2, y(column + 1, *b) + HIGH / 2);
            let path = format!("M{from} {a}C{middle} {a} {middle} {b} {to} {b}");
            lines.push(Line { path, x: to - 4, y: b - 5, word });
        }
    }
    let words = clip(&said.join(". "), 4 * NAME).into_owned();
    Drawing { id, title, words, heads, height, boxes, lines, cut }
}
