//! What a rule gets to see at each level.

use super::draft::{Draft, Findings};
use super::made::{Before, Made};
use super::residual::Tier;
use crate::assess::AppFacts;
use crate::identity::{Directory, Placed};
use crate::model::{
    self, AccountFacts, AccountStatus, AccountTexts, Basis, BulkLimit, Decision, ExceptionReport, Finding, Guard, Past,
    Person, PersonIx, Place, PopulationReport, Record, ReviewReport, RuleMeta, SourceReport, Standing,
};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The company's limits, as far as it has declared them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Days after which an unused account is dormant.
    pub dormant_days: Option<u32>,
    /// Days after which a roster is stale.
    pub roster_max_age_days: Option<u32>,
}

/// What every case shares.
#[derive(Debug, Clone, Copy)]
pub struct Company<'a> {
    /// The people.
    pub directory: &'a Directory,
    /// The limits.
    pub limits: Limits,
    /// The newest day of leaving that has passed, as Unix seconds of its end.
    pub newest_leaving: Option<i64>,
    /// What the earlier kept runs say, if runs are kept.
    pub past: Option<&'a Past>,
    /// What is doubtful about the lists of people, if anything is.
    pub doubts: Option<&'a Doubts>,
    /// When each source was made.
    pub sources: &'a [SourceTime],
}

/// Lists of people that may not be the whole, or whose leavings may be none.
#[derive(Debug, Default)]
pub struct Doubts {
    /// Why somebody may be missing from them.
    pub people: Option<String>,
    /// Why somebody may be missing from HR: whom only a directory knows then, and who is switched off there, may work here.
    pub hr: Option<String>,
    /// Rows of the lists of people that could not be read, if nobody can tell whom they are about.
    pub unread: Option<String>,
    /// For each source of a list that has lost too many at once: why its leavings may be none.
    pub leavings: BTreeMap<u32, String>,
}

impl Company<'_> {
    /// Why a holder whom nobody knows may be known all the same.
    pub fn holder_may_be_missing(&self) -> Option<&str> {
        self.doubts?.people.as_deref()
    }
    /// Which rows may be about a holder whom nobody knows, and could not be read.
    pub fn unread_rows(&self) -> Option<&str> {
        self.doubts?.unread.as_deref()
    }
    /// Why a person may not have left, although the list says so.
    pub fn leaving_is_doubtful(&self, person: &Person) -> Option<&str> {
        let doubts = self.doubts?;
        let Standing::Left { basis, .. } = &person.standing else { return None };
        if let (Basis::Idp | Basis::IdpLastDay, Some(why)) = (basis, &doubts.hr) {
            return Some(why);
        }
        let rests_on = |ix: &&u32| {
            self.directory.identities.get(**ix as usize).is_some_and(|i| i.from_hr == (*basis == Basis::Hr))
        };
        let source = |ix: &u32| self.directory.identities[*ix as usize].place.source;
        person.identities.iter().filter(rests_on).find_map(|ix| doubts.leavings.get(&source(ix))).map(String::as_str)
    }
}

/// An app with its roster, if it has one that can be judged.
#[derive(Debug, Clone, Copy)]
pub struct RosterFacts {
    /// When it was made.
    pub made: Made,
    /// Whether any of its files says a status.
    pub has_status: bool,
    /// The place that stands for the roster as a whole.
    pub place: Place,
}

/// Whether an account lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// Its status says so.
    Yes,
    /// The roster has no status column: being listed is having access.
    Assumed,
    /// Its status is not understood, or missing.
    Unknown,
    /// It has ended.
    No,
}

impl Lives {
    /// From a status, and whether the roster has a status column at all.
    pub const fn of(status: AccountStatus, has_status: bool) -> Self {
        match status {
            AccountStatus::Unknown if has_status => Self::Unknown,
            AccountStatus::Unknown => Self::Assumed,
            s if s.is_end_state() => Self::No,
            _ => Self::Yes,
        }
    }
    /// Whether it lives as far as anyone can tell.
    pub const fn lives(self) -> bool {
        matches!(self, Self::Yes | Self::Assumed)
    }
}

/// One account of a roster, placed.
#[derive(Debug)]
pub struct AccountCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The app.
    pub app: &'a AppFacts,
    /// Its roster.
    pub roster: &'a RosterFacts,
    /// The row.
    pub record: &'a Record<'a>,
    /// Where it stands.
    pub place: Place,
    /// Its comparable address; empty if it has none.
    pub email: &'a str,
    /// Whose it is.
    pub placed: &'a Placed<'a>,
    /// Whether it lives.
    pub lives: Lives,
    /// For an account of somebody who has left or whose standing is unclear: its tier.
    pub tier: Option<Tier>,
    /// Whether the files of the roster contradict each other about whether it lives.
    pub exports_disagree: bool,
    /// Filled when a rule first needs it.
    pub facts: OnceCell<Arc<AccountFacts>>,
}

impl AccountCase<'_> {
    /// The account as the report shows it.
    pub fn facts(&self) -> &Arc<AccountFacts> {
        self.facts.get_or_init(|| Arc::new(account_facts(self.record, self.place)))
    }
    /// The holder.
    pub fn person(&self) -> Option<(PersonIx, &Person)> {
        self.placed.person.map(|ix| (ix, self.company.directory.person(ix)))
    }
    /// Where the identity record stands that holds the key, else the person's first record.
    pub fn person_place(&self) -> Option<Place> {
        let directory = self.company.directory;
        let identity =
            self.placed.identity.or_else(|| self.person().and_then(|(_, p)| p.identities.first().copied()))?;
        Some(directory.identities[identity as usize].place)
    }
    /// Of a leaver's account: why the roster cannot know that its holder has left.
    pub fn roster_too_old(&self) -> Option<Before> {
        self.person().and_then(|(_, person)| self.company.too_old_for(person, &self.roster.made))
    }
    /// Whether the roster gives a day to come as that of its end.
    pub fn has_yet_to_end(&self) -> bool {
        let moment = &self.company.directory.moment;
        self.lives == Lives::Unknown && self.roster.made.has_yet_to_end(self.record.ended, moment).is_some()
    }
    /// Whether the roster shows that a leaver's account outlived the leaving: it lives, or was used after it.
    pub fn outlived_the_leaving(&self) -> bool {
        matches!(&self.tier, Some(Tier::ActiveAfter | Tier::LoginCapable(_) | Tier::SsoBlocked(_)))
            && self.lives != Lives::No
    }
    /// Whether it has an administrator's rights, as far as the roster says.
    pub fn is_privileged(&self) -> bool {
        self.record.privileged == Some(true)
    }
}

/// The account as the report shows it.
pub fn account_facts(record: &Record<'_>, place: Place) -> AccountFacts {
    let texts = AccountTexts {
        account: &account_text(record),
        email: &clip(record.email),
        name: &clip(&record.name),
        role: &clip(&record.role),
        raw_status: &clip(record.raw_status),
    };
    AccountFacts::new(texts, record.status, place)
}

/// What an account is called: its native id, else its address, user name or name.
pub fn account_text<'r>(record: &'r Record<'_>) -> std::borrow::Cow<'r, str> {
    let texts = [record.id, record.email, record.username, record.employee_id, &record.name];
    clip(texts.into_iter().find(|t| !t.is_empty()).unwrap_or(""))
}

/// Cells of a thousand characters help nobody who reads a report.
fn clip(text: &str) -> std::borrow::Cow<'_, str> {
    const MOST: usize = 500;
    if text.len() <= MOST {
        return text.into();
    }
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]).into(),
        None => text.into(),
    }
}

/// An account with an administrator's rights, of somebody who has left.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The account.
    pub account: Arc<AccountFacts>,
    /// Its holder, if that is known.
    pub person: Option<PersonIx>,
    /// The comparable key of the account, for the finding's id.
    pub key: String,
    /// Whether the roster shows that it outlived the leaving.
    pub lives: bool,
}

/// Live accounts that are nobody's who has left, with a role of which nobody has said whether it is an administrator's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherRoles {
    /// How many.
    pub accounts: u64,
    /// Some of the roles.
    pub words: BTreeSet<String>,
}

/// Live accounts of one person in one roster, more than one.
#[derive(Debug, Clone)]
pub struct Several {
    /// The person.
    pub person: PersonIx,
    /// Where they stand.
    pub places: Vec<Place>,
}

/// A whole roster.
pub struct RosterCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The app.
    pub app: &'a AppFacts,
    /// Its roster.
    pub roster: &'a RosterFacts,
    /// Whether it may be taken for the whole list, so that who is absent from it is absent.
    pub evaluable: bool,
    /// Whether it is too old to be relied upon.
    pub too_old: bool,
    /// Its administrators who have left.
    pub departed_admins: &'a [Admin],
    /// How many administrators there are who may not have left: they work here, or did when the roster was made, or nobody
    /// knows them, or they are out of scope.
    pub other_admins: u64,
    /// Who may be administrators besides.
    pub other_roles: &'a OtherRoles,
    /// For each person, whether the roster has an account.
    pub has_account: &'a dyn Fn(PersonIx) -> bool,
    /// People with several live accounts, by person.
    pub several: &'a [Several],
    /// How many accounts there are of people who have left since the roster was made.
    pub undecidable: u64,
    /// How many there are of people of whom a later list says that they have left, and not when.
    pub undated: u64,
}

/// An account of a leaver that lived in the last accepted roster, and that this one shows gone.
#[derive(Debug)]
pub struct RemovalCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The app.
    pub app: &'a AppFacts,
    /// Its roster.
    pub roster: &'a RosterFacts,
    /// The account as it stands now.
    pub gap: &'a model::Gap,
    /// Its holder.
    pub person: PersonIx,
    /// When it was certainly there for the last time, in Unix seconds.
    pub alive: i64,
}

/// One person.
#[derive(Debug)]
pub struct PersonCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The person's index.
    pub ix: PersonIx,
    /// The person.
    pub person: &'a Person,
}

/// When a source was made.
#[derive(Debug, Clone)]
pub struct SourceTime {
    /// Its id.
    pub id: String,
    /// How sentences name it: by its id, and by the file, too, where several have that id.
    pub called: String,
    /// When it was made.
    pub made: Made,
}

/// One app.
#[derive(Debug)]
pub struct AppCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The app.
    pub app: &'a AppFacts,
    /// Its roster, if there is one.
    pub roster: Option<&'a RosterFacts>,
    /// What shows whether its roster is whole and recent.
    pub guard: &'a Guard,
    /// The files of its roster.
    pub files: &'a [Place],
    /// Where a finding about the app as a whole points when it has no roster: the workspace file or the first source.
    pub place: Place,
    /// Live accounts in it.
    pub live: u64,
    /// What people have decided about its accounts.
    pub decisions: &'a [Decision],
    /// For each decision, what it fits; empty without a roster.
    pub seen: &'a [SeenAs],
}

/// What a decision fits in a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenAs {
    /// No account.
    Nothing,
    /// One account, by its key for findings, and where it stands.
    One(String, Place),
    /// Several accounts: where the first two stand.
    Several(Place, Place),
}

impl SeenAs {
    /// Takes note of an account that the decision fits.
    pub fn see(&mut self, account: String, place: Place) {
        match self {
            Self::Nothing => *self = Self::One(account, place),
            // Rows come in any order, and which of them is named must not hang on it.
            Self::One(first, at) if *first != account => *self = Self::Several((*at).min(place), (*at).max(place)),
            Self::One(_, at) => *at = (*at).min(place),
            Self::Several(a, b) if place < *a => (*a, *b) = (place, *a),
            Self::Several(a, b) if place != *a && place < *b => *b = place,
            Self::Several(..) => {}
        }
    }
}

impl AppCase<'_> {
    /// Why its accounts cannot be judged as a whole; none if they can.
    pub fn not_evaluable(&self) -> Option<String> {
        match self.roster {
            None => Some("no roster was given".to_owned()),
            Some(_) => self.guard.not_evaluable(),
        }
    }
    /// Where it is said how the app is set up: its line in the workspace file, else its roster.
    pub fn set_up_at(&self) -> Place {
        match self.roster {
            Some(roster) if self.place.line == 0 => roster.place,
            _ => self.place,
        }
    }
}

/// One list of people: all files of an HR system or of an identity provider.
#[derive(Debug)]
pub struct PopulationCase<'a> {
    /// The list.
    pub population: &'a PopulationReport,
    /// Its files.
    pub files: &'a [Place],
}

/// One exception, once all findings are known.
#[derive(Debug)]
pub struct ExceptionCase<'a> {
    /// The exception, and what it has met.
    pub report: &'a ExceptionReport,
    /// Where it stands.
    pub place: Place,
    /// The most accounts that it may be about.
    pub max_accounts: u32,
    /// The most days that it may hold.
    pub max_days: Option<u32>,
}

/// One review, once all other findings are known.
pub struct ReviewCase<'a> {
    /// The company.
    pub company: &'a Company<'a>,
    /// The review, and what has become of it.
    pub report: &'a ReviewReport,
    /// `reviews.yaml` among the sources.
    pub source: u32,
    /// All other findings.
    pub findings: &'a [Box<Finding>],
    /// The apps.
    pub apps: &'a [AppFacts],
    /// For each app, the first second at which its roster can have been made, if it has one.
    pub rosters_made: &'a [Option<i64>],
    /// When approvals count as given in bulk.
    pub bulk: BulkLimit,
}

impl ReviewCase<'_> {
    /// Where a line of the file stands.
    pub fn place(&self, line: u64) -> Place {
        Place { source: self.source, line: line as u32 }
    }
    /// What tells the review from others of the file.
    pub fn key(&self) -> String {
        let review = &self.report.review;
        let applied = review.applied.map_or_else(String::new, |at| at.to_string());
        format!("{}\0{}\0{applied}", review.reviewer, review.report.inputs)
    }
    /// A finding about decisions of the review, which stand in these lines; none without a line.
    pub fn about_decisions<'f>(
        &self,
        findings: &'f mut Findings,
        rule: &'static RuleMeta,
        lines: &[u64],
    ) -> Option<Draft<'f>> {
        /// The most lines that one finding names.
        const NAMED: usize = 20;
        let draft = findings.draft(rule).about(&self.key()).evidence(self.place(*lines.first()?));
        Some(lines.iter().skip(1).take(NAMED - 1).fold(draft, |draft, line| draft.evidence(self.place(*line))))
    }
}

/// One input file.
#[derive(Debug)]
pub struct SourceCase<'a> {
    /// Its index in the run.
    pub ix: u32,
    /// What is known of it.
    pub source: &'a SourceReport,
    /// The app, if it is a roster.
    pub app: Option<&'a AppFacts>,
}
