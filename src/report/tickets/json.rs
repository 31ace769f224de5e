//! Tasks as JSON, with a schema of its own, for whatever makes tickets of them.

use super::super::html::worksheets::{fails_for, survivors};
use super::super::public::{self, AsOf, Evidence};
use super::super::{access, findings_json, words};
use super::{State, Task};
use crate::model::{FindingStatus, Handwork, Report, Severity, When};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The work that `coverage tickets` hands out.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// The version of this shape.
    schema_version: &'static str,
    /// What made the document.
    tool: findings_json::Tool<'a>,
    /// The company's name; empty if the workspace has none.
    company: &'a str,
    /// The moment that the document speaks about.
    as_of: AsOf<'a>,
    /// Why nothing can be said of the access of people who have left; absent if something can.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<&'static str>,
    /// How many findings of earlier kept runs this run could not look at: they stand open. Absent if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unseen: Option<u64>,
    /// One task per owner of apps, the gravest first; last that of the apps without an owner.
    tasks: Vec<JsonTask<'a>>,
}

/// The work of one owner.
#[derive(Serialize, JsonSchema)]
struct JsonTask<'a> {
    /// Made of the owner alone: the same in every run. A ticket with this label exists already.
    id: &'a str,
    /// The same as a label.
    label: String,
    /// Who answers for the apps; none is declared for those of the last task.
    owner: Option<&'a str>,
    /// What is to be done, in one line.
    summary: String,
    /// How grave the gravest thing is that stands open; absent if all has to be found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    /// The day on which the first time limit ends, where one is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    due: Option<String>,
    /// The findings that ask for something.
    findings: Vec<String>,
    /// The apps, and what is left in each.
    apps: Vec<JsonApp<'a>>,
}

/// What is left in one app, or in a directory.
#[derive(Serialize, JsonSchema)]
struct JsonApp<'a> {
    /// The app's id; that of the directory, where it is no app.
    id: &'a str,
    /// Its name.
    name: &'a str,
    /// Why its accounts could not be judged, if they could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_evaluable: Option<&'a str>,
    /// The accounts of people who have left.
    accounts: Vec<JsonAccount<'a>>,
    /// How a person ends an account by hand; absent if nobody has written it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    runbook: Option<Runbook<'a>>,
}

/// What is to be done about an account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// End it.
    End,
    /// Find out whether it lives: the data cannot decide.
    FindOut,
    /// Nothing: somebody has approved to live with it.
    Excepted,
}

/// One account.
#[derive(Serialize, JsonSchema)]
struct JsonAccount<'a> {
    /// What is to be done.
    what: What,
    /// The app's native id, or the address or user name where the roster has none.
    account: &'a str,
    /// The address as written; empty if the roster has none.
    email: &'a str,
    /// The key of the person.
    person: &'a str,
    /// The person's name.
    person_name: &'a str,
    /// The person's work address.
    person_email: &'a str,
    /// Since when the person has left, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    left_since: Option<When>,
    /// The day on which the time limit ends, where one is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    due: Option<String>,
    /// What was found.
    findings: Vec<JsonFinding<'a>>,
}

/// A finding about an account.
#[derive(Serialize, JsonSchema)]
struct JsonFinding<'a> {
    /// Its id.
    id: String,
    /// The rule.
    rule: &'static str,
    /// How grave it is.
    severity: Severity,
    /// Whether it stands, cannot be decided, or is excepted.
    status: FindingStatus,
    /// What to do.
    action: &'a str,
    /// The id of the exception that marks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<&'a str>,
    /// Where the facts stand.
    evidence: Vec<Evidence<'a>>,
}

/// How a person ends an account by hand.
#[derive(Serialize, JsonSchema)]
struct Runbook<'a> {
    /// The ways, the usual one first.
    ways: Vec<Way<'a>>,
    /// What looks like enough and is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_enough: Option<&'a str>,
    /// What to do first if the person is the last administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_admin: Option<&'a str>,
    /// In what cases it fails.
    fails_for: Vec<&'a str>,
    /// What is still there afterwards.
    survives: Vec<&'static str>,
    /// What to keep as proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<&'a str>,
}

/// The steps of one way to do it.
#[derive(Serialize, JsonSchema)]
struct Way<'a> {
    /// What it is for; empty for the usual way.
    name: &'a str,
    /// Which role can do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a str>,
    /// What to do, in order.
    steps: Vec<&'a str>,
}

/// The JSON Schema (2020-12) of the document.
pub fn schema() -> serde_json::Value {
    public::schema_of::<Document<'static>>("coverage tickets, version 1")
}

/// Writes the tasks.
pub(super) fn write(report: &Report, tasks: &[Task<'_>], to: &mut impl Write) -> io::Result<()> {
    let document = Document {
        schema_version: "1",
        tool: findings_json::tool(report),
        company: &report.company,
        as_of: public::as_of(report),
        unknown: access::unknown(&report.summary),
        unseen: access::unseen(report).map(|(n, _)| n),
        tasks: tasks.iter().map(|task| json(report, task)).collect(),
    };
    serde_json::to_writer_pretty(&mut *to, &document)?;
    writeln!(to)
}

fn json<'a>(report: &'a Report, task: &'a Task<'a>) -> JsonTask<'a> {
    let apps = task.apps.iter().map(|app| JsonApp {
        id: app.id,
        name: app.name,
        not_evaluable: app.app.and_then(|a| a.not_evaluable.as_deref()),
        accounts: app.accounts.iter().map(|account| json_account(report, account)).collect(),
        runbook: app
            .app
            .and_then(|a| a.handwork.as_ref().map(|hand| (a, hand)))
            .map(|(a, hand)| runbook(hand, survivors(a))),
    });
    JsonTask {
        id: &task.id,
        label: format!("coverage-task-{}", task.id),
        owner: task.owner,
        summary: task.summary(),
        severity: task.severity,
        due: task.due.map(|due| due.to_string()),
        findings: task.findings(),
        apps: apps.collect(),
    }
}

fn json_account<'a>(report: &'a Report, account: &'a super::Account<'a>) -> JsonAccount<'a> {
    let person = account.case.person;
    let facts = account.left.account;
    let findings = account.left.findings.iter().map(|f| JsonFinding {
        id: f.id.to_string(),
        rule: f.rule.id,
        severity: f.severity,
        status: f.status,
        action: &f.action,
        exception: f.exception.map(|_| words::exception_id(report, f)),
        evidence: f.evidence.iter().map(|&place| public::evidence(report, place)).collect(),
    });
    JsonAccount {
        what: match account.state {
            State::Open => What::End,
            State::Undecided => What::FindOut,
            State::Excepted => What::Excepted,
        },
        account: facts.account(),
        email: facts.email(),
        person: &person.key,
        person_name: &person.name,
        person_email: &person.email,
        left_since: person.standing.since(),
        due: account.due.map(|due| due.to_string()),
        findings: findings.collect(),
    }
}

fn runbook<'a>(hand: &'a Handwork, survives: Vec<&'static str>) -> Runbook<'a> {
    let ways = std::iter::once(&hand.way).chain(&hand.others).filter(|way| !way.steps.is_empty());
    Runbook {
        ways: ways
            .map(|way| Way {
                name: &way.name,
                who: way.who.as_deref(),
                steps: way.steps.iter().map(|step| step.text.as_str()).collect(),
            })
            .collect(),
        not_enough: hand.not_enough.as_deref(),
        last_admin: hand.last_admin.as_deref(),
        fails_for: fails_for(hand).into_iter().map(|(cases, _)| cases).collect(),
        survives,
        proof: hand.proof.as_deref(),
    }
}
