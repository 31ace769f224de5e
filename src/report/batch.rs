//! What a batch says of its tenants, each of which has a report of its own: a line for people, `batch.csv` and `batch.json`.
//! There is nothing of a tenant's people in it, only numbers.

use super::access;
use super::cases;
use super::csv_cells::Table;
use super::public;
use super::text::{clip, counted, number};
use crate::model::{Report, Severity};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The version of the document's shape.
pub const SCHEMA_VERSION: &str = "1";

/// The columns of `batch.csv`, in their order.
pub const COLUMNS: [&str; 20] = [
    "tenant",
    "failed",
    "company",
    "as_of",
    "people",
    "leavers",
    "leavers_with_access",
    "residual_accounts",
    "directory_accounts",
    "critical",
    "high",
    "medium",
    "low",
    "info",
    "not_evaluable",
    "excepted",
    "apps",
    "apps_evaluated",
    "fail_on_reached",
    "problems",
];

/// One tenant of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tenant {
    /// The name of its folder.
    pub tenant: String,
    /// What is wrong, each with its place and what to do. Empty if there is a report.
    pub problems: Vec<String>,
    /// What its report says; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

/// The numbers of one report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// The company's name; empty if the workspace has none.
    company: String,
    /// The moment that the report speaks about.
    as_of: String,
    /// People, all.
    people: u64,
    /// People who have left.
    leavers: u64,
    /// People who have left and have at least one account that lives in an app; absent if that is not known, because nobody
    /// is known, or no app could be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    leavers_with_access: Option<u64>,
    /// Live accounts of people who have left; absent if they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    residual_accounts: Option<u64>,
    /// Accounts of theirs that live in directories.
    directory_accounts: u64,
    /// Open findings by severity.
    findings: BySeverity,
    /// Findings that cannot be decided.
    not_evaluable: u64,
    /// Findings that somebody has approved to live with.
    excepted: u64,
    /// Apps in scope.
    apps: u64,
    /// Apps whose accounts could be judged.
    apps_evaluated: u64,
    /// Whether an open finding is at or above the severity that fails the command.
    fail_on_reached: bool,
    /// How many leavers have access, or that it is not known.
    #[serde(skip)]
    in_short: String,
    /// How many accounts more may be theirs, and how many unreadable rows have addresses of theirs.
    #[serde(skip)]
    perhaps: String,
}

/// How many findings are of each severity.
#[derive(Debug, Serialize, JsonSchema)]
struct BySeverity {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
}

impl BySeverity {
    const fn list(&self) -> [(Severity, u64); 5] {
        [
            (Severity::Critical, self.critical),
            (Severity::High, self.high),
            (Severity::Medium, self.medium),
            (Severity::Low, self.low),
            (Severity::Info, self.info),
        ]
    }
}

impl Summary {
    /// Of a report. `reached` says whether a finding is at or above the severity that fails the command.
    pub fn of(report: &Report, reached: bool) -> Self {
        let s = &report.summary;
        let known = |count: u64| access::unknown(s).is_none().then_some(count);
        let open = |severity: Severity| {
            s.by_severity.iter().find(|(word, _)| *word == severity.word()).map_or(0, |(_, count)| *count)
        };
        Self {
            company: report.company.clone(),
            as_of: report.as_of.clone(),
            people: s.people,
            leavers: s.leavers,
            leavers_with_access: known(s.leavers_with_access),
            residual_accounts: known(cases::tiers(report).0.iter().map(|(_, n)| n).sum()),
            directory_accounts: cases::in_directories(report),
            findings: BySeverity {
                critical: open(Severity::Critical),
                high: open(Severity::High),
                medium: open(Severity::Medium),
                low: open(Severity::Low),
                info: open(Severity::Info),
            },
            not_evaluable: s.not_evaluable,
            excepted: s.excepted,
            apps: s.apps,
            apps_evaluated: s.apps_evaluated,
            fail_on_reached: reached,
            in_short: access::in_short(s),
            perhaps: access::perhaps_in_short(s) + &access::unread_in_short(report),
        }
    }
}

impl Tenant {
    /// Whether an open finding is at or above the severity that fails the command.
    pub fn reached(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.fail_on_reached)
    }

    /// Its line, with names as wide as the longest.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn line<W: Write>(&self, width: usize, mut to: W) -> io::Result<()> {
        write!(to, "{:width$}  ", clip(&self.tenant, NAME))?;
        let Some(s) = &self.summary else {
            let problems = counted(self.problems.len() as u64, "problem", "problems");
            return writeln!(to, "failed: {problems}, named at the end");
        };
        write!(to, "{}", s.in_short)?;
        if let Some(live) = s.residual_accounts {
            write!(to, ", {}", counted(live, "live account", "live accounts"))?;
        }
        write!(to, "{}", s.perhaps)?;
        if s.directory_accounts > 0 {
            write!(to, ", {} in directories", number(s.directory_accounts))?;
        }
        let found: Vec<String> = (s.findings.list().iter().filter(|(_, n)| *n > 0))
            .map(|(severity, n)| format!("{} {severity}", number(*n)))
            .collect();
        write!(to, "; {}", if found.is_empty() { "no findings".to_owned() } else { found.join(", ") })?;
        if s.not_evaluable > 0 {
            write!(to, "; {} cannot be decided", number(s.not_evaluable))?;
        }
        if s.apps_evaluated < s.apps {
            write!(to, "; {} of {} evaluated", number(s.apps_evaluated), counted(s.apps, "app", "apps"))?;
        }
        writeln!(to)
    }
}

/// The longest name of a tenant that a line shows.
const NAME: usize = 60;

/// How wide the names of tenants are in their lines.
pub fn width<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| clip(name, NAME).chars().count()).max().unwrap_or_default()
}

/// The line after all of them.
///
/// # Errors
/// It cannot be written.
pub fn end<W: Write>(tenants: &[Tenant], mut to: W) -> io::Result<()> {
    let failed = tenants.iter().filter(|t| t.summary.is_none()).count() as u64;
    let reported = tenants.len() as u64 - failed;
    write!(to, "{} of {} reported", number(reported), counted(tenants.len() as u64, "tenant", "tenants"))?;
    if failed > 0 { writeln!(to, ", {} failed", number(failed)) } else { writeln!(to) }
}

/// Writes `batch.csv`: a row for each tenant.
///
/// # Errors
/// It cannot be written.
pub fn write_csv<W: Write>(tenants: &[Tenant], to: W) -> io::Result<()> {
    let mut table = Table::new(to, &COLUMNS)?;
    for tenant in tenants {
        table.cell(&tenant.tenant)?;
        table.cell(yes_no(tenant.summary.is_none()))?;
        match &tenant.summary {
            Some(s) => {
                table.cell(&s.company)?;
                table.cell(&s.as_of)?;
                let before = [
                    Some(s.people),
                    Some(s.leavers),
                    s.leavers_with_access,
                    s.residual_accounts,
                    Some(s.directory_accounts),
                ];
                let found = s.findings.list().map(|(_, n)| n);
                let after = [s.not_evaluable, s.excepted, s.apps, s.apps_evaluated];
                for n in before.into_iter().chain(found.into_iter().chain(after).map(Some)) {
                    table.cell(&n.map_or_else(String::new, |n| n.to_string()))?;
                }
                table.cell(yes_no(s.fail_on_reached))?;
            }
            None => (2..COLUMNS.len() - 1).try_for_each(|_| table.cell(""))?,
        }
        table.cell(&tenant.problems.join("\n"))?;
        table.end_row()?;
    }
    table.finish()
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// `batch.json`.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// The version of this shape.
    schema_version: &'static str,
    /// The tenants, in the order of the names of their folders.
    tenants: &'a [Tenant],
}

/// Writes `batch.json`.
///
/// # Errors
/// It cannot be written.
pub fn write_json<W: Write>(tenants: &[Tenant], mut to: W) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut to, &Document { schema_version: SCHEMA_VERSION, tenants })?;
    to.write_all(b"\n")?;
    to.flush()
}

/// The JSON Schema (2020-12) of `batch.json`.
pub fn schema() -> serde_json::Value {
    public::schema_of::<Document<'static>>("coverage batch, version 1")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn line(report: &Report) -> String {
        let summary = Some(Summary::of(report, false));
        let tenant = Tenant { tenant: "moss".to_owned(), problems: Vec::new(), summary };
        let mut line = Vec::new();
        tenant.line(4, &mut line).unwrap();
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn a_line_tells_accounts_in_directories_and_that_nobody_is_known() {
        let mut report = sample::report();
        let said = line(&report);
        assert!(said.starts_with("moss  6 of 8 leavers with access, 9 live accounts, 1 in directories; "), "{said}");
        report.findings.clear();
        report.summary = crate::model::Summary { apps: 1, apps_evaluated: 1, ..crate::model::Summary::default() };
        assert_eq!(line(&report), "moss  who has left is not known; no findings\n");
    }

    #[test]
    fn what_is_not_known_is_no_number() {
        let mut report = sample::report();
        report.findings.clear();
        report.summary = crate::model::Summary { people: 9, leavers: 3, apps: 1, ..crate::model::Summary::default() };
        let summary = Some(Summary::of(&report, false));
        let tenants = [Tenant { tenant: "moss".to_owned(), problems: Vec::new(), summary }];
        let mut csv = Vec::new();
        write_csv(&tenants, &mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.lines().nth(1).unwrap().contains(",9,3,,,0,"), "{csv}");
        let mut json = Vec::new();
        write_json(&tenants, &mut json).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let summary = &json["tenants"][0]["summary"];
        assert_eq!((&summary["leavers"], summary.get("leavers_with_access")), (&3.into(), None));
    }
}
