//! The few lines that a run prints at its end. Plain text, no colours.

use super::access;
use super::cases::{self, Case};
use super::status_text;
use super::text::{self, Automated, automated, clip, counted, number};
use crate::model::{AccountFacts, Finding, Report, SourceRole};
use std::io::{self, Write};

/// How many urgent things are named.
const URGENT: usize = 5;
/// How many apps of a list are named.
const NAMED: usize = 8;

/// Writes the summary.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let s = &report.summary;
    if !report.company.is_empty() {
        write!(to, "{}, ", clip(&report.company, 80))?;
    }
    writeln!(to, "as of {} ({})", text::moment(&report.as_of, &report.zone), report.zone_name)?;
    writeln!(to)?;
    writeln!(to, "{} of {} evaluated", number(s.apps_evaluated), counted(s.apps, "app", "apps"))?;
    let dark = report.apps.iter().filter(|a| a.not_evaluable.is_some()).map(|a| a.name.as_str());
    named(&mut to, "  not evaluated: ", dark)?;
    let people = report.populations.iter().filter(|p| matches!(p.role, SourceRole::Hr | SourceRole::Idp));
    let people = people.filter(|p| p.guard.not_evaluable().is_some());
    named(&mut to, "  the people are not known for certain: ", people.map(|p| p.name.as_str()))?;
    let (tiers, undecided) = cases::tiers(report);
    writeln!(to, "{}", access::claim(report))?;
    counts(&mut to, &tiers)?;
    if undecided > 0 {
        writeln!(to, "  {:>7}  more cannot be decided", number(undecided))?;
    }
    if s.residual_excepted > 0 {
        writeln!(to, "  {:>7}  of them excepted", number(s.residual_excepted))?;
    }
    counts(&mut to, access::perhaps(s).map(|(n, may)| (may, n)).as_slice())?;
    counts(&mut to, access::directories(report).map(|(n, live)| (live, n)).as_slice())?;
    counts(&mut to, access::unclear(s).map(|(n, who)| (who, n)).as_slice())?;
    writeln!(to, "{}", counted(s.by_severity.iter().map(|(_, n)| n).sum(), "finding", "findings"))?;
    counts(&mut to, &s.by_severity)?;
    if s.not_evaluable > 0 {
        writeln!(to, "  {:>7}  cannot be decided", number(s.not_evaluable))?;
    }
    if s.excepted > 0 {
        writeln!(to, "  {:>7}  excepted", number(s.excepted))?;
    }
    counts(&mut to, access::unseen(report).map(|(n, what)| (what, n)).as_slice())?;
    if let Some(line) = super::review_text::line(report) {
        writeln!(to, "  {line}")?;
    }
    match automated(s) {
        Automated::NoAccounts => {}
        Automated::Unknown => writeln!(to, "of no live account is it known whether its app ends access by itself")?,
        Automated::Share(share) => writeln!(to, "{share} of live accounts are in apps that end access by themselves")?,
        Automated::Partly { share, known } => {
            writeln!(to, "{share} of {} live accounts are in apps that end access by themselves", number(known))?;
            writeln!(to, "  not known of {} more", number(s.automation_unknown_accounts))?;
        }
    }
    if s.apps_manual_only > 0 {
        writeln!(to, "{} where leavers are removed by hand", counted(s.apps_manual_only, "app", "apps"))?;
        named(&mut to, "  ", report.apps.iter().filter(|a| a.manual_only).map(|a| a.name.as_str()))?;
    }
    if let Some(history) = &report.history {
        let new = report.findings.len() - history.findings.len();
        let runs = counted(history.runs.len() as u64, "earlier run", "earlier runs");
        writeln!(to, "{} not in {runs}", counted(new as u64, "finding", "findings"))?;
        status_text::revoke(history.revoke.get(..1).unwrap_or_default(), &mut to)?;
    }
    urgent(report, &mut to)?;
    to.flush()
}

fn named<'a>(to: &mut impl Write, lead: &str, names: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let names: Vec<_> = names.map(|n| clip(n, 40)).collect();
    if names.is_empty() {
        return Ok(());
    }
    write!(to, "{lead}{}", names[..names.len().min(NAMED)].join(", "))?;
    if names.len() > NAMED { writeln!(to, " and {} more", number((names.len() - NAMED) as u64)) } else { writeln!(to) }
}

fn counts(to: &mut impl Write, list: &[(&'static str, u64)]) -> io::Result<()> {
    list.iter().filter(|(_, n)| *n > 0).try_for_each(|(word, n)| writeln!(to, "  {:>7}  {word}", number(*n)))
}

/// The gravest things, a leaver counting as one.
fn urgent(report: &Report, to: &mut impl Write) -> io::Result<()> {
    let mut cases = cases::cases(report).into_iter().filter(|c| c.open().is_some()).peekable();
    let mut others = cases::others(report).peekable();
    let mut line = 0;
    while line < URGENT {
        let case_first = match (cases.peek(), others.peek()) {
            (None, None) => break,
            (Some(case), Some(other)) => case.open() >= Some(other.severity),
            (case, _) => case.is_some(),
        };
        line += 1;
        if line == 1 {
            writeln!(to, "\nFirst:")?;
        }
        if case_first {
            cases.next().map_or(Ok(()), |case| leaver(report, &case, line, to))?;
        } else {
            others.next().map_or(Ok(()), |finding| other(report, finding, line, to))?;
        }
    }
    Ok(())
}

fn app_name(report: &Report, app: Option<u32>) -> &str {
    app.and_then(|ix| report.apps.get(ix as usize)).map_or("", |a| &a.name)
}

/// The app's name; for an account in a directory, the directory's.
fn place_name<'r>(report: &'r Report, app: Option<u32>, account: &AccountFacts) -> &'r str {
    match app {
        Some(_) => app_name(report, app),
        None => report.sources.get(account.place.source as usize).map_or("", |s| &s.id),
    }
}

fn leaver(report: &Report, case: &Case<'_>, line: usize, to: &mut impl Write) -> io::Result<()> {
    let severity = case.open().map_or("", |s| s.word());
    write!(to, "  {line}. {severity:<9} {}", clip(&case.person.name, 60))?;
    match case.person.standing.since() {
        Some(since) => write!(to, ", left {}", text::when(&since, &report.zone))?,
        None => write!(to, ", left, nobody says when")?,
    }
    let mut standing: Vec<_> = case.left.iter().filter(|l| l.stands()).collect();
    let mut but = "";
    if standing.is_empty() {
        // What stands open is about accounts that may have ended, or about access that has.
        standing = case.left.iter().filter(|l| l.is_charged()).collect();
        but = ", cannot be decided";
    }
    if standing.is_empty() {
        standing = case.left.iter().filter(|l| l.has_ended()).collect();
        but = ", ended";
    }
    writeln!(to, ": {}{but}", counted(standing.len() as u64, "account", "accounts"))?;
    let mut apps: Vec<&str> = standing.iter().map(|l| place_name(report, l.app, l.account)).collect();
    apps.dedup();
    named(to, "     ", apps.into_iter())
}

fn other(report: &Report, finding: &Finding, line: usize, to: &mut impl Write) -> io::Result<()> {
    write!(to, "  {line}. {:<9} {}", finding.severity, finding.rule.title)?;
    let app = app_name(report, finding.app);
    if !app.is_empty() {
        write!(to, ": {}", clip(app, 40))?;
    }
    if let Some(account) = &finding.account {
        write!(to, ", {}", clip(if account.email().is_empty() { account.account() } else { account.email() }, 60))?;
    }
    writeln!(to, "\n     {}", clip(&finding.action, 160))
}
