//! People over time: where each stands on any day, from HR and identity providers that say different things.

mod company;

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
}

/// Two HR systems, the first the more trusted.
fn two_systems(people: &str, contractors: &str) -> Company {
    Company::of(
        "company: {domains: [north.example], zone: Europe/Berlin}
hr:
  - {file: hr.csv, id: people, extracted-at: 2026-11-20T06:00:00Z}
  - {file: vendors.csv, id: contractors, extracted-at: 2026-11-20T07:00:00Z}
",
    )
    .file("hr.csv", &format!("{HR}\n{people}\n9,Bo Lund,bo@north.example,2019-01-01,,Active,Employee"))
    .file("vendors.csv", &format!("{HR}\n{contractors}\nC9,Cleo Fox,cleo@north.example,2019-01-01,,Active,Contractor"))
}

#[test]
fn a_contract_ends_when_another_system_says_so_and_hr_leaves_it_open() {
    let company = two_systems(
        "1,Ann Berg,ann@north.example,2025-01-01,,,Contractor",
        "C1,Ann Berg,ann@north.example,2025-01-01,2026-10-31,,Contractor",
    );
    ann(&company, &[("2026-10-31", "leaves 2026-10-31"), ("2026-11-20", "left 2026-10-31 by Hr")]);
    // Where the system says when the contract ends, but HR said after that day that the person works here, HR counts.
    let against = two_systems(
        "1,Ann Berg,ann@north.example,2025-01-01,,Active,Contractor",
        "C1,Ann Berg,ann@north.example,2025-01-01,2026-10-31,,Contractor",
    );
    ann(&against, &[("2026-11-20", "active")]);
    assert_eq!(against.report("2026-11-20").found("status-conflict"), ["Ann Berg"]);
    // A last day that lay ahead then contradicts nothing.
    let ahead = two_systems(
        "1,Ann Berg,ann@north.example,2025-01-01,,Active,Contractor",
        "C1,Ann Berg,ann@north.example,2025-01-01,2026-12-31,Active,Contractor",
    );
    ann(&ahead, &[("2026-11-20", "leaves 2026-12-31"), ("2027-01-01", "left 2026-12-31 by Hr")]);
    assert!(ahead.report("2026-11-20").found("status-conflict").is_empty());
}

#[test]
fn the_more_trusted_system_decides_and_the_other_is_shown() {
    let longer = "C1,Ann Berg,ann@north.example,2025-01-01,2027-03-31,Active,Contractor";
    let shorter = "1,Ann Berg,ann@north.example,2025-01-01,2026-10-31,Terminated,Contractor";
    let hr_first = two_systems(shorter, longer);
    ann(&hr_first, &[("2026-11-20", "left 2026-10-31 by Hr")]);
    assert_eq!(hr_first.report("2026-11-20").found("status-conflict"), ["Ann Berg"]);
    let contractors_first = two_systems(longer, shorter);
    ann(&contractors_first, &[("2026-11-20", "leaves 2027-03-31")]);
}

#[test]
fn an_employee_who_was_a_contractor_before_has_two_employments() {
    let company = two_systems(
        "1,Ann Berg,ann@north.example,2026-03-01,,Active,Employee",
        "C1,Ann Berg,ann@north.example,2025-06-01,2026-04-30,Terminated,Contractor",
    );
    ann(
        &company,
        &[
            ("2025-05-31", "pre-hire"),
            ("2026-01-15", "leaves 2026-04-30"),
            ("2026-05-15", "active"),
            ("2026-11-20", "active"),
        ],
    );
    assert!(company.report("2026-11-20").found("status-conflict").is_empty());
}

#[test]
fn one_number_in_two_systems_is_one_person_only_if_something_else_agrees() {
    let two_people = two_systems(
        "1,Ann Berg,ann@north.example,2025-01-01,2026-10-31,Terminated,Employee",
        "1,Dan Holm,dan@north.example,2025-01-01,,Active,Contractor",
    );
    let people = two_people.report("2026-11-20").people();
    assert_eq!(people, ["Ann Berg: left 2026-10-31 by Hr", "Bo Lund: active", "Cleo Fox: active", "Dan Holm: active"]);
    let one = two_systems(
        "1,Ann Berg,ann@north.example,2025-01-01,,Active,Employee",
        "0001,Ann-Marie Berg,,2025-01-01,,Active,Employee",
    );
    assert_eq!(one.report("2026-11-20").people().len(), 3);
    // A list of leavers that has only numbers.
    let bare = two_systems("1,Ann Berg,ann@north.example,2025-01-01,,,Employee", "1,,,,2026-10-31,Terminated,Employee");
    ann(&bare, &[("2026-11-20", "left 2026-10-31 by Hr")]);
}

#[test]
fn of_somebody_whom_hr_does_not_know_the_directory_can_only_say_when_the_account_ended() {
    let lives = "u2,bo@north.example,bo@north.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z";
    let ended = "u1,ann@north.example,ann@north.example,,DEPROVISIONED,2020-01-01T00:00:00Z,2026-10-21T08:00:00Z";
    let company = company("9,Cleo Fox,cleo@north.example,2019-01-01,,Active,Employee", &format!("{lives}\n{ended}"));
    let stands = |day: &str| {
        let report = company.report(day).report;
        let person = |mail: &str| company::standing(report.people.iter().find(|p| &*p.email == mail).unwrap());
        (person("ann@north.example"), person("bo@north.example"))
    };
    let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(stands("2026-11-20"), of("left 2026-10-21T08:00:00Z by Idp", "active"));
    // On earlier days it still lived, and before it was made there was nobody.
    assert_eq!(stands("2026-10-20"), of("active", "active"));
    assert_eq!(stands("2019-12-31"), of("pre-hire", "pre-hire"));
}

#[test]
fn of_two_directories_the_more_trusted_one_decides() {
    let settings = |first: &str, second: &str| {
        format!(
            "company: {{domains: [north.example]}}
hr:
  - {{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}
idp:
  - {{file: {first}.csv, id: {first}, extracted-at: 2026-11-20T06:05:00Z}}
  - {{file: {second}.csv, id: {second}, extracted-at: 2026-11-20T06:05:00Z}}
"
        )
    };
    let run = |first: &str, second: &str| {
        Company::of(&settings(first, second))
            .file("hr.csv", &format!("{HR}\n9,Bo Lund,bo@north.example,2019-01-01,,Active,Employee"))
            .file(
                "old.csv",
                &format!("{IDP}\nu1,ann@north.example,ann@north.example,,DEPROVISIONED,2020-01-01T00:00:00Z,2026-10-21T08:00:00Z"),
            )
            .file(
                "new.csv",
                &format!("{IDP}\nu7,ann@north.example,ann@north.example,,ACTIVE,2020-01-01T00:00:00Z,2026-10-21T08:00:00Z"),
            )
            .report("2026-11-20")
    };
    let standing = |ran: &company::Ran| {
        company::standing(ran.report.people.iter().find(|p| &*p.email == "ann@north.example").unwrap())
    };
    let (old_first, new_first) = (run("old", "new"), run("new", "old"));
    assert_eq!(standing(&old_first), "left 2026-10-21T08:00:00Z by Idp");
    assert_eq!(standing(&new_first), "active");
    // Somebody whom the less trusted directory still lets in is found; an account that was closed there is no wonder.
    assert_eq!(old_first.found("status-conflict").len(), 1);
    assert!(new_first.found("status-conflict").is_empty());
    let policy = |ran: &company::Ran| {
        ran.report.policy.iter().find(|(name, _)| *name == "identity providers, most trusted first").unwrap().1.clone()
    };
    assert_eq!((policy(&old_first), policy(&new_first)), ("old, new".to_owned(), "new, old".to_owned()));
}

const GRAPH: &str = "[
  {\"id\": \"e1\", \"userPrincipalName\": \"ann@north.example\", \"mail\": \"ann@north.example\", \"displayName\": \"Ann Berg\",
   \"accountEnabled\": true, \"userType\": \"Member\", \"createdDateTime\": \"2025-01-01T00:00:00Z\",
   \"employeeHireDate\": \"2025-01-01T00:00:00Z\", \"employeeLeaveDateTime\": \"2026-10-31T00:00:00Z\"},
  {\"id\": \"e2\", \"userPrincipalName\": \"bo@north.example\", \"mail\": \"bo@north.example\", \"displayName\": \"Bo Lund\",
   \"accountEnabled\": true, \"userType\": \"Member\", \"createdDateTime\": \"2025-01-01T00:00:00Z\"}
]";

fn with_graph(hr: &str) -> Company {
    Company::of(
        "company: {domains: [north.example], zone: Europe/Berlin}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: graph.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}
",
    )
    .file("hr.csv", &format!("{HR}\n9,Bo Lund,bo@north.example,2019-01-01,,Active,Employee\n{hr}"))
    .file("graph.json", GRAPH)
}

#[test]
fn a_contractor_who_is_not_in_hr_leaves_on_the_last_day_that_the_directory_holds() {
    let contractor = with_graph("");
    ann(&contractor, &[("2026-10-31", "leaves 2026-10-31"), ("2026-11-20", "left 2026-10-31 by IdpLastDay")]);
    assert_eq!(contractor.report("2026-11-20").found("idp-active-after-end"), ["e1"]);
    // HR leaves the end open, so the directory's counts; HR has an end of its own, so that counts.
    let open = with_graph("1,Ann Berg,ann@north.example,2025-01-01,,,Contractor");
    ann(&open, &[("2026-11-20", "left 2026-10-31 by IdpLastDay")]);
    let own = with_graph("1,Ann Berg,ann@north.example,2025-01-01,2026-12-31,Active,Contractor");
    ann(&own, &[("2026-11-20", "leaves 2026-12-31")]);
    assert_eq!(own.report("2026-11-20").found("status-conflict"), ["Ann Berg"]);
}

#[test]
fn a_directory_account_from_before_the_address_was_given_on_is_the_former_holders() {
    let former = "user.id,user.email,user.login,user.firstName,user.lastName,user.status,user.created,user.statusChange
        old-1,a.berg@north.example,a.berg@north.example,Ann,Berg,DEPROVISIONED,2018-01-01T00:00:00Z,2022-12-31T10:00:00Z
        new-1,a.berg@north.example,a.berg@north.example,Alf,Holm,ACTIVE,2026-03-25T00:00:00Z,2026-03-25T00:00:00Z";
    let company = |former: &str| {
        Company::of(
            "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: idp.csv, extracted-at: 2026-11-20T06:05:00Z}
",
        )
        .file("hr.csv", &format!("{HR}\n77,Alf Holm,a.berg@north.example,2026-04-01,,Active,Employee"))
        .file("idp.csv", former)
    };
    let people = company(former).report("2026-11-20").people();
    assert_eq!(people, ["Alf Holm: active", "Ann Berg: left 2022-12-31T10:00:00Z by Idp"]);
    // The same name: he was here before, and HR keeps only the present.
    let same = former.replace("Ann,Berg", "Alf,Holm");
    assert_eq!(company(&same).report("2026-11-20").people(), ["Alf Holm: active"]);
}

#[test]
fn somebody_who_moves_within_the_company_has_not_left() {
    // From one legal entity to the other, with a new number, a new address and no day between.
    let company = two_systems(
        "1,Ann Berg,ann@north.example,2019-01-01,2026-06-30,Terminated,Employee",
        "501,Ann Berg,ann@north.example,2026-07-01,,Active,Employee",
    );
    ann(&company, &[("2026-06-30", "leaves 2026-06-30"), ("2026-07-01", "active"), ("2026-11-20", "active")]);
    assert!(company.report("2026-11-20").found("status-conflict").is_empty());
}

#[test]
fn somebody_in_the_directory_whom_hr_does_not_know_is_found() {
    let company = company(
        "9,Bo Lund,bo@north.example,2019-01-01,,Active,Employee",
        "u2,bo@north.example,bo@north.example,9,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z
         u3,zed@north.example,zed@north.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z",
    );
    assert_eq!(company.report("2026-11-20").found("unknown-to-hr").len(), 1, "zed, and not Bo Lund");
}

mod any_order {
    use super::*;
    use proptest::prelude::*;

    fn row() -> impl Strategy<Value = String> {
        let id = prop_oneof![Just("1"), Just("01"), Just("2"), Just("")];
        let name = prop_oneof![4 => Just("Ann Berg"), 2 => Just("Bo Lund"), 1 => Just("Ann Lund"), 1 => Just("")];
        let mail = prop_oneof![Just("ann@north.example"), Just("bo@north.example"), Just("")];
        let start = prop_oneof![Just(""), Just("2019-01-01"), Just("2026-01-01"), Just("2026-12-01")];
        let end = prop_oneof![2 => Just(""), 1 => Just("2022-12-31"), 1 => Just("2026-10-31"), 1 => Just("2027-01-31")];
        let status = prop_oneof![Just("Active"), Just("Terminated"), Just("Leave"), Just(""), Just("odd")];
        let kind = prop_oneof![Just("Employee"), Just("Contractor"), Just("")];
        (id, name, mail, start, end, status, kind).prop_map(|(id, name, mail, start, end, status, kind)| {
            // A row without any of the first three is no record.
            let name = if id.is_empty() && mail.is_empty() { "Cleo Fox" } else { name };
            format!("{id},{name},{mail},{start},{end},{status},{kind}")
        })
    }

    fn account() -> impl Strategy<Value = String> {
        let mail = prop_oneof![Just("ann@north.example"), Just("bo@north.example"), Just("dan@north.example")];
        let id = prop_oneof![Just("1"), Just("2"), Just("")];
        let status = prop_oneof![Just("ACTIVE"), Just("SUSPENDED"), Just("DEPROVISIONED"), Just("odd")];
        let day = prop_oneof![Just("2018-05-01T00:00:00Z"), Just("2022-12-31T10:00:00Z"), Just("2026-11-01T00:00:00Z")];
        (mail, id, status, day.clone(), day).prop_map(|(mail, id, status, made, changed)| {
            format!("{mail}-{id},{mail},{mail},{id},{status},{made},{changed}")
        })
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
            accounts in proptest::collection::vec(account(), 1..5),
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
",
                )
                .file("hr.csv", &format!("{HR}\n{}", turned(&people, by, back)))
                .file("vendors.csv", &format!("{HR}\n{}", turned(&contractors, by, back)))
                .file("idp.csv", &format!("{IDP}\n{}", turned(&accounts, by, back)))
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
