//! Makes a plan of findings: a request where the catalog and pull.yaml give one that is certain, else what a person does.

use super::address::path;
use super::{Account, ByHand, Holder, LeftOut, List, Plan, Reference, Request, Step, VERSION, Way, hash_of};
use crate::chain::sha256;
use crate::model::{
    Basis, Ending, Key, Pull, Report, ReviewVerdict, SourceReport, SourceRole, Standing, TimeBasis, status_words,
};
use crate::pull::{Provenance, asked};
use crate::report::{State, ToEnd, fails_for, survivors, to_end};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// A service that pull.yaml names.
#[derive(Debug, Clone, Copy)]
pub struct Service<'s> {
    /// Its name there.
    pub name: &'s str,
    /// What is fetched from it.
    pub pull: &'s Pull,
    /// Where it is.
    pub host: &'s Url,
    /// What the company has filled in.
    pub with: &'s BTreeMap<String, String>,
    /// The file that is fetched, as coverage.yaml names it.
    pub file: &'s str,
}

/// What was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The note beside it.
    pub note: Provenance,
    /// Its lines that are asked for.
    pub lines: BTreeMap<u32, Value>,
}

/// What is known of the accounts of an app beside findings.
#[derive(Debug, Default, Clone)]
pub struct OfApp {
    /// Accounts that live.
    pub live: u64,
    /// Whether the list, or coverage.yaml, says who is an administrator.
    pub administrators_known: bool,
    /// Administrators' accounts that live.
    pub administrators: Vec<Administrator>,
}

/// An administrator's account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Administrator {
    /// Its id, as a finding names it.
    pub account: String,
    /// The list.
    pub file: String,
    /// Whether somebody holds it who has left, or may have.
    pub left: bool,
}

/// What a plan is made of.
pub struct Material<'m> {
    /// The report.
    pub report: &'m Report,
    /// The services of pull.yaml.
    pub services: &'m [Service<'m>],
    /// What was fetched, by file.
    pub fetched: &'m BTreeMap<String, Fetched>,
    /// The apps, by id.
    pub apps: &'m BTreeMap<String, OfApp>,
    /// Whether the whole account may be sent where a server cannot change a part of it.
    pub or_put: bool,
}

/// The lines of fetched lists that a plan is made of, by file.
pub fn wanted(report: &Report, services: &[Service<'_>]) -> BTreeMap<String, BTreeSet<u32>> {
    let mut all: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for one in to_end(report).iter().filter(|one| one.app.is_some()) {
        let place = one.account.place;
        if let Some(source) = report.sources.get(place.source as usize)
            && services.iter().any(|s| s.file == source.file)
        {
            all.entry(source.file.clone()).or_default().insert(place.line);
        }
    }
    all
}

/// Makes a plan.
pub fn make(material: &Material<'_>) -> Plan {
    let report = material.report;
    let mut left_out: BTreeMap<&str, u64> = BTreeMap::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut ids = BTreeSet::new();
    for one in to_end(report) {
        let why = match one.state {
            State::Undecided => Some("the data cannot decide whether the account lives"),
            State::Excepted => Some("somebody has approved to live with it: exceptions.yaml"),
            State::Open => decided(report, &one),
        };
        match why {
            Some(why) => *left_out.entry(why).or_default() += 1,
            None => match step(material, &one).filter(|step| ids.insert(step.step.clone())) {
                Some(step) => steps.push(step),
                // One account that the list gives to two people ends once.
                None => *left_out.entry("another step ends the same account").or_default() += 1,
            },
        }
    }
    // Of whom nobody knows whether they have left, there is no case.
    let unclear = report.findings.iter().filter(|f| {
        let person = f.person.and_then(|ix| report.people.get(ix.0 as usize));
        f.rule.id == "residual-undecidable" && !person.is_some_and(|p| p.standing.has_left())
    });
    match unclear.count() as u64 {
        0 => {}
        n => *left_out.entry("whether the person has left is not clear").or_default() += n,
    }
    steps.sort_by(|a, b| {
        (&a.app, &a.account.id, &a.list.file, a.line).cmp(&(&b.app, &b.account.id, &b.list.file, b.line))
    });
    let people = report.sources.iter().filter(|s| matches!(s.role, SourceRole::Hr | SourceRole::Idp));
    let mut plan = Plan {
        plan: VERSION,
        tool: format!("coverage {}", report.tool_version),
        catalog: report.catalog_version.clone(),
        company: report.company.clone(),
        as_of: report.as_of.clone(),
        people: people.map(list).collect(),
        left_out: left_out.into_iter().map(|(why, accounts)| LeftOut { why: why.to_owned(), accounts }).collect(),
        steps,
    };
    let hashes = hash_of(&plan);
    plan.steps.iter_mut().zip(hashes).for_each(|(step, hash)| step.hash = hash);
    plan
}

/// What a reviewer has said against ending it, if somebody has.
fn decided(report: &Report, one: &ToEnd<'_>) -> Option<&'static str> {
    let reviewed = report.reviewed.as_ref()?;
    let mut said = one.findings.iter().filter_map(|f| reviewed.about(f.id)).map(|(decision, ..)| decision.verdict);
    said.any(|verdict| verdict != ReviewVerdict::Revoke).then_some("a reviewer has decided otherwise: reviews.yaml")
}

fn list(of: &SourceReport) -> List {
    let says = match of.time_basis {
        TimeBasis::Declared => "declared",
        TimeBasis::FileName => "file-name",
        TimeBasis::FileTime => "file-time",
    };
    let (file, sha256, made) = (of.file.clone(), of.sha256.clone(), of.extracted_at.clone());
    List { file, sha256, made, made_says: says.to_owned() }
}

fn step(material: &Material<'_>, one: &ToEnd<'_>) -> Option<Step> {
    let report = material.report;
    let facts = one.account;
    let source = report.sources.get(facts.place.source as usize)?;
    let app = one.app.map_or(source.id.as_str(), |app| app.id.as_str());
    let gravest = one.findings.first()?;
    let of_app = one.app.and_then(|app| material.apps.get(&app.id));
    let administrator = match of_app {
        Some(of) if of.administrators.iter().any(|a| a.account == facts.account()) => "yes",
        Some(of) if of.administrators_known => "no",
        _ => "unknown",
    };
    let (since, basis) = match &one.person.standing {
        Standing::Left { since, basis } => (since.map(|s| s.to_string()).unwrap_or_default(), basis_word(*basis)),
        _ => (String::new(), ""),
    };
    let (request, by_hand) = match request(material, one, source, administrator) {
        Ok(request) => (Some(request), None),
        Err(because) => (None, Some(by_hand(one, because))),
    };
    // A directory can be an app of the same name as well, with the same people in it.
    let of = if one.app.is_none() { "\0directory" } else { "" };
    Some(Step {
        step: sha256(format!("{app}\0{}\0{}{of}", source.id, facts.account()).as_bytes())[..16].to_owned(),
        approved: "yes".to_owned(),
        app: app.to_owned(),
        person: Holder {
            key: one.person.key.to_string(),
            name: one.person.name.to_string(),
            email: one.person.email.to_string(),
            standing: one.person.standing.word().to_owned(),
            since,
            basis: basis.to_owned(),
            linked_by: gravest.key.map_or("", Key::word).to_owned(),
        },
        account: Account {
            id: facts.account().to_owned(),
            email: facts.email().to_owned(),
            name: facts.name().to_owned(),
            role: facts.role().to_owned(),
            status: status_words(facts.status, facts.raw_status()),
            administrator: administrator.to_owned(),
        },
        list: list(source),
        line: facts.place.line,
        findings: (one.findings.iter())
            .map(|f| Reference { id: f.id.to_string(), rule: f.rule.id.to_owned(), severity: f.severity })
            .collect(),
        why: gravest.reason.iter().map(ToString::to_string).collect(),
        request,
        by_hand,
        hash: String::new(),
    })
}

const fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Hr => "hr",
        Basis::IdpLastDay => "idp-last-day",
        Basis::Idp => "idp",
    }
}

/// What is sent; else why nothing is.
fn request(
    material: &Material<'_>,
    one: &ToEnd<'_>,
    source: &SourceReport,
    administrator: &str,
) -> Result<Request, String> {
    let Some(app) = one.app else {
        return Err("it is an account in a directory, where whole lives hang on one account".to_owned());
    };
    let service = (material.services.iter().find(|s| s.file == source.file))
        .ok_or_else(|| format!("no list of pull.yaml fetches {}", source.file))?;
    let end = service.pull.end.as_ref().ok_or_else(|| {
        format!("the catalog does not say how an account of `{}` is ended over its API", service.pull.id)
    })?;
    let fetched = (material.fetched.get(&source.file))
        .ok_or_else(|| format!("{} was not fetched by `coverage pull`: there is no note beside it", source.file))?;
    let note = &fetched.note;
    let is_here = note.pull == service.pull.id && note.host == service.host.origin().ascii_serialization();
    // Behind one host there may be several tenants.
    let now = asked(service.pull, service.host, service.with);
    if !is_here || now.is_ok_and(|(path, query)| (&path, &query) != (&note.path, &note.query)) {
        return Err(format!("{} was fetched from another service than the one pull.yaml names", source.file));
    }
    match one.findings.first().and_then(|f| f.key) {
        None | Some(Key::Composite) => {
            return Err(
                "name and circumstances alone say whose account it is; confirm it with `coverage link`".to_owned()
            );
        }
        Some(_) => {}
    }
    let entry = fetched.lines.get(&one.account.place.line).ok_or("its line in the list cannot be found")?;
    let id_at = end.id.as_ref().unwrap_or(&service.pull.item_id);
    let id = entry.pointer(id_at).and_then(Value::as_str).filter(|id| *id == one.account.account());
    let id = id.ok_or("the id in the list is not the one that the service knows it by")?;
    let of_app = material.apps.get(&app.id).cloned().unwrap_or_default();
    let staying: Vec<&Administrator> = of_app.administrators.iter().filter(|a| !a.left).collect();
    if administrator == "yes" && staying.is_empty() {
        return Err(format!(
            "it is the last administrator of {}: somebody who works here has to be one first",
            app.name
        ));
    }
    let mut administrators = Vec::new();
    if administrator == "yes" {
        let read = staying.iter().filter(|a| a.file == source.file);
        administrators.extend(read.filter_map(|a| path(service, &end.account, &a.account).ok()));
        if administrators.is_empty() {
            return Err(
                "it is an administrator's, and no other administrator can be asked for in this service".to_owned()
            );
        }
    }
    Ok(Request {
        service: service.name.to_owned(),
        host: service.host.origin().ascii_serialization(),
        account: path(service, &end.account, id)?,
        item: end.item.clone(),
        id_at: id_at.clone(),
        before: before(id_at, end, entry)?,
        method: end.method,
        path: path(service, &end.path, id)?,
        content_type: end.content_type.clone(),
        body: end.body.as_ref().map(ToString::to_string).unwrap_or_default(),
        or_put: end.or_put && material.or_put,
        state: end.state.clone(),
        after: end.ended.clone(),
        live_accounts: of_app.live,
        administrators,
    })
}

/// What must be as it was in the list.
fn before(id_at: &String, end: &Ending, entry: &Value) -> Result<BTreeMap<String, Value>, String> {
    let plain = |value: &&Value| value.is_string() || value.is_boolean() || value.is_number();
    let state = entry.pointer(&end.state).filter(|state| end.live.contains(state));
    let state = state.ok_or("the list does not show it as live in a word that the catalog knows")?;
    let mut before = BTreeMap::from([(end.state.clone(), state.clone())]);
    for (n, at) in std::iter::once(id_at).chain(&end.same).enumerate() {
        match entry.pointer(at).filter(plain) {
            Some(value) => drop(before.insert(at.clone(), value.clone())),
            // The id and the sign-in name are what it is known by.
            None if n < 2 => return Err(format!("the list does not show its `{at}`")),
            None => {}
        }
    }
    Ok(before)
}

fn by_hand(one: &ToEnd<'_>, because: String) -> ByHand {
    let action = one.findings.first().map(|f| f.action.to_string()).unwrap_or_default();
    let Some((app, hand)) = one.app.and_then(|app| Some((app, app.handwork.as_ref()?))) else {
        return ByHand { because, action, ..ByHand::default() };
    };
    let ways = std::iter::once(&hand.way).chain(&hand.others).filter(|way| !way.steps.is_empty());
    let mut notes = Vec::new();
    for (what, text) in [
        ("Not enough", &hand.not_enough),
        ("The last administrator", &hand.last_admin),
        ("Proof to keep", &hand.proof),
        ("If it was a mistake", &hand.restore),
        ("Note", &hand.note),
    ] {
        notes.extend(text.as_ref().map(|text| format!("{what}: {text}")));
    }
    notes.extend(fails_for(hand).into_iter().map(|(cases, _)| format!("It fails for: {cases}")));
    let survives = survivors(app);
    if !survives.is_empty() {
        notes.push(format!("Still there afterwards: {}", survives.join(", ")));
    }
    let way = |way: &crate::model::HandWay| Way {
        name: way.name.clone(),
        who: way.who.clone().unwrap_or_default(),
        steps: way.steps.iter().map(|step| step.text.clone()).collect(),
    };
    ByHand { because, action, ways: ways.map(way).collect(), notes }
}
