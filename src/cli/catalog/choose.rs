//! Which products a command speaks about.

use crate::assess::level_of;
use crate::catalog::{Catalog, capabilities, status};
use crate::cli::Failure;
use crate::model::{ANY_IDP, Claim, ClaimField, ClaimValue, Entry, Level, Names, Operation, Role, Scope, Support};
use crate::workspace::{App, SsoSetting, Switch};

/// Filters. A product is chosen if it fits all of them.
#[derive(Debug, clap::Args)]
pub struct Choice {
    /// Only products that have this: sso, scim, jit, api, webhooks, audit, export.
    #[arg(long, value_name = "WHAT")]
    capability: Option<String>,
    /// With --capability: only where it is one of these (available, pilot, none …), separated by commas.
    #[arg(long, value_name = "WORDS", value_delimiter = ',', value_parser = support)]
    status: Vec<Support>,
    /// Only where deactivation can be had at this level at best: automated, scriptable, sso-only, manual, unknown.
    #[arg(long, value_parser = level)]
    level: Option<Level>,
    /// With --level: another operation (list, create, update, remove, groups, events).
    #[arg(long, value_parser = operation)]
    operation: Option<Operation>,
    /// Only products for which this identity provider is named, or any will do.
    #[arg(long, value_name = "ID")]
    idp: Option<String>,
    /// Only products of this role: app, identity-provider, hr.
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// Only products whose entry has all these words in it.
    #[arg(long)]
    text: Option<String>,
}

macro_rules! parsers {
    ($($name:ident: $of:ident),+) => {
        $(fn $name(word: &str) -> Result<$of, String> {
            let all = || $of::ALL.iter().map(|w| w.word()).collect::<Vec<_>>().join(", ");
            $of::from_word(word).ok_or_else(|| format!("write one of {}", all()))
        })+
    };
}
parsers!(support: Support, level: Level, operation: Operation, role: Role);

impl Choice {
    /// The products that fit, in the order of the catalog.
    ///
    /// # Errors
    /// A filter names what is not there.
    pub fn of<'a>(&self, catalog: &'a Catalog) -> Result<Vec<&'a Entry>, Failure> {
        let field = self.capability.as_deref().map(field).transpose()?;
        if field.is_none() && !self.status.is_empty() {
            return Err(Failure::Usage("--status says nothing without --capability".into()));
        }
        if self.level.is_none() && self.operation.is_some() {
            return Err(Failure::Usage("--operation says nothing without --level".into()));
        }
        if let Some(idp) = &self.idp {
            let known = super::product(catalog, idp)?;
            if !known.roles.contains(&Role::IdentityProvider) {
                return Err(Failure::Usage(format!("`{idp}` is no identity provider")));
            }
        }
        let words: Vec<String> = self.text.iter().flat_map(|t| t.split_whitespace()).map(str::to_lowercase).collect();
        let fits = |entry: &&Entry| {
            field.is_none_or(|field| self.has(entry, field))
                && self.level.is_none_or(|level| self.best(entry) == level)
                && self.idp.as_deref().is_none_or(|idp| names_idp(entry, idp))
                && self.role.is_none_or(|role| entry.roles.contains(&role))
                && has_words(entry, &words)
        };
        Ok(catalog.entries.iter().filter(fits).collect())
    }

    fn has(&self, entry: &Entry, field: ClaimField) -> bool {
        let support = status(entry, field);
        if self.status.is_empty() { support.usable() } else { self.status.contains(&support) }
    }

    /// How well the operation can be had if everything that can be switched on is.
    fn best(&self, entry: &Entry) -> Level {
        let mut app = App::named(entry.id.as_str(), entry.name.as_str(), Some(entry.id.clone()));
        app.sso = status(entry, ClaimField::SsoStatus).usable().then_some(SsoSetting::Enforced);
        app.scim = Some(if status(entry, ClaimField::ScimStatus).usable() { Switch::On } else { Switch::Off });
        app.addons = Some(entry.addons.keys().cloned().collect());
        let operation = self.operation.unwrap_or(Operation::Deactivate);
        let plans = entry.plans.iter().cloned().map(Some).chain([None]);
        let levels = plans.map(|plan| level_of(&App { plan, ..app.clone() }, entry, self.idp.as_deref(), operation));
        levels.min().unwrap_or(Level::Unknown)
    }
}

fn field(name: &str) -> Result<ClaimField, Failure> {
    capabilities().find_map(|(known, field)| (known == name).then_some(field)).ok_or_else(|| {
        let known: Vec<&str> = capabilities().map(|(name, _)| name).collect();
        Failure::Usage(format!("--capability: there is no `{name}`; write one of {}", known.join(", ")))
    })
}

fn names_idp(entry: &Entry, idp: &str) -> bool {
    let query = Scope { idp: Some(Names::from(idp)), ..Scope::default() };
    let excluded = |value: &ClaimValue| matches!(value, ClaimValue::List(l) if l.iter().any(|i| i == idp));
    let verdict = |field, query: &Scope| crate::catalog::verdict(entry, field, query).map(|v| &v.winner.value);
    if verdict(ClaimField::ScimIdpsExcluded, &query).is_some_and(excluded) {
        return false;
    }
    // Few sources name every provider, so a list of any claim will do, not only of the one that counts.
    let lists = [ClaimField::ScimIdps, ClaimField::SsoIdps, ClaimField::JitIdps];
    let listed = |claim: &Claim| match &claim.value {
        ClaimValue::List(list) if lists.contains(&claim.field) => list.iter().any(|i| i == idp || i == ANY_IDP),
        _ => false,
    };
    if entry.claims.iter().any(listed) {
        return true;
    }
    // A claim made for this provider alone names it too, unless it says that there is nothing.
    entry.claims.iter().any(|claim| {
        claim.scope.idp.as_ref().is_some_and(|names| names.has(idp))
            && crate::model::support(&claim.value).is_none_or(Support::usable)
    })
}

fn has_words(entry: &Entry, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    // Every text of an entry stands in its JSON.
    let text = serde_json::to_string(entry).unwrap_or_default().to_lowercase();
    words.iter().all(|word| text.contains(word))
}
