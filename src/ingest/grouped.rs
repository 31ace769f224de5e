//! Files with one row per membership: the rows of one account become one record.
//!
//! Such a file is held in memory, since its rows come in any order.

use super::read::{OnOutcome, Outcome};
use crate::diag::Diagnostic;
use crate::model::{AccountKind, AccountStatus, Attribute, PersonStatus, Record, SignIn, When, WorkerKind};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Accounts put together from their rows.
#[derive(Debug, Default)]
pub struct Groups {
    index: HashMap<String, usize>,
    accounts: Vec<Account>,
}

/// What the rows say of one account. Rows come in any order, so each fact is the least, the latest or all of what is said,
/// never the first.
#[derive(Debug)]
struct Account {
    texts: [String; 10],
    addresses: BTreeSet<Address>,
    home_emails: BTreeSet<String>,
    attributes: BTreeMap<Attribute, String>,
    roles: BTreeSet<String>,
    raw_status: String,
    rows: u64,
    plain: Record<'static>,
}

/// An address of an account: in which kind of column it stands, and the address without regard to case before the address as written.
type Address = (Standing, String, String);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Main,
    Further,
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

/// What is known before what is not, else the word that comes first in its list.
fn known<W: Ord>(a: W, b: W, unknown: &W) -> W {
    if b == *unknown || (a != *unknown && a < b) { a } else { b }
}

impl Account {
    fn new(row: &Record<'_>) -> Self {
        Self {
            texts: Default::default(),
            addresses: BTreeSet::new(),
            home_emails: BTreeSet::new(),
            attributes: BTreeMap::new(),
            roles: BTreeSet::new(),
            raw_status: row.raw_status.to_owned(),
            rows: 0,
            plain: Record { status: row.status, never_active: row.never_active, ..Record::at(row.line) },
        }
    }

    fn take(&mut self, row: &Record<'_>) {
        let texts = [
            row.id,
            row.external_id,
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
            if !new.is_empty() && (kept.is_empty() || new < kept.as_str()) {
                new.clone_into(kept);
            }
        }
        let main = (Standing::Main, row.email);
        let further = row.aliases.iter().map(|alias| (Standing::Further, *alias));
        for (standing, address) in std::iter::once(main).chain(further).filter(|(_, address)| !address.is_empty()) {
            self.addresses.insert((standing, address.to_lowercase(), address.to_owned()));
        }
        self.home_emails.extend(row.home_emails.iter().filter(|a| !a.is_empty()).map(|a| (*a).to_owned()));
        for (attribute, text) in &row.attributes {
            let kept = self.attributes.entry(*attribute).or_insert_with(|| (*text).to_owned());
            if *text < kept.as_str() {
                (*text).clone_into(kept);
            }
        }
        self.roles.extend(row.role.split(", ").filter(|role| !role.is_empty()).map(str::to_owned));
        let plain = &mut self.plain;
        plain.line = plain.line.min(row.line);
        let livelier = life(row.status).cmp(&life(plain.status));
        if livelier.then_with(|| self.raw_status.as_str().cmp(row.raw_status)) == Ordering::Greater {
            plain.status = row.status;
            row.raw_status.clone_into(&mut self.raw_status);
        }
        plain.person_status = known(plain.person_status, row.person_status, &PersonStatus::Unknown);
        plain.worker = known(plain.worker, row.worker, &WorkerKind::Unknown);
        plain.kind = known(plain.kind, row.kind, &AccountKind::Unknown);
        // Who can sign in with a password by one row has one.
        plain.sign_in = match (plain.sign_in, row.sign_in) {
            (SignIn::Local, _) | (_, SignIn::Local) => SignIn::Local,
            (SignIn::SsoOnly, _) | (_, SignIn::SsoOnly) => SignIn::SsoOnly,
            (SignIn::Unknown, SignIn::Unknown) => SignIn::Unknown,
        };
        plain.privileged = plain.privileged.max(row.privileged);
        plain.created = earlier(plain.created, row.created);
        plain.last_active = later(plain.last_active, row.last_active);
        plain.never_active &= row.never_active;
        plain.ended = later(plain.ended, row.ended);
        plain.start = earlier(plain.start, row.start);
        plain.end = later(plain.end, row.end);
        self.rows += 1;
    }

    fn record(&self) -> Record<'_> {
        let [id, external_id, username, name, first_name, last_name, employee_id, manager, department, title] =
            &self.texts;
        let main = self.addresses.first().filter(|(standing, ..)| *standing == Standing::Main);
        let mut seen: Vec<&str> = main.iter().map(|(_, folded, _)| folded.as_str()).collect();
        let mut aliases = Vec::new();
        for (_, folded, written) in &self.addresses {
            if !seen.contains(&folded.as_str()) {
                seen.push(folded);
                aliases.push(written.as_str());
            }
        }
        Record {
            id,
            external_id,
            email: main.map_or("", |(.., written)| written),
            aliases,
            home_emails: self.home_emails.iter().map(String::as_str).collect(),
            username,
            name: name.as_str().into(),
            first_name,
            last_name,
            employee_id,
            role: self.roles.iter().map(String::as_str).collect::<Vec<_>>().join(", ").into(),
            raw_status: &self.raw_status,
            manager,
            department,
            title,
            attributes: self.attributes.iter().map(|(a, text)| (*a, text.as_str())).collect(),
            ..self.plain
        }
    }
}
