//! People over time: where each stands on any day, from HR and identity providers that say different things.

mod company;
mod several_systems;

use company::Company;

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status,Type";
const IDP: &str = "user.id,user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange";

/// One HR list and one directory, both made in the morning of 20 November 2026.
fn company(hr: &str, idp: &str) -> Company {
    in_zone("Europe/Berlin", hr, idp)
}

fn in_zone(zone: &str, hr: &str, idp: &str) -> Company {
    let settings = format!(
        "company: {{domains: [north.example], zone: {zone}}}
hr:
  - {{file: hr.csv, id: people, extracted-at: 2026-11-20T06:00:00Z}}
idp:
  - {{file: idp.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}}
"
    );
    Company::of(&settings).file("hr.csv", &format!("{HR}\n{hr}")).file("idp.csv", &format!("{IDP}\n{idp}"))
}

/// HR alone; the directory knows nobody but a machine.
fn hr(rows: &str) -> Company {
    company(rows, "x1,nobody@else.example,nobody@else.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z")
}

/// What becomes of Ann Berg on each day.
fn ann(company: &Company, days: &[(&str, &str)]) {
    for (day, expected) in days {
        let all = company.report(day).people();
        let found: Vec<&String> = all.iter().filter(|p| p.starts_with("Ann Berg: ")).collect();
        assert_eq!(found, [&format!("Ann Berg: {expected}")], "on {day}: {all:#?}");
    }
}

#[test]
fn the_same_files_answer_for_any_day() {
    let company = hr("1,Ann Berg,ann@north.example,2022-04-01,2026-10-31,Terminated,Employee");
    ann(
        &company,
        &[
            ("2022-03-31", "pre-hire"),
            ("2022-04-01", "leaves 2026-10-31"),
            ("2026-10-31", "leaves 2026-10-31"),
            ("2026-11-01", "left 2026-10-31 by Hr"),
            ("2027-06-01", "left 2026-10-31 by Hr"),
        ],
    );
}

#[test]
fn a_day_of_leaving_ends_at_midnight_of_the_companys_zone() {
    let row = "1,Ann Berg,ann@north.example,2022-04-01,2026-10-31,Terminated,Employee";
    let nobody = "x1,nobody@else.example,nobody@else.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z";
    // Tokyo is nine hours ahead all year, Los Angeles is seven hours behind on that day.
    for (zone, last, first) in [
        ("Asia/Tokyo", "2026-10-31T14:59:59Z", "2026-10-31T15:00:00Z"),
        ("UTC", "2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z"),
        ("America/Los_Angeles", "2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z"),
    ] {
        let company = in_zone(zone, row, nobody);
        ann(&company, &[(last, "leaves 2026-10-31"), (first, "left 2026-10-31 by Hr")]);
    }
}

#[test]
fn days_of_23_and_25_hours_end_at_midnight_too() {
    let nobody = "x1,nobody@else.example,nobody@else.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z";
    for (day, last, first) in [
        // Clocks go forward on 29 March and back on 25 October.
        ("2026-03-29", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"),
        ("2026-10-25", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
    ] {
        let row = format!("1,Ann Berg,ann@north.example,2022-04-01,{day},Terminated,Employee");
        let company = in_zone("Europe/Berlin", &row, nobody);
        let (before, after) = (format!("leaves {day}"), format!("left {day} by Hr"));
        ann(&company, &[(last, &before), (first, &after)]);
    }
}

#[test]
fn a_leaving_with_a_time_counts_from_that_time_and_midnight_is_a_day() {
    let company = hr("1,Ann Berg,ann@north.example,2022-04-01,2026-10-30T15:30:00Z,Terminated,Employee");
    ann(
        &company,
        &[
            ("2026-10-30T15:30:00Z", "leaves 2026-10-30T15:30:00Z"),
            ("2026-10-30T15:30:01Z", "left 2026-10-30T15:30:00Z by Hr"),
        ],
    );
    // Midnight in Berlin, written in UTC: the last day is the 31st.
    let company = hr("1,Ann Berg,ann@north.example,2022-04-01,2026-10-30T23:00:00Z,Terminated,Employee");
    ann(&company, &[("2026-10-31T22:00:00Z", "leaves 2026-10-31"), ("2026-10-31T23:00:00Z", "left 2026-10-31 by Hr")]);
}

#[test]
fn rehires_work_here_under_the_same_id_and_under_a_new_one() {
    for (first, second) in [("1", "1"), ("1", "77")] {
        let company = hr(&format!(
            "{first},Ann Berg,ann@north.example,2019-01-01,2022-12-31,Terminated,Employee
             {second},Ann Berg,ann@north.example,2026-04-01,,Active,Employee"
        ));
        ann(
            &company,
            &[
                ("2018-12-31", "pre-hire"),
                ("2021-06-01", "leaves 2022-12-31"),
                ("2024-01-01", "left 2022-12-31 by Hr"),
                ("2026-04-01", "active"),
                ("2026-11-20", "active"),
            ],
        );
    }
}

#[test]
fn somebody_new_with_the_address_of_a_leaver_is_somebody_else() {
    let company = hr("1,Ann Berg,a.berg@north.example,2019-01-01,2022-12-31,Terminated,Employee
         77,Alf Berg,a.berg@north.example,2026-04-01,,Active,Employee");
    assert_eq!(company.report("2026-11-20").people()[1..], ["Alf Berg: active", "Ann Berg: left 2022-12-31 by Hr"]);
}

#[test]
fn a_leaving_that_lies_ahead_is_notice_and_one_that_is_taken_back_is_none() {
    let company = hr("1,Ann Berg,ann@north.example,2019-01-01,2026-12-31,Active,Employee");
    ann(&company, &[("2026-11-20", "leaves 2026-12-31"), ("2027-01-01", "left 2026-12-31 by Hr")]);
    let early_word = hr("1,Ann Berg,ann@north.example,2019-01-01,2026-12-31,Terminated,Employee");
    ann(&early_word, &[("2026-11-20", "leaves 2026-12-31"), ("2027-01-01", "left 2026-12-31 by Hr")]);
    let taken_back = hr("1,Ann Berg,ann@north.example,2019-01-01,,Active,Employee");
    ann(&taken_back, &[("2026-11-20", "active"), ("2027-01-01", "active")]);
}

#[test]
fn a_last_day_in_the_past_of_somebody_at_work_is_a_contradiction_and_no_guess() {
    let company = hr("1,Ann Berg,ann@north.example,2019-01-01,2026-10-31,Active,Employee");
    ann(&company, &[("2026-11-20", "unclear DateAgainstWord"), ("2026-10-31", "leaves 2026-10-31")]);
    let found = company.report("2026-11-20");
    assert_eq!(found.found("status-conflict"), ["Ann Berg"]);
    assert!(company.report("2026-10-31").found("status-conflict").is_empty());
}

#[test]
fn a_leaving_that_was_entered_late_counts_from_its_day() {
    // The directory switched the account off three weeks after the last day.
    let company = company(
        "1,Ann Berg,ann@north.example,2019-01-01,2026-09-30,Terminated,Employee",
        "u1,ann@north.example,ann@north.example,1,DEPROVISIONED,2019-01-01T00:00:00Z,2026-10-21T08:00:00Z",
    );
    ann(&company, &[("2026-10-01", "left 2026-09-30 by Hr"), ("2026-11-20", "left 2026-09-30 by Hr")]);
}

#[test]
fn a_leaving_without_a_day_has_happened_when_hr_says_so_and_not_before() {
    let company = hr("1,Ann Berg,ann@north.example,2019-01-01,,Terminated,Employee");
    ann(&company, &[("2026-11-20", "left on an unknown day by Hr"), ("2026-10-01", "unclear LeftOnUnknownDay")]);
}

#[test]
fn leave_is_no_leaving_even_when_the_directory_suspends_the_account() {
    let company = company(
        "1,Ann Berg,ann@north.example,2019-01-01,,Leave,Employee",
        "u1,ann@north.example,ann@north.example,1,SUSPENDED,2019-01-01T00:00:00Z,2026-10-21T08:00:00Z",
    );
    ann(&company, &[("2026-11-20", "leave"), ("2026-01-20", "active")]);
    assert!(company.report("2026-11-20").found("status-conflict").is_empty());
}

#[test]
fn rows_that_overlap_are_one_way_through_the_company_and_rows_twice_are_one() {
    let moved = hr("1,Ann Berg,ann@north.example,2019-01-01,2026-06-30,Terminated,Employee
         1,Ann Berg,ann@north.example,2026-06-01,,Active,Employee");
    ann(&moved, &[("2026-06-15", "active"), ("2026-07-01", "active"), ("2026-11-20", "active")]);
    let twice = hr("1,Ann Berg,ann@north.example,2019-01-01,2026-06-30,Terminated,Employee
         1,Ann Berg,ann@north.example,2019-01-01,2026-06-30,Terminated,Employee");
    let report = twice.report("2026-11-20").report;
    let person = report.people.iter().find(|p| &*p.name == "Ann Berg").unwrap();
    assert_eq!((person.employments.len(), person.identities.len()), (1, 2));
    ann(&twice, &[("2026-11-20", "left 2026-06-30 by Hr")]);
}

#[test]
fn two_rows_of_one_employment_that_differ_are_a_contradiction() {
    for rows in [
        "1,Ann Berg,ann@north.example,2019-01-01,2026-06-30,Terminated,Employee
         1,Ann Berg,ann@north.example,2019-01-01,,Active,Employee",
        // Without first days nothing says that these are two employments.
        "1,Ann Berg,ann@north.example,,2026-06-30,Terminated,Employee
         1,Ann Berg,ann@north.example,,,Active,Employee",
    ] {
        let company = hr(rows);
        ann(&company, &[("2026-11-20", "unclear RowsContradict")]);
        assert_eq!(company.report("2026-11-20").found("status-conflict"), ["Ann Berg"]);
    }
}

#[test]
fn somebody_who_never_started_has_left_and_is_not_expected() {
    let company = hr("1,Ann Berg,ann@north.example,2026-10-01,2026-09-15,Terminated,Employee");
    ann(&company, &[("2026-11-20", "left 2026-09-15 by Hr")]);
    let odd = hr("1,Ann Berg,ann@north.example,2026-04-01,2024-12-31,Active,Employee");
    ann(&odd, &[("2026-11-20", "unclear EndBeforeStart")]);
    // A hire that was taken back, or somebody who is not here yet: nobody can tell.
    let taken_back = hr("1,Ann Berg,ann@north.example,2027-01-01,,Terminated,Employee");
    ann(&taken_back, &[("2026-11-20", "unclear LeftBeforeStart"), ("2027-01-01", "unclear LeftBeforeStart")]);
    let again = "1,Ann Berg,ann@north.example,2020-01-01,2024-01-31,Terminated,Employee\n1,Ann Berg,ann@north.example,2027-01-01,,Terminated,Employee";
    ann(&hr(again), &[("2026-11-20", "left 2024-01-31 by Hr")]);
}

mod any_order {
    use super::*;
    use proptest::prelude::*;

    const MORE: &str = "user.secondEmail,user.firstName,user.lastName";

    fn row() -> impl Strategy<Value = String> {
        let id = prop_oneof![Just("1"), Just("01"), Just("2"), Just("")];
        let name = prop_oneof![4 => Just("Ann Berg"), 2 => Just("Bo Lund"), 1 => Just("Ann Lund"), 1 => Just("")];
        let mail = prop_oneof![Just("ann@north.example"), Just("bo@north.example"), Just("")];
        let start = prop_oneof![Just(""), Just("2019-01-01"), Just("2026-01-01"), Just("2026-12-01")];
        let home = prop_oneof![2 => Just(""), 1 => Just("home@else.example")];
        let end = prop_oneof![2 => Just(""), 1 => Just("2022-12-31"), 1 => Just("2026-10-31"), 1 => Just("2027-01-31")];
        let status = prop_oneof![Just("Active"), Just("Terminated"), Just("Leave"), Just(""), Just("odd")];
        let kind = prop_oneof![Just("Employee"), Just("Contractor"), Just("")];
        (id, name, mail, start, end, status, kind, home).prop_map(|(id, name, mail, start, end, status, kind, home)| {
            // A row without any of the first three is no record.
            let name = if id.is_empty() && mail.is_empty() { "Cleo Fox" } else { name };
            format!("{id},{name},{mail},{start},{end},{status},{kind},{home}")
        })
    }

    fn account() -> impl Strategy<Value = String> {
        let mail = prop_oneof![Just("ann@north.example"), Just("bo@north.example"), Just("dan@north.example")];
        let login = prop_oneof![2 => Just(""), 1 => Just("ann@north.example"), 1 => Just("eve@north.example")];
        let id = prop_oneof![Just("1"), Just("2"), Just("3"), Just("4"), Just("")];
        let second = prop_oneof![2 => Just(""), 1 => Just("home@else.example"), 1 => Just("ann@north.example")];
        let name = prop_oneof![Just(","), Just("Ann,Berg"), Just("Dan,Holm")];
        let status = prop_oneof![Just("ACTIVE"), Just("SUSPENDED"), Just("DEPROVISIONED"), Just("odd")];
        let day = prop_oneof![Just("2018-05-01T00:00:00Z"), Just("2022-12-31T10:00:00Z"), Just("2026-11-01T00:00:00Z")];
        (mail, login, id, status, day.clone(), day, second, name).prop_map(
            |(mail, login, id, status, made, changed, second, name)| {
                let login = if login.is_empty() { mail } else { login };
                format!("{mail}-{id}-{second},{mail},{login},{id},{status},{made},{changed},{second},{name}")
            },
        )
    }

    fn turned(rows: &[String], by: usize, back: bool) -> String {
        let mut rows = rows.to_vec();
        let by = by % rows.len();
        rows.rotate_left(by);
        if back {
            rows.reverse();
        }
        rows.join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_rows_decides_nothing_about_people(
            people in proptest::collection::vec(row(), 1..7),
            contractors in proptest::collection::vec(row(), 1..5),
            accounts in proptest::collection::vec(account(), 1..7),
            leavers in proptest::collection::vec(account(), 1..4),
            by in 0usize..7,
            back in any::<bool>(),
            day in prop_oneof![Just("2026-11-20"), Just("2022-06-01"), Just("2026-10-31"), Just("2027-02-01")],
        ) {
            let company = |by: usize, back: bool| {
                Company::of(
                    "company: {domains: [north.example], zone: Europe/Berlin}
hr:
  - {file: hr.csv, id: people, extracted-at: 2026-11-20T06:00:00Z}
  - {file: vendors.csv, id: contractors, extracted-at: 2026-11-19T07:00:00Z}
idp:
  - {file: idp.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}
  - {file: old.csv, id: old, extracted-at: 2026-11-20T06:05:00Z}
",
                )
                .file("hr.csv", &format!("{HR},Private email\n{}", turned(&people, by, back)))
                .file("vendors.csv", &format!("{HR},Private email\n{}", turned(&contractors, by, back)))
                .file("idp.csv", &format!("{IDP},{MORE}\n{}", turned(&accounts, by, back)))
                .file("old.csv", &format!("{IDP},{MORE}\n{}", turned(&leavers, by, back)))
            };
            let seen = |ran: &company::Ran| {
                let mut all: Vec<String> = ran.report.people.iter().map(|p| {
                    let employments: Vec<String> = p
                        .employments
                        .iter()
                        .map(|e| format!("{:?} {:?} {} {} {:?}", e.start, e.end, e.status, e.place.source, e.counts))
                        .collect();
                    format!("{} {} {} {} {} {employments:?}", p.key, p.name, p.email, p.worker, company::standing(p))
                }).collect();
                all.sort();
                let mut found: Vec<String> =
                    ran.report.findings.iter().map(|f| format!("{} {} {:?}", f.id, f.severity, f.reason)).collect();
                found.sort();
                (all, found)
            };
            prop_assert_eq!(seen(&company(0, false).report(day)), seen(&company(by, back).report(day)));
        }
    }
}

/// Ann, Bob and Dan left on 30 June, Cid on a day that no source gives; Zoe works here. The roster was made at that time.
fn with_roster(made: &str, rows: &str) -> Company {
    let settings = format!(
        "company: {{domains: [north.example], zone: Europe/Berlin}}
hr: [{{file: hr.csv, extracted-at: 2026-11-20T11:00:00Z}}]
apps:
  crm: {{roster: crm.csv, extracted-at: {made}}}
policy: {{revoke-within: {{hours: 48}}}}
"
    );
    let left = |id: u8, name: &str, end: &str| {
        format!("{id},{name},{}@north.example,2020-01-01,{end},Terminated,Employee", name.to_lowercase())
    };
    let zoe = "9,Zoe,zoe@north.example,2020-01-01,,Active,Employee".to_owned();
    let day = "2026-06-30";
    let hr = [left(1, "Ann", day), left(2, "Bob", day), left(3, "Cid", ""), left(4, "Dan", day), zoe].join("\n");
    let roster = format!("ID,Email,Name,Role,Status,Created,Last active\n{rows}");
    Company::of(&settings).file("hr.csv", &format!("{HR}\n{hr}")).file("crm.csv", &roster)
}

#[test]
fn a_later_roster_does_not_bring_later_events_into_an_earlier_day() {
    let company = with_roster(
        "2026-11-20T09:00:00Z",
        "a,ann@north.example,,Member,Active,2020-01-01,2026-10-01
         b,bob@north.example,,Member,Active,2026-09-01,
         d,dan@north.example,,Member,Active,2020-01-01,2027-09-01
         e,ann@north.example,,Member,Deactivated,2020-01-01,2026-06-01
         z,zoe@north.example,,Owner,Active,2026-09-01,2026-11-19",
    );
    let then = company.report("2026-07-05");
    assert!(then.found("activity-after-leaving").is_empty());
    assert_eq!(then.found("residual-login-capable"), ["a", "d"]);
    assert_eq!(then.found("sla-breach"), ["a", "d"]);
    assert_eq!(then.found("residual-undecidable"), ["e"], "it may have lived then");
    let aside = then.accounts().into_iter().filter(|row| row.contains(": excluded ")).collect::<Vec<_>>();
    let why = "excluded  (made after the report's moment: it did not exist then)";
    assert_eq!(aside, [format!("b: {why}"), format!("z: {why}")]);
    assert_eq!(
        then.report.apps[0].accounts,
        company.clone().the_short_way().report("2026-07-05").report.apps[0].live + 3
    );
    let now = company.report("2026-11-20T12:00:00Z");
    assert!(now.found("residual-undecidable").is_empty());
    assert_eq!(now.found("activity-after-leaving"), ["a"], "what is dated later than the list is a wrong date");
    assert_eq!(now.found("residual-login-capable"), ["b", "d"]);
}

#[test]
fn a_roster_from_before_a_leaving_decides_nothing_about_it_with_or_without_a_day() {
    let owners = |status: &str| {
        format!(
            "b,bob@north.example,,Admin,{status},2020-01-01,
             c,cid@north.example,,Admin,{status},2020-01-01,"
        )
    };
    for (made, status, undecidable) in [
        ("2026-02-20T09:00:00Z", "Active", 2),
        ("2026-11-20T09:00:00Z", "weird", 2),
        ("2026-11-19T12:00:00Z", "Active", 1),
    ] {
        let ran = with_roster(made, &owners(status)).report("2026-11-20T12:00:00Z");
        assert_eq!(ran.found("residual-undecidable").len(), undecidable, "{made}");
        assert!(ran.found("last-admin-leaver").is_empty(), "{made}");
        let too_old = undecidable > 0 && status == "Active";
        assert_eq!(ran.found("roster-stale").len(), usize::from(too_old), "{made}");
        assert_eq!(ran.report.apps[0].not_evaluable.is_some(), too_old, "{made}");
    }
    let fresh = with_roster("2026-11-20T09:00:00Z", &owners("Active")).report("2026-11-20T12:00:00Z");
    assert_eq!(fresh.found("last-admin-leaver"), ["b", "c"]);
}

#[test]
fn a_day_of_one_employment_is_none_of_another_that_has_ended_without_one() {
    let company = |rows: &str| {
        let settings = "company: {domains: [north.example], zone: Europe/Berlin}
hr: [{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps: {crm: {roster: crm.csv, extracted-at: 2026-11-20T09:00:00Z}}
";
        let roster = "ID,Email,Name,Status\na,ann@north.example,Ann Berg,Active";
        Company::of(settings).file("hr.csv", &format!("{HR}\n{rows}")).file("crm.csv", roster).report("2026-11-20")
    };
    let reason = |rows: &str| {
        let ran = company(rows);
        let found = ran.report.findings.iter().find(|f| f.rule.id == "residual-login-capable");
        found.unwrap().reason[0].to_string()
    };
    let undated = "1,Ann Berg,ann@north.example,2018-01-01,,Terminated,Employee";
    let dated = "1,Ann Berg,ann@north.example,2026-02-01,2026-10-31,Terminated,Employee";
    assert_eq!(
        reason(&format!("{undated}\n{dated}")),
        "left on a day that HR does not give for every employment (the latest it gives is 2026-10-31)"
    );
    assert_eq!(reason(undated), "left on a day no source gives (HR says so)");
    assert_eq!(reason(dated), "left on 2026-10-31 (HR says so)");
}

#[test]
fn whose_first_day_has_come_works_here_although_hr_still_says_pre_hire() {
    let company = hr("1,Ann Berg,ann@north.example,2026-11-01,,Pre-hire,Employee");
    ann(&company, &[("2026-10-31", "pre-hire"), ("2026-11-20", "active")]);
    ann(&hr("1,Ann Berg,ann@north.example,,,Pre-hire,Employee"), &[("2026-11-20", "pre-hire")]);
}
