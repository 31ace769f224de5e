//! The few lines that a run prints at its end. Plain text, no colours.

use super::access;
use super::cases::{self, Case};
use super::status_text;
use super::text::{self, Automated, automated, clip, counted, number, partly};
use super::told;
use crate::model::{AccountFacts, Finding, FindingStatus, Report, SourceRole};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// How many urgent things are named.
const URGENT: usize = 5;
/// How many apps of a list are named.
const NAMED: usize = 8;
/// What stands in place of a severity where the data cannot decide.
const UNDECIDED: &str = "undecided";

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
    if s.residual_excepted > 0 {
        writeln!(to, "  {:>7}  of these excepted", number(s.residual_excepted))?;
    }
    if undecided > 0 {
        writeln!(to, "  {:>7}  more cannot be decided", number(undecided))?;
    }
    counts(&mut to, access::perhaps(s).map(|(n, may)| (may, n)).as_slice())?;
    for (n, told) in access::directories(report).into_iter().chain(access::unread_counts(report)) {
        counts(&mut to, &[(told, n)])?;
    }
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
            writeln!(to, "{}", partly(&share, known))?;
            writeln!(to, "  not known of {} more", number(s.automation_unknown_accounts))?;
        }
    }
    if s.apps_manual_only > 0 {
        writeln!(to, "{} where leavers are removed by hand", counted(s.apps_manual_only, "app", "apps"))?;
        named(&mut to, "  ", report.apps.iter().filter(|a| a.manual_only).map(|a| a.name.as_str()))?;
    }
    if let Some(history) = &report.history {
        match &history.since {
            Some(since) => writeln!(
                to,
                "new since {}: {}; back {}; closed {}",
                text::moment(&since.as_of, &report.zone),
                number(since.new),
                number(since.back),
                number(since.verified + since.no_longer)
            )?,
            None => writeln!(to, "no earlier run is kept: what is new is not known")?,
        }
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

/// The gravest things, a leaver counting as one; then what cannot be decided.
fn urgent(report: &Report, to: &mut impl Write) -> io::Result<()> {
    let (cases, rest): (Vec<_>, Vec<_>) = cases::cases(report).into_iter().partition(|c| c.open().is_some());
    let mut cases = cases.into_iter().peekable();
    let mut undecided = rest.iter().filter(|c| c.severity().is_none()).peekable();
    let mut unsettled = cases::undecided(report).peekable();
    let mut others = cases::others(report).peekable();
    let mut line = 0;
    while line < URGENT {
        let case_first = match (cases.peek(), others.peek()) {
            (None, None) if undecided.peek().is_none() && unsettled.peek().is_none() => break,
            (Some(case), Some(other)) => case.open() >= Some(other.severity),
            (case, _) => case.is_some(),
        };
        line += 1;
        if line == 1 {
            writeln!(to, "\nFirst:")?;
        }
        if case_first {
            cases.next().map_or(Ok(()), |case| leaver(report, &case, line, to))?;
        } else if let Some(finding) = others.next() {
            other(report, finding, line, to)?;
        } else if let Some(case) = undecided.next() {
            leaver(report, case, line, to)?;
        } else if let Some(finding) = unsettled.next() {
            other(report, finding, line, to)?;
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
    let severity = case.open().map_or(UNDECIDED, |s| s.word());
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
        standing = case.left.iter().filter(|l| !l.has_ended()).collect();
    }
    if standing.is_empty() {
        standing = case.left.iter().filter(|l| l.has_ended()).collect();
        but = ", ended";
    }
    writeln!(to, ": {}{but}", counted(standing.len() as u64, "account", "accounts"))?;
    // By how grave they are, so that one app's accounts need not stand together.
    let mut seen = BTreeSet::new();
    let apps = standing.iter().map(|l| place_name(report, l.app, l.account));
    named(to, "     ", apps.filter(|name| seen.insert(*name)))
}

fn other(report: &Report, finding: &Finding, line: usize, to: &mut impl Write) -> io::Result<()> {
    let severity = if finding.status == FindingStatus::NotEvaluable { UNDECIDED } else { finding.severity.word() };
    write!(to, "  {line}. {severity:<9} {}", finding.rule.title)?;
    let app = app_name(report, finding.app);
    if !app.is_empty() {
        write!(to, ": {}", clip(app, 40))?;
    }
    if let Some(account) = &finding.account {
        write!(to, ", {}", clip(if account.email().is_empty() { account.account() } else { account.email() }, 60))?;
    } else if let Some(person) = told::person(report, finding) {
        write!(to, ", {}", clip(if person.name.is_empty() { &person.email } else { &person.name }, 60))?;
    }
    writeln!(to, "\n     {}", clip(&finding.action, 160))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::{AccountTexts, FindingId, History, Severity, Since};

    fn told(report: &Report) -> String {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_account_of_which_nothing_can_be_decided_is_one_and_not_ended() {
        let mut report = sample::report();
        report.findings.retain(|f| f.status == FindingStatus::NotEvaluable && f.account.is_some());
        let told = told(&report);
        assert!(told.contains(": 1 account, cannot be decided\n") && !told.contains("0 accounts, ended"), "{told}");
    }

    #[test]
    fn what_cannot_be_decided_comes_after_all_that_stands_open_with_whose_it_is() {
        let mut report = sample::report();
        let mut open = report.findings.iter().find(|f| f.account.is_none()).unwrap().clone();
        open.status = FindingStatus::Open;
        let at_work = report.people.iter().position(|p| !p.standing.has_left()).unwrap();
        open.person = Some(crate::model::PersonIx(at_work as u32));
        let mut dark = open.clone();
        (dark.status, dark.id, dark.person) = (FindingStatus::NotEvaluable, FindingId([7; 16]), None);
        dark.action = "Export the members of Notion".into();
        report.findings = vec![dark, open];
        let told = told(&report);
        let first = told.split_once("First:\n").unwrap().1;
        let name = &report.people[at_work].name;
        assert!(first.lines().next().unwrap().ends_with(&format!(", {name}")), "{told}");
        assert!(first.contains("  2. undecided ") && first.contains("     Export the members of Notion"), "{told}");
    }

    #[test]
    fn an_app_is_named_once_though_another_stands_between_its_accounts() {
        let mut report = sample::report();
        let charge = |n: u8, app, severity| {
            let mut one = report.findings.iter().find(|f| f.account.is_some() && f.person.is_some()).unwrap().clone();
            (one.id, one.app, one.severity) = (FindingId([n; 16]), Some(app), severity);
            let old = one.account.unwrap();
            let id = n.to_string();
            let texts = AccountTexts { account: &id, ..AccountTexts::default() };
            one.account = Some(AccountFacts::new(texts, old.status, old.place).into());
            one
        };
        report.findings =
            vec![charge(1, 0, Severity::Critical), charge(2, 1, Severity::High), charge(3, 0, Severity::Medium)];
        let told = told(&report);
        let named = format!("     {}, {}\n", report.apps[0].name, report.apps[1].name);
        assert!(told.contains(": 3 accounts\n") && told.contains(&named), "{told}");
    }

    #[test]
    fn what_has_changed_since_the_last_kept_run_is_told_as_on_the_page() {
        let mut report = sample::report();
        let since = Since { as_of: "2026-08-31".to_owned(), new: 2, back: 1, verified: 1, ..Since::default() };
        report.history = Some(History { since: Some(since), ..History::default() });
        assert!(told(&report).contains("\nnew since 31 Aug 2026: 2; back 1; closed 1\n"), "{}", told(&report));
    }
}
