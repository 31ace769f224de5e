//! `exceptions.yaml`: what a company has decided to live with for a time. A file of its own, because it is reviewed by
//! others than those who keep `coverage.yaml`.

use super::check::day;
use super::{App, Pattern};
use crate::diag::{Diagnostic, any_error};
use crate::model::{Exception, FindingId};
use crate::yaml::{self, Located, nearest};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name of the file, beside `coverage.yaml`.
pub const EXCEPTIONS: &str = "exceptions.yaml";

/// The most exceptions of a file.
const MOST: usize = 10_000;

/// `exceptions.yaml`: findings that the company has decided to live with for a time. An exception marks the findings that
/// it fits and hides none.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "exceptions.yaml")]
pub struct RawExceptions {
    /// The exceptions. Where several fit a finding, the first one that holds marks it.
    pub exceptions: Vec<RawException>,
}

/// One exception. What it is about is said by `rule`, `app`, `account`, `person` and `finding`: at least one of them, and
/// all that are given must fit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawException {
    /// Its id in the register of the company (`EX-2026-04`), shown beside every finding that it marks.
    pub id: String,
    /// The rule or rules.
    #[serde(default)]
    pub rule: Option<OneOrMore>,
    /// The app, an id of `coverage.yaml`.
    #[serde(default)]
    pub app: Option<String>,
    /// The account: its native id or address; `*` stands for any run of characters.
    #[serde(default)]
    pub account: Option<String>,
    /// The person: a work address or an employee id.
    #[serde(default)]
    pub person: Option<String>,
    /// The id or ids of single findings (`v1:` and 32 hex digits).
    #[serde(default)]
    pub finding: Option<OneOrMore>,
    /// Who answers for what is left open.
    pub owner: String,
    /// Who has approved it: somebody else than the owner.
    pub approver: String,
    /// Why it is left open.
    pub reason: String,
    /// What is done instead, so that the risk is bearable.
    #[serde(default)]
    pub compensating_control: Option<String>,
    /// Its first day (`YYYY-MM-DD`).
    pub opened: String,
    /// Its last day (`YYYY-MM-DD`).
    pub expires: String,
    /// Tickets, minutes, addresses of documents.
    #[serde(default)]
    pub evidence: Option<OneOrMore>,
}

/// One text or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

/// Reads and checks an `exceptions.yaml`. `rules` are the ids of all rules that an exception may be about.
///
/// # Errors
/// Every problem of the file, each at its line.
pub fn load_exceptions(
    file: &str,
    bytes: &[u8],
    apps: &[App],
    rules: &[&str],
) -> Result<Vec<Exception>, Vec<Diagnostic>> {
    let raw: Located<RawExceptions> = yaml::load(file, bytes)?;
    let mut check = Check { raw: &raw, apps, rules, problems: Vec::new() };
    let mut ids = BTreeMap::new();
    let mut list = Vec::new();
    for (n, exception) in raw.value.exceptions.iter().enumerate() {
        let pointer = format!("/exceptions/{n}");
        let line = raw.key_position(&pointer).map_or(1, |(line, _)| line);
        if let Some(first) = ids.insert(exception.id.trim(), line) {
            let message = format!("the id `{}` is already that of line {first}", exception.id);
            check.problems.push(raw.error(&format!("{pointer}/id"), message));
        }
        list.extend(check.exception(&pointer, exception, line));
    }
    if list.len() > MOST {
        let message = format!("there are {} exceptions, and no more than {MOST} can be looked after", list.len());
        check.problems.push(raw.error("/exceptions", message).help("fix what can be fixed"));
    }
    let mut problems = check.problems;
    problems.sort_by_key(|d| (d.line, d.column));
    if any_error(&problems) { Err(problems) } else { Ok(list) }
}

/// The JSON Schema of `exceptions.yaml`.
pub fn exceptions_schema() -> serde_json::Value {
    yaml::schema::<RawExceptions>()
}

struct Check<'a> {
    raw: &'a Located<RawExceptions>,
    apps: &'a [App],
    rules: &'a [&'a str],
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(&mut self, pointer: &str, message: String, help: &str) {
        self.problems.push(self.raw.error(pointer, message).help(help));
    }

    fn exception(&mut self, pointer: &str, raw: &RawException, line: u64) -> Option<Exception> {
        for (what, text) in
            [("id", &raw.id), ("owner", &raw.owner), ("approver", &raw.approver), ("reason", &raw.reason)]
        {
            if text.trim().is_empty() {
                self.error(
                    &format!("{pointer}/{what}"),
                    format!("`{what}` is empty"),
                    "write it, or drop the exception",
                );
            }
        }
        let list = |of: &Option<OneOrMore>| of.as_ref().map_or(&[][..], OneOrMore::list).to_vec();
        let (rules, findings) = (list(&raw.rule), list(&raw.finding));
        if rules.is_empty() && findings.is_empty() && raw.app.is_none() && raw.account.is_none() && raw.person.is_none()
        {
            let message = format!("`{}` does not say what it is about", raw.id);
            self.error(pointer, message, "give at least one of `rule`, `app`, `account`, `person` and `finding`");
        }
        for (n, rule) in rules.iter().enumerate() {
            let several = matches!(raw.rule, Some(OneOrMore::More(_)));
            let at = if several { format!("{pointer}/rule/{n}") } else { format!("{pointer}/rule") };
            self.rule(&at, rule);
        }
        if let Some(app) = raw.app.as_ref().filter(|app| self.apps.iter().all(|a| a.id != **app)) {
            let near = nearest(app, self.apps.iter().map(|a| a.id.as_str()));
            let help = near.map_or("give its id in coverage.yaml".to_owned(), |near| format!("did you mean `{near}`?"));
            self.error(&format!("{pointer}/app"), format!("there is no app `{app}` in coverage.yaml"), &help);
        }
        for (what, text) in [("account", &raw.account), ("person", &raw.person)] {
            if text.as_ref().is_some_and(|t| t.trim().is_empty()) {
                self.error(
                    &format!("{pointer}/{what}"),
                    format!("`{what}` is empty"),
                    "leave it out, and it is anyone",
                );
            }
        }
        if raw.account.as_deref().is_some_and(|a| Pattern::new(a.trim()).matches_everything()) {
            let message = "it fits every account".to_owned();
            self.error(&format!("{pointer}/account"), message, "leave it out, and it is any account");
        }
        let findings: Vec<Option<FindingId>> = findings
            .iter()
            .enumerate()
            .map(|(n, id)| {
                let several = matches!(raw.finding, Some(OneOrMore::More(_)));
                let at = if several { format!("{pointer}/finding/{n}") } else { format!("{pointer}/finding") };
                let parsed = FindingId::parse(id.trim());
                if parsed.is_none() {
                    let help = "copy it from findings.csv: `v1:` and 32 hex digits";
                    self.error(&at, format!("`{id}` is no id of a finding"), help);
                }
                parsed
            })
            .collect();
        let opened = self.date(&format!("{pointer}/opened"), &raw.opened);
        let expires = self.date(&format!("{pointer}/expires"), &raw.expires);
        let (opened, expires) = (opened?, expires?);
        if expires < opened {
            let message = format!("`{}` ends on {expires}, before it begins on {opened}", raw.id);
            self.error(
                &format!("{pointer}/expires"),
                message,
                "an exception holds from `opened` to `expires`, both included",
            );
        }
        let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        Some(Exception {
            id: raw.id.trim().to_owned(),
            rules,
            app: raw.app.clone(),
            account: said(&raw.account),
            person: said(&raw.person),
            findings: findings.into_iter().collect::<Option<_>>()?,
            owner: raw.owner.trim().to_owned(),
            approver: raw.approver.trim().to_owned(),
            reason: raw.reason.trim().to_owned(),
            compensating_control: said(&raw.compensating_control),
            opened,
            expires,
            evidence: list(&raw.evidence),
            line,
        })
    }

    fn rule(&mut self, pointer: &str, rule: &str) {
        if rule.starts_with("exception-") {
            let help = "have the exception approved anew, made narrower, or withdrawn";
            self.error(pointer, format!("`{rule}` is about exceptions themselves and cannot be excepted"), help);
        } else if rule.starts_with("review-") || rule == "revocation-outstanding" {
            let help = "have the findings decided anew, or carry out what was decided";
            self.error(pointer, format!("`{rule}` is about reviews themselves and cannot be excepted"), help);
        } else if !self.rules.contains(&rule) {
            let near = nearest(rule, self.rules.iter().copied());
            let help = near.map_or("`coverage rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
            self.error(pointer, format!("there is no rule `{rule}`"), &help);
        }
    }

    fn date(&mut self, pointer: &str, text: &str) -> Option<jiff::civil::Date> {
        let day = day(text.trim());
        if day.is_none() {
            self.error(pointer, format!("`{text}` is no date"), "write it like `2026-11-22`");
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 3] = ["exception-expired", "orphan-account", "residual-login-capable"];

    fn load(text: &str) -> Result<Vec<Exception>, String> {
        let apps = [App::named("aws", "AWS", None), App::named("slack", "Slack", None)];
        load_exceptions(EXCEPTIONS, text.as_bytes(), &apps, &RULES)
            .map_err(|all| all.iter().map(|d| format!("{d}\n")).collect())
    }

    fn with(more: &str) -> String {
        format!(
            "exceptions:\n  - id: EX-1\n    owner: ann@nordwind.example\n    approver: bo@nordwind.example\n    \
             reason: the robot needs it\n    opened: 2026-10-01\n    expires: 2027-03-31\n{more}"
        )
    }

    #[test]
    fn a_whole_exception_is_read() {
        let more = "    rule: [orphan-account, residual-login-capable]\n    app: aws\n    account: svc-*\n    \
                    compensating-control: the key is rotated weekly\n    evidence: GRC-118\n    \
                    finding: v1:00112233445566778899aabbccddeeff\n";
        let list = load(&with(more)).unwrap();
        let one = &list[0];
        assert_eq!((one.rules.len(), one.app.as_deref(), one.account.as_deref()), (2, Some("aws"), Some("svc-*")));
        assert_eq!((one.line, one.evidence[0].as_str()), (2, "GRC-118"));
        assert_eq!(one.findings[0].to_string(), "v1:00112233445566778899aabbccddeeff");
        assert_eq!(load("").unwrap(), [], "an empty file has none");
    }

    #[test]
    fn every_fault_is_told_at_its_place_with_what_to_do() {
        for (more, told) in [
            ("", "exceptions.yaml:2:5: error: `EX-1` does not say what it is about"),
            (
                "    rule: orphan-acount\n",
                "exceptions.yaml:8:11: error: there is no rule `orphan-acount`\n  help: did you mean `orphan-account`?",
            ),
            (
                "    rule: exception-expired\n",
                "exceptions.yaml:8:11: error: `exception-expired` is about exceptions themselves",
            ),
            (
                "    app: awz\n",
                "exceptions.yaml:8:10: error: there is no app `awz` in coverage.yaml\n  help: did you mean `aws`?",
            ),
            ("    account: '*'\n", "exceptions.yaml:8:14: error: it fits every account"),
            ("    finding: 12\n", "exceptions.yaml:8:14: error: `12` is no id of a finding"),
            ("    app: aws\n    until: never\n", "exceptions.yaml:9:5: error: "),
        ] {
            let faults = load(&with(more)).unwrap_err();
            assert!(faults.contains(told), "{more}\n{faults}");
        }
        let turned = with("    app: aws\n").replace("2027-03-31", "2026-09-30");
        assert!(load(&turned).unwrap_err().contains("7:14: error: `EX-1` ends on 2026-09-30, before it begins"));
        let twice = with("    app: aws\n") + &with("    app: slack\n").replace("exceptions:\n", "");
        assert!(load(&twice).unwrap_err().contains("the id `EX-1` is already that of line 2"));
        let blank = with("    app: aws\n").replace("the robot needs it", "' '");
        assert!(load(&blank).unwrap_err().contains("5:13: error: `reason` is empty"));
        let never = with("    app: aws\n").replace("2027-03-31", "never");
        assert!(load(&never).unwrap_err().contains("`never` is no date"));
        let without = with("    app: aws\n").replace("    approver: bo@nordwind.example\n", "");
        assert!(load(&without).unwrap_err().contains("the key `approver` is missing"));
    }
}
