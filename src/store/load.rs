//! What a new run is told of the earlier ones.

use super::Store;
use super::db::{Access, Db, Done, Fault, Row, Value};
use crate::diag::Diagnostic;
use crate::model::{
    AccountStatus, DoneClaim, FindingFacts, FindingId, FindingStatus, Gap, GapState, HowEnded, KeptPopulation, KeptRun,
    LinkedAccount, LinkedAccounts, OpenSpell, Past, PastFinding, RunNo, Severity, SourceRole,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Which runs count as earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment<'a> {
    /// Those before a run that depends on `inputs` and speaks about `second`, whether it is kept already or not.
    Before {
        /// SHA-256 over everything that the run depends on.
        inputs: &'a str,
        /// The moment it speaks about.
        second: i64,
    },
    /// All.
    Newest,
}

impl Store {
    /// Everything that a run needs to know of the earlier ones.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn past(&mut self, moment: &Moment<'_>) -> Result<Past, Diagnostic> {
        self.within(Access::Read, |db| {
            let before = before(db, moment)?;
            let mut past = Past { runs: runs(db, before)?, claims: claims(db)?, ..Past::default() };
            populations(db, before, &mut past)?;
            findings(db, before, &mut past)?;
            gaps(db, before, &mut past)?;
            linked(db, before, &mut past)?;
            Ok(past)
        })
    }
}

impl Store {
    /// Every finding that some kept run has and that had not ended by a moment, in Unix seconds, and whether each of them had
    /// it as excepted, so that nobody was asked to do anything. None: no run is kept.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn known_findings(&mut self, second: i64) -> Result<Option<HashMap<FindingId, bool>>, Diagnostic> {
        self.within(Access::Read, |db| {
            if db.number("SELECT MIN(no) FROM run", &[])?.is_none() {
                return Ok(None);
            }
            let mut all = HashMap::new();
            // What has ended by then and holds again is news.
            let sql = "SELECT DISTINCT finding, status FROM spell LEFT JOIN run ON run.no = spell.until_run \
                       WHERE spell.until_run IS NULL OR run.as_of_second > $1";
            db.rows(sql, &[second.into()], &mut |mut row| {
                let text = row.text()?;
                let damaged = || Fault(format!("the store is damaged: `{text}` is no finding"));
                let excepted = row.text()? == FindingStatus::Excepted.word();
                *all.entry(FindingId::parse(&text).ok_or_else(damaged)?).or_insert(true) &= excepted;
                Ok(())
            })?;
            Ok(Some(all))
        })
    }
}

/// The first run that does not count any more.
fn before(db: &mut Db, moment: &Moment<'_>) -> Done<i64> {
    const ALL: i64 = i64::MAX;
    let Moment::Before { inputs, second } = moment else { return Ok(ALL) };
    if let Some(kept) = db.number("SELECT no FROM run WHERE inputs = $1", &[(*inputs).into()])? {
        return Ok(kept);
    }
    Ok(db.number("SELECT MIN(no) FROM run WHERE as_of_second > $1", &[(*second).into()])?.unwrap_or(ALL))
}

fn runs(db: &mut Db, before: i64) -> Done<Vec<KeptRun>> {
    let mut all = Vec::new();
    let sql = "SELECT no, inputs, as_of, as_of_second, tool, catalog, policy, people_files, people_accepted, headline FROM run \
               WHERE no < $1 ORDER BY no";
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        all.push(KeptRun {
            no: row.small()?,
            inputs: row.text()?,
            as_of: row.text()?,
            as_of_second: row.int()?,
            tool: row.text()?,
            catalog: row.text()?,
            policy: json(&row.text()?)?,
            people_files: row.text()?,
            people_accepted: row.yes()?,
            headline: row.maybe_text()?.map(|text| json(&text)).transpose()?,
        });
        Ok(())
    })?;
    Ok(all)
}

fn claims(db: &mut Db) -> Done<Vec<DoneClaim>> {
    let mut all = Vec::new();
    let sql = "SELECT finding, said_by, ticket, note, said_at, said_second FROM claim ORDER BY no";
    db.rows(sql, &[], &mut |mut row| {
        all.push(DoneClaim {
            finding: row.text()?,
            by: row.text()?,
            ticket: row.text()?,
            note: row.text()?,
            at: row.text()?,
            at_second: row.int()?,
        });
        Ok(())
    })?;
    Ok(all)
}

fn populations(db: &mut Db, before: i64, past: &mut Past) -> Done<()> {
    let sql = "SELECT run, role, id, accepted, why, files, made_from, made_to, made_at, made_guessed, records, live, ids, \
               admins, set_up, claims FROM population WHERE run < $1 ORDER BY run";
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        let run = row.small()?;
        let population = KeptPopulation {
            role: row.word(role)?,
            id: row.text()?,
            accepted: row.yes()?,
            why: row.text()?,
            files: row.text()?,
            made_from: row.maybe_int()?,
            made_to: row.maybe_int()?,
            made_at: row.text()?,
            made_guessed: row.yes()?,
            records: row.int()?.cast_unsigned(),
            live: row.int()?.cast_unsigned(),
            ids: row.yes()?,
            admins: json(&row.text()?)?,
            set_up: row.text()?,
            claims: row.text()?,
        };
        past.populations.entry((population.role, population.id.clone())).or_default().push((run, population));
        Ok(())
    })
}

fn findings(db: &mut Db, before: i64, past: &mut Past) -> Done<()> {
    let sql = "SELECT f.id, f.rule, f.app, f.account, f.account_key, f.person, s.from_run, s.opened_run, s.until_run, s.unseen_from, \
               s.severity, s.status, s.facts, s.ended_how FROM finding f JOIN spell s ON s.finding = f.id \
               WHERE s.from_run < $1 ORDER BY f.id, s.from_run";
    // A rule and an app have many findings.
    let mut texts: HashSet<Arc<str>> = HashSet::new();
    let mut shared = |text: String| match texts.get(text.as_str()) {
        Some(known) => Arc::clone(known),
        None => {
            let text: Arc<str> = text.into();
            texts.insert(Arc::clone(&text));
            text
        }
    };
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        let text = row.text()?;
        let id =
            FindingId::parse(&text).ok_or_else(|| Fault(format!("the store is damaged: `{text}` is no finding")))?;
        let (rule, app) = (shared(row.text()?), row.maybe_text()?.map(&mut shared));
        let account: Box<str> = row.maybe_text()?.unwrap_or_default().into();
        let (key, person) = (row.maybe_int()?, row.maybe_text()?);
        let (from_run, opened_run) = (row.small()?, row.small()?);
        let ended = row.maybe_int()?.filter(|until| *until < before);
        let unseen = row.maybe_int()?.filter(|unseen| *unseen < before);
        let open = OpenSpell {
            from_run,
            opened_run,
            unseen_from: unseen.and_then(|n| RunNo::try_from(n).ok()),
            state: FindingFacts {
                severity: row.word(Severity::from_word)?,
                status: row.word(FindingStatus::from_word)?,
                facts: row.text()?,
            },
        };
        let how = row.maybe_text()?.filter(|_| ended.is_some()).and_then(|how| HowEnded::from_word(&how));
        if past.findings.last().is_none_or(|last| last.id != id) {
            let account_key = key.map(i64::cast_unsigned);
            past.findings.push(PastFinding {
                id,
                first_run: from_run,
                rule,
                app,
                account,
                account_key,
                person,
                open: None,
                ended: None,
            });
        }
        if let Some(finding) = past.findings.last_mut() {
            finding.open = ended.is_none().then_some(open);
            finding.ended = how.filter(|how| *how != HowEnded::Changed).or(finding.ended);
        }
        Ok(())
    })?;
    past.findings.sort_by_key(|f| f.id);
    Ok(())
}

fn gaps(db: &mut Db, before: i64, past: &mut Past) -> Done<()> {
    let sql = "SELECT app, account_key, person, from_run, until_run, account, native, person_email, left_at, left_from, \
               left_to, state, status, ended_from, ended_to, made_from, made_to FROM gap WHERE from_run < $1";
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        let gap = gap(&mut row, before)?;
        past.gaps.entry(gap.app.clone()).or_default().push(gap);
        Ok(())
    })?;
    for all in past.gaps.values_mut() {
        all.sort_by(|a, b| (a.key, &a.person, a.from_run).cmp(&(b.key, &b.person, b.from_run)));
    }
    Ok(())
}

fn gap(row: &mut Row, before: i64) -> Done<Gap> {
    let (app, key, person, from_run) = (row.text()?, row.int()?.cast_unsigned(), row.text()?, row.small()?);
    let until_run = row.maybe_int()?.filter(|until| *until < before).and_then(|n| RunNo::try_from(n).ok());
    let (account, native, person_email, left) = (row.text()?, row.yes()?, row.text()?, row.text()?);
    let left_span = row.span()?;
    let (state, status) = (row.word(GapState::from_word)?, row.word(AccountStatus::from_word)?);
    let ended = row.span()?;
    let made = row.span()?.ok_or_else(|| Fault("the store is damaged: a roster without a time".to_owned()))?;
    Ok(Gap {
        app,
        key,
        account,
        native,
        person,
        person_email,
        left,
        left_span,
        state,
        status,
        ended,
        made,
        from_run,
        until_run,
    })
}

fn linked(db: &mut Db, before: i64, past: &mut Past) -> Done<()> {
    let sql = "SELECT app, run, accounts FROM linked WHERE run < $1 ORDER BY run";
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        let (app, run, bytes) = (row.text()?, row.small()?, row.bytes()?);
        past.linked.insert(app, LinkedAccounts { run, accounts: unpack(&bytes) });
        Ok(())
    })?;
    let sql = "SELECT run, person_keys FROM people WHERE run < $1";
    db.rows(sql, &[Value::Int(before)], &mut |mut row| {
        let (run, bytes) = (row.small()?, row.bytes()?);
        let keys = bytes.chunks_exact(8).map(|c| c.iter().fold(0, |n, b| n << 8 | u64::from(*b)));
        past.people.insert(run, keys.collect());
        Ok(())
    })
}

/// Sixteen bytes an account: key, mark, person.
pub(super) fn pack(accounts: &[LinkedAccount]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(accounts.len() * 16);
    for account in accounts {
        bytes.extend(account.key.to_be_bytes());
        bytes.extend(account.mark.to_be_bytes());
        bytes.extend(account.person.to_be_bytes());
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Vec<LinkedAccount> {
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    let account = |c: &[u8]| LinkedAccount {
        key: number(&c[..8]),
        mark: number(&c[8..12]) as u32,
        person: number(&c[12..]) as u32,
    };
    bytes.chunks_exact(16).map(account).collect()
}

/// A list that is kept as JSON.
fn json<T: serde::de::DeserializeOwned>(text: &str) -> Done<T> {
    serde_json::from_str(text).map_err(|e| Fault(format!("the store is damaged: {e}")))
}

/// The word for what a list was read as.
pub(super) const fn role_word(role: SourceRole) -> &'static str {
    match role {
        SourceRole::Hr => "hr",
        SourceRole::Idp => "idp",
        SourceRole::Roster => "roster",
        SourceRole::Assignments => "assignments",
        SourceRole::Workspace => "workspace",
        SourceRole::Catalog => "catalog",
    }
}

fn role(word: &str) -> Option<SourceRole> {
    use SourceRole as R;
    [R::Hr, R::Idp, R::Roster, R::Assignments, R::Workspace, R::Catalog].into_iter().find(|r| role_word(*r) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_come_back_as_they_were_packed() {
        let accounts = [
            LinkedAccount { key: 1, mark: u32::MAX, person: 7 },
            LinkedAccount { key: u64::MAX - 1, mark: 0, person: u32::MAX },
        ];
        assert_eq!(unpack(&pack(&accounts)), accounts);
    }
}
