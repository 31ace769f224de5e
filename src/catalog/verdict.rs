//! Which of several claims about the same thing counts, and why.
//!
//! The steps are taken in order and each leaves at least one claim: what was tested, what says something, what holds for
//! the case asked about, what is made for exactly this case, who says it, whether the source says it or it follows, whether
//! it has ended since, how new it is. So a third party's "no" never beats a vendor's "yes", a vendor's later "withdrawn" ends
//! its earlier "yes", and a later date alone never wins against a better source.

use crate::model::{
    Claim, ClaimField, ClaimValue, Entry, Names, Population, Scope, Source, SourceKind, Support, support,
};
use std::collections::BTreeSet;

const POPULATION: &str = "population";
/// Sources up to this rank (the vendor, an identity provider) may narrow what others say in general.
const OFFICIAL: u8 = SourceKind::IdpOfficial.rank();
/// Words for something that was there once.
const ENDED: [&str; 3] = ["withdrawn", "discontinued", "signups-closed"];

/// Why something stated counts more than something inferred.
pub(super) const SAID_FIRST: &str = "what a source says comes before what follows from one";

/// Which claim counts.
#[derive(Debug, Clone)]
pub struct Verdict<'a> {
    /// The claim that counts.
    pub winner: &'a Claim,
    /// Claims about the same case that say something else, in the order of the entry.
    pub losers: Vec<&'a Claim>,
    /// Claims about narrower cases that say something else: they refine the winner and do not contradict it.
    pub elsewhere: Vec<&'a Claim>,
    /// Why the winner counts, in words.
    pub rule: String,
    /// The winner's scope where the question left it open (`plan Enterprise`): there may be other cases.
    pub only_for: Option<String>,
    /// The date of the winner's best source: its own, else the day somebody read it.
    pub date: &'a str,
}

/// The claim that counts for a question. A part of `query` that is left out excludes nothing.
pub fn verdict<'a>(entry: &'a Entry, field: ClaimField, query: &Scope) -> Option<Verdict<'a>> {
    let claims = entry.claims.iter().filter(|claim| claim.field == field && applies(&claim.scope, query));
    decide(entry, claims, query)
}

/// What a scope sets: the part's name, and the values of which any will do.
pub(super) fn parts(scope: &Scope) -> impl Iterator<Item = (&'static str, Vec<&str>)> {
    fn names(names: Option<&Names>) -> Option<Vec<&str>> {
        names.map(|names| names.iter().collect())
    }
    [
        ("variant", names(scope.variant.as_ref())),
        ("tenancy", names(scope.tenancy.as_ref())),
        (POPULATION, scope.population.map(|p| vec![p.word()])),
        ("identity provider", names(scope.idp.as_ref())),
        ("plan", names(scope.plan.as_ref())),
        ("region", names(scope.region.as_ref())),
        ("operation", scope.operation.map(|o| vec![o.word()])),
    ]
    .into_iter()
    .filter_map(|(name, values)| values.map(|values| (name, values)))
}

/// For whom or where something holds, in words; nothing if everywhere.
pub fn scope_words(scope: &Scope) -> String {
    parts(scope).map(|(part, values)| format!("{part} {}", values.join("/"))).collect::<Vec<_>>().join(", ")
}

/// What a question asks for in one part of a scope.
fn asked<'a>(query: &'a Scope, part: &str) -> Option<Vec<&'a str>> {
    parts(query).find_map(|(name, values)| (name == part).then_some(values))
}

/// Whether one part of a claim's scope speaks to the question; none if the question leaves it open.
fn meets(query: &Scope, scope: &Scope, part: &str, values: &[&str]) -> Option<bool> {
    match asked(query, part) {
        Some(asked) => Some(values.iter().any(|v| asked.iter().any(|a| a.eq_ignore_ascii_case(v)))),
        // Where nobody says whose accounts, those of staff are meant: this program is about them.
        None if part == POPULATION && scope.population.is_some_and(Population::is_staff) => Some(true),
        None => None,
    }
}

/// Whether something with this scope may speak to the question. What the question leaves open excludes nothing.
pub fn applies(scope: &Scope, query: &Scope) -> bool {
    parts(scope).all(|(part, values)| meets(query, scope, part, &values) != Some(false))
}

/// A value for comparison: without order and case.
pub(super) fn words(value: &ClaimValue) -> BTreeSet<String> {
    match value {
        ClaimValue::List(list) => list.iter().map(|word| word.to_lowercase()).collect(),
        one => BTreeSet::from([one.to_string().to_lowercase()]),
    }
}

/// A claim and what decides over it.
#[derive(Clone, Copy)]
struct Weighed<'a> {
    claim: &'a Claim,
    rank: u8,
    /// Who says it, by the first of its best sources.
    speaker: &'static str,
    /// The date that its best sources give for themselves.
    stated: Option<&'a str>,
    /// That date, else the day somebody read them.
    date: &'a str,
    /// Parts of its scope that the question asks for.
    met: usize,
    /// Parts of its scope that the question leaves open.
    open: usize,
}

impl<'a> Weighed<'a> {
    fn new(entry: &'a Entry, claim: &'a Claim, query: &Scope) -> Self {
        let sources = || claim.sources.iter().filter_map(|id| entry.sources.get(id));
        let rank = sources().map(Source::rank).min().unwrap_or(u8::MAX);
        let best = || sources().filter(move |s| s.rank() == rank);
        let stated = best().filter_map(|s| s.stated_on.as_deref()).max();
        let met =
            parts(&claim.scope).filter(|(part, values)| meets(query, &claim.scope, part, values).is_some()).count();
        Self {
            claim,
            rank,
            speaker: speaker(sources()),
            stated,
            date: stated.or(best().map(|s| s.seen_on.as_str()).max()).unwrap_or_default(),
            met,
            open: parts(&claim.scope).count() - met,
        }
    }

    fn silent(&self) -> bool {
        matches!(support(&self.claim.value), Some(Support::Undocumented | Support::NotResearched))
    }

    fn ended(&self) -> bool {
        matches!(&self.claim.value, ClaimValue::Text(word) if ENDED.contains(&word.as_str()))
    }

    fn scope(&self, part_counts: impl Fn(&str) -> bool) -> String {
        let parts = parts(&self.claim.scope).filter(|(part, _)| part_counts(part));
        parts.map(|(part, values)| format!("{part} {}", values.join("/"))).collect::<Vec<_>>().join(", ")
    }
}

/// One step's reason, from the winner and the first claim that the step put aside.
type Reason = fn(&Weighed<'_>, &Weighed<'_>) -> String;

struct Contest<'a> {
    left: Vec<Weighed<'a>>,
    /// What was put aside, in which step and why.
    aside: Vec<(Weighed<'a>, usize, Reason)>,
    step: usize,
}

impl<'a> Contest<'a> {
    /// Puts aside what does not pass, unless nothing passes.
    fn keep(&mut self, passes: impl Fn(&Weighed<'a>) -> bool, reason: Reason) {
        self.step += 1;
        if self.left.iter().any(&passes) {
            let (left, aside): (Vec<_>, Vec<_>) = self.left.iter().partition(|w| passes(w));
            self.left = left;
            self.aside.extend(aside.into_iter().map(|w| (w, self.step, reason)));
        }
    }

    fn best<K: Ord>(&self, key: impl Fn(&Weighed<'a>) -> K) -> Option<K> {
        self.left.iter().map(key).max()
    }
}

pub(super) fn decide<'a>(
    entry: &'a Entry,
    claims: impl Iterator<Item = &'a Claim>,
    query: &Scope,
) -> Option<Verdict<'a>> {
    let all: Vec<Weighed<'a>> = claims.map(|c| Weighed::new(entry, c, query)).collect();
    let mut contest = Contest { left: all.clone(), aside: Vec::new(), step: 0 };

    let tested = |w: &Weighed<'_>| w.rank == SourceKind::OwnTest.rank() && w.open == 0;
    contest.keep(tested, |_, _| "a test of the live product outranks whatever is written about it".to_owned());
    contest.keep(|w| !w.silent(), |_, _| "a source that says something outweighs one that found nothing".to_owned());
    // What is put aside here is no loser: it is about another case.
    contest.keep(|w| w.open == 0, |_, _| String::new());
    let narrowness = |w: &Weighed<'_>| if w.rank <= OFFICIAL { w.met } else { 0 };
    let narrowest = contest.best(narrowness)?;
    contest.keep(
        |w| narrowness(w) == narrowest,
        |w, l| match w.met == l.met {
            true => outranks(w, l),
            false => format!("it is about exactly this case ({})", w.scope(|_| true)),
        },
    );
    let best = contest.best(|w| std::cmp::Reverse(w.rank))?.0;
    contest.keep(|w| w.rank == best, outranks);
    contest.keep(|w| w.claim.evidence.is_stated(), |_, _| SAID_FIRST.to_owned());
    let end_of = |w: &Weighed<'a>| w.claim.until.as_deref().unwrap_or(w.date);
    let end = contest.left.iter().filter(|w| w.ended()).map(end_of).max();
    if let Some(end) = end {
        // A page that bears no date may have been forgotten when the thing ended; only a dated one can revive it.
        let revived = |w: &Weighed<'_>| !w.ended() && w.stated.is_some_and(|day| day > end);
        contest.keep(revived, |w, _| format!("it was stated on {}, after the end", w.date));
        contest.keep(
            |w| w.ended() || revived(w),
            |w, l| format!("`{}` ends the earlier `{}`", w.claim.value, l.claim.value),
        );
    }
    let newest = contest.best(|w| w.date)?;
    contest.keep(
        |w| w.date == newest,
        |w, l| format!("of equal sources the newer one counts ({}, not {})", w.date, l.date),
    );
    let first = contest.left.first()?.claim;
    contest.keep(|w| std::ptr::eq(w.claim, first), |_, _| "of equal sources the one written first counts".to_owned());

    let winner = *contest.left.first()?;
    let differs = |claim: &Claim| words(&claim.value) != words(&winner.claim.value);
    let other_case = |w: &Weighed<'_>| w.open > 0 && (winner.open == 0 || w.claim.scope != winner.claim.scope);
    let (elsewhere, same_case): (Vec<_>, Vec<_>) = all.iter().partition(|w| other_case(w));
    let mut beaten: Vec<_> = contest.aside.iter().filter(|(w, ..)| differs(w.claim) && !other_case(w)).collect();
    beaten.dedup_by_key(|(_, step, _)| *step);
    let reasons: Vec<String> = beaten.iter().map(|(loser, _, reason)| reason(&winner, loser)).collect();
    let rule = match (reasons.is_empty(), same_case.len()) {
        (false, _) => reasons.join("; "),
        (true, 1) => "it is the only claim".to_owned(),
        (true, n) => format!("all {n} claims agree"),
    };
    let others = |list: Vec<Weighed<'a>>| list.into_iter().map(|w| w.claim).filter(|c| differs(c)).collect();
    let open = |part: &str| asked(query, part).is_none();
    Some(Verdict {
        winner: winner.claim,
        losers: others(same_case),
        elsewhere: others(elsewhere),
        rule,
        only_for: Some(winner.scope(open)).filter(|_| winner.open > 0),
        date: winner.date,
    })
}

fn outranks(winner: &Weighed<'_>, loser: &Weighed<'_>) -> String {
    speaker_outranks(winner.speaker, loser.speaker)
}

/// That one kind of source comes before another, in words.
pub(super) fn speaker_outranks(winner: &str, loser: &str) -> String {
    format!("{winner} outranks {loser}")
}

/// Who says what rests on these sources: the first of the best.
pub(super) fn speaker<'a>(sources: impl Iterator<Item = &'a Source>) -> &'static str {
    sources.min_by_key(|source| source.rank()).map_or("no source", Source::speaker)
}
