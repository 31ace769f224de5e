//! Tasks as CSV for Jira's importer, one row each.
//!
//! The columns have the names of Jira's own fields, so that the importer maps them by itself. It takes several labels from
//! several columns of the same name; dates are `yyyy-MM-dd`, which it asks for.

use super::super::access;
use super::super::csv_cells::Table;
use super::super::text::number;
use super::text::{Marks, body};
use super::{State, Task};
use crate::model::{Report, Severity};
use std::io::{self, Write};

/// The columns before the labels.
pub(super) const COLUMNS: [&str; 6] = ["Summary", "Issue Type", "Priority", "Assignee", "Due Date", "Description"];
/// The most labels that carry the id of a finding.
const LABELS: usize = 50;
/// The most characters of a description: Jira takes 32,767.
const LONGEST: usize = 30_000;
/// The most characters of a summary: Jira takes 255.
const SUMMARY: usize = 250;

/// Writes the tasks.
pub(super) fn write(report: &Report, tasks: &[Task<'_>], to: &mut impl Write) -> io::Result<()> {
    let labels: Vec<Vec<String>> = tasks.iter().map(labels).collect();
    let most = labels.iter().map(Vec::len).max().unwrap_or(1);
    let mut header = COLUMNS.to_vec();
    header.resize(COLUMNS.len() + most, "Labels");
    let mut table = Table::new(to, &header)?;
    for (task, labels) in tasks.iter().zip(labels) {
        table.cell(&super::clip(&task.summary(), SUMMARY))?;
        table.cell("Task")?;
        table.cell(match task.severity {
            Some(Severity::Critical) => "Highest",
            Some(Severity::High) => "High",
            Some(Severity::Medium) | None => "Medium",
            Some(Severity::Low) => "Low",
            Some(Severity::Info) => "Lowest",
        })?;
        // Jira finds people by their addresses. Somebody it cannot find would stop the import.
        let owner = task.owner.filter(|owner| is_address(owner));
        table.cell(owner.unwrap_or_default())?;
        table.cell(&task.due.map_or_else(String::new, |due| due.to_string()))?;
        table.cell(&description(report, task))?;
        for n in 0..most {
            table.cell(labels.get(n).map_or("", |label| label))?;
        }
        table.end_row()?;
    }
    table.finish()
}

fn is_address(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@.-_+'".contains(&b);
    text.split('@').count() == 2 && text.bytes().all(plain) && !text.starts_with(['@', '-', '+', '\''])
}

/// A mark of ours, the task's own, and those of its findings.
fn labels(task: &Task<'_>) -> Vec<String> {
    let mut labels = vec!["coverage".to_owned(), format!("coverage-task-{}", task.id)];
    labels.extend(task.findings().into_iter().take(LABELS));
    labels
}

fn description(report: &Report, task: &Task<'_>) -> String {
    let mut text = String::new();
    if let Some(owner) = task.owner.filter(|owner| !is_address(owner)) {
        text.push_str(&format!("Owner: {}\n", super::jira_marks::escaped(owner, 200)));
    }
    text.push_str(&body(report, task, Marks::Jira));
    // A table has no other place for what is about no single task.
    for more in access::unread(report)
        .into_iter()
        .chain(access::unseen(report).map(|(n, what)| format!("{} {what}", number(n))))
    {
        text.push_str(&format!("\n{}.\n", super::jira_marks::escaped(&more, 500)));
    }
    let findings = task.findings().len();
    if findings > LABELS {
        text.push_str(&format!(
            "\nOf {findings} findings {LABELS} are labels here; the JSON of `coverage tickets` has all.\n"
        ));
    }
    if text.chars().count() <= LONGEST {
        return text.trim().to_owned();
    }
    // A line that is cut in the middle could open a mark that nothing closes.
    let cut = text.char_indices().nth(LONGEST - 200).map_or(text.len(), |(at, _)| at);
    let cut = text[..cut].rfind('\n').unwrap_or(0);
    let accounts = task.count(State::Open) + task.count(State::Undecided);
    format!("{}\n\nCut here: Jira takes no more. All {accounts} accounts stand in findings.csv.", text[..cut].trim())
}
