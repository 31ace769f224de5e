//! People whom several HR systems and directories know, or one of them does not.

mod one_number;
mod shared_addresses;

use super::*;

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
fn a_later_employment_beside_one_that_is_over_on_no_known_day_is_unclear() {
    let gone = "1,Ann Berg,ann@north.example,2019-01-01,,Terminated,";
    for (row, stands) in [
        ("C1,Ann Berg,ann@north.example,2021-06-01,,Active,", "unclear RowsContradict"),
        // That one certainly speaks of the same employment, or of one that is yet to come.
        ("C1,Ann Berg,ann@north.example,2019-01-01,,Active,", "left on an unknown day by Hr"),
        ("C1,Ann Berg,ann@north.example,2027-02-01,,Active,", "left on an unknown day by Hr"),
        ("C1,Ann Berg,ann@north.example,2021-06-01,2024-05-31,Terminated,", "left 2024-05-31 by Hr"),
    ] {
        let company = two_systems(gone, row);
        ann(&company, &[("2026-11-20", stands)]);
        let said = company.report("2026-11-20").found("status-conflict");
        assert_eq!(said.len(), usize::from(row.ends_with("Active,") && !row.contains("2027")), "{row}: {said:?}");
    }
    // With a day, the later one is another employment.
    let dated = "1,Ann Berg,ann@north.example,2019-01-01,2021-03-31,Terminated,";
    ann(&two_systems(dated, "C1,Ann Berg,ann@north.example,2021-06-01,,Active,"), &[("2026-11-20", "active")]);
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
    let undated = "u4,dan@north.example,dan@north.example,,DEPROVISIONED,2020-01-01T00:00:00Z,";
    let cleo = "9,Cleo Fox,cleo@north.example,2019-01-01,,Active,Employee";
    let company = company(cleo, &format!("{lives}\n{ended}\n{undated}"));
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
    // Of what has ended on no day that is known, an earlier day is not certain.
    let dan = |day: &str| {
        let report = company.report(day).report;
        company::standing(report.people.iter().find(|p| &*p.email == "dan@north.example").unwrap())
    };
    assert_eq!(dan("2026-11-20"), "left on an unknown day by Idp");
    assert_eq!(dan("2026-10-20"), "unclear EndedOnUnknownDay");
}

#[test]
fn a_row_of_a_directory_that_cannot_be_read_says_nothing_of_somebody_whom_hr_does_not_know() {
    let company = company(
        "9,Cleo Fox,cleo@north.example,2019-01-01,,Active,Employee",
        "u1,ann@north.example,ann@north.example,,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z,more,cells",
    );
    let report = company.report("2026-11-20").report;
    let ann = report.people.iter().find(|p| &*p.email == "ann@north.example").unwrap();
    assert_eq!(company::standing(ann), "unclear UnreadRow");
}

#[test]
fn an_address_of_two_people_is_theirs_who_worked_here_when_the_directory_account_lived_or_ended() {
    let both = "1,Ann Berg,a.berg@north.example,2010-01-01,2019-10-31,Terminated,Employee
        2,Annie Berger,a.berg@north.example,2021-01-01,,Active,Employee";
    let people = |status: &str, changed: &str| {
        let row = format!("u1,a.berg@north.example,a.berg@north.example,,{status},,{changed}");
        company(both, &row).report("2026-11-20").people()
    };
    let (ann, annie) = ("Ann Berg: left 2019-10-31 by Hr", "Annie Berger: active");
    assert_eq!(people("ACTIVE", ""), [ann, annie]);
    assert_eq!(people("DEPROVISIONED", "2018-05-01T08:00:00Z"), [ann, annie]);
    // Nothing tells whose it was.
    assert_eq!(people("DEPROVISIONED", "").len(), 3);
    assert_eq!(people("SUSPENDED", "").len(), 3);
    assert_eq!(people("SUSPENDED", "2018-05-01T08:00:00Z").len(), 3);
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

/// Two lists without a status, the first the more trusted.
fn contracts(main: &str, contracts: &str) -> Company {
    two_systems(main, &contracts.lines().map(|row| format!("{},,", row.trim())).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_contract_that_has_ended_is_no_leaving_while_another_one_goes_on() {
    let main = "1,Ann Berg,ann@north.example,2018-01-01,,,";
    let stands = |main: &str, rows: &str| {
        let ran = contracts(main, rows).report("2026-11-20");
        let ann = ran.people().into_iter().find(|p| p.starts_with("Ann Berg")).unwrap();
        (ann.trim_start_matches("Ann Berg: ").to_owned(), ran.found("status-conflict").len())
    };
    let is = |text: &str, conflicts: usize| (text.to_owned(), conflicts);
    let row = |from: &str, to: &str| format!("C1,Ann Berg,ann@north.example,{from},{to}");
    let both = |a: (&str, &str), b: (&str, &str)| format!("{}\n{}", row(a.0, a.1), row(b.0, b.1));
    // The list of contracts has an open one, too, whichever comes first in it.
    for (a, b) in [
        (("2018-01-01", "2026-03-31"), ("2024-01-01", "")),
        (("2024-01-01", "2026-03-31"), ("2018-01-01", "")),
        (("2018-01-01", "2023-12-31"), ("2024-01-01", "")),
    ] {
        assert_eq!(stands(main, &both(a, b)), is("active", 0), "{a:?} {b:?}");
        assert_eq!(stands(main, &both(b, a)), is("active", 0), "{b:?} {a:?}");
    }
    // All of them are over, and the first began with the employment: the last one says when it ended.
    let all_over = both(("2018-01-01", "2023-12-31"), ("2023-06-01", "2026-03-31"));
    assert_eq!(stands(main, &all_over), is("left 2026-03-31 by Hr", 0));
    assert_eq!(stands(main, &row("2018-01-15", "2026-03-31")), is("left 2026-03-31 by Hr", 0), "some days apart");
    assert_eq!(stands(main, &row("", "2026-03-31")), is("left 2026-03-31 by Hr", 0), "a list of leavers");
    // One that began later may be a second contract, or the end of both.
    assert_eq!(stands(main, &row("2024-01-01", "2026-03-31")), is("unclear RowsContradict", 1));
    assert_eq!(stands(main, &row("2024-01-01", "2026-12-31")), is("active", 0));
    // So it is where the list of contracts is trusted more, unless it says that the person has left.
    let first = |row: &str| stands(&row.replace("C1,", "1,"), "C1,Ann Berg,ann@north.example,2018-01-01,");
    assert_eq!(first("C1,Ann Berg,ann@north.example,2024-01-01,2026-03-31,,"), is("unclear RowsContradict", 1));
    assert_eq!(
        first("C1,Ann Berg,ann@north.example,2024-01-01,2026-03-31,Terminated,"),
        is("left 2026-03-31 by Hr", 1)
    );
    assert_eq!(first("C1,Ann Berg,ann@north.example,2018-01-20,2026-03-31,,"), is("left 2026-03-31 by Hr", 1));
    // What began before the employment that goes on is another one.
    let later = main.replace("2018-01-01", "2026-03-01");
    assert_eq!(stands(&later, &row("2025-06-01", "2026-04-30")), is("active", 0));
}
