//! What the workspace declares, made ready for matching.

use crate::diag::Diagnostic;
use crate::identity::{AddressRules, Declared, Directory, address};
use crate::model::{Decided, Decision, Named, Place, Record, Says, Who};
use crate::workspace::{self, Decides, LINKS, LinkEntry, Pattern, Workspace};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the workspace says about addresses.
pub fn address_rules(workspace: &Workspace) -> AddressRules {
    let company = &workspace.company;
    AddressRules {
        domain_aliases: company.domain_aliases.iter().map(|(a, b)| (a.to_lowercase(), b.to_lowercase())).collect(),
        plus_tags: company.plus_tags.iter().map(|d| d.to_lowercase()).collect(),
        dots: company.dots.iter().map(|d| d.to_lowercase()).collect(),
    }
}

/// The company's domains with their aliases, and whether they were declared.
pub fn own_domains(workspace: &Workspace, directory: &Directory) -> (BTreeSet<String>, bool) {
    let company = &workspace.company;
    let declared = !company.domains.is_empty();
    let mut domains: BTreeSet<String> =
        if declared { company.domains.iter().map(|d| d.to_lowercase()).collect() } else { directory.own_domains() };
    for (alias, target) in &company.domain_aliases {
        domains.insert(alias.to_lowercase());
        domains.insert(target.to_lowercase());
    }
    (domains, declared)
}

/// What apps are called in the report.
pub struct AppNames(BTreeMap<String, u32>);

impl AppNames {
    pub fn new(workspace: &Workspace) -> Self {
        let mut names = BTreeMap::new();
        for app in &workspace.apps {
            *names.entry(app.name.trim().to_lowercase()).or_default() += 1;
        }
        Self(names)
    }
    /// The app's name, with the id where several have the same: two apps of one product are not one.
    pub fn of(&self, app: &workspace::App) -> String {
        let repeated = self.0.get(&app.name.trim().to_lowercase()).is_some_and(|apps| *apps > 1);
        if repeated && app.name != app.id { format!("{} ({})", app.name, app.id) } else { app.name.clone() }
    }
}

/// Where the settings of a run stand among its sources.
#[derive(Debug, Clone, Copy)]
pub struct SettingsAt {
    /// `coverage.yaml`.
    pub workspace: u32,
    /// `links.yaml`.
    pub links: u32,
}

/// A pattern as it is written, and the one of the address that it writes, if it writes one in another way.
#[derive(Debug)]
pub struct Accounts<'w> {
    pattern: Cow<'w, Pattern>,
    address: Option<Pattern>,
}

impl<'w> Accounts<'w> {
    pub fn new(pattern: Cow<'w, Pattern>) -> Self {
        let exact = Some(pattern.as_str()).filter(|text| !text.contains('*'));
        let address = exact.and_then(address_in).map(|address| Pattern::new(&address));
        Self { pattern, address }
    }

    /// The texts that it stands for, in lower case, if it stands for one account.
    pub fn exact(&self) -> impl Iterator<Item = String> {
        let all = std::iter::once(&*self.pattern).chain(&self.address);
        all.map(|pattern| pattern.as_str().to_lowercase()).filter(|text| !text.contains('*'))
    }

    /// Whether it fits a text in lower case.
    pub fn fits(&self, lower: &str) -> bool {
        self.pattern.matches_lower(lower) || self.address.as_ref().is_some_and(|address| address.matches_lower(lower))
    }
}

/// The address that a text means, if it is written in another way than it is compared: `Info Desk <info@acme.example>`.
pub fn address_in(text: &str) -> Option<String> {
    // Nearly every text, and a run asks for each of every row: nothing in it is written in another way.
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_@+'".contains(&b)) {
        return None;
    }
    let mut out = String::new();
    (address(text, &mut out) && !out.eq_ignore_ascii_case(text)).then_some(out)
}

/// In lower case.
fn lower(text: &str) -> Cow<'_, str> {
    let is = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// Patterns for accounts that no person holds, each with its app and what it says.
type NonHuman<'w> = (Accounts<'w>, Option<&'w str>, Decision);

/// What is declared about accounts: exclusions, patterns for what no person holds, and decisions about single ones.
#[derive(Debug)]
pub struct Declarations<'w> {
    excluded: Vec<(Accounts<'w>, Option<&'w str>, &'w str)>,
    non_human: Vec<NonHuman<'w>>,
    apps: BTreeMap<&'w str, OfApp>,
}

/// The decisions about accounts of one app.
#[derive(Debug, Default)]
pub struct OfApp {
    /// In the order of their accounts; the order of the file does not tell.
    pub decisions: Vec<Decision>,
    /// By native id, as it is written.
    ids: HashMap<String, Vec<u32>>,
    /// By address, user name or name, in their comparable forms.
    names: HashMap<String, Vec<u32>>,
}

impl<'w> Declarations<'w> {
    /// Finds the people that the declarations name.
    ///
    /// # Errors
    /// Two decisions contradict each other once it is known whom they name.
    pub fn new(workspace: &'w Workspace, directory: &Directory, at: SettingsAt) -> Result<Self, Vec<Diagnostic>> {
        let mut apps: BTreeMap<&str, OfApp> = BTreeMap::new();
        for entry in &workspace.links {
            apps.entry(&entry.app).or_default().decisions.push(decision(entry, directory, at.links));
        }
        let mut problems = Vec::new();
        for (app, of_app) in &mut apps {
            of_app.make_ready();
            of_app.contradictions(app, directory, &mut problems);
        }
        problems.sort_by_key(|d| d.line);
        if !problems.is_empty() {
            return Err(problems);
        }
        let non_human = |n: &'w workspace::NonHuman| {
            let owner = n.owner.as_deref().map(|written| named(directory, written));
            let decision = Decision {
                place: Place { source: at.workspace, line: n.line as u32 },
                account: n.pattern.to_string(),
                seen_as: String::new(),
                says: Says::NonHuman { owner, holders: Vec::new() },
                rotated: None,
                note: n.reason.clone().unwrap_or_else(|| "declared in coverage.yaml".to_owned()),
            };
            (Accounts::new(Cow::Borrowed(&n.pattern)), n.app.as_deref(), decision)
        };
        let excluded =
            |e: &'w workspace::Exclude| (Accounts::new(Cow::Borrowed(&e.pattern)), e.app.as_deref(), e.reason.as_str());
        Ok(Self {
            excluded: workspace.exclude.iter().map(excluded).collect(),
            non_human: workspace.non_human.iter().map(non_human).collect(),
            apps,
        })
    }

    /// Whether anything at all is declared that could concern an app.
    pub fn concern(&self, app: &str) -> bool {
        self.apps.contains_key(app)
            || self.excluded.iter().any(|(_, a, _)| a.is_none_or(|a| a == app))
            || self.non_human.iter().any(|(_, a, _)| a.is_none_or(|a| a == app))
    }

    /// The decisions about single accounts of an app.
    pub fn of_app(&self, app: &str) -> Option<&OfApp> {
        self.apps.get(app)
    }

    /// What is declared about one account. `meant` is told which of the app's decisions are about it.
    pub fn of<'s>(&'s self, app: &str, record: &Record<'_>, meant: &mut dyn FnMut(u32)) -> Option<Declared<'s>> {
        let any_pattern = !self.excluded.is_empty() || !self.non_human.is_empty();
        let written = [record.id, record.email, record.username].into_iter().filter(|_| any_pattern);
        let texts = written.flat_map(|text| [Some(lower(text.trim())), address_in(text).map(Cow::Owned)]).flatten();
        let texts: Vec<Cow<'_, str>> = texts.filter(|text| !text.is_empty()).collect();
        let here = |declared: Option<&str>| declared.is_none_or(|a| a == app);
        let mut decided = Decided::default();
        if let Some(of_app) = self.apps.get(app) {
            of_app.about(record, &mut |ix, decision| {
                meant(ix);
                weigh(&mut decided, decision);
            });
        }
        if let Some((_, _, reason)) = self.excluded.iter().find(|(p, a, _)| here(*a) && texts.iter().any(|t| p.fits(t)))
        {
            return Some(Declared::Excluded { reason });
        }
        let fits = |(p, a, _): &&NonHuman<'_>| here(*a) && texts.iter().any(|t| p.fits(t));
        let mut patterns = self.non_human.iter().filter(fits).map(|(_, _, decision)| decision);
        match decided.by.map(|by| &by.says) {
            None => decided.by = patterns.next(),
            // What the account is says nothing against the owner whom the pattern names.
            Some(Says::NonHuman { owner: None, .. }) => {
                decided.owner = patterns.find(|d| d.says.named().next().is_some());
            }
            Some(_) => {}
        }
        (decided != Decided::default()).then_some(Declared::Decided(decided))
    }
}

/// Adds a decision to those about one account. They come with the strongest field that names the account first.
fn weigh<'d>(decided: &mut Decided<'d>, decision: &'d Decision) {
    if decision.rotated.is_some() && decision.rotated > decided.rotated.and_then(|d| d.rotated) {
        decided.rotated = Some(decision);
    }
    match (&decision.says, decided.by) {
        (Says::Rotated, _) => {}
        (Says::NotHolder(_), _) => decided.refusals.push(decision),
        (_, None) => decided.by = Some(decision),
        (says, Some(first)) if *says != first.says => decided.overruled.push(decision),
        _ => {}
    }
}

impl OfApp {
    /// Sorts the decisions and enters the accounts they name.
    fn make_ready(&mut self) {
        self.decisions.sort_by(|a, b| (&a.account, &a.note).cmp(&(&b.account, &b.note)));
        for (ix, decision) in (0u32..).zip(&self.decisions) {
            self.ids.entry(decision.account.clone()).or_default().push(ix);
            self.names.entry(comparable(&decision.account)).or_default().push(ix);
        }
    }

    /// The decisions about one account: those that name it by its native id first, then by address, user name, employee id
    /// and name.
    fn about<'d>(&'d self, record: &Record<'_>, meant: &mut dyn FnMut(u32, &'d Decision)) {
        let mut told: Vec<u32> = Vec::new();
        let mut tell = |found: Option<&Vec<u32>>| {
            for &ix in found.into_iter().flatten() {
                if !told.contains(&ix) {
                    told.push(ix);
                    meant(ix, &self.decisions[ix as usize]);
                }
            }
        };
        let id = record.id.trim();
        if !id.is_empty() {
            tell(self.ids.get(id));
        }
        for text in [record.email, record.username, record.employee_id, &record.name] {
            if !text.trim().is_empty() {
                tell(self.names.get(&comparable(text)));
            }
        }
    }

    /// A holder who is named in two ways in a link and in a refusal of the same account.
    fn contradictions(&self, app: &str, directory: &Directory, problems: &mut Vec<Diagnostic>) {
        for about_one in self.decisions.chunk_by(|a, b| a.account == b.account) {
            let holder = about_one.iter().find(|d| matches!(d.says, Says::Holder(_)));
            let Some((holder, Some(person))) = holder.map(|d| (d, d.says.named().next().and_then(Named::person)))
            else {
                continue;
            };
            let refuses = |d: &&Decision| matches!(&d.says, Says::NotHolder(n) if n.person() == Some(person));
            for refusal in about_one.iter().filter(refuses) {
                let (account, name) = (&holder.account, &directory.person(person).name);
                let message = format!("`{account}` in {app} is not {name}'s, and by line {} it is", holder.place.line);
                problems.push(
                    Diagnostic::error(LINKS, message)
                        .at(u64::from(refusal.place.line))
                        .help("both entries name the same person: remove one of them"),
                );
            }
        }
    }
}

/// The comparable form of an address, a user name or a name.
fn comparable(text: &str) -> String {
    let mut out = String::new();
    if address(text, &mut out) { out } else { text.trim().to_lowercase() }
}

/// An entry of `links.yaml`, with the people it names.
fn decision(entry: &LinkEntry, directory: &Directory, source: u32) -> Decision {
    let LinkEntry { by, on, reason, line, .. } = entry;
    let verb = match &entry.decides {
        Decides::Person(_) => "linked".to_owned(),
        Decides::Not(person) => format!("not `{person}`: refused"),
        Decides::Is { kind, .. } => format!("{}, declared", kind.words()),
        Decides::Rotated => "password changed, recorded".to_owned(),
    };
    Decision {
        place: Place { source, line: *line as u32 },
        account: entry.account.clone(),
        seen_as: entry.seen_as.clone(),
        says: match &entry.decides {
            Decides::Person(person) => Says::Holder(named(directory, person)),
            Decides::Not(person) => Says::NotHolder(named(directory, person)),
            Decides::Is { owner, holders, .. } => Says::NonHuman {
                owner: owner.as_deref().map(|owner| named(directory, owner)),
                holders: holders.iter().map(|holder| named(directory, holder)).collect(),
            },
            Decides::Rotated => Says::Rotated,
        },
        rotated: entry.rotated,
        note: format!("{verb} by {by} on {on}: {reason} ({LINKS}:{line})"),
    }
}

/// Who is meant.
fn named(directory: &Directory, written: &str) -> Named {
    let who = match directory.named(written)[..] {
        [one] => Who::One(one),
        [] => Who::Nobody,
        _ => Who::Several,
    };
    Named { written: written.to_owned(), who }
}
