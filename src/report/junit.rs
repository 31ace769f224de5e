//! `junit.xml`: JUnit XML for the test view of a CI system.
//!
//! A suite is an app, a case is a rule that found something there: its name stays the same from run to run, so that the
//! view shows what is new and what has gone. A case fails if a finding stands open at or above the limit (without one: if
//! any stands open); it is skipped, with the reason, if all it has cannot be decided, is excepted or is below the limit.
//! The only case that ever passes says that an app's accounts could be judged, which is no statement about them.

use super::graph::Xml;
use super::text::{clip, counted};
use super::told;
use crate::model::{Finding, FindingStatus, Report, RuleMeta, Severity};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many findings a case names.
const NAMED: usize = 20;
/// How long a name or a sentence may be.
const LONGEST: usize = 300;

/// The findings of one rule in one app: how many, and the first of each kind.
#[derive(Default)]
struct Case<'a> {
    failing: Kind<'a>,
    below: Kind<'a>,
    undecided: Kind<'a>,
    excepted: Kind<'a>,
}

#[derive(Default)]
struct Kind<'a> {
    count: u64,
    first: Vec<&'a Finding>,
}

impl<'a> Kind<'a> {
    fn add(&mut self, finding: &'a Finding) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(finding);
        }
    }
}

/// The cases of a suite, by rule.
type Suite<'a> = BTreeMap<&'static str, (&'static RuleMeta, Case<'a>)>;

/// Writes a suite for every app, and one for what is no app's. `limit` is that of `--fail-on`.
pub fn write<W: Write>(report: &Report, limit: Option<Severity>, mut to: W) -> io::Result<()> {
    let mut suites: BTreeMap<Option<u32>, Suite<'_>> = BTreeMap::new();
    suites.insert(None, Suite::new());
    suites.extend((0..report.apps.len()).map(|ix| (Some(ix as u32), Suite::new())));
    for finding in &report.findings {
        let case = suites.entry(finding.app).or_default().entry(finding.rule.id);
        let (_, case) = case.or_insert_with(|| (finding.rule, Case::default()));
        match finding.status {
            FindingStatus::Open if limit.is_none_or(|limit| finding.severity >= limit) => case.failing.add(finding),
            FindingStatus::Open => case.below.add(finding),
            FindingStatus::NotEvaluable => case.undecided.add(finding),
            FindingStatus::Excepted => case.excepted.add(finding),
        }
    }
    let failed = |suite: &Suite<'_>| suite.values().filter(|(_, case)| case.failing.count > 0).count();
    let evaluated =
        |app: Option<u32>| app.and_then(|ix| report.apps.get(ix as usize)).map(|a| a.not_evaluable.is_none());
    let tests = |app: Option<u32>, suite: &Suite<'_>| suite.len() + usize::from(evaluated(app).is_some());
    let skipped =
        |app: Option<u32>, suite: &Suite<'_>| suite.len() - failed(suite) + usize::from(evaluated(app) == Some(false));
    let sum = |of: &dyn Fn(Option<u32>, &Suite<'_>) -> usize| suites.iter().map(|(app, s)| of(*app, s)).sum::<usize>();
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        to,
        "<testsuites name=\"coverage\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">",
        sum(&tests),
        sum(&|_, suite| failed(suite)),
        sum(&skipped)
    )?;
    let moment = told::rfc3339(told::moment(report));
    for (app, suite) in &suites {
        let of = app.and_then(|ix| report.apps.get(ix as usize));
        let name = of.map_or("company", |a| &a.name);
        let class = of.map_or("company", |a| &a.id);
        if of.is_none() && suite.is_empty() {
            continue;
        }
        writeln!(
            to,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\" timestamp=\"{}\">",
            Xml(&clip(name, LONGEST)),
            tests(*app, suite),
            failed(suite),
            skipped(*app, suite),
            moment.trim_end_matches('Z')
        )?;
        if let Some(of) = of {
            judged(of.not_evaluable.as_deref(), class, &mut to)?;
        }
        for (rule, case) in suite.values() {
            test_case(report, class, rule, case, limit, &mut to)?;
        }
        writeln!(to, "  </testsuite>")?;
    }
    writeln!(to, "</testsuites>")?;
    to.flush()
}

/// The case that says whether the app's accounts could be judged.
fn judged(not_evaluable: Option<&str>, class: &str, to: &mut impl Write) -> io::Result<()> {
    write!(
        to,
        "    <testcase classname=\"{}\" name=\"accounts could be judged\" time=\"0\"",
        Xml(&clip(class, LONGEST))
    )?;
    match not_evaluable {
        None => writeln!(to, "/>"),
        Some(why) => {
            writeln!(to, ">\n      <skipped message=\"not evaluable: {}\"/>\n    </testcase>", Xml(&clip(why, LONGEST)))
        }
    }
}

fn test_case(
    report: &Report,
    class: &str,
    rule: &RuleMeta,
    case: &Case<'_>,
    limit: Option<Severity>,
    to: &mut impl Write,
) -> io::Result<()> {
    let below = limit.map_or(String::new(), |limit| format!("below {limit}"));
    let parts = [
        (&case.failing, "open".to_owned()),
        (&case.below, format!("open, {below}")),
        (&case.undecided, "not evaluable, which is no pass".to_owned()),
        (&case.excepted, "excepted".to_owned()),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(kind, _)| kind.count > 0).collect();
    let said: Vec<String> = parts.iter().map(|(kind, word)| format!("{} {word}", kind.count)).collect();
    let message = format!("{}: {}", rule.title, said.join("; "));
    let element = if case.failing.count > 0 { "failure" } else { "skipped" };
    writeln!(to, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">", Xml(&clip(class, LONGEST)), Xml(rule.id))?;
    let kind = if element == "failure" {
        case.failing.first.iter().map(|f| f.severity).max().map_or(String::new(), |s| format!(" type=\"{s}\""))
    } else {
        String::new()
    };
    write!(to, "      <{element} message=\"{}\"{kind}>", Xml(&message))?;
    for (kind, word) in &parts {
        for finding in &kind.first {
            let status = told::status(report, finding);
            let line = told::line(report, finding);
            write!(to, "\n{}: {} [{}]", finding.severity, Xml(&clip(&line, LONGEST)), Xml(&clip(&status, LONGEST)))?;
            if let Some(place) = finding.evidence.first() {
                write!(to, " {}", Xml(&told::evidence(&report.sources, *place)))?;
            }
            write!(to, " {}", finding.id)?;
        }
        let more = kind.count - kind.first.len() as u64;
        if more > 0 {
            let more = counted(more, "finding more", "findings more");
            write!(to, "\n{more}: {word}; findings.csv (--format csv) has them all")?;
        }
    }
    writeln!(to, "\nWhat to do: {}</{element}>\n    </testcase>", Xml(rule.fix))
}
