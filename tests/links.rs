//! Decisions about single accounts: later runs use them, whatever the account is called by then.

mod company;

use company::{Company, Ran};
use coverage::model::{FindingStatus, Severity};
use proptest::prelude::*;

const HR: &str = "Employee ID,Name,Work email,Start date,End date,Status,Type
    1,Ann Berg,ann@north.example,2022-04-01,2026-10-31,Terminated,Employee
    2,Bo Lund,bo@north.example,2022-04-01,,Active,Employee
    3,Cleo Brandt,cleo@north.example,2022-04-01,,Active,Employee";

const SETTINGS: &str = "company: {domains: [north.example]}
hr: [{file: hr.csv, id: people, extracted-at: 2026-11-20T06:00:00Z}]
idp: [{file: idp.csv, id: okta, extracted-at: 2026-11-20T06:05:00Z}]
apps:
  crm: {roster: {file: crm.csv, export: crm}, extracted-at: 2026-11-20T07:00:00Z, sso: off}
exports:
  - id: crm
    name: Our members
    holds: [accounts]
    recognise: [Member, Mail, Full name, State]
    fields: {id: Member, email: Mail, name: Full name}
    status: [{column: State, words: {active: active, closed: deactivated}}]
";

/// A company whose customer database has these members.
fn with(members: &str, links: &[&str]) -> Ran {
    declared(members, links, "")
}

/// The same with more in its `coverage.yaml`.
fn declared(members: &str, links: &[&str], more: &str) -> Ran {
    let idp = "user.id,user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange
        x2,bo@north.example,bo@north.example,2,ACTIVE,2022-04-01T00:00:00Z,2022-04-01T00:00:00Z
        x3,cleo@north.example,cleo@north.example,3,ACTIVE,2022-04-01T00:00:00Z,2022-04-01T00:00:00Z";
    let entries: Vec<String> =
        links.iter().map(|link| format!("- {{app: crm, {link}, by: it, on: 2026-11-02, reason: asked}}")).collect();
    let mut company = Company::of(&format!("{SETTINGS}{more}")).file("hr.csv", HR).file("idp.csv", idp);
    company = company.file("crm.csv", &format!("Member,Mail,Full name,State\n{members}"));
    if !links.is_empty() {
        company = company.file("links.yaml", &format!("links:\n{}", entries.join("\n")));
    }
    company.report("2026-11-20")
}

/// The findings of a rule: severity, whether it is certain, account, and the last steps of its reason.
fn told(ran: &Ran, rule: &str) -> Vec<String> {
    let of_rule = ran.report.findings.iter().filter(|f| f.rule.id == rule);
    of_rule
        .map(|f| {
            let account = f.account.as_ref().map_or("", |a| a.account());
            let open = if f.status == FindingStatus::NotEvaluable { " not evaluable" } else { "" };
            let because: Vec<&str> = f.reason.iter().map(|step| &**step).collect();
            format!("{}{open} {account}: {}", f.severity, because.join(" → "))
        })
        .collect()
}

fn places(ran: &Ran, rule: &str) -> Vec<String> {
    let at = |p: &coverage::model::Place| format!("{}:{}", ran.report.sources[p.source as usize].file, p.line);
    ran.report.findings.iter().filter(|f| f.rule.id == rule).flat_map(|f| f.evidence.iter().map(at)).collect()
}

#[test]
fn a_link_makes_a_leavers_private_account_residual_and_says_who_decided() {
    let member = "m1,annie@mail.example,Annie B,active\n";
    assert_eq!(with(member, &[]).accounts(), ["m1: external  (the address is of another domain)"]);
    let ran = with(member, &["account: m1, seen-as: annie@mail.example, person: '1'"]);
    assert_eq!(ran.accounts(), ["m1: linked Ann Berg by manual (linked by it on 2026-11-02: asked (links.yaml:2))"]);
    assert_eq!(ran.found("residual-login-capable"), ["m1"]);
    assert_eq!(places(&ran, "residual-login-capable"), ["crm.csv:2", "links.yaml:2", "hr.csv:2"]);
    let link = ran.report.sources.iter().find(|s| s.file == "links.yaml").unwrap();
    assert_eq!(link.sha256.len(), 64, "the file is an input like the others");
}

#[test]
fn a_link_outlives_a_rename_of_the_account_and_of_the_person() {
    let entry = "account: m1, seen-as: annie@mail.example, person: '1'";
    for member in ["m1,annie@mail.example,Annie B,active", "m1,a.new@other.example,A. New,active"] {
        let ran = with(&format!("{member}\n"), &[entry]);
        assert!(ran.accounts()[0].starts_with("m1: linked Ann Berg by manual"), "{:?}", ran.accounts());
        assert!(told(&ran, "link-broken").is_empty(), "{:?}", told(&ran, "link-broken"));
    }
}

#[test]
fn an_address_that_became_somebody_elses_is_told_and_the_link_stands() {
    let ran = with("m1,bo@north.example,Annie B,active\n", &["account: m1, seen-as: annie@mail.example, person: '1'"]);
    let [one] = &told(&ran, "link-broken")[..] else { panic!("{:?}", told(&ran, "link-broken")) };
    let wanted = "its address is now bo@north.example, which is Bo Lund's → it had the address annie@mail.example then";
    assert!(one.starts_with("medium m1: ") && one.ends_with(wanted), "{one}");
    assert!(ran.accounts()[0].contains("not Bo Lund <bo@north.example> (by email)"), "{:?}", ran.accounts());
}

#[test]
fn a_refusal_takes_a_candidate_away_and_stops_weaker_keys() {
    let member = "m1,annie@mail.example,Ann Berg,active\n";
    assert_eq!(with(member, &[]).found("owner-unconfirmed"), ["m1"]);
    let ran = with(member, &["account: m1, not: ann@north.example"]);
    assert!(ran.found("owner-unconfirmed").is_empty() && ran.found("link-broken").is_empty());
    let note = "not `ann@north.example`: refused by it on 2026-11-02: asked (links.yaml:2)";
    assert!(ran.accounts()[0].contains(note), "{:?}", ran.accounts());
    // A strong key against it is told, and not dropped.
    let ran = with("m1,ann@north.example,Ann Berg,active\n", &["account: m1, not: '1'"]);
    assert!(ran.accounts()[0].starts_with("m1: linked Ann Berg by email"), "{:?}", ran.accounts());
    assert!(
        told(&ran, "link-broken")[0].ends_with("but its `email` names Ann Berg, and nobody else is named as surely")
    );
}

#[test]
fn a_shared_mailbox_follows_its_owner_and_its_holders() {
    let member = "m1,info@north.example,Front desk,active\n";
    let owned = "account: m1, is: shared-mailbox, owner: '1'";
    let ran = with(member, &[owned]);
    assert_eq!(ran.found("owner-departed"), ["m1"]);
    assert_eq!(places(&ran, "owner-departed"), ["crm.csv:2", "hr.csv:2", "links.yaml:2"]);
    assert!(told(&ran, "shared-credential-not-rotated")[0].starts_with("medium not evaluable m1: "));
    let before =
        with(member, &["account: m1, is: shared-mailbox, owner: '2', holders: ['1', '3'], rotated: 2026-10-30"]);
    let told_before = told(&before, "shared-credential-not-rotated");
    assert_eq!(told_before.len(), 1);
    assert!(
        told_before[0].starts_with("medium m1: ")
            && told_before[0].ends_with("last changed on 2026-10-30, before that")
    );
    assert!(before.found("owner-departed").is_empty());
    // A later change is recorded in an entry of its own.
    let after = with(member, &[owned, "account: m1, rotated: 2026-11-01"]);
    assert!(after.found("shared-credential-not-rotated").is_empty());
    assert_eq!(after.found("owner-departed"), ["m1"]);
    let ended = with("m1,info@north.example,Front desk,closed\n", &[owned]);
    assert!(ended.found("owner-departed").is_empty() && ended.found("shared-credential-not-rotated").is_empty());
}

#[test]
fn an_entry_whose_account_person_or_app_is_gone_is_told() {
    let ran = with("m9,bo@north.example,Bo Lund,active\n", &["account: m1, person: '2'", "account: m9, person: '77'"]);
    let mut all = told(&ran, "link-broken");
    all.sort();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].starts_with("low m1: ") && all[0].contains("the roster has no account `m1` any more"), "{all:?}");
    assert!(all[1].ends_with("it names `77`, whom neither HR nor a directory knows"), "{all:?}");
    assert!(ran.accounts()[0].starts_with("m9: linked Bo Lund by email"), "what cannot be used decides nothing");
    let left = with("m9,bo@north.example,Bo Lund,active\n", &["account: m1, person: '1'"]);
    assert_eq!(left.report.findings.iter().find(|f| f.rule.id == "link-broken").unwrap().severity, Severity::Info);
}

#[test]
fn a_link_by_address_or_name_fits_where_there_is_no_other_way_and_never_two_accounts_in_silence() {
    let two = "m1,x1@mail.example,Jo Doe,active\nm2,x2@mail.example,Jo Doe,active\n";
    let ran = with(two, &["account: Jo Doe, person: '2'"]);
    assert!(told(&ran, "link-broken")[0].ends_with("`Jo Doe` fits several accounts of the roster"));
    assert_eq!(places(&ran, "link-broken"), ["links.yaml:2", "crm.csv:2", "crm.csv:3"]);
    let by_address = with(two, &["account: X2@mail.example, person: '2'"]);
    assert!(by_address.accounts()[1].starts_with("m2: linked Bo Lund by manual"));
    let by_id = with(two, &["account: M2, person: '2'"]);
    assert!(!by_id.accounts()[1].contains("linked"), "an id in other letters is another id");
}

#[test]
fn the_entry_that_names_the_id_goes_before_one_that_names_the_address() {
    let links = ["account: x1@mail.example, person: '3'", "account: m1, person: '2'"];
    let ran = with("m1,x1@mail.example,Jo Doe,active\n", &links);
    assert!(ran.accounts()[0].starts_with("m1: linked Bo Lund by manual"), "{:?}", ran.accounts());
    assert!(told(&ran, "link-broken")[0].contains("another entry names the account more surely (`m1`)"));
    assert!(places(&ran, "link-broken").contains(&"links.yaml:2".to_owned()));
}

/// What a run says, without the lines of `links.yaml`.
fn said(ran: &Ran) -> Vec<String> {
    let plain = |text: &str| {
        let mut out = text.to_owned();
        (0..20).rev().for_each(|n| out = out.replace(&format!("links.yaml:{n}"), "links.yaml"));
        out
    };
    let mut all: Vec<String> = ran.accounts().iter().map(|row| plain(row)).collect();
    for rule in [
        "link-broken",
        "owner-departed",
        "shared-credential-not-rotated",
        "residual-login-capable",
        "owner-unconfirmed",
    ] {
        let mut of_rule: Vec<String> = told(ran, rule).iter().map(|text| plain(text)).collect();
        of_rule.sort();
        all.append(&mut of_rule);
    }
    all
}

const ENTRIES: [&str; 7] = [
    "account: m1, person: '1'",
    "account: x1@mail.example, person: '3'",
    "account: m2, not: '2'",
    "account: m2, not: '3'",
    "account: m3, is: service-account, owner: '1', rotated: 2026-10-01",
    "account: m3, rotated: 2026-10-15",
    "account: m7, person: '2'",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_the_entries_changes_nothing(order in Just((0..ENTRIES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let members = "m1,x1@mail.example,Jo Doe,active\nm2,bo@north.example,Bo Lund,active\nm3,run@north.example,Runner,active\n";
        let shuffled: Vec<&str> = order.iter().map(|n| ENTRIES[*n]).collect();
        prop_assert_eq!(said(&with(members, &shuffled)), said(&with(members, &ENTRIES)));
    }
}

#[test]
fn an_entry_that_says_what_an_account_is_leaves_the_owner_whom_coverage_yaml_names() {
    let run = |links: &[&str], owner: &str| {
        let more = format!("non-human: [{{match: \"svc@*\", owner: {owner}, reason: sends mails}}]\n");
        declared("M1,svc@north.example,Mailer,active", links, &more)
    };
    let is = "account: M1, is: service-account";
    for links in [&[][..], &[is]] {
        let left = run(links, "ann@north.example");
        assert_eq!(left.found("owner-departed"), ["M1"], "{links:?}");
        assert!(left.found("non-human-without-owner").is_empty());
        assert!(run(links, "bo@north.example").found("owner-departed").is_empty());
    }
    let named = run(&["account: M1, is: service-account, owner: bo@north.example"], "ann@north.example");
    assert!(named.found("owner-departed").is_empty() && named.found("non-human-without-owner").is_empty());
}
