//! The population guard: whether a list may be taken for the whole, and for a recent one. A list that may not is named in
//! the headline, and who is missing from it is not taken for gone.

use super::overtaken::{self, Before, known};
use super::pulled::DeclaredBy;
use super::sheets;
use super::tally::counted;
use crate::model::{Acceptance, Check, CheckOutcome, Checked, Guard, KnownAdmin, Previous, SourceRole, When};
use crate::workspace::{GuardPolicy, OlderThanLeaving};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Numbers of records at which exports break off: limits of APIs, reports and spreadsheets (the rows of an old and of a new
/// Excel sheet, with and without a header).
const BREAKS: [u64; 13] =
    [1_000, 2_000, 5_000, 10_000, 20_000, 25_000, 50_000, 100_000, 250_000, 65_535, 65_536, 1_048_575, 1_048_576];
/// Sizes of one page of an API's answer, which are too common as numbers of people to count in a table.
const PAGES: [u64; 6] = [50, 100, 200, 250, 500, 999];
/// A loss of fewer records is nothing unusual in a short list.
const FEW: u64 = 5;

/// One file of a population.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Data rows.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Records: rows without blank and totals lines.
    pub records: u64,
    /// How many there are, as the file says.
    pub total: Option<u64>,
    /// Whether the file says itself that it is not the whole list.
    pub breaks_off: bool,
    /// How many there are, as is said elsewhere.
    pub declared: Option<u64>,
    /// Who says so.
    pub declared_by: DeclaredBy,
    /// Whether it is an API's answer.
    pub answer: bool,
    /// Of a workbook, its other sheets that are lists as well.
    pub unread: Option<Vec<String>>,
    /// When it was made.
    pub made: When,
}

/// A population as it was read.
#[derive(Debug)]
pub struct Facts<'a> {
    /// What it was read as.
    pub role: SourceRole,
    /// The id of the source.
    pub id: &'a str,
    /// Its files.
    pub files: &'a [Listed],
    /// People or accounts that could be read.
    pub read: u64,
    /// Those that have not ended.
    pub live: u64,
    /// Of rosters only.
    pub roster: Option<RosterSeen>,
    /// What somebody has accepted.
    pub accept: Vec<&'a Acceptance>,
}

/// What only a roster can show.
#[derive(Debug, Default)]
pub struct RosterSeen {
    /// How many administrators `coverage.yaml` names who should be in it.
    pub declared_admins: usize,
    /// Others whom it names, who have left and are rightly not in it.
    pub left_admins: Vec<String>,
    /// Those of them who are not in it.
    pub missing_admins: Vec<String>,
    /// How many administrators of the last accepted snapshot have not left.
    pub known_admins: usize,
    /// How many of them are in it.
    pub known_seen: usize,
    /// Live accounts of people who have left since it was made.
    pub undecidable: u64,
    /// Live accounts of people of whom a later list says that they have left, and not when.
    pub undated: u64,
    /// Whether somebody has left since it was made, and when the last one did.
    pub left_since: Option<i64>,
}

impl Facts<'_> {
    /// Records of all files.
    pub fn records(&self) -> u64 {
        self.files.iter().map(|f| f.records).sum()
    }
}

/// What a check comes to before anybody has accepted anything.
pub(super) enum Saw {
    Fine(String),
    Odd(String),
    Nothing(&'static str),
}

/// Looks at a population in every way.
pub fn guard(policy: &GuardPolicy, facts: &Facts<'_>, previous: Option<&Previous>, zone: &TimeZone) -> Guard {
    let before: Before<'_> = previous.map(|p| p.populations.get(&(facts.role, facts.id.to_owned())).ok_or(p));
    let off = || Saw::Nothing("switched off by the policy");
    let look = |check: Check| match check {
        Check::ZeroRows if !policy.zero_rows => off(),
        Check::ZeroRows => zero_rows(facts),
        Check::DeclaredTotal if !policy.declared_total => off(),
        Check::DeclaredTotal => declared_total(facts.files),
        Check::RoundCount if !policy.round_count => off(),
        Check::RoundCount => round_count(facts.files),
        Check::Drop | Check::LiveDrop if policy.drop_percent >= 100 => off(),
        Check::Drop => drop(policy, facts, before, false),
        Check::LiveDrop => drop(policy, facts, before, true),
        Check::KnownAdmins if !policy.known_admins => off(),
        Check::KnownAdmins => known_admins(facts),
        Check::OlderThanLeaving => older_than_leaving(policy.older_than_leaving, facts, zone),
        Check::OlderThanAccepted => overtaken::look(facts, before, zone),
        Check::UnreadSheets => sheets::look(facts.files),
    };
    Guard(Check::ALL.iter().map(|&check| settled(check, look(check), facts, zone)).collect())
}

/// Lets an acceptance speak for what was flagged, if it is about this file and not about an earlier one.
fn settled(check: Check, saw: Saw, facts: &Facts<'_>, zone: &TimeZone) -> Checked {
    let checked = |outcome, saw, accepted| Checked { check, outcome, saw, accepted };
    let mut odd = match saw {
        Saw::Fine(saw) => return checked(CheckOutcome::Passed, saw, None),
        Saw::Nothing(why) => return checked(CheckOutcome::NotChecked, why.to_owned(), None),
        Saw::Odd(odd) => odd,
    };
    let newest = facts.files.iter().map(|f| f.made).max_by_key(|made| made.latest(zone));
    let mut given = facts.accept.iter().filter(|a| a.check == check);
    if let Some(&accepted) = given.clone().find(|a| newest.is_none_or(|made| made.day(zone) <= a.on)) {
        return checked(CheckOutcome::Accepted, odd, Some(accepted.clone()));
    }
    if let Some(old) = given.next() {
        odd.push_str(&format!(" (what {} accepted on {} was an older file)", old.by, old.on));
    }
    checked(CheckOutcome::Flagged, odd, None)
}

pub(super) fn names(files: &[Listed]) -> String {
    files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn zero_rows(facts: &Facts<'_>) -> Saw {
    let (rows, rejected) = facts.files.iter().fold((0, 0), |(r, j), f| (r + f.rows, j + f.rejected));
    if facts.read > 0 {
        let unread = Some(format!(", {rejected} more not")).filter(|_| rejected > 0).unwrap_or_default();
        return Saw::Fine(format!("{} could be read{unread}", counted(facts.read, "record", "records")));
    }
    let what = if facts.role == SourceRole::Roster { "account" } else { "person" };
    let in_all = || format!(" ({}, {rejected} rejected)", counted(rows, "row", "rows"));
    let rows = (rows > 0).then(in_all).unwrap_or_default();
    Saw::Odd(format!("no {what} can be read from {}{rows}", names(facts.files)))
}

/// Pages of one list name the same total; together they may be the whole.
fn declared_total(files: &[Listed]) -> Saw {
    if let Some(file) = files.iter().find(|file| file.breaks_off) {
        return Saw::Odd(format!("{} says itself that it is not the whole list", file.name));
    }
    let mut lists: BTreeMap<u64, (u64, Vec<&str>)> = BTreeMap::new();
    let mut said = false;
    for file in files {
        said |= file.total.is_some();
        if let Some(total) = file.total.filter(|total| *total > file.rows) {
            let list = lists.entry(total).or_default();
            list.0 += file.rows;
            list.1.push(&file.name);
        }
    }
    if let Some((total, (rows, pages))) = lists.into_iter().find(|(total, (rows, _))| total > rows) {
        let hold = if pages.len() == 1 { "holds" } else { "hold" };
        return Saw::Odd(format!("{} {hold} {rows} of {total} records", pages.join(", ")));
    }
    let mut fine = Vec::new();
    for file in files {
        let Some(declared) = file.declared else { continue };
        let (name, records) = (&file.name, file.records);
        if declared > records {
            let by = file.declared_by.of_these();
            return Saw::Odd(format!("{name} holds {records} of the {declared} records that {by}"));
        }
        let holds = counted(records, "record", "records");
        fine.push(format!("{name} holds {holds}, and {} {declared}", file.declared_by.says()));
    }
    if !fine.is_empty() {
        return Saw::Fine(fine.join("; "));
    }
    if said {
        return Saw::Fine("as many records as the system says there are".to_owned());
    }
    Saw::Nothing("neither the file nor coverage.yaml says how many records there are")
}

/// The last page of a list that was fetched to its end is hardly ever full.
fn round_count(files: &[Listed]) -> Saw {
    let is_round = |file: &Listed| {
        let known = file.total.is_some_and(|t| t <= file.rows) || file.declared.is_some_and(|d| d <= file.records);
        !known && (BREAKS.contains(&file.records) || file.answer && PAGES.contains(&file.records))
    };
    let records: u64 = files.iter().map(|f| f.records).sum();
    if !files.is_empty() && files.iter().all(is_round) {
        let (hold, each) = if files.len() == 1 { ("holds", "") } else { ("hold", " each") };
        let mut sizes: Vec<u64> = files.iter().map(|f| f.records).collect();
        sizes.dedup();
        let sizes = sizes.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        return Saw::Odd(format!("{} {hold} exactly {sizes} records{each}, where exports break off", names(files)));
    }
    Saw::Fine(format!("{} is no number where exports break off", counted(records, "record", "records")))
}

fn drop(policy: &GuardPolicy, facts: &Facts<'_>, before: Before<'_>, live: bool) -> Saw {
    let before = match known(before) {
        Ok(before) => before,
        Err(nothing) => return nothing,
    };
    let (was, is, what) =
        if live { (before.live, facts.live, "live records") } else { (before.records, facts.records(), "records") };
    let lost = was.saturating_sub(is);
    let percent = lost.saturating_mul(100).checked_div(was).unwrap_or(0);
    let made = &before.extracted_at;
    if lost >= FEW && lost.saturating_mul(100) > was.saturating_mul(u64::from(policy.drop_percent)) {
        return Saw::Odd(format!(
            "{} hold{} {is} {what}, {percent} % fewer than the {was} of {made}, and the policy allows {} %",
            names(facts.files),
            if facts.files.len() == 1 { "s" } else { "" },
            policy.drop_percent
        ));
    }
    Saw::Fine(format!("{is} {what} after {was} of {made}"))
}

fn known_admins(facts: &Facts<'_>) -> Saw {
    let Some(roster) = &facts.roster else { return Saw::Nothing("only rosters have administrators") };
    let left = roster.left_admins.join(", ");
    let left = if left.is_empty() { left } else { format!("; `admins` is out of date, who has left: {left}") };
    if !roster.missing_admins.is_empty() {
        let missing = roster.missing_admins.join(", ");
        return Saw::Odd(format!(
            "{} lacks the administrators {missing}, whom coverage.yaml names{left}",
            names(facts.files)
        ));
    }
    if roster.known_admins > 0 && roster.known_seen == 0 {
        let all = match roster.known_admins {
            1 => "the one administrator of the last accepted snapshot who has not left".to_owned(),
            n => format!("all {n} administrators of the last accepted snapshot who have not left"),
        };
        return Saw::Odd(format!("{} lacks {all}", names(facts.files)));
    }
    let fine = |saw: String| Saw::Fine(saw + &left);
    match (roster.declared_admins, roster.known_admins) {
        (0, 0) if !left.is_empty() => Saw::Fine(left.trim_start_matches("; ").to_owned()),
        (0, 0) => Saw::Nothing("no administrator is known who should be in it"),
        (declared, 0) => fine(format!("all {declared} that coverage.yaml names are in it")),
        (0, known) => fine(format!("{} of {known} of the last accepted snapshot are in it", roster.known_seen)),
        (declared, known) => fine(format!(
            "all {declared} that coverage.yaml names and {} of {known} of the last accepted snapshot are in it",
            roster.known_seen
        )),
    }
}

fn older_than_leaving(policy: OlderThanLeaving, facts: &Facts<'_>, zone: &TimeZone) -> Saw {
    let Some(roster) = &facts.roster else { return Saw::Nothing("only rosters have to be newer than leavings") };
    if policy == OlderThanLeaving::Off {
        return Saw::Nothing("switched off by the policy");
    }
    let day = roster.left_since.and_then(|left| Timestamp::from_second(left).ok()).map(|at| When::at(at).day(zone));
    let listed = |n: u64| counted(n, "live account", "live accounts");
    let mut lists = Vec::new();
    if let Some(day) = day.filter(|_| roster.undecidable > 0) {
        let leaving = format!("was made before the newest leaving ({day}) had passed, and lists");
        lists.push(format!("{leaving} {} of people who have left since", listed(roster.undecidable)));
    }
    if roster.undated > 0 {
        let word = "was made before a list that says of people that they have left, and not when, and lists";
        lists.push(format!("{word} {} of theirs", listed(roster.undated)));
    }
    if !lists.is_empty() {
        return Saw::Odd(format!("{} {}", names(facts.files), lists.join("; it ")));
    }
    match day {
        None => Saw::Fine("nobody has left since it was made".to_owned()),
        Some(day) if policy == OlderThanLeaving::Any => {
            Saw::Odd(format!("{} was made before the newest leaving ({day}) had passed", names(facts.files)))
        }
        Some(_) => Saw::Fine("people have left since it was made, and it lists no live account of them".to_owned()),
    }
}

/// The least administrators by key: enough to notice that a list has lost them, whatever the order of its rows.
#[derive(Debug, Default)]
pub struct Admins(std::collections::BTreeSet<KnownAdmin>);

/// How many administrators of a roster are remembered.
const ADMINS: usize = 20;

impl Admins {
    /// Remembers one.
    pub fn see(&mut self, admin: KnownAdmin) {
        self.0.insert(admin);
        if self.0.len() > ADMINS {
            self.0.pop_last();
        }
    }
    /// All that are remembered, by key.
    pub fn into_list(self) -> Vec<KnownAdmin> {
        self.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
