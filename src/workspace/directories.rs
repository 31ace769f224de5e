//! Lists of `pull.yaml` that are fetched over LDAP.

use super::pulls::{Check, RawPull, leads_out};
use super::secret::{SecretAt, SecretPlace};
use crate::model::DirectoryList;
use crate::pull::{Filter, is_this_machine};
use url::Url;

/// A list of a directory to fetch, in which everything fits together.
#[derive(Debug, Clone)]
pub struct DirectoryPull {
    /// Its name in the file.
    pub name: String,
    /// What is fetched.
    pub list: DirectoryList,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected: encrypted from the beginning, or by StartTLS; neither on this machine only.
    pub encrypted: Encrypted,
    /// Where in the directory the search begins.
    pub base: String,
    /// Which entries, as it is written.
    pub filter_text: String,
    /// The same, read.
    pub filter: Filter,
    /// The account that asks.
    pub user: String,
    /// Where its password is.
    pub secret: SecretAt,
    /// The file that is written, relative to `pull.yaml`.
    pub to: String,
    /// The line that names it.
    pub line: u64,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encrypted {
    /// From the beginning.
    FromTheBeginning,
    /// Before anything is said (StartTLS).
    First,
    /// Not at all: a server on this machine.
    Not,
}

impl DirectoryPull {
    /// The server as an address.
    pub fn address(&self) -> String {
        let scheme = if self.encrypted == Encrypted::FromTheBeginning { "ldaps" } else { "ldap" };
        format!("{scheme}://{}:{}", self.host, self.port)
    }
}

impl Check<'_> {
    /// One list over LDAP.
    pub(super) fn directory(
        &mut self,
        pointer: &str,
        name: &str,
        raw: &RawPull,
        list: &DirectoryList,
    ) -> Option<DirectoryPull> {
        let before = self.problems.len();
        let server = self.server(pointer, raw, list);
        let base = raw.base.clone().unwrap_or_default();
        if base.trim().is_empty() {
            let help = "write where the search begins, like `base: ou=people,dc=nordwind,dc=example`";
            self.error(pointer, "`base` is missing".to_owned(), help);
        }
        let filter_text = raw.filter.clone().unwrap_or_else(|| list.filter.clone());
        let filter = Filter::parse(&filter_text)
            .map_err(|why| {
                let help = "write it like `(&(objectClass=person)(!(ou=former)))`";
                self.error(&format!("{pointer}/filter"), format!("this is no filter: {why}"), help);
            })
            .ok();
        if raw.user.as_ref().is_none_or(|user| user.trim().is_empty()) {
            self.error(pointer, "`user` is missing".to_owned(), &list.access);
        }
        if let Some(blank) = raw.with.keys().next() {
            self.error(&format!("{pointer}/with"), format!("`{}` asks for no `{blank}`", list.id), "leave it out");
        }
        let to = raw.to.clone().unwrap_or_else(|| format!("pulled/{name}.ldif"));
        if !to.ends_with(".ldif") {
            let help = "a directory is written as LDIF; name it like `idp/directory.ldif`";
            self.error(&format!("{pointer}/to"), format!("`{to}` does not end in `.ldif`"), help);
        }
        if leads_out(&to) {
            let help = "name a file in the workspace's folder";
            self.error(&format!("{pointer}/to"), format!("`{to}` leads out of the folder"), help);
        }
        let secret = self.secret(pointer, raw);
        if self.problems.len() > before {
            return None;
        }
        let (host, port, encrypted) = server?;
        Some(DirectoryPull {
            name: name.to_owned(),
            list: list.clone(),
            host,
            port,
            encrypted,
            base,
            filter_text,
            filter: filter?,
            user: raw.user.clone()?,
            secret: secret?,
            to,
            line: self.line(pointer),
        })
    }

    fn server(&mut self, pointer: &str, raw: &RawPull, list: &DirectoryList) -> Option<(String, u16, Encrypted)> {
        let at = format!("{pointer}/url");
        let Some(text) = raw.url.as_deref() else {
            self.error(pointer, "`url` is missing".to_owned(), &list.access);
            return None;
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(e) => {
                let help = "write it like `ldaps://ldap.nordwind.example`";
                self.error(&at, format!("`url` is no address: {e}"), help);
                return None;
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            let help = "a secret does not belong in this file; say where it is under `secret`";
            self.error(&at, "`url` holds a user name or a password".to_owned(), help);
            return None;
        }
        if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
            let help = "name the server alone; where the search begins is `base`, which entries, `filter`";
            self.error(&at, "`url` has more than a server".to_owned(), help);
        }
        let encrypted = match (url.scheme(), raw.starttls) {
            ("ldaps", false) => Encrypted::FromTheBeginning,
            ("ldaps", true) => {
                let help = "leave `starttls` out, or write `ldap://`";
                self.error(&at, "`ldaps:` is encrypted from the beginning, and `starttls` is not".to_owned(), help);
                return None;
            }
            ("ldap", true) => Encrypted::First,
            // The host of an address of a kind that the library does not know is not looked at more closely by it.
            ("ldap", false)
                if raw.without_tls
                    && Url::parse(&text.replacen("ldap:", "http:", 1)).is_ok_and(|url| is_this_machine(&url)) =>
            {
                Encrypted::Not
            }
            ("ldap", false) => {
                let help = "write `ldaps://`, or `starttls: true`; only a server on this machine is asked without TLS, \
                            with `without-tls: true`";
                self.error(&at, "without TLS anybody on the way reads the password".to_owned(), help);
                return None;
            }
            (other, _) => {
                let help = "write an address with `ldaps://`";
                self.error(&at, format!("`{other}:` is not asked for a directory"), help);
                return None;
            }
        };
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            self.error(&at, "`url` names no server".to_owned(), "write it like `ldaps://ldap.nordwind.example`");
            return None;
        };
        let port = url.port().unwrap_or(if encrypted == Encrypted::FromTheBeginning { 636 } else { 389 });
        Some((host.trim_matches(['[', ']']).to_owned(), port, encrypted))
    }

    /// Where the secret is.
    pub(super) fn secret(&mut self, pointer: &str, raw: &RawPull) -> Option<SecretAt> {
        if raw.secret.is_none() {
            let help = "write `secret: {env: NAME}`, `{file: PATH}`, `{command: [PROGRAM, ARGUMENT]}` or \
                        `{keyring: {user: NAME}}`";
            self.error(pointer, "nothing says where the secret is".to_owned(), help);
        }
        self.place(&format!("{pointer}/secret"), raw.secret.as_ref())
    }

    /// A place of a secret, with the line that names it.
    pub(super) fn place(&mut self, pointer: &str, place: Option<&SecretPlace>) -> Option<SecretAt> {
        let place = place?;
        if let Some((fault, help)) = place.fault() {
            self.error(pointer, fault.to_owned(), help);
            return None;
        }
        Some(SecretAt { place: place.clone(), file: self.raw.file.clone(), line: self.line(pointer) })
    }
}
