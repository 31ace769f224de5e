//! Addresses that several people share, or that were given on: none of them makes two people one.

use super::*;

const PEOPLE: &str = "Employee ID,Name,Work email,Personal email,Start date,End date,Status";
const FAMILY: &str = "koch.family@mail.example";

/// A user of the directory: id, login, main address, name, employee id, and what else is said.
fn user([id, login, mail, name, number]: [&str; 5], more: &str) -> String {
    let number = if number.is_empty() { "null".to_owned() } else { format!("\"{number}\"") };
    format!(
        "{{\"id\": \"{id}\", \"userPrincipalName\": \"{login}\", \"mail\": \"{mail}\", \"displayName\": \"{name}\", \
         \"employeeId\": {number}, \"userType\": \"Member\", {more}}}"
    )
}

const LIVES: &str = r#""accountEnabled": true, "createdDateTime": "2020-01-01T08:00:00Z""#;
const ENDED: &str = r#""accountEnabled": false, "createdDateTime": "2020-01-01T08:00:00Z""#;

fn private(address: &str) -> String {
    format!("{ENDED}, \"otherMails\": [\"{address}\"]")
}

/// Who the people are, each with the standing.
fn people(hr: &str, users: &[String]) -> Vec<String> {
    Company::of(
        "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: graph.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}
",
    )
    .file("hr.csv", &format!("{PEOPLE}\n{hr}"))
    .file("graph.json", &format!("[{}]", users.join(",\n")))
    .report("2026-11-20")
    .people()
}

/// Olaf is somebody who has left by his directory account, beside Anna, who works here.
fn olaf_has_left(people: &[String]) {
    let [anna, olaf] = people else { panic!("{people:#?}") };
    assert!(anna.starts_with("Anna Koch: active"), "{people:#?}");
    assert!(olaf.starts_with("Olaf") && olaf.ends_with(": left on an unknown day by Idp"), "{people:#?}");
}

#[test]
fn a_private_address_that_a_family_shares_makes_nobody_of_the_leaver() {
    let anna = format!("9,Anna Koch,anna@north.example,{FAMILY},2019-06-01,,Active");
    let hers = user(["id-9", "anna@north.example", "anna@north.example", "Anna Koch", "9"], LIVES);
    for number in ["1", ""] {
        for name in ["Olaf Koch", "Olaf Lund", "Olaf"] {
            let his = user(["id-1", "olaf@north.example", "olaf@north.example", name, number], &private(FAMILY));
            olaf_has_left(&people(&anna, &[his, hers.clone()]));
        }
    }
    // Of a couple who both work here each keeps the own account, whether or not HR has the work address.
    let leaver = |mail: &str| format!("{anna}\n1,Olaf Koch,{mail},{FAMILY},2019-01-01,2026-10-31,");
    let his = user(["id-1", "olaf@north.example", "olaf@north.example", "Olaf Koch", ""], &private(FAMILY));
    for mail in ["olaf@north.example", ""] {
        let all = people(&leaver(mail), &[his.clone(), hers.clone()]);
        assert_eq!(all, ["Anna Koch: active", "Olaf Koch: left 2026-10-31 by Hr"], "{mail}");
    }
}

#[test]
fn a_private_address_joins_where_the_name_is_the_same() {
    let anna = format!("9,Anna Koch,,{FAMILY},2019-06-01,,Active");
    for name in ["Anna Koch", "Koch, Anna", "Anna Maria Koch"] {
        let hers = user(["id-9", "a.k@north.example", "a.k@north.example", name, ""], &private(FAMILY));
        assert_eq!(people(&anna, &[hers]).len(), 1, "{name}");
        let guest = user(["id-9", FAMILY, FAMILY, name, ""], ENDED);
        assert_eq!(people(&anna, &[guest]).len(), 1, "{name}");
    }
    // A directory without names, whose account is kept under that address.
    assert_eq!(people(&anna, &[user(["id-9", FAMILY, FAMILY, "", ""], ENDED)]).len(), 1);
}

#[test]
fn records_with_different_employee_ids_are_two_people_whatever_address_they_share() {
    let nobody = "77,Zoe Zed,zoe@north.example,,2019-01-01,,Active";
    let anna = "9,Anna Koch,anna@north.example,,2026-06-01,,Active";
    let olaf = |number: &str| user(["id-1", "olaf@north.example", "anna@north.example", "Olaf Alt", number], ENDED);
    let hers = user(["id-9", "anna@north.example", "anna@north.example", "Anna Koch", "9"], LIVES);
    olaf_has_left(&people(anna, &[olaf("1"), hers.clone()]));
    // By an alias of a directory record, too, that HR does not have.
    let desk = |more: &str| format!("{more}, \"proxyAddresses\": [\"smtp:desk@north.example\"]");
    let his = user(["id-1", "olaf@north.example", "olaf@north.example", "Olaf Alt", "1"], &desk(ENDED));
    let with_alias = user(["id-9", "anna@north.example", "anna@north.example", "Anna Koch", "9"], &desk(LIVES));
    olaf_has_left(&people(anna, &[his.clone(), with_alias.clone()]));
    // Where HR knows neither, and a third record that leads to both is neither's.
    let both = people(nobody, &[his.clone(), with_alias.clone()]);
    olaf_has_left(&both[..2]);
    let third = user(["id-5", "desk@north.example", "desk@north.example", "Front Desk", ""], LIVES);
    let all = people(nobody, &[third, his, with_alias]);
    assert_eq!(all.len(), 4, "{all:#?}");
    olaf_has_left(&[all[0].clone(), all[2].clone()]);
    // Where HR has no employee ids, the name tells whose account it is.
    let unnumbered = ",Anna Koch,anna@north.example,,2019-06-01,,Active";
    olaf_has_left(&people(unnumbered, &[olaf("1"), hers.clone()]));
}

#[test]
fn a_new_number_of_somebody_or_numbers_of_another_system_part_nobody() {
    let anna = "9,Anna Koch,anna@north.example,,2026-06-01,,Active";
    let bo = "8,Bo Lund,bo@north.example,,2019-06-01,,Active";
    let hers =
        |name: &str, number: &str| user(["id-9", "anna@north.example", "anna@north.example", name, number], LIVES);
    // She has come back, and the directory still has the number of then.
    assert_eq!(people(anna, &[hers("Anna Koch", "1")]), ["Anna Koch: active"]);
    // The directory counts people in its own way, as Bo shows: she has only taken another name.
    let bos = user(["id-8", "bo@north.example", "bo@north.example", "Bo Lund", "5002"], LIVES);
    let both = format!("{anna}\n{bo}");
    assert_eq!(people(&both, &[bos, hers("Anna Lindt", "5001")]), ["Anna Koch: active", "Bo Lund: active"]);
    // Where the names are written in another way, or one list has none, that shows it, too.
    for name in ["A. Koch", "Dr. Anna Koch", "Anna", ""] {
        assert_eq!(people(anna, &[hers(name, "NW-9")]), ["Anna Koch: active"], "{name}");
    }
    assert_eq!(
        people("9,José Müller,anna@north.example,,2026-06-01,,Active", &[hers("Jose Mueller", "NW-9")]).len(),
        1
    );
    assert_eq!(people("9,,anna@north.example,,2026-06-01,,Active", &[hers("Anna Koch", "NW-9")]).len(), 1);
}

#[test]
fn an_ended_account_from_long_before_that_bears_another_name_is_the_former_holders() {
    let anna = "9,Anna Koch,anna@north.example,,2026-06-01,,Active";
    let hers = user(["id-9", "anna@north.example", "anna@north.example", "Anna Koch", "9"], LIVES);
    let olafs = |name: &str| user(["id-1", "anna@north.example", "anna@north.example", name, ""], ENDED);
    olaf_has_left(&people(anna, &[olafs("Olaf Alt"), hers.clone()]));
    // A name that is none, or that she may have had, says nothing; neither does an account from her own time.
    for name in ["akoch", "", "Anna Alt"] {
        assert_eq!(people(anna, &[olafs(name), hers.clone()]), ["Anna Koch: active"], "{name}");
    }
    let before = anna.replace("2026-06-01", "2020-01-15");
    assert_eq!(people(&before, &[olafs("Olaf Alt"), hers]), ["Anna Koch: active"]);
}

fn with_alias(more: &str, alias: &str) -> String {
    format!("{more}, \"proxyAddresses\": [\"smtp:{alias}\"]")
}

#[test]
fn the_mail_of_a_leaver_that_arrives_at_somebody_elses_makes_them_no_leaver() {
    let anna = "7,Anna Berg,anna.berg@north.example,,2020-01-01,2026-10-31,Terminated";
    for bo in ["8,Bo Lind,,,2020-01-01,,Active", "8,Zoe Zed,zoe@north.example,,2020-01-01,,Active"] {
        let login = "bo.lind@north.example";
        let his = user(["id-8", login, login, "Bo Lind", ""], &with_alias(LIVES, "anna.berg@north.example"));
        let hers = user(["id-7", "anna.berg@north.example", "anna.berg@north.example", "Anna Berg", ""], ENDED);
        for records in [vec![his.clone()], vec![his.clone(), hers]] {
            let all = people(&format!("{anna}\n{bo}"), &records);
            assert_eq!(all[0], "Anna Berg: left 2026-10-31 by Hr", "{all:#?}");
            assert!(all.contains(&"Bo Lind: active".to_owned()), "{all:#?}");
        }
    }
}

#[test]
fn an_alias_joins_where_the_name_fits() {
    let anna = "7,Anna Berg,anna.berg@north.example,,2020-01-01,2026-10-31,Terminated";
    let login = "anna.holm@north.example";
    for name in ["Anna Holm", "Berg, Anna", "Anna Maria Berg"] {
        let hers = user(["id-7", login, login, name, ""], &with_alias(LIVES, "anna.berg@north.example"));
        assert_eq!(people(anna, &[hers]).len(), 1, "{name}");
    }
}

#[test]
fn an_alias_that_two_directory_records_share_joins_them_only_under_one_name() {
    let nobody = "77,Zoe Zed,zoe@north.example,,2019-01-01,,Active";
    let of = |login: &str, name: &str, more: &str| {
        user([login, login, login, name, ""], &with_alias(more, "sales@north.example"))
    };
    let anna = of("anna@north.example", "Anna Berg", ENDED);
    let bo = of("bo@north.example", "Bo Lind", LIVES);
    assert_eq!(people(nobody, &[anna.clone(), bo]).len(), 3);
    let again = of("anna2@north.example", "Berg, Anna", LIVES);
    assert_eq!(people(nobody, &[anna, again]).len(), 2);
}

#[test]
fn an_address_given_on_within_a_family_name_is_the_former_holders() {
    let julia = "50,Julia Müller,j.mueller@north.example,,2024-03-01,,Active";
    let ended = r#""accountEnabled": false, "createdDateTime": "2015-01-01T08:00:00Z""#;
    let jens = user(["id-1", "jens@north.example", "j.mueller@north.example", "Jens Müller", ""], ended);
    let hers = user(["id-2", "j.mueller@north.example", "j.mueller@north.example", "Julia Müller", ""], LIVES);
    assert_eq!(people(julia, &[jens, hers]), ["Jens Müller: left on an unknown day by Idp", "Julia Müller: active"]);
}

#[test]
fn a_domain_alias_gives_way_to_an_address_as_it_is_written() {
    let all = Company::of(
        "company: {domains: [north.example, south.example], domain-aliases: {south.example: north.example}}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: graph.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}
",
    )
    .file(
        "hr.csv",
        &format!(
            "{PEOPLE}
             1,Anna Berg,anna@north.example,,2015-01-01,,Active
             2,Anna Holm,anna@south.example,,2023-01-01,2026-09-30,Terminated
             3,Cy Orr,cy@south.example,,2023-01-01,,Active"
        ),
    )
    .file(
        "graph.json",
        &format!(
            "[{}]",
            [
                user(["id-1", "anna@north.example", "anna@north.example", "Anna Berg", ""], LIVES),
                user(["id-2", "anna@south.example", "anna@south.example", "Anna Holm", ""], LIVES),
                user(["id-3", "cy@north.example", "cy@north.example", "Cy Orr", ""], LIVES),
            ]
            .join(",\n")
        ),
    )
    .report("2026-11-20");
    assert_eq!(all.people(), ["Anna Berg: active", "Anna Holm: left 2026-09-30 by Hr", "Cy Orr: active"]);
    assert_eq!(all.found("idp-active-after-end"), ["id-2"]);
}

#[test]
fn of_people_whom_hr_does_not_know_numbers_of_two_systems_part_nobody_and_those_of_one_do() {
    let people = |entra: &[[&str; 4]], okta: &[[&str; 4]]| {
        let users: Vec<String> =
            entra.iter().map(|[id, mail, login, number]| user([id, login, mail, "", number], LIVES)).collect();
        let rows: String = okta
            .iter()
            .map(|[id, mail, login, number]| {
                format!("{id},{mail},{login},{number},ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z\n")
            })
            .collect();
        Company::of(
            "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: graph.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}
  - {file: okta.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}
",
        )
        .file("hr.csv", &format!("{PEOPLE}\n77,Zoe Zed,zoe@north.example,,2019-01-01,,Active"))
        .file("graph.json", &format!("[{}]", users.join(",\n")))
        .file("okta.csv", &format!("{IDP}\n{rows}"))
        .report("2026-11-20")
        .people()
        .len()
            - 1
    };
    let (dan, eva) = ("dan@north.example", "eva@north.example");
    let nobody = ["x1", "nobody@else.example", "nobody@else.example", ""];
    assert_eq!(people(&[["e1", dan, dan, "7"]], &[nobody, ["o1", dan, dan, "A12"]]), 2, "Dan, and nobody");
    assert_eq!(people(&[["e1", dan, dan, "7"], ["e2", dan, dan, "8"]], &[nobody]), 3);
    // An address that two of one system have says nothing; another one does.
    let hers = ["o1", eva, eva, "A12"];
    assert_eq!(people(&[["e1", dan, dan, "7"], ["e2", eva, dan, "8"]], &[nobody, hers]), 3);
    // One record of the other system leads to two.
    let both = ["o1", dan, eva, "A12"];
    assert_eq!(people(&[["e1", dan, dan, "7"], ["e2", eva, eva, "8"]], &[nobody, both]), 4);
    assert_eq!(people(&[["e1", dan, dan, "7"], ["e2", eva, eva, ""]], &[nobody, both]), 2);
}

/// Who the people are by two lists of users, with either of them as the more trusted one.
fn people_of_two(hr: &str, first: &[String], second: &[String]) -> [Vec<String>; 2] {
    let seen = |order: &str| {
        Company::of(&format!(
            "company: {{domains: [north.example]}}
hr:
  - {{file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}}
idp:
{order}"
        ))
        .file("hr.csv", &format!("{PEOPLE}\n{hr}"))
        .file("first.json", &format!("[{}]", first.join(",\n")))
        .file("second.json", &format!("[{}]", second.join(",\n")))
        .report("2026-11-20")
        .people()
    };
    let [a, b] = ["first", "second"]
        .map(|name| format!("  - {{file: {name}.json, id: {name}, extracted-at: 2026-11-20T06:05:00Z}}\n"));
    [seen(&format!("{a}{b}")), seen(&format!("{b}{a}"))]
}

/// Anna Berg had the address until 2024, somebody else has had it since 2025.
fn two_holders(newcomer: &str) -> String {
    format!(
        "1,Anna Berg,anna@north.example,,2018-01-01,2024-01-31,Terminated
         2,{newcomer},anna@north.example,,2025-03-01,,Active"
    )
}

#[test]
fn of_several_holders_of_an_address_a_record_is_that_of_whose_name_it_bears() {
    let record = |name: &str, more: &str| user(["id-1", "anna@north.example", "anna@north.example", name, ""], more);
    let live = r#""accountEnabled": true"#;
    let made_anew = r#""accountEnabled": true, "createdDateTime": "2025-06-01T08:00:00Z""#;
    let ended = r#""accountEnabled": false"#;
    let active_after_end = |newcomer: &str, record: String| {
        let ran = Company::of(
            "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: graph.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}
",
        )
        .file("hr.csv", &format!("{PEOPLE}\n{}", two_holders(newcomer)))
        .file("graph.json", &format!("[{record}]"))
        .report("2026-11-20");
        assert_eq!(ran.people().len(), 2, "{:#?}", ran.people());
        ran.found("idp-active-after-end")
    };
    for newcomer in ["Anna Novak", "Piet Novak"] {
        for more in [live, made_anew] {
            assert_eq!(active_after_end(newcomer, record("Anna Berg", more)), ["id-1"], "{newcomer} {more}");
            assert_eq!(active_after_end(newcomer, record("Berg, Anna Maria", more)), ["id-1"]);
            assert!(active_after_end(newcomer, record(newcomer, more)).is_empty());
            // A name that is nobody's, or none, leaves it to the day.
            assert!(active_after_end(newcomer, record("Front Desk", more)).is_empty());
            assert!(active_after_end(newcomer, record("", more)).is_empty());
        }
        assert!(active_after_end(newcomer, record("Anna Berg", ended)).is_empty());
    }
    // Of one with another family name, too, if only one of them has the given name.
    assert_eq!(active_after_end("Piet Novak", record("Anna Holm", live)), ["id-1"]);
    assert!(active_after_end("Anna Novak", record("Anna Holm", live)).is_empty());
}

#[test]
fn a_private_address_that_only_the_directory_has_joins_a_second_record_of_the_same_name() {
    let zora = "13,Zora Muller,zora.muller@north.example,,2021-05-11,2026-09-23,Terminated";
    let first = |more: &str| {
        let login = "zora.muller@north.example";
        user(["id-1", login, login, "Zora Muller", ""], &format!("{ENDED}, {more}"))
    };
    let home = "zora@partner.example";
    let hers = first(&format!("\"otherMails\": [\"{home}\"]"));
    for (kind, login) in [("Guest", "zora_partner.example#EXT#@north.example"), ("Member", home)] {
        let second = |name: &str| {
            user(["id-2", login, home, name, ""], LIVES)
                .replace("\"userType\": \"Member\"", &format!("\"userType\": \"{kind}\""))
        };
        for name in ["Zora Muller", "Muller, Zora", "Zora Anna Muller"] {
            let all = people(zora, &[hers.clone(), second(name)]);
            assert_eq!(all, ["Zora Muller: left 2026-09-23 by Hr"], "{kind} {name}");
        }
        // A family shares such addresses.
        for name in ["Olaf Muller", "Zora", "Zora Koch", ""] {
            assert_eq!(people(zora, &[hers.clone(), second(name)]).len(), 2, "{kind} {name}");
        }
    }
    // Of two whom the address is private for, and whom HR does not know either.
    let nobody = "77,Zoe Zed,zoe@north.example,,2019-01-01,,Active";
    let of = |login: &str, name: &str| user([login, login, login, name, ""], &private(home));
    assert_eq!(people(nobody, &[of("z@north.example", "Zora Muller"), of("z2@north.example", "Zora Muller")]).len(), 2);
    assert_eq!(people(nobody, &[of("z@north.example", "Zora Muller"), of("o@north.example", "Olaf Muller")]).len(), 3);
    // With different numbers of one system they stay two people.
    let numbered = |id: &str, number: &str| user([id, id, id, "Zora Muller", number], &private(home));
    assert_eq!(people(nobody, &[numbered("z@north.example", "1"), numbered("z2@north.example", "2")]).len(), 3);
}

#[test]
fn an_address_of_two_people_whom_hr_does_not_know_makes_no_one_of_them() {
    let nobody = "77,Zoe Zed,zoe@north.example,,2019-01-01,,Active";
    let of = |id: &str, name: &str, number: &str, more: &str| {
        user([id, "design@north.example", "design@north.example", name, number], more)
    };
    let rosa = of("r1", "Rosa Jansen", "", ENDED);
    let piet = of("p1", "Piet Olsen", "", LIVES);
    let two = |all: &[String]| {
        let [piet, rosa, zoe] = all else { panic!("{all:#?}") };
        let (piet, rosa) = if piet.starts_with("Piet") { (piet, rosa) } else { (rosa, piet) };
        assert!(piet.starts_with("Piet ") && piet.ends_with(": active"), "{all:#?}");
        assert!(rosa.contains("Rosa") && rosa.ends_with(": left on an unknown day by Idp"), "{all:#?}");
        assert_eq!(zoe, "Zoe Zed: active");
    };
    let either =
        |first: &[String], second: &[String]| people_of_two(nobody, first, second).iter().for_each(|all| two(all));
    either(std::slice::from_ref(&rosa), std::slice::from_ref(&piet));
    two(&people(nobody, &[rosa.clone(), piet.clone()]));
    // Each with further records; one with a number, of another system or of none.
    let [again, others] = [of("r2", "Jansen, Rosa", "", ENDED), of("p2", "Piet Holm", "", LIVES)];
    either(&[rosa.clone(), others], &[piet.clone(), again]);
    either(&[of("r1", "Rosa Jansen", "R1", ENDED)], std::slice::from_ref(&piet));
    either(&[of("r1", "Rosa Jansen", "R1", ENDED)], &[of("p1", "Piet Olsen", "77P", LIVES)]);
    // What may be one person's name joins as before; so does a record without one, unless two people have the address.
    for name in ["Rosa Olsen", "R. Jansen", "rjansen", "Rosa", "", "Roosa Jansen"] {
        let one = people_of_two(nobody, std::slice::from_ref(&rosa), &[of("p1", name, "", LIVES)]);
        assert_eq!(one.each_ref().map(Vec::len), [2, 2], "{name}: {one:#?}");
    }
    let nameless = people_of_two(nobody, &[rosa, of("n1", "", "", LIVES)], &[piet]);
    assert_eq!(nameless.map(|all| all.len()), [4, 4]);
}

#[test]
fn whichever_way_an_address_is_written_two_people_with_one_key_keep_their_keys() {
    let keys = |first: &str, second: &str| {
        let born = |id: &str, mail: &str, day: &str, end: &str| format!("{id},Anna Berg,{mail},2018-01-01,{end},{day}");
        let company = Company::of(
            "company: {domains: [north.example]}
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
",
        );
        let header = "Employee ID,Name,Work email,Start date,End date,Date of birth";
        let rows = [born("", first, "1970-01-01", "2024-01-31"), born("", second, "1990-05-05", "")];
        let report = company.file("hr.csv", &format!("{header}\n{}", rows.join("\n"))).report("2026-11-20").report;
        report.people.iter().map(|p| format!("{} {}", p.key, company::standing(p))).collect::<Vec<_>>()
    };
    let plain = keys("anna@north.example", "anna@north.example");
    for (first, second) in [("Anna@north.example", "anna@north.example"), ("anna@north.example", "ANNA@North.example")]
    {
        assert_eq!(keys(first, second), plain, "{first} {second}");
    }
}
