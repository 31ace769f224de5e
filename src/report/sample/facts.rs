//! Sources, people, accounts and findings of the sample report, hostile names among them.

use super::rules;
use crate::model::*;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A name that tries to be markup, a script and a formula at once.
pub(in crate::report) const MARKUP_NAME: &str =
    "=HYPERLINK(\"http://x\")</script><script>alert('1')</script><b onclick=\"x\">Evil & Co</b>";
/// What a stranger has called an account.
pub(in crate::report) const MARKUP_ACCOUNT: &str = "<img src=x onerror=alert('account')>";
/// How long the longest name is.
pub(in crate::report) const LONG_NAME_LENGTH: usize = 10_000;

fn person(key: &str, name: &str, email: &str, worker: WorkerKind, department: &str, standing: Standing) -> Person {
    let employment = Employment {
        start: Some(When::on(date(2022, 4, 1))),
        end: standing.since(),
        status: if standing.has_left() { PersonStatus::Terminated } else { PersonStatus::Active },
        worker,
        place: Place { source: 0, line: 12 },
        from_hr: true,
        counts: Counts::Fully,
    };
    Person {
        key: key.into(),
        name: name.into(),
        email: email.into(),
        employee_id: key.strip_prefix("employee-id:").unwrap_or_default().into(),
        worker,
        department: department.into(),
        identities: vec![0, 1],
        employments: vec![employment],
        standing,
    }
}

fn left(year: i16, month: i8, day: i8) -> Standing {
    Standing::Left { since: Some(When::on(date(year, month, day))), basis: Basis::Hr }
}

pub(super) fn people() -> Vec<Person> {
    use WorkerKind::{Contractor, Employee, Intern, Unknown};
    let at = |t: &str| Some(When::at(t.parse().unwrap()));
    let by_idp = Standing::Left { since: at("2026-10-02T07:14:00Z"), basis: Basis::Idp };
    let undated = Standing::Left { since: None, basis: Basis::Idp };
    let long = "Ånna-Lêna ".repeat(LONG_NAME_LENGTH / 10);
    vec![
        person(
            "employee-id:1042",
            "Marta Kowalczyk",
            "marta.kowalczyk@nordlicht.example",
            Employee,
            "Sales",
            left(2026, 9, 30),
        ),
        person(
            "employee-id:1108",
            "Jonas Weber",
            "jonas.weber@nordlicht.example",
            Employee,
            "Platform",
            left(2026, 11, 13),
        ),
        person(
            "email:priya@contractor.example",
            "Priya Raman",
            "priya.raman@nordlicht.example",
            Contractor,
            "",
            by_idp,
        ),
        person(
            "employee-id:66",
            MARKUP_NAME,
            "\"><svg/onload=alert(1)>@nordlicht.example",
            Employee,
            "R&D",
            left(2026, 8, 1),
        ),
        person(
            "employee-id:67",
            "\u{202e}gnp.ecilA\u{202d} \u{1b}[2J",
            "alice@nordlicht.example",
            Intern,
            "",
            left(2026, 7, 15),
        ),
        person("employee-id:68", &long, "long@nordlicht.example", Employee, "Legal", left(2026, 11, 1)),
        person("email:gone@nordlicht.example", "Sam Undated", "gone@nordlicht.example", Unknown, "", undated),
        person(
            "employee-id:1200",
            "Aylin Şahin",
            "aylin.sahin@nordlicht.example",
            Employee,
            "Finance",
            left(2026, 10, 31),
        ),
        person("employee-id:2001", "Lena Vogt", "lena.vogt@nordlicht.example", Employee, "IT", Standing::AtWork),
    ]
}

pub(super) fn identities() -> Vec<Identity> {
    let of = |source, line, from_hr| Identity {
        place: Place { source, line },
        from_hr,
        id: "1042".into(),
        external_id: "".into(),
        email: "marta.kowalczyk@nordlicht.example".into(),
        aliases: [].into(),
        home_emails: [].into(),
        username: "".into(),
        username_is: UsernameIs::Handle,
        name: "Marta Kowalczyk".into(),
        employee_id: "1042".into(),
        is_unread: false,
        status: AccountStatus::Deactivated,
        person_status: PersonStatus::Terminated,
        raw_status: "Terminated".into(),
        worker: WorkerKind::Employee,
        kind: AccountKind::Human,
        created: None,
        last_active: None,
        ended: None,
        start: None,
        end: None,
        department: "Sales".into(),
        title: "".into(),
        attributes: Box::default(),
    };
    vec![of(0, 12, true), of(1, 88, false)]
}

fn account(
    id: &str,
    email: &str,
    status: AccountStatus,
    raw: &str,
    role: &str,
    source: u32,
    line: u32,
) -> Arc<AccountFacts> {
    let name = if source == 7 { MARKUP_ACCOUNT } else { "As written" };
    let texts = AccountTexts { account: id, email, name, role, raw_status: raw };
    Arc::new(AccountFacts::new(texts, status, Place { source, line }))
}

struct Seen(&'static RuleMeta, Severity, Option<u32>, Option<Arc<AccountFacts>>, Option<u32>, Option<i64>);

fn finding(seen: Seen, reason: &[&str], action: &str) -> Box<Finding> {
    let Seen(rule, severity, app, account, person, exposed_days) = seen;
    let undecided = rule.id == "residual-undecidable" || rule.id == "roster-missing";
    let mut hash = Sha256::new();
    hash.update(rule.id);
    hash.update(format!("{app:?}{:?}{person:?}", account.as_ref().map(|a| a.account().to_owned())));
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    let mut evidence: Vec<Place> = account.iter().map(|a| a.place).collect();
    evidence.push(if person.is_some() { Place { source: 0, line: 12 } } else { Place { source: 2, line: 0 } });
    Box::new(Finding {
        id: FindingId(id),
        rule,
        severity,
        status: match rule.id {
            _ if undecided => FindingStatus::NotEvaluable,
            "residual-sso-blocked" => FindingStatus::Excepted,
            _ => FindingStatus::Open,
        },
        exception: (rule.id == "residual-sso-blocked").then_some(ExceptionIx(0)),
        app,
        key: account.as_ref().and(person).map(|_| Key::Email),
        account,
        person: person.map(PersonIx),
        exposed_days,
        evidence,
        reason: reason.iter().map(|&r| r.into()).collect(),
        may_be_leavers: false,
        passing: Passing::default(),
        action: action.into(),
    })
}

pub(super) fn findings() -> Vec<Box<Finding>> {
    use AccountStatus::{Active, Invited, Suspended, Unknown};
    use Severity::{Critical, High, Low, Medium};
    let marta = "marta.kowalczyk@nordlicht.example";
    let why: &[&str] = &[
        "HR: last day of work 2026-09-30",
        "the roster was made 51 days later and shows the account as active",
        "single sign-on is optional here, so a password works (assumed: the roster does not say)",
    ];
    let apps = super::apps::apps();
    let act = |app: usize| {
        let app = &apps[app];
        let by_hand =
            app.handwork.as_ref().and_then(|hand| hand.by_hand(&app.name)).unwrap_or_else(|| "Remove it".to_owned());
        format!(
            "End it through the member API, or by hand. {by_hand}. End its sessions, then export the list again as proof"
        )
    };
    vec![
        finding(
            Seen(
                &rules::ACTIVITY,
                Critical,
                Some(0),
                Some(account("U02AB9", marta, Active, "Active", "Admin", 2, 41)),
                Some(0),
                Some(51),
            ),
            why,
            &act(0),
        ),
        finding(
            Seen(
                &rules::LAST_ADMIN,
                Critical,
                Some(2),
                Some(account("f-77", "alice@nordlicht.example", Active, "", "admin", 4, 3)),
                Some(4),
                Some(128),
            ),
            why,
            &act(2),
        ),
        finding(
            Seen(
                &rules::LOGIN,
                Critical,
                Some(0),
                Some(account("U02AB9", marta, Active, "Active", "Admin", 2, 41)),
                Some(0),
                Some(51),
            ),
            why,
            &act(0),
        ),
        finding(
            Seen(
                &rules::LOGIN,
                High,
                Some(1),
                Some(account("mkow", "", Active, "", "member", 3, 1207)),
                Some(0),
                Some(51),
            ),
            why,
            &act(1),
        ),
        finding(
            Seen(
                &rules::LOGIN,
                High,
                Some(2),
                Some(account("f-12", "priya@contractor.example", Active, "full", "editor", 4, 19)),
                Some(2),
                Some(49),
            ),
            why,
            &act(2),
        ),
        finding(
            Seen(
                &rules::LOGIN,
                High,
                Some(6),
                Some(account("+1;=cmd|'/C calc'!A0", "\t=1+1@x", Active, "<i>on</i>", "\u{feff}@SUM(A1)", 7, 2)),
                Some(3),
                Some(111),
            ),
            &["</td></table><script>alert(2)</script>", "=2+2"],
            "-2+3 <a href=javascript:alert(3)>click</a>",
        ),
        finding(
            Seen(
                &rules::LOGIN,
                High,
                Some(2),
                Some(account("f-99", "long@nordlicht.example", Active, "", "viewer", 4, 71)),
                Some(5),
                Some(19),
            ),
            why,
            &act(2),
        ),
        finding(
            Seen(
                &rules::DIRECTORY,
                High,
                None,
                Some(account("00u69uii", "jonas.weber@nordlicht.example", Active, "ACTIVE", "", 1, 46)),
                Some(1),
                Some(7),
            ),
            why,
            "Deactivate the account in okta. If the person still works here, correct HR",
        ),
        finding(
            Seen(
                &rules::BLOCKED,
                Medium,
                Some(4),
                Some(account("9001", "jonas.weber@nordlicht.example", Suspended, "downgraded", "agent", 6, 14)),
                Some(1),
                Some(7),
            ),
            why,
            &act(4),
        ),
        finding(
            Seen(
                &rules::INVITE,
                Medium,
                Some(0),
                Some(account("U0777", "jonas.weber@nordlicht.example", Invited, "Invited", "", 2, 300)),
                Some(1),
                Some(7),
            ),
            why,
            "Withdraw the invitation.",
        ),
        finding(
            Seen(
                &rules::LOGIN,
                Medium,
                Some(1),
                Some(account("samu", "gone@nordlicht.example", Active, "", "member", 3, 900)),
                Some(6),
                None,
            ),
            why,
            &act(1),
        ),
        finding(
            Seen(
                &rules::ORPHAN,
                Medium,
                Some(0),
                Some(account("U0BEEF", "old.hand@gmail.example", Active, "Active", "Member", 2, 77)),
                None,
                None,
            ),
            &["no person has the address old.hand@gmail.example", "no name fits"],
            "Find out whose account it is and link it, or end it.",
        ),
        finding(
            Seen(
                &rules::CANDIDATES,
                Medium,
                Some(1),
                Some(account("lvogt-dev", "", Active, "", "member", 3, 1300)),
                None,
                None,
            ),
            &["no key fits", "Lena Vogt has a similar name (0.93)"],
            "Confirm or reject the candidate in links.csv.",
        ),
        finding(
            Seen(&rules::MANUAL, Low, Some(2), None, None, None),
            &["no SCIM on this plan", "no members API"],
            "Put the app on the offboarding checklist.",
        ),
        finding(
            Seen(&rules::REJECTED, Low, Some(0), None, None, None),
            &["2 rows could not be read"],
            "Look at the rejected rows and export the list again.",
        ),
        finding(
            Seen(
                &rules::UNDECIDABLE,
                High,
                Some(3),
                Some(account("0055", "aylin.sahin@nordlicht.example", Unknown, "Frozen?", "Standard User", 5, 40)),
                Some(7),
                Some(20),
            ),
            &["the roster of 2026-09-01 is older than the leaving"],
            "Export the users report again.",
        ),
        finding(
            Seen(&rules::MISSING, Medium, Some(5), None, None, None),
            &["the workspace names the app", "no file was given for it"],
            "Export the member list of Framer.",
        ),
    ]
}

pub(super) fn closures() -> Vec<Closure> {
    use AccountStatus::{Archived, Deactivated, SoftDeleted};
    let of = |person, app, status, raw: &str, source, line| Closure {
        person: PersonIx(person),
        app,
        account: account("c-1", "marta.kowalczyk@nordlicht.example", status, raw, "member", source, line),
    };
    vec![
        of(0, 2, Deactivated, "Disabled", 4, 31),
        of(0, 4, Archived, "archived", 6, 8),
        of(1, 1, SoftDeleted, "deleted", 3, 512),
        of(7, 0, Deactivated, "Deactivated", 2, 90),
    ]
}
