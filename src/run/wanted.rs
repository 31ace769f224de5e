//! The administrators whom a roster should have, and the guard of a roster once all of its files are read.

use super::Job;
use super::guard::{Facts, Listed, RosterSeen, guard};
use super::inputs::SourceInput;
use super::roster::Pass;
use crate::diag::Diagnostic;
use crate::identity::Directory;
use crate::ingest::Layout;
use crate::model::{Acceptance, Guard, KnownAdmin, PersonIx, Previous, SourceRole};
use crate::rules::account_key;
use crate::rules::cases::AccountCase;
use std::collections::BTreeMap;

/// Administrators whom a roster should have.
#[derive(Default)]
pub struct Wanted<'w> {
    /// Those that `coverage.yaml` names and who are people: they must have an account.
    people: Vec<(&'w str, PersonIx)>,
    /// Those that are no people here: the text in lower case, and whether it has been seen.
    texts: Vec<(&'w str, String, bool)>,
    /// People who were administrators in the last accepted snapshot and have not left.
    known: Vec<PersonIx>,
    /// Accounts of administrators whose holders nobody knew, and whether they have been seen.
    accounts: Vec<(&'w str, bool)>,
}

impl<'w> Wanted<'w> {
    /// Of one app.
    pub fn new(job: &'w Job<'_>, previous: Option<&'w Previous>, directory: &Directory, app: &str) -> Self {
        let mut wanted = Self::default();
        for written in job.workspace.apps.iter().filter(|a| a.id == app).flat_map(|a| &a.admins) {
            match directory.named(written)[..] {
                [one] => wanted.people.push((written, one)),
                _ => wanted.texts.push((written, written.to_lowercase(), false)),
            }
        }
        let key = (SourceRole::Roster, app.to_owned());
        let known: &[KnownAdmin] =
            previous.and_then(|p| p.populations.get(&key)).map_or(&[], |before| before.admins.as_slice());
        let by_key: BTreeMap<&str, &str> =
            known.iter().filter_map(|admin| Some((admin.person.as_deref()?, admin.account.as_str()))).collect();
        if !by_key.is_empty() {
            let people = directory.people.iter().zip(0..).filter(|(p, _)| by_key.contains_key(&*p.key));
            wanted.known = people.filter(|(p, _)| !p.standing.has_left()).map(|(_, ix)| PersonIx(ix)).collect();
        }
        wanted.accounts = known.iter().filter(|a| a.person.is_none()).map(|a| (a.account.as_str(), false)).collect();
        wanted
    }

    /// Notes that an account is there. Accounts of people at work need not be shown: their holders are known.
    pub fn see(&mut self, case: &AccountCase<'_>) {
        if !self.accounts.is_empty() {
            let key = account_key(case);
            self.accounts.iter_mut().filter(|(account, _)| *account == key).for_each(|(_, seen)| *seen = true);
        }
        for (_, text, seen) in self.texts.iter_mut().filter(|(_, _, seen)| !seen) {
            let texts = [case.record.id, case.record.email, case.record.username];
            *seen = texts.iter().any(|t| t.trim().to_lowercase() == *text);
        }
    }
}

impl Pass<'_, '_> {
    /// What shows whether the roster is whole and recent.
    pub(super) fn guard(&mut self, files: &[SourceInput<'_>]) -> Guard {
        let context = self.context;
        let files: Vec<Listed> = (files.iter())
            .filter_map(|file| {
                let (_, tally) = self.done.tallies.iter().find(|(ix, _)| *ix == file.ix)?;
                Some(tally.listed(file, matches!(file.opened.layout, Layout::Json { .. })))
            })
            .collect();
        let workspace = context.job.workspace;
        let app = workspace.apps.iter().find(|a| a.id == self.app.id);
        let accept: Vec<&Acceptance> =
            app.iter().flat_map(|a| a.accept.iter().chain(a.rosters.iter().flat_map(|r| &r.accept))).collect();
        let wanted = &self.wanted;
        let company = context.company;
        // Whoever had left when the roster was made is missing from it for a reason.
        let is_gone = |ix: PersonIx| {
            let person = company.directory.person(ix);
            person.standing.has_left()
                && company.leaving_is_doubtful(person).is_none()
                && company.too_old_for(person, &self.roster.made).is_none()
        };
        let missing = wanted.people.iter().filter(|(_, ix)| !self.has_account(*ix));
        let (left, missing): (Vec<_>, Vec<_>) = missing.partition(|(_, ix)| is_gone(*ix));
        let text = |(text, _): &(&str, PersonIx)| (*text).to_owned();
        let left: Vec<String> = left.into_iter().map(text).collect();
        let unseen = wanted.texts.iter().filter(|(_, _, seen)| !seen).map(|(text, _, _)| *text);
        let newest = context.company.newest_leaving;
        let roster = RosterSeen {
            declared_admins: wanted.people.len() + wanted.texts.len() - left.len(),
            missing_admins: missing.into_iter().map(text).chain(unseen.map(str::to_owned)).collect(),
            left_admins: left,
            known_admins: wanted.known.len() + wanted.accounts.len(),
            known_seen: wanted.known.iter().filter(|ix| self.has_account(**ix)).count()
                + wanted.accounts.iter().filter(|(_, seen)| *seen).count(),
            undecidable: self.undecidable,
            undated: self.undated,
            left_since: newest.filter(|left| self.roster.made.earliest <= *left),
        };
        self.done.remarks.extend(app.filter(|_| !roster.left_admins.is_empty()).map(|app| {
            let (left, have) =
                (roster.left_admins.join(", "), if roster.left_admins.len() == 1 { "has" } else { "have" });
            let message = format!("{}: `admins` names {left}, who {have} left and {have} no account there", app.id);
            Diagnostic::warning("coverage.yaml", message).at(app.line).help("name somebody who works here instead")
        }));
        let facts = Facts {
            role: SourceRole::Roster,
            id: &self.app.id,
            files: &files,
            read: self.done.accounts,
            live: self.done.live,
            roster: Some(roster),
            accept,
        };
        guard(&workspace.policy.guard, &facts, context.previous, &context.company.directory.moment.zone)
    }
}
