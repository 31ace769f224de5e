//! What follows from decisions: entries of `links.yaml` and `exceptions.yaml`, and the record in `reviews.yaml`.

use super::FILES;
use crate::cli::Failure;
use crate::cli::link::{Named, contradicted};
use crate::cli::selection::Selection;
use crate::diag::Diagnostic;
use crate::model::{AccountFacts, Decision, Exception, Finding, Report, Review, ReviewDecision, ReviewVerdict};
use crate::rules;
use crate::workspace::{
    Decides, LinkEntry, NewEntry, NewException, append, append_exceptions, append_review, entry_text, exception_text,
    is_same_exception, review_text,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::PathBuf;

/// What is to be written.
pub struct Effects {
    reviewer: String,
    zone: TimeZone,
    links: Vec<NewEntry>,
    exceptions: Vec<NewException>,
}

/// A file that changes.
pub struct Changed<'s> {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub place: PathBuf,
    /// What stands there.
    pub old: Option<&'s [u8]>,
    /// What will.
    pub new: Vec<u8>,
    /// What is added, for people.
    pub added: String,
}

impl Effects {
    /// Nothing yet.
    pub const fn new(reviewer: String, zone: TimeZone) -> Self {
        Self { reviewer, zone, links: Vec::new(), exceptions: Vec::new() }
    }

    /// Who decides.
    pub fn reviewer(&self) -> &str {
        &self.reviewer
    }

    /// An exception for one finding.
    pub fn except(
        &mut self,
        decision: &ReviewDecision,
        finding: &Finding,
        report: &Report,
        owner: String,
        opened: Date,
    ) {
        let Some(expires) = decision.until else { return };
        let id = finding.id.to_string();
        let short: String = id.chars().skip("v1:".len()).take(12).collect();
        let app = finding.app.and_then(|ix| report.apps.get(ix as usize)).map_or("", |app| app.id.as_str());
        let account = finding.account.as_deref().map_or("", AccountFacts::account);
        let exception = Exception {
            id: format!("review-{opened}-{short}"),
            rules: Vec::new(),
            app: None,
            account: None,
            person: None,
            findings: vec![finding.id],
            owner,
            approver: self.reviewer.clone(),
            reason: decision.reason.clone(),
            compensating_control: None,
            opened,
            expires,
            evidence: Vec::new(),
            line: 0,
        };
        let remark = [finding.rule.id, app, account].join(" ");
        self.exceptions.push(NewException { exception, remark });
    }

    /// Whose an account is, or whose it is not. `decided` is what `links.yaml`, with these entries, says about it.
    ///
    /// # Errors
    /// Another decision says the opposite: what is wrong, and what to do.
    pub fn link(
        &mut self,
        decision: &ReviewDecision,
        app: &str,
        account: &AccountFacts,
        named: &Named,
        (links, decided): (&[LinkEntry], &[Decision]),
    ) -> Result<(), (String, &'static str)> {
        let written = named.written.clone();
        let decides = match decision.verdict {
            ReviewVerdict::AssignTo => Decides::Person(written),
            _ => Decides::Not(written),
        };
        let email = account.email().trim();
        let name = account.account();
        let entry = LinkEntry {
            app: app.to_owned(),
            account: name.to_owned(),
            seen_as: if email == name { String::new() } else { email.to_owned() },
            decides,
            rotated: None,
            by: self.reviewer.clone(),
            on: decision.at.to_zoned(self.zone.clone()).date(),
            reason: decision.reason.clone(),
            line: 0,
        };
        let about_it = |new: &&NewEntry| new.entry.app == app && new.entry.account == name;
        for other in self.links.iter().filter(about_it) {
            if other.entry.decides == entry.decides {
                return Ok(());
            }
            if let (Decides::Person(_), _) | (_, Decides::Person(_)) = (&other.entry.decides, &entry.decides)
                && !matches!((&other.entry.decides, &entry.decides), (Decides::Person(a), Decides::Not(b)) | (Decides::Not(a), Decides::Person(b)) if a != b)
            {
                let message = format!("another decision of this file says something else about the account `{name}`");
                return Err((message, "decide the same about all findings of one account"));
            }
        }
        // What stands there because the way was cut short says the same, and nothing against it.
        let is_this = |old: &Decision| {
            links.iter().any(|e| e.line == u64::from(old.place.line) && LinkEntry { line: 0, ..e.clone() } == entry)
        };
        if let Some(first) = contradicted(decided, &entry.decides, Some(named.ix)).find(|old| !is_this(old)) {
            let message = format!("about `{name}` in {app} it is decided already: {}", first.note);
            return Err((message, "remove that entry of links.yaml first, if it no longer holds"));
        }
        self.links.push(NewEntry { entry, remark: named.shown.clone() });
        Ok(())
    }

    /// The files with what is new in them.
    ///
    /// # Errors
    /// There is no workspace, or something in a file speaks against what is to be added.
    pub fn files<'s>(&self, selection: &'s Selection, review: &Review) -> Result<Vec<Changed<'s>>, Failure> {
        let workspace = &selection.workspace;
        let apps = &workspace.apps;
        let [links, exceptions, reviews] = FILES.map(|name| (name, selection.beside(name)));
        let (Some(links_at), Some(exceptions_at), Some(reviews_at)) = (links.1, exceptions.1, reviews.1) else {
            return Err(Diagnostic::error("coverage", "there is no workspace to keep the decisions in")
                .help("`coverage init` writes a coverage.yaml; reviews.yaml stands beside it")
                .into());
        };
        let mut files = Vec::new();
        // What is there already, because the way was cut short once, is not added twice.
        let is_new = |new: &&NewEntry| {
            let same = |old: &&LinkEntry| LinkEntry { line: 0, ..(*old).clone() } == new.entry;
            workspace.links.iter().find(same).is_none()
        };
        let new: Vec<NewEntry> = self.links.iter().filter(is_new).cloned().collect();
        if !new.is_empty() {
            let (old, shown) = (selection.links_bytes(), links_at.display().to_string());
            let bytes = append(&shown, old, &new, apps)?;
            let added = new.iter().map(|entry| entry_text(entry, 2)).collect();
            files.push(Changed { name: links.0, place: links_at, old, new: bytes, added });
        }
        let known: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id).collect();
        let is_new = |new: &&NewException| !workspace.exceptions.iter().any(|e| is_same_exception(e, &new.exception));
        let new: Vec<NewException> =
            self.exceptions.iter().filter(is_new).map(|new| self.named(new, workspace)).collect();
        if !new.is_empty() {
            let (old, shown) = (selection.exceptions_bytes(), exceptions_at.display().to_string());
            let bytes = append_exceptions(&shown, old, &new, apps, &known)?;
            let added = new.iter().map(|exception| exception_text(exception, 2)).collect();
            files.push(Changed { name: exceptions.0, place: exceptions_at, old, new: bytes, added });
        }
        let (old, shown) = (selection.reviews_bytes(), reviews_at.display().to_string());
        let bytes = append_review(&shown, old, review)?;
        files.push(Changed { name: reviews.0, place: reviews_at, old, new: bytes, added: review_text(review, 2) });
        Ok(files)
    }

    /// The exception under an id that nobody has.
    fn named(&self, new: &NewException, workspace: &crate::workspace::Workspace) -> NewException {
        let taken = |id: &str| workspace.exceptions.iter().any(|e| e.id == id);
        let mut named = new.clone();
        let mut n = 1;
        while taken(&named.exception.id) {
            n += 1;
            named.exception.id = format!("{}-{n}", new.exception.id);
        }
        named
    }
}
