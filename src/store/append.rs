//! A run is appended to a store: as a whole, or not at all.

use super::Store;
use super::db::{Access, Db, Done, Fault, Value};
use super::load::{pack, role_word};
use crate::diag::Diagnostic;
use crate::history::Changes;
use crate::model::{Cause, Gap, KeptFinding, RunNo, Snapshot};

/// What has become of a run that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is kept under this number.
    Kept(RunNo),
    /// It had been kept under this number; nothing is added.
    Already(RunNo),
    /// A later one is kept already: its number and its moment. History is not written backwards.
    Older(RunNo, String),
    /// Another run was kept while this one was on its way. It has to be made anew with that one in mind.
    Overtaken,
}

impl Store {
    /// Keeps a run. `changes` is what it changes in what the store said when the run began.
    ///
    /// # Errors
    /// It cannot be written; nothing is kept then.
    pub fn append(&mut self, snapshot: &Snapshot, changes: &Changes) -> Result<Appended, Diagnostic> {
        self.within(Access::Write, |db| {
            let inputs = &snapshot.run.inputs;
            let number = |n: i64| RunNo::try_from(n).map_err(|_| Fault(format!("the store is damaged: run {n}")));
            if let Some(no) = db.number("SELECT no FROM run WHERE inputs = $1", &[inputs.into()])? {
                return Ok(Appended::Already(number(no)?));
            }
            let mut newest = None;
            db.rows("SELECT no, as_of, as_of_second FROM run ORDER BY no DESC LIMIT 1", &[], &mut |mut row| {
                newest = Some((row.small()?, row.text()?, row.int()?));
                Ok(())
            })?;
            match newest {
                Some((no, as_of, second)) if second > snapshot.run.as_of_second => {
                    return Ok(Appended::Older(no, as_of));
                }
                newest if newest.as_ref().map_or(0, |(no, ..)| *no) + 1 != changes.no => {
                    return Ok(Appended::Overtaken);
                }
                _ => {}
            }
            write_run(db, snapshot, changes.no)?;
            write_findings(db, snapshot, changes)?;
            write_gaps(db, changes)?;
            write_linked(db, snapshot, changes.no)?;
            Ok(Appended::Kept(changes.no))
        })
    }
}

fn write_run(db: &mut Db, snapshot: &Snapshot, no: RunNo) -> Done<()> {
    let run = &snapshot.run;
    db.insert(
        "run",
        &[
            "no",
            "inputs",
            "as_of",
            "as_of_second",
            "tool",
            "catalog",
            "policy",
            "people_files",
            "people_accepted",
            "findings",
            "headline",
        ],
        std::iter::once(vec![
            no.into(),
            (&run.inputs).into(),
            (&run.as_of).into(),
            run.as_of_second.into(),
            (&run.tool).into(),
            (&run.catalog).into(),
            json(&run.policy)?,
            (&run.people_files).into(),
            run.people_accepted.into(),
            (snapshot.findings.len() as u64).into(),
            run.headline.as_ref().map(json).transpose()?.unwrap_or(Value::Null),
        ]),
    )?;
    let sources = snapshot.sources.iter().enumerate().map(|(ix, source)| {
        Ok(vec![
            no.into(),
            (ix as u64).into(),
            role_word(source.role).into(),
            (&source.id).into(),
            (&source.export).into(),
            (&source.sha256).into(),
            (&source.extracted_at).into(),
            (&source.basis).into(),
            json(&source.rows)?,
        ])
    });
    let columns = ["run", "ix", "role", "id", "export", "sha256", "extracted_at", "basis", "row_counts"];
    db.insert("source", &columns, sources.collect::<Done<Vec<_>>>()?.into_iter())?;
    let populations = snapshot.populations.iter().map(|p| {
        Ok(vec![
            no.into(),
            role_word(p.role).into(),
            (&p.id).into(),
            p.accepted.into(),
            (&p.why).into(),
            (&p.files).into(),
            p.made_from.into(),
            p.made_to.into(),
            (&p.made_at).into(),
            p.made_guessed.into(),
            p.records.into(),
            p.live.into(),
            p.ids.into(),
            json(&p.admins)?,
            (&p.set_up).into(),
            (&p.claims).into(),
        ])
    });
    let columns = [
        "run",
        "role",
        "id",
        "accepted",
        "why",
        "files",
        "made_from",
        "made_to",
        "made_at",
        "made_guessed",
        "records",
        "live",
        "ids",
        "admins",
        "set_up",
        "claims",
    ];
    db.insert("population", &columns, populations.collect::<Done<Vec<_>>>()?.into_iter())
}

fn write_findings(db: &mut Db, snapshot: &Snapshot, changes: &Changes) -> Done<()> {
    let no = changes.no;
    let finding = |f: &KeptFinding| {
        vec![
            f.id.to_string().as_str().into(),
            f.rule.as_str().into(),
            f.app.as_deref().into(),
            f.account.as_deref().into(),
            f.account_key.into(),
            (&f.email).into(),
            f.person.as_deref().into(),
            (&f.person_email).into(),
        ]
    };
    let columns = ["id", "rule", "app", "account", "account_key", "email", "person", "person_email"];
    db.insert("finding", &columns, changes.new.iter().map(|ix| finding(&snapshot.findings[*ix])))?;
    for ended in &changes.ended {
        db.run(
            "UPDATE spell SET until_run = $1, ended_how = $2, ended_by = $3 WHERE finding = $4 AND from_run = $5",
            &[
                no.into(),
                ended.how.word().into(),
                words(&ended.moved_by),
                ended.id.to_string().as_str().into(),
                ended.from_run.into(),
            ],
        )?;
    }
    let spells = changes.opened.iter().map(|opened| {
        let f = &snapshot.findings[opened.finding];
        vec![
            f.id.to_string().as_str().into(),
            no.into(),
            opened.opened_run.into(),
            f.state.severity.word().into(),
            f.state.status.word().into(),
            (&f.state.facts).into(),
            words(&opened.moved_by),
        ]
    });
    let columns = ["finding", "from_run", "opened_run", "severity", "status", "facts", "moved_by"];
    db.insert("spell", &columns, spells)?;
    let marks = changes.unseen.iter().map(|(id, from)| (id, from, Value::from(no)));
    for (id, from, mark) in marks.chain(changes.seen_again.iter().map(|(id, from)| (id, from, Value::Null))) {
        let sql = "UPDATE spell SET unseen_from = $1 WHERE finding = $2 AND from_run = $3";
        db.run(sql, &[mark, id.to_string().as_str().into(), (*from).into()])?;
    }
    Ok(())
}

fn write_gaps(db: &mut Db, changes: &Changes) -> Done<()> {
    for gap in &changes.gaps_ended {
        db.run(
            "UPDATE gap SET until_run = $1 WHERE app = $2 AND account_key = $3 AND person = $4 AND from_run = $5",
            &[gap.until_run.into(), (&gap.app).into(), gap.key.into(), (&gap.person).into(), gap.from_run.into()],
        )?;
    }
    let gap = |g: &Gap| {
        vec![
            (&g.app).into(),
            g.key.into(),
            (&g.person).into(),
            g.from_run.into(),
            g.until_run.into(),
            (&g.account).into(),
            g.native.into(),
            (&g.person_email).into(),
            (&g.left).into(),
            g.left_span.map(|s| s.from).into(),
            g.left_span.map(|s| s.to).into(),
            g.state.word().into(),
            g.status.word().into(),
            g.ended.map(|s| s.from).into(),
            g.ended.map(|s| s.to).into(),
            g.made.from.into(),
            g.made.to.into(),
        ]
    };
    let columns = [
        "app",
        "account_key",
        "person",
        "from_run",
        "until_run",
        "account",
        "native",
        "person_email",
        "left_at",
        "left_from",
        "left_to",
        "state",
        "status",
        "ended_from",
        "ended_to",
        "made_from",
        "made_to",
    ];
    db.insert("gap", &columns, changes.gaps_opened.iter().map(gap))
}

/// The last accepted roster of each app is kept, and the one before it, so that the newest run can be made again as it was.
fn write_linked(db: &mut Db, snapshot: &Snapshot, no: RunNo) -> Done<()> {
    for (app, linked) in &snapshot.linked {
        let sql = "DELETE FROM linked WHERE app = $1 AND run < (SELECT MAX(run) FROM linked WHERE app = $1)";
        db.run(sql, &[app.into()])?;
        let row = vec![app.into(), no.into(), pack(&linked.accounts).into()];
        db.insert("linked", &["app", "run", "accounts"], std::iter::once(row))?;
    }
    let keys: Vec<u8> = snapshot.people.iter().flat_map(|key| key.to_be_bytes()).collect();
    db.insert("people", &["run", "person_keys"], std::iter::once(vec![no.into(), keys.into()]))?;
    db.run("DELETE FROM people WHERE run <> $1 AND run NOT IN (SELECT run FROM linked)", &[no.into()])
}

fn words(causes: &[Cause]) -> Value {
    let words: Vec<&str> = causes.iter().map(|c| c.word()).collect();
    words.join(",").as_str().into()
}

fn json<T: serde::Serialize>(value: &T) -> Done<Value> {
    serde_json::to_string(value).map(|text| (&text).into()).map_err(|e| Fault(e.to_string()))
}
