//! What is wrong with how an entry says that accounts end, whose shape is right.

use super::lint::Linter;
use crate::model::{Deprovision, EVERY_PLAN, Fate, Names, Remains, RosterBy, Step};
use std::collections::BTreeMap;

pub(super) fn offboarding(linter: &mut Linter<'_>) {
    let (entry, whole) = (&linter.entry.value, linter.whole);
    let mut seen = BTreeMap::new();
    for (n, d) in entry.deprovision.iter().enumerate() {
        let pointer = format!("/deprovision/{n}");
        linter.cites(&pointer, &d.sources);
        linter.scope(&format!("{pointer}/scope"), &d.scope);
        let before: &mut Vec<(usize, &Deprovision)> =
            seen.entry((d.trigger, &d.scope, &d.setting, d.evidence)).or_default();
        let same = before.iter().find(|(_, other)| !other.contradicts(d)).map(|(first, _)| *first);
        before.push((n, d));
        if let Some(first) = same {
            let message = format!("it says the same as {}", linter.where_stands(&format!("/deprovision/{first}")));
            linter.fault_with(&pointer, message, "write one with the sources of both");
        }
        for (what, fate, remains) in [
            ("seat", d.seat, Remains::Seat),
            ("sessions", d.sessions, Remains::Sessions),
            ("tokens", d.tokens, Remains::Tokens),
            ("content", d.content, Remains::Content),
        ] {
            if fate == Some(Fate::Ended) && d.remains.contains(&remains) {
                linter.fault(&format!("{pointer}/{what}"), format!("`{remains}` cannot end and remain"));
            }
        }
    }
    if let Some(runbook) = &entry.runbook {
        linter.cites("/runbook", &runbook.sources);
        steps(linter, "/runbook", &runbook.steps);
        for (n, way) in runbook.alternatives.iter().enumerate() {
            let pointer = format!("/runbook/alternatives/{n}");
            linter.cites(&pointer, &way.sources);
            linter.scope(&format!("{pointer}/scope"), &way.scope);
            steps(linter, &pointer, &way.steps);
        }
    }
    for (n, roster) in entry.roster_exports.iter().enumerate() {
        let pointer = format!("/roster-exports/{n}");
        linter.cites(&pointer, &roster.sources);
        linter.scope(&format!("{pointer}/scope"), &roster.scope);
        for plan in roster.plan.iter().flat_map(Names::iter).filter(|plan| *plan != EVERY_PLAN) {
            linter.plan(&format!("{pointer}/plan"), plan);
        }
        for id in roster.read_by.iter().flat_map(Names::iter) {
            let known = || whole.exports.iter().map(|export| export.id.as_str());
            if known().all(|export| export != id) && !linter.entry.lacks("/exports") {
                linter.no_such(&format!("{pointer}/read-by"), format!("there is no export `{id}` here"), id, known());
            }
        }
        let no_file = matches!(roster.by, RosterBy::None | RosterBy::Undocumented | RosterBy::ScreenOnly);
        if no_file && !roster.formats.is_empty() {
            linter.fault(
                &format!("{pointer}/formats"),
                format!("there is no file to have a format: `by: {}`", roster.by),
            );
        }
    }
}

fn steps<'a>(linter: &mut Linter<'a>, pointer: &str, steps: &'a [Step]) {
    for (n, step) in steps.iter().enumerate() {
        let pointer = format!("{pointer}/steps/{n}");
        if step.text().trim().is_empty() {
            linter.fault(&pointer, "a step says what to do");
        }
        if let Step::Sourced(step) = step {
            linter.cites(&pointer, &step.sources);
        }
    }
}
