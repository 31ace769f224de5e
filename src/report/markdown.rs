//! `report.md`: the summary for a pull request or a ticket. Code hosts cut a comment at 65,536 characters, so the lists
//! end before that, and say what they leave out.

use super::access;
use super::cases::{self, Case};
use super::marked::code;
use super::text::{self, Automated, automated, counted, number, partly};
use super::told;
use crate::model::{AppReport, Finding, FindingStatus, Report, Severity};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The most bytes. A character has at most four, of which code hosts count one or two.
pub const MOST: usize = 60_000;
/// What is kept free for the end of the page.
const REST: usize = 2_000;
/// How long a name may be.
const NAME: usize = 80;
/// How many rows a table has at most.
const ROWS: usize = 100;

/// A page that knows how much room is left.
struct Page {
    text: String,
}

impl Page {
    /// Adds a row if there is room for it.
    fn row(&mut self, row: &str) -> bool {
        let fits = self.text.len() + row.len() < MOST - REST;
        if fits {
            self.text.push_str(row);
        }
        fits
    }

    /// Adds a table, as many rows of it as there is room for, and says how many are left out.
    fn table(&mut self, head: &str, rows: impl Iterator<Item = String>, total: u64, what: &str, rest: &str) {
        if !self.row(head) {
            return;
        }
        let mut shown = 0;
        for row in rows.take(ROWS) {
            if !self.row(&row) {
                break;
            }
            shown += 1;
        }
        if shown < total {
            let _ = writeln!(self.text, "\n{} more {what}: {rest}", number(total - shown));
        }
    }
}

/// Writes the summary.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let mut page = Page { text: String::new() };
    headline(report, &mut page.text);
    apps(report, &mut page);
    people(report, &mut page);
    others(report, &mut page);
    undecided(report, &mut page);
    excepted(report, &mut page);
    let _ = writeln!(
        page.text,
        "\nMade by coverage {}. All findings with their evidence stand in `findings.csv` and `findings.json` (`--format csv,json`).",
        report.tool_version
    );
    to.write_all(page.text.as_bytes())?;
    to.flush()
}

fn headline(report: &Report, out: &mut String) {
    let s = &report.summary;
    let company = code(&report.company, NAME);
    let of = if company.is_empty() { String::new() } else { format!("{company}, ") };
    let _ = writeln!(out, "## Access of people who have left\n");
    let _ =
        writeln!(out, "{of}as of {} ({})\n", text::moment(&report.as_of, &report.zone), code(&report.zone_name, NAME));
    let (_, undecided) = cases::tiers(report);
    let _ = writeln!(out, "- **{}**", access::claim(report));
    for more in access::beside(report) {
        let _ = writeln!(out, "- **{more}**");
    }
    if undecided > 0 {
        let _ = writeln!(
            out,
            "- **{}** cannot be decided: unknown, not a pass",
            counted(undecided, "more account", "more accounts")
        );
    }
    let dark = s.apps - s.apps_evaluated.min(s.apps);
    let _ = writeln!(out, "- {} of {} evaluated", number(s.apps_evaluated), counted(s.apps, "app", "apps"));
    if dark > 0 {
        let _ = writeln!(
            out,
            "- **{} could not be evaluated**: there may be more than these lists show",
            counted(dark, "app", "apps")
        );
    }
    let open: Vec<String> =
        s.by_severity.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{} {word}", number(*n))).collect();
    let open = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
    let _ = writeln!(
        out,
        "- open findings: {open}; {} cannot be decided, {} excepted",
        number(s.not_evaluable),
        number(s.excepted)
    );
    let share = match automated(s) {
        Automated::NoAccounts => None,
        Automated::Unknown => Some("of no live account is it known whether its app ends access by itself".to_owned()),
        Automated::Share(share) => Some(format!("{share} of live accounts are in apps that end access by themselves")),
        Automated::Partly { share, known } => {
            Some(format!("{}; not known of {} more", partly(&share, known), number(s.automation_unknown_accounts)))
        }
    };
    if let Some(share) = share {
        let _ = writeln!(out, "- {share}");
    }
}

/// What is open against an app, by severity, and what is not known of it.
#[derive(Default, Clone)]
struct Against {
    open: [u64; 5],
    undecided: u64,
    excepted: u64,
}

fn apps(report: &Report, page: &mut Page) {
    let mut against = vec![Against::default(); report.apps.len()];
    for finding in &report.findings {
        let Some(of) = finding.app.and_then(|ix| against.get_mut(ix as usize)) else { continue };
        match finding.status {
            FindingStatus::Open => of.open[finding.severity as usize] += 1,
            FindingStatus::NotEvaluable => of.undecided += 1,
            FindingStatus::Excepted => of.excepted += 1,
        }
    }
    let mut order: Vec<(&AppReport, &Against)> = report.apps.iter().zip(&against).collect();
    order.retain(|(app, a)| app.not_evaluable.is_some() || a.open.iter().sum::<u64>() + a.undecided + a.excepted > 0);
    order.sort_by_key(|(app, a)| {
        let mut gravest = a.open;
        gravest.reverse();
        (std::cmp::Reverse(gravest), app.not_evaluable.is_none(), text::natural(&app.name))
    });
    if order.is_empty() {
        return;
    }
    let head = "\n### Apps\n\n| app | judged | critical | high | medium | low | info | cannot be decided | excepted |\n\
                |---|---|--:|--:|--:|--:|--:|--:|--:|\n";
    let total = order.len() as u64;
    let rows = order.into_iter().map(|(app, a)| {
        let mut row = format!("| {} | ", code(&app.name, NAME));
        match &app.not_evaluable {
            None => row.push_str("yes"),
            Some(why) => drop(write!(row, "**no**: {}", code(why, 200))),
        }
        for severity in Severity::ALL.iter().rev() {
            let _ = write!(row, " | {}", number(a.open[*severity as usize]));
        }
        let _ = writeln!(row, " | {} | {} |", number(a.undecided), number(a.excepted));
        row
    });
    page.table(head, rows, total, "apps", "see `coverage.csv` (`--format csv`)");
}

fn people(report: &Report, page: &mut Page) {
    let cases = cases::cases(report);
    if cases.is_empty() {
        return;
    }
    let total = cases.len() as u64;
    let head = "\n### People who left\n\n| person | left | gravest | accounts |\n|---|---|---|---|\n";
    page.table(
        head,
        cases.iter().map(|case| person(report, case)),
        total,
        "people",
        "see `findings.csv` (`--format csv`)",
    );
}

fn person(report: &Report, case: &Case<'_>) -> String {
    let left = case.person.standing.since().map_or("nobody says when".to_owned(), |at| text::when(&at, &report.zone));
    let gravest = match (case.open(), case.severity()) {
        (Some(open), _) => open.word().to_owned(),
        (None, Some(excepted)) => format!("{excepted}, excepted"),
        (None, None) => "cannot be decided".to_owned(),
    };
    let accounts: Vec<String> = case
        .left
        .iter()
        .take(10)
        .map(|left| {
            let finding = left.findings.first();
            let place = finding.and_then(|f| told::place(report, f)).unwrap_or_default();
            let note = match (left.has_ended(), left.stands()) {
                (true, _) => " (has ended)",
                (false, true) => "",
                (false, false) => " (cannot be decided)",
            };
            format!("{}{note}", code(place, NAME))
        })
        .collect();
    let more = case.left.len().saturating_sub(accounts.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let name = code(&case.person.name, NAME);
    format!("| {name} | {} | {gravest} | {}{more} |\n", left.replace('|', "\\|"), accounts.join(", "))
}

fn others(report: &Report, page: &mut Page) {
    let total = cases::others(report).count() as u64;
    if total == 0 {
        return;
    }
    let head = "\n### Other open findings\n\n| severity | finding | where | what to do |\n|---|---|---|---|\n";
    page.table(
        head,
        cases::others(report).map(|f| other(report, f)),
        total,
        "findings",
        "see `findings.csv` (`--format csv`)",
    );
}

/// What would settle what cannot be decided.
fn undecided(report: &Report, page: &mut Page) {
    let total = cases::undecided(report).count() as u64;
    if total == 0 {
        return;
    }
    let head = "\n### What cannot be decided\n\n| severity | finding | where | what to do |\n|---|---|---|---|\n";
    page.table(
        head,
        cases::undecided(report).map(|f| other(report, f)),
        total,
        "findings",
        "see `findings.csv` (`--format csv`)",
    );
}

fn other(report: &Report, finding: &Finding) -> String {
    let place = told::place(report, finding).unwrap_or_default();
    let account = told::account(finding).unwrap_or_default();
    // Without an account, whose it is about.
    let account = match account {
        "" => told::person(report, finding).map_or("", |p| if p.name.is_empty() { &p.email } else { &p.name }),
        account => account,
    };
    let at: Vec<String> = [place, account].iter().map(|t| code(t, NAME)).filter(|t| !t.is_empty()).collect();
    format!("| {} | {} | {} | {} |\n", finding.severity, finding.rule.title, at.join(", "), code(&finding.action, 160))
}

fn excepted(report: &Report, page: &mut Page) {
    let all = || report.findings.iter().filter(|f| f.status == FindingStatus::Excepted);
    let total = all().count() as u64;
    if total == 0 {
        return;
    }
    let head = "\n### Excepted\n\n| severity | finding | exception |\n|---|---|---|\n";
    let rows = all().map(|f| {
        format!(
            "| {} | {} | {} |\n",
            f.severity,
            code(&told::line(report, f), 200),
            code(&told::status(report, f), 200)
        )
    });
    page.table(head, rows, total, "excepted findings", "see `findings.csv` (`--format csv`)");
}
