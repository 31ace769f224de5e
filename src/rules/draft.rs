//! The only way to make a finding. A draft without a place where its facts stand is refused.

use super::cases::AccountCase;
use super::once::Once;
use crate::identity::Directory;
use crate::model::{
    AccountFacts, Finding, FindingId, FindingStatus, Key, Passes, Passing, PersonIx, Place, RuleMeta, Severity,
};
use foldhash::fast::RandomState;
use sha2::{Digest, Sha256};
use std::cmp::{Ordering, Reverse};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::Arc;

/// The findings of one run or one part of it. Texts that come again soon are kept once.
#[derive(Debug, Default)]
pub struct Findings {
    /// In boxes: lists of them grow, are put together and sorted without moving what was found.
    list: Vec<Box<Finding>>,
    /// The last text of each hash: what all rows of an app say is found here, what one row says does not stay.
    texts: Vec<Option<Arc<str>>>,
    hasher: RandomState,
    /// Space that every finding uses again.
    subject: String,
    text: String,
}

impl Findings {
    /// Begins a finding.
    pub fn draft(&mut self, rule: &'static RuleMeta) -> Draft<'_> {
        let mut subject = std::mem::take(&mut self.subject);
        subject.clear();
        Draft {
            subject,
            places: Once::default(),
            finding: Box::new(Finding {
                id: FindingId([0; 16]),
                rule,
                severity: rule.severity,
                status: FindingStatus::Open,
                exception: None,
                app: None,
                account: None,
                person: None,
                exposed_days: None,
                key: None,
                may_be_leavers: false,
                evidence: Vec::new(),
                reason: Vec::new(),
                passing: Passing::default(),
                action: Arc::default(),
            }),
            findings: self,
        }
    }

    /// Takes over what was found elsewhere.
    pub fn add(&mut self, mut more: Self) {
        self.list.append(&mut more.list);
    }

    /// Everything found, each thing once.
    pub fn into_list(self) -> Vec<Box<Finding>> {
        one_each(self.list)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn keep(&mut self, text: fmt::Arguments<'_>) -> Arc<str> {
        if let Some(text) = text.as_str() {
            return self.kept(text);
        }
        let mut space = std::mem::take(&mut self.text);
        space.clear();
        // Writing into a text fails only if what is written does; it is kept as far as it went.
        let _ = fmt::write(&mut space, text);
        let kept = self.kept(&space);
        self.text = space;
        kept
    }

    fn kept(&mut self, text: &str) -> Arc<str> {
        if self.texts.is_empty() {
            self.texts.resize(TEXTS, None);
        }
        let at = self.hasher.hash_one(text) as usize % TEXTS;
        let known = &mut self.texts[at];
        match known {
            Some(known) if &**known == text => Arc::clone(known),
            _ => Arc::clone(known.insert(text.into())),
        }
    }
}

/// How many texts are looked up.
const TEXTS: usize = 1 << 10;

/// Rows that say the same of the same account (one account listed twice) are one finding with all its evidence.
fn one_each(mut findings: Vec<Box<Finding>>) -> Vec<Box<Finding>> {
    /// What else was said of something, in its order.
    #[derive(Default)]
    struct Others {
        /// Where those stand that spoke before a graver one came.
        overtaken: Vec<Vec<Place>>,
        rest: Vec<Place>,
    }
    let mut at: HashMap<FindingId, usize, RandomState> = HashMap::default();
    at.reserve(findings.len());
    let mut others: BTreeMap<usize, Others> = BTreeMap::new();
    let mut kept = 0;
    for next in 0..findings.len() {
        let (known, rest) = findings.split_at_mut(next);
        let other = &mut rest[0];
        match at.entry(other.id) {
            Entry::Occupied(first) => {
                let first = *first.get();
                let others = others.entry(first).or_default();
                if order(other, &known[first]).is_lt() {
                    std::mem::swap(&mut known[first], other);
                    others.overtaken.push(std::mem::take(&mut other.evidence));
                } else {
                    others.rest.append(&mut other.evidence);
                }
            }
            Entry::Vacant(free) => {
                free.insert(kept);
                findings.swap(kept, next);
                kept += 1;
            }
        }
    }
    findings.truncate(kept);
    for (first, others) in others {
        let (evidence, mut once) = (&mut findings[first].evidence, Once::default());
        let places = others.overtaken.into_iter().rev().flatten().chain(others.rest);
        places.for_each(|place| once.push(evidence, place));
    }
    findings
}

/// Which of two findings about one account speaks, as which row came first must not tell: the graver one, then the one whose
/// words come first, then the one of the row that lives most, then the one whose other cells come first.
fn order(a: &Finding, b: &Finding) -> Ordering {
    fn facts(f: &Finding) -> Option<impl Ord> {
        let a = f.account.as_deref()?;
        let texts = [a.raw_status(), a.role(), a.name(), a.email(), a.account()];
        Some(((a.status.is_end_state(), a.status), texts))
    }
    let rank = |f: &Finding| (Reverse(f.severity), f.status);
    let settled = || rank(a).cmp(&rank(b)).then_with(|| a.reason.cmp(&b.reason));
    settled().then_with(|| facts(a).cmp(&facts(b))).then_with(|| (a.key, &a.action).cmp(&(b.key, &b.action)))
}

/// A finding that is being put together.
#[derive(Debug)]
pub struct Draft<'f> {
    findings: &'f mut Findings,
    finding: Box<Finding>,
    places: Once<Place>,
    subject: String,
}

impl Draft<'_> {
    /// Sets the severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }
    /// Says that the data cannot decide.
    #[must_use]
    pub fn not_evaluable(mut self) -> Self {
        self.finding.status = FindingStatus::NotEvaluable;
        self
    }
    /// Names the app.
    #[must_use]
    pub fn app(mut self, ix: u32, id: &str) -> Self {
        self.finding.app = Some(ix);
        self.subject.push_str("\0app\0");
        self.subject.push_str(id);
        self
    }
    /// Names the account of a case, its app and its holder, and where both stand.
    #[must_use]
    pub fn case(mut self, case: &AccountCase<'_>) -> Self {
        self = self
            .app(case.app.ix, &case.app.id)
            .account(Arc::clone(case.facts()), &account_key(case))
            .evidence(case.place);
        self.finding.key = case.placed.key;
        if let Some((ix, person)) = case.person() {
            let moment = &case.company.directory.moment;
            self.finding.exposed_days = person.standing.since().and_then(|s| s.days_until(moment.now, &moment.zone));
            self = self.person(ix, case.company.directory);
            if case.placed.key == Some(Key::Manual) {
                self = self.because_at_present(format_args!("{}", case.placed.note));
                if let Some(decision) = case.placed.decision() {
                    self = self.evidence(decision.place);
                }
            }
            if let Some(place) = case.person_place() {
                self = self.evidence(place);
            }
        }
        self
    }
    /// Names the account. `key` stays the same from run to run.
    #[must_use]
    pub fn account(mut self, account: Arc<AccountFacts>, key: &str) -> Self {
        self.finding.account = Some(account);
        self.subject.push_str("\0account\0");
        self.subject.push_str(key);
        self
    }
    /// Names the person.
    #[must_use]
    pub fn person(mut self, ix: PersonIx, directory: &Directory) -> Self {
        self.finding.person = Some(ix);
        self.subject.push_str("\0person\0");
        self.subject.push_str(&directory.person(ix).key);
        self
    }
    /// Adds the days since the leaving.
    #[must_use]
    pub fn exposed(mut self, days: Option<i64>) -> Self {
        self.finding.exposed_days = days;
        self
    }
    /// Tells findings of one rule about the same thing apart.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        self.subject.push_str("\0about\0");
        self.subject.push_str(what);
        self
    }
    /// Adds the key of the link.
    #[must_use]
    pub fn key(mut self, key: Option<Key>) -> Self {
        self.finding.key = key;
        self
    }
    /// Says whether somebody who has left is among those whose the account may be.
    #[must_use]
    pub fn may_be_leavers(mut self, one_left: bool) -> Self {
        self.finding.may_be_leavers |= one_left;
        self
    }
    /// Adds a place where a fact stands.
    #[must_use]
    pub fn evidence(mut self, place: Place) -> Self {
        self.places.push(&mut self.finding.evidence, place);
        self
    }
    /// Adds a step of the reason.
    #[must_use]
    pub fn because(mut self, step: fmt::Arguments<'_>) -> Self {
        let step = self.findings.keep(step);
        self.finding.reason.push(step);
        self
    }
    /// Adds a step of which the numbers change although nothing has happened: lines of files, days that pass, sizes of what it
    /// is not about. Whoever has decided about the finding has not decided about them.
    #[must_use]
    pub fn because_at_present(self, step: fmt::Arguments<'_>) -> Self {
        self.passing(step, Passes::Numbers)
    }
    /// Adds a step that changes as a whole although nothing has happened.
    #[must_use]
    pub fn because_in_passing(self, step: fmt::Arguments<'_>) -> Self {
        self.passing(step, Passes::Whole)
    }
    fn passing(mut self, step: fmt::Arguments<'_>, passes: Passes) -> Self {
        self.finding.passing.note(self.finding.reason.len(), passes);
        self.because(step)
    }
    /// Says what to do and keeps the finding.
    ///
    /// A finding that points nowhere is a mistake of its rule: it is refused, which every rule's test would show.
    pub fn todo(mut self, action: fmt::Arguments<'_>) {
        assert!(
            !self.finding.evidence.is_empty() && !self.finding.reason.is_empty(),
            "{}: a finding needs evidence and a reason",
            self.finding.rule.id
        );
        self.finding.action = self.findings.keep(action);
        self.finding.id = id(self.finding.rule.id, &self.subject);
        self.findings.list.push(self.finding);
        self.findings.subject = self.subject;
    }
}

/// The account's part of a finding's id: the native id, else the comparable address, else the user name, else the name.
pub fn account_key(case: &AccountCase<'_>) -> String {
    let r = case.record;
    if !r.id.is_empty() {
        return format!("id:{}", r.id.trim());
    }
    if !case.email.is_empty() {
        return format!("email:{}", case.email);
    }
    if !r.username.is_empty() {
        return format!("username:{}", r.username.to_lowercase());
    }
    format!("name:{}{}", crate::identity::name(&r.name), r.employee_id)
}

/// `v1`: the first 16 bytes of SHA-256 over rule and subject.
fn id(rule: &str, subject: &str) -> FindingId {
    let digest =
        Sha256::new().chain_update("coverage finding v1\0").chain_update(rule).chain_update(subject).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    FindingId(id)
}
