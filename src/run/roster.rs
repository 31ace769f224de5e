//! One app's roster, streamed: each account is placed, judged, written, and forgotten.

use super::Job;
use super::administrators::explains_roles;
use super::differences::{difference, note};
use super::disagreement::Disagreements;
use super::first::{First, NOBODY, mark, mark_of};
use super::inputs::SourceInput;
use super::memory::{AppMemory, Memory};
use super::roster_done::RosterDone;
use super::settings::Declarations;
use super::tally::Tally;
use super::wanted::Wanted;
use crate::assess::AppFacts;
use crate::diag::{Diagnostic, cause};
use crate::identity::{Match, Placed, Scratch, place};
use crate::model::{
    AccountStatus, Check, Closure, DiffRow, Difference, PersonIx, Place, Previous, Record, Rejected, Situation,
    Standing, UsernameIs, WorkerKind,
};
use crate::report::accounts_csv::{AccountRow, AccountsWriter};
use crate::report::diff_csv::DiffWriter;
use crate::rules::cases::{
    AccountCase, Admin, Company, Lives, OtherRoles, RosterCase, RosterFacts, SeenAs, Several, account_text,
};
use crate::rules::residual::{self, Tier};
use crate::rules::{self, Before, Findings, Made};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Looks at every account that is placed.
pub trait Watch: Sync {
    /// The people, before the first account.
    fn company(&self, company: &Company<'_>);
    /// One account.
    fn account(&self, case: &AccountCase<'_>);
}

/// What all rosters share.
pub struct Context<'c> {
    pub(super) job: &'c Job<'c>,
    pub(super) company: &'c Company<'c>,
    own_domains: &'c BTreeSet<String>,
    declared: &'c Declarations<'c>,
    /// The last accepted snapshot.
    pub(super) previous: Option<&'c Previous>,
    memory: Option<&'c Memory<'c>>,
    /// The people whom every app may have: they work here, and the directory, if there is one, has a live account of them.
    here: Vec<PersonIx>,
    /// Lists of the first account of each person, to be used again: one for each thread.
    slates: Mutex<Vec<Vec<First>>>,
}

impl<'c> Context<'c> {
    /// Over the people and what is declared about them.
    pub fn new(
        job: &'c Job<'c>,
        company: &'c Company<'c>,
        own_domains: &'c BTreeSet<String>,
        declared: &'c Declarations<'c>,
        previous: Option<&'c Previous>,
        memory: Option<&'c Memory<'c>>,
    ) -> Self {
        let people = (0..company.directory.people.len() as u32).map(PersonIx);
        let glance = |ix: PersonIx| company.directory.glance(ix);
        let nobody_known = people.clone().all(|ix| !glance(ix).in_directory);
        let is_here = |ix: &PersonIx| {
            let person = glance(*ix);
            (nobody_known || person.lives_in_directory)
                && person.works_here
                && !matches!(person.worker, WorkerKind::NonHuman | WorkerKind::Guest)
        };
        let here = people.filter(is_here).collect();
        Self { job, company, own_domains, declared, previous, memory, here, slates: Mutex::new(Vec::new()) }
    }

    /// Reads an app's files and judges its accounts.
    ///
    /// # Errors
    /// A file breaks off, or an output cannot be written.
    pub fn read(&self, app: &AppFacts, mut files: Vec<SourceInput<'_>>) -> Result<RosterDone, Vec<Diagnostic>> {
        let Some(first) = files.first() else { return Ok(RosterDone::missing()) };
        let facts = RosterFacts {
            made: files.iter().map(|f| f.made).fold(first.made, Made::and),
            has_status: files.iter().any(|f| f.opened.tells_status()),
            place: Place { source: first.ix, line: 0 },
        };
        let names: Vec<String> = self.file_names(&files);
        let disagreements = self.disagreements(&mut files, &facts.made);
        let failed = |e: io::Error| {
            vec![Diagnostic::error(format!("diffs/{}.csv", app.id), format!("cannot be written: {}", cause(&e)))]
        };
        let streams = self.job.streams;
        let diff = if streams.diffs {
            Some(DiffWriter::new((streams.create)(&format!("diffs/{}.csv", app.id)).map_err(failed)?).map_err(failed)?)
        } else {
            None
        };
        // accounts.csv is one file; each app's part waits in a nameless one.
        let part = streams.accounts.map(|aside| aside()).transpose().map_err(failed)?;
        let accounts = match &part {
            Some(file) => Some(
                AccountsWriter::new(io::BufWriter::with_capacity(1 << 16, file.try_clone().map_err(failed)?))
                    .map_err(failed)?,
            ),
            None => None,
        };
        let memory = self.memory.map(|memory| memory.of(app));
        let mut pass = Pass {
            context: self,
            app,
            roster: facts,
            names,
            concern: self.declared.concern(&app.id),
            findings: Findings::default(),
            diff,
            accounts_csv: accounts,
            first_of: self.clean_slate(memory.as_ref()),
            memory,
            several: BTreeMap::new(),
            disagreements,
            scratch: Scratch::default(),
            done: RosterDone {
                facts: Some(facts),
                sources: files.iter().map(|f| f.ix).collect(),
                seen: vec![SeenAs::Nothing; self.declared.of_app(&app.id).map_or(0, |of_app| of_app.decisions.len())],
                ..RosterDone::missing()
            },
            departed: Vec::new(),
            other_admins: 0,
            other_roles: OtherRoles::default(),
            explains_roles: explains_roles(&files),
            undecidable: 0,
            undated: 0,
            wanted: Wanted::new(self.job, self.previous, self.company.directory, &app.id),
        };
        let mut problems = Vec::new();
        for file in &mut files {
            if let Err(problem) = pass.file(file) {
                problems.push(problem);
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut done = pass.end(&files).map_err(failed)?;
        done.part = part;
        Ok(done)
    }

    fn clean_slate(&self, memory: Option<&AppMemory<'_>>) -> Vec<First> {
        let mut slate = self.slates.lock().ok().and_then(|mut slates| slates.pop()).unwrap_or_default();
        slate.clear();
        slate.resize(self.company.directory.people.len(), First::NONE);
        if let Some(memory) = memory {
            memory.enter_marks(&mut slate, |first| &mut first.was);
        }
        slate
    }

    fn file_names(&self, files: &[SourceInput<'_>]) -> Vec<String> {
        let most = files.iter().map(|f| f.ix as usize + 1).max().unwrap_or(0);
        let mut names = vec![String::new(); most];
        for file in files {
            file.file.name().clone_into(&mut names[file.ix as usize]);
        }
        names
    }
}

/// The pass over one app's rows.
pub(super) struct Pass<'p, 'c> {
    pub(super) context: &'p Context<'c>,
    pub(super) app: &'p AppFacts,
    pub(super) roster: RosterFacts,
    pub(super) names: Vec<String>,
    pub(super) concern: bool,
    findings: Findings,
    diff: Option<DiffWriter<Box<dyn Write + Send>>>,
    pub(super) accounts_csv: Option<AccountsWriter<io::BufWriter<File>>>,
    /// For each person.
    first_of: Vec<First>,
    /// What earlier runs say, if there are any.
    pub(super) memory: Option<AppMemory<'p>>,
    /// People with several live accounts, and where each of those stands, by its mark.
    several: BTreeMap<PersonIx, BTreeMap<u32, Place>>,
    /// The accounts about which its files disagree.
    pub(super) disagreements: Disagreements,
    scratch: Scratch,
    pub(super) done: RosterDone,
    pub(super) departed: Vec<Admin>,
    pub(super) other_admins: u64,
    pub(super) other_roles: OtherRoles,
    /// Whether a role of which the list says nothing may be an administrator's.
    pub(super) explains_roles: bool,
    /// Accounts of people who have left since the roster was made.
    pub(super) undecidable: u64,
    /// Accounts of people of whom a later list says that they have left, and not when.
    pub(super) undated: u64,
    pub(super) wanted: Wanted<'p>,
}

impl Pass<'_, '_> {
    /// The account with the status that it is judged by.
    pub(super) fn settle<'r>(&self, record: &'r Record<'r>, expires: bool) -> Cow<'r, Record<'r>> {
        self.roster.made.settle(record, expires, &self.context.company.directory.moment)
    }

    pub(super) fn account(
        &mut self,
        record: &Record<'_>,
        rows: u64,
        source: u32,
        username_is: UsernameIs,
        tally: &mut Tally,
    ) -> io::Result<()> {
        let context = self.context;
        let company = context.company;
        let mut meant: Vec<u32> = Vec::new();
        let declared = if self.concern {
            context.declared.of(&self.app.id, record, &mut |decision| meant.push(decision))
        } else {
            None
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        let roster = self.roster;
        scratch.earlier = self.memory.as_ref().and_then(|memory| memory.holder(record.id));
        let mut placed =
            place(company.directory, record, username_is, context.own_domains, declared.as_ref(), &mut scratch);
        if let Some(memory) = &self.memory {
            placed = memory.doubted(record.id, placed, company.directory);
        }
        let not_yet = record.created.is_some_and(|created| roster.made.is_not_yet(&created, &company.directory.moment));
        if not_yet {
            placed = Placed::set_aside("made after the report's moment: it did not exist then");
        }
        let situation = placed.situation;
        let here = Place { source, line: record.line };
        let mut lives = Lives::of(record.status, self.roster.has_status);
        let mut tier = residual::tier(company, self.app, &roster, record, &placed, lives);
        let disagree = tier.as_ref().filter(|tier| tier.hangs_on_status()).and_then(|_| self.disagreement(record));
        let exports_disagree = disagree.is_some();
        let undecided = exports_disagree.then(|| Record { status: AccountStatus::Unknown, ..record.clone() });
        let record = undecided.as_ref().unwrap_or(record);
        if let Some(why) = disagree {
            (lives, tier) = (Lives::Unknown, Some(Tier::Undecidable(why)));
        }
        self.done.accounts += 1;
        self.done.live += u64::from(lives != Lives::No && situation != Situation::Excluded);
        self.done.unexplained += u64::from(lives == Lives::Unknown && situation != Situation::Excluded);
        if let (Some(person), Situation::Linked | Situation::External) = (placed.person, situation) {
            self.remember(person, situation == Situation::Linked, mark_of(record), here, lives);
        }
        let case = AccountCase {
            company,
            app: self.app,
            roster: &roster,
            record,
            place: here,
            email: &scratch.email,
            placed: &placed,
            lives,
            tier,
            exports_disagree,
            facts: OnceCell::new(),
        };
        for decision in meant {
            self.done.seen[decision as usize].see(rules::account_key(&case), here);
        }
        if situation != Situation::Excluded {
            rules::account(&case, &mut self.findings);
        }
        if !not_yet {
            self.tally_admin(&case);
        }
        match &case.tier {
            Some(Tier::Closed) => {
                if let Some(person) = placed.person {
                    self.done.closures.push(Closure { person, app: self.app.ix, account: Arc::clone(case.facts()) });
                }
            }
            Some(Tier::Undecidable(_)) => match case.roster_too_old() {
                Some(Before::Leaving(_)) => self.undecidable += 1,
                Some(Before::Word) => self.undated += 1,
                None => {}
            },
            _ => {}
        }
        if let Some(watch) = context.job.watch {
            watch.account(&case);
        }
        if let Some(memory) = &mut self.memory {
            memory.see(&case, mark(&account_text(record)));
        }
        let difference = difference(&case);
        if let Some(difference) = difference {
            self.done.differences[difference as usize] += 1;
        }
        let people = &company.directory.people;
        let wanted = difference.filter(|d| *d != Difference::Matched || context.job.streams.matched);
        if wanted.is_some() || self.accounts_csv.is_some() {
            let note = note(&case);
            if let (Some(difference), Some(diff)) = (wanted, &mut self.diff) {
                let row = DiffRow {
                    difference,
                    account: Some(case.facts()),
                    person: placed.person,
                    key: placed.key,
                    place: Some(here),
                    note: note.clone(),
                };
                diff.row(&row, people, &self.names)?;
            }
            if let Some(accounts) = &mut self.accounts_csv {
                let row = AccountRow {
                    app: &self.app.id,
                    account: Some(case.facts()),
                    situation,
                    person: placed.person,
                    key: placed.key,
                    place: Some(here),
                    note: &note,
                };
                accounts.row(&row, people, &self.names)?;
            }
        }
        tally.rows.count(situation, rows);
        if situation == Situation::Excluded {
            tally.set_aside(placed.note, rows);
        }
        self.wanted.see(&case);
        drop(case);
        self.scratch = scratch;
        Ok(())
    }

    /// Notes that a person has an account, and where each stands if several live. Rows come in any order, and plain ones ahead
    /// of others: of an account that is listed again, the first line counts.
    pub(super) fn remember(&mut self, person: PersonIx, linked: bool, mark: u32, here: Place, lives: Lives) {
        let first = &mut self.first_of[person.0 as usize];
        if !lives.lives() || !linked {
            if first.source == NOBODY {
                first.source = here.source;
            }
            return;
        }
        if first.source == NOBODY || first.line == 0 {
            *first = First { source: here.source, line: here.line, mark, was: first.was };
            return;
        }
        let known = Place { source: first.source, line: first.line };
        if first.mark != mark || self.several.contains_key(&person) {
            let accounts = self.several.entry(person).or_insert_with(|| BTreeMap::from([(first.mark, known)]));
            let place = accounts.entry(mark).or_insert(here);
            *place = here.min(*place);
        } else if here < known {
            *first = First { source: here.source, line: here.line, ..*first };
        }
    }

    /// Whether an account of the person has been seen.
    pub(super) fn has_account(&self, person: PersonIx) -> bool {
        self.first_of[person.0 as usize].source != NOBODY
    }

    /// The mark of the account that was the person's before.
    pub(super) fn was(&self, person: PersonIx) -> u32 {
        self.first_of[person.0 as usize].was
    }

    pub(super) fn left_out(&mut self, source: u32, line: u32, situation: Situation, reason: &str) -> io::Result<()> {
        let people = &self.context.company.directory.people;
        if let Some(accounts) = &mut self.accounts_csv {
            let place = Place { source, line };
            let row = AccountRow {
                app: &self.app.id,
                account: None,
                situation,
                person: None,
                key: None,
                place: Some(place),
                note: reason,
            };
            accounts.row(&row, people, &self.names)?;
        }
        Ok(())
    }

    /// Who has left and has the address of a row that could not be read.
    pub(super) fn leaver(&mut self, record: &Record<'_>, username_is: UsernameIs) -> Option<String> {
        let directory = self.context.company.directory;
        let Match::Linked(link) = directory.match_account(record, username_is, &mut self.scratch) else { return None };
        let person = directory.person(link.person);
        let Standing::Left { since, .. } = &person.standing else { return None };
        let since = since.map_or_else(String::new, |since| format!(" on {since}"));
        Some(format!("{}, who has left{since}", person.name))
    }

    pub(super) fn unreadable(&mut self, source: u32, rejected: &Rejected) -> io::Result<()> {
        self.done.differences[Difference::Rejected as usize] += 1;
        let place = Place { source, line: rejected.line };
        let note = match rejected.column {
            Some(column) => format!("column {column}: {}", rejected.reason),
            None => rejected.reason.clone(),
        };
        if let Some(diff) = &mut self.diff {
            let row = DiffRow {
                difference: Difference::Rejected,
                account: None,
                person: None,
                key: None,
                place: Some(place),
                note: note.clone(),
            };
            diff.row(&row, &self.context.company.directory.people, &self.names)?;
        }
        self.left_out(source, rejected.line, Situation::Rejected, &note)
    }

    /// After the last account: the rules about the roster as a whole, and the people who are absent.
    fn end(mut self, files: &[SourceInput<'_>]) -> io::Result<RosterDone> {
        self.done.guard = self.guard(files);
        let company = self.context.company;
        let several = std::mem::take(&mut self.several);
        let in_order = |(person, accounts): (PersonIx, BTreeMap<u32, Place>)| {
            let mut places: Vec<Place> = accounts.into_values().collect();
            places.sort_unstable();
            Several { person, places }
        };
        let several: Vec<Several> = several.into_iter().map(in_order).collect();
        let first_of = &self.first_of;
        let has_account = |ix: PersonIx| first_of[ix.0 as usize].source != NOBODY;
        let case = RosterCase {
            company,
            app: self.app,
            roster: &self.roster,
            evaluable: self.done.guard.is_whole(),
            too_old: self.done.guard.flags(Check::OlderThanLeaving),
            departed_admins: &self.departed,
            other_admins: self.other_admins,
            other_roles: &self.other_roles,
            has_account: &has_account,
            several: &several,
            undecidable: self.undecidable,
            undated: self.undated,
        };
        for rule in rules::ALL {
            rule.roster(&case, &mut self.findings);
        }
        let people = &company.directory.people;
        let here: &[PersonIx] = if case.evaluable { &self.context.here } else { &[] };
        let absent = || here.iter().copied().filter(|ix| !has_account(*ix));
        let count = absent().count() as u64;
        self.done.differences[Difference::OnlyInIdp as usize] = count;
        self.done.absent_not_listed =
            !self.context.job.streams.all_absent && count > self.context.job.workspace.policy.only_in_idp_limit;
        if let Some(diff) = &mut self.diff
            && !self.done.absent_not_listed
        {
            for ix in absent() {
                let row = DiffRow {
                    difference: Difference::OnlyInIdp,
                    account: None,
                    person: Some(ix),
                    key: None,
                    place: None,
                    note: String::new(),
                };
                diff.row(&row, people, &self.names)?;
            }
        }
        if let Some(diff) = self.diff.take() {
            diff.finish()?;
        }
        if let Some(accounts) = self.accounts_csv.take() {
            accounts.finish()?;
        }
        if let Ok(mut slates) = self.context.slates.lock() {
            slates.push(std::mem::take(&mut self.first_of));
        }
        if let Some(memory) = self.memory {
            self.done.remembered = memory.end(company.directory);
        }
        self.done.findings = self.findings.into_list();
        Ok(self.done)
    }
}
