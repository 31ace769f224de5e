//! `report.html`: one file that needs nothing else, neither the network nor scripts, to be read.
//!
//! The template gets a view in which every text is already cut and cleaned; minijinja escapes it. The page's
//! Content-Security-Policy allows exactly the one style and the one script that stand in it.

mod action;
mod apps;
mod budget;
mod by_hand;
mod charts;
mod exceptions;
mod headline;
mod history;
mod hooks;
pub mod ipe;
mod lists;
mod markup;
mod people;
mod rest;
mod reviews;
mod rows;
mod scripts;
mod sources;
pub mod worksheets;

use super::cases;
use super::text::{self, clip};
use crate::model::{AsOfBasis, FindingStatus, Report, RuleMeta};
use budget::Shown;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior};
pub(super) use scripts::policy;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::LazyLock;

const TEMPLATE: &str = include_str!("../../../templates/report.html");
const WHOLE: Template = Template { name: "whole.html", text: include_str!("../../../templates/report/whole.html") };
const CHARTS: Template = Template { name: "charts.html", text: include_str!("../../../templates/report/charts.html") };
const STYLE: &str = include_str!("../../../templates/report.css");
const REVIEW_STYLE: &str = include_str!("../../../templates/report/review.css");

/// Everything that may stand in the pages of a pack whatever a report says: templates, styles and scripts.
pub fn own_texts() -> impl Iterator<Item = &'static str> {
    let pages = [TEMPLATE, WHOLE.text, CHARTS.text, STYLE, REVIEW_STYLE];
    pages.into_iter().chain(worksheets::OWN).chain(ipe::OWN).chain(scripts::OWN).chain(scripts::REPORT)
}

/// How large the lists of the page may grow together, in bytes.
const ROOM: usize = 4_650_000;
/// The most findings with a row of their own in the page, so that they are there without scripts, too, and how much they take.
const FINDINGS: usize = 400;
const FINDINGS_ROOM: usize = 480_000;
/// The most findings that the page's script can show.
const SEARCHABLE: usize = 10_000;
/// The most urgent findings that belong to no leaver.
const OTHERS: usize = 20;

/// All that the template speaks about.
#[derive(Serialize)]
struct Page<'a> {
    fixed: &'static Fixed,
    beside: Beside,
    company: String,
    as_of: String,
    as_of_basis: &'static str,
    zone: String,
    tool: &'a str,
    catalog: String,
    head: headline::Headline,
    order: Shown<by_hand::Job>,
    by_hand: by_hand::ByHand,
    lists: lists::Lists,
    ages: Option<charts::ages::Ages>,
    trend: Option<charts::trend::Trend>,
    cards: Shown<people::Card>,
    others: Shown<String>,
    apps: apps::Apps,
    findings: Shown<String>,
    /// The findings that have no row, for the page's script, and how many of all it can show then.
    rest: String,
    searchable: Shown<()>,
    history: Option<history::History>,
    exceptions: Shown<exceptions::Row>,
    reviews: reviews::Reviews,
    closures: Shown<String>,
    rules: Vec<String>,
    quiet_rules: Vec<String>,
    files: Shown<sources::File>,
    file_sum: sources::Sum,
    domains: Vec<String>,
    domains_declared: bool,
    policy: Vec<(&'a str, String)>,
    notices: Shown<String>,
}

/// What is the same in every page.
#[derive(Serialize)]
struct Fixed {
    csp: String,
    style: String,
    head_script: scripts::Script,
    scripts: Vec<scripts::Script>,
}

/// Put together and hashed once.
static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    // A checkout with Windows line ends must not change what the browser hashes.
    let style = [STYLE, REVIEW_STYLE].concat().replace('\r', "");
    let (head_script, scripts) = (scripts::of_head(), scripts::of_report());
    let csp = policy(std::iter::once(&head_script).chain(&scripts).map(|s| s.0.as_str()), &style);
    Fixed { csp, style, head_script, scripts }
});

/// A rule and how often it fired.
struct Rule {
    id: &'static str,
    title: &'static str,
    mark: rows::Mark,
    means: &'static str,
    why: &'static str,
    fix: &'static str,
    silent: &'static str,
    controls: Vec<(&'static str, String)>,
    open: String,
    undecided: String,
    excepted: String,
}

/// Which files are written beside the pages, by their endings. A page that shows the beginning of a list leads to the
/// whole one.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Beside {
    /// `findings.csv`, `coverage.csv`, `ipe.csv`, `diffs/`.
    pub csv: bool,
    /// `findings.json`.
    pub json: bool,
}

impl Beside {
    /// What a report has if nobody asks for less.
    pub const ALL: Self = Self { csv: true, json: true };
}

/// Writes the page.
pub fn write<W: Write>(report: &Report, beside: Beside, to: W) -> io::Result<()> {
    static COMPILED: Compiled =
        compiled(|| compile(&[Template { name: "report.html", text: TEMPLATE }, CHARTS, WHOLE]));
    render(&COMPILED, "report.html", Value::from(Serde(&page(report, beside))), to)
}

/// A template and its name.
struct Template {
    name: &'static str,
    text: &'static str,
}

/// Templates that are compiled when the first page is written, for all that come after it: a batch writes thousands.
type Compiled = LazyLock<Result<Environment<'static>, minijinja::Error>>;

const fn compiled(how: fn() -> Result<Environment<'static>, minijinja::Error>) -> Compiled {
    LazyLock::new(how)
}

/// Compiles templates, which may use one another. Everything that is not marked as safe is escaped.
fn compile(templates: &[Template]) -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_syntax(env.syntax().to_builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_filter("breaks", breaks);
    env.add_filter("linked", linked);
    env.add_filter("coded", |text: &str| Value::from_safe_string(markup::coded(text)));
    for template in templates {
        env.add_template(template.name, template.text)?;
    }
    Ok(env)
}

/// Fills a page in.
fn render<W: Write>(page: &'static Compiled, name: &str, of: Value, mut to: W) -> io::Result<()> {
    let env = page.as_ref().map_err(|e| io::Error::other(e.to_string()))?;
    let template = env.get_template(name).map_err(io::Error::other)?;
    template.render_captured_to(of, &mut to).map_err(io::Error::other)?;
    to.flush()
}

fn page(report: &Report, beside: Beside) -> Page<'_> {
    let cases = cases::cases(report);
    let work = worksheets::by_place(report, &cases);
    let (rules, quiet_rules) = rules(report);
    let one_line = |n: &String| n.lines().map(str::trim).collect::<Vec<_>>().join(" · ");
    let notices = report.notices.iter().take(50).map(|n| clip(&one_line(n), rows::SENTENCE).into_owned()).collect();
    let mut room = budget::Page(ROOM);
    let cards = people::cards(report, &cases, &mut room);
    let carded: HashSet<&str> = cards.items.iter().map(|card| card.anchor.as_str()).collect();
    let row = |f| {
        let mut row = rows::row(report, f);
        if let Some(person) = &mut row.person {
            person.linked = carded.contains(person.anchor.as_str());
        }
        row
    };
    let (tiers, _) = cases::tiers(report);
    // What cannot be decided asks for something, too: a list that is missing, say.
    let then = || cases::others(report).chain(cases::undecided(report));
    let others = room.fill(OTHERS, 60_000, then(), row);
    let others = Shown::new(others.iter().map(markup::other).collect(), then().count());
    let apps = apps::apps(report, &work, &mut room);
    let by_hand = by_hand::by_hand(report, &|ix| apps.with_section.contains(&ix), &mut room);
    let order = by_hand::order(report, &work, &mut room);
    let lists = lists::lists(report, &mut room);
    let history = history::history(report, &mut room);
    let closures = people::closures(report, &mut room);
    let files = sources::files(report, &mut room);
    let exceptions = exceptions::exceptions(report, &mut room);
    let reviews = reviews::reviews(report, &mut room);
    let findings = room.fill(FINDINGS, FINDINGS_ROOM, report.findings.iter().map(|f| &**f), row);
    let (rest, more) = rest::rest(report, &report.findings[findings.len()..], SEARCHABLE - findings.len(), room.0);
    let searchable = findings.len() + more;
    Page {
        fixed: &FIXED,
        beside,
        company: clip(&report.company, rows::NAME).into_owned(),
        as_of: text::moment(&report.as_of, &report.zone),
        as_of_basis: match report.as_of_basis {
            AsOfBasis::Declared => "declared for this report",
            AsOfBasis::NewestSource => "the newest of the exports that were read",
        },
        zone: clip(&report.zone_name, rows::NAME).into_owned(),
        tool: report.tool_version,
        catalog: clip(&report.catalog_version, rows::NAME).into_owned(),
        head: headline::headline(report),
        rules: rules.iter().map(markup::rule).collect(),
        quiet_rules: quiet_rules.iter().map(markup::rule).collect(),
        file_sum: sources::sum(report),
        domains: report.domains.iter().take(100).map(|d| clip(d, rows::NAME).into_owned()).collect(),
        domains_declared: report.domains_declared,
        policy: report.policy.iter().map(|(name, value)| (*name, policy_words(value))).collect(),
        notices: Shown::new(notices, report.notices.len()),
        others,
        by_hand,
        order,
        lists,
        history,
        closures,
        files,
        exceptions,
        reviews,
        ages: charts::ages::ages(report, &tiers),
        trend: charts::trend::trend(report, tiers.iter().map(|(_, n)| n).sum()),
        apps,
        findings: Shown::new(findings.iter().map(markup::row).collect(), report.findings.len()),
        rest,
        searchable: Shown::new(vec![(); searchable], report.findings.len()),
        cards,
    }
}

/// The value of a policy; a bare number as all numbers of the page.
fn policy_words(value: &str) -> String {
    value.parse().map_or_else(|_| clip(value, rows::SENTENCE).into_owned(), text::number)
}

/// Escapes the text and lets it break after the signs where addresses and paths are read apart.
fn breaks(text: &str) -> Value {
    let mut out = String::with_capacity(text.len() + 32);
    for piece in text.split_inclusive(['@', '/', ';']) {
        out.push_str(&escaped(piece));
        if piece.ends_with(['@', '/', ';']) {
            out.push_str("<wbr>");
        }
    }
    Value::from_safe_string(out)
}

/// Escapes the text and makes its web addresses links, shown by their host. For words of the catalog, not of strangers.
fn linked(text: &str) -> Value {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find("https://") {
        let (before, url) = rest.split_at(at);
        let (url, after) = url.split_at(url.find([' ', ')', ',', ';', '…']).unwrap_or(url.len()));
        let host = url["https://".len()..].split(['/', '?', '#']).next().unwrap_or_default();
        out.push_str(&escaped(before));
        out.push_str(&format!(
            "<a href=\"{}\" rel=\"noreferrer noopener\">{}</a>",
            escaped(url),
            escaped(host.trim_start_matches("www."))
        ));
        rest = after;
    }
    out.push_str(&escaped(rest));
    Value::from_safe_string(out)
}

/// minijinja's escapes; a slash may stay as it is.
pub(super) fn escaped(text: &str) -> String {
    HtmlEscape(text).to_string().replace("&#x2f;", "/")
}

/// The rules that found something, in the order of their gravest finding, and those that did not.
fn rules(report: &Report) -> (Vec<Rule>, Vec<Rule>) {
    let mut counts: HashMap<&str, ([u64; 3], usize)> = HashMap::new();
    for finding in &report.findings {
        let next = counts.len();
        let count = counts.entry(finding.rule.id).or_insert(([0; 3], next));
        count.0[finding.status as usize] += 1;
    }
    let (mut loud, quiet): (Vec<&'static RuleMeta>, Vec<_>) =
        report.rules.iter().partition(|r| counts.contains_key(r.id));
    loud.sort_by_key(|r| counts[r.id].1);
    let view = |&r: &&'static RuleMeta| rule(r, &counts.get(r.id).copied().unwrap_or_default().0);
    (loud.iter().map(view).collect(), quiet.iter().map(view).collect())
}

fn rule(r: &'static RuleMeta, counts: &[u64; 3]) -> Rule {
    let of = |status: FindingStatus| text::number(counts[status as usize]);
    let controls = [
        ("SOC 2", r.controls.soc2),
        ("ISO/IEC 27001:2022", r.controls.iso27001),
        ("PCI DSS 4.0", r.controls.pci),
        ("NIST SP 800-53", r.controls.nist),
    ];
    Rule {
        id: r.id,
        title: r.title,
        mark: rows::Mark::of(Some(r.severity)),
        means: r.means,
        why: r.why,
        fix: r.fix,
        silent: r.silent,
        controls: controls.iter().filter(|(_, c)| !c.is_empty()).map(|(s, c)| (*s, c.join(", "))).collect(),
        open: of(FindingStatus::Open),
        undecided: of(FindingStatus::NotEvaluable),
        excepted: of(FindingStatus::Excepted),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;
