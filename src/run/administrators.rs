//! The administrators of a roster, and the accounts of which nobody can say whether they are administrators'.

use super::inputs::SourceInput;
use super::roster::Pass;
use crate::model::{AccountStatus, KnownAdmin, Situation};
use crate::rules;
use crate::rules::cases::{AccountCase, Admin, Lives, OtherRoles};
use std::sync::Arc;

/// So many unexplained roles are named.
const NAMED: usize = 3;

/// Whether a list says of roles that they are no administrator's: then one of which it says nothing may be one's.
pub(super) fn explains_roles(files: &[SourceInput<'_>]) -> bool {
    files.iter().any(|file| {
        let rules = &file.opened.export.privileged;
        let no = Some(false);
        file.opened.plan.privileged.is_told()
            && rules.iter().any(|rule| rule.otherwise == no || rule.words.values().any(|meaning| *meaning == no))
    })
}

/// Takes a role into account that nobody has explained. Rows come in any order: the first words by the alphabet are named.
fn see(roles: &mut OtherRoles, role: &str) {
    roles.accounts += 1;
    let role: String = role.trim().chars().take(80).collect();
    roles.words.insert(role);
    if roles.words.len() > NAMED {
        roles.words.pop_last();
    }
}

impl Pass<'_, '_> {
    pub(super) fn tally_admin(&mut self, case: &AccountCase<'_>) {
        if case.lives == Lives::No || case.record.status == AccountStatus::Invited {
            return;
        }
        let excluded = case.placed.situation == Situation::Excluded;
        let holder = case.person().filter(|_| case.placed.situation == Situation::Linked);
        let doubtful = |p| case.company.leaving_is_doubtful(p).is_some();
        let left = holder.filter(|(_, p)| p.standing.has_left() && !doubtful(p));
        if !case.is_privileged() {
            let unexplained = case.record.privileged.is_none() && !case.record.role.trim().is_empty();
            if self.explains_roles && unexplained && left.is_none() {
                see(&mut self.other_roles, &case.record.role);
            }
            return;
        }
        // Out of scope, it administers the app all the same.
        if excluded {
            self.other_admins += 1;
            return;
        }
        self.done.privileged += 1;
        let key = rules::account_key(case);
        self.done.admins.see(KnownAdmin { account: key.clone(), person: holder.map(|(_, p)| p.key.to_string()) });
        match left {
            // When the roster was made, the holder may still have worked here, and somebody else may have been named since.
            Some(_) if case.roster_too_old().is_some() => self.other_admins += 1,
            Some((ix, _)) => {
                let lives = case.outlived_the_leaving();
                self.departed.push(Admin { account: Arc::clone(case.facts()), person: Some(ix), key, lives });
            }
            None => self.other_admins += 1,
        }
    }
}
