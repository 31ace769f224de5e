//! Products × what they can do.

use super::conflicts::conflicts;
use super::verdict::verdict;
use crate::model::{Cell, ClaimField, ClaimValue, Entry, Matrix, MatrixRow, Operation, Scope, Support};

/// What is there, and the claim about the plan that has it.
const CAPABILITIES: [(&str, ClaimField, Option<ClaimField>); 7] = [
    ("sso", ClaimField::SsoStatus, Some(ClaimField::SsoPlan)),
    ("scim", ClaimField::ScimStatus, Some(ClaimField::ScimPlan)),
    ("jit", ClaimField::JitStatus, Some(ClaimField::JitPlan)),
    ("api", ClaimField::ApiStatus, Some(ClaimField::ApiPlan)),
    ("webhooks", ClaimField::EventsWebhooks, Some(ClaimField::EventsWebhooksPlan)),
    ("audit", ClaimField::EventsAudit, Some(ClaimField::EventsPlan)),
    ("export", ClaimField::ExportStatus, Some(ClaimField::ExportPlan)),
];

/// Operations, and where a product may offer them.
const OPERATIONS: [Operation; 6] = [
    Operation::List,
    Operation::Create,
    Operation::Update,
    Operation::Deactivate,
    Operation::Remove,
    Operation::Groups,
];

/// The names of what a product can have, as columns and for filters.
pub fn capabilities() -> impl Iterator<Item = (&'static str, ClaimField)> {
    CAPABILITIES.iter().map(|(name, field, _)| (*name, *field))
}

/// What counts about a status; `not-researched` where nothing is claimed.
pub fn status(entry: &Entry, field: ClaimField) -> Support {
    let said = verdict(entry, field, &Scope::default());
    said.and_then(|v| crate::model::support(&v.winner.value)).unwrap_or(Support::NotResearched)
}

/// The table of these products.
pub fn matrix<'a>(entries: impl Iterator<Item = &'a Entry>) -> Matrix {
    let columns = CAPABILITIES.iter().map(|(name, ..)| *name).chain(OPERATIONS.iter().map(|o| o.word())).collect();
    // An entry that neither claims anything nor says what is to be looked up is a kind of file, not a product.
    let products = entries.filter(|entry| !entry.claims.is_empty() || !entry.not_researched.is_empty());
    Matrix { columns, rows: products.map(row).collect() }
}

fn row(entry: &Entry) -> MatrixRow {
    let disputed: Vec<ClaimField> = conflicts(entry).iter().map(|c| c.field).collect();
    let value = |field| verdict(entry, field, &Scope::default()).map(|v| &v.winner.value);
    let capability = |&(_, field, plan): &(&str, ClaimField, Option<ClaimField>)| {
        let support = status(entry, field);
        let from = plan.filter(|_| support.usable()).and_then(value).map_or(String::new(), ToString::to_string);
        Cell { word: support.to_string(), from, disputed: disputed.contains(&field) }
    };
    let operation = |operation: &Operation| {
        let ways = [
            ("scim", ClaimField::ScimStatus, ClaimField::ScimOperations),
            ("api", ClaimField::ApiStatus, ClaimField::ApiOperations),
        ];
        let does = |&&(_, has, operations): &&(&str, ClaimField, ClaimField)| {
            let listed =
                matches!(value(operations), Some(ClaimValue::List(l)) if l.iter().any(|o| o == operation.word()));
            status(entry, has).usable() && listed
        };
        let by: Vec<&str> = ways.iter().filter(does).map(|(name, ..)| *name).collect();
        let disputed = ways.iter().any(|(_, _, operations)| disputed.contains(operations));
        Cell { word: if by.is_empty() { "–".to_owned() } else { by.join(", ") }, from: String::new(), disputed }
    };
    let cells = CAPABILITIES.iter().map(capability).chain(OPERATIONS.iter().map(operation)).collect();
    MatrixRow { id: entry.id.clone(), name: entry.name.clone(), cells }
}
