//! A report whose people, addresses and ids are replaced by pseudonyms: one step between the run and the files, so that
//! every format says the same.

use super::prose::Lexicon;
use super::pseudonyms::{Kind, Pseudonyms};
use crate::model::{
    AccountFacts, AccountTexts, AppReport, ExceptionReport, Finding, Identity, Person, PopulationReport, Report,
    ReviewReport, Reviewed, SourceReport, SourceRole,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What everybody knows: ids and names of the built-in catalog's products and exports. They identify nobody.
#[derive(Debug, Default)]
pub struct Public {
    /// Ids and names.
    pub words: BTreeSet<String>,
}

/// What apps and files are called afterwards.
#[derive(Debug, Default)]
pub struct Aliases {
    /// Apps: before and after, in their order.
    pub apps: Vec<(String, String)>,
    /// Files: before and after.
    pub files: HashMap<String, String>,
}

/// Replaces one thing after the other.
pub struct Veil<'v> {
    /// What is looked for in sentences.
    pub lexicon: &'v Lexicon,
    /// What it is replaced by.
    pub with: &'v Pseudonyms,
    /// What stays.
    pub public: &'v Public,
}

/// Replaces what identifies somebody in the whole report, and says how apps and files are called now.
pub fn veil(report: &mut Report, lexicon: &Lexicon, with: &Pseudonyms, public: &Public) -> Aliases {
    Veil { lexicon, with, public }.report(report)
}

impl Veil<'_> {
    fn report(&self, report: &mut Report) -> Aliases {
        let mut aliases = Aliases::default();
        report.run = self.with.digest(&report.run);
        report.company = self.with.of(Kind::Company, &report.company);
        report.domains.iter_mut().for_each(|d| *d = self.with.domain(d));
        report.domains.sort();
        report.notices.iter_mut().for_each(|n| *n = self.quoting(n));
        report.notices.sort();
        for (_, value) in &mut report.policy {
            *value = self.ids(value);
        }
        for source in &mut report.sources {
            aliases.files.insert(source.file.clone(), self.file(source));
            self.source(source);
        }
        report.populations.iter_mut().for_each(|p| self.population(p));
        report.exceptions.iter_mut().for_each(|e| self.exception(e));
        report.reviewed.iter_mut().for_each(|r| self.reviewed(r));
        for app in &mut report.apps {
            let before = app.id.clone();
            self.app(app);
            aliases.apps.push((before, app.id.clone()));
        }
        report.identities.iter_mut().for_each(|i| self.identity(i));
        report.people.iter_mut().for_each(|p| self.person(p));
        let mut accounts: HashMap<*const AccountFacts, (Arc<AccountFacts>, Arc<AccountFacts>)> = HashMap::new();
        let mut account = |old: &mut Arc<AccountFacts>| {
            // The old one is kept beside the new one, so that its place in memory is not used again meanwhile.
            let (_, new) =
                accounts.entry(Arc::as_ptr(old)).or_insert_with(|| (Arc::clone(old), Arc::new(self.account(old))));
            *old = Arc::clone(new);
        };
        report.closures.iter_mut().for_each(|c| account(&mut c.account));
        for finding in &mut report.findings {
            finding.account.iter_mut().for_each(&mut account);
            self.finding(finding);
        }
        // The order in which names came would tell something of the names.
        report.findings.sort_by(|a, b| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| a.status.cmp(&b.status))
                .then_with(|| a.rule.id.cmp(b.rule.id))
                .then_with(|| a.id.cmp(&b.id))
        });
        aliases
    }

    /// A value of a field.
    fn of(&self, kind: Kind, value: &str) -> String {
        self.with.of(kind, value)
    }
    fn arc(&self, kind: Kind, value: &mut Arc<str>) {
        if !value.is_empty() {
            *value = self.of(kind, value).into();
        }
    }
    /// A sentence.
    pub(super) fn prose(&self, text: &str) -> String {
        self.lexicon.veil(text, self.with)
    }
    /// A sentence that quotes a file: what it quotes may be anything.
    fn quoting(&self, text: &str) -> String {
        let mut parts = text.split('`');
        let mut out = self.prose(parts.next().unwrap_or_default());
        for (ix, part) in parts.enumerate() {
            out.push('`');
            let quoted = ix % 2 == 0;
            out.push_str(&if quoted && !self.lexicon.is_ordinary(part) {
                self.of(Kind::Text, part)
            } else {
                self.prose(part)
            });
        }
        out
    }
    /// The name of a system: the catalog's stay.
    fn system(&self, value: &str) -> String {
        if self.public.words.contains(value) { value.to_owned() } else { self.of(Kind::System, value) }
    }
    /// Ids with commas between them, if they are some; else words of ours.
    fn ids(&self, value: &str) -> String {
        let known = |id: &str| self.public.words.contains(id) || self.lexicon.is_ordinary(id);
        let one = |id: &str| if known(id) { id.to_owned() } else { self.of(Kind::System, id) };
        value.split(", ").map(one).collect::<Vec<_>>().join(", ")
    }
    /// A word of a vocabulary: it stays if it says nothing but what everybody says.
    pub(super) fn group(&self, value: &str) -> String {
        if self.lexicon.is_ordinary(value) { value.to_owned() } else { self.of(Kind::Group, value) }
    }
    fn text(&self, value: &mut Option<String>) {
        *value = value.take().map(|text| self.of(Kind::Text, &text));
    }
    fn id(&self, value: &mut Option<String>) {
        *value = value.take().map(|id| self.of(Kind::Id, &id));
    }

    fn file(&self, source: &SourceReport) -> String {
        match source.role {
            SourceRole::Workspace => source.file.clone(),
            _ => self.with.file(&source.file),
        }
    }

    fn source(&self, source: &mut SourceReport) {
        source.file = self.file(source);
        if source.role != SourceRole::Workspace {
            source.id = self.system(&source.id);
            let known = self.public.words.contains(&source.export);
            if !known {
                source.export = self.of(Kind::System, &source.export);
                source.export_name = self.of(Kind::Text, &source.export_name);
                self.text(&mut source.leaves_out);
            }
        }
        source.sha256 = self.with.digest(&source.sha256);
        source.header_fingerprint = self.with.digest(&source.header_fingerprint)[..12].to_owned();
        source.adapter_version = self.with.digest(&source.adapter_version)[..12].to_owned();
        let declared = &mut source.provenance;
        for text in [&mut declared.system, &mut declared.scope, &mut declared.filter, &mut declared.method] {
            self.text(text);
        }
        self.id(&mut declared.extracted_by);
        source.set_aside.iter_mut().for_each(|a| a.reason = self.quoting(&a.reason));
        source.rejected.iter_mut().for_each(|r| r.reason = self.quoting(&r.reason));
        source.unknown_words.iter_mut().for_each(|(word, _)| {
            *word = if self.lexicon.is_ordinary(word) { word.clone() } else { self.of(Kind::Text, word) };
        });
    }

    fn population(&self, p: &mut PopulationReport) {
        p.id = self.system(&p.id);
        p.name = self.system(&p.name);
        for admin in &mut p.admins {
            admin.account = self.of(Kind::Id, &admin.account);
            self.id(&mut admin.person);
        }
        for checked in &mut p.guard.0 {
            checked.saw = self.quoting(&checked.saw);
            if let Some(accepted) = &mut checked.accepted {
                accepted.because = self.of(Kind::Text, &accepted.because);
                accepted.by = self.of(Kind::Id, &accepted.by);
            }
        }
    }

    fn exception(&self, report: &mut ExceptionReport) {
        let e = &mut report.exception;
        e.id = self.of(Kind::Id, &e.id);
        e.app = e.app.take().map(|app| self.system(&app));
        self.id(&mut e.account);
        self.id(&mut e.person);
        e.findings.iter_mut().for_each(|id| *id = self.with.finding(*id));
        for person in [&mut e.owner, &mut e.approver] {
            *person = self.of(Kind::Id, person);
        }
        e.reason = self.of(Kind::Text, &e.reason);
        self.text(&mut e.compensating_control);
        e.evidence.iter_mut().for_each(|text| *text = self.of(Kind::Text, text));
    }

    fn reviewed(&self, reviewed: &mut Reviewed) {
        for ReviewReport { review, .. } in &mut reviewed.reviews {
            review.reviewer = self.of(Kind::Id, &review.reviewer);
            review.report.company = self.of(Kind::Company, &review.report.company);
            review.report.inputs = self.with.digest(&review.report.inputs);
            for decision in &mut review.decisions {
                decision.finding = self.with.finding(decision.finding);
                decision.reason = self.of(Kind::Text, &decision.reason);
                self.id(&mut decision.person);
                let length = decision.seen.len().min(64);
                decision.seen = self.with.digest(&decision.seen)[..length].to_owned();
            }
        }
        // They are found by their ids.
        reviewed.last.iter_mut().for_each(|(id, ..)| *id = self.with.finding(*id));
        reviewed.last.sort_unstable();
    }

    fn app(&self, app: &mut AppReport) {
        app.id = self.system(&app.id);
        app.name = self.system(&app.name);
        self.id(&mut app.owner);
        app.not_evaluable = app.not_evaluable.take().map(|why| self.quoting(&why));
        app.set_up = self.prose(&app.set_up);
        app.sign_in = self.prose(&app.sign_in);
        for operation in &mut app.operations {
            operation.reason.iter_mut().for_each(|step| *step = self.prose(step));
            operation.unlock = operation.unlock.take().map(|text| self.prose(&text));
        }
    }

    fn identity(&self, i: &mut Identity) {
        for id in [&mut i.id, &mut i.external_id, &mut i.username, &mut i.email, &mut i.employee_id] {
            self.arc(Kind::Id, id);
        }
        i.aliases.iter_mut().chain(&mut i.home_emails).for_each(|a| self.arc(Kind::Id, a));
        self.arc(Kind::Person, &mut i.name);
        i.raw_status = self.group(&i.raw_status).into();
        for text in [&mut i.department, &mut i.title] {
            self.arc(Kind::Group, text);
        }
        i.attributes.iter_mut().for_each(|(_, value)| self.arc(Kind::Text, value));
    }

    fn person(&self, p: &mut Person) {
        let (kind, value) = p.key.split_once(':').unwrap_or(("id", &p.key));
        p.key = format!("{kind}:{}", self.of(Kind::Id, value)).into();
        self.arc(Kind::Person, &mut p.name);
        for id in [&mut p.email, &mut p.employee_id] {
            self.arc(Kind::Id, id);
        }
        self.arc(Kind::Group, &mut p.department);
    }

    fn account(&self, a: &AccountFacts) -> AccountFacts {
        let role = a.role().split(", ").map(|role| self.group(role)).collect::<Vec<_>>().join(", ");
        let texts = AccountTexts {
            account: &self.of(Kind::Id, a.account()),
            email: &self.of(Kind::Id, a.email()),
            name: &self.of(Kind::Person, a.name()),
            role: &role,
            raw_status: &self.group(a.raw_status()),
        };
        AccountFacts::new(texts, a.status, a.place)
    }

    fn finding(&self, f: &mut Finding) {
        f.id = self.with.finding(f.id);
        f.reason.iter_mut().for_each(|step| *step = self.prose(step).into());
        f.action = self.prose(&f.action).into();
    }
}
