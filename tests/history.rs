//! What follows from one kept run after another where people and lists change their keys.

mod kept;

use coverage::history;
use coverage::model::{FindingState, Gap, RevokeLimit, RevokeUnit, Situation, Verdict};
use coverage::store::{Filter, Place, Store};
use coverage::workspace::OlderThanLeaving;
use jiff::tz::TimeZone;
use kept::{Exports, keep, past, ran};
use std::sync::Mutex;

const SLACK: &str =
    "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n";
const ANN: &str = "ann@nordwind.example";
const BO: &str = "bo@nordwind.example";

/// A company of which Ann has left on 10 January and Bo works there, with their employee ids.
fn month(at: &str, ids: [&str; 2]) -> Exports {
    let hr = format!(
        "Employee ID,Name,Work email,Start date,End date,Status\n{},Ann Berg,{ANN},2020-01-01,2026-01-10,Terminated\n\
         {},Bo Lund,{BO},2020-01-01,,Active\n",
        ids[0], ids[1]
    );
    let idp = format!(
        "user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\n\
         {ANN},{ANN},{},DEPROVISIONED,2020-01-01T00:00:00Z,2026-01-10T00:00:00Z\n\
         {BO},{BO},{},ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z\n",
        ids[0], ids[1]
    );
    Exports { at: at.to_owned(), hr, idp, ..Exports::default() }
}

/// The same with a list of Slack, which has ids, and one made by hand, which has addresses alone.
fn both(at: &str, ids: [&str; 2]) -> Exports {
    let mut all = month(at, ids);
    let row = |id: &str, email: &str| format!("{id},{email},Member,1,0,0,{id},Somebody,,\n");
    all.roster("slack", "slack.csv", &format!("{SLACK}{}{}", row("U1", ANN), row("U2", BO)));
    all.roster("crm", "crm.csv", &by_hand(&[ANN, BO]));
    all
}

/// A list made by hand.
fn by_hand(addresses: &[&str]) -> String {
    let rows: String = addresses.iter().map(|a| format!("{a},Somebody,active\n")).collect();
    format!("Email,Name,Status\n{rows}")
}

fn store() -> (tempfile::TempDir, Mutex<Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Place::File(folder.path().join("h.sqlite")), true).unwrap();
    (folder, Mutex::new(store))
}

/// The states of gaps that last, as `app person state`.
fn gaps(store: &Mutex<Store>) -> Vec<String> {
    let told = |gap: &Gap| format!("{} {} {}", gap.app, gap.person, gap.state.word());
    past(store).gaps.values().flatten().filter(|gap| gap.until_run.is_none()).map(told).collect()
}

fn limit(_: &str) -> Option<RevokeLimit> {
    Some(RevokeLimit { count: 960, unit: RevokeUnit::Hours, weekend: vec![], holidays: vec![], zone: None })
}

#[test]
fn a_leaver_under_another_key_is_no_removal_and_no_return() {
    let (_folder, store) = store();
    let ids = [["E1", "E2"], ["P1", "P2"], ["E1", "E2"], ["", ""]];
    for (ids, at) in ids.into_iter().zip(["2026-01-28", "2026-02-10", "2026-02-28", "2026-03-10"]) {
        let exports = both(&format!("{at}T06:00:00Z"), ids);
        let found = ran(&store, &exports, false).report.findings;
        let rules: Vec<&str> = found.iter().map(|f| f.rule.id).collect();
        assert!(!rules.contains(&"reappeared"), "{at}: {rules:?}");
        assert_eq!(rules.iter().filter(|rule| **rule == "residual-login-capable").count(), 2, "{at}");
        keep(&store, &exports);
        let times = history::times(&past(&store), &limit, &TimeZone::UTC);
        let told: Vec<_> = times.iter().map(|t| (t.app.as_str(), t.most, t.verdict.unwrap())).collect();
        let verdict = if at < "2026-02-19" { Verdict::Running } else { Verdict::Breached };
        assert_eq!(told, [("crm", None, verdict), ("slack", None, verdict)], "{at}");
    }
    let living = |gap: &String| gap.ends_with(" living");
    let all = gaps(&store);
    assert_eq!(all.iter().filter(|gap| living(gap)).count(), 2, "{all:?}");
    assert!(all.iter().all(|gap| living(gap) || gap.ends_with(" renamed")), "{all:?}");
    // What ends, ends once.
    let mut ended = both("2026-03-28T06:00:00Z", ["", ""]);
    ended.rosters[0].2 = ended.rosters[0].2.replace(",Member,1,0,0,U1", ",Deactivated,1,0,0,U1");
    ended.rosters[1].2 = by_hand(&[BO]);
    keep(&store, &ended);
    let times = history::times(&past(&store), &limit, &TimeZone::UTC);
    let told: Vec<_> = times.iter().map(|t| (t.app.as_str(), t.most.is_some(), t.verdict.unwrap())).collect();
    assert_eq!(told, [("crm", true, Verdict::Breached), ("slack", true, Verdict::Breached)]);
}

#[test]
fn an_address_that_a_new_colleague_gets_does_not_end_the_leavers_access() {
    let (_folder, store) = store();
    keep(&store, &both("2026-01-28T06:00:00Z", ["E1", "E2"]));
    // Neither HR nor the directory knows her any more, and a new colleague has her address.
    let mut new = both("2026-02-28T06:00:00Z", ["E9", "E2"]);
    new.hr =
        new.hr.replace("Ann Berg", "Annie Berger").replace("2020-01-01,2026-01-10,Terminated", "2026-02-01,,Active");
    new.idp = new.idp.replacen("DEPROVISIONED", "ACTIVE", 1);
    let report = ran(&store, &new, false).report;
    let slack = report.apps.iter().find(|app| app.id == "slack").unwrap();
    assert_eq!(slack.rows.of(Situation::Collision), 1);
    let found = report.findings.iter().find(|f| f.rule.id == "ambiguous-owner").unwrap();
    assert!(found.may_be_leavers && found.reason.iter().any(|r| r.contains("no source knows any more")), "{found:?}");
    keep(&store, &new);
    assert_eq!(gaps(&store), ["crm employee-id:e1 handed-over", "slack employee-id:e1 living"]);
    let times = history::times(&past(&store), &limit, &TimeZone::UTC);
    let told: Vec<_> = times.iter().map(|t| (t.most, t.verdict.unwrap())).collect();
    assert_eq!(told, [(None, Verdict::NotEvaluable), (None, Verdict::Breached)]);
    // Only when the account itself has gone, her access has.
    let mut gone = Exports { at: "2026-03-28T06:00:00Z".to_owned(), ..new };
    gone.rosters[0].2 = gone.rosters[0].2.replace("U1,ann@nordwind.example,Member,1,0,0,U1,Somebody,,\n", "");
    keep(&store, &gone);
    assert_eq!(gaps(&store), ["crm employee-id:e1 handed-over", "slack employee-id:e1 absent"]);
}

#[test]
fn a_list_that_names_accounts_otherwise_verifies_no_removal() {
    let (_folder, store) = store();
    let ghost = "ghost@nordwind.example";
    let month = |at: &str, list: &str| {
        let mut all = month(at, ["E1", "E2"]);
        all.roster("slack", "slack.csv", list);
        all
    };
    let row = |id: &str, email: &str| format!("{id},{email},Member,1,0,0,{id},Somebody,,\n");
    keep(&store, &month("2026-01-28T06:00:00Z", &format!("{SLACK}{}{}", row("U9", ghost), row("U2", BO))));
    // Two lists with addresses alone have the account still, under another name.
    keep(&store, &month("2026-02-10T06:00:00Z", &by_hand(&[ghost, BO])));
    keep(&store, &month("2026-02-28T06:00:00Z", &by_hand(&[BO, ghost])));
    let state = || {
        let past = past(&store);
        let stories = store.lock().unwrap().stories(&Filter::default()).unwrap();
        let mine = stories.into_iter().find(|s| s.rule == "orphan-account" && s.account.as_deref() == Some("U9"));
        history::told(&past, mine.unwrap()).unwrap().state
    };
    assert_eq!(state(), FindingState::Open);
    // A list with ids shows it gone.
    keep(&store, &month("2026-03-10T06:00:00Z", &format!("{SLACK}{}", row("U2", BO))));
    assert_eq!(state(), FindingState::Open, "the last accepted list had no ids");
    keep(&store, &month("2026-03-28T06:00:00Z", &format!("{SLACK}{}", row("U2", BO))));
    assert_eq!(state(), FindingState::VerifiedRemoved);
}

/// The states of gaps that last, as `account state`.
fn accounts(store: &Mutex<Store>) -> Vec<String> {
    let told = |gap: &Gap| format!("{} {}", gap.account, gap.state.word());
    let mut all: Vec<String> =
        past(store).gaps.values().flatten().filter(|gap| gap.until_run.is_none()).map(told).collect();
    all.sort();
    all
}

/// A list of the app at a moment. Ann signs in as `a.berg@nordwind.example`, too.
fn listed(at: &str, list: &str) -> Exports {
    let mut all = month(at, ["E1", "E2"]);
    all.idp = all.idp.replacen(&format!("{ANN},{ANN}"), &format!("{ANN},{LOGIN}"), 1);
    all.roster("crm", "crm.csv", list);
    all
}

const LOGIN: &str = "a.berg@nordwind.example";

#[test]
fn an_account_that_may_stand_there_under_another_address_is_renamed_and_not_gone() {
    let ids = |rows: &[(&str, &str)]| {
        let row = |(id, email): &(&str, &str)| format!("{id},{email},Member,1,0,0,{id},Somebody,,\n");
        format!("{SLACK}{}", rows.iter().map(row).collect::<String>())
    };
    let after = |first: &str, second: &str| {
        let (_folder, store) = store();
        keep(&store, &listed("2026-01-28T06:00:00Z", first));
        keep(&store, &listed("2026-02-28T06:00:00Z", second));
        accounts(&store)
    };
    assert_eq!(
        after(&by_hand(&[ANN, BO]), &by_hand(&[LOGIN, BO])),
        ["a.berg@nordwind.example living", "ann@nordwind.example renamed"]
    );
    let ended = by_hand(&[LOGIN, BO]).replacen("active", "deactivated", 1);
    assert_eq!(after(&by_hand(&[ANN, BO]), &ended), ["a.berg@nordwind.example ended", "ann@nordwind.example absent"]);
    // It was hers before.
    assert_eq!(
        after(&by_hand(&[ANN, LOGIN, BO]), &by_hand(&[LOGIN, BO])),
        ["a.berg@nordwind.example living", "ann@nordwind.example absent"]
    );
    // Accounts with ids keep them.
    assert_eq!(after(&ids(&[("U1", ANN), ("U2", BO)]), &ids(&[("U7", LOGIN), ("U2", BO)])), ["U1 absent", "U7 living"]);
    // A list without ids may have the account under any name.
    assert_eq!(after(&ids(&[("U1", ANN), ("U2", BO)]), &by_hand(&[BO])), ["U1 living"]);
}

/// HR's list is a part of what HR says there is.
fn part_of_hr(exports: &mut Exports) {
    exports.settings = Some(|ws| ws.hr[0].provenance.records = Some(99));
}

/// The app's list is a part of what the app says there is.
fn part_of_the_list(exports: &mut Exports) {
    exports.settings = Some(|ws| ws.apps[0].rosters[0].provenance.records = Some(99));
}

#[test]
fn what_was_somebodys_at_work_is_gone_only_by_a_later_list_that_is_accepted_and_has_no_other_account_of_theirs() {
    let after = |first: &str, second: &str, change: fn(&mut Exports)| {
        let (_folder, store) = store();
        keep(&store, &listed("2026-01-05T06:00:00Z", first));
        let mut later = listed("2026-02-28T06:00:00Z", second);
        change(&mut later);
        keep(&store, &later);
        accounts(&store)
    };
    let (both, bo) = (by_hand(&[ANN, BO]), by_hand(&[BO]));
    assert_eq!(after(&both, &bo, |_| {}), [" absent"]);
    assert_eq!(after(&both, &by_hand(&[LOGIN, BO]), |_| {}), ["a.berg@nordwind.example living"]);
    for (second, change) in [
        (by_hand(&[]), (|_| {}) as fn(&mut Exports)),
        (bo.clone(), part_of_the_list),
        (bo.clone(), part_of_hr),
        (bo.clone(), |exports| exports.rosters[0].3 = Some("2026-01-05T06:00:00Z".to_owned())),
    ] {
        assert!(after(&both, &second, change).is_empty());
    }
    let ids = format!("{SLACK}U1,{ANN},Member,1,0,0,U1,Somebody,,\nU2,{BO},Member,1,0,0,U2,Somebody,,\n");
    assert!(after(&ids, &bo, |_| {}).is_empty(), "it may stand there under another name");
    // Nor does a part show that a leaver has an account.
    assert_eq!(after(&bo, &both, |_| {}), ["ann@nordwind.example living"]);
    for change in [part_of_the_list, part_of_hr] {
        assert!(after(&bo, &both, change).is_empty());
    }
}

#[test]
fn what_an_older_roster_or_a_part_of_one_cannot_tell_ends_nothing() {
    let after = |change: &dyn Fn(&mut Exports)| {
        let (_folder, store) = store();
        keep(&store, &listed("2026-01-28T06:00:00Z", &by_hand(&[ANN, BO])));
        let mut later = listed("2026-02-28T06:00:00Z", &by_hand(&[ANN, BO]));
        change(&mut later);
        keep(&store, &later);
        let past = past(&store);
        let stories = store.lock().unwrap().stories(&Filter::default()).unwrap();
        let mine = stories.into_iter().find(|s| s.rule == "residual-login-capable").unwrap();
        (history::told(&past, mine).unwrap().state, accounts(&store).join(", "))
    };
    let deactivated = |exports: &mut Exports| {
        exports.rosters[0].2 = exports.rosters[0].2.replacen("active", "deactivated", 1);
    };
    let (state, gaps) = after(&deactivated);
    assert_eq!((state, &*gaps), (FindingState::VerifiedRemoved, "ann@nordwind.example ended"));
    for part in [part_of_the_list, part_of_hr] {
        let (state, gaps) = after(&|exports| {
            deactivated(exports);
            part(exports);
        });
        assert_eq!((state, &*gaps), (FindingState::Open, "ann@nordwind.example living"));
    }
    // HR has corrected the day of leaving to one after the roster.
    let (state, _) = after(&|exports| {
        exports.hr = exports.hr.replace("2026-01-10", "2026-02-15");
        exports.rosters[0].3 = Some("2026-02-10T06:00:00Z".to_owned());
        exports.settings = Some(|ws| ws.policy.guard.older_than_leaving = OlderThanLeaving::Off);
    });
    assert_eq!(state, FindingState::Open);
}

#[test]
fn an_account_that_a_part_of_a_list_shows_alive_again_has_not_ended() {
    let (_folder, store) = store();
    let times = || {
        let times = history::times(&past(&store), &limit, &TimeZone::UTC);
        times.iter().map(|t| (t.least / 86_400, t.most.map(|most| most / 86_400))).collect::<Vec<_>>()
    };
    let (both, bo) = (by_hand(&[ANN, BO]), by_hand(&[BO]));
    keep(&store, &listed("2026-01-21T06:00:00Z", &both));
    keep(&store, &listed("2026-01-31T06:00:00Z", &bo));
    assert_eq!(times(), [(10, Some(20))]);
    // One that was made before the end says nothing of what came after it.
    let mut older = listed("2026-02-05T06:00:00Z", &both);
    older.rosters[0].3 = Some("2026-01-25T06:00:00Z".to_owned());
    part_of_the_list(&mut older);
    keep(&store, &older);
    assert_eq!((times(), gaps(&store)), (vec![(10, Some(20))], vec!["crm employee-id:e1 absent".to_owned()]));
    // What a part has, is there; what it lacks may be there.
    for (at, list) in [("2026-02-10T06:00:00Z", &both), ("2026-02-20T06:00:00Z", &bo)] {
        let mut part = listed(at, list);
        part_of_the_list(&mut part);
        keep(&store, &part);
        assert_eq!((times(), gaps(&store)), (vec![(30, None)], vec!["crm employee-id:e1 living".to_owned()]), "{at}");
    }
    keep(&store, &listed("2026-03-02T06:00:00Z", &bo));
    assert_eq!(times(), [(30, Some(50))]);
}

#[test]
fn access_has_not_ended_where_a_part_of_a_list_shows_another_account_alive() {
    let (_folder, store) = store();
    let most =
        || history::times(&past(&store), &limit, &TimeZone::UTC).iter().map(|t| t.most.is_some()).collect::<Vec<_>>();
    keep(&store, &listed("2026-01-21T06:00:00Z", &by_hand(&[ANN, BO])));
    keep(&store, &listed("2026-01-31T06:00:00Z", &by_hand(&[BO])));
    assert_eq!(most(), [true]);
    let mut part = listed("2026-02-10T06:00:00Z", &by_hand(&[LOGIN, BO]));
    part_of_the_list(&mut part);
    keep(&store, &part);
    assert_eq!(most(), [false]);
    assert_eq!(accounts(&store), ["a.berg@nordwind.example living", "ann@nordwind.example absent"]);
    keep(&store, &listed("2026-03-02T06:00:00Z", &by_hand(&[BO])));
    assert_eq!(most(), [true]);
}
