//! What the earlier kept runs say, as far as a new run, its rules and its report are told.

use super::kept::{AccountKey, DoneClaim, FindingFacts, Gap, KeptPopulation, KeptRun, LinkedAccounts, RunNo};
use super::vocabulary::words;
use super::{FindingId, Previous, PreviousPopulation, SourceRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The earlier runs. Empty before the first one is kept.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The runs, oldest first.
    pub runs: Vec<KeptRun>,
    /// Their lists, each with its run, oldest first.
    pub populations: BTreeMap<(SourceRole, String), Vec<(RunNo, KeptPopulation)>>,
    /// Their findings, by id.
    pub findings: Vec<PastFinding>,
    /// By app, the states of leavers' accounts: by key, person and first run.
    pub gaps: BTreeMap<String, Vec<Gap>>,
    /// By app, whose account was whose in its last accepted roster.
    pub linked: BTreeMap<String, LinkedAccounts>,
    /// By run, the comparable names of its people's keys, in their order.
    pub people: BTreeMap<RunNo, Vec<u64>>,
    /// What people have said, oldest first.
    pub claims: Vec<DoneClaim>,
}

/// A finding of earlier runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastFinding {
    /// Its id.
    pub id: FindingId,
    /// The first run that had it.
    pub first_run: RunNo,
    /// The rule's id.
    pub rule: Arc<str>,
    /// The app's id.
    pub app: Option<Arc<str>>,
    /// The account as the roster showed it; empty if it is about none.
    pub account: Box<str>,
    /// The account.
    pub account_key: Option<AccountKey>,
    /// The person's key.
    pub person: Option<String>,
    /// How it stands, if it has not ended.
    pub open: Option<OpenSpell>,
    /// How it ended last, if it ever did.
    pub ended: Option<HowEnded>,
}

/// The time in which a finding stands unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSpell {
    /// The run in which it began.
    pub from_run: RunNo,
    /// The run in which the finding was opened, changed since or not.
    pub opened_run: RunNo,
    /// The first run that could not look whether it still holds.
    pub unseen_from: Option<RunNo>,
    /// How it stands.
    pub state: FindingFacts,
}

words! {
    /// How a time in which a finding stood unchanged has ended.
    HowEnded {
        /// It stands on, and something about it is different.
        Changed = "changed",
        /// A later accepted roster shows that the account is gone or has ended.
        VerifiedRemoved = "verified-removed",
        /// It no longer holds, and no roster had to show a removal for that.
        NoLongerFound = "no-longer-found",
    }
}

words! {
    /// What moved a finding from one run to the next.
    Cause {
        /// Other files of HR, of a directory or of the app.
        Data = "data",
        /// The same files, looked at from a later moment.
        Time = "time",
        /// What `coverage.yaml` says.
        Policy = "policy",
        /// What the catalog says of the app.
        Catalog = "catalog",
        /// Another version of the program.
        Tool = "tool",
    }
}

impl Past {
    /// The newest run.
    pub fn newest(&self) -> Option<&KeptRun> {
        self.runs.last()
    }

    /// A run by its number.
    pub fn run(&self, no: RunNo) -> Option<&KeptRun> {
        self.runs.iter().find(|run| run.no == no)
    }

    /// The last accepted list of a source, with its run.
    pub fn accepted(&self, role: SourceRole, id: &str) -> Option<&(RunNo, KeptPopulation)> {
        self.populations.get(&(role, id.to_owned()))?.iter().rfind(|(_, p)| p.accepted)
    }

    /// The list of a source in the newest run.
    pub fn latest(&self, role: SourceRole, id: &str) -> Option<&KeptPopulation> {
        let newest = self.newest()?.no;
        self.populations.get(&(role, id.to_owned()))?.iter().find(|(no, _)| *no == newest).map(|(_, p)| p)
    }

    /// A finding by its id.
    pub fn finding(&self, id: FindingId) -> Option<&PastFinding> {
        self.findings.binary_search_by_key(&id, |f| f.id).ok().map(|at| &self.findings[at])
    }

    /// How an account of a leaver stood last, for each person who held it.
    pub fn last_gaps(&self, app: &str, key: AccountKey) -> impl Iterator<Item = &Gap> {
        let all = self.gaps.get(app).map_or(&[][..], Vec::as_slice);
        let from = all.partition_point(|gap| gap.key < key);
        all[from..].iter().take_while(move |gap| gap.key == key).filter(|gap| gap.until_run.is_none())
    }

    /// The last time that an accepted roster showed an account of a person gone, if it has been seen before then, or listed
    /// as ended; whatever has been seen since.
    pub fn gone(&self, app: &str, key: AccountKey, person: &str) -> Option<&Gap> {
        let all = self.gaps.get(app).map_or(&[][..], Vec::as_slice);
        let from = all.partition_point(|gap| gap.key < key);
        let mine = all[from..].iter().take_while(|gap| gap.key == key).filter(|gap| gap.person == person);
        mine.filter(|gap| gap.state.is_gone()).last()
    }

    /// What a new run is held against.
    pub fn previous(&self) -> Option<Previous> {
        let newest = self.newest()?;
        let populations = self.populations.iter().filter_map(|((role, id), all)| {
            let (_, last) = all.iter().rfind(|(_, p)| p.accepted)?;
            let population = PreviousPopulation {
                records: last.records,
                live: last.live,
                extracted_at: last.made_at.clone(),
                made_from: Some(last.made_from?),
                admins: last.admins.clone(),
            };
            Some(((*role, id.clone()), population))
        });
        Some(Previous { as_of: newest.as_of.clone(), populations: populations.collect() })
    }
}
