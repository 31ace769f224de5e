//! Files with one row per membership: the rows of one account become one record.
//!
//! Such a file is held in memory, since its rows come in any order.

use super::read::{OnOutcome, Outcome};
use crate::diag::Diagnostic;
use crate::model::{AccountStatus, Attribute, Record, When};
use std::collections::HashMap;

/// Accounts put together from their rows.
#[derive(Debug, Default)]
pub struct Groups {
    index: HashMap<String, usize>,
    accounts: Vec<Account>,
}

#[derive(Debug)]
struct Account {
    texts: [String; 11],
    aliases: Vec<String>,
    home_emails: Vec<String>,
    attributes: Vec<(Attribute, String)>,
    roles: Vec<String>,
    raw_status: String,
    rows: u64,
    plain: Record<'static>,
}

impl Groups {
    /// Adds a row to its account: rows of one id (else address, else user name, else name) are one account.
    pub fn add(&mut self, row: &Record<'_>) {
        let key = [row.id, row.email, row.username, row.name.as_ref()]
            .into_iter()
            .find(|k| !k.is_empty())
            .unwrap_or("")
            .to_lowercase();
        let at = *self.index.entry(key).or_insert_with(|| {
            self.accounts.push(Account::new(row));
            self.accounts.len() - 1
        });
        self.accounts[at].take(row);
    }

    /// Gives every account as one record, in the order of their first rows.
    ///
    /// # Errors
    /// Whatever `on` says.
    pub fn give(&self, on: &mut OnOutcome<'_>) -> Result<(), Diagnostic> {
        self.accounts.iter().try_for_each(|a| on.outcome(Outcome::Record(&a.record(), a.rows)))
    }
}

/// How much an account lives; of several memberships the liveliest tells the account's status.
const fn life(status: AccountStatus) -> u8 {
    match status {
        AccountStatus::Active => 7,
        AccountStatus::Locked => 6,
        AccountStatus::Suspended => 5,
        AccountStatus::Invited => 4,
        AccountStatus::Unknown => 3,
        AccountStatus::SoftDeleted => 2,
        AccountStatus::Archived => 1,
        AccountStatus::Deactivated => 0,
    }
}

fn later(a: Option<When>, b: Option<When>) -> Option<When> {
    [a, b].into_iter().flatten().max_by_key(When::order)
}

fn earlier(a: Option<When>, b: Option<When>) -> Option<When> {
    [a, b].into_iter().flatten().min_by_key(When::order)
}

impl Account {
    fn new(row: &Record<'_>) -> Self {
        Self {
            texts: Default::default(),
            aliases: Vec::new(),
            home_emails: Vec::new(),
            attributes: Vec::new(),
            roles: Vec::new(),
            raw_status: row.raw_status.to_owned(),
            rows: 0,
            plain: Record {
                status: row.status,
                person_status: row.person_status,
                worker: row.worker,
                kind: row.kind,
                sign_in: row.sign_in,
                privileged: row.privileged,
                created: row.created,
                last_active: row.last_active,
                never_active: row.never_active,
                ended: row.ended,
                start: row.start,
                end: row.end,
                ..Record::at(row.line)
            },
        }
    }

    fn take(&mut self, row: &Record<'_>) {
        let texts = [
            row.id,
            row.external_id,
            row.email,
            row.username,
            row.name.as_ref(),
            row.first_name,
            row.last_name,
            row.employee_id,
            row.manager,
            row.department,
            row.title,
        ];
        for (kept, new) in self.texts.iter_mut().zip(texts) {
            if kept.is_empty() {
                new.clone_into(kept);
            }
        }
        let add = |list: &mut Vec<String>, new: &str| {
            if !new.is_empty() && !list.iter().any(|l| l == new) {
                list.push(new.to_owned());
            }
        };
        row.aliases.iter().for_each(|a| add(&mut self.aliases, a));
        row.home_emails.iter().for_each(|a| add(&mut self.home_emails, a));
        for (attribute, text) in &row.attributes {
            if !self.attributes.iter().any(|(a, _)| a == attribute) {
                self.attributes.push((*attribute, (*text).to_owned()));
            }
        }
        row.role.split(", ").for_each(|role| add(&mut self.roles, role));
        let plain = &mut self.plain;
        plain.line = plain.line.min(row.line);
        if life(row.status) > life(plain.status) {
            plain.status = row.status;
            row.raw_status.clone_into(&mut self.raw_status);
        }
        plain.privileged = match (plain.privileged, row.privileged) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            (None, None) => None,
        };
        plain.created = earlier(plain.created, row.created);
        plain.last_active = later(plain.last_active, row.last_active);
        plain.never_active &= row.never_active;
        plain.ended = later(plain.ended, row.ended);
        self.rows += 1;
    }

    fn record(&self) -> Record<'_> {
        let [id, external_id, email, username, name, first_name, last_name, employee_id, manager, department, title] =
            &self.texts;
        Record {
            id,
            external_id,
            email,
            aliases: self.aliases.iter().map(String::as_str).collect(),
            home_emails: self.home_emails.iter().map(String::as_str).collect(),
            username,
            name: name.as_str().into(),
            first_name,
            last_name,
            employee_id,
            role: self.roles.join(", ").into(),
            raw_status: &self.raw_status,
            manager,
            department,
            title,
            attributes: self.attributes.iter().map(|(a, text)| (*a, text.as_str())).collect(),
            ..self.plain
        }
    }
}
