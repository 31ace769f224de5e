//! Pseudonyms: keyed hashes that read like what they stand for. The same value has the same pseudonym in every file of a
//! pack, and in every pack that is made with the same key; without the key nobody can go through a list of names and compare.

use super::hex;
use crate::model::FindingId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;

/// What a value is. Pseudonyms of different kinds have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The name of a person, or of what no person holds.
    Person,
    /// A native id, a login or an employee number.
    Id,
    /// An app, a source or an export that the catalog does not know.
    System,
    /// The company.
    Company,
    /// A role, a department or a title.
    Group,
    /// What somebody has written in their own words.
    Text,
    /// A file.
    File,
    /// A domain.
    Domain,
    /// A part of any of them.
    Word,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Id => "id",
            Self::System => "system",
            Self::Company => "company",
            Self::Group => "group",
            Self::Text => "text",
            Self::File => "file",
            Self::Domain => "domain",
            Self::Word => "word",
        }
    }
}

/// A key and what it makes of values. The key is never shown.
#[derive(Clone)]
pub struct Pseudonyms {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// With a key of any length; what is shorter than 32 bytes can be guessed, and is for the caller to refuse.
    ///
    /// # Errors
    /// Never: HMAC takes every key.
    pub fn new(key: &[u8]) -> Result<Self, String> {
        Ok(Self { mac: Hmac::<Sha256>::new_from_slice(key).map_err(|e| e.to_string())? })
    }

    /// HMAC-SHA-256 over what a value is and the value.
    fn tag(&self, kind: &str, value: &str) -> [u8; 32] {
        let mac = self.mac.clone().chain_update(kind).chain_update([0]).chain_update(value);
        mac.finalize().into_bytes().into()
    }

    fn short(&self, kind: &str, value: &str) -> String {
        hex(&self.tag(kind, value)[..8])
    }

    /// Tells keys apart: the same key has the same id, and the id says nothing about the key.
    pub fn key_id(&self) -> String {
        self.short("key id", "")
    }

    /// The pseudonym of a value. Nothing stays nothing.
    pub fn of(&self, kind: Kind, value: &str) -> String {
        let folded = fold(value);
        if folded.is_empty() {
            return String::new();
        }
        if kind != Kind::Text && is_address(&folded) {
            return self.address(&folded);
        }
        format!("{}-{}", kind.word(), self.short(kind.word(), &folded))
    }

    /// The pseudonym of an address: a part for the mailbox and one for the domain, so that what shares a domain still does.
    pub fn address(&self, value: &str) -> String {
        let folded = fold(value);
        let domain = folded.rsplit_once('@').map_or("", |(_, domain)| domain);
        format!("addr-{}@{}", self.short("address", &folded), self.domain(domain))
    }

    /// The pseudonym of a domain.
    pub fn domain(&self, value: &str) -> String {
        format!("dom-{}.invalid", self.short("domain", &fold(value)))
    }

    /// What stands for the plain hash of a file, which whoever guesses the file could recognise.
    pub fn digest(&self, sha256: &str) -> String {
        hex(&self.tag("digest", sha256))
    }

    /// What stands for a finding's id, which whoever guesses the account could recognise.
    pub fn finding(&self, id: FindingId) -> FindingId {
        let mut short = [0; 16];
        short.copy_from_slice(&self.tag("finding", &id.to_string())[..16]);
        FindingId(short)
    }

    /// The pseudonym of a file's name, which keeps its ending.
    pub fn file(&self, name: &str) -> String {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let known = ending
            .filter(|e| ["csv", "json", "jsonl", "xlsx", "ldif", "txt", "tsv", "yaml", "yml"].contains(&e.as_str()));
        format!("{}{}{}", self.of(Kind::File, name), if known.is_some() { "." } else { "" }, known.unwrap_or_default())
    }
}

/// A value as it is compared: the same in either case and either way of writing an accent.
pub(super) fn fold(value: &str) -> String {
    value.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Whether a text is one address.
pub(super) fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace)
    }) && !text.contains([':', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_has_the_same_pseudonym_and_another_key_gives_another() {
        let (one, other) = (Pseudonyms::new(b"one").unwrap(), Pseudonyms::new(b"other").unwrap());
        assert_eq!(one.of(Kind::Person, "Zoë Ward"), one.of(Kind::Person, " zoe\u{308} WARD "));
        assert_ne!(one.of(Kind::Person, "Zoë Ward"), other.of(Kind::Person, "Zoë Ward"));
        assert_ne!(one.of(Kind::Person, "x"), one.of(Kind::Id, "x"));
        assert_eq!(one.of(Kind::Id, ""), "");
        assert_ne!(one.key_id(), other.key_id());
    }

    #[test]
    fn addresses_of_one_domain_share_it() {
        let p = Pseudonyms::new(b"key").unwrap();
        let (a, b) = (p.of(Kind::Id, "ann@corp.example"), p.of(Kind::Person, "BOB@corp.example"));
        assert_eq!(a.split_once('@').unwrap().1, b.split_once('@').unwrap().1);
        assert!(a.starts_with("addr-") && a.ends_with(".invalid"), "{a}");
    }
}
