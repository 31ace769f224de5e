//! The keys by which accounts find an identity record, and the domains that its addresses are of.

use super::index::Class;
use super::normalise::{self, AddressRules};
use crate::model::{AccountKind, Identity, UsernameIs, WorkerKind};
use std::collections::BTreeSet;

/// Gives every key of a record with the kind it is of. `out` is space that is used again.
pub(super) fn add_keys(identity: &Identity, rules: &AddressRules, out: &mut String, add: &mut dyn FnMut(Class, &str)) {
    if normalise::id(&identity.external_id, out) {
        add(Class::ExternalId, out);
    }
    if !identity.from_hr && normalise::id(&identity.id, out) {
        add(Class::ExternalId, out);
    }
    if normalise::id(&identity.employee_id, out) {
        add(Class::EmployeeId, out);
        if let Some(short) = normalise::without_zeros(out) {
            add(Class::ShortId, short);
        }
    }
    let mut mailbox = |text: &str, class: Class, out: &mut String| {
        if normalise::address(text, out) {
            add(class, out);
            if let Some(folded) = rules.fold(out) {
                add(Class::Alias, &folded);
            }
        }
    };
    mailbox(&identity.email, Class::Email, out);
    identity.aliases.iter().chain(&identity.home_emails).for_each(|a| mailbox(a, Class::Alias, out));
    if identity.username == identity.email {
        return;
    }
    if normalise::address(&identity.username, out) {
        add(Class::Username, out);
        if let Some(folded) = rules.fold(out) {
            add(Class::Alias, &folded);
        }
    } else if identity.username_is == UsernameIs::DirectoryLogin && normalise::id(&identity.username, out) {
        add(Class::Username, out);
    }
}

/// The domains of HR's work addresses and of the directories' members; public mailbox providers are none of them.
pub(super) fn own_domains(identities: &[Identity]) -> BTreeSet<String> {
    const PUBLIC: [&str; 14] = [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "aol.com",
        "proton.me",
        "protonmail.com",
    ];
    let mut out = String::new();
    let mut domains = BTreeSet::new();
    for identity in identities {
        let member = identity.from_hr || (identity.kind != AccountKind::Guest && identity.worker != WorkerKind::Guest);
        if member && normalise::address(&identity.email, &mut out) {
            let domain = normalise::domain(&out);
            if !PUBLIC.contains(&domain) && !domains.contains(domain) {
                domains.insert(domain.to_owned());
            }
        }
    }
    domains
}
