//! What moved a finding between two runs: the data, the moment, the settings, the catalog, or the program.

use crate::model::{Cause, Past, Snapshot, SourceRole};

/// What the data say of the thing itself in both runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facts {
    /// They are the same.
    Same,
    /// They differ, which explains the move.
    Differ,
    /// They were not looked at in both.
    Unknown,
}

/// What is different between the newest earlier run and this one for a finding about `app`. Several causes mean that any
/// of them may have moved it. None: there is no earlier run.
pub(super) fn causes(past: &Past, snapshot: &Snapshot, app: Option<&str>, facts: Facts) -> Vec<Cause> {
    let Some(before) = past.newest() else { return Vec::new() };
    if facts == Facts::Differ {
        return vec![Cause::Data];
    }
    let now = &snapshot.run;
    let of_app = app.map(|id| {
        let now = snapshot.populations.iter().find(|p| p.role == SourceRole::Roster && p.id == id);
        (past.latest(SourceRole::Roster, id), now)
    });
    let differs = |field: fn(&crate::model::KeptPopulation) -> &str| match of_app {
        Some((Some(before), Some(now))) => field(before) != field(now),
        Some((before, now)) => before.is_some() != now.is_some(),
        None => false,
    };
    let files = || {
        let set = |run: Option<u32>| -> Vec<&str> {
            let all = past.populations.values().flatten();
            let mut set: Vec<&str> = all.filter(|(no, _)| Some(*no) == run).map(|(_, p)| p.files.as_str()).collect();
            set.sort_unstable();
            set
        };
        let mut here: Vec<&str> = snapshot.populations.iter().map(|p| p.files.as_str()).collect();
        here.sort_unstable();
        set(Some(before.no)) != here
    };
    let mut all = Vec::new();
    let data = before.people_files != now.people_files || if app.is_some() { differs(|p| &p.files) } else { files() };
    if facts != Facts::Same && data {
        all.push(Cause::Data);
    }
    if before.policy != now.policy || differs(|p| &p.set_up) {
        all.push(Cause::Policy);
    }
    if if app.is_some() { differs(|p| &p.claims) } else { before.catalog != now.catalog } {
        all.push(Cause::Catalog);
    }
    if before.tool != now.tool {
        all.push(Cause::Tool);
    }
    if all.is_empty() {
        // The same account in the same state, and yet the answer is another: other rows of the same files, or the day.
        all.push(if data { Cause::Data } else { Cause::Time });
    }
    all
}
