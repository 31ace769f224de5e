//! `coverage status` and `coverage history` for other programs, with structs and a version of their own.

use super::public;
use super::status_text::holds;
use crate::model::{self, DoneClaim, FindingState, FindingStatus, HowEnded, Severity, Status, ToldStory, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The version of the document's shape.
pub const SCHEMA_VERSION: &str = "1";

/// What the kept runs say.
#[derive(Serialize, JsonSchema)]
pub struct Document<'a> {
    /// The version of this shape.
    schema_version: &'static str,
    /// The company's name; empty if it is not known.
    company: &'a str,
    /// The company's time zone.
    zone: &'a str,
    /// The kept runs, oldest first.
    runs: Vec<Run<'a>>,
    /// The rosters and lists of people of the newest run.
    lists: Vec<List<'a>>,
    /// Findings by state.
    counts: Vec<Count>,
    /// The findings that were asked for, those first seen first.
    findings: Vec<Finding<'a>>,
    /// Times to revoke in seconds: of all apps together, then by app.
    time_to_revoke: Vec<Revoke<'a>>,
    /// Times to revoke of each leaver and app.
    leavers: Vec<Leaver<'a>>,
}

/// A kept run.
#[derive(Serialize, JsonSchema)]
struct Run<'a> {
    /// Its number.
    run: u32,
    /// The moment it speaks about.
    as_of: &'a str,
    /// The program's version.
    tool: &'a str,
    /// The catalog's version.
    catalog: &'a str,
    /// SHA-256 over everything it depended on.
    inputs: &'a str,
}

/// A complete list.
#[derive(Serialize, JsonSchema)]
struct List<'a> {
    /// What it was read as.
    role: public::Role,
    /// The source's or app's id.
    id: &'a str,
    /// Whether it can verify a removal.
    accepted: bool,
    /// Why not.
    #[serde(skip_serializing_if = "str::is_empty")]
    why: &'a str,
    /// When its newest file was made; empty without a file.
    extracted_at: &'a str,
    /// Whether that time is a guess.
    extracted_at_guessed: bool,
    /// Records.
    records: u64,
    /// Records that have not ended.
    live: u64,
}

/// How many findings are in a state.
#[derive(Serialize, JsonSchema)]
struct Count {
    /// The state.
    state: FindingState,
    /// How many, however they stand.
    count: usize,
    /// How many of these cannot be decided: neither a finding that stands nor a pass.
    not_evaluable: usize,
    /// How many of these are excepted.
    excepted: usize,
}

/// A finding over all runs.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// Its id.
    id: &'a str,
    /// Its rule.
    rule: &'a str,
    /// The app.
    app: Option<&'a str>,
    /// The account.
    account: Option<&'a str>,
    /// The person's key.
    person: Option<&'a str>,
    /// The person's work address; empty if no source has one.
    person_email: &'a str,
    /// Where it stands.
    state: FindingState,
    /// The run that first had it.
    first_run: u32,
    /// The run that had it last.
    last_run: u32,
    /// The run in which it was opened last.
    opened_run: u32,
    /// The run in which it ended.
    ended_run: Option<u32>,
    /// Whole days from opening to end, or to the newest run.
    age_days: i64,
    /// Why the newest run could not look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unseen: Option<&'a str>,
    /// The times in which it stood unchanged.
    spells: Vec<Spell<'a>>,
    /// Who says that it is done.
    claims: &'a [DoneClaim],
    /// Whether it was seen later that this is not so.
    claim_contradicted: bool,
}

/// A time in which a finding stood unchanged.
#[derive(Serialize, JsonSchema)]
struct Spell<'a> {
    /// Its first run.
    from_run: u32,
    /// The first run after it.
    until_run: Option<u32>,
    /// The first run that could not look.
    #[serde(skip_serializing_if = "Option::is_none")]
    unseen_from: Option<u32>,
    /// How grave it is.
    severity: Severity,
    /// Whether it stands, or cannot be decided.
    status: FindingStatus,
    /// The data it rests on.
    facts: &'a str,
    /// What moved it there; of several, any. Empty in the first run.
    moved_by: &'a [String],
    /// How it ended.
    ended: Option<HowEnded>,
    /// What ended it.
    ended_by: &'a [String],
}

/// Bounds in seconds.
#[derive(Serialize, JsonSchema)]
pub(super) struct Bounds {
    /// At least.
    least: i64,
    /// At most; absent if access that may still be there is among them.
    most: Option<i64>,
}

/// The times to revoke of an app.
#[derive(Serialize, JsonSchema)]
pub(super) struct Revoke<'a> {
    /// The app; absent for all together.
    app: Option<&'a str>,
    /// Leavers and apps counted.
    count: usize,
    /// Those whose access may still be there.
    open: usize,
    /// Those whose end the app itself says.
    logged: usize,
    /// Bounds of the median.
    median: Option<Bounds>,
    /// Bounds of the 95th percentile.
    p95: Option<Bounds>,
    /// The time limit in words; absent if none is declared.
    limit: Option<&'a str>,
    /// How many by verdict. Empty without a limit.
    verdicts: Vec<VerdictCount>,
}

/// How many times got a verdict.
#[derive(Serialize, JsonSchema)]
struct VerdictCount {
    /// The verdict.
    verdict: Verdict,
    /// How many.
    count: usize,
}

/// How long one leaver's access to one app lasted.
#[derive(Serialize, JsonSchema)]
struct Leaver<'a> {
    /// The app.
    app: &'a str,
    /// The person's key.
    person: &'a str,
    /// The person's work address; empty if no source has one.
    email: &'a str,
    /// When the person left.
    left: &'a str,
    /// Accounts counted.
    accounts: usize,
    /// Seconds from the leaving to the end of access.
    seconds: Bounds,
    /// Whether the app itself says when the access ended.
    logged: bool,
    /// Whether the time limit was kept; absent if none is declared.
    verdict: Option<Verdict>,
}

/// Writes the document.
pub fn write<W: Write>(status: &Status, mut to: W) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut to, &document(status))?;
    to.write_all(b"\n")?;
    to.flush()
}

/// The JSON Schema (2020-12) of the document.
pub fn schema() -> serde_json::Value {
    public::schema_of::<Document<'static>>("coverage status, version 1")
}

fn document(status: &Status) -> Document<'_> {
    let count = |state: FindingState| {
        let all = || status.stories.iter().filter(move |s| s.state == state);
        let standing = |how: FindingStatus| all().filter(|s| holds(s) == how).count();
        Count {
            state,
            count: all().count(),
            not_evaluable: standing(FindingStatus::NotEvaluable),
            excepted: standing(FindingStatus::Excepted),
        }
    };
    Document {
        schema_version: SCHEMA_VERSION,
        company: &status.company,
        zone: &status.zone_name,
        runs: status
            .runs
            .iter()
            .map(|r| Run { run: r.no, as_of: &r.as_of, tool: &r.tool, catalog: &r.catalog, inputs: &r.inputs })
            .collect(),
        lists: status
            .lists
            .iter()
            .map(|l| List {
                role: l.role.into(),
                id: &l.id,
                accepted: l.accepted,
                why: &l.why,
                extracted_at: &l.made_at,
                extracted_at_guessed: l.made_guessed,
                records: l.records,
                live: l.live,
            })
            .collect(),
        counts: FindingState::ALL.iter().map(|state| count(*state)).collect(),
        findings: status.stories.iter().map(finding).collect(),
        time_to_revoke: revoke(&status.revoke),
        leavers: status
            .times
            .iter()
            .map(|t| Leaver {
                app: &t.app,
                person: &t.person,
                email: &t.person_email,
                left: &t.left,
                accounts: t.accounts,
                seconds: Bounds { least: t.least, most: t.most },
                logged: t.logged,
                verdict: t.verdict,
            })
            .collect(),
    }
}

/// The times to revoke.
pub(super) fn revoke(summaries: &[model::RevokeSummary]) -> Vec<Revoke<'_>> {
    let bounds = |share: Option<model::Share>| share.map(|s| Bounds { least: s.least, most: s.most });
    let one = |s: &'_ model::RevokeSummary| -> Vec<VerdictCount> {
        let all = Verdict::ALL.iter().zip(s.verdicts);
        all.filter(|_| s.verdicts.iter().any(|n| *n > 0))
            .map(|(v, count)| VerdictCount { verdict: *v, count })
            .collect()
    };
    summaries
        .iter()
        .map(|s| Revoke {
            app: s.app.as_deref(),
            count: s.count,
            open: s.open,
            logged: s.logged,
            median: bounds(s.median),
            p95: bounds(s.p95),
            limit: s.limit.as_deref(),
            verdicts: one(s),
        })
        .collect()
}

fn finding(told: &ToldStory) -> Finding<'_> {
    let story = &told.story;
    Finding {
        id: &story.id,
        rule: &story.rule,
        app: story.app.as_deref(),
        account: story.account.as_deref(),
        person: story.person.as_deref(),
        person_email: &story.person_email,
        state: told.state,
        first_run: told.first_run,
        last_run: told.last_run,
        opened_run: told.opened_run,
        ended_run: told.ended_run,
        age_days: told.age_days,
        unseen: told.unseen.as_deref(),
        spells: story
            .spells
            .iter()
            .map(|s| Spell {
                from_run: s.from_run,
                until_run: s.until_run,
                unseen_from: s.unseen_from,
                severity: s.severity,
                status: s.status,
                facts: &s.facts,
                moved_by: &s.moved_by,
                ended: s.ended_how,
                ended_by: &s.ended_by,
            })
            .collect(),
        claims: &told.claims,
        claim_contradicted: told.contradicted,
    }
}
