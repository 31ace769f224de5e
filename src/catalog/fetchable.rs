//! Which lists of a product can be fetched: its own, and those of a protocol that it is claimed to speak.

use super::Catalog;
use super::matrix::status;
use crate::model::{ClaimField, Entry, Fetched, Paging, Pull};

/// The lists of a product. A list that any service of a protocol has stands behind the product's own, if the product is
/// claimed to offer that.
pub fn fetchable(catalog: &Catalog, entry: &Entry) -> Vec<Fetched> {
    let own = entry.pulls.iter().map(|pull| fetched(pull, None));
    let speaks = status(entry, ClaimField::ScimStatus);
    let protocol = catalog.entries.iter().filter(|other| other.id != entry.id && speaks.usable());
    let protocol = protocol.flat_map(|other| &other.pulls).filter(|pull| is_any_services(pull));
    own.chain(protocol.map(|pull| fetched(pull, Some(format!("SCIM is {speaks}"))))).collect()
}

/// The products that are claimed to offer what a list of a protocol needs.
pub fn offering<'c>(catalog: &'c Catalog, pull: &Pull) -> Vec<&'c Entry> {
    let speaks = |entry: &&Entry| is_any_services(pull) && status(entry, ClaimField::ScimStatus).usable();
    catalog.entries.iter().filter(speaks).collect()
}

/// Whether it is the list of any service that speaks SCIM, not of a product.
fn is_any_services(pull: &Pull) -> bool {
    matches!(pull.paging, Paging::Scim) && pull.host.is_none()
}

fn fetched(pull: &Pull, because: Option<String>) -> Fetched {
    Fetched {
        id: pull.id.clone(),
        name: pull.name.clone(),
        host: pull.host.clone(),
        access: pull.access.clone(),
        leaves_out: pull.leaves_out.clone(),
        because,
    }
}
