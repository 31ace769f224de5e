//! Accounts with an address of somebody who has left that is another's today: whose name they bear, and when they were made.

use super::*;

/// Bob has the address since 2023 that was Ann's login until she left.
#[test]
fn an_account_that_bears_the_name_of_the_leaver_whose_login_its_address_was_is_not_simply_the_holders() {
    let hr = "Employee ID,Name,Work email,Start date,End date,Status
        1,Ann Berg,ann.berg@north.example,2018-01-01,2021-05-28,Terminated
        2,Bob Olsen,design@north.example,2023-02-01,,Active";
    let idp = r#"[
     {"id": "00ua", "status": "DEPROVISIONED", "created": "2018-01-01T08:00:00.000Z", "statusChanged": "2021-05-29T08:00:00.000Z", "lastLogin": null,
      "profile": {"login": "design@north.example", "email": "ann.berg@north.example", "firstName": "Ann", "lastName": "Berg", "employeeNumber": "1"}}
    ]"#;
    let company = company(hr, idp);
    let of = |number: &str, name: &str, made: &str| {
        seen(&company, ["1", "", number, "design@north.example", "", "", name, "", "", made])
    };
    let disputed = "1: disputed  by email (Bob Olsen <design@north.example> by email; Ann Berg <ann.berg@north.example> by username)";
    let bobs = "1: linked Bob Olsen by email (not Ann Berg <ann.berg@north.example> (by username))";
    for name in ["Ann Berg", "\"Berg, Ann\"", "A. Berg"] {
        assert_eq!(of("", name, ""), disputed, "{name}");
        // She was not here any more when it was made.
        assert_eq!(of("", name, "2024-01-01"), "1: linked Bob Olsen by email", "{name}");
    }
    for name in ["Bob Olsen", "Design", "", "Bob Berg", "Carl Weber"] {
        assert_eq!(of("", name, ""), bobs, "{name}");
    }
    assert!(of("2", "Ann Berg", "").starts_with("1: linked Bob Olsen by employee-id"), "{}", of("2", "Ann Berg", ""));
    let crm = "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State
        1,,,design@north.example,,,Ann Berg,,,,on";
    let ran = company.file("crm.csv", crm).report("2026-11-20");
    assert_eq!(ran.found("ambiguous-owner"), ["1"]);
    assert!(ran.report.findings.iter().any(|f| f.rule.id == "ambiguous-owner" && f.may_be_leavers));
}

/// HR has no address of Maria, the directory has her no more, and her mail arrives at Kim's.
#[test]
fn an_account_that_bears_a_leavers_name_is_not_simply_that_of_who_has_its_address_as_an_alias() {
    let hr = "Employee ID,Name,Start date,End date,Status
        1,Maria Roth,2018-01-01,2022-09-13,Terminated
        2,Kim Lund,2020-01-01,,Active
        3,Jan Holm,2020-01-01,,Active";
    let ldif = "dn: CN=Kim Lund,DC=north
        sAMAccountName: klund
        userAccountControl: 512
        displayName: Kim Lund
        mail: kim@north.example
        proxyAddresses: smtp:maria@north.example
        employeeID: 2";
    let company = company(hr, "[]").with("{file: idp.json, id: okta,", "{file: ad.ldif, id: ad,").file("ad.ldif", ldif);
    let of = |mail: &str, name: &str, made: &str| seen(&company, ["1", "", "", mail, "", "", name, "", "", made]);
    let kims = "1: linked Kim Lund by alias";
    for name in ["Maria Roth", "\"Roth, Maria\""] {
        let found = of("maria@north.example", name, "");
        assert!(
            found.starts_with("1: disputed  by alias (Kim Lund <kim@north.example> by alias; Maria Roth"),
            "{found}"
        );
        assert_eq!(of("maria@north.example", name, "2024-01-01"), kims, "made when she was not here any more");
    }
    for name in ["Kim Lund", "Kim Roth", "Jan Holm", "Maria", "Press", ""] {
        assert_eq!(of("maria@north.example", name, ""), kims, "{name}");
    }
    // The account has got a new holder, and its own address says so.
    assert_eq!(of("kim@north.example", "Maria Roth", ""), "1: linked Kim Lund by email");
    let crm = "No,Idp id,Number,Mail,Other mails,Login,Name,Title,Department,Made,State
        1,,,maria@north.example,,,Maria Roth,,,,on";
    let ran = company.file("crm.csv", crm).report("2026-11-20");
    let found = ran.report.findings.iter().find(|f| f.rule.id == "ambiguous-owner").unwrap();
    assert!(
        found.may_be_leavers && found.reason.iter().any(|r| r.starts_with("it bears the name of Maria Roth")),
        "{found:?}"
    );
}

#[test]
fn who_left_on_no_known_day_wins_no_address_by_the_day_on_which_the_account_was_made() {
    // Ann has left, nobody says when; she may have been gone when Alf's predecessor made the account.
    let undated = TWO_HOLDERS.replace("2022-12-31", "");
    let made = |hr: &str, idp: &str, mail: &str, day: &str| {
        seen(&company(hr, idp), ["1", "", "", mail, "", "", "", "", "", day])
    };
    let shared = |day: &str| made(&undated, IDP, "a.berg@north.example", day);
    for day in ["2019-01-01", "2020-05-05", "2022-12-31", "2026-11-01"] {
        assert!(shared(day).starts_with("1: disputed  by email"), "{day}: {}", shared(day));
    }
    // The same of an address that was the leaver's alias or login.
    let gone = GIVEN_ON.replace("2026-03-31", "");
    assert!(gone != GIVEN_ON, "{GIVEN_ON}");
    let alias = r#""userPrincipalName": "ann.smith@north.example", "proxyAddresses": ["smtp:ann.berg@north.example"]"#;
    for more in [alias, r#""userPrincipalName": "ann.berg@north.example""#] {
        let of = |day: &str| made(&gone, &ann_smith(more), "ann.berg@north.example", day);
        let then = of("2021-02-01");
        assert!(then.starts_with("1: disputed  by email") && then.contains("Ann Smith"), "{then}");
        // Before she came, it is not hers.
        assert_eq!(of("2010-01-01"), "1: linked Anne Berg by email");
    }
}
