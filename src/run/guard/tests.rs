//! What each check flags and what it lets pass.

use super::*;
use crate::model::PreviousPopulation;
use jiff::civil::date;

fn file(n: usize, records: u64) -> Listed {
    Listed::of(format!("{n}.json"), records, When::on(date(2026, 11, 20)))
}

fn facts(files: &[Listed]) -> Facts<'_> {
    let read = files.iter().map(|f| f.records).sum();
    Facts { role: SourceRole::Roster, id: "tidepool", files, read, live: read, roster: None, accept: Vec::new() }
}

fn seen(facts: &Facts<'_>, previous: Option<&Previous>) -> Option<String> {
    guard(&GuardPolicy::default(), facts, previous, &TimeZone::UTC).not_evaluable()
}

fn said(files: &[(Option<u64>, u64)]) -> Option<String> {
    let files: Vec<Listed> =
        files.iter().enumerate().map(|(n, (total, records))| Listed { total: *total, ..file(n, *records) }).collect();
    seen(&facts(&files), None)
}

fn before(records: u64, live: u64) -> Previous {
    let population =
        PreviousPopulation { records, live, extracted_at: "2026-10-20".to_owned(), ..PreviousPopulation::default() };
    let populations = BTreeMap::from([((SourceRole::Roster, "tidepool".to_owned()), population)]);
    Previous { as_of: "2026-10-20".to_owned(), populations }
}

#[test]
fn one_page_of_several_is_a_part() {
    assert_eq!(said(&[(Some(251), 101)]).unwrap(), "0.json holds 101 of 251 records");
    assert_eq!(said(&[(Some(3), 3), (Some(251), 101)]).unwrap(), "1.json holds 101 of 251 records");
    assert_eq!(said(&[(Some(251), 101), (Some(251), 98)]).unwrap(), "0.json, 1.json hold 199 of 251 records");
}

#[test]
fn all_pages_together_are_the_whole_and_so_is_a_list_that_says_nothing() {
    assert_eq!(said(&[(Some(251), 101), (Some(251), 101), (Some(251), 49)]), None);
    assert_eq!(said(&[(Some(2), 2), (None, 7)]), None);
    assert_eq!(said(&[(None, 0), (None, 7)]), None, "an empty file beside a full one");
}

#[test]
fn nobody_at_all_is_no_whole() {
    assert_eq!(said(&[(None, 0)]).unwrap(), "no account can be read from 0.json");
    assert_eq!(said(&[(None, 0), (None, 0)]).unwrap(), "no account can be read from 0.json, 1.json");
    let rejected = [Listed { rows: 2, rejected: 2, records: 2, ..file(0, 0) }];
    let hr = Facts { role: SourceRole::Hr, read: 0, ..facts(&rejected) };
    assert_eq!(seen(&hr, None).unwrap(), "no person can be read from 0.json (2 rows, 2 rejected)");
    let some = guard(&GuardPolicy::default(), &Facts { read: 6, ..facts(&rejected) }, None, &TimeZone::UTC);
    assert_eq!(some.0[0].saw, "6 records could be read, 2 more not");
}

#[test]
fn fewer_records_than_declared_are_a_part_and_more_are_not() {
    let declared = |records| [Listed { declared: Some(40), ..file(0, records) }];
    let why = "0.json holds 39 of the 40 records that coverage.yaml declares";
    assert_eq!(seen(&facts(&declared(39)), None).as_deref(), Some(why));
    assert_eq!(seen(&facts(&declared(40)), None), None);
    assert_eq!(seen(&facts(&declared(41)), None), None);
}

#[test]
fn a_list_that_says_that_it_breaks_off_is_not_whole() {
    let files = [Listed { breaks_off: true, declared: Some(7), ..file(0, 7) }];
    assert_eq!(seen(&facts(&files), None).unwrap(), "0.json says itself that it is not the whole list");
}

#[test]
fn a_round_count_is_doubted_unless_a_total_says_that_it_is_right() {
    let why = "0.json holds exactly 1000 records, where exports break off";
    assert_eq!(seen(&facts(&[file(0, 1_000)]), None).as_deref(), Some(why));
    assert!(seen(&facts(&[file(0, 65_535)]), None).is_some(), "an old Excel sheet");
    for fine in [999, 1_001, 1_500, 3_000] {
        assert_eq!(seen(&facts(&[file(0, fine)]), None), None, "{fine}");
    }
    assert_eq!(said(&[(Some(1_000), 1_000)]), None, "the system says so itself");
    assert_eq!(seen(&facts(&[Listed { declared: Some(1_000), ..file(0, 1_000) }]), None), None);
    assert_eq!(seen(&facts(&[file(0, 1_000), file(1, 437)]), None), None, "the last page is not full");
    let pages = "0.json, 1.json hold exactly 1000 records each, where exports break off";
    assert_eq!(seen(&facts(&[file(0, 1_000), file(1, 1_000)]), None).as_deref(), Some(pages));
    assert_eq!(seen(&facts(&[file(0, 100)]), None), None, "a table of a hundred is nothing");
    assert!(seen(&facts(&[Listed { answer: true, ..file(0, 100) }]), None).is_some(), "an answer of a hundred is");
}

#[test]
fn a_loss_beyond_the_policy_is_doubted_in_records_and_in_live_ones() {
    let was = before(100, 80);
    assert_eq!(seen(&facts(&[file(0, 81)]), Some(&was)), None, "a fifth");
    assert_eq!(
        seen(&Facts { live: 70, ..facts(&[file(0, 79)]) }, Some(&was)).unwrap(),
        "0.json holds 79 records, 21 % fewer than the 100 of 2026-10-20, and the policy allows 20 %"
    );
    assert_eq!(
        seen(&Facts { live: 40, ..facts(&[file(0, 101)]) }, Some(&was)).unwrap(),
        "0.json holds 40 live records, 50 % fewer than the 80 of 2026-10-20, and the policy allows 20 %"
    );
    assert_eq!(seen(&facts(&[file(0, 2)]), Some(&before(6, 6))), None, "four of six");
    let off = GuardPolicy { drop_percent: 100, ..GuardPolicy::default() };
    assert_eq!(guard(&off, &facts(&[file(0, 1)]), Some(&was), &TimeZone::UTC).not_evaluable(), None);
    let files = [file(0, 1)];
    assert_eq!(seen(&Facts { id: "other", ..facts(&files) }, Some(&was)), None, "another list");
}

#[test]
fn administrators_must_be_there_all_that_are_declared_and_one_of_those_known() {
    let files = [file(0, 30)];
    let with = |roster| seen(&Facts { roster: Some(roster), ..facts(&files) }, None);
    let missing = RosterSeen { declared_admins: 2, missing_admins: vec!["root".to_owned()], ..RosterSeen::default() };
    assert_eq!(with(missing).unwrap(), "0.json lacks the administrators root, whom coverage.yaml names");
    let (left_admins, missing_admins) = (vec!["ann".to_owned()], vec!["root".to_owned()]);
    let both = RosterSeen { missing_admins, left_admins, ..RosterSeen::default() };
    assert!(with(both).unwrap().ends_with("names; `admins` is out of date, who has left: ann"));
    assert!(with(RosterSeen { known_admins: 3, known_seen: 0, ..RosterSeen::default() }).is_some());
    assert_eq!(with(RosterSeen { known_admins: 3, known_seen: 1, ..RosterSeen::default() }), None);
    assert_eq!(with(RosterSeen::default()), None);
}

#[test]
fn a_roster_older_than_a_leaving_is_doubted_as_far_as_the_policy_says() {
    let files = [file(0, 30)];
    let left_since = Some(1_795_000_000);
    let under = |older_than_leaving, undecidable| {
        let roster = RosterSeen { left_since, undecidable, ..RosterSeen::default() };
        let policy = GuardPolicy { older_than_leaving, ..GuardPolicy::default() };
        guard(&policy, &Facts { roster: Some(roster), ..facts(&files) }, None, &TimeZone::UTC)
    };
    assert!(under(OlderThanLeaving::Accounts, 1).flags(Check::OlderThanLeaving));
    assert!(under(OlderThanLeaving::Accounts, 1).is_whole(), "it is old, not incomplete");
    assert!(!under(OlderThanLeaving::Accounts, 0).flags(Check::OlderThanLeaving));
    assert!(under(OlderThanLeaving::Any, 0).flags(Check::OlderThanLeaving));
    assert!(!under(OlderThanLeaving::Off, 1).flags(Check::OlderThanLeaving));
    let roster = RosterSeen { undated: 2, ..RosterSeen::default() };
    let facts = Facts { roster: Some(roster), ..facts(&files) };
    let undated = guard(&GuardPolicy::default(), &facts, None, &TimeZone::UTC);
    assert!(undated.not_evaluable().unwrap().ends_with("and not when, and lists 2 live accounts of theirs"));
}

#[test]
fn a_check_that_the_policy_switches_off_flags_nothing_and_says_so() {
    type Off = fn(&mut GuardPolicy);
    let roster = || RosterSeen { declared_admins: 1, missing_admins: vec!["bo".to_owned()], ..RosterSeen::default() };
    let cases: [(Check, Listed, Off); 5] = [
        (Check::ZeroRows, file(0, 0), |p| p.zero_rows = false),
        (Check::DeclaredTotal, Listed { total: Some(251), ..file(0, 101) }, |p| p.declared_total = false),
        (Check::RoundCount, file(0, 1_000), |p| p.round_count = false),
        (Check::KnownAdmins, file(0, 7), |p| p.known_admins = false),
        (Check::Drop, file(0, 7), |p| p.drop_percent = 100),
    ];
    for (check, file, off) in cases {
        let (files, was) = ([file], before(99, 0));
        let facts = Facts { roster: (check == Check::KnownAdmins).then(roster), ..facts(&files) };
        let was = (check == Check::Drop).then_some(&was);
        let mut policy = GuardPolicy::default();
        assert!(guard(&policy, &facts, was, &TimeZone::UTC).flags(check), "{check:?}");
        off(&mut policy);
        let done = guard(&policy, &facts, was, &TimeZone::UTC);
        let of = done.0.iter().find(|c| c.check == check).unwrap();
        assert_eq!((of.outcome, &*of.saw), (CheckOutcome::NotChecked, "switched off by the policy"));
    }
}

#[test]
fn an_acceptance_speaks_for_the_file_that_was_seen_and_not_for_the_next_one() {
    let accepted = |on| Acceptance {
        check: Check::RoundCount,
        because: "a thousand licences, all in use".to_owned(),
        by: "ann@nordwind.example".to_owned(),
        on,
    };
    let files = [file(0, 1_000)];
    let (seen, earlier) = (accepted(date(2026, 11, 20)), accepted(date(2026, 11, 19)));
    let under = |accept| guard(&GuardPolicy::default(), &Facts { accept, ..facts(&files) }, None, &TimeZone::UTC);
    let fine = under(vec![&seen]);
    assert!(fine.not_evaluable().is_none());
    assert_eq!(fine.accepted().next().unwrap().accepted.as_ref(), Some(&seen));
    let why = under(vec![&earlier]).not_evaluable().unwrap();
    assert!(why.ends_with("(what ann@nordwind.example accepted on 2026-11-19 was an older file)"), "{why}");
    let other = Acceptance { check: Check::Drop, ..seen.clone() };
    assert!(under(vec![&other]).flags(Check::RoundCount), "something else was accepted");
}

#[test]
fn a_few_administrators_are_remembered_whatever_the_order() {
    let admin = |n: u32| KnownAdmin { account: format!("id:{n:03}"), person: None };
    let remembered = |order: &mut dyn Iterator<Item = u32>| {
        let mut admins = Admins::default();
        order.for_each(|n| admins.see(admin(n)));
        admins.into_list()
    };
    let list = remembered(&mut (0..100));
    assert_eq!(list, remembered(&mut (0..100).rev()));
    assert_eq!((list.len(), &*list[19].account), (ADMINS, "id:019"));
}
