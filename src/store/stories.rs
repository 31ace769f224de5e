//! The whole story of findings, for people.

use super::Store;
use super::db::{Access, Value};
use crate::diag::Diagnostic;
use crate::model::{FindingStatus, HowEnded, RunNo, Severity, Spell, Story};

/// Which findings are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only findings whose ids begin so.
    pub finding: Option<String>,
    /// Only those of this app.
    pub app: Option<String>,
    /// Only those of the person with this key or work address.
    pub person: Option<String>,
    /// Only those of this rule.
    pub rule: Option<String>,
}

impl Store {
    /// The stories of findings, in the order in which they were first seen, then by id.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn stories(&mut self, filter: &Filter) -> Result<Vec<Story>, Diagnostic> {
        let mut sql =
            "SELECT f.id, f.rule, f.app, f.account, f.email, f.person, f.person_email, s.from_run, s.opened_run, \
                       s.until_run, s.unseen_from, s.severity, s.status, s.facts, s.moved_by, s.ended_how, s.ended_by \
                       FROM finding f JOIN spell s ON s.finding = f.id"
                .to_owned();
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, text: &str| {
            values.push(text.into());
            let and = if values.len() == 1 { " WHERE " } else { " AND " };
            sql.push_str(&format!("{and}{}", condition.replace('?', &format!("${}", values.len()))));
        };
        // An id has neither of the signs that LIKE reads.
        filter.finding.iter().for_each(|text| only("f.id LIKE ? || '%'", text));
        filter.app.iter().for_each(|text| only("f.app = ?", text));
        filter.person.iter().for_each(|text| only("(f.person = ? OR LOWER(f.person_email) = LOWER(?))", text));
        filter.rule.iter().for_each(|text| only("f.rule = ?", text));
        sql.push_str(" ORDER BY f.id, s.from_run");
        let list = |text: Option<String>| -> Vec<String> {
            text.unwrap_or_default().split(',').filter(|w| !w.is_empty()).map(str::to_owned).collect()
        };
        let mut all: Vec<Story> = self.within(Access::Read, |db| {
            let mut all: Vec<Story> = Vec::new();
            db.rows(&sql, &values, &mut |mut row| {
                let story = Story {
                    id: row.text()?,
                    rule: row.text()?,
                    app: row.maybe_text()?,
                    account: row.maybe_text()?,
                    email: row.text()?,
                    person: row.maybe_text()?,
                    person_email: row.text()?,
                    spells: Vec::new(),
                };
                if all.last().is_none_or(|last| last.id != story.id) {
                    all.push(story);
                }
                let run = |n: Option<i64>| n.and_then(|n| RunNo::try_from(n).ok());
                let spell = Spell {
                    from_run: row.small()?,
                    opened_run: row.small()?,
                    until_run: run(row.maybe_int()?),
                    unseen_from: run(row.maybe_int()?),
                    severity: row.word(Severity::from_word)?,
                    status: row.word(FindingStatus::from_word)?,
                    facts: row.text()?,
                    moved_by: list(row.maybe_text()?),
                    ended_how: row.maybe_text()?.and_then(|how| HowEnded::from_word(&how)),
                    ended_by: list(row.maybe_text()?),
                };
                if let Some(last) = all.last_mut() {
                    last.spells.push(spell);
                }
                Ok(())
            })?;
            Ok(all)
        })?;
        all.sort_by(|a, b| {
            let first = |s: &Story| s.spells.first().map(|s| s.from_run);
            (first(a), &a.id).cmp(&(first(b), &b.id))
        });
        Ok(all)
    }
}
