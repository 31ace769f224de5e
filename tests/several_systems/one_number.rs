//! One employee id under several names: when it is one person's, and when it says nothing.

use super::*;

const PEOPLE: &str = "Employee ID,Name,Work email,Start date,End date,Date of birth";

/// HR's main list and a second one, which is trusted less.
fn lists(first: &str, second: &str) -> Company {
    Company::of(
        "company: {domains: [north.example], zone: Europe/Berlin}
hr:
  - {file: people.csv, extracted-at: 2026-11-20T06:00:00Z}
  - {file: others.csv, extracted-at: 2026-11-20T06:00:00Z}
",
    )
    .file("people.csv", &format!("{PEOPLE}\n{first}"))
    .file("others.csv", &format!("{PEOPLE}\n{second}"))
}

fn people(company: &Company) -> Vec<String> {
    company.report("2026-11-20").people()
}

#[test]
fn a_particle_a_title_or_a_given_name_makes_nobody_of_two_lists_one_person() {
    let company = lists(
        "100,Jan van Dijk,jan@north.example,2020-01-01,,
         101,Dr. Anna Berg,anna@north.example,2020-01-01,,
         102,Eva Roth,eva@north.example,2020-01-01,,",
        "100,Piet van den Berg,piet@north.example,2015-01-01,2019-09-30,
         101,Dr. Dirk Ohm,dirk@north.example,2015-01-01,2026-03-31,
         102,Eva Blau,eva.blau@north.example,2015-01-01,2026-03-31,",
    );
    let all = people(&company);
    assert_eq!(all.len(), 6, "{all:#?}");
    assert!(company.report("2026-11-20").found("status-conflict").is_empty(), "each list has numbers of its own");
}

#[test]
fn where_two_lists_number_alike_the_number_joins_under_another_name() {
    let main = "1,Ann Berg,ann@north.example,2020-01-01,,
        2,Bo Lund,bo@north.example,2020-01-01,,
        3,Cleo Fox,cleo@north.example,2020-01-01,,
        9,Elisabeth Berg,e.berg@north.example,2020-01-01,,";
    let leavers = "1,Ann Berg,,,2026-10-31,\n2,\"Lund, Bo\",,,2026-10-31,\n9,Lisa Holt,,,2026-10-31,";
    let all = people(&lists(main, leavers));
    let left = |name: &str| format!("{name}: left 2026-10-31 by Hr");
    assert_eq!(all, [left("Ann Berg"), left("Bo Lund"), "Cleo Fox: active".to_owned(), left("Elisabeth Berg")]);
    // In either order of the rows.
    let turned = leavers.lines().rev().collect::<Vec<_>>().join("\n");
    assert_eq!(people(&lists(main, &turned)), all);
    // Another name, another address: there the list has a wrong number, or the number was given out again.
    let another = leavers.replace("9,Lisa Holt,,", "9,Lisa Holt,holt@north.example,");
    assert_eq!(people(&lists(main, &another)).len(), 5);
}

#[test]
fn a_leaving_under_a_number_that_may_be_somebody_elses_is_not_silent() {
    let company = lists(
        "7,田中 太郎,taro@north.example,2020-01-01,,
         9,Elisabeth Berg,e.berg@north.example,2020-01-01,,",
        "7,Taro Tanaka,,,2026-10-31,
         9,Lisa Holt,,,2026-10-31,",
    );
    let ran = company.report("2026-11-20");
    let mut found = ran.found("status-conflict");
    found.sort();
    assert_eq!(found, ["Elisabeth Berg", "田中 太郎"]);
    let berg = ran
        .report
        .findings
        .iter()
        .find(|f| f.rule.id == "status-conflict" && f.evidence.iter().any(|place| place.line == 3));
    let berg = berg.unwrap();
    assert_eq!(
        &*berg.reason[0],
        "generic-hr (people.csv) gives the employee id 9 to Elisabeth Berg, and generic-hr (others.csv) gives it to \
         Lisa Holt, who left on 2026-10-31; nothing tells whether they are one person"
    );
    assert_eq!(berg.evidence.len(), 2);
}

#[test]
fn lists_without_addresses_that_number_other_people_are_no_flood() {
    let row = |n: u32, name: &str, mail: &str, end: &str| format!("{n},{name},{mail},2020-01-01,{end},");
    let given = ["Ann", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gro", "Hal", "Ida", "Jon", "Kai", "Liv"];
    let other = ["Ole", "Pia", "Quin", "Rut", "Sam", "Tea", "Udo", "Vic", "Wim", "Xia", "Yan", "Zoe"];
    let first: Vec<String> = (0..12)
        .map(|n| row(n as u32, &format!("{} Berg", given[n]), &format!("{}@north.example", given[n]), ""))
        .collect();
    let second: Vec<String> = (0..12).map(|n| row(n as u32, &format!("{} Holm", other[n]), "", "2026-10-31")).collect();
    let company = lists(&first.join("\n"), &second.join("\n"));
    assert_eq!(people(&company).len(), 24);
    assert!(company.report("2026-11-20").found("status-conflict").is_empty());
}

#[test]
fn a_number_that_one_list_has_for_several_people_is_nobodys() {
    let company = hr("EXT,Ann Berg,ann@north.example,2020-01-01,2026-10-31,Terminated,Contractor
         EXT,Bo Lund,bo@north.example,2022-01-01,,Active,Contractor
         EXT,Cleo Fox,cleo@north.example,2021-01-01,2026-09-30,Terminated,Contractor");
    let ran = company.report("2026-11-20");
    let expected = ["Ann Berg: left 2026-10-31 by Hr", "Bo Lund: active", "Cleo Fox: left 2026-09-30 by Hr"];
    assert_eq!(ran.people()[1..], expected[..]);
    let keys: Vec<&str> = ran.report.people.iter().map(|p| &*p.key).filter(|key| key.contains("north")).collect();
    assert_eq!(keys, ["email:ann@north.example", "email:bo@north.example", "email:cleo@north.example"]);
    // A number that was given out again.
    let again = hr("7,Ann Berg,ann@north.example,2010-01-01,2019-10-31,Terminated,Employee
         7,Bo Lund,bo@north.example,2021-01-01,,Active,Employee");
    assert_eq!(again.report("2026-11-20").people()[1..], ["Ann Berg: left 2019-10-31 by Hr", "Bo Lund: active"]);
}

#[test]
fn whoever_comes_back_under_the_old_number_may_have_another_name_or_address() {
    for second in ["Ann Holm,ann.holm@north.example", "Ann Berg,ann.berg@north.example", "Ann Holm,ann@north.example"] {
        let company = hr(&format!(
            "7,Ann Berg,ann@north.example,2010-01-01,2019-10-31,Terminated,Employee
             7,{second},2021-01-01,,Active,Employee"
        ));
        let all = company.report("2026-11-20").people();
        assert_eq!(all.iter().filter(|p| p.starts_with("Ann")).count(), 1, "{all:#?}");
    }
}

#[test]
fn a_directory_record_of_another_name_and_address_is_nobodys_by_its_number() {
    let people = "100,Ann Berg,ann@north.example,2020-01-01,,Active,Employee";
    let of = |name: &str, mail: &str, number: &str| {
        let (given, family) = name.split_once(' ').unwrap_or(("", ""));
        Company::of(
            "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: idp.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}
",
        )
        .file("hr.csv", &format!("{HR}\n{people}"))
        .file(
            "idp.csv",
            &format!(
                "user.id,user.email,user.login,user.firstName,user.lastName,user.employeeNumber,user.status,user.created,user.statusChange
                 u0,ann@north.example,ann@north.example,Ann,Berg,100,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z
                 u1,{mail},{mail},{given},{family},{number},DEPROVISIONED,2020-01-01T00:00:00Z,2026-01-01T00:00:00Z"
            ),
        )
        .report("2026-11-20")
        .people()
        .len()
    };
    for number in ["100", "0100"] {
        assert_eq!(of("Dirk Ohm", "dirk@south.example", number), 2, "{number}");
        assert_eq!(of("Ann Holm", "holm@north.example", number), 1, "{number}: another family name");
    }
    // Without a name, the number as it is written is enough.
    assert_eq!((of("", "x7@north.example", "100"), of("", "x7@north.example", "0100")), (1, 2));
}

#[test]
fn a_number_that_hr_has_for_two_people_leads_to_neither_by_a_record_of_one_of_them() {
    // Of whom HR has no address a directory cannot be held against anything but the number.
    let second = |name: &str| format!("100,{name},,2020-01-01,,");
    let directory = |records: &str| format!("{IDP}\n{records}");
    let ann = "u1,ann@north.example,ann@north.example,100,DEPROVISIONED,2015-01-01T00:00:00Z,2026-03-31T00:00:00Z";
    let bo = "u2,bo@north.example,bo@north.example,100,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z";
    let holders = |other: &str, records: &str| {
        let idp = "idp:\n  - {file: idp.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}\nhr:\n";
        let company = lists("100,Ann Berg,ann@north.example,2015-01-01,2026-03-31,", &second(other)).with("hr:\n", idp);
        let report = company.file("idp.csv", &directory(records)).report("2026-11-20").report;
        let of_ann = report.people.iter().find(|p| &*p.name == "Ann Berg").unwrap();
        (report.people.len(), of_ann.identities.len())
    };
    assert_eq!(holders("Bo Lund", &format!("{ann}\n{bo}")), (3, 2));
    assert_eq!(holders("Bo Lund", &format!("{bo}\n{ann}")), (3, 2));
    assert_eq!(holders("Bo Lund", bo), (3, 1));
}

#[test]
fn a_list_of_leavers_with_work_addresses_is_about_the_people_who_have_them() {
    let settings = "company: {domains: [north.example]}
hr:
  - {file: leavers.csv, extracted-at: 2026-11-20T06:00:00Z}
  - {file: people.csv, extracted-at: 2026-11-20T06:00:00Z}
";
    let main = "Name,Work email,Start date,End date
        Müller Jörg,joerg@north.example,2020-01-01,
        Anna Berg-Holt,anna@north.example,2020-01-01,
        Bo Lund,bo@north.example,2020-01-01,";
    let left = |leavers: &str| {
        let company = Company::of(settings).file("people.csv", main).file("leavers.csv", leavers);
        let all = people(&company);
        assert_eq!(all.len(), 3, "{all:#?}");
        all.iter().filter(|p| p.ends_with(": left 2026-10-31 by Hr")).count()
    };
    let named = "Name,Work email,End date\n\"Müller, Jörg\",joerg@north.example,2026-10-31\nAnna Berg,anna@north.example,2026-10-31";
    assert_eq!(left(named), 2);
    assert_eq!(left("Work email,End date\njoerg@north.example,2026-10-31\nanna@north.example,2026-10-31"), 2);
}

#[test]
fn an_address_without_a_name_that_several_people_have_had_is_nobodys() {
    let company = lists(
        "1,Ann Berg,a.berg@north.example,2015-01-01,2020-12-31,
         2,Alf Holm,a.berg@north.example,2022-01-01,,",
        ",,a.berg@north.example,,2026-10-31,",
    );
    assert_eq!(people(&company).len(), 3);
}

#[test]
fn a_day_of_birth_tells_people_of_one_number_apart_and_holds_together_whoever_has_changed_all_else() {
    let main = |nine: &str| {
        format!("1,Ann Berg,ann@north.example,2020-01-01,,\n2,Bo Lund,bo@north.example,2020-01-01,,\n{nine}")
    };
    let second = |nine: &str| format!("1,Ann Berg,,,,\n2,Bo Lund,,,,\n{nine}");
    // Both lists number alike. The name is another one; then so are the address, the day of birth, or one is missing.
    for (nine, other, together) in [
        ("9,Elisabeth Berg,,2020-01-01,,1980-05-05", "9,Lisa Holt,,,2026-10-31,1980-05-05", true),
        ("9,Elisabeth Berg,,2020-01-01,,1980-05-05", "9,Lisa Holt,,,2026-10-31,", true),
        ("9,Elisabeth Berg,,2020-01-01,,1980-05-05", "9,Lisa Holt,,,2026-10-31,1991-01-01", false),
        (
            "9,Elisabeth Berg,e.berg@north.example,2020-01-01,,1980-05-05",
            "9,Lisa Holt,holt@north.example,,2026-10-31,1980-05-05",
            true,
        ),
        (
            "9,Elisabeth Berg,e.berg@north.example,2020-01-01,,1980-05-05",
            "9,Lisa Holt,holt@north.example,,2026-10-31,1991-01-01",
            false,
        ),
    ] {
        let all = people(&lists(&main(nine), &second(other)));
        assert_eq!(all.len(), if together { 3 } else { 4 }, "{nine} / {other}: {all:#?}");
    }
    // Each list has numbers of its own, and by chance one of them for two of the same name.
    let main = "1,Ann Berg,ann@north.example,2020-01-01,,\n2,Bo Lund,bo@north.example,2020-01-01,,
        7,Eva Roth,,2020-01-01,,1980-05-05";
    let own = |eva: &str| {
        format!("1,Ole Holm,ole@north.example,,,\n2,Pia Holm,pia@north.example,,,\n7,Eva Roth,,,2026-10-31,{eva}")
    };
    assert_eq!(people(&lists(main, &own("1991-01-01"))).len(), 6);
    assert_eq!(people(&lists(main, &own("1980-05-05"))).len(), 5);
}

#[test]
fn a_day_of_birth_tells_people_of_one_address_apart_and_a_postal_code_does_not() {
    let first = |born: &str| format!(",Ann Berg,ann@north.example,2020-01-01,,{born}");
    let other = |born: &str| format!(",Ann Maria Berg,ann@north.example,,2026-10-31,{born}");
    for (one, two, number) in
        [("1980-05-05", "1980-05-05", 1), ("1980-05-05", "", 1), ("", "1980-05-05", 1), ("1980-05-05", "1991-01-01", 2)]
    {
        assert_eq!(people(&lists(&first(one), &other(two))).len(), number, "{one} / {two}");
    }
    // So it is where the name is the same, and where a family has one private address; whose a row without a day is, of two,
    // nobody can tell.
    for column in ["Work email", "Private email"] {
        let hans = |born: &str| format!("1,Hans Berg,berg@home.example,2020-01-01,2026-10-31,{born}");
        let younger = |born: &str| format!("2,Hans Berg,berg@home.example,2020-01-01,,{born}");
        let third = |born: &str| format!("{}\n3,Hans Berg,berg@home.example,2020-01-01,,", younger(born));
        let number = |one: &str, other: &str| {
            let columns = PEOPLE.replace("Work email", column);
            let file = |rows: &str| format!("{columns}\n{rows}");
            people(&lists("", "").file("people.csv", &file(one)).file("others.csv", &file(other))).len()
        };
        assert_eq!(number(&hans("1950-05-05"), &younger("1980-02-02")), 2, "{column}");
        assert_eq!(number(&hans("1950-05-05"), &younger("1950-05-05")), 1, "{column}");
        assert_eq!(number(&hans(""), &younger("1980-02-02")), 1, "{column}");
        assert_eq!(number(&hans("1950-05-05"), &third("1980-02-02")), 3, "{column}");
        assert_eq!(number(&hans("1950-05-05"), &third("1950-05-05")), 1, "{column}");
    }
    let mut moved = lists(&first("10115"), &other("20095"));
    for (file, row) in [("people.csv", first("10115")), ("others.csv", other("20095"))] {
        moved = moved.file(file, &format!("{}\n{row}", PEOPLE.replace("Date of birth", "Postal code")));
    }
    assert_eq!(people(&moved).len(), 1);
}

#[test]
fn rows_without_a_name_are_one_person_by_their_address_unless_their_numbers_differ() {
    let nameless = |number: &str| format!("{number},,ann@north.example,,2026-10-31,");
    for (one, two, number) in [("1", "1", 1), ("1", "", 1), ("", "", 1), ("1", "2", 2)] {
        assert_eq!(people(&lists(&nameless(one), &nameless(two))).len(), number, "{one} / {two}");
    }
}

#[test]
fn a_few_names_in_common_among_many_others_leave_it_open_whose_a_number_is() {
    let row = |n: usize, name: &str, end: &str| format!("{n},{name},,2020-01-01,{end},");
    let family = |family: &str, end: &str, both: usize| {
        let given = ["Ann", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gro", "Hal", "Ida", "Jon", "Kai", "Liv"];
        let mut rows: Vec<String> =
            (0..12).map(|n| row(n + 1, &format!("{}{family} {family}", given[n]), end)).collect();
        rows.extend((20..20 + both).map(|n| row(n, &format!("Zoe Zed{n}"), "")));
        rows.join("\n")
    };
    let doubted = |both| {
        let company = lists(&family("Berg", "", both), &family("Holm", "2026-10-31", both));
        company.report("2026-11-20").found("status-conflict").len()
    };
    assert_eq!((doubted(0), doubted(2)), (0, 12));
}

#[test]
fn two_people_of_one_given_name_under_one_number_are_not_one() {
    let of = |first: &str, second: &str| {
        let rows = [first, second];
        let seen = |rows: &[&str]| {
            let ran = hr(&rows.join("\n")).report("2026-11-20");
            let all: Vec<String> = ran.people().into_iter().filter(|p| p.starts_with("Anna")).collect();
            (all, ran.found("status-conflict"))
        };
        let seen_so = seen(&rows);
        assert_eq!(seen(&[rows[1], rows[0]]), seen_so, "the order of the rows");
        seen_so
    };
    let hansen = "1025,Anna Hansen,anna.hansen@north.example,2021-08-15,,Active,Employee";
    let yilmaz = |start: &str, end: &str| {
        format!("1025,Anna Yilmaz,anna.yilmaz@north.example,{start},{end},Terminated,Employee")
    };
    let names = |all: &[String]| all.iter().map(|p| p.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    // At one time, or as far as anybody can tell.
    for (start, end) in [("2019-09-12", "2023-01-11"), ("", "2023-01-11"), ("2019-09-12", "")] {
        let (all, conflicts) = of(hansen, &yilmaz(start, end));
        assert_eq!(names(&all), ["Anna Hansen", "Anna Yilmaz"], "{start} {end}");
        assert_eq!(conflicts, ["Anna Hansen"], "{start} {end}");
    }
    // One after the other: who has come back under another name. After a while that is said.
    let (all, conflicts) = of(hansen, &yilmaz("2019-09-12", "2021-01-11"));
    assert_eq!((names(&all), &conflicts[..]), (vec!["Anna Hansen".to_owned()], &["Anna Hansen".to_owned()][..]));
    let (all, conflicts) = of(hansen, &yilmaz("2019-09-12", "2021-08-14"));
    assert_eq!((all.len(), conflicts.len()), (1, 0));
    // One address or one day of birth is enough to be one.
    let one = yilmaz("2019-09-12", "2023-01-11").replace("anna.yilmaz@", "anna.hansen@");
    assert_eq!(of(hansen, &one).0.len(), 1);
    // Of three the same.
    let third = "1025,Anna Koch,anna.koch@north.example,2020-01-01,,Active,Employee";
    let three = hr(&format!("{hansen}\n{}\n{third}", yilmaz("2019-09-12", "2023-01-11"))).report("2026-11-20");
    assert_eq!(three.people().iter().filter(|p| p.starts_with("Anna")).count(), 3, "{:#?}", three.people());
}

#[test]
fn lists_that_number_alike_do_not_make_one_of_two_who_are_here_at_one_time() {
    let main = "1,Ann Berg,ann@north.example,2020-01-01,,
        2,Bo Lund,bo@north.example,2020-01-01,,
        3,Cleo Fox,cleo@north.example,2020-01-01,,
        1025,Anna Hansen,anna.hansen@north.example,2021-08-15,,";
    let leavers = "1,Ann Berg,,,2026-10-31,\n2,\"Lund, Bo\",,,2026-10-31,
        1025,Anna Yilmaz,anna.yilmaz@north.example,2019-09-12,2023-01-11,";
    let company = lists(main, leavers);
    let all = people(&company);
    assert!(all.contains(&"Anna Hansen: active".to_owned()), "{all:#?}");
    assert!(all.contains(&"Anna Yilmaz: left 2023-01-11 by Hr".to_owned()), "{all:#?}");
    assert_eq!(company.report("2026-11-20").found("status-conflict"), ["Anna Hansen"]);
}

#[test]
fn two_whole_names_under_one_number_are_two_people_without_any_address() {
    let of = |second: &str| {
        let rows = format!(
            "7,Rosa Jansen,,2020-01-01,2026-03-31,Terminated,Employee
             7,{second},,2021-01-01,,Active,Employee"
        );
        let ran = hr(&rows).report("2026-11-20");
        (ran.people().len() - hr("").report("2026-11-20").people().len(), ran.found("status-conflict"))
    };
    assert_eq!(of("Piet Olsen"), (2, vec!["Piet Olsen".to_owned()]));
    for name in ["Rosa Olsen", "R. Jansen", "Rosa", "", "Roosa Jansen"] {
        assert_eq!(of(name).0, 1, "{name}");
    }
}
