//! What `coverage.yaml` says about the completeness of its lists: how they were made, which checks count, what was accepted.

use super::GuardPolicy;
use super::check::{Check, day};
use super::raw::{OlderThanLeaving, RawAccept, RawGuard, RawInput, Switch};
use crate::model::{Acceptance, Provenance};

impl Check<'_> {
    /// What was flagged and is right. Each needs a reason, a name and a day.
    pub(super) fn accepted(&mut self, pointer: &str, raw: &[RawAccept]) -> Vec<Acceptance> {
        let mut list: Vec<Acceptance> = Vec::new();
        for (n, raw) in raw.iter().enumerate() {
            let pointer = format!("{pointer}/accept/{n}");
            self.said(&format!("{pointer}/because"), "because", &raw.because);
            self.said(&format!("{pointer}/by"), "by", &raw.by);
            let Some(on) = day(&raw.on) else {
                let message = format!("`{}` is no date", raw.on);
                self.error_with(&format!("{pointer}/on"), message, "write it like `2026-11-22`");
                continue;
            };
            if list.iter().any(|known| known.check == raw.check) {
                let message = format!("`{}` is already accepted here", raw.check);
                self.error_with(&format!("{pointer}/check"), message, "keep the newest");
            }
            list.push(Acceptance { check: raw.check, because: raw.because.clone(), by: raw.by.clone(), on });
        }
        list
    }
}

/// What the maker of a file says of it. Blank is not said.
pub(super) fn provenance(input: &RawInput) -> Provenance {
    let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    Provenance {
        system: said(&input.system),
        scope: said(&input.scope),
        filter: said(&input.filter),
        extracted_by: said(&input.extracted_by),
        method: said(&input.method),
        records: input.records,
    }
}

/// The policy with its defaults.
pub(super) fn guard(raw: &RawGuard) -> GuardPolicy {
    let default = GuardPolicy::default();
    let on = |written: Option<Switch>, otherwise: bool| written.map_or(otherwise, |s| s == Switch::On);
    GuardPolicy {
        zero_rows: on(raw.zero_rows, default.zero_rows),
        declared_total: on(raw.declared_total, default.declared_total),
        round_count: on(raw.round_count, default.round_count),
        drop_percent: raw.drop_percent.unwrap_or(default.drop_percent),
        known_admins: on(raw.known_admins, default.known_admins),
        older_than_leaving: raw.older_than_leaving.unwrap_or(OlderThanLeaving::Accounts),
    }
}
