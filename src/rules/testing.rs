//! A small company for the rules' tests: one app, HR (source 0), a directory (source 1) and the app's roster (source 2).
//!
//! Accounts are placed and their tiers worked out by the same code as in a run, so a test says rows and reads findings.

use super::cases::{
    AccountCase, Admin, AppCase, Company, Doubts, ExceptionCase, Limits, Lives, PersonCase, PopulationCase,
    RemovalCase, ReviewCase, RosterCase, RosterFacts, SeenAs, SourceCase, SourceTime,
};
use super::{Findings, Made, Rule, residual};
use crate::assess::AppFacts;
use crate::identity::{AddressRules, Declared, Directory, Moment, Scratch, place};
use crate::model::*;
use jiff::tz::TimeZone;
use std::cell::OnceCell;
use std::sync::Arc;

/// When the tests' reports speak.
const NOW: &str = "2026-11-20T12:00:00Z";

/// The roster as a whole.
pub(super) const ROSTER: Place = Place { source: 2, line: 0 };

/// Everything a rule can be shown, ready to be changed by a test.
pub(super) struct Setup {
    pub directory: Directory,
    pub limits: Limits,
    pub newest_leaving: Option<i64>,
    pub app: AppFacts,
    pub roster: RosterFacts,
    pub without_roster: bool,
    pub guard: Guard,
    pub doubts: Option<Doubts>,
    pub sources: Vec<SourceTime>,
    pub declared: Option<Declared<'static>>,
    pub past: Option<Past>,
    pub decisions: Vec<Decision>,
    pub seen: Vec<SeenAs>,
}

impl Setup {
    /// The app "Tidepool" with a roster of the report's morning, and these people.
    pub fn of(identities: Vec<Identity>) -> Self {
        let moment = Moment { now: second(NOW), zone: TimeZone::UTC };
        let made = Made::of(when("2026-11-20T08:00:00Z"), false, &TimeZone::UTC);
        Self {
            directory: Directory::build(identities, AddressRules::default(), moment),
            limits: Limits::default(),
            newest_leaving: None,
            app: app(),
            roster: RosterFacts { made, has_status: true, place: ROSTER },
            without_roster: false,
            guard: Guard::default(),
            doubts: None,
            sources: ["hr", "directory", "tidepool"]
                .map(|id| SourceTime { id: id.to_owned(), called: id.to_owned(), made })
                .into(),
            declared: None,
            past: None,
            decisions: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Sets the time at which the roster was made.
    pub fn roster_made(&mut self, at: &str) {
        self.roster.made = Made::of(when(at), false, &TimeZone::UTC);
    }

    /// Sets the time at which a source was made.
    pub fn source_made(&mut self, source: usize, at: &str) {
        self.sources[source].made = Made::of(when(at), false, &TimeZone::UTC);
    }

    fn company(&self) -> Company<'_> {
        let (limits, newest_leaving, doubts) = (self.limits, self.newest_leaving, self.doubts.as_ref());
        let past = self.past.as_ref();
        Company { directory: &self.directory, limits, newest_leaving, past, doubts, sources: &self.sources }
    }

    /// Shows a rule one account.
    pub fn account(&self, rule: &dyn Rule, record: &Record<'_>) -> Vec<Finding> {
        let company = self.company();
        let record = &*self.roster.made.settle(record, false, &self.directory.moment);
        let own = self.directory.own_domains();
        let mut scratch = Scratch::default();
        let placed = place(&self.directory, record, UsernameIs::Handle, &own, self.declared.as_ref(), &mut scratch);
        let lives = Lives::of(record.status, self.roster.has_status);
        let case = AccountCase {
            company: &company,
            app: &self.app,
            roster: &self.roster,
            record,
            place: Place { source: 2, line: record.line },
            email: &scratch.email,
            placed: &placed,
            lives,
            tier: residual::tier(&company, &self.app, &self.roster, record, &placed, lives),
            exports_disagree: false,
            facts: OnceCell::new(),
        };
        let looks = !super::is_at_work(&case) || rule.looks_at_work();
        collect(|findings| {
            if looks {
                rule.account(&case, findings);
            }
        })
    }

    /// Shows a rule the whole roster; `change` sets what the test is about.
    pub fn roster_case<'a>(&'a self, rule: &dyn Rule, change: impl FnOnce(&mut RosterCase<'a>)) -> Vec<Finding> {
        // Leaked on purpose: a few bytes in a test spare every test a second lifetime.
        let company: &'a Company<'a> = Box::leak(Box::new(self.company()));
        let mut case = RosterCase {
            company,
            app: &self.app,
            roster: &self.roster,
            evaluable: true,
            too_old: false,
            departed_admins: &[],
            other_admins: 0,
            other_roles: Box::leak(Box::default()),
            has_account: &|_| false,
            several: &[],
            undecidable: 0,
            undated: 0,
        };
        change(&mut case);
        collect(|findings| rule.roster(&case, findings))
    }

    /// Shows a rule an account that is gone.
    pub fn removal(&self, rule: &dyn Rule, gap: &Gap, person: PersonIx, alive: i64) -> Vec<Finding> {
        let company = self.company();
        let case = RemovalCase { company: &company, app: &self.app, roster: &self.roster, gap, person, alive };
        collect(|findings| rule.removal(&case, findings))
    }

    /// Shows a rule one person.
    pub fn person(&self, rule: &dyn Rule, ix: u32) -> Vec<Finding> {
        let company = self.company();
        let ix = PersonIx(ix);
        let case = PersonCase { company: &company, ix, person: self.directory.person(ix) };
        collect(|findings| rule.person(&case, findings))
    }

    /// Shows a rule the app.
    pub fn app(&self, rule: &dyn Rule, live: u64) -> Vec<Finding> {
        let company = self.company();
        let roster = (!self.without_roster).then_some(&self.roster);
        let place = Place { source: 0, line: 0 };
        let case = AppCase {
            company: &company,
            app: &self.app,
            roster,
            guard: &self.guard,
            files: &[ROSTER],
            place,
            live,
            decisions: &self.decisions,
            seen: &self.seen,
        };
        collect(|findings| rule.app(&case, findings))
    }
}

/// Shows a rule one file, read as the roster of "Tidepool".
pub(super) fn source_rule(rule: &dyn Rule, source: &SourceReport) -> Vec<Finding> {
    let app = app();
    collect(|findings| rule.source(&SourceCase { ix: 2, source, app: Some(&app) }, findings))
}

/// Shows a rule one list of people.
pub(super) fn population_rule(rule: &dyn Rule, population: &PopulationReport) -> Vec<Finding> {
    collect(|findings| {
        rule.population(&PopulationCase { population, files: &[Place { source: 0, line: 0 }] }, findings);
    })
}

/// Shows a rule one exception, under a policy of 25 accounts and 366 days.
pub(super) fn exception_rule(rule: &dyn Rule, report: &ExceptionReport) -> Vec<Finding> {
    let place = Place { source: 3, line: report.exception.line as u32 };
    collect(|findings| {
        rule.exception(&ExceptionCase { report, place, max_accounts: 25, max_days: Some(366) }, findings);
    })
}

/// Shows a rule one review.
pub(super) fn review_rule(rule: &dyn Rule, report: &ReviewReport, list: &[Finding]) -> Vec<Finding> {
    review_rule_on(rule, report, list, None, NOW)
}

/// The same, with a time limit of the app and a roster made at that time.
pub(super) fn review_rule_on(
    rule: &dyn Rule,
    report: &ReviewReport,
    list: &[Finding],
    limit: Option<RevokeLimit>,
    made: &str,
) -> Vec<Finding> {
    let setup = Setup::of(Vec::new());
    let company = Company {
        directory: &setup.directory,
        limits: Limits::default(),
        newest_leaving: None,
        past: None,
        doubts: None,
        sources: &setup.sources,
    };
    let list: Vec<Box<Finding>> = list.iter().cloned().map(Box::new).collect();
    let apps = [AppFacts { revoke_within: limit, ..app() }];
    let rosters_made = [Some(second(made))];
    let bulk = BulkLimit::default();
    let case = ReviewCase {
        company: &company,
        report,
        source: 4,
        findings: &list,
        apps: &apps,
        rosters_made: &rosters_made,
        bulk,
    };
    collect(|findings| rule.review(&case, findings))
}

/// A review of so many findings, from line 11 on, with which nothing is wrong.
pub(super) fn review(decisions: u8) -> ReviewReport {
    let decision = |n: u8| ReviewDecision {
        finding: FindingId([n; 16]),
        verdict: ReviewVerdict::Keep,
        reason: "the agency still delivers".to_owned(),
        until: None,
        person: None,
        at: "2026-11-20T09:00:00Z".parse().unwrap(),
        seen: "0123456789abcdef".to_owned(),
        line: 11 + u64::from(n),
    };
    let review = Review {
        reviewer: "bo@nordwind.example".to_owned(),
        report: ReviewedReport::default(),
        applied: None,
        decisions: (0..decisions).map(decision).collect(),
        line: 10,
    };
    let fine = Outcome { stands: Stands::AsSeen, of_self: false, replaced: false };
    ReviewReport { outcomes: vec![fine; decisions.into()], review, reviewer: Reviewer::One(PersonIx(1)), bulk: None }
}

/// A finding about the app as a whole.
pub(super) fn app_finding(id: FindingId) -> Finding {
    let found = collect(|findings| {
        let draft = findings.draft(super::find("orphan-account").unwrap().meta()).app(0, "tidepool").evidence(ROSTER);
        draft.because(format_args!("nobody knows it")).todo(format_args!("End it"));
    });
    Finding { id, ..only(found) }
}

/// An exception that holds and that nothing speaks against.
pub(super) fn exception() -> ExceptionReport {
    let exception = Exception {
        id: "EX-1".to_owned(),
        rules: vec!["residual-login-capable".to_owned()],
        app: Some("tidepool".to_owned()),
        account: None,
        person: None,
        findings: Vec::new(),
        owner: "ann@nordwind.example".to_owned(),
        approver: "bo@nordwind.example".to_owned(),
        reason: "the robot needs it".to_owned(),
        compensating_control: None,
        opened: jiff::civil::date(2026, 10, 1),
        expires: jiff::civil::date(2026, 12, 31),
        evidence: Vec::new(),
        line: 2,
    };
    ExceptionReport { exception, state: ExceptionState::Active, fits: 1, marks: 1, accounts: 1, self_approved: false }
}

/// HR as one file, looked at.
pub(super) fn population(guard: Guard) -> PopulationReport {
    PopulationReport {
        role: SourceRole::Hr,
        id: "hr".to_owned(),
        name: "Personnel".to_owned(),
        sources: vec![0],
        records: 40,
        live: 30,
        admins: Vec::new(),
        guard,
    }
}

fn collect(show: impl FnOnce(&mut Findings)) -> Vec<Finding> {
    let mut findings = Findings::default();
    show(&mut findings);
    findings.into_list().into_iter().map(|finding| *finding).collect()
}

/// That no person holds the account; it stands in line 4 of `links.yaml` (source 3).
pub(super) fn non_human(owner: Option<Named>, holders: Vec<Named>, rotated: Option<&str>) -> Decision {
    decision(Says::NonHuman { owner, holders }, rotated)
}

/// A decision about the account `U1`, as it stands in line 4 of `links.yaml` (source 3).
pub(super) fn decision(says: Says, rotated: Option<&str>) -> Decision {
    Decision {
        place: Place { source: 3, line: 4 },
        account: "U1".to_owned(),
        seen_as: String::new(),
        says,
        rotated: rotated.map(|day| day.parse().unwrap()),
        note: "decided by it@nordwind.example on 2026-11-02: asked (links.yaml:4)".to_owned(),
    }
}

/// What is declared, if that is all. Leaked, as above.
pub(super) fn decided(by: Decision) -> Declared<'static> {
    let by: &'static Decision = Box::leak(Box::new(by));
    Declared::Decided(Decided { by: Some(by), rotated: by.rotated.map(|_| by), ..Decided::default() })
}

/// A person of the directory, named.
pub(super) fn named(ix: u32) -> Named {
    Named { written: format!("E{}", ix + 1), who: Who::One(PersonIx(ix)) }
}

/// The one finding there must be.
pub(super) fn only(found: Vec<Finding>) -> Finding {
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

/// `2026-10-31` or `2026-10-31T09:00:00Z`.
pub(super) fn when(text: &str) -> When {
    text.parse().map(When::at).or_else(|_| text.parse().map(When::on)).unwrap()
}

/// The Unix second of an instant.
pub(super) fn second(text: &str) -> i64 {
    when(text).earliest(&TimeZone::UTC)
}

fn app() -> AppFacts {
    AppFacts {
        id: "tidepool".to_owned(),
        name: "Tidepool".to_owned(),
        product: Some("tidepool".to_owned()),
        ..AppFacts::default()
    }
}

/// How accounts are ended.
pub(super) fn deactivate(level: Level, reason: &[&str], unlock: Option<&str>) -> OperationLevel {
    OperationLevel {
        operation: Operation::Deactivate,
        level,
        reason: reason.iter().map(|&r| r.to_owned()).collect(),
        unlock: unlock.map(str::to_owned),
    }
}

/// A row of a roster.
pub(super) fn record(email: &'static str, status: AccountStatus) -> Record<'static> {
    Record { email, status, ..Record::at(9) }
}

/// A row of HR; with a last day, the person has left.
pub(super) fn hr(line: u32, id: &'static str, name: &'static str, email: &'static str, end: Option<&str>) -> Identity {
    let row = Record {
        line,
        employee_id: id,
        name: name.into(),
        person_status: if end.is_some() { PersonStatus::Terminated } else { PersonStatus::Active },
        worker: WorkerKind::Employee,
        start: Some(when("2022-04-01")),
        end: end.map(when),
        ..record(email, AccountStatus::Unknown)
    };
    Identity::keep(&row, 0, true, UsernameIs::Handle, &mut Default::default())
}

/// Ann Berg (E1), who left on 31 October 2026.
pub(super) fn left(line: u32) -> Identity {
    hr(line, "E1", "Ann Berg", "ann@nordwind.example", Some("2026-10-31"))
}

/// Bo Lund (E2), who works here.
pub(super) fn working(line: u32) -> Identity {
    hr(line, "E2", "Bo Lund", "bo@nordwind.example", None)
}

/// A row of the directory.
pub(super) fn idp(line: u32, email: &'static str, status: AccountStatus) -> Identity {
    Identity::keep(
        &Record { line, id: "00u1", ..record(email, status) },
        1,
        false,
        UsernameIs::Address,
        &mut Default::default(),
    )
}

/// A live administrator's account of somebody.
pub(super) fn admin(line: u32, person: PersonIx) -> Admin {
    let row = Record { line, role: "Owner".into(), ..record("ann@nordwind.example", AccountStatus::Active) };
    let account = Arc::new(super::cases::account_facts(&row, Place { source: 2, line }));
    Admin { account, person: Some(person), key: format!("email:ann{line}@nordwind.example"), lives: true }
}

/// A roster file of which nothing has been read yet.
pub(super) fn source_report(file: &str) -> SourceReport {
    SourceReport {
        file: file.to_owned(),
        role: SourceRole::Roster,
        id: "tidepool".to_owned(),
        export: "tidepool-members".to_owned(),
        export_name: "Members".to_owned(),
        holds: vec![Holds::Accounts],
        sha256: String::new(),
        bytes: 0,
        encoding: "UTF-8",
        encoding_guessed: false,
        delimiter: Some(','),
        header_line: 1,
        header_fingerprint: String::new(),
        extracted_at: NOW.to_owned(),
        extracted_second: second(NOW),
        time_basis: TimeBasis::Declared,
        adapter_version: String::new(),
        provenance: Provenance::default(),
        leaves_out: None,
        rows: RowAccounting::default(),
        records: 0,
        total: None,
        set_aside: Vec::new(),
        rejected: Vec::new(),
        of_nobody: 0,
        of_leavers: 0,
        first_of_leavers: None,
        unknown_words: Vec::new(),
    }
}

/// A kept run in which an account of the app stood in some state.
pub(super) fn gone_account(account: &str, person: &str, state: GapState, made: &str) -> Past {
    let at = second(made);
    let gap = Gap {
        app: "tidepool".to_owned(),
        key: crate::identity::account_key(account),
        account: account.to_owned(),
        native: false,
        person: person.to_owned(),
        person_email: String::new(),
        left: String::new(),
        left_span: None,
        state,
        status: AccountStatus::Active,
        ended: None,
        made: Span { from: at, to: at },
        from_run: 1,
        until_run: None,
    };
    let run = KeptRun { no: 1, as_of: made.to_owned(), as_of_second: at, ..KeptRun::default() };
    Past { runs: vec![run], gaps: [("tidepool".to_owned(), vec![gap])].into(), ..Past::default() }
}

/// A guard with one check flagged.
pub(super) fn flagged(check: Check, saw: &str) -> Guard {
    Guard(vec![Checked { check, outcome: CheckOutcome::Flagged, saw: saw.to_owned(), accepted: None }])
}
