//! Whether decisions can be taken over: each against the finding it is about, as the workspace shows it now.

use super::effects::Effects;
use crate::cli::link::{Named, is_single, who};
use crate::diag::{Diagnostic, visible};
use crate::model::{
    AccountFacts, Decision, Finding, FindingId, FindingStatus, Outcome, Report, Review, ReviewDecision, ReviewReport,
    ReviewVerdict, Reviewer, Stands,
};
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use crate::workspace::{Decisions, Workspace};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

/// How far a reviewer's clock may be ahead.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);

/// Looks up the people whom decisions name, and what has been decided about accounts before.
pub struct Names {
    texts: BTreeSet<String>,
    found: OnceLock<BTreeMap<String, Result<Named, Diagnostic>>>,
    decided: Mutex<BTreeMap<(String, String), Vec<Decision>>>,
}

/// What was found.
pub struct Known {
    people: BTreeMap<String, Result<Named, Diagnostic>>,
    /// By app and account, as the report calls them. Few accounts have any.
    decided: BTreeMap<(String, String), Vec<Decision>>,
}

impl Known {
    fn person(&self, text: &str) -> Option<&Result<Named, Diagnostic>> {
        self.people.get(text)
    }
    fn decided(&self, app: &str, account: &AccountFacts) -> &[Decision] {
        self.decided.get(&(app.to_owned(), account.account().to_owned())).map_or(&[], Vec::as_slice)
    }
}

impl Names {
    /// The reviewer, everybody whom a decision names, and the owners of the apps.
    pub fn of(review: &Review, workspace: &Workspace) -> Self {
        let named = review.decisions.iter().filter_map(|d| d.person.clone());
        let owners = workspace.apps.iter().filter_map(|app| app.owner.clone());
        let texts = named.chain(owners).chain([review.reviewer.clone()]).collect();
        Self { texts, found: OnceLock::new(), decided: Mutex::default() }
    }

    /// Who they are, and what is decided.
    pub fn found(self) -> Known {
        let mut decided = self.decided.into_inner().unwrap_or_else(PoisonError::into_inner);
        decided.values_mut().for_each(|of_one| of_one.sort_by_key(|d| d.place));
        Known { people: self.found.into_inner().unwrap_or_default(), decided }
    }
}

impl Watch for Names {
    fn company(&self, company: &Company<'_>) {
        let look = |text: &String| (text.clone(), who(company.directory, text));
        self.found.get_or_init(|| self.texts.iter().map(look).collect());
    }
    fn account(&self, case: &AccountCase<'_>) {
        let Some(decided) = case.placed.decided.as_deref() else { return };
        // What a pattern decides about many accounts contradicts nothing that is decided about one.
        let all = decided.by.iter().chain(&decided.refusals).chain(&decided.overruled);
        let mut all = all.filter(|decision| is_single(decision)).peekable();
        if all.peek().is_none() {
            return;
        }
        let key = (case.app.id.clone(), case.facts().account().to_owned());
        if let Ok(mut known) = self.decided.lock() {
            known.entry(key).or_default().extend(all.map(|decision| (*decision).clone()));
        }
    }
}

/// By what decisions are judged.
pub struct Checked<'a> {
    /// When they are applied.
    pub at: Timestamp,
    /// The company's zone.
    pub zone: TimeZone,
    /// Whether what has changed is left out.
    pub skip_changed: bool,
    /// The reviews that were applied before.
    pub earlier: &'a [Review],
}

/// One decision with all that it is judged by.
pub struct Case<'a> {
    pub n: usize,
    pub decision: ReviewDecision,
    pub finding: &'a Finding,
    pub outcome: Outcome,
}

impl Checked<'_> {
    /// Judges all decisions. What is wrong goes to their problems, what follows from the others comes back.
    pub fn all(&self, decisions: &mut Decisions, known: &Known, report: &Report, workspace: &Workspace) -> Effects {
        let mut effects = Effects::new(decisions.review.reviewer.clone(), self.zone.clone());
        let made_on = decisions.review.report.clone();
        if made_on.company != report.company.trim() {
            let message = format!(
                "these decisions are about `{}`, and the workspace is that of `{}`",
                visible(&made_on.company),
                visible(&report.company)
            );
            decisions.error("/report/company", message, "apply them where their report was made");
            return effects;
        }
        let same_report = made_on.inputs == report.run;
        if !same_report {
            let message = format!(
                "the decisions were made on the report as of {}; the workspace now gives another one, as of {}",
                visible(&made_on.as_of),
                report.as_of
            );
            let help = "each is compared with what its finding says now";
            decisions.warning("/report/inputs", message, help);
        }
        let Some(judged) = report.reviewed.as_ref().and_then(|reviewed| reviewed.reviews.last()) else {
            return effects;
        };
        self.reviewer(decisions, judged);
        let mut findings: HashMap<FindingId, &Finding> = HashMap::new();
        let wanted: BTreeSet<FindingId> = decisions.review.decisions.iter().map(|d| d.finding).collect();
        findings.extend(report.findings.iter().filter(|f| wanted.contains(&f.id)).map(|f| (f.id, &**f)));
        let mut left_out = Vec::new();
        for n in 0..decisions.review.decisions.len() {
            let decision = decisions.review.decisions[n].clone();
            if self.is_applied(&decision, &decisions.review) {
                left_out.push(n);
                continue;
            }
            let outcome = judged.outcomes[n];
            let finding = findings.get(&decision.finding).copied();
            match (finding, outcome.stands) {
                (Some(finding), Stands::AsSeen | Stands::Lapsed) => {
                    let case = Case { n, decision, finding, outcome };
                    self.one(decisions, &case, known, report, workspace, &mut effects);
                }
                (Some(finding), _) if is_about_reviews(finding) => {
                    let message = format!("`{}` is about a review itself and is not decided", finding.rule.id);
                    decisions.error(&decisions.pointer(n, "finding"), message, "mend what it says of the review");
                }
                (stands, _) => {
                    if self.changed(decisions, n, stands, same_report) {
                        left_out.push(n);
                    }
                }
            }
        }
        if let Some(bulk) = judged.bulk {
            let message = format!(
                "{} approvals within {} seconds: the report will say so (`review-in-bulk`)",
                bulk.approvals, bulk.seconds
            );
            let pointer = decisions.pointer(bulk.first, "at");
            decisions.warning(&pointer, message, "have somebody look at a sample of them again");
        }
        decisions.leave_out(&left_out);
        effects
    }

    fn reviewer(&self, decisions: &mut Decisions, judged: &ReviewReport) {
        let who = visible(&decisions.review.reviewer);
        match judged.reviewer {
            Reviewer::One(_) => {}
            Reviewer::Nobody => {
                let message = format!(
                    "neither HR nor a directory knows `{who}`, so nobody can say whether these decisions are about \
                     their own access"
                );
                decisions.warning("/reviewer", message, "write the reviewer's work address or employee id");
            }
            Reviewer::Several => {
                let message = format!("`{who}` is several people");
                decisions.error("/reviewer", message, "write the reviewer's employee id or work address");
            }
        }
    }

    /// Whether an earlier review holds this very decision.
    fn is_applied(&self, decision: &ReviewDecision, review: &Review) -> bool {
        let same = |d: &ReviewDecision| ReviewDecision { line: decision.line, ..d.clone() } == *decision;
        self.earlier.iter().filter(|r| r.reviewer == review.reviewer).flat_map(|r| &r.decisions).any(same)
    }

    /// A finding that is gone or says something else. True if the decision is left out for that.
    fn changed(&self, decisions: &mut Decisions, n: usize, finding: Option<&Finding>, same_report: bool) -> bool {
        let id = decisions.review.decisions[n].finding;
        let pointer = decisions.pointer(n, if finding.is_some() { "seen" } else { "finding" });
        let (message, help) = match finding {
            None if same_report => {
                let message = format!("the report has no finding `{id}`");
                return {
                    decisions.error(&pointer, message, "take the decision out");
                    false
                };
            }
            None => (
                format!("the finding `{id}` does not stand any more, or never did"),
                "take the decision out, or leave such decisions out with --skip-changed",
            ),
            Some(_) => (
                format!("the finding `{id}` says something else than it did when this was decided"),
                "decide anew on a new report, or leave such decisions out with --skip-changed",
            ),
        };
        if self.skip_changed {
            decisions.warning(&pointer, format!("{message}; left out"), "decide anew on a new report");
        } else {
            decisions.error(&pointer, message, help);
        }
        self.skip_changed
    }

    fn one(
        &self,
        decisions: &mut Decisions,
        case: &Case<'_>,
        known: &Known,
        report: &Report,
        workspace: &Workspace,
        effects: &mut Effects,
    ) {
        let Case { n, decision, finding, outcome } = case;
        let mut faulty = |part: &str, message: String, help: &str| {
            let pointer = decisions.pointer(*n, part);
            decisions.error(&pointer, message, help);
        };
        let rule = finding.rule.id;
        if outcome.of_self {
            let message = format!("{} decides about their own access here", visible(effects.reviewer()));
            faulty("finding", message, "have somebody else decide about it");
        }
        let ahead = self.at.checked_add(CLOCKS_DIFFER).unwrap_or(Timestamp::MAX);
        if decision.at > ahead {
            let message = format!("`{}` has not come yet", decision.at);
            faulty("at", message, "set the clock of the reviewer's machine right, and decide anew");
        }
        let later = self.earlier.iter().flat_map(|r| r.decisions.iter().map(move |d| (r, d)));
        let mut later = later.filter(|(_, d)| d.finding == finding.id && d.at > decision.at);
        if let Some((r, d)) = later.next_back() {
            let message =
                format!("{} has decided about this finding later than that, on {}", visible(&r.reviewer), d.at);
            faulty("finding", message, "take the decision out; the last one about a finding counts");
        }
        let today = self.at.to_zoned(self.zone.clone()).date();
        let account = finding.account.as_deref().filter(|a| !a.account().is_empty());
        let named = |text: &Option<String>| text.as_ref().and_then(|text| known.person(text));
        match decision.verdict {
            ReviewVerdict::Revoke if account.is_none() && finding.person.is_none() => {
                let message = format!("`{rule}` is about no account and nobody, so there is nothing to revoke");
                faulty("decision", message, "decide `keep` or `exception`, or mend what the finding says");
            }
            ReviewVerdict::Keep if finding.status == FindingStatus::NotEvaluable => {
                let message = "this finding cannot be decided with these files, so nobody can approve it".to_owned();
                let help = "give what its action asks for; or decide `revoke`, or `exception` until a day";
                faulty("decision", message, help);
            }
            ReviewVerdict::Revoke | ReviewVerdict::Keep => {}
            ReviewVerdict::Exception => {
                if rule.starts_with("exception-") {
                    let message = format!("`{rule}` is about exceptions themselves and cannot be excepted");
                    faulty("decision", message, "have the exception approved anew, made narrower, or withdrawn");
                }
                let opened = decision.at.to_zoned(self.zone.clone()).date();
                if let Some(until) = decision.until {
                    if until < today {
                        let message = format!("`{until}` has passed: the exception would hold for no day");
                        faulty("until", message, "write a last day that is still to come");
                    }
                    let most = workspace.policy.exception_max_days;
                    let last = most.and_then(|days| opened.checked_add(i64::from(days).days()).ok());
                    if let (Some(most), Some(last)) = (most, last.filter(|last| until > *last)) {
                        let message = format!("`{until}` is too far: the policy allows {most} days, until {last}");
                        faulty("until", message, "write an earlier day (`exception-max-days` in coverage.yaml)");
                    }
                }
                let app = finding.app.and_then(|ix| report.apps.get(ix as usize));
                let owner = decision.person.clone().or_else(|| app.and_then(|app| app.owner.clone()));
                let Some(owner) = owner else {
                    let message = "nobody answers for what this exception leaves open".to_owned();
                    faulty("person", message, "name the person who does, or the app's `owner` in coverage.yaml");
                    return;
                };
                if let (Some(Err(problem)), true) = (named(&Some(owner.clone())), decision.person.is_some()) {
                    let help = problem.help.clone().unwrap_or_default();
                    faulty("person", problem.message.clone(), &help);
                }
                let same = |text: &str| match (known.person(text), known.person(effects.reviewer())) {
                    (Some(Ok(a)), Some(Ok(b))) => a.ix == b.ix,
                    _ => text.trim().to_lowercase() == effects.reviewer().trim().to_lowercase(),
                };
                if same(&owner) {
                    let message = format!("{} would approve an exception that they own", visible(&owner));
                    faulty("person", message, "name somebody else who answers for it, or have somebody else decide");
                }
                effects.except(decision, finding, report, owner, opened);
            }
            ReviewVerdict::NotThisPerson | ReviewVerdict::AssignTo => {
                let Some(account) = account else {
                    let message = format!("`{rule}` is about no account, so nobody holds one");
                    faulty("decision", message, "decide `revoke`, `keep` or `exception`");
                    return;
                };
                let Some(app) = finding.app.and_then(|ix| report.apps.get(ix as usize)) else {
                    let message = "the account stands in a directory, and not in an app".to_owned();
                    faulty("decision", message, "put it right in the directory or in HR");
                    return;
                };
                let named = match named(&decision.person) {
                    Some(Ok(named)) => named,
                    Some(Err(problem)) => {
                        let help = problem.help.clone().unwrap_or_default();
                        return faulty("person", problem.message.clone(), &help);
                    }
                    None => return,
                };
                let is_holder = finding.person == Some(named.ix);
                if decision.verdict == ReviewVerdict::NotThisPerson && !is_holder {
                    let message = format!("the finding is not about {}", visible(&named.shown));
                    return faulty("person", message, "name the person whom the finding names");
                }
                if decision.verdict == ReviewVerdict::AssignTo && is_holder {
                    let message = format!("the account is {}'s already", visible(&named.shown));
                    return faulty("person", message, "decide `keep` or `revoke`");
                }
                let decided = (&workspace.links[..], known.decided(&app.id, account));
                if let Err((message, help)) = effects.link(decision, &app.id, account, named, decided) {
                    faulty("decision", message, help);
                }
            }
        }
    }
}

/// Whether a finding is about reviews themselves.
fn is_about_reviews(finding: &Finding) -> bool {
    finding.rule.id.starts_with("review-") || finding.rule.id == "revocation-outstanding"
}
