//! What the workspace declares, made ready for matching.

use crate::diag::Diagnostic;
use crate::identity::{AddressRules, Declared, Directory};
use crate::model::{PersonIx, Record};
use crate::workspace::{Pattern, Workspace};
use std::collections::{BTreeSet, HashMap};

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

/// An account that no person holds: its pattern, its app, who answers for it, what it is.
type NonHuman<'w> = (&'w Pattern, Option<&'w str>, Option<PersonIx>, Option<&'w str>);

/// Declared links, non-human accounts and exclusions.
#[derive(Debug)]
pub struct Declarations<'w> {
    excluded: Vec<(&'w Pattern, Option<&'w str>, &'w str)>,
    non_human: Vec<NonHuman<'w>>,
    links: HashMap<(&'w str, String), (PersonIx, String)>,
}

impl<'w> Declarations<'w> {
    /// Finds the people that the declarations name.
    ///
    /// # Errors
    /// A link names nobody, or several people. (An owner who is not found leaves an account without owner.)
    pub fn new(workspace: &'w Workspace, directory: &Directory) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut links = HashMap::new();
        for link in &workspace.links {
            match directory.named(&link.person)[..] {
                [one] => {
                    let note = format!("linked by {} on {}: {}", link.by, link.on, link.reason);
                    links.insert((link.app.as_str(), link.account.trim().to_lowercase()), (one, note));
                }
                [] => problems.push(
                    Diagnostic::error(
                        "coverage.yaml",
                        format!(
                            "the link of `{}` in {} names `{}`, whom neither HR nor a directory knows",
                            link.account, link.app, link.person
                        ),
                    )
                    .at(link.line)
                    .help("give the person's work address or employee id"),
                ),
                _ => problems.push(
                    Diagnostic::error(
                        "coverage.yaml",
                        format!(
                            "the link of `{}` in {} names `{}`, which several people share",
                            link.account, link.app, link.person
                        ),
                    )
                    .at(link.line)
                    .help("give the person's employee id"),
                ),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let owner = |written: Option<&str>| match directory.named(written?)[..] {
            [one] => Some(one),
            _ => None,
        };
        Ok(Self {
            excluded: workspace.exclude.iter().map(|e| (&e.pattern, e.app.as_deref(), e.reason.as_str())).collect(),
            non_human: workspace
                .non_human
                .iter()
                .map(|n| (&n.pattern, n.app.as_deref(), owner(n.owner.as_deref()), n.reason.as_deref()))
                .collect(),
            links,
        })
    }

    /// Whether anything at all is declared that could concern an app.
    pub fn concern(&self, app: &str) -> bool {
        !self.links.is_empty()
            || self.excluded.iter().any(|(_, a, _)| a.is_none_or(|a| a == app))
            || self.non_human.iter().any(|(_, a, _, _)| a.is_none_or(|a| a == app))
    }

    /// What is declared about one account.
    pub fn of<'s>(&'s self, app: &'s str, record: &Record<'_>) -> Option<Declared<'s>> {
        let texts = [record.id, record.email, record.username];
        let texts = texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty());
        let here = |declared: Option<&str>| declared.is_none_or(|a| a == app);
        if let Some((_, _, reason)) =
            self.excluded.iter().find(|(p, a, _)| here(*a) && texts.clone().any(|t| p.matches(t)))
        {
            return Some(Declared::Excluded { reason });
        }
        if !self.links.is_empty() {
            let mut keys = texts.clone().chain(std::iter::once(record.name.trim()));
            if let Some((person, note)) = keys.find_map(|t| self.links.get(&(app, t.to_lowercase()))) {
                return Some(Declared::Link { person: *person, note });
            }
        }
        self.non_human
            .iter()
            .find(|(p, a, _, _)| here(*a) && texts.clone().any(|t| p.matches(t)))
            .map(|(_, _, owner, reason)| Declared::NonHuman { owner: *owner, reason: *reason })
    }
}
