//! The numbers at the top of the page.

use super::apps;
use super::budget::Shown;
use super::rows::{AppLink, NAME, SENTENCE};
use crate::model::{Report, Severity, SourceRole};
use crate::report::access;
use crate::report::cases;
use crate::report::text::{self, Automated, clip, counted, number};
use serde::Serialize;

/// The most apps named that could not be judged.
const DARK: usize = 40;
/// How wide a bar is, in its own units.
const WIDTH: u64 = 1000;

/// The numbers at the top.
#[derive(Serialize)]
pub(super) struct Headline {
    lede: String,
    apps: String,
    evaluated: String,
    all_evaluated: bool,
    dark: Shown<(AppLink, String)>,
    people: String,
    leavers: String,
    /// The same in words.
    leavers_text: String,
    with_access: String,
    anyone: bool,
    /// Why nothing can be said of their access, if nothing can.
    unknown_access: Option<&'static str>,
    /// Whether accounts of theirs live in directories.
    in_directories: bool,
    /// What else is to be said of it.
    beside: Vec<String>,
    /// How many live accounts may be theirs; none if none may.
    perhaps: Option<String>,
    /// How many rows could not be read; none if all could be.
    unread: Option<String>,
    /// Whether some of them have the address of somebody who has left.
    unread_of_leavers: bool,
    residual: String,
    /// The same in words.
    residual_text: String,
    tiers: Vec<Part>,
    tiers_undecided: Option<String>,
    findings: String,
    severities: Vec<Part>,
    undecided: String,
    any_undecided: bool,
    excepted: Option<String>,
    /// Lists of people that cannot be relied upon, and why.
    people_doubted: Vec<(String, String)>,
    share: String,
    share_of: Option<String>,
    automated: String,
    /// Live accounts of which it is not known how they end; none if it is known of all.
    unknown: Option<String>,
    all_unknown: bool,
    live: String,
    coverage: Vec<Part>,
    accounts: String,
    manual_only: String,
}

/// One part of a stacked bar.
#[derive(Serialize)]
struct Part {
    class: String,
    label: String,
    /// The rule that explains it, if it is one.
    rule: Option<&'static str>,
    count: String,
    x: u64,
    width: u64,
}

/// What the top of the page says.
pub(super) fn headline(report: &Report) -> Headline {
    let s = &report.summary;
    let (tiers, undecided) = cases::tiers(report);
    let live: u64 = tiers.iter().map(|(_, n)| n).sum();
    let dark = report.apps.iter().enumerate().filter_map(|(ix, app)| {
        let why = app.not_evaluable.as_deref()?;
        Some((apps::link(app, ix as u32), clip(why, SENTENCE).into_owned()))
    });
    let all_dark = report.apps.iter().filter(|a| a.not_evaluable.is_some()).count();
    let title = |id: &str| report.rules.iter().find(|r| r.id == id).map_or(id, |r| r.title).to_owned();
    let tiers = tiers.into_iter().enumerate().map(|(ix, (id, n))| {
        let known = report.rules.iter().any(|r| r.id == id).then_some(id);
        (format!("tier-{}", ix.min(5)), title(id), known, n)
    });
    let severities = s.by_severity.iter().map(|&(word, n)| {
        let known = Severity::from_word(word).map_or("info", Severity::word);
        (format!("sev-{known}"), word.to_owned(), None, n)
    });
    let rest = s.live_accounts.saturating_sub(s.automated_accounts + s.automation_unknown_accounts);
    let (share, share_of) = match text::automated(s) {
        Automated::NoAccounts if s.apps_evaluated >= s.apps => ("none".to_owned(), None),
        Automated::NoAccounts | Automated::Unknown => ("not known".to_owned(), None),
        Automated::Share(share) => (share, Some("live accounts".to_owned())),
        Automated::Partly { share, known } => {
            (share, Some(format!("the {} live accounts of which it is known", number(known))))
        }
    };
    let coverage = [
        ("cover-yes".to_owned(), "ended by themselves".to_owned(), None, s.automated_accounts),
        ("cover-no".to_owned(), "someone has to act".to_owned(), None, rest),
        ("cover-unknown".to_owned(), "not known".to_owned(), None, s.automation_unknown_accounts),
    ];
    Headline {
        lede: lede(report, live),
        apps: number(s.apps),
        evaluated: number(s.apps_evaluated),
        all_evaluated: s.apps_evaluated >= s.apps,
        dark: Shown::new(dark.take(DARK).collect(), all_dark),
        people: number(s.people),
        leavers: number(s.leavers),
        leavers_text: counted(s.leavers, "leaver", "leavers"),
        with_access: number(s.leavers_with_access),
        anyone: s.leavers_with_access > 0,
        unknown_access: access::unknown(s),
        in_directories: cases::in_directories(report) > 0,
        beside: access::beside(report),
        perhaps: access::perhaps_in_words(s),
        unread: access::unread(report),
        unread_of_leavers: access::unread_of_leavers(report) > 0,
        residual: number(live),
        residual_text: counted(live, "live account", "live accounts"),
        tiers: bar(tiers),
        tiers_undecided: (undecided > 0).then(|| counted(undecided, "more account", "more accounts")),
        findings: number(s.by_severity.iter().map(|(_, n)| n).sum()),
        severities: bar(severities),
        undecided: number(s.not_evaluable),
        any_undecided: s.not_evaluable > 0,
        excepted: (s.excepted > 0).then(|| counted(s.excepted, "finding is", "findings are")),
        people_doubted: people_doubted(report),
        share,
        share_of,
        automated: number(s.automated_accounts),
        unknown: (s.automation_unknown_accounts > 0).then(|| number(s.automation_unknown_accounts)),
        all_unknown: s.automation_unknown_accounts >= s.live_accounts,
        live: number(s.live_accounts),
        coverage: bar(coverage),
        accounts: number(s.accounts),
        manual_only: number(s.apps_manual_only),
    }
}

/// Lists of people that cannot be relied upon, and why.
fn people_doubted(report: &Report) -> Vec<(String, String)> {
    let lists = report.populations.iter().filter(|p| matches!(p.role, SourceRole::Hr | SourceRole::Idp));
    let doubted = lists.filter_map(|p| {
        let why = p.guard.not_evaluable()?;
        Some((clip(&p.name, NAME).into_owned(), clip(&why, SENTENCE).into_owned()))
    });
    doubted.take(DARK).collect()
}

/// The one sentence to remember.
fn lede(report: &Report, live: u64) -> String {
    let s = &report.summary;
    let whole = s.apps_evaluated >= s.apps;
    let apps = counted(s.apps, "app", "apps");
    if s.leavers_with_access > 0 {
        let have = if s.leavers == 1 { "person who has left still has" } else { "people who have left still have" };
        let accounts = counted(live, "live account", "live accounts");
        let of = cases::by_app(report).iter().filter(|(live, _)| *live > 0).count() as u64;
        let places = counted(of, "app", "apps");
        // An account that is listed is there, even where the list cannot be relied upon for what is not in it.
        let seen = match s.apps {
            _ if !whole => format!("in {places}. Only {} of {apps} could be evaluated.", number(s.apps_evaluated)),
            1 => "in the one app.".to_owned(),
            2 if of == 2 => "in both apps.".to_owned(),
            2 => format!("in {places}; both apps were evaluated."),
            n if of == n => format!("in all {apps}."),
            _ => format!("in {places}; all {apps} were evaluated."),
        };
        let to = access::to_apps(report);
        return format!(
            "{} of {} {have} access{to}: {accounts} {seen}",
            number(s.leavers_with_access),
            number(s.leavers)
        );
    }
    let but = match cases::tiers(report).1 {
        0 => String::new(),
        n => format!("; {} cannot be judged", counted(n, "account of a leaver", "accounts of leavers")),
    };
    let found = if access::unread_of_leavers(report) > 0 {
        "In the rows that could be read, no live account of a person who has left was found"
    } else {
        "No live account of a person who has left was found"
    };
    let none = match access::unknown(s) {
        Some(why) => format!("{why}, so nothing can be said about the access of people who have left."),
        None if whole && s.apps == 1 => format!("{found} in the one app{but}."),
        None if whole => format!("{found} in any of the {apps}{but}."),
        None => format!("{found} in the {} of {apps} that could be evaluated{but}.", number(s.apps_evaluated)),
    };
    access::beside(report).into_iter().fold(none, |said, more| format!("{said} {more}."))
}

/// Cuts a bar into parts. What is there at all can be seen.
fn bar(parts: impl IntoIterator<Item = (String, String, Option<&'static str>, u64)>) -> Vec<Part> {
    let parts: Vec<_> = parts.into_iter().filter(|p| p.3 > 0).collect();
    let sum: u64 = parts.iter().map(|p| p.3).sum();
    let least = WIDTH / 100;
    let room = WIDTH.saturating_sub(least * parts.len() as u64);
    let mut x = 0;
    let last = parts.len().saturating_sub(1);
    let cut = parts.into_iter().enumerate().map(|(ix, (class, label, rule, n))| {
        let share = u64::try_from(u128::from(n) * u128::from(room) / u128::from(sum.max(1))).unwrap_or(room);
        let width = if ix == last { WIDTH - x } else { least + share };
        let part = Part { class, label, rule, count: number(n), x, width };
        x += width;
        part
    });
    cut.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_and_hides_nothing() {
        let part = |n| (String::new(), String::new(), None, n);
        let parts = bar([part(1), part(0), part(1_000_000), part(2)]);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|p| p.width >= 10));
        assert_eq!(parts.last().map(|p| p.x + p.width), Some(WIDTH));
    }
}
