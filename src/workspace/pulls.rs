//! `pull.yaml`: which lists `coverage pull` fetches, from where, and where the secrets are. A file of its own: a report needs
//! none of it, and it never holds a secret.

use super::directories::DirectoryPull;
use super::secret::{SecretAt, SecretPlace};
use crate::diag::{Diagnostic, any_error};
use crate::model::{Credentials, DirectoryList, Entry, KEY_ID, Pull};
use crate::pull::is_this_machine;
use crate::yaml::{self, Located, nearest, step};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// The name of the file, beside `coverage.yaml`.
pub const PULLS: &str = "pull.yaml";

/// `pull.yaml`: the lists that `coverage pull` fetches.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "pull.yaml")]
pub struct RawPulls {
    /// The lists, each by a name of your own.
    pub pulls: BTreeMap<String, RawPull>,
    /// A file with certificates (PEM) that servers here are judged by, beside those that the machine knows. Relative to
    /// this file.
    pub certificates: Option<String>,
}

/// One list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawPull {
    /// What is fetched: an id of `coverage catalog pulls`. Left out: the name.
    #[serde(default)]
    pub list: Option<String>,
    /// The address of your API (`https://nordwind.okta.com`), where the catalog does not know it. The secret is sent there
    /// and nowhere else.
    #[serde(default)]
    pub url: Option<String>,
    /// What is filled in where the catalog writes `{name}`: your organization, a tenant's id.
    #[serde(default)]
    pub with: BTreeMap<String, String>,
    /// The address where tokens are given, where that is another one than the catalog's (a national cloud). The secret is sent
    /// there and nowhere else.
    #[serde(default)]
    pub token_url: Option<String>,
    /// How the server is told who asks, where the catalog knows several ways: the name of one of its `other-credentials`.
    #[serde(default)]
    pub credentials: Option<String>,
    /// The user name, or the id of a key or a client, that goes with the secret.
    #[serde(default)]
    pub user: Option<String>,
    /// Where the secret is. It does not stand in this file.
    #[serde(default)]
    pub secret: Option<SecretPlace>,
    /// Where the secret is with which `coverage apply` may end accounts there; without it, it may not. `coverage pull` never
    /// uses it. It may be the same one.
    #[serde(default)]
    pub apply_secret: Option<SecretPlace>,
    /// The user name or id that goes with that one. Left out: `user`.
    #[serde(default)]
    pub apply_user: Option<String>,
    /// The file that is written, relative to this file. Left out: `pulled/NAME.jsonl`, or `.csv` where
    /// the server gives that.
    #[serde(default)]
    pub to: Option<String>,
    /// Of a directory (LDAP): where the search begins.
    #[serde(default)]
    pub base: Option<String>,
    /// Of a directory: which entries (RFC 4515). Left out: what the catalog says.
    #[serde(default)]
    pub filter: Option<String>,
    /// Of a directory: encrypt the connection by StartTLS instead of from the beginning.
    #[serde(default)]
    pub starttls: bool,
    /// Ask without TLS; only a server on this machine (127.0.0.1, ::1, localhost) is.
    #[serde(default)]
    pub without_tls: bool,
}

/// A list to fetch, in which everything fits together.
#[derive(Debug, Clone)]
pub struct PullSource {
    /// Its name in the file.
    pub name: String,
    /// What is fetched.
    pub pull: Pull,
    /// The host, with the path that the API has there.
    pub host: Url,
    /// What is filled in.
    pub with: BTreeMap<String, String>,
    /// The user name or id that goes with the secret.
    pub user: Option<String>,
    /// Where the secret is.
    pub secret: Option<SecretAt>,
    /// Where the secret is that may change accounts, if any may.
    pub apply_secret: Option<SecretAt>,
    /// The user name or id that goes with that one.
    pub apply_user: Option<String>,
    /// The file that is written, relative to `pull.yaml`.
    pub to: String,
    /// Ask without TLS.
    pub without_tls: bool,
    /// The line that names it.
    pub line: u64,
}

/// What a `pull.yaml` says.
#[derive(Debug, Clone)]
pub struct Pulls {
    /// The lists, in the order of their names.
    pub sources: Vec<PullSource>,
    /// The lists that are fetched over LDAP.
    pub directories: Vec<DirectoryPull>,
    /// A file with further certificates, relative to `pull.yaml`.
    pub certificates: Option<String>,
}

/// The lists of the catalog that can be fetched.
#[derive(Debug, Clone, Default)]
pub struct KnownLists<'c> {
    /// Over a product's API.
    pub pulls: Vec<&'c Pull>,
    /// Over LDAP.
    pub directories: Vec<&'c DirectoryList>,
}

impl<'c> KnownLists<'c> {
    /// All that these products have.
    pub fn of(entries: impl IntoIterator<Item = &'c Entry>) -> Self {
        let mut all = Self::default();
        for entry in entries {
            all.pulls.extend(&entry.pulls);
            all.directories.extend(&entry.directories);
        }
        all
    }
}

/// Reads and checks a `pull.yaml`. `known` are the lists of the catalog.
///
/// # Errors
/// Every problem of the file, each at its line.
pub fn load_pulls(file: &str, bytes: &[u8], known: &KnownLists<'_>) -> Result<Pulls, Vec<Diagnostic>> {
    let raw: Located<RawPulls> = yaml::load(file, bytes)?;
    let mut check = Check { raw: &raw, known, problems: Vec::new() };
    let mut places: BTreeMap<String, (String, String)> = BTreeMap::new();
    let (mut sources, mut directories) = (Vec::new(), Vec::new());
    for (name, one) in &raw.value.pulls {
        let pointer = format!("/pulls/{}", step(name));
        let id = one.list.as_deref().unwrap_or(name);
        check.name(&pointer, name);
        let to = if let Some(list) = known.directories.iter().find(|list| list.id == id) {
            let Some(directory) = check.directory(&pointer, name, one, list) else { continue };
            directories.push(directory);
            directories.last().map(|d| d.to.clone())
        } else {
            let Some(source) = check.source(&pointer, name, one) else { continue };
            sources.push(source);
            sources.last().map(|s| s.to.clone())
        };
        if let Some(to) = to
            && let Some((other, there)) = places.insert(place_of(&to), (name.clone(), to.clone()))
        {
            let same = if there == to { String::new() } else { format!(" as `{there}`") };
            let message = format!("`{to}` is already written by `{other}`{same}");
            check.error(&format!("{pointer}/to"), message, "name another file");
        }
    }
    let mut problems = check.problems;
    problems.sort_by_key(|d| (d.line, d.column));
    if any_error(&problems) {
        return Err(problems);
    }
    Ok(Pulls { sources, directories, certificates: raw.value.certificates.clone() })
}

/// What two names have in common that may be those of one file: steps that lead nowhere are left out, and some systems take
/// capitals for small letters.
fn place_of(to: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in to.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/").to_lowercase()
}

/// The JSON Schema of `pull.yaml`.
pub fn pulls_schema() -> serde_json::Value {
    yaml::schema::<RawPulls>()
}

pub(super) struct Check<'a> {
    pub(super) raw: &'a Located<RawPulls>,
    known: &'a KnownLists<'a>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Check<'_> {
    pub(super) fn error(&mut self, pointer: &str, message: String, help: &str) {
        self.problems.push(self.raw.error(pointer, message).help(help));
    }

    pub(super) fn line(&self, pointer: &str) -> u64 {
        self.raw.key_position(pointer).map_or(1, |(line, _)| line)
    }

    fn name(&mut self, pointer: &str, name: &str) {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            self.error(pointer, format!("`{name}`: a name has lower-case letters, digits and hyphens"), "rename it");
        }
    }

    fn source(&mut self, pointer: &str, name: &str, raw: &RawPull) -> Option<PullSource> {
        let before = self.problems.len();
        let id = raw.list.as_deref().unwrap_or(name);
        let Some(mut pull) = self.known.pulls.iter().find(|pull| pull.id == id).map(|pull| (*pull).clone()) else {
            let directories = self.known.directories.iter().map(|list| list.id.as_str());
            let near = nearest(id, self.known.pulls.iter().map(|pull| pull.id.as_str()).chain(directories));
            let help =
                near.map_or("`coverage catalog pulls` names them".to_owned(), |n| format!("did you mean `{n}`?"));
            let at = if raw.list.is_some() { format!("{pointer}/list") } else { pointer.to_owned() };
            self.error(&at, format!("the catalog knows no list `{id}`"), &help);
            return None;
        };
        if let Some(way) = &raw.credentials {
            match pull.other_credentials.remove(way) {
                Some(way) => pull.credentials = way,
                None => {
                    let ways: Vec<&str> = pull.other_credentials.keys().map(String::as_str).collect();
                    let help = match ways.as_slice() {
                        [] => "it knows one way only; leave it out".to_owned(),
                        ways => format!("leave it out, or write one of: {}", ways.join(", ")),
                    };
                    let at = format!("{pointer}/credentials");
                    self.error(&at, format!("`{id}` knows no credentials `{way}`"), &help);
                }
            }
        }
        // What the catalog's address for tokens asks for may be given although another address takes its place.
        let may: Vec<String> = pull.credentials.blanks().into_iter().flat_map(blanks).map(str::to_owned).collect();
        let host = self.address(pointer, "url", raw.url.as_deref().or(pull.host.as_deref()), &pull, raw);
        if let Some(url) = raw.token_url.as_deref() {
            let token_at = self.address(pointer, "token-url", Some(url), &pull, raw);
            match (&mut pull.credentials, token_at) {
                (
                    Credentials::ClientCredentials { token_at, .. } | Credentials::SignedStatement { token_at, .. },
                    Some(url),
                ) => *token_at = url.into(),
                (_, None) => {}
                (_, Some(_)) => {
                    let help = "leave it out";
                    self.error(&format!("{pointer}/token-url"), format!("`{id}` asks for no token"), help);
                }
            }
        }
        self.filled(pointer, &pull, raw, &may);
        for (field, given) in
            [("base", raw.base.is_some()), ("filter", raw.filter.is_some()), ("starttls", raw.starttls)]
        {
            if given {
                let message = format!("`{}` is no list of a directory and has no `{field}`", pull.id);
                self.error(&format!("{pointer}/{field}"), message, "leave it out");
            }
        }
        let secret = self.secret(pointer, raw);
        let apply_secret = self.place(&format!("{pointer}/apply-secret"), raw.apply_secret.as_ref());
        if pull.credentials.wants_user() && raw.user.is_none() {
            self.error(pointer, "`user` is missing".to_owned(), &pull.access);
        }
        let ending = pull.ending();
        let to = raw.to.clone().unwrap_or_else(|| format!("pulled/{name}{ending}"));
        if !to.ends_with(ending) {
            let help = format!("name it like `pulled/{name}{ending}`");
            self.error(&format!("{pointer}/to"), format!("`{to}` does not end in `{ending}`"), &help);
        }
        if leads_out(&to) {
            let help = "name a file in the workspace's folder";
            self.error(&format!("{pointer}/to"), format!("`{to}` leads out of the folder"), help);
        }
        if self.problems.len() > before {
            return None;
        }
        Some(PullSource {
            name: name.to_owned(),
            pull,
            host: host?,
            with: raw.with.clone(),
            user: raw.user.clone(),
            secret,
            apply_secret,
            apply_user: raw.apply_user.clone().or_else(|| raw.user.clone()),
            to,
            without_tls: raw.without_tls,
            line: self.line(pointer),
        })
    }

    /// An address that may be asked: that of the API, the catalog's or the company's own, or that where tokens are given.
    fn address(&mut self, pointer: &str, key: &str, text: Option<&str>, pull: &Pull, raw: &RawPull) -> Option<Url> {
        let at = format!("{pointer}/{key}");
        let Some(text) = text else {
            self.error(
                pointer,
                "`url` is missing: every company has an address of its own there".to_owned(),
                &pull.access,
            );
            return None;
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(e) => {
                let help = "write it like `https://nordwind.okta.com`";
                self.error(&at, format!("`{key}` is no web address: {e}"), help);
                return None;
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            let help = "a secret does not belong in this file; say where it is under `secret`";
            self.error(&at, format!("`{key}` holds a user name or a password"), help);
            return None;
        }
        if url.query().is_some() || url.fragment().is_some() {
            self.error(&at, format!("`{key}` has a `?` or a `#`"), "leave out what stands behind the path");
        }
        match url.scheme() {
            "https" => {}
            "http" if raw.without_tls && is_this_machine(&url) => {}
            "http" => {
                let help =
                    "write `https://`; only a server on this machine is asked without TLS, with `without-tls: true`";
                self.error(&at, "without TLS anybody on the way reads the secret".to_owned(), help);
            }
            other => self.error(&at, format!("`{other}:` is not asked"), "write an address with `https://`"),
        }
        Some(url)
    }

    /// Whether `with` has what the catalog asks for, and nothing else.
    fn filled(&mut self, pointer: &str, pull: &Pull, raw: &RawPull, may: &[String]) {
        let wanted = asked_for(pull);
        for name in &wanted {
            if raw.with.get(*name).is_none_or(|value| value.trim().is_empty()) {
                self.error(&format!("{pointer}/with"), format!("`{name}` is missing under `with`"), &pull.access);
            }
        }
        let signs = matches!(pull.credentials, Credentials::SignedStatement { .. });
        let known = |name: &&String| wanted.contains(&name.as_str()) || may.contains(name) || signs && *name == KEY_ID;
        for name in raw.with.keys().filter(|name| !known(name)) {
            let at = format!("{pointer}/with/{}", step(name));
            self.error(&at, format!("`{}` asks for no `{name}`", pull.id), "leave it out");
        }
    }
}

/// The names that a list asks a company to fill in.
pub fn asked_for(pull: &Pull) -> Vec<&str> {
    let mut texts: Vec<&str> = [pull.path.as_str()].into_iter().chain(pull.credentials.blanks()).collect();
    texts.extend(pull.query.values().map(String::as_str));
    if let Some(of) = &pull.of {
        texts.push(&of.path);
        texts.extend(of.query.values().map(String::as_str));
    }
    // What differs from list to list is not the company's.
    let ours = |name: &&str| {
        pull.each.as_ref().is_none_or(|each| each.name != **name) && pull.of.as_ref().is_none_or(|of| of.name != **name)
    };
    let mut wanted: Vec<&str> = texts.into_iter().flat_map(blanks).filter(ours).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// The names that stand in braces.
fn blanks(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// Whether a file is not in the workspace's folder.
pub(super) fn leads_out(to: &str) -> bool {
    to.starts_with('/') || to.contains('\\') || to.contains(':') || to.split('/').any(|part| part == "..")
}
