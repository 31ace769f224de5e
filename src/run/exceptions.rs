//! Which findings the exceptions are about. A finding is looked up by what it is; only exceptions that can be about it are
//! compared with it, so that thousands of exceptions cost millions of findings little.

use super::Job;
use super::settings::{Accounts, address_in};
use crate::assess::AppFacts;
use crate::diag::Diagnostic;
use crate::identity::Directory;
use crate::model::{
    Exception, ExceptionIx, ExceptionReport, ExceptionState, Finding, FindingId, FindingStatus, PersonIx,
};
use crate::workspace::{EXCEPTIONS, Pattern};
use foldhash::fast::RandomState;
use jiff::civil::Date;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;

/// Findings that are looked at in one go.
const PIECE: usize = 1 << 13;

/// Marks the findings that an exception fits and that it holds for. Says what each exception has met, and which have met
/// nothing.
///
/// # Errors
/// An exception names a person whom several people may be.
pub fn mark(
    job: &Job<'_>,
    directory: &Directory,
    apps: &[AppFacts],
    today: Date,
    findings: &mut [Box<Finding>],
) -> Result<(Vec<ExceptionReport>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let exceptions = &job.workspace.exceptions;
    if exceptions.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let selectors = selectors(exceptions, directory, apps)?;
    let index = Index::over(&selectors);
    let pieces: Vec<Vec<(usize, usize)>> = findings
        .par_chunks(PIECE)
        .enumerate()
        .map(|(n, piece)| {
            let mut fits = Vec::new();
            let mut lower = String::new();
            for (at, finding) in piece.iter().enumerate() {
                let first = fits.len();
                index.about(finding, &mut lower, |ix| fits.push((n * PIECE + at, ix)));
                fits[first..].sort_unstable();
            }
            fits
        })
        .collect();
    let state = |e: &Exception| match () {
        () if e.expires < today => ExceptionState::Expired,
        () if e.opened > today => ExceptionState::Future,
        () => ExceptionState::Active,
    };
    let mut reports: Vec<ExceptionReport> = (exceptions.iter())
        .map(|e| ExceptionReport {
            exception: e.clone(),
            state: state(e),
            fits: 0,
            marks: 0,
            accounts: 0,
            self_approved: is_same(directory, &e.owner, &e.approver),
        })
        .collect();
    for &(at, ix) in pieces.iter().flatten() {
        let (report, finding) = (&mut reports[ix], &mut findings[at]);
        report.fits += 1;
        if report.state == ExceptionState::Active && finding.exception.is_none() {
            report.marks += 1;
            finding.exception = u16::try_from(ix).ok().map(ExceptionIx);
            // What cannot be decided stays so: nobody can approve what nobody knows.
            if finding.status == FindingStatus::Open {
                finding.status = FindingStatus::Excepted;
            }
        }
    }
    let mut accounts: Vec<(usize, Option<u32>, &str)> = (pieces.iter().flatten())
        .filter_map(|&(at, ix)| Some((ix, findings[at].app, findings[at].account.as_ref()?.account())))
        .collect();
    accounts.par_sort_unstable();
    accounts.dedup();
    accounts.iter().for_each(|(ix, ..)| reports[*ix].accounts += 1);
    let told = reports.iter().zip(&selectors).filter(|(report, _)| report.fits == 0).map(|(report, selector)| {
        let e = &report.exception;
        let nobody = selector.person.as_ref().is_some_and(Vec::is_empty);
        let why = match &e.person {
            Some(person) if nobody => format!(": neither HR nor a directory knows `{person}`"),
            _ => String::new(),
        };
        Diagnostic::warning(EXCEPTIONS, format!("the exception {} fits no finding{why}", e.id))
            .at(e.line)
            .help("take it out if what it was about is mended, or put right what it says")
    });
    // Where one app is looked at alone, an exception about another has nothing to fit.
    let told = told.filter(|_| job.only_app.is_none()).collect();
    Ok((reports, told))
}

/// Whether two names mean the same person.
fn is_same(directory: &Directory, owner: &str, approver: &str) -> bool {
    let (a, b) = (directory.named(owner), directory.named(approver));
    owner.trim().to_lowercase() == approver.trim().to_lowercase() || (a.len() == 1 && a == b)
}

/// So many people are proposed where several are meant.
const NAMED: usize = 5;

/// An exception, its names resolved.
struct Selector<'e> {
    exception: &'e Exception,
    /// None if any app will do; an app that is not in this run fits nothing.
    app: Option<Option<u32>>,
    account: Option<Accounts<'e>>,
    /// None if anybody will do.
    person: Option<Vec<PersonIx>>,
}

fn selectors<'e>(
    exceptions: &'e [Exception],
    directory: &Directory,
    apps: &[AppFacts],
) -> Result<Vec<Selector<'e>>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for exception in exceptions {
        let person = exception.person.as_deref().map(|text| directory.named(text));
        if let (Some(text), Some([_, _, ..])) = (&exception.person, person.as_deref()) {
            let message = format!("the exception {} names `{text}`, which several people share", exception.id);
            let texts: Vec<_> = person.iter().flatten().map(|ix| format!("`{}`", directory.written(*ix))).collect();
            let few = &texts[..texts.len().min(NAMED)];
            let help = format!("write whom you mean so that it is nobody else: {}", few.join(" or "));
            problems.push(Diagnostic::error(EXCEPTIONS, message).at(exception.line).help(help));
        }
        let app = exception.app.as_deref().map(|id| apps.iter().find(|a| a.id == id).map(|a| a.ix));
        all.push(Selector { exception, app, account: exception.account.as_deref().map(accounts), person });
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn accounts(text: &str) -> Accounts<'static> {
    Accounts::new(Cow::Owned(Pattern::new(text)))
}

impl Selector<'_> {
    fn fits(&self, finding: &Finding, lower: &mut String) -> bool {
        let e = self.exception;
        (e.findings.is_empty() || e.findings.contains(&finding.id))
            && (e.rules.is_empty() || e.rules.iter().any(|r| r == finding.rule.id))
            && self.app.is_none_or(|app| app.is_some() && app == finding.app)
            && self.person.as_ref().is_none_or(|who| finding.person.is_some_and(|p| who.contains(&p)))
            && self.account.as_ref().is_none_or(|pattern| {
                finding.account.as_ref().is_some_and(|account| {
                    [account.account(), account.email()].into_iter().any(|text| {
                        lowered(text, lower);
                        pattern.fits(lower) || address_in(text).is_some_and(|address| pattern.fits(&address))
                    })
                })
            })
    }
}

fn lowered(text: &str, to: &mut String) {
    to.clear();
    if text.is_ascii() {
        to.push_str(text);
        to.make_ascii_lowercase();
    } else {
        to.push_str(&text.to_lowercase());
    }
}

type Map<K> = HashMap<K, Vec<usize>, RandomState>;

/// Each exception below the one thing it names that tells most.
struct Index<'s, 'e> {
    selectors: &'s [Selector<'e>],
    findings: Map<FindingId>,
    accounts: Map<String>,
    people: Map<PersonIx>,
    rules: Map<(&'e str, Option<u32>)>,
    apps: Map<u32>,
    rest: Vec<usize>,
}

impl<'s, 'e> Index<'s, 'e> {
    fn over(selectors: &'s [Selector<'e>]) -> Self {
        let (findings, accounts, people) = (Map::default(), Map::default(), Map::default());
        let (rules, apps, rest) = (Map::default(), Map::default(), Vec::new());
        let mut index = Self { selectors, findings, accounts, people, rules, apps, rest };
        for (ix, s) in selectors.iter().enumerate() {
            let e = s.exception;
            let mut exact = s.account.as_ref().into_iter().flat_map(Accounts::exact).peekable();
            if s.app == Some(None) {
                continue;
            }
            if !e.findings.is_empty() {
                let mut ids = e.findings.clone();
                ids.sort_unstable();
                ids.dedup();
                ids.iter().for_each(|id| index.findings.entry(*id).or_default().push(ix));
            } else if exact.peek().is_some() {
                exact.for_each(|text| index.accounts.entry(text).or_default().push(ix));
            } else if let Some(people) = &s.person {
                people.iter().for_each(|p| index.people.entry(*p).or_default().push(ix));
            } else if !e.rules.is_empty() {
                let mut rules: Vec<&str> = e.rules.iter().map(String::as_str).collect();
                rules.sort_unstable();
                rules.dedup();
                rules.iter().for_each(|rule| index.rules.entry((rule, s.app.flatten())).or_default().push(ix));
            } else if let Some(Some(app)) = s.app {
                index.apps.entry(app).or_default().push(ix);
            } else {
                index.rest.push(ix);
            }
        }
        index
    }

    /// Gives every exception that fits, each once, in no order.
    fn about(&self, finding: &Finding, lower: &mut String, mut give: impl FnMut(usize)) {
        let mut look = |candidates: Option<&Vec<usize>>, lower: &mut String| {
            for &ix in candidates.into_iter().flatten() {
                if self.selectors[ix].fits(finding, lower) {
                    give(ix);
                }
            }
        };
        if !self.findings.is_empty() {
            look(self.findings.get(&finding.id), lower);
        }
        if let Some(account) = finding.account.as_ref().filter(|_| !self.accounts.is_empty()) {
            let mut named: Vec<usize> = Vec::new();
            for text in [account.account(), account.email()] {
                lowered(text, lower);
                named.extend(self.accounts.get(lower.as_str()).into_iter().flatten());
                let meant = address_in(text).and_then(|address| self.accounts.get(&address));
                named.extend(meant.into_iter().flatten());
            }
            // Several texts may be the same.
            named.sort_unstable();
            named.dedup();
            look(Some(&named), lower);
        }
        if let Some(person) = finding.person.filter(|_| !self.people.is_empty()) {
            look(self.people.get(&person), lower);
        }
        if !self.rules.is_empty() {
            look(self.rules.get(&(finding.rule.id, None)), lower);
            if finding.app.is_some() {
                look(self.rules.get(&(finding.rule.id, finding.app)), lower);
            }
        }
        if let Some(app) = finding.app.filter(|_| !self.apps.is_empty()) {
            look(self.apps.get(&app), lower);
        }
        look(Some(&self.rest), lower);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Passing, Place, Record, RuleMeta, Severity};
    use crate::rules;
    use crate::rules::cases::account_facts;
    use jiff::civil::date;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn rule(n: usize) -> &'static RuleMeta {
        rules::ALL[n].meta()
    }

    fn finding((which, app, account, person, id): (usize, Option<u32>, Option<u8>, Option<u32>, u8)) -> Finding {
        let texts = account.map(|n| (format!("U{n}"), format!("p{}@x.example", n / 2)));
        let account = texts.map(|(id, email)| {
            let row = Record { id: &id, email: &email, ..Record::at(2) };
            Arc::new(account_facts(&row, Place { source: 0, line: 2 }))
        });
        Finding {
            id: FindingId([id; 16]),
            rule: rule(which),
            severity: Severity::Low,
            status: FindingStatus::Open,
            exception: None,
            app,
            account,
            person: person.map(PersonIx),
            exposed_days: None,
            key: None,
            evidence: Vec::new(),
            reason: Vec::new(),
            may_be_leavers: false,
            passing: Passing::default(),
            action: Arc::from(""),
        }
    }

    type Drawn = (Vec<usize>, Option<u32>, Option<String>, Option<u32>, Vec<u8>);

    fn exception((rules, app, account, _, findings): &Drawn) -> Exception {
        Exception {
            id: "EX".to_owned(),
            rules: rules.iter().map(|n| rule(*n).id.to_owned()).collect(),
            app: app.map(|n| n.to_string()),
            account: account.clone(),
            person: None,
            findings: findings.iter().map(|n| FindingId([*n; 16])).collect(),
            owner: String::new(),
            approver: String::new(),
            reason: String::new(),
            compensating_control: None,
            opened: date(2026, 1, 1),
            expires: date(2026, 12, 31),
            evidence: Vec::new(),
            line: 1,
        }
    }

    proptest! {
        #[test]
        fn the_index_finds_what_comparing_each_with_each_finds(
            drawn in proptest::collection::vec(
                (
                    proptest::collection::vec(0usize..3, 0..3),
                    proptest::option::of(0u32..3),
                    proptest::option::of("(U|u|p)[0-3]\\*?|p[0-2]@X\\.example|\\*[0-3]"),
                    proptest::option::of(0u32..3),
                    proptest::collection::vec(0u8..4, 0..2),
                ),
                0..12,
            ),
            findings in proptest::collection::vec(
                (0usize..3, proptest::option::of(0u32..2), proptest::option::of(0u8..4), proptest::option::of(0u32..3), 0u8..4),
                1..20,
            ),
        ) {
            let exceptions: Vec<Exception> = drawn.iter().map(exception).collect();
            let selectors: Vec<Selector<'_>> = exceptions.iter().zip(&drawn).map(|(exception, drawn)| Selector {
                exception,
                app: drawn.1.map(|app| Some(app).filter(|app| *app < 2)),
                account: drawn.2.as_deref().map(accounts),
                person: drawn.3.map(|ix| vec![PersonIx(ix)]),
            }).collect();
            let index = Index::over(&selectors);
            for finding in findings.into_iter().map(finding) {
                let mut lower = String::new();
                let mut found = Vec::new();
                index.about(&finding, &mut lower, |ix| found.push(ix));
                found.sort_unstable();
                let each: Vec<usize> =
                    (0..selectors.len()).filter(|ix| selectors[*ix].fits(&finding, &mut lower)).collect();
                prop_assert_eq!(found, each);
            }
        }
    }
}
