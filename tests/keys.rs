//! Every key: that it links, that it does not link what looks alike, and that a stronger one wins and names who lost.

mod company;
mod left_behind;

use company::Company;

const SETTINGS: &str = "company:
  domains: [north.example]
  domain-aliases: {old.example: north.example}
  plus-tags: [north.example]
  dots: [dots.example]
hr:
  - {file: hr.csv, extracted-at: 2026-11-20T06:00:00Z}
idp:
  - {file: idp.json, id: okta, extracted-at: 2026-11-20T06:05:00Z}
apps:
  crm: {roster: {file: crm.csv, export: crm, extracted-at: 2026-11-20T06:10:00Z}}
exports:
  - id: crm
    name: The member list of a test
    holds: [accounts]
    recognise: [No]
    fields: {id: No, external-id: Idp id, employee-id: Number, email: Mail, aliases: Other mails, username: Login,
             name: Name, title: Title, department: Department, created: Made}
    status: [{column: State, words: {on: active}}]
    username-is: address
";

/// Ann Berg has left; Bo Lund, Cleo Fox and the two Jonas Webers work here.
const HR: &str = "Employee ID,Name,Work email,Personal email,Start date,End date,Status,Department,Job title
    00042,Ann Berg,ann@north.example,ann.berg@mailbox.example,2019-01-01,2026-10-31,Terminated,Sales,Account Manager
    43,Bo Lund,bo@north.example,,2019-01-01,,Active,Finance,Accountant
    44,Cleo Fox,cleo@north.example,,2019-01-01,,Active,Finance,Controller
    45,Jonas Weber,jonas@north.example,,2019-01-01,,Active,Sales,Sales Engineer
    46,Jonas Weber,jonas2@north.example,,2019-01-01,,Active,Production,Technician
    47,Dan Holm,dan.holm@dots.example,,2019-01-01,,Active,Production,Planner
    a7,Eva Stein,eva@north.example,,2019-01-01,,Active,Sales,Engineer";

/// Bo was Bo Berglund once; Cleo signs in under a login that is not her address; Ann's mail runs to Bo today.
const IDP: &str = r#"[
 {"id": "00uBO", "status": "ACTIVE", "created": "2019-01-01T00:00:00.000Z", "statusChanged": "2019-01-01T00:00:00.000Z", "lastLogin": null,
  "profile": {"login": "bo@north.example", "email": "bo@north.example", "secondEmail": "bo.berglund@north.example", "employeeNumber": "43"}},
 {"id": "00uCLEO", "status": "ACTIVE", "created": "2019-01-01T00:00:00.000Z", "statusChanged": "2019-01-01T00:00:00.000Z", "lastLogin": null,
  "profile": {"login": "cfox@login.example", "email": "cleo@north.example", "secondEmail": null, "employeeNumber": "0044"}}
]"#;

/// The row of one account: number, provider's id, employee number, mail, other mails, login, name, title, department, made.
fn account(cells: [&str; 10]) -> String {
    seen(&company(HR, IDP), cells)
}

fn company(hr: &str, idp: &str) -> Company {
    Company::of(SETTINGS).file("hr.csv", hr).file("idp.json", idp)
}

fn seen(company: &Company, cells: [&str; 10]) -> String {
    let row =
        format!("No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State\n{},on", cells.join(","));
    let ran = company.clone().file("crm.csv", &row).report("2026-11-20");
    let accounts = ran.accounts();
    assert_eq!(accounts.len(), 1, "{accounts:#?}");
    accounts[0].clone()
}

#[test]
fn external_id_links_by_the_providers_id_and_wins_over_weaker_keys() {
    assert_eq!(account(["1", "00uBO", "", "", "", "", "", "", "", ""]), "1: linked Bo Lund by external-id");
    assert_eq!(account(["1", "00uB0", "", "", "", "", "", "", "", ""]), "1: unmatched ", "a zero is no O");
    assert_eq!(
        account(["1", "00uBO", "", "", "jonas@north.example", "", "", "", "", ""]),
        "1: linked Bo Lund by external-id (not Jonas Weber <jonas@north.example> (by alias))"
    );
}

#[test]
fn employee_id_links_with_and_without_zeros_and_only_numbers_lose_theirs() {
    for number in ["00042", "42", "042"] {
        assert_eq!(account(["1", "", number, "", "", "", "", "", "", ""]), "1: linked Ann Berg by employee-id");
    }
    assert_eq!(account(["1", "", "0043", "", "", "", "", "", "", ""]), "1: linked Bo Lund by employee-id");
    assert_eq!(account(["1", "", "0a7", "", "", "", "", "", "", ""]), "1: unmatched ");
    assert_eq!(account(["1", "", "420", "", "", "", "", "", "", ""]), "1: unmatched ");
    assert_eq!(
        account(["1", "", "43", "", "", "cfox@login.example", "", "", "", ""]),
        "1: linked Bo Lund by employee-id (not Cleo Fox <cleo@north.example> (by username))"
    );
}

#[test]
fn a_number_with_zeros_is_first_of_all_the_one_that_is_written_so() {
    let both = format!("{HR}\n042,Otto Kern,otto@north.example,,2019-01-01,,Active,Sales,Clerk");
    let of = |number: &str| seen(&company(&both, IDP), ["1", "", number, "", "", "", "", "", "", ""]);
    assert_eq!(of("00042"), "1: linked Ann Berg by employee-id");
    assert_eq!(of("042"), "1: linked Otto Kern by employee-id");
    // Without zeros it can be either: nobody guesses.
    let either = of("42");
    assert!(
        either.starts_with("1: disputed  by employee-id")
            && either.contains("Ann Berg")
            && either.contains("Otto Kern")
    );
}

#[test]
fn email_links_in_every_way_of_writing_it_and_no_other_address_does() {
    for mail in [
        "bo@north.example",
        " BO@North.Example ",
        "mailto:bo@north.example",
        "Bo Lund <bo@north.example>",
        "bo\u{200b}@north.example",
        "\u{ff42}o@north.example",
    ] {
        assert_eq!(account(["1", "", "", mail, "", "", "", "", "", ""]), "1: linked Bo Lund by email", "{mail:?}");
    }
    for mail in ["bo@north.example.org", "b.o@north.example", "bo@other.example"] {
        assert!(!account(["1", "", "", mail, "", "", "", "", "", ""]).contains(" linked "), "{mail:?}");
    }
    assert_eq!(
        account(["1", "", "", "bo@north.example", "cleo@north.example", "", "", "", "", ""]),
        "1: linked Bo Lund by email (not Cleo Fox <cleo@north.example> (by alias))"
    );
}

#[test]
fn alias_links_by_addresses_that_hr_or_the_provider_holds_and_by_declared_forms() {
    for (mail, person) in [
        ("bo.berglund@north.example", "Bo Lund"),
        ("ann.berg@mailbox.example", "Ann Berg"),
        ("bo@old.example", "Bo Lund"),
        ("bo+crm@north.example", "Bo Lund"),
        ("bo+crm@old.example", "Bo Lund"),
        ("danholm@dots.example", "Dan Holm"),
        ("d.a.n.holm@dots.example", "Dan Holm"),
    ] {
        assert_eq!(
            account(["1", "", "", mail, "", "", "", "", "", ""]),
            format!("1: linked {person} by alias"),
            "{mail}"
        );
    }
    // Tags and dots fold nowhere else, and a private mailbox that nobody has told us of is nobody's.
    for mail in ["dan.holm+crm@dots.example", "b.o@north.example", "bo.lund@mailbox.example", "annberg@mailbox.example"]
    {
        assert!(!account(["1", "", "", mail, "", "", "", "", "", ""]).contains(" linked "), "{mail}");
    }
    assert_eq!(
        account(["1", "", "", "bo.berglund@north.example", "", "cfox@login.example", "", "", "", ""]),
        "1: linked Bo Lund by alias (not Cleo Fox <cleo@north.example> (by username))"
    );
}

#[test]
fn username_links_by_the_providers_login_and_loses_to_an_address() {
    assert_eq!(account(["1", "", "", "", "", "cfox@login.example", "", "", "", ""]), "1: linked Cleo Fox by username");
    assert_eq!(account(["1", "", "", "cfox@login.example", "", "", "", "", "", ""]), "1: linked Cleo Fox by username");
    assert!(!account(["1", "", "", "", "", "cfox", "", "", "", ""]).contains(" linked "));
    assert_eq!(
        account(["1", "", "", "bo@north.example", "", "cfox@login.example", "", "", "", ""]),
        "1: linked Bo Lund by email (not Cleo Fox <cleo@north.example> (by username))"
    );
}

#[test]
fn composite_links_by_the_whole_name_and_a_second_attribute_only() {
    assert_eq!(account(["1", "", "", "", "", "", "Cleo Fox", "Controller", "", ""]), "1: linked Cleo Fox by composite");
    assert_eq!(
        account(["1", "", "", "", "", "", "\"Fox, Cleo\"", "", "finance", ""]),
        "1: linked Cleo Fox by composite"
    );
    assert_eq!(
        account(["1", "", "", "", "", "", "Jonas Weber", "Technician", "Production", ""]),
        "1: linked Jonas Weber by composite"
    );
    // What many share does not tell namesakes apart by itself.
    assert!(account(["1", "", "", "", "", "", "Jonas Weber", "", "Production", ""]).starts_with("1: review "));
    for (name, title, department) in [
        ("Cleo Fox", "", ""),
        ("Cleo Fox", "Accountant", "Sales"),
        ("C. Fox", "Controller", "Finance"),
        ("Cleo", "Controller", "Finance"),
        ("", "Controller", "Finance"),
        ("Jonas Weber", "", ""),
        // Of two people of one name, what many share tells neither.
        ("Jonas Weber", "", "Production"),
    ] {
        let placed = account(["1", "", "", "", "", "", name, title, department, ""]);
        assert!(!placed.contains(" linked "), "{placed}");
    }
    // Any other key is stronger: the name of somebody else does not count against it.
    assert_eq!(
        account(["1", "", "", "bo@north.example", "", "", "Cleo Fox", "Controller", "Finance", ""]),
        "1: linked Bo Lund by email"
    );
}

#[test]
fn strong_keys_that_name_two_people_are_a_collision_and_nobody_wins() {
    let placed = account(["1", "00uBO", "", "cleo@north.example", "", "", "", "", "", ""]);
    assert!(placed.starts_with("1: collision "), "{placed}");
    assert!(placed.contains("Bo Lund") && placed.contains("Cleo Fox"), "{placed}");
}

#[test]
fn guests_are_known_by_the_address_they_were_invited_at() {
    let idp = r#"[{"id": "g1", "userPrincipalName": "pia.lund_atelier.example#EXT#@north.onmicrosoft.com", "mail": null,
      "displayName": "Pia Lund", "accountEnabled": true, "userType": "Guest", "createdDateTime": "2025-01-01T00:00:00Z"},
     {"id": "m1", "userPrincipalName": "bo@north.example", "mail": "bo@north.example", "displayName": "Bo Lund",
      "proxyAddresses": ["SMTP:bo@north.example", "smtp: b.lund@north.example", "x500:/o=north/cn=cleo@north.example"],
      "otherMails": ["bo.private@mailbox.example"], "accountEnabled": true, "userType": "Member",
      "createdDateTime": "2025-01-01T00:00:00Z"}]"#;
    let company = company(HR, idp);
    let of = |mail: &str| seen(&company, ["1", "", "", mail, "", "", "", "", "", ""]);
    assert!(of("pia.lund@atelier.example").starts_with("1: external Pia Lund"), "{}", of("pia.lund@atelier.example"));
    assert!(of("pia.lund_atelier.example#EXT#@north.onmicrosoft.com").starts_with("1: external Pia Lund"));
    assert!(of("pia@atelier.example").starts_with("1: external  ("), "a stranger of the same house");
    assert_eq!(of("b.lund@north.example"), "1: linked Bo Lund by alias");
    assert_eq!(of("bo.private@mailbox.example"), "1: linked Bo Lund by alias");
    assert_eq!(of("cleo@north.example"), "1: linked Cleo Fox by email", "an x500 entry is no address of Bo's");
}

#[test]
fn a_number_without_zeros_is_first_of_all_the_one_that_is_written_so() {
    let both = format!(
        "{HR}\n007,Cy Eng,cy@north.example,,2019-01-01,,Active,Sales,Clerk\n7,Dora Fu,dora@north.example,,2019-01-01,,Active,Sales,Clerk"
    );
    let of = |number: &str| seen(&company(&both, IDP), ["1", "", number, "", "", "", "", "", "", ""]);
    assert_eq!(of("7"), "1: linked Dora Fu by employee-id");
    assert_eq!(of("007"), "1: linked Cy Eng by employee-id");
    // Nobody has it as it is written here: it can be either's.
    assert!(of("0007").starts_with("1: disputed  by employee-id"), "{}", of("0007"));
    // The directory's account with the number goes to who has it as written, if no address and no name says otherwise.
    let idp = IDP.replace("\"43\"", "\"7\"").replace("bo@north.example", "d.f@north.example");
    assert_eq!(
        seen(&company(&both, &idp), ["1", "00uBO", "", "", "", "", "", "", "", ""]),
        "1: linked Dora Fu by external-id"
    );
}

/// Ann had the address until 2022, Alf has had it since 2025.
const TWO_HOLDERS: &str = "Employee ID,Name,Work email,Start date,End date,Status
    1,Ann Berg,a.berg@north.example,2019-01-01,2022-12-31,Terminated
    2,Alf Berg,a.berg@north.example,2025-03-01,,Active";

#[test]
fn an_address_that_was_given_on_is_no_key_for_the_time_before() {
    let company = company(TWO_HOLDERS, IDP);
    let made = |day: &str| seen(&company, ["1", "", "", "a.berg@north.example", "", "", "", "", "", day]);
    let anns = "1: linked Ann Berg by email (not Alf Berg <a.berg@north.example> (by email, at another time))";
    let alfs = "1: linked Alf Berg by email (not Ann Berg <a.berg@north.example> (by email, at another time))";
    for day in ["2019-01-01", "2020-05-05", "2022-12-31"] {
        assert_eq!(made(day), anns, "{day}");
    }
    // Accounts are made some days ahead of the first one.
    for day in ["2025-02-20", "2025-03-01", "2026-11-01"] {
        assert_eq!(made(day), alfs, "{day}");
    }
    // Between the two, and where nothing says when it was made, nobody guesses.
    for day in ["2024-01-01", ""] {
        assert!(made(day).starts_with("1: disputed  by email"), "{day}: {}", made(day));
    }
    let found = company.clone().file(
        "crm.csv",
        "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State\n1,,,x@north.example,,,,,,,on",
    );
    assert_eq!(found.report("2026-11-20").found("reused-address"), ["Ann Berg"]);
    assert!(found.report("2025-02-28").found("reused-address").len() == 1, "Alf is about to come");
    assert!(found.report("2022-12-31").found("reused-address").is_empty(), "Ann works here");
}

#[test]
fn whose_first_day_nobody_knows_may_have_been_here() {
    let without = TWO_HOLDERS.replace("2019-01-01,2022-12-31", ",2026-10-31").replace("2025-03-01", "2018-01-01");
    let made = seen(&company(&without, IDP), ["1", "", "", "a.berg@north.example", "", "", "", "", "", "2020-02-01"]);
    assert!(made.starts_with("1: disputed  by email") && made.contains("Ann Berg"), "{made}");
}

#[test]
fn the_address_of_a_leaver_that_runs_to_a_colleague_is_still_the_leavers() {
    let idp = IDP.replace("bo.berglund@north.example", "ann@north.example");
    let company = company(HR, &idp);
    assert_eq!(
        seen(&company, ["1", "", "", "ann@north.example", "", "", "", "", "", ""]),
        "1: linked Ann Berg by email (not Bo Lund <bo@north.example> (by alias))"
    );
    // Made when she had gone and he was here, it may be either's, unless her name or her number says whose it is.
    let made = |number: &str, name: &str, day: &str| {
        seen(&company, ["1", "", number, "ann@north.example", "", "", name, "", "", day])
    };
    for name in ["", "Bo Lund", "Sales"] {
        let later = made("", name, "2026-11-10");
        assert!(later.starts_with("1: disputed  by email (Ann Berg <ann@north.example> by email; Bo Lund"), "{later}");
        assert!(made("", name, "2026-10-31").starts_with("1: linked Ann Berg by email"), "{name}");
    }
    assert!(made("", "Ann Berg", "2026-11-10").starts_with("1: linked Ann Berg by email"));
    assert!(made("42", "", "2026-11-10").starts_with("1: linked Ann Berg by employee-id"));
    let row =
        "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State\n1,,,ann@north.example,,,,,,,on";
    assert_eq!(company.file("crm.csv", row).report("2026-11-20").found("reused-address"), ["Ann Berg"]);
}

/// Ann Smith has left, and the address that was her alias or login is Anne Berg's main one since June.
const GIVEN_ON: &str = "Employee ID,Name,Work email,Start date,End date,Status
    1,Ann Smith,ann.smith@north.example,2020-01-01,2026-03-31,Terminated
    9,Anne Berg,ann.berg@north.example,2026-06-01,,Active";

fn ann_smith(more: &str) -> String {
    format!(
        r#"[{{"id": "id-1", "mail": "ann.smith@north.example", "displayName": "Ann Smith", "employeeId": "1", "accountEnabled": false,
         "userType": "Member", "createdDateTime": "2020-01-01T08:00:00Z", {more}}}]"#
    )
}

#[test]
fn an_alias_or_login_of_a_leaver_that_is_given_on_is_no_key_for_the_time_before() {
    let alias = r#""userPrincipalName": "ann.smith@north.example", "proxyAddresses": ["smtp:ann.berg@north.example"]"#;
    for (more, key) in [(alias, "alias"), (r#""userPrincipalName": "ann.berg@north.example""#, "username")] {
        let company = company(GIVEN_ON, &ann_smith(more));
        let made = |day: &str| seen(&company, ["1", "", "", "ann.berg@north.example", "", "", "", "", "", day]);
        let ann = format!(
            "1: linked Ann Smith by {key} (not Anne Berg <ann.berg@north.example> (by email, at another time))"
        );
        assert_eq!(made("2021-02-01"), ann);
        // In the newcomer's time, between the two and without a day the stronger key counts. If she can have made it, she is named.
        for day in ["2026-05-20", "2026-11-01", "2019-01-01"] {
            assert_eq!(made(day), "1: linked Anne Berg by email", "{key} {day}");
        }
        let beside = format!("1: linked Anne Berg by email (not Ann Smith <ann.smith@north.example> (by {key}))");
        assert_eq!(made(""), beside);
        // Whoever has no first day may have been here.
        let undated = seen(
            &company.clone().file("hr.csv", &GIVEN_ON.replace("2026-06-01", "")),
            ["1", "", "", "ann.berg@north.example", "", "", "", "", "", "2021-02-01"],
        );
        assert_eq!(undated, beside);
        // Her number says the same as the day, and Anne's says another thing.
        let numbered = |number: &str| {
            seen(&company, ["1", "", number, "ann.berg@north.example", "", "", "", "", "", "2021-02-01"])
        };
        assert!(numbered("1").starts_with("1: linked Ann Smith by employee-id"), "{}", numbered("1"));
        assert!(numbered("9").starts_with("1: linked Anne Berg by employee-id"), "{}", numbered("9"));
        let crm = "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State
            1,,,ann.berg@north.example,,,,,,2021-02-01,on";
        let company = company.file("crm.csv", crm);
        for company in [company.clone(), company.the_short_way()] {
            let ran = company.report("2026-11-20");
            assert_eq!(ran.found("reused-address"), ["Ann Smith"]);
            assert_eq!(ran.found("residual-login-capable"), ["1"]);
        }
    }
}

/// Ann Berg has left and Bo Lund works here, of whatever kind; the directory has a machine with the number or address of each.
#[test]
fn a_machines_record_speaks_for_itself_and_not_for_whose_number_or_address_it_has() {
    let machine = |id: &str, login: &str, email: &str, number: &str| {
        format!(
            r#"{{"id": "{id}", "status": "ACTIVE", "created": "2019-01-01T00:00:00.000Z", "statusChanged": null, "lastLogin": null,
               "profile": {{"login": "{login}", "email": "{email}", "userType": "Service", "employeeNumber": "{number}"}}}}"#
        )
    };
    let of_number = [
        machine("s1", "deploy@north.example", "deploy@north.example", "00042"),
        machine("s2", "backup@north.example", "backup@north.example", "43"),
    ];
    let of_address = [
        machine("s1", "svc@north.example", "ann@north.example", ""),
        machine("s2", "svc2@north.example", "bo@north.example", ""),
    ];
    for records in [&of_number, &of_address] {
        let company = company(HR, &format!("[{}]", records.join(",")));
        let of = |id: &str, mail: &str| seen(&company, ["1", id, "", mail, "", "", "", "", "", ""]);
        assert_eq!(of("", "ann@north.example"), "1: linked Ann Berg by email");
        assert_eq!(of("", "bo@north.example"), "1: linked Bo Lund by email");
        // What leads to the machine's record is the machine's; whose number or address that has stays in sight.
        assert!(of("s1", "").starts_with("1: non-human  by external-id"), "{}", of("s1", ""));
        assert!(
            of("s2", "").ends_with("its record has the number or an address of Bo Lund <bo@north.example>)"),
            "{}",
            of("s2", "")
        );
        let crm = "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State
                   1,,,ann@north.example,,,,,,,on
                   2,s1,,,,,,,,,on
                   3,s2,,,,,,,,,on";
        let ran = company.clone().file("crm.csv", crm).report("2026-11-20");
        assert_eq!(ran.found("residual-login-capable"), ["1"]);
        assert_eq!(ran.found("non-human-without-owner"), ["2", "3"]);
        let perhaps = ran.report.findings.iter().filter(|f| f.may_be_leavers);
        let perhaps: Vec<_> = perhaps.map(|f| f.account.as_ref().unwrap().account()).collect();
        assert_eq!(perhaps, ["2"]);
    }
    let login = machine("s2", "backup@north.example", "backup@north.example", "43");
    let company = company(HR, &format!("[{login}]"));
    let by_login = seen(&company, ["1", "", "", "backup@north.example", "", "", "", "", "", ""]);
    assert!(by_login.starts_with("1: non-human  by email"), "{by_login}");
}

#[test]
fn a_machine_with_the_number_of_a_leaver_whom_only_the_directory_knows_keeps_nobody_at_work() {
    let idp = r#"[
     {"id": "a", "status": "DEPROVISIONED", "created": "2019-01-01T00:00:00.000Z", "statusChanged": "2026-10-31T00:00:00.000Z", "lastLogin": null,
      "profile": {"login": "zoe@north.example", "email": "zoe@north.example", "displayName": "Zoe Kern", "employeeNumber": "77"}},
     {"id": "s", "status": "ACTIVE", "created": "2019-01-01T00:00:00.000Z", "statusChanged": null, "lastLogin": null,
      "profile": {"login": "deploy@north.example", "email": "deploy@north.example", "displayName": "Deploy", "employeeNumber": "77",
                  "userType": "Service"}}
    ]"#;
    let crm =
        "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State\n1,,,zoe@north.example,,,,,,,on";
    let ran = company(HR, idp).file("crm.csv", crm).report("2026-11-20");
    assert_eq!(ran.accounts(), ["1: linked Zoe Kern by email"]);
    assert_eq!(ran.found("residual-login-capable"), ["1"]);
}

/// A second tenant has invited Bo, who works here; a third knows him as a member, too.
#[test]
fn somebody_whom_hr_or_another_directory_knows_is_no_guest() {
    let tenant = |kind: &str, mail: &str| {
        format!(
            r##"[{{"id": "g1", "userPrincipalName": "guest_{kind}.example#EXT#@beta.onmicrosoft.com", "mail": "{mail}",
              "displayName": "Bo Lund", "accountEnabled": true, "userType": "{kind}", "createdDateTime": "2025-01-01T00:00:00Z"}}]"##
        )
    };
    let bo = seen(
        &company(HR, &tenant("Guest", "bo@north.example")),
        ["1", "", "", "bo@north.example", "", "", "", "", "", ""],
    );
    assert_eq!(bo, "1: linked Bo Lund by email");
    let of = |other: &str| {
        let two = "idp:\n  - {file: other.json, id: entra, extracted-at: 2026-11-20T06:05:00Z}\n";
        let company = company(HR, &tenant(other, "pia@north.example")).with("idp:\n", two);
        let company = company.file("other.json", &tenant("Guest", "pia@north.example"));
        seen(&company, ["1", "", "", "pia@north.example", "", "", "", "", "", ""])
    };
    assert!(of("Member").starts_with("1: linked Bo Lund by email"), "{}", of("Member"));
    assert!(of("Guest").starts_with("1: external Bo Lund by email"), "{}", of("Guest"));
}

#[test]
fn a_user_name_that_is_no_address_finds_nobody_unless_the_export_has_the_directorys_logins() {
    let ldif = "dn: CN=Bo Lund,DC=north
        sAMAccountName: blund
        userAccountControl: 512
        cn: Bo Lund
        mail: bo@north.example
        employeeID: 43";
    let company = company(HR, "[]").with("{file: idp.json, id: okta,", "{file: ad.ldif, id: ad,").file("ad.ldif", ldif);
    let of = |company: &Company| seen(company, ["1", "", "", "", "", "blund", "", "", "", ""]);
    assert!(!of(&company).contains("linked"), "{}", of(&company));
    let logins = company.with("username-is: address", "username-is: directory-login");
    assert_eq!(of(&logins), "1: linked Bo Lund by username");
}

#[test]
fn a_number_that_two_people_have_is_disputed_on_whatever_day_the_account_was_made() {
    let dirk = "Employee ID,Name,Work email,Start date,End date,Status
        43,Dirk Ohm,dirk@beta.example,2022-01-01,2026-09-30,Terminated";
    let two = "hr:\n  - {file: beta.csv, id: beta, extracted-at: 2026-11-20T06:00:00Z}\n";
    let company = company(HR, IDP).with("hr:\n", two).file("beta.csv", dirk);
    for made in ["", "2019-02-01", "2023-02-01"] {
        let either = seen(&company, ["1", "", "43", "", "", "", "", "", "", made]);
        assert!(either.starts_with("1: disputed  by employee-id"), "{made}: {either}");
    }
}

#[test]
fn of_two_people_with_one_number_the_address_of_one_says_whose_account_it_is() {
    let both = "Employee ID,Name,Work email,Start date,End date,Status
        7,Ann Berg,ann@north.example,2018-01-01,2026-03-31,Terminated
        7,Dan Holm,dan@north.example,2018-01-01,,Active
        8,Bo Lund,bo@north.example,2018-01-01,,Active";
    let company = company(both, IDP);
    let of = |mail: &str, name: &str| seen(&company, ["1", "", "7", mail, "", "", name, "", "", ""]);
    for name in ["", "Dan Holm", "D. Holm"] {
        let dans = "1: linked Dan Holm by email (not Ann Berg <ann@north.example> (by employee-id, at another time))";
        assert_eq!(
            of("dan@north.example", name).replace(", at another time", ""),
            dans.replace(", at another time", "")
        );
    }
    assert!(of("ann@north.example", "Ann Berg").starts_with("1: linked Ann Berg by email (not Dan Holm"));
    // Without an address, with nobody's, with that of somebody else or with another one's name nobody guesses.
    for (mail, name) in
        [("", "Dan Holm"), ("x@north.example", ""), ("bo@north.example", ""), ("dan@north.example", "Ann Berg")]
    {
        assert!(of(mail, name).starts_with("1: disputed"), "{mail} {name}: {}", of(mail, name));
    }
}
