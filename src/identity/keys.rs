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

/// Domains of big public mailbox providers, where anybody has an address. Those of one house with a name in many countries
/// (`yahoo.fr`, `hotmail.co.uk`) are known by that name.
const PUBLIC: [&str; 121] = [
    "126.com",
    "163.com",
    "1und1.de",
    "abv.bg",
    "aim.com",
    "alice.it",
    "aol.com",
    "aol.de",
    "aon.at",
    "arcor.de",
    "att.net",
    "azet.sk",
    "bellsouth.net",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "blueyonder.co.uk",
    "bol.com.br",
    "bredband.net",
    "btinternet.com",
    "btopenworld.com",
    "centrum.cz",
    "charter.net",
    "chello.at",
    "citromail.hu",
    "comcast.net",
    "cox.net",
    "daum.net",
    "earthlink.net",
    "email.com",
    "email.de",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "gmail.com",
    "googlemail.com",
    "hanmail.net",
    "hetnet.nl",
    "hey.com",
    "hispeed.ch",
    "hotmail.com",
    "hushmail.com",
    "icloud.com",
    "ig.com.br",
    "inbox.ru",
    "interia.pl",
    "kpnmail.nl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "luukku.com",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "nate.com",
    "naver.com",
    "neuf.fr",
    "ntlworld.com",
    "o2.pl",
    "onet.pl",
    "online.de",
    "online.no",
    "optusnet.com.au",
    "orange.fr",
    "passport.com",
    "planet.nl",
    "pm.me",
    "posteo.de",
    "posteo.net",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "rogers.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "skynet.be",
    "sunrise.ch",
    "sympatico.ca",
    "t-online.de",
    "talktalk.net",
    "telefonica.net",
    "telenet.be",
    "telia.com",
    "telus.net",
    "terra.com.br",
    "terra.es",
    "tin.it",
    "tiscali.it",
    "tuta.com",
    "tuta.io",
    "tutanota.com",
    "tutanota.de",
    "ukr.net",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "virginmedia.com",
    "vodafone.de",
    "wanadoo.fr",
    "web.de",
    "windowslive.com",
    "wp.pl",
    "xs4all.nl",
    "ymail.com",
    "ziggo.nl",
    "zoho.com",
];

/// Names of houses, before the ending of a country.
const PUBLIC_HOUSES: [&str; 6] = ["gmx", "hotmail", "live", "outlook", "yahoo", "yandex"];

/// Whether anybody can have an address of this domain.
fn is_public_mail(domain: &str) -> bool {
    let in_a_country =
        |rest: &str| rest == "com" || rest.split('.').all(|label| label.len() == 2 || label == "com" || label == "net");
    PUBLIC.contains(&domain)
        || domain.split_once('.').is_some_and(|(house, rest)| PUBLIC_HOUSES.contains(&house) && in_a_country(rest))
}

/// The domains of HR's work addresses and of the directories' members; public mailbox providers are none of them.
pub(super) fn own_domains(identities: &[Identity]) -> BTreeSet<String> {
    let mut out = String::new();
    let mut domains = BTreeSet::new();
    for identity in identities {
        let member = identity.from_hr || (identity.kind != AccountKind::Guest && identity.worker != WorkerKind::Guest);
        if member && normalise::address(&identity.email, &mut out) {
            let domain = normalise::domain(&out);
            if !is_public_mail(domain) && !domains.contains(domain) {
                domains.insert(domain.to_owned());
            }
        }
    }
    domains
}

#[cfg(test)]
mod tests {
    use super::is_public_mail;

    #[test]
    fn mail_of_anybody_is_known_in_every_country_and_nothing_else_is() {
        for domain in [
            "t-online.de",
            "gmail.com",
            "yahoo.co.uk",
            "yahoo.com",
            "hotmail.fr",
            "outlook.com.br",
            "gmx.net",
            "orange.fr",
        ] {
            assert!(is_public_mail(domain), "{domain}");
        }
        for domain in
            ["nordwind.example", "live.nordwind.example", "yahoo.nordwind.example", "mail.nordwind.example", "gmx"]
        {
            assert!(!is_public_mail(domain), "{domain}");
        }
    }
}
