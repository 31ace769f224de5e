//! A generated company over 24 months, reconciled month by month: its history, the closing of its gaps and its times to revoke
//! are held against what is known to be true. The truth is told by the generator alone, which shares nothing with the program.

mod kept;

use coverage::history;
use coverage::model::{FindingState, GapState, RevokeLimit, RevokeUnit, Verdict};
use coverage::store::{Filter, Place, Store};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use kept::{Exports, keep, past, ran};
use std::collections::BTreeMap;
use std::sync::Mutex;

const MONTHS: usize = 24;
const PEOPLE: u32 = 120;
/// The month without a roster of tidepool, that with half a roster of harbor, which says so itself, and that with half a roster of
/// slack, which does not.
const MISSING: usize = 9;
const HALF: usize = 13;
const HALF_UNSAID: usize = 16;

/// A small generator of numbers, so that the company is the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// One account as it really is: alive in these days, both ends included.
#[derive(Debug, Clone)]
struct Account {
    app: &'static str,
    id: String,
    alive: Vec<(Date, Option<Date>)>,
    /// After its end, the row stays and says that it is deactivated (else it is gone).
    row_stays: bool,
    /// From this day on, it has another address, which no directory knows.
    renamed: Option<Date>,
}

impl Account {
    fn lives(&self, day: Date) -> bool {
        self.alive.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to))
    }
    fn has_been(&self, day: Date) -> bool {
        self.alive.first().is_some_and(|(from, _)| *from <= day)
    }
}

#[derive(Debug, Clone)]
struct Person {
    n: u32,
    /// First and last days; the last one of the newest is none while the person works here.
    jobs: Vec<(Date, Option<Date>)>,
    accounts: Vec<Account>,
}

impl Person {
    fn key(&self) -> String {
        format!("employee-id:e{}", self.n)
    }
    fn address(&self) -> String {
        format!("person{}@nordwind.example", self.n)
    }
    fn left(&self, day: Date) -> Option<Date> {
        let known = self.jobs.iter().rfind(|(from, _)| *from <= day)?;
        known.1.filter(|end| *end < day)
    }
}

/// The day on which a month's rosters are made.
fn day(month: usize) -> Date {
    date(2025 + (month / 12) as i16, 1 + (month % 12) as i8, 28)
}

fn plus(day: Date, days: u64) -> Date {
    day.checked_add(jiff::Span::new().days(days as i64)).unwrap()
}

fn company() -> Vec<Person> {
    let mut dice = Dice(20_250_128);
    let begin = date(2020, 1, 1);
    let mut people = Vec::new();
    for n in 1..=PEOPLE {
        let mut person = Person { n, jobs: vec![(begin, None)], accounts: Vec::new() };
        let leaves = n % 2 == 0;
        let left = plus(date(2025, 2, 3), dice.roll(560));
        // On a day of the second half of a month it would be too near to the rosters of the month.
        let left = date(left.year(), left.month(), 1 + (dice.roll(24) as i8));
        let back = (leaves && n % 10 == 6).then(|| plus(left, 70 + dice.roll(60)));
        if leaves {
            person.jobs[0].1 = Some(left);
        }
        if let Some(back) = back {
            person.jobs.push((back, None));
        }
        for app in ["slack", "tidepool", "harbor"] {
            let mut account = Account {
                app,
                id: format!("U{app}{n}"),
                alive: vec![(begin, None)],
                row_stays: app == "slack" && dice.roll(2) == 0,
                renamed: None,
            };
            // One in six is forgotten, one in three ends within a week, the others linger.
            let removed = match dice.roll(6) {
                0 => None,
                1 | 2 => Some(plus(left, dice.roll(7))),
                _ => Some(plus(left, 10 + dice.roll(130))),
            };
            if leaves {
                account.alive[0].1 = removed;
            }
            if app == "slack" && n % 5 == 2 {
                account.renamed = Some(plus(left, 3));
            }
            match (back, removed) {
                (Some(back), Some(removed)) if removed < back => account.alive.push((back, None)),
                (Some(_), _) => account.alive[0].1 = None,
                (None, Some(removed)) if leaves && dice.roll(5) == 0 => {
                    let again = plus(removed, 40 + dice.roll(50));
                    let end = if dice.roll(2) == 0 { None } else { Some(plus(again, 45 + dice.roll(30))) };
                    account.alive.push((again, end));
                }
                _ => {}
            }
            person.accounts.push(account);
        }
        people.push(person);
    }
    people
}

fn exports(people: &[Person], month: usize) -> Exports {
    let today = day(month);
    let mut hr = String::from("Employee ID,Name,Work email,Start date,End date,Status\n");
    let mut idp =
        String::from("user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\n");
    for person in people {
        for (from, to) in person.jobs.iter().filter(|(from, _)| *from <= today) {
            let end = to.filter(|to| *to < today);
            let status = if end.is_some() { "Terminated" } else { "Active" };
            let end = end.map_or_else(String::new, |end| end.to_string());
            hr.push_str(&format!("E{},Person {},{},{from},{end},{status}\n", person.n, person.n, person.address()));
        }
        let status = if person.left(today).is_some() { "DEPROVISIONED" } else { "ACTIVE" };
        idp.push_str(&format!(
            "{0},{0},E{1},{status},2020-01-01T00:00:00Z,2025-01-01T00:00:00Z\n",
            person.address(),
            person.n
        ));
    }
    let mut slack = String::from(
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n",
    );
    let mut tidepool = String::from("Email,Name,Status\n");
    let mut harbor = Vec::new();
    for person in people {
        for account in person.accounts.iter().filter(|a| a.has_been(today)) {
            let lives = account.lives(today);
            if !lives && !account.row_stays {
                continue;
            }
            let (address, id) = (person.address(), &account.id);
            match account.app {
                "slack" => {
                    let address = match account.renamed.filter(|from| *from <= today) {
                        Some(_) => format!("former-{}@elsewhere.example", person.n),
                        None => address,
                    };
                    let status = if lives { "Member" } else { "Deactivated" };
                    slack.push_str(&format!("p{0},{address},{status},1,0,0,{id},Person {0},,\n", person.n));
                }
                "tidepool" => tidepool.push_str(&format!("{address},Person {},active\n", person.n)),
                _ => harbor.push(format!(
                    r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"{id}","userName":"{address}","active":true,"emails":[{{"value":"{address}","primary":true}}]}}"#
                )),
            }
        }
    }
    if month == HALF_UNSAID {
        let half: Vec<&str> = slack.lines().take(slack.lines().count() / 2).collect();
        slack = half.join("\n");
    }
    let total = harbor.len();
    if month == HALF {
        harbor.truncate(total / 2);
    }
    let harbor = format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{total},"startIndex":1,"itemsPerPage":{},"Resources":[{}]}}"#,
        harbor.len(),
        harbor.join(",")
    );
    let mut all = Exports { at: format!("{today}T06:00:00Z"), hr, idp, ..Exports::default() };
    all.roster("slack", "slack.csv", &slack);
    all.roster("harbor", "harbor.json", &harbor);
    if month == MISSING {
        all.dark.push("tidepool".to_owned());
    } else {
        all.roster("tidepool", "tidepool.csv", &tidepool);
    }
    all.limit =
        Some(RevokeLimit { count: 72, unit: RevokeUnit::Hours, weekend: vec![6, 7], holidays: vec![], zone: None });
    all
}

/// Whether the roster of an app could be relied on in a month.
fn accepted(app: &str, month: usize) -> bool {
    ![("tidepool", MISSING), ("harbor", HALF), ("slack", HALF_UNSAID)].contains(&(app, month))
}

/// What the rosters can show of an account of somebody who has left for good, or is back: for each accepted month, whether it
/// was seen alive.
fn sights(account: &Account) -> Vec<(usize, bool)> {
    (0..MONTHS).filter(|m| accepted(account.app, *m)).map(|m| (m, account.lives(day(m)))).collect()
}

fn second(day: Date, hour: i8) -> i64 {
    day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()
}

/// The end of a day of leaving.
fn end_of(day: Date) -> i64 {
    second(day.tomorrow().unwrap(), 0) - 1
}

/// What is true of one account at the end of the 24 months.
#[derive(Debug, PartialEq)]
struct Truth {
    state: Option<FindingState>,
    /// In which months (from 1 on) its finding was opened and verified as removed.
    opened: Vec<u32>,
    verified: Vec<u32>,
    reappeared: bool,
    /// Bounds in seconds.
    least: i64,
    most: Option<i64>,
}

fn truth(person: &Person, account: &Account) -> Option<Truth> {
    let last = day(MONTHS - 1);
    let left = person.jobs[0].1.filter(|left| *left < last)?;
    if person.jobs.len() > 1 {
        return None;
    }
    let gap = |month: usize| person.left(day(month)).is_some();
    let (mut opened, mut verified, mut reappeared, mut open) = (Vec::new(), Vec::new(), false, false);
    let (mut alive, mut gone) = (None, None);
    for (month, lives) in sights(account) {
        if lives {
            alive = Some(second(day(month), 6));
            gone = None;
        } else if gone.is_none() {
            gone = Some(second(day(month), 6));
        }
        if !gap(month) {
            continue;
        }
        if lives && !open {
            reappeared |= !verified.is_empty()
                || (opened.is_empty() && sights(account).iter().any(|(m, l)| *m < month && gap(*m) && !l));
            opened.push(month as u32 + 1);
            open = true;
        } else if !lives && open {
            verified.push(month as u32 + 1);
            open = false;
        }
    }
    let state = match (opened.len(), open) {
        (0, _) => None,
        (1, true) if !reappeared => Some(FindingState::Open),
        (1, true) => Some(FindingState::Open),
        (_, true) => Some(FindingState::Reopened),
        (_, false) => Some(FindingState::VerifiedRemoved),
    };
    let left = end_of(left);
    Some(Truth {
        state,
        opened,
        verified,
        reappeared,
        least: alive.map_or(0, |alive: i64| (alive - left).max(0)),
        most: gone.map(|gone| (gone - left).max(0)),
    })
}

#[test]
fn two_years_of_a_company_are_told_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let store = Mutex::new(Store::open(&Place::File(folder.path().join("store.sqlite")), true).unwrap());
    let people = company();
    let mut returned: BTreeMap<String, u32> = BTreeMap::new();
    for month in 0..MONTHS {
        let exports = exports(&people, month);
        let report = ran(&store, &exports, false).report;
        for finding in report.findings.iter().filter(|f| f.rule.id == "reappeared") {
            let account = finding.account.as_ref().unwrap().account().to_owned();
            returned.entry(account).or_insert(month as u32 + 1);
        }
        let dark: Vec<&str> = report.apps.iter().filter(|a| a.not_evaluable.is_some()).map(|a| a.id.as_str()).collect();
        let expected: Vec<&str> =
            ["harbor", "slack", "tidepool"].into_iter().filter(|app| !accepted(app, month)).collect();
        assert_eq!(dark, expected, "month {month}");
        assert_eq!(keep(&store, &exports), month as u32 + 1);
    }

    let past = past(&store);
    let stories =
        store.lock().unwrap().stories(&Filter { rule: Some("residual-login-capable".into()), ..Filter::default() });
    let told: Vec<_> = stories.unwrap().into_iter().filter_map(|story| history::told(&past, story)).collect();
    let limit = |_: &str| exports(&people, 0).limit;
    let times = history::times(&past, &limit, &TimeZone::UTC);
    let (mut checked, mut reopened, mut verified, mut open) = (0, 0, 0, 0);
    for person in &people {
        for account in &person.accounts {
            let name = if account.app == "tidepool" { person.address() } else { account.id.clone() };
            let mine = told.iter().find(|t| {
                t.story.app.as_deref() == Some(account.app) && t.story.person.as_deref() == Some(&person.key())
            });
            let Some(truth) = truth(person, account) else { continue };
            let what = format!("{name} in {}: {truth:?}, {account:?}, {:?}\n{mine:#?}", account.app, person.jobs);
            checked += 1;
            // The history of the finding.
            assert_eq!(mine.map(|m| m.state), truth.state, "{what}");
            let spells = mine.map_or(&[][..], |m| &m.story.spells);
            let opened: Vec<u32> = spells.iter().filter(|s| s.opened_run == s.from_run).map(|s| s.from_run).collect();
            assert_eq!(opened, truth.opened, "{what}");
            let ended: Vec<u32> = spells
                .iter()
                .filter_map(|s| s.until_run.filter(|_| s.ended_how != Some(coverage::model::HowEnded::Changed)))
                .collect();
            assert_eq!(ended, truth.verified, "{what}");
            assert!(spells.iter().skip(1).all(|s| s.moved_by == ["data"]), "{what}");
            // A return is seen in the first accepted roster that shows it.
            let back = returned.get(&name).filter(|_| truth.opened.len() > 1);
            assert_eq!(back, truth.opened.get(1), "{what}");
            match truth.state {
                Some(FindingState::Reopened) => reopened += 1,
                Some(FindingState::VerifiedRemoved) => verified += 1,
                Some(FindingState::Open) => open += 1,
                _ => {}
            }
            // The time to revoke.
            let time = times.iter().find(|t| t.app == account.app && t.person == person.key());
            let time = time.unwrap_or_else(|| panic!("no time: {what}"));
            assert_eq!((time.least, time.most), (truth.least, truth.most), "{what}\n{time:?}");
            let due = 72 * 3600;
            let verdict = match (truth.least, truth.most) {
                (least, _) if least > due => Verdict::Breached,
                (_, Some(most)) if most <= due => Verdict::Kept,
                _ => Verdict::NotEvaluable,
            };
            assert_eq!(time.verdict, Some(verdict), "{what}");
        }
    }
    // The company has enough of everything, or the test says little.
    assert!(checked >= 100 && reopened >= 5 && verified >= 40 && open >= 8, "{checked} {reopened} {verified} {open}");

    // Whoever is back at work has no gap, whatever was seen before.
    for person in people.iter().filter(|p| p.jobs.len() > 1 && p.jobs[1].0 < day(MONTHS - 1)) {
        for app in ["slack", "tidepool", "harbor"] {
            let gaps = past.gaps.get(app).into_iter().flatten();
            let last = gaps.filter(|g| g.person == person.key() && g.until_run.is_none());
            assert!(last.clone().all(|g| !g.state.is_open()), "{:?}", last.collect::<Vec<_>>());
            let states =
                told.iter().filter(|t| t.story.person == Some(person.key()) && t.story.app.as_deref() == Some(app));
            assert!(states.clone().all(|t| t.ended_run.is_some()), "{:?}", states.collect::<Vec<_>>());
        }
    }
    let renamed: Vec<_> =
        people.iter().filter(|p| p.accounts[0].renamed.is_some() && p.left(day(MONTHS - 1)).is_some()).collect();
    assert!(renamed.len() >= 5);
    assert!(
        past.gaps["slack"].iter().any(|g| g.state == GapState::Living && renamed.iter().any(|p| p.key() == g.person))
    );

    // Median and percentile of the bounds, worked out here by sorting.
    let of = |app: &str| times.iter().filter(|t| t.app == app).collect::<Vec<_>>();
    for summary in history::summaries(&times, &limit).iter().filter(|s| s.app.is_some()) {
        let all = of(summary.app.as_deref().unwrap());
        let mut least: Vec<i64> = all.iter().map(|t| t.least).collect();
        least.sort_unstable();
        assert_eq!(summary.count, all.len());
        assert_eq!(summary.median.unwrap().least, least[all.len().div_ceil(2) - 1]);
        assert_eq!(summary.open, all.iter().filter(|t| t.most.is_none()).count());
        assert_eq!(summary.verdicts.iter().sum::<usize>(), all.len());
    }
}
