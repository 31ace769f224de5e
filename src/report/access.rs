//! What the top of a report may claim of the access of people who have left.

use super::cases;
use super::text::{counted, number};
use crate::model::{Report, Situation, Summary};

/// Why nothing can be said of it; none if something can. What is found in a list that cannot be relied upon is found all the
/// same, and what is not found in it may still be there.
pub(super) fn unknown(s: &Summary) -> Option<&'static str> {
    match (s.leavers_with_access, s.people, s.apps, s.apps_evaluated) {
        // Whoever has left is known from nowhere then.
        (0, 0, ..) => Some("Nobody is known from HR or a directory"),
        (0, _, 0, _) => Some("No app is in scope"),
        (0, _, _, 0) => Some("No app could be evaluated"),
        _ => None,
    }
}

/// `3 of 9 people who left still have access: 4 live accounts`, or that nobody can say.
pub(super) fn claim(report: &Report) -> String {
    let s = &report.summary;
    if let Some(why) = unknown(s) {
        return format!("{why}: nothing can be said about the access of {}", leavers(s));
    }
    let live: u64 = cases::tiers(report).0.iter().map(|(_, n)| n).sum();
    format!("{}: {}", still_have(report), counted(live, "live account", "live accounts"))
}

/// `3 of 9 people who left still have access`; to apps, where accounts of theirs live in directories as well. Where nobody has
/// any, and rows with addresses of theirs could not be read, only as far as rows could be.
pub(super) fn still_have(report: &Report) -> String {
    let s = &report.summary;
    let have = if s.leavers == 1 { "has" } else { "have" };
    let to = to_apps(report);
    let but =
        if s.leavers_with_access == 0 && unread_of_leavers(report) > 0 { ", as far as rows could be read" } else { "" };
    format!("{} of {} still {have} access{to}{but}", number(s.leavers_with_access), leavers(s))
}

/// What the numbers are about, where accounts of leavers live in directories as well.
pub(super) fn to_apps(report: &Report) -> &'static str {
    if cases::in_directories(report) > 0 { " to apps" } else { "" }
}

fn leavers(s: &Summary) -> String {
    match s.people {
        0 => "people who left".to_owned(),
        _ => counted(s.leavers, "person who left", "people who left"),
    }
}

/// `3 of 9 leavers with access`, or that it is not known: for a line that names a company.
pub(super) fn in_short(s: &Summary) -> String {
    let leavers = counted(s.leavers, "leaver", "leavers");
    match unknown(s) {
        None => format!("{} of {leavers} with access", number(s.leavers_with_access)),
        Some(_) if s.people == 0 => "who has left is not known".to_owned(),
        Some(_) => format!("access of {leavers} not known"),
    }
}

/// How many leavers have accounts that live in directories: of those with access to apps, and of all others.
pub(super) fn directories(report: &Report) -> Vec<(u64, &'static str)> {
    let (as_well, more) = cases::people_in_directories(report);
    let as_well = match as_well {
        0 => None,
        1 => Some("of those with access has a live directory account as well"),
        _ => Some("of those with access have a live directory account as well"),
    }
    .map(|have| (as_well, have));
    let have = match (more, report.summary.leavers_with_access) {
        (0, _) => None,
        (1, 0) => Some("leaver has a live directory account"),
        (_, 0) => Some("leavers have a live directory account"),
        (1, _) => Some("more leaver has a live directory account"),
        (..) => Some("more leavers have a live directory account"),
    };
    as_well.into_iter().chain(have.map(|have| (more, have))).collect()
}

/// Rows that could not be read and have the address of somebody who has left.
pub(super) fn unread_of_leavers(report: &Report) -> u64 {
    report.sources.iter().map(|s| s.of_leavers).sum()
}

/// How many rows could not be read, and how many of them have the address of somebody who has left; nothing if all could be.
pub(super) fn unread_counts(report: &Report) -> Vec<(u64, &'static str)> {
    let rows: u64 = report.sources.iter().map(|s| s.rows.of(Situation::Rejected)).sum();
    let of_leavers = unread_of_leavers(report);
    let rows = (rows, if rows == 1 { "row could not be read" } else { "rows could not be read" });
    let of_leavers = (of_leavers, "of them with the address of somebody who has left");
    [rows, of_leavers].into_iter().filter(|(n, _)| *n > 0).collect()
}

/// `7 rows could not be read, 1 of them with the address of somebody who has left`; none if all could be.
pub(super) fn unread(report: &Report) -> Option<String> {
    let told = unread_counts(report).into_iter().map(|(n, what)| format!("{} {what}", number(n)));
    Some(told.collect::<Vec<_>>().join(", ")).filter(|told| !told.is_empty())
}

/// `, 1 unreadable row with an address of theirs`; nothing if there is none.
pub(super) fn unread_in_short(report: &Report) -> String {
    match unread_of_leavers(report) {
        0 => String::new(),
        n => format!(", {} with an address of theirs", counted(n, "unreadable row", "unreadable rows")),
    }
}

/// How many live accounts may be theirs, and that they may; none if none may.
pub(super) fn perhaps(s: &Summary) -> Option<(u64, &'static str)> {
    match s.may_be_leavers {
        0 => None,
        1 => Some((1, "more live account may be theirs")),
        n => Some((n, "more live accounts may be theirs")),
    }
}

/// The same in one text.
pub(super) fn perhaps_in_words(s: &Summary) -> Option<String> {
    perhaps(s).map(|(n, what)| format!("{} {what}", number(n)))
}

/// Of how many people nobody can tell whether they have left; none if it is known of all.
pub(super) fn unclear(s: &Summary) -> Option<(u64, &'static str)> {
    match s.unclear {
        0 => None,
        1 => Some((1, "person may have left: nobody can tell")),
        n => Some((n, "people may have left: nobody can tell")),
    }
}

/// `, 2 more may be theirs`; nothing if none may.
pub(super) fn perhaps_in_short(s: &Summary) -> String {
    match s.may_be_leavers {
        0 => String::new(),
        n => format!(", {} more may be theirs", number(n)),
    }
}

/// How many findings of earlier runs stand open unseen, and that they do; none if none does.
pub(super) fn unseen(report: &Report) -> Option<(u64, &'static str)> {
    match report.history.as_ref().map_or(0, |history| history.unseen) {
        0 => None,
        1 => Some((1, "finding of an earlier run could not be looked at: it stands open")),
        n => Some((n, "findings of earlier runs could not be looked at: they stand open")),
    }
}

/// What stands beside the claim: sentences without their full stop.
pub(super) fn beside(report: &Report) -> Vec<String> {
    let told = |(n, what): (u64, &str)| format!("{} {what}", number(n));
    let s = &report.summary;
    let others = [unclear(s), unseen(report)].into_iter().flatten();
    let counts = perhaps(s).into_iter().chain(directories(report)).map(told);
    counts.chain(unread(report)).chain(others.map(told)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn nothing_is_claimed_where_nothing_could_be_evaluated() {
        let mut report = sample::report();
        let told = |report: &Report| claim(report);
        report.summary = Summary { apps: 1, apps_evaluated: 1, ..Summary::default() };
        let nobody = "Nobody is known from HR or a directory: nothing can be said about the access of people who left";
        assert_eq!(told(&report), nobody);
        assert_eq!(in_short(&report.summary), "who has left is not known");
        report.findings.clear();
        report.summary = Summary { people: 9, leavers: 3, ..Summary::default() };
        assert_eq!(in_short(&report.summary), "access of 3 leavers not known");
        assert_eq!(told(&report), "No app is in scope: nothing can be said about the access of 3 people who left");
        report.summary.apps = 2;
        assert_eq!(
            told(&report),
            "No app could be evaluated: nothing can be said about the access of 3 people who left"
        );
        report.summary.apps_evaluated = 1;
        assert_eq!(told(&report), "0 of 3 people who left still have access: 0 live accounts");
        // What stands in a list is there, whatever is missing from it.
        let residual = vec![("residual-login-capable", 1), ("residual-undecidable", 4)];
        report.summary =
            Summary { people: 1, leavers: 1, leavers_with_access: 1, apps: 1, residual, ..Summary::default() };
        assert_eq!(told(&report), "1 of 1 person who left still has access: 1 live account");
    }

    #[test]
    fn accounts_that_may_be_leavers_stand_beside_the_claim() {
        let mut report = sample::report();
        report.findings.clear();
        report.sources.clear();
        report.summary = Summary { people: 9, leavers: 3, apps: 1, apps_evaluated: 1, ..Summary::default() };
        assert_eq!((beside(&report), perhaps_in_short(&report.summary)), (vec![], String::new()));
        report.summary.may_be_leavers = 1_200;
        assert_eq!(beside(&report), ["1,200 more live accounts may be theirs"]);
        assert_eq!(perhaps_in_short(&report.summary), ", 1,200 more may be theirs");
    }

    #[test]
    fn rows_that_could_not_be_read_stand_beside_the_claim_and_make_none_found_a_qualified_one() {
        let mut report = sample::report();
        report.findings.clear();
        report.sources.truncate(1);
        report.sources[0].rows = Default::default();
        report.summary = Summary { people: 9, leavers: 3, apps: 1, apps_evaluated: 1, ..Summary::default() };
        report.sources[0].rows.count(Situation::Rejected, 1);
        assert_eq!(beside(&report), ["1 row could not be read"]);
        assert_eq!(claim(&report), "0 of 3 people who left still have access: 0 live accounts");
        report.sources[0].rows.count(Situation::Rejected, 6);
        report.sources[0].of_leavers = 1;
        assert_eq!(beside(&report), ["7 rows could not be read, 1 of them with the address of somebody who has left"]);
        let qualified = "0 of 3 people who left still have access, as far as rows could be read: 0 live accounts";
        assert_eq!(claim(&report), qualified);
        assert_eq!(unread_in_short(&report), ", 1 unreadable row with an address of theirs");
    }

    #[test]
    fn leavers_with_an_account_in_a_directory_are_told_beside_those_with_access_to_apps() {
        let mut report = sample::report();
        assert!(claim(&report).contains(" still have access to apps: "), "{}", claim(&report));
        let told = |report: &Report| {
            let told = directories(report).into_iter().map(|(n, what)| format!("{n} {what}"));
            told.collect::<Vec<_>>()
        };
        let as_well = "1 of those with access has a live directory account as well";
        let more = "1 more leaver has a live directory account";
        assert_eq!(told(&report), [as_well]);
        let of_list = report.findings.iter().find(|f| f.app.is_none() && f.account.is_some()).unwrap().clone();
        report.findings.retain(|f| f.app.is_none() || f.person != of_list.person);
        assert_eq!(told(&report), [more]);
        let person = report.findings.iter().find(|f| f.rule.id == "residual-login-capable").unwrap().person;
        report.findings.push(Box::new(crate::model::Finding { person, ..*of_list }));
        assert_eq!(told(&report), [as_well, more]);
        report.findings.retain(|f| f.app.is_none());
        report.summary.leavers_with_access = 0;
        assert_eq!(told(&report), ["2 leavers have a live directory account"]);
    }
}
