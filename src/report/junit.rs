//! `junit.xml`: JUnit XML for the test view of a CI system.
//!
//! A suite is an app, a case is a rule that found something there: its name stays the same from run to run, so that the
//! view shows what is new and what has gone. A case fails if a finding counts for `--fail-on`
//! (without it: if any stands open); it is skipped, with the reason, if all it has cannot be decided, is excepted or is below the limit.
//! The only case that ever passes says that an app's accounts could be judged, which is no statement about them.

use super::access;
use super::graph::Xml;
use super::text::{clip, counted, number};
use super::told;
use crate::model::{Finding, FindingStatus, Report, RuleMeta, Severity, Threshold, unjudged};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many findings a case names.
const NAMED: usize = 20;
/// How long a name or a sentence may be.
const LONGEST: usize = 300;

/// The findings of one rule in one app: how many, and the first of each kind.
#[derive(Default)]
struct Case<'a> {
    standing: Kind<'a>,
    below: Kind<'a>,
    undecided: Kind<'a>,
    excepted: Kind<'a>,
    /// The gravest of those that fail it.
    fails: Option<Severity>,
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

/// Writes a suite for every app, and one for what is no app's. `threshold` is what fails the command.
pub fn write<W: Write>(report: &Report, threshold: Threshold, mut to: W) -> io::Result<()> {
    let mut suites: BTreeMap<Option<u32>, Suite<'_>> = BTreeMap::new();
    suites.insert(None, Suite::new());
    suites.extend((0..report.apps.len()).map(|ix| (Some(ix as u32), Suite::new())));
    for finding in &report.findings {
        let case = suites.entry(finding.app).or_default().entry(finding.rule.id);
        let (_, case) = case.or_insert_with(|| (finding.rule, Case::default()));
        match finding.status {
            FindingStatus::Open if threshold.grave(finding) => case.standing.add(finding),
            FindingStatus::Open => case.below.add(finding),
            FindingStatus::NotEvaluable => case.undecided.add(finding),
            FindingStatus::Excepted => case.excepted.add(finding),
        }
        if threshold.counts(report, finding) {
            case.fails = case.fails.max(Some(finding.severity));
        }
    }
    let unjudged = unjudged(report);
    let looked = |app: Option<u32>| match app.and_then(|ix| Some((ix, report.apps.get(ix as usize)?))) {
        Some((ix, a)) => {
            let fails = threshold.undecided && unjudged.contains(&ix);
            vec![Looked { name: "accounts could be judged", not: a.not_evaluable.clone(), fails }]
        }
        None => {
            let not = |name, what: Option<(u64, &str)>| {
                let not = Some(what.map(|(n, what)| format!("{} {what}", number(n)))?);
                Some(Looked { name, not, fails: threshold.undecided })
            };
            let people = not("it is known who has left", access::unclear(&report.summary));
            let earlier = not("findings of earlier runs could be looked at", access::unseen(report));
            people.into_iter().chain(earlier).collect()
        }
    };
    let tests = |app: Option<u32>, suite: &Suite<'_>| suite.len() + looked(app).len();
    let failed = |app: Option<u32>, suite: &Suite<'_>| {
        let cases = suite.values().filter(|(_, case)| case.fails.is_some()).count();
        cases + looked(app).iter().filter(|l| l.fails).count()
    };
    let passed = |app: Option<u32>| looked(app).iter().filter(|l| l.not.is_none()).count();
    let skipped = |app: Option<u32>, suite: &Suite<'_>| tests(app, suite) - failed(app, suite) - passed(app);
    let sum = |of: &dyn Fn(Option<u32>, &Suite<'_>) -> usize| suites.iter().map(|(app, s)| of(*app, s)).sum::<usize>();
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        to,
        "<testsuites name=\"coverage\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">",
        sum(&tests),
        sum(&failed),
        sum(&skipped)
    )?;
    let moment = told::rfc3339(told::moment(report));
    for (app, suite) in &suites {
        let of = app.and_then(|ix| report.apps.get(ix as usize));
        let name = of.map_or("company", |a| &a.name);
        let class = of.map_or("company", |a| &a.id);
        if tests(*app, suite) == 0 {
            continue;
        }
        writeln!(
            to,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\" timestamp=\"{}\">",
            Xml(&clip(name, LONGEST)),
            tests(*app, suite),
            failed(*app, suite),
            skipped(*app, suite),
            moment.trim_end_matches('Z')
        )?;
        for looked in looked(*app) {
            looked.write(class, &mut to)?;
        }
        for (rule, case) in suite.values() {
            test_case(report, class, rule, case, threshold, &mut to)?;
        }
        writeln!(to, "  </testsuite>")?;
    }
    writeln!(to, "</testsuites>")?;
    to.flush()
}

/// The case that says whether something could be looked at at all.
struct Looked {
    name: &'static str,
    /// Why it could not.
    not: Option<String>,
    fails: bool,
}

impl Looked {
    fn write(&self, class: &str, to: &mut impl Write) -> io::Result<()> {
        write!(to, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", Xml(&clip(class, LONGEST)), self.name)?;
        let Some(why) = &self.not else { return writeln!(to, "/>") };
        let element = if self.fails { "failure" } else { "skipped" };
        let why = clip(why, LONGEST);
        writeln!(to, ">\n      <{element} message=\"not evaluable: {}\"/>\n    </testcase>", Xml(&why))
    }
}

fn test_case(
    report: &Report,
    class: &str,
    rule: &RuleMeta,
    case: &Case<'_>,
    threshold: Threshold,
    to: &mut impl Write,
) -> io::Result<()> {
    let below = threshold.fail_on.map_or(String::new(), |limit| format!("below {limit}"));
    let parts = [
        (&case.standing, "open".to_owned()),
        (&case.below, format!("open, {below}")),
        (&case.undecided, "not evaluable, which is no pass".to_owned()),
        (&case.excepted, "excepted".to_owned()),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(kind, _)| kind.count > 0).collect();
    let said: Vec<String> = parts.iter().map(|(kind, word)| format!("{} {word}", kind.count)).collect();
    let message = format!("{}: {}", rule.title, said.join("; "));
    let element = if case.fails.is_some() { "failure" } else { "skipped" };
    writeln!(to, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">", Xml(&clip(class, LONGEST)), Xml(rule.id))?;
    let kind = case.fails.map_or(String::new(), |s| format!(" type=\"{s}\""));
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
