//! `coverage tickets`: one task per owner of apps, with the accounts of leavers that are still there and how to end them.
//!
//! What is done about an account that nobody can judge is to find out; what is excepted stands there, marked, and asks for
//! nothing. A task's id is made of its owner alone, so that a second run's task can be known for the same.

mod jira_csv;
mod jira_marks;
mod json;
mod text;
mod wanted;

pub use json::schema;

use super::cases::{Case, Left, cases};
use super::to_end::{State, lives, state};
use super::{access, text::clip, told, uuids};
use crate::model::{AppReport, FindingId, FindingStatus, Report, Severity, Standing};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Write};

/// Until when a leaver's access to an app has to end, in Unix seconds: app, and how the person stands.
pub type Due<'a> = dyn Fn(&str, &Standing) -> Option<i64> + 'a;

/// How tasks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown, one section per task.
    Markdown,
    /// CSV for Jira's importer, one row per task.
    JiraCsv,
    /// JSON, with a schema.
    Json,
}

/// Which tasks are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those of this owner; an empty one stands for the apps without an owner.
    pub owner: Option<String>,
    /// Only accounts with a finding that is none of these.
    pub known: Option<HashSet<FindingId>>,
}

/// The work of one owner.
struct Task<'a> {
    id: String,
    owner: Option<&'a str>,
    /// How grave the gravest thing is that stands open; none if all has to be found out.
    severity: Option<Severity>,
    /// The day on which the first limit ends.
    due: Option<jiff::civil::Date>,
    apps: Vec<App<'a>>,
}

/// What is left in one app, or in a directory.
struct App<'a> {
    id: &'a str,
    name: &'a str,
    app: Option<&'a AppReport>,
    accounts: Vec<Account<'a>>,
}

/// One account.
struct Account<'a> {
    case: &'a Case<'a>,
    left: &'a Left<'a>,
    state: State,
    due: Option<jiff::civil::Date>,
}

impl Task<'_> {
    /// The ids of its findings that ask for something, each once, in the order of the accounts.
    fn findings(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let accounts = self.apps.iter().flat_map(|app| &app.accounts).filter(|a| a.state != State::Excepted);
        let all = accounts.flat_map(|a| &a.left.findings).map(|f| f.id);
        all.filter(|id| seen.insert(*id)).map(|id| id.to_string()).collect()
    }

    /// How many accounts are in a state.
    fn count(&self, state: State) -> u64 {
        self.apps.iter().flat_map(|app| &app.accounts).filter(|a| a.state == state).count() as u64
    }

    /// One line: what is to be done, and where.
    fn summary(&self) -> String {
        let names: Vec<String> = self.apps.iter().take(4).map(|a| clip(a.name, 40).trim().to_owned()).collect();
        let more = self.apps.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (open, undecided) = (self.count(State::Open), self.count(State::Undecided));
        let accounts = |n| super::text::counted(n, "account", "accounts");
        let what = match (open, undecided) {
            (0, n) => format!("Find out about {} of people who left", accounts(n)),
            (n, 0) => format!("End {} of people who left", accounts(n)),
            (n, m) => format!("End {} of people who left, find out about {m} more", accounts(n)),
        };
        let nobody = if self.owner.is_none() { " (no owner is declared)" } else { "" };
        format!("{what}: {}{more}{nobody}", names.join(", "))
    }
}

/// Writes the tasks.
///
/// # Errors
/// They cannot be written.
pub fn write<W: Write>(report: &Report, due: &Due<'_>, wanted: &Wanted, format: Format, mut to: W) -> io::Result<()> {
    let cases = cases(report);
    let tasks = tasks(report, &cases, due, wanted);
    match format {
        Format::Markdown if tasks.is_empty() && wanted.is_a_part() && access::unknown(&report.summary).is_none() => {
            writeln!(to, "{}", wanted.nothing(report))?;
        }
        Format::Markdown => text::write(report, &tasks, &mut to)?,
        Format::JiraCsv => jira_csv::write(report, &tasks, &mut to)?,
        Format::Json => json::write(report, &tasks, &mut to)?,
    }
    if let (Format::Markdown, Some(unread)) = (format, access::unread(report)) {
        writeln!(to, "\n{unread}.")?;
    }
    if let (Format::Markdown, Some((n, what))) = (format, access::unseen(report)) {
        writeln!(to, "\n{} {what}.", super::text::number(n))?;
    }
    to.flush()
}

/// The tasks, the gravest first; that of the apps without an owner last.
fn tasks<'a>(report: &'a Report, cases: &'a [Case<'a>], due: &Due<'_>, wanted: &Wanted) -> Vec<Task<'a>> {
    let mut owners: BTreeMap<String, Task<'a>> = BTreeMap::new();
    let zone = &report.zone;
    for case in cases {
        for left in case.left.iter().filter(|left| lives(left)) {
            if wanted.known.as_ref().is_some_and(|known| left.findings.iter().all(|f| known.contains(&f.id))) {
                continue;
            }
            let app = left.app.and_then(|ix| report.apps.get(ix as usize));
            let source = report.sources.get(left.account.place.source as usize);
            let (id, name) = match (app, source) {
                (Some(app), _) => (app.id.as_str(), app.name.as_str()),
                (None, source) => source.map_or(("", ""), |s| (s.id.as_str(), s.id.as_str())),
            };
            let owner = app.and_then(|a| a.owner.as_deref()).map(str::trim).filter(|o| !o.is_empty());
            let key = owner.map(str::to_lowercase).unwrap_or_default();
            if wanted.owner.as_ref().is_some_and(|wanted| wanted.trim().to_lowercase() != key) {
                continue;
            }
            let state = state(left);
            let due = due(id, &case.person.standing).filter(|_| state != State::Excepted);
            let due = due.map(|second| zone.to_datetime(told::at(second)).date());
            let task = owners.entry(key.clone()).or_insert_with(|| Task {
                id: uuids::of("task", &key),
                owner,
                severity: None,
                due: None,
                apps: Vec::new(),
            });
            let open = left.findings.iter().filter(|f| f.status == FindingStatus::Open).map(|f| f.severity).max();
            task.severity = task.severity.max(open);
            task.due = [task.due, due].into_iter().flatten().min();
            let at =
                task.apps.iter().position(|a| (a.id, a.app.is_some()) == (id, app.is_some())).unwrap_or_else(|| {
                    task.apps.push(App { id, name, app, accounts: Vec::new() });
                    task.apps.len() - 1
                });
            task.apps[at].accounts.push(Account { case, left, state, due });
        }
    }
    let mut tasks: Vec<Task<'a>> = owners.into_values().collect();
    // Where everything is excepted, nobody has anything to do.
    tasks.retain(|task| task.count(State::Open) + task.count(State::Undecided) > 0);
    for task in &mut tasks {
        task.apps.iter_mut().for_each(|app| app.accounts.sort_by_key(|a| a.state));
    }
    tasks.sort_by_key(|task| (task.owner.is_none(), std::cmp::Reverse(task.severity)));
    tasks
}

#[cfg(test)]
mod tests;
