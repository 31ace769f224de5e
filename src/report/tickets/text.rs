//! Tasks as text for people: Markdown, and the same in Jira's wiki markup for the column `Description`.

use super::super::cases::is_of_the_last_admin;
use super::super::html::worksheets::{fails_for, survivors};
use super::super::text::{clip, counted, days, number, when};
use super::super::{access, marked, told};
use super::{Account, App, State, Task, jira_marks};
use crate::model::{Handwork, Report};
use std::io::{self, Write};

/// How long a name may be.
const NAME: usize = 120;
/// How long a sentence may be.
const SENTENCE: usize = 600;
/// How many accounts of one app a task lists.
const ACCOUNTS: usize = 300;
/// How many steps of one way.
const STEPS: usize = 30;

/// How things are marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    Markdown,
    Jira,
}

impl Marks {
    /// What a stranger has written, as something that is not to be read as words: a name, an address, an id.
    fn name(self, text: &str) -> String {
        match self {
            Self::Markdown => marked::code(text, NAME),
            Self::Jira => jira_marks::escaped(text, NAME),
        }
    }
    /// A sentence.
    fn sentence(self, text: &str) -> String {
        match self {
            Self::Markdown => marked::escaped(text, SENTENCE),
            Self::Jira => jira_marks::escaped(text, SENTENCE),
        }
    }
    fn heading(self, level: usize, text: &str) -> String {
        match self {
            Self::Markdown => format!("\n{} {text}\n\n", "#".repeat(level)),
            Self::Jira => format!("\nh{level}. {text}\n\n"),
        }
    }
    fn bold(self, text: &str) -> String {
        match self {
            Self::Markdown => format!("**{text}**"),
            Self::Jira => format!("*{text}*"),
        }
    }
    /// A box to tick.
    fn task(self) -> &'static str {
        match self {
            Self::Markdown => "- [ ] ",
            Self::Jira => "* ",
        }
    }
    fn bullet(self) -> &'static str {
        match self {
            Self::Markdown => "- ",
            Self::Jira => "* ",
        }
    }
    fn numbered(self, n: usize) -> String {
        match self {
            Self::Markdown => format!("{n}. "),
            Self::Jira => "# ".to_owned(),
        }
    }
}

/// Writes all tasks as one Markdown document.
pub(super) fn write(report: &Report, tasks: &[Task<'_>], to: &mut impl Write) -> io::Result<()> {
    if tasks.is_empty() && access::unknown(&report.summary).is_some() {
        return writeln!(to, "{}. Which tasks there are is not known.", access::claim(report));
    }
    if tasks.is_empty()
        && let Some((n, may)) = access::perhaps(&report.summary)
    {
        return writeln!(
            to,
            "No account is certainly one of somebody who has left, as far as the lists show. But {} {may}. Settle that first: \
             `ambiguous-owner`, `owner-unconfirmed` and `non-human-without-owner` in the report say what to do.",
            number(n)
        );
    }
    if tasks.is_empty() && access::unread_of_leavers(report) > 0 {
        return writeln!(
            to,
            "No account of somebody who has left is known to need work, as far as rows could be read. What \
             could not be read comes first: `rows-rejected` in the report says where it stands."
        );
    }
    if tasks.is_empty() {
        return writeln!(
            to,
            "There is nothing to do about accounts of people who have left, as far as the lists show."
        );
    }
    for (ix, task) in tasks.iter().enumerate() {
        if ix > 0 {
            writeln!(to, "\n---\n")?;
        }
        let marks = Marks::Markdown;
        writeln!(to, "# {}\n", marked::escaped(&task.summary(), SENTENCE))?;
        let owner =
            task.owner.map_or("**nobody**: declare one under `owner` in coverage.yaml".to_owned(), |o| marks.name(o));
        writeln!(to, "- owner: {owner}")?;
        writeln!(to, "- priority: {}", task.severity.map_or("find out", |s| s.word()))?;
        if let Some(due) = task.due {
            writeln!(to, "- due: {due}")?;
        }
        writeln!(to, "- labels: `coverage` `coverage-task-{}`", task.id)?;
        write!(to, "{}", body(report, task, marks))?;
        let ids: Vec<String> = task.findings().iter().map(|id| format!("`{id}`")).collect();
        let shown = ids.len().min(ACCOUNTS);
        let more = if ids.len() > shown { format!(" and {} more", ids.len() - shown) } else { String::new() };
        writeln!(to, "\nFindings: {}{more}", ids[..shown].join(" "))?;
    }
    Ok(())
}

/// The apps of a task with their accounts and the steps.
pub(super) fn body(report: &Report, task: &Task<'_>, marks: Marks) -> String {
    let mut out = String::new();
    if task.owner.is_none() {
        out.push_str(
            "\nNo owner is declared for these apps. Whoever reads this first: find one, and say so in coverage.yaml.\n",
        );
    }
    for app in &task.apps {
        out.push_str(&marks.heading(2, &marks.name(app.name)));
        if let Some(why) = app.app.and_then(|a| a.not_evaluable.as_deref()) {
            out.push_str(&format!("Its accounts could not be judged: {}\n\n", marks.sentence(why)));
        }
        for account in app.accounts.iter().take(ACCOUNTS) {
            out.push_str(&line(report, account, marks));
        }
        let more = app.accounts.len().saturating_sub(ACCOUNTS) as u64;
        if more > 0 {
            let more = counted(more, "account more", "accounts more");
            out.push_str(&format!("{}{more}: see findings.csv\n", marks.bullet()));
        }
        match app.app.and_then(|a| a.handwork.as_ref()) {
            Some(hand) if !hand.way.steps.is_empty() => {
                before(app, marks, &mut out);
                steps(hand, app, marks, &mut out);
            }
            _ => actions(app, marks, &mut out),
        }
    }
    out
}

fn line(report: &Report, account: &Account<'_>, marks: Marks) -> String {
    let person = account.case.person;
    let left = match person.standing.since() {
        Some(since) => format!("left {}", when(&since, &report.zone)),
        None => "left, nobody says when".to_owned(),
    };
    let facts = account.left.account;
    let mut named = marks.name(facts.account());
    if !facts.email().is_empty() && facts.email() != facts.account() {
        named = format!("{named} ({})", marks.name(facts.email()));
    }
    let mut out = match account.state {
        State::Open => format!("{}{}: ", marks.task(), marks.bold("end it")),
        State::Undecided => format!("{}{}: ", marks.task(), marks.bold("find out")),
        State::Excepted => format!("{}{}: ", marks.bullet(), marks.bold("excepted, leave it")),
    };
    out.push_str(&format!("{}, {left}; account {named}", marks.name(&person.name)));
    let titles: Vec<String> = account.left.findings.iter().take(5).map(|f| f.rule.title.to_owned()).collect();
    out.push_str(&format!("; {}", titles.join("; ")));
    if let Some(exposed) = account.left.findings.iter().find_map(|f| f.exposed_days) {
        out.push_str(&format!("; open for {}", days(exposed)));
    }
    if let Some(due) = account.due {
        out.push_str(&format!("; due {due}"));
    }
    if account.state != State::Open {
        let said = account.left.findings.iter().map(|f| told::status(report, f)).find(|said| said != "open");
        out.push_str(&said.map_or(String::new(), |said| format!("; {}", marks.sentence(&said))));
    }
    let evidence = account.left.findings.iter().flat_map(|f| &f.evidence).next();
    if let Some(place) = evidence {
        out.push_str(&format!("; seen in {}", marks.name(&told::evidence(&report.sources, *place))));
    }
    out.push('\n');
    out
}

/// What is to be done before the steps: an app without anybody who can administer it cannot be put right again.
fn before(app: &App<'_>, marks: Marks, out: &mut String) {
    let asks = app.accounts.iter().filter(|a| a.state != State::Excepted).flat_map(|a| &a.left.findings);
    if let Some(first) = asks.into_iter().find(|f| is_of_the_last_admin(f)) {
        out.push_str(&format!("\n{}: {}\n", marks.bold("First"), marks.sentence(&first.action)));
    }
}

/// What each kind of finding asks for, where nobody has written down the steps.
fn actions(app: &App<'_>, marks: Marks, out: &mut String) {
    let mut said: Vec<&str> = Vec::new();
    for account in app.accounts.iter().filter(|a| a.state != State::Excepted).take(ACCOUNTS) {
        for finding in account.left.in_order_of_work().into_iter().take(2) {
            if said.len() < 5 && !said.contains(&&*finding.action) {
                said.push(&finding.action);
            }
        }
    }
    if !said.is_empty() {
        out.push_str(&marks.heading(3, "What to do"));
        said.iter().for_each(|action| out.push_str(&format!("{}{}\n", marks.bullet(), marks.sentence(action))));
    }
}

/// The runbook.
fn steps(hand: &Handwork, app: &App<'_>, marks: Marks, out: &mut String) {
    for way in std::iter::once(&hand.way).chain(&hand.others).filter(|way| !way.steps.is_empty()) {
        let name = if way.name.is_empty() { "By hand".to_owned() } else { marks.sentence(&way.name) };
        out.push_str(&marks.heading(3, &name));
        if let Some(who) = &way.who {
            out.push_str(&format!("Who can do it: {}\n\n", marks.sentence(who)));
        }
        for (n, step) in way.steps.iter().take(STEPS).enumerate() {
            out.push_str(&format!("{}{}\n", marks.numbered(n + 1), marks.sentence(&step.text)));
        }
    }
    let notes = [
        ("Not enough", hand.not_enough.as_ref()),
        ("The last administrator", hand.last_admin.as_ref()),
        ("Proof to keep", hand.proof.as_ref()),
        ("If it was a mistake", hand.restore.as_ref()),
        ("Note", hand.note.as_ref()),
    ];
    let mut more: Vec<String> = notes
        .into_iter()
        .filter_map(|(what, text)| Some(format!("{}{}: {}\n", marks.bullet(), marks.bold(what), marks.sentence(text?))))
        .collect();
    for (cases, _) in fails_for(hand).into_iter().take(5) {
        more.push(format!("{}{}: {}\n", marks.bullet(), marks.bold("It fails for"), marks.sentence(cases)));
    }
    let survives = app.app.map(survivors).unwrap_or_default();
    if !survives.is_empty() {
        let all = clip(&survives.join(", "), SENTENCE).into_owned();
        more.push(format!("{}{}: {all}\n", marks.bullet(), marks.bold("Still there afterwards")));
    }
    if !more.is_empty() {
        out.push('\n');
        more.iter().for_each(|line| out.push_str(line));
    }
}
