//! The rules as sentences.

use super::{APPS, AS_OF, Files, Left, Of, Row, USED_LATELY, Whole, address, left, login, name, person_key, shown};

const LOW: usize = 1;
const MEDIUM: usize = 2;
const HIGH: usize = 3;
const CRITICAL: usize = 4;

/// Every finding, in no order.
pub fn all(whole: &Whole, files: &Files) -> Vec<Row> {
    let mut rows = Vec::new();
    for person in 0..whole.people.len() {
        directory(whole, files, person, &mut rows);
    }
    for app in 0..APPS.len() {
        let of_app: Vec<usize> = (0..whole.accounts.len()).filter(|n| whole.accounts[*n].app == app).collect();
        for n in &of_app {
            account(whole, files, *n, &mut rows);
        }
        roster(whole, files, app, &of_app, &mut rows);
    }
    rows
}

fn row(rule: &'static str, severity: usize) -> Row {
    Row {
        severity,
        undecided: false,
        rule,
        app: "",
        account: None,
        person: None,
        exposed: false,
        key: "",
        evidence: Vec::new(),
        reason: Vec::new(),
        action: String::new(),
        subject: String::new(),
    }
}

fn leaving(left: &Left) -> String {
    format!("left on {} ({})", left.since, left.says)
}

/// Where a person stands first: at HR, else in the directory.
fn place(whole: &Whole, files: &Files, person: usize) -> String {
    match whole.people[person].hr {
        Some(_) => format!("hr.csv:{}", files.hr_lines[person]),
        None => format!("idp.csv:{}", files.idp_lines[person]),
    }
}

/// What is wrong between HR and the directory.
fn directory(whole: &Whole, files: &Files, n: usize, rows: &mut Vec<Row>) {
    let person = &whole.people[n];
    let at = format!("idp.csv:{}", files.idp_lines[n]);
    match (person.hr, person.idp, left(person)) {
        (Some(_), Some(status @ ("ACTIVE" | "SUSPENDED")), Some(left)) => {
            let status = status.to_lowercase();
            rows.push(Row {
                account: Some((address(n), address(n), status.clone())),
                person: Some(n),
                exposed: true,
                evidence: vec![at, place(whole, files, n)],
                reason: vec![leaving(&left), format!("the export made later of okta still shows the account as {status}")],
                action: "Deactivate the account in okta, end its sessions and revoke its tokens. If the person still works \
                         here, correct HR"
                    .to_owned(),
                subject: format!("\0about\0okta\0account\0email:{}\0person\0{}", address(n), person_key(n)),
                ..row("idp-active-after-end", if status == "active" { HIGH } else { MEDIUM })
            });
        }
        (None, Some("ACTIVE"), _) => rows.push(Row {
            person: Some(n),
            evidence: vec![at],
            reason: vec![
                "okta shows the account as active, and HR has no record with its employee id or one of its addresses".to_owned(),
                "nothing says who the person is to the company".to_owned(),
            ],
            action: "Find out who answers for the person, and enter them in a list that is read as HR; if HR does know them, \
                     correct the employee id or the address in okta"
                .to_owned(),
            subject: format!("\0person\0{}", person_key(n)),
            ..row("unknown-to-hr", LOW)
        }),
        _ => {}
    }
}

/// Whose an account is: who has its address at HR or in the directory, by which key, and where that stands. Everybody is asked.
fn holder(whole: &Whole, files: &Files, n: usize) -> Option<(usize, &'static str, String)> {
    let wanted = match whole.accounts[n].of {
        Of::Address(who, _) => address(who),
        Of::Login(who) => login(who),
        Of::Stranger | Of::Elsewhere => return None,
    };
    let mut all = (0..whole.people.len()).filter_map(|person| {
        let in_directory = format!("idp.csv:{}", files.idp_lines[person]);
        if address(person) == wanted && (whole.people[person].hr.is_some() || whole.people[person].idp.is_some()) {
            Some((person, "email", place(whole, files, person)))
        } else if whole.people[person].idp.is_some() && login(person) == wanted {
            Some((person, "username", in_directory))
        } else {
            None
        }
    });
    let found = all.next();
    assert!(all.next().is_none(), "no two people share an address here");
    found
}

/// What is wrong with one account.
fn account(whole: &Whole, files: &Files, n: usize, rows: &mut Vec<Row>) {
    let account = &whole.accounts[n];
    let (app, made_after) = APPS[account.app];
    let by_hand = format!("Remove it in {app}'s member administration");
    let status = match account.status {
        "Odd" => "unknown".to_owned(),
        other => other.to_lowercase(),
    };
    let (ended, unclear) = (status == "deactivated", status == "unknown");
    let holder = holder(whole, files, n);
    let mut evidence = vec![format!("{app}.csv:{}", files.account_lines[n])];
    let mut subject = format!("\0app\0{app}\0account\0id:a{n}");
    if let Some((person, _, at)) = &holder {
        evidence.push(at.clone());
        subject += &format!("\0person\0{}", person_key(*person));
    }
    let mut push = |rule, severity, undecided, reason: Vec<String>, action: String| {
        rows.push(Row {
            undecided,
            app,
            account: Some((format!("a{n}"), shown(account.of, n), status.clone())),
            person: holder.as_ref().map(|(person, ..)| *person),
            exposed: true,
            key: holder.as_ref().map_or("", |(_, key, _)| key),
            evidence: evidence.clone(),
            reason,
            action,
            subject: subject.clone(),
            ..row(rule, severity)
        });
    };
    let rights = || account.admin.then(|| "the account has an administrator's rights".to_owned());
    let Some((person, ..)) = holder else {
        if ended || unclear {
            return;
        }
        let its = shown(account.of, n);
        if matches!(account.of, Of::Elsewhere) {
            let reason = ["the address is of another domain".to_owned(), format!("its address is {its}")];
            let action = format!(
                "Ask the app's administrators who invited this account and until when; note a sponsor and an end. If there is \
                 none: {by_hand}"
            );
            let severity = if account.admin { MEDIUM } else { LOW };
            return push(
                "external-domain-account",
                severity,
                false,
                reason.into_iter().chain(rights()).collect(),
                action,
            );
        }
        let reason = [
            format!("nobody in HR or in a directory has the address {its}"),
            "nobody has a name or an address that comes near".to_owned(),
        ];
        let action = format!(
            "Ask the app's administrators who uses it. A person: `coverage link {app}/a{n} --to PERSON --by YOU --because WHY`; no person: \
             with `--service --owner PERSON` in place of `--to PERSON`. If nobody does: {by_hand}"
        );
        let severity = if account.admin { HIGH } else { MEDIUM };
        return push("orphan-account", severity, false, reason.into_iter().chain(rights()).collect(), action);
    };
    let Some(left) = left(&whole.people[person]) else {
        if !account.used.is_empty() && account.used < USED_LATELY[account.app] && !ended && !unclear {
            let reason = [
                format!("the account was last used on {}", account.used),
                "coverage.yaml allows 90 days without use".to_owned(),
            ];
            let action = format!("Ask {} whether the account is still needed. If not: {by_hand}", name(whole, person));
            let severity = if account.admin { MEDIUM } else { LOW };
            push("dormant-account", severity, false, reason.into_iter().chain(rights()).collect(), action);
        }
        return;
    };
    let listed = format!("the roster made later still lists the account as {status}");
    let one_less = usize::from(status == "suspended");
    let used_after = used_after(account.used, &left);
    if used_after {
        let used =
            format!("the roster says that the account was last used on {}, which is certainly later", account.used);
        let (severity, now, action) = if ended {
            (
                HIGH,
                format!("the account has ended since: the roster shows it as {status}"),
                format!(
                    "Find out from {app}'s audit log who or what used it after the leaving, and what was done with it"
                ),
            )
        } else {
            let word = if unclear { "unknown (Odd)".to_owned() } else { status.clone() };
            (
                CRITICAL,
                format!("the roster shows the account as {word}"),
                format!(
                    "{by_hand}. End its sessions and tokens, and find out from the audit log who or what used it after the leaving"
                ),
            )
        };
        push("activity-after-leaving", severity, false, vec![leaving(&left), used, now], action);
    } else if ended {
        return;
    } else if left.day > made_after {
        let reason = format!(
            "the roster was made before the leaving ({}) had passed; it proves nothing about removal",
            left.since
        );
        let action =
            format!("Export the roster of {app} again, now that the leaving has passed, and run the report again");
        return push("residual-undecidable", MEDIUM, true, vec![leaving(&left), reason], action);
    } else if unclear {
        let reason = format!("the account's status is `{}`, which nobody has explained yet", account.status);
        let action =
            format!("Look the account up in {app} and say what the status means in the description of the export");
        return push("residual-undecidable", MEDIUM, true, vec![leaving(&left), reason], action);
    } else if status == "invited" {
        let reason = "nobody has accepted the invitation, and it can still be accepted".to_owned();
        let action = format!("Withdraw the invitation. If that cannot be done: {by_hand}");
        return push("pending-invite-leaver", MEDIUM, false, vec![leaving(&left), listed, reason], action);
    } else {
        let usual = if account.admin { CRITICAL } else { HIGH };
        let open = "assumed: nothing shows that sign-in is closed (coverage.yaml does not say how people sign in)";
        let mut reason = vec![leaving(&left), listed.clone(), open.to_owned()];
        if account.used > AS_OF {
            let wrong = "later than the roster itself, so the date is wrong: it is no evidence here";
            reason.push(format!("the last use that the roster gives ({}) is {wrong}", account.used));
        }
        let action = format!("{by_hand}. End its sessions, tokens and keys too, then export the roster again as proof");
        push("residual-login-capable", usual - one_less, false, reason.into_iter().chain(rights()).collect(), action);
    }
    if account.admin && !ended && status != "invited" {
        let listed = if unclear { listed.replace("unknown", "unknown (Odd)") } else { listed };
        let reason = vec![leaving(&left), listed, "the account has an administrator's rights (Admin)".to_owned()];
        let action = format!(
            "Take the rights away and end the account; then replace the keys and shared secrets of {app} that it could read, and \
             look at the integrations and accounts it made"
        );
        push("privileged-leaver", HIGH - one_less, false, reason, action);
    }
}

/// Whether an account was used after the leaving, by a date that its roster can know.
fn used_after(used: &str, left: &Left) -> bool {
    !used.is_empty() && used > left.day && used < AS_OF
}

/// What is wrong with the accounts of one app together.
fn roster(whole: &Whole, files: &Files, app: usize, accounts: &[usize], rows: &mut Vec<Row>) {
    let line = 6 + app;
    let (app, made_after) = APPS[app];
    let at = |n: usize| format!("{app}.csv:{}", files.account_lines[n]);
    let status = |n: usize| whole.accounts[n].status;
    let holds = |n: usize| holder(whole, files, n).map(|(person, ..)| person);
    for person in 0..whole.people.len() {
        let lives = |n: &usize| holds(*n) == Some(person) && !matches!(status(*n), "Deactivated" | "Odd");
        let live: Vec<usize> = accounts.iter().copied().filter(lives).collect();
        if live.len() > 1 {
            let name = name(whole, person);
            rows.push(Row {
                app,
                person: Some(person),
                evidence: live.iter().map(|n| at(*n)).collect(),
                reason: vec![format!("{} live accounts belong to {name}", live.len())],
                action: format!("Ask {name} which of the accounts in {app} is needed, and remove what is not"),
                subject: format!("\0app\0{app}\0person\0{}", person_key(person)),
                ..row("duplicate-account", LOW)
            });
        }
    }
    let admins = accounts
        .iter()
        .copied()
        .filter(|n| whole.accounts[*n].admin && !matches!(status(*n), "Deactivated" | "Invited"));
    let had_left = |n: usize| holds(n).and_then(|person| left(&whole.people[person])).filter(|l| l.day <= made_after);
    let (gone, others): (Vec<usize>, Vec<usize>) = admins.partition(|n| had_left(*n).is_some());
    // Whether one with an odd status lives, only a use after the leaving shows.
    let lives =
        |n: &usize| status(*n) != "Odd" || had_left(*n).is_some_and(|l| used_after(whole.accounts[*n].used, &l));
    for n in gone.iter().copied().filter(|_| others.is_empty()).filter(lives) {
        let person = holds(n).unwrap();
        let left = left(&whole.people[person]).unwrap();
        let word = if status(n) == "Odd" { "unknown (Odd)".to_owned() } else { status(n).to_lowercase() };
        let rest = match gone.len() {
            1 => "nobody else in the roster is".to_owned(),
            all => format!("the only others are {} who have left too", all - 1),
        };
        rows.push(Row {
            app,
            account: Some((
                format!("a{n}"),
                shown(whole.accounts[n].of, n),
                word.split(' ').next().unwrap_or_default().to_owned(),
            )),
            person: Some(person),
            exposed: true,
            evidence: vec![at(n), place(whole, files, person)],
            reason: vec![
                leaving(&left),
                format!("the account is an administrator's ({word}), and {rest}"),
                format!("ending it first can fail, or leave {app} without anybody who can administer it"),
            ],
            action: format!("Make somebody who works here an administrator of {app} first, then end this account"),
            subject: format!("\0app\0{app}\0account\0id:a{n}\0person\0{}", person_key(person)),
            ..row("last-admin-leaver", HIGH)
        });
    }
    let too_early = accounts.iter().filter(|n| {
        let left = holds(**n).and_then(|person| left(&whole.people[person]));
        left.is_some_and(|left| left.day > made_after && !used_after(whole.accounts[**n].used, &left))
            && status(**n) != "Deactivated"
    });
    let too_early = too_early.count();
    if too_early > 0 {
        let newest = whole.people.iter().filter_map(left).map(|left| left.day).max().unwrap();
        rows.push(Row {
            undecided: true,
            app,
            evidence: vec![format!("{app}.csv")],
            reason: vec![
                format!("the roster was made before the newest leaving ({newest}) had passed"),
                format!("accounts of leavers that could not be judged: {too_early}"),
            ],
            action: format!("Export the roster of {app} again and run the report again"),
            subject: format!("\0app\0{app}"),
            ..row("roster-stale", LOW)
        });
    }
    let live = accounts.iter().filter(|n| !matches!(status(**n), "Deactivated" | "Odd")).count();
    let mut reason = vec![
        "no entry of the catalog describes the app".to_owned(),
        "so nobody can say how an account is ended in it".to_owned(),
    ];
    reason.extend((live > 0).then(|| format!("live accounts in it: {live}")));
    rows.push(Row {
        undecided: true,
        app,
        evidence: vec![format!("coverage.yaml:{line}")],
        reason,
        action: format!(
            "Write an entry for {app} into the catalog, or name its product in coverage.yaml under `{app}: product`. Until then plan \
             for handwork. Remove it in {app}'s member administration"
        ),
        subject: format!("\0app\0{app}"),
        ..row("catalog-missing", LOW)
    });
}
